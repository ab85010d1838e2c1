"""Whose request it is."""

from types import SimpleNamespace

import pytest
import requests
from bare_server import PER_ADDRESS, Bare
from hypothesis import given
from hypothesis import strategies as st

from bot.settings import settings
from bot.web.addresses import NOBODY, here, household
from bot.web.limits import FLOOD, TALK

NETWORK = "2001:db8:1:2::/64"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:567", "203.0.113.7"),
        ('"203.0.113.7:567"', "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::ffff:cb00:7107", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:567", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", NETWORK),
        ("2001:0DB8:0001:0002::1", NETWORK),
        ("[2001:db8:1:2::1]", NETWORK),
        ("[2001:db8:1:2::1]:443", NETWORK),
        ('"[2001:db8:1:2::1]:443"', NETWORK),
        ("2001:db8:1:2::1%eth0", NETWORK),
        ("[2001:db8:1:2::1%25eth0]", NETWORK),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", NOBODY),
        ("_hidden", NOBODY),
        ("unix:", NOBODY),
        ("", NOBODY),
        ("203.0.113.7.example", NOBODY),
        ("203.0.113.700", NOBODY),
        ("[2001:db8::1", NOBODY),
        ("1:2:3", NOBODY),
    ],
)
def test_limits_count_households(written: str, expected: str) -> None:
    """One household's many IPv6 addresses count as one, however a proxy writes them, and so does what is no address."""
    assert household(SimpleNamespace(remote_addr=written, ip="10.0.0.1" if written else "")) == expected


@given(st.integers(0, 2**64 - 1), st.sampled_from(["{}", "[{}]", "[{}]:1", '"[{}]:65535"', "{}%1", "[{}%eth0]:80"]))
def test_no_spelling_makes_another_household(host: int, spelling: str) -> None:
    """Whatever address of its network a household takes, and however it is written, it stays one."""
    groups = ":".join(f"{host >> shift & 0xFFFF:x}" for shift in (48, 32, 16, 0))
    written = spelling.format(f"2001:db8:1:2:{groups}")

    assert household(SimpleNamespace(remote_addr=written, ip="10.0.0.1")) == NETWORK


@given(st.text())
def test_any_text_is_taken(written: str) -> None:
    """Whatever stands where an address should, it is counted."""
    assert household(SimpleNamespace(remote_addr=written, ip="10.0.0.1"))


def test_proxys_word_counts_when_it_is_told() -> None:
    """Where no proxy is to be believed, the connection's own address counts."""
    assert household(SimpleNamespace(remote_addr="", ip="10.0.0.1")) == "10.0.0.1"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("2001:db8::1", False),
        ("", False),
    ],
)
def test_this_machine(address: str, expected: bool) -> None:
    """A request of this machine is told from others'."""
    assert here(SimpleNamespace(ip=address)) is expected


@pytest.mark.rasa
def test_sessions_of_a_household(bare: Bare) -> None:
    """Behind a proxy, a new IPv6 address for every request gives a household no more sessions than another."""
    most = PER_ADDRESS // TALK

    got = [
        requests.post(
            f"{bare.url}/webhooks/web/session", headers={"X-Forwarded-For": f"2001:db8:5:6::{place:x}"}, timeout=10
        ).status_code
        for place in range(most + 1)
    ]

    assert got == [201] * most + [429]


FLOODED = ["/visit/x", "/visit/x.pdf", "/webhooks/web/health", "/no-such", "/", "/webhooks/web/session"]


@pytest.mark.rasa
@pytest.mark.parametrize(("place", "path"), enumerate(FLOODED))
def test_flood(bare: Bare, place: int, path: str) -> None:
    """An address that floods any of the server's addresses is told when to go on; another is answered."""
    with requests.Session() as flooding:
        flooding.headers.update({"X-Forwarded-For": f"192.0.2.{100 + place}", "Origin": settings().websites[0]})
        got = [flooding.get(f"{bare.url}{path}", timeout=10) for _ in range(PER_ADDRESS * FLOOD + 1)]
    other = requests.get(f"{bare.url}{path}", headers={"X-Forwarded-For": "192.0.2.99"}, timeout=10)

    assert 429 not in {answer.status_code for answer in got[:-1]}
    assert got[-1].status_code == 429
    assert got[-1].headers["Retry-After"] == "60"
    assert got[-1].json()["error"]
    # The clinic's website may read it where it may read the rest.
    assert ("Access-Control-Allow-Origin" in got[-1].headers) == path.startswith("/webhooks/web/")
    assert other.status_code != 429
