"""The web chat's conversations: each message is answered once, whatever fails. Hand-made functions play Rasa."""

import asyncio
import contextlib
import datetime
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered

from bot.alarm.record import Alarm
from bot.channels import conversations as conversations_module
from bot.channels import guard as guard_module
from bot.channels.conversations import Bot, Conversations, Posted
from bot.channels.exchange import Exchange
from bot.clinic import clinic as real_clinic
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.values import BULLET
from bot.paper.document import Document
from bot.reply.diary import diary
from bot.reply.links import link_to, pages
from bot.reply.reply import notice, render
from bot.store.diary import Entry
from bot.store.transcripts import FILE, KeptExchange, Transcripts, stamp

pytestmark = pytest.mark.rasa
QUESTION, SIGN = "What is a brace?", "I can't pee"
WEEK = datetime.timedelta(days=7)
IN_TIME = 2.0  # seconds from sending a sign to its urgent message


@pytest.fixture(autouse=True)
def own_folder(var: Path) -> None:
    """Everything is kept in a folder of the test's own."""


class Rasa:
    """What stands behind the guard: remembers what reached it, keeps the conversation, and replies as it is told."""

    def __init__(self, base: KnowledgeBase, store: InMemoryTrackerStore) -> None:
        self.heard: list[str] = []
        self.reply: dict[str, Any] | None = render(base, real_clinic(), base["aids.brace"]).to_message()
        self._store = store

    async def __call__(self, message: UserMessage) -> None:
        """Handle a message."""
        self.heard.append(message.text)
        if self.reply:
            await message.output_channel.send_response(message.sender_id, dict(self.reply))
        tracker = await self._store.get_or_create_tracker(message.sender_id)
        tracker.update(UserUttered(message.text))
        await self._store.save(tracker)


async def broken(_: UserMessage) -> None:
    """Fail as a component would."""
    raise RuntimeError("the database is gone")


@pytest.fixture
def store() -> InMemoryTrackerStore:
    """Where Rasa keeps conversations."""
    return InMemoryTrackerStore(Domain.empty())


@pytest.fixture
def rasa(base: KnowledgeBase, store: InMemoryTrackerStore) -> Rasa:
    """A Rasa that answers everything with the same answer."""
    return Rasa(base, store)


@pytest.fixture
def bot(rasa: Rasa, store: InMemoryTrackerStore) -> Bot:
    """What stands behind the channel."""
    return Bot(rasa, store)


@pytest.fixture
def alarms() -> list[tuple[Alarm, str, str, str]]:
    """The alarms that were handed in."""
    return []


@pytest.fixture
def conversations(var: Path, alarms: list[tuple[Alarm, str, str, str]]) -> Conversations:
    """All conversations of a server that was just started."""
    return Conversations(var, WEEK, lambda *told: alarms.append(told))


def post(
    conversations: Conversations,
    bot: Bot,
    text: str = QUESTION,
    message_id: str = "message-1",
    conversation: str = "web-p",
) -> Exchange:
    """Send a message as the page's requests do: one that is under way is only listened to."""
    running = conversations.running(conversation, message_id)
    return running or conversations.answer(Posted(conversation, message_id, text), bot)


async def read(exchange: Exchange) -> list[str | None]:
    """The ids that were answered, once there are all."""
    await asyncio.wait_for(exchange.finished(), 30)
    return [reply["answer"] for reply in exchange.replies]


async def until(true: Callable[[], Any]) -> None:
    """Wait until something is true."""
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not become true")


def words(block: dict[str, Any]) -> str:
    """The words of a block, as a text channel shows them."""
    return str(block.get("text") or "\n".join(f"{BULLET}{point}" for point in block["points"]))


def texts(exchange: Exchange) -> list[str]:
    """The texts of replies that are each one paragraph a line."""
    return ["\n".join(map(words, reply["blocks"])) for reply in exchange.replies]


async def test_message_is_answered_and_kept(conversations: Conversations, bot: Bot, rasa: Rasa) -> None:
    """A message reaches Rasa, and is kept as the page showed it, with its replies and when."""
    before = stamp(datetime.datetime.now(datetime.timezone.utc))

    exchange = post(conversations, bot)

    assert await read(exchange) == ["aids.brace"]
    [kept] = await conversations.said("web-p")
    assert (kept.id, kept.said, kept.replies) == ("message-1", QUESTION, exchange.replies)
    assert before <= kept.at <= stamp(datetime.datetime.now(datetime.timezone.utc))
    assert rasa.heard == [QUESTION]


