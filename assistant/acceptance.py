"""Acceptance: a piece of Evidence and a question in; the rule by which it is no answer out, "" where it is one.

A sentence about the same thing that answers something else is what misleads a reader. `RULES` names the ways in which
it does, in the order in which they are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.candidates import TYPED
from assistant.evidence import Evidence
from assistant.labels import labels
from assistant.names import named_organisations, named_places
from assistant.names_asked import has_new_name, members_named, name_given, new_names, unasked, words_of_name
from assistant.needs import ACRONYMS
from assistant.question import Need, Question
from assistant.score import asks_others, explains
from assistant.sentence import Sentence, tells_what_happened
from assistant.subjects import is_cost_of_another, may_be_of_another
from assistant.wanted import PARAPHRASE, places_of_need
from assistant.wants import measure_of
from corpus.values import fold
from index.analyse import placed_words

# How likely the acceptor has to hold a sentence to answer where no rule objects; this and the values of `SOFT` were set
# on question files that it had not learned from (bench/train_acceptor.py).
UNLIKELY = 0.15
# Share of the question's weight that the evidence names at least, whatever the acceptor says.
LEAST = 0.4
# Least share of the question's weight that the evidence names; set on development questions (bench/abstain.py).
ENOUGH_WITH_VALUE = 0.5
ENOUGH = 0.55
OWN_ENOUGH = 0.25
# Where the span reader is sure of its words, and that they answer.
ENOUGH_WITH_SPAN, SURE_SPAN = 0.4, 0.6
# The same where the very thing asked about is not named.
HEADLESS = 0.72
# The same where something asked about is named by no announcement at all.
UNHEARD = 0.62
# What is named by less is not named; what only the sentences beside it say matches by less than `_NEARBY`.
_NAMED, _NEARBY = 0.4, 0.65
_ALL_BUT_THE_VERB = 0.85


@dataclass(frozen=True)
class Case:
    """Evidence that is to answer a question."""

    one: Evidence
    question: Question
    with_value: bool  # a value of the wanted kind is a part of the proof

    @property
    def is_typed(self) -> bool:
        """A date, an amount, a quantity is asked for."""
        return self.question.want in TYPED

    @cached_property
    def issuer(self) -> set[str]:
        """Words of the name of the company that speaks."""
        return words_of_name(self.one.sentence.announcement.issuer)

    def is_issuer(self, need: Need) -> bool:
        """The need names the company that speaks, which its announcements need not name."""
        named = words_of_name(need.text)
        return bool(named) and named <= self.issuer

    def firm(self, matches: Sequence[float]) -> list[tuple[Need, float]]:
        """What is asked for in earnest, each with how far it is named."""
        return [(need, match) for need, match in zip(self.question.needs, matches, strict=True) if need.is_firm]

    @cached_property
    def around(self) -> list[tuple[Need, float]]:
        """`firm` by the sentence, its title and what stands beside it."""
        return self.firm(self.one.matches)

    @cached_property
    def own(self) -> list[tuple[Need, float]]:
        """`firm` by the sentence alone."""
        return self.firm(self.one.own_matches)

    @property
    def names_all_but_the_verb(self) -> bool:
        """A value beside which all is named but what is done with it: 払う額, 発注額."""
        return self.with_value and bool(self.one.candidates) and self.one.own >= _ALL_BUT_THE_VERB

    @cached_property
    def own_things(self) -> list[float]:
        """How far the sentence alone names what is no name, no number and not the issuer's."""
        return [
            match
            for need, match in self.own
            if not (need.is_name or need.is_number or need.carried) and not (self.is_typed and self.is_issuer(need))
        ]


def objection(one: Evidence, question: Question, *, with_value: bool = False) -> str:
    """The first rule of `RULES` by which `one` does not answer `question`; "" where it answers."""
    case = Case(one, question, with_value)
    return next((name for name, objects in RULES if objects(case)), "")


