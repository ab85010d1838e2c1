"""Servers and folders that a benchmark has for itself."""

import os
from pathlib import Path

import pytest
import requests

from bot.settings import settings
from workshop.processes import free_port
from workshop.speed import servers


def test_var_is_its_own_only_within(var: Path) -> None:
    """What this process keeps goes into another folder meanwhile, which is gone afterwards."""
    with servers.var_of_its_own():
        own = settings().var
        assert own.is_dir()
        assert own != var

    assert not own.exists()
    assert settings().var == var


def test_var_that_was_not_set_is_not_set_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual folder stays the usual one."""
    monkeypatch.delenv("STRIDE_VAR")

    with servers.var_of_its_own():
        assert "STRIDE_VAR" in os.environ

    assert "STRIDE_VAR" not in os.environ


def test_floor_answers_and_tells_start_and_memory() -> None:
    """The bare handler replies; how soon, and how much memory it took, is known; it ends with the block."""
    with servers.floor() as server:
        body = {"sender": "a", "message": "hello"}
        assert requests.post(f"{server.address}{servers.REST}", json=body).json()[0]["text"]
        assert server.seconds > 0
        assert server.peak > 1

    with pytest.raises(requests.ConnectionError):
        requests.get(server.address)


def test_server_that_ends_is_told(tmp_path: Path) -> None:
    """Who waits for a server that does not start learns what it said last."""
    with pytest.raises(RuntimeError, match=r"did not start; .*no such thing"):
        servers.Server(["sh", "-c", "echo no such thing; exit 1"], free_port(), tmp_path, dict(os.environ))
