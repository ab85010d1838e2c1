"""The schema of the knowledge files."""

from typing import Any

import pytest
from pydantic import ValidationError

from bot.knowledge.schema import Answer, Curated, Said

TEXT: dict[str, Any] = {
    "id": "aids.brace",
    "title": "Can a brace help?",
    "review_due": "2027-11-21",
}
REPLY = {**TEXT, "answer": "A brace may help."}
ANSWER = {
    **TEXT,
    "lead": "A brace may help.",
    "do": "Ask your doctor.",
    "short": "A brace may help.",
    "follow_ups": ["aids.walkers_canes"],
    "sources": [{"document": "A", "sections": ["Braces"]}],
}


def test_accepts_what_is_whole() -> None:
    """A whole answer is accepted, and knows its topic."""
    assert Answer.parse_obj(ANSWER).topic == "aids"


@pytest.mark.parametrize(
    ("schema", "data", "said"),
    [
        (Said, {**REPLY, "id": "Brace"}, "does not match regex"),
        (Said, {**REPLY, "titel": "x"}, "extra fields"),
        (Said, {**REPLY, "title": "x" * 61}, "at most 60"),
        (Said, {**REPLY, "answer": "Call {nobody}."}, "unknown placeholder"),
        (Said, {**REPLY, "points": ["Call {nobody}."]}, "unknown placeholder"),
        (Said, {**REPLY, "review_due": "2027-13-01"}, "month must be"),
        (Answer, {**ANSWER, "short": "x" * 301}, "at most 300"),
        (Answer, {**ANSWER, "sources": []}, "at least 1 item"),
        (Answer, {**ANSWER, "follow_ups": []}, "at least 1 item"),
        (Answer, {**ANSWER, "conflict": [{"document": "A", "view": "x"}]}, "at least two documents"),
        (Answer, {**ANSWER, "points": ["a"], "paragraphs": ["b"]}, "more than one of points, paragraphs and table"),
        (Answer, {**ANSWER, "paragraphs": ["a", "b", "c"]}, "at most 2 items"),
        (Answer, {**ANSWER, "table": {"columns": ["a", "b"], "rows": [["c", "d"]] * 2}}, "a name and two cells"),
        (Answer, {**ANSWER, "warning": ["nonsense"]}, "unexpected value"),
        (Answer, {**ANSWER, "do": "Call {nobody}."}, "unknown placeholder"),
        (Answer, TEXT, "field required"),
    ],
)
def test_refuses_what_is_wrong(schema: type[Curated], data: dict[str, Any], said: str) -> None:
    """What breaks a rule is refused with a reason."""
    with pytest.raises(ValidationError, match=said):
        schema.parse_obj(data)
