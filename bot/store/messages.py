"""What the messaging channels keep: received messages until they are answered, and replies until they are sent.

`Messages` is the contract of a store; tests/store/test_messages.py holds every store to it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

LOOK = 2.0  # seconds that the process that receives a message has to look for signs
KEPT_DAYS = 8  # providers repeat a message for up to 7 days
Outcome = Literal["accepted", "retry", "throttled", "final", "blocked", "unknown"]
ProvidersAnswer = Literal["stop", "start", "help"]


@dataclass(frozen=True)
class Received:
    """A patient's message as a connector read it.

    Attributes:
        id: The provider's id; the same message sent again has the same.
        addresses: The sender's addresses at the provider by kind, such as `phone`; replies go to the first.
        row: The channel's row in bot/reply/channels.yml.
        at: When it was written, in seconds since 1970.
        text: Its words, or those under a picture.
        unreadable: Whether it holds something besides text: a picture, a voice message, a place.
        choice: The id of the button that was tapped; see `bot.reply.shown.Choice`.
        answered: What the provider itself has done with a word such as STOP.
    """

    id: str
    addresses: Mapping[str, str]
    row: str
    at: float
    text: str = ""
    unreadable: bool = False
    choice: str | None = None
    answered: ProvidersAnswer | None = None


@dataclass(frozen=True)
class Talk:
    """What a channel remembers of a conversation to read its next message.

    Attributes:
        lists: The latest turns' lists of choices by number, the newest last: pairs of title and payload.
        numbered: Whether a number chooses from the newest list.
        asks: What the latest reply asks for.
        standing: Whether an alarm stands.
        check: Whether a check is open.
        more: What was left out of the latest answer.
        greeted: Whether the patient has had the first words.
        told: When the patient was last told something that is said once a burst, by its name, in seconds since 1970.
        papers: The addresses of papers that the conversation has made.
        began: When the patient first wrote, in seconds since 1970.
        messages: How many messages the patient has written.
    """

    lists: Mapping[int, Sequence[tuple[str, str]]] = field(default_factory=dict)
    numbered: bool = True
    asks: str | None = None
    standing: bool = False
    check: bool = False
    more: str = ""
    greeted: bool = False
    told: Mapping[str, float] = field(default_factory=dict)
    papers: Sequence[str] = ()
    began: float = 0.0
    messages: int = 0


@dataclass(frozen=True)
class Taken:
    """A message that was stored: its number, and its conversation's name and memory."""

    number: int
    conversation: str
    talk: Talk
    opted_out: bool


@dataclass(frozen=True)
class Work:
    """A message to answer.

    Attributes:
        number: Its number in the inbox.
        conversation: Its conversation.
        received: The message.
        talk: The memory of its conversation.
        opted_out: Whether the patient has opted out.
        tries: How often it was begun before; more than 0 after a crash or an error.
        same_worker: Whether this worker answered the conversation's latest message too.
        alarmed: The alarms that were raised when it came, as `bot.channels.given.Unheard`.
    """

    number: int
    conversation: str
    received: Received
    talk: Talk
    opted_out: bool
    tries: int
    same_worker: bool
    alarmed: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class Part:
    """One message to send.

    Attributes:
        number: Its number in the outbox.
        conversation: Its conversation.
        row: Its channel's row.
        addresses: Where to send it, by kind.
        content: The message, as `bot.reply.shown.Message.to_json` gives it.
        urgent: Whether it is part of an urgent message.
        heard: When the patient last wrote, in seconds since 1970.
        tries: How often it was tried before.
        opted_out: Whether the patient has opted out.
    """

    number: int
    conversation: str
    row: str
    addresses: Mapping[str, str]
    content: Mapping[str, Any]
    urgent: bool
    heard: float
    tries: int
    opted_out: bool


@dataclass(frozen=True)
class DeadLetter:
    """A message that was given up: its part's number, and why; never its words."""

    number: int
    conversation: str
    row: str
    urgent: bool
    at: float
    why: str
    resendable: bool


