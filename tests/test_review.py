"""The page as values, and the guard before it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import MutableMapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from repete.index import Query, Row
from repete.model import Correction, Language, Transcript, Word, text_of
from repete.phrases import phrases
from repete.progress import progress
from repete.review import charts, marks, render
from repete.review.compare import awareness, best, change
from repete.review.guard import Guard
from repete.review.render import Look, Shelf
from repete.review.serve import preferred
from tests.library import session, take
from tests.test_progress import BAD, GOOD, PLANS, TODAY, on

NASTY = "<script>alert('x')</script><img src=x onerror=alert(1)>\"'&"
SOURCE = Path(render.__file__).parent
TAGS = re.compile(r"<script>|<img|onerror=[^\s&]*\(1\)\"?>")


def row(**changes: Any) -> Row:
    made = Row("one", "2026-03-02T09:00:00+01:00", None, "network", "en", "", "", (), False, 1, 9.0)
    return replace(made, **changes)


def nasty() -> Any:
    one = take(NASTY + " " + NASTY)
    return replace(session("one", one), name=NASTY, note=NASTY, tags=(NASTY,))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_in_both_languages(language: Language) -> None:
    look = Look(language, "dark", {"interrupted": "Interrupted"})
    marked = take(correction=Correction((1.2, 3.0), "2026-03-02T10:00:00+01:00"))
    made = replace(session("one", take(missed=()), marked), difficulty="hard")
    found = progress([on(BAD, 4), on(GOOD, 1)], PLANS, TODAY)
    shelf = Shelf(("gala",), ("interrupted",), "one", found.standings[0])
    pages = [
        render.library(look, [row(tags=("gala",), note="n")], Query(words="x"), shelf),
        render.session(look, made),
        render.take(look, made, 2, render.Beside("A model answer.")),
        render.drill(look, made, 2),
        render.progress(look, found, TODAY),
        render.message(look, "Not found", "Gone."),
    ]
    for page in pages:
        assert f'<html lang="{language}" data-theme="dark">' in page
        assert not re.search(r"\bNone\b|\{\w*\}(?! so far| jusqu)", page), page
        assert not re.search(r"<script(?! type=\"module\" src)|<style| style=| on\w+=", page)
    assert {"en": "· hard ·", "fr": "· difficile ·"}[language] in pages[1]


def test_text_stays_text_everywhere() -> None:
    look, made = Look(), nasty()
    excerpt = f"\x02{NASTY}\x03"
    pages = [
        render.library(
            look,
            [row(name=NASTY, note=NASTY, tags=(NASTY,), excerpt=excerpt, scenario=NASTY)],
            Query(words=NASTY, tag=NASTY),
            Shelf((NASTY,), (NASTY,), NASTY),
        ),
        render.session(look, made),
        render.take(look, made, 1, render.Beside(NASTY)),
        render.drill(look, made, 1),
        render.message(look, NASTY, NASTY),
    ]
    for page in pages:
        assert not TAGS.search(page)
        assert "&lt;script&gt;" in page
    assert "<mark>&lt;script" in pages[0]


def test_pages_of_a_take_that_nobody_judged() -> None:
    bare = replace(take(), transcript=None, timing=None, delivery=None, moves=(), missed=(),
                   feedback=None, audio=None)  # fmt: skip
    made = session("one", bare)
    assert "interrupted and not judged" in render.take(Look(), made, 1)
    assert "interrupted and not judged" in render.session(Look(), made)
    assert render.drill(Look(), made, 1)
    assert render.session(Look(), replace(made, takes=()))


def test_a_long_take_is_many_words_and_no_waiting() -> None:
    words = tuple(Word(f"w{at}{'.' if at % 12 == 0 else ''}", at * 0.4, at * 0.4 + 0.3)
                  for at in range(4500))  # fmt: skip
    long = take(transcript=Transcript(text_of(words), words))
    assert render.take(Look(), session("one", long), 1).count('<span class="w') == 4500


def test_marks_lie_where_they_belong() -> None:
    one = take()
    whole = marks.seconds_of(one)
    found = {mark.kind: mark for mark in marks.marks(one)}
    assert found["filler"].x == pytest.approx(1000 * 1.1 / whole, abs=0.1)
    assert found["repetition"].width == pytest.approx(1000 * 0.6 / whole, abs=0.1)
    assert [zone.light for zone in marks.zones(one)] == ["none", "green"]
    assert sum(zone.width for zone in marks.zones(one)) <= 1000
    words = marks.sentences(one)[0].words
    assert [word.text for word in words if "filler" in word.kinds] == ["um"]
    assert [word.text for word in words if word.moves] == [
        "I", "am", "Camille", "Martin", "here", "is", "my", "my", "card",
    ]  # fmt: skip
    assert next(word for word in words if word.pause).text == "um"


def test_what_changed() -> None:
    before = take(moves=take().moves[:1])
    after = take()
    found = change(before, after)
    assert found.gained == ("card_handoff",)
    assert found.lost == ()
    assert found.pace == 0
    assert change(after, before).lost == ("card_handoff",)
    assert change(before, take(timing=None)).seconds is None


def test_the_best_take() -> None:
    short = take(timing=replace(take().timing, verdict="short"))  # type: ignore[type-var]
    complete = take(missed=())
    assert best([take(), complete, short]) == 1
    assert best([take(), take()]) == 1
    assert best([take(timing=None)]) is None


def test_marks_and_fillers_meet_once_and_within_a_reaction() -> None:
    found = awareness([1.0, 5.0, 9.0], [1.6, 1.7, 5.4, 20.0])
    assert found.both == (1.0, 5.0)
    assert found.only_heard == (9.0,)
    assert found.only_marked == (1.7, 20.0)
    assert awareness([], []) == awareness((), ())


def test_charts_stay_in_their_frame() -> None:
    scale = charts.Scale(0.0, 10.0, str, (0.0, 5.0))
    figures = [(date(2026, 3, day), value) for day, value in ((1, 0.0), (2, 30.0), (3, 7.0))]
    found = charts.chart(figures, scale, str)
    assert found is not None
    for x, y in found.points:
        assert charts.LEFT <= x <= charts.RIGHT
        assert charts.TOP <= y <= charts.BOTTOM
    assert found.top == "30.0"
    assert charts.chart([], scale, str) is None


@pytest.mark.parametrize(
    ("header", "language"),
    [("fr-FR,fr;q=0.9,en;q=0.8", "fr"), ("en-GB", "en"), ("de,fr;q=0.5", "fr"), ("", "en"),
     ("en;q=0.1,fr", "fr"), ("xx;q=oops", "en")],
)  # fmt: skip
def test_the_browsers_language(header: str, language: str) -> None:
    assert preferred(header) == language


def test_every_phrase_of_the_page_is_used_and_every_used_one_exists() -> None:
    sources = [*SOURCE.rglob("*.html"), *SOURCE.rglob("*.py")]
    sources += [*(SOURCE.parent / "export").rglob("*.*"), SOURCE.parent / "cli" / "trends.py"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources if path.suffix != ".pyc")
    used = set(re.findall(r"""\bt\(['"](\w+)['"]""", text))
    assert {key for key in used if not key.endswith("_")} <= set(phrases("en")["review"])
    built = ("language_", "difficulty_", "legend_", "chart_", "key_", "refused", "not_found")
    for key in phrases("en")["review"]:
        assert key in used or f'"{key}"' in text or key.startswith(built), key


