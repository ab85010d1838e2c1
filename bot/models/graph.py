"""Writes the sentence encoder as an ONNX graph with 8-bit weights; only training needs it."""

import atexit
import logging
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from bot.models import adapter, minilm
from bot.models.encoder import GRAPH, WORD_PIECES
from bot.models.minilm import LABELS, Weights

OPSET = 17  # the first with LayerNormalization
BATCH, SEQUENCE = "batch", "sequence"


@cache
def built(weights: str | None = None) -> Path:
    """Build the graph of the published weights and the repository's adapter, once per process.

    Args:
        weights: The folder with the published weights and word pieces; the pinned package's if None.

    Returns:
        A folder with the graph and the word pieces, which exists as long as the process.

    Raises:
        WeightsError: Weights or adapter are missing, or are not the reviewed ones.
    """
    folder = TemporaryDirectory(prefix="stride-encoder-")
    atexit.register(folder.cleanup)
    prepare(Path(weights) if weights else minilm.packaged_weights(), adapter.load(), Path(folder.name))
    return Path(folder.name)


def prepare(weights: Path, learnt: Weights, folder: Path) -> None:
    """Build the graph, and write it and its word pieces to a folder.

    Args:
        weights: The folder with the published weights and word pieces.
        learnt: The adapter; empty for the published weights as they are.
        folder: The target folder.

    Raises:
        WeightsError: The weights are missing or are not the reviewed ones.
    """
    published, config = minilm.read(weights)
    build(adapter.adapted(published, learnt), config, folder / GRAPH)
    shutil.copy(weights / WORD_PIECES, folder / WORD_PIECES)


def build(weights: Weights, config: dict[str, Any], target: Path) -> None:
    """Write the encoder as an ONNX graph with 8-bit weights.

    The graph maps `input_ids` and `attention_mask` (both int64, batch × sequence) to `embedding` (float32, batch ×
    size, each row of length one) and, if there is a layer for labels, to `scores` (float32, batch × labels, before
    the softmax).

    Args:
        weights: The weights by name.
        config: The architecture's sizes.
        target: The file to write.
    """
    full = target.with_suffix(".float32.onnx")
    onnx.save(model(weights, config), str(full))
    # One scale per column: with one for all, the fine-tuned encoder misses more signs. Unsigned, because products of
    # signed and unsigned bytes overflow on older processors.
    logging.disable(logging.WARNING)  # its advice makes no difference to this graph
    try:
        quantize_dynamic(str(full), str(target), weight_type=QuantType.QUInt8, per_channel=True)
    finally:
        logging.disable(logging.NOTSET)
    full.unlink()


def model(weights: Weights, config: dict[str, Any]) -> onnx.ModelProto:
    """Return the graph in float32; see `build`."""
    graph = _Graph(weights, config)
    labels = f"{LABELS}.weight" in weights
    vectors, scores = minilm.forward(graph, config, labels=labels)
    outputs = [graph.output(vectors, "embedding", config["hidden_size"])]
    if scores is not None:
        outputs.append(graph.output(scores, "scores", len(weights[f"{LABELS}.bias"])))
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, [BATCH, SEQUENCE])
        for name in ("input_ids", "attention_mask")
    ]
    constants = [numpy_helper.from_array(value, name) for name, value in graph.constants.items()]
    made = helper.make_model(
        helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", inputs, outputs, constants),
        opset_imports=[helper.make_opsetid("", OPSET)],
    )
    made.ir_version = 8  # the version that this onnxruntime reads
    onnx.checker.check_model(made)
    return made


