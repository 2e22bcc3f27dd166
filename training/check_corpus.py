"""Check the corpus: labels known, spans exact, no near-duplicates across the splits.

    python training/check_corpus.py [--mend]

Prints the counts; with --mend it drops from training what is too near to a dev or test reply, and
from dev what is too near to a test reply. Exit code 1 when something is wrong. It never prints the
text of a reply.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from labels import MOVES

CORPUS = Path(__file__).parents[1] / "tests" / "corpus" / "moves"
SPLITS = ("train", "dev", "test")
SITUATIONS = ("circulate", "monologue", "icebreaker", "interrupted", "pitch")
GRAM = 5
"""Letters of a piece of text by which two replies are compared."""
NEAR = 0.4
"""Share of common pieces (Jaccard) from which two replies are near-duplicates."""
RUN = 8
"""So many equal words in a row are a copy, too."""

Row = dict[str, Any]


def wrong(row: Row) -> list[str]:
    """What is wrong with one reply."""
    found = []
    named = [*row["moves"], *row["optional"], *row["traps"], *row["spans"]]
    found += [f"unknown move {move!r}" for move in named if move not in MOVES]
    if row["situation"] not in SITUATIONS or row["lang"] not in ("en", "fr"):
        found.append("unknown situation or language")
    for move, quotes in row["spans"].items():
        found += [f"{move}: not in the text" for quote in quotes if quote not in row["text"]]
    if set(row["spans"]) != set(row["moves"]):
        found.append("moves and spans differ")
    for other in ("optional", "traps"):
        found += [f"{move}: made and in {other}" for move in row["moves"] if move in row[other]]
    found += [f"{move}: optional and a trap" for move in row["optional"] if move in row["traps"]]
    pitch_only = set(row["moves"]) & set(MOVES[12:])
    if pitch_only and row["situation"] != "pitch":
        found.append("a pitch move outside a pitch")
    return found


def letters(text: str) -> set[str]:
    """The runs of `GRAM` letters of a text, without signs or case."""
    plain = " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())
    return {plain[at : at + GRAM] for at in range(max(1, len(plain) - GRAM + 1))}


def runs(text: str) -> set[tuple[str, ...]]:
    """The runs of `RUN` words of a text."""
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    return {tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)}


def near(rows: list[Row], others: list[Row]) -> list[tuple[str, str]]:
    """The pairs of replies, one of each list, that are nearly the same."""
    grams = [letters(row["text"]) for row in others]
    index: dict[str, list[int]] = defaultdict(list)
    for at, own in enumerate(grams):
        for gram in own:
            index[gram].append(at)
    copies = {run: row["id"] for row in others for run in runs(row["text"])}
    found = []
    for row in rows:
        own = letters(row["text"])
        shared = Counter(at for gram in own for at in index.get(gram, ()))
        for at, count in shared.items():
            if count >= NEAR * (len(own) + len(grams[at]) - count):
                found.append((row["id"], others[at]["id"]))
        found += [(row["id"], copies[run]) for run in runs(row["text"]) & set(copies)]
    return sorted(set(found))


def main() -> None:
    """Check every file."""
    bad = 0
    for language in ("en", "fr"):
        splits: dict[str, list[Row]] = {}
        for split in SPLITS:
            path = CORPUS / f"{language}.{split}.jsonl"
            if not path.exists():
                continue
            with path.open(encoding="utf-8") as lines:
                splits[split] = [json.loads(line) for line in lines]
            for row in splits[split]:
                for mistake in wrong(row):
                    print(f"{row['id']}: {mistake}")
                    bad += 1
            rows = splits[split]
            traps = sum(bool(row["traps"]) for row in rows)
            made = Counter(move for row in rows for move in row["moves"])
            print(f"{path.name}: {len(rows)} replies, {traps} with traps")
            print("   " + ", ".join(f"{move} {made[move]}" for move in MOVES))
        for first, second in (("train", "dev"), ("train", "test"), ("dev", "test")):
            pairs = near(splits.get(first, []), splits.get(second, []))
            for one, other in pairs:
                print(f"{one} is nearly {other}")
            if pairs and "--mend" in sys.argv:
                drop = {one for one, _ in pairs}
                splits[first] = [row for row in splits[first] if row["id"] not in drop]
                path = CORPUS / f"{language}.{first}.jsonl"
                kept = (json.dumps(row, ensure_ascii=False) + "\n" for row in splits[first])
                path.write_text("".join(kept), encoding="utf-8")
            else:
                bad += len(pairs)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
