"""The chat on a website of another origin: it works there, and leaves the website and the visitor alone."""

import os
import re
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from bot.clinic import clinic
from bot.knowledge.base import KnowledgeBase
from bot.web.pages import STATIC

pytestmark = pytest.mark.rasa

Ask = Callable[[Page, str], None]
Open = Callable[..., Page]
Publish = Callable[..., str]

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
PATIENCE = 20_000  # milliseconds: the first answer after the start is slow
MOST = 20_000  # bytes that the widget may load
LAUNCHER = "Questions about leg pain?"
QUESTION = "What is a laminectomy?"
ENOUGH = "default-src 'self'; script-src 'self' {bot}; connect-src {bot}; img-src 'self' {bot}"
TEXT = """<header><p id="a">Example Spine Clinic</p></header>
<main id="b"><h1 id="c">Welcome</h1><p id="d">Opening hours and <button id="e">more</button></p></main>
<footer id="f"><p id="g">Where we are</p></footer>"""
LINK = "Ask about leg pain"
STRICT = (
    "default-src 'none'; script-src 'nonce-x' 'strict-dynamic'; connect-src {bot}; img-src 'self' {bot}; "
    "style-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'"
)
LOUD = """* { color: red !important; font: italic 10px/3 serif !important; letter-spacing: 5px !important;
    text-transform: uppercase !important; text-align: right !important; cursor: wait !important }"""
STYLES = {
    "small root": "html { font-size: 62.5% }",
    "elements": """button { display: none } p { color: red } textarea { background: lime; height: 9px }
        dialog { opacity: .5; transform: scale(.5) } h2 { font-size: 4em } .chat, .log, .said { display: none }""",
    "inherited": "body { color: red; font: italic 30px/3 serif; letter-spacing: 5px; text-align: right; cursor: wait }",
    "large root": "html { font-size: 30px }",
    "everything": "body, body * { margin: 9px; padding: 9px; border: 9px solid; color: red; font-size: 30px }",
    "everything, important": LOUD,
}
LOOKS = """() => {
    const root = document.querySelector('stride-chat').shadowRoot;
    const names = ['color', 'background-color', 'font-family', 'font-size', 'font-style', 'line-height', 'display',
        'letter-spacing', 'text-transform', 'text-align', 'cursor',
        'visibility', 'opacity', 'width', 'margin', 'padding'];
    return Object.fromEntries(['.launcher', '.chat', '#title', '.intro p', '.choices button', 'textarea', '.ask button']
        .map((one) => [one, getComputedStyle(root.querySelector(one))])
        .flatMap(([one, style]) => names.map((name) => [`${one} ${name}`, style.getPropertyValue(name)])));
}"""
BOXES = """() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth,
    ...[...document.querySelectorAll('[id]')].map((one) => {
        const { x, y, width, height } = one.getBoundingClientRect();
        return `${one.id}: ${x} ${y} ${width} ${height}`;
    })]"""
LAYOUTS = {
    "plain": "body { margin: 8px }",
    "footer at the bottom": "body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; "
    "justify-content: space-between }",
    "grid with gaps": "body { display: grid; gap: 40px }",
    "lines": "body { white-space: pre-wrap; line-height: 3 }",
}


class Site(BaseHTTPRequestHandler):
    """A website: its pages by path, each with its type and Content-Security-Policy."""

    def __init__(self, pages: dict[str, tuple[str, str, str]], *arguments: Any) -> None:
        self.pages = pages
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer with the page, or with nothing."""
        content, content_type, policy = self.pages.get(self.path, ("", "text/plain", ""))
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content.encode())))
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *_: Any) -> None:
        """Keep the test's output clean."""