class _Graph:
    """The encoder's operations as graph nodes; each adds nodes and returns the name of its output."""

    def __init__(self, weights: Weights, config: dict[str, Any]) -> None:
        self._weights = weights
        self._config = config
        self.nodes: list[onnx.NodeProto] = []
        self.constants: Weights = {}
        self._mask = self._op("Cast", "attention_mask", to=TensorProto.FLOAT)

    def output(self, value: str, name: str, size: int) -> onnx.ValueInfoProto:
        """Name an output of `size` numbers."""
        self.nodes.append(helper.make_node("Identity", [value], [name]))
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, [BATCH, size])

    def embedding(self) -> str:
        words = self._op("Gather", self._weight("embeddings.word_embeddings.weight"), "input_ids")
        # A single text: every token is of kind 0, so that the kind's vector is added to the positions once.
        here = self._weights["embeddings.position_embeddings.weight"]
        positions = self._constant("positions", here + self._weights["embeddings.token_type_embeddings.weight"][0])
        length = self._op("Slice", self._op("Shape", "input_ids"), self._ints(1), self._ints(2))
        return self._op("Add", words, self._op("Slice", positions, self._ints(0), length))

    def bias(self) -> str:
        wide = self._op("Unsqueeze", self._mask, self._ints(1, 2))
        return self._op("Mul", self._op("Sub", wide, self._number(1.0)), self._number(1e9))

    def linear(self, name: str, value: str) -> str:
        turned = self._constant(f"{name}.turned", np.ascontiguousarray(self._weights[f"{name}.weight"].T))
        return self._op("Add", self._op("MatMul", value, turned), self._weight(f"{name}.bias"))

    def norm(self, name: str, value: str) -> str:
        scale, shift = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return self._op("LayerNormalization", value, scale, shift, axis=-1, epsilon=self._config["layer_norm_eps"])

    def heads(self, value: str, *, turned: bool = False) -> str:
        heads = self._config["num_attention_heads"]
        split = self._op("Reshape", value, self._ints(0, 0, heads, self._config["hidden_size"] // heads))
        return self._op("Transpose", split, perm=[0, 2, 3, 1] if turned else [0, 2, 1, 3])

    def joined(self, value: str) -> str:
        together = self._op("Transpose", value, perm=[0, 2, 1, 3])
        return self._op("Reshape", together, self._ints(0, 0, self._config["hidden_size"]))

    def matmul(self, one: str, other: str) -> str:
        return self._op("MatMul", one, other)

    def add(self, one: str, other: str) -> str:
        return self._op("Add", one, other)

    def scaled(self, value: str, factor: float) -> str:
        return self._op("Mul", value, self._number(factor))

    def softmax(self, value: str) -> str:
        return self._op("Softmax", value, axis=-1)

    def gelu(self, value: str) -> str:
        # The exact form that onnxruntime fuses into one operation.
        erf = self._op("Erf", self._op("Div", value, self._number(2**0.5)))
        return self.scaled(self._op("Mul", value, self._op("Add", erf, self._number(1.0))), 0.5)

    def dropout(self, value: str) -> str:
        return value

    def mean(self, value: str) -> str:
        weight = self._op("Unsqueeze", self._mask, self._ints(2))
        total = self._op("ReduceSum", self._op("Mul", value, weight), self._ints(1), keepdims=0)
        return self._op("Div", total, self._op("ReduceSum", weight, self._ints(1), keepdims=0))

    def first(self, value: str) -> str:
        return self._op("Gather", value, self._constant("first", np.array(0, dtype=np.int64)), axis=1)

    def beside(self, one: str, other: str) -> str:
        return self._op("Concat", one, other, axis=-1)

    def unit(self, value: str) -> str:
        return self._op("LpNormalization", value, axis=-1, p=2)

    def _op(self, kind: str, *inputs: str, **attributes: object) -> str:
        output = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _number(self, value: float) -> str:
        return self._constant(f"number_{value}", np.array(value, dtype=np.float32))

    def _ints(self, *values: int) -> str:
        return self._constant("ints_" + "_".join(map(str, values)), np.array(values, dtype=np.int64))

    def _constant(self, name: str, value: npt.NDArray[Any]) -> str:
        self.constants[name] = value
        return name
