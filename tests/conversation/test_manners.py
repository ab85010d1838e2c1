"""What a message wants of a messaging channel itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.forms import forms
from bot.conversation.manners import FILE, LONGEST, Manner, MannersFile, heard_as, manner, wish
from bot.datafile import read
from tests.conversation.replying import SKIP, reply

WORDS = read(FILE, MannersFile).words
BARE = [(name, word) for name, some in WORDS.items() for word in some]
AROUND = ["{}", " {} ", "{}.", "{}!", "“{}”", "'{}'", "*{}*", "({})", "/{}", "#{}", "{}…", "\u200b{}\ufeff", "{}\n"]


def wanted(text: str, *, carrier: bool = True, asked: bool = False) -> Manner | None:
    """What a message wants on a carrier's channel, where no talk asks."""
    return manner(text, carrier=carrier, asked=asked)


@pytest.mark.parametrize(("name", "word"), BARE)
@pytest.mark.parametrize("around", AROUND)
def test_a_bare_word_counts_whatever_is_around_it(name: str, word: str, around: str) -> None:
    """Case, blanks, invisible characters, signs and quotes around a word change nothing."""
    for text in (around.format(word), around.format(word).upper()):
        assert wanted(text, asked=True) == name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("STOP", "stop"),
        ("ＳＴＯＰ", "stop"),
        ("StopAll", "stop"),
        ("opt-out", "stop"),
        ("please STOP", "stop"),
        ("Stop, thanks", "stop"),
        ("UNSTOP", "start"),
        ("YES", "yes"),
        ("INFO", "help"),
        ("stpo", None),
        ("STOPP", None),
        ("STOP 12345", None),
        ("stop it hurts", None),
        ("stop the gabapentin?", None),
        ("should I stop", None),
        ("end of the month", None),
        ("quit smoking", None),
        ("I want to cancel my operation", None),
        ("can I start", None),
        ("help i can't pee", None),
        ("help me", None),
        ("yes it is numb", None),
        ("no more", None),
        ("source of the pain", None),
        ("my back", None),
        ("10", None),
        ("", None),
        ("…", None),
    ],
)
def test_only_bare_words_count(text: str, expected: Manner | None) -> None:
    """The carriers' words obey alone or with a "please"; in a sentence, with a number or misspelt they do not."""
    assert wanted(text) == expected
    assert wanted(text, carrier=False) == expected


@pytest.mark.parametrize("text", ["0", "leave", "Exit", "back", "SKIP"])
def test_steers_only_a_talk_that_asks(text: str) -> None:
    """What ends or steers a guided talk is a message like any other where none asks."""
    assert wanted(text, asked=True) is not None
    assert wanted(text) is None


@pytest.mark.parametrize("text", ["Stop", "cancel", "end", "quit"])
def test_without_a_carrier_a_talk_is_ended_first(text: str) -> None:
    """On a chat, "stop" to a question of a talk ends the talk; a carrier takes it for itself all the same."""
    assert wanted(text, carrier=False, asked=True) is None
    assert wanted(text, carrier=False) == "stop"
    assert wanted(text, asked=True) == "stop"


@pytest.mark.parametrize("text", ["unsubscribe", "STOPALL", "opt out", "revoke"])
def test_plain_opt_outs_count_on_every_channel(text: str) -> None:
    """What can only mean the messages counts on a chat too, while a talk asks."""
    assert wanted(text, carrier=False, asked=True) == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "DELETE MY DATA",
        "Delete my conversation.",
        "forget me",
        "please delete everything about me",
        "erase my messages",
        "can you delete my data?",
        "I want you to delete my data",
        "I want that you delete my data",
        "I'd like my data deleted",
        "I should like everything that I have written to be deleted",
        "remove everything I wrote",
        "wipe everything I told ye",
        "erase my chat history pls",
        "can I have my data removed",
        "delte my data",
        "pls delete all my personal data, thank you",
        "get rid of my messages",
        "delete it all",
        "delete me",
        "remove me from your records",
        "erase evrything i typed",
        "forget everything you know about me",
        "Hi, could you please delete my information? Thanks",
        "delete my data, will you",
        "delete my data and my diary",
        "delete all data you have about me",
    ],
)
def test_wants_its_data_deleted(text: str) -> None:
    """A patient has their data deleted in many words, politely or not, with a letter wrong."""
    assert wanted(text) == "delete"


