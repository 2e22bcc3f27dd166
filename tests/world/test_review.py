"""The page in a real browser, and what an attacker sends to it."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from repete.model import Correction, Session
from repete.store import Store
from tests.library import kept, session, take
from tests.world.studio import AUDIO, Command, start

NASTY = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
ONE = "2026-03-02-090000-interrupted"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    assert path, "`./system-packages test` installs chromium"
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@dataclass(frozen=True)
class Door:
    """A running `repete review`: the address that opens it, once."""

    command: Command
    address: str

    @property
    def root(self) -> str:
        return "/".join(self.address.split("/")[:3])

    @property
    def host(self) -> str:
        return self.root.removeprefix("http://")


@contextmanager
def review(*arguments: str) -> Iterator[Door]:
    """The real command, in a process that dies if it reaches for the network."""
    command = start("review", "--no-browser", *arguments)
    try:
        command.wait_for("Ctrl-C ends it")
        address = next(line for line in command.lines if line.startswith("Review at "))
        yield Door(command, address.removeprefix("Review at "))
    finally:
        command.interrupt()
        command.ended(30)
        print("\n".join(command.lines))  # what the server complained of, when the test fails


@pytest.fixture
def library(home: Path) -> Store:
    """Two sessions: one with two takes, one whose every text is markup."""
    store = Store()
    first = take(moves=take().moves[:1], missed=("card_handoff", "lunch_ask"))
    kept(store, session(ONE, first, take()))
    nasty = take(NASTY, moves=(), delivery=None, feedback=None)
    made: Session = replace(session("2026-03-05-090000-nasty", nasty, day=3), name=NASTY)
    kept(store, replace(made, note=NASTY, tags=(NASTY,)))
    return store


@pytest.fixture
def door(library: Store) -> Iterator[Door]:
    with review() as opened:
        yield opened


@contextmanager
def reading(browser: Browser, door: Door, **look: Any) -> Iterator[Page]:
    """A page behind the door; no request leaves the host and no policy is broken."""
    context: BrowserContext = browser.new_context(**{"locale": "en-GB", **look})
    page = context.new_page()
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(door.address)
    try:
        yield page
    finally:
        context.close()
    assert asked
    assert [url for url in asked if not url.startswith(door.root + "/")] == []
    assert [text for text in told if "favicon" not in text] == []


@pytest.fixture
def page(browser: Browser, door: Door) -> Iterator[Page]:
    with reading(browser, door) as opened:
        yield opened


def to_take(page: Page, door: Door, number: int = 2) -> None:
    page.goto(f"{door.root}/session/{ONE}/take/{number}")
    page.wait_for_selector("#player[data-drawn]")


def at(page: Page) -> float:
    return float(page.evaluate("document.getElementById('sound').currentTime"))


def until(page: Page, expression: str, seconds: float = 30) -> None:
    """Wait until it is true; the page's policy forbids Playwright's own way, which is eval."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(40)


def playing(page: Page) -> bool:
    return not page.evaluate("document.getElementById('sound').paused")


def test_a_word_plays_from_its_second_and_the_words_follow(page: Page, door: Door) -> None:
    to_take(page, door)
    word = page.locator("#words .w", has_text="Martin")
    started = float(word.get_attribute("data-start") or 0)
    word.click()
    until(page, "!document.getElementById('sound').paused")
    assert started <= at(page) < started + 1.5
    now = "Number(document.querySelector('#words .now').dataset.start)"
    until(page, f"{now} > {started} + 0.5")
    assert page.locator("#words .now").count() == 1
    assert page.evaluate("document.getElementById('head').style.transform") != ""


def test_a_note_plays_the_very_second_it_speaks_of(page: Page, door: Door) -> None:
    to_take(page, door)
    page.locator(".notes .hear").first.click()
    until(page, "!document.getElementById('sound').paused")
    assert 1.2 <= at(page) < 2.6
    until(page, "document.getElementById('sound').paused")  # it stops by itself
    assert 2.6 <= at(page) < 3.6


def test_the_model_answer_is_spoken(page: Page, door: Door) -> None:
    to_take(page, door)
    page.get_by_role("button", name="Hear the model answer").click()
    until(page, "document.getElementById('answer').currentTime > 0", 60)


