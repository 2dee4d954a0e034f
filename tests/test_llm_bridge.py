"""Asynchronous sources, taken out as plain iterators."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import suppress

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


def test_closing_it_cancels_the_source() -> None:
    ended = threading.Event()

    async def endless() -> AsyncIterator[int]:
        try:
            yield 1
            await asyncio.Event().wait()
        finally:
            ended.set()

    found = items(endless, until=soon(), beat=lambda: 5)
    assert next(found) == 1
    found.close()  # type: ignore[attr-defined]
    assert ended.wait(10)


def test_a_source_that_loses_a_cancellation_ends_all_the_same() -> None:
    # As asyncio.wait_for of Python 3.11 loses it, where what is waited for comes at the same moment.
    ended, never = threading.Event(), asyncio.Event()

    async def stubborn() -> AsyncIterator[int]:
        try:
            yield 1
            with suppress(asyncio.CancelledError):
                await never.wait()
            await never.wait()
        finally:
            ended.set()

    found = items(stubborn, until=soon(600), beat=lambda: 5)
    assert next(found) == 1
    found.close()  # type: ignore[attr-defined]
    assert ended.wait(30)


def test_a_source_that_takes_no_cancellation_ends_with_its_next_item() -> None:
    ended = threading.Event()

    async def deaf() -> AsyncIterator[int]:
        try:
            while True:
                yield 1
                with suppress(asyncio.CancelledError):
                    await asyncio.sleep(0.001)
        finally:
            ended.set()

    found = items(deaf, until=soon(600), beat=lambda: 5)
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
