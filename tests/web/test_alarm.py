"""The alarm on the screen, in a real browser: it stays in sight, whatever happens to the chat or to the server."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.knowledge.base import KnowledgeBase
from bot.nlu.training import current_model
from bot.reply.reply import calls
from bot.settings import ROOT
from on_screen import (
    ALL_TRIES,
    CLINIC,
    CONVERSATION,
    QUESTION,
    SIGN,
    WORDS,
    Ask,
    Gate,
    Open,
    alarm,
    open_panel,
    unreachable,
)

pytestmark = pytest.mark.rasa

MILDER = "I have had a fever since my epidural on Monday"
TAKEN_BACK = "no no, I was only asking in general, that was my uncle's story from years ago"
DESKTOP, PHONE, SMALL_PHONE = (1280, 800), (390, 844), (320, 568)


def not_sent(page: Page) -> Locator:
    """What the page says beside an alarm when a message did not get through."""
    return page.get_by_role("alert").filter(has_text=WORDS["not_sent"])


def raise_alarm(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """Write about a warning sign, and wait for the alarm."""
    ask(page, SIGN)
    expect(alarm(page, base)).to_be_visible()


def expect_numbers(alert: Locator, base: KnowledgeBase, callees: list[str]) -> None:
    """Whom to call stands in the alert, and can be called by a tap."""
    told = calls(base, CLINIC, callees)
    expect(alert.get_by_role("link")).to_have_count(len(told))
    for call in told:
        expect(alert.get_by_role("link", name=call["title"])).to_have_attribute("href", f"tel:{call['number']}")


def set_size(page: Page, size: tuple[int, int]) -> None:
    """Make the window as large as a screen."""
    page.set_viewport_size({"width": size[0], "height": size[1]})


@pytest.fixture
def offline(open_page: Open) -> Page:
    """The chat as a whole page, in a test that cuts its connection."""
    return open_page(cut=True)


# --- shown, and staying ---


def test_alarm_is_shown(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """A warning sign brings up an alert, the button that calls, and the whole urgent text in the transcript."""
    ask(page, SIGN)

    expect(alarm(page, base)).to_be_in_viewport(ratio=1)
    expect(alarm(page, base)).to_contain_text(WORDS["urgent"])
    expect_numbers(alarm(page, base), base, ["emergency_number"])
    expect(page.get_by_role("log")).to_contain_text(CLINIC.fill(base["urgent.cauda_equina"].texts[0])[:60])


def test_no_alarm_without_a_sign(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """A plain question brings up no alert."""
    ask(page, QUESTION)

    expect(page.get_by_role("log")).to_contain_text(base["surgery.laminectomy"].texts[0][:60])
    for alert in page.get_by_role("alert").all():
        expect(alert).to_be_empty()


def test_crisis(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """Somebody who thinks of suicide sees both numbers, the crisis line's first."""
    ask(page, "I want to kill myself")

    expect_numbers(alarm(page, base, "crisis"), base, ["crisis_line", "emergency_number"])
    expect(alarm(page, base, "crisis").get_by_role("link").first).to_have_text(
        calls(base, CLINIC, ["crisis_line"])[0]["title"]
    )


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE, DESKTOP], ids=["phone", "small phone", "desktop"])
def test_alarm_stays_in_sight(page: Page, ask: Ask, base: KnowledgeBase, size: tuple[int, int]) -> None:
    """The alarm stays just above the field, whole, while the talk goes on and wherever the transcript is scrolled."""
    set_size(page, size)
    log = page.get_by_role("log")
    raise_alarm(page, ask, base)

    reminder = base.notices.reminders["cauda_equina"]
    for count, question in enumerate([QUESTION, "Would a cane help me?", "What is spinal stenosis?"]):
        ask(page, question)
        expect(log.get_by_text(CLINIC.fill(reminder.short))).to_have_count(count)
        expect(log.get_by_text(CLINIC.fill(reminder.whole))).to_have_count(1)
        expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)

    assert log.evaluate("log => log.scrollHeight > 2 * log.clientHeight")
    for top in ("0", "log.scrollHeight"):
        log.evaluate(f"log => {{ log.scrollTop = {top}; }}")
        expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)
        expect(alarm(page, base).get_by_role("link")).to_be_in_viewport(ratio=0.99)
    shown, field = alarm(page, base).bounding_box(), page.get_by_label(WORDS["placeholder"]).bounding_box()
    assert shown
    assert field
    assert shown["y"] + shown["height"] <= field["y"]


def test_alarm_survives_a_reload(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """An alarm is there again after a reload, also when the talk had gone on."""
    raise_alarm(page, ask, base)
    ask(page, QUESTION)
    expect(page.get_by_role("log")).to_contain_text(CLINIC.fill(base.notices.reminders["cauda_equina"].whole))

    page.reload()

    expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)
    expect_numbers(alarm(page, base), base, ["emergency_number"])


