"""Markdown: a session to read, print or paste."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from repete.export.sheet import Sheet
from repete.model import Language, Take
from repete.phrases import clock, move_name, phrase, phrases
from repete.script import script
from repete.summary import figures, problems, who


def write(sheets: Sequence[Sheet]) -> str:
    """Every take in the language it was spoken in."""
    session = sheets[0].session
    heading = session.name or session.scenario or session.id
    lines = [f"# {_plain(heading)}", "", session.started[:16].replace("T", " ")]
    if session.note:
        lines += ["", _plain(session.note)]
    for sheet in sheets:
        lines += ["", *_take(sheet)]
    return "\n".join(lines) + "\n"


def _take(sheet: Sheet) -> Iterator[str]:
    take, language = sheet.take, sheet.take.language
    lines = enumerate(_figures(sheet))
    says = phrases(language)["screen"]
    yield f"## {phrase(language, 'review', 'take', number=sheet.number)}"
    if take.exchange:
        yield ""
        yield from _dialogue(take)
    elif take.transcript:
        yield f"\n> {_plain(take.transcript.text)}"
    yield from (f"{'' if at else chr(10)}- {_plain(line)}" for at, line in lines)
    if take.moves or take.missed:
        yield f"\n### {says['moves']}\n"
        yield from _moves(take, language)
    if take.feedback:
        yield f"\n### {says['feedback']}\n\n{_plain(take.feedback.spoken)}"


def _dialogue(take: Take) -> Iterator[str]:
    """What both said, the partner after a »."""
    for passage in script(take):
        yield f"> {'' if passage.words else '» '}{_plain(passage.text)}\n>"


def _figures(sheet: Sheet) -> Iterator[str]:
    take = sheet.take
    language, timing = take.language, take.timing
    if timing:
        verdict = f" ({phrases(language)['screen'][timing.verdict]})" if timing.verdict else ""
        yield phrase(language, "screen", "lasted", seconds=timing.total) + verdict
    yield from (str(figure) for figure in figures(take, baselines=sheet.baselines))
    if told := who(language, sheet.baselines):
        yield told
    yield from problems(take)


def _moves(take: Take, language: Language) -> Iterator[str]:
    for hit in take.moves:
        at = "" if hit.start is None else f" ({clock(hit.start)})"
        yield f"- [x] {move_name(language, hit.move)}{at}: {_plain(hit.quote)}"
    for move in take.missed:
        yield f"- [ ] {move_name(language, move)}"


def _plain(text: str) -> str:
    """Text that stays text: what Markdown would take for markup is escaped."""
    return re.sub(r"([\\`*_{}\[\]<>#|!])", r"\\\1", " ".join(text.split()))
