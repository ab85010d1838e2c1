"""`stride thresholds`."""

import io
from dataclasses import asdict
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from bot.conversation.query import USUAL, Thresholds
from bot.settings import ROOT
from workshop.commands.thresholds import Reached, others, table, thresholds

SCRIPT = """
dialogue: An injection
why: The last turn is not right.
turns:
  - patient: what are epidural injections
  - bot: {answer: injections.overview}
  - patient: does it work
  - bot: {answer: injections.effect}
  - patient: does it work
  - bot: {answer: aids.brace}
"""


def test_each_is_tried_on_both_sides() -> None:
    """Each threshold is changed by itself, to a value below and one above, none of them below zero or certain."""
    tried = [*others(USUAL)]

    assert {name for name, _, _ in tried} == {*asdict(USUAL)}
    for name, value, case in tried:
        assert value != getattr(USUAL, name)
        assert 0 <= value != 1.0 or value >= 1
        assert {key for key in asdict(USUAL) if getattr(case, key) != getattr(USUAL, key)} == {name}


def test_table_tells_what_changes() -> None:
    """The table has the turns that are right, and below how many more or fewer each change brings."""
    rows = table([Reached(None, None, (10, 4)), Reached("few", 2, (9, 6))], [Path("a"), Path("b")], USUAL).splitlines()

    assert rows[2:] == ["| all as they are | | | 10 | 4 |", "| few | 1 | 2 | -1 | +2 |"]


def test_config_has_each_threshold() -> None:
    """config.yml sets every threshold, to the values that the code takes without it."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    [component] = [one for one in pipeline if one["name"] == "bot.nlu.acts.Acts"]

    assert Thresholds(**{key: value for key, value in component.items() if key != "name"}) == USUAL


@pytest.mark.rasa
@pytest.mark.usefixtures("var")
def test_counts_turns_that_are_right(tmp_path: Path) -> None:
    """Each folder's turns are played, and those that are right counted."""
    (tmp_path / "one.yml").write_text(SCRIPT)

    assert thresholds([tmp_path], Console(file=io.StringIO()), short=True) == [Reached(None, None, (2,))]
