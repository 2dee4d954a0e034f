"""How official answers stand, in words: an entry in; its row in the list, why it is not shown, its faults out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.official import LONGEST_ANSWER, LONGEST_QUESTION, MOST_QUESTIONS, MOST_SOURCES, Fault, Standing
from assistant.question import question_language
from assistant.web.official_words import OFFICIAL_WORDS
from assistant.web.words import spoken_date
from corpus.announcement import Language
from corpus.curation import OfficialAnswer
from corpus.dates import JST

if TYPE_CHECKING:
    from assistant.assistant import Assistant

EXPIRING_DAYS = 30
STANDINGS = ("shown", "expiring", "attention", "draft", "suspended", "stopped", "expired", "retired")
_BADGES = {"shown": "good", "suspended": "warn", "expired": "warn", "stopped": "bad"}


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in the list."""

    entry: OfficialAnswer
    question: str
    language: Language
    standing: str  # of `STANDINGS`
    badge: str
    why: str
    is_expiring: bool
    titles: Sequence[str]

    @property
    def states(self) -> Sequence[str]:
        """The filters that let it through."""
        held = {"expiring": self.is_expiring, "attention": self.standing in ("expired", "stopped")}
        return [self.standing, *(name for name, is_held in held.items() if is_held)]

    def has(self, words: str) -> bool:
        """Whether `words`, casefolded, stand in the entry, its sources or their titles."""
        entry = self.entry
        texts = (entry.id, entry.topic, *entry.questions_ja, *entry.questions_en, entry.answer_ja, entry.answer_en)
        quotes = (source.quote for source in entry.sources)
        return any(words in text.casefold() for text in (*texts, *self.titles, *quotes))


class Standings:
    """Says how entries stand, for the staff who read either language."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def row(self, entry: OfficialAnswer, language: Language) -> Row:
        """The entry in the list of a reader of `language`."""
        other: Language = "en" if language == "ja" else "ja"
        first = next(iter((*entry.questions(language), *entry.questions(other))), entry.id)
        standing = self._assistant.official.standing(entry)
        key = _key(standing)
        outlines = self._assistant.links.outlines()
        named = [outlines.get(source.announcement_id) for source in entry.sources]
        return Row(
            entry=entry,
            question=first,
            language=question_language(first),
            standing=key,
            badge=_BADGES.get(key, ""),
            why=self._why(entry, standing, language),
            is_expiring=standing.cause is None and _expires_soon(entry),
            titles=list(dict.fromkeys(found.title for found in named if found)),
        )

    def _why(self, entry: OfficialAnswer, standing: Standing, language: Language) -> str:
        if standing.cause is None:
            return ""
        words = OFFICIAL_WORDS[language]
        why = words[f"why_{standing.cause}"].format(about=self._titles(standing.announcement_ids, language))
        return f"{why} {words['reason_given'].format(reason=entry.reason)}" if entry.reason else why

    def _titles(self, announcement_ids: Sequence[str], language: Language) -> str:
        """Announcements by their titles, those that are gone by their ids."""
        outlines = self._assistant.links.outlines()
        titles = [outlines[id].title if id in outlines else id for id in announcement_ids]
        return (
            "、".join(f"「{title}」" for title in titles) if language == "ja" else ", ".join(f"“{t}”" for t in titles)
        )

    def spoken(self, fault: Fault, language: Language) -> str:
        """The fault in the reader's language, announcements by their titles."""
        about = self._titles(fault.announcement_ids, language) if fault.announcement_ids else fault.about
        limits = {"many_questions": (MOST_QUESTIONS, LONGEST_QUESTION), "many_sources": (MOST_SOURCES, 0)}
        most, longest = limits.get(fault.kind, (0, LONGEST_ANSWER))
        if fault.kind == "expired":
            about = spoken_date(about, language)
        return OFFICIAL_WORDS[language][f"fault_{fault.kind}"].format(
            about=about, other=fault.other, most=most, longest=longest
        )


def speaks(entry: OfficialAnswer, language: str) -> bool:
    """Whether the entry can be shown in `language`."""
    return bool(entry.questions_ja and entry.answer_ja if language == "ja" else entry.questions_en and entry.answer_en)


def _key(standing: Standing) -> str:
    if standing.cause is None:
        return "shown"
    return standing.cause if standing.cause in ("draft", "suspended", "retired", "expired") else "stopped"


def _expires_soon(entry: OfficialAnswer) -> bool:
    return entry.expires is not None and entry.expires <= dt.datetime.now(JST).date() + dt.timedelta(days=EXPIRING_DAYS)
