"""Write `own.npz`: the space in which a scenario's own moves are found.

The space is measured on stretches of the training replies, by the encoder's lower layers.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np

from repete.analysis.moves import encoder

CORPUS = Path(__file__).parents[1] / "tests" / "corpus" / "moves"
WEIGHTS = Path(encoder.__file__).with_name("weights")
STRETCHES = 400
EVENED = 0.3


def stretches(chance: random.Random) -> list[list[str]]:
    """Stretches of 5 to 12 words from replies of both languages."""
    lines = [
        line
        for language in ("en", "fr")
        for line in (CORPUS / f"{language}.train.jsonl").read_text("utf-8").splitlines()
    ]
    found = []
    for line in chance.sample(lines, STRETCHES):
        words = json.loads(line)["text"].split()
        size = chance.randint(5, 12)
        first = chance.randint(0, max(0, len(words) - size))
        found.append(words[first : first + size])
    return found


def main() -> None:
    """Measure and write."""
    network = encoder.load()
    vectors = np.array([network.states(it).mean(axis=0) for it in stretches(random.Random(1))])
    centre, spread = vectors.mean(axis=0), np.cov(vectors.T)
    size = len(centre)
    spread += EVENED * np.trace(spread) / size * np.eye(size)
    even = np.linalg.cholesky(np.linalg.inv(spread))
    everyday = (vectors - centre) @ even
    everyday /= np.linalg.norm(everyday, axis=1, keepdims=True)
    half = {"centre": centre, "even": even, "everyday": everyday}
    np.savez(WEIGHTS / "own.npz", **{key: it.astype(np.float16) for key, it in half.items()})


if __name__ == "__main__":
    main()
