"""The walking diary in the page: it outlives the tab, and goes when the patient deletes it."""

import pytest
from playwright.sync_api import Page, expect

from on_screen import WORDS, Ask, Open, choose, log

pytestmark = pytest.mark.rasa


def keys(page: Page, wanted: int) -> bool:
    """Whether the browser comes to keep so many keys beyond the tab."""
    for _ in range(100):
        if page.evaluate("localStorage.length") == wanted:
            return True
        page.wait_for_timeout(50)
    return False


def keep_a_diary(page: Page, ask: Ask) -> None:
    """Note a walk, and agree that it is kept."""
    ask(page, "I walked 8 minutes today")
    page.get_by_role("button", name="Yes, keep it").click()
    expect(log(page)).to_contain_text("I put this in your diary")


def test_diary_is_there_in_the_next_tab(open_page: Open, page: Page, ask: Ask) -> None:
    """Whoever comes back in a new tab finds the diary; without one, the browser keeps nothing beyond the tab."""
    ask(page, "hello")
    expect(page.locator(".said.bot").first).to_be_visible()
    assert keys(page, 0)
    keep_a_diary(page, ask)
    assert keys(page, 1)
    later = page.context.new_page()
    later.goto(page.url)

    ask(later, "show my diary")

    expect(log(later)).to_contain_text("8 minutes")


def test_deleted_diary_leaves_no_key(page: Page, ask: Ask) -> None:
    """Once the diary is deleted, the browser forgets the key to it."""
    keep_a_diary(page, ask)
    assert keys(page, 1)
    ask(page, "delete my diary")
    page.get_by_role("button", name="Yes, delete it").click()

    assert keys(page, 0)


@pytest.mark.parametrize("left", ["in the same tab", "in a new tab", "after starting over"])
def test_deleting_all_takes_the_diary_along(open_page: Open, page: Page, ask: Ask, left: str) -> None:
    """ "Delete my conversation" deletes the diary too, also where its conversation is no longer the present one."""
    keep_a_diary(page, ask)
    assert keys(page, 1)
    here = page
    if left == "in a new tab":
        here = page.context.new_page()
        here.goto(page.url)
    if left == "after starting over":
        choose(page, "start_over")
        page.get_by_role("dialog").get_by_role("button", name=WORDS["yes"]).click()

    choose(here, "delete")
    here.get_by_role("dialog").get_by_role("button", name=WORDS["yes"]).click()

    expect(log(here)).to_contain_text(WORDS["deleted"])
    assert keys(here, 0)
    ask(here, "show my diary")
    expect(log(here)).to_contain_text("has no entries yet")
