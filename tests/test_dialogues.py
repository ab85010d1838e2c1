"""The nurses' scripted dialogues, with the real model and the actions."""

import asyncio
from typing import Any

import pytest

from bot.settings import ROOT
from workshop.dialogues.play import Outcome, play
from workshop.dialogues.script import Script, load_all

FOLDER = ROOT / "tests" / "dialogues"
SCRIPTS = load_all(FOLDER)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.path.stem)
def test_dialogue(script: Script, agent: Any, loop: asyncio.AbstractEventLoop) -> None:
    """The bot does what the dialogue says."""
    from bot.channels.local import LocalBot

    async def played() -> list[Outcome]:
        return [outcome async for outcome in play(LocalBot(agent), script, f"dialogue-{script.path.stem}")]

    outcomes = asyncio.run_coroutine_threadsafe(played(), loop).result(timeout=120)

    assert [problem for outcome in outcomes for problem in outcome.problems] == []


def test_enough_dialogues() -> None:
    """There are dialogues of our own, and held-out ones that nobody reads while the rules are written."""
    held_out = load_all(FOLDER / "held_out")

    assert len(SCRIPTS) >= 80
    assert len(held_out) >= 60
    assert {script.name for script in SCRIPTS}.isdisjoint(script.name for script in held_out)
