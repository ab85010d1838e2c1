"""Rasa's processor of messages: tells what it understood, and leaves out what takes long and changes nothing here."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from rasa.core import agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.engine.graph import GraphNode
from rasa.engine.loader import load_predict_graph_runner
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.storage import ModelMetadata
from rasa.utils.common import TempDirectoryPath, get_temp_dir_name

from bot.alarm.decide import Decision
from bot.reply.reply import Reply


class InOrder(DaskGraphRunner):
    """Runs the components of a graph one after the other.

    Rasa's own runner has Dask plan the same order anew for each message and each prediction.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._order = lru_cache(self._planned)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Run what the targets need; returns each target's output by its name."""
        wanted = tuple(targets or self._graph_schema.target_names)
        outputs = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, node, needs in self._order(wanted):
            # A node warns of a bare name: there is no such output.
            outputs[name] = node(*(outputs.get(need, need) for need in needs))
        return dict(outputs[name] for name in wanted)

    def _planned(self, wanted: tuple[str, ...]) -> list[tuple[str, GraphNode, tuple[str, ...]]]:
        nodes = self._graph_schema.minimal_graph_schema(list(wanted)).nodes
        needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
        order = TopologicalSorter(needs).static_order()
        return [(name, self._instantiated_nodes[name], needs[name]) for name in order if name in nodes]


class ReplyChannel(OutputChannel):
    """Passes on what was decided about the message, then whole replies: Rasa's collector drops their metadata.

    A reply that goes on is held until the rest of it is there.
    """

    def __init__(self, put: Callable[[Decision | Reply], Any]) -> None:
        """Make a channel; `put` is called with the decision, and with each reply as soon as it is ready."""
        self._put = put
        self._held: Reply | None = None

    @classmethod
    def name(cls) -> str:
        """Return the name that Rasa knows it by."""
        return "stride"

    def parsed(self, parse: Mapping[str, Any]) -> None:
        """Pass on what was decided, as soon as the message is understood."""
        self._put(Decision.of_parse(parse))

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Pass a reply on."""
        del recipient_id
        reply = Reply.from_message(message)
        self._held = self._held.continued(reply) if self._held else reply
        if not self._held.goes_on:
            self.flush()

    def flush(self) -> None:
        """Pass on what is held, though the rest did not come."""
        if self._held:
            self._put(self._held)
        self._held = None


class Processor(MessageProcessor):
    """Rasa's, with a runner that does not plan anew, and which tells the channel what a message means."""

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, InOrder]:
        with TempDirectoryPath(get_temp_dir_name()) as folder:
            metadata, runner = load_predict_graph_runner(Path(folder), Path(model_path), LocalModelStorage, InOrder)
        assert isinstance(runner, InOrder)
        return Path(model_path).name, metadata, runner

    async def parse_message(self, message: UserMessage, *arguments: Any, **options: Any) -> dict[str, Any]:
        """Understand a message, and tell its channel before anything is done about it."""
        parse: dict[str, Any] = await super().parse_message(message, *arguments, **options)
        if isinstance(message.output_channel, ReplyChannel):
            message.output_channel.parsed(parse)
        return parse

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Leave out what `load_agent` has looked at once: whether all intents are the domain's."""


# Rasa has no setting for it: whoever loads an agent in this process, `rasa run` as well, has this one.
agent.MessageProcessor = Processor
