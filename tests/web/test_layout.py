"""Where things stand on the screen and on paper, in a real browser: on small, wide and turned phones, in every size."""

import pytest
from playwright.sync_api import Locator, Page, expect

from on_screen import (
    ALL_TRIES,
    QUESTION,
    SHADOW,
    SIGN,
    WORDS,
    Ask,
    Open,
    menu_button,
    open_panel,
)

pytestmark = pytest.mark.rasa

PHONE, SMALL, TURNED, DESKTOP, LOW = (
    {"width": width, "height": height}
    for width, height in ((390, 844), (320, 568), (844, 390), (1280, 800), (640, 400))
)
LARGEST = 3  # steps from the usual text
LONGER = "() => document.documentElement.scrollHeight - innerHeight"  # pixels of the page beyond the window
# Whether a tap on the middle of an element would be one on it.
ON_TOP = """(one) => {
    const { left, top, width, height } = one.getBoundingClientRect();
    return one.contains(one.getRootNode().elementFromPoint(left + width / 2, top + height / 2));
}"""
FOCUSED_ON_TOP = f"""() => {{
    const one = {SHADOW}.activeElement;
    if (!one) return null;
    const name = one.getAttribute('aria-label') || one.textContent.trim() || one.tagName;
    return [name, one.matches('.log') || ({ON_TOP})(one)];
}}"""


def open_chat(open_page: Open, address: str, viewport: dict[str, int], *, cut: bool = False) -> Page:
    """Open the chat, on a website too; `cut` says that the test cuts the connection."""
    page = open_page(address, viewport=viewport, cut=cut)
    if address == "/demo":
        open_panel(page)
    return page


def enlarge(page: Page, steps: int) -> None:
    """Make the text larger, and close the menu."""
    menu_button(page).click()
    for _ in range(steps):
        page.get_by_role("button", name=WORDS["larger"]).click()
    menu_button(page).click()


def raise_alarm(page: Page, ask: Ask) -> Locator:
    """Write about a warning sign; returns the button that calls."""
    ask(page, SIGN)
    call = page.locator(".alarm").get_by_role("link").first
    expect(call).to_be_visible()
    return call


@pytest.mark.parametrize("viewport", [PHONE, TURNED, DESKTOP], ids=["phone", "turned", "desktop"])
@pytest.mark.parametrize("address", ["/", "/demo"])
def test_only_the_transcript_scrolls(open_page: Open, ask: Ask, address: str, viewport: dict[str, int]) -> None:
    """However long the talk, the page gets no longer, and the panel can't be scrolled away from field and alarm."""
    page = open_chat(open_page, address, viewport)
    before = page.evaluate(LONGER) if address == "/demo" else 0
    for question in (QUESTION, "Would a cane help me?"):
        ask(page, question)
    raise_alarm(page, ask)
    expect(page.locator(".said.bot")).to_have_count(3)
    assert page.get_by_role("log").evaluate("(log) => log.scrollHeight > 2 * log.clientHeight")

    whole = page.evaluate(LONGER)
    chat = page.locator(".chat").evaluate("(chat) => chat.scrollHeight - chat.clientHeight")

    assert (whole, chat) == (before, 0)


@pytest.mark.parametrize("viewport", [PHONE, SMALL, TURNED, DESKTOP], ids=["phone", "small", "turned", "desktop"])
@pytest.mark.parametrize("steps", [0, LARGEST], ids=["usual", "largest"])
def test_menu_and_alarm(open_page: Open, ask: Ask, viewport: dict[str, int], steps: int) -> None:
    """Neither the menu that opens nor the alarm covers the other, whatever the text's size."""
    page = open_chat(open_page, "/demo", viewport)
    call = raise_alarm(page, ask)
    enlarge(page, steps)

    menu_button(page).click()

    first = page.get_by_role("button", name=WORDS["beginnings"][0]["title"])
    assert (first.evaluate(ON_TOP), call.evaluate(ON_TOP)) == (True, True)
    for name in ("print", "delete"):
        page.get_by_role("button", name=WORDS[name]).click(trial=True, timeout=5000)
        expect(call).to_be_in_viewport(ratio=0.99)
        assert call.evaluate(ON_TOP)


@pytest.mark.parametrize("viewport", [PHONE, SMALL, TURNED], ids=["phone", "small", "turned"])
@pytest.mark.parametrize("address", ["/", "/demo"])
def test_focus_is_not_covered(open_page: Open, ask: Ask, address: str, viewport: dict[str, int]) -> None:
    """With the largest text and an alarm, what has the focus lies under nothing, all the way through the chat."""
    page = open_chat(open_page, address, viewport)
    ask(page, QUESTION)
    raise_alarm(page, ask)
    expect(page.locator(".said.bot")).to_have_count(2)
    enlarge(page, LARGEST)
    menu_button(page).focus()

    covered = []
    for _ in range(40):
        page.keyboard.press("Tab")
        name, seen = page.evaluate(FOCUSED_ON_TOP) or ("", True)
        covered += [] if seen else [name]
        if name == WORDS["send"]:
            break

    assert covered == []
    assert name == WORDS["send"]


