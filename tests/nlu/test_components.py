"""What all graph components have in common, and what the two that decide do."""

from typing import Any

import pytest
from rasa.engine.graph import GraphComponent
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.answer_classifier import AnswerClassifier
from bot.nlu.clarifier import Clarifier
from bot.nlu.reader import Reader
from bot.nlu.red_flags import RedFlags
from bot.nlu.sentence_embedding import SentenceEmbedding

pytestmark = pytest.mark.rasa
COMPONENTS = [Reader, SentenceEmbedding, AnswerClassifier, Clarifier, RedFlags]


@pytest.mark.parametrize("component", COMPONENTS)
def test_contract(component: type[GraphComponent]) -> None:
    """Every component is one of Rasa's, requires components, and has defaults that can be changed in config.yml."""
    assert issubclass(component, GraphComponent)
    assert isinstance(component.required_components(), list)
    assert isinstance(component.get_default_config(), dict)


@pytest.mark.parametrize("value", [0, -1, "much", None])
def test_classifier_refuses_a_wrong_setting(value: Any) -> None:
    """A setting that is no positive number is refused by name."""
    with pytest.raises(InvalidConfigException, match="strength: must be a positive number"):
        AnswerClassifier.validate_config({"strength": value})


def message(text: str, *ranking: tuple[str, float], threshold: float = 0.6) -> Message:
    """A message as the classifier leaves it."""
    ranked = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    return Message({"text": text, "intent": ranked[0], "intent_ranking": ranked, "threshold": threshold})


@pytest.mark.parametrize(
    ("ranking", "intent", "candidates"),
    [
        ([("a.a", 0.9), ("b.b", 0.02)], "a.a", []),
        ([("a.a", 0.7), ("b.b", 0.2), ("c.c", 0.01)], "a.a", ["b.b"]),
        ([("a.a", 0.5), ("b.b", 0.3), ("c.c", 0.1)], "clarify.choose", ["a.a", "b.b", "c.c"]),
        ([("a.a", 0.4), ("clarify.choose", 0.3), ("c.c", 0.1)], "clarify.choose", ["a.a", "c.c"]),
        ([("clarify.choose", 0.9), ("a.a", 0.05)], "clarify.choose", ["a.a"]),
    ],
)
def test_clarifier_asks_back_when_unsure(ranking: list[tuple[str, float]], intent: str, candidates: list[str]) -> None:
    """Below the threshold it asks back with the likeliest; above, a near runner-up is offered beside the answer."""
    [done] = Clarifier({"runner_up": 0.03}).process([message("x", *ranking)])

    assert done.get("intent")["name"] == intent
    assert done.get("candidates") == candidates


@pytest.mark.parametrize(
    ("text", "ranking", "intent", "alarm"),
    [
        ("I can't pee", [("bot.thanks", 0.99)], "urgent.cauda_equina", {"raised": "cauda_equina", "silenced": False}),
        ("I have chest pain", [("aids.brace", 0.9)], "urgent.emergency", {"raised": "emergency", "silenced": False}),
        (
            "I'm not incontinent",
            [("urgent.cauda_equina", 0.9), ("warning_signs.list", 0.1)],
            "warning_signs.list",
            {"raised": None, "silenced": True},
        ),
        (
            "hello",
            [("urgent.cauda_equina", 0.9), ("a.b", 0.1)],
            "urgent.cauda_equina",
            {"raised": None, "silenced": False},
        ),
        ("hello", [("bot.greeting", 0.9)], "bot.greeting", {"raised": None, "silenced": False}),
    ],
)
def test_red_flags_have_the_last_word(
    text: str, ranking: list[tuple[str, float]], intent: str, alarm: dict[str, Any]
) -> None:
    """A sign wins over any intent; a sign that does not count takes the alarm back from the classifier."""
    [done] = RedFlags().process([message(text, *ranking)])

    assert done.get("intent")["name"] == intent
    assert done.get("alarm") == alarm
