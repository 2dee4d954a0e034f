"""PDF: the text layer comes back word for word in reading order; what cannot be read is said."""

import io
import os
import re
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.legible import is_legible, strange_share
from corpus.load import load
from corpus.load_pdf import parse, sane_title
from corpus.source import Rejection, Source

# Debian: fonts-ipafont-gothic. reportlab embeds TrueType outlines only, which Noto CJK does not have.
IPA = Path("/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf")
REAL = Path(__file__).parent.parent.parent / "shared" / "data" / "pdf"


@pytest.fixture(scope="module")
def japanese():
    """The name of a Japanese font that is embedded."""
    if not IPA.exists() and not os.environ.get("CI"):
        pytest.skip("needs Debian's fonts-ipafont-gothic")
    pdfmetrics.registerFont(TTFont("IPA", str(IPA)))
    return "IPA"


def made(draw, **options):
    """The bytes of a PDF on which `draw(canvas)` drew."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, **options)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def printed(page):
    return [line for line in page.split("\n") if line]


LEFT = [
    "株式会社テストは、二〇二〇年十二月に宇宙",
    "機関と契約した月資源の商取引契約に関して",
    "開発の節目を達成し、中間支払いを受けたこ",
    "とをお知らせします。",
]
RIGHT = [
    "この中間の節目の達成は、機関の主導で行わ",
    "れた審査を通して認められました。採取した",
    "月のレゴリスの所有権は、着陸の後に機関へ",
    "移転する予定です。",
]
TABLE = [
    ["項目", "2022年3月期", "2023年3月期"],
    ["売上高", "1,234", "2,345"],
    ["営業利益", "△12", "34"],
    ["純利益", "△10", "28"],
]


def announcement(canvas, font):
    for number in (1, 2):
        canvas.setFont(font, 8)
        canvas.drawString(60, 810, "株式会社テスト ニュースリリース")
        canvas.drawCentredString(297, 30, f"- {number} -")
        canvas.setFont(font, 16)
        canvas.drawCentredString(297, 770, f"中間支払いの受領に関するお知らせ（{number}）")
        canvas.setFont(font, 10)
        # Drawn line by line across both columns: only their places tell the order.
        for line, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
            canvas.drawString(60, 720 - 16 * line, left)
            canvas.drawString(310, 720 - 16 * line, right)
        for line, row in enumerate(TABLE):
            canvas.drawString(60, 600 - 16 * line, row[0])
            canvas.drawRightString(350, 600 - 16 * line, row[1])
            canvas.drawRightString(500, 600 - 16 * line, row[2])
        canvas.drawString(60, 480, "打ち上げは、最短で2022年11月")
        width = canvas.stringWidth("打ち上げは、最短で2022年11月", font, 10)
        canvas.setFont(font, 5.5)
        canvas.drawString(60 + width, 484.5, "※1")
        after = canvas.stringWidth("※1", font, 5.5)
        canvas.setFont(font, 10)
        canvas.drawString(60 + width + after, 480, "に予定しています。")
        canvas.setFont(font, 8)
        canvas.drawString(60, 80, "※1 2022年9月時点の想定")
        canvas.showPage()


def test_a_japanese_announcement_comes_back_word_for_word(japanese):
    pages = parse(made(lambda canvas: announcement(canvas, japanese)))["pages"]
    assert len(pages) == 2
    for number, page in enumerate(pages, 1):
        assert printed(page) == [
            "株式会社テスト ニュースリリース",
            f"中間支払いの受領に関するお知らせ（{number}）",
            *LEFT,
            *RIGHT,
            *("| " + " | ".join(row) + " |" for row in TABLE),
            "打ち上げは、最短で2022年11月※1に予定しています。",
            "※1 2022年9月時点の想定",
            f"- {number} -",
        ]


def test_a_font_that_is_named_but_not_embedded_reads_as_well():
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))

    def draw(canvas):
        canvas.setFont("HeiseiMin-W3", 11)
        for line, text in enumerate(LEFT):
            canvas.drawString(60, 700 - 18 * line, text)

    assert printed(parse(made(draw))["pages"][0]) == LEFT


VOCABULARY = ["the", "of", "a", "lunar", "contract", "milestone", "regolith", "payment", "announced", "in", "mission"]


@st.composite
def columns_of_words(draw):
    """Lines of two columns, each line's words filling 190 to 235 points, as in print."""
    source = draw(st.randoms(use_true_random=False))
    lines = []
    for _ in range(draw(st.integers(4, 20))):
        sides = []
        for _ in (0, 1):
            words = []
            while pdfmetrics.stringWidth(" ".join(words), "Helvetica", 10) < 195:
                words.append(source.choice(VOCABULARY))
            sides.append(words)
        lines.append(sides)
    return lines


