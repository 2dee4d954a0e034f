"""The chain, as LangChain runnables: question → understand → retrieve → read → word, verify and cite → Answer."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.aliases import descriptions, with_mission
from assistant.answer import Answer, Turn
from assistant.conversation import stand_alone
from assistant.decline import is_declined
from assistant.evidence import Evidence
from assistant.facts_asked import read_facts, topic_of
from assistant.matcher import Matcher, gather, subsidiaries_in
from assistant.probes import probes_of
from assistant.question import Need, Question, understand
from assistant.read import Reading, read
from assistant.settings import Settings
from assistant.settling import settled, tells_other, told_of_other
from assistant.spelling import respelled
from assistant.wording import word
from corpus.announcement import Announcement, Audience, Language
from corpus.catalog import Catalog
from corpus.errors import UnknownAnnouncement
from corpus.links import Correction, Links, translations
from corpus.proposals import Proposals
from corpus.register import Register
from index.analyse import analyse
from index.embed import glosses
from index.passage import EVERYTHING, Passage, Scope, Selection
from index.search import Index

# Passages that are read; for questions about how something changed, many announcements say a little each.
READ, READ_HISTORY = 24, 80
# Passages whose announcements are read for facts, for a question about a mission, its milestones or the contracts.
READ_FACTS = 100
LONGEST_QUESTION = 2_000
FOUND_BY_WORDING = 8  # passages for each other wording of a question
# Announcements that are held in memory; all are let go of when more are.
MOST_KEPT = 2_000


Rerank = Callable[[str, Sequence[Passage]], list[Passage]]


class How(TypedDict, total=False):
    """How a question is asked: by whom, after what, and of which announcements."""

    history: Sequence[Turn]
    as_of: dt.date | None  # from what was known on that day
    audience: Audience
    language: Language | None
    now: dt.datetime | None  # time zone aware; None: the clock
    selection: Selection  # the announcements to answer from; what corrects one of them counts as well


@dataclass(frozen=True, slots=True)
class Ask:
    """What came in: a question and its `How`."""

    question: str
    history: Sequence[Turn] = ()
    as_of: dt.date | None = None
    audience: Audience = "public"
    language: Language | None = None
    now: dt.datetime | None = None  # None: the clock
    queries: tuple[str, ...] = ()  # other wordings, searched for too; the passages found are read for `question`
    selection: Selection = EVERYTHING


@dataclass(frozen=True, slots=True)
class Step:
    """What is known so far on the way to an Answer; at its end `answer` is there, and all that it was made of."""

    ask: Ask
    question: Question
    scope: Scope
    shelf: _Shelf
    started: float
    timings: Mapping[str, float] = field(default_factory=dict)
    passages: Sequence[Passage] = ()
    announcements: Mapping[str, Announcement] = field(default_factory=dict)
    reading: Reading | None = None
    answer: Answer | None = None


def build_chain(
    catalog: Catalog, index: Index, settings: Settings, *, rerank: Rerank | None = None
) -> Runnable[Ask, Answer]:
    """The chain over `catalog` and `index`; it holds no state of a conversation."""
    return build_reader(catalog, index, settings, rerank=rerank) | RunnableLambda(_answer).with_config(
        run_name="answer"
    )


def _answer(step: Step) -> Answer:
    assert step.answer is not None
    return step.answer


def build_reader(
    catalog: Catalog, index: Index, settings: Settings, *, rerank: Rerank | None = None
) -> Runnable[Ask, Step]:
    """The same chain with what it read on the way: its Step holds the Answer, the passages and the Reading.

    Args:
        rerank: puts the passages that were found for a question into another order.
    """

    shelf = _Shelf(catalog)

    def understand_question(ask: Ask) -> Step:
        started = time.perf_counter()
        text = ask.question[:LONGEST_QUESTION]
        question = stand_alone(text, ask.history, language=ask.language)
        seen = Scope(audience=ask.audience, as_of=ask.as_of, now=ask.now or dt.datetime.now(dt.UTC))
        step = Step(ask, question, shelf.narrowed(seen, ask.selection), shelf, started)
        if is_declined(text):
            return dataclasses.replace(step, reading=Reading(question, "declined", confidence=0.9))
        return step

    def retrieve(step: Step) -> Step:
        if step.reading:
            return step
        began = time.perf_counter()
        k = READ_HISTORY if step.question.want in ("history", "change_count") else READ
        passages, legs = _search(index, step.question, step.scope, k)
        found: Mapping[str, Announcement] = shelf.fetch(passages, step.scope)
        question = respelled(step.question, found.values(), functools.partial(index.frequencies, scope=step.scope))
        if question is not step.question:
            passages, again = _search(index, question, step.scope, k)
            legs = _summed(legs, again)
            found = shelf.fetch(passages, step.scope)
        passages, found = _with_queries(index, question, step, passages, found)
        if rerank:
            passages = rerank(question.query, passages)
        passages, found = _with_twins(index, question, step, passages, found)
        kept = _readable(passages, found, step, question)
        timings = {"retrieve": (time.perf_counter() - began) * 1000, **legs}
        return dataclasses.replace(step, question=question, passages=kept, announcements=found, timings=timings)

    def read_passages(step: Step) -> Step:
        if step.reading:
            return step
        began = time.perf_counter()
        reading = _read(step.question, step, index)
        timings = {**step.timings, "read": (time.perf_counter() - began) * 1000}
        return dataclasses.replace(step, reading=reading, timings=timings)

    def say(step: Step) -> Step:
        assert step.reading is not None
        newest = None if step.reading.status != "not_found" else _newest(step)
        answer = word(step.reading, newest=newest, contact=settings.ir_contact, glosses=glosses)
        total = (time.perf_counter() - step.started) * 1000
        said = dataclasses.replace(answer, question=step.ask.question, timings_ms={**step.timings, "total": total})
        return dataclasses.replace(step, answer=said)

    return (
        RunnableLambda(understand_question).with_config(run_name="understand")
        | RunnableLambda(retrieve).with_config(run_name="retrieve")
        | RunnableLambda(read_passages).with_config(run_name="read")
        | RunnableLambda(say).with_config(run_name="word_verify_cite")
    )


def _search(index: Index, question: Question, scope: Scope, k: int) -> tuple[list[Passage], dict[str, float]]:
    """The best passages, and what each leg of the search took; for a question that says of when it asks, those known
    by then first."""
    first: Sequence[Passage] = ()
    legs: dict[str, float] = {}
    if question.as_of and scope.as_of is None:
        then = dataclasses.replace(scope, as_of=question.as_of)
        known = index.find(_search_text(question), k=k, scope=then, language=question.language)
        first, legs = known.passages, _summed(legs, known.timings_ms)
    seen = {passage.chunk.id for passage in first}
    found = index.find(_search_text(question), k=k, scope=scope, language=question.language)
    more = [passage for passage in found.passages if passage.chunk.id not in seen]
    return [*first, *more], _summed(legs, found.timings_ms)


def _summed(first: Mapping[str, float], second: Mapping[str, float]) -> dict[str, float]:
    return {name: first.get(name, 0.0) + second.get(name, 0.0) for name in {**first, **second}}


def _with_queries(
    index: Index, question: Question, step: Step, passages: list[Passage], found: Mapping[str, Announcement]
) -> tuple[list[Passage], Mapping[str, Announcement]]:
    """With what other wordings of the question find, behind what it found itself."""
    seen = {passage.chunk.id for passage in passages}
    more: list[Passage] = []
    for query in step.ask.queries:
        for passage in index.search(query, k=FOUND_BY_WORDING, scope=step.scope, language=question.language):
            if passage.chunk.id not in seen:
                seen.add(passage.chunk.id)
                more.append(passage)
    return ([*passages, *more], {**found, **step.shelf.fetch(more, step.scope)}) if more else (passages, found)


def _with_twins(
    index: Index, question: Question, step: Step, passages: list[Passage], found: Mapping[str, Announcement]
) -> tuple[list[Passage], Mapping[str, Announcement]]:
    """With the passages of editions in the question's language of what was found in the other one alone."""
    twins = step.shelf.twins(found, question.language) - set(found)
    if step.scope.announcement_ids is not None:
        twins &= step.scope.announcement_ids
    if not twins:
        return passages, found
    scope = dataclasses.replace(step.scope, announcement_ids=twins)
    more = index.search(_search_text(question), k=2 * len(twins), scope=scope, language=question.language)
    return [*passages, *more], {**found, **step.shelf.fetch(more, step.scope)}


