"""The benchmark's tables, as Markdown."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.alarm.labelled import Example
from bot.alarm.rules import ORDER, AlarmKind
from workshop.benchmark.measures import share

WHOLE = "detector"


@dataclass(frozen=True)
class Answers:
    """The alarms that one way to find signs raised at the benchmark's messages; None means no alarm.

    Attributes:
        name: Its name, which heads its column.
        raised: One alarm or None per message.
        kinds: The alarms that it knows.
    """

    name: str
    raised: Sequence[AlarmKind | None]
    kinds: Sequence[AlarmKind] = ORDER


def tables(examples: Sequence[Example], answers: Sequence[Answers]) -> str:
    """Return tables of one half of the benchmark: sensitivity, then specificity."""
    other = [kind for kind in ORDER if kind != "cauda_equina"]
    positive = [place for place, one in enumerate(examples) if one.alarm]
    negative = [place for place, one in enumerate(examples) if not one.alarm]
    main = [place for place in positive if examples[place].alarm == "cauda_equina"]
    look_alikes = [place for place in negative if not examples[place].label.startswith("not_")]
    of_others = [place for place in negative if examples[place].label.startswith("not_")]
    return "\n".join(
        [
            "**Sensitivity, cauda equina signs** (share of messages that raise this alarm, %)",
            "",
            *_table("sign", main, examples, answers, lambda one: one.label, _right),
            "",
            *_table("style", main, examples, answers, lambda one: one.style, _right),
            "",
            "**Specificity, look-alikes** (share of messages that raise no alarm at all, %)",
            "",
            *_table("reason", look_alikes, examples, answers, lambda one: one.label, _right),
            "",
            *_table("style", look_alikes, examples, answers, lambda one: one.style, _right),
            "",
            "**The other alarms** (sensitivity, then specificity on their look-alikes, %)",
            "",
            *_table(
                "alarm",
                [place for place in positive if examples[place].alarm in other],
                examples,
                [one for one in answers if set(other) <= set(one.kinds)],
                lambda one: one.label,
                _right,
            ),
            "",
            *_table(
                "look-alikes of",
                of_others,
                examples,
                [one for one in answers if set(other) <= set(one.kinds)],
                lambda one: one.label.removeprefix("not_"),
                _right,
            ),
            "",
        ]
    )


def quiet(answers: Sequence[Answers]) -> str:
    """Return a table of how often each way raises no alarm at messages that need none."""
    rows = (f"| {one.name} | {share(raised is None for raised in one.raised)} |" for one in answers)
    return "\n".join([f"| {len(answers[0].raised)} messages | no alarm, % |", "|---|---|", *rows])


def _right(example: Example, raised: AlarmKind | None) -> bool:
    return raised == example.alarm


def _table(
    head: str,
    places: Sequence[int],
    examples: Sequence[Example],
    answers: Sequence[Answers],
    group: Callable[[Example], str],
    right: Callable[[Example, AlarmKind | None], bool],
) -> Iterator[str]:
    yield f"| {head} | messages | " + " | ".join(one.name for one in answers) + " |"
    yield "|---" * (2 + len(answers)) + "|"
    groups = [("**all**", list(places))]
    for name in sorted({group(examples[place]) for place in places}):
        groups.append((name.replace("_", " "), [place for place in places if group(examples[place]) == name]))
    for name, some in groups:
        cells = [share(right(examples[place], one.raised[place]) for place in some) for one in answers]
        yield f"| {name} | {len(some)} | " + " | ".join(cells) + " |"


def cost(
    starts: Sequence[tuple[str, float]], short: Sequence[Sequence[float]], long: Sequence[float], words: tuple[int, int]
) -> str:
    """Return a table of what ways to find signs cost.

    Args:
        starts: Each way's name and seconds to start; the first is the detector's rules.
        short: Each way's milliseconds for each message of `words[0]` words.
        long: The first way's milliseconds for each message of `words[1]` words.
        words: Numbers of words of the messages.
    """
    grown = float(np.median(long) / np.median(short[0]))
    rows = (
        f"| {name} | {start:.1f} | {np.percentile(times, 50):.2f} | {np.percentile(times, 99):.2f} |"
        for (name, start), times in zip(starts, short, strict=True)
    )
    return "\n".join(
        [
            f"| a message of {words[0]} words, on the machine that wrote this | start, s | p50, ms | p99, ms |",
            "|---|---|---|---|",
            *rows,
            "",
            f"A message of {words[1]} words, {words[1] / words[0]:.0f} times as long, takes the rules "
            f"{grown:.0f} times as much.",
        ]
    )
