"""A sitting: builds the real voice, ears and recognizer, and plays takes until the user stops."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, lru_cache, partial
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.text import Text

from repete import clips, sound
from repete import profile as profiles
from repete import scenario as scenarios
from repete.analysis import condition, fluent, moves
from repete.analysis.completeness import Closing, Context, closing
from repete.analysis.ending import ending
from repete.answering import COACH, Answering
from repete.cli import heap, screen
from repete.cli.keyboard import Keyboard
from repete.cli.wishes import Wishes
from repete.commands import Command, understood
from repete.conversation import Conversation, Held, Parts, Progress
from repete.cut_in import take_up
from repete.echo import Canceller
from repete.endpoint import Mode, Patience
from repete.habits import baselines
from repete.judging import Evidence, judge
from repete.model import (
    SAMPLE_RATE,
    Brief,
    Clip,
    Course,
    Heard,
    Line,
    Move,
    Profile,
    Samples,
    Session,
    Span,
    Take,
    Transcript,
    Word,
    text_of,
)
from repete.phrases import phrase
from repete.places import shipped
from repete.play import Performance, worded
from repete.playing import Playing
from repete.speaker import FileSpeaker, Loudspeaker, Silence, speaker
from repete.store import WORTH_KEEPING, Store, Tape, bare
from repete.transcribe import weights
from repete.transcribe.decoder import Wanted
from repete.transcribe.live import Live
from repete.transcribe.names import correct
from repete.transcribe.recognizer import Loading
from repete.voice_activity import Alert, VoiceActivity, speech_in
from repete.voices import Role
from repete.voices.ahead import Ahead
from repete.voices.system import system_voice

READING = 0.36
"""Seconds for which a word stands on the screen when nothing is heard: 165 words a minute."""

JUDGING = 0.5
"""Seconds that the first sentence of the feedback takes once the words are there."""


@dataclass(frozen=True)
class Choice:
    """What the command line chose."""

    takes: int | None = None
    source: str | None = None
    output: str | None = None
    model: str = "base"
    as_json: bool = False
    patience: Patience = field(default_factory=Patience)
    mode: Mode = "hands_free"

    @property
    def recording(self) -> Path | None:
        """The recording that stands in for the microphone, when `--input` names a file."""
        if self.source is None or self.source.isdigit():
            return None
        path = Path(self.source)
        return path if path.exists() or path.suffix or "/" in self.source else None


@dataclass(frozen=True)
class Devices:
    """The open microphone and loudspeaker; None for one that a file stands in for."""

    microphone: sound.Microphone | None
    loudspeaker: sound.Loudspeaker | None


class Room:
    """What stays open from one session to the next: the devices, the recognizer, the keys."""

    def __init__(self, choice: Choice, devices: Devices) -> None:
        self.choice = choice
        self.devices = devices
        self.out: Console = screen.console(aside=choice.as_json)
        self.store = Store()
        self.keys = Keyboard()
        self.voice = system_voice()
        self.profile: Profile = profiles.load()

    @cached_property
    def loading(self) -> Loading:
        """The recognizer, which starts to load when it is first thought of."""
        return Loading(self.choice.model, lambda text: self.out.print(Text(text, "dim")))


def sit(brief: Brief, choice: Choice, menu: Callable[[], Brief] | None = None) -> None:
    """Play sessions, this brief's first, until the user has had enough."""
    recording = choice.recording
    stand_in = clips.read(recording) if recording else None
    with _devices(choice, has_stand_in=stand_in is not None) as devices:
        room = Room(choice, devices)
        following: Brief | None = brief
        while following:
            wish = Desk(following, room, stand_in).rehearse()
            if wish == "menu" and menu:
                following = menu()
            else:
                following = _after(following) if wish == "next" else None


@contextmanager
def _devices(choice: Choice, *, has_stand_in: bool) -> Iterator[Devices]:
    microphone = nullcontext(None) if has_stand_in else sound.microphone(choice.source)
    with microphone as heard:
        wanted = speaker(choice.output, Path("spoken.wav"))
        if not isinstance(wanted, Loudspeaker):
            yield Devices(heard, None)
            return
        with sound.loudspeaker(wanted.device, sound.PATIENT) as said:
            yield Devices(heard, said)


