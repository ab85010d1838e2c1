"""The sentence encoder as training builds it, from the packaged weights."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.models import adapter, graph, minilm
from bot.models.encoder import DIMENSIONS, Encoder


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The published encoder."""
    folder = tmp_path_factory.mktemp("encoder")
    graph.prepare(minilm.packaged_weights(), {}, folder)
    return Encoder(folder)


@pytest.fixture(scope="module")
def adapted() -> Encoder:
    """The encoder with the repository's adapter."""
    return Encoder(graph.built())


def test_near_meanings_are_near(encoder: Encoder) -> None:
    """The similarities are those that the model's card gives for its example, within what int8 costs."""
    texts = ["That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day"]

    [rows] = encoder(texts)

    assert rows.shape == (4, DIMENSIONS)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert rows[1:] @ rows[0] == pytest.approx([0.695, 0.943, 0.257], abs=0.03)


def test_company_changes_nothing(encoder: Encoder) -> None:
    """A text's vector does not depend on the longer texts beside it, but for how finely 8 bits tell values apart."""
    alone = encoder(["my legs hurt"])[0][0]
    beside = encoder(["my legs hurt", "a much longer message about walking to the shops and back " * 5])[0][0]

    assert float(alone @ beside) > 0.98


@pytest.mark.parametrize("text", ["", "x" * 10_000, "walk " * 5_000, "\x00", "😀"])
def test_any_text_has_a_vector(encoder: Encoder, text: str) -> None:
    """Empty, endless and strange texts have a vector too."""
    assert np.isfinite(encoder([text])[0]).all()


def test_one_pass_gives_both(adapted: Encoder) -> None:
    """The adapted encoder gives vectors of length one and a score for each label, and tells a sign from a question."""
    vectors, scores = adapted(["i cannot feel my private parts since this morning", "what is a back brace for"])

    assert vectors.shape == (2, DIMENSIONS)
    assert scores.shape == (2, len(adapter.LABELS))
    assert [adapter.LABELS[label] for label in scores.argmax(axis=1)] == ["cauda_equina", "none"]


def test_adapter_keeps_meanings_together(adapted: Encoder) -> None:
    """The same question in other words is nearer than any other question, which the answers' classifier relies on."""
    pairs = [
        ("my legs hurt when i walk", "walking makes both calves ache"),
        ("how long do injections last", "for how many weeks does the epidural keep the pain away"),
        ("is surgery dangerous", "what can go wrong in an operation"),
        ("does smoking make it worse", "would it help to give up cigarettes"),
        ("which doctor should i see", "do i need a neurologist or somebody else"),
    ]
    vectors = np.vstack([adapted([text])[0] for pair in pairs for text in pair])
    likeness = vectors @ vectors.T - 2 * np.eye(len(vectors))

    nearest = likeness.argmax(axis=1)

    assert nearest.tolist() == [place ^ 1 for place in range(len(vectors))]


def test_refuses_other_weights(tmp_path: Path) -> None:
    """Weights that nobody reviewed are refused."""
    weights = Path(shutil.copytree(minilm.packaged_weights(), tmp_path / "weights"))
    with (weights / "model.safetensors").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"changed")

    with pytest.raises(minilm.WeightsError, match="refusing weights that nobody reviewed"):
        minilm.read(weights)


def test_tells_of_missing_weights(tmp_path: Path) -> None:
    """A folder without weights is told by name."""
    with pytest.raises(minilm.WeightsError, match=r"model.safetensors: there is no such file"):
        minilm.read(tmp_path)
