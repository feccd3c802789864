"""What a file is, read from its content: a short list of kinds that are taken, and no other.

Nothing that a browser or a system would run is taken: no HTML, no SVG, no script, no program, no
document with macros. The name never decides; it only gets an ending that tells the truth.
"""

import codecs
import re
import zipfile
from typing import BinaryIO

from msgspec import Struct

from openbook.errors import Refused

HEAD = 4096
CHUNK = 1 << 18
MOST_ENTRIES = 10_000


class Kind(Struct, frozen=True):
    """`endings`: those a name may have; the first is given to a name that has none of them."""

    media_type: str
    endings: tuple[str, ...]
    picture: str | None = None
    """What the picture is called by who decodes it."""


class FileRefused(Refused):
    status, code = 415, "file_refused"


PNG = Kind("image/png", ("png",), "PNG")
JPEG = Kind("image/jpeg", ("jpg", "jpeg", "jfif"), "JPEG")
GIF = Kind("image/gif", ("gif",), "GIF")
WEBP = Kind("image/webp", ("webp",), "WEBP")
PDF = Kind("application/pdf", ("pdf",))
MP4 = Kind("video/mp4", ("mp4", "m4v"))
MOV = Kind("video/quicktime", ("mov",))
WEBM = Kind("video/webm", ("webm",))
TEXT = Kind("text/plain", ("txt", "log", "md", "json", "tsv"))
CSV = Kind("text/csv", ("csv",))
OOXML = "application/vnd.openxmlformats-officedocument."
DOCX = Kind(f"{OOXML}wordprocessingml.document", ("docx",))
XLSX = Kind(f"{OOXML}spreadsheetml.sheet", ("xlsx",))
PPTX = Kind(f"{OOXML}presentationml.presentation", ("pptx",))
ODF = "application/vnd.oasis.opendocument."
ODT = Kind(f"{ODF}text", ("odt",))
ODS = Kind(f"{ODF}spreadsheet", ("ods",))
ODP = Kind(f"{ODF}presentation", ("odp",))
KINDS = (
    PNG, JPEG, GIF, WEBP, PDF, MP4, MOV, WEBM, TEXT, CSV, DOCX, XLSX, PPTX, ODT, ODS, ODP,
)  # fmt: skip
MEDIA_TYPES = frozenset(kind.media_type for kind in KINDS)
PICTURES = (PNG, JPEG, GIF, WEBP)

_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"%PDF-", PDF),
)
_PROGRAMS = (
    b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe", b"#!", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"L\x00\x00\x00\x01\x14\x02\x00", b"dex\n", b"\x00asm",
)  # fmt: skip
"""Windows, Linux, macOS and Java programs, scripts, old Office documents and installers,
shortcuts, Android code, WebAssembly."""
_MP4_BRANDS = frozenset(
    (b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ")
)
# What a browser takes for a page or a drawing when it guesses, wherever it begins after spaces and
# comments (WHATWG MIME Sniffing, 7.1), and some that only run where somebody is careless.
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:\?xml|!doctype|html|head|body|script|iframe|svg|"
    rb"style|title|table|div|font|img|h1|b>|br|p[ >]|a[ >]|!--|math|link|meta|object|embed|form)",
    re.IGNORECASE | re.DOTALL,
)
_INSIDE = re.compile(rb"<(?:script|svg|iframe|html)[\s>/]|<\?php|<%@|javascript:", re.IGNORECASE)
_OFFICE = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))
_OPEN_DOCUMENTS = {kind.media_type.encode(): kind for kind in (ODT, ODS, ODP)}
_MACROS = re.compile(
    r"vbaproject|macrosheets/|^basic/|^scripts/|activex/|\.(exe|dll|js|bin)$", re.I
)


def read_kind(file: BinaryIO, name: str) -> Kind:
    """What the file is; FileRefused for all that is not taken. `name` only tells CSV from text."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise FileRefused("The file is empty.", "file_empty")
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and (video := _video(head)) is not None:
        return video
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]:
        return WEBM
    if head.startswith(b"PK\x03\x04"):
        return _document(file, head)
    if head.startswith(_PROGRAMS):
        raise FileRefused("Programs, scripts and documents that may hold macros are not taken.")
    if _MARKUP.match(head) or _INSIDE.search(head):
        raise FileRefused("Web pages and drawings with code in them (HTML, SVG) are not taken.")
    if _is_text(file):
        return CSV if name.lower().endswith(".csv") else TEXT
    raise FileRefused(
        "Files of this kind are not taken. Send a picture, a PDF, a document, a text or a video."
    )


def _video(head: bytes) -> Kind | None:
    """By its brands; None for the pictures that come in the same wrapping (HEIC, AVIF)."""
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size, 4))]
    if brands[0] == b"qt  ":
        return MOV
    return MP4 if brands[0] in _MP4_BRANDS else None


def _document(file: BinaryIO, head: bytes) -> Kind:
    """A document of an office suite, told by its list of contents. Nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError, EOFError):
        raise FileRefused("This file is damaged: it cannot be opened.") from None
    if len(names) > MOST_ENTRIES or len(set(names)) != len(names):
        raise FileRefused("This file is damaged: its list of contents makes no sense.")
    kind = None
    if "[Content_Types].xml" in names:
        kind = next(
            (kind for folder, kind in _OFFICE if any(n.startswith(folder) for n in names)), None
        )
    elif names[:1] == ["mimetype"] and head[8:10] == b"\x00\x00" and head[26:28] == b"\x08\x00":
        at = 38 + int.from_bytes(head[28:30], "little")
        kind = _OPEN_DOCUMENTS.get(head[at : at + int.from_bytes(head[22:26], "little")])
    if kind is None:
        raise FileRefused("Archives are not taken. Send the files that are in it, one by one.")
    if any(_MACROS.search(name) for name in names if not _is_settings(name)):
        raise FileRefused("Programs, scripts and documents that may hold macros are not taken.")
    return kind


def _is_settings(name: str) -> bool:
    """How a spreadsheet is to be printed, as its printer's driver wrote it down: not code."""
    return "printerSettings" in name and name.endswith(".bin")


def _is_text(file: BinaryIO) -> bool:
    """Whether all of it is text in UTF-8, without signs that no text has."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(CHUNK):
            if _has_controls(decoder.decode(chunk)):
                return False
        return not _has_controls(decoder.decode(b"", final=True))
    except UnicodeDecodeError:
        return False


_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def _has_controls(text: str) -> bool:
    return _CONTROLS.search(text) is not None
