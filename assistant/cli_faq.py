"""`python -m assistant faq …`: official answers, listed, written, approved, suspended, retired, exported, imported."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from assistant.command import ByOption, DataOption, JsonOption, catalog_of, me, print_json, readable
from assistant.terminal import complain, note, say

if TYPE_CHECKING:
    from assistant.faq_file import FaqRecord
    from assistant.official import OfficialAnswers
    from corpus.curation import OfficialAnswer

faq = typer.Typer(
    help="Official answers: written and approved by people, they win over what is found.", no_args_is_help=True
)

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="As `faq list` prints it.")]


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("A day looks like 2026-12-31.") from error


ExpiresOption = Annotated[
    dt.date | None,
    typer.Option("--expires", metavar="DATE", parser=_day, help="The last day on which it is shown: 2026-12-31."),
]


@contextlib.contextmanager
def _official(context: typer.Context, data: Path | None, *, must_exist: bool = True) -> Iterator[OfficialAnswers]:
    from assistant.official import OfficialAnswers
    from corpus.links import Links

    with catalog_of(context, data, must_exist=must_exist) as catalog:
        yield OfficialAnswers(catalog, Links(catalog))


@faq.command("list")
def list_(
    context: typer.Context,
    data: DataOption = None,
    as_json: JsonOption = False,
    status: Annotated[
        Literal["draft", "approved", "suspended", "retired"] | None, typer.Option("--status", help="Only these.")
    ] = None,
) -> None:
    """Lists the official answers, by topic; with --json with all that they say, and why one is not shown.

    Example:  python -m assistant faq list --status approved
    """
    from assistant.official import explained

    with _official(context, data) as official:
        entries = [entry for entry in official.store.entries() if status in (None, entry.status)]
        reasons = {entry.id: explained(official.standing(entry)) for entry in entries}
    if as_json:
        print_json({"faq": [_listing(entry, reasons[entry.id]) for entry in entries]}, indent=2)
        return
    for entry in entries:
        first = next(iter((*entry.questions_ja, *entry.questions_en)), "")
        say(f"{entry.id}  {entry.status:9}  {entry.topic or '-'}  {first}")
        if entry.status == "approved" and reasons[entry.id]:
            say(f"    Not shown. {reasons[entry.id]}")
    if not entries:
        note('There are no official answers yet. "python -m assistant faq add" makes one.')


@faq.command()
def add(
    context: typer.Context,
    question: Annotated[list[str], typer.Option("--question", help="A way of asking it; may be repeated.")],
    quote: Annotated[
        list[str],
        typer.Option("--quote", metavar="ID:WORDS", help="What it stands on, word for word; may be repeated."),
    ],
    answer_ja: Annotated[str, typer.Option("--answer-ja", help="The answer in Japanese.")] = "",
    answer_en: Annotated[str, typer.Option("--answer-en", help="The answer in English.")] = "",
    topic: Annotated[str, typer.Option("--topic", help="Under which it is listed.")] = "",
    owner: Annotated[str, typer.Option("--owner", help="Who looks after it.")] = "",
    id: Annotated[str, typer.Option("--id", help="A name of letters and digits; otherwise one is made.")] = "",
    expires: ExpiresOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Writes an official answer, as a draft: nobody is shown it before it is approved.

    Example:  python -m assistant faq add --question "従業員は何人ですか" --answer-ja "200名です。" --quote "ID:200名"
    """
    from assistant.question import question_language
    from corpus.curation import OfficialAnswer

    asked = [readable(text) for text in question]
    with _official(context, data) as official:
        sources = tuple(official.quote(*_id_and_words(readable(text))) for text in quote)
        entry = official.save(
            OfficialAnswer(
                id=id,
                topic=topic,
                questions_ja=tuple(text for text in asked if question_language(text) == "ja"),
                questions_en=tuple(text for text in asked if question_language(text) == "en"),
                answer_ja=answer_ja,
                answer_en=answer_en,
                sources=sources,
                owner=owner or me(),
                expires=expires,
            ),
            by=me(),
        )
    _said(entry, as_json=as_json)


