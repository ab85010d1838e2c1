"""What stands in for the clinic's own system while the probe goes on."""

from collections.abc import Iterator

import pytest
import requests

from workshop.probe.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """One that listens."""
    with Receiver() as receiver:
        yield receiver
        receiver.shutdown()


def test_takes_alarms(receiver: Receiver) -> None:
    """It knows the numbers that it was told; one without a number is not counted yet."""
    for number in (1, 2, None):
        assert requests.post(receiver.url, json={"number": number}, timeout=5).status_code == 200

    assert receiver.numbers() == {1, 2}


@pytest.mark.parametrize("status", [301, 500])
def test_refuses_once(receiver: Receiver, status: int) -> None:
    """A refused alarm is not taken, and a redirect leads to where a GET is answered as if all were well."""
    receiver.refusals.append(status)

    first = requests.post(receiver.url, json={"number": 1}, timeout=5, allow_redirects=False)

    assert first.status_code == status
    assert receiver.numbers() == set()
    if status == 301:
        assert requests.get(first.headers["Location"], timeout=5).status_code == 200
    assert requests.post(receiver.url, json={"number": 1}, timeout=5).status_code == 200
    assert receiver.numbers() == {1}
