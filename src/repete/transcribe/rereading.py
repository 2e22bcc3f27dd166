"""Rereading: stretches that were read one by one are read again together, with more care."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from repete.model import Language, Samples, Span
from repete.transcribe.decoder import CAREFUL, Care, Wanted
from repete.transcribe.recognizer import Read, Recognizer
from repete.transcribe.stretches import WHOLE, Stretch

TOGETHER = 15.0
"""Seconds of sound that are read again at once while the user may go on. 74 English words of 1026
are misread then and 63 French ones of 363; one by one 91 and 74; in windows as wide as there are 63
and 57, which takes too long for who waits."""

AGAIN = Care(CAREFUL, tries=0)
"""With what care: the long way would keep who goes on waiting."""

Cut = Callable[[Span], Samples | None]
"""Gives the sound of a part of the clip; None where it is not at hand."""


@dataclass(frozen=True)
class Part:
    """A stretch, and what was read in it."""

    stretch: Stretch
    read: Read


class Rereading:
    """What was read again so far, of a reply in one language.

    Its parts are read in groups: small ones while the user may go on, as wide as a window of the
    decoder once they have finished.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._found: dict[Stretch, Read] = {}

    def read(
        self, recognizer: Recognizer, parts: Sequence[Part], cut: Cut, is_wanted: Wanted
    ) -> None:
        """Read again, as long as that is wanted, what was not; the doubtful is left as it was."""
        self._forget_all_but(parts)
        for group in self._left(parts):
            self._read(recognizer, _joined(group), cut, is_wanted)

    def read_fully(
        self, recognizer: Recognizer, parts: Sequence[Part], cut: Cut, is_wanted: Wanted
    ) -> None:
        """The same with all care: in wide groups, and the long way where it is doubtful even so."""
        for group in _groups(parts, WHOLE.longest):
            stretch = _joined(group)
            found = self._read(recognizer, stretch, cut, is_wanted)
            sound = cut(stretch.sound) if found and found.is_doubtful and is_wanted() else None
            if found and sound is not None:
                words = recognizer.reread(sound, stretch, self._language)
                self._found[stretch] = replace(found, words=words, is_doubtful=False, verbatim=None)

    def best(self, parts: Sequence[Part]) -> tuple[Read, ...]:
        """What is in the parts: as it was read again in a wide group, in a small one, or first."""
        reads: list[Read] = []
        for wide in _groups(parts, WHOLE.longest):
            reads += self._known(wide) or [
                read
                for group in _groups(wide, TOGETHER)
                for read in self._known(group) or [part.read for part in group]
            ]
        return tuple(reads)

    def start(self, parts: Sequence[Part]) -> float:
        """From which second of the clip on there is sound that may still be read again."""
        left = [group for group in self._left(parts) if not self._known(group)]
        last = list(_small(parts))[-1:]
        return min((group[0].stretch.sound.start for group in (*left, *last)), default=math.inf)

    def _left(self, parts: Sequence[Part]) -> Iterator[list[Part]]:
        """The small groups that were not read again in a wide one."""
        for wide in _groups(parts, WHOLE.longest):
            if not self._known(wide):
                yield from _groups(wide, TOGETHER)

    def _forget_all_but(self, parts: Sequence[Part]) -> None:
        """Let go of what was read of groups that have grown since."""
        groups = (*_groups(parts, WHOLE.longest), *_small(parts))
        stretches = (_joined(group) for group in groups)
        self._found = {one: self._found[one] for one in stretches if one in self._found}

    def _read(
        self, recognizer: Recognizer, stretch: Stretch, cut: Cut, is_wanted: Wanted
    ) -> Read | None:
        """Read a stretch that was not, its filled pauses last."""
        found = self._found.get(stretch)
        sound = cut(stretch.sound) if found is None and is_wanted() else None
        if sound is not None:
            found = recognizer.read(sound, stretch, self._language, is_wanted, AGAIN)
        if found:
            self._found[stretch] = found
        if found and not found.is_doubtful:
            self._found[stretch] = found.in_full(is_wanted)
        return found

    def _known(self, group: Sequence[Part]) -> list[Read]:
        """What was read again in the group, if that is not doubtful."""
        found = self._found.get(_joined(group))
        return [found] if found and not found.is_doubtful else []


def _small(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Small groups, which lie within the wide ones."""
    for wide in _groups(parts, WHOLE.longest):
        yield from _groups(wide, TOGETHER)


def _groups(parts: Sequence[Part], longest: float) -> Iterator[list[Part]]:
    """The parts in groups of so many seconds at most; when parts are added, only the last grows."""
    group: list[Part] = []
    for part in parts:
        if group and part.stretch.sound.end - group[0].stretch.sound.start > longest:
            yield group
            group = []
        group.append(part)
    if group:
        yield group


def _joined(parts: Sequence[Part]) -> Stretch:
    """The stretch that all of the parts make."""
    speech = tuple(span for part in parts for span in part.stretch.speech)
    return Stretch(speech, Span(parts[0].stretch.sound.start, parts[-1].stretch.sound.end))
