"""What proves that a text names a need of a question, and where in a sentence it does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.needs import Need
from assistant.question import Question
from assistant.sentence import Sentence, said_terms
from assistant.thesaurus import Meaning, likeness, meanings_in
from corpus.announcement import Language
from corpus.values import fold
from index.analyse import analyse, placed_words
from index.words import words

Glosses = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The terms of a need, sorted by what they prove."""

    number: str  # the canonical value or label that must be there; "" when any other term will do
    coarser: str  # the same, less exact: the month of a day
    whole: frozenset[str]  # each of these alone names the need
    words: tuple[str, ...]
    grams: tuple[str, ...]
    most: float  # that words short of the whole can prove
    glosses: tuple[frozenset[str], ...]  # per Japanese word, English stems that may stand for it
    is_name: bool
    counted: str  # the number of a name that ends in one: the 3 of "Rashid 3"; else ""
    proofs: frozenset[str]  # all of these: a text without any of them does not name the need

    @classmethod
    def of(cls, terms: Sequence[str], need: Need, glosses: tuple[frozenset[str], ...]) -> Wanted:
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
            is_name=need.is_name,
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
        if self.is_name and count > 1 and self.words[-1].isascii() and self.words[-1] not in terms:
            share *= 0.6  # Lunar Outpost and Lunar Flashlight begin alike; of a person the last name is enough
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


def may_be_said_otherwise(need: Need) -> bool:
    """A name, a number or a listed term is said as it is: sales are no amount of something else."""
    listed = any(term[0] == "@" for term in need.terms)
    return not (need.is_name or need.is_number or need.strict or listed)


def _may_be_meant(need: Need) -> bool:
    """What a word of about the same meaning may stand for; a light word says too little for that."""
    return need.is_firm and not (need.is_name or need.is_number)


def meanings_of(need: Need, asked: str) -> tuple[frozenset[int], ...]:
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
def gloss_stems(text: str, glosses: Glosses, most: int | None = None) -> frozenset[str]:
    """English stems (and concepts) for the Japanese words of `text`, by the first `most` glosses of each."""
    japanese = {term for term in said_terms(text, "ja") if term[0] not in "_#@~" and not term.isascii()}
    return frozenset().union(*(stems_of(term, glosses, most) for term in japanese))


@lru_cache(maxsize=10_000)
def stems_of(word: str, glosses: Glosses, most: int | None) -> frozenset[str]:
    """The same for one word."""
    return frozenset(t for gloss in glosses(word)[:most] for t in analyse(gloss, "ja") if t[0] not in "_#~")


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
