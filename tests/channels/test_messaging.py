"""Every messaging channel of the really running server: what its provider posts, and what it then is asked to send.

A new row of channels.yml is tested here by itself; it needs an entry in traffic.py.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

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
    request,
    running,
    stand_in,
    urgent,
)
from played_rasa import FAREWELL, FILE
from stand_in import Order
from traffic import FOREIGN, SECRETS, STRANGE, TRAFFIC, Answered, Posted, Slack, Traffic, traffic

from bot.channels.connector import Connector
from bot.channels.credentials import connectors
from bot.clinic import clinic
from bot.knowledge.base import knowledge
from bot.settings import settings

pytestmark = pytest.mark.rasa
MEDIA = "/media/1.jpg"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server with all channels on."""
    with stand_in() as over, running(tmp_path_factory.mktemp("messaging"), over) as one:
        yield one


@pytest.fixture(params=ROWS)
def one(request: pytest.FixtureRequest) -> Traffic:
    """The traffic of a row."""
    return traffic(request.param)


@pytest.fixture
def patient(server: Server, one: Traffic) -> Patient:
    """A new patient of a row."""
    return Patient(server, one)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """All that is logged, at all levels."""
    caplog.set_level(logging.DEBUG)
    return caplog


def count(folder: Path, table: str = "known") -> int:
    """Return how many rows a table of the store has."""
    with closing(sqlite3.connect(folder / "messages.db")) as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_every_row_is_tested() -> None:
    """Each row of channels.yml has an entry in traffic.py, so that the tests here run for it, and none has too many."""
    assert {*ROWS} == TRAFFIC.keys(), "write in traffic.py how the provider of a new row sends"
    assert {row: type(one).channel for row, one in TRAFFIC.items()} == {
        row: name for name, connector in connectors().items() for row in connector.rows
    }


def test_handshake(server: Server, one: Traffic) -> None:
    """The GET that sets an address up is answered with what the provider wants, and refused with a wrong token."""
    has_one = connectors()[one.channel].handshake is not Connector.handshake
    path, answer = one.handshake() or (one.path, "")

    status, body = request(server.ports[0], "GET", Posted(path, {}, b""))
    forged, _ = request(server.ports[0], "GET", Posted(path.replace("our-", "their-"), {}, b""))

    assert (one.handshake() is not None) == has_one
    assert (status, body.decode()) == (200, answer) if has_one else status == 403
    assert forged == 403


def without(posted: Posted, signature: Any) -> Posted:
    """Return a request with other headers instead of those that sign it."""
    return replace(posted, headers={"Content-Type": posted.headers["Content-Type"], **signature})


def forged(one: Traffic, posted: Posted) -> list[Posted]:
    """Return requests that a provider has not signed like this."""
    right = one.signed(posted.body)
    other = one.signed(posted.body + b" ")
    changed: list[Callable[[str], str]] = [lambda _: "", lambda value: value[:-1], lambda value: f"{value}0", str.upper]
    return [
        without(posted, {}),
        without(posted, one.signed(posted.body, FOREIGN)),
        *(without(posted, {name: change(value) for name, value in right.items()}) for change in changed),
        *([without(posted, other)] if other != right else []),
    ]


def test_what_nobody_has_signed_leaves_no_trace(server: Server, one: Traffic, log: pytest.LogCaptureFixture) -> None:
    """A forged signature is refused before anything is read: nothing in the store, in the record or in the log."""
    patient = Patient(server, one)
    before = count(server.folder), count(server.folder, "conversation"), server.alarms()

    statuses = {server.post(each) for each in forged(one, patient.text(SIGN))}

    server.settle()
    assert statuses == {403}
    assert (count(server.folder), count(server.folder, "conversation"), server.alarms()) == before
    assert server.stand_in.tried(patient.address) == []
    assert not any(found in log.text for found in (*patient.traffic.private(patient.number), "pee", *SECRETS))


def test_stale_request_is_refused(server: Server) -> None:
    """What Slack has signed more than five minutes ago is a replay."""
    slack = Slack()
    posted = slack.text(0, QUESTION)

    assert server.post(without(posted, slack.signed(posted.body, ago=301))) == 403


def test_slacks_challenge_is_returned(server: Server) -> None:
    """The signed request with which Slack tries the address is answered with its challenge."""
    challenge = Slack().posted(b'{"type": "url_verification", "challenge": "3eZbrw1aBm2rZgRN"}')

    assert request(server.ports[0], "POST", challenge) == (200, b'{"challenge":"3eZbrw1aBm2rZgRN"}')


def test_enormous_body_is_refused(server: Server, one: Traffic) -> None:
    """A body of more than a megabyte is refused, though it is signed; the connection may end before it is whole."""
    try:
        status = server.post(one.posted(b"Body=" + b"x" * 1_100_000))
    except ConnectionError:
        status = 413

    assert status == 413


