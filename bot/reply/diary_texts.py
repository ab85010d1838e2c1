"""The sentences about the walking diary."""

from functools import cache
from pathlib import Path

from bot.datafile import Strict, read

FILE = Path(__file__).with_name("diary_texts.yml")


class DiaryTexts(Strict):
    """The file `diary_texts.yml`."""

    offer: str
    offer_first: str
    consent: str
    agree: str
    refuse: str
    refused: str
    noted: str
    changed: str
    too_many: str
    more: str
    longer: str
    taken_out: str
    which_day: str
    day_unknown: str
    unlikely: str
    unlikely_yes: str
    unlikely_no: str
    how_much: str
    change_to: str
    never_mind: str
    not_noted: str
    which_day_out: str
    none_of_day: str
    confirm_day: str
    confirm_day_yes: str
    empty: str
    heading: str
    confirm: str
    confirm_yes: str
    confirm_no: str
    deleted: str
    kept: str
    show: str
    change_last: str
    delete_last: str
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
    """Return the project's sentences, read once per process."""
    return read(FILE, DiaryTexts)
