"""The folder of all that is kept."""

from pathlib import Path

import pytest

from bot.datafile import DataError
from bot.files.folder import make_private


def test_new_folder_is_private(tmp_path: Path) -> None:
    """A folder that the server makes is readable by its owner only."""
    make_private(tmp_path / "a" / "var")

    assert (tmp_path / "a" / "var").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("mode", "warned"), [(0o700, False), (0o755, True), (0o750, True), (0o711, True), (0o770, True)]
)
def test_folder_that_was_there_keeps_its_mode(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, mode: int, warned: bool
) -> None:
    """A folder that was there, which may be anything, keeps its mode; that others may look in is told."""
    folder = tmp_path / "home"
    folder.mkdir()
    folder.chmod(mode)

    make_private(folder)

    assert folder.stat().st_mode & 0o777 == mode
    assert ("STRIDE_VAR" in caplog.text) == warned


@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o702])
def test_folder_of_everybody_is_refused(tmp_path: Path, mode: int) -> None:
    """A folder into which anybody may write, such as /tmp, is refused: its keys could be anybody's."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    folder.chmod(mode)

    with pytest.raises(DataError, match=r"STRIDE_VAR: .*tmp: anybody may write into it"):
        make_private(folder)

    assert folder.stat().st_mode & 0o7777 == mode


def test_file_is_no_folder(tmp_path: Path) -> None:
    """A file in the folder's place is told with the variable's name."""
    (tmp_path / "var").touch()

    with pytest.raises(DataError, match=r"STRIDE_VAR: .*var: cannot be made"):
        make_private(tmp_path / "var")