@settings(max_examples=25, deadline=None)
@given(lines=columns_of_words(), ragged=st.booleans())
def test_two_columns_are_never_mixed_and_no_word_is_lost(lines, ragged):
    def draw(canvas):
        canvas.setFont("Helvetica", 10)
        for row, sides in enumerate(lines):
            for x, words in zip((50, 310), sides, strict=True):
                text = canvas.beginText(x, 780 - 13 * row)
                if not ragged:
                    text.setWordSpace((240 - canvas.stringWidth(" ".join(words), "Helvetica", 10)) / (len(words) - 1))
                text.textOut(" ".join(words))
                canvas.drawText(text)

    page = parse(made(draw))["pages"][0]
    assert page.split() == [word for side in (0, 1) for row in lines for word in row[side]]


def test_rows_of_figures_keep_each_figure_with_its_label():
    rows = [
        ("Revenue", "$", "8,890", "$", "9,569"),
        ("Operating income", "$", "329", "$", "(343)"),
        ("Share of revenue", "", "3.7 %", "", "3.6 %"),
    ]

    def draw(canvas):
        for line, (label, mark, first, second_mark, second) in enumerate(rows):
            y = 700 - 15 * line
            canvas.drawString(60, y, label)
            canvas.drawString(300, y, mark)
            canvas.drawRightString(370, y, first)
            canvas.drawString(420, y, second_mark)
            canvas.drawRightString(490, y, second)

    assert printed(parse(made(draw))["pages"][0]) == [
        "| Revenue | $8,890 | $9,569 |",
        "| Operating income | $329 | $(343) |",
        "| Share of revenue | 3.7 % | 3.6 % |",
    ]


def test_a_row_that_leaves_out_a_column_keeps_the_others_in_theirs():
    rows = [
        ["", "2022", "2023", "Change"],
        ["Revenue", "10", "12", "20%"],
        ["New business", "", "3", ""],
        ["Total", "10", "15", "50%"],
    ]

    def draw(canvas):
        for line, (label, *figures) in enumerate(rows):
            canvas.drawString(60, 700 - 15 * line, label)
            for x, figure in zip((300, 400, 500), figures, strict=True):
                canvas.drawRightString(x, 700 - 15 * line, figure)

    assert printed(parse(made(draw))["pages"][0]) == ["| " + " | ".join(row) + " |" for row in rows]


def test_items_of_a_list_are_no_table():
    def draw(canvas):
        for line, text in enumerate(
            ["The first milestone was reached.", "The second one is planned.", "The third follows."]
        ):
            canvas.drawString(60, 700 - 15 * line, "(1)(2)(3)"[3 * line : 3 * line + 3])
            canvas.drawString(95, 700 - 15 * line, text)

    assert printed(parse(made(draw))["pages"][0])[0] == "(1) The first milestone was reached."


def test_vertical_writing_is_joined_to_lines_from_the_right(japanese):
    columns = ["株式会社テストは、契約した節目を", "達成し、中間支払いを受けたことを", "お知らせします。"]

    def draw(canvas):
        canvas.setFont(japanese, 12)
        for number, column in enumerate(columns):
            for place, ch in enumerate(column):
                canvas.drawString(500 - 22 * number, 700 - 13 * place, ch)

    assert printed(parse(made(draw))["pages"][0]) == columns


