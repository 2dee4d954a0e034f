"""Missions: a Statement in; the Facts that it states about numbered or named missions out.

What is read: when a mission is (or was) to be launched, to orbit and to land, its lander, rover, rocket and payloads,
where it lands, what it was called before, and how it ended. A sentence that says it in another way gives no fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.dates import PartialDate
from corpus.facts import Fact, FactStatus, Statement
from corpus.mission_names import Mention, mentions
from corpus.schedule import DONE_EN, DONE_JA, PLAN_EN, PLAN_JA, schedule
from corpus.values import Value, fold


def mission_facts(statement: Statement, *, named: frozenset[str] = frozenset()) -> Iterator[Fact]:
    """Every fact about missions that the sentence states."""
    found = mentions(statement.text, named=named)
    if not found or statement.text.rstrip().endswith(("？", "?")):
        return
    yield from renamings(statement)
    yield from schedule(statement, found)
    yield from vehicles(statement, found)
    yield from places(statement, found)
    yield from rockets(statement, found)
    yield from payloads(statement, found)
    yield from outcomes(statement, found)


_LANDER_WORD = r"(?:ランダー|月着陸船|着陸船)(?:[（(](?:月着陸船|ランダー)[）)])?"
_ROVER_WORD = r"(?:マイクロローバー|小型ローバー|ローバー|月面探査車)(?:[（(][^）)]{0,12}[）)])?"
_VEHICLE_JA = r"(?P<name>「[^「」]{2,40}」|[A-Z][A-Za-z]{2,}(?:[\s-]?\d+(?:\.\d+)?)?(?:（[A-Z][A-Z0-9-]+）)?|シリーズ\s?\d(?:[（(][A-Z0-9-]+[）)])?)"
_JA_VEHICLES: list[tuple[str, re.Pattern[str], FactStatus]] = [
    ("lander", re.compile(rf"(?:に使用する|で使用する|に使う|で使う|に用いる|の){_LANDER_WORD}?を従来の(?P<old>[^、。「」]{{2,30}}?)から{_VEHICLE_JA}に変更"), "actual"),
    ("lander", re.compile(rf"(?:の|に使用する){_LANDER_WORD}の名称は、(?:[^、。]{{0,20}}時点で)?{_VEHICLE_JA}(?=です|でした)"), "actual"),
    ("lander", re.compile(rf"の{_LANDER_WORD}を{_VEHICLE_JA}(?:と命名|に変更)"), "actual"),
    ("lander", re.compile(rf"(?:の|に使用する){_LANDER_WORD}\s?{_VEHICLE_JA}(?=[^A-Za-z0-9]|$)"), "actual"),
    ("lander", re.compile(rf"(?:の|に使用する|で使用する){_VEHICLE_JA}{_LANDER_WORD}"), "actual"),
    ("rover", re.compile(rf"(?:の){_ROVER_WORD}{_VEHICLE_JA}"), "actual"),
    ("engine", re.compile(rf"の(?:{_LANDER_WORD})?[^、。]{{0,20}}?(?:の)?(?:新しい)?エンジン(?:を|は、?){_VEHICLE_JA}(?=に変更|です)"), "actual"),
]  # fmt: skip
_JA_USING = re.compile(rf"{_VEHICLE_JA}(?:{_LANDER_WORD})?(?:を使用する|を用いる|による)$")
_VEHICLE_EN = r"(?P<name>[A-Z][A-Z0-9]*[A-Za-z]*(?:[\s-](?:[A-Z][A-Za-z]+|\d+(?:\.\d+)?)){0,2})"
_EN_VEHICLES: list[tuple[str, re.Pattern[str]]] = [
    ("lander", re.compile(rf"\slander(?:\schanges to|\sis called|\sis named|,?\snamed|,?\scalled)\s{_VEHICLE_EN}(?:,\spreviously\s(?P<old>[^,;]{{2,30}}?)(?=[,;.]|\sand\b|$))?")),
    ("lander", re.compile(rf"\slander\s{_VEHICLE_EN}(?=\s(?!Lander)|,|\.|$)")),
    ("lander", re.compile(rf",?\s(?:which\s)?uses\sthe\s{_VEHICLE_EN}\slander")),
    ("lander", re.compile(rf"\swith\sthe\s{_VEHICLE_EN}\slander")),
    ("lander", re.compile(rf"(?:\s\([^)]*\))?(?:,|\sis)\s(?:an?|the)\s(?:[\w-]+\s){{0,4}}with\sthe\s{_VEHICLE_EN}\slander")),
    ("lander", re.compile(rf"\s{_VEHICLE_EN}\slander\b")),
    ("lander", re.compile(rf"\slander\sis\s{_VEHICLE_EN}(?=\sas\sof\b|\s?\(|[,.;]|$)")),
    ("rover", re.compile(rf"\s(?:micro\s)?rover\s{_VEHICLE_EN}(?=\s|,|\.|$)")),
]  # fmt: skip
_EN_USED = re.compile(
    rf"(?:^|\s)(?:[Tt]he\s)?{_VEHICLE_EN}\slander,?\s(?:(?:which|that)\s)?(?:(?:is|was|will\sbe)\s)?(?:(?:to\sbe|planned\sto\sbe)\s)?(?:used|flown)\s(?:in|for|on)\s$"
)
_EN_APPOSED = re.compile(
    r"(?P<name>[A-Z][A-Z0-9]*[A-Za-z]*(?:[\s-](?:[A-Z][A-Za-z]+|\d+(?:\.\d+)?)){0,2}),?\s(?:is\s)?the\s(?:new\s)?(?:HAKUTO-R\s)?(?:(?P<of>(?P<kind2>micro rover|rover|lander|engine)\sof\s)|)$"
)
_EN_APPOSED_AFTER = re.compile(r"\s(?P<kind>lander|micro rover|rover|engine)\b")
_STOP_NAMES = frozenset(
    [
        "the",
        "this",
        "that",
        "mission",
        "moon",
        "nasa",
        "ispace",
        "launch",
        "landing",
        "hakuto",
        "it",
        "its",
        "in",
        "on",
        "at",
        "for",
        "and",
        "of",
        "spacex",
        "jaxa",
        "esa",
        "launched",
        "arrives",
        "announces",
        "resilience's",
    ]
)


def vehicles(statement: Statement, missions: list[Mention]) -> Iterator[Fact]:
    """The lander, rover and engine of the missions of a sentence, by name."""
    text = statement.folded
    for mention in missions:
        if len(mention.ids) != 1:
            continue
        subject = (mention.names[0], mention.ids[0])
        seen: set[str] = set()
        if text[mention.start] == "ミ":
            patterns = [(kind, pattern) for kind, pattern, _ in _JA_VEHICLES]
        else:
            patterns = _EN_VEHICLES
        for kind, pattern in patterns:
            match = pattern.match(text, mention.end)
            if not match or kind in seen or _is_no_name(match["name"]):
                continue
            seen.add(kind)
            yield _name_fact(statement, subject, kind, match.start("name"), match.end("name"), "actual")
            if "old" in pattern.groupindex and match["old"]:
                yield _name_fact(statement, subject, kind, match.start("old"), match.end("old"), "superseded")
        using = _JA_USING.search(text, 0, mention.start) if text[mention.start] == "ミ" else None
        if using and "lander" not in seen and not _is_no_name(using["name"]):
            yield _name_fact(statement, subject, "lander", using.start("name"), using.end("name"), "actual")
        used = _EN_USED.search(text[: mention.start])
        if used and "lander" not in seen and not _is_no_name(used["name"]):
            seen.add("lander")
            yield _name_fact(statement, subject, "lander", used.start("name"), used.end("name"), "actual")
        apposed = _EN_APPOSED.search(text[: mention.start])
        if apposed and not _is_no_name(apposed["name"]):
            after = _EN_APPOSED_AFTER.match(text, mention.end)
            kind = apposed["kind2"] or (after["kind"] if after else "")
            kind = {"micro rover": "rover"}.get(kind, kind)
            if kind and kind not in seen:
                yield _name_fact(statement, subject, kind, apposed.start("name"), apposed.end("name"), "actual")


def _is_no_name(name: str) -> bool:
    bare = name.strip("「」").casefold()
    return len(bare) < 3 or bare.split()[0] in _STOP_NAMES


def _name_fact(
    statement: Statement, subject: tuple[str, str], attribute: str, start: int, end: int, status: FactStatus
) -> Fact:
    if statement.text[start] == "「" and statement.text[end - 1] == "」":
        start, end = start + 1, end - 1
    as_of = statement.as_of(start, end)
    if status == "superseded" and as_of == statement.announcement.held:
        as_of = None
    value = statement.words("name", start, end, vehicle_key(statement.text[start:end]))
    return statement.fact("mission", subject, attribute, value, status, as_of)


def vehicle_key(name: str) -> str:
    """A vehicle's name without its bracketed reading; シリーズ2, SERIES-2 and "Series 2" are one.

    >>> vehicle_key("シリーズ2（SERIES-2）") == vehicle_key("Series 2") == vehicle_key("SERIES-2")
    True
    """
    bare = re.sub(r"[（(][^）)]*[）)]|\s?(?:ランダー|lander)$", "", fold(name).replace("シリーズ", "series"))
    return re.sub(r"[\s.-]+", "", bare).casefold()


_SITE_JA = re.compile(
    r"の(?:主な?)?(?:着陸(?:予定)?(?:地点|地域|場所|候補地)|目的地)は、(?:(?P<told>[^、。]{0,30}?(?:では|時点で|公表された))、?)?(?P<site>[^、。]{2,50}?)(?:[（(][^）)]*[）)])?(?:です|でした|の予定|に決定|となります|$)"
)
_SITE_EN = re.compile(
    r"\b(?:[Ll]anding (?:site|area)|destination)\s(?:of|for)\s(?:HAKUTO-R\s)?[Mm]ission \d+(?:,\s[^,;.]{4,40},)?\s(?:is|will be|was)\s(?P<site>(?:the )?[A-Z][^,.;(]{2,50}?|the lunar [^,.;(]{2,30}?)(?=\s?[(,.;]|\son\b|$)"
)
# …の着陸地域は、2020年12月3日時点ではLacus Somniorumでした。
_WAS_SITE_JA = re.compile(
    r"着陸(?:予定)?(?:地点|地域|場所)は、?[^、。]{4,24}(?:時点では|計画では)、?(?P<site>[^、。]{2,40}?)でした"
)
_WAS_SITE_EN = re.compile(
    r"\blanding (?:site|area)\b(?:[^.;]|(?<=inc)\.|(?<=Inc)\.|(?<=Co)\.|(?<=Ltd)\.|(?<=Corp)\.){0,120}?\bwas\s(?P<site>(?:the )?[A-Z][^,.;(]{2,40}?|the lunar [^,.;(]{2,30}?)\sas (?:of|assumed|planned)\b"
)


def earlier_site(statement: Statement, subject: tuple[str, str]) -> Iterator[Fact]:
    """Where `subject` was to land before, of the sentence right behind the one that says where it lands."""
    japanese = statement.announcement.language == "ja"
    match = (_WAS_SITE_JA if japanese else _WAS_SITE_EN).search(statement.folded)
    if not match:
        return
    as_of = statement.as_of(*match.span("site"))
    if as_of != statement.announcement.held:
        value = statement.words("place", *match.span("site"))
        yield statement.fact("mission", subject, "landing_site", value, "superseded", as_of)


_ROCKET = re.compile(
    r"(?P<name>Falcon\s?(?:9|Heavy)|ファルコン\s?(?:9|ヘビー)|H3|H-?IIA|イプシロン\w?|Epsilon\s?\w?|Ariane\s?\d|アリアン\s?\d|Atlas\sV|Vulcan(?:\sCentaur)?|New\sGlenn|Electron|Starship|SLS|Soyuz|ソユーズ|PSLV|LVM3|長征\w{0,3})(?:ロケット|\srocket)?"
)
_RIDES_JA = re.compile(
    r"^」?(?:ロケット)?(?:[（(][^）)]*[）)])?」?(?:で|により|によって|に搭載され|から)?[^。]{0,20}打ち?上げ"
)
_RIDES_EN = re.compile(
    r"\b(?:launch\w*|lift\w* off)\b[^.;]{0,60}\b(?:on|aboard|by|using)\s(?:an?\s|the\s|SpaceX['’]?s?\s)*(?:rocket\s)?$",
    re.IGNORECASE,
)


def places(statement: Statement, missions: list[Mention]) -> Iterator[Fact]:
    """Where the missions of a sentence land."""
    text = statement.folded
    for mention in missions:
        if len(mention.ids) != 1:
            continue
        subject = (mention.names[0], mention.ids[0])
        match = _SITE_JA.match(text, mention.end)
        if not match:
            found = _SITE_EN.search(text, max(0, mention.start - 40))
            match = found if found and found.start() < mention.start < found.end() else None
        if not match:
            continue
        start, end = match.span("site")
        if re.search(r"公表|発表|未定|announced|disclosed|undecided", match["site"]):
            continue
        held = statement.announcement.held
        as_of = statement.as_of(start, end)
        done = "でした" in match.group() or bool(re.search(r"\bwas\b", match.group()))
        status: FactStatus = "superseded" if done and as_of != held else "planned"
        yield statement.fact("mission", subject, "landing_site", statement.words("place", start, end), status, as_of)


def rockets(statement: Statement, missions: list[Mention]) -> Iterator[Fact]:
    """The rocket on which the missions of a sentence fly."""
    text = statement.folded
    for match in _ROCKET.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        rides = _RIDES_JA.match(after) if statement.announcement.language == "ja" else _RIDES_EN.search(before)
        mention = next((m for m in reversed(missions) if m.end <= match.start()), None)
        if not rides or mention is None:
            continue
        done = DONE_JA.search(after) or DONE_EN.search(before)
        status: FactStatus = "actual" if done else "planned"
        for name, id in zip(mention.names, mention.ids, strict=True):
            value = statement.words("name", match.start("name"), match.end("name"))
            yield statement.fact("mission", (name, id), "rocket", value, status, statement.as_of(*match.span()))


# --- payloads ------------------------------------------------------------------------------------------------------------

_PAYLOADS_JA = re.compile(r"のペイロード(?:には|は)、(?P<list>[^。]{4,200}?)(?:が含まれ|を(?:搭載|含)|です|から成)")
_PAYLOADS_EN = re.compile(
    r"(?:\s(?:is|are|was|were)(?:\s(?:planned|expected|scheduled)\sto)?|\s(?:will|to))?\s(?:include|includes|included|be)\s(?P<list>(?:an?|the|its|[A-Z])[^.;]{3,260}?)(?P<list2>)(?=\s?[(.;]|$)"
)
_CARRIED_JA = re.compile(r"(?:は|には)、(?P<list>[^。]{4,200}?)を(?:輸送|搭載)(?:する|した|し)")
_CARRY_EN = re.compile(
    r"\b(?:carr(?:y|ies|ied)|transports?|deliver)\s(?P<list>(?:an?|the|its|NASA|[A-Z])[^.;]{3,260}?)(?=\s(?:and|or)\sto\s[a-z]+\s|$)|\bcarr(?:y|ies|ied)\s(?P<list2>[^.;]{3,200}?)(?:\s(?:to|on) the (?:Moon|lunar surface)|[.;])"
)


def payloads(statement: Statement, missions: list[Mention]) -> Iterator[Fact]:
    """What the mission of a sentence carries, where the sentence lists it."""
    if len({id for mention in missions for id in mention.ids}) != 1:
        return
    mention = missions[0]
    text = statement.folded
    japanese = statement.announcement.language == "ja"
    match = (
        (_PAYLOADS_JA.match(text, mention.end) or _CARRIED_JA.search(text, mention.end))
        if japanese
        else (_listed_payloads(text, mention) or _CARRY_EN.search(text.rstrip(". "), mention.end))
    )
    match = match or _carried(text, mention, japanese=japanese)
    if not match:
        return
    group = "list" if match["list"] else "list2"
    if re.search(r"契約|\bcontract|保険|insur|able to|最大|up to", text):
        return
    planned = PLAN_JA.search(text) or PLAN_EN.search(text)
    status: FactStatus = "planned" if planned else "actual"
    separator = re.compile(r"と?、(?:および|及び)?" if japanese else r",\s(?:and\s)?|\sand\s(?=(?:an?|the|[A-Z]))")
    at = match.start(group)
    apposed = False
    for piece in _pieces(match[group], separator):
        start, end = at + piece[0], at + piece[1]
        if apposed and re.match(r"(?:the|its)\s(?!\w+$)", text[start:end]):
            continue  # TENACIOUS, the micro rover of …: one thing, said twice
        apposed = bool(re.fullmatch(r"[A-Z][\w-]*", text[start:end]))
        article = re.match(r"(?:[Aa]n?|[Tt]he|its)\s", text[start:end])
        start += article.end() if article else 0
        words = statement.text[start:end]
        if not 2 <= len(words) <= 70 or (
            statement.values and any(v.start < end and start < v.end for v in statement.values)
        ):
            continue
        yield statement.fact(
            "mission",
            (mention.names[0], mention.ids[0]),
            "payload",
            statement.words("name", start, end),
            status,
            statement.as_of(start, end),
        )


# 甲局のローバーは、ミッション1のランダーに搭載され; ミッション1では、甲社の固体電池と、乙社のカメラが飛行し
_ABOARD_JA = re.compile(r"(?:^|。)(?P<list>[^、。は]{2,60})は、?$")
_TAKEN_JA = re.compile(
    r"(?:の[^、。はがを]{0,16})?(?:に(?:搭載|積載)(?:さ|し)|で(?:月[へに]|月面[へに])?(?:運ばれ|輸送され|運ぶ|輸送する))"
)
_FLIES_JA = re.compile(r"(?:では|には)、(?P<list>[^。は]{4,160}?)が(?:飛行(?:し|す)|搭載さ|積まれ)(?!.*ロケット)")
_ABOARD_EN = re.compile(
    r"(?:^|[.;]\s)(?P<list>(?:[Tt]he|[Aa]n?)\s[^,.;]{3,90}?)\s(?:(?:is|are|was|were|will)\s(?:(?:planned|expected|scheduled)\s)?(?:to\s)?(?:be\s)?(?:carried|flown|transported|flying)(?:\sto the Moon)?|flew)\s(?:on|aboard|by)\s(?:the\s)?(?:HAKUTO-R\s)?$"
)


def _carried(text: str, mention: Mention, *, japanese: bool) -> re.Match[str] | None:
    """What a sentence says to be carried by the mission, as its subject."""
    if not japanese:
        return _ABOARD_EN.search(text[: mention.start])
    aboard = _ABOARD_JA.search(text[: mention.start])
    return aboard if aboard and _TAKEN_JA.match(text, mention.end) else _FLIES_JA.match(text, mention.end)


def _listed_payloads(text: str, mention: Mention) -> re.Match[str] | None:
    """ "The payloads of Mission 2 are planned to include a water electrolyser, a food module and a plate"."""
    said = re.search(r"\b[Pp]ayloads of (?:HAKUTO-R )?$", text[: mention.start])
    return _PAYLOADS_EN.match(text, mention.end) if said else None


def _pieces(text: str, separator: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    at = 0
    for match in [*separator.finditer(text), None]:
        end = match.start() if match else len(text)
        if text[at:end].strip():
            yield at, end
        at = match.end() if match else end


# --- how it ended, what it is called ---------------------------------------------------------------------------------------

_OUTCOMES_JA: list[tuple[str, re.Pattern[str]]] = [
    ("hard-landing", re.compile(r"ハードランディング(?:となり|し|した|となった)|[^、。はが]{0,12}ハードランディングした可能性")),
    ("not-landed", re.compile(r"(?:軟着陸|月面着陸|着陸)(?:は|を|に)[^、。]{0,10}?(?:達成されず|達成され(?:ません|なかった)|達成できない|達成できなかった|至りません|至らなかった|失敗(?:し(?:まし)?た)?|確認でき(?:ず|ていない|ていません|ませんでした))")),
    ("contact-lost", re.compile(r"通信が(?:途絶|失われ)")),
    ("landed", re.compile(r"(?:軟着陸|月面着陸|着陸)(?:に成功し(?:まし)?た|を達成し(?:まし)?た|し(?:まし)た)")),
    ("launched", re.compile(r"打ち?上げに成功し(?:まし)?た")),
]  # fmt: skip
_OUTCOMES_EN: list[tuple[str, re.Pattern[str]]] = [
    ("hard-landing", re.compile(r"\bmade a hard landing\b(?: on the lunar surface)?", re.IGNORECASE)),
    ("not-landed", re.compile(r"\b(?:did not achieve|not achieved?|could not be confirmed|failed to (?:achieve|make|complete))\b(?: a)?(?: soft| lunar)?(?: landing)?|\blunar landing was judged not achievable", re.IGNORECASE)),
    ("contact-lost", re.compile(r"\b(?:contact|communications?)(?: with [^,.;]{3,50})? was lost\b|\blost (?:contact|communications?) with\b", re.IGNORECASE)),
    ("landed", re.compile(r"\b(?:successfully (?:soft-?)?landed|landed successfully|achieved a (?:soft |successful )landing|completed a (?:soft |successful )(?:lunar )?landing)\b", re.IGNORECASE)),
]  # fmt: skip
_IF = re.compile(r"場合|すれば|れば|場合には|原因|理由|\bif\b|\bwould\b|\breason\b|\bcause\b|\bshould\b", re.IGNORECASE)


def outcomes(statement: Statement, missions: list[Mention]) -> Iterator[Fact]:
    """How the missions of a sentence ended."""
    text = statement.folded
    if _IF.search(text) or not missions:
        return
    japanese = statement.announcement.language == "ja"
    patterns = _OUTCOMES_JA if japanese else _OUTCOMES_EN
    for key, pattern in patterns:
        for match in pattern.finditer(text):
            # "contact with the Mission 1 lander was lost" names its mission within.
            until = match.start() if japanese else match.end()
            mention = next((m for m in reversed(missions) if m.end <= until), None)
            if mention is None or (key in ("landed", "launched") and PLAN_JA.search(text)):
                continue
            day = _day_of(statement, mention, match, japanese=japanese)
            as_of: PartialDate | None = (
                day.date if day and day not in statement.told else statement.as_of(*match.span())
            )
            for name, id in zip(mention.names, mention.ids, strict=True):
                clause = re.match(r"[^、。]{0,24}", text[match.end() :]) if japanese else None
                end = match.end() + (clause.end() if clause else 0)
                value = statement.words("text", match.start(), end, key)
                yield statement.fact("mission", (name, id), "outcome", value, "actual", as_of)


def _day_of(statement: Statement, mention: Mention, match: re.Match[str], *, japanese: bool) -> Value | None:
    """The day that the sentence gives for what it says at `match`: before it in Japanese, "on …" behind it in English."""
    days = [v for v in statement.values if v.date and v.date.day]
    if japanese:
        return next((v for v in reversed(days) if mention.end <= v.start and v.end <= match.start()), None)
    return next(
        (v for v in days if re.fullmatch(r"[^,;.]{0,40}?\bon\s", statement.folded[match.end() : v.start])), None
    )


_RENAMED_JA = re.compile(
    r"(?:従来の)?「?ミッション(?P<old>\d{1,2})」?から「?ミッション(?P<new>\d{1,2})」?(?:に|へ)(?:変更|改称|改め)|ミッション(?P<new2>\d{1,2})(?:（|\()旧称?[:：]?「?ミッション(?P<old2>\d{1,2})」?(?:）|\))"
    r"|ミッション(?P<new3>\d{1,2})は、?(?:[^、。]{0,30})「?ミッション(?P<old3>\d{1,2})」?から改称"
)
_RENAMED_EN = re.compile(
    r"(?:renam\w+|renumber\w+|chang\w+)[^.;]{0,60}\bfrom\s[\"“]?Mission (?P<old>\d{1,2})[\"”]?\sto\s[\"“]?Mission (?P<new>\d{1,2})|Mission (?P<new2>\d{1,2})\s\((?:previously|formerly)(?: called| known as| named)?\sMission (?P<old2>\d{1,2})\)"
    r"|Mission (?P<old4>\d{1,2})\s(?:is|was|has been|will be)\s(?:renamed|renumbered)\s(?:as\s|to\s)?Mission (?P<new4>\d{1,2})",
    re.IGNORECASE,
)


def renamings(statement: Statement) -> Iterator[Fact]:
    """That a mission got another number: the new name as a fact of the mission, the old one as superseded."""
    text = statement.folded
    japanese = statement.announcement.language == "ja"
    for match in (_RENAMED_JA if japanese else _RENAMED_EN).finditer(text):
        groups = match.groupdict()
        new = next((name for name in groups if name.startswith("new") and groups[name]), None)
        old = next((name for name in groups if name.startswith("old") and groups[name]), None)
        if not new or not old:
            continue
        said = "ミッション{}" if japanese else "Mission {}"
        subject = (said.format(groups[new]), f"mission:{int(groups[new])}")
        day = next((v for v in statement.values if v.date and v.date.day and v.end <= match.end()), None)
        if day is None and not japanese:
            days = (v for v in statement.values if v.date and v.date.day and v.start >= match.end())
            day = next((v for v in days if text[match.end() : v.start] == " on "), None)
        as_of = day.date if day else statement.as_of(*match.span())
        for group, status in ((old, "superseded"), (new, "actual")):
            start = text.rfind("ミ" if japanese else "M", 0, match.start(group))
            value = statement.words("name", start, match.end(group), f"mission:{int(groups[group])}")
            yield statement.fact("mission", subject, "name", value, status, as_of)  # type: ignore[arg-type]
