"""What a message mentions, as Rasa's entities."""

from typing import Any

import pytest
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.mentions import Mentions

pytestmark = pytest.mark.rasa


def mentioned(text: str) -> list[tuple[str, Any, str]]:
    """The entities of a message: kind, value, and the words that they stand for."""
    [message] = Mentions({}).process([Message({"text": text})])
    return [(one["entity"], one["value"], text[one["start"] : one["end"]]) for one in message.get("entities")]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("hello", []),
        ("", []),
        ("👍", []),
        (
            "Does gabapentin work?",
            [("topic", "gabapentin", "gabapentin"), ("side", "evidence", "Does gabapentin work")],
        ),
        ("the second one", [("ordinal", "2", "the second")]),
        ("the last one please", [("ordinal", "last", "the last")]),
        ("what about neurontin", [("topic", "gabapentin", "neurontin")]),
    ],
)
def test_topics_and_sides(text: str, entities: list[tuple[str, Any, str]]) -> None:
    """Topics, sides and ordinals are entities with the words that name them, whatever their normal form is."""
    assert mentioned(text) == entities


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("ten minutes or so", [("duration", 10.0, None)]),
        ("half a mile in 20 to 30 min", [("distance", 0.5, None), ("duration", 20.0, 30.0)]),
        ("several minutes", []),
    ],
)
def test_measures(text: str, entities: list[tuple[str, float, float | None]]) -> None:
    """Times and ways are entities in the units that the bot tells, a range with its end."""
    found = [(kind, value) for kind, value, _ in mentioned(text) if kind in ("duration", "distance")]

    assert [(kind, value["amount"], value["to"]) for kind, value in found] == entities


def test_symptoms() -> None:
    """What is told of symptoms are entities, with a role where it is denied; the body's side is no topic's side."""
    [message] = Mentions({}).process([Message({"text": "no pain, but my left foot is numb when I stand"})])
    found = {(one["entity"], one["value"], one.get("role")) for one in message.get("entities")}

    assert {
        ("symptom", "pain", "denied"),
        ("symptom", "numbness", None),
        ("place", "foot", None),
        ("body_side", "left", None),
        ("trigger", "standing", None),
    } <= found


def test_days() -> None:
    """Days are entities with the words that name them."""
    assert [one for one in mentioned("I walked Last Tuesday") if one[0] == "date"] == [
        ("date", "Last Tuesday", "Last Tuesday")
    ]


def test_other_readings_have_none() -> None:
    """A reading that stands beside the message is looked through for nothing."""
    [message] = Mentions({}).process([Message({"text": "gabapentin", "role": "part"})])

    assert message.get("entities") is None
