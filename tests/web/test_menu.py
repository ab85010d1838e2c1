"""The menu in a real browser: it begins with what the bot can do."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from bot.clinic import Clinic
from bot.knowledge.base import KnowledgeBase
from bot.settings import Settings
from bot.web.pages import module
from on_screen import WORDS, Open, log, menu_button, said

pytestmark = pytest.mark.rasa

BEGINNINGS = WORDS["beginnings"]
SMALL = {"width": 320, "height": 568}
SETTINGS = ("larger", "smaller", "print", "save", "start_over", "delete", "privacy_link", "show_times", "repeat")


def menu(page: Page) -> list[str]:
    """Open the menu, and return its entries as they stand there."""
    menu_button(page).click()
    return page.locator(".menu").locator("button, a").all_text_contents()


def test_menu_begins_with_what_the_bot_can_do(page: Page) -> None:
    """First what the bot can do, then how the chat looks, what is done with it, and what is kept."""
    entries = menu(page)

    expected = [*(one["title"] for one in BEGINNINGS), *(WORDS[name] for name in SETTINGS)]
    assert [one.removesuffix(f" {WORDS['closed_window']}") for one in entries] == expected


@pytest.mark.parametrize(
    ("says", "answer"),
    [
        ("check my symptoms", "Question 1 of 6"),
        ("prepare my visit", "Question 1 of 5"),
        ("start a walking diary", "diary"),
        ("what are the warning signs", "Any of these signs"),
    ],
)
def test_entry_says_it_for_the_patient(page: Page, says: str, answer: str) -> None:
    """An entry closes the menu, stands in the transcript as the patient's words, and is answered."""
    menu(page)
    (title,) = (one["title"] for one in BEGINNINGS if one["says"] == says)

    page.get_by_role("button", name=title).click()

    expect(said(page, says)).to_be_visible()
    expect(page.locator(".menu")).to_be_hidden()
    expect(log(page)).to_be_focused()
    expect(page.locator(".said.bot")).to_contain_text(answer)


@pytest.mark.parametrize("phone", ["555 0100", None])
def test_clinic_is_called_if_it_has_a_phone(
    open_page: Open, base: KnowledgeBase, clinic: Clinic, phone: str | None
) -> None:
    """The clinic's number is an entry among the first ones where clinic.yml has one, and none is made up."""
    told = module(base, clinic.copy(update={"phone": phone}), Settings())

    def settings(route: Route) -> None:
        route.fulfill(body=told, content_type="text/javascript")

    page = open_page("/privacy")
    page.route("**/settings.js", settings)
    page.goto(page.url.replace("/privacy", "/"))
    menu(page)

    links: list[Any] = page.locator(".begin a").evaluate_all("(some) => some.map((one) => one.getAttribute('href'))")
    assert links == (["tel:5550100"] if phone else [])
    assert json.dumps(phone)[1:-1] in told


def test_menu_scrolls_inside_on_a_small_phone(open_page: Open) -> None:
    """On the smallest phone all entries can be reached, while field and transcript stay."""
    page = open_page(viewport=SMALL)
    menu(page)

    page.get_by_role("button", name=WORDS["repeat"]).click(trial=True, timeout=5000)

    expect(page.get_by_label(WORDS["placeholder"])).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name=WORDS["menu"], exact=True)).to_be_in_viewport(ratio=1)
