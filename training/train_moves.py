"""Train the detector of moves and write its weights. Run it without arguments: see README.md."""

from __future__ import annotations

import argparse
import copy
import random
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path

import base_model
import export
import numpy as np
import own_moves
import thresholds
import torch
import vocabulary
from examples import Batch, Item, Reader, Reply, batch_of, batches, read, spoilt
from labels import MOVES
from network import Detector, Shape, fill
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

TOP = Path(__file__).parents[1]
CORPUS = TOP / "tests" / "corpus" / "moves"
WEIGHTS = TOP / "src" / "repete" / "analysis" / "moves" / "weights"
WORK = Path(__file__).parent / "work"


PLAIN = 4
"""Times that a plain reply ("My name is Sarah. Here is my card.") is read in an epoch."""


@dataclass(frozen=True)
class Plan:
    """Everything that decides how the training goes."""

    layers: int = 12
    frozen: int = 6
    epochs: float = 3.5
    rate: float = 2e-4
    head_rate: float = 6e-4
    decay: float = 0.9
    pieces: int = 1600
    average: float = 0.99
    dropout: float = 0.1
    trap: float = 2.0
    again: float = 2.5
    again_rate: float = 1.2e-4
    seed: int = 7

    @property
    def second(self) -> Plan:
        """The second round: shorter, slower, from the averaged weights, harder on traps."""
        return replace(
            self, epochs=self.again, rate=self.again_rate, head_rate=3e-4, trap=3.0, seed=8
        )


class Words:
    """The vectors of the pieces: frozen, for they stay in the 4 bits in which they came."""

    def __init__(self, base: base_model.BaseModel, numbers: np.ndarray) -> None:
        table = base.tensors["emb.word"].reshape(-1, base.hidden)[numbers]
        self.table = torch.from_numpy(table.copy())

    def __call__(self, ids: Tensor) -> Tensor:
        """The vectors of these pieces."""
        return self.table[ids]


def losses(detector: Detector, words: Words, batch: Batch) -> Tensor:
    """How wrong the network is on the pieces and on the replies, summed over the moves."""
    with torch.autocast("cpu", torch.bfloat16):
        pieces, whole = detector(words(batch.ids), batch.mask, batch.reply)
    by_piece = functional.binary_cross_entropy_with_logits(
        pieces.float(), batch.piece_target, batch.piece_weight, reduction="sum"
    )
    by_reply = functional.binary_cross_entropy_with_logits(
        whole.float(), batch.target, batch.weight, reduction="sum"
    )
    return by_piece / batch.reply.sum() + by_reply / len(batch.items)


def groups(detector: Detector, plan: Plan) -> list[dict[str, object]]:
    """The parameters with their rates: the deeper the layer, the slower; the heads fastest."""
    encoder = detector.encoder
    known = {id(item) for item in encoder.parameters()}
    heads = [item for item in detector.parameters() if id(item) not in known]
    found: list[dict[str, object]] = [{"params": heads, "lr": plan.head_rate, "weight_decay": 0.0}]
    lower = [encoder.places.weight, encoder.kinds, *encoder.norm.parameters()]
    for item in lower:
        item.requires_grad_(plan.frozen == 0)
    for at, layer in enumerate(encoder.layers):
        if at < plan.frozen:
            layer.requires_grad_(False)
            continue
        rate = plan.rate * plan.decay ** (plan.layers - 1 - at)
        found.append({"params": list(layer.parameters()), "lr": rate, "weight_decay": 0.01})
    return found


def train(detector: Detector, words: Words, reader: Reader, data: Data, plan: Plan) -> Detector:
    """Train; gives the running average of the weights."""
    chance = random.Random(plan.seed)
    optimizer = torch.optim.AdamW(groups(detector, plan))
    rates = [group["lr"] for group in optimizer.param_groups]
    steps = int(len(epoch(reader, data.train, plan, random.Random(0))) * plan.epochs)
    seen: list[float] = []
    mean, step, began = copy.deepcopy(detector), 0, time.time()
    detector.train()
    while step < steps:
        for items in epoch(reader, data.train, plan, chance):
            if step >= steps:
                break
            share = step / steps
            factor = min(1.0, share / 0.06) * max(0.0, 1 - share) ** 0.9
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * factor
            loss = losses(detector, words, batch_of(items, plan.trap))
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(detector.parameters(), 1.0)
            optimizer.step()
            follow(mean, detector, min(plan.average, (1 + step) / (20 + step)))
            step += 1
            seen.append(loss.item())
            if step % 25 == 0:
                seconds = time.time() - began
                print(f"{step}/{steps} loss {np.mean(seen[-25:]):.3f} {seconds:.0f} s", flush=True)
            if step % 150 == 0:
                torch.save(mean.state_dict(), WORK / "mean.pt")
                report(mean, words, reader, data)
                detector.train()
    torch.save(mean.state_dict(), WORK / "mean.pt")
    return mean


def follow(mean: Detector, detector: Detector, keep: float) -> None:
    """Move the average a little towards the weights of now."""
    with torch.no_grad():
        for old, new in zip(mean.parameters(), detector.parameters(), strict=True):
            if new.requires_grad:
                old.lerp_(new, 1 - keep)


def epoch(
    reader: Reader, replies: list[Reply], plan: Plan, chance: random.Random
) -> list[list[Item]]:
    """Every reply once, spoilt, in batches."""
    items = [reader.item(spoilt(reply, chance)) for reply in replies]
    return batches(items, plan.pieces, chance)


