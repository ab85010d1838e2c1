"""Finds the words that name a day, and reads them when the patient's own day is known."""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA

from bot.clinic import DateOrder, clinic, time_zone
from bot.datafile import Strict, read
from bot.text.finder import any_of

DATES = Path(__file__).with_name("dates.yml")
SLIP = 6  # minimum letters of a word that may have one slip
# A date with stops: a stop follows it, or "on" precedes it, so that it is no measure.
DOTTED = re.compile(
    r"(?:(?<=^)([0-3]?[0-9])\.([0-3]?[0-9])\.|"
    r"(?<=\bon )([0-3]?[0-9])\.([0-3]?[0-9])(?:\.|(?=$|[,;:]| i | we | he | she )))"
    r"(?=$|[ ,;:])",
    re.IGNORECASE,
)
LETTERS = re.compile(r"[^\W\d_]+")
WEEK = 7  # days
ISO = re.compile(r"[0-9]{4}[-/.]")
YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])|[-/.][0-9]{1,2}[-/.]")


@dataclass(frozen=True)
class DayTold:
    """A day in a patient's words. A field other than `words` says how to read it; none does if nothing can.

    Attributes:
        words: What the patient wrote.
        ago: Days before today.
        weekday: The day of the week, from 0.
        last: Whether it is surely not today ("last Monday").
        nth: The day of the month.
        month: Months before the current month, if the patient said it.
        date: A month and a day, with or without a year.
    """

    words: str
    ago: int | None = None
    weekday: int | None = None
    last: bool = False
    nth: int | None = None
    month: int | None = None
    date: str | None = None


class DatesFile(Strict):
    """The file `dates.yml`."""

    relative: dict[str, int]
    counts: dict[str, int]
    ago: list[str]
    weekdays: list[list[str]]
    also_words: list[str]
    also_verbs: list[str]
    before_a_weekday: list[str]
    last: list[str]
    parts: list[str]
    months: list[list[str]]
    ordinals: list[str]
    after_the_day: list[str]
    before_a_date: list[str]
    earliest: int
    unclear: list[str]
    feasts: list[str]
    no_feast: list[str]
    in_a_month: list[str]
    of_a_week: list[str]
    before_of_a_week: list[str]


def _slashed(date: re.Match[str]) -> str:
    day, month = filter(None, date.groups())
    return f"{day}/{month}"


def _behind(words: Iterable[str]) -> str:
    """Return an expression for a place after one of the words."""
    return "(?:" + "|".join(rf"(?<=\b{re.escape(word)} )" for word in words) + ")"


def _phrase(phrase: str) -> str:
    """Return an expression for a phrase of `unclear`."""
    return " ".join(
        "(?:" + "|".join(re.escape(word).replace(r"\*", LETTERS.pattern) for word in place.split("|")) + ")"
        for place in phrase.split()
    )


