"""The answers on one screen of a phone."""

import os
from pathlib import Path

import pytest

from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from bot.settings import settings
from workshop.browser import CHROMIUM
from workshop.screens import AIM, Fit, fits, table


def test_answers_fit_on_one_screen(base: KnowledgeBase, clinic: Clinic) -> None:
    """Nearly all answers show all that matters, and the question, without scrolling."""
    if not Path(CHROMIUM).exists() and "CI" not in os.environ:
        pytest.skip(f"{CHROMIUM} is not installed")
    measured = list(fits(base, clinic, settings(), base.answers))

    assert sum(one.fits for one in measured) >= AIM * len(measured), table(measured)


def test_table_names_what_does_not_fit() -> None:
    """The share comes first; what exceeds the screen follows, the worst first."""
    told = table([Fit("a.b", -5, True), Fit("c.d", 12, True), Fit("e.f", -5, False), Fit("g.h", 40.2, True)])

    assert told.startswith("25% of 4 answers fit")
    assert told.split("\n")[4:] == ["| g.h | 40 |", "| c.d | 12 |", "| e.f | -5 |"]
