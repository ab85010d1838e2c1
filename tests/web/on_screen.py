"""What tests find on the screen of the chat, and do there."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Locator, Page, Route, expect

from bot.clinic import clinic as own_clinic
from bot.knowledge.base import KnowledgeBase
from bot.settings import settings
from bot.web.texts import filled, texts

Ask = Callable[[Page, str], None]
Open = Callable[..., Page]

CLINIC = own_clinic()
WORDS = filled(texts(), CLINIC, settings().session_days)
QUESTION, ANSWER = "What is a laminectomy?", "surgery.laminectomy"
SIGN, ALARM = "I can't pee since this morning", "urgent.cauda_equina"
SESSION, MESSAGE, CONVERSATION = (f"**/webhooks/web/{name}" for name in ("session", "message", "conversation"))
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
ALL_TRIES = 20_000  # milliseconds in which the page has tried for the last time
SHADOW = "document.querySelector('stride-chat').shadowRoot"


class Gate:
    """Holds a page's requests to an address back until it is opened."""

    def __init__(self, page: Page, address: str) -> None:
        """Begin to hold requests back."""
        self._page = page
        self._held: list[Route] = []
        self._opened = False
        page.route(address, self._handle)

    def _handle(self, route: Route) -> None:
        if self._opened:
            route.continue_()
        else:
            self._held.append(route)

    def wait(self) -> None:
        """Wait until a request is held back."""
        for _ in range(500):
            if self._held:
                return
            self._page.wait_for_timeout(10)
        raise AssertionError("no request came")

    def open(self) -> None:
        """Let the requests go on, and all that come."""
        self._opened = True
        for route in self._held:
            route.continue_()


def log(page: Page) -> Locator:
    """The transcript."""
    return page.get_by_role("log")


def field(page: Page) -> Locator:
    """Where the patient types."""
    return page.get_by_label(WORDS["placeholder"])


def said(page: Page, text: str) -> Locator:
    """What the transcript shows of the patient's messages with a text."""
    return log(page).get_by_text(f"{WORDS['you']} {text}", exact=True)


def answered(page: Page, base: KnowledgeBase, answer: str = ANSWER) -> Locator:
    """What the transcript shows of an answer."""
    return log(page).get_by_text(CLINIC.fill(base[answer].texts[0])[:60])


def alarm(page: Page, base: KnowledgeBase, kind: str = "cauda_equina") -> Locator:
    """The alarm that stays on the screen."""
    banner = base[f"urgent.{kind}"].banner
    assert banner
    return page.get_by_role("alert").filter(has_text=CLINIC.fill(banner))


def unreachable(page: Page, base: KnowledgeBase) -> Locator:
    """What the page itself says when the server cannot be reached and there is no alarm."""
    return page.get_by_role("alert").filter(has_text=CLINIC.fill(base.notices.unavailable))


def menu_button(page: Page) -> Locator:
    """The button that opens the menu."""
    return page.get_by_role("button", name=WORDS["menu"], exact=True)


def choose(page: Page, item: str) -> None:
    """Open the menu and choose something."""
    menu_button(page).click()
    page.get_by_role("button", name=WORDS[item]).click()


def panel(page: Page) -> Locator:
    """The chat on somebody's website, while it is open."""
    return page.get_by_role("dialog", name=WORDS["title"])


def open_panel(page: Page) -> None:
    """Open the chat on somebody's website."""
    page.get_by_role("button", name=WORDS["open"], exact=True).click()
    expect(panel(page)).to_be_visible()


def kept(page: Page) -> dict[str, Any]:
    """What the browser keeps for the chat while the page is open."""
    (value,) = page.evaluate("Object.values(sessionStorage)")
    result: dict[str, Any] = json.loads(value)
    return result


def on_the_server(page: Page, token: str) -> list[str]:
    """What the server has of the patient's messages of a session; nothing when it was deleted."""
    answer = page.request.get(
        urljoin(page.url, "/webhooks/web/conversation"), headers={"Authorization": f"Bearer {token}"}
    )
    if answer.status == 401:
        return []
    return [exchange["said"] for exchange in answer.json()["exchanges"]]


def settled(page: Page) -> None:
    """Wait until no message of the page waits for the end of its answer."""
    waiting = "() => Object.values(sessionStorage).some((kept) => (JSON.parse(kept).unsent ?? []).length)"
    for _ in range(100):
        if not page.evaluate(waiting):
            return
        page.wait_for_timeout(50)
    raise AssertionError("a message still waits for the end of its answer")
