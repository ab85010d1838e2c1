"""The chat for everybody: axe-core, keyboard, screen readers, large text, small screens, reading aloud and paper."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from bot.clinic import clinic
from bot.knowledge.base import KnowledgeBase

pytestmark = pytest.mark.rasa

Ask = Callable[[Page, str], None]
Open = Callable[..., Page]

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
SMALL = {"width": 320, "height": 568}
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
# What a person looks at: arguments of `emulate_media`, one after the other.
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"color_scheme": "light", "forced_colors": "active"},
}
LAUNCHER = "Questions about leg pain?"
QUESTION = "What is a laminectomy?"
SIGN = "I can't pee since this morning"
PATIENCE = 20_000  # milliseconds: the first answer after the start is slow
TARGET = 44  # pixels
SIZES = [1, 1.25, 1.5, 2]  # from the usual one on

SHADOW = "document.querySelector('stride-chat')?.shadowRoot"
LISTEN = f"""() => {{
    window.heard = [];
    const note = (changes) => changes.forEach((one) => one.addedNodes.forEach((node) => heard.push(node.textContent)));
    new MutationObserver(note).observe({SHADOW}.querySelector('.unseen[role=status]'), {{ childList: true }});
}}"""
SMALL_TARGETS = f"""(least) => [document, {SHADOW}].filter(Boolean)
    .flatMap((root) => [...root.querySelectorAll('button, a, summary, textarea')])
    .filter((one) => one.checkVisibility({{ visibilityProperty: true }}))
    .map((one) => [one.textContent.trim() || one.tagName, one.getBoundingClientRect()])
    .filter(([_, {{ width, height }}]) => Math.min(width, height) < least - .01)
    .map(([name, {{ width, height }}]) => `${{name}}: ${{width}} x ${{height}}`)"""
SIDEWAYS = f"""() => [document.documentElement, ...({SHADOW}?.querySelectorAll(
        '.chat, header, .log, .menu, .alarm, .unreachable, .ask, .confirm, .said, .choices') ?? [])]
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
    .map((one) => `${{one.tagName}}.${{one.className}}: ${{one.scrollWidth}} in ${{one.clientWidth}}`)"""
FOCUS = f"""() => {{
    const one = {SHADOW}.activeElement ?? document.activeElement;
    const box = one.getBoundingClientRect(), style = getComputedStyle(one), log = one.closest('.log');
    const down = log && log !== one ? log.scrollTop : 0;
    return {{ name: one.getAttribute('aria-label') || one.id || one.textContent.trim(), tag: one.tagName,
        region: one.closest('header, .log, .alarm, .ask')?.className || one.closest('header')?.tagName || '',
        top: box.top + down, bottom: box.bottom + down, left: box.left, right: box.right,
        outline: style.outlineStyle, width: parseFloat(style.outlineWidth) }};
}}"""
FOCUSABLE = f"""() => [...{SHADOW}.querySelectorAll('button, a, summary, textarea')]
    .filter((one) => one.checkVisibility({{ visibilityProperty: true }})).length"""
SMALLEST = f"""() => Math.min(...[...{SHADOW}.querySelectorAll('*')]
    .filter((one) => one.matches('textarea') || [...one.childNodes].some((node) => node.data?.trim()))
    .map((one) => parseFloat(getComputedStyle(one).fontSize)))"""
SPEECH = """
    window.spoken = [];
    window.stopped = 0;
    speechSynthesis.speak = (words) => spoken.push(words);
    speechSynthesis.cancel = () => { stopped += 1; };
