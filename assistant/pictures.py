"""Captions and footnotes: ranked Evidence in; a Reading of who stands in a picture, or of what a note says, out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.evidence import Evidence
from assistant.matcher import Matcher
from assistant.question import Question
from assistant.reading import Reading
from assistant.sentence import Sentence, announcement_sentences, sentences_of
from corpus.announcement import Announcement
from corpus.values import fold


def read_footnote(
    question: Question, ranked: Sequence[Evidence], announcements: Mapping[str, Announcement]
) -> Reading | None:
    """The note that bears the mark asked for, in the best announcement that has one; None without."""
    order = list(dict.fromkeys([*(one.sentence.announcement.id for one in ranked), *announcements]))
    for id in order:
        for note in announcements[id].footnotes:
            if _bare(note.mark) == _bare(question.footnote):
                sentence = _sentence_at(announcements[id], note.anchors[0][0])
                if sentence:
                    chosen = Evidence(sentence, 0, 1.0, 1.0, (), (), missing_name=False, other_number=False)
                    return Reading(question, "answered", (chosen,), footnote=(announcements[id], note), confidence=0.9)
    return None


def _bare(mark: str) -> str:
    return re.sub(r"[^0-9a-z]", "", mark.casefold())


def _sentence_at(announcement: Announcement, offset: int) -> Sentence | None:
    return next((s for s in announcement_sentences(announcement) if s.start <= offset < s.end), None)


def read_picture(
    question: Question, ranked: Sequence[Evidence], matcher: Matcher, announcements: Mapping[str, Announcement]
) -> Reading | None:
    """The people of the best announcement with a caption, or the one in the place asked for; None without."""
    order = list(dict.fromkeys([*(one.sentence.announcement.id for one in ranked), *announcements]))
    for id in order:
        captions = [one for one in sentences_of(announcements[id]) if one.section and one.section.people]
        if not captions:
            continue
        caption = captions[0]
        assert caption.section is not None
        everyone = tuple(person for person in caption.section.people if person[0])
        if not everyone:
            continue
        reverse = bool(re.match(r"[（(]?(?:写真)?[:：]?右から|from right", caption.text, re.I))
        from_left = everyone[::-1] if reverse else everyone
        evidence = matcher.meet(caption, 0)
        anchor = _anchor(question, from_left) if question.beside else None
        asked = _at(question.position, from_left) if anchor is None else _beside(question, from_left, anchor)
        if anchor is not None and not asked:
            return Reading(question, "not_found", nearest=(evidence,))
        return Reading(
            question, "answered", (evidence,), people=asked or from_left,
            text=asked[0][0] if len(asked) == 1 else "", confidence=0.9,
        )  # fmt: skip
    return None


def _anchor(question: Question, people: tuple[tuple[str, str], ...]) -> int | None:
    """The place of the one beside whom others are asked for, by his place or his name; None where that is unclear."""
    there = _at(question.position, people)
    named = there or tuple(one for one in people if _is_named(one[0], fold(question.query)))
    return people.index(named[0]) if len(named) == 1 else None


def _beside(question: Question, people: tuple[tuple[str, str], ...], anchor: int) -> tuple[tuple[str, str], ...]:
    return tuple(people[anchor + step] for step in question.beside if 0 <= anchor + step < len(people))


def _is_named(name: str, asked: str) -> bool:
    """The question holds the family name or the given name of somebody."""
    return any(len(part) > 1 and part.casefold() in asked.casefold() for part in fold(name).split())


def _at(position: str, people: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    if position == "left":
        return people[:1]
    if position == "right":
        return people[-1:]
    if position:
        number = int(position)
        index = number - 1 if number > 0 else number
        if -len(people) <= index < len(people):
            return (people[index],)
    return ()
