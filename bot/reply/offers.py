"""What a reply offers to choose from, as a channel shows it: buttons, a list that opens, or numbers in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.forms import forms
from bot.reply.reply import PARAGRAPH, Reply
from bot.reply.rows import Row, channels
from bot.reply.shown import Choice
from bot.text.sms import utf16
from bot.text.splitting import CLUSTER

LEAVE = "0"  # what ends a guided talk; "stop" would end all messages
CUT = "…"  # where a title is shortened
Entry = tuple[str, str]  # a choice: its title, and what it sends


@dataclass(frozen=True)
class Offer:
    """What a reply offers.

    Attributes:
        entries: The choices, in order.
        choices: Their buttons, or the lines of their list; empty where they stand in `text`.
        listed: Whether `choices` are a list that opens.
        text: The choices, or the steering of a guided talk, in words.
        numbered: Whether a number chooses.
    """

    entries: tuple[Entry, ...] = ()
    choices: tuple[Choice, ...] = ()
    listed: bool = False
    text: str = ""
    numbered: bool = True


def offer(reply: Reply, row: Row, number: int, first: int) -> Offer:
    """Return what a reply offers.

    Args:
        reply: The reply.
        row: The channel.
        number: The number of the turn's choices, the first part of a `Choice.id`.
        first: The place of the reply's first choice among the turn's.
    """
    entries, steering = _entries(reply)
    numbered = not (any(title[:1].isdigit() for title, _ in entries) or (reply.asks and len(entries) == 1))
    everything = (*entries, *steering)
    titles = [title for title, _ in everything]
    if row.buttons and len(titles) <= row.buttons.most and all(utf16(one) <= row.buttons.title for one in titles):
        return Offer(everything, _choices(titles, titles, number, first), numbered=numbered)
    if row.list and len(titles) <= row.list.most:
        under = shortened(titles, row.list.under)
        lines = _choices(shortened(titles, row.list.title), under, number, first)
        return Offer(everything, lines, listed=True, numbered=numbered)
    words = (_in_words([title for title, _ in entries], first, numbered=numbered), _steering(steering))
    return Offer(entries, text=PARAGRAPH.join(filter(None, words)), numbered=numbered)


def _entries(reply: Reply) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Return a reply's choices, a warning sign first, so that "1" and "yes" mean it; and those that steer a talk."""
    texts = forms().texts
    steering = {texts.back, texts.skip, texts.stop}
    asked = (question for form in forms().forms.values() for question in form.questions if question.slot == reply.asks)
    signs = {choice.title for question in asked for choice in question.choices if choice.alarm}
    buttons = [(button["title"], button["payload"]) for button in reply.buttons]
    chosen = sorted((one for one in buttons if one[0] not in steering), key=lambda one: one[0] not in signs)
    leave = (channels().words.leave_button, LEAVE)
    return tuple(chosen), tuple(leave if one[0] == texts.stop else one for one in buttons if one[0] in steering)


def _choices(titles: Sequence[str], full: Sequence[str], number: int, first: int) -> tuple[Choice, ...]:
    pairs = enumerate(zip(titles, full, strict=True), start=first)
    return tuple(Choice(f"{number}.{place}", title, whole) for place, (title, whole) in pairs)


def _in_words(titles: Sequence[str], first: int, *, numbered: bool) -> str:
    words = channels().words
    if not titles:
        return ""
    if numbered:
        lines = (words.item.format(number=place, title=one) for place, one in enumerate(titles, start=first + 1))
        return "\n".join([words.choose, *lines])
    examples = [one for one in titles if one[0].isdigit()]
    others = [one for one in titles if not one[0].isdigit()]
    sentences = ((words.examples, examples), (words.others, others))
    return " ".join(sentence.format(titles=", ".join(named)) for sentence, named in sentences if named)


def _steering(steering: Sequence[Entry]) -> str:
    words, texts = channels().words, forms().texts
    named = {texts.back: words.back, texts.skip: words.skip}
    steps = [named[title] for title, _ in steering if title in named]
    return words.steer.format(words=", ".join(steps)) if steps else words.leave if steering else ""


def shortened(titles: Sequence[str], longest: int) -> list[str]:
    """Return titles of at most so many characters each, no two alike.

    Those that are too long keep their beginning; if two would be alike, their end; else all get a number.
    """
    for dropped in (-1, 0):
        short = [_cut(one, longest, dropped) for one in titles]
        if len({one.casefold() for one in short}) == len(short):
            return short
    item = channels().words.item
    room = longest - utf16(item.format(number=len(titles), title=""))
    return [item.format(number=number, title=_cut(one, room, -1)) for number, one in enumerate(titles, start=1)]


def _cut(title: str, longest: int, dropped: int) -> str:
    """Return a title without its last words, or its first ones with `dropped` 0, if it is too long."""
    if utf16(title) <= longest:
        return title
    for pieces, between in ((title.split(), " "), (CLUSTER.findall(title), "")):
        while pieces and utf16(between.join(pieces) + CUT) > longest:
            pieces.pop(dropped)
        if pieces:
            left = between.join(pieces)
            return f"{CUT}{left}" if dropped == 0 else f"{left}{CUT}"
    return CUT
