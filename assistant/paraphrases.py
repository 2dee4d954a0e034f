"""Paraphrases: the terms of a text in; the groups of words of about the same meaning that it speaks of out.

The groups stand in `data/paraphrases.csv`, one a line: Japanese and English words that announcements use for each
other, as 集める, 調達 and "raise". They are looser than the term list of the index, so they never change what is found;
they prove a part of what a question names.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from index.analyse import analyse

_FILE = Path(__file__).parent / "data" / "paraphrases.csv"


class _Groups:
    def __init__(self) -> None:
        self.single: dict[str, set[int]] = {}
        self.compound: dict[frozenset[str], set[int]] = {}
        with _FILE.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.DictReader(file)):
                for language in ("ja", "en"):
                    for said in row[language].split("|"):
                        self._add(frozenset(_plain(analyse(said, language))), number, len(said.split()))

    def _add(self, terms: frozenset[str], number: int, said: int) -> None:
        if len(terms) == 1 and said == 1:
            self.single.setdefault(next(iter(terms)), set()).add(number)
        elif len(terms) > 1 and len(terms) >= said:
            self.compound.setdefault(terms, set()).add(number)


@lru_cache(maxsize=1)
def _groups() -> _Groups:
    return _Groups()


def _plain(terms: Iterable[str]) -> set[str]:
    return {term for term in terms if term[0] not in "_#@~"}


def groups_of(terms: Iterable[str]) -> frozenset[int]:
    """The numbers of the groups that `terms` (of `analyse`) name by one of their words; compounds by all their words.

    >>> from index.analyse import analyse
    >>> bool(groups_of(analyse("資金を集めた", "ja")) & groups_of(analyse("raised funds", "en")))
    True
    >>> bool(groups_of(analyse("打ち上げ", "ja")) & groups_of(analyse("landing", "en")))
    False
    """
    known, plain = _groups(), _plain(terms)
    found: set[int] = set()
    for term in plain:
        found |= known.single.get(term, set())
    for compound, numbers in known.compound.items():
        if compound <= plain:
            found |= numbers
    return frozenset(found)
