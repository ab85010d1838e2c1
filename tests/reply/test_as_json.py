"""A reply in parts, as the web page gets it: nothing is lost, and nothing is there twice."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.knowledge.schema import Answer
from bot.knowledge.values import BULLET
from bot.reply.as_json import Block, web_reply
from bot.reply.last_answer import shorter
from bot.reply.reply import Part, Reply, notice, render


def words(blocks: list[Block]) -> list[str]:
    """The words of a reply's blocks."""
    told = [text for block in blocks for text in [block.get("text", ""), *block.get("points", [])]]
    rows = [row for block in blocks if "table" in block for row in block["table"]["rows"]]
    return " ".join([*told, *(cell for row in rows for cell in row)]).split()


def curated_words(base: KnowledgeBase, name: str) -> list[str]:
    """The words of a curated text that must be told: its own, its title, and its canonical warnings."""
    reply = base[name]
    boxes = [text for box in reply.warning for text in (base.boxes[box].sentence, *base.boxes[box].points)]
    title = [reply.title] if isinstance(reply, Answer) else []
    return " ".join([*title, *reply.texts, *boxes]).split()


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

    assert Counter(words(parts["blocks"])) == Counter(clinic.fill(" ".join(curated_words(base, name))).split())
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


def test_answer_says_what_each_block_is_for(base: KnowledgeBase, clinic: Clinic) -> None:
    """An answer's title, lead, box, next step and further text are told apart; the box holds its list."""
    parts = web_reply(render(base, clinic, base["aids.falls"]), base, clinic)
    kinds = [block.get("kind", "points" if "points" in block else "text") for block in parts["blocks"]]

    assert kinds == ["title", "lead", "points", "signs", "signs", "do", "more", "more", "more"]
    assert parts["blocks"][4]["points"] == base.boxes["signs"].points


def test_comparison_is_a_table(base: KnowledgeBase, clinic: Clinic) -> None:
    """A comparison goes to the page as a table, and to text channels as lines that name both sides."""
    answer = base["condition.vs_vascular"]
    assert isinstance(answer, Answer)
    assert answer.table
    reply = render(base, clinic, answer)
    [table] = [block["table"] for block in web_reply(reply, base, clinic)["blocks"] if "table" in block]

    assert table == {"columns": answer.table.columns, "rows": answer.table.rows}
    name, nerves, vessels = answer.table.rows[0]
    assert f"{BULLET}{name}: Pinched nerves: {nerves}; Poor blood flow: {vessels}" in reply.text


def test_drawings_come_with_their_words(base: KnowledgeBase, clinic: Clinic) -> None:
    """The whole answer brings its drawings, each with what it shows; its short form brings none."""
    answer = base["condition.mechanism"]
    assert isinstance(answer, Answer)

    shown = web_reply(render(base, clinic, answer), base, clinic)["pictures"]
    short = web_reply(shorter(base, clinic, answer), base, clinic)["pictures"]

    assert shown == [{"url": f"/pictures/{name}.svg", "alt": base.pictures[name].alt} for name in answer.pictures]
    assert (len(shown), short) == (2, [])
