"""What an e-mail address, a user id, a name or a text may be, and what they are matched on."""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

MAX_EMAIL = 320
MAX_USER_ID = 255
MAX_NAME = 255
_JUNK_USER_IDS = frozenset(
    {
        "", "null", "undefined", "anonymous", "guest", "nan", "[object object]", "true", "false",
        "none", "nil", "id", "email", "not_authenticated", "distinct_id", "-1", "(null)",
        "unknown", "n/a", "{}", "[]",
    }
)  # fmt: skip
# What scripts make of a value they do not have; a name in capitals may be one.
_JUNK_NAMES = frozenset({"null", "undefined", "[object Object]", "NaN"})
_ZEROS = re.compile(r"[0-]*")
# Control characters break terminals and logs; bidirectional overrides make one name look like
# another.
_CONTROLS = (
    "\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff"
)
# Persian and the scripts of India need the two joiners within a word, and so do some emoji; at its
# ends, and in what is compared letter by letter, nobody would see them.
_JOINERS = "\u200c\u200d"
_UNWANTED = re.compile(
    rf"[{_CONTROLS}]+|(?<![^\s{_CONTROLS}])[{_JOINERS}]++"
    rf"|(?<![{_JOINERS}])[{_JOINERS}]++(?![^\s{_CONTROLS}])"
)
_UNSEEN = re.compile(f"[{_CONTROLS}{_JOINERS}]")


def read_user_id(value: object) -> str | None:
    """The customer's own id, trimmed; None for what is no id but the accident of a program."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    if isinstance(value, float) and value.is_integer():
        text = str(int(value))
    if len(text) > MAX_USER_ID or _UNSEEN.search(text):
        return None
    if text.lower() in _JUNK_USER_IDS or _ZEROS.fullmatch(text):
        return None
    return text


def read_email(value: object) -> str | None:
    """The address as given, trimmed; None where it is none."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    return text if text and email_key(text) is not None else None


def email_key(address: str) -> str | None:
    """What an address is matched on: lower case, host in IDNA. None where it is no address."""
    if len(address) > MAX_EMAIL or _UNSEEN.search(address):
        return None
    try:
        valid = validate_email(address, check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError):
        return None
    host = valid.ascii_domain or valid.domain
    return f"{valid.local_part}@{host}".lower()


def read_name(value: object) -> str | None:
    """A name in one line without control characters, at most 255 characters; None for nothing, or
    the accident of a program."""
    if not isinstance(value, str):
        return None
    words = _UNWANTED.sub(" ", value).split()
    text = unicodedata.normalize("NFC", " ".join(words))
    if text in _JUNK_NAMES or _JUNK_NAMES.issuperset(words):
        return None
    return text[:MAX_NAME].rstrip() or None


def clean_text(value: object, limit: int) -> str | None:
    """Free text that can be stored and shown: no control characters, cut at `limit`."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = value if isinstance(value, str) else str(value)
    if not text.isprintable():  # as all of the unwanted are not
        text = _UNWANTED.sub(" ", text)
    return text.strip()[:limit].rstrip() or None