def accepted(one: Evidence, question: Question, *, with_value: bool = False) -> bool:
    """`one` speaks of what was asked, and names enough of it; a value of the wanted kind is a part of the proof.

    What the acceptor holds for unlikely is no answer, and what it holds for likely is one against a soft rule. Of a
    value, `unlikely` tells by all the sentences that give one: what a later one replaced is unlikely by itself.
    """
    broken = objection(one, question, with_value=with_value)
    if one.answers is None or not broken:
        return not broken and (with_value or one.answers is None or one.answers >= UNLIKELY)
    return broken in SOFT and one.answers >= SOFT[broken] and one.coverage >= LEAST


def unlikely(able: Sequence[Evidence]) -> bool:
    """The acceptor judged some of `able`, and holds each of those for unlikely to answer."""
    told = [one.answers for one in able if one.answers is not None]
    return bool(told) and max(told) < UNLIKELY


def _is_vague(case: Case) -> bool:
    """A question that names nothing in particular is not answered by whatever holds its small words."""
    return not case.around


def _names_nobody(case: Case) -> bool:
    return case.question.want == "person" and not has_new_name(case.one.sentence, case.question)


def _says_not_what_they_did(case: Case) -> bool:
    """ "Who heads the task force?" is not answered by what names the task force, and somebody else."""
    if case.question.want not in ("person", "organisation") or _is_sure(case.one):
        return False
    asked = _WHO_DID.search(case.question.text)
    if asked is None:
        return False
    did = asked["did"] or asked["did_ja"]
    needs = zip(case.question.needs, case.one.own_matches, strict=True)
    return any(
        (need.text == did if did.isascii() else did.startswith(need.text)) and need.is_firm and match < 0.3
        for need, match in needs
    )


def _tells_of_a_plan(case: Case) -> bool:
    """How something turned out is not told by what is planned, nor whether it has happened."""
    question, sentence = case.question, case.one.sentence
    asks = bool(_RESULT_ASKED.search(question.text)) and not question.asks_plan
    return (
        asks
        and question.want in ("free", "manner", "yes_no", "statement")
        and sentence.is_planned
        and not (tells_what_happened(sentence.text))
    )


def _is_sure(one: Evidence) -> bool:
    """The span reader is sure of its words, and that they answer."""
    return one.span is not None and one.span.score >= SURE_SPAN and one.none <= 0.05


def _tells_no_turn(case: Case) -> bool:
    """Who came before or after somebody is not told by a sentence that speaks of both in one time."""
    asks = case.question.want == "person" and bool(_TURN_ASKED.search(case.question.text))
    return asks and not _TURN.search(case.one.sentence.text)


def _is_of_another_owner(case: Case) -> bool:
    """What the value or the person belongs to is named nearby only, not by the sentence or its title."""
    if not (case.is_typed or case.question.want == "person"):
        return False
    firm = [(need, match) for need, match in case.around if not need.carried]
    for need, match in firm:
        is_thing = need.is_name and not need.is_number and not case.is_issuer(need)
        if is_thing and match < _NEARBY and case.is_typed and _is_subject(need, case.question) and _names_other(case):
            return True
    if case.question.unit and _is_of_another_craft(case):
        return True
    others = sum(match >= _NEARBY for need, match in firm if not (need.is_name or case.is_issuer(need)))
    for need, match in firm if others < 2 else ():
        if need.is_name and not need.is_number and match < _NEARBY and not case.is_issuer(need):
            return True
    if case.question.want == "person":
        post = [match for need, match in firm if need.head and _POST_ASKED.search(case.question.text)]
        posts = post or [
            match for need, match in firm if any(_POST.fullmatch(term) for term in need.terms) and not need.is_name
        ]
        return bool(posts) and max(posts) < _NAMED
    # A percentage may be of anything: an interest rate is called one.
    rates = [match for need, match in firm if _RATE.search(need.text)]
    if case.question.unit == "percent" and rates and max(rates) < _NAMED:
        return True
    things = [match for need, match in firm if not (measure_of(need.text) or need.is_number)] or [
        match for need, match in case.around if need.carried and not (measure_of(need.text) or need.is_number)
    ]
    return case.question.want == "quantity" and bool(case.question.unit and things) and max(things) < _NAMED


