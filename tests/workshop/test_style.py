"""The countable part of docs/style.md."""

import dataclasses

import pytest

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Curated
from workshop.style import breaches

HARD = "Multidisciplinary rehabilitation necessitates individualised prescription of physiological reconditioning. "


def breaches_of(base: KnowledgeBase, name: str, **fields: object) -> list[str]:
    """Return what is told of one text after it was changed."""
    replies: dict[str, Curated] = {**base.replies, name: base[name].copy(update=fields)}
    return [what for _, where, what in breaches(dataclasses.replace(base, replies=replies)) if where == name]


def test_own_texts_keep_the_style(base: KnowledgeBase) -> None:
    """The texts that ship break no rule."""
    assert list(breaches(base)) == []


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("aids.brace", {"lead": "word " * 21}, "lead: 21 words, more than 20"),
        ("aids.brace", {"lead": "A brace may help. It is a belt."}, "lead: is more than one sentence"),
        ("aids.brace", {"points": ["word " * 19]}, "points: 19 words, more than 18"),
        ("aids.brace", {"points": [], "paragraphs": ["word " * 46]}, "paragraphs: 46 words"),
        ("aids.brace", {"points": ["eight words stand in each of these points"] * 9}, "do: 106 words, more than 78"),
        ("aids.falls", {"points": ["eight words stand in each of these points"] * 5}, "more than 58"),
        ("aids.brace", {"do": "word " * 26}, "do: 26 words"),
        ("aids.brace", {"more": ["word " * 116]}, "more: 116 words"),
        ("aids.brace", {"more": ["word " * 23]}, "sentence: 23 words"),
        ("aids.brace", {"more": [HARD * 4]}, "reading grade"),
        ("aids.brace", {"short": HARD}, "short: reading grade"),
        ("aids.brace", {"short": "Go to urgent care."}, "short: 'urgent care': write instead: emergency department"),
        ("aids.brace", {"lead": "A spine specialist says that a brace helps."}, "'specialist says'"),
        ("urgent.how", {"variants": {"crisis": HARD}}, "variants.crisis: reading grade"),
        ("urgent.crisis", {"answer": f"Please go to the nearest emergency department. {HARD}"}, "more than 6.0"),
    ],
)
def test_tells_a_breach(base: KnowledgeBase, name: str, fields: dict[str, object], said: str) -> None:
    """A text that is too long, too hard, or has a refused word is told, with the part that it is in."""
    assert any(said in line for line in breaches_of(base, name, **fields))


def test_tells_what_is_hard_to_read_beside_the_answers(base: KnowledgeBase) -> None:
    """What declines a subject, what links symptoms, and the canonical boxes are read by patients too."""
    boxes = {**base.boxes, "signs": base.boxes["signs"].copy(update={"sentence": f"{HARD * 3}"})}
    outside = base.outside.copy(update={"rest": HARD})
    reflection = base.reflection.copy(update={"link": HARD})
    told = breaches(dataclasses.replace(base, outside=outside, reflection=reflection, boxes=boxes))
    hard = {(file.name, name) for file, name, what in told if "reading grade" in what}

    assert {("outside.yml", "acupuncture"), ("reflection.yml", "link"), ("boxes.yml", "signs")} <= hard


@pytest.mark.parametrize("name", ["lead", "short", "evidence"])
@pytest.mark.parametrize(
    "beginning",
    [
        "Yes, exercise is safe.",
        "No. Walking does no harm.",
        "No, it is safe.",
        "No it does not.",
        "Maybe.",
        "Probably not.",
        "Of course, ask your doctor.",
        "Unlikely.",
        "Not just age.",
        "Not always.",
        "Not usually, says one guide.",
        "In general, yes.",
        "Generally it is safe.",
        "Usually yes.",
        "Mostly.",
        "Sometimes a brace helps.",
        "Often you can wait.",
        "Most often it is stenosis.",
        "Quite a lot.",
        "A little.",
        "It may.",
        "It can help some people.",
        "It’s safe.",
        "They help some people.",
        "That depends on your case.",
        "This is safe.",
        "These can help.",
        "Both help.",
        "All of them help.",
        "Some do.",
        "You may well.",
        "You can, if you feel well.",
        "Most people can.",
        "Doctors do not.",
        "Because the nerves are squeezed.",
        "Only if other care fails.",
        "\u201cYes\u201d, says one guide.",
    ],
)
def test_tells_a_text_that_leans_on_the_question(base: KnowledgeBase, name: str, beginning: str) -> None:
    """A text that answers only one way to put the question is told."""
    answer = next(one for one in base.answers if one.evidence)
    told = breaches_of(base, answer.id, **{name: f"{beginning} {answer.lead}"})

    assert any(line.startswith(f"{name}: begins with") for line in told)


@pytest.mark.parametrize(
    "beginning",
    [
        "No one treatment is best for all.",
        "No source says how well a brace works.",
        "Not every walker fits.",
        "Not all people need a scan.",
        "Many people walk much better after surgery.",
        "Most spine problems are not an emergency.",
        "One patient guide names two groups.",
        "Some people need a walker.",
        "All operations make room for the nerves.",
        "You can start with your family doctor.",
        "You can often take time to decide about surgery.",
        "Exercise is generally safe with this condition.",
        "Items on the list help.",
    ],
)
def test_leaves_a_text_that_stands_by_itself(base: KnowledgeBase, beginning: str) -> None:
    """A text that names its subject is left, whatever its first word."""
    told = breaches_of(base, "aids.brace", short=beginning)

    assert not any("begins with" in line for line in told)
