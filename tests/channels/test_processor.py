"""Rasa's processor without what takes long: components run in the order that they need."""

from typing import Any

import pytest
from rasa.core.processor import MessageProcessor
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.channels.processor import InOrder, Processor

pytestmark = pytest.mark.rasa


class Joined(GraphComponent):
    """Tells in which order it was called."""

    calls: list[str] = []

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any, **__: Any) -> "Joined":
        """Make it."""
        made = cls()
        made.name = config["name"]  # type: ignore[attr-defined]
        return made

    def run(self, **given: str) -> str:
        """Put what it is given beside its name."""
        self.calls.append(self.name)  # type: ignore[attr-defined]
        return f"{self.name}({', '.join(given.values())})"  # type: ignore[attr-defined]


def node(name: str, **needs: str) -> SchemaNode:
    """A node of the graph."""
    return SchemaNode(needs, Joined, "create", "run", {"name": name}, eager=True)


SCHEMA = GraphSchema(
    {
        "last": node("last", one="left", other="right"),
        "left": node("left", message="first"),
        "right": node("right", message="first"),
        "first": node("first", message="said"),
        "apart": node("apart", message="said"),
    }
)


@pytest.mark.parametrize("targets", [["last"], ["right", "apart"], ["first"]])
def test_runs_what_rasas_runner_runs(targets: list[str]) -> None:
    """Each target's output is what Rasa's own runner makes of the same graph, and nothing that it needs not is run."""
    arguments: Any = (SCHEMA, None, ExecutionContext(SCHEMA))
    outputs, calls = [], []
    for runner in (InOrder, DaskGraphRunner):
        Joined.calls = []
        outputs.append(runner(*arguments).run({"said": "hello"}, targets))
        calls.append(sorted(Joined.calls))

    assert outputs[0] == outputs[1]
    assert calls[0] == calls[1]


def test_replaces_what_rasa_has() -> None:
    """What it leaves out is still a part of Rasa's processor: a new Rasa without it shows here."""
    own = {name for name in vars(Processor) if not name.startswith("__")}

    assert own <= set(vars(MessageProcessor))
