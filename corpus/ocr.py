"""Scans: a PDF of pictures in, the text that Tesseract reads in them out, page by page. Runs isolated."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Collection
from typing import Any

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.load_pdf import page_count, page_images

PAGE_LIMIT = 300
SECONDS_A_PAGE = 90.0
LANGUAGES = ("jpn", "eng")


def parse(data: bytes, *, only: Collection[int] | None = None) -> dict[str, Any]:
    """The text of each page as read from its picture: {"pages": [str, …]}; pages not in `only` (from 0) are empty.

    Raises:
        EmptyDocument: nothing can be read in the pictures.
        UnreadableFile: Tesseract or one of its languages is missing, or a page is too much for it.
    """
    program = _program()
    count = page_count(data, page_limit=PAGE_LIMIT)
    pages = []
    for number in range(count):
        if only is not None and number not in only:
            pages.append("")
            continue
        for image in page_images(data, first=number, last=number + 1):
            png = io.BytesIO()
            image.save(png, "PNG", compress_level=1)
            pages.append(_recognised(program, png.getvalue(), number))
    if not "".join(pages).strip():
        raise EmptyDocument("No text can be read in the pictures of the PDF. Scan it at 300 dpi, upright.")
    return {"pages": pages}


def is_available() -> bool:
    """Whether Tesseract is installed with both languages."""
    try:
        _program()
    except UnreadableFile:
        return False
    return True


def _program() -> str:
    program = shutil.which("tesseract")
    advice = "Install it with its languages (Debian: tesseract-ocr, tesseract-ocr-jpn)."
    if program is None:
        raise UnreadableFile(f"The PDF is a scan, and Tesseract, which reads scans, is not installed. {advice}")
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    missing = [name for name in LANGUAGES if name not in (listed.stdout + listed.stderr).split()]
    if missing:
        raise UnreadableFile(f"The PDF is a scan, and Tesseract lacks the language {', '.join(missing)}. {advice}")
    return program


def _recognised(program: str, png: bytes, number: int) -> str:
    command = [program, "stdin", "stdout", "-l", "+".join(LANGUAGES), "--dpi", "300"]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            input=png,
            capture_output=True,
            timeout=SECONDS_A_PAGE,
            check=True,
            # More threads make Tesseract slower on small machines.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableFile(f"Page {number + 1} takes Tesseract longer than {SECONDS_A_PAGE:g} seconds.") from error
    except subprocess.CalledProcessError as error:
        raise UnreadableFile(
            f"Tesseract cannot read page {number + 1} of the PDF. Scan it again at 300 dpi."
        ) from error
    return done.stdout.decode("utf-8", "replace").replace("\f", "").strip("\n")
