"""The papers' addresses: each paper is read and drawn without holding anybody up."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from bare_server import OLD_PAPER, Bare

from bot.paper.document import Document
from bot.reply.links import pages
from bot.store.papers import Pages
from bot.web import papers as papers_module
from bot.web.papers import DRAWN_AT_A_TIME, Papers

PAPER = Document("For my visit", "", [], "")


@pytest.fixture
def drawn(var: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many PDFs are being drawn, each time that another one is."""
    drawn: list[int] = []
    lock, now = threading.Lock(), 0

    def draw(_: Document) -> bytes:
        nonlocal now
        with lock:
            now += 1
            drawn.append(now)
        time.sleep(0.05)
        with lock:
            now -= 1
        return b"%PDF"

    monkeypatch.setattr("bot.paper.pdf.pdf", draw)
    return drawn


async def test_pdf_is_drawn_once(drawn: list[int]) -> None:
    """Whoever asks for a paper's PDF, at once or later, gets the one that was drawn first."""
    papers, token = Papers(), pages().put(PAPER)

    at_once = await asyncio.gather(*(papers.pdf(token) for _ in range(10)))
    later = await Papers().pdf(token)

    assert {*at_once, later} == {b"%PDF"}
    assert drawn == [1]


async def test_few_are_drawn_at_a_time(drawn: list[int]) -> None:
    """However many PDFs are asked for, a few are drawn at a time, and a page is read meanwhile."""
    papers, tokens = Papers(), [pages().put(PAPER) for _ in range(8)]

    drawing = [asyncio.ensure_future(papers.pdf(token)) for token in tokens]
    page = await papers.html(tokens[0])
    unfinished = [one for one in drawing if not one.done()]
    await asyncio.gather(*drawing)

    assert page is not None
    assert unfinished
    assert max(drawn) == DRAWN_AT_A_TIME
    assert len(drawn) == len(tokens)


async def test_who_goes_away_stops_nobody_elses(drawn: list[int]) -> None:
    """A patient who closes the page while a PDF is drawn takes it from nobody who also waits for it."""
    papers, token = Papers(), pages().put(PAPER)

    first, second = (asyncio.ensure_future(papers.pdf(token)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()

    assert await second == b"%PDF"


async def test_no_paper(drawn: list[int]) -> None:
    """Where there is no paper, nothing is drawn."""
    papers = Papers()

    assert await papers.html("x" * 32) is None
    assert await papers.pdf("../" + "x" * 29) is None
    assert not drawn


@pytest.mark.rasa
def test_old_papers_go_without_being_asked_for(bare: Bare) -> None:
    """A paper that has had its time is gone soon after the server has started, though nobody asks for any paper."""
    assert not (bare.var / "pages" / OLD_PAPER).exists()


async def test_sweeping_goes_on(var: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """Papers are swept again and again, also after a sweep that failed, of which the log has the kind only."""
    swept = asyncio.Event()
    failing = iter([OSError("/secret"), None])
    loop = asyncio.get_running_loop()

    def sweep(_: Pages) -> None:
        if error := next(failing):
            raise error
        loop.call_soon_threadsafe(swept.set)

    monkeypatch.setattr(Pages, "sweep", sweep)
    monkeypatch.setattr(papers_module, "SWEEP", 0.01)
    sweeping = asyncio.create_task(Papers().sweep())
    await asyncio.wait_for(swept.wait(), 10)
    sweeping.cancel()

    assert "Old papers could not be deleted: OSError" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.rasa
def test_paper_as_page_and_pdf(bare: Bare) -> None:
    """A paper is there as a page and as a PDF, whose file only the server's user may read."""
    kept = Pages(bare.var / "pages")
    token = kept.put(PAPER)

    def get(ending: str) -> requests.Response:
        return requests.get(f"{bare.url}/visit/{token}{ending}", timeout=30)

    page, drawn, again, style = (
        get(""),
        get(".pdf"),
        get(".pdf"),
        requests.get(f"{bare.url}/visit/visit.css", timeout=9),
    )

    assert "For my visit" in page.text
    assert drawn.content.startswith(b"%PDF")
    assert again.content == drawn.content
    assert (bare.var / "pages" / f"{token}.pdf").stat().st_mode & 0o777 == 0o600
    assert style.headers["Content-Type"].startswith("text/css")
    kept.delete(token)
    assert [get("").status_code, get(".pdf").status_code] == [404, 404]


@pytest.mark.rasa
def test_many_pdfs_hold_up_nobody(bare: Bare, still_answers: Callable[[], float]) -> None:
    """While many PDFs are asked for, others are answered at once."""
    tokens = [Pages(bare.var / "pages").put(PAPER) for _ in range(12)]
    with ThreadPoolExecutor(12) as readers:
        asked = [readers.submit(requests.get, f"{bare.url}/visit/{token}.pdf", timeout=60) for token in tokens]
        slowest = 0.0
        while not all(one.done() for one in asked):
            slowest = max(slowest, still_answers())
            time.sleep(0.05)

    assert {one.result().status_code for one in asked} == {200}
    assert slowest < 2.0


@pytest.fixture
def still_answers(bare: Bare) -> Callable[[], float]:
    """How many seconds a small request takes."""

    def ask() -> float:
        start = time.monotonic()
        assert requests.get(f"{bare.url}/icon.svg", headers={"X-Forwarded-For": "192.0.2.77"}, timeout=30).ok
        return time.monotonic() - start

    return ask
