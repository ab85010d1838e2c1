"""What the bot says about the walking diary, and does with it."""

import datetime
from dataclasses import replace
from typing import Any

from bot.dialogue.focus import Focus
from bot.diary.store import Diary, Entry
from bot.diary.texts import diary_texts
from bot.diary.told import day, entry_in_words, lines, with_diary
from bot.reply import BULLET, Message, notice, spoken
from bot.settings import Clinic, settings
from bot.talk.links import link_to
from bot.visit.document import Document

ANSWER = "visit.track_symptoms"


def diary() -> Diary:
    """Return the diaries of this installation."""
    return Diary(settings().var)


class DiaryTalk:
    """One conversation's talk about its diary."""

    def __init__(self, kept: Diary, conversation: str, clinic: Clinic, today: datetime.date) -> None:
        self._diary = kept
        self._conversation = conversation
        self._clinic = clinic
        self._today = today

    def __call__(
        self, wish: dict[str, Any], waiting: dict[str, Any] | None, focus: Focus
    ) -> tuple[Message, Focus, dict[str, Any] | None]:
        """Do what the patient wishes.

        Args:
            wish: `entry` with a walk, `show`, `delete`, or `agree` or `refuse` with what was asked.
            waiting: A walk that waits for consent.
            focus: What the conversation is about.

        Returns:
            The message, the focus after it, and the walk that waits for consent now.
        """
        focus = replace(focus, answer=ANSWER, topic="diary", side="what").offering(())
        if walk := wish.get("entry"):
            # The day counts on which the walk was told, not the one on which the patient agrees.
            walk = {**walk, "day": (self._today - datetime.timedelta(days=walk["days_ago"])).isoformat()}
            if not self._diary.agreed(self._conversation):
                return self._ask_consent(walk), replace(focus, asked="diary_consent"), walk
            return self._add(walk), focus, None
        if "show" in wish:
            return self._show(), focus, waiting
        if "delete" in wish:
            return self._confirm(), replace(focus, asked="diary_deletion"), waiting
        if wish.get("agree") == "diary_consent" and waiting:
            self._diary.agree(self._conversation, self._today)
            return self._add(waiting), focus, None
        if wish.get("agree") == "diary_deletion":
            self._diary.delete(self._conversation)
            return self._say(diary_texts().deleted), focus, None
        texts = diary_texts()
        return self._say(texts.kept if wish.get("refuse") == "diary_deletion" else texts.refused), focus, None

    def _ask_consent(self, walk: dict[str, Any]) -> Message:
        texts = diary_texts()
        entry = self._entry(walk)
        question = texts.consent.format(entry=f"{day(entry.day)}, {entry_in_words(entry)}")
        return self._say(question, [texts.agree, texts.refuse], asks="diary_consent")

    def _add(self, walk: dict[str, Any]) -> Message:
        texts = diary_texts()
        entry = self._entry(walk)
        self._diary.add(self._conversation, entry)
        noted = texts.noted.format(entry=f"{day(entry.day)}, {entry_in_words(entry)}")
        return self._say(noted, [texts.show, texts.delete])

    def _show(self) -> Message:
        texts = diary_texts()
        entries = self._diary.entries(self._conversation)
        if not entries:
            return self._say(texts.empty)
        paper = with_diary(Document(texts.heading, "", [], "", date=day(self._today)), entries)
        parts = [texts.heading, "\n".join(f"{BULLET}{line}" for line in lines(entries)), paper.chart_text or ""]
        link = link_to(paper, texts.open_page)
        return self._say("\n\n".join(part for part in parts if part), [texts.delete], links=[link])

    def _confirm(self) -> Message:
        texts = diary_texts()
        question = texts.confirm.format(count=len(self._diary.entries(self._conversation)))
        return self._say(question, [texts.confirm_yes, texts.confirm_no], asks="diary_deletion")

    def _say(self, text: str, buttons: list[str] | None = None, **metadata: Any) -> Message:
        message = notice(self._clinic, text, answer=ANSWER, **metadata)
        message["buttons"] = spoken(buttons or [])
        return message

    def _entry(self, walk: dict[str, Any]) -> Entry:
        told = {key: walk[key] for key in ("minutes", "distance", "unit", "eased_by", "ease_minutes")}
        return Entry(datetime.date.fromisoformat(walk["day"]), **told)
