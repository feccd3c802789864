"""The public page "what we collect" as HTML: no script, no picture, nothing loaded from outside."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from html import escape
from pathlib import Path

from openbook.catalogue.declaration import Declaration, Kept, Rule
from openbook.catalogue.listing import SECTIONS, ShownField

CSS = Path(__file__).with_suffix(".css").read_text()
STYLE_HASH = b64encode(sha256(CSS.encode()).digest()).decode()
SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""The Content-Security-Policy under which the page works: its own style and nothing else. The
dashboard shows it beside the switches; there is nothing on it that a click could do."""


def render(declaration: Declaration, json_link: str = "/what-we-collect.json") -> str:
    """The page for people. Every text that is not ours (the workspace's name, the names of
    attributes) is escaped."""
    ruled = [field for field in declaration.fields if field.part_of is None]
    sections = {
        section: [field for field in ruled if field.section == section] for section in SECTIONS
    }
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>What {escape(declaration.workspace)} collects about you</title>",
            '<meta name="referrer" content="no-referrer">',
            f"<style>{CSS}</style></head><body>",
            '<a class="skip" href="#main">To the list</a><div class="page">',
            _header(declaration),
            '<div class="body">',
            _contents(sections, declaration),
            '<main id="main">',
            _rules(declaration.rules),
            *(
                _section(section, fields, declaration.fields)
                for section, fields in sections.items()
            ),
            _attributes(declaration.attributes),
            _kept("said", "What was said", SAID_LEAD, declaration.said),
            _kept("beside", "What holds it together", BESIDE_LEAD, declaration.beside),
            _never(declaration.never),
            _kept("ask", "What you can ask for", ASK_LEAD, declaration.ask),
            _footer(declaration, json_link),
            "</main></div></div></body></html>",
        )
    )


SAID_LEAD = "What you and the business say to each other in the chat. It begins when you write."
BESIDE_LEAD = "Kept for as long as the contact exists, so that the rest is right."
ASK_LEAD = "Ask the business: the software can do each of these for the one person who asks."
ATTRIBUTES_LEAD = (
    "Facts from its own application that this business declared here. What is not declared is "
    "dropped before it is stored."
)


def _header(declaration: Declaration) -> str:
    forty = [field for field in declaration.fields if field.number is not None]
    on = sum(field.on for field in forty)
    return (
        f"<header><h1>What {escape(declaration.workspace)} collects about you</h1>"
        f'<p class="sum">Our chat and contact software can keep {len(forty)} facts about a person. '
        f"Here, {on} of them are switched on; what is switched off is dropped before it is "
        "stored.</p>"
        "<p>This page is written by the software itself, from the same list that decides what may "
        "be stored. It cannot keep what does not stand here.</p></header>"
    )


def _contents(sections: dict[str, list[ShownField]], declaration: Declaration) -> str:
    lines = ['<a href="#rules">How it is collected</a>']
    lines += [
        f'<a href="#{section}">{escape(SECTIONS[section][0])}<span>{_count(fields)}</span></a>'
        for section, fields in sections.items()
    ]
    if declaration.attributes:
        lines.append(
            f'<a href="#attributes">From the business<span>{len(declaration.attributes)}</span></a>'
        )
    lines.append('<a href="#said">What was said</a>')
    lines.append('<a class="apart" href="#beside">What holds it together</a>')
    lines.append('<a href="#never">What is not collected</a>')
    lines.append('<a href="#ask">What you can ask for</a>')
    return f'<nav aria-label="On this page">{"".join(lines)}</nav>'


def _count(fields: Sequence[ShownField]) -> str:
    on = sum(field.on for field in fields)
    return str(on) if on == len(fields) else f"{on} of {len(fields)}"


def _rules(rules: Iterable[Rule]) -> str:
    items = "".join(
        f'<div class="item"><div class="head"><h3>{escape(rule.heading)}</h3></div>'
        f'<p class="about">{escape(rule.about)}</p></div>'
        for rule in rules
    )
    return (
        '<section id="rules"><h2>How it is collected</h2>'
        '<p class="lead">What this installation is set to.</p>'
        f'<div class="items">{items}</div></section>'
    )


def _section(section: str, fields: Sequence[ShownField], everything: Sequence[ShownField]) -> str:
    heading, lead = SECTIONS[section]
    items = "".join(
        _field(field, [other for other in everything if other.part_of == field.id])
        for field in fields
    )
    return (
        f'<section id="{section}"><h2>{escape(heading)}</h2><p class="lead">{escape(lead)}</p>'
        f'<div class="items">{items}</div></section>'
    )


def _field(field: ShownField, along: Sequence[ShownField]) -> str:
    state = "collected" if field.on else "not collected"
    facts = (
        ("From", field.source_words),
        ("Why", field.purpose),
        ("Basis", field.legal_basis),
        ("Kept", field.retention),
    )
    return (
        f'<div class="item {"on" if field.on else "off"}" id="field-{field.id}">'
        f'<div class="head"><h3>{escape(field.title)}</h3>{_code(field)}'
        f'<span class="state">{state}</span></div>'
        f'<p class="about">{escape(field.about)}</p><dl class="facts">'
        + "".join(f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in facts)
        + "</dl>"
        + _along(along)
        + "</div>"
    )


def _code(field: ShownField) -> str:
    """The name in exports, where the heading does not say it already."""
    plain = field.title.lower().replace(" ", "_")
    return "" if plain == field.id else f"<code>{field.id}</code>"


def _along(fields: Sequence[ShownField]) -> str:
    """What is derived with a field and goes when it is switched off."""
    if not fields:
        return ""
    lines = "".join(
        f"<li><b>{escape(field.title)}:</b> {escape(_small(field.about))}</li>" for field in fields
    )
    return f'<ul class="with" aria-label="Kept with it">{lines}</ul>'


def _small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _attributes(attributes: Sequence[Kept]) -> str:
    if not attributes:
        return ""
    return _kept("attributes", "From the business", ATTRIBUTES_LEAD, attributes)


def _kept(section: str, heading: str, lead: str, things: Iterable[Kept]) -> str:
    items = "".join(
        f'<div class="item"><div class="head"><h3>{escape(thing.heading)}</h3></div>'
        f'<p class="about">{escape(thing.about)}</p></div>'
        for thing in things
    )
    return (
        f'<section id="{section}"><h2>{escape(heading)}</h2><p class="lead">{escape(lead)}</p>'
        f'<div class="items">{items}</div></section>'
    )


def _never(lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line[0].upper() + line[1:])}.</li>" for line in lines)
    return (
        '<section id="never"><h2>What is not collected</h2>'
        '<p class="lead">The software has no place to put it.</p>'
        f'<ul class="items never">{items}</ul></section>'
    )


def _footer(declaration: Declaration, json_link: str) -> str:
    credits = "".join(
        f'<li>{escape(one.what)}: <a href="{escape(one.link)}" rel="noreferrer">'
        f'{escape(one.credit)}</a>, <a href="{escape(one.licence_link)}" rel="noreferrer">'
        f"{escape(one.licence)}</a></li>"
        for one in declaration.attribution
    )
    return (
        f'<footer><ul>{credits}</ul><p>The same <a href="{escape(json_link)}">for machines</a>. '
        f"Revision <code>{declaration.revision}</code>; it changes whenever this page does.</p>"
        "</footer>"
    )
