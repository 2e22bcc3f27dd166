"""Exports are read back by independent parsers."""

from __future__ import annotations

import csv
import io
import itertools
import json
from dataclasses import replace
from pathlib import Path

import pytest
import srt
import webvtt
from praatio import textgrid

from repete.export import TEXTS
from repete.export.sheet import Sheet, captions
from repete.export.textgrid import filled
from repete.model import Audio, Correction, Session, Take, Transcript, Word
from repete.norms import baseline
from tests.conftest import said
from tests.library import session, take

NASTY = 'He said "wait" --> <b>&amp; \t|x| </script><script>alert(1)</script>'


def sheets(*takes: Take, sound: bytes | None = None) -> list[Sheet]:
    made: Session = session("one", *takes)
    return [Sheet(made, number, sound) for number in range(1, len(made.takes) + 1)]


def nasty() -> Take:
    return take(NASTY, moves=(), delivery=None)


@pytest.mark.parametrize("kind", TEXTS)
def test_a_take_without_words_or_judgement(kind: str) -> None:
    bare = replace(take(), transcript=None, timing=None, delivery=None, moves=(), feedback=None)
    assert TEXTS[kind](sheets(bare)) is not None


def test_srt() -> None:
    found = list(srt.parse(TEXTS["srt"](sheets())))
    assert [one.index for one in found] == list(range(1, len(found) + 1))
    assert " ".join(one.content for one in found) == take().transcript.text  # type: ignore[union-attr]
    assert found[0].start.total_seconds() == 0.5
    assert all(one.end <= two.start for one, two in itertools.pairwise(found))


def test_vtt() -> None:
    text = TEXTS["vtt"](sheets())
    found = list(webvtt.from_string(text))
    assert " ".join(one.text for one in found) == take().transcript.text  # type: ignore[union-attr]
    assert found[0].start == "00:00:00.500"
    assert "<b>" not in TEXTS["vtt"](sheets(nasty()))


def test_captions_are_short_and_break_at_sentences() -> None:
    one = take("One two. Three " + "word " * 60)
    found = captions(one)
    assert found[0].text == "One two."
    assert all(len(caption.text) <= 74 for caption in found)
    assert all(caption.end - caption.start <= 6.0 for caption in found)


def test_textgrid(tmp_path: Path) -> None:
    for one in (take(), nasty()):
        path = tmp_path / "take.TextGrid"
        path.write_text(TEXTS["textgrid"](sheets(one)), encoding="utf-8")
        grid = textgrid.openTextgrid(str(path), includeEmptyIntervals=False)
        words = grid.getTier("words")
        assert one.transcript
        assert [entry.label for entry in words.entries] == [
            word.text for word in one.transcript.words
        ]
        assert grid.maxTimestamp == pytest.approx(one.audio.seconds if one.audio else 0)
        assert [entry.label for entry in grid.getTier("moves").entries] == [
            hit.move for hit in one.moves
        ]


def test_intervals_fill_the_whole_without_overlap() -> None:
    found = filled([(2.0, 3.0, "b"), (0.5, 2.5, "a"), (9.0, 12.0, "c"), (11.0, 11.5, "d")], 10.0)
    assert found[0] == (0.0, 0.5, "")
    assert found[-1] == (9.0, 10.0, "c")
    assert all(one[1] == two[0] for one, two in itertools.pairwise(found))


def test_audacity() -> None:
    lines = TEXTS["audacity"](sheets()).splitlines()
    labels = [line.split("\t") for line in lines]
    assert all(len(label) == 3 and float(label[0]) <= float(label[1]) for label in labels)
    assert ["1.100000", "1.400000", "um"] in labels
    assert ["1.100000", "1.400000", "[fillers] um"] in labels
    assert labels == sorted(labels, key=lambda label: float(label[0]))


def test_csv_and_json() -> None:
    made = sheets(take(), take("=HYPERLINK(1)", moves=()))
    rows = list(csv.DictReader(io.StringIO(TEXTS["csv"](made))))
    assert [row["take"] for row in rows] == ["1", "2"]
    assert rows[0]["moves"] == "self_introduction card_handoff"
    assert rows[1]["text"] == "'=HYPERLINK(1)"
    documents = [json.loads(line) for line in TEXTS["json"](made).splitlines()]
    assert documents[0]["moves"][0]["move"] == "self_introduction"


def test_markdown_stays_text() -> None:
    text = TEXTS["md"](sheets(nasty()))
    assert "<script>" not in text.replace("\\<", "")
    assert "- [ ]" in TEXTS["md"](sheets())


def test_html_is_one_file_and_stays_text() -> None:
    text = TEXTS["html"](sheets(nasty(), sound=b"fLaC"))
    assert "<script>alert" not in text
    assert 'src="data:audio/flac;base64,' in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text
    assert 'src="/' not in text


def test_words_of_one_moment_do_not_break_captions() -> None:
    words = (Word("a", 1.0, 1.0), Word("b.", 1.0, 1.0), Word("c", 1.0, 1.2))
    odd = replace(take(), transcript=Transcript("a b. c", words))
    found = list(srt.parse(TEXTS["srt"](sheets(odd))))
    assert [one.content for one in found] == ["a b.", "c"]
    assert said("x").words


@pytest.mark.parametrize("kind", ["html", "md"])
def test_figures_stand_with_their_norm_the_speakers_own_and_the_recordings_flaws(kind: str) -> None:
    own = baseline([140.0, 150.0, 152.0, 160.0, 170.0])
    assert own
    flawed = take(audio=Audio("a.flac", 6.0, ("one_channel_dead",)))
    sheet = replace(sheets(flawed)[0], baselines={"words_per_minute": own})
    text = TEXTS[kind]([sheet])
    for part in ("150 words a minute", "Benki 2011", "you: 152", "only one channel", "0:01"):
        assert part in text, part


def test_labels_follow_the_speakers_marks() -> None:
    marked = take(correction=Correction((), "2026-03-02T10:00:00+01:00"))
    assert "[fillers]" in TEXTS["audacity"](sheets())
    assert "[fillers]" not in TEXTS["audacity"](sheets(marked))