def _is_of_another_craft(case: Case) -> bool:
    """The mass of the rover is none of the lander."""
    asked, said = (_craft_named(text) for text in (case.question.text, case.one.sentence.text))
    return bool(asked and said) and not asked & said


def _craft_named(text: str) -> frozenset[str]:
    return frozenset(kind for kind, pattern in _CRAFT.items() if pattern.search(text))


def _is_subject(need: Need, question: Question) -> bool:
    """The question asks what `need` does, did or has: JALは…, "How much did JAL invest?", "JAL's staff"."""
    name = re.escape(need.text)
    before, after = r"\b(?:did|does|do|has|have|had|is|was|will|are|were)\s(?:the\s)?", r"(?:[（(][^（()）]*[)）])?"
    owned = r"の(?:従業員|社員|売上|利益|本社|社長|代表|株|資本金|設立|契約額)"
    return bool(
        re.search(rf"{name}{after}(?:は|が|{owned})", question.text)
        or re.search(rf"{before}{name}\s(?:\w+ing|[a-z]{{3,}})|{name}['’]s?\s", question.text)
    )


def _names_other(case: Case) -> bool:
    """The sentence names a company or an office: the one that speaks, or one that was not asked after."""
    text = case.one.sentence.text
    own = any(word in text.casefold() for word in case.issuer if len(word) > 4)
    return own or bool(unasked(named_organisations(text), case.question))


def _names_no_place(case: Case) -> bool:
    sentence, question = case.one.sentence, case.question
    if question.want != "place" or unasked(named_places(sentence.text), question):
        return False
    return bool(_COUNTRY.search(question.text)) or not new_names(sentence, question)


def _names_no_organisation(case: Case) -> bool:
    return case.question.want == "organisation" and not new_names(case.one.sentence, case.question)


def _names_none_of_them(case: Case) -> bool:
    """ "Which are the three sites?" is not answered by what says that there are three, and names not two of them."""
    question, sentence = case.question, case.one.sentence
    if not question.so_many or case.is_typed:
        return False
    told = [value for value in sentence.values if value.kind == "quantity" and value.number == question.so_many]
    if not told or any(_LISTS.search(sentence.text[: value.start]) for value in told):
        return False
    return len(members_named(sentence, question)) < 2


def _names_no_other(case: Case) -> bool:
    """Which others there were is not told by what names only the company that speaks, its subsidiaries and places."""
    question, sentence = case.question, case.one.sentence
    if question.want != "organisation" or not asks_others(question.text):
        return False
    own = "|".join(re.escape(word) for word in case.issuer if len(word) > 4) or "^$"

    def is_other(name: str) -> bool:
        is_own = re.search(rf"(?:{own})[\s-]{re.escape(name)}", sentence.text, re.I) or re.search(own, name, re.I)
        return not (is_own or named_places(name) or _OF_A_LAND.fullmatch(name))

    others = list(filter(is_other, new_names(sentence, question)))
    return not others


def _explains_no_name(case: Case) -> bool:
    return bool(_MEANING_ASKED.search(case.question.text)) and not _says_what_it_means(case.one.sentence, case.question)


def _gives_no_name(case: Case) -> bool:
    asks = case.question.asks_name and not case.is_typed
    return asks and not name_given(case.one.sentence, case.question)


def _is_of_no_such_kind(case: Case) -> bool:
    """ "Which rocket …?": the sentence neither speaks of a rocket, nor gives a name that the question does not hold."""
    one, question = case.one, case.question
    if not question.kind_asked or case.is_typed:
        return False
    if any(need.text == question.kind_asked and need.alternatives for need in question.needs):
        return False
    kinds = [
        match for need, match in zip(question.needs, one.own_matches, strict=True) if need.text == question.kind_asked
    ]
    if max(kinds, default=0.0) >= PARAPHRASE and _OF_WHAT.search(question.text):
        return False
    if (
        question.want == "free"
        and max(kinds, default=1.0) < _NAMED
        and (one.span is None or one.span.score < SURE_SPAN)
    ):
        return True
    if _LABELLED.search(question.kind_asked) and labels(one.sentence.text) - question.labels:
        return False
    return not new_names(one.sentence, question)


