"""The facts register: what is read from announcements, how it is put in order over time, and what stays out."""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import register_file
from corpus.announce import announce
from corpus.announcement import Announcement, Language
from corpus.catalog import Catalog
from corpus.facts import ATTRIBUTES, Fact
from corpus.load import load
from corpus.register import Register, read_facts
from corpus.register_file import load_facts
from corpus.source import Source
from index.passage import Scope

SAMPLE = Path(__file__).parents[1] / "corpus" / "announcements"


def announcement(
    text: str, *, published: str = "2024-05-10", issuer: str = "Kaguya Corp", **stated: str
) -> Announcement:
    language: Language = "en" if text.isascii() else "ja"
    title = text.split("\n")[0]
    source = Source(
        (text,), "lines", "test", title=title, published=published, issuer=issuer, language=language, **stated
    )
    return announce(source)


def told(text: str, **stated: str) -> list[tuple[str, str, str, str, str | None]]:
    facts = read_facts(announcement(text, **stated))
    return [(f.subject_id, f.attribute, f.value.text, f.status, str(f.as_of) if f.as_of else None) for f in facts]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with closing(Catalog.open(tmp_path)) as opened:
        yield opened


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with closing(Catalog.open(tmp_path_factory.mktemp("sample"))) as opened:
        for source in load(SAMPLE):
            if isinstance(source, Source) and source.id:
                opened.add(announce(source))
        yield Register(opened)


def values(facts: list[Fact]) -> list[str]:
    return [fact.value.key for fact in facts]


def test_a_plan_in_japanese_has_its_date_its_firmness_and_the_date_of_its_note() -> None:
    text = "打ち上げ計画\n\nミッション7の打ち上げは、最短で2026年3月※1に予定されています。\n\n※1 2024年4月時点の想定"
    assert ("mission:7", "launch", "最短で2026年3月", "planned", "2024-04") in told(text)


@pytest.mark.parametrize(
    "sentence",
    [
        "ミッション7の打ち上げ時期を、2027年5月から2027年8月へと変更しました。",
        "ミッション7の打ち上げを2027年5月から2027年8月に変更します。",
        "ミッション7の打ち上げは2027年5月から2027年8月へ延期されました。",
        "ミッション7の打ち上げは、当初の2027年5月から2027年8月に見直しました。",
        "The launch of Mission 7 was moved from May 2027 to August 2027.",
        "The launch of Mission 7 has been postponed from May to August 2027.",
        "Kaguya Corp postponed the launch of Mission 7 from May 2027 to August 2027.",
    ],
)
def test_a_date_that_moves_to_another_is_an_old_and_a_new_value(sentence: str) -> None:
    facts = [(f.attribute, f.value.key, f.status) for f in read_facts(announcement(f"Launch update\n\n{sentence}"))]
    assert sorted(facts, key=lambda fact: fact[1]) == [
        ("launch", "2027-05", "superseded"),
        ("launch", "2027-08", "planned"),
    ]


def test_a_chain_of_moves_in_one_english_sentence_is_told_value_by_value() -> None:
    text = (
        "Update\n\nThe launch date of Mission 7 moved from 28 November 2023 at the earliest, as published on "
        "17 November 2023, to 30 November 2023 and then to 1 December 2023, was left open as of 1 December 2023, and "
        "was reset on 7 December 2023 to 11 December 2023 at the earliest."
    )
    assert [fact[1:] for fact in told(text, published="2023-12-20")] == [
        ("launch", "28 November 2023 at the earliest", "superseded", "2023-11-17"),
        ("launch", "30 November 2023", "superseded", None),
        ("launch", "1 December 2023", "superseded", None),
        ("launch", "11 December 2023 at the earliest", "planned", "2023-12-07"),
    ]


def test_a_move_is_not_dated_by_when_the_old_date_was_announced() -> None:
    text = "Update\n\nThe launch of Mission 7 moved from May 2025, as announced on 1 March 2024, to August 2025."
    assert [fact[1:] for fact in told(text)] == [
        ("launch", "May 2025", "superseded", "2024-03-01"),
        ("launch", "August 2025", "planned", "2024-05-10"),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "ミッション7の打ち上げは2027年5月から8月までの間に予定しています。",
        "ミッション7の打ち上げは、2027年5月から2027年8月にかけて予定しています。",
        "The launch of Mission 7 is planned for the window from May to August 2027.",
        "The launch of Mission 7 is planned between May and August 2027.",
    ],
)
def test_a_window_from_one_date_to_another_stays_one_value(sentence: str) -> None:
    facts = [(f.attribute, f.value.key, f.status) for f in read_facts(announcement(f"Launch update\n\n{sentence}"))]
    assert facts == [("launch", "2027-05/2027-08", "planned")]


