"""Announcements of a company that flies to the Moon and does not exist, for the tests of the timeline and contracts."""

from __future__ import annotations

from typing import Any

from corpus.announce import announce
from corpus.announcement import Announcement
from corpus.source import Source


def notice(id: str, published: str, *paragraphs: str, **more: Any) -> Announcement:
    """An Announcement whose first paragraph is its title, made by the real cleaning and structuring."""
    text = "\n\n".join([f"# {paragraphs[0]}", *paragraphs[1:]])
    known = {"id": id, "title": paragraphs[0], "published": published, "language": id[-2:], "issuer": "Kaguya Corp"}
    return announce(Source((text,), "blocks", f"{id}.md", **{**known, **more}))


PLAN = notice(
    "plan.ja",
    "2023-04-03",
    "Kaguya、ミッション7を2024年に打ち上げへ",
    "ミッション7の打ち上げは2024年を予定しています。ミッション7の着陸は2025年を予定しています。",
    "ミッション7には3段階のマイルストーンがあります。",
    "ミッション7のSuccess 1は、打ち上げです。",
    "ミッション7のSuccess 2は、月周回軌道への到達です。",
)
DELAY = notice(
    "delay.ja",
    "2025-05-12",
    "Kaguya、ミッション7の打ち上げを変更",
    "ミッション7の打ち上げは2025年11月を予定しています。ミッション8の打ち上げは2028年以降を予定しています。",
    "Kaguyaとコメット通信は2025年5月12日、通信機器の輸送に関する契約を締結しました。契約金額は3億円です。",
)
DELAY_EN = notice(
    "delay.en",
    "2025-05-12",
    "Kaguya reschedules the launch of Mission 7",
    "The launch of Mission 7 is planned for November 2025. The launch of Mission 8 is planned for 2028 or later.",
    "On May 12, 2025, Kaguya signed a contract with Comet Telecom for the transport of communication devices.",
    translation_of="delay.ja",
)
LAUNCHED = notice(
    "launched.ja",
    "2026-02-03",
    "Kaguya、ミッション7を打ち上げ",
    "ミッション7は2026年2月3日に打ち上げられました。",
    "ミッション7は2026年2月3日にSuccess 1を完了しました。",
)
LOST = notice(
    "lost.ja",
    "2026-06-30",
    "Kaguya、ミッション7の通信が途絶",
    "Kaguyaは2026年6月30日、ミッション7のランダーとの通信が途絶したことを発表しました。",
    "ミッション7のSuccess 3である月面着陸は達成できないと判断しました。",
    "ミッション7は、3段階のマイルストーンのうち1段階に到達しました。",
)
ALL = (PLAN, DELAY, DELAY_EN, LAUNCHED, LOST)
