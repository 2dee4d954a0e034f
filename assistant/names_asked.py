"""Names that answer: a sentence and a question in; the names in it that the question asks for out."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from assistant.labels import labels
from assistant.names import given_names, named_organisations, named_people, named_places
from assistant.needs import ACRONYMS
from assistant.question import Question
from assistant.sentence import Sentence
from assistant.wanted import places_of_need
from index.terms import terms as term_list
from index.words import words


def unasked(names: Sequence[str], question: Question) -> list[str]:
    """Names that the question does not hold already."""
    asked = question.text.casefold()
    return [name for name in names if name.casefold() not in asked]


def name_given(sentence: Sentence, question: Question) -> str:
    """The name that the sentence gives, right beside it, to what the question asks the name of; "" for none."""
    heads = [need for need in question.needs if need.head]
    said_of = _NAME_OF.search(question.text)
    named = [need for need in question.needs if said_of and question.text[said_of.end() :].startswith(need.text)]
    owners = [need for need in question.needs if f"{need.text}の何という" in question.text]
    firm = [need for need in question.needs if need.is_firm]
    things = [need for need in firm if not (need.is_name or need.is_number)]
    choices = (named,) if named else (owners, heads, things, firm)
    spots = next((found for needs in choices if (found := [s for n in needs for s in places_of_need(sentence, n)])), [])
    issuer = set(words_of_name(sentence.announcement.issuer))
    best: tuple[int, str] | None = None
    for start, end in given_names(sentence.text):
        name = sentence.text[start:end]
        if name.casefold() in question.text.casefold() or (words_of_name(name) and words_of_name(name) <= issuer):
            continue
        for first, last in spots:
            between = sentence.text[last:start] if last <= start else sentence.text[end:first]
            if start <= first and last <= end and (first - start, end - last) != (0, 0):
                best = min(filter(None, (best, (0, name))))  # Atlas Crater, which names a crater
                continue
            overlaps = start < last and first < end
            joined = len(between) <= _BESIDE and not _APART.search(between)
            near = joined or (len(between) <= 3 * _BESIDE and _NAMING.search(between))
            near = near or (end <= first and len(between) <= 5 * _BESIDE and _IS_A.match(between))
            if not overlaps and near and not re.search(r"[。;；]|\. ", between):
                best = min(filter(None, (best, (len(between), name))))
    return best[1] if best else ""


# Characters between a thing and its name: ランダー（月着陸船）「RESILIENCE」, "TENACIOUS, the micro rover".
_BESIDE = 14
_APART = re.compile(
    r"[はがをにとも、](?!の)|で(?!ある)|\b(?:and|or|to|for|with|by|in|on|at|which|that|uses?|changes?|has|have|moves?)\b",
    re.I,
)
# "Blueprint Moon is a concept for a platform": what something is.
_IS_A = re.compile(r" (?:is|was) (?:an?|the) [a-z]+ (?:[a-z-]+ ){0,6}(?:for|of) ")
_NAME_OF = re.compile(r"\bnames? of (?:the |an? )?", re.I)
_NAMING = re.compile(r"変更|名称|名前|命名|呼|\bnam(?:e|ed|es)\b|\bcall(?:s|ed)?\b|\bchange[sd]? to\b", re.I)


_ABROAD = frozenset(("EU", "US", "UK", "USA"))  # as parts of names: ispace EU
_MONTH = re.compile(
    r"(?:Eastern|Central|Mountain|Pacific|Japan|Greenwich|Universal)(?: Standard| Daylight)? Time"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November|December|Q[1-4]|FY|JPY|USD|EUR|UTC|JST)\b",
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
    found += named_organisations(text)
    spans = given_names(text)
    found += [
        word.surface
        for word in words(text)
        if word.is_name
        and word.surface not in listed.japanese
        and not any(start <= word.start and word.end <= end for start, end in spans)  # of Saudi Arabia, no Arabia
    ]
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


def members_named(sentence: Sentence, question: Question) -> set[str]:
    """Names in the sentence that may be some of those that the question asks for: places where it asks where."""
    if question.want == "place":
        return set(unasked(named_places(sentence.text), question))
    return {*new_names(sentence, question), *unasked(named_people(sentence.text), question)}


_LISTED = re.compile(r"[^。.;をがは]{0,24}?(?:、|,|と|および|及び|and)[^。.;をがは]{0,12}")


def names_in_a_row(sentence: Sentence, question: Question) -> int:
    """The most names of the sentence, not asked for already, that stand in a list: 3 in "Otaru, Rumoi and Wakkanai"."""
    named = {*members_named(sentence, question), *new_names(sentence, question)}
    spots = sorted((place, place + len(name)) for name in named if (place := sentence.text.find(name)) >= 0)
    most = row = 1 if spots else 0
    for (_, end), (start, _) in itertools.pairwise(spots):
        if start < end:
            continue
        row = row + 1 if _LISTED.fullmatch(sentence.text[end:start]) else 1
        most = max(most, row)
    return most


def words_of_name(name: str) -> set[str]:
    """The words of a name, in lower case."""
    return set(re.findall(r"[a-z0-9]+", name.casefold()))


def has_new_name(sentence: Sentence, question: Question) -> bool:
    """The sentence, or the quotation's speaker, names somebody or something that the question does not."""
    section = sentence.section
    if section and section.speaker:
        return True
    places = " ".join(named_places(sentence.text))
    listed = term_list()
    known = words_of_name(sentence.announcement.issuer) | words_of_name(question.text)
    people = [
        name
        for name in unasked(named_people(sentence.text), question)
        if name.lower() not in listed.english and not known & words_of_name(name)
    ]
    others = [name for name in new_names(sentence, question) if not known & words_of_name(name)]
    return bool(people) or any(name not in places for name in others)
