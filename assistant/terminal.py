"""What a person reads in the terminal: answers, passages and lists on stdout, notes and progress on stderr.

Rich's one door. Text of announcements is printed as text: no markup, and no control characters that a terminal would
obey.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from assistant.answer import Answer, Citation
    from corpus.announcement import Announcement, Language
    from corpus.facts import Fact
    from index.passage import Passage

_T = TypeVar("_T")

WIDTH = 80  # columns at most
SILENCE = 1.0  # seconds of work before a progress bar is worth showing

_LABELS: dict[Language, dict[str, str]] = {
    "ja": {"sources": "出典", "more": "ほかの質問", "page": "{}ページ", "undated": "日付なし",
           "quote": "「{}」", "engine": "文章：{}（引用と照合済み）"},
    "en": {"sources": "Sources", "more": "You could also ask", "page": "p. {}",
           "undated": "undated", "quote": '"{}"', "engine": "Worded by {}, checked against the quotes"},
}  # fmt: skip

# What a line is not cut inside of: blanks; a Latin word; one other character; with the marks that cling to them.
_OPEN, _CLOSE = r"「『（〈《【〔“(\[", r"、。，．・：；！？ー々」』）〉》】〕”ぁぃぅぇぉっゃゅょァィゥェォッャュョ)\]"
_PIECE = re.compile(rf"\s*[{_OPEN}]*(?:[!-~À-ɏ‐-…]+|\S)[{_CLOSE}]*|\s+")

Progress = Callable[[int, int | None], None]


def say(text: str) -> None:
    """One line on stdout."""
    print(plain(text))


def note(text: str) -> None:
    """One line on stderr, for a person who watches; left out when nobody does."""
    if sys.stderr.isatty():
        print(plain(text), file=sys.stderr)


def complain(text: str) -> None:
    """One line on stderr that has to be seen."""
    print(plain(text), file=sys.stderr)


def plain(text: str) -> str:
    r"""A text without the characters that steer a terminal; line ends and tabs stay.

    >>> plain("red \x1b[31malert")
    'red [31malert'
    """
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf"))


def width(text: str) -> int:
    """Columns that a text takes in a terminal; a full-width character takes two.

    >>> width("月面 moon")
    9
    """
    return sum(_columns(character) for character in text)


def wrapped(text: str, columns: int) -> list[str]:
    """The lines of a text, none wider than `columns`, as far as its words allow.

    Latin words stay whole; Japanese is cut anywhere but before a closing mark and after an opening one.

    >>> wrapped("着陸は「成功」、と発表 of 2022", 12)
    ['着陸は「成', '功」、と発表', 'of 2022']
    """
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _PIECE.findall(paragraph):
            if line and width(line) + width(piece.rstrip()) > columns:
                lines.append(line.rstrip())
                line = ""
            line += piece if line else piece.lstrip()
            while width(line.rstrip()) > columns:  # an address, or a word wider than the terminal
                cut = _longest(line, columns)
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line.rstrip())
    return lines


def print_answer(answer: Answer, *, after_another: bool = False) -> None:
    """The answer, then its numbered citations; labels are in the answer's language."""
    labels = _LABELS[answer.language]
    if after_another:
        say("\n" + "-" * 8)
    if answer.id:
        _block(f"{answer.id}  {answer.question}")
        say("")
    _block(answer.answer)
    if answer.citations:
        say(f"\n{labels['sources']}")
        for citation in answer.citations:
            _print_citation(citation, labels)
    if answer.model:
        say(f"\n{labels['engine'].format(answer.model)}{_usage(answer)}")
    if answer.suggestions:
        say(f"\n{labels['more']}")
        for suggestion in answer.suggestions:
            _block(suggestion, indent=2)


def _usage(answer: Answer) -> str:
    """What a chat model took for an answer, in brackets; empty for one that was remembered."""
    usage = answer.usage
    if not usage:
        return ""
    cost = f", {usage['cost']:.4f}" if usage["cost"] else ""
    return f" ({usage['tokens_in']} + {usage['tokens_out']} tokens{cost})"


