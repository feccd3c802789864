"""The demo shop as a browser gets it: a few pages with the real snippet on them. Pure."""

from functools import lru_cache
from html import escape
from pathlib import Path
from string import Template

import msgspec

from openbook.demo.shop import PRODUCTS

_PAGES = Path(__file__).parent / "pages"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_NAV = (
    ("/demo/products", "Products"),
    ("/demo/pricing", "Pricing"),
    ("/demo/cart", "Cart"),
    ("/demo/contact", "Contact"),
    ("/demo/spa", "Rooms"),
    ("/demo/#try", "Try it"),
)
_TITLES = {
    "home": "Six good things for a desk",
    "products": "Products",
    "pricing": "Pricing",
    "cart": "Cart",
    "contact": "Contact",
    "spa": "Rooms",
}
_FILES = frozenset({"shop.css", "shop.js", "icon.svg"})
_ROOMS = frozenset({"desk", "kitchen", "travel"})


class Goods(msgspec.Struct, frozen=True):
    """What a product's own page says. Prices in whole euros."""

    room: str
    price: int
    about: str
    material: str
    size: str


GOODS: dict[str, Goods] = {
    "field-notebook": Goods(
        "travel", 14, "Opens flat, stays open, and takes ink on both sides.",
        "Cotton paper, linen cover", "13 by 21 cm, 160 pages",
    ),
    "brass-pen": Goods(
        "desk", 38, "Heavy enough to be found again. It darkens where you hold it.",
        "Solid brass", "12 cm, 42 g",
    ),
    "desk-lamp": Goods(
        "desk", 89, "One joint, one switch, and light where the paper is.",
        "Powder-coated steel", "48 cm high, 7 W",
    ),
    "wool-blanket": Goods(
        "travel", 120, "For the hour when the heating is off and the work is not done.",
        "Undyed wool", "130 by 180 cm",
    ),
    "enamel-mug": Goods(
        "kitchen", 16, "Survives the fall. The chip on the rim is yours to add.",
        "Enamelled steel", "9 cm high, 350 ml",
    ),
    "canvas-bag": Goods(
        "travel", 42, "Carries a laptop, a loaf and the post.",
        "Waxed canvas", "38 by 42 cm",
    ),
}  # fmt: skip


def render(path: str, snippet_html: str, nonce: str = "") -> bytes | None:
    """The file or page at a path under /demo, UTF-8; None where the shop has none.

    `snippet_html` is installed in each page's head; with a `nonce` its scripts carry it.
    """
    parts = [part for part in path.split("/") if part][1:]
    if len(parts) == 1 and parts[0] in _FILES:
        return _read(parts[0]).encode()
    page = _page(tuple(parts))
    if page is None:
        return None
    allowed = f' nonce="{escape(nonce)}"' if nonce else ""
    if "nonce=" not in snippet_html:
        snippet_html = snippet_html.replace("<script", f"<script{allowed}")
    return page.safe_substitute(snippet=snippet_html, nonce=allowed).encode()


def content_type(path: str) -> str:
    """The media type of what `render` gives for this path."""
    return f"{_TYPES.get(Path(path).suffix, 'text/html')}; charset=utf-8"


@lru_cache(maxsize=32)
def _page(parts: tuple[str, ...]) -> Template | None:
    """A whole page but for its snippet; None for a path that is no page."""
    found = _main(parts)
    if found is None:
        return None
    title, main = found
    here = f"/demo/{'/'.join(parts)}"
    nav = "\n".join(
        f'<a href="{address}"{_current(here, address)}>{name}</a>' for address, name in _NAV
    )
    whole = Template(_read("layout.html")).safe_substitute(title=title, nav=nav, main=main)
    return Template(whole)


def _main(parts: tuple[str, ...]) -> tuple[str, str] | None:
    match parts:
        case ():
            name = "home"
        case ("products" | "pricing" | "cart" | "contact" | "spa" as name,):
            pass
        case ("spa", room) if room in _ROOMS:
            name = "spa"
        case ("product", slug) if slug in GOODS:
            return _product(slug)
        case _:
            return None
    cards = [_card(slug, title) for slug, title in PRODUCTS]
    main = Template(_read(f"{name}.html")).safe_substitute(
        some_products="\n".join(cards[:4]),
        all_products="\n".join(cards),
        price_rows="\n".join(_price_row(slug, title) for slug, title in PRODUCTS),
    )
    return _TITLES[name], main


def _product(slug: str) -> tuple[str, str]:
    title, goods = dict(PRODUCTS)[slug], GOODS[slug]
    main = Template(_read("product.html")).safe_substitute(
        slug=slug,
        name=title,
        amount=goods.price,
        price=_euros(goods.price),
        about=goods.about,
        material=goods.material,
        size=goods.size,
        picture=_picture(slug),
    )
    return title, main


def _card(slug: str, title: str) -> str:
    goods = GOODS[slug]
    return (
        f'<li data-room="{goods.room}"><a href="/demo/product/{slug}">{_picture(slug)}'
        f'<span class="name">{title}</span> <span class="price">{_euros(goods.price)}</span>'
        "</a></li>"
    )


def _price_row(slug: str, title: str) -> str:
    price = GOODS[slug].price
    return (
        f'<tr><th scope="row"><a href="/demo/product/{slug}">{title}</a></th>'
        f'<td class="number">{_euros(price)}</td>'
        f'<td class="number">{_euros(price * 9 // 10)}</td></tr>'
    )


def _current(here: str, address: str) -> str:
    return ' aria-current="page"' if here == address else ""


def _euros(amount: int) -> str:
    return f"€\u00a0{amount}"


def _picture(slug: str) -> str:
    return _read(f"pictures/{slug}.svg").strip()


@lru_cache(maxsize=32)
def _read(name: str) -> str:
    return (_PAGES / name).read_text(encoding="utf-8")
