"""Official answers: a question in; the approved answer that was written for just this question, or None, out.

An official answer is shown while it is approved, not expired, and while what it quotes stands: the moment a source is
corrected, withdrawn, removed or changed, it is suspended, and nobody has to notice. A reader sees only those whose
sources that reader may see.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import hashlib
import re
import threading
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.answer import Answer, Citation, Turn
from assistant.conversation import stand_alone
from assistant.errors import NotApprovable
from assistant.question import Question, question_language, understand
from assistant.verify import keys_of, supported
from corpus.announcement import Announcement, Language
from corpus.catalog import Catalog
from corpus.curation import Curation, OfficialAnswer, Source, changed_meanwhile, text_hash
from corpus.dates import JST
from corpus.errors import UnknownAnnouncement
from corpus.links import Links
from corpus.quotes import find_words
from index.analyse import analyse
from index.passage import Scope

ENGINE = "official"
LONGEST_QUESTION, LONGEST_ANSWER, MOST_QUESTIONS, MOST_SOURCES = 1_000, 4_000, 100, 20

Cause = Literal[
    "draft", "suspended", "retired", "expired", "not_yet", "hidden", "removed", "changed", "corrected", "withdrawn"
]
Field = Literal["questions", "answer_ja", "answer_en", "sources", "approved_by", "expires", "id"]

# The share of their terms that two ways of asking have in common, 0..1 (Dice), when their words are already the same.
# Below it they differ in what is no word of the dictionary: a name that the analysis cuts into single letters.
_ALIKE = 0.6
_MARKER = re.compile(r"\[(\d{1,4})\]")
_NOISE = re.compile(r"[\W_]+")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_NEGATED = re.compile(r"ない|なかった|ません|なく|\bnot\b|n't\b|\bno\b|\bnever\b|\bwithout\b", re.IGNORECASE)
_NO_NAME = re.compile(r"(?!)")
# Words that ask, and politeness; what is asked for is told by `Question.wants`.
_ASKING = frozenset(
    str.split(
        """幾ら 幾つ どれ 教える 下さる 願う 頂く 知る 聞く 質問 御社 貴社 当社 弊社 現在 今 現時点 是非 宜しい 済む
        tell pleas know could can would like you give let explain current now present i'd want ask"""
    )
)
_LEGAL_FORM = re.compile(
    r"株式会社|有限会社|合同会社|\(株\)|,?\s*\b(?:inc|ltd|co|corp|corporation|k\.?k|limited|plc|llc|gmbh|s\.?a)\b\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Why an official answer is not shown to a reader, and the announcements at fault; shown when `cause` is None."""

    cause: Cause | None = None
    announcement_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps an official answer from being approved; as text, a sentence that says what to do."""

    kind: str  # of `_FAULTS`
    field: Field  # where it can be put right
    about: str = ""  # the sentence, question, marker, day or announcements that it is about
    other: str = ""  # the id of the other entry that asks the same
    announcement_ids: tuple[str, ...] = ()  # those at fault

    def __str__(self) -> str:
        return _FAULTS[self.kind].format(about=self.about, other=self.other)


_FAULTS: Mapping[str, str] = {
    "no_source": "It has no source: quote what it stands on.",
    "no_answer": "It has no answer: write one in Japanese, in English, or in both.",
    "no_question": "It has no question: write down how it is asked.",
    "no_approver": "It says not who approves it: give a name.",
    "expired": "It expired on {about}: give a later day, or none.",
    "marker": "It points at source [{about}], which it does not have.",
    "unsupported": "No source bears out a figure or date in '{about}': quote where it stands, or leave it out.",
    "asked_twice": "'{about}' is asked by '{other}' too: take it out of one of them.",
    "empty_question": "A question of the official answer is empty. Write it, or take it out.",
    "many_questions": (
        f"An official answer has at most {MOST_QUESTIONS} questions of {LONGEST_QUESTION} characters each."
    ),
    "long_answer": f"An official answer has at most {LONGEST_ANSWER} characters in a language.",
    "many_sources": f"An official answer has at most {MOST_SOURCES} sources.",
    "bad_id": "The id of an official answer is at most 100 letters, digits, '-', '_' and '.'.",
    "removed": "Its source {about} was removed: quote another one.",
    "changed": "The text of its source {about} has changed: quote it again.",
    "corrected": "Its source was corrected by {about}: look at both, and quote the correction.",
    "withdrawn": "Its source was withdrawn by {about}: retire it, or quote another one.",
}


class OfficialAnswers:
    """The official answers of a catalog's database: kept, approved, matched. Threads may share it."""

    def __init__(self, catalog: Catalog, links: Links) -> None:
        self.store = Curation(catalog.database)
        self._catalog = catalog
        self._links = links
        self._lock = threading.Lock()
        self._outlines: Mapping[str, Announcement] = {}
        self._unchanged: dict[Source, bool] = {}  # as long as the outlines are the same
        self._known: tuple[int, _Matchable] | None = None

    # --- Asking -------------------------------------------------------------------------------------------------

    def match(
        self, question: str, language: Language | None = None, *, scope: Scope | None = None
    ) -> OfficialAnswer | None:
        """The shown official answer, in `language`, that was written for `question`; None when in any doubt.

        It matches when letters and digits are those of one of its questions, or when it asks for the same kind of
        thing, with the same values and the same words in the same order, synonyms aside.

        Args:
            language: of the answer; None: that of the question.
            scope: what the reader may see; None: the public, now.
        """
        within = scope or Scope()
        spoken = language or question_language(question)
        for entry in self._matchable().find(question):
            if entry.answer(spoken) and self.standing(entry, within).cause is None:
                return entry
        return None

    def answer(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        scope: Scope | None = None,
    ) -> Answer | None:
        """The Answer that quotes the matching official answer's sources; None when there is none."""
        within = scope or Scope()
        if self._matchable().is_empty:
            return None
        spoken = language or question_language(question)
        alone = stand_alone(question, history, language=language).query if history else question
        entry = self.match(alone, spoken, scope=within)
        return self.as_answer(entry, question, spoken) if entry else None

    def as_answer(self, entry: OfficialAnswer, question: str, language: Language) -> Answer:
        """`entry` as an answer to `question`; each source is a citation, in the order of the sources."""
        sources = [(source, self._catalog.get(source.announcement_id)) for source in entry.sources]
        days = [found.held for _, found in sources if found.held]
        newest = max(days, key=lambda day: day.latest, default=None)
        return Answer(
            question=question,
            language=language,
            status="answered",
            answer=_marked(entry.answer(language), len(sources)),
            as_of=str(newest) if newest else None,
            confidence=1.0,
            engine=ENGINE,
            citations=[_citation(marker, source, found) for marker, (source, found) in enumerate(sources, start=1)],
        )

    def shown(self, scope: Scope | None = None) -> list[OfficialAnswer]:
        """Those that a reader may see, by topic and id."""
        within = scope or Scope()
        return [entry for entry in self.store.entries() if self.standing(entry, within).cause is None]

    def standing(self, entry: OfficialAnswer, scope: Scope | None = None) -> Standing:
        """Whether a reader is shown `entry`, and why not. A correction counts from when the reader may see it."""
        within = scope or Scope()
        now = within.now or dt.datetime.now(dt.UTC)
        if entry.status != "approved":
            return Standing(entry.status)
        if entry.expires and entry.expires < now.astimezone(JST).date():
            return Standing("expired")
        approved = entry.approved_at
        if approved is None or approved > now or (within.as_of and approved.astimezone(JST).date() > within.as_of):
            return Standing("not_yet")
        return self._sources_stand(entry.sources, within)

    def _sources_stand(self, sources: Sequence[Source], scope: Scope) -> Standing:
        outlines = self._current_outlines()
        ids = tuple(dict.fromkeys(source.announcement_id for source in sources))
        if gone := tuple(id for id in ids if id not in outlines):
            return Standing("removed", gone)
        if hidden := tuple(id for id in ids if not (scope.shows(outlines[id]) and scope.selects(outlines[id]))):
            return Standing("hidden", hidden)
        if changed := tuple(source.announcement_id for source in sources if not self._is_unchanged(source)):
            return Standing("changed", tuple(dict.fromkeys(changed)))
        editions: dict[str, set[str]] = defaultdict(set)
        for link in self._links.translations():
            editions[link.original].add(link.translation)
            editions[link.translation].add(link.original)
        for each in self._links.corrections():
            seen = each.notice in outlines and scope.shows(outlines[each.notice])
            if seen and {each.target, *editions[each.target]} & set(ids):
                return Standing("withdrawn" if each.kind == "withdraws" else "corrected", (each.notice,))
        return Standing()

    def _is_unchanged(self, source: Source) -> bool:
        known = self._unchanged.get(source)
        if known is None:
            try:
                found = self._catalog.get(source.announcement_id)
            except UnknownAnnouncement:
                return False
            known = text_hash(found) == source.text_hash and found.text[source.start : source.end] == source.quote
            self._unchanged[source] = known
        return known

    def _current_outlines(self) -> Mapping[str, Announcement]:
        """Every announcement; what was worked out from them before they changed is forgotten."""
        outlines = self._links.outlines()
        with self._lock:
            if outlines is not self._outlines:
                self._outlines, self._unchanged, self._known = outlines, {}, None
        return outlines

    def _matchable(self) -> _Matchable:
        outlines = self._current_outlines()
        revision = self.store.revision()
        with self._lock:
            if self._known is None or self._known[0] != revision:
                entries = [entry for entry in self.store.entries() if entry.status == "approved"]
                self._known = (
                    revision,
                    _Matchable(entries, _own_name({one.issuer for one in outlines.values()})),
                )
            return self._known[1]

    # --- Curating -----------------------------------------------------------------------------------------------

    def quote(self, announcement_id: str, words: str, *, start: int | None = None) -> Source:
        """The source that `words` are: where they stand in the announcement, blanks and line breaks aside.

        Args:
            start: where they begin, when they stand there more than once; else the first place counts.

        Raises:
            NotApprovable: the announcement does not say that.
            UnknownAnnouncement: there is no such announcement.
        """
        found = self._catalog.get(announcement_id)
        if start is not None and words and found.text.startswith(words, start):
            return Source.of(found, start, start + len(words))
        place = find_words(found.text, words)
        if place is None:
            raise NotApprovable(
                f"Announcement '{announcement_id}' does not say '{_short(words)}'. Quote its words exactly."
            )
        return Source.of(found, *place)

    def save(self, entry: OfficialAnswer, *, by: str = "", now: dt.datetime | None = None) -> OfficialAnswer:
        """Keeps a new or changed entry as a draft; one without an id gets one made of its first question."""
        _check_sizes(entry)
        draft = dataclasses.replace(
            entry,
            id=entry.id or _made_id(entry, {known.id for known in self.store.entries()}),
            status="draft",
            reason="",
            approved_by="",
            approved_at=None,
            changed_at=now or dt.datetime.now(dt.UTC),
        )
        return self.store.put(draft, by=by, what="written")

    def take(self, entry: OfficialAnswer, *, by: str = "", now: dt.datetime | None = None) -> OfficialAnswer:
        """Keeps an entry from elsewhere as what it says it is; NotApprovable when it is not fit for that."""
        _check_sizes(entry)
        moment = now or dt.datetime.now(dt.UTC)
        approved_at = entry.approved_at or (moment if entry.status == "approved" else None)
        if approved_at and approved_at.tzinfo is None:
            approved_at = approved_at.replace(tzinfo=JST)
        kept = dataclasses.replace(
            entry,
            id=entry.id or _made_id(entry, {known.id for known in self.store.entries()}),
            approved_at=approved_at,
            changed_at=moment,
        )
        if kept.status == "approved" and (wrong := self.faults(kept, now=moment)):
            raise NotApprovable(f"It cannot be approved. {' '.join(map(str, wrong))}")
        return self.store.put(kept, by=by, what=f"imported as {kept.status}")

    def approve(
        self,
        id: str,
        *,
        by: str,
        expires: dt.date | None = None,
        revision: int | None = None,
        now: dt.datetime | None = None,
    ) -> OfficialAnswer:
        """Approves an entry, from now on and until the end of `expires`, or of the day that the entry has.

        Args:
            revision: the one that was looked at; None: whichever is kept.

        Raises:
            ChangedMeanwhile: another revision is kept.
            NotApprovable: it lacks something, its sources do not stand, or it says what they do not; the message says
                what to put right.
        """
        entry = self._looked_at(id, revision)
        moment = now or dt.datetime.now(dt.UTC)
        approved = dataclasses.replace(
            entry,
            status="approved",
            reason="",
            approved_by=by,
            approved_at=moment,
            expires=expires or entry.expires,
            changed_at=moment,
        )
        if wrong := self.faults(approved, now=moment):
            raise NotApprovable(f"Official answer '{id}' cannot be approved. {' '.join(map(str, wrong))}")
        return self.store.put(approved, by=by, what="approved")

    def suspend(
        self, id: str, *, reason: str, by: str = "", revision: int | None = None, now: dt.datetime | None = None
    ) -> OfficialAnswer:
        """Shows it to nobody until it is approved again."""
        return self._end(self._looked_at(id, revision), "suspended", reason, by, now)

    def retire(
        self, id: str, *, reason: str = "", by: str = "", revision: int | None = None, now: dt.datetime | None = None
    ) -> OfficialAnswer:
        """Shows it to nobody; it stays for the record, and `reopen` takes it back."""
        return self._end(self._looked_at(id, revision), "retired", reason, by, now)

    def reopen(
        self, id: str, *, by: str = "", revision: int | None = None, now: dt.datetime | None = None
    ) -> OfficialAnswer:
        """Makes an entry a draft again, such as one that was retired."""
        draft = dataclasses.replace(
            self._looked_at(id, revision), status="draft", reason="", approved_by="", approved_at=None,
            changed_at=now or dt.datetime.now(dt.UTC),
        )  # fmt: skip
        return self.store.put(draft, by=by, what="reopened")

    def _looked_at(self, id: str, revision: int | None) -> OfficialAnswer:
        entry = self.store.get(id)
        if revision not in (None, entry.revision):
            raise changed_meanwhile(id)
        return entry

    def _end(
        self,
        entry: OfficialAnswer,
        status: Literal["suspended", "retired"],
        reason: str,
        by: str,
        now: dt.datetime | None,
    ) -> OfficialAnswer:
        moment = now or dt.datetime.now(dt.UTC)
        ended = dataclasses.replace(entry, status=status, reason=reason, changed_at=moment)
        return self.store.put(ended, by=by, what=status)

    def faults(self, entry: OfficialAnswer, *, now: dt.datetime | None = None) -> list[Fault]:
        """What keeps `entry` from being approved; empty when it may be."""
        moment = now or dt.datetime.now(dt.UTC)
        found = []
        if not entry.sources:
            found.append(Fault("no_source", "sources"))
        if not entry.answer_ja and not entry.answer_en:
            found.append(Fault("no_answer", "answer_ja"))
        if not entry.questions_ja and not entry.questions_en:
            found.append(Fault("no_question", "questions"))
        if not entry.approved_by:
            found.append(Fault("no_approver", "approved_by"))
        if entry.expires and entry.expires < moment.astimezone(JST).date():
            found.append(Fault("expired", "expires", str(entry.expires)))
        # Whoever approves it sees everything; whether the public does is asked each time it is shown.
        stands = self._sources_stand(entry.sources, Scope(audience="staff", now=moment))
        if stands.cause:
            found.append(
                Fault(
                    stands.cause, "sources", _named(stands.announcement_ids), announcement_ids=stands.announcement_ids
                )
            )
        else:
            found += [*self._unsupported(entry, "ja"), *self._unsupported(entry, "en")]
        return found + [
            Fault("asked_twice", "questions", _short(question), other.id)
            for question, other in self._asked_twice(entry)
        ]

    def _unsupported(self, entry: OfficialAnswer, language: Language) -> list[Fault]:
        """Each sentence with a figure, date or marker that the sources do not bear out."""
        allowed: set[str] = set()
        for source in entry.sources:
            published = self._catalog.get(source.announcement_id).published
            allowed |= keys_of(source.quote, context=published)
            allowed |= keys_of(str(published)) if published else set()
        text = entry.answer(language)
        field: Field = "answer_ja" if language == "ja" else "answer_en"
        beyond = sorted({int(number) for number in _MARKER.findall(text)} - set(range(1, len(entry.sources) + 1)))
        found = [Fault("marker", field, str(number)) for number in beyond]
        for line in re.split(r"(?<=[。！？!?])|(?<=\.)\s|\n", _MARKER.sub("", text)):
            if not supported(line, allowed):
                found.append(Fault("unsupported", field, _short(line)))
        return found

    def _asked_twice(self, entry: OfficialAnswer) -> Iterable[tuple[str, OfficialAnswer]]:
        known = self._matchable()
        for question in (*entry.questions_ja, *entry.questions_en):
            for other in known.find(question):
                if other.id != entry.id:
                    yield question, other
                    break

    def check(self) -> list[str]:
        """A sentence for each entry whose sources are no quotes of the texts that they were taken from."""
        found = []
        for entry in self.store.entries():
            for source in entry.sources:
                with contextlib.suppress(UnknownAnnouncement):
                    text = self._catalog.get(source.announcement_id)
                    quoted = text.text[source.start : source.end]
                    if text_hash(text) == source.text_hash and quoted != source.quote:
                        found.append(
                            f"Official answer '{entry.id}' quotes what '{source.announcement_id}' does not say at "
                            f"{source.start}-{source.end}; quote it again."
                        )
        return found

    def notes(self, *, now: dt.datetime | None = None) -> list[str]:
        """A sentence for each approved entry that the public is not shown now, and why."""
        scope = Scope(now=now or dt.datetime.now(dt.UTC))
        return [
            f"Official answer '{entry.id}' is not shown. {explained(standing)}"
            for entry in self.store.entries()
            if entry.status == "approved" and (standing := self.standing(entry, scope)).cause
        ]


def explained(standing: Standing) -> str:
    """Why an official answer is not shown, as a sentence that says what to do; "" when it is.

    >>> explained(Standing("removed", ("isp-023.ja",)))
    "Its source 'isp-023.ja' was removed: quote another one."
    """
    named = _named(standing.announcement_ids)
    if standing.cause in ("removed", "changed", "corrected", "withdrawn"):
        return _FAULTS[standing.cause].format(about=named)
    sentences: Mapping[Cause, str] = {
        "draft": "It is a draft: approve it.",
        "suspended": "It is suspended: approve it again.",
        "retired": "It is retired.",
        "expired": "It has expired: approve it again with a later day.",
        "not_yet": "It was not approved yet at that time.",
        "hidden": f"Its source {named} is not public.",
    }
    return sentences[standing.cause] if standing.cause else ""


def _named(announcement_ids: Iterable[str]) -> str:
    return ", ".join(f"'{id}'" for id in announcement_ids)


# --- Matching -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Form:
    """What has to be the same for two questions to be the same one."""

    plain: str  # letters and digits
    words: tuple[str, ...]  # in order, synonyms under one name
    values: frozenset[str]
    figures: tuple[str, ...]  # in order
    is_negated: bool
    terms: frozenset[str]


class _Matchable:
    """Approved entries by their questions."""

    def __init__(self, entries: Sequence[OfficialAnswer], own_name: re.Pattern[str]) -> None:
        self._own_name = own_name
        self._by_plain: dict[str, list[OfficialAnswer]] = defaultdict(list)
        self._by_words: dict[tuple[str, ...], list[tuple[str, _Form, OfficialAnswer]]] = defaultdict(list)
        newest_first = sorted(
            entries, key=lambda entry: (entry.approved_at or entry.changed_at, entry.id), reverse=True
        )
        for entry in newest_first:
            for question in (*entry.questions_ja, *entry.questions_en):
                form = _form(question, own_name)
                if form.plain:
                    self._by_plain[form.plain].append(entry)
                if form.words:
                    self._by_words[form.words].append((question, form, entry))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to match."""
        return not self._by_plain

    def find(self, question: str) -> list[OfficialAnswer]:
        """The entries with a question that is the same as `question`, the surest first."""
        if not self._by_plain:
            return []
        question = _whole(question)
        found = {entry.id: entry for entry in self._by_plain.get(_plain(question), ())}
        if len(question) <= LONGEST_QUESTION:
            form = _form(question, self._own_name)
            for variant, other, entry in self._by_words.get(form.words, ()):
                if entry.id not in found and _is_same(form, other) and _asks_the_same(question, variant):
                    found[entry.id] = entry
        return list(found.values())


def _plain(text: str) -> str:
    """Letters and digits, and the point within a number.

    >>> _plain("Mission 1.5 の打ち上げは？")
    'mission1.5の打ち上げは'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    points = re.sub(r"(?<=\d)[.,](?=\d)", "\x00", folded)
    return "".join("." if char == "\x00" else char for char in points if char == "\x00" or not _NOISE.fullmatch(char))


@lru_cache(maxsize=4096)
def _form(question: str, own_name: re.Pattern[str]) -> _Form:
    unnamed = own_name.sub("", unicodedata.normalize("NFKC", question))
    terms = analyse(unnamed, question_language(question))
    words = [term for term in terms if term[0] not in "_#@~" and term not in _ASKING]
    return _Form(
        plain=_plain(question),
        words=tuple(_one_name(word) for word in words),
        values=frozenset(term for term in terms if term[0] == "#"),
        figures=tuple(_FIGURE.findall(unnamed)),
        is_negated=bool(_NEGATED.search(question)),
        terms=frozenset(terms),
    )


@lru_cache(maxsize=20_000)
def _one_name(word: str) -> str:
    """The concept or synonym group that a word stands for, else the word itself."""
    beside = sorted(term for term in analyse(word, question_language(word)) if term[0] in "@~")
    return beside[0] if beside else word


def _is_same(one: _Form, other: _Form) -> bool:
    if one.words != other.words or one.values != other.values or one.is_negated != other.is_negated:
        return False
    if sorted(one.figures) == sorted(other.figures) and one.figures != other.figures:
        return False
    shared = 2 * len(one.terms & other.terms) / max(1, len(one.terms) + len(other.terms))
    return shared >= _ALIKE


def _asks_the_same(question: str, variant: str) -> bool:
    """Both ask for the same kind of thing, of the same time: when, not why; what is, not what was."""
    one, other = understand(question), understand(variant)
    return _asked_for(one) == _asked_for(other)


def _asked_for(question: Question) -> tuple[object, ...]:
    return (
        question.wants, question.unit, question.options, question.as_of, question.asks_original, question.asks_outcome,
        question.asks_future, question.is_past, question.says_already, question.says_only, question.universal,
        question.footnote, question.position, question.labels,
    )  # fmt: skip


def _own_name(issuers: Iterable[str]) -> re.Pattern[str]:
    """Finds the name of the company that published everything: naming it says nothing. Finds none among several.

    >>> _own_name(["株式会社ispace", "ispace, inc."]).sub("", "ispaceの売上は")
    'の売上は'
    """
    named: dict[Language, set[str]] = defaultdict(set)
    for issuer in issuers:
        bare = _LEGAL_FORM.sub("", unicodedata.normalize("NFKC", issuer)).strip(" ,.")
        if bare:
            named[question_language(issuer)].add(bare.casefold())
    alone = sorted({name for names in named.values() if len(names) == 1 for name in names}, key=len, reverse=True)
    return re.compile("|".join(rf"(?<![a-z]){re.escape(name)}(?![a-z])" for name in alone) or r"(?!)", re.IGNORECASE)


def _whole(text: str) -> str:
    """`text` with a "?" for each half of a character, which the analysis refuses."""
    return text.encode("utf-8", "replace").decode("utf-8")


def gist_of(question: str) -> str:
    """The same text for questions that ask for the same in one language, whatever their order; "" for no question.

    >>> gist_of("ミッション1の打ち上げはいつですか") == gist_of("いつですか、ミッション１の打ち上げは")
    True
    """
    form = _form(_whole(question[:LONGEST_QUESTION]), _NO_NAME)
    names = sorted({*form.words, *form.values})
    return f"{question_language(question)} {' '.join(names)}" if names else ""


# --- Wording ------------------------------------------------------------------------------------------------------


def _marked(text: str, sources: int) -> str:
    """`text` with markers; where its writer set none, those of all sources at its end."""
    if _MARKER.search(text):
        return text
    return f"{text.rstrip()} {''.join(f'[{number}]' for number in range(1, sources + 1))}"


def _citation(marker: int, source: Source, found: Announcement) -> Citation:
    section = found.section_of(source.start)
    return Citation(
        marker=marker,
        announcement_id=found.id,
        title=found.title,
        published=str(found.published) if found.published else None,
        url=found.source_url,
        page=found.page_of(source.start),
        start=source.start,
        end=source.end,
        quote=source.quote,
        section=section.kind if section else "body",
    )


def _check_sizes(entry: OfficialAnswer) -> None:
    for fault in size_faults(entry):
        raise NotApprovable(str(fault))


def size_faults(entry: OfficialAnswer) -> list[Fault]:
    """What keeps `entry` from being kept at all, even as a draft; empty when it may be."""
    questions = (*entry.questions_ja, *entry.questions_en)
    found = []
    if any(not question.strip() for question in questions):
        found.append(Fault("empty_question", "questions"))
    if len(questions) > MOST_QUESTIONS or any(len(question) > LONGEST_QUESTION for question in questions):
        found.append(Fault("many_questions", "questions"))
    if len(entry.answer_ja) > LONGEST_ANSWER:
        found.append(Fault("long_answer", "answer_ja"))
    if len(entry.answer_en) > LONGEST_ANSWER:
        found.append(Fault("long_answer", "answer_en"))
    if len(entry.sources) > MOST_SOURCES:
        found.append(Fault("many_sources", "sources"))
    if len(entry.id) > 100 or not re.fullmatch(r"[\w.-]*", entry.id):
        found.append(Fault("bad_id", "id"))
    return found


def _made_id(entry: OfficialAnswer, taken: set[str]) -> str:
    """ "faq-" and eight digits of the first question's hash; more where another entry has those."""
    first = next(iter((*entry.questions_ja, *entry.questions_en)), entry.answer_ja or entry.answer_en)
    digest = hashlib.sha256(first.encode("utf-8", "replace")).hexdigest()
    ids = (f"faq-{digest[:size]}" for size in range(8, len(digest)))
    return next(id for id in ids if id not in taken)


def _short(text: str) -> str:
    """One line of at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
