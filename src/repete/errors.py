"""What can go wrong, told to the user: what happened, why, and the cure."""

from __future__ import annotations


class RepeteError(Exception):
    """A failure whose text is one clear sentence for the user. The command exits with 2."""


class ScenarioError(RepeteError):
    """A scenario is missing or badly written."""


class SoundError(RepeteError):
    """A microphone or a loudspeaker is missing, busy or silent."""


class ClipError(RepeteError):
    """A recording cannot be read or written."""


class VoiceError(RepeteError):
    """Nothing on this machine can speak the text."""


class RecognizerError(RepeteError):
    """The speech recognizer or its model is missing or broken."""


class StoreError(RepeteError):
    """A session cannot be found, read or kept."""


class LabelError(RepeteError):
    """A file of labelled replies cannot be read."""


class UsageError(RepeteError):
    """The options of a command do not fit together."""


class NormError(RepeteError):
    """The user's own norms cannot be read."""
