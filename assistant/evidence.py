"""Evidence: the sentences of retrieved passages, each with its terms, its surroundings and how well it meets a question."""

from __future__ import annotations

import bisect
import datetime as dt
import math
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TypeVar

from assistant.labels import conflict, labels
from assistant.names import named_places
from assistant.needs import Need, term_spans
from assistant.question import Question
from assistant.span import Span
from assistant.thesaurus import Meaning, likeness, meanings_in
from corpus.announcement import Announcement, Footnote, Language, Section
from corpus.dates import PartialDate
from corpus.sentences import cut, sentences
from corpus.tables import Cell, table_cells
from corpus.values import Value, fold, values
from index.analyse import analyse, placed_words
from index.commonness import information
from index.passage import Passage
from index.terms import terms as term_list
from index.words import words

Frequencies = Callable[[Iterable[str]], Mapping[str, int]]
Glosses = Callable[[str], Sequence[str]]
# Whether the announcement with that id holds any of the terms.
Holds = Callable[[str, Iterable[str]], bool]

_PLANNED = re.compile(
    r"予定|計画|目指|見込|想定|目標|見通し|狙|予想|\bplan(?:s|ned|ning)?\b|\bschedul\w+|\bexpect\w*|\btarget\w*|\bwill\b|\baim\w*|\bintend\w*|\bis to be\b|\bare to be\b|\bforecast",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"再設定|変更|延期|後ろ倒し|前倒し|見直|修正|引き上げ|引き下げ|postpon|delay|moved?|chang|revis|rescheduled|instead",
    re.IGNORECASE,
)

# "株式会社X（東京都中央区、代表取締役：Y）": how Japanese announcements give the head office of the company that speaks.
_HEAD_OFFICE = re.compile(
    r"[（(](?:本社|本店|所在地)?[：:\s]?[^（）()、]{1,12}[都道府県市区町村郡][^（）()]{0,12}、\s?(?:代表|社長|CEO|理事)"
)


_OVER = re.compile(
    r"(?:され|し|り|ち|い|き|げられ|えられ)(?:まし)?た|となりました|\b(?:was|were|has been|have been|had been) \w+(?:ed|n|t)\b|\b(?:launched|landed|completed|lifted off|ended|signed|flew)\b",
    re.I,
)
_OTHER = re.compile(
    r"同乗|相乗り|一緒に|\bshared with\b|\balongside\b|他の|他(?=に|は)|ほか|その他|以外|other|another|besides|apart from",
    re.I,
)
_AT_EARLIEST = re.compile(r"最短|早ければ|早くて|at the earliest|as early as|no earlier than|or later", re.I)


