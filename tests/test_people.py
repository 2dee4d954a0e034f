"""A person is a name and a role, in whichever order the announcement prints them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.people import split_caption, split_person


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("代表取締役社長 山田 太郎", ("山田 太郎", "代表取締役社長")),
        ("ispace取締役 & CFO野﨑順平", ("野﨑順平", "ispace取締役 & CFO")),
        ("代表取締役CEO & Founder 袴田武史（はかまだ たけし）", ("袴田武史", "代表取締役CEO & Founder")),
        ("NASA長官 ジョン・スミス氏", ("ジョン・スミス", "NASA長官")),
        ("山田太郎社長", ("山田太郎", "社長")),
        ("当社代表取締役の山田太郎", ("山田太郎", "当社代表取締役")),
        ("代表取締役CEOである山田太郎氏", ("山田太郎", "代表取締役CEO")),
        ("Jane Doe, CEO of ACME", ("Jane Doe", "CEO of ACME")),
        ("Chairman and CEO Ramon Laguarta", ("Ramon Laguarta", "Chairman and CEO")),
        ("ispace EU Managing Director Julien-Alexandre Lamamy", ("Julien-Alexandre Lamamy",
         "ispace EU Managing Director")),
        ("NASA Deputy Associate Administrator for Business Operations Casey Swails",
         ("Casey Swails", "NASA Deputy Associate Administrator for Business Operations")),
        ("山田太郎氏", ("山田太郎", "")),
        ("Jane Doe", ("Jane Doe", "")),
        ("当社の役員および関係者一同より皆様へのお知らせ", ("", "当社の役員および関係者一同より皆様へのお知らせ")),
        ("many of the people who came to see it", ("", "many of the people who came to see it")),
    ],
)  # fmt: skip
def test_a_name_and_its_role_are_taken_apart(text: str, person: tuple[str, str]) -> None:
    assert split_person(text) == person


DOE, SMITH, YAMADA = ("Jane Doe", "CEO of ACME"), ("John Smith", "Director of ESA"), ("山田太郎", "当社社長")


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("From left to right: Jane Doe, CEO of ACME; and John Smith, Director of ESA", (DOE, SMITH)),
        ("From left: Jane Doe, CEO of ACME, John Smith, Director of ESA", (DOE, SMITH)),
        ("(Photo, from left: Jane Doe, CEO of ACME; John Smith, Director of ESA)", (DOE, SMITH)),
        ("Pictured from the left: Jane Doe and John Smith", (("Jane Doe", ""), ("John Smith", ""))),
        ("（写真左から）当社社長 山田太郎、Director of ESA John Smith", (YAMADA, SMITH)),
        ("右から：当社社長の山田太郎氏、鈴木花子副社長", (YAMADA, ("鈴木花子", "副社長"))),
        ("左から：Founder, Representative Director & CEO 袴田武史", (("袴田武史",
         "Founder, Representative Director & CEO"),)),
    ],
)  # fmt: skip
def test_a_caption_names_its_people_in_order(text: str, people: tuple[tuple[str, str], ...]) -> None:
    assert split_caption(text) == people


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=6), st.sampled_from([*"、,;：:（）() の", "左から", "社長", "CEO", "Jane Doe", "山田"])
        )
    ).map("".join)
)
def test_no_text_is_too_odd_for_a_caption(text: str) -> None:
    for name, role in split_caption(text):
        assert name or role or not text.strip("（）()。. ")
