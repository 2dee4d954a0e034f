"""Spelling: a question's words, read as the announcements that were found write them.

A phone writes names in small letters, a reader hears TENACIOUS and writes テネシアス, a finger slips, and "the first
landing" is what the company calls Mission 1. Nothing is exchanged that an announcement holds as it was typed.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from assistant.labels import labels
from assistant.needs import Need
from assistant.question import Question, understand
from assistant.thesaurus import meanings_in
from corpus.announcement import Announcement
from index.analyse import analyse, stem
from index.commonness import is_common, near_common
from index.terms import terms as term_list

Frequency = Callable[[Iterable[str]], Mapping[str, int]]

_WORD = re.compile(r"[A-Za-zÀ-ɏ]{4,}")
# Share of matching letters (difflib) from which two words are one; "Garran" and "Garan" have 0.91.
ALIKE = 0.84
# The same of two sounds, which leave out the vowels.
_SOUNDS_ALIKE = 0.85


def respelled(question: Question, found: Iterable[Announcement], frequency: Frequency) -> Question:
    """`question` with its words as `found` writes them; the same object where there is nothing to exchange."""
    texts = list(found)
    spelled = _without_slips(question, texts, frequency)
    spelled = _with_common_words(spelled, frequency)
    named = spelled
    for read in (_with_names, _by_sound, _by_number):
        named = read(named, texts, frequency)
    # What is but spelled out is shown as it was typed.
    return dataclasses.replace(spelled, text=question.text) if named is spelled is not question else named


def _again(question: Question, text: str) -> Question:
    """`text` understood in place of `question`."""
    carried = tuple(need for need in question.needs if need.carried)
    return understand(text, language=question.language, carried=carried)


def _unheard(question: Question, pattern: re.Pattern[str], frequency: Frequency) -> list[str]:
    """The words of `pattern` in what `question` names that no announcement holds."""
    said = [word for need in question.needs for word in pattern.findall(need.text) if need.is_firm]
    terms = {word: _plain(analyse(word, question.language)) for word in said}
    counts = frequency({term for found in terms.values() for term in found})
    return [word for word, found in terms.items() if found and not any(counts.get(term, 0) for term in found)]


def _plain(terms: Iterable[str]) -> list[str]:
    return [term for term in terms if term[0] not in "_#@~"]


def _without_slips(question: Question, found: list[Announcement], frequency: Frequency) -> Question:
    """A Latin word that no announcement holds, read as its near twin in those that were found."""
    if not _WORD.search(question.text):
        return question
    missing = _unheard(question, _WORD, frequency)
    text = question.text
    vocabulary = {word.casefold(): word for one in found for word in _forms(one.title, one.text)} if missing else {}
    for word in missing:
        near = difflib.get_close_matches(word.casefold(), vocabulary, n=1, cutoff=ALIKE)
        # People get the first letter right; another form of the same word (founded, founder) is no error.
        if near and near[0][0] == word[0].casefold() and not is_form_of(word.casefold(), near[0]):
            text = text.replace(word, vocabulary[near[0]])
    return question if text == question.text else _again(question, text)


_ASKING = ("which", "what", "when", "where", "whose", "does")


def _with_common_words(question: Question, frequency: Frequency) -> Question:
    """A word in small letters that is in no announcement, and no English word, as the one that a slip made of it:
    announcements in Japanese hold no "country" beside which "contry" could be seen to be one."""
    text = question.text
    for word in _unheard(question, _WORD, frequency) if question.language == "en" else ():
        is_known = any(term[0] in "@~" for term in analyse(word, "en")) or is_common(word) or is_common(stem(word))
        if is_known or not word.islower():
            continue
        meant = next((one for one in _ASKING if word in _slips(one)), "") or near_common(word)
        if meant and not is_form_of(word, meant):
            text = re.sub(rf"(?<![A-Za-z'’-]){word}(?![A-Za-z'’-])", meant, text)
    return question if text == question.text else _again(question, text)


@lru_cache(maxsize=20)
def _slips(word: str) -> frozenset[str]:
    """What becomes of `word` where one letter is left out, or two change places."""
    places = range(len(word))
    left_out = {word[:at] + word[at + 1 :] for at in places}
    return frozenset(left_out | {word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :] for at in places})


@lru_cache(maxsize=2_000)
def _forms(title: str, text: str) -> Mapping[str, int]:
    """The Latin words of an announcement as it writes them, with how often; the first of a sentence count nothing."""
    counts: Counter[str] = Counter()
    whole = f"{title}\n{text}"
    for match in re.finditer(r"[A-Za-zÀ-ɏ]{3,}", whole):
        begins = re.search(r"(?:^|[.!?:;|\"“「\n])\s*$", whole[max(0, match.start() - 3) : match.start()])
        counts[match.group()] += 0 if begins else 1
    return counts


def _is_listed(need: Need, names: frozenset[str]) -> bool:
    """The need is a listed word, or a date of one: it is no name, however it is written somewhere."""
    concepts = {term[1:] for term in need.terms if term[0] == "@"}
    return bool(concepts) and concepts.isdisjoint(names)


def _with_names(question: Question, found: list[Announcement], frequency: Frequency) -> Question:
    """Capitals for "nasa", "luxembourg"; and a name that no announcement holds is a name all the same."""
    small = re.findall(r"(?<![A-Za-z.'’-])[a-z]{3,}(?![A-Za-z'’-])", question.text)
    if question.language != "en" or not small:
        return question
    written: dict[str, Counter[str]] = {}
    for one in found:
        for form, count in _forms(one.title, one.text).items():
            written.setdefault(form.casefold(), Counter())[form] += count
    listed = term_list()
    text = question.text
    # The "Year Ended" of a table is no name in "the fiscal year ended March 2024", nor "Operating Income" anywhere.
    listed_words = {word for need in question.needs if _is_listed(need, listed.names) for word in need.text.split()}
    for word in dict.fromkeys(word for word in small if word not in listed_words):
        forms = written.get(word)
        concept = listed.english.get(word)
        if forms and not forms[word] and not (concept and concept not in listed.names):
            form, count = max(forms.items(), key=lambda pair: pair[1])
            if count and form != word:
                text = re.sub(rf"(?<![A-Za-z'’-]){word}(?![A-Za-z'’-])", form, text)
    firm = {need.text for need in question.needs if need.factor >= 1}
    unheard = [word for word in _unheard(question, _WORD, frequency) if word.islower() and word in firm]
    for word in unheard:
        is_cut = any(form.startswith(word.rstrip("s")) for form in written)  # sats
        if not (is_cut or is_common(word) or near_common(word) or meanings_in(word)):
            text = re.sub(rf"\b{word}\b", word.capitalize(), text)
    return question if text == question.text else _again(question, text)


_KATAKANA = re.compile(r"[ァ-ヴー]{4,}")


def _by_sound(question: Question, found: list[Announcement], frequency: Frequency) -> Question:
    """A name in katakana that the announcements have in Latin letters: テネシアス, TENACIOUS."""
    if not _KATAKANA.search(question.text):
        return question
    text = question.text
    for word in _unheard(question, _KATAKANA, frequency):
        names = {name for one in found for name in _forms(one.title, one.text) if name[0].isupper() and len(name) > 3}
        sound = _sound_ja(word)
        alike = {
            name: difflib.SequenceMatcher(None, sound, said).ratio()
            for name in names
            if (said := _sound_en(name))[:1] == sound[:1] and min(len(sound), len(said)) >= _LEAST_SOUND
        }
        fit = [name for name in alike if alike[name] >= _SOUNDS_ALIKE]
        # Resort sounds like Last by its consonants: for an English word the first vowel decides as well.
        fit = [name for name in fit if _is_own_word(name) or (alike[name] == 1 and _vowel_en(name) == _vowel_ja(word))]
        if fit:
            text = text.replace(word, max(fit, key=lambda name: (alike[name], name)))
    return question if text == question.text else _again(question, text)


def _is_own_word(name: str) -> bool:
    """No English word that only begins with a capital, as Last and Required do in a heading."""
    return name.isupper() or not is_common(name.casefold())


# Of so many consonants a name has to be, so that not any other word sounds like it.
_LEAST_SOUND = 3
_VOWELS = {
    "a": "アカガサザタダナハバパマヤラワァャ", "i": "イキギシジチヂニヒビピミリィ",
    "u": "ウクグスズツヅヌフブプムユルゥュヴ",
    "e": "エケゲセゼテデネヘベペメレェ", "o": "オコゴソゾトドノホボポモヨロヲォョ",
}  # fmt: skip


def _vowel_ja(word: str) -> str:
    """The vowel of the first syllable of a word in katakana: the u of ジュ."""
    kana = word[1] if word[1:2] in set("ァィゥェォャュョ") else word[0]
    return next((vowel for vowel, row in _VOWELS.items() if kana in row), "")


def _vowel_en(name: str) -> str:
    """The first vowel of a Latin name."""
    return next((letter for letter in name.casefold() if letter in _VOWELS), "")


# The consonant of each katakana; vowels, the long mark and the small ones have none.
_CONSONANTS = {
    kana: sound
    for sound, row in {
        "k": "カキクケコ", "g": "ガギグゲゴ", "s": "サシスセソザジズゼゾ", "t": "タテト", "c": "チ", "d": "ダヂヅデド",
        "n": "ナニヌネノン", "h": "ハヒヘホ", "f": "フ", "b": "バビブベボヴ", "p": "パピプペポ", "m": "マミムメモ",
        "r": "ラリルレロ", "w": "ワヲ", "y": "ヤユヨ",
    }.items()
    for kana in row
} | {"ツ": "ts"}  # fmt: skip


def _sound_ja(word: str) -> str:
    """The consonants of a word in katakana.

    >>> _sound_ja("テネシアス"), _sound_en("TENACIOUS")
    ('tnss', 'tnss')
    """
    return "".join(_CONSONANTS.get(kana, "") for kana in word)


_ENGLISH_SOUNDS = (
    ("ph", "f"), ("sch", "s"), ("sh", "s"), ("ch", "c"), ("ck", "k"), ("th", "s"), ("gh", ""), ("qu", "k"), ("x", "ks"),
    ("c(?=[eiy])", "s"), ("c(?=[aou])", "k"), ("c$", "k"), ("c(?=[lrt])", "k"), ("v", "b"), ("l", "r"), ("j", "s"),
    ("z", "s"), ("q", "k"), ("dge", "s"),
)  # fmt: skip


@lru_cache(maxsize=20_000)
def _sound_en(name: str) -> str:
    """The consonants of a Latin name as katakana would have them."""
    said = re.sub(r"(.)\1+", r"\1", name.casefold())
    for letters, sound in _ENGLISH_SOUNDS:
        said = re.sub(letters, sound, said)
    said = re.sub(r"(?<=[aeiou])r$", "", said)  # a long vowel in katakana
    return said[:1].replace("y", "i") and re.sub(r"[^bcdfghkmnprstwy]|(?<!^)y", "", said)


# The nth landing of a company that numbers its missions.
_NTH = re.compile(
    r"(?P<ja>[1-9１-９一二三四五六七八九])(?:回|度)目の(?=着陸|打ち?上げ|失敗|挑戦|飛行|ランダー|着陸船|チャレンジ|トライ)"
    r"|(?P<at_first>最初の|初めての|初の|初)(?=ランダー|着陸船|着陸機|号機|着陸の?挑戦)"
    r"|\b(?:very )?(?P<en>first|second|third|fourth|fifth)"
    r"(?= (?:lunar |moon )?(?:lander|landing|flight|attempt|crash|moonshot|try|hard landing|touchdown)\b)",
    re.IGNORECASE,
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def _by_number(question: Question, found: list[Announcement], frequency: Frequency) -> Question:
    """ "The second landing" of a company that calls it Mission 2."""
    match = _NTH.search(question.text)
    if match is None or any(label.startswith("mission:") for label in question.labels):
        return question
    if match["en"]:
        number = _ORDINALS.index(match["en"].lower()) + 1
    else:
        said = match["ja"] or "1"
        number = "一二三四五六七八九".find(said) + 1 or int(said)
    if not any(f"mission:{number}" in labels(f"{one.title}\n{one.text}") for one in found):
        return question
    name = f"Mission {number}" if question.language == "en" else f"ミッション{number}の"
    return _again(question, question.text[: match.start()] + name + question.text[match.end() :])


_ENDING = re.compile(r"|e?s|e?d|e?rs?|ing|ings|ions?|ments?|ly|al|e|ors?")


def is_form_of(word: str, near: str) -> bool:
    """Two forms of one word: founded, founder; but not resilence, resilience."""
    shared = stem(word)
    rests = [one.removeprefix(shared) for one in (word, near)]
    return near.startswith(shared) and all(_ENDING.fullmatch(rest) for rest in rests)