"""


def listen(page: Page) -> None:
    """Begin to collect what is announced, as `heard`."""
    ready(page)
    page.evaluate(LISTEN)


def ready(page: Page) -> None:
    """Wait until the chat of a whole page is there."""
    expect(page.get_by_label("Type your question")).to_be_visible()


def log_of(page: Page) -> Locator:
    """Find the transcript."""
    return page.get_by_role("log")


def answered(page: Page, ask: Ask, question: str = QUESTION) -> None:
    """Ask, and wait until the answer with all that belongs to it is there."""
    replies = page.locator(".said.bot").count()
    ask(page, question)
    expect(page.locator(".said.bot")).not_to_have_count(replies, timeout=PATIENCE)
    expect(page.locator(".typing")).to_be_hidden(timeout=PATIENCE)


def nothing(page: Page, ask: Ask) -> None:
    """Leave the page as it opens."""
    expect(page.get_by_role("heading", level=1).first).to_be_visible()


def closed(page: Page, ask: Ask) -> None:
    """Leave the chat closed."""
    expect(page.get_by_role("button", name=LAUNCHER)).to_be_visible()


def opened(page: Page, ask: Ask) -> None:
    """Open the panel."""
    page.get_by_role("button", name=LAUNCHER).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def conversation(page: Page, ask: Ask) -> None:
    """Ask, unfold the source, and show the times."""
    answered(page, ask)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Show times").click()
    page.get_by_role("button", name="Menu").click()
    for fold in page.locator("summary").all():
        fold.click()


def buttons(page: Page, ask: Ask) -> None:
    """Press a follow-up button, so that buttons of two replies are there."""
    answered(page, ask)
    page.get_by_role("group", name="You can choose:").get_by_role("button").first.click()
    expect(page.locator(".said.bot")).to_have_count(2, timeout=PATIENCE)


def guided(page: Page, ask: Ask) -> None:
    """Begin a guided talk."""
    answered(page, ask, "check my symptoms")
    expect(page.get_by_role("group", name="You can choose:")).to_be_visible()


def menu(page: Page, ask: Ask) -> None:
    """Open the menu."""
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("button", name="Start over")).to_be_visible()


def confirm(page: Page, ask: Ask) -> None:
    """Begin to delete the conversation."""
    menu(page, ask)
    page.get_by_role("button", name="Delete my conversation").click()
    expect(page.get_by_role("button", name="No, go back")).to_be_visible()


def alarm(page: Page, ask: Ask) -> None:
    """Raise the alarm."""
    answered(page, ask, SIGN)
    expect(page.locator(".alarm")).to_contain_text("Urgent")


def unreachable(page: Page, ask: Ask) -> None:
    """Lose the connection; the waits between attempts are shortened."""
    page.route("**/message", lambda route: route.abort())
    page.evaluate("() => { const real = setTimeout; window.setTimeout = (act, wait) => real(act, wait / 100); }")
    ask(page, QUESTION)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def panel_alarm(page: Page, ask: Ask) -> None:
    """Raise the alarm in the panel."""
    opened(page, ask)
    alarm(page, ask)


def alarm_unreachable(page: Page, ask: Ask) -> None:
    """Raise the alarm, and lose the connection afterwards."""
    alarm(page, ask)
    unreachable(page, ask)


def too_long(page: Page, ask: Ask) -> None:
    """Type more than the bot reads."""
    page.get_by_label("Type your question").fill("leg pain " * 300)
    expect(page.locator(".count")).to_contain_text("too long")


def deleted(page: Page, ask: Ask) -> None:
    """Delete a conversation."""
    answered(page, ask)
    confirm(page, ask)
    page.get_by_role("button", name="Yes").click()
    expect(log_of(page)).to_contain_text("Your conversation is deleted.")


@dataclass(frozen=True)
class State:
    """Something that a patient sees: an address, what leads there, and options of `open_page`."""

    address: str
    steps: Callable[[Page, Ask], None]
    options: dict[str, Any] = field(default_factory=dict)


STATES = {
    "closed": State("/demo", closed),
    "open on desktop": State("/demo", opened, {"viewport": DESKTOP}),
    "open on phone": State("/demo", opened),
    "panel with alarm": State("/demo", panel_alarm),
    "first page": State("/", nothing),
    "conversation": State("/", conversation),
    "buttons": State("/", buttons),
    "guided talk": State("/", guided),
    "menu": State("/", menu),
    "confirm": State("/", confirm),
    "alarm": State("/", alarm),
    "unreachable": State("/", unreachable, {"cut": True}),
    "alarm and unreachable": State("/", alarm_unreachable, {"cut": True}),
    "too long": State("/", too_long),
    "deleted": State("/", deleted),
    "privacy": State("/privacy", nothing),
    "expired": State(
        f"/visit/{'x' * 32}", lambda page, ask: expect(page.locator("main")).to_be_visible(), {"cut": True}
    ),
}


def reach(state: State, open_page: Open, ask: Ask, **options: Any) -> Page:
    """Open a page and bring it into a state."""
    page = open_page(state.address, **{**state.options, **options})
    state.steps(page, ask)
    return page


def enlarge(page: Page, times: int = 3) -> None:
    """Make the text larger, also where a dialog covers the menu; pages without the chat stay as they are."""
    larger = page.locator("stride-chat button", has_text="Larger text")
    for _ in range(times * larger.count()):
        larger.dispatch_event("click")


def violations(page: Page) -> list[str]:
    """Return what axe-core finds wrong with a page."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Press a key until something has the focus."""
    for _ in range(60):
        page.keyboard.press(key)
        if wanted.evaluate("(one) => one.getRootNode().activeElement === one"):
            return
    raise AssertionError(f"{key} never came to {wanted}")


