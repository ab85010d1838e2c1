"""What goes wrong around a conversation, in a real browser: slow and lost requests, old browsers, a closed chat."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from bot.knowledge.base import KnowledgeBase
from bot.reply.reply import calls
from bot.settings import Settings, settings
from bot.web.pages import page as made
from on_screen import (
    ALARM,
    ALL_TRIES,
    ANSWER,
    CLINIC,
    CONVERSATION,
    DESKTOP,
    MESSAGE,
    PHONE,
    QUESTION,
    SESSION,
    SHADOW,
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
    menu_button,
    on_the_server,
    open_panel,
    panel,
    said,
    unreachable,
)

pytestmark = pytest.mark.rasa

GREETING = "bot.greeting"
SPANISH = "no puedo orinar desde ayer"
SCREENS = pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
SOON = 6_000  # milliseconds after which a patient without an answer has read what must not wait
ATTEMPTS = 4  # to send a message
AT_ONCE = 1_500  # milliseconds

# What of the chat can be seen.
SHOWN = f"""() => [...{SHADOW}.querySelectorAll('*')]
    .filter((one) => one.checkVisibility({{ visibilityProperty: true }}))
    .filter((one) => one.getBoundingClientRect().width * one.getBoundingClientRect().height > 0)
    .map((one) => one.className || one.tagName)"""
PRINTED = "window.printed = 0; window.print = () => { printed += 1; };"
FILLINGS = f"""() => {{
    window.fillings = [];
    const note = (changes) => changes.filter((one) => one.addedNodes.length).forEach(() => fillings.push('filled'));
    new MutationObserver(note).observe({SHADOW}.querySelector('.lost'), {{ childList: true }});
}}"""
# A browser that cannot make style sheets from text, as Safari before 16.4.
NO_SHEETS = "window.CSSStyleSheet = class { constructor() { throw new Error(); } };"
STYLES = f"""() => ['.launcher', '.chat', 'header', '.log', '.said.bot', '#field', '.ask button'].map((name) => {{
    const one = {SHADOW}.querySelector(name);
    if (!one) return name;
    const {{ position, display, backgroundColor, color, fontSize, padding, borderRadius }} = getComputedStyle(one);
    return [name, position, display, backgroundColor, color, fontSize, padding, borderRadius].join(' | ');
}})"""
SPEECH = """
    window.spoken = [];
    speechSynthesis.speak = (words) => spoken.push(words);
    speechSynthesis.cancel = () => {};
"""


def expect_numbers(place: Locator, base: KnowledgeBase) -> None:
    """Both numbers stand there, and can be called by a tap."""
    for call in calls(base, CLINIC, ["emergency_number", "crisis_line"]):
        expect(place.get_by_role("link", name=call["title"])).to_have_attribute("href", f"tel:{call['number']}")


def retry(page: Page) -> Locator:
    """The button that tries again."""
    return page.get_by_role("button", name=WORDS["retry"])


def menu(page: Page) -> Locator:
    """The open menu."""
    return page.get_by_role("group", name=WORDS["menu"], exact=True)


def sure(page: Page) -> Locator:
    """The question whether the chat is to be closed over an alarm."""
    return page.get_by_role("dialog", name=WORDS["close_sure"])


def with_script(page: Page, script: str) -> None:
    """Load the page again with a script that runs before all others."""
    page.add_init_script(script)
    page.reload()


def expect_in_order(page: Page, *said_texts: str) -> None:
    """The patient's messages stand in the transcript in this order, each once."""
    for text in said_texts:
        expect(said(page, text)).to_have_count(1)
    shown = log(page).inner_text()
    places = [shown.index(text) for text in said_texts]
    assert places == sorted(places)


# --- requests that hang ---


