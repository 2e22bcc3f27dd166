"""Scenario files: what is read, and every mistake with its line and cure."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from repete import scenario
from repete.errors import ScenarioError
from repete.model import GOALS, LANGUAGES, MODES, MOVES, PITCH_MOVES, Way

GOOD = """\
id = "lift"
target = [5, 20]

[goals.network]
expects = ["self_introduction", "card_handoff"]
essential = ["card_handoff"]
order = [["self_introduction", "card_handoff"]]

[en]
title = "The lift"
setting = "You share a lift."
partner = ["Which floor?"]

[en.aim]
network = "Be remembered."

[en.answer]
network = "I'm {name}, here's my card."

[en.say]
card_handoff = "Here's my card."
"""


def mistakes(text: str) -> list[tuple[int, str]]:
    return [(mistake.line, mistake.text) for mistake in scenario.parse(text)[1]]


def test_a_good_file() -> None:
    found, wrong = scenario.parse(GOOD)
    assert wrong == ()
    assert found is not None
    brief = found.brief("en", "network")
    assert brief.partner == "Which floor?"
    assert brief.plan.order == (("self_introduction", "card_handoff"),)
    assert not brief.is_pitch


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (('id = "lift"', 'id = "Lift off"'), 1, "small letters"),
        (("target = [5, 20]", "target = [20, 5]"), 2, "two numbers"),
        (("target = [5, 20]", 'target = "long"'), 2, "two numbers"),
        (("expects", "expect"), 5, 'did you mean "expects"?'),
        (('"self_introduction", "card_handoff"]\ne', '"self_introduction"]\ne'), 6, "add it to"),
        (('["card_handoff"]\no', '["card_handof"]\no'), 6, 'did you mean "card_handoff"?'),
        (('[["self_introduction", "card_handoff"]]', '["card_handoff"]'), 7, "pairs"),
        (('title = "The lift"', "title = 3"), 10, 'write title = "..."'),
        (('partner = ["Which floor?"]', 'partner = "Which floor?"'), 12, "list of sentences"),
        (('network = "Be remembered."', ""), 14, '"network" is missing'),
        (("{name}", "{nom}"), 18, "unknown blank {nom}"),
        (("[en.say]", "[en.says]"), 20, 'did you mean "say"?'),
        (('title = "The lift"', 'title = "The lift'), 10, "not TOML"),
    ],
)
def test_a_mistake(change: tuple[str, str], line: int, says: str) -> None:
    broken = GOOD.replace(*change, 1)
    assert broken != GOOD
    found = mistakes(broken)
    assert any(at == line and says in text for at, text in found), found


def test_every_mistake_is_told_at_once() -> None:
    broken = GOOD.replace("[5, 20]", "[]").replace("title", "titel")
    assert len(mistakes(broken)) == 3


def test_the_example_of_the_manual_is_right() -> None:
    manual = (Path(__file__).parents[1] / "docs" / "scenarios.md").read_text(encoding="utf-8")
    examples = [part.split("```")[0] for part in manual.split("```toml\n")[1:]]
    assert len(examples) == 2
    for example in examples:
        assert mistakes(example) == []
    for move in MOVES:
        assert f"| `{move}` |" in manual
    for mode in MODES:
        assert f"| `{mode}` |" in manual
    for condition in fields(Way):
        assert f"`{condition.name}" in manual


def test_an_empty_file() -> None:
    assert {text.split(" ")[0] for _, text in mistakes("")} >= {'"id"', "target", "add"}


@pytest.mark.parametrize("name", ["circulate", "monologue", "icebreaker", "interrupted", "pitch"])
def test_a_shipped_scenario_is_whole(name: str) -> None:
    found = scenario.find(name)
    assert found.id == name
    assert tuple(found.goals) == GOALS
    assert tuple(found.wordings) == LANGUAGES
    for wording in found.wordings.values():
        for goal in found.goals.values():
            assert set(goal.expects) <= set(wording.say)
            assert name == "pitch" or not set(goal.expects) & set(PITCH_MOVES)


def test_every_move_is_expected_somewhere() -> None:
    expected = {
        move
        for path in scenario.files().values()
        for goal in scenario.load(path).goals.values()
        for move in goal.expects
    }
    assert expected == set(MOVES)


def test_the_users_own_file_works_like_a_shipped_one(home: Path) -> None:
    (home / "scenarios").mkdir(parents=True)
    (home / "scenarios" / "lift.toml").write_text(GOOD)
    assert scenario.find("lift").id == "lift"


def test_a_broken_file_hides_no_other(home: Path) -> None:
    (home / "scenarios").mkdir(parents=True)
    (home / "scenarios" / "mine.toml").write_text("id = 3")
    assert "mine" in scenario.files()
    assert len(scenario.readable()) == len(scenario.files()) - 1


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(ScenarioError, match='Did you mean "interrupted"'):
        scenario.find("interupted")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="UTF-8"):
        scenario.load(tmp_path / "a.toml")
    with pytest.raises(ScenarioError, match="No such file"):
        scenario.load(tmp_path / "b.toml")


PLAY = """\
id = "stall"
target = [5, 30]

[goals.network]
expects = ["pivot", "lunch_ask"]
by = { pivot = 2 }

[cast]
partner = "woman"
friend = "man"

[hooks]
cheese = ["easy", "real"]

[beats.start]
mode = "talks_on"
ways = [
  { any_of = ["pivot"], to = "wants" },
  { hook = "cheese", difficulty = "hard", to = "wants" },
]
otherwise = "closing"

[beats.wants]
otherwise = "closing"

