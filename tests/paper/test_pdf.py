"""The paper as a PDF: its text is read back, and no text breaks it."""

import re
import zlib
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.paper.document import Document, Section
from bot.paper.pdf import CHART_WIDTH, UNKNOWN, pdf

ANY = st.text(st.characters(exclude_categories=()))  # halves of characters too
SHOWN = re.compile(rb"/F(\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL)


def streams(file: bytes) -> list[bytes]:
    """The contents of a PDF's streams."""
    found = []
    for content in re.findall(rb"stream\n(.*?)\nendstream", file, re.DOTALL):
        try:
            found.append(zlib.decompress(content))
        except zlib.error:
            found.append(content)
    return found


def read(file: bytes) -> str:
    """Read the text of a PDF by its fonts' own tables, a line for each that is printed."""
    contents = streams(file)
    tables = [
        {
            int(code, 16): bytes.fromhex(sign.decode()).decode("utf-16-be")
            for code, sign in re.findall(rb"<(\w+)> <(\w+)>\n", content.split(b"beginbfchar")[1])
        }
        for content in contents
        if b"beginbfchar" in content
    ]
    lines, font = [], 0
    for content in contents:
        for number, text in SHOWN.findall(content) if content.startswith(b"2 J\n") else []:
            if number:
                font = int(number) - 1
                continue
            codes = re.sub(rb"\\(.)", lambda found: b"\r" if found[1] == b"r" else found[1], text, flags=re.DOTALL)
            lines.append("".join(tables[font][codes[at] * 256 + codes[at + 1]] for at in range(0, len(codes), 2)))
    return "\n".join(lines)


def pages(file: bytes) -> int:
    """Count the pages."""
    return len(re.findall(rb"/Type /Page\n", file))


def test_everything_stands_in_it(document: Document) -> None:
    """All words are there as they were, in order, and nothing in them is taken for markup."""
    file = pdf(document)

    assert file.startswith(b"%PDF-")
    assert read(file).split("\n") == [
        document.title,
        document.date,
        document.intro,
        "What I told",
        "•",
        "My legs hurt <script>alert(1)</script>",
        "•",
        "naïve & **bold** {nb}",
        "- (like a line)",
        "What I want to ask",
        "•",
        "Can I walk on?",
        document.chart_text,
        document.note,
        "Page 1",
    ]


def test_language_title_and_size(document: Document) -> None:
    """The file says its language and title, and has the size of A4 paper."""
    file = pdf(document)

    assert b"/Lang (en)" in file
    assert b"/Title (For my doctor's visit)" in file
    assert b"/MediaBox [0 0 595.28 841.89]" in file


def test_text_is_large(document: Document) -> None:
    """No letter is smaller than 13 points."""
    sizes = [float(size) for content in streams(pdf(document)) for size in re.findall(rb"/F\d+ ([\d.]+) Tf", content)]

    assert sizes
    assert min(sizes) >= 13


def test_chart_is_in_it(document: Document) -> None:
    """The chart is a picture in the file, and there is none without it."""
    assert b"/Subtype /Image" in pdf(document)
    assert any(re.search(rf"{CHART_WIDTH}(\.0+)? 0 0 ".encode(), content) for content in streams(pdf(document)))
    assert b"/Subtype /Image" not in pdf(replace(document, chart=None))


def test_many_pages(document: Document) -> None:
    """A long paper has numbered pages, no line of it is lost, and no heading ends a page."""
    sections = [Section(f"Heading {part}", [f"Line {part}.{place}" for place in range(part)]) for part in range(1, 30)]

    file = pdf(replace(document, sections=sections))

    lines = read(file).split("\n")
    assert {line for section in sections for line in section.lines} <= set(lines)
    assert [line for line in lines if line.startswith("Page")] == [f"Page {n + 1}" for n in range(pages(file))]
    assert pages(file) > 5
    assert not [one for one, after in pairwise(lines) if "Heading" in one and "Page" in after]


def test_long_words_are_wrapped(document: Document) -> None:
    """A word that is wider than the page goes on in the next line."""
    lines = read(pdf(replace(document, sections=[Section("H", ["W" * 200])]))).split("\n")

    assert "".join(line for line in lines if set(line) == {"W"}) == "W" * 200
    assert max(map(len, lines)) < 80


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("한국어", UNKNOWN * 3),
        ("ok 🦵🏽", f"ok {UNKNOWN}{UNKNOWN}"),
        ("e\u0301te\u0301", "été"),
        ("a\tb\x00c\u200bd\ufeff", "a bcd"),
        ("half \ud83d", f"half {UNKNOWN}"),
        ("50 % \\ ) (", "50 % \\ ) ("),
    ],
)
def test_letters_without_a_glyph(document: Document, text: str, shown: str) -> None:
    """A box stands for what the font has not, in plain and in bold letters; what cannot be seen is left out."""
    lines = read(pdf(replace(document, title=text, note=text))).split("\n")

    assert lines.count(shown) == 2


@settings(max_examples=30, deadline=None, database=None)
@given(text=ANY, lines=st.lists(ANY, max_size=4))
@example(text="", lines=["", "\n", "\r\n\u2028"])
@example(text="\xad\xa0" * 300, lines=["שלום مرحبا", "👩‍🦳" * 200, "\ud800\udc00", "a\u0301" * 500])
@example(text="x" * 10_000, lines=["{nb}", "--**__~~", "%PDF-", "\\)(endstream"])
def test_no_text_breaks_it(text: str, lines: list[str]) -> None:
    """Whatever stands in a paper, it can be printed."""
    file = pdf(Document(text, text, [Section(text, lines)], text, None, text, text))

    assert file.startswith(b"%PDF-")
    assert pages(file) >= 1
