"""The difference of two texts is shown in words, and both texts can be read from it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.web.word_diff import Gap, Paragraph, Words, paragraphs, without_unchanged, word_diff

TEXTS = st.text(alphabet="あ漢ア1,2 aB.\n円", max_size=60)


@given(before=TEXTS, after=TEXTS)
def test_both_texts_are_whole(before: str, after: str) -> None:
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert all(piece.text for piece in pieces)


@given(before=TEXTS, after=TEXTS)
def test_every_paragraph_of_both_texts_is_there_in_order(before: str, after: str) -> None:
    found = paragraphs(before, after)
    for text, left_out in ((before, "added"), (after, "removed")):
        shown = [
            "".join(piece.text for piece in paragraph.words if piece.kind != left_out)
            for paragraph in found
            if any(piece.kind != left_out for piece in paragraph.words)
        ]
        lines = [line for line in "\n".join(shown).split("\n") if line.strip()]
        assert lines == [line for line in text.split("\n") if line.strip()]


@given(text=TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert not any(paragraph.is_changed for paragraph in paragraphs(text, text))


def test_a_figure_changes_as_a_whole() -> None:
    pieces = word_diff("費用は1,200万円です。", "費用は1,350万円です。")
    assert Words("removed", "1,200") in pieces
    assert Words("added", "1,350") in pieces


def test_words_change_as_words_and_not_as_letters() -> None:
    pieces = word_diff("The launch is planned for November", "The landing is planned for December")
    assert [piece.text for piece in pieces if piece.kind == "removed"] == ["launch", "November"]
    assert [piece.text for piece in pieces if piece.kind == "added"] == ["landing", "December"]


def test_what_has_little_in_common_is_no_changed_paragraph() -> None:
    found = paragraphs("吊橋を点検しました。", "会社の概要についてのお知らせ")
    assert [paragraph.words[0].kind for paragraph in found] == ["removed", "added"]


def test_unchanged_paragraphs_far_from_any_change_are_counted() -> None:
    lines = [f"第{number}の段落です。" for number in range(10)]
    shown = without_unchanged(paragraphs("\n\n".join(lines), "\n\n".join([*lines[:5], "変えました。", *lines[6:]])))
    assert shown[0] == Gap(4)
    assert shown[-1] == Gap(3)
    assert sum(isinstance(one, Paragraph) for one in shown) == 4


def test_texts_of_any_length_are_compared() -> None:
    before = "\n".join(f"行{number} " + "語 " * 20 for number in range(6_000))
    found = paragraphs(before, before.replace("行3000 ", "行X "))
    assert sum(paragraph.is_changed for paragraph in found) == 1
    assert word_diff("あ い " * 5_000, "う え " * 5_000)[0].kind == "removed"
