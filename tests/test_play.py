"""Plays: where they go for every kind of user, told as toys."""

from __future__ import annotations

import pytest

from repete import scenario
from repete.analysis import moves
from repete.errors import ScenarioError
from repete.model import (
    DIFFICULTIES,
    END,
    GOALS,
    LANGUAGES,
    Brief,
    Difficulty,
    GoalName,
    Language,
    Profile,
    Said,
    Transcript,
)
from repete.play import CutIn, Performance, Reply, drilled
from repete.wording import fill

TOY = """\
id = "toy"
target = [10, 40]

[goals.network]
expects = ["acknowledge", "pivot", "follow_up"]
essential = ["pivot"]

[goals.friend]
expects = ["acknowledge"]

[cast]
partner = "man"
newcomer = "woman"

[hooks]
roof = ["easy", "real", "hard"]
town = ["easy"]

[beats.talk]
mode = "talks_on"
ways = [
  { all_of = ["acknowledge", "pivot"], to = "thanks" },
  { hook = "roof", to = "roof" },
  { silent = true, to = "asks" },
]
otherwise = "asks"

[beats.roof]
ways = [{ all_now = ["pivot"], difficulty = "hard", to = "intruder" }]
otherwise = "thanks"

[beats.asks]
ways = [{ spoken = 30, to = "end" }, { goal = "friend", turns = 1, to = "intruder" }]
otherwise = "thanks"

[beats.intruder]
mode = "breaks_in"
voice = "newcomer"
after = 3
otherwise = "end"

[beats.thanks]
mode = "closes"

[en]
title = "A toy"
setting = "He talks."

[en.hooks]
roof = ["roof", "tiles", "leaks"]
town = ["Hebden"]

[en.lines]
talk = [
  "So we bought the mill.",
  { say = "It has no roof at all.", hook = "roof" },
  { say = "That was in a small valley.", hook = "town" },
  "Where was I?",
]
roof = [["The roof, yes!"], ["Ah, the roof!", "Well."]]
asks = ["And you?"]
intruder = ["There you are!", { say = "Hello to you.", voice = "partner" }]
thanks = ["Thank you!"]

[en.aim]
network = "Bridge."
friend = "Listen."

[en.answer]
network = "A bridge."
friend = "I listen."
"""


def toy(goal: GoalName = "network", difficulty: Difficulty = "real") -> Brief:
    found, wrong = scenario.parse(TOY)
    assert wrong == ()
    assert found
    return found.brief("en", goal, difficulty)


def run(brief: Brief, *replies: Reply, take: int = 1) -> list[str]:
    """The beats that are played when these replies are given."""
    performance = Performance(brief, take)
    seen = [performance.beat.id] if performance.beat else []
    for reply in replies:
        if beat := performance.next(reply):
            seen.append(beat.id)
    return seen


def cut(line: int, heard: float = 2.0, length: float = 2.0, waited: float = 5.0) -> CutIn:
    return CutIn(line, heard, length, waited)


def test_a_scenario_without_beats_is_a_play_of_one_beat() -> None:
    before, after = TOY.split("[cast]", maxsplit=1)[0], TOY.split("[en]\n")[1]
    text = f'{before}[en]\npartner = ["Which floor?"]\n{after.split("[en.hooks]")[0]}'
    found, wrong = scenario.parse(text + "[en.aim]" + after.split("[en.aim]")[1])
    assert wrong == ()
    assert found
    performance = Performance(found.brief("en", "network"))
    assert performance.beat
    assert [line.text for line in performance.beat.lines] == ["Which floor?"]
    assert performance.next(Reply("The tenth.")) is None
    assert len(performance.turns) == 1


def test_the_first_way_that_fits_wins() -> None:
    both = Reply("That roof!", ("acknowledge", "pivot"), cut_in=cut(1))
    assert run(toy(), both) == ["talk", "thanks"]


def test_moves_so_far_are_remembered() -> None:
    found = toy()
    performance = Performance(found)
    performance.next(Reply("That roof!", ("acknowledge",), cut_in=cut(1)))
    performance.next(Reply("I do roofs.", ("pivot",)))
    assert [turn.beat for turn in performance.turns] == ["talk", "roof"]
    assert performance.beat
    assert performance.beat.id == "thanks"
    assert performance.next(Reply()) is None