def test_forgers_are_counted(tmp_path: Path) -> None:
    """Whoever sends forged requests without end is told to stop; the provider's own still count."""
    with stand_in() as over, running(tmp_path, over, MESSAGES_PER_ADDRESS="10") as server:
        patient = Patient(server, traffic("sms"))
        forgery = without(patient.text(SIGN), {})
        statuses = [server.post(forgery) for _ in range(110)]

        answered = patient.send(QUESTION)

    assert {*statuses[:90]} == {403}
    assert statuses[-1] == 429
    assert LEAD in answered


def test_ordinary_message_is_answered_once(patient: Patient) -> None:
    """The first message gets the consent line and then its answer; the next one its answer alone."""
    first, second = patient.send(QUESTION), patient.send("Would a belt help?")

    assert first.startswith(consent(patient))
    assert (first.count(consent(patient)), first.count(LEAD), second.count(LEAD)) == (1, 1, 1)
    assert consent(patient) not in second


def test_repeat_of_an_answered_message(patient: Patient) -> None:
    """A message that the provider sends again after its answer is not answered again."""
    posted = patient.text(QUESTION)

    said = patient.send(posted), patient.send(posted)

    assert LEAD in said[0]
    assert said[1] == ""


def test_answer_to_the_provider_says_nothing(patient: Patient) -> None:
    """What the provider gets for a message says nothing: some would show it to the patient."""
    answer = request(patient.server.ports[0], "POST", patient.text(QUESTION))
    patient.server.settle()

    assert answer in ((200, b""), (200, b"<Response/>"))


def test_sign_has_its_urgent_message_first(patient: Patient) -> None:
    """A sign in the first words gets the whole urgent message, then the consent line, then the rest; one alarm."""
    before = len(patient.server.alarms())

    said = patient.send(SIGN)

    assert said.startswith(urgent())
    assert said.count(urgent()) == said.count(consent(patient)) == 1
    assert said.index(consent(patient)) < said.index(LEAD)
    assert patient.server.alarms(before + 1)[before:] == ["cauda_equina"]


def test_twenty_copies_at_two_servers(tmp_path: Path, one: Traffic) -> None:
    """The same message twenty times at once, to two servers on one folder, is one message, one reply and one alarm."""
    with stand_in() as over, running(tmp_path, over, servers=2) as server:
        patient = Patient(server, one)
        posted = patient.text(SIGN)
        with ThreadPoolExecutor(20) as threads:
            statuses = [*threads.map(lambda copy: server.post(posted, copy % 2), range(20))]
        server.settle()

        assert statuses == [200] * 20
        assert over.heard("pee") == [SIGN]
        assert letters(*(asked.text for asked in patient.got)).count(urgent()) == 1
        assert len({asked.text for asked in patient.got}) == len(patient.got)
    assert server.alarms() == ["cauda_equina"]


def test_sign_waits_for_nobody(server: Server, one: Traffic) -> None:
    """While every worker waits for Rasa, a sign still has its urgent message, and a provider its answer."""
    held = []
    for number in range(2):
        words = f"What is a brace, and why, {one.row} {number}?"
        held.append(server.stand_in.hold(f"heard: {words}"))
        assert server.post(one.text(Patient(server, one).number, words)) == 200
        assert held[-1].reached.wait(10)
    patient = Patient(server, one)

    assert server.post(patient.text(SIGN)) == 200
    server.stand_in.until(lambda: letters(*(asked.text for asked in patient.got)).startswith(urgent()))

    for order in held:
        assert order.released
        order.released.set()
    server.settle()


def test_bot_that_fails(patient: Patient) -> None:
    """When Rasa fails, the patient is told so once, with the signs; a sign has its urgent message."""
    words = [f"What is a brace, please, {patient.number}?", f"{SIGN}, {patient.number}"]
    for one in words:
        patient.server.stand_in.order(f"heard: {one}", Order(answer=Answered(500)))

    said = [patient.send(one) for one in words]

    unavailable = letters(clinic().fill(knowledge().notices.unavailable))
    assert said[0].count(unavailable) == 1
    assert said[1].startswith(urgent())


def test_many_messages(patient: Patient) -> None:
    """Who writes too much is told once, and a sign among it has its urgent message."""
    for _ in range(settings().messages_per_minute + 2):
        assert patient.server.post(patient.text("goodbye")) == 200

    said = patient.send(SIGN)

    everything = letters(*(asked.text for asked in patient.got))
    too_fast = letters(clinic().fill(knowledge().notices.too_fast))
    assert urgent() in said or urgent() in everything
    assert everything.count(too_fast) == 1
    assert everything.count(letters(FAREWELL)) == settings().messages_per_minute


