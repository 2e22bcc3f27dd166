"""The fifteen moves, in the order of the network's outputs (as `repete.model.MOVES`)."""

from __future__ import annotations

MOVES = (
    "self_introduction", "icebreaker", "acknowledge", "pivot", "professional_turn",
    "network_invite", "split_up", "offer_introduction", "card_handoff", "lunch_ask", "follow_up",
    "graceful_exit", "what_i_do", "proof", "call_to_action",
)  # fmt: skip
