"""How patients steer a guided talk."""

import pytest

from bot.conversation.clauses import in_clauses
from bot.conversation.forms import forms
from bot.conversation.steering import Steering
from bot.text.terms import words

STEERING = Steering(forms().phrases, words)


@pytest.mark.parametrize(
    ("text", "label", "whole"),
    [
        ("stop", "stop", "stop"),
        ("ok, stop please", "stop", "stop"),
        ("oh, I want to stop now, my daughter is here", "stop", None),
        ("stop the pain", None, None),
        ("i stop", None, None),
        ("skip the pills", None, None),
        ("never measured it, go on to the next one", "skip", None),
        ("what", "plainer", "plainer"),
        ("what is stenosis exactly", None, None),
        ("what do you mean by bending forward", "plainer", None),
        ("why does it hurt", None, None),
        ("why do you need to know that", "why", "why"),
        ("could you please go back", "back", "back"),
        ("back surgery", None, None),
        ("it's my back", None, None),
        ("thank you, go on", "agreed", "agreed"),
        ("I would like to change my answers", "any", "any"),
        ("", None, None),
    ],
)
def test_steering(text: str, label: str | None, whole: str | None) -> None:
    """A phrase steers by itself or in a clause of its own; where any words are a reply, only by itself."""
    said = in_clauses(text, words)

    assert (STEERING(said), STEERING(said, whole=True)) == (label, whole)
