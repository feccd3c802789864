"""Make a picture anew from its pixels: a program of its own, since decoders have had holes.

    python -I repainting.py FORMAT MAX_PIXELS [SQUARE] < picture > picture

It is given nothing but the bytes: no environment, no place to write but its output, little memory,
little time. Orientation is applied and colours are brought to sRGB before what said so is left out.
The last line of the error output is the size, as in `640 480`. Ends with 3 for too many pixels, 4
for what is no picture.
"""

import contextlib
import resource
import sys
from io import BytesIO

from PIL import Image, ImageCms, ImageOps, ImageSequence, UnidentifiedImageError

MEMORY = 1 << 30
SECONDS = 20
OUTPUT = 64 << 20
FRAMES = 500
TOO_MANY, NO_PICTURE = 3, 4
MOVING_PIXELS = 4
"""All frames of a moving picture may have so many times the pixels of a still one."""


class TooManyPixels(Exception):
    """What the header announces is more than we decode."""


def main() -> None:
    limit()
    name, most = sys.argv[1], int(sys.argv[2])
    square = int(sys.argv[3]) if len(sys.argv) > 3 else None
    try:
        painted, size = repaint(sys.stdin.buffer.read(), name, most, square)
    except TooManyPixels:
        sys.exit(TOO_MANY)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError):
        sys.exit(NO_PICTURE)
    except Exception:  # a decoder that trips over what was made to trip it
        sys.exit(NO_PICTURE)
    sys.stdout.buffer.write(painted)
    sys.stdout.buffer.flush()
    print(*size, file=sys.stderr)


def limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # not every system has each of them
            resource.setrlimit(what, (most, most))


def repaint(raw: bytes, name: str, most: int, square: int | None) -> tuple[bytes, tuple[int, int]]:
    """The picture with nothing but its pixels, and its size."""
    Image.MAX_IMAGE_PIXELS = None  # asked below, from the header, before anything is decoded
    picture = Image.open(BytesIO(raw), formats=[name])
    if picture.width * picture.height > most or min(picture.size) < 1:
        raise TooManyPixels
    if square is not None:
        return _avatar(picture, square)
    if getattr(picture, "n_frames", 1) > 1:
        return _moving(picture, name, most)
    return _still(picture, name, exact=name != "WEBP" or b"VP8L" in raw[:64])


def _avatar(picture: Image.Image, square: int) -> tuple[bytes, tuple[int, int]]:
    cut = ImageOps.fit(_plain(picture).convert("RGBA"), (square, square))
    out = BytesIO()
    cut.save(out, "WEBP", quality=85)
    return out.getvalue(), cut.size


def _still(picture: Image.Image, name: str, *, exact: bool) -> tuple[bytes, tuple[int, int]]:
    plain = _plain(picture)
    out = BytesIO()
    if name == "JPEG":
        plain = plain if plain.mode in ("L", "RGB") else plain.convert("RGB")
        plain.save(out, name, quality=90, optimize=True)
    elif name == "WEBP":
        plain.save(out, name, quality=90, lossless=exact)
    else:
        plain.save(out, name)
    return out.getvalue(), plain.size


def _moving(picture: Image.Image, name: str, most: int) -> tuple[bytes, tuple[int, int]]:
    frames: list[Image.Image] = []
    durations: list[int] = []
    many = min(picture.n_frames, FRAMES + 1)  # type: ignore[attr-defined]
    if many > FRAMES or many * picture.width * picture.height > most * MOVING_PIXELS:
        raise TooManyPixels
    loop = picture.info.get("loop")
    for frame in ImageSequence.Iterator(picture):
        frame.load()  # how long it stays is known only then
        durations.append(int(frame.info.get("duration", 100)))
        frames.append(_bare(frame.convert("RGBA")))
    out = BytesIO()
    options = {} if loop is None else {"loop": loop}
    if name == "GIF":
        options["disposal"] = 2
    frames[0].save(
        out, name, save_all=True, append_images=frames[1:], duration=durations, **options
    )
    return out.getvalue(), picture.size


def _plain(picture: Image.Image) -> Image.Image:
    """Upright, in sRGB, and without a word about itself."""
    profile = picture.info.get("icc_profile")
    picture.load()
    upright = ImageOps.exif_transpose(picture) or picture
    if profile and upright.mode in ("RGB", "RGBA", "L", "CMYK"):
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            mode = "RGBA" if upright.mode == "RGBA" else "RGB"
            upright = (
                ImageCms.profileToProfile(
                    upright,
                    ImageCms.ImageCmsProfile(BytesIO(profile)),
                    ImageCms.createProfile("sRGB"),
                    outputMode=mode,
                )
                or upright
            )
    return _bare(upright)


def _bare(picture: Image.Image) -> Image.Image:
    bare = picture.copy()
    transparent = picture.info.get("transparency")
    bare.info = {} if transparent is None else {"transparency": transparent}
    return bare


if __name__ == "__main__":
    main()
