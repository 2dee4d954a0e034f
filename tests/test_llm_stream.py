"""Whole sentences out of pieces of a reply."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.stream import LONGEST_SENTENCE, Said, Splitter

REPLIES = (
    "打ち上げは2022年です。[1]着陸は2023年です[2][3]。\n\n- 当初：2022年11月 [1]\n- 次：12月【2、3】\n"
    "1. **太字**です [1]。",
    "Launch was on 11 Dec. 2022. [1][2] It used a Falcon 9 by SpaceX Inc. in 2.5 hours [3]. Bye",
    "<think>Hm. 2019 [1].</think>\nIt opened in 2024 [1]. [Note] is no marker. [2]",
    "「開通は地域の誇りです。安全に進めます。」と述べました [1]。２つ目です［2］。",
)  # fmt: skip


def split(reply: str, cuts: list[int]) -> list[Said]:
    splitter, said, at = Splitter(), [], 0
    for cut in [*sorted(cut for cut in cuts if cut < len(reply)), len(reply)]:
        said += splitter.feed(reply[at:cut])
        at = cut
    return said + splitter.rest()


@given(reply=st.sampled_from(REPLIES), cuts=st.lists(st.integers(0, 140)))
def test_where_a_reply_is_cut_into_pieces_makes_no_difference(reply: str, cuts: list[int]) -> None:
    whole, pieces = split(reply, []), split(reply, cuts)
    assert [(one.text, one.markers) for one in pieces] == [(one.text, one.markers) for one in whole]


def test_markers_count_for_the_sentence_that_they_stand_behind() -> None:
    said = split(REPLIES[0], [])
    assert [(one.text, one.markers) for one in said] == [
        ("打ち上げは2022年です。", (1,)), ("着陸は2023年です。", (2, 3)), ("当初：2022年11月", (1,)),
        ("次：12月", (2, 3)), ("太字です。", (1,)),
    ]  # fmt: skip
    assert [one.lead for one in said] == ["", "", "\n\n- ", "\n- ", "\n- "]


def test_a_sentence_with_its_marker_is_there_at_its_full_stop() -> None:
    splitter = Splitter()
    assert [one.text for one in splitter.feed("It opened in 2024 [1].")] == ["It opened in 2024."]
    assert [one.text for one in splitter.feed("開通しました [1]。")] == ["開通しました。"]


def test_a_marker_behind_the_full_stop_is_waited_for() -> None:
    splitter = Splitter()
    assert splitter.feed("It opened in 2024. [1]") == []
    assert splitter.is_waiting
    assert [one.markers for one in splitter.feed("[2] Then")] == [(1, 2)]


def test_what_a_model_thinks_aloud_is_left_out() -> None:
    assert [one.text for one in split(REPLIES[2], [])] == ["It opened in 2024.", "[Note] is no marker."]
    splitter = Splitter()
    splitter.feed("<think>It opened in 2019 [1]. ")
    assert splitter.rest() == []


def test_a_sentence_without_an_end_is_noticed() -> None:
    splitter = Splitter()
    splitter.feed("あ" * (LONGEST_SENTENCE + 1))
    assert splitter.is_endless
    splitter = Splitter()
    splitter.feed("開通しました [1]。" * 200)
    assert not splitter.is_endless


@given(text=st.text(max_size=300), cuts=st.lists(st.integers(0, 300)))
def test_any_text_is_split_without_an_error(text: str, cuts: list[int]) -> None:
    for one in split(text, cuts):
        assert one.text
        assert "[1]" not in one.text
