"""Analysis: text in, terms out; the one function that both sides of the index use.

A term's first character says what it is:

    (none)  a word: Sudachi's normalised form (mode A), or an English stem
    _       a pair of neighbouring Japanese characters, or four neighbouring letters of an English word
    #       a canonical value: date, amount, number, numbered name (values.py)
    @       a concept of the bilingual term list (terms.py)
    ~       a synonym group of Sudachi's dictionary, or the Japanese spelling of an English word
    =       in a query only: a stem that an English text may have for a Japanese word (`gloss_terms`)
"""

from __future__ import annotations

import operator
import re
import threading
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, Literal

from corpus.announcement import Language
from index import terms as term_list
from index.values import values

# Part of the fingerprint of an index: raise it when the same text gives other terms.
VERSION = 2

# Gives English words for a Japanese word (in normalised form); none when it knows none.
Glosses = Callable[[str], Sequence[str]]

_CJK = "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_CJK_CHAR = re.compile(f"[{_CJK}]")
_CJK_RUN = re.compile(f"[{_CJK}0-9]*[{_CJK}][{_CJK}0-9]*")
_HIRAGANA_PAIR = re.compile(r"[\u3041-\u309f]{2}")
_LATIN = re.compile(r"[a-zà-öø-ÿ0-9]+(?:['’.&/-][a-zà-öø-ÿ0-9]+)*")
_LETTER = re.compile(r"[a-zà-öø-ÿ]")
_DIGITS = re.compile(r"[\d.,]+")
_PART = re.compile(r"[a-zà-öø-ÿ]+|\d+(?:[.,]\d+)*")
_MOST_GLOSSES = 6  # of one word; the dictionary has the usual senses first
_SUDACHI_CHARS = 12_000  # Sudachi takes at most 49,149 bytes a call; a character has at most 4

_STOP_WORDS = frozenset(
    str.split(
        """a an and are as at be been being but by did do does for from had has have having he her hers him his how
        i if in into is it its itself me my of on or our ours she so such than that the their theirs them then
        there these they this those to us was we were what when where which who whom whose why will with would
        you your yours s t"""
    )
)
_CONTENT = ("名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞", "代名詞")
_EMPTY_FORMS = frozenset(
    str.split(
        "為る 有る 居る 成る 其れ 此れ 何 誰 何処 何時 如何 何れ 為 事 物 所 者 等 の 此処 其処 言う 付く 因る 於く"
    )
)


@cache
def _dictionary() -> Any:
    from sudachipy import Dictionary

    return Dictionary()


_local = threading.local()


def tokenizer(mode: Literal["A", "C"]) -> Any:
    """Sudachi's tokenizer of this thread; C keeps compounds whole, A gives their shortest parts."""
    if not hasattr(_local, mode):
        fields = {"normalized_form", "pos", "synonym_group_ids"}
        setattr(_local, mode, _dictionary().tokenizer(mode=mode, fields=fields))
    return getattr(_local, mode)


@lru_cache(maxsize=100_000)
def parts_of(compound: str) -> tuple[tuple[int, str, str], ...]:
    """The parts of a compound: (place inside it, part of speech, normalised form)."""
    return tuple((m.begin(), m.part_of_speech()[0], m.normalized_form()) for m in tokenizer("A").tokenize(compound))


@cache
def _stemmer() -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


def canonical(text: str) -> str:
    """`text` as everything here spells it: NFKC, in lower case."""
    return unicodedata.normalize("NFKC", text).lower()


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The Snowball stem of an English word in lower case."""
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=50_000)
def _beside(word: str) -> tuple[str, ...]:
    """What Sudachi's dictionary has beside an English word: its synonym groups and its Japanese spelling."""
    if len(word) < 3:
        return ()
    morphemes = tokenizer("C").tokenize(word)
    if len(morphemes) != 1 or morphemes[0].is_oov():
        return ()
    found = [f"~{group}" for group in morphemes[0].synonym_group_ids()]
    form = canonical(morphemes[0].normalized_form())
    return (*found, f"~{form}") if _CJK_CHAR.search(form) else tuple(found)


