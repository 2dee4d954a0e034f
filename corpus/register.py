"""The facts register: a catalog in; what its announcements state, and how each thing changed over time, out.

It is derived, never the ledger: read from the announcements, each once for each of its revisions, and put in order
again when the catalog has changed. A file may keep what was read (corpus/register_file.py).
"""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from corpus.announcement import Announcement, Language
from corpus.catalog import Change
from corpus.contracts import contract_facts, more_of_contract
from corpus.errors import UnknownAnnouncement
from corpus.facts import ATTRIBUTES, Fact, FactKind, issuer_key, name_key, statements
from corpus.links import Link, Links, translations
from corpus.milestones import milestone_facts
from corpus.mission_names import Mention, mentions, named_missions
from corpus.missions import earlier_site, mission_facts
from corpus.register_file import Read, adding, load_facts, save_facts
from corpus.roles import role_facts

Shows = Callable[[Announcement], bool]
Accepted = Callable[[], Mapping[str, Sequence[Fact]]]

FACTS = "facts.json"  # the file in a data directory

# Announcements whose facts are held for questions; all are let go of when more are.
_MOST_KEPT = 2_000

# Attributes of which a thing has one value at a time; of the others it may have several.
_SINGLE = frozenset(
    ("schedule", "launch", "orbit", "landing", "lander", "rocket", "engine", "landing_site", "planned",
     "achieved", "reached", "total")
)  # fmt: skip


def read_facts(announcement: Announcement) -> tuple[Fact, ...]:
    """What `announcement` states about contracts, missions and milestones, in its order, each statement once."""
    named = named_missions(announcement)
    theme = _theme(announcement, named)
    found: list[Fact] = []
    landing: tuple[tuple[str, str], int] | None = None  # the mission whose site was told last, and where that ends
    contract: tuple[tuple[str, str], int] | None = None  # the contract that was told of last, and where that ends
    for statement in statements(announcement):
        missions = mentions(statement.text, named=named)
        told = list(mission_facts(statement, named=named))
        if landing and not missions and statement.start - landing[1] <= 2:
            told += earlier_site(statement, landing[0])
        site = next((fact for fact in told if fact.attribute == "landing_site"), None)
        landing = ((site.subject, site.subject_id), statement.end) if site else None
        found += told
        found += role_facts(statement)
        found += milestone_facts(statement, missions, mission=theme)
        contracts = list(contract_facts(statement, missions))
        if contract and not contracts and not missions and statement.start - contract[1] <= 2:
            found += more_of_contract(statement, contract[0])
        subjects = {(fact.subject, fact.subject_id) for fact in contracts}
        contract = (subjects.pop(), statement.end) if len(subjects) == 1 else None
        found += contracts
    return _best_said(found, announcement)


_WHY = re.compile(r"理由|原因|\breasons?\b|\bwhy\b", re.IGNORECASE)


def _best_said(facts: Sequence[Fact], announcement: Announcement) -> tuple[Fact, ...]:
    """Each fact once, by the sentence that says it best: not the title, nor one that only gives reasons."""

    def rank(fact: Fact) -> tuple[bool, bool, int]:
        section = announcement.section_of(fact.start)
        in_title = section is not None and section.kind in ("title", "heading")
        return in_title, bool(_WHY.search(fact.quote)), fact.start

    best: dict[tuple[object, ...], Fact] = {}
    for fact in facts:
        said = (fact.kind, fact.subject_id, fact.attribute, fact.value.key, fact.status, fact.as_of)
        if said not in best or rank(fact) < rank(best[said]):
            best[said] = fact
    return tuple(sorted(best.values(), key=lambda fact: (fact.start, fact.value.start)))


def _theme(announcement: Announcement, named: frozenset[str]) -> tuple[str, str] | None:
    """(name, id) of the one mission that the title names; None where it names none, or several."""
    titled: list[Mention] = mentions(announcement.title, named=named)
    ids = {id for mention in titled for id in mention.ids}
    return (titled[0].names[0], titled[0].ids[0]) if len(ids) == 1 else None


