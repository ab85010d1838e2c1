"""What the patient has written and the server does not have: kept, marked, and sent once the connection is back."""

from typing import Any

import pytest
from playwright.sync_api import APIResponse, Locator, Page, Route, expect

from bot.knowledge.base import KnowledgeBase
from on_screen import (
    ALARM,
    ALL_TRIES,
    DESKTOP,
    MESSAGE,
    PHONE,
    QUESTION,
    SIGN,
    WORDS,
    Ask,
    Gate,
    Open,
    alarm,
    answered,
    choose,
    field,
    kept,
    log,
    on_the_server,
    said,
    unreachable,
)

pytestmark = pytest.mark.rasa

GREETING = "bot.greeting"
# What the page does after a longer while, it does soon; and the test says whether anybody looks at it.
SOON = """(() => {
    const real = setTimeout;
    window.setTimeout = (act, wait) => real(act, wait === 15000 ? 300 : wait);
    window.away = false;
    Object.defineProperty(document, 'hidden', { get: () => away });
})()"""


def mark(page: Page, text: str) -> Locator:
    """The words at a message that it was not sent yet."""
    return page.locator(".said.patient").filter(has_text=text).get_by_text(WORDS["unsent"])


def lose(page: Page) -> None:
    """Let no message get through."""
    page.route(MESSAGE, lambda route: route.abort())


def sure(page: Page, item: str) -> None:
    """Choose something in the menu, and say yes."""
    choose(page, item)
    page.get_by_role("dialog").get_by_role("button", name=WORDS["yes"]).click()


# --- messages that did not get through ---


def unsent(open_page: Open, ask: Ask) -> Page:
    """Open a page that soon tries again, and whose question did not get through."""
    page = open_page(cut=True)
    page.add_init_script(SOON)
    page.reload()
    lose(page)
    ask(page, QUESTION)
    expect(mark(page, QUESTION)).to_be_visible(timeout=ALL_TRIES)
    return page


