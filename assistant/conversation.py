"""Conversation: a follow-up and the turns before it in, a question that stands alone (and what it carries over) out."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from assistant.answer import Turn
from assistant.candidates import TYPED
from assistant.labels import labels
from assistant.names import named_people
from assistant.needs import FIRM, Need
from assistant.question import Question, as_of_in, question_language, tidy, understand
from assistant.wants import beside_of, measure_of
from corpus.announcement import Language
from corpus.values import fold, values
from index.analyse import analyse

_LEANING_JA = re.compile(
    r"^(?:では|じゃあ|それでは|それなら|そして|また|あと|ほかに|他に|ちなみに|で、)|(?:その|それ|(?<!ど)この|これ|そこ|同じ|上記|前者|後者|もう一方|もうひとつ|もう一つ|他の|次の|うち)|^(?:いつ|どこ|誰|だれ|いくら|なぜ|金額は|時期は|理由は|場所は)[^、]{0,8}$"
)
_LEANING_EN = re.compile(
    r"^(?:and|then|so|what about|how about|ok|also|but)\b|\b(?:it|its|they|them|their|that|this|those|these|the other|the second one|the first one|the same|he|she|him|her|his|one)\b|^(?:when|where|who|why|how much|how many)\?*$",
    re.IGNORECASE,
)
_ORDINALS = [
    ("1つ目", "一つ目", "１つ目", "最初の", "1番目", "first", "1st"), ("2つ目", "二つ目", "２つ目", "2番目", "second", "2nd"),
    ("3つ目", "三つ目", "３つ目", "3番目", "third", "3rd"), ("4つ目", "四つ目", "４つ目", "4番目", "fourth", "4th"),
]  # fmt: skip
_PERSON = re.compile(r"その人|その方|同氏|彼女|彼(?!ら)|\b(?:he|she|him|his|her)\b", re.IGNORECASE)
_OTHER = re.compile(r"もう一方|もうひとつ|もう一つ|他方|the other(?: one)?", re.IGNORECASE)
_YEAR = re.compile(r"(?<![0-9.,])(?:19|20)[0-9]{2}(?![0-9.,]*[0-9])")
_YEAR_LATER = re.compile(
    r"(?P<back>前(?:年|期)|その前の(?:年|期)|(?:year|one) before|previous year|prior year)"
    r"|翌(?:年|期)|次の(?:年|期)|year after|(?:following|next|subsequent) (?:fiscal |financial )?year",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(ミッション|サクセス|シリーズ|フェーズ|Mission|Success|Series|Phase)\s?([0-9]+)", re.IGNORECASE
)
_ONLY_POINTS_JA = re.compile(
    r"^(?:では|じゃあ|それでは|そして|また)?、?(?P<what>.{1,24}?)(?:は|の方は|のほうは|についても?|だと)?(?:どうですか|どうでしょうか|いかがですか|どう|ですか)?[。？?\s]*$"
)
_ONLY_POINTS_EN = re.compile(
    r"^(?:and|what about|how about|and what about|then)\s+(?P<what>.{1,40}?)\??$", re.IGNORECASE
)


def leans(text: str, history: Sequence[Turn], *, language: Language | None = None) -> bool:
    """Whether `text` points at something that was said before."""
    typed = tidy(text)
    spoken = language or question_language(typed)
    if not any(turn.role == "user" for turn in history):
        return False
    return bool((_LEANING_JA if spoken == "ja" else _LEANING_EN).search(fold(typed))) or _names_little(typed, spoken)


def _names_little(text: str, language: Language) -> bool:
    """The text asks for one thing and does not say of what: 「座標は？」, "On which rocket?"."""
    firm = [need for need in understand(text, language=language).needs if need.factor >= 1]
    return len(firm) <= 1 and not any(need.is_name or need.is_number for need in firm)


def stand_alone(text: str, history: Sequence[Turn], *, language: Language | None = None) -> Question:
    """`text` understood in the light of `history`; a question that names its own subject takes nothing from before."""
    typed = tidy(text)
    spoken = language or question_language(typed)
    if not leans(text, history, language=spoken):
        return understand(typed, language=spoken)
    last = max(place for place, turn in enumerate(history) if turn.role == "user")
    earlier = history[max(0, last - 2 * _TURNS_BEFORE) : last]
    said = stand_alone(history[last].content, earlier, language=spoken)
    previous = said.text
    swapped = _swapped(typed, previous, spoken)
    if swapped:
        return understand(swapped, language=spoken)
    own = understand(typed, language=spoken)
    if any(need.is_number and _NUMBERED.search(fold(need.text)) for need in own.needs) and len(own.needs) > 2:
        return own
    told = next((turn.content for turn in history[last + 1 :] if turn.role == "assistant"), "")
    answer = "" if _ABSTAINS.search(told) else told
    question = understand(typed, language=spoken, carried=_carried(own, said, answer))
    return _of_the_same_picture(_without_its_kind(question), said)


# Nothing was named by an answer that there is none.
_ABSTAINS = re.compile(
    r"記載が?(?:は)?ありません|公表されていません|見つかりません|\b(?:do|does) not (?:state|say)\b|\bNo announcement\b|\bnot (?:stated|disclosed)\b"
)
# Questions before the last one that its own subject may come from.
_TURNS_BEFORE = 3


# "that mission", of which the number was said before, need not be called a mission where its number stands.
_NUMBERED_KIND = re.compile(
    r"ミッション|契約|案件|計画|ランダー|機体|missions?|contracts?|tasks?|landers?|projects?", re.IGNORECASE
)


_VAGUE = re.compile(
    r"時点|時期|役職|職|地位|数字|数値|point|time|moment|stage|post|position|job|role|title|figures?|numbers?",
    re.IGNORECASE,
)


def _without_its_kind(question: Question) -> Question:
    """`question` where the word behind "that" says little, if a name or a number says what is meant."""
    pointed = (_POINTED_JA if question.language == "ja" else _POINTED_EN).search(question.text)
    vague = _VAGUE.match(pointed["noun"]) if pointed else None
    noun = vague or (_NUMBERED_KIND.match(pointed["noun"]) if pointed else None)
    before = [need for need in question.needs if need.text.casefold() not in question.text.casefold()]
    is_told = any((need.is_name or need.is_number) and not need.carried for need in before) or (vague and before)
    if noun is None or not is_told:
        return question
    # To hold a post, to give a figure: the verb says no more than its noun.
    needs = tuple(
        dataclasses.replace(need, factor=0.2)
        if need.text.casefold() == noun.group().casefold()
        or (vague and question.want in TYPED and need.factor == FIRM and not need.carried)
        else need
        for need in question.needs
    )
    return dataclasses.replace(question, needs=needs)


def _of_the_same_picture(question: Question, said: Question) -> Question:
    """Who stands beside the one who was asked for, where a picture was spoken of before."""
    beside = beside_of(fold(question.text))
    position = question.position
    if said.want != "people_in_picture" or not (beside or position) or question.want == "people_in_picture":
        return question
    return dataclasses.replace(
        question, wants=said.wants, beside=() if position else beside, position=position or said.position
    )


def _swapped(text: str, previous: str, language: Language) -> str | None:
    """The previous question with its number, ordinal or year exchanged, for "And the second one?"."""
    folded, before = fold(text), fold(previous)
    pattern = _ONLY_POINTS_JA if language == "ja" else _ONLY_POINTS_EN
    only_points = pattern.match(folded)
    if not only_points:
        return None
    what = only_points["what"]
    if _OTHER.search(what):
        for number, forms in enumerate(_ORDINALS[:2]):
            for form in forms:
                if re.search(re.escape(form), before, re.IGNORECASE):
                    other = _ORDINALS[1 - number]
                    return re.sub(re.escape(form), _like(form, other), before, count=1, flags=re.I)
        return None
    for forms in _ORDINALS:
        if not any(re.search(rf"(?<![A-Za-z]){re.escape(form)}", what, re.IGNORECASE) for form in forms):
            continue
        for others in _ORDINALS:
            for form in others:
                if others is not forms and re.search(rf"(?<![A-Za-z]){re.escape(form)}", before, re.IGNORECASE):
                    return re.sub(re.escape(form), _like(form, forms), before, count=1, flags=re.IGNORECASE)
    new_number, old_number = _NUMBERED.search(what), _NUMBERED.search(before)
    if new_number and old_number:
        return before.replace(old_number.group(), new_number.group(), 1)
    phrase = _PHRASE.match(what)
    if phrase and not _OTHER.search(what) and not _NO_OTHER_CASE.search(what):
        same = list(re.finditer(rf"\b{phrase['by']}\s+[^,?;]+?(?=\s+(?:{_BY})\b|[,?;]|$)", before, re.IGNORECASE))
        if same:
            return f"{before[: same[-1].start()]}{what}{before[same[-1].end() :]}"
    later = _YEAR_LATER.search(what)
    if later:
        scope, _ = as_of_in(before)
        years = [one for one in _YEAR.finditer(before) if not scope or not scope[0] <= one.start() < scope[1]]
        if years:
            year = int(years[-1].group()) + (-1 if later["back"] else 1)
            return f"{before[: years[-1].start()]}{year}{before[years[-1].end() :]}"
    new_dates = [value for value in values(what) if value.kind == "date"]
    old_dates = [value for value in values(before) if value.kind == "date"]
    if new_dates and old_dates:
        old = old_dates[0]
        return before[: old.start] + what[new_dates[0].start : new_dates[0].end] + before[old.end :]
    return None


# "And on behalf of the subsidiary?", "And in Luxembourg?"
_BY = r"on behalf of|for|in|at|by|from|to|with|under"
_PHRASE = re.compile(
    rf"(?P<by>{_BY})\s+(?!(?:it|them|him|her|that|this|those|these|which|what|whom)\b)[\w\s,.'’-]+$", re.IGNORECASE
)


# "And in euros?", "And in detail?" ask for the same thing in another way.
_NO_OTHER_CASE = re.compile(
    r"\b(?:euros?|dollars?|usd|yen|jpy|eur|pounds?|kilograms?|tonnes?|detail|total|full|particular|general|addition|short|english|japanese|other words)\b",
    re.IGNORECASE,
)


def _like(form: str, forms: Sequence[str]) -> str:
    """Of an ordinal's `forms`, the first one in the script of `form`."""
    return next((one for one in forms if one.isascii() == form.isascii()), forms[0])


