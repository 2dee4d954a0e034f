"""The web surface against a small assistant that really answers: by the sentence that shares most with the question."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Sequence

import pytest
from fastapi.testclient import TestClient

from assistant.answer import Answer, Citation, Turn
from assistant.settings import Settings
from assistant.web.api import is_visible_to_the_public
from assistant.web.server import create_app
from corpus.announcement import Announcement, Audience, Language
from corpus.dates import JST, PartialDate
from corpus.errors import UnknownAnnouncement
from corpus.sentences import sentences


def announcement(id: str, title: str, text: str, language: Language = "ja", **more: object) -> Announcement:
    fields = {"published": PartialDate(2022, 9, 27), "source_url": f"https://example.com/{id}", **more}
    return Announcement(id, title, text, language, hashlib.sha256(text.encode()).hexdigest(), **fields)  # type: ignore[arg-type]


PAYMENT = announcement(
    "payment.ja",
    "架空ムーン社、月面輸送契約の中間支払いを受領",
    "架空ムーン社は、月面輸送契約の中間支払いを受領しました。\n1号機の打ち上げは最短で2022年11月を予定しています。"
    "着陸船は東京で組み立てられました。会談はパリで行われました。\n問い合わせ先は広報室です。",
)
FUNDING = announcement(
    "funding.en",
    "Imaginary Moon Inc. closes its Series C round",
    "Imaginary Moon Inc. raised 50 million dollars in its Series C round. The total raised so far is 230 million "
    "dollars. The round was led by a fund in Luxembourg.",
    "en",
    published=PartialDate(2022, 7, 20),
)
STAFF_ONLY = announcement("secret.ja", "社内限り：極秘の提携", "極秘の提携先はオリオン商会です。", audience="staff")
TOMORROW = announcement(
    "tomorrow.ja",
    "解禁前：増資の決議",
    "増資の決議はペガサス銀行が引き受けます。",
    published_at=dt.datetime.now(JST) + dt.timedelta(days=1),
)


class SmallCatalog:
    def __init__(self, *announcements: Announcement) -> None:
        self._all = {announcement.id: announcement for announcement in announcements}

    def get(self, id: str) -> Announcement:
        try:
            return self._all[id]
        except KeyError:
            raise UnknownAnnouncement(f"There is no announcement '{id}'.") from None

    def announcements(self) -> Iterator[Announcement]:
        yield from self._all.values()

    def count(self) -> int:
        return len(self._all)


class SmallAssistant:
    """Answers with the sentence that shares most character pairs with the question, if one shares enough."""

    def __init__(self, *announcements: Announcement) -> None:
        self.catalog = SmallCatalog(*announcements)
        self.seen: list[tuple[str, tuple[Turn, ...]]] = []
        self.given_up = 0

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        as_of: dt.date | None = None,
        audience: Audience = "public",
        language: Language | None = None,
        id: str = "",
    ) -> Answer:
        self.seen.append((question, tuple(history)))
        spoken: Language = language or ("ja" if re.search("[ぁ-ん一-龠]", question) else "en")
        if "株" in question or "invest" in question:
            return Answer(
                question, spoken, "declined", "投資の助言はいたしません。", id=id, suggestions=("打ち上げはいつですか",)
            )
        scored = [
            (len(_pairs(question) & _pairs(found.text[start:end])), found, start, end)
            for found in self.catalog.announcements()
            if (audience == "staff" or is_visible_to_the_public(found, dt.datetime.now(dt.UTC)))
            and (as_of is None or (found.published and found.published.earliest <= as_of))
            for start, end in sentences(found.text)
        ]
        score, found, start, end = max(scored, key=lambda row: row[0], default=(0, PAYMENT, 0, 0))
        if score < 4:
            return Answer(question, spoken, "not_found", "発表資料には見つかりませんでした。", id=id)
        citation = Citation(
            1,
            found.id,
            found.title,
            str(found.published),
            found.source_url,
            1,
            start,
            end,
            found.text[start:end],
            "body",
        )
        return Answer(
            question, spoken, "answered", f"{citation.quote} [1]", as_of=str(found.published), confidence=0.9, id=id,
            citations=(citation,), timings_ms={"total": 1.0},
        )  # fmt: skip

    def stream(self, question: str, **how: object) -> Iterator[str | Answer]:
        answer = self.ask(question, **how)  # type: ignore[arg-type]
        try:
            for start, end in sentences(answer.answer):
                yield answer.answer[start:end]
            yield answer
        except GeneratorExit:
            self.given_up += 1
            raise

    def close(self) -> None:
        pass


def _pairs(text: str) -> set[str]:
    words = re.sub(r"[\s、。？?.,]", "", text.lower())
    return {words[i : i + 2] for i in range(len(words) - 1)}


@pytest.fixture
def small_assistant() -> SmallAssistant:
    return SmallAssistant(PAYMENT, FUNDING, STAFF_ONLY, TOMORROW)


@pytest.fixture
def client(small_assistant: SmallAssistant) -> Iterator[TestClient]:
    app = create_app(small_assistant, Settings(), origins=["https://ir.example.com"])  # type: ignore[arg-type]
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        yield client
