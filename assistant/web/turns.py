"""One after the other: work in, its news out as it comes. Work that was begun is done, whoever still listens."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import AsyncIterator, Callable
from typing import Generic, TypeVar

_log = logging.getLogger(__name__)

News = TypeVar("News")
Tell = Callable[[News], None]


class Turns(Generic[News]):
    """A queue of work that one thread does, in the order in which it came."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._work: queue.Queue[Callable[[], None]] = queue.Queue()
        self._begun = threading.Lock()
        self._thread: threading.Thread | None = None

    @property
    def waiting(self) -> int:
        """How many pieces of work are not done yet."""
        return self._work.unfinished_tasks

    def do(self, work: Callable[[Tell[News]], None]) -> AsyncIterator[News]:
        """What `work` tells, as it tells it. It is in the queue at once, and goes on when nobody takes the news."""
        loop = asyncio.get_running_loop()
        news: asyncio.Queue[News | None] = asyncio.Queue()

        def pass_on(item: News | None) -> None:
            try:
                loop.call_soon_threadsafe(news.put_nowait, item)
            except RuntimeError:
                _log.info("The server is ending; nobody is there to be told.")

        def done() -> None:
            try:
                work(pass_on)
            except Exception:
                _log.exception("Work of %s broke off.", self._name)
            finally:
                pass_on(None)

        self._begin()
        self._work.put(done)
        return _listened(news)

    def _begin(self) -> None:
        with self._begun:
            if self._thread is None:
                # A daemon: what is cut short is begun again by whoever wanted it; each announcement is whole or absent.
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            work = self._work.get()
            try:
                work()
            finally:
                self._work.task_done()


async def _listened(news: asyncio.Queue[News | None]) -> AsyncIterator[News]:
    while (item := await news.get()) is not None:
        yield item
