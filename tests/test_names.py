"""Names of people and places, also where Latin and Japanese letters touch."""

import pytest

from assistant.names import named_people, named_places


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("代表取締役の大森健一が署名しました。", ("大森健一",)),
        ("会談にはCasey Morganと大森健一が出席しました。", ("Casey Morgan", "大森健一")),
        ("所長はJulien-Alexandre Lamamyです。", ("Julien-Alexandre Lamamy",)),
        ("The bridge was opened by Ingrid Solberg.", ("Ingrid Solberg",)),
        ("Hamanasu Research Institute opened in March.", ()),
        ("吊橋が開通しました。", ()),
    ],
)
def test_people_are_named_in_order(text: str, people: tuple[str, ...]) -> None:
    assert named_people(text) == people


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("調印式は旭川で行われました。", ("旭川",)),
        ("日本時間の午後に米国政府が発表しました。", ()),
        ("着陸地点は氷の海のアトラスクレーターです。", ("氷の海", "アトラスクレーター")),
        ("The site is Atlas Crater.", ("Atlas Crater",)),
        ("The yard is in Paris.", ("Paris",)),
        ("The yard moved to Kiruna, Sweden.", ("Kiruna", "Sweden")),
        ("The bridge opens in the United States.", ("United States",)),
        ("Paris Capital led the round.", ()),  # a company, and no place
        ("United States Steel supplied the beams.", ()),
        ("The round was led by Alder, Sweden's oldest fund.", ("Sweden",)),  # nor is Alder a town
        ("The yard of Hamanasu Oslo is new.", ()),
    ],
)
def test_places_are_where_something_happens(text: str, places: tuple[str, ...]) -> None:
    assert set(named_places(text)) == set(places)


def test_a_listed_word_is_nobodys_name_though_the_dictionary_has_it_as_one() -> None:
    assert named_people("ランダーが着陸した") == ()
    assert named_people("SME Support Hokkai guarantees the loan") == ()


def test_what_belongs_to_a_place_is_not_where_something_is() -> None:
    assert named_places("The ferry is led by the Japan headquarters") == ()
    assert named_places("The headquarters is in Denver") == ("Denver",)
