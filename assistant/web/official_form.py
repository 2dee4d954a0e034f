"""The form of an official answer: what is typed in; a draft out, with what is wrong beside its fields.

The form works without a script: searching for sources and choosing quotes are submissions of the same form, which
comes back with everything that was typed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import BaseModel

from assistant.errors import NotApprovable
from assistant.official import LONGEST_QUESTION, MOST_SOURCES, OfficialAnswers
from assistant.question import question_language
from assistant.verify import keys_of
from assistant.web.official_standing import Standings
from assistant.web.official_words import OFFICIAL_WORDS
from assistant.web.staff import passage_path
from corpus.announcement import Announcement, Language
from corpus.catalog import Catalog
from corpus.curation import OfficialAnswer, Source
from corpus.errors import UnknownAnnouncement, UnknownAnswer
from corpus.kept import KeptAnswer
from corpus.sentences import sentences
from index.passage import Scope

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_FOUND = 6  # passages that a search for sources shows
_TWINS = 2  # sentences of the other edition that are offered for a source
_MARKER = re.compile(r"\[(\d{1,4})\]")


class EntryForm(BaseModel):
    """What the form sends; the three `source_` lists run side by side."""

    act: str = ""  # save, find, pick, drop-N; "" when Enter was pressed in a field
    revision: int = 0  # that the form was filled from
    answer: str = ""  # the id of the kept answer that it was filled from
    topic: str = ""
    questions_ja: str = ""  # one in a line
    questions_en: str = ""
    answer_ja: str = ""
    answer_en: str = ""
    owner: str = ""
    expires: str = ""
    source_id: list[str] = []
    source_start: list[str] = []
    source_quote: list[str] = []
    find: str = ""
    found: str = ""  # what was searched for last
    pick: list[str] = []  # "{start}-{end}:{announcement_id}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A source in the form, as far as it could be found in the announcement."""

    announcement_id: str
    start: int | None
    quote: str
    source: Source | None
    announcement: Announcement | None
    wrong: str = ""  # key of a fault

    @property
    def path(self) -> str:
        """Where the passage is read."""
        if self.source:
            return passage_path(self.announcement_id, self.source.start, self.source.end)
        return passage_path(self.announcement_id)


@dataclass(frozen=True, slots=True)
class Offer:
    """An announcement with sentences that may be chosen as sources."""

    announcement: Announcement
    sentences: Sequence[tuple[str, str, bool]]  # value of `pick`, words, whether it is a source already


@dataclass(slots=True)
class Filled:
    """The form as it is shown."""

    entry: OfficialAnswer
    chosen: Sequence[Chosen] = ()
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by field
    expires: str = ""  # as typed
    answer: str = ""
    find: str = ""
    offers: Sequence[Offer] = ()
    twins: Sequence[Offer] = ()
    is_searched: bool = False
    notices: list[str] = field(default_factory=list)
    is_changed: bool = False  # by someone else meanwhile


