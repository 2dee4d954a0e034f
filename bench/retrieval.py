"""Retrieval on a question set: ours, and with --peers four others, each in its own process.

    python bench/retrieval.py --data DIR [--peers] [--embeddings] [--questions N] [--json]

DIR holds `corpus.jsonl` {id, title, text} and `questions.jsonl` {id, question, lang, gold}. Every system indexes title
and text and gives ten results. Prints R@1, R@5 and MRR@10 in per cent, build time in seconds, the median and 95th
percentile of a query in milliseconds, and the peak memory of the process in MB.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

K = 10
WHOLE = 1_000_000  # a chunk size that leaves every passage of a question set whole

Rows = Sequence[Mapping[str, Any]]
Search = Callable[[Mapping[str, Any]], list[str]]


@dataclass(frozen=True)
class _Change:
    revision: int
    announcement_id: str
    removed: bool = False


class QuestionSetCatalog:
    """The passages of a question set as a catalog: one announcement each."""

    def __init__(self, rows: Rows, language: str) -> None:
        self._rows = {row["id"]: row for row in rows}
        self._language = language

    def identity(self) -> str:
        return "benchmark"

    def revision(self) -> int:
        return len(self._rows)

    def changes(self, since: int) -> list[_Change]:
        return [_Change(n, name) for n, name in enumerate(self._rows, start=1) if n > since]

    def get(self, announcement_id: str) -> Any:
        from corpus.announcement import Announcement

        row = self._rows[announcement_id]
        return Announcement(
            id=row["id"], title=row["title"], text=row["text"], language=self._language, content_hash=""
        )  # type: ignore[arg-type]

    def ids(self) -> list[str]:
        return list(self._rows)


def ours(rows: Rows, language: str, *, embeddings: bool = False) -> Search:
    """This project's Index, lexical or with the default embedder."""
    from index.passage import Scope
    from index.search import Index

    embedder = None
    if embeddings:
        from index.embed import default_embedder

        embedder = default_embedder()
    index = Index.open(Path(tempfile.mkdtemp()), chunk_size=WHOLE, embedder=embedder)
    index.catch_up(QuestionSetCatalog(rows, language))
    scopes: dict[str, frozenset[str]] = {}
    for row in rows:
        if "scope" in row:
            scopes[row["scope"]] = scopes.get(row["scope"], frozenset()) | {row["id"]}

    def search(question: Mapping[str, Any]) -> list[str]:
        scope = Scope(announcement_ids=scopes.get(question.get("scope", "")))
        found = index.search(question["question"], k=K, scope=scope, language=language, distinct=True)  # type: ignore[arg-type]
        return [passage.chunk.announcement_id for passage in found]

    return search


def _texts(rows: Rows) -> list[str]:
    return [f"{row['title']}\n{row['text']}" for row in rows]


def langchain_bm25(rows: Rows, language: str) -> Search:
    """LangChain's BM25Retriever as it comes."""
    from langchain_community.retrievers import BM25Retriever

    retriever = BM25Retriever.from_texts(_texts(rows), metadatas=[{"id": row["id"]} for row in rows], k=K)
    return lambda question: [found.metadata["id"] for found in retriever.invoke(question["question"])]


def langchain_chroma_minilm(rows: Rows, language: str) -> Search:
    """The tutorial: RecursiveCharacterTextSplitter 1000/200, MiniLM, Chroma."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer

    from index.minilm import weights_folder

    model = SentenceTransformer(str(weights_folder()))

    class MiniLM(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return model.encode(texts, normalize_embeddings=True).tolist()

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    parts = splitter.split_documents(
        [Document(page_content=text, metadata={"id": row["id"]}) for text, row in zip(_texts(rows), rows, strict=True)]
    )
    store = Chroma.from_documents(parts, MiniLM(), persist_directory=tempfile.mkdtemp())
    retriever = store.as_retriever(search_kwargs={"k": 3 * K})

    def search(question: Mapping[str, Any]) -> list[str]:
        return list(dict.fromkeys(found.metadata["id"] for found in retriever.invoke(question["question"])))[:K]

    return search


def llamaindex_bm25(rows: Rows, language: str) -> Search:
    """LlamaIndex's BM25Retriever as it comes."""
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever

    nodes = [TextNode(text=text, id_=row["id"]) for text, row in zip(_texts(rows), rows, strict=True)]
    retriever = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=K)
    return lambda question: [found.node.node_id for found in retriever.retrieve(question["question"])]