def test_a_page_that_lies_on_its_side_reads_upright(japanese):
    def draw(canvas):
        canvas.setPageRotation(270)
        canvas.translate(595, 0)
        canvas.rotate(90)
        canvas.setFont(japanese, 10)
        for line, text in enumerate(LEFT):
            canvas.drawString(60, 500 - 16 * line, text)

    assert printed(parse(made(draw))["pages"][0]) == LEFT


def test_an_empty_line_stands_between_paragraphs_only():
    def draw(canvas):
        for y in (700, 686, 672, 640, 626, 612):
            canvas.drawString(60, y, f"A line of a paragraph at {y} points that goes on and on")

    assert [bool(line) for line in parse(made(draw))["pages"][0].split("\n")] == [
        True,
        True,
        True,
        False,
        True,
        True,
        True,
    ]


# --- What cannot be read -----------------------------------------------------------------------------------------


def shifted(text):
    return "".join(chr(ord(ch) - 29) if "=" < ch <= "~" else ch for ch in text)


def test_text_from_fonts_without_a_character_map_is_rejected(japanese):
    def private(canvas):
        canvas.setFont(japanese, 10)
        canvas.drawString(60, 700, "".join(chr(0xE000 + i) for i in range(40)) + "2022")

    def shift(canvas):
        for line in range(12):
            canvas.drawString(
                60, 700 - 15 * line, shifted("the company reached the milestone of the contract in september")
            )

    for draw in (private, shift):
        with pytest.raises(EmptyDocument, match="garbage"):
            parse(made(draw))


@pytest.mark.parametrize(
    "text",
    [
        "株式会社ispace（東京都中央区）は、2022年11月ⅰに①〜③を予定。♦︎ ◼ ㈱ 髙﨑 😀 ½",
        "It’s “HAKUTO-R” — €95m, ± 3 °C…",
        "Zażółć gęślą jaźń",
    ],
)
def test_honest_text_is_not_called_garbage(text):
    assert strange_share(text) == 0
    assert is_legible(text * 10)


@pytest.mark.parametrize(
    "text", ["ÖÐ¼äÖ§¸¶¤¤¤Î¼õÎÎ" * 5, "(cid:12)(cid:99)(cid:3)ab", "縺薙�荳ｭ髢捺髪謇輔＞" * 9 + "\ufffd" * 40]
)
def test_garbage_is_called_garbage(text):
    assert not is_legible(text)


def test_a_garbage_page_is_left_out_and_said_and_the_others_come_in(tmp_path):
    def draw(canvas):
        for page in range(3):
            for line in range(20):
                text = "the company reached the milestone of the contract in september"
                canvas.drawString(60, 700 - 15 * line, shifted(text) if page == 1 else text)
            canvas.showPage()

    (tmp_path / "a.pdf").write_bytes(made(draw))
    item, left_out = load(tmp_path)
    assert isinstance(item, Source)
    assert [bool(page) for page in item.pages] == [True, False, True]
    assert isinstance(left_out, Rejection)
    assert left_out.origin.endswith("a.pdf#page=2")


def test_a_scan_says_so_and_an_encrypted_or_broken_file_too(tmp_path):
    whole = made(lambda canvas: canvas.drawString(60, 700, "Some text."))
    files = {
        "scan.pdf": (made(lambda canvas: canvas.rect(60, 600, 100, 100, fill=1)), "--ocr"),
        "locked.pdf": (
            made(lambda canvas: canvas.drawString(9, 9, "x"), encrypt=StandardEncryption("secret")),
            "encrypted",
        ),
        "cut.pdf": (whole[:200], "broken"),
        "noise.pdf": (b"%PDF-1.7\n" + bytes(range(256)) * 20, "broken"),
        "deep.pdf": (b"%PDF-1.7\n1 0 obj\n" + b"[" * 300_000 + b"\nendobj\ntrailer<</Root 1 0 R>>", "broken"),
        "empty.pdf": (b"", "empty"),
    }
    for name, (data, _) in files.items():
        (tmp_path / name).write_bytes(data)
    found = {Path(item.origin).name: item for item in load(tmp_path)}
    for name, (_, said) in files.items():
        item = found[name]
        assert isinstance(item, Rejection)
        assert said in item.reason, (name, item.reason)
        assert item.reason.endswith(".")