def _says_more_than_asked(case: Case) -> bool:
    """Whether something is the only one, is told by a sentence that names all of it."""
    needs = zip(case.question.needs, case.one.own_matches, strict=True)
    return case.question.says_only and any(need.factor >= 1 and match < 0.7 for need, match in needs)


def _says_nothing_of_the_thing(case: Case) -> bool:
    """Of what is asked of a thing, something must be named; that the thing is named is not enough."""
    said = [
        match
        for need, match in case.around
        if not (need.is_number or need.carried or case.is_issuer(need))
        and (case.question.want == "yes_no" or not (need.is_name or _is_capitalised(need)))
    ]
    reasons = case.question.want == "reason" and explains(case.one.sentence.text)
    return bool(said) and max(said) < _NAMED and not reasons and not case.names_all_but_the_verb


def _is_named_by_the_title_alone(case: Case) -> bool:
    """A value beside which only the title names what was asked is a value of something else."""
    places = case.is_typed or case.question.want == "place"
    named = not case.own_things or max(case.own_things) >= _NAMED
    return places and not named and not case.names_all_but_the_verb


def _is_paraphrase_alone(case: Case) -> bool:
    """Nor is it proved by words of about the same meaning alone, unless nothing at all is left out."""
    things = case.own_things
    if len(case.own) > 1 and min(match for _, match in case.own) >= PARAPHRASE - 0.05:
        return False
    if case.names_all_but_the_verb:
        return False
    return case.is_typed and bool(things) and max(things) <= PARAPHRASE and not _is_of_the_issuer(case)


def _gives_no_reason(case: Case) -> bool:
    things = case.own_things
    asks = case.question.want == "reason" and bool(things) and max(things) < 0.5
    return asks and not explains(case.one.sentence.text)


def _says_it_again(case: Case) -> bool:
    """ "The seventh payload was revealed" does not tell what the seventh payload is."""
    one, question = case.one, case.question
    if question.want not in ("free", "definition", "statement") or not _WHAT_IS.search(question.text):
        return False
    text = one.sentence.text
    told = [spot for need in question.needs for spot in places_of_need(one.sentence, need)]
    told += [(value.start, value.end) for value in one.sentence.values if value.kind == "date"]
    left = [
        form
        for start, end, form in placed_words(fold(text))
        if not any(first < end and start < last for first, last in told)
        and fold(text)[start:end].casefold() not in case.issuer
        and not _ANNOUNCES.fullmatch(form)
    ]
    return not left


def _is_undated_event(need: Need, case: Case) -> bool:
    """A day beside which this is not named is that of another event; a plan may leave out the launch."""
    if case.question.want not in ("date", "time") or need.factor < 1 or need.is_name or need.is_number or need.carried:
        return False
    listed = any(term[0] == "@" for term in need.terms) and not case.is_issuer(need)
    return (need.head or listed) and not (case.one.sentence.is_planned and "@launch" in need.terms)


def _names_too_little(case: Case) -> bool:
    one, question = case.one, case.question
    enough = ENOUGH_WITH_VALUE if case.with_value else ENOUGH
    if question.want == "place" and not named_places(one.sentence.text):
        enough = HEADLESS
    # What the question is about must be named, unless all the rest is.
    for need, match in zip(question.needs, one.matches, strict=True):
        if need.text in (question.options or ()):
            continue  # of two that are offered, the answer names one
        told_by_value = case.is_typed and one.candidates and not _is_undated_event(need, case)
        if (need.head or _is_undated_event(need, case)) and match < _NAMED and not told_by_value:
            # Of what is called something, the name itself has been found by now.
            enough = max(enough, UNHEARD if case.question.asks_name else HEADLESS)
    if one.has_unheard:
        enough = max(enough, UNHEARD)
    # On our own questions without an answer the span reader was never surer of a span than 0.23 where this said no.
    if not case.with_value and _is_sure(one):
        enough = min(enough, ENOUGH_WITH_SPAN)
    return one.coverage < enough


