"""The contract of a store of messages: nothing lost, nothing twice, everything in order, and gone when it is forgotten.

Every store is held to it; another one is another line of STORES.
"""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reply.shown import Message
from bot.store.messages import KEPT_DAYS, LOOK, Messages, Outcome, Part, Received, StoreError, Talk, Work
from bot.store.messages_sqlite import SqliteMessages

STORES: dict[str, Callable[[Path, Callable[[], float]], Messages]] = {
    "sqlite": SqliteMessages,
}
DAY = 86_400.0  # seconds
LEASE = 30.0  # seconds
ROWS = ("sms", "twilio_whatsapp")
PHONE, USER = {"phone": "+447700900123"}, {"user": "GB.4711"}
TALK = Talk(
    lists={3: [("Lying down", "/inform{}"), ("Sitting", "/deny")], 4: []},
    numbered=False,
    asks="place",
    check=True,
    more="what was left out",
    greeted=True,
    told={"unreadable": 5.0},
    papers=["https://bot.example/pages/a"],
    began=7.0,
    messages=2,
)


class Clock:
    """The time, which tests move."""

    def __init__(self) -> None:
        self.time = 1_790_000_000.0

    def __call__(self) -> float:
        """Return it, in seconds since 1970."""
        return self.time


@pytest.fixture
def clock() -> Clock:
    """The stores' clock."""
    return Clock()


@pytest.fixture(params=STORES)
def new_store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Callable[[], Messages]]:
    """Open the test's store; each call is as another process does it."""
    made: list[Messages] = []

    def make() -> Messages:
        made.append(STORES[request.param](tmp_path, clock))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def store(new_store: Callable[[], Messages]) -> Messages:
    """A new store."""
    return new_store()


def received(id: str = "1", addresses: Mapping[str, str] = PHONE, row: str = "sms", **more: Any) -> Received:
    """A message of a patient."""
    return Received(id, addresses, row, **{"at": 1_790_000_000.0, "text": "my leg hurts", **more})


def parts(*texts: str, **more: bool) -> list[dict[str, Any]]:
    """Parts of a reply."""
    return [{**Message(text).to_json(), **more} for text in texts]


async def take(store: Messages, one: Received) -> str:
    """Store a message, and return its conversation."""
    taken = await store.receive(one)
    assert taken is not None
    return taken.conversation


async def claimed(store: Messages, worker: str = "w") -> Work:
    """Claim a message that must be there."""
    work = await store.claim(worker, LEASE)
    assert work is not None
    return work


async def answered(store: Messages, *texts: str, worker: str = "w", talk: Talk = TALK, **more: bool) -> Work:
    """Answer the next message."""
    work = await claimed(store, worker)
    assert await store.finish(work, worker, parts(*texts, **more), talk)
    return work


async def next_part(store: Messages) -> Part | None:
    """Claim the next part."""
    return await store.next_part("s", LEASE, ROWS)


async def due_part(store: Messages) -> Part:
    """Claim a part that must be there."""
    part = await next_part(store)
    assert part is not None
    return part


async def all_sent(store: Messages) -> list[str]:
    """Send all parts that are due, and return their words."""
    words = []
    while part := await next_part(store):
        words.append(part.content["text"])
        await store.sent(part, "accepted")
    return words


# Receiving


async def test_message_is_stored_once(store: Messages) -> None:
    """A message that comes again, also after it was answered, is known."""
    first = await store.receive(received())
    again = await store.receive(received())
    await answered(store)

    assert first is not None
    assert (first.talk, first.opted_out) == (Talk(), False)
    assert [again, await store.receive(received())] == [None, None]
    assert await store.waiting() == (0, 0)


async def test_id_belongs_to_its_channel(store: Messages) -> None:
    """Two channels' providers may use the same id."""
    assert await store.receive(received(row="sms"))
    assert await store.receive(received(row="twilio_whatsapp"))


async def test_twenty_copies_at_once_are_one(new_store: Callable[[], Messages]) -> None:
    """Of many copies that come at once to two workers, one is stored."""
    stores = [new_store(), new_store()]

    taken = await asyncio.gather(*(stores[number % 2].receive(received()) for number in range(20)))

    assert sum(one is not None for one in taken) == 1
    assert await stores[0].waiting() == (1, 0)


async def test_new_message_waits_for_the_look_for_signs(store: Messages, clock: Clock) -> None:
    """A process claims a new message of another only when that one has had its time; a later one waits for it."""
    first = await store.receive(received("1"))
    second = await store.receive(received("2"))
    assert first is not None
    assert second is not None

    assert await store.claim("w", LEASE, {second.number}) is None
    clock.time += LOOK
    mine, others = await store.claim("w", LEASE, ()), await store.claim("v", LEASE, ())

    assert mine is not None
    assert (mine.number, others) == (first.number, None)


async def test_own_message_is_claimed_at_once(store: Messages) -> None:
    """What the process has looked at itself need not wait."""
    taken = await store.receive(received())
    assert taken is not None

    work = await store.claim("w", LEASE, {taken.number})

    assert work is not None
    assert work.number == taken.number


async def test_message_comes_back_whole(store: Messages) -> None:
    """Who claims a message gets all that was received, but not the provider's id: that may hold a number."""
    one = received(text="caption", unreadable=True, choice="3:1", answered="stop", at=1_789_999_999.5)
    await store.receive(one)

    work = await claimed(store)

    assert replace(work.received, id=one.id) == one
    assert work.received.id != one.id
    assert (work.talk, work.opted_out, work.tries, work.alarmed) == (Talk(), False, 0, ())


async def test_name_tells_the_channel_and_nothing_of_the_address(store: Messages) -> None:
    """A conversation is its channel's row and a hash; the same number on another channel is another conversation."""
    sms, whatsapp = [await take(store, received(row=row)) for row in ROWS]

    assert [name.rpartition("-")[0] for name in (sms, whatsapp)] == [*ROWS]
    assert sms.rpartition("-")[2] != whatsapp.rpartition("-")[2]
    assert all(len(name.rpartition("-")[2]) == 32 and "7700900123" not in name for name in (sms, whatsapp))


