"""Render: values become HTML. Every text of the user's is text, never markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from repete.correction import judged
from repete.index import Query, Row
from repete.model import GOALS, LANGUAGES, MOVES, Language, Move, Note, Session, Take
from repete.phrases import clock, move_name, number, phrase
from repete.progress import Point, Progress, Standing
from repete.review import charts, marks
from repete.review.compare import Awareness, awareness, best, change
from repete.summary import Baselines, groups, problems, who

PAGE = 50
"""Sessions on one page of the library."""

TEXTS = tuple(item.name for item in fields(Query) if item.name != "starred")
"""The fields of a query that are text."""

KEYS = (
    ("␣", "key_play"), ("← →", "key_seconds"), (", .", "key_words"), ("P N", "key_marks"),
    ("R", "key_repeat"), ("− +", "key_speed"), ("X", "key_filler"),
    ("M", "key_model"), ("?", "key_help"),
)  # fmt: skip
"""What each key does on the page of a take."""


@dataclass(frozen=True)
class Look:
    """How a page is written: its language, `light`, `dark` or the system's colours, and the
    titles of the scenarios."""

    language: Language = "en"
    theme: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shelf:
    """What the library offers: the tags and scenarios in use, one session just deleted, the
    situation that is due first, and one that was never played."""

    tags: Sequence[str] = ()
    scenarios: Sequence[str] = ()
    undo: str = ""
    next_up: Standing | None = None
    fresh: str = ""


@dataclass(frozen=True)
class Beside:
    """What stands beside a take: a model answer to hear, and the speaker's own baselines."""

    answer: str = ""
    baselines: Baselines = field(default_factory=dict)


def library(look: Look, rows: Sequence[Row], query: Query, shelf: Shelf, page: int = 0) -> str:
    """The list of the sessions; `rows` may hold one more than a page shows."""
    asked = {item.name: getattr(query, item.name) for item in fields(query)}
    given = {name: "1" if value is True else value for name, value in asked.items() if value}
    more = f"/?{urlencode({**given, 'page': page + 1})}" if len(rows) > PAGE else ""
    return _page(
        look,
        "library",
        rows=rows[:PAGE], query=query, more=more, searched=bool(given),
        filtered=bool(set(given) - {"words"}), tags=shelf.tags, scenarios=shelf.scenarios,
        undo=shelf.undo, next_up=shelf.next_up, fresh=shelf.fresh,
        playable=look.titles, goals=GOALS,
        languages=LANGUAGES, moves=MOVES, here="library", back="/",
        overdue=shelf.next_up.overdue(date.today()) if shelf.next_up else 0,
    )  # fmt: skip


def session(look: Look, shown: Session) -> str:
    """One session: its takes side by side, and what to do in the next one."""
    takes = shown.takes
    last = takes[-1] if takes else None
    top = best(takes)
    against_last = change(takes[-2], takes[-1]) if len(takes) > 1 else None
    is_new = top is not None and top < len(takes) - 2  # else it is the last one or the one before
    against_best = change(takes[top], takes[-1]) if is_new and top is not None else None
    return _page(
        look,
        "session",
        session=shown, moves=_moves(takes), best=None if top is None else top + 1,
        against_last=against_last, against_best=against_best,
        fixes=_notes(last, "fix"), praises=_notes(last, "praise"),
        back=f"/session/{shown.id}", here="",
    )  # fmt: skip


def take(look: Look, shown: Session, number: int, beside: Beside | None = None) -> str:
    """One take (from 1) as its speaker marked it: heard, seen, judged."""
    one = shown.takes[number - 1]
    beside = beside or Beside()
    return _page(
        look,
        "take",
        groups=groups(one, look.language, beside.baselines),
        who=who(look.language, beside.baselines),
        problems=problems(one, look.language), fillers=judged(one),
        session=shown, take=one, number_=number, seconds=marks.seconds_of(one),
        words=_words(look, one), marks=marks.marks(one), zones=marks.zones(one),
        answer=beside.answer, keys=KEYS, here="",
    )  # fmt: skip


def drill(look: Look, shown: Session, number: int) -> str:
    """The drill of a take (from 1), and its outcome when it was done."""
    one = shown.takes[number - 1]
    found = heard_and_marked(one)
    seconds = marks.seconds_of(one)
    return _page(
        look, "drill", session=shown, number_=number, seconds=seconds, found=found, here=""
    )


def heard_and_marked(one: Take) -> Awareness | None:
    """What Repete heard in a take against what its speaker marked; None without marks."""
    if one.correction is None:
        return None
    fillers = one.delivery.fillers if one.delivery else ()
    return awareness([filler.start for filler in fillers or ()], one.correction.fillers)


