"""Playing the benchmark's dialogues with a bot that is played by hand."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.alarm.labelled import Dialogue, Turn
from bot.reply.reply import Reply
from workshop.benchmark.play import is_right, outcomes


def told(answer: str | None, *, reminder: bool = False) -> Reply:
    """A reply of the bot's."""
    return Reply(answer=answer).saying("Call us." if reminder else "", kind="reminder")


@pytest.mark.parametrize(
    ("turn", "replies", "right"),
    [
        ({"alarm": "none"}, [told("aids.brace")], True),
        ({"alarm": "none"}, [told(None)], True),
        ({"alarm": "none"}, [told("urgent.crisis")], False),
        ({"alarm": "crisis"}, [told("urgent.crisis"), told("aids.brace")], True),
        ({"alarm": "crisis"}, [told("urgent.emergency")], False),
        ({"alarm": "crisis"}, [told("urgent.crisis"), told("urgent.emergency")], False),
        ({"alarm": "stand_down"}, [told("urgent.stand_down")], True),
        ({"alarm": "none", "reminder": True}, [told("aids.brace", reminder=True)], True),
        ({"alarm": "none", "reminder": True}, [told("aids.brace")], False),
        ({"alarm": "none"}, [told("aids.brace", reminder=True)], True),
    ],
)
def test_right(turn: dict[str, Any], replies: list[Reply], right: bool) -> None:
    """A turn is right when it raises the alarm that it must and none else, with the reminder where one is due."""
    assert is_right(Turn(patient="x", **turn), replies) is right


async def test_plays_turn_by_turn() -> None:
    """The bot's own words are said for it, and each of the patient's turns is judged."""
    heard: list[tuple[str, str]] = []

    class Bot:
        async def said(self, conversation: str, text: str) -> None:
            heard.append(("bot", text))

        async def send(self, conversation: str, text: str) -> Any:
            heard.append((conversation, text))
            return SimpleNamespace(replies=[told("urgent.crisis" if text == "yes" else None)])

    turns = [Turn(bot="Any thoughts?"), Turn(patient="yes", alarm="crisis"), Turn(patient="no", alarm="crisis")]
    dialogue = Dialogue(dialogue="d", why="w", turns=turns)

    assert [hit async for _, hit in outcomes(Bot(), "c", dialogue)] == [True, False]
    assert heard == [("bot", "Any thoughts?"), ("c", "yes"), ("c", "no")]
