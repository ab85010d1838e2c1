"""What a message wants of the walking diary."""

from typing import Any

import pytest

from bot.conversation.context import COMMANDS, CommandsFile
from bot.conversation.diary_wishes import DiaryWishes
from bot.datafile import read
from bot.text.finder import Finder
from bot.text.terms import words

FILE = read(COMMANDS, CommandsFile)
CONSENT = Finder({"agree": FILE.agree, "refuse": FILE.refuse}, words)
WISHES = DiaryWishes(FILE.diary, FILE.correction, CONSENT, words)
Measure = tuple[float, str | None] | None


def told(wish: dict[str, Any] | None, key: str) -> tuple[Measure, str | None]:
    """Return the measure and the words of the day that a wish has."""
    assert wish is not None
    found = wish[key]
    return found["measure"] and tuple(found["measure"]), found["day"] and found["day"]["words"]


@pytest.mark.parametrize(
    "text",
    [
        "delete the last entry",
        "take out the last one",
        "Delete the last entry",
        "please remove my last walk",
        "can you take the last one out",
        "could you get rid of the last entry dear",
        "scratch the last one",
        "erase last entry pls",
        "cross out the last entry",
    ],
)
def test_takes_out_the_last(text: str) -> None:
    """The last entry is taken out, not the whole diary."""
    assert WISHES(text) == {"take_last": True}


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("start a walking diary", "start"),
        ("please begin my walking diary", "start"),
        ("I want to keep a diary", "start"),
        ("can you keep a diary for me", "start"),
        ("my doctor said to make a diary", "start"),
        ("I'd like a diary", "start"),
        ("I want to see my diary", "show"),
        ("delete the diary, start a new diary", "delete"),
        ("I don't want a diary", None),
        ("how do I start a diary?", None),
        ("should I keep a diary?", None),
    ],
)
def test_starts(text: str, wish: str | None) -> None:
    """A diary begins when somebody wants one, not when somebody asks about diaries or wants none."""
    assert WISHES(text) == (wish and {wish: True})


@pytest.mark.parametrize("text", ["undo", "Undo!", "undo that please", "put it back"])
def test_undo(text: str) -> None:
    """What was done last is taken back, whatever was asked."""
    assert WISHES(text) == {"undo": True}


@pytest.mark.parametrize(
    ("text", "measure", "day"),
    [
        ("change the last one to 5", (5, None), None),
        ("the last one is wrong it was 5", (5, None), None),
        ("Change the last entry", None, None),
        ("the last one is wrong", None, None),
        ("correct the last entry from 8 to 5 minutes", (5, "minutes"), None),
        ("please fix my last walk, i said 8 but it was 7", (7, None), None),
        ("last entry should be two blocks", (2, "blocks"), None),
        ("the last one should have been 1 h 20", (80, "minutes"), None),
        ("I got the last one wrong, 8 was wrong, 6 minutes is right", (6, "minutes"), None),
        ("change the last one to yesterday", None, "yesterday"),
        ("the last entry was wrong, it was on Tuesday not today", None, "Tuesday"),
        ("set the last one to 12 minutes instead of 20", (12, "minutes"), None),
        ("mistake in the last entry sorry, make it ten", (10, None), None),
    ],
)
def test_changes_the_last(text: str, measure: Measure, day: str | None) -> None:
    """What the last entry is changed to is read, rather than what it is put in the place of."""
    assert told(WISHES(text), "change") == (measure, day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("delete the entry of Nov 3", "Nov 3"),
        ("delete yesterday's walk", "yesterday's"),
        ("please take out the walk on Monday", "Monday"),
        ("remove the entries of 11/3/2026", "11/3/2026"),
        ("get rid of the one from last Tuesday", "last Tuesday"),
        ("delete the entry on my birthday", "my birthday"),
        ("erase the entry for the 3rd", "the 3rd"),
    ],
)
def test_takes_out_a_day(text: str, day: str) -> None:
    """The entry of a day is taken out, not the whole diary."""
    wish = WISHES(text)

    assert wish is not None
    assert wish["delete_day"]["words"] == day


