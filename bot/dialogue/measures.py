"""How long and how far: measures of walking in a message, and the entries of a walking diary."""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from bot.yamlfile import Strict, read

MEASURES = Path(__file__).with_name("measures.yml")
Unit = Literal["minutes", "blocks", "meters", "yards", "feet", "miles", "kilometers", "steps"]
Posture = Literal["sitting", "bending", "standing"]
NUMBER = r"[0-9]{1,7}(?:\.[0-9]{1,9})?"  # bounded, so that no text takes long to read
# In a text of words, "#" and a place stand for a time, and "*" for a way.
SETS = {"<time>": "#[0-9]+", "<measure>": "[#*][0-9]+"}
WORD = re.compile(r"[#*][0-9]+|[^\W_]+(?:['.-][^\W_]+)*|[.,!?;:]")


@dataclass(frozen=True)
class Measure:
    """A time or a way: "10 to 15 minutes" is `Measure(10, "minutes", 15)`."""

    amount: float
    unit: Unit
    to: float | None = None


@dataclass(frozen=True)
class Walk:
    """One entry of a walking diary. Of a range, the lower end counts."""

    minutes: float | None
    distance: float | None
    unit: Unit | None
    eased_by: Posture | None
    ease_minutes: float | None
    days_ago: int


class UnitWords(Strict):
    """How a unit is written; `times` leads to the unit that is told."""

    unit: Unit
    times: float = 1
    least: float = 0
    words: list[str]
    short: list[str]


class MeasuresFile(Strict):
    """The file `measures.yml`."""

    signs: dict[str, str]
    numbers: dict[str, float]
    multiples: dict[str, int]
    units: list[UnitWords]
    days: dict[str, int]
    weekdays: list[list[str]]
    postures: dict[Posture, list[str]]
    words: dict[str, list[str]]
    phrases: dict[str, list[str]]


def _any(words: Iterable[str]) -> str:
    """Return an expression for one of the words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) + ")"


class MeasureReader:
    """Finds measures in a text: brings numbers to digits first, then looks for digits before a unit."""

    def __init__(self, file: MeasuresFile) -> None:
        self._file = file
        self._signs = str.maketrans({sign: to if len(to) == 1 else f" {to} " for sign, to in file.signs.items()})
        self._units = {word: unit for unit in file.units for word in (*unit.words, *unit.short)}
        w = {name: _any(words) for name, words in file.words.items()}
        many, article, also, filler = _any(file.multiples), w["articles"], w["also"], w["fillers"]
        tens = _any(word for word, value in file.numbers.items() if value in range(20, 100, 10))
        ones = _any(word for word, value in file.numbers.items() if value in range(1, 10))
        one = rf"(?:{tens}[ -]{ones}|{_any(file.numbers)}|{NUMBER})"
        self._number_words = re.compile(
            rf"(?<![\w.])(?:{article} )?(?:(?P<unclear>{w['unclear']}(?: {many})?)|"
            rf"(?:(?P<head>{one}) )?(?P<many>{many})(?: (?:{also} )?(?P<rest>{one})(?: (?P<more>{many}))?)?|"
            rf"(?P<one>{one}))(?!\w)"
        )
        number = rf"{NUMBER}(?: (?:{also} )?0\.[0-9]{{1,9}})?"
        gap = rf"(?:(?: {w['of']})? {article}(?= ))?(?:[ -]?{filler}){{0,2}}[ -]?"
        word, unit = _any(word for unit in file.units for word in unit.words), _any(self._units)
        self._between = re.compile(rf"(?<!\w){w['between']} (?P<low>{number}) {also} (?={NUMBER})")
        self._join, self._sum = re.compile(rf",? ?{w['joins']} ?"), re.compile(rf" (?:{also} )?")
        self._hedge = re.compile(rf"(?<!\w){w['hedges']}(?!\w)")
        self._bare = re.compile(rf"(?P<low>{number})(?:{self._join.pattern}(?P<high>{number}))?")
        self._measure = re.compile(
            rf"(?<![\w.'/])(?:{self._bare.pattern}{gap}(?P<unit>{unit})|"
            rf"(?P<times>{w['times_a']} )?{article}(?:[ -]{filler}){{0,2}}[ -](?P<single>{word}))(?!\w)"
            rf"(?: {also} (?P<part>0\.[0-9]{{1,9}})(?!\w))?"
            rf"(?: {w['either']} (?P<or>{number})(?!\w|\.[0-9])(?!{gap}{unit}(?!\w)))?"
            rf"(?: {w['per']} {word}(?!\w))?(?P<not> {w['not_before']}(?!\w))?"
        )

    def plain(self, text: str) -> str:
        """Return a text in lower case, with a stop for each line's end and digits for its number words."""
        text = unicodedata.normalize("NFKC", text.translate(self._signs)).translate(self._signs).lower()
        text = " . ".join(" ".join(line.split()) for line in text.splitlines())
        text = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?!\w))", "", text)
        text = re.sub(r"(?<=[0-9]),(?=[0-9](?!\w))", ".", text)
        text = self._number_words.sub(self._digits, text)
        return self._between.sub(rf"\g<low> {self._file.words['joins'][0]} ", text)

    def _digits(self, found: re.Match[str]) -> str:
        head, many, rest, one = found.group("head", "many", "rest", "one")
        if found["unclear"] or re.fullmatch(NUMBER, one or ""):
            return found[0]
        value = self._one(head or one or "1") * self._file.multiples.get(many, 1)
        return f"{value + self._one(rest or '0') * self._file.multiples.get(found['more'], 1):.9g}"

    def _one(self, words: str) -> float:
        numbers = self._file.numbers
        if words in numbers:
            return numbers[words]
        return sum(numbers[part] if part in numbers else float(part) for part in re.split("[ -]", words))

    def bare(self, text: str) -> float | None:
        """Return the number, or a range's lower one, that a text is but for hedges."""
        found = self._bare.fullmatch(self._hedge.sub(" ", self.plain(text)).strip(" .,!-"))
        return _range(found["low"], found["high"])[0] if found else None

    def find(self, plain: str) -> list[tuple[int, int, Measure]]:
        """Return where each measure of a plain text begins and ends, and the measure."""
        found: list[tuple[int, int, Measure]] = []
        scale = 0.0
        for match in self._measure.finditer(plain):
            words = self._units[match["unit"] or match["single"]]
            low, high = _range(match["low"] or "1", match["high"] or match["or"])
            low, high = ((number + float(match["part"] or 0)) * words.times for number in (low, high))
            if match["times"] or match["not"] or low < words.least:
                continue
            start, end = match.span()
            if found and found[-1][2].unit == words.unit and low == high and found[-1][2].to is None:
                between, first = plain[found[-1][1] : start], found[-1][2].amount
                if self._join.fullmatch(between):
                    start, low = found.pop()[0], first
                elif self._sum.fullmatch(between) and scale > words.times:
                    start, low, high = found.pop()[0], first + low, first + high
            low, high = sorted((round(low, 2), round(high, 2)))
            found.append((start, end, Measure(low, words.unit, high if high > low else None)))
            scale = words.times
        return found


