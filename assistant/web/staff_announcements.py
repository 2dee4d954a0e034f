"""The announcements for staff: the list of them, and a reader for each with its facts, revisions and original."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from assistant.web.announcement_list import PAGE, Choices, Wanted, choices, in_order, narrowed, seen_by, titled
from assistant.web.announcements_words import ANNOUNCEMENTS
from assistant.web.blocks import passage_in, stretches
from assistant.web.editions import side_by_side
from assistant.web.page_pictures import Busy, PagePictures, Picture, page_count
from assistant.web.render import web_link
from assistant.web.staff import Reader, StaffPages, passage_path
from assistant.web.told_facts import ToldFacts
from assistant.web.word_diff import paragraphs, without_unchanged
from assistant.web.words import spoken_moment
from corpus.announcement import Announcement, Language
from corpus.audit import Audit, Line
from corpus.details import details_of
from corpus.errors import CorpusError, OriginalMissing
from corpus.links import differing, superseded_by
from index.passage import Passage, Scope

if TYPE_CHECKING:
    from assistant.assistant import Assistant

HERE = "announcements"
_MEDIA_TYPES = {
    ".pdf": "application/pdf", ".html": "text/html", ".md": "text/markdown", ".txt": "text/plain",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
DONE = ("added", "edited", "removed", "restored")
_MADE_BY = ("added", "updated", "edited", "reverted")  # of the audit log, what makes a revision
_MOST_LINES = 500  # of the audit log that are looked through for one announcement
_MOST_FOUND = 200  # announcements that a search for words in their texts gives


def mount_announcements(app: FastAPI, pages: StaffPages) -> None:
    """Adds the list and the reader. Mount screens below /staff/announcements/{id}/… first: the reader takes any id."""
    pages.name(HERE, "/staff/announcements")
    assistant = pages.assistant
    routes = pages.router()
    pictures = PagePictures(assistant.originals)
    told_facts = ToldFacts(assistant)
    shelves = Shelves(assistant)

    @routes.get("/announcements")
    def announcements(request: Request, person: Reader, done: str = "", id: str = "") -> Response:
        wanted, unread = Wanted.parse(request.query_params)
        now = dt.datetime.now(dt.UTC)
        listing = list_page(assistant, shelves.current(now), wanted, now)
        if listing.page > listing.pages:
            return pages.go(request, f"/staff/announcements{wanted.query(page=listing.pages)}")
        words = ANNOUNCEMENTS[pages.language(request)]
        return pages.show(
            request,
            person,
            "announcements.html",
            here=HERE,
            words=ANNOUNCEMENTS,
            listing=listing,
            wanted=wanted,
            unread=[words[name] for name in unread],
            done=done if done in DONE else "",
            removed=next((one for one in assistant.catalog.removed() if one.id == id), None) if id else None,
            path_of=passage_path,
            moment=_moment(pages, request),
        )

    @routes.get("/announcements/{id:path}/compare")
    def compare(
        request: Request, person: Reader, id: str, before: int | None = None, after: int | None = None
    ) -> Response:
        history = {one.revision: one for one in assistant.catalog.history(id)}
        newest = max(history)
        to = history.get(after or newest)
        since = history.get(before or max(newest - 1, min(history)))
        if to is None or since is None:
            raise HTTPException(404, f"There is no such revision; the newest is {newest}.")
        return pages.show(
            request,
            person,
            "announcement_compare.html",
            here=HERE,
            words=ANNOUNCEMENTS,
            before=since,
            after=to,
            fields=_changed_fields(since, to),
            paragraphs=without_unchanged(paragraphs(since.text, to.text)),
            revisions=_revisions(assistant, history[newest]),
            path_of=passage_path,
            moment=_moment(pages, request),
        )

    @routes.get("/announcements/{id:path}/beside")
    def beside(request: Request, person: Reader, id: str, other: str = "") -> Response:
        announcement = assistant.catalog.get(id)
        known = [outline.id for outline, _ in _around(assistant, announcement).editions]
        chosen = other if other in known else next(iter(known), "")
        if not chosen:
            raise HTTPException(404, "There is no other edition of this announcement.")
        edition = assistant.catalog.get(chosen)
        found = differing(announcement, edition)
        sides = [
            [
                block
                for stretch in stretches(one, [(value.start, value.end) for value in said if value])
                for block in stretch.blocks
            ]
            for one, said in (
                (announcement, [difference.one for difference in found]),
                (edition, [difference.other for difference in found]),
            )
        ]
        return pages.show(
            request,
            person,
            "announcement_beside.html",
            here=HERE,
            words=ANNOUNCEMENTS,
            one=announcement,
            other=edition,
            differences=found,
            rows=side_by_side(announcement, sides[0], edition, sides[1]),
            path_of=passage_path,
            moment=_moment(pages, request),
        )

    @routes.get("/announcements/{id:path}/pages/{number}.png")
    def page_picture(
        request: Request, person: Reader, id: str, number: int, start: int | None = None, end: int | None = None
    ) -> Response:
        announcement = assistant.catalog.get(id)
        try:
            picture = Picture.of(announcement, number, *(passage_in(announcement, start, end) or (0, 0)))
            if not page_count(announcement):
                raise OriginalMissing("No PDF of this announcement is kept.")
            headers = {"ETag": picture.etag, "Cache-Control": "private, no-cache"}
            if picture.etag in request.headers.get("if-none-match", ""):
                return Response(status_code=304, headers=headers)
            return Response(pictures.draw(picture), media_type="image/png", headers=headers)
        except IndexError as error:
            raise HTTPException(404, f"The announcement has no page {number}.") from error
        except Busy as error:
            raise HTTPException(503, str(error), headers={"Retry-After": "5"}) from error
        except CorpusError as error:
            raise HTTPException(404, str(error)) from error

    @routes.get("/announcements/{id:path}/original")
    def original(person: Reader, id: str) -> Response:
        announcement = assistant.catalog.get(id)
        name = Path(announcement.original)
        try:
            data = assistant.originals.read(announcement.original)
        except OriginalMissing as error:
            raise HTTPException(404, str(error)) from error
        # Whatever the file holds, it is saved, and where a browser shows it all the same, it can do nothing.
        said = quote(f"{announcement.title[:80] or announcement.id}{name.suffix}", safe="")
        headers = {
            "Content-Disposition": f"attachment; filename=\"announcement{name.suffix}\"; filename*=UTF-8''{said}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-cache",
            "ETag": f'"{name.stem}"',
        }
        return Response(data, media_type=_MEDIA_TYPES[name.suffix], headers=headers)

    @routes.get("/announcements/{id:path}")
    def reader(
        request: Request,
        person: Reader,
        id: str,
        start: int | None = None,
        end: int | None = None,
        page: int | None = None,
        done: str = "",
    ) -> Response:
        announcement = assistant.catalog.get(id)
        passage = passage_in(announcement, start, end)
        file = _kept_file(assistant, announcement)
        facts, is_settled = told_facts.of(announcement)
        return pages.show(
            request,
            person,
            "announcement.html",
            here=HERE,
            words=ANNOUNCEMENTS,
            announcement=announcement,
            around=_around(assistant, announcement),
            seen=_seen(announcement, dt.datetime.now(dt.UTC)),
            stretches=stretches(announcement, [passage] if passage else []),
            passage=passage,
            is_passage_gone=passage is None and start is not None,
            source=web_link(announcement.source_url),
            facts=facts,
            is_settled=is_settled,
            original=file,
            pdf=_pdf(announcement, passage, page) if file else None,
            revisions=_revisions(assistant, announcement),
            before=None,
            after=None,
            done=done if done in DONE else "",
            path_of=passage_path,
            moment=_moment(pages, request),
        )

    app.include_router(routes)


def _moment(pages: StaffPages, request: Request) -> Callable[[dt.datetime], str]:
    """How templates write a moment."""
    return lambda moment: spoken_moment(moment, pages.language(request))


# --- The list -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """Who may see an announcement, and from when."""

    by: str
    moment: dt.datetime | None = None  # of its publication, where it is yet to come


@dataclass(frozen=True, slots=True)
class Row:
    """One announcement of the list."""

    announcement: Announcement  # without its text
    seen: Seen
    later: str = ""  # the id of what changed it
    is_withdrawn: bool = False
    other_language: Language | None = None
    passage: Passage | None = None  # where the words stand that were searched for


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list, with what stands around it."""

    rows: tuple[Row, ...]
    count: int  # of all pages together
    total: int  # of all announcements there are
    page: int
    pages: int
    first: int
    last: int
    choices: Choices


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the list needs of the catalog, at one revision of it and one minute."""

    made_for: tuple[int, int]  # the catalog's revision, and minutes since 1970: what is embargoed is public one day
    newest_first: tuple[Announcement, ...]  # without their texts
    later: Mapping[str, str]  # of what was changed, the id of what changed it
    withdrawn: frozenset[str]
    other_language: Mapping[str, Language]  # of what has another edition
    choices: Choices


class Shelves:
    """The newest Shelf of a catalog. Threads may share it."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._shelf: Shelf | None = None

    def current(self, now: dt.datetime) -> Shelf:
        """The shelf as the catalog is now."""
        made_for = (self._assistant.catalog.revision(), int(now.timestamp() // 60))
        shelf = self._shelf
        if shelf is None or shelf.made_for != made_for:
            shelf = self._shelf = self._made(made_for, now)
        return shelf

    def _made(self, made_for: tuple[int, int], now: dt.datetime) -> Shelf:
        links = self._assistant.links
        outlines, corrections = links.outlines(), links.corrections()
        other: dict[str, Language] = {}
        for link in links.translations():
            if link.original in outlines and link.translation in outlines:
                other[link.original] = outlines[link.translation].language
                other[link.translation] = outlines[link.original].language
        return Shelf(
            made_for=made_for,
            choices=choices(list(outlines.values()), now),
            newest_first=tuple(in_order(outlines.values(), "newest", {})),
            later=superseded_by(outlines.values(), found=corrections),
            withdrawn=frozenset(each.target for each in corrections if each.kind == "withdraws"),
            other_language=other,
        )


def list_page(assistant: Assistant, shelf: Shelf, wanted: Wanted, now: dt.datetime) -> Listing:
    """The page of the list that `wanted` asks for."""
    kept = narrowed(shelf.newest_first, wanted, now)
    passages: dict[str, Passage] = {}
    if wanted.q:
        passages = _passages(assistant, wanted, kept)
        by_title = titled(kept, wanted.q)
        named = {one.id for one in by_title}
        by_id = {one.id: one for one in kept}
        kept = [*by_title, *(by_id[id] for id in passages if id in by_id and id not in named)]
    # They came newest first, or best first.
    ordered = in_order(kept, wanted.order, _added(assistant, wanted)) if wanted.order else kept
    first = (wanted.page - 1) * PAGE
    shown = ordered[first : first + PAGE]
    return Listing(
        rows=tuple(
            Row(
                one,
                _seen(one, now),
                later=shelf.later.get(one.id, ""),
                is_withdrawn=one.id in shelf.withdrawn,
                other_language=shelf.other_language.get(one.id),
                passage=passages.get(one.id),
            )
            for one in shown
        ),
        count=len(ordered),
        total=len(shelf.newest_first),
        page=wanted.page,
        pages=max(1, -(-len(ordered) // PAGE)),
        first=first + 1,
        last=first + len(shown),
        choices=shelf.choices,
    )


def _added(assistant: Assistant, wanted: Wanted) -> dict[str, int]:
    """For each id a number that rises with every change, where the list is ordered by that."""
    if wanted.order != "added":
        return {}
    return {change.announcement_id: change.revision for change in assistant.catalog.changes(0)}


def _passages(assistant: Assistant, wanted: Wanted, kept: Sequence[Announcement]) -> dict[str, Passage]:
    """The best passage of each announcement whose text has one of the words, or is near in meaning where none has."""
    scope = Scope(
        audience="staff", language=wanted.language, category=wanted.category or None, issuer=wanted.issuer or None
    )
    # What no store can tell apart itself is named one by one, where that is not too many to name.
    if wanted.is_narrowed and len(kept) <= 1_000:
        scope = replace(scope, announcement_ids=frozenset(one.id for one in kept))
    found = assistant.search(wanted.q, k=_MOST_FOUND, scope=scope, distinct=True)
    worded = [passage for passage in found if passage.scores.get("lexical", 0)]
    return {passage.chunk.announcement_id: passage for passage in worded or found}


def _seen(announcement: Announcement, now: dt.datetime) -> Seen:
    by = seen_by(announcement, now)
    moment = announcement.visible_from
    return Seen(by, moment if by == "embargoed" else None)


# --- The reader ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Around:
    """What belongs to an announcement, by outlines without their texts."""

    corrects: tuple[tuple[Announcement, str], ...]  # what it changes, and whether it corrects or withdraws that
    corrected_by: tuple[tuple[Announcement, str], ...]
    editions: tuple[tuple[Announcement, bool], ...]  # in other languages, and whether that one is the original


def _around(assistant: Assistant, announcement: Announcement) -> Around:
    outlines = assistant.links.outlines()
    corrections = [
        each for each in assistant.links.corrections() if each.notice in outlines and each.target in outlines
    ]
    links = [
        link for link in assistant.links.translations() if link.original in outlines and link.translation in outlines
    ]
    id = announcement.id
    return Around(
        corrects=tuple((outlines[each.target], each.kind) for each in corrections if each.notice == id),
        corrected_by=tuple((outlines[each.notice], each.kind) for each in corrections if each.target == id),
        editions=(
            *((outlines[link.original], True) for link in links if link.translation == id),
            *((outlines[link.translation], False) for link in links if link.original == id),
        ),
    )


@dataclass(frozen=True, slots=True)
class KeptFile:
    """The file that an announcement was read from."""

    kind: str  # PDF
    size: str  # 1.2 MB


def _kept_file(assistant: Assistant, announcement: Announcement) -> KeptFile | None:
    size = assistant.originals.size(announcement.original)
    if size is None:
        return None
    shown = f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{-(-size // 1000)} kB"
    return KeptFile(Path(announcement.original).suffix[1:].upper(), shown)


@dataclass(frozen=True, slots=True)
class Pdf:
    """The PDF beside the text."""

    pages: int
    page: int  # that is shown
    passage_pages: tuple[int, ...]  # on which the passage stands


def _pdf(announcement: Announcement, passage: tuple[int, int] | None, page: int | None) -> Pdf | None:
    pages = page_count(announcement)
    if not pages:
        return None
    on: tuple[int, ...] = ()
    if passage:
        on = tuple(range(announcement.page_of(passage[0]), announcement.page_of(passage[1] - 1) + 1))
    return Pdf(pages, min(max(1, page or (on[0] if on else 1)), pages), on)


# --- Revisions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision, and by whom and when it was made, where the audit log says so."""

    number: int
    at: dt.datetime | None = None
    who: str = ""
    what: str = ""  # added, updated, edited or reverted


def _revisions(assistant: Assistant, announcement: Announcement) -> list[Revision]:
    """All revisions of an announcement, the newest first."""
    lines: dict[str, Line] = {}
    for line in Audit(assistant.catalog.database).lines(subject=announcement.id, k=_MOST_LINES):
        if line.what.removeprefix("announcement ") in _MADE_BY and line.after not in lines:
            lines[line.after] = line
    found = []
    for number in range(announcement.revision, 0, -1):
        known = lines.get(str(number))
        what = known.what.removeprefix("announcement ") if known else ""
        found.append(Revision(number, known.at if known else None, known.who if known else "", what))
    return found


def _changed_fields(before: Announcement, after: Announcement) -> list[tuple[str, str, str]]:
    """What is said of an announcement and changed: the field's name, and what it was and is."""
    was = {**details_of(before), "original": before.original[:12]}
    now = {**details_of(after), "original": after.original[:12]}
    return [(name, was[name] or "", now[name] or "") for name in was if was[name] != now[name]]
