"""Fine-tuning the encoder, on a small one with random weights; TensorFlow is in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

from bot.models import adapter, graph
from bot.settings import ROOT

pytestmark = pytest.mark.rasa
WORDS = ["[UNK]", *["numb", "saddle", "bowel", "fine", "walk", "shop", "bus", "rain", "tea", "no"]]
CONFIG = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "layer_norm_eps": 1e-12}
SIGNS = ["no tea walk numb", "rain no bus numb", "no shop walk numb", "tea no shop numb"]
DENIALS = ["walk tea no numb", "bus rain no numb", "walk shop no numb", "shop tea no numb"]
LEARN = """
import json, sys
import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers
from workshop import fine_tuning

folder, words, config, texts, labels, schedule = json.loads(sys.argv[1])
tokenizer = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, "[UNK]"))
tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
weights = dict(np.load(f"{folder}/weights.npz"))
seen = []
learnt = fine_tuning.tuned(
    weights, config, tokenizer.encode_batch(texts), labels, 2, fine_tuning.Schedule(**schedule),
    lambda batches, steps: (seen.append([steps, sorted(int(one) for one in batch)]) or batch for batch in batches),
)
np.savez(f"{folder}/learnt.npz", **learnt)
json.dump(seen, open(f"{folder}/seen.json", "w"))
"""
Weights = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def weights() -> Weights:
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


def learn(folder: Path, weights: Weights, labels: list[int], **schedule: float) -> tuple[Weights, list[Any]]:
    """Learn signs and denials; returns the adapter, and the batches with the number of all."""
    np.savez(folder / "weights.npz", **weights)
    whole = {
        "epochs": 1,
        "learning_rate": 1e-2,
        "rank": 4,
        "scale": 1.0,
        "nearness": 0.0,
        "likeness": 0.0,
        "seed": 0,
        **schedule,
    }
    told = json.dumps([str(folder), WORDS, CONFIG, [*SIGNS, *DENIALS], labels, whole])
    subprocess.run([sys.executable, "-c", LEARN, told], cwd=ROOT, check=True, capture_output=True)
    with np.load(folder / "learnt.npz") as learnt:
        return dict(learnt), json.loads((folder / "seen.json").read_text())


def read(weights: Weights, folder: Path, text: str) -> tuple[np.ndarray, np.ndarray]:
    """What the graph that is built of the weights says of a text: its vector, and the scores."""
    full = folder / "graph.onnx"
    onnx.save(graph.model(weights, CONFIG), str(full))
    ids = np.array([[WORDS.index(word) for word in text.split()]], dtype=np.int64)
    vectors, scores = onnxruntime.InferenceSession(str(full)).run(
        ["embedding", "scores"], {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    )
    return vectors[0], scores[0]


def test_learns_what_the_order_of_words_says(weights: Weights, tmp_path: Path) -> None:
    """The same words in another order may have another label; the graph says what the trainer learnt."""
    labels = [1] * 4 + [0] * 4

    learnt, _ = learn(tmp_path, weights, labels, epochs=400)

    whole = adapter.adapted(weights, learnt)
    assert [read(whole, tmp_path, text)[1].argmax() for text in [*SIGNS, *DENIALS]] == labels


def test_vectors_are_held_near_the_published_ones(weights: Weights, tmp_path: Path) -> None:
    """What was learnt moves the sentence vectors less, the more their nearness weighs."""

    def near(nearness: float) -> float:
        learnt, _ = learn(tmp_path, weights, [1] * 4 + [0] * 4, epochs=60, nearness=nearness)
        still = {name: np.zeros_like(value) if name.endswith(".up") else value for name, value in learnt.items()}
        before, after = (adapter.adapted(weights, one) for one in (still, learnt))
        return min(float(read(before, tmp_path, one)[0] @ read(after, tmp_path, one)[0]) for one in SIGNS)

    assert near(50.0) > max(0.98, near(0.0))


def test_only_low_rank_matrices_and_labels_are_learnt(weights: Weights, tmp_path: Path) -> None:
    """The adapter has two matrices of the rank for each linear layer of the encoder, and the layer for the labels."""
    learnt, _ = learn(tmp_path, weights, [1] * 4 + [0] * 4)

    layers = {name.removesuffix(".up") for name in learnt if name.endswith(".up")}
    assert len(layers) == 6 * CONFIG["num_hidden_layers"]
    assert set(learnt) == {f"{one}.{end}" for one in layers for end in ("up", "down")} | {
        "classifier.weight",
        "classifier.bias",
    }
    assert {learnt[f"{one}.down"].shape[0] for one in layers} == {4}


def test_every_message_is_read_in_every_epoch(weights: Weights, tmp_path: Path) -> None:
    """Each epoch has all messages, and progress is told their number of batches."""
    _, seen = learn(tmp_path, weights, [1] * 4 + [0] * 4, epochs=3)

    assert [steps for steps, _ in seen] == [3] * 3
    assert [batch for _, batch in seen] == [[*range(8)]] * 3
