"""Whatever send APIs and the disk do: replies arrive in order and once, and the clinic learns of those that do not."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
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
    running,
    stand_in,
    urgent,
)
from played_rasa import FAREWELL
from stand_in import Order
from traffic import TRAFFIC, Answered, Traffic, WhatsApp, traffic

from bot.channels import sending
from bot.reply.rows import rows

pytestmark = pytest.mark.rasa
HOUR = 3600.0  # seconds
WITH_WINDOW = [name for name, row in rows().items() if row.window_hours]
TEMPLATES = {"twilio": "HX" + "2c" * 16, "whatsapp": "urgent_message"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server with all channels on."""
    with stand_in() as over, running(tmp_path_factory.mktemp("delivery"), over) as one:
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
def known(patient: Patient) -> Patient:
    """A patient who has had the consent line."""
    patient.send("goodbye")
    return patient


def got(patient: Patient) -> str:
    """The letters of all that a patient got."""
    return letters(*(asked.text for asked in patient.got))


def order(patient: Patient, *orders: Order) -> Order:
    """Have the next requests to a patient handled as ordered."""
    last: Order = patient.server.stand_in.order(patient.address, *orders)
    return last


def tried(patient: Patient) -> int:
    """Return how often something was sent to a patient."""
    return len(patient.tried)


def test_next_part_waits_for_the_last(patient: Patient) -> None:
    """While a part is being sent, no other one of the same patient is; other patients do not wait."""
    held = patient.server.stand_in.hold(patient.address)
    assert patient.server.post(patient.text(QUESTION)) == 200
    assert held.reached.wait(10)
    other = Patient(patient.server, patient.traffic)
    assert patient.server.post(other.text(QUESTION)) == 200
    patient.server.stand_in.until(lambda: LEAD in got(other))

    before = tried(patient)
    assert held.released
    held.released.set()
    patient.server.settle()

    assert before == 1
    assert got(patient).startswith(consent(patient))
    assert got(patient).count(LEAD) == 1


def test_throttle_is_obeyed(patient: Patient) -> None:
    """After "wait 7 seconds" nothing goes to the patient for so long; then all does, the urgent message first."""
    server = patient.server
    order(patient, Order(answer=patient.traffic.throttled(7)))
    assert server.post(patient.text(QUESTION)) == 200
    server.stand_in.until(lambda: tried(patient))
    assert server.post(patient.text(SIGN)) == 200
    until_answered(server)
    server.clock.ahead += 6
    time.sleep(0.3)
    before = tried(patient)
    server.clock.ahead += 3

    server.settle()

    assert before == 1
    assert got(patient).startswith(urgent())
    assert got(patient).index(consent(patient)) < got(patient).index(LEAD)
    assert [got(patient).count(text) for text in (urgent(), consent(patient), LEAD)] == [1, 1, 2]


def until_answered(server: Server) -> None:
    """Wait until no message waits for an answer."""
    end = time.monotonic() + 10
    while server.do(server.offices[0].store.waiting())[0]:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_error_that_passes_is_tried_again(patient: Patient) -> None:
    """After an answer that says that a message was not taken, it is sent again, and the rest after it."""
    order(patient, Order(answer=Answered(503)), Order(answer=Answered(503)))

    said = patient.send(QUESTION)

    assert said.startswith(consent(patient))
    assert said.count(LEAD) == 1
    assert tried(patient) == len(patient.got) + 2


@pytest.mark.parametrize("unknown", [{"answer": Answered(500)}, {"drops": True}], ids=["500", "dropped"])
def test_unknown_outcome(known: Patient, unknown: dict[str, Any]) -> None:
    """Where nobody knows whether a message was taken, an urgent one is sent again, and any other one is not."""
    before = tried(known)
    for words in ("goodbye", SIGN):
        order(known, Order(**unknown))
        known.send(words)

    ordinary, first, second, *rest = (letters(one.asked.text) for one in known.tried[before:])
    assert ordinary == letters(FAREWELL)
    assert first == second
    assert letters(first, *rest).startswith(urgent())
    assert letters(FAREWELL) not in rest


