"""The keyboard: lines typed while something else goes on."""

from __future__ import annotations

import queue
import sys
import threading


class Keyboard:
    """Reads lines in the background, on every system; starts reading when first asked."""

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    @property
    def is_there(self) -> bool:
        """Whether somebody can type."""
        return sys.stdin is not None and sys.stdin.isatty()

    @property
    def has_line(self) -> bool:
        """Whether a line was typed and waits to be taken."""
        self._start()
        return not self._lines.empty()

    def pressed(self) -> bool:
        """Whether Enter was pressed since the last look."""
        self._start()
        found = False
        while not self._lines.empty():
            found = self._lines.get() is not None or found
        return found

    def forget(self) -> None:
        """Throw away what was typed so far."""
        self.pressed()

    def line(self) -> str | None:
        """Wait for the next line; None when the input has ended."""
        self._start()
        while True:
            try:
                return self._lines.get(timeout=0.2)  # a short wait lets Ctrl-C through everywhere
            except queue.Empty:
                continue

    def _start(self) -> None:
        if self._thread is None and self.is_there:
            self._thread = threading.Thread(target=self._read, daemon=True)
            self._thread.start()

    def _read(self) -> None:
        for line in sys.stdin:
            self._lines.put(line.strip())
        self._lines.put(None)
