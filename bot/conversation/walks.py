"""Reads the walks that a message states: how long or far each was, and on which day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from bot.text.dates import DayReader, DayTold, dates_file
from bot.text.finder import any_of
from bot.text.measures import NUMBER, Measure, MeasureReader, MeasuresFile, Posture, Unit, measure_reader

# In a marked text, "#" with an index replaces a time, "*" a distance, and "@" a day.
SETS = {"<time>": "#[0-9]+", "<measure>": "[#*][0-9]+", "<day>": "@[0-9]+"}
WORD = re.compile(r"[#*@][0-9]+|[^\W_]+(?:['.-][^\W_]+)*|[.,!?;:]")
Place = tuple[int, int, Measure]  # a measure's start and end, and the measure


@dataclass(frozen=True)
class Walk:
    """One entry of a walking diary. A range counts as its lower end; a walk without a day was today."""

    minutes: float | None
    distance: float | None
    unit: Unit | None
    eased_by: Posture | None
    ease_minutes: float | None
    day: DayTold | None


@dataclass
class _Draft:
    """A partly read walk: its measures, and the mark of its day."""

    sentence: int
    start: int
    day: str | None
    part: bool
    times: list[Measure] = field(default_factory=list)
    ways: list[Measure] = field(default_factory=list)

    def of(self, measure: Measure) -> list[Measure]:
        """Return the walk's measures of the same kind."""
        return self.times if measure.unit == "minutes" else self.ways


@dataclass(frozen=True)
class _Clause:
    """A clause: its sentence, its words, the marks of its days and measures, and whether it states another walk."""

    sentence: int
    words: str
    marks: list[str]
    apart: bool
    part: bool