async def test_sent_twice_at_the_same_time(conversations: Conversations, bot: Bot, rasa: Rasa) -> None:
    """A message that is sent again while it is being answered is answered once, and both requests get the replies."""
    first, second = post(conversations, bot), post(conversations, bot)

    assert await read(first) == await read(second) == ["aids.brace"]
    assert rasa.heard == [QUESTION]


@pytest.mark.parametrize("restarted", [False, True])
async def test_sent_again_later(conversations: Conversations, bot: Bot, rasa: Rasa, var: Path, restarted: bool) -> None:
    """A message that is sent again after it was kept gets the same replies, also from a server started anew."""
    first = post(conversations, bot)
    kept = await conversations.said("web-p")
    if restarted:
        conversations = Conversations(var, WEEK, lambda *_: None)

    second = post(conversations, bot)

    await read(second)
    assert second is not first
    assert second.replies == first.replies
    assert rasa.heard == [QUESTION]
    assert await conversations.said("web-p") == kept


async def test_other_ids_are_other_messages(conversations: Conversations, bot: Bot, rasa: Rasa) -> None:
    """The same words under another id, or the same id in another conversation, are a message of their own."""
    exchanges = [
        post(conversations, bot, message_id=name, conversation=conversation)
        for name, conversation in [("message-1", "web-p"), ("message-2", "web-p"), ("message-1", "web-q")]
    ]

    assert [await read(exchange) for exchange in exchanges] == [["aids.brace"]] * 3
    assert len(rasa.heard) == 3
    assert [one.id for one in await conversations.said("web-q")] == ["message-1"]


@pytest.mark.parametrize("zone", ["America/Chicago", None])
async def test_time_zone_reaches_rasa(
    conversations: Conversations, rasa: Rasa, store: InMemoryTrackerStore, zone: str | None
) -> None:
    """The patient's time zone goes with the message, as its metadata, to whatever answers it."""
    heard: list[Any] = []

    async def noting(message: UserMessage) -> None:
        heard.append((message.metadata or {})["time_zone"])
        await rasa(message)

    await read(conversations.answer(Posted("web-p", "message-1", QUESTION, zone), Bot(noting, store)))

    assert heard == [zone]


async def test_first_reply_does_not_wait(conversations: Conversations, rasa: Rasa, store: InMemoryTrackerStore) -> None:
    """A reply comes while the next is still being made, each comes once, and all are kept."""
    go_on = threading.Event()

    async def slow(message: UserMessage) -> None:
        await rasa(message)
        await asyncio.to_thread(go_on.wait, 20)
        await rasa(message)

    exchange = post(conversations, Bot(slow, store))
    replies = exchange.__aiter__()

    assert (await asyncio.wait_for(replies.__anext__(), 10))["answer"] == "aids.brace"
    assert not exchange.done
    go_on.set()
    assert await read(exchange) == ["aids.brace", "aids.brace"]
    assert len((await conversations.said("web-p"))[0].replies) == 2


async def test_nothing_comes_before_the_alarm(conversations: Conversations, bot: Bot) -> None:
    """Of a message with a sign the alarm is the first reply, also when Rasa replied with something else."""
    exchange = post(conversations, bot, SIGN)

    assert await read(exchange) == ["urgent.cauda_equina", "aids.brace"]


async def test_goes_on_when_nobody_reads(conversations: Conversations, bot: Bot) -> None:
    """A page that loses its connection finds the replies when it comes back."""
    reader = asyncio.create_task(read(post(conversations, bot)))
    await asyncio.sleep(0)
    reader.cancel()

    [kept] = await conversations.said("web-p")

    assert [reply["answer"] for reply in kept.replies] == ["aids.brace"]


