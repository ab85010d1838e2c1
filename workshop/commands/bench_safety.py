"""`stride bench-safety`: what the alarm and each of its parts catch on the public benchmark."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.alarm.detector import detector
from bot.alarm.labelled import Dialogue, Example
from bot.alarm.rules import ALARMS, AlarmKind
from bot.channels.local import LocalBot, load_agent
from bot.conversation.acts import said_of_alarm
from bot.models import dataset
from bot.nlu import inputs
from bot.nlu.alarm_voter import AlarmVoter
from bot.nlu.training import ensure_model
from bot.progress import shown
from bot.settings import ROOT
from workshop.benchmark import comparison, versions
from workshop.benchmark.left_out import left_out
from workshop.benchmark.measures import share, times
from workshop.benchmark.page import Answers, cost, quiet, tables
from workshop.benchmark.play import outcomes
from workshop.benchmark.tiers import Heard, flips, tiers
from workshop.benchmark.versions import Outcomes
from workshop.sets import (
    AFTER_ALARM,
    BENCHMARK,
    CARD,
    HALVES,
    HELD_OUT,
    OUTCOMES,
    PERTURBATIONS,
    REAL,
    messages,
    rows,
    talks,
)

KEYWORDS = BENCHMARK / "keywords.yml"
PLAIN: dict[str, Callable[[Path], Callable[[str], bool]]] = {
    "keywords": comparison.keywords,
    "keywords + negspaCy": comparison.negspacy,
    "keywords + medspaCy": comparison.medspacy,
}
SHORT, LONG = 50, 2000  # words
SIGN = "I can't pee since this morning"
CONSOLE = Console(stderr=True)


def bench_safety(*, keep: bool) -> str:
    """Measure the current rules and model; return Markdown.

    Args:
        keep: Whether to keep what was right, for the next version to be compared with.
    """
    model = ensure_model()
    with contextlib.redirect_stdout(sys.stderr):
        agent = load_agent(model)
        return asyncio.run(_page(agent, keep=keep))


async def _page(agent: Any, *, keep: bool) -> str:
    parts = []
    before = versions.kept(OUTCOMES)  # first, so that a wrong file does not stop a long run at its end
    right: dict[str, Outcomes] = {}
    for title, folder in HALVES.items():
        found = messages(folder)
        answers = await _answers(agent, found, title)
        right[folder.name.replace("_", " ")] = versions.outcomes(
            [(one.text, one.alarm) for one in found],
            [raised == one.alarm for one, raised in zip(found, answers[0].raised, strict=True)],
        )
        parts += [f"## Messages, {title}", "", tables(found, answers)]
        parts += [f"## Dialogues, {title}", "", await _dialogues(agent, talks(folder)), ""]
    real, card = await _heard(agent, REAL, "group"), await _heard(agent, CARD)
    added = await _heard(agent, PERTURBATIONS, "kind", "pair")
    for file, heard in ((REAL, real), (CARD, card), (PERTURBATIONS, added)):
        right[file.stem] = versions.outcomes([(one.text, one.label) for one in heard], [one.right for one in heard])
    parts += ["## Real patients' messages, retold", "", tiers(real), ""]
    parts += ["## What the cards of hospitals name", "", tiers(card), ""]
    parts += ["## Signs with something added that could lull", "", tiers(added), "", flips(added), ""]
    parts += ["## What patients say after an alarm", "", await _after_alarm(agent), ""]
    everyday = _everyday()
    parts += ["## Everyday questions, held out from all training", ""]
    parts += [quiet(await _answers(agent, everyday, "everyday questions")), ""]
    parts += ["## Writers left out", "", left_out(AlarmVoter.get_default_config()["strength"]), ""]
    version = f"rules {detector()('').version}, model {inputs.of_model()}"
    parts += ["## Against the version before", "", versions.compared(before, version, right), ""]
    if keep:
        versions.keep(OUTCOMES, version, right)
    return "\n".join([*parts, "## Cost", "", _cost(), ""])


def _everyday() -> list[Example]:
    """Read the classifier's held-out messages that call for no alarm."""
    held_out = dataset.load(HELD_OUT)
    return [
        Example(text, None, "everyday", "plain")
        for name, texts in held_out.items()
        if name not in ALARMS
        for text in texts
    ]


