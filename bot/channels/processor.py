"""Rasa's message processor, which reports what it understood and skips slow steps that change nothing here."""

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

    Rasa's own runner has Dask plan the same order again for each message and each prediction.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._order = lru_cache(self._planned)

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Run what the targets need, and return each target's output by name."""
        wanted = tuple(targets or self._graph_schema.target_names)
        outputs = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, node, needs in self._order(wanted):
            # Pass a bare name for a missing output: the node warns.
            outputs[name] = node(*(outputs.get(need, need) for need in needs))
        return dict(outputs[name] for name in wanted)

    def _planned(self, wanted: tuple[str, ...]) -> list[tuple[str, GraphNode, tuple[str, ...]]]:
        nodes = self._graph_schema.minimal_graph_schema(list(wanted)).nodes
        needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
        order = TopologicalSorter(needs).static_order()
        return [(name, self._instantiated_nodes[name], needs[name]) for name in order if name in nodes]


class ReplyChannel(OutputChannel):
    """Passes on the decision, then whole replies: Rasa's collector drops their metadata.

    A reply that goes on is held until it is complete.
    """

    def __init__(self, put: Callable[[Decision | Reply], Any]) -> None:
        """Create a channel; `put` receives the decision, and each reply as soon as it is ready."""
        self._put = put
        self._held: Reply | None = None

    @classmethod
    def name(cls) -> str:
        """Return the channel's name for Rasa."""
        return "stride"

    def parsed(self, parse: Mapping[str, Any]) -> None:
        """Pass on the decision as soon as the message is understood."""
        self._put(Decision.of_parse(parse))

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Pass on a reply."""
        del recipient_id
        reply = Reply.from_message(message)
        self._held = self._held.continued(reply) if self._held else reply
        if not self._held.goes_on:
            self.flush()

    def flush(self) -> None:
        """Pass on the held reply, even if incomplete."""
        if self._held:
            self._put(self._held)
        self._held = None


class Processor(MessageProcessor):
    """Rasa's processor with a runner that plans once; it passes each parse to the channel."""

    @staticmethod
    def _load_model(model_path: str | Path) -> tuple[str, ModelMetadata, InOrder]:
        with TempDirectoryPath(get_temp_dir_name()) as folder:
            metadata, runner = load_predict_graph_runner(Path(folder), Path(model_path), LocalModelStorage, InOrder)
        assert isinstance(runner, InOrder)
        return Path(model_path).name, metadata, runner

    async def parse_message(self, message: UserMessage, *arguments: Any, **options: Any) -> dict[str, Any]:
        """Parse a message, and tell its channel before any action runs."""
        parse: dict[str, Any] = await super().parse_message(message, *arguments, **options)
        if isinstance(message.output_channel, ReplyChannel):
            message.output_channel.parsed(parse)
        return parse

    def _check_for_unseen_features(self, parse_data: dict[str, Any]) -> None:
        """Skip the check that all intents are the domain's: `load_agent` does it once."""


# Rasa has no setting for it: every agent in this process uses this one, also under `rasa run`.
agent.MessageProcessor = Processor
