"""Labels: what tells one thing of a kind from another: Mission 2, シリーズA, Success 9, the second contract."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus.values import fold
from index.analyse import name_of

_NUMBERED = re.compile(
    r"(?<![A-Za-z])(?:(?P<noun>[ァ-ヶー]{2,}|[A-Za-z]{2,})[\s-]?(?=[0-9])|(?P<kind>[ァ-ヶー]{2,}|[A-Za-z]{3,}\s)(?=[A-Z]))(?P<first>[0-9]+(?:\.[0-9]+)?|[A-Z](?!\.[A-Z]))(?![A-Za-z0-9])(?!\s?[年月日時分円億万人名社件%])"
    r"(?P<more>(?:\s?(?:,|、|・|&|and|と|及び|および|,\s?and)\s?(?:[0-9]+(?![\d,.]*\s?(?:年|月|日|円|億|万|人|名|社|件|つ|回|%|kg|m\b|million|billion))|[A-Z])(?![A-Za-z0-9]))*)"
)
# Counters behind which 目 tells which one of several is meant: 2つ目の契約, 3社目.
COUNTERS_JA = r"(?:つ|番|件|社|本|人|回|期|機|基|台)目"
_ORDINAL_JA = re.compile(rf"(?P<n>[0-9一二三四五六七八九])\s?{COUNTERS_JA}")
_ORDINAL_EN = re.compile(
    r"\b(?P<n>first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|1st|2nd|3rd|[4-9]th|10th)\b(?!\s+(?:time|half|quarter|ever|of all|person|step))",
    re.IGNORECASE,
)
_ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "10th": 10,
} | {kanji: number for number, kanji in enumerate("一二三四五六七八九", start=1)}
# Words that stand before a number without naming a thing: dates, amounts, units.
_NO_LABEL = frozenset(
    """january february march april may june july august september october november december jan feb mar apr jun jul aug
    sep sept oct nov dec usd jpy eur gbp about around approximately over under to of in on at by from than for the and or
    fy up only least most nearly almost within until before after since some with quarter page form section item rule note
    at is was are were all its as be an it a i""".split()
)


# "Mission 4 (previously called Mission 6)" speaks of Mission 4 alone.
_FORMER = re.compile(
    r"(?:\b(?:previously|formerly|originally|once)\s(?:called|known as|named)?\s?|旧称?[:：]?「?|旧名称?[:：]?「?)$",
    re.IGNORECASE,
)


# Where a clause ends: at a full stop, a semicolon, or a verb that goes on ("…完了し、").
_CLAUSE = re.compile(r"[。;；]|(?<=[しりきいちびみえけせてねめれ])、|(?<=[がば])、|, (?:and|but|while) ")


@dataclass(frozen=True, slots=True)
class Label:
    """`text[start:end]` names the label "kind:which"."""

    start: int
    end: int
    name: str


@lru_cache(maxsize=50_000)
def label_spans(text: str) -> tuple[Label, ...]:
    """The labels in `text` with their places, in order."""
    folded = fold(text)
    found: list[Label] = []
    for match in _NUMBERED.finditer(folded):
        noun = (match["noun"] or match["kind"]).strip().lower()
        if noun in _NO_LABEL or _FORMER.search(folded[: match.start()]):
            continue
        kind = name_of(noun)
        for which in [match["first"], *re.findall(r"[0-9]+|[A-Z]", match["more"])]:
            if not (which.isdigit() and len(which) > 3):
                found.append(Label(match.start(), match.end(), f"{kind}:{which.lower()}"))
    for pattern in (_ORDINAL_JA, _ORDINAL_EN):
        for match in pattern.finditer(folded):
            word = match["n"].lower()
            found.append(Label(match.start(), match.end(), f"ordinal:{_ORDINALS.get(word) or int(word[0])}"))
    return tuple(sorted(found, key=lambda label: label.start))


def labels(text: str) -> frozenset[str]:
    """The labels in `text`, each as "kind:which", the same in both languages.

    >>> sorted(labels("ミッション１と2、Series A、2つ目の契約"))
    ['mission:1', 'mission:2', 'ordinal:2', 'series-round:a']
    >>> sorted(labels("Missions 3 and 4 in June 2025"))
    ['mission:3', 'mission:4']
    """
    return frozenset(label.name for label in label_spans(text))


def belongs(text: str, start: int, end: int, asked: frozenset[str]) -> bool:
    """True unless `text[start:end]` stands nearer to another label of the kind asked for than to one that was asked for.

    >>> text = "ミッション3を2027年、ミッション4を2028年に予定"
    >>> belongs(text, 8, 13, frozenset({"mission:3"})), belongs(text, 21, 26, frozenset({"mission:3"}))
    (True, False)
    """
    kinds = {name.partition(":")[0] for name in asked}
    near = [label for label in label_spans(text) if label.name.partition(":")[0] in kinds]
    if not near:
        return True
    # "…Success 4を完了し、1月11日にSuccess 5を完了": what stands in the value's own clause comes first.
    breaks = [0, *(match.end() for match in _CLAUSE.finditer(text)), len(text)]
    first = max(place for place in breaks if place <= start)
    last = min(place for place in breaks if place >= end)
    near = [label for label in near if first <= label.start < last] or near

    def distance(label: Label) -> int:
        # A label governs what follows it; one that comes after must be close to count.
        if label.end <= start:
            return start - label.end
        # "1,400 kg for the Mission 2 lander"
        is_joined = re.fullmatch(r"\s?(?:for|of|on|to|in)\s(?:the\s)?", text[end : label.start])
        return 0 if is_joined else 3 * (label.start - end) + 4

    nearest = min(distance(label) for label in near)
    return any(label.name in asked for label in near if distance(label) == nearest)


def conflict(asked: frozenset[str], said: frozenset[str]) -> bool:
    """True where `said` names things of a kind that `asked` names, but none of those asked for."""
    for kind in {label.partition(":")[0] for label in asked}:
        wanted = {label for label in asked if label.startswith(kind + ":")}
        held = {label for label in said if label.startswith(kind + ":")}
        if held and not held & wanted:
            return True
    return False