def test_a_plan_in_english_that_replaces_another_gives_both() -> None:
    text = "Launch update\n\nThe launch of Mission 7 moves to March 2026, previously October 2025."
    assert [fact[1:] for fact in told(text)] == [
        ("launch", "March 2026", "planned", "2024-05-10"),
        ("launch", "October 2025", "superseded", None),
    ]


def test_a_date_behind_another_thing_is_no_date_of_the_mission() -> None:
    for text in (
        "契約\n\nミッション7では、2019年2月に企業パートナーとなった甲社の電池を運びます。",
        "Contract\n\nMission 7 carries a battery of Kou, a partner since February 2019.",
    ):
        assert [fact for fact in told(text) if "2019" in fact[2]] == []


def test_each_mission_of_a_list_has_its_own_date() -> None:
    text = "計画\n\n当社は、ミッション3を2027年、ミッション4を2028年に予定しています。"
    assert [(fact[0], fact[2]) for fact in told(text)] == [("mission:3", "2027年"), ("mission:4", "2028年")]
    text = "Plans\n\nThe company plans Mission 3 for 2027 and Mission 4 for 2028."
    assert [(fact[0], fact[2]) for fact in told(text)] == [("mission:3", "2027"), ("mission:4", "2028")]


def test_another_companys_mission_is_not_this_ones() -> None:
    assert told("News\n\nFirefly's Blue Ghost Mission 1 was launched on 15 January 2024.") == []


def test_a_launch_that_happened_is_actual_and_one_ahead_is_not() -> None:
    text = "News\n\nThe IM-2 mission was launched on 6 May 2024 from Florida."
    assert ("im-2", "launch", "6 May 2024", "actual", "2024-05-10") in told(text)
    assert told("News\n\nThe IM-2 mission was launched on 6 May 2025 from Florida.") == []


def test_where_it_was_to_land_before_stands_right_behind_where_it_lands() -> None:
    before = "提案した着陸地域は、2023年12月3日時点では月の南極でした。"
    text = f"着陸地点\n\nミッション7の主着陸地点は、うさぎ盆地です。{before}"
    assert [fact[2:] for fact in told(text)] == [
        ("うさぎ盆地", "planned", "2024-05-10"),
        ("月の南極", "superseded", "2023-12-03"),
    ]


def test_a_milestone_has_its_number_its_criterion_and_when_it_was_reached() -> None:
    text = (
        "進捗\n\nミッション7のサクセス3は、初期の運用です。\n\nミッション7は、2024年5月8日にサクセス2を完了しました。"
    )
    found = told(text)
    assert ("mission:7/success:3", "criterion", "初期の運用", "planned", "2024-05-10") in found
    assert ("mission:7/success:2", "achieved", "2024年5月8日", "actual", "2024-05-10") in found


def test_of_some_of_all_the_milestones_the_some_is_not_all() -> None:
    counts = told("Result\n\nFor Mission 7, contact was lost, with 8 of the 10 milestones reached.")
    assert ("mission:7/milestones", "total", "10", "actual", "2024-05-10") in counts
    assert ("mission:7/milestones", "reached", "8", "actual", "2024-05-10") in counts
    assert not [count for count in counts if count[1] == "total" and count[2] != "10"]


def test_how_many_milestones_were_reached_is_counted_as_told() -> None:
    assert ("mission:7/milestones", "reached", "8", "actual", "2024-05-10") in told(
        "Result\n\nMission 7 reached 8 of its 10 milestones."
    )


def test_a_contract_has_its_counterparty_its_matter_and_its_day() -> None:
    text = "契約\n\n甲電機とKaguya Corpは2024年5月9日、月面の通信に関する契約を締結しました。"
    found = {fact[1]: fact[2] for fact in told(text)}
    assert found == {"counterparty": "甲電機", "matter": "月面の通信", "status": "締結し", "signed": "2024年5月9日"}