def serving(port: int, server: str) -> Iterator[Publish]:
    """Run a website on a port; what is yielded publishes a page there and returns its address."""
    pages: dict[str, tuple[str, str, str]] = {}
    site = ThreadingHTTPServer(("127.0.0.1", port), partial(Site, pages))
    threading.Thread(target=site.serve_forever, daemon=True).start()

    def publish(*clinics: str | None, style: str = "", policy: str = ENOUGH) -> str:
        """Publish a page with a script tag for each clinic; None is one without `data-clinic`."""
        tags = "".join(
            f'<script src="{server}/widget.js"{f" data-clinic={one}" if one else ""} nonce="x" defer></script>\n'
            for one in clinics
        )
        number = len(pages)
        pages[f"/{number}.css"] = (style, "text/css", "")
        body = f'<body>{TEXT}<nav><a href="{server}/">{LINK}</a></nav></body>'
        head = f'<title>Clinic</title><link rel="icon" href="/icon"><link rel="stylesheet" href="/{number}.css">'
        html = f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}\n{tags}</head>{body}</html>'
        pages[f"/{number}"] = (html, "text/html; charset=utf-8", policy.format(bot=server))
        return f"http://127.0.0.1:{port}/{number}"

    yield publish
    site.shutdown()
    site.server_close()


@pytest.fixture
def website(server: str) -> Iterator[Publish]:
    """A website that may show the chat."""
    port = urlsplit(os.environ["STRIDE_ORIGINS"]).port
    assert port
    yield from serving(port, server)


@pytest.fixture
def stranger(server: str, free_port: Callable[[], int]) -> Iterator[Publish]:
    """A website that may not show the chat."""
    yield from serving(free_port(), server)


@pytest.fixture
def console(browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """A page, and the errors that its console shows, which are meant."""
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type == "error" else None)
    yield page, told
    context.close()


def open_panel(page: Page) -> None:
    """Open the chat's panel."""
    page.get_by_role("button", name=LAUNCHER).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def answer_to(page: Page, ask: Ask, question: str = QUESTION) -> None:
    """Ask, and wait for the answer."""
    ask(page, question)
    expect(page.locator(".said.bot").last).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".typing")).to_be_hidden(timeout=PATIENCE)


def fetch(address: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """Get a file as it is sent: its status, what is sent, and its headers in small letters."""
    request = urllib.request.Request(address, headers={name.replace("_", "-"): one for name, one in headers.items()})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read(), {name.lower(): one for name, one in answer.headers.items()}
    except urllib.error.HTTPError as error:
        return error.code, error.read(), {name.lower(): one for name, one in error.headers.items()}


# --- it works ---


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_chat_on_a_website(
    open_page: Open, website: Publish, ask: Ask, base: KnowledgeBase, screen: dict[str, int]
) -> None:
    """One script tag is enough, under a strict policy: a question is answered, and still there after a reload."""
    page = open_page(website(clinic().id), viewport=screen)
    open_panel(page)
    answer = base["surgery.laminectomy"].texts[0]

    answer_to(page, ask)

    expect(page.get_by_role("log")).to_contain_text(answer)

    page.reload()
    launcher = page.get_by_role("button", name=LAUNCHER)
    if screen == PHONE:  # there the panel stays closed, or it would cover the page
        launcher.click()

    expect(page.get_by_role("log")).to_contain_text(answer)
    expect(page.get_by_role("log")).to_contain_text(QUESTION)


def test_alarm_on_a_website(open_page: Open, website: Publish, ask: Ask) -> None:
    """A warning sign gets the alarm on a website too, and the closed chat's button still tells of it."""
    page = open_page(website(None), viewport=DESKTOP)
    open_panel(page)
    answer_to(page, ask, "I can't pee since this morning")

    page.get_by_role("button", name="Close the chat").click()
    page.get_by_role("button", name="Yes", exact=True).click()

    expect(page.get_by_role("button", name="Urgent message. Open the chat")).to_be_visible()


def test_strict_policy_with_trusted_types(open_page: Open, website: Publish, ask: Ask) -> None:
    """Under the strictest policy that a website can send, the chat answers, raises alarms, and shows its drawings."""
    page = open_page(website(clinic().id, policy=STRICT), viewport=DESKTOP)
    open_panel(page)
    answer_to(page, ask, "Would a walker or a cane help me?")

    page.locator(".more summary").click()

    drawing = page.locator(".more img").first
    expect(drawing).to_be_visible()
    assert drawing.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0
    answer_to(page, ask, "I can't pee since this morning")
    expect(page.locator(".alarm").get_by_role("link")).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("policy", [ENOUGH, "script-src 'none'", "sandbox"], ids=["chat", "no scripts", "sandbox"])
def test_link_beside_the_script(console: tuple[Page, list[str]], website: Publish, server: str, policy: str) -> None:
    """The link beside the script stays, and leads to the chat's own page where the website's scripts are not run."""
    page, _ = console
    page.goto(website(clinic().id, policy=policy))
    expect(page.get_by_role("button", name=LAUNCHER)).to_have_count(1 if policy == ENOUGH else 0)

    page.get_by_role("link", name=LINK).click()

    expect(page.get_by_role("heading", level=1, name="Leg pain on walking")).to_be_visible()
    assert page.url == f"{server}/"


def test_whole_page_keeps_a_strict_policy(page: Page, ask: Ask, server: str) -> None:
    """The bot's own page works while nothing but the bot's own files may be loaded or run."""
    _, _, headers = fetch(f"{server}/")
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))

    answer_to(page, ask)

    assert policy.pop("default-src") == "'self'"
    assert set(policy.values()) == {"'none'"}
    expect(page.get_by_role("log")).to_contain_text("Sources")


