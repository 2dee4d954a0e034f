"""Answers are scored by the published rules, and files of questions are read with care."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.answer import Answer, Citation, Turn
from assistant.errors import BadQuestionFile
from assistant.evaluate import judge, share_words, shares
from assistant.question_file import AskedQuestion, GoldQuestion, read_gold, read_queries, read_questions


def gold(**fields: object) -> GoldQuestion:
    known = {
        "asked": AskedQuestion("q1", "いつですか"), "type": "when", "language": "ja", "answerable": True,
        "must_all": (), "must_any": (), "must_not": (), "evidence": (), "gold_records": (),
    }  # fmt: skip
    return GoldQuestion(**{**known, **fields})  # type: ignore[arg-type]


def answer(text: str, status: str = "answered", quotes: tuple[tuple[str, str], ...] = ()) -> Answer:
    citations = [Citation(n, id, "題", None, "", 1, 0, 1, quote, "body") for n, (id, quote) in enumerate(quotes, 1)]
    return Answer("いつですか", "ja", status, text, citations=citations)  # type: ignore[arg-type]


def test_an_answer_is_compared_by_what_it_says_and_not_by_how_it_is_typed() -> None:
    wanted = gold(must_all=("2022年11月",), must_any=("NASA", "ナサ"), must_not=("2023年",))
    assert judge(wanted, answer("最短で ２０２２ 年 11 月 [1] です（nasa）。")).is_right
    assert not judge(wanted, answer("最短で2022年11月です。")).is_right
    assert not judge(wanted, answer("NASAは2022年11月か2023年と言う。")).is_right
    assert not judge(wanted, answer("NASA、2022年11月", status="not_found")).is_right


def test_a_marker_is_no_part_of_what_is_said() -> None:
    assert not judge(gold(must_all=("1",)), answer("そうです[1]。")).is_right


def test_silence_is_right_where_there_is_nothing_to_say() -> None:
    silent = gold(answerable=False, must_not=("95億円",))
    assert judge(silent, answer("記載がありません。", "not_found")).is_right
    assert judge(silent, answer("お答えできません。", "declined")).is_right
    assert not judge(silent, answer("記載がありません。", "answered")).is_right
    assert not judge(silent, answer("95億円かもしれません。", "not_found")).is_right


def test_asking_back_is_right_only_where_the_question_is_ambiguous() -> None:
    assert judge(gold(type="ambiguous", must_all=("x",)), answer("どちらですか。", "ambiguous")).is_right
    assert not judge(gold(), answer("どちらですか。", "ambiguous")).is_right


def test_a_citation_counts_by_its_words_or_by_its_record() -> None:
    by_words = gold(evidence=("パリで開催された国際宇宙会議 IAC にて",))
    assert judge(by_words, answer("パリ", quotes=(("a", "先日パリで開催された国際宇宙会議に参加"),))).is_cited
    assert not judge(by_words, answer("パリ", quotes=(("a", "東京で開かれた"),))).is_cited
    by_record = gold(gold_records=("ISP-011",))
    assert judge(by_record, answer("パリ", quotes=(("isp-011.en", "x"),))).is_cited
    assert not judge(by_record, answer("パリ", quotes=(("isp-012.en", "x"),))).is_cited


def test_shares_are_given_for_all_by_language_and_by_type() -> None:
    verdicts = [
        judge(gold(must_all=("a",), evidence=("証拠",)), answer("a", quotes=(("x", "証拠である"),))),
        judge(gold(must_all=("b",)), answer("a")),
        judge(gold(answerable=False, language="en", type="offtopic"), answer("", "declined")),
    ]
    assert [(s.group, s.right, s.questions) for s in shares(verdicts)] == [
        ("all", 2, 3), ("answerable", 1, 2), ("unanswerable", 1, 1), ("lang en", 1, 1), ("lang ja", 1, 2),
        ("type offtopic", 1, 1), ("type when", 1, 2), ("cited", 1, 1),
    ]  # fmt: skip
    assert shares([])[0].share == 0.0


@pytest.fixture(scope="session")
def scorer(shared: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("scorer", shared / "eval" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bits = st.text("ab１1 [\n", max_size=12)
lists = st.lists(bits.filter(str.strip), max_size=2).map(tuple)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wanted=st.builds(
        gold, must_all=lists, must_any=lists, must_not=lists, answerable=st.booleans(),
        type=st.sampled_from(["when", "ambiguous"]), evidence=lists,
        gold_records=st.lists(st.just("A-1"), max_size=1).map(tuple),
    ),
    said=bits, status=st.sampled_from(["answered", "ambiguous", "not_found", "declined"]),
    quotes=st.lists(st.tuples(st.sampled_from(["a-1.ja", "b"]), bits), max_size=2).map(tuple),
)  # fmt: skip
def test_the_published_scorer_says_the_same(
    scorer: ModuleType, wanted: GoldQuestion, said: str, status: str, quotes: tuple[tuple[str, str], ...]
) -> None:
    verdict = judge(wanted, answer(said, status, quotes))
    question = {
        "must_all": wanted.must_all, "must_any": wanted.must_any, "must_not": wanted.must_not, "type": wanted.type,
        "answerable": wanted.answerable, "gold_records": wanted.gold_records, "evidence_more": wanted.evidence,
    }  # fmt: skip
    assert verdict.is_right == scorer.text_right(question, verdict.answer.to_dict())
    if verdict.is_right and wanted.answerable:
        assert verdict.is_cited == scorer.cited(question, verdict.answer.to_dict())


@given(st.text("あいう", min_size=8, max_size=30), st.text("かきく", max_size=30))
def test_words_are_shared_wherever_they_stand(shared_words: str, other: str) -> None:
    assert share_words(other + shared_words, shared_words + "終わり")
    assert not share_words(shared_words, other)


def write(folder: Path, *lines: object) -> str:
    file = folder / "questions.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return str(file)


def test_a_question_file_is_read_with_its_history_and_dates(tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "誰が?"}, {"role": "assistant", "content": "袴田氏です。"}]
    file = write(
        tmp_path,
        {"id": "a", "question": "いつ?\u2028どこで?", "history": turns, "as_of": "2022-09", "lang": "ja"},
        "",
        {"question": "When?", "as_of": None, "lang": "auto", "extra": 1},
    )
    first, second = read_questions(file)
    assert (first.id, first.language, str(first.as_of)) == ("a", "ja", "2022-09-30")
    assert first.history == (Turn("user", "誰が?"), Turn("assistant", "袴田氏です。"))
    assert second == AskedQuestion("3", "When?")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "no JSON"),
        ("[1]", "no JSON object"),
        ({"id": "a"}, '"question" is missing'),
        ({"question": " "}, '"question" is missing'),
        ({"question": 5}, '"question" is not text'),
        ({"question": "\ud800"}, "half a character"),
        ({"question": "a", "id": 7}, '"id" is not text'),
        ({"question": "a", "as_of": "soon"}, '"as_of" is no date'),
        ({"question": "a", "lang": "fr"}, '"lang" is none of'),
        ({"question": "a", "history": "before"}, '"history" is not a list'),
        ({"question": "a", "history": [{"role": "king", "content": "x"}]}, "role"),
        ({"question": "a", "history": [{"role": "user"}]}, "content"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: object, said: str) -> None:
    file = write(tmp_path, {"question": "good"}, "", line)
    with pytest.raises(BadQuestionFile, match=rf"Line 3 .*{said}"):
        read_questions(file)


def test_a_file_that_cannot_be_read_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadQuestionFile, match=r"absent\.jsonl"):
        read_questions(str(tmp_path / "absent.jsonl"))
    with pytest.raises(BadQuestionFile, match="is empty"):
        read_questions(write(tmp_path, " "))
    (tmp_path / "sjis.jsonl").write_bytes('{"question": "a"}\n{"question": "いつ"}'.encode("shift_jis"))
    with pytest.raises(BadQuestionFile, match=r"Line 2 .*UTF-8"):
        read_questions(str(tmp_path / "sjis.jsonl"))


def test_queries_and_gold_questions_are_checked_too(tmp_path: Path) -> None:
    assert read_queries(write(tmp_path, {"id": "q", "query": "着陸", "lang": "ja"}))[0].query == "着陸"
    with pytest.raises(BadQuestionFile, match='"query" is missing'):
        read_queries(write(tmp_path, {"question": "a"}))
    with pytest.raises(BadQuestionFile, match='"answerable" is missing'):
        read_gold(write(tmp_path, {"question": "a"}))
    with pytest.raises(BadQuestionFile, match='"must_all" is not a list of texts'):
        read_gold(write(tmp_path, {"question": "a", "answerable": True, "must_all": [1]}))