class Forms:
    """Fills the form, and takes in what it sends."""

    def __init__(self, assistant: Assistant, standings: Standings) -> None:
        self._assistant = assistant
        self._standings = standings

    @property
    def _official(self) -> OfficialAnswers:
        return self._assistant.official

    def new(
        self, owner: str, language: Language, *, answer: str, question: str, passage: tuple[str, int, int]
    ) -> Filled:
        """A form that is empty, or filled from a kept answer, a question or a passage of an announcement."""
        filled = Filled(OfficialAnswer(id="", owner=owner))
        if answer:
            filled = self._from_answer(answer, owner, language)
        elif question:
            filled.entry = _asking(filled.entry, question, question_language(question))
            filled.find = question
        announcement_id, start, end = passage
        if announcement_id and start < end:
            found = found_in(self._assistant.catalog, announcement_id)
            if found and end <= len(found.text):
                filled.chosen = [*filled.chosen, _chosen(found, Source.of(found, start, end))]
        if filled.find and not filled.chosen:
            self.search(filled)
        return filled

    def _from_answer(self, answer_id: str, owner: str, language: Language) -> Filled:
        words = OFFICIAL_WORDS[language]
        self._assistant.records.flush()
        try:
            kept, _ = self._assistant.records.store.get(answer_id)
        except UnknownAnswer:
            return Filled(OfficialAnswer(id="", owner=owner), notices=[words["not_kept"]])
        entry = _asking(OfficialAnswer(id="", owner=owner), kept.question, kept.language)
        if kept.status != "answered":
            return Filled(entry, answer=answer_id, find=kept.question)
        chosen, numbers, lost = self._cited(kept)
        text = _renumbered(str(kept.answer.get("answer", "")), numbers)
        if kept.language == "ja":
            entry = dataclasses.replace(entry, answer_ja=text)
        else:
            entry = dataclasses.replace(entry, answer_en=text)
        notices = [words["from_answer"]] + ([words["from_lost"].format(count=lost)] if lost else [])
        return Filled(entry, chosen, answer=answer_id, notices=notices, find="" if chosen else kept.question)

    def _cited(self, kept: KeptAnswer) -> tuple[list[Chosen], dict[int, int], int]:
        """The sources that the citations of an answer are, their new number by the old one, and how many are lost."""
        chosen: list[Chosen] = []
        numbers: dict[int, int] = {}
        cited = [one for one in kept.answer.get("citations", ()) if isinstance(one, Mapping)]
        for one in cited[:MOST_SOURCES]:
            with suppress(UnknownAnnouncement, NotApprovable):
                source = self._official.quote(one["announcement_id"], one["quote"], start=one["start"])
                chosen.append(_chosen(self._assistant.catalog.get(source.announcement_id), source))
                numbers[one["marker"]] = len(chosen)
        return chosen, numbers, len(cited) - len(chosen)

    def of(self, entry: OfficialAnswer, language: Language) -> Filled:
        """The form of an entry, with what keeps it from being approved beside each field."""
        filled = Filled(entry, [self._resolved(s.announcement_id, str(s.start), s.quote) for s in entry.sources])
        filled.expires = entry.expires.isoformat() if entry.expires else ""
        self.look_over(filled, language)
        return filled

    def read(self, form: EntryForm, known: OfficialAnswer, language: Language) -> Filled:
        """What was typed, on top of the entry as it is known."""
        rows = list(zip(form.source_id, form.source_start, form.source_quote, strict=False))
        chosen = [self._resolved(id, start, _lines(quote)) for id, start, quote in rows]
        entry = dataclasses.replace(
            known,
            topic=form.topic.strip(),
            questions_ja=_questions(form.questions_ja),
            questions_en=_questions(form.questions_en),
            answer_ja=_lines(form.answer_ja).strip(),
            answer_en=_lines(form.answer_en).strip(),
            sources=tuple(one.source for one in chosen if one.source),
            owner=form.owner.strip(),
            revision=form.revision,
        )
        filled = Filled(entry, chosen, expires=form.expires.strip(), answer=form.answer, find=form.find.strip())
        try:
            expires = dt.date.fromisoformat(filled.expires) if filled.expires else None
            filled.entry = dataclasses.replace(entry, expires=expires)
        except ValueError:
            filled.faults["expires"].append(OFFICIAL_WORDS[language]["fault_bad_date"])
        return filled

    def _resolved(self, announcement_id: str, start: str, quote: str) -> Chosen:
        begin = int(start) if start.isdecimal() else None
        found = found_in(self._assistant.catalog, announcement_id)
        if found is None:
            return Chosen(announcement_id, begin, quote, None, None, "gone")
        if not quote.strip():
            return Chosen(announcement_id, begin, quote, None, found, "no_quote")
        try:
            source = self._official.quote(announcement_id, quote.strip(), start=begin)
        except NotApprovable:
            return Chosen(announcement_id, begin, quote, None, found, "not_said")
        return Chosen(announcement_id, source.start, quote, source, found)

    def pick(self, filled: Filled, picks: Sequence[str]) -> None:
        """Adds the sentences that were chosen to the sources."""
        for pick in picks:
            place, _, announcement_id = pick.partition(":")
            begin, _, stop = place.partition("-")
            found = found_in(self._assistant.catalog, announcement_id)
            if found is None or not begin.isdecimal() or not stop.isdecimal():
                continue
            if 0 <= int(begin) < int(stop) <= len(found.text):
                source = Source.of(found, int(begin), int(stop))
                if source not in filled.entry.sources:
                    filled.chosen = [*filled.chosen, _chosen(found, source)]
                    filled.entry = dataclasses.replace(filled.entry, sources=(*filled.entry.sources, source))

    def search(self, filled: Filled) -> None:
        """Offers the sentences of the passages that were searched for."""
        filled.is_searched = True
        taken = _places(filled)
        spans: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for passage in self._assistant.search(filled.find, k=_FOUND, scope=Scope(audience="staff")):
            chunk = passage.chunk
            spans[chunk.announcement_id].update(
                (chunk.start + start, chunk.start + end) for start, end in sentences(chunk.text)
            )
        found = [(found_in(self._assistant.catalog, id), sorted(places)) for id, places in spans.items()]
        filled.offers = [_offer(announcement, places, taken) for announcement, places in found if announcement]

    def look_over(self, filled: Filled, language: Language) -> None:
        """Puts what keeps the entry from being approved beside its fields."""
        for fault in self._official.faults(dataclasses.replace(filled.entry, approved_by="?")):
            if not (fault.kind == "no_source" and filled.chosen):
                filled.faults[fault.field].append(self._standings.spoken(fault, language))

    def twins(self, filled: Filled) -> list[Offer]:
        """Sentences of the other editions of the sources' announcements that say what is quoted, best first."""
        taken = _places(filled)
        chosen_ids = {one.announcement_id for one in filled.chosen}
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for one in filled.chosen:
            for other_id in self._editions(one.announcement_id):
                other = found_in(self._assistant.catalog, other_id)
                if other and one.source and one.announcement and other_id not in chosen_ids:
                    spans[other_id] += counterparts(one.announcement, one.source.start, one.source.end, other)
        offers = [(found_in(self._assistant.catalog, id), list(dict.fromkeys(places))) for id, places in spans.items()]
        return [_offer(announcement, places, taken) for announcement, places in offers if announcement and places]

    def _editions(self, announcement_id: str) -> Iterator[str]:
        for link in self._assistant.links.translations():
            if announcement_id in (link.original, link.translation):
                yield link.translation if announcement_id == link.original else link.original


