"""What the model is given: a step of the chain that has read in, numbered passages and the values found, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.chain import Step
from assistant.history import told_on
from assistant.reading import Reading, Stage
from assistant.sentence import Sentence, sentences_of
from assistant.wording import say_date
from corpus.announcement import Announcement, Language
from corpus.facts import Fact
from corpus.say import say
from index.passage import Passage

PASSAGES = 8
PASSAGES_OF_HISTORY = 16
MOST_ASKED = 2  # attributes of the register that a question may be about
CHARACTERS = 9_000  # of all passages together; the first is shown in any case


@dataclass(frozen=True, slots=True)
class Shown:
    """One passage as the model sees it; its number is its place, counted from 1."""

    announcement: Announcement
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        return self.announcement.text[self.sentences[0].start : self.sentences[-1].end]

    @property
    def notes(self) -> list[tuple[str, str]]:
        """The footnotes of the passage: mark and text."""
        start, end = self.sentences[0].start, self.sentences[-1].end
        return [
            (
                note.mark,
                " ".join(self.announcement.text[note.start : note.end].split()).removeprefix(note.mark).lstrip(),
            )
            for note in self.announcement.footnotes
            if any(start < last and first < end for first, last in note.anchors)
        ]


@dataclass(frozen=True, slots=True)
class Material:
    """What a reply may stand on, and what it must not say."""

    language: Language
    shown: tuple[Shown, ...]
    findings: tuple[str, ...]  # what the reader found, a line each
    replaced: frozenset[str] = frozenset()  # keys of values that are no longer current
    current: frozenset[str] = frozenset()  # keys of the values that took their place
    verdict: bool | None = None  # of a question that is answered with yes or no


def material_of(step: Step, facts: Sequence[Fact] = ()) -> Material:
    """The passages of `step`, those with the reader's own evidence first, and what the reader made of them.

    Args:
        facts: those of the register that the reader may see, earlier values too, oldest first.
    """
    assert step.reading is not None
    language = step.question.language
    readings = step.reading.parts or (step.reading,)
    verdicts = {reading.verdict for reading in readings} - {None}
    replaced, current = _keys(readings)
    chain = _chain(readings, facts)
    replaced |= {fact.value.typed.key for fact in chain if fact.value.typed and fact.status == "superseded"}
    current |= {fact.value.typed.key for fact in chain if fact.value.typed and fact.status != "superseded"}
    return Material(
        language,
        tuple(_shown(step, readings)),
        (*(_told(fact) for fact in chain), *_findings(step, readings, language)),
        # What was said less exactly before, and came true, is not replaced.
        frozenset(key for key in replaced if not any(now.startswith(key) for now in current)),
        frozenset(current),
        verdicts == {"yes"} if len(verdicts) == 1 and len(readings) == 1 else None,
    )


def _shown(step: Step, readings: tuple[Reading, ...]) -> Iterator[Shown]:
    has_history = any(reading.chain or reading.timeline for reading in readings)
    most = PASSAGES_OF_HISTORY if has_history else PASSAGES
    evidence = [one.sentence for reading in readings for one in reading.chosen]
    evidence += [stage.sentence for reading in readings for stage in (*reading.earlier, *reading.chain)]
    seen: set[tuple[str, int]] = set()
    total = 0
    for shown in (*(_around(sentence, step.passages) for sentence in evidence), *_passages(step)):
        if seen and all(one.kind in ("title", "heading") for one in shown.sentences):
            continue  # every passage comes with its title
        key = (shown.announcement.id, shown.sentences[0].start)
        if key in seen or len(seen) >= most or (seen and total + len(shown.text) > CHARACTERS):
            continue
        seen.add(key)
        total += len(shown.text)
        yield shown


def _passages(step: Step) -> Iterator[Shown]:
    for passage in step.passages:
        announcement = step.announcements[passage.chunk.announcement_id]
        held = _within(announcement, passage)
        if held:
            yield Shown(announcement, held)


def _around(sentence: Sentence, passages: Sequence[Passage]) -> Shown:
    """The first passage that holds `sentence`, else the sentence alone."""
    for passage in passages:
        if passage.chunk.announcement_id == sentence.announcement.id:
            held = _within(sentence.announcement, passage)
            if any(one.start == sentence.start for one in held):
                return Shown(sentence.announcement, held)
    return Shown(sentence.announcement, (sentence,))


def _within(announcement: Announcement, passage: Passage) -> tuple[Sentence, ...]:
    chunk = passage.chunk
    return tuple(one for one in sentences_of(announcement) if chunk.start <= one.start and one.end <= chunk.end)


def _chain(readings: tuple[Reading, ...], facts: Sequence[Fact]) -> list[Fact]:
    """The facts on what was asked: those whose sentence the reader chose, and others of the same thing."""
    asked = set()
    for reading in readings:
        if not reading.chosen:
            continue
        sentence, value = reading.chosen[0].sentence, reading.value
        for fact in facts:
            is_there = fact.start < sentence.end and sentence.start < fact.end
            if fact.announcement_id != sentence.announcement.id or not is_there:
                continue
            typed = fact.value.typed
            if value is None or (typed is not None and (typed.key == value.key or typed.date == value.date)):
                asked.add((fact.kind, fact.subject_id, fact.attribute))
    # A sentence that tells of many things asks for none of them.
    return [f for f in facts if (f.kind, f.subject_id, f.attribute) in asked] if len(asked) <= MOST_ASKED else []


def _told(fact: Fact) -> str:
    held = f", {fact.as_of}" if fact.as_of else ""
    return f"{fact.subject} / {fact.attribute}: {fact.value.text} ({fact.status}{held})"


def _keys(readings: tuple[Reading, ...]) -> tuple[set[str], set[str]]:
    replaced = {stage.value.key for reading in readings for stage in (*reading.earlier, *reading.chain[:-1])}
    current = {reading.value.key for reading in readings if reading.value is not None}
    current |= {reading.chain[-1].value.key for reading in readings if reading.chain}
    return replaced, current


def _findings(step: Step, readings: tuple[Reading, ...], language: Language) -> Iterator[str]:
    """The short answer with its date, and what it replaced, oldest first."""
    answer = step.answer
    assert answer is not None
    for reading in readings:
        for stage in (*reading.earlier, *reading.chain):
            yield _stage(stage, language)
    if answer.short_answer:
        yield f"{answer.short_answer} ({answer.as_of})" if answer.as_of else answer.short_answer


def _stage(stage: Stage, language: Language) -> str:
    told = told_on(stage.sentence, stage.value)
    return f"{say_date(told, language)}: {say(stage.value, language)}"
