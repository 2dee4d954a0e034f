"""Answers for the web: questions in, Answers or their pieces out, in a bounded number of threads and a bounded time."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from assistant.answer import Answer
from assistant.errors import AnswerError
from assistant.web.request_ids import current_request_id
from corpus.kept import Surface

if TYPE_CHECKING:
    from assistant.assistant import Assistant

P = ParamSpec("P")
T = TypeVar("T")


class TooSlow(AnswerError):
    """The answer took longer than the operator allows."""


class Answering:
    """Asks `assistant` in at most `threads` threads; whoever waits longer than `seconds` gets TooSlow.

    Threads of its own, so that pages and lists are served while every one of these is busy.
    """

    def __init__(self, assistant: Assistant, *, threads: int, seconds: float) -> None:
        self.assistant = assistant
        self.seconds = seconds
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="answer")

    async def ask(self, question: str, **options: Any) -> Answer:
        """The answer, or TooSlow; options are those of `Assistant.ask`."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self._run(self.assistant.ask, question, **options)
        except TimeoutError as error:
            raise self._too_slow() from error

    async def stream(self, question: str, **options: Any) -> AsyncGenerator[str | Answer, None]:
        """The answer's pieces as they are made, then the Answer; work stops at the next piece once nobody reads."""
        deadline = asyncio.get_running_loop().time() + self.seconds
        pieces = _Pieces(self.assistant.stream(question, **options))
        try:
            while True:
                try:
                    async with asyncio.timeout_at(deadline):
                        piece = await self._run(pieces.take)
                except TimeoutError as error:
                    raise self._too_slow() from error
                if piece is None:
                    return
                yield piece
        finally:
            pieces.give_up()

    async def keep(self, answer: Answer, asked: Mapping[str, Any], *, surface: Surface, id: str) -> None:
        """Puts an answer into the record under `id`, with how it was asked."""
        await self._run(
            self.assistant.records.keep,
            answer,
            surface=surface,
            history=asked.get("history", ()),
            as_of=asked.get("as_of"),
            request_id=current_request_id(),
            id=id,
        )

    def close(self) -> None:
        """Lets no further question begin."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        # A cancelled wait leaves a thread that works; one that has not begun is taken out of the queue.
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: context.run(work, *args, **kwargs)
        )

    def _too_slow(self) -> TooSlow:
        return TooSlow(f"An answer took longer than {self.seconds:g} s; see ASSISTANT_ANSWER_TIMEOUT.")


class _Pieces:
    """An iterator that can be given up while another thread is inside it; then it is closed when that thread is out."""

    def __init__(self, pieces: Iterator[str | Answer]) -> None:
        self._pieces = pieces
        self._lock = threading.Lock()
        self._working = False
        self._given_up = False

    def take(self) -> str | Answer | None:
        """The next piece; None after the last one."""
        with self._lock:
            if self._given_up:
                return None
            self._working = True
        try:
            return next(self._pieces, None)
        finally:
            with self._lock:
                self._working = False
                given_up = self._given_up
            if given_up:
                self._close()

    def give_up(self) -> None:
        """Closes the iterator, at once or as soon as its step under way has ended."""
        with self._lock:
            first, self._given_up = not self._given_up, True
            working = self._working
        if first and not working:
            self._close()

    def _close(self) -> None:
        close = getattr(self._pieces, "close", None)  # a generator has it, a plain iterator has not
        if close:
            close()
