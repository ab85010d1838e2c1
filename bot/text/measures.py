"""Finds measures of walking in a message: times and distances."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from bot.datafile import Strict, read
from bot.text.finder import any_of

MEASURES = Path(__file__).with_name("measures.yml")
Unit = Literal["minutes", "blocks", "meters", "yards", "feet", "miles", "kilometers", "steps"]
Posture = Literal["sitting", "bending", "standing"]
NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"  # bounded, so that no text takes long to read
MINUS = "\u2212"  # in a plain text, because "-" is ambiguous


@dataclass(frozen=True)
class Measure:
    """A time or a distance: "10 to 15 minutes" is `Measure(10, "minutes", 15)`."""

    amount: float
    unit: Unit
    to: float | None = None


class UnitWords(Strict):
    """How a unit is written; `times` converts to the stored unit. Thousands of `small` units may have a point."""

    unit: Unit
    times: float = 1
    least: float = 0
    small: bool = False
    words: list[str]
    short: list[str]


class Limit(Strict):
    """The limits of a unit above which a day's walk is unlikely or impossible."""

    unlikely: float
    impossible: float


class MeasuresFile(Strict):
    """The file `measures.yml`."""

    signs: dict[str, str]
    numbers: dict[str, float]
    multiples: dict[str, int]
    units: list[UnitWords]
    limits: dict[Unit, Limit]
    postures: dict[Posture, list[str]]
    words: dict[str, list[str]]
    phrases: dict[str, list[str]]


class MeasureReader:
    """Finds measures in a text: converts numbers to digits, then looks for digits before a unit."""

    def __init__(self, file: MeasuresFile) -> None:
        self._file = file
        self._signs = str.maketrans({sign: to if len(to) == 1 else f" {to} " for sign, to in file.signs.items()})
        self._units = {word: unit for unit in file.units for word in (*unit.words, *unit.short)}
        w = {name: any_of(words) for name, words in file.words.items()}
        many, article, also, filler = any_of(file.multiples), w["articles"], w["also"], w["fillers"]
        tens = any_of(word for word, value in file.numbers.items() if value in range(20, 100, 10))
        ones = any_of(word for word, value in file.numbers.items() if value in range(1, 10))
        one = rf"(?:{tens}[ -]{ones}|{any_of(file.numbers)}|{NUMBER})"
        self._number_words = re.compile(
            rf"(?<![\w.@])(?:{article} )?(?:(?P<unclear>{w['unclear']}(?: {many})?)|"
            rf"(?:(?P<head>{one}) )?(?P<many>{many})(?: (?:{also} )?(?P<rest>{one})(?: (?P<more>{many}))?)?|"
            rf"(?P<one>{one}))(?!\w)"
        )
        number = rf"{NUMBER}(?: (?:{also} )?0\.[0-9]{{1,9}})?"
        gap = rf"(?:(?: {w['of']})? {article}(?= ))?(?:[ -]?{filler}){{0,2}}[ -]?"
        word, unit = any_of(word for unit in file.units for word in unit.words), any_of(self._units)
        before, behind = r"(?<![\w.,'/@#*-])", r"(?=[ -]?{}(?!\w))"
        small, large = (
            any_of(word for word in self._units if self._units[word].small is kind) for kind in (True, False)
        )
        groups = rf"{before}([1-9][0-9]{{0,2}})((?:[ '][0-9]{{3}})+){behind.format(unit)}"
        points = rf"{before}([1-9][0-9]{{0,2}})((?:\.[0-9]{{3}})+){behind.format(small)}"
        self._thousands = re.compile(rf"{groups}|{points}|(?<=[0-9])(),(?=[0-9]{{3}}(?![0-9]))")
        self._comma = re.compile(rf"(?<=[0-9]),(?=[0-9](?![0-9])|[0-9]{{2}}{behind.format(large)})")
        self._minus = re.compile(r"(?:(?<=^)|(?<=[ (:,]))(?:-|minus |negative )(?=[0-9])")
        hours, minutes = self._words_of(60), self._words_of(1)
        self._clock = re.compile(rf"(?<![\w:.])([0-9]{{1,3}}):([0-5][0-9]) ?(?:(?P<hours>{hours})|{minutes})(?!\w)")
        self._hours = re.compile(
            rf"(?<![\w.])({NUMBER}|{article}(?= ))[ -]?{hours}(?![^\W0-9])\.?,? ?(?:{also} )?([0-5]?[0-9])"
            rf"(?![0-9:.])(?: ?{minutes}(?!\w)|(?= ?(?:$|[.,;!?)@]|{w['after_hours']}(?!\w))))"
        )
        self._between = re.compile(rf"(?<!\w){w['between']} (?P<low>{number}) {also} (?={NUMBER})")
        self._join, self._sum = re.compile(rf",? ?{w['joins']} ?"), re.compile(rf" (?:{also} )?")
        self._hedge = re.compile(rf"(?<!\w){w['hedges']}(?!\w)")
        self._bare = re.compile(rf"(?P<low>{number})(?:{self._join.pattern}(?P<high>{number}))?")
        self._measure = re.compile(
            rf"(?<![\w.'/@])(?:(?P<minus>{MINUS})?{self._bare.pattern}{gap}(?P<unit>{unit})|"
            rf"(?P<times>{w['times_a']} )?{article}(?:[ -]{filler}){{0,2}}[ -](?P<single>{word}))(?!\w)"
            rf"(?: {also} (?P<part>0\.[0-9]{{1,9}})(?!\w))?"
            rf"(?: {w['either']} (?P<or>{number})(?!\w|\.[0-9])(?!{gap}{unit}(?!\w)))?"
            rf"(?: {w['per']} {word}(?!\w))?(?P<not> {w['not_before']}(?!\w))?"
        )

    def _words_of(self, times: float) -> str:
        """Return an expression for the words of the unit of `times` minutes."""
        return any_of(
            word for word, unit in self._units.items() if unit.unit == "minutes" and round(unit.times - times, 6) == 0
        )

    def normal(self, text: str) -> str:
        """Return a text with its signs in one form, and a stop for each line break."""
        text = unicodedata.normalize("NFKC", text.translate(self._signs)).translate(self._signs)
        return " . ".join(" ".join(line.split()) for line in text.splitlines())

    def digits(self, normal: str) -> str:
        """Return a normal text in lower case, with digits for number words, and numbers in one form."""
        text = " ".join(normal.lower().split())
        text = self._thousands.sub(lambda found: re.sub("[ '.,]", "", found[0]), text)
        text = self._comma.sub(".", text)
        text = self._number_words.sub(self._digits, text)
        text = self._minus.sub(self._below, text)
        text = self._clock.sub(self._spoken, text)
        text = self._hours.sub(r"\1 hours \2 minutes", text)
        return self._between.sub(rf"\g<low> {self._file.words['joins'][0]} ", text)

    def plain(self, text: str) -> str:
        """Return a text in the form that `find` reads."""
        return self.digits(self.normal(text))

    @staticmethod
    def _below(found: re.Match[str]) -> str:
        """Return the minus sign of a negative number; after a number or a day's mark it is a dash."""
        before = found.string[: found.start()].rstrip()
        return found[0] if before and before[-1].isdigit() else MINUS

    @staticmethod
    def _spoken(found: re.Match[str]) -> str:
        """Return "1:20 h" as "1 hours 20 minutes"."""
        high, low = ("hours", "minutes") if found["hours"] else ("minutes", "seconds")
        return f"{found[1]} {high} {found[2]} {low}"

    def times(self, measure: str) -> float:
        """Return the factor from the unit at the end of a measure's words to the stored unit."""
        unit = self._units.get(measure.split()[-1].lstrip("0123456789.-")) if measure else None
        return unit.times if unit else 1

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
        """Return the number, or a range's lower one, of a text that has nothing else but hedges."""
        found = self._bare.fullmatch(self._hedge.sub(" ", self.plain(text)).strip(" .,!-"))
        return _range(found["low"], found["high"])[0] if found else None

    def find(self, plain: str) -> list[tuple[int, int, Measure]]:
        """Return the start and end of each measure in a plain text, and the measure."""
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
            if match["minus"]:
                low, high = -high, -low
            found.append((start, end, Measure(low, words.unit, high if high > low else None)))
            scale = words.times
        return found


