"""Editions and corrections: found as they are stated, inferred where the texts leave no doubt, and nothing else."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.announce import announce
from corpus.announcement import Announcement
from corpus.catalog import Catalog
from corpus.dates import PartialDate
from corpus.links import Correction, Link, corrections, differences, superseded_by, translations
from corpus.load import load
from corpus.source import Source
from tests.fakes_index import notice

SAMPLE = Path(__file__).parents[1] / "corpus" / "announcements"


@pytest.fixture(scope="module")
def sample() -> list[Announcement]:
    return [announce(loaded) for loaded in load(SAMPLE) if isinstance(loaded, Source)]


JA = notice(
    "pay.ja",
    "架空ムーン社は2022年9月22日、NASAとのCLPS契約についてArtemis Payload Officeから約268億円の支払いを受けました。"
    "打ち上げは2022年11月、着陸は2023年4月の予定で、従業員は約200名です。",
    title="架空ムーン社、NASAとの契約で支払いを受ける",
)
EN = notice(
    "pay.en",
    "Kaku Moon received about JPY 26.8 billion from the Artemis Payload Office under its CLPS contract with NASA. The "
    "launch is planned for November 2022, the landing for April 2023. The team has about 200 people.",
    title="Kaku Moon receives a payment from NASA",
)


def test_the_sample_is_forty_pairs_that_say_the_same(sample: list[Announcement]) -> None:
    links = translations(sample)
    by_id = {one.id: one for one in sample}
    assert (len(sample), len(links)) == (80, 40)
    assert {link.reason for link in links} == {"stated"}
    found = [line for link in links for line in differences(by_id[link.original], by_id[link.translation])]
    assert found == []


def test_without_front_matter_most_pairs_are_found_and_none_is_wrong(sample: list[Announcement]) -> None:
    stated = {(link.original, link.translation) for link in translations(sample)}
    bare = [dataclasses.replace(one, translation_of=None) for one in sample]
    inferred = {(link.original, link.translation) for link in translations(bare)}
    assert inferred <= stated
    assert len(inferred) >= 36


def test_what_is_inferred_does_not_depend_on_the_order(sample: list[Announcement]) -> None:
    bare = [dataclasses.replace(one, translation_of=None) for one in sample]
    assert translations(bare) == translations(bare[::-1])


def test_editions_are_linked_by_what_they_state_by_their_addresses_and_by_what_they_say() -> None:
    stated = dataclasses.replace(EN, translation_of="pay.ja")
    assert translations([JA, stated]) == [Link("pay.ja", "pay.en", "stated")]

    page = dataclasses.replace(JA, source_url="https://www.example.com/ja/12/")
    address = dataclasses.replace(EN, translation_of="http://example.com/ja/12")
    assert translations([page, address]) == [Link("pay.ja", "pay.en", "stated")]

    text = "Nothing alike. Japanese: https://example.com/ja/12."
    pointing = dataclasses.replace(EN, text=text)
    assert translations([page, pointing]) == [Link("pay.ja", "pay.en", "source")]

    assert translations([EN, JA]) == [Link("pay.ja", "pay.en", "content")]


def test_another_day_another_issuer_or_a_rival_leaves_editions_unlinked() -> None:
    later = dataclasses.replace(EN, published=PartialDate(2022, 9, 23))
    assert translations([JA, later]) == []
    issued = dataclasses.replace(JA, issuer="株式会社Alpha")
    assert translations([issued, dataclasses.replace(EN, issuer="Beta, Inc.")]) == []
    assert translations([issued, dataclasses.replace(EN, issuer="Alpha Inc.")]) == [Link("pay.ja", "pay.en", "content")]
    assert translations([JA, EN, dataclasses.replace(EN, id="other.en")]) == []


@given(st.permutations(range(4)), st.booleans())
def test_outlines_give_the_same_links_as_whole_announcements(order: list[int], stated: bool) -> None:
    whole = [JA, dataclasses.replace(EN, translation_of="pay.ja" if stated else None), *REPORTS]
    held = {one.id: one for one in whole}
    outlines = [dataclasses.replace(whole[place], text="", raw="") for place in order]
    assert translations(outlines, held.__getitem__) == translations(whole)
    assert corrections(outlines, held.__getitem__) == corrections([whole[place] for place in order])


def test_a_figure_or_date_that_differs_is_named_with_both_places() -> None:
    wrong = dataclasses.replace(EN, text=EN.text.replace("26.8 billion", "28.6 billion").replace("April", "May"))
    assert differences(JA, EN) == []
    money, date = differences(JA, wrong)
    assert money == (
        "'pay.ja' says '268億円' (page 1, character 59), where 'pay.en' says 'JPY 28.6 billion' (page 1, character 25)."
    )
    assert "'2023年4月'" in date
    assert "'May 2023'" in date


@pytest.mark.parametrize(
    ("japanese", "english"),
    [
        ("2機を1,234件", "two vehicles, one thousand"),
        ("約2,470万株", "about 24.7 million in number"),
        ("2022年9月22日", "in September 2022"),
        ("2024年後半", "in the second half of 2024"),
        ("2020年12月4日（日本時間）", "3 December 2020 (U.S. Eastern Time)"),
        ("本日", "on 22 September 2022"),
        ("令和4年9月22日", "September 22, 2022"),
    ],
)
def test_the_same_said_in_another_way_is_no_difference(japanese: str, english: str) -> None:
    one, other = notice("a.ja", f"これは{japanese}です。"), notice("a.en", f"It is {english}.")
    assert [line for line in differences(one, other) if "1,234" not in line] == []


@pytest.mark.parametrize(
    ("japanese", "english"),
    [
        ("2022年9月25日", "26 September 2022"),
        ("2024年後半", "in the first half of 2024"),
        ("68億円", "JPY 6.9 billion"),
        ("3.5%", "5.3%"),
        ("約200名", "about 220 people"),
    ],
)
def test_another_figure_is_a_difference(japanese: str, english: str) -> None:
    one, other = notice("a.ja", f"これは{japanese}です。"), notice("a.en", f"It is {english}.")
    assert len(differences(one, other)) == 1


# --- Corrections --------------------------------------------------------------------------------------------------

REPORTS = (
    notice(
        "plan", "打ち上げは2022年11月です。", title="ミッション1の打ち上げ計画に関するお知らせ", published="2022-09-22"
    ),
    notice("funds", "資金を調達します。", title="新株予約権の発行に関するお知らせ", published="2022-09-22"),
)


def changed(title: str, text: str, published: str = "2022-10-03") -> list[Correction]:
    return corrections([*REPORTS, notice("notice", text, title=title, published=published)])


def test_a_correction_is_found_by_the_title_that_it_quotes() -> None:
    title = "（訂正）「ミッション1の打ち上げ計画に関するお知らせ」の一部訂正について"
    assert changed(title, "誤りがありました。") == [Correction("notice", "plan", "corrects", "title")]
    text = "2022年9月22日に開示した「ミッション１の打ち上げ計画に関するお知らせ」に誤りがありました。"
    assert changed("開示事項の一部訂正について", text) == [Correction("notice", "plan", "corrects", "title")]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("ミッション1の打ち上げ計画の修正に関するお知らせ", "2022年9月22日付で公表した計画を修正します。"),
        ("ミッション1打ち上げ計画の一部訂正について", "2022年9月22日に開示しました資料を訂正します。"),
        ("（訂正）ミッション1の打ち上げ計画に関するお知らせ", "日付を訂正します。"),
    ],
)
def test_a_correction_is_found_by_its_day_and_by_a_like_title(title: str, text: str) -> None:
    assert [each.target for each in changed(title, text)] == ["plan"]


def test_an_english_correction_is_found_too() -> None:
    first = notice("first", "The launch is in November.", title="Launch schedule of Mission 1", published="2022-09-22")
    text = 'We correct our release "Launch schedule of Mission 1" announced on September 22, 2022.'
    second = notice("second", text, title="Notice regarding partial correction", published="2022-10-03")
    assert corrections([first, second]) == [Correction("second", "first", "corrects", "title")]
    bare = dataclasses.replace(
        second, title="Correction: Mission 1 launch schedule", text="See what we announced on September 22, 2022."
    )
    assert corrections([first, bare]) == [Correction("second", "first", "corrects", "date")]


def test_only_what_is_named_by_its_title_is_withdrawn() -> None:
    title = "「新株予約権の発行に関するお知らせ」の取消しについて"
    assert changed(title, "取り消します。") == [Correction("notice", "funds", "withdraws", "title")]
    other = changed("新株予約権の発行の取下げに関するお知らせ", "2022年9月22日に公表した発行を取り下げます。")
    assert other == [Correction("notice", "funds", "corrects", "date")]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("ミッション2の打ち上げについて", "2022年9月22日に公表した計画の次です。"),
        ("役員報酬規程の改定と定款修正について", "規程を改めます。"),
        ("業績予想の修正に関するお知らせ", "2022年8月12日に公表した予想を修正します。"),
    ],
)
def test_what_names_no_earlier_announcement_changes_none(title: str, text: str) -> None:
    assert changed(title, text) == []


def test_nothing_is_corrected_before_it_was_said() -> None:
    title = "（訂正）「ミッション1の打ち上げ計画に関するお知らせ」の一部訂正について"
    assert changed(title, "誤り。", published="2022-09-21") == []


def test_the_newest_notice_is_what_supersedes() -> None:
    first = notice("c1", "訂正します。", title="訂正", published="2022-10-01", supersedes="plan")
    second = notice("c2", "また訂正します。", title="再訂正", published="2022-11-01", supersedes="plan")
    assert superseded_by([second, *REPORTS, first]) == {"plan": "c2"}
    assert superseded_by([*REPORTS, dataclasses.replace(first, supersedes="nowhere")]) == {}


def test_the_catalog_gives_outlines_for_links(tmp_path: Path) -> None:
    catalog = Catalog.open(tmp_path)
    for one in (JA, EN, *REPORTS):
        catalog.add(one)
    outlines = catalog.outlines()
    assert {one.id for one in outlines} == {"pay.ja", "pay.en", "plan", "funds"}
    assert all(not one.text and not one.raw and one.title for one in outlines)
    assert translations(outlines, catalog.get) == [Link("pay.ja", "pay.en", "content")]
    catalog.close()
