"""Small files that are replaced in one step."""

import os
from pathlib import Path

import pytest

from bot.files.atomic import write_whole


def test_file_is_replaced_and_its_owners_alone(tmp_path: Path) -> None:
    """The new text stands in the file, which only its owner may read, and nothing else is left in the folder."""
    path = tmp_path / "head"
    path.write_text("old")
    path.chmod(0o644)

    write_whole(path, "new")

    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    """When the disk does not take the new text, the old one stands, and no other file is left."""
    path = tmp_path / "head"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, failing, full)

    with pytest.raises(OSError, match="no space"):
        write_whole(path, "new")

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
