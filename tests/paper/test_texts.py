"""The paper's own words are checked when they are read."""

from pathlib import Path

import pytest

from bot.datafile import DataError, read
from bot.paper.texts import FILE, Texts, texts


def test_own_words() -> None:
    """The project's own file fits."""
    assert texts().save == "Save as PDF"
    assert texts().page.format(n=2) == "Page 2"


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("page: Page {n}", "page: Page {number}"),
        ("page: Page {n}", "page: Page {n"),
        ("{n} minutes", "{minutes} minutes"),
        ("longest {longest}", "longest {most}"),
        ("{day} {short_month}", "{day} {weekday}"),
        ("    - October\n", ""),
        ("save: Save as PDF", "saved: Save as PDF"),
    ],
)
def test_mistake_is_seen(tmp_path: Path, now: str, then: str) -> None:
    """A placeholder that nothing is put into, a missing month or an unknown key is told at once."""
    file = tmp_path / "texts.yml"
    text = FILE.read_text(encoding="utf-8")
    assert now in text
    file.write_text(text.replace(now, then), encoding="utf-8")

    with pytest.raises(DataError):
        read(file, Texts)
