"""The drawings as PNGs."""

import os
from pathlib import Path

import pytest
from PIL import Image

from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from bot.settings import settings
from bot.web.assets import assets
from workshop.browser import CHROMIUM
from workshop.pictures import FOLDER, digest, made_of, pictures

LARGEST = 60_000  # bytes; patients pay for what their phones load
DRAWINGS = sorted(FOLDER.glob("*.svg"))
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 100">
<style>
rect{fill:#1a5fb4}
@media (prefers-color-scheme:dark){rect{fill:#8ab8f0}}
@media (prefers-reduced-motion:no-preference){rect{fill:#f6e7d8}}
</style>
<rect width="320" height="100"/>
</svg>"""


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda file: file.stem)
def test_each_drawing_has_its_picture(drawing: Path) -> None:
    """Each drawing has a PNG of what it is now, wide enough for a phone and small to load."""
    picture = drawing.with_suffix(".png")

    assert made_of(picture) == digest(drawing), f"{picture} is missing or old: run `make pictures`"
    with Image.open(picture) as image:
        assert (image.format, image.width) == ("PNG", 1008)
    assert picture.stat().st_size <= LARGEST


def test_each_picture_has_its_drawing() -> None:
    """No PNG of a drawing that is gone is left."""
    assert [file.name for file in FOLDER.glob("*.png") if not file.with_suffix(".svg").exists()] == []


def test_pictures_are_served_beside_the_drawings(base: KnowledgeBase, clinic: Clinic) -> None:
    """Every PNG has its drawing's address but for the ending, and is sent as the picture that it is."""
    served = assets(base, clinic, settings())

    for drawing in DRAWINGS:
        asset = served[f"pictures/{drawing.stem}.png"]
        assert asset.content_type == "image/png"
        assert asset.content == drawing.with_suffix(".png").read_bytes()


def test_picture_of_a_drawing(tmp_path: Path) -> None:
    """A PNG shows its drawing in the light theme, at rest, with a white margin, and says what it was made of."""
    if not Path(CHROMIUM).exists() and "CI" not in os.environ:
        pytest.skip(f"{CHROMIUM} is not installed")
    drawing, picture = tmp_path / "one.svg", tmp_path / "one.png"
    drawing.write_text(DRAWING, encoding="utf-8")

    made = list(pictures(tmp_path))

    assert made == [picture]
    assert made_of(picture) == digest(drawing)
    with Image.open(picture) as image:
        shown = image.convert("RGB")
    assert shown.size == (1008, 348)
    assert [shown.getpixel(place) for place in ((5, 5), (504, 174))] == [(255, 255, 255), (0x1A, 0x5F, 0xB4)]


def test_changed_drawing_is_told(tmp_path: Path) -> None:
    """A PNG that is missing, or was made of another drawing, is not taken for the drawing's."""
    drawing, picture = tmp_path / "one.svg", tmp_path / "one.png"
    drawing.write_text(DRAWING, encoding="utf-8")
    Image.new("RGB", (8, 8)).save(picture)

    assert made_of(tmp_path / "none.png") is None
    assert made_of(picture) is None
    assert made_of(DRAWINGS[0].with_suffix(".png")) not in (None, digest(drawing))