@dataclass(frozen=True)
class Sentence:
    """`announcement.text[start:end]`, one sentence, with what stands around it."""

    announcement: Announcement
    start: int
    end: int
    section: Section | None
    before: str  # the sentence before it in the same paragraph, or ""
    cells: tuple[Cell, ...] = ()  # of a row of a table

    @property
    def text(self) -> str:
        return self.announcement.text[self.start : self.end]

    @property
    def language(self) -> Language:
        return self.announcement.language

    @property
    def held(self) -> dt.date:
        """The day up to which the statement was known; day one for an announcement without any date."""
        return self.announcement.held.latest if self.announcement.held else dt.date.min

    @cached_property
    def terms(self) -> frozenset[str]:
        """Terms of the sentence alone."""
        found = [*_said(self.text, self.language), *_part_concepts(self.text)]
        for cell in self.cells:
            found += analyse(cell.column_label, self.language)
        found += [f"#{label}" for label in labels(self.text) if label.startswith("ordinal:")]
        found += [f"#n:{value.number}" for value in self.values if value.kind == "quantity" and value.number]
        if _HEAD_OFFICE.search(self.text):
            found.append("@head-office")
        return frozenset(found)

    @cached_property
    def meanings(self) -> tuple[frozenset[int], ...]:
        """The groups of the thesaurus that each word and phrase of the sentence belongs to."""
        # The kg of a payload is no mass of the lander; a lander, 月着陸船, is no landing, which is a listed word as well.
        folded, known = fold(self.text).lower(), term_list()
        amounts = [(value.start, value.end) for value in self.values]
        listed = term_spans(fold(self.text))
        found = []
        for one in meanings_in(self.text):
            said = folded[one.start : one.end]
            wholes = [*amounts, *(listed if known.pattern.search(said) or said in known.english else ())]
            if not any(s <= one.start and one.end <= e and one.end - one.start < e - s for s, e in wholes):
                found.append(one.groups)
        return tuple(dict.fromkeys(found))

    @cached_property
    def all_meanings(self) -> frozenset[int]:
        """`meanings` in one."""
        return frozenset().union(*self.meanings)

    @cached_property
    def runs(self) -> frozenset[str]:
        """Runs of characters, as `runs_of` gives them."""
        return runs_of(self.text)

    @cached_property
    def around(self) -> frozenset[str]:
        """Terms of the sentence before, of the heading, and of a quotation's speaker."""
        section = self.section
        nearby = [self.before]
        if section:
            nearby += [section.heading or "", section.speaker or "", section.role or ""]
        return _said("\n".join(filter(None, nearby)), self.language)

    @cached_property
    def heading_terms(self) -> frozenset[str]:
        """Terms of the heading above."""
        return _said((self.section.heading if self.section else "") or "", self.language)

    @cached_property
    def title(self) -> frozenset[str]:
        """Terms of the announcement's title and of its date."""
        date = self.announcement.published
        return _said(f"{self.announcement.title} {say_iso(date) if date else ''}", self.language)

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """Values in the sentence, cells with the unit and sign of their table; offsets are into the sentence."""
        told = values(self.text, context=self.announcement.held)
        if not self.cells:
            return tuple(told)
        typed = [cell.value for cell in self.cells]
        numbers = [
            replace(value, start=value.start - self.start, end=value.end - self.start) for value in typed if value
        ]
        others = [one for one in told if not any(one.start < v.end and v.start < one.end for v in numbers)]
        return tuple(sorted([*numbers, *others], key=lambda value: value.start))

    def cell_of(self, value: Value) -> Cell | None:
        """The cell of a table that holds `value`; None outside tables."""
        place = self.start + value.start
        return next((cell for cell in self.cells if cell.start <= place < max(cell.end, cell.start + 1)), None)

    @property
    def is_planned(self) -> bool:
        return is_plan(self.text)

    @cached_property
    def spoke(self) -> dt.date:
        """The day of which the sentence speaks: the date that it states for itself, else the announcement's."""
        stated = self.as_of()
        return min(stated.latest, self.held) if stated and self.announcement.held else self.held

    @property
    def kind(self) -> str:
        return self.section.kind if self.section else "body"

    def footnote_at(self, start: int, end: int) -> Footnote | None:
        """The footnote that qualifies sentence[start:end]."""
        for note in self.announcement.footnotes:
            if any(self.start + start < last and first < self.start + end for first, last in note.anchors):
                return note
        return None

    def as_of(self, start: int = 0, end: int | None = None) -> PartialDate | None:
        """The date on which sentence[start:end] held: its footnote's, else one that the sentence states, else the
        announcement's."""
        note = self.footnote_at(start, len(self.text) if end is None else end)
        if note and note.as_of:
            return note.as_of
        for value in self.values:
            if value.date and re.match(r"(?:時点|現在|末現在|末時点)", self.text[value.end :]):
                return value.date
            if value.date and re.search(r"\b(?:as of|as at)\s$", self.text[: value.start]):
                return value.date
        return self.announcement.held


@lru_cache(maxsize=2_000)
def _said(text: str, language: Language) -> frozenset[str]:
    """The terms of `text`: what is asked for again soon, as of a sentence that is also the one before the next."""
    return frozenset(analyse(text, language))


def _part_concepts(text: str) -> list[str]:
    """The concepts of single words, also where they are part of a longer listed name: the Moon of a lunar landing."""
    known = term_list()
    found = []
    for word in words(text):
        name = fold(word.surface).lower()
        concept = known.japanese.get(name) or known.english.get(name)
        if concept:
            found.append(f"@{concept}")
    return found


def tells_what_happened(text: str) -> bool:
    """`text` tells of an event that is over, and not of the earliest day for one."""
    return bool(_OVER.search(text)) and not _AT_EARLIEST.search(text)


def tells_of_change(text: str) -> bool:
    """`text` says that something was changed, moved or put off."""
    return bool(_CHANGED.search(text))


def say_iso(date: PartialDate) -> str:
    """A date in the form that `analyse` reads in either language."""
    return f"{date.year}年" + (f"{date.month}月" if date.month else "") + (f"{date.day}日" if date.day else "")


def is_plan(text: str) -> bool:
    """`text` speaks of a plan, an assumption or a target."""
    return bool(_PLANNED.search(text))