class WalkReader:
    """Finds stated walks: splits a text into sentences and clauses, and drops those that state none."""

    def __init__(self, file: MeasuresFile, reader: MeasureReader) -> None:
        self._file, self._reader = file, reader
        self.days = DayReader(dates_file(), [word for unit in file.units for word in (*unit.words, *unit.short)])
        w = {name: any_of(words) for name, words in file.words.items()}
        self._compared = re.compile(rf"(?<![^ ]){w['compared']} {SETS['<day>']} ")
        self._phrases = {name: _phrases(phrases) for name, phrases in file.phrases.items()}
        self._opening = re.compile(rf"(?:{w['leads']} )*{self._phrases['openings'].pattern}")
        self._postures = {posture: _phrases(forms) for posture, forms in file.postures.items()}
        self._part = re.compile(rf"(?<![^ ]){w['parts']} ")
        aside = rf"(?:{w['shorthand']} |{SETS['<day>']} )*"
        self._aside = re.compile(aside)
        self._shorthand = re.compile(rf"{aside}(?:{SETS['<measure>']} {aside})+(?:$|(?<=, ))")
        after = rf"(?= ?(?:$|[.,;!)@]|{w['after_bare']}(?!\w)))"
        self._bare = re.compile(
            rf"{SETS['<day>']} ?(?:{w['before_bare']}(?![a-z]) ?)*(?P<behind>{NUMBER}){after}|"
            rf"(?<![\w.'/@#*-])(?P<before>{NUMBER})"
            rf"(?= (?:(?:on |for )?@|(?:in|at|after|before) (?:the )?{w['parts']}|again|later))"
        )

    def __call__(self, text: str, *, reported: bool = False) -> list[Walk]:
        """Read a message; see `walks`."""
        normal = self.days.spelt(self._reader.normal(text))
        days = list(self.days(normal))
        plain = self._reader.digits(
            _marked(normal, [(start, end, f"@{place}") for place, (start, end, _) in enumerate(days)])
        )
        found = self._measures(plain)
        kinds = ["#" if measure.unit == "minutes" else "*" for *_, measure in found]
        marked = _marked(plain, [(start, end, f"{kinds[place]}{place}") for place, (start, end, _) in enumerate(found)])
        told = self._phrases["ignored"].sub("", " . ".join(self._told(WORD.findall(marked))) + " ")
        told = self._compared.sub("", told)
        active, eases = _cut(self._phrases["ease"], told)
        left, rests = _cut(self._phrases["rest"], active)
        clauses = self._clauses(active, left, bool(eases), reported)
        drafts = self._drafts(clauses, found, told)
        eases = eases or (rests if self._phrases["relief"].search(told) else [])
        return [self._walk(draft, drafts, eases, found, told, [day for *_, day in days]) for draft in drafts]

    def _measures(self, plain: str) -> list[Place]:
        """Return the measures, including numbers that take their unit from another measure."""
        found = self._reader.find(plain)
        bare: list[Place] = []
        for match in self._bare.finditer(plain) if found else ():
            start, end = match.span("behind" if match["behind"] else "before")
            if any(first <= start < last for first, last, _ in found):
                continue
            first, last, like = next((one for one in reversed(found) if one[0] < start), found[0])
            amount = round(float(plain[start:end]) * self._reader.times(plain[first:last]), 2)
            bare.append((start, end, Measure(amount, like.unit)))
        return sorted([*found, *bare], key=lambda place: place[0])

    def _clauses(self, active: str, left: str, eased: bool, reported: bool) -> list[_Clause]:
        """Return the clauses of the sentences that tell a walk; none when nothing states one."""
        many = bool(self._phrases["walks"].search(active))
        stated = reported
        clauses = []
        for number, (sentence, rest) in enumerate(zip(active.split(". "), left.split(". "), strict=True)):
            states, short = self._phrases["states"].search(sentence), self._shorthand.match(rest)
            parts = short and len(self._part.findall(short[0])) > 1
            stated |= bool(states or (short and (eased or parts or "@" in short[0])))
            for words in rest.split(", "):
                marks = re.findall("[#*@][0-9]+" if states or short or reported else "@[0-9]+", words)
                apart = many or bool(self._phrases["apart"].search(words))
                clauses.append(_Clause(number, words, marks, apart, bool(self._part.search(words))))
        return clauses if stated else []

    def _drafts(self, clauses: list[_Clause], found: list[Place], told: str) -> list[_Draft]:
        """Combine days and measures into walks."""
        drafts: list[_Draft] = []
        loose: str | None = None  # the day of a clause without a measure
        for clause in clauses:
            if clause.marks and all(mark[0] == "@" for mark in clause.marks):
                last = drafts[-1] if drafts else None
                refers = re.match(r"(?:that|it|this) ", clause.words)
                short = last and last.sentence == clause.sentence and self._aside.fullmatch(f"{clause.words.strip()} ")
                if last and last.day is None and (refers or short):
                    last.day = clause.marks[0]
                else:
                    loose = clause.marks[0]
            for place, mark in enumerate(clause.marks):
                if mark[0] == "@":
                    continue
                own = _own_day(clause.marks, place)
                before = drafts[-1].day if drafts else None
                measure = found[int(mark[1:])][2]
                day, loose = own or loose or before, None
                new = not drafts or day != before or (drafts[-1].of(measure) and clause.apart)
                if drafts and day and before is None and not (own or drafts[-1].of(measure)):
                    new = False
                if new:
                    drafts.append(_Draft(clause.sentence, told.find(f"{mark} "), day, clause.part))
                    self._share(drafts, own)
                drafts[-1].of(measure).append(measure)
        return drafts

    @staticmethod
    def _share(drafts: list[_Draft], own: str | None) -> None:
        """Give the day at a sentence's end to its parts of the day: "5 in the morning and 10 at night on Monday"."""
        for draft in drafts[:-1]:
            if own and draft.day is None and draft.part and draft.sentence == drafts[-1].sentence:
                draft.day = own

    def _walk(
        self, draft: _Draft, drafts: list[_Draft], eases: list[int], found: list[Place], told: str, days: list[DayTold]
    ) -> Walk:
        def own(start: int) -> bool:
            """Return whether a place belongs to this walk, the last one that starts before it."""
            return draft is next((one for one in reversed(drafts) if one.start <= start), drafts[0])

        eased = {
            form.start(): name for name, by in self._postures.items() for form in by.finditer(told) if own(form.start())
        }
        relief = [place for place in eases if own(told.find(f"#{place} "))]
        way = draft.ways[0] if draft.ways else None
        return Walk(
            minutes=draft.times[0].amount if draft.times else None,
            distance=way.amount if way else None,
            unit=way.unit if way else None,
            eased_by=eased[min(eased)] if eased else None,
            ease_minutes=found[relief[0]][2].amount if relief else None,
            day=days[int(draft.day[1:])] if draft.day else None,
        )

    def _told(self, text: list[str]) -> Iterator[str]:
        """Yield the sentences that state what happened, without the clauses that do not."""
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