@pytest.mark.parametrize("address", [SESSION, MESSAGE], ids=["session", "message"])
def test_first_request_is_slow(open_page: Open, ask: Ask, base: KnowledgeBase, address: str) -> None:
    """A patient whose first message hangs soon reads the signs and numbers, and they go when the answer comes."""
    page = open_page()
    gate = Gate(page, address)

    ask(page, QUESTION)

    expect(unreachable(page, base)).to_be_in_viewport(timeout=SOON)
    expect_numbers(unreachable(page, base), base)
    expect(page.locator(".typing")).to_be_visible()
    expect(retry(page)).to_have_count(0)
    gate.open()
    expect(answered(page, base)).to_have_count(1)
    expect(said(page, QUESTION)).to_have_count(1)
    expect(unreachable(page, base)).to_have_count(0)
    expect(page.locator(".typing")).to_be_hidden()


@pytest.mark.parametrize("address", [SESSION, MESSAGE], ids=["session", "message"])
def test_first_request_is_never_answered(open_page: Open, ask: Ask, base: KnowledgeBase, address: str) -> None:
    """A request that is never answered is given up after a while, and the next attempt brings the answer."""
    page = open_page(cut=True)
    hung: list[Route] = []
    page.route(address, lambda route: route.continue_() if hung else hung.append(route))

    ask(page, QUESTION)

    expect(unreachable(page, base)).to_be_in_viewport(timeout=SOON)
    expect(answered(page, base)).to_have_count(1, timeout=ALL_TRIES)
    expect(said(page, QUESTION)).to_have_count(1)
    expect(unreachable(page, base)).to_have_count(0)
    assert on_the_server(page, kept(page)["token"]) == [QUESTION]


