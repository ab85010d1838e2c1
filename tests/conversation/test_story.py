"""What a patient told of symptoms, as a slot keeps it."""

from bot.conversation.story import LONGEST, MOST, Story


def test_keeps_the_latest_sentences_once() -> None:
    """A sentence told again moves to the end, and only the latest are kept."""
    story = Story().telling(["first", "second "]).telling(["first"]).telling(map(str, range(MOST - 1)))

    assert story.sentences == ("first", *map(str, range(MOST - 1)))


def test_keeps_no_endless_sentence() -> None:
    """A text without a full stop is not kept."""
    assert Story().telling(["a" * (LONGEST + 1)]) == Story()


def test_survives_the_slot() -> None:
    """What goes into the slot comes out of it, also out of an empty one."""
    story = Story(("one",)).read_wrongly("selfcheck_legs").read_wrongly("selfcheck_legs")

    assert story.wrong == ("selfcheck_legs",)
    assert Story.from_slot(story.to_slot()) == story
    assert Story.from_slot(None) == Story()
