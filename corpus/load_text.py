"""Plain text: bytes in, a Source out, line breaks and page breaks (form feeds) as they stand."""

from __future__ import annotations

import re
import unicodedata

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.source import Layout, Source

_JAPANESE = ("cp932", "euc_jp")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# What may stand after the last sign of a sentence: closing quotes and brackets, a footnote mark.
_SENTENCE_END = re.compile(r"[。．.!?！？:：;；|」』）)】\]”\"]\s*(?:\[?\d{1,2}\]?)?$")

# Headings, list items, and rows of tables end where they end.
_MARKED = re.compile(r"#|\||[-*] |.* \| ")


def decode(data: bytes) -> str:
    """The text of `data`: UTF-8, UTF-16 with a mark, ISO-2022-JP, CP932 (Shift_JIS), EUC-JP or Windows-1252.

    Each is tried strictly. Bytes that two Japanese encodings accept go to the one that gives more kana, since
    Japanese prose is full of them and the wrong reading is not.

    Raises:
        UnreadableFile: none of them fits, or the file is not text.

    >>> decode("契約を締結しました。".encode("euc_jp"))
    '契約を締結しました。'
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = _strictly(data, "utf-16")
    else:
        text = _strictly(data, "utf-8-sig")
        if text is not None and "\x1b$" in text:
            text = _strictly(data, "iso2022_jp")
        if text is None:
            text = _legacy(data)
    if text is None:
        raise UnreadableFile("The text is in no encoding that can be told for sure. Save it as UTF-8 and add it again.")
    # A few stray control characters come with text copied out of PDFs; many mean that this is no text.
    controls = len(_CONTROLS.findall(text))
    if controls > 8 + len(text) // 200:
        raise UnreadableFile("The file holds binary data, not text. Save it as text in UTF-8 and add it again.")
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _legacy(data: bytes) -> str | None:
    """CP932 or EUC-JP where kana or common kanji speak for it, else Windows-1252 for text that is nearly all ASCII."""
    readings = [(text, _kana_share(text)) for text in (_strictly(data, name) for name in _JAPANESE) if text is not None]
    best, share = max(readings, key=lambda reading: reading[1], default=("", -1.0))
    if share >= 0.1:
        return best
    ascii_share = sum(byte < 0x80 for byte in data) / len(data)
    if ascii_share >= 0.9:
        return _strictly(data, "cp1252")
    return best if share >= 0 and ascii_share < 0.9 and _is_plainly_japanese(best) else None


def _kana_share(text: str) -> float:
    """Full-width kana among the characters beyond ASCII, less half-width kana, which a wrong reading is full of."""
    foreign = [ch for ch in text if ord(ch) > 0x7F]
    if not foreign:
        return 0.0
    kana = sum("\u3040" <= ch <= "\u30ff" for ch in foreign)
    half = sum("\uff61" <= ch <= "\uff9f" for ch in foreign)
    return (kana - half) / len(foreign)


def _is_plainly_japanese(text: str) -> bool:
    """Whether all that is not ASCII is kanji, kana or full-width punctuation (a line of names, a heading)."""
    foreign = [ch for ch in text if ord(ch) > 0x7F]
    return all("\u3000" <= ch <= "\u30ff" or "\u4e00" <= ch <= "\u9fff" or "\uff01" <= ch <= "\uff60" for ch in foreign)


def parse(data: bytes, origin: str) -> Source:
    """The Source of a text file; a form feed begins a new page.

    Raises:
        EmptyDocument, UnreadableFile.
    """
    text = decode(data)
    if not text.strip():
        raise EmptyDocument("The file holds no text.")
    return Source(pages=split_pages(text), layout="lines", origin=origin)


def split_pages(text: str) -> tuple[str, ...]:
    """The pages of `text`, cut at form feeds; one after the last page starts no new one."""
    return tuple((text[:-1] if text.endswith("\f") else text).split("\f"))


def layout_of(text: str) -> Layout:
    """ "lines" when line breaks fall inside sentences, "blocks" when each line is a whole paragraph.

    The rule: of the long lines (at least 0.7 of the 90th percentile in columns, a full-width character being two)
    that have another line of running text below them, at least a third end without the sign of a sentence's end;
    running text is at least half of all lines, and no line is wider than 200 columns, which no printed page is.

    >>> layout_of("The company has signed a contract\\nwith the agency to collect a small\\namount of regolith.")
    'lines'
    >>> layout_of("売上高は増加しました。\\n営業利益は減少しました。")
    'blocks'
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    widths = [_columns(line) for line in lines]
    if len(lines) < 2 or max(widths) > 200:
        return "blocks"
    running = [not _MARKED.match(line) for line in lines]
    if 2 * sum(running) < len(lines):
        return "blocks"
    long = max(20, 0.7 * sorted(widths)[int(0.9 * (len(widths) - 1))])
    cut = [
        _SENTENCE_END.search(lines[i]) is None
        for i in range(len(lines) - 1)
        if widths[i] >= long and running[i] and running[i + 1]
    ]
    return "lines" if cut and sum(cut) / len(cut) >= 1 / 3 else "blocks"


def _columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(ch) in "WF" else 1 for ch in line)
