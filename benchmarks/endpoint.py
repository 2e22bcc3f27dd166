"""How often a reply is cut off, and how long a finished one waits: the judge against plain silence.

    python benchmarks/endpoint.py /path/to/speech /path/to/spoken

The first folder holds real recordings with `MANIFEST.tsv`; the second replies of the corpus as
`ID.wav`, read by a voice. In the latter thinking pauses are put between words, as long as those of
the real recordings, or harder. Every stretch is recognized by itself, as it is live, and its words
are known `--known` seconds after it ends. Tune on the first half, believe the second.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import platform
import random
import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from repete import clips
from repete.analysis import moves
from repete.analysis.closings import CLOSING_MOVES
from repete.analysis.completeness import Closing, Context, closing
from repete.analysis.ending import ending
from repete.endpoint import Endpointer, Patience
from repete.model import (
    LANGUAGES,
    SAMPLE_RATE,
    Brief,
    Clip,
    Language,
    Samples,
    Span,
    Transcript,
    Word,
)
from repete.scenario import find as scenario_of
from repete.transcribe import weights
from repete.transcribe.recognizer import Recognizer
from repete.voice_activity import BLOCK, RELEASE, THRESHOLD, VoiceActivity

STEP = BLOCK / SAMPLE_RATE

CLOSE = 0.25
"""Seconds of silence that close a stretch, which is then read."""

CLOSE_READ = 0.5
"""The same in replies that are read aloud, to be done sooner: no rule ends a reply in less."""

AROUND = 0.15
"""Seconds of sound kept around a stretch that is read."""

SHORTEST = 0.1
"""Seconds under which a sound is no speech, and is not read."""

TAIL = 8.0
"""Seconds of quiet after the last word."""

LONG = 0.5
"""Seconds from which a silence inside a reply is a thinking pause."""

FIXED = (0.7, 1.5, 2.0, 2.5)
"""Seconds of the plain rules."""


@dataclass(frozen=True, eq=False)
class Case:
    """A reply as sound; `is_clear` when its text closes clearly, `brief` when it has a scenario."""

    name: str
    language: Language
    samples: Samples
    is_clear: bool = False
    brief: Brief | None = None
    close: float = CLOSE


@dataclass(frozen=True)
class Stretch:
    """A stretch of voice activity and the words that were recognized in it."""

    span: Span
    words: tuple[Word, ...]


class Reader:
    """The recognizer, which remembers on disk what it has read."""

    def __init__(self, cache_file: Path) -> None:
        self._file = cache_file
        lines = cache_file.read_text("utf-8").splitlines() if cache_file.exists() else []
        self._known: dict[str, list[Any]] = dict(json.loads(line) for line in lines)

    def words(self, samples: Samples, language: Language, *, verbatim: bool) -> tuple[Word, ...]:
        """The words of a piece of sound that is speech from end to end."""
        key = hashlib.sha256(samples.tobytes()).hexdigest() + f"{language}{verbatim}"
        if key not in self._known:
            clip = Clip(samples)
            spoken = _recognizer(verbatim).transcribe(clip, language, [Span(0, clip.seconds)])
            self._known[key] = [
                (word.text, word.start, word.end, word.probability) for word in spoken.words
            ]
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps([key, self._known[key]]) + "\n")
        return tuple(Word(*word) for word in self._known[key])


@cache
def _recognizer(verbatim: bool) -> Recognizer:
    return Recognizer(weights.find(), is_verbatim=verbatim)


def activity(samples: Samples) -> list[bool]:
    """Whether each block is speech, as the microphone's are judged."""
    padded = np.pad(samples, (0, -len(samples) % BLOCK))
    found, is_speech = [], False
    for probability in VoiceActivity().process(padded).tolist():
        is_speech = probability >= (RELEASE if is_speech else THRESHOLD)
        found.append(is_speech)
    return found


def spans(speech: Sequence[bool], close: float = CLOSE) -> list[Span]:
    """The stretches that so many seconds of silence part."""
    found: list[Span] = []
    for index in np.flatnonzero(speech):
        start, end = index * STEP, (index + 1) * STEP
        if found and start - found[-1].end < close:
            found[-1] = Span(found[-1].start, end)
        else:
            found.append(Span(start, end))
    return [span for span in found if span.seconds >= SHORTEST]


def read(case: Case, reader: Reader) -> list[Stretch]:
    """Every stretch of the case with its words, at their times in the case."""
    stretches = []
    for span in spans(activity(case.samples), case.close):
        start = max(0.0, span.start - AROUND)
        samples = Clip(case.samples).cut(Span(start, span.end + AROUND)).samples
        words = reader.words(samples, case.language, verbatim=True)
        moved = (replace(w, start=w.start + start, end=w.end + start) for w in words)
        stretches.append(Stretch(span, tuple(moved)))
    return stretches


