"""Probes: a yes/no question and the other questions that decide it."""

import pytest

from assistant.probes import MOST, probes_of
from assistant.question import understand


@pytest.mark.parametrize(
    ("asked", "probe"),
    [
        ("吊橋のケーブル1本の価格は、約300万円でしたか。", "吊橋のケーブル1本の価格は、いくらでしたか。"),
        ("歩道橋の重量は、35トンより重いですか。", "歩道橋の重量は、何トンですか。"),
        ("開通式は、2023年5月20日に行われましたか。", "開通式は、いつ行われましたか。"),
        ("Was the toll of the bridge JPY 300 per car?", "How much was the toll of the bridge per car?"),
        ("Did the bridge open in May 2023?", "When did the bridge open?"),
        ("Does the cable weigh about 5 kg?", "What does the cable weigh?"),
        ("Is the tower planned to be taller than 40 m?", "How tall is the tower planned to be?"),
    ],
)  # fmt: skip
def test_a_value_is_asked_for_in_the_place_of_the_one_that_is_said(asked: str, probe: str) -> None:
    texts = [one.text.replace(" ?", "?") for one in probes_of(understand(asked)) if one.kind == "value"]
    assert texts == [probe]


@pytest.mark.parametrize(
    ("asked", "probe"),
    [
        ("審査は、北見市が主導しましたか。", "審査は、どこが主導しましたか。"),
        ("Was INCJ the lead investor of Series C?", "Which company was the lead investor of Series C?"),
        ("Was the trial led by Asahikawa Steel?", "Which company was the trial led by?"),
    ],
)
def test_a_name_is_asked_for_in_its_place(asked: str, probe: str) -> None:
    assert [one.text for one in probes_of(understand(asked)) if one.kind == "name"] == [probe]


def test_of_two_that_exclude_each_other_the_other_one_is_asked_for() -> None:
    probe = probes_of(understand("Was the fault in the hardware of the winch?"))[0]
    assert (probe.kind, probe.text) == ("rival", "Was the fault in the software of the winch?")
    assert not [one for one in probes_of(understand("Was it hardware or software?")) if one.kind == "rival"]


def test_the_company_itself_is_told_from_its_subsidiaries() -> None:
    asked = "支払いを受けたのは、Hamanasuの本体ですか。"
    found = probes_of(understand(asked), ["Hamanasu EUROPE"])
    assert found[0].text == "支払いを受けたのは、Hamanasu EUROPEですか。"


def test_what_was_done_alone_is_asked_without_the_word() -> None:
    found = probes_of(understand("Did Hamanasu build the bridge on its own?"))
    assert [one.text for one in found if one.kind == "sole"] == ["Did Hamanasu build the bridge?"]


@pytest.mark.parametrize(
    "asked",
    ["2021年3月時点で、社員は増えていましたか。", "Was the bridge still closed as of May 2023?", "開通しましたか。"],
)
def test_the_day_of_which_is_asked_is_no_value_that_is_put_to_the_test(asked: str) -> None:
    assert not [one for one in probes_of(understand(asked)) if one.kind == "value"]


def test_no_question_has_many() -> None:
    asked = "Was the toll JPY 300 in May 2023, JPY 400 in June 2023 and JPY 500 in July 2023?"
    assert len(probes_of(understand(asked))) <= MOST