def test_conversation_that_is_over(open_page: Open, website: Publish, ask: Ask, base: KnowledgeBase) -> None:
    """On a website too, who comes back with a session that is over is told so, and answered in a new conversation."""
    page = open_page(website(clinic().id), viewport=DESKTOP, cut=True)
    open_panel(page)
    answer_to(page, ask)
    page.evaluate("""() => {
        for (const [key, kept] of Object.entries(sessionStorage))
            sessionStorage.setItem(key, JSON.stringify({ ...JSON.parse(kept), token: 'over' }));
    }""")
    page.reload()
    page.evaluate("() => { const real = setTimeout; window.setTimeout = (act, wait) => real(act, wait / 10); }")

    ask(page, "hello")

    log = page.get_by_role("log")
    expect(log).to_contain_text(clinic().fill(base["bot.greeting"].texts[0])[:30])
    expect(log).not_to_contain_text(QUESTION)


@pytest.mark.parametrize("clinics", [(None, None), ("clinic", "clinic")])
def test_two_tags_make_one_chat(open_page: Open, website: Publish, clinics: tuple[str | None, ...]) -> None:
    """A page that was given the script tag twice still shows one chat."""
    page = open_page(website(*clinics))
    with page.expect_response("**/chat/chat.js") as loaded:
        page.reload()
    loaded.value.finished()

    expect(page.get_by_role("button", name=LAUNCHER)).to_have_count(1)
    assert page.locator("stride-chat").count() == 1


# --- it is not there ---


def test_another_clinics_website(console: tuple[Page, list[str]], website: Publish) -> None:
    """A website of another clinic shows no chat with this one's numbers, and its engineer is told why."""
    page, told = console

    with page.expect_console_message(lambda message: message.type == "error"):
        page.goto(website("elsewhere"))

    assert page.locator("stride-chat").count() == 0
    assert len(told) == 1
    assert "elsewhere" in told[0]
    assert clinic().id in told[0]


def test_stranger_gets_no_chat(console: tuple[Page, list[str]], stranger: Publish) -> None:
    """A website that was not allowed to show the chat does not get it, and its engineer is told."""
    page, told = console

    with page.expect_console_message(lambda message: "could not be loaded" in message.text):
        page.goto(stranger(clinic().id))

    assert page.locator("stride-chat").count() == 0
    assert any("CORS" in one for one in told)


@pytest.mark.parametrize(
    ("path", "method", "expected"),
    [
        ("session", "POST", 201),
        ("message", "POST", 401),
        ("conversation", "GET", 401),
        ("conversation", "DELETE", 401),
    ],
)
def test_stranger_gets_no_answer(
    console: tuple[Page, list[str]],
    website: Publish,
    stranger: Publish,
    server: str,
    path: str,
    method: str,
    expected: int,
) -> None:
    """The browser keeps the channel's answers from a website that was not allowed, and not from one that was."""
    page, _ = console
    status = """async ([address, method]) => {
        try { return (await fetch(address, { method, headers: { Authorization: 'Bearer x' } })).status; }
        catch { return 'no answer'; }
    }"""
    arguments = [f"{server}/webhooks/web/{path}", method]

    page.goto(stranger())
    denied = page.evaluate(status, arguments)
    page.goto(website())
    allowed = page.evaluate(status, arguments)

    assert denied == "no answer"
    assert allowed == expected


