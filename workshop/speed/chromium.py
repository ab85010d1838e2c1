"""Measures the size of the chat, and how soon it replies in a browser."""

import time

from playwright.sync_api import expect

from bot.clinic import clinic
from bot.knowledge.base import knowledge
from bot.settings import settings
from bot.web.assets import assets
from workshop.browser import chromium
from workshop.speed.measures import number
from workshop.speed.servers import Server
from workshop.widget_size import KILO, ours, widgets

QUESTION, ANSWER = "What is neurogenic claudication?", "condition.definition"


def measured(server: Server, times: int) -> dict[str, str]:
    """Return the chat's size, and the milliseconds from opening the page and from sending to the first reply."""
    size = ours(assets(knowledge(), clinic(), settings()), widgets().marks.values()).size
    begin = clinic().fill(knowledge()[ANSWER].texts[0])[:40]
    opened, sent = [], []
    with chromium() as browser:
        for _ in range(times):
            page = browser.new_context().new_page()
            begun = time.perf_counter()
            page.goto(f"{server.address}/")
            box = page.get_by_role("textbox")
            box.fill(QUESTION)
            posted = time.perf_counter()
            box.press("Enter")
            expect(page.get_by_role("log")).to_contain_text(begin, timeout=30_000)
            opened.append(1000 * (time.perf_counter() - begun))
            sent.append(1000 * (time.perf_counter() - posted))
            page.context.close()

    def middle(values: list[float]) -> str:
        return number(sorted(values)[len(values) // 2])

    return {
        "size, kB, gzip": number(size / KILO),
        "ms from opening the page to the first reply": middle(opened),
        "ms from sending to the first reply": middle(sent),
    }
