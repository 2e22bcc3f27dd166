"""Serve: which address gives which page. It only routes, and only listens to this computer."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from repete import curves, scenario
from repete import profile as profiles
from repete.correction import marked, retold
from repete.errors import RepeteError
from repete.habits import indexed
from repete.index import Index, Query
from repete.intake import Intake, Recording
from repete.model import LANGUAGES, Brief, Correction, Language, Session, Take
from repete.phrases import phrase
from repete.progress import Plans, Progress
from repete.progress import progress as progress_of
from repete.review import render
from repete.review.guard import Guard
from repete.store import UNDO_SECONDS, Store
from repete.summary import Baselines
from repete.transcribe.recognizer import Loading
from repete.voices.system import system_voice
from repete.wording import fill

ADDRESS = "127.0.0.1"
"""The only address that is listened to: this computer's own."""

FORM_LIMIT = 64 * 1024
"""Bytes that a form or a list of marks may have."""

UPLOAD_LIMIT = 4 * 1024**3
"""Bytes that a recording may have."""

PATIENCE = 20.0
"""Seconds that a client may keep silent in the middle of sending something."""

_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@dataclass
class Job:
    """A recording that is being taken in: the share done, and in the end its session or the
    reason why there is none."""

    share: float = 0.0
    session: str = ""
    is_new: bool = True
    error: str = ""


@dataclass
class Library:
    """What the pages are made of: the sessions, their index, the scenarios."""

    store: Store
    model: str = "base"
    jobs: dict[str, Job] = field(default_factory=dict)
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.scenarios = scenario.readable()
        self._measured: tuple[tuple[int, date], Progress] | None = None
        self.loading: Loading | None = None

    @contextmanager
    def index(self) -> Iterator[Index]:
        """The index, open while the block lasts."""
        with closing(Index(self.store)) as index:
            yield index

    def find(self, request: Request) -> Session:
        """The session that the address names, looked up in the index.

        Raises:
            HTTPException: there is none.
        """
        name = request.path_params["session"]
        with self.index() as index:
            if index.knows(name):
                try:
                    return self.store.load(name)
                except RepeteError:
                    index.refresh()
        raise HTTPException(404)

    def find_take(self, request: Request) -> tuple[Session, int, Take]:
        """The session, the number and the take that the address names.

        Raises:
            HTTPException: there is none.
        """
        session, number = self.find(request), request.path_params["number"]
        if not 1 <= number <= len(session.takes):
            raise HTTPException(404)
        return session, number, session.takes[number - 1]

    def sound(self, request: Request) -> Path:
        """The sound of the take that the address names.

        Raises:
            HTTPException: there is none.
        """
        session, number, _ = self.find_take(request)
        try:
            return self.store.sound(session, number)
        except RepeteError as error:
            raise HTTPException(404) from error

    def progress(self, index: Index) -> Progress:
        """The progress of today, measured again only when a session has changed."""
        index.refresh()
        key = index.changes(), date.today()
        if self._measured is None or self._measured[0] != key:
            self._measured = key, progress_of(index.takes(), self.plans(), key[1])
        return self._measured[1]

    def plans(self) -> Plans:
        """The moves that each scenario expects for each goal."""
        return {
            (name, goal): plan.expects
            for name, found in self.scenarios.items()
            for goal, plan in found.goals.items()
        }

    def answer(self, take: Take) -> str:
        """A model answer to what the take replied to; nothing when there is none."""
        found = self.scenarios.get(take.scenario or "")
        wording = found.wordings.get(take.language) if found else None
        text = wording.answer.get(take.goal, "") if wording else ""
        return fill(text, profiles.load(), wording.example) if wording and text else ""

    def retold(self, session: Session) -> Session:
        """The session with the feedback that follows from its speaker's marks."""
        return retold(session, self.scenarios, profiles.load())

    def baselines(self, session: Session, number: int) -> Baselines:
        """The speaker's own baselines, to stand beside a take."""
        with self.index() as index:
            return indexed(index, session.takes[number - 1].language, (session.id, number))

    def look(self, request: Request) -> render.Look:
        """How the reader wants the page: by the browser's language, and its own cookie."""
        language = preferred(request.headers.get("accept-language", ""))
        theme = request.cookies.get("theme", "")
        titles = {
            name: (found.wordings.get(language) or next(iter(found.wordings.values()))).title
            for name, found in self.scenarios.items()
        }
        return render.Look(language, theme if theme in ("light", "dark") else "", titles)