@lru_cache(maxsize=20_000)
def name_of(noun: str) -> str:
    """The one name of a noun that may carry a number: its concept, else its stem.

    >>> name_of("ミッション"), name_of("missions")
    ('mission', 'mission')
    """
    known = term_list.terms()
    if _CJK_CHAR.search(noun):
        return known.japanese.get(noun, noun)
    return known.english.get(noun) or known.english.get(stem(noun)) or stem(noun)


@cache
def _english_names() -> dict[tuple[str, ...], str]:
    names: dict[tuple[str, ...], str] = {}
    for name, concept in term_list.terms().english.items():
        stems = tuple(stem(word) for word in _PART.findall(name) if word not in _STOP_WORDS)
        names.setdefault(stems or tuple(_PART.findall(name)), concept)
    return names


@lru_cache(maxsize=100_000)
def _kept(surface: str, speech: str, form: str) -> tuple[tuple[int, str], ...]:
    """The words worth a term in a word of Sudachi's mode C, each with its place inside it."""
    # Morpheme.split of sudachipy 0.7.0 panics, so a compound is analysed again by itself.
    parts = parts_of(surface) if len(surface) > 1 and speech in _CONTENT else ()
    if len(parts) < 2:
        parts = ((0, speech, form),)
    return tuple(
        (place, canonical(word))
        for place, part, word in parts
        if part in _CONTENT and word not in _EMPTY_FORMS and not word.isdigit()
    )


@lru_cache(maxsize=100_000)
def _pair(chars: str) -> str | None:
    """The term of two neighbouring characters; None for two hiragana or two digits."""
    return None if _HIRAGANA_PAIR.fullmatch(chars) or chars.isdigit() else f"_{chars}"


@lru_cache(maxsize=50_000)
def _grams(word: str) -> tuple[str, ...]:
    return tuple(f"_{word[at : at + 4]}" for at in range(len(word) - 3))


