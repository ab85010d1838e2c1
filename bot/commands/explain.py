"""`stride explain`: what the bot sees in a message, and why it decides so."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from rich.table import Table
from rich.text import Text

from bot.alarm.detector import detector
from bot.alarm.reading import Reading, Span
from bot.alarm.verdict import Finding, Verdict
from bot.channels.incoming import typed
from bot.channels.local import LocalBot, load_agent
from bot.datafile import DataError
from bot.nlu.training import ensure_model
from bot.text.clean import clean
from bot.text.terms import term_reader

CONVERSATION = "explained"
RANKED = 5  # likeliest answers shown
BY = {
    "rules": "by the rules alone",
    "voter": "by the second voter alone, in whose words such a sign can stand",
    "both": "because the rules or the words, and the second voter, suspect it",
    "reply": "since the message says so in reply to a question",
}
Row = tuple[str, str]  # a name and its explanation


def explain(message: str, before: Sequence[str] = ()) -> Table:
    """Explain one message, as if a conversation began with it or with the messages before it.

    Returns:
        A table: words, concepts and cues, signs and what silenced them, probabilities, the decision and its reason.

    Raises:
        DataError: The message has no words, or is a command that only a button may send.
    """
    text = clean(message)
    text = typed(text) if text.startswith("/") else text
    if not any(character.isalnum() for character in text):
        raise DataError(f"{message!r}: has no words, or is a command that only a button may send")
    parse = asyncio.run(_parsed(text, before))
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, explanations in groupby(rows(text, parse), key=itemgetter(0)):
        for place, (_, explanation) in enumerate(explanations):
            table.add_row("" if place else name, Text(explanation))
    return table


async def _parsed(text: str, before: Sequence[str]) -> dict[str, Any]:
    """Return Rasa's parse of a message after those before it."""
    bot = LocalBot(load_agent(ensure_model()))
    for one in before:
        await bot.send(CONVERSATION, one)
    return await bot.parsed(CONVERSATION, text)


def rows(text: str, parse: dict[str, Any]) -> Iterator[Row]:
    """Yield the explanations of a message, in the order in which the bot finds them.

    Args:
        text: The message.
        parse: Rasa's parse of it.
    """
    yield "message", text
    reading, verdict = detector().read(text), detector()(text)
    yield from _read(text, reading)
    yield from (("sign", _sign(text, finding, reading)) for finding in verdict.findings)
    yield "rules", _of_rules(verdict)
    alarm = parse["alarm"]
    if alarm["probability"] is not None:
        yield "second voter", f"{alarm['probability']:.3f} for the likeliest alarm that has its words in the message"
    for kind, places in verdict.anchors.items():
        words = ", ".join(f'"{text[start:end]}"' for start, end in places)
        yield "anchors", f"{kind}: {words}"
    called = alarm["raised"] or (alarm["check"] and f"check, {alarm['check']}")
    yield "alarm", f"{called}, {BY[alarm['by']]}" if called else "none"
    for answer in parse["intent_ranking"][:RANKED]:
        yield "answers", f"{answer['confidence']:.3f} {answer['name']}"
    yield "answers", f"from {parse['threshold']:.3f} on an answer is given without asking back"
    for entity in parse["entities"]:
        role = f" ({entity['role']})" if "role" in entity else ""
        yield "entities", f"{entity['entity']}{role}: {entity['value']}"
    yield "decision", parse["intent"]["name"] + (f", a follow-up: {parse['rule']}" if parse.get("rule") else "")


def _read(text: str, reading: Reading) -> Iterator[Row]:
    """Yield words and phrases as the alarm and the answers read them."""
    yield (
        "alarm's words",
        _as_read((token.text, word) for token, word in zip(reading.tokens, reading.words, strict=True)),
    )
    yield "answers' words", _as_read((written, normal) for written, _, normal in term_reader()(text))
    for kind, found in (("concept", reading.concepts), ("cue", reading.cues)):
        for name, places in found.items():
            yield kind, f"{name}: {_quoted(text, reading, places)}"


def _as_read(words: Iterable[tuple[str, str]]) -> str:
    """Return words as they are read, with the original in brackets if it differs."""
    return " ".join(normal if written.lower() == normal else f"{normal}[{written}]" for written, normal in words)


def _quoted(text: str, reading: Reading, places: list[Span]) -> str:
    return ", ".join(f'"{text[slice(*reading.characters((place,)))]}"' for place in places)


def _sign(text: str, finding: Finding, reading: Reading) -> str:
    """Return a finding and its effect."""
    found = f'{finding.alarm}: {finding.sign}, rule {finding.rule}: "{text[finding.start : finding.end]}"'
    if finding.silenced:
        cue = _quoted(text, reading, reading.meant(finding.silenced))
        return f"{found}: silenced by {finding.silenced} {cue}"
    return f"{found}: {'counts' if finding.sure else 'is only suspected'}"


def _of_rules(verdict: Verdict) -> str:
    """Return what the rules conclude from all signs together."""
    if verdict.alarm:
        return f"raise {', '.join(verdict.alarms)}"
    if verdict.doubted:
        return f"suspect {verdict.doubted}"
    if verdict.check:
        return f"call for a check, {verdict.check}"
    return "remind of the signs, since one was spoken of" if verdict.silenced else "find nothing"
