"""DOCX: headings, lists, tables and notes as blocks; archives made to harm are refused."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.load import load
from corpus.load_docx import parse
from corpus.source import Rejection

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document):
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def announcement():
    document = docx.Document()
    document.core_properties.title = "中間支払いの受領のお知らせ"
    document.add_heading("中間支払いの受領のお知らせ", 0)
    document.add_paragraph("2022年9月22日")
    document.add_heading("業績", 1)
    table = document.add_table(rows=3, cols=3)
    for row, texts in zip(
        table.rows, [("項目", "前期", "当期"), ("売上高", "1,234", "2,345"), ("合計", "", "34")], strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.rows[2].cells[0].merge(table.rows[2].cells[1])
    document.add_paragraph("契約先: NASA", style="List Bullet")
    document.add_paragraph("打ち上げ: 2022年11月", style="List Bullet")
    changed = document.add_paragraph("金額は")
    changed._p.append(parse_xml(f"<w:del {W}><w:r><w:delText>二</w:delText></w:r></w:del>"))
    changed._p.append(parse_xml(f"<w:ins {W}><w:r><w:t>三億円です。</w:t></w:r></w:ins>"))
    return document


def test_a_document_comes_as_blocks_in_order():
    found = parse(saved(announcement()))
    assert found["title"] == "中間支払いの受領のお知らせ"
    assert found["pages"][0].split("\n\n") == [
        "# 中間支払いの受領のお知らせ",
        "2022年9月22日",
        "## 業績",
        "| 項目 | 前期 | 当期 |\n|---|---|---|\n| 売上高 | 1,234 | 2,345 |\n| 合計 |  | 34 |",
        "- 契約先: NASA\n- 打ち上げ: 2022年11月",
        "金額は三億円です。",
    ]


def with_part(data, name, content, *, relation=""):
    """The archive with one part more, and a relation of the document to it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            body = old.read(part)
            if relation and part.filename == "word/_rels/document.xml.rels":
                body = body.replace(b"</Relationships>", relation.encode() + b"</Relationships>")
            if relation and part.filename == "[Content_Types].xml":
                kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
                body = body.replace(
                    b"</Types>", f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'.encode()
                )
            if part.filename != name:
                new.writestr(part.filename, body)
        new.writestr(name, content)
    return out.getvalue()


def test_a_footnote_keeps_its_mark_in_the_text_and_stands_at_the_end():
    document = docx.Document()
    paragraph = document.add_paragraph("打ち上げは2022年11月")
    paragraph._p.append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'))
    paragraph.add_run("の予定です。")
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>2022年9月時点の想定</w:t></w:r></w:p></w:footnote>'
    notes = f'<w:footnotes {W}><w:footnote w:type="separator" w:id="0"/>{note}</w:footnotes>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/>'
    data = with_part(saved(document), "word/footnotes.xml", notes, relation=relation)
    assert parse(data)["pages"][0].split("\n\n") == ["打ち上げは2022年11月[2]の予定です。", "[2] 2022年9月時点の想定"]


def test_a_program_default_is_no_title():
    document = docx.Document()
    document.core_properties.title = "Word Document"
    document.add_paragraph("本文です。")
    assert parse(saved(document))["title"] is None


def test_an_archive_that_unpacks_to_gigabytes_is_refused_before_it_does(tmp_path):
    bomb = with_part(saved(announcement()), "word/media/a.bin", bytes(150_000_000))
    assert len(bomb) < 1_000_000
    (tmp_path / "bomb.docx").write_bytes(bomb)
    # The same archive, claiming 1,000 bytes: what it claims is not believed.
    size = (150_000_000).to_bytes(4, "little")
    (tmp_path / "liar.docx").write_bytes(bomb.replace(size, (1_000).to_bytes(4, "little")))
    deep = f"<w:document {W}><w:body>" + "<w:p>" * 50_000
    (tmp_path / "deep.docx").write_bytes(with_part(saved(announcement()), "word/document.xml", deep))
    items = list(load(tmp_path))
    assert len(items) == 3
    assert all(isinstance(item, Rejection) for item in items)
    assert any("100 MB" in item.reason for item in items if isinstance(item, Rejection))


@pytest.mark.parametrize("data", [b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old format", b"text"])
def test_what_is_no_docx_is_said_to_be_none(data):
    with pytest.raises(UnreadableFile, match="Save it"):
        parse(data)


def test_a_document_without_text_is_empty():
    with pytest.raises(EmptyDocument):
        parse(saved(docx.Document()))
