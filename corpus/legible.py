"""Whether extracted text can be read at all: characters counted by script, before anything is indexed."""

from __future__ import annotations

import re
import unicodedata

_CID = re.compile(r"\(cid:\d+\)")
_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
_WORDS = re.compile(r"[^\W\d_]{3,}")
_LETTERS = re.compile(r"[A-Za-z]")
_VOWELS = re.compile(r"[AEIOUYaeiouy]")
# Signs beyond ASCII that announcements do use: ¢ £ ¥ § © « ® ° ± · » ¼ ½ ¾ and soft hyphens.
_USUAL_LATIN_1 = frozenset("¢£¥§©«®°±²³´µ¶·¹º»¼½¾×÷¡¿¨¬¯¸ª\u00a0\u00ad")


def strange_share(text: str) -> float:
    """The share, 0..1, of visible characters that no Japanese or European text is made of.

    Private-use and unassigned code points, replacement and control characters, scripts of neither language, kanji
    outside the Japanese standards (JIS X 0208 and what Windows adds), and `(cid:…)` marks.

    >>> strange_share("2022年11月に打ち上げ"), strange_share("\\ue000\\ue001ab")
    (0.0, 0.5)
    """
    shown = [ch for ch in _CID.sub("\ufffd", text) if not ch.isspace()]
    return sum(_is_strange(ch) for ch in shown) / len(shown) if shown else 0.0


def is_legible(text: str) -> bool:
    """Whether `text` is text: at most 15 % strange characters and, where it is not Japanese, words as languages have.

    A font without a character map comes out shifted ("7KLV" for "This") or numbered ("# $ % &"). Of European
    languages 35 to 45 % of the letters are vowels, and under 20 % here calls it garbage; so does less than a tenth
    of the characters standing in runs of three letters, which but for mere figures any page has by its labels.

    >>> is_legible("7KH FRPSDQ\\ KDV VLJQHG D FRQWUDFW ZLWK WKH DJHQF\\ WR FROOHFW UHJROLWK " * 4)
    False
    >>> is_legible("# $ % & ' ( ) * + , - . / 0 1 2 3 4 5 6 7 8 9 : ; < = > ? @ A B C D E F " * 9)
    False
    """
    if strange_share(text) > 0.15:
        return False
    shown = sum(not ch.isspace() for ch in text)
    japanese = len(_JAPANESE.findall(text))
    if shown < 200 or japanese > 0.1 * shown or sum(ch.isdigit() for ch in text) > 0.3 * shown:
        return True
    letters = len(_LETTERS.findall(text))
    if letters >= 200 and letters >= 0.4 * shown and len(_VOWELS.findall(text)) < 0.2 * letters:
        return False
    return sum(map(len, _WORDS.findall(text))) >= 0.1 * shown


def _is_strange(ch: str) -> bool:
    code = ord(ch)
    if code < 0x80:
        return code < 0x20
    if code < 0x100:
        return not ch.isalpha() and ch not in _USUAL_LATIN_1
    if code < 0x250 or 0x370 <= code < 0x530 or 0x2000 <= code < 0x3100 or 0xFF00 <= code < 0xFFF0:
        # Latin Extended, Greek, Cyrillic, general punctuation to kana, full- and half-width forms
        return unicodedata.category(ch) in ("Cn", "Co", "Cc")
    if 0x4E00 <= code < 0xA000:
        return not _is_japanese_kanji(ch)
    if 0x3100 <= code < 0x3400 or 0x1E00 <= code < 0x2000:  # ㎡ ㈱ ㋿; Latin and Greek with several marks
        return False
    if 0x1F000 <= code < 0x20000 or 0xFE00 <= code < 0xFE70 or 0xF900 <= code < 0xFB07 or 0x20000 <= code < 0x30000:
        return False
    return not 0x300 <= code < 0x370


def _is_japanese_kanji(ch: str) -> bool:
    try:
        ch.encode("cp932")
    except UnicodeEncodeError:
        # JIS X 0213 adds names' variants such as 𠮷 and 剝.
        try:
            ch.encode("euc_jisx0213")
        except UnicodeEncodeError:
            return False
    return True
