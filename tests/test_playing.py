"""What is being said, on an output that is asked for its samples by hand."""

from __future__ import annotations

import numpy as np
import pytest

from repete.model import SAMPLE_RATE, Samples
from repete.playing import FADE, Playlist

BLOCK = 100
ONES = np.ones(1000, np.float32)


def heard(line: Playlist, blocks: int) -> Samples:
    return np.concatenate([line.next(BLOCK) for _ in range(blocks)])


def test_nothing_said_is_silence() -> None:
    assert not heard(Playlist(), 3).any()


def test_a_clip_is_heard_from_the_next_sample_on() -> None:
    line = Playlist()
    heard(line, 2)
    line.add(ONES)
    assert np.array_equal(heard(line, 11), np.pad(ONES, (0, 100)))


def test_a_second_clip_follows_without_a_gap() -> None:
    line = Playlist()
    line.add(ONES[:150])
    line.add(2 * ONES[:70])
    assert heard(line, 3).tolist() == [1] * 150 + [2] * 70 + [0] * 80


def test_the_position_is_what_was_heard_not_what_was_handed_over() -> None:
    line = Playlist(rate=1000, latency=250)
    playing = line.add(ONES)
    heard(line, 2)
    assert playing.position == 0
    heard(line, 3)
    assert playing.position == pytest.approx(0.25)
    assert not playing.is_over
    heard(line, 7)
    assert playing.position == pytest.approx(0.95)
    assert not playing.is_over
    heard(line, 1)
    assert playing.position == pytest.approx(1.0)
    assert playing.is_over


def test_a_stopped_clip_fades_within_milliseconds() -> None:
    line = Playlist()
    playing = line.add(np.ones(SAMPLE_RATE, np.float32))
    heard(line, 5)
    fade = round(FADE * SAMPLE_RATE)
    assert playing.stop() == pytest.approx((500 + fade) / SAMPLE_RATE)
    out = heard(line, 5)
    assert not out[fade:].any()
    assert (np.diff(out[:fade]) < 0).all()
    assert np.abs(np.diff(np.concatenate([[1], out]))).max() < 0.02  # no click
    assert playing.is_over


def test_a_clip_that_is_stopped_twice_is_stopped_once() -> None:
    line = Playlist()
    playing = line.add(np.ones(SAMPLE_RATE, np.float32))
    heard(line, 5)
    assert playing.stop() == playing.stop()
    heard(line, 5)
    assert playing.stop() == pytest.approx(playing.position)


def test_a_clip_stopped_near_its_end_gains_no_length() -> None:
    line = Playlist()
    playing = line.add(ONES[:-100])
    heard(line, 9)
    assert playing.stop() == pytest.approx(len(ONES[:-100]) / SAMPLE_RATE)


def test_a_clip_stopped_before_its_turn_is_never_heard() -> None:
    line = Playlist()
    line.add(ONES[:150])
    waiting = line.add(2 * ONES)
    line.add(3 * ONES[:50])
    assert waiting.stop() == 0
    assert heard(line, 2).tolist() == [1] * 150 + [3] * 50
    assert waiting.is_over
    assert waiting.position == 0


def test_stopping_one_clip_lets_the_next_one_start() -> None:
    line = Playlist()
    first = line.add(np.ones(SAMPLE_RATE, np.float32))
    second = line.add(2 * ONES)
    heard(line, 1)
    first.stop()
    out = heard(line, 4)
    assert out[-1] == 2
    assert second.position > 0


def test_waiting_without_a_device_plays_to_the_end() -> None:
    line = Playlist()
    playing = line.add(ONES)
    playing.wait()
    assert playing.position == pytest.approx(len(ONES) / SAMPLE_RATE)


def test_an_empty_clip_is_over_at_once() -> None:
    line = Playlist()
    empty = line.add(ONES[:0])
    assert empty.is_over
    line.add(ONES)
    assert heard(line, 1).tolist() == [1] * 100


def test_the_clip_that_was_handed_in_is_not_changed() -> None:
    line = Playlist()
    samples = np.ones(1000, np.float32)
    line.add(samples).stop()
    heard(line, 3)
    assert samples.all()


def test_of_a_clip_whose_end_was_thrown_away_the_rest_is_known() -> None:
    line = Playlist(latency=300)
    heard(line, 1)
    playing = line.add(ONES)
    heard(line, 5)
    playing.cut(100 + 200)
    assert playing.seconds == 200 / SAMPLE_RATE
    assert playing.heard[-1] == 0
    assert np.abs(np.diff(playing.heard)).max() < 0.02  # no click in what is kept
    assert not heard(line, 5).any()
    assert playing.is_over
