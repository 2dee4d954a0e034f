"""The nouns of the facts register: a Fact, its FactValue, and the Statement (one sentence) that facts are read from."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from corpus.announcement import Announcement, Footnote, Language, Section
from corpus.dates import PartialDate
from corpus.firmness import firmness
from corpus.sentences import cut, sentences
from corpus.values import Value, fold, values

FactKind = Literal["contract", "mission", "milestone"]
FactStatus = Literal["planned", "actual", "cancelled", "superseded"]
ValueKind = Literal["date", "money", "count", "name", "place", "text"]


@dataclass(frozen=True, slots=True)
class FactValue:
    """`announcement.text[start:end]` says a value; `key` is the same however, and in whichever language, it is said."""

    kind: ValueKind
    start: int
    end: int
    text: str  # as printed, with what makes it more or less firm: 最短で2022年11月, "2027 or later"
    key: str
    typed: Value | None = None  # of a date, an amount or a count; its offsets are into the announcement's text too

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the value: kind, text, key, and what its kind adds."""
        record: dict[str, Any] = {"kind": self.kind, "text": self.text, "key": self.key}
        if self.typed and self.typed.date:
            record["date"], record["precision"] = str(self.typed.date), self.typed.date.precision
        if self.typed and self.typed.number is not None:
            number = self.typed.number
            record["number"] = int(number) if number == number.to_integral_value() else float(number)
            record["currency" if self.kind == "money" else "unit"] = self.typed.unit
        return record


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact comes from that no pattern read: a chat model proposed it, a person accepted it."""

    model: str
    accepted_by: str
    accepted_at: dt.datetime  # time zone aware

    def to_dict(self) -> dict[str, str]:
        """The JSON object that marks the fact."""
        at = self.accepted_at.isoformat(timespec="seconds")
        return {"kind": "model", "model": self.model, "accepted_by": self.accepted_by, "accepted_at": at}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that an announcement states: `quote == announcement.text[start:end]`, always."""

    kind: FactKind
    subject: str  # as the announcement names it: ミッション2
    subject_id: str  # the same in both languages: mission:2
    attribute: str  # launch, landing, lander, … (ATTRIBUTES)
    value: FactValue
    status: FactStatus
    as_of: PartialDate | None  # the date on which it held; None for an earlier value whose date is not told
    announcement_id: str
    issuer: str
    language: Language
    published: PartialDate | None
    page: int
    start: int
    end: int
    quote: str
    superseded_by: str | None = None  # the id of the announcement whose value replaced this one
    origin: Origin | None = None  # None: read from the text by our own patterns

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that the command line and the API print; one with an origin says so."""
        record = {
            "kind": self.kind, "subject": self.subject, "subject_id": self.subject_id, "attribute": self.attribute,
            "value": self.value.to_dict(), "status": self.status, "as_of": str(self.as_of) if self.as_of else None,
            "announcement_id": self.announcement_id,
            "published": str(self.published) if self.published else None, "page": self.page, "start": self.start,
            "end": self.end, "quote": self.quote, "superseded_by": self.superseded_by,
        }  # fmt: skip
        return record | ({"origin": self.origin.to_dict()} if self.origin else {})


ATTRIBUTES: dict[FactKind, tuple[str, ...]] = {
    "contract": ("counterparty", "matter", "amount", "signed", "announced", "period", "status"),
    "mission": (
        "name", "lander", "rover", "rocket", "engine", "payload", "schedule", "launch", "orbit", "landing",
        "landing_site", "launch_site", "outcome", "maker", "funder",
    ),
    "milestone": ("criterion", "planned", "achieved", "total", "reached"),
}  # fmt: skip

# --- statements --------------------------------------------------------------------------------------------------------

_SILENT = frozenset(("dateline", "footnote", "contact"))
_HELD_AFTER = re.compile(r"(?:時点|現在|末現在|末時点|の時点)")
# What follows a date that tells when something was said, and not when something happens.
_TOLD_AFTER = re.compile(
    r"(?:\s?[(（][^)）]*[)）])?(?:の?時点|現在|付(?:け)?(?:の|で)|の?(?:当初|従来)?の?(?:計画|想定|目標)(?:では|は(?!な)|で(?!す|し))"
    r"|(?:に|の|、)?(?:発表|公表|開示|お知らせ|プレスリリース|公開|明らかに)|に[^、。]{0,6}\d{4}年|の(?:打ち?上げ|着陸|上場|契約)(?:時|の時)(?:点)?に?は)"
)
_TOLD_BEFORE = re.compile(
    r"(?:\b(?:as of|as at|(?:as |when )?(?:assumed|announced|stated|restated|reaffirmed|published|said|planned|disclosed|reported)(?: by the company)? (?:on|in|by)"
    r"|announcement (?:of|on)|plan (?:of|announced on)|released? (?:on|in)|forecast (?:as )?of|at the (?:launch|landing|listing) on)\s)$",
    re.IGNORECASE,
)
# "was reset on 7 December 2022 to …"
_CHANGED_ON = re.compile(
    r"\b(?:re-?set|set|re-?scheduled|moved|postponed|changed|revised|updated|pushed back|delayed|brought forward) (?:on|in)\s$",
    re.IGNORECASE,
)
_ANOTHER_STATE = re.compile(
    r";|,\s(?:and\s)?(?:was|were|is|has|had)\b(?!\s(?:announced|published|disclosed|reported|stated))"
)
_LISTED = re.compile(r"(?:,|,?\sand)\s[A-Z][\w-]*(?:\s[\w-]+){0,3}\s(?:for|in|to|by|on)\s")
_AS_WORDS = re.compile(
    r"(?:as of|as at|(?:as|when) \w+ (?:on|in|by)|(?:plan|plans|schedule|announcement)(?: of| announced on| published on)|at the (?:launch|landing|listing) on)\s$",
    re.IGNORECASE,
)
_SAYS = re.compile(r"発表|公表|お知らせ|開示|announc|releas|publish|disclos", re.IGNORECASE)


class Statement:
    """`announcement.text[start:end]`, one sentence, with its values and when each of them held."""

    def __init__(self, announcement: Announcement, start: int, end: int, section: Section | None) -> None:
        self.announcement = announcement
        self.start, self.end = start, end
        self.section = section
        self.text = announcement.text[start:end]
        self.folded = fold(self.text)

    @cached_property
    def values(self) -> list[Value]:
        """Its values; offsets are into the sentence."""
        return values(self.text, context=self.announcement.held)

    @cached_property
    def told(self) -> list[Value]:
        """The dates that tell when something was said: 2022年9月時点, "as of 30 September 2022"."""
        published = str(self.announcement.published or "")
        return [
            value
            for value in self.values
            if value.date
            and (
                (value.key == published and self._is_day_of_saying(value))
                or _TOLD_AFTER.match(self.folded, value.end)
                or _TOLD_BEFORE.search(self.folded[: value.start])
                or (_CHANGED_ON.search(self.folded[: value.start]) and self.folded.startswith(" to ", value.end))
            )
        ]

    def _is_day_of_saying(self, value: Value) -> bool:
        """The announcement's own day, as it says when it says what follows: 2022年9月22日、…を発表しました."""
        before, after = self.folded[: value.start], self.folded[value.end :]
        if re.match(r"\D{0,8}(?:打ち?上げ|着陸|終了|完了|締結)", after) or not _SAYS.search(self.text):
            return False
        japanese = re.match(r"(?:\s?[（(][^）)]*[）)])?(?:、|に|付)", after)
        return bool(japanese or (re.search(r"\b(?:on|in)\s$", before) and _SAYS.search(before[-60:])))

    def as_of(self, start: int, end: int) -> PartialDate | None:
        """When sentence[start:end] held: by its footnote, by a date in the sentence, else by the announcement's."""
        held = self.announcement.held
        note = self.footnote_at(start, end) or self._shared_note(start, end)
        if note and note.as_of:
            return note.as_of
        after = next((v for v in self.told if v.start >= end and self._belongs_behind(v, end)), None)
        before = next((v for v in reversed(self.told) if v.end <= start and v.part[:2] != "FY"), None)
        for value in (after, before):
            if value and value.date and (held is None or value.date.earliest <= held.latest):
                return value.date
        return held

    def _belongs_behind(self, told: Value, end: int) -> bool:
        """A telling date behind a value is that value's: in brackets, or after "as of" with no other date between."""
        if any(v.kind == "date" and end <= v.start < told.start and v not in self.told for v in self.values):
            return False
        between = self.folded[end : told.start]
        if self.announcement.language == "ja":
            return bool(re.search(r"[（(][^）)]*$", between))
        # "…, was left open as of …" tells of another state than the value's.
        return bool(_AS_WORDS.search(between)) and not _ANOTHER_STATE.search(between)

    def _shared_note(self, start: int, end: int) -> Footnote | None:
        """The note of the next date, where an English list has one behind its last: Mission 3 for 2027 and Mission 4 for 2028*3."""
        value = next((v for v in self.values if v.kind == "date" and v.start < end and start < v.end), None)
        after = next((v for v in self.values if value and v.kind == "date" and v.start >= value.end), None)
        if value is None or after is None or self.announcement.language == "ja":
            return None
        is_listed = _LISTED.fullmatch(self.folded[value.end : after.start])
        return self.footnote_at(after.start, after.end) if is_listed else None

    def footnote_at(self, start: int, end: int) -> Footnote | None:
        """The footnote that qualifies sentence[start:end]."""
        for note in self.announcement.footnotes:
            if any(self.start + start < last and first < self.start + end for first, last in note.anchors):
                return note
        return None

    def fact(
        self,
        kind: FactKind,
        subject: tuple[str, str],
        attribute: str,
        value: FactValue,
        status: FactStatus,
        as_of: PartialDate | None,
    ) -> Fact:
        """The Fact that this sentence states; `subject` is (as named, id), `value` has offsets into the sentence."""
        one = self.announcement
        typed = value.typed
        moved = FactValue(
            value.kind, self.start + value.start, self.start + value.end, value.text, value.key,
            Value(typed.kind, self.start + typed.start, self.start + typed.end, typed.key, date=typed.date,
                  part=typed.part, number=typed.number, unit=typed.unit) if typed else None,
        )  # fmt: skip
        return Fact(
            kind, subject[0], subject[1], attribute, moved, status, as_of, one.id, one.issuer, one.language,
            one.published, one.page_of(self.start), self.start, self.end, self.text,
        )  # fmt: skip

    def words(self, kind: ValueKind, start: int, end: int, key: str = "") -> FactValue:
        """sentence[start:end] as an untyped value."""
        text = " ".join(self.text[start:end].split())
        return FactValue(kind, start, end, text, key or name_key(text))

    def typed(self, value: Value) -> FactValue:
        """`value` with the words that make it more or less firm."""
        firm = firmness(self.folded, value)
        kind: ValueKind = "date" if value.kind == "date" else "money" if value.kind == "money" else "count"
        return FactValue(
            kind, firm.start, firm.end, " ".join(self.text[firm.start : firm.end].split()), value.key, value
        )


