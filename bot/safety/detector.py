"""The alarm's rules at work: a pure function from a message, and what was said before it, to the warning signs in it.

The rules are data (`signs/`, `context.yml`, `words.yml`); what they must do is settled by the safety policy. Signs are
found as concepts near each other in a sentence; words around them (negation, questions to learn, …) silence them after
the ConText algorithm (Harkema et al., Journal of Biomedical Informatics 42, 2009), with two differences for patients'
wording: a sign whose own words hold a negation ("can't pee") is never silenced by one, and somebody else's symptoms
count.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

from bot.safety.foreign import foreign_signs
from bot.safety.reading import Match, Reader, Reading, Span, Spans
from bot.safety.rules import ORDER, AlarmKind, Check, CheckKind, Cue, Rule, Rules, load
from bot.safety.verdict import NOTHING, Finding, Pending, Verdict

PIECE, OVERLAP = 3000, 300  # characters
LONGEST = 12  # words: no phrase of a concept is longer
QUESTION = re.compile(r"[^.!?\n•]*\?")
LASTING = 6  # messages for which a half of a sign is remembered


class Detector:
    """Finds warning signs by rules. Holds no state between messages; start once, call often."""

    def __init__(self, rules: Rules) -> None:
        self._version = rules.words.version
        self._rules = [(file.alarm, rule) for file in rules.signs for rule in file.rules]
        self._across = [(file.alarm, rule) for file in rules.signs for rule in file.across]
        self._checks = rules.checks.checks
        asked_about = {name for check in rules.checks.checks for name in check.all}
        self._anchors = {kind: rules.anchors(kind) for kind in ORDER}
        self._beside_checks = {kind: rules.anchors(kind, beside_checks=True) - asked_about for kind in ORDER}
        self._context = rules.context
        self._inner = set(rules.context.inner_negations)
        self._clause_ends = {*rules.context.clause_ends, *rules.context.sentence_ends}
        self._links = set(rules.context.links)
        self._read = Reader(rules)
        self._foreign = foreign_signs()

    def __call__(self, text: str, pending: Pending = NOTHING, bot_said: str = "") -> Verdict:
        """Look for warning signs.

        Args:
            text: A patient's message. A long one is read in overlapping pieces, so that the time stays linear.
            pending: What the verdict on the message before it left open.
            bot_said: The bot's last words: a place that it spoke of, or a sign that it asked for last, may be what a
                short reply means.

        Returns:
            The signs that were found, with those that context silences marked, and what is open now.
        """
        findings: set[Finding] = set(self._foreign(text))
        evidence: set[str] = set()
        spoken_of: set[str] = set()
        asked_about: set[CheckKind] = set()
        halves = {name: age + 1 for name, age in pending.halves.items() if age < LASTING}
        told = set(self._read(bot_said).concepts) if bot_said else set()
        questions = QUESTION.findall(bot_said)
        asked = set(self._read(questions[-1]).concepts) if questions else set()
        for start in range(0, max(len(text) - OVERLAP, 1), PIECE - OVERLAP):
            reading = self._read(text[start : start + PIECE])
            found = [*self._found(reading), *self._completed(reading, set(halves), told, asked)]
            findings |= {replace(one, start=one.start + start, end=one.end + start) for one in found}
            halves |= dict.fromkeys(self._left_open(reading), 0)
            evidence.update(_evidence(reading, found))
            spoken_of |= {*reading.concepts, *asked}
            asked_about.update(self._to_ask(reading))
        if pending.words:
            findings = self._with_words_before(pending.words, text, findings)
        in_order = sorted(findings, key=lambda finding: (finding.start, finding.end, finding.rule))
        counted = [finding for finding in in_order if not finding.silenced]
        sure = any(finding.sure for finding in counted)
        return Verdict(
            tuple(in_order),
            self._version,
            Pending(halves, text[-OVERLAP:]),
            frozenset(evidence),
            frozenset([*self._anchored(spoken_of, bool(asked_about)), *(finding.alarm for finding in counted)]),
            None if sure else min(asked_about, default=None),
        )

    def _found(self, reading: Reading) -> Iterator[Finding]:
        """Find the signs that a text holds by itself."""
        if not reading.concepts:
            return
        signs = [(kind, rule, match) for kind, rule in self._rules for match in _combine(rule, reading)]
        # A negation in a sign's own words ("can't pee") says nothing of another sign.
        own_words = {
            place for _, rule, match in signs if rule.sure for part in match for place in range(part.start, part.end)
        }
        silent: list[Finding] = []
        for kind, rule, match in sorted(signs, key=lambda sign: not sign[1].sure):
            silencer, weakened = self._silencer(rule.sign, match, own_words, reading)
            place = reading.characters(match)
            finding = Finding(kind, rule.sign, rule.name, *place, silencer, rule.sure and not weakened)
            if rule.sure and finding.silenced:
                silent.append(finding)
            if not rule.sure:  # what is only suspected in the words of a denied sign is denied as well
                denied = (one.silenced for one in silent if one.start < finding.end and finding.start < one.end)
                finding = replace(finding, silenced=finding.silenced or next(denied, None))
            yield finding

    def _anchored(self, spoken_of: set[str], beside_check: bool) -> Iterator[AlarmKind]:
        """Name the alarms that something learned may raise where these concepts are spoken of."""
        for kind, anchors in (self._beside_checks if beside_check else self._anchors).items():
            if not anchors or anchors & spoken_of:
                yield kind

    def _to_ask(self, reading: Reading) -> Iterator[CheckKind]:
        """Name the checks that a text calls for by itself."""
        for one in self._checks:
            for match in _combine(one, reading):
                if self._silencer(one.check, match, set(), reading)[0] is None:
                    yield one.check

    def _completed(self, reading: Reading, halves: set[str], told: set[str], asked: set[str]) -> Iterator[Finding]:
        """Find the signs whose other half was spoken of before; `asked` has what the bot's last question spoke of."""
        for kind, rule in self._across:
            # Every reminder names weak legs: "now" after it is no sign, after a question about them it is.
            bot = rule.earlier in (told if rule.by == "anybody" else asked)
            if not (bot or (rule.by != "bot" and rule.name in halves)):
                continue
            for span in _without(rule.unless, rule.now, reading):
                silencer, weakened = self._silencer(rule.sign, (span,), set(), reading)
                yield Finding(kind, rule.sign, rule.name, *reading.characters((span,)), silencer, not weakened)

    def _left_open(self, reading: Reading) -> Iterator[str]:
        """Name the rules whose first half a text speaks of; one that is denied, or means something else, is none."""
        for _, rule in self._across:
            for span in _without(rule.unless, rule.earlier, reading):
                silencer, _ = self._silencer(rule.sign, (span,), set(), reading)
                if not (silencer and self._context.cues[silencer].erases):
                    yield rule.name
                    break

    def _with_words_before(self, before: str, text: str, findings: set[Finding]) -> set[Finding]:
        """Read a message together with the end of the one before it: a sign, or its denial, may be cut in two."""
        joined = f"{before} {text[:OVERLAP]}"
        cut = len(before) + 1
        reading = self._read(joined)
        together = list(self._found(reading))
        across = {replace(one, start=0, end=one.end - cut) for one in together if one.start < cut < one.end}
        if not self._unfinished(before):
            return findings | across
        silenced = {(one.start - cut, one.end - cut, one.rule): one.silenced for one in together if one.silenced}
        return across | {
            replace(one, silenced=one.silenced or silenced.get((one.start, one.end, one.rule))) for one in findings
        }

    def _unfinished(self, before: str) -> bool:
        """Whether a message breaks off ("I have no"); a "no" alone is an answer, and denies nothing that follows."""
        words = self._read(before).words
        return len(words) > 1 and words[-1] in self._context.unfinished

    def _silencer(self, sign: str, match: Match, own_words: set[int], reading: Reading) -> tuple[str | None, bool]:
        """Name the cue that silences a sign, or None; and say whether one weakens it."""
        weakened = False
        loss = any(not self._inner.isdisjoint(reading.words[part.start : part.end]) for part in match)
        for name, cue in self._context.cues.items():
            if (cue.only and sign not in cue.only) or sign in cue.spares:
                continue
            if cue.needs and not reading.cues.get(cue.needs):
                continue
            directed = cue.reaches in ("after", "before")
            if directed and loss:
                continue
            places = (place for place in reading.meant(name) if not (directed and place.start in own_words))
            if any(self._reaches(cue, place, match, reading) for place in places):
                yields = bool(cue.yields_to and reading.cues.get(cue.yields_to))
                if not (cue.weakens or yields):
                    return name, True
                weakened |= not (cue.weakens and yields)
        return None, weakened

    def _reaches(self, cue: Cue, place: Span, match: Match, reading: Reading) -> bool:
        """Whether a cue at a place silences a sign."""
        if any(place.lies_in(part) for part in match):
            return False  # the sign's own words
        if cue.reaches in ("message", "nothing"):
            return cue.reaches == "message"
        if reading.sentences[place.start] not in {reading.sentences[part.start] for part in match}:
            return False
        if cue.leads and not reading.leads(place, cue.leads, self._links):
            return False
        if cue.impersonal and reading.sentences[place.start] in reading.personal:
            return False
        if cue.reaches == "after":
            later = (part for part in match if place.end <= part.start)
            return any(self._clause_ends.isdisjoint(reading.words[place.end : part.start]) for part in later)
        if cue.reaches == "rest":
            return place.end <= min(match).start
        return cue.reaches == "sentence" or place.start >= max(part.end for part in match)


