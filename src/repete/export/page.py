"""A page in one file: it can be mailed, and opened anywhere, with the sound inside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from functools import partial
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from repete.export.sheet import Sheet
from repete.phrases import clock, move_name, phrase
from repete.review import marks
from repete.review.render import day, figure
from repete.summary import groups, problems, who


def write(sheets: Sequence[Sheet]) -> str:
    """The takes of a session in the language it was spoken in; it asks nothing of any host."""
    session = sheets[0].session
    language = session.language
    environment = Environment(
        loader=PackageLoader("repete.export"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(
        session=session,
        sheets=[_shown(sheet) for sheet in sheets],
        style=Markup(_shipped("repete.review", "static/app.css")),
        script=Markup(_shipped("repete.export", "page.js")),
        t=partial(phrase, language, "review"),
        say=partial(phrase, language),
        move_name=partial(move_name, language),
        number=partial(figure, language),
        when=day(language, session.started),
        clock=clock,
        hue=marks.hue,
    )


def _shown(sheet: Sheet) -> dict[str, object]:
    data = f"data:audio/flac;base64,{b64encode(sheet.sound).decode()}" if sheet.sound else ""
    return {
        "number": sheet.number,
        "take": sheet.take,
        "problems": problems(sheet.take),
        "groups": groups(sheet.take, baselines=sheet.baselines),
        "who": who(sheet.take.language, sheet.baselines),
        "sentences": marks.sentences(sheet.take),
        "sound": data,
    }


def _shipped(package: str, name: str) -> str:
    return (resources.files(package) / name).read_text(encoding="utf-8")
