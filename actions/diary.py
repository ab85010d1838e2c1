"""Keeps the walking diary."""

from rasa_sdk.events import SlotSet

from actions.reply import ReplyAction
from actions.turn import Result, Turn
from bot.conversation.acts import diary_wish
from bot.conversation.slots import DIARY_ENTRY
from bot.reply.diary import DiaryTalk, diary
from bot.text.dates import local_time


class KeepDiary(ReplyAction):
    """Notes, changes, deletes and shows walks, and asks for missing details."""

    action = "action_diary"
    asks_whether_it_helped = False

    def reply(self, turn: Turn) -> Result:
        """Do what the patient wishes and say so; keep what waits for a reply in a slot."""
        talk = DiaryTalk(diary(), turn.tracker.sender_id, turn.clinic, local_time(turn.zone).date())
        wish = diary_wish(turn.parse, turn.focus.asked)
        reply, focus, waiting = talk(wish, turn.tracker.get_slot(DIARY_ENTRY), turn.focus)
        return turn.saying(reply, focus=focus, events=[SlotSet(DIARY_ENTRY, waiting)])
