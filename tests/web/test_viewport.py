"""The chat in what can be seen of the window: over a keyboard, beside a notch, and where there is hardly any room."""

import pytest
from playwright.sync_api import Locator, Page, expect

from on_screen import DESKTOP, PHONE, QUESTION, SIGN, WORDS, Ask, Open, field, log, menu_button, open_panel

pytestmark = pytest.mark.rasa

TABLET = {"width": 820, "height": 1180}
TIGHT = [{"width": 390, "height": 390}, {"width": 320, "height": 256}]
LEAST = 79  # pixels of the transcript
CRISIS = "I want to kill myself"
# A visual viewport like that of a phone, which a keyboard makes smaller while the window stays as it is.
KEYBOARD = """(() => {
    const seen = Object.assign(new EventTarget(), { height: Infinity, offsetTop: 0, scale: 1 });
    Object.defineProperty(window, 'visualViewport', { value: seen });
    window.keyboard = (height, offsetTop = 0, scale = 1) => {
        Object.assign(seen, { height, offsetTop, scale });
        seen.dispatchEvent(new Event('resize'));
    };
})()"""
BOX = "(one) => { const { top, bottom } = one.getBoundingClientRect(); return [top, bottom]; }"


def opened(open_page: Open, address: str, viewport: dict[str, int], script: str = "") -> Page:
    """A page with the chat, open on a website too, after a script."""
    page = open_page(address, viewport=viewport)
    page.add_init_script(script)
    page.reload()
    if address == "/demo":
        open_panel(page)
    return page


def raise_alarm(page: Page, ask: Ask, text: str = SIGN) -> Locator:
    """Write about a warning sign; returns the button that calls."""
    ask(page, text)
    call = page.locator(".alarm").get_by_role("link").first
    expect(call).to_be_visible()
    return call


def boxes(page: Page) -> dict[str, tuple[float, float]]:
    """Where the parts that must be in reach begin and end."""
    names = {"header": "header", "call": ".alarm a", "field": "#field", "send": ".ask button"}
    return {name: page.locator(f"stride-chat {one}").first.evaluate(BOX) for name, one in names.items()}


@pytest.mark.parametrize("screen", [PHONE, TABLET], ids=["phone", "tablet"])
@pytest.mark.parametrize("address", ["/", "/demo"])
@pytest.mark.parametrize("above", [0, 120])
def test_keyboard_covers_nothing(open_page: Open, ask: Ask, address: str, screen: dict[str, int], above: int) -> None:
    """With a keyboard over the lower part of the page, head, alarm, field and button are above it, and back later."""
    page = opened(open_page, address, screen, KEYBOARD)
    raise_alarm(page, ask)
    before = boxes(page)

    page.evaluate(f"keyboard(390, {above})")

    inside = {name: above - 1 <= top < bottom <= above + 391 for name, (top, bottom) in boxes(page).items()}
    assert inside == {"header": True, "call": True, "field": True, "send": True}
    page.evaluate("keyboard(innerHeight)")
    assert boxes(page) == before


def test_larger_page_is_left_alone(open_page: Open) -> None:
    """A patient who makes the page larger with two fingers sees a part of the chat, which stays as it is."""
    page = opened(open_page, "/", PHONE, KEYBOARD)
    before = log(page).bounding_box()

    page.evaluate("keyboard(422, 100, 2)")

    assert log(page).bounding_box() == before


@pytest.mark.parametrize("address", ["/", "/demo"])
def test_notch_covers_nothing(open_page: Open, address: str) -> None:
    """Beside a phone's notch and above its bar, the head and the button that sends are where a finger gets."""
    page = open_page(address, viewport=PHONE)
    insets = {"top": 47, "bottom": 34, "left": 20, "right": 20}
    page.context.new_cdp_session(page).send("Emulation.setSafeAreaInsetsOverride", {"insets": insets})
    if address == "/demo":
        open_panel(page)

    menu, send = menu_button(page).bounding_box(), page.get_by_role("button", name=WORDS["send"]).bounding_box()

    assert menu
    assert menu["y"] >= insets["top"]
    assert send
    assert send["y"] + send["height"] <= PHONE["height"] - insets["bottom"]
    assert send["x"] + send["width"] <= PHONE["width"] - insets["right"]


@pytest.mark.parametrize("viewport", TIGHT, ids=["390 x 390", "320 x 256"])
@pytest.mark.parametrize("address", ["/", "/demo"])
@pytest.mark.parametrize("text", [SIGN, CRISIS], ids=["sign", "crisis"])
def test_alarm_where_there_is_hardly_room(
    open_page: Open, ask: Ask, address: str, viewport: dict[str, int], text: str
) -> None:
    """In every size of the text, an alarm leaves the field, the button that sends, its call, and some transcript."""
    page = opened(open_page, address, viewport)
    ask(page, QUESTION)
    expect(page.locator(".said.bot")).to_have_count(1)
    call = raise_alarm(page, ask, text)

    for size in range(4):
        if size:
            menu_button(page).click()
            page.get_by_role("button", name=WORDS["larger"]).click()
            menu_button(page).click()
        for one in (field(page), page.get_by_role("button", name=WORDS["send"]), call, menu_button(page)):
            expect(one).to_be_in_viewport(ratio=0.99)
            one.click(trial=True, timeout=5000)
        assert log(page).evaluate("(log) => log.clientHeight") >= LEAST, size
        assert page.locator(".chat").evaluate("(chat) => chat.scrollWidth - chat.clientWidth") == 0, size


def test_room_on_a_desktop_is_not_saved(open_page: Open) -> None:
    """Where there is room, the name of the clinic stays."""
    page = opened(open_page, "/demo", DESKTOP)

    expect(page.locator(".names p")).to_be_visible()
