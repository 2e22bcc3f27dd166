"""How long a user waits for the words: live transcription, while recordings play in real time.

    .venv/bin/python benchmarks/live.py [--short | --long] [--sound] [--references FOLDER]
                                        [--rival PYTHON]

Prints, with the machine: the seconds from the last sample of speech to the finished transcript,
for replies of 15 s, 60 s, 5 min and, with `--long`, 30 min, beside what plain faster-whisper takes
for the same recording when it is given after its end; and, with references (a folder with
`MANIFEST.tsv`: file, language, seconds, licence, source, transcript), the word error rate beside
plain faster-whisper on the whole file. Replies of 5 min and more do not play in real time: the
clock is a virtual one that takes every reading for as long as it really took. With `--sound` they
play through the virtual microphone of a real sound server. PYTHON is one in which RealtimeSTT is
installed, which hears the same in real time (`rival.py`).
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from repete import clips
from repete.model import LANGUAGES, SAMPLE_RATE, Clip, Language, Samples, text_of
from repete.transcribe import weights
from repete.transcribe.live import Live
from repete.transcribe.recognizer import Loading, Recognizer
from repete.transcribe.stretches import Stretch
from repete.voice_activity import BLOCK, RELEASE, THRESHOLD, VoiceActivity, speech_in
from tests.world.studio import AUDIO, Studio, sound_server

TIMES = {"15 s": (15, 12), "60 s": (60, 3), "5 min": (300, 3)}
"""Lengths of replies in seconds, and how often each is played."""

LONG = {"30 min": (1800, 1)}
REAL = 60
"""Seconds up to which a reply plays on a real clock."""

STEP = BLOCK / SAMPLE_RATE

CLEAR = 0.99
"""Seconds of silence that end a reply which closes clearly, at the median (`endpoint.py`)."""

USED = CLEAR + 1.1
"""Seconds after the last speech when the words are needed then: the shortest opening of the
feedback lasts 1.6 s, and its first sentence takes 0.5 of it to be made."""

PAUSE = 0.3
"""Seconds of silence in a sample in which a reply made of it may end."""

GLANCE = 0.004
"""Seconds between two looks at whether everything is read."""


class Ear:
    """Feeds blocks to a live reading, and knows when the last speech was."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self._activity = VoiceActivity()
        self._speaking = False

    def hear(self, block: Samples) -> bool:
        """Take a block; whether there is speech in it."""
        probability = float(self._activity.process(block)[-1])
        self._speaking = probability >= (RELEASE if self._speaking else THRESHOLD)
        self.live.process(block, self._speaking)
        return self._speaking


class Virtual:
    """A reply on a virtual clock, which is also the loading of the thread that reads it: each job
    lasts as long as it really took, and what is said goes on meanwhile."""

    def __init__(self, recognizer: Recognizer, language: Language, said: Iterable[Samples]) -> None:
        self.live: Live = Overtaken(self, language)
        self.now = self.free = 0.0
        self.settled: float | None = None  # since when all that was said is read
        self._ear = Ear(self.live)
        self._said = iter(said)
        self._recognizer = recognizer
        self._jobs: deque[tuple[float, Callable[[Recognizer], Any], Future[Any]]] = deque()
        self._begun: float | None = None  # when the job under way would have begun at second 0

    def submit(self, job: Callable[[Recognizer], Any]) -> Future[Any]:
        """Put a job on the list."""
        future: Future[Any] = Future()
        self._jobs.append((self.now, job, future))
        return future

    def play(self) -> None:
        """Say all of it, and do what is needed for its words; what is read again comes after."""
        while self._say():
            while self.work_once(until=self.now):
                pass
        self.live.close()
        while not self.live.is_settled:
            self.work_once()

    def work_once(self, *, until: float = float("inf")) -> bool:
        """Do the next job if it has begun by then; whether there was one."""
        if not self._jobs or max(self.free, self._jobs[0][0]) > until:
            return False
        given, job, future = self._jobs.popleft()
        self._begun = time.perf_counter() - max(self.free, given)
        future.set_result(job(self._recognizer))
        self.free = time.perf_counter() - self._begun
        self._begun = None
        if self.settled is None and self.live.is_settled:
            self.settled = self.free
        return True

    def catch_up(self) -> None:
        """Say what is said by the time that the job under way has come to."""
        if self._begun is None:
            return
        start = time.perf_counter()
        while self.now + STEP <= start - self._begun and self._say():
            pass
        self._begun += time.perf_counter() - start

    def _say(self) -> bool:
        """Say the next block; whether there was one."""
        block = next(self._said, None)
        if block is None:
            return False
        self.now += STEP
        if self._ear.hear(block):
            self.settled = None
        return True


