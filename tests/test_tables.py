"""A cell of a table knows its row, its column, and the number that it says with unit and sign."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.announce import announce
from corpus.say import say
from corpus.source import Layout, Source
from corpus.tables import Cell, table_cells


def cells_of(text: str, layout: Layout = "blocks") -> tuple[str, list[Cell]]:
    made = announce(Source(pages=(text,), layout=layout, origin="test.md"))
    tables = [section for section in made.sections if section.kind == "table"]
    return made.text, [cell for section in tables for cell in table_cells(made.text, section)]


def read(text: str, row: str, column: str, layout: Layout = "blocks") -> list[tuple[str, Decimal | None, str]]:
    clean, cells = cells_of(text, layout)
    return [
        (clean[c.start : c.end], c.number, c.unit) for c in cells if c.row_label == row and column in c.column_label
    ]


MARKDOWN = """決算の概要についてお知らせします。

（単位：百万円）

| 項目 | 2022年3月期 | 2023年3月期 | 増減率（％） |
|---|---|---|---|
| 売上高 | 674 | 989 | 46.7 |
| 営業利益 | △4,124 | ▲11,023 | － |
| 1株当たり当期純利益（円） | △77.61 | △209.01 | |
| 従業員数（名） | 150 | 200 | 33.3 |
"""


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("売上高", "2023年3月期", ("989", Decimal(989_000_000), "JPY")),
        ("営業利益", "2022年3月期", ("△4,124", Decimal(-4_124_000_000), "JPY")),
        ("営業利益", "2023年3月期", ("▲11,023", Decimal(-11_023_000_000), "JPY")),
        ("売上高", "増減率", ("46.7", Decimal("46.7"), "percent")),
        ("1株当たり当期純利益（円）", "2023年3月期", ("△209.01", Decimal("-209.01"), "JPY")),
        ("従業員数（名）", "2023年3月期", ("200", Decimal(200), "person")),
    ],
)
def test_a_cell_of_a_japanese_table_has_its_unit_and_sign(
    row: str, column: str, expected: tuple[str, Decimal, str]
) -> None:
    assert read(MARKDOWN, row, column) == [expected]


def test_a_dash_is_no_number_and_a_cell_can_be_said_in_both_languages() -> None:
    assert read(MARKDOWN, "営業利益", "増減率") == []
    _, cells = cells_of(MARKDOWN)
    value = next(cell.value for cell in cells if cell.row_label == "売上高")
    assert value is not None
    assert (say(value, "ja"), say(value, "en")) == ("6億7400万円", "JPY 674 million")


def test_columns_aligned_by_blanks_are_a_table_too() -> None:
    printed = (
        "業績予想の修正に関するお知らせ\n\n                     （単位：百万円）\n"
        "              売上高    営業利益    1株当たり当期純利益\n前回発表予想（Ａ）    1,000    △500    △10円50銭\n"
        "今回修正予想（Ｂ）    1,200    △300    △６円20銭\n"
    )
    assert read(printed, "今回修正予想（Ｂ）", "売上高", "lines") == [("1,200", Decimal(1_200_000_000), "JPY")]
    assert read(printed, "今回修正予想（Ｂ）", "1株当たり", "lines") == [("△６円20銭", Decimal("-6.20"), "JPY")]


ENGLISH = """ACME CONDENSED STATEMENTS OF EARNINGS ($ and shares in millions, except per share amounts)

| | Three Months Ended | | Six Months Ended | |
| | July 29, 2023 | July 30, 2022 | July 29, 2023 | July 30, 2022 |
| Revenue | $9,583 | $10,329 | $19,050 | $20,976 |
| Interest expense | (12) | (7) | (24) | (13) |
| Effective tax rate | 26.1 % | 15.6 % | 24.8 % | 20.5 % |
| Diluted earnings per share | $1.25 | $1.35 | $2.36 | $2.84 |

## Weighted-average common shares outstanding

| Basic | 218.6 | 225.4 | 218.7 | 226.1 |
"""


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        ("Revenue", "Three Months Ended July 29, 2023", ("$9,583", Decimal(9_583_000_000), "USD")),
        ("Revenue", "Six Months Ended July 30, 2022", ("$20,976", Decimal(20_976_000_000), "USD")),
        ("Interest expense", "Three Months Ended July 30, 2022", ("(7)", Decimal(-7_000_000), "USD")),
        ("Effective tax rate", "Six Months Ended July 29, 2023", ("24.8 %", Decimal("24.8"), "percent")),
        ("Diluted earnings per share", "Three Months Ended July 29, 2023", ("$1.25", Decimal("1.25"), "USD")),
        ("Basic", "Three Months Ended July 29, 2023", ("218.6", Decimal(218_600_000), "share")),
    ],
)
def test_a_cell_of_an_english_table_has_its_column_unit_and_sign(
    row: str, column: str, expected: tuple[str, Decimal, str]
) -> None:
    assert read(ENGLISH, row, column) == [expected]


def test_a_table_of_words_has_its_labels_and_no_numbers() -> None:
    table = "| 項目 | 内容 |\n|---|---|\n| 相手先 | 欧州宇宙機関 |\n| 契約金額 | 10億円 |\n| 締結日 | 2022年9月22日 |\n"
    text = f"契約の概要\n\n{table}"
    assert read(text, "相手先", "内容") == [("欧州宇宙機関", None, "")]
    assert read(text, "契約金額", "内容") == [("10億円", Decimal(10**9), "JPY")]
    assert read(text, "締結日", "内容") == [("2022年9月22日", None, "")]


def test_a_table_that_says_no_unit_gives_numbers_without_one() -> None:
    text = "Results of the tests\n\n| Test | 2022 | 2023 |\n|---|---|---|\n| Passed | 12 | 15 |\n"
    assert read(text, "Passed", "2023") == [("15", Decimal(15), "")]


contents = ["", "売上高", "1,234", "△5", "(12)", "2023", "%", "$1.5", "—", "(", "単位：百万円", "---", "a"]
rows = st.lists(st.lists(st.sampled_from(contents), max_size=5), max_size=6).map(
    lambda table: "\n".join("| " + " | ".join(row) + " |" for row in table)
)


@settings(deadline=None)
@given(rows | st.text())
def test_cells_of_any_table_are_quoted_exactly_and_lie_apart(text: str) -> None:
    _, cells = cells_of("契約 A\n\n" + text)
    clean, _ = cells_of("契約 A\n\n" + text)
    edges = [edge for cell in cells for edge in (cell.start, cell.end)]
    assert edges == sorted(edges)
    assert all(clean[cell.start : cell.end].strip() == clean[cell.start : cell.end] != "" for cell in cells)
