"""A recording that is read again is heard the same, also where the reading draws lots."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.world.studio import AUDIO

CODE = """
import sys
from pathlib import Path
from repete import clips
from repete.transcribe import decoder, weights
decoder.TEMPERATURES = (1.0,)
sound = clips.read(Path(sys.argv[1])).samples
print(*(word.text for word in decoder.Decoder(weights.find()).read_fully(sound, "en")))
"""


def test_two_processes_hear_the_same(shared_home: Path) -> None:
    command = [sys.executable, "-c", CODE, str(AUDIO / "interrupted.en.flac")]
    one, other = (
        subprocess.run(command, check=True, capture_output=True, text=True).stdout for _ in range(2)
    )
    assert len(one.split()) > 10
    assert one == other
