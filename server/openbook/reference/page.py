"""The OpenAPI document as one HTML page for people: no script, nothing loaded from anywhere."""

import html
import re
from collections.abc import Iterator
from typing import Any

import msgspec

SECURITY_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
_CODE = re.compile(r"`([^`]+)`")
_STYLE = """
:root{color-scheme:light dark;--line:#0002;--soft:#0000000a;--ink:#1c1c1a;--quiet:#5c5c57;
--paper:#fdfdfb}
@media(prefers-color-scheme:dark){:root{--line:#fff2;--soft:#ffffff12;--ink:#ecece6;
--quiet:#a3a39b;--paper:#161614}}
*{box-sizing:border-box}
html{scroll-padding-top:16px}
body{margin:0;font:14px/1.5 Inter,system-ui,sans-serif;color:var(--ink);background:var(--paper)}
main{max-width:56rem;margin:0 auto;padding:32px 20px 96px}
h1{font-size:20px;font-weight:550;margin:0 0 8px}
h2{font-size:16px;font-weight:550;margin:48px 0 8px}
h3{font-size:14px;font-weight:550;margin:0 0 4px}
a{color:inherit;text-underline-offset:3px;text-decoration-color:var(--quiet)}
:focus-visible{outline:2px solid;outline-offset:2px}
code,pre{font:13px/1.5 ui-monospace,monospace;background:var(--soft);border-radius:6px}
code{padding:1px 4px}pre{padding:12px 16px;overflow-x:auto}pre code{padding:0;background:none}
section.op{border-top:1px solid var(--line);padding:24px 0}
.route{font:13px ui-monospace,monospace;overflow-wrap:anywhere}
.quiet,th{color:var(--quiet);font-weight:400}
table{border-collapse:collapse;width:100%;font-size:13px;margin:8px 0}
th,td{text-align:left;vertical-align:top;padding:4px 16px 4px 0}
tr:target,section:target{background:var(--soft)}
summary{cursor:pointer;margin:8px 0}
"""


def page(document: dict[str, Any]) -> str:
    """The whole page."""
    title = html.escape(document["info"]["title"])
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1">',
            f"<title>{title} API</title><style>{_STYLE}</style></head><body><main>",
            f"<h1>{title} API</h1>",
            *(f"<p>{_prose(text)}</p>" for text in document["info"]["description"].split("\n\n")),
            '<p>For machines: <a href="/api/openapi.json">/api/openapi.json</a> (OpenAPI 3.1).</p>',
            *_contents(document),
            *_operations(document),
            "<h2 id='schemas'>Shapes</h2>",
            *_schemas(document),
            "</main></body></html>",
        )
    )


def _tags(document: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    tags: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            tags.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    return tags


def _contents(document: dict[str, Any]) -> Iterator[str]:
    yield "<nav aria-label='Contents'>"
    for tag, operations in _tags(document).items():
        yield f"<h2>{html.escape(tag)}</h2><table>"
        for verb, path, operation in operations:
            link = f"<a href='#{operation['operationId']}'>{html.escape(path)}</a>"
            yield f"<tr><td class='route quiet'>{verb}</td><td class='route'>{link}</td>"
            yield f"<td>{_prose(operation['summary'])}</td></tr>"
        yield "</table>"
    yield "</nav>"


def _operations(document: dict[str, Any]) -> Iterator[str]:
    for tag, operations in _tags(document).items():
        yield f"<h2 id='{html.escape(tag)}'>{html.escape(tag)} in detail</h2>"
        for verb, path, operation in operations:
            yield f"<section class='op' id='{operation['operationId']}'>"
            yield f"<h3>{_prose(operation['summary'])}</h3>"
            yield f"<div class='route'><span class='quiet'>{verb}</span> {html.escape(path)}</div>"
            if operation["description"]:
                yield f"<p>{_prose(operation['description'])}</p>"
            yield from _parameters(operation)
            yield from _body(operation)
            yield from _answers(operation)
            yield "</section>"


def _parameters(operation: dict[str, Any]) -> Iterator[str]:
    if not operation.get("parameters"):
        return
    yield "<table><tr><th>Parameter</th><th>Type</th><th>Meaning</th></tr>"
    for parameter in operation["parameters"]:
        yield (
            f"<tr><td><code>{html.escape(parameter['name'])}</code></td>"
            f"<td>{_type(parameter['schema'])}</td>"
            f"<td>{_prose(parameter.get('description', ''))}</td></tr>"
        )
    yield "</table>"


def _body(operation: dict[str, Any]) -> Iterator[str]:
    for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Body: <code>{html.escape(media_type)}</code>, {_type(content['schema'])}</p>"
        if "example" in content:
            yield _example(content["example"])


def _answers(operation: dict[str, Any]) -> Iterator[str]:
    yield "<table><tr><th>Answer</th><th>Body</th><th>When</th></tr>"
    examples: list[str] = []
    for code, answer in operation["responses"].items():
        bodies = answer.get("content", {})
        shapes = ", ".join(_type(content.get("schema", {})) for content in bodies.values())
        yield f"<tr><td><code>{code}</code></td><td>{shapes}</td>"
        yield f"<td>{_prose(answer['description'])}</td></tr>"
        examples += [_example(body["example"]) for body in bodies.values() if "example" in body]
    yield "</table>"
    if examples:
        yield f"<details><summary>An answer</summary>{''.join(examples)}</details>"


def _schemas(document: dict[str, Any]) -> Iterator[str]:
    for name, schema in sorted(document["components"]["schemas"].items()):
        yield f"<section class='op' id='schema-{name}'><h3>{html.escape(name)}</h3>"
        yield f"<p>{_prose(schema.get('description', ''))}</p><table>"
        yield "<tr><th>Key</th><th>Type</th><th>Meaning</th></tr>"
        for key, part in schema.get("properties", {}).items():
            yield (
                f"<tr><td><code>{html.escape(key)}</code></td><td>{_type(part)}</td>"
                f"<td>{_prose(part.get('description', ''))}</td></tr>"
            )
        yield "</table></section>"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"<a href='#schema-{name}'>{html.escape(name)}</a>"
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return " or ".join(_type(choice) for choice in schema[key])
    if schema.get("enum"):
        return ", ".join(f"<code>{html.escape(str(one))}</code>" for one in schema["enum"])
    types = schema.get("type", "any")
    names = types if isinstance(types, list) else [types]
    if "array" in names:
        return f"list of {_type(schema.get('items', {}))}"
    return html.escape(" or ".join(names))


def _example(value: Any) -> str:
    """Texts as they are, everything else as JSON with one value a line."""
    if isinstance(value, str):
        text = value
    else:
        text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    return f"<pre><code>{html.escape(text)}</code></pre>"


def _prose(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", html.escape(text))
