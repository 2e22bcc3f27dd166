"""Draw every page of `repete review` at two widths, from real takes, into docs/.

    .venv/bin/python docs/screenshots.py

The takes are the sample recordings, judged by the real recognizer; the earlier ones are cut short,
as first takes are. Dates are spread over some weeks, for the sake of the curves.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from repete import clips, scenario
from repete.judging import Evidence, judge
from repete.model import Clip, Language, Session, Span, Take
from repete.review.serve import Library, server
from repete.store import Store
from repete.transcribe import weights
from repete.transcribe.recognizer import Recognizer
from repete.voice_activity import speech_in

HERE = Path(__file__).parent
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
WIDTHS = {"wide": (1280, 900), "phone": (390, 844)}
PLAYED: tuple[tuple[str, Language, tuple[float, ...], int], ...] = (
    ("pitch", "en", (0.6,), 33),
    ("interrupted", "en", (0.5,), 27),
    ("pitch", "fr", (0.7, 1.0), 20),
    ("pitch", "en", (0.8, 1.0), 13),
    ("interrupted", "fr", (0.6, 1.0), 6),
    ("pitch", "en", (1.0,), 2),
    ("interrupted", "en", (0.42, 0.75, 1.0), 0),
)
"""Scenario, language, the share of the recording that each take holds, and how many days ago."""


def main() -> None:
    """Make the sessions, then the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["REPETE_HOME"] = sys.argv[1] if len(sys.argv) > 1 else folder
        store = Store()
        if not list(store.sessions()):
            fill(store)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
            opened = server(Library(store))
            threading.Thread(target=opened.run, daemon=True).start()
            draw(browser, opened.address, store)
            browser.close()


def fill(store: Store) -> None:
    """Play every session."""
    recognizer = Recognizer(weights.find())
    for name, language, shares, days in PLAYED:
        whole = clips.read(HERE.parent / "audio" / f"{name}.{language}.flac")
        takes = [judged(recognizer, cut(whole, share), name, language) for share in shares]
        keep(store, takes, datetime.now().astimezone() - timedelta(days=days))
    newest = store.find("last")
    store.amend(newest.id, starred=True, tags=("gala", "Friday"), note="Slower on the name.")


def cut(clip: Clip, share: float) -> Clip:
    """The first part of a clip."""
    return clip.cut(Span(0, clip.seconds * share))


def judged(recognizer: Recognizer, clip: Clip, name: str, language: Language) -> tuple[Clip, Take]:
    """A take of the recording."""
    from repete.profile import load

    speech = speech_in(clip)
    brief = scenario.find(name).brief(language, "network")
    heard = recognizer.hear(clip, language, speech)
    return clip, judge(Evidence(clip, heard), brief, load())


def keep(store: Store, takes: list[tuple[Clip, Take]], when: datetime) -> Session:
    """A session of these takes."""
    first = takes[0][1]
    brief = scenario.find(first.scenario or "").brief(first.language, first.goal)
    session = store.start(brief, when)
    for clip, take in takes:
        session = store.adopt(session, clip, take)
    return session


def pages(store: Store) -> Iterator[tuple[str, str]]:
    """Each page's name and address."""
    newest = store.find("last")
    yield "library", "/"
    yield "session", f"/session/{newest.id}"
    yield "take", f"/session/{newest.id}/take/{len(newest.takes)}"
    yield "drill", f"/session/{newest.id}/take/{len(newest.takes)}/drill"
    yield "progress", "/progress"


def draw(browser: Browser, address: str, store: Store) -> None:
    """Every page at every width; the wide take page in the dark too."""
    context = browser.new_context(locale="en-GB", color_scheme="light")
    page = context.new_page()
    page.goto(address)
    root = "/".join(address.split("/")[:3])
    for name, path in pages(store):
        for width, (across, down) in WIDTHS.items():
            page.set_viewport_size({"width": across, "height": down})
            shoot(page, root + path, f"review-{name}-{width}")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="dark")
    newest = store.find("last")
    shoot(page, f"{root}/session/{newest.id}/take/{len(newest.takes)}", "review-take-dark")
    context.close()


def shoot(page: Page, address: str, name: str) -> None:
    """One picture of what is seen first."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if "take" in name:
        page.locator("#words .w").nth(12).click()
        page.wait_for_timeout(700)
        page.keyboard.press("k")
        page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=HERE / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main()
