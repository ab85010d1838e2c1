"""The check that no stage grows dearer unseen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT
from workshop.speed import gate

FILE = Path("calls.yml")


@pytest.mark.parametrize(
    ("kept", "now", "told"),
    [
        ({"a": 100}, {"a": 125}, []),
        ({"a": 100}, {"a": 60}, []),
        ({"a": 100}, {"a": 126}, ["a: 126 calls a message, 1.26 times the 100 of before"]),
        ({}, {"a": 1}, ["a: is counted and not kept"]),
        ({"a": 1}, {}, ["a: is kept and no longer counted"]),
    ],
    ids=["a quarter", "cheaper", "dearer", "new", "gone"],
)
def test_says_which_stage_grew_dearer(kept: dict[str, int], now: dict[str, int], told: list[str]) -> None:
    """A stage that makes more than a quarter more calls is told, with how many, and what to do."""
    lines = gate.dearer(kept, now, FILE)

    assert [line.partition("; ")[0] for line in lines] == told
    assert all("`stride bench --gate --write` keeps the new count in calls.yml" in line for line in lines)


@pytest.mark.rasa
def test_no_stage_is_dearer_than_kept(tmp_path: Path) -> None:
    """The bot makes no more calls for a fixed set of messages than tests/workshop/speed/calls.yml allows.

    It counts in a process of its own, so that no other test can change the counts.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "STRIDE_VAR": str(tmp_path)}
    order = [sys.executable, "-m", "bot.cli", "bench", "--gate"]
    done = subprocess.run(order, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stderr
