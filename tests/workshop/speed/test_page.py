"""The page docs/performance.md, of hand-made results."""

from pathlib import Path

import pytest

from workshop.speed.measures import Times, spread
from workshop.speed.page import DEFAULT, ENCODER, INSIDE, LEAST, OURS, WEB, Aim, Results, aims, page


def times(*values: float) -> Times:
    """Two blocks of the same times."""
    return Times((values, values))


@pytest.fixture
def results() -> Results:
    """What a short run finds."""
    return Results(
        replies={OURS: times(10.0, 12.0), DEFAULT: times(40.0, 60.0), WEB: times(11.0, 13.0)},
        stages={"encoder": 0.004, "policies": 0.002},
        clients={8: (spread([60.0]), spread([15.0]), 200.0, 900.0)},
        talk={OURS: [10.0] * 990 + [11.0] * 10, DEFAULT: [40.0] * 10},
        rows={10: 18},
        starts={OURS: 9.0, DEFAULT: 60.0},
        memory={OURS: 500.0, DEFAULT: 1400.0},
        found=[("a thing", times(20.0), times(10.0))],
        training={},
        widget={"size, kB, gzip": "12.0"},
    )


def met(found: Results) -> dict[str, str]:
    """Whether each aim is met, by the first words of its row."""
    return {row[0]: row[3] for row in (aim.row() for aim in aims(found))}


def test_aims_say_what_is_met(results: Results) -> None:
    """An aim is met, missed, or was not measured."""
    rows = met(results)

    assert rows["first message over REST, p50: share of Rasa's default"] == "yes"
    assert rows["turns 990 to 1,000 of one conversation, p50: times the first ten"] == "yes"
    assert rows["8 clients, messages a second: times Rasa's default"] == "yes"
    assert rows["in process, p50: times the least that Rasa can do and the encoder"] == "–"


@pytest.mark.parametrize(
    ("reached", "at_least", "told"), [(2.0, False, "**no**"), (2.0, True, "yes"), (None, True, "–")]
)
def test_missed_aim_is_told(reached: float | None, at_least: bool, told: str) -> None:
    """What is missed stands out."""
    assert Aim("a", 1.0, reached, at_least=at_least).row()[3] == told


def test_in_process_is_held_against_two_together(results: Results) -> None:
    """The least that Rasa can do and the encoder, added up, are what a message in the process is held against."""
    results.replies |= {INSIDE: times(9.0), LEAST: times(4.0), ENCODER: times(2.0)}

    [reached] = [aim.reached for aim in aims(results) if aim.what.startswith("in process")]
    assert reached == 1.5


def test_page_has_every_part(results: Results) -> None:
    """Each thing that was measured has its table, with ratios of what took turns."""
    text = page(results, [("A picture", Path("docs/picture.png"))])

    assert "| Stride, REST | 11.0 / 12.0 / 12.0 | 0.22 (0.22–0.22) |" in text
    assert "| a thing | 20.0 | 10.0 | 2.00 (2.00–2.00) |" in text
    assert "| 8 | 60.00 (60.00–60.00) | 15.00 (15.00–15.00) | 4.00 | 200 | 900 |" in text
    assert "![A picture](picture.png)" in text
    assert INSIDE not in text


def test_nothing_measured_is_no_error() -> None:
    """A page of nothing says that nothing was measured."""
    assert set(met(Results()).values()) == {"–"}
