"""What the bot says back of symptoms."""

import pytest

from bot.conversation.symptom_context import Told
from bot.knowledge.base import KnowledgeBase
from bot.reply.reflection import reflected

PAIN, CALF, WALKING, SITTING = (
    Told("symptom", "pain"),
    Told("place", "calf"),
    Told("trigger", "walking"),
    Told("relief", "sitting"),
)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([PAIN, CALF, WALKING, SITTING], "You told me about pain in the legs when walking, and that sitting eases it."),
        (
            [PAIN, Told("symptom", "numbness"), CALF, Told("side", "left"), WALKING, Told("trigger", "standing")],
            "You told me about pain and numbness in the left leg when walking or standing.",
        ),
        ([PAIN, Told("place", "back"), SITTING], "You told me about pain in the back, and that sitting eases it."),
        (
            [PAIN, CALF, Told("place", "foot"), SITTING],
            "You told me about pain in the legs, and that sitting eases it.",
        ),
    ],
)
def test_says_back_what_was_told(base: KnowledgeBase, told: list[Told], said: str) -> None:
    """The sentence names what was told, each thing once, and nothing else."""
    assert reflected(base.reflection, told).removesuffix(f" {base.reflection.link}") == said


@pytest.mark.parametrize("told", [[], [PAIN, CALF], [PAIN, WALKING], [CALF, WALKING], [Told("onset", "x"), CALF, PAIN]])
def test_says_nothing_back_of_less(base: KnowledgeBase, told: list[Told]) -> None:
    """Without a symptom, its place, and what brings or eases it, nothing is said back."""
    assert reflected(base.reflection, told) == ""


def test_links_only_legs_that_hurt_on_walking(base: KnowledgeBase) -> None:
    """What the documents say of the legs is not said of the back."""
    assert base.reflection.link in reflected(base.reflection, [PAIN, CALF, WALKING])
    assert base.reflection.link not in reflected(base.reflection, [PAIN, Told("place", "back"), WALKING])
    assert base.reflection.link not in reflected(base.reflection, [PAIN, CALF, SITTING])