class Kept(Protocol):
    """What the register needs of the catalog; corpus/catalog.py has the real one."""

    def revision(self) -> int:
        """Rises with every change."""
        ...

    def identity(self) -> str:
        """The name of the catalog."""
        ...

    def changes(self, since: int) -> list[Change]:
        """The newest change of each announcement that changed after revision `since`."""
        ...

    def get(self, announcement_id: str) -> Announcement:
        """Raises UnknownAnnouncement."""
        ...

    def outlines(self) -> list[Announcement]:
        """Every announcement, without its text."""
        ...


@dataclass(frozen=True, slots=True)
class _Renaming:
    """From `day` on, what was called `old` is called `new`."""

    old: str
    new: str
    day: dt.date


class Register:
    """The facts of a catalog. Threads may share it."""

    def __init__(
        self,
        catalog: Kept,
        links: Links | None = None,
        *,
        file: Path | None = None,
        accepted: Accepted = dict,
    ) -> None:
        """The register of `catalog`.

        Args:
            file: in a directory that exists; keeps what was read from one start to the next.
            accepted: facts that people accepted, by announcement (corpus/proposals.py); they stand beside those read.
        """
        self._catalog = catalog
        self._file = file
        self._accepted = accepted
        self._links = links or Links(catalog)
        self._lock = threading.Lock()
        self._revision = -1
        self._read: Read = {}
        self._single: dict[str, tuple[str, tuple[Fact, ...]]] = {}  # by id: content hash, facts

    def facts(
        self,
        *,
        kind: FactKind | None = None,
        subject: str | None = None,
        attribute: str | None = None,
        as_of: dt.date | None = None,
        shows: Shows | None = None,
        language: Language | None = None,
        history: bool = False,
    ) -> list[Fact]:
        """What holds, by kind, subject and attribute; with `history`, what held before as well, oldest first.

        Args:
            subject: a name in either language (ミッション2, "Mission 2", NASA) or an id (mission:2).
            as_of: only what was stated by the end of this day, as it held then.
            shows: which announcements the reader may see, by their outlines; None: all.
            language: which edition to quote where an announcement has several; None: the original.
        """
        found = self._resolved(shows, as_of, language)
        kept = [
            fact
            for fact in found
            if (kind is None or fact.kind == kind)
            and (attribute is None or fact.attribute == attribute)
            and (subject is None or is_about(fact, subject))
            and (history or fact.status != "superseded")
        ]
        return _listed(kept)

    def chain(
        self,
        kind: FactKind,
        subject: str,
        attribute: str,
        *,
        as_of: dt.date | None = None,
        shows: Shows | None = None,
        language: Language | None = None,
    ) -> list[Fact]:
        """The values of one attribute in the order in which they held, each as it was first stated."""
        found = self.facts(
            kind=kind, subject=subject, attribute=attribute, as_of=as_of, shows=shows, language=language, history=True
        )
        return [fact for fact in found if is_exactly(fact, subject)]

    def of(self, announcements: Mapping[str, Announcement], *, language: Language | None = None) -> list[Fact]:
        """What these announcements state, with what they replace of each other; the rest of the catalog is not read."""
        accepted = self._accepted()
        read = {id: _with_accepted(self._kept(one), accepted.get(id, ()), one) for id, one in announcements.items()}
        return resolve(_one_edition(read, announcements, translations(announcements.values()), language))

    def _kept(self, announcement: Announcement) -> tuple[Fact, ...]:
        with self._lock:
            known = self._single.get(announcement.id)
            if known is None or known[0] != announcement.content_hash:
                if len(self._single) > _MOST_KEPT:
                    self._single.clear()
                known = self._single[announcement.id] = (announcement.content_hash, read_facts(announcement))
            return known[1]

    def _all(self) -> dict[str, tuple[Fact, ...]]:
        """The facts of every announcement; only what changed since the last call is read."""
        with self._lock:
            revision = self._catalog.revision()
            if revision != self._revision:
                is_known = 0 <= self._revision <= revision
                dropped = self._drop(self._revision) if is_known else self._begin(revision)
                self._read_the_rest(revision)
                if dropped and self._file:
                    save_facts(self._file, self._catalog.identity(), self._read)
                self._revision = revision
            return {id: facts for id, (_, facts) in self._read.items()}

    def _begin(self, revision: int) -> bool:
        """Takes up what the file keeps, where it is of this catalog, as `_drop`; begins it anew where it is not."""
        kept = load_facts(self._file, self._catalog.identity()) if self._file else None
        if kept is None or any(read_at > revision for read_at, _ in kept.values()):
            kept = {}
            if self._file:
                save_facts(self._file, self._catalog.identity(), kept)
        self._read = kept
        return self._drop(min((read_at for read_at, _ in kept.values()), default=revision))

    def _drop(self, since: int) -> bool:
        """Lets go of what changed after catalog revision `since`, and after it was read; whether that was anything."""
        changed = [change for change in self._catalog.changes(since) if change.announcement_id in self._read]
        gone = [one.announcement_id for one in changed if one.revision > self._read[one.announcement_id][0]]
        for id in gone:
            del self._read[id]
        return bool(gone)

    def _read_the_rest(self, revision: int) -> None:
        with adding(self._file) as add:
            for id in [id for id in self._links.outlines() if id not in self._read]:
                with suppress(UnknownAnnouncement):
                    facts = read_facts(self._catalog.get(id))
                    self._read[id] = revision, facts
                    add(id, revision, facts)

    def forget(self) -> None:
        """Removes the file: what was taken out of the catalog must not stay in it."""
        if self._file:
            self._file.unlink(missing_ok=True)

    def _resolved(self, shows: Shows | None, as_of: dt.date | None, language: Language | None) -> list[Fact]:
        outlines = self._links.outlines()
        accepted = self._accepted()
        visible = {
            id: (*facts, *accepted.get(id, ()))
            for id, facts in self._all().items()
            if (outline := outlines.get(id)) and (shows is None or shows(outline)) and _known_by(outline, as_of)
        }
        return resolve(_one_edition(visible, outlines, self._links.translations(), language))