def _carried(own: Question, said: Question, answer: str) -> tuple[Need, ...]:
    """What the turns before were about: their names and numbers, and their other content words."""
    known = {term for need in own.needs for term in need.terms if term[0] != "_"}
    kinds = {label.partition(":")[0] for label in own.labels}
    has_own_event = own.want == said.want in TYPED and any(
        need.factor >= 1 and need.head and not (need.is_name or need.is_number or measure_of(need.text))
        for need in own.needs
    )
    carried: list[Need] = []
    for need in said.needs:
        if not need.is_firm or need.factor < 1 or set(need.terms) & known:
            continue
        if own.unit and measure_of(need.text) not in ("", own.unit):
            continue  # "And how heavy is it?" is not about the diameter that was asked for before
        if need.head and has_own_event and not (need.is_name or need.is_number):
            continue  # when it lands is not asked of its launch
        if kinds & {label.partition(":")[0] for label in labels(need.text)}:
            continue  # another mission is asked about now
        carried.append(_without_count(dataclasses.replace(need, carried=True, head=False), own))
    if own.want == "as_of" and not own.given and (value := _value_said(answer, own.language)):
        carried.append(value)
    if _PERSON.search(own.text):
        people = named_people(answer)
        if people:
            terms = tuple(dict.fromkeys(analyse(people[0], own.language)))
            carried.append(Need(people[0], terms, is_name=True, carried=True))
    return _pointed_at(own, said, answer, carried)


