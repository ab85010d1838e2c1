"""The sentence encoder at work: from texts to vectors and to the labels' scores, on onnxruntime."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from onnxruntime import InferenceSession, SessionOptions
from tokenizers import Tokenizer

GRAPH, WORD_PIECES = "minilm.onnx", "tokenizer.json"
DIMENSIONS = 384
LONGEST = 128  # word pieces; what the encoder was trained on


class Encoder:
    """Turns texts into vectors of length one whose inner product says how near their meanings are.

    With a layer for labels it gives the labels' scores too.
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

    def __call__(self, texts: list[str]) -> list[npt.NDArray[Any]]:
        """Return one row for each text (float32): the vectors, texts × 384, and the scores, texts × labels, if any."""
        # One alone needs no padding, and no other thread, which a batch waits for.
        encoded = self._pieces.encode_batch(texts) if len(texts) > 1 else [self._pieces.encode(texts[0])]
        inputs = {
            "input_ids": np.array([one.ids for one in encoded], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in encoded], dtype=np.int64),
        }
        found: list[npt.NDArray[Any]] = self._session.run(None, inputs)
        return found