def test_two_first_messages_share_a_session(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """Two messages that are sent before there is a session come into the same one."""
    page = open_page()
    gate = Gate(page, SESSION)
    sessions: list[Request] = []
    tokens: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/webhooks/web/session"):
            sessions.append(request)
        if request.url.endswith("/webhooks/web/message"):
            tokens.append(request.headers["authorization"])

    page.on("request", note)
    ask(page, QUESTION)
    gate.wait()
    ask(page, "hello")
    expect(said(page, "hello")).to_be_visible()

    gate.open()

    expect(answered(page, base)).to_have_count(1)
    expect(answered(page, base, GREETING)).to_have_count(1)
    assert len(sessions) == 1
    assert len(tokens) == 2
    assert len(set(tokens)) == 1
    assert sorted(on_the_server(page, kept(page)["token"])) == sorted([QUESTION, "hello"])


def test_lost_message_alerts_once(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """However often a message is tried again, what must not wait is announced once."""
    page = open_page(cut=True)
    attempts: list[str] = []

    def lose(route: Route) -> None:
        attempts.append(route.request.url)
        route.abort()

    page.route(MESSAGE, lose)
    expect(field(page)).to_be_visible()
    page.evaluate(FILLINGS)

    ask(page, QUESTION)

    expect(retry(page)).to_be_visible(timeout=ALL_TRIES)
    expect(unreachable(page, base)).to_be_visible()
    assert len(attempts) == ATTEMPTS
    assert page.evaluate("fillings") == ["filled"]


# --- paper ---


@SCREENS
@pytest.mark.parametrize(
    ("address", "state", "shown"),
    [("/demo", "closed", False), ("/demo", "open", False), ("/demo", "pressed", True), ("/", "open", True)],
)
def test_what_is_printed(
    open_page: Open, ask: Ask, base: KnowledgeBase, screen: dict[str, int], address: str, state: str, shown: bool
) -> None:
    """A website is printed without the chat unless the chat is asked to print; the chat's own page always shows it."""
    page = open_page(address, viewport=screen)
    with_script(page, PRINTED)
    if address == "/demo":
        open_panel(page)
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()
    if state == "closed":
        page.get_by_role("button", name=WORDS["close"]).click()
        expect(page.get_by_role("button", name=WORDS["open"], exact=True)).to_be_visible()
    elif state == "pressed":
        choose(page, "print")
    assert page.evaluate(SHOWN) != []

    page.emulate_media(media="print")

    assert page.evaluate("printed") == (1 if state == "pressed" else 0)
    assert ("log" in page.evaluate(SHOWN)) is shown
    if shown:
        expect(answered(page, base)).to_be_visible()
    else:
        assert page.evaluate(SHOWN) == []
        expect(page.get_by_text(WORDS["pages"]["demo_text"])).to_be_visible()


# --- an alarm, and a panel that is closed ---


@SCREENS
def test_alarm_opens_a_closed_panel(open_page: Open, ask: Ask, base: KnowledgeBase, screen: dict[str, int]) -> None:
    """An urgent reply that comes after the patient has closed the chat opens it again, with the alarm in sight."""
    page = open_page("/demo", viewport=screen)
    open_panel(page)
    gate = Gate(page, MESSAGE)
    ask(page, SIGN)
    gate.wait()
    page.get_by_role("button", name=WORDS["close"]).click()
    expect(panel(page)).to_be_hidden()

    gate.open()

    expect(panel(page)).to_be_visible()
    expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)


@SCREENS
@pytest.mark.parametrize("way", ["no", "Escape"])
def test_closing_over_an_alarm_is_asked_first(
    open_page: Open, ask: Ask, base: KnowledgeBase, screen: dict[str, int], way: str
) -> None:
    """A patient who did not mean to close the chat during an alarm keeps it."""
    page = open_page("/demo", viewport=screen)
    open_panel(page)
    ask(page, SIGN)
    expect(alarm(page, base)).to_be_visible()
    page.get_by_role("button", name=WORDS["close"]).click()
    expect(sure(page)).to_be_visible()

    if way == "no":
        sure(page).get_by_role("button", name=WORDS["no"]).click()
    else:
        page.keyboard.press("Escape")

    expect(sure(page)).to_be_hidden()
    expect(panel(page)).to_be_visible()
    expect(page.get_by_role("button", name=WORDS["close"])).to_be_focused()
    expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("item", ["start_over", "delete"])
def test_leaving_an_alarm(open_page: Open, ask: Ask, base: KnowledgeBase, item: str) -> None:
    """Who begins anew or deletes the conversation during an alarm is told first that the alarm goes too."""
    page = open_page()
    ask(page, SIGN)
    expect(alarm(page, base)).to_be_visible()

    choose(page, item)

    question = page.get_by_role("dialog", name=WORDS["urgent_goes"])
    expect(question).to_contain_text(WORDS[f"{item}_sure"])
    question.get_by_role("button", name=WORDS["yes"]).click()
    expect(alarm(page, base)).to_have_count(0)


def test_alarm_closes_a_question(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """An alarm that comes while the page asks whether to begin anew is not hidden by that, nor cleared by its yes."""
    page = open_page()
    gate = Gate(page, MESSAGE)
    ask(page, SIGN)
    gate.wait()
    choose(page, "start_over")
    expect(page.get_by_role("dialog")).to_be_visible()

    gate.open()

    expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_sign_while_deleting(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A sign that is told of while the conversation before is being deleted keeps its alarm, and its session."""
    page = open_page()
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()
    gate = Gate(page, CONVERSATION)
    choose(page, "delete")
    page.get_by_role("dialog").get_by_role("button", name=WORDS["yes"]).click()
    gate.wait()
    ask(page, SIGN)
    expect(alarm(page, base)).to_be_visible()

    gate.open()

    expect(page.get_by_role("log").get_by_text(WORDS["deleted"])).to_be_visible()
    expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)
    assert on_the_server(page, kept(page)["token"]) == [SIGN]


def test_failed_message_is_not_sent_after_deletion(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A message that had not got through when its conversation was deleted does not begin another one."""
    page = open_page(cut=True)
    ask(page, "hello")
    expect(answered(page, base, GREETING)).to_be_visible()
    page.route(MESSAGE, lambda route: route.abort())
    with page.expect_event("requestfailed"):
        ask(page, QUESTION)
    posted: list[str] = []
    page.on("request", lambda one: posted.append(one.url) if one.url.endswith("/message") else None)

    choose(page, "delete")
    page.get_by_role("dialog").get_by_role("button", name=WORDS["yes"]).click()

    expect(page.get_by_role("log").get_by_text(WORDS["deleted"])).to_be_visible()
    page.unroute(MESSAGE)
    page.wait_for_timeout(4_500)  # the longest pause before another attempt
    sent_before = len(posted)
    ask(page, "hello")
    expect(answered(page, base, GREETING)).to_be_visible()
    assert on_the_server(page, kept(page)["token"]) == ["hello"]
    assert len(posted) == sent_before + 1


@SCREENS
def test_message_that_was_not_sent_opens_a_closed_panel(
    open_page: Open, ask: Ask, base: KnowledgeBase, screen: dict[str, int]
) -> None:
    """A message that did not get through may tell of a sign: a chat that was closed meanwhile opens and shows them."""
    page = open_page("/demo", viewport=screen, cut=True)
    open_panel(page)
    page.route(MESSAGE, lambda route: route.abort())
    ask(page, QUESTION)
    page.get_by_role("button", name=WORDS["close"]).click()
    expect(panel(page)).to_be_hidden()

    expect(panel(page)).to_be_visible(timeout=ALL_TRIES)

    expect(unreachable(page, base)).to_be_in_viewport(ratio=0.4)
    for call in unreachable(page, base).get_by_role("link").all():
        expect(call).to_be_in_viewport(ratio=0.99)


@SCREENS
def test_closing_over_an_alarm(open_page: Open, ask: Ask, base: KnowledgeBase, screen: dict[str, int]) -> None:
    """A patient who means to close the chat during an alarm gets back to the button that opens it."""
    page = open_page("/demo", viewport=screen)
    open_panel(page)
    ask(page, SIGN)
    expect(alarm(page, base)).to_be_visible()
    page.get_by_role("button", name=WORDS["close"]).click()

    sure(page).get_by_role("button", name=WORDS["yes"]).click()

    expect(panel(page)).to_be_hidden()
    expect(page.get_by_role("button", name=WORDS["open_urgent"])).to_be_focused()


# --- restoring ---


def restoring(open_page: Open, ask: Ask, base: KnowledgeBase) -> tuple[Page, Gate]:
    """A page that was loaded again after an answer; what was said before is there once the gate is opened."""
    page = open_page()
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()
    gate = Gate(page, CONVERSATION)
    page.reload()
    gate.wait()
    return page, gate


def test_message_while_restoring(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A message that is sent before the earlier talk is loaded stands once, below that talk."""
    page, gate = restoring(open_page, ask, base)
    ask(page, "hello")
    expect(answered(page, base, GREETING)).to_be_visible()
    expect(said(page, QUESTION)).to_have_count(0)

    gate.open()

    expect(answered(page, base)).to_have_count(1)
    expect(answered(page, base, GREETING)).to_have_count(1)
    expect_in_order(page, QUESTION, "hello")


def test_restoring_that_failed_comes_later(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """When the earlier talk cannot be loaded, messages are answered, with the alarm that stands, and it comes later."""
    page = open_page(cut=True)
    ask(page, SIGN)
    expect(alarm(page, base)).to_be_visible()
    page.route(CONVERSATION, lambda route: route.abort())
    page.reload()
    expect(retry(page)).to_be_visible(timeout=ALL_TRIES)
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()
    expect(said(page, SIGN)).to_have_count(0)
    expect(alarm(page, base)).to_be_visible()

    page.unroute(CONVERSATION)
    ask(page, "hello")

    expect(answered(page, base, GREETING)).to_have_count(1)
    expect(answered(page, base, ALARM)).to_have_count(1, timeout=ALL_TRIES)
    expect(answered(page, base)).to_have_count(1)
    expect_in_order(page, SIGN, QUESTION, "hello")
    expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)
    expect(unreachable(page, base)).to_have_count(0)
    expect(retry(page)).to_have_count(0)


def test_start_over_while_restoring(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """Earlier talk that arrives after the patient has started over stays away."""
    page, gate = restoring(open_page, ask, base)
    choose(page, "start_over")
    page.get_by_role("dialog").get_by_role("button", name=WORDS["yes"]).click()
    expect(page.get_by_role("dialog")).to_be_hidden()

    with page.expect_event("requestfinished"):
        gate.open()

    expect(page.locator(".said")).to_have_count(0)
    ask(page, "hello")
    expect(answered(page, base, GREETING)).to_be_visible()
    expect(said(page, QUESTION)).to_have_count(0)
    assert on_the_server(page, kept(page)["token"]) == ["hello"]


# --- browsers that cannot do everything ---


@pytest.fixture
def without_modules(browser: Browser, server: str) -> Iterator[Page]:
    """The chat's own page where none of the chat's modules can be loaded; that the console says so is meant."""
    context = browser.new_context(viewport=PHONE)
    page = context.new_page()
    page.route("**/chat/*.js", lambda route: route.abort())
    page.goto(server)
    yield page
    context.close()


def test_giving_up_is_announced(open_page: Open, ask: Ask) -> None:
    """A screen reader hears that a message did not get through when the page has stopped trying."""
    page = open_page(cut=True)
    page.route(MESSAGE, lambda route: route.abort())
    ask(page, QUESTION)

    expect(page.locator(".unseen[role=status]")).to_contain_text(WORDS["not_sent"], timeout=ALL_TRIES)


def expect_without_chat(page: Page, base: KnowledgeBase) -> None:
    """The page tells at once whom to call, and the signs that must not wait as a list."""
    expect(page.get_by_role("heading", level=1, name=WORDS["title"])).to_be_visible(timeout=AT_ONCE)
    words = CLINIC.fill(base.notices.unavailable).splitlines()
    for line in words:
        expect(page.get_by_text(line.removeprefix("• "), exact=True)).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_count(sum(line.startswith("• ") for line in words))
    expect_numbers(page.get_by_role("main"), base)
    for call in calls(base, CLINIC, ["emergency_number", "crisis_line"]):
        expect(page.get_by_role("link", name=call["title"])).to_be_in_viewport(ratio=0.99)


def test_modules_that_cannot_be_loaded(without_modules: Page, base: KnowledgeBase) -> None:
    """A page whose chat cannot be loaded tells the signs that must not wait and whom to call."""
    expect_without_chat(without_modules, base)


@pytest.mark.parametrize("why", ["turned off", "script-src 'none'", "sandbox"])
def test_scripts_that_are_not_run(browser: Browser, server: str, base: KnowledgeBase, why: str) -> None:
    """Where scripts are turned off, forbidden, or kept from a sandbox, the signs and numbers are there at once."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=why != "turned off")
    page = context.new_page()
    if why != "turned off":
        policy = {"content-security-policy": why}
        page.route(
            f"{server}/", lambda one: one.fulfill(response=one.fetch(), headers={**one.fetch().headers, **policy})
        )

    page.goto(server)

    expect_without_chat(page, base)
    context.close()


def test_chat_that_is_still_coming(open_page: Open, base: KnowledgeBase) -> None:
    """While the chat is loaded, the page does not say that it cannot answer."""
    page = open_page()
    gate = Gate(page, "**/chat/settings.js")
    page.reload(wait_until="commit")
    gate.wait()
    page.wait_for_timeout(AT_ONCE)
    words = page.get_by_text(CLINIC.fill(base.notices.unavailable).splitlines()[0])
    expect(words).to_have_count(1)

    expect(words).to_be_hidden()

    gate.open()
    expect(field(page)).to_be_visible()


def test_clinic_can_be_called_without_the_chat(base: KnowledgeBase) -> None:
    """The clinic's own number can be called from the page too, if it has one."""
    clinic = CLINIC.copy(update={"phone": "555 0100"})

    assert 'href="tel:5550100"' in made("index.html", base, clinic, Settings())
    assert "tel:555" not in made("index.html", base, CLINIC.copy(update={"phone": None}), Settings())


@pytest.mark.parametrize("address", ["/", "/demo"])
def test_browser_without_made_style_sheets(open_page: Open, ask: Ask, base: KnowledgeBase, address: str) -> None:
    """In a browser that cannot make style sheets, the chat works and looks as in others."""
    looks = []
    for script in ("", NO_SHEETS):
        page = open_page(address, viewport=DESKTOP)
        with_script(page, script)
        if address == "/demo":
            launcher = page.get_by_role("button", name=WORDS["open"], exact=True)
            expect(launcher).to_have_css("position", "fixed")
            open_panel(page)
        expect(field(page)).to_have_css("min-height", "44px")
        ask(page, QUESTION)
        expect(answered(page, base)).to_be_visible()
        expect(page.locator(".typing")).to_be_hidden()
        looks.append(page.evaluate(STYLES))

    assert page.evaluate(f"{SHADOW}.adoptedStyleSheets.length") == 0
    assert looks[1] == looks[0]


def test_printing_without_made_style_sheets(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A browser that cannot make style sheets prints the conversation all the same."""
    page = open_page()
    with_script(page, NO_SHEETS + PRINTED)
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()

    choose(page, "print")

    assert page.evaluate("printed") == 1


# --- a conversation that is over, or open twice ---


def test_sign_after_the_conversation_was_deleted_elsewhere(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A sign that is told in a conversation which is over raises the alarm without a wait, in a new one."""
    page = open_page(cut=True)
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()
    token = kept(page)["token"]
    page.request.delete(CONVERSATION.replace("**", page.url.rstrip("/")), headers={"Authorization": f"Bearer {token}"})
    times: dict[str, float] = {}

    def note(name: str, found: bool) -> None:
        if found:
            times.setdefault(name, time.monotonic())

    page.on("response", lambda one: note("refused", one.status == 401))
    page.on("request", lambda one: note("begun", one.url.endswith("/session")))

    ask(page, SIGN)

    expect(alarm(page, base)).to_be_in_viewport(ratio=0.99)
    expect(log(page).get_by_text(WORDS["conversation_new"])).to_be_visible()
    expect(said(page, SIGN)).to_have_count(1)
    assert times["begun"] - times["refused"] < 0.7
    assert on_the_server(page, kept(page)["token"]) == [SIGN]


def test_two_tabs(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A tab that was opened from another goes on with its conversation, and both have all of it, once and in order."""
    page = open_page()
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()
    stored = page.evaluate("Object.entries(sessionStorage)[0]")
    other = page.context.new_page()
    other.goto(page.url)
    other.evaluate("(stored) => sessionStorage.setItem(...stored)", stored)
    other.reload()
    expect(answered(other, base)).to_have_count(1)

    ask(other, "hello")
    expect(answered(other, base, GREETING)).to_be_visible()
    ask(page, SIGN)
    expect(alarm(page, base)).to_be_visible()

    for tab in (page, other):
        tab.reload()
        expect(alarm(tab, base)).to_be_visible()
        expect_in_order(tab, QUESTION, "hello", SIGN)
        for answer in (ANSWER, GREETING, ALARM):
            expect(answered(tab, base, answer)).to_have_count(1)


# --- keyboard ---


def test_repeating_keeps_the_focus(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A patient who has the last answer repeated goes on from the button of the menu, which is closed."""
    page = open_page()
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()

    choose(page, "repeat")

    expect(menu(page)).to_be_hidden()
    expect(menu_button(page)).to_be_focused()


@pytest.mark.parametrize("address", ["/", "/demo"])
@pytest.mark.parametrize("leave", ["Tab", "Escape"])
def test_menu_is_left(open_page: Open, address: str, leave: str) -> None:
    """The menu closes when the focus goes on from its end, and Escape leads back to its button and closes no more."""
    page = open_page(address, viewport=DESKTOP)
    if address == "/demo":
        open_panel(page)
    menu_button(page).press("Enter")
    expect(menu(page)).to_be_visible()
    menu(page).get_by_role("button", name=WORDS["repeat"]).focus()
    expect(menu(page)).to_be_visible()
    after = log(page) if address == "/" else page.get_by_role("button", name=WORDS["close"])

    page.keyboard.press(leave)

    expect(menu(page)).to_be_hidden()
    expect(menu_button(page)).to_have_attribute("aria-expanded", "false")
    expect(field(page)).to_be_visible()
    expect(after if leave == "Tab" else menu_button(page)).to_be_focused()


@pytest.mark.parametrize("address", ["/", "/demo"])
def test_menu_is_reached(open_page: Open, address: str) -> None:
    """From its button, Tab leads through the menu that it has opened."""
    page = open_page(address, viewport=DESKTOP)
    if address == "/demo":
        open_panel(page)
    menu_button(page).press("Enter")

    page.keyboard.press("Tab")

    expect(menu(page).get_by_role("button", name=WORDS["beginnings"][0]["title"])).to_be_focused()
    expect(menu(page)).to_be_visible()


# --- reading aloud ---


@pytest.fixture
def two_replies(open_page: Open, ask: Ask, base: KnowledgeBase) -> Page:
    """A page with two replies, in a browser that notes what it should read aloud."""
    page = open_page()
    with_script(page, SPEECH)
    for text, answer in ((QUESTION, ANSWER), ("hello", GREETING)):
        ask(page, text)
        expect(answered(page, base, answer)).to_be_visible()
    return page


def test_reading_that_fails(two_replies: Page) -> None:
    """When the browser cannot read a reply, the button offers to read again."""
    button = two_replies.locator(".aloud").first
    button.click()
    expect(button).to_have_text(WORDS["stop_reading"])

    two_replies.evaluate("spoken[0].dispatchEvent(new Event('error'))")

    expect(button).to_have_text(WORDS["read_aloud"])


@pytest.mark.parametrize("event", ["end", "error"])
@pytest.mark.parametrize("again", ["the other reply", "the same reply"])
def test_late_end_of_a_replaced_reading(two_replies: Page, event: str, again: str) -> None:
    """A reading goes on when word of the end of the one before it comes late."""
    first, second = two_replies.locator(".aloud").all()
    first.click()
    number = two_replies.evaluate("spoken.length")
    if again == "the same reply":
        first.click()
        second = first
    second.click()
    expect(second).to_have_text(WORDS["stop_reading"])

    two_replies.evaluate("([place, name]) => spoken[place].dispatchEvent(new Event(name))", [number - 1, event])

    expect(second).to_have_text(WORDS["stop_reading"])
    two_replies.evaluate("spoken.at(-1).dispatchEvent(new Event('end'))")
    expect(second).to_have_text(WORDS["read_aloud"])


# --- screen readers ---


def test_language_on_a_website_in_another(open_page: Open) -> None:
    """The chat says that it speaks English, on a website that speaks another language too."""
    page = open_page("/demo")
    page.route(
        "**/demo",
        lambda route: route.fulfill(
            content_type="text/html", body=route.fetch().text().replace('<html lang="en">', '<html lang="es">')
        ),
    )

    page.reload()

    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("stride-chat")).to_have_attribute("lang", "en")
    assert page.evaluate(f"{SHADOW}.querySelector('.log').matches(':lang(en)')")


def test_announced_language(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """The first line of an alarm is announced in the patient's own language, and the others in English."""
    ask(page, SPANISH)
    expect(alarm(page, base)).to_be_visible()

    announced = page.locator(".unseen[role=status] > div").filter(has_text=CLINIC.fill(base[ALARM].texts[0])[:60])

    languages = announced.locator("p").evaluate_all("(some) => some.map((one) => one.lang)")
    assert languages[0] == "es"
    assert len(languages) > 1
    assert set(languages[1:]) <= {"en", ""}


def test_too_long_is_announced_once(page: Page) -> None:
    """A patient who types past the limit hears that once, and again only after the text had been short enough."""
    limit = settings().message_limit
    announced = page.locator(".unseen[role=status] p").filter(has_text=WORDS["too_long"])
    field(page).fill("a" * limit)
    expect(announced).to_have_count(0)

    field(page).press_sequentially("bcd")

    expect(page.locator(".count")).to_have_text(f"{limit + 3} {WORDS['too_long']}")
    expect(announced).to_have_count(1)
    field(page).fill("short")
    field(page).fill("a" * (limit + 1))
    expect(announced).to_have_count(2)