@pytest.mark.parametrize(
    ("text", "measure", "day"),
    [
        ("no it was 7 minutes not 8", (7, "minutes"), None),
        ("no, 7", (7, None), None),
        ("sorry 7 not 8", (7, None), None),
        ("oops i meant twelve", (12, None), None),
        ("wait, that was 2 blocks", (2, "blocks"), None),
        ("actually I walked 9 minutes", (9, "minutes"), None),
        ("not 8 but 5", (5, None), None),
        ("it should be 15 mins", (15, "minutes"), None),
        ("No I said seven minutes", (7, "minutes"), None),
        ("no that was yesterday", None, "yesterday"),
        ("that was on Nov 3, not today", None, "Nov 3"),
        ("make it 1,5 km", (1.5, "kilometers"), None),
    ],
)
@pytest.mark.parametrize("asked", ["diary_noted", "diary_consent"])
def test_puts_right_what_was_said_back(asked: Any, text: str, measure: Measure, day: str | None) -> None:
    """Right after an entry was said back, a correction counts for it."""
    assert told(WISHES.reply(text, asked, about=False), "change") == (measure, day)


@pytest.mark.parametrize("text", ["scratch that", "delete it", "take that out please", "no, forget it", "remove that"])
def test_takes_back_what_was_noted(text: str) -> None:
    """Right after an entry was noted, "that" is the entry."""
    assert WISHES.reply(text, "diary_noted", about=False) == {"undo": True}


@pytest.mark.parametrize(
    "text",
    [
        "thank you",
        "no",
        "ok",
        "what is stenosis",
        "is 8 minutes good?",
        "yesterday I walked 6 minutes",
        "I also walked 5 blocks on Monday",
        "that was the wrong one",
        "does it get better",
        "show my diary",
    ],
)
def test_puts_nothing_right_by_mistake(text: str) -> None:
    """Thanks, questions and further walks change nothing that was noted."""
    wish = WISHES.reply(text, "diary_noted", about=False)

    assert wish is None or not wish.keys() & {"change", "undo"}


@pytest.mark.parametrize(
    ("text", "words_of_day"),
    [
        ("the 3rd", "the 3rd"),
        ("Nov 26", "Nov 26"),
        ("yesterday", "yesterday"),
        ("yesterday?", "yesterday"),
        ("Sat", "Sat"),
        ("it was on tuesday", "tuesday"),
        ("I think it was the day before yesterday", "the day before yesterday"),
        ("26", "26"),
        ("the 26th of november dear", "the 26th of november"),
        ("oh, 2026-11-26", "2026-11-26"),
        ("christmas", "christmas"),
    ],
)
def test_reads_which_day(text: str, words_of_day: str) -> None:
    """A reply to which day it was is read, also as a number or a short name alone."""
    assert told(WISHES.reply(text, "diary_day", about=False), "told") == (None, words_of_day)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("never mind", "diary_day"),
        ("I don't know", "diary_day"),
        ("can't remember", "diary_day"),
        ("Never mind", "diary_change"),
        ("cancel", "diary_change"),
        ("No, that's wrong", "diary_unlikely"),
        ("no", "diary_day_deletion"),
    ],
)
def test_refuses(text: str, asked: Any) -> None:
    """A no, or that it is not known, ends what was asked."""
    assert WISHES.reply(text, asked, about=False) == {"refuse": asked}


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("8", (8, None)),
        ("about ten minutes", (10, "minutes")),
        ("2 blocks I think", (2, "blocks")),
        ("1 h 20", (80, "minutes")),
        ("it was half a mile", (0.5, "miles")),
        ("I walked 9 minutes", (9, "minutes")),
    ],
)
@pytest.mark.parametrize("asked", ["diary_change", "diary_unlikely"])
def test_reads_how_much(asked: Any, text: str, measure: Measure) -> None:
    """A reply to how long or far it was is read."""
    assert told(WISHES.reply(text, asked, about=False), "told") == (measure, None)


@pytest.mark.parametrize("text", ["yes", "Yes, that's right", "yes it was 400 minutes"])
def test_agrees_to_an_unlikely_walk(text: str) -> None:
    """A yes is a yes, also with the measure again."""
    assert WISHES.reply(text, "diary_unlikely", about=False) == {"agree": "diary_unlikely"}


@pytest.mark.parametrize("asked", ["diary_day", "diary_change", "diary_unlikely", "diary_day_deletion"])
@pytest.mark.parametrize("text", ["what is stenosis?", "how long does an injection last", "my legs are numb"])
def test_anything_else_is_no_reply(asked: Any, text: str) -> None:
    """What is no reply is answered as usual."""
    assert WISHES.reply(text, asked, about=True) is None
