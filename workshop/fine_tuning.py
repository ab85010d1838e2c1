"""Fine-tunes the sentence encoder: labelled texts and their teacher's vectors in, an adapter out.

Each linear layer of the encoder gets a low-rank matrix beside its own. Only these matrices (Hu et al., "LoRA: Low-Rank
Adaptation of Large Language Models", 2021) and the linear layer for the labels (Devlin et al., "BERT", 2019, section
4.1) are learnt. The sentence vectors learn to be the teacher's, and as similar to each other as the teacher's are
(Reimers and Gurevych, "Making Monolingual Sentence Embeddings Multilingual", 2020). It uses
TensorFlow, which Rasa installs; only `stride encoder` imports this module.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf
from tokenizers import Encoding

from bot.models import minilm
from bot.models.minilm import LABELS, Weights

BATCH = 16  # messages
SHUFFLED_TOGETHER = 50  # batches within which messages of similar length are grouped
WARM_UP = 0.1  # share of the steps in which the learning rate rises; then it falls to zero
DROPOUT = 0.1
WEIGHT_DECAY = 0.01
LONGEST_GRADIENT = 1.0


@dataclass(frozen=True)
class Schedule:
    """How the adapter learns.

    Attributes:
        epochs: How often each message is read.
        learning_rate: The highest learning rate.
        rank: Rank of the matrices beside the linear layers' own.
        scale: Factor of these matrices.
        nearness: Weight of the sentence vectors' distance from the wanted ones (one minus the cosine).
        likeness: Weight of the mean square by which the similarities within a batch differ from the wanted ones.
        seed: Seed of all randomness.
    """

    epochs: int
    learning_rate: float
    rank: int
    scale: float
    nearness: float
    likeness: float
    seed: int


SCHEDULE = Schedule(epochs=6, learning_rate=1e-3, rank=64, scale=2.0, nearness=5.0, likeness=5.0, seed=0)


def tuned(
    weights: Weights,
    config: dict[str, Any],
    encoded: Sequence[Encoding],
    labels: Sequence[int],
    kinds: int,
    schedule: Schedule,
    progress: Callable[[Iterator[npt.NDArray[Any]], int], Iterator[npt.NDArray[Any]]],
    teacher: npt.NDArray[Any] | None = None,
) -> Weights:
    """Train the adapter.

    Args:
        weights: The published weights.
        config: The architecture's sizes.
        encoded: The messages' word pieces, without padding.
        labels: The number of each message's label, from 0.
        kinds: The number of labels, even if the messages have fewer.
        schedule: How the adapter learns.
        progress: Shows progress: takes the batches and their number, and yields them.
        teacher: The teacher's vectors, messages × its size; None to keep the published vectors.

    Returns:
        `<name>.down` (rank × inputs) and `<name>.up` (outputs × rank), scaled, for each linear layer; their product is
        to be added to its weights. Also the weights and bias of the layer for the labels.
    """
    tf.keras.utils.set_random_seed(schedule.seed)
    network = _Network(weights, config, kinds, schedule)
    truth = np.asarray(labels, dtype=np.int32)
    own = _vectors(network, encoded)
    near = own if teacher is None else turned(teacher, own)
    steps = schedule.epochs * (-(-len(encoded) // BATCH))
    train = _trainer(network, schedule, steps)
    order = _batches([len(one.ids) for one in encoded], schedule)
    for batch in progress(order, steps):
        train(*_padded([encoded[place] for place in batch]), truth[batch], near[batch])
    learnt = {name: variable.numpy() for name, variable in network.learnt.items()}
    return {name: value * schedule.scale if name.endswith(".up") else value for name, value in learnt.items()}


def turned(teacher: npt.NDArray[Any], own: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return a teacher's vectors in the space of the encoder's own.

    Its largest singular directions keep its similarities; a rotation (Schönemann, "A generalized solution of the
    orthogonal Procrustes problem", 1966) brings them near the encoder's vectors, so that there is little to unlearn.

    Args:
        teacher: Messages × the teacher's size, which is the larger.
        own: Messages × the encoder's size, of length one.

    Returns:
        Messages × the encoder's size, of length one.
    """
    directions, _, _ = np.linalg.svd(teacher.T @ teacher)
    kept = teacher @ directions[:, : own.shape[1]]
    kept /= np.linalg.norm(kept, axis=1, keepdims=True)
    left, _, right = np.linalg.svd(kept.T @ own)
    rotated: npt.NDArray[Any] = (kept @ (left @ right)).astype(np.float32)
    return rotated