def statements(announcement: Announcement) -> Iterator[Statement]:
    """Every sentence of `announcement` that states something, in order; each row of a table is one. Long ones in parts."""
    for section in announcement.sections or (Section("body", 0, len(announcement.text)),):
        if section.kind in _SILENT:
            continue
        block = announcement.text[section.start : section.end]
        spans = (
            [match.span() for match in re.finditer(r"[^\n]*\S[^\n]*", block)]
            if section.kind == "table"
            else sentences(block)
        )
        for start, end in spans:
            for first, last in cut(announcement.text, section.start + start, section.start + end):
                yield Statement(announcement, first, last, section)


def name_key(name: str) -> str:
    """A name without width, case, blanks and quotation marks: the same for APEX 1.0, 「APEX1.0」 and ＡＰＥＸ 1.0."""
    return re.sub(r"[\s「」『』“”\"'’‘・,，、.．-]+", "", fold(name)).casefold()


_LEGAL = re.compile(
    r"株式会社|有限会社|合同会社|（株）|\(株\)|\b(?:inc|incorporated|corp|corporation|co|company|ltd|limited|llc|plc|s\.a|n\.v|ag|gmbh|k\.k)\b\.?",
    re.IGNORECASE,
)


def issuer_key(issuer: str) -> str:
    """A company's name without its legal form: the same for 株式会社ispace and "ispace, inc.".

    >>> issuer_key("株式会社ispace") == issuer_key("ispace, inc.")
    True
    """
    return name_key(_LEGAL.sub("", fold(issuer)))