def tabbed(page: Page) -> list[dict[str, Any]]:
    """Tab through the whole chat, and return where the focus came by."""
    page.evaluate(f"() => {{ {SHADOW}.activeElement?.blur(); {SHADOW}.querySelector('#title').focus(); }}")
    found: list[dict[str, Any]] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        one = page.evaluate(FOCUS)
        if one["tag"] == "BODY":
            break
        found.append(one)
    return found


# --- axe-core ---


def test_axe_looks_inside_the_chat(open_page: Open) -> None:
    """A button without a name inside the chat is found, so that finding nothing means something."""
    page = open_page()
    ready(page)
    page.evaluate(f"() => {{ {SHADOW}.querySelector('.log').append(document.createElement('button')); }}")

    found = violations(page)

    assert [one for one in found if one.startswith("button-name")]


def test_axe_measures_contrast(open_page: Open, ask: Ask) -> None:
    """The contrast of head, messages, alarm and buttons is really measured."""
    page = reach(STATES["alarm"], open_page, ask)

    passed = Axe().run(page, options=RULES).response["passes"]

    measured = " ".join(str(node["target"]) for one in passed if one["id"] == "color-contrast" for node in one["nodes"])
    reply = 'p[dir="auto"]:nth-child(2)'  # axe names a reply's lines so
    assert [part for part in ("#title", ".patient", reply, ".alarm", "submit") if part not in measured] == []


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_no_violation(open_page: Open, ask: Ask, state: State) -> None:
    """Whatever is shown keeps the rules of WCAG: in light, dark, the system's own colours, and twice as large."""
    page = reach(state, open_page, ask)

    found = {}
    for name, look in LOOKS.items():
        page.emulate_media(**{"forced_colors": "none", **look})
        found[name] = violations(page)
    page.emulate_media(color_scheme="light", forced_colors="none")
    enlarge(page)
    found["large"] = violations(page)

    assert {name: some for name, some in found.items() if some} == {}


# --- size ---


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_everything_is_large_enough_and_fits(open_page: Open, ask: Ask, state: State) -> None:
    """What can be pressed is as large as a fingertip, and nothing scrolls sideways, on any screen, in any size."""
    page = reach(state, open_page, ask)

    problems: list[str] = []
    for times in (0, 3):
        enlarge(page, times)
        for name, screen in {"phone": PHONE, "desktop": DESKTOP, "small": SMALL}.items():
            page.set_viewport_size(screen)
            where = f"{name}, size {SIZES[times]}: "
            problems += [where + one for one in page.evaluate(SMALL_TARGETS, TARGET) + page.evaluate(SIDEWAYS)]

    assert problems == []


