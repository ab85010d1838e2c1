"""Times, and ratios of times measured side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Times:
    """Times in milliseconds, in blocks that alternate with the blocks of another measurement.

    Attributes:
        blocks: Each block's times of its messages, in order.
    """

    blocks: tuple[tuple[float, ...], ...]

    def quantile(self, share: float) -> float:
        """Return the time within which a share of all messages was answered."""
        return float(np.quantile(np.concatenate(self.blocks), share))

    def told(self) -> str:
        """Return p50 / p95 / p99."""
        return " / ".join(number(self.quantile(share)) for share in (0.5, 0.95, 0.99))


@dataclass(frozen=True)
class Ratio:
    """The ratio of two times: the median over the pairs, and their middle half."""

    median: float
    low: float
    high: float

    def told(self) -> str:
        """Return for example "0.31 (0.29–0.33)"."""
        return f"{self.median:.2f} ({self.low:.2f}–{self.high:.2f})"


def ratio(one: Times, other: Times, share: float = 0.5) -> Ratio:
    """Return the ratio of two alternating measurements, block by block.

    Args:
        one: The numerator.
        other: The denominator.
        share: The quantile of a block's times: 0.5 for the median.
    """
    return spread(
        [float(np.quantile(a, share) / np.quantile(b, share)) for a, b in zip(one.blocks, other.blocks, strict=True)]
    )


def spread(values: Sequence[float]) -> Ratio:
    """Return the median of some values and their quartiles."""
    low, median, high = np.quantile(values, (0.25, 0.5, 0.75))
    return Ratio(float(median), float(low), float(high))


def number(value: float) -> str:
    """Return a number with its significant digits."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a Markdown table."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
