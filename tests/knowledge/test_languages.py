"""The sentences for people who write in another language."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.knowledge.beside import Language

ARABIC, ENGLISH = "اتصل بالرقم {emergency_number} الآن.", "Call {emergency_number} now."
LANGUAGES = knowledge().languages


def language(text: str, *, rtl: bool) -> Language:
    """A language whose two sentences are the same."""
    return Language(name="A language", checked=None, rtl=rtl, declined=text, urgent=text)


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_says_whom_to_call(code: str) -> None:
    """Each sentence has the emergency number once; the urgent one has it last, after the emergency department."""
    one = LANGUAGES[code]

    assert one.declined.count("{emergency_number}") == one.urgent.count("{emergency_number}") == 1
    before, behind = one.urgent.split("{emergency_number}")
    assert len(behind) < len(before) / 3


@pytest.mark.parametrize("code", LANGUAGES)
def test_direction_is_that_of_the_letters(code: str) -> None:
    """A language is marked as written from right to left if its first letter is, and only then."""
    first = next(letter for letter in LANGUAGES[code].urgent if letter.isalpha())

    assert LANGUAGES[code].rtl == (unicodedata.bidirectional(first) in ("R", "AL"))


@settings(deadline=None)
@given(st.from_regex(r"[0-9+(][0-9 +/()-]*[0-9]", fullmatch=True))
def test_number_keeps_its_order(number: str) -> None:
    """Whatever the clinic's number is, it stands between marks that keep it from left to right."""
    clinic = Clinic(name="C", phone=None, opening_hours=None, emergency_number=number, crisis_line="1")

    said = clinic.fill(language(ARABIC, rtl=True).urgent)

    assert said == f"\u200fاتصل بالرقم \u2066{number}\u2069 الآن."


@pytest.mark.parametrize(("text", "rtl"), [(ARABIC, False), (ENGLISH, True)])
def test_wrong_direction_is_refused(text: str, rtl: bool) -> None:
    """A text in the other direction than the file says is refused."""
    with pytest.raises(ValidationError, match="rtl"):
        language(text, rtl=rtl)


def test_others_have_no_marks(base: KnowledgeBase) -> None:
    """What is written from left to right has no invisible marks."""
    texts = [text for one in base.languages.values() if not one.rtl for text in (one.declined, one.urgent)]

    assert not any(re.search("[\u200e\u200f\u2066-\u2069]", text) for text in texts)
