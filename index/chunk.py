"""Chunking: an Announcement in, Chunks that cover it and cut no sentence out."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from corpus.announcement import Announcement, Section
from corpus.sentences import cut, sentences
from index.passage import Chunk


def chunk(announcement: Announcement, *, size: int = 400) -> list[Chunk]:
    """The chunks of `announcement` in order, about `size` characters each; together they hold all but blanks.

    A chunk is of one kind of section under one heading, and made of whole sentences. Only a sentence longer than
    4 * size characters (a table without line ends, say) is cut, at a clause mark where it has one.
    """
    if size < 1:
        raise ValueError("A chunk has at least one character: size must be 1 or more.")
    chunks = []
    for group in _merged(announcement):
        section = group[0]
        # A sentence ends where its section does, though the next one be of the same kind.
        spans = [
            part
            for one in group
            for start, end in sentences(announcement.text[one.start : one.end])
            for part in cut(announcement.text, one.start + start, one.start + end, 4 * size)
        ]
        for start, end in _packed(spans, size):
            chunks.append(
                Chunk(
                    id=f"{announcement.id}:{start}-{end}",
                    announcement_id=announcement.id,
                    page=announcement.page_of(start),
                    start=start,
                    end=end,
                    text=announcement.text[start:end],
                    section=section.kind,
                    heading=section.heading or "",
                )
            )
    return chunks


def _merged(announcement: Announcement) -> Iterator[list[Section]]:
    """The sections with what lies between them (as body), neighbours of one kind, heading and speaker together."""

    def company(section: Section) -> tuple[str, str | None, str | None]:
        return section.kind, section.heading, section.speaker

    for _, group in itertools.groupby(_with_gaps(announcement), key=company):
        yield list(group)


def _with_gaps(announcement: Announcement) -> Iterator[Section]:
    at = 0
    for section in sorted(announcement.sections, key=lambda section: section.start):
        if announcement.text[at : section.start].strip():
            yield Section("body", at, section.start)
        if section.end > max(at, section.start):
            yield Section(section.kind, max(at, section.start), section.end, section.heading, section.speaker)
        at = max(at, section.end)
    if announcement.text[at:].strip():
        yield Section("body", at, len(announcement.text))


def _packed(spans: list[tuple[int, int]], size: int) -> Iterator[tuple[int, int]]:
    """Spans joined to groups of about equal length, each as near to `size` as whole sentences allow."""
    if not spans:
        return
    total = spans[-1][1] - spans[0][0]
    goal = total / max(1, round(total / size))
    start, last = spans[0]
    for begin, end in spans[1:]:
        # Take the sentence when that brings the chunk nearer to the goal than leaving it.
        if abs(end - start - goal) > abs(last - start - goal) or end - start > 1.5 * size:
            yield start, last
            start = begin
        last = end
    yield start, last