@pytest.mark.parametrize("text", [None, "", " ", "\n\n"])
async def test_silence_is_no_reply(
    conversations: Conversations, bot: Bot, rasa: Rasa, base: KnowledgeBase, text: str | None
) -> None:
    """When nothing comes back, or a reply without a word, the patient is told that there is no answer."""
    rasa.reply = None if text is None else notice(real_clinic(), text).to_message()

    exchange = post(conversations, bot)
    await read(exchange)

    assert texts(exchange) == [real_clinic().fill(base.notices.unavailable)]


async def test_failing_bot(
    conversations: Conversations,
    store: InMemoryTrackerStore,
    base: KnowledgeBase,
    alarms: list[tuple[Alarm, str, str, str]],
) -> None:
    """When what is behind fails, a sign gets the alarm, which is handed in, and anything else is told the signs."""
    sign = post(conversations, Bot(broken, store), SIGN, "message-1")
    other = post(conversations, Bot(broken, store), QUESTION, "message-2", "web-q")

    assert await read(sign) == ["urgent.cauda_equina"]
    assert sign.replies[0]["urgent"] is True
    assert [one["answer"] for one in sign.replies[0]["standing"]] == ["urgent.cauda_equina"]
    assert await read(other) == [None]
    assert texts(other) == [real_clinic().fill(base.notices.unavailable)]
    assert [(alarm.kind, *rest) for alarm, *rest in alarms] == [("cauda_equina", "web-p", "web", SIGN)]


async def test_server_without_a_model(conversations: Conversations) -> None:
    """Where there is no model, and so no store, a sign gets the alarm all the same, also behind a slash."""
    for place, text in enumerate((SIGN, f"/{SIGN}")):
        assert await read(post(conversations, Bot(broken, None), text, f"message-{place}")) == ["urgent.cauda_equina"]


async def test_limited(conversations: Conversations, bot: Bot, rasa: Rasa, base: KnowledgeBase) -> None:
    """Of a patient who sends too much only a sign is heard and kept, without Rasa; anything else is told so."""
    other = conversations.answer(Posted("web-p", "message-1", QUESTION), bot, limited=True)
    sign = conversations.answer(Posted("web-p", "message-2", SIGN), bot, limited=True)

    assert await read(other) == [None]
    assert texts(other) == [real_clinic().fill(base.notices.too_fast)]
    assert (await read(sign))[0] == "urgent.cauda_equina"
    assert rasa.heard == []
    assert [one.said for one in await conversations.said("web-p")] == [SIGN]
    assert conversations.running("web-p", "message-1") is None