def _search_text(question: Question) -> str:
    """The question, with words that stand where its answer does: in captions, in the line that gives a head office."""
    if question.want == "people_in_picture":
        return f"{question.query} 写真 左から photo from left"
    if question.want == "speaker":
        return f"{question.query} コメント comment"
    if any("@head-office" in need.terms for need in question.needs):
        return f"{question.query} 代表取締役 本社 head office"
    return question.query


class _Shelf:
    """Announcements of a catalog, read once for each of its revisions."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._links = Links(catalog)
        self.register = Register(catalog, self._links, accepted=Proposals(catalog.database).facts)
        self._lock = threading.Lock()
        self._revision = -1
        self._kept: dict[str, Announcement] = {}
        # The outlines, and those with a date, newest first.
        self._sorted: tuple[Mapping[str, Announcement], list[tuple[dt.date, Announcement]]] = ({}, [])

    def fetch(self, passages: Sequence[Passage], scope: Scope) -> dict[str, Announcement]:
        """The announcements of `passages`, by id; one that was removed or hidden since the search is gone at once."""
        found: dict[str, Announcement] = {}
        with self._lock:
            revision = self._catalog.revision()
            if revision != self._revision or len(self._kept) > MOST_KEPT:
                self._revision, self._kept = revision, {}
            for id in dict.fromkeys(passage.chunk.announcement_id for passage in passages):
                if id not in self._kept:
                    try:
                        self._kept[id] = self._catalog.get(id)
                    except UnknownAnnouncement:
                        continue
                if scope.shows(self._kept[id]):
                    found[id] = self._kept[id]
        return found

    def twins(self, ids: Iterable[str], language: Language) -> frozenset[str]:
        """Of the announcements `ids` that are in another language, their stated editions in `language`."""
        outlines = self._links.outlines()
        editions = [(one.id, one.translation_of) for one in outlines.values() if one.translation_of in outlines]
        other = {a: b for pair in editions for a, b in (pair, pair[::-1]) if a and b}
        twins = {other[id] for id in ids if id in other and id in outlines and outlines[id].language != language}
        return frozenset(id for id in twins if outlines[id].language == language)

    def newest(self, scope: Scope) -> dt.date | None:
        """The date of the newest announcement that the reader may see, of those that are wanted."""
        outlines = self._links.outlines()
        with self._lock:
            if outlines is not self._sorted[0]:
                dated = [(one.held.latest, one) for one in outlines.values() if one.held]
                self._sorted = outlines, sorted(dated, key=lambda pair: pair[0], reverse=True)
            newest_first = self._sorted[1]
        return next((day for day, one in newest_first if scope.shows(one) and scope.selects(one)), None)

    def narrowed(self, scope: Scope, selection: Selection) -> Scope:
        """`scope` within what `selection` holds, and what corrects any of that, wherever it stands."""
        if not selection:
            return scope
        held = {id for id, one in self._links.outlines().items() if selection.holds(one)}
        corrections = self.corrections(scope)
        wanted = set(held)
        while more := {one.notice for one in corrections if one.target in wanted} - wanted:
            wanted |= more
        return (
            scope.within(selection)
            if wanted == held
            else dataclasses.replace(scope, announcement_ids=frozenset(wanted))
        )

    def corrections(self, scope: Scope) -> list[Correction]:
        """Those whose notice the reader may see; one that is itself not translated holds for both editions."""
        found = self._links.corrections()
        if not found:
            return []
        outlines = self._links.outlines()
        shown = [one for one in found if one.notice in outlines and scope.shows(outlines[one.notice])]
        corrected = {one.target for one in shown}
        editions = [(one.id, one.translation_of) for one in outlines.values() if one.translation_of]
        twins = {a: b for pair in editions for a, b in (pair, pair[::-1])}
        others = [(one, twins[one.target]) for one in shown if one.target in twins]
        return shown + [dataclasses.replace(one, target=id) for one, id in others if id not in corrected]


def _readable(
    passages: Sequence[Passage], announcements: Mapping[str, Announcement], step: Step, question: Question
) -> list[Passage]:
    """The passages to read: of what is there still, in one language where two were found, corrections first."""
    present = [passage for passage in passages if passage.chunk.announcement_id in announcements]
    return _corrected(one_edition(present, announcements, question.language), step.shelf.corrections(step.scope))


def _corrected(passages: Sequence[Passage], corrections: Sequence[Correction]) -> list[Passage]:
    """Without what was withdrawn, and with what was corrected right behind the last passage of its correction."""
    withdrawn = {one.target for one in corrections if one.kind == "withdraws"}
    kept = [passage for passage in passages if passage.chunk.announcement_id not in withdrawn]
    for one in corrections:
        last = max((i for i, p in enumerate(kept) if p.chunk.announcement_id == one.notice), default=-1)
        late = [p for p in kept[:last] if p.chunk.announcement_id == one.target]
        if last >= 0 and late:
            kept = [*(p for p in kept[: last + 1] if p not in late), *late, *kept[last + 1 :]]
    return kept


def one_edition(
    passages: Sequence[Passage], announcements: Mapping[str, Announcement], language: Language
) -> list[Passage]:
    """Without the passages of an announcement whose translation, in the question's language, was found as well."""
    original = {link.translation: link.original for link in translations(announcements.values())}
    editions: dict[str, set[Language]] = {}
    for announcement in announcements.values():
        editions.setdefault(original.get(announcement.id, announcement.id), set()).add(announcement.language)

    def has_twin(passage: Passage) -> bool:
        announcement = announcements[passage.chunk.announcement_id]
        return (
            announcement.language != language and language in editions[original.get(announcement.id, announcement.id)]
        )

    return [passage for passage in passages if not has_twin(passage)]


