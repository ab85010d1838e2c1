"""The schema of the knowledge files."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.knowledge.schema import Answer, Curated

REPLY: dict[str, Any] = {
    "id": "aids.brace",
    "title": "Can a brace help?",
    "answer": "It may.",
    "reviewed": {"date": "2026-11-21", "by": None},
    "review_due": "2027-11-21",
}
ANSWER = {
    **REPLY,
    "short": "It may.",
    "follow_ups": ["aids.walkers_canes"],
    "sources": [{"document": "A", "sections": ["Braces"]}],
}


def test_accepts_what_is_whole() -> None:
    """A whole answer is accepted, and knows its topic."""
    assert Answer.parse_obj(ANSWER).topic == "aids"


@pytest.mark.parametrize(
    ("schema", "data", "said"),
    [
        (Curated, {**REPLY, "id": "Brace"}, "does not match regex"),
        (Curated, {**REPLY, "titel": "x"}, "extra fields"),
        (Curated, {**REPLY, "title": "x" * 61}, "at most 60"),
        (Curated, {**REPLY, "answer": "Call {nobody}."}, "unknown placeholder"),
        (Curated, {**REPLY, "points": ["Call {nobody}."]}, "unknown placeholder"),
        (Curated, {**REPLY, "review_due": "2027-13-01"}, "month must be"),
        (Curated, {**REPLY, "reviewed": {"date": "2026-11-21"}}, "field required"),
        (Answer, {**ANSWER, "short": "x" * 301}, "at most 300"),
        (Answer, {**ANSWER, "sources": []}, "at least 1 item"),
        (Answer, {**ANSWER, "follow_ups": []}, "at least 1 item"),
        (Answer, {**ANSWER, "conflict": [{"document": "A", "view": "x"}]}, "at least two documents"),
        (Answer, REPLY, "field required"),
    ],
)
def test_refuses_what_is_wrong(schema: type[Curated], data: dict[str, Any], said: str) -> None:
    """What breaks a rule is refused with a reason."""
    with pytest.raises(ValidationError, match=said):
        schema.parse_obj(data)
