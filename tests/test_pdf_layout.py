"""Layout: characters and their boxes become lines, columns and rows in the order that a person reads."""

from __future__ import annotations

from corpus.pdf_layout import Glyph, layout


def line(text: str, left: float, bottom: float) -> list[Glyph]:
    """`text` in characters of 6 by 10 points."""
    return [
        Glyph(char, left + 6 * place, left + 6 * place + 6, bottom, bottom + 10, gap=False)
        for place, char in enumerate(text)
    ]


def test_a_ligature_is_two_letters_of_one_word() -> None:
    """PDFium gives each letter of a ligature the box of the whole."""
    boxes = [("o", 50, 55), ("f", 55, 61), ("f", 55, 61), ("i", 55, 61), ("c", 61, 66), ("e", 66, 71)]
    assert layout([Glyph(ch, left, right, 100, 109, gap=False) for ch, left, right in boxes]) == "office"


def test_lines_are_read_from_the_top_whatever_was_drawn_first() -> None:
    assert layout([*line("second", 50, 80), *line("first", 50, 95)]) == "first\nsecond"


def test_of_two_columns_the_left_one_is_read_first() -> None:
    words = ("alpha beta gamma delta epsilon", "zeta eta theta iota kappa lambda")
    left = [glyph for row in range(12) for glyph in line(words[0].replace(" ", "x"), 40, 700 - 12 * row)]
    right = [glyph for row in range(12) for glyph in line(words[1].replace(" ", "y"), 320, 700 - 12 * row)]
    read = layout([*right, *left]).split("\n")
    assert [words[0].replace(" ", "x") in row for row in read if row] == [True] * 12 + [False] * 12


def test_a_page_without_characters_has_no_lines() -> None:
    assert layout([]) == ""