def test_silence_and_a_nod_are_the_same_way() -> None:
    assert run(toy(), Reply()) == run(toy(), Reply("Mm-hm.")) == ["talk", "asks"]


def test_a_nod_takes_no_turn_while_the_partner_talks_on() -> None:
    performance = Performance(toy())
    performance.next(Reply("Mm-hm", cut_in=cut(0)))
    assert performance.turns == ()


def test_ways_know_goal_difficulty_turns_and_time() -> None:
    pivot = Reply("That roof!", ("pivot",))
    assert run(toy(), Reply("The roof?", cut_in=cut(1)), pivot)[-1] == "thanks"
    hard = toy(difficulty="hard")
    assert run(hard, Reply("The roof?", cut_in=cut(1)), pivot)[-1] == "intruder"
    assert run(toy(), Reply(), Reply("I")) == ["talk", "asks", "thanks"]
    assert run(toy("friend"), Reply("What?", cut_in=cut(0)), Reply("I"))[-1] == "intruder"
    assert run(toy(), Reply(), Reply("I", seconds=600.0)) == ["talk", "asks"]


def test_a_brief_holds_only_what_can_happen_in_it() -> None:
    assert [beat.id for beat in toy().play] == ["talk", "roof", "asks", "thanks"]
    assert "intruder" in [beat.id for beat in toy("friend").play]


def test_hooks_are_given_by_difficulty() -> None:
    hooks = {
        level: [line.hook for line in toy(difficulty=level).play[0].lines if line.hook]
        for level in ("easy", "real", "hard")
    }
    assert hooks == {"easy": ["roof", "town"], "real": ["roof"], "hard": ["roof"]}


@pytest.mark.parametrize(
    ("text", "moves", "line", "hook"),
    [
        ("Does it leak on the tiles?", (), 2, "roof"),
        ("Oh, Hebden, I grew up there", (), 2, "town"),
        ("Oh, Hebden, I grew up there", (), 1, None),  # not heard yet
        ("That is my clients all over", ("pivot",), 2, "town"),  # what was heard last
        ("I had some fish today", (), 2, None),
        ("Hebden and its roofs", (), 2, "town"),  # both: the last one
    ],
)
def test_which_hook_was_taken(
    text: str, moves: tuple[str, ...], line: int, hook: str | None
) -> None:
    performance = Performance(toy(difficulty="easy"))
    performance.next(Reply(text, moves, cut_in=cut(line)))
    assert performance.turns[0].hook == hook


@pytest.mark.parametrize(
    ("at", "place"),
    [
        (cut(1, heard=2.9, length=3.0), "end"),
        (cut(1, heard=3.0, length=3.0), "end"),
        (cut(1, heard=0.3, length=3.0), "end"),  # the next sentence has just begun
        (cut(0, heard=0.3, length=3.0), "middle"),  # nothing was said before it
        (cut(1, heard=1.5, length=3.0), "middle"),
    ],
)
def test_where_the_user_cut_in(at: CutIn, place: str) -> None:
    performance = Performance(toy())
    performance.next(Reply("The roof!", cut_in=at, end=9.0))
    assert performance.turns[0].place == place
    assert performance.turns[0].waited == 5.0


def test_the_lines_change_with_the_take() -> None:
    texts = []
    for take in (1, 2, 3):
        performance = Performance(toy(), take)
        beat = performance.next(Reply("The roof?", cut_in=cut(1)))
        assert beat
        assert beat.others == ()
        texts.append(beat.lines[0].text)
    assert texts == ["The roof, yes!", "Ah, the roof!", "The roof, yes!"]


def test_a_line_may_have_its_own_voice() -> None:
    found = toy("friend")
    beat = next(beat for beat in found.play if beat.id == "intruder")
    assert [line.voice for line in beat.lines] == ["newcomer", "partner"]
    assert [found.sex(line.voice) for line in beat.lines] == ["woman", "man"]


def test_turns_have_their_time_and_the_exchange_is_kept() -> None:
    performance = Performance(toy())
    said = Said(0.0, 2.0, "partner", "So we bought the mill.", "talk", 2.0)
    performance.next(Reply("The roof?", cut_in=cut(1), said=(said,), end=6.0))
    answer = Said(7.0, 8.0, "partner", "The roof, yes!", "roof")
    performance.next(Reply("Yes", said=(answer,), end=12.0))
    assert [(turn.start, turn.end) for turn in performance.turns] == [(0.0, 6.0), (7.0, 12.0)]
    assert performance.exchange == (said, answer)


