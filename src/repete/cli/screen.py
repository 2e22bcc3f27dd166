"""The screen: what the user sees in the terminal, in the language of the rehearsal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from repete.phrases import clock, move_name, phrase, phrases
from repete.summary import groups, problems, who

if TYPE_CHECKING:
    from repete.analysis.moves.scoring import Table as Scored
    from repete.analysis.moves.scoring import Tally
    from repete.conversation import Progress as Listening
    from repete.endpoint import Mode
    from repete.model import Brief, Language, Near, Take, Timing
    from repete.summary import Baselines

COLOUR = {"none": "white", "green": "green", "amber": "yellow", "red": "red"}
"""The timer's lights on a terminal."""

_METER = 24
_QUIETEST = -60.0
"""Level in dBFS at which the meter is empty."""


def console(*, aside: bool = False) -> Console:
    """The terminal; `aside` writes to standard error, where JSON is printed on standard output."""
    return Console(stderr=aside, highlight=False)


def complain(text: str) -> None:
    """Say what went wrong, on standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(
        Text("repete: ", style="bold red"), Text(text), sep="", end="\n"
    )


_CELLS = 4
"""Cells of the bar of silence for each second that is left."""

_MOST_CELLS = 24
_SOON = 1.0
"""Seconds of silence left from which the end is near: the bar changes colour, a pipe is told."""


class Meter:
    """The level and the clock while the user speaks, and in a pause the silence that is left: a
    colour and two bars, no wall of numbers."""

    def __init__(self, live: Live, brief: Brief, mode: Mode = "hands_free") -> None:
        self._live = live
        self._brief = brief
        self._mode = mode

    def show(self, progress: Listening) -> None:
        """Draw the next moment; eight a second are enough for the eye."""
        self._live.update(self._line(progress))

    def _line(self, progress: Listening) -> Text:
        from repete.analysis.timing import light

        language = self._brief.language
        target = self._brief.target
        colour = COLOUR[light(progress.seconds, target) if target else "none"]
        filled = round(_METER * min(1.0, max(0.0, 1 - progress.level / _QUIETEST)))
        line = Text()
        line.append("  ● ", style=colour)
        line.append(clock(progress.seconds), f"bold {colour}")
        line.append(f" / {clock(target[1])} " if target else " ", colour)
        line.append("▕" + "█" * filled + " " * (_METER - filled) + "▏ ", colour)
        line.append(phrase(language, "screen", self._hint(progress)), "dim")
        return line.append(silence_bar(progress))

    def _hint(self, progress: Listening) -> str:
        if progress.is_partner:
            return "cut_in_hint"
        if progress.state != "waiting":
            return "end_hint"
        return "press_to_talk" if self._mode == "push_to_talk" else "waiting"


def silence_bar(progress: Listening) -> Text:
    """In a pause, the silence that is left before the reply ends: a bar that shrinks in time, so
    that it jumps when the words tell that the wait is another."""
    if progress.state != "paused" or progress.left == float("inf"):
        return Text()
    cells = min(_MOST_CELLS, ceil(_CELLS * progress.left))
    return Text("  " + "━" * cells, "yellow" if progress.left <= _SOON else "cyan")


class Plain:
    """The same for a pipe: a line when a pause is about to end the reply, once in each pause."""

    def __init__(self, out: Console, brief: Brief) -> None:
        self._out = out
        self._language = brief.language
        self._is_told = False

    def show(self, progress: Listening) -> None:
        """Tell the next moment, if there is anything to tell."""
        ends_soon = progress.state == "paused" and progress.left <= _SOON
        if ends_soon and not self._is_told:
            self._out.print(
                Text(phrase(self._language, "screen", "ends_in", seconds=progress.left))
            )
        self._is_told = ends_soon


@contextmanager
def meter(
    out: Console, brief: Brief, mode: Mode = "hands_free"
) -> Iterator[Callable[[Listening], None]]:
    """Something that shows how listening goes, while the block lasts."""
    if not out.is_terminal:
        yield Plain(out, brief).show
        return
    with Live(console=out, refresh_per_second=8, transient=True) as live:
        yield Meter(live, brief, mode).show


@contextmanager
def progress_bar(out: Console, label: str) -> Iterator[Callable[[float], None]]:
    """A bar for something long; gives a function that takes the share done, from 0 to 1."""
    if not out.is_terminal:
        yield lambda share: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeRemainingColumn(), console=out, transient=True) as bar:
        task = bar.add_task(escape(label), total=1.0)
        yield lambda share: bar.update(task, completed=share)


def situation(out: Console, brief: Brief) -> None:
    """What is about to be played: title, setting, the aim."""
    says = phrases(brief.language)["screen"]
    body = Text(brief.wording.setting)
    aim = phrase(brief.language, "screen", "aim", goal=says[f"goal_{brief.goal}"])
    body.append(f"\n\n{aim}", "bold")
    body.append(brief.wording.aim[brief.goal])
    out.print(Panel(body, title=escape(brief.wording.title), title_align="left", padding=(1, 2)))


def spoken(out: Console, text: str, who: str) -> None:
    """What is being said aloud, to be read along."""
    out.print(
        Text(
            f"{'·' if who == 'coach' else '»'} {text}",
            style="dim" if who == "coach" else "cyan",
        )
    )


def take(out: Console, found: Take, baselines: Baselines | None = None) -> None:
    """One take: what was heard, the moves with the words that prove them, time, feedback.

    `baselines` are the speaker's own, which stand beside the norms.
    """
    language = found.language
    says = phrases(language)["screen"]
    parts: list[Any] = []
    if found.transcript and not found.transcript.is_empty:
        parts.append(_titled(says["heard"], Text(quoted(found.transcript.text, language))))
        parts.append(_moves(found))
    parts += [Text(f"! {problem}", "yellow") for problem in problems(found)]
    if found.timing:
        parts.append(_titled(says["timing"], _timing(found, found.timing)))
        parts.append(_figures(found, baselines))
    if found.feedback:
        parts.append(_titled(says["feedback"], Text(found.feedback.spoken, "bold")))
    out.print(Group(*parts))


def quoted(text: str, language: Language) -> str:
    """The text in the quotation marks of its language."""
    return phrase(language, "screen", "quoted", text=text)


def explanation(out: Console, near: Sequence[Near], language: Language) -> None:
    """For each expected move the nearest words, and why they were or were not counted."""
    says = phrases(language)["why"]
    table = Table(box=None, show_header=False, padding=(0, 1))
    for it in near:
        counted = it.reason == "counted"
        why = phrase(
            language,
            "why",
            it.reason,
            sure=round(100 * it.confidence),
            other=move_name(language, it.other) if it.other else "",
        )
        table.add_row(
            Text("✓", "green") if counted else Text("✗", "red"),
            Text(move_name(language, it.move)),
            Text(f"“{it.quote}”" if it.quote else "", "dim"),
            Text(why),
        )
    out.print(Group(Text(f"\n{says['title']}", "bold"), table))


def scores(out: Console, found: Scored) -> None:
    """The table of how well the detector agrees with labels."""
    table = Table(box=None, padding=(0, 1))
    for title in ("move", "precision", "recall", "F1", "made", "traps", "alarms", "evidence"):
        table.add_column(title, justify="left" if title == "move" else "right")
    rows = [(move, tally) for move, tally in found.each.items() if any(tally.counts)]
    for move, tally in rows:
        figures = (tally.precision, tally.recall, tally.f1)
        table.add_row(move, *(f"{figure:.2f}" for figure in figures), *_rest(tally))
    table.add_section()
    macro = (f"{figure:.3f}" for figure in found.macro)
    table.add_row("mean over moves", *macro, *_rest(found.whole), style="bold")
    out.print(table)


def _rest(tally: Tally) -> tuple[str, ...]:
    return (
        str(tally.right + tally.missed),
        str(tally.traps),
        f"{100 * tally.alarm_rate:.1f} %" if tally.traps else "",
        f"{100 * tally.overlap:.0f} %" if tally.quoted else "",
    )


def _titled(title: str, body: Any) -> Group:
    return Group(Text(f"\n{title}", "bold"), body)


def _moves(found: Take) -> Table:
    says = phrases(found.language)["screen"]
    table = Table(box=None, show_header=False, padding=(0, 1), title_justify="left")
    for hit in found.moves:
        at = "" if hit.start is None else clock(hit.start)
        table.add_row(
            Text("✓", "green"),
            Text(move_name(found.language, hit.move)),
            Text(at, "dim"),
            Text(quoted(hit.quote, found.language), "dim"),
        )
    for move in found.missed:
        table.add_row(
            Text("✗", "red"), Text(move_name(found.language, move)), "", Text(says["missed"], "dim")
        )
    return table


def _timing(found: Take, timing: Timing) -> Text:
    language: Language = found.language
    line = Text()
    line.append("● ", COLOUR[timing.light])
    line.append(phrase(language, "screen", "lasted", seconds=timing.total))
    if timing.target and timing.verdict:
        least, most = timing.target
        line.append(phrase(language, "screen", "target", least=least, most=most))
        line.append(f" ({phrase(language, 'screen', timing.verdict)})")
    if found.delivery is None:
        line.append(f"; {phrase(language, 'screen', 'onset', seconds=timing.onset)}")
    return line


def _figures(found: Take, baselines: Baselines | None) -> Table:
    """The figures under their headings, each with what stands beside it."""
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    for group in groups(found, baselines=baselines):
        for place, figure in enumerate(group.figures):
            text = Text(figure.text)
            text.append(f" ({figure.beside})" if figure.beside else "", "dim")
            table.add_row(Text("" if place else group.heading, "dim"), text)
    if told := who(found.language, baselines):
        table.add_row("", Text(told, "dim"))
    return table


def json_line(value: object) -> None:
    """Print a value as one line of JSON on standard output."""
    import msgspec

    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()
