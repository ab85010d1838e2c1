"""What a patient's story tells already of a guided talk's questions, and how the patient confirms it."""

import pytest

from bot.conversation.forms import SKIPPED, FormReply, forms
from bot.conversation.slots import STORY
from bot.conversation.story import Story
from bot.conversation.story_reader import told_before
from bot.conversation.symptoms import FILE, SymptomsFile
from bot.datafile import read
from tests.conversation.replying import reply, value

TOLD_STORY = Story(("I get pain in both calves after 5 minutes of walking, better when I sit down.",))


@pytest.mark.parametrize(
    ("sentence", "slot", "told"),
    [
        (TOLD_STORY.sentences[0], "selfcheck_minutes", "5 minutes"),
        (TOLD_STORY.sentences[0], "selfcheck_relief", "Sitting or bending forward"),
        (TOLD_STORY.sentences[0], "selfcheck_legs", "Both legs"),
        (TOLD_STORY.sentences[0], "selfcheck_slope", None),
        (TOLD_STORY.sentences[0], "selfcheck_leaning", None),
        # A sign, and what is to be told in the patient's own words, is always asked for.
        ("No numbness, but pain in my left leg when I walk", "selfcheck_signs", None),
        ("My ankle is not weak but hurts when I walk", "visit_weakness", None),
        ("Pain in my leg when walking, gabapentin does nothing", "visit_medicines", None),
        # Both told one by one, and a posture that eases and hurts, say nothing.
        ("My left leg hurts and my right leg hurts when I walk", "selfcheck_legs", None),
        ("My leg hurts when I sit, walking eases it", "selfcheck_relief", None),
        # These times are none of a walk.
        ("My legs hurt when I walk, sitting for 5 minutes eases it", "selfcheck_minutes", None),
        ("My leg hurts after an hour sitting and walking eases it", "selfcheck_minutes", None),
        ("30 minutes later my legs hurt less when walking", "selfcheck_minutes", None),
        ("I can walk about two blocks then my legs get heavy", "selfcheck_minutes", "2 blocks"),
        # Years are not how long a walk lasts.
        ("My leg has hurt when I walk for 3 years", "selfcheck_minutes", None),
    ],
)
def test_a_story_may_tell_a_reply(sentence: str, slot: str, told: str | None) -> None:
    """What the patient told before stands in for a reply, but for warning signs and own words."""
    question = next(one for form in forms().forms.values() for one in form.questions if one.slot == slot)

    found = told_before(question, {STORY: Story((sentence,)).to_slot()})

    assert (found or {}).get("told") == told


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "Yes, that is right",
        "that's right",
        "ok",
        "yep correct",
        "yes thanks",
        "yes I think so",
        "1",
        "1)",
        "the first one",
        "👍",
    ],
)
def test_story_confirmed(text: str) -> None:
    """ "Yes" to what was told before is the reply."""
    assert value(text, "selfcheck_relief", story=TOLD_STORY.to_slot()) == "bending"


@pytest.mark.parametrize(
    "text",
    ["no", "No, it is not", "that's wrong", "no thats not what i said", "2", "2.", "the second one", "not exactly"],
)
def test_story_called_misread(text: str) -> None:
    """ "No" to what was told before asks the question itself."""
    assert reply(text, "selfcheck_relief", story=TOLD_STORY.to_slot()) == FormReply({}, again="misread")


@pytest.mark.parametrize(
    ("text", "slot", "expected"),
    [
        ("only standing still helps", "selfcheck_relief", "standing"),
        ("no, standing still is enough", "selfcheck_relief", "standing"),
        ("1", "selfcheck_relief", "bending"),
        ("10 minutes", "selfcheck_minutes", 10),
        ("2", "selfcheck_minutes", 2),
        ("no, just the left", "selfcheck_legs", "one"),
        ("skip", "selfcheck_legs", SKIPPED),
    ],
)
def test_story_corrected_at_once(text: str, slot: str, expected: object) -> None:
    """Another reply than yes or no counts as a reply to the question."""
    assert value(text, slot, story=TOLD_STORY.to_slot()) == expected


def test_buttons_that_are_not_shown_are_not_chosen() -> None:
    """ "3" chooses none of the question's own buttons, which the confirmation hides."""
    downhill = Story(("My legs hurt when I walk downhill",))
    for text in ("3", "the third one"):
        assert reply(text, "selfcheck_slope", story=downhill.to_slot()) == FormReply({}, again="unclear")


def test_misread_story_is_not_shown_again() -> None:
    """After "no" the question is asked as if nothing had been told, and "no" is a reply to it."""
    story = TOLD_STORY.read_wrongly("selfcheck_leaning")

    assert value("no", "selfcheck_leaning", story=story.to_slot()) == "no"


def test_stories_name_what_is_read() -> None:
    """What a choice takes from a story is a name of symptoms.yml; another would never be told."""
    known = read(FILE, SymptomsFile)
    names = {"side": known.sides, "place": known.places, "trigger": known.triggers, "relief": known.reliefs}
    choices = [one for form in forms().forms.values() for question in form.questions for one in question.choices]

    for kind, values in (item for one in choices for item in one.story.items()):
        assert set(values) <= set(names[kind])


def test_no_sign_is_taken_from_a_story() -> None:
    """A warning sign is always asked for."""
    for form in forms().forms.values():
        for question in form.questions:
            if any(choice.alarm for choice in question.choices):
                assert not question.measure
                assert not any(choice.story for choice in question.choices)
