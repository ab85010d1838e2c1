"""What a message says of topics, and how it takes up what was said."""

from pathlib import Path

import pytest

from bot.conversation.lexicon import FILE, FollowUpsFile, load
from bot.conversation.topics import topics
from bot.datafile import DataError, read
from bot.knowledge.base import knowledge
from bot.text.terms import term_reader

LEXICON = load(lambda text: [word for _, _, normal in term_reader()(text) for word in normal.split()])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("does gabapentin work", ["gabapentin"]),
        ("Lyrica, or a nerve block?", ["gabapentin", "injections"]),
        ("a fusion or the keyhole one", ["fusion", "keyhole"]),
        ("gabapenten", ["gabapentin"]),
        ("keyhole surgery", ["keyhole"]),
        ("epidural steroid injection", ["injections"]),
        ("cauda equina syndrome", ["cauda equina"]),
        ("gabapentin and gabapentin", ["gabapentin"]),
        ("the weather", []),
        ("", []),
    ],
)
def test_names_topics(text: str, expected: list[str]) -> None:
    """A message's topics are read in its order, by any of their names, each once; the longest name counts."""
    assert list(LEXICON.read(text).topics) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is acupuncture any use", ["acupuncture"]),
        ("can I drive to my chiropractor, he is good, my chiro", ["chiropractic", "driving"]),
        ("does gabapentin work", []),
    ],
)
def test_names_what_no_document_covers(text: str, expected: list[str]) -> None:
    """What lies outside the documents is read too, what is named most often first."""
    assert list(LEXICON.read(text).outside) == expected


@pytest.mark.parametrize("name", knowledge().outside.subjects)
def test_every_word_of_a_subject_names_it(name: str) -> None:
    """What patients call a subject names it, and no other."""
    read_ = {word: LEXICON.read(word).outside for word in knowledge().outside.subjects[name].words}

    assert read_ == dict.fromkeys(read_, (name,))


@pytest.mark.parametrize("name", topics().topics)
def test_every_word_of_a_topic_names_it(name: str) -> None:
    """What patients call a topic names it, and no other."""
    read_ = {word: LEXICON.read(word).topics for word in topics().topics[name].words}

    assert read_ == dict.fromkeys(read_, (name,))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("does it work", ["evidence"]),
        ("how does it work", ["how"]),
        ("does that shot really help", ["evidence"]),
        ("why", ["why"]),
        ("any side effects", ["risks"]),
        ("how long does it last", ["duration"]),
        ("how often", ["often"]),
        ("what if it does not work", ["first"]),
        ("is it safe and how long till it kicks in", ["risks", "duration"]),
        ("what else", ["alternatives"]),
        ("gabapentin", []),
    ],
)
def test_asks_for_sides(text: str, expected: list[str]) -> None:
    """The sides that a message asks for are read in its order; the longest phrase counts."""
    assert list(LEXICON.read(text).sides) == expected


@pytest.mark.parametrize(
    ("text", "attribute", "expected"),
    [
        ("no, I meant the injection", "openers", {"correction"}),
        ("compared with ibuprofen", "openers", {"compare"}),
        ("back to injections", "openers", {"back"}),
        ("and gabapentin", "openers", {"also"}),
        ("gabapentin", "openers", set()),
        ("tell me more", "more", True),
        ("tell me", "more", False),
        ("the other one", "other", True),
        ("another one", "other", False),
        ("which of the two is better", "between", True),
        ("the second one", "ordinal", 1),
        ("number three", "ordinal", 2),
        ("bottom one", "ordinal", -1),
        ("2", "ordinal", 1),
        ("twice", "ordinal", None),
        ("is it", "pronoun", True),
        ("that's good", "pronoun", True),
        ("is gabapentin", "pronoun", False),
        ("why would the doctor want it", "content", ()),
        ("does it interfere with a pacemaker", "content", ("interfere", "pacemaker")),
        ("does it work?", "words", 3),
        ("👍", "content", ()),
    ],
)
def test_reads_how_it_takes_up_what_was_said(text: str, attribute: str, expected: object) -> None:
    """A message tells how it begins, what it points at, and which words carry a meaning of their own."""
    assert getattr(LEXICON.read(text), attribute) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("does it work?", True),
        ("why?", True),
        ("tell me more", True),
        ("the other one", True),
        ("is that so", True),
        ("does gabapentin work?", False),
        ("does it interfere with a pacemaker", False),
        ("hello", False),
        ("", False),
    ],
)
def test_tells_what_leans(text: str, expected: bool) -> None:
    """A message leans on the conversation when it points at something and names nothing itself."""
    assert LEXICON.read(text).leans is expected


def test_falls_back_on_what_exists() -> None:
    """Topics that are offered, or asked of another side, are there, and the sources speak of those sides of them."""
    known = topics().topics

    assert set(LEXICON.nothing_in_focus) <= known.keys()
    assert all(side in known[topic].answers for side, topic in LEXICON.wider.items())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  feel: [", "  fel: [", "sides"),
        ("  back: [", "  backk: [", "openers"),
        ("\nmore:\n", "\nmor:\n", "more: field required"),
        ("sides: [first, goals]", "sides: [firsts, goals]", "wider.1.sides.0"),
    ],
)
def test_tells_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A file that is wrong is told with its line and key."""
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "follow_ups.yml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DataError, match=rf"{file}:\d+: ") as error:
        read(file, FollowUpsFile)

    assert said in str(error.value)
