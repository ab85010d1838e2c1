"""The paper as a page: escaped, readable and without anything that the content security policy forbids."""

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from bot.paper.document import Document
from bot.paper.page import FOLDER, html_page

ADDRESS = '/visit/a.pdf?b="c"&d'


class Seen(HTMLParser):
    """A page's tags with their attributes, and its text, as a browser would read them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all tags of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def seen(document: Document) -> Seen:
    """The page of the whole paper."""
    return Seen(html_page(document, ADDRESS))


def test_words_are_no_markup(document: Document, seen: Seen) -> None:
    """A tag in the patient's words is shown, not followed."""
    assert "<script>" not in html_page(document, ADDRESS)
    assert not seen.all("script")
    for section in document.sections:
        assert {section.heading, *section.lines} <= set(seen.text)


def test_everything_stands_on_the_page(document: Document, seen: Seen) -> None:
    """Title, date, introduction and note are there, headings and lists are marked as such."""
    assert {document.title, document.date, document.intro, document.note} <= set(seen.text)
    assert [len(seen.all(tag)) for tag in ("h1", "h2", "ul", "li")] == [1, 2, 2, 3]
    assert seen.all("html") == [{"lang": "en"}]


def test_nothing_that_the_policy_forbids(seen: Seen) -> None:
    """Style comes from the linked sheet only, and nothing from elsewhere but the chart's own data."""
    assert {"script", "style"} & {tag for tag, _ in seen.tags} == set()
    assert not [name for _, attributes in seen.tags for name in attributes if name == "style" or name.startswith("on")]
    assert "/visit/visit.css" in [link["href"] for link in seen.all("link")]
    assert all(str(link["href"]).startswith("/") for link in seen.all("link") + seen.all("a"))


def test_chart_has_its_words(document: Document, seen: Seen) -> None:
    """Who cannot see the chart is told what it shows."""
    [image] = seen.all("img")

    assert image["alt"] == document.chart_text
    assert document.chart == base64.b64decode(str(image["src"]).removeprefix("data:image/png;base64,"))


def test_words_of_the_chart_without_a_chart(document: Document) -> None:
    """Without the picture its words stand alone."""
    seen = Seen(html_page(replace(document, chart=None), ADDRESS))

    assert document.chart_text in seen.text
    assert not seen.all("img")


def test_link_to_the_pdf(seen: Seen) -> None:
    """The page can be saved as a PDF."""
    assert seen.all("a") == [{"href": ADDRESS}]
    assert "Save as PDF" in seen.text


def test_half_a_character_can_be_sent(document: Document) -> None:
    """A broken character from JSON does not make the page unsendable."""
    page = html_page(replace(document, intro="a\ud83d"), ADDRESS)

    assert page.encode()


def test_sheet_is_large_and_can_be_printed() -> None:
    """Text has at least 18 pixels, and there are rules for paper."""
    sheet = (FOLDER / "visit.css").read_text(encoding="utf-8")

    assert float(re.findall(r":root \{.*?font: ([\d.]+)rem", sheet)[0]) * 16 >= 18
    assert "@media print" in sheet
    assert "url(" not in sheet
