"""What the guard itself remembers of conversations: nothing of an alarm may hang on what is behind the guard."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Any

from bot.alarm.detector import SAID
from bot.alarm.rules import ALARMS, AlarmKind
from bot.alarm.verdict import NOTHING, Pending
from bot.conversation.alarms import stamp
from bot.knowledge.ids import urgent

REMEMBERED = 10_000  # conversations
UNHEARD = 20  # alarms of one conversation


@dataclass(frozen=True)
class Remembered:
    """What is remembered of one conversation.

    Attributes:
        pending: What was said and left open, for when the store behind is not there.
        bot_said: The bot's last words.
        standing: The ids of the alarms that stand, the gravest first; None where that is not known, as after a start.
        unheard: The alarms that Rasa does not know of, or could not keep; each with `kind`, `words` and `at`.
    """

    pending: Pending = NOTHING
    bot_said: str = ""
    standing: tuple[str, ...] | None = None
    unheard: tuple[dict[str, str], ...] = ()

    def after(
        self,
        replies: list[dict[str, Any]],
        missing: AlarmKind | None,
        words: str,
        pending: Pending,
        heard: tuple[dict[str, str], ...] | None,
    ) -> "Remembered":
        """Return what is remembered after a message was answered; another one may have been answered meanwhile.

        Args:
            replies: What the patient gets; Rasa's tell in their metadata which alarms stand.
            missing: The alarm that the guard itself has raised, because Rasa's replies lacked it.
            words: The message.
            pending: What it leaves open.
            heard: The alarms that Rasa was told of with the message; None when it has not stored the conversation.
        """
        told = [one["metadata"]["standing"] for one in replies if one["metadata"]["standing"] is not None]
        unheard = tuple(one for one in self.unheard if not (told and one in (heard or ())))
        standing = set(told[-1] if told else self.standing or ()) | {urgent(one["kind"]) for one in unheard}
        given = (ALARMS.get(one["metadata"]["answer"] or "") for one in replies)
        if raised := missing or next(filter(None, given), None):
            standing.add(urgent(raised))
            if missing or heard is None:
                unheard = (*unheard, {"kind": raised, "words": words, "at": stamp()})[-UNHEARD:]
        known = bool(told or raised) or self.standing is not None
        taken_back = not set(self.standing or ()) <= standing
        return Remembered(
            pending=NOTHING if taken_back else pending,
            bot_said=" ".join(one["text"] for one in replies)[-SAID:],
            standing=tuple(one for one in ALARMS if one in standing) if known else None,
            unheard=unheard,
        )


class Memory:
    """The latest conversations, in this process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Remembered] = OrderedDict()

    def __getitem__(self, conversation: str) -> Remembered:
        """Return what is remembered of a conversation: nothing of a new one."""
        return self._kept.get(conversation, Remembered())

    def __setitem__(self, conversation: str, remembered: Remembered) -> None:
        """Remember, and forget the conversation that was silent longest when there are too many."""
        self._kept[conversation] = remembered
        self._kept.move_to_end(conversation)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)

    def said(self, conversation: str, text: str) -> None:
        """Remember what the bot has said last."""
        self[conversation] = replace(self[conversation], bot_said=text[-SAID:])

    def forget(self, conversation: str) -> None:
        """Forget a conversation."""
        self._kept.pop(conversation, None)
