"""The bot with ten times as many answers: copies with other ids, in the classifier and in the policy's rules."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from rasa.core.agent import Agent
from rasa.core.policies.rule_policy import RULES, RulePolicy

from bot.models.answer_model import AnswerModel
from bot.nlu.answer_classifier import AnswerClassifier

TIMES = 10
NEVER = -1000.0  # added to the copies' scores, so that they cost as much as an answer and are never given


def answers(agent: Agent) -> Callable[[], AbstractContextManager[None]]:
    """Return a context manager in which the bot chooses among ten times as many answers."""
    classifier, policy = (_component(agent, kind) for kind in (AnswerClassifier, RulePolicy))
    (model, ngrams), rules = classifier._trained, policy.lookup[RULES]
    more_labels, more_rules = _more_labels(model), _more_rules(rules, model.labels)

    @contextmanager
    def entered() -> Iterator[None]:
        classifier._trained, policy.lookup[RULES] = (more_labels, ngrams), more_rules
        try:
            yield
        finally:
            classifier._trained, policy.lookup[RULES] = (model, ngrams), rules

    return entered


def _component(agent: Agent, kind: type) -> Any:
    nodes = agent.processor.graph_runner._instantiated_nodes.values()
    return next(node._component for node in nodes if isinstance(node._component, kind))


def _more_labels(model: AnswerModel) -> AnswerModel:
    copies = range(1, TIMES)
    return replace(
        model,
        labels=[*model.labels, *(_copy(label, number) for number in copies for label in model.labels)],
        weights=np.asfortranarray(np.tile(model.weights, (TIMES, 1))),
        bias=np.concatenate([model.bias, *(model.bias + NEVER for _ in copies)]),
    )


def _more_rules(rules: dict[str, Any], labels: list[str]) -> dict[str, Any]:
    more = dict(rules)
    for key, value in rules.items():
        for label in labels:
            if f'"{label}"' in key:
                more |= {key.replace(f'"{label}"', f'"{_copy(label, number)}"'): value for number in range(1, TIMES)}
    return more


def _copy(label: str, number: int) -> str:
    return f"{label}~{number}"
