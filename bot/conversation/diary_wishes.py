"""Reads a message's wish for the walking diary: note walks, change or delete entries, reply to a question."""

import re
from dataclasses import asdict
from typing import Any

from bot.conversation.focus import Asked
from bot.conversation.walks import days, walks
from bot.datafile import Strict
from bot.text.dates import DayTold
from bot.text.finder import Finder, Words, any_of
from bot.text.measures import MINUS, NUMBER, Unit, bare_number, measure_reader
from bot.text.parts import is_question, is_surely_a_question

BRIEF = 6  # maximum words of a yes or no
LONGEST = 14  # maximum words of a correction, or of a reply to a question about an entry
DAYS = range(1, 32)
Wish = dict[str, Any]


class DiaryPhrases(Strict):
    """How patients steer the diary."""

    start: list[str]
    show: list[str]
    name: list[str]
    delete: list[str]
    undo: list[str]
    take_last: list[str]
    undo_that: list[str]
    change: list[str]
    change_that: list[str]
    take_out: list[str]
    entry: list[str]


class CorrectionWords(Strict):
    """Words that show which number or day a correction means."""

    meant: list[str]
    other_before: list[str]
    said_before: list[str]
    from_to: tuple[str, str]
    other_behind: list[str]
    last_one: list[str]
    lead: list[str]


