"""How announcements belong together: announcements in; links between editions, and from corrections to targets, out.

What an announcement states itself wins; what it does not state is inferred from what it says, in the same way each
time, so nothing of it is stored. `Links` keeps what was found for as long as the catalog stays as it is.
"""

from __future__ import annotations

import difflib
import re
import threading
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal, Protocol

from corpus.announcement import Announcement
from corpus.errors import UnknownAnnouncement
from corpus.values import Value, fold, values

Read = Callable[[str], Announcement]  # the whole announcement with an id; raises UnknownAnnouncement


@dataclass(frozen=True, slots=True)
class Link:
    """`translation` is another edition of `original`."""

    original: str
    translation: str
    reason: Literal["stated", "source", "content"]


@dataclass(frozen=True, slots=True)
class Correction:
    """`notice` changes what `target` says, or takes it back."""

    notice: str
    target: str
    kind: Literal["corrects", "withdraws"]
    reason: Literal["stated", "title", "date"]


class Outlined(Protocol):
    """What links need of the catalog; corpus/catalog.py has the real one."""

    def revision(self) -> int:
        """Rises with every change."""
        ...

    def outlines(self) -> list[Announcement]:
        """Every announcement, without its text."""
        ...

    def get(self, announcement_id: str) -> Announcement:
        """Raises UnknownAnnouncement."""
        ...


class Links:
    """The links of a catalog, worked out again when it has changed. Threads may share it."""

    def __init__(self, catalog: Outlined) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._outlines: tuple[int, dict[str, Announcement]] = (-1, {})
        self._translations: tuple[int, list[Link]] = (-1, [])
        self._corrections: tuple[int, list[Correction]] = (-1, [])

    def outlines(self) -> dict[str, Announcement]:
        """Every announcement by its id, without its text."""
        with self._lock:
            return self._current()[1]

    def translations(self) -> list[Link]:
        """As `translations`, over the catalog."""
        with self._lock:
            revision, outlines = self._current()
            if self._translations[0] != revision:
                self._translations = revision, translations(outlines.values(), self._read)
            return self._translations[1]

    def corrections(self) -> list[Correction]:
        """As `corrections`, over the catalog."""
        with self._lock:
            revision, outlines = self._current()
            if self._corrections[0] != revision:
                self._corrections = revision, corrections(outlines.values(), self._read)
            return self._corrections[1]

    def _current(self) -> tuple[int, dict[str, Announcement]]:
        revision = self._catalog.revision()
        if self._outlines[0] != revision:
            self._outlines = revision, {one.id: one for one in self._catalog.outlines()}
        return self._outlines

    def _read(self, id: str) -> Announcement:
        try:
            return self._catalog.get(id)
        except UnknownAnnouncement:
            return self._outlines[1][id]  # removed meanwhile: the next revision is without it


# --- Editions -----------------------------------------------------------------------------------------------------

# Of the features of the poorer edition, the share that the other one must have. In the bundled sample two editions
# share 0.84 and more, any two others 0.67 at most.
_ALIKE = 0.75
_FEWEST = 4  # shared features
_HEAD = 2_000  # characters that are compared
_LEGAL_FORMS = frozenset(("inc", "ltd", "co", "corp", "corporation", "kk", "limited", "plc", "llc", "gmbh", "sa"))
_COMMON_LATIN = frozenset(("the", "and", "for", "with", "from", "are", "was", "were", "its"))


