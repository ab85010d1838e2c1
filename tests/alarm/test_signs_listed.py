"""What a patient says after the bot has listed the warning signs."""

import pytest

from bot.alarm.detector import detector
from bot.knowledge.base import knowledge

LISTED = knowledge().boxes["signs"].lines


@pytest.mark.parametrize(
    "text",
    [
        "it's numb",
        "down there, and my legs ache",
        "down there, my back hurts too",
        "around my bottom, and my back hurts",
        "between my legs and my back is sore",
        "in my private parts, pain in the back as well",
        "my bottom, and cramps in my calves",
        "yes I have one of these",
        "I have one of these signs",
        "I've got two of those now",
    ],
)
def test_place_of_a_listed_sign_is_a_sign(text: str) -> None:
    """Whoever names the place, or one of the signs, after the list tells a sign, whatever else hurts."""
    assert detector()(text, bot_said=LISTED).alarm == "cauda_equina"


@pytest.mark.parametrize(
    "text",
    [
        "my bottom hurts when I sit",
        "mine is just an ache in the bottom and thighs",
        "the saddle is making my bottom sore haha",
        "ok thanks",
        "my feet go numb when I walk",
        "my neighbor has one of these walkers",
        "no, I have none of these",
    ],
)
def test_sore_place_after_the_list_is_no_sign(text: str) -> None:
    """A place that hurts is not numb, and another matter is none of the list's."""
    assert detector()(text, bot_said=LISTED).alarm is None
