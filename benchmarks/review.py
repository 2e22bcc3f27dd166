"""How long the page takes to open with thousands of sessions in the library.

    .venv/bin/python benchmarks/review.py

Prints each figure with the machine. The server runs as users run it; the pages are asked for over
its socket. "First view" is a fresh start: nothing was asked for before.
"""

from __future__ import annotations

import http.client
import os
import platform
import random
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from repete import clips, curves
from repete.analysis.contour import contour
from repete.index import Index, Query
from repete.model import Clip, Transcript, Word, text_of
from repete.review.serve import Library, server
from repete.store import RECORD, Store
from tests.conftest import tone
from tests.library import START, session, take

SESSIONS = 5000
RUNS = 9
WORDS = Path(__file__).with_name("rehearsal.py").read_text(encoding="utf-8").split()


def main() -> None:
    """Fill a library, measure and print."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{platform.processor() or platform.machine()}, {cores} cores, Python {sys.version[:6]}")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "sessions")
        fill(store)
        start = time.perf_counter()
        index = Index(store)
        index.rebuild()
        show(f"index of {SESSIONS} sessions made anew", [time.perf_counter() - start])
        show("index: nothing has changed", [timed(index.refresh) for _ in range(RUNS)])
        search = [timed(lambda: index.search(Query(words="import folder"))) for _ in range(RUNS)]
        show("search of two words that many takes hold", search)
        index.close()
        pages(store)
        long_take(Path(folder))


def fill(store: Store) -> None:
    """Sessions of three takes of a hundred words each, one of them with sound."""
    dice = random.Random(1)
    for number in range(SESSIONS):
        takes = tuple(take(" ".join(dice.choices(WORDS, k=100))) for _ in range(3))
        made = session(f"{START + timedelta(hours=6 * number):%Y-%m-%d-%H%M%S}-x", *takes)
        started = (START + timedelta(hours=6 * number)).isoformat(timespec="seconds")
        folder = store.path(made)
        folder.mkdir()
        data = msgspec.json.encode(replace(made, started=started))
        (folder / RECORD).write_bytes(data)
    newest = store.find("last")
    half_hour = Clip(tone(1800).samples)
    clips.write(half_hour, store.path(newest) / "take-01.flac")
    words = tuple(Word(f"word{at}.", at * 0.4, at * 0.4 + 0.3) for at in range(4500))
    long = take(transcript=Transcript(text_of(words), words))
    store.save(replace(newest, takes=(long, *newest.takes[1:])))


def pages(store: Store) -> None:
    """Ask a fresh server for its pages."""
    newest = store.find("last").id
    known = sorted(path.name for path in store.folder.iterdir())[1234]
    asked = {
        "a session, the first page ever asked for": f"/session/{known}",
        "a session": f"/session/{known}",
        "a take": f"/session/{known}/take/1",
        "a take of half an hour": f"/session/{newest}/take/1",
        "the library": "/",
        "the library, searched": "/?words=import",
        "progress": "/progress",
    }
    opened = server(Library(store))
    threading.Thread(target=opened.run, daemon=True).start()
    host = opened.address.split("/")[2]
    line = http.client.HTTPConnection(host)
    line.request("GET", opened.address.split(host, 1)[1])
    answer = line.getresponse()
    answer.read()
    cookie = {"Cookie": (answer.getheader("set-cookie") or "").split(";")[0]}
    for what, path in asked.items():
        runs = 1 if "first" in what else RUNS
        show(what, [timed(lambda path=path: ask(line, path, cookie)) for _ in range(runs)])
    path = f"/session/{newest}/take/1/sound"
    ranged = {**cookie, "Range": "bytes=1000000-1065535"}
    show("64 KB from the middle of its sound", [timed(lambda: ask(line, path, ranged))] * RUNS)
    line.close()


def ask(line: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> None:
    """One request, to its last byte."""
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    answer.read()
    assert answer.status in (200, 206), (path, answer.status)


def long_take(folder: Path) -> None:
    """The outline of half an hour of sound, computed once, then read."""
    sound = folder / "long.flac"
    clip = tone(1800)
    clips.write(clip, sound)
    show("outline of half an hour of sound", [timed(lambda: contour(clip))])
    show("  with the reading of its FLAC", [timed(lambda: curves.encoded(sound))])
    show("  from beside it", [timed(lambda: curves.encoded(sound)) for _ in range(RUNS)])


def timed(action: object) -> float:
    """Seconds that an action takes."""
    start = time.perf_counter()
    action()  # type: ignore[operator]
    return time.perf_counter() - start


def show(what: str, figures: list[float]) -> None:
    """One line: the median, the least and the most, in milliseconds."""
    middle, least, most = (1000 * pick for pick in (
        statistics.median(figures), min(figures), max(figures)))  # fmt: skip
    runs = f"{len(figures)} run{'s' if len(figures) > 1 else ''}"
    print(f"{what:<44} {middle:8.1f} ms ({least:.1f} to {most:.1f}, {runs})", flush=True)


if __name__ == "__main__":
    main()