# --- it leaves the visitor alone ---


def test_nobody_else_is_told(open_page: Open, website: Publish, server: str, ask: Ask) -> None:
    """Nothing is asked of anybody but the website and the bot, and the visitor gets no cookie."""
    page = open_page(website(), viewport=DESKTOP)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))

    page.goto(website(clinic().id))
    open_panel(page)
    answer_to(page, ask)

    origins = {"{0.scheme}://{0.netloc}".format(urlsplit(address)) for address in asked}
    assert origins == {os.environ["STRIDE_ORIGINS"], server}
    assert page.context.cookies() == []


def test_nothing_said_is_kept_in_the_browser(open_page: Open, website: Publish, ask: Ask) -> None:
    """The browser keeps no word of the conversation, and nothing at all longer than the page is open."""
    page = open_page(website(clinic().id), viewport=DESKTOP)
    open_panel(page)
    answer_to(page, ask)

    kept = page.evaluate("() => [Object.entries(sessionStorage).flat().join(), localStorage.length]")

    assert "token" in kept[0]
    assert "laminectomy" not in kept[0]
    assert kept[1] == 0


# --- it leaves the website alone ---


def test_no_new_globals(open_page: Open, website: Publish, ask: Ask) -> None:
    """The website's own scripts find no name that was not there before."""
    names = "() => Object.getOwnPropertyNames(window)"
    without = open_page(website(), viewport=DESKTOP).evaluate(names)
    page = open_page(website(clinic().id), viewport=DESKTOP)
    open_panel(page)
    answer_to(page, ask)

    assert set(page.evaluate(names)) - set(without) == set()


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_websites_style_stays_outside(open_page: Open, website: Publish, style: str) -> None:
    """Whatever the website's style sheet says, the chat looks as it does without it."""
    seen = []
    for one in ("", style):
        page = open_page(website(clinic().id, style=one), viewport=DESKTOP)
        open_panel(page)
        seen.append(page.evaluate(LOOKS))

    assert {name: (seen[0][name], one) for name, one in seen[1].items() if one != seen[0][name]} == {}


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("style", LAYOUTS.values(), ids=LAYOUTS)
def test_websites_layout_stays(open_page: Open, website: Publish, ask: Ask, style: str, screen: dict[str, int]) -> None:
    """Nothing of the website moves: not when the chat is there, nor when it is open, nor when it answers."""
    before = open_page(website(style=style), viewport=screen).evaluate(BOXES)
    page = open_page(website(clinic().id, style=style), viewport=screen)
    expect(page.get_by_role("button", name=LAUNCHER)).to_be_visible()

    shut = page.evaluate(BOXES)
    open_panel(page)
    answer_to(page, ask)
    opened = page.evaluate(BOXES)

    assert shut == before
    assert opened == before


def test_websites_landmarks_stay_clear(open_page: Open, website: Publish) -> None:
    """A screen reader that goes from landmark to landmark finds the website's one head, main part and foot."""
    page = open_page(website(clinic().id), viewport=DESKTOP)
    open_panel(page)

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": ["best-practice"]}}).response["violations"]

    assert [(one["id"], node["html"][:80]) for one in found for node in one["nodes"]] == []


# --- its files ---


def test_widget_is_small(open_page: Open, website: Publish, server: str) -> None:
    """All that a website's visitor has to load for the chat is at most 20 kB."""
    page = open_page(website(), viewport=DESKTOP)
    loaded: list[str] = []
    page.on("response", lambda answer: loaded.append(answer.url) if answer.url.startswith(server) else None)
    page.goto(website(clinic().id))
    open_panel(page)

    sizes = {}
    for address in loaded:
        _, content, headers = fetch(address, Accept_Encoding="gzip")
        assert headers["content-encoding"] == "gzip"
        sizes[address.removeprefix(server)] = len(content)

    assert set(sizes) == {f"/{path.relative_to(STATIC)}" for path in STATIC.rglob("*.js")} | {"/chat/settings.js"}
    assert sum(sizes.values()) <= MOST, sizes