async def test_longest_talk(
    conversations: Conversations, bot: Bot, rasa: Rasa, base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond so many messages a conversation is only looked through for signs, and says so."""
    monkeypatch.setattr(conversations_module, "LONGEST_TALK", 2)
    for number in range(2):
        await read(post(conversations, bot, message_id=f"message-{number}"))
        await conversations.said("web-p")

    question = post(conversations, bot, message_id="message-3")
    sign = post(conversations, bot, SIGN, message_id="message-4")
    other = post(conversations, bot, conversation="web-q")

    assert await read(question) == [None]
    assert texts(question) == [real_clinic().fill(base.notices.too_many)]
    assert (await read(sign))[0] == "urgent.cauda_equina"
    assert await read(other) == ["aids.brace"]
    assert rasa.heard == [QUESTION] * 3


async def test_limited_message_can_be_sent_again(conversations: Conversations, bot: Bot) -> None:
    """A message that was too fast is answered when it is sent again later, and an answered one when it is too fast."""
    await read(conversations.answer(Posted("web-p", "message-1", QUESTION), bot, limited=True))
    await conversations.said("web-p")

    later = post(conversations, bot)

    assert await read(later) == ["aids.brace"]
    await conversations.said("web-p")
    again = conversations.answer(Posted("web-p", "message-1", QUESTION), bot, limited=True)
    assert await read(again) == ["aids.brace"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/aids.brace", "Would a back brace help?"),
        ("/no.such", "/no.such"),
        ("aids.brace", "aids.brace"),
        ("naïve 한국어 😀 <b>", "naïve 한국어 😀 <b>"),
        ("half \ud83d a letter", "half ? a letter"),
        ("a\x00b", "a\x00b"),
        ("", ""),
        ("leg " * 500, "leg " * 500),
        ("leg " * 5000, "leg " * 500 + " …"),
    ],
)
async def test_kept_as_the_page_showed_it(conversations: Conversations, bot: Bot, text: str, shown: str) -> None:
    """A button's message is kept as what the button said, and any other as it was typed, if it is not too long."""
    await read(post(conversations, bot, text))

    assert [one.said for one in await conversations.said("web-p")] == [shown]


# --- a disk that does not work ---


@pytest.fixture
def unwritable(var: Path) -> Path:
    """A folder stands where the transcripts' file should be."""
    (var / FILE).mkdir()
    return var / FILE


async def test_disk_cannot_be_written(
    conversations: Conversations, bot: Bot, rasa: Rasa, unwritable: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Messages are answered, each once, while nothing can be kept; the log tells, without the patient's words."""
    answered = [await read(post(conversations, bot)) for _ in range(2)]
    alarmed = await read(post(conversations, bot, SIGN, "message-2"))

    assert answered == [["aids.brace"]] * 2
    assert alarmed[0] == "urgent.cauda_equina"
    assert rasa.heard == [QUESTION, SIGN]
    assert "transcripts cannot be used" in caplog.text
    assert QUESTION not in caplog.text
    with pytest.raises(sqlite3.OperationalError):
        await conversations.said("web-p")


def full(*_: Any) -> None:
    """Fail to write, as on a full disk."""
    raise sqlite3.OperationalError("database or disk is full")


async def test_what_the_disk_did_not_take_is_shown_again(
    conversations: Conversations, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An alarm that could not be written is there after a reload all the same, in its place, until it is deleted."""

    await read(post(conversations, bot))
    with monkeypatch.context() as patched:
        patched.setattr(Transcripts, "add", full)
        await read(post(conversations, bot, SIGN, "message-2"))
    await read(post(conversations, bot, "What is stenosis?", "message-3"))

    said = await conversations.said("web-p")

    assert [one.said for one in said] == [QUESTION, SIGN, "What is stenosis?"]
    assert said[1].replies[0]["urgent"]
    await conversations.delete("web-p", bot.store)
    assert await conversations.said("web-p") == []


async def test_deleted_from_memory_too(conversations: Conversations, bot: Bot, unwritable: Path) -> None:
    """An exchange that could not be written is gone after the conversation was deleted."""
    await read(post(conversations, bot))
    with pytest.raises(sqlite3.OperationalError):
        await conversations.said("web-p")
    unwritable.rmdir()

    await conversations.delete("web-p", bot.store)

    assert conversations.running("web-p", "message-1") is None


async def test_sign_does_not_wait_for_the_disk(conversations: Conversations, bot: Bot, var: Path) -> None:
    """A sign gets the urgent message within two seconds while another program holds the transcripts' file."""
    Transcripts(var).of("web-p")
    with contextlib.closing(sqlite3.connect(var / FILE)) as other:
        other.execute("BEGIN EXCLUSIVE")
        start = time.monotonic()
        alarmed = await read(post(conversations, bot, SIGN))
        seconds = time.monotonic() - start

    await conversations.said("web-p")
    assert alarmed[0] == "urgent.cauda_equina"
    assert seconds < IN_TIME


# --- deleting ---


def paper(words: str) -> dict[str, Any]:
    """A reply with a link to a paper."""
    link = link_to(Document(words, "", [], ""), "Open")
    return notice(real_clinic(), f"Your page: {words}", links=(link,)).to_message()


async def filled(conversations: Conversations, bot: Bot, rasa: Rasa, name: str) -> str:
    """Leave something everywhere in a conversation; returns its paper's token."""
    rasa.reply = paper(name)
    exchange = post(conversations, bot, f"words of {name}", conversation=name)
    await read(exchange)
    await conversations.said(name)
    diary().agree(name, datetime.date(2026, 11, 21))
    diary().add(name, Entry(datetime.date(2026, 11, 21), 8.0, None, None, None, None))
    return exchange.replies[0]["links"][0]["url"].rsplit("/", 1)[1]


async def left(conversations: Conversations, store: InMemoryTrackerStore, name: str, token: str) -> list[bool]:
    """Whether transcript, diary, consent, paper and Rasa's conversation are still there."""
    return [
        bool(await conversations.said(name)),
        bool(diary().entries(name)),
        diary().agreed(name),
        pages().get(token) is not None,
        await store.retrieve(name) is not None,
    ]


async def test_delete(
    conversations: Conversations, bot: Bot, rasa: Rasa, store: InMemoryTrackerStore, var: Path
) -> None:
    """Transcript, diary, papers and Rasa's part are deleted, from the files' bytes too; another conversation stays."""
    token, others = [await filled(conversations, bot, rasa, name) for name in ("web-deleted", "web-stays")]
    assert await left(conversations, store, "web-deleted", token) == [True] * 5

    await conversations.delete("web-deleted", store)

    assert await left(conversations, store, "web-deleted", token) == [False] * 5
    assert await left(conversations, store, "web-stays", others) == [True] * 5
    kept = b"".join(path.read_bytes() for path in var.rglob("*") if path.is_file())
    assert b"words of web-deleted" not in kept
    assert [await conversations.ended(name) for name in ("web-deleted", "web-stays")] == [True, False]
    assert b"words of web-stays" in kept


@pytest.fixture
def written_anew(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """For each time that Rasa's file was written anew, which takes a while, its store."""
    times: list[Any] = []

    def overwrite(store: Any) -> None:
        times.append(store)

    monkeypatch.setattr("bot.store.kept.overwrite", overwrite)
    return times


async def test_deletions_at_once_share_the_writing(
    conversations: Conversations,
    bot: Bot,
    store: InMemoryTrackerStore,
    written_anew: list[Any],
    var: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Deletions that come while the files are written anew share the next writing; a later one is another."""
    names = [f"web-{number}" for number in range(8)]

    def as_long_as_the_others_take(store: Any) -> None:
        written_anew.append(store)
        end = time.monotonic() + 10
        while not all(map(Transcripts(var).ended, names)) and time.monotonic() < end:
            time.sleep(0.01)

    monkeypatch.setattr("bot.store.kept.overwrite", as_long_as_the_others_take)
    for name in [*names, "web-later"]:
        await read(post(conversations, bot, conversation=name))
        await conversations.said(name)

    await asyncio.gather(*(conversations.delete(name, store) for name in names))
    before = len(written_anew)
    assert before <= 3
    await conversations.delete("web-later", store)
    await conversations.delete("web-later", store)

    assert len(written_anew) == before + 1


async def test_what_an_earlier_run_has_left_is_overwritten(
    conversations: Conversations, store: InMemoryTrackerStore, written_anew: list[Any], var: Path
) -> None:
    """After a start the files are written anew once, for a deletion that was broken off; not again for nothing."""
    for _ in range(2):
        await conversations.delete("web-gone", store)

    assert written_anew == [store]


async def test_delete_forgets_half_a_sign(conversations: Conversations, store: InMemoryTrackerStore) -> None:
    """What was said before a conversation was deleted no longer adds up to a sign."""
    bot = Bot(broken, store)
    first = "It's about the area between my legs"
    for name in ("web-p", "web-q"):
        await read(post(conversations, bot, first, conversation=name))

    await conversations.delete("web-p", store)

    after = [await read(post(conversations, bot, "It's numb", "message-2", name)) for name in ("web-p", "web-q")]
    assert after == [[None], ["urgent.cauda_equina"]]


async def test_delete_waits_for_what_is_under_way(
    conversations: Conversations, rasa: Rasa, store: InMemoryTrackerStore
) -> None:
    """A message that is still being answered is answered first, then deleted with all others; no more come in."""
    go_on = threading.Event()

    async def slow(message: UserMessage) -> None:
        await asyncio.to_thread(go_on.wait, 20)
        await rasa(message)

    exchange = post(conversations, Bot(slow, store))
    deleting = asyncio.create_task(conversations.delete("web-p", store))
    await asyncio.sleep(0.05)
    assert not deleting.done()
    assert await conversations.ended("web-p")
    go_on.set()
    await asyncio.wait_for(deleting, 20)

    assert await read(exchange) == ["aids.brace"]
    assert await conversations.said("web-p") == []
    assert await store.retrieve("web-p") is None


async def test_not_deleted(conversations: Conversations) -> None:
    """A conversation goes on when deleting it has failed."""
    with pytest.raises(NotImplementedError):
        await conversations.delete("web-p", cast(Any, "a store of another kind"))

    assert not await conversations.ended("web-p")


async def test_deleted_twice_at_once(
    conversations: Conversations, bot: Bot, rasa: Rasa, store: InMemoryTrackerStore, unwritable: Path
) -> None:
    """Who asks a second time while a deletion is under way is told how that one ends, also when the first is gone."""
    first, second = (asyncio.create_task(conversations.delete("web-p", store)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(sqlite3.OperationalError):
        await second
    assert not await conversations.ended("web-p")
    unwritable.rmdir()

    await asyncio.gather(*(conversations.delete("web-p", store) for _ in range(2)))

    assert await conversations.ended("web-p")


async def test_paper_that_only_memory_knows(
    conversations: Conversations, rasa: Rasa, store: InMemoryTrackerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printable paper goes with its conversation, also when the reply with its link could not be written."""

    link = link_to(Document("For my visit", "", [], ""), "Open")
    rasa.reply = notice(real_clinic(), "Here it is.", links=(link,)).to_message()
    with monkeypatch.context() as patched:
        patched.setattr(Transcripts, "add", full)
        await read(post(conversations, Bot(rasa, store)))

    await conversations.delete("web-p", store)

    assert pages().get(link["url"].rpartition("/")[2]) is None


async def test_delete_without_rasa(
    conversations: Conversations, bot: Bot, rasa: Rasa, store: InMemoryTrackerStore
) -> None:
    """Where Rasa's part cannot be reached, deleting fails, and nothing has been deleted."""
    token = await filled(conversations, bot, rasa, "web-p")

    with pytest.raises(RuntimeError, match="cannot be reached"):
        await conversations.delete("web-p", None)

    assert await left(conversations, store, "web-p", token) == [True] * 5


async def test_delete_nobodys_conversation(conversations: Conversations, store: InMemoryTrackerStore) -> None:
    """A conversation in which nothing was said can be deleted."""
    await conversations.delete("web-nobody", store)

    assert await conversations.said("web-nobody") == []


async def test_late_work_does_not_outlive_deletion(
    conversations: Conversations, rasa: Rasa, store: InMemoryTrackerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Rasa keeps of a message long after the patient was told "not now" is deleted too, and at once."""
    for module in (guard_module, conversations_module):
        monkeypatch.setattr(module, "PATIENCE", 0.2)
    go_on, over = threading.Event(), threading.Event()

    async def slow(message: UserMessage) -> None:
        await asyncio.to_thread(go_on.wait, 20)
        await rasa(message)
        over.set()

    assert await read(post(conversations, Bot(slow, store))) == [None]
    await conversations.delete("web-p", store)
    go_on.set()
    assert await asyncio.to_thread(over.wait, 20)

    await until(lambda: "web-p" not in store.store)


async def test_deletion_waits_for_what_goes_on(
    conversations: Conversations, rasa: Rasa, store: InMemoryTrackerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deletion is done only after Rasa is done with a message that nobody waited for."""
    monkeypatch.setattr(guard_module, "URGENT_WAIT", 0.1)
    go_on = threading.Event()

    async def slow(message: UserMessage) -> None:
        await asyncio.to_thread(go_on.wait, 20)
        await rasa(message)

    assert await read(post(conversations, Bot(slow, store), SIGN)) == ["urgent.cauda_equina"]
    deleting = asyncio.create_task(conversations.delete("web-p", store))
    await asyncio.sleep(0.3)
    assert not deleting.done()
    go_on.set()
    await asyncio.wait_for(deleting, 20)

    assert "web-p" not in store.store


# --- sweeping ---


def aged(var: Path, name: str, age: datetime.timedelta) -> None:
    """Keep an exchange of some time ago."""
    at = stamp(datetime.datetime.now(datetime.timezone.utc) - age)
    Transcripts(var).add(name, KeptExchange("message-1", at, "hello", []))


@contextlib.asynccontextmanager
async def sweeping(conversations: Conversations, store: Callable[[], Any]) -> AsyncIterator[None]:
    """Sweep for a while, as the server does."""
    task = asyncio.create_task(conversations.sweep(store))
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def kept(var: Path) -> Callable[..., bool]:
    """Return what tells whether these, and no other conversations, are kept."""

    def are_kept(*names: str) -> bool:
        with contextlib.closing(sqlite3.connect(var / FILE)) as database:
            rows = database.execute("SELECT DISTINCT conversation FROM exchange").fetchall()
        return sorted(name for (name,) in rows) == sorted(names)

    return are_kept


async def test_sweep(
    conversations: Conversations, bot: Bot, rasa: Rasa, store: InMemoryTrackerStore, var: Path
) -> None:
    """Conversations that began longer ago than the lifetime are deleted, but for the diary that the patient wants."""
    minute = datetime.timedelta(minutes=1)
    for name, age in {"web-old": WEEK + minute, "web-young": WEEK - minute}.items():
        aged(var, name, age)
        diary().agree(name, datetime.date(2026, 11, 14))
        await store.save(await store.get_or_create_tracker(name))

    async with sweeping(conversations, lambda: store):
        await until(lambda: kept(var)("web-young"))

    assert [diary().agreed(name) for name in ("web-old", "web-young")] == [True, True]
    assert list(await store.keys()) == ["web-young"]


async def test_sweep_writes_the_files_anew_once(
    conversations: Conversations, store: InMemoryTrackerStore, var: Path, written_anew: list[Any]
) -> None:
    """However many conversations have had their time, the files are written anew once, and hold none of them."""
    for number in range(20):
        aged(var, f"web-{number}", 2 * WEEK)

    async with sweeping(conversations, lambda: store):
        await until(lambda: kept(var)())
        await until(lambda: written_anew)
        await asyncio.sleep(0.1)

    assert written_anew == [store]


async def test_sweep_goes_on_after_a_failure(
    conversations: Conversations,
    store: InMemoryTrackerStore,
    var: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What could not be deleted is told in the log, and deleted the next time."""
    monkeypatch.setattr(conversations_module, "SWEEP", 0.01)
    aged(var, "web-old", 2 * WEEK)
    there: list[InMemoryTrackerStore | None] = [None]

    async with sweeping(conversations, lambda: there[0]):
        await until(lambda: "could not be deleted" in caplog.text)
        assert kept(var)("web-old")
        there[0] = store
        await until(lambda: kept(var)())


async def test_sweep_passes_over_what_it_cannot_delete(
    conversations: Conversations, store: InMemoryTrackerStore, var: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A conversation that cannot be deleted keeps no other from being deleted."""
    monkeypatch.setattr(conversations_module, "SWEEP", 0.01)
    for name in ("web-a", "web-b"):
        aged(var, name, 2 * WEEK)
    with contextlib.closing(sqlite3.connect(var / FILE)) as database, database:
        database.execute("UPDATE exchange SET replies = '[' WHERE conversation = 'web-a'")
    swept = 0

    def counted() -> InMemoryTrackerStore:
        nonlocal swept
        swept += 1
        return store

    async with sweeping(conversations, counted):
        await until(lambda: swept > 5)

    assert not kept(var)("web-a", "web-b")


async def test_sweep_finds_what_only_rasa_keeps(bot: Bot, store: InMemoryTrackerStore, var: Path) -> None:
    """What only Rasa has kept of a conversation, because the disk was slow, is deleted there when its time is over."""
    conversations = Conversations(var, -WEEK, lambda *_: None)  # all that there is has had its time
    for name in ("web-limited", "web-p"):
        await conversations.begin(name)
    await store.save(await store.get_or_create_tracker("web-limited"))
    await read(post(conversations, bot))
    await conversations.said("web-p")
    assert sorted(await store.keys()) == ["web-limited", "web-p"]

    async with sweeping(conversations, lambda: store):
        await until(lambda: kept(var)())

    assert list(await store.keys()) == []


async def test_strange_reply_costs_no_alarm(conversations: Conversations, store: InMemoryTrackerStore) -> None:
    """A reply of Rasa's own, which has no metadata, does not keep a sign from getting the alarm."""

    async def plain(message: UserMessage) -> None:
        await message.output_channel.send_response(message.sender_id, {"text": "A reply of Rasa's own"})

    assert (await read(post(conversations, Bot(plain, store), SIGN)))[0] == "urgent.cauda_equina"
