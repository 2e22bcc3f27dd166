"""Turn the authors' marked-up replies into JSON Lines, one file a language and split.

    python training/build_corpus.py FOLDER [OUT]

FOLDER holds files named LANG-SPLIT-[AUTHOR-]NN.txt, in which a reply looks like this:

    @ monologue network asr | trap: lunch_ask | opt: follow_up
    P: four months on permits, honestly
    > oh [[acknowledge: four months just on permits]] [[pivot: that's what I do for my clients]]
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from labels import MOVES

SPAN = re.compile(r"\[\[([a-z_+ ]+):\s*(.*?)\s*\]\]")
OUT = Path(__file__).parents[1] / "tests" / "corpus" / "moves"


def blocks(path: Path) -> Iterator[list[str]]:
    """The replies of an author's file, comments left out."""
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line.rstrip() for line in lines if not line.startswith("#"))
    return (part.strip("\n").split("\n") for part in re.split(r"\n\s*\n", text) if part.strip())


def parse(block: list[str], name: str) -> dict[str, object]:
    """One reply as an object."""
    head, *rest = block
    kind, *extra = [part.strip() for part in head.removeprefix("@ ").split("|")]
    situation, goal, style = kind.split()
    told: dict[str, list[str]] = {"trap": [], "opt": []}
    for part in extra:
        key, _, value = part.partition(":")
        told[key.strip()] = [move.strip() for move in value.split(",") if move.strip()]
    marked = next(line[1:].strip() for line in rest if line.startswith(">"))
    partner = next((line[2:].strip() for line in rest if line.startswith("P:")), None)
    spans: dict[str, list[str]] = defaultdict(list)
    for found in SPAN.finditer(marked):
        for move in found.group(1).replace(" ", "").split("+"):
            spans[move].append(found.group(2))
    made = sorted(spans, key=MOVES.index)
    return {
        "id": name,
        "text": SPAN.sub(lambda found: found.group(2), marked),
        "lang": name[:2],
        "situation": situation,
        "goal": goal,
        "partner": partner,
        "moves": made,
        "spans": {move: spans[move] for move in made},
        "optional": told["opt"],
        "traps": told["trap"],
        "style": style,
        "batch": name.rsplit("-", 1)[0],
    }


def main() -> None:
    """Write every split that the folder has files of."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else OUT
    files: dict[str, list[dict[str, object]]] = defaultdict(list)
    for path in sorted(folder.glob("??-*-*.txt")):
        language, split, *_ = path.stem.split("-")
        rows = files[f"{language}.{split}"]
        rows += [parse(block, f"{path.stem}-{at:02}") for at, block in enumerate(blocks(path), 1)]
    out.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (out / f"{name}.jsonl").write_text(text, encoding="utf-8")
        print(f"{name}: {len(rows)} replies")


if __name__ == "__main__":
    main()
