"""The look for signs in a server that many people write to at once."""

import asyncio
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.alarm.detector import OVERLAP, PIECE, UNREAD, detector
from bot.alarm.lookout import Lookout
from bot.alarm.verdict import NOTHING, Pending
from bot.text.clean import clean

pytestmark = pytest.mark.rasa  # the channels import it
SIGN = "I can't pee since this morning"
LONG = ("My leg hurts when I walk to the shop and it is better when I sit down. " * 300)[:20_000]


@given(st.text(max_size=200))
@example("e\u200b\u0301")
@example("\u0344" * 70)
def test_cleaning_is_final(text: str) -> None:
    """A cleaned text holds no invisible characters, and cleaning it again changes nothing."""
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert not {"\x00", "\u200b", "\u202e", "\ud800"} & set(cleaned)


@pytest.mark.timed
@pytest.mark.parametrize(
    "text",
    [
        "\u0344\u0301\u0323" * 6000,
        "a" + "\u0323\u0301" * 9000,
        "\ufdfa" * 20_000,
        "\u200d\u0301" * 9000,
        "e\u0301" * 9000,
    ],
    ids=["marks", "marks on a letter", "one that becomes eighteen", "hidden between marks", "accents"],
)
def test_cleaning_takes_no_square(text: str) -> None:
    """Rows of marks, which take Unicode's own way the square of their number, take as their number does."""
    took = {}
    for part in (text[: len(text) // 4], text):
        times = []
        for _ in range(7):
            before = time.thread_time()
            clean(part)
            times.append(time.thread_time() - before)
        took[len(part)] = min(times)

    assert took[len(text)] < 8 * took[len(text) // 4]  # 4 when it grows with the number, 16 with its square


def test_cleaning_keeps_what_people_write() -> None:
    """Letters with accents stay, in one form."""
    text = "Más débil: Ça va? Việt 한국어 العَرَبِيَّة हिन्दी ❤️"

    assert clean(unicodedata.normalize("NFD", text)) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    "text",
    ["".join(f"{letter}{mark}" for letter in SIGN) for mark in "\u0332\u0336\ufe0f"]
    + [SIGN.replace(" ", blank) for blank in ("\u3164", "\u2800", "\u00a0", "\u2003", "\u115f")],
    ids=ascii,
)
def test_sign_in_decorated_letters(text: str) -> None:
    """A sign whose letters are underlined or struck through, or whose blanks are odd ones, is a sign."""
    assert detector()(clean(text)).alarm == "cauda_equina"


@pytest.mark.parametrize("place", [0, PIECE - 10, PIECE + OVERLAP, 19_900])
async def test_whole_message_is_looked_at(place: int) -> None:
    """A sign anywhere in the longest message is found, at its place, as when it is looked at in one go."""
    text = f"{LONG[:place]}. {SIGN}. {LONG[place:]}"

    verdict = await Lookout(seconds=60)(text, NOTHING, "")

    assert verdict == detector()(text)
    assert verdict.alarm == "cauda_equina"
    assert any(text[one.start : one.end] in SIGN for one in verdict.findings)


async def test_what_there_is_no_time_for_is_suspected() -> None:
    """A message that could not be read to its end is a suspicion; a sign in what was read is still an alarm."""
    look = Lookout(seconds=0.0)

    late = await look(LONG, NOTHING, "")
    told = await look(f"{SIGN}. {LONG}", NOTHING, "")
    short = await look("My leg hurts", NOTHING, "")

    assert (late.alarm, late.suspected, [one.rule for one in late.findings]) == (None, "cauda_equina", [UNREAD])
    assert told.alarm == "cauda_equina"
    assert short.findings == ()


async def test_long_messages_hold_nobody_up() -> None:
    """While many long messages are looked at, a sign is found after each piece of one of them."""
    look = Lookout(seconds=60)
    many = [asyncio.create_task(look(LONG, Pending(), "")) for _ in range(10)]
    await asyncio.sleep(0)
    found = 0
    while not all(task.done() for task in many):
        assert (await look(SIGN, NOTHING, "")).alarm == "cauda_equina"
        found += 1
        await asyncio.sleep(0)

    assert found >= len(many) * (len(LONG) // PIECE - 1)
