"""Opt-outs on disk: keyed hashes, and nothing else."""

from pathlib import Path

from bot.files.database import opened
from bot.store.messages import Received
from bot.store.messages_sqlite import SqliteMessages
from bot.store.optouts import FILE, VERSIONS

ONE = Received("1", {"phone": "+447700900123", "user": "GB.4711"}, "sms", 0.0, "xylophone")


async def test_file_holds_hashes_and_nothing_else(tmp_path: Path) -> None:
    """For each address of who has opted out the file holds a hash and the time; nothing once they have opted in."""
    store = SqliteMessages(tmp_path, lambda: 1_790_000_000.0)
    taken = await store.receive(ONE)
    assert taken is not None
    await store.opt_out(taken.conversation, out=True)
    with opened(tmp_path / FILE, VERSIONS) as database:
        rows = database.execute("SELECT * FROM opted_out").fetchall()
    raw = (tmp_path / FILE).read_bytes()
    await store.opt_out(taken.conversation, out=False)
    store.close()

    assert [(len(hashed), at) for hashed, at in rows] == [(64, 1_790_000_000.0)] * 2
    assert not [one for one in (b"7700900123", b"GB.4711", b"xylophone", b"phone", b"sms") if one in raw]
    with opened(tmp_path / FILE, VERSIONS) as database:
        assert database.execute("SELECT * FROM opted_out").fetchall() == []
    assert not [hashed for hashed, _ in rows if hashed.encode() in (tmp_path / FILE).read_bytes()]


async def test_time_of_the_first_opt_out_stays(tmp_path: Path) -> None:
    """Opting out again changes nothing."""
    times = iter(float(number) for number in range(100))
    store = SqliteMessages(tmp_path, lambda: next(times))
    taken = await store.receive(ONE)
    assert taken is not None

    for _ in range(2):
        await store.opt_out(taken.conversation, out=True)
    store.close()

    with opened(tmp_path / FILE, VERSIONS) as database:
        assert {at for (at,) in database.execute("SELECT at FROM opted_out")} == {1.0}
