"""Secrets that this installation makes for itself."""

import re
from pathlib import Path

from bot.keyfile import key


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
