"""The command line: arguments in; on stdout what was asked for, on stderr everything else; an exit code out.

0 done; 1 something was rejected or failed, said in a sentence; 2 bad usage. Typer's one door. Whatever takes long to
import is imported by the command that needs it, so that `--help` is there at once.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from assistant.cli_facts import facts
from assistant.cli_faq import faq
from assistant.cli_llm import spent
from assistant.cli_mcp import mcp
from assistant.cli_proposals import proposals
from assistant.cli_records import audit, inbox, records
from assistant.cli_user import user
from assistant.command import (
    AsOfOption,
    AudienceOption,
    DataOption,
    EngineOption,
    JsonOption,
    ModelOption,
    Opener,
    SinceOption,
    me,
    open_assistant,
)
from assistant.command import catalog_of as _catalog
from assistant.command import opened as _opened
from assistant.command import print_json as _print_json
from assistant.command import readable as _readable
from assistant.command import settings_of as _settings
from assistant.terminal import (
    complain,
    counted,
    note,
    print_announcement,
    print_answer,
    print_listing,
    print_passages,
    progress,
    say,
)
from corpus.errors import AssistantError, CorpusError
from corpus.originals import ORIGINALS, Originals

if TYPE_CHECKING:
    from assistant.assistant import Assistant, Engine, Intake
    from assistant.evaluate import Verdict
    from assistant.question_file import GoldQuestion
    from corpus.announcement import Announcement, Audience, Language
    from corpus.links import Links
    from index.passage import Passage

app = typer.Typer(
    name="python -m assistant",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(faq, name="faq")
app.add_typer(proposals, name="proposals")
app.add_typer(records, name="records")
app.add_typer(user, name="user")

LanguageOption = Annotated[
    Literal["ja", "en", "auto"], typer.Option("--lang", help="Language of the question; auto tells it from the words.")
]


def main(arguments: Sequence[str] | None = None, *, opener: Opener | None = None) -> int:
    """Runs one command and returns its exit code.

    Args:
        arguments: without the program's name; None: those of the process.
        opener: what opens the assistant; None: `Assistant.open`.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(args=None if arguments is None else list(arguments), obj=opener or open_assistant)
    except SystemExit as exit:
        return exit.code if isinstance(exit.code, int) else int(exit.code is not None)
    except AssistantError as error:
        complain(f"Error: {error}")
        return 1
    return 0


@app.callback()
def _program() -> None:
    """Answers questions about a company's announcements, in Japanese and English, with exact citations.

    Begin with:  python -m assistant ask "ミッション1の打ち上げは最短でいつですか"
    """


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str | None, typer.Argument(help="The question, in Japanese or English.")] = None,
    data: DataOption = None,
    as_json: JsonOption = False,
    as_of: AsOfOption = None,
    audience: AudienceOption = "public",
    lang: LanguageOption = "auto",
    batch: Annotated[
        str | None,
        typer.Option(
            "--batch", metavar="FILE",
            help='JSON Lines {"id", "question", "history"?, "as_of"?, "lang"?}, answered in order. - is stdin.',
        ),
    ] = None,
    llm: ModelOption = None,
    engine: EngineOption = None,
) -> None:  # fmt: skip
    """Answers a question, with the quotes that it stands on.

    A data directory that does not exist yet gets the bundled sample first.

    Example:  python -m assistant ask --as-of 2022-09-30 "When was Mission 1 to be launched?"
    Example:  python -m assistant ask --llm ollama:qwen3 "ミッション3の打ち上げはいつですか"
    """
    from assistant.question_file import AskedQuestion, read_questions

    if (question is None) == (batch is None):
        raise typer.BadParameter("Give either a question or --batch FILE.")
    asked = [AskedQuestion("", _readable(question or ""))] if batch is None else read_questions(batch)
    with _opened(context, data, by_words=batch is None, llm=llm) as assistant:
        for number, each in enumerate(counted(asked, "Answering", prints=True)):
            answer = assistant.ask(
                each.question,
                history=each.history,
                as_of=each.as_of or as_of,
                audience=audience,
                language=each.language or _language(lang),
                id=each.id,
                engine=engine,
            )
            if as_json:
                _print_json(answer.to_dict(), indent=None if batch else 2)
            else:
                print_answer(answer, after_another=number > 0)


