"""What can be switched back for a comparison is back only meanwhile."""

import pytest
from rasa.core.actions.action import RemoteAction

from bot.channels import local, store
from bot.speed.back import FOUND, Found

pytestmark = pytest.mark.rasa


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found.what)
def test_is_as_before_only_within(found: Found) -> None:
    """Within it something is otherwise; afterwards everything is as it is in the bot."""
    local.InProcessActions()  # leaves Rasa's validation out, as every start does
    now = RemoteAction._validate_action_result, store.beginning

    with found.as_before():
        before = RemoteAction._validate_action_result, store.beginning

    assert before != now
    assert (RemoteAction._validate_action_result, store.beginning) == now
