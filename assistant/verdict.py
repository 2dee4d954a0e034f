"""Yes or no: the sentence that answers in; the verdict that it bears out, or None, out."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.candidates import NUMBER_WORDS
from assistant.evidence import Evidence
from assistant.labels import label_spans
from assistant.matcher import Matcher
from assistant.needs import FIRM
from assistant.question import Question
from assistant.reading import Verdict
from assistant.sentence import Sentence, is_plan, tells_of_change, tells_what_happened
from assistant.wanted import PARAPHRASE, places_of_needs
from corpus.values import fold, values
from index.analyse import analyse

_NEGATED = re.compile(
    r"ない|なかった|ません|ず(?:、|に|$|。)|ぬ|見送|\bnot\b|n't\b|\bno\b|\bnever\b|\bwithout\b|\bnor\b"
    r"|\bdenied\b|\brejected\b|\bundisclosed\b",
    re.I,
)
_SUCCESS = re.compile(r"成功|無事|うまくい|\bsucce(?:ss(?!\s?[0-9])|ed)|\bsafely\b|\bmanage(?:d)? to\b|\bachieve", re.I)
_FAILED = re.compile(
    r"失敗|断念|達成でき(?:な|ませ)|至らず|至りませ|墜落|喪失|失われ|途絶|ハードランディング|硬着陸|\bfail(?:ed|ure|s)?\b|\bcrash|\bhard landing|\bnot (?:be )?achiev|\bunsuccessful|\blost\b|\bcould not\b",
    re.I,
)
_ON_A_PLAN = re.compile(
    r"予定|計画|見込|目標|想定|こと(?:に|と)なって|\bplan|\bdue\b|schedul|suppos|intend|expect|\bwill\b|\bgoing to\b|\bto be\b|target",
    re.I,
)
_PERFECT = re.compile(r"\b(?:has|have)\b.{1,60}\b(?:been|\w+ed|\w+en)\b|(?:て|で)い(?:ます|る)か|済み|\bdone\b", re.I)
_IN_ORDER = re.compile(
    r"\b(?:before|after|ahead of|earlier than|later than|(?:more|less|fewer|larger|smaller|higher|lower|bigger|heavier|lighter) than)\b"
    r"|より(?:も)?(?:先|前|後|早|遅|多|少|大き|小さ|高|低|重|軽)|(?:の|た|る)(?:前|後)(?:に|で|、)",
    re.I,
)
# 着陸予定のチーム, 打ち上げを予定しているミッションで, アルテミス計画: what is planned is not what the sentence says.
_PLANNED_THING = re.compile(
    r"(?:予定|計画|想定)(?:する|している|されている)?の?(?=[一-龯ァ-ヶA-Za-z「])(?!中)|[ァ-ヶーA-Za-z]{2,}計画"
)
# What is ruled out as a cause, wherever the sentence says so.
_RULED_OUT = re.compile(r"除外|否定|\b(?:cleared|ruled out|excluded)\b", re.I)
# 「リード投資家は、INCJでしたか」 asks what something is, and not what took place.
_WHAT_IT_IS_JA = re.compile(r"(?<![たるだうくすつぬむん])(?:だったの)?(?:です|でした|でしょう)か[。？?]?$")
_NO_NOUN = re.compile(
    r"\w+(?:ed|en)|of|in|on|by|at|to|as|or|all|both|half|about|over|than|from|with|into|onto|under|through|during|before|since"
    r"|that|which|who|when|after|for|and|is|are|was|were|the|an?|up|down|made|held|led|sent|won|met|set|put|built|paid|sold|lost",
    re.I,
)
# Words that single one out of many; each has to be borne out by the sentence in one of its forms.
_SINGLED_OUT = [
    re.compile(r"初(?:の|めて|号|と)|最初|第[1一]号|[1一](?:件|番|号|回|社|つ|人)目|\bfirst\b", re.I),
    re.compile(r"第[2二]号|[2二](?:件|番|号|回|社|つ|人)目|\bsecond\b(?! half)", re.I),
    re.compile(r"第[3三]号|[3三](?:件|番|号|回|社|つ|人)目|\bthird\b", re.I),
    re.compile(r"第[4四]号|[4四](?:件|番|号|回|社|つ|人)目|\bfourth\b", re.I),
]
# 「公表されていませんか」; 「公表されているのではないですか」 and "Isn't it …?" ask as if nothing were denied.
_ASKED_NEGATED = re.compile(
    r"(?<!では)(?<!じゃ)ない(?:です|の)?か|ない(?:の)?(?:です|でしょう)か(?<!ではないですか)(?<!ではないのですか)|ません(?:でした)?か|\bnot\b",
    re.I,
)
_ORDER = re.compile(
    r"\b(?:(?P<early>before|ahead of|prior to|earlier than)|(?P<late>after|later than|following))\b"
    r"|(?:より(?:も)?(?P<between>[^。]{0,20}?)|の)(?:(?P<early_ja>先|前|早)|(?P<late_ja>後|あと|遅))",
    re.I,
)
_STRETCH = re.compile(
    r"\bfrom (?P<begin>[a-z][\w ]{1,30}?) (?:up )?(?:to|until) (?P<end>[a-z][\w ]{1,30})"
    r"|(?P<begin_ja>[^、。0-9はがを]{2,16})から(?P<end_ja>[^、。0-9はがを]{2,16})まで",
)
_STRETCH_ASKED = re.compile(
    r"\b(?P<how>up to|until|through|after|before|from) (?:the |its )?(?P<what>[a-z][\w ]{2,40})"
    r"|(?P<what_ja>[^、。0-9はがを]{2,16}?)(?:した|する|の|より)?(?P<how_ja>まで|後|以降|あと|前|以前)(?!半)",
    re.I,
)
# A verb in the past, where no plan is told.
_PAST_EN = re.compile(
    r"^(?!.*\bat the earliest\b).*\b(?:[a-z]{3,}ed|ran|went|won|took|made|became|began|came|fell|rose|grew|met|held|led|sent|built"
    r"|sold|bought|paid|gave|flew|chose)\b",
    re.S,
)
_NOUN = r"[一-龯ァ-ヶーA-Za-z0-9.・&]+(?: [A-Z][A-Za-z.]*)*"
_NOUNS = re.compile(_NOUN)
_VERB_JA = r"(?P<verb>[一-龯]{1,2})(?=し|す|さ|い|っ|る|り)"
_DOES = re.compile(rf"[は、](?P<who>{_NOUN})が{_VERB_JA}")
_DOER_LAST = re.compile(rf"を{_VERB_JA}[^、。]{{0,6}}のは、?(?P<who>{_NOUN})(?:ですか|でしたか)")
_IS_NOT = re.compile(r"\b(?:is|are|was|were) not (?:the|an?|one|part|[A-Z])|ではな|ではあり|でない")
# A deputy administrator is no administrator.
_POST = re.compile(
    r"長官|社長|会長|CEO|CFO|COO|CTO|局長|部長|\b(?:administrator|president|chair\w*|director|minister)\b", re.I
)
_DEPUTY = re.compile(r"副|次官|代理|補佐|\b(?:deputy|vice|associate|assistant|acting)\b", re.I)
# What is not done any more, or not as it was meant.
_INSTEAD_OF = re.compile(r"\b(?:instead of|rather than)\b[^,.;]{0,30}$")
_NOT_DONE = re.compile(r"(?:ら|さ|れ|せ|わ|か|た|し|られ|でき|され)?(?:ない|ません|なかった|ず(?:、|に|$))")
_NUMBER = rf"(?:[0-9]+|{'|'.join(NUMBER_WORDS)})"
_OUT_OF = re.compile(
    rf"(?P<all>[0-9０-９一二三四五六七八九十]+)\s?(?:つ|件|社|人|名|個|回|機|チーム|段階|項目)[^。、]{{0,24}}?のうち[^。0-9０-９]{{0,12}}?(?P<some>[0-9０-９一二三四五六七八九十]+)\s?(?:つ|件|社|人|名|個|回|機|チーム|項目)?|\b(?P<some_en>{_NUMBER}) (?:out )?of (?:the |its |all |these )*(?P<all_en>{_NUMBER})\b",
    re.I,
)


def verdict_of(question: Question, best: Evidence, matcher: Matcher) -> Verdict | None:
    """Yes or no only where the sentence decides it; None leaves the reader with the evidence."""
    text = best.sentence.text
    if question.universal:
        part = _OUT_OF.search(text)
        if part:
            some, everything = part["some"] or part["some_en"], part["all"] or part["all_en"]
            return "yes" if _number(some) == _number(everything) else "no"
    within = _within(question, best)
    if within:
        return within
    asked, told = _order(question.text), _order(text)
    if asked or _IN_ORDER.search(question.text):
        # "A before B" and "B ahead of A" hold the same words.
        return ("yes" if asked == told else "no") if asked and told and set(asked) == set(told) else None
    planned = _is_planned(best.sentence)
    if question.says_already:
        return "not_yet" if planned else None
    weights = [need.factor for need in question.needs if need.is_firm]
    own = _named(question, best, matcher)
    if not weights or not own or min(own) < 0.5 or sum(own) / len(own) < 0.8:
        return None
    named = [need for need in question.needs if need.is_name or need.is_number]
    asked_of = dataclasses.replace(question, needs=tuple(need for need in question.needs if need not in named))
    negated = _is_negated(text, places_of_needs(best.sentence, asked_of))
    figures = dataclasses.replace(question, needs=tuple(need for need in question.needs if need.is_number))
    beside = [spot for _, spots in places_of_needs(best.sentence, figures) for spot in spots]
    negated = negated or any(_INSTEAD_OF.search(text[:start]) for start, _ in beside)
    asked_negated = denies(question)
    if _singles_out_another(question, text) is not None:
        return "no" if _singles_out_another(question, text) and not asked_negated else None
    if _is_done_by_another(question.text, text):
        return "no" if not asked_negated else None
    if negated and _asks_what_it_is(question) and not (_IS_NOT.search(text) or _RULED_OUT.search(text)):
        return None  # that Success 9, the landing, was not reached does not say that it is something else
    if negated:
        return "no" if not asked_negated else "yes"
    if not _bears_the_figures(question, best.sentence):
        return None
    if planned and not _ON_A_PLAN.search(question.text):
        # A plan tells what is still to come; of how things are it decides nothing.
        return "not_yet" if asks_what_happened(question) else None
    if asks_what_happened(question) and not (tells_of_change(question.text) or _tells_it(text)):
        return None
    if _POST.search(question.text) and _DEPUTY.search(text) and not _DEPUTY.search(question.text):
        return None
    return "yes" if not asked_negated else "no"


def asks_what_happened(question: Question) -> bool:
    """Whether something took place, and not whether it is planned."""
    in_time = question.is_past or bool(_PERFECT.search(question.text))
    return in_time and not (_ON_A_PLAN.search(question.text) or _asks_what_it_is(question))


def _asks_what_it_is(question: Question) -> bool:
    """ "Was INCJ the lead investor?", "Was the price JPY 254?": of two things, whether one is the other."""
    text = question.text
    if question.language == "ja":
        return bool(_WHAT_IT_IS_JA.search(text))
    if not re.match(r"(?:is|are|was|were)\b", text, re.I):
        return False
    second = [match.start() for match in re.finditer(r"(?<=\s)(?:(?:the|an?)\s(?!few\b)|CEO\b|CFO\b)", text)]
    second += [value.start for value in question.given if value.kind in ("money", "quantity")]
    second = [at for at in second if not re.search(r",\s*$", text[:at])]  # "on 12 April, the day of the listing"
    before = (re.findall(r"[\w.'-]+", re.sub(r"\b(?:about|around|approximately)\s*$", "", text[:at])) for at in second)
    return any(len(said) > 1 and not _NO_NOUN.fullmatch(said[-1]) for said in before)


def _is_done_by_another(asked: str, text: str) -> bool:
    """The sentence names, right before the verb, who does what the question says that somebody else does.

    >>> _is_done_by_another("計画は、北見市が主導していますか", "北見市も参加し旭川市が主導する計画に合意した")
    True
    """
    doing = _DOES.search(asked) or _DOER_LAST.search(asked)
    if doing is None:
        return False
    does = re.findall(
        rf"({_NOUN}(?:(?:と|、|および){_NOUN})*)(?:が|の|による|によって)(?:共同で|共に)?{doing['verb']}", text
    )
    return bool(does) and not any(_NOUNS.findall(doing["who"])[-1] in who for who in does)


def _bears_the_figures(question: Question, sentence: Sentence) -> bool:
    """The sentence gives each amount and count of the question: three people are not five people."""
    asked = [value for value in values(question.text) if value.kind in ("money", "quantity") and value.number]
    said = {value.number for value in sentence.values} | {
        Decimal(number) for number in re.findall(r"(?<![\d.,])\d+(?![\d.,])", fold(sentence.text))
    }
    return all(value.number in said for value in asked)


def denies(question: Question) -> bool:
    """The question asks whether something is not so."""
    return bool(_ASKED_NEGATED.search(question.text))


def _singles_out_another(question: Question, text: str) -> bool | None:
    """True where `text` says second of what the question calls the first; False where it says neither; else None."""
    asked = [one for one in _SINGLED_OUT if one.search(question.text)]
    if not asked or any(one.search(text) for one in asked):
        return None
    return any(one.search(text) for one in _SINGLED_OUT)


def _order(text: str) -> tuple[str, str] | None:
    """Of two labels, the one that `text` puts first and the one that it puts after it; None where it orders none."""
    word = _ORDER.search(text)
    spans = label_spans(text)
    if word is None:
        return None
    before = [span.name for span in spans if span.end <= word.start()]
    within = [span.name for span in spans if word.start() <= span.start < word.end()]
    after = [span.name for span in spans if span.start >= word.end()]
    # "A before B"; AをBより先に; BよりAが先に.
    others = [name for name in before if name != before[-1]]
    in_turn = (before[-1:], after[:1]) if word["early"] or word["late"] else (others[-1:], before[-1:])
    first, second = (within[:1], before[-1:]) if within else in_turn
    if not first or not second or first == second:
        return None
    return (first[0], second[0]) if word["early"] or word["early_ja"] else (second[0], first[0])


def _within(question: Question, best: Evidence) -> Verdict | None:
    """Whether what the sentence says to run from one thing to another holds the stretch that is asked about."""
    stretch, text = _STRETCH.search(best.sentence.text), question.text
    if stretch is None or best.coverage < 0.7 or best.missing_name or best.other_number:
        return None
    asked = _STRETCH_ASKED.search(text)
    if asked is None:
        return None
    what = set(_words(asked["what"] or asked["what_ja"], question))
    begin, end = (set(_words(stretch[name] or stretch[f"{name}_ja"], best.sentence)) for name in ("begin", "end"))
    said = (asked["how"] or asked["how_ja"]).casefold()
    if said in ("after", "後", "以降", "あと"):
        return "no" if what & end else None
    if said in ("before", "前", "以前"):
        return "no" if what & begin else None
    return "yes" if what & (begin if said in ("from", "から") else end) else None


def _words(text: str, spoken: Question | Sentence) -> list[str]:
    """The words of `text`, and the things of the term list that it names."""
    return [term for term in analyse(text, spoken.language) if term[0] not in "_#~"]


def failure(able: Sequence[Evidence]) -> Evidence | None:
    """The newest sentence that tells of a failure; what did not succeed is seldom said with a "not"."""
    failed = [one for one in able if _FAILED.search(one.sentence.text) and not one.sentence.is_planned]
    return max(failed, key=lambda one: (one.sentence.spoke, one.score), default=None)


def asks_of_success(question: Question) -> bool:
    """ "Did it land successfully?", 「着陸に成功しましたか」"""
    return question.want == "yes_no" and bool(_SUCCESS.search(question.text))


def tells_failure(text: str) -> bool:
    """The text says that something failed, was lost or was given up."""
    return bool(_FAILED.search(text))


def tells_success(text: str) -> bool:
    """The text says that something was done, reached or went well."""
    return bool(_SUCCESS.search(text)) or bool(re.search(r"完了|達成し|\bcomplet|\breached\b", text, re.I))


def _tells_it(text: str) -> bool:
    """`text` tells of something that is over, and of no change."""
    return (tells_what_happened(text) or bool(_PAST_EN.search(text))) and not tells_of_change(text)


def _named(question: Question, best: Evidence, matcher: Matcher) -> list[float]:
    """How far the sentence itself names each thing that was asked for in earnest."""
    terms = _terms_beside_labels(best.sentence, question)
    return [
        best.own_matches[place]
        if need.is_name or need.is_number or best.own_matches[place] <= PARAPHRASE
        else matcher.match(place, terms)
        for place, need in enumerate(question.needs)
        if need.is_firm and not need.carried
    ]


def _terms_beside_labels(sentence: Sentence, question: Question) -> frozenset[str]:
    """The sentence's terms; the name of a label that was not asked for, as in Success 8, says nothing of success."""
    text = sentence.text
    for label in reversed(label_spans(text)):
        if label.name not in question.labels:
            text = text[: label.start] + " " + text[label.end :]
    return sentence.terms if text == sentence.text else frozenset(analyse(text, sentence.language))