def haystack_bm25(rows: Rows, language: str) -> Search:
    """Haystack's in-memory BM25 as it comes."""
    from haystack import Document
    from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore()
    store.write_documents([Document(content=text, id=row["id"]) for text, row in zip(_texts(rows), rows, strict=True)])
    retriever = InMemoryBM25Retriever(store, top_k=K)
    return lambda question: [found.id for found in retriever.run(question["question"])["documents"]]


SYSTEMS: dict[str, Callable[[Rows, str], Search]] = {
    "ours": ours,
    "ours + vectors": lambda rows, language: ours(rows, language, embeddings=True),
    "LangChain BM25Retriever": langchain_bm25,
    "LangChain + Chroma + MiniLM": langchain_chroma_minilm,
    "LlamaIndex BM25Retriever": llamaindex_bm25,
    "Haystack InMemoryBM25": haystack_bm25,
}


def _read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def measure(system: str, data: Path, limit: int | None) -> dict[str, float | int | str]:
    """All figures of one system, measured in this process."""
    rows, questions = _read(data / "corpus.jsonl"), _read(data / "questions.jsonl")
    if limit:
        questions = random.Random(0).sample(questions, min(limit, len(questions)))
    started = time.perf_counter()
    search = SYSTEMS[system](rows, questions[0]["lang"])
    build = time.perf_counter() - started
    search(questions[0])
    first = five = 0
    reciprocal = 0.0
    times = []
    for question in questions:
        began = time.perf_counter()
        ids = search(question)
        times.append((time.perf_counter() - began) * 1000)
        rank = next((n for n, name in enumerate(ids[:K]) if name in question["gold"]), None)
        if rank is not None:
            first += rank < 1
            five += rank < 5
            reciprocal += 1 / (rank + 1)
    times.sort()
    count = len(questions)
    return {
        "system": system, "questions": count, "R@1": round(100 * first / count, 2),
        "R@5": round(100 * five / count, 2), "MRR@10": round(100 * reciprocal / count, 2), "build s": round(build, 1),
        "median ms": round(times[count // 2], 2), "p95 ms": round(times[int(0.95 * (count - 1))], 2),
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with corpus.jsonl and questions.jsonl")
    parser.add_argument("--peers", action="store_true", help="measure the peers of bench/requirements.txt too")
    parser.add_argument("--embeddings", action="store_true", help="measure ours with the default embedder too")
    parser.add_argument("--questions", type=int, help="a random sample of this many (seed 0)")
    parser.add_argument("--json", action="store_true", help="JSON Lines instead of a table")
    parser.add_argument("--system", choices=SYSTEMS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.system:
        print(json.dumps(measure(options.system, options.data, options.questions)))
        return 0
    chosen = [
        name
        for name in SYSTEMS
        if name == "ours" or (options.embeddings if name == "ours + vectors" else options.peers)
    ]
    failed = 0
    for number, name in enumerate(chosen):
        command = [sys.executable, __file__, "--data", str(options.data), "--system", name]
        if options.questions:
            command += ["--questions", str(options.questions)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            reason = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no message"
            hint = " Install bench/requirements.txt." if "ModuleNotFoundError" in reason else ""
            print(f"{name}: left out ({reason}).{hint}", file=sys.stderr)
            failed += name.startswith("ours")
            continue
        figures = json.loads(done.stdout.strip().splitlines()[-1])
        if options.json:
            print(json.dumps(figures))
            continue
        if number == 0:
            print("| " + " | ".join(figures) + " |\n|" + "---|" * len(figures))
        print("| " + " | ".join(str(value) for value in figures.values()) + " |", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
