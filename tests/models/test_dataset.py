"""Labelled messages, read without Rasa."""

from pathlib import Path

import pytest

from bot.datafile import DataError
from bot.models import dataset


def test_reads_messages(tmp_path: Path) -> None:
    """Messages of an answer are joined over files, with colons and dashes left as they are."""
    for name, line in (("a", "what: is - it"), ("b", "- really?")):
        (tmp_path / name).write_text(f'version: "3.1"\nnlu:\n- intent: x.y\n  examples: |\n    - {line}\n')

    assert dataset.load(tmp_path / "a", tmp_path / "b") == {"x.y": ["what: is - it", "- really?"]}


def test_tells_what_is_wrong(tmp_path: Path) -> None:
    """A file that is wrong is told with its line."""
    (tmp_path / "a.yml").write_text('version: "3.1"\nnlu:\n- intend: x.y\n  examples: ""\n')

    with pytest.raises(DataError, match=r"a.yml:3: nlu.0.in"):
        dataset.load(tmp_path / "a.yml")


def test_finds_near_duplicates() -> None:
    """The same words in another order, or one letter off, are near-duplicates; short greetings are not."""
    messages = {"a.b": ["can I walk the dog", "the dog, can I walk", "is walking safe for me", "hi there", "hi ther"]}

    assert dataset.near_duplicates(messages) == [("a.b", "can I walk the dog", "the dog, can I walk")]


def test_finds_contradictions() -> None:
    """A message under two answers is a contradiction, whatever its case."""
    assert dataset.contradictions({"a.b": ["Why?"], "c.d": ["why", "how"]}) == [("why", "a.b", "c.d")]


def test_finds_leaks() -> None:
    """A held-out message that is trained on is a leak."""
    assert dataset.leaks({"a.b": ["Why me?"]}, {"a.b": ["why me", "why us"]}) == ["why me"]
