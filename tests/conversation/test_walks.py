"""The walks of a diary in patients' own words."""

import datetime
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.walks import Walk, walks
from bot.text.dates import day_of

TODAY = datetime.date(2026, 11, 18)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I walked 8 minutes today", (8, None, None, None, None, 0)),
        ("stopped after two blocks, sat, better in a minute", (None, 2, "blocks", "sitting", 1, 0)),
        ("12 min today then had to sit", (12, None, None, "sitting", None, 0)),
        ("did 10 minutes yesterday", (10, None, None, None, None, 1)),
        ("managed 300 yards, leaned on the wall, eased in 2 min", (None, 300, "yards", "bending", 2, 0)),
        ("mum walked to the 3rd bench, about 200 meters", (None, 200, "meters", None, None, 0)),
        ("today: 15 minutes", (15, None, None, None, None, 0)),
        ("Sat: 10 min", (10, None, None, None, None, 4)),
        ("Monday - two blocks", (None, 2, "blocks", None, None, 2)),
        ("15 minutes on Sunday", (15, None, None, None, None, 3)),
        ("walked half a mile last Wednesday", (None, 0.5, "miles", None, None, 7)),
        ("two days ago I walked a block and a half", (None, 1.5, "blocks", None, None, 2)),
        ("the day before yesterday we did half an hour", (30, None, None, None, None, 2)),
        ("last night dad hobbled 50 feet", (None, 50, "feet", None, None, 1)),
        ("I walked two blocks in 10 minutes", (10, 2, "blocks", None, None, 0)),
        ("Walked 10 to 15 minutes this morning.", (10, None, None, None, None, 0)),
        ("I walked 10 minutes, more than yesterday", (10, None, None, None, None, 0)),
        ("I walked to the shop and back in 20 minutes", (20, None, None, None, None, 0)),
        ("Went for a 15 minute walk", (15, None, None, None, None, 0)),
        ("I did my 10 minutes today!", (10, None, None, None, None, 0)),
        ("did my 10 minute walk today", (10, None, None, None, None, 0)),
        ("made it about three blocks before my legs gave out", (None, 3, "blocks", None, None, 0)),
        ("got as far as 100 yards", (None, 100, "yards", None, None, 0)),
        ("It took me 12 minutes to walk to the post office", (12, None, None, None, None, 0)),
        ("my walk today was 10 minutes", (10, None, None, None, None, 0)),
        ("was able to walk 400 metres today", (None, 400, "meters", None, None, 0)),
        ("I could only manage 5 minutes today", (5, None, None, None, None, 0)),
        ("had to stop after 6 minutes and bend forward", (6, None, None, "bending", None, 0)),
        ("I had to sit down after 10 minutes yesterday", (10, None, None, "sitting", None, 1)),
        ("walked 10 minutes, eased after 2 minutes of sitting", (10, None, None, "sitting", 2, 0)),
        ("walked 10 min, sat 2 min, ok", (10, None, None, "sitting", 2, 0)),
        ("I walked 7 minutes. Sat for 3 minutes and it eased.", (7, None, None, "sitting", 3, 0)),
        ("walked 9 minutes, sat down and five minutes later I was right as rain", (9, None, None, "sitting", 5, 0)),
        ("8 min, stood still, gone in 30 seconds", (8, None, None, "standing", 0.5, 0)),
        ("walked 20 minutes without sitting down", (20, None, None, None, None, 0)),
        ("walked 10 minutes, sat for 5", (10, None, None, "sitting", None, 0)),
        ("walked 10 minutes, sat 5 minutes", (10, None, None, "sitting", None, 0)),
        ("walked 300 yards, had to sit every 5 minutes", (None, 300, "yards", "sitting", None, 0)),
        ("I walked today. About 15 minutes.", (15, None, None, None, None, 0)),
        ("walked 10 minutes today, will try 12 tomorrow", (10, None, None, None, None, 0)),
        ("I used to walk 3 miles but yesterday I managed two blocks", (None, 2, "blocks", None, None, 1)),
        ("My doctor said walk 20 minutes a day. I did 10 minutes yesterday.", (10, None, None, None, None, 1)),
        ("My wife says she walked 8 minutes today", (8, None, None, None, None, 0)),
        ("I walked 10 minutes today. Is that enough?", (10, None, None, None, None, 0)),
        ("Got to the end of the road, 150 yards, and had to rest", (None, 150, "yards", None, None, 0)),
        ("Dad managed half a mile on Friday, then sat on a wall for 5 mins", (None, 0.5, "miles", "sitting", None, 5)),
        ("Today I walked 9 min, sat 3 min and it was gone", (9, None, None, "sitting", 3, 0)),
        ("I’ve walked ½ mile today", (None, 0.5, "miles", None, None, 0)),
    ],
)
def test_reads_a_walk(text: str, expected: tuple[object, ...]) -> None:
    """A walk that was done is read with its measure, its relief and its day."""
    [found] = walks(text)

    day = day_of(found.day, TODAY, "MDY") if found.day else TODAY
    days_ago = (TODAY - day).days if day else None
    assert (found.minutes, found.distance, found.unit, found.eased_by, found.ease_minutes, days_ago) == expected