@faq.command()
def approve(
    context: typer.Context,
    id: IdArgument,
    by: ByOption = "",
    expires: ExpiresOption = None,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Approves an official answer: from now on it answers its questions.

    Each figure and date of it has to stand in what it quotes.

    Example:  python -m assistant faq approve faq-1a2b3c4d --by "IR, M. Sato" --expires 2027-03-31
    """
    with _official(context, data) as official:
        _said(official.approve(readable(id), by=by or me(), expires=expires), as_json=as_json)


@faq.command()
def suspend(
    context: typer.Context,
    id: IdArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with it.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Suspends an official answer: nobody is shown it until it is approved again.

    Example:  python -m assistant faq suspend faq-1a2b3c4d --reason "being checked"
    """
    with _official(context, data) as official:
        _said(official.suspend(readable(id), reason=reason, by=me()), as_json=as_json)


@faq.command()
def retire(
    context: typer.Context,
    id: IdArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with it.")] = "",
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Retires an official answer for good; it stays for the record.

    Example:  python -m assistant faq retire faq-1a2b3c4d
    """
    with _official(context, data) as official:
        _said(official.retire(readable(id), reason=reason, by=me()), as_json=as_json)


@faq.command()
def export(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A new .jsonl or .yaml file; otherwise JSON Lines on stdout.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Writes all official answers into a file that people can edit and `faq import` reads.

    Example:  python -m assistant faq export faq.yaml
    """
    from assistant.errors import BadOfficialAnswers
    from assistant.faq_file import written

    with _official(context, data) as official:
        entries = official.store.entries()
    if file is None:
        print(written(entries, as_yaml=False), end="", flush=True)
        return
    try:
        with file.open("x", encoding="utf-8") as out:
            out.write(written(entries, as_yaml=file.suffix.lower() in (".yaml", ".yml")))
    except OSError as error:
        raise BadOfficialAnswers(f"'{file}' cannot be written ({error.strerror}). Name a new file.") from error
    note(f"Wrote {len(entries)} official answers to {file}.")


@faq.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON Lines, or YAML (.yaml, .yml).")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Reads official answers from a file; what has a known id changes that one.

    One that says it is approved needs what `approve` asks for, and approved_by. With --json, a line for each: id,
    status (added, updated, unchanged, rejected), reason.

    Example:  python -m assistant faq import faq.yaml
    """
    from assistant.faq_file import read_records
    from corpus.errors import AssistantError

    rejected = 0
    with _official(context, data) as official:
        for record in read_records(file):
            outcome: dict[str, Any]
            if isinstance(record, str):
                outcome = {"id": "", "status": "rejected", "reason": record}
            else:
                try:
                    outcome = _taken(official, record)
                except AssistantError as error:
                    outcome = {"id": record.id, "status": "rejected", "reason": str(error)}
            rejected += outcome["status"] == "rejected"
            if as_json:
                print_json(outcome)
            if outcome["status"] == "rejected":
                complain(f"{outcome['id'] or 'An official answer'} was rejected. {outcome['reason']}")
            elif not as_json:
                say(f"{outcome['status']:9}  {outcome['id']}")
    if rejected:
        raise typer.Exit(1)


def _taken(official: OfficialAnswers, record: FaqRecord) -> dict[str, Any]:
    from corpus.curation import OfficialAnswer
    from corpus.errors import UnknownOfficialAnswer

    known = None
    with contextlib.suppress(UnknownOfficialAnswer):
        known = official.store.get(record.id) if record.id else None
    stated = record.model_dump(exclude={"sources"})
    sources = tuple(official.quote(one.announcement_id, one.quote, start=one.start) for one in record.sources)
    entry = OfficialAnswer(**stated, sources=sources, revision=known.revision if known else 0)
    if known and dataclasses.replace(entry, changed_at=known.changed_at) == known:
        return {"id": known.id, "status": "unchanged", "reason": ""}
    kept = official.take(entry, by=me())
    return {"id": kept.id, "status": "updated" if known else "added", "reason": ""}


def _id_and_words(quote: str) -> tuple[str, str]:
    id, colon, words = quote.partition(":")
    if not colon:
        raise typer.BadParameter("A quote looks like ID:WORDS, with the announcement's id.")
    return id.strip(), words.strip()


def _listing(entry: OfficialAnswer, why: str) -> dict[str, Any]:
    from corpus.curation import to_row

    return {**to_row(entry), "is_shown": not why, "why_not": why}


def _said(entry: OfficialAnswer, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": entry.id, "status": entry.status})
    else:
        say(f"{entry.status:9}  {entry.id}")