# Aliases


async def test_addresses_of_one_patient_are_one_conversation(store: Messages) -> None:
    """By number, then by number and user, then by user alone: one conversation; replies go to the latest."""
    names = [
        await take(store, received(str(place), addresses))
        for place, addresses in enumerate([PHONE, PHONE | USER, USER])
    ]

    assert len({*names}) == 1
    assert [*(await store.addresses(names[0])).items()] == [*USER.items(), *PHONE.items()]


async def test_latest_of_two_numbers_is_replied_to(store: Messages) -> None:
    """Who writes with a new number gets the replies there."""
    new = {"phone": "+15550100"}
    await store.receive(received("1", PHONE | USER))
    name = await take(store, received("2", new | USER))

    assert await store.addresses(name) == new | USER
    assert await take(store, received("3", PHONE)) == name
    assert await store.addresses(name) == PHONE | USER


async def test_two_conversations_become_one(store: Messages) -> None:
    """Addresses that come together lead to the older conversation, with what waits in both; both names lead to it."""
    older, newer = [await take(store, received(kind, one)) for kind, one in (("1", PHONE), ("2", USER))]
    await answered(store, "to the number", talk=replace(TALK, asks="old", told={"a": 1.0, "b": 1.0}, began=5.0))
    await store.receive(received("3", USER, text="waits", at=1_790_000_001.0))
    await answered(store, "to the user", talk=Talk(asks="new", told={"b": 2.0}, began=6.0, messages=1))

    joined = await store.receive(received("4", USER | PHONE))

    assert joined is not None
    assert joined.conversation == older
    assert await store.names(newer) == [older, newer]
    assert [(await claimed(store)).received.text, await store.claim("other", LEASE)] == ["waits", None]
    assert await all_sent(store) == ["to the number", "to the user"]
    assert await store.addresses(newer) == await store.addresses(older) == {**USER, **PHONE}


async def test_memory_of_the_latest_message_counts(store: Messages, clock: Clock) -> None:
    """Of two conversations that become one, the memory of the later is kept, with the earlier one's open check."""
    early = Talk(asks="old", check=True, greeted=True, told={"a": 1.0, "b": 1.0}, papers=["p"], began=5.0, messages=2)
    late = Talk(asks="new", standing=True, told={"b": 2.0}, papers=["q"], messages=1)
    for number, (one, talk) in enumerate([(USER, early), (PHONE, late)]):
        clock.time += 60
        await store.receive(received(str(number), one, at=clock.time))
        await answered(store, talk=talk)

    joined = await store.receive(received("both", PHONE | USER))

    assert joined is not None
    told = {"a": 1.0, "b": 2.0}
    assert joined.talk == Talk(
        asks="new", check=True, standing=True, greeted=True, told=told, papers=["p", "q"], began=5.0, messages=3
    )
    await answered(store, "a")
    assert (await due_part(store)).heard == clock.time


async def test_work_on_a_conversation_that_ends_in_another_is_done_again(store: Messages) -> None:
    """Who works on a conversation when it becomes part of another has lost the claim; the message is not lost."""
    await store.receive(received("1", PHONE))
    await answered(store)
    await store.receive(received("2", USER, text="at work"))
    lost = await claimed(store)
    name = await take(store, received("3", PHONE | USER))

    assert not await store.finish(lost, "w", parts("lost"), TALK)
    again = await claimed(store, "other")
    assert (again.conversation, again.received.text) == (name, "at work")


async def test_provider_tells_another_address(store: Messages) -> None:
    """An address that the provider tells when a part is sent leads to the conversation, and is not replied to first."""
    name = await take(store, received())
    await answered(store, "a")
    await store.sent(await due_part(store), "accepted", addresses=USER | PHONE)

    assert [*await store.addresses(name)] == ["phone", "user"]
    assert await take(store, received("2", USER)) == name


async def test_provider_tells_the_address_of_another_conversation(store: Messages) -> None:
    """An address that the provider tells makes one conversation of two, the older one, with what waits in both."""
    older, newer = [await take(store, received(str(number), one)) for number, one in enumerate([USER, PHONE])]
    for words in (["old"], ["new a", "new b"]):
        await answered(store, *words)
    old, new = await due_part(store), await due_part(store)
    await store.sent(new, "accepted", provider_id="x", addresses=USER)

    assert await store.names(newer) == [older, newer]
    assert await store.receipt("sms", "x") == (older, False)
    assert await next_part(store) is None
    await store.sent(old, "accepted")
    assert await all_sent(store) == ["new b"]


# Claims


async def test_conversation_in_order_and_one_at_a_time(new_store: Callable[[], Messages]) -> None:
    """A conversation's next message is claimed when the last is answered; another conversation's at once."""
    one, other = new_store(), new_store()
    for number in range(3):
        await one.receive(received(str(number), text=f"first {number}"))
    await one.receive(received("b", {"phone": "+15550100"}, text="second"))

    first, second, none = [await store.claim("w", LEASE) for store in (one, other, one)]
    assert first is not None
    await other.finish(first, "w", [], TALK)
    third = await claimed(other)

    assert [first.received.text, second and second.received.text, none] == ["first 0", "second", None]
    assert (third.received.text, third.talk) == ("first 1", TALK)


async def test_worker_is_told_whether_it_answered_last(store: Messages) -> None:
    """A worker knows whether it has seen the conversation's latest message."""
    same = []
    for number, worker in enumerate("aaba"):
        await store.receive(received(str(number)))
        same.append((await answered(store, worker=worker)).same_worker)

    assert same == [False, True, False, False]