@pytest.mark.parametrize(
    "text",
    [
        # Questions.
        "how far should I walk?",
        "is walking 10 minutes enough?",
        "is walking 10 minutes enough",
        "if I walk 10 minutes my legs hurt, why?",
        "I walked 10 minutes and my legs went numb what should I do",
        "why did my legs hurt after I walked 10 minutes",
        "I walked 10 minutes today, is that good?",
        "did I walk enough with 10 minutes",
        "can I walk 10 minutes today",
        "Hello doctor, should mum have walked 2 miles",
        "10 minutes today?",
        # Habits, abilities and general statements.
        "I can only walk 5 minutes",
        "I can't walk more than two blocks",
        "I can’t walk more than two blocks today",
        "my legs hurt after 10 minutes",
        "my legs went numb after 10 minutes",
        "I used to walk 3 miles",
        "I usually walk for 20 minutes",
        "I walked 20 minutes every day",
        "I always walked a mile before breakfast",
        "he walks 10 minutes a day",
        "whenever I walked 10 minutes it hurt",
        "after I've walked 10 minutes I need to stop",
        "when I was young I walked 10 miles",
        "before my surgery I walked 3 miles",
        "five years ago I walked 5 miles",
        "last year I walked a mile",
        "10 minutes",
        "about 10 minutes then I have to sit",
        "10 minutes is my limit",
        "it eases after 5 minutes of sitting",
        # Plans and wishes.
        "I will walk 10 minutes tomorrow",
        "I'm going to walk 10 minutes today",
        "my goal is 10 minutes",
        "I want to walk a mile",
        "I hope to manage 15 minutes",
        "I wish I walked 10 minutes",
        "I would have walked 10 minutes",
        # Advice of others, and others' walks.
        "my doctor said walk 20 minutes a day",
        "the physio told me to walk 10 minutes",
        "I was told to walk for 10 minutes",
        "she suggested two blocks",
        "my neighbour walked 3 miles yesterday",
        "patients in the study walked 400 meters",
        "on Mondays I walked 5 minutes",
        "every Tuesday I walked 5 minutes",
        "I walked 10 minutes until last week",
        # No walk, or none with a measure.
        "I didn't walk 10 minutes today",
        "I have not walked 10 minutes since Monday",
        "I walked today",
        "I walked several blocks",
        "I walked ten minutes ago",
        "I did 10 minutes on the bike",
        "drove 20 miles yesterday",
        "I sat for 10 minutes",
        "the pain stopped after 5 minutes",
        "my appointment was yesterday, 20 minutes",
        "I stopped taking tablets after 10 minutes of nausea",
        "I had to stop work after 10 minutes",
        "I did the shopping for 20 minutes today",
        "the numbness went away after 10 minutes",
        "The doctor saw me for 10 minutes yesterday",
        "I had to sit for 20 minutes in the waiting room",
        "the scan took 20 minutes yesterday",
        "",
        "🚶 ... ",
    ],
)
def test_reads_no_walk(text: str) -> None:
    """Questions, habits, plans, advice and messages without a measured walk are no diary entries."""
    assert walks(text) == []


Told = tuple[float | None, float | None, int | None]  # minutes, distance, days ago; None for a day that is not known


