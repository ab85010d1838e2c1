"""The alarm's voter and judge, on a handful of hand-made messages, with an encoder that is played by hand."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bot.nlu import voter_model
from bot.nlu.voter_model import LABELS, Inputs, VoterModel
from bot.safety.rules import ORDER

NUMB = ["my seat is numb", "numb seat since monday", "numb down there", "seat all numb", "so numb on my seat"]
FINE = ["what is a brace", "does a brace help", "how far should i walk", "thank you", "how do i walk"]
ALARMS = {"crisis": "life", "emergency": "chest", "same_day": "fever"}


def inputs(texts: list[str]) -> Inputs:
    """Messages without an embedding of their own."""
    return Inputs(texts, texts, np.zeros((len(texts), 4), np.float32))


def encoder(word: str) -> Callable[[list[str]], np.ndarray]:
    """An encoder that finds a cauda equina sign where it reads a word, and nothing elsewhere."""

    def scores(texts: list[str]) -> np.ndarray:
        rows = np.zeros((len(texts), len(LABELS)), np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[LABELS.index("cauda_equina" if word in text.split() else "none")] = 5.0
        return rows

    return scores


@pytest.fixture(scope="module")
def model() -> VoterModel:
    """A model that has learnt one word for each alarm."""
    others = [(f"{word} trouble {place}", kind) for kind, word in ALARMS.items() for place in range(5)]
    taught = [*((text, "cauda_equina") for text in NUMB), *((text, "none") for text in FINE), *others]
    texts, labels = [text for text, _ in taught], [label for _, label in taught]
    return VoterModel.train(inputs(texts), labels, encoder("numb"), strength=1.0, dense_weight=1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "likeliest"),
    [("numb seat", "cauda_equina"), ("chest trouble", "emergency"), ("fever trouble", "same_day")],
)
def test_suspects_what_it_learnt(model: VoterModel, text: str, likeliest: str) -> None:
    """Voter and judge find the alarm that its words belong to the likeliest."""
    [found] = model(inputs([text]))

    for said in (found.voter, found.judge):
        assert set(said) == set(ORDER)
        assert sum(said.values()) <= 1.0
        assert max(said, key=lambda kind: said[kind]) == likeliest


def test_both_opinions_count(model: VoterModel) -> None:
    """What the encoder finds makes an alarm likelier to the voter too, and what it misses less likely."""
    agreeing, missing = [
        VoterModel(model.voter, model.judge, encoder(word))(inputs(["numb seat"]))[0]  # type: ignore[arg-type]
        for word in ("numb", "elephant")
    ]

    assert agreeing.voter["cauda_equina"] > missing.voter["cauda_equina"]
    assert agreeing.judge["cauda_equina"] > missing.judge["cauda_equina"]


@pytest.mark.parametrize("place", [0, 79, 80, 130, 399])
def test_sign_in_a_long_message_is_read(place: int) -> None:
    """A word at any place of a long message reaches the encoder, which reads only so many words at once."""
    words = ["word"] * 400
    words[place] = "numb"
    longest = 0

    def seen(texts: list[str]) -> np.ndarray:
        nonlocal longest
        longest = max(len(text.split()) for text in texts)
        return encoder("numb")(texts)

    read = voter_model._read(seen, " ".join(words))  # type: ignore[arg-type]

    assert read[LABELS.index("cauda_equina")] > 0.9
    assert longest <= voter_model.WINDOW


def test_empty_message_has_an_opinion(model: VoterModel) -> None:
    """A text without words is no reason to fail."""
    [found] = model(inputs([""]))

    assert all(0.0 <= value <= 1.0 for value in [*found.voter.values(), *found.judge.values()])


def test_survives_the_disk(model: VoterModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that was saved says the same when it is loaded."""
    monkeypatch.setattr(voter_model, "Encoder", lambda _: encoder("numb"))
    asked = inputs(["numb seat", "thank you"])

    model.save(tmp_path)

    assert VoterModel.load(tmp_path)(asked) == model(asked)
