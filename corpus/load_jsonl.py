"""JSON Lines: one announcement a line in, one Source or Rejection a line out, however long the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.load_text import decode, layout_of, split_pages
from corpus.source import Rejection, Source
from corpus.stated import stated

LONGEST_LINE = 5_000_000  # bytes


def parse(lines: IO[bytes], origin: str) -> Iterator[Source | Rejection]:
    """What each line holds, in order; blank lines are passed over. An origin ends in #line, counted from 1."""
    number = 0
    while raw := lines.readline(LONGEST_LINE + 1):
        number += 1
        here = f"{origin}#{number}"
        if len(raw) > LONGEST_LINE:
            while raw and not raw.endswith(b"\n"):
                raw = lines.readline(LONGEST_LINE)
            yield Rejection(here, f"The line is longer than {LONGEST_LINE // 1_000_000} MB. Split its text.")
            continue
        try:
            text = decode(raw)
            if text.strip():
                yield parse_line(text, here)
        except (EmptyDocument, UnreadableFile) as error:
            yield Rejection(here, str(error))


def parse_line(line: str, origin: str) -> Source:
    """The Source of one JSON object with at least a "text".

    Raises:
        EmptyDocument, UnreadableFile: the message says what is wrong with the line.
    """
    try:
        fields: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        where = f" (column {error.colno})" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableFile(f"The line is not valid JSON{where}. Write one JSON object a line.") from error
    if not isinstance(fields, dict):
        raise UnreadableFile('The line is not a JSON object. Write {"title": "…", "text": "…"}.')
    text = fields.get("text")
    if text is not None and not isinstance(text, str):
        raise UnreadableFile("'text' must be text in quotes.")
    if not text or not text.strip():
        raise EmptyDocument("The line has no 'text'.")
    # JSON can spell half of a surrogate pair, which no database or index takes.
    clean = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    return Source(pages=split_pages(clean), layout=layout_of(clean), origin=origin, **stated(fields))