async def test_killed_worker_loses_nothing(new_store: Callable[[], Messages], clock: Clock) -> None:
    """A message whose worker was killed is claimed again when the claim is over, and answered once."""
    await new_store().receive(received())
    killed = await claimed(new_store(), "killed")
    assert await new_store().claim("other", LEASE) is None
    clock.time += LEASE

    again = await claimed(new_store(), "other")
    late = await new_store().finish(killed, "killed", parts("late"), TALK)
    done = await new_store().finish(again, "other", parts("in time"), TALK)

    assert (again.tries, again.received, late, done) == (1, killed.received, False, True)
    assert await all_sent(new_store()) == ["in time"]


async def test_late_answer_counts_while_nobody_else_has_the_message(store: Messages, clock: Clock) -> None:
    """A claim whose time is over still counts until another worker takes it."""
    await store.receive(received())
    work = await claimed(store)
    clock.time += LEASE + 1

    assert await store.finish(work, "w", parts("late"), TALK)
    assert not await store.finish(work, "w", parts("again"), TALK)
    assert await all_sent(store) == ["late"]


async def test_message_given_back_is_claimed_after_a_pause(store: Messages, clock: Clock) -> None:
    """A message that could not be answered is claimed again after longer and longer pauses; others are meanwhile."""
    await store.receive(received())
    for tries, pause in enumerate([1, 2, 4, 8, 16, 32, 60, 60]):
        work = await claimed(store)
        assert work.tries == tries
        await store.give_back(work, "w")
        await store.receive(received(f"other {tries}", {"phone": f"+1555010{tries}"}))
        clock.time += pause - 0.5
        other = await store.claim("w", 1000)
        assert other is not None
        assert other.received.addresses != PHONE
        assert await store.claim("w", 1000) is None
        clock.time += 0.5


async def test_claim_that_was_given_back_is_over(store: Messages, clock: Clock) -> None:
    """Who has given a message back can neither finish it nor give another's claim back."""
    await store.receive(received())
    work = await claimed(store, "a")
    await store.give_back(work, "a")
    clock.time += 1
    again = await claimed(store, "b")

    assert not await store.finish(work, "a", parts("a"), TALK)
    await store.give_back(work, "a")
    assert await store.finish(again, "b", parts("b"), TALK)


# The outbox


async def test_parts_go_in_order_one_at_a_time(new_store: Callable[[], Messages]) -> None:
    """A conversation's next part is due when the last was accepted, whoever sends it; other patients do not wait."""
    one, other = new_store(), new_store()
    for number, phone in enumerate(["+15550100", "+15550101"]):
        await one.receive(received(str(number), {"phone": phone}, at=1_790_000_000.0 - number))
        await answered(one, f"{number}a", f"{number}b")

    first, second = await due_part(one), await due_part(other)
    none = await next_part(one)
    await one.sent(first, "accepted")
    third = await due_part(other)

    assert [part.content["text"] for part in (first, second, third)] == ["0a", "1a", "0b"]
    assert none is None
    assert (second.row, second.addresses, second.heard) == ("sms", {"phone": "+15550101"}, 1_789_999_999.0)
    assert (second.tries, second.urgent, second.opted_out) == (0, False, False)
    assert Message.from_json(second.content) == Message("1a")


async def test_patient_was_heard_when_the_latest_message_was_written(store: Messages, clock: Clock) -> None:
    """A part tells when the patient last wrote: not what a late message says, nor what a wrong clock does."""
    heard = []
    for number, at in enumerate([clock.time - 60, clock.time - 3600, clock.time + 3600]):
        await store.receive(received(str(number), at=at))
        await answered(store, "a")
        part = await due_part(store)
        heard.append(part.heard - clock.time)
        await store.sent(part, "accepted")

    assert heard == [-60, -60, 0]


async def test_sender_gets_its_channels_only(store: Messages) -> None:
    """A part waits for a sender of its channel."""
    await store.receive(received(row="twilio_whatsapp"))
    await answered(store, "a")

    assert await store.next_part("s", LEASE, ["sms"]) is None
    assert await store.next_due(["sms"]) is None
    assert await store.next_due(["twilio_whatsapp"]) == await store.next_due() is not None
    assert await store.next_part("s", LEASE, ["sms", "twilio_whatsapp"])


async def test_urgent_parts_first(store: Messages) -> None:
    """Urgent parts are sent before all others, of every conversation, in their order."""
    for number in range(2):
        await store.receive(received(str(number), {"phone": str(number)}))
        await answered(store, f"normal {number}")
    alarmed = await store.receive(received("2", {"phone": "1"}))
    assert alarmed is not None
    await store.alarmed(alarmed.number, [{"kind": "k", "words": "w", "at": "t"}], parts("urgent a", "urgent b"))

    assert await all_sent(store) == ["urgent a", "urgent b", "normal 0", "normal 1"]


async def test_nothing_overtakes_a_part_that_waits_for_its_next_try(store: Messages, clock: Clock) -> None:
    """Later parts wait for one that is sent again, urgent ones only for urgent ones; the time is told."""
    await store.receive(received())
    await answered(store, "normal a", "normal b")
    await store.sent(await due_part(store), "retry", wait=100)
    normal_due = await store.next_due()
    await store.receive(received("2"))
    work = await claimed(store)
    await store.add(work, "w", parts("urgent x", "urgent y"), urgent=True)
    urgent = await due_part(store)
    await store.sent(urgent, "retry", wait=300)
    clock.time += 200

    assert urgent.content["text"] == "urgent x"
    assert normal_due == clock.time - 100
    assert await next_part(store) is None
    assert await store.next_due() == clock.time + 100
    clock.time += 100
    assert (await due_part(store)).tries == 1
    assert await store.next_due() == clock.time + LEASE


async def test_throttled_conversation_waits_with_all_its_parts(store: Messages, clock: Clock) -> None:
    """When the provider wants us to wait, urgent parts of the conversation wait too; other conversations do not."""
    await store.receive(received())
    await answered(store, "a")
    await store.sent(await due_part(store), "throttled", wait=7)
    work = await store.receive(received("2"))
    assert work is not None
    await store.alarmed(work.number, [], parts("urgent"))
    await store.receive(received("3", {"phone": "+15550100"}))
    while await store.claim("w", LEASE):
        pass

    assert (await next_part(store), await store.next_due()) == (None, clock.time + 7)
    clock.time += 7
    assert await all_sent(store) == ["urgent", "a"]


