"""Hosts, websites and addresses as they stand in settings."""

import pytest

from bot.hosts import is_here, is_host


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "0.0.0.0", "::1", "localhost", "bot-1.example", "1st.example", "B.example"]
)
def test_host(host: str) -> None:
    """An address or a name is a host."""
    assert is_host(host)


@pytest.mark.parametrize(
    "host", ["0", "1", "127.1", "999.999.999.999", "1.2.3.4.5", "2130706433", "-a", "a b", "[::1]", ""]
)
def test_no_host(host: str) -> None:
    """What each system reads differently, or not at all, is none."""
    assert not is_host(host)


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.9.9.9", True), ("[::1]", True), ("10.0.0.1", False), ("localhost.example", False)],
)
def test_this_machine(host: str, expected: bool) -> None:
    """This machine is told from others."""
    assert is_here(host) is expected