def runs_of(text: str) -> frozenset[str]:
    """Every run of five characters of `text`, white space and case aside: two texts share many where one quotes the other."""
    plain = re.sub(r"\s+", "", fold(text)).casefold()
    return frozenset(plain[at : at + 5] for at in range(len(plain) - 4))


def announcement_sentences(announcement: Announcement) -> list[Sentence]:
    """Every sentence of `announcement`, in order; a very long one in parts."""
    found: list[Sentence] = []
    for section in announcement.sections or (Section("body", 0, len(announcement.text)),):
        before = ""
        if section.kind == "table":
            found += _rows(announcement, section)
            continue
        for start, end in sentences(announcement.text[section.start : section.end]):
            for first, last in cut(announcement.text, section.start + start, section.start + end):
                sentence = Sentence(announcement, first, last, section, before)
                found.append(sentence)
                before = sentence.text
    return found


def _rows(announcement: Announcement, section: Section) -> list[Sentence]:
    """Each row of a table as one sentence, its cells known by row and column."""
    cells = table_cells(announcement.text, section)
    rows = []
    for line in re.finditer(r"[^\n]+", announcement.text[section.start : section.end]):
        if line.group().strip():
            for start, end in cut(announcement.text, section.start + line.start(), section.start + line.end()):
                own = tuple(cell for cell in cells if start <= cell.start < end)
                rows.append(Sentence(announcement, start, end, section, "", own))
    return rows


