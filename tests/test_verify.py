"""Verifying: what a cited quote does not bear out never reaches the reader."""

from assistant.answer import Citation
from assistant.verify import verified


def quote(text: str, marker: int = 1, published: str | None = "2022-09-22") -> Citation:
    return Citation(marker, "a", "title", published, "", 1, 0, len(text), text, "body")


def test_a_figure_that_no_quote_holds_is_taken_away() -> None:
    assert verified(["USD 10 million was paid. [1]"], [quote("NASAが支払いました。")]) == []


def test_a_figure_written_in_another_way_is_borne_out() -> None:
    paragraph = "About JPY 26.8 billion. [1]"
    assert verified([paragraph], [quote("約268億円を調達。")]) == [paragraph]


def test_a_date_in_the_other_language_is_borne_out() -> None:
    assert verified(["November 2022. [1]"], [quote("2022年11月に打ち上げ")])
    assert not verified(["December 2022. [1]"], [quote("2022年11月に打ち上げ")])


def test_a_marker_without_a_citation_is_taken_away() -> None:
    for marker in ("[0]", "[2]", "[99]"):
        assert verified([f"The lander landed. {marker}"], [quote("The lander landed.")]) == []


def test_the_date_of_a_cited_announcement_may_be_said() -> None:
    assert verified(["22 September 2022: it was paid. [1]"], [quote("It was paid.")])


def test_what_a_note_says_may_be_said() -> None:
    assert verified(["2022年11月（2022年9月時点の想定） [1]"], [quote("2022年11月", published=None)], ["2022-09"])