class Desk:
    """One session: a brief, its folder, and the takes so far."""

    def __init__(self, brief: Brief, room: Room, stand_in: Clip | None) -> None:
        self.brief = brief
        self.room = room
        self.stand_in = stand_in
        self.session: Session = room.store.start(brief)
        self.folder = room.store.path(self.session)
        self.ahead = Ahead(room.voice, brief.language)
        self._judged: Take | None = None
        self._opening = self._spoken = ""

    @cached_property
    def line(self) -> sound.Line:
        """What is heard and said in this session."""
        devices = self.room.devices
        said = devices.loudspeaker or speaker(self.room.choice.output, self.folder / "spoken.wav")
        assert not isinstance(said, Loudspeaker)
        heard = devices.microphone or sound.Recording(self.stand_in or Clip(_NO_SOUND))
        is_open = devices.microphone and devices.loudspeaker
        return sound.Line(heard, said, Canceller() if is_open else None)

    @property
    def is_mute(self) -> bool:
        """Whether the words are only read on the screen."""
        return type(self.line.speaker) is Silence

    @property
    def _number(self) -> int:
        """The number of the take that comes next, from 1."""
        return len(self.session.takes) + 1

    def rehearse(self) -> Command:
        """Play takes until the user wants something else, which is given."""
        screen.situation(self.room.out, self.brief)
        try:
            while True:
                self._prompt()
                self._show(self._take())
                wish = self._wish()
                if wish != "again":
                    return wish
        finally:
            self._leave()

    def _prompt(self) -> None:
        """Tell the situation; the partner's lines are made meanwhile."""
        if not self.is_mute:
            self._tell(self.ahead.clip(self.brief.wording.setting, COACH))
        self.line.hasten()
        _ = self.room.loading  # the recognizer loads while the voice is heard, not before
        for beat in self.brief.play:
            for spoken in worded(beat, self._number).lines:
                self.ahead.prepare(spoken.text, self._role(spoken))
        self.ahead.prepare(self._says("opening_plain"), COACH)

    def _tell(self, clip: Clip) -> None:
        """Say something to its end, or until Enter is pressed."""
        playing = self.line.say(clip)
        _ = self.room.loading
        if self.room.devices.microphone is None:
            playing.wait()
            return
        for _ in self.line:  # the microphone is listened to all along: the echo is being learnt
            if playing.is_over or self.room.keys.pressed():
                break
        playing.stop()

    def _take(self) -> Take:
        """Play one take, and keep it."""
        if not weights.is_ready(self.room.choice.model):
            self.room.loading.ready()  # nobody talks to a recognizer that cannot be had
        self._judged = None
        take = self._from_recording() if self.stand_in else self._live()
        self.session, take = self.room.store.keep(self.session, take)
        self._judged = None
        self._warn_of_losses()
        return take

    def _live(self) -> Take:
        """A take with somebody at the microphone."""
        self._check_microphone()
        self._cue()
        self.room.keys.forget()
        hearing = Live(self.room.loading, self.brief.language)
        answers: list[Answering] = []
        with (
            self.room.store.tape(self.session) as tape,
            screen.meter(self.room.out, self.brief, self.room.choice.mode) as meter,
        ):

            def answer(held: Held) -> Answering:
                hearing.close()
                answers[:] = [self._answer(held, hearing, self._opening)]  # each keeps a clip
                return answers[-1]

            parts = self._parts(hearing, tape, answer, meter)
            play = Performance(self.brief, self._number)
            talk = Conversation(play, parts, self._patience, self.room.choice.mode)
            held = talk.run(self.line)
        last = answers[-1] if answers else answer(held)
        self._spoken = talk.spoken
        self._judged = last.take
        return last.result()

    @property
    def _patience(self) -> Patience:
        """The user's patience, with room for the longest reply that is asked for."""
        _, longest = self.brief.target or (0.0, 0.0)
        return self.room.choice.patience.beyond(longest)

    def _from_recording(self) -> Take:
        """A take with a recording for the user: the partner speaks, then it is heard to its end."""
        assert self.stand_in is not None
        beat = Performance(self.brief, self._number).beat
        for spoken in beat.lines if beat else ():
            self._print(spoken)
            if not self.is_mute:
                self.line.say(self.ahead.clip(spoken.text, self._role(spoken))).wait()
        with self.room.store.tape(self.session) as tape:
            tape.write(self.stand_in.samples)
        held = Held(self.stand_in, Course(), "user")
        answer = self._answer(held, None, "")
        for spoken in answer.rest():
            if not self.is_mute:
                self.line.say(self.ahead.clip(spoken.text, COACH)).wait()
        return answer.result()

    def _parts(
        self,
        hearing: Live,
        tape: Tape,
        answer: Callable[[Held], Answering],
        meter: Callable[[Progress], None],
    ) -> Parts:
        language = self.brief.language
        return Parts(
            language,
            VoiceActivity(),
            hearing,
            tape,
            self._say,
            partial(self._weigh, hearing),
            lambda words, partner: tuple(hit.move for hit in self._moves(tuple(words), partner)),
            answer,
            is_command=lambda text: understood(text, language) is not None,
            show=self._watching(meter),
            turn_opens=self._turn_opens,
            is_pressed=self.room.keys.pressed,
            is_echo=lambda: self.line.is_echo,
            alert=Alert(),
        )

    def _say(self, spoken: Line, at: float) -> Playing:
        """Start a line, or take it up where its phrase began."""
        if not at and spoken.voice != COACH:
            self._print(spoken)
        if self.is_mute:
            silence = np.zeros(round(len(spoken.text.split()) * READING * SAMPLE_RATE), np.float32)
            return self.line.say(Clip(silence[round(at * SAMPLE_RATE) :]))
        clip = self.ahead.clip(spoken.text, self._role(spoken))
        if at:
            clip = clip.cut(Span(take_up(speech_in(clip), at), clip.seconds))
        return self.line.say(clip)

    def _role(self, spoken: Line) -> Role:
        """Who speaks a line: the coach, or a woman or a man of the play."""
        return COACH if spoken.voice == COACH else self.brief.sex(spoken.voice)

    def _weigh(self, hearing: Live, words: Sequence[Word], partner: str, sound: Samples) -> Closing:
        """How closed the words of a turn sound, after what the partner said."""
        made = self._moves(tuple(words), partner)
        end = replace(ending(sound), hesitates=hearing.hesitates)
        return closing(words, self.brief.language, Context.of(self.brief, made, end))

    @lru_cache(maxsize=4)  # noqa: B019 - a desk lives as long as its session
    def _moves(self, words: tuple[Word, ...], partner: str) -> tuple[Move, ...]:
        brief = self.brief
        said = Transcript(text_of(words), words)
        setting = moves.Setting(brief.language, brief.is_pitch, partner, brief.wording.moves)
        return moves.find(fluent(said, brief.language), setting) if words else ()

    def _watching(self, meter: Callable[[Progress], None]) -> Callable[[Progress], None]:
        """Shows how it goes; in each pause, makes the opening that an end would need."""

        def show(progress: Progress) -> None:
            meter(progress)
            if progress.state == "paused" and not self.is_mute:
                self._opening_after(progress.seconds)

        self._opening = ""
        return show

    def _opening_after(self, seconds: float) -> None:
        self._opening = self._says("opening", seconds=max(1, round(seconds)))
        self.ahead.prepare(self._opening, COACH)

    def _answer(self, held: Held, hearing: Live | None, opening: str) -> Answering:
        """Begin the coach's answer, with the opening that is ready."""
        if opening and not self.ahead.is_ready(opening, COACH):
            opening = self._says("opening_plain")
        brief, profile = self.brief, self.room.profile
        is_opening = self.ahead.is_ready(opening, COACH)
        opens_for = self.ahead.clip(opening, COACH).seconds if is_opening else 0.0
        until = time.monotonic() + opens_for - JUDGING

        @cache
        def speech() -> tuple[Span, ...]:
            heap.give_back()
            return speech_in(held.clip)  # looked for while the opening is heard

        @cache
        def judged(found: Heard) -> Take:
            named = replace(found, transcript=correct(found.transcript, profile.names))
            return judge(Evidence(held.clip, named, held.course), brief, profile)

        def first() -> Take:
            if hearing:
                hearing.settle(max(0.0, until - time.monotonic()))
            if not speech():
                return judged(Heard(Transcript("")))
            return judged(hearing.heard(speech()) if hearing else self._read(held.clip, speech()))

        def better(take: Take, is_wanted: Wanted) -> Take:
            if hearing is None or not speech():
                return take
            heap.give_back()
            again = hearing.reread(held.clip, speech(), is_wanted)
            return replace(judged(again), feedback=take.feedback)

        return Answering(opening, first, better, self.ahead)

    def _read(self, clip: Clip, speech: tuple[Span, ...]) -> Heard:
        with screen.progress_bar(self.room.out, self._says("transcribing")) as bar:
            return self.room.loading.ready().hear(clip, self.brief.language, speech, bar)

    def _check_microphone(self) -> None:
        """A dead microphone is told before the user has talked for nothing."""
        if condition.level(self.line.drain()) < condition.DEAD:
            self._warn("silent")

    def _cue(self) -> None:
        if self.room.devices.loudspeaker:
            self._tell(clips.read(shipped("audio") / "cue.flac"))

    def _turn_opens(self) -> None:
        self.room.out.print(Text(f"\n{self._says('your_turn')}", "bold green"))

    def _show(self, take: Take) -> None:
        number = len(self.session.takes)
        usual = baselines(self.room.store, take.language, (self.session.id, number))
        screen.take(self.room.out, take, usual)
        if self.room.choice.as_json:
            screen.json_line(placed(take, self.folder))

    def _print(self, spoken: Line) -> None:
        screen.spoken(self.room.out, spoken.text, spoken.voice)

    def _wish(self) -> Command:
        """What the user wants next."""
        wanted = self.room.choice.takes
        if wanted is not None or not self.room.keys.is_there:
            return "again" if len(self.session.takes) < (wanted or 1) else "stop"
        language = self.brief.language
        fits = partial(self.room.loading.fits, language)
        wishes = Wishes(self.room.out, self.room.keys, language, fits)
        wish = wishes.understand(self._spoken) if self._spoken else None
        self._spoken = ""
        while wish is None or wish == "replay":
            if wish == "replay":
                self._tell(clips.read(self.room.store.sound(self.session)))
            if self.room.devices.microphone:
                wish = wishes.heard(self.line, Live(self.room.loading, language))
            else:
                wish = wishes.typed()
        return wish

    def _leave(self) -> None:
        """Keep what an interrupted take holds, and tell where everything lies."""
        self.ahead.close()
        raw = self.room.store.unfinished(self.session)
        if raw is not None and raw >= WORTH_KEEPING:
            take = self._judged or bare(self.session)
            self.session, _ = self.room.store.keep(self.session, take)
        if not self.session.takes:
            self.room.store.delete(self.session)
            return
        says = self._says("kept", folder=self.folder)
        self.room.out.print(Text(f"\n{says}", "dim"), soft_wrap=True)
        if isinstance(self.line.speaker, FileSpeaker):
            said = self._says("written", path=self.line.speaker.path)
            self.room.out.print(Text(said, "dim"), soft_wrap=True)

    def _warn_of_losses(self) -> None:
        microphone = self.room.devices.microphone
        if microphone and microphone.lost:
            self._warn("lost", count=microphone.lost)
            microphone.lost = 0

    def _warn(self, key: str, **blanks: object) -> None:
        self.room.out.print(Text(f"! {self._says(key, **blanks)}", "yellow"))

    def _says(self, key: str, **blanks: object) -> str:
        return phrase(self.brief.language, "screen", key, **blanks)


_NO_SOUND: Samples = np.zeros(0, np.float32)


def placed(take: Take, folder: Path) -> Take:
    """The take with the whole path of its sound, for whoever reads it outside its folder."""
    if take.audio is None:
        return take
    return replace(take, audio=replace(take.audio, path=str(folder / take.audio.path)))


def _after(brief: Brief) -> Brief:
    """The brief of the next scenario in the list that is written in this language and goal."""
    known = list(scenarios.readable().items())
    at = next((index for index, (name, _) in enumerate(known) if name == brief.scenario), -1)
    for _, found in (*known[at + 1 :], *known[: at + 1]):
        if brief.language in found.wordings and brief.goal in found.goals:
            return found.brief(brief.language, brief.goal)
    return brief
