"""The trained network: with `delivery/sounded.py`, the only file of the analysis that opens
something (its own weights).

The weights lie in `weights/` beside it: they are read once, at the first reply, and come from
`training/`, whose README tells how. Nothing else is read or written, and no network is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from itertools import accumulate
from typing import Any

import numpy as np

from repete.analysis.moves.own import Space
from repete.analysis.moves.partner import answered
from repete.analysis.moves.scores import Floats, Scores, joined, windows
from repete.model import MOVES

PARTNER = 64
"""Pieces of the partner's words that are read: the last ones."""

ROOM = 300
"""Pieces of a reply that are read at once, and how many two neighbours share."""
SHARED = 80

WORD = 24
"""Pieces of the longest word: what is longer is no word."""

START, END, UNKNOWN = 0, 2, 3
BLOCK = 32
"""Numbers of a vector that share one scale, as in the Q4_0 format."""
FAR = 1e4


@dataclass(frozen=True, eq=False)
class Pieces:
    """The vectors of the pieces in 4 bits: two numbers a byte, a scale for each block."""

    codes: Any
    scales: Any

    def vectors(self, ids: Sequence[int]) -> Floats:
        """The vectors of these pieces, [1, pieces, size]."""
        packed = self.codes[list(ids)]
        numbers = np.stack([packed & 15, packed >> 4], axis=-1).astype(np.float32) - 8
        blocks = numbers.reshape(len(ids), -1, BLOCK)
        scaled = blocks * self.scales[list(ids)].astype(np.float32)[:, :, None]
        vectors: Floats = scaled.reshape(1, len(ids), -1)
        return vectors


@dataclass(frozen=True, eq=False)
class Encoder:
    """The network with its tokenizer. Reads one reply at a time, the same way every time."""

    session: Any
    tokenizer: Any
    pieces: Pieces
    shift: Floats
    """What is taken from each move's logit, so that its threshold lies at 0.5."""

    @cached_property
    def space(self) -> Space:
        """Where a scenario's own moves are looked for; opened when one asks."""
        with (_folder() / "own.npz").open("rb") as opened, np.load(opened) as parts:
            return Space(*(parts[it].astype(np.float32) for it in ("centre", "even", "everyday")))

    def scores(self, words: Sequence[str], partner: str, *, is_pitch: bool) -> Scores:
        """What the network says of a reply, which may be of any length."""
        own = self._pieces_of(words)
        said = [at for ids in self._pieces_of(answered(partner, words).split()) for at in ids][
            -PARTNER:
        ]
        tag = self._pieces_of(["pitch:" if is_pitch else "talk:"])[0]
        head = [START, *tag, *said, END, END]
        return joined(words, self._windows(head, own))

    def states(self, words: Sequence[str]) -> Floats:
        """The vector of each word after the lower layers, which no training bent: [words, size]."""
        own = self._pieces_of(words)
        parts = []
        for first, last in windows([len(ids) for ids in own], ROOM, 0):
            flat = [START, *(at for ids in own[first:last] for at in ids), END]
            (states,) = self._run(["states"], flat, 1)
            parts.append(np.add.reduceat(states[0][1:-1], _starts(own[first:last])))
        return np.concatenate(parts)

    def _windows(
        self, head: list[int], own: list[list[int]]
    ) -> Iterator[tuple[int, Floats, Floats]]:
        for first, last in windows([len(ids) for ids in own], ROOM, SHARED):
            flat = [*head, *(at for ids in own[first:last] for at in ids), END]
            proof, whole = self._run(["proof", "whole"], flat, len(head))
            inside = proof[0][len(head) : -1]
            best = np.maximum.reduceat(inside, _starts(own[first:last]))
            yield first, _share(whole - self.shift), _share(best)

    def _run(self, names: list[str], ids: list[int], head: int) -> list[Any]:
        outside = np.zeros((len(ids), 1), np.float32)
        outside[:head] = outside[-1] = FAR
        found: list[Any] = self.session.run(
            names, {"vectors": self.pieces.vectors(ids), "outside": outside}
        )
        return found

    def _pieces_of(self, words: Sequence[str]) -> list[list[int]]:
        found = self.tokenizer.encode_batch(list(words), add_special_tokens=False)
        return [list(item.ids[:WORD]) or [UNKNOWN] for item in found]


def _starts(own: list[list[int]]) -> list[int]:
    return list(accumulate((len(ids) for ids in own[:-1]), initial=0))


def _share(logits: Floats) -> Floats:
    shares: Floats = (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32)
    return shares


def _folder() -> Traversable:
    return files("repete.analysis.moves") / "weights"


@cache
def load() -> Encoder:
    """Open the weights; the second call gives the same encoder."""
    import onnxruntime
    from tokenizers import Tokenizer

    folder = _folder()
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    # its threads would spin when done, and take the recognizer's time
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.enable_cpu_mem_arena = False
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.log_severity_level = 3
    with as_file(folder / "model.onnx") as path:  # of bytes the session would keep a copy
        session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
    with (folder / "pieces.npz").open("rb") as opened, np.load(opened) as table:
        pieces = Pieces(table["codes"], table["scales"])
    thresholds = np.array([about["thresholds"][move] for move in MOVES], np.float32)
    return Encoder(session, tokenizer, pieces, np.log(thresholds / (1 - thresholds)))
