"""Papers are kept for a short while, under tokens that nobody can guess, for nobody else's eyes."""

import os
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.paper.document import Document
from bot.store.papers import Pages


def wait(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Put the store's clock forward."""
    monkeypatch.setattr("bot.store.papers.time", SimpleNamespace(time=lambda: time.time() + seconds))


def drawn(_: Document) -> bytes:
    """A PDF of a paper, for tests that read none."""
    return b"%PDF"


def test_paper_comes_back(tmp_path: Path, document: Document) -> None:
    """A paper is got with its token, also by another process."""
    token = Pages(tmp_path).put(document)

    assert Pages(tmp_path).get(token) == document


def test_tokens_differ(tmp_path: Path, document: Document) -> None:
    """Each paper has a token of its own, of 24 bytes of chance."""
    pages = Pages(tmp_path)

    tokens = {pages.put(document) for _ in range(20)}

    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {32}


def test_files_are_nobody_elses_business(tmp_path: Path, document: Document) -> None:
    """Only the bot's own user may read a paper, whatever new files are like otherwise."""
    before = os.umask(0)
    try:
        token = Pages(tmp_path / "visit").put(document)
    finally:
        os.umask(before)

    assert (tmp_path / "visit").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "visit" / f"{token}.json").stat().st_mode & 0o777 == 0o600


def test_paper_has_its_time(tmp_path: Path, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an hour a paper and its PDF are got no longer, whether they were swept or not; not before."""
    pages = Pages(tmp_path)
    token = pages.put(document)
    pages.pdf(token, drawn)
    wait(monkeypatch, 3590)
    assert pages.get(token) == document
    assert pages.pdf(token, drawn) == b"%PDF"

    wait(monkeypatch, 3601)

    assert pages.get(token) is None
    assert pages.pdf(token, drawn) is None


def test_sweep(tmp_path: Path, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sweep deletes what has had its time, with its PDF, and PDFs whose paper is gone; the others stay."""
    pages = Pages(tmp_path)
    old = pages.put(document)
    pages.pdf(old, drawn)
    wait(monkeypatch, 3601)
    new = pages.put(document)
    os.utime(tmp_path / f"{new}.json", (time.time() + 3601, time.time() + 3601))
    pages.pdf(new, drawn)
    (tmp_path / f"{'g' * 32}.pdf").touch()
    (tmp_path / f"{'h' * 32}.0a1b.new").touch()

    pages.sweep()

    assert {path.name for path in tmp_path.iterdir()} == {f"{new}.json", f"{new}.pdf"}


def test_getting_looks_at_one_file(tmp_path: Path, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many papers there are, getting and putting one looks through no folder."""
    pages = Pages(tmp_path)
    for way in ("glob", "rglob", "iterdir"):
        monkeypatch.setattr(Path, way, lambda *_: pytest.fail("the folder was looked through"))

    token = pages.put(document)

    assert pages.get(token) == document
    assert pages.pdf(token, drawn) == b"%PDF"


def test_pdf_is_drawn_once(tmp_path: Path, document: Document) -> None:
    """A paper's PDF is drawn once, kept beside it for its owner only, and deleted with it."""
    pages = Pages(tmp_path)
    token = pages.put(document)
    before = os.umask(0)
    try:
        first = pages.pdf(token, drawn)
    finally:
        os.umask(before)

    again = Pages(tmp_path).pdf(token, lambda _: pytest.fail("it was drawn again"))

    assert first == again == b"%PDF"
    assert (tmp_path / f"{token}.pdf").stat().st_mode & 0o777 == 0o600
    pages.delete(token)
    assert not list(tmp_path.iterdir())


def test_paper_that_is_deleted_while_its_pdf_is_drawn(tmp_path: Path, document: Document) -> None:
    """Of a paper that is deleted while its PDF is drawn, nothing stays."""
    pages = Pages(tmp_path)
    token = pages.put(document)

    def draw(_: Document) -> bytes:
        pages.delete(token)
        return b"%PDF"

    assert pages.pdf(token, draw) is None
    assert not list(tmp_path.iterdir())


def test_other_lifetime(tmp_path: Path, document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time can be set."""
    pages = Pages(tmp_path, timedelta(days=1))
    token = pages.put(document)

    wait(monkeypatch, 86_000)

    assert pages.get(token) == document


def test_other_files_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no paper is not deleted, however old."""
    other = tmp_path / "settings.json"
    other.write_text("{}")
    wait(monkeypatch, 1_000_000)

    Pages(tmp_path).sweep()

    assert other.exists()


@pytest.mark.parametrize("token", ["", "a", "A" * 32, "../secret", "../" + "a" * 29, "a" * 31 + "\n", "é" * 32, "a\0"])
def test_no_token(tmp_path: Path, document: Document, token: str) -> None:
    """What is no token, or of no paper, gets nothing and deletes nothing."""
    pages = Pages(tmp_path / "visit")
    kept = pages.put(document)
    for secret in ("secret.json", "a" * 29 + ".json"):
        (tmp_path / secret).write_text((tmp_path / "visit" / f"{kept}.json").read_text())

    pages.delete(token)

    assert pages.get(token) is None
    assert pages.pdf(token, drawn) is None
    assert len(list(tmp_path.rglob("*.json"))) == 3


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}", '{"sections": [3]}', '{"sections": []}'])
def test_broken_file(tmp_path: Path, content: str) -> None:
    """A file that is no paper is none."""
    (tmp_path / f"{'a' * 32}.json").write_text(content)

    assert Pages(tmp_path).get("a" * 32) is None


def test_deleted(tmp_path: Path, document: Document) -> None:
    """A deleted paper is gone, and the others stay."""
    pages = Pages(tmp_path)
    token, other = pages.put(document), pages.put(document)

    pages.delete(token)

    assert pages.get(token) is None
    assert pages.get(other) == document
