"""Moves that a scenario brings itself, found by likeness to its examples."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from repete import scenario as scenarios
from repete.analysis import moves
from repete.analysis.moves import Setting
from repete.analysis.moves.own import Space, clauses, learn, told_apart
from repete.cli import app
from repete.feedback import give
from repete.model import Analysis, OwnMove, Transcript

TRADES = tomllib.loads(
    (Path(__file__).parent / "corpus" / "moves" / "own.toml").read_text(encoding="utf-8")
)
SHIPPED = Path(__file__).parents[1] / "scenarios" / "pitch.toml"


def brought(name: str) -> OwnMove:
    told = TRADES[name]
    return OwnMove(name, told["what"], tuple(told["examples"]), tuple(told["counter_examples"]))


@pytest.mark.parametrize("name", TRADES)
def test_a_move_of_another_trade_is_found_by_likeness(name: str) -> None:
    setting = Setting("en", own=(brought(name),))

    def made(text: str) -> bool:
        return any(hit.move == name for hit in moves.find(Transcript(text), setting))

    right = sum(made(text) for text in TRADES[name]["yes"])
    false = sum(made(text) for text in TRADES[name]["no"])
    assert 2 * right / (len(TRADES[name]["yes"]) + right + false) >= 0.75


def test_an_own_move_is_found_inside_a_reply_and_explained() -> None:
    setting = Setting("en", own=(brought("budget_question"),))
    text = (
        "It was raining all day in Leeds. How much money did you set aside for it? My dog hates it."
    )
    (hit,) = (it for it in moves.find(Transcript(text), setting) if it.move == "budget_question")
    assert "How much money" in hit.quote
    (near,) = moves.explain(Transcript(text), setting, ("budget_question",))
    assert near.reason == "counted"
    assert moves.find(Transcript("Thanks for watching!"), setting) == ()


def toy(words: object) -> np.ndarray:
    table = {"yes": [1.0, 0.2], "yeah": [1.0, 0.1], "no": [-1.0, 0.3], "nope": [-1.0, 0.1]}
    return np.array([table[word] for word in words], np.float32)  # type: ignore[attr-defined]


FLAT = Space(np.zeros(2, np.float32), np.eye(2, dtype=np.float32), np.array([[0, 1]], np.float32))


def test_a_direction_leads_from_the_counter_examples_to_the_examples() -> None:
    own = OwnMove("agree", "Agrees.", ("yes", "yeah", "yes"), ("no", "nope"))
    sure = learn(own, FLAT, toy).confidence(FLAT.place(toy(["yeah", "nope"])))
    assert sure[0] > 0.9
    assert sure[1] < 0.1
    assert told_apart(own, FLAT, toy)


def test_examples_that_are_no_different_cannot_be_told_apart() -> None:
    own = OwnMove("agree", "Agrees.", ("yes", "no", "yeah"), ("yes", "no", "nope"))
    assert not told_apart(own, FLAT, toy)


def test_clauses_are_sentences_and_parts_of_long_ones() -> None:
    assert list(clauses(["one", "two.", "three", "four"])) == [(0, 2), (2, 4)]
    long = ["word"] * 30
    assert all(last - first <= 14 for first, last in clauses(long))
    assert max(last for _, last in clauses(long)) == 30


def own_scenario(examples: str) -> str:
    text = SHIPPED.read_text(encoding="utf-8")
    return (
        text.replace('expects = ["', 'expects = ["budget_question", "', 1)
        + '\n[en.moves.budget_question]\nwhat = "Ask what they can spend."\n'
        + f"examples = {examples}\n"
        + 'counter_examples = ["Our price is low.", "When can we start?"]\n'
    )


FIVE = (
    '["What is your budget?", "How much can you spend?", "What did you set aside?", '
    '"Which price suits you?", "What can you pay?"]'
)


def test_a_scenario_brings_its_move(tmp_path: Path) -> None:
    text = own_scenario(FIVE)
    found, mistakes = scenarios.parse(text)
    assert not mistakes
    assert found
    brief = found.brief("en", next(iter(found.goals)))
    assert brief.wording.moves[0].name == "budget_question"
    told = give(brief, Transcript("Hello there"), Analysis(None, None, (), ("budget_question",)))
    assert "Ask what they can spend." in told.spoken
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    assert CliRunner().invoke(app, ["scenarios", "check", str(path)]).output.endswith("ok\n")


def test_too_few_examples_are_refused() -> None:
    _, mistakes = scenarios.parse(own_scenario('["What is your budget?"]'))
    assert any("5 or more" in mistake.text for mistake in mistakes)


def test_check_warns_of_examples_that_cannot_be_told_apart(tmp_path: Path) -> None:
    text = own_scenario(FIVE)
    text = text[: text.index("counter_examples")] + f"counter_examples = {FIVE}\n"
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    found = CliRunner().invoke(app, ["scenarios", "check", str(path)])
    assert "cannot be told apart" in found.output
    assert found.exit_code == 0
