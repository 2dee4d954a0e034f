"""Requests: messages in; what a chat model replies out, within a time limit, the budget and its breaker's patience."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Mapping, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from assistant.llm.bridge import items
from assistant.llm.budget import Usage, estimated
from assistant.llm.errors import NoReply
from assistant.llm.guard import FIRST_WAIT, Breaker, trouble, wait_before

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

_T = TypeVar("_T")

LONGEST_REPLY = 6_000  # characters of one reply in words
BEAT = 0.25  # seconds after which whoever waits is told that nothing came yet


class Counting(Protocol):
    """Where it is counted what requests take; `assistant.llm.budget.Budget` in the product."""

    def hold(self, model: str, expected: Usage) -> bool:
        """Whether there is room for a request; what it may take is set aside."""

    def settle(self, model: str, expected: Usage, used: Usage) -> None:
        """What it took, in place of what was set aside."""

    def cost(self, usage: Usage) -> float:
        """What `usage` costs."""


@dataclass
class Meter:
    """Counts what one request takes."""

    characters: int = 0
    usage: Usage = field(default_factory=Usage)  # as the provider says, and at the end an estimate where it does not
    began: bool = False
    is_finished: bool = False  # the model itself ended its reply

    def read(self, chunk: Any) -> str:
        """The text of a chunk, counted."""
        usage = getattr(chunk, "usage_metadata", None) or {}
        self.usage += Usage(int(usage.get("input_tokens", 0)), int(usage.get("output_tokens", 0)))
        reason = (getattr(chunk, "response_metadata", None) or {}).get("finish_reason")
        self.is_finished = self.is_finished or bool(reason and reason != "length")
        content = chunk.content
        if not isinstance(content, str):
            parts = [part if isinstance(part, str) else part.get("text", "") for part in content]
            content = "".join(part for part in parts if isinstance(part, str))
        self.characters += len(content)
        return str(content)


class Requests:
    """Asks one chat model. Safe to use from several threads.

    Args:
        model: makes the model when it is first needed; may take seconds, which count.
        name: the model's.
    """

    def __init__(
        self,
        model: Callable[[], BaseChatModel],
        name: str,
        *,
        budget: Counting | None = None,
        breaker: Breaker | None = None,
        first_wait: float = FIRST_WAIT,
    ) -> None:
        self.name = name
        self._make, self._making = model, threading.Lock()
        self._made: BaseChatModel | None = None
        self._budget, self._breaker, self._first_wait = budget, breaker or Breaker(), first_wait

    def model(self) -> BaseChatModel:
        """The model, made by the first call."""
        with self._making:
            if self._made is None:
                self._made = self._make()
            return self._made

    def rests_s(self) -> float:
        """For how many seconds the model is not asked, after it failed; 0 while it is."""
        return self._breaker.rests_s()

    def cost(self, usage: Usage) -> float:
        """What `usage` costs; 0 where no prices are known."""
        return self._budget.cost(usage) if self._budget else 0.0

    def pieces(
        self, messages: Sequence[BaseMessage], *, until: float, beat: Callable[[], float], meter: Meter
    ) -> Generator[str | None, None, None]:
        """The text of one reply as it comes, None while nothing comes; closing it cancels the request.

        Args:
            until: `time.monotonic()` at which it is given up.

        Raises:
            NoReply: none can be had, or not all of it.
        """

        async def said(model: BaseChatModel) -> AsyncIterator[str]:
            chunks: Any = model.astream(list(messages))
            async with aclosing(chunks):
                async for chunk in chunks:
                    text = meter.read(chunk)
                    if text:
                        yield text

        expected = Usage(_size(messages), LONGEST_REPLY // 4)
        with closing(self._guarded(said, expected, until, beat, meter)) as reply:
            for text in reply:
                if text is not None and meter.characters > LONGEST_REPLY:
                    raise NoReply("endless")  # nothing is wrong with the server
                yield text

    def filled(
        self, messages: Sequence[BaseMessage], schema: Mapping[str, Any], *, until: float, tokens: int
    ) -> dict[str, Any]:
        """The object that the model fills in after `schema`, a JSON Schema with a title; its members are unchecked.

        Args:
            tokens: how long the reply may be, for the budget.

        Raises:
            NoReply: there is none, or it is no such object.
        """
        meter = Meter()

        async def filled_in(model: BaseChatModel) -> AsyncIterator[dict[str, Any]]:
            reply: Any = await model.with_structured_output(dict(schema), include_raw=True).ainvoke(list(messages))
            meter.read(reply["raw"])
            yield _object(reply["raw"], reply["parsed"])

        with closing(self._guarded(filled_in, Usage(_size(messages), tokens), until, lambda: BEAT, meter)) as reply:
            [found] = [one for one in reply if one is not None]
        return found

    def _guarded(
        self,
        ask: Callable[[BaseChatModel], AsyncIterator[_T]],
        expected: Usage,
        until: float,
        beat: Callable[[], float],
        meter: Meter,
    ) -> Generator[_T | None, None, None]:
        """What `ask` yields, once breaker and budget allow it; both are told how it ended."""
        if not self._breaker.allows():
            raise NoReply("resting")
        if self._budget and not self._budget.hold(self.name, expected):
            self._breaker.let_go()
            raise NoReply("budget")
        is_over = False
        try:
            yield from items(lambda: self._tried(ask, until, meter), until=until, beat=beat)
            self._breaker.succeeded()
            is_over = True
        except Exception as error:
            is_over = True
            failed = trouble(error)
            self._breaker.failed(failed)
            raise failed from None
        finally:
            if not is_over:
                self._breaker.let_go()
            if meter.began and not meter.usage.total:
                meter.usage = Usage(expected.tokens_in, estimated("月" * meter.characters))
            if self._budget:
                self._budget.settle(self.name, expected, meter.usage)

    async def _tried(
        self, ask: Callable[[BaseChatModel], AsyncIterator[_T]], until: float, meter: Meter
    ) -> AsyncIterator[_T]:
        """What `ask` yields; what fails before anything came, and may be over in a moment, is tried again."""
        model = await asyncio.to_thread(self.model)
        attempt = 1
        while True:
            try:
                meter.began = True
                reply: Any = ask(model)
                async with aclosing(reply):
                    async for one in reply:
                        yield one
                return
            except Exception as error:
                why = trouble(error)
                attempt += 1
                left = until - time.monotonic()
                wait = wait_before(attempt, why, left=left, first_wait=self._first_wait)
                if meter.characters or wait is None:
                    raise
                await asyncio.sleep(wait)


def _object(raw: Any, parsed: Any) -> dict[str, Any]:
    """The object of a whole reply; NoReply for anything else. LangChain's own parser mends half an object."""
    if not raw.tool_calls:
        text = str(raw.content)
        try:
            parsed = json.loads(text[text.find("{") : text.rfind("}") + 1])
        except ValueError:
            raise NoReply("malformed") from None
    if not isinstance(parsed, dict):
        raise NoReply("malformed")
    return parsed


def _size(messages: Sequence[BaseMessage]) -> int:
    """Tokens of `messages`, roughly."""
    return sum(estimated(str(message.content)) for message in messages)