@pytest.mark.parametrize("name", ["alarm", "panel with alarm", "alarm and unreachable"])
@pytest.mark.parametrize("times", [0, 3])
def test_alarm_and_field_in_reach(open_page: Open, ask: Ask, name: str, times: int) -> None:
    """On the smallest phone, with large text too, the alarm's numbers can be called and the field can be typed in."""
    page = reach(STATES[name], open_page, ask, viewport=SMALL)
    enlarge(page, times)

    for one in (
        page.locator(".alarm .calls a").first,
        page.get_by_label("Type your question"),
        page.get_by_role("button", name="Send"),
    ):
        one.click(trial=True, timeout=5000)
        expect(one).to_be_in_viewport(ratio=0.5)


@pytest.mark.parametrize("times", [0, 3])
def test_menu_in_reach(open_page: Open, ask: Ask, times: int) -> None:
    """On the smallest phone, with the text twice as large too, everything in the menu can be pressed."""
    page = reach(STATES["menu"], open_page, ask, viewport=SMALL)
    enlarge(page, times)

    for name in ("Larger text", "Start over", "Delete my conversation"):
        page.get_by_role("button", name=name).click(trial=True, timeout=5000)


def test_text_sizes(open_page: Open) -> None:
    """The text grows and shrinks in steps, stops at the ends, and stays as it is when the page is loaded again."""
    page = open_page()
    page.get_by_role("button", name="Menu").click()
    text = page.locator(".intro p").first

    def size() -> float:
        """Return how large the text is, in pixels."""
        return float(text.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)"))

    usual = size()
    seen = []
    for name in ["Larger text"] * 4 + ["Smaller text"] * 5 + ["Larger text"] * 3:
        page.get_by_role("button", name=name).click()
        seen.append(size() / usual)
    page.reload()
    expect(text).to_be_visible()

    assert usual >= 18
    assert seen == pytest.approx([1.25, 1.5, 2, 2, 1.5, 1.25, 1, 0.9, 0.9, 1, 1.25, 1.5])
    assert size() == pytest.approx(1.5 * usual)


def test_smallest_text_can_be_read(open_page: Open, ask: Ask) -> None:
    """In the smallest size too, no text is below 16 pixels, nor is what is typed, at which phones would zoom in."""
    page = open_page()
    conversation(page, ask)
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Smaller text").click()

    assert page.evaluate(SMALLEST) >= 16


# --- keyboard ---


def test_whole_conversation_by_keyboard(open_page: Open, base: KnowledgeBase) -> None:
    """Nobody needs a mouse to open the chat, ask, choose, unfold a source, use the menu, or close it again."""
    page = open_page("/demo", viewport=DESKTOP)
    launcher = page.get_by_role("button", name=LAUNCHER)
    log, keyboard, text = log_of(page), page.keyboard, page.get_by_label("Type your question")
    answer = base["surgery.laminectomy"]

    tab_to(page, launcher)
    keyboard.press("Enter")
    expect(text).to_be_focused()
    keyboard.type(QUESTION)
    keyboard.press("Enter")
    expect(log).to_contain_text(answer.texts[0], timeout=PATIENCE)
    choices = log.get_by_role("group", name="You can choose:")
    for number, key in enumerate(["Enter", "Space"]):
        button = choices.last.get_by_role("button").first
        expect(button).to_be_visible()
        title = button.inner_text()
        tab_to(page, button, "Shift+Tab" if number == 0 else "Tab")
        keyboard.press(key)
        expect(page.locator(".said.patient").last).to_contain_text(title)
        expect(page.locator(".said.bot")).to_have_count(number + 2, timeout=PATIENCE)
        expect(page.locator(".typing")).to_be_hidden(timeout=PATIENCE)
    fold = page.locator("summary").first
    tab_to(page, fold, "Shift+Tab")
    keyboard.press("Enter")
    expect(page.locator("details").first).to_have_attribute("open", "")
    menu_button = page.get_by_role("button", name="Menu")
    tab_to(page, menu_button, "Shift+Tab")
    keyboard.press("Enter")
    expect(menu_button).to_have_attribute("aria-expanded", "true")
    tab_to(page, page.get_by_role("button", name="Show times"))
    keyboard.press("Escape")

    expect(page.get_by_role("button", name="Show times")).to_be_hidden()
    expect(menu_button).to_have_attribute("aria-expanded", "false")
    expect(menu_button).to_be_focused()

    keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")


