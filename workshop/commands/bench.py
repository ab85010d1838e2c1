"""`stride bench`: how fast the bot is, beside stock Rasa."""

import itertools
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

import yaml
from rasa.core.agent import Agent
from rich.console import Console

from bot.channels.local import LocalBot, load_agent
from bot.datafile import read
from bot.models.adapter import normal
from bot.models.encoder import Encoder
from bot.nlu.training import ensure_model
from bot.progress import Shown
from bot.settings import ROOT
from bot.store.trackers import NUMBER, OverwritingStore
from workshop.browser import CHROMIUM
from workshop.speed import chromium, gate, many, plots, projects, servers, stages, talks, training
from workshop.speed.back import FOUND
from workshop.speed.measures import Ratio, Times, spread
from workshop.speed.page import (
    DEFAULT,
    ENCODER,
    EPOCH,
    EPOCHS,
    FIRST,
    FLOOR,
    INSIDE,
    LEAST,
    OURS,
    STARTER,
    WEB,
    Results,
    page,
)
from workshop.speed.servers import Server
from workshop.speed.talks import Send

DOCS = ROOT / "docs"
WITH_TENSORFLOW = "Stride with TensorFlow left in, REST"


@dataclass(frozen=True)
class Amount:
    """How much to measure."""

    blocks: int
    questions: int
    rounds: int
    turns: int
    peers_turns: int
    trains: bool


QUICK = Amount(blocks=4, questions=40, rounds=1, turns=120, peers_turns=20, trains=False)
WHOLE = Amount(blocks=16, questions=400, rounds=3, turns=1000, peers_turns=200, trains=True)


def bench(console: Console, *, quick: bool, first_run: bool, write: bool) -> str:
    """Measure and draw the pictures.

    Args:
        console: Where progress goes.
        quick: Measure less, in a few minutes after the peers are trained, and train nothing.
        first_run: Also run `make run` in a fresh clone, which needs the network.
        write: Write the pictures to docs/.

    Returns:
        The page, as Markdown.
    """
    amount, found = QUICK if quick else WHOLE, Results()
    logging.disable(logging.ERROR)  # the peers' conversations hold no signs for anybody
    with Shown("Training Rasa's own projects, unless they are kept", console) as progress:
        peers, least = {DEFAULT: projects.default()}, projects.keyword()
        found.training[EPOCH] = peers[DEFAULT].seconds
        if not quick:
            peers[STARTER] = projects.starter()
            found.training[EPOCHS] = projects.whole_training(peers[DEFAULT])
        model = ensure_model()
        progress.say("In process")
        with servers.var_of_its_own():
            _inside(found, amount, model, least)
        progress.say("Over HTTP")
        with ExitStack() as running:
            started = {OURS: running.enter_context(servers.ours())}
            started |= {name: running.enter_context(servers.rasas(peer)) for name, peer in peers.items()}
            started[FLOOR] = running.enter_context(servers.floor())
            _over_http(found, amount, started, progress)
        if not quick:
            progress.say("Starting with TensorFlow left in")
            with servers.ours(TENSORFLOW="true") as server:
                found.starts[WITH_TENSORFLOW], found.memory[WITH_TENSORFLOW] = server.seconds, server.peak
        if amount.trains:
            progress.say("Training")
            for what, seconds in training.trained():
                found.training[what] = seconds
        if first_run:
            progress.say("The first run in a fresh clone")
            found.training[FIRST] = training.first_run()
    return page(found, _draw(found, DOCS if write else None), quick=quick)


