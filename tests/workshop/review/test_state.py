"""The state of a text's review."""

import datetime
from dataclasses import replace

from bot.knowledge.base import KnowledgeBase
from workshop.review.sign import signed
from workshop.review.state import CHANGED, SIGNED, UNSIGNED, listed, told


def test_tells_who_has_signed_what_has_changed_and_what_is_left(base: KnowledgeBase) -> None:
    """A text is signed, changed since, or not signed; the first two name who signed, and when."""
    day = datetime.date(2026, 11, 21)
    signatures = signed(base, ["aids.brace", "aids.falls"], "A. Nurse", "spine nurse", "2026-11-20", day)
    replies = {**base.replies, "aids.brace": base["aids.brace"].copy(update={"lead": "No."})}
    now = replace(base, signatures=signatures, replies=replies)

    states = listed(now)

    assert (states[SIGNED], states[CHANGED]) == (["aids.falls"], ["aids.brace"])
    assert sorted([*states[SIGNED], *states[CHANGED], *states[UNSIGNED]]) == sorted(base.texts)
    assert told(now, "aids.falls") == "signed by A. Nurse, spine nurse, on 2026-11-20"
    assert told(now, "aids.brace") == "changed since signed by A. Nurse, spine nurse, on 2026-11-20"
    assert told(now, "bot.about") == "not signed"
