"""What is kept of the web chat: each message once, and nothing after it was deleted."""

import datetime
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clinic import clinic
from bot.knowledge.base import knowledge
from bot.reply.as_json import WebReply, web_reply
from bot.reply.reply import Part, Reply
from bot.store.transcripts import FILE, KeptExchange, Transcripts, now, stamp

NOON = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.timezone.utc)


def reply(text: str) -> WebReply:
    """A reply of one sentence."""
    return web_reply(Reply((Part(text),)), knowledge(), clinic())


def said(name: str, text: str = "hello", at: datetime.datetime = NOON, answer: str = "hi") -> KeptExchange:
    """An exchange."""
    return KeptExchange(name, stamp(at), text, [reply(answer)])


@pytest.fixture
def transcripts(tmp_path: Path) -> Transcripts:
    """Transcripts in a folder of the test's own."""
    return Transcripts(tmp_path)


def test_empty(transcripts: Transcripts) -> None:
    """A conversation in which nothing was said has no exchanges."""
    assert transcripts.of("c") == []
    assert transcripts.get("c", "m") is None
    assert transcripts.to_delete(NOON) == []


def test_kept_in_order(transcripts: Transcripts, tmp_path: Path) -> None:
    """Exchanges come back whole, in the order in which they were added, also after a restart."""
    kept = [said("b", "first"), said("a", "second"), said("c", "third", NOON - datetime.timedelta(hours=1))]
    for one in kept:
        assert transcripts.add("c", one) is True

    assert Transcripts(tmp_path).of("c") == kept
    assert Transcripts(tmp_path).get("c", "a") == kept[1]


def test_first_reply_counts(transcripts: Transcripts) -> None:
    """An exchange of an id that is there already changes nothing."""
    first = said("m", "first")
    transcripts.add("c", first)

    assert transcripts.add("c", said("m", "second")) is False
    assert transcripts.of("c") == [first]


def test_id_belongs_to_its_conversation(transcripts: Transcripts) -> None:
    """Two patients' pages may choose the same id, and neither gets to see the other's message."""
    transcripts.add("one", said("m", "mine"))

    assert transcripts.get("two", "m") is None
    assert transcripts.add("two", said("m", "yours")) is True
    assert [one.said for one in transcripts.of("one")] == ["mine"]


def test_added_once_by_many(transcripts: Transcripts) -> None:
    """Of many that add the same message at the same time, one does."""
    with ThreadPoolExecutor(8) as threads:
        new = list(threads.map(lambda place: transcripts.add("c", said("m", f"try {place}")), range(16)))

    assert sorted(new) == [False] * 15 + [True]
    assert len(transcripts.of("c")) == 1


def test_deleted_is_gone(transcripts: Transcripts, tmp_path: Path) -> None:
    """Of a deleted conversation neither words nor replies stay in the file, and the other conversations do."""
    long = "and it goes on and on " * 2000  # more than fits on one page of the file
    for place in range(5):
        transcripts.add("web-deleted", said(f"m{place}", f"xylophone {long}", answer=f"zeppelin {long}"))
    transcripts.add("web-stays", said("m0", "marzipan", answer="meringue"))
    assert b"xylophone" in (tmp_path / FILE).read_bytes()

    assert transcripts.delete("web-deleted")
    transcripts.overwrite()

    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not [word for word in (b"xylophone", b"zeppelin", b"goes on") if word in kept]
    assert b"marzipan" in kept
    assert transcripts.of("web-deleted") == []
    assert transcripts.of("web-stays") == [said("m0", "marzipan", answer="meringue")]


def test_deleted_is_gone_among_many(sqlite_that_keeps: None, transcripts: Transcripts, tmp_path: Path) -> None:
    """Nothing of deleted conversations stays where others' exchanges were put between theirs."""
    chance = random.Random(0)
    here = [f"web-{chance.getrandbits(128):032x}" for _ in range(60)]
    gone = []
    for number in range(400):
        name = chance.choice(here)
        transcripts.add(name, said(f"m{number}", f"words of {name} " * chance.choice([1, 2, 5, 20])))
        if number % 10 == 9:
            gone.append(here.pop(chance.randrange(len(here))))
            transcripts.delete(gone[-1])
    transcripts.drop(now() + datetime.timedelta(days=1))
    transcripts.overwrite()

    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert [name for name in gone if name.encode() in kept] == []