@app.command()
def search(
    context: typer.Context,
    query: Annotated[str | None, typer.Argument(help="What to look for, in Japanese or English.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    data: DataOption = None,
    as_json: JsonOption = False,
    distinct: Annotated[bool, typer.Option("--distinct", help="At most one passage of each announcement.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what each score is made of, and which terms matched.")
    ] = False,
    as_of: AsOfOption = None,
    since: SinceOption = None,
    issuer: Annotated[str | None, typer.Option("--issuer", help="Only what this company published.")] = None,
    category: Annotated[str | None, typer.Option("--category", help="Only announcements of this category.")] = None,
    written_in: Annotated[
        Literal["ja", "en"] | None, typer.Option("--in", help="Only announcements in this language.")
    ] = None,
    audience: AudienceOption = "public",
    lang: LanguageOption = "auto",
    batch: Annotated[
        str | None,
        typer.Option("--batch", metavar="FILE", help='JSON Lines {"id", "query", "lang"?}; needs --json. - is stdin.'),
    ] = None,
) -> None:
    """Finds passages, the best first.

    Example:  python -m assistant search "着陸船 打ち上げ" -k 3 --distinct
    """
    from assistant.question_file import AskedQuery, read_queries
    from index.passage import Scope

    if (query is None) == (batch is None):
        raise typer.BadParameter("Give either a query or --batch FILE.")
    if batch is not None and not as_json:
        raise typer.BadParameter("--batch prints JSON Lines; add --json.")
    queries = [AskedQuery("", _readable(query or ""))] if batch is None else read_queries(batch)
    scope = Scope(
        audience=audience, as_of=as_of, since=since, language=written_in, category=category, issuer=issuer
    )  # fmt: skip
    with _opened(context, data) as assistant:
        for each in counted(queries, "Searching", prints=True):
            language = each.language or _language(lang)
            passages = assistant.search(each.query, k=k, scope=scope, distinct=distinct, language=language)
            matched = [_matched(assistant, each.query, one, language) if explain else None for one in passages]
            records = [_passage_record(*pair) for pair in zip(passages, matched, strict=True)]
            if batch is not None:
                _print_json({"id": each.id, "passages": records})
            elif as_json:
                _print_json({"passages": records}, indent=2)
            else:
                print_passages(passages, matched, lambda id: assistant.catalog.get(id).title)


@app.command()
def add(
    context: typer.Context,
    targets: Annotated[list[str], typer.Argument(metavar="PATH|URL...", help="Files, folders or http(s) addresses.")],
    data: DataOption = None,
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Read scans with Tesseract (jpn+eng), where it is installed.")
    ] = False,
    links: Annotated[
        bool, typer.Option("--links", help="The address is a page that lists news: add what it links to.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Adds announcements. What is there already, unchanged, stays as it is.

    With --json, a line for each announcement: origin, id, title, status (added, updated, unchanged, rejected), reason.

    Example:  python -m assistant add press/2022-09-22.txt press/archive/
    Example:  python -m assistant add https://example.com/news/feed.xml
    """
    rejected = seen = 0
    with _opened(context, data, sample=False) as assistant, progress("Adding", prints=True) as advance:
        readable = [_readable(target) for target in targets]
        for intake in assistant.add(readable, ocr=ocr, links=links, progress=advance, by=me()):
            seen += 1
            if as_json:
                _print_json(_intake_record(intake))
            if intake.status == "rejected":
                rejected += 1
                complain(f"{intake.origin} was rejected. {intake.reason}")
            elif not as_json:
                say(f"{intake.status:9}  {intake.id}  {intake.title}")
    if not seen and any("://" in target for target in targets):
        note("Nothing new.")
    elif not seen:
        raise CorpusError(f"There is no announcement in {_listed(targets)}. Name a file, or a folder that holds some.")
    if rejected:
        raise typer.Exit(1)


@app.command("list")
def list_(context: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Lists all announcements, the oldest first.

    With --json also what belongs together, stated or found: translation_of; supersedes (of a correction);
    superseded_by (of what it changes).

    Example:  python -m assistant list --json
    """
    from corpus.links import Links

    with _catalog(context, data) as catalog:
        links = Links(catalog)
        announcements = list(links.outlines().values())
        linked = _linked(links)
    if as_json:
        _print_json({"announcements": [{**_listing(one), **linked.get(one.id, {})} for one in announcements]}, indent=2)
    elif announcements:
        print_listing(announcements)
    else:
        note('There are no announcements yet. "python -m assistant add PATH" adds some.')


@app.command()
def show(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="As `list` prints it.")],
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Shows one announcement: its text, and with --json its pages, sections, notes, values and offsets too.

    history: its revisions, the oldest first; only the newest is searched.

    Example:  python -m assistant show isp-023.ja --json
    """
    from corpus.links import Links

    with _catalog(context, data) as catalog:
        *earlier, announcement = catalog.history(_readable(id))
        linked = _linked(Links(catalog)).get(announcement.id, {}) if as_json else {}
    if as_json:
        history = [_revision_record(revision) for revision in [*earlier, announcement]]
        _print_json({**_full_record(announcement), "superseded_by": None, **linked, "history": history}, indent=2)
    else:
        print_announcement(announcement)


@app.command()
def remove(
    context: typer.Context,
    id: Annotated[str, typer.Argument(metavar="ID", help="As `list` prints it.")],
    for_good: Annotated[
        bool, typer.Option("--for-good", help="Nothing of it is kept; also of what was removed before.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Brings back what was removed in the last 30 days.")] = False,
    data: DataOption = None,
    as_json: JsonOption = False,
) -> None:
    """Removes an announcement, with its earlier revisions, from everything. For 30 days it can be brought back.

    Example:  python -m assistant remove isp-023.ja
    Example:  python -m assistant remove isp-023.ja --undo
    """
    if for_good and undo:
        raise typer.BadParameter("Give --for-good or --undo, not both.")
    with _opened(context, data, must_exist=True) as assistant:
        if undo:
            assistant.bring_back(_readable(id), by=me())
        else:
            assistant.remove(_readable(id), by=me(), for_good=for_good)
    status = "brought back" if undo else "removed"
    if as_json:
        _print_json({"id": id, "status": status})
    else:
        note(f"{status.capitalize()}: {id}.")


@app.command()
def evaluate(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="JSON Lines of questions with their expected answers.")],
    data: DataOption = None,
    as_json: JsonOption = False,
    audience: AudienceOption = "public",
    failures: Annotated[
        Path | None, typer.Option("--failures", metavar="FILE", help="Write each wrong answer here, as JSON Lines.")
    ] = None,
    least: Annotated[
        float, typer.Option("--min", metavar="SHARE", min=0, max=1, help="Exit with 1 when fewer are right; 0 to 1.")
    ] = 0.0,
    llm: ModelOption = None,
    engine: EngineOption = None,
) -> None:
    """Asks the questions of a file and scores the answers, by language and by type.

    With --llm each question is asked twice: answered by quotes alone, and worded by the model; --failures and --min
    are about the model's.

    Example:  python -m assistant evaluate questions.jsonl --failures wrong.jsonl --min 0.9
    """
    from assistant.evaluate import shares
    from assistant.question_file import read_gold

    questions = read_gold(file)
    engines: list[Engine | None] = [engine] if engine or not llm else ["extractive", "llm"]
    with _opened(context, data, llm=llm) as assistant:
        runs = [
            [
                _judged(assistant, gold, audience, each)
                for gold in counted(questions, f"Evaluating {each or ''}".strip())
            ]
            for each in engines
        ]
    if failures is not None:
        wrong = [json.dumps(v.to_dict(), ensure_ascii=False) + "\n" for v in runs[-1] if not v.is_right]
        _write(failures, "".join(wrong))
    scored = [shares(verdicts) for verdicts in runs]
    if as_json:
        tables = [
            {s.group: {"right": s.right, "questions": s.questions, "share": round(s.share, 4)} for s in run}
            for run in scored
        ]
        named = {"groups": tables[-1]} | ({"extractive": tables[0]} if len(tables) > 1 else {})
        _print_json(named, indent=2)
    else:
        if len(engines) > 1:
            say(f"{'':34} {'quotes alone':>19} {llm:>19}")
        for row in zip(*scored, strict=True):
            columns = [f" {group.right:5}/{group.questions:<5} {100 * group.share:5.1f} %" for group in row]
            say(f"{row[0].group:34}" + "".join(columns))
    share = scored[-1][0].share
    if share < least:
        complain(f"{100 * share:.1f} % of the answers are right; {100 * least:.1f} % were asked for.")
        raise typer.Exit(1)


def _judged(assistant: Assistant, gold: GoldQuestion, audience: Audience, engine: Engine | None) -> Verdict:
    from assistant.evaluate import judge

    asked = gold.asked
    answer = assistant.ask(
        asked.question,
        history=asked.history,
        as_of=asked.as_of,
        audience=audience,
        language=asked.language,
        id=asked.id,
        engine=engine,
    )
    return judge(gold, answer)


@app.command()
def check(context: typer.Context, data: DataOption = None, as_json: JsonOption = False) -> None:
    """Checks that the catalog is whole, that every offset fits, and that the indexes hold what the catalog holds.

    Figures and dates that differ between the Japanese and the English edition of an announcement are noted; they
    count as nothing wrong.

    Example:  python -m assistant check
    """
    with _opened(context, data) as assistant, progress("Checking"):
        problems, notes = assistant.check(), assistant.notes()
    if as_json:
        _print_json({"problems": problems, "notes": notes}, indent=2)
    for problem in problems:
        complain(problem)
    for difference in notes if not as_json else []:
        say(f"Note: {difference}")
    if problems:
        raise typer.Exit(1)
    note("Nothing is wrong.")


@app.command()
def rebuild(context: typer.Context, data: DataOption = None) -> None:
    """Makes both indexes anew from the catalog, for instance after another embedding model was set.

    Example:  python -m assistant rebuild
    """
    with _opened(context, data, must_exist=True, discard=True) as assistant, progress("Indexing") as advance:
        assistant.rebuild(advance)
        count = assistant.catalog.count()
    note(f"Indexed {count} announcements.")


@app.command()
def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    data: DataOption = None,
) -> None:
    """Writes all announcements, with their history and originals, into one new file; others may go on meanwhile.

    With a database of its own, the originals are those that this machine keeps.

    Example:  python -m assistant backup announcements-2026-11-22.db
    """
    with _catalog(context, data, must_exist=True) as catalog, progress("Writing"):
        catalog.backup(file, originals=Originals(_settings(data=data).data / ORIGINALS))
        count = catalog.count()
    note(f"Wrote {count} announcements to {file}.")


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `backup` wrote.")],
    data: DataOption = None,
) -> None:
    """Makes the data directory hold what a backup holds, and nothing else.

    Example:  python -m assistant restore announcements-2026-11-22.db --data restored
    """
    with _catalog(context, data, sample=False) as catalog, progress("Reading"):
        catalog.restore(file, by=me(), originals=Originals(_settings(data=data).data / ORIGINALS))
        count = catalog.count()
    with _opened(context, data, sample=False, discard=True):  # opening brings the indexes up to the catalog
        pass
    note(f"Restored {count} announcements.")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address; otherwise ASSISTANT_HOST, or 127.0.0.1.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Port; otherwise ASSISTANT_PORT, or 7860.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Serves the page and the API until interrupted, as `python app.py` does.

    Example:  python -m assistant serve --port 8080
    """
    from assistant.web import serve as serve_page

    with contextlib.suppress(KeyboardInterrupt):
        serve_page(_settings(data=data, host=host, port=port))


# `--help` lists them in this order, after those above: what is asked most comes first.
for _command in (facts, inbox, audit, spent, mcp):
    app.command()(_command)


def _language(lang: Literal["ja", "en", "auto"]) -> Language | None:
    return None if lang == "auto" else lang


def _listed(targets: Sequence[str]) -> str:
    return ", ".join(f"'{target}'" for target in targets)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise AssistantError(f"The file '{file}' cannot be written: {error.strerror}.") from error


def _intake_record(intake: Intake) -> dict[str, Any]:
    return {
        "origin": intake.origin,
        "id": intake.id,
        "title": intake.title,
        "status": intake.status,
        "reason": intake.reason,
    }


def _matched(assistant: Assistant, query: str, passage: Passage, language: Language | None) -> list[str]:
    from index.search import matched_terms

    announcement = assistant.catalog.get(passage.chunk.announcement_id)
    return matched_terms(query, announcement, passage.chunk, language)


def _passage_record(passage: Passage, matched: Sequence[str] | None) -> dict[str, Any]:
    chunk = passage.chunk
    record = {
        "announcement_id": chunk.announcement_id,
        "score": passage.score,
        "page": chunk.page,
        "start": chunk.start,
        "end": chunk.end,
        "text": chunk.text,
        "section": chunk.section,
        "heading": chunk.heading,
    }
    return record if matched is None else {**record, "scores": dict(passage.scores), "terms": list(matched)}


def _listing(announcement: Announcement) -> dict[str, Any]:
    return {
        "id": announcement.id,
        "title": announcement.title,
        "language": announcement.language,
        "published": str(announcement.published) if announcement.published else None,
        "issuer": announcement.issuer,
        "category": announcement.category,
        "audience": announcement.audience,
        "source_url": announcement.source_url,
        "supersedes": announcement.supersedes,
        "translation_of": announcement.translation_of,
        "revision": announcement.revision,
        "superseded_by": None,
    }


def _linked(links: Links) -> dict[str, dict[str, str]]:
    """For each announcement that is linked, what it is linked to; what it states itself stays as it is stated."""
    from corpus.links import superseded_by

    outlines = links.outlines()
    found: dict[str, dict[str, str]] = {}
    for link in links.translations():
        found.setdefault(link.translation, {})["translation_of"] = link.original
    for correction in links.corrections():
        found.setdefault(correction.notice, {})["supersedes"] = correction.target
    for target, notice in superseded_by(outlines.values(), found=links.corrections()).items():
        found.setdefault(target, {})["superseded_by"] = notice
    return found


def _revision_record(revision: Announcement) -> dict[str, Any]:
    return {
        "revision": revision.revision,
        "title": revision.title,
        "published": str(revision.published) if revision.published else None,
        "content_hash": revision.content_hash,
        "text": revision.text,
    }


def _full_record(announcement: Announcement) -> dict[str, Any]:
    """The announcement's record, with the words of each section, note, anchor and value beside their offsets."""
    from corpus.record import to_record
    from corpus.values import values

    record, text = to_record(announcement), announcement.text
    for part in (*record["sections"], *record["footnotes"]):
        part["text"] = text[part["start"] : part["end"]]
    for footnote in record["footnotes"]:
        footnote["anchors"] = [{"start": a, "end": b, "text": text[a:b]} for a, b in footnote["anchors"]]
    record["values"] = [
        {"kind": v.kind, "key": v.key, "start": v.start, "end": v.end, "text": text[v.start : v.end]}
        for v in values(text, context=announcement.held)
    ]
    return record
