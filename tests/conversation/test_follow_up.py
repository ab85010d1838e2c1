"""Messages that lean on the conversation."""

from dataclasses import replace

import pytest

from bot.conversation.focus import Focus
from bot.conversation.follow_up import FollowUps
from bot.conversation.lexicon import load
from bot.conversation.query import Query, Ranking, Resolved
from bot.conversation.topics import topics
from bot.text.terms import term_reader

LEXICON = load(lambda text: [word for _, _, normal in term_reader()(text) for word in normal.split()])
RESOLVE = FollowUps(LEXICON)
THRESHOLD = 0.5
UNSURE: Ranking = [("decline.out_of_scope", 0.1), ("clarify.greeting", 0.05)]


def asked(text: str, ranking: Ranking = UNSURE, again: Ranking = ()) -> Query:
    """Return a message of which the classifier makes that."""
    return Query(text, LEXICON.read(text), ranking, THRESHOLD, again)


def about(answer: str, *offered: str) -> Focus:
    """Return the focus after an answer with those buttons."""
    return Focus().given(answer, topics().topic_of(answer), topics().side_of(answer)).offering(offered)


NOTHING = Focus()
STENOSIS = about("stenosis.definition")
INJECTION = about("injections.overview")
ITS_EFFECT = about("injections.effect")
GABAPENTIN = about("medicines.gabapentinoids", "medicines.antidepressants", "treatment.overview")
IBUPROFEN = about("medicines.nsaids", "treatment.overview", "medicines.acetaminophen")
PHYSIO = about("physio.overview", "exercise.safety", "physio.flexion", "physio.strength")
BRACE = about("aids.brace")
WALKER = about("aids.walkers_canes")
SCAN = about("diagnosis.imaging")
SURGERY = about("surgery.options", "surgery.laminectomy", "surgery.fusion", "surgery.minimally_invasive")
FUSION = about("surgery.fusion")
BOTH = replace(FUSION, seen=("surgery.laminectomy", "surgery.fusion"))
WHICH = replace(
    INJECTION, offered=("injections.effect", "surgery.outcomes", "medicines.nsaids"), asked_back=True, side=None
)


@pytest.mark.parametrize(
    ("focus", "message", "answer", "unsaid"),
    [
        # It and they.
        (INJECTION, "does it work?", "injections.effect", False),
        (INJECTION, "how long does it last", "injections.effect", False),
        (INJECTION, "how often can I have them?", "injections.repeat_risks", False),
        (INJECTION, "how does it work", "injections.mechanism", False),
        (STENOSIS, "will it go away?", "condition.course", False),
        (STENOSIS, "what causes it", "condition.causes", False),
        (SURGERY, "how soon would dad be back to normal", "recovery.overview", False),
        # Why.
        (INJECTION, "why?", "injections.mechanism", False),
        (STENOSIS, "but why", "condition.mechanism", False),
        # Side effects.
        (INJECTION, "any side effects?", "injections.repeat_risks", False),
        (PHYSIO, "is it safe", "exercise.safety", False),
        pytest.param(INJECTION, "what are the side effects", "injections.repeat_risks", False),
        # The sources say nothing of that side.
        (GABAPENTIN, "any side effects?", "medicines.gabapentinoids", True),
        (GABAPENTIN, "how long till they kick in", "medicines.gabapentinoids", True),
        (GABAPENTIN, "how many times a day", "decline.dosing", True),
        (BRACE, "does it help?", "aids.brace", True),
        (SCAN, "does it hurt?", "diagnosis.imaging", True),
        (SURGERY, "is it safe?", "surgery.risks", False),
        # A side that only the condition, or treatment as a whole, has.
        (WALKER, "is it because of my age", "condition.aging", False),
        (INJECTION, "what if it does not work", "treatment.steps", False),
        # What else there is.
        (GABAPENTIN, "what else is there?", "medicines.antidepressants", False),
        # The other one: the nearest of its kind.
        (IBUPROFEN, "and the other one?", "medicines.acetaminophen", False),
        (GABAPENTIN, "the other one", "medicines.antidepressants", False),
        # More: something new, the nearest of its kind.
        (PHYSIO, "tell me more", "physio.flexion", False),
        (replace(PHYSIO, seen=("physio.flexion", "physio.overview")), "go on", "physio.strength", False),
        # A place in the list.
        (SURGERY, "the second one", "surgery.fusion", False),
        (SURGERY, "number three please", "surgery.minimally_invasive", False),
        (SURGERY, "bottom one", "surgery.minimally_invasive", False),
        (NOTHING, "a brace or physio, the first?", "aids.brace", False),
        pytest.param(SURGERY, "the first one", "surgery.laminectomy", False),
        pytest.param(SURGERY, "the last one", "surgery.minimally_invasive", False),
        # A correction, which keeps the side that was asked for.
        (PHYSIO, "no, I meant the injection", "injections.overview", False),
        (ITS_EFFECT, "sorry, I meant physio", "physio.overview", False),
        # Another topic, which the side is carried over to.
        (ITS_EFFECT, "and gabapentin?", "medicines.gabapentinoids", False),
        (ITS_EFFECT, "what about a laminectomy", "surgery.outcomes", False),
        (ITS_EFFECT, "and a brace?", "aids.brace", True),
        (ITS_EFFECT, "what about surgery?", "surgery.outcomes", False),
        # A comparison.
        (GABAPENTIN, "compared with ibuprofen?", "medicines.overview", False),
        (SURGERY, "versus physio", "surgery.timing", False),
        (PHYSIO, "is it better than injections", "treatment.overview", False),
        (BOTH, "which of the two is better?", "surgery.fusion", False),
        # Which was meant, after the bot asked back.
        (WHICH, "the injection one", "injections.effect", False),
        (WHICH, "ibuprofen", "medicines.nsaids", False),
        (WHICH, "2", "surgery.outcomes", False),
        (WHICH, "physio", "physio.overview", False),
    ],
)
def test_is_resolved_in_its_conversation(focus: Focus, message: str, answer: str, unsaid: bool) -> None:
    """Topic in focus, list, side and what was seen decide which answer a message means, and whether sources have it."""
    resolved = RESOLVE(asked(message), focus)

    assert resolved is not None
    assert (resolved.answer, resolved.unsaid, resolved.choices) == (answer, unsaid, ())


