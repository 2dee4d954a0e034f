"""Structure names the parts of an announcement: title, date, who speaks, and which words a note qualifies."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.announce import announce
from corpus.announcement import Announcement, Language
from corpus.source import Layout, Source


def announced(text: str, *, layout: Layout = "lines", language: Language | None = None) -> Announcement:
    return announce(Source(pages=tuple(text.split("\f")), layout=layout, origin="test.txt", language=language))


def parts(made: Announcement, kind: str) -> list[str]:
    return [made.text[section.start : section.end] for section in made.sections if section.kind == kind]


def anchors(made: Announcement) -> dict[str, list[str]]:
    return {note.mark: [made.text[start:end] for start, end in note.anchors] for note in made.footnotes}


# --- the announcement that the project started from -----------------------------------------------------------------


@pytest.fixture(scope="module")
def seed(shared: Path) -> Announcement:
    return announced((shared / "seeds" / "ispace-nasa-interim-payment.ja.txt").read_text())


def test_the_seed_has_its_title_and_no_date(seed: Announcement) -> None:
    assert seed.title == "ispace、NASAから世界初の月資源商取引プログラム契約の中間支払いを受領"
    assert parts(seed, "title") == [seed.title]
    assert seed.published is None
    assert str(seed.held) == "2022-09"


def test_the_seeds_caption_names_four_people_in_order_with_their_roles(seed: Announcement) -> None:
    (caption,) = (section for section in seed.sections if section.kind == "caption")
    assert caption.people == (
        ("野﨑順平", "ispace取締役 & CFO"),
        ("袴田武史", "ispace Founder, Representative Director & CEO"),
        ("Casey Swails", "NASA Deputy Associate Administrator for Business Operations"),
        ("Julien Lamamy", "ispace EU Managing Director"),
    )


def test_the_seeds_two_speakers_are_known_with_their_roles(seed: Announcement) -> None:
    assert [(section.speaker, section.role) for section in seed.sections if section.kind == "quotation"] == [
        ("袴田武史", "株式会社ispace Founder, Representative Director & CEO"),
        ("Julien-Alexandre Lamamy", "ispace EU Managing Director"),
    ]


def test_the_seeds_notes_are_tied_to_the_words_that_they_qualify(seed: Announcement) -> None:
    assert anchors(seed) == {"i": ["最短で2022年11月"], "ii": ["2024年"], "iii": ["2022年"], "iv": ["2025年"]}
    assert {str(note.as_of) for note in seed.footnotes} == {"2022-09"}
    assert "2022年11月に打ち上げ" in seed.text
    assert len(parts(seed, "footnote")) == 4


def test_the_seeds_text_about_the_company_is_boilerplate(seed: Announcement) -> None:
    about = "\n".join(parts(seed, "boilerplate"))
    assert about.startswith("■株式会社ispace")
    assert "約200名のスタッフ" in about
    assert parts(seed, "lead")[0].startswith("株式会社ispace（東京都中央区")


# --- notes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "note", "expected"),
    [
        ("打ち上げは2022年11月以降※1を予定しています。", "※1 2022年9月現在の予定", "2022年11月以降"),
        ("打ち上げは最短で2022年11月28日※を予定しています。", "※ 2022年9月時点の想定", "最短で2022年11月28日"),
        ("打ち上げは2024年中*2に行う計画です。", "*2 2022年9月時点の計画", "2024年中"),
        ("着陸は2025年頃まで¹に行います。", "¹ 2022年8月時点", "2025年頃まで"),
        ("契約数は3件(注4)です。", "(注4) 2022年9月時点", "3件"),
        ("契約数は３件注４）です。", "注４） 2022年9月時点", "３件"),
        ("契約数は3件（※１）です。", "※１ 2022年9月時点", "3件"),
        ("当社のローバー（注）は小型です。", "（注）月面を走る車両のこと。", "ローバー"),
        ("着陸は2025年6月6日4時17分※1です。", "※1 2025年6月5日時点の想定", "2025年6月6日4時17分"),
        ("追跡局を用い、月面で試験する予定です。※1", "※1 2022年9月時点の予定", "月面で試験する予定です"),
        ("The launch is planned for November 2022 at the earliest*1.", "*1 As of September 2022",
         "November 2022 at the earliest"),
        ("The launch is planned for 2024 or later[1] from Florida.", "[1] As assumed in May 2022", "2024 or later"),
        ("The launch is to be no earlier than November 2022†.", "† As of September 2022",
         "no earlier than November 2022"),
        ("The company will hire 5 to 6 engineers*1.", "*1 As planned in March 2017", "5 to 6 engineers"),
        ("The launch is set for Q4 2022 (the fourth quarter of 2022) at the earliest*1.", "*1 As of May 2022",
         "Q4 2022 (the fourth quarter of 2022) at the earliest"),
        ("It competed for the Google Lunar XPRIZE*1 then.", "*1 A prize for robots", "Google Lunar XPRIZE"),
        ("The first test is planned. It will take place on the Moon.*1", "*1 As planned in May 2022",
         "It will take place on the Moon"),
    ],
)  # fmt: skip
def test_a_note_qualifies_the_words_before_its_mark(sentence: str, note: str, expected: str) -> None:
    made = announced(f"{sentence}\n\n{note}\n")
    assert list(anchors(made).values()) == [[expected]]
    assert parts(made, "footnote") == [made.text[made.footnotes[0].start : made.footnotes[0].end]]
    mark = made.footnotes[0].mark
    assert mark not in made.text[: made.footnotes[0].start]


def test_notes_of_two_pages_with_the_same_mark_belong_to_their_own_pages() -> None:
    made = announced("打ち上げは2024年※1です。\n※1 2022年9月時点\n\f着陸は2025年※1です。\n※1 2023年9月時点\n")
    found = [(made.text[note.anchors[0][0] : note.anchors[0][1]], str(note.as_of)) for note in made.footnotes]
    assert found == [("2024年", "2022-09"), ("2025年", "2023-09")]


def test_a_superscript_glued_to_an_english_word_is_a_mark_when_a_note_has_its_number() -> None:
    made = announced(
        "The company reports comparable sales1 of 5% in Q2 2022 and a margin2 of 3% today.\n\nNotes:\n"
        "(1) Stores open a year.\n(2) Before tax.\n"
    )
    assert anchors(made) == {"1": ["sales"], "2": ["margin"]}
    assert "comparable sales of 5% in Q2 2022" in made.text


def test_a_mark_without_a_note_and_a_note_without_a_mark_stay_in_the_text() -> None:
    made = announced("打ち上げは2024年※1です。契約は*2件です。\n\n※2 予定は変わることがあります。\n")
    assert made.footnotes == ()
    assert "2024年※1です" in made.text
    assert parts(made, "footnote") == ["※2予定は変わることがあります。"]


# --- title and date -------------------------------------------------------------------------------------------------

BODY_JA = "株式会社サンプルは、月面輸送サービスに関する契約を締結しましたので、お知らせいたします。"
BODY_EN = "ACME Robotics signed a contract with the Agency for the delivery of payloads to the Moon, it said."


@pytest.mark.parametrize(
    ("head", "title", "published"),
    [
        ("各 位\n会社名　株式会社サンプル\n代表者名　代表取締役社長　山田　太郎\n（コード番号：1234）\n\n"
         "業績予想の修正に関するお知らせ",
         "業績予想の修正に関するお知らせ", "None"),
        ("2022年９月22日\n株式会社サンプル\n\n月面輸送の契約について", "月面輸送の契約について", "2022-09-22"),
        ("プレスリリース\n令和4年9月22日（木）\n\nサンプル、欧州宇宙機関と契約を締結",
         "サンプル、欧州宇宙機関と契約を締結", "2022-09-22"),
        ("サンプル、欧州宇宙機関と契約を締結\n\n2022年9月22日現在", "サンプル、欧州宇宙機関と契約を締結", "None"),
        ("2023年3月期 第2四半期決算短信\n\n2022年11月14日", "2023年3月期第2四半期決算短信", "2022-11-14"),
        ("モデル規則集\n\n令和４年11月版", "モデル規則集", "None"),
        ("サンプル、契約を締結\n\n2022年9月22日\n\n2022年9月30日", "サンプル、契約を締結", "None"),
    ],
)  # fmt: skip
def test_a_japanese_head_gives_its_title_and_only_the_date_of_publication(
    head: str, title: str, published: str
) -> None:
    made = announced(f"{head}\n\n{BODY_JA}\n\n{BODY_JA}\n")
    assert (made.title, str(made.published)) == (title, published)


@pytest.mark.parametrize(
    ("head", "opening", "title", "published"),
    [
        ("FOR IMMEDIATE RELEASE\n\nACME Signs a Contract with the Agency", "Luxembourg, 22 September 2022 – ",
         "ACME Signs a Contract with the Agency", "2022-09-22"),
        ("ACME Corporation\n\nACME Reports Results;\nAnnounces Dividend", "TOKYO, Sept. 22, 2022 -- ",
         "ACME Reports Results; Announces Dividend", "2022-09-22"),
        ("ACME Signs a Contract with the Agency\n\nTokyo, September 22, 2022", "",
         "ACME Signs a Contract with the Agency", "2022-09-22"),
        ("ACME Reports Results\n\nFor the quarter ended June 30, 2022", "", "ACME Reports Results", "None"),
        ("ACME Signs a Contract", "On September 1, 2022, the Agency chose ACME. ", "ACME Signs a Contract", "None"),
        ("UNITED STATES\n\nFORM 8-K\n\nDate of Report (Date of earliest event reported): August 24, 2023\n\n"
         "ACME CORPORATION\n\n(Exact name of registrant as specified in its charter)", "", "ACME CORPORATION", "None"),
    ],
)  # fmt: skip
def test_an_english_head_gives_its_title_and_only_the_date_of_publication(
    head: str, opening: str, title: str, published: str
) -> None:
    made = announced(f"{head}\n\n{opening}{BODY_EN}\n\n{BODY_EN}\n")
    assert (made.title, str(made.published)) == (title, published)


def test_a_stated_title_is_found_also_where_it_is_broken_over_two_lines() -> None:
    pages = (f"2022年9月22日\n\n月面輸送の契約を締結\n\n開発を開始\n\n{BODY_JA}",)
    made = announce(Source(pages=pages, layout="lines", origin="x", title="月面輸送の契約を締結 開発を開始"))
    assert made.title == "月面輸送の契約を締結 開発を開始"
    assert parts(made, "title") == ["月面輸送の契約を締結", "開発を開始"]


# --- who speaks -----------------------------------------------------------------------------------------------------

QUOTED_JA = "この開発は大きな一歩であり、今後も努力を続けてまいります。"


@pytest.mark.parametrize(
    ("paragraphs", "speaker", "role"),
    [
        (f"「{QUOTED_JA}」と社長の山田太郎は述べた。", "山田太郎", "社長"),
        (f"代表取締役CEOである山田太郎氏は、「{QUOTED_JA}」とコメントしています。", "山田太郎", "代表取締役CEO"),
        (f"当社社長の山田太郎は次のように述べています。\n\n「{QUOTED_JA}」", "山田太郎", "当社社長"),
        (f"■代表取締役社長 山田太郎のコメント\n\n「{QUOTED_JA}」", "山田太郎", "代表取締役社長"),
        (f"■代表取締役社長 山田太郎のコメント\n\n{QUOTED_JA}{QUOTED_JA}", "山田太郎", "代表取締役社長"),
        ("“This is a great step for all of us,” said Jane Doe, CEO of ACME. “It is.”", "Jane Doe", "CEO of ACME"),
        ("“This is a great step for all of us,” Chief Executive Officer Jane Doe said.", "Jane Doe",
         "Chief Executive Officer"),
        ('Jane Doe, CEO of ACME, said: "This is a great step for all of us."', "Jane Doe", "CEO of ACME"),
        ("“This is a great step for all of us,” said Chairman and CEO Jane Doe.", "Jane Doe", "Chairman and CEO"),
    ],
)  # fmt: skip
def test_a_quotation_knows_its_speaker_and_role(paragraphs: str, speaker: str, role: str) -> None:
    body = BODY_JA if "「" in paragraphs or "■" in paragraphs else BODY_EN
    made = announced(f"Title of the announcement\n\n{body}\n\n{paragraphs}\n\n## Next\n\n{body}\n", layout="blocks")
    assert [(s.speaker, s.role) for s in made.sections if s.kind == "quotation"] == [(speaker, role)]


def test_a_speaker_named_again_by_surname_and_a_quotation_over_two_paragraphs_keep_their_speaker() -> None:
    made = announced(
        f"{BODY_EN}\n\n“We are glad about the contract,” said Jane Doe, CEO of ACME.\n\n"
        f"Doe continued, “The Moon is near.\n\nWe go there.”\n\n{BODY_EN}\n",
        layout="blocks",
    )
    assert [s.speaker for s in made.sections if s.kind == "quotation"] == ["Jane Doe"] * 3
    assert made.sections[-1].kind == "body"


# --- the other parts ------------------------------------------------------------------------------------------------


def test_parts_are_told_apart() -> None:
    made = announced(
        f"契約について\n\n{BODY_JA}\n\n"
        "## 契約の内容\n\n・金額\n・期間\n\n| 項目 | 金額 |\n|---|---|\n| 契約 | 10億円 |\n\n"
        "左から：社長 山田太郎、NASA長官 Jane Doe\n\n"
        f"## 株式会社サンプルについて\n\n{BODY_JA}\n\n## お問い合わせ\n\nTEL 03-1234-5678\n",
        layout="blocks",
    )
    assert [section.kind for section in made.sections] == [
        "title", "lead", "heading", "list", "table", "caption", "boilerplate", "boilerplate", "contact", "contact",
    ]  # fmt: skip
    assert made.sections[5].people == (("山田太郎", "社長"), ("Jane Doe", "NASA長官"))
    assert made.sections[3].heading == "契約の内容"


def test_forward_looking_statements_are_boilerplate() -> None:
    made = announced(
        f"ACME Signs\n\n{BODY_EN}\n\nForward-Looking Statements:\n\nThis release contains risks.\n\n## More\n\nCertain "
        "statements in this release are forward-looking statements.\n", layout="blocks",
    )  # fmt: skip
    assert len(parts(made, "boilerplate")) == 3


def test_every_bundled_digest_has_title_date_lead_and_notes_that_qualify_something() -> None:
    for file in sorted((Path(__file__).parents[1] / "corpus" / "announcements").glob("isp-*.md")):
        text = file.read_text().split("---\n", 2)[2]
        made = announced(text, layout="blocks")
        stated = next(line for line in file.read_text().splitlines() if line.startswith("published:")).split('"')[1]
        assert str(made.published) == stated, file.name
        assert parts(made, "title") == [made.title], file.name
        assert parts(made, "lead"), file.name
        notes = [line for line in text.splitlines() if line.startswith(("※", "*1", "*2", "*3"))]
        assert len(made.footnotes) == len(notes), file.name
        assert all(note.as_of for note in made.footnotes), file.name
