"""A sentence of an announcement, with its terms, values and what stands around it."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TypeVar

from assistant.labels import labels
from assistant.needs import term_spans
from assistant.thesaurus import meanings_in
from corpus.announcement import Announcement, Footnote, Language, Section
from corpus.dates import PartialDate
from corpus.sentences import cut, sentences
from corpus.tables import Cell, table_cells
from corpus.values import Value, fold, values
from index.analyse import analyse
from index.terms import terms as term_list
from index.words import words

_PLANNED = re.compile(
    r"予定|計画|目指|見込|想定|目標|見通し|狙|予想|\bplan(?:s|ned|ning)?\b|\bschedul\w+|\bexpect\w*|\btarget\w*|\bwill\b|\baim\w*|\bintend\w*|\bis to be\b|\bare to be\b|\bforecast",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"再設定|変更|延期|後ろ倒し|前倒し|見直|修正|引き上げ|引き下げ|postpon|delay|moved?|chang|revis|rescheduled|instead",
    re.IGNORECASE,
)

# "株式会社X（東京都中央区、代表取締役：Y）": how Japanese announcements give the head office of the company that speaks.
_HEAD_OFFICE = re.compile(
    r"[（(](?:本社|本店|所在地)?[：:\s]?[^（）()、]{1,12}[都道府県市区町村郡][^（）()]{0,12}、\s?(?:代表|社長|CEO|理事)"
)


_OVER = re.compile(
    r"(?:され|し|り|ち|い|き|げられ|えられ)(?:まし)?た|となりました|\b(?:was|were|has been|have been|had been) \w+(?:ed|n|t)\b|\b(?:launched|landed|completed|lifted off|ended|signed|flew)\b",
    re.I,
)
_AT_EARLIEST = re.compile(r"最短|早ければ|早くて|at the earliest|as early as|no earlier than|or later", re.I)


@dataclass(frozen=True)
class Sentence:
    """`announcement.text[start:end]`, one sentence, with what stands around it."""

    announcement: Announcement
    start: int
    end: int
    section: Section | None
    before: str  # the sentence before it in the same paragraph, or ""
    cells: tuple[Cell, ...] = ()  # of a row of a table

    @property
    def text(self) -> str:
        return self.announcement.text[self.start : self.end]

    @property
    def language(self) -> Language:
        return self.announcement.language

    @property
    def held(self) -> dt.date:
        """The day up to which the statement was known; day one for an announcement without any date."""
        return self.announcement.held.latest if self.announcement.held else dt.date.min

    @cached_property
    def terms(self) -> frozenset[str]:
        """Terms of the sentence alone."""
        found = [*said_terms(self.text, self.language), *_part_concepts(self.text)]
        for cell in self.cells:
            found += analyse(cell.column_label, self.language)
        found += [f"#{label}" for label in labels(self.text) if label.startswith("ordinal:")]
        found += [f"#n:{value.number}" for value in self.values if value.kind == "quantity" and value.number]
        if _HEAD_OFFICE.search(self.text):
            found.append("@head-office")
        return frozenset(found)

    @cached_property
    def meanings(self) -> tuple[frozenset[int], ...]:
        """The groups of the thesaurus that each word and phrase of the sentence belongs to."""
        # The kg of a payload is no mass of the lander; a lander, 月着陸船, is no landing, which is a listed word as well.
        folded, known = fold(self.text).lower(), term_list()
        amounts = [(value.start, value.end) for value in self.values]
        listed = term_spans(fold(self.text))
        found = []
        for one in meanings_in(self.text):
            said = folded[one.start : one.end]
            wholes = [*amounts, *(listed if known.pattern.search(said) or said in known.english else ())]
            if not any(s <= one.start and one.end <= e and one.end - one.start < e - s for s, e in wholes):
                found.append(one.groups)
        return tuple(dict.fromkeys(found))

    @cached_property
    def all_meanings(self) -> frozenset[int]:
        """`meanings` in one."""
        return frozenset().union(*self.meanings)

    @cached_property
    def runs(self) -> frozenset[str]:
        """Runs of characters, as `runs_of` gives them."""
        return runs_of(self.text)

    @cached_property
    def around(self) -> frozenset[str]:
        """Terms of the sentence before, of the heading, and of a quotation's speaker."""
        section = self.section
        nearby = [self.before]
        if section:
            nearby += [section.heading or "", section.speaker or "", section.role or ""]
        return said_terms("\n".join(filter(None, nearby)), self.language)

    @cached_property
    def heading_terms(self) -> frozenset[str]:
        """Terms of the heading above."""
        return said_terms((self.section.heading if self.section else "") or "", self.language)

    @cached_property
    def title(self) -> frozenset[str]:
        """Terms of the announcement's title and of its date."""
        date = self.announcement.published
        return said_terms(f"{self.announcement.title} {say_iso(date) if date else ''}", self.language)

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """Values in the sentence, cells with the unit and sign of their table; offsets are into the sentence."""
        told = values(self.text, context=self.announcement.held)
        if not self.cells:
            return tuple(told)
        typed = [cell.value for cell in self.cells]
        numbers = [
            replace(value, start=value.start - self.start, end=value.end - self.start) for value in typed if value
        ]
        others = [one for one in told if not any(one.start < v.end and v.start < one.end for v in numbers)]
        return tuple(sorted([*numbers, *others], key=lambda value: value.start))

    def cell_of(self, value: Value) -> Cell | None:
        """The cell of a table that holds `value`; None outside tables."""
        place = self.start + value.start
        return next((cell for cell in self.cells if cell.start <= place < max(cell.end, cell.start + 1)), None)

    @property
    def is_planned(self) -> bool:
        return is_plan(self.text)

    @cached_property
    def spoke(self) -> dt.date:
        """The day of which the sentence speaks: the date that it states for itself, else the announcement's."""
        stated = self.as_of()
        return min(stated.latest, self.held) if stated and self.announcement.held else self.held

    @property
    def kind(self) -> str:
        return self.section.kind if self.section else "body"

    def footnote_at(self, start: int, end: int) -> Footnote | None:
        """The footnote that qualifies sentence[start:end]."""
        for note in self.announcement.footnotes:
            if any(self.start + start < last and first < self.start + end for first, last in note.anchors):
                return note
        return None

    def as_of(self, start: int = 0, end: int | None = None) -> PartialDate | None:
        """The date on which sentence[start:end] held: its footnote's, else one that the sentence states, else the
        announcement's."""
        note = self.footnote_at(start, len(self.text) if end is None else end)
        if note and note.as_of:
            return note.as_of
        for value in self.values:
            if value.date and re.match(r"(?:時点|現在|末現在|末時点)", self.text[value.end :]):
                return value.date
            if value.date and re.search(r"\b(?:as of|as at)\s$", self.text[: value.start]):
                return value.date
        return self.announcement.held


