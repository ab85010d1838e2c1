"""The benchmark's tables, from hand-made results."""

import pytest

from bot.alarm.labelled import Example
from workshop.benchmark.page import Answers, cost, quiet, tables

EXAMPLES = [
    Example("numb", "cauda_equina", "saddle", "plain"),
    Example("NUMB", "cauda_equina", "saddle", "capitals"),
    Example("can't pee", "cauda_equina", "bladder", "plain"),
    Example("chest pain", "emergency", "emergency", "plain"),
    Example("not numb", None, "denial", "plain"),
    Example("chest freezer", None, "not_emergency", "plain"),
]
WHOLE = Answers("detector", ["cauda_equina", None, "emergency", "emergency", None, "emergency"])
WORDS = Answers("keywords", [None] * 6, ["cauda_equina"])


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    """The cells of all rows, with the intervals left out."""
    lines = tables(EXAMPLES, [WHOLE, WORDS]).splitlines()
    return [[cell.split(" (")[0] for cell in line.strip("| ").split(" | ")] for line in lines if line.startswith("| ")]


@pytest.mark.parametrize(
    "row",
    [
        ["**all**", "3", "33.3", "0.0"],  # the wrong alarm is not the right one
        ["saddle", "2", "50.0", "0.0"],
        ["bladder", "1", "0.0", "0.0"],
        ["capitals", "1", "0.0", "0.0"],
        ["denial", "1", "100.0", "100.0"],
        ["emergency", "1", "100.0"],  # keywords know nothing of the other alarms
        ["emergency", "1", "0.0"],  # its look-alike raised it
    ],
)
def test_tables(rows: list[list[str]], row: list[str]) -> None:
    """Signs, reasons and styles have a row each, alarms and look-alikes their own tables."""
    assert row in rows


def test_cost_tells_growth() -> None:
    """Start and time of each way are told, and how the time grows with length."""
    told = cost([("rules", 1.26), ("keywords", 0.4)], [[1.0] * 98 + [2.0] * 2, [0.5]], [40.0], (50, 2000))

    assert "| rules | 1.3 | 1.00 | 2.00 |" in told
    assert "| keywords | 0.4 | 0.50 | 0.50 |" in told
    assert "40 times as long, takes the rules 40 times as much" in told


def test_quiet_counts_any_alarm() -> None:
    """Of messages that need no alarm, those that raised none are told."""
    told = quiet([Answers("detector", [None, None, "crisis", None]), Answers("keywords", [None] * 4)])

    assert "| 4 messages |" in told
    assert "| detector | 75.0 (" in told
    assert "| keywords | 100.0 (" in told