def test_spent_buttons_keep_the_focus_in_the_chat(open_page: Open, ask: Ask) -> None:
    """When a button goes away because it was pressed, the next Tab goes on from the transcript."""
    page = reach(STATES["guided talk"], open_page, ask)
    button = page.get_by_role("group", name="You can choose:").get_by_role("button").first

    button.focus()
    page.keyboard.press("Enter")

    expect(page.locator(".said.bot")).to_have_count(2, timeout=PATIENCE)
    assert page.evaluate(f"() => Boolean({SHADOW}.activeElement?.closest('.log'))")


def test_phone_keeps_the_focus_in_the_panel(open_page: Open) -> None:
    """On a phone the panel covers the website, so Tab never leads to what cannot be seen."""
    page = open_page("/demo")
    tab_to(page, page.get_by_role("button", name=LAUNCHER))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("heading", level=2)).to_be_focused()

    seen = set()
    for key in ["Tab"] * 30 + ["Shift+Tab"] * 30:
        page.keyboard.press(key)
        seen.add(page.evaluate(f"() => [document.activeElement.tagName, {SHADOW}.activeElement?.className].join('.')"))

    assert {one.split(".")[0] for one in seen} <= {"BODY", "STRIDE-CHAT"}
    assert not {one for one in seen if "launcher" in one}
    assert len(seen) > 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["alarm", "conversation", "panel with alarm"])
def test_focus_goes_in_order_and_is_seen(open_page: Open, ask: Ask, name: str, scheme: str) -> None:
    """Tab goes through head, transcript, alarm and field in the order of the screen, and shows where it is."""
    page = reach(STATES[name], open_page, ask, color_scheme=scheme)
    number = page.evaluate(FOCUSABLE)

    found = tabbed(page)

    reached = [one for one in found if one["tag"] in {"BUTTON", "A", "SUMMARY", "TEXTAREA"}]
    assert len(reached) >= number  # none is left out
    reached = reached[:number]
    regions = [one["region"] for one in reached]
    order = ["HEADER", "log", "alarm", "ask"] if "alarm" in name else ["HEADER", "log", "ask"]
    assert list(dict.fromkeys(regions)) == order
    assert regions == sorted(regions, key=order.index)
    back = [
        (before["name"], after["name"])
        for before, after in pairwise(reached)
        if before["region"] == after["region"]
        and (
            after["bottom"] <= before["top"] + 1
            or (after["right"] <= before["left"] + 1 and after["top"] < before["bottom"] - 1)
        )
    ]
    assert back == []
    assert [one["name"] for one in found if one["outline"] == "none" or one["width"] < 2] == []


# --- screen readers ---


