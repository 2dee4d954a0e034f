"""Scoring: Evidence in; the same with its candidates and its score out, and whether it is enough for an answer."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from assistant.candidates import TYPED, candidates_in
from assistant.evidence import PARAPHRASE, Evidence, Sentence, places_of_need
from assistant.labels import labels
from assistant.names import given_names, named_people, named_places
from assistant.needs import ACRONYMS
from assistant.question import Need, Question
from assistant.wants import measure_of
from index.terms import terms as term_list
from index.words import words

# Least share of the question's weight that the evidence names; set on development questions (bench/abstain.py).
ENOUGH_WITH_VALUE = 0.5
ENOUGH = 0.55
OWN_ENOUGH = 0.25
# Where the span reader is sure of its words, and that they answer.
ENOUGH_WITH_SPAN, SURE_SPAN = 0.4, 0.6
# The same where the very thing asked about is not named.
HEADLESS = 0.72
_SECTION_PRIOR = {
    "footnote": -0.3, "heading": -0.3, "dateline": -0.5, "boilerplate": -0.06, "contact": -0.25, "title": -0.08,
    "caption": -0.08,
}  # fmt: skip
_MEANING_ASKED = re.compile(
    r"何の略|どういう意味|(?:の|を)意味|由来|\bstands? for\b|what does .{1,40} mean\b|meaning of", re.I
)
_MEANING = re.compile(
    r"意味|略|由来|とは|表し|表す|指し|指す|込め|\bstands? for\b|\bmean(?:s|t|ing)?\b|\bshort for\b|\bderived?\b|\brefers? to\b"
    r"|\bacronym\b|\bnamed after\b|\bfrom the\b",
    re.I,
)
_REASON = re.compile(r"ため|により|によって|理由|原因|起因|because|due to|caused?|owing|reason", re.I)


def scored(one: Evidence, question: Question) -> Evidence:
    """`one` with its candidates of the wanted type and its score."""
    candidates = candidates_in(one.sentence, question)
    typed = dataclasses.replace(one, candidates=candidates)
    score = one.coverage + 0.45 * one.own + 0.12 / (1 + one.rank) ** 0.5
    score += 0.3 * one.echo
    if question.want in TYPED:
        score += 0.3 if candidates else -0.2
    elif question.want == "person":
        score += 0.12 if named_people(one.sentence.text) else -0.05
    elif question.want == "place":
        score += 0.2 if _new_names(named_places(one.sentence.text), question) else -0.15
    total = score + rules(typed, question)
    return dataclasses.replace(typed, score=total, fit=total)


def rules(one: Evidence, question: Question) -> float:
    """What holds of announcements whatever was learned from other texts: a sum to be added to a score."""
    score = _SECTION_PRIOR.get(one.sentence.kind, 0.0)
    if one.sentence.kind == "title" and one.echo > 0.5:
        score -= 0.6  # whoever quotes a title asks for what stands under it
    if question.want in TYPED:
        score += 0.08 if question.asks_plan and one.sentence.is_planned else 0.0
    elif question.want == "reason":
        score += 0.3 if explains(one.sentence.text) else 0.0
    elif question.asks_name:
        score += 0.3 if name_given(one.sentence, question) else -0.3
    elif question.want in ("speaker", "statement"):
        score += 0.35 if one.sentence.kind == "quotation" else -0.1
    if one.other_number:
        score -= 0.45
    if one.missing_name:
        score -= 0.4
    return score


def explains(text: str) -> bool:
    """`text` gives a reason."""
    return bool(_REASON.search(text))


def accepted(one: Evidence, question: Question, *, with_value: bool = False) -> bool:
    """`one` speaks of what was asked, and names enough of it; a value of the wanted kind is itself a part of the proof."""
    if one.missing_name or one.other_number or one.own < OWN_ENOUGH:
        return False
    # A question that names nothing in particular is not answered by whatever holds its small words.
    if not any(need.factor >= 0.6 for need in question.needs):
        return False
    if question.want == "person" and not _has_new_name(one.sentence, question):
        return False
    if (question.want in TYPED or question.want == "person") and not _names_the_thing(one, question):
        return False
    if question.want == "place" and not (
        _new_names(named_places(one.sentence.text), question)
        or (new_names(one.sentence, question) and not _COUNTRY.search(question.text))
    ):
        return False
    if question.want == "organisation" and not new_names(one.sentence, question):
        return False
    if _MEANING_ASKED.search(question.text) and not _says_what_it_means(one.sentence, question):
        return False
    if question.asks_name and question.want not in TYPED and not name_given(one.sentence, question):
        return False
    if question.kind_asked and question.want not in TYPED and not _gives_one_of_the_kind(one, question):
        return False
    if question.says_only and any(
        need.factor >= 1 and match < 0.7 for need, match in zip(question.needs, one.own_matches, strict=True)
    ):
        return False
    # Of what is asked of a thing, something must be named; that the thing is named is not enough.
    issuer = words_of_name(one.sentence.announcement.issuer)
    said = [
        match
        for need, match in zip(question.needs, one.matches, strict=True)
        if need.factor >= 0.6
        and not (need.is_number or need.carried)
        and (question.want == "yes_no" or not (need.is_name or _is_capitalised(need)))
        and not (words_of_name(need.text) and words_of_name(need.text) <= issuer)
    ]
    if said and max(said) < 0.4 and not (question.want == "reason" and explains(one.sentence.text)):
        return False
    # A value beside which only the title names what was asked is a value of something else.
    own = [
        match
        for need, match in zip(question.needs, one.own_matches, strict=True)
        if need.factor >= 0.6
        and not (need.is_name or need.is_number or need.carried)
        and not (question.want in TYPED and words_of_name(need.text) and words_of_name(need.text) <= issuer)
    ]
    if own and max(own) < 0.4 and (question.want in TYPED or question.want == "place"):
        return False
    # Nor is it proved by words of about the same meaning alone.
    if question.want in TYPED and own and max(own) <= PARAPHRASE and not _is_of_the_issuer(one, question):
        return False
    if question.want == "reason" and own and max(own) < 0.5 and not _REASON.search(one.sentence.text):
        return False
    enough = ENOUGH_WITH_VALUE if with_value else ENOUGH
    if question.want == "place" and not named_places(one.sentence.text):
        enough = HEADLESS
    # What the question is about must be named, unless all the rest is.
    for need, match in zip(question.needs, one.matches, strict=True):
        if need.head and match < 0.4 and not (question.want in TYPED and one.candidates):
            enough = max(enough, HEADLESS)
    # On our own questions without an answer the span reader was never surer of a span than 0.23 where this said no.
    if one.span and one.span.score >= SURE_SPAN and one.none <= 0.05:
        enough = min(enough, ENOUGH_WITH_SPAN)
    return one.coverage >= enough


def _names_the_thing(one: Evidence, question: Question) -> bool:
    """What the value or the person belongs to is named by the sentence or its title, not just nearby."""
    issuer = words_of_name(one.sentence.announcement.issuer)
    firm = [
        (need, match)
        for need, match in zip(question.needs, one.matches, strict=True)
        if need.factor >= 0.6 and not need.carried
    ]
    others = sum(
        match >= _NEARBY
        for need, match in firm
        if not need.is_name and not (words_of_name(need.text) and words_of_name(need.text) <= issuer)
    )
    for need, match in firm if others < 2 else ():
        is_issuer = words_of_name(need.text) and words_of_name(need.text) <= issuer
        if need.is_name and not need.is_number and match < _NEARBY and not is_issuer:
            return False
    if question.want == "person":
        posts = [match for need, match in firm if any(term[0] == "@" for term in need.terms) and not need.is_name]
        return not posts or max(posts) >= 0.4
    things = [match for need, match in firm if not (measure_of(need.text) or need.is_number)]
    return question.want != "quantity" or not question.unit or not things or max(things) >= 0.4


# What only the sentences beside it say matches by less than this.
_NEARBY = 0.65


def _is_capitalised(need: Need) -> bool:
    """The need is a thing by its spelling: Saudi Arabia, but not CEO."""
    return need.text[:1].isupper() and need.text not in ACRONYMS


def supporting(question: Question, ranked: Sequence[Evidence], best: Evidence, most: int = 2) -> tuple[Evidence, ...]:
    """Further sentences that name what the first does not: for lists, and for questions with several sides."""
    many = question.want in ("list", "free", "manner", "reason", "organisation", "person", "definition", "statement")
    covered = list(best.matches)
    found: list[Evidence] = []
    for one in ranked[:40]:
        if len(found) >= most or one is best:
            continue
        if one.other_number or one.missing_name or one.sentence.kind in ("heading", "dateline", "title", "footnote"):
            continue
        gain = sum(
            max(0.0, new - old) * need.factor
            for new, old, need in zip(one.matches, covered, question.needs, strict=True)
        )
        same_place = one.sentence.announcement.id == best.sentence.announcement.id
        follows = same_place and 0 <= one.sentence.start - best.sentence.end <= 2
        gives_reason = (
            question.want == "reason"
            and same_place
            and not explains(best.sentence.text)
            and explains(one.sentence.text)
            and one.coverage >= 0.4
        )
        list_more = question.want == "list" and one.fit >= best.fit - 0.25
        if gain >= 0.7 or gives_reason or list_more or (many and follows and one.coverage >= 0.6 and gain >= 0.2):
            found.append(one)
            covered = [max(old, new) for old, new in zip(covered, one.matches, strict=True)]
    return tuple(found)


def confidence_in(one: Evidence, *, typed: bool) -> float:
    """How sure an answer from this evidence is, between 0.05 and 0.97, from the shares that it names."""
    return round(max(0.05, min(0.97, 0.25 + 0.55 * one.coverage + 0.15 * one.own + (0.05 if typed else 0.0))), 2)


def _new_names(names: Sequence[str], question: Question) -> list[str]:
    """Names that the question does not hold already."""
    asked = question.text.casefold()
    return [name for name in names if name.casefold() not in asked]


def name_given(sentence: Sentence, question: Question) -> str:
    """The name that the sentence gives to what the question asks the name of, right beside it; "" where it gives none."""
    heads = [need for need in question.needs if need.head]
    firm = [need for need in question.needs if need.factor >= 0.6]
    things = [need for need in firm if not (need.is_name or need.is_number)]
    spots = [spot for need in heads or things or firm for spot in places_of_need(sentence, need)]
    issuer = set(words_of_name(sentence.announcement.issuer))
    best: tuple[int, str] | None = None
    for start, end in given_names(sentence.text):
        name = sentence.text[start:end]
        if name.casefold() in question.text.casefold() or (words_of_name(name) and words_of_name(name) <= issuer):
            continue
        for first, last in spots:
            between = sentence.text[last:start] if last <= start else sentence.text[end:first]
            overlaps = start < last and first < end
            joined = len(between) <= _BESIDE and not _APART.search(between)
            near = joined or (len(between) <= 3 * _BESIDE and _NAMING.search(between))
            if not overlaps and near and not re.search(r"[。;；]|\. ", between):
                best = min(filter(None, (best, (len(between), name))))
    return best[1] if best else ""


# Characters between a thing and its name: ランダー（月着陸船）「RESILIENCE」, "TENACIOUS, the micro rover".
_BESIDE = 14
_APART = re.compile(
    r"[はがをにでとも、](?!の)|\b(?:and|or|to|for|with|by|in|on|at|which|that|uses?|changes?|has|have|moves?)\b", re.I
)
_NAMING = re.compile(r"変更|名称|名前|命名|呼|\bnam(?:e|ed|es)\b|\bcall(?:s|ed)?\b|\bchange[sd]? to\b", re.I)


# Kinds of things that are told apart by a number.
_LABELLED = re.compile(
    r"ミッション|契約|マイルストーン|サクセス|シリーズ|段階|mission|contract|milestone|success|series|phase|stage", re.I
)


def _gives_one_of_the_kind(one: Evidence, question: Question) -> bool:
    """ "Which rocket …?": the sentence speaks of a rocket, or gives a name that the question does not hold."""
    if any(need.text == question.kind_asked and need.alternatives for need in question.needs):
        return True
    kinds = [
        match for need, match in zip(question.needs, one.own_matches, strict=True) if need.text == question.kind_asked
    ]
    if question.want == "free" and max(kinds, default=1.0) < 0.4 and (one.span is None or one.span.score < 0.4):
        return False
    if _LABELLED.search(question.kind_asked) and labels(one.sentence.text) - question.labels:
        return True
    return bool(new_names(one.sentence, question))


def _says_what_it_means(sentence: Sentence, question: Question) -> bool:
    """The sentence explains a name: "stands for", or in brackets behind it, or "Success 7 is …"."""
    if _MEANING.search(sentence.text):
        return True
    firm = [need for need in question.needs if need.factor >= 0.6]
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


_COUNTRY = re.compile(r"(?:どこの|何の|どの|何)国|\b(?:which|what) country\b", re.I)
_ABROAD = frozenset(("EU", "US", "UK", "USA"))  # as parts of names: ispace EU
_MONTH = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Q[1-4]|FY|JPY|USD|EUR|UTC|JST)\b",
    re.I,
)


def new_names(sentence: Sentence, question: Question) -> list[str]:
    """Names in the sentence that could be the answer to "who" or "which": not the question's own, nor the issuer's."""
    listed = term_list()
    asked = question.text.casefold()
    known = {term for need in question.needs for term in need.terms if term[0] == "@"}
    issuer = words_of_name(sentence.announcement.issuer)
    text = sentence.text
    found = [text[start:end] for start, end in given_names(text)]
    found += [word.surface for word in words(text) if word.is_name and word.surface not in listed.japanese]
    found += [
        match.group() for match in listed.pattern.finditer(text) if listed.japanese[match.group()] in listed.names
    ]
    names = []
    for name in dict.fromkeys(found):
        concepts = {f"@{one}" for one in (listed.japanese.get(name.lower()), listed.english.get(name.lower())) if one}
        latin = words_of_name(name)
        is_asked = name.casefold() in asked or (latin and all(word in asked for word in latin)) or concepts & known
        if not (
            is_asked or _MONTH.match(name) or (latin and latin <= issuer) or labels(name) or name in ACRONYMS - _ABROAD
        ):
            names.append(name)
    return names


def _is_of_the_issuer(one: Evidence, question: Question) -> bool:
    """One of the two things that the question names is the company that speaks: the rest is all that is asked."""
    issuer = words_of_name(one.sentence.announcement.issuer) | words_of_name(one.sentence.announcement.text[:120])
    firm = [need for need in question.needs if need.factor >= 0.6]
    return len(firm) == 2 and any(words_of_name(need.text) and words_of_name(need.text) <= issuer for need in firm)


def words_of_name(name: str) -> set[str]:
    """The words of a name, in lower case."""
    return set(re.findall(r"[a-z0-9]+", name.casefold()))


def _has_new_name(sentence: Sentence, question: Question) -> bool:
    """The sentence, or the quotation's speaker, names somebody or something that the question does not."""
    section = sentence.section
    if section and section.speaker:
        return True
    places = " ".join(named_places(sentence.text))
    people = _new_names(named_people(sentence.text), question)
    return bool(people) or any(name not in places for name in new_names(sentence, question))
