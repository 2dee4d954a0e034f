"""Every reason for which a loader rejects a file is said in Japanese too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.web.reasons import reason_in

CORPUS = Path(__file__).parents[1] / "corpus"
LOADERS = ["announce", "feed", "fetch", "isolate", "load", "ocr", "stated", *(p.stem for p in CORPUS.glob("load_*.py"))]
RAISED = {"EmptyDocument", "UnreadableFile", "UnsupportedFormat", "Refused", "NotServed", "Rejection"}
OF_NO_UPLOAD = ("There is no file or folder '7'. Check the path.", "The PDF has no page 7.")


def said_by(node: ast.expr) -> str | None:
    """The text of a literal, with a 7 for each value in it; None for what is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values)
    return None


def reasons() -> Iterator[str]:
    for name in LOADERS:
        for node in ast.walk(ast.parse((CORPUS / f"{name}.py").read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                place = 1 if node.func.id == "Rejection" else 0
                if len(node.args) > place and (text := said_by(node.args[place])):
                    yield text


@pytest.mark.parametrize("reason", sorted({*reasons()} - {*OF_NO_UPLOAD}))
def test_a_loaders_reason_is_said_in_japanese(reason: str) -> None:
    said = reason_in(reason, "ja")
    assert any("ぁ" <= char <= "ヿ" for char in said), reason


def test_enough_reasons_were_found_for_the_test_above_to_mean_something() -> None:
    assert len(set(reasons())) > 50


def test_values_of_a_reason_are_kept_and_what_is_unknown_stays_as_it_is() -> None:
    assert reason_in("The PDF has 2,001 pages; 2,000 are read at most. Split it.", "ja") == (
        "PDFが2,001ページあります。上限は2,000ページです。分割してください。"
    )
    assert reason_in("Something new.", "ja") == "Something new."
    assert "--ocr" not in reason_in(
        "The PDF has no text layer: it is a scan. Add it with --ocr to read its pictures.", "en"
    )
