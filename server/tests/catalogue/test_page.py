"""The public page: everything of the catalogue, only what is true here, nothing from outside."""

import re
from html.parser import HTMLParser

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbook.catalogue.declaration import CONSENT, GPC, IP, Declaration, declare
from openbook.catalogue.fields import FIELDS, FORTY
from openbook.catalogue.listing import SECTIONS, field_list, source_words
from openbook.catalogue.page import CSS, SECURITY_POLICY, Links, render
from openbook.catalogue.policy import MODES, read_policy
from openbook.catalogue.wording import LANGUAGES, NAMES, Words, words_for

DEFAULT = read_policy({})


class Reader(HTMLParser):
    """The text of a page, its elements, its identifiers and links."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name == "href" and value:
                self.links.append(value)
            if name.startswith("on") or name in ("src", "style"):
                self.handlers.append(name)

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def page(settings: dict | None = None, name: str = "Northwind") -> Reader:
    return Reader(render(declare(read_policy(settings or {}), name)))


def state_of(field_id: str, settings: dict) -> bool:
    html = render(declare(read_policy(settings), "x"))
    found = re.search(rf'class="item (on|off)" id="field-{field_id}"', html)
    assert found
    return found.group(1) == "on"


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.id)
def test_each_field_is_told_with_its_sentence_source_purpose_basis_and_retention(field):
    text = page().text
    if field.part_of is None:
        for part in (field.about, source_words(field), field.purpose, field.legal_basis):
            assert part in text
        assert field.retention in text
    else:
        assert field.about[1:] in text  # told in the entry of the field it belongs to


def test_every_section_has_a_heading_and_each_field_stands_under_one():
    assert {field.section for field in FIELDS} == set(SECTIONS)
    ids = page().ids
    assert [section for section in ids if section in SECTIONS] == list(SECTIONS)
    assert len(ids) == len(set(ids))
    assert {f"field-{field.id}" for field in FORTY} <= set(ids)


@pytest.mark.parametrize("field", FORTY, ids=lambda field: field.id)
def test_a_switch_shows_on_the_page(field):
    assert state_of(field.id, {}) is field.on
    assert state_of(field.id, {field.switch: True})
    assert not state_of(field.id, {field.switch: False})


def test_an_address_that_is_never_stored_is_shown_as_not_collected():
    assert not state_of("ip", {"ip.mode": "none"})
    assert state_of("ip", {"ip.mode": "anonymous"})


@pytest.mark.parametrize(
    ("key", "words"),
    [("ip.mode", IP), ("consent.mode", CONSENT), ("gpc.mode", GPC)],
)
def test_each_mode_is_explained(key: str, words: dict[str, str]):
    assert set(words) == set(MODES[key])
    for mode, sentence in words.items():
        assert sentence in page({key: mode}).text


def test_without_any_place_the_page_does_not_speak_of_one():
    off = {f"collect.{field}": False for field in ("country", "city", "latitude")}
    rules = {rule.id: rule.about for rule in declare(read_policy(off), "x").rules}
    assert "place" not in rules["ip"]
    rules = {r.id: r.about for r in declare(read_policy(off | {"ip.mode": "none"}), "x").rules}
    assert rules["ip"] == "Your network address is not stored."


def test_the_page_loads_nothing_and_runs_nothing():
    found = page({"attribute.plan": {"type": "text", "floor": 3}})
    assert not {"script", "img", "iframe", "link", "object", "form", "base"} & set(found.tags)
    assert not found.handlers
    assert "url(" not in CSS and "@import" not in CSS and "@font-face" not in CSS
    assert "default-src 'none'" in SECURITY_POLICY and "unsafe" not in SECURITY_POLICY
    anchors = {link[1:] for link in found.links if link.startswith("#")}
    assert anchors <= set(found.ids)


@given(st.text(max_size=60))
def test_a_workspace_may_be_called_whatever_it_likes(name: str):
    plain = page(name="x").tags
    found = page(name=name + "<script>alert(1)</script>\"'>")
    assert found.tags == plain


def test_declared_attributes_are_told_with_who_sets_them():
    settings = {
        "attribute.plan": {"type": "text", "floor": 3},
        "attribute.nick": {"type": "text", "floor": 1},
    }
    text = page(settings).text
    assert "plan" in text and "their signature" in text
    assert "nick" in text and "set by your browser or app" in text
    assert "attributes" not in page().ids


def test_the_keys_of_addresses_that_are_kept_are_named():
    assert "but for the value of: page, tab" in page({"url.keep": ["tab", "page"]}).text
    assert "but for" not in page().text


def test_whose_data_is_used_is_said_with_its_licence():
    found = page()
    for words in ("DB-IP", "CC BY 4.0", "ODbL 1.0", "OpenStreetMap", "GeoNames"):
        assert words in found.text
    assert "https://db-ip.com" in found.links


def test_the_machine_form_says_the_same_and_can_be_read_back():
    declaration = declare(DEFAULT, "Northwind")
    back = msgspec.json.decode(msgspec.json.encode(declaration), type=Declaration)
    assert back == declaration
    assert declaration.version == 1
    assert [field.id for field in declaration.fields] == [field.id for field in FIELDS]


def test_the_revision_changes_exactly_when_something_else_does():
    first = declare(DEFAULT, "Northwind").revision
    assert declare(read_policy({}), "Northwind").revision == first
    changed = {
        declare(read_policy(settings), "Northwind").revision
        for settings in ({"collect.city": False}, {"ip.mode": "none"}, {"url.keep": ["q"]})
    }
    assert len(changed) == 3 and first not in changed


def test_the_list_of_fields_is_in_the_articles_order_and_names_the_operators():
    shown = field_list(DEFAULT, {"email": ("eq", "exists")})
    assert [field.number for field in shown[:40]] == list(range(1, 41))
    assert shown[1].operators == ("eq", "exists")
    assert shown[0].operators == ()
    assert field_list(DEFAULT)[0].operators is msgspec.UNSET


def test_sources_are_told_in_words():
    words = {field.id: source_words(field) for field in FIELDS}
    assert words["browser_name"] == "your browser or the business's own servers"
    assert words["city"] == "looked up from your network address"
    assert words["android_device_name"] == "looked up from the model of your device"
    assert words["bounce"] == "the mail system"
    assert words["timezone"].startswith("your browser or app")


class Asked(dict[str, str]):
    """Which sentences are asked for; answers as if there were none."""

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self[key] = key
        return default


def every_sentence() -> set[str]:
    """All that page and machine form can say, whatever a workspace is set to."""
    asked = Asked()
    words = Words("en", asked)
    attributes = {
        f"attribute.{type}{floor}": {"type": type, "floor": floor}
        for type in ("text", "number", "flag", "time")
        for floor in (1, 2, 3, 4)
    }
    for mode, choices in MODES.items():
        for chosen in choices:
            policy = read_policy({mode: chosen, "url.keep": ["tab"], **attributes})
            render(declare(policy, "x", words), words)
    return set(asked)


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_every_sentence_is_said_in_each_language_and_no_translation_is_left_over(language: str):
    known = LANGUAGES[language].known
    assert set(known) == every_sentence()
    assert all(known.values())
    assert set(LANGUAGES) == set(NAMES)
    for english, told in known.items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", told))


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        (None, None, "en"),
        (None, "it-IT,it;q=0.9,en;q=0.8", "it"),
        (None, "de-DE, en;q=0.5, it;q=0.7", "it"),
        (None, "en-GB,it;q=0.9", "en"),
        (None, "it;q=0, de", "en"),
        (None, "*,;q=,it;q=2;;", "en"),
        (None, "x" * 5000, "en"),
        ("it", "en", "it"),
        ("it-CH", None, "it"),
        ("de", "it", "it"),
        ("", "", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_one_liked_best(
    asked: str | None, accepted: str | None, language: str
):
    assert words_for(asked, accepted).language == language


def test_in_italian_the_page_is_italian_and_leads_to_english():
    words = LANGUAGES["it"]
    declaration = declare(read_policy({"url.keep": ["tab"]}), "Northwind", words)
    html = render(declaration, words, Links(languages={"en": "/en", "it": "/it"}))
    found = Reader(html)
    assert '<html lang="it">' in html and declaration.language == "it"
    assert "Che cosa raccoglie Northwind di te" in found.text
    assert "salvo il valore di: tab" in found.text
    assert "/en" in found.links and "/it" not in found.links
    assert declaration.revision != declare(read_policy({"url.keep": ["tab"]}), "Northwind").revision
    assert [field.label for field in declaration.fields] == [field.label for field in FIELDS]
