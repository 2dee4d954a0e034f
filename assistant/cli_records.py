"""`python -m assistant records …`, `inbox`, `audit`: what was asked and answered, what to look at, who changed what."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from assistant.command import DataOption, JsonOption, catalog_of, opened, print_json, readable, settings_of
from assistant.terminal import note, say

if TYPE_CHECKING:
    from assistant.records import Records
    from corpus.kept import Feedback, KeptAnswer

records = typer.Typer(help="What was asked and answered, as it was given.", no_args_is_help=True)

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="As `records list` prints it.")]


@contextlib.contextmanager
def _kept(context: typer.Context, data: Path | None) -> Iterator[Records]:
    from assistant.records import Records

    with (
        catalog_of(context, data, must_exist=True) as catalog,
        contextlib.closing(Records(catalog, days=settings_of(data=data).record_days)) as kept,
    ):
        yield kept


@records.command("list")
def list_(
    context: typer.Context,
    data: DataOption = None,
    as_json: JsonOption = False,
    k: Annotated[int, typer.Option("-k", min=1, max=10_000, help="How many, the newest first.")] = 50,
    containing: Annotated[str, typer.Option("--containing", help="Only questions with these words.")] = "",
    status: Annotated[
        Literal["answered", "not_found", "declined", "ambiguous", ""], typer.Option("--status", help="Only these.")
    ] = "",
) -> None:
    """Lists the answers that were given, the newest first.

    Example:  python -m assistant records list --status not_found
    """
    with _kept(context, data) as kept:
        found = kept.store.newest(k=k, containing=containing, status=status)
    if as_json:
        print_json({"records": [_record(answer) for answer in found]}, indent=2)
        return
    for answer in found:
        at = answer.kept_at.astimezone().strftime("%Y-%m-%d %H:%M")
        say(f"{answer.id}  {at}  {answer.surface:6}  {answer.status:9}  {answer.question}")
    if not found:
        note("Nothing is kept.")


@records.command()
def show(context: typer.Context, id: IdArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Shows one answer as it was given, and what its reader said of it.

    Example:  python -m assistant records show 0b6f0a52-8f3c-4a53-9a57-1a1f0c7d6f10 --json
    """
    with _kept(context, data) as kept:
        answer, said = kept.store.get(readable(id))
    if as_json:
        print_json({**_record(answer), "answer": answer.answer, "feedback": _said(said)}, indent=2)
        return
    say(f"{answer.question}\n\n{answer.answer.get('answer', '')}\n")
    for citation in answer.answer.get("citations", ()):
        say(f"[{citation['marker']}] {citation['title']} ({citation['announcement_id']})\n    {citation['quote']}")
    if said:
        say(f"\n{said.rating} {said.reason} {said.comment}".rstrip())


@records.command()
def replay(context: typer.Context, id: IdArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Asks again what was asked, as of that moment, and shows what differs.

    Announcements that were added, changed or removed since then are named: they may be why.

    Example:  python -m assistant records replay 0b6f0a52-8f3c-4a53-9a57-1a1f0c7d6f10
    """
    with opened(context, data, must_exist=True) as assistant:
        done = assistant.records.replay(readable(id), assistant)
    if as_json:
        differences = [{"what": d.what, "before": d.before, "after": d.after} for d in done.differences]
        changes = [{"announcement_id": c.announcement_id, "removed": c.removed} for c in done.changes]
        again = done.again.to_dict()
        print_json(
            {**_record(done.kept), "differences": differences, "changed_since": changes, "again": again}, indent=2
        )
        return
    for difference in done.differences:
        say(f"{difference.what}\n  then: {difference.before}\n  now:  {difference.after}")
    if not done.differences:
        say("The same answer.")
    for change in done.changes:
        say(f"{'Removed' if change.removed else 'Added or changed'} since then: {change.announcement_id}")


@records.command()
def purge(
    context: typer.Context,
    days: Annotated[
        int | None,
        typer.Option("--days", min=0, help="Forget what is older; otherwise what ASSISTANT_RECORD_DAYS says."),
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forgets old questions and answers, and what was said of them. The page does so by itself, once an hour.

    Example:  python -m assistant records purge --days 30
    """
    with _kept(context, data) as kept:
        gone = kept.purge(days=days)
    if as_json:
        print_json({"purged": gone})
    else:
        say(f"Forgot {gone} answers.")


def inbox(
    context: typer.Context,
    days: Annotated[int, typer.Option("--days", min=1, max=10_000, help="How far back to look.")] = 30,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lists what to look at: questions that were not answered, did not please, or are asked often; like ones together.

    Example:  python -m assistant inbox --days 7
    """
    with _kept(context, data) as kept:
        groups = kept.inbox(days=days)
    if as_json:
        print_json(
            {
                "groups": [
                    {
                        "question": group.question, "language": group.language, "asked": group.asked,
                        "unanswered": group.unanswered, "down": group.down, "newest": group.newest.isoformat(),
                        "ids": list(group.ids), "comments": list(group.comments),
                    }
                    for group in groups
                ]
            },
            indent=2,
        )  # fmt: skip
        return
    for group in groups:
        say(f"asked {group.asked}, unanswered {group.unanswered}, thumbs down {group.down}  {group.question}")
        for comment in group.comments:
            say(f"    {comment}")
    if not groups:
        note("Nothing to look at.")


def audit(
    context: typer.Context,
    k: Annotated[int, typer.Option("-k", min=1, max=100_000, help="How many, the newest first.")] = 50,
    subject: Annotated[str, typer.Option("--subject", metavar="ID", help="Only changes of this.")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lists who changed what, the newest first: announcements, official answers, users.

    Example:  python -m assistant audit --subject isp-023.ja
    """
    from corpus.audit import Audit

    with catalog_of(context, data, must_exist=True) as catalog:
        lines = Audit(catalog.database).lines(k=k, subject=subject)
    if as_json:
        print_json(
            {
                "audit": [
                    {
                        "number": line.number, "at": line.at.isoformat(), "who": line.who, "what": line.what,
                        "subject": line.subject, "before": line.before, "after": line.after,
                    }
                    for line in lines
                ]
            },
            indent=2,
        )  # fmt: skip
        return
    for line in lines:
        at = line.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        say(f"{line.number:6}  {at}  {line.who or '-'}  {line.what}  {line.subject}  {line.before} → {line.after}")


def _record(answer: KeptAnswer) -> dict[str, Any]:
    return {
        "id": answer.id,
        "at": answer.kept_at.isoformat(),
        "surface": answer.surface,
        "audience": answer.audience,
        "user": answer.user_name,
        "request_id": answer.request_id,
        "question": answer.question,
        "language": answer.language,
        "status": answer.status,
        "engine": answer.engine,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "catalog_revision": answer.revision,
        "history": list(answer.history),
    }


def _said(feedback: Feedback | None) -> dict[str, str] | None:
    if feedback is None:
        return None
    return {
        "rating": feedback.rating,
        "reason": feedback.reason,
        "comment": feedback.comment,
        "at": feedback.given_at.isoformat(),
    }