class _Network:
    """The encoder's operations on TensorFlow, for the batch of the last call."""

    def __init__(self, weights: Weights, config: dict[str, Any], labels: int, schedule: Schedule) -> None:
        random = np.random.default_rng(schedule.seed)
        size = config["hidden_size"]
        self._config, self._scale = config, schedule.scale
        self._weights = {name: tf.constant(value) for name, value in weights.items()}
        start: Weights = {
            f"{LABELS}.weight": random.normal(0, 0.02, (labels, 2 * size)),
            f"{LABELS}.bias": np.zeros(labels),
        }
        for name in minilm.linear_layers(config):
            outputs, inputs = weights[f"{name}.weight"].shape
            start[f"{name}.down"] = random.normal(0, inputs**-0.5, (schedule.rank, inputs))
            start[f"{name}.up"] = np.zeros((outputs, schedule.rank))
        self.learnt = {name: tf.Variable(value.astype(np.float32), name=name) for name, value in start.items()}
        self._training = False

    def __call__(self, ids: tf.Tensor, mask: tf.Tensor, *, training: bool) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the sentence vectors and the labels' scores."""
        self._ids, self._mask, self._training = ids, mask, training
        vectors, scores = minilm.forward(self, self._config, labels=True)
        return vectors, scores

    def embedding(self) -> tf.Tensor:
        here = self._weights["embeddings.position_embeddings.weight"][: tf.shape(self._ids)[1]]
        kind = self._weights["embeddings.token_type_embeddings.weight"][0]
        return tf.gather(self._weights["embeddings.word_embeddings.weight"], self._ids) + here + kind

    def bias(self) -> tf.Tensor:
        return (1.0 - self._mask)[:, None, None, :] * -1e9

    def linear(self, name: str, value: tf.Tensor) -> tf.Tensor:
        if name == LABELS:
            weight, bias = self.learnt[f"{name}.weight"], self.learnt[f"{name}.bias"]
            return tf.matmul(value, weight, transpose_b=True) + bias
        own = times(value, self._weights[f"{name}.weight"]) + self._weights[f"{name}.bias"]
        down = times(value, self.learnt[f"{name}.down"])
        return own + self._scale * times(down, self.learnt[f"{name}.up"])

    def norm(self, name: str, value: tf.Tensor) -> tf.Tensor:
        mean, variance = tf.nn.moments(value, -1, keepdims=True)
        scaled = (value - mean) * tf.math.rsqrt(variance + self._config["layer_norm_eps"])
        return scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]

    def heads(self, value: tf.Tensor, *, turned: bool = False) -> tf.Tensor:
        heads = self._config["num_attention_heads"]
        shape = (tf.shape(value)[0], tf.shape(value)[1], heads, self._config["hidden_size"] // heads)
        return tf.transpose(tf.reshape(value, shape), (0, 2, 3, 1) if turned else (0, 2, 1, 3))

    def joined(self, value: tf.Tensor) -> tf.Tensor:
        shape = (tf.shape(value)[0], tf.shape(value)[2], self._config["hidden_size"])
        return tf.reshape(tf.transpose(value, (0, 2, 1, 3)), shape)

    def matmul(self, one: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
        return tf.matmul(one, other)

    def add(self, one: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
        return one + other

    def scaled(self, value: tf.Tensor, factor: float) -> tf.Tensor:
        return value * factor

    def softmax(self, value: tf.Tensor) -> tf.Tensor:
        return tf.nn.softmax(value)

    def gelu(self, value: tf.Tensor) -> tf.Tensor:
        return tf.nn.gelu(value)

    def dropout(self, value: tf.Tensor) -> tf.Tensor:
        return tf.nn.dropout(value, DROPOUT) if self._training else value

    def mean(self, value: tf.Tensor) -> tf.Tensor:
        counted = self._mask[:, :, None]
        return tf.reduce_sum(value * counted, 1) / tf.reduce_sum(counted, 1)

    def first(self, value: tf.Tensor) -> tf.Tensor:
        return value[:, 0]

    def beside(self, one: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
        return tf.concat([one, other], -1)

    def unit(self, value: tf.Tensor) -> tf.Tensor:
        return tf.math.l2_normalize(value, -1)


def times(value: tf.Tensor, weight: tf.Tensor) -> tf.Tensor:
    """Multiply the last axis by a weight (outputs × inputs), as one product of matrices: that is four times as fast."""
    rows = tf.matmul(tf.reshape(value, (-1, weight.shape[1])), weight, transpose_b=True)
    return tf.reshape(rows, tf.concat([tf.shape(value)[:-1], [weight.shape[0]]], 0))


def _vectors(network: _Network, encoded: Sequence[Encoding]) -> npt.NDArray[Any]:
    """Return the published sentence vectors, which are the network's before it learns."""
    ids, mask = tf.TensorSpec((None, None), tf.int32), tf.TensorSpec((None, None), tf.float32)
    read = tf.function(lambda ids, mask: network(ids, mask, training=False)[0], input_signature=[ids, mask])
    return in_batches(read, encoded)


def in_batches(
    read: Callable[..., tf.Tensor],
    encoded: Sequence[Encoding],
    progress: Callable[[Iterable[int], int], Iterable[int]] = lambda places, _: places,
) -> npt.NDArray[Any]:
    """Encode texts in batches of similar length, to save padding.

    Args:
        read: Maps word pieces and mask (batch × sequence) to vectors (batch × size).
        encoded: The texts' word pieces, without padding.
        progress: Shows progress: takes the batches and their number, and yields them.

    Returns:
        One row per text.
    """
    order = np.argsort([len(one.ids) for one in encoded], kind="stable")
    starts = range(0, len(order), BATCH)
    rows = [
        read(*_padded([encoded[place] for place in order[start : start + BATCH]])).numpy()
        for start in progress(starts, len(starts))
    ]
    vectors: npt.NDArray[Any] = np.vstack(rows)[np.argsort(order)]
    return vectors


def _trainer(network: _Network, schedule: Schedule, steps: int) -> Callable[..., None]:
    """Return a function that takes one step with word pieces, mask, true labels and wanted vectors."""
    rising = max(1.0, WARM_UP * steps)
    optimizer = tf.keras.optimizers.AdamW(schedule.learning_rate, weight_decay=WEIGHT_DECAY)
    learnt = list(network.learnt.values())
    signature = [
        tf.TensorSpec((None, None), tf.int32),
        tf.TensorSpec((None, None), tf.float32),
        tf.TensorSpec((None,), tf.int32),
        tf.TensorSpec((None, None), tf.float32),
    ]

    @tf.function(input_signature=signature, autograph=False)
    def learn(ids: tf.Tensor, mask: tf.Tensor, truth: tf.Tensor, near: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            vectors, scores = network(ids, mask, training=True)
            wrong = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(truth, scores))
            far = 1.0 - tf.reduce_mean(tf.reduce_sum(vectors * near, -1))
            unlike = _similarities(vectors) - _similarities(near)
            loss = wrong + schedule.nearness * far + schedule.likeness * tf.reduce_mean(tf.square(unlike))
        gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, learnt), LONGEST_GRADIENT)
        optimizer.apply_gradients(zip(gradients, learnt, strict=True))

    def step(*batch: npt.NDArray[Any]) -> None:
        done = int(optimizer.iterations)
        optimizer.learning_rate.assign(schedule.learning_rate * min((done + 1) / rising, 1 - done / steps))
        learn(*batch)

    return step


def _similarities(vectors: tf.Tensor) -> tf.Tensor:
    return tf.matmul(vectors, vectors, transpose_b=True)


def _batches(lengths: Sequence[int], schedule: Schedule) -> Iterator[npt.NDArray[Any]]:
    """Yield the places of each batch's messages in random order, with similar lengths together to save padding."""
    random = np.random.default_rng(schedule.seed)
    size = np.asarray(lengths)
    for _ in range(schedule.epochs):
        order = random.permutation(len(size))
        batches = []
        for start in range(0, len(order), BATCH * SHUFFLED_TOGETHER):
            some = order[start : start + BATCH * SHUFFLED_TOGETHER]
            alike = some[np.argsort(size[some], kind="stable")]
            batches += [alike[place : place + BATCH] for place in range(0, len(alike), BATCH)]
        yield from (batches[place] for place in random.permutation(len(batches)))


def _padded(encoded: Sequence[Encoding]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    longest = max(len(one.ids) for one in encoded)
    ids = np.zeros((len(encoded), longest), dtype=np.int32)
    mask = np.zeros((len(encoded), longest), dtype=np.float32)
    for row, one in enumerate(encoded):
        ids[row, : len(one.ids)] = one.ids
        mask[row, : len(one.ids)] = 1.0
    return ids, mask
