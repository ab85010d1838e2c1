"""Rules looked up by intent: the same as Rasa's lookup, with less to compare."""

import json
from typing import Any

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.constants import SHOULD_NOT_BE_SET

from bot.nlu import rule_policy
from bot.nlu.rule_policy import RulesByIntent

pytestmark = pytest.mark.rasa
LISTENS = {"action_name": "action_listen"}


def key(*states: dict[str, Any]) -> str:
    """Write a rule's states as Rasa keeps them."""
    return json.dumps(states, sort_keys=True)


ASKED = key({"prev_action": LISTENS, "user": {"intent": "aids.brace"}})
OTHER = key({"prev_action": LISTENS, "user": {"intent": "surgery.when"}})
ANSWERED = key({"prev_action": LISTENS, "user": {"intent": "aids.brace"}}, {"prev_action": {"action_name": "answer"}})
ANY = key({"prev_action": LISTENS})
BEGINNING = key({"user": {"intent": "surgery.when"}})
UNSAID = key({"prev_action": LISTENS, "user": {"intent": SHOULD_NOT_BE_SET}})
RULES = dict.fromkeys([ASKED, OTHER, ANSWERED, ANY, BEGINNING, UNSAID], "action")


@pytest.mark.parametrize(
    "states",
    [
        [{"prev_action": LISTENS, "user": {"intent": "aids.brace"}}],
        [{"prev_action": LISTENS, "user": {"intent": "unheard.of"}}],
        [{"prev_action": LISTENS}],
        [{"user": {"intent": "aids.brace"}}],
        [{"prev_action": LISTENS, "user": {"intent": "aids.brace"}}, {"prev_action": {"action_name": "answer"}}],
        [{}],
        [],
    ],
)
def test_finds_the_rules_that_rasa_finds(states: list[dict[str, Any]]) -> None:
    """Whatever the conversation's states are, the rules that apply are those that Rasa itself finds."""
    own, rasas = RulesByIntent.__new__(RulesByIntent), RulePolicy.__new__(RulePolicy)

    assert own._get_possible_keys(RULES, states) == rasas._get_possible_keys(RULES, states)


def test_compares_no_rule_of_another_intent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that names another intent is not compared with the conversation."""
    compared: list[str] = []
    applicable = RulePolicy._is_rule_applicable
    monkeypatch.setattr(
        rule_policy.RulePolicy,
        "_is_rule_applicable",
        lambda self, rule, *rest: compared.append(rule) or applicable(self, rule, *rest),
    )

    RulesByIntent.__new__(RulesByIntent)._get_possible_keys(
        RULES, [{"prev_action": LISTENS, "user": {"intent": "aids.brace"}}]
    )

    assert OTHER not in compared
    assert ASKED in compared