@pytest.mark.parametrize(
    ("sentence", "state"),
    [
        ("甲電機とKaguya Corpは月面の通信に関する契約を締結しました。", "signed"),
        ("甲電機とKaguya Corpは月面の通信に関する覚書を締結しました。", "memorandum"),
        ("甲電機とKaguya Corpは業務提携に合意しました。", "agreed"),
        ("Kaguya Corpは月面の通信機器を輸送する契約を発表しました。", "announced"),
        ("Kaguya Corp won a contract from Comet Telecom for the transport of devices.", "won"),
        ("Kaguya Corp signed a contract with Comet Telecom for the transport of devices.", "signed"),
    ],
)
def test_how_far_a_contract_is_is_told_by_its_name_and_the_verb(sentence: str, state: str) -> None:
    facts = read_facts(announcement(f"{'News' if sentence.isascii() else '契約'}\n\n{sentence}"))
    assert [fact.value.key for fact in facts if fact.attribute == "status"] == [state]


def test_the_next_sentence_gives_the_contracts_amount_and_period() -> None:
    first = "甲電機とKaguya Corpは2024年5月9日、月面の通信に関する契約を締結しました。"
    found = {fact[1]: fact[2] for fact in told(f"契約\n\n{first}契約金額は約3億円です。")}
    assert found["amount"] == "約3億円"
    found = {fact[1]: fact[2] for fact in told(f"契約\n\n{first}契約期間は2年間です。")}
    assert found["period"] == "2年間"
    english = "On May 9, 2024, Kaguya Corp signed a contract with Comet Telecom for the transport of devices."
    found = {fact[1]: fact[2] for fact in told(f"Contract\n\n{english} The contract value is about USD 2 million.")}
    assert found["amount"] == "about USD 2 million"


def test_an_amount_that_may_be_another_contracts_is_nobodys() -> None:
    first = "甲電機とKaguya Corpは2024年5月9日、月面の通信に関する契約を締結しました。"
    for between in ("2つ目の契約は検討中です。", "ミッション7は来年です。"):
        assert "amount" not in {fact[1] for fact in told(f"契約\n\n{first}{between}契約金額は3億円です。")}


def test_a_current_report_gives_the_day_and_the_size_of_an_agreement() -> None:
    text = (
        "Current report\n\nEffective August 24, 2023, Kaguya Corp (the Company) entered into an Extension Agreement"
        " to its $3.0 billion Revolving Credit Agreement with the lenders."
    )
    found = told(text, published="2023-08-24")
    assert ("contract:revolvingcreditagreement", "amount", "$3.0 billion", "actual", "2023-08-24") in found


def test_a_value_that_moved_is_superseded_by_the_announcement_that_moved_it(catalog: Catalog) -> None:
    first = announcement("計画\n\nミッション7の打ち上げは2025年を予定しています。", published="2023-01-10", id="a")
    second = announcement("変更\n\nミッション7の打ち上げは2026年を予定しています。", published="2024-01-10", id="b")
    for one in (second, first):
        catalog.add(one)
    register = Register(catalog)
    chain = register.chain("mission", "ミッション7", "launch")
    assert [(f.value.key, f.status, f.superseded_by) for f in chain] == [
        ("2025", "superseded", "b"),
        ("2026", "planned", None),
    ]
    assert values(register.facts(subject="Mission 7")) == ["2026"]
    assert values(register.facts(subject="Mission 7", as_of=dt.date(2023, 6, 1))) == ["2025"]


@pytest.mark.parametrize(
    "text",
    [
        "Update\n\nKaguya Corp announced on 31 October 2022 that the launch of Mission 7 had been moved to "
        "22 November 2022 or later. The previous schedule for the launch of Mission 7, as of October 2022, was "
        "9 November 2022.",
        "変更\n\nKaguya Corpは2022年10月31日、ミッション7の打ち上げを2022年11月22日以降に変更したことを発表しました。"
        "ミッション7の打ち上げの従来の予定は、2022年10月時点で、2022年11月9日でした。",
    ],
)
def test_what_held_in_a_month_stands_before_what_holds_from_its_last_day_on(catalog: Catalog, text: str) -> None:
    catalog.add(announcement(text, published="2022-10-31", id="a"))
    chain = Register(catalog).chain("mission", "mission:7", "launch")
    assert [(f.value.key, f.status) for f in chain] == [("2022-11-09", "superseded"), ("2022-11-22", "planned")]


def test_an_edition_in_another_language_is_not_counted_again(catalog: Catalog) -> None:
    catalog.add(announcement("計画\n\nミッション7の打ち上げは2026年を予定しています。", id="a.ja"))
    catalog.add(announcement("Plan\n\nThe launch of Mission 7 is planned for 2026.", id="a.en", translation_of="a.ja"))
    register = Register(catalog)
    assert [fact.announcement_id for fact in register.facts()] == ["a.ja"]
    assert [fact.announcement_id for fact in register.facts(language="en")] == ["a.en"]


