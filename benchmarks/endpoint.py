"""How often a reply is cut off, and how long a finished one waits: the judge against plain silence.

    PYTHONPATH=training/filled_pauses python benchmarks/endpoint.py /path/to/speech /path/to/spoken

The first folder holds real recordings with `MANIFEST.tsv`. Into the second, voices speak replies of
the development corpus with thinking pauses like those of real people (`spoken.py`, `thinking.py`;
they need `training/filled_pauses/requirements.txt` and flite); what is there already stays. Every
reply is read as it is live, stretch by stretch, each known so many seconds after it was given.
Tune on the first half, believe the second.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import math
import platform
import random
import statistics
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from spoken import Said, items, said
from thinking import PACE, Piece, pieces

from repete import clips
from repete.analysis import moves
from repete.analysis.closings import CLOSING_MOVES
from repete.analysis.completeness import Closing, Context, closing
from repete.analysis.ending import Ending, ending
from repete.analysis.lexicon import FILLED_PAUSES, plain
from repete.endpoint import Endpointer, Patience
from repete.model import (
    LANGUAGES,
    SAMPLE_RATE,
    Brief,
    Hum,
    Language,
    Move,
    Samples,
    Span,
    Transcript,
    Word,
    text_of,
)
from repete.scenario import find as scenario_of
from repete.transcribe import weights
from repete.transcribe.decoder import Care
from repete.transcribe.live import Live
from repete.transcribe.recognizer import Read, Recognizer
from repete.transcribe.stretches import GROWING, Stretch
from repete.voice_activity import BLOCK, RELEASE, THRESHOLD, VoiceActivity

STEP = BLOCK / SAMPLE_RATE

CLOSE = GROWING.silence
"""Seconds of silence after which a stretch is given to be read."""

COST = 0.35
"""Seconds from there until its words are known."""

RECENT = 4.0
"""Seconds of sound that the pitch is taken from."""

SHORTEST = 0.1
"""Seconds under which a sound is no speech."""

TAIL = 8.0
"""Seconds of quiet after the last word."""

LONG = 0.5
"""Seconds from which a silence inside a reply is a thinking pause."""

FIXED = (0.7, 1.5, 2.0, 2.5)
"""Seconds of the plain rules."""


@dataclass(frozen=True, eq=False)
class Case:
    """A reply, block by block; `is_clear` when its text closes clearly, `brief` when it has a
    scenario. `samples` is its sound, or `given` the words known at some seconds without one."""

    name: str
    language: Language
    speech: tuple[bool, ...]
    samples: Samples | None = None
    given: tuple[tuple[float, tuple[Word, ...]], ...] = ()
    is_clear: bool = False
    brief: Brief | None = None

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The stretches of speech that a silence that is read parts."""
        found: list[Span] = []
        for index in np.flatnonzero(self.speech):
            start, end = float(index * STEP), float((index + 1) * STEP)
            if found and start - found[-1].end < CLOSE:
                found[-1] = Span(found[-1].start, end)
            else:
                found.append(Span(start, end))
        return tuple(span for span in found if span.seconds >= SHORTEST)


def speech_in(samples: Samples) -> tuple[bool, ...]:
    """Whether each block is speech, as the microphone's are judged."""
    padded = np.pad(samples, (0, -len(samples) % BLOCK))
    found, is_speech = [], False
    for probability in VoiceActivity().process(padded).tolist():
        is_speech = probability >= (RELEASE if is_speech else THRESHOLD)
        found.append(is_speech)
    return tuple(found)


class Reader:
    """The recognizer, which remembers on disk what it has read. Stands in for `Loading`, too: what
    is submitted waits for `work`, so that what is overtaken is never read."""

    def __init__(self, cache_file: Path) -> None:
        self._file = cache_file
        lines = cache_file.read_text("utf-8").splitlines() if cache_file.exists() else []
        self._known: dict[str, list[Any]] = dict(json.loads(line) for line in lines)
        self._jobs: list[tuple[Any, Future[Any]]] = []

    def submit(self, job: Any) -> Future[Any]:
        """The job, to be done."""
        future: Future[Any] = Future()
        self._jobs.append((job, future))
        return future

    def work(self) -> None:
        """Do what was submitted."""
        for job, future in self._jobs:
            future.set_result(job(self))
        self._jobs.clear()

    def read(
        self,
        sound: Samples,
        stretch: Stretch,
        language: Language,
        is_wanted: Any = None,
        care: Care = Care(),  # noqa: B008 - frozen
    ) -> Read | None:
        """What the recognizer reads in a stretch, before its filled pauses are spelled out; no
        judgement waits for what is read again."""
        if not care.tries:
            return None
        start = stretch.sound.start
        spoken = [(round(s.start - start, 3), round(s.end - start, 3)) for s in stretch.speech]
        key = hashlib.sha256(sound.tobytes() + repr((language, spoken)).encode()).hexdigest()
        if key not in self._known:
            found = _recognizer().read(sound, stretch, language)
            assert found  # nobody stops wanting it
            words = [(w.text, w.start - start, w.end - start, w.probability) for w in found.words]
            filled = [(s.start - start, s.end - start, s.likelihood) for s in found.filled_pauses]
            self._known[key] = [words, filled]
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps([key, self._known[key]]) + "\n")
        words, filled = self._known[key]
        return Read(
            tuple(Word(text, a + start, b + start, sure) for text, a, b, sure in words),
            tuple(Hum(a + start, b + start, sure) for a, b, sure in filled),
        )


