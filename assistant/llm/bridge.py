"""From asynchronous to plain: an asynchronous source in, its items out as they come, within a time limit.

Requests run on one event loop in a thread of its own. There a request can be cancelled at any moment, in the middle of
waiting for the server too; closing the iterator closes the connection.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from functools import cache
from typing import Any, TypeVar

_T = TypeVar("_T")

# How late a time limit may be noticed when the loop itself is held up, in seconds.
_GRACE = 0.05
_CANCEL_AGAIN = 1.0  # seconds that a source has to end, before it is cancelled once more


class _Ended:
    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat-model", daemon=True).start()
    return loop


def items(source: Callable[[], AsyncIterator[_T]], *, until: float, beat: Callable[[], float]) -> Iterator[_T | None]:
    """What `source` yields, as it comes; None after each `beat()` seconds without anything.

    Args:
        until: `time.monotonic()` at which it is given up; TimeoutError is raised then.

    Raises:
        whatever `source` raised.
    """
    inbox: queue.SimpleQueue[_T | _Ended] = queue.SimpleQueue()
    pumps: list[asyncio.Task[None]] = []
    is_over = threading.Event()
    loop = _loop()

    async def pump() -> None:
        try:
            async with asyncio.timeout(max(0.0, until - time.monotonic())):
                iterator: Any = source()
                async with aclosing(iterator):
                    async for item in iterator:
                        if is_over.is_set():
                            return
                        inbox.put(item)
        except Exception as error:
            inbox.put(_Ended(error))
        else:
            inbox.put(_Ended())

    loop.call_soon_threadsafe(lambda: pumps.append(loop.create_task(pump())))
    try:
        while True:
            left = until + _GRACE - time.monotonic()
            if left <= 0:
                raise TimeoutError
            try:
                got = inbox.get(timeout=min(beat(), left))
            except queue.Empty:
                yield None
                continue
            if isinstance(got, _Ended):
                if got.error:
                    raise got.error
                return
            yield got
    finally:
        is_over.set()
        asyncio.run_coroutine_threadsafe(_end(pumps), loop)


async def _end(pumps: list[asyncio.Task[None]]) -> None:
    """Cancels a source until it has ended; one that still gives items ends with the next.

    Python 3.11's asyncio.wait_for, by which LangChain waits for a piece, loses a cancellation where the piece comes at
    the same moment; a model that repeats itself would be listened to, and its pieces kept, for as long as it goes on.
    """
    for pump in pumps:
        while not pump.done():
            pump.cancel()
            await asyncio.wait([pump], timeout=_CANCEL_AGAIN)