def real(folder: Path) -> Iterator[Case]:
    """Every real recording, nothing cut."""
    with (folder / "MANIFEST.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        if row["lang"] in LANGUAGES:
            samples = clips.read(folder / row["file"]).samples
            yield Case(row["file"], row["lang"], _with_tail(samples))


def spoken(
    folder: Path, corpus: Path, reader: Reader, lengths: Callable[[random.Random], float]
) -> Iterator[Case]:
    """Replies of the corpus with two thinking pauses each, after words drawn by chance."""
    labelled = {
        item["id"]: item
        for language in LANGUAGES
        for item in map(json.loads, (corpus / f"{language}.dev.jsonl").open(encoding="utf-8"))
    }
    for path in sorted(folder.glob("*.wav")):
        item = labelled[path.stem]
        rng = random.Random(path.stem)
        samples = clips.read(path).samples
        words = reader.words(samples, item["lang"], verbatim=False)
        places = rng.sample(range(2, len(words) - 2), 2) if len(words) > 8 else []
        for at in sorted(places, reverse=True):
            samples = _parted(samples, words[at], words[at + 1], lengths(rng))
        brief = scenario_of(item["situation"]).brief(item["lang"], item["goal"])
        sound = _with_tail(samples)
        yield Case(path.stem, item["lang"], sound, closes_clearly(item), brief, CLOSE_READ)


def closes_clearly(item: dict[str, Any]) -> bool:
    """Whether the text ends with a question mark, or with the labelled words of a closing move."""
    text = item["text"].rstrip()
    quotes = (quote for move in CLOSING_MOVES for quote in item["spans"].get(move, []))
    return text.endswith("?") or any(text.rstrip(".!…").endswith(q.rstrip(".!…")) for q in quotes)


def _parted(samples: Samples, before: Word, after: Word, seconds: float) -> Samples:
    """The sound with a silence put where it is quietest around the edge of two words."""
    edges = sorted((before.end, after.start))
    low, high = (round(at * SAMPLE_RATE) for at in (edges[0] - 0.06, edges[1] + 0.06))
    size = SAMPLE_RATE // 50
    power = np.convolve(np.square(samples[low:high]), np.ones(size) / size, "same")
    at = low + int(np.argmin(power))
    fade = np.linspace(0, 1, size // 4, dtype=np.float32)
    first, rest = samples[:at].copy(), samples[at:].copy()
    first[-len(fade) :] *= fade[::-1]
    rest[: len(fade)] *= fade
    return np.concatenate([first, _quiet(seconds), rest])


def _with_tail(samples: Samples) -> Samples:
    return np.concatenate([_room(0.5), samples, _room(TAIL)])


def _room(seconds: float) -> Samples:
    """A quiet room at -70 dBFS."""
    noise = np.random.default_rng(1).normal(0, 10 ** (-70 / 20), round(seconds * SAMPLE_RATE))
    return noise.astype(np.float32)


def _quiet(seconds: float) -> Samples:
    """A quiet room in whole blocks that are all the same: a longer pause changes nothing in the
    sound around it, which then needs to be read once only."""
    return np.tile(_room(STEP), round(seconds / STEP))


@dataclass(frozen=True)
class Heard:
    """A case as it comes block by block, and what the judge says after each stretch."""

    case: Case
    speech: tuple[bool, ...]
    spans: tuple[Span, ...]
    closings: tuple[Closing, ...]
    texts: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """Seconds of speech, silences left out."""
        return sum(span.seconds for span in self.spans)


@dataclass(frozen=True)
class Outcome:
    """What a rule did: the stretches after which it ended too early, and the last wait."""

    early: tuple[int, ...]
    wait: float


def hear(case: Case, reader: Reader) -> Heard:
    """What is known after every stretch of the case."""
    stretches = read(case, reader)
    words: list[Word] = []
    found = []
    for stretch in stretches:
        words += stretch.words
        heard = case.samples[: round((stretch.span.end + CLOSE) * SAMPLE_RATE)]
        context = Context(ending=ending(heard))
        if case.brief:
            transcript = Transcript(" ".join(word.text for word in words), tuple(words))
            made = moves.find(transcript, moves.Setting.of(case.brief))
            context = Context.of(case.brief, made, context.ending)
        found.append(closing(words, case.language, context))
    return Heard(
        case,
        tuple(activity(case.samples)),
        tuple(stretch.span for stretch in stretches),
        tuple(found),
        tuple(" ".join(word.text for word in stretch.words) for stretch in stretches),
    )


def play(heard: Heard, silence: float, known: float | None) -> Outcome:
    """Run the endpointer over a reply; after a false end the user goes on.

    `known` is how long after its end a stretch has been read; None for a rule of silence alone.
    """
    endpointer = Endpointer(Patience(silence=silence))
    early: list[int] = []
    for index, is_speech in enumerate(heard.speech):
        now = (index + 1) * STEP
        before = [at for at, span in enumerate(heard.spans) if span.end <= now]
        state = endpointer.process(STEP, is_speech)
        if known is not None and before and now - heard.spans[before[-1]].end >= known:
            endpointer.expect(heard.closings[before[-1]])
        if state != "done":
            continue
        if len(before) == len(heard.spans):
            return Outcome(tuple(early), now - heard.spans[-1].end)
        early.append(before[-1])
        endpointer = Endpointer(Patience(float("inf"), silence))
    return Outcome(tuple(early), TAIL)


@dataclass(frozen=True)
class Rule:
    """A way to end a reply: the usual silence, and how soon words are known (None: never)."""

    name: str
    silence: float
    known: float | None = None


HEADER = ("replies", "rule", "false ends", "speech", "in 5 minutes", "wait: clear, median",
          "clear, 95 %", "all, median")  # fmt: skip


def rows(name: str, cases: Sequence[Heard], rules: Sequence[Rule]) -> Iterator[list[str]]:
    """A line of the table for each rule."""
    minutes = sum(heard.seconds for heard in cases) / 60
    for rule in rules:
        outcomes = [play(heard, rule.silence, rule.known) for heard in cases]
        early = sum(len(outcome.early) for outcome in outcomes)
        waits = [outcome.wait for outcome in outcomes]
        clear = [o.wait for o, heard in zip(outcomes, cases, strict=True) if heard.case.is_clear]
        yield [
            name,
            rule.name,
            str(early),
            f"{minutes:.1f} min, {len(cases)} replies",
            f"{5 * early / minutes:.1f}",
            f"{statistics.median(clear):.2f} s (n={len(clear)})" if clear else "-",
            f"{np.percentile(clear, 95):.2f} s" if clear else "-",
            f"{statistics.median(waits):.2f} s",
        ]


def explained(cases: Sequence[Heard]) -> Iterator[str]:
    """Every pause of at least `LONG` seconds and every end, with what the judge said."""
    for heard in cases:
        for at, span in enumerate(heard.spans):
            is_last = at + 1 == len(heard.spans)
            gap = TAIL if is_last else heard.spans[at + 1].start - span.end
            if gap >= LONG:
                said = heard.closings[at]
                kind = ("END clear" if heard.case.is_clear else "END") if is_last else f"{gap:.2f}"
                text = heard.texts[at][-60:]
                yield f"{heard.case.name}\t{kind}\t{said.state}\t{said.why}\t{text}"


def pauses(cases: Sequence[Case]) -> list[float]:
    """The thinking pauses of some recordings, in seconds, at most 3."""
    found = []
    for case in cases:
        stretches = spans(activity(case.samples))
        gaps = (after.start - before.end for before, after in pairwise(stretches))
        found += [min(float(gap), 3.0) for gap in gaps if gap >= LONG]
    return found


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("speech", type=Path, help="real recordings, with MANIFEST.tsv")
    parser.add_argument("spoken", type=Path, help="replies of the corpus read by voices, ID.wav")
    parser.add_argument("--cache", type=Path, help="file that keeps what was recognized")
    parser.add_argument("--known", type=float, nargs="+", default=[0.5, 0.8])
    parser.add_argument("--silence", type=float, default=Patience().silence)
    parser.add_argument("--half", choices=["first", "second"], default="second")
    parser.add_argument("--explain", action="store_true", help="print what was judged, and how")
    given = parser.parse_args()
    reader = Reader(given.cache or Path(tempfile.mkdtemp()) / "read.jsonl")
    recorded = list(real(given.speech))
    natural = pauses(recorded)
    corpus = Path(__file__).parents[1] / "tests" / "corpus" / "moves"
    kinds: dict[str, list[Case]] = {
        "real": recorded,
        "read, pauses as in the real": list(
            spoken(given.spoken, corpus, reader, lambda rng: rng.choice(natural))
        ),
        "read, pauses of 0.5 to 3 s": list(
            spoken(given.spoken, corpus, reader, lambda rng: rng.uniform(LONG, 3.0))
        ),
    }
    rules = [Rule(f"silence of {seconds} s", seconds) for seconds in FIXED]
    rules += [Rule(f"judged, known after {at} s", given.silence, at) for at in given.known]
    print(f"{platform.machine()}, Python {platform.python_version()}, {given.half} half; ", end="")
    print(f"{len(natural)} real thinking pauses, median {statistics.median(natural):.2f} s\n")
    print("| " + " | ".join(HEADER) + " |\n" + "|" + "---|" * len(HEADER))
    for name, cases in kinds.items():
        half = cases[given.half == "second" :: 2]
        heard = [found for found in (hear(case, reader) for case in half) if found.spans]
        for line in rows(name, heard, rules):
            print("| " + " | ".join(line) + " |", flush=True)
        if given.explain:
            print(*explained(heard), sep="\n")


if __name__ == "__main__":
    main()
