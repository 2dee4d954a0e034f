"""`python -m assistant proposals …`: facts that a chat model proposes, made, listed, accepted and rejected."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from assistant.command import ByOption, DataOption, JsonOption, ModelOption, catalog_of, me, print_json, settings_of
from assistant.terminal import complain, counted, note, say

if TYPE_CHECKING:
    from assistant.llm.extract import Extracted, Extractor
    from assistant.settings import Settings
    from corpus.announcement import Announcement
    from corpus.catalog import Catalog
    from corpus.proposals import Proposal, Proposals

proposals = typer.Typer(
    help="Facts that a chat model proposes; one counts only after a person has accepted it.", no_args_is_help=True
)

NumbersArgument = Annotated[list[int], typer.Argument(metavar="N...", help="As `proposals list` prints them.")]

# After these no other announcement is worth a request.
_LASTING = ("budget", "key", "resting")


@contextlib.contextmanager
def _kept(context: typer.Context, data: Path | None) -> Iterator[Proposals]:
    from corpus.proposals import Proposals

    with catalog_of(context, data, must_exist=True) as catalog:
        yield Proposals(catalog.database)


@proposals.command()
def make(
    context: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Announcements; otherwise all that are public.")
    ] = None,
    llm: ModelOption = None,
    include_staff: Annotated[
        bool,
        typer.Option(
            "--include-staff",
            help="Also what is for staff only, or not published yet. Its text is sent to the model's provider.",
        ),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Also announcements that this model was asked about already.")
    ] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Has a chat model read facts in announcements, and keeps what their words bear out, to be reviewed.

    The text of each announcement is sent to the model. What was asked already is left out, so that a run that was cut
    off goes on where it stopped. With --json, a line for each: announcement_id, status (asked, unchanged, failed),
    proposed, dropped, reason.

    Example:  python -m assistant proposals make --llm ollama:qwen3
    """
    from assistant.errors import AnswerError

    settings = settings_of(data=data, llm=llm)
    if not settings.llm:
        raise AnswerError("No chat model is set. Name one with --llm or ASSISTANT_LLM, such as ollama:qwen3.")
    failed = 0
    with catalog_of(context, data, must_exist=True) as catalog:
        extractor = _extractor(settings, catalog)
        for announcement in counted(_chosen(catalog, ids or [], include_staff=include_staff), "Reading"):
            if extractor.was_asked(announcement) and not again:
                outcome = _outcome(announcement.id, "unchanged")
            else:
                outcome = _asked(extractor, announcement)
            failed += outcome["status"] == "failed"
            _print_outcome(outcome, as_json=as_json)
            if outcome["reason"] in _LASTING:
                break
    if failed:
        complain("What was read is kept; the same command goes on with the rest.")
        raise typer.Exit(1)


def _extractor(settings: Settings, catalog: Catalog) -> Extractor:
    from assistant.llm import open_extractor
    from assistant.llm.models import check_name
    from corpus.proposals import Proposals
    from corpus.register import FACTS, Register

    check_name(settings.llm, url=settings.llm_url, key=settings.llm_key.get_secret_value())
    kept = Proposals(catalog.database)
    return open_extractor(settings, kept, Register(catalog, file=settings.data / FACTS, accepted=kept.facts))


def _chosen(catalog: Catalog, ids: list[str], *, include_staff: bool) -> list[Announcement]:
    """The announcements to read; AnswerError where one that is named must not be sent away without a word."""
    from assistant.errors import AnswerError
    from index.passage import Scope

    shows = Scope(audience="staff" if include_staff else "public").shows
    named = [catalog.get(id) for id in ids] if ids else list(catalog.announcements())
    hidden = [one.id for one in named if not shows(one)]
    if ids and hidden:
        raise AnswerError(
            f"Announcement '{hidden[0]}' is not public, and its text would be sent to the chat model. Add "
            "--include-staff if it may be."
        )
    if hidden:
        note(f"{len(hidden)} announcements that are not public were left out; --include-staff sends them, too.")
    return [one for one in named if shows(one)]


