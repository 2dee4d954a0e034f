"""How each part of an assistant is: an Assistant in; a Part for each, with figures and what is wrong, out."""

from __future__ import annotations

import datetime as dt
import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Literal

from corpus.errors import AssistantError

if TYPE_CHECKING:
    from assistant.assistant import Assistant

Name = Literal["catalog", "lexical", "vectors", "model", "record", "disk", "versions"]
State = Literal["good", "warn", "bad", "off"]
Figure = tuple[str, str | int | float]  # what it is, as the words' table names it; its value

LEAST_FREE = 1 << 30  # bytes; below it an upload or a rebuild may fail
_LIBRARIES = ("chromadb", "fastapi", "gradio", "langchain-core", "sqlalchemy", "torch", "uvicorn")


@dataclass(frozen=True, slots=True)
class Part:
    """One part, as it is now."""

    name: Name
    state: State
    figures: tuple[Figure, ...] = ()
    trouble: str = ""  # a sentence


def health(assistant: Assistant) -> list[Part]:
    """Every part; one that cannot be asked is bad and says why."""
    parts: list[Part] = []
    for name, look in _LOOKS.items():
        try:
            parts.append(look(assistant))
        except (AssistantError, OSError) as error:
            parts.append(Part(name, "bad", trouble=str(error)))
    return parts


def _catalog(assistant: Assistant) -> Part:
    catalog = assistant.catalog
    kept_in = "PostgreSQL" if assistant.settings.database_url.get_secret_value() else "SQLite"
    figures = ("kept_in", kept_in), ("kept_announcements", catalog.count()), ("revision", catalog.revision())
    return Part("catalog", "good", figures)


def _lexical(assistant: Assistant) -> Part:
    return Part("lexical", "good", (("chunks", assistant.index.count()),))


def _vectors(assistant: Assistant) -> Part:
    settings = assistant.settings
    figures: list[Figure] = [("kept_in", "Chroma server" if settings.chroma_url else "ChromaDB")]
    figures.append(("embedder", assistant.index.embedder or settings.embedding_model or "-"))
    if settings.embeddings == "off":
        return Part("vectors", "off", tuple(figures))
    trouble = assistant.index.left_out.get("vectors", "")
    return Part("vectors", "warn" if trouble else "good", tuple(figures), trouble)


def _model(assistant: Assistant) -> Part:
    settings = assistant.settings
    if not settings.llm:
        return Part("model", "off")
    from assistant.llm import open_budget

    figures: list[Figure] = [("name", settings.llm)]
    if (settings.data / "llm.db").exists():
        today = [
            spent for spent in open_budget(settings).days() if spent.day == dt.datetime.now(dt.UTC).date().isoformat()
        ]
        figures.append(("requests_today", sum(spent.requests for spent in today)))
        figures.append(("tokens_today", sum(spent.usage.total for spent in today)))
        figures.append(("cost_today", round(sum(spent.cost for spent in today), 4)))
    if settings.llm_tokens_per_day:
        figures.append(("tokens_limit", settings.llm_tokens_per_day))
    if settings.llm_cost_per_day:
        figures.append(("cost_limit", settings.llm_cost_per_day))
    rest = assistant.model_rests_s()
    if rest:
        figures.append(("rests", round(rest)))
    return Part("model", "warn" if rest else "good", tuple(figures))


def _record(assistant: Assistant) -> Part:
    records = assistant.records
    if not assistant.settings.record_days:
        return Part("record", "off")
    figures = ("answers", records.store.count()), ("waiting", records.waiting), ("lost", records.lost)
    return Part("record", "warn" if records.lost or records.waiting > 1000 else "good", figures)


def _disk(assistant: Assistant) -> Part:
    usage = shutil.disk_usage(assistant.settings.data)
    figures = ("free_gib", round(usage.free / 2**30, 1)), ("of_gib", round(usage.total / 2**30, 1))
    return Part("disk", "bad" if usage.free < LEAST_FREE else "good", figures)


def _versions(assistant: Assistant) -> Part:
    return Part("versions", "good", tuple(_installed()))


def _installed() -> Iterator[Figure]:
    yield "Python", platform.python_version()
    for library in _LIBRARIES:
        try:
            yield library, metadata.version(library)
        except metadata.PackageNotFoundError:
            continue


_LOOKS: dict[Name, Callable[[Assistant], Part]] = {
    "catalog": _catalog, "lexical": _lexical, "vectors": _vectors, "model": _model, "record": _record, "disk": _disk,
    "versions": _versions,
}  # fmt: skip
