"""What an installation declares to the people it is about: one structure for page and machine.

A pure function of the catalogue and of the workspace's policy, so that the public page cannot say
anything else than what the ingest path does.
"""

from hashlib import sha256

import msgspec

from openbook.catalogue.field import Trust
from openbook.catalogue.listing import ShownField, field_list
from openbook.catalogue.policy import Policy
from openbook.catalogue.wording import ENGLISH, Words

VERSION = 1
"""Of the machine form; grows when a key changes its meaning or goes."""


class Rule(msgspec.Struct, frozen=True):
    """One thing that this installation is set to, explained."""

    id: str
    heading: str
    mode: str
    about: str


class Kept(msgspec.Struct, frozen=True):
    """What is kept about a person that is no field: identifiers and what the operator declared."""

    id: str
    heading: str
    about: str


class Attribution(msgspec.Struct, frozen=True):
    """Whose data places are looked up in, and under which licence."""

    what: str
    credit: str
    link: str
    licence: str
    licence_link: str


class Declaration(msgspec.Struct, frozen=True, kw_only=True):
    """All of it. `revision` changes whenever anything else does."""

    version: int = VERSION
    revision: str = ""
    language: str
    """Of the sentences. `?language=` asks for another."""
    workspace: str
    rules: tuple[Rule, ...]
    fields: tuple[ShownField, ...]
    said: tuple[Kept, ...]
    beside: tuple[Kept, ...]
    attributes: tuple[Kept, ...]
    never: tuple[str, ...]
    ask: tuple[Kept, ...]
    attribution: tuple[Attribution, ...]