def test_each_reply_is_announced_once(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A screen reader hears every reply once, and again when the patient wants that."""
    page = open_page()
    listen(page)

    def heard(words: str) -> int:
        """Count how often some words were announced."""
        return sum(words in one for one in page.evaluate("heard"))

    first, second = base["surgery.laminectomy"].texts[0], clinic().fill(base["bot.greeting"].texts[0])[:30]
    answered(page, ask)
    answered(page, ask, "hello")

    assert (heard(first), heard(second)) == (1, 1)
    expect(log_of(page)).to_have_attribute("aria-live", "off")
    assert page.locator(".log [aria-live], .log [role=status], .log [role=alert]").count() == 0

    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Repeat the last answer").click()

    assert (heard(first), heard(second)) == (1, 2)
    announcer = page.locator(".unseen[role=status]")
    expect(announcer).to_have_attribute("aria-atomic", "false")  # or all that it holds would be read each time
    expect(announcer.locator("> *")).to_have_count(1)


def test_restored_replies_are_not_announced(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """What was heard before is not read again when the page is loaded again, but can be repeated."""
    page = open_page()
    answered(page, ask)
    words = base["surgery.laminectomy"].texts[0]
    page.reload()
    expect(log_of(page)).to_contain_text(words)

    announcer = page.locator(".unseen[role=status]")

    expect(announcer).to_be_empty()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Repeat the last answer").click()
    expect(announcer).to_contain_text(words)


@pytest.mark.parametrize("address", ["/", "/demo"])
def test_alarm_is_ready_to_be_announced(open_page: Open, ask: Ask, address: str) -> None:
    """The places of urgent messages are there, empty, before they are needed: else some screen readers stay silent."""
    page = open_page(address)
    if address == "/demo":
        opened(page, ask)
    ready(page)
    alerts = page.locator("stride-chat [role=alert]")

    before = alerts.all_inner_texts()
    shown = alerts.evaluate_all("(some) => some.map((one) => one.checkVisibility())")
    page.evaluate(f"() => {{ window.place = {SHADOW}.querySelector('.alarm'); }}")
    answered(page, ask, SIGN)

    assert before == ["", ""]
    assert shown == [True, True]
    expect(alerts.first).to_contain_text("Urgent")
    assert page.evaluate(f"() => place === {SHADOW}.querySelector('.alarm') && place.isConnected")


def test_long_wait_is_announced(open_page: Open, ask: Ask) -> None:
    """Who waits for more than two seconds hears that the chat is at it, once; before that nothing is said."""
    page = open_page()
    held: list[Any] = []
    page.route("**/message", lambda route: held.append(route))
    listen(page)
    page.clock.install(time=0)
    page.clock.pause_at(60_000)  # else it goes on by itself, and on a slow machine by more than the test says

    with page.expect_request("**/message"):
        ask(page, QUESTION)
        page.clock.run_for(1900)
    early = page.evaluate("heard")
    page.clock.run_for(200)
    late = page.evaluate("heard")
    page.clock.resume()
    held[0].continue_()

    assert early == []
    assert late == ["Looking up the answer…"]
    expect(page.locator(".said.bot")).to_have_count(1, timeout=PATIENCE)
    assert page.evaluate("heard").count("Looking up the answer…") == 1


def test_language(open_page: Open, ask: Ask) -> None:
    """A screen reader is told that the chat speaks English, and which sentence is in the patient's own language."""
    page = open_page()
    answered(page, ask, "no puedo orinar desde ayer")

    paragraphs = page.locator(".said.bot.urgent p").evaluate_all("(some) => some.map((one) => one.lang)")

    expect(page.locator("stride-chat")).to_have_attribute("lang", "en")
    assert paragraphs[0] == "es"
    assert len(paragraphs) > 1
    assert set(paragraphs[1:]) == {""}


# --- reading aloud ---


def with_script(page: Page, script: str) -> None:
    """Load the page again with a script that runs before all others."""
    page.add_init_script(script)
    page.reload()


def test_read_aloud(open_page: Open, ask: Ask) -> None:
    """The words of a reply are read, and the button that began it stops it."""
    page = open_page()
    with_script(page, SPEECH)
    answered(page, ask)
    button = page.locator(".aloud")
    expect(button).to_have_text("Read aloud")

    button.click()

    expect(button).to_have_text("Stop reading")
    spoken = page.evaluate("spoken.map(({ text }) => text)")
    shown = page.locator(".said.bot > :is(h2, p), .said.bot > ul > li, .said.bot .box p").all_inner_texts()
    assert " ".join(" ".join(spoken).split()).startswith(" ".join(" ".join(shown).split()))
    assert spoken[-1].startswith("Source:")
    assert set(page.evaluate("spoken.map(({ lang }) => lang)")) == {"en"}

    before = page.evaluate("stopped")
    button.click()

    expect(button).to_have_text("Read aloud")
    assert page.evaluate("stopped") > before


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda page, ask: page.evaluate("spoken.at(-1).dispatchEvent(new Event('end'))"), id="end"),
        pytest.param(lambda page, ask: page.locator(".aloud").last.click(), id="another reply"),
        pytest.param(lambda page, ask: ask(page, "hello"), id="question"),
    ],
)
def test_reading_ends(open_page: Open, ask: Ask, end: Callable[[Page, Ask], None]) -> None:
    """Reading is over at the end of the reply, when another one is read, and when the patient goes on."""
    page = open_page()
    with_script(page, SPEECH)
    answered(page, ask)
    answered(page, ask, "bye bye")
    button = page.locator(".aloud").first
    button.click()
    expect(button).to_have_text("Stop reading")

    end(page, ask)

    expect(button).to_have_text("Read aloud")