def _inside(found: Results, amount: Amount, model: Path, least: projects.Project) -> None:
    agent, peer = load_agent(model), Agent.load(least.model)
    bot, texts = LocalBot(agent), talks.questions()[: amount.questions]
    sends = [stages.in_process(bot), stages.of_agent(peer), _encoder()]
    talks.in_turns(sends, texts[:20], 1)
    found.replies |= dict(zip((INSIDE, LEAST, ENCODER), talks.in_turns(sends, texts, amount.blocks), strict=True))
    with stages.on_disk(agent) as store:
        found.stages = stages.seconds(bot, agent, texts)
        found.rows = _rows(sends[0], store, amount)
    with_more = _within(many.answers(agent), sends[0])
    usual, more = talks.in_turns([sends[0], with_more], texts[: amount.questions // 2], amount.blocks)
    found.answers = usual, more
    for one in FOUND:
        some = texts[: max(40, amount.questions // 2)] if one.in_a_talk else texts
        both = [_within(one.as_before, sends[0]), sends[0]]
        names = [talks.new_talk() for _ in both] if one.in_a_talk else None
        before, now = talks.in_turns(both, some, amount.blocks, talks=names)
        found.found.append((one.what, before, now))


def _within(entered: Callable[[], AbstractContextManager[None]], send: Send) -> Send:
    """Return a function that sends within a context manager."""

    def sending(conversation: str, text: str) -> None:
        with entered():
            send(conversation, text)

    return sending


def _encoder() -> Send:
    from bot.models.graph import built

    encoder = Encoder(built())

    def read(_: str, text: str) -> None:
        encoder([normal(text)])

    return read


def _over_http(found: Results, amount: Amount, started: dict[str, Server], progress: Shown) -> None:
    texts = talks.questions()[: amount.questions]
    sends = {name: talks.rest(server) for name, server in started.items()}
    sends[WEB] = talks.web(started[OURS])
    talks.in_turns([*sends.values()], texts[:20], 1)
    found.replies |= dict(zip(sends, talks.in_turns([*sends.values()], texts, amount.blocks), strict=True))
    found.starts = {name: server.seconds for name, server in started.items()}
    progress.say("Many at once")
    for clients in (1, 8, 64):
        some = talks.questions()[: max(2 * clients, 64)]
        rounds = [
            [talks.at_once(started[name], clients, some) for name in (OURS, DEFAULT)] for _ in range(amount.rounds)
        ]
        ours, theirs = zip(*rounds, strict=True)
        slow = [Times(sum((one.blocks for _, one in side), ())).quantile(0.99) for side in (ours, theirs)]
        rates: list[Ratio] = [spread([rate for rate, _ in side]) for side in (ours, theirs)]
        found.clients[clients] = (rates[0], rates[1], slow[0], slow[1])
    progress.say("Long conversations")
    found.talk = _long_talks(sends, amount)
    progress.say("The chat in Chromium")
    found.memory = {name: server.peak for name, server in started.items()}
    if Path(CHROMIUM).is_file():
        found.widget = chromium.measured(started[OURS], amount.blocks)


def _long_talks(sends: dict[str, Send], amount: Amount) -> dict[str, list[float]]:
    """Hold a long conversation with ours and Rasa's default, ten turns each alternately; continue with ours alone."""
    both, names = (OURS, DEFAULT), [talks.new_talk(), talks.new_talk()]
    texts = talks.long_talk(amount.turns)
    shared, alone = texts[: amount.peers_turns], texts[amount.peers_turns :]
    together = talks.in_turns([sends[name] for name in both], shared, len(shared) // 10, talks=names)
    [rest] = talks.in_turns([sends[OURS]], alone, 1, talks=names[:1])
    turns = {name: [*itertools.chain(*times.blocks)] for name, times in zip(both, together, strict=True)}
    return {**turns, OURS: [*turns[OURS], *rest.blocks[0]]}


def _rows(send: Send, store: OverwritingStore, amount: Amount) -> dict[int, int]:
    """Count the rows of the store that the next message of a separate conversation loads."""
    rows = {}
    for turn, text in enumerate(talks.long_talk(amount.turns), start=1):
        send("rows", text)
        if turn in (10, 100, 200, 1000):
            with store.session_scope() as session:
                rows[turn] = session.execute(NUMBER, {"sender": "rows"}).scalar()
    return rows


def _draw(found: Results, folder: Path | None) -> list[tuple[str, Path]]:
    if folder is None:
        return []
    made = [
        ("Share of messages answered within a time", folder / "speed-replies.png"),
        ("Where a message's time goes", folder / "speed-stages.png"),
        ("A long conversation", folder / "speed-talks.png"),
    ]
    shown = {name: found.replies[name] for name in (OURS, DEFAULT, STARTER, FLOOR) if name in found.replies}
    plots.replies(shown, made[0][1])
    plots.stages(found.stages, made[1][1])
    plots.talks(found.talk, made[2][1])
    return made


def calls(*, write: bool) -> tuple[dict[str, int], list[str]]:
    """Count each stage's calls in a process that has done nothing else.

    Args:
        write: Store them in the file with which later counts are compared.

    Returns:
        The calls per message by stage, and a line for each stage with too many.
    """
    with servers.var_of_its_own():
        counted = gate.counted(load_agent(ensure_model()))
    if write:
        gate.FILE.write_text(yaml.safe_dump({"calls": counted}, sort_keys=True), encoding="utf-8")
    return counted, gate.dearer(read(gate.FILE, gate.Calls).calls, counted)
