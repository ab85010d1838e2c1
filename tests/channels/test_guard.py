"""The guard: limits, injected payloads, the alarm, and failing closed. Rasa is played by hand-made functions here."""

import asyncio
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered

from bot.channels.guard import Guard, clean
from bot.knowledge.base import KnowledgeBase
from bot.reply import render
from bot.settings import Clinic

pytestmark = pytest.mark.rasa


class Rasa:
    """What stands behind the guard: remembers what reached it, and replies as it is told."""

    def __init__(self, base: KnowledgeBase, clinic: Clinic, answer: str | None = "aids.brace") -> None:
        self.heard: list[str] = []
        self._reply = dict(render(base, clinic, base[answer])) if answer else None

    async def __call__(self, message: UserMessage) -> None:
        """Handle a message."""
        self.heard.append(message.text)
        if self._reply:
            await message.output_channel.send_response(message.sender_id, dict(self._reply))


async def broken(_: UserMessage) -> None:
    """Fail as a component would."""
    raise RuntimeError("the database is gone")


async def exiting(_: UserMessage) -> None:
    """Fail as Rasa's SQL store does."""
    raise SystemExit(1)


@pytest.fixture
def guard(base: KnowledgeBase, clinic: Clinic) -> Guard:
    """A guard of the tests' clinic."""
    return Guard(base, clinic, limit=200)


@pytest.fixture
def store() -> InMemoryTrackerStore:
    """A conversation in which the bot has just offered one button, after another one earlier."""
    store = InMemoryTrackerStore(Domain.empty())
    tracker = asyncio.run(store.create_tracker("p"))
    for payload in ("/surgery.when", "/aids.brace"):
        tracker.update(UserUttered("hello"))
        tracker.update(BotUttered("hi", {"buttons": [{"title": "t", "payload": payload}]}))
    asyncio.run(store.save(tracker))
    return store


def answers(replies: list[dict[str, Any]]) -> list[str | None]:
    """The ids that were answered."""
    return [reply["metadata"]["answer"] for reply in replies]


async def test_passes_a_message_on(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """An ordinary message reaches Rasa, and its replies come back whole."""
    rasa = Rasa(base, clinic)

    replies = await guard.answer(" What is a brace? ", "p", rasa, store, "test")

    assert rasa.heard == ["What is a brace?"]
    assert answers(replies) == ["aids.brace"]
    assert replies[0]["buttons"]
    assert "\n\n" in replies[0]["text"]


@pytest.mark.parametrize(
    ("text", "reaches"),
    [
        ("/aids.brace", ["/aids.brace"]),
        ("/surgery.when", []),
        ("/restart", []),
        ("/bot.greeting", []),
        ('/bot.greeting{"a": "b"}', []),
        ("／restart", []),
        ("\u200b/restart", []),
        ("  /restart  ", []),
        ("/", []),
        ("//restart", []),
        ("/\n/restart", []),
        ("/\u2028/restart", []),
        ("/ /urgent.stand_down", []),
        ("/my legs hurt", ["my legs hurt"]),
    ],
)
async def test_only_just_offered_payloads_steer(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic, text: str, reaches: list[str]
) -> None:
    """A payload counts only while the bot has just offered it; a sentence behind a slash is read as one."""
    rasa = Rasa(base, clinic)

    replies = await guard.answer(text, "p", rasa, store, "test")

    assert rasa.heard == reaches
    assert replies


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "?!", "\x00\x07", "\ud800", None, 7, ["pain"], {"a": 1}])
async def test_asks_for_words(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic, text: Any
) -> None:
    """What holds no words gets a polite request, and does not reach Rasa."""
    rasa = Rasa(base, clinic)

    replies = await guard.answer(text, "p", rasa, store, "test")

    assert rasa.heard == []
    assert [reply["text"] for reply in replies] == [base.notices.nothing_to_read]


async def test_refuses_what_is_too_long(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """A message over the limit is refused; of a sign in it Rasa hears the alarm alone, so that it remembers it."""
    rasa = Rasa(base, clinic)

    plain = await guard.answer("pain " * 50, "p", rasa, store, "test")
    urgent = await guard.answer("pain " * 20_000 + ". I can't pee", "p", rasa, store, "test")

    assert rasa.heard == ["/urgent.cauda_equina"]
    assert [reply["text"] for reply in plain] == [base.notices.too_long]
    assert answers(urgent)[0] == "urgent.cauda_equina"


@pytest.mark.parametrize("behind", [broken, exiting])
async def test_fails_closed(
    behind: Any, guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """When what is behind fails, a sign gets the urgent message and anything else the signs that must not wait."""
    sign = await guard.answer("I can't pee", "p", behind, store, "test")
    other = await guard.answer("What is a brace?", "p", behind, store, "test")

    assert answers(sign) == ["urgent.cauda_equina"]
    assert sign[0]["metadata"]["urgent"] is True
    assert [reply["text"] for reply in other] == [clinic.fill(base.notices.unavailable)]


async def test_reply_survives_a_failing_store(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """What was said before the conversation could not be stored still reaches the patient."""
    rasa = Rasa(base, clinic, "urgent.crisis")

    async def full_disk(message: UserMessage) -> None:
        await rasa(message)
        raise OSError("no space left")

    assert answers(await guard.answer("I see no way on", "p", full_disk, store, "test")) == ["urgent.crisis"]


async def test_silence_is_no_reply(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """When nothing comes back, the patient is told."""
    replies = await guard.answer("What is a brace?", "p", Rasa(base, clinic, answer=None), store, "test")

    assert [reply["text"] for reply in replies] == [clinic.fill(base.notices.unavailable)]


async def test_urgent_message_is_put_in_front(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """A reply that lacks the alarm although there is a sign comes second."""
    replies = await guard.answer("I can't pee, what is a brace?", "p", Rasa(base, clinic), store, "test")

    assert answers(replies) == ["urgent.cauda_equina", "aids.brace"]


async def test_errors_hold_no_words_of_the_patient(
    guard: Guard, store: InMemoryTrackerStore, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names the kind of error only."""

    async def telling(message: UserMessage) -> None:
        raise ValueError(message.text)

    await guard.answer("my private words", "p", telling, store, "test")

    assert "ValueError" in caplog.text
    assert "private" not in caplog.text


@given(st.text(max_size=200))
@example("e\u200b\u0301")
def test_cleaning_is_final(text: str) -> None:
    """A cleaned text holds no invisible characters, and cleaning it again changes nothing."""
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert not {"\x00", "\u200b", "\u202e", "\ud800"} & set(cleaned)
