"""The pictures of docs/performance.md."""

from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.image import imread

from workshop.speed import plots
from workshop.speed.measures import Times

TIMES = Times(((10.0, 12.0, 30.0),))


@pytest.mark.parametrize(
    "draw",
    [
        lambda file: plots.replies(dict.fromkeys("abcd", TIMES), file),
        lambda file: plots.talks({"a": [1.0] * 100, "b": [2.0] * 20}, file),
        lambda file: plots.stages({"encoder": 0.004, "policies": 0.002}, file),
    ],
    ids=["replies", "talks", "stages"],
)
def test_draws_a_picture(draw: Callable[[Path], None], tmp_path: Path) -> None:
    """Each picture is a PNG file with something on it, no wider than a small screen shows sharp."""
    draw(tmp_path / "picture.png")

    height, width, _ = (picture := imread(tmp_path / "picture.png")).shape
    assert height < width < 1000
    assert picture.min() < 0.5 < picture.max()