def test_who_is_broken_in_upon_has_had_the_floor_before() -> None:
    performance = Performance(toy("friend"))
    performance.next(Reply("What?", cut_in=cut(0), end=6.0))
    performance.next(Reply("Me?", end=9.0))
    butts_in = Said(13.0, 15.0, "newcomer", "There you are!", "intruder")
    performance.next(Reply("Let's have... oh!", said=(butts_in,), end=20.0))
    assert performance.turns[-1].start == 9.0


def test_a_drill_starts_before_its_move_and_expects_nothing_else() -> None:
    found = drilled(toy(), "pivot")
    assert found.plan.expects == found.plan.essential == ("pivot",)
    assert found.target is None
    assert found.play[0].id == "talk"
    assert run(found, Reply("I do roofs.", ("pivot",), cut_in=cut(1))) == ["talk", "thanks"]
    hard = drilled(toy(difficulty="hard"), "follow_up")
    assert hard.play[0].id == "talk"  # no way listens for it: from the start


def test_a_drill_of_a_move_that_is_not_expected() -> None:
    with pytest.raises(ScenarioError, match='Did you mean "pivot"'):
        drilled(toy(), "pivott")


SHIPPED = ("circulate", "monologue", "icebreaker", "interrupted", "pitch")

MOST_TURNS = 5
"""Turns of the user's in a shipped play, however the user answers."""


def staged(name: str) -> list[Brief]:
    """The play in every language, for every goal, at every difficulty."""
    found = scenario.find(name)
    return [
        found.brief(language, goal, level)
        for language in LANGUAGES
        for goal in GOALS
        for level in DIFFICULTIES
    ]


def paths(brief: Brief, name: str) -> list[tuple[str, ...]]:
    """Every row of beats from this one to the end, whatever the user does."""
    if name == END:
        return [()]
    beat = next(beat for beat in brief.play if beat.id == name)
    return [(name, *rest) for follower in beat.next for rest in paths(brief, follower)]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_path_of_a_shipped_play_ends_well(name: str) -> None:
    for brief in staged(name):
        modes = {beat.id: beat.mode for beat in brief.play}
        for path in paths(brief, brief.play[0].id):
            assert modes[path[-1]] == "closes"  # the partner has the last word
            assert 1 <= sum(modes[beat] != "closes" for beat in path) <= MOST_TURNS


@pytest.mark.parametrize("name", SHIPPED)
def test_every_take_of_a_shipped_play_has_words_for_every_beat(name: str) -> None:
    for brief in staged(name):
        for beat in brief.play:
            for wording in (beat.lines, *beat.others):
                assert wording or (name, beat.id) == ("icebreaker", "open")
                assert all(len(line.text.split()) <= 26 for line in wording), wording


@pytest.mark.parametrize("name", SHIPPED)
def test_a_second_take_of_a_shipped_play_sounds_otherwise(name: str) -> None:
    for brief in staged(name):
        takes = [Performance(brief, take) for take in (1, 2)]
        for performance in takes:
            while performance.beat and not performance.beat.lines:
                performance.next(Reply("Good evening!"))
        first, second = (performance.beat for performance in takes)
        assert first
        assert second
        assert first.lines != second.lines


@pytest.mark.parametrize("name", SHIPPED)
def test_two_hooks_at_least_and_more_of_them_when_it_is_easy(name: str) -> None:
    for goal in GOALS:
        counts = [
            len({line.hook for beat in found.play for line in beat.lines if line.hook})
            for found in (scenario.find(name).brief("fr", goal, level) for level in DIFFICULTIES)
        ]
        assert counts == sorted(counts, reverse=True)
        assert name != "monologue" or counts[-1] == 2 < counts[1] < counts[0]


MODEL_TURNS: dict[str, tuple[str, ...]] = {
    "circulate": ("acknowledge", "network_invite", "split_up"),
    "monologue": ("acknowledge", "pivot", "follow_up"),
    "icebreaker": ("icebreaker", "professional_turn"),
    "interrupted": ("self_introduction", "card_handoff", "lunch_ask"),
    "pitch": ("what_i_do", "call_to_action"),
}

