"""A conversation in a real browser with the running bot: said once, shown as text, gone when deleted."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from bot.clinic import clinic as own_clinic
from bot.conversation.forms import forms
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.reply.as_json import web_reply
from bot.reply.reply import calls, notice
from bot.settings import settings
from bot.web.texts import texts
from on_screen import (
    ALARM,
    ALL_TRIES,
    ANSWER,
    MESSAGE,
    QUESTION,
    SESSION,
    WORDS,
    Ask,
    Gate,
    Open,
    answered,
    choose,
    field,
    kept,
    log,
    on_the_server,
    said,
    settled,
)

pytestmark = pytest.mark.rasa

NDJSON = "application/x-ndjson"
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
SOURCE = {"name": "a guide", "title": "The guide", "sections": ["Surgery"]}
# Two replies, and a browser's `fetch` that gives their bytes to the page piece by piece, as a network does.
FIRST, SECOND = "Déjà vu: this comes first.", "This comes second."
STREAMED = """(() => {
    const real = window.fetch;
    const start = (stream) => {
        window.give = (bytes) => stream.enqueue(new Uint8Array(bytes));
        window.end = () => stream.close();
    };
    const headers = { "Content-Type": "application/x-ndjson" };
    const response = new Response(new ReadableStream({ start }), { headers });
    window.fetch = (address, options) =>
        String(address).endsWith("/message") ? Promise.resolve(response) : real(address, options);
})()"""


def reply(**parts: Any) -> dict[str, Any]:
    """A reply as the server sends it, with some parts that differ."""
    plain = web_reply(notice(own_clinic(), "Something."), knowledge(), own_clinic())
    return {**plain, **parts}


def lines(*replies: dict[str, Any]) -> str:
    """What the server's answer to a message holds."""
    return "".join(f"{json.dumps(line)}\n" for line in [*({"reply": one} for one in replies), {"done": True}])


def serve(page: Page, body: str, status: int = 200) -> list[str]:
    """Answer the page's messages with this; returns the texts that are sent, as they come in."""
    sent: list[str] = []

    def fulfil(route: Route) -> None:
        sent.append(route.request.post_data_json["text"])
        route.fulfill(status=status, content_type=NDJSON, body=body)

    page.route(MESSAGE, fulfil)
    return sent


def hold(page: Page, ask: Ask, text: str, address: str = MESSAGE) -> Gate:
    """Send a message whose request to an address does not get to the server before the gate is opened."""
    gate = Gate(page, address)
    ask(page, text)
    gate.wait()
    return gate


# --- asking ---