def _read(question: Question, step: Step, index: Index) -> Reading:
    whole = _read_as_asked(question, step, index)
    if question.want != "yes_no" or whole.status not in ("answered", "not_found") or whole.verdict == "no":
        return whole
    return _read_settling(question, whole, step, index) or whole


def _read_settling(question: Question, whole: Reading, step: Step, index: Index) -> Reading | None:
    """What the answer to another question decides of a yes/no question: "How much was it?" of "Was it 300 yen?"."""
    shown: Reading | None = None
    matcher: Matcher | None = None
    for probe in probes_of(question, subsidiaries_in(step.announcements.values())):
        other = understand(probe.text, language=question.language)
        passages = index.search(_search_text(other), k=READ, scope=step.scope, language=question.language)
        found = step.shelf.fetch(passages, step.scope)
        own_step = dataclasses.replace(step, passages=_readable(passages, found, step, other), announcements=found)
        reading = _read_as_asked(other, own_step, index)
        told = reading.chosen and tells_other(probe, reading.chosen[0].sentence.text)
        if probe.kind == "rival" and not told:
            reading = told_of_other(probe, other, _evidence(other, own_step, index)[0]) or reading
        matcher = matcher or _evidence(question, step, index)[1]
        terms = analyse(probe.said, question.language)
        is_heard = any(index.frequencies([term for term in terms if term[0] != "_"], scope=step.scope).values())
        decided = settled(question, whole, probe, reading, matcher, is_heard=is_heard)
        if decided and decided.verdict:
            return decided
        if whole.verdict == "not_yet":
            continue
        shown = shown or decided
    return shown


