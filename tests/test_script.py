"""The script of a take: both voices in the order in which they were heard, wherever it is shown."""

from __future__ import annotations

from repete.export import markdown, textgrid
from repete.export.page import write
from repete.export.sheet import Sheet
from repete.model import Said, Take
from repete.review import marks, render
from repete.script import script
from tests.conftest import said
from tests.library import session, take

LINES = (
    Said(0.0, 0.4, "partner", "Which <floor>?", "lift"),
    Said(2.0, 3.4, "newcomer", "There you are!", "intruder", 2.6),
    Said(9.0, 9.5, "partner", "Goodbye!", "closing"),
)


def played() -> Take:
    """ "Hello." and then a sentence into which the newcomer speaks at 2 s."""
    text = "Hello. I would like to have lunch with you"
    return take(exchange=LINES, transcript=said(text, start=0.5))


def test_both_voices_stand_in_the_order_in_which_they_were_heard() -> None:
    assert [passage.text for passage in script(played())] == [
        "Which <floor>?",
        "Hello.",
        "I would like to",
        "There you are!",
        "have lunch with you",
        "Goodbye!",
    ]


def test_without_a_partner_the_script_is_the_sentences() -> None:
    found = script(take("Hello there. I am here"))
    assert [passage.text for passage in found] == ["Hello there.", "I am here"]
    assert [passage.start for passage in found] == [0.5, 1.1]


def test_no_word_is_lost() -> None:
    words = [word.text for sentence in marks.sentences(played()) for word in sentence.words]
    assert words == played().transcript.text.split()  # type: ignore[union-attr]


def test_the_page_shows_the_partners_lines_as_text() -> None:
    made = session("s", played())
    page = render.take(render.Look(), made, 1)
    assert "Which &lt;floor&gt;?" in page
    assert page.index("Hello.") < page.index("There you are!") < page.index(">lunch<")
    assert page.count("your voice stopped this line") == 1
    assert marks.zones(played()) == ()  # the clock stood still while the partner spoke


def test_the_exports_show_the_partners_lines() -> None:
    sheet = Sheet(session("s", played()), 1)
    written = markdown.write([sheet])
    assert written.index("Hello.") < written.index("» There you are") < written.index("have lunch")
    assert 'name = "partner"' in textgrid.write([sheet])
    assert 'name = "partner"' not in textgrid.write([Sheet(session("s"), 1)])
    assert "» There you are!" in write([sheet])