class DiaryWishes:
    """Reads a message's wish for the diary."""

    def __init__(self, phrases: DiaryPhrases, correction: CorrectionWords, consent: Finder, words: Words) -> None:
        """Build the finders; `consent` finds a yes (`agree`), a no (`refuse`), or `delete`."""
        # One finder each, so that "delete" also counts in "delete the entries of Monday".
        self._phrases = {label: Finder({label: some}, words) for label, some in phrases}
        self._consent, self._words = consent, words
        hedge = r"(?:(?:a|an|about|the|on|only) )*"
        self._one = re.compile(rf"(?<!\w){any_of(correction.last_one)}(?!\w)", re.IGNORECASE)
        self._lead = re.compile(rf"^(?:{any_of(correction.lead)}[ ,]+)+", re.IGNORECASE)
        self._meant = re.compile(rf"(?<!\w){any_of(correction.meant)} {hedge}$", re.IGNORECASE)
        self._before = re.compile(rf"(?<!\w){any_of(correction.other_before)} {hedge}$", re.IGNORECASE)
        self._said = re.compile(rf"(?<!\w){any_of(correction.said_before)} {hedge}$", re.IGNORECASE)
        first, second = map(re.escape, correction.from_to)
        self._from = re.compile(rf"(?<!\w){first} (?:\S+ ){{1,3}}(?={second} )")
        self._behind = re.compile(rf" ?{any_of(correction.other_behind)}(?!\w)", re.IGNORECASE)

    def __call__(self, text: str, *, reported: bool = False) -> Wish | None:
        """Return what a message wants, whatever was asked; None for nothing.

        Args:
            text: What the patient wrote.
            reported: Whether the classifier takes it for the report of a walk.

        Returns:
            `{"undo": True}`, `{"take_last": True}`, `{"change": …}` with what `_corrected` returns, `{"delete_day": …}`
            with a day, `{"delete": True}`, `{"start": True}`, `{"show": True}`, or `{"entries": […]}`.
        """
        found = self._labels(text)
        asks = is_question(text)
        if "undo" in found:
            return {"undo": True}
        if "take_last" in found:
            return {"take_last": True}
        if "change" in found:
            return {"change": self._corrected(text)}
        if {"take_out", "entry"} <= found and (named := days(text)):
            return {"delete_day": asdict(named[0])}
        if "delete" in found:
            return {"delete": True}
        if "show" in found:
            return {"show": True}
        if "start" in found and not is_surely_a_question(text) and not self._refuses(text):
            return {"start": True}
        if "name" in found and not asks:
            return {"show": True}
        entries = [] if text.rstrip().endswith("?") else walks(text, reported=reported)
        return {"entries": [asdict(walk) for walk in entries]} if entries else None

    def reply(self, text: str, asked: Asked, *, about: bool) -> Wish | None:
        """Read the reply to the bot's question about the diary, or to an entry that it says it noted.

        Args:
            text: What the patient wrote.
            asked: What the bot asked.
            about: Whether the message names a topic.

        Returns:
            `{"agree": asked}`, `{"refuse": asked}`, `{"told": …}` or `{"change": …}` with what `_corrected` returns, or
            `{"undo": True}`; None if it is no reply.
        """
        joined = self._words(text)
        brief = len(joined) <= BRIEF and not about
        asks = is_surely_a_question(text) or (text.rstrip().endswith("?") and asked != "diary_day")
        if len(joined) > LONGEST or asks:
            return None
        said = {label for label, _, _ in self._consent(" ".join(joined))} if brief else set()
        if "delete" in said:
            said = {"agree" if asked in ("diary_deletion", "diary_day_deletion") else "refuse"}
        if asked in ("diary_noted", "diary_consent"):
            if wish := self._put_right(text, noted=asked == "diary_noted"):
                return wish
        elif asked == "diary_day" and not walks(text):
            if day := self._day(text):
                return {"told": {"measure": None, "day": asdict(day)}}
        elif asked == "diary_change" or (asked == "diary_unlikely" and said != {"agree"}):
            told = self._corrected(text)
            if told["measure"] or (told["day"] and asked == "diary_change"):
                return {"told": told}
        if asked == "diary_noted" or not said or (asked in ("diary_day", "diary_change") and "refuse" not in said):
            return None
        return {"refuse" if "refuse" in said else "agree": asked}

    def _put_right(self, text: str, *, noted: bool) -> Wish | None:
        """Read a correction or removal of the entry that the bot has just repeated."""
        found = self._labels(text)
        other = bool(found & {"show", "delete"})
        if noted and "undo_that" in found and not other and not walks(text):
            return {"undo": True}
        told = self._corrected(text)
        if found & {"change", "change_that"} and (told["measure"] or told["day"]) and not (other or is_question(text)):
            return {"change": told}
        return None

    def _labels(self, text: str) -> set[str]:
        joined = " ".join(self._words(text))
        return {label for label, finder in self._phrases.items() if finder(joined)}

    def _refuses(self, text: str) -> bool:
        return any(label == "refuse" for label, _, _ in self._consent(" ".join(self._words(text))))

    def _day(self, text: str) -> DayTold | None:
        """Return the day that a reply names, also as "Sat" or "3"."""
        bare = self._lead.sub("", text.strip()).strip(" .,!?")
        named = days(text) or days(f"on {bare}")
        if named:
            return named[0]
        number = bare_number(bare)
        return DayTold(bare, nth=int(number)) if number and number in DAYS else None

    def _corrected(self, text: str) -> dict[str, Any]:
        """Return the corrected measure (amount and unit, or None) and day of a message."""
        named = [day for day in days(text) if self._counts(text, day.words)]
        text = self._one.sub(" ", text)
        for day in days(text):
            text = text.replace(day.words, " ; ")
        _, reader = measure_reader()
        plain = self._from.sub("", reader.plain(text))
        found: list[tuple[int, int, float, Unit | None]] = [
            (start, end, measure.amount, measure.unit) for start, end, measure in reader.find(plain)
        ]
        for number in re.finditer(rf"(?<![\w.{MINUS}]){NUMBER}(?![\w%])", plain):
            within = any(start <= number.start() < end for start, end, *_ in found)
            # The "one" of "the wrong one" is no number.
            if not within and (number[0] != "1" or "1" in text):
                found.append((*number.span(), float(number[0]), None))
        found = [one for one in sorted(found, key=lambda one: one[0]) if self._stands(plain, one[0], one[1])]
        meant = [one for one in found if self._meant.search(plain[: one[0]])]
        other = [one for one in found if not self._said.search(plain[: one[0]])]
        measure = next((one[2:] for one in [*meant, *other[-1:], *found[-1:]]), None)
        return {"measure": list(measure) if measure else None, "day": asdict(named[0]) if named else None}

    def _counts(self, text: str, words: str) -> bool:
        start = text.find(words)
        return start < 0 or self._stands(text, start, start + len(words))

    def _stands(self, text: str, start: int, end: int) -> bool:
        """Return whether a span is the corrected value, not the value that it replaces."""
        return not (self._before.search(text[:start]) or self._behind.match(text[end:]))