@pytest.mark.parametrize(
    ("message", "choices"),
    [
        ("does it work?", ("physio.overview", "medicines.overview", "injections.effect", "surgery.outcomes")),
        ("how long does it take", ("physio.overview", "medicines.overview", "injections.effect", "recovery.overview")),
        ("tell me more", ("physio.overview", "medicines.overview", "injections.overview", "surgery.options")),
    ],
)
def test_asks_back_with_nothing_in_focus(message: str, choices: tuple[str, ...]) -> None:
    """With nothing in focus the patient is asked which treatment is meant, each with the side that was asked for."""
    resolved = RESOLVE(asked(message), NOTHING)

    assert resolved is not None
    assert (resolved.answer, resolved.choices) == (None, choices)


def test_asks_back_when_not_understood() -> None:
    """A follow-up that says something unknown is asked back with the topic in focus and what was offered with it."""
    resolved = RESOLVE(asked("is that zumba"), SURGERY)

    assert resolved == Resolved(
        None,
        choices=("surgery.options", "surgery.laminectomy", "surgery.fusion", "surgery.minimally_invasive"),
    )


@pytest.mark.parametrize(
    ("focus", "message", "ranking"),
    [
        (NOTHING, "does it work?", [("treatment.overview", 0.98)]),
        (NOTHING, "hello there", UNSURE),
        (NOTHING, "what is gabapentin and how do these tablets of the nerve work inside", [("condition.causes", 0.6)]),
        (INJECTION, "why does it tingle", [("condition.symptoms", 0.95)]),
        (INJECTION, "does it interfere with a pacemaker", [("decline.out_of_scope", 0.95)]),
        (INJECTION, "does it interfere with a pacemaker", UNSURE),
        (PHYSIO, "back to injections", [("injections.overview", 0.8)]),
        (SURGERY, "is gabapentin good for shingles and burning nerves", [("medicines.gabapentinoids", 0.6)]),
    ],
)
def test_leaves_the_rest_to_the_classifier(focus: Focus, message: str, ranking: Ranking) -> None:
    """What stands by itself, or what the classifier is certain of, is not resolved."""
    assert RESOLVE(asked(message, ranking), focus) is None


def test_bare_follow_up_is_not_left_to_a_classifier_that_is_certain() -> None:
    """A message without words of its own is resolved by the topic in focus, however certain the classifier is."""
    resolved = RESOLVE(asked("why?", [("condition.mechanism", 0.99)]), INJECTION)

    assert resolved == Resolved("injections.mechanism", "injections", "why")


def test_sure_refusal_stands() -> None:
    """A question that the bot must not answer is not turned into one that it may, whatever topic it names."""
    dose = [("decline.dosing", 0.7), ("medicines.gabapentinoids", 0.2)]

    assert RESOLVE(asked("how much gabapentin", dose), INJECTION) is None


@pytest.mark.parametrize(
    ("message", "ranking", "again", "answer"),
    [
        # Sure once it is read together with the topic in focus.
        ("is that zumba", UNSURE, [("injections.repeat_risks", 0.8)], "injections.repeat_risks"),
        # Not sure, but the reading with the topic in focus says the same.
        ("tingling numb feet", [("condition.symptoms", 0.35)], [("condition.symptoms", 0.4)], "condition.symptoms"),
        # Not sure, but the message names a topic that the answer belongs to.
        (
            "my neighbour swears by physio for her bad hip and knee",
            [("physio.overview", 0.35)],
            (),
            "physio.overview",
        ),
        # Neither the classifier nor anything else speaks for it.
        ("tingling numb feet", [("condition.symptoms", 0.35)], (), None),
        ("tingling numb feet", [("condition.symptoms", 0.2)], [("condition.symptoms", 0.4)], None),
    ],
)
def test_second_witness_helps_an_unsure_classifier(
    message: str, ranking: Ranking, again: Ranking, answer: str | None
) -> None:
    """An answer of which the classifier is not sure is given when something else speaks for it."""
    resolved = RESOLVE(asked(message, ranking, again), INJECTION)

    assert (resolved and resolved.answer) == answer


def test_says_what_is_in_focus_next() -> None:
    """What is resolved names topic and side, so that the next follow-up can lean on it."""
    first = RESOLVE(asked("no, I meant fusion"), ITS_EFFECT)
    assert first is not None
    assert first.answer is not None
    then = RESOLVE(asked("is it risky?"), ITS_EFFECT.given(first.answer, first.topic, first.side))

    assert first == Resolved("surgery.outcomes", "fusion", "evidence")
    assert then == Resolved("surgery.risks", "fusion", "risks")