# "4つの契約": whatever is asked of one of them, its sentence need not say how many there are.
_COUNT = re.compile(r"^[0-9]+\s?(?:つ|件|社|人|名|個|機|回|か所|カ所|本|者)?の?\s?(?P<noun>[^0-9\s].+)$")
_OF_THEM = re.compile(r"そのうち|このうち|うち|その中|\bof (?:those|these|them|which)\b", re.IGNORECASE)


def _without_count(need: Need, own: Question) -> Need:
    """The contracts of "4 contracts", where one of them is asked about; else `need`."""
    counted = _COUNT.match(fold(need.text)) if need.is_number and _OF_THEM.search(own.text) else None
    if counted is None:
        return need
    return dataclasses.replace(
        need, text=counted["noun"], terms=tuple(analyse(counted["noun"], own.language)), is_number=False
    )


def _value_said(answer: str, language: Language) -> Need | None:
    """The figure that was answered, or else the date, for "As of when is that?"; None for none."""
    found = sorted(values(answer), key=lambda value: value.kind == "date")
    if not found:
        return None
    said = answer[found[0].start : found[0].end]
    terms = tuple(term for term in analyse(said, language) if term[0] == "#")
    return Need(said, terms, is_number=True, carried=True) if terms else None


# The noun of "that science team" and その契約.
_POINTED_EN = re.compile(r"\b(?:that|this|the same|those|these)\s+(?P<noun>[a-z]+(?:\s[a-z]+){0,2})", re.IGNORECASE)
_POINTED_JA = re.compile(
    r"(?:その|(?<!ど)この|同じ)(?P<noun>(?!うち|前|後|際|時|他|ほか|中|年|月|日|人|方)[一-龯々ァ-ヶーA-Za-z0-9]+)"
)
_PLACE = re.compile(
    r"拠点|場所|都市|国|町|街|オフィス|事務所|\b(?:office|city|town|country|place|site|base|venue|state|region)s?\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:it|its|they|their|them)\b|それ|そこ|これ", re.IGNORECASE)


