"""Who made a thing and who paid for it, in sentences of either language, and in time that no text can stretch."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.announcement import Language
from corpus.roles import roles


def told(text: str) -> list[tuple[str, str, str]]:
    language: Language = "en" if text.isascii() else "ja"
    return [(one.kind, text[slice(*one.who)], text[slice(*one.what)]) for one in roles(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("台船「かもめ」は、甲重工と乙大学が共同で開発しました。", ("maker", "甲重工と乙大学", "台船「かもめ」")),
        ("甲重工（KHI）、乙大学が製造した観測装置を搭載します。", ("maker", "甲重工（KHI）、乙大学", "観測装置")),
        ("観測装置は、甲重工の開発によるものです。", ("maker", "甲重工", "観測装置")),
        ("甲重工は、観測装置を開発しています。", ("maker", "甲重工", "観測装置")),
        ("甲重工と乙大学は2024年5月7日に観測装置の開発を発表しました。", ("maker", "甲重工と乙大学", "観測装置")),
        ("観測装置には、丙財団が乙大学との契約を通じて資金を拠出しています。", ("funder", "丙財団", "観測装置")),
        ("観測装置は、丙財団の助成を受けています。", ("funder", "丙財団", "観測装置")),
        ("丙財団は、観測装置に出資しました。", ("funder", "丙財団", "観測装置")),
        (
            "The barge Gull was jointly built by Kou Heavy and the University of Otsu.",
            ("maker", "Kou Heavy and the University of Otsu", "barge Gull"),
        ),
        ("It carries a scoop made by Kou of Sweden and a lamp.", ("maker", "Kou of Sweden", "scoop")),
        ("Kou Heavy has developed the probe for the mission.", ("maker", "Kou Heavy", "probe")),
        ("The probe that Kou and Otsu developed is ready.", ("maker", "Kou and Otsu", "probe")),
        ("The probe is co-funded by the Hei Fund through Otsu.", ("funder", "Hei Fund", "probe")),
        ("Hei Fund is financing the probe.", ("funder", "Hei Fund", "probe")),
    ],
)
def test_who_made_a_thing_and_who_paid_for_it_are_two_roles(text: str, expected: tuple[str, str, str]) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "甲財団は、国の助成または乙機構のプログラムを通じて、共同で資金を拠出する予定です。",
        "甲重工は2024年5月7日、資金調達を発表しました。",
        "ispace made known in January that the launch had been moved.",
        "The funds from the share issue are planned for Mission 3.",
        "Final design of the lander unveiled",
    ],
)
def test_money_without_a_thing_and_idioms_state_no_role(text: str) -> None:
    assert told(text) == []


def test_of_two_things_in_a_sentence_the_maker_is_that_of_its_own() -> None:
    text = "観測車には、甲重工が製造したスコップを搭載します。"
    assert told(text) == [("maker", "甲重工", "スコップ")]
    text = "The rover is planned to carry a scoop made by Kou Heavy."
    assert told(text) == [("maker", "Kou Heavy", "scoop")]


PIECES = (
    "甲重工", "A", "、", "と", "が", "は", "の", "を", "開発", "した", "出資", " and ", " of ", "Kou ", "built by ",
    "the ", "(a)", "（", "）", ", ", ".", "1",
)  # fmt: skip
LONG = (
    "A、",
    "甲と",
    "Kou and ",
    "a ",
    "「",
    "A、B（",
    "Kou, ",
    "甲は、",
    "a of ",
    "の",
    "甲",
    "Kou of ",
    "kou and Kou ",
)


@pytest.mark.parametrize("piece", LONG)
@pytest.mark.parametrize("verb", ["が開発した", "は、に資金を拠出し", " built by X", " developed by", " is funded by "])
def test_no_repetition_makes_it_slow(piece: str, verb: str) -> None:
    for text in (piece * 150 + verb, verb + piece * 150):
        for language in ("ja", "en"):
            roles(text[:790], language)  # type: ignore[arg-type]


@settings(deadline=2_000)
@given(st.lists(st.one_of(st.text(max_size=9), st.sampled_from(PIECES)), max_size=120), st.sampled_from(["ja", "en"]))
def test_any_text_gives_roles_with_places_in_it(pieces: list[str], language: Language) -> None:
    text = "".join(pieces)
    for role in roles(text, language):
        assert 0 <= role.who[0] < role.who[1] <= len(text)
        assert 0 <= role.what[0] < role.what[1] <= len(text)
