"""The bot with ten times as many answers."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rasa.core.policies.rule_policy import RULES, RulePolicy

from bot.models.answer_model import AnswerModel
from bot.models.ngrams import Ngrams
from bot.nlu.answer_classifier import AnswerClassifier
from workshop.speed import many

pytestmark = pytest.mark.rasa
KEY = '[{"user": {"intent": "aids.brace"}}]'


@pytest.fixture
def agent() -> Any:
    """A bot of two answers, of which one has a rule."""
    classifier, policy = AnswerClassifier.__new__(AnswerClassifier), RulePolicy.__new__(RulePolicy)
    labels = ["aids.brace", "surgery.risks"]
    model = AnswerModel(labels, np.array([[1.0], [2.0]]), np.zeros(2), [np.ones(1)], 1.0, 1.0, 0.5)
    classifier._trained = model, Ngrams([{"brace": 0}, {}])
    policy.lookup = {RULES: {KEY: "action_answer"}}
    nodes = {name: SimpleNamespace(_component=one) for name, one in (("c", classifier), ("p", policy))}
    return SimpleNamespace(processor=SimpleNamespace(graph_runner=SimpleNamespace(_instantiated_nodes=nodes)))


def parts(agent: Any) -> tuple[AnswerModel, dict[str, Any]]:
    """The bot's classifier and rules."""
    one, other = (node._component for node in agent.processor.graph_runner._instantiated_nodes.values())
    model, _ = one._trained
    return model, other.lookup[RULES]


def test_copies_cost_and_are_never_given(agent: Any) -> None:
    """Within, there are ten times as many answers and rules, and the answers' probabilities are what they were."""
    model, _ = parts(agent)
    counts = [(np.array([0]), np.array([3.0]))]

    with many.answers(agent)():
        more, more_rules = parts(agent)

    assert len(more.labels) == len(set(more.labels)) == many.TIMES * len(model.labels)
    assert len(more_rules) == many.TIMES
    assert np.allclose(more.probabilities(counts)[:2], model.probabilities(counts))


def test_leaves_no_trace(agent: Any) -> None:
    """Afterwards the bot has its own answers again."""
    model, rules = parts(agent)
    entered = many.answers(agent)

    with entered():
        pass

    assert parts(agent)[0] is model
    assert parts(agent)[1] is rules
    assert rules == {KEY: "action_answer"}
