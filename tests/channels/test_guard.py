"""The guard: limits, injected payloads, the alarm, and failing closed. Rasa is played by hand-made functions here."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered

from bot.alarm.decide import Decision
from bot.alarm.detector import detector
from bot.alarm.record import Alarm
from bot.alarm.verdict import Verdict
from bot.channels import guard as guard_module
from bot.channels.background import LONGEST_QUEUE, Queue
from bot.channels.guard import Guard
from bot.channels.incoming import Limited
from bot.channels.memory import Remembered
from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from bot.reply.check import check_question
from bot.reply.reply import Reply, render

pytestmark = pytest.mark.rasa


class Rasa:
    """What stands behind the guard: remembers what reached it, and replies as it is told."""

    def __init__(self, base: KnowledgeBase, clinic: Clinic, answer: str | None = "aids.brace") -> None:
        self.heard: list[str] = []
        self._reply = render(base, clinic, base[answer]).to_message() if answer else None

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


async def asked(guard: Guard, *arguments: Any, **options: Any) -> list[Reply]:
    """Ask a guard, and wait for all replies."""
    return [reply async for reply in guard.answer(*arguments, **options)]


def answers(replies: list[Reply]) -> list[str | None]:
    """The ids that were answered."""
    return [reply.answer for reply in replies]


async def test_passes_a_message_on(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """An ordinary message reaches Rasa, and its replies come back whole."""
    rasa = Rasa(base, clinic)

    replies = await asked(guard, " What is a brace? ", "p", rasa, store, "test")

    assert rasa.heard == ["What is a brace?"]
    assert answers(replies) == ["aids.brace"]
    assert replies[0].buttons
    assert "\n\n" in replies[0].text


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

    replies = await asked(guard, text, "p", rasa, store, "test")

    assert rasa.heard == reaches
    assert replies


@pytest.mark.parametrize("text", ["", "   ", "😀😀", "?!", "\x00\x07", "\ud800", None, 7, ["pain"], {"a": 1}])
async def test_asks_for_words(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic, text: Any
) -> None:
    """What holds no words gets a polite request, and does not reach Rasa."""
    rasa = Rasa(base, clinic)

    replies = await asked(guard, text, "p", rasa, store, "test")

    assert rasa.heard == []
    assert [reply.text for reply in replies] == [base.notices.nothing_to_read]


async def test_refuses_what_is_too_long(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """A message over the limit is refused; of a sign in it Rasa hears the alarm alone, so that it remembers it."""
    rasa = Rasa(base, clinic)

    plain = await asked(guard, "pain " * 50, "p", rasa, store, "test")
    urgent = await asked(guard, "pain " * 1_000 + ". I can't pee", "p", rasa, store, "test")

    assert rasa.heard == ["/urgent.cauda_equina"]
    assert [reply.text for reply in plain] == [base.notices.too_long]
    assert answers(urgent)[0] == "urgent.cauda_equina"


@pytest.mark.parametrize("behind", [broken, exiting])
async def test_fails_closed(
    behind: Any, guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """When what is behind fails, a sign gets the urgent message and anything else the signs that must not wait."""
    sign = await asked(guard, "I can't pee", "p", behind, store, "test")
    other = await asked(guard, "What is a brace?", "p", behind, store, "test")

    assert answers(sign) == ["urgent.cauda_equina"]
    assert sign[0].urgent is True
    assert [reply.text for reply in other] == [clinic.fill(base.notices.unavailable)]


async def test_reply_survives_a_failing_store(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """What was said before the conversation could not be stored still reaches the patient."""
    rasa = Rasa(base, clinic, "urgent.crisis")

    async def full_disk(message: UserMessage) -> None:
        await rasa(message)
        raise OSError("no space left")

    assert answers(await asked(guard, "I see no way on", "p", full_disk, store, "test")) == ["urgent.crisis"]


async def test_silence_is_no_reply(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """When nothing comes back, the patient is told."""
    replies = await asked(guard, "What is a brace?", "p", Rasa(base, clinic, answer=None), store, "test")

    assert [reply.text for reply in replies] == [clinic.fill(base.notices.unavailable)]


async def test_urgent_message_is_put_in_front(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """A reply that lacks the alarm although there is a sign comes second."""
    replies = await asked(guard, "I can't pee, what is a brace?", "p", Rasa(base, clinic), store, "test")

    assert answers(replies) == ["urgent.cauda_equina", "aids.brace"]


async def test_errors_hold_no_words_of_the_patient(
    guard: Guard, store: InMemoryTrackerStore, caplog: pytest.LogCaptureFixture
) -> None:
    """The log names the kind of error only."""

    async def telling(message: UserMessage) -> None:
        raise ValueError(message.text)

    await asked(guard, "my private words", "p", telling, store, "test")

    assert "ValueError" in caplog.text
    assert "private" not in caplog.text


SUSPICIOUS = "my waterworks are a bit odd"


def deciding(rasa: Rasa, decision: Decision | None, seconds: float = 0.0) -> Callable[[UserMessage], Awaitable[None]]:
    """Play a Rasa whose voter has been asked, and whose reply takes so many seconds."""

    async def handle(message: UserMessage) -> None:
        if decision:
            message.output_channel.parsed({"intent": {"name": "x"}, "alarm": decision.to_parse()})
        await asyncio.sleep(seconds)
        await rasa(message)

    return handle


@pytest.mark.parametrize(
    ("text", "decision", "expected"),
    [
        ("hello", Decision("crisis", "voter", 0.95), ["urgent.crisis", "aids.brace"]),
        ("hello", None, ["aids.brace"]),
        (SUSPICIOUS, Decision("cauda_equina", "both", 0.3), ["urgent.cauda_equina", "aids.brace"]),
        (SUSPICIOUS, Decision(None, None, 0.01), ["aids.brace"]),
        (SUSPICIOUS, None, ["urgent.cauda_equina", "aids.brace"]),
        ("I can't pee", Decision(None, None, 0.01), ["urgent.cauda_equina", "aids.brace"]),
    ],
)
async def test_alarm_that_was_decided_is_told(
    guard: Guard,
    store: InMemoryTrackerStore,
    base: KnowledgeBase,
    clinic: Clinic,
    text: str,
    decision: Decision | None,
    expected: list[str],
) -> None:
    """The voter's alarm is told also when the reply lacks it; a suspicion is enough only where nobody voted."""
    handle = deciding(Rasa(base, clinic), decision)

    assert answers(await asked(guard, text, "p", handle, store, "test")) == expected


