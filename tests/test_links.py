"""Editions and corrections: found as they are stated, inferred where the texts leave no doubt, and nothing else."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import cli
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


# --- On the command line ------------------------------------------------------------------------------------------

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command with the real assistant, in one directory; gives what it prints, as JSON."""
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ASSISTANT_EMBEDDINGS", "off")
    monkeypatch.chdir(tmp_path)

    def printed(*arguments: str) -> Any:
        code = cli.main([*arguments, "--json", "--data", str(tmp_path / "data")])
        out, err = capsys.readouterr()
        assert (code, err) == (0, "")
        return json.loads(out)

    return printed


def test_a_new_directory_lists_forty_pairs_and_nothing_is_wrong(run: Run) -> None:
    listed = run("list")["announcements"]
    pairs = {one["id"]: one["translation_of"] for one in listed if one["translation_of"]}
    assert (len(listed), len(pairs)) == (80, 40)
    assert all(edition.removesuffix(".en") == original.removesuffix(".ja") for edition, original in pairs.items())
    assert run("check") == {"problems": [], "notes": []}


def test_editions_that_are_only_alike_are_listed_as_linked_and_differences_noted(run: Run, tmp_path: Path) -> None:
    for one, text in ((JA, JA.text), (EN, EN.text.replace("200", "300"))):
        head = f"---\nid: {one.id}\ntitle: {one.title}\npublished: 2022-09-22\nlanguage: {one.language}\n---\n"
        (tmp_path / f"{one.id}.md").write_text(head + text, encoding="utf-8")
        run("add", str(tmp_path / f"{one.id}.md"))
    listed = {one["id"]: one["translation_of"] for one in run("list")["announcements"]}
    assert listed == {"pay.ja": None, "pay.en": "pay.ja"}
    checked = run("check")
    assert checked["problems"] == []
    (note,) = checked["notes"]
    assert "'200名'" in note
    assert "'300 people'" in note


def test_a_corrected_file_is_a_new_revision_and_the_old_one_is_kept_but_not_found(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "notice.md"
    ids = []
    for day in ("2022年11月9日", "2022年11月22日"):
        file.write_text(f"# 打ち上げの日程\n\n2022年10月3日\n\n打ち上げは{day}の予定です。\n", encoding="utf-8")
        ids.append(run("add", str(file))["id"])
    shown = run("show", ids[0])
    assert ids[0] == ids[1]
    assert shown["revision"] == 2
    assert [(one["revision"], "11月9日" in one["text"]) for one in shown["history"]] == [(1, True), (2, False)]
    assert [one["id"] for one in run("list")["announcements"]] == [ids[0]]
    passages = run("search", "打ち上げの日程 11月9日")["passages"]
    assert passages
    assert all("11月9日" not in passage["text"] for passage in passages)


def test_a_correction_is_listed_and_answers_prefer_it(run: Run, tmp_path: Path) -> None:
    first = "# 打ち上げの日程に関するお知らせ\n\n2022年10月3日\n\nミッション1の打ち上げは2022年11月9日の予定です。\n"
    second = (
        "# （訂正）「打ち上げの日程に関するお知らせ」の一部訂正について\n\n2022年10月5日\n\n"
        "ミッション1の打ち上げは2022年11月22日の予定です。\n"
    )
    undone = "# 「打ち上げの日程に関するお知らせ」の取消しについて\n\n2022年10月9日\n\n当該開示を取り消します。\n"
    ids = []
    for number, text in enumerate((first, second, undone)):
        (tmp_path / f"{number}.md").write_text(text, encoding="utf-8")
        ids.append(run("add", str(tmp_path / f"{number}.md"))["id"])
        if number == 1:
            listed = {one["id"]: one for one in run("list")["announcements"]}
            assert listed[ids[1]]["supersedes"] == ids[0]
            assert listed[ids[0]]["superseded_by"] == run("show", ids[0])["superseded_by"] == ids[1]
    question = "ミッション1の打ち上げはいつですか"
    assert run("ask", question)["short_answer"] == "2022年11月22日"
    assert run("ask", question, "--as-of", "2022-10-04")["short_answer"] == "2022年11月9日"
    cited = {citation["announcement_id"] for citation in run("ask", question)["citations"]}
    assert ids[0] not in cited


def test_what_is_withdrawn_is_withdrawn_in_both_languages(run: Run, tmp_path: Path) -> None:
    texts = {
        "plan.ja": (
            "language: ja",
            "打ち上げの日程に関するお知らせ",
            "2022-10-03",
            "打ち上げは2022年11月9日の予定です。",
        ),
        "plan.en": ("translation_of: plan.ja", "Launch schedule", "2022-10-03", "The launch is on 9 November 2022."),
        "undo.ja": ("supersedes: plan.ja", "日程の取消しについて", "2022-10-09", "さきの開示を取り消します。"),
    }
    for id, (extra, title, day, text) in texts.items():
        head = f"---\nid: {id}\ntitle: {title}\npublished: {day}\n{extra}\n---\n"
        (tmp_path / f"{id}.md").write_text(head + text, encoding="utf-8")
        run("add", str(tmp_path / f"{id}.md"))
    assert "9 November" not in run("ask", "When is the launch?")["answer"]
    assert "9 November" in run("ask", "When is the launch?", "--as-of", "2022-10-05")["answer"]


def test_an_edition_may_name_the_address_of_its_original(run: Run, tmp_path: Path) -> None:
    for id, link in (("a.ja", "source_url"), ("a.en", "translation_of")):
        head = f"---\nid: {id}\ntitle: t\nlanguage: {id[2:]}\n{link}: https://example.com/ja/1\n---\n"
        (tmp_path / f"{id}.md").write_text(f"{head}The text.", encoding="utf-8")
        run("add", str(tmp_path / f"{id}.md"))
    assert {one["id"]: one["translation_of"] for one in run("list")["announcements"]} == {"a.ja": None, "a.en": "a.ja"}
    assert run("check")["problems"] == []


def test_the_seed_is_shown_with_its_structure(run: Run, shared: Path) -> None:
    added = run("add", str(shared / "seeds" / "ispace-nasa-interim-payment.ja.txt"))
    shown = run("show", added["id"])
    assert {"kind", "start", "end", "text", "heading", "speaker", "role", "people"} <= set(shown["sections"][0])
    (caption,) = [section for section in shown["sections"] if section["kind"] == "caption"]
    assert [person["name"] for person in caption["people"]] == ["野﨑順平", "袴田武史", "Casey Swails", "Julien Lamamy"]
    assert all(person["role"] for person in caption["people"])
    quotations = [section for section in shown["sections"] if section["kind"] == "quotation"]
    assert [(section["speaker"], section["role"]) for section in quotations] == [
        ("袴田武史", "株式会社ispace Founder, Representative Director & CEO"),
        ("Julien-Alexandre Lamamy", "ispace EU Managing Director"),
    ]
    assert [
        (note["mark"], [each["text"] for each in note["anchors"]], note["as_of"]) for note in shown["footnotes"]
    ] == [
        ("i", ["最短で2022年11月"], "2022-09"),
        ("ii", ["2024年"], "2022-09"),
        ("iii", ["2022年"], "2022-09"),
        ("iv", ["2025年"], "2022-09"),
    ]
    assert all(each["text"] == shown["text"][each["start"] : each["end"]] for each in shown["values"])
    keys = [each["key"] for each in shown["values"]]
    assert {"2020-12", "2022-11", "2024", "2025", "2022-07", "JPY:26800000000", "person:200"} <= set(keys)
    assert [one["revision"] for one in shown["history"]] == [1]
