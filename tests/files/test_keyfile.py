"""Secrets that this installation makes for itself."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.files.keyfile import key


def test_key_is_made_once(tmp_path: Path) -> None:
    """A key is made when there is none, stays the same, and is its owner's alone."""
    path = tmp_path / "a.key"

    made = key(path)

    assert re.fullmatch(r"[0-9a-f]{64}", made)
    assert key(path) == made
    assert path.stat().st_mode & 0o777 == 0o600


def test_keys_differ(tmp_path: Path) -> None:
    """No two installations share a key."""
    assert key(tmp_path / "a.key") != key(tmp_path / "b.key")


def test_empty_file_gets_a_key(tmp_path: Path) -> None:
    """A file that a full disk left empty is no key: one is made."""
    (tmp_path / "a.key").touch()

    assert re.fullmatch(r"[0-9a-f]{64}", key(tmp_path / "a.key"))


def test_processes_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    """Whoever asks first makes the key, and nobody goes on with another."""
    program = "import sys; from pathlib import Path; from bot.files.keyfile import key; print(key(Path(sys.argv[1])))"
    given = [sys.executable, "-c", program, str(tmp_path / "a.key")]
    processes = [subprocess.Popen(given, stdout=subprocess.PIPE) for _ in range(4)]

    assert len({process.communicate(timeout=60)[0] for process in processes}) == 1


def loop(path: Path) -> None:
    """A link to itself."""
    path.symlink_to(path)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (Path.mkdir, "is no file"),
        (os.mkfifo, "is no file"),
        (loop, "cannot be read as a key: "),
        (lambda path: path.write_bytes(b"\xff" * 64), "cannot be read as a key: it holds other bytes than text"),
        (lambda path: path.write_text("short"), "needs at least 32 characters"),
        (lambda path: path.symlink_to(path.parent / "missing" / "a.key"), "cannot be written: "),
    ],
)
def test_file_that_is_no_key_is_told_and_stops_nothing(
    tmp_path: Path, make: Callable[[Path], object], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever stands in a key's place, the process makes one for itself, and the log names the file."""
    make(tmp_path / "a.key")

    made = key(tmp_path / "a.key")

    assert re.fullmatch(r"[0-9a-f]{64}", made)
    assert f"{tmp_path / 'a.key'}: {said}" in caplog.text
    assert made not in caplog.text
