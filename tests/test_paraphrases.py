"""Words of about the same meaning: what they tie together, and what they must not."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import assistant.paraphrases
from assistant.paraphrases import groups_of
from index.analyse import analyse

FILE = Path(assistant.paraphrases.__file__).parent / "data" / "paraphrases.csv"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("資金を集める", "ja"), ("資金調達", "ja")),
        (("head of the unit", "en"), ("主導", "ja")),
        (("run out", "en"), ("expire", "en")),
    ],
)
def test_words_of_about_the_same_meaning_share_a_group(one, other):
    assert groups_of(analyse(*one)) & groups_of(analyse(*other))


@pytest.mark.parametrize(
    ("one", "other"),
    [("打ち上げ", "着陸"), ("売上高", "利益"), ("成功", "失敗"), ("増加", "減少"), ("開始", "終了"), ("買う", "売る")],
)
def test_what_must_not_be_confused_shares_no_group(one, other):
    assert not groups_of(analyse(one, "ja")) & groups_of(analyse(other, "ja"))


def test_a_compound_counts_only_with_all_its_words():
    assert groups_of(analyse("joint venture", "en")).isdisjoint(groups_of(analyse("enter into an agreement", "en")))


def test_every_group_has_words_of_both_languages():
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 100
    assert all(row["ja"] and row["en"] for row in rows)
