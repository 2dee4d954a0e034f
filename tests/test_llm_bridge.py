"""Asynchronous sources, taken out as plain iterators."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, suppress

import pytest

from assistant.llm.bridge import items


def soon(seconds: float = 20) -> float:
    return time.monotonic() + seconds


async def three() -> AsyncIterator[int]:
    for number in range(3):
        yield number
        await asyncio.sleep(0)


def test_items_come_in_their_order() -> None:
    assert [one for one in items(three, until=soon(), beat=lambda: 5) if one is not None] == [0, 1, 2]


def test_an_error_of_the_source_is_raised_where_it_is_read() -> None:
    async def fails() -> AsyncIterator[int]:
        yield 1
        raise KeyError("x")

    found = items(fails, until=soon(), beat=lambda: 5)
    assert next(found) == 1
    with pytest.raises(KeyError):
        next(found)


def test_a_silent_source_beats_and_ends_at_the_limit() -> None:
    ended = threading.Event()

    async def silent() -> AsyncIterator[int]:
        try:
            await asyncio.Event().wait()
            yield 1
        finally:
            ended.set()

    found = items(silent, until=soon(0.2), beat=lambda: 0.02)
    assert next(found) is None
    with pytest.raises(TimeoutError):
        list(found)
    assert ended.wait(10)


async def willing() -> AsyncIterator[int]:
    """Ends as soon as it is cancelled."""
    yield 1
    await asyncio.Event().wait()


async def stubborn() -> AsyncIterator[int]:
    """Loses a cancellation, as asyncio.wait_for of Python 3.11 does where what is waited for comes at that moment."""
    never = asyncio.Event()
    yield 1
    with suppress(asyncio.CancelledError):
        await never.wait()
    await never.wait()


async def deaf() -> AsyncIterator[int]:
    """Takes no cancellation, and ends with its next item."""
    while True:
        yield 1
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("source", [willing, stubborn, deaf])
def test_closing_it_ends_the_source_however_it_takes_a_cancellation(source: Callable[[], AsyncIterator[int]]) -> None:
    ended = threading.Event()

    async def watched() -> AsyncIterator[int]:
        try:
            async with aclosing(source()) as found:  # type: ignore[type-var]
                async for one in found:
                    yield one
        finally:
            ended.set()

    found = items(watched, until=soon(600), beat=lambda: 5)
    assert next(found) == 1
    found.close()  # type: ignore[attr-defined]
    assert ended.wait(30)


def test_many_are_read_at_the_same_time() -> None:
    gathered: list[list[int | None]] = []
    threads = [
        threading.Thread(target=lambda: gathered.append(list(items(three, until=soon(), beat=lambda: 5))))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert gathered == [[0, 1, 2]] * 20