def _read_as_asked(question: Question, step: Step, index: Index) -> Reading:
    from_facts = _from_facts(question, step, index)
    if from_facts:
        return from_facts
    evidence = _evidence(question, step, index)
    numbered = with_mission(question, evidence[0])
    if numbered:
        of_mission = _from_facts(numbered[0], step, index)
        if of_mission:
            return dataclasses.replace(of_mission, chosen=(*of_mission.chosen, numbered[1]))
    whole = read(question, evidence[0], evidence[1], step.announcements)
    if whole.status == "not_found":
        described = _read_described(question, evidence[0], step, index)
        if described:
            return described
    if question.siblings and whole.status in ("answered", "not_found"):
        return _read_siblings(question, whole, step, index)
    if not question.parts or whole.status not in ("answered", "not_found"):
        return whole
    return _read_parts(question, whole, step, index)


def _from_facts(question: Question, step: Step, index: Index) -> Reading | None:
    """What the facts say, of the announcements that speak of what is asked; None where they do not decide."""
    if question.siblings or topic_of(question) is None:
        return None
    scope, then = step.scope, question.as_of
    query = " ".join(need.text for need in question.needs if need.is_firm) or question.query
    passages = index.search(query, k=READ_FACTS, scope=scope, language=question.language)
    if then and (scope.as_of is None or then < scope.as_of):
        earlier = dataclasses.replace(scope, as_of=then)
        passages = [*index.search(query, k=READ_FACTS, scope=earlier, language=question.language), *passages]
    found = step.shelf.fetch(passages, scope)
    withdrawn = {one.target for one in step.shelf.corrections(scope) if one.kind == "withdraws"}
    kept = {id: one for id, one in found.items() if id not in withdrawn}
    facts = step.shelf.register.of(kept, language=question.language)
    if then:
        # A later announcement may tell how things stood on that day.
        facts = [fact for fact in facts if (held := fact.as_of or fact.published) is None or held.latest <= then]
    return read_facts(question, facts, kept)