def test_question_and_its_source(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """A typed question is answered, and the document and its sections unfold under the answer."""
    uses = base[ANSWER].sources
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()
    fold = log(page).get_by_role("group").filter(has_text=WORDS["show_sources"])
    cited = [
        log(page).get_by_role("listitem").filter(has_text=base.sources[use.document].title).filter(has_text=section)
        for use in uses
        for section in use.sections
    ]
    for one in cited:
        expect(one).to_be_hidden()

    fold.get_by_text(WORDS["show_sources"]).click()

    for use in uses:
        expect(fold).to_contain_text(base.sources[use.document].name)
    for one in cited:
        expect(one).to_be_visible()
    expect(log(page).get_by_text(base.notices.checked.unsigned)).to_be_visible()


def test_follow_up(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """A button under an answer leads on, and the page shows what it says as the patient's words."""
    follow_up = base[base[ANSWER].follow_ups[0]]
    ask(page, QUESTION)

    log(page).get_by_role("button", name=follow_up.title).click()

    expect(said(page, follow_up.title)).to_be_visible()
    expect(answered(page, base, follow_up.id)).to_be_visible()


@pytest.mark.parametrize(("then", "replied"), [("hello", "bot.greeting"), ("bye bye", "bot.goodbye")])
def test_older_button_asks_in_words(page: Page, ask: Ask, base: KnowledgeBase, then: str, replied: str) -> None:
    """A button of an earlier reply still leads to its answer, whether or not the last reply offers buttons itself."""
    follow_up = base[base[ANSWER].follow_ups[0]]
    ask(page, QUESTION)
    button = log(page).get_by_role("button", name=follow_up.title)
    expect(button).to_be_visible()
    ask(page, then)
    expect(answered(page, base, replied)).to_be_visible()

    button.click()

    expect(answered(page, base, follow_up.id)).to_be_visible()


def test_spent_choices_are_gone(page: Page, ask: Ask) -> None:
    """The buttons of a guided talk's question go once it is replied to, and only the next question's are there."""
    first, second = forms().forms["visit_form"].questions[:2]
    ask(page, "make my visit summary")
    expect(log(page)).to_contain_text(first.ask)
    expect(log(page).get_by_role("button", name=first.choices[0].title)).to_be_visible()

    log(page).get_by_role("button", name=forms().texts.skip).click()

    expect(log(page)).to_contain_text(second.ask)
    expect(log(page).get_by_role("button", name=forms().texts.skip)).to_have_count(1)
    expect(log(page).get_by_role("button", name=first.choices[0].title)).to_have_count(0)


@pytest.mark.parametrize("name", texts().first_questions)
def test_first_question(page: Page, base: KnowledgeBase, name: str) -> None:
    """Every question that the page offers to begin with leads to its answer, or to a talk's first question."""
    talk = next((one for one in forms().forms.values() if one.starts_with == name), None)
    first = page.get_by_role("group", name=WORDS["first_questions_label"])

    first.get_by_role("button", name=base[name].title).click()

    shown = log(page).get_by_text(talk.questions[0].ask.splitlines()[0]) if talk else answered(page, base, name)
    expect(shown).to_be_visible()


def test_double_tap_asks_once(page: Page, base: KnowledgeBase) -> None:
    """A double tap on a question asks it once, and does not press what has come under the finger meanwhile."""
    posted: list[str] = []
    page.on("request", lambda one: posted.append(one.url) if one.url.endswith("/message") else None)
    first, second = texts().first_questions[:2]
    asked = page.get_by_role("group", name=WORDS["first_questions_label"])

    asked.get_by_role("button", name=base[first].title).dblclick()
    expect(answered(page, base, first)).to_be_visible()
    asked.get_by_role("button", name=base[second].title).click()

    expect(answered(page, base, second)).to_be_visible()
    assert len(posted) == 2


def test_spent_replies_are_gone(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """Buttons that reply to a question go with it, and the answers that are offered beside them stay."""
    helped = log(page).get_by_role("button", name=base.notices.not_helped)
    for question in (QUESTION, "Would a cane help me?", "What is spinal stenosis?"):
        ask(page, question)
        expect(page.locator(".said.bot")).not_to_have_count(0)
    expect(helped).to_be_visible()
    offered = page.locator(".choices").last.get_by_role("button")
    before = offered.count()

    ask(page, "hello")

    expect(answered(page, base, "bot.greeting")).to_be_visible()
    expect(helped).to_have_count(0)
    assert before > 2
    expect(page.locator(".choices").filter(has=page.get_by_role("button")).nth(-2).get_by_role("button")).to_have_count(
        before - 2
    )


def test_two_replies_come_in_order(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """Both replies to a message with two questions are shown, in the order in which the bot says them."""
    ask(page, "What is a laminectomy, and would a cane help me?")

    expect(answered(page, base)).to_be_visible()
    expect(answered(page, base, "aids.walkers_canes")).to_be_visible()
    text = log(page).inner_text()
    assert text.index(base[ANSWER].texts[0][:60]) < text.index(base["aids.walkers_canes"].texts[0][:60])


def test_reply_is_shown_as_soon_as_it_is_there(page: Page, ask: Ask) -> None:
    """The first reply is shown while the second is still to come, also when the network cuts a letter in two."""
    page.add_init_script(STREAMED)
    page.reload()
    data = lines(reply(blocks=[{"text": FIRST}]), reply(blocks=[{"text": SECOND}])).encode()
    data = data.replace(rb"D\u00e9j\u00e0", "Déjà".encode())
    cut, end_of_first = data.index("é".encode()) + 1, data.index(b"\n") + 1
    ask(page, QUESTION)

    page.evaluate("(bytes) => give(bytes)", list(data[:cut]))
    page.evaluate("(bytes) => give(bytes)", list(data[cut:end_of_first]))

    expect(log(page).get_by_text(FIRST)).to_be_visible()
    expect(log(page).get_by_text(WORDS["waiting"])).to_be_visible()
    page.evaluate("(bytes) => { give(bytes); end(); }", list(data[end_of_first:]))
    expect(log(page).get_by_text(SECOND)).to_be_visible()
    expect(log(page).get_by_text(FIRST)).to_have_count(1)
    expect(log(page).get_by_text(WORDS["waiting"])).to_be_hidden()


def test_typing_sign(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """While the patient waits, the page says that it is looking, and stops saying so when the answer is there."""
    held = hold(page, ask, QUESTION)

    waiting = log(page).get_by_text(WORDS["waiting"])
    expect(waiting).to_be_visible()
    expect(said(page, QUESTION)).to_be_visible()
    held.open()
    expect(answered(page, base)).to_be_visible()
    expect(waiting).to_be_hidden()


def test_enter_sends(page: Page, base: KnowledgeBase) -> None:
    """Enter sends a message, and Shift and Enter make a new line in it."""
    field(page).press_sequentially("What is")
    field(page).press("Shift+Enter")
    field(page).press_sequentially("a laminectomy?")
    expect(field(page)).to_have_value("What is\na laminectomy?")

    field(page).press("Enter")

    expect(field(page)).to_have_value("")
    expect(said(page, QUESTION)).to_be_visible()
    expect(answered(page, base)).to_be_visible()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (" \n ", {"key": "Enter"}),
        ("laminectom", {"key": "Enter", "isComposing": True}),
        ("laminectom", {"key": "Enter", "keyCode": 229}),
    ],
    ids=["nothing but blanks", "a word that is being composed", "a word that is being composed, in Safari"],
)
def test_enter_does_not_send(page: Page, text: str, key: dict[str, Any]) -> None:
    """Enter sends neither an empty message nor a word that an input method is still putting together."""
    field(page).fill(text)

    field(page).dispatch_event("keydown", key)

    expect(field(page)).to_have_value(text)
    expect(log(page).get_by_text(WORDS["you"])).to_have_count(0)


def test_what_stands_before_the_first_message(page: Page) -> None:
    """Before anything is sent, the page says what it is, what is kept, and leads to the page that tells more."""
    expect(page.get_by_text(WORDS["disclaimer"])).to_be_in_viewport()
    expect(page.get_by_text(WORDS["consent"])).to_be_visible()

    with page.expect_popup() as opened:
        log(page).get_by_role("link", name=WORDS["privacy_link"]).click()

    privacy = opened.value
    expect(privacy.get_by_role("heading", level=1)).to_have_text(WORDS["pages"]["privacy_title"])
    expect(privacy.get_by_text(f"{settings().session_days} days")).to_be_visible()


# --- the connection ---


def test_lost_connection(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A message whose connection is lost is sent again, says so, and stands once on the page and on the server."""
    page = open_page(cut=True)
    page.route(MESSAGE, lambda route: route.abort(), times=2)

    ask(page, QUESTION)

    expect(log(page).get_by_text(WORDS["still_waiting"])).to_be_visible()
    expect(answered(page, base)).to_have_count(1, timeout=ALL_TRIES)
    expect(said(page, QUESTION)).to_have_count(1)
    assert on_the_server(page, kept(page)["token"]) == [QUESTION]


def test_no_session_at_first(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """When not even the session can be begun at first, the message gets there all the same, once."""
    page = open_page(cut=True)
    page.route("**/webhooks/web/session", lambda route: route.abort(), times=1)

    ask(page, QUESTION)

    expect(answered(page, base)).to_have_count(1, timeout=ALL_TRIES)
    expect(said(page, QUESTION)).to_have_count(1)
    assert on_the_server(page, kept(page)["token"]) == [QUESTION]


def test_connection_cut_after_the_answer(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A message that the server has answered, but whose answer was lost on the way, is not handled a second time."""
    page = open_page(cut=True)
    ids: list[str] = []
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        ids.append(route.request.post_data_json["id"])
        if len(ids) > 1:
            return route.continue_()
        lost.append(route.fetch().text())
        return route.abort()

    page.route(MESSAGE, lose_the_first)

    ask(page, QUESTION)

    expect(answered(page, base)).to_have_count(1, timeout=ALL_TRIES)
    expect(said(page, QUESTION)).to_have_count(1)
    assert base[ANSWER].texts[0][:30] in lost[0]
    assert ids == [ids[0]] * 2
    assert on_the_server(page, kept(page)["token"]) == [QUESTION]


@pytest.mark.parametrize(
    "body", [lines(), "", lines(reply())[:40], "<html>Bad gateway</html>\n"], ids=["done", "empty", "half", "HTML"]
)
def test_empty_reply(open_page: Open, ask: Ask, base: KnowledgeBase, body: str) -> None:
    """A reply that holds nothing, or nothing that can be read, shows the signs that must not wait and the numbers."""
    page = open_page(cut=True)
    sent = serve(page, body)

    ask(page, QUESTION)

    alert = page.get_by_role("alert").filter(has_text=own_clinic().fill(base.notices.unavailable))
    expect(alert).to_be_visible(timeout=ALL_TRIES)
    for call in calls(base, own_clinic(), ["emergency_number", "crisis_line"]):
        expect(alert.get_by_role("link", name=call["title"])).to_have_attribute("href", f"tel:{call['number']}")
    expect(log(page).get_by_text(WORDS["waiting"])).to_be_hidden()
    assert len(sent) > 1


def test_first_half_of_an_answer_stays(open_page: Open, ask: Ask) -> None:
    """When the connection breaks off after the first reply, that reply stays, once, and the second follows later."""
    page = open_page(cut=True)
    whole = lines(reply(blocks=[{"text": FIRST}]), reply(blocks=[{"text": SECOND}]))
    bodies = [whole.split("\n")[0] + "\n", whole]
    page.route(MESSAGE, lambda route: route.fulfill(content_type=NDJSON, body=bodies.pop(0)), times=2)

    ask(page, QUESTION)

    expect(log(page).get_by_text(SECOND)).to_be_visible(timeout=ALL_TRIES)
    expect(log(page).get_by_text(FIRST)).to_have_count(1)
    assert bodies == []


def test_second_half_of_an_answer_comes_later(open_page: Open, ask: Ask) -> None:
    """When the second reply cannot be had for long, the first one stays, once, and the second comes with the retry."""
    page = open_page(cut=True)
    whole = lines(reply(blocks=[{"text": FIRST}]), reply(blocks=[{"text": SECOND}]))
    serve(page, whole.split("\n")[0] + "\n")
    ask(page, QUESTION)
    retry = page.get_by_role("button", name=WORDS["retry"])
    expect(retry).to_be_visible(timeout=ALL_TRIES)
    page.unroute(MESSAGE)
    serve(page, whole)

    retry.click()

    expect(log(page).get_by_text(SECOND)).to_be_visible()
    expect(log(page).get_by_text(FIRST)).to_have_count(1)


def test_too_fast(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A patient who sent too much reads that and the signs that must not wait, and nothing is sent again."""
    page = open_page(cut=True)
    text = own_clinic().fill(base.notices.too_fast)
    sent = serve(page, lines(reply(blocks=[{"text": text}])), status=429)

    ask(page, QUESTION)

    expect(log(page).get_by_text(text)).to_be_visible()
    expect(log(page).get_by_text(WORDS["waiting"])).to_be_hidden()
    expect(page.get_by_role("button", name=WORDS["retry"])).to_have_count(0)
    assert sent == [QUESTION]


# --- coming back ---


def test_reload_restores_the_conversation(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """After a reload everything stands as before, buttons by what they say, and the last buttons still work."""
    first = base[base[ANSWER].follow_ups[0]]
    second = base[next(name for name in first.follow_ups if name != ANSWER)]
    ask(page, QUESTION)
    log(page).get_by_role("button", name=first.title).click()
    expect(answered(page, base, first.id)).to_be_visible()
    expect(log(page).get_by_text(WORDS["waiting"])).to_be_hidden()
    before = log(page).inner_text()

    page.reload()

    expect(answered(page, base, first.id)).to_be_visible()
    expect(log(page).get_by_role("button", name=second.title).last).to_be_visible()
    assert log(page).inner_text() == before
    assert f"/{first.id}" not in before
    with page.expect_request(MESSAGE) as sent:
        log(page).get_by_role("button", name=second.title).last.click()
    assert sent.value.post_data_json["text"] == f"/{second.id}"
    expect(answered(page, base, second.id)).to_be_visible()


def test_time_zone_is_sent(open_page: Open, ask: Ask) -> None:
    """A message tells the time zone of the browser, in which the walking diary's days are."""
    page = open_page(timezone_id="America/Chicago")

    with page.expect_request(MESSAGE) as sent:
        ask(page, QUESTION)

    assert sent.value.post_data_json["time_zone"] == "America/Chicago"


def test_expired_before_a_reload(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A page whose session is no longer good begins a new conversation, without an error on the screen."""
    page = open_page(cut=True)
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()
    settled(page)
    page.evaluate(
        """() => {
            const [key] = Object.keys(sessionStorage);
            sessionStorage.setItem(key, JSON.stringify({ ...JSON.parse(sessionStorage[key]), token: "expired" }));
        }"""
    )
    page.reload()
    expect(page.get_by_text(WORDS["disclaimer"])).to_be_visible()

    ask(page, "hello")

    expect(answered(page, base, "bot.greeting")).to_be_visible()
    expect(said(page, QUESTION)).to_have_count(0)
    assert on_the_server(page, kept(page)["token"]) == ["hello"]


def test_expired_while_chatting(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """When the session ends between two messages, the page says so, and the message is answered in a new one."""
    page = open_page(cut=True)
    ask(page, "hello")
    expect(answered(page, base, "bot.greeting")).to_be_visible()
    old = kept(page)["token"]
    expired = {"authorization": "Bearer expired"}
    page.route(MESSAGE, lambda route: route.continue_(headers={**route.request.headers, **expired}), times=1)

    ask(page, QUESTION)

    expect(answered(page, base)).to_have_count(1)
    expect(log(page).get_by_text(WORDS["conversation_new"])).to_be_visible()
    expect(said(page, QUESTION)).to_have_count(1)
    assert on_the_server(page, old) == ["hello"]
    assert on_the_server(page, kept(page)["token"]) == [QUESTION]


def test_choice_after_expiry(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A choice whose conversation has expired asks its question in words, which the new conversation understands."""
    page = open_page(cut=True)
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()
    choice = base[base["surgery.laminectomy"].follow_ups[0]]
    expired = {"authorization": "Bearer expired"}
    page.route(MESSAGE, lambda route: route.continue_(headers={**route.request.headers, **expired}), times=1)

    log(page).get_by_role("button", name=choice.title).click()

    expect(answered(page, base, choice.id)).to_be_visible()
    expect(log(page).get_by_text(WORDS["conversation_new"])).to_be_visible()


def test_too_long_a_message_can_be_shortened(page: Page, ask: Ask) -> None:
    """What was too long to be answered stays in the field."""
    long = "My leg hurts. " * 200
    ask(page, long)

    expect(page.locator(".said.bot")).to_have_count(1)
    expect(field(page)).to_have_value(long)


def test_text_from_right_to_left(page: Page, ask: Ask) -> None:
    """A message in Arabic or Hebrew stands as it is read."""
    text = "ساقي تؤلمني عند المشي."
    ask(page, text)

    shown = said(page, text)

    expect(shown).to_have_css("direction", "rtl")


def test_number_in_a_text_from_right_to_left(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """The sentence in Arabic before an alarm stands as it is read, and the number in it keeps its order."""
    number = "1-800 555/999"
    words = own_clinic().copy(update={"emergency_number": number}).fill(base.languages["ar"].urgent)
    serve(page, lines(reply(blocks=[{"text": words}], language="ar")))
    ask(page, QUESTION)
    lead = log(page).locator("p[lang=ar]")

    expect(lead).to_have_css("direction", "rtl")
    left = lead.evaluate(
        """(sentence, number) => {
            const start = sentence.firstChild.data.indexOf(number);
            return [...number].map((_, place) => {
                const range = document.createRange();
                range.setStart(sentence.firstChild, start + place);
                range.setEnd(sentence.firstChild, start + place + 1);
                return range.getBoundingClientRect().x;
            });
        }""",
        number,
    )
    assert left == sorted(left)


# --- the menu ---


@pytest.mark.parametrize("item", ["start_over", "delete"])
@pytest.mark.parametrize("way", ["button", "Escape"])
def test_second_thoughts(page: Page, ask: Ask, base: KnowledgeBase, item: str, way: str) -> None:
    """The page asks before a conversation goes, and a patient who does not want that is back where it was asked."""
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()
    token = kept(page)["token"]
    choose(page, item)
    question = page.get_by_role("dialog", name=WORDS[f"{item}_sure"])
    expect(question).to_be_visible()

    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        question.get_by_role("button", name=WORDS["no"]).click()

    expect(question).to_be_hidden()
    expect(page.get_by_role("button", name=WORDS["menu"], exact=True)).to_be_focused()
    expect(answered(page, base)).to_be_visible()
    assert kept(page)["token"] == token
    assert on_the_server(page, token) == [QUESTION]


@pytest.mark.parametrize(("item", "left"), [("start_over", [QUESTION]), ("delete", [])])
def test_conversation_goes(page: Page, ask: Ask, base: KnowledgeBase, item: str, left: list[str]) -> None:
    """A new conversation clears the page, and one that is deleted is gone from the server too."""
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()
    token = kept(page)["token"]
    choose(page, item)

    page.get_by_role("dialog").get_by_role("button", name=WORDS["yes"]).click()

    expect(answered(page, base)).to_have_count(0)
    expect(said(page, QUESTION)).to_have_count(0)
    expect(page.get_by_text(WORDS["disclaimer"])).to_be_visible()
    expect(log(page).get_by_text(WORDS["deleted"])).to_have_count(1 if item == "delete" else 0)
    expect(page.get_by_role("heading", level=1)).to_be_focused()  # on a phone the field brings up the keyboard
    assert kept(page)["token"] is None
    assert on_the_server(page, token) == left
    ask(page, "hello")
    expect(answered(page, base, "bot.greeting")).to_be_visible()
    assert on_the_server(page, kept(page)["token"]) == ["hello"]


def test_conversation_that_cannot_be_deleted(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """When the server cannot delete a conversation, the page says so, and shows it again."""
    page = open_page(cut=True)
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()

    def refuse(route: Route) -> None:
        if route.request.method == "DELETE":
            route.fulfill(status=503, json={"error": "no"})
        else:
            route.continue_()

    page.route("**/webhooks/web/conversation", refuse)
    choose(page, "delete")

    page.get_by_role("dialog").get_by_role("button", name=WORDS["yes"]).click()

    expect(log(page).get_by_text(WORDS["not_deleted"])).to_be_visible()
    expect(answered(page, base)).to_be_visible()
    assert on_the_server(page, kept(page)["token"]) == [QUESTION]


def test_answer_under_way_stays_away(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """An answer that was still under way when the patient started over does not come into the new conversation."""
    held = hold(page, ask, QUESTION)
    waiting = log(page).get_by_text(WORDS["waiting"])
    expect(waiting).to_be_visible()
    choose(page, "start_over")
    page.get_by_role("dialog").get_by_role("button", name=WORDS["yes"]).click()
    expect(said(page, QUESTION)).to_have_count(0)

    held.open()

    expect(waiting).to_be_hidden()
    expect(answered(page, base)).to_have_count(0)


def test_message_under_way_is_deleted_too(open_page: Open, ask: Ask, base: KnowledgeBase) -> None:
    """A message that reaches the server after its conversation was deleted is not kept there, nor sent again."""
    page = open_page(cut=True)
    ask(page, "hello")
    expect(answered(page, base, "bot.greeting")).to_be_visible()
    token = kept(page)["token"]
    held = hold(page, ask, QUESTION)
    waiting = log(page).get_by_text(WORDS["waiting"])
    expect(waiting).to_be_visible()
    choose(page, "delete")
    page.get_by_role("dialog").get_by_role("button", name=WORDS["yes"]).click()
    expect(log(page).get_by_text(WORDS["deleted"])).to_be_visible()

    held.open()

    expect(waiting).to_be_hidden()
    assert on_the_server(page, token) == []
    assert kept(page)["token"] is None
    expect(said(page, QUESTION)).to_have_count(0)


@pytest.mark.parametrize("way", ["delete", "start_over"])
def test_message_before_its_session_is_not_sent(open_page: Open, ask: Ask, base: KnowledgeBase, way: str) -> None:
    """A message that still waits for its session when the conversation is deleted or begun anew is not sent."""
    page = open_page()
    posted: list[str] = []
    page.on("request", lambda one: posted.append(one.url) if one.url.endswith("/message") else None)
    held = hold(page, ask, QUESTION, SESSION)
    choose(page, way)
    page.get_by_role("dialog").get_by_role("button", name=WORDS["yes"]).click()
    expect(said(page, QUESTION)).to_have_count(0)

    with page.expect_event("requestfinished"):
        held.open()
    page.unroute(SESSION)
    ask(page, "hello")

    expect(answered(page, base, "bot.greeting")).to_be_visible()
    assert len(posted) == 1
    assert on_the_server(page, kept(page)["token"]) == ["hello"]


def test_save_as_text(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """The conversation can be saved as a text file, with who said what and where an answer comes from."""
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()

    with page.expect_download() as download:
        choose(page, "save")

    assert download.value.suggested_filename == WORDS["save_name"]
    text = Path(download.value.path()).read_text(encoding="utf-8")
    answer = base[ANSWER]
    assert text.startswith(f"{WORDS['you']} {QUESTION}\n\n{WORDS['bot']}\n{answer.title}\n{answer.texts[0]}")
    assert f"{base.notices.sources_line} {base.sources[base[ANSWER].sources[0].document].name}" in text


def test_times(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """The times of the messages are shown when the patient asks for them, and still after a reload."""
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()
    times = log(page).locator("time")
    expect(times).to_have_count(2)
    expect(times.first).to_be_hidden()

    choose(page, "show_times")

    for place in range(2):
        expect(times.nth(place)).to_be_visible()
    page.reload()
    expect(times).to_have_count(2)
    for place in range(2):
        expect(times.nth(place)).to_be_visible()


def test_browser_keeps_no_words(page: Page, ask: Ask, base: KnowledgeBase) -> None:
    """The browser keeps a key and how the chat looks while the page is open, and nothing that was said."""
    ask(page, QUESTION)
    expect(answered(page, base)).to_be_visible()
    choose(page, "show_times")

    expect(page.locator(".typing")).to_be_hidden()
    assert set(kept(page)) <= {"token", "size", "times", "open"}
    stored = page.evaluate("JSON.stringify(sessionStorage)").lower()
    assert "laminectomy" not in stored
    assert page.evaluate("localStorage.length") == 0
    assert page.evaluate("document.cookie") == ""
    assert page.context.cookies() == []
    assert page.evaluate("indexedDB.databases()") == []


# --- markup ---


def assert_is_text(page: Page) -> None:
    """Nothing in the chat has become an element that loads or runs something; the drawings are the chat's own."""
    elements = "img, script, iframe, object, embed, svg:not(.icon, .mark)"
    assert page.locator("stride-chat").locator(elements).count() == 0


def test_patients_markup_stays_text(page: Page, ask: Ask) -> None:
    """Markup that a patient types is shown as it was typed, also after a reload."""
    ask(page, f"{MARKUP} legs")
    expect(log(page).get_by_text(WORDS["bot"]).first).to_be_attached()
    expect(said(page, f"{MARKUP} legs")).to_be_visible()
    expect(log(page).get_by_text(WORDS["waiting"])).to_be_hidden()

    page.reload()

    expect(said(page, f"{MARKUP} legs")).to_be_visible()
    assert_is_text(page)


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        ("log", {"blocks": [{"text": MARKUP}]}),
        ("log", {"blocks": [{"text": "Some:"}, {"points": [MARKUP]}]}),
        ("log", {"sources": [{**SOURCE, "name": MARKUP}]}),
        ("log", {"sources": [{**SOURCE, "title": MARKUP}]}),
        ("log", {"sources": [{**SOURCE, "sections": [MARKUP]}]}),
        ("log", {"buttons": [{"title": MARKUP, "payload": "/x"}]}),
        ("log", {"links": [{"title": MARKUP, "url": "/visit/x"}]}),
        ("log", {"reminder": MARKUP}),
        ("alert", {"standing": [{"answer": ALARM, "banner": MARKUP, "calls": []}]}),
        ("alert", {"standing": [{"answer": ALARM, "banner": "Now.", "calls": [{"title": MARKUP, "number": MARKUP}]}]}),
    ],
    ids=["text", "point", "name", "title", "section", "button", "link", "reminder", "banner", "call"],
)
def test_markup_of_a_reply_stays_text(page: Page, ask: Ask, role: Any, parts: dict[str, Any]) -> None:
    """Markup in any part of a reply is shown as text."""
    serve(page, lines(reply(**parts)))

    ask(page, QUESTION)

    expect(page.get_by_role(role).filter(has_text=MARKUP)).to_be_visible()
    assert_is_text(page)


def test_markup_in_a_payload_is_sent_as_it_is(page: Page, ask: Ask) -> None:
    """What a button sends is never shown, whatever it is."""
    sent = serve(page, lines(reply(buttons=[{"title": "Tap here", "payload": MARKUP}])))
    ask(page, QUESTION)

    log(page).get_by_role("button", name="Tap here").click()

    expect(said(page, "Tap here")).to_be_visible()
    expect(log(page).get_by_role("button", name="Tap here")).to_have_count(2)
    assert sent == [QUESTION, MARKUP]
    assert_is_text(page)
    assert MARKUP not in page.get_by_role("main").inner_text()


@pytest.mark.parametrize("address", ["javascript:alert(1)", " JaVaScript:alert(1)", "data:text/html,x", "file:///etc"])
def test_address_that_is_no_page(page: Page, ask: Ask, address: str) -> None:
    """A link whose address is not one of the web's is shown as words, not as a link."""
    serve(page, lines(reply(links=[{"title": "Open me", "url": address}, {"title": "A page", "url": "/visit/x"}])))

    ask(page, QUESTION)

    expect(log(page).get_by_role("link", name="A page")).to_be_visible()
    expect(log(page).get_by_text("Open me")).to_be_visible()
    expect(log(page).get_by_role("link", name="Open me")).to_have_count(0)