ENDS: list[tuple[Outcome, bool, str]] = [
    ("accepted", False, "gone"),
    ("accepted", True, "gone"),
    ("retry", False, "again"),
    ("retry", True, "again"),
    ("throttled", False, "again"),
    ("throttled", True, "again"),
    ("final", False, "dead"),
    ("final", True, "dead"),
    ("blocked", False, "dead"),
    ("blocked", True, "dead"),
    ("unknown", False, "dead"),
    ("unknown", True, "again"),
]


@pytest.mark.parametrize(("outcome", "urgent", "end"), ENDS)
async def test_what_comes_of_a_part(store: Messages, clock: Clock, outcome: Outcome, urgent: bool, end: str) -> None:
    """A part is sent again, given up or done, as its outcome says."""
    name = await take(store, received())
    await answered(store, "a", urgent=urgent)
    part = await due_part(store)

    await store.sent(part, outcome, wait=10, why="code 7")

    letters = await store.dead_letters()
    assert await next_part(store) is None
    assert len(letters) == (end == "dead")
    for one in letters:
        assert (one.number, one.conversation, one.row, one.urgent) == (part.number, name, "sms", urgent)
        assert (one.at, one.why, one.resendable) == (clock.time, "code 7", urgent or outcome != "blocked")
    assert await store.untold() == (letters if urgent else [])
    clock.time += 10
    again = await next_part(store)
    assert again == (replace(part, tries=1) if end == "again" else None)


@pytest.mark.parametrize("urgent", [True, False])
async def test_sender_that_was_killed(new_store: Callable[[], Messages], clock: Clock, urgent: bool) -> None:
    """A part whose sender was killed may have been sent: only an urgent one is sent again."""
    await new_store().receive(received())
    await answered(new_store(), "a", urgent=urgent)
    await due_part(new_store())
    assert await next_part(new_store()) is None
    clock.time += LEASE

    again = await next_part(new_store())

    assert [again.content["text"] if again else None] == ["a" if urgent else None]
    assert [one.why for one in await new_store().dead_letters()] == ([] if urgent else ["unknown"])


@pytest.mark.parametrize("urgent", [True, False])
async def test_late_outcome(store: Messages, clock: Clock, urgent: bool) -> None:
    """An outcome that comes after its claim has ended changes nothing, but a part known as accepted is never sent."""
    await store.receive(received())
    await answered(store, "a", urgent=urgent)
    late = await due_part(store)
    clock.time += LEASE
    assert (await next_part(store) is not None) == urgent

    await store.sent(late, "retry", wait=5)
    clock.time += 5
    assert (await next_part(store), await store.waiting()) == (None, (0, int(urgent)))
    assert len(await store.dead_letters()) == (not urgent)
    await store.sent(late, "accepted", provider_id="x")

    clock.time += LEASE
    assert (await next_part(store), await store.dead_letters(), await store.waiting()) == (None, [], (0, 0))
    assert await store.receipt("sms", "x") == (late.conversation, urgent)


async def test_receipt_finds_the_part(store: Messages) -> None:
    """The provider's id of a sent part, with its channel, leads to the conversation."""
    name = await take(store, received())
    await answered(store, "a", "b")
    for id in ("SM1", None):
        await store.sent(await due_part(store), "accepted", provider_id=id)

    asked = [("sms", "SM1"), ("twilio_whatsapp", "SM1"), ("sms", "SM2")]
    assert [await store.receipt(*one) for one in asked] == [(name, False), None, None]


# Parts that were added before


async def test_answer_that_is_given_again_adds_nothing_twice(store: Messages, clock: Clock) -> None:
    """Parts that a killed worker has added are not added again, though their numbers in the reply have changed."""
    taken = await store.receive(received())
    assert taken is not None
    await store.alarmed(taken.number, [{"kind": "k"}], parts("Go now."))
    killed = await claimed(store)
    await store.add(killed, "w", parts("Go now.", "Call us.", urgent=True), urgent=True)
    await store.add(killed, "w", parts("a"), urgent=False)
    sent = [await all_sent(store)]
    clock.time += LEASE
    work = await claimed(store, "other")
    await store.add(work, "other", parts("(1/2) Go now.", "(2/2) Call us."), urgent=True)
    await store.finish(work, "other", [*parts("1/4 Go now.", "2/4 Call us.", urgent=True), *parts("a", "b")], TALK)
    sent.append(await all_sent(store))

    assert work.alarmed == ({"kind": "k"},)
    assert sent == [["Go now.", "Call us.", "a"], ["b"]]


async def test_another_alarm_is_not_taken_for_the_first(store: Messages, clock: Clock) -> None:
    """An urgent message is sent though another was there before it, also when it comes late."""
    taken = await store.receive(received())
    assert taken is not None
    lost = await claimed(store)
    clock.time += LEASE
    work = await claimed(store, "other")
    await store.add(work, "other", parts("First."), urgent=True)
    await store.finish(work, "other", parts("normal"), TALK)
    await store.add(lost, "w", [*parts("Second.", urgent=True), *parts("no")], urgent=False)
    await store.alarmed(taken.number, [], parts("Third."))

    assert await all_sent(store) == ["First.", "Second.", "Third.", "normal"]


async def test_messages_have_parts_of_their_own(store: Messages) -> None:
    """The same reply to the next message is another reply."""
    for number in range(2):
        await store.receive(received(str(number)))
        await answered(store, "urgent", urgent=True)
        await store.receive(received(f"{number} more"))
        await answered(store, "normal")

    assert await all_sent(store) == ["urgent", "urgent", "normal", "normal"]


# Dead letters