def test_stand_down_clears_the_alarm(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """When the patient takes an alarm back, it leaves the screen, and does not come back with a reload."""
    raise_alarm(page, ask, base)

    ask(page, TAKEN_BACK)

    taken_back = CLINIC.fill(base["urgent.stand_down"].texts[0])[:40]
    expect(page.get_by_role("log")).to_contain_text(taken_back)
    expect(alarm(page, base)).to_have_count(0)
    page.reload()
    expect(page.get_by_role("log")).to_contain_text(taken_back)
    expect(alarm(page, base)).to_have_count(0)


@pytest.mark.parametrize("words", ["no, I meant 10 minutes", "that's not what I asked", "ok", "right", "I'm fine"])
def test_ordinary_words_leave_the_alarm(page: Page, ask: Ask, base: KnowledgeBase, words: str) -> None:
    """An alarm stays over words that do not plainly take it back, also after a reload."""
    raise_alarm(page, ask, base)

    ask(page, words)

    expect(page.locator(".said.bot")).to_have_count(2)
    expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)
    page.reload()
    expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)


def test_button_takes_the_alarm_back(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """Under the alarm stands the button that takes it back."""
    raise_alarm(page, ask, base)

    page.get_by_role("log").get_by_role("button", name=base["urgent.stand_down"].title).click()

    expect(page.get_by_role("log")).to_contain_text(CLINIC.fill(base["urgent.stand_down"].texts[0])[:40])
    expect(alarm(page, base)).to_have_count(0)


def test_each_alarm_goes_by_itself(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """What takes the latest alarm back leaves the one before on the screen."""
    ask(page, MILDER)
    expect(alarm(page, base, "same_day")).to_be_visible()
    raise_alarm(page, ask, base)

    ask(page, TAKEN_BACK)

    expect(alarm(page, base)).to_have_count(0)
    expect(alarm(page, base, "same_day")).to_be_in_viewport(ratio=0.99)


def test_crisis_goes_only_with_a_yes(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """Nothing but a yes to "Are you safe now?" takes a crisis from the screen."""
    ask(page, "I want to die")
    expect(alarm(page, base, "crisis")).to_be_visible()

    for words in ("no, I mean it", "I only asked in general"):
        ask(page, words)
        expect(page.get_by_role("button", name=base.notices.safe, exact=True)).to_be_visible()
        expect(alarm(page, base, "crisis")).to_be_in_viewport(ratio=0.99)

    page.get_by_role("button", name=base.notices.safe, exact=True).click()
    expect(alarm(page, base, "crisis")).to_have_count(0)


def test_seen_to(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """That it was checked ends the panel; the reminder goes on, and the paper for the visit tells both."""
    raise_alarm(page, ask, base)

    ask(page, "we went, they scanned me and sent me home")

    expect(alarm(page, base)).to_have_count(0)
    ask(page, QUESTION)
    expect(page.get_by_role("log")).to_contain_text(CLINIC.fill(base.notices.reminders["cauda_equina"].whole))
    ask(page, "visit summary")
    for count in range(2, 7):
        ask(page, "Skip")
        expect(page.locator(".said.patient").filter(has_text="Skip")).to_have_count(count - 1)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open a page to print").click()
    expect(opened.value.get_by_role("main")).to_contain_text(SIGN)
    expect(opened.value.get_by_role("main")).to_contain_text("they scanned me and sent me home")


@pytest.mark.parametrize("signs", [(SIGN, MILDER), (MILDER, SIGN)], ids=["graver first", "milder first"])
def test_gravest_alarm_is_shown(page: Page, ask: Ask, base: KnowledgeBase, signs: tuple[str, str]) -> None:
    """Of several alarms the gravest stays on the screen, in whatever order they came, and after a reload too."""
    answers = {SIGN: "urgent.cauda_equina", MILDER: "urgent.same_day"}
    for sign in signs:
        ask(page, sign)
        expect(page.get_by_role("log")).to_contain_text(CLINIC.fill(base[answers[sign]].texts[0])[:40])

    for again in (False, True):
        if again:
            page.reload()
        expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)
        expect(alarm(page, base, "same_day")).to_have_count(0)
        expect_numbers(alarm(page, base), base, ["emergency_number"])


def test_graver_alarm_of_before(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """A grave alarm of before stands beside a milder one that comes while the page is waiting for what was said."""
    raise_alarm(page, ask, base)
    gate = Gate(page, CONVERSATION)
    page.reload()
    ask(page, MILDER)
    expect(page.get_by_role("log")).to_contain_text(CLINIC.fill(base["urgent.same_day"].texts[0])[:40])
    expect(alarm(page, base)).to_be_visible()

    gate.open()

    expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)
    expect(alarm(page, base, "same_day")).to_have_count(0)


# --- on somebody's website ---


@pytest.mark.parametrize(
    ("size", "focus"),
    [
        (PHONE, "field"),
        (DESKTOP, "field"),
        (DESKTOP, "nowhere"),
        (PHONE, "nowhere"),
    ],
    ids=["phone", "desktop", "desktop, no focus", "phone, no focus"],
)
def test_escape_does_not_close_the_alarm(
    open_page: Open, ask: Ask, base: KnowledgeBase, size: tuple[int, int], focus: str
) -> None:
    """Escape closes the chat, but not while an alarm is shown, however often it is pressed."""
    page = open_page("/demo")
    set_size(page, size)
    open_panel(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    open_panel(page)
    raise_alarm(page, ask, base)
    if focus == "field":
        page.get_by_label(WORDS["placeholder"]).focus()
    else:
        page.evaluate("document.activeElement.shadowRoot.activeElement.blur()")

    for _ in range(3):
        page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_visible()
    expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_closed_chat_says_that_it_is_urgent(
    open_page: Open, ask: Ask, base: KnowledgeBase, size: tuple[int, int]
) -> None:
    """A patient who closes the chat still reads on its button that there is an urgent message, and gets back to it."""
    page = open_page("/demo")
    set_size(page, size)
    open_panel(page)
    raise_alarm(page, ask, base)

    page.get_by_role("button", name=WORDS["close"]).click()
    page.get_by_role("button", name=WORDS["yes"], exact=True).click()

    launcher = page.get_by_role("button", name=WORDS["open_urgent"])
    expect(launcher).to_be_in_viewport(ratio=1)
    page.reload()
    expect(launcher).to_be_in_viewport(ratio=1)
    launcher.click()
    expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)
    ask(page, TAKEN_BACK)
    expect(alarm(page, base)).to_have_count(0)
    page.get_by_role("button", name=WORDS["close"]).click()
    expect(page.get_by_role("button", name=WORDS["open"], exact=True)).to_be_visible()


# --- without the server ---


def test_alarm_without_the_server(offline: Page, ask: Ask, base: KnowledgeBase) -> None:
    """With the server gone the alarm stays, the page says what was not sent, and sends it when the patient wants."""
    raise_alarm(offline, ask, base)
    offline.route("**/webhooks/web/**", lambda route: route.abort())

    ask(offline, QUESTION)

    expect(not_sent(offline)).to_be_in_viewport(ratio=0.99, timeout=ALL_TRIES)
    expect(alarm(offline, base)).to_be_in_viewport(ratio=0.99)
    expect_numbers(alarm(offline, base), base, ["emergency_number"])
    retry = offline.get_by_role("button", name=WORDS["retry"])
    expect(retry).to_be_visible(timeout=ALL_TRIES)
    offline.unroute("**/webhooks/web/**")
    retry.click()
    log = offline.get_by_role("log")
    expect(log.get_by_text(base["surgery.laminectomy"].texts[0][:60])).to_have_count(1)
    expect(log.get_by_text(f"{WORDS['you']} {QUESTION}", exact=True)).to_have_count(1)
    expect(not_sent(offline)).to_have_count(0)
    expect(alarm(offline, base)).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("text", [QUESTION, SIGN])
def test_no_server(offline: Page, ask: Ask, base: KnowledgeBase, text: str) -> None:
    """When the server cannot be reached, the page itself tells the signs that must not wait and whom to call."""
    offline.route("**/webhooks/web/**", lambda route: route.abort())

    ask(offline, text)

    expect(unreachable(offline, base)).to_be_in_viewport(timeout=ALL_TRIES)
    expect_numbers(unreachable(offline, base), base, ["emergency_number", "crisis_line"])
    retry = offline.get_by_role("button", name=WORDS["retry"])
    expect(retry).to_be_visible(timeout=ALL_TRIES)
    offline.unroute("**/webhooks/web/**")
    retry.click()
    answer = "surgery.laminectomy" if text == QUESTION else "urgent.cauda_equina"
    expect(offline.get_by_role("log").get_by_text(CLINIC.fill(base[answer].texts[0])[:60])).to_have_count(1)
    expect(unreachable(offline, base)).to_have_count(0)


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE], ids=["phone", "small phone"])
def test_numbers_are_in_sight_without_the_server(
    offline: Page, ask: Ask, base: KnowledgeBase, size: tuple[int, int]
) -> None:
    """Without the server, the numbers and the button to try again can be seen without scrolling."""
    set_size(offline, size)
    offline.route("**/webhooks/web/**", lambda route: route.abort())

    ask(offline, QUESTION)

    expect(unreachable(offline, base)).to_be_in_viewport(timeout=ALL_TRIES)
    expect(offline.get_by_role("button", name=WORDS["retry"])).to_be_in_viewport(ratio=0.99)
    for link in unreachable(offline, base).get_by_role("link").all():
        expect(link).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("alarmed", [True, False], ids=["alarm", "no alarm"])
def test_reload_without_the_server(offline: Page, ask: Ask, base: KnowledgeBase, alarmed: bool) -> None:
    """When a reload cannot bring the talk back, the page tells the signs and numbers, and restores it later."""
    text = SIGN if alarmed else QUESTION
    answer = "urgent.cauda_equina" if alarmed else "surgery.laminectomy"
    said = offline.get_by_role("log").get_by_text(CLINIC.fill(base[answer].texts[0])[:60])
    ask(offline, text)
    expect(said).to_be_visible()
    offline.route("**/webhooks/web/**", lambda route: route.abort())

    offline.reload()

    expect(unreachable(offline, base)).to_be_in_viewport(timeout=ALL_TRIES)
    expect_numbers(unreachable(offline, base), base, ["emergency_number", "crisis_line"])
    retry = offline.get_by_role("button", name=WORDS["retry"])
    expect(retry).to_be_visible(timeout=ALL_TRIES)
    offline.unroute("**/webhooks/web/**")
    retry.click()
    expect(said).to_have_count(1)
    expect(unreachable(offline, base)).to_have_count(0)
    expect(alarm(offline, base)).to_have_count(1 if alarmed else 0)


class OwnServer:
    """`stride run` as a process that the test may kill and start again.

    Its model is broken: the guard alone gives the alarm, nothing is kept outside the test's folder, and the start is
    quick.
    """

    def __init__(self, folder: Path, port: int) -> None:
        """Prepare its folder."""
        self.address = f"http://127.0.0.1:{port}/"
        self.var = folder / "var"
        (folder / current_model().name).write_bytes(b"this is no archive")
        own = {"STRIDE_MODELS": str(folder), "STRIDE_VAR": str(self.var), "STRIDE_PORT": str(port)}
        self._environment = {**os.environ, **own}

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "bot.cli", "run"]
        self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stderr=subprocess.DEVNULL)
        for _ in range(1200):
            if self._process.poll() is not None or listening(self.address):
                return
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()