async def test_alarm_that_was_decided_survives_a_hang(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the voter decided before something behind it hung is told."""
    monkeypatch.setattr(guard_module, "PATIENCE", 0.2)
    handle = deciding(Rasa(base, clinic), Decision("crisis", "voter", 0.95), seconds=5)

    assert answers(await asked(guard, "hello", "p", handle, store, "test")) == ["urgent.crisis"]


async def test_signs_add_up_while_nothing_answers(guard: Guard, store: InMemoryTrackerStore) -> None:
    """The guard remembers the first half of a sign when the conversation's store does not."""
    first = await asked(guard, "It's about the area between my legs", "p", broken, store, "test")
    other = await asked(guard, "It's numb", "q", broken, store, "test")
    second = await asked(guard, "It's numb", "p", broken, store, "test")

    assert (answers(first), answers(other), answers(second)) == ([None], [None], ["urgent.cauda_equina"])


async def test_yes_to_the_bots_question_is_a_sign(guard: Guard, store: InMemoryTrackerStore) -> None:
    """A yes to a question about a sign counts, and to any other question does not."""
    guard.said("p", "Are you numb between your legs?")
    guard.said("q", "Would you like to hear more?")

    yes, other = [await asked(guard, "Yes, a bit", name, broken, store, "test") for name in "pq"]

    assert (answers(yes), answers(other)) == (["urgent.cauda_equina"], [None])


@pytest.mark.parametrize(
    ("text", "decision", "kind", "by"),
    [
        ("I can't pee", Decision("cauda_equina", "rules", 0.99), "cauda_equina", "rules"),
        ("I can't pee", None, "cauda_equina", "rules"),
        ("hello", Decision("crisis", "voter", 0.95), "crisis", "voter"),
        (SUSPICIOUS, Decision("cauda_equina", "both", 0.3), "cauda_equina", "both"),
    ],
)
async def test_alarms_are_recorded(
    store: InMemoryTrackerStore,
    base: KnowledgeBase,
    clinic: Clinic,
    text: str,
    decision: Decision | None,
    kind: str,
    by: str,
) -> None:
    """An alarm is handed on with who raised it, the rules, where the sign stands, and the rules' version."""
    recorded: list[tuple[Alarm, str, str, str]] = []
    guard = Guard(base, clinic, alarmed=lambda *told: recorded.append(told))
    handle = deciding(Rasa(base, clinic), decision)

    await asked(guard, "What is a brace?", "p", deciding(Rasa(base, clinic), Decision(None, None, 0.0)), store, "test")
    await asked(guard, text, "p", handle, store, "test")

    [(alarm, *rest)] = recorded
    assert (alarm.kind, alarm.by, alarm.version) == (kind, by, detector()("").version)
    assert rest == ["p", "test", text]
    assert bool(alarm.rules) == (by != "voter")
    assert all(text[start:end] for start, end in alarm.spans)


async def test_check_is_recorded(store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic) -> None:
    """A check is on record as asked, with who called for it and the places of its anchors."""
    recorded: list[tuple[Alarm, str, str, str]] = []
    guard = Guard(base, clinic, alarmed=lambda *told: recorded.append(told))

    async def asking(message: UserMessage) -> None:
        await message.output_channel.send_response("p", check_question(base, clinic, "cauda_equina").to_message())

    handle = deciding(asking, Decision(by="voter", probability=0.2, check="cauda_equina"))
    await asked(guard, "my feet tingle", "p", handle, store, "test")

    [(check, *_)] = recorded
    assert (check.kind, check.by, check.anchors) == ("check", "voter", ((3, 7), (8, 14)))


async def test_alarm_is_on_record_before_rasa_has_answered(
    store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """What ends the process while Rasa is still asked does not take a sure alarm off the record, nor double it."""
    recorded: list[Any] = []
    guard = Guard(base, clinic, alarmed=lambda *told: recorded.append(told))
    rasa, seen = Rasa(base, clinic), threading.Event()
    before: list[int] = []

    async def late(message: UserMessage) -> None:
        seen.wait(timeout=5)
        before.append(len(recorded))
        await rasa(message)

    async for _ in guard.answer("I can't pee", "p", late, store, "test"):
        asyncio.get_running_loop().call_later(0.1, seen.set)

    assert (before, len(recorded)) == ([1], 1)


async def test_record_that_fails_holds_nothing_up(
    store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    """A patient gets the urgent message also when it cannot be recorded."""

    def full_disk(*_: Any) -> None:
        raise OSError("no space left")

    replies = await asked(Guard(base, clinic, alarmed=full_disk), "I can't pee", "p", broken, store, "test")

    assert answers(replies) == ["urgent.cauda_equina"]
    assert "OSError" in caplog.text


async def test_replies_come_one_by_one(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """A reply that is ready comes while the next one is still being made."""
    rasa = Rasa(base, clinic)
    first_is_there = threading.Event()

    async def two_replies(message: UserMessage) -> None:
        await rasa(message)
        assert first_is_there.wait(timeout=5)
        await rasa(message)

    got = []
    async for reply in guard.answer("What is a brace?", "p", two_replies, store, "test"):
        got.append(reply)
        first_is_there.set()

    assert answers(got) == ["aids.brace"] * 2


async def test_sure_sign_waits_for_nobody(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """The urgent message is there before Rasa has even begun to think."""
    rasa, go_on = Rasa(base, clinic, "urgent.cauda_equina"), threading.Event()

    async def slow(message: UserMessage) -> None:
        assert go_on.wait(timeout=5)
        await rasa(message)

    replies = guard.answer("I can't pee", "p", slow, store, "test")
    first = await anext(replies)
    thinking = rasa.heard == []
    go_on.set()

    assert thinking
    assert answers([first]) == ["urgent.cauda_equina"]
    assert [reply async for reply in replies] == []


async def test_later_reply_takes_no_alarm_away(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """A reply that was under way when an alarm came up says that the alarm stands, though Rasa knew nothing of it."""
    brace = replace(render(base, clinic, base["aids.brace"]), standing=()).to_message()

    async def slow(message: UserMessage) -> None:
        await asyncio.to_thread(urgent_is_there.wait, 5)
        await message.output_channel.send_response(message.sender_id, brace)

    urgent_is_there = threading.Event()
    first = asyncio.create_task(asked(guard, "What is a brace?", "p", slow, store, "test"))
    await asyncio.sleep(0.1)
    [alarm] = await asked(guard, "I can't pee", "p", broken, store, "test")
    urgent_is_there.set()
    [reply] = await first

    assert (alarm.answer, reply.answer) == ("urgent.cauda_equina", "aids.brace")
    assert (alarm.standing, reply.standing) == (("urgent.cauda_equina",),) * 2


@pytest.mark.parametrize(
    ("text", "decision"),
    [("I can't pee and I'm numb between my legs", None), ("hello", Decision("crisis", "voter", 0.95))],
)
async def test_nothing_comes_before_an_alarm(
    guard: Guard,
    store: InMemoryTrackerStore,
    base: KnowledgeBase,
    clinic: Clinic,
    text: str,
    decision: Decision | None,
) -> None:
    """Where a sign is found, by the rules or the voter, another reply does not come before the alarm."""
    handle = deciding(Rasa(base, clinic), decision)
    replies = [reply async for reply in guard.answer(text, "p", handle, store, "test")]

    assert answers(replies)[0] in {"urgent.cauda_equina", "urgent.crisis"}
    assert answers(replies)[1:] == ["aids.brace"]


async def test_verdict_goes_to_rasa_without_words(guard: Guard, store: InMemoryTrackerStore) -> None:
    """Rasa gets what the rules have found as names and places, so that nothing looks for signs a second time."""
    got: list[Any] = []

    async def hear(message: UserMessage) -> None:
        got.append(message.metadata["verdict"])

    text = "My waterworks are a bit odd, and no numbness"
    await asked(guard, text, "p", hear, store, "test")

    [told] = got
    assert Verdict.from_metadata(told, text).findings == detector()(text).findings
    assert "waterworks" not in str(told)


async def test_what_is_recalled_late_hides_no_alarm(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What Rasa has kept comes back while another message has raised an alarm: that stays remembered."""
    urgent_is_there = threading.Event()

    async def slowly(*_: Any) -> Remembered:
        await asyncio.to_thread(urgent_is_there.wait, 5)
        return Remembered(standing=())

    monkeypatch.setattr(guard_module, "recalled", slowly)
    monkeypatch.setattr(guard_module, "RECALL", 5.0)
    first = asyncio.create_task(asked(guard, "What is a brace?", "p", Rasa(base, clinic), store, "test"))
    await asyncio.sleep(0.1)
    await asked(guard, "I can't pee", "p", broken, store, "test", limited="too_fast")
    urgent_is_there.set()
    [reply] = await first

    assert reply.standing == ("urgent.cauda_equina",)


async def test_conversation_that_the_guard_forgot(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """After a start, the guard knows from the store what the bot asked last, and what it offered."""
    tracker = await store.create_tracker("after a start")
    tracker.update(UserUttered("hello"))
    tracker.update(
        BotUttered("Are you numb between your legs?", {"buttons": [{"title": "t", "payload": "/aids.brace"}]})
    )
    await store.save(tracker)
    rasa = Rasa(base, clinic)

    assert answers(await asked(guard, "/aids.brace", "after a start", rasa, store, "test")) == ["aids.brace"]
    assert rasa.heard == ["/aids.brace"]
    other = Guard(base, clinic)
    assert answers(await asked(other, "yes, a bit", "after a start", broken, store, "test")) == ["urgent.cauda_equina"]


@pytest.mark.parametrize("limited", ["too_fast", "too_many"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is a brace?", [None]),
        ("I can't pee and I'm numb between my legs", ["urgent.cauda_equina"]),
        (SUSPICIOUS, ["urgent.cauda_equina", None]),
        ("/aids.brace", [None]),
    ],
)
async def test_who_sends_too_much_is_heard_for_signs_alone(
    guard: Guard,
    store: InMemoryTrackerStore,
    base: KnowledgeBase,
    clinic: Clinic,
    text: str,
    expected: list[str | None],
    limited: Limited,
) -> None:
    """Messages beyond a limit are only looked at: a sign gets the alarm, all others are told why, with the signs."""
    rasa = Rasa(base, clinic)

    replies = await asked(guard, text, "p", rasa, store, "test", limited=limited)

    assert answers(replies) == expected
    assert rasa.heard == []
    if None in expected:
        assert replies[-1].text == clinic.fill(getattr(base.notices, limited))
        assert "Numbness between your legs" in replies[-1].text


async def test_who_comes_when_too_many_wait_is_told_at_once(
    guard: Guard,
    store: InMemoryTrackerStore,
    base: KnowledgeBase,
    clinic: Clinic,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A message that would wait too long is answered at once, with the signs; one that holds a sign gets the alarm."""
    rasa = Rasa(base, clinic)
    monkeypatch.setattr(Queue, "seconds", LONGEST_QUEUE + 1)

    [reply] = await asked(guard, "What is a brace?", "p", rasa, store, "test")
    [alarm] = await asked(guard, "I can't pee", "p", rasa, store, "test")
    [suspected] = await asked(guard, SUSPICIOUS, "other", rasa, store, "test")

    assert reply.text == clinic.fill(base.notices.busy)
    assert "Numbness between your legs" in reply.text
    assert answers([alarm, suspected]) == ["urgent.cauda_equina"] * 2
    assert rasa.heard == []


@pytest.mark.timed
@pytest.mark.parametrize("place", [0, 5_000, 9_000])
async def test_what_rasa_gets_of_a_long_message(guard: Guard, store: InMemoryTrackerStore, place: int) -> None:
    """Of the words of a message that is too long, Rasa gets the part with the sign, for the doctor's paper."""
    noise = "My leg hurts when I walk to the shop. " * 300
    got: list[Any] = []

    async def hear(message: UserMessage) -> None:
        got.append(message.metadata["words"])

    await asked(guard, f"{noise[:place]} I can't pee. {noise[place:9_500]}", "p", hear, store, "test")

    [words] = got
    assert "I can't pee" in words
    assert len(words) == 200


async def test_what_could_not_be_read_in_time_is_an_alarm(
    store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long message that there was no time to read, and that nobody else reads, raises the alarm."""
    monkeypatch.setattr("bot.channels.guard.LOOK", 0.0)
    guard = Guard(base, clinic, limit=200)
    rasa = Rasa(base, clinic)

    long = await asked(guard, "My leg hurts when I walk. " * 200, "p", rasa, store, "test")
    short = await asked(guard, "What is a brace?", "other", rasa, store, "test")

    assert answers(long)[0] == "urgent.cauda_equina"
    assert answers(short) == ["aids.brace"]


async def test_message_that_cannot_be_read_is_an_alarm(
    guard: Guard, store: InMemoryTrackerStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """When the look for signs itself fails and nobody else decides, the patient gets the alarm and no excuse."""

    def fail(*_: Any) -> None:
        raise ValueError("my private words")

    monkeypatch.setattr(type(detector()), "pieces", fail)

    assert answers(await asked(guard, "My private words", "p", broken, store, "test")) == ["urgent.cauda_equina"]
    assert "ValueError" in caplog.text
    assert "private" not in caplog.text


@pytest.mark.timed
async def test_alarm_after_the_longest_reply(guard: Guard, store: InMemoryTrackerStore) -> None:
    """However long the bot's last words were, the next sign is heard."""
    guard.said("p", "a b. " * 250_000)

    assert answers(await asked(guard, "I can't pee", "p", broken, store, "test")) == ["urgent.cauda_equina"]


async def test_forgets_on_demand(guard: Guard, store: InMemoryTrackerStore) -> None:
    """The half of a sign that the guard remembers is gone once the conversation is deleted."""
    await asked(guard, "It's about the area between my legs", "p", broken, store, "test")

    guard.forget("p")

    assert answers(await asked(guard, "It's numb", "p", broken, store, "test")) == [None]


async def test_buttons_of_the_guards_own_alarm_work(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """A button under an alarm of which Rasa could keep nothing is passed on to it, and told of the alarm."""
    [alarm] = await asked(guard, "I can't pee", "p", broken, store, "test")
    rasa = Rasa(base, clinic)

    await asked(guard, alarm.buttons[0]["payload"], "p", rasa, store, "test")

    assert rasa.heard == [f"/{base['urgent.cauda_equina'].follow_ups[0]}"]


async def test_first_look_gives_the_urgent_message_once(
    store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """A first look raises the alarm; the answer that follows gives it to nobody again, and Rasa still hears of it."""
    recorded: list[Alarm] = []
    guard = Guard(base, clinic, limit=200, alarmed=lambda alarm, *_: recorded.append(alarm))
    rasa = Rasa(base, clinic)

    raised, urgent = await guard.first_look("I can't pee", "p", store, "sms")
    replies = await asked(guard, "I can't pee", "p", rasa, store, "sms", raised=raised)

    assert answers(urgent) == ["urgent.cauda_equina"]
    assert [one["kind"] for one in raised] == ["cauda_equina"]
    assert answers(replies) == ["aids.brace"]
    assert replies[0].standing == ("urgent.cauda_equina",)
    assert rasa.heard == ["I can't pee"]
    assert [alarm.kind for alarm in recorded] == ["cauda_equina"]


async def test_first_look_at_anything_else_says_nothing(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """A message without a sign, and one that is no text, raise nothing."""
    looks = [await guard.first_look(text, "p", store, "sms") for text in ("What is a brace?", None, "")]

    assert looks == [((), [])] * 3


async def test_answer_after_a_crash_still_knows_the_alarm(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """An alarm of a process that ended stands in the next one, though Rasa fails, and is not given again."""
    raised = [{"kind": "cauda_equina", "words": "I can't pee", "at": "2026-11-30T10:00:00+00:00"}]

    replies = await asked(guard, "I can't pee", "p", broken, store, "sms", raised=raised)
    later = await asked(guard, "What is a brace?", "p", broken, store, "sms")

    assert answers(replies) == []
    assert later[0].standing == ("urgent.cauda_equina",)


async def test_conversation_that_was_answered_elsewhere_is_read_again(
    guard: Guard, store: InMemoryTrackerStore, base: KnowledgeBase, clinic: Clinic
) -> None:
    """After `read_again`, the offered buttons are those of Rasa's store, not of this process's memory."""
    rasa = Rasa(base, clinic)
    await asked(guard, "hello", "p", rasa, store, "sms")
    tracker = await store.retrieve("p")
    tracker.update(BotUttered("hi", {"buttons": [{"title": "t", "payload": "/surgery.types"}]}))
    await store.save(tracker)
    guard.read_again("p")

    await asked(guard, "/surgery.types", "p", rasa, store, "sms")

    assert rasa.heard[-1] == "/surgery.types"


async def test_channel_says_whether_the_bot_may_ask_for_symptoms(guard: Guard, store: InMemoryTrackerStore) -> None:
    """`talks` and the message's id reach Rasa with the message."""
    heard: list[UserMessage] = []

    async def rasa(message: UserMessage) -> None:
        heard.append(message)

    await asked(guard, "hello", "p", rasa, store, "sms", talks=False, message_id="7")

    assert (heard[0].metadata["talks"], heard[0].message_id) == (False, "7")
