"""The keyboard, on a real terminal: the menu, Enter, again, next, quit."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.world.studio import AUDIO, Studio

SILENT = ("--input", str(AUDIO / "silence.flac"), "--output", "none")


class Terminal:
    """A terminal with `repete` in it."""

    def __init__(self, *arguments: str, env: dict[str, str] | None = None) -> None:
        ours, theirs = pty.openpty()
        self._ours = ours
        told = {**os.environ, **(env or {}), "TERM": "xterm-256color", "COLUMNS": "120"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "repete", *arguments],
            stdin=theirs, stdout=theirs, stderr=theirs, env=told, close_fds=True,
        )  # fmt: skip
        os.close(theirs)
        self.seen = ""

    def until(self, words: str, seconds: float = 60) -> str:
        """Wait for the words; what was printed up to them, which is then forgotten."""
        end = time.monotonic() + seconds
        while words not in self.seen:
            assert time.monotonic() < end, f"{words!r} never came: {self.seen[-2000:]}"
            self.look(0.2)
        before, _, self.seen = self.seen.partition(words)
        return before

    def look(self, seconds: float) -> None:
        """Read what is printed meanwhile."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select([self._ours], [], [], left)
            if ready:
                raw = os.read(self._ours, 4096).decode("utf-8", "replace")
                self.seen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", raw)

    def type(self, text: str) -> None:
        """Type a line."""
        os.write(self._ours, f"{text}\n".encode())

    def close(self) -> int:
        """Wait for the end; the exit code."""
        code = self.process.wait(30)
        os.close(self._ours)
        return code


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def sessions(home: Path) -> dict[str, int]:
    found = {}
    for path in (home / "sessions").glob("*/session.json"):
        session = json.loads(path.read_text(encoding="utf-8"))
        found[session["scenario"]] = len(session["takes"])
    return found


def test_menu_again_next_quit(home: Path) -> None:
    terminal = Terminal("rehearse", *SILENT)
    assert "interrupted" in terminal.until("Which situation?")
    terminal.type("monologue")
    terminal.until("Or say it.")
    terminal.type("what?")
    terminal.until("Or say it.")
    terminal.type("a")
    terminal.until("Or say it.")
    terminal.type("n")
    assert "The handbag" in terminal.until("Or say it.")
    terminal.type("q")
    assert terminal.close() == 0
    assert sessions(home) == {"monologue": 2, "icebreaker": 1}


def test_takes_are_counted_without_asking(home: Path) -> None:
    terminal = Terminal("rehearse", "pitch", "--takes", "2", *SILENT)
    assert "again (a)" not in terminal.until("Kept in")
    assert terminal.close() == 0
    assert sessions(home) == {"pitch": 2}


def test_enter_ends_the_lines_the_turn_and_the_answer(studio: Studio, home: Path) -> None:
    terminal = Terminal("rehearse", "pitch", "--output", "none", env=studio.env)
    terminal.until("speak to cut in")
    hurry(terminal)
    terminal.type("q")
    assert terminal.close() == 0
    assert sessions(home) == {"pitch": 1}


def hurry(terminal: Terminal) -> None:
    """Press Enter through a play, whose lines, turns and answer it ends one by one."""
    end = time.monotonic() + 60
    while "Or say it." not in terminal.seen:
        assert time.monotonic() < end, terminal.seen[-2000:]
        terminal.type("")
        terminal.look(1.0)
    terminal.until("Or say it.")


def test_what_is_said_between_two_takes_is_done(studio: Studio, home: Path) -> None:
    terminal = Terminal("rehearse", "pitch", "--output", "none", env=studio.env)
    terminal.until("Your turn")
    hurry(terminal)
    studio.speak(AUDIO / "again.en.flac")
    assert "again" in terminal.until("once more", seconds=20).lower()
    terminal.until("Your turn")
    hurry(terminal)
    terminal.type("q")
    assert terminal.close() == 0
    assert sessions(home) == {"pitch": 2}
