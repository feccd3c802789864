"""Names of files: what may stay of the one that was given, and how it is put into a header."""

import re
import unicodedata
from urllib.parse import quote

from openbook.conversations.files.kinds import Kind

LONGEST = 120
LONGEST_BYTES = 200
"""File systems take 255 bytes, and some add to a name while they write it."""
NAMELESS = "file"
# Controls, signs without width, and what turns the direction of a text around: `fdp.exe` reads as
# `exe.pdf` with one of them in it.
_UNFIT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_UNSAFE = re.compile(r'[<>:"|?*%;\\/]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def clean_name(given: str, kind: Kind) -> str:
    """The last part of what was given, without what disguises or commands, ending as its kind does.

    `../../x\\photo.JPG` -> `photo.JPG`; a picture called `page.html` -> `page.html.png`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", _UNFIT.sub("", given)))[-1]
    name = _UNSAFE.sub("_", " ".join(last.split())).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot or ending.lower() not in kind.endings:
        stem, ending = name, kind.endings[0]
    stem = stem.rstrip(" .") or NAMELESS
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    room = LONGEST - len(ending) - 1
    stem = stem[:room].encode()[: LONGEST_BYTES - len(ending) - 1].decode(errors="ignore")
    return f"{stem.rstrip(' .')}.{ending}"


def disposition(name: str) -> str:
    """`Content-Disposition` for a cleaned name: to be saved, never to be shown (RFC 6266, 8187)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._()\[\]-]", "_", plain).lstrip(" .") or NAMELESS
    encoded = quote(name, safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