def translations(announcements: Iterable[Announcement], read: Read | None = None) -> list[Link]:
    """The editions that belong together, each edition linked to one original; sorted by their ids.

    An edition says so itself (`translation_of`, an id or the address of the original); or its text names the other's
    address; or the two are of one issuer and one day and share most of their figures, dates and Latin names, and no
    third announcement comes near.

    Args:
        read: gives the whole announcement when those in `announcements` come without their texts; asked only for those
            that might belong together.
    """
    held = {one.id: one for one in announcements}
    addresses = {address(one.source_url): one.id for one in held.values() if one.source_url}
    links: list[Link] = []
    for one in held.values():
        target = one.translation_of
        if target:
            target = target if target in held else addresses.get(address(target), "")
            if target and target != one.id:
                links.append(Link(target, one.id, "stated"))
    taken = {id for link in links for id in (link.original, link.translation)}
    groups: dict[tuple[str, str], list[Announcement]] = defaultdict(list)
    for one in held.values():
        if one.id not in taken and not one.translation_of and one.published:
            groups[str(one.published), _issuer(one.issuer)].append(one)
    for (day, issuer), group in groups.items():
        named = [*group, *(groups.get((day, ""), []) if issuer else [])]
        if len({one.language for one in named}) == 2:
            links += _inferred([read(one.id) if read else one for one in named], taken)
    return sorted(links, key=lambda link: (link.original, link.translation))


def _inferred(group: Sequence[Announcement], taken: set[str]) -> Iterator[Link]:
    """Links among announcements of one day; adds those that it links to `taken`."""
    free = [one for one in group if one.id not in taken]
    pairs = [(a, b) for a in free for b in free if a.language == "ja" and b.language == "en"]
    for a, b in pairs:
        if {a.id, b.id} & taken:
            continue
        if _names_address(a, b) or _names_address(b, a):
            taken.update((a.id, b.id))
            yield Link(a.id, b.id, "source")
    scored = sorted(
        ((_likeness(a, b), a.id, b.id) for a, b in pairs if not {a.id, b.id} & taken),
        key=lambda row: (-row[0], row[1], row[2]),
    )
    best: Counter[str] = Counter()
    for score, first, second in scored:
        if score < _ALIKE:
            break
        # A second one as near as the first makes both doubtful.
        rivals = [s for s, a, b in scored if (a == first) != (b == second) and s > score - 0.1]
        if not rivals and not best[first] and not best[second]:
            taken.update((first, second))
            yield Link(first, second, "content")
        best[first] += 1
        best[second] += 1


def _names_address(one: Announcement, other: Announcement) -> bool:
    named = address(other.source_url)
    return bool(named) and named != address(one.source_url) and named in _addresses_in(one.raw or one.text)


def _addresses_in(text: str) -> set[str]:
    return {address(match.rstrip(".,;)")) for match in re.findall(r"https?://[!-~]+", text)}


def address(url: str) -> str:
    """An address without what does not tell pages apart.

    >>> address("https://www.example.com/news/12/") == address("http://example.com/news/12")
    True
    """
    return re.sub(r"^https?://(?:www\.)?", "", url.strip(), flags=re.IGNORECASE).rstrip("/")


def _issuer(name: str) -> str:
    """The Latin words of an issuer's name, without its legal form; "" when it has none or none is given.

    >>> _issuer("株式会社ispace") == _issuer("ispace, inc.") == "ispace"
    True
    """
    words = re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKC", name).casefold().replace(".", ""))
    return " ".join(word for word in words if word not in _LEGAL_FORMS)


def _likeness(one: Announcement, other: Announcement) -> float:
    """The share, 0..1, of the features of the poorer edition that stand in the other as well."""
    first, second = _features(one), _features(other)
    figures = len(first[0] & second[0]), min(len(first[0]), len(second[0]))
    # English is all Latin letters: only the names in the Japanese edition tell anything.
    names, words = (first[1], second[1]) if one.language == "ja" else (second[1], first[1])
    shared = figures[0] + len(names & words)
    whole = figures[1] + len(names)
    return shared / whole if shared >= _FEWEST and whole else 0.0


def _features(one: Announcement) -> tuple[frozenset[str], frozenset[str]]:
    """The values that an announcement gives, but for its own date, and its Latin words, but for its issuer's."""
    keys, words = _features_of(one.text[:_HEAD], one.title)
    return keys - {str(one.published)}, words - set(_issuer(one.issuer).split())


