"""DOCX: bytes in, headings, paragraphs, lists, tables and notes as Markdown blocks out. The one door to python-docx."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table
from docx.text.paragraph import Paragraph

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.legible import strange_share

UNPACKED_LIMIT = 100_000_000  # bytes of all parts that hold text
_PARTS_LIMIT = 5_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PROGRAM_TITLE = re.compile(
    r"^(word document|microsoft word|untitled|無題|document|文書|タイトル|title)\s*\d*$|\.docx?$", re.I
)


def parse(data: bytes) -> dict[str, Any]:
    """The text and, where the file states a sane one, the title: {"pages": [str], "title": str | None}.

    A footnote's mark stands as `[1]` where it is called, and its text as a last block `[1] …`.

    Raises:
        EmptyDocument: no text.
        UnreadableFile: not a DOCX, broken, encrypted, or unpacking to more than UNPACKED_LIMIT.
    """
    _check_archive(data)
    try:
        document = docx.Document(io.BytesIO(data))
        blocks = [*_blocks(document, document.element.body), *_notes(document)]
        stated = " ".join((document.core_properties.title or "").split())
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, SyntaxError, zipfile.BadZipFile) as error:
        raise UnreadableFile("The Word file is broken. Open it in Word and save it anew as .docx.") from error
    text = "\n\n".join(blocks)
    if not text.strip():
        raise EmptyDocument("The Word file holds no text. Pictures of text are not read.")
    sane = 4 <= len(stated) <= 200 and not _PROGRAM_TITLE.search(stated) and strange_share(stated) == 0
    return {"pages": [text], "title": stated if sane and _squeezed(stated) in _squeezed(text) else None}


def _squeezed(text: str) -> str:
    return "".join(text.split()).lower()


def _check_archive(data: bytes) -> None:
    """Refuses what is no DOCX, and archives that unpack to far more than they claim or than announcements need.

    The claimed sizes come from the archive itself and may lie, so each part is unpacked and counted; pictures are
    left out, since nothing unpacks them later.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            "The Word file is encrypted or in the old .doc format. Save it as .docx without a password."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if "word/document.xml" not in archive.namelist():
                raise UnreadableFile("The file is named .docx but is no Word document. Save it anew from Word.")
            claimed = sum(part.file_size for part in parts)
            if len(parts) > _PARTS_LIMIT or claimed > UNPACKED_LIMIT:
                raise _too_large()
            left = UNPACKED_LIMIT
            for part in parts:
                with archive.open(part) as stream:
                    while piece := stream.read(1_000_000):
                        left -= len(piece)
                        if left < 0:
                            raise _too_large()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise UnreadableFile(
            "The Word file is broken or encrypted. Save it anew from Word, without a password."
        ) from error


def _too_large() -> UnreadableFile:
    return UnreadableFile(
        f"The Word file unpacks to more than {UNPACKED_LIMIT // 1_000_000} MB. Make its pictures smaller."
    )


def _blocks(document: Document, container: Any, depth: int = 0) -> Iterator[str]:
    """The blocks of a body, a cell or a content control, in order."""
    items: list[str] = []  # a list under way
    for child in container.iterchildren():
        if child.tag == f"{_W}p":
            paragraph = Paragraph(child, document)  # type: ignore[arg-type]
            text = _text(child)
            if not text:
                continue
            marked = _marked(paragraph, text)
            if marked.lstrip().startswith(("- ", "1. ")) and marked != text:
                items.append(re.sub(r"^1\.", f"{len(items) + 1}.", marked))
                continue
            if items:
                yield "\n".join(items)
                items = []
            yield marked
        elif child.tag == f"{_W}tbl":
            if items:
                yield "\n".join(items)
                items = []
            rows = _table(Table(child, document), depth)  # type: ignore[arg-type]
            if rows:
                yield "\n".join(rows)
        elif child.tag == f"{_W}sdt" and depth < 20:  # a content control: what it holds stands in its place
            if items:
                yield "\n".join(items)
                items = []
            for content in child.iterchildren(f"{_W}sdtContent"):
                yield from _blocks(document, content, depth + 1)
    if items:
        yield "\n".join(items)


def _text(element: Any) -> str:
    """The text of a paragraph as it reads now: insertions kept, deletions left out, footnote marks as [1]."""
    parts: list[str] = []
    for node in element.iter():
        if node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag == f"{_W}tab":
            parts.append(" " if parts else "")
        elif node.tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif node.tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif node.tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
            kind = "" if node.tag.endswith("}footnoteReference") else "e"
            parts.append(f"[{kind}{node.get(f'{_W}id')}]")
    return "\n".join(line.strip() for line in "".join(parts).splitlines() if line.strip())


def _marked(paragraph: Paragraph, text: str) -> str:
    """The text with Markdown's mark for a heading or a list item."""
    style = paragraph.style.name if paragraph.style is not None and paragraph.style.name else ""
    heading = re.match(r"(?:heading|見出し)\s*(\d)", style, re.IGNORECASE)
    line = text.replace("\n", " ")
    if style.lower() in ("title", "表題"):
        return f"# {line}"
    if heading:
        # "Heading 1" is the first level under the title.
        return f"{'#' * min(6, int(heading[1]) + 1)} {line}"
    properties: Any = paragraph._p.pPr
    numbered = properties is not None and properties.numPr is not None and properties.numPr.numId is not None
    if style.lower().startswith("list number"):
        return f"1. {line}"
    if style.lower().startswith("list") or numbered:
        level = properties.numPr.ilvl.val if numbered and properties.numPr.ilvl is not None else 0  # type: ignore[union-attr]
        return f"{'  ' * min(int(level), 6)}- {line}"
    return text


def _table(table: Table, depth: int) -> list[str]:
    """The rows as Markdown table rows; a merged cell is said once, in its first place."""
    lines: list[str] = []
    above: list[Any] = []
    for row in table.rows:
        cells: list[str] = []
        seen: list[Any] = []
        for cell in row.cells:
            element = cell._tc
            repeated = any(element is other for other in seen) or any(element is other for other in above)
            seen.append(element)
            words = (
                "" if repeated else " ".join(" ".join(_text(p).split()) for p in element.iter(f"{_W}p") if depth < 20)
            )
            cells.append(words.replace("|", "/").strip())
        above = seen
        if any(cells):
            lines.append("| " + " | ".join(cells) + " |")
            if len(lines) == 1 and len(table.rows) > 1:
                lines.append("|" + "---|" * len(cells))
    return lines


def _notes(document: Document) -> Iterator[str]:
    """The footnotes and endnotes that the text calls, each as one block `[1] …`."""
    from lxml import etree

    for name, tag, kind in (("footnotes", "footnote", ""), ("endnotes", "endnote", "e")):
        for relation in document.part.rels.values():
            if relation.is_external or not relation.reltype.endswith(f"/{name}"):
                continue
            parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
            root = etree.fromstring(relation.target_part.blob, parser)
            for note in root.iter(f"{_W}{tag}"):
                # Word keeps its separator lines among the notes, with a type.
                text = " ".join(_text(note).split())
                if note.get(f"{_W}type") is None and text:
                    yield f"[{kind}{note.get(f'{_W}id')}] {text}"
