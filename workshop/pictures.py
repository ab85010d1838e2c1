"""Makes the PNGs of the drawings, for messaging channels, which show no SVG."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from bot.web.pages import STATIC
from workshop.browser import chromium

FOLDER = STATIC / "pictures"
WIDTH, MARGIN = 320, 8  # CSS pixels: a drawing's, and around it
SCALE = 3  # pixels of the PNG for each CSS pixel
COLOURS = 64  # enough for the few of a drawing and their soft edges
MADE_OF = "svg"  # the text chunk of the PNG that holds its drawing's hash
PAGE = """<!doctype html>
<style>body {{ margin: {margin}px; background: white }} svg {{ display: block; width: {width}px }}</style>
{drawing}"""


def pictures(folder: Path = FOLDER) -> Iterator[Path]:
    """Write a PNG beside each SVG of a folder, in the light theme and without its movement; yield each new file."""
    with chromium() as browser:
        page = browser.new_page(
            viewport={"width": WIDTH + 2 * MARGIN, "height": 1},  # a full page's picture is as high as its content
            device_scale_factor=SCALE,
            color_scheme="light",
            reduced_motion="reduce",
        )
        for drawing in sorted(folder.glob("*.svg")):
            page.set_content(PAGE.format(margin=MARGIN, width=WIDTH, drawing=drawing.read_text(encoding="utf-8")))
            target = drawing.with_suffix(".png")
            _write(page.screenshot(full_page=True), target, digest(drawing))
            yield target


def digest(drawing: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(drawing.read_bytes()).hexdigest()


def made_of(picture: Path) -> str | None:
    """Return the SHA-256 of the drawing that a PNG was made of; None if there is no such PNG."""
    if not picture.exists():
        return None
    with Image.open(picture) as image:
        found: str | None = image.info.get(MADE_OF)
    return found


def _write(screenshot: bytes, target: Path, drawn: str) -> None:
    """Write a screenshot with few colours, and the hash of what was drawn."""
    note = PngInfo()
    note.add_text(MADE_OF, drawn)
    with Image.open(io.BytesIO(screenshot)) as image:
        few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        few.save(target, optimize=True, pnginfo=note)