def test_a_label_that_was_given_to_another_mission_follows_the_date(catalog: Catalog) -> None:
    texts = {
        "2023-10-20": "計画\n\nミッション6の打ち上げは2027年を予定しています。",
        "2025-02-12": "改称\n\n当社は、名称を従来の「ミッション6」から「ミッション4」に変更します。",
        "2026-01-16": "新計画\n\nミッション6の打ち上げは2029年を予定しています。",
    }
    for day, text in texts.items():
        catalog.add(announcement(text, published=day, id=day))
    register = Register(catalog)
    assert values(register.chain("mission", "ミッション4", "launch")) == ["2027"]
    assert values(register.chain("mission", "ミッション6", "launch")) == ["2029"]


def test_what_a_reader_may_not_see_is_in_no_fact_and_supersedes_none(catalog: Catalog) -> None:
    catalog.add(announcement("計画\n\nミッション7の打ち上げは2025年を予定しています。", published="2023-01-10", id="a"))
    hidden = announcement("変更\n\nミッション7の打ち上げは2026年を予定しています。", published="2024-01-10", id="b")
    catalog.add(dataclasses.replace(hidden, audience="staff"))
    found = Register(catalog).facts(shows=Scope(audience="public").shows, history=True)
    assert [(f.value.key, f.status, f.superseded_by) for f in found] == [("2025", "planned", None)]


def test_the_register_follows_the_catalog(catalog: Catalog) -> None:
    register = Register(catalog)
    assert register.facts() == []
    catalog.add(announcement("計画\n\nミッション7の打ち上げは2025年を予定しています。", id="a"))
    assert values(register.facts()) == ["2025"]
    catalog.add(announcement("計画\n\nミッション7の打ち上げは2026年を予定しています。", id="a"))
    assert values(register.facts()) == ["2026"]
    catalog.remove("a")
    assert register.facts() == []


PIECES = (
    *(
        "ミッション1",
        "ミッション2",
        "Mission 3",
        "Success 9",
        "サクセス4",
        "の打ち上げは",
        "2025年",
        "2026年3月5日",
        "から",
        "に変更",
    ),
    *(
        "予定です。",
        "を完了しました。",
        "契約",
        "を締結しました。",
        " with NASA",
        " signed a contract",
        " launch was planned for ",
    ),
    *(
        "late 2024",
        " previously ",
        "ランダー",
        "「A1」",
        "※1",
        "、",
        "。",
        "（",
        "）",
        "\n\n",
        "10時30分",
        " to ",
        " and ",
    ),
)


def test_a_file_keeps_what_was_read_until_the_catalog_changes(catalog: Catalog, tmp_path: Path) -> None:
    catalog.add(
        announcement("計画\n\nミッション7の打ち上げは、最短で2025年3月を予定しています。契約総額は3億円です。", id="a")
    )
    file = tmp_path / "facts.json"
    first = Register(catalog, file=file).facts()
    assert load_facts(file, catalog.identity()) == {"a": (catalog.revision(), tuple(first))}
    assert Register(catalog, file=file).facts() == first
    catalog.add(announcement("計画\n\nミッション7の打ち上げは2026年を予定しています。", id="b", published="2024-06-01"))
    assert values(Register(catalog, file=file).facts()) == ["2026"]
    catalog.remove("b")
    assert Register(catalog, file=file).facts() == first


@dataclasses.dataclass
class Interrupted:
    """A catalog at whose announcement number `after` the reading process ends; counts what was asked for."""

    catalog: Catalog
    after: int
    asked: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.catalog, name)

    def get(self, announcement_id: str) -> Announcement:
        if self.asked == self.after:
            raise KeyboardInterrupt
        self.asked += 1
        return self.catalog.get(announcement_id)


def plans(catalog: Catalog, *years: int) -> None:
    for year in years:
        catalog.add(
            announcement(f"計画\n\nミッション{year - 2020}の打ち上げは{year}年を予定しています。", id=f"n{year}")
        )


def test_a_first_reading_that_was_cut_off_goes_on_where_it_was(catalog: Catalog, tmp_path: Path) -> None:
    plans(catalog, 2023, 2024, 2025, 2026)
    file = tmp_path / "facts.json"
    with pytest.raises(KeyboardInterrupt):
        Register(Interrupted(catalog, after=3), file=file).facts()
    rest = Interrupted(catalog, after=9)
    assert values(Register(rest, file=file).facts()) == ["2023", "2024", "2025", "2026"]
    assert rest.asked == 1


