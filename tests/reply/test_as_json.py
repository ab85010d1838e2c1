"""A reply in parts, as the web page gets it: nothing is lost, and nothing is there twice."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.knowledge.schema import Answer
from bot.reply.as_json import Block, web_reply
from bot.reply.reply import BULLET, Part, Reply, notice, render


def words(blocks: list[Block]) -> list[str]:
    """The words of a reply's blocks."""
    told = [text for block in blocks for text in [block.get("text", ""), *block.get("points", [])]]
    return " ".join(told).split()


def plain(base: KnowledgeBase, clinic: Clinic, text: str) -> list[Block]:
    """The blocks of a text that is no answer."""
    return web_reply(Reply((Part(text),)), base, clinic)["blocks"]


@pytest.mark.parametrize("name", sorted(knowledge().replies))
@pytest.mark.parametrize("reminder", [False, True])
def test_every_reply_is_told_whole(base: KnowledgeBase, clinic: Clinic, name: str, reminder: bool) -> None:
    """Each curated reply's words stand in the blocks, once; its documents and the reminder beside them."""
    reply = base.replies[name]
    message = render(base, clinic, reply)
    if reminder:
        message = message.saying("Call 999.", kind="reminder")

    parts = web_reply(message, base, clinic)

    assert words(parts["blocks"]) == clinic.fill(" ".join([reply.answer, *reply.points])).split()
    points = [point for block in parts["blocks"] for point in block.get("points", [])]
    assert points[-len(reply.points) or len(points) :] == [clinic.fill(point) for point in reply.points]
    assert parts["reminder"] == ("Call 999." if reminder else None)
    assert (parts["answer"], parts["urgent"], parts["buttons"]) == (name, reply.urgent, list(message.buttons))
    cited = reply.sources if isinstance(reply, Answer) else []
    assert [(one["name"], one["title"], one["sections"]) for one in parts["sources"]] == [
        (base.sources[use.document].name, base.sources[use.document].title, use.sections) for use in cited
    ]


def test_alarm(base: KnowledgeBase, clinic: Clinic) -> None:
    """An alarm says that it is one; what stands brings a sentence for the screen and the clinic's own numbers."""
    message = replace(render(base, clinic, base["urgent.crisis"]), standing=("urgent.crisis", "urgent.same_day"))
    parts = web_reply(message, base, clinic)

    assert (parts["urgent"], parts["alarm"]) == (True, True)
    assert [one["answer"] for one in parts["standing"]] == ["urgent.crisis", "urgent.same_day"]
    assert "{" not in parts["standing"][0]["banner"]
    assert clinic.crisis_line in [call["number"] for call in parts["standing"][0]["calls"]]


@pytest.mark.parametrize("name", ["urgent.stand_down", "urgent.how", "aids.brace"])
@pytest.mark.parametrize(("standing", "shown"), [(None, None), ((), [])])
def test_no_alarm(base: KnowledgeBase, clinic: Clinic, name: str, standing: Any, shown: Any) -> None:
    """What raises none says so, also when it is urgent; that none stands is not the same as not to know."""
    parts = web_reply(replace(render(base, clinic, base[name]), standing=standing), base, clinic)

    assert (parts["alarm"], parts["standing"]) == (False, shown)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("One.", [{"text": "One."}]),
        ("One.\n\nTwo.", [{"text": "One."}, {"text": "Two."}]),
        ("One.\nTwo.", [{"text": "One."}, {"text": "Two."}]),
        ("Intro:\n• a\n• b\nOutro.", [{"text": "Intro:"}, {"points": ["a", "b"]}, {"text": "Outro."}]),
        ("- a\n- b", [{"points": ["a", "b"]}]),
        ("• a\n\n• b", [{"points": ["a"]}, {"points": ["b"]}]),
        ("• a\n  more of a\n• b", [{"points": ["a\nmore of a", "b"]}]),
        ("well-known - or not", [{"text": "well-known - or not"}]),
        ("\n\n \n\nOne.\n\n", [{"text": "One."}]),
        ("", []),
    ],
)
def test_blocks(base: KnowledgeBase, clinic: Clinic, text: str, blocks: list[Block]) -> None:
    """Paragraphs and lines become texts, and lines with bullets become lists."""
    assert plain(base, clinic, text) == blocks


def test_reminder_stands_apart(base: KnowledgeBase, clinic: Clinic) -> None:
    """The reminder is no block when it is told as one, and stays a block when it is not."""
    told = notice(clinic, "One.").saying("Call us.", kind="reminder")

    assert web_reply(told, base, clinic)["blocks"] == [{"text": "One."}]
    assert plain(base, clinic, "One.\n\nCall us.") == [{"text": "One."}, {"text": "Call us."}]


def test_line_of_sources_only_where_there_are_any(base: KnowledgeBase, clinic: Clinic) -> None:
    """A paragraph that only looks like the line of sources is told to the patient."""
    line = f"{base.notices.sources_line} my neighbour"

    assert plain(base, clinic, line) == [{"text": line}]


def test_links_and_language(base: KnowledgeBase, clinic: Clinic) -> None:
    """What text channels leave out goes to the page as it is."""
    link = {"title": "Open", "url": "https://chat.example/visit/abc"}

    parts = web_reply(notice(clinic, "x", links=(link,), language="es"), base, clinic)

    assert (parts["links"], parts["language"], parts["buttons"]) == ([link], "es", [])


LINE = st.tuples(st.sampled_from(["", BULLET, "- ", "  "]), st.text(st.characters(exclude_characters="\n")))


def letters(text: str) -> str:
    """A text without blanks and without what points begin with."""
    return "".join(character for character in text if not character.isspace() and character not in "•-")


@settings(deadline=None)
@given(st.lists(LINE))
@example([("", "a"), ("  ", "b"), (BULLET, "c"), ("  ", "d"), ("", ""), ("  ", "e")])
def test_no_word_is_lost(lines: list[tuple[str, str]]) -> None:
    """Whatever a text holds, all its words come to the page, in order."""
    details = Clinic(name="c", phone=None, opening_hours=None, emergency_number="999", crisis_line="116")
    text = "\n".join(start + line for start, line in lines)

    blocks = plain(knowledge(), details, text)

    assert letters(" ".join(words(blocks))) == letters(text)