def pieces(text: str) -> list[str]:
    """`text` cut into parts that Sudachi takes, at a blank, stop or comma where there is one."""
    found = []
    start = 0
    while len(text) - start > _SUDACHI_CHARS:
        cut = max(text.rfind(mark, start + _SUDACHI_CHARS // 2, start + _SUDACHI_CHARS) for mark in "\n。 、")
        cut = cut + 1 if cut >= 0 else start + _SUDACHI_CHARS
        found.append(text[start:cut])
        start = cut
    return [*found, text[start:]]


def _japanese(text: str) -> tuple[list[tuple[int, str]], list[str]]:
    """Japanese words with their places, and the synonym groups and one-character concepts beside them."""
    words: list[tuple[int, str]] = []
    beside: list[str] = []
    single = term_list.terms().single
    offset = 0
    for piece in pieces(text):
        after_digit = False
        for compound in tokenizer("C").tokenize(piece):
            surface = compound.surface()
            if not _CJK_CHAR.search(surface):
                after_digit = surface.isdigit()
                continue
            speech = compound.part_of_speech()[0]
            if speech == "名詞" and not after_digit:
                beside.extend(f"~{group}" for group in compound.synonym_group_ids())
                if surface in single:
                    beside.append(f"@{single[surface]}")
            after_digit = False
            begin = offset + compound.begin()
            for place, form in _kept(surface, speech, compound.normalized_form()):
                words.append((begin + place, form))
        offset += len(piece)
    return words, beside


def analyse(text: str, language: Language) -> list[str]:
    """The terms of `text`, repeated as often as said: words in the order of the text, then all others.

    Each run is read by its script, whatever the language; `language` decides whether English words also give their
    4-grams, which pays in an English text only.

    >>> analyse("2022年11月に着陸", "ja")[:2]
    ['年', '月']
    >>> set(analyse("Landing in Nov. 2022", "en")) >= {"land", "@landing", "#d:2022-11"}
    True
    """
    line = canonical(text)
    words: list[tuple[int, str]] = []
    others: list[str] = []
    if _CJK_CHAR.search(line):
        blanked = re.sub(r"[a-zà-öø-ÿ]", " ", line)
        words, others = _japanese(blanked)
        for run in _CJK_RUN.finditer(line):
            chars = run.group()
            others.extend(filter(None, map(_pair, map(operator.add, chars, chars[1:]))))
        others.extend(f"@{concept}" for concept in term_list.terms().concepts_ja(line))
    if _LETTER.search(line):
        others.extend(_english(line, words, with_grams=language == "en"))
    words.sort(key=lambda placed: placed[0])
    others.extend(values(line, name_of))
    return [word for _, word in words] + others


def placed_words(text: str) -> list[tuple[int, int, str]]:
    """Start, end and term of each word of `text` that has one, in the order of the text; `text` is folded already.

    A Japanese word ends where the next one begins, or the run of Japanese: its endings and particles are a part of it.

    >>> placed_words("NASAと契約した")
    [(0, 4, 'nasa'), (5, 9, '契約')]
    """
    line = text.lower() if len(text.lower()) == len(text) else text
    found: list[tuple[int, int, str]] = []
    if _CJK_CHAR.search(line):
        placed, _ = _japanese(re.sub(r"[a-zà-öø-ÿ]", " ", line))
        starts = [start for start, _ in placed]
        found += [(start, _end_of_word(line, start, starts[at + 1 :]), form) for at, (start, form) in enumerate(placed)]
    for token in _LATIN.finditer(line):
        for part in _PART.finditer(token.group()):
            if not part.group()[0].isdigit() and part.group() not in _STOP_WORDS:
                start = token.start() + part.start()
                found.append((start, token.start() + part.end(), stem(part.group())))
    return sorted(found)


def _end_of_word(line: str, start: int, later: Sequence[int]) -> int:
    """Where the Japanese that begins at `start` ends, at the latest where the next word begins."""
    limit = later[0] if later else len(line)
    run = _CJK_RUN.match(line, start)
    return min(limit, run.end()) if run else min(limit, start + 1)


def _english(line: str, words: list[tuple[int, str]], *, with_grams: bool) -> list[str]:
    """Adds the stems of the English words of `line` to `words`; gives what stands beside them."""
    others: list[str] = []
    stems: list[str] = []
    for token in _LATIN.finditer(line):
        if not _LETTER.search(token.group()):
            stems.append("")
            continue
        parts = _PART.findall(token.group())
        if len(parts) > 1:
            joined = re.sub(r"['’.&/-]", "", token.group())
            if not joined.endswith("s") or len(parts) > 2 or parts[-1] != "s":
                others.append(f"#id:{joined}")
        for part in parts:
            if part[0].isdigit():
                continue
            stemmed = stem(part)
            if part in _STOP_WORDS:
                if len(parts) == 1:
                    continue
            else:
                words.append((token.start(), stemmed))
                others.extend(_beside(part))
                if with_grams:
                    others.extend(_grams(part))
            stems.append(stemmed)
    names = _english_names()
    at = 0
    while at < len(stems):
        for size in (4, 3, 2, 1):
            concept = names.get(tuple(stems[at : at + size])) if at + size <= len(stems) else None
            if concept:
                others.append(f"@{concept}")
                at += size
                break
        else:
            at += 1
    return others


def gloss_terms(text: str, glosses: Glosses) -> dict[str, float]:
    """English stems for the Japanese words of `text`, so that it meets English text, with what each counts.

    The glosses of one word share its weight: n of them count 1 / sqrt(n) each.

    >>> gloss_terms("契約", {"契約": ("contract", "compact", "agreement", "treaty")}.__getitem__)
    {'contract': 0.5, 'compact': 0.5, 'agreement': 0.5, 'treati': 0.5}
    """
    found: dict[str, float] = {}
    for _, word in _japanese(re.sub(r"[a-zà-öø-ÿ]", " ", canonical(text)))[0]:
        parts = [part for gloss in glosses(word) for part in _PART.findall(canonical(gloss))]
        stems = dict.fromkeys(stem(part) for part in parts if part not in _STOP_WORDS and not part[0].isdigit())
        for one in list(stems)[:_MOST_GLOSSES]:
            found[one] = max(found.get(one, 0.0), min(len(stems), _MOST_GLOSSES) ** -0.5)
    return found


def fingerprint() -> str:
    """Changes when the same text may give other terms: with the code, the dictionary, or the term list."""
    from importlib.metadata import version

    return f"{VERSION}/{version('sudachidict-core')}/{term_list.fingerprint()}"
