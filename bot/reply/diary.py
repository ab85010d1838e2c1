"""What the bot says about the walking diary and does with it."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from bot.clinic import Clinic
from bot.conversation.diary_draft import Calendar, Draft
from bot.conversation.focus import Asked, Focus
from bot.knowledge.values import BULLET
from bot.paper.document import Document
from bot.reply.diary_texts import diary_texts
from bot.reply.diary_told import day, entry_in_words, lines, measures_in_words, with_diary
from bot.reply.links import link_to
from bot.reply.reply import Reply, notice, spoken
from bot.settings import settings
from bot.store.diary import Diary, Entry

ANSWER = "visit.track_symptoms"
MOST = 14  # maximum walks in one message: two weeks
SHOWN = 30  # entries shown in the chat; the page has all
ASKS = 2  # questions about one day, so that the bot does not ask for ever
Waiting = dict[str, Any]
Told = tuple[Reply, Asked | None, Waiting | None]  # the message, what it asks, and what waits for the reply


def diary() -> Diary:
    """Return the diaries of this installation."""
    return Diary(settings().var)


class DiaryTalk:
    """One conversation's talk about its diary."""

    def __init__(self, kept: Diary, conversation: str, clinic: Clinic, today: datetime.date) -> None:
        self._diary = kept
        self._conversation = conversation
        self._clinic = clinic
        self._calendar = Calendar(today, clinic.date_order)

    def __call__(
        self, wish: dict[str, Any], waiting: Waiting | None, focus: Focus
    ) -> tuple[Reply, Focus, Waiting | None]:
        """Do what the patient wishes.

        Args:
            wish: What `DiaryWishes` has read: `start`, `entries` with walks, `show`, `delete`, `undo`, `take_last`,
                `change` or `told` with a measure and a day, `delete_day` with a day, or `agree` or `refuse` with what
                was asked.
            waiting: What waits for a reply: `walks`, with `change` if one replaces the last entry; `delete`, the day
                whose entries to delete, None until known; or `undo`, what was done last.
            focus: What the conversation is about.

        Returns:
            The message, the focus after it, and what waits now.
        """
        focus = replace(focus, answer=ANSWER, topic="diary", side="what").offering(())
        if "show" in wish:
            return self._show(), focus, waiting
        if "delete" in wish:
            return self._confirm(), replace(focus, asked="diary_deletion"), waiting
        message, asked, left = self._do(wish, waiting or {})
        return message, replace(focus, asked=asked), left

    def _do(self, wish: dict[str, Any], waiting: Waiting) -> Told:
        # The day on which the walk was told counts, not the day on which the patient agrees.
        if "start" in wish:
            return self._start()
        if "entries" in wish:
            if len(wish["entries"]) > MOST:
                return self._say(diary_texts().too_many.format(most=MOST)), None, None
            return self._settle([Draft.of(walk, self._calendar) for walk in wish["entries"]])
        if "delete_day" in wish:
            return self._take_out(self._calendar.day(wish["delete_day"]))
        if "undo" in wish:
            return self._undo(waiting)
        if "take_last" in wish:
            return self._take_last(1)
        if "change" in wish:
            return self._change(wish["change"], waiting)
        if "told" in wish:
            return self._answered(wish["told"], waiting)
        return self._agreed(wish["agree"], waiting) if "agree" in wish else self._refused(wish.get("refuse"), waiting)

    def _settle(self, drafts: Sequence[Draft], *, change: bool = False) -> Told:
        """Ask what is open about walks; if nothing is, keep them or ask for consent to keep them."""
        waiting: Waiting = {"walks": [draft.to_slot() for draft in drafts], "change": change}
        if draft := next((draft for draft in drafts if draft.open), None):
            return self._ask_about(draft, waiting)
        entries = [draft.entry() for draft in drafts]
        if change:
            return self._put_right(entries[0])
        if not self._diary.agreed(self._conversation):
            return self._offer(diary_texts().offer_first.format(entry=_in_words(entries)), waiting)
        return self._add(entries)

    def _start(self) -> Told:
        """Ask for consent to keep a diary before there is a walk; show the diary if the patient has agreed."""
        if self._diary.agreed(self._conversation):
            return self._show(), None, None
        return self._offer(diary_texts().offer, {"walks": [], "change": False})

    def _offer(self, offer: str, waiting: Waiting) -> Told:
        texts = diary_texts()
        return self._ask(f"{offer} {texts.consent}", [texts.agree, texts.refuse], "diary_consent", waiting)

    def _add(self, entries: Sequence[Entry]) -> Told:
        self._diary.add(self._conversation, *entries)
        return self._noted(diary_texts().noted.format(entry=_in_words(entries)), {"added": len(entries)})

    def _put_right(self, entry: Entry) -> Told:
        before = self._diary.last(self._conversation)
        self._diary.change_last(self._conversation, entry)
        undo = {"before": Draft.of_entry(before).to_slot()} if before else {}
        return self._noted(diary_texts().changed.format(entry=_in_words([entry])), undo)

    def _ask_about(self, draft: Draft, waiting: Waiting) -> Told:
        texts = diary_texts()
        walk = ", ".join(measures_in_words(draft))
        if draft.day is None:
            return self._ask(texts.which_day.format(walk=walk), [texts.never_mind], "diary_day", waiting)
        if draft.sure or draft.below_zero:
            return self._ask(texts.how_much, [texts.never_mind], "diary_change", waiting)
        buttons = [texts.unlikely_yes, texts.unlikely_no]
        return self._ask(texts.unlikely.format(walk=walk), buttons, "diary_unlikely", waiting)

    def _answered(self, said: dict[str, Any], waiting: Waiting) -> Told:
        """Add a reply to the walk that the question was about."""
        if "delete" in waiting:
            return self._take_out(self._calendar.day(said["day"]), again=True)
        drafts = _drafts(waiting)
        place = _asked_about(drafts)
        if place is None:
            return self._say(diary_texts().not_noted), None, None
        draft = drafts[place].corrected(said, self._calendar)
        draft = replace(draft, asked=draft.asked + 1) if draft.day is None else draft
        if draft.asked >= ASKS:
            return self._say(diary_texts().day_unknown), None, None
        drafts[place] = draft
        return self._settle(drafts, change=waiting["change"])

    def _change(self, said: dict[str, Any], waiting: Waiting) -> Told:
        """Change the walk that waits for consent, else the last entry."""
        drafts = _drafts(waiting)
        if drafts and not self._diary.agreed(self._conversation):
            return self._settle([*drafts[:-1], drafts[-1].corrected(said, self._calendar)])
        last = self._diary.last(self._conversation)
        if last is None:
            return self._say(diary_texts().empty), None, None
        draft = Draft.of_entry(last)
        if said["measure"] or said["day"]:
            return self._settle([draft.corrected(said, self._calendar)], change=True)
        texts = diary_texts()
        left = {"walks": [draft.to_slot()], "change": True}
        return self._ask(texts.change_to.format(entry=_in_words([last])), [texts.never_mind], "diary_change", left)

    def _undo(self, waiting: Waiting) -> Told:
        """Undo the last addition, change or deletion of entries."""
        if not self._diary.agreed(self._conversation):
            texts = diary_texts()
            return self._say(texts.refused if waiting.get("walks") else texts.empty), None, None
        done = waiting.get("undo", {})
        if "removed" in done:
            return self._add([Draft.from_slot(entry).entry() for entry in done["removed"]])
        if "before" in done and self._diary.last(self._conversation):
            return self._put_right(Draft.from_slot(done["before"]).entry())
        return self._take_last(done.get("added", 1))

    def _take_last(self, count: int) -> Told:
        """Delete the last `count` entries."""
        taken: list[Entry] = []
        for _ in range(count):
            if last := self._diary.last(self._conversation):
                self._diary.remove_last(self._conversation)
                taken.insert(0, last)
        return self._taken_out(taken) if taken else (self._say(diary_texts().empty), None, None)

    def _take_out(self, day_meant: datetime.date | None, *, again: bool = False) -> Told:
        """Delete the entry of a day; ask which day is meant, or whether to delete all of its entries."""
        texts = diary_texts()
        if day_meant is None:
            if again:
                return self._say(texts.kept), None, None
            return self._ask(texts.which_day_out, [texts.never_mind], "diary_day", {"delete": None})
        of_day = [entry for entry in self._diary.entries(self._conversation) if entry.day == day_meant]
        if len(of_day) == 1:
            self._diary.remove_day(self._conversation, day_meant)
            return self._taken_out(of_day)
        if not of_day:
            return self._say(texts.none_of_day.format(day=day(day_meant)), [texts.show]), None, None
        entries = "; ".join(map(entry_in_words, of_day))
        question = texts.confirm_day.format(day=day(day_meant), entries=entries)
        left = {"delete": day_meant.isoformat()}
        return self._ask(question, [texts.confirm_day_yes, texts.confirm_no], "diary_day_deletion", left)

    def _agreed(self, asked: Asked, waiting: Waiting) -> Told:
        texts = diary_texts()
        drafts = _drafts(waiting)
        if asked == "diary_deletion":
            self._diary.delete(self._conversation)
            return self._say(texts.deleted), None, None
        if asked == "diary_consent" and "walks" in waiting:
            self._diary.agree(self._conversation, self._calendar.today)
            return self._settle(drafts) if drafts else (self._say(texts.empty), None, None)
        if asked == "diary_unlikely" and (place := _asked_about(drafts)) is not None:
            drafts[place] = replace(drafts[place], sure=True)
            return self._settle(drafts, change=waiting["change"])
        if asked == "diary_day_deletion" and waiting.get("delete"):
            return self._remove_day(datetime.date.fromisoformat(waiting["delete"]))
        return self._say(texts.refused), None, None

    def _refused(self, asked: Asked | None, waiting: Waiting) -> Told:
        texts = diary_texts()
        drafts = _drafts(waiting)
        if asked == "diary_unlikely" and drafts:
            return self._ask(texts.how_much, [texts.never_mind], "diary_change", waiting)
        if asked in ("diary_deletion", "diary_day_deletion") or "delete" in waiting or waiting.get("change"):
            return self._say(texts.kept), None, None
        if asked in ("diary_day", "diary_change"):
            left = [draft for place, draft in enumerate(drafts) if place != _asked_about(drafts)]
            return self._settle(left) if left else (self._say(texts.not_noted), None, None)
        return self._say(texts.refused), None, None

    def _remove_day(self, day_meant: datetime.date) -> Told:
        of_day = [entry for entry in self._diary.entries(self._conversation) if entry.day == day_meant]
        self._diary.remove_day(self._conversation, day_meant)
        return self._taken_out(of_day)

    def _noted(self, text: str, done: Waiting) -> Told:
        texts = diary_texts()
        message = self._say(text, [texts.show, texts.change_last, texts.delete_last])
        return message, "diary_noted", {"undo": done}

    def _taken_out(self, entries: Sequence[Entry]) -> Told:
        texts = diary_texts()
        done = {"removed": [Draft.of_entry(entry).to_slot() for entry in entries]}
        return self._say(texts.taken_out.format(entry=_in_words(entries)), [texts.show]), None, {"undo": done}

    def _ask(self, question: str, buttons: list[str], asked: Asked, waiting: Waiting) -> Told:
        return self._say(question, buttons, asks=asked), asked, waiting

    def _show(self) -> Reply:
        texts = diary_texts()
        entries = self._diary.entries(self._conversation)
        if not entries:
            return self._say(texts.empty)
        paper = with_diary(Document(texts.heading, "", [], "", date=day(self._calendar.today)), entries)
        table = "\n".join(f"{BULLET}{line}" for line in lines(entries[-SHOWN:]))
        more = texts.more.format(shown=SHOWN, count=len(entries)) if len(entries) > SHOWN else ""
        parts = [texts.heading, more, table, paper.chart_text or "", texts.longer]
        link = link_to(paper, texts.open_page)
        return self._say("\n\n".join(part for part in parts if part), [texts.delete], links=(link,))

    def _confirm(self) -> Reply:
        texts = diary_texts()
        question = texts.confirm.format(count=len(self._diary.entries(self._conversation)))
        return self._say(question, [texts.confirm_yes, texts.confirm_no], asks="diary_deletion")

    def _say(self, text: str, buttons: Iterable[str] = (), **fields: Any) -> Reply:
        return notice(self._clinic, text, answer=ANSWER, buttons=spoken(buttons), **fields)


def _drafts(waiting: Waiting) -> list[Draft]:
    return [Draft.from_slot(walk) for walk in waiting.get("walks", [])]


def _asked_about(drafts: Sequence[Draft]) -> int | None:
    """Return the place of the walk that the last question was about: the first open one, else the only one."""
    return next((place for place, draft in enumerate(drafts) if draft.open), 0 if len(drafts) == 1 else None)


def _in_words(entries: Sequence[Entry]) -> str:
    return "; ".join(f"{day(entry.day)}, {entry_in_words(entry)}" for entry in entries)
