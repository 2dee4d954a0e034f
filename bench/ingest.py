"""Reading PDFs: this project's loader, pypdf and pdfplumber on the same files.

    python bench/ingest.py [FOLDER] [--json]

Each reader runs over the whole folder in a process of its own, so that its peak memory is its own. Printed for each:
milliseconds a page (all, and CPU, which says more on a busy machine), peak MB, files read and rejected; and for the
Japanese files the share of characters that Japanese or English text can be made of (`legible`), the share of kana
(prose has 30 to 60 %, mojibake next to none), and the share of its characters that another reader finds as well,
whatever the order (`agreed`).
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

READERS = ("announcements-assistant", "pypdf", "pdfplumber")
FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "pdf"


def read(reader: str, file: Path) -> list[str] | str:
    """The pages of the file as `reader` gives them, or why it gives none."""
    logging.disable(logging.CRITICAL)
    try:
        if reader == "pypdf":
            import pypdf

            return [page.extract_text() for page in pypdf.PdfReader(file).pages]
        if reader == "pdfplumber":
            import pdfplumber

            with pdfplumber.open(file) as document:
                return [page.extract_text() or "" for page in document.pages]
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    raise ValueError(f"'{reader}' is no reader.")


def read_all(folder: Path) -> dict[str, list[str] | str]:
    """The same for the whole folder by this project's loader, as `add FOLDER` reads it."""
    from corpus.load import load
    from corpus.source import Rejection

    found: dict[str, list[str] | str] = {}
    for item in load(folder):
        name = Path(item.origin.partition("#")[0]).name
        if isinstance(item, Rejection):
            found.setdefault(name, item.reason)
        else:
            found[name] = list(item.pages)
    return {name: found[name] for name in found if name.endswith(".pdf")}


def run(reader: str, folder: Path) -> dict[str, object]:
    """All files of the folder by one reader: times, memory and texts."""
    started = time.perf_counter()
    if reader == READERS[0]:
        files = read_all(folder)
    else:
        files = {file.name: read(reader, file) for file in sorted(folder.glob("*.pdf"))}
    seconds = time.perf_counter() - started
    # Our loader reads in a child process: the larger of the two is what it takes.
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    peak = max(use.ru_maxrss for use in used)
    cpu = sum(use.ru_utime + use.ru_stime for use in used)
    return {"files": files, "seconds": seconds, "cpu": cpu, "peak_mb": peak / 1024}


def characters(text: str) -> Counter[str]:
    return Counter("".join(text.replace("|", "").split()))  # our marks of table cells


def kana_share(text: str) -> float:
    signs = [ch for ch in text if not ch.isspace()]
    return sum("\u3041" <= ch <= "\u30fe" for ch in signs) / len(signs) if signs else 0.0


def report(folder: Path) -> dict[str, object]:
    """The figures of all readers."""
    from corpus.legible import strange_share

    runs = {}
    for reader in READERS:
        command = [sys.executable, __file__, str(folder), "--reader", reader]
        runs[reader] = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    texts = {
        reader: {name: "\n".join(pages) for name, pages in done["files"].items() if isinstance(pages, list)}
        for reader, done in runs.items()
    }
    japanese = sorted({name for found in texts.values() for name, text in found.items() if kana_share(text) > 0.2})
    rows = {}
    for reader, done in runs.items():
        read_files = [pages for pages in done["files"].values() if isinstance(pages, list)]
        count = sum(map(len, read_files))
        by_file = {}
        for name in japanese:
            text = texts[reader].get(name, "")
            others: Counter[str] = Counter()
            for other in READERS:
                if other != reader:
                    others |= characters(texts[other].get(name, ""))
            own = characters(text)
            by_file[name] = {
                "legible": round(1 - strange_share(text), 3) if text else 0.0,
                "kana": round(kana_share(text), 3),
                "agreed": round(sum((own & others).values()) / max(1, sum(own.values())), 3),
            }
        rows[reader] = {
            "files": len(read_files),
            "rejected": len(done["files"]) - len(read_files),
            "pages": count,
            "ms_a_page": round(1000 * done["seconds"] / max(1, count), 1),
            "cpu_ms_a_page": round(1000 * done["cpu"] / max(1, count), 1),
            "peak_mb": round(done["peak_mb"]),
            "japanese": by_file,
        }
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.folder.is_dir():
        sys.exit(f"There is no folder '{options.folder}'. Name one with PDF files.")
    if options.reader:
        json.dump(run(options.reader, options.folder), sys.stdout)
        return
    rows = report(options.folder)
    if options.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    print("| reader | files read / rejected | ms a page | of it CPU | peak MB |")
    print("|---|---|---|---|---|")
    for reader, row in rows.items():
        figures = (f"{row['files']} / {row['rejected']}", row["ms_a_page"], row["cpu_ms_a_page"], row["peak_mb"])
        print(f"| {reader} | " + " | ".join(map(str, figures)) + " |")
    print("\n| Japanese file | reader | legible | kana | agreed |")
    print("|---|---|---|---|---|")
    for reader, row in rows.items():
        for name, shares in row["japanese"].items():
            print(f"| {name} | {reader} | {shares['legible']:.1%} | {shares['kana']:.1%} | {shares['agreed']:.1%} |")


if __name__ == "__main__":
    main()