@pytest.fixture
def own_server(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[OwnServer]:
    """A server of the test's own, which runs."""
    server = OwnServer(tmp_path, free_port())
    server.start()
    yield server
    server.kill()


def listening(address: str) -> bool:
    """Whether a server answers."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_server_is_killed(own_server: OwnServer, open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """When the server dies, an alarm stays with its number, and a page without one tells the signs and the numbers."""
    alarmed, other = open_page(own_server.address, cut=True), open_page(own_server.address, cut=True)
    raise_alarm(alarmed, ask, base)
    own_server.kill()

    ask(alarmed, QUESTION)
    ask(other, QUESTION)

    expect(not_sent(alarmed)).to_be_in_viewport(ratio=0.99, timeout=ALL_TRIES)
    expect(alarmed.get_by_role("button", name=WORDS["retry"])).to_be_in_viewport(ratio=0.99)
    expect(alarm(alarmed, base)).to_be_in_viewport(ratio=0.99)
    expect_numbers(alarm(alarmed, base), base, ["emergency_number"])
    expect(unreachable(other, base)).to_be_in_viewport(timeout=ALL_TRIES)
    expect_numbers(unreachable(other, base), base, ["emergency_number", "crisis_line"])


@pytest.mark.parametrize("key", ["same", "new"])
def test_server_is_started_again(
    own_server: OwnServer, open_page: Open, ask: Ask, base: KnowledgeBase, key: str
) -> None:
    """What was written while the server was gone gets through once it is back, with another key for sessions too."""
    page = open_page(own_server.address, cut=True)
    raise_alarm(page, ask, base)
    expect(page.locator(".typing")).to_be_hidden()
    own_server.kill()
    ask(page, MILDER)
    expect(page.get_by_text(WORDS["unsent"])).to_be_visible(timeout=ALL_TRIES)
    if key == "new":
        (own_server.var / "session.key").unlink()

    own_server.start()

    told = page.get_by_role("log").get_by_text(CLINIC.fill(base["urgent.same_day"].texts[0])[:40])
    expect(told).to_have_count(1, timeout=2 * ALL_TRIES)
    expect(page.get_by_text(WORDS["unsent"])).to_have_count(0)
    expect(page.get_by_text(f"{WORDS['you']} {MILDER}", exact=True)).to_have_count(1)
    expect(page.get_by_role("log").get_by_text(WORDS["conversation_new"])).to_have_count(1 if key == "new" else 0)
    expect(page.locator(".alarm")).to_contain_text(WORDS["urgent"])