def _range(low: str, high: str | None) -> tuple[float, float]:
    """Return the two numbers of a range, equal if it is no range: "2 or 300" is "two or three hundred"."""
    first, second = (sum(map(float, re.findall(NUMBER, number))) for number in (low, high or low))
    many = next((many for many in (1000, 100) if second % many == 0 and first < second / many), 1)
    return first * many, second


@cache
def measure_reader() -> tuple[MeasuresFile, MeasureReader]:
    """Return the data of measures and their reader, made once per process."""
    file = read(MEASURES, MeasuresFile)
    return file, MeasureReader(file)


def measures(text: str) -> list[Measure]:
    """Return the times and distances in a text.

    Args:
        text: What a patient wrote.

    Returns:
        The measures in the text's order. Hours and seconds become minutes; "several" is no measure.
    """
    _, reader = measure_reader()
    return [measure for *_, measure in reader.find(reader.plain(text)) if measure.amount >= 0]


def bare_number(text: str) -> float | None:
    """Read a reply that is hardly more than a number without a unit.

    Args:
        text: What a patient wrote.

    Returns:
        The number, or a range's lower one; None if the text says more, or nothing.
    """
    return measure_reader()[1].bare(text)


def doubtful(amount: float, unit: Unit) -> Literal["unlikely", "impossible"] | None:
    """Return whether walking so much in a day is unlikely or impossible; None if it is plausible."""
    limit = measure_reader()[0].limits[unit]
    if amount < 0 or amount > limit.impossible:
        return "impossible"
    return "unlikely" if amount > limit.unlikely else None
