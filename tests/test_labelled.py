"""Labelled replies: reading them, and the table that they give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from repete import labelled
from repete.analysis.moves.scoring import Labelled, overlaps, score
from repete.cli import app
from repete.errors import LabelError
from repete.model import MOVES, Move

CORPUS = Path(__file__).parent / "corpus" / "moves"


def hit(move: str, quote: str = "words") -> Move:
    return Move(move, None, None, quote, 0.9)


def test_the_table_counts_hits_misses_alarms_and_evidence() -> None:
    replies = [
        Labelled("a", "en", moves=frozenset({"pivot"}), spans={"pivot": ("like my own clients",)}),
        Labelled("b", "en", moves=frozenset({"pivot"}), traps=frozenset({"lunch_ask"})),
        Labelled("c", "en", optional=frozenset({"pivot"}), moves=frozenset({"proof"})),
    ]
    found = [[hit("pivot", "just like my own clients")], [hit("lunch_ask")], [hit("pivot")]]
    table = score(replies, found)
    pivot, lunch = table.each["pivot"], table.each["lunch_ask"]
    assert (pivot.right, pivot.missed, pivot.false, pivot.overlap) == (1, 1, 0, 1.0)
    assert (pivot.precision, pivot.recall, round(pivot.f1, 3)) == (1.0, 0.5, 0.667)
    assert (lunch.false, lunch.alarm_rate) == (1, 1.0)
    assert table.each["proof"].missed == 0  # a pitch move outside a pitch
    assert table.macro == (0.5, 0.25, pivot.f1 / 2)


@pytest.mark.parametrize(
    ("quote", "marked", "same"),
    [
        ("here's my card", "Here’s my card.", True),
        ("my card", "take this, here's my card", True),
        ("lunch on Thursday", "here's my card", False),
        ("", "here", False),
    ],
)
def test_evidence_overlaps(quote: str, marked: str, same: bool) -> None:
    assert overlaps(quote, marked) is same


def test_spans_may_be_a_list_and_other_keys_are_passed_over() -> None:
    row = {"text": "Take my card", "lang": "en", "mood": 3, "moves": ["card_handoff"]}
    spans = [{"move": "card_handoff", "text": "my card"}]
    read = labelled.parse(json.dumps({**row, "spans": spans}))
    assert read.spans == {"card_handoff": ("my card",)}
    assert labelled.parse(json.dumps(row)).spans == {}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "not JSON"),
        ("[]", "not an object"),
        ('{"lang": "en"}', '"text" is missing'),
        ('{"text": "a"}', '"lang" is None'),
        ('{"text": "a", "lang": "de"}', "'de'"),
        ('{"text": "a", "lang": "en", "moves": "pivot"}', "not a list"),
        ('{"text": "a", "lang": "en", "moves": ["dance"]}', "'dance'"),
        ('{"text": "a", "lang": "en", "spans": 3}', "neither"),
        ('{"text": "a", "lang": "en", "spans": {"pivot": [3]}}', "not words"),
        ('{"text": "a", "lang": "en", "partner": 3}', "not a string"),
    ],
)
def test_a_bad_line_is_told_with_file_line_and_cure(line: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"text": "Hello", "lang": "en"}\n\n' + line + "\n", encoding="utf-8")
    with pytest.raises(LabelError, match=r"mine\.jsonl:3: ") as caught:
        labelled.read(path)
    assert told in str(caught.value)


def test_a_file_without_replies(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(LabelError, match="no replies"):
        labelled.read(path)
    with pytest.raises(LabelError, match="cannot be read"):
        labelled.read(tmp_path / "none.jsonl")


def test_the_command_prints_a_table_or_one_object_a_reply(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    rows = [
        {"text": "Here's my card, take it.", "lang": "en", "moves": ["card_handoff"]},
        {"text": "Il pleut depuis ce matin.", "lang": "fr", "moves": []},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    table = CliRunner().invoke(app, ["moves", "test", str(path)])
    assert table.exit_code == 0
    assert "card_handoff" in table.output
    assert "mean over moves" in table.output
    lines = CliRunner().invoke(app, ["moves", "test", str(path), "--json"]).output.splitlines()
    found = [json.loads(line)["moves"] for line in lines]
    assert [it["move"] for it in found[0]] == ["card_handoff"]
    assert {"move", "quote", "confidence"} <= set(found[0][0])
    assert found[1] == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_corpus_is_sound(language: str) -> None:
    for split in ("train", "dev", "test"):
        replies = labelled.read(CORPUS / f"{language}.{split}.jsonl")
        for reply in replies:
            assert set(reply.spans) == reply.moves
            assert not reply.moves & (reply.traps | reply.optional)
            for quotes in reply.spans.values():
                assert all(quote in reply.text for quote in quotes)
        made = {move for reply in replies for move in reply.moves}
        assert made == set(MOVES)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_detector_reaches_what_it_promises(language: str) -> None:
    from repete.analysis.moves import find
    from repete.model import Transcript

    replies = labelled.read(CORPUS / f"{language}.dev.jsonl")[::4]
    table = score(replies, [find(Transcript(it.text), it.setting) for it in replies])
    assert table.macro[2] >= 0.8
    assert table.whole.alarm_rate <= 0.08
    assert table.whole.overlap >= 0.9
