"""The check on the screen, in a real browser: a card above the field that reads as a question, until it is answered."""

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.conversation.check import check_file
from bot.knowledge.base import KnowledgeBase
from on_screen import Ask, alarm

pytestmark = pytest.mark.rasa

MAY_BE = "I have trouble starting to pee"
SMALL_PHONE = {"width": 320, "height": 568}


def card(page: Page, base: KnowledgeBase) -> Locator:
    """The card of the open check."""
    return page.get_by_role("group", name=base["safety.check"].title)


def test_check_stays_until_it_is_answered(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """The card lists the signs and has two buttons; another question leaves it there, no takes it away."""
    ask(page, MAY_BE)
    yes, no = check_file().buttons("cauda_equina")
    expect(card(page, base).get_by_role("listitem")).to_have_count(len(base["safety.check"].points))
    expect(card(page, base).get_by_role("button")).to_have_text([yes, no])

    ask(page, "Does a brace help?")
    expect(card(page, base)).to_be_visible()

    card(page, base).get_by_role("button", name=no).click()
    expect(card(page, base)).to_have_count(0)
    expect(alarm(page, base)).to_have_count(0)


def test_yes_is_the_alarm(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """Yes takes the card away and brings up the alarm."""
    ask(page, MAY_BE)
    card(page, base).get_by_role("button", name=check_file().buttons("cauda_equina")[0]).click()

    expect(alarm(page, base)).to_be_visible()
    expect(card(page, base)).to_have_count(0)


def test_buttons_are_in_sight_on_a_small_phone(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """However long the list is, both buttons and the field are in sight."""
    page.set_viewport_size(SMALL_PHONE)
    ask(page, MAY_BE)

    for button in card(page, base).get_by_role("button").all():
        expect(button).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("textbox")).to_be_in_viewport(ratio=1)


def test_check_is_there_after_a_reload(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """A page that is loaded anew shows the check that is still open."""
    ask(page, MAY_BE)
    expect(card(page, base)).to_be_visible()

    page.reload()

    expect(card(page, base)).to_be_visible()
