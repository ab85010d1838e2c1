"""The kinds of value in knowledge files, and what a placeholder may be."""

import datetime
import re
from typing import TYPE_CHECKING, Any, Literal

from pydantic import constr

NAME = 60  # characters of a name or a role, which stand in a line on a phone
if TYPE_CHECKING:
    AnswerId = str
    Day = str
    Hash = str
    Title = str
    Text = str
    Short = str
    Callee = str
    Alarm = str
    Variant = str
    Check = str
    Reason = str
    BoxName = str
    Person = str
else:
    AnswerId = constr(regex=r"^[a-z_]+\.[a-z_]+$")
    Day = constr(regex=r"^\d{4}-\d{2}-\d{2}$")
    Hash = constr(regex=r"^[0-9a-f]{64}$")
    Title = constr(min_length=3, max_length=60)
    Text = constr(min_length=1)
    Short = constr(min_length=1, max_length=300)  # characters: two SMS
    Callee = Literal["emergency_number", "crisis_line", "phone"]  # fields of clinic.yml
    Alarm = Literal["crisis", "emergency", "cauda_equina", "same_day"]
    Variant = Literal["crisis", "emergency", "cauda_equina", "same_day", "seen", "fall"]
    Check = Literal["fall", "cauda_equina"]
    Reason = constr(regex=r"^[a-z]+$")
    BoxName = Literal["signs", "procedure", "medicine", "risks"]
    Person = constr(regex=r"^\S[^\n]*$", max_length=NAME)
BULLET = "• "  # begins a point's line
PLACEHOLDER = re.compile(r"\{([^}]*)\}")
# What bot/clinic.py fills in: the sentences that are said in the same words everywhere, and the clinic's details.
CANONICAL = {"first_words", "warning_signs", "warning_signs_short"}
PLACEHOLDERS = {
    "clinic",
    "days",
    "diary_days",
    "emergency_number",
    "crisis_line",
    "opening_hours",
    "poison_line",
} | CANONICAL


def quoted_day(value: Any) -> Any:
    """Return a day as it is; raise ValueError unless it is quoted and exists."""
    # YAML turns an unquoted date into an object that Rasa cannot serialize as JSON.
    if isinstance(value, datetime.date):
        raise ValueError("write the date in quotes")
    if isinstance(value, str):
        datetime.date.fromisoformat(value)
    return value


def known_placeholders(text: Any) -> Any:
    """Return a text, or texts by name, as it is; raise ValueError for a placeholder that nothing fills."""
    texts = text.values() if isinstance(text, dict) else [text or ""]
    unknown = sorted(
        {name for one in texts if isinstance(one, str) for name in PLACEHOLDER.findall(one)} - PLACEHOLDERS
    )
    if unknown:
        raise ValueError(f"unknown placeholder {unknown}; known are {sorted(PLACEHOLDERS)}")
    return text
