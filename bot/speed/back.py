"""What the profile showed and can be switched back, so that the benchmark can say what it cost."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from rasa.core.actions.action import RemoteAction

from bot.channels import local, store


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
    as_before: Callable[[], AbstractContextManager[None]]


@contextmanager
def _validating() -> Iterator[None]:
    changed = RemoteAction._validate_action_result
    RemoteAction._validate_action_result = local.RASAS_VALIDATION
    try:
        yield
    finally:
        RemoteAction._validate_action_result = changed


@contextmanager
def _one_session() -> Iterator[None]:
    begins_anew = store.beginning
    store.beginning = lambda *_: ()
    try:
        yield
    finally:
        store.beginning = begins_anew


FOUND = (
    Found("Rasa holds each action's result against a JSON schema, and that against its own", False, _validating),
    Found("Rasa loads, copies and replays a whole conversation for each message", True, _one_session),
)
