"""Scenario files: what is read, and every mistake with its line and cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from repete import scenario
from repete.errors import ScenarioError
from repete.model import GOALS, LANGUAGES, MOVES, PITCH_MOVES

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


def test_an_unknown_name_suggests_the_nearest() -> None:
    with pytest.raises(ScenarioError, match='Did you mean "interrupted"'):
        scenario.find("interupted")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="UTF-8"):
        scenario.load(tmp_path / "a.toml")
    with pytest.raises(ScenarioError, match="No such file"):
        scenario.load(tmp_path / "b.toml")
