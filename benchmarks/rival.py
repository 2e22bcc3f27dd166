"""RealtimeSTT hears recordings in real time; run by a Python that has it, for `live.py --rival`.

    python -m venv rival; rival/bin/pip install RealtimeSTT faster-whisper silero-vad
    rival/bin/python benchmarks/rival.py MODEL LANGUAGE FILE...

MODEL is a folder of weights, a FILE a WAV of 16 kHz, 16 bit and one channel. Prints a line of JSON
for each file: its text, and the seconds from its beginning until the last of it was given.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import wave
from pathlib import Path
from typing import Any

CHUNK = 1024
"""Bytes that are fed at once: 0.03 s."""

SECOND = 32_000
SILENCE = bytes(6 * SECOND)
"""What follows each recording, so that its last utterance ends."""


class Ear:
    """A recorder without a microphone, and the texts that it gave, each with its time."""

    def __init__(self, model: str, language: str) -> None:
        from RealtimeSTT import AudioToTextRecorder

        self._recorder: Any = AudioToTextRecorder(
            model=model,
            language=language,
            device="cpu",
            compute_type="int8",
            beam_size=1,
            use_microphone=False,
            spinner=False,
        )
        self._texts: list[tuple[float, str]] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            text = self._recorder.text()
            self._texts.append((time.monotonic(), text))

    def hear(self, sound: bytes) -> tuple[str, float]:
        """The text of the sound, and after how many seconds it was whole."""
        self._texts.clear()
        begun = time.monotonic()
        whole = sound + SILENCE
        for at in range(0, len(whole), CHUNK):
            time.sleep(max(0.0, begun + at / SECOND - time.monotonic()))
            self._recorder.feed_audio(whole[at : at + CHUNK])
        while self._recorder.state == "transcribing":
            time.sleep(0.1)
        time.sleep(0.1)
        last = self._texts[-1][0] if self._texts else begun
        return " ".join(text for _, text in self._texts), last - begun


def main() -> None:
    """Print what was heard in each file."""
    model, language, *files = sys.argv[1:]
    out, sys.stdout = sys.stdout, sys.stderr  # the library prints
    ear = Ear(model, language)
    for name in files:
        with wave.open(str(Path(name)), "rb") as sound:
            text, seconds = ear.hear(sound.readframes(sound.getnframes()))
        print(json.dumps({"text": text, "seconds": seconds}), file=out, flush=True)


if __name__ == "__main__":
    main()
