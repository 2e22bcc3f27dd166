"""Train the probe on the encoded takes, choose its threshold, write its weights: train.py TAKES."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from repete.analysis.delivery import sounded
from repete.model import Span

Floats = NDArray[np.float32]
WEIGHTS = Path(sounded.__file__).parent / "weights" / "filled_pauses.npz"

EDGE = 0.05
"""Seconds around a filled pause's edges in which neither answer is wrong."""

CONTEXT = 9
"""Pieces (of 20 ms) that each of the two convolutions sees."""

HIDDEN = 32
STEPS, BATCH, LENGTH = 350, 12, 300

DROPPED, BLURRED = 0.5, 1.0
"""Share of the numbers hidden and noise added at most: synthetic speech is learned too well."""

TOGETHER = 3
"""Probes, each from another seed, whose log odds are averaged."""
NEAR = 0.1
"""Seconds within which a filled pause is the known one."""


@dataclass(frozen=True, eq=False)
class Encoded:
    """A take: the encoder's states, and the filled pauses in it."""

    states: Floats
    fillers: tuple[Span, ...]
    voice: str

    @property
    def target(self) -> tuple[Floats, Floats]:
        """For each piece whether it lies in a filled pause, and how much it counts."""
        at = np.arange(len(self.states)) / sounded.RATE + 0.5 / sounded.RATE
        inside, counts = np.zeros(len(at), np.float32), np.ones(len(at), np.float32)
        for span in self.fillers:
            inside[(at >= span.start) & (at < span.end)] = 1
            for edge in (span.start, span.end):
                counts[np.abs(at - edge) < EDGE] = 0
        return inside, counts


class Probe(torch.nn.Module):
    """A projection and two short convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.drop = torch.nn.Dropout(DROPPED)
        self.project = torch.nn.Linear(512, HIDDEN)
        self.join = torch.nn.Conv1d(HIDDEN, HIDDEN, CONTEXT, padding=CONTEXT // 2)
        self.tell = torch.nn.Conv1d(HIDDEN, 1, CONTEXT, padding=CONTEXT // 2)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Log odds of a filled pause, [takes, pieces]."""
        seen = torch.relu(self.project(self.drop(states))).transpose(1, 2)
        told: torch.Tensor = self.tell(torch.relu(self.join(self.drop(seen))))
        return told[:, 0]


def read(folder: Path, split: str) -> list[Encoded]:
    """The takes of a split."""
    found = []
    for path in sorted(folder.glob(f"{split}-*.npz")):
        with np.load(path) as data:
            spans = tuple(Span(float(a), float(b)) for a, b in data["fillers"])
            found.append(Encoded(data["states"].astype(np.float32), spans, str(data["voice"])))
    return found


def trained(takes: Sequence[Encoded], seed: int = 0) -> dict[str, Floats]:
    """The weights that the takes teach, the encoder's own scale folded in."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(seed)
    every = np.concatenate([take.states for take in takes])
    mean, spread = every.mean(axis=0), every.std(axis=0) + 1e-3
    probe = Probe()
    best = torch.optim.AdamW(probe.parameters(), 4e-3, weight_decay=0.1)
    rate = torch.optim.lr_scheduler.OneCycleLR(best, 4e-3, total_steps=STEPS)
    for _ in range(STEPS):
        states, inside, counts = _batch(takes, (mean, spread), rng)
        states = states + BLURRED * torch.rand(BATCH, 1, 1) * torch.randn_like(states)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(
            probe(states), inside, weight=counts, reduction="sum"
        )
        best.zero_grad()
        (loss / counts.sum()).backward()  # type: ignore[no-untyped-call]
        best.step()
        rate.step()
    return _folded(probe, mean, spread)


def _batch(
    takes: Sequence[Encoded], scale: tuple[Floats, Floats], rng: np.random.Generator
) -> Iterator[torch.Tensor]:
    parts: list[tuple[Floats, Floats, Floats]] = []
    for _ in range(BATCH):
        take = takes[int(rng.integers(len(takes)))]
        first = rng.integers(max(1, len(take.states) - LENGTH + 1))
        part = slice(first, first + LENGTH)
        states = (take.states[part] - scale[0]) / scale[1]
        missing = LENGTH - len(states)
        inside, counts = (np.pad(row[part], (0, missing)) for row in take.target)
        parts.append((np.pad(states, ((0, missing), (0, 0))), inside, counts))
    return (torch.tensor(np.stack(rows)) for rows in zip(*parts, strict=True))


def _folded(probe: Probe, mean: Floats, spread: Floats) -> dict[str, Floats]:
    given = {name: value.detach().numpy() for name, value in probe.named_parameters()}
    project = given["project.weight"].T / spread[:, None]
    return {
        "project": project.astype(np.float32),
        "project_bias": given["project.bias"] - mean @ project,
        "join": given["join.weight"].transpose(2, 1, 0).reshape(-1, HIDDEN),
        "join_bias": given["join.bias"],
        "tell": given["tell.weight"].transpose(2, 1, 0).reshape(-1),
        "tell_bias": given["tell.bias"],
    }


def together(probes: Sequence[dict[str, Floats]]) -> dict[str, Floats]:
    """Several probes side by side as one, whose log odds are their mean."""
    size, count = HIDDEN, len(probes)
    join = np.zeros((CONTEXT, count * size, count * size), np.float32)
    tell = np.zeros((CONTEXT, count * size), np.float32)
    for at, probe in enumerate(probes):
        part = slice(at * size, (at + 1) * size)
        join[:, part, part] = probe["join"].reshape(CONTEXT, size, size)
        tell[:, part] = probe["tell"].reshape(CONTEXT, size) / count
    return {
        "project": np.concatenate([probe["project"] for probe in probes], axis=1),
        "project_bias": np.concatenate([probe["project_bias"] for probe in probes]),
        "join": join.reshape(-1, count * size),
        "join_bias": np.concatenate([probe["join_bias"] for probe in probes]),
        "tell": tell.reshape(-1),
        "tell_bias": np.mean([probe["tell_bias"] for probe in probes], axis=0),
    }


def score(
    takes: Sequence[Encoded], weights: dict[str, Floats], threshold: float
) -> tuple[int, int, int]:
    """Filled pauses found, missed and invented."""
    hits = missed = extra = 0
    for take in takes:
        told = sounded.stretches(sounded.likely(take.states, weights), threshold)
        found = [any(_near(one, other) for other in told) for one in take.fillers]
        hits, missed = hits + sum(found), missed + len(found) - sum(found)
        extra += sum(not any(_near(one, other) for one in take.fillers) for other in told)
    return hits, missed, extra


def _near(one: Span, other: Span) -> bool:
    return one.start - NEAR < other.end and other.start < one.end + NEAR


def main() -> None:
    """Train, and print what the voices that were not heard before give."""
    takes = Path(sys.argv[1])
    known_takes = read(takes, "train")
    weights = together([trained(known_takes, seed) for seed in range(TOGETHER)])
    halves: dict[str, Any] = {name: value.astype(np.float16) for name, value in weights.items()}
    np.savez_compressed(WEIGHTS, **halves)
    known = {name: value.astype(np.float32) for name, value in halves.items()}
    table = {}
    for split in ("dev", "test"):
        held_out = read(takes, split)
        for threshold in (0.5, sounded.SURE, 0.9) if held_out else ():
            table[f"{split} {threshold}"] = score(held_out, known, threshold)
    print(json.dumps(table, indent=1))


if __name__ == "__main__":
    main()
