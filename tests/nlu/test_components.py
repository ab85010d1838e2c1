"""The graph components that decide: settings, the alarm, asking back."""

from typing import Any

import pytest
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.answer_classifier import AnswerClassifier
from bot.nlu.clarifier import Clarifier
from bot.nlu.red_flags import RedFlags

pytestmark = pytest.mark.rasa


@pytest.mark.parametrize("value", [0, -1, "much", None])
def test_classifier_refuses_a_wrong_setting(value: Any) -> None:
    """A setting that is no positive number is refused by name."""
    with pytest.raises(InvalidConfigException, match="strength: must be a positive number"):
        AnswerClassifier.validate_config({"strength": value})


def message(text: str, *ranking: tuple[str, float], threshold: float = 0.6) -> Message:
    """A message as the classifier leaves it."""
    ranked = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    data = {"text": text, "intent": ranked[0], "intent_ranking": ranked, "threshold": threshold}
    return Message({**data, "alarm": {"raised": None}})


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
    ("text", "ranking", "intent", "by"),
    [
        ("I can't pee", [("bot.thanks", 0.99)], "urgent.cauda_equina", "rules"),
        ("I have chest pain", [("aids.brace", 0.9)], "urgent.emergency", "rules"),
        ("hello", [("bot.greeting", 0.7), ("urgent.crisis", 0.25)], "urgent.crisis", "classifier"),
        ("hello", [("bot.greeting", 0.7), ("urgent.crisis", 0.15)], "bot.greeting", None),
        ("I'm not incontinent", [("aids.brace", 0.5), ("urgent.cauda_equina", 0.4)], "aids.brace", None),
        ("I'm not incontinent", [("urgent.cauda_equina", 0.5), ("aids.brace", 0.4)], "aids.brace", None),
        (
            "I'm not incontinent",
            [("urgent.cauda_equina", 0.7), ("aids.brace", 0.2)],
            "urgent.cauda_equina",
            "classifier",
        ),
        ("hello", [("urgent.stand_down", 0.5), ("urgent.cauda_equina", 0.4)], "urgent.stand_down", None),
    ],
)
def test_red_flags_raise_the_alarm(text: str, ranking: list[tuple[str, float]], intent: str, by: str | None) -> None:
    """A sign wins over any intent; without one the classifier's suspicion does, unless the rules contradict it."""
    [done] = RedFlags(RedFlags.get_default_config()).process([message(text, *ranking)])

    assert done.get("intent")["name"] == intent
    assert done.get("alarm")["by"] == by
    assert done.get("alarm")["raised"] == (intent if by else None)


def test_without_alarm_its_replies_are_no_candidates() -> None:
    """When no alarm is raised, what was suspected goes to the other answers in proportion."""
    asked = message("I'm not incontinent", ("urgent.cauda_equina", 0.5), ("a.a", 0.4), ("b.b", 0.1))

    [done] = Clarifier({"runner_up": 0.03}).process(RedFlags(RedFlags.get_default_config()).process([asked]))

    assert done.get("intent") == {"name": "a.a", "confidence": pytest.approx(0.8)}
    assert done.get("candidates") == ["b.b"]


def test_clarifier_never_questions_an_alarm() -> None:
    """An alarm is given without asking back, however unsure."""
    asked = message("hello", ("bot.greeting", 0.4), ("urgent.crisis", 0.3))

    [done] = Clarifier({"runner_up": 0.03}).process(RedFlags(RedFlags.get_default_config()).process([asked]))

    assert done.get("intent")["name"] == "urgent.crisis"
    assert done.get("candidates") == []
