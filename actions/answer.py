"""Answers with the curated texts that a message asks for."""

from actions.reply import ReplyAction, asking_back
from actions.turn import Result, Turn
from bot.conversation import acts
from bot.conversation.acts import Meaning
from bot.knowledge.ids import ASK_BACK, SETTLED
from bot.knowledge.schema import Answer
from bot.reply.answers import answers
from bot.reply.last_answer import passages, shorter


class AnswerQuestion(ReplyAction):
    """Answers one or two questions, or asks which answer is meant."""

    action = "action_answer"

    def reply(self, turn: Turn) -> Result:
        """Return the answers, with further answers to offer."""
        meanings = [Meaning(ASK_BACK)] if turn.intent in SETTLED else acts.meanings(turn.parse)
        offered = acts.values(turn.parse, "offer")
        asked_back = turn.intent == ASK_BACK
        told = acts.told(turn.parse)
        replies, focus = answers(
            turn.base, turn.clinic, meanings, turn.focus, offered=offered, asked_back=asked_back, told=told
        )
        return turn.saying(*replies, focus=focus)


class SpeakOfLastAnswer(ReplyAction):
    """Gives the last answer in fewer words, or tells where it comes from."""

    action = "action_last_answer"
    asks_whether_it_helped = False

    def reply(self, turn: Turn) -> Result:
        """Return that reply; if there was no answer yet, ask what is meant."""
        answer = turn.base.replies.get(turn.focus.answer or "")
        if not isinstance(answer, Answer):
            return asking_back(turn)
        speak = shorter if turn.intent == acts.ASK_SHORTER else passages
        reply = speak(turn.base, turn.clinic, answer)
        return turn.saying(reply, focus=turn.focus.offering(reply.offered))


class DeclineLanguage(ReplyAction):
    """Says, in the message's language if it can, that the bot answers only in English."""

    action = "action_decline_language"

    def reply(self, turn: Turn) -> Result:
        """Return that reply, with how to continue in English."""
        [language] = acts.values(turn.parse, "language")
        meanings = acts.meanings(turn.parse)
        replies, focus = answers(turn.base, turn.clinic, meanings, turn.focus, language=language)
        return turn.saying(*replies, focus=focus)
