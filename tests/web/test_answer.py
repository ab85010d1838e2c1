"""An answer on the screen, in a real browser: in one screen with its question, what it unfolds, and its drawings."""

import pytest
from playwright.sync_api import Locator, Page, expect

from on_screen import DESKTOP, PHONE, SHADOW, SIGN, Ask, Open, log

pytestmark = pytest.mark.rasa

SMALL = {"width": 320, "height": 568}
DRAWN = "Why does bending forward help?"
COMPARED = "spine or circulation"
LONGEST_LINE = 75  # characters; about 70 are read with ease
# The longest line of the last reply, in characters.
LINES = f"""() => Math.max(...[...{SHADOW}.querySelectorAll('.bot p, .bot li')].map((one) => {{
    const range = document.createRange();
    range.selectNodeContents(one);
    return one.textContent.length / new Set([...range.getClientRects()].map(({{ top }}) => Math.round(top))).size;
}}))"""
AT_THE_END = "(log) => log.scrollTop + log.clientHeight > log.scrollHeight - 2"
BROKEN = """(one) => [...one.querySelectorAll('th, td')].filter((cell) => cell.scrollWidth > cell.clientWidth).length"""


def replied(page: Page, ask: Ask, question: str) -> Locator:
    """Ask, and return the reply once all of it is there."""
    before = page.locator(".said.bot").count()
    ask(page, question)
    reply = page.locator(".said.bot").nth(before)
    expect(reply).to_be_visible()
    expect(page.locator(".typing")).to_be_hidden()
    return reply


def top(one: Locator) -> float:
    """Where something begins on the screen."""
    box = one.bounding_box()
    assert box
    return box["y"]


def places(some: list[Locator]) -> list[tuple[float, float]]:
    """Where things stand beside the first of them."""
    boxes = [box for one in some if (box := one.bounding_box())]
    return [(round(box["x"] - boxes[0]["x"]), round(box["y"] - boxes[0]["y"])) for box in boxes]


@pytest.mark.parametrize(
    "question", ["what are the warning signs", "gabapentin", "What is a laminectomy?", "why does bending help"]
)
def test_answer_takes_one_screen(page: Page, ask: Ask, question: str) -> None:
    """On a phone, the question, the whole answer with its controls in one row, and the first button are in sight."""
    reply = replied(page, ask, question)

    for one in (page.locator(".patient"), reply, log(page).get_by_role("group", name="You can choose:").locator("*")):
        expect(one.first).to_be_in_viewport(ratio=1)
    controls = [*reply.locator("summary").all(), reply.locator(".aloud")]
    assert len({top(one) for one in controls}) == 1


def test_comparison_takes_one_screen(page: Page, ask: Ask) -> None:
    """On a phone, the table that answers is in sight with its question."""
    reply = replied(page, ask, COMPARED)

    for one in (page.locator(".patient"), reply.get_by_role("table")):
        expect(one).to_be_in_viewport(ratio=1)


def test_view_rests_on_the_question(page: Page, ask: Ask) -> None:
    """After each answer, the question stands at the top of the transcript, or all of both is in sight."""
    for question in ("gabapentin", "what are the warning signs", "spine or circulation"):
        reply = replied(page, ask, question)
        asked = page.locator(".patient").last

        expect(asked).to_be_in_viewport(ratio=1)
        assert top(asked) - top(log(page)) < 12 or log(page).evaluate(AT_THE_END)
        assert top(log(page)) <= top(asked) < top(reply) < top(asked) + 100


@pytest.mark.parametrize("sign", ["", SIGN], ids=["answer", "alarm"])
def test_view_rests_on_the_answer_to_a_long_question(page: Page, ask: Ask, sign: str) -> None:
    """A question that takes more than a third of the transcript is left above the answer, which begins in sight."""
    replied(page, ask, "gabapentin")

    reply = replied(page, ask, f"{'Does gabapentin help? ' * 25}{sign}")

    assert top(page.locator(".patient").last) < top(log(page)) < top(reply)
    assert top(reply) - top(log(page)) < 12 or log(page).evaluate(AT_THE_END)


