"""`stride encoder`, in its short form."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.models import adapter, graph, minilm
from bot.models.encoder import Encoder
from bot.settings import ROOT

pytestmark = pytest.mark.rasa


def test_short_form_goes_through_every_step(tmp_path: Path) -> None:
    """It learns, measures, and writes an adapter and a card that the training takes; the repository's stay."""
    before = adapter.sha256(adapter.FOLDER / adapter.FILE)
    order = [sys.executable, "-m", "bot.cli", "encoder", "--short", "--folder", str(tmp_path)]

    subprocess.run(order, cwd=ROOT, check=True, capture_output=True)

    card = adapter.card(tmp_path)
    assert (card.command, card.messages, set(card.after)) == ("stride encoder --short", 200, {"open", "set_aside"})
    assert card.nearness > 0.9
    (tmp_path / "graph").mkdir()
    graph.prepare(minilm.packaged_weights(), adapter.load(tmp_path), tmp_path / "graph")
    assert Encoder(tmp_path / "graph")(["my legs hurt"])[1].shape == (1, len(adapter.LABELS))
    assert adapter.sha256(adapter.FOLDER / adapter.FILE) == before
