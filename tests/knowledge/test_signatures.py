"""The file of signatures."""

import datetime
import shutil
from pathlib import Path

import pytest

from bot.datafile import DataError
from bot.knowledge.base import FOLDER, KnowledgeBase, load
from bot.knowledge.signatures import sha256_of
from bot.knowledge.words import signature
from workshop.review.sign import signed, write


@pytest.fixture
def folder(base: KnowledgeBase, tmp_path: Path) -> Path:
    """A copy of the knowledge files, in which one answer is signed."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "knowledge"))
    new = signed(base, ["aids.brace"], "A. Nurse", "spine nurse", "2026-11-20", datetime.date(2026, 11, 21))
    write(base, new, folder / "signatures.yml")
    return folder


def test_is_read_with_the_knowledge_base(folder: Path) -> None:
    """A signature comes with who has signed, as what, and when."""
    found = signature(load(folder), "aids.brace")

    assert found
    assert (found.by, found.role, found.date) == ("A. Nurse", "spine nurse", "2026-11-20")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("aids.brace:", "aids.nothing:", r"signatures\.yml: aids\.nothing: no text has this id"),
        ("A back brace", "A gold brace", r"signatures\.yml:3: .*`text` is not what was signed"),
        ("by: A. Nurse", "by: ''", r"signatures\.yml:\d+: signatures\.aids\.brace\.by: "),
        ("'2026-11-20'", "2026-11-20", r"date: write the date in quotes"),
    ],
)
def test_refuses_what_nobody_has_signed(folder: Path, old: str, new: str, said: str) -> None:
    """A signature without a text or a name, or over other words than those that it keeps, is refused."""
    file = folder / "signatures.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DataError, match=said):
        load(folder)


def test_order_of_fields_is_no_change() -> None:
    """A file that names the same fields in another order has the same words; other words have another hash."""
    assert sha256_of({"a": "1", "b": "2"}) == sha256_of({"b": "2", "a": "1"}) != sha256_of({"a": "2", "b": "1"})