@dataclass(frozen=True)
class Evidence:
    """A Sentence as it meets one question."""

    sentence: Sentence
    rank: int  # of the passage that held it, from 0
    coverage: float  # share of the question's weight that the sentence and its surroundings name, 0..1
    own: float  # the same for the sentence alone
    matches: tuple[float, ...]  # per need, surroundings included
    own_matches: tuple[float, ...]  # per need, by the sentence alone
    missing_name: bool  # a name or number of the question is nowhere near
    other_number: bool  # it speaks of another mission, contract or stage than was asked for
    echo: float = 0.0  # share of the question's runs of characters that the sentence repeats, 0..1
    score: float = 0.0
    fit: float = 0.0  # how well it meets the question by rule alone, which one text's age and neighbours do not change
    candidates: tuple[Value, ...] = field(default=())  # values of the wanted type
    closeness: float = 1.0  # of its passage: the search score as a share of the best passage's
    span: Span | None = None  # what the span reader would answer from it; None where it was not read
    has_unheard: bool = False  # something asked for is named neither by it nor by any other announcement
    none: float = 0.0  # how likely, to the span reader, nothing of what was read answers, 0..1
    # The same, and how likely the sentence answers, where the span reader reads the sentence's announcement alone.
    none_alone: float = 1.0
    line_alone: float = 0.0


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The terms of a need, sorted by what they prove."""

    number: str  # the canonical value or label that must be there; "" when any other term will do
    coarser: str  # the same, less exact: the month of a day
    whole: frozenset[str]  # each of these alone names the need
    words: tuple[str, ...]
    grams: tuple[str, ...]
    most: float  # that words short of the whole can prove
    glosses: tuple[frozenset[str], ...]  # per Japanese word, English stems that may stand for it
    counted: str  # the number of a name that ends in one: the 3 of "Rashid 3"; else ""
    proofs: frozenset[str]  # all of these: a text without any of them does not name the need

    @classmethod
    def of(cls, terms: Sequence[str], need: Need, glosses: tuple[frozenset[str], ...]) -> _Wanted:
        # What M1 says is the mission; as an identifier it is only spelled so.
        exact = sorted((term for term in terms if term[0] == "#"), key=lambda term: term.startswith("#id:"))
        words_ = tuple(term for term in terms if term[0] not in "_#@~")
        if not need.is_number and any(len(word) > 3 and word.isascii() for word in words_):
            # Chandrayaan-3 is not named by any three.
            exact = [term for term in exact if not term.startswith("#n:")]
        if need.is_name:
            # 函館市 is named by 函館, not by 市.
            words_ = tuple(word for word in words_ if len(word) > 1) or words_
        concepts = [term for term in terms if term[0] == "@"]
        # A synonym group stands for one word; of a compound it proves no more than that word.
        # Nor of a listed name, which has its own: 配当 and 割当 share one.
        synonyms = [term for term in terms if term[0] == "~"] if len(words_) < 2 and not concepts else []
        numbered = need.is_number and bool(exact)
        whole = frozenset([*exact, *concepts, *synonyms])
        # A listed name is there or not: half of the letters of SpaceX are ispace's.
        grams = () if concepts else tuple(term for term in terms if term[0] == "_")
        stems = () if concepts else glosses
        return cls(
            number=exact[0] if numbered else "",
            coarser=next((term for term in exact[1:] if term.startswith("#d:")), "") if numbered else "",
            whole=whole,
            words=words_,
            grams=grams,
            # A listed name is meant as a whole: 月の裏側 is not named by 月, nor 着陸 by the lander, 月着陸船.
            most=0.35 if concepts and (len(words_) > 1 or not "".join(words_).isascii()) else 1.0,
            glosses=stems,
            counted=_number_at_end(need),
            proofs=whole.union(words_, grams, *stems),
        )

    def named_by(self, terms: frozenset[str], glossed: frozenset[str]) -> float:
        """How far `terms` name it, 0..1."""
        if self.proofs.isdisjoint(terms) and (not glossed or glossed.isdisjoint(self.words)):
            return 0.0
        if self.number:
            return 1.0 if self.number in terms else 0.4 if self.coarser in terms else 0.0
        if not self.whole.isdisjoint(terms):
            return 1.0
        if self.counted and self.counted not in terms:
            return 0.0  # Rashid is not Rashid 3
        count = len(self.words)
        share = sum(word in terms for word in self.words) / count if count else 0.0
        if count == 2 and share < 1 and not self.words[0].isascii():
            share *= 0.7  # half of a compound names another thing: 監査法人 is no 法人, 保険料 no 保険金
        # Few letters prove nothing: there is land in lander.
        if share < 1 and self.grams and (len(self.grams) >= 3 or not self.grams[0].isascii()):
            near = sum(gram in terms for gram in self.grams) / len(self.grams)
            share = max(share, 0.9 * near if near >= (0.7 if self.words and self.words[0].isascii() else 0.5) else 0.0)
        if share < 0.8 and glossed and count:
            share = max(share, 0.8 * sum(word in glossed or word in terms for word in self.words) / count)
        if share < 0.8 and self.glosses:
            share = max(share, 0.8 * sum(not group.isdisjoint(terms) for group in self.glosses) / len(self.glosses))
        return min(share, self.most)


def _number_at_end(need: Need) -> str:
    """The term of the number that tells a name from others: of "Rashid 3", not of Falcon 9, which is listed."""
    numbered = re.search(r"[A-Za-zァ-ヶー]{3,}[\s-]?(\d{1,2})$", need.text) if need.is_name else None
    listed = any(term[0] == "@" for term in need.terms)
    return f"#n:{numbered[1]}" if numbered and not listed and f"#n:{numbered[1]}" in need.terms else ""


# What a word of the same meaning proves of a word that is not there itself.
PARAPHRASE = 0.6
# Words of this likeness (`thesaurus.likeness`) are taken for words of the same meaning; a little less alike prove less.
LIKE, LIKE_AT_ALL = 0.4, 0.36
# Two Japanese words mean the same by their main glosses only; by the rarer ones, almost any two do.
MAIN_GLOSSES = 3


def _may_be_said_otherwise(need: Need) -> bool:
    """A name, a number or a listed term is said as it is: sales are no amount of something else."""
    listed = any(term[0] == "@" for term in need.terms)
    return not (need.is_name or need.is_number or need.strict or listed)


def _may_be_meant(need: Need) -> bool:
    """What a word of about the same meaning may stand for; a light word says too little for that."""
    return need.is_firm and not (need.is_name or need.is_number)


def _meanings_of(need: Need, asked: str) -> tuple[frozenset[int], ...]:
    """The groups of the thesaurus that the whole of `need` belongs to, by itself or in phrases of the question, which
    is `asked`, folded."""
    if not _may_be_meant(need):
        return ()
    found = [one.groups for one in meanings_in(need.text) if one.end - one.start >= len(need.text)]
    words_at, phrases = _placed_meanings(asked)
    for match in re.finditer(re.escape(fold(need.text)), asked):
        start, end = match.span()
        found += [one.groups for one in words_at.get(start, ()) if end <= one.end]
        found += [one.groups for one in phrases if one.start <= start and end <= one.end]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=500)
def _placed_meanings(text: str) -> tuple[Mapping[int, list[Meaning]], list[Meaning]]:
    """The meanings of single words of `text` by where they begin, and those that more than one word has."""
    words_at: dict[int, list[Meaning]] = {}
    phrases = []
    for one in meanings_in(text):
        if len(placed_words(text[one.start : one.end])) > 1:
            phrases.append(one)
        else:
            words_at.setdefault(one.start, []).append(one)
    return words_at, phrases


@lru_cache(maxsize=20_000)
def _gloss_stems(text: str, glosses: Glosses, most: int | None = None) -> frozenset[str]:
    """English stems (and concepts) for the Japanese words of `text`, by the first `most` glosses of each."""
    japanese = {term for term in _said(text, "ja") if term[0] not in "_#@~" and not term.isascii()}
    return frozenset().union(*(_stems_of(term, glosses, most) for term in japanese))


@lru_cache(maxsize=10_000)
def _stems_of(word: str, glosses: Glosses, most: int | None) -> frozenset[str]:
    """The same for one word."""
    return frozenset(t for gloss in glosses(word)[:most] for t in analyse(gloss, "ja") if t[0] not in "_#~")


class Matcher:
    """How much of a question's needs a sentence names.

    Args:
        frequency: chunks that hold each of the given terms, over the whole index.
        chunks: chunks in all.
        glosses: English words for a normalised Japanese word; it lets the two languages meet.
        holds: asks the index; an announcement that holds nothing of a need is not taken apart for it. None: each is.
    """

    def __init__(
        self, question: Question, frequency: Frequencies, chunks: int, glosses: Glosses, holds: Holds | None = None
    ) -> None:
        self.question = question
        self.glosses = glosses
        self._frequency, self._chunks, self._holds = frequency, chunks, holds
        self._anywhere: dict[tuple[int, str], float] = {}
        self._runs = runs_of(question.text)
        terms = {term for need in question.needs for term in need.terms}
        found = frequency(terms)
        is_wordy = sum(need.is_firm for need in question.needs) >= WORDY
        self.weights = tuple(_weight(need, found, max(1, chunks), is_wordy=is_wordy) for need in question.needs)
        self._unheard = tuple(_is_unheard(need, found) for need in question.needs)
        self._wanted = tuple(
            tuple(_Wanted.of(terms, need, self._gloss_terms(terms)) for terms in (need.terms, *need.alternatives))
            for need in question.needs
        )
        self._main_glosses = tuple(self._gloss_terms(need.terms, MAIN_GLOSSES) for need in question.needs)
        asked = fold(question.text)
        self._meanings = tuple(_meanings_of(need, asked) for need in question.needs)

    def _gloss_terms(self, terms: Sequence[str], most: int | None = None) -> tuple[frozenset[str], ...]:
        """For each Japanese word of `terms`, the English stems that may stand for it."""
        groups = []
        for term in terms:
            if term[0] not in "_#@~" and not term.isascii():
                groups.append(frozenset(t for t in _stems_of(term, self.glosses, most) if t[0] != "@"))
        return tuple(groups)

    def rarity(self) -> dict[str, float]:
        """Each term of the question with its inverse document frequency, natural logarithm."""
        asked = set(analyse(self.question.text, self.question.language))
        found = self._frequency(asked)
        chunks = max(1, self._chunks)
        return {
            term: math.log(1 + (chunks - n + 0.5) / (n + 0.5)) for term in sorted(asked) for n in (found.get(term, 0),)
        }

    def asking(self, question: Question) -> Matcher:
        """The same for another question over the same index."""
        return Matcher(question, self._frequency, self._chunks, self.glosses, self._holds)

    def match(self, place: int, terms: frozenset[str], glossed: frozenset[str] = frozenset()) -> float:
        """How far need number `place` is named by `terms`, 0..1; `glossed` are English words for Japanese ones."""
        best = 0.0
        for wanted in self._wanted[place]:
            best = max(best, wanted.named_by(terms, glossed))
            if best == 1.0:
                break
        return best

    def match_anywhere(self, place: int, announcement: Announcement) -> float:
        """How far need number `place` is named somewhere in the announcement, 0..1."""
        key = place, announcement.id
        if key not in self._anywhere:
            proofs = frozenset[str]().union(*(wanted.proofs for wanted in self._wanted[place]))
            may = self._holds is None or self._holds(announcement.id, proofs)
            self._anywhere[key] = self.match(place, announcement_terms(announcement)) if may else 0.0
        return self._anywhere[key]

    def paraphrased(self, place: int, glossed: frozenset[str]) -> float:
        """Share of the need's Japanese words that mean in English what some word of the sentence means."""
        groups = self._main_glosses[place]
        return sum(not group.isdisjoint(glossed) for group in groups) / len(groups) if groups else 0.0

    def meet(self, sentence: Sentence, rank: int, closeness: float = 1.0) -> Evidence:
        """`sentence`, of the passage at `rank`, as evidence for the question."""
        other_language = sentence.language != self.question.language
        glossed = self._glossed(sentence.text) if other_language and sentence.language == "ja" else frozenset()
        alike = (
            _gloss_stems(sentence.text, self.glosses, MAIN_GLOSSES)
            if not other_language and sentence.language == "ja"
            else frozenset()
        )
        glossed_title = self._glossed(sentence.announcement.title) if glossed else frozenset()
        near_text = " ".join(
            [
                sentence.before,
                *(
                    filter(None, (sentence.section.heading, sentence.section.speaker, sentence.section.role))
                    if sentence.section
                    else ()
                ),
            ]
        )
        glossed_near = self._glossed(near_text) if glossed and near_text.strip() else frozenset()
        # The sentence before is no context where it speaks of another mission than was asked about.
        apart = bool(sentence.before) and conflict(self.question.labels, labels(sentence.before))
        around = sentence.heading_terms if apart else sentence.around
        matches, own_matches = [], []
        missing = False
        for place, need in enumerate(self.question.needs):
            own = self.match(place, sentence.terms, glossed)
            if own < PARAPHRASE and alike and _may_be_said_otherwise(need):
                own = max(own, PARAPHRASE * self.paraphrased(place, alike))
            if own < PARAPHRASE:
                own = max(own, self._meant(place, sentence))
            near = max(
                own,
                0.65 * self.match(place, around, glossed_near) if own < 0.65 else 0.0,
                0.55 * self.match(place, sentence.title, glossed_title) if own < 0.55 else 0.0,
            )
            dated = need.is_number and any(term.startswith("#d:") for term in need.terms)
            if (need.is_name or need.is_number) and near < 0.3 and not dated:
                near = max(near, 0.3 * self.match_anywhere(place, sentence.announcement))
            own_matches.append(own)
            matches.append(near)
            rare = need.is_name and near < 0.35 and self._is_long_name(place, sentence)
            if (need.is_name or need.is_number) and (near < 0.2 or rare) and not need.carried:
                missing = missing or not self._is_alternative(place, sentence)
            if need.strict and own < 0.5 and not (_OTHER.match(need.text) and _OTHER.search(sentence.text)):
                missing = True
        total = sum(self.weights) or 1.0
        coverage = sum(w * m for w, m in zip(self.weights, matches, strict=True)) / total
        own_coverage = sum(w * m for w, m in zip(self.weights, own_matches, strict=True)) / total
        return Evidence(
            sentence,
            rank,
            coverage,
            own_coverage,
            tuple(matches),
            tuple(own_matches),
            missing,
            self._other_number(sentence),
            len(self._runs & sentence.runs) / max(1, len(self._runs)),
            closeness=closeness,
            has_unheard=any(unheard and match < 0.3 for unheard, match in zip(self._unheard, matches, strict=True)),
        )

    def _meant(self, place: int, sentence: Sentence) -> float:
        """How far the sentence means need number `place` in other words, 0 to PARAPHRASE."""
        best = 0.0
        for groups in self._meanings[place]:
            if groups.isdisjoint(sentence.all_meanings):
                continue
            best = max(best, max(likeness(groups, said) for said in sentence.meanings))
        return PARAPHRASE * min(1.0, best / LIKE) if best >= LIKE_AT_ALL else 0.0

    def _is_long_name(self, place: int, sentence: Sentence) -> bool:
        """A name of several words, of which the announcement does not hold the half: a word of it is another name's."""
        several = sum(term[0] not in "_#@~" for term in self.question.needs[place].terms) > 2
        return several and self.match_anywhere(place, sentence.announcement) < 0.5

    def _is_alternative(self, place: int, sentence: Sentence) -> bool:
        """One of several labels of a kind ("Mission 1 and Mission 2"): a sentence on the other one will do."""
        kinds = {label.partition(":")[0] for label in labels(self.question.needs[place].text)}
        asked = [label for label in self.question.labels if label.partition(":")[0] in kinds]
        return len(asked) > 1 and not conflict(frozenset(asked), labels(sentence.text))

    def _glossed(self, text: str) -> frozenset[str]:
        return _gloss_stems(text, self.glosses)

    def _other_number(self, sentence: Sentence) -> bool:
        """True where the question names Mission 1 and the sentence names missions, but not that one; and likewise where
        it names a company, and the sentence only its subsidiaries."""
        if self._only_of_subsidiary(sentence):
            return True
        asked = self.question.labels
        if not asked:
            return False
        said = labels(sentence.text)
        if conflict(asked, said):
            return True
        kinds = {label.partition(":")[0] for label in asked}
        if any(label.partition(":")[0] in kinds for label in said):
            return False
        # A sentence without a label speaks of what its heading or the sentence before it speaks of, or else the title.
        section = sentence.section
        near = labels(sentence.before or (section.heading if section and section.heading else ""))
        if not any(label.partition(":")[0] in kinds for label in near):
            near = labels(sentence.announcement.title)
        return conflict(asked, near)

    def _only_of_subsidiary(self, sentence: Sentence) -> bool:
        """ "ispace" is asked about, and the sentence speaks of ispace U.S. and ispace EUROPE alone; or the other way round."""
        for core in _LATIN_NAME.findall(sentence.announcement.issuer):
            if not _bare(core, self.question.text):
                asked = _subsidiaries(core, self.question.text)
                said = _subsidiaries(core, sentence.text)
                if asked and (said or _bare(core, sentence.text)) and not asked & said:
                    return True
                continue
            if core.casefold() in sentence.text.casefold() and not _bare(core, sentence.text):
                return True
        return False