async def test_dead_letter_is_sent_again_when_asked(store: Messages, clock: Clock) -> None:
    """A dead letter is sent again from its first try, before what came later; an accepted part is not."""
    await store.receive(received())
    await answered(store, "a", "b")
    for _ in range(2):
        part = await due_part(store)
        await store.sent(part, "retry")
    dead = await due_part(store)
    await store.sent(dead, "final")
    number = (await store.dead_letters())[0].number

    assert [await store.resend(number), await store.resend(number), await store.resend(99)] == [True, False, False]
    again = await due_part(store)
    await store.sent(again, "accepted")
    assert again == replace(dead, tries=0)
    assert not await store.resend(number)
    assert await all_sent(store) == ["b"]


async def test_clinic_is_told_once(new_store: Callable[[], Messages]) -> None:
    """An urgent dead letter is reported until the clinic was told, whatever process asks, and not again after that."""
    await new_store().receive(received())
    await answered(new_store(), "a", urgent=True)
    await new_store().sent(await due_part(new_store()), "final", why="7")
    [letter] = await new_store().untold()
    assert await new_store().untold() == [letter]

    await new_store().told([letter.number])
    await new_store().resend(letter.number)
    await new_store().sent(await due_part(new_store()), "final")

    assert await new_store().untold() == []
    assert [one.number for one in await new_store().dead_letters()] == [letter.number]


async def test_patient_is_back(store: Messages) -> None:
    """An urgent message that could not be delivered is sent first when the patient is back; nothing else of old."""
    await store.receive(received())
    await answered(store, "old")
    await store.sent(await due_part(store), "final")
    await store.receive(received("2"))
    await answered(store, "urgent", urgent=True)
    await store.sent(await due_part(store), "final")
    assert await store.waiting() == (0, 0)

    await store.receive(received("3"))
    await answered(store, "new")

    assert await all_sent(store) == ["urgent", "new"]


# Opting out


@pytest.mark.parametrize("how", ["opt_out", "blocked"])
async def test_opted_out_gets_nothing_but_the_confirmation(store: Messages, how: str) -> None:
    """After STOP only a part that says so is sent; urgent ones are dead letters with words until START, first then."""
    await store.receive(received())
    name = (await answered(store, "first", "second")).conversation
    if how == "blocked":
        await store.sent(await due_part(store), "blocked")
    else:
        await store.opt_out(name, out=True)
    taken = await store.receive(received("2"))
    assert taken is not None
    await store.alarmed(taken.number, [], parts("urgent"))
    work = await claimed(store)
    await store.finish(work, "w", [*parts("confirmed", after_stop=True), *parts("normal")], TALK)

    letters = await store.dead_letters()
    assert taken.opted_out
    assert work.opted_out
    assert [(one.urgent, one.resendable) for one in letters] == [(False, False)] * 2 + [(True, True), (False, False)]
    assert {one.why for one in letters} == {"opted out", *(["blocked"] if how == "blocked" else [])}
    assert [one.number for one in await store.untold()] == [letters[2].number]
    assert not any([await store.resend(one.number) for one in letters])
    assert await store.dead_letters() == letters
    confirmation = await due_part(store)
    assert (confirmation.content["text"], confirmation.opted_out) == ("confirmed", True)
    assert Message.from_json(confirmation.content) == Message("confirmed")
    await store.sent(confirmation, "accepted")
    assert await next_part(store) is None

    await store.opt_out(name, out=False)

    assert await all_sent(store) == ["urgent"]
    back = await store.receive(received("3"))
    assert back is not None
    assert not back.opted_out


async def test_part_that_is_being_sent_when_the_patient_opts_out(store: Messages, clock: Clock) -> None:
    """A part whose try fails after STOP is not tried again."""
    await store.receive(received())
    name = (await answered(store, "a")).conversation
    part = await due_part(store)
    await store.opt_out(name, out=True)

    await store.sent(part, "retry")

    assert await next_part(store) is None
    assert [one.why for one in await store.dead_letters()] == ["opted out"]


async def test_confirmation_in_the_outbox_is_sent_after_stop(store: Messages) -> None:
    """The opt-out may be noted after the confirmation was added."""
    await store.receive(received())
    name = (await answered(store, "confirmed", after_stop=True)).conversation
    await store.opt_out(name, out=True)

    assert await all_sent(store) == ["confirmed"]


async def test_opt_out_outlives_all_but_start(new_store: Callable[[], Messages], tmp_path: Path) -> None:
    """Who opts out has done so with all addresses, after forgetting, and after older messages were restored."""
    store = new_store()
    await store.receive(received("1", PHONE | USER))
    name = (await answered(store, "a")).conversation
    store.close()
    shutil.copy(tmp_path / "messages.db", tmp_path / "older.db")
    store = new_store()
    await store.opt_out(name, out=True)
    await store.forget(name)
    forgotten = [await store.receive(received(f"{kind}", {kind: (PHONE | USER)[kind]})) for kind in ("phone", "user")]
    store.close()
    shutil.copy(tmp_path / "older.db", tmp_path / "messages.db")
    store = new_store()

    restored = await store.receive(received("2", USER))

    assert [one is not None and one.opted_out for one in [*forgotten, restored]] == [True] * 3
    assert await next_part(store) is None
    assert [one.why for one in await store.dead_letters()] == ["opted out"]
    await store.opt_out(name, out=False)
    back = await store.receive(received("3", PHONE))
    assert back is not None
    assert not back.opted_out


async def test_new_address_of_who_has_opted_out(store: Messages) -> None:
    """An address that comes with one that has opted out has done so too, also when both are forgotten."""
    name = await take(store, received("1", PHONE))
    await store.opt_out(name, out=True)
    await store.receive(received("2", PHONE | USER))
    await store.forget(name)

    taken = await store.receive(received("3", USER))

    assert taken is not None
    assert taken.opted_out


# Forgetting


