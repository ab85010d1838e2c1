"""Whether a message reports a walk, as a Rasa component."""

import asyncio
from typing import Any

import pytest

pytestmark = pytest.mark.rasa


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("Down to the pond and home, a quarter of an hour, sat twice", "note_walks"),
        ("got round the block this morning 6 min", "note_walks"),
        ("how many minutes should I walk", "answer"),
        ("my limit is 5 minutes and then I must sit", "answer"),
        ("down to the pond and home", "answer"),  # neither time nor way: nothing to note
    ],
)
def test_report_of_a_walk_is_noted(agent: Any, text: str, act: str) -> None:
    """A report that no phrase knows is one for the diary; what asks, or tells a limit, is answered."""
    parse = asyncio.run(agent.parse_message(text))

    assert (parse["intent"]["name"] if parse["intent"]["name"] == "note_walks" else "answer") == act
