"""What a patient wants of a channel itself, and what they choose, on every channel of the running server."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from messaging_server import (
    LEAD,
    QUESTION,
    ROWS,
    SIGN,
    Patient,
    Server,
    consent,
    letters,
    notice,
    running,
    stand_in,
    urgent,
)
from traffic import TRAFFIC, Traffic, WhatsApp, traffic

from bot.channels.reading import ANEW
from bot.knowledge.base import knowledge
from bot.reply.rows import rows
from bot.text.clean import clean

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server with all channels on."""
    with stand_in() as over, running(tmp_path_factory.mktemp("manners"), over) as one:
        yield one


@pytest.fixture(params=ROWS)
def one(request: pytest.FixtureRequest) -> Traffic:
    """The traffic of a row."""
    return traffic(request.param)


@pytest.fixture
def patient(server: Server, one: Traffic) -> Patient:
    """A new patient of a row."""
    return Patient(server, one)


@pytest.mark.parametrize("stop", ["STOP", " stop. ", "Unsubscribe", "opt out"])
def test_stop_is_confirmed_once(patient: Patient, stop: str) -> None:
    """STOP and its cousins end all messages, and are confirmed once."""
    said = patient.send(stop), patient.send(stop)

    assert said == (notice("stopped"), "")


def test_stop_lasts_as_long_as_the_channel_wants(patient: Patient) -> None:
    """After STOP a message is not answered; on some channels, it brings the patient back."""
    patient.send(QUESTION)
    patient.send("STOP")

    said = patient.send(QUESTION)

    assert said.count(LEAD) == (patient.row.comes_back == "message")


def test_sign_after_stop_waits_for_the_patient(patient: Patient) -> None:
    """After STOP a sign is recorded, and the clinic is told that the patient cannot be reached; START brings it first.

    Where any message brings the patient back, it comes at once.
    """
    patient.send("STOP")
    before = len(patient.server.alarms())
    back = patient.row.comes_back == "message"

    said = patient.send(SIGN)
    started = said if back else patient.send("START")

    assert said.startswith(urgent()) if back else said == ""
    assert started.startswith(urgent())
    assert started.count(urgent()) == 1
    assert notice("started") in started or back
    expected = ["cauda_equina"] if back else ["cauda_equina", "undelivered"]
    assert patient.server.alarms(before + len(expected))[before:] == expected


@pytest.mark.parametrize("row", [row for row, one in TRAFFIC.items() if one.answered(0, "STOP", "stop")])
def test_what_the_carrier_has_answered_is_not_answered_again(server: Server, row: str) -> None:
    """A word to which the provider has replied itself has its effect, and no second reply."""
    patient = Patient(server, traffic(row))
    words = {"stop": "STOP", "start": "START", "help": "HELP"}
    posted = {told: patient.traffic.answered(patient.number, word, told) for told, word in words.items()}
    patient.send(QUESTION)

    said = {told: [patient.send(one), patient.send(QUESTION)] for told, one in posted.items() if one}

    assert {told: (first, second.count(LEAD)) for told, (first, second) in said.items()} == {
        "stop": ("", 0),
        "start": ("", 1),
        "help": ("", 1),
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("HELP", notice("help")),
        ("info", notice("help")),
        ("start", LEAD),
        ("YES", LEAD),
        ("stop the gabapentin?", LEAD),
    ],
)
def test_words_that_are_the_channels_own(patient: Patient, words: str, expected: str) -> None:
    """HELP tells who writes; START and YES are words of a talk for who has not opted out; so is STOP in a sentence."""
    patient.send(QUESTION)

    assert expected in patient.send(words)


def test_help_in_a_sentence_is_heard(patient: Patient) -> None:
    """A sign behind "help" is an alarm."""
    assert patient.send("help i can't pee").startswith(urgent())


def offered(patient: Patient) -> list[str]:
    """The answers that the reply to QUESTION offers, in order."""
    return knowledge()["aids.brace"].follow_ups


@pytest.mark.parametrize(
    "choice",
    ["2", "2.", "two", "the second", "２", "How should I stand, sit and walk?", "how shuold i stand, sit and walk"],
)
def test_a_choice_is_heard_as_what_it_stands_for(patient: Patient, choice: str) -> None:
    """A number, an ordinal, the words or a typo of them choose from the list, on channels with buttons too."""
    patient.send(QUESTION)
    before = len(patient.server.stand_in.heard(""))

    patient.send(choice)

    assert patient.server.stand_in.heard("")[before:] == [f"/{offered(patient)[1]}"]


@pytest.mark.parametrize("words", ["2 weeks", "22"])
def test_what_is_no_choice_is_heard_as_it_is(patient: Patient, words: str) -> None:
    """A number of something else, or beyond the list, chooses nothing."""
    patient.send(QUESTION)
    before = len(patient.server.stand_in.heard(""))

    patient.send(words)

    assert patient.server.stand_in.heard("")[before:] == [words]