def told(text: str) -> list[Told]:
    """Read the walks of a text."""
    found = []
    for one in walks(text):
        day = day_of(one.day, TODAY, "MDY") if one.day else TODAY
        found.append((one.minutes, one.distance, (TODAY - day).days if day else None))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yesterday 6 minutes, today 4", [(6, None, 1), (4, None, 0)]),
        ("5 minutes in the morning and 10 in the evening", [(5, None, 0), (10, None, 0)]),
        ("Mon 5 min, Tue 7 min, Wed 6", [(5, None, 2), (7, None, 1), (6, None, 0)]),
        ("On Monday I walked 5 minutes and on Tuesday 7", [(5, None, 2), (7, None, 1)]),
        ("yesturday i walk 5 minute and today 6", [(5, None, 1), (6, None, 0)]),
        ("Monday: 10 min\nTuesday: 12 min", [(10, None, 2), (12, None, 1)]),
        ("did 6 yesterday and 4 minutes today", [(6, None, 1), (4, None, 0)]),
        ("I walked 10 minutes, and yesterday 8", [(10, None, 0), (8, None, 1)]),
        ("Walked 10 minutes. Yesterday I did 8.", [(10, None, 0), (8, None, 1)]),
        ("i did 5 minute yesterday and 7 minute today", [(5, None, 1), (7, None, 0)]),
        ("Sunday 4 mins Monday 5 mins Tuesday 6 mins", [(4, None, 3), (5, None, 2), (6, None, 1)]),
        ("I walked two blocks in 10 minutes yesterday, three blocks today", [(10, 2, 1), (None, 3, 0)]),
        ("walked 1 hour yesterday and 2 today", [(60, None, 1), (120, None, 0)]),
        ("Nov 3 5 minutes, Nov 4 6 minutes, Nov 5 7", [(5, None, 15), (6, None, 14), (7, None, 13)]),
        ("I walked 5 minutes on Monday and 10 on Tuesday", [(5, None, 2), (10, None, 1)]),
        ("fri 5 min, sat 7 min, sun 4 min", [(5, None, 5), (7, None, 4), (4, None, 3)]),
        ("walked 10 minutes, appointment is on Monday", [(10, None, 0)]),
        ("twice today: 4 min and 6 min", [(4, None, 0), (6, None, 0)]),
        ("5 in the morning and 10 minutes in the evening yesterday", [(5, None, 1), (10, None, 1)]),
        ("I did 3 minutes before lunch and 6 after dinner", [(3, None, 0), (6, None, 0)]),
        ("two walks today, 5 minutes and 8 minutes", [(5, None, 0), (8, None, 0)]),
        ("Dear nurse, on Monday mum managed 2 blocks, then on Tuesday only 1 block", [(None, 2, 2), (None, 1, 1)]),
        ("Yesterday 12 minutes with the walker today only 3", [(12, None, 1), (3, None, 0)]),
    ],
)
def test_reads_several_walks(text: str, expected: list[Told]) -> None:
    """Every walk of a message is read, each with its own day."""
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "walked 20 minutes, had to stop after 10 minutes",
        "walked 20 minutes, 5 minutes longer than yesterday",
        "I walked 20 minutes and sat 5 minutes",
        "walked 20 minutes. The doctor saw me for 10 minutes.",
        "walked 20 minutes, will try 25 minutes tomorrow",
    ],
)
def test_other_measures_are_no_walks(text: str) -> None:
    """A rest, a pause on the way and a comparison are no further walks."""
    assert [minutes for minutes, *_ in told(text)] == [20]


def test_relief_belongs_to_its_walk() -> None:
    """What eased the pain is told of the walk before it."""
    first, second = walks("Today 8 min, sat, better after 2 min. Yesterday 6 min, leaned on the wall.")

    assert (first.minutes, first.eased_by, first.ease_minutes) == (8, "sitting", 2)
    assert (second.minutes, second.eased_by, second.ease_minutes) == (6, "bending", None)


