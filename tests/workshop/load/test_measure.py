"""What is counted of the messaging channels under load."""

import math

from workshop.commands.load import ROWS, table
from workshop.load.measure import URGENT, Counted, counted
from workshop.load.patients import EACH, SIGN_OF, Patient, patients
from workshop.load.provider import Sent


def test_patients_are_the_same_each_time() -> None:
    """Each patient writes EACH different messages, and one in SIGN_OF a sign."""
    some = patients(2 * SIGN_OF)

    assert [(one.number, one.writes) for one in some] == [(one.number, one.writes) for one in patients(2 * SIGN_OF)]
    assert all(len({*one.writes}) == EACH for one in some)


def test_counts() -> None:
    """Lost, doubled and disordered messages, refusals, and urgent messages that never came are all seen."""
    some = [
        Patient("+1", ["a", "b"], [(200, 0.1), (200, 0.2)]),
        Patient("+2", ["a", "b"], [(200, 0.3), (503, 0.4)], sign=10.0),
        Patient("+3", ["a", "b"], [(200, 0.5), (200, 0.6)], sign=11.0),
    ]
    heard = [[1, 4], [2, 2], [6, 3]]
    sent = {"+1": [Sent(12.0, "x")], "+2": [Sent(10.5, f"(1/3) {URGENT}"), Sent(13.0, "y")]}

    found = counted(some, heard, sent, begun=9.0)

    assert found == Counted(
        patients=3,
        messages=6,
        seconds=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
        refused=1,
        lost=1,
        doubled=1,
        disordered=1,
        urgent=[0.5, math.inf],
        whole=4.0,
        parts=3,
    )


def test_table_has_a_column_for_each_measurement() -> None:
    """Every row stands in the table, with milliseconds and a rate."""
    one = Counted(2, 100, [0.1, 0.2], 0, 0, 0, 0, [0.5, 0.5], 4.0, 3)

    lines = table({"at once": one, "later": one}).splitlines()

    assert lines[0] == "| | at once | later |"
    assert [line.split(" | ")[0].strip("| ") for line in lines[2:]] == [*ROWS]
    assert "| ms until 2xx, p50 / p95 / p99 / most | 150 / 195 / 199 / 200 | 150 / 195 / 199 / 200 |" in lines
    assert lines[-1] == "| messages answered a second | 25 | 25 |"
