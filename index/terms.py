"""The bilingual term list: words of `data/terms.csv` in, the one concept that each stands for out.

The file is made to be edited by people who know the company, not the code: one concept a row, its Japanese and English
names separated by `|`, and `yes` under `is_name` where it is the name of one company, place or program. A change of
names asks for `rebuild` (the index notices by the list's fingerprint).
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

PATH = Path(__file__).parent / "data" / "terms.csv"
_LATIN = re.compile(r"[a-z0-9]")
_KATAKANA = re.compile(r"[ァ-ヺー]+")


class Terms(NamedTuple):
    """Names in canonical spelling (NFKC, lower case) and what they stand for."""

    japanese: dict[str, str]  # name → concept
    english: dict[str, str]  # name, words separated by one blank → concept
    single: dict[str, str]  # Japanese names of one character, which count as whole words only: 月 is no part of 11月
    pattern: re.Pattern[str]  # any longer Japanese name, longest first
    names: frozenset[str]  # concepts that are the name of one company, place or program

    def concepts_ja(self, text: str) -> list[str]:
        """The concepts of the Japanese names in `text` (NFKC, lower case), longest names first, none overlapping.

        >>> terms().concepts_ja("月着陸船を使う")
        ['lander']
        >>> terms().concepts_ja("managing directorとcto")
        ['cto']
        """
        found = []
        for match in self.pattern.finditer(text):
            name, start, end = match.group(), match.start(), match.end()
            # ローン is no part of ドローン.
            if _KATAKANA.fullmatch(name) and (
                _KATAKANA.match(text[start - 1 : start]) or _KATAKANA.match(text[end : end + 1])
            ):
                continue
            # Nor is CTO a part of "director".
            if _LATIN.match(name) and _LATIN.match(text[start - 1 : start]):
                continue
            if _LATIN.match(name[-1]) and _LATIN.match(text[end : end + 1]):
                continue
            found.append(self.japanese[name])
        return found


def _spelling(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).lower().split())


@cache
def terms(path: Path = PATH) -> Terms:
    """The list at `path`, read once."""
    proper: set[str] = set()
    japanese: dict[str, str] = {}
    english: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            concept = row["concept"].strip()
            if (row.get("is_name") or "").strip() == "yes":
                proper.add(concept)
            for name in row["ja"].split("|"):
                if name.strip():
                    japanese[_spelling(name)] = concept
            for name in row["en"].split("|"):
                if name.strip():
                    english[_spelling(name)] = concept
    names = sorted((name for name in japanese if len(name) > 1), key=len, reverse=True)
    single = {name: concept for name, concept in japanese.items() if len(name) == 1}
    pattern = re.compile("|".join(map(re.escape, names)) or r"(?!)")
    return Terms(japanese, english, single, pattern, frozenset(proper))


@cache
def fingerprint(path: Path = PATH) -> str:
    """A short hash that changes with the names and what they stand for."""
    known = terms(path)
    said = repr((sorted(known.japanese.items()), sorted(known.english.items())))
    return hashlib.sha256(said.encode()).hexdigest()[:12]