# What each says of the evidence, and whether it holds.
RULES: tuple[tuple[str, Callable[[Case], bool]], ...] = (
    ("a name that was asked for is nowhere near", lambda case: case.one.missing_name),
    ("it speaks of another mission, contract or stage", lambda case: case.one.other_number),
    ("it is the cost of something else", lambda case: case.is_typed and is_cost_of_another(case.one, case.question)),
    ("it may be a value of another mission", lambda case: case.is_typed and may_be_of_another(case.one, case.question)),
    ("the sentence itself names too little", lambda case: case.one.own < OWN_ENOUGH),
    ("nothing in particular is asked for", _is_vague),
    ("it names nobody", _names_nobody),
    ("it says nothing of what somebody did", _says_not_what_they_did),
    ("it tells of a plan, and not of what came of it", _tells_of_a_plan),
    ("it does not say who came before or after whom", _tells_no_turn),
    ("it is a value of something else", _is_of_another_owner),
    ("it names no place", _names_no_place),
    ("it names no organisation", _names_no_organisation),
    ("it names none of those that it counts", _names_none_of_them),
    ("it names no other", _names_no_other),
    ("it explains no name", _explains_no_name),
    ("it gives no name", _gives_no_name),
    ("it speaks of nothing of that kind", _is_of_no_such_kind),
    ("it does not say that there is no other", _says_more_than_asked),
    ("it says nothing of what is asked of the thing", _says_nothing_of_the_thing),
    ("only the title names what was asked", _is_named_by_the_title_alone),
    ("it only uses words of about the same meaning", _is_paraphrase_alone),
    ("it gives no reason", _gives_no_reason),
    ("it only says again what was asked", _says_it_again),
    ("it names too little of what was asked", _names_too_little),
)


# Rules of thumb, and how likely the acceptor has to hold a sentence to answer against each: what they miss may be said
# in other words.
SOFT = {
    "it speaks of nothing of that kind": 0.45,
    "it names too little of what was asked": 0.35,
}


def _is_capitalised(need: Need) -> bool:
    """The need is a thing by its spelling: Saudi Arabia, but not CEO."""
    return need.text[:1].isupper() and need.text not in ACRONYMS