@pytest.mark.parametrize(
    "text",
    [
        "what do you know about me",
        "What have you stored about me?",
        "what's stored about me",
        "show me my data",
        "what data do you have on me",
        "what do u know of me",
        "please show me what you have on me",
        "do you know anything about me?",
        "give me a copy of my data",
        "can I see my data",
        "I want to see my data please",
        "export my data",
        "tell me what you know about me",
        "what personal information do you hold about me",
        "what does this chat know about me",
        "what have you got on me",
        "what are you keeping about me",
        "I want to know what you know about me",
    ],
)
def test_wants_to_know_what_is_kept(text: str) -> None:
    """A patient asks what is kept about them in many words."""
    assert wanted(text) == "known"


@pytest.mark.parametrize(
    "text",
    [
        "don't delete my data",
        "I do not want my data deleted",
        "how do I delete my data",
        "can I delete my data?",
        "I have deleted my messages",
        "is my data deleted",
        "will my data be deleted",
        "delete my diary",
        "delete my message",
        "delete the last entry",
        "delete that",
        "forget it",
        "forget what I said",
        "clear information please",
        "wipe everything",
        "erase my pain",
        "erase me",
        "delete me from this world",
        "remove everything",
        "delete my data and tell me if numb is bad",
        "delete my data. I can't feel when I wipe",
        "what do you know",
        "what do you know about stenosis",
        "what do doctors know about me",
        "what have I told you",
        "show me my diary",
        "my data",
        "who has my data",
        "you have my data",
    ],
)
def test_deletes_and_tells_nothing_unasked(text: str) -> None:
    """A denial, a question how, a diary, one message, and a sentence that says more are left to the bot."""
    assert wanted(text, asked=True) is None


@given(st.text(alphabet=st.characters(categories=("L", "N", "Zs", "P")), min_size=1, max_size=30))
def test_never_obeys_within_a_sentence(before: str) -> None:
    """A wish behind a sentence of its own never deletes anything, whatever that sentence says."""
    assert wanted(f"{before} numb, then delete my data") is None


def test_a_long_message_is_none() -> None:
    """A message that is too long for one of these costs no time."""
    assert wanted("please " * LONGEST + "delete my data") is None


@pytest.mark.parametrize(("found", "button"), [("back", "back"), ("skip", "skip"), ("leave", "stop")])
def test_the_bot_hears_its_own_buttons(found: Manner, button: str) -> None:
    """What steers a talk is heard as the button that does so on the website."""
    assert heard_as(found) == getattr(forms().texts, button)


@pytest.mark.parametrize("slot", ["selfcheck_minutes", "visit_relief"])
def test_what_an_opening_offers_is_understood(slot: str) -> None:
    """Both talks say at their beginning how to skip, go back and leave, and understand these words."""
    skipped, back, left = (reply(word, slot) for word in ("skip", "go back", "leave"))

    assert all(word in form.opening for form in forms().forms.values() for word in ("skip", "go back", "leave"))
    assert skipped is not None
    assert skipped.slots == {slot: SKIP}
    assert back is not None
    assert None in back.slots.values()
    assert left is not None
    assert left.stop


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("please delete my data", "delete"),
        ("what do you know about me", "known"),
        ("stop", None),
        ("help", None),
        ("what do you know about stenosis", None),
    ],
)
def test_wishes_count_on_every_channel(text: str, expected: str | None) -> None:
    """A wish about the patient's own data is read apart from the words for a carrier."""
    assert wish(text) == expected