def preferred(header: str) -> Language:
    """The first of our languages in an Accept-Language header, by its weights; English if none."""
    wished: list[tuple[float, str]] = []
    for part in header.split(","):
        name, _, weight = part.partition(";q=")
        with contextlib.suppress(ValueError):
            wished.append((-float(weight or 1), name.strip()[:2].lower()))
    for _, name in sorted(wished, key=lambda wish: wish[0]):
        for language in LANGUAGES:
            if name == language:
                return language
    return "en"


class Pages:
    """One method a route."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def home(self, request: Request) -> Response:
        """The library."""
        asked = request.query_params
        query = Query(
            **{name: asked.get(name, "")[:200] for name in render.TEXTS},
            starred=asked.get("starred") == "1",
        )
        page = int(asked["page"]) if asked.get("page", "").isdecimal() else 0
        with self.library.index() as index:
            found = self.library.progress(index)
            rows = index.search(query, render.PAGE + 1, min(page, 10**6) * render.PAGE)
            shelf = render.Shelf(
                index.tags(),
                index.scenarios(),
                asked.get("undo", ""),
                next(iter(found.standings), None),
                next(iter(found.fresh), "") if found.takes else "",
            )
        return HTMLResponse(render.library(self.library.look(request), rows, query, shelf, page))

    def session(self, request: Request) -> Response:
        """A session."""
        found = self.library.retold(self.library.find(request))
        return HTMLResponse(render.session(self.library.look(request), found))

    def take(self, request: Request) -> Response:
        """A take."""
        session, number, take = self.library.find_take(request)
        beside = render.Beside(self.library.answer(take), self.library.baselines(session, number))
        told = self.library.retold(session)
        return HTMLResponse(render.take(self.library.look(request), told, number, beside))

    def drill(self, request: Request) -> Response:
        """A drill."""
        session, number, _ = self.library.find_take(request)
        return HTMLResponse(render.drill(self.library.look(request), session, number))

    def progress(self, request: Request) -> Response:
        """The progress."""
        with self.library.index() as index:
            found = self.library.progress(index)
        return HTMLResponse(render.progress(self.library.look(request), found, date.today()))

    def sound(self, request: Request) -> Response:
        """A take's sound, in ranges."""
        return FileResponse(self.library.sound(request), media_type="audio/flac")

    def curves(self, request: Request) -> Response:
        """A take's outline."""
        try:
            data = curves.encoded(self.library.sound(request))
        except RepeteError as error:
            raise HTTPException(404) from error
        return Response(data, media_type="application/json")

    def answer(self, request: Request) -> Response:
        """The model answer, spoken by this computer."""
        _, _, take = self.library.find_take(request)
        text = self.library.answer(take)
        if not text:
            raise HTTPException(404)
        voice = system_voice()
        try:
            path = voice.path_of(text, take.language)
        except RepeteError as error:
            raise HTTPException(503, str(error)) from error
        return FileResponse(path, media_type="audio/flac")

    async def change(self, request: Request) -> Response:
        """Give a session a name, a note, tags, a star."""
        session = await run_in_threadpool(self.library.find, request)
        form = await _form(request)
        changes = _changes(form)
        if changes:
            await run_in_threadpool(lambda: self.library.store.amend(session.id, **changes))
        await run_in_threadpool(self._follow, session.id)
        back = "/" if form.get("back") == "/" else f"/session/{session.id}"
        return RedirectResponse(back, 303)

    def delete(self, request: Request) -> Response:
        """Take a session out of the library; for half a minute it can be brought back."""
        session = self.library.find(request)
        self.library.store.discard(session)
        self._follow(session.id)
        return RedirectResponse(f"/?undo={session.id}", 303)

    def restore(self, request: Request) -> Response:
        """Bring back a session that was just deleted."""
        name = request.path_params["session"]
        try:
            self.library.store.restore(name)
        except RepeteError as error:
            raise HTTPException(404) from error
        self._follow(name)
        return RedirectResponse("/", 303)

    async def mark(self, request: Request) -> Response:
        """Keep where the speaker hears fillers."""
        session, number, take = await run_in_threadpool(self.library.find_take, request)
        try:
            times = msgspec.json.decode(await _body(request), type=list[float])
        except msgspec.DecodeError as error:
            raise HTTPException(400) from error
        whole = take.audio.seconds if take.audio else 0.0
        inside = tuple(sorted(round(at, 3) for at in times if 0 <= at <= whole))
        correction = Correction(inside, _now())
        await run_in_threadpool(self._correct, session.id, number, correction)
        return JSONResponse({"marks": len(inside)})

    async def mark_filler(self, request: Request) -> Response:
        """Let one filler count or not; without its number, forget every mark."""
        session, number, take = await run_in_threadpool(self.library.find_take, request)
        form = await _form(request)
        place = form.get("number", "")
        correction: Correction | None = None
        if place:
            counts = form.get("counts") == "1"
            try:
                correction = marked(take, int(place), counts, _now())
            except (ValueError, RepeteError) as error:
                raise HTTPException(400) from error
        await run_in_threadpool(self._correct, session.id, number, correction)
        return RedirectResponse(f"/session/{session.id}/take/{number}#filler-{place}", 303)

    def forget_marks(self, request: Request) -> Response:
        """Forget the speaker's marks."""
        session, number, _ = self.library.find_take(request)
        self._correct(session.id, number, None)
        return RedirectResponse(f"/session/{session.id}/take/{number}/drill", 303)

    async def take_in(self, request: Request) -> Response:
        """Receive a recording and begin to judge it; gives the address of its progress."""
        asked = request.query_params
        name = asked.get("name", "")[:200]
        made = _moment(asked.get("made", ""))
        folder = Path(await run_in_threadpool(tempfile.mkdtemp, prefix="repete-"))
        path = folder / f"recording{Path(name).suffix[:8]}"
        try:
            await _receive(request, path)
        except BaseException:
            _discard(path)
            raise
        job = f"{len(self.library.jobs) + 1}"
        self.library.jobs[job] = Job()
        brief = self._brief(asked.get("scenario", ""), asked.get("language", ""))
        called = Path(name).stem or phrase(brief.language, "review", "untitled")
        recording = Recording(path, called, made)
        task = asyncio.create_task(self._judge(self.library.jobs[job], recording, brief))
        request.app.state.tasks.add(task)
        task.add_done_callback(request.app.state.tasks.discard)
        return JSONResponse({"job": f"/import/{job}"}, 202)

    def importing(self, request: Request) -> Response:
        """How far a recording is."""
        job = self.library.jobs.get(request.path_params["job"])
        if job is None:
            raise HTTPException(404)
        return JSONResponse(asdict(job))

    async def _judge(self, job: Job, recording: Recording, brief: Brief) -> None:
        def work() -> None:
            if self.library.loading is None:
                self.library.loading = Loading(self.library.model, lambda text: None)
            intake = Intake(self.library.store, brief, profiles.load(), self.library.loading)

            def told(share: float) -> None:
                job.share = min(share, 0.99)

            taken = intake.take_in(recording, told)
            job.session, job.is_new = taken.session, taken.is_new

        try:
            async with self.library.one_at_a_time:
                await run_in_threadpool(work)
        except RepeteError as error:
            job.error = str(error).replace(str(recording.path), recording.name)
        finally:
            if not job.session and not job.error:
                job.error = f"{recording.name} could not be taken in: `repete import` tells why."
            job.share = 1.0
            _discard(recording.path)

    def _brief(self, name: str, language: str) -> Brief:
        spoken: Language = "fr" if language == "fr" else "en"
        found = self.library.scenarios.get(name)
        if found and spoken in found.wordings:
            goal = "network" if "network" in found.goals else "friend"
            return found.brief(spoken, "network" if goal == "network" else "friend")
        return Brief.unplanned(spoken, "network")

    def _correct(self, name: str, number: int, correction: Correction | None) -> None:
        self.library.store.correct(name, number, correction)
        self._follow(name)

    def _follow(self, name: str) -> None:
        with self.library.index() as index:
            index.update(name)