@given(data=st.data())
@settings(deadline=None, max_examples=25)
def test_a_file_cut_off_anywhere_gives_the_same_facts(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(Catalog.open(Path(folder))) as catalog:
        plans(catalog, 2023, 2024, 2025)
        file = Path(folder) / "facts.json"
        whole = Register(catalog, file=file).facts()
        written = file.read_bytes()
        file.write_bytes(written[: data.draw(st.integers(0, len(written)))])
        assert Register(catalog, file=file).facts() == whole
        again = Interrupted(catalog, after=0)
        assert Register(again, file=file).facts() == whole  # the file is whole again


def test_what_changed_or_went_while_nobody_read_is_read_again(catalog: Catalog, tmp_path: Path) -> None:
    plans(catalog, 2023, 2024, 2025)
    file = tmp_path / "facts.json"
    with pytest.raises(KeyboardInterrupt):
        Register(Interrupted(catalog, after=2), file=file).facts()
    catalog.add(announcement("計画\n\nミッション3の打ち上げは2027年を予定しています。", id="n2023"))
    catalog.remove("n2024")
    assert values(Register(catalog, file=file).facts()) == ["2027", "2025"]
    assert "2024年" not in file.read_text(encoding="utf-8")


def test_two_that_read_at_once_leave_the_newer_reading(catalog: Catalog, tmp_path: Path) -> None:
    plans(catalog, 2023)
    file = tmp_path / "facts.json"
    Register(catalog, file=file).facts()
    older = file.read_bytes().partition(b"\n")[2]
    catalog.add(announcement("計画\n\nミッション3の打ち上げは2027年を予定しています。", id="n2023"))
    Register(catalog, file=file).facts()
    file.write_bytes(file.read_bytes() + b"\n" + older)  # the slower one comes last
    assert values(Register(catalog, file=file).facts()) == ["2027"]


def test_a_file_of_a_later_catalog_is_not_used(catalog: Catalog, tmp_path: Path) -> None:
    plans(catalog, 2023)
    file = tmp_path / "facts.json"
    file.write_bytes(b"")
    register_file.save_facts(file, catalog.identity(), {"n2023": (catalog.revision() + 1, ())})
    assert values(Register(catalog, file=file).facts()) == ["2023"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"reader": "older", "identity": "", "revision": 1, "facts": {}}'])
def test_a_file_that_is_of_no_use_is_read_as_if_it_were_not_there(
    catalog: Catalog, tmp_path: Path, content: str
) -> None:
    catalog.add(announcement("計画\n\nミッション7の打ち上げは2025年を予定しています。", id="a"))
    file = tmp_path / "facts.json"
    file.write_text(content, encoding="utf-8")
    assert values(Register(catalog, file=file).facts()) == ["2025"]
    register = Register(catalog, file=file)
    register.forget()
    assert not file.exists()


@settings(deadline=None)
@given(st.lists(st.one_of(st.text(max_size=30), st.sampled_from(PIECES)), max_size=40))
def test_any_text_gives_facts_with_exact_quotes(pieces: list[str]) -> None:
    text = "題名\n\n" + "".join(pieces)
    one = announcement(text)
    for fact in read_facts(one):
        assert fact.quote == one.text[fact.start : fact.end]
        assert fact.start <= fact.value.start < fact.value.end <= fact.end
        assert fact.attribute in ATTRIBUTES[fact.kind]
        assert " ".join(one.text[fact.value.start : fact.value.end].split()) == fact.value.text or "T" in fact.value.key


def test_the_sample_tells_how_the_launch_of_each_mission_moved(sample: Register) -> None:
    first = values(sample.chain("mission", "Mission 1", "launch"))
    assert (first[0], first[-1]) == ("2020-mid", "2022-12-11T16:38")
    assert [
        key for key in ("2022", "2022-H2", "2022-Q4", "2022-11", "2022-11-22", "2022-11-28") if key not in first
    ] == []
    second = values(sample.chain("mission", "Mission 2", "launch"))
    assert second == [
        "2021-mid", "2023", "2024", "2024-winter", "2024-12", "2025-01", "2025-01-mid", "2025-01-15T15:11",
    ]  # fmt: skip
    assert values(sample.chain("mission", "Mission 3", "launch")) == ["2025", "2026", "2027"]
    assert values(sample.chain("mission", "Mission 4", "launch")) == ["2027", "2028"]
    assert values(sample.chain("mission", "Mission 3", "lander")) == ["series2", "apex10"]


def test_the_two_editions_of_the_sample_tell_the_same(sample: Register) -> None:
    for mission in ("Mission 2", "Mission 3", "Mission 4"):
        japanese = values(sample.chain("mission", mission, "launch", language="ja"))
        assert values(sample.chain("mission", mission, "launch", language="en")) == japanese


def test_the_sample_names_its_ten_milestones(sample: Register) -> None:
    found = sample.facts(kind="milestone", attribute="criterion", subject="ミッション1")
    assert [fact.subject_id for fact in found] == [f"mission:1/success:{number}" for number in range(1, 11)]


def test_the_contract_value_of_mission_3_grew(sample: Register) -> None:
    chain = sample.chain("contract", "mission:3/contract", "amount")
    assert values(chain) == ["USD:65000000", "JPY:9500000000", "JPY:12700000000"]
    assert [fact.status for fact in chain] == ["superseded", "superseded", "actual"]


@pytest.mark.parametrize(
    ("sentence", "party"),
    [
        ("株式会社ひろがり社と、輸送に関する契約を締結しました。", "株式会社ひろがり社"),
        ("Kaguya Corpとひだまり合同会社は、月面輸送に関する契約を締結しました。", "ひだまり合同会社"),
        ("さくらインターネット株式会社と、データに関する契約を5月1日に締結しました。", "さくらインターネット株式会社"),
        ("当社は、株式会社みずほ銀行と金銭消費貸借契約を締結しました。", "株式会社みずほ銀行"),
        ("当社はあおぞら銀行と資金に関する契約を締結しました。", "あおぞら銀行"),
        ("当社は、株式会社すかいらーくホールディングスとの間で、食事に関する契約を締結しました。",
         "株式会社すかいらーくホールディングス"),
        ("株式会社はなとKaguya Corpは、花に関する契約を締結しました。", "株式会社はな"),
        ("株式会社ひとときと輸送に関する契約を締結しました。", "株式会社ひととき"),
        ("当社は2024年5月10日、いすゞ自動車株式会社と輸送に関する契約を締結しました。", "いすゞ自動車株式会社"),
        ("Kaguya Corpとりそな銀行は2024年5月1日、資本業務提携に合意しました。", "りそな銀行"),
        ("きらぼし銀行とのコミットメントライン契約を締結しました。", "きらぼし銀行"),
        ("一般財団法人ふるさと財団と、地域に関する協定を締結しました。", "一般財団法人ふるさと財団"),
    ],
)  # fmt: skip
def test_a_party_may_be_written_in_hiragana(sentence: str, party: str) -> None:
    read = read_facts(announcement(f"お知らせ\n\n{sentence}"))
    assert [fact.value.text for fact in read if fact.attribute == "counterparty"] == [party]


def test_what_was_read_is_read_again_when_any_part_of_the_reader_changes() -> None:
    folder = Path(register_file.__file__).parent
    reads, waiting = set[str](), ["missions", "schedule", "milestones", "contracts"]
    while waiting:
        name = waiting.pop()
        if name not in reads:
            reads.add(name)
            tree = ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))
            imported = (node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
            waiting += [module.removeprefix("corpus.") for module in imported if module.startswith("corpus.")]
    # What an announcement is, and how its errors are named, changes nothing that is read in it.
    assert reads - {"announcement", "errors"} <= set(register_file._CODE)


@pytest.mark.parametrize(
    "sentence",
    [
        "しかし、これと新しい契約を締結しました。",
        "その後、改めて契約を締結しました。",
        "当社はもともと別の契約を締結しました。",
        "当社は、さまざまな銀行と融資契約を締結しました。",
        "お客様と販売契約を締結しました。",
    ],
)
def test_words_in_hiragana_are_no_party(sentence: str) -> None:
    read = read_facts(announcement(f"お知らせ\n\n{sentence}"))
    assert not [fact for fact in read if fact.attribute == "counterparty"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Kaguya Corpは2024年5月9日、甲社の観測機を月へ輸送する契約を発表しました。", "2024-05-09"),
        ("Kaguya Corpは2024年5月9日、甲社と観測機の輸送に関する契約を締結したことを発表しました。", "2024-05-09"),
        ("観測機の契約は2024年4月に公表されました。", "2024-04"),
        ("観測機を輸送する契約を2024年4月2日に、画像に関する契約を5月1日に、それぞれ発表しました。", "2024-04-02"),
        ("Kaguya Corp announced on 9 May 2024 a contract to carry the Kou probe to the Moon.", "2024-05-09"),
        ("On 9 May 2024, Kaguya Corp announced a contract with Kou to carry its probe to the Moon.", "2024-05-09"),
        ("Kaguya Corp announced on 9 May 2024 that it had signed a contract with Kou for data.", "2024-05-09"),
        ("The contract for the probe was announced in April 2024.", "2024-04"),
        ("The contract for the probe that Kaguya and Kou built in March 2024 was announced in April 2024.", "2024-04"),
    ],
)  # fmt: skip
def test_the_day_on_which_a_contract_was_announced_is_read(text: str, day: str) -> None:
    facts = [fact for fact in read_facts(announcement(f"News\n\n{text}")) if fact.kind == "contract"]
    assert [fact.value.key for fact in facts if fact.attribute == "announced"][:1] == [day]
    assert not [fact for fact in facts if fact.attribute == "signed"]


