"""The keys of addresses: lasting ones, and none but those with which the files were written."""

from functools import partial
from pathlib import Path

import pytest

from bot.datafile import DataError
from bot.files.keyfile import KeyFileError
from bot.store.contact_keys import ADDRESSES, HASHES, ContactKeys
from bot.store.messages_sqlite import FILE, SqliteMessages
from bot.store.optouts import FILE as OPTOUTS


def test_same_after_a_restart(tmp_path: Path) -> None:
    """The next process makes the same hashes, and reads the addresses."""
    one, other = ContactKeys(tmp_path), ContactKeys(tmp_path)

    assert one.hash("address", "sms", "phone", "+44") == other.hash("address", "sms", "phone", "+44")
    assert other.show(one.hide("+447700900123")) == "+447700900123"


def test_hash_tells_everything_apart(tmp_path: Path) -> None:
    """No two lists of texts have one hash, wherever a text ends."""
    keys = ContactKeys(tmp_path)
    lists = [["a", "b"], ["b", "a"], ["ab"], ["a", "", "b"], ["a", "b", ""], ['a", "b'], ["é"], ["É"]]

    hashes = {keys.hash(*one) for one in lists}

    assert len(hashes) == len(lists)
    assert all(len(one) == 64 for one in hashes)


def test_hidden_address_does_not_show(tmp_path: Path) -> None:
    """What is kept of an address shows neither it nor that another is the same."""
    keys = ContactKeys(tmp_path)

    first, second = keys.hide("+447700900123"), keys.hide("+447700900123")

    assert "7700900123" not in first
    assert first != second


@pytest.mark.parametrize("name", [HASHES, ADDRESSES])
def test_key_that_cannot_be_used_stops_the_start(tmp_path: Path, name: str) -> None:
    """A broken key, or one that cannot be made, is an error: with a key of its own a process would know nobody."""
    (tmp_path / name).write_text("short")
    with pytest.raises(KeyFileError, match=f"{name}: needs at least 32 characters"):
        ContactKeys(tmp_path)

    (tmp_path / name).unlink()
    (tmp_path / name).symlink_to(tmp_path / "nowhere" / "key")  # as on a disk that cannot be written to
    with pytest.raises(DataError, match=f"{name}: cannot be made"):
        ContactKeys(tmp_path)


@pytest.mark.parametrize(("key", "file"), [(HASHES, FILE), (ADDRESSES, FILE), (HASHES, OPTOUTS)])
def test_key_of_other_files_stops_the_start(tmp_path: Path, key: str, file: str) -> None:
    """The start says which file another key was used for; with the right key, or without the file, it goes on."""
    start = partial(SqliteMessages, tmp_path)
    start()
    right = (tmp_path / key).read_text()
    for name in {FILE, OPTOUTS} - {file}:
        (tmp_path / name).unlink()
    (tmp_path / key).write_text("another key, which is long enough for one")

    with pytest.raises(DataError, match=f"{key}: is not the key with which {file} was written; .* move {file} away"):
        start()
    (tmp_path / key).write_text(right)
    start()
