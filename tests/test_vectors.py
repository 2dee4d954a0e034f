"""The vector store, embedded and as a real Chroma server: the same behaviour of both."""

from __future__ import annotations

import datetime as dt
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.announcement import Announcement
from index.chunk import chunk
from index.errors import EmbedderMismatch, StoreUnavailable
from index.lexical import State
from index.passage import Scope
from index.search import Index
from index.vectors import Embedded, VectorIndex
from tests.fakes_index import BagOfWords, DictCatalog, notice

STAFF = Scope(audience="staff")
BAG = BagOfWords()
Opener = Callable[..., VectorIndex]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A `chroma run` of our own."""

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = Path(sys.executable).parent / "chroma"
        self.process = subprocess.Popen(
            [str(program), "run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        )  # fmt: skip
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=1):
                    return
            except OSError:
                time.sleep(0.1)  # a process that starts cannot be waited for in another way
        raise AssertionError("The Chroma server did not start.")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait()
            self.process = None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("chroma"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(params=["embedded", "server"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    url = request.getfixturevalue("server").url if request.param == "server" else None
    if url:
        VectorIndex.erase(tmp_path, url=url)
    return lambda name="bag": VectorIndex(tmp_path, name, url=url)


def embedded(announcement: Announcement) -> tuple[Announcement, list[Embedded]]:
    chunks = chunk(announcement)
    rows = BAG.encode_documents([one.text for one in chunks], [announcement.language] * len(chunks))
    return announcement, [Embedded(one, row) for one, row in zip(chunks, rows, strict=True)]


def near(index: VectorIndex, query: str, scope: Scope = STAFF, k: int = 10) -> list[str]:
    return [name.split(":")[0] for name in index.search(BAG.encode_query(query, "ja"), scope, k)]


def test_the_nearest_comes_first_with_its_cosine(opener: Opener) -> None:
    index = opener()
    index.write(
        [embedded(notice("a", "契約を締結した。")), embedded(notice("b", "着陸に成功した。"))], [], State(2, "x")
    )
    found = index.search(BAG.encode_query("契約を締結した。", "ja"), STAFF, 10)
    names = list(found)
    assert names[0].startswith("a:")
    assert found[names[0]] == pytest.approx(1.0, abs=1e-4)
    assert 0 <= found[names[1]] < 0.9
    again = index.similarities([*names, "nobody:0-1"], BAG.encode_query("契約を締結した。", "ja"))
    assert again == pytest.approx(found, abs=1e-4)
    assert index.similarities([], np.zeros(BAG.dimension, dtype=np.float32)) == {}


def test_writing_again_replaces_and_removing_removes(opener: Opener) -> None:
    index = opener()
    first = [embedded(notice("a", "契約を締結した。\n" * 200)), embedded(notice("b", "着陸に成功した。"))]
    index.write(first, [], State(2, "x"))
    many = index.count()
    index.write(first, [], State(2, "x"))
    assert index.count() == many > 2
    index.write([embedded(notice("a", "短い。"))], ["b"], State(4, "x"))
    assert index.count() == 1
    assert index.announcement_ids() == {"a"}
    assert opener().state() == State(4, "x")


def test_the_scope_is_kept_inside_the_store(opener: Opener) -> None:
    index = opener()
    rows = [
        notice("old", "契約一。", published="2020-01-01", category="contract", issuer="A"),
        notice("new", "契約二。", published="2023-01-01"),
        notice("staff", "契約三。", audience="staff"),
        notice("dateless", "契約四。", published=None),
        notice("english", "contract five", published="2021-01-01"),
    ]
    index.write([embedded(one) for one in rows], [], State(5, "x"))
    now = dt.datetime(2022, 6, 1, tzinfo=dt.UTC)
    assert set(near(index, "契約", Scope(now=now))) == {"old", "dateless", "english"}
    assert set(near(index, "契約", Scope(audience="staff", as_of=dt.date(2021, 1, 1)))) == {"old", "english"}
    assert set(near(index, "契約", Scope(audience="staff", since=dt.date(2022, 9, 22)))) == {"new", "staff"}
    assert set(near(index, "契約", Scope(audience="staff", language="en"))) == {"english"}
    assert set(near(index, "契約", Scope(audience="staff", category="contract", issuer="A"))) == {"old"}
    assert set(near(index, "契約", Scope(audience="staff", announcement_ids=frozenset({"new"})))) == {"new"}
    assert near(index, "契約", Scope(audience="staff", announcement_ids=frozenset())) == []


def test_the_collection_remembers_its_embedder(opener: Opener) -> None:
    opener("one").write([embedded(notice("a", "契約。"))], [], State(1, "x"))
    with pytest.raises(EmbedderMismatch, match="'one' but settings ask for 'two'"):
        opener("two")
    assert opener("one").count() == 1


def test_another_process_sees_a_write(opener: Opener, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    reader = opener()
    assert near(reader, "契約") == []
    url = request.getfixturevalue("server").url if "server" in request.node.name else ""
    script = (
        "import sys; from pathlib import Path; from tests.test_vectors import *;"
        "index = VectorIndex(Path(sys.argv[1]), 'bag', url=sys.argv[2] or None);"
        "index.write([embedded(notice('x', '契約を締結した。'))], [], State(1, 'x'))"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path), url], check=True, cwd=Path(__file__).parents[1])
    assert near(reader, "契約") == ["x"]
    reader.write([embedded(notice("y", "契約を解除した。"))], [], State(2, "x"))
    assert set(near(reader, "契約")) == {"x", "y"}
    assert opener().state() == State(2, "x")


def test_a_damaged_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreUnavailable, match="rebuild"):
        VectorIndex(tmp_path, "bag")


def test_a_server_that_went_is_left_out_and_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search._RETRY_SECONDS", 0.0)
    server = Server(tmp_path / "chroma")
    server.start()
    catalog = DictCatalog(notice("a", "契約を締結した。"))
    index = Index.open(tmp_path / "index", embedder=BAG, vectors_url=server.url)
    try:
        index.catch_up(catalog)
        assert "vectors" in index.search("契約")[0].scores
        server.stop()
        catalog.put(notice("b", "契約を解除した。"))
        index.catch_up(catalog)
        assert {p.chunk.announcement_id for p in index.search("契約")} == {"a", "b"}
        assert "vectors" in index.left_out
        server.start()
        index.catch_up(catalog)
        assert all("vectors" in p.scores for p in index.search("契約"))
        assert index.left_out == {}
        assert index.check(catalog) == []
    finally:
        server.stop()


def test_what_the_public_may_not_see_is_hidden_from_the_moment_that_there_is_any(opener: Opener) -> None:
    index, reader = opener(), opener()
    now = dt.datetime(2024, 5, 1, tzinfo=dt.UTC)
    public, staff = Scope(now=now), Scope(audience="staff", now=now)
    index.write([embedded(notice("open", "契約を締結した。", published="2024-01-01"))], [], State(1, "x"))
    assert near(index, "契約", public) == near(reader, "契約", public) == ["open"]
    later = notice("later", "契約を締結する。", published="2024-06-01", published_at=now + dt.timedelta(days=31))
    index.write([embedded(later)], [], State(2, "x"))
    for each in (index, reader, opener()):
        assert near(each, "契約", public) == ["open"]
        assert set(near(each, "契約", Scope(now=now + dt.timedelta(days=32)))) == {"open", "later"}
    index.write([embedded(notice("inside", "契約を検討する。", audience="staff"))], [], State(3, "x"))
    for each in (index, reader, opener()):
        assert near(each, "契約", public) == ["open"]
        assert set(near(each, "契約", staff)) == {"open", "later", "inside"}


def test_a_collection_that_does_not_say_what_it_hides_is_filtered(opener: Opener) -> None:
    index = opener()
    index.write([embedded(notice("inside", "契約を検討する。", audience="staff"))], [], State(1, "x"))
    index._collection.modify(metadata={"embedder": "bag", "revision": 1, "analysis": "x"})
    for each in (index, opener()):
        assert near(each, "契約", Scope()) == []
        assert near(each, "契約", STAFF) == ["inside"]


def test_a_narrow_scope_still_gives_all_that_it_asks_for(opener: Opener) -> None:
    index = opener()
    rows = [
        embedded(notice(f"n{number}", f"契約 {number} を締結した。", issuer="A社" if number % 50 == 0 else "B社"))
        for number in range(1_000)
    ]
    index.write(rows, [], State(1, "x"))
    found = near(index, "契約", Scope(issuer="A社"), k=20)
    assert len(found) == 20
    assert {int(name[1:]) % 50 for name in found} == {0}