def test_two_contracts_announced_on_two_days_have_each_its_own() -> None:
    text = (
        "News\n\nKaguya Corp announced on 2 April 2024 the contract to carry the Kou probe on Mission 7, and on "
        "1 May 2024 the contract with Otsu to carry a robot on Mission 7."
    )
    days = {f.subject_id: f.value.key for f in read_facts(announcement(text)) if f.attribute == "announced"}
    assert sorted(days.values()) == ["2024-04-02", "2024-05-01"]
    assert any("otsu" in id for id, day in days.items() if day == "2024-05-01")


@pytest.mark.parametrize(
    "text",
    [
        "Kaguya Corpは2024年5月9日、甲社との契約について中間の支払いがあったことを発表しました。",
        "Kaguya Corp announced on 9 May 2024 that Kou had made a payment under the contract signed in April 2024.",
    ],
)
def test_what_is_announced_of_a_contract_later_is_not_its_announcing(text: str) -> None:
    assert [f for f in read_facts(announcement(f"News\n\n{text}")) if f.attribute == "announced"] == []


@pytest.mark.parametrize(
    "text",
    [
        "Kaguya Corpが甲庁に提案した契約の価格は5,000米ドルです。",
        "The contract price that Kaguya Corp proposed to KOU is USD 5,000.",
    ],
)
def test_the_price_that_was_offered_is_the_contracts(text: str) -> None:
    facts = [fact for fact in read_facts(announcement(f"News\n\n{text}")) if fact.attribute == "amount"]
    assert [(fact.value.key, fact.subject_id) for fact in facts] in (
        [("USD:5000", "contract:甲庁")],
        [("USD:5000", "contract:kou")],
    )


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("22のパートナーとの契約は2024年12月7日に満了します。", "planned"),
        ("甲社との契約が2024年3月31日に終了しました。", "actual"),
        ("The contracts with 22 partners expire on 7 December 2024.", "planned"),
        ("The contract with Kou ended on 31 March 2024.", "actual"),
    ],
)
def test_the_day_on_which_a_contract_ends_is_its_period(text: str, status: str) -> None:
    facts = [fact for fact in read_facts(announcement(f"News\n\n{text}")) if fact.attribute == "period"]
    assert [(fact.value.kind, fact.status) for fact in facts] == [("date", status)]


