"""Loading the knowledge base."""

import shutil
from pathlib import Path

import pytest

from bot.datafile import DataError
from bot.knowledge.base import FOLDER, KnowledgeBase, load
from bot.knowledge.schema import Answer

# The answers on which the documents disagree.
CONFLICTS = {
    "condition.vs_vascular": {"A", "C", "D"},
    "injections.effect": {"A", "B", "D"},
    "medicines.gabapentinoids": {"A", "B"},
    "medicines.nsaids": {"A", "B"},
    "medicines.overview": {"A", "B"},
    "surgery.minimally_invasive": {"A", "B", "C", "D"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge files, to break."""
    return Path(shutil.copytree(FOLDER, tmp_path / "knowledge"))


def edit(file: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text that must be there."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_disagreement_is_told(base: KnowledgeBase) -> None:
    """The answers on which the documents disagree hold each one's view, and no other does."""
    views = {answer.id: {view.document for view in answer.conflict} for answer in base.answers if answer.conflict}

    assert views == CONFLICTS


def test_conflicting_documents_are_sources(base: KnowledgeBase) -> None:
    """Whoever is quoted with a view is named as a source."""
    for answer in base.answers:
        assert {view.document for view in answer.conflict} <= {use.document for use in answer.sources}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "aids.yml",
            "follow_ups: [",
            "follow_ups: [aids.nothing, ",
            r"aids\.yml: aids.* no answer has the id aids.nothing",
        ),
        ("aids.yml", "- document: A", "- document: Z", r"aids\.yml: aids.* sources.yml has no document Z"),
        ("aids.yml", "id: aids.brace", "id: brace.aids", r"aids\.yml: brace.aids: belongs into brace.yml"),
        (
            "aids.yml",
            "id: aids.brace",
            "id: aids.walkers_canes",
            r"aids\.yml: aids.walkers_canes: stands in .*aids.yml",
        ),
        ("reflection.yml", "document: A", "document: Z", r"reflection\.yml: sources: sources.yml has no document Z"),
        ("outside.yml", "{subject}", "{matter}", r"outside\.yml:.*answer.*holds no {subject}"),
        ("outside.yml", "who: physio", "who: nobody", r"outside\.yml:.*subjects.*`who` has no nobody"),
        ("aids.yml", "pictures: [walker]", "pictures: [robot]", r"aids\.yml: aids.* pictures.yml has no robot"),
        ("physio.yml", "[if that is", "[if this is", r"physio\.yml: physio.* the text does not hold 'if this is safe"),
        ("aids.yml", "title:", "titel:", r"aids\.yml:3: answers.0.titel"),
        ("notices.yml", "{crisis_line}", "{crisis}", r"notices\.yml:\d+: reminders.crisis.whole: unknown placeholder"),
        ("notices.yml", "reminders:", "remainders:", r"notices\.yml:\d+: reminders: field required"),
    ],
)
def test_tells_what_hangs_in_the_air(folder: Path, file: str, old: str, new: str, said: str) -> None:
    """A file that is wrong, or names what is not there, is told with file and key."""
    edit(folder / file, old, new)

    with pytest.raises(DataError, match=said):
        load(folder)


def test_answers_are_answers(base: KnowledgeBase) -> None:
    """What teaches names its sources; what does not has none to name."""
    assert {reply.topic for reply in base.replies.values() if not isinstance(reply, Answer)} == {
        "bot",
        "clarify",
        "decline",
        "safety",
        "urgent",
    }