def progress(look: Look, found: Progress, today: date) -> str:
    """The months of practice as one picture."""
    played = [one.scenario for one in found.standings]
    each = [(name, _charts(look, found.by_scenario[name])) for name in played]
    overall = _charts(look, found.points)
    return _page(
        look, "progress", progress=found, overall=overall, each=each, today=today, here="progress"
    )


def message(look: Look, heading: str, text: str) -> str:
    """A page that only says something."""
    return _page(look, "message", heading=heading, text=text, here="")


def figure(language: Language, value: float, digits: int = 0) -> str:
    """A figure on the page: whole unless decimals are asked for."""
    return number(language, value, digits)


def day(language: Language, moment: str | date) -> str:
    """A day as the language writes it, with the time when it is known."""
    if isinstance(moment, date):
        month = phrase(language, "month", str(moment.month))
        return phrase(language, "review", "short_day", day=moment.day, month=month)
    at = datetime.fromisoformat(moment)
    month = phrase(language, "month", str(at.month))
    return phrase(
        language, "review", "full_day", day=at.day, month=month, year=at.year, time=f"{at:%H:%M}"
    )


def title(look: Look, shown: Session | Row) -> str:
    """What a session is called: by its user, or by its scenario."""
    return shown.name or scene(look, shown.scenario)


def scene(look: Look, scenario: str | None) -> str:
    """A scenario's title; its id when it is no longer there."""
    if scenario is None:
        return phrase(look.language, "review", "no_scenario")
    return look.titles.get(scenario, scenario)


def marked(excerpt: str) -> Markup:
    """An excerpt with the words that were looked for marked, and everything else as text."""
    text = str(escape(excerpt))
    return Markup(text.replace("\x02", "<mark>").replace("\x03", "</mark>"))


def _moves(takes: Sequence[Take]) -> list[str]:
    """Every move that was made or missed in these takes, in their natural order."""
    found = {hit.move for one in takes for hit in one.moves}
    found |= {move for one in takes for move in one.missed}
    return [move for move in MOVES if move in found]


def _notes(one: Take | None, kind: str) -> list[Note]:
    notes = one.feedback.notes if one and one.feedback else ()
    return [note for note in notes if note.kind == kind]


def _words(look: Look, one: Take) -> list[dict[str, Any]]:
    """The words with what each is part of, said in the reader's language; the partner's lines."""
    return [
        {"said": sentence.said, "words": [_word(look, word) for word in sentence.words]}
        for sentence in marks.sentences(one)
    ]


def _word(look: Look, word: marks.Shown) -> dict[str, Any]:
    about = [move_name(look.language, move) for move in word.moves]
    about += [
        phrase(look.language, "review", f"legend_{kind}")
        for kind in word.kinds
        if kind in ("filler", "repetition")
    ]
    return {
        "text": word.text, "start": word.start, "end": word.end, "pause": word.pause,
        "kinds": word.kinds, "about": ", ".join(about),
    }  # fmt: skip


def _charts(look: Look, points: Sequence[Point]) -> list[tuple[str, charts.Chart]]:
    plain = partial(figure, look.language)
    percent = _percent(look)
    scales = {
        "made": charts.Scale(0.0, 1.0, percent, (0.8, 1.0)),
        "fillers_per_minute": charts.Scale(0.0, 15.0, plain, (0.0, 5.0)),
        "words_per_minute": charts.Scale(80.0, 220.0, plain, (130.0, 170.0)),
        "in_time": charts.Scale(0.0, 1.0, percent, (0.8, 1.0)),
    }
    written = partial(day, look.language)
    drawn = [
        (phrase(look.language, "review", f"chart_{name}"), charts.of(points, name), scale)
        for name, scale in scales.items()
    ]
    made = [(label, charts.chart(figures, scale, written)) for label, figures, scale in drawn]
    return [(label, picture) for label, picture in made if picture]


def _percent(look: Look) -> charts.Shown:
    return lambda share: phrase(look.language, "review", "percent", share=round(100 * share))


def _first(one: Take, move: str) -> Move | None:
    return next((hit for hit in one.moves if hit.move == move), None)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("repete.review"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def prepare() -> None:
    """Compile every template, so that the first reader does not wait for it."""
    for name in _environment().list_templates():
        _environment().get_template(name)


def _page(look: Look, template: str, **values: Any) -> str:
    language = look.language
    return _environment().get_template(f"{template}.html").render(
        look=look,
        t=partial(phrase, language, "review"),
        say=partial(phrase, language),
        move_name=partial(move_name, language),
        number=partial(figure, language),
        figure=lambda value: "–" if value is None else figure(language, value),
        day=partial(day, language),
        title=partial(title, look),
        scene=partial(scene, look),
        clock=clock,
        clock_fine=lambda at: f"{clock(at)}{number(language, at % 1, 1)[1:]}",
        hue=marks.hue,
        first=_first,
        marked=marked,
        **values,
    )  # fmt: skip
