"""The demo and `analyse` with the real model, and the wheel in a clean environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from repete import clips, scenario
from repete.model import Clip, Language
from repete.transcribe.recognizer import Recognizer
from tests.conftest import silence
from tests.world.studio import AUDIO, NO_NETWORK, start

TOP = Path(__file__).parents[2]
NO_SOUND = {"XDG_RUNTIME_DIR": "/nonexistent", "PULSE_SERVER": "unix:/nonexistent/pulse"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_demo_without_any_sound_card(home: Path, language: Language) -> None:
    command = start("demo", "--lang", language, "--json", env=NO_SOUND)
    assert command.ended() == 0, command.text
    take = json.loads(next(line for line in command.lines if line.startswith("{")))
    made = {hit["move"] for hit in take["moves"]}
    brief = scenario.find("interrupted").brief(language, "network")
    assert set(brief.plan.essential) <= made
    spoken = Path(take["audio"]["path"]).with_name("spoken.wav")
    assert str(spoken) in command.text  # the file is named
    assert clips.read(spoken).seconds > 10


def test_analyse_several_files(home: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_text("no sound")
    clips.write(silence(2), tmp_path / "silent.flac")
    names = [
        str(AUDIO / "pitch.en.flac"),
        str(tmp_path / "broken.wav"),
        str(tmp_path / "silent.flac"),
    ]
    command = start("analyse", *names, "--scenario", "pitch", "--lang", "en", "--json")
    assert command.ended() == 2
    takes = [json.loads(line) for line in command.lines if line.startswith("{")]
    assert [Path(take["audio"]["path"]).name for take in takes] == ["pitch.en.flac", "silent.flac"]
    assert {"self_introduction", "proof"} <= {hit["move"] for hit in takes[0]["moves"]}
    assert takes[1]["audio"]["problems"] == ["dead_silence", "no_speech"]
    assert "cannot be read as a recording" in command.text


def test_noise_gives_no_words(recognizer: Recognizer) -> None:
    import numpy as np

    noise = np.random.default_rng(1).normal(0, 0.02, 16_000 * 4).astype(np.float32)
    for clip in (Clip(noise), silence(3), clips.read(AUDIO / "silence.flac")):
        assert recognizer.transcribe(clip, "en").is_empty


def test_the_wheel_in_a_clean_environment(home: Path, tmp_path: Path) -> None:
    quiet = ["-q", "--disable-pip-version-check"]
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path / "dist"), str(TOP)],
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", *quiet, f"{wheel}[weights]"], check=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run(
        [python.with_name("repete"), "demo", "--lang", "fr", "--json"],
        cwd=elsewhere,
        env={**os.environ, **NO_SOUND, "PYTHONPATH": str(NO_NETWORK)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    take = json.loads(done.stdout)
    assert "card_handoff" in {hit["move"] for hit in take["moves"]}
    assert list(elsewhere.iterdir()) == []