_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{3,}")
# What the dictionary does not have as a place in Latin letters.
_REGION = re.compile(r"EU|EMEA|US|USA|UK|europe|asia|americas", re.IGNORECASE)


@lru_cache(maxsize=50_000)
def _subsidiaries(name: str, text: str) -> frozenset[str]:
    """The letters by which `text` tells subsidiaries of `name` apart: "eu" of ispace EUROPE and ispace EU, "us"."""
    found = re.findall(rf"(?<![A-Za-z]){re.escape(name)}[\s-](?:technologies,? )?([A-Za-z.]+)", fold(text), re.I)
    behind = [word.replace(".", "") for word in found]
    # What follows in "Kaguya Mission 2" and "Kaguya is" is no subsidiary's.
    return frozenset(word[:2].lower() for word in behind if _REGION.fullmatch(word) or named_places(word.capitalize()))


@lru_cache(maxsize=50_000)
def _bare(name: str, text: str) -> bool:
    """`text` names `name` somewhere without a further name right behind it, as the one of a subsidiary has."""
    pattern = rf"(?<![A-Za-z]){re.escape(name)}(?![\s-](?:[A-Z]|technologies|europe\b|us\b|u\.s)|[A-Za-z])"
    return bool(
        re.search(pattern, fold(text)) or re.search(rf"(?<![A-Za-z]){re.escape(name)}(?:,? (?:Inc|Co|Ltd))", fold(text))
    )