def test_provider_that_is_down_for_a_while(server: Server) -> None:
    """Once the providers answer again, everybody gets everything, in order and once; the urgent message first."""
    patients = [Patient(server, traffic(row)) for row in ROWS]
    server.stand_in.stop()
    for patient in patients:
        assert server.post(patient.text(QUESTION)) == 200
    until_answered(server)
    assert server.post(patients[0].text(SIGN)) == 200
    until_answered(server)
    server.stand_in.start()

    server.settle()

    assert [got(patient).count(LEAD) for patient in patients] == [2] + [1] * (len(patients) - 1)
    assert [got(patient).startswith(consent(patient)) for patient in patients[1:]] == [True] * (len(patients) - 1)
    assert got(patients[0]).startswith(urgent())


def test_what_cannot_be_sent_is_given_up(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the last try a message is given up; of an urgent one the clinic learns, and it waits for the patient."""
    monkeypatch.setattr(sending, "PAUSES", [0.0] * 6)
    server = patient.server
    before = len(server.alarms()), len(server.dead())
    order(patient, *[Order(answer=Answered(503))] * 100)

    patient.send(SIGN)

    assert server.alarms(before[0] + 2)[before[0] : before[0] + 2] == ["cauda_equina", "undelivered"]
    assert {why.partition(" after")[0] for why, _ in server.dead()[before[1] :]} == {"given up"}
    server.stand_in.forget(patient.address)
    assert patient.send(QUESTION).startswith(urgent())


@pytest.mark.parametrize("answer", ["refused", "blocked"])
def test_message_that_is_refused_is_given_up(known: Patient, answer: str) -> None:
    """What the provider refuses for good is not tried again; of an urgent message the clinic learns."""
    server = known.server
    before = len(server.alarms())
    refusal = getattr(known.traffic, answer)()
    order(known, *[Order(answer=refusal)] * 3)

    said = known.send(SIGN)

    opted_out = refusal != known.traffic.refused()
    assert server.alarms(before + 2)[before:][:2] == ["cauda_equina", "undelivered"]
    assert said == "" or not opted_out


@pytest.mark.parametrize("row", [row for row, one in TRAFFIC.items() if one.blocked() != one.refused()])
def test_patient_who_has_blocked_us_is_left_alone(server: Server, row: str) -> None:
    """Who has blocked us gets nothing more, until they write again as the channel wants it; then the urgent message."""
    known = Patient(server, traffic(row))
    known.send("goodbye")
    before = tried(known)
    order(known, Order(answer=known.traffic.blocked()))
    known.send(SIGN)
    tries = tried(known) - before

    said = known.send(QUESTION if known.row.comes_back == "message" else "START")

    assert tries == 1
    assert said.startswith(urgent())


@pytest.mark.parametrize("row", [row for row, one in TRAFFIC.items() if one.receipt(0, 1)])
def test_receipt_that_tells_of_a_failure(server: Server, row: str) -> None:
    """When the provider says later that an urgent message did not arrive, the clinic learns; of others it does not."""
    patients = [Patient(server, traffic(row)) for _ in range(2)]
    for patient, words in zip(patients, ("goodbye", SIGN), strict=True):
        patient.send(words)
    before = len(server.alarms(1))

    for patient in patients:
        receipt = patient.traffic.receipt(patient.number, patient.tried[0].number)
        assert receipt
        patient.send(receipt)

    assert server.alarms(before + 1)[before:] == ["undelivered"]


@contextmanager
def later(row: str, folder: Path, **variables: Any) -> Iterator[Patient]:
    """A patient whose provider was down when they wrote of a sign, and until the time to write freely was over."""
    with ExitStack() as stack:
        over = stack.enter_context(stand_in())
        server = stack.enter_context(running(folder, over, **variables))
        patient = Patient(server, traffic(row))
        over.stop()
        assert server.post(patient.text(SIGN)) == 200
        until_answered(server)
        server.clock.ahead = (rows()[row].window_hours or 0) * HOUR + 60
        over.start()
        yield patient


@pytest.mark.parametrize("row", WITH_WINDOW)
def test_no_free_words_outside_the_window(tmp_path: Path, row: str) -> None:
    """When the patient wrote too long ago, nothing is sent; the clinic learns, and it waits for the patient."""
    with later(row, tmp_path) as patient:
        patient.server.settle()
        outside = tried(patient)
        patient.server.clock.ahead = 0.0

        said = patient.send(QUESTION)

        assert outside == 0
        assert patient.server.alarms(2) == ["cauda_equina", "undelivered"]
        assert said.startswith(urgent())
        assert said.count(LEAD) == 1


@pytest.mark.parametrize("row", [row for row in WITH_WINDOW if rows()[row].connector in TEMPLATES])
def test_template_outside_the_window(tmp_path: Path, row: str) -> None:
    """Where the clinic has a template approved, the urgent message goes as that, once, and nothing else goes."""
    connector = rows()[row].connector
    with later(row, tmp_path, **{f"{connector.upper()}_TEMPLATE": TEMPLATES[connector]}) as patient:
        patient.server.settle()

        assert [asked.template for asked in patient.got] == [TEMPLATES[connector]]
        assert patient.server.alarms(1) == ["cauda_equina"]


@pytest.mark.parametrize("row", WITH_WINDOW)
def test_window_that_only_the_provider_knows_to_be_over(server: Server, row: str) -> None:
    """The provider's own "too late" is final: one try, the clinic learns, and the patient's next words bring it."""
    patient = Patient(server, traffic(row))
    patient.send("goodbye")
    before = len(server.alarms())
    order(patient, *[Order(answer=patient.traffic.closed())] * 10)

    patient.send(SIGN)
    server.stand_in.forget(patient.address)

    assert server.alarms(before + 2)[before : before + 2] == ["cauda_equina", "undelivered"]
    assert patient.send(QUESTION).startswith(urgent())


def test_old_message_that_comes_late(server: Server) -> None:
    """A sign of two days ago that WhatsApp brings only now is recorded, and not answered with free words."""
    whatsapp = WhatsApp()
    patient = Patient(server, whatsapp)
    before = len(server.alarms())

    said = patient.send(whatsapp.text(patient.number, SIGN, at=time.time() - 48 * HOUR))

    assert said == ""
    assert tried(patient) == 0
    assert server.alarms(before + 2)[before:] == ["cauda_equina", "undelivered"]


@pytest.fixture
def locked(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[sqlite3.Connection]:
    """Somebody holds the store's file."""
    for module in ("batches", "database"):
        monkeypatch.setattr(f"bot.files.{module}.WAIT", 0.1)
    with closing(sqlite3.connect(server.folder / "messages.db", isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        yield db


def test_store_that_cannot_be_written(patient: Patient, locked: sqlite3.Connection) -> None:
    """What cannot be stored gets 503, so that the provider repeats it; a sign has its urgent message at once, once."""
    server = patient.server
    ordinary, sign = patient.text(QUESTION), patient.text(SIGN)

    statuses = [server.post(posted) for posted in (ordinary, sign, sign)]
    server.stand_in.until(lambda: got(patient).startswith(urgent()))
    locked.execute("ROLLBACK")
    again = [server.post(posted) for posted in (ordinary, sign)]
    server.settle()

    assert statuses == [503] * 3
    assert again == [200] * 2
    assert got(patient).count(LEAD) == 2


def test_provider_that_does_not_wait(patient: Patient, locked: sqlite3.Connection) -> None:
    """A sign that cannot be stored has its urgent message though the provider has closed the connection meanwhile."""
    patient.server.leave(patient.text(SIGN))

    patient.server.stand_in.until(lambda: got(patient).startswith(urgent()))
