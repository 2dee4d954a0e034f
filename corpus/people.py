"""People: "role and name" as captions and headings print them, taken apart."""

from __future__ import annotations

import re

_ROLE_WORDS = re.compile(
    r"代表取締役(?:社長|会長|副社長)?|取締役(?:会長|社長|副社長)?|執行役員|社長|会長|副社長|最高\w{2,4}責任者|C[A-Z]{1,2}O\b|C[A-Z]O(?=[^A-Za-z])"
    r"|本部長|部長|局長|長官|大臣|理事長|理事|教授|博士|監査役|顧問|フェロー|ディレクター|マネージャー|責任者|代表|知事|市長|大使|首相"
    r"|\b(?:Director|Officer|President|Chairman|Chair|Founder|Administrator|Manager|Minister|Professor|Fellow|Head|Lead|Partner|Ambassador|Secretary|Governor|Mayor|Engineer|Executive|CEO|CFO|CTO|COO|CRO|SVP|EVP|VP)\b"
)
_LATIN_NAME = re.compile(r"(?:[A-ZÀ-Þ][\w'’.-]+\s+){1,2}[A-ZÀ-Þ][\w'’-]+$")
_HONORIFIC = re.compile(r"(?:氏|さん|様|先生)$")


def split_person(text: str) -> tuple[str, str]:
    """(name, role) of "role name" or "name, role"; ("", text) when no name is to be seen.

    >>> split_person("ispace取締役 & CFO野﨑順平")
    ('野﨑順平', 'ispace取締役 & CFO')
    >>> split_person("Takeshi Hakamada, Founder and CEO of ispace")
    ('Takeshi Hakamada', 'Founder and CEO of ispace')
    """
    text = " ".join(text.split())
    first, comma, rest = text.partition(",")
    if comma and _LATIN_NAME.fullmatch(first.strip()) and not _ROLE_WORDS.search(first) and _ROLE_WORDS.search(rest):
        return first.strip(), rest.strip()
    roles = list(_ROLE_WORDS.finditer(text))
    if not roles:
        return (
            ("", text) if len(text.split()) > 3 and not _LATIN_NAME.fullmatch(text) else (_HONORIFIC.sub("", text), "")
        )
    tail = text[roles[-1].end() :].strip(" ・:：、,（()）")
    if (
        tail
        and re.fullmatch(r"[^\x00-\x7f]{2,12}", tail.replace(" ", ""))
        and not tail.startswith(("の", "が", "は", "を", "に"))
    ):
        return _HONORIFIC.sub("", tail), text[: roles[-1].end()].strip()
    name = _LATIN_NAME.search(text[roles[-1].end() :])
    if name:
        two = (
            " ".join(name.group().split()[-2:])
            if re.match(r"\s*(?:for|of|and)\b", text[roles[-1].end() :])
            else name.group()
        )
        return two.strip(), text[: len(text) - len(two)].strip()
    if not tail:
        # "袴田武史社長": the role follows the name.
        head = text[: roles[-1].start()].strip()
        if re.fullmatch(r"[\u3041-\u30ff\u4e00-\u9fff々\ufa0e-\ufa2d]{2,8}", head):
            return head, roles[-1].group()
    return "", text


def split_caption(text: str) -> tuple[tuple[str, str], ...]:
    """The people of a photo caption as (name, role), in its order.

    >>> split_caption("左から：当社社長 山田太郎、NASA Administrator Jane Doe")
    (('山田太郎', '当社社長'), ('Jane Doe', 'NASA Administrator'))
    """
    body = re.sub(
        r"^[（(]?(?:写真)?(?:[:：]\s?)?(?:左から|右から|前列|後列|photo\b|from left(?: to right)?|left to right|pictured)[^:：]{0,20}?[:：]?\s?(?=\S)",
        "", text.replace("\n", " "), flags=re.IGNORECASE,
    ).strip("（）()。.")  # fmt: skip
    separator = r"[、;；]" if re.search(r"[、;；]", body) else r",\s"
    parts: list[str] = []
    for piece in re.split(separator, body):
        whole = piece.strip()
        # "Founder, Representative Director & CEO 袴田": a piece without a name belongs to the next.
        if parts and not split_person(parts[-1])[0]:
            parts[-1] = f"{parts[-1]}, {whole}"
        elif whole:
            parts.append(whole)
    return tuple(split_person(part) for part in parts if part)