@dataclass(frozen=True)
class Data:
    """The replies to train on and those to choose thresholds by."""

    train: list[Reply]
    dev: list[Reply]


def load() -> Data:
    """Both splits in both languages; the few plain replies are read several times an epoch."""
    train, dev = (
        [reply for language in ("en", "fr") for reply in read(CORPUS / f"{language}.{split}.jsonl")]
        for split in ("train", "dev")
    )
    plain = [reply for reply in train if "-train-p-" in reply.id]
    return Data(train + plain * (PLAIN - 1), dev)


def scores(detector: Detector, words: Words, reader: Reader, replies: list[Reply]) -> np.ndarray:
    """The score of every move in every reply, 0 to 1."""
    detector.eval()
    items = [reader.item(reply) for reply in replies]
    place = {item.reply.id: at for at, item in enumerate(items)}
    found = np.zeros((len(items), len(MOVES)), np.float32)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for group in batches(items, 3000, None):
            batch = batch_of(group)
            _, whole = detector(words(batch.ids), batch.mask, batch.reply)
            for item, row in zip(group, torch.sigmoid(whole.float()).numpy(), strict=True):
                found[place[item.reply.id]] = row
    return found


def counts(replies: list[Reply], hits: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True hits, false hits and misses of each move; what is optional counts for nothing."""
    right, false, missed = (np.zeros(len(MOVES)) for _ in range(3))
    for reply, row in zip(replies, hits, strict=True):
        for move in range(len(MOVES)):
            if move in reply.optional or (move >= 12 and not reply.is_pitch):
                continue
            right[move] += row[move] and move in reply.made
            false[move] += row[move] and move not in reply.made
            missed[move] += not row[move] and move in reply.made
    return right, false, missed


def f1(right: np.ndarray, false: np.ndarray, missed: np.ndarray) -> np.ndarray:
    """F1 of each move."""
    return 2 * right / np.maximum(1, 2 * right + false + missed)


def alarms(replies: list[Reply], hits: np.ndarray) -> float:
    """The share of traps that were taken for the move."""
    fell = [row[move] for reply, row in zip(replies, hits, strict=True) for move in reply.traps]
    return float(np.mean(fell)) if fell else 0.0


def best(replies: list[Reply], found: np.ndarray) -> np.ndarray:
    """For each move the threshold of the best F1, drawn towards 0.5 where few replies decide."""
    chosen = np.full(len(MOVES), 0.5)
    grid = np.arange(0.2, 0.86, 0.02)
    tables = np.stack([f1(*counts(replies, found >= at)) for at in grid])
    for move in range(len(MOVES)):
        smooth = np.convolve(np.pad(tables[:, move], 2, mode="edge"), np.ones(5) / 5, "valid")
        chosen[move] = grid[int(smooth.argmax())]
    return np.round(0.7 * chosen + 0.15, 3)


def report(detector: Detector, words: Words, reader: Reader, data: Data) -> np.ndarray:
    """Print the scores on the dev replies; gives the thresholds chosen there."""
    found = scores(detector, words, reader, data.dev)
    chosen = best(data.dev, found)
    for name in ("en", "fr"):
        of = [at for at, reply in enumerate(data.dev) if reply.language == name]
        replies = [data.dev[at] for at in of]
        for kind, hits in (("0.5", found[of] >= 0.5), ("own", found[of] >= chosen)):
            each = f1(*counts(replies, hits))
            print(name, kind, f"F1 {each.mean():.3f} traps {alarms(replies, hits):.3f}", end=" ")
            print(
                " ".join(
                    f"{move[:6]}={score:.2f}" for move, score in zip(MOVES, each, strict=True)
                ),
                flush=True,
            )
    return chosen


def main() -> None:
    """Train and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, kind in (("epochs", float), ("layers", int), ("frozen", int), ("rate", float)):
        parser.add_argument(f"--{name}", type=kind, default=getattr(Plan, name))
    plan = Plan(**vars(parser.parse_args()))
    torch.manual_seed(plan.seed)
    torch.set_num_threads(2)
    torch.set_flush_denormal(True)
    WORK.mkdir(exist_ok=True)
    data = load()
    base = base_model.read()
    numbers = vocabulary.kept(base, [" ".join(r.words) + " " + r.partner for r in data.train])
    vocabulary.write(base, numbers, WORK / "tokenizer.json")
    np.save(WORK / "numbers.npy", numbers)
    words = Words(base, numbers)
    reader = Reader(Tokenizer.from_file(str(WORK / "tokenizer.json")))
    shape = Shape(layers=plan.layers)
    detector = Detector(shape, plan.dropout)
    fill(detector, base, shape)
    del base
    some = batch_of(batches([reader.item(r) for r in data.train[::40]], 10**6, None)[0])
    detector.settle(words(some.ids), some.mask)
    mean = train(detector, words, reader, data, plan)
    mean = train(copy.deepcopy(mean), words, reader, data, plan.second)
    publish(mean, words, plan)
    thresholds.main()
    own_moves.main()


def publish(detector: Detector, words: Words, plan: Plan) -> None:
    """Write everything that Repete opens."""
    WEIGHTS.mkdir(exist_ok=True)
    export.write(detector, Shape(layers=plan.layers), plan.frozen, WEIGHTS)
    export.write_pieces(words.table.numpy(), WEIGHTS / "pieces.npz")
    shutil.copy(WORK / "tokenizer.json", WEIGHTS / "tokenizer.json")


if __name__ == "__main__":
    main()
