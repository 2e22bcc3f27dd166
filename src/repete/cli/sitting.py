"""A sitting: builds the real voice, ears and recognizer, and plays takes until the user stops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.text import Text

from repete import clips, sound
from repete import profile as profiles
from repete import scenario as scenarios
from repete.analysis import condition
from repete.cli import screen
from repete.cli.keyboard import Keyboard
from repete.endpoint import Endpointer, Patience
from repete.listen import Ears, Heard, listen
from repete.model import Brief, Clip, Profile, Samples, Session, Span, Take, Transcript
from repete.phrases import phrase
from repete.places import shipped
from repete.rehearsal import Parts, Rehearsal
from repete.speaker import FileSpeaker, Loudspeaker, Silence, Speaker, speaker
from repete.store import WORTH_KEEPING, Store
from repete.transcribe.names import correct
from repete.transcribe.recognizer import Loading
from repete.voice_activity import BLOCK, VoiceActivity, speech_in
from repete.voices import Role
from repete.voices.system import system_voice

FOREVER = Patience(onset=float("inf"), silence=float("inf"), limit=float("inf"))
"""A recording that stands in for the microphone is heard to its end."""

_AGAIN = ("", "a", "again", "e", "encore")
_NEXT = ("n", "next", "s", "suivant")
_QUIT = ("q", "quit", "quitter")


@dataclass(frozen=True)
class Choice:
    """What the command line chose."""

    takes: int | None = None
    source: str | None = None
    output: str | None = None
    model: str = "base"
    as_json: bool = False

    @property
    def recording(self) -> Path | None:
        """The recording that stands in for the microphone, when `--input` names a file."""
        if self.source is None or self.source.isdigit():
            return None
        path = Path(self.source)
        return path if path.exists() or path.suffix or "/" in self.source else None


class Room:
    """What stays open from one session to the next: the microphone, the recognizer, the keys."""

    def __init__(self, choice: Choice, microphone: sound.Microphone | None) -> None:
        self.choice = choice
        self.microphone = microphone
        self.out: Console = screen.console(aside=choice.as_json)
        self.store = Store()
        self.keys = Keyboard()
        self.voice = system_voice()
        self.profile: Profile = profiles.load()

    @cached_property
    def loading(self) -> Loading:
        """The recognizer, which starts to load when it is first thought of."""
        return Loading(self.choice.model, lambda text: self.out.print(Text(text, "dim")))


def sit(brief: Brief, choice: Choice) -> None:
    """Play sessions, this brief's first, until the user has had enough."""
    recording = choice.recording
    stand_in = clips.read(recording) if recording else None
    opened = nullcontext(None) if stand_in else sound.microphone(choice.source)
    with opened as microphone:
        room = Room(choice, microphone)
        following: Brief | None = brief
        while following:
            following = Desk(following, room, stand_in).rehearse()