@lru_cache(maxsize=4096)
def _features_of(text: str, title: str) -> tuple[frozenset[str], frozenset[str]]:
    keys = {value.key for value in values(text) if value.kind != "time"}
    words = {word.casefold() for word in re.findall(r"[A-Za-z][A-Za-z0-9]{2,}", fold(f"{title}\n{text}"))}
    return frozenset(keys), frozenset(words - _COMMON_LATIN - _LEGAL_FORMS)


# --- What two editions say ----------------------------------------------------------------------------------------

_FURNITURE = frozenset(("contact", "boilerplate", "dateline"))
_LEAST = 13  # smaller counts are as often words ("both", 両社) as figures
_MONTHS_OF = {
    "Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12), "H1": (1, 6), "H2": (7, 12), "early": (1, 4),
    "mid": (4, 9), "late": (8, 12), "end": (10, 12), "spring": (3, 5), "summer": (6, 8), "autumn": (9, 11),
    "winter": (1, 12),
}  # fmt: skip
_ZONE = re.compile(r"時間|UTC|GMT|JST|E[SD]T|P[SD]T|C[SE]?T|\b[Tt]ime\b|[ap]\.?m\.?\b")
_BARE_NUMBER = re.compile(
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:\s?(?P<scale>thousand|million|billion|[千万億兆]))?",
    re.IGNORECASE,
)
_SCALES = {"thousand": 10**3, "千": 10**3, "万": 10**4, "million": 10**6, "億": 10**8, "billion": 10**9, "兆": 10**12}


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure or date that two editions give in different ways; None where an edition does not give it at all."""

    one: Value | None
    other: Value | None


def differences(one: Announcement, other: Announcement) -> list[str]:
    """A sentence for each figure or date that one edition gives and the other does not, with the place in each."""
    sentences = []
    for found in differing(one, other):
        if found.one and found.other:
            sentences.append(f"{_place(one, found.one)}, where {_place(other, found.other)}.")
        elif found.one:
            sentences.append(f"{_place(one, found.one)}, and '{other.id}' does not say it.")
        elif found.other:
            sentences.append(f"{_place(other, found.other)}, and '{one.id}' does not say it.")
    return sentences


def differing(one: Announcement, other: Announcement) -> list[Difference]:
    """Each figure or date that one edition gives and the other does not.

    Compared are dates with a year, amounts of money, percentages, and other numbers from 13 up that stand with a unit.
    A date is found in the other edition when that has it, or one that holds it or lies within it; a day beside a time
    zone may be one off. What stands only in a contact
    block, in boilerplate or in the line with the date need not be in the other edition.
    """
    said, there = _said(one), _said(other)
    missing = [value for value in said if not _has(there, other, value, one) and not _is_furniture(one, value)]
    surplus = [value for value in there if not _has(said, one, value, other) and not _is_furniture(other, value)]
    found = []
    for value in missing:
        twin = _counterpart(value, surplus, one, other)
        if twin:
            surplus.remove(twin)
        found.append(Difference(value, twin))
    return [*found, *(Difference(None, value) for value in surplus)]


def _said(announcement: Announcement) -> list[Value]:
    """The values that both languages give alike, each key once, in order."""
    found: dict[str, Value] = {}
    for value in values(announcement.text, context=announcement.published):
        known = found.get(value.key)
        if _is_comparable(value) and (known is None or _is_furniture(announcement, known)):
            found[value.key] = value
    return sorted(found.values(), key=lambda value: value.start)


def _is_furniture(announcement: Announcement, value: Value) -> bool:
    section = announcement.section_of(value.start)
    return section is not None and section.kind in _FURNITURE


def _is_comparable(value: Value) -> bool:
    if value.kind == "date":
        return value.date is not None
    if value.kind == "quantity" and value.number is not None:
        return (
            abs(value.number) >= _LEAST or value.unit == "percent" or value.number != value.number.to_integral_value()
        )
    return value.kind == "money"


def _has(found: Sequence[Value], where: Announcement, value: Value, source: Announcement) -> bool:
    """Whether `where`, which gives `found`, says `value` of `source`."""
    if any(value.key == other.key for other in found):
        return True
    if value.kind == "date":
        if value.date and where.published and _fits(value, Value("date", 0, 0, "", date=where.published), 0):
            return True
        around = source.text[max(0, value.start - 24) : value.end + 40]
        slack = 1 if _ZONE.search(around) else 0
        return any(_fits(value, other, slack) for other in found if other.kind == "date")
    if value.kind == "quantity":
        # 約200名 is "a team of 200": the number tells, whatever it counts.
        number = value.number
        return any(number == other.number for other in found if other.number is not None) or _stands_bare(value, where)
    return False


def _stands_bare(value: Value, where: Announcement) -> bool:
    return any(
        value.number == Decimal(match["number"].replace(",", "")) * _SCALES.get((match["scale"] or "").casefold(), 1)
        for match in _BARE_NUMBER.finditer(fold(where.text))
    )


def _fits(value: Value, other: Value, slack: int) -> bool:
    """Whether one of two dates lies within the other; days may be `slack` apart."""
    if value.date is None or other.date is None:
        return False
    if value.part.startswith("FY") or other.part.startswith("FY"):
        # When a fiscal year begins is the issuer's matter: only its year can be compared.
        return value.date.year == other.date.year and value.part[:2] != other.part[:2]
    first, second = _span(value), _span(other)
    if first[1] - first[0] == second[1] - second[0] == 0:
        return abs(first[0] - second[0]) <= slack
    return (first[0] >= second[0] and first[1] <= second[1]) or (second[0] >= first[0] and second[1] <= first[1])


def _span(value: Value) -> tuple[int, int]:
    """The first and last day that a date can mean, as ordinals."""
    assert value.date is not None
    first, last = value.date.earliest, value.date.latest
    if value.date.month is None and value.part in _MONTHS_OF:
        begin, end = _MONTHS_OF[value.part]
        last = first.replace(month=end, day=28)
        first = first.replace(month=begin)
        return first.toordinal(), last.toordinal()
    return first.toordinal(), last.toordinal()


def _counterpart(value: Value, surplus: Sequence[Value], one: Announcement, other: Announcement) -> Value | None:
    """What the other edition most likely has in place of `value`: of its kind and unit, alone or as far in."""
    at = value.start / max(1, len(one.text))
    near = [
        (abs(at - twin.start / max(1, len(other.text))), twin.start, twin)
        for twin in surplus
        if twin.kind == value.kind and twin.unit == value.unit
    ]
    distance, _, twin = min(near, key=lambda row: row[:2], default=(1.0, 0, None))
    return twin if distance < 0.2 or len(near) == 1 else None


def _place(announcement: Announcement, value: Value) -> str:
    words = " ".join(announcement.text[value.start : value.end].split())
    return f"'{announcement.id}' says '{words}' (page {announcement.page_of(value.start)}, character {value.start})"


# --- Corrections --------------------------------------------------------------------------------------------------

_CORRECTS = re.compile(
    r"訂正|修正|再掲|差し?替え|取り?消し?|取り?下げ|撤回|\b(?:correct(?:ion|ions|ed|ing)|corrigend\w+|errat\w+|amend\w+|revis(?:ion|ions|ed)"
    r"|retract\w*|withdraw\w*|cancel\w*)\b",
    re.IGNORECASE,
)
_WITHDRAWS = re.compile(r"取り?消し?|取り?下げ|撤回|\b(?:retract|withdraw)\w*", re.IGNORECASE)
# Words of a correction's title that its target does not have.
_NOTICE_WORDS = re.compile(
    r"数値データ|一部|に関する|について(?:の)?|お知らせ|お詫び|ご?報告|公表|開示|プレスリリース|発表資料"
    r"|\b(?:notice|announcement|press release|of|the|to|a|an|and|for|on|regarding|about|partial)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"「([^「」]{4,200})」|『([^『』]{4,200})』|“([^“”]{8,300})”|\"([^\"]{8,300})\"")
_DATED_JA = re.compile(
    r"^\s?(?:付|に?(?:開示|公表|発表|公開|配信|お知らせ|リリース)|の(?:開示|公表|発表|リリース|プレスリリース))"
)
_DATED_EN = re.compile(
    r"(?:dated|(?:announced|released|published|disclosed|issued|announcement|release|disclosure)(?:\s\w+){0,3}?(?:\son|\sof)?)\s$",
    re.IGNORECASE,
)
_LEAD = 800  # characters of a notice that say what it is about


def is_correction(title: str) -> bool:
    """Whether a title is that of a notice that changes an earlier one.

    >>> is_correction("（訂正）「業績予想に関するお知らせ」の一部訂正について"), is_correction("Mission 2 has launched")
    (True, False)
    """
    return bool(_CORRECTS.search(unicodedata.normalize("NFKC", title)))


def corrections(announcements: Iterable[Announcement], read: Read | None = None) -> list[Correction]:
    """Which notice changes which announcement; sorted by their ids, at most one target a notice.

    A notice states it (`supersedes`, an id or an address); or its title says that it corrects, and it quotes the title
    of an earlier announcement, or names the day on which one with a like title came out, or has its title.

    Args:
        read: as for `translations`; asked only for notices.
    """
    held = {one.id: one for one in announcements}
    addresses: dict[str, str] = {}
    for one in held.values():
        if one.source_url:
            addresses.setdefault(address(one.source_url), one.id)
    found: list[Correction] = []
    titles: _Titles | None = None
    for one in held.values():
        if one.supersedes:
            target = one.supersedes if one.supersedes in held else addresses.get(address(one.supersedes), "")
            if target and target != one.id:
                kind: Literal["corrects", "withdraws"] = "withdraws" if _WITHDRAWS.search(one.title) else "corrects"
                found.append(Correction(one.id, target, kind, "stated"))
        elif is_correction(one.title):
            titles = titles or _Titles(held.values())
            correction = _correction(read(one.id) if read else one, titles)
            if correction:
                found.append(correction)
    return sorted(found, key=lambda each: (each.notice, each.target))


def superseded_by(
    announcements: Iterable[Announcement], *, found: Sequence[Correction] | None = None
) -> dict[str, str]:
    """The id of each announcement that was changed or withdrawn, with the id of the newest notice that did it.

    Args:
        found: the corrections, where they are known.
    """
    held = {one.id: one for one in announcements}
    chosen: dict[str, str] = {}
    for each in corrections(held.values()) if found is None else found:
        known = chosen.get(each.target)
        if each.notice not in held:
            continue
        if known is None or _spoken(held[known]) <= _spoken(held[each.notice]):
            chosen[each.target] = each.notice
    return chosen


def _spoken(announcement: Announcement) -> str:
    return str(announcement.published or "")


def _may_change(notice: Announcement, other: Announcement) -> bool:
    """Whether `other` is an earlier announcement, in the same language, of what may be the same issuer."""
    if other.id == notice.id or other.language != notice.language:
        return False
    if notice.published and other.published and other.published.earliest > notice.published.latest:
        return False
    issuers = _issuer(notice.issuer), _issuer(other.issuer)
    return not all(issuers) or issuers[0] == issuers[1]


class _Titles:
    """Announcements by title and by day, so that few are compared letter by letter."""

    def __init__(self, announcements: Iterable[Announcement]) -> None:
        self.plain: dict[str, str] = {}  # id to title
        self.titled: dict[str, list[Announcement]] = defaultdict(list)
        self.named: dict[str, list[Announcement]] = defaultdict(list)  # by what the title is about
        self.dated: dict[str, list[Announcement]] = defaultdict(list)
        for one in announcements:
            self.plain[one.id] = _plain(one.title)
            self.titled[self.plain[one.id]].append(one)
            self.named[_about(one.title)].append(one)
            self.dated[str(one.published)].append(one)
        self.pairs: dict[str, list[str]] = defaultdict(list)  # of letters, with the titles that hold them
        for title in self.titled:
            for pair in _pairs(title):
                self.pairs[pair].append(title)

    def quoted(self, quote: str) -> list[Announcement]:
        """Those with the title `quote`, else those whose title differs from it by a slip."""
        if quote in self.titled:
            return self.titled[quote]
        # A slip or two leave some of the rarest pairs as they are.
        rare = sorted(_pairs(quote), key=lambda pair: (len(self.pairs.get(pair, [])), pair))[:6]
        near = sorted({title for pair in rare for title in self.pairs.get(pair, [])})
        return [one for title in near if _is_slip(quote, title) for one in self.titled[title]]


def _about(title: str) -> str:
    return _plain(_NOTICE_WORDS.sub("", title))


def _newest(announcements: Iterable[Announcement]) -> Announcement:
    return max(announcements, key=lambda one: (_spoken(one), one.id))


def _correction(notice: Announcement, titles: _Titles) -> Correction | None:
    lead = notice.text[:_LEAD]
    quotes = [_plain(next(filter(None, match.groups()))) for match in _QUOTED.finditer(f"{notice.title}\n{lead}")]
    about = _about(_CORRECTS.sub("", notice.title))
    days = {str(value.date) for value in values(lead, context=notice.published) if _is_named(lead, value)}

    quoted = [one for quote in quotes for one in titles.quoted(quote) if _may_change(notice, one)]
    if quoted:
        target = _newest([one for one in quoted if str(one.published) in days] or quoted)
        # A withdrawn forecast is a part of its report: only what is named by its own title is taken back whole.
        around = _QUOTED.sub("", notice.title)
        withdrawn = _WITHDRAWS.search(around) and not re.search("訂正|correct", around, re.IGNORECASE)
        return Correction(notice.id, target.id, "withdraws" if withdrawn else "corrects", "title")
    dated = [one for day in sorted(days) for one in titles.dated[day] if _may_change(notice, one)]
    likeness = {one.id: _alike(about, _about(one.title)) for one in dated}
    nearest = max(likeness, key=lambda id: (likeness[id], id), default=None)
    if nearest is not None and likeness[nearest] >= (0.25 if len(dated) == 1 else 0.4):
        return Correction(notice.id, nearest, "corrects", "date")
    same = [one for one in titles.named.get(about, []) if _may_change(notice, one)] if len(about) >= 8 else []
    return Correction(notice.id, _newest(same).id, "corrects", "title") if same else None


def _is_named(text: str, value: Value) -> bool:
    """Whether a date is given as the day of an announcement: 2022年9月22日付, "announced on September 22, 2022"."""
    if value.kind != "date" or not value.date or not value.date.day:
        return False
    after, before = text[value.end : value.end + 12], text[max(0, value.start - 60) : value.start]
    return bool(_DATED_JA.match(re.sub(r"^\s?[（(][^）)]*[）)]", "", after)) or _DATED_EN.search(before))


def _plain(title: str) -> str:
    """A title without blanks, punctuation and width."""
    return "".join(char for char in unicodedata.normalize("NFKC", title).casefold() if char.isalnum())


def _is_slip(quote: str, title: str) -> bool:
    """Whether two plain titles of six letters or more differ in a letter or two."""
    if min(len(quote), len(title)) < 6 or abs(len(quote) - len(title)) > 0.2 * len(title):
        return False
    if _alike(quote, title) < 0.6:
        return False
    return difflib.SequenceMatcher(None, quote, title, autojunk=False).ratio() >= 0.9


def _pairs(title: str) -> set[str]:
    return {title[i : i + 2] for i in range(len(title) - 1)}


def _alike(one: str, other: str) -> float:
    """The share of pairs of characters that two plain titles have in common (Dice), 0..1."""
    first, second = _pairs(one), _pairs(other)
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0