class Overtaken(Live):
    """A live reading that learns half-way through a job what was said since that began."""

    def __init__(self, clock: Virtual, language: Language) -> None:
        super().__init__(clock, language)  # type: ignore[arg-type]
        self._clock = clock

    def _is_free(self) -> bool:
        self._clock.catch_up()
        return super()._is_free()

    def _is_wanted(self, stretch: Stretch) -> bool:
        self._clock.catch_up()
        return super()._is_wanted(stretch)


class AtOnce:
    """A loading that does each job where it is given."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._recognizer = recognizer

    def submit(self, job: Callable[[Recognizer], Any]) -> Future[Any]:
        """Do the job."""
        future: Future[Any] = Future()
        future.set_result(job(self._recognizer))
        return future


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--short", action="store_true", help="replies of 15 s only")
    asked.add_argument("--long", action="store_true", help="a reply of 30 min too")
    asked.add_argument("--sound", action="store_true", help="through a real sound server")
    asked.add_argument("--references", type=Path, help="a folder of recordings and their words")
    asked.add_argument("--rival", type=Path, help="a Python that has RealtimeSTT")
    told = asked.parse_args()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    machine = platform.processor() or platform.machine()
    print(f"{machine}, {cores} cores, Python {sys.version[:6]}, load {load:.1f} at the start")
    loading = Loading("base")
    loading.ready()
    times = {"15 s": TIMES["15 s"]} if told.short else TIMES
    lags(loading, {**times, **(LONG if told.long else {})})
    if told.rival:
        rival_lags(told.rival)
    if told.sound:
        played(loading)
    if told.references:
        words(loading, told.references, told.rival)


def speech(language: Language, seconds: float, turn: int) -> Samples:
    """A reply of that length at most, made of the samples, from another place at each turn; it ends
    in a pause of theirs, for nobody stops in the middle of a word."""
    files = sorted(AUDIO.glob(f"*.{language}.flac"))
    whole = np.concatenate([clips.read(path).samples for path in files])
    rolled = np.roll(whole, -turn * 7 * SAMPLE_RATE)
    sound = np.resize(rolled, round(seconds * SAMPLE_RATE)).astype(np.float32)
    spans = speech_in(Clip(sound))
    ends = [one.end for one, other in pairwise(spans) if other.start - one.end >= PAUSE]
    return sound[: round(ends[-1] * SAMPLE_RATE)]


def lags(loading: Loading, times: dict[str, tuple[int, int]]) -> None:
    """Print how long the transcript takes after the last speech."""
    print("\nfrom the last sample of speech to the finished transcript, seconds")
    for name, (seconds, turns) in times.items():
        for language in LANGUAGES:
            replies = [speech(language, seconds, turn) for turn in range(turns)]
            run = real if seconds <= REAL else virtual
            took = [run(loading, sound, language) for sound in replies]
            tell(name, language, took, "real" if seconds <= REAL else "virtual")
    print("\nthe same, recorded first and then read by plain faster-whisper (beam of 1)")
    read = plain(beam=1)
    for name, (seconds, _) in times.items():
        for language in LANGUAGES:
            clip = Clip(speech(language, seconds, 0))
            start = time.perf_counter()
            read(clip, language)
            print(f"{name:<7} {language}  {time.perf_counter() - start:6.2f}", flush=True)


def tell(name: str, language: Language, took: Sequence[float], clock: str) -> None:
    """Print how long several replies took."""
    worst = float(np.percentile(took, 95))
    print(f"{name:<7} {language}  median {statistics.median(took):5.2f}  p95 {worst:5.2f}  "
          f"({len(took)} runs, {clock} clock)", flush=True)  # fmt: skip


def rival_lags(python: Path) -> None:
    """Print how long RealtimeSTT takes for the replies of 15 s."""
    seconds, turns = TIMES["15 s"]
    print("\nthe same by RealtimeSTT, fed in real time")
    for language in LANGUAGES:
        replies = [Clip(speech(language, seconds, turn)) for turn in range(turns)]
        told = rival(python, replies, language)
        pairs = zip(told, replies, strict=True)
        took = [heard["seconds"] - last_speech(reply.samples) for heard, reply in pairs]
        tell("15 s", language, took, "real")


def rival(python: Path, sounds: list[Clip], language: Language) -> list[dict[str, Any]]:
    """What RealtimeSTT hears in each, and after how many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        names = [str(Path(folder) / f"{number}.wav") for number in range(len(sounds))]
        for clip, name in zip(sounds, names, strict=True):
            clips.write(clip, Path(name))
        command = [python, Path(__file__).with_name("rival.py"), weights.find(), language, *names]
        told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
    return [json.loads(line) for line in told.stdout.splitlines()]


