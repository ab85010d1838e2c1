"""A patient's numbers over time: as a picture for a small screen and paper, and in words."""

import datetime
import io
import textwrap

from bot.paper.texts import Sentences, texts

Points = list[tuple[datetime.date, float]]
INCHES, DPI = (6.4, 4.8), 150  # 960 by 720 pixels
LARGE, SMALL = 22, 20  # points: 15 and 14 pixels on a screen 320 pixels wide
TITLE_WIDTH = 30  # characters
TICKS = 3  # dates that fit beside each other
BLUE = "#1a5fb4"


def chart(points: Points, axis: str, title: str) -> bytes:
    """Draw a line chart that starts at zero.

    Args:
        points: Days and numbers, in any order; at least one.
        axis: The name of the numbers.
        title: What the chart shows.

    Returns:
        The picture, a PNG.

    Raises:
        ValueError: There are no points.
    """
    # Imported here, because few conversations need a chart, and every start would wait for the import.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    if not points:
        raise ValueError("a chart needs a point")
    points = _in_order(points)
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()
    most = max(number for _, number in points)
    # Not pyplot, which keeps every figure and belongs to one thread.
    figure = Figure(figsize=INCHES, dpi=DPI, constrained_layout=True)
    axes = figure.add_subplot()
    axes.plot([day.toordinal() for day, _ in points], [number for _, number in points], "o-", color=BLUE)
    axes.lines[0].set(linewidth=4, markersize=13, clip_on=False)
    space = max(0.5, (last - first) * 0.07)
    axes.set(xlim=(first - space, last + space), ylim=(0, most * 1.1 or 1))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=most > 1))
    days = _ticks(first, last)
    dates = texts().dates
    axes.set_xticks(days, [dates.write(datetime.date.fromordinal(day), dates.tick) for day in days])
    axes.tick_params(labelsize=SMALL)
    axes.grid(axis="y", color="#cccccc")
    axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(_no_formula(textwrap.fill(title, TITLE_WIDTH)), fontsize=LARGE, fontweight="bold")
    # Above the numbers, because beside them it would run sideways.
    axes.set_title(_no_formula(axis), fontsize=SMALL, loc="left")
    picture = io.BytesIO()
    FigureCanvasAgg(figure).print_png(picture)
    return picture.getvalue()


def in_words(points: Points, sentences: Sentences) -> str:
    """Describe the chart for people who cannot see it.

    Args:
        points: Days and numbers, in any order.
        sentences: The sentences to fill in.

    Returns:
        The text.
    """
    if not points:
        return sentences.none
    points = _in_order(points)
    start, end = points[0][0], points[-1][0]
    dates = texts().dates
    sentence = sentences.one if len(points) == 1 else sentences.one_day if start == end else sentences.several
    return sentence.format(
        count=len(points),
        start=dates.start(start, end),
        end=dates.write(end, dates.full),
        first=sentences.unit.write(_number(points[0][1])),
        latest=_number(points[-1][1]),
        longest=_number(max(number for _, number in points)),
    )


def _in_order(points: Points) -> Points:
    """Sort by day; entries of one day keep their order."""
    return sorted(points, key=lambda point: point[0])


def _ticks(first: int, last: int) -> list[int]:
    """Return the days that get a date label, including the first and the last."""
    steps = min(TICKS - 1, last - first)
    return [first + round((last - first) * step / steps) for step in range(steps + 1)] if steps else [first]


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _no_formula(text: str) -> str:
    """Escape dollar signs, so that matplotlib does not read the text between them as mathematics."""
    return text.replace("$", r"\$")
