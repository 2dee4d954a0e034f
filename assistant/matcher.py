"""How well the sentences of retrieved passages meet a question."""

from __future__ import annotations

import bisect
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

from assistant.evidence import Evidence
from assistant.labels import conflict, labels
from assistant.names import named_places
from assistant.needs import Need
from assistant.question import Question
from assistant.sentence import Sentence, announcement_terms, runs_of, sentences_of
from assistant.thesaurus import likeness, meanings_in
from assistant.wanted import (
    LIKE,
    LIKE_AT_ALL,
    MAIN_GLOSSES,
    PARAPHRASE,
    Glosses,
    Wanted,
    gloss_stems,
    may_be_said_otherwise,
    meanings_of,
    stems_of,
)
from corpus.announcement import Announcement
from corpus.values import fold
from index.analyse import analyse
from index.commonness import information
from index.passage import Passage
from index.words import words

Frequencies = Callable[[Iterable[str]], Mapping[str, int]]
# Whether the announcement with that id holds any of the terms.
Holds = Callable[[str, Iterable[str]], bool]


_OTHER = re.compile(
    r"同乗|相乗り|一緒に|\bshared with\b|\balongside\b|他の|他(?=に|は)|ほか|その他|以外|other|another|besides|apart from",
    re.I,
)


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
            tuple(Wanted.of(terms, need, self._gloss_terms(terms)) for terms in (need.terms, *need.alternatives))
            for need in question.needs
        )
        self._main_glosses = tuple(self._gloss_terms(need.terms, MAIN_GLOSSES) for need in question.needs)
        asked = fold(question.text)
        self._meanings = tuple(meanings_of(need, asked) for need in question.needs)

    @cached_property
    def _groups(self) -> tuple[tuple[frozenset[int], ...], ...]:
        """The groups of the thesaurus that the whole of each need belongs to by itself."""
        return tuple(
            tuple(one.groups for one in meanings_in(need.text) if one.end - one.start >= len(need.text))
            for need in self.question.needs
        )

    @cached_property
    def _all_groups(self) -> tuple[frozenset[int], ...]:
        return tuple(frozenset[int]().union(*groups) for groups in self._groups)

    def _gloss_terms(self, terms: Sequence[str], most: int | None = None) -> tuple[frozenset[str], ...]:
        """For each Japanese word of `terms`, the English stems that may stand for it."""
        groups = []
        for term in terms:
            if term[0] not in "_#@~" and not term.isascii():
                groups.append(frozenset(t for t in stems_of(term, self.glosses, most) if t[0] != "@"))
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
            gloss_stems(sentence.text, self.glosses, MAIN_GLOSSES)
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
            if own < PARAPHRASE and alike and may_be_said_otherwise(need):
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

    def likeness(self, place: int, sentence: Sentence) -> float:
        """How alike need number `place`, whatever it is, and some word of the sentence are by the thesaurus, 0..1."""
        said = [groups for groups in sentence.meanings if not groups.isdisjoint(self._all_groups[place])]
        return max((likeness(own, groups) for own in self._groups[place] for groups in said), default=0.0)

    def is_unheard(self, place: int) -> bool:
        """Need number `place` is a thing of which no announcement speaks."""
        return self._unheard[place]

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
        return gloss_stems(text, self.glosses)

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
            units = _units(core, self.question.text)
            if units or not _bare(core, self.question.text):
                asked = units | _subsidiaries(core, self.question.text)
                said = _subsidiaries(core, sentence.text)
                if asked and (said or _bare(core, sentence.text)) and not asked & said:
                    return True
                continue
            # "the U.S. headquarters of ispace", "ispace's European office": the subsidiary is meant.
            meant = _subsidiaries(core, sentence.text) & _regions(self.question.text)
            if core.casefold() in sentence.text.casefold() and not _bare(core, sentence.text) and not meant:
                return True
        return False


