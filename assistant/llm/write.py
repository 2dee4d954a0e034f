"""Writing: a question in; a chat model's sentences, each checked before it is released, and then the Answer, out.

The extractive answer is there first. It stays the answer wherever the model is silent, late or wrong, and always where
it is that nothing is stated, that the question is declined or that it is unclear.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import logging
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer, told
from assistant.chain import Ask, Step
from assistant.conversation import leans
from assistant.llm import prompts
from assistant.llm.budget import Usage
from assistant.llm.check import Checked, check
from assistant.llm.compose import Composition
from assistant.llm.errors import NoReply
from assistant.llm.guard import FIRST_WAIT, Breaker
from assistant.llm.material import Material, material_of
from assistant.llm.request import BEAT, Counting, Meter, Requests
from assistant.llm.rewrite import alone, is_faithful, wordings
from assistant.llm.stream import Said, Splitter
from assistant.wording import TEXTS
from corpus.dates import JST
from corpus.facts import Fact
from index.embed import glosses

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

_log = logging.getLogger(__name__)

MENDS = 2  # sentences of an answer that the model is asked to mend
WITHHELD = 3  # sentences in a row after which the rest of a reply is not waited for
PAUSE = 0.03  # seconds of silence behind a full stop after which its sentence is taken to be complete
KEPT = 256  # answers that are remembered
_NONE = "NONE"


@dataclass
class _Attempt:
    """One answer under way: its time limit, and the trouble that ended the model's part in it."""

    until: float  # time.monotonic()
    fence: str
    trouble: NoReply | None = None
    mends: int = 0
    meters: list[Meter] = field(default_factory=list)  # one for each request
    timings: dict[str, float] = field(default_factory=dict)

    def meter(self) -> Meter:
        """One for another request."""
        self.meters.append(Meter())
        return self.meters[-1]