@pytest.mark.parametrize(
    "text", ["on Sat I walked 5 minutes", "walked 5 minutes last Sat", "Sat: 5 min", "Fri 4 min, Sat 5 min"]
)
def test_saturday_is_no_relief(text: str) -> None:
    """The word "Sat" as a day says nothing of sitting."""
    assert [one.eased_by for one in walks(text)][-1:] == [None]
    assert walks(text)[-1].day is not None


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("I walked 1 000 meters", "meters", 1000),
        ("walked 12 500 steps today", "steps", 12500),
        ("I walked 1,000 m", "meters", 1000),
        ("walked 1,000m today", "meters", 1000),
        ("walked 1.000 m today", "meters", 1000),
        ("i walk 1.500 metres today", "meters", 1500),
        ("walked 1'200 steps", "steps", 1200),
        ("walked 2,5 km", "kilometers", 2.5),
        ("walked 2,5km yesterday", "kilometers", 2.5),
        ("walked 1,25 km", "kilometers", 1.25),
        ("walked 1.250 km", "kilometers", 1.25),
        ("walked 1h 20 today", "minutes", 80),
        ("walked 1 h 20 min", "minutes", 80),
        ("walked 1h20min", "minutes", 80),
        ("yesterday i walked 1h20", "minutes", 80),
        ("walked 1:20 h", "minutes", 80),
        ("walked 0:45 hours", "minutes", 45),
        ("walked 20:30 min", "minutes", 20.5),
        ("I walked an hour and twenty", "minutes", 80),
        ("I walked an hour twenty yesterday", "minutes", 80),
        ("walked 2 hrs. 5 min", "minutes", 125),
        ("walked -5 minutes", "minutes", -5),
        ("I walked minus 5 minutes", "minutes", -5),
        ("walked 999,999 minutes", "minutes", 999999),
        ("on nov 3 200 meters", "meters", 200),
    ],
)
def test_reads_numbers_as_people_write_them(text: str, unit: str, amount: float) -> None:
    """Thousands with blanks, commas and points, parts with commas, hours, and numbers below zero are read as meant."""
    [found] = walks(text)

    assert (found.minutes if unit == "minutes" else found.distance) == amount
    assert unit in ("minutes", found.unit)


PIECES = [
    "10",
    "1/2",
    "½",
    " ",
    "\n",
    ",",
    "a",
    "half",
    "hundred",
    "minutes",
    "block",
    "or",
    "walked",
    "sat",
    "after",
    "monday",
    "nov",
    "3",
    "/",
    "-",
]


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(), st.lists(st.sampled_from(PIECES)).map(" ".join), st.lists(st.sampled_from(PIECES)).map("".join)
    )
)
def test_never_raises(text: str) -> None:
    """Any text at all is read, to something or to nothing."""
    assert all(isinstance(one, Walk) for one in walks(text))


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "10 ",
        "a ",
        "hundred ",
        "twenty ",
        "walked ",
        " ",
        "10 minutes or ",
        "sat , ",
        "no more than ",
        "so ",
        ".",
        "today ",
    ],
)
def test_takes_linear_time(piece: str) -> None:
    """No repetition makes a long message slow to read."""
    began = time.perf_counter()

    walks(piece * 5_000)

    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "text", ["fıve days ago I walked 5 minutes", "I walked 5 minutes last FRİ", "frıday 5 minutes"]
)
def test_other_letters_break_nothing(text: str) -> None:
    """An i of another alphabet is an i."""
    assert isinstance(walks(text), list)


@pytest.mark.parametrize(
    ("text", "day", "amount"),
    [
        ("I walked 8 minutes on 11.3.", datetime.date(2026, 11, 3), 8),
        ("On 11.3 I walked 5 minutes", datetime.date(2026, 11, 3), 5),
        ("13.11. walked 5 minutes", datetime.date(2026, 11, 13), 5),
        ("2.5 miles today", datetime.date(2026, 11, 28), 2.5),
        ("walked 2.5 miles today", datetime.date(2026, 11, 28), 2.5),
    ],
)
def test_date_with_stops(text: str, day: datetime.date, amount: float) -> None:
    """A date with stops is a day, and a measure with a point stays one."""
    [walk] = walks(text)

    assert walk.day is not None
    assert day_of(walk.day, datetime.date(2026, 11, 28), "MDY") == day
    assert amount in (walk.minutes, walk.distance)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Down to the pond and home, 15 minutes, one rest", [(15, None)]),
        ("Wed 7 min, Thu 9 min", [(7, None), (9, None)]),
        ("pond and back, 300 meters in 10 minutes", [(10, 300)]),
        ("down to the pond and home", []),
        # What asks stays a question, whatever it is taken for.
        ("should I walk 10 minutes", []),
    ],
)
def test_reported_walk_needs_no_phrase(text: str, found: list[tuple[float, float | None]]) -> None:
    """What is known to report a walk is read though none of its words says so."""
    assert [(walk.minutes, walk.distance) for walk in walks(text, reported=True)] == found
