"""What the profile showed and can be switched back, so that the benchmark can say what it cost."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from rasa.core.actions.action import RemoteAction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.runner.dask import DaskGraphRunner

from bot.alarm.verdict import Verdict
from bot.channels import local
from bot.channels.processor import InOrder
from bot.nlu.rule_policy import RulesByIntent
from bot.store import trackers as store


@dataclass(frozen=True)
class Found:
    """One thing.

    Attributes:
        what: What it is.
        in_a_talk: Whether it shows in a long conversation rather than at the first message.
        as_before: Makes a context manager within which it is as it was before.
    """

    what: str
    in_a_talk: bool
    as_before: Callable[[], AbstractContextManager[Any]]


FOUND = (
    Found(
        "Rasa holds each action's result against a JSON schema, and that against its own",
        False,
        lambda: patch.object(RemoteAction, "_validate_action_result", local.RASAS_VALIDATION),
    ),
    Found(
        "Dask plans the order of the components anew", False, lambda: patch.object(InOrder, "run", DaskGraphRunner.run)
    ),
    Found(
        "every rule is compared with the conversation",
        False,
        lambda: patch.object(RulesByIntent, "_get_possible_keys", RulePolicy._get_possible_keys),
    ),
    Found(
        "the pipeline looks for signs where the guard has looked",
        False,
        lambda: patch.object(Verdict, "to_metadata", lambda _: None),
    ),
    Found(
        "Rasa loads, copies and replays a whole conversation for each message",
        True,
        lambda: patch.object(store, "beginning", lambda *_: ()),
    ),
)