def _range(low: str, high: str | None) -> tuple[float, float]:
    """Return the numbers of a range, twice the same if it is none: "2 or 300" is "two or three hundred"."""
    first, second = (sum(map(float, re.findall(NUMBER, number))) for number in (low, high or low))
    many = next((many for many in (1000, 100) if second % many == 0 and first < second / many), 1)
    return first * many, second


class WalkReader:
    """Finds the statement of a walk: cuts a text into sentences and clauses, and leaves out what is none."""

    def __init__(self, file: MeasuresFile, reader: MeasureReader) -> None:
        self._file, self._reader = file, reader
        self._weekdays = {form: day for day, forms in enumerate(file.weekdays) for form in forms}
        w = {name: _any(words) for name, words in file.words.items()}
        day, days_ago = _any([*file.days, *self._weekdays]), rf"(?P<count>[0-9]{{1,3}}) {w['days_ago']}"
        dated = rf"(?P<last>{w['last']} )?(?:(?P<day>{day})|{days_ago}) "
        self._day = re.compile(rf"(?<![^ ])(?P<compared>{w['compared']} )?{dated}")
        self._phrases = {name: _phrases(phrases, day) for name, phrases in file.phrases.items()}
        self._opening = re.compile(rf"(?:{w['leads']} )*{self._phrases['openings'].pattern}")
        self._postures = {posture: _phrases(forms, day) for posture, forms in file.postures.items()}
        aside = re.sub(r"\?P<\w+>", "?:", rf"(?:{w['shorthand']} |{dated})*")
        self._shorthand = re.compile(rf"{aside}(?:{SETS['<measure>']} {aside})+(?:$|(?<=, ))")

    def __call__(self, text: str, today: datetime.date) -> Walk | None:
        """Read a message; see `walk`."""
        plain, phrases = self._reader.plain(text), self._phrases
        found = self._reader.find(plain)
        marks = [f" {'#' if measure.unit == 'minutes' else '*'}{place} " for place, (*_, measure) in enumerate(found)]
        ends = [0, *(end for _, end, _ in found)]
        marked = "".join(plain[end:start] + mark for end, (start, *_), mark in zip(ends, found, marks, strict=False))
        told = " . ".join(self._told(WORD.findall(marked + plain[ends[-1] :]))) + " "
        told = phrases["ignored"].sub("", told)
        active, eases = _cut(phrases["ease"], told)
        left, rests = _cut(phrases["rest"], active)
        walked: list[Measure] = []
        stated = False
        for sentence, rest in zip(active.split(". "), left.split(". "), strict=True):
            states, short = phrases["states"].search(sentence), self._shorthand.match(rest)
            stated |= bool(states or (short and (eases or self._day.search(short[0]))))
            walked += [found[int(place)][2] for place in re.findall(r"[#*]([0-9]+)", rest) if states or short]
        if not (stated and walked):
            return None
        way = next((measure for measure in walked if measure.unit != "minutes"), None)
        eases = eases or (rests if phrases["relief"].search(told) else [])
        undated = self._day.sub("", told)
        eased = {form.start(): name for name, by in self._postures.items() if (form := by.search(undated))}
        return Walk(
            minutes=next((measure.amount for measure in walked if measure.unit == "minutes"), None),
            distance=way.amount if way else None,
            unit=way.unit if way else None,
            eased_by=eased[min(eased)] if eased else None,
            ease_minutes=found[eases[0]][2].amount if eases else None,
            days_ago=self._days_ago(told, today),
        )

    def _told(self, text: list[str]) -> Iterator[str]:
        """Return the sentences that tell of what was, without their clauses that do not."""
        words, phrases = self._file.words, self._phrases
        for sentence, stop in _split(text, words["stops"]):
            for part, _ in _split([] if stop in words["asks"] else sentence, words["turns"]):
                told = " ".join(part) + " "
                if any(form.search(told) for form in (phrases["questions"], phrases["frames"])) or self._opening.match(
                    told
                ):
                    continue
                clauses = (" ".join(clause) for clause, _ in _split(part, words["breaks"]))
                yield " , ".join(clause for clause in clauses if not phrases["clauses"].search(f"{clause} "))

    def _days_ago(self, told: str, today: datetime.date) -> int:
        match = next((match for match in self._day.finditer(told) if not match["compared"]), None)
        if match is None or match["count"]:
            return int(match["count"]) if match else 0
        if match["day"] in self._file.days:
            return self._file.days[match["day"]]
        return (today.weekday() - self._weekdays[match["day"]]) % 7 or (7 if match["last"] else 0)