def test_takes_are_compared(page: Page, door: Door) -> None:
    page.goto(f"{door.root}/session/{ONE}")
    told = page.locator("section", has_text="Take 2 against take 1")
    expect(told).to_contain_text("hand over your card")
    expect(page.locator("section", has_text="In take 3")).to_contain_text("Propose to meet again")
    expect(page.locator("table.takes tr", has_text="hand over your card")).to_contain_text("✗")
    page.get_by_role("link", name="Take 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Take 1")


def test_search_rename_star_delete_and_undo(page: Page, library: Store) -> None:
    page.get_by_role("searchbox").fill("camil dévant")
    page.keyboard.press("Enter")
    expect(page.locator(".sessions .card")).to_have_count(1)
    expect(page.locator(".excerpt mark").first).to_have_text("Camille")
    page.locator("summary", has_text="Edit").click()
    page.get_by_label("Name", exact=True).fill("The gala")
    page.get_by_label("Tags", exact=True).fill("work, work, Friday")
    page.get_by_role("button", name="Save").click()
    card = page.locator(".sessions .card", has_text="The gala")
    expect(card.locator(".tags li")).to_have_text(["work", "Friday"])
    page.get_by_role("button", name="Star: The gala").click()
    expect(page.get_by_role("button", name="Star: The gala")).to_have_attribute(
        "aria-pressed", "true"
    )
    found = library.load(ONE)
    assert (found.name, found.tags, found.starred) == ("The gala", ("work", "Friday"), True)
    card.locator("summary", has_text="Edit").click()
    page.get_by_role("button", name="Delete: The gala").click()
    expect(page.locator(".sessions .card")).to_have_count(1)
    assert not (library.folder / ONE).exists()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".sessions .card")).to_have_count(2)
    assert library.load(ONE) == found


def test_what_is_deleted_is_gone_when_the_page_ends(
    browser: Browser, library: Store, home: Path
) -> None:
    with review() as door, reading(browser, door) as page:
        card = page.locator(".sessions .card", has_text="Camille").or_(
            page.locator(".sessions .card").last
        )
        card.last.locator("summary", has_text="Edit").click()
        card.last.get_by_role("button", name="Delete").click()
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
    left = [path for path in (home / "sessions").rglob("*") if ONE in str(path)]
    assert left == []
    index = b"".join(path.read_bytes() for path in home.glob("index.sqlite*"))
    assert b"Devant" not in index


def test_a_recording_is_imported_once(page: Page, library: Store) -> None:
    for told in ("Imported: open it", "Imported before: open it"):
        page.locator("summary", has_text="Import recordings").click()
        page.locator("#import-scenario").select_option("pitch")
        with page.expect_file_chooser() as chooser:
            page.locator("label.button", has_text="Choose files").click()
        chooser.value.set_files(AUDIO / "pitch.en.flac")
        link = page.get_by_role("link", name=told)
        expect(link).to_be_visible(timeout=120_000)
        link.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("pitch.en")
        expect(page.locator("table.takes")).to_contain_text("give a proof")
        page.get_by_role("link", name="Library").click()
    assert len(list(library.sessions())) == 3


def test_what_is_no_recording_is_told(page: Page, tmp_path: Path) -> None:
    (tmp_path / "broken.wav").write_text("no sound at all")
    page.locator("#files").set_input_files(tmp_path / "broken.wav")
    expect(page.locator("#imports")).to_contain_text("cannot be read", timeout=60_000)


def test_a_drill_corrects_the_record(page: Page, door: Door, library: Store) -> None:
    page.goto(f"{door.root}/session/{ONE}/take/2/drill")
    page.get_by_role("button", name="Start").click()
    until(page, "document.getElementById('sound').currentTime > 1.2")
    page.keyboard.press("f")
    until(page, "document.getElementById('sound').currentTime > 3.5")
    page.keyboard.press(" ")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("section", has_text="What both of you heard")).to_be_visible()
    found = library.load(ONE).takes[1]
    assert found.correction
    assert len(found.correction.fillers) == 2
    assert found.delivery == take().delivery  # what was heard stays
    page.get_by_role("button", name="Forget my marks").click()
    expect(page.locator("section", has_text="What both of you heard")).to_have_count(0)
    assert library.load(ONE).takes[1].correction is None


