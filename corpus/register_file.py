"""What the register has read, kept in a file: facts by announcement in, the same out, as long as they still hold.

The file is a copy of what the catalog says, made so that thousands of announcements are not read again at every start.
It names the catalog, the revision and the reading code that it was made with; of another catalog or by other code it is
as good as absent.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from corpus.dates import PartialDate
from corpus.facts import Fact, FactValue
from corpus.values import Value

_CODE = (
    "register", "facts", "mission_names", "missions", "schedule", "milestones", "contracts", "values", "dates",
    "firmness", "ranges", "sentences",
)  # fmt: skip

Read = dict[str, tuple[Fact, ...]]


@cache
def reader() -> str:
    """A name for the code that reads facts: other code, other name."""
    folder = Path(__file__).parent
    return hashlib.sha256(b"".join((folder / f"{name}.py").read_bytes() for name in _CODE)).hexdigest()[:16]


def load_facts(file: Path, identity: str) -> tuple[int, Read] | None:
    """The catalog revision that the file was made at, and the facts by announcement; None where it is of no use."""
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        if (record["reader"], record["identity"]) != (reader(), identity):
            return None
        return int(record["revision"]), {id: tuple(map(read_fact, facts)) for id, facts in record["facts"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidOperation):
        return None


def save_facts(file: Path, identity: str, revision: int, read: Read) -> None:
    """Writes the file whole or not at all; where it cannot be written, the next start reads the announcements again."""
    facts = {id: [fact_record(fact) for fact in facts] for id, facts in read.items()}
    record = {"reader": reader(), "identity": identity, "revision": revision, "facts": facts}
    with suppress(OSError):
        handle, name = tempfile.mkstemp(prefix=".facts-", dir=file.parent)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(record, out, ensure_ascii=False)
            os.replace(name, file)
        except OSError:
            os.unlink(name)
            raise


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