def _pointed_at(own: Question, said: Question, answer: str, carried: list[Need]) -> tuple[Need, ...]:
    """Of `carried`, what "that lander" or "it" points at: the thing that the answer named, or what was asked about it."""
    pointed = (_POINTED_JA if own.language == "ja" else _POINTED_EN).search(own.text)
    subject = _as_the_subject(own, said, carried)
    noun = _noun_said(pointed["noun"], said.text, own.language) if pointed else ""
    named = _answered(own, said, answer, noun, pointed)
    if named:
        told = tuple(need.terms for need in subject if need.is_number and labels(need.text) and _is_label(named))
        others = [need for need in carried if need.text not in named.text and need.terms not in told]
        return (dataclasses.replace(named, alternatives=told), *others)
    if noun:
        # "that rover": what the question before said of the rover, not what it asked.
        inside = {need.text for need in _needs_before(noun, said.text, own.language)}
        return tuple(
            dataclasses.replace(need, carried=need.carried and not (need.is_name and need.text in inside))
            for need in subject
            if need.text in inside or need.is_number or need.is_name
        )
    named_there = _noun_said(pointed["noun"], answer, own.language) if pointed else ""
    if named_there:
        known = {need.terms for need in (*own.needs, *subject)}
        told_there = _needs_before(named_there, answer, own.language)
        more = [
            dataclasses.replace(need, carried=True) for need in told_there if need.is_firm and need.terms not in known
        ]
        return (*(need for need in subject if need.is_name or need.is_number), *more)
    return tuple(subject)


def _answered(own: Question, said: Question, answer: str, noun: str, pointed: re.Match[str] | None) -> Need | None:
    """What was answered to "Which lander?", where the same words ("that lander", "it") point at it; None where they
    point at what was asked about."""
    if pointed:
        is_place = not noun and said.want == "place" and bool(_PLACE.search(pointed["noun"]))
        return _named_by(answer, said) if is_place or (noun and _asks_for(said, noun)) else None
    if not _PRONOUN.search(own.text):
        return None
    if said.kind_asked or said.asks_name:
        return _named_by(answer, said)
    return _told_by(answer, said) if said.want in ("free", "list") else None


