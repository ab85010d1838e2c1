"""The public ids are the same everywhere: knowledge, training data."""

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.ids import SETTLED
from bot.settings import ROOT


def test_training_files_are_the_topics(base: KnowledgeBase) -> None:
    """There is a file of training questions for each topic's file of answers that the classifier can give."""
    assert {path.stem for path in (ROOT / "data" / "nlu").glob("*.yml")} == {
        reply.topic for reply in base.replies.values() if reply.id not in SETTLED
    }
