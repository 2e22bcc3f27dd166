"""Path: the likeliest way through a row of states, one state a step (Viterbi)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from repete.transcribe.alignment.sounds import Floats

NEVER = -1e9


def best_path(fit: Floats, leap: Floats) -> NDArray[np.intp]:
    """The state at each step, from one of the first two states to one of the last two.

    `fit`, of shape (steps, states), is how well each state fits each step. A path stays, goes to
    the next state, or leaps over one; leaping to a state adds its `leap`. All are logarithms.
    """
    steps, states = fit.shape
    back = np.zeros((steps, states), np.int8)
    ways = np.full((3, states), NEVER, np.float32)
    total = np.full(states, NEVER, np.float32)
    total[:2] = fit[0, :2]
    for at in range(1, steps):
        ways[0] = total
        ways[1, 1:] = total[:-1]
        ways[2, 2:] = total[:-2] + leap[2:]
        back[at] = ways.argmax(axis=0)
        total = ways.max(axis=0) + fit[at]
    state = states - 1 if states == 1 or total[-1] >= total[-2] else states - 2
    path = np.zeros(steps, np.intp)
    for at in range(steps - 1, -1, -1):
        path[at] = state
        state -= int(back[at, state])
    return path