def test_a_filler_is_marked_by_hand_and_by_key_and_the_page_follows(
    page: Page, door: Door, library: Store
) -> None:
    to_take(page, door)
    button = page.get_by_role("button", name="um at 0:01.1 counts as a filler")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".w.filler")).to_have_count(1)
    button.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_be_focused()
    expect(page.locator(".norms")).to_contain_text("0 fillers, 0 a minute, as you marked them")
    expect(page.locator(".w.filler")).to_have_count(0)
    correction = library.load(ONE).takes[1].correction
    assert correction
    assert correction.fillers == ()
    page.wait_for_selector("#player[data-drawn]")
    page.locator("#words .w", has_text="Camille").click()
    page.keyboard.press("k")
    before = at(page)
    page.keyboard.press("x")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.wait_for_selector("#player[data-drawn]")
    assert at(page) == pytest.approx(before, abs=0.3)  # one goes on where one was
    assert library.load(ONE).takes[1].correction is None
    button.click()
    page.get_by_role("button", name="Forget my marks").click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert library.load(ONE).takes[1].correction is None


def test_dark_by_the_system_and_by_the_button(browser: Browser, door: Door) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    with reading(browser, door, color_scheme="dark") as page:
        dark = page.evaluate(ground)
        page.get_by_role("button", name="Dark").click()
        light = page.evaluate(ground)
        assert dark != light
        page.reload()
        assert page.evaluate(ground) == light


def test_nothing_is_wider_than_a_small_phone(browser: Browser, door: Door) -> None:
    with reading(browser, door, viewport={"width": 320, "height": 640}) as page:
        for path in every_page()[:-1]:
            page.goto(door.root + path)
            page.wait_for_load_state("networkidle")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 320, (path, wide)


