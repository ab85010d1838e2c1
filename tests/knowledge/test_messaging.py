"""What the messaging channels say themselves."""

import shutil
from pathlib import Path

import pytest

from bot.clinic import Clinic
from bot.conversation.manners import manner
from bot.datafile import DataError
from bot.knowledge.base import FOLDER, KnowledgeBase, knowledge, load
from bot.knowledge.ids import MESSAGING
from bot.knowledge.values import CANONICAL
from bot.knowledge.words import words
from bot.settings import ROOT
from bot.text.sms import is_gsm, segments
from workshop.style import grade

TEXTS: dict[str, str] = knowledge().messaging.dict()
HARDEST = 5.0  # reading grade
TWO_SEGMENTS = 2
KNOWN = {"messages": 12, "began": "November 30, 2026", "walks": 3}
FIRST = ("consent", "consent_of_carrier")


class Kept(dict[str, object]):
    """What is filled in before the clinic's details."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def own(text: str) -> str:
    """A text without the canonical sentences, which are held to rules of their own."""
    for name in CANONICAL:
        text = text.replace(f"{{{name}}}", "")
    return text


@pytest.mark.parametrize("name", TEXTS)
def test_is_easy_and_cheap(name: str) -> None:
    """Every text reads easily, and costs no more than it must as an SMS: it needs no letter beyond GSM 03.38."""
    text = own(TEXTS[name])

    assert grade(text) <= HARDEST
    assert is_gsm(text)


@pytest.mark.parametrize("name", FIRST)
def test_first_words_fit_into_two_segments(clinic: Clinic, name: str) -> None:
    """The first words, with the emergency number, are one SMS of two segments."""
    assert segments(clinic.fill(TEXTS[name])) <= TWO_SEGMENTS


@pytest.mark.parametrize("name", FIRST)
def test_first_words_tell_what_is_kept(clinic: Clinic, name: str) -> None:
    """Who writes first reads that nobody watches, whom to call, what is kept, who reads it, and how it is deleted."""
    text = clinic.fill(TEXTS[name])

    assert text.startswith(clinic.fill("{first_words}"))
    assert "on the computer that runs this chat" in text
    assert "can read them" in text
    assert "DELETE MY DATA" in text


@pytest.mark.parametrize(
    ("name", "keywords"),
    [
        ("consent_of_carrier", ["STOP", "HELP", "DELETE MY DATA"]),
        ("started", ["STOP", "HELP"]),
        ("stopped", ["START"]),
        ("help", ["STOP", "DELETE MY DATA"]),
        ("not_deleted", ["DELETE MY DATA"]),
        ("known", ["DELETE MY DATA"]),
    ],
)
def test_names_words_that_are_obeyed(name: str, keywords: list[str]) -> None:
    """What a text tells to send is what the channel obeys, and where carriers demand it, it is told."""
    for keyword in keywords:
        assert keyword in TEXTS[name]
        assert manner(keyword, carrier=True, asked=False) == keyword.split()[0].lower()


@pytest.mark.parametrize("name", [*FIRST, "stopped", "started", "help", "template"])
def test_tells_whom_to_call(clinic: Clinic, name: str) -> None:
    """Who has no bot to write to, or reads of it for the first time, learns the emergency number."""
    assert f"call {clinic.emergency_number}" in clinic.fill(TEXTS[name])


@pytest.mark.parametrize("name", ["unreadable", "self_check_off"])
def test_signs_stand_where_words_may_be_missed(name: str) -> None:
    """Who sends a picture or wants to tell of symptoms in vain reads the warning signs."""
    assert "{warning_signs" in TEXTS[name]


def test_help_says_who_writes_and_what_it_costs(clinic: Clinic) -> None:
    """HELP gets what carriers ask of its reply: the program's name, a person to reach, and the rates."""
    text = clinic.fill(TEXTS["help"])

    assert "Stride" in text
    assert clinic.name in text
    assert "Message and data rates may apply" in text


def test_tells_what_is_known(clinic: Clinic) -> None:
    """What is kept about a patient is told in numbers, with the clinic's own days."""
    text = clinic.fill(TEXTS["known"].format_map(Kept(KNOWN)))

    assert "November 30, 2026 (12 so far)" in text
    assert "walks in it: 3" in text
    assert "{" not in text


def test_is_signed_as_one_text(base: KnowledgeBase) -> None:
    """A clinician signs these sentences, with the canonical ones that they refer to."""
    assert MESSAGING in base.texts
    assert words(base, MESSAGING)["{warning_signs}"] == base.boxes["signs"].lines


def test_guide_shows_the_template() -> None:
    """The guide has the clinic register the template in its words."""
    guide = (ROOT / "docs" / "channels.md").read_text(encoding="utf-8").replace("\n> ", "\n")

    assert TEXTS["template"].replace("{emergency_number}", "911") in " ".join(guide.split())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{days}", "{weeks}", r"consent: unknown placeholder \['weeks'\]"),
        ("({messages} so far)", "", r"known: must hold \['began', 'messages', 'walks'\]"),
        ("({messages} so far)", "({messages} so far, {name})", r"known: unknown placeholder"),
        ("call {emergency_number} now", "call {clinic} now", r"template: must hold {emergency_number}, and no other"),
        ("unreadable:", "unread:", r"unreadable: field required"),
    ],
)
def test_a_wrong_text_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A placeholder that nothing fills, or one that is missing, is told with file and key."""
    folder = Path(shutil.copytree(FOLDER, tmp_path / "knowledge"))
    file = folder / "messaging.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DataError, match=rf"messaging\.yml:\d+: {said}"):
        load(folder)