@pytest.mark.parametrize(
    ("address", "viewport", "steps"),
    [("/", SMALL, 1), ("/demo", LOW, 0), ("/demo", TURNED, 0), ("/", LOW, 0)],
    ids=["small, larger", "low panel", "turned panel", "low"],
)
def test_alarm_leaves_the_field_in_sight(
    open_page: Open, ask: Ask, address: str, viewport: dict[str, int], steps: int
) -> None:
    """An alarm that comes up leaves the field where the patient was typing on the screen."""
    page = open_chat(open_page, address, viewport)
    enlarge(page, steps)

    raise_alarm(page, ask)

    expect(page.get_by_label(WORDS["placeholder"])).to_be_in_viewport(ratio=0.99)
    expect(page.get_by_role("button", name=WORDS["send"])).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP, LOW], ids=["phone", "desktop", "low"])
def test_zoomed_website(open_page: Open, ask: Ask, viewport: dict[str, int]) -> None:
    """On a website that makes all of itself larger, the panel fits the window all the same."""
    page = open_chat(open_page, "/demo", viewport)
    page.evaluate("document.body.style.zoom = 1.5")

    call = raise_alarm(page, ask)

    expect(page.get_by_role("dialog")).to_be_in_viewport(ratio=0.99)
    expect(call).to_be_in_viewport(ratio=0.99)
    expect(page.get_by_role("button", name=WORDS["close"])).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("viewport", [PHONE, SMALL], ids=["phone", "small"])
def test_field_is_wide_enough(open_page: Open, viewport: dict[str, int]) -> None:
    """With the largest text too, a patient on a phone sees a good part of what is being typed."""
    page = open_page(viewport=viewport)
    enlarge(page, LARGEST)

    box = page.get_by_label(WORDS["placeholder"]).bounding_box()

    assert box
    assert box["width"] > 0.7 * viewport["width"]


def test_field_grows(open_page: Open, ask: Ask) -> None:
    """The field grows with what is typed, to some lines, and is small again once that is sent."""
    page = open_page(viewport=PHONE)
    field = page.get_by_label(WORDS["placeholder"])

    def height() -> float:
        """Return the field's height in pixels."""
        return float(field.evaluate("(field) => field.offsetHeight"))

    small = height()
    field.fill("My leg hurts. " * 6)
    some = height()
    assert some > 1.8 * small
    assert field.evaluate("(field) => field.scrollHeight <= field.clientHeight")
    field.fill("My leg hurts. " * 80)
    assert some < height() < 0.3 * PHONE["height"]
    ask(page, QUESTION)
    assert height() == small


@pytest.mark.parametrize("way", ["answer while closed", "another page"])
def test_last_answer_is_in_sight_when_the_panel_opens(open_page: Open, ask: Ask, way: str) -> None:
    """A panel that is opened again shows where the talk was, not where it began."""
    page = open_chat(open_page, "/demo", PHONE, cut=way == "answer while closed")
    ask(page, "Would a cane help me?")
    if way == "another page":
        ask(page, QUESTION)
        expect(page.locator(".said.bot")).to_have_count(2)
        page.reload()
        expect(page.locator(".said.bot")).to_have_count(2)
    else:
        expect(page.locator(".said.bot")).to_have_count(1)
        page.context.set_offline(True)
        ask(page, QUESTION)
        page.get_by_role("button", name=WORDS["close"]).click()
        page.context.set_offline(False)
        expect(page.locator(".said.bot")).to_have_count(2, timeout=ALL_TRIES)

    page.get_by_role("button", name=WORDS["open"], exact=True).click()

    expect(page.locator(".said.bot").last.locator("p").first).to_be_in_viewport()
    expect(page.get_by_text(WORDS["disclaimer"])).not_to_be_in_viewport()


@pytest.mark.parametrize(
    ("address", "viewport"),
    [("/", PHONE), ("/demo", DESKTOP), ("/demo", PHONE)],
    ids=["page", "website", "website on a phone"],
)
def test_paper_is_filled_in_order(open_page: Open, ask: Ask, address: str, viewport: dict[str, int]) -> None:
    """On paper the whole transcript stands below the head, and the alarm below all that was said, over nothing."""
    page = open_chat(open_page, address, viewport)
    ask(page, QUESTION)
    raise_alarm(page, ask)
    expect(page.locator(".said.bot")).to_have_count(2)
    page.evaluate("document.querySelector('stride-chat').toggleAttribute('printing', true)")  # as its own button does

    page.emulate_media(media="print")

    head, log, last, alarm = (
        page.locator(name).last.evaluate(
            "(one) => { const { top, bottom } = one.getBoundingClientRect(); return { top, bottom }; }"
        )
        for name in ("header", ".log", ".said", ".alarm")
    )
    assert head["bottom"] <= log["top"] + 1
    assert last["bottom"] <= log["bottom"] + 1
    assert log["bottom"] <= alarm["top"] + 1
