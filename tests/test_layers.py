"""Imports point down, each large library has one door, and what is imported is asked for in requirements.in."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = ["corpus", "index", "assistant", "app"]  # each may import itself and those before it

DOORS: dict[str, tuple[str, ...]] = {
    # The database, its tables, and one store for each kind of thing that is kept in it.
    "sqlalchemy": (
        "corpus/database.py", "corpus/schema.py", "corpus/catalog.py", "corpus/curation.py", "corpus/kept.py",
        "corpus/audit.py", "corpus/proposals.py", "corpus/migrations/",
    ),
    "alembic": ("corpus/database.py", "corpus/migrations/"),
    "pypdfium2": ("corpus/load_pdf.py",),
    "trafilatura": ("corpus/load_html.py",),
    "docx": ("corpus/load_docx.py",),
    "yaml": ("corpus/load_markdown.py", "assistant/faq_file.py"),
    "sudachipy": ("index/analyse.py",),
    "snowballstemmer": ("index/analyse.py",),
    "tantivy": ("index/lexical.py",),
    "chromadb": ("index/vectors.py",),
    "sentence_transformers": ("index/sentence_models.py", "index/rerank.py"),
    "onnxruntime": ("assistant/span.py",),
    "torch": ("index/sentence_models.py",),
    # What commands share, and a module for each group of them.
    "typer": ("assistant/command.py", "assistant/cli"),
    "langchain": ("assistant/llm/models.py",),
    "sqlite3": ("assistant/llm/budget.py",),
    "rich": ("assistant/terminal.py",),
    "fastapi": ("assistant/web/",),
    "starlette": ("assistant/web/",),
    "uvicorn": ("assistant/web/",),
    "gradio": ("assistant/web/",),
    "python_multipart": ("assistant/web/receive.py",),
    "sse_starlette": ("assistant/web/api.py",),
    "mcp": ("assistant/web/mcp.py",),
    "mcp_types": ("assistant/web/mcp.py",),
    "limits": ("assistant/web/limits.py", "assistant/web/sign_in.py"),
    "jinja2": ("assistant/web/faq.py", "assistant/web/sign_in.py", "assistant/web/staff.py"),
    "argon2": ("assistant/users.py",),
    "itsdangerous": ("assistant/web/sign_in.py",),
    "reportlab": ("assistant/web/export_pdf.py",),
    "prometheus_client": ("assistant/web/metrics.py",),
}  # fmt: skip


def product() -> Iterator[Path]:
    yield ROOT / "app.py"
    for layer in LAYERS[:-1]:
        yield from sorted((ROOT / layer).rglob("*.py"))


def imports(tree: ast.AST, *, for_types: bool = False) -> Iterator[str]:
    """The dotted names that a module imports anywhere in it; with `for_types`, those for type checkers too."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING" and not for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
        yield from imports(node, for_types=for_types)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", product(), ids=place)
def test_imports_point_down(path: Path) -> None:
    layer = LAYERS.index(place(path).split("/")[0].removesuffix(".py"))
    imported = {name.split(".")[0] for name in imports(parsed(path), for_types=True)}
    assert not imported & {*LAYERS[layer + 1 :], "tests", "bench"}


@pytest.mark.parametrize("path", product(), ids=place)
def test_each_large_library_has_one_door(path: Path) -> None:
    imported = {name.split(".")[0] for name in imports(parsed(path))}
    assert [library for library in sorted(imported & DOORS.keys()) if not place(path).startswith(DOORS[library])] == []


def test_every_door_is_used() -> None:
    used = {_top(name) for path in product() for name in imports(parsed(path))}
    assert DOORS.keys() - used == set()


def test_what_is_imported_is_asked_for_by_name() -> None:
    asked = {_canonical(line) for line in (ROOT / "requirements.in").read_text("utf-8").splitlines()}
    distributions = packages_distributions()
    ours = {*LAYERS, "tests", "bench", *sys.stdlib_module_names}
    imported = {_top(name) for path in [*product(), *(ROOT / "tests").rglob("*.py")] for name in imports(parsed(path))}
    missing = {name for name in imported - ours if not asked & {_canonical(d) for d in distributions.get(name, [name])}}
    assert missing - {path.stem for path in (ROOT / "tests").rglob("*.py")} == set()


def test_every_requirement_is_pinned_and_no_gpu_library_is_among_them() -> None:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in pinned if not re.match(r"^[a-z0-9._-]+(\[[a-z,]+\])?==[0-9a-z.+!]+( ;.*)?$", line)] == []
    assert [line for line in pinned if line.startswith(("nvidia", "cuda", "triton"))] == []
    names = {_canonical(line) for line in pinned}
    asked = {_canonical(line) for line in (ROOT / "requirements.in").read_text("utf-8").splitlines()} - {""}
    assert asked - names == set()


def _top(name: str) -> str:
    return name.split(".")[0]


def _canonical(requirement: str) -> str:
    name = re.split(r"[\[<>=~!; #]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def test_each_file_of_tests_has_a_name_of_its_own() -> None:
    # pytest imports them by name: two of one name fail where the whole suite is run.
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
