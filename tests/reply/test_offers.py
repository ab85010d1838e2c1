"""What a reply offers to choose from, on each channel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.forms import Question, forms
from bot.reply.offers import offer, shortened
from bot.reply.reply import Reply, spoken
from bot.reply.rows import Buttons, Lines, Row
from bot.reply.shown import Choice
from bot.text.sms import utf16

PLAIN = Row(
    connector="x",
    unit="characters",
    longest=500,
    buttons=None,
    pictures=False,
    short=False,
    window_hours=None,
    comes_back="message",
    carrier_words=False,
)
TAPPED = PLAIN.copy(update={"buttons": Buttons(most=3, title=10)})
LISTED = TAPPED.copy(update={"list": Lines(most=4, title=14, under=20, opens=20)})
CHOOSE = "Send the number of your choice:"


def replied(*titles: str, asks: str | None = None) -> Reply:
    """A reply with buttons that send their titles."""
    return Reply(buttons=spoken(titles), asks=asks)


def test_buttons() -> None:
    """Titles that fit are buttons; what one sends back when tapped is the numbers of the list and of its place."""
    offered = offer(replied("Yes", "No"), TAPPED, 7, 2)

    assert offered.choices == (Choice("7.2", "Yes", "Yes"), Choice("7.3", "No", "No"))
    assert (offered.entries, offered.listed, offered.text) == ((("Yes", "Yes"), ("No", "No")), False, "")


@pytest.mark.parametrize("titles", [("A", "B", "C", "D"), ("A", "More than ten")], ids=["too many", "too long"])
def test_list_where_buttons_do_not_fit(titles: tuple[str, ...]) -> None:
    """Titles that are too many or too long for buttons are a list that opens, if the channel has one."""
    offered = offer(replied(*titles), LISTED, 1, 0)

    assert (offered.listed, offered.text) == (True, "")
    assert tuple(one.title for one in offered.choices) == titles


@pytest.mark.parametrize("row", [PLAIN, TAPPED], ids=["no buttons", "too long for the buttons"])
def test_numbers(row: Row) -> None:
    """Else they are numbered in the text, and go on from the turn's earlier choices."""
    offered = offer(replied("More than ten", "B"), row, 1, 2)

    assert (offered.choices, offered.numbered) == ((), True)
    assert offered.text == f"{CHOOSE}\n3. More than ten\n4. B"


def test_too_many_for_a_list() -> None:
    """What is too much even for the list is numbered."""
    assert offer(replied("A", "B", "C", "D", "E"), LISTED, 1, 0).text.startswith(f"{CHOOSE}\n1. A\n2. B")


def test_shortened_lines_keep_their_words_below() -> None:
    """A line's shortened title has the whole one under it."""
    offered = offer(replied("What is the cart sign?", "B"), LISTED, 1, 0)

    assert offered.choices[0] == Choice("1.0", "What is the…", "What is the cart…")
    assert offered.entries[0] == ("What is the cart sign?", "What is the cart sign?")


def test_nothing_offered() -> None:
    """A reply without buttons offers nothing."""
    assert (offer(Reply(), PLAIN, 1, 0).text, offer(Reply(), LISTED, 1, 0).choices) == ("", ())


@pytest.mark.parametrize(
    ("titles", "asks", "text"),
    [
        (("2 minutes", "5 minutes", "Never"), "walk", "For example: 2 minutes, 5 minutes. Or send: Never."),
        (("2 minutes", "5 minutes"), "walk", "For example: 2 minutes, 5 minutes."),
        (("Never mind",), "walk", "Or send: Never mind."),
        (("Never mind",), None, f"{CHOOSE}\n1. Never mind"),
    ],
)
def test_a_number_that_replies_is_no_choice(titles: tuple[str, ...], asks: str | None, text: str) -> None:
    """Where a number is a reply to the question, no item has one."""
    offered = offer(replied(*titles, asks=asks), PLAIN, 1, 0)

    assert (offered.text, offered.numbered) == (text, asks is None)
    assert len(offered.entries) == len(titles)


@pytest.mark.parametrize("question", [one for form in forms().forms.values() for one in form.questions])
def test_warning_sign_first(question: Question) -> None:
    """A question's warning sign comes first, so that "1" and a bare yes mean it; all else keeps its order."""
    offered = offer(replied(*question.buttons, asks=question.slot), PLAIN, 1, 0)
    signs = [choice.title for choice in question.choices if choice.alarm]
    titles = [title for title, _ in offered.entries]

    assert titles == [*signs, *(title for title in question.buttons if title not in signs)]


@pytest.mark.parametrize(
    ("steering", "text"),
    [
        (("Go back", "Skip", "Stop"), "Send BACK, SKIP, or 0 to leave."),
        (("Go back", "Stop"), "Send BACK, or 0 to leave."),
        (("Stop",), "Send 0 to leave."),
    ],
)
def test_steering_in_words(steering: tuple[str, ...], text: str) -> None:
    """What steers a guided talk is no item of a numbered list, and is never the carriers' word."""
    offered = offer(replied("A", "B", *steering, asks="x"), PLAIN, 1, 0)

    assert offered.text == f"{CHOOSE}\n1. A\n2. B\n\n{text}"
    assert offered.entries == (("A", "A"), ("B", "B"))


def test_steering_buttons() -> None:
    """As a button, the way out of a guided talk sends what leaves the talk alone."""
    offered = offer(replied("A", "Skip", "Stop", asks="x"), TAPPED, 1, 0)

    assert offered.entries == (("A", "A"), ("Skip", "Skip"), ("Leave", "0"))
    assert [one.title for one in offered.choices] == ["A", "Skip", "Leave"]


@pytest.mark.parametrize(
    ("titles", "longest", "short"),
    [
        (["Yes", "No"], 20, ["Yes", "No"]),
        (["What is the cart sign?", "B"], 14, ["What is the…", "B"]),
        (["What is a disc?", "What is a nerve?"], 13, ["…is a disc?", "…is a nerve?"]),
        (["a b c d e f g", "a b c x e f g"], 6, ["1. a…", "2. a…"]),
        (["Incomprehensibilities"], 10, ["Incompreh…"]),
    ],
)
def test_shortened(titles: list[str], longest: int, short: list[str]) -> None:
    """A title is cut between words; where two beginnings are alike the ends are kept, else all get a number."""
    assert shortened(titles, longest) == short


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Z", "Cc")), min_size=1), max_size=13))
def test_never_too_long_nor_alike(titles: list[str]) -> None:
    """Whatever the titles, none is too long, and no two are alike."""
    short = shortened(titles, 20)

    assert all(0 < utf16(one) <= 20 for one in short)
    assert len({one.casefold() for one in short}) == len(titles)