def _with_accepted(read: tuple[Fact, ...], accepted: Sequence[Fact], one: Announcement) -> tuple[Fact, ...]:
    """What was read and accepted of an announcement; nothing accepted of another text than that of `one`."""
    return (*read, *(fact for fact in accepted if one.text[fact.start : fact.end] == fact.quote))


def _known_by(outline: Announcement, day: dt.date | None) -> bool:
    return day is None or (outline.held is not None and outline.held.earliest <= day)


def is_about(fact: Fact, subject: str) -> bool:
    """Whether a fact is about `subject`, or about a part of it: Success 9 of Mission 1 is about Mission 1."""
    wanted = subject.strip().casefold()
    ids = {id for mention in mentions(subject) for id in mention.ids}
    if wanted == fact.subject_id or fact.subject_id.startswith(f"{wanted}/"):
        return True
    if ids and any(fact.subject_id == id or fact.subject_id.startswith(f"{id}/") for id in ids):
        rest = name_key(subject)
        return name_key(fact.subject) == rest or len(mentions(subject)[0].names[0]) >= len(subject.strip()) - 1
    return bool(name_key(subject)) and not ids and name_key(subject) in name_key(fact.subject)


def is_exactly(fact: Fact, subject: str) -> bool:
    """Whether a fact is about `subject` itself, and not about a part of it."""
    ids = [id for mention in mentions(subject) for id in mention.ids]
    return (
        not ids or fact.subject_id in ids or name_key(fact.subject) == name_key(subject) or fact.subject_id == subject
    )


def _one_edition(
    read: dict[str, tuple[Fact, ...]],
    outlines: Mapping[str, Announcement],
    links: Sequence[Link],
    language: Language | None,
) -> list[Fact]:
    """The facts of one edition of each announcement; of another one, only what the first says nothing about."""
    original = {link.translation: link.original for link in links if link.original in read}
    editions: dict[str, list[str]] = defaultdict(list)
    for id in read:
        editions[original.get(id, id)].append(id)
    found: list[Fact] = []
    for root, ids in editions.items():
        ordered = sorted(ids, key=lambda id: (language is not None and outlines[id].language != language, id != root))
        told: set[tuple[str, str]] = set()
        for id in ordered:
            new = [
                fact
                for fact in read[id]
                if (fact.subject_id, fact.attribute) not in told and (fact.subject_id, fact.value.key) not in told
            ]
            found += [fact for fact in new if id == ordered[0] or not _is_said_in_words(fact)]
            told |= {(fact.subject_id, fact.attribute) for fact in new}
            told |= {(fact.subject_id, fact.value.key) for fact in new if fact.value.kind == "date"}
    return found