def _is_unheard(need: Need, found: Mapping[str, int]) -> bool:
    """A thing in katakana of which no announcement speaks, nor of one that means the same: often a name's part."""
    said = [term for term in need.terms if term[0] not in "_#"]
    is_thing = re.fullmatch(r"[ァ-ヶー]{3,}", need.text) is not None
    return need.factor >= 1 and is_thing and not any(found.get(term) for term in said)


# From so many words on, a question says more than it asks: a common word of it may be missing.
WORDY = 5


def _weight(need: Need, found: Mapping[str, int], chunks: int, *, is_wordy: bool) -> float:
    """Inverse document frequency of the need's commonest whole term, times what kind of word it is."""
    counts = [found.get(term, 0) for term in need.terms if term[0] != "_"]
    most = max(counts, default=0)
    # A common noun that no chunk holds may be said in another way; a name or a number may not.
    unknown = math.log(1 + chunks) * (1.0 if need.is_name or need.is_number else 0.6)
    idf = math.log(1 + (chunks - most + 0.5) / (most + 0.5)) if most else unknown
    floor = 0.35 * math.log(1 + chunks)
    if is_wordy and not (need.is_name or need.is_number or any(term[0] == "@" for term in need.terms)):
        said = [information(word) for word in words(need.text)]
        most_said = max((one for one in said if one is not None), default=math.inf)
        if None not in said:
            idf, floor = min(idf, max(most_said, 0.5)), 0.5
    carried = 0.5 if need.carried else 1.0
    return max(idf, floor) * need.factor * carried * (1.3 if need.is_name or need.is_number else 1.0)


