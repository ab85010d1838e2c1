"""`stride load`: the messaging channels while many patients write at once."""

from collections.abc import Mapping
from statistics import quantiles

from workshop.load.measure import Counted, measured

ROWS = (
    "messages",
    "requests not answered with 2xx",
    "messages lost",
    "messages answered twice",
    "patients answered out of order",
    "ms until 2xx, p50 / p95 / p99 / most",
    "ms until an urgent message has arrived, p50 / p95 / p99 / most",
    "parts sent",
    "s until the last part has arrived",
    "messages answered a second",
)
MANY, FEW = 200, 20  # patients
MINUTE = 60.0  # seconds in which they write, if not at once
SLOW, REFUSES = 0.5, 20  # seconds until a slow provider answers; it refuses one request in so many


def load(*, short: bool) -> str:
    """Measure, and return the table."""
    many = FEW if short else MANY
    return table(
        {
            f"{many} patients at once": measured(many),
            f"{many} within a minute": measured(many, within=MINUTE),
            f"{many} at once; the provider takes {SLOW} s and refuses one in {REFUSES}": measured(
                many, pause=SLOW, refuses=REFUSES
            ),
        }
    )


def table(columns: Mapping[str, Counted]) -> str:
    """Return figures as a Markdown table, a column each."""
    rows = [list(row) for row in zip(*map(_figures, columns.values()), strict=True)]
    body = [f"| {what} | {' | '.join(cells)} |" for what, cells in zip(ROWS, rows, strict=True)]
    return "\n".join([f"| | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}", *body])


def _figures(one: Counted) -> list[str]:
    return [
        str(one.messages),
        str(one.refused),
        str(one.lost),
        str(one.doubled),
        str(one.disordered),
        _times(one.seconds),
        _times(one.urgent),
        str(one.parts),
        f"{one.whole:.1f}",
        f"{one.messages / one.whole:.0f}",
    ]


def _times(seconds: list[float]) -> str:
    cuts = quantiles(seconds, n=100, method="inclusive")
    return " / ".join(f"{1000 * one:.0f}" for one in (cuts[49], cuts[94], cuts[98], max(seconds)))