def _number(said: str) -> str:
    """A count in one spelling, so that "five of 5" and 五つ are five."""
    plain = fold(said).casefold()
    return str(NUMBER_WORDS.get(plain, "〇一二三四五六七八九".find(plain) if plain in "一二三四五六七八九" else plain))


def _is_planned(sentence: Sentence) -> bool:
    """What the sentence says is planned, and not just something that it mentions: 着陸予定のチームの一員である."""
    if sentence.language == "en" or not sentence.is_planned:
        return sentence.is_planned
    return is_plan(_PLANNED_THING.sub("", sentence.text))


def _is_negated(text: str, places: Sequence[tuple[float, Sequence[tuple[int, int]]]]) -> bool:
    """A negation in the clause of the last thing that was asked about."""
    ends = [end for _, spots in places for _, end in spots]
    if not ends:
        return False
    last = max(ends)
    if _RULED_OUT.search(text):
        return True
    if any(weight >= FIRM and _NOT_DONE.match(text[end:]) for weight, spots in places for _, end in spots):
        return True
    if re.match(r"\W*(?:no|none|neither)\b", re.split(r"[;；]", text[:last])[-1], re.I):
        return True  # "No trade in the shares took place on the day"
    clause = re.split(r"[。;；]", text[last:], maxsplit=1)[0][:24]
    before = re.split(r"[。,;；、]", text[:last])[-1][-30:]
    return bool(_NEGATED.search(clause)) or bool(re.search(r"\b(?:not|never|no|without)\b|n't\b", before, re.I))
