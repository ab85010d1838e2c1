"""Playing scripted dialogues: what is not as it must be."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.reply.reply import Reply
from workshop.dialogues.play import Outcome, play, problems
from workshop.dialogues.script import Expected, Script, Turn


def reply(answer: str | None = "aids.brace", text: str = "A brace can help.", **fields: Any) -> Reply:
    """A reply of the bot's, with what it has besides the defaults."""
    reminder = "Call us." if fields.pop("reminder", False) else ""
    buttons = tuple({"title": title, "payload": payload} for title, payload in fields.pop("buttons", []))
    return Reply(answer=answer, buttons=buttons, **fields).saying(text).saying(reminder, kind="reminder")


BRACE, CANE = reply(), reply("aids.walkers_canes", "A cane is to lean on.")
ALARM = reply("urgent.cauda_equina", "Call 999.", urgent=True)
TAKEN_BACK = reply("urgent.stand_down", "Good.", urgent=True)
OFFERING = reply(buttons=[("Is surgery for me?", "/surgery.when"), ("Skip", "Skip")])


@pytest.mark.parametrize(
    ("expected", "replies", "found"),
    [
        ({}, [BRACE], []),
        ({}, [], []),
        ({"answer": "aids.brace"}, [BRACE], []),
        ({"answer": "aids.brace"}, [CANE], ["answer: must be aids.brace, was aids.walkers_canes"]),
        ({"answer": "aids.brace"}, [reply(None)], ["answer: must be aids.brace, was None"]),
        ({"answer": "aids.brace"}, [], ["answer: must be aids.brace, was "]),
        ({"answer": "aids.brace"}, [CANE, BRACE], []),
        ({"answer": "aids"}, [BRACE], ["answer: must be aids, was aids.brace"]),
        ({"answer": "a.b or aids.brace"}, [BRACE], []),
        ({"answer": "a.b or c.d"}, [BRACE], ["answer: must be a.b or c.d, was aids.brace"]),
        ({"answer": ["aids.brace", "aids.walkers_canes"]}, [CANE, BRACE], []),
        ({"answer": ["a.b or aids.brace", "c.d"]}, [BRACE], ["answer: must be c.d, was aids.brace"]),
        ({"says": "BRACE can"}, [BRACE], []),
        ({"says": ["brace", "cane"]}, [BRACE, CANE], []),
        ({"says": ["brace", "cane"]}, [BRACE], ["says: 'cane' is missing"]),
        ({"never says": "cane"}, [BRACE], []),
        ({"never says": ["Cane", "wheel"]}, [BRACE, CANE], ["never says: 'Cane' is there"]),
        ({"urgent": True}, [ALARM], []),
        ({"urgent": False}, [ALARM], ["urgent: must be false"]),
        ({"urgent": True}, [BRACE], ["urgent: must be true"]),
        ({"urgent": False}, [TAKEN_BACK], []),
        ({"urgent": True}, [TAKEN_BACK], ["urgent: must be true"]),
        ({"reminder": True}, [BRACE, reply(reminder=True)], []),
        ({"reminder": True}, [BRACE], ["reminder: must be true"]),
        ({"reminder": False}, [reply(reminder=True)], ["reminder: must be false"]),
        ({"buttons": "surgery.when"}, [OFFERING], []),
        ({"buttons": ["Is surgery for me?", "Skip"]}, [BRACE, OFFERING], []),
        ({"buttons": ["skip", "surgery"]}, [OFFERING], ["buttons: 'skip' is missing", "buttons: 'surgery' is missing"]),
        ({"asks back": True}, [reply("clarify.choose")], []),
        ({"asks back": True}, [reply(asks="selfcheck_legs")], []),
        ({"asks back": True}, [BRACE], ["asks back: must be true"]),
        ({"asks back": False}, [reply(asks="selfcheck_legs")], ["asks back: must be false"]),
        ({"asks back": False}, [BRACE], []),
        ({"urgent": True, "says": "999"}, [BRACE], ["says: '999' is missing", "urgent: must be true"]),
    ],
)
def test_problems(expected: dict[str, Any], replies: list[Reply], found: list[str]) -> None:
    """What is stated and not so is told; what is not stated is not looked at."""
    assert list(problems(Expected(**expected), replies)) == found


class Parrot:
    """Answers whatever it is sent with its words, and remembers what that was."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    async def send(self, conversation: str, text: str) -> Any:
        """Repeat a patient's message."""
        self.sent.append((conversation, text))
        return SimpleNamespace(replies=[reply(text=text)])


async def test_plays() -> None:
    """The turns are sent in order in one conversation; a problem stands with the file and the line."""
    turns = (Turn("hello", Expected(says="hello"), 5), Turn("bye", Expected(says="see you"), 7))
    script, bot = Script("A", Path("a.yml"), turns), Parrot()

    outcomes = [outcome async for outcome in play(bot, script, "c")]

    assert bot.sent == [("c", "hello"), ("c", "bye")]
    assert outcomes == [
        Outcome(script, turns[0], ()),
        Outcome(script, turns[1], ("a.yml:7: says: 'see you' is missing",)),
    ]
