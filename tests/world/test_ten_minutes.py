"""A user who talks for ten minutes without a pause, while the machine has something else to do."""

from __future__ import annotations

from tests.world.conftest import LongTalk

MEGABYTES = 470
"""Memory that ten minutes may take."""


def test_who_talks_for_ten_minutes_is_heard_to_the_last_word(long_talk: LongTalk) -> None:
    take = long_talk.take()
    assert "too busy" not in long_talk.text  # no sample was lost
    assert take["timing"]["verdict"] == "long"
    assert take["audio"]["seconds"] > 600
    words = take["transcript"]["words"]
    starts = [word["start"] for word in words]
    assert starts == sorted(starts)
    assert words[-1]["end"] - words[0]["start"] > 590
    said = take["transcript"]["text"].lower().count("clinic")
    assert abs(said - long_talk.clinics) <= 1
    assert long_talk.most_memory < MEGABYTES
