"""Names of people and places in a sentence, by Sudachi's proper nouns and by how Latin names are written."""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

from index.analyse import tokenizer
from index.terms import terms as term_list
from index.words import Word, words

_LATIN_NAME = re.compile(
    r"(?<![A-Za-zÀ-ÿ])(?:[A-ZÀ-Þ][a-zà-ÿ'’]+(?:-[A-ZÀ-Þ]?[a-zà-ÿ]+)?\s+){1,2}(?:[A-Z]\.\s+)?[A-ZÀ-Þ][a-zà-ÿ'’-]+(?:-[A-Z][a-zà-ÿ]+)?(?![A-Za-zÀ-ÿ])"
)
_NOT_PEOPLE = re.compile(
    r"\b(?:Mission|Series|Center|Centre|Space|Agency|Administration|Lunar|Moon|Technologies|Corporation|Company|Group|Bank|Insurance|"
    r"University|Institute|Program|Programme|Project|Services?|Fund|January|February|March|April|May|June|July|August|September|"
    r"October|November|December|Director|Officer|President|Administrator|Operations|Business|Deputy|Associate|Managing|Chief|"
    r"Representative|International|Congress|Congresses|United|States|Kingdom|New|South|North|East|West|Cape|Falcon|Engineering|"
    r"Research|Development|Government|Ministry|Department|Committee|Council|Systems|Industries|Laboratory|Exploration|Robotics|"
    r"Resource|Resources|Contract|Payload|Commercial|Success|Financial|Results|Quarter|Fiscal|Year|The|This|In|As|On|At|Of)\b"
)


# SME Support Japan is nobody's name; CEO Jane Doe is.
_CAPITALS = re.compile(r"\b(?!(?:CEO|CFO|COO|CTO|CSO|CIO|CMO|MD|VP|SVP|EVP|DR|MR|MS)\b)[A-Z]{2,}\s$")
# Features of a map, by the words that name their kind: アトラス・クレーター, 氷の海, Atlas Crater, Mare Frigoris.
_FEATURE = re.compile(
    r"[ァ-ヶー・一-龯]{1,12}(?:クレーター|盆地|の海|の湖|の入江|宇宙基地|宇宙センター)|月の?(?:南極|北極|裏側|極域)|(?:[A-Z][a-z]+ ){1,2}(?:[Cc]rater|[Bb]asin|Bay|Island|Space Center|Space Force Station)"
    r"|(?:Mare|Lacus|Sinus|Palus|Mons) [A-Z][a-z]+|\b(?:south|north) pole\b|\bfar side of the Moon\b|S?LC-\d+[A-Z]?"
)
# 日本時間 and 米国政府 name no place where anything happens.
_NO_PLACE = re.compile(r"時間|政府|人|語|円|主導|が主導|法人|市場|国籍|株式|政策|製|代表|社|法")


@lru_cache(maxsize=20_000)
def named_people(text: str) -> tuple[str, ...]:
    """People named in `text`, in order, each once.

    >>> named_people("袴田武史がCasey Swailsと会談")
    ('袴田武史', 'Casey Swails')
    """
    known = term_list()
    found = [(run[0].start, text[run[0].start : run[-1].end]) for run in _runs(words(text), "人名")]
    # ランダー, which the dictionary takes for somebody, is a listed word.
    found = [(at, name) for at, name in found if known.japanese.get(name, name) in {name, *known.names}]
    quoted = [match.span("name") for match in _QUOTED.finditer(text)]
    for match in _LATIN_NAME.finditer(text):
        if any(start <= match.start() and match.end() <= end and match.span() != (start, end) for start, end in quoted):
            continue  # half of "IF SPV 1st Investment Partnership" is nobody
        if not _NOT_PEOPLE.search(match.group()) and not _CAPITALS.search(text[: match.start()]):
            found.append((match.start(), match.group()))
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


@lru_cache(maxsize=20_000)
def named_places(text: str) -> tuple[str, ...]:
    """Places named in `text` by a word that the dictionary knows as one, in order, each once.

    >>> named_places("パリで開催された会議"), named_places("It was built in Turin, Italy, for the Tokyo Stock Exchange")
    (('パリ',), ('Turin', 'Italy'))
    """
    found = [
        (run[0].start, run[-1].end) for run in _runs(words(text), "地名") if not _NO_PLACE.match(text, run[-1].end)
    ]
    found += [match.span() for match in _FEATURE.finditer(text)]
    found += _latin_places(text)
    whole = [span for span in found if not any(o != span and o[0] <= span[0] and span[1] <= o[1] for o in found)]
    return tuple(dict.fromkeys(text[start:end] for start, end in sorted(whole)))


