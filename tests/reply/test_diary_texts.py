"""The sentences about the walking diary."""

import datetime
import string
from pathlib import Path
from typing import get_args

import pytest

from bot.datafile import DataError, read
from bot.reply.diary_texts import FILE, DiaryTexts, diary_texts
from bot.reply.diary_told import entry_in_words
from bot.store.diary import Entry
from bot.text.measures import Posture
from workshop.style import grade, style

ENTRY = entry_in_words(Entry(datetime.date(2026, 11, 21), 8, 2, "blocks", "sitting", 1))
PLACEHOLDERS = {
    "offer_first": {"entry"},
    "consent": {"diary_days", "clinic"},
    "longer": {"diary_days"},
    "noted": {"entry"},
    "changed": {"entry"},
    "taken_out": {"entry"},
    "change_to": {"entry"},
    "which_day": {"walk"},
    "unlikely": {"walk"},
    "none_of_day": {"day"},
    "confirm_day": {"day", "entries"},
    "too_many": {"most"},
    "more": {"shown", "count"},
    "confirm": {"count"},
    "deleted": {"days"},
    "walked": {"measure"},
    "eased": {"posture"},
    "eased_in": {"measure"},
}
FILLED = {
    "entry": ENTRY,
    "entries": ENTRY,
    "count": 61,
    "most": 14,
    "shown": 30,
    "clinic": "the clinic",
    "walk": "8 minutes",
    "day": "3 November 2026",
    "days": 7,
    "diary_days": 400,
}
TEXTS = {name: text for name, text in diary_texts() if isinstance(text, str)}


@pytest.mark.parametrize("name", [name for name, text in TEXTS.items() if text.endswith((".", "?"))])
def test_sentences_are_easy(name: str) -> None:
    """Every sentence reads at grade 8 or less, with what is put into it."""
    text = TEXTS[name].format(**FILLED)

    assert grade(text) <= style().grades.answer


@pytest.mark.parametrize("name", TEXTS)
def test_placeholders(name: str) -> None:
    """A sentence has the placeholders that are filled, and no others."""
    found = {field for _, field, _, _ in string.Formatter().parse(TEXTS[name]) if field is not None}

    assert found == PLACEHOLDERS.get(name, set())


def test_every_posture_has_words() -> None:
    """What eased the pain can always be said."""
    assert set(diary_texts().postures) == set(get_args(Posture))


@pytest.mark.parametrize(
    "change", [("noted:", "notes:"), ("postures: {", "postures: ["), ("refused: OK", "refuse: OK")]
)
def test_mistake_is_seen(tmp_path: Path, change: tuple[str, str]) -> None:
    """A key that is unknown, missing or twice there, or what is no YAML, is told with file and line."""
    file = tmp_path / "texts.yml"
    text = FILE.read_text(encoding="utf-8")
    assert change[0] in text
    file.write_text(text.replace(*change), encoding="utf-8")

    with pytest.raises(DataError, match=r"texts\.yml:\d+: "):
        read(file, DiaryTexts)