def test_message_that_did_not_get_through_is_marked(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """Words at a message say that it was not sent, as long as it was not, and at no other message."""
    page = open_page(cut=True)
    ask(page, "hello")
    expect(answered(page, base, GREETING)).to_be_visible()
    lose(page)

    ask(page, QUESTION)

    expect(mark(page, QUESTION)).to_be_in_viewport(timeout=ALL_TRIES)
    expect(mark(page, "hello")).to_have_count(0)
    page.unroute(MESSAGE)
    page.get_by_role("button", name=WORDS["retry"]).click()
    expect(answered(page, base)).to_be_visible()
    expect(mark(page, QUESTION)).to_have_count(0)


def test_messages_are_sent_when_the_connection_is_back(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """All that waits is sent by itself once the browser is online again: in order, and each once."""
    page = open_page(cut=True)
    ask(page, "thanks")
    expect(page.locator(".said.bot")).to_have_count(1)
    page.context.set_offline(True)
    for text in (QUESTION, "hello"):
        ask(page, text)
        expect(mark(page, text)).to_be_visible(timeout=ALL_TRIES)
    expect(unreachable(page, base)).to_be_visible()

    page.context.set_offline(False)

    expect(answered(page, base, GREETING)).to_have_count(1)
    expect(answered(page, base)).to_have_count(1)
    expect(page.get_by_text(WORDS["unsent"])).to_have_count(0)
    expect(unreachable(page, base)).to_have_count(0)
    assert on_the_server(page, kept(page)["token"]) == ["thanks", QUESTION, "hello"]


def test_messages_are_sent_again_while_somebody_looks(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """Where the browser notices nothing, the page tries again from time to time, but not while nobody sees it."""
    page = unsent(open_page, ask)
    page.evaluate("away = true")
    page.wait_for_timeout(ALL_TRIES // 2)  # what is being tried now is over
    posted: list[str] = []
    page.on("request", lambda one: posted.append(one.url))
    page.unroute(MESSAGE)
    page.wait_for_timeout(1000)
    assert posted == []

    page.evaluate("away = false; document.dispatchEvent(new Event('visibilitychange'))")

    expect(answered(page, base)).to_have_count(1)
    assert on_the_server(page, kept(page)["token"]) == [QUESTION]


def test_server_that_comes_back(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A message gets through by itself some time after the server is there again, without an event of the browser's."""
    page = unsent(open_page, ask)

    page.unroute(MESSAGE)

    expect(answered(page, base)).to_have_count(1, timeout=ALL_TRIES)
    expect(mark(page, QUESTION)).to_have_count(0)


@pytest.mark.parametrize("when", ["at once", "later"])
def test_unsent_message_survives_a_reload(open_page: Open, ask: Ask, base: KnowledgeBase, when: str) -> None:
    """A sign that did not get through is still there after a reload, is sent then, and kept no longer."""
    page = open_page(cut=True)
    lose(page)
    ask(page, SIGN)
    if when == "later":
        expect(mark(page, SIGN)).to_be_visible(timeout=ALL_TRIES)

    page.reload()

    expect(mark(page, SIGN)).to_be_visible()
    expect(unreachable(page, base)).to_be_visible(timeout=ALL_TRIES)
    assert [one["text"] for one in kept(page)["unsent"]] == [SIGN]
    page.unroute(MESSAGE)
    expect(alarm(page, base)).to_be_visible(timeout=ALL_TRIES)
    expect(said(page, SIGN)).to_have_count(1)
    expect(mark(page, SIGN)).to_have_count(0)
    expect(log(page).get_by_text(WORDS["waiting"])).to_be_hidden()
    assert "unsent" not in kept(page)
    assert on_the_server(page, kept(page)["token"]) == [SIGN]


def test_reload_before_the_answer_was_read(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A message that the server has answered while the page was gone stands once, below what was said."""
    page = open_page(cut=True)
    ask(page, "hello")
    expect(answered(page, base, GREETING)).to_be_visible()

    def answer_nobody(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route(MESSAGE, answer_nobody)
    with page.expect_event("requestfailed"):
        ask(page, QUESTION)
    page.unroute(MESSAGE)
    page.reload()

    expect(answered(page, base)).to_have_count(1, timeout=ALL_TRIES)
    expect(answered(page, base, GREETING)).to_have_count(1)
    expect(said(page, QUESTION)).to_have_count(1)
    shown = log(page).inner_text()
    assert shown.index("hello") < shown.index(QUESTION)
    assert on_the_server(page, kept(page)["token"]) == ["hello", QUESTION]


def test_one_message_does_not_hold_the_others_up(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A message at which the server fails again and again does not keep a sign after it from being heard."""
    page = open_page(cut=True)
    page.route(MESSAGE, lambda one: one.abort() if "laminectomy" in str(one.request.post_data) else one.continue_())
    ask(page, QUESTION)
    expect(mark(page, QUESTION)).to_be_visible(timeout=ALL_TRIES)

    ask(page, SIGN)

    expect(alarm(page, base)).to_be_visible(timeout=4000)
    expect(answered(page, base, ALARM)).to_have_count(1)
    expect(mark(page, QUESTION)).to_be_visible()


def test_late_answer_takes_no_alarm_away(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """The answer to a question before a sign, which comes only after the sign's alarm, leaves that on the screen."""
    page = open_page()
    late: list[tuple[Route, APIResponse]] = []
    page.route(MESSAGE, lambda one: late.append((one, one.fetch())), times=1)
    ask(page, QUESTION)
    expect(said(page, QUESTION)).to_be_visible()
    page.wait_for_timeout(2000)
    ask(page, SIGN)
    expect(alarm(page, base)).to_be_visible()

    [(route, response)] = late
    route.fulfill(response=response)

    expect(answered(page, base)).to_be_visible()
    expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("item", ["start_over", "delete"])
def test_unsent_message_goes_with_the_conversation(open_page: Open, ask: Ask, base: KnowledgeBase, item: str) -> None:
    """Neither what was not sent nor what was being written is kept once the conversation was left or deleted."""
    page = open_page(cut=True)
    ask(page, "hello")
    expect(answered(page, base, GREETING)).to_be_visible()
    lose(page)
    ask(page, QUESTION)
    field(page).fill("and my")
    assert {"unsent", "draft"} <= set(kept(page))

    sure(page, item)

    expect(said(page, QUESTION)).to_have_count(0)
    expect(field(page)).to_have_value("")
    assert not {"unsent", "draft"} & set(kept(page))
    page.unroute(MESSAGE)
    page.reload()
    expect(page.get_by_text(WORDS["disclaimer"])).to_be_visible()
    expect(page.locator(".said")).to_have_count(0)


# --- what is being written ---


def test_draft_survives_a_reload(page: Page, base: KnowledgeBase) -> None:
    """What was typed and not sent is in the field again after a reload; what was sent is not."""
    field(page).fill(QUESTION)

    page.reload()

    expect(field(page)).to_have_value(QUESTION)
    field(page).press("Enter")
    expect(answered(page, base)).to_be_visible()
    page.reload()
    expect(answered(page, base)).to_be_visible()
    expect(field(page)).to_have_value("")


@pytest.mark.parametrize(
    ("screen", "focused"),
    [
        ({"viewport": PHONE, "has_touch": True, "is_mobile": True}, False),
        ({"viewport": PHONE}, True),
        ({"viewport": DESKTOP}, True),
    ],
    ids=["phone", "narrow window", "desktop"],
)
@pytest.mark.parametrize("way", ["Enter", "button"])
def test_keyboard_goes_once_a_message_is_sent(
    open_page: Open, base: KnowledgeBase, screen: dict[str, Any], focused: bool, way: str
) -> None:
    """On a phone the keyboard does not stay over the answer; elsewhere the patient can type on."""
    page = open_page(**screen)
    field(page).fill(QUESTION)

    if way == "Enter":
        field(page).press("Enter")
    else:
        page.get_by_role("button", name=WORDS["send"]).click()

    expect(answered(page, base)).to_be_visible()
    if focused:
        expect(field(page)).to_be_focused()
    else:
        expect(field(page)).not_to_be_focused()
        assert (
            page.locator("stride-chat").evaluate("(one) => one.shadowRoot.querySelector('.log:focus, a:focus')") is None
        )
    if way == "Enter":
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=WORDS["send"])).to_be_focused()


def test_message_on_its_way_is_sent_once(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """What is on its way is not sent a second time when the browser says that it is online."""
    page = open_page()
    gate = Gate(page, MESSAGE)
    posted: list[str] = []
    page.on("request", lambda one: posted.append(one.url) if one.url.endswith("/message") else None)
    ask(page, QUESTION)
    gate.wait()

    page.evaluate("dispatchEvent(new Event('online'))")
    gate.open()

    expect(answered(page, base)).to_have_count(1)
    assert len(posted) == 1