def last_speech(sound: Samples) -> float:
    """The second at which the last speech ends, by the level of the sound."""
    return speech_in(Clip(sound))[-1].end


def real(loading: Loading, sound: Samples, language: Language) -> float:
    """Play a reply block by block on the real clock."""
    live = Live(loading, language)
    ear = Ear(live)
    begun = time.monotonic()
    with Wait(live) as wait:
        for at, block in enumerate(blocks(sound)):
            time.sleep(max(0.0, begun + (at + 1) * STEP - time.monotonic()))
            wait.hear(is_speech=ear.hear(block))
        return wait.settled - begun - last_speech(sound)


class Wait:
    """Watches, to `GLANCE` seconds, when everything is read that was said so far."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._settled: float | None = None
        self._last = 0.0
        self._is_over = threading.Event()
        self._watcher = threading.Thread(target=self._watch)

    def __enter__(self) -> Wait:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._watcher.join()

    def hear(self, *, is_speech: bool) -> None:
        """A block has come."""
        if is_speech:
            self._last, self._settled = time.monotonic(), None

    def _watch(self) -> None:
        while not self._is_over.wait(GLANCE):
            if self._settled is None and self._live.is_settled:
                self._settled = time.monotonic()

    @property
    def silence(self) -> float:
        """Seconds since the last speech, by voice activity."""
        return time.monotonic() - self._last if self._last else 0.0

    @property
    def settled(self) -> float:
        """The monotonic time at which it was; what is not read yet is waited for."""
        if self._settled is None:
            self._live.close()
            self._live.transcript()
        return self._settled or time.monotonic()

    @property
    def seconds(self) -> float:
        """The seconds from the last speech, by voice activity, to that time."""
        return self.settled - self._last


def virtual(loading: Loading, sound: Samples, language: Language) -> float:
    """Play a reply on a virtual clock over really measured costs."""
    clock = Virtual(loading.ready(), language, blocks(sound))
    clock.play()
    return (clock.settled or clock.free) - last_speech(sound)


def blocks(sound: Samples) -> Iterator[Samples]:
    """The sound and a second of silence after it, as the microphone gives it."""
    whole = np.concatenate([sound, np.zeros(SAMPLE_RATE, np.float32)])
    for first in range(0, len(whole) - BLOCK + 1, BLOCK):
        yield whole[first : first + BLOCK]


def played(loading: Loading) -> None:
    """Print the same through a virtual microphone, which the program really listens to."""
    if not any((Path(folder) / "pulseaudio").exists() for folder in os.get_exec_path()):
        print("\nno PulseAudio on this machine: nothing was played into a microphone")
        return
    turns = TIMES["15 s"][1]
    print("\nthe same through a virtual microphone, a reply of 15 s")
    with tempfile.TemporaryDirectory() as folder, sound_server(Path(folder)) as server:
        os.environ.update(server.env)
        for language in LANGUAGES:
            took = [through(server, loading, language, turn) for turn in range(turns)]
            tell("15 s", language, took, "real")


def through(server: Studio, loading: Loading, language: Language, turn: int) -> float:
    """One reply through the microphone: from its last speech to its transcript."""
    from repete import sound

    live = Live(loading, language)
    ear = Ear(live)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reply.wav"
        clips.write(Clip(speech(language, 15, turn)), path)
        player = threading.Thread(target=server.speak, args=(path,))
        with Wait(live) as wait, sound.microphone(None) as heard:
            player.start()
            for block in heard:
                wait.hear(is_speech=ear.hear(block))
                if wait.silence > 2.5:
                    break
        player.join()
    return wait.seconds


def words(loading: Loading, folder: Path, python: Path | None) -> None:
    """Print the word error rate of every way to read the references."""
    ways = {
        "live, stretch by stretch": lambda clip, language: text_of(
            live_read(loading, clip, language).words
        ),
        "what the feedback is made of": lambda clip, language: used_text(loading, clip, language),
        "as the take is kept": lambda clip, language: kept_text(loading, clip, language),
        "the whole recording at once": lambda clip, language: (
            loading.ready().transcribe(clip, language).text
        ),
        "plain faster-whisper, whole file": plain(beam=1),
        "plain faster-whisper, beam of 5": plain(beam=5),
    }
    for language in LANGUAGES:
        known = references(folder, language)
        seconds = sum(clip.seconds for clip, _ in known)
        print(f"\nword error rate, {language}, {len(known)} recordings, {seconds:.0f} s")
        for name, read in ways.items():
            start = time.process_time()
            heard = [read(clip, language) for clip, _ in known]
            cost = (time.process_time() - start) / seconds
            print(
                f"{name:<34} {wrong(known, heard):6.1%}   {cost:.3f} s of processor a second",
                flush=True,
            )
        if python:
            told = rival(python, [clip for clip, _ in known], language)
            rate = wrong(known, [one["text"] for one in told])
            print(f"{'RealtimeSTT, fed in real time':<34} {rate:6.1%}")


def wrong(known: Sequence[tuple[Clip, str]], heard: Sequence[str]) -> float:
    """The word error rate of what was heard in recordings whose words are known."""
    from jiwer import process_words

    texts = [normal(text) for _, text in known]
    return float(process_words(texts, [normal(text) or "-" for text in heard]).wer)


def live_read(loading: Loading, clip: Clip, language: Language) -> Live:
    """A live reading of a clip that is fed no faster than it is read."""
    live = Live(AtOnce(loading.ready()), language)  # type: ignore[arg-type]
    ear = Ear(live)
    for block in blocks(clip.samples):
        ear.hear(block)
    live.close()
    return live


def used_text(loading: Loading, clip: Clip, language: Language) -> str:
    """The words that are known when the feedback is made, after the shortest of waits: of what is
    read again those that are there by then, on a clock over really measured costs."""
    spans = speech_in(clip)
    said = spans[-1].end if spans else clip.seconds
    clock = Virtual(
        loading.ready(), language, islice(blocks(clip.samples), round((said + CLEAR) / STEP))
    )
    clock.play()
    text = clock.live.transcript().text
    while clock.work_once(until=said + USED) and clock.free <= said + USED:
        text = clock.live.transcript().text
    return text


def kept_text(loading: Loading, clip: Clip, language: Language) -> str:
    """The words of the take that is kept, when the answer lasts long enough to read it again."""
    live = live_read(loading, clip, language)
    return live.reread(clip, live.speech, lambda: True).transcript.text


def plain(beam: int) -> Callable[[Clip, Language], str]:
    """Plain faster-whisper on the whole file, with its full window and word times."""
    from faster_whisper import WhisperModel

    model = WhisperModel(str(weights.find()), device="cpu", compute_type="int8")

    def read(clip: Clip, language: Language) -> str:
        segments, _ = model.transcribe(
            clip.samples, language=language, beam_size=beam, vad_filter=True, word_timestamps=True
        )
        return " ".join(segment.text for segment in segments)

    return read


def references(folder: Path, language: Language) -> list[tuple[Clip, str]]:
    """The recordings of a language whose words are known for sure, and their words."""
    with (folder / "MANIFEST.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        (clips.read(folder / row["file"]), row["transcript"])
        for row in rows
        if row["lang"] == language and row["verbatim"] == "yes" and "<" not in row["transcript"]
    ]


FILLED = re.compile(r"(u+[hm]+|u+hm|er+m?|a+[hm]+|eh|h+u?m+|mm+|euh+|heu+|hem)")
"""Filled pauses: nobody agrees on how to write them, so they count for no word."""


def normal(text: str) -> str:
    """Words alone: no marks, no capitals, no filled pauses, of two spellings the written one."""
    text = re.sub(r"\[([^,\]]*),[^\]]*\]", r"\1", text).lower().replace("’", "'")
    text = re.sub(r"\b\w*-(?=\s)", " ", text)
    found = re.sub(r"[^\w]+", " ", text.replace("(", "").replace(")", "")).split()
    return " ".join(word for word in found if not FILLED.fullmatch(word))


if __name__ == "__main__":
    main()
