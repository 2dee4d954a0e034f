"""Labels: what tells one thing of a kind from another, the same in both languages."""

import pytest

from assistant.labels import belongs, conflict, labels


@pytest.mark.parametrize(
    ("japanese", "english"),
    [
        ("ミッション２の着陸", "the landing of Mission 2"),
        ("ミッション3とミッション4", "Missions 3 and 4"),
        ("シリーズAの調達", "the Series A round"),
        ("2つ目の契約", "the second contract"),
        ("二つ目の契約", "the 2nd contract"),
    ],
)
def test_both_languages_give_the_same_labels(japanese: str, english: str) -> None:
    assert labels(japanese) == labels(english) != frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "in June 2025",
        "約35トン",
        "2024年3月15日",
        "about 300 people",
        "version of the year",
        "9項目に合格",
        "for the first time",
    ],
)
def test_dates_amounts_and_counts_are_no_labels(text: str) -> None:
    assert labels(text) == frozenset()


def test_another_thing_of_the_same_kind_is_in_conflict() -> None:
    asked = labels("ミッション1の2つ目の契約")
    assert conflict(asked, labels("ミッション2について"))
    assert conflict(asked, labels("1つ目の契約"))
    assert not conflict(asked, labels("ミッション1とミッション2"))
    assert not conflict(asked, labels("契約について"))


def test_a_value_belongs_to_the_label_before_it() -> None:
    text = "フェーズ1は2023年、フェーズ2は2025年に開通"
    first, second = text.index("2023年"), text.index("2025年")
    for asked, own, other in ((labels("フェーズ1"), first, second), (labels("フェーズ2"), second, first)):
        assert belongs(text, own, own + 5, asked)
        assert not belongs(text, other, other + 5, asked)


def test_without_labels_every_value_belongs() -> None:
    assert belongs("2023年に開通", 0, 5, labels("フェーズ1"))
    assert belongs("フェーズ1は2023年に開通", 6, 11, frozenset())


def test_the_label_of_a_values_own_clause_comes_first() -> None:
    text = "5月3日に工程4を工程3より先に完了し、6月7日に夜間の作業により工程5を完了しました。".replace(
        "工程", "フェーズ"
    )
    start = text.index("6月7日")
    assert belongs(text, start, start + 4, frozenset({"phase:5"}))
    assert not belongs(text, start, start + 4, frozenset({"phase:3"}))
