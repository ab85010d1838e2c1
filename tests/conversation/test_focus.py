"""What a conversation is about."""

import json

import pytest

from bot.conversation.focus import SEEN, Focus

FULL = Focus(
    answer="injections.effect",
    topic="injections",
    side="evidence",
    offered=("injections.overview", "surgery.options"),
    seen=("injections.overview", "injections.effect"),
    asked_back=True,
    unasked=2,
    asked="helpful",
)


@pytest.mark.parametrize("focus", [Focus(), FULL])
def test_survives_the_slot(focus: Focus) -> None:
    """What goes into the slot as JSON comes back the same."""
    kept = json.loads(json.dumps(focus.to_slot()))

    assert Focus.from_slot(kept) == focus


@pytest.mark.parametrize("kept", [None, {}])
def test_empty_slot_is_no_focus(kept: dict[str, object] | None) -> None:
    """A conversation that begins has nothing in focus."""
    assert Focus.from_slot(kept) == Focus()


def test_answer_comes_into_focus() -> None:
    """An answer that teaches brings its topic and side into focus, and counts as seen and as not asked about."""
    focus = FULL.given("physio.overview", "physio", "what")

    assert (focus.answer, focus.topic, focus.side) == ("physio.overview", "physio", "what")
    assert focus.seen == ("injections.overview", "injections.effect", "physio.overview")
    assert focus.unasked == 3


def test_answer_given_again_is_the_latest() -> None:
    """An answer that is given a second time stands once among the seen, as the last one."""
    assert FULL.given("injections.overview", "injections", "what").seen == ("injections.effect", "injections.overview")


def test_remembers_only_so_many() -> None:
    """Of a long conversation the latest answers are remembered."""
    focus = Focus()
    for number in range(SEEN + 5):
        focus = focus.given(f"answer.{number}", None, None)

    assert len(focus.seen) == SEEN
    assert focus.seen[-1] == f"answer.{SEEN + 4}"


def test_next_reply_clears_what_was_asked() -> None:
    """What a reply offers and asks replaces what the one before offered and asked; the topic stays."""
    focus = FULL.offering(("physio.overview",))

    assert (focus.offered, focus.asked_back, focus.asked) == (("physio.overview",), False, None)
    assert focus.topic == "injections"
