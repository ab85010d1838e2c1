"""Days in patients' words."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clinic import DateOrder
from bot.conversation.walks import days
from bot.text import dates
from bot.text.dates import dates_file, day_of, local_time

TODAY = datetime.date(2026, 11, 28)  # a Saturday
NOON = datetime.datetime(2026, 11, 28, 12, tzinfo=datetime.timezone.utc)
MONTHS = [names[0].capitalize() for names in dates_file().months]
SHORT = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"]
ENDINGS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def read(text: str, order: DateOrder = "MDY", on: datetime.date = TODAY) -> list[datetime.date | None]:
    """Read the days that a text names."""
    return [day_of(day, on, order) for day in days(text)]


@pytest.mark.parametrize(
    ("text", "month", "day"),
    [
        ("I walked 5 minutes on November 3", 11, 3),
        ("3 Nov 2026: 5 min", 11, 3),
        ("on Nov 3rd I did 6 minutes", 11, 3),
        ("nov 3: 200 meters", 11, 3),
        ("on nov 3 200 meters", 11, 3),
        ("Nov 3 2000 steps", 11, 3),
        ("2026-11-03 walked 5 min", 11, 3),
        ("the third of november, 5 min", 11, 3),
        ("it was november the twenty-first", 11, 21),
        ("Tuesday, November 3", 11, 3),
        ("5. Nov. walked 8 min", 11, 5),
        ("febuary 9 2026", 2, 9),
        ("on the 3rd I walked 5 minutes", 11, 3),
        ("walked 5 minutes on the third", 11, 3),
        ("Tuesday the 3rd", 11, 3),
        ("on the 31st we did 2 blocks", 10, 31),
        ("the 3rd of last month", 10, 3),
        ("last Tuesday", 11, 24),
        ("last saturday", 11, 21),
        ("on Saturday", 11, 28),
        ("On Sat I walked", 11, 28),
        ("walked 5 min, Sun 6 min", 11, 22),
        ("wendsday 4 min", 11, 25),
        ("yesturday i walk 5 minute", 11, 27),
        ("Monday's walk was 8 minutes", 11, 23),
        ("thurs evening 5 min", 11, 26),
        ("two days ago", 11, 26),
        ("a couple of days ago", 11, 26),
        ("10 days ago", 11, 18),
        ("the day before yesterday", 11, 26),
        ("last night", 11, 27),
        ("this morning", 11, 28),
    ],
)
def test_reads_a_day(text: str, month: int, day: int) -> None:
    """A day is read in the forms that people use, also with a slip."""
    assert read(text) == [datetime.date(2026, month, day)]


@pytest.mark.parametrize(
    "text",
    [
        "on Nov 31",
        "on the 31st of September",
        "February 30",
        "2026-13-01",
        "on 13/13 I walked 5",
        "2027-01-05",
        "on December 25",
        "Wednesday, November 3",
        "on Thanksgiving",
        "Easter Sunday",
        "on Easter Monday we did 5 minutes",
        "good friday",
        "on my birthday",
        "on my wife's birthday",
        "on Veterans Day",
        "on St. Patrick's Day",
        "at xmas",
        "new year's eve",
        "last week",
        "the other day",
        "a few days ago",
        "three weeks ago",
        "at the weekend",
        "Tuesday of last week",
        "the day after my injection",
        "in November",
        "that day",
        "recently",
    ],
)
def test_names_a_day_that_is_not_known(text: str) -> None:
    """A holiday, a time that is no day, and a date that cannot have been are heard as a day, and read as none."""
    assert set(read(text)) == {None}


@pytest.mark.parametrize(
    "text",
    [
        "I walked 5 minutes",
        "Sat 5 minutes and it eased",
        "walked 10 minutes, sat down",
        "I sat in the sun",
        "walked 3/4 mile",
        "1/2 block",
        "the pain was 7/10",
        "it hurts 24/7",
        "blood pressure 130/80",
        "to the 3rd bench",
        "on the 3rd floor",
        "on the second try",
        "march 3 miles",
        "at 3:15",
        "on a good day",
        "5-10 minutes",
        "I may walk",
        "",
    ],
)
def test_names_no_day(text: str) -> None:
    """What only looks like a day is none."""
    assert days(text) == []


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("11/3", "MDY", (2026, 11, 3)),
        ("11/3", "DMY", (2026, 3, 11)),
        ("on 3/4", "MDY", (2026, 3, 4)),
        ("on 3/4", "DMY", (2026, 4, 3)),
        ("3.11.2026", "DMY", (2026, 11, 3)),
        ("11-03-26", "MDY", (2026, 11, 3)),
        ("25/11", "MDY", (2026, 11, 25)),
        ("11/25", "DMY", (2026, 11, 25)),
        ("12/11", "MDY", (2026, 11, 12)),
        ("12/11/2026", "MDY", (2026, 11, 12)),
        ("2026-11-03", "DMY", (2026, 11, 3)),
    ],
)
def test_order(text: str, order: DateOrder, expected: tuple[int, int, int]) -> None:
    """The clinic's order of day and month counts, and the other where that makes no day that was."""
    assert read(text, order) == [datetime.date(*expected)]