# Listed words for what somebody is, and for being made one.
_POST = re.compile(
    r"@(?:ceo|c[fto]o|president|chairman|founder|(?:[a-z]+-)?(?:director|officer|president|manager|minister)|administrator|appointment)"
)
# European, Japanese: of a land, and nobody's name; nor are two letters.
_OF_A_LAND = re.compile(r"[A-Z][a-z]+(?:an|ese|ish)|[A-Za-z.]{1,3}")
# ランダーとローバーの2種類.
_LISTS = re.compile(r"(?:と|、|および|及び|や)[^、。はがを]{1,20}の$|\band [\w -]{2,30}, $")
# 何の実証: what the sentence says of it answers, and needs no name.
_OF_WHAT = re.compile(r"(?:何|なん)の|\b(?:which|what) [a-z]+s\b", re.I)
# Kinds of things that are told apart by a number.
_LABELLED = re.compile(
    r"ミッション|契約|マイルストーン|サクセス|シリーズ|フェーズ|段階|mission|contract|milestone|success|series|phase|stage",
    re.I,
)
_TURN_ASKED = re.compile(
    r"\b(?:before|after|succeed\w*|replac\w+|predecessor|successor|took over from)\b|前任|後任"
    r"|の(?:前|後)(?:は|の|に|、)|に代わ",
    re.I,
)
_TURN = re.compile(
    r"\b(?:before|after|succeed\w*|replac\w+|former\w*|previous\w*|predecessor|successor|until|took over|followed)\b"
    r"|前任|後任|前職|従来|それまで|に代わ|交代|引き継|後継|退任",
    re.I,
)
_WHAT_IS = re.compile(
    r"何(?:です|でし|だっ|なん|？|\?|$)|なに(?:です|？|$)|\bwhat (?:is|was|are|were)\b|\bwhat's\b", re.I
)
_ANNOUNCES = re.compile(
    r"発表|公表|明らか|開示|株式|会社|以下|同社|announc\w*|reveal\w*|disclos\w*|publish\w*|also|inc|ltd|co|為る|行う",
    re.I,
)
_WHO_DID = re.compile(
    r"\bwho (?:also |first |then )?(?P<did>[a-z]+)\b|(?:誰|だれ|どなた|どの[一-龯]{1,4})が(?P<did_ja>[^、。？?]{1,8})",
    re.I,
)
_RESULT_ASKED = re.compile(
    r"結果|通(?:った|りま)|合格|無事|どうでした|\b(?:turn(?:ed)? out|passed?|outcome|results?)\b", re.I
)
_POST_ASKED = re.compile(
    r"\bwho (?:is|was|are|were) (?:the|its|their) [\w -]+? (?:of|at|for|in)\b"
    r"|の(?:リーダー|責任者|トップ|長|担当者?)は(?:誰|だれ|どなた)",
    re.I,
)
_CRAFT = {
    "lander": re.compile(r"ランダー|着陸船|着陸機|\blanders?\b", re.I),
    "rover": re.compile(r"ローバー|探査車|\brovers?\b", re.I),
    "orbiter": re.compile(r"周回機|周回衛星|オービター|\borbiters?\b", re.I),
    "satellite": re.compile(r"(?<!周回)衛星|\bsatellites?\b", re.I),
    "rocket": re.compile(r"ロケット|\brockets?\b", re.I),
}
_RATE = re.compile(r"金利|利率|利回り|\b(?:interest|rates?|yield)\b", re.I)
_COUNTRY = re.compile(r"(?:どこの|何の|どの|何)国|\b(?:which|what) country\b", re.I)
_MEANING_ASKED = re.compile(
    r"何の略|どういう意味|(?:の|を)意味|由来|\bstands? for\b|what does .{1,40} mean\b|meaning of", re.I
)
_MEANING = re.compile(
    r"意味|略|由来|とは|表し|表す|指し|指す|込め"
    r"|\bstands? for\b|\bmean(?:s|t|ing)?\b|\bshort for\b|\bderived?\b|\brefers? to\b"
    r"|\bacronym\b|\bnamed after\b|\bfrom the\b",
    re.I,
)


def _says_what_it_means(sentence: Sentence, question: Question) -> bool:
    """The sentence explains a name: "stands for", or in brackets behind it, or "Success 7 is …"."""
    if _MEANING.search(sentence.text):
        return True
    firm = [need for need in question.needs if need.is_firm]
    spots = [spot for need in firm for spot in places_of_need(sentence, need)]
    before_or_behind = [(sentence.text[:start], sentence.text[end:]) for start, end in spots]
    if any(
        re.match(r"[」”\"]?\s?[（(]", behind) or re.search(r"[（(][「“\"]?$", before)
        for before, behind in before_or_behind
    ):
        return True
    if re.search(r"略|\bstands? for\b", question.text, re.I) and not any(need.is_number for need in firm):
        return False
    return any(re.match(r"(?:（[^）]*）|\s?\([^)]*\))?(?:は、?| is | are )", behind) for _, behind in before_or_behind)


def _is_of_the_issuer(case: Case) -> bool:
    """One of the two things that the question names is the company that speaks: the rest is all that is asked."""
    announcement = case.one.sentence.announcement
    issuer = case.issuer | words_of_name(announcement.text[:120])
    firm = [need for need in case.question.needs if need.is_firm]
    return len(firm) == 2 and any(words_of_name(need.text) and words_of_name(need.text) <= issuer for need in firm)