class DayReader:
    """Finds the words that name a day."""

    def __init__(self, file: DatesFile, units: Iterable[str]) -> None:
        """Build the expressions; a number before one of the `units` belongs to no date."""
        self._file = file
        self._weekdays = {name: day for day, names in enumerate(file.weekdays) for name in names}
        self._ordinals = {word: place for place, word in enumerate(file.ordinals, 1)}
        self._ordinals |= {word.replace("-", " "): place for word, place in self._ordinals.items()}
        names = {name for some in (*file.weekdays, *file.months, file.relative) for name in some}
        self._long = sorted(name for name in names if len(name) >= SLIP and name.isalpha() and name[-1] != "s")
        self._ordinal = re.compile(rf"(?<!\w){any_of(self._ordinals)}(?!\w)")
        self._form = self._forms(rf"(?![ -]?{any_of(units)}(?!\w))")

    def _forms(self, unless: str) -> re.Pattern[str]:
        file = self._file
        surely = any_of(name for name in self._weekdays if name not in file.also_words)
        weekday, month = any_of(self._weekdays), any_of(name for some in file.months for name in some)
        part = rf"(?: {any_of(file.parts)}(?!\w))?"
        number = rf"(?:[0-3]?[0-9](?![0-9]|[:.][0-9]){unless})"
        nth = rf"(?:[0-3]?[0-9](?:st|nd|rd|th)|{any_of(self._ordinals)})(?!\w)"
        year = rf"(?:,? (?:19|20)[0-9]{{2}}(?![0-9]){unless})?"
        date = (
            rf"(?:{month}\.?[ -]?(?:the )?(?:{nth}|{number}){year}|"
            rf"(?:the )?(?:{nth}(?: of)? |[0-3]?[0-9](?:\.|-| of)? ?)(?!may [a-z]){month}(?!\w)"
            rf"\.?(?:[ ,-]{{1,2}}20[0-9]{{2}}{unless})?)"
        )
        numbers = r"[0-3]?[0-9](?P<mark>[-/.])[0-3]?[0-9](?P=mark)(?:20)?[0-9]{2}(?![0-9])"
        short = rf"[0-3]?[0-9]/[0-3]?[0-9](?![0-9/]){unless}"
        part_or_score = r"(?:[1-3]/[2-5]|[0-9]0?/10|24/7)(?![0-9/:])"
        after = rf"(?=$| ?[.,;:!?)-]| (?:{any_of(file.after_the_day)}|[0-9])(?!\w))"
        marked = rf"(?= ?:| {any_of(file.parts)}(?!\w)| [0-9][^.]{{0,30}}[,;] {weekday} [0-9])"
        capital = any_of(name.capitalize() for name in file.also_words)
        number_behind = rf"{any_of(set(file.also_words) - set(file.also_verbs))}(?= [0-9])"
        listed = rf"(?-i:(?<=[\w,;] ){capital}(?= [0-9]))|{number_behind}"
        feast = rf"{any_of(file.feasts)} {surely}|(?<=\bon )(?!{any_of(file.no_feast)} )(?:[^\W\d_]+[.']?s? ){{1,3}}day"
        unclear = [
            feast,
            rf"{any_of(file.before_of_a_week)} {surely}|"
            rf"(?:the |{any_of(file.last)} )?{surely} {any_of(file.of_a_week)}",
            *map(_phrase, file.unclear),
            rf"{any_of(file.in_a_month)} (?:the )?{month}(?: 20[0-9]{{2}})?",
        ]
        forms = [
            rf"(?P<written>20[0-9]{{2}}[-/.][01]?[0-9][-/.][0-3]?[0-9](?![0-9])|{numbers})",
            rf"(?P<day>{weekday}),?(?: the)? (?:(?P<day_date>{date}|{short})|(?P<day_nth>{nth}){after})",
            rf"(?P<date>{date})|(?P<short>(?!{part_or_score}){short}|{_behind(file.before_a_date)}{short})",
            rf"(?P<count>{any_of(file.counts)}|[0-9]{{1,3}}) {any_of(file.ago)}",
            rf"(?P<relative>{any_of(file.relative)}){part}",
            rf"(?P<unclear>{'|'.join(unclear)})",
            rf"(?:(?P<last>{any_of(file.last)}) )?(?P<weekday>{surely}|{_behind(file.before_a_weekday)}{weekday}"
            rf"|{weekday}{marked}|{listed})(?:'s|s(?= walk))?{part}",
            rf"(?:the )?(?P<nth>{nth})(?: of (?P<month>this|the|last) month|{after})",
        ]
        return re.compile(rf"(?<![\w./@-])(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE)

    def spelt(self, text: str) -> str:
        """Return a text with slips in the names of days and months corrected, and "3.11." as "3/11"."""
        return LETTERS.sub(lambda word: self._right(word[0]), DOTTED.sub(_slashed, text))

    def _right(self, word: str) -> str:
        if len(word) < SLIP - 1 or word.lower().removesuffix("s") in self._long:
            return word
        near = (name for name in self._long if OSA.distance(word.lower(), name, score_cutoff=1) == 1)
        return next(near, word)

    def __call__(self, text: str) -> Iterator[tuple[int, int, DayTold]]:
        """Yield the start and end of each day's words in a `spelt` text, and the day."""
        for match in self._form.finditer(text):
            yield match.start(), match.end(), self._told(match)

    def _told(self, match: re.Match[str]) -> DayTold:
        words, part = match[0], {name: value.lower() for name, value in match.groupdict().items() if value}
        last = bool(part.get("last")) or "last " in words.lower()
        if date := part.get("written") or part.get("date") or part.get("short") or part.get("day_date"):
            numbered = self._ordinal.sub(lambda word: str(self._ordinals[word[0]]), date)
            return DayTold(words, date=numbered.removeprefix("the "), weekday=self._weekdays.get(part.get("day", "")))
        if count := part.get("count"):
            return DayTold(words, ago=self._file.counts.get(count) or int(count))
        if relative := part.get("relative"):
            return DayTold(words, ago=self._file.relative[relative])
        if nth := part.get("nth") or part.get("day_nth"):
            month = {"last": 1}.get(part["month"], 0) if "month" in part else None
            weekday = self._weekdays.get(part.get("day", ""))
            return DayTold(words, nth=self._ordinals.get(nth) or int(nth[:-2]), month=month, weekday=weekday)
        if name := part.get("weekday"):
            return DayTold(words, weekday=self._weekdays[name], last=last)
        return DayTold(words)


@cache
def dates_file() -> DatesFile:
    """Return the forms of days, read once per process."""
    return read(DATES, DatesFile)


def day_of(named: DayTold, today: datetime.date, order: DateOrder) -> datetime.date | None:
    """Return the date of a day that was told.

    Args:
        named: The day in the patient's words.
        today: The day on which the patient told it.
        order: The clinic's order of day and month. If it gives no past day, the other order counts.

    Returns:
        The day, never later than today; None if the words name no known day.
    """
    if named.ago is not None:
        return today - datetime.timedelta(days=named.ago)
    if named.date is None and named.nth is None:
        if named.weekday is None:
            return None
        back = (today.weekday() - named.weekday) % WEEK
        return today - datetime.timedelta(days=back or (WEEK if named.last else 0))
    day = _dated(named.date, today, order) if named.date else _nth(named, today)
    # "Tuesday, November 3" is a slip if that was no Tuesday.
    return day if day is None or named.weekday in (None, day.weekday()) else None


def _nth(named: DayTold, today: datetime.date) -> datetime.date | None:
    """Return the latest day of that number, in the told month if there is one."""
    first = today.replace(day=1)
    for months in [named.month] if named.month is not None else range(12):
        back = first
        for _ in range(months):
            back = (back - datetime.timedelta(days=1)).replace(day=1)
        day = back + datetime.timedelta(days=(named.nth or 0) - 1)
        if named.nth and day.month == back.month and day <= today:
            return day
    return None


def _dated(words: str, today: datetime.date, order: DateOrder) -> datetime.date | None:
    """Read a date with the library; it must be past, and without a year also recent."""
    if ISO.match(words):
        return _of_numbers([int(number) for number in re.split("[-/.]", words)], today)
    import dateparser  # imported late, because reading the names of all time zones takes a tenth of a start

    earliest = datetime.date.min if YEAR.search(words) else today - datetime.timedelta(days=dates_file().earliest)
    for one in (order, "DMY" if order == "MDY" else "MDY"):
        options: Any = {
            "DATE_ORDER": one,
            "RELATIVE_BASE": datetime.datetime.combine(today, datetime.time.max),
            "PREFER_DATES_FROM": "past",
            "REQUIRE_PARTS": ["day", "month"],
            "PARSERS": ["absolute-time"],
        }
        found = dateparser.parse(words, languages=["en"], settings=options)
        day: datetime.date | None = found and found.date()
        if day and earliest <= day <= today:
            return day
    return None


def _of_numbers(numbers: list[int], latest: datetime.date) -> datetime.date | None:
    """Return the day of a year, month and day; the library would read them in another order."""
    try:
        date = datetime.date(*numbers)
    except ValueError:
        return None
    return date if date <= latest else None


def local_time(zone: Any = None, now: datetime.datetime | None = None) -> datetime.datetime:
    """Return a patient's local time.

    Args:
        zone: The time zone from the patient's browser, if any; an invalid one is ignored.
        now: The time, with its zone; the current time if None.

    Returns:
        The time in the patient's time zone, else in the clinic's, else in the server's.
    """
    now = now or datetime.datetime.now(datetime.timezone.utc)
    return now.astimezone(time_zone(zone) or time_zone(clinic().time_zone))