def test_turn_of_the_year() -> None:
    """A date without a year is of the year before where it is still to come in this one."""
    assert read("on Dec 30", on=datetime.date(2027, 1, 4)) == [datetime.date(2026, 12, 30)]


FORMS = [
    "{month} {day}, {year}",
    "{short} {day} {year}",
    "{day} {short} {year}",
    "the {day}{nth} of {month} {year}",
    "{weekday}, {month} {day}{nth}, {year}",
    "{year}-{number:02}-{day:02}",
    "{number}/{day}/{year}",
    "{number:02}-{day:02}-{year}",
]
RECENT = [
    "{month} {day}",
    "on {short} {day}{nth}",
    "{day}{nth} of {month}",
    "on {number}/{day}",
    "{weekday} {short}. {day}",
]


def written(form: str, day: datetime.date) -> str:
    """Write a date in a form."""
    return form.format(
        day=day.day,
        number=day.month,
        year=day.year,
        month=MONTHS[day.month - 1],
        short=SHORT[day.month - 1],
        nth=ENDINGS.get(day.day, "th"),
        weekday=day.strftime("%A"),
    )


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 365), st.integers(0, 3000), st.sampled_from(FORMS))
def test_any_date_of_the_last_year(ago: int, later: int, form: str) -> None:
    """A date of the last year with its year is that date in every form, whenever it is told."""
    on = TODAY + datetime.timedelta(days=later)
    day = on - datetime.timedelta(days=ago)

    assert read(written(form, day), on=on) == [day]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, dates_file().earliest), st.integers(0, 3000), st.sampled_from(RECENT))
def test_any_recent_date(ago: int, later: int, form: str) -> None:
    """A date without its year is the latest one in every form."""
    on = TODAY + datetime.timedelta(days=later)
    day = on - datetime.timedelta(days=ago)

    assert read(written(form, day), on=on) == [day]


@pytest.mark.parametrize(
    ("zone", "hour", "expected"),
    [
        ("America/Los_Angeles", 3, 27),
        ("Asia/Tokyo", 20, 29),
        ("Europe/Paris", 12, 28),
    ],
)
def test_today_is_the_patients(zone: str, hour: int, expected: int) -> None:
    """The day is that of the patient's time zone."""
    assert local_time(zone, NOON.replace(hour=hour)).day == expected


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "../etc/passwd", "America", 7, ["UTC"], "x" * 5000, "\0"])
def test_today_without_a_zone_is_the_clinics(zone: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no time zone is left out: then the clinic's counts."""
    details = dates.clinic().copy(update={"time_zone": "Pacific/Kiritimati"})
    monkeypatch.setattr(dates, "clinic", lambda: details)

    assert local_time(zone, NOON).date() == datetime.date(2026, 11, 29)
