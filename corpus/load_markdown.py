"""Markdown with optional YAML front matter: bytes in, a Source in blocks out."""

from __future__ import annotations

import re
from typing import Any

import yaml

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.load_text import decode, split_pages
from corpus.source import Source
from corpus.stated import stated

_FENCE = re.compile(r"---[ \t]*\n")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"\w+[ \t]*:(?:\s|$)")
_LONGEST_FRONT_MATTER = 65_536  # characters


def parse(data: bytes, origin: str) -> Source:
    """The Source of a Markdown file; what its front matter states is taken, unknown keys are ignored.

    Raises:
        EmptyDocument: no text beside the front matter.
        UnreadableFile: not text, or front matter with a mistake; the message names the line or the key.
    """
    text = decode(data)
    fields, body = split_front_matter(text)
    if not body.strip():
        raise EmptyDocument("The file holds no text below its front matter.")
    return Source(pages=split_pages(body), layout="blocks", origin=origin, **stated(fields))


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The front matter as a mapping, and the text below it; a file that opens with a mere rule (---) has none.

    Raises:
        UnreadableFile: the front matter is not closed, or is no mapping.

    >>> split_front_matter("---\\nid: a-1\\n---\\nText.")
    ({'id': 'a-1'}, 'Text.')
    """
    if not _FENCE.match(text):
        return {}, text
    match = _FRONT_MATTER.match(text)
    if not match or len(match["yaml"]) > _LONGEST_FRONT_MATTER:
        # "---" is also Markdown's rule: only a key right below it makes it front matter.
        if not _KEY.match(text, _FENCE.match(text).end()):  # type: ignore[union-attr]
            return {}, text
        raise UnreadableFile("The front matter that begins with --- does not end. Close it with a line of ---.")
    try:
        fields = _plain(match["yaml"])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 2}" if mark else ""
        raise UnreadableFile(
            f"The front matter is not valid YAML{where}: {_problem(error)}. Put values with : or # in quotes."
        ) from error
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"The front matter cannot be read: {error}. Check its dates and brackets.") from error
    if fields is None:
        return {}, text[match.end() :]
    if not isinstance(fields, dict):
        if not _KEY.match(match["yaml"]):
            return {}, text
        raise UnreadableFile("The front matter is not a list of 'key: value' lines.")
    return fields, text[match.end() :]


def _plain(text: str) -> Any:
    """YAML without aliases, which could make a small file unfold into gigabytes."""
    for token in yaml.scan(text):
        if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
            raise UnreadableFile("The front matter uses a YAML anchor (& or *). Put such values in quotes.")
    return yaml.safe_load(text)


def _problem(error: yaml.YAMLError) -> str:
    return " ".join(str(getattr(error, "problem", None) or "a line is not of the form 'key: value'").split())
