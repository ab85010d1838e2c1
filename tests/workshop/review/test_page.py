"""The page that clinicians read and sign."""

import datetime
import html as escaping
import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Answer
from bot.knowledge.words import words
from workshop.browser import CHROMIUM
from workshop.commands import review
from workshop.review.entries import BEYOND, changes, code, entry
from workshop.review.page import html
from workshop.review.sign import signed

TODAY = datetime.date(2026, 11, 21)


def read(page: str) -> str:
    """What is read of a page, without its tags and breaks."""
    return " ".join(escaping.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def letters(text: str) -> str:
    """A text without blanks and what stands between a table's cells."""
    return "".join(text.replace("|", "").split())


def article(page: str, name: str) -> str:
    """What is read of one text on the page."""
    return read(page.partition(f'<article id="{name}">')[2].partition("</article>")[0])


@pytest.fixture(scope="module")
def page(base: KnowledgeBase) -> str:
    """The page, without the documents at hand."""
    return html(base, None, TODAY)


def test_shows_every_text_with_all_its_words(base: KnowledgeBase, page: str) -> None:
    """Each text has its words, its id with the code, and a place to sign."""
    for name in base.texts:
        shown = article(page, name)
        told = [text for field, text in words(base, name).items() if field != "sources"]

        assert [text for text in told if letters(text) not in letters(shown)] == []
        assert shown.count(f"{name} {code(base, name)}") == 2
        assert "☐ approved ☐ change:" in " ".join(shown.split())


def test_names_what_a_text_is_written_from(base: KnowledgeBase, page: str) -> None:
    """Beside a text stand its sections, and the documents' views where they disagree."""
    answer = base["surgery.minimally_invasive"]
    assert isinstance(answer, Answer)
    shown = article(page, answer.id)

    assert all(f"“{section}”" in shown for use in answer.sources for section in use.sections)
    assert "The documents disagree" in shown
    assert all(view.view in shown for view in answer.conflict)


def test_contents_name_the_state_of_each_text(base: KnowledgeBase, page: str) -> None:
    """The contents link to every text, with its state."""
    rows = re.findall(r'<td><a href="#([^"]+)">.*?</td><td>.*?</td><td>(.*?)</td>', page)

    assert rows == [(name, "not signed") for name in base.texts]


@pytest.mark.parametrize(
    ("name", "field", "marked"),
    [
        ("aids.falls", "points", ["Bad new pain since a fall? See a doctor today."]),
        ("aids.falls", "boxes.signs", None),
        ("aids.falls", "lead", []),
        ("boxes.medicine", "sentence", None),
        ("outside.sentences", "who.lawyer", None),
        ("notices.sentences", "{warning_signs}", None),
        ("notices.sentences", "too_long", []),
    ],
)
def test_marks_what_no_document_carries(base: KnowledgeBase, name: str, field: str, marked: list[str] | None) -> None:
    """The words that go beyond the documents are apart from the others; None: all of them do."""
    [found] = [one for one in entry(base, name, {}).fields if one.name == field]
    beyond = [piece.text for piece in found.pieces if piece.kind == BEYOND]

    assert found.beyond is (marked != [])
    assert [words(base, name)[field]] == beyond if marked is None else set(marked) <= set(beyond)


def test_shows_what_has_changed_since_the_signature(base: KnowledgeBase) -> None:
    """Of a changed text, the old and the new words stand apart from those that stay; of a signed one, nothing does."""
    signatures = signed(base, ["aids.brace", "aids.falls"], "A. Nurse", "spine nurse", "2026-11-20", TODAY)
    replies = {**base.replies, "aids.brace": base["aids.brace"].copy(update={"title": "Will a belt help?"})}

    page = html(replace(base, signatures=signatures, replies=replies), None, TODAY)

    assert "title Would Will a back brace belt help?" in article(page, "aids.brace")
    assert "Changed since the last signature" not in article(page, "aids.falls")


def test_tells_changes_word_by_word() -> None:
    """Only the fields and words that differ are told as old or new; a field may be gone, or added."""
    found = changes({"a": "one two three", "b": "x", "c": "same"}, {"a": "one 2 three", "c": "same", "d": "y"})

    assert [(one.name, [(piece.kind, piece.text.strip()) for piece in one.pieces]) for one in found] == [
        ("a", [("same", "one"), ("old", "two"), ("new", "2"), ("same", "three")]),
        ("d", [("new", "y")]),
        ("b", [("old", "x")]),
    ]


def test_words_of_the_documents_stand_beside(base: KnowledgeBase) -> None:
    """Where the documents are at hand, the words of a section stand under its name."""
    answer = base["aids.brace"]
    assert isinstance(answer, Answer)
    [section] = answer.sources[0].sections

    found = entry(base, answer.id, {"A": {section: "Its own words."}})

    assert [(one.section, one.words) for one in found.passages] == [(section, "Its own words.")]


def test_command_writes_page_and_pdf(var: Path) -> None:
    """The command writes a page and, with Chromium, its PDF, where only this user reads them."""
    done = CliRunner().invoke(main, ["review"])
    files = sorted(path.name for path in (var / "review").iterdir())

    assert done.exit_code == 0
    assert files == ["review.html", *(["review.pdf"] if Path(CHROMIUM).exists() else [])]
    assert all((var / "review" / name).read_bytes().startswith((b"<!doctype", b"%PDF")) for name in files)


def test_without_chromium_only_the_page_is_written(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Chromium is not installed, the command says how to print the page, and leaves no older PDF beside it."""
    (var / "review").mkdir(mode=0o700)
    (var / "review" / "review.pdf").write_text("old")
    monkeypatch.setattr(review, "CHROMIUM", str(var / "none"))

    done = CliRunner().invoke(main, ["review"])

    assert "print the page from a browser" in done.output
    assert [path.name for path in (var / "review").iterdir()] == ["review.html"]


def test_documents_that_are_not_there_are_told(tmp_path: Path) -> None:
    """A folder without the reviewed documents is refused, with all that is missing."""
    done = CliRunner().invoke(main, ["review", "--documents", str(tmp_path)])

    assert done.exit_code == 1
    assert all(f"sources.yml: {name}: no file" in done.output for name in "ABCD")