class Desk:
    """One session: a brief, its folder, and the takes so far."""

    def __init__(self, brief: Brief, room: Room, stand_in: Clip | None) -> None:
        self.brief = brief
        self.room = room
        self.stand_in = stand_in
        self.session: Session = room.store.start(brief)
        self.folder = room.store.path(self.session)

    @cached_property
    def speaker(self) -> Speaker:
        """Where the coach and the partner are heard."""
        return speaker(self.room.choice.output, self.folder / "spoken.wav")

    def rehearse(self) -> Brief | None:
        """Play takes until the user goes on to another brief, which is given, or stops."""
        parts = Parts(self._speak, self._listen, speech_in, self._transcribe, self._keep)
        rehearsal = Rehearsal(self.brief, self.room.profile, parts)
        screen.situation(self.room.out, self.brief)
        try:
            while True:
                rehearsal.prompt()
                take = rehearsal.take()
                self._show(take)
                rehearsal.answer(take)
                wish = self._wish()
                if wish not in _AGAIN:
                    return _after(self.brief) if wish in _NEXT else None
        finally:
            self._leave()

    def _speak(self, text: str, role: Role) -> None:
        if role == "partner":
            screen.spoken(self.room.out, text, role)
        if isinstance(self.speaker, Silence):
            return
        clip = self.room.voice.say(text, self.brief.language, role)
        self._warm_up()
        self.speaker.play(clip)

    def _warm_up(self) -> None:
        """Let the recognizer load while the voice is heard, not before."""
        _ = self.room.loading

    def _listen(self) -> Heard:
        self._warm_up()
        activity = VoiceActivity()
        if isinstance(self.speaker, Loudspeaker) and self.room.microphone:
            self.speaker.play(clips.read(shipped("audio") / "cue.flac"))
        blocks, patience = self._ears()
        self.room.keys.forget()
        self.room.out.print(
            Text(f"\n{phrase(self.brief.language, 'screen', 'your_turn')}", "bold green")
        )
        with (
            self.room.store.tape(self.session) as tape,
            screen.meter(self.room.out, self.brief) as meter,
        ):
            ears = Ears(activity, tape, meter, self.room.keys.pressed)
            heard = listen(blocks, Endpointer(patience), ears)
        if self.room.microphone and self.room.microphone.lost:
            self._warn("lost", count=self.room.microphone.lost)
            self.room.microphone.lost = 0
        return heard

    def _ears(self) -> tuple[Iterable[Samples], Patience]:
        """The blocks to listen to, and how patiently; a dead microphone is told at once."""
        if self.room.microphone is None:
            return _blocks(self.stand_in or Clip(np.zeros(0, np.float32))), FOREVER
        if condition.level(self.room.microphone.drain()) < condition.DEAD:
            self._warn("silent")
        return self.room.microphone, Patience()

    def _transcribe(self, clip: Clip, speech: tuple[Span, ...]) -> Transcript:
        language = self.brief.language
        if not speech:
            return Transcript("")
        with screen.progress_bar(self.room.out, phrase(language, "screen", "transcribing")) as bar:
            found = self.room.loading.ready().transcribe(clip, language, speech, bar)
        return correct(found, self.room.profile.names)

    def _keep(self, take: Take) -> Take:
        self.session, take = self.room.store.keep(self.session, take)
        return take

    def _show(self, take: Take) -> None:
        screen.take(self.room.out, take)
        if self.room.choice.as_json:
            screen.json_line(placed(take, self.folder))

    def _wish(self) -> str:
        """What the user wants next: one of `_AGAIN`, `_NEXT`, `_QUIT`."""
        wanted = self.room.choice.takes
        if wanted is not None or not self.room.keys.is_there:
            return "again" if len(self.session.takes) < (wanted or 1) else "quit"
        while True:
            self.room.out.print(Text(phrase(self.brief.language, "screen", "ask"), "bold"), end=" ")
            answer = self.room.keys.line()
            if answer is None or answer.lower() in (*_AGAIN, *_NEXT, *_QUIT):
                return "quit" if answer is None else answer.lower()

    def _leave(self) -> None:
        """Keep what an interrupted take holds, and tell where everything lies."""
        raw = self.room.store.unfinished(self.session)
        if raw is not None and raw >= WORTH_KEEPING:
            brief = self.brief
            self._keep(Take(brief.scenario, brief.goal, brief.language, None, None))
        if not self.session.takes:
            self.room.store.delete(self.session)
            return
        says = phrase(self.brief.language, "screen", "kept", folder=self.folder)
        self.room.out.print(Text(f"\n{says}", "dim"), soft_wrap=True)
        if isinstance(self.speaker, FileSpeaker):
            said = phrase(self.brief.language, "screen", "written", path=self.speaker.path)
            self.room.out.print(Text(said, "dim"), soft_wrap=True)

    def _warn(self, key: str, **blanks: object) -> None:
        says = phrase(self.brief.language, "screen", key, **blanks)
        self.room.out.print(Text(f"! {says}", "yellow"))


def placed(take: Take, folder: Path) -> Take:
    """The take with the whole path of its sound, for whoever reads it outside its folder."""
    if take.audio is None:
        return take
    return replace(take, audio=replace(take.audio, path=str(folder / take.audio.path)))


def _blocks(clip: Clip) -> Iterator[Samples]:
    padded = np.pad(clip.samples, (0, -len(clip.samples) % BLOCK))
    return iter(padded.reshape(-1, BLOCK))


def _after(brief: Brief) -> Brief:
    """The brief of the next scenario in the list that is written in this language and goal."""
    known = list(scenarios.files().items())
    at = next((index for index, (name, _) in enumerate(known) if name == brief.scenario), -1)
    for _, path in (*known[at + 1 :], *known[: at + 1]):
        found = scenarios.load(path)
        if brief.language in found.wordings and brief.goal in found.goals:
            return found.brief(brief.language, brief.goal)
    return brief