_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{3,}")
# What the dictionary does not have as a place in Latin letters.
_REGION_SAID = re.compile(r"米国|欧州|\bU\.S\.?(?![A-Za-z])|\bUS\b|\bAmerican?\b|\bEurope(?:an)?\b")
_REGION = re.compile(r"EU|EMEA|US|USA|UK|europe|asia|americas", re.IGNORECASE)


# ispaceの米国法人, "ispace's U.S. unit": the subsidiary of that place.
_UNIT = r"(?:subsidiary|unit|arm|entity|branch|company|現地法人|法人|子会社|会社)"
_UNITS = (("us", r"U\.?S\.?A?\.?|American?|米国|アメリカ"), ("eu", r"European?|EU|欧州|ヨーロッパ"))


@lru_cache(maxsize=50_000)
def _units(name: str, text: str) -> frozenset[str]:
    """The letters of the subsidiaries that `text` calls by their place: "us" of ispaceの米国法人."""
    name, said = re.escape(name), fold(text)
    return frozenset(
        letters
        for letters, place in _UNITS
        if re.search(
            rf"{name}(?:['’]s|の)\s?(?:{place})(?:の|\s)?{_UNIT}|\b(?:{place})\s{_UNIT}\sof\s{name}\b", said, re.I
        )
    )


@lru_cache(maxsize=50_000)
def _subsidiaries(name: str, text: str) -> frozenset[str]:
    """The letters by which `text` tells subsidiaries of `name` apart: "eu" of ispace EUROPE and ispace EU, "us"."""
    found = re.findall(rf"(?<![A-Za-z]){re.escape(name)}[\s-](?:technologies,? )?([A-Za-z.]+)", fold(text), re.I)
    behind = [word.replace(".", "") for word in found]
    # What follows in "Kaguya Mission 2" and "Kaguya is" is no subsidiary's.
    return frozenset(word[:2].lower() for word in behind if _REGION.fullmatch(word) or named_places(word.capitalize()))


def is_same_office(issuer: str, asked: str, said: str) -> bool:
    """`asked` and `said` speak of the same office or subsidiary of `issuer`, or both of none."""
    return all(_subsidiaries(core, asked) == _subsidiaries(core, said) for core in _LATIN_NAME.findall(issuer))


def issuer_of(announcement: Announcement) -> str:
    """The name of the company that speaks; where none is known, the first one that its text names in Latin letters."""
    named = _LATIN_NAME.search(announcement.text[:120])
    return announcement.issuer or (named.group() if named else "")


def subsidiaries_in(announcements: Iterable[Announcement]) -> tuple[str, ...]:
    """The names of subsidiaries of the companies that speak in `announcements`: ispace EUROPE, ispace EU, ispace U.S."""
    found: dict[str, None] = {}
    for one in announcements:
        for core in _LATIN_NAME.findall(issuer_of(one)):
            for match in re.finditer(rf"(?<![A-Za-z]){re.escape(core)}[\s-]([A-Z][A-Za-z.]+)", one.text):
                if _subsidiaries(core, match.group()):
                    found[match.group().rstrip(".") if match.group(1).count(".") < 2 else match.group()] = None
    return tuple(found)


def _regions(text: str) -> frozenset[str]:
    """The same letters for the regions that `text` names by themselves: "us" for U.S. and 米国, "eu" for European."""
    found = [match.group().replace(".", "") for match in _REGION_SAID.finditer(text)]
    return frozenset("us" if word[0] in "米A" else "eu" if word[0] in "欧E" else word[:2].lower() for word in found)


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


def read_ahead(announcement: Announcement, glosses: Glosses) -> None:
    """Takes an announcement apart, which the first question that comes upon it would have to wait for."""
    for sentence in sentences_of(announcement):
        if sentence.language == "ja":
            gloss_stems(sentence.text, glosses, MAIN_GLOSSES)
        # Each is remembered by the sentence when it is looked at.
        _ = sentence.terms, sentence.all_meanings, sentence.runs, sentence.around
        _ = sentence.heading_terms, sentence.title, sentence.values
    announcement_terms(announcement)
