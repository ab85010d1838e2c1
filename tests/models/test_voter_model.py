"""The alarm's voter, on a handful of hand-made messages, with an encoder that is played by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.alarm.decide import CHECK
from bot.alarm.rules import ORDER
from bot.models.adapter import LABELS
from bot.models.voter_model import Probabilities, VoterModel

NUMB = ["my seat is numb", "numb seat since monday", "numb down there", "seat all numb", "so numb on my seat"]
FINE = ["what is a brace", "does a brace help", "how far should i walk", "thank you", "how do i walk"]
OTHERS = {"crisis": "life", "emergency": "chest", "same_day": "fever", CHECK: "weak"}


def scores(*labels: str) -> np.ndarray:
    """What an encoder says that is rather sure of a label for each part of a message."""
    rows = np.zeros((len(labels), len(LABELS)), np.float32)
    for row, label in zip(rows, labels, strict=True):
        row[LABELS.index(label)] = 5.0
    return rows


@pytest.fixture(scope="module")
def model() -> VoterModel:
    """A model that has learnt one word for each alarm and for a check."""
    others = [(f"{word} trouble {place}", kind) for kind, word in OTHERS.items() for place in range(5)]
    taught = [*((text, "cauda_equina") for text in NUMB), *((text, "none") for text in FINE), *others]
    texts, labels = [text for text, _ in taught], [label for _, label in taught]
    return VoterModel.train(texts, labels, strength=1.0, everyday=25 / 30)  # as here


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("numb seat", "cauda_equina"),
        ("chest trouble", "emergency"),
        ("fever trouble", "same_day"),
        ("weak trouble", CHECK),
    ],
)
def test_suspects_what_it_learnt(model: VoterModel, text: str, label: str) -> None:
    """The alarm that its words belong to is the likeliest."""
    said = model(text, scores(label))

    assert set(said) == {*ORDER, CHECK}
    assert sum(said.values()) <= 1.0
    assert max(said, key=lambda kind: said[kind]) == label


def test_signs_are_rarer_in_everyday_life(model: VoterModel) -> None:
    """The odds of a sign fall as the share of everyday messages with one; which sign is likeliest stays the same."""
    rare = replace(model, rarity=0.01)
    before, after = (one("numb thank you", scores("cauda_equina")) for one in (model, rare))
    odds = [sum(said.values()) / (1 - sum(said.values())) for said in (before, after)]

    assert odds[1] == pytest.approx(odds[0] / 100, rel=0.01)
    assert max(after, key=lambda kind: after[kind]) == "cauda_equina"


def test_share_of_the_lessons_changes_nothing(model: VoterModel) -> None:
    """Where everyday messages have as many signs as the lessons, the odds stay."""
    assert model.rarity == pytest.approx(1.0)


def test_both_opinions_count(model: VoterModel) -> None:
    """What the encoder finds makes an alarm likelier, and what it misses less likely."""
    agreeing, missing = (model("numb seat", scores(label)) for label in ("cauda_equina", "none"))

    assert agreeing["cauda_equina"] > missing["cauda_equina"]


def test_sign_in_any_part_counts(model: VoterModel) -> None:
    """The part of a message that is most like an alarm counts, wherever it stands."""

    def heard(*labels: str) -> Probabilities:
        return model("numb seat", scores(*labels))

    assert heard("none", "none", "cauda_equina") == heard("cauda_equina", "none") == heard("cauda_equina")


@pytest.mark.parametrize("text", ["", "😀", "x" * 5_000, "word " * 2_000])
def test_any_text_has_probabilities(model: VoterModel, text: str) -> None:
    """Empty, endless and strange texts have them too."""
    assert all(0.0 <= value <= 1.0 for value in model(text, scores("none")).values())


def test_saved_model_says_the_same(model: VoterModel, tmp_path: Path) -> None:
    """A model that was written and read again says what it said before."""
    model.save(tmp_path)

    assert VoterModel.load(tmp_path)("numb seat", scores("none")) == model("numb seat", scores("none"))
