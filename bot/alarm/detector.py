"""Applies the alarm's rules: a pure function from a message, and what was said before it, to its signs.

The rules are data (`signs/`, `context.yml`, `words.yml`); docs/safety.md says what they must do. A sign is a set of
concepts near each other in a sentence. Words around it (negation, questions to learn, …) silence it after the ConText
algorithm (Harkema et al., Journal of Biomedical Informatics 42, 2009). Two differences fit patients' wording: a
negation never silences a sign whose own words hold one ("can't pee"), and somebody else's symptoms count.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache

from bot.alarm.foreign import foreign_signs
from bot.alarm.matching import alone, combined
from bot.alarm.reading import Reader, Reading
from bot.alarm.rules import CHECKS, ORDER, AlarmKind, CheckKind, Rules, load
from bot.alarm.silencing import Silencer
from bot.alarm.verdict import LAST_WORDS, NOTHING, Finding, Pending, Place, Verdict

PIECE, OVERLAP = 3000, 300  # characters
SUSPECTED: AlarmKind = "cauda_equina"  # in unread text
UNREAD = "not read in time"  # the rule's name for unread text
QUESTION = re.compile(r"[^.!?\n•]*\?")
SAID = 2000  # characters to read from the end of the bot's last words
PLACES = 5  # places of an anchor that are kept, and of all anchors of an alarm
LASTING = 6  # messages for which half a sign is remembered


class Detector:
    """Finds signs by rules. Keeps no state between messages; start once, call often."""

    def __init__(self, rules: Rules) -> None:
        self._version = rules.words.version
        self._rules = [(file.alarm, rule) for file in rules.signs for rule in file.rules]
        self._across = [(file.alarm, rule) for file in rules.signs for rule in file.across]
        self._checks = rules.checks.checks
        fallen = {name for check in rules.checks.checks if check.check == "fall" for name in check.all}
        self._anchors = {kind: rules.anchors(kind) for kind in ORDER}
        self._beside_falls = {kind: rules.anchors(kind, beside_falls=True) - fallen for kind in ORDER}
        self._anchor_names = set().union(*self._anchors.values(), *self._beside_falls.values())
        self._context = rules.context
        self.read = Reader(rules)
        self._spoken_of = lru_cache(maxsize=1000)(self._concepts_of)  # the bot often says the same
        self._foreign = foreign_signs()

    def __call__(self, text: str, pending: Pending = NOTHING, bot_said: str = "") -> Verdict:
        """Look for warning signs.

        Args:
            text: A patient's message.
            pending: What the verdict on the previous message left open.
            bot_said: The bot's last words: a short reply may mean a place that the bot mentioned, or a sign that it
                asked for last.

        Returns:
            The signs found, with silenced ones marked, and what is open now.
        """
        looking = self.pieces(text, pending, bot_said)
        try:
            next(looking)
            while True:
                looking.send(False)
        except StopIteration as done:
            verdict: Verdict = done.value
            return verdict

    def pieces(self, text: str, pending: Pending = NOTHING, bot_said: str = "") -> Generator[None, bool, Verdict]:
        """Look for signs, and pause after each piece of a long text, so that other work can run.

        Args: as when called. The pieces overlap.

        Yields:
            None; it receives whether the time is up. Then the unread rest counts as a suspicion.

        Returns:
            The verdict.
        """
        findings: set[Finding] = set()
        evidence: set[str] = set()
        spoken_of: dict[str, list[Place]] = {}
        asked_about: set[CheckKind] = set()
        halves = {name: age + 1 for name, age in pending.halves.items() if age < LASTING}
        by_bot, asked = self._spoken_of(bot_said[-SAID:])
        for start in range(0, max(len(text) - OVERLAP, 1), PIECE - OVERLAP):
            if start and (yield):
                findings.add(_unread(text, start))
                break
            piece = text[start : start + PIECE]
            reading = self.read(piece)
            silencer = Silencer(self._context, reading)
            found = [*self._found(reading), *self._completed(reading, silencer, set(halves), by_bot, asked)]
            both = (*found, *self._foreign(piece))
            findings |= {replace(one, start=one.start + start, end=one.end + start) for one in both}
            halves |= dict.fromkeys(self._left_open(reading, silencer), 0)
            evidence.update(_evidence(reading, found))
            for name in asked:
                spoken_of.setdefault(name, [])
            for name in self._anchor_names & reading.concepts.keys():
                places = (reading.characters((span,)) for span in reading.concepts[name][:PLACES])
                spoken_of.setdefault(name, []).extend((first + start, last + start) for first, last in places)
            asked_about.update(self._to_ask(reading, silencer))
        if pending.words:
            joined = self.read(f"{pending.words} {text[:OVERLAP]}")
            unfinished = self._unfinished(pending.words)
            findings = self._with_words_before(joined, len(pending.words) + 1, findings, unfinished)
            if asked_about and unfinished:  # "there is no" … "trouble with my bladder"
                asked_about &= set(self._to_ask(joined, Silencer(self._context, joined)))
        in_order = sorted(findings, key=lambda finding: (finding.start, finding.end, finding.rule))
        counted = [finding for finding in in_order if not finding.silenced]
        sure = any(finding.sure for finding in counted)
        return Verdict(
            tuple(in_order),
            self._version,
            Pending(halves, text[-LAST_WORDS:]),
            frozenset(evidence),
            {**{one.alarm: () for one in counted}, **dict(self._anchored(spoken_of, "fall" in asked_about))},
            None if sure else min(asked_about, default=None, key=CHECKS.index),
        )

    def nothing_read(self, text: str) -> Verdict:
        """Return the verdict on an unreadable message: a suspicion."""
        return Verdict((_unread(text, 0),), self._version, anchors=dict.fromkeys(ORDER, ()))

    def _found(self, reading: Reading) -> Iterator[Finding]:
        """Yield the signs that a text holds by itself."""
        if not reading.concepts:
            return
        places = [(kind, rule, combined(rule, reading)) for kind, rule in self._rules]
        # A negation in a sign's own words ("can't pee") says nothing about another sign.
        own_words = {
            word
            for _, rule, some in places
            if rule.sure
            for match in some.matches
            for part in match
            for word in range(part.start, part.end)
        }
        silencer = Silencer(self._context, reading, own_words)
        silent: dict[int, list[Finding]] = {}  # by sentence
        for kind, rule, some in sorted(places, key=lambda place: not place[1].sure):
            for match in some.matches:
                silenced, weakened = silencer(rule.sign, match)
                if rule.denies:
                    if silenced:  # "it doesn't feel normal"
                        continue
                    silenced = rule.name
                place = reading.characters(match)
                finding = Finding(kind, rule.sign, rule.name, *place, silenced, rule.sure and not weakened)
                sentences = reading.sentences_of(match)
                if rule.sure and silenced:
                    for sentence in sentences:
                        silent.setdefault(sentence, []).append(finding)
                if not rule.sure:  # a suspicion in a denied sign's words is denied too
                    near = (one for sentence in sentences for one in silent.get(sentence, ()))
                    denied = (one.silenced for one in near if one.start < finding.end and finding.start < one.end)
                    finding = replace(finding, silenced=silenced or next(denied, None))
                yield finding
            for match in some.crowded:  # too many to check for cues: suspect them
                yield Finding(kind, rule.sign, rule.name, *reading.characters(match), None, False)

    def _anchored(
        self, spoken_of: dict[str, list[Place]], beside_fall: bool
    ) -> Iterator[tuple[AlarmKind, tuple[Place, ...]]]:
        """Yield the alarms that the voter may raise, with their anchors, when the concepts at these places are told."""
        for kind, anchors in (self._beside_falls if beside_fall else self._anchors).items():
            if told := anchors & spoken_of.keys():
                yield kind, tuple(sorted({place for name in told for place in spoken_of[name]})[:PLACES])

    def _to_ask(self, reading: Reading, silencer: Silencer) -> Iterator[CheckKind]:
        """Yield the checks that a text calls for by itself."""
        for one in self._checks:
            some = combined(one, reading)
            if some.crowded or any(silencer(one.sign, match)[0] is None for match in some.matches):
                yield one.check

    def _completed(
        self, reading: Reading, silencer: Silencer, halves: set[str], by_bot: frozenset[str], asked: frozenset[str]
    ) -> Iterator[Finding]:
        """Yield the signs whose other half was mentioned before; `asked`: the concepts of the bot's last question."""
        for kind, rule in self._across:
            # Every reminder names weak legs: "now" after it is no sign; after a question about them, it is.
            bot = rule.earlier in (by_bot if rule.by == "anybody" else asked)
            if not (bot or (rule.by != "bot" and rule.name in halves)):
                continue
            some = alone(rule.now, rule.unless, reading)
            for match in some.matches:
                silenced, weakened = silencer(rule.sign, match)
                yield Finding(kind, rule.sign, rule.name, *reading.characters(match), silenced, not weakened)
            for match in some.crowded:
                yield Finding(kind, rule.sign, rule.name, *reading.characters(match), None, False)

    def _left_open(self, reading: Reading, silencer: Silencer) -> Iterator[str]:
        """Yield the rules whose first half a text mentions, unless it is denied or means something else."""
        for _, rule in self._across:
            some = alone(rule.earlier, rule.unless, reading)
            silenced = {silencer(rule.sign, match)[0] for match in some.matches}
            if some.crowded or any(not (name and self._context.cues[name].erases) for name in silenced):
                yield rule.name

    def _concepts_of(self, bot_said: str) -> tuple[frozenset[str], frozenset[str]]:
        """Return the concepts in the bot's words, and those in its last question."""
        questions = QUESTION.findall(bot_said)
        asked = self.read(questions[-1]).concepts if questions else {}
        return frozenset(self.read(bot_said).concepts if bot_said else ()), frozenset(asked)

    def _with_words_before(self, joined: Reading, cut: int, findings: set[Finding], unfinished: bool) -> set[Finding]:
        """Add the signs that two messages tell together; a denial, too, may be cut in two.

        Args:
            joined: The end of the previous message and the beginning of this one.
            cut: Where this one begins in it, in characters.
            findings: The signs of this one.
            unfinished: Whether the previous one breaks off.
        """
        together = list(self._found(joined))
        across = {replace(one, start=0, end=one.end - cut) for one in together if one.start < cut < one.end}
        if not unfinished:
            return findings | across
        silenced = {(one.start - cut, one.end - cut, one.rule): one.silenced for one in together if one.silenced}
        return across | {
            replace(one, silenced=one.silenced or silenced.get((one.start, one.end, one.rule))) for one in findings
        }

    def _unfinished(self, before: str) -> bool:
        """Return whether a message breaks off ("I have no"); a "no" alone is a reply, and denies nothing after it."""
        words = self.read(before).words
        return len(words) > 1 and words[-1] in self._context.unfinished


@cache
def detector() -> Detector:
    """Return the project's detector, started once per process."""
    return Detector(load())


def _unread(text: str, start: int) -> Finding:
    """Return a suspicion for the unread rest of a text."""
    return Finding(SUSPECTED, UNREAD, UNREAD, start, len(text), None, sure=False)


def _evidence(reading: Reading, found: Iterable[Finding]) -> Iterator[str]:
    """Yield the names of all that a text holds, each as one word."""
    yield from (f"concept {name}".replace(" ", "_") for name in reading.concepts)
    yield from (f"cue {name}".replace(" ", "_") for name in reading.cues)
    for one in found:
        yield f"rule {one.rule} {bool(one.silenced)}".replace(" ", "_")
        yield f"silenced by {one.silenced}".replace(" ", "_")
