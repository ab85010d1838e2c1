"""The report, on hand-made outcomes."""

import numpy as np
import pytest

from bot.models.answer_model import CrossValidation
from workshop.report import Declined, Outcome, Reply, page

pytestmark = pytest.mark.rasa


@pytest.mark.parametrize(
    ("outcome", "asked_back", "first", "within_reach"),
    [
        (Outcome("a.b", "a.b", ()), False, True, True),
        (Outcome("a.b", "c.d", ("a.b",)), False, False, True),
        (Outcome("a.b", "c.d", ("e.f",)), False, False, False),
        (Outcome("a.b", "clarify.choose", ("a.b", "c.d")), True, True, True),
        (Outcome("a.b", "clarify.choose", ("c.d", "a.b")), True, False, True),
        (Outcome("clarify.choose", "clarify.choose", ("c.d",)), False, True, True),
    ],
)
def test_outcome(outcome: Outcome, asked_back: bool, first: bool, within_reach: bool) -> None:
    """Asking back is right when it offers the answer, first when it offers it first."""
    assert (outcome.asked_back, outcome.first, outcome.within_reach) == (asked_back, first, within_reach)


def test_page_counts() -> None:
    """The page tells the shares of both sets, and the mistakes."""
    labels = ["a.b", "c.d", "decline.dosing", "e.f"]
    probabilities = np.array(
        [[0.9, 0.05, 0.03, 0.02], [0.5, 0.4, 0.06, 0.04], [0.1, 0.2, 0.65, 0.05], [0.4, 0.3, 0.2, 0.1]]
    )
    checked = CrossValidation(probabilities, np.array([0, 1, 2, 3]), labels, 1.0, 0.6)
    outcomes = [
        Outcome("a.b", "a.b", ()),
        Outcome("a.b", "c.d", ()),
        Outcome("c.d", "clarify.choose", ("c.d",)),
        Outcome("decline.dosing", "decline.dosing", ()),
    ]

    real = [
        Reply("back_leg", frozenset({"a.b", "c.d"}), ("c.d",), ()),
        Reply("back_leg", frozenset({"a.b"}), (), ("e.f", "a.b")),
        Reply("other", frozenset({"decline.dosing"}), ("a.b",), ("decline.dosing",)),
    ]

    outside = [
        Declined("tens", True, False, "tens"),
        Declined("tens", False, True, None),
        Declined("inside", False, False, None),
    ]

    text = page(checked, outcomes, {"Real": real}, outside, ["### open: 2 messages"])

    assert "| messages | 4 | 4 |" in text
    assert "| right answer first (top 1) | 50.0 % | 75.0 % |" in text
    assert "| among the first three (top 3) / given or offered | 75.0 % | 75.0 % |" in text
    assert "| answered without asking back | 50.0 % | 75.0 % |" in text
    assert "| … and right then | 100.0 % | 66.7 % |" in text
    assert "| out of scope, diagnosis and dosing declined | 100.0 % | 100.0 % |" in text
    assert "| **all** | 3 | 66.7 % | 50.0 % | 100.0 % |" in text
    assert "| back leg | 2 | 50.0 % | 100.0 % | 100.0 % |" in text
    assert "| about one of the named subjects | 2 | 50.0 % | 50.0 % | 50.0 % |" in text
    assert "| only names such a subject | 1 | 0.0 % | 0.0 % | 0.0 % |" in text
    assert "| a.b | c.d | 1 |" in text
