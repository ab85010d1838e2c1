"""What a message of a messaging channel says."""

from dataclasses import replace

import pytest

from bot.channels.reading import ANEW, Said, said
from bot.reply.offers import LEAVE
from bot.reply.rows import rows
from bot.store.messages import ProvidersAnswer, Received, Talk

OLD = (("Yes, one of these", "Yes, one of these"), ("No, none of these", "No, none of these"))
ANSWERS = (("What is a brace?", "/aids.brace"), ("Which stretches help?", "/physio.flexion"))
MINUTES = (("2 minutes", "2 minutes"), ("I don't have to stop", "I don't have to stop"), ("Leave", LEAVE))
TALK = Talk(lists={1: OLD, 2: ANSWERS})
CHECK = Talk(lists={1: ANSWERS, 2: OLD}, asks="safety_check", check=True)
QUESTION = Talk(lists={1: MINUTES}, numbered=False, asks="selfcheck_minutes")


def received(text: str = "", choice: str | None = None, **fields: object) -> Received:
    """A text message."""
    return Received("1", {"phone": "+15550001111"}, "sms", 0.0, text, choice=choice, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "talk", "expected"),
    [
        ("does a brace help?", TALK, Said("does a brace help?")),
        # the latest list, and no older one
        ("2", TALK, Said("/physio.flexion")),
        ("the first", TALK, Said("/aids.brace")),
        ("what is a brace", TALK, Said("/aids.brace")),
        ("2", replace(TALK, lists={**TALK.lists, 3: ()}), Said("2")),
        ("2 weeks", TALK, Said("2 weeks")),
        # a number is the reply to a question for a number
        ("2", QUESTION, Said("2")),
        ("0", QUESTION, Said("Stop")),
        ("0", TALK, Said("0")),
        # a check: every yes is a sign, and never START
        ("1", CHECK, Said("Yes, one of these")),
        ("YES", CHECK, Said("Yes, one of these")),
        ("y", CHECK, Said("Yes, one of these")),
        # words for the channel, only where they stand alone
        ("STOP", TALK, Said(manner="stop")),
        ("stop", CHECK, Said(manner="stop")),
        ("stop the gabapentin?", TALK, Said("stop the gabapentin?")),
        ("HELP", TALK, Said(manner="help")),
        ("help i can't pee", TALK, Said("help i can't pee")),
        ("help", replace(TALK, standing=True), Said("help", "help")),
        ("help", CHECK, Said("help", "help")),
        ("start", TALK, Said("Hello")),
        ("start", QUESTION, Said("start")),
        ("more", QUESTION, Said("more")),
        ("delete my data", TALK, Said(manner="delete")),
        ("what do you know about me", TALK, Said(manner="known")),
        ("more", replace(TALK, more="There is more."), Said(manner="more")),
        ("more", TALK, Said("tell me more")),
        ("sources", TALK, Said("which source is that from")),
        ("skip", QUESTION, Said("Skip")),
        ("skip", TALK, Said("skip")),
    ],
)
def test_text(text: str, talk: Talk, expected: Said) -> None:
    """A text chooses, asks the channel for something, or goes to the bot."""
    assert said(received(text), talk, rows()["sms"], opted_out=False) == expected


@pytest.mark.parametrize(
    ("text", "talk", "expected"),
    [
        ("START", TALK, Said(manner="start")),
        ("yes", TALK, Said(manner="start")),
        ("yes", CHECK, Said("Yes, one of these")),  # a sign, whoever has opted out
        ("numb between my legs", TALK, Said("numb between my legs")),
    ],
)
def test_after_stop(text: str, talk: Talk, expected: Said) -> None:
    """Who has opted out comes back with START, or with YES where nothing asks for a yes."""
    assert said(received(text), talk, rows()["sms"], opted_out=True) == expected


@pytest.mark.parametrize(
    ("choice", "text", "talk", "expected"),
    [
        ("2.1", "", TALK, Said("/physio.flexion")),
        ("1.2", "Leave", QUESTION, Said("Stop")),
        # an older button for an answer still asks for it; an older reply to a question does not
        ("1.0", "", replace(TALK, lists={1: ANSWERS, 2: ()}), Said("What is a brace?")),
        ("1.1", "", TALK, Said(told="old_button")),
        ("1.0", "", TALK, Said(ANEW, told="old_button")),  # but a sign is asked about anew
        # the list is forgotten, or was never there
        ("7.0", "What is a brace?", TALK, Said("What is a brace?")),
        ("7.0", "", TALK, Said(told="old_button")),
        ("2.9", "", TALK, Said(told="old_button")),
        ("²..", "", TALK, Said(told="old_button")),
        ("/restart", "", TALK, Said(told="old_button")),
    ],
)
def test_button(choice: str, text: str, talk: Talk, expected: Said) -> None:
    """A tapped button counts for the list that it belongs to."""
    assert said(received(text, choice), talk, rows()["telegram"], opted_out=False) == expected


@pytest.mark.parametrize(
    ("text", "answered", "talk", "opted_out", "expected"),
    [
        ("STOP", "stop", TALK, False, Said(manner="stop")),
        ("START", "start", TALK, True, Said(manner="start")),
        ("YES", "start", TALK, True, Said(manner="start")),
        # the carrier takes a yes for START, but it replies to the bot
        ("YES", "start", CHECK, True, Said("Yes, one of these")),
        ("YES", "start", QUESTION, False, Said("YES")),
        ("HELP", "help", TALK, False, Said(manner="help")),
    ],
)
def test_carrier_has_answered(
    text: str, answered: ProvidersAnswer, talk: Talk, opted_out: bool, expected: Said
) -> None:
    """A word that the carrier has obeyed is not answered, but a yes to the bot reaches it."""
    assert said(received(text, answered=answered), talk, rows()["sms"], opted_out=opted_out) == expected


def test_help_elsewhere() -> None:
    """Where no carrier demands its own reply, help with a sign is the bot's matter alone."""
    assert said(received("help"), CHECK, rows()["telegram"], opted_out=False) == Said("help")


def test_media() -> None:
    """A picture gets told about, and its words are read."""
    assert said(received(unreadable=True), TALK, rows()["sms"], opted_out=False) == Said(told="unreadable")
    captioned = said(received("can't feel when i wipe", unreadable=True), TALK, rows()["sms"], opted_out=False)
    assert captioned == Said("can't feel when i wipe", told="unreadable")