def test_old_list_is_not_taken_for_a_new_one(patient: Patient) -> None:
    """A number after a reply without choices is a number."""
    patient.send(QUESTION)
    patient.send("goodbye")
    before = len(patient.server.stand_in.heard(""))

    patient.send("2")

    assert patient.server.stand_in.heard("")[before:] == ["2"]


def tapped(patient: Patient, title: str) -> str:
    """Have a patient tap the latest button with a title; returns what they got for it."""
    [choice] = [one.choices[title] for one in patient.got[::-1] if title in one.choices][:1]
    return patient.send(patient.traffic.tap(patient.number, title, choice))


@pytest.fixture(params=[name for name, row in rows().items() if row.buttons])
def taps(server: Server, request: pytest.FixtureRequest) -> Patient:
    """A new patient of a channel with buttons."""
    return Patient(server, traffic(request.param))


def test_tapped_button_is_heard_as_what_it_stands_for(taps: Patient) -> None:
    """A tap on a button of the latest message is its reply."""
    taps.send("my feet tingle")
    before = len(taps.server.stand_in.heard(""))

    tapped(taps, "No, none of these")

    assert taps.server.stand_in.heard("")[before:] == ["No, none of these"]


def test_old_button_is_no_reply_to_a_new_question(taps: Patient) -> None:
    """A tap on an old button says so; on one that stands for a sign, the check is asked for anew."""
    taps.send("my feet tingle")
    taps.send("goodbye")
    before = len(taps.server.stand_in.heard(""))

    harmless, sign = tapped(taps, "No, none of these"), tapped(taps, "Yes, one of these")

    assert harmless == notice("old_button")
    assert sign.startswith(notice("old_button"))
    assert taps.server.stand_in.heard("")[before:] == [clean(ANEW)]


@pytest.mark.parametrize("choice", ["", "1", "1.99", "99.0", "-1.0", "/restart", "x" * 60])
def test_forged_button_is_an_old_one(taps: Patient, choice: str) -> None:
    """A tap with an id that was never given harms nothing."""
    taps.send("my feet tingle")
    before = len(taps.server.stand_in.heard("/"))

    said = taps.send(taps.traffic.tap(taps.number, "What is a brace?", choice))

    assert LEAD in said or said == notice("old_button") or choice == ""
    assert len(taps.server.stand_in.heard("/")) == before


def test_known_is_told(patient: Patient) -> None:
    """ "What do you know about me" tells how many messages are kept."""
    patient.send(QUESTION)

    patient.send("What do you know about me?")

    assert "(2 so far)" in patient.got[-1].text or "(2 so far)" in patient.got[-2].text


def test_help_is_answered_after_stop(patient: Patient) -> None:
    """Carriers demand that HELP is answered even after STOP."""
    patient.send("STOP")

    assert patient.send("HELP").endswith(notice("help"))


def test_stop_outlives_deletion(patient: Patient) -> None:
    """Who has opted out, and then has all deleted, stays opted out for as long as the channel wants."""
    patient.send(QUESTION)
    patient.send("STOP")
    patient.send("delete my data")

    said = patient.send(QUESTION)

    assert said.count(LEAD) == (patient.row.comes_back == "message")


def test_phone_and_user_id_are_one_patient(server: Server) -> None:
    """A WhatsApp patient who hides the number is the same as before, gets replies, and can have all deleted."""
    whatsapp = WhatsApp()
    patient = Patient(server, whatsapp)
    before = aliases(patient)
    patient.send("goodbye")
    by_user = [server.post(whatsapp.text_of_user(patient.number, words)) for words in (QUESTION, "delete my data")]
    server.settle()

    told = letters(*(one.asked.text for one in server.stand_in.tried(whatsapp.user(patient.number))))
    assert by_user == [200, 200]
    assert LEAD in told
    assert consent(patient) not in told
    assert told.endswith(notice("deleted"))
    assert aliases(patient) == before


def test_deleted_is_gone(patient: Patient) -> None:
    """ "Delete my data" is confirmed, and then no file holds the words or the address; the next words are the first."""
    before = aliases(patient)
    patient.send("my purple elephant hurts. What is a brace?")

    said = patient.send("delete my data")

    assert said == notice("deleted")
    assert [name for name, content in patient.server.files().items() if b"elephant" in content] == []
    assert aliases(patient) == before
    assert patient.send(QUESTION).startswith(consent(patient))


def aliases(patient: Patient) -> int:
    """Return how many addresses the store has."""
    with closing(sqlite3.connect(patient.server.folder / "messages.db")) as db:
        return int(db.execute("SELECT count(*) FROM alias").fetchone()[0])