def gather(passages: Sequence[Passage], announcements: Mapping[str, Announcement], matcher: Matcher) -> list[Evidence]:
    """The sentences of `passages` as evidence, each once, in the order of the passages."""
    seen: set[tuple[str, int]] = set()
    found: list[Evidence] = []
    best = max((passage.score for passage in passages), default=0.0)
    for rank, passage in enumerate(passages):
        announcement = announcements[passage.chunk.announcement_id]
        closeness = passage.score / best if best > 0 else 1.0
        every = sentences_of(announcement)
        first = bisect.bisect_right(every, passage.chunk.start, key=lambda one: one.end)
        last = bisect.bisect_left(every, passage.chunk.end, key=lambda one: one.start)
        for sentence in every[first:last]:
            key = (announcement.id, sentence.start)
            if key not in seen:
                seen.add(key)
                found.append(matcher.meet(sentence, rank, closeness))
    return found


_CACHE: dict[tuple[str, str], list[Sentence]] = {}
_TERMS: dict[tuple[str, str], frozenset[str]] = {}
_CACHED_ANNOUNCEMENTS = 2_000
_CACHING = threading.Lock()


def sentences_of(announcement: Announcement) -> list[Sentence]:
    """`announcement_sentences`, remembered by content."""
    return _remembered(_CACHE, announcement, announcement_sentences)


