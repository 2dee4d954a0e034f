"""Files of questions: JSON Lines in, checked questions out. A line that cannot be used is named in a sentence."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from assistant.answer import Turn
from assistant.errors import BadQuestionFile
from corpus.announcement import Language
from corpus.dates import PartialDate

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One line of a file for `ask --batch`."""

    id: str  # the line's number, counted from 1, when the line gives none
    question: str
    history: tuple[Turn, ...] = ()
    as_of: dt.date | None = None
    language: Language | None = None  # None: told from the question


@dataclass(frozen=True, slots=True)
class AskedQuery:
    """One line of a file for `search --batch`."""

    id: str
    query: str
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """One line of a file for `evaluate`: a question, and what its answer must and must not say."""

    asked: AskedQuestion
    type: str
    language: str
    answerable: bool
    must_all: tuple[str, ...]  # each of these
    must_any: tuple[str, ...]  # at least one of these, when there are any
    must_not: tuple[str, ...]  # none of these
    evidence: tuple[str, ...]  # words that a cited quote should share
    gold_records: tuple[str, ...]  # how the id of a cited announcement should begin


def read_questions(file: str) -> list[AskedQuestion]:
    """The questions of a JSON Lines file; BadQuestionFile names the first line that cannot be used. `-` is stdin."""
    return _read(file, _asked_question)


def read_queries(file: str) -> list[AskedQuery]:
    """The queries of a JSON Lines file; BadQuestionFile names the first line that cannot be used. `-` is stdin."""
    return _read(file, _asked_query)


def read_gold(file: str) -> list[GoldQuestion]:
    """The questions with their expected answers; BadQuestionFile names the first line that cannot be used."""
    return _read(file, _gold_question)


def parse_day(text: str) -> dt.date:
    """The last day of a date written as YYYY, YYYY-MM or YYYY-MM-DD; ValueError for anything else.

    >>> parse_day("2022-09")
    datetime.date(2022, 9, 30)
    """
    return PartialDate.parse(text).latest


def _read(file: str, parse: Callable[[Mapping[str, Any], int], _T]) -> list[_T]:
    parsed = []
    for number, line in _lines(file):
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError('it is no JSON object; write {"id": "q1", ...}')
            parsed.append(parse(record, number))
        except json.JSONDecodeError as error:
            raise BadQuestionFile(
                f"Line {number} of '{file}' is no JSON ({error.msg}). Put one object on it."
            ) from error
        except (ValueError, RecursionError) as error:
            raise BadQuestionFile(f"Line {number} of '{file}' cannot be used: {error}.") from error
    if not parsed:
        raise BadQuestionFile(f"'{file}' is empty. Put one JSON object on each line.")
    return parsed


def _lines(file: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1. Not split at U+2028, which JSON text may hold."""
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise BadQuestionFile(f"Line {number} of '{file}' is not UTF-8. Save the file as UTF-8.") from error
    except OSError as error:
        raise BadQuestionFile(f"The file '{file}' cannot be read: {error.strerror}. Check the path.") from error
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _asked_question(record: Mapping[str, Any], number: int) -> AskedQuestion:
    history = _value(record, "history", list) or []
    return AskedQuestion(
        id=_id(record, number),
        question=_said(record, "question"),
        history=tuple(_turn(turn) for turn in history),
        as_of=_day(record),
        language=_language(record),
    )


def _asked_query(record: Mapping[str, Any], number: int) -> AskedQuery:
    return AskedQuery(id=_id(record, number), query=_said(record, "query"), language=_language(record))


def _gold_question(record: Mapping[str, Any], number: int) -> GoldQuestion:
    asked = _asked_question(record, number)
    answerable = _value(record, "answerable", bool)
    if answerable is None:
        raise ValueError('"answerable" is missing; write true or false')
    evidence = _value(record, "evidence", str)
    return GoldQuestion(
        asked=asked,
        type=_value(record, "type", str) or "",
        language=_value(record, "lang", str) or "",
        answerable=answerable,
        must_all=_strings(record, "must_all"),
        must_any=_strings(record, "must_any"),
        must_not=_strings(record, "must_not"),
        evidence=tuple(text for text in (evidence, *_strings(record, "evidence_more")) if text),
        gold_records=_strings(record, "gold_records"),
    )


def _value(record: Mapping[str, Any], key: str, kind: type[_T]) -> _T | None:
    """The value under a key, None when absent or null; ValueError when it is of another kind."""
    value = record.get(key)
    if value is None or isinstance(value, kind):
        return value
    kinds = {str: "text", list: "a list", bool: "true or false"}
    raise ValueError(f'"{key}" is not {kinds[kind]}')


def _said(record: Mapping[str, Any], key: str) -> str:
    text = _value(record, key, str)
    if not text or not text.strip():
        raise ValueError(f'"{key}" is missing or empty')
    if not is_whole(text):
        raise ValueError(f'"{key}" holds half a character (a lone surrogate)')
    return text


def is_whole(text: str) -> bool:
    r"""Whether every character of a text can be written as UTF-8.

    >>> is_whole("月面"), is_whole("\ud83d")
    (True, False)
    """
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _id(record: Mapping[str, Any], number: int) -> str:
    id = record.get("id")
    if id is None:
        return str(number)
    if not isinstance(id, str) or not is_whole(id):
        raise ValueError('"id" is not text; put it in quotation marks')
    return id


def _turn(turn: Any) -> Turn:
    if not isinstance(turn, dict) or turn.get("role") not in ("user", "assistant"):
        raise ValueError('each turn of "history" needs a "role", user or assistant, and a "content"')
    content = _value(turn, "content", str)
    if content is None or not is_whole(content):
        raise ValueError('a turn of "history" has no "content" that can be read')
    return Turn(turn["role"], content)


def _day(record: Mapping[str, Any]) -> dt.date | None:
    text = _value(record, "as_of", str)
    if not text:
        return None
    try:
        return parse_day(text)
    except ValueError as error:
        raise ValueError('"as_of" is no date of the form YYYY-MM-DD, YYYY-MM or YYYY') from error


def _language(record: Mapping[str, Any]) -> Language | None:
    match _value(record, "lang", str):
        case "ja":
            return "ja"
        case "en":
            return "en"
        case None | "" | "auto":
            return None
    raise ValueError('"lang" is none of ja, en and auto')


def _strings(record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = _value(record, key, list) or []
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f'"{key}" is not a list of texts')
    return tuple(values)