def _is_said_in_words(fact: Fact) -> bool:
    """Its subject or its value is words of one language, so that the other edition's can't be told from it."""
    named = fact.value.kind in ("name", "place", "text") and not fact.value.text.isascii()
    return named or fact.value.kind == "place" or fact.subject_id.startswith(("contract:", "thing:"))


def resolve(facts: Iterable[Fact]) -> list[Fact]:
    """`facts` with each value that another one replaced marked as superseded, and restatements left out."""
    named = _after_renaming(list(facts))
    groups: dict[tuple[str, str, str, str], list[Fact]] = defaultdict(list)
    for fact in named:
        groups[issuer_key(fact.issuer), fact.kind, fact.subject_id, fact.attribute].append(fact)
    places = _places(named)
    found: list[Fact] = []
    for (_, _, subject_id, attribute), group in groups.items():
        ordered = sorted(group, key=lambda fact: places[id(fact)])
        if attribute in _SINGLE or (attribute == "amount" and "/contract" in subject_id):
            found += _superseded(_steps(ordered))
        else:
            found += _distinct(ordered)
    return _overtaken(found)


def _after_renaming(facts: list[Fact]) -> list[Fact]:
    """`facts` under the ids that their subjects have now: what was said of Mission 6 before it became Mission 4."""
    renamings: dict[tuple[str, str], _Renaming] = {}
    for fact in facts:
        if fact.attribute == "name" and fact.status == "superseded" and fact.as_of:
            day = fact.as_of.latest
            key = issuer_key(fact.issuer), fact.value.key
            known = renamings.get(key)
            if known is None or day < known.day:
                renamings[key] = _Renaming(fact.value.key, fact.subject_id, day)
    moved = []
    for fact in facts:
        base, slash, part = fact.subject_id.partition("/")
        renaming = renamings.get((issuer_key(fact.issuer), base))
        said = fact.as_of or fact.published
        if renaming and said and said.latest < renaming.day:
            moved.append(replace(fact, subject_id=f"{renaming.new}{slash}{part}"))
        else:
            moved.append(fact)
    return moved


_Place = tuple[dt.date, dt.date, int, dt.date, int]


def _places(facts: Sequence[Fact]) -> dict[int, _Place]:
    """Where each fact stands in time, by its `id()`: when it held, then when it was published.

    What held in a month stands before what held on its last day. An earlier value without a date of its own stands
    right behind the earlier value told before it in its sentence, else right before what its announcement says itself.
    """
    places: dict[int, _Place] = {}
    last: dict[tuple[str, int, str, str], _Place] = {}
    for fact in sorted(facts, key=lambda fact: (fact.announcement_id, fact.start, fact.value.start)):
        published = fact.published.latest if fact.published else dt.date.min
        begun = fact.published.earliest if fact.published else dt.date.min
        told = (fact.announcement_id, fact.start, fact.subject_id, fact.attribute)
        if fact.as_of:
            place = (fact.as_of.latest, fact.as_of.earliest, 1, published, 0)
        elif told in last:
            latest, earliest, order, out, count = last[told]
            place = (latest, earliest, order, out, count + 1)
        else:
            place = (published, begun, 0, published, 0)
        places[id(fact)] = place
        if fact.status == "superseded":
            last[told] = place
    return places


def _steps(ordered: Sequence[Fact]) -> list[Fact]:
    """The facts at which the value changed, oldest first; of several that say the same, the first."""
    dated = {fact.value.key for fact in ordered if fact.as_of}
    steps: list[Fact] = []
    for fact in ordered:
        told = {*dated, *(step.value.key for step in steps)}
        if fact.as_of is None and any(_same(fact.value.key, key) for key in told):
            continue
        if steps and _same(steps[-1].value.key, fact.value.key):
            last = steps[-1]
            if last.status == "actual" or fact.status != "actual":
                if len(fact.value.key) > len(last.value.key) and fact.announcement_id == last.announcement_id:
                    steps[-1] = fact
                elif last.status == "superseded" and fact.status == "planned":
                    steps[-1] = replace(last, status="planned")
                continue
            if fact.value.kind != "date":
                steps[-1] = fact  # a plan that came true is no other value
                continue
        steps.append(fact)
    return steps


