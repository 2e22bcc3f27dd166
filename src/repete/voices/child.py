"""The process that speaks: renders one text to a file with pyttsx3, then ends.

pyttsx3's drivers print, hang when used twice and play through other programs; a process of its
own for each text keeps all of that away. Run by its path, on its own; it reads a request as JSON
from standard input and writes its answer as JSON to the file named in it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

_LIMIT = 30.0
"""Seconds after which rendering is given up; the parent process waits no longer either."""


def main() -> None:
    """Answer the request on standard input: `{"answer", "text", "sound", "voice", "rate"}`.

    Without a text it lists the voices instead.
    """
    request = json.load(sys.stdin)
    engine = _engine()
    if request.get("text"):
        _render(engine, request)
        answer: object = "spoken"
    else:
        answer = [
            {
                "id": voice.id,
                "name": voice.name,
                "languages": _languages(voice),
                "gender": str(voice.gender or "").removeprefix("VoiceGender").lower(),
            }
            for voice in engine.getProperty("voices")
        ]
    Path(request["answer"]).write_text(json.dumps(answer), encoding="utf-8")


def _render(engine: Any, request: dict[str, Any]) -> None:
    finished = threading.Event()
    engine.connect("finished-utterance", lambda name, completed: finished.set())
    engine.setProperty("voice", request["voice"])
    engine.setProperty("rate", request["rate"])
    engine.save_to_file(request["text"], request["sound"])
    engine.runAndWait()
    if sys.platform == "linux":
        finished.wait(_LIMIT)  # the espeak driver returns while it is still rendering


def _engine() -> Any:
    """pyttsx3's engine, with the espeak-ng that comes as a package where there is one."""
    try:
        import ctypes

        import espeakng_loader
    except ImportError:
        pass  # macOS and Windows speak with their own voices
    else:
        os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
        ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    import pyttsx3

    return pyttsx3.init()


def _languages(voice: Any) -> list[str]:
    """The voice's languages as text such as "fr-fr": drivers give bytes, underscores or nothing."""
    listed = [
        item.decode("ascii", "ignore") if isinstance(item, bytes) else str(item)
        for item in voice.languages or ()
    ]
    return [item.replace("_", "-").lower() for item in listed]


if __name__ == "__main__":
    main()