IP = {
    "full": "Your network address is kept in full, for security.",
    "truncated": "The end of your network address is cut off before it is stored "
    "(the last 8 of 32 bits, or 80 of 128).",
    "anonymous": "Only the first half of your network address is stored (16 of 32 bits, or 32 of "
    "128).",
    "none": "Your network address is not stored.",
}
LOOKED_UP = {
    "full": "The approximate place is looked up from it.",
    "truncated": "The approximate place is looked up before that.",
    "anonymous": "The approximate place is looked up before that.",
    "none": "The approximate place is looked up while it passes through.",
}
CONSENT = {
    "assumed": "Collecting begins when you open a page with our chat on it. Your browser keeps a "
    "random identifier, so that your next visit is known to be yours.",
    "required": "Before you agree, nothing is stored on your device and nothing is sent. The chat "
    "still opens when you click it, and forgets the session afterwards.",
}
GPC = {
    "limit": "If your browser sends this signal, we do not collect how you found us, and share "
    "nothing about you with anyone. The chat works as always.",
    "refuse": "If your browser sends this signal, we take it as a no: nothing is collected. The "
    "chat still opens when you click it.",
}
CHAT_KEEP = {
    "contact": "What was said in the chat is kept as long as your contact is.",
    "6": "A conversation is deleted, with its files, six months after its last message.",
    "12": "A conversation is deleted, with its files, a year after its last message.",
    "24": "A conversation is deleted, with its files, two years after its last message.",
    "36": "A conversation is deleted, with its files, three years after its last message.",
    "60": "A conversation is deleted, with its files, five years after its last message.",
}
BESIDE = (
    Kept(
        "devices",
        "Identifiers of your browser or app",
        "A random identifier for each browser or app installation you used, so that visits from "
        "it belong together.",
    ),
    Kept(
        "sessions",
        "Times of your recent visits",
        "From when to when you were active, for about two weeks, so that a visit is counted once. "
        "After that only the number of visits is left.",
    ),
    Kept(
        "identities",
        "Proven identities",
        "Which user id or e-mail address was proven to be yours, and when.",
    ),
    Kept(
        "claims",
        "Other answers",
        "A name, address or user id that was given for you but not preferred, kept so that a "
        "mistake can be undone.",
    ),
    Kept(
        "merges",
        "Joined contacts",
        "When two contacts turned out to be the same person, a note of what was joined, so that "
        "it can be taken apart again.",
    ),
    Kept(
        "tags",
        "The team's own labels",
        "Words that the business sorts people and conversations by, such as a list you asked to "
        "be on, with when each was given to you.",
    ),
    Kept(
        "provenance",
        "Where each value came from",
        "For every value: its source, its time and how well it is known. You can ask for it.",
    ),
)
SAID = (
    Kept(
        "conversations",
        "What you write to us, and what we answer",
        "Your messages with their time, the answers, what you were asked before the first one and "
        "what you answered, the page on which you began, and how far each side has read. The "
        "team's notes on a conversation and its labels stand beside it. Kept until the "
        "conversation or your contact is deleted.",
    ),
    Kept(
        "files",
        "Files you send",
        "Pictures and other files with their name, type and size. What pictures say about where "
        "and with which camera they were taken is removed before they are stored.",
    ),
    Kept(
        "chat_sessions",
        "Your chat session",
        "A fingerprint of the secret by which your browser opens your conversations, the language "
        "you chat in and when it was last used. It is deleted when you log out, when it was not "
        "used for three months, and after thirteen months in any case; where you did not agree to "
        "anything being stored, half a day after its last use.",
    ),
    Kept(
        "typing",
        "That you are writing",
        "Shown to the team while it happens, and not stored. Neither is what you write before you "
        "send it.",
    ),
    Kept(
        "reply_mail",
        "A mail about a reply",
        "If you left an address and are away when we answer, one mail with a link, at most one a "
        "day. We keep when it was sent and to which address.",
    ),
    Kept(
        "push_tokens",
        "The push token of your phone",
        "If you use our app and it hands it over: the token under which your phone's push service "
        "reaches it, so that a reply in the chat can be announced there. What is announced says "
        "that something waits, and nothing of what was written. It ends when you log out, and "
        "when another person uses the app.",
    ),
)
"""What was said. Beside the fields: it is not observed, it is what people do."""
NEVER = (
    "a list of the pages you visited: a new page takes the place of the one before",
    "what you type into forms, how you move the mouse or scroll, recordings of your screen",
    "the parts of page addresses after ? and #, which can hold secrets{keep}",
    "the name you gave your phone, advertising identifiers, fingerprints made from your device",
    "anything by asking another company: places and devices are looked up in files on this server",
)
ASK = (
    Kept(
        "copy",
        "A copy",
        "Every value that is held about you, each with where it came from.",
    ),
    Kept("correction", "A correction", "A wrong name, address or user id put right."),
    Kept(
        "erasure",
        "Erasure",
        "Your contact is deleted with all of its rows. If your browser comes back, it is a new "
        "visitor's.",
    ),
)
ATTRIBUTION = (
    Attribution(
        "Approximate places and network names",
        "IP Geolocation by DB-IP",
        "https://db-ip.com",
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    Attribution(
        "Postal codes",
        "GeoNames",
        "https://www.geonames.org",
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
    ),
    Attribution(
        "More postal codes",
        "Countries States Cities Database",
        "https://github.com/dr5hn/countries-states-cities-database",
        "ODbL 1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
    ),
    Attribution(
        "Time zone boundaries",
        "OpenStreetMap contributors",
        "https://www.openstreetmap.org/copyright",
        "ODbL 1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
    ),
)
DECLARED = "Declared by the business as {type}; set by {writer}."
KEEP = " (but for the value of: {keys})"
WRITERS = {
    Trust.CLAIMED: "your browser or app",
    Trust.MAILBOX: "whoever proved to own your mailbox",
    Trust.SIGNED: "the business's servers, also by way of your browser with their signature",
    Trust.SERVER: "the business's servers or team",
}


def declare(policy: Policy, workspace: str, words: Words = ENGLISH) -> Declaration:
    """What a workspace with this policy and name keeps about people, in words for them."""
    declaration = Declaration(
        language=words.language,
        workspace=workspace,
        rules=_rules(policy, words),
        fields=tuple(field_list(policy, words=words)),
        said=_told(SAID, words),
        beside=_told(BESIDE, words),
        attributes=_attributes(policy, words),
        never=_never(policy, words),
        ask=_told(ASK, words),
        attribution=tuple(
            msgspec.structs.replace(one, what=words(one.what)) for one in ATTRIBUTION
        ),
    )
    encoded = msgspec.json.encode(declaration, order="deterministic")
    return msgspec.structs.replace(declaration, revision=sha256(encoded).hexdigest()[:16])


def _rules(policy: Policy, words: Words) -> tuple[Rule, ...]:
    located = policy.keeps("country") or policy.keeps("city") or policy.keeps("latitude")
    ip_mode = policy.ip_mode if policy.keeps("ip") else "none"
    ip = words(IP[ip_mode])
    if located:
        ip += f" {words(LOOKED_UP[ip_mode])}"
    consent, gpc = words(CONSENT[policy.consent_mode]), words(GPC[policy.gpc_mode])
    chat = words(CHAT_KEEP[policy.chat_keep])
    return (
        Rule("consent", words("Before you agree"), policy.consent_mode, consent),
        Rule("ip", words("Your network address"), ip_mode, ip),
        Rule("gpc", "Global Privacy Control", policy.gpc_mode, gpc),
        Rule("chat", words("Old conversations"), policy.chat_keep, chat),
    )


def _told(things: tuple[Kept, ...], words: Words) -> tuple[Kept, ...]:
    return tuple(Kept(one.id, words(one.heading), words(one.about)) for one in things)


def _attributes(policy: Policy, words: Words) -> tuple[Kept, ...]:
    return tuple(
        Kept(
            f"attribute.{name}",
            name,
            words(DECLARED).format(
                type=words(attribute.type), writer=words(WRITERS[attribute.floor])
            ),
        )
        for name, attribute in sorted(policy.attributes.items())
    )


def _never(policy: Policy, words: Words) -> tuple[str, ...]:
    keys = ", ".join(sorted(policy.url_keep))
    keep = words(KEEP).format(keys=keys) if keys else ""
    told = (words(line) for line in NEVER)
    return tuple(line.format(keep=keep) if "{keep}" in line else line for line in told)