async def test_forgotten_is_a_new_beginning(store: Messages) -> None:
    """After forgetting, nothing waits and nothing is remembered, and a message that was known still is."""
    name = await take(store, received())
    await answered(store, "sent", "waits")
    await store.receive(received("2"))
    work = await claimed(store)
    await store.add(work, "w", parts("urgent"), urgent=True)
    await store.sent(await due_part(store), "final")
    await store.add(work, "w", parts("urgent", "other"), urgent=True)
    sending = await due_part(store)

    await store.forget(name)
    await store.forget("nobody")
    await store.sent(sending, "retry", addresses=USER)

    assert (await store.waiting(), await store.addresses(name), await next_part(store)) == ((0, 0), {}, None)
    assert not await store.finish(work, "w", parts("late"), TALK)
    letters = await store.dead_letters()
    assert [(one.why, one.resendable) for one in letters] == [("final", False), ("forgotten", False)]
    assert await store.untold() == letters
    assert not await store.resend(letters[0].number)
    assert await store.receive(received("2")) is None
    new = await store.receive(received("3"))
    assert new is not None
    assert (new.conversation, new.talk) == (name, Talk())


@pytest.mark.parametrize("urgent", [True, False])
@pytest.mark.parametrize("outcome", ["accepted", "retry"])
async def test_part_that_is_being_sent_when_its_patient_is_forgotten(
    store: Messages, urgent: bool, outcome: Outcome
) -> None:
    """It is not sent again; the clinic is told of an urgent one that did not arrive."""
    await store.receive(received())
    name = (await answered(store, "a", urgent=urgent)).conversation
    part = await due_part(store)
    await store.forget(name)

    await store.sent(part, outcome)

    assert (await next_part(store), await store.waiting()) == (None, (0, 0))
    assert len(await store.untold()) == (urgent and outcome == "retry")


async def test_alarm_for_who_was_forgotten_goes_to_the_clinic(store: Messages) -> None:
    """An urgent part without an address is a dead letter at once."""
    taken = await store.receive(received())
    assert taken is not None
    await store.forget(taken.conversation)

    await store.alarmed(taken.number, [], parts("urgent"))

    assert [(one.why, one.resendable) for one in await store.untold()] == [("no address", False)]


@pytest.mark.parametrize("first", ["forget", "finish"])
@pytest.mark.parametrize("before", ["nothing", "waits", "is sent"])
async def test_last_words_are_sent_before_the_address_goes(
    store: Messages, clock: Clock, first: str, before: str
) -> None:
    """With `keep_address` what waits is sent first, whether the last answer is finished before or after."""
    await store.receive(received())
    await answered(store, "dead", *([] if before == "nothing" else ["before"]))
    await store.sent(await due_part(store), "final")
    sending = await due_part(store) if before == "is sent" else None
    await store.receive(received("2"))
    work = await claimed(store)
    name = work.conversation

    for what in (first, {"forget": "finish", "finish": "forget"}[first]):
        if what == "finish":
            assert await store.finish(work, "w", parts("deleted"), TALK)
        else:
            await store.forget(name, keep_address=True)

    assert (await store.addresses(name), [one.resendable for one in await store.dead_letters()]) == (PHONE, [False])
    if sending:
        await store.sent(sending, "retry")
    assert await all_sent(store) == [*([] if before == "nothing" else ["before"]), "deleted"]
    assert await store.addresses(name) == {}


@pytest.mark.parametrize("what", ["part", "message"])
async def test_address_stays_while_something_is_under_way(store: Messages, what: str) -> None:
    """With `keep_address` a part that is being sent, and a message that is being answered, count as what waits."""
    await store.receive(received())
    if what == "part":
        await answered(store, "a")
    work = await store.claim("w", LEASE)
    part = await next_part(store)
    name = (await store.sweep(2e9))[0]
    await store.forget(name, keep_address=True)

    under_way = await store.addresses(name)
    if work:
        await store.finish(work, "w", [], Talk())
    if part:
        await store.sent(part, "accepted")

    assert (under_way, await store.addresses(name)) == (PHONE, {})


@pytest.mark.parametrize("end", ["final", "expired", "nothing"])
async def test_address_goes_also_when_the_last_words_do_not_arrive(store: Messages, clock: Clock, end: str) -> None:
    """The address is deleted when nothing waits any more, whatever came of it."""
    await store.receive(received())
    name = (await answered(store, *([] if end == "nothing" else ["deleted"]))).conversation
    await store.forget(name, keep_address=True)
    if end != "nothing":
        part = await due_part(store)
        assert await store.addresses(name) == PHONE
        if end == "final":
            await store.sent(part, "final")
        clock.time += LEASE
        await next_part(store)

    assert await store.addresses(name) == {}
    assert not any(one.resendable for one in await store.dead_letters())


@pytest.mark.parametrize("when", ["before", "after"])
async def test_patient_who_writes_again_is_kept(store: Messages, when: str) -> None:
    """A message that comes after the wish to be forgotten begins a conversation, which has no memory and stays."""
    await store.receive(received())
    work = await claimed(store)
    if when == "before":
        await store.receive(received("2"))
    await store.finish(work, "w", parts("deleted"), TALK)
    await store.forget(work.conversation, keep_address=True)
    if when == "after":
        await store.receive(received("2"))

    again = await claimed(store)
    await store.finish(again, "w", parts("hello"), TALK)

    assert again.talk == Talk()
    assert await all_sent(store) == ["deleted", "hello"]
    assert await store.addresses(work.conversation) == PHONE


async def test_patient_known_by_two_names_is_forgotten_with_both(store: Messages) -> None:
    """After forgetting, the addresses of one patient do not lead to each other any more."""
    names = [await take(store, received(kind, one)) for kind, one in (("1", PHONE), ("2", USER))]
    await store.receive(received("3", PHONE | USER))
    await store.forget(names[1])  # it is part of the other one, which goes on
    assert await store.waiting() == (3, 0)

    await store.forget(names[0])

    assert await store.waiting() == (0, 0)
    again = [await take(store, received(f"{one} again", one)) for one in (PHONE, USER)]
    assert again == names
    assert [await store.names(name) for name in names] == [[name] for name in names]
    assert [await store.addresses(name) for name in names] == [PHONE, USER]


