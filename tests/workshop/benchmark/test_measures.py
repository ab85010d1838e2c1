"""Shares with their intervals."""

import pytest

from workshop.benchmark.measures import share, times


@pytest.mark.parametrize(
    ("right", "of", "shown"),
    [
        # Wilson's interval as statsmodels and R's prop.test (without continuity correction) give it.
        (10, 10, "100.0 (72.2–100.0)"),
        (0, 10, "0.0 (0.0–27.7)"),
        (81, 263, "30.7 (25.5–36.6)"),
        (9996, 10_000, "99.9 (99.8–99.9)"),
        (0, 0, "–"),
    ],
)
def test_share(right: int, of: int, shown: str) -> None:
    """A share is told with its 95 % interval, and never rounded up to what was not reached."""
    assert share([True] * right + [False] * (of - right)) == shown


def test_times_tell_each_text() -> None:
    """Each text has a time of its own, in milliseconds; those to warm up are not counted."""
    seen: list[str] = []

    taken = times(seen.append, ["a", "b"])

    assert len(taken) == 2
    assert all(0 <= value < 1000 for value in taken)
    assert seen == ["a", "b", "a", "b"]
