"""The messaging channels with the real bot behind them: checks, guided talks, and where these are switched off."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from messaging_server import ROWS, SIGN, Patient, Server, letters, notice, running, stand_in, urgent
from traffic import TRAFFIC, traffic

from bot.conversation.forms import forms

TELLS = "🚑 please"  # after which the bot asks whether there is a sign
TALK = "Help me prepare for my visit"


@pytest.fixture(scope="module")
def server(agent: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server with the real bot."""
    with stand_in() as over, running(tmp_path_factory.mktemp("bot"), over, agent=agent) as one:
        yield one


@pytest.fixture(params=ROWS)
def patient(server: Server, request: pytest.FixtureRequest) -> Patient:
    """A new patient of a row."""
    return Patient(server, traffic(request.param))


@pytest.fixture
def asked(patient: Patient) -> Patient:
    """A patient of whom the bot has just asked whether there is a sign."""
    assert letters("Do you have any of these now?") in patient.send(TELLS)
    return patient


@pytest.mark.parametrize("words", ["YES", "y", "1", "yes, one of these"])
def test_yes_to_an_open_check_is_an_alarm(asked: Patient, words: str) -> None:
    """YES, Y, 1 or the button's words in reply to a check raise the alarm; YES is then not the carrier's START."""
    assert asked.send(words).startswith(urgent())


@pytest.mark.parametrize("row", [row for row, one in TRAFFIC.items() if one.answered(0, "YES", "start")])
def test_yes_that_the_provider_has_answered_is_an_alarm(server: Server, row: str) -> None:
    """So does a YES that the provider takes for START, and has replied to itself."""
    patient = Patient(server, traffic(row))
    patient.send(TELLS)
    yes = patient.traffic.answered(patient.number, "YES", "start")

    assert yes
    assert patient.send(yes).startswith(urgent())


def test_no_to_an_open_check_is_none(asked: Patient) -> None:
    """NO in reply to a check raises nothing, and ends it: a YES after it is no reply to it."""
    said = asked.send("NO") + asked.send("YES")

    assert urgent() not in said


def begun() -> str:
    """The letters with which the talk's first question begins."""
    [form] = [one for one in forms().forms.values() if one.starts_with.startswith("visit")]
    return letters(form.questions[0].ask)


def test_zero_leaves_a_talk(patient: Patient) -> None:
    """A guided talk is left with 0; "stop" ends it too, and all messages where the carrier takes the word."""
    asked = patient.send(TALK)
    left = patient.send("0")
    patient.send(TALK)
    stopped = patient.send("stop")

    assert begun() in asked
    assert left.startswith(letters("OK, we stop here."))
    assert stopped == notice("stopped") if patient.row.carrier_words else stopped == left


def test_talk_that_two_servers_share(agent: Any, tmp_path: Path) -> None:
    """A sign of which each half comes to another server, and neither knows the other's, is an alarm."""
    halves = ("It's about the area between my legs", "It's numb")
    with stand_in() as over, running(tmp_path, over, servers=2, agent=agent) as server:
        patient = Patient(server, traffic("sms"))
        for place, words in enumerate(("Hello", *halves)):
            assert server.post(patient.text(words), place % 2) == 200
            server.settle()

    assert urgent() in letters(*(asked.text for asked in patient.got))


def test_talks_can_be_switched_off(agent: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where the talks are off, the bot says so and asks nothing of them; a sign is heard as ever."""
    off: dict[str, Any] = {f"{one.channel.upper()}_SELF_CHECK": "off" for one in TRAFFIC.values()}
    with stand_in() as over, running(tmp_path_factory.mktemp("off"), over, agent=agent, **off) as server:
        patients = [Patient(server, one) for one in TRAFFIC.values()]
        refused = [patient.send(TALK) for patient in patients]
        heard = [patient.send(SIGN) for patient in patients]

    assert [begun() in said for said in refused] == [False] * len(patients)
    assert [notice("self_check_off") in said for said in refused] == [True] * len(patients)
    assert [said.startswith(urgent()) for said in heard] == [True] * len(patients)
