"""Rasa's processor without what takes long: components run in the order that they need."""

from typing import Any

import pytest
from rasa.core.processor import MessageProcessor
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.channels.processor import InOrder, Processor, ReplyChannel
from bot.reply.reply import Reply

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


def said(text: str, **told: Any) -> dict[str, Any]:
    """A reply as Rasa hands it to a channel."""
    return Reply(**told).saying(text).to_message()


@pytest.mark.parametrize(
    ("messages", "at_once", "texts"),
    [
        ([said("An answer.")], 1, ["An answer."]),
        ([said("One."), said("Two.")], 2, ["One.", "Two."]),
        ([said("An answer.", goes_on=True), said("A question?")], 1, ["An answer.\n\nA question?"]),
        ([said("One."), said("Two.", goes_on=True), said("What?")], 2, ["One.", "Two.\n\nWhat?"]),
        ([said("An answer.", goes_on=True)], 0, ["An answer."]),
    ],
)
async def test_reply_that_goes_on_is_shown_with_the_next(
    messages: list[dict[str, Any]], at_once: int, texts: list[str]
) -> None:
    """A reply is passed on at once, and one that goes on with the next, or by itself when none comes."""
    given: list[Any] = []
    channel = ReplyChannel(given.append)
    for message in messages:
        await channel.send_response("p", message)
    before = len(given)
    channel.flush()
    channel.flush()

    assert before == at_once
    assert [reply.text for reply in given] == texts


async def test_reply_that_went_on_asks_what_the_next_asks() -> None:
    """Of two replies that are one, the answer is the first's, and buttons and question are the second's."""
    given: list[Any] = []
    channel = ReplyChannel(given.append)
    buttons: Any = ({"title": "Skip", "payload": "Skip"},)
    first = said("An answer.", answer="aids.brace", buttons=({"title": "x", "payload": "x"},), goes_on=True)
    await channel.send_response("p", first)
    await channel.send_response("p", said("A question?", asks="a_slot", buttons=buttons, standing=()))

    [reply] = given
    assert (reply.answer, reply.asks, reply.buttons, reply.standing) == ("aids.brace", "a_slot", buttons, ())
    assert not reply.goes_on