def _same(one: str, other: str) -> bool:
    """Whether two keys say one value: a day, and the same day with its hour; a name, and the same with more of it."""
    short, long = sorted((one, other), key=len)
    if "T" in short and "T" in long and short[:4].isdigit() and long[:4].isdigit():
        return _hours_between(short, long) in (0.0, 9.0)  # the same moment in Japan and in Greenwich
    if short == long or long.startswith(f"{short}T"):
        return True
    return not short[:1].isdigit() and ":" not in short and len(short) > 3 and short in long


def _hours_between(one: str, other: str) -> float:
    try:
        moments = [dt.datetime.fromisoformat(key) for key in (one, other)]
    except ValueError:
        return -1.0
    return abs((moments[0] - moments[1]).total_seconds()) / 3600


def _superseded(steps: Sequence[Fact]) -> list[Fact]:
    found = []
    for place, fact in enumerate(steps):
        later = next((one for one in steps[place + 1 :] if one is not fact), None)
        if later is None:
            found.append(fact)
        else:
            found.append(replace(fact, status="superseded", superseded_by=later.announcement_id))
    return found


def _distinct(ordered: Sequence[Fact]) -> list[Fact]:
    """Each value once, as it was first stated."""
    kept: dict[str, Fact] = {}
    for fact in ordered:
        known = next((key for key in kept if _same(key, fact.value.key)), None)
        if known is None:
            kept[fact.value.key] = fact
        elif kept[known].status == "planned" and fact.status == "actual":
            kept[known] = fact
    return list(kept.values())


_ENDED_BY = {
    "schedule": ("launch", "outcome"),
    "launch": ("launch",),
    "orbit": ("launch", "outcome"),
    "landing": ("outcome",),
}


def _overtaken(facts: list[Fact]) -> list[Fact]:
    """`facts` with the plans marked that what happened since made void: a landing plan of a mission that crashed."""
    done: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.kind == "mission" and fact.status == "actual" and fact.as_of:
            done[issuer_key(fact.issuer), fact.subject_id, fact.attribute].append(fact)
    found = []
    for fact in facts:
        events = [
            one
            for attribute in _ENDED_BY.get(fact.attribute, ())
            for one in done[issuer_key(fact.issuer), fact.subject_id, attribute]
        ]
        over = [one for one in events if fact.as_of is None or (one.as_of and one.as_of.latest >= fact.as_of.latest)]
        if fact.kind == "mission" and fact.status == "planned" and over:
            first = min(over, key=lambda one: (one.as_of.latest if one.as_of else dt.date.max, one.start))
            found.append(replace(fact, status="superseded", superseded_by=first.announcement_id))
        else:
            found.append(fact)
    return found


_KINDS = ("mission", "milestone", "contract")


def _listed(facts: Sequence[Fact]) -> list[Fact]:
    """By kind and subject (numbered ones by number, others by their first date), then by attribute, then in time."""
    first: dict[str, dt.date] = {}
    for fact in facts:
        when = fact.as_of or fact.published
        day = when.latest if when else dt.date.min
        first[fact.subject_id] = min(day, first.get(fact.subject_id, day))

    def order(fact: Fact) -> tuple[object, ...]:
        base = fact.subject_id.split(":")[0]
        numbers = tuple(int(part) if part.isdigit() else 0 for part in fact.subject_id.replace("/", ":").split(":"))
        by_number = numbers if any(numbers) else (0,)
        place = ATTRIBUTES[fact.kind].index(fact.attribute)
        return (
            _KINDS.index(fact.kind), issuer_key(fact.issuer), base, by_number, first[fact.subject_id], fact.subject_id,
            place,
        )  # fmt: skip

    return sorted(facts, key=order)
