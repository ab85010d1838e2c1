"""The alarms of a conversation, as components read them."""

from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from bot.conversation.alarms import Alarms
from bot.conversation.slots import ALARMS_SLOT


def alarms_of(tracker: DialogueStateTracker | None, message: Message) -> Alarms:
    """Return a conversation's alarms, with those that the guard raised, from the message's metadata."""
    return Alarms.of(tracker.get_slot(ALARMS_SLOT) if tracker else None, message.get("metadata"))
