"""Changing an announcement: its details edited, what it replaces, earlier revisions and removals undone.

An edit of what has changed meanwhile shows both values; what would show the public more is asked again.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from assistant.assistant import Assistant
from assistant.web.catching_up import and_catch_up
from assistant.web.receive import Fields
from assistant.web.staff import Editor, StaffPages, passage_path
from assistant.web.staff_edit_words import EDIT
from assistant.web.staff_intake import is_address
from assistant.web.words import spoken_moment
from corpus.announcement import Announcement, Audience, Language
from corpus.catalog import REMOVED_DAYS
from corpus.dates import JST, PartialDate
from corpus.details import details_of, public_from, shows_more, with_details
from corpus.errors import ChangedMeanwhile, UnknownAnnouncement
from corpus.links import address

HERE = "announcements"
LINKS = ("supersedes", "translation_of")
FORM = ("title", "issuer", "category", "language", "audience", "published", "not_before", "source_url", *LINKS)
_LONGEST = {
    "title": 500,
    "issuer": 300,
    "category": 300,
    "source_url": 2000,
    "supersedes": 2000,
    "translation_of": 2000,
}
_CHOICES = 8  # announcements that a search for one to link to gives


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that someone else changed meanwhile to something else: both values, as typed."""

    name: str
    yours: str
    theirs: str


def mount_edit(app: FastAPI, pages: StaffPages) -> None:
    """Adds /staff/announcements/{id}/edit, /remove and /restore, and /staff/removed; before the reader is mounted."""
    assistant = pages.assistant
    routes = pages.router()

    def form(
        request: Request,
        person: Editor,
        announcement: Announcement,
        values: Mapping[str, str],
        *,
        wrong: Mapping[str, str] | None = None,
        clashes: Sequence[Clash] = (),
        find: str = "",
        status: int = 200,
        seen_revision: str = "",
    ) -> Response:
        outlines = assistant.links.outlines()
        return pages.show(
            request,
            person,
            "edit.html",
            here=HERE,
            words=EDIT,
            status=status,
            announcement=announcement,
            path=passage_path(announcement.id),
            values={**{f"q_{name}": "" for name in LINKS}, **values},
            seen_revision=seen_revision or announcement.revision,
            wrong={name: (wrong or {}).get(name, "") for name in FORM},
            has_faults=bool(wrong),
            clashes=clashes,
            find=find,
            choices={name: _choices(outlines, announcement, name, values, find == name) for name in LINKS},
            quoting=_quoting(assistant, announcement.id),
            history=assistant.catalog.history(announcement.id)[-2::-1],
            issuers=sorted({one.issuer for one in outlines.values() if one.issuer}),
            categories=sorted({one.category for one in outlines.values() if one.category}),
            removed_days=REMOVED_DAYS,
        )

    def ask_again(
        request: Request,
        person: Editor,
        present: Announcement,
        after: Announcement,
        action: str,
        fields: Mapping[str, str],
    ) -> Response | None:
        """A page that says what the public will see, unless that was said and agreed to; None where it sees no more."""
        now = dt.datetime.now(dt.UTC)
        if not shows_more(present, after, now):
            return None
        agreed = _agreement(after, now)
        if fields.get("agreed") == agreed:
            return None
        return pages.show(
            request,
            person,
            "agree.html",
            here=HERE,
            words=EDIT,
            announcement=present,
            title_after=after.title,
            path=passage_path(present.id),
            action=action,
            fields={**{name: value for name, value in fields.items() if name != "find"}, "agreed": agreed},
            sentence=_what_becomes_visible(present, after, pages.language(request), now),
        )

    @routes.get("/announcements/{id:path}/edit")
    def edit_form(request: Request, person: Editor, id: str) -> Response:
        announcement = assistant.catalog.get(id)
        return form(request, person, announcement, typed(announcement))

    @routes.post("/announcements/{id:path}/edit")
    def edit(request: Request, person: Editor, id: str, fields: Fields) -> Response:
        present = assistant.catalog.get(id)
        sent = {name: fields.get(name, "") for name in FORM}
        searched = {f"q_{name}": fields.get(f"q_{name}", "") for name in LINKS}
        # Words to search for, and the Enter key: that is a search too.
        find = fields.get("find") or next((name for name in LINKS if searched[f"q_{name}"]), "")
        if find in LINKS or fields.get("back"):
            seen = fields.get("revision", "")
            return form(request, person, present, {**sent, **searched}, find=find, seen_revision=seen)
        values, clashes = _merged(assistant, present, sent, fields.get("revision", ""))
        if clashes:
            return form(request, person, present, values, clashes=clashes, status=409)
        details, wrong = read_details(values, present, assistant.links.outlines())
        if wrong:
            return form(request, person, present, values, wrong=wrong, status=422)
        after = with_details(present, details)
        agreed = {**values, "revision": str(present.revision), "agreed": fields.get("agreed", "")}
        if asked := ask_again(request, person, present, after, "edit", agreed):
            return asked
        try:
            and_catch_up(assistant, lambda: assistant.edit(id, details, revision=present.revision, by=person.name))
        except ChangedMeanwhile:
            present = assistant.catalog.get(id)
            values, clashes = _merged(assistant, present, sent, fields.get("revision", ""))
            return form(request, person, present, values, clashes=clashes, status=409)
        return pages.go(request, f"{passage_path(id)}?done=edited")

    @routes.post("/announcements/{id:path}/remove")
    def remove(request: Request, person: Editor, id: str, fields: Fields) -> Response:
        present = assistant.catalog.get(id)
        if _changed(present, fields.get("revision", "")):
            raise ChangedMeanwhile(EDIT[pages.language(request)]["changed_meanwhile"])
        and_catch_up(assistant, lambda: assistant.remove(id, by=person.name))
        said = urlencode({"done": "removed", "id": id, "title": present.title})
        return pages.go(request, f"/staff/announcements?{said}")

    @routes.post("/announcements/{id:path}/restore")
    def restore(request: Request, person: Editor, id: str, fields: Fields) -> Response:
        if not fields.get("to"):
            try:
                and_catch_up(assistant, lambda: assistant.bring_back(id, by=person.name))
            except UnknownAnnouncement as error:
                raise HTTPException(400, EDIT[pages.language(request)]["not_removed"]) from error
            return pages.go(request, f"{passage_path(id)}?done=restored")
        present = assistant.catalog.get(id)
        if _changed(present, fields.get("revision", "")):
            raise ChangedMeanwhile(EDIT[pages.language(request)]["changed_meanwhile"])
        to = next((one for one in assistant.catalog.history(id) if str(one.revision) == fields["to"]), None)
        if to is None:
            raise HTTPException(404, EDIT[pages.language(request)]["no_revision"])
        if asked := ask_again(request, person, present, to, "restore", fields):
            return asked
        and_catch_up(assistant, lambda: assistant.revert(id, to.revision, revision=present.revision, by=person.name))
        return pages.go(request, f"{passage_path(id)}?done=restored")

    @routes.get("/removed")
    def removed(request: Request, person: Editor) -> Response:
        return pages.show(
            request,
            person,
            "removed.html",
            here=HERE,
            words=EDIT,
            removed=[
                (one, spoken_moment(one.at, pages.language(request)), passage_path(one.id))
                for one in assistant.catalog.removed()
            ],
            days=REMOVED_DAYS,
        )

    app.include_router(routes)


