"""The page docs/performance.md: the measures, the aims, and where the time goes."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from workshop.speed.measures import Ratio, Times, number, ratio, spread, table

NOT = "not measured"


@dataclass(frozen=True)
class Aim:
    """A row of the aims.

    Attributes:
        what: The aim.
        wanted: The maximum (with `at_least`, the minimum) allowed.
        reached: The measured value; None if not measured.
        unit: The unit of both.
        at_least: Whether more is better.
    """

    what: str
    wanted: float
    reached: float | None
    unit: str = ""
    at_least: bool = False

    def row(self) -> list[str]:
        """Return the row's cells."""
        sign = "≥" if self.at_least else "≤"
        if self.reached is None:
            return [self.what, f"{sign} {self.wanted:g}{self.unit}", NOT, "–"]
        met = self.reached >= self.wanted if self.at_least else self.reached <= self.wanted
        return [
            self.what,
            f"{sign} {self.wanted:g}{self.unit}",
            f"{number(self.reached)}{self.unit}",
            "yes" if met else "**no**",
        ]


@dataclass
class Results:
    """All measures.

    Attributes:
        replies: Times by way of sending, in table order; ways that alternated have the same number of blocks.
        stages: Seconds per message by stage.
        clients: Messages per second and p99, of ours and of Rasa's default, by number of clients.
        talk: Times of each turn of a long conversation, ours and Rasa's default.
        answers: Times in process, with the answers and with ten times as many.
        rows: Rows of the store that are loaded, by number of turns.
        starts, memory: Seconds until the first reply, and peak MB, by server.
        found: Each optimisation switched back: its name, and the times before and now.
        training: Seconds by what was trained.
        widget: Size, and milliseconds until the first reply in Chromium.
    """

    replies: dict[str, Times] = field(default_factory=dict)
    stages: dict[str, float] = field(default_factory=dict)
    clients: dict[int, tuple[Ratio, Ratio, float, float]] = field(default_factory=dict)
    talk: dict[str, list[float]] = field(default_factory=dict)
    answers: tuple[Times, Times] | None = None
    rows: dict[int, int] = field(default_factory=dict)
    starts: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    found: list[tuple[str, Times, Times]] = field(default_factory=list)
    training: dict[str, float] = field(default_factory=dict)
    widget: dict[str, str] = field(default_factory=dict)


OURS, DEFAULT, STARTER, FLOOR = (
    "Stride, REST",
    "Rasa's default on our data, REST",
    "Rasa's starter, REST",
    "a bare Sanic handler",
)
WEB, INSIDE, LEAST, ENCODER = (
    "Stride, web chat",
    "Stride, in process",
    "the least Rasa can do, in process",
    "the encoder alone, in process",
)
NOTHING, QUESTIONS, RULES = (
    "from nothing",
    "after a change of one answer's questions",
    "after a change of a rule and a text",
)
EXPLAINED = (
    "Rasa's default learns for 100 epochs. One was measured, together with what takes no epochs, and then three: what"
    " two more take, halved, is the time of an epoch, and 99 of these are added to the first."
)
EPOCH, EPOCHS, FIRST = (
    "Rasa's default, one epoch",
    "Rasa's default, its 100 epochs (reckoned)",
    "`make run` in a fresh clone, until the first reply",
)


def aims(found: Results) -> list[Aim]:
    """Return the aims with the measured values."""

    def of(share: float) -> float | None:
        if OURS not in found.replies or DEFAULT not in found.replies:
            return None
        return ratio(found.replies[OURS], found.replies[DEFAULT], share).median

    least = None
    if INSIDE in found.replies:
        blocks = zip(*(found.replies[name].blocks for name in (INSIDE, LEAST, ENCODER)), strict=True)
        least = spread([median(ours) / (median(peer) + median(encoder)) for ours, peer, encoder in blocks]).median
    turns = found.talk.get(OURS, [])
    flat = median(turns[-10:]) / median(turns[:10]) if len(turns) >= 1000 else None
    starts = found.starts[OURS] / found.starts[DEFAULT] if DEFAULT in found.starts else None
    rate = found.clients[8][0].median / found.clients[8][1].median if 8 in found.clients else None
    return [
        Aim("first message over REST, p50: share of Rasa's default", 0.5, of(0.5)),
        Aim("first message over REST, p99: share of Rasa's default", 0.5, of(0.99)),
        Aim("in process, p50: times the least that Rasa can do and the encoder", 1.5, least),
        Aim("turns 990 to 1,000 of one conversation, p50: times the first ten", 1.2, flat),
        Aim("memory of the server", 550, found.memory.get(OURS), " MB"),
        Aim("start until the first reply: share of Rasa's default", 0.25, starts),
        Aim("8 clients, messages a second: times Rasa's default", 3, rate, at_least=True),
        Aim(FIRST, 300, found.training.get(FIRST), " s"),
        Aim(f"training {QUESTIONS}", 90, found.training.get(QUESTIONS), " s"),
        Aim(f"training {RULES}", 0, found.training.get(RULES), " s"),
    ]


