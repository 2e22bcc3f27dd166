"""A partner who talks until somebody cuts in: a program of its own, on a real sound server.

    python -m tests.world.partner LINE TAPE SECONDS

Says the recording LINE, listens for SECONDS, writes what it heard into TAPE and prints what it did
as JSON. No recognizer: a voice that lasts is enough.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from repete import clips, sound
from repete.cut_in import VOICE, CutIn
from repete.model import SAMPLE_RATE, Clip
from repete.voice_activity import BLOCK, Alert


def main(line: Path, tape: Path, seconds: float) -> None:
    """Talk and listen."""
    activity, partner = Alert(), CutIn("en")
    heard, done = [], []
    with sound.duplex() as opened:
        playing = opened.say(clips.read(line))
        print("talking", flush=True)
        for block in opened:
            heard.append(block)
            is_voice = activity.process(block)[-1] >= VOICE and not opened.is_echo
            decision = partner.process(BLOCK / SAMPLE_RATE, bool(is_voice))
            if decision != "none" and not (decision == "stop" and playing.is_over):
                done.append((decision, len(heard) * BLOCK / SAMPLE_RATE))
            if decision == "stop":
                playing.stop()
            if len(heard) * BLOCK >= seconds * SAMPLE_RATE:
                break
        clips.write(Clip(np.concatenate(heard)), tape)
        told = {"done": done, "lost": opened.lost, "stutters": opened.stutters}
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
