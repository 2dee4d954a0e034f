"""The contracts that the announcements tell of: Facts in; for each contract, what is stated of it, out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.dates import PartialDate
from corpus.facts import Fact, issuer_key, name_key


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract; what is not stated is None or empty."""

    id: str
    issuer: str
    name: str  # as the announcement that told of it first calls it
    counterparty: Fact | None
    matter: Fact | None
    amounts: tuple[Fact, ...]
    earlier_amounts: tuple[Fact, ...]  # that were replaced, oldest first
    signed: Fact | None
    period: Fact | None
    status: Fact | None
    first: Fact  # of all that is stated, what was stated first

    @property
    def day(self) -> PartialDate | None:
        """When it was signed, else when it was first told of."""
        typed = self.signed.value.typed if self.signed else None
        return (typed.date if typed else None) or self.first.as_of or self.first.published


def contracts(facts: Sequence[Fact]) -> list[Contract]:
    """A contract for each subject, newest first.

    What an announcement says of a contract with someone, without its matter, is of the one whose matter it names.

    Args:
        facts: of contracts, as `Register.facts(kind="contract", history=True)` gives them.
    """
    told: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        told[issuer_key(fact.issuer), fact.subject_id].append(fact)
    for key, group in _without_matter(told):
        told[key] += group
    found = [_contract(id, group) for (_, id), group in told.items()]
    return sorted(found, key=lambda one: (one.day.latest.toordinal() if one.day else 0, one.id), reverse=True)


def from_both_editions(
    own: Sequence[Contract], other: Sequence[Contract], original_of: Callable[[str], str]
) -> list[Contract]:
    """`own`, and those of `other` whose announcement tells of no contract in the first edition; newest first.

    Args:
        original_of: gives an announcement's id for itself and for its translations.
    """
    covered = {original_of(one.first.announcement_id) for one in own}
    more = [one for one in other if original_of(one.first.announcement_id) not in covered]
    known = {one.id for one in own}
    both = [*own, *(one for one in more if one.id not in known)]
    return sorted(both, key=lambda one: (one.day.latest.toordinal() if one.day else 0, one.id), reverse=True)


def _without_matter(told: dict[tuple[str, str], list[Fact]]) -> list[tuple[tuple[str, str], list[Fact]]]:
    """Takes what is said of contracts without a matter out of `told`, with where it belongs, where that is certain."""
    found = []
    for key in [key for key in told if "/" not in key[1]]:
        places = {fact.announcement_id for fact in told[key]}
        whole = [
            other
            for other in told
            if other[0] == key[0] and other[1].startswith(f"{key[1]}/") and _shares(told[other], places)
        ]
        if len(whole) == 1:
            found.append((whole[0], told.pop(key)))
    return found


def _shares(facts: Sequence[Fact], announcement_ids: set[str]) -> bool:
    return any(fact.announcement_id in announcement_ids for fact in facts)


def _contract(id: str, facts: Sequence[Fact]) -> Contract:
    holds: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.status != "superseded":
            holds[fact.attribute].append(fact)
    first = min(facts, key=lambda fact: (fact.published.latest.toordinal() if fact.published else 0, fact.start))
    newest = {attribute: group[-1] for attribute, group in holds.items()}
    return Contract(
        id,
        facts[0].issuer,
        first.subject,
        newest.get("counterparty"),
        max(holds["matter"], key=lambda fact: len(name_key(fact.value.text)), default=None),
        tuple(holds["amount"]),
        tuple(fact for fact in facts if fact.attribute == "amount" and fact.status == "superseded"),
        newest.get("signed"),
        newest.get("period"),
        newest.get("status"),
        first,
    )
