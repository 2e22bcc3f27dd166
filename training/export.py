"""Write the trained detector as the files that Repete opens.

`model.onnx`: the frozen lower layers in the 4 bits in which they came (MatMulNBits), the trained
ones in 8 bits with one scale a row, the heads in 32. `pieces.npz`: the vectors of the pieces, in
their 4 bits. `tokenizer.json`. `about.json`: thresholds and what the weights scored.
"""

from __future__ import annotations

from pathlib import Path

import base_model
import numpy as np
import onnx
import onnxruntime
from network import LABELS, Detector, Shape
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

OPSET = 20


class Graph:
    """Grows an ONNX graph node by node."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        """A constant of the graph."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], name: str, **settings: object) -> str:
        """A node with one output, which carries its name."""
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **settings))
        return name

    def linear(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """`x` times the weight [out, in], plus the bias."""
        product = self.node("MatMul", [x, self.constant(f"{name}.w", weight.T)], f"{name}.mm")
        return self.node("Add", [product, self.constant(f"{name}.b", bias)], name)

    def packed(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """The same with the weight in blocks of 4 bits; it must come from such blocks."""
        blocks, scales = pack(weight)
        outputs, inputs = weight.shape
        halves = blocks.reshape(outputs, inputs // base_model.BLOCK, base_model.BLOCK)
        body = (halves[:, :, 0::2] | halves[:, :, 1::2] << 4).astype(np.uint8)
        names = [
            x,
            self.constant(f"{name}.w", body),
            self.constant(f"{name}.s", scales.reshape(outputs, -1)),
        ]
        product = self.node(
            "MatMulNBits", names, f"{name}.mm", domain="com.microsoft", K=inputs, N=outputs,
            bits=4, block_size=base_model.BLOCK, accuracy_level=4,
        )  # fmt: skip
        return self.node("Add", [product, self.constant(f"{name}.b", bias)], name)

    def norm(self, x: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """Layer norm over the last axis."""
        names = [x, self.constant(f"{name}.w", weight), self.constant(f"{name}.b", bias)]
        return self.node("LayerNormalization", names, name, axis=-1, epsilon=1e-12)


def pack(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Blocks of 32 weights as numbers 0 to 15 (8 is zero) and their scales."""
    blocks = weight.reshape(-1, base_model.BLOCK)
    at = np.abs(blocks).argmax(axis=1)
    scales = blocks[np.arange(len(blocks)), at] / -8  # as Q4_0: the largest weight becomes 0
    scales[scales == 0] = 1
    codes = (np.clip(np.rint(blocks / scales[:, None]), -8, 7) + 8).astype(np.uint8)
    return codes, scales


def arrays(detector: Detector) -> dict[str, np.ndarray]:
    """The weights by name."""
    return {name: value.detach().float().numpy() for name, value in detector.state_dict().items()}


def build(detector: Detector, shape: Shape, frozen: int) -> onnx.ModelProto:
    """The graph: vectors [1, pieces, hidden] and what is reply [pieces] in, scores out."""
    graph, own = Graph(), arrays(detector)
    places = graph.constant("places", own["encoder.places.weight"] + own["encoder.kinds"])
    length = graph.node("Shape", ["vectors"], "length", start=1, end=2)
    first = graph.constant("first", np.array([0], np.int64))
    here = graph.node("Slice", [places, first, length, first], "here")
    x = graph.node("Add", ["vectors", here], "placed")
    x = graph.norm(x, "norm0", own["encoder.norm.weight"], own["encoder.norm.bias"])
    for at in range(shape.layers):
        part = {
            k.split(".", 3)[3]: v for k, v in own.items() if k.startswith(f"encoder.layers.{at}.")
        }
        x = layer(graph, x, f"l{at}", part, (shape, at < frozen))
        if at == frozen - 1:
            graph.node("Identity", [x], "states")
    heads(graph, x, own)
    floats = TensorProto.FLOAT
    made = helper.make_graph(
        graph.nodes,
        "moves",
        [
            helper.make_tensor_value_info("vectors", floats, [1, "pieces", shape.hidden]),
            helper.make_tensor_value_info("outside", floats, ["pieces", 1]),
        ],
        [
            helper.make_tensor_value_info("proof", floats, [1, "pieces", LABELS]),
            helper.make_tensor_value_info("whole", floats, [LABELS]),
            helper.make_tensor_value_info("states", floats, [1, "pieces", shape.hidden]),
        ],
        graph.constants,
    )
    imports = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(made, opset_imports=imports, ir_version=9)


def layer(
    graph: Graph, x: str, name: str, own: dict[str, np.ndarray], kind: tuple[Shape, bool]
) -> str:
    """One layer of the encoder; the scale of the attention is put into the query's weights."""
    shape, packed = kind
    linear = graph.packed if packed else graph.linear
    size = shape.hidden // shape.heads
    split = graph.constant(f"{name}.split", np.array([0, -1, shape.heads, size], np.int64))
    join = graph.constant(f"{name}.join", np.array([0, -1, shape.hidden], np.int64))
    weights, biases = (np.split(own[f"qkv.{part}"], 3) for part in ("weight", "bias"))
    parts = []
    for at, letter in enumerate("qkv"):
        flat = linear(x, f"{name}.{letter}", weights[at], biases[at])
        tall = graph.node("Reshape", [flat, split], f"{name}.{letter}h")
        turn = [0, 2, 3, 1] if letter == "k" else [0, 2, 1, 3]
        parts.append(graph.node("Transpose", [tall], f"{name}.{letter}t", perm=turn))
    scale = graph.constant(f"{name}.scale", np.array(size**-0.5, np.float32))
    scaled = graph.node("Mul", [parts[0], scale], f"{name}.qs")
    look = graph.node("MatMul", [scaled, parts[1]], f"{name}.look")
    share = graph.node("Softmax", [look], f"{name}.share", axis=-1)
    seen = graph.node("MatMul", [share, parts[2]], f"{name}.seen")
    back = graph.node("Transpose", [seen], f"{name}.back", perm=[0, 2, 1, 3])
    flat = graph.node("Reshape", [back, join], f"{name}.flat")
    out = linear(flat, f"{name}.out", own["out.weight"], own["out.bias"])
    x = graph.node("Add", [x, out], f"{name}.sum1")
    x = graph.norm(x, f"{name}.norm1", own["norm1.weight"], own["norm1.bias"])
    up = linear(x, f"{name}.up", own["up.weight"], own["up.bias"])
    bent = graph.node("Gelu", [up], f"{name}.gelu")
    down = linear(bent, f"{name}.down", own["down.weight"], own["down.bias"])
    x = graph.node("Add", [x, down], f"{name}.sum2")
    return graph.norm(x, f"{name}.norm2", own["norm2.weight"], own["norm2.bias"])


def heads(graph: Graph, x: str, own: dict[str, np.ndarray]) -> None:
    """Both heads. `outside` is a large number where a piece is not the reply's, else 0."""
    centred = graph.node("Sub", [x, graph.constant("center", own["center"])], "centred")
    x = graph.node("Div", [centred, graph.constant("spread", own["spread"])], "settled")
    proof = graph.linear(x, "proof", own["piece.weight"], own["piece.bias"])
    inside = graph.node("Sub", [proof, "outside"], "inside")
    strongest = graph.node(
        "ReduceMax", [inside, graph.constant("ax1", np.array([1]))], "strongest", keepdims=0
    )
    look = graph.linear(x, "look", own["look.weight"], own["look.bias"])
    masked = graph.node("Sub", [look, "outside"], "masked")
    share = graph.node("Softmax", [masked], "heads.share", axis=1)
    turned = graph.node("Transpose", [share], "turned", perm=[0, 2, 1])
    pooled = graph.node("MatMul", [turned, x], "pooled")
    judged = graph.node("Mul", [pooled, graph.constant("judge", own["judge"])], "judged")
    total = graph.node(
        "ReduceSum", [judged, graph.constant("ax2", np.array([0, 2]))], "total", keepdims=0
    )
    flat = graph.node("Squeeze", [strongest, graph.constant("ax0", np.array([0]))], "peak")
    part = graph.node("Mul", [flat, graph.constant("strength", own["strength"])], "part")
    sums = graph.node("Add", [total, part], "sums")
    graph.node("Add", [sums, graph.constant("bias", own["bias"])], "whole")


def write(detector: Detector, shape: Shape, frozen: int, folder: Path) -> None:
    """Write `model.onnx`, its trained layers in 8 bits, already optimized."""
    plain, small = folder / "plain.onnx", folder / "small.onnx"
    onnx.save(build(detector, shape, frozen), plain)
    names = ("q", "k", "v", "out", "up", "down")
    trained = [f"l{at}.{name}.mm" for at in range(frozen, shape.layers) for name in names]
    quantize_dynamic(
        plain, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
        nodes_to_quantize=trained,
    )  # fmt: skip
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / "model.onnx")
    onnxruntime.InferenceSession(str(small), options, providers=["CPUExecutionProvider"])
    for path in (plain, small):
        path.unlink()


def write_pieces(table: np.ndarray, path: Path) -> None:
    """Write the vectors of the pieces: two numbers a byte, and a scale for each block."""
    codes, scales = pack(table)
    codes = codes.reshape(len(table), -1)
    np.savez(
        path,
        codes=codes[:, 0::2] | codes[:, 1::2] << 4,
        scales=scales.reshape(len(table), -1).astype(np.float16),
    )
