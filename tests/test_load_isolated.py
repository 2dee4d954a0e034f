"""The process that reads foreign files is bounded in time and memory, and what it says crosses as plain values."""

import os

import pytest

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.isolate import Isolated


def count(data, *, times=1):
    return len(data) * times


def spin(data):
    while True:
        pass


def swell(data):
    return len(bytearray(4_000_000_000))


def vanish(data):
    os._exit(3)


def complain(data):
    raise EmptyDocument("The file holds no text.")


def environment(data):
    return sorted(os.environ)


def write(data):
    with open(data.decode(), "wb") as file:
        file.write(b"x" * 10)
    return 1


def test_values_and_errors_come_back_and_one_child_serves_all():
    with Isolated() as worker:
        assert worker.call("tests.test_load_isolated:count", b"abc", times=2) == 6
        with pytest.raises(EmptyDocument, match="no text"):
            worker.call("tests.test_load_isolated:complain", b"")
        assert worker.call("tests.test_load_isolated:count", b"") == 0


@pytest.mark.parametrize(("function", "said"), [("swell", "memory"), ("vanish", "breaks its reader")])
def test_a_child_that_fails_is_replaced(function, said):
    with Isolated(memory=700_000_000) as worker:
        with pytest.raises(UnreadableFile, match=said):
            worker.call(f"tests.test_load_isolated:{function}", b"")
        assert worker.call("tests.test_load_isolated:count", b"ab") == 2


def test_a_child_that_does_not_end_is_ended():
    with Isolated() as worker, pytest.raises(UnreadableFile, match=r"longer than 0\.5 seconds"):
        worker.call("tests.test_load_isolated:spin", b"", seconds=0.5)


def test_a_child_knows_no_keys(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with Isolated() as worker:
        assert "OPENAI_API_KEY" not in worker.call("tests.test_load_isolated:environment", b"")


def test_a_child_cannot_write_files(tmp_path):
    with Isolated() as worker, pytest.raises(UnreadableFile):
        worker.call("tests.test_load_isolated:write", str(tmp_path / "a").encode())
    assert not (tmp_path / "a").exists() or (tmp_path / "a").stat().st_size == 0
