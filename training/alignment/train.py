"""Train the networks that align words, and write their weights. See ../README.md."""

from __future__ import annotations

import argparse
from pathlib import Path

import learn_sounds
import learn_spelling
import torch
from lessons import lessons

from repete.model import LANGUAGES

WEIGHTS = Path(__file__).parents[2] / "src" / "repete" / "transcribe" / "alignment"


def main() -> None:
    """Train both parts; each prints what it gets right of what it has not seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", default=["spelling", "sounds"])
    parser.add_argument("--replies", type=int, default=700, help="replies that are spoken")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--target", type=Path, default=WEIGHTS)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    torch.set_num_threads(1)
    if "spelling" in given.parts:
        for language in LANGUAGES:
            right = learn_spelling.learn(language, given.target / f"spelling-{language}.npz")
            print(f"spelling {language}: {right:.3f} of the letters right", flush=True)
    if "sounds" in given.parts:
        known = lessons(given.replies, given.seed)
        right = learn_sounds.learn(known, given.target / "sounds.npz")
        print(f"sounds: {right:.3f} of the steps right, {len(known)} windows", flush=True)


if __name__ == "__main__":
    main()