def test_with_the_keyboard_alone(page: Page, door: Door) -> None:
    to_take(page, door)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press(" ")
    until(page, "document.getElementById('sound').currentTime > 0.2")
    assert playing(page)
    page.keyboard.press(" ")
    assert not playing(page)
    page.keyboard.press("Home")
    page.keyboard.press("n")
    assert at(page) == pytest.approx(1.1, abs=0.1)
    page.keyboard.press("n")
    assert at(page) == pytest.approx(1.4, abs=0.1)
    page.keyboard.press("p")
    page.keyboard.press(".")
    first = at(page)
    page.keyboard.press(".")
    assert at(page) == pytest.approx(first + 0.3, abs=0.05)
    page.keyboard.press("-")
    assert page.evaluate("document.getElementById('sound').playbackRate") == 0.9
    page.keyboard.press("r")
    expect(page.locator("#repeat")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("r")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_have_attribute("open", "")
    page.locator("#keys-on").focus()
    page.keyboard.press(" ")
    before = at(page)
    page.locator("#main").focus()
    page.keyboard.press("End")
    assert at(page) == pytest.approx(before, abs=0.5)  # single keys are off
    page.locator("#track").focus()
    page.keyboard.press("Home")
    assert at(page) < 1


def every_page() -> list[str]:
    nasty = "/session/2026-03-05-090000-nasty"
    return [
        "/", "/?words=camille&starred=1", "/?words=camille", "/progress", f"/session/{ONE}",
        f"/session/{ONE}/take/2", f"/session/{ONE}/take/2/drill", nasty, f"{nasty}/take/1",
        "/session/none",
    ]  # fmt: skip


@pytest.mark.parametrize("look", [("light", "en-GB"), ("dark", "fr-FR")], ids=str)
def test_axe_finds_nothing(
    browser: Browser, door: Door, library: Store, look: tuple[str, str]
) -> None:
    library.correct(ONE, 2, Correction((1.2, 4.0), "2026-03-02T10:00:00+01:00"))
    with reading(browser, door, color_scheme=look[0], locale=look[1]) as page:
        for path in every_page()[:-1]:
            page.goto(door.root + path)
            page.wait_for_load_state("networkidle")
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            found = Axe().run(page)
            assert found.violations_count == 0, (path, found.generate_report())
            assert page.locator("html").get_attribute("lang") == look[1][:2]


def test_markup_stays_text(page: Page, door: Door) -> None:
    for path in every_page()[:-1]:
        page.goto(door.root + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.hacked") is None, path
        assert page.locator("main img").count() == 0
    page.goto(f"{door.root}/session/2026-03-05-090000-nasty")
    expect(page.get_by_role("heading", level=1)).to_have_text(NASTY)
    expect(page.locator(".own")).to_have_text(NASTY)


# what an attacker would send


def send(
    door: Door, path: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    address, port = door.host.split(":")
    line = http.client.HTTPConnection(address, int(port), timeout=30)
    try:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body, given)
        answer = line.getresponse()
        told = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, told, answer.read()
    finally:
        line.close()


def enter(door: Door) -> str:
    status, headers, _ = send(door, door.address.removeprefix(door.root))
    assert status == 303
    return headers["set-cookie"].split(";")[0]


def test_an_attacker_gets_nothing(door: Door, library: Store) -> None:
    paths = [*every_page(), f"/session/{ONE}/take/1/sound", f"/session/{ONE}/take/1/curves",
             "/static/app.css", "/import/1"]  # fmt: skip
    for path in paths:
        assert send(door, path)[0] == 401, path
    known = enter(door)
    assert send(door, door.address.removeprefix(door.root))[0] == 401  # the token was used
    changing = [f"/session/{ONE}/delete", f"/session/{ONE}/change", "/import?name=x.wav",
                f"/session/{ONE}/take/1/marks"]  # fmt: skip
    for path in [*paths, *changing]:
        method = "POST" if path in changing else "GET"
        for headers in (
            {"Host": "evil.example"},
            {"Host": f"evil.example:{door.host.split(':')[1]}"},
            {"Origin": "https://evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
        ):
            status, told, _ = send(door, path, method, b"", Cookie=known, **headers)
            assert status == 403, (path, headers)
            assert "default-src 'none'" in told["content-security-policy"]
    for path in changing:  # a GET changes nothing, nor a POST that does not say where it is from
        assert send(door, path, Cookie=known)[0] == 405 or "import" in path
        assert send(door, path, "POST", b"", Cookie=known)[0] == 403
    assert library.load(ONE).takes[0].correction is None


@pytest.mark.parametrize(
    "name",
    ["..", "../..", "%2e%2e", "..%2f..%2fprofile.json", "....//", ".trash", "%00", "~", "'", "*",
     "..\\..", "%252e%252e", "last", ".", "x" * 5000],
)  # fmt: skip
def test_no_id_leads_out_of_the_library(door: Door, name: str) -> None:
    known = enter(door)
    name = name.replace("\\", "%5c")
    named = (f"/session/{name}", f"/session/{name}/take/1", f"/session/{name}/take/1/sound")
    for path in (*named, f"/session/{ONE}/take/{name}/sound", f"/static/{name}", f"/import/{name}"):
        status, _, body = send(door, path, Cookie=known)
        assert status in (400, 404), (path, status)
        assert b"root:" not in body
    mine = {"Origin": door.root, "Cookie": known}
    for path in (f"/session/{name}/delete", f"/session/{name}/restore", f"/session/{name}/change"):
        assert send(door, path, "POST", b"", **mine)[0] in (400, 404)
    assert send(door, f"/session/{ONE}/take/0/sound", Cookie=known)[0] == 404
    assert send(door, f"/session/{ONE}/take/99999999999999999999/sound", Cookie=known)[0] == 404


def test_ranges(door: Door, library: Store) -> None:
    known = enter(door)
    path = f"/session/{ONE}/take/1/sound"
    size = library.sound(library.load(ONE), 1).stat().st_size
    status, headers, body = send(door, path, Cookie=known, Range="bytes=10-19")
    assert (status, len(body)) == (206, 10)
    assert headers["content-range"] == f"bytes 10-19/{size}"
    status, _, body = send(door, path, Cookie=known, Range="bytes=0-2147483648")
    assert (status, len(body)) == (206, size)
    for asked in ("bytes=2147483648-", "bytes=9-1", "bytes=-", "lines=1-2", "bytes=x-y"):
        status, _, body = send(door, path, Cookie=known, Range=asked)
        assert status in (200, 400, 416), asked
        assert len(body) <= size
    many = "bytes=" + ",".join(f"{at}-{at + 1}" for at in range(0, 4000, 3))
    assert send(door, path, Cookie=known, Range=many)[0] in (200, 206, 400, 416)


def test_what_is_too_long_or_too_odd_is_refused(door: Door) -> None:
    mine = {"Origin": door.root, "Cookie": enter(door)}
    change, marks = f"/session/{ONE}/change", f"/session/{ONE}/take/1/marks"
    assert send(door, change, "POST", b"name=" + b"x" * 70_000, **mine)[0] == 413
    for body in (b"{}", b"[1e999]", b'["x"]', b"\xff\xfe", b"[" * 5000):
        assert send(door, marks, "POST", body, **mine)[0] == 400
    assert send(door, marks, "POST", b"[-1, 0.5, 1e9]", **mine)[2] == b'{"marks":1}'
    assert send(door, "/?page=99999999999&since=x&words=%00%ff", Cookie=mine["Cookie"])[0] == 200


def test_slow_clients_hold_up_nobody(door: Door) -> None:
    known = enter(door)
    address, port = door.host.split(":")
    slow = [socket.create_connection((address, int(port)), timeout=30) for _ in range(20)]
    try:
        for number, line in enumerate(slow):
            head = f"POST /import?name=x.wav HTTP/1.1\r\nHost: {door.host}\r\nCookie: {known}\r\n"
            head += f"Origin: {door.root}\r\nContent-Length: 1000000\r\n"
            line.sendall((head if number % 2 else head + "\r\nabc").encode())
        assert send(door, "/", Cookie=known)[0] == 200
        assert send(door, f"/session/{ONE}", Cookie=known)[0] == 200
    finally:
        for line in slow:
            line.close()


def test_only_this_computer_is_listened_to(door: Door) -> None:
    port = int(door.host.split(":")[1])
    listening = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    mine = [line.split()[1] for line in listening if line.split()[3] == "0A"]
    assert f"0100007F:{port:04X}" in mine
    assert not [one for one in mine if one.endswith(f":{port:04X}") and one[:8] != "0100007F"]


def test_a_session_is_opened_by_name(browser: Browser, library: Store) -> None:
    with review("2026-03-02") as door, reading(browser, door) as page:
        expect(page.get_by_role("heading", level=1)).to_have_text("Interrupted")
    missing = start("review", "1999", "--no-browser")
    assert missing.ended() == 2
    assert "no session" in missing.text
    assert os.environ["REPETE_HOME"]


def test_the_exported_page_plays_anywhere(browser: Browser, library: Store, tmp_path: Path) -> None:
    path = tmp_path / "session.html"
    assert start("export", ONE, "--output", str(path)).ended() == 0
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.locator("section").last.locator(".w", has_text="Martin").click()
    until(page, "document.querySelectorAll('audio')[1].currentTime > 2")
    expect(page.locator("section").last.locator(".now")).to_have_count(1)
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    page.evaluate("document.querySelectorAll('audio')[1].pause()")
    page.wait_for_timeout(500)  # a word that fades is no colour yet
    assert Axe().run(page).violations_count == 0
    page.close()


def test_the_exported_markup_stays_text(browser: Browser, library: Store, tmp_path: Path) -> None:
    path = tmp_path / "nasty.html"
    made = start("export", "2026-03-05", "--no-sound", "--output", str(path))
    assert made.ended() == 0, made.text
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.evaluate("window.hacked") is None
    expect(page.get_by_role("heading", level=1)).to_have_text(NASTY)
    page.close()


def test_a_recording_is_imported_by_drop(page: Page, library: Store) -> None:
    data = page.evaluate_handle(
        """async () => {
            const made = new DataTransfer();
            made.items.add(new File(["no sound at all"], "dropped.wav"));
            return made;
        }"""
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": data})
    expect(page.locator("#imports")).to_contain_text("dropped.wav")
    expect(page.locator("#imports")).to_contain_text("cannot be read", timeout=60_000)
