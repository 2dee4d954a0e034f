"""The lexical store: what goes in comes out, filtered inside, in one commit with its revision."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from index import rank
from index.analyse import analyse
from index.chunk import chunk
from index.errors import StoreUnavailable
from index.lexical import LexicalIndex, State, is_name
from index.passage import Scope
from index.search import entries
from tests.fakes_index import notice

STAFF = Scope(audience="staff")
TEXTS = {
    "a": "契約を締結した。対価は1億円である。",
    "b": "着陸に成功した。契約とは関係がない着陸の話である。",
    "c": "資金を調達した。銀行からの借入である。",
}


def filled(directory: Path) -> LexicalIndex:
    index = LexicalIndex(directory)
    announcements = [notice(name, text) for name, text in TEXTS.items()]
    index.write([(one, entries(one, chunk(one))) for one in announcements], [], State(3, "x"))
    return index


def ids(index: LexicalIndex, query: str, scope: Scope = STAFF) -> list[str]:
    terms = analyse(query, "ja")
    hits = index.search(dict.fromkeys(terms, 1.0), index.frequencies(terms), scope, 10)
    return [hit.chunk.announcement_id for hit in hits]


def test_what_was_written_is_found_again_whole(tmp_path: Path) -> None:
    filled(tmp_path)
    index = LexicalIndex(tmp_path)
    assert index.state() == State(3, "x")
    assert index.count() == 3
    assert index.announcement_ids() == set(TEXTS)
    terms = analyse("借入", "ja")
    (hit,) = index.search(dict.fromkeys(terms, 1.0), index.frequencies(terms), STAFF, 10)
    assert hit.chunk == chunk(notice("c", TEXTS["c"]))[0]
    assert hit.language == "ja"


def test_an_announcement_holds_a_term_that_any_of_its_chunks_has(tmp_path: Path) -> None:
    index = filled(tmp_path)
    assert [name for name in TEXTS if index.holds(name, analyse("契約の締結", "ja"))] == ["a", "b"]
    assert not index.holds("c", [])
    assert not index.holds("unknown", ["契約"])


def test_writing_again_replaces_and_removing_removes(tmp_path: Path) -> None:
    index = filled(tmp_path)
    changed = notice("a", "解散を決議した。")
    index.write([(changed, entries(changed, chunk(changed)))], ["b"], State(5, "x"))
    assert ids(index, "契約") == []
    assert ids(index, "解散") == ["a"]
    assert (index.count(), index.state().revision) == (2, 5)


def test_writing_everything_forgets_the_rest(tmp_path: Path) -> None:
    index = filled(tmp_path)
    index.write([], [], State(9, "y"), everything=True)
    assert (index.count(), index.announcement_ids(), index.state()) == (0, set(), State(9, "y"))


def test_an_error_while_reading_changes_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    index = filled(tmp_path)

    def broken():  # type: ignore[no-untyped-def]
        yield notice("d", "途中"), entries(notice("d", "途中"), chunk(notice("d", "途中")))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        index.write(broken(), ["a"], State(4, "x"))
    again = LexicalIndex(tmp_path)
    assert (again.state().revision, again.announcement_ids()) == (3, set(TEXTS))
    again.write([], ["a"], State(4, "x"))
    assert again.announcement_ids() == {"b", "c"}


def test_chunks_are_fetched_by_id_within_the_scope_only(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    one, secret = notice("a", "公開の契約。"), notice("s", "内部の契約。", audience="staff")
    index.write([(each, entries(each, chunk(each))) for each in (one, secret)], [], State(2, "x"))
    wanted = [chunk(one)[0].id, chunk(secret)[0].id, "nobody:0-1"]
    assert [hit.chunk.announcement_id for hit in index.fetch(wanted, Scope())] == ["a"]
    assert {hit.chunk.announcement_id for hit in index.fetch(wanted, STAFF)} == {"a", "s"}


def test_a_file_in_place_of_the_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreUnavailable, match="file"):
        LexicalIndex(tmp_path / "file")


def test_numbered_names_are_told_from_dates_and_amounts() -> None:
    assert is_name("#mission:1")
    assert not any(map(is_name, ("#d:2022", "#money:jpy:5", "#n:5", "#id:cp400", "契約", "_契約")))


def test_bm25_of_the_second_stage_is_that_of_the_formula() -> None:
    """Against the formula written out for one term: tf 3 (title twice), df 2 of 10 chunks, length 7 of mean 5."""
    packed = rank.pack(["契約"], [], [["契約", "会社", "株式", "資金"], ["着陸"]])
    query = rank.Query.of("契約", ["契約"], {"契約": 2}, "ja")
    found = rank.features(query, [packed], ["ja"], rank.Statistics(10, 5.0, 3.0))
    tf, length = 3, 7
    expected = tf / (tf + rank.K1 * (1 - rank.B + rank.B * length / 5.0))
    assert math.isclose(found["bm25"][0], expected)
    assert found["coverage"][0] == found["title"][0] == 1.0


def test_neighbouring_words_count_as_a_phrase() -> None:
    together = rank.pack([], [], [["月", "資源", "契約"]])
    apart = rank.pack([], [], [["資源", "会社", "月", "契約"]])
    query = rank.Query.of("月資源", ["月", "資源"], {"月": 2, "資源": 2}, "ja")
    phrase = rank.features(query, [together, apart], ["ja", "ja"], rank.Statistics(2, 4.0, 4.0))["phrase"]
    assert phrase.tolist() == [1.0, 0.0]


def test_a_sentence_with_a_date_answers_when() -> None:
    dated = rank.pack([], [], [analyse("契約は2020年12月に締結された", "ja")])
    undated = rank.pack([], [], [analyse("契約は無事に締結された", "ja")])
    terms = analyse("契約はいつ締結されましたか", "ja")
    query = rank.Query.of("契約はいつ締結されましたか", terms, dict.fromkeys(terms, 1), "ja")
    found = rank.features(query, [dated, undated], ["ja", "ja"], rank.Statistics(2, 20.0, 20.0))["answer_kind"]
    assert found[0] > 0 == found[1]