def page(found: Results, pictures: Sequence[tuple[str, Path]], *, quick: bool = False) -> str:
    """Return the generated part of docs/performance.md.

    Args:
        found: The measures.
        pictures: Each picture's title, and its file in docs/.
        quick: Whether the short form measured it.
    """
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    parts = [f"Measured on {machine}, by the {'short' if quick else 'whole'} form.", ""]
    parts += ["## Aims", "", table(["", "wanted", "reached", "met"], [aim.row() for aim in aims(found)]), ""]
    parts += [f"![{title}]({file.name})" for title, file in pictures]
    parts += [
        "",
        "## Replies",
        "",
        "Milliseconds from message to reply, p50 / p95 / p99; each message is the first of a conversation.",
        "",
    ]
    by = found.replies.get(DEFAULT)
    rows = []
    for name, times in found.replies.items():
        same = by is not None and len(by.blocks) == len(times.blocks) and name.endswith("REST")
        rows.append([name, times.told(), ratio(times, by).told() if by is not None and same else ""])
    parts += [table(["", "ms", "p50 beside Rasa's default (middle half of the pairs)"], rows), ""]
    parts += ["## Stages", "", "Of a message in the process, its reply drawn for the web chat besides.", ""]
    stages = sorted(found.stages.items(), key=lambda one: -one[1])
    parts += [table(["stage", "ms"], [[name, number(1000 * value)] for name, value in stages]), ""]
    if found.clients:
        parts += ["## Many at once", "", "Over REST; the spread is that of the rounds.", ""]
        clients = [
            [str(many), one.told(), other.told(), f"{one.median / other.median:.2f}", number(a), number(b)]
            for many, (one, other, a, b) in found.clients.items()
        ]
        head = ["clients", "Stride, messages/s", "Rasa's default", "ratio", "Stride, p99 ms", "Rasa's default"]
        parts += [table(head, clients), ""]
    if found.talk:
        parts += [
            "## Long conversations",
            "",
            "Over REST, p50 of ten turns in ms, and rows of the store that the next message loads.",
            "",
        ]
        parts += [_talks(found), ""]
    if found.found:
        parts += [
            "## What the profile showed",
            "",
            "In process, each switched back by turns with the bot as it is; ms, p50.",
            "",
        ]
        lines = [
            [what, number(before.quantile(0.5)), number(after.quantile(0.5)), ratio(before, after).told()]
            for what, before, after in found.found
        ]
        parts += [table(["", "before", "now", "times as long before"], lines), ""]
    if found.answers:
        usual, many = found.answers
        told = f"p50 {number(usual.quantile(0.5))} ms, with ten times as many {number(many.quantile(0.5))} ms"
        parts += ["## More answers", "", f"In process: {told}, {ratio(many, usual).told()} times.", ""]
    parts += ["## Start, memory, training", ""]
    rows = [[name, number(value), number(found.memory[name])] for name, value in found.starts.items()]
    parts += [table(["", "s from start to first reply", "MB at most"], rows), ""]
    if found.training:
        rows = [[name, number(value)] for name, value in found.training.items()]
        parts += [EXPLAINED, "", table(["training", "s"], rows), ""]
    if found.widget:
        parts += [
            "## The chat on a page",
            "",
            table(["", ""], [[name, value] for name, value in found.widget.items()]),
            "",
        ]
    return "\n".join(parts)


def _talks(found: Results) -> str:
    ends = [count for count in (10, 100, 200, 1000) if any(len(turns) >= count for turns in found.talk.values())]
    rows = []
    for name, turns in found.talk.items():
        rows.append([name, *(number(median(turns[end - 10 : end])) if len(turns) >= end else "–" for end in ends)])
    rows.append(["Stride, rows loaded", *(str(found.rows.get(end, "–")) for end in ends)])
    return table(["turns before", *map(str, ends)], rows)
