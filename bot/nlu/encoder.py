"""The sentence encoder at work: from texts to vectors, on onnxruntime."""

import shutil
from pathlib import Path

import numpy as np
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

from bot.nlu import minilm

GRAPH, WORD_PIECES = "minilm.onnx", "tokenizer.json"
DIMENSIONS = 384
LONGEST = 128  # word pieces; what the encoder was trained on


class Encoder:
    """Turns texts into vectors of length one whose inner product says how near their meanings are.

    Of fine-tuned weights with a layer for labels it gives the labels' scores instead.
    """

    def __init__(self, folder: Path) -> None:
        options = SessionOptions()
        options.intra_op_num_threads = 1  # a message is too short to gain from more
        options.log_severity_level = 3
        # Read into memory: Rasa deletes the unpacked model's folder once it is loaded.
        self._session = InferenceSession((folder / GRAPH).read_bytes(), options)
        self._pieces = Tokenizer.from_file(str(folder / WORD_PIECES))
        self._pieces.enable_truncation(LONGEST)
        self._pieces.enable_padding()

    def __call__(self, texts: list[str]) -> np.ndarray:
        """Return one row for each text (float32): 384 numbers, or a score for each label."""
        encoded = self._pieces.encode_batch(texts)
        inputs = {
            "input_ids": np.array([one.ids for one in encoded], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in encoded], dtype=np.int64),
        }
        return self._session.run(None, inputs)[0]


def prepare(weights: Path, folder: Path, tuned: dict[str, np.ndarray] | None = None) -> None:
    """Build the graph, and put it and its word pieces into a folder.

    Args:
        weights: The folder with the encoder's published weights and word pieces.
        folder: Where to.
        tuned: Fine-tuned weights to take instead of the published ones.

    Raises:
        WeightsError: The weights are missing or are not the reviewed ones.
    """
    published, config = minilm.read(weights)
    minilm.build(tuned or published, config, folder / GRAPH)
    shutil.copy(weights / WORD_PIECES, folder / WORD_PIECES)