def test_media_is_answered_once_a_burst(patient: Patient) -> None:
    """Three pictures in a row get "I can read only text" once, with the signs; nobody loads a picture."""
    url = patient.server.stand_in.providers + MEDIA

    said = [patient.send(patient.traffic.media(patient.number, "", url)) for _ in range(3)]

    assert said == [consent(patient) + notice("unreadable"), "", ""]


def test_caption_is_read(patient: Patient) -> None:
    """A sign under a picture is an alarm."""
    url = patient.server.stand_in.providers + MEDIA

    said = patient.send(patient.traffic.media(patient.number, "can't feel when i wipe", url))

    assert said.startswith(urgent())


def test_what_says_nothing_has_no_reply(patient: Patient) -> None:
    """Reactions, receipts, echoes and groups get no reply, whatever they say."""
    silent = patient.traffic.silent(patient.number, SIGN)

    said = {name: patient.send(posted) for name, posted in silent.items()}

    assert said == dict.fromkeys(silent, "")
    assert silent


def test_edited_message_is_read_again(patient: Patient) -> None:
    """An edit that makes a sign of a harmless message is an alarm."""
    patient.send(QUESTION)
    edit = patient.traffic.edit(patient.number, "numb between legs")

    said = patient.send(edit) if edit else urgent()

    assert said.startswith(urgent())


@pytest.mark.parametrize("body", STRANGE, ids=repr)
def test_strange_request_harms_nothing(patient: Patient, body: bytes, log: pytest.LogCaptureFixture) -> None:
    """What is unknown or broken, with a right signature, is taken without an error; the next message is answered."""
    status = patient.server.post(patient.traffic.posted(body))
    said = patient.send(QUESTION)

    assert status == 200
    assert LEAD in said
    assert not [record for record in log.records if record.levelno >= logging.WARNING]


def test_batch_is_answered_in_order(server: Server, one: Traffic) -> None:
    """Each message of a batch of several patients is answered once, in order, whatever lies between."""
    first, second = Patient(server, one), Patient(server, one)
    words = [f"{number}. What is a brace, said {first.number}?" for number in (1, 2, 3)]
    said = [(first.number, words[0]), (second.number, words[1]), (first.number, words[2])]
    batch = one.batch(said)

    for posted in [batch] if batch else [one.text(*each) for each in said]:
        assert server.post(posted) == 200
    server.settle()

    assert [letters(*(asked.text for asked in each.got)).count(LEAD) for each in (first, second)] == [2, 1]
    heard = server.stand_in.heard(f"said {first.number}?")
    assert ([*sorted(heard)], heard.index(words[0]) < heard.index(words[2])) == (words, True)


TYPED = ["/restart", "/session_start", "/nonexistent", '/inform{"x":', '/inform{"x":"y"}', "//", "／restart", "/"]


@pytest.mark.parametrize("typed", TYPED)
def test_typed_payload_is_refused(patient: Patient, typed: str) -> None:
    """A payload that a patient types reaches nobody as one, gets a polite reply, and the talk goes on."""
    before = len(patient.server.stand_in.heard("/"))

    refused, answered = patient.send(typed), patient.send(QUESTION)

    assert len(refused) > len(consent(patient))
    assert len(patient.server.stand_in.heard("/")) == before
    assert LEAD in answered


def test_typed_payload_harms_no_later_start(tmp_path: Path) -> None:
    """After typed payloads, and after the server has started anew, the talk goes on."""
    with stand_in() as over:
        with running(tmp_path, over) as server:
            patient = Patient(server, traffic("telegram"))
            for typed in TYPED:
                patient.send(typed)
        with running(tmp_path, over) as server:
            answered = Patient(server, patient.traffic, patient.number).send(QUESTION)

    assert LEAD in answered


def test_sign_behind_a_slash_is_read(patient: Patient) -> None:
    """A sentence behind a slash is one."""
    assert patient.send("/ numb between my legs").startswith(urgent())


def test_nobody_is_named(patient: Patient, log: pytest.LogCaptureFixture) -> None:
    """No address gets into the log, into Rasa's store, or in the clear into any file; answered words stay in Rasa's."""
    patient.send("my purple elephant hurts. What is a brace?")
    patient.send(SIGN)

    files = patient.server.files()
    own = [name.encode() for name in patient.traffic.private(patient.number)]
    assert not [name for name, content in files.items() if any(each in content for each in own)]
    assert {name for name, content in files.items() if b"elephant" in content} == {FILE}
    assert not any(each.decode() in log.text for each in own)
    assert not any(found in log.text for found in ("elephant", "pee since", *SECRETS))