def pages_pdf(count):
    """A PDF of `count` empty pages, written by hand."""
    kids = " ".join(f"{3 + i} 0 R" for i in range(count))
    objects = ["<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {count}/Kids[{kids}]>>"]
    objects += ["<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"] * count
    out, places = [b"%PDF-1.4\n"], []
    size = len(out[0])
    for number, body in enumerate(objects, 1):
        places.append(size)
        out.append(f"{number} 0 obj{body}endobj\n".encode())
        size += len(out[-1])
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count_all = len(objects) + 1
    out.append(f"xref\n0 {count_all}\n0000000000 65535 f \n{table}".encode())
    out.append(f"trailer<</Root 1 0 R/Size {count_all}>>\nstartxref\n{size}\n%%EOF".encode())
    return b"".join(out)


def test_ten_thousand_pages_are_refused():
    with pytest.raises(UnreadableFile, match="10,000 pages"):
        parse(pages_pdf(10_000))


def huge_picture(words):
    """A PDF whose page holds a picture of 100 megapixels and, if any, words."""
    pixels = zlib.compress(bytes(100_000_000), 1)
    shape = b"/Width 10000/Height 10000/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode"
    image = b"<</Type/XObject/Subtype/Image%s/Length %d>>stream\n%s\nendstream" % (shape, len(pixels), pixels)
    content = b"q 500 0 0 500 50 50 cm /I Do Q BT /F 12 Tf 60 700 Td (%s) Tj ET" % words
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</XObject<</I 5 0 R>>/Font<</F 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content), image,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]  # fmt: skip
    return (
        b"%PDF-1.4\n"
        + b"".join(b"%d 0 obj%s endobj\n" % pair for pair in enumerate(objects, 1))
        + b"trailer<</Root 1 0 R>>\n%%EOF"
    )


def test_a_picture_of_100_megapixels_is_never_decoded(tmp_path):
    (tmp_path / "a.pdf").write_bytes(huge_picture(b"The words beside the picture are read."))
    (tmp_path / "b.pdf").write_bytes(huge_picture(b""))
    words, picture = load(tmp_path, ocr=True)
    assert isinstance(words, Source)
    assert words.pages == ("The words beside the picture are read.",)
    assert isinstance(picture, Rejection)
    assert re.search("100 megapixels|not installed|lacks the language", picture.reason)


def test_only_a_title_that_the_pages_say_is_taken():
    text = "News Release\nExample reaches the second milestone of its contract\nTokyo, 22 September 2022"
    assert sane_title("Example reaches the second milestone of its contract", text)
    for stated in (
        "Microsoft Word - final_v3.docx",
        "untitled",
        "無題",
        "release.pdf",
        "Results of last year",
        "0001193125-23-233855",
        "",
    ):
        assert sane_title(stated, text) is None


@pytest.mark.skipif(
    not REAL.exists() and not os.environ.get("CI"), reason="the test data beside the repository is absent"
)
def test_real_announcements_all_come_in_as_text():
    if not REAL.exists():
        pytest.skip("the test data beside the repository is absent")
    names = ["kampo.pdf", "EBAY_2023Q2_8K.pdf", "issue-625-identity-cmap.pdf"]
    items = [item for name in names for item in load(REAL / name)]
    assert all(isinstance(item, Source) for item in items)
    gazette, filing, _ = ["\n".join(item.pages) for item in items if isinstance(item, Source)]
    # Vertical writing, two bands: the sentence runs through four lines of the upper one.
    assert "第百二条の二並びに第百二十五条第一項及び第三項の規定に基づき、この政令を制定する。" in gazette
    assert "Date of Report" in filing
