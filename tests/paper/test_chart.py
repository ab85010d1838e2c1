"""The chart: a picture that can be seen on a small phone, and the same in words."""

import datetime
import io
import math

import pytest
from PIL import Image

from bot.paper.chart import BLUE, Points, chart, in_words
from bot.paper.texts import texts


def on(*days: tuple[str, float]) -> Points:
    """Points on days of the form 2026-11-03."""
    return [(datetime.date.fromisoformat(day), number) for day, number in days]


def picture(points: Points, axis: str = "Minutes", title: str = "How long you walked") -> Image.Image:
    """Draw a chart and open it."""
    return Image.open(io.BytesIO(chart(points, axis, title))).convert("RGB")


def test_picture_of_a_sane_size(points: Points) -> None:
    """It is a PNG, three times as wide as a small phone, and small enough to be sent."""
    file = chart(points, "Minutes", "How long you walked")

    assert file.startswith(b"\x89PNG\r\n\x1a\n")
    assert Image.open(io.BytesIO(file)).size == (960, 720)
    assert len(file) < 200_000


def test_order_does_not_matter(points: Points) -> None:
    """The line goes from the first day to the last, however the points come, and leaves them as they were."""
    before = list(points)

    assert chart(points, "Minutes", "Title") == chart(sorted(points), "Minutes", "Title")
    assert points == before


@pytest.mark.parametrize(
    "points",
    [
        on(("2026-11-03", 8)),
        on(("2026-11-03", 0), ("2026-11-04", 0)),
        on(("2026-11-03", 8), ("2026-11-03", 9)),
        on(("2025-12-30", 0.25), ("2027-01-02", 0.5)),
    ],
)
def test_few_or_odd_points_are_seen(points: Points) -> None:
    """One point, only zeros, one day and several years are drawn too."""
    image = picture(points)

    assert tuple(bytes.fromhex(BLUE[1:])) in {color for _, color in image.getcolors(1 << 20) or []}


def test_starts_at_zero() -> None:
    """Numbers that differ little look so: the chart is not cut off below."""
    blue = tuple(bytes.fromhex(BLUE[1:]))
    image = picture(on(("2026-11-03", 10), ("2026-11-21", 10.2)))

    rows = [y for y in range(image.height) for x in range(image.width) if image.getpixel((x, y)) == blue]

    assert max(rows) - min(rows) < image.height / 10


def test_dollar_signs_and_long_titles() -> None:
    """What looks like a formula, or is long, is drawn as it stands."""
    assert picture(on(("2026-11-03", 8)), "$x^{$", r"\$\frac{$ " + "long " * 20).size == (960, 720)


def test_nothing_to_draw() -> None:
    """A chart of nothing is refused."""
    with pytest.raises(ValueError, match="point"):
        chart([], "Minutes", "Title")


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([], "No entries yet."),
        (on(("2026-11-03", 8)), "1 entry, on 3 November 2026: 8 minutes."),
        (on(("2026-11-03", 1)), "1 entry, on 3 November 2026: 1 minute."),
        (
            on(("2026-11-03", 2.5), ("2026-11-03", 4)),
            "2 entries on 3 November 2026. First 2.5 minutes, latest 4, longest 4.",
        ),
        (
            on(("2026-12-01", 3), ("2026-11-03", 1)),
            "2 entries from 3 November to 1 December 2026. First 1 minute, latest 3, longest 3.",
        ),
        (
            on(("2026-12-30", math.pi), ("2027-01-02", 1)),
            "2 entries from 30 December 2026 to 2 January 2027. First 3.1 minutes, latest 1, longest 3.1.",
        ),
    ],
)
def test_in_words(points: Points, said: str) -> None:
    """Number and period are said as people say them."""
    assert in_words(points, texts().minutes) == said


def test_in_words_of_points_in_any_order(points: Points) -> None:
    """First and latest go by the day."""
    assert in_words(points, texts().minutes) == (
        "5 entries from 3 to 21 November 2026. First 8 minutes, latest 12, longest 15."
    )
