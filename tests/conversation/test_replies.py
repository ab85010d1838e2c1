"""Patients' replies to the forms' questions, in their own words."""

from typing import Any

import pytest
import yaml

from bot.conversation.form_reader import FormReader
from bot.conversation.forms import forms
from bot.conversation.walks import walks
from bot.settings import ROOT
from bot.text.terms import term_reader

REPLIES = yaml.safe_load((ROOT / "tests" / "conversation" / "replies.yml").read_text(encoding="utf-8"))
QUESTIONS = {
    "minutes": ("selfcheck_form", "selfcheck_minutes"),
    "relief": ("selfcheck_form", "selfcheck_relief"),
    "slope": ("selfcheck_form", "selfcheck_slope"),
    "leaning": ("selfcheck_form", "selfcheck_leaning"),
    "legs": ("selfcheck_form", "selfcheck_legs"),
    "change": ("visit_form", "visit_change"),
    "weakness": ("visit_form", "visit_weakness"),
}
VALUES = {"less": "shorter", "more": "longer", "question": None, "unclear": None}
BEFORE = {  # replies that a correction can put right
    "selfcheck_minutes": {"value": 20.0, "unit": "minutes", "to": None, "told": "20 minutes"},
    "selfcheck_relief": {"value": "neither", "told": "Neither"},
    "selfcheck_slope": {"value": "same", "told": "No difference"},
    "selfcheck_leaning": {"value": "untried", "told": "Not tried"},
}
OTHER = {"value": "none", "told": "None"}


def words(text: str) -> list[str]:
    """A text's words in their normal forms."""
    return [word for _, _, normal in term_reader()(text) for word in normal.split()]


def read(reader: FormReader, question: str, text: str) -> Any:
    """Return the value that a reply is read as; `stop`, `skip`, `correction`, or None when it is no reply."""
    form, slot = QUESTIONS[question]
    names = [one.slot for one in forms().forms[form].questions]
    reply = reader(text, form, {name: BEFORE.get(name, OTHER) for name in names[: names.index(slot)]})
    if reply is None or reply.stop:
        return "stop" if reply else None
    if not reply.slots:  # asked once more
        return None
    [(filled, value)] = reply.slots.items()
    if filled != slot:
        return "correction"
    return "skip" if value["value"] == "skipped" else value["value"]


def wanted(value: Any) -> set[Any]:
    """Return the values that are right for a label of the file."""
    if isinstance(value, dict):
        return {float(value.get("minutes", value.get("distance")))}
    return {VALUES.get(value, value)}


@pytest.mark.parametrize("question", QUESTIONS)
def test_replies_are_read(question: str) -> None:
    """Seven of eight replies in a patient's own words are read as what they say."""
    reader = FormReader(forms(), words)
    wrong = []
    for one in REPLIES[question]:
        found = read(reader, question, one["text"])
        corrected = one["value"] == "correction" and found not in (None, "stop", "skip")
        if not corrected and found not in wanted(one["value"]):
            wrong.append((one["text"], one["value"], found))

    assert len(wrong) <= len(REPLIES[question]) / 8, wrong


def test_walks_are_read() -> None:
    """Two of three walks are heard in a patient's own words, and next to nothing else is taken for one."""
    heard = [walks(one["text"]) for one in REPLIES["diary"]]
    others = [one["text"] if isinstance(one, dict) else one for one in REPLIES["not_diary"]]

    assert sum(bool(one) for one in heard) >= len(heard) * 2 / 3
    assert [text for text in others if walks(text)][1:] == []