def application(library: Library) -> Starlette:
    """The pages of a library, behind no guard yet."""
    pages = Pages(library)
    session, take = "/session/{session}", "/session/{session}/take/{number:int}"
    routes = [
        Route("/", pages.home),
        Route("/progress", pages.progress),
        Route("/import", pages.take_in, methods=["POST"]),
        Route("/import/{job}", pages.importing),
        Route("/static/{name}", _static),
        Route(session, pages.session),
        Route(f"{session}/change", pages.change, methods=["POST"]),
        Route(f"{session}/delete", pages.delete, methods=["POST"]),
        Route(f"{session}/restore", pages.restore, methods=["POST"]),
        Route(take, pages.take),
        Route(f"{take}/drill", pages.drill),
        Route(f"{take}/sound", pages.sound),
        Route(f"{take}/curves", pages.curves),
        Route(f"{take}/answer", pages.answer),
        Route(f"{take}/fillers", pages.mark_filler, methods=["POST"]),
        Route(f"{take}/marks", pages.mark, methods=["POST"]),
        Route(f"{take}/marks/forget", pages.forget_marks, methods=["POST"]),
    ]

    def missing(request: Request, error: Exception) -> Response:
        """A page that says what is wrong."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        look = library.look(request)
        key = "not_found" if status == 404 else "refused"
        detail = getattr(error, "detail", "") if status == 503 else ""
        text = detail or phrase(look.language, "review", f"{key}_text")
        return HTMLResponse(
            render.message(look, phrase(look.language, "review", key), text), status
        )

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        """Empty the trash as long as the server lives, and when it ends."""
        app.state.tasks = set()
        sweeping = asyncio.create_task(_sweep(library))
        yield
        sweeping.cancel()
        await run_in_threadpool(_empty, library, 0.0)

    def failed(request: Request, error: Exception) -> Response:
        """A page with the failure in the user's words, such as a full disk."""
        look = library.look(request)
        heading = phrase(look.language, "review", "refused")
        return HTMLResponse(render.message(look, heading, str(error)), 500)

    handlers: dict[Any, Callable[[Request, Exception], Response]] = {
        HTTPException: missing,
        RepeteError: failed,
    }
    app = Starlette(routes=routes, exception_handlers=handlers, lifespan=lifespan)
    app.router.redirect_slashes = False
    return app