def test_no_voice_no_button(open_page: Open, ask: Ask) -> None:
    """A browser that cannot read aloud does not offer it."""
    page = open_page()
    with_script(page, "delete window.speechSynthesis;")

    answered(page, ask)

    assert page.evaluate("'speechSynthesis' in window") is False
    assert page.locator(".aloud").count() == 0


# --- motion ---


@pytest.mark.parametrize(("motion", "animation"), [("reduce", "none"), ("no-preference", "typing")])
def test_reduced_motion(open_page: Open, ask: Ask, motion: str, animation: str) -> None:
    """Nothing moves for those who want no motion."""
    page = open_page(reduced_motion=motion)
    held: list[Any] = []
    page.route("**/message", lambda route: held.append(route))
    ask(page, QUESTION)
    typing = page.locator(".typing")
    expect(typing).to_be_visible()

    name = typing.evaluate("(one) => getComputedStyle(one, '::after').animationName")

    assert name == animation
    page.unroute_all(behavior="ignoreErrors")


# --- paper ---


def test_print(open_page: Open, ask: Ask) -> None:
    """On paper there is what was said, and the alarm, but nothing to press."""
    page = open_page()
    answered(page, ask)
    answered(page, ask, SIGN)

    page.emulate_media(media="print")

    heading = page.get_by_role("heading", level=1)
    for shown in (log_of(page), page.locator(".alarm"), page.locator("time").first, heading):
        expect(shown).to_be_visible()
    seen = page.evaluate(
        f"() => [...{SHADOW}.querySelectorAll('button, textarea, label')].filter((one) => one.checkVisibility()).length"
    )
    assert seen == 0
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_paper_has_the_whole_conversation(open_page: Open, ask: Ask, screen: dict[str, int]) -> None:
    """A conversation that is longer than a page goes on on the next one, also from a website."""
    page = open_page("/demo", viewport=screen)
    opened(page, ask)
    for _ in range(3):
        answered(page, ask)
        answered(page, ask, "What are the warning signs?")

    page.evaluate("document.querySelector('stride-chat').toggleAttribute('printing')")  # as its own button does
    paper = page.pdf(format="A5")

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) > 2


@pytest.fixture
def printed(open_page: Open, ask: Ask) -> Page:
    """A website whose chat was printed, with print's own style on; the browser's dialog is not shown."""
    page = open_page("/demo", viewport=DESKTOP)
    with_script(page, "window.printed = 0; window.print = () => { printed += 1; };")
    opened(page, ask)
    answered(page, ask)
    menu(page, ask)
    page.get_by_role("button", name="Print or save as PDF").click()
    page.emulate_media(media="print")
    return page


def test_print_from_a_website(printed: Page) -> None:
    """Printing leaves out the website around the chat, and unfolds the sources."""
    assert printed.evaluate("printed") == 1
    expect(printed.get_by_role("heading", level=1)).to_be_hidden()
    expect(log_of(printed)).to_be_visible()
    expect(printed.locator("details").first).to_have_attribute("open", "")


def test_website_is_as_before_after_printing(printed: Page) -> None:
    """After printing, the website can be printed itself, and the sources are folded again."""
    printed.evaluate("() => { window.dispatchEvent(new Event('afterprint')); }")

    expect(printed.locator("details").first).not_to_have_attribute("open", "")
    expect(printed.get_by_role("heading", level=1)).to_be_visible()
