"""Names of missions: text in, the places where it names a numbered or named mission out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.announcement import Announcement
from corpus.values import fold

_NO_COUNT = (
    r"(?![\d,.]*\s?(?:[年月日時分円億万人名社件つ%]|回|kg|km|m\b|million|billion|people|months?|days?|years?|hours?))"
)
_NUMBERED = re.compile(
    rf"(?P<prefix>(?:[A-Z][\w-]*['’]s\s)?(?:[A-Z][A-Za-z-]*\s){{0,3}})(?:(?<![ァ-ヶー])ミッション|\b[Mm]issions?(?=[\s-]?\d))[\s-]?(?P<first>\d{{1,2}})(?![0-9A-Za-z]|\.\d){_NO_COUNT}"
    rf"(?P<more>(?:\s?(?:,|、|・|&|and|と|及び|および)\s?\d{{1,2}}(?![0-9A-Za-z]|\.\d){_NO_COUNT})*)"
)
_ARTEMIS = re.compile(
    r"(?P<name>Artemis|アルテミス)\s?(?P<number>IV|I{1,3}|V|[1-5])(?![A-Za-z0-9])(?!\s?(?:Accords|合意))"
)
_HYPHENED = re.compile(r"(?<![\w-])(?P<name>[A-Z][A-Za-z]{0,11}-\d{1,3})(?![\w-])")
_OTHERS = re.compile(r"(?P<whose>[A-Z][\w-]*)['’]s\s")


# A text without any of these, as its Latin letters may be full-width too, names no numbered mission.
_NAMED_BY = ("ミッション", "ission", "Artemis", "アルテミス", "Ｍ", "ｍ", "Ａ")


@dataclass(frozen=True, slots=True)
class Mention:
    """`text[start:end]` names the missions `ids`, as `names`."""

    start: int
    end: int
    ids: tuple[str, ...]
    names: tuple[str, ...]


def mentions(text: str, *, named: frozenset[str] = frozenset()) -> list[Mention]:
    """The missions that `text` names, in order; `named` are the hyphened names that the announcement calls missions.

    >>> [mention.ids for mention in mentions("ミッション１と2、Mission 3、ミッション2回")]
    [('mission:1', 'mission:2', 'mission:3')]
    """
    if not named and not any(word in text for word in _NAMED_BY):
        return []
    folded = fold(text)
    found = []
    for match in _NUMBERED.finditer(folded):
        if _OTHERS.match(match["prefix"] or ""):
            continue  # "Firefly's Blue Ghost Mission 1" is another company's
        start = match.start() + len(match["prefix"] or "")
        japanese = folded[start] == "ミ"
        numbers = [match["first"], *re.findall(r"\d+", match["more"] or "")]
        numbers = [str(int(number)) for number in numbers]
        names = tuple(f"ミッション{number}" if japanese else f"Mission {number}" for number in numbers)
        found.append(Mention(start, match.end(), tuple(f"mission:{number}" for number in numbers), names))
    for match in _ARTEMIS.finditer(folded):
        number = (
            str(("I", "II", "III", "IV", "V").index(match["number"]) + 1)
            if match["number"][0] in "IV"
            else match["number"]
        )
        found.append(Mention(match.start(), match.end(), (f"artemis:{number}",), (match.group(),)))
    for match in _HYPHENED.finditer(folded) if named else ():
        if match["name"] in named:
            found.append(Mention(match.start(), match.end(), (match["name"].casefold(),), (match["name"],)))
    return _joined(
        [one for one in sorted(found, key=lambda mention: mention.start) if not _FORMER.search(folded[: one.start])],
        folded,
    )


_FORMER = re.compile(
    r"(?:\b(?:previously|formerly|once|had been)\s(?:called|known as|named|calling)?\s?[\"“]?|旧称?[:：]?「?|旧名称?[:：]?「?|従来の「?)$",
    re.IGNORECASE,
)


def _joined(found: list[Mention], text: str) -> list[Mention]:
    """Mentions that an "and" joins as one: ミッション2とミッション3は."""
    joined: list[Mention] = []
    for one in found:
        if joined and re.fullmatch(r"\s?(?:と|、|・|および|及び|and|,|,\sand|&)\s?", text[joined[-1].end : one.start]):
            last = joined.pop()
            joined.append(Mention(last.start, one.end, last.ids + one.ids, last.names + one.names))
        else:
            joined.append(one)
    return joined


_CALLED_MISSION = re.compile(
    r"(?<![\w-])(?P<name>(?!Falcon|CP-|LC-|SLC-|COVID|HAKUTO)[A-Z][A-Za-z]{0,11}-\d{1,3})(?=\s?(?:lunar\s)?(?:mission\b|ミッション|計画の打ち?上げ))"
)


def named_missions(announcement: Announcement) -> frozenset[str]:
    """Names such as IM-2 or Crew-9 that an announcement calls missions."""
    return frozenset(match["name"] for match in _CALLED_MISSION.finditer(announcement.text))
