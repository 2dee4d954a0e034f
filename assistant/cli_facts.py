"""The command `facts`: what the announcements state about contracts, missions and milestones, and how it changed."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from assistant.command import AsOfOption, AudienceOption, DataOption, JsonOption, catalog_of, print_json, settings_of
from assistant.terminal import print_facts


def facts(
    context: typer.Context,
    kind: Annotated[
        Literal["contract", "mission", "milestone"] | None, typer.Option("--kind", help="Only facts of this kind.")
    ] = None,
    subject: Annotated[
        str | None,
        typer.Option("--subject", metavar="NAME", help='What they are about: ミッション2, "Mission 2", NASA.'),
    ] = None,
    attribute: Annotated[
        str | None,
        typer.Option("--attribute", metavar="NAME", help="launch, landing, lander, amount, signed, achieved, …"),
    ] = None,
    data: DataOption = None,
    as_of: AsOfOption = None,
    audience: AudienceOption = "public",
    history: Annotated[
        bool, typer.Option("--history", help="Earlier values too, oldest first, with what replaced them.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Lists what the announcements state about contracts, missions and milestones.

    Each fact has its status, the date on which it held, and the exact quote that states it.

    Example:  python -m assistant facts --subject "Mission 2" --attribute launch --history
    """
    from corpus.facts import ATTRIBUTES
    from corpus.proposals import Proposals
    from corpus.register import FACTS, Register
    from index.passage import Scope

    names = sorted({name for kinds in ATTRIBUTES.values() for name in kinds})
    if attribute is not None and attribute not in names:
        raise typer.BadParameter(f"'{attribute}' is no attribute. Give one of: {', '.join(names)}.")
    with catalog_of(context, data) as catalog:
        accepted = Proposals(catalog.database).facts
        found = Register(catalog, file=settings_of(data=data).data / FACTS, accepted=accepted).facts(
            kind=kind,
            subject=subject,
            attribute=attribute,
            as_of=as_of,
            history=history,
            shows=Scope(audience=audience, as_of=as_of).shows,
        )
    if as_json:
        print_json({"facts": [fact.to_dict() for fact in found]})
    else:
        print_facts(found)
