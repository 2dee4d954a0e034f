"""Serves the assistant: `python app.py`, then open the address that it prints."""

import sys

from pydantic import ValidationError

from assistant.settings import Settings
from corpus.errors import AssistantError


def main() -> int:
    """Serve until interrupted; 0 when stopped, 1 after saying what went wrong."""
    from assistant.web import serve  # here: the processes that read import this module, and need no pages

    try:
        serve(Settings())
    except ValidationError as error:
        for wrong in error.errors():
            name = "_".join(["ASSISTANT", *(str(step) for step in wrong["loc"])]).upper()
            print(f"Error: {name} cannot be used: {wrong['msg']}.", file=sys.stderr)
        return 1
    except AssistantError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
