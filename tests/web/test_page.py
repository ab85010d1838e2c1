"""The chat page in a real browser, against the really running bot."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.knowledge.base import KnowledgeBase

pytestmark = pytest.mark.rasa
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}


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
def page(browser: Browser, server: str) -> Iterator[Page]:
    """The open page on a phone; fails the test when the browser's console holds an error."""
    page = browser.new_page(viewport=PHONE)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server)
    yield page
    page.close()
    assert [error for error in errors if "ERR_FAILED" not in error] == []


def ask(page: Page, text: str) -> None:
    """Type a message and send it."""
    page.get_by_label("Type your question").fill(text)
    page.get_by_role("button", name="Send").click()


def test_question_and_follow_up(page: Page, base: KnowledgeBase) -> None:
    """A typed question is answered with its source, and a follow-up button leads on."""
    ask(page, "What is a laminectomy?")
    log = page.get_by_role("log")
    expect(log).to_contain_text(base["surgery.laminectomy"].answer[:60])
    expect(log).to_contain_text("Source:")

    title = base[base["surgery.laminectomy"].follow_ups[0]].title
    page.get_by_role("button", name=title).first.click()

    expect(log).to_contain_text(base[base["surgery.laminectomy"].follow_ups[0]].answer[:60])


@pytest.mark.parametrize(("said", "reply"), [("hello", "bot.greeting"), ("bye bye", "bot.goodbye")])
def test_older_button_asks_in_words(page: Page, base: KnowledgeBase, said: str, reply: str) -> None:
    """A button of an earlier reply still leads to its answer, whether or not the last reply offers buttons itself."""
    ask(page, "What is a laminectomy?")
    follow_up = base[base["surgery.laminectomy"].follow_ups[0]]
    button = page.get_by_role("button", name=follow_up.title).first
    expect(button).to_be_visible()
    ask(page, said)
    expect(page.get_by_role("log")).to_contain_text(base[reply].answer[:40])

    button.click()

    expect(page.get_by_role("log")).to_contain_text(follow_up.answer[:60])


def test_stand_down_clears_the_alarm(page: Page) -> None:
    """When the patient takes an alarm back, it leaves the screen."""
    ask(page, "I can't pee since this morning")
    expect(page.get_by_role("alert")).to_contain_text("warning sign")

    ask(page, "no no, I was only asking in general, that was my uncle's story from years ago")

    expect(page.get_by_role("alert")).to_be_empty()


def test_alarm_stays_in_sight(page: Page) -> None:
    """The urgent message is announced, and stays while the conversation goes on."""
    ask(page, "I can't pee since this morning")
    expect(page.get_by_role("alert")).to_contain_text("warning sign")

    ask(page, "What is a laminectomy?")

    expect(page.get_by_role("log")).to_contain_text("Reminder:")
    expect(page.get_by_role("alert")).to_be_in_viewport()


def test_html_stays_text(page: Page) -> None:
    """Markup that a patient types is shown as it was typed."""
    ask(page, "<img src=x onerror=alert(1)> legs")

    expect(page.get_by_role("log")).to_contain_text("<img src=x onerror=alert(1)> legs")
    assert page.locator("main img").count() == 0


def test_server_gone(page: Page, base: KnowledgeBase) -> None:
    """When the server cannot be reached, the page itself tells the signs that must not wait."""
    page.route("**/webhook", lambda route: route.abort())

    ask(page, "What is a laminectomy?")

    expect(page.get_by_role("log")).to_contain_text("Some signs must not wait")


def test_fits_a_small_screen(page: Page) -> None:
    """Nothing makes the page scroll sideways at 320 px."""
    page.set_viewport_size({"width": 320, "height": 568})
    ask(page, "What is a laminectomy?")
    expect(page.get_by_role("log")).to_contain_text("Source:")

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_picture_for_the_readme(page: Page, request: pytest.FixtureRequest) -> None:
    """The README's picture shows a question and its answer; `make screenshots` keeps it."""
    page.set_viewport_size({"width": 390, "height": 1280})
    ask(page, "Would a walker or a cane help me?")
    expect(page.get_by_role("log")).to_contain_text("Source:")

    picture = page.screenshot()

    assert picture.startswith(b"\x89PNG")
    folder: Path | None = request.config.getoption("--screenshots")
    if folder:
        (folder / "page.png").write_bytes(picture)


def test_visit_paper(page: Page) -> None:
    """The visit summary opens as a page of its own, without a breach of its security policy, and as a PDF."""
    ask(page, "make my visit summary")
    log = page.get_by_role("log")
    for number in range(5):
        expect(log.get_by_role("button", name="Skip")).to_have_count(number + 1)
        log.get_by_role("button", name="Skip").last.click()
    with page.expect_popup() as opened:
        log.get_by_role("link", name="Open a page to print").click()
    paper = opened.value
    breaches: list[str] = []
    paper.on("console", lambda message: breaches.append(message.text) if message.type == "error" else None)
    paper.reload()

    expect(paper.get_by_role("heading", level=1)).to_have_text("For my visit")
    link = paper.get_by_role("link", name="Save as PDF").get_attribute("href")
    answer = paper.request.get(f"{paper.url.split('/visit/')[0]}{link}")
    assert answer.body().startswith(b"%PDF")
    assert answer.headers["content-type"] == "application/pdf"
    assert breaches == []
    paper.close()


def test_expired_paper(browser: Browser, server: str) -> None:
    """An address of a page that is no longer there says so, and nothing else."""
    page = browser.new_page(viewport=PHONE)

    answer = page.goto(f"{server}/visit/{'x' * 32}")

    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_text("no longer here")).to_be_visible()
    page.close()
