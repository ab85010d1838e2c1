"""Plays Rasa behind the messaging channels: its own store of conversations, and replies from the knowledge base.

It tells the stand-in (stand_in.py) of each message, which can hold it there or fail it. Its voter finds no alarms:
those are the guard's.
"""

from pathlib import Path
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from stand_in import tell

from bot.alarm.decide import Decision
from bot.channels.processor import ReplyChannel
from bot.clinic import clinic
from bot.knowledge.base import knowledge
from bot.reply.check import check_question
from bot.reply.reply import Reply, render
from bot.store.trackers import OverwritingStore

USUAL = "aids.brace"  # what is answered to most messages
CHECKED = "tingle"  # a word to which the reply is a check
BARE, FAREWELL = "goodbye", "Take care."  # a word to which the reply offers nothing, and that reply
FILE = "conversations.db"


class PlayedRasa:
    """An agent, as far as the channels use one."""

    def __init__(self, stand_in: str, folder: Path) -> None:
        """Create it; `stand_in` is the address of the stand-in, `folder` holds its conversations."""
        self._stand_in = stand_in
        self.tracker_store: Any = OverwritingStore(Domain.empty(), dialect="sqlite", db=str(folder / FILE))

    async def handle_message(self, message: UserMessage) -> None:
        """Answer a message, and keep it as Rasa does."""
        text, sender = message.text or "", message.sender_id
        await tell(self._stand_in, "heard", text)
        assert isinstance(message.output_channel, ReplyChannel)
        message.output_channel.parsed({"intent": {"name": "x"}, "alarm": Decision(probability=0.0).to_parse()})
        said = _reply(text).to_message()
        tracker = await self.tracker_store.get_or_create_tracker(sender, append_action_listen=False)
        tracker.update(UserUttered(text, message_id=message.message_id, input_channel=message.input_channel))
        tracker.update(BotUttered(said["text"], {"buttons": said["buttons"]}, said["metadata"]))
        await self.tracker_store.save(tracker)
        await tell(self._stand_in, "answered", text)
        await message.output_channel.send_response(sender, said)


def _reply(text: str) -> Reply:
    base = knowledge()
    if CHECKED in text:
        return check_question(base, clinic(), "cauda_equina")
    if BARE in text:
        return Reply().saying(FAREWELL)
    asked = text.removeprefix("/")
    return render(base, clinic(), base[asked if asked in base.replies else USUAL])