def _changed(present: Announcement, revision: str) -> bool:
    return str(present.revision) != revision


def _quoting(assistant: Assistant, id: str) -> list[str]:
    """The official answers that quote an announcement, by a question of each."""
    entries = assistant.official.store.entries()
    quoting = [entry for entry in entries if any(source.announcement_id == id for source in entry.sources)]
    return [next(iter((*entry.questions_ja, *entry.questions_en)), entry.id) for entry in quoting]


# --- What is typed, and what it says --------------------------------------------------------------------------------


def typed(announcement: Announcement) -> dict[str, str]:
    """The details of an announcement as they stand in the fields of the form."""
    details = details_of(announcement)
    moment = announcement.published_at
    return {
        **{name: details[name] or "" for name in FORM if name != "not_before"},
        "not_before": f"{moment.astimezone(JST):%Y-%m-%dT%H:%M}" if moment else "",
    }


def read_details(
    values: Mapping[str, str], present: Announcement, outlines: Mapping[str, Announcement]
) -> tuple[dict[str, str | None], dict[str, str]]:
    """The details that differ from the present ones, and what cannot be taken: field to key of its words."""
    before = typed(present)
    changed = [name for name in FORM if values[name] != before[name]]
    details: dict[str, str | None] = {}
    wrong: dict[str, str] = {}
    for name in changed:
        value = values[name]
        if len(value) > _LONGEST.get(name, 40):
            wrong[name] = "too_long"
            continue
        try:
            details.update(_detail(name, value, present, outlines))
        except ValueError as error:
            wrong[name] = str(error)
    return details, wrong


