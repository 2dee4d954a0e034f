"""The contracts that announcements tell of: each once, with what is stated of it and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.contracts import Contract, contracts, from_both_editions
from corpus.announcement import Announcement, Language
from corpus.catalog import Catalog
from corpus.register import Register
from tests.mission_notices import ALL, notice

TITLED = notice(
    "titled.en",
    "2024-01-10",
    "Kaguya and the Harbour Office sign a memorandum on tides",
    "Kaguya and the Harbour Office signed a memorandum of understanding on tides in January 2024.",
)
VALUE = notice("value.ja", "2024-02-12", "契約総額", "ミッション7の契約総額は95億円です（2024年2月12日時点）。")
RISEN = notice("risen.ja", "2024-08-01", "契約総額", "ミッション7の契約総額は127億円です（2024年8月1日時点）。")
ONLY_JAPANESE = notice(
    "alone.ja", "2022-03-01", "提携", "コメット通信とKaguyaは2022年3月1日、資本業務提携に合意しました。"
)
UNTOLD = notice("alone.en", "2022-03-01", "Alliance", "The alliance is a good one.", translation_of="alone.ja")


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with closing(Catalog.open(tmp_path)) as opened:
        yield opened


def told(catalog: Catalog, *announcements: Announcement, language: Language | None = None) -> list[Contract]:
    for announcement in announcements:
        catalog.add(announcement)
    return contracts(Register(catalog).facts(kind="contract", history=True, language=language))


def test_a_contract_has_what_is_stated_of_it_and_is_empty_where_nothing_is(catalog: Catalog) -> None:
    [contract] = told(catalog, *ALL)
    assert contract.counterparty is not None
    assert contract.matter is not None
    assert contract.signed is not None
    assert (contract.counterparty.value.text, contract.matter.value.text) == ("コメット通信", "通信機器の輸送")
    assert [fact.value.key for fact in contract.amounts] == ["JPY:300000000"]
    assert (contract.signed.value.key, contract.period) == ("2025-05-12", None)


def test_each_edition_tells_the_same_contract_once(catalog: Catalog) -> None:
    [contract] = told(catalog, *ALL, language="en")
    assert contract.counterparty is not None
    assert contract.counterparty.value.text == "Comet Telecom"


def test_a_title_and_its_text_tell_of_one_contract(catalog: Catalog) -> None:
    [contract] = told(catalog, TITLED)
    assert contract.matter is not None
    assert contract.signed is not None
    assert (contract.matter.value.text, contract.signed.value.key) == ("tides", "2024-01")


def test_an_amount_that_was_replaced_stands_behind_the_one_that_holds(catalog: Catalog) -> None:
    [contract] = told(catalog, VALUE, RISEN)
    assert [fact.value.text for fact in contract.amounts] == ["127億円"]
    assert [fact.value.text for fact in contract.earlier_amounts] == ["95億円"]


def test_what_one_edition_tells_nothing_of_comes_from_the_other(catalog: Catalog) -> None:
    japanese = told(catalog, *ALL, ONLY_JAPANESE, UNTOLD)
    english = told(catalog, language="en")
    original = {"delay.en": "delay.ja", "alone.en": "alone.ja"}
    both = from_both_editions(english, japanese, lambda id: original.get(id, id))
    assert [one.counterparty.value.text for one in both if one.counterparty] == ["Comet Telecom", "コメット通信"]
