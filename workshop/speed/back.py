"""Optimisations from profiling that can be switched back, so that the benchmark can measure their gain."""

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
    """One optimisation.

    Attributes:
        what: What happened before.
        in_a_talk: Whether it shows in a long conversation rather than at the first message.
        as_before: Returns a context manager that switches it back.
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
