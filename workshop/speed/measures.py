"""Times, and the ratios of times that were measured side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Times:
    """How long something took, in milliseconds, in blocks that took turns with something else's.

    Attributes:
        blocks: Each with the times of its messages, in their order.
    """

    blocks: tuple[tuple[float, ...], ...]

    def quantile(self, share: float) -> float:
        """Return the time within which that share of all messages was answered."""
        return float(np.quantile(np.concatenate(self.blocks), share))

    def told(self) -> str:
        """Return p50 / p95 / p99."""
        return " / ".join(number(self.quantile(share)) for share in (0.5, 0.95, 0.99))


@dataclass(frozen=True)
class Ratio:
    """What one takes of another's time: the median over the pairs, and the middle half of them."""

    median: float
    low: float
    high: float

    def told(self) -> str:
        """Return for example "0.31 (0.29–0.33)"."""
        return f"{self.median:.2f} ({self.low:.2f}–{self.high:.2f})"


def ratio(one: Times, other: Times, share: float = 0.5) -> Ratio:
    """Compare two that took turns, block by block.

    Args:
        one: What is measured.
        other: What it is measured by.
        share: Of a block's messages, within which time they were answered: 0.5 for the median.
    """
    return spread(
        [float(np.quantile(a, share) / np.quantile(b, share)) for a, b in zip(one.blocks, other.blocks, strict=True)]
    )


def spread(values: Sequence[float]) -> Ratio:
    """Return the median of some values and their quartiles."""
    low, median, high = np.quantile(values, (0.25, 0.5, 0.75))
    return Ratio(float(median), float(low), float(high))


def number(value: float) -> str:
    """Write a number with as many digits as say something."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Put rows into a table, as Markdown."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
