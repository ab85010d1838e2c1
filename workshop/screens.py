"""Measures how many answers fit on one screen of a phone, in Chromium, with the page's own files and no server."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, ViewportSize

from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Answer
from bot.reply.as_json import WebReply, web_reply
from bot.reply.reply import render
from bot.settings import Settings
from bot.web.assets import Asset, assets
from bot.web.pages import page as html
from workshop.browser import chromium

PHONE: ViewportSize = {"width": 390, "height": 844}  # CSS pixels
AIM = 0.9  # share of the answers
ADDRESS = "http://chat.example"
# The lowest edge of what must be seen, against the transcript's, in CSS pixels; and whether the question is in sight.
MEASURE = """() => {
    const root = document.querySelector("stride-chat").shadowRoot;
    const log = root.querySelector(".log").getBoundingClientRect();
    const answer = [...root.querySelectorAll(".said.bot")].at(-1);
    const question = [...root.querySelectorAll(".said.patient")].at(-1).getBoundingClientRect();
    const wanted = answer.querySelectorAll(":scope > h3, :scope > p, :scope > ul, :scope > table, :scope > .box");
    const first = [...root.querySelectorAll(".choices")].at(-1).querySelector("button");
    const lowest = Math.max(...[...wanted, first].map((one) => one.getBoundingClientRect().bottom));
    return { over: lowest - log.bottom, question: question.top >= log.top - 1 };
}"""


@dataclass(frozen=True)
class Fit:
    """How an answer fits.

    Attributes:
        answer: Its id.
        over: CSS pixels by which its heading, lead, points, warning, next step and first button exceed the screen.
        question: Whether the patient's question is still in sight.
    """

    answer: str
    over: float
    question: bool

    @property
    def fits(self) -> bool:
        """Whether all of that is seen without scrolling."""
        return self.over <= 0 and self.question


def fits(base: KnowledgeBase, clinic: Clinic, settings: Settings, answers: Iterable[Answer]) -> Iterator[Fit]:
    """Yield how each answer fits after its title was asked."""
    files = assets(base, clinic, settings)
    start = html("index.html", base, clinic, settings)
    with chromium() as browser:
        for answer in answers:
            page = browser.new_context(viewport=PHONE).new_page()
            _serve(page, start, files, web_reply(render(base, clinic, answer), base, clinic))
            page.goto(f"{ADDRESS}/")
            page.get_by_role("textbox").fill(answer.title)
            page.get_by_role("textbox").press("Enter")
            page.locator(".said.bot").wait_for()
            seen = page.evaluate(MEASURE)
            yield Fit(answer.id, seen["over"], seen["question"])
            page.context.close()


def table(measured: Iterable[Fit]) -> str:
    """Return the share that fits, and the answers that do not, as Markdown."""
    some = list(measured)
    share = sum(one.fits for one in some) / len(some)
    size = f"{PHONE['width']} × {PHONE['height']}"
    lines = [f"{share:.0%} of {len(some)} answers fit on one screen of {size} CSS pixels; the aim is {AIM:.0%}."]
    left = sorted((one for one in some if not one.fits), key=lambda one: -one.over)
    if left:
        lines += ["", "| answer | pixels below the screen |", "|---|---:|"]
        lines += [f"| {one.answer} | {one.over:.0f} |" for one in left]
    return "\n".join(lines)


def _serve(page: Page, start: str, files: dict[str, Asset], reply: WebReply) -> None:
    """Answer a page's requests as the server would: with the start page, the files, and a reply to its message."""
    lines = [{"reply": reply}, {"done": True, "diary": False}]

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path.removeprefix("/")
        if not path:
            route.fulfill(body=start, content_type="text/html")
        elif path == "webhooks/web/session":
            route.fulfill(json={"token": "measured"})
        elif path == "webhooks/web/message":
            body = "".join(f"{json.dumps(line)}\n" for line in lines)
            route.fulfill(body=body, content_type="application/x-ndjson")
        elif path in files:
            route.fulfill(body=files[path].content, content_type=files[path].content_type)
        else:
            route.fulfill(status=404)

    page.route(f"{ADDRESS}/**", answer)
