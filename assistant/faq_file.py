"""Files of official answers: JSON Lines or YAML in, one record each out, and back.

A record is {"id"?, "topic"?, "questions_ja"?, "questions_en"?, "answer_ja"?, "answer_en"?, "sources":
[{"announcement_id", "quote", "start"?}], "owner"?, "expires"?, "status"?, "reason"?, "approved_by"?, "approved_at"?};
only what is quoted has to be right, its place is looked up.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import BadOfficialAnswers
from corpus.curation import OfficialAnswer, to_row


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("it holds half of a character") from error
    return text.strip()


Text = Annotated[str, AfterValidator(_whole)]


class SourceRecord(BaseModel):
    """Words of an announcement, and where they begin when they stand there more than once."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    announcement_id: Text
    quote: Text
    start: int | None = Field(default=None, ge=0)


class FaqRecord(BaseModel):
    """One official answer as a file states it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Text = ""
    topic: Text = ""
    questions_ja: tuple[Text, ...] = ()
    questions_en: tuple[Text, ...] = ()
    answer_ja: Text = ""
    answer_en: Text = ""
    sources: tuple[SourceRecord, ...] = ()
    owner: Text = ""
    expires: dt.date | None = None
    status: Literal["draft", "approved", "suspended", "retired"] = "draft"
    reason: Text = ""
    approved_by: Text = ""
    approved_at: dt.datetime | None = None


def read_records(file: Path) -> Iterator[FaqRecord | str]:
    """The records of a file, in order; for one that cannot be used, a sentence that says where and why.

    Raises:
        BadOfficialAnswers: the file itself cannot be read.
    """
    for where, raw in _rows(file):
        if isinstance(raw, str):
            yield f"{where}: {raw}"
            continue
        try:
            yield FaqRecord.model_validate(raw)
        except ValidationError as error:
            first = error.errors()[0]
            yield f"{where}: '{'.'.join(map(str, first['loc'])) or 'the record'}' cannot be used: {first['msg']}."


def _rows(file: Path) -> Iterator[tuple[str, Any]]:
    """(where it stands, what it is); a str in place of a value says what is wrong with it."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise BadOfficialAnswers(f"'{file}' cannot be read ({reason}). Name a JSON Lines or YAML file.") from error
    if file.suffix.lower() in (".yaml", ".yml"):
        yield from _yaml_rows(file, text)
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            yield f"Line {number}", json.loads(line)
        except ValueError as error:
            yield f"Line {number}", f"it is no JSON ({error})."


def _yaml_rows(file: Path, text: str) -> Iterator[tuple[str, Any]]:
    import yaml

    try:
        rows = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadOfficialAnswers(f"'{file}' is no YAML ({' '.join(str(error).split())}). Correct it.") from error
    if not isinstance(rows, list):
        raise BadOfficialAnswers(f"'{file}' holds no list. Begin each official answer with '- '.")
    yield from ((f"Entry {number}", row) for number, row in enumerate(rows, start=1))


def record_of(entry: OfficialAnswer) -> dict[str, Any]:
    """The record that `read_records` reads back as `entry`; what is empty is left out."""
    row = to_row(entry)
    sources = [{key: source[key] for key in ("announcement_id", "quote", "start")} for source in row["sources"]]
    known: Mapping[str, Any] = {**row, "sources": sources}
    return {name: known[name] for name in FaqRecord.model_fields if known[name]}


def written(entries: Sequence[OfficialAnswer], *, as_yaml: bool) -> str:
    """The entries as the text of a file."""
    records = [record_of(entry) for entry in entries]
    if as_yaml:
        import yaml

        text: str = yaml.safe_dump(records, allow_unicode=True, sort_keys=False, width=100)
        return text
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
