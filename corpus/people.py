"""People: "role and name" as captions, headings and sentences print them, taken apart."""

from __future__ import annotations

import re

_ROLE_WORDS = re.compile(
    r"代表取締役(?:社長|会長|副社長)?|取締役(?:会長|社長|副社長)?|執行役員|社長|会長|副社長|最高\w{2,4}責任者|C[A-Z]{1,2}O\b|C[A-Z]O(?=[^A-Za-z])"
    r"|本部長|部長|局長|長官|大臣|理事長|理事|教授|博士|監査役|顧問|フェロー|ディレクター|マネージャー|責任者|代表|知事|市長|大使|首相|創業者|事務局長|所長|室長|課長|研究員"
    r"|\b(?:Director|Officer|President|Chairman|Chairwoman|Chair|Founder|Co-Founder|Administrator|Manager|Minister|Professor|Fellow|Head|Lead|Partner|Ambassador|Secretary|Governor|Mayor|Engineer|Executive|Scientist|Representative|Counsel|Treasurer|CEO|CFO|CTO|COO|CRO|SVP|EVP|VP)\b"
)
_LATIN_NAME = re.compile(r"(?:[A-ZÀ-Þ][\w'’.-]*\s+){1,3}[A-ZÀ-Þ][\w'’-]+$")
_HONORIFIC = re.compile(r"(?:氏|さん|様|先生)$")
_READING = re.compile(r"\s?[（(][\u3041-\u30ff・\s]+[)）]$|\s?[（(][A-Z][A-Za-z\s.-]+[)）]$")
_JAPANESE_NAME = re.compile(r"[\u3005\u3041-\u30ff\u3400-\u9fff\ufa0e-\ufa2d・]{2,12}")
# Between a role and the name that bears it: 社長の山田太郎, CEOである袴田武史.
_LINK = re.compile(r"^(?:の|である|を務める|、)")


def split_person(text: str) -> tuple[str, str]:
    """(name, role) of "role name", "role の name" or "name, role"; ("", text) when no name is to be seen.

    >>> split_person("ispace取締役 & CFO野﨑順平")
    ('野﨑順平', 'ispace取締役 & CFO')
    >>> split_person("当社社長の山田太郎氏"), split_person("山田太郎社長")
    (('山田太郎', '当社社長'), ('山田太郎', '社長'))
    >>> split_person("Takeshi Hakamada, Founder and CEO of ispace")
    ('Takeshi Hakamada', 'Founder and CEO of ispace')
    """
    text = _READING.sub("", " ".join(text.split()))
    first, comma, rest = text.partition(",")
    if comma and _LATIN_NAME.fullmatch(first.strip()) and not _ROLE_WORDS.search(first) and _ROLE_WORDS.search(rest):
        return first.strip(), rest.strip(" ,")
    roles = list(_ROLE_WORDS.finditer(text))
    if not roles:
        # Four words and more, or a dozen Japanese characters, are no name but a description.
        short = len(text.split()) <= 3 and len(text) <= (40 if text.isascii() else 12)
        return (_HONORIFIC.sub("", text), "") if short or _LATIN_NAME.fullmatch(text) else ("", text)
    before, after = text[: roles[-1].end()].strip(), text[roles[-1].end() :]
    tail = _HONORIFIC.sub("", _LINK.sub("", after.strip(" ・:：、,（()）")))
    if _JAPANESE_NAME.fullmatch(tail.replace(" ", "")) and not tail.startswith(("が", "は", "を", "に")):
        return tail, before
    latin = _LATIN_NAME.search(tail)
    if latin:
        # "Administrator for Business Operations Casey Swails": of a longer title, the last two words are the name.
        words = latin.group().split()
        name = " ".join(words[-2:]) if re.match(r"\s*(?:for|of|and)\b", after) else latin.group()
        return name, _HONORIFIC.sub("", text)[: _HONORIFIC.sub("", text).rindex(name)].strip(" ・:、")
    if not tail:
        # "袴田武史社長": the role follows the name.
        head = text[: roles[0].start()].strip(" ・、")
        if _JAPANESE_NAME.fullmatch(head) and len(head) <= 8:
            return head, text[roles[0].start() :]
    return "", text


_CAPTION_HEAD = re.compile(
    r"(?:写真|左から|右から|向かって(?:左|右)から|前列|後列|左より|右より|順に|中央|photos?|pictured|from (?:the )?(?:left|right)|left|right|to|l to r|[（()）:：,、\s])+",
    re.IGNORECASE,
)


def split_caption(text: str) -> tuple[tuple[str, str], ...]:
    """The people of a photo caption as (name, role), in its order.

    >>> split_caption("左から：当社社長 山田太郎、NASA Administrator Jane Doe")
    (('山田太郎', '当社社長'), ('Jane Doe', 'NASA Administrator'))
    >>> split_caption("(Photo, from left: Jane Doe, CEO of X; and John Smith, Minister)")
    (('Jane Doe', 'CEO of X'), ('John Smith', 'Minister'))
    """
    body = text.replace("\n", " ")
    head = _CAPTION_HEAD.match(body)
    body = body[head.end() :] if head else body
    if body.count("(") != body.count(")") or body.count("（") != body.count("）"):
        body = body.rstrip(")）")
    body = body.strip("。. ")
    separator = r"[、;；]" if re.search(r"[、;；]", body) else r",\s|\sand\s(?=[A-Z])"
    parts: list[str] = []
    for piece in re.split(separator, body):
        whole = re.sub(r"^(?:and|及び|および)\s", "", piece.strip())
        name, role = split_person(parts[-1]) if parts else ("", "")
        # "Jane Doe, CEO, John Smith": a role alone belongs to the name before it; one before any name to the next name.
        alone = bool(_ROLE_WORDS.search(whole)) and not split_person(whole)[0]
        if parts and (not name or (alone and not role)):
            parts[-1] = f"{parts[-1]}, {whole}"
        elif whole:
            parts.append(whole)
    return tuple(split_person(part) for part in parts if part)