def test_slow_disk_brings_nothing_back(transcripts: Transcripts) -> None:
    """What a slow disk comes to after the deletion is not kept; a conversation that nobody began is."""
    transcripts.begin("web-deleted", now())
    transcripts.delete("web-deleted")

    assert not transcripts.add("web-deleted", said("late"))
    assert transcripts.of("web-deleted") == []
    assert transcripts.add("web-other", said("m"))


def test_deleting_nothing(transcripts: Transcripts) -> None:
    """A conversation that is not there can be deleted all the same."""
    transcripts.add("c", said("m"))

    assert not transcripts.delete("nobody")

    assert len(transcripts.of("c")) == 1


def test_what_has_had_its_time(transcripts: Transcripts) -> None:
    """A conversation is as old as its beginning, or its first exchange where that was not noted; deleted ones count."""
    hour = datetime.timedelta(hours=1)
    for name, begin, times in [
        ("old", -hour, [hour]),
        ("empty", -hour, []),
        ("edge", 0 * hour, [hour]),
        ("not noted", None, [-hour, hour]),
        ("new", hour, [2 * hour]),
        ("deleted", hour, [2 * hour]),
    ]:
        if begin is not None:
            transcripts.begin(name, NOON + begin)
        for place, time in enumerate(times):
            transcripts.add(name, said(f"m{place}", at=NOON + time))
    transcripts.delete("deleted")

    assert sorted(transcripts.to_delete(NOON)) == ["deleted", "empty", "not noted", "old"]


def test_deleted_conversation_has_ended(transcripts: Transcripts) -> None:
    """A conversation has ended once it was deleted, whether or not its beginning was noted."""
    transcripts.begin("one", NOON)
    names = ("one", "not noted", "other")
    assert [transcripts.ended(name) for name in names] == [False] * 3

    for name in names[:2]:
        transcripts.delete(name)

    assert [transcripts.ended(name) for name in names] == [True, True, False]


def test_names_go_with_their_sessions(transcripts: Transcripts) -> None:
    """The name of a deleted conversation stays until its session has expired; others stay until they are deleted."""
    hour = datetime.timedelta(hours=1)
    for name, begin in {"expired": -hour, "good": hour, "kept": -hour}.items():
        transcripts.begin(name, NOON + begin)
    transcripts.delete("expired")
    transcripts.delete("good")

    transcripts.drop(NOON)

    assert [transcripts.ended(name) for name in ("expired", "good")] == [False, True]
    assert transcripts.to_delete(NOON) == ["good", "kept"]


def test_owner_only(transcripts: Transcripts, tmp_path: Path) -> None:
    """Nobody but the file's owner may read it."""
    transcripts.add("c", said("m"))

    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_text_comes_back(text: str, answer: str) -> None:
    """Whatever was said comes back as it was."""
    one = said("m", text, answer=answer)
    with TemporaryDirectory() as folder:
        Transcripts(Path(folder)).add("c", one)

        assert Transcripts(Path(folder)).of("c") == [one]


@settings(deadline=None)
@given(
    *[
        st.datetimes(timezones=st.timezones(), min_value=datetime.datetime(2000, 1, 2)).map(
            lambda at: at.replace(fold=0)
        )
    ]
    * 2
)
def test_times_are_sorted_as_texts(one: datetime.datetime, other: datetime.datetime) -> None:
    """A time before another is so in the file too, whatever zones they are told in."""
    earlier, later = sorted([one, other], key=datetime.datetime.timestamp)

    assert stamp(earlier) <= stamp(later)
    assert stamp(one).endswith("+00:00")
