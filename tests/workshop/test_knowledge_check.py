"""The checks of length, reading grade, reviews and ids."""

import dataclasses
import datetime
import hashlib
from pathlib import Path

import pytest

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Curated
from workshop.knowledge_check import compare, problems

TODAY = datetime.date(2026, 11, 21)
HARD = "Multidisciplinary rehabilitation necessitates individualised prescription of physiological reconditioning. "


def changed(base: KnowledgeBase, name: str, **fields: object) -> KnowledgeBase:
    """Return the base with one reply changed."""
    replies: dict[str, Curated] = {**base.replies, name: base[name].copy(update=fields)}
    return dataclasses.replace(base, replies=replies)


def test_own_base_has_no_problems(base: KnowledgeBase) -> None:
    """The knowledge base that ships keeps all the rules."""
    assert list(problems(base, TODAY)) == []


@pytest.mark.parametrize(
    ("name", "fields", "said"),
    [
        ("aids.brace", {"answer": "Too short."}, "2 words, not 40 to 120"),
        ("aids.brace", {"answer": "word " * 121}, "121 words"),
        ("aids.brace", {"answer": HARD * 8}, "reading grade"),
        ("aids.brace", {"short": HARD}, "short: reading grade"),
        ("urgent.how", {"variants": {"crisis": HARD}}, "variants.crisis: reading grade"),
        (
            "urgent.crisis",
            {"answer": "If you can, please go to the nearest emergency department immediately today. " + HARD},
            "more than 6.0",
        ),
        ("aids.brace", {"review_due": "2026-11-20"}, "its review was due on 2026-11-20"),
        ("aids.brace", {"title": "Hello"}, "has the same title as aids.brace"),
    ],
)
def test_tells_a_breach(base: KnowledgeBase, name: str, fields: dict[str, object], said: str) -> None:
    """A breach is told with file and id."""
    told = list(problems(changed(base, name, **fields), TODAY))

    assert any(said in line and name in line for line in told)


def test_tells_what_is_hard_to_read_beside_the_answers(base: KnowledgeBase) -> None:
    """What declines a subject, and what links symptoms, is read by patients too."""
    outside = base.outside.copy(update={"rest": HARD})
    reflection = base.reflection.copy(update={"link": HARD})
    told = list(problems(dataclasses.replace(base, outside=outside, reflection=reflection), TODAY))

    assert any("outside.yml: acupuncture: reading grade" in line for line in told)
    assert any("reflection.yml: link: reading grade" in line for line in told)


@pytest.mark.parametrize("name", ["answer", "short", "evidence"])
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
    told = list(problems(changed(base, answer.id, **{name: f"{beginning} {answer.answer}"}), TODAY))

    assert any(f"{answer.id}: {name}: begins with" in line for line in told)


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
    told = "\n".join(problems(changed(base, "aids.brace", short=beginning), TODAY))

    assert "begins with" not in told


def test_compares_with_the_documents(base: KnowledgeBase, tmp_path: Path) -> None:
    """Copied words, lacking headings and other copies than the reviewed ones are told."""
    answer = base["aids.brace"]
    text = f"Headings that nobody knows. {answer.answer}"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    source = base.sources["A"].copy(update={"sha256": hashlib.sha256(text.encode()).hexdigest()})

    told = "\n".join(compare(dataclasses.replace(base, sources={**base.sources, "A": source}), tmp_path))

    assert "aids.brace: has the words of document A" in told
    assert "A: the document has no heading 'What Is Neurogenic Claudication?'" in told
    assert f"B: no file in {tmp_path} has SHA-256" in told
