"""The staff's timeline: what is stated, when, and where, in both languages; nothing more exact than it was said."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.web.sign_in import SignIn
from assistant.web.staff import StaffPages, mount_screens
from assistant.web.staff_contracts import inert_cell
from tests.bridge_builder import opened
from tests.mission_notices import ALL, notice

HTML = {"Accept": "text/html", "Accept-Language": "en"}
JAPANESE = {**HTML, "Accept-Language": "ja"}
TRICK = '<img src=x onerror="alert(1)">{{ 7*7 }}'
STAFF_ONLY = notice(
    "secret.ja",
    "2026-07-01",
    f"社内資料 {TRICK}",
    "ミッション8の打ち上げは2029年を予定しています。",
    audience="staff",
)


FORMULA = notice(
    "formula.ja",
    "2024-03-01",
    '=HYPERLINK("http://evil.example")',
    "港湾局とKaguyaは2024年3月1日、潮流の観測に関する契約を締結しました。契約金額は20億円です。",
)
AGREED = notice("agreed.ja", "2022-03-01", "提携", "朝日商船とKaguyaは2022年3月1日、資本業務提携に合意しました。")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with closing(opened(tmp_path_factory.mktemp("timeline") / "data", [*ALL, STAFF_ONLY, FORMULA, AGREED])) as made:
        yield made


def served(assistant: Assistant) -> TestClient:
    app = FastAPI()
    sign_in = SignIn(assistant.settings)
    sign_in.mount(app)
    mount_screens(app, StaffPages(assistant, sign_in, assistant.settings))
    return TestClient(app, base_url="https://127.0.0.1", follow_redirects=False)


@pytest.fixture
def client(assistant: Assistant) -> TestClient:
    return served(assistant)


def widths(html: str, state: str) -> list[float]:
    """How wide the bars of a state are, in percent; a point has no width."""
    marks = re.findall(rf'<a class="mark {state}[^"]*"[^>]*style="([^"]*)"', html)
    return [float(found.group(1)) if (found := re.search(r"width: ([\d.]+)%", style)) else 0.0 for style in marks]


def test_every_value_stands_with_its_day_its_state_and_a_link_to_its_passage(client: TestClient) -> None:
    shown = client.get("/staff/timeline?edition=original", headers=HTML)
    assert shown.status_code == 200
    assert "2025年11月" in shown.text
    assert "12 May 2025" in shown.text
    assert re.search(r'href="/staff/announcements/delay\.ja\?start=\d+&amp;end=\d+#passage"', shown.text)
    assert "about 1 y 7 mo later" in shown.text
    assert "ended by what happened later" in shown.text


def test_a_year_is_drawn_as_wide_as_a_year_and_a_day_as_a_point(client: TestClient) -> None:
    shown = client.get("/staff/timeline?mission=mission:7&event=launch", headers=HTML).text
    year, month = widths(shown, "earlier")[:2]
    assert year == pytest.approx(100 * 366 / 1096, abs=0.1)
    assert month == pytest.approx(100 * 30 / 1096, abs=0.1)
    assert widths(shown, "achieved") == [0.0, 0.0]  # in the overview and in the table


def test_filters_narrow_what_is_shown(client: TestClient) -> None:
    one = client.get("/staff/timeline?mission=mission:8", headers=HTML).text
    assert "Mission 8 in detail" in one
    assert "Mission 7 in detail" not in one
    early = client.get("/staff/timeline?as_of=2024-01-01", headers=HTML).text
    assert "Mission 8 in detail" not in early
    assert "2026-02" not in early
    assert "3 Feb 2026" not in early
    milestones = client.get("/staff/timeline?event=milestones", headers=HTML).text
    assert "Lunar orbit" not in milestones.split("<main")[1].split("</form>")[1]
    assert "not stated" in milestones


def test_what_fits_no_filter_says_so_and_a_day_that_is_none_too(client: TestClient) -> None:
    assert "Change them" in client.get("/staff/timeline?as_of=1999-01-01", headers=HTML).text
    wrong = client.get("/staff/timeline?as_of=yesterday", headers=JAPANESE)
    assert (wrong.status_code, "2022-09-30" in wrong.text) == (422, True)
    assert client.get("/staff/timeline?event=party", headers=HTML).status_code == 422


def test_each_reader_reads_their_own_language_and_may_ask_for_the_other_edition(client: TestClient) -> None:
    assert "November 2025" in client.get("/staff/timeline", headers=HTML).text
    japanese = client.get("/staff/timeline", headers=JAPANESE).text
    assert "2025年11月" in japanese
    assert "November 2025" not in japanese
    assert "November 2025" in client.get("/staff/timeline?edition=en", headers=JAPANESE).text


def test_what_the_public_may_not_see_is_marked_and_shown_as_text(client: TestClient) -> None:
    shown = client.get("/staff/timeline?mission=mission:8", headers=HTML).text
    assert "Staff only" in shown
    assert TRICK not in shown
    assert "&lt;img src=x" in shown
    assert "49" not in re.findall(r"社内資料[^<]*", shown)[0]


def test_without_any_mission_the_page_says_what_to_do(tmp_path_factory: pytest.TempPathFactory) -> None:
    with closing(opened(tmp_path_factory.mktemp("empty") / "data", [])) as empty:
        shown = served(empty).get("/staff/timeline", headers=HTML).text
    assert "No announcement states" in shown
    assert 'href="/staff/upload"' in shown


# --- Contracts --------------------------------------------------------------------------------------------------


def rows(client: TestClient, query: str = "", language: str = "en") -> list[list[str]]:
    headers = {**HTML, "Accept-Language": language}
    found = client.get(f"/staff/timeline/contracts.csv?{query}", headers=headers)
    assert found.headers["content-type"] == "text/csv; charset=utf-8"
    assert found.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(found.content.decode("utf-8-sig"))))


def test_a_contract_is_one_row_with_links_to_where_each_value_stands(client: TestClient) -> None:
    shown = client.get("/staff/timeline/contracts", headers=JAPANESE).text
    assert shown.count('<td data-label="相手方"') == 3
    assert re.search(r'href="/staff/announcements/delay\.ja\?start=\d+&amp;end=\d+#passage"[^>]*>3億円</a>', shown)
    english = client.get("/staff/timeline/contracts", headers=HTML).text
    assert "Comet Telecom" in english
    assert "コメット通信" not in english


def test_contracts_are_found_sorted_and_narrowed(client: TestClient) -> None:
    def order(query: str) -> list[str]:
        return [row[0] for row in rows(client, query, "ja")[1:]]

    assert order("sort=amount&down=true") == ["港湾局", "コメット通信", "朝日商船"]
    assert order("sort=amount&down=false") == ["コメット通信", "港湾局", "朝日商船"]
    assert order("") == ["コメット通信", "港湾局", "朝日商船"]
    assert order("state=agreed") == ["朝日商船"]
    assert order("find=潮流") == ["港湾局"]
    assert order("as_of=2023-01-01") == ["朝日商船"]


def test_a_file_for_a_spreadsheet_holds_text_and_no_formula(client: TestClient) -> None:
    head, *lines = rows(client, language="ja")
    assert head[:4] == ["相手方", "内容", "金額", "金額（数値）"]
    [line] = [line for line in lines if "コメット通信" in line[0]]
    assert line[2:5] == ["3億円", "300000000", "JPY"]
    assert line[head.index("締結日（ISO 8601）")] == "2025-05-12"
    assert line[head.index("該当箇所")].startswith("https://127.0.0.1/staff/announcements/delay.ja?start=")
    assert lines[1][head.index("資料")].startswith("'=HYPERLINK")
    assert not [cell for line in lines for cell in line if cell[:1] in tuple("=+-@\t\r＝＋－＠")]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "＝", "　＋"])
def test_whatever_a_spreadsheet_would_run_is_made_text(start: str) -> None:
    assert inert_cell(f"{start}1+1") == f"'{start}1+1"
    assert inert_cell(f"a{start}1") == f"a{start}1"
