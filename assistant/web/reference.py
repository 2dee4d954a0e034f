"""The API reference at /docs: an OpenAPI document in, one HTML page out. No script, nothing loaded from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

_STYLE = """
body { font: 16px/1.65 system-ui, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", sans-serif; color: #1d2733;
  background: #f6f7f9; margin: 0 auto; max-width: 56rem; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.05rem; margin: 0; }
section { background: #fff; border: 1px solid #dde3ea; border-radius: 10px; padding: 1rem 1.25rem; margin: 1rem 0; }
code, pre { font: 0.9em/1.5 ui-monospace, Menlo, Consolas, monospace; }
pre { background: #f6f7f9; border-radius: 6px; padding: 0.75rem; overflow-x: auto; white-space: pre-wrap; }
.method { background: #1c4e80; color: #fff; border-radius: 5px; padding: 0.1rem 0.5rem; margin-right: 0.5rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; 
  padding: 0.35rem 0.6rem; border-top: 1px solid #e6eaef; } a { color: #1c4e80; }
"""


def reference(openapi: Mapping[str, Any]) -> str:
    """The page for `openapi`: every route with its parameters, body and responses, then every schema."""
    routes = "".join(
        _route(method, path, operation)
        for path, operations in openapi["paths"].items()
        for method, operation in operations.items()
    )
    schemas = "".join(_schema(name, schema) for name, schema in sorted(openapi["components"]["schemas"].items()))
    title = escape(f"{openapi['info']['title']}: API")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head><body>'
        f"<main><h1>{title}</h1><p>{escape(openapi['info'].get('description', ''))} "
        'The same as a document for programs: <a href="openapi.json">openapi.json</a>.</p>'
        f"{routes}<h1>Schemas</h1>{schemas}</main></body></html>"
    )


def _route(method: str, path: str, operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(parameter['name'])}</code></td><td>{escape(parameter['in'])}</td>"
        f"<td>{escape(parameter.get('description', ''))} {_type(parameter['schema'])}</td></tr>"
        for parameter in operation.get("parameters", ())
    )
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    responses = "".join(
        f"<tr><td><code>{escape(status)}</code></td><td>{escape(response['description'])}</td><td>"
        + ", ".join(
            f"<code>{escape(media)}</code> {_type(content.get('schema', {}))}"
            for media, content in response.get("content", {}).items()
        )
        + "</td></tr>"
        for status, response in operation["responses"].items()
    )
    return (
        f'<section><h2><code><span class="method">{escape(method.upper())}</span>{escape(path)}</code></h2>'
        f"<p>{escape(operation.get('description', operation.get('summary', '')))}</p>"
        + (f"<p>Body: {_type(body)}</p>" if body else "")
        + (f"<table>{rows}</table>" if rows else "")
        + f"<table>{responses}</table></section>"
    )


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code></td><td>{_type(about)}</td><td>"
        f"{'required. ' if field in required else ''}{escape(about.get('description', ''))}</td></tr>"
        for field, about in schema.get("properties", {}).items()
    )
    examples = "".join(
        f"<pre>{escape(json.dumps(example, ensure_ascii=False, indent=2))}</pre>"
        for example in schema.get("examples", ())
    )
    about = escape(schema.get("description", ""))
    return (
        f'<section id="{escape(name)}"><h2>{escape(name)}</h2><p>{about}</p><table>{rows}</table>{examples}</section>'
    )


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return f"<code>{escape(str(schema.get('const', schema.get('type', 'anything'))))}</code>"
