"""The pictures of docs/performance.md."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from workshop.speed.measures import Times

BLUE, ORANGE = "#0072b2", "#d55e00"  # of Okabe and Ito's palette, which colour-blind people can distinguish
SIZE, DPI = (7.2, 4.2), 120


def replies(series: dict[str, Times], file: Path) -> None:
    """Draw the share of messages answered within a time."""
    figure = Figure(figsize=SIZE, dpi=DPI, constrained_layout=True)
    axes = figure.add_subplot()
    for (name, times), colour in zip(series.items(), (BLUE, ORANGE, "#009e73", "#555555"), strict=False):
        values = np.sort(np.concatenate(times.blocks))
        axes.plot(values, 100 * np.arange(1, len(values) + 1) / len(values), color=colour, linewidth=2.5, label=name)
    axes.set(xscale="log", xlabel="milliseconds", ylabel="% of messages answered", ylim=(0, 101))
    _done(figure, file)


def talks(series: Mapping[str, Sequence[float]], file: Path) -> None:
    """Draw how long each turn of a conversation takes."""
    figure = Figure(figsize=SIZE, dpi=DPI, constrained_layout=True)
    axes = figure.add_subplot()
    for (name, turns), colour in zip(series.items(), (BLUE, ORANGE), strict=False):
        middle = [float(np.median(turns[start : start + 10])) for start in range(0, len(turns) - 9, 10)]
        axes.plot(10 * np.arange(1, len(middle) + 1), middle, color=colour, linewidth=2.5, label=name)
    axes.set(xlabel="turns of one conversation", ylabel="milliseconds (median of ten)", ylim=(0, None))
    _done(figure, file)


def stages(spent: dict[str, float], file: Path) -> None:
    """Draw where a message's time goes."""
    figure = Figure(figsize=SIZE, dpi=DPI, constrained_layout=True)
    axes = figure.add_subplot()
    rows = sorted(spent.items(), key=lambda one: one[1])
    axes.barh([name for name, _ in rows], [1000 * value for _, value in rows], color=BLUE)
    axes.set(xlabel="milliseconds of a message")
    axes.grid(axis="x", color="#cccccc")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    FigureCanvasAgg(figure).print_png(str(file))


def _done(figure: Figure, file: Path) -> None:
    [axes] = figure.axes
    axes.grid(color="#dddddd")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    FigureCanvasAgg(figure).print_png(str(file))