@lru_cache(maxsize=2_000)
def said_terms(text: str, language: Language) -> frozenset[str]:
    """The terms of `text`: what is asked for again soon, as of a sentence that is also the one before the next."""
    return frozenset(analyse(text, language))


def _part_concepts(text: str) -> list[str]:
    """The concepts of single words, also where they are part of a longer listed name: the Moon of a lunar landing."""
    known = term_list()
    found = []
    for word in words(text):
        name = fold(word.surface).lower()
        concept = known.japanese.get(name) or known.english.get(name)
        if concept:
            found.append(f"@{concept}")
    return found


def tells_what_happened(text: str) -> bool:
    """`text` tells of an event that is over, and not of the earliest day for one."""
    return bool(_OVER.search(text)) and not _AT_EARLIEST.search(text)


def tells_of_change(text: str) -> bool:
    """`text` says that something was changed, moved or put off."""
    return bool(_CHANGED.search(text))


def say_iso(date: PartialDate) -> str:
    """A date in the form that `analyse` reads in either language."""
    return f"{date.year}年" + (f"{date.month}月" if date.month else "") + (f"{date.day}日" if date.day else "")


def is_plan(text: str) -> bool:
    """`text` speaks of a plan, an assumption or a target."""
    return bool(_PLANNED.search(text))


def runs_of(text: str) -> frozenset[str]:
    """Every run of five characters of `text`, white space and case aside: two texts share many where one quotes the other."""
    plain = re.sub(r"\s+", "", fold(text)).casefold()
    return frozenset(plain[at : at + 5] for at in range(len(plain) - 4))


def announcement_sentences(announcement: Announcement) -> list[Sentence]:
    """Every sentence of `announcement`, in order; a very long one in parts."""
    found: list[Sentence] = []
    for section in announcement.sections or (Section("body", 0, len(announcement.text)),):
        before = ""
        if section.kind == "table":
            found += _rows(announcement, section)
            continue
        for start, end in sentences(announcement.text[section.start : section.end]):
            for first, last in cut(announcement.text, section.start + start, section.start + end):
                sentence = Sentence(announcement, first, last, section, before)
                found.append(sentence)
                before = sentence.text
    return found


def _rows(announcement: Announcement, section: Section) -> list[Sentence]:
    """Each row of a table as one sentence, its cells known by row and column."""
    cells = table_cells(announcement.text, section)
    rows = []
    for line in re.finditer(r"[^\n]+", announcement.text[section.start : section.end]):
        if line.group().strip():
            for start, end in cut(announcement.text, section.start + line.start(), section.start + line.end()):
                own = tuple(cell for cell in cells if start <= cell.start < end)
                rows.append(Sentence(announcement, start, end, section, "", own))
    return rows


_CACHE: dict[tuple[str, str], list[Sentence]] = {}
_TERMS: dict[tuple[str, str], frozenset[str]] = {}
_CACHED_ANNOUNCEMENTS = 2_000
_CACHING = threading.Lock()


def sentences_of(announcement: Announcement) -> list[Sentence]:
    """`announcement_sentences`, remembered by content."""
    return _remembered(_CACHE, announcement, announcement_sentences)


def announcement_terms(announcement: Announcement) -> frozenset[str]:
    """Every term of `announcement`, remembered by content."""
    return _remembered(_TERMS, announcement, _all_terms)


def _all_terms(announcement: Announcement) -> frozenset[str]:
    language = announcement.language
    said = (said_terms(one.text, language) for one in sentences_of(announcement))
    return said_terms(announcement.title, language).union(*said)


_Made = TypeVar("_Made")


def _remembered(
    cache: dict[tuple[str, str], _Made], announcement: Announcement, make: Callable[[Announcement], _Made]
) -> _Made:
    key = (announcement.id, announcement.content_hash)
    with _CACHING:
        known = cache.get(key)
    if known is not None:
        return known
    found = make(announcement)
    with _CACHING:
        if len(cache) >= _CACHED_ANNOUNCEMENTS:
            cache.pop(next(iter(cache)))
        return cache.setdefault(key, found)