# the guard

HOST = "127.0.0.1:4242"


async def _page(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"secret"})


def ask(
    guard: Guard, path: str = "/", method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One request; gives the status, the headers and the body."""
    sent: list[MutableMapping[str, Any]] = []
    given = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    where, _, query = path.partition("?")
    scope = {
        "type": "http", "method": method, "path": where, "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items() if value],
    }  # fmt: skip

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(guard(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, sent[1]["body"]


@pytest.fixture
def guard() -> Guard:
    return Guard(_page, HOST)


def cookie(guard: Guard) -> str:
    return ask(guard, f"/open?token={guard.token}")[1]["set-cookie"].split(";")[0]


def test_the_token_opens_once(guard: Guard) -> None:
    token = guard.token
    status, headers, _ = ask(guard, f"/open?token={token}&to=/progress")
    assert (status, headers["location"]) == (303, "/progress")
    assert "HttpOnly" in headers["set-cookie"]
    assert "SameSite=Strict" in headers["set-cookie"]
    assert token not in headers["set-cookie"]
    assert ask(guard, f"/open?token={token}")[0] == 401
    assert ask(guard, cookie=headers["set-cookie"].split(";")[0])[2] == b"secret"


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil", "", "/a\r\nb"])
def test_the_door_leads_only_into_this_page(guard: Guard, to: str) -> None:
    from urllib.parse import quote

    assert ask(guard, f"/open?token={guard.token}&to={quote(to)}")[1]["location"] == "/"


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "localhost:4242"},
        {"host": "127.0.0.1"},
        {"host": ""},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "null", "sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"origin": "http://127.0.0.1:9999", "sec_fetch_site": "same-site"},
    ],
    ids=str,
)
def test_what_another_site_sends_is_refused(guard: Guard, headers: dict[str, str]) -> None:
    known = cookie(guard)
    for method in ("GET", "POST"):
        status, told, body = ask(guard, method=method, cookie=known, **headers)
        assert status == 403
        assert b"secret" not in body
        assert "content-security-policy" in told


def test_changes_come_from_this_page_only(guard: Guard) -> None:
    known = cookie(guard)
    mine = f"http://{HOST}"
    assert ask(guard, method="POST", cookie=known)[0] == 403
    assert ask(guard, method="POST", cookie=known, sec_fetch_site="none", origin=mine)[0] == 403
    assert ask(guard, method="POST", cookie=known, origin=mine)[0] == 200
    form = {"origin": "null", "sec_fetch_site": "same-origin"}
    assert ask(guard, method="POST", cookie=known, **form)[0] == 200


@pytest.mark.parametrize("given", ["", "repete-4242=guess", "repete-4242=", "é=ü", "repete-1=x"])
def test_without_the_cookie_nothing_is_told(guard: Guard, given: str) -> None:
    status, headers, body = ask(guard, cookie=given)
    assert (status, body) == (401, b"Open this page with `repete review`.")
    assert headers["x-content-type-options"] == "nosniff"


def test_every_answer_is_armoured(guard: Guard) -> None:
    _, headers, _ = ask(guard, cookie=cookie(guard))
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
