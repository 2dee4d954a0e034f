"""What a person reads in the terminal: answers, passages and lists on stdout, notes and progress on stderr.

Rich's one door. Text of announcements is printed as text: no markup, and no control characters that a terminal would
obey.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.answer import Answer, Citation
    from corpus.announcement import Announcement, Language
    from index.passage import Passage

_T = TypeVar("_T")

WIDTH = 80  # columns at most
SILENCE = 1.0  # seconds of work before a progress bar is worth showing

_LABELS: dict[Language, dict[str, str]] = {
    "ja": {"sources": "出典", "earlier": "以前の発表", "more": "ほかの質問", "page": "{}ページ", "undated": "日付なし",
           "quote": "「{}」"},
    "en": {"sources": "Sources", "earlier": "Said earlier", "more": "You could also ask", "page": "p. {}",
           "undated": "undated", "quote": '"{}"'},
}  # fmt: skip

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


def print_answer(answer: Answer, *, after_another: bool = False) -> None:
    """The answer, then its numbered citations; labels are in the answer's language."""
    console, labels = _console(), _LABELS[answer.language]
    if after_another:
        _line(console, "")
        _line(console, "-" * 8)
    if answer.id:
        _line(console, f"{answer.id}  {answer.question}")
        _line(console, "")
    _line(console, answer.answer)
    if answer.superseded:
        _line(console, "")
        _line(console, labels["earlier"])
        for earlier in answer.superseded:
            when = earlier.as_of or labels["undated"]
            _line(console, f"{earlier.value} ({when}, {earlier.announcement_id})", indent=2)
    if answer.citations:
        _line(console, "")
        _line(console, labels["sources"])
        for citation in answer.citations:
            _print_citation(console, citation, labels)
    if answer.suggestions:
        _line(console, "")
        _line(console, labels["more"])
        for suggestion in answer.suggestions:
            _line(console, suggestion, indent=2)


def print_passages(passages: Sequence[Passage], title: Callable[[str], str], *, explain: bool = False) -> None:
    """Passages with their rank, score and place; `title` names an announcement by its id."""
    console = _console()
    if not passages:
        note("Nothing was found.")
    for rank, passage in enumerate(passages, 1):
        chunk = passage.chunk
        _line(console, f"{rank:2}  {title(chunk.announcement_id)}")
        _line(
            console, f"{chunk.announcement_id}, p. {chunk.page}, {chunk.section}, score {passage.score:.3f}", indent=4
        )
        if explain:
            parts = [f"{name} {score:.3f}" for name, score in passage.scores.items()]
            _line(console, ", ".join(parts), indent=4)
        _line(console, chunk.text, indent=4)
        _line(console, "")


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


def _print_citation(console: Console, citation: Citation, labels: dict[str, str]) -> None:
    page = labels["page"].format(citation.page)
    _line(console, f"[{citation.marker}] {citation.title}")
    _line(console, f"{citation.published or labels['undated']}, {page}, {citation.announcement_id}", indent=4)
    _line(console, labels["quote"].format(citation.quote), indent=4)
    if citation.url:
        _line(console, citation.url, indent=4, folded=False)


def _console() -> Console:
    from rich.console import Console

    measured = Console(markup=False, highlight=False, emoji=False)
    measured.width = min(WIDTH, measured.width)
    return measured


def _line(console: Console, text: str, *, indent: int = 0, folded: bool = True) -> None:
    from rich.padding import Padding
    from rich.text import Text

    line = Text(plain(text))
    if folded:
        console.print(Padding(line, (0, 0, 0, indent), expand=False))
    else:  # an address in one piece, to be clicked or copied
        console.print(Text(" " * indent).append(line), soft_wrap=True)
