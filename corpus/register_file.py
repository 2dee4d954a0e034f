"""What the register has read, kept in a file: facts by announcement in, the same out, as long as they still hold.

The file is a copy of what the catalog says, made so that thousands of announcements are not read again at every start.
Its first line names the catalog and the reading code that it was made with; of another catalog or by other code it is
as good as absent. Each line behind it has the facts of one announcement, with the catalog's revision before it was
read, and is written as soon as they are: a process that is killed loses only what it was just reading. Of two lines on
one announcement that with the higher revision counts, then the last; a line that was cut off counts for nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from corpus.dates import PartialDate
from corpus.facts import Fact, FactValue
from corpus.values import Value

_CODE = (
    "register", "facts", "mission_names", "missions", "schedule", "milestones", "contracts", "roles", "values", "value",
    "say", "quantities", "said_dates", "numbers", "units", "dates",
    "firmness", "ranges", "sentences",
)  # fmt: skip

Read = dict[str, tuple[int, tuple[Fact, ...]]]  # by announcement: the revision before it was read, and its facts


@cache
def reader() -> str:
    """A name for the code that reads facts: other code, other name."""
    folder = Path(__file__).parent
    return hashlib.sha256(b"".join((folder / f"{name}.py").read_bytes() for name in _CODE)).hexdigest()[:16]


def load_facts(file: Path, identity: str) -> Read | None:
    """The facts by announcement; None where the file is of no use."""
    try:
        first, *lines = file.read_bytes().split(b"\n")
        if json.loads(first) != _header(identity):
            return None
    except (OSError, ValueError):
        return None
    found: Read = {}
    for line in lines:
        # Cut off, or no fact: that announcement is read again.
        with suppress(ValueError, KeyError, TypeError, AttributeError, InvalidOperation):
            record = json.loads(line)
            id, revision = str(record["id"]), int(record["revision"])
            if id not in found or found[id][0] <= revision:
                found[id] = revision, tuple(map(read_fact, record["facts"]))
    return found


def save_facts(file: Path, identity: str, read: Read) -> None:
    """Writes the file whole or not at all; where it cannot be written, the next start reads the announcements again."""
    with suppress(OSError):
        handle, name = tempfile.mkstemp(prefix=".facts-", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(json.dumps(_header(identity)).encode())
                for id, (revision, facts) in read.items():
                    out.write(_line(id, revision, facts))
            os.replace(name, file)
        except OSError:
            os.unlink(name)
            raise


Add = Callable[[str, int, tuple[Fact, ...]], None]


@contextmanager
def adding(file: Path | None) -> Iterator[Add]:
    """A function that adds an announcement's id, revision and facts to the file at once; does nothing without one."""
    with ExitStack() as stack:
        out = None
        with suppress(OSError):
            # Each line is one write at the end of the file, so that two processes' lines stay apart.
            out = stack.enter_context(file.open("ab", buffering=0)) if file and file.exists() else None

        def add(id: str, revision: int, facts: tuple[Fact, ...]) -> None:
            with suppress(OSError):
                if out:
                    out.write(_line(id, revision, facts))

        yield add


def _header(identity: str) -> dict[str, str]:
    return {"reader": reader(), "identity": identity}


def _line(id: str, revision: int, facts: tuple[Fact, ...]) -> bytes:
    """One line; the break stands in front of it, so that a line that was cut off before it spoils no other."""
    record = {"id": id, "revision": revision, "facts": [fact_record(fact) for fact in facts]}
    return b"\n" + json.dumps(record, ensure_ascii=False).encode()


def fact_record(fact: Fact) -> dict[str, Any]:
    """The fact in JSON's own types, as it was read: without its origin."""
    record = asdict(fact)
    del record["origin"]
    for name in ("as_of", "published"):
        record[name] = str(record_date) if (record_date := getattr(fact, name)) else None
    typed = fact.value.typed
    if typed:
        record["value"]["typed"] = {
            "kind": typed.kind, "start": typed.start, "end": typed.end, "key": typed.key,
            "date": str(typed.date) if typed.date else None, "part": typed.part,
            "number": str(typed.number) if typed.number is not None else None, "unit": typed.unit,
        }  # fmt: skip
    return record


def read_fact(record: dict[str, Any]) -> Fact:
    """The fact that `fact_record` wrote; KeyError, TypeError or ValueError when it is none."""
    value = dict(record["value"])
    typed = value.pop("typed")
    return Fact(
        **{
            **record,
            "value": FactValue(**value, typed=_typed(typed) if typed else None),
            "as_of": PartialDate.parse(record["as_of"]) if record["as_of"] else None,
            "published": PartialDate.parse(record["published"]) if record["published"] else None,
        }
    )


def _typed(record: dict[str, Any]) -> Value:
    return Value(
        **{
            **record,
            "date": PartialDate.parse(record["date"]) if record["date"] else None,
            "number": Decimal(record["number"]) if record["number"] is not None else None,
        }
    )
