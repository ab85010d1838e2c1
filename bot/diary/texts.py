"""The sentences about the walking diary."""

from functools import cache
from pathlib import Path

from bot.yamlfile import Strict, read

FILE = Path(__file__).with_name("texts.yml")


class DiaryTexts(Strict):
    """The file `texts.yml`."""

    consent: str
    agree: str
    refuse: str
    refused: str
    noted: str
    empty: str
    heading: str
    confirm: str
    confirm_yes: str
    confirm_no: str
    deleted: str
    kept: str
    show: str
    delete: str
    open_page: str
    chart_minutes: str
    chart_title: str
    walked: str
    eased: str
    eased_in: str
    postures: dict[str, str]


@cache
def diary_texts() -> DiaryTexts:
    """Return the project's own sentences, read once a process."""
    return read(FILE, DiaryTexts)
