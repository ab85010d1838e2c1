"""The measure of what is extracted about symptoms, on hand-made labels."""

from bot.conversation.symptom_context import Told
from bot.knowledge.base import KnowledgeBase
from workshop.told import Labelled, table

PAIN, CALF, WALKING = Told("symptom", "pain"), Told("place", "calf"), Told("trigger", "walking")


def test_counts_what_is_told_denied_and_said_back(base: KnowledgeBase) -> None:
    """The table has the shares of each kind, of right denials, and the messages said back with something untold."""
    numb, denied = Told("symptom", "numbness"), Told("symptom", "numbness", denied=True)
    some = [
        Labelled(frozenset({PAIN, CALF, WALKING}), frozenset({PAIN, CALF, WALKING}), (PAIN, CALF, WALKING)),
        Labelled(frozenset({CALF, denied}), frozenset({numb, PAIN}), (PAIN, CALF, WALKING)),
    ]

    lines = table("open", some, base.reflection)

    assert "| symptom | 2 | 66.7 % | 100.0 % | 80.0 % |" in lines
    assert "| place | 2 | 100.0 % | 50.0 % | 66.7 % |" in lines
    assert "| relief | 0 | none | none | none |" in lines
    assert lines[-2] == (
        "Told or denied as labelled: 75.0 % of 4. Said back: 2 messages, 1 of them with something that was not told."
    )
