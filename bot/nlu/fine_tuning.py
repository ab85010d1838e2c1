"""Fine-tunes the sentence encoder to tell alarms from look-alikes: labelled texts in, changed weights out.

The encoder's layers are trained further with a linear layer on the mean over the tokens (Devlin et al., "BERT", 2019,
section 4.1, with the sentence vector of the model's card in place of its first token). Word and position embeddings
stay as they are: so few messages would change only the words that they happen to hold. On TensorFlow, which Rasa
brings; the trained model needs it no more than the encoder does.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
import tensorflow as tf
from rich.progress import track
from tokenizers import Encoding, Tokenizer

from bot.nlu import minilm
from bot.nlu.encoder import LONGEST, WORD_PIECES
from bot.settings import settings

BATCH = 16  # messages
SHUFFLED_TOGETHER = 50  # batches: messages of like length are put together within as many
WARM_UP = 0.1  # share of the steps in which the learning rate rises; then it falls to nothing
DROPOUT = 0.1
WEIGHT_DECAY = 0.01
LONGEST_GRADIENT = 1.0
SEED = 0
LABELS = "classifier.weight", "classifier.bias"


@dataclass(frozen=True)
class Schedule:
    """How long and how fast it learns.

    Attributes:
        epochs: How often each message is read.
        learning_rate: The highest.
    """

    epochs: int
    learning_rate: float


def tuned(texts: Sequence[str], labels: Sequence[int], schedule: Schedule) -> dict[str, np.ndarray]:
    """Train the encoder's layers, unless the same has been done before: that is kept beside the models.

    Args:
        texts: The messages in their normal form.
        labels: The number of each message's label, from 0.
        schedule: How long and how fast.

    Returns:
        The encoder's weights by name (float32), and those of the linear layer: labels × dimensions, and labels.

    Raises:
        WeightsError: The published weights are missing or are not the reviewed ones.
    """
    folder = minilm.packaged_weights()
    published, config = minilm.read(folder)
    told = [minilm.WEIGHTS_SHA256, Path(__file__).read_text(encoding="utf-8"), [*texts], [*labels], astuple(schedule)]
    name = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
    kept = settings().models / f"tuned-{name}.npz"
    if not kept.is_file():
        pieces = Tokenizer.from_file(str(folder / WORD_PIECES))
        pieces.enable_truncation(LONGEST)
        pieces.no_padding()
        changed = _tune(published, config, pieces.encode_batch(list(texts)), labels, schedule)
        kept.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=kept.parent, suffix=".npz", delete=False) as unfinished:
            np.savez(unfinished, **changed)
        Path(unfinished.name).replace(kept)  # in one step: half a file would be taken for a whole one
    with np.load(kept) as changed_before:
        return {**published, **changed_before}


def _tune(
    weights: dict[str, np.ndarray],
    config: dict[str, Any],
    encoded: Sequence[Encoding],
    labels: Sequence[int],
    schedule: Schedule,
) -> dict[str, np.ndarray]:
    """Return the weights that changed."""
    tf.keras.utils.set_random_seed(SEED)
    network = _Network(weights, config, 1 + max(labels))
    truth = np.asarray(labels, dtype=np.int32)
    steps = schedule.epochs * (-(-len(encoded) // BATCH))
    train = _trainer(network, schedule.learning_rate, steps)
    order = _batches([len(one.ids) for one in encoded], schedule.epochs)
    for batch in track(order, "Fine-tuning the alarm's encoder", total=steps):
        train(*_padded([encoded[place] for place in batch]), truth[batch])
    return {name: network.weights[name].numpy() for name in network.trained}


class _Network:
    """The encoder and the linear layer; the same architecture as the graph of bot/nlu/minilm.py."""

    def __init__(self, weights: dict[str, np.ndarray], config: dict[str, Any], labels: int) -> None:
        self._config = config
        start = np.random.default_rng(SEED).normal(0, 0.02, (labels, config["hidden_size"]))
        given = {**weights, LABELS[0]: start.astype(np.float32), LABELS[1]: np.zeros(labels, np.float32)}
        self.weights = {name: tf.Variable(value, name=name) for name, value in given.items()}
        self.trained = [name for name in self.weights if name in LABELS or name.startswith("encoder.layer.")]

    def __call__(self, ids: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
        """Return batch × labels, before the softmax."""
        read = self.weights
        here = read["embeddings.position_embeddings.weight"][: tf.shape(ids)[1]]
        kind = read["embeddings.token_type_embeddings.weight"][0]
        words = tf.gather(read["embeddings.word_embeddings.weight"], ids)
        hidden = self._norm("embeddings.LayerNorm", words + here + kind)
        bias = (1.0 - mask)[:, None, None, :] * -1e9
        for layer in range(self._config["num_hidden_layers"]):
            hidden = self._layer(f"encoder.layer.{layer}", hidden, bias)
        counted = mask[:, :, None]
        mean = tf.reduce_sum(hidden * counted, 1) / tf.reduce_sum(counted, 1)
        return tf.matmul(mean, read[LABELS[0]], transpose_b=True) + read[LABELS[1]]

    def _layer(self, name: str, hidden: tf.Tensor, bias: tf.Tensor) -> tf.Tensor:
        heads = self._config["num_attention_heads"]
        size = self._config["hidden_size"] // heads
        batch, length = tf.shape(hidden)[0], tf.shape(hidden)[1]

        def split(part: str) -> tf.Tensor:
            projected = self._linear(f"{name}.attention.self.{part}", hidden)
            return tf.transpose(tf.reshape(projected, (batch, length, heads, size)), (0, 2, 1, 3))

        scores = tf.matmul(split("query"), split("key"), transpose_b=True) * size**-0.5 + bias
        context = tf.matmul(tf.nn.dropout(tf.nn.softmax(scores), DROPOUT), split("value"))
        joined = tf.reshape(tf.transpose(context, (0, 2, 1, 3)), (batch, length, heads * size))
        attended = tf.nn.dropout(self._linear(f"{name}.attention.output.dense", joined), DROPOUT)
        hidden = self._norm(f"{name}.attention.output.LayerNorm", hidden + attended)
        inner = tf.nn.gelu(self._linear(f"{name}.intermediate.dense", hidden))
        outer = tf.nn.dropout(self._linear(f"{name}.output.dense", inner), DROPOUT)
        return self._norm(f"{name}.output.LayerNorm", hidden + outer)

    def _linear(self, name: str, value: tf.Tensor) -> tf.Tensor:
        return tf.matmul(value, self.weights[f"{name}.weight"], transpose_b=True) + self.weights[f"{name}.bias"]

    def _norm(self, name: str, value: tf.Tensor) -> tf.Tensor:
        mean, variance = tf.nn.moments(value, -1, keepdims=True)
        scaled = (value - mean) * tf.math.rsqrt(variance + self._config["layer_norm_eps"])
        return scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]


def _trainer(network: _Network, highest: float, steps: int) -> Callable[..., None]:
    """Return a function that takes one step: word pieces, mask and true labels in."""
    rising = max(1.0, WARM_UP * steps)
    optimizer = tf.keras.optimizers.AdamW(highest, weight_decay=WEIGHT_DECAY)
    trained = [network.weights[name] for name in network.trained]
    ids, mask = tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((None, None), tf.float32)

    @tf.function(input_signature=[ids, mask, tf.TensorSpec((None,), tf.int32)], autograph=False)
    def learn(ids: tf.Tensor, mask: tf.Tensor, truth: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            scores = network(ids, mask)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(truth, scores))
        gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, trained), LONGEST_GRADIENT)
        optimizer.apply_gradients(zip(gradients, trained, strict=True))

    def step(*batch: np.ndarray) -> None:
        done = int(optimizer.iterations)
        optimizer.learning_rate.assign(highest * min((done + 1) / rising, 1 - done / steps))
        learn(*batch)

    return step


def _batches(lengths: Sequence[int], epochs: int) -> Iterator[np.ndarray]:
    """Yield the places of each batch's messages: in a random order, but like lengths together, to save padding."""
    random = np.random.default_rng(SEED)
    size = np.asarray(lengths)
    for _ in range(epochs):
        order = random.permutation(len(size))
        batches = []
        for start in range(0, len(order), BATCH * SHUFFLED_TOGETHER):
            some = order[start : start + BATCH * SHUFFLED_TOGETHER]
            alike = some[np.argsort(size[some], kind="stable")]
            batches += [alike[place : place + BATCH] for place in range(0, len(alike), BATCH)]
        yield from (batches[place] for place in random.permutation(len(batches)))


def _padded(encoded: Sequence[Encoding]) -> tuple[np.ndarray, np.ndarray]:
    longest = max(len(one.ids) for one in encoded)
    ids = np.zeros((len(encoded), longest), dtype=np.int32)
    mask = np.zeros((len(encoded), longest), dtype=np.float32)
    for row, one in enumerate(encoded):
        ids[row, : len(one.ids)] = one.ids
        mask[row, : len(one.ids)] = 1.0
    return ids, mask
