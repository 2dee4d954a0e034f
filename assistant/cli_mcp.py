"""The command `mcp`: the tools of the MCP server over stdin and stdout, for programs on this machine."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from assistant.command import DataOption, opened


def mcp(
    context: typer.Context,
    data: DataOption = None,
    audience: Annotated[
        Literal["public", "staff"],
        typer.Option("--audience", help="What the tools may see. staff: everything, published or not."),
    ] = "staff",
) -> None:
    """Serves AI tools on this machine: search, ask, facts, announcement (Model Context Protocol, stdin and stdout).

    The program that uses them starts this command; over HTTP the same tools are at /mcp (ASSISTANT_MCP_TOKENS).

    Example:  python -m assistant mcp --audience public
    """
    from assistant.web.mcp import mcp_server

    with opened(context, data) as assistant:
        mcp_server(assistant, audience=audience).run("stdio")
