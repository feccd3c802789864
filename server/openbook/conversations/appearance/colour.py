"""Text that can be read on the colour of the chat (WCAG 2.2, contrast of 4.5 to 1)."""

import re

WHITE, BLACK = "#ffffff", "#000000"
READABLE = 4.5
_HEX = re.compile(r"#[0-9a-f]{6}")


def read_colour(text: str) -> str | None:
    """`#1F6FEB` or `#17c` as `#rrggbb`; None for anything else."""
    text = text.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{3}", text):
        text = "#" + "".join(letter * 2 for letter in text[1:])
    return text if _HEX.fullmatch(text) else None


def ink(colour: str) -> str:
    """White where it can be read on `#rrggbb`, else black, which then can.

    No colour is so much in the middle that neither can be read: where white falls below 4.5, black
    has more than 4.66.
    """
    return WHITE if contrast(colour, WHITE) >= READABLE else BLACK


def contrast(one: str, other: str) -> float:
    """Between 1 (the same) and 21 (black and white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
