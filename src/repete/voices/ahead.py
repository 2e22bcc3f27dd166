"""Speaking ahead: texts become sound in the background, before they are needed."""

from __future__ import annotations

from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread

from repete.model import Clip, Language
from repete.voices import Role, Voice

_AT_ONCE = 2
"""Texts rendered side by side: the engine is a process of its own for each."""

_Job = tuple[str, Role, "Future[Clip]"]


class Ahead:
    """A voice in one language that renders each text once, in the background.

    Its threads never hold up the end of the program, as those of a pool would.
    """

    def __init__(self, voice: Voice, language: Language) -> None:
        self._voice, self._language = voice, language
        self._made: dict[tuple[str, Role], Future[Clip]] = {}
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        for _ in range(_AT_ONCE):
            Thread(target=self._work, daemon=True).start()

    def prepare(self, text: str, role: Role = "coach") -> Future[Clip]:
        """Have the text rendered; at once when it was before."""
        key = (text, role)
        if key not in self._made:
            self._made[key] = Future()
            self._jobs.put((text, role, self._made[key]))
        return self._made[key]

    def is_ready(self, text: str, role: Role = "coach") -> bool:
        """Whether the text can be heard without waiting."""
        made = self._made.get((text, role))
        return made is not None and made.done() and made.exception() is None

    def clip(self, text: str, role: Role = "coach") -> Clip:
        """The text as sound, waiting for it where it is not ready.

        Raises:
            VoiceError: no voice speaks this language, or the engine failed.
        """
        return self.prepare(text, role).result()

    def close(self) -> None:
        """Render nothing more."""
        while not self._jobs.empty():
            self._jobs.get()
        for _ in range(_AT_ONCE):
            self._jobs.put(None)

    def _work(self) -> None:
        while job := self._jobs.get():
            text, role, future = job
            try:
                future.set_result(self._voice.say(text, self._language, role))
            except Exception as error:  # noqa: BLE001 - raised where the clip is asked for
                future.set_exception(error)