@cache
def detector() -> Detector:
    """Return the project's own detector, started once a process."""
    return Detector(load())


def _evidence(reading: Reading, found: Iterable[Finding]) -> Iterator[str]:
    """Name what stands in a text, each name one word."""
    yield from (f"concept {name}".replace(" ", "_") for name in reading.concepts)
    yield from (f"cue {name}".replace(" ", "_") for name in reading.cues)
    for one in found:
        yield f"rule {one.rule} {bool(one.silenced)}".replace(" ", "_")
        yield f"silenced by {one.silenced}".replace(" ", "_")


def _without(unless: str | None, concept: str, reading: Reading) -> list[Span]:
    """Return a concept's places in sentences that do not hold another one."""
    others = {reading.sentences[span.start] for span in reading.concepts.get(unless or "", [])}
    return [span for span in reading.concepts.get(concept, []) if reading.sentences[span.start] not in others]


def _combine(rule: Rule | Check, reading: Reading) -> Iterable[Match]:
    """Return the places where all the rule's concepts stand near each other, in any order; most in one sentence."""
    concepts: Spans = reading.concepts
    sentences = reading.sentences
    matches: set[Match] = {(span,) for span in concepts.get(rule.all[0], [])}
    for name in rule.all[1:]:
        others = concepts.get(name, [])
        starts = [other.start for other in others]
        longer: set[Match] = set()
        for match in matches:
            start, end = min(match).start, max(part.end for part in match)
            nearest = bisect_left(starts, start - rule.within - LONGEST)
            for other in others[nearest : bisect_right(starts, end + rule.within)]:
                near = max(other.start - end, start - other.end) <= rule.within
                if near and (rule.anywhere or sentences[other.start] == sentences[start]):
                    longer.add((*match, other))
        matches = longer
    return matches