class Messages(Protocol):
    """A store of received and sent messages. Several workers, in several processes, may share it.

    Every method is one transaction. Errors of the disk or the database are raised as `StoreError`.
    """

    async def receive(self, one: Received) -> Taken | None:
        """Store a message, unless its channel's row and id are known; return None then.

        A new sender gets a conversation. Addresses that come together lead to one conversation from then on. The
        patient is back: unless they have opted out, their urgent dead letters are sent first.
        """

    async def alarmed(
        self, number: int, raised: Sequence[Mapping[str, str]], parts: Sequence[Mapping[str, Any]]
    ) -> None:
        """Note the alarms that were raised when a message came, and add their urgent messages to the outbox."""

    async def claim(self, worker: str, seconds: float, looked: Collection[int] | None = None) -> Work | None:
        """Claim the oldest unanswered message of a conversation that nobody works on; None if there is none.

        The claim ends after so many seconds, when `finish` or `give_back` is called, and when nobody holds it.

        Args:
            worker: Who claims it.
            seconds: How long.
            looked: The numbers of new messages that the worker's process has looked at for signs. Any other must be
                LOOK seconds old: the process that received it may still be about to call `alarmed`. None: all count.
        """

    async def add(self, work: Work, worker: str, parts: Sequence[Mapping[str, Any]], *, urgent: bool) -> None:
        """Add parts of the reply to a claimed message.

        A part is a `bot.reply.shown.Message.to_json`. With the key `after_stop` it is sent although the patient has
        opted out. Of the other parts of an opted-out patient, urgent ones become dead letters, which are sent when the
        patient opts in again; those that are not urgent become dead letters without words.

        Args:
            work: The message.
            worker: Who has claimed it; when the claim has ended, only urgent parts are added.
            parts: The reply so far, from its beginning. Parts that were added before, in whatever try, stay as they
                are: an urgent one is known by its letters, any other by its place among those that are not urgent.
            urgent: Whether all parts are urgent; otherwise those with the key `urgent` are.
        """

    async def finish(self, work: Work, worker: str, parts: Sequence[Mapping[str, Any]], talk: Talk) -> bool:
        """Add all parts of a reply, keep the conversation's memory, delete the message's words, and end the claim.

        The parts are as for `add`. A claim whose time is over still counts until another takes it.

        Returns:
            False, and nothing is changed, if the claim has ended.
        """

    async def give_back(self, work: Work, worker: str) -> None:
        """End a claim without an answer: the message is claimed again after a pause, longer after each try."""

    async def next_part(self, sender: str, seconds: float, rows: Collection[str]) -> Part | None:
        """Claim the next part that is due; urgent parts first, then the oldest.

        A part is due when its time has come and no earlier part of the conversation waits or is being sent. An urgent
        part overtakes those that are not. A claim that ends without `sent` has an unknown outcome, see there.
        """

    async def sent(
        self,
        part: Part,
        outcome: Outcome,
        *,
        provider_id: str | None = None,
        wait: float = 0.0,
        why: str = "",
        addresses: Mapping[str, str] = {},
    ) -> None:
        """Note what came of sending a part.

        `accepted`: it is never sent again, and its words are deleted. `retry`: it is sent again after `wait` seconds.
        `throttled`: so it is, and until then nothing else of its conversation is sent, urgent or not: the provider
        would refuse it. `final` and `blocked`: it becomes a dead letter; `blocked` opts the patient out too.
        `unknown`: an urgent part is sent again after `wait`, any other becomes a dead letter.

        Args:
            part: The part. Unless it was accepted, nothing is changed when its claim has ended.
            outcome: What came of it.
            provider_id: The provider's id of the sent message, by which `receipt` finds it.
            wait: Seconds.
            why: The provider's code or the kind of error; never words.
            addresses: Further addresses of the patient, which the provider has told us.
        """

    async def receipt(self, row: str, provider_id: str) -> tuple[str, bool] | None:
        """Return the conversation of a sent part, and whether it is urgent; None if the part is not known."""

    async def dead_letters(self) -> list[DeadLetter]:
        """Return what was given up, the oldest first."""

    async def untold(self) -> list[DeadLetter]:
        """Return the urgent dead letters of which the clinic has not been told, the oldest first."""

    async def told(self, numbers: Collection[int]) -> None:
        """Note that the clinic was told of dead letters."""

    async def resend(self, number: int) -> bool:
        """Have a dead letter sent again; return whether it still could be.

        It could not when its words are deleted, or when the patient has opted out.
        """

    async def opt_out(self, conversation: str, *, out: bool) -> None:
        """Note that a patient opts out, or back in, with all addresses. It outlives `forget`.

        The parts that wait become dead letters, as in `add`; urgent dead letters are sent first when it ends.
        """

    async def next_due(self, rows: Collection[str] | None = None) -> float | None:
        """Return when the next part is due, in seconds since 1970; None if none waits.

        Args:
            rows: The rows whose parts count; None for all.
        """

    async def waiting(self) -> tuple[int, int]:
        """Return how many messages wait for an answer, and how many parts to be sent."""

    async def addresses(self, conversation: str) -> dict[str, str]:
        """Return a conversation's addresses by kind; empty when they were forgotten."""

    async def names(self, conversation: str) -> list[str]:
        """Return the names of all conversations that have become one with a conversation, and its own."""

    async def forget(self, conversation: str, *, keep_address: bool = False) -> None:
        """Delete all of a conversation, in words and addresses, but for the opt-out and the ids of its messages.

        Urgent parts that wait become dead letters without words, so that the clinic is told.

        Args:
            conversation: Its name.
            keep_address: Whether to answer the message that is being answered, and to send the parts that wait, first.
                The memory and the words of dead letters are deleted at once, the rest with the last of these. When the
                patient has written again meanwhile, that is the beginning of a conversation, and its rest stays.
        """

    async def sweep(self, before: float) -> list[str]:
        """Delete what has had its time; return the conversations that nobody has used since a time.

        The ids of messages are deleted when they came before that time and KEPT_DAYS ago; dead letters of which the
        clinic was told, and the ids of sent parts, after KEPT_DAYS.

        Args:
            before: The time, in seconds since 1970.

        Returns:
            The names of conversations, for `forget`; again at each call until then.
        """

    async def overwrite(self) -> None:
        """Remove the traces of what was deleted from the files."""

    def close(self) -> None:
        """Do what was asked for, and close the store. It cannot be used any more."""


class StoreError(Exception):
    """The store cannot be used; the message names the kind of error only."""