def _evidence(question: Question, step: Step, index: Index) -> tuple[list[Evidence], Matcher]:
    frequencies = functools.partial(index.frequencies, scope=step.scope)
    matcher = Matcher(question, frequencies, index.count(step.scope), glosses, index.holds)
    return gather(step.passages, step.announcements, matcher), matcher


def _read_parts(question: Question, whole: Reading, step: Step, index: Index) -> Reading:
    """Each half of "which contract, and which vehicle" read by itself, with what the first half named carried along."""
    readings: list[Reading] = []
    carried: tuple[Need, ...] = ()
    for text in question.parts:
        part = understand(text, language=question.language, carried=carried)
        part = dataclasses.replace(part, as_of=part.as_of or question.as_of)
        if not [need for need in part.needs if need.factor >= 1 and not need.carried] and readings:
            continue
        evidence, matcher = _evidence(part, step, index)
        from_facts = _from_facts(part, step, index)
        readings.append(from_facts or _of_what_was_named(read(part, evidence, matcher, step.announcements)))
        carried = tuple(
            dataclasses.replace(need, carried=True) for need in part.needs if need.factor >= 1 and not need.carried
        )
    answered = [reading for reading in readings if reading.status == "answered"]
    if not answered:
        return whole
    if len(answered) < len(readings) and whole.status == "answered":
        return whole
    confidence = min(reading.confidence for reading in answered)
    return Reading(question, "answered", answered[0].chosen, confidence=confidence, parts=tuple(answered))


def _of_what_was_named(reading: Reading) -> Reading:
    """`reading`, or none where its evidence does not name what the part before did: whose offer price is meant."""
    if reading.status != "answered" or not reading.chosen:
        return reading
    one = reading.chosen[0]
    carried = [
        match for need, match in zip(reading.question.needs, one.matches, strict=True) if need.carried and need.is_name
    ]
    return Reading(reading.question, "not_found") if carried and max(carried) < 0.5 else reading


def _read_described(question: Question, evidence: Sequence[Evidence], step: Step, index: Index) -> Reading | None:
    """What is said of the micro rover of Mission 2 answers for TENACIOUS, where an announcement calls it so."""
    for text, one in descriptions(question, evidence):
        other = understand(text, language=question.language)
        passages = index.search(_search_text(other), k=READ, scope=step.scope, language=question.language)
        found = step.shelf.fetch(passages, step.scope)
        own_step = dataclasses.replace(step, passages=_readable(passages, found, step, other), announcements=found)
        own_evidence, matcher = _evidence(other, own_step, index)
        reading = read(other, own_evidence, matcher, found)
        if reading.status != "answered":
            continue
        told = {need.text for need in question.needs}
        new = [place for place, need in enumerate(other.needs) if need.is_firm and need.text not in told]
        is_particular = len(new) > 1 or any(other.needs[place].is_number for place in new)
        is_of_it = all(reading.chosen[0].matches[place] >= 0.4 for place in new)
        # Of what was asked beside the name, the sentence has to say something: what it is called is no answer.
        asked = [
            match
            for need, match in zip(other.needs, reading.chosen[0].own_matches, strict=True)
            if need.is_firm and need.text in told and not (need.is_name or need.is_number)
        ]
        if is_particular and is_of_it and (not asked or max(asked) >= 0.4):
            # The sentence that says what the name stands for is a part of the proof.
            return dataclasses.replace(reading, chosen=(*reading.chosen, one))
    return None


def _read_siblings(question: Question, whole: Reading, step: Step, index: Index) -> Reading:
    """ "Who led each of Series A, B and C?": the same question of each, one after the other."""
    readings = []
    for text in question.siblings:
        single = understand(text, language=question.language)
        passages = index.search(single.query, k=READ, scope=step.scope, language=question.language)
        found = step.shelf.fetch(passages, step.scope)
        kept = _readable(passages, found, step, single)
        own_step = dataclasses.replace(step, passages=kept, announcements=found)
        evidence, matcher = _evidence(single, own_step, index)
        readings.append(read(single, evidence, matcher, found))
    answered = [reading for reading in readings if reading.status == "answered"]
    if not answered:
        return whole
    confidence = min(reading.confidence for reading in answered)
    return Reading(question, "answered", answered[0].chosen, confidence=confidence, parts=tuple(readings))


def _newest(step: Step) -> dt.date | None:
    """The day up to which the announcements reach that the reader may see."""
    days = [one.held.latest for one in step.announcements.values() if one.held]
    newest = step.shelf.newest(step.scope)
    return max([*days, newest] if newest else days, default=None)