def bytes_in(folder: Path) -> bytes:
    """Return what all files of a folder hold."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("opted_out", [True, False])
async def test_nothing_of_a_patient_is_left(
    sqlite_that_keeps: None, store: Messages, tmp_path: Path, opted_out: bool
) -> None:
    """No address or provider's id is ever in a file, and no words are after forgetting and overwriting."""
    secret = [b"7700900123", b"GB.4711", b"wamid.4477"]
    words = [b"xylophone", b"zeppelin", b"marzipan", b"meringue"]
    filler = "and it goes on and on " * 300  # more than fits on a page of a file
    for number in range(6):
        taken = await store.receive(received(f"wamid.4477{number}", PHONE | USER, text=f"xylophone {filler}"))
        assert taken is not None
        await store.alarmed(taken.number, [{"words": "meringue"}], parts(f"zeppelin {filler} {'a' * number}"))
        await store.receive(received(f"other {number}", {"phone": "+15550100"}, text=f"stays {filler}"))
        for _ in range(number % 3):
            work = await claimed(store)
            own = work.conversation == taken.conversation
            talk = Talk(more=f"{'marzipan' if own else 'stays'} {filler}")
            await store.finish(work, "w", parts(f"{'zeppelin' if own else 'stays'} {filler}"), talk)
    outcomes: list[Outcome] = ["final", "retry", "accepted"]
    for outcome in outcomes:
        await store.sent(await due_part(store), outcome, provider_id="wamid.44770")
    before = bytes_in(tmp_path)
    if opted_out:
        await store.opt_out(taken.conversation, out=True)

    await store.forget(taken.conversation)
    await store.overwrite()

    after = bytes_in(tmp_path)
    assert [one for one in words if one not in before] == []
    assert [one for one in secret if one in before + after] == []
    assert [one for one in words if one in after] == []
    assert b"stays" in after


# Time


async def test_sweep_keeps_ids_and_dead_letters_for_their_days(store: Messages, clock: Clock) -> None:
    """Ids, receipts and dead letters are kept for KEPT_DAYS; what the clinic was not told of longer, without words."""
    await store.receive(received())
    await answered(store, "accepted", "dead", "told", "untold")
    await store.receive(received("waits"))
    await claimed(store)
    outcomes: list[Outcome] = ["accepted", "final"]
    for outcome in outcomes:
        await store.sent(await due_part(store), outcome, provider_id="x")
    await store.receive(received("urgent", {"phone": "+15550100"}))
    await answered(store, "told", "untold", urgent=True)
    for _ in range(2):
        await store.sent(await due_part(store), "final")
    await store.told([(await store.untold())[0].number])

    async def kept() -> tuple[bool, bool, list[tuple[bool, bool]]]:
        known = await store.receive(received()) is None
        letters = [(one.urgent, one.resendable) for one in await store.dead_letters()]
        return known, await store.receipt("sms", "x") is not None, letters

    clock.time += KEPT_DAYS * DAY - 1
    await store.sweep(clock.time)
    early = await kept()
    clock.time += 2
    await store.sweep(clock.time)
    late = await kept()

    assert early == (True, True, [(False, True), (True, True), (True, True)])
    assert late == (False, False, [(True, False)])
    assert (await store.waiting())[0] == 2  # the one that waits, and the one that is new again


async def test_sweep_keeps_ids_as_long_as_conversations(store: Messages, clock: Clock) -> None:
    """With conversations that are kept longer than KEPT_DAYS, ids are too."""
    await store.receive(received())
    await answered(store)
    clock.time += 20 * DAY
    await store.sweep(clock.time - 30 * DAY)

    assert await store.receive(received()) is None


async def test_sweep_tells_who_is_unused(store: Messages, clock: Clock) -> None:
    """Conversations that nobody has used since a time are told until they are forgotten, merged ones too."""
    old, used, part_of_used = [
        await take(store, received(str(number), one))
        for number, one in enumerate([{"phone": "+15550100"}, PHONE, USER])
    ]
    for _ in range(3):
        await answered(store, "urgent", urgent=True)
    clock.time += DAY
    await store.receive(received("3", PHONE))
    since = clock.time

    assert await store.sweep(since) == await store.sweep(since) == [old, part_of_used]
    await store.receive(received("4", PHONE | USER))
    assert await store.sweep(since) == [old, part_of_used]
    for name in (old, part_of_used):
        await store.forget(name)
    assert await store.sweep(since) == []
    assert [one.conversation for one in await store.untold()] == [old]
    assert [await store.names(name) for name in (old, used, part_of_used)] == [[old], [used], []]
    assert await store.receive(received("0", {"phone": "+15550100"})) is None
    assert await store.addresses(used) == {**PHONE, **USER}


async def test_answering_is_use_too(store: Messages, clock: Clock) -> None:
    """A conversation whose message was answered late is used."""
    name = await take(store, received())
    clock.time += 2 * DAY
    await answered(store)

    assert await store.sweep(clock.time - DAY) == []
    assert await store.sweep(clock.time + 1) == [name]


# Faults


async def test_disk_that_is_away(store: Messages, tmp_path: Path) -> None:
    """While the disk is away every method says so, and when it is back all is there."""
    name = await take(store, received())
    await answered(store, "a")
    part = await due_part(store)
    folder, away = tmp_path, tmp_path.with_name(f"{tmp_path.name}-away")
    folder.rename(away)
    folder.touch()

    with pytest.raises(StoreError) as refused:
        await store.receive(received("2"))
    for call in (store.claim("w", LEASE), store.sent(part, "accepted"), store.forget(name), store.overwrite()):
        with pytest.raises(StoreError):
            await call
    folder.unlink()
    away.rename(folder)

    assert PHONE["phone"] not in str(refused.value)
    assert await store.receive(received("2"))
    assert await store.addresses(name) == PHONE


