"""Where a message's time goes: the stages, and how they are watched."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import yaml
from rasa.core.actions.action import RemoteAction
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.engine.graph import GraphNode

from bot.alarm.lookout import Lookout
from bot.settings import ROOT
from bot.store.trackers import MemoryStore
from workshop.speed.stages import ACTION, GUARD, NODES, STORE, stage_of, watched

pytestmark = pytest.mark.rasa
WATCHED = [(GraphNode, "__call__"), (Lookout, "__call__"), (RemoteAction, "run"), (MemoryStore, "retrieve")]


def test_every_component_has_its_stage() -> None:
    """A component that config.yml names belongs to a stage, and no stage is of a component that is gone."""
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    names = {one["name"].rpartition(".")[2] for one in [*config["pipeline"], *config["policies"]]}

    assert names == set(NODES)


@pytest.mark.parametrize(
    ("node", "stage"),
    [
        ("run_bot.nlu.reader.Reader1", "tokens"),
        ("run_bot.nlu.alarm_voter.AlarmVoter12", "alarm: voter"),
        ("run_bot.nlu.rule_policy.RulesByIntent0", "policies"),
        ("select_prediction", None),
    ],
)
def test_stage_of_a_node(node: str, stage: str | None) -> None:
    """Rasa names a node of its graph after the component's class and its place."""
    assert stage_of(node) == stage


async def test_watches_and_leaves_no_trace() -> None:
    """A stage is entered while its method works, also a method that the class inherits; then all is as it was."""
    entered: list[str] = []

    @contextmanager
    def around(stage: str) -> Iterator[None]:
        entered.append(stage)
        yield

    before = [vars(owner).get(name) for owner, name in WATCHED]
    store = MemoryStore.__new__(MemoryStore)
    store.store, store.domain = {}, None
    with watched(SimpleNamespace(tracker_store=store), around):  # type: ignore[arg-type]
        assert await store.retrieve("nobody") is None

    assert entered == [STORE]
    assert [vars(owner).get(name) for owner, name in WATCHED] == before
    assert MemoryStore.retrieve is InMemoryTrackerStore.retrieve


def test_names_of_stages_differ() -> None:
    """Nothing is counted twice under one name."""
    assert not {GUARD, ACTION, STORE} & set(NODES.values())
