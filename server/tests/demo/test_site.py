"""The demo shop's pages, as they are rendered."""

import re
from html.parser import HTMLParser

import pytest

from openbook.collect.script import snippet
from openbook.demo.shop import PAGES, PRODUCTS
from openbook.demo.site import GOODS, content_type, render

SNIPPET = snippet("https://talk.test", "wk_1")
SPA = ("/demo/spa", "/demo/spa/desk", "/demo/spa/kitchen", "/demo/spa/travel")
PATHS = [*(page.path for page in PAGES), "/demo", *SPA]
FILES = ["/demo/shop.css", "/demo/shop.js", "/demo/icon.svg"]


class Reader(HTMLParser):
    """Collects the elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def page_at(path: str, nonce: str = "") -> str:
    page = render(path, SNIPPET, nonce)
    assert page is not None, path
    return page.decode()


@pytest.mark.parametrize("path", PATHS)
def test_each_page_is_whole_and_has_the_snippet(path: str) -> None:
    page = page_at(path)
    assert SNIPPET in page
    assert not re.search(r"\$\w", page), "a placeholder was left in the page"
    tags = [tag for tag, _ in Reader(page).found]
    assert tags.count("h1") == 1 and tags.count("main") == 1
    assert content_type(path).startswith("text/html")


@pytest.mark.parametrize("path", PATHS)
def test_each_link_of_a_page_leads_somewhere(path: str) -> None:
    for tag, attributes in Reader(page_at(path)).found:
        address = attributes.get("href") or attributes.get("src")
        if address and address.startswith("/demo"):
            assert render(re.sub(r"[?#].*", "", address), SNIPPET), (tag, address)


@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_a_strict_content_security_policy(path: str) -> None:
    page = page_at(path, nonce="n1")
    for tag, attributes in Reader(page).found:
        assert "style" not in attributes and tag != "style"
        assert not [name for name in attributes if name.startswith("on")]
        address = attributes.get("src") or (attributes.get("href") if tag == "link" else None) or ""
        if tag == "script":
            assert attributes.get("nonce") == "n1"
        elif tag in ("link", "img"):
            assert address.startswith("/demo/"), "only the collector comes from outside"


@pytest.mark.parametrize("path", FILES)
def test_each_file_has_its_type(path: str) -> None:
    assert render(path, SNIPPET)
    assert "text/html" not in content_type(path)


@pytest.mark.parametrize(
    "path",
    [
        "/demo/nothing",
        "/demo/product",
        "/demo/product/none",
        "/demo/product/../site.py",
        "/demo/layout.html",
        "/demo/spa/cellar",
        "/demo/products/desk-lamp",
        "/demo/pictures/brass-pen.svg",
    ],
)
def test_what_the_shop_has_not_is_none(path: str) -> None:
    assert render(path, SNIPPET) is None


def test_everything_for_sale_has_a_page_of_its_own() -> None:
    assert list(GOODS) == [slug for slug, _ in PRODUCTS]
