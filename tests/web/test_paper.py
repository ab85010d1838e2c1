"""What a guided talk leads to in a real browser: the self-check's summary, and the visit's paper, printed or as PDF."""

import pytest
from playwright.sync_api import Page, expect

from bot.clinic import clinic as own_clinic
from bot.conversation.forms import forms
from on_screen import (
    WORDS,
    Ask,
    Open,
    choose,
)

pytestmark = pytest.mark.rasa

FORMS = forms()


def finish_visit(page: Page, ask: Ask, question: str) -> None:
    """Go through the visit's questions, of which all but the last are skipped."""
    log = page.get_by_role("log")
    ask(page, "make my visit summary")
    *skipped, last = FORMS.forms["visit_form"].questions
    for one in skipped:
        expect(log).to_contain_text(one.ask.splitlines()[0])
        ask(page, FORMS.texts.skip)
    expect(log).to_contain_text(last.ask.splitlines()[0])
    ask(page, question)


def open_paper(page: Page) -> Page:
    """Open the paper that the chat has a link to."""
    with page.expect_popup() as opened:
        page.get_by_role("log").get_by_role("link", name=FORMS.texts.print).click()
    return opened.value


def test_selfcheck(page: Page, ask: Ask) -> None:
    """The self-check is gone through with its buttons, and ends with what the sources say, and a page to print."""
    log = page.get_by_role("log")
    questions = FORMS.forms["selfcheck_form"].questions
    chosen = ["No, none of these", "5 minutes", "Sitting or bending", "Downhill is worse", "Yes, easier", "Both legs"]
    ask(page, "check my symptoms")

    for question, title in zip(questions, chosen, strict=True):
        expect(log).to_contain_text(question.ask.splitlines()[0])
        log.get_by_role("button", name=title, exact=True).click()

    expect(log).to_contain_text(FORMS.texts.summary_title)
    expect(log.get_by_role("listitem").filter(has_text="Walks before stopping: 5 minutes")).to_be_visible()
    expect(log).to_contain_text(FORMS.texts.nerve)
    expect(log).to_contain_text(own_clinic().fill(FORMS.texts.only_an_exam))
    expect(log.get_by_role("button", name=FORMS.texts.skip)).to_have_count(0)
    paper = open_paper(page)
    expect(paper.get_by_text("Walks before stopping: 5 minutes")).to_be_visible()
    assert paper.pdf().startswith(b"%PDF")


def test_visit_paper(page: Page, ask: Ask) -> None:
    """The visit's summary opens as a page of its own, without a breach of its security policy, and as a PDF."""
    question = "Would a walker help me & my <b>wife</b>?"
    finish_visit(page, ask, question)

    paper = open_paper(page)

    breaches: list[str] = []
    paper.on("console", lambda message: breaches.append(message.text) if message.type == "error" else None)
    paper.reload()
    expect(paper.get_by_role("heading", level=1)).to_have_text(FORMS.texts.visit_title)
    expect(paper.get_by_text(question)).to_be_visible()
    link = paper.get_by_role("link", name="Save as PDF").get_attribute("href")
    answer = paper.request.get(f"{paper.url.split('/visit/')[0]}{link}")
    assert answer.body().startswith(b"%PDF")
    assert answer.headers["content-type"] == "application/pdf"
    assert breaches == []


def test_paper_goes_with_the_conversation(page: Page, ask: Ask) -> None:
    """The paper of a conversation that is deleted is no longer there."""
    finish_visit(page, ask, "None")
    paper = open_paper(page)
    expect(paper.get_by_role("heading", level=1)).to_have_text(FORMS.texts.visit_title)
    choose(page, "delete")
    page.get_by_role("dialog").get_by_role("button", name=WORDS["yes"]).click()
    expect(page.get_by_role("log").get_by_text(WORDS["deleted"])).to_be_visible()

    paper.reload()

    expect(paper.get_by_text(WORDS["pages"]["paper_expired"])).to_be_visible()


def test_expired_paper(open_page: Open) -> None:
    """An address of a paper that is no longer there says so, and leads back to the chat."""
    page = open_page(f"/visit/{'x' * 32}", cut=True)

    answer = page.reload()

    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_text(WORDS["pages"]["paper_expired"])).to_be_visible()
    page.get_by_role("link", name=WORDS["title"]).click()
    expect(page.get_by_label(WORDS["placeholder"])).to_be_visible()