@cache
def _recognizer() -> Recognizer:
    return Recognizer(weights.find())


def real(folder: Path) -> Iterator[Case]:
    """Every real recording, nothing cut."""
    with (folder / "MANIFEST.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        if row["lang"] in LANGUAGES:
            samples = clips.read(folder / row["file"]).samples
            samples = _with_tail(samples)
            yield Case(row["file"], row["lang"], speech_in(samples), samples)


def spoken(folder: Path, language: Language, half: int, *, accented: bool) -> Iterator[Case]:
    """Replies of the corpus with thinking pauses, as voices speak them into the folder."""
    yield from map(case_of, said(folder, language, half, accented=accented))


def case_of(one: Said) -> Case:
    """A spoken reply in a quiet room."""
    sounds: list[Samples] = []
    for piece, sound in zip(one.pieces, one.sounds, strict=True):
        sounds += [sound, _room(piece.pause.seconds if piece.pause else 0.0)]
    samples = _with_tail(np.concatenate(sounds))
    name = f"{one.item['id']} {one.voice}"
    return Case(name, one.item["lang"], speech_in(samples), samples, **_aims(one.item))


def written(
    language: Language, half: int, count: int | None = None, draw: int = 0
) -> Iterator[Case]:
    """Replies of the corpus with thinking pauses whose words are all heard right, and nothing of
    the voice. As from a recognizer, filled pauses are left out, and most stretches end in a mark.
    All of them without a `count`; each draw puts other pauses in other places.
    """
    for item in items(language, half)[:count]:
        rng = random.Random(f"{item['id']} {draw}" if draw else item["id"])
        speech: list[bool] = [False] * round(0.5 / STEP)
        given: list[tuple[float, tuple[Word, ...]]] = []
        words: tuple[Word, ...] = ()
        for piece in pieces(item["text"], language, rng):
            said_words = _as_read(piece, language, rng)
            for word in said_words:
                start = len(speech) * STEP
                speech += [True] * round(1 / PACE / STEP)
                words = (*words, Word(word, start, len(speech) * STEP))
            if piece.pause and piece.pause.place == "filled":
                speech += [True] * round(HUM / STEP)
            given.append((len(speech) * STEP + CLOSE, words))
            speech += [False] * round((piece.pause.seconds if piece.pause else TAIL) / STEP)
        yield Case(item["id"], language, tuple(speech), given=tuple(given), **_aims(item))


HUM = 0.4
"""Seconds of a filled pause in the written replies."""


def _as_read(piece: Piece, language: Language, rng: random.Random) -> list[str]:
    """The words of a piece as a recognizer writes them: what was cut has a full stop half of the
    time, else a comma or nothing."""
    read = [word for word in piece.text.split() if plain(word) not in FILLED_PAUSES[language]]
    if piece.pause and piece.pause.place != "sentence" and read:
        read[-1] = read[-1].rstrip(",;:") + rng.choice([".", ".", ",", ""])
    return read


def _aims(item: dict[str, Any]) -> dict[str, Any]:
    brief = scenario_of(item["situation"]).brief(item["lang"], item["goal"])
    return {"is_clear": closes_clearly(item), "brief": brief}


def closes_clearly(item: dict[str, Any]) -> bool:
    """Whether the text ends with a question mark, or with the labelled words of a closing move."""
    text = item["text"].rstrip()
    quotes = (quote for move in CLOSING_MOVES for quote in item["spans"].get(move, []))
    return text.endswith("?") or any(text.rstrip(".!…").endswith(q.rstrip(".!…")) for q in quotes)


def _with_tail(samples: Samples) -> Samples:
    return np.concatenate([_room(0.5), samples, _room(TAIL)])


def _room(seconds: float) -> Samples:
    """A quiet room at -70 dBFS."""
    noise = np.random.default_rng(1).normal(0, 10 ** (-70 / 20), round(seconds * SAMPLE_RATE))
    return noise.astype(np.float32)


@dataclass(frozen=True)
class Known:
    """What the judge says of the words that were given at some second, and those words."""

    at: float
    closing: Closing
    text: str


@dataclass(frozen=True)
class Heard:
    """A case as it comes block by block, and what the judge says in each silence."""

    case: Case
    known: tuple[Known, ...]

    @property
    def seconds(self) -> float:
        """Seconds of speech, silences left out."""
        return sum(span.seconds for span in self.case.spans)

    def at(self, now: float) -> Known | None:
        """The last that was given by then."""
        given = [known for known in self.known if known.at <= now + 1e-6]
        return given[-1] if given else None


def hear(case: Case, reader: Reader) -> Heard:
    """What is known after every stretch of the case."""
    given: Iterable[tuple[float, tuple[Word, ...], Ending]]
    if case.samples is None:
        given = ((at, words, Ending()) for at, words in case.given)
    else:
        given = _read_along(case, case.samples, reader)
    known = (Known(at, judged(case, words, end), text_of(words)) for at, words, end in given)
    return Heard(case, tuple(known))


def _read_along(
    case: Case, samples: Samples, reader: Reader
) -> Iterator[tuple[float, tuple[Word, ...], Ending]]:
    """When a stretch is given to the recognizer, the words so far, and how the voice ended.

    A silence shorter than `LONG` ends nothing, so what is given in it is left to be overtaken.
    """
    live = Live(reader, case.language)  # type: ignore[arg-type]
    samples = np.pad(samples, (0, -len(samples) % BLOCK))
    silence = 0.0
    for index, is_speech in enumerate(case.speech):
        live.process(samples[index * BLOCK : (index + 1) * BLOCK], is_speech)
        is_long, silence = silence >= LONG, 0.0 if is_speech else silence + STEP
        if silence >= LONG and not is_long:
            reader.work()
            now = (index + 1) * STEP - silence + CLOSE
            recent = samples[max(0, round((now - RECENT) * SAMPLE_RATE)) : round(now * SAMPLE_RATE)]
            yield now, live.words, replace(ending(recent), hesitates=live.hesitates)


def judged(case: Case, words: tuple[Word, ...], end: Ending) -> Closing:
    """What the judge says of the words so far."""
    context = Context(ending=end)
    if case.brief:
        made = _moves(text_of(words), words, case.brief)
        context = Context.of(case.brief, made, end)
    return closing(words, case.language, context)


def _moves(text: str, words: tuple[Word, ...], brief: Brief) -> tuple[Move, ...]:
    return moves.find(Transcript(text, words), moves.Setting.of(brief))


@dataclass(frozen=True)
class Rule:
    """A way to end a reply: the usual silence, and what a reading costs (None: none is made)."""

    name: str
    silence: float
    cost: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What a rule did: the seconds at which it ended too early, and the last wait."""

    early: tuple[float, ...]
    wait: float


def play(heard: Heard, rule: Rule) -> Outcome:
    """Run the endpointer over a reply; after a false end the user goes on."""
    case = heard.case
    end = case.spans[-1].end
    endpointer = Endpointer(Patience(silence=rule.silence))
    early: list[float] = []
    for index, is_speech in enumerate(case.speech):
        now = (index + 1) * STEP
        known = None if rule.cost is None else heard.at(now - rule.cost)
        if known and known.at > now - endpointer.silence:
            endpointer.expect(known.closing)
        if endpointer.process(STEP, is_speech) != "done":
            continue
        if now > end:
            return Outcome(tuple(early), now - end)
        early.append(now)
        endpointer = Endpointer(Patience(float("inf"), rule.silence))
    return Outcome(tuple(early), TAIL)


HEADER = ("replies", "rule", "false ends", "speech", "in 5 minutes (95 %)",
          "wait: clear, median", "clear, 95 %", "all, median", "all, 95 %")  # fmt: skip


def rows(name: str, cases: Sequence[Heard], rules: Sequence[Rule]) -> Iterator[list[str]]:
    """A line of the table for each rule."""
    minutes = sum(heard.seconds for heard in cases) / 60
    for rule in rules:
        outcomes = [play(heard, rule) for heard in cases]
        early = sum(len(outcome.early) for outcome in outcomes)
        low, high = interval(early)
        waits = [outcome.wait for outcome in outcomes]
        clear = [o.wait for o, heard in zip(outcomes, cases, strict=True) if heard.case.is_clear]
        yield [
            name,
            rule.name,
            str(early),
            f"{minutes:.1f} min, {len(cases)} replies",
            f"{5 * early / minutes:.1f} ({5 * low / minutes:.1f} to {5 * high / minutes:.1f})",
            f"{statistics.median(clear):.2f} s (n={len(clear)})" if clear else "-",
            f"{np.percentile(clear, 95):.2f} s" if clear else "-",
            f"{statistics.median(waits):.2f} s",
            f"{np.percentile(waits, 95):.2f} s",
        ]


def interval(count: int) -> tuple[float, float]:
    """The 95 % interval of a Poisson mean of which so many were counted (Garwood 1936)."""

    def at_most(most: int, mean: float) -> float:
        logs = (k * math.log(mean) - mean - math.lgamma(k + 1) for k in range(most + 1))
        return sum(map(math.exp, logs))

    def root(most: int, share: float) -> float:
        low, high = 0.0, 10.0 + 3 * most
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if at_most(most, middle) > share else (low, middle)
        return low

    return (root(count - 1, 0.975) if count else 0.0), root(count, 0.025)


def explained(cases: Sequence[Heard], rule: Rule) -> Iterator[str]:
    """Every mistake of a rule: each false end, and each clear close that waited over a second."""
    for heard in cases:
        outcome, case = play(heard, rule), heard.case
        for early in outcome.early:
            before = max(span.end for span in case.spans if span.end <= early)
            after = min(span.start for span in case.spans if span.start > before)
            yield _line(heard, f"CUT after {early - before:.2f} of {after - before:.2f}", early)
        if case.is_clear and outcome.wait > 1:
            yield _line(heard, f"SLOW {outcome.wait:.2f}", len(case.speech) * STEP)


def _line(heard: Heard, mistake: str, now: float) -> str:
    known = heard.at(now) or Known(0.0, Closing(), "")
    told = f"{known.closing.state} {known.closing.why}"
    return f"{heard.case.name}\t{mistake}\t{told}\t{known.text[-80:]}"


def pauses(cases: Sequence[Case]) -> list[float]:
    """The silences of at least `LONG` seconds inside the replies."""
    gaps = [b.start - a.end for case in cases for a, b in pairwise(case.spans)]
    return [gap for gap in gaps if gap >= LONG]


def _told(name: str, cases: Sequence[Case]) -> str:
    minutes = sum(span.seconds for case in cases for span in case.spans) / 60
    found = pauses(cases)
    often = ", ".join(
        f"{sum(gap >= least for gap in found) / minutes:.1f} of {least} s"
        for least in (LONG, 0.7, 1.5, 2.0)
    )
    return f"{name}: {len(found)} thinking pauses; a minute of speech has {often} or more"


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("speech", type=Path, help="real recordings, with MANIFEST.tsv")
    parser.add_argument("spoken", type=Path, help="folder for the replies that voices speak")
    parser.add_argument("--cache", type=Path, help="file that keeps what was recognized")
    parser.add_argument("--cost", type=float, nargs="+", default=[COST])
    parser.add_argument("--silence", type=float, default=Patience().silence)
    parser.add_argument("--written", type=int, default=60, help="written replies of a language")
    parser.add_argument("--draws", type=int, default=0, help="draws of pauses for all of them too")
    parser.add_argument("--half", choices=["first", "second"], default="second")
    parser.add_argument("--explain", action="store_true", help="print every mistake")
    given = parser.parse_args()
    reader = Reader(given.cache or Path(tempfile.mkdtemp()) / "read.jsonl")
    half = int(given.half == "second")
    kinds = {"real": list(real(given.speech))[half::2]}
    for language in LANGUAGES:
        kinds[f"written, {language}"] = list(written(language, half, given.written))
        for draw in range(1, given.draws + 1):
            kinds[f"all written, {language}, draw {draw}"] = list(written(language, 0, draw=draw))
        kinds[f"by native voices, {language}"] = list(
            spoken(given.spoken, language, half, accented=False)
        )
    kinds["by voices with an accent, fr"] = list(spoken(given.spoken, "fr", half, accented=True))
    rules = [Rule(f"silence of {seconds} s", seconds) for seconds in FIXED]
    rules += [
        Rule(f"judged, known {CLOSE + cost:.1f} s after", given.silence, cost)
        for cost in given.cost
    ]
    print(f"{platform.machine()}, Python {platform.python_version()}, {given.half} half")
    print(*(_told(name, cases) for name, cases in kinds.items()), sep="\n", end="\n\n")
    print("| " + " | ".join(HEADER) + " |\n" + "|" + "---|" * len(HEADER))
    heard = {
        name: [hear(case, reader) for case in cases if case.spans] for name, cases in kinds.items()
    }
    for name, cases in heard.items():
        for line in rows(name, cases, rules):
            print("| " + " | ".join(line) + " |", flush=True)
    if given.explain:
        for cases in heard.values():
            print(*explained(cases, rules[-1]), sep="\n")


if __name__ == "__main__":
    main()
