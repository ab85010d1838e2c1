"""Rasa's rules, looked up by intent first."""

from __future__ import annotations

import json
from functools import cache

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class RulesByIntent(RulePolicy):
    """Rasa's rule policy without the rules of other intents; Rasa itself compares every rule for each action.

    Otherwise, with one rule per answer, ten times the answers would cost ten times as much.
    """

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> tuple[str | None, str | None, bool]:
        if use_text_for_last_user_input:  # Rasa first asks for rules on a message's exact text: there are none
            return None, None, False
        found: tuple[str | None, str | None, bool] = super()._find_action_from_rules(tracker, domain, False)
        return found

    def _get_possible_keys(self, lookup: dict[str, str], states: list[State]) -> set[str]:
        if states:
            intent = states[-1].get(USER, {}).get(INTENT)
            lookup = {key: lookup[key] for key in lookup if _intent(key) in (None, intent)}
        possible: set[str] = super()._get_possible_keys(lookup, states)
        return possible


@cache
def _intent(rule: str) -> str | None:
    """Return the intent that a rule requires; None when any intent will do."""
    last = json.loads(rule)[-1]
    intent: str | None = last.get(USER, {}).get(INTENT)
    return intent if PREVIOUS_ACTION in last and intent != SHOULD_NOT_BE_SET else None
