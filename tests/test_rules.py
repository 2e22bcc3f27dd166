"""The rules of the house: which way imports go, what is pure, what is documented."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import click
import msgspec
import pytest

from repete import model
from repete.cli import app
from repete.phrases import phrases

TOP = Path(__file__).parents[1]
SOURCE = TOP / "src" / "repete"

PURE = (
    "model", "errors", "endpoint", "commands", "wording", "feedback", "facts", "script", "judging",
    "correction",
    "analysis", "play", "cut_in", "playing", "partner", "conversation",
)  # fmt: skip
"""Values in, values out: no device, disk or network library."""

PURE_LIBRARIES = {"numpy"}

EDGES = {"analysis/moves/encoder.py"}
"""Inside a pure part: the one file that opens the weights of the moves."""

LAYERS = (
    {"model", "errors", "places"},
    {
        "phrases",
        "norms",
        "clips",
        "endpoint",
        "commands",
        "wording",
        "analysis",
        "voices",
        "play",
        "scenario",
        "profile",
    },
    {
        "feedback",
        "correction",
        "facts",
        "script",
        "labelled",
        "summary",
        "voice_activity",
        "sound",
        "playing",
        "delay",
        "echo",
        "cut_in",
    },
    {"partner", "conversation", "speaker", "transcribe", "store", "checkup", "judging", "curves"},
    {"index", "intake", "progress", "answering", "habits"},
    {"review", "export"},
    {"cli", "__main__"},
)
"""Imports go from a later layer to an earlier one, or stay within one."""

OWNERS = {
    "sounddevice": {"sound/hardware.py"},
    "pyttsx3": {"voices/child.py"},
    "faster_whisper": {"transcribe/decoder.py", "transcribe/weights.py"},
    "onnxruntime": {"voice_activity.py", "analysis/moves/encoder.py"},
    "tokenizers": {"analysis/moves/encoder.py"},
    "av": {"clips.py"},
    "sqlite3": {"index.py"},
    "starlette": {"review/serve.py"},
    "uvicorn": {"review/serve.py"},
    "jinja2": {"review/render.py", "export/page.py"},
    "rich": {"cli/screen.py", "cli/sitting.py", "cli/machine.py", "cli/wishes.py", "cli/tree.py"},
}
"""Which files may import a library that touches the world."""

HEAVY = {
    "sounddevice", "pyttsx3", "faster_whisper", "onnxruntime", "av", "ctranslate2", "tokenizers",
}  # fmt: skip

PURE_FILES = {
    "progress.py", "review/render.py", "review/charts.py", "review/marks.py", "review/compare.py",
    *(f"export/{name}.py" for name in ("sheet", "srt", "vtt", "textgrid", "audacity", "table",
                                       "markdown", "page")),
}  # fmt: skip
"""Pure files of parts that are not: values in, text out."""

FILES = sorted(SOURCE.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def imports(path: Path, *, top_only: bool = False) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_only else list(ast.walk(tree))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def part_of(module: str) -> str:
    pieces = module.split(".")
    return pieces[1] if len(pieces) > 1 else ""


def layer_of(part: str) -> int:
    return next(index for index, layer in enumerate(LAYERS) if part in layer)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_go_one_way(path: Path) -> None:
    part = name_of(path).removesuffix(".py").split("/")[0]
    if part == "__init__":
        return
    for module in imports(path):
        if module.startswith("repete.") and part_of(module) not in ("__version__", part):
            assert layer_of(part_of(module)) <= layer_of(part), module


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_the_pure_parts_are_pure(path: Path) -> None:
    part = name_of(path).removesuffix(".py").split("/")[0]
    if part not in PURE or name_of(path) in EDGES:
        return
    for module in imports(path):
        top = module.split(".")[0]
        assert top in PURE_LIBRARIES | {"repete"} or top in _standard(), module
        assert top not in {"os", "pathlib", "socket", "subprocess", "shutil"}, module


@pytest.mark.parametrize("name", sorted(PURE_FILES))
def test_pages_and_exports_touch_nothing(name: str) -> None:
    world = {"os", "pathlib", "socket", "subprocess", "shutil", "sqlite3", "starlette", "uvicorn"}
    found = imports(SOURCE / name)
    assert not {module.split(".")[0] for module in found} & world
    assert not {module for module in found if module.startswith("repete.store")}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_libraries_that_touch_the_world_have_one_owner(path: Path) -> None:
    for module in imports(path):
        owners = OWNERS.get(module.split(".")[0])
        assert owners is None or name_of(path) in owners, module


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_devices_and_models_are_imported_where_they_are_opened(path: Path) -> None:
    assert not {module.split(".")[0] for module in imports(path, top_only=True)} & HEAVY


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_help_imports_nothing_heavy() -> None:
    light = {"click", "repete", "sys", "__future__", "typing", "locale", "os", "collections",
             "pathlib", "dataclasses", "functools"}  # fmt: skip
    for name in ("__init__", "options", "rehearse", "analyse", "library", "catalogue", "machine",
                 "export", "review", "trends", "moves", "correct"):  # fmt: skip
        found = {
            module.split(".")[0] for module in imports(SOURCE / "cli" / f"{name}.py", top_only=True)
        }
        assert found <= light, name


def _standard() -> frozenset[str]:
    import sys

    return sys.stdlib_module_names


def values() -> list[type[Any]]:
    found = [item for item in vars(model).values() if dataclasses.is_dataclass(item)]
    return [item for item in found if isinstance(item, type) and item is not model.Clip]


@pytest.mark.parametrize("kind", values(), ids=lambda kind: kind.__name__)
def test_every_value_is_frozen_and_survives_json(kind: type[Any]) -> None:
    value = sample(kind)
    assert kind.__dataclass_params__.frozen
    assert msgspec.json.decode(msgspec.json.encode(value), type=kind) == value


def sample(kind: Any) -> Any:
    """A value of the type, made of its type hints."""
    hints = get_type_hints(kind)
    return kind(**{item.name: _of(hints[item.name]) for item in dataclasses.fields(kind)})


def _of(hint: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if dataclasses.is_dataclass(hint):
        return sample(hint)
    if origin is tuple:
        inner = [item for item in arguments if item is not Ellipsis]
        return tuple(_of(item) for item in inner)
    if origin is dict:
        return {_of(arguments[0]): _of(arguments[1])}
    if origin is Literal:
        return arguments[0]
    if arguments:  # X | None
        return _of(arguments[0])
    return {str: "text", float: 1.5, int: 1, bool: True}[hint]


def test_both_languages_say_the_same_things() -> None:
    english, french = phrases("en"), phrases("fr")
    assert {name: set(part) for name, part in english.items()} == {
        name: set(part) for name, part in french.items()
    }
    for name, part in english.items():
        for key, text in part.items():
            assert _blanks(text) == _blanks(french[name][key]), (name, key)


def test_every_move_has_its_words() -> None:
    for table in ("move", "praise", "missing"):
        assert set(phrases("en")[table]) == set(model.MOVES)


def _blanks(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def commands(group: click.Group, before: str = "repete") -> list[tuple[str, click.Command]]:
    found = []
    for name, command in group.commands.items():
        found.append((f"{before} {name}", command))
        if isinstance(command, click.Group):
            found += commands(command, f"{before} {name}")
    return found


@pytest.mark.parametrize(("name", "command"), commands(app), ids=str)
def test_every_command_has_help_and_is_in_the_readme(name: str, command: click.Command) -> None:
    assert command.help
    for parameter in command.params:
        assert not isinstance(parameter, click.Option) or parameter.help, parameter.name
    assert name in (TOP / "README.md").read_text(encoding="utf-8")


def test_every_dependency_earns_its_line() -> None:
    import tomllib

    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["weights"]]
    told = (TOP / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for requirement in wanted:
        name = re.split(r"[<>=~;\[ ]", requirement, maxsplit=1)[0]
        assert f"`{name}`" in told, name