@pytest.mark.parametrize("viewport", [PHONE, SMALL, {"width": 844, "height": 390}], ids=["phone", "small", "turned"])
def test_alarm_begins_in_sight(open_page: Open, ask: Ask, viewport: dict[str, int]) -> None:
    """However little room the alarm above the field leaves, the urgent reply begins in what is left."""
    page = open_page(viewport=viewport)
    replied(page, ask, "gabapentin")

    reply = replied(page, ask, f"Hello. My mother told me to write to you about this. {SIGN}")

    room = log(page).bounding_box()
    assert room
    assert room["y"] <= top(reply) < room["y"] + room["height"] - 20


@pytest.mark.parametrize(
    ("question", "seen"), [("What is a laminectomy?", False), ("what is a LAMINECTOMY", False), ("gabapentin", True)]
)
def test_heading_that_repeats_the_question(page: Page, ask: Ask, question: str, seen: bool) -> None:
    """A heading that says what the patient has just said is kept for screen readers only."""
    heading = replied(page, ask, question).get_by_role("heading")

    box = heading.bounding_box()
    assert box
    assert (box["height"] > 1) is seen


@pytest.mark.parametrize("viewport", [PHONE, SMALL, DESKTOP], ids=["phone", "small", "desktop"])
def test_more_unfolds_in_place(open_page: Open, ask: Ask, viewport: dict[str, int]) -> None:
    """What is unfolded stands below its control; neither that nor those beside it move, and drawings are loaded."""
    page = open_page(viewport=viewport)
    reply = replied(page, ask, DRAWN)
    controls = [*reply.locator("summary").all(), reply.locator(".aloud")]
    controls[0].scroll_into_view_if_needed()
    before = places(controls)

    controls[0].click()

    drawing = reply.locator("img").first
    drawing.scroll_into_view_if_needed()
    expect(drawing).to_have_js_property("complete", True)
    assert drawing.evaluate("(one) => one.naturalWidth") > 0
    box = drawing.bounding_box()
    assert box
    assert box["width"] > 240
    assert top(drawing) > max(top(one) for one in controls)
    assert places(controls) == before


def test_drawings_are_on_paper(open_page: Open, ask: Ask) -> None:
    """Printing unfolds what was never unfolded on the screen, and waits for its drawings."""
    page = open_page()
    page.add_init_script(f"""window.print = () => console.log(
        [...{SHADOW}.querySelectorAll('img')].map((one) => one.naturalWidth > 0 && one.checkVisibility()).join());""")
    page.reload()
    reply = replied(page, ask, DRAWN)
    drawings = reply.locator("img").count()
    assert drawings
    assert reply.locator("img").first.evaluate("(one) => one.naturalWidth") == 0

    page.get_by_role("button", name="Menu", exact=True).click()
    with page.expect_console_message() as printed:
        page.get_by_role("button", name="Print or save as PDF").click()

    assert printed.value.text == ",".join(["true"] * drawings)


@pytest.mark.parametrize("times", [0, 3], ids=["usual", "largest"])
def test_comparison_on_a_small_phone(open_page: Open, ask: Ask, times: int) -> None:
    """Each cell of a table holds its words on the smallest phone, with large text too, and knows its heads."""
    page = open_page(viewport=SMALL)
    table = replied(page, ask, COMPARED).get_by_role("table")
    for _ in range(times):
        page.locator("stride-chat button", has_text="Larger text").dispatch_event("click")

    assert table.evaluate(BROKEN) == 0
    expect(table.get_by_role("columnheader")).to_have_count(2)
    assert table.get_by_role("rowheader").count() == table.locator("tbody tr").count()
    expect(table.get_by_role("rowheader").first).to_be_visible()


def test_lines_are_short(open_page: Open, ask: Ask) -> None:
    """However wide the screen, no line is longer than is read with ease."""
    page = open_page(viewport={"width": 1920, "height": 1080})
    replied(page, ask, "gabapentin")

    assert page.evaluate(LINES) <= LONGEST_LINE


def test_guided_talk_shows_how_far_it_is(page: Page, ask: Ask) -> None:
    """A small line with a bar says which question it is, of how many."""
    line = replied(page, ask, "check my symptoms").locator(".progress")

    expect(line).to_contain_text("Question 1 of")
    assert line.locator("progress").evaluate("(one) => [one.value, one.max]") == [1, 6]
