"""Cleaning takes out what the printer put in, loses no word, and knows where each character stood."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.announcement import Language
from corpus.clean import Clean, clean, guess_language, without
from corpus.source import Layout


def text_of(*pages: str, language: Language = "ja", layout: Layout = "lines") -> str:
    return clean(pages, layout=layout, language=language).text


def wrapped(text: str, width: int) -> str:
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


SENTENCE_JA = "当社は本日、月面輸送サービスに関する契約を締結し、開発を開始したことをお知らせいたします。"


def test_a_line_broken_inside_a_japanese_sentence_is_joined() -> None:
    assert text_of(wrapped(SENTENCE_JA * 3, 20)) == SENTENCE_JA * 3


def test_blanks_beside_japanese_go_and_blanks_between_latin_words_stay() -> None:
    assert text_of("2020 年 12 月に ispace EUROPE S.A. と お 知 ら せ") == "2020年12月にispace EUROPE S.A.とお知らせ"


def test_the_blank_after_a_label_stays() -> None:
    assert text_of("１　概要\n\n第1条　目的") == "１　概要\n\n第1条　目的"


def test_english_lines_are_joined_and_a_printers_hyphen_goes() -> None:
    printed = (
        "The company announced a lunar explo-\nration contract for a well-\nknown programme, a 19-\npoint rise and a\n"
        "cost-benefit study, which is a cost-\nbenefit study of the same kind by Julien-\nAlexandre Lamamy."
    )
    assert text_of(printed, language="en") == (
        "The company announced a lunar exploration contract for a well-known programme, a 19-point rise and a "
        "cost-benefit study, which is a cost-benefit study of the same kind by Julien-Alexandre Lamamy."
    )


def test_a_paragraph_begins_at_an_indent_and_after_a_short_line() -> None:
    printed = "　" + wrapped(SENTENCE_JA * 2, 30) + "\n　" + wrapped(SENTENCE_JA * 2, 30)
    assert text_of(printed) == f"{SENTENCE_JA * 2}\n\n{SENTENCE_JA * 2}"


def test_a_title_wrapped_over_two_lines_is_one() -> None:
    title = "株式会社サンプル、月面輸送サービスの契約を締結し、\n２０２４年のミッション２の開発を開始"
    assert text_of(f"{title}\n\n2022年９月22日\n\n{SENTENCE_JA}").split("\n")[0] == title.replace("\n", "")
    title = "ACME and the Agency Sign a Contract for the Delivery\nof Payloads in 2024"
    body = (
        "TOKYO, 22 September 2022 - ACME signed a contract with the Agency in the capital of the country today.\n" * 3
    )
    assert text_of(f"{title}\n\n{body}", language="en").split("\n")[0] == title.replace("\n", " ")


def test_items_of_a_list_stay_apart_and_their_second_lines_join_them() -> None:
    items = "- a first item that is long enough to go on in the\n  next line of it\n- a second item"
    printed = f"Highlights of the year\n{items}\n\nThe end of the list is a sentence that is as long as this."
    assert items.replace("\n  ", " ") in text_of(printed, language="en").split("\n\n")


def test_running_heads_and_page_numbers_go_but_the_first_pages_head_may_be_the_title() -> None:
    bodies = ("本日、契約を締結しました。", "金額は公表していません。", "今後の見通しは変わりません。")
    pages = [f"月面輸送の契約について\n\n{body}\n\n- {number} -" for number, body in enumerate(bodies, 1)]
    assert text_of(*pages) == "月面輸送の契約について\n\n" + "\n\n".join(bodies)


def test_a_head_that_counts_the_pages_goes_from_both_of_two_pages() -> None:
    first, second = "The contract was signed today.", "The amount is not disclosed."
    pages = [f"ACME News   Page {number}\n\n{body}\n\n{number}" for number, body in enumerate((first, second), 1)]
    assert text_of(*pages, language="en") == f"{first}\n\n{second}"


def test_a_sentence_goes_on_over_the_page() -> None:
    page = wrapped(SENTENCE_JA * 4, 24)
    lines = page.split("\n")
    assert text_of("\n".join(lines[:3]), "\n".join(lines[3:])) == SENTENCE_JA * 4


def test_columns_of_a_table_stay_apart_and_its_rows_together() -> None:
    printed = "（単位：百万円）\n        売上高    営業利益\n前回予想    1,000    △500\n今回予想    1,200    △300\n"
    assert text_of(printed).endswith("売上高 | 営業利益\n前回予想 | 1,000 | △500\n今回予想 | 1,200 | △300")


def test_a_url_broken_by_the_line_is_whole_again() -> None:
    url = "https://www.example.go.jp/policies/policy/consumer_partnerships/whistle_protection_system/index.html"
    assert url in text_of(
        "本資料の全文は次のウェブサイトに掲載していますので、あわせてご覧くださいますようお願いします。\n"
        + wrapped(url, 80)
    )


@pytest.mark.parametrize(
    ("raw", "readable"),
    [
        ("⼤きな⽬標と⻑期の⺠間", "大きな目標と長期の民間"),
        ("diﬃcult oﬃce ﬁle", "difficult office file"),
        ("神と野﨑と髙橋", "神と野﨑と髙橋"),
        ("ﾐｯｼｮﾝ２のﾗﾝﾀﾞｰ", "ﾐｯｼｮﾝ２のﾗﾝﾀﾞｰ"),
        ("\uf0b7 Revenue", "• Revenue"),
        ("co\u00adoperate\u200b", "cooperate"),
        ("## 見出し", "見出し"),
        ("**強調**と注*1", "強調と注*1"),
    ],
)
def test_forms_that_nobody_types_are_mapped_and_spellings_stay(raw: str, readable: str) -> None:
    assert text_of(raw) == readable


def test_headings_that_the_source_marks_are_told() -> None:
    cleaned = clean(["# Title\n\nText.\n\n## Next\n\nMore."], layout="blocks", language="en")
    assert [cleaned.text[start:].split("\n")[0] for start in cleaned.headings] == ["Title", "Next"]


def test_language_is_told_by_the_letters() -> None:
    assert guess_language("ispace, inc. (株式会社ispace) has signed a contract with the European Space Agency") == "en"
    assert guess_language("ispace EUROPE S.A.はESAと契約しました") == "ja"
    assert guess_language("") == "en"


# --- Properties ------------------------------------------------------------------------------------------------

languages: st.SearchStrategy[Language] = st.sampled_from(["ja", "en"])
scraps = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from([
            "\n", "\n\n", "\r\n", "\f", "    ", "\u3000", " ", "\t", "# ", "**", "*1", "- ", "・", "※1",
            "| a | b |", "2022 年 11 月", "explo-\nration", "Word", "契約。", "、", "「", "」", "(cont", "1",
            "https://example.com/a_b/",
            "ﬁ", "⻑",
        ]),
    ),
    max_size=25,
).map("".join)  # fmt: skip


def words(text: str) -> str:
    """Letters and digits as cleaning spells them."""
    mapped = re.sub(
        r"[\u2e80-\u2fdf\ufb00-\ufb06\uf900-\ufa0d\ufa2e-\ufaff]",
        lambda m: unicodedata.normalize("NFKC", m.group()),
        text,
    )
    mapped = mapped.translate(str.maketrans("⺠⻁⻄⻆⻑⻘⻝⻤⻨⻩⻫⻭⻯⻲", "民虎西角長青食鬼麦黄斉歯竜亀"))
    return "".join(char for char in mapped if char.isalnum())


@settings(max_examples=150, deadline=None)
@given(scraps, languages, st.sampled_from(["lines", "blocks"]))
def test_no_letter_or_digit_is_lost_or_moved(text: str, language: Language, layout: Layout) -> None:
    # A line that is only "- 2 -" or "page 2" is furniture; such lines are not made here.
    page = "A\n" + text.replace("\f", "\n") + "\nZ"
    assert words(text_of(page, language=language, layout=layout)) == words(page)


@settings(max_examples=150, deadline=None)
@given(st.lists(scraps, min_size=1, max_size=3), languages, st.sampled_from(["lines", "blocks"]))
def test_cleaning_the_clean_changes_nothing(pages: list[str], language: Language, layout: Layout) -> None:
    once = text_of(*pages, language=language, layout=layout)
    assert text_of(once, language=language, layout="blocks") == once


def traced(cleaned: Clean, pages: list[str]) -> None:
    raw = cleaned.raw
    assert raw == "\f".join(pages)
    starts = [0]
    for page in pages:
        starts.append(starts[-1] + len(page) + 1)
    for offset, char in enumerate(cleaned.text):
        if char.isspace() or char in "|•-":
            continue
        origin = cleaned.offsets.raw(offset)
        number = next(page.number for page in reversed(cleaned.pages) if offset >= page.start)
        assert starts[number - 1] <= origin < starts[number]
        assert char == raw[origin] or words(char) in words(raw[origin])


@settings(max_examples=100, deadline=None)
@given(
    st.lists(scraps.map(lambda text: text.replace("\f", " ")), min_size=1, max_size=3),
    languages,
    st.sampled_from(["lines", "blocks"]),
)
def test_every_character_is_traced_to_its_raw_place_and_page(
    pages: list[str], language: Language, layout: Layout
) -> None:
    traced(clean(pages, layout=layout, language=language), pages)


@settings(deadline=None)
@given(scraps, st.lists(st.integers(0, 60), max_size=6, unique=True))
def test_what_is_taken_out_leaves_every_other_character_traced(text: str, cuts: list[int]) -> None:
    cleaned = clean([text.replace("\f", " ")], layout="lines", language="ja")
    edges = sorted(cut for cut in cuts if cut <= len(cleaned.text))
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    kept = without(cleaned, spans)
    gone = {place for start, end in spans for place in range(start, end)}
    places = [place for place in range(len(cleaned.text)) if place not in gone]
    assert kept.text == "".join(cleaned.text[place] for place in places)
    for offset, place in enumerate(places):
        if not kept.text[offset].isspace():
            assert kept.offsets.raw(offset) == cleaned.offsets.raw(place)
