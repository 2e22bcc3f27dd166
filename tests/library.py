"""Sessions made of nothing, for the tests of the library and of the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from repete import clips
from repete.model import (
    Audio,
    Delivery,
    Feedback,
    Filler,
    Move,
    Note,
    Pause,
    Repetition,
    Session,
    Take,
    Timing,
)
from repete.store import Store
from tests.conftest import said, tone

START = datetime.fromisoformat("2026-03-02T09:00:00+01:00")

TEXT = "Hello there um I am Camille Martin from Chaud Devant here is my my card see you"


def take(text: str = TEXT, **changes: object) -> Take:
    """A take in which everything that a page shows happens."""
    words = said(text)
    last = words.words[-1].end
    made = Take(
        scenario="interrupted",
        goal="network",
        language="en",
        audio=Audio("take-01.flac", round(last + 0.5, 3)),
        transcript=words,
        timing=Timing(
            0.5, round(last - 1, 3), round(last - 0.5, 3), (4.0, 30.0), "on_time", "green"
        ),
        delivery=Delivery(
            words_per_minute=150.0,
            pauses=(Pause(1.1, 1.4),),
            fillers=(Filler("um", 1.1, 1.4),),
            fillers_per_minute=12.5,
            repetitions=(Repetition("my my", 4.1, 4.7),),
        ),
        moves=(
            Move("self_introduction", 1.4, 2.6, "I am Camille Martin", 0.95),
            Move("card_handoff", 3.5, 5.0, "here is my my card", 0.9),
        ),
        missed=("lunch_ask",),
        feedback=Feedback(
            "You said who you are. Propose to meet again.",
            (
                Note("praise", "self_introduction", "You said who you are.", 1.4, 2.6),
                Note("fix", "lunch_ask", "Propose to meet again, around a meal."),
            ),
        ),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def session(name: str = "2026-03-02-090000-interrupted", *takes: Take, day: int = 0) -> Session:
    """A session with these takes, `day` days after `START`."""
    started = (START + timedelta(days=day)).isoformat(timespec="seconds")
    return Session(name, started, "interrupted", "network", "en", takes or (take(),))


def kept(store: Store, made: Session, *, sound: bool = True) -> Session:
    """The session on disk, its takes numbered and with the sound of a tone."""
    folder = store.path(made)
    folder.mkdir(mode=0o700)
    takes = []
    for number, one in enumerate(made.takes, 1):
        assert one.audio
        name = f"take-{number:02}.flac"
        takes.append(replace(one, audio=replace(one.audio, path=name)))
        if sound:
            clips.write(tone(one.audio.seconds), folder / name)
    made = replace(made, takes=tuple(takes))
    store.save(made)
    return made
