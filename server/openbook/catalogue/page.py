"""The public page "what we collect" as HTML: no script, no picture, nothing loaded from outside."""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from html import escape
from pathlib import Path

import msgspec

from openbook.catalogue.declaration import Declaration, Kept, Rule
from openbook.catalogue.listing import SECTIONS, ShownField
from openbook.catalogue.wording import ENGLISH, NAMES, Words

CSS = Path(__file__).with_suffix(".css").read_text()
STYLE_HASH = b64encode(sha256(CSS.encode()).digest()).decode()
SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""The Content-Security-Policy under which the page works: its own style and nothing else. The
dashboard shows it beside the switches; there is nothing on it that a click could do."""


SAID_LEAD = "What you and the business say to each other in the chat. It begins when you write."
BESIDE_LEAD = "Kept for as long as the contact exists, so that the rest is right."
ASK_LEAD = "Ask the business: the software can do each of these for the one person who asks."
ATTRIBUTES_LEAD = (
    "Facts from its own application that this business declared here. What is not declared is "
    "dropped before it is stored."
)
TITLE = "What {workspace} collects about you"
SUM = (
    "Our chat and contact software can keep {all} facts about a person. Here, {on} of them are "
    "switched on; what is switched off is dropped before it is stored."
)
BY_ITSELF = (
    "This page is written by the software itself, from the same list that decides what may be "
    "stored. It cannot keep what does not stand here."
)
REVISION = "Revision {revision}; it changes whenever this page does."


class Links(msgspec.Struct, frozen=True):
    """Where else the same can be read."""

    machine: str = "/what-we-collect.json"
    languages: Mapping[str, str] = {}
    """Language -> this page in it, the one in use among them."""


HERE = Links()


def render(declaration: Declaration, words: Words = ENGLISH, links: Links = HERE) -> str:
    """The page for people, in the words that the declaration was made with. Every text that is
    not ours (the workspace's name, the names of attributes) is escaped."""
    ruled = [field for field in declaration.fields if field.part_of is None]
    sections = {
        section: [field for field in ruled if field.section == section] for section in SECTIONS
    }
    title = escape(words(TITLE).format(workspace=declaration.workspace))
    return "".join(
        (
            f'<!doctype html><html lang="{words.language}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{title}</title>",
            '<meta name="referrer" content="no-referrer">',
            f"<style>{CSS}</style></head><body>",
            f'<a class="skip" href="#main">{escape(words("To the list"))}</a><div class="page">',
            _header(declaration, title, words, links),
            '<div class="body">',
            _contents(sections, declaration, words),
            '<main id="main">',
            _rules(declaration.rules, words),
            *(
                _section(section, fields, declaration.fields, words)
                for section, fields in sections.items()
            ),
            _attributes(declaration.attributes, words),
            _kept("said", words("What was said"), words(SAID_LEAD), declaration.said),
            _kept(
                "beside", words("What holds it together"), words(BESIDE_LEAD), declaration.beside
            ),
            _never(declaration.never, words),
            _kept("ask", words("What you can ask for"), words(ASK_LEAD), declaration.ask),
            _footer(declaration, words, links),
            "</main></div></div></body></html>",
        )
    )


def _header(declaration: Declaration, title: str, words: Words, links: Links) -> str:
    forty = [field for field in declaration.fields if field.number is not None]
    on = sum(field.on for field in forty)
    return (
        f"<header>{_languages(words, links)}<h1>{title}</h1>"
        f'<p class="sum">{escape(words(SUM).format(all=len(forty), on=on))}</p>'
        f"<p>{escape(words(BY_ITSELF))}</p></header>"
    )


def _languages(words: Words, links: Links) -> str:
    """The other languages, each by the name it calls itself."""
    return "".join(
        f'<a class="language" lang="{language}" hreflang="{language}" href="{escape(link)}">'
        f"{escape(NAMES[language])}</a>"
        for language, link in links.languages.items()
        if language != words.language
    )


def _contents(sections: dict[str, list[ShownField]], declaration: Declaration, words: Words) -> str:
    lines = [_to("rules", words("How it is collected"))]
    lines += [
        _to(section, words(SECTIONS[section][0]), _count(fields, words))
        for section, fields in sections.items()
    ]
    if declaration.attributes:
        count = str(len(declaration.attributes))
        lines.append(_to("attributes", words("From the business"), count))
    lines.append(_to("said", words("What was said")))
    lines.append(_to("beside", words("What holds it together"), apart=True))
    lines.append(_to("never", words("What is not collected")))
    lines.append(_to("ask", words("What you can ask for")))
    return f'<nav aria-label="{escape(words("On this page"))}">{"".join(lines)}</nav>'


def _to(section: str, heading: str, count: str = "", apart: bool = False) -> str:
    style = ' class="apart"' if apart else ""
    number = f"<span>{escape(count)}</span>" if count else ""
    return f'<a{style} href="#{section}">{escape(heading)}{number}</a>'


def _count(fields: Sequence[ShownField], words: Words) -> str:
    on = sum(field.on for field in fields)
    return str(on) if on == len(fields) else words("{on} of {all}").format(on=on, all=len(fields))


def _rules(rules: Iterable[Rule], words: Words) -> str:
    items = "".join(
        f'<div class="item"><div class="head"><h3>{escape(rule.heading)}</h3></div>'
        f'<p class="about">{escape(rule.about)}</p></div>'
        for rule in rules
    )
    return (
        f'<section id="rules"><h2>{escape(words("How it is collected"))}</h2>'
        f'<p class="lead">{escape(words("What this installation is set to."))}</p>'
        f'<div class="items">{items}</div></section>'
    )


def _section(
    section: str, fields: Sequence[ShownField], everything: Sequence[ShownField], words: Words
) -> str:
    heading, lead = (escape(words(text)) for text in SECTIONS[section])
    items = "".join(
        _field(field, [other for other in everything if other.part_of == field.id], words)
        for field in fields
    )
    return (
        f'<section id="{section}"><h2>{heading}</h2><p class="lead">{lead}</p>'
        f'<div class="items">{items}</div></section>'
    )


def _field(field: ShownField, along: Sequence[ShownField], words: Words) -> str:
    state = words("collected" if field.on else "not collected")
    facts = (
        (words("From"), field.source_words),
        (words("Why"), field.purpose),
        (words("Basis"), field.legal_basis),
        (words("Kept"), field.retention),
    )
    lines = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in facts
    )
    return (
        f'<div class="item {"on" if field.on else "off"}" id="field-{field.id}">'
        f'<div class="head"><h3>{escape(field.title)}</h3>{_code(field)}'
        f'<span class="state">{escape(state)}</span></div>'
        f'<p class="about">{escape(field.about)}</p><dl class="facts">{lines}</dl>'
        f"{_along(along, words)}</div>"
    )