@pytest.mark.parametrize(
    "path", [*sorted(str(path.relative_to(STATIC)) for path in STATIC.rglob("*.*")), "chat/settings.js"]
)
def test_files_are_sent_once(server: str, path: str) -> None:
    """A file that has not changed is not sent again, packed or not."""
    status, content, headers = fetch(f"{server}/{path}")
    assert (status, "content-encoding" in headers) == (200, False)
    assert content

    for encoding in ("gzip", "identity"):
        again = fetch(f"{server}/{path}", If_None_Match=headers["etag"], Accept_Encoding=encoding)
        assert again[:2] == (304, b"")
        changed = fetch(f"{server}/{path}", If_None_Match='"another"', Accept_Encoding=encoding)
        assert changed[0] == 200


@pytest.mark.parametrize(
    "dangerous",
    [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        r"document\.write",
        r"\beval\(",
        r"new Function",
        "srcdoc",
        "DOMParser",
        "createContextualFragment",
        r"""\bstyle=""",
        r"""setAttribute\(["'](style|on)""",
        r"""\.on[a-z]+ =""",
        "document.cookie",
    ],
)
def test_source_makes_no_html(dangerous: str) -> None:
    """What a patient or the bot says cannot become part of a website's code, and nothing needs a laxer policy."""
    found = [path.name for path in STATIC.rglob("*.js") if re.search(dangerous, path.read_text(encoding="utf-8"))]

    assert found == []


def test_pages_have_no_inline_code() -> None:
    """The pages hold no code, style or handler of their own, which their policy would not let run."""
    inline = re.compile(r"\s(style|on[a-z]+)=|<style|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)

    found = [path.name for path in (STATIC.parent / "pages").glob("*.html") if inline.search(path.read_text())]

    assert found == []


# --- pictures ---


def picture_of_an_answer(page: Page, ask: Ask) -> None:
    """Show a question and its answer."""
    answer_to(page, ask, "Would a walker or a cane help me?")


def picture_of_a_warning(page: Page, ask: Ask) -> None:
    """Show an answer with the box of the warning signs."""
    answer_to(page, ask, "What are the symptoms?")


def picture_of_a_table(page: Page, ask: Ask) -> None:
    """Show a comparison."""
    answer_to(page, ask, "Is it my spine or my circulation?")


def picture_of_a_drawing(page: Page, ask: Ask) -> None:
    """Show an answer unfolded, with its drawings."""
    answer_to(page, ask, "Why does bending forward help?")
    page.get_by_text("More about this").last.click()
    drawing = page.get_by_role("img").first
    drawing.scroll_into_view_if_needed()
    page.wait_for_timeout(6000)  # its one movement is over


def picture_of_a_panel(page: Page, ask: Ask) -> None:
    """Show the panel on a website, with an answer."""
    open_panel(page)
    picture_of_an_answer(page, ask)


def picture_of_an_alarm(page: Page, ask: Ask) -> None:
    """Show the alarm."""
    answer_to(page, ask, "I can't pee since this morning")


def picture_of_a_guided_talk(page: Page, ask: Ask) -> None:
    """Show a guided talk with its buttons."""
    answer_to(page, ask, "check my symptoms")
    expect(page.get_by_role("group", name="You can choose:")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(
    ("name", "address", "steps", "options"),
    [
        ("page.png", "/", picture_of_an_answer, {}),
        ("warning.png", "/", picture_of_a_warning, {}),
        ("table.png", "/", picture_of_a_table, {}),
        ("drawing.png", "/", picture_of_a_drawing, {}),
        ("talk.png", "/", picture_of_a_guided_talk, {}),
        ("desktop.png", "/demo", picture_of_a_panel, {"viewport": DESKTOP}),
        ("alarm.png", "/", picture_of_an_alarm, {}),
        ("dark.png", "/", picture_of_a_guided_talk, {"color_scheme": "dark"}),
    ],
)
def test_pictures_for_the_readme(
    open_page: Open,
    ask: Ask,
    request: pytest.FixtureRequest,
    name: str,
    address: str,
    steps: Callable[[Page, Ask], None],
    options: dict[str, Any],
) -> None:
    """The README's pictures show the chat as it is; `make screenshots` keeps them."""
    page = open_page(address, **options)
    steps(page, ask)

    picture = page.screenshot()

    assert picture.startswith(b"\x89PNG")
    folder: Path | None = request.config.getoption("--screenshots")
    if folder:
        (folder / name).write_bytes(picture)
