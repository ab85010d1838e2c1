"""The paper's own texts."""

import datetime
from collections.abc import Callable
from functools import cache
from pathlib import Path

from pydantic import Field, validator

from bot.datafile import Strict, read
from bot.knowledge.values import PLACEHOLDER, Text

FILE = Path(__file__).with_name("texts.yml")


def with_placeholders(*names: str) -> Callable[[str], str]:
    """Return a check that refuses a sentence with placeholders other than these, or with a stray brace."""

    def check(sentence: str) -> str:
        unknown = sorted(set(PLACEHOLDER.findall(sentence)) - set(names))
        if unknown or {"{", "}"} & set(PLACEHOLDER.sub("", sentence)):
            raise ValueError(f"unknown placeholder {unknown}; known are {sorted(names)}")
        return sentence

    return check


class Dates(Strict):
    """How a date is written, in full and without the parts that are clear from the context."""

    months: list[Text] = Field(min_items=12, max_items=12)
    short_months: list[Text] = Field(min_items=12, max_items=12)
    full: Text
    in_year: Text
    in_month: Text
    time: Text
    tick: Text

    _forms = validator("full", "in_year", "in_month", "tick", allow_reuse=True)(
        with_placeholders("day", "month", "short_month", "year")
    )
    _time = validator("time", allow_reuse=True)(with_placeholders("date", "hour", "minute"))

    def write(self, day: datetime.date, form: str) -> str:
        """Return a date in one of the forms."""
        month = day.month - 1
        return form.format(day=day.day, month=self.months[month], short_month=self.short_months[month], year=day.year)

    def write_time(self, time: datetime.datetime) -> str:
        """Return a day with the time of day."""
        return self.time.format(
            date=self.write(time.date(), self.full), hour=time.strftime("%H"), minute=time.strftime("%M")
        )

    def start(self, day: datetime.date, end: datetime.date) -> str:
        """Return a period's first day, as short as its last day allows."""
        if day.year != end.year:
            return self.write(day, self.full)
        return self.write(day, self.in_month if day.month == end.month else self.in_year)


class Unit(Strict):
    """The counted unit: for one, and for any other number."""

    one: Text
    several: Text

    _forms = validator("one", "several", allow_reuse=True)(with_placeholders("n"))

    def write(self, number: str) -> str:
        """Return a number with its unit."""
        return (self.one if number == "1" else self.several).format(n=number)


class Sentences(Strict):
    """A chart in words: for no entry, one, several on one day, and several."""

    unit: Unit
    none: Text
    one: Text
    one_day: Text
    several: Text

    _forms = validator("none", "one", "one_day", "several", allow_reuse=True)(
        with_placeholders("count", "start", "end", "first", "latest", "longest")
    )


class Texts(Strict):
    """The file `texts.yml`."""

    save: Text
    page: Text
    dates: Dates
    minutes: Sentences

    _page = validator("page", allow_reuse=True)(with_placeholders("n"))


@cache
def texts() -> Texts:
    """Return the project's texts, read once per process."""
    return read(FILE, Texts)