def _detail(
    name: str, value: str, present: Announcement, outlines: Mapping[str, Announcement]
) -> dict[str, str | None]:
    """One detail as the record has it; ValueError with the key of what is wrong."""
    if name == "title" and not value:
        raise ValueError("no_title")
    if (name == "language" and value not in get_args(Language)) or (
        name == "audience" and value not in get_args(Audience)
    ):
        raise ValueError("choose_one")
    if name == "published":
        try:
            return {name: str(PartialDate.parse(value)) if value else None}
        except ValueError as error:
            raise ValueError("bad_date") from error
    if name == "not_before":
        try:
            moment = dt.datetime.fromisoformat(value).replace(tzinfo=JST) if value else None
        except ValueError as error:
            raise ValueError("bad_moment") from error
        return {"published_at": moment.isoformat() if moment else None}
    if name == "source_url" and value and not is_address(value):
        raise ValueError("bad_url")
    if name in LINKS:
        _check_link(name, value, present, outlines)
        return {name: value or None}
    return {name: " ".join(value.split())}


def _check_link(name: str, value: str, present: Announcement, outlines: Mapping[str, Announcement]) -> None:
    if not value:
        return
    target = _target(value, outlines)
    if target is None:
        raise ValueError("no_such")
    seen = {present.id}
    while target is not None:
        if target.id in seen:
            raise ValueError("circle")
        seen.add(target.id)
        further = getattr(target, name)
        target = _target(further, outlines) if further else None


def _target(value: str, outlines: Mapping[str, Announcement]) -> Announcement | None:
    """The announcement that a link names by its id or its address."""
    if value in outlines:
        return outlines[value]
    wanted = address(value)
    return next((one for one in outlines.values() if one.source_url and address(one.source_url) == wanted), None)


def _merged(
    assistant: Assistant, present: Announcement, sent: Mapping[str, str], revision: str
) -> tuple[dict[str, str], list[Clash]]:
    """What was typed, with what others changed meanwhile where that is another field; and where it is the same one."""
    now = typed(present)
    if not _changed(present, revision):
        return dict(sent), []
    history = {str(one.revision): one for one in assistant.catalog.history(present.id)}
    base = typed(history[revision]) if revision in history else {}
    values, clashes = {}, []
    for name in FORM:
        yours, theirs = sent[name], now[name]
        values[name] = theirs if yours == base.get(name) else yours
        if yours not in (base.get(name), theirs) and theirs != base.get(name):
            clashes.append(Clash(name, yours, theirs))
    return values, clashes


# --- What can be linked to ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """An announcement to link to; `title` is empty for an address that is none of those here."""

    value: str
    title: str
    published: str
    is_chosen: bool


def _choices(
    outlines: Mapping[str, Announcement],
    announcement: Announcement,
    name: str,
    values: Mapping[str, str],
    is_searched: bool,
) -> list[Choice]:
    """What is chosen now, and what was searched for, newest first."""
    chosen = values.get(name, "")
    found: list[tuple[str, Announcement | None]] = [(chosen, _target(chosen, outlines))] if chosen else []
    words = _folded(values.get(f"q_{name}", "")).split()
    if is_searched and words:
        matching = [
            one
            for one in outlines.values()
            if one.id not in (announcement.id, chosen)
            and all(word in _folded(f"{one.title} {one.id}") for word in words)
        ]  # fmt: skip
        matching.sort(key=lambda one: (str(one.published or ""), one.id), reverse=True)
        found += [(one.id, one) for one in matching[:_CHOICES]]
    return [
        Choice(value, one.title if one else "", str(one.published) if one and one.published else "", value == chosen)
        for value, one in found
    ]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


# --- What the public will see ---------------------------------------------------------------------------------------


def _agreement(after: Announcement, now: dt.datetime) -> str:
    """What is agreed to: that the public sees it at once, or from a moment on."""
    moment = public_from(after, now)
    return "now" if moment is None or moment <= now else moment.isoformat()


def _what_becomes_visible(before: Announcement, after: Announcement, language: Language, now: dt.datetime) -> str:
    words = EDIT[language]
    was, will_be = public_from(before, now), public_from(after, now)
    so_far = words["hidden_staff"] if was is None else words["hidden_until"].format(moment=spoken_moment(was, language))
    if will_be is None or will_be <= now:
        return so_far + words["visible_now"]
    return so_far + words["visible_from"].format(moment=spoken_moment(will_be, language))