def announcement_terms(announcement: Announcement) -> frozenset[str]:
    """Every term of `announcement`, remembered by content."""
    return _remembered(_TERMS, announcement, _all_terms)


def _all_terms(announcement: Announcement) -> frozenset[str]:
    language = announcement.language
    said = (_said(one.text, language) for one in sentences_of(announcement))
    return _said(announcement.title, language).union(*said)


_Made = TypeVar("_Made")


def _remembered(
    cache: dict[tuple[str, str], _Made], announcement: Announcement, make: Callable[[Announcement], _Made]
) -> _Made:
    key = (announcement.id, announcement.content_hash)
    with _CACHING:
        known = cache.get(key)
    if known is not None:
        return known
    found = make(announcement)
    with _CACHING:
        if len(cache) >= _CACHED_ANNOUNCEMENTS:
            cache.pop(next(iter(cache)))
        return cache.setdefault(key, found)


def read_ahead(announcement: Announcement, glosses: Glosses) -> None:
    """Takes an announcement apart, which the first question that comes upon it would have to wait for."""
    for sentence in sentences_of(announcement):
        if sentence.language == "ja":
            _gloss_stems(sentence.text, glosses, MAIN_GLOSSES)
        # Each is remembered by the sentence when it is looked at.
        _ = sentence.terms, sentence.all_meanings, sentence.runs, sentence.around
        _ = sentence.heading_terms, sentence.title, sentence.values
    announcement_terms(announcement)


def places_of_needs(sentence: Sentence, question: Question) -> list[tuple[float, list[tuple[int, int]]]]:
    """For each need that the sentence itself names: its weight and where it stands in the sentence."""
    found: list[tuple[float, list[tuple[int, int]]]] = []
    for need in question.needs:
        near = places_of_need(sentence, need)
        if near:
            # Which mission it is stands anywhere in a sentence; what is asked of it stands beside its value.
            found.append((need.factor * (0.3 if need.is_number or need.is_name else 1.0), near))
    return found


def places_of_need(sentence: Sentence, need: Need) -> list[tuple[int, int]]:
    """Where the sentence names `need`: as the question wrote it, else word by word."""
    direct = [match.span() for match in re.finditer(re.escape(need.text), sentence.text, re.I)]
    plain = {term for terms in (need.terms, *need.alternatives) for term in terms if term[0] != "_"}
    if direct:
        return direct
    named = [(start, end) for start, end, terms in _word_terms(sentence.text, sentence.language) if terms & plain]
    return named or _places_meant(sentence.text, need)


def _places_meant(text: str, need: Need) -> list[tuple[int, int]]:
    """Where `text` says `need` in other words."""
    if not _may_be_meant(need):
        return []
    asked = [one.groups for one in meanings_in(need.text) if one.end - one.start >= len(need.text)]
    return [
        (one.start, one.end)
        for one in meanings_in(text)
        if any(likeness(groups, one.groups) >= LIKE for groups in asked)
    ]


@lru_cache(maxsize=2_000)
def _word_terms(text: str, language: Language) -> tuple[tuple[int, int, frozenset[str]], ...]:
    return tuple(
        (word.start, word.end, frozenset(term for term in analyse(word.surface, language) if term[0] != "_"))
        for word in words(text)
    )