def print_passages(
    passages: Sequence[Passage], matched: Sequence[Sequence[str] | None], title: Callable[[str], str]
) -> None:
    """Passages with their rank, score and place; where `matched` has terms, also what the score is made of and those.

    Args:
        title: names an announcement by its id.
    """
    if not passages:
        note("Nothing was found.")
    for rank, (passage, terms) in enumerate(zip(passages, matched, strict=True), 1):
        chunk = passage.chunk
        _block(f"{rank}. {title(chunk.announcement_id)}")
        _block(f"{chunk.announcement_id}, p. {chunk.page}, {chunk.section}, score {passage.score:.3f}", indent=4)
        if terms is not None:
            _block(", ".join(f"{name} {score:.3f}" for name, score in passage.scores.items()), indent=4)
            _block(f"matched: {' '.join(terms) or 'no term, only the vectors'}", indent=4)
        _block(chunk.text, indent=4)
        say("")


def print_listing(announcements: Sequence[Announcement]) -> None:
    """A line for each announcement: date, id, title."""
    widest = max(len(announcement.id) for announcement in announcements)
    for announcement in announcements:
        date = str(announcement.published) if announcement.published else "-"
        say(f"{date:10}  {announcement.id:{widest}}  {announcement.title}")


def print_announcement(announcement: Announcement) -> None:
    """What is known about an announcement, then its text as it is searched."""
    known = {
        "id": announcement.id,
        "published": str(announcement.published) if announcement.published else "",
        "issuer": announcement.issuer,
        "category": announcement.category,
        "language": announcement.language,
        "audience": announcement.audience,
        "source": announcement.source_url,
        "supersedes": announcement.supersedes,
        "translation of": announcement.translation_of,
        "revision": str(announcement.revision),
    }
    say(announcement.title)
    for name, value in known.items():
        if value:
            say(f"{name + ':':16}{value}")
    say("")
    say(announcement.text)


def print_facts(facts: Sequence[Fact]) -> None:
    """A table of facts: subject, attribute, value, status, the date on which it held, and the announcement."""
    if not facts:
        note("No such fact was found.")
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("subject", "attribute", "value", "status", "as of", "announcement"):
        table.add_column(name, overflow="fold")
    before = ""
    for fact in facts:
        replaced = f" by {fact.superseded_by}" if fact.superseded_by else ""
        reviewed = f" (a model's, accepted by {fact.origin.accepted_by})" if fact.origin else ""
        cells = (
            "" if fact.subject == before else fact.subject, fact.attribute, fact.value.text,
            f"{fact.status}{replaced}{reviewed}",
            str(fact.as_of or ""), f"{fact.announcement_id}, p. {fact.page}",
        )  # fmt: skip
        table.add_row(*(Text(plain(cell)) for cell in cells))
        before = fact.subject
    columns = shutil.get_terminal_size((120, 24)).columns
    Console(file=sys.stdout, width=max(columns, WIDTH), highlight=False).print(table)


@contextlib.contextmanager
def progress(label: str, *, prints: bool = False) -> Iterator[Progress]:
    """A bar on stderr for work that takes over a second; what it yields takes (done, total or None).

    Without a terminal there is none; nor with `prints`, for work that prints as it goes, where the lines show the
    progress and a bar would break them.
    """
    if not sys.stderr.isatty() or (prints and sys.stdout.isatty()):
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False,
    )  # fmt: skip
    task = bar.add_task(label, total=None)
    appearance = threading.Timer(SILENCE, bar.start)
    appearance.daemon = True
    appearance.start()
    try:
        yield lambda done, total: bar.update(task, completed=done, total=total)
    finally:
        appearance.cancel()
        appearance.join()
        bar.stop()


def counted(items: Sequence[_T], label: str, *, prints: bool = False) -> Iterator[_T]:
    """The items, with a bar while they are gone through."""
    with progress(label, prints=prints) as advance:
        for done, item in enumerate(items):
            advance(done, len(items))
            yield item


def _print_citation(citation: Citation, labels: dict[str, str]) -> None:
    page = labels["page"].format(citation.page)
    _block(f"[{citation.marker}] {citation.title}")
    _block(f"{citation.published or labels['undated']}, {page}, {citation.announcement_id}", indent=4)
    _block(labels["quote"].format(citation.quote), indent=4)
    if citation.url:
        say(f"    {citation.url}")  # in one piece, to be clicked or copied


def _block(text: str, *, indent: int = 0) -> None:
    columns = min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)
    for line in wrapped(plain(text), max(columns - indent, 10)):
        say((" " * indent + line).rstrip())


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _longest(line: str, columns: int) -> int:
    """How many characters of a line fit; at least one."""
    taken = 0
    for place, character in enumerate(line):
        taken += _columns(character)
        if taken > columns:
            return max(place, 1)
    return len(line)