GOOD_END = {
    "circulate": "go",
    "monologue": "send",
    "icebreaker": "kept",
    "interrupted": "agreed",
    "pitch": "name",
}


@pytest.mark.parametrize("name", SHIPPED)
def test_who_makes_the_moves_gets_the_good_end(name: str) -> None:
    for brief in staged(name):
        if brief.goal != "network":
            continue
        everything = Reply("Here is all of it", MODEL_TURNS[name], 20.0)
        seen = run(brief, *[everything] * (MOST_TURNS + 1))
        assert seen[-1] == GOOD_END[name]
        assert 2 <= len(seen) <= MOST_TURNS + 1


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize(
    "reply",
    [Reply(), Reply("Mm-hm."), Reply("I like fish.", seconds=600.0)],
    ids=["silent", "mm-hm", "ten minutes"],
)
def test_who_never_makes_a_move_still_comes_to_an_end(name: str, reply: Reply) -> None:
    for brief in staged(name):
        seen = run(brief, *[reply] * (MOST_TURNS + 2))
        assert seen[-1] != GOOD_END[name]
        assert next(beat for beat in brief.play if beat.id == seen[-1]).mode == "closes"


def test_the_pivot_on_the_second_hook_is_told_as_such() -> None:
    for language in LANGUAGES:
        brief = scenario.find("monologue").brief(language, "network")
        performance = Performance(brief)
        assert performance.beat
        hooked = [at for at, line in enumerate(performance.beat.lines) if line.hook]
        line = performance.beat.lines[hooked[1]]
        performance.next(Reply(line.text, ("acknowledge", "pivot"), 8.0, cut(hooked[1])))
        assert performance.turns[0].hook == line.hook
        assert performance.beat
        assert performance.beat.id == "curious"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SHIPPED)
def test_who_says_the_suggested_words_gets_the_good_end(name: str, language: Language) -> None:
    for level in DIFFICULTIES:
        brief = scenario.find(name).brief(language, "network", level)
        text = " ".join(brief.wording.say[move] for move in MODEL_TURNS[name])
        text = fill(text, Profile(), brief.wording.example)
        performance, last = Performance(brief), ""
        while performance.beat:
            last = performance.beat.id
            asked = " ".join(line.text for line in performance.beat.lines)
            made = moves.find(Transcript(text), moves.Setting.of(brief, asked))
            performance.next(Reply(text, tuple(hit.move for hit in made), 8.0))
        assert last == GOOD_END[name]


def test_the_newcomer_cuts_the_user_off_with_another_voice() -> None:
    brief = scenario.find("interrupted").brief("fr", "network")
    beat = Performance(brief).beat
    assert beat
    assert beat.mode == "breaks_in"
    assert beat.after > 0
    assert brief.sex(beat.lines[0].voice) != brief.sex("partner")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_expected_move_can_be_drilled(name: str) -> None:
    for brief in staged(name):
        for move in brief.plan.expects:
            found = drilled(brief, move)
            assert run(found, *[Reply("That's it", (move,), 5.0)] * (MOST_TURNS + 1))
            assert found.plan.expects == (move,)


@pytest.mark.parametrize(
    ("language", "text", "hook"),
    [
        ("en", "That's exactly what happens to my clients!", "spreadsheet"),  # what came last
        ("en", "Three times yes, and still no signature? So it is with my clients.", "permit"),
        ("en", "And he just went quiet, in March?", "client"),
        ("fr", "C'est exactement ce que vivent mes clients !", "spreadsheet"),
        ("fr", "Trois fois oui, et rien de signé ? Mes clients connaissent ça.", "permit"),
        ("fr", "Et depuis mars, plus de nouvelles ?", "client"),
        ("fr", "Pauvre Martine, avec ses quarante onglets !", "spreadsheet"),
    ],
)
def test_the_hook_of_the_monologue_is_known_by_its_words(
    language: Language, text: str, hook: str
) -> None:
    performance = Performance(scenario.find("monologue").brief(language, "network"))
    assert performance.beat
    last = max(at for at, line in enumerate(performance.beat.lines) if line.hook == "spreadsheet")
    performance.next(Reply(text, ("pivot",), 5.0, cut(last)))
    assert performance.turns[0].hook == hook
