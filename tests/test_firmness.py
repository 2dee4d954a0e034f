"""Firmness: a value keeps the words that bound it, whichever way they are written, and says them in either language."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.firmness import asked, firmness, say_firm, unasked
from corpus.values import values


@pytest.mark.parametrize(
    ("text", "words", "japanese", "english"),
    [
        ("最短で2023年5月に開通", "最短で2023年5月", "最短で2023年5月", "May 2023 at the earliest"),
        ("早ければ2023年5月に", "早ければ2023年5月", "最短で2023年5月", "May 2023 at the earliest"),
        ("2027年以降に予定", "2027年以降", "2027年以降", "2027 or later"),
        ("2027年またはそれ以降に", "2027年またはそれ以降", "2027年以降", "2027 or later"),
        ("最短で2022年11月以降の予定", "最短で2022年11月以降", "2022年11月以降", "November 2022 or later"),
        ("2022年11月※1以降に", "2022年11月以降", "2022年11月以降", "November 2022 or later"),
        ("2015年以前から", "2015年以前", "2015年以前", "2015 or earlier"),
        ("2027年5月頃に", "2027年5月頃", "2027年5月頃", "around May 2027"),
        ("遅くとも2027年末までに", "遅くとも2027年末までに", "2027年末までに", "by the end of 2027"),
        ("2027年内に完成", "2027年内", "2027年内", "within 2027"),
        ("総計約268億円超を調達", "総計約268億円超", "総額約268億円超",
         "a total of more than about JPY 26.8 billion"),
        ("300人以上が参加", "300人以上", "300人以上", "at least 300 people"),
        ("opens in 2027 or later", "2027 or later", "2027年以降", "2027 or later"),
        ("opens in 2027 or beyond", "2027 or beyond", "2027年以降", "2027 or later"),
        ("opens in 2027 at the earliest", "2027 at the earliest", "最短で2027年", "2027 at the earliest"),
        ("no earlier than the fourth quarter of 2027", "no earlier than the fourth quarter of 2027",
         "最短で2027年第4四半期", "Q4 2027 at the earliest"),
        ("as early as May 2027", "as early as May 2027", "最短で2027年5月", "May 2027 at the earliest"),
        ("by the end of 2027", "by the end of 2027", "2027年末までに", "by the end of 2027"),
        ("raised about 40 million dollars", "about 40 million dollars", "約4000万ドル", "about USD 40 million"),
        ("up to 30 kg of payload", "up to 30 kg", "最大30kg", "up to 30 kg"),
    ],
)  # fmt: skip
def test_a_value_keeps_its_bound(text: str, words: str, japanese: str, english: str) -> None:
    value = values(text)[0]
    firm = firmness(text, value)
    assert (firm.words, say_firm(value, firm, "ja"), say_firm(value, firm, "en")) == (words, japanese, english)


@pytest.mark.parametrize(
    "text",
    [
        "2027年に以前の計画を見直しました",
        "2022年11月の打ち上げ",
        "2027年中国での開催",
        "契約は2027年までにわたる",
        "In 2027 later plans follow",
        "raised 40 million dollars more",
        "In nearby 2027",
    ],
)
def test_words_that_bound_something_else_are_no_bounds(text: str) -> None:
    assert "within" not in firmness(text, values(text)[0]).bounds
    assert not {"earliest", "later", "earlier", "more", "by"} & set(firmness(text, values(text)[0]).bounds)


def test_the_bound_of_a_question_is_known() -> None:
    assert asked("When is the launch, at the earliest?") == asked("早くていつですか") == ("earliest",)
    text = "2027年以降"
    (value,) = values(text)
    assert unasked(firmness(text, value), text, value, "最短でいつですか") == "2027年以降"


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet="約最短で以降まで頃2023年5月12億円aboutor later の、。ABC%※1", max_size=40))
def test_a_firm_value_always_holds_the_value(text: str) -> None:
    for value in values(text):
        firm = firmness(text, value)
        assert 0 <= firm.start <= value.start <= value.end <= firm.end <= len(text)
