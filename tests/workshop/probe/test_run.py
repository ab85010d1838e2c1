"""The probe as a whole."""

import os
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from bot.nlu.training import ensure_model
from bot.settings import ROOT
from workshop.commands.probe import page
from workshop.probe import run
from workshop.probe.attacks import Attack
from workshop.probe.run import Outcome, outcomes
from workshop.probe.seen import Seen


def attack(kind: str) -> Attack:
    """One of a kind."""
    return Attack(name=f"the {kind} one", must="a | b", kind=kind)


def test_goes_on_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """An attack that cannot be carried out did not hold, and the next one follows on a server that answers."""
    gone_on = []

    def failing(*_: Any) -> Seen:
        raise OSError

    monkeypatch.setattr(run, "site", lambda: nullcontext(SimpleNamespace(go_on=lambda: gone_on.append(1))))
    monkeypatch.setattr(run, "KINDS", {"failing": failing, "good": lambda *_: Seen("fine", held=True)})

    seen = [outcome.seen for outcome in outcomes([attack("failing"), attack("good")])]

    assert seen == [Seen("could not be carried out to its end: OSError", held=False), Seen("fine", held=True)]
    assert len(gone_on) == 2


def test_servers_end_when_nobody_reads_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was started ends also when the probe is interrupted."""
    ended = []

    @contextmanager
    def site() -> Any:
        try:
            yield SimpleNamespace(go_on=lambda: None)
        finally:
            ended.append(1)

    monkeypatch.setattr(run, "site", site)
    monkeypatch.setattr(run, "KINDS", {"good": lambda *_: Seen("fine", held=True)})
    going = outcomes([attack("good")] * 2)
    next(going)

    going.close()

    assert ended == [1]


def test_page() -> None:
    """The table has a row for each attack, and signs that would break it are escaped."""
    done = [Outcome(attack("x"), Seen("a | b", held=False)), Outcome(attack("y"), Seen("c", held=True))]

    assert page(done).splitlines() == [
        "| attack | what must hold | what was seen | held |",
        "| --- | --- | --- | --- |",
        r"| the x one | a \| b | a \| b | no |",
        r"| the y one | a \| b | c | yes |",
    ]


@pytest.mark.rasa
def test_all_holds() -> None:
    """Whatever the short form of the probe tries on the real server holds, and it shows so."""
    ensure_model()
    environment = {**os.environ, "COLUMNS": "200"}

    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "probe", "--short"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "A deleted conversation, with diary and paper" in done.stdout
