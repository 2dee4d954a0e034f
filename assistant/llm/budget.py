"""The budget: what replies cost, counted by day in a file of the data directory; whether another may be asked for.

Several processes on one data directory share the count. A day is one of Coordinated Universal Time, as providers bill.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from assistant.llm.errors import UnusableModel

_TABLE = """
CREATE TABLE IF NOT EXISTS spent (
    day TEXT NOT NULL, model TEXT NOT NULL, requests INTEGER NOT NULL DEFAULT 0, tokens_in INTEGER NOT NULL DEFAULT 0,
    tokens_out INTEGER NOT NULL DEFAULT 0, held INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (day, model)
)
"""
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one request, or of several together."""

    tokens_in: int = 0
    tokens_out: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.tokens_in + other.tokens_in, self.tokens_out + other.tokens_out)

    @property
    def total(self) -> int:
        """All tokens, asked and answered."""
        return self.tokens_in + self.tokens_out


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, in the operator's currency."""

    tokens_in: float = 0.0
    tokens_out: float = 0.0

    def of(self, usage: Usage) -> float:
        """The cost of `usage`.

        >>> Prices(2.0, 8.0).of(Usage(1_000_000, 500_000))
        6.0
        """
        return (self.tokens_in * usage.tokens_in + self.tokens_out * usage.tokens_out) / _MILLION


@dataclass(frozen=True, slots=True)
class Spent:
    """What one model took on one day."""

    day: str
    model: str
    requests: int
    usage: Usage
    cost: float


def estimated(text: str) -> int:
    """Tokens of `text`, roughly, where the provider does not say: one for each Japanese character or four Latin ones.

    >>> estimated("月面"), estimated("lunar landing")
    (2, 4)
    """
    wide = sum(not char.isascii() for char in text)
    return wide + (len(text) - wide + 3) // 4


class Budget:
    """What was spent, and what may still be.

    Args:
        file: where it is counted; made when absent.
        tokens, cost: the most in a day; 0 sets no limit.
    """

    def __init__(
        self,
        file: Path,
        *,
        tokens: int = 0,
        cost: float = 0.0,
        prices: Prices | None = None,
        today: Callable[[], dt.date] = lambda: dt.datetime.now(dt.UTC).date(),
    ) -> None:
        self._file, self._tokens, self._cost = file, tokens, cost
        self._prices = prices or Prices()
        self._today = today

    def hold(self, model: str, expected: Usage) -> bool:
        """Sets tokens aside for a request; False where the day's budget has no room for it.

        A process that dies with a request under way leaves them set aside for that day.
        """
        with closing(self._open()) as database:
            database.execute("BEGIN IMMEDIATE")
            day = self._today().isoformat()
            rows = database.execute("SELECT tokens_in, tokens_out, held FROM spent WHERE day = ?", (day,)).fetchall()
            used = Usage(sum(row[0] for row in rows), sum(row[1] for row in rows))
            held = sum(row[2] for row in rows)
            # What is set aside is counted at the higher of the two prices.
            dearer = max(self._prices.tokens_in, self._prices.tokens_out)
            cost = self._prices.of(used) + dearer * held / _MILLION + self._prices.of(expected)
            has_room = not self._tokens or used.total + held + expected.total <= self._tokens
            has_room = has_room and (not self._cost or cost <= self._cost)
            if has_room:
                database.execute(
                    "INSERT INTO spent (day, model, held) VALUES (?, ?, ?) "
                    "ON CONFLICT (day, model) DO UPDATE SET held = held + excluded.held",
                    (day, model, expected.total),
                )
            database.execute("COMMIT")
        return has_room

    def settle(self, model: str, expected: Usage, used: Usage) -> None:
        """Counts what a request took, in place of what was set aside for it."""
        with closing(self._open()) as database:
            database.execute(
                "INSERT INTO spent (day, model, requests, tokens_in, tokens_out) VALUES (?, ?, 1, ?, ?) "
                "ON CONFLICT (day, model) DO UPDATE SET requests = requests + 1, "
                "tokens_in = tokens_in + excluded.tokens_in, tokens_out = tokens_out + excluded.tokens_out, "
                "held = max(0, held - ?)",
                (self._today().isoformat(), model, used.tokens_in, used.tokens_out, expected.total),
            )

    def cost(self, usage: Usage) -> float:
        """What `usage` costs by the prices."""
        return self._prices.of(usage)

    def days(self) -> list[Spent]:
        """What was spent, newest day first."""
        with closing(self._open()) as database:
            rows = database.execute(
                "SELECT day, model, requests, tokens_in, tokens_out FROM spent WHERE requests > 0 "
                "ORDER BY day DESC, model"
            ).fetchall()
        return [Spent(day, model, n, Usage(a, b), self._prices.of(Usage(a, b))) for day, model, n, a, b in rows]

    def _open(self) -> sqlite3.Connection:
        try:
            database = sqlite3.connect(self._file, timeout=5, isolation_level=None)
            database.execute(_TABLE)
        except sqlite3.Error as error:
            raise UnusableModel(
                f"The file '{self._file}' cannot be used to count what the chat model costs ({error}). Make it "
                "writable, or remove it to begin anew."
            ) from error
        return database