def _phrases(phrases: list[str], day: str) -> re.Pattern[str]:
    """Make one expression of phrases, for a text with a space behind each word."""
    return re.compile(rf"(?<![^ ])(?:{'|'.join(''.join(_slots(phrase, day)) for phrase in phrases)})")


def _slots(phrase: str, day: str) -> Iterator[str]:
    for slot in phrase.split():
        if slot == "^":
            yield r"(?:^|(?<=[.,] ))"
        elif slot.startswith("~"):
            yield rf"(?:[^ .,:][^ ]* ){{0,{int(slot[1:])}}}"
        else:
            yield f"(?:{'|'.join((SETS | {'<day>': day}).get(word) or re.escape(word) for word in slot.split('|'))}) "


def _split(words: list[str], at: list[str]) -> Iterator[tuple[list[str], str]]:
    """Cut words at some of them, and tell at which."""
    start = 0
    for place, word in enumerate([*words, at[0]]):
        if word in at:
            yield words[start:place], word if place < len(words) else ""
            start = place + 1


def _cut(phrases: re.Pattern[str], told: str) -> tuple[str, list[int]]:
    """Take phrases out of a text, and return the places of the times that they held."""
    times = [int(place) for match in phrases.finditer(told) for place in re.findall("#([0-9]+)", match[0])]
    return phrases.sub("", told), times


@cache
def _readers() -> tuple[MeasureReader, WalkReader]:
    file = read(MEASURES, MeasuresFile)
    reader = MeasureReader(file)
    return reader, WalkReader(file, reader)


def measures(text: str) -> list[Measure]:
    """Find the times and ways in a text.

    Args:
        text: What a patient wrote.

    Returns:
        The measures in the text's order. Hours and seconds are told as minutes; "several" is no measure.
    """
    reader, _ = _readers()
    return [measure for *_, measure in reader.find(reader.plain(text))]


def bare_number(text: str) -> float | None:
    """Read an answer that is hardly more than a number without a unit.

    Args:
        text: What a patient wrote.

    Returns:
        The number, of a range the lower one, or None when the text says more, or nothing.
    """
    return _readers()[0].bare(text)


def walk(text: str, today: datetime.date) -> Walk | None:
    """Read the statement of a walk that the writer, or whom they care for, did.

    Args:
        text: What a patient or carer wrote.
        today: The day on which it was written.

    Returns:
        The first walk that the message states, or None: a question, a habit, a plan or advice is none.
    """
    return _readers()[1](text, today)