def _own_day(marks: list[str], place: int) -> str | None:
    """Return a measure's day in its clause: the day before it, or after it if a measure comes first."""
    if marks[0][0] == "@":
        return next(mark for mark in reversed(marks[:place]) if mark[0] == "@")
    # "Two blocks in 10 minutes yesterday" is one walk, "5 minutes, 7 minutes yesterday" two.
    kinds = {marks[place][0]}
    for mark in marks[place + 1 :]:
        if mark[0] == "@":
            return mark
        if mark[0] in kinds:
            return None
        kinds.add(mark[0])
    return None


def _marked(text: str, marks: list[tuple[int, int, str]]) -> str:
    """Replace spans of a text with marks."""
    ends = [0, *(end for _, end, _ in marks)]
    return (
        "".join(f"{text[end:start]} {mark} " for end, (start, _, mark) in zip(ends, marks, strict=False))
        + text[ends[-1] :]
    )


def _phrases(phrases: list[str]) -> re.Pattern[str]:
    """Compile phrases into one expression, for a text with a space after each word."""
    return re.compile(rf"(?<![^ ])(?:{'|'.join(''.join(_slots(phrase)) for phrase in phrases)})")


def _slots(phrase: str) -> Iterator[str]:
    for slot in phrase.split():
        if slot == "^":
            yield r"(?:^|(?<=[.,] ))"
        elif slot.startswith("~"):
            yield rf"(?:[^ .,:][^ ]* ){{0,{int(slot[1:])}}}"
        else:
            yield f"(?:{'|'.join(SETS.get(word) or re.escape(word) for word in slot.split('|'))}) "


def _split(words: list[str], at: list[str]) -> Iterator[tuple[list[str], str]]:
    """Split words at some of them; yield each piece with the word that ends it."""
    start = 0
    for place, word in enumerate([*words, at[0]]):
        if word in at:
            yield words[start:place], word if place < len(words) else ""
            start = place + 1


def _cut(phrases: re.Pattern[str], told: str) -> tuple[str, list[int]]:
    """Return a text without some phrases, and the indexes of the times in them."""
    times = [int(place) for match in phrases.finditer(told) for place in re.findall("#([0-9]+)", match[0])]
    return phrases.sub("", told), times


@cache
def _reader() -> WalkReader:
    return WalkReader(*measure_reader())


def walks(text: str, *, reported: bool = False) -> list[Walk]:
    """Read the statements of walks that the writer, or whom they care for, did.

    Args:
        text: What a patient or carer wrote.
        reported: Whether it is known to report a walk: then its phrases need not say so.

    Returns:
        The walks that the message states, in its order. Questions, habits, plans and advice do not count.
    """
    return _reader()(text, reported=reported)


def days(text: str) -> list[DayTold]:
    """Return the days that a message names, in its order."""
    reader = _reader().days
    return [day for *_, day in reader(reader.spelt(measure_reader()[1].normal(text)))]
