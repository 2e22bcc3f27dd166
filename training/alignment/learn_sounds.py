"""Learn to tell sounds: the network of `repete.transcribe.alignment.sounds`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from lessons import Lesson
from numpy.typing import NDArray
from torch import Tensor, nn

from repete.transcribe.alignment.sounds import SOUNDS, near

HIDDEN = 128
BATCH = 512
SMOOTHING = 0.05
DROPPED = 0.2


Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Plan:
    """How long a network is trained, its highest rate, and how fast its weights fade."""

    epochs: int
    rate: float
    decay: float


PLAN = Plan(epochs=8, rate=3e-3, decay=1e-2)


def learn(lessons: list[Lesson], target: Path) -> float:
    """Train on nine lessons of ten and write the weights; the share right in the others."""
    held = max(1, len(lessons) // 10)
    given, wanted = _rows(lessons[held:])
    network = nn.Sequential(
        nn.Dropout(DROPPED),
        nn.Linear(given.shape[1], HIDDEN),
        nn.ReLU(),
        nn.Dropout(DROPPED),
        nn.Linear(HIDDEN, 2 * len(SOUNDS)),
    )
    loss = nn.CrossEntropyLoss(label_smoothing=SMOOTHING)
    fit(network, (given, wanted), PLAN, lambda made, right: loss(_each(made), right.view(-1)))
    counts = np.bincount(wanted.view(-1).numpy(), minlength=len(SOUNDS)) + 1
    first, second = network[1], network[4]
    np.savez_compressed(
        target,
        **{
            "in": _plain(first.weight.T, np.float16),
            "in_bias": _plain(first.bias, np.float32),
            "out": _plain(second.weight.T, np.float16),
            "out_bias": _plain(second.bias, np.float32),
            "frequency": np.log(counts / counts.sum()).astype(np.float32),
        },
    )
    network.eval()
    given, wanted = _rows(lessons[:held])
    with torch.no_grad():
        right = _each(network(given.float())).argmax(1) == wanted.view(-1)
    return float(right.float().mean())


def fit(network: nn.Module, data: tuple[Tensor, Tensor], plan: Plan, loss: Loss) -> None:
    """Train a network on rows given and wanted, by AdamW with one cycle of the rate."""
    given, wanted = data
    steps = plan.epochs * (len(given) // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), plan.rate, weight_decay=plan.decay)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan.rate, total_steps=steps + 1)
    for _ in range(plan.epochs):
        order = torch.randperm(len(given))
        for at in range(0, len(given) - BATCH + 1, BATCH):
            chosen = order[at : at + BATCH]
            found = loss(network(_float(given[chosen])), wanted[chosen])
            optimizer.zero_grad()
            found.backward()
            optimizer.step()
            rate.step()


def _float(given: Tensor) -> Tensor:
    return given.float() if given.dtype == torch.half else given


def _each(made: Tensor) -> Tensor:
    return made.reshape(-1, len(SOUNDS))


def _rows(lessons: list[Lesson]) -> tuple[Tensor, Tensor]:
    given = np.concatenate([near(lesson.frames.astype(np.float32)) for lesson in lessons])
    wanted = np.concatenate([lesson.labels.reshape(-1, 2) for lesson in lessons])
    return torch.from_numpy(given).half(), torch.from_numpy(wanted).long()


def _plain(weights: Tensor, kind: type) -> NDArray[np.floating]:
    return weights.detach().numpy().astype(kind)
