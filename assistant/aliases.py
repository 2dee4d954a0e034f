"""Aliases: a name and evidence that gives it in; what it is the name of, in the words of an announcement, out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.evidence import Evidence
from assistant.facts_asked import says_event
from assistant.labels import conflict, labels
from assistant.names import given_names
from assistant.needs import Need
from assistant.question import Question, understand

# ミッション2のマイクロローバー（…）「TENACIOUS」: the nouns before the quotation mark, joined by の.
_BEFORE_JA = re.compile(
    r"(?P<said>[一-龯ァ-ヶー々A-Za-z0-9.]+(?:の[一-龯ァ-ヶー々A-Za-z0-9.]+){0,3})(?:[（(][^（）()]{1,30}[）)])?[「『]?$"
)
# "TENACIOUS, the micro rover of Mission 2," and "the Mission 2 lander, RESILIENCE".
_AFTER_EN = re.compile(
    r"^[\"”]?,? (?:\(|which is |is )?(?:the|a|an) (?P<said>[A-Za-z0-9][\w .-]{2,50}?)"
    r"(?=[,.;)]| (?:was|is|has|will|to|that|which)\b)"
)
_BEFORE_EN = re.compile(r"\b[Tt]he (?P<said>[A-Za-z0-9][\w -]{2,40}?)(?:,| named| called)? [\"“]?$")
# A name is exchanged for a thing, never for a company, an office or a person; and never for half of a phrase.
_NO_THING = re.compile(
    r"(?:社|法人|会社|銀行|機関|大学|政府|庁|省|氏|者|長|員|市場|国|時点|現在|従来|年|月|日)$"
    r"|\b(?:compan(?:y|ies)|corporation|bank|agency|ministry|university|government|unit|subsidiary|team|group|officer|director|"
    r"president|ceo|cfo|chair(?:man)?|founder|partner|customer|(?:of|by|to|with|for|from|and|or|in|on|at|as|is|was|that))$",
    re.I,
)
_KATAKANA = re.compile(r"[ァ-ヶー]{3,}")


def descriptions(question: Question, evidence: Sequence[Evidence], most: int = 2) -> Iterator[tuple[str, Evidence]]:
    """The question with a name exchanged for what it names, and the evidence that says so; at most `most` of them.

    A question on TENACIOUS is answered by what is said of the micro rover of Mission 2.
    """
    listed = {need.text for need in question.needs if any(term[0] == "@" for term in need.terms) and not need.is_name}
    named = {need.text for need in question.needs if not need.is_number} - listed
    written = [question.text[start:end] for start, end in given_names(question.text)]
    written += _KATAKANA.findall(question.text) if question.language == "ja" else []
    issuers = " ".join({one.sentence.announcement.issuer for one in evidence}).casefold()
    asked = [
        name
        for name in dict.fromkeys(written)
        if name in named
        and name in question.text
        and name.casefold() not in issuers
        and not _is_of_subsidiary(name, question.text, issuers)
    ]
    seen: set[str] = set()
    for name in asked:
        for one in evidence:
            sentence = one.sentence
            if sentence.language != question.language:
                continue
            for said in _said_of(name, sentence.text):
                text = question.text.replace(name, said)
                if (
                    text not in seen
                    and not _NO_THING.search(said)
                    and not conflict(question.labels, labels(said))
                    and name.casefold() not in said.casefold()
                    and len(seen) < most
                ):
                    seen.add(text)
                    yield text, one


def _is_of_subsidiary(name: str, text: str, issuers: str) -> bool:
    """`name` is the second half of a subsidiary's: EUROPE in ispace EUROPE."""
    before = re.search(rf"([A-Za-z]{{4,}})[\s-]{re.escape(name)}", text)
    return before is not None and before[1].casefold() in issuers


# A mission that the question describes, and does not number.
_THE_MISSION = re.compile(r"ミッション(?!\s?[0-9])|\bmission(?!\s?[0-9])", re.I)
# How much of a description a sentence names that says which mission it is, and how close others must come to count.
_DESCRIBED, _AS_WELL = 0.7, 0.1
# The share of these sentences that speak of that mission: one may list the landers of several.
_MOSTLY = 0.66


def with_mission(question: Question, evidence: Sequence[Evidence]) -> tuple[Question, Evidence] | None:
    """The question with the number of the mission that it describes, and the evidence that says so; None for any other.

    "The mission with the rover Kamome" is Mission 2, where two of three sentences or more that speak of Kamome and of one
    mission alone speak of Mission 2.
    """
    if question.want not in ("date", "history", "change_count") or not _THE_MISSION.search(question.text):
        return None
    if any(label.startswith("mission:") for label in question.labels):
        return None
    places = [place for place, need in enumerate(question.needs) if _describes(need)]
    if not any(question.needs[place].is_name or question.needs[place].is_number for place in places):
        return None
    found: list[tuple[float, str, Evidence]] = []
    for one in evidence:
        missions = [label for label in labels(one.sentence.text) if label.startswith("mission:")]
        named = all(
            one.own_matches[place] >= 0.5
            for place in places
            if question.needs[place].is_name or question.needs[place].is_number
        )
        share = sum(one.matches[place] for place in places) / len(places)
        if len(missions) == 1 and named and share >= _DESCRIBED:
            found.append((share, missions[0], one))
    if not found:
        return None
    best = max(share for share, *_ in found)
    close = [item for item in found if item[0] >= best - _AS_WELL]
    mission, often = Counter(label for _, label, _ in close).most_common(1)[0]
    if often < _MOSTLY * len(close):
        return None
    proof = next(one for _, label, one in close if label == mission)
    number = mission.partition(":")[2]
    said = understand(
        f"Mission {number}" if question.language == "en" else f"ミッション{number}", language=question.language
    )
    rest = tuple(
        need for place, need in enumerate(question.needs) if place not in places and not _THE_MISSION.search(need.text)
    )
    labelled = (question.labels - _labels_of(question, places)) | {mission}
    return replace(question, needs=(*rest, *said.needs), labels=labelled), proof


def _describes(need: Need) -> bool:
    """The need says which mission is meant: no event, no time, not the mission itself."""
    is_date = need.is_number and not labels(need.text)
    return need.is_firm and not (is_date or need.carried or says_event(need.text))


def _labels_of(question: Question, places: Sequence[int]) -> frozenset[str]:
    """The labels of the needs at `places`: Series 3 of the mission with the Series 3 lander."""
    return frozenset(label for place in places for label in labels(question.needs[place].text))


def _said_of(name: str, text: str) -> Iterator[str]:
    for match in re.finditer(rf"(?<![A-Za-z0-9ァ-ヶー]){re.escape(name)}(?![A-Za-z0-9ァ-ヶー])", text):
        before, after = text[: match.start()], text[match.end() :]
        japanese = _BEFORE_JA.search(before)
        if japanese and not japanese["said"].isascii():
            yield japanese["said"]
        english = _AFTER_EN.match(after) or _BEFORE_EN.search(before)
        if english:
            yield f"the {english['said']}"