# Capitalised words, and what goes on to name an office, a company or a team of that place.
_LATIN_RUN = re.compile(r"(?<![A-Za-z.&])[A-Z][a-z]+(?:-[a-z]+)?(?: [A-Z][a-z]+){0,3}(?![A-Za-z])")
# The Japan headquarters need not be where anything happens; nor does Japan time, or the Japan government.
_OF_A_PLACE = re.compile(r"\s(?:headquarters|offices?|branch|time|government|market|team|unit|company|subsidiary)\b")
# Countries that the dictionary does not have in Latin letters.
_COUNTRIES = frozenset(
    ("United States", "United Kingdom", "United Arab Emirates", "South Korea", "Taiwan", "Hong Kong", "New Zealand", "Czech Republic")
)  # fmt: skip


def _latin_places(text: str) -> list[tuple[int, int]]:
    """Where `text` names places in Latin letters that the dictionary knows, and a town before its country."""
    found: list[tuple[int, int]] = []
    runs = list(_LATIN_RUN.finditer(text))
    for match in runs:
        if _is_latin_place(match.group()) and not _OF_A_PLACE.match(text, match.end()):
            found.append(match.span())
    for before, after in itertools.pairwise(runs):
        is_pair = text[before.end() : after.start()] == ", " and after.span() in found and before.span() not in found
        if is_pair and re.search(r"\b(?:in|at|to|from|near|of)\s$", text[: before.start()]):
            found.append(before.span())
    return found


@lru_cache(maxsize=20_000)
def _is_latin_place(name: str) -> bool:
    if name in _COUNTRIES:
        return True
    morphemes = tokenizer("C").tokenize(name)
    return len(morphemes) == 1 and morphemes[0].part_of_speech()[2] == "地名"


_ORGANISATION = re.compile(
    r"(?:株式|合同|有限|合名|合資)会社\s?[一-龯ぁ-んァ-ヶーA-Za-z0-9・]{2,20}"
    r"|[一-龯ァ-ヶーA-Za-z0-9・]{2,20}(?:(?:株式|合同|有限|合名|合資)会社|銀行|大学院?|機構|研究所|財団|協会|組合|省|庁)"
    r"|[ァ-ヶーA-Za-z0-9・]{2,20}(?:ファンド|キャピタル|パートナーズ|ベンチャーズ|ホールディングス|インベストメント)"
)


@lru_cache(maxsize=20_000)
def named_organisations(text: str) -> tuple[str, ...]:
    """Companies, universities and offices in `text` that a word of their own says to be one, in order, each once.

    >>> named_organisations("契約相手は北海建設株式会社です")
    ('北海建設株式会社',)
    """
    return tuple(dict.fromkeys(match.group() for match in _ORGANISATION.finditer(text)))


_QUOTED = re.compile(r"[「『“\"](?P<name>[^「」『』“”\"]{1,40})[」』”\"]")
_CAPITALISED = re.compile(r"(?<![A-Za-z0-9])(?:[A-Z][A-Za-z0-9-]*(?:\.\d+)?)(?: (?:[A-Z][A-Za-z0-9-]*|\d+(?:\.\d+)?))*")
# A name that begins with a small letter, as "named hamanasu Porto".
_CALLED = re.compile(r"(?<=\bnamed )[a-z]+(?: [A-Z][A-Za-z0-9-]*)+|(?<=\bcalled )[a-z]+(?: [A-Z][A-Za-z0-9-]*)+")
_BEGINS = re.compile(
    r"(?:The|This|These|That|In|On|At|As|It|Its|A|An|By|For|From|After|Before|According|Both|All|Of|To|When)\b ?"
)


@lru_cache(maxsize=20_000)
def given_names(text: str) -> tuple[tuple[int, int], ...]:
    """Where `text` gives something a name: in quotation marks, or written with capitals; spans in order.

    >>> text = "ランダーを「RESILIENCE」と命名"
    >>> [text[start:end] for start, end in given_names(text)]
    ['RESILIENCE']
    """
    found = [match.span("name") for match in _QUOTED.finditer(text)]
    for match in (*_CALLED.finditer(text), *_CAPITALISED.finditer(text)):
        start = match.start()
        if first := _BEGINS.match(match.group()):
            start += first.end()
        if start < match.end() and not any(s <= start and match.end() <= e for s, e in found):
            found.append((start, match.end()))
    return tuple(sorted(found))


def _runs(found: list[Word], kind: str) -> list[list[Word]]:
    runs: list[list[Word]] = []
    for word in found:
        if word.speech[:2] == ("名詞", "固有名詞") and word.speech[2:3] == (kind,):
            if runs and runs[-1][-1].end == word.start:
                runs[-1].append(word)
            else:
                runs.append([word])
    return runs