def _asked(extractor: Extractor, announcement: Announcement) -> dict[str, Any]:
    from assistant.llm.errors import NoReply
    from corpus.errors import ChangedMeanwhile

    try:
        done: Extracted = extractor.propose(announcement, by=me())
    except NoReply as error:
        return _outcome(announcement.id, "failed", reason=error.kind)
    except ChangedMeanwhile as error:
        return _outcome(announcement.id, "failed", reason=str(error))
    return _outcome(announcement.id, "asked", proposed=list(done.proposed), dropped=dict(done.dropped))


def _outcome(id: str, status: Literal["asked", "unchanged", "failed"], **more: Any) -> dict[str, Any]:
    return {"announcement_id": id, "status": status, "proposed": [], "dropped": {}, "reason": "", **more}


def _print_outcome(outcome: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(outcome)
    elif outcome["status"] == "asked":
        dropped = ", ".join(f"{reason} {count}" for reason, count in sorted(outcome["dropped"].items()))
        left = f"; dropped: {dropped}" if dropped else ""
        say(f"{outcome['announcement_id']}: {len(outcome['proposed'])} proposed{left}")
    if outcome["status"] == "failed":
        complain(f"{outcome['announcement_id']}: the chat model gave no usable reply ({outcome['reason']}).")


@proposals.command("list")
def list_(
    context: typer.Context,
    state: Annotated[
        Literal["proposed", "accepted", "rejected"] | None, typer.Option("--state", help="Only these.")
    ] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lists the proposed facts by number, each with its quote and where it stands, and what was said of it.

    Example:  python -m assistant proposals list --state proposed
    """
    with _kept(context, data) as kept:
        found = kept.entries(state=state)
    if as_json:
        print_json({"proposals": [one.to_dict() for one in found]})
        return
    for one in found:
        _print_proposal(one)
    if not found:
        note('There are none. "python -m assistant proposals make" asks the chat model for some.')


def _print_proposal(one: Proposal) -> None:
    fact = one.fact
    by = f" by {one.reviewed_by}" if one.reviewed_by else ""
    outdated = "" if one.is_current else ", but its announcement has changed: it does not count"
    say(f"{one.number}  {one.state}{by}{outdated}")
    held = f", {fact.as_of}" if fact.as_of else ""
    say(f"    {fact.subject} / {fact.attribute}: {fact.value.text} ({fact.status}{held})")
    say(f"    “{fact.quote}”")
    say(f"    {fact.announcement_id}, p. {fact.page}; proposed by {one.model}")


@proposals.command()
def accept(
    context: typer.Context,
    numbers: NumbersArgument,
    by: ByOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Accepts proposed facts: from now on they count, marked as proposed by a model, until their announcement changes.

    Example:  python -m assistant proposals accept 3 4 --by "IR, M. Sato"
    """
    with _kept(context, data) as kept:
        _reviewed(kept, kept.accept, numbers, by=by, as_json=as_json)


@proposals.command()
def reject(
    context: typer.Context,
    numbers: NumbersArgument,
    by: ByOption = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rejects proposed facts, also those that were accepted: they count nowhere, and are not proposed again.

    Example:  python -m assistant proposals reject 5 --by "IR, M. Sato"
    """
    with _kept(context, data) as kept:
        _reviewed(kept, kept.reject, numbers, by=by, as_json=as_json)


def _reviewed(kept: Proposals, decide: Callable[..., Proposal], numbers: list[int], *, by: str, as_json: bool) -> None:
    known = [kept.get(number).number for number in numbers]  # all of them, before any is changed
    done = [decide(number, by=by or me()) for number in known]
    if as_json:
        print_json({"proposals": [one.to_dict() for one in done]})
        return
    for one in done:
        say(f"{one.number}  {one.state}")