async def _heard(agent: Any, file: Path, group: str = "label", *others: str) -> list[Heard]:
    """Have the bot read a file of JSON lines with `text`, `label`, a key to group by, and others of `Heard`."""
    found = []
    for row in shown([*rows(file, "text", "label", group, *others)], f"Asking the bot: {file.stem}", CONSOLE):
        alarm = (await agent.parse_message(row["text"]))["alarm"]
        raised = alarm["raised"] and ALARMS[alarm["raised"]]
        kept = {name: row[name] for name in others}
        found.append(Heard(row["text"], row["label"], row[group], raised, bool(alarm["check"]), **kept))
    return found


async def _after_alarm(agent: Any) -> str:
    """Have the bot read messages after an alarm, each in a conversation of its own; return a table."""
    bot = LocalBot(agent)
    right: dict[str, list[bool]] = {}
    for number, row in enumerate(
        shown([*rows(AFTER_ALARM, "text", "said")], "Asking the bot: after an alarm", CONSOLE)
    ):
        name = f"after-alarm-{number}"
        await bot.send(name, SIGN)
        intent = (await bot.parsed(name, row["text"]))["intent"]["name"]
        said = "sign" if intent in ALARMS else said_of_alarm(intent) or "other"
        right.setdefault(row["said"], []).append(said == row["said"])
    lines = ["| says | messages | read so, % |", "|---|---|---|"]
    whole = {"**all**": [hit for some in right.values() for hit in some]}
    for name, hits in {**whole, **right}.items():
        lines.append(f"| {name.replace('_', ' ')} | {len(hits)} | {share(hits)} |")
    return "\n".join(lines)


async def _answers(agent: Any, found: list[Example], title: str) -> list[Answers]:
    texts = [one.text for one in found]
    parsed = [(await agent.parse_message(text))["alarm"] for text in shown(texts, f"Asking the bot: {title}", CONSOLE)]
    rest: list[Answers] = []
    for name, make in PLAIN.items():
        alarms = make(KEYWORDS)
        kinds: list[AlarmKind | None] = ["cauda_equina" if alarms(text) else None for text in texts]
        rest.append(Answers(name, kinds, ["cauda_equina"]))
    return [
        Answers("detector", [one["raised"] and ALARMS[one["raised"]] for one in parsed]),
        Answers("rules alone", [detector()(text).suspected for text in texts]),
        Answers("voter alone", [one["voter"] for one in parsed]),
        *rest,
    ]


async def _dialogues(agent: Any, found: list[Dialogue]) -> str:
    """Play the dialogues; return a table of how many turns and dialogues are right."""
    bot = LocalBot(agent)
    turns: list[bool] = []
    urgent: list[bool] = []
    whole: list[bool] = []
    for number, dialogue in enumerate(shown(found, "Playing the dialogues", CONSOLE)):
        # Both halves use one store, so each dialogue gets a conversation of its own.
        right = [one async for one in outcomes(bot, f"dialogue-{dialogue.dialogue}-{number}", dialogue)]
        whole.append(all(hit for _, hit in right))
        turns += [hit for _, hit in right]
        urgent += [hit for turn, hit in right if turn.alarm not in ("none", "stand_down")]
    rows = [("turns", turns), ("turns that must alarm", urgent), ("whole dialogues", whole)]
    return "\n".join(
        [
            "| | number | right, % |",
            "|---|---|---|",
            *(f"| {name} | {len(hits)} | {share(hits)} |" for name, hits in rows),
        ]
    )


def _cost() -> str:
    every = [word for folder in HALVES.values() for one in messages(folder) for word in one.text.split()]

    def cut(size: int, count: int) -> list[str]:
        return [" ".join((every * 3)[size * place : size * (place + 1)]) for place in range(count)]

    ways: dict[str, tuple[str, Callable[[str], object]]] = {
        "rules": ("from bot.alarm.detector import detector; detector()", detector())
    }
    for name, make in PLAIN.items():
        code = f"from workshop.benchmark.comparison import Path, {make.__name__} as make; make(Path({str(KEYWORDS)!r}))"
        ways[name] = (code, make(KEYWORDS))
    starts = [(name, _start(code)) for name, (code, _) in shown(ways.items(), "Starting each way by itself", CONSOLE)]
    return cost(
        starts,
        [times(work, cut(SHORT, 500)) for _, work in ways.values()],
        times(detector(), cut(LONG, 20)),
        (SHORT, LONG),
    )


def _start(code: str) -> float:
    """Return the seconds that code takes in a separate process, without the start of Python."""
    timed = f"import time; start = time.perf_counter(); {code}; print(time.perf_counter() - start)"
    done = subprocess.run([sys.executable, "-c", timed], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout.splitlines()[-1])
