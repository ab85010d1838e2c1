"""What can be switched back for a comparison is back only meanwhile."""

from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction

from bot.alarm.verdict import Verdict
from bot.channels import local
from bot.channels.processor import InOrder
from bot.nlu.rule_policy import RulesByIntent
from bot.store import trackers as store
from workshop.speed.back import FOUND, Found

pytestmark = pytest.mark.rasa
CHANGED = [
    (RemoteAction, "_validate_action_result"),
    (InOrder, "run"),
    (RulesByIntent, "_get_possible_keys"),
    (Verdict, "to_metadata"),
    (store, "beginning"),
]


def as_it_is() -> list[Any]:
    """Return all that any of them changes."""
    return [vars(owner)[name] for owner, name in CHANGED]


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found.what)
def test_is_as_before_only_within(found: Found) -> None:
    """Within it one thing is otherwise; afterwards everything is as it is in the bot."""
    local.InProcessActions()  # leaves Rasa's validation out, as every start does
    now = as_it_is()

    with found.as_before():
        before = as_it_is()

    assert sum(one is not other for one, other in zip(before, now, strict=True)) == 1
    assert as_it_is() == now