[beats.closing]
mode = "closes"
voice = "friend"

[fr]
title = "Au marché"
setting = "Elle tient un étal."

[fr.hooks]
cheese = ["fromage"]

[fr.lines]
start = [
  "Bonjour !",
  { say = "Je fais du fromage.", hook = "cheese" },
]
wants = [["Ah oui ?"], ["Tiens ?"]]
closing = [{ say = "Au revoir !", voice = "partner" }]

[fr.aim]
network = "Faites le pont."

[fr.answer]
network = "Moi aussi."
"""


WANTS = '[beats.wants]\notherwise = "closing"'
CLOSING = f'otherwise = "closing"\n\n{WANTS}'


def test_a_good_play() -> None:
    found, wrong = scenario.parse(PLAY)
    assert wrong == ()
    assert found
    assert found.goals["network"].by == {"pivot": 2}
    brief = found.brief("fr", "network")
    assert brief.partner == "Bonjour ! Je fais du fromage."
    assert [beat.voice for beat in brief.play] == ["partner", "partner", "friend"]


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (('mode = "talks_on"', 'mode = "talk_on"'), 16, 'did you mean "talks_on"?'),
        (('partner = "woman"', 'partner = "women"'), 9, 'did you mean "woman"?'),
        (('["easy", "real"]', '["easy", "reel"]'), 13, 'unknown difficulty "reel": did you mean'),
        (('any_of = ["pivot"]', 'any_of = ["pivott"]'), 18, 'did you mean "pivot"?'),
        (('hook = "cheese", diff', 'hook = "chese", diff'), 19, 'did you mean "cheese"?'),
        (('difficulty = "hard"', 'difficulty = "heard"'), 19, 'did you mean "hard"?'),
        (('"hard", to = "wants"', '"hard", to = "want"'), 19, 'unknown beat "want": did you mean'),
        (('"hard", to = "wants"', '"hard", turns = 0, to = "wants"'), 19, "whole number from 1"),
        (('any_of = ["pivot"], to', "to"), 18, "write it as `otherwise`"),
        (('any_of = ["pivot"]', "anyof = []"), 18, 'unknown key "anyof": did you mean "any_of"?'),
        ((WANTS, "[beats.wants]"), 23, "has no way out"),
        ((CLOSING, CLOSING.replace("closing", "end")), 26, 'no way leads to "closing"'),
        (
            ('[beats.wants]\notherwise = "closing"', '[beats.wants]\notherwise = "start"'),
            15,
            "back",
        ),
        (('mode = "closes"', 'mode = "closes"\notherwise = "end"'), 26, "closes the play"),
        (('voice = "friend"', 'voice = "frend"'), 28, 'did you mean "friend"?'),
        (('voice = "partner" }', 'voice = "partnr" }'), 43, 'did you mean "partner"?'),
        (('hook = "cheese" }', 'hook = "chese" }'), 40, 'did you mean "cheese"?'),
        ((', hook = "cheese" }', " }"), 37, 'no line holds the hook "cheese"'),
        (('cheese = ["fromage"]', ""), 34, 'the hook "cheese" has no words'),
        (('wants = [["Ah oui ?"], ["Tiens ?"]]', ""), 37, '"wants" has no lines in [fr.lines]'),
        (('"Bonjour !"', "3"), 38, "is a list of sentences"),
        (('say = "Au revoir !"', 'says = "Au revoir !"'), 43, 'did you mean "say"?'),
        (("wants = [[", 'want = ["?"]\nwants = [['), 42, 'unknown beat "want"'),
        (('title = "Au', 'partner = ["Hé !"]\ntitle = "Au'), 31, "move them there"),
        (("by = { pivot = 2 }", "by = { pivott = 2 }"), 6, 'did you mean "pivot"?'),
        (("by = { pivot = 2 }", "by = 2"), 6, "{ pivot = 2 }"),
        (("[beats.closing]", "[beats.end]"), 26, "another name"),
    ],
)
def test_a_mistake_in_a_play(change: tuple[str, str], line: int, says: str) -> None:
    broken = PLAY.replace(*change, 1)
    assert broken != PLAY
    found = mistakes(broken)
    assert any(at == line and says in text for at, text in found), found


def test_every_language_needs_every_line() -> None:
    english = PLAY[PLAY.index("[fr]") :].replace("fr", "en").replace("closing = ", "closed = ")
    found = [text for _, text in mistakes(PLAY + english)]
    assert any('"closing" has no lines in [en.lines]' in text for text in found)
    assert any('unknown beat "closed": did you mean "closing"?' in text for text in found)


@pytest.mark.parametrize(
    "broken",
    [
        "beats = 3",
        "[beats]\nstart = 3",
        "[beats.start]\nways = 3\notherwise = 4",
        "[beats.start]\nways = [3]\nmode = []\nvoice = {}",
        "[beats.start]\nways = [{ to = [], silent = 3, spoken = 'x', turns = 'x', goal = 3 }]",
        "[hooks]\na = 3\n[cast]\na = 3",
        "[en]\nlines = 3\nhooks = 3",
        "[beats.a]\notherwise = 'end'\n[en.lines]\na = [[], {}]\n[en.hooks]\na = 3",
        "[beats.a]\notherwise = 'end'\n[en.lines]\na = [[['x']]]",
        "[hooks]\na = ['easy']\n[beats.a]\notherwise = 'end'\n[en.lines]\na = [{ hook = 3 }]",
    ],
)
def test_nonsense_is_a_mistake_and_never_a_crash(broken: str) -> None:
    found, wrong = scenario.parse(broken)
    assert found is None
    assert wrong
