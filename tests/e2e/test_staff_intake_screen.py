"""Editors add announcements by dropping files and by form, change them, remove them and bring them back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from assistant.web.staff_edit_words import EDIT
from assistant.web.staff_intake_words import INTAKE
from corpus.announcement import Language
from tests.e2e.conftest import Served
from tests.e2e.noted import Noted

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WAIT = 30_000  # ms; other tests may run at the same time
DESKTOP, PHONE = {"width": 1200, "height": 900}, {"width": 390, "height": 844}
READERS = [("ja", DESKTOP, "light"), ("en", PHONE, "dark")]
NOTICE = (
    "2026年5月1日\n\n白樺鋼構、{what}の塗装を完了\n\n"
    "白樺鋼構は{what}の塗装を完了しました。塗った面積は{area}平方メートルです。\n"
)

DROP = """
(files) => {
  const carried = new DataTransfer();
  files.forEach(([name, text]) => carried.items.add(new File([text], name)));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.getElementById("drop").dispatchEvent(
      new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}
"""
NOTE_PROGRESS = """
() => {
  window.told = [];
  new MutationObserver(() => document.querySelectorAll(".upload-item .state").forEach((state) => {
    window.told.push(state.textContent);
  })).observe(document.getElementById("uploads"), { childList: true, subtree: true, characterData: true });
}
"""


@contextmanager
def screen(
    browser: Browser, served: Served, language: Language, viewport: dict[str, int], scheme: str, *, script: bool = True
) -> Iterator[Page]:
    """A page that asked no other host and complained of nothing."""
    locale = {"ja": "ja-JP", "en": "en-US"}[language]
    with browser.new_context(
        locale=locale, viewport=viewport, color_scheme=scheme, java_script_enabled=script  # type: ignore[arg-type]
    ) as context:  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(WAIT)
        noted = Noted(page)
        yield page
        noted.kept_to(served.url)


def is_fit(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def remove(page: Page, edit_url: str, language: Language) -> None:
    page.goto(edit_url)
    page.locator("details.confirm summary").click()
    is_fit(page)
    page.get_by_role("button", name=EDIT[language]["remove_yes"]).click()


@pytest.mark.parametrize(("language", "viewport", "scheme"), READERS)
def test_files_are_dropped_followed_and_read(
    chromium: Browser, served: Served, language: Language, viewport: dict[str, int], scheme: str
) -> None:
    words = INTAKE[language]
    notice = NOTICE.format(what=f"{language}橋", area="420")
    with screen(chromium, served, language, viewport, scheme) as page:
        page.goto(f"{served.url}/staff/upload")
        is_fit(page)
        page.evaluate(
            DROP, [[f"塗装-{language}.txt", notice], ["壊れ<b>た.pdf", "%PDF-1.7 nothing"], ["余計.txt", "x"]]
        )
        expect(page.locator(".chosen li")).to_have_count(3)
        page.get_by_role("button", name=words["take_out"].format(name="余計.txt")).click()
        expect(page.locator(".chosen li")).to_have_count(2)
        is_fit(page)
        page.get_by_label(words["public"], exact=False).first.check()
        page.evaluate(NOTE_PROGRESS)
        page.get_by_role("button", name=words["submit"], exact=True).click()
        expect(page.locator("#after")).to_be_visible(timeout=4 * WAIT)  # the vectors may still be made
        told = page.evaluate("window.told")
        assert words["reading"] in told or words["indexing"] in told
        assert any(re.match(words["sending"].split("{")[0], state) for state in told)
        added, broken = page.locator(".upload-item").all()
        expect(added.locator(".badge")).to_have_text(words["added"])
        expect(added).to_contain_text(words["seen_by_all"])
        expect(broken.locator(".badge")).to_have_text(words["rejected"])
        expect(broken).to_contain_text("壊れ<b>た.pdf")
        expect(broken).to_contain_text({"ja": "PDFが壊れていて", "en": "The PDF is broken"}[language])
        is_fit(page)
        added.get_by_role("link", name=words["read"]).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"{language}橋の塗装を完了")
        remove(page, f"{page.url}/edit", language)
    assert served.attempts() == []


def test_without_a_script_a_form_does_the_same(chromium: Browser, served: Served, tmp_path: Path) -> None:
    words = INTAKE["ja"]
    file = tmp_path / "吊橋.txt"
    file.write_text(NOTICE.format(what="吊橋", area="99"), encoding="utf-8")
    with screen(chromium, served, "ja", DESKTOP, "light", script=False) as page:
        page.goto(f"{served.url}/staff/upload")
        page.locator("#files").set_input_files([file])
        page.get_by_label(words["staff"]).check()
        page.get_by_role("button", name=words["submit"], exact=True).click(timeout=4 * WAIT)
        expect(page.locator(".result")).to_contain_text(words["seen_by_staff"])
        page.get_by_role("link", name=words["edit"], exact=True).click()
        page.locator("details.confirm summary").click()
        page.get_by_role("button", name=EDIT["ja"]["remove_yes"]).click()
        expect(page.get_by_role("status").first).to_contain_text("吊橋の塗装を完了")


@pytest.mark.parametrize(("language", "viewport", "scheme"), READERS)
def test_an_announcement_is_changed_removed_and_brought_back(
    chromium: Browser, served: Served, language: Language, viewport: dict[str, int], scheme: str
) -> None:
    words = EDIT[language]
    id = f"isp-023.{language}"
    reader = f"{served.url}/staff/announcements/{id}"
    with screen(chromium, served, language, viewport, scheme) as page:
        page.goto(f"{reader}/edit")
        title = page.get_by_label(words["title"], exact=True)
        before = title.input_value()
        is_fit(page)
        page.get_by_label(words["staff"], exact=False).first.check()
        title.fill("<i>別の題</i>")
        page.get_by_role("button", name=words["save"], exact=True).last.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("<i>別の題</i>")

        page.goto(f"{reader}/edit")
        page.locator("input[name=q_supersedes]").fill("ispace" if language == "en" else "契約")
        page.locator("input[name=q_supersedes]").press("Enter")
        expect(page.locator("#field-supersedes input[type=radio]").nth(1)).to_be_visible()
        is_fit(page)
        page.get_by_label(words["public"], exact=False).first.check()
        page.get_by_role("button", name=words["save"], exact=True).last.click()
        expect(page.get_by_role("alert")).to_contain_text(words["hidden_staff"].strip())
        is_fit(page)
        page.get_by_role("button", name=words["agree_yes"]).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("<i>別の題</i>")

        remove(page, f"{reader}/edit", language)
        expect(page.get_by_role("status").first).to_contain_text("<i>別の題</i>")
        page.goto(f"{served.url}/staff/removed")
        is_fit(page)
        page.get_by_role("button", name=f"{words['undo']}: <i>別の題</i>").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("<i>別の題</i>")

        page.goto(f"{reader}/edit")
        is_fit(page)
        first = words["revision"].format(number=1)
        page.get_by_role("button", name=f"{words['bring_back']}: {first}", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(before)
    assert served.attempts() == []