async def test_closed(store: Messages, new_store: Callable[[], Messages]) -> None:
    """A closed store says so, and another has what it had."""
    await store.receive(received())
    store.close()

    with pytest.raises(StoreError):
        await store.claim("w", LEASE)
    assert await new_store().claim("w", LEASE)


# What a store keeps to, whatever happens


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("receive"), st.integers(0, 2), st.integers(0, 9)),
        st.tuples(st.just("claim"), st.sampled_from("ab"), st.just(0)),
        st.tuples(st.just("finish"), st.integers(0, 5), st.integers(0, 2)),
        st.tuples(st.just("give_back"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("alarm"), st.integers(0, 5), st.integers(0, 1)),
        st.tuples(st.just("next_part"), st.just(0), st.just(0)),
        st.tuples(
            st.just("sent"), st.integers(0, 5), st.sampled_from(["accepted", "retry", "throttled", "final", "unknown"])
        ),
        st.tuples(st.just("wait"), st.sampled_from([1, 10, 40]), st.just(0)),
        st.tuples(st.just("restart"), st.just(0), st.just(0)),
    ),
    max_size=60,
)


class World:
    """A store with workers and senders, and what may be expected of it."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.clock = Clock()
        self._open = lambda: STORES[kind](folder, self.clock)
        self.store = self._open()
        self.received: dict[int, list[str]] = defaultdict(list)  # by patient
        self.finished: dict[str, list[str]] = defaultdict(list)  # by conversation
        self.held: list[tuple[str, Work]] = []
        self.sending: list[tuple[Part, float]] = []
        self.accepted: list[tuple[str, str]] = []  # conversation and words
        self.alarmed: set[tuple[str, str]] = set()  # urgent parts, as those
        self.urgent: set[tuple[str, str]] = set()  # those of them that are not known as sent or given up

    async def step(self, what: str, one: Any, two: Any) -> None:
        """Do something, if it can be done."""
        await getattr(self, f"_{what}")(one, two)

    async def _receive(self, patient: int, id: int) -> None:
        words = f"{patient}.{id}"
        new = await self.store.receive(received(words, {"phone": str(patient)}, text=words, at=self.clock.time))
        assert (new is not None) == (words not in self.received[patient])
        if new:
            self.received[patient].append(words)

    async def _claim(self, worker: str, _: Any) -> None:
        work = await self.store.claim(worker, LEASE)
        if work:
            patient = int(work.received.text[0])
            done = self.finished[work.conversation]
            assert work.received.text == self.received[patient][len(done)], "not the oldest"
            self.held.append((worker, work))

    async def _finish(self, place: int, texts: int) -> None:
        if place < len(self.held):
            worker, work = self.held.pop(place)
            words = [f"{work.received.text} {number}" for number in range(texts)]
            if await self.store.finish(work, worker, parts(*words), Talk(messages=1)):
                assert work.received.text not in self.finished[work.conversation], "answered twice"
                self.finished[work.conversation].append(work.received.text)

    async def _give_back(self, place: int, _: Any) -> None:
        if place < len(self.held):
            worker, work = self.held.pop(place)
            await self.store.give_back(work, worker)

    async def _alarm(self, place: int, kind: int) -> None:
        if place < len(self.held):
            worker, work = self.held[place]
            words = f"{work.received.text} {'xy'[kind]}"
            await self.store.add(work, worker, parts(words), urgent=True)
            new = {(work.conversation, words)} - self.alarmed
            self.alarmed |= new
            self.urgent |= new

    async def _next_part(self, *_: Any) -> None:
        part = await next_part(self.store)
        if part is None:
            due = await self.store.next_due()
            assert due is None or due > self.clock.time, "due, but not given"
            return
        now_sent = [one.conversation for one, until in self.sending if until > self.clock.time]
        assert part.conversation not in now_sent, "two at once"
        assert (part.conversation, part.content["text"]) not in self.accepted, "sent again"
        assert part.urgent or part.conversation not in {name for name, _ in self.urgent}, "before an urgent one"
        self.sending.append((part, self.clock.time + LEASE))

    async def _sent(self, place: int, outcome: Outcome) -> None:
        if place < len(self.sending):
            part, _ = self.sending.pop(place)
            await self.store.sent(part, outcome, wait=5)
            key = (part.conversation, part.content["text"])
            if outcome == "accepted":
                self.accepted.append(key)
            if outcome in ("accepted", "final"):
                self.urgent.discard(key)

    async def _wait(self, seconds: float, _: Any) -> None:
        self.clock.time += seconds

    async def _restart(self, *_: Any) -> None:
        self.store.close()
        self.store = self._open()
        self.held.clear()

    async def finish_all(self) -> None:
        """Answer and send all that is left."""
        self.clock.time += 100
        self.sending = []
        while work := await self.store.claim("c", LEASE):
            self.held = [("c", work)]
            await self._finish(0, 1)
        for patient, words in self.received.items():
            assert words in ([], *(done for done in self.finished.values() if done[0][0] == str(patient)))
        while await self.store.next_due() is not None:
            self.clock.time += 100
            self.sending = []
            await self._next_part()
            while self.sending:
                await self._sent(0, "accepted")
                await self._next_part()
        assert await self.store.waiting() == (0, 0)
        self.store.close()


@pytest.mark.parametrize("kind", STORES)
@settings(deadline=None, max_examples=60)
@given(STEPS)
def test_whatever_happens(kind: str, steps: Sequence[tuple[str, Any, Any]]) -> None:
    """In any order of events messages are answered, and replies sent, in order, and none after it was accepted."""

    async def live(folder: Path) -> None:
        world = World(kind, folder)
        for step in steps:
            await world.step(*step)
        await world.finish_all()
        for conversation, done in world.finished.items():
            normal = [words for name, words in world.accepted if name == conversation and words[-1] not in "xy"]
            assert normal == [
                f"{words} {place}" for words in done for place in range(2) if f"{words} {place}" in normal
            ]

    with TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder)))
