"""Runs the sentence encoder on onnxruntime: texts in, vectors and the labels' scores out."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

GRAPH, WORD_PIECES = "minilm.onnx", "tokenizer.json"
DIMENSIONS = 384
LONGEST = 256  # maximum word pieces; the adapter learns from as many


class Encoder:
    """Converts texts to vectors of length one, whose inner product is the similarity of their meanings.

    With a layer for labels, it also returns the labels' scores.
    """

    def __init__(self, folder: Path) -> None:
        options = SessionOptions()
        options.intra_op_num_threads = 1  # a message is too short to gain from more
        options.log_severity_level = 3
        # Read into memory, because Rasa deletes the unpacked model's folder after loading.
        self._session = InferenceSession((folder / GRAPH).read_bytes(), options)
        self._pieces = Tokenizer.from_file(str(folder / WORD_PIECES))
        self._pieces.enable_truncation(LONGEST)
        self._pieces.enable_padding()

    def __call__(self, texts: list[str]) -> list[npt.NDArray[Any]]:
        """Return one row per text (float32): the vectors, texts × 384, and the scores, texts × labels, if any."""
        # A single text needs no padding and no other thread, which a batch waits for.
        encoded = self._pieces.encode_batch(texts) if len(texts) > 1 else [self._pieces.encode(texts[0])]
        inputs = {
            "input_ids": np.array([one.ids for one in encoded], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in encoded], dtype=np.int64),
        }
        found: list[npt.NDArray[Any]] = self._session.run(None, inputs)
        return found
