"""A real browser in front of the really running bot."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from workshop.browser import CHROMIUM

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
# The browser's own words about a connection that a test cuts, and the chat's about it.
CUT = ("net::ERR_", "No reply:", "The conversation could not be", "status of 4", "status of 5")
TELL_VIOLATIONS = """addEventListener("securitypolicyviolation",
    (event) => console.error(`CSP: ${event.violatedDirective} blocks ${event.blockedURI}`))"""
Open = Callable[..., Page]


# For one module at a time: while Playwright runs, no test that is a coroutine can.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; the tests are skipped where it is not installed, but never in CI."""
    if not Path(CHROMIUM).exists() and "CI" not in os.environ:
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, server: str) -> Iterator[Open]:
    """Open a page of the server, or of another address; fails the test when the console holds an error.

    A violation of a page's Content-Security-Policy is such an error. With `cut=True`, errors about a lost connection
    are meant. Other arguments are those of Playwright's `new_context`.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(address: str = "/", *, cut: bool = False, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": PHONE, **options})
        contexts.append(context)
        context.add_init_script(TELL_VIOLATIONS)
        page = context.new_page()

        def note(text: str) -> None:
            if not (cut and any(word in text for word in CUT)):
                errors.append(text)

        page.on("console", lambda message: note(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: note(str(error)))
        page.goto(address if "://" in address else f"{server}{address}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def page(open_page: Open) -> Page:
    """The chat as a whole page, on a phone."""
    return open_page()


@pytest.fixture
def ask() -> Callable[[Page, str], None]:
    """Type a message into the chat of a page, and send it."""

    def ask(page: Page, text: str) -> None:
        page.get_by_label("Type your question").fill(text)
        page.get_by_role("button", name="Send").click()

    return ask
