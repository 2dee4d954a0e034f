"""What the commands share: options, the assistant or its catalog opened as settings say, JSON on stdout."""

from __future__ import annotations

import contextlib
import datetime as dt
import getpass
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.terminal import note, progress
from corpus.errors import AssistantError, CorpusError

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.settings import Settings
    from corpus.catalog import Catalog
    from corpus.dates import PartialDate

Opener = Callable[..., "Assistant"]

DataOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Data directory; otherwise ASSISTANT_DATA, otherwise .data."),
]
ByOption = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so; otherwise the user of this machine.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing but JSON, on stdout.")]
AudienceOption = Annotated[
    Literal["public", "staff"],
    typer.Option("--audience", help="public: only what has been published. staff: everything."),
]

ModelOption = Annotated[
    str | None,
    typer.Option(
        "--llm", metavar="PROVIDER:MODEL",
        help="A chat model that words the answers, such as ollama:qwen3; otherwise ASSISTANT_LLM, otherwise none.",
    ),
]  # fmt: skip
EngineOption = Annotated[
    Literal["extractive", "llm"] | None,
    typer.Option("--engine", help="What words the answer: quotes alone, or the chat model, which falls back to them."),
]


def _date(text: str) -> PartialDate:
    from corpus.dates import PartialDate

    try:
        return PartialDate.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _first_day(text: str) -> dt.date:
    return _date(text).earliest


def _last_day(text: str) -> dt.date:
    return _date(text).latest


AsOfOption = Annotated[
    dt.date | None,
    typer.Option(
        "--as-of", metavar="DATE", parser=_last_day,
        help="Only what was published by the end of this day (or month, or year): 2022-09-30, 2022-09, 2022.",
    ),
]  # fmt: skip
SinceOption = Annotated[
    dt.date | None,
    typer.Option(
        "--since", metavar="DATE", parser=_first_day,
        help="Only what was published on or after this day (or month, or year); --as-of is the other end.",
    ),
]  # fmt: skip


def open_assistant(settings: Settings, *, sample: bool, discard: bool) -> Assistant:
    """The assistant on `settings.data`; with `discard`, without indexes that cannot be used."""
    from assistant.assistant import Assistant

    if discard:
        _discard_unusable(settings)
    return Assistant.open(settings, sample=sample, embeddings="now" if settings.embeddings == "on" else "off")


def _discard_unusable(settings: Settings) -> None:
    """Throws away indexes that are damaged or were made by another embedder; those that can be used stay."""
    from index.embed import default_embedder, load_embedder
    from index.search import Index

    embedder = None
    if settings.embeddings == "on":
        embedder = load_embedder(settings.embedding_model) if settings.embedding_model else default_embedder()
    directory = settings.data / "index"
    Index.open(directory, embedder=embedder, vectors_url=settings.chroma_url or None, discard=True).close()


@contextlib.contextmanager
def catalog_of(
    context: typer.Context, data: Path | None, *, sample: bool = True, must_exist: bool = False
) -> Iterator[Catalog]:
    """The catalog alone: there at once, and also when an index is damaged. Arguments are those of `opened`."""
    settings = settings_of(data=data)
    if not settings.database_url and not settings.data.exists():
        with opened(context, data, sample=sample, must_exist=must_exist):
            pass  # opening makes the directory
    from corpus.catalog import Catalog

    with contextlib.closing(Catalog.open(settings.catalog)) as catalog:
        yield catalog


@contextlib.contextmanager
def opened(
    context: typer.Context,
    data: Path | None,
    *,
    sample: bool = True,
    must_exist: bool = False,
    discard: bool = False,
    by_words: bool = False,
    llm: str | None = None,
) -> Iterator[Assistant]:
    """The assistant on the data directory.

    Args:
        by_words: search by words alone; a single question is answered sooner than the vectors are loaded.
        sample: a directory that does not exist yet gets the bundled sample.
        must_exist: such a directory is an error instead.
        discard: indexes that cannot be used are thrown away first, and made again on opening.
        llm: the chat model, in place of that of the settings.
    """
    settings = settings_of(data=data, llm=llm)
    if must_exist and not settings.database_url and not settings.data.exists():
        raise CorpusError(f"There is no data directory '{settings.data}'. Name another one with --data.")
    if sample and not settings.data.exists():
        note(f"Making the data directory {settings.data}.")
    with progress("Opening"):
        chosen = settings.model_copy(update={"embeddings": "off"}) if by_words else settings
        assistant = context.obj(chosen, sample=sample, discard=discard)
    with contextlib.closing(assistant):
        yield assistant


def settings_of(**chosen: object) -> Settings:
    """The settings, with what the command line names in place of the environment's."""
    from pydantic import ValidationError

    from assistant.settings import Settings

    try:
        return Settings(**{name: value for name, value in chosen.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "ASSISTANT_" + "_".join(str(part) for part in first["loc"]).upper()
        raise AssistantError(f"The setting {name} cannot be '{first['input']}': {first['msg']}.") from error


def readable(text: str) -> str:
    """`text`, when it can be used as an argument."""
    from assistant.question_file import is_whole

    if not text.strip() or not is_whole(text):
        raise typer.BadParameter("It is empty, or not in the terminal's encoding.")
    return text


def print_json(value: object, *, indent: int | None = None) -> None:
    """Prints `value` as JSON, on one line unless `indent` is given."""
    # Flushed, so that a program that reads line by line has each answer at once.
    print(json.dumps(value, ensure_ascii=False, indent=indent), flush=True)


def me() -> str:
    """The user of this machine, as the audit log names who used the command line; "" when nobody can tell."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
