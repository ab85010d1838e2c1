"""The guard's own memory of conversations: no alarm may depend on what is behind the guard."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.events import BotUttered

from bot.alarm.detector import SAID
from bot.alarm.rules import ALARMS
from bot.alarm.verdict import NOTHING, Pending
from bot.channels.given import Given, Unheard
from bot.conversation.alarms import Alarms, stamp
from bot.conversation.slots import ALARMS_SLOT, PENDING_SIGNS
from bot.knowledge.ids import urgent
from bot.reply.reply import Reply

REMEMBERED = 10_000  # conversations
UNHEARD = 20  # alarms of one conversation


@dataclass(frozen=True)
class Remembered:
    """The guard's memory of one conversation.

    Attributes:
        pending: What was said and left open, for when Rasa's store is unavailable.
        bot_said: The bot's last words.
        offered: The payloads of the buttons under the bot's last replies.
        standing: The ids of the standing alarms, the gravest first; None when unknown.
        unheard: The alarms that Rasa does not know of, or could not keep.
    """

    pending: Pending = NOTHING
    bot_said: str = ""
    offered: frozenset[str] = frozenset()
    standing: tuple[str, ...] | None = None
    unheard: tuple[Unheard, ...] = ()

    def raising(self, raised: Unheard) -> Remembered:
        """Return the memory with an alarm that the guard has raised and Rasa does not know yet."""
        standing = in_order([*(self.standing or ()), urgent(raised["kind"])])
        return replace(self, standing=standing, unheard=(*self.unheard, raised)[-UNHEARD:])

    def without(self, raised: Collection[Unheard]) -> Remembered:
        """Return the memory as if some alarms were not raised yet: their message is about to be answered."""
        return replace(self, unheard=tuple(one for one in self.unheard if one not in raised))

    def standing_with(self, heard: Remembered, reported: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """Return the ids of the standing alarms, the gravest first; None when unknown.

        Args:
            heard: The memory when the message came; Rasa got its `unheard` alarms with the message.
            reported: The standing alarms in Rasa's reply; Rasa does not know of alarms raised meanwhile.
        """
        known = self.standing if reported is None else reported
        unheard = [one for one in self.unheard if reported is None or one not in heard.unheard]
        return (
            in_order([*(known or ()), *(urgent(one["kind"]) for one in unheard)])
            if known is not None or unheard
            else None
        )

    def after(self, heard: Remembered, given: Given, words: str, pending: Pending) -> Remembered:
        """Return the memory after a message was answered; another may have been answered meanwhile.

        Args:
            heard: The memory when the message came.
            given: What the patient got.
            words: The message.
            pending: What the message leaves open.
        """
        left = []
        for one in self.unheard:
            told_before = given.standing_told is not None and one in heard.unheard
            replied = one in given.raised and one["kind"] in given.confirmed
            if not (given.kept and (told_before or replied)):
                left.append(one)
        ours = {one["kind"] for one in given.raised}
        if not given.kept:  # Rasa raised them but could not keep them
            left += [{"kind": kind, "words": words, "at": stamp()} for kind in given.alarms if kind not in ours]
        standing = replace(self, unheard=tuple(left)).standing_with(Remembered(), given.standing_told)
        taken_back = not {*(self.standing or ())} <= {*(standing or ())}
        return Remembered(
            pending=NOTHING if taken_back else pending,
            bot_said=" ".join(one.unfolded.text for one in given.replies)[-SAID:],
            offered=frozenset(button["payload"] for one in given.replies for button in one.buttons),
            standing=standing,
            unheard=tuple(left)[-UNHEARD:],
        )


def in_order(ids: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of alarms without duplicates, the gravest first."""
    standing = set(ids)
    return tuple(one for one in ALARMS if one in standing)


async def recalled(store: TrackerStore, conversation: str) -> Remembered:
    """Return what Rasa has kept of a conversation that the guard does not remember, as after a restart."""
    tracker = await store.retrieve(conversation)
    if tracker is None:
        return Remembered()
    said = next((event for event in reversed(tracker.events) if isinstance(event, BotUttered)), None)
    reply = Reply.from_message({**said.data, "text": said.text, "metadata": said.metadata}) if said else Reply()
    return Remembered(
        pending=Pending(**(tracker.get_slot(PENDING_SIGNS) or {})),
        bot_said=reply.unfolded.text[-SAID:],
        offered=frozenset(button["payload"] for button in reply.buttons),
        standing=tuple(Alarms.from_slot(tracker.get_slot(ALARMS_SLOT)).ids),
    )


class Memory:
    """The latest conversations, in this process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Remembered] = OrderedDict()
        self._old: set[str] = set()  # answered elsewhere since

    def __contains__(self, conversation: str) -> bool:
        """Return whether a conversation is remembered, and not answered elsewhere since."""
        return conversation in self._kept and conversation not in self._old

    def __getitem__(self, conversation: str) -> Remembered:
        """Return the memory of a conversation; empty for a new one."""
        return self._kept.get(conversation, Remembered())

    def __setitem__(self, conversation: str, remembered: Remembered) -> None:
        """Remember a conversation; beyond the limit, forget the one that was silent longest."""
        self._kept[conversation] = remembered
        self._kept.move_to_end(conversation)
        if len(self._kept) > REMEMBERED:
            self._old.discard(self._kept.popitem(last=False)[0])

    def recall(self, conversation: str, kept: Remembered) -> None:
        """Remember what Rasa has kept; alarms that Rasa does not know of stay."""
        unheard = self[conversation].unheard
        standing = in_order([*(kept.standing or ()), *(urgent(one["kind"]) for one in unheard)])
        self[conversation] = replace(kept, unheard=unheard, standing=standing)
        self._old.discard(conversation)

    def read_again(self, conversation: str) -> None:
        """Count a conversation as not remembered, until it is recalled."""
        if conversation in self._kept:
            self._old.add(conversation)

    def said(self, conversation: str, text: str) -> None:
        """Remember what the bot said last."""
        self[conversation] = replace(self[conversation], bot_said=text[-SAID:])

    def forget(self, conversation: str) -> None:
        """Forget a conversation."""
        self._kept.pop(conversation, None)
        self._old.discard(conversation)
