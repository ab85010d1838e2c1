"""Shares with their uncertainty, and times, for the benchmark's tables."""

import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy.stats import binomtest

CONFIDENCE = 0.95


def share(hits: Iterable[bool]) -> str:
    """Return a share in per cent with its Wilson interval (Wilson, JASA 22, 1927); a dash for none.

    Returns:
        For example "97.5 (94.9–98.8)".
    """
    values = list(hits)
    if not values:
        return "–"
    interval = binomtest(sum(values), len(values)).proportion_ci(CONFIDENCE, method="wilson")
    return f"{_percent(sum(values) / len(values))} ({_percent(interval.low)}–{_percent(interval.high)})"


def _percent(value: float) -> str:
    # 99.96 must not be shown as 100.
    return f"{np.floor(1000 * value + 1e-9) / 10:.1f}"


def times(work: Callable[[str], object], texts: Sequence[str]) -> list[float]:
    """Return the milliseconds of each text, after a warm-up."""
    for text in texts[:20]:
        work(text)
    taken = []
    for text in texts:
        start = time.perf_counter()
        work(text)
        taken.append(1000 * (time.perf_counter() - start))
    return taken
