"""The command `spent`: what the chat model took, by day."""

from __future__ import annotations

from assistant.command import DataOption, JsonOption, print_json, settings_of
from assistant.terminal import note, say


def spent(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Lists the tokens that the chat model took on each day (UTC), the newest first, and their cost.

    The cost is that of ASSISTANT_LLM_PRICE_IN and ASSISTANT_LLM_PRICE_OUT as they are now.

    Example:  python -m assistant spent --json
    """
    from assistant.llm import open_budget

    settings = settings_of(data=data)
    days = open_budget(settings).days() if (settings.data / "llm.db").exists() else []
    if as_json:
        rows = [
            {
                "day": day.day,
                "model": day.model,
                "requests": day.requests,
                "tokens_in": day.usage.tokens_in,
                "tokens_out": day.usage.tokens_out,
                "cost": round(day.cost, 6),
            }
            for day in days
        ]
        print_json({"days": rows}, indent=2)
    elif not days:
        note("No chat model was asked yet.")
    for day in days if not as_json else []:
        tokens = f"{day.usage.tokens_in:>10} in {day.usage.tokens_out:>10} out"
        say(f"{day.day}  {day.requests:>6} requests {tokens} {day.cost:>10.4f}  {day.model}")
