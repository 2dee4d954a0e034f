"""Thesaurus: a text in; the meanings that its words and phrases share with other words, in either language, out.

`data/paraphrases.csv` and `data/thesaurus.csv` hold groups of words and short phrases, Japanese and English, one group
a line, that people and announcements use for each other: "took over from" and 後任, お金を出す and 出資. The groups are
looser than the term list of the index, so they never change what a text is indexed by; they prove a part of what is
asked.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from assistant.irregular import base_form
from corpus.values import fold
from index.analyse import fingerprint, placed_words, stem

DATA = Path(__file__).parent / "data"
FILES = ("paraphrases.csv", "thesaurus.csv")
# What `bench/build_thesaurus.py` makes of them, so that a start need not take 40,000 words apart.
ANALYSED = "thesaurus.json.gz"
# The words that follow the first one of an entry, and the numbers of the groups that hold it.
Entries = Mapping[str, Sequence[tuple[tuple[str, ...], frozenset[int]]]]
# What may stand apart from its verb: "push the launch back".
_PARTICLES = frozenset(
    ("up", "out", "off", "back", "over", "down", "away", "through", "together", "ahead", "along", "apart", "aside")
)
_MOST_APART = 3


class Meaning(NamedTuple):
    """`text[start:end]` may stand for the other words of the groups with these numbers."""

    start: int
    end: int
    groups: frozenset[int]


def analysed() -> dict[str, list[tuple[list[str], list[int]]]]:
    """The entries of the files by their first word, in the order of the files."""
    entries: dict[str, dict[tuple[str, ...], set[int]]] = {}
    for group, row in enumerate(_rows()):
        for said in filter(None, (*row["ja"].split("|"), *row["en"].split("|"))):
            forms = tuple(form for _, _, form in _tokens(said))
            # "in charge of" is no charge: what is left of a phrase without its small words is another thing.
            if forms and (len(forms) > 1 or len(said.split()) == 1):
                entries.setdefault(forms[0], {}).setdefault(forms[1:], set()).add(group)
    return {
        first: [(list(rest), sorted(groups)) for rest, groups in followed.items()]
        for first, followed in entries.items()
    }


def made_from() -> str:
    """Changes with the files and with what takes them apart."""
    files = b"".join((DATA / name).read_bytes() for name in FILES)
    return f"{fingerprint()}/{hashlib.sha256(files).hexdigest()}"


@lru_cache(maxsize=1)
def _entries() -> Entries:
    try:
        kept = json.loads(gzip.decompress((DATA / ANALYSED).read_bytes()))
    except (OSError, ValueError, EOFError):
        kept = {}
    # Made with another dictionary, or from other files, it is made anew.
    found = kept["entries"] if kept.get("made_from") == made_from() else analysed()
    return {first: [(tuple(rest), frozenset(groups)) for rest, groups in followed] for first, followed in found.items()}


@lru_cache(maxsize=1)
def _looked_at() -> int:
    """How many groups the first file has."""
    with (DATA / FILES[0]).open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


def _rows() -> Iterator[dict[str, str]]:
    for name in FILES:
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _tokens(text: str) -> list[tuple[int, int, str]]:
    """Start, end and dictionary form of each word of `text` that says something."""
    return [
        (start, end, stem(base_form(text[start:end].lower())) if form.isascii() else form)
        for start, end, form in placed_words(text)
    ]


@lru_cache(maxsize=20_000)
def meanings_in(text: str) -> tuple[Meaning, ...]:
    """Every meaning of the thesaurus in `text`, longer phrases and single words alike, in the order of the text.

    >>> text = "funds were raised"
    >>> [text[one.start : one.end] for one in meanings_in(text)]
    ['funds', 'funds were raised', 'raised']
    """
    entries = _entries()
    tokens = _tokens(fold(text))
    found = []
    for at, (start, _, form) in enumerate(tokens):
        for rest, groups in entries.get(form, ()):
            last = _end_of(tokens, at, rest)
            if last is not None:
                found.append(Meaning(start, tokens[last][1], groups))
    return tuple(found)


def _end_of(tokens: Sequence[tuple[int, int, str]], at: int, rest: Sequence[str]) -> int | None:
    """The place of the last word of a phrase that begins at `at` and goes on with `rest`; None where it does not."""
    for wanted in rest:
        apart = _MOST_APART if wanted in _PARTICLES else 0
        nearby = range(at + 1, min(at + 2 + apart, len(tokens)))
        place = next((place for place in nearby if tokens[place][2] == wanted), None)
        if place is None:
            return None
        at = place
    return at


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """How far two words mean the same, 0..1: 1 in a group of the first file, which were looked at one by one; else the
    cosine of their groups, for what has many senses shares one with almost anything.

    >>> likeness(frozenset({5000}), frozenset({5000})), likeness(frozenset({5000}), frozenset({5000, 5001, 5002, 5003}))
    (1.0, 0.5)
    """
    shared = one & other
    if shared and min(shared) < _looked_at():
        return 1.0
    return float(len(shared) / (len(one) * len(other)) ** 0.5)
