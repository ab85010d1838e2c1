"""Fine-tuning the encoder, on a small one with random weights."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from tokenizers import Encoding, Tokenizer, models, pre_tokenizers

from bot.nlu import fine_tuning, minilm
from bot.nlu.fine_tuning import BATCH, Schedule

pytestmark = pytest.mark.rasa

WORDS = ["[UNK]", *["numb", "saddle", "bowel", "fine", "walk", "shop", "bus", "rain", "tea", "no"]]
CONFIG = {
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "layer_norm_eps": 1e-12,
}


@pytest.fixture
def weights() -> dict[str, np.ndarray]:
    """An untrained encoder."""
    random = np.random.default_rng(1)
    size, inner = CONFIG["hidden_size"], 32
    shapes = {
        "embeddings.word_embeddings.weight": (len(WORDS), size),
        "embeddings.position_embeddings.weight": (8, size),
        "embeddings.token_type_embeddings.weight": (2, size),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(2):
        name = f"encoder.layer.{layer}"
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= {f"{name}.{part}.weight": (size, size), f"{name}.{part}.bias": (size,)}
        shapes |= {f"{name}.intermediate.dense.weight": (inner, size), f"{name}.intermediate.dense.bias": (inner,)}
        shapes |= {f"{name}.output.dense.weight": (size, inner), f"{name}.output.dense.bias": (size,)}
        norms += [f"{name}.attention.output.LayerNorm", f"{name}.output.LayerNorm"]
    found = {name: random.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}
    for name in norms:
        found |= {f"{name}.weight": np.ones(size, np.float32), f"{name}.bias": np.zeros(size, np.float32)}
    return found


def pieces(*texts: str) -> list[Encoding]:
    """A word is a piece."""
    tokenizer = Tokenizer(models.WordLevel({word: place for place, word in enumerate(WORDS)}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return tokenizer.encode_batch(list(texts))


def scores(weights: dict[str, np.ndarray], folder: Path, text: str) -> np.ndarray:
    """What the graph that is built of the weights says of a text."""
    full = folder / "graph.onnx"
    minilm.onnx.save(minilm._Graph(weights, CONFIG).model(), str(full))
    session = onnxruntime.InferenceSession(str(full))
    ids = np.array([pieces(text)[0].ids], dtype=np.int64)
    return session.run(["scores"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0][0]


def test_learns_what_the_order_of_words_says(weights: dict[str, np.ndarray], tmp_path: Path) -> None:
    """The same words in another order may have another label, which no count of words could tell."""
    signs = ["no tea walk numb", "rain no bus numb", "no shop walk numb", "tea no shop numb"]
    denials = ["walk tea no numb", "bus rain no numb", "walk shop no numb", "shop tea no numb"]
    labels = [1] * 4 + [0] * 4

    learnt = fine_tuning._tune(weights, CONFIG, pieces(*signs, *denials), labels, Schedule(400, 3e-3))

    whole = {**weights, **learnt}
    assert [scores(whole, tmp_path, text).argmax() for text in [*signs, *denials]] == labels


def test_words_stay_as_they_are(weights: dict[str, np.ndarray]) -> None:
    """Only the layers and what tells the labels are changed, and all of those are."""
    learnt = fine_tuning._tune(weights, CONFIG, pieces("numb", "fine"), [1, 0], Schedule(3, 1e-3))

    changed = {name for name, value in learnt.items() if name not in weights or (value != weights[name]).any()}
    still = {name for name in weights if name.startswith("embeddings.")} | {
        # A constant added to every key changes no softmax.
        f"encoder.layer.{layer}.attention.self.key.bias"
        for layer in range(2)
    }
    assert (set(weights) | set(fine_tuning.LABELS)) - still <= changed
    assert not changed & {name for name in weights if name.startswith("embeddings.")}


def test_every_message_is_read_in_every_epoch() -> None:
    """Each epoch has all messages, in batches of like length, in another order."""
    lengths = [place % 7 for place in range(5 * BATCH + 3)]

    batches = [list(batch) for batch in fine_tuning._batches(lengths, epochs=2)]

    half = len(batches) // 2
    for epoch in (batches[:half], batches[half:]):
        assert sorted(place for batch in epoch for place in batch) == list(range(len(lengths)))
    assert batches[:half] != batches[half:]
    assert max(len({lengths[place] for place in batch}) for batch in batches) <= 3


def test_the_same_is_not_learnt_twice(
    weights: dict[str, np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was learnt is kept by what it was learnt from, and learnt anew when that changes."""
    learnt: list[Any] = []

    def tune(*given: Any) -> dict[str, np.ndarray]:
        learnt.append(given)
        return {"encoder.layer.0.output.dense.bias": np.full(384, len(learnt), np.float32)}

    monkeypatch.setattr(fine_tuning, "_tune", tune)
    monkeypatch.setenv("STRIDE_MODELS", str(tmp_path))
    fine_tuning.settings.cache_clear()
    try:
        said = [
            fine_tuning.tuned(texts, labels, Schedule(epochs, 1e-3))["encoder.layer.0.output.dense.bias"][0]
            for texts, labels, epochs in [
                (["a"], [0], 1),
                (["a"], [0], 1),
                (["b"], [0], 1),
                (["a"], [1], 1),
                (["a"], [0], 2),
                (["b"], [0], 1),
            ]
        ]
    finally:
        fine_tuning.settings.cache_clear()

    assert said == [1, 1, 2, 3, 4, 2]
