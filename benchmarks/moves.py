"""How well and how fast the moves are heard: the table of the README.

    python benchmarks/moves.py [dev|test]

The test replies were written last, by nobody who tuned the detector; `dev` are those by which its
thresholds were chosen.
"""

from __future__ import annotations

import platform
import resource
import sys
import time
from pathlib import Path
from statistics import median

from repete import labelled
from repete.analysis.moves import encoder, find
from repete.analysis.moves.scoring import Table, score
from repete.model import LANGUAGES, Transcript

CORPUS = Path(__file__).parents[1] / "tests" / "corpus" / "moves"


def memory() -> float:
    """The most memory that this process has held, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def show(language: str, table: Table) -> None:
    """Print one language's table."""
    print(
        f"\n{language}\n{'move':<20}{'P':>6}{'R':>6}{'F1':>6}"
        f"{'made':>6}{'traps':>7}{'alarms':>8}{'evidence':>10}"
    )
    for move, it in table.each.items():
        print(
            f"{move:<20}{it.precision:6.2f}{it.recall:6.2f}{it.f1:6.2f}{it.right + it.missed:6}"
            f"{it.traps:7}{100 * it.alarm_rate:7.1f}%{100 * it.overlap:9.1f}%"
        )
    precision, recall, f1 = table.macro
    whole = table.whole
    print(
        f"{'mean over moves':<20}{precision:6.3f}{recall:6.3f}{f1:6.3f}"
        f"{whole.right + whole.missed:6}"
        f"{whole.traps:7}{100 * whole.alarm_rate:7.1f}%{100 * whole.overlap:9.1f}%"
    )


def main() -> None:
    """Print accuracy, time and memory."""
    split = sys.argv[1] if len(sys.argv) > 1 else "test"
    before, start = memory(), time.perf_counter()
    encoder.load()
    print(f"load {time.perf_counter() - start:.2f} s")
    for language in LANGUAGES:
        replies = labelled.read(CORPUS / f"{language}.{split}.jsonl")
        found, times = [], []
        for reply in replies:
            start = time.perf_counter()
            found.append(find(Transcript(reply.text), reply.setting))
            times.append((time.perf_counter() - start) / max(1, len(reply.text.split())) * 100)
        show(f"{language}.{split}, {len(replies)} replies", score(replies, found))
        print(f"{1000 * median(times):.0f} ms per 100 words (median)")
    hundred = Transcript(" ".join(" ".join(reply.text for reply in replies).split()[:100]))
    times = []
    for _ in range(20):
        start = time.perf_counter()
        find(hundred, replies[0].setting)
        times.append(time.perf_counter() - start)
    middle, best = (1000 * pick(times) for pick in (median, min))
    print(f"\none reply of 100 words: {middle:.0f} ms (median), {best:.0f} ms (best)")
    print(f"memory {memory():.0f} MB, of which {before:.0f} MB before the weights were opened")
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")


if __name__ == "__main__":
    main()