PAIRS = [
    ("ミッション7の打ち上げは、2023年10月31日時点の想定では2024年11月22日以降の予定でした。",
     "The launch of Mission 7 was planned for no earlier than 22 November 2024, as assumed on 31 October 2023."),
    ("2020年12月4日に公表された従来の計画では、ミッション7の実施年は2022年でした。",
     "In the previous plan, announced on 4 December 2020, the year of Mission 7 was 2022."),
    ("ミッション7のランダーは2023年3月21日、それまでで最も長い噴射を行って月周回軌道に入り、通信を再開しました。",
     "The Mission 7 lander entered lunar orbit on 21 March 2023 with its longest burn so far."),
    ("ミッション7は、2025年後半に甲社の新型の大型ロケット「かささぎ」で打ち上げる計画です。",
     "Mission 7 is planned to launch on the new large rocket of Kou in the second half of 2025."),
    ("当社は、月の極域への高精度着陸を中継衛星とともに行う新たなミッション7を2029年に予定しています。",
     "Kaguya plans a new Mission 7, a high-precision landing in the polar region with a relay satellite, for 2029."),
    ("ミッション7は、2023年5月28日から高度100kmの軌道でSuccess 8を完了しました（2023年5月31日時点）。",
     "Mission 7 was in a 100 km orbit from 28 May 2023 and completed Success 8 (as of 31 May 2023)."),
    ("ミッション7の打ち上げは、2023年5月時点では2024年1月とされ、2023年6月時点では2024年2月に打ち上げる想定でした。",
     "The launch of Mission 7 was planned for January 2024 as of May 2023, and for February 2024 as of June 2023."),
    ("当社は基金に採択されました。当社は新たなミッション7を2029年に予定しています。",
     "ispace was selected for the landing of a Fund. ispace plans a new Mission 7, a precise landing, for 2029."),
    ("新型のランダーによるミッション4は、2024年2月12日に「ミッション6」から改称されたミッションです。",
     "Mission 6 was renamed Mission 4 on 12 February 2024."),
]  # fmt: skip


