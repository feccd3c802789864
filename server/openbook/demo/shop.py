"""The demo shop as its visitors know it: pages, apps' screens, and where people come from."""

import msgspec

PRODUCTS: tuple[tuple[str, str], ...] = (
    ("field-notebook", "Field notebook"),
    ("brass-pen", "Brass pen"),
    ("desk-lamp", "Desk lamp"),
    ("wool-blanket", "Wool blanket"),
    ("enamel-mug", "Enamel mug"),
    ("canvas-bag", "Canvas bag"),
)
"""Slug and title of what the demo shop sells."""


class Page(msgspec.Struct, frozen=True):
    path: str
    title: str
    weight: int


PAGES: tuple[Page, ...] = (
    Page("/demo/", "Home", 24),
    Page("/demo/products", "Products", 22),
    Page("/demo/pricing", "Pricing", 12),
    Page("/demo/cart", "Cart", 9),
    Page("/demo/contact", "Contact", 6),
    *(Page(f"/demo/product/{slug}", title, 7) for slug, title in PRODUCTS),
)
LANDING_PAGES = tuple(page for page in PAGES if page.path not in ("/demo/cart", "/demo/contact"))
SCREENS = ("Home", "Catalogue", "Product", "Search", "Cart", "Orders", "Account")

APP_NAME = "Demo Shop"
APP_NAMESPACE = "com.example.demoshop"
APP_RELEASES: tuple[tuple[str, str], ...] = (("4.2.0", "420"), ("4.1.3", "413"), ("3.9.0", "390"))
"""Version and build of the shop's app, newest first."""

DIRECT = 40
"""Weight of visits that come from nowhere, against the weights below."""

REFERRERS: tuple[tuple[int, str], ...] = (
    (30, "https://www.google.com/"),
    (6, "https://www.bing.com/"),
    (5, "https://duckduckgo.com/"),
    (5, "https://chatgpt.com/"),
    (4, "https://www.reddit.com/"),
    (4, "https://www.youtube.com/"),
    (3, "https://t.co/"),
    (3, "https://news.ycombinator.com/"),
    (2, "https://www.ecosia.org/"),
    (2, "https://uk.search.yahoo.com/"),
    (2, "https://blog.example.org/best-notebooks-for-travellers"),
    (1, "https://www.example.co.uk/reviews/desk-lamps?page=2"),
)


class Campaign(msgspec.Struct, frozen=True):
    """One link that someone spread; ``utms`` without the ``utm_``, as they stand in the link."""

    weight: int
    referrer: str
    utms: dict[str, str]


CAMPAIGNS: tuple[Campaign, ...] = (
    Campaign(
        8,
        "https://www.google.com/",
        {"source": "google", "medium": "cpc", "campaign": "autumn-desk", "term": "brass pen"},
    ),
    Campaign(
        6,
        "https://l.instagram.com/",
        {"source": "instagram", "medium": "paid_social", "campaign": "autumn-desk"},
    ),
    Campaign(
        5,
        "https://l.facebook.com/",
        {"source": "facebook", "medium": "paid_social", "campaign": "wool-week", "content": "b"},
    ),
    Campaign(
        6,
        "",
        {"source": "newsletter", "medium": "email", "campaign": "november-letter", "id": "2026-11"},
    ),
    Campaign(
        2,
        "https://www.linkedin.com/",
        {"source": "linkedin", "medium": "social", "campaign": "company-gifts"},
    ),
    Campaign(
        2,
        "https://partner.example.net/gifts",
        {"source": "partner", "medium": "affiliate", "campaign": "gift-guide"},
    ),
)