def _code(field: ShownField) -> str:
    """The name in exports, where the heading does not say it already."""
    plain = field.title.lower().replace(" ", "_")
    return "" if plain == field.id else f"<code>{field.id}</code>"


def _along(fields: Sequence[ShownField], words: Words) -> str:
    """What is derived with a field and goes when it is switched off."""
    if not fields:
        return ""
    lines = "".join(
        f"<li><b>{escape(field.title)}:</b> {escape(_small(field.about))}</li>" for field in fields
    )
    return f'<ul class="with" aria-label="{escape(words("Kept with it"))}">{lines}</ul>'


def _small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _attributes(attributes: Sequence[Kept], words: Words) -> str:
    if not attributes:
        return ""
    heading, lead = words("From the business"), words(ATTRIBUTES_LEAD)
    return _kept("attributes", heading, lead, attributes)


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


def _never(lines: Iterable[str], words: Words) -> str:
    items = "".join(f"<li>{escape(line[0].upper() + line[1:])}.</li>" for line in lines)
    return (
        f'<section id="never"><h2>{escape(words("What is not collected"))}</h2>'
        f'<p class="lead">{escape(words("The software has no place to put it."))}</p>'
        f'<ul class="items never">{items}</ul></section>'
    )


def _footer(declaration: Declaration, words: Words, links: Links) -> str:
    credits = "".join(
        f'<li>{escape(one.what)}: <a href="{escape(one.link)}" rel="noreferrer">'
        f'{escape(one.credit)}</a>, <a href="{escape(one.licence_link)}" rel="noreferrer">'
        f"{escape(one.licence)}</a></li>"
        for one in declaration.attribution
    )
    revision = escape(words(REVISION)).format(revision=f"<code>{declaration.revision}</code>")
    return (
        f'<footer><ul>{credits}</ul><p><a href="{escape(links.machine)}">'
        f"{escape(words('The same for machines'))}</a>. {revision}</p></footer>"
    )