@dataclass(frozen=True)
class Server:
    """A server that is bound to its port: `address` opens it, once."""

    address: str
    guard: Guard
    socket: socket.socket

    def run(self) -> None:
        """Serve until Ctrl-C."""
        import uvicorn

        config = uvicorn.Config(
            self.guard,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            limit_concurrency=100,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=2,
            lifespan="on",
        )
        uvicorn.Server(config).run(sockets=[self.socket])


def server(library: Library, to: str = "/") -> Server:
    """A server on a free port of this computer, whose address leads to a page."""
    # told that it is TCP, asyncio sends small answers at once (TCP_NODELAY): 40 ms a page
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind((ADDRESS, 0))
    listening.listen()  # whoever comes before the server runs waits, and is not refused
    host = f"{ADDRESS}:{listening.getsockname()[1]}"
    guard = Guard(application(library), host)
    render.prepare()
    return Server(f"http://{host}/open?token={guard.token}&to={to}", guard, listening)


def _static(request: Request) -> Response:
    """A file of the page's own: only those that are shipped have a name."""
    name = request.path_params["name"]
    shipped = {one.name: one for one in (resources.files(__package__) / "static").iterdir()}
    if name not in shipped:
        raise HTTPException(404)
    kind = _KINDS.get(name.rsplit(".", 1)[-1], "application/octet-stream")
    return Response(shipped[name].read_bytes(), media_type=kind)


async def _form(request: Request) -> dict[str, str]:
    """A form as the browser sends it."""
    text = (await _body(request)).decode("utf-8", "replace")
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


async def _body(request: Request) -> bytes:
    """A short body, from a client that does not dawdle.

    Raises:
        HTTPException: it is too long or too slow.
    """
    body = b""
    async for part in _parts(request):
        body += part
        if len(body) > FORM_LIMIT:
            raise HTTPException(413)
    return body


async def _parts(request: Request) -> AsyncIterator[bytes]:
    parts = request.stream()
    while True:
        try:
            part = await asyncio.wait_for(anext(parts), PATIENCE)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise HTTPException(408) from error
        yield part


async def _receive(request: Request, path: Path) -> None:
    """Write what is sent into a file.

    Raises:
        HTTPException: it is too long or too slow.
    """
    size = 0
    with path.open("wb") as file:
        async for part in _parts(request):
            size += len(part)
            if size > UPLOAD_LIMIT:
                raise HTTPException(413)
            await run_in_threadpool(file.write, part)


def _changes(form: dict[str, str]) -> dict[str, Any]:
    """What a form changes in a session: only what it names."""
    changes: dict[str, Any] = {}
    if "name" in form:
        changes["name"] = " ".join(form["name"].split())[:200]
    if "note" in form:
        changes["note"] = form["note"].strip()[:10_000]
    if "tags" in form:
        named = (" ".join(tag.split()) for tag in form["tags"].split(","))
        changes["tags"] = tuple(dict.fromkeys(tag[:60] for tag in named if tag))
    if "starred" in form:
        changes["starred"] = form["starred"] == "1"
    return changes


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _moment(milliseconds: str) -> datetime:
    """When a file was last changed, as browsers tell it; now when they do not."""
    with contextlib.suppress(ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(int(milliseconds) / 1000).astimezone()
    return datetime.now().astimezone()


def _discard(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.parent.rmdir()


async def _sweep(library: Library) -> None:
    await run_in_threadpool(_scrub, library)  # what a server that was killed left behind
    while True:
        await asyncio.sleep(UNDO_SECONDS / 2)
        await run_in_threadpool(_empty, library, UNDO_SECONDS)


def _empty(library: Library, older_than: float) -> None:
    if library.store.empty_trash(older_than):
        _scrub(library)


def _scrub(library: Library) -> None:
    with library.index() as index:
        index.scrub()