class Writer:
    """Words answers with a chat model. Safe to use from several threads.

    Args:
        model: makes the model when it is first needed; may take seconds, which count.
        name: the model's, as an Answer's `engine` tells it.
        read: the chain that reads: see `assistant.chain.build_reader`.
        limit_s: seconds for all that the model does for one answer.
        revision: changes with the announcements; an answer is remembered for as long as it stays.
        facts: those of the register that may be seen by who asks.
        queries: other wordings that are searched for where nothing is found to be stated.
    """

    def __init__(
        self,
        model: Callable[[], BaseChatModel],
        name: str,
        read: Callable[[Ask], Step],
        *,
        limit_s: float,
        budget: Counting | None = None,
        revision: Callable[[], object] = lambda: 0,
        facts: Callable[[Ask], Sequence[Fact]] = lambda ask: (),
        breaker: Breaker | None = None,
        first_wait: float = FIRST_WAIT,
        queries: int = 0,
    ) -> None:
        self.name = name
        self._requests = Requests(model, name, budget=budget, breaker=breaker, first_wait=first_wait)
        self._read, self._limit = read, limit_s
        self._revision, self._facts, self._queries = revision, facts, queries
        self._kept: OrderedDict[str, Answer] = OrderedDict()
        self._keeping = threading.Lock()

    def model(self) -> BaseChatModel:
        """The model, made by the first call."""
        return self._requests.model()

    def rests_s(self) -> float:
        """For how many seconds the model is not asked, after it failed; 0 while it is."""
        return self._requests.rests_s()

    def stream(self, ask: Ask) -> Iterator[str | Answer]:
        """The answer in pieces of text as they are released, then whole; its text is the pieces, one after the other.

        An empty piece says that nothing came yet: a good moment to stop. Closing the iterator cancels the request.
        """
        began = time.monotonic()
        attempt = _Attempt(began + self._limit, secrets.token_hex(8))
        step = self._read(ask)
        if ask.history and leans(ask.question, ask.history):
            step = yield from self._read_alone(ask, step, attempt)
        if self._queries and step.answer and step.answer.status == "not_found":
            step = yield from self._read_more(step, attempt)
        draft = step.answer
        assert draft is not None
        if draft.status != "answered":
            yield from told(dataclasses.replace(draft, usage=self._usage(attempt)))
            return
        material = material_of(step, self._facts(ask))
        today = (ask.now or dt.datetime.now(dt.UTC)).astimezone(JST).date()
        values = prompts.written(material, question=step.question.text, today=today.isoformat(), fence="")
        key = self._key(values, draft)
        known = self._recall(key)
        if known:
            yield from told(dataclasses.replace(known, timings_ms=draft.timings_ms, usage=self._usage(attempt)))
            return
        composition = Composition(draft)
        yield from self._compose(composition, step, material, today, attempt)
        wrote = time.monotonic()
        timings = {**draft.timings_ms, **attempt.timings, "total": (wrote - began) * 1000}
        composed = composition.answer(self.name)
        answer = dataclasses.replace(composed, timings_ms=timings, usage=self._usage(attempt))
        if composition.sentences and attempt.trouble is None:
            self._keep(key, answer)
        yield answer

    def _usage(self, attempt: _Attempt) -> dict[str, float]:
        """What the requests of one answer took; empty where none was made."""
        made = [meter.usage for meter in attempt.meters if meter.began]
        if not made:
            return {}
        usage = sum(made, Usage())
        counted = {"requests": len(made), "tokens_in": usage.tokens_in, "tokens_out": usage.tokens_out}
        return {**counted, "cost": self._requests.cost(usage)}

    # --- the parts of an answer ---

    def _compose(
        self, composition: Composition, step: Step, material: Material, today: dt.date, attempt: _Attempt
    ) -> Iterator[str]:
        """The pieces: what the model says and can be borne out, quotes for the rest."""
        language = material.language
        values = prompts.written(
            material, question=step.question.text, today=today.isoformat(), fence=f"data-{attempt.fence}"
        )
        messages = prompts.writing(language).format_messages(**values)
        needed = _needed(step)
        began = time.monotonic()
        withheld = 0
        for said in self._sentences(messages, attempt):
            if said is None or composition.repeats(said):
                yield ""
                continue
            judged = check(said, material, today=today, glosses=glosses)
            if not judged.is_fit and not _is_aside(judged):
                judged = yield from self._mended(judged, material, messages, today, attempt)
            if judged.is_fit:
                withheld = 0
                attempt.timings.setdefault("first_sentence", (time.monotonic() - began) * 1000)
                yield composition.add_sentence(judged.said, judged.support)
                continue
            composition.withhold(said)
            if _is_aside(judged):
                continue
            withheld += 1
            piece = composition.add_in_place(said.text, needed)
            if piece:
                yield piece
            if withheld == WITHHELD:
                break
        attempt.timings["write"] = (time.monotonic() - began) * 1000
        yield from self._finished(composition, step, attempt)

    def _finished(self, composition: Composition, step: Step, attempt: _Attempt) -> Iterator[str]:
        """What the answer must say and does not yet, in quotes; and a line where the model did not do its part."""
        assert step.answer is not None
        language = step.answer.language
        if not composition.sentences:
            attempt.trouble = attempt.trouble or NoReply("refused")
            yield from composition.add_rest()
            yield composition.add_line(TEXTS["quotes_alone"][language])
        elif not composition.states(_needed(step)):
            yield from composition.add_rest()
            if attempt.trouble:
                yield composition.add_line(TEXTS["rest_quoted"][language])
        if attempt.trouble:
            _log.warning("The chat model gave no usable reply (%s); quotes were shown.", attempt.trouble.kind)

    def _sentences(self, messages: Sequence[BaseMessage], attempt: _Attempt) -> Iterator[Said | None]:
        """The sentences of a reply as they are completed; None while none comes. A trouble ends them and is noted."""
        splitter, meter = Splitter(), attempt.meter()
        said = False

        def beat() -> float:
            return PAUSE if splitter.is_waiting else BEAT

        try:
            with closing(self._requests.pieces(messages, until=attempt.until, beat=beat, meter=meter)) as reply:
                for text in reply:
                    ready = _ready(splitter, text)
                    if text is None and not ready:
                        yield None
                    for one in ready:
                        said = True
                        yield one
            is_whole = meter.is_finished or splitter.is_waiting
            for one in _not_refused(splitter.rest() if is_whole else []):
                said = True
                yield one
            if not is_whole and splitter.holds_text:
                raise NoReply("dropped")
            if not said:
                raise NoReply("empty")
        except NoReply as why:
            attempt.trouble = why

    def _mended(
        self, judged: Checked, material: Material, messages: Sequence[BaseMessage], today: dt.date, attempt: _Attempt
    ) -> Generator[str, None, Checked]:
        """`judged` again, or what the model wrote in its place where that can be borne out; returns a Checked."""
        if attempt.mends >= MENDS or attempt.trouble:
            return judged
        attempt.mends += 1
        said = judged.said
        written = said.text + " " + "".join(f"[{number}]" for number in said.markers)
        request = prompts.mending(material.language, list(messages), written, judged.fault, f"data-{attempt.fence}")
        own = _Attempt(attempt.until, attempt.fence, meters=attempt.meters)
        for mended in self._sentences(request, own):
            if mended is None:
                yield ""
                continue
            again = check(Said(said.lead, mended.text, mended.markers), material, today=today, glosses=glosses)
            return again if again.is_fit else judged
        return judged

    def _read_alone(self, ask: Ask, step: Step, attempt: _Attempt) -> Generator[str, None, Step]:
        """What is read for the question as the model rewords it to stand alone; `step` where that helps nothing."""
        language = step.question.language
        values = alone(ask, fence=f"data-{attempt.fence}")
        text = yield from self._said(prompts.rewriting(language).format_messages(**values), attempt)
        question = " ".join(text.split())
        if not is_faithful(question, ask, language):
            return step
        again = self._read(dataclasses.replace(ask, question=question, history=(), language=language))
        if again.answer is None or again.answer.status != "answered":
            return step
        return dataclasses.replace(again, answer=dataclasses.replace(again.answer, question=ask.question))

    def _read_more(self, step: Step, attempt: _Attempt) -> Generator[str, None, Step]:
        """What is read for the question with what other wordings of it find; `step` where that is no answer either."""
        question, language = step.question.text, step.question.language
        values = {"fence": f"data-{attempt.fence}", "count": self._queries, "question": prompts.harmless(question)}
        text = yield from self._said(prompts.searching(language).format_messages(**values), attempt)
        queries = wordings(text, step.ask, language)[: self._queries]
        if not queries:
            return step
        again = self._read(dataclasses.replace(step.ask, queries=tuple(queries)))
        return again if again.answer and again.answer.status == "answered" else step

    def _said(self, messages: Sequence[BaseMessage], attempt: _Attempt) -> Generator[str, None, str]:
        """A whole reply, within a third of the time; empty where none came."""
        text = ""
        until = min(attempt.until, time.monotonic() + self._limit / 3)
        try:
            with closing(
                self._requests.pieces(messages, until=until, beat=lambda: BEAT, meter=attempt.meter())
            ) as reply:
                for piece in reply:
                    text += piece or ""
                    if piece is None:
                        yield ""
        except NoReply as why:
            _log.warning("The chat model reworded no question (%s).", why.kind)
            return ""
        return re.sub(r"^\s*<think>.*?</think>", "", text, flags=re.DOTALL)

    # --- answers that are remembered ---

    def _key(self, values: dict[str, Any], draft: Answer) -> str:
        """Stands for all that an answer is made of: the announcements' revision, the prompt, the reader's answer."""
        made_of = [self.name, str(self._revision()), values, draft.answer, draft.language, draft.question]
        return hashlib.sha256(json.dumps(made_of, ensure_ascii=False).encode()).hexdigest()

    def _recall(self, key: str) -> Answer | None:
        with self._keeping:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: str, answer: Answer) -> None:
        with self._keeping:
            self._kept[key] = answer
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def _ready(splitter: Splitter, text: str | None) -> list[Said]:
    """The sentences that `text`, or for None a pause, completes."""
    if text is None:
        return _not_refused(splitter.rest()) if splitter.is_waiting else []
    found = splitter.feed(text)
    if splitter.is_endless:
        raise NoReply("endless")
    return _not_refused(found)


def _not_refused(found: list[Said]) -> list[Said]:
    if any(one.text.strip(".。 ") == _NONE for one in found):
        raise NoReply("refused")
    return found


def _is_aside(judged: Checked) -> bool:
    """A line that says nothing of the announcements: the heading of a list."""
    return judged.fault == "no_marker" and judged.said.text.rstrip().endswith((":", "："))


def _needed(step: Step) -> list[str]:
    """What an answer has to say, whoever words it: the short answer, and each stage of a history."""
    assert step.reading is not None
    assert step.answer is not None
    reading = step.reading
    readings = reading.parts or (reading,)
    needed = [step.answer.short_answer] if step.answer.short_answer and reading.verdict is None else []
    for each in readings:
        if each.value is not None and len(readings) > 1:
            needed.append(each.chosen[0].sentence.text[each.value.start : each.value.end])
        needed += [stage.sentence.text[stage.value.start : stage.value.end] for stage in each.chain]
    return needed