@pytest.mark.parametrize(("japanese", "english"), PAIRS)
def test_both_editions_give_the_same_facts(japanese: str, english: str) -> None:
    def said(sentence: str) -> list[tuple[str, str, str, str, str]]:
        read = read_facts(announcement(f"News\n\n{sentence}"))
        return sorted((f.subject_id, f.attribute, f.value.key, f.status, str(f.as_of)) for f in read)

    assert said(japanese) == said(english)
    assert said(japanese) != []


def test_a_note_behind_the_last_of_two_english_dates_is_of_both() -> None:
    text = "Plans\n\nKaguya plans Mission 3 for 2027 and Mission 4 for 2028*3.\n\n*3 As of 12 January 2024"
    assert {fact[4] for fact in told(text)} == {"2024-01-12"}


def test_where_it_was_to_land_is_read_behind_a_company_with_a_full_stop_in_its_name() -> None:
    text = (
        "Site\n\nThe landing site of Mission 7 is Atlas Crater. The landing area in the proposal of Kaguya, inc. for "
        "its contract was Lacus Somniorum as of 3 December 2020."
    )
    assert ("mission:7", "landing_site", "Lacus Somniorum", "superseded", "2020-12-03") in told(text)


def test_payloads_that_a_mission_includes_are_listed_one_by_one() -> None:
    text = "Load\n\nThe payloads of Mission 7 are planned to include a water pump, a food module and a plate."
    assert [fact[2] for fact in told(text)] == ["water pump", "food module", "plate"]


@pytest.mark.parametrize(
    ("sentence", "payloads", "status"),
    [
        ("甲の「うみ」は、ミッション7のランダー（月着陸船）に搭載される予定です。", ["甲の「うみ」"], "planned"),
        ("甲局の変形型ロボットは、ミッション7で月へ運ばれる予定です。", ["甲局の変形型ロボット"], "planned"),
        ("ミッション7では、甲の電池と、乙のカメラが飛行しています。", ["甲の電池", "乙のカメラ"], "actual"),
        ("The rover Umi of Kou is to be carried on the Mission 7 lander.", ["rover Umi of Kou"], "planned"),
        ("The transformable robot of Kou flew on Mission 7.", ["transformable robot of Kou"], "actual"),
        ("The cell of Kou and the lamp of Otsu are flying on Mission 7.", ["cell of Kou", "lamp of Otsu"], "actual"),
    ],
)  # fmt: skip
def test_what_is_carried_is_a_payload_however_it_is_said(sentence: str, payloads: list[str], status: str) -> None:
    facts = [f for f in read_facts(announcement(f"News\n\n{sentence}")) if f.attribute == "payload"]
    assert [(fact.value.text, fact.status) for fact in facts] == [(one, status) for one in payloads]


@pytest.mark.parametrize(
    "sentence",
    [
        "The contract between KOU and Kaguya is to be carried out with the lander of Mission 7.",
        "ミッション7の宇宙機は、甲社のロケットに副ペイロードとして搭載される予定です。",
        "ミッション7の審査は、ミッション7で行われます。",
    ],
)
def test_what_is_carried_out_or_carries_is_no_payload(sentence: str) -> None:
    assert [f for f in read_facts(announcement(f"News\n\n{sentence}")) if f.attribute == "payload"] == []


@pytest.mark.parametrize(
    "text",
    [
        "観測車「うみ」には、甲財団が資金を拠出しています。「うみ」は、乙製作所が開発しました。",
        "Umi, the rover of Mission 7, is co-funded by the Kou Fund. Umi was built by Otsu Works.",
    ],
)
def test_who_made_a_thing_and_who_paid_for_it_are_facts_of_the_thing(catalog: Catalog, text: str) -> None:
    catalog.add(announcement(f"News\n\n{text}", id="a"))
    facts = [fact for fact in Register(catalog).facts() if fact.attribute in ("maker", "funder")]
    assert [fact.attribute for fact in facts] == ["maker", "funder"]
    assert len({fact.subject_id for fact in facts}) == 1
    assert facts[0].subject_id in ("thing:うみ", "thing:umi")
