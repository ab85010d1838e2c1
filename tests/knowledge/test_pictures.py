"""The drawings: small, safe, in both themes, and with words."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.knowledge.base import KnowledgeBase
from bot.settings import ROOT

FOLDER = ROOT / "bot" / "web" / "static" / "pictures"
LARGEST = 6000  # bytes
FILES = sorted(FOLDER.glob("*.svg"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_drawing_is_safe_and_fits(file: Path) -> None:
    """A drawing is small, draws only with its own shapes, follows the dark theme, and says first what it shows."""
    text = file.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    tags = {element.tag.split("}")[1] for element in root.iter()}

    assert len(text.encode()) <= LARGEST
    assert root.get("viewBox")
    assert root[0].tag.endswith("}title")
    assert tags <= {"svg", "title", "style", "g", "path", "circle", "ellipse", "line", "rect", "text", "tspan"}
    assert not re.search(r"href|url\(|@import|\son\w+=|style=", text)
    assert "prefers-color-scheme:dark" in text
    assert "animation" not in text or "prefers-reduced-motion:no-preference" in text


def test_each_drawing_has_words_and_a_place(base: KnowledgeBase) -> None:
    """Each drawing is described in at most thirty words, and some answer shows it."""
    shown = {name for answer in base.answers for name in answer.pictures}

    assert {file.stem for file in FILES} == set(base.pictures) == shown
    assert all(len(picture.alt.split()) <= 30 for picture in base.pictures.values())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_fact_stands_in_a_drawing_alone(base: KnowledgeBase, file: Path) -> None:
    """Every word that is drawn stands in its description, or in the texts of an answer that shows it."""
    drawn = [one.text or "" for one in ElementTree.parse(file).iter() if one.tag.endswith("}text")]
    users = [answer for answer in base.answers if file.stem in answer.pictures]
    told = " ".join([base.pictures[file.stem].alt, *(text for one in users for text in one.texts)]).lower()

    assert all(word[:4] in told for word in re.findall(r"[a-z]{4,}", " ".join(drawn).lower()))
