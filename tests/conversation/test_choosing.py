"""Which item of a list a short message chooses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.check import check_file
from bot.conversation.choosing import choose
from bot.conversation.forms import forms
from bot.knowledge.base import knowledge

RELIEF = ["Sitting or bending", "Just standing still", "Both help", "Neither helps"]
LEGS = ["One leg", "Both legs", "It changes"]
WALKED = ["2 minutes", "5 minutes", "15 minutes", "I don't have to stop"]
WEAKNESS = ["Yes, new or worse", "No", "Yes, but old and unchanged"]
CHECK = ["Yes, one of these", "No, none of these"]
SAFE = ["Yes, I am safe now", "No, I am not safe"]
FALL = check_file().buttons("fall")
SLOPE = ["Downhill is worse", "Uphill is worse", "No difference"]
QUESTIONS = [question.buttons for form in forms().forms.values() for question in form.questions]


@pytest.mark.parametrize(
    "text",
    [
        *("2", "2.", "2)", "#2", "(2)", " 2 ", "２", "2️⃣", "٢", "2 please", "2, thanks!"),
        *("two", "TWO", "number 2", "number two", "Option 2", "option two", "choice 2", "item 2", "the number 2"),
        *("second", "the second", "the second one", "2nd", "the 2nd", "second option", "Second one, please."),
        *("secnod", "the secnod one", "optoin 2", "numbr two", "the seond"),
        *("Just standing still", "just standing still.", "JUST STANDING STILL", "“Just standing still”"),
        *("just standing stil", "just standng still", "justt standing still", "just standing still please"),
    ],
)
def test_chooses(text: str) -> None:
    """Numbers, places, the title's words, and typos of them choose an item."""
    assert choose(text, RELIEF, True) == 1


@pytest.mark.parametrize(
    ("text", "titles", "place"),
    [
        ("one", RELIEF, 0),
        ("1st", RELIEF, 0),
        ("first", RELIEF, 0),
        ("frist one", RELIEF, 0),
        ("thre", RELIEF, 2),
        ("the fourth", RELIEF, 3),
        ("the last one", RELIEF, 3),
        ("last", LEGS, 2),
        ("one leg", LEGS, 0),
        ("both legs", LEGS, 1),
        ("I dont have to stop", WALKED, 3),
        ("uphill is wrose", SLOPE, 1),
        ("no diference", SLOPE, 2),
        ("i canot get up", FALL, 1),
        ("i have new numbnes or weakness", FALL, 3),
        ("no, none of those", CHECK, 1),
    ],
)
def test_chooses_from(text: str, titles: list[str], place: int) -> None:
    """The same in other lists; a title's own words come before what they might count."""
    assert choose(text, titles, True) == place


@pytest.mark.parametrize(
    "text",
    [
        *("2 weeks", "2 minutes", "two legs", "one leg", "one more question", "second opinion", "a second", "the one"),
        *("1 2", "1-2", "1.5", "1/2", "½", "2%", "$2", "2 👍", "👍", "0", "5", "17", "100", "number 9", "the fifth"),
        *("no", "yes", "y", "none", "fine", "there", "right", "list", "last night", "first aid", "last answer"),
        *("b", "both", "sitting", "help", "neither of them helps me", "standing still makes it worse", "", "   ", "?!"),
        *("number one cause", "what is option 2", "the second operation", "item", "please", "ok"),
    ],
)
def test_chooses_nothing(text: str) -> None:
    """What says anything else, or names no item of the list, is for the bot."""
    assert choose(text, RELIEF, True) is None


@pytest.mark.parametrize("text", ["1", "one", "the first", "2", "5", "10 minutes", "12 minutes", "3 minutes", "last"])
def test_a_number_is_the_reply_itself(text: str) -> None:
    """Where a number is the reply, none chooses from the list, and another number is no typo."""
    assert choose(text, WALKED, False) is None


@pytest.mark.parametrize(("text", "place"), [("5 minutes", 1), ("15 minuts", 2), ("i don't have to stop", 3)])
def test_words_choose_where_numbers_do_not(text: str, place: int) -> None:
    """There a title's words choose, and typos of them."""
    assert choose(text, WALKED, False) == place


@pytest.mark.parametrize(
    ("text", "titles", "place"),
    [
        ("yes", CHECK, 0),
        ("Y", CHECK, 0),
        ("YES.", CHECK, 0),
        ("1", CHECK, 0),
        ("no", CHECK, 1),
        ("n", CHECK, 1),
        ("yes", WEAKNESS, 0),
        ("1", WEAKNESS, 0),
        ("no", WEAKNESS, 1),
        ("yes please", SAFE, 0),
        ("no", SAFE, 1),
        ("no", SLOPE, 2),
        ("yes", SLOPE, None),
        ("yes", FALL, None),
        ("no", FALL, 4),
        ("no", RELIEF, None),
        ("yeah", CHECK, None),
        ("no no", CHECK, None),
    ],
)
def test_yes_and_no(text: str, titles: list[str], place: int | None) -> None:
    """A bare yes or no chooses the first title that begins with it; other ways to say so are for the bot."""
    assert choose(text, titles, True) == place


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("I am safe", SAFE),
        ("no I am safe now", SAFE),
        ("yes I am not safe now", SAFE),
        ("I can get up", FALL),
        ("I have new pain", FALL),
        ("yes none of these", CHECK),
        ("no one of these", CHECK),
        ("yes, old and unchanged", WEAKNESS),
    ],
)
def test_no_typo_turns_the_meaning(text: str, titles: list[str]) -> None:
    """A short word more or less, such as "not", is no typo."""
    assert choose(text, titles, True) is None


@pytest.mark.parametrize("titles", QUESTIONS, ids=lambda titles: titles[0])
@pytest.mark.parametrize("numbered", [False, True])
def test_every_title_chooses_itself(titles: list[str], numbered: bool) -> None:
    """Each title of the guided talks chooses itself, also without punctuation and in small letters."""
    plain = [title.lower().replace(",", "").replace("'", "’") for title in titles]

    assert [choose(title, titles, numbered) for title in titles] == [*range(len(titles))]
    assert [choose(title, titles, numbered) for title in plain] == [*range(len(titles))]


@given(st.text(), st.lists(st.text()), st.booleans())
def test_never_raises(text: str, titles: list[str], numbered: bool) -> None:
    """Any message is read, to an item of the list or to none."""
    assert choose(text, titles, numbered) in (None, *range(len(titles)))


@given(st.sampled_from(sorted(knowledge().replies)), st.integers(0, 3))
def test_questions_choose_only_themselves(name: str, place: int) -> None:
    """An answer's title, as a question of its own, chooses none of another answer's follow-ups."""
    base = knowledge()
    follow_ups = [base[one].title for one in base[name].follow_ups]
    others = [one.title for one in base.answers if one.title not in follow_ups]

    assert [choose(one, follow_ups, True) for one in others] == [None] * len(others)
    assert choose(str(place + 1), follow_ups, True) == (place if place < len(follow_ups) else None)
