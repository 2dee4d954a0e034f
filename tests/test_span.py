"""The span reader: exact offsets, the same answer every time, both languages, and no reader without its files."""

from __future__ import annotations

import gzip
import logging
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import span as door
from assistant.span import DATA, MOST_TOKENS, Line, ReaderMissing, SpanReader, Spans, shared_reader
from assistant.span_text import tokens

LINES = [
    Line("株式会社架空ムーン（東京都中央区、代表取締役：田中健太）は、2022年11月に打ち上げを予定しています。"),
    Line("支払いの総額は1億円です。"),
    Line("ローバーはルクセンブルクで製造されました。"),
]
LINES_EN = [
    Line("Kaku Moon plans the launch of its lander for November 2022."),
    Line("Its rover was built in Luxembourg by a team of forty engineers."),
    Line("John Garran is the chief executive officer."),
]


@pytest.fixture(scope="module")
def reader() -> SpanReader:
    return SpanReader.load()


@settings(max_examples=60, deadline=None)
@given(question=st.text(max_size=80), texts=st.lists(st.text(max_size=200), max_size=6))
def test_any_text_gives_spans_that_stand_where_they_say(question: str, texts: list[str]) -> None:
    lines = [Line(text, before="前の文。", title=question) for text in texts]
    reader = shared_reader()
    assert reader is not None
    spans = reader.read(question, lines)
    assert len({span.line for span in spans.found}) == len(spans.found)
    for span in spans.found:
        assert span.text == texts[span.line][span.start : span.end]
        assert span.text.strip() == span.text != ""
        assert 0.0 <= span.score <= span.line_score <= 1.0 + 1e-9
    assert sum(span.line_score for span in spans.found) + spans.none == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("question", "lines", "answer"),
    [
        ("代表取締役は誰ですか", LINES, "田中健太"),
        ("打ち上げはいつですか", LINES, "2022年11月"),
        ("ローバーはどこで製造されましたか", LINES, "ルクセンブルク"),
        ("Who is the chief executive officer?", LINES_EN, "John Garran"),
        ("Where was the rover built?", LINES_EN, "Luxembourg"),
    ],
)
def test_a_plain_question_is_read_in_its_language(
    reader: SpanReader, question: str, lines: list[Line], answer: str
) -> None:
    assert reader.read(question, lines).found[0].text == answer


@pytest.mark.parametrize(
    ("question", "lines", "line"),
    [
        ("When is the launch?", LINES, 0),
        ("Where was the rover built?", LINES, 2),
        ("ローバーはどこで製造されましたか", LINES_EN, 1),
    ],
)
def test_a_question_in_one_language_finds_the_sentence_in_the_other(
    reader: SpanReader, question: str, lines: list[Line], line: int
) -> None:
    assert reader.read(question, lines).found[0].line == line


def test_what_no_line_says_is_likelier_unanswered(reader: SpanReader) -> None:
    stated = reader.read("代表取締役は誰ですか", LINES)
    unstated = reader.read("火星の大統領は誰に選ばれましたか", LINES)
    assert stated.none < 0.5 < unstated.none


def test_reading_again_gives_the_same(reader: SpanReader) -> None:
    assert reader.read("支払いの総額は", LINES) == reader.read("支払いの総額は", LINES)


def test_lines_beyond_what_fits_are_left_out_last_first(reader: SpanReader) -> None:
    lines = [Line(f"ミッション{number}の打ち上げは2022年{number}月です。") for number in range(1, 60)]
    spans = reader.read("打ち上げはいつですか", lines)
    read = sorted(span.line for span in spans.found)
    assert read == list(range(len(read)))
    assert sum(len(tokens(lines[at].text)) for at in read) <= MOST_TOKENS


def test_nothing_to_read_and_nothing_asked_is_no_answer(reader: SpanReader) -> None:
    assert reader.read("誰ですか", []) == Spans()
    assert reader.read("", LINES) == Spans()
    assert reader.read("誰ですか", [Line("   ")]) == Spans()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


@pytest.mark.parametrize("name", ["reader.onnx", "reader_words.json.gz"])
def test_a_missing_file_is_said_with_what_to_do(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ReaderMissing, match=r'"git checkout assistant/data"'):
        SpanReader.load(copy)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("reader.onnx", b"no network"),
        ("reader_words.json.gz", b"no gzip"),
        ("reader_words.json.gz", gzip.compress(b'{"surfaces": 3}', mtime=0)),
    ],
)
def test_a_damaged_file_is_said_with_what_to_do(copy: Path, name: str, damage: bytes) -> None:
    (copy / name).write_bytes(damage)
    with pytest.raises(ReaderMissing, match=r'"git checkout assistant/data"'):
        SpanReader.load(copy)


def test_reading_imports_no_torch() -> None:
    code = (
        "import sys; from assistant.span import Line, SpanReader;"
        "SpanReader.load().read('誰ですか', [Line('田中健太です。')]);"
        "sys.exit(bool({'torch', 'transformers', 'lightgbm', 'onnx'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_log_says_once_that_there_is_no_reader(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger=door.__name__):
        assert door.loaded(tmp_path) is None
    assert "git checkout assistant/data" in caplog.text