def _is_label(need: Need) -> bool:
    return need.is_name or need.is_number


def _noun_said(noun: str, previous: str, language: Language) -> str:
    """The part of `noun` that the question before holds: "science team" of "science team get"; "" for none."""
    words = noun.split() if language == "en" else [noun]
    parts = [" ".join(words[:end]) for end in range(len(words), 0, -1)]
    return next((part for part in parts if re.search(re.escape(part), previous, re.IGNORECASE)), "")


def _needs_before(noun: str, text: str, language: Language) -> tuple[Need, ...]:
    """What `text` names by `noun` with what stands right before it."""
    before = r"(?:[A-Z]\w+\s\d+\s|[\w'’-]+\s){0,3}" if language == "en" else r"[^、。はがをに]{0,20}"
    phrase = re.search(before + re.escape(noun), text, re.IGNORECASE)
    return understand(phrase.group() if phrase else noun, language=language).needs


def _asks_for(said: Question, noun: str) -> bool:
    """The question before asked which `noun`."""
    return bool(said.kind_asked) and said.kind_asked.casefold() in noun.casefold()


# "Series 3. [1]": the answer in short, before its sentence.
_SHORT = re.compile(r"[^\n。]{1,40}(?:です)?[.。]? \[\d+\]\s*\n")


def _named_by(answer: str, said: Question) -> Need | None:
    """What `answer` names and the question before it does not: beside the word for the kind that was asked, else first."""
    found = [
        need
        for need in (understand(answer, language=question_language(answer)).needs if answer else ())
        if (need.is_name or (need.is_number and bool(labels(need.text))))
        and need.text.casefold() not in said.text.casefold()
    ]
    kinds = [match.span() for match in re.finditer(re.escape(said.kind_asked), answer, re.IGNORECASE)]
    short = _SHORT.match(answer)
    if not said.kind_asked or not kinds or (short and any(need.text in short.group() for need in found)):
        return next(iter(found), None)

    def distance(need: Need) -> int:
        places = [match.span() for match in re.finditer(re.escape(need.text), answer)]
        # "APEX 1.0, the lander": a name stands rather before its kind than behind it.
        return min(
            (first - end if end <= first else 2 * max(0, start - last))
            for start, end in places
            for first, last in kinds
        )

    return min(found, key=distance, default=None)


def _told_by(answer: str, said: Question) -> Need | None:
    """The first thing at all that `answer` names and the question before it does not: the scoop of "A scoop."."""
    return _named_by(answer, said) or next(
        (
            need
            for need in (understand(answer, language=said.language).needs if answer else ())
            if need.factor >= 1 and not need.is_number and need.text.casefold() not in said.text.casefold()
        ),
        None,
    )


def _as_the_subject(own: Question, said: Question, carried: Sequence[Need]) -> list[Need]:
    """`carried` with the one mission, contract or stage that was asked about, or the one thing that was named, as what
    is asked about now."""
    named = [need for need in carried if need.is_number and labels(need.text)]
    own_names = any(need.is_name or need.is_number for need in own.needs)
    if not named and not own_names and _OWNS.search(own.text):
        named = [need for need in carried if need.is_name]
    is_same = len(named) == 1 and (own.want == said.want or bool(_POINTS.search(own.text)))
    return [dataclasses.replace(need, carried=not (is_same and need in named)) for need in carried]


# Its director, その社長: what belongs to the thing, and not the thing itself.
_OWNS = re.compile(rf"(?:その|それの)(?!{_NUMBERED_KIND.pattern}|{_VAGUE.pattern})|\bits\b", re.IGNORECASE)
_POINTS = re.compile(r"その|(?<!ど)この|\b(?:it|its|that|this)\b", re.IGNORECASE)