def drop(filled: Filled, place: int) -> None:
    """Takes a source out; the answers' markers go on pointing at the others."""
    kept = [at for at in range(len(filled.chosen)) if at != place]
    numbers = {at + 1: number for number, at in enumerate(kept, start=1)}
    filled.chosen = [filled.chosen[at] for at in kept]
    filled.entry = dataclasses.replace(
        filled.entry,
        sources=tuple(one.source for one in filled.chosen if one.source),
        answer_ja=_renumbered(filled.entry.answer_ja, numbers),
        answer_en=_renumbered(filled.entry.answer_en, numbers),
    )


def counterparts(announcement: Announcement, start: int, end: int, other: Announcement) -> list[tuple[int, int]]:
    """The places of the sentences of another edition that may say `announcement.text[start:end]`, best first.

    Those that share figures and dates with it; where it has none, those that stand as far into the text.
    """
    sought = keys_of(announcement.text[start:end], context=announcement.published)
    depth = (start + end) / 2 / max(1, len(announcement.text))
    rated = []
    for first, last in sentences(other.text):
        shared = len(sought & keys_of(other.text[first:last], context=other.published))
        away = abs((first + last) / 2 / max(1, len(other.text)) - depth)
        if shared or not sought:
            rated.append((-shared, away, (first, last)))
    return [place for _, _, place in sorted(rated)[:_TWINS]]


def found_in(catalog: Catalog, announcement_id: str) -> Announcement | None:
    """The announcement with this id; None when it is gone."""
    try:
        return catalog.get(announcement_id)
    except UnknownAnnouncement:
        return None


def _chosen(found: Announcement, source: Source) -> Chosen:
    return Chosen(found.id, source.start, source.quote, source, found)


def _places(filled: Filled) -> set[tuple[str, int, int]]:
    return {(one.announcement_id, one.source.start, one.source.end) for one in filled.chosen if one.source}


def _offer(announcement: Announcement, places: Sequence[tuple[int, int]], taken: set[tuple[str, int, int]]) -> Offer:
    rows = [
        (
            f"{start}-{end}:{announcement.id}",
            announcement.text[start:end],
            (announcement.id, start, end) in taken,
        )
        for start, end in places
    ]
    return Offer(announcement, rows)


def _asking(entry: OfficialAnswer, question: str, language: Language) -> OfficialAnswer:
    line = " ".join(question.split())[:LONGEST_QUESTION]
    if not line:
        return entry
    if language == "ja":
        return dataclasses.replace(entry, questions_ja=(line,))
    return dataclasses.replace(entry, questions_en=(line,))


def _renumbered(text: str, numbers: Mapping[int, int]) -> str:
    """`text` with the markers that `numbers` maps, the others taken out.

    >>> _renumbered("One [1]. Two [3][2].", {2: 1, 3: 2})
    'One. Two [2][1].'
    >>> _renumbered("Two [1][2].", {2: 1})
    'Two [1].'
    """
    marked = _MARKER.sub(lambda found: f"[{numbers[int(found[1])]}]" if int(found[1]) in numbers else "\0", text)
    return re.sub(r" *\0++(?!\[)|\0", "", marked)


def _questions(text: str) -> tuple[str, ...]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def _lines(text: str) -> str:
    """`text` as it was before a browser ended its lines with two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
