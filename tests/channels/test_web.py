"""The web chat's channel of the really running server, as pages, attackers and lost connections meet it."""

import asyncio
import datetime
import json
import os
import re
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from rasa.shared.core.events import UserUttered

from bot.channels.web import KEY_FILE
from bot.clinic import clinic as real_clinic
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.values import BULLET
from bot.reply.diary import diary
from bot.settings import settings
from bot.web.headers import API
from bot.web.sessions import Sessions

pytestmark = pytest.mark.rasa
QUESTION, ANSWER = "What is a laminectomy?", "surgery.laminectomy"
SIGN, ALARM = "I can't pee since this morning", "urgent.cauda_equina"
IN_TIME = 2.0  # seconds from sending a sign to its urgent message
PATIENCE = 60  # seconds for any answer at all


class Page:
    """One patient's page: its session, and what it sends."""

    def __init__(self, server: str, *, diary_of: str | None = None) -> None:
        self.base = f"{server}/webhooks/web"
        asked = None if diary_of is None else {"diary": diary_of}
        self.token = requests.post(f"{self.base}/session", json=asked, timeout=PATIENCE).json()["token"]
        self.name = jwt.decode(self.token, options={"verify_signature": False})["sub"]
        self.headers = {"Authorization": f"Bearer {self.token}"}

    def post(self, text: str, message_id: str | None = None, **headers: str) -> requests.Response:
        """Send a message; returns the answer as it came."""
        body = {"id": message_id or uuid.uuid4().hex, "text": text}
        return requests.post(f"{self.base}/message", json=body, headers={**self.headers, **headers}, timeout=PATIENCE)

    def ask(self, text: str, message_id: str | None = None) -> list[dict[str, Any]]:
        """Send a message; returns the replies."""
        return replies(self.post(text, message_id))

    def exchanges(self) -> list[dict[str, Any]]:
        """What the page would restore."""
        answer = requests.get(f"{self.base}/conversation", headers=self.headers, timeout=PATIENCE)
        assert answer.status_code == 200
        return answer.json()["exchanges"]

    def delete(self) -> requests.Response:
        """Delete the conversation."""
        return requests.delete(f"{self.base}/conversation", headers=self.headers, timeout=PATIENCE)


def replies(answer: requests.Response) -> list[dict[str, Any]]:
    """The replies of an answer, which ends as it should."""
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert answer.text.endswith("\n")
    *lines, last = [json.loads(line) for line in answer.text.splitlines()]
    assert last in ({"done": True, "diary": False}, {"done": True, "diary": True})
    assert all(list(line) == ["reply"] for line in lines)
    return [line["reply"] for line in lines]


def answers(given: list[dict[str, Any]]) -> list[str | None]:
    """The ids that were answered."""
    return [reply["answer"] for reply in given]


def told(given: list[dict[str, Any]]) -> str:
    """All words of some replies."""
    blocks = [block for reply in given for block in reply["blocks"]]
    return "\n".join(text for block in blocks for text in [block.get("text", ""), *block.get("points", [])])


@pytest.fixture
def page(server: str) -> Page:
    """A page with a session of its own."""
    return Page(server)


@pytest.fixture
def heard(agent: Any, loop: asyncio.AbstractEventLoop, page: Page) -> Any:
    """What reached Rasa of the page's conversation."""

    def heard() -> list[str]:
        found = asyncio.run_coroutine_threadsafe(agent.tracker_store.retrieve(page.name), loop).result(timeout=30)
        return [event.text for event in found.events if isinstance(event, UserUttered)] if found else []

    return heard


# --- sessions ---


def test_sessions_are_unguessable(server: str) -> None:
    """Every session has a conversation of its own, whose name cannot be guessed, for as many days as it is kept."""
    pages = [Page(server) for _ in range(10)]

    assert len({page.name for page in pages}) == 10
    assert all(re.fullmatch(r"web-[A-Za-z0-9_-]{32}", page.name) for page in pages)
    ends = jwt.decode(pages[0].token, options={"verify_signature": False})["exp"]
    assert ends - time.time() == pytest.approx(settings().session_days * 86400, abs=300)


def test_session_is_created(server: str) -> None:
    """Starting a session answers with its token, and nothing else."""
    answer = requests.post(f"{server}/webhooks/web/session", timeout=PATIENCE)

    assert answer.status_code == 201
    assert list(answer.json()) == ["token"]
    assert not answer.cookies


def signed(seconds: int) -> str:
    """A token that the server itself would have signed, and whose time ends in some seconds."""
    key = (Path(os.environ["STRIDE_VAR"]) / KEY_FILE).read_text()
    return Sessions(key, datetime.timedelta(seconds=seconds)).start()[1]


def forged(key: str | None, algorithm: str) -> str:
    """Somebody else's token."""
    return jwt.encode({"sub": "web-victim", "exp": 4_102_444_800}, key, algorithm)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        pytest.param(lambda own: forged("k" * 64, "HS256"), "no session", id="another key"),
        pytest.param(lambda own: forged(None, "none"), "no session", id="no algorithm"),
        pytest.param(lambda own: own[:-4] + "AAAA", "no session", id="another signature"),
        pytest.param(lambda own: own.rpartition(".")[0] + ".", "no session", id="no signature"),
        pytest.param(lambda own: own.split(".")[1], "no session", id="the name only"),
        pytest.param(lambda own: "", "no session", id="empty"),
        pytest.param(lambda own: None, "no session", id="nothing"),
        pytest.param(lambda own: signed(-5), "expired", id="expired"),
        pytest.param(
            lambda own: b"\xff\xfe",
            "no session",
            id="no text",
        ),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "message"), ("GET", "conversation"), ("DELETE", "conversation")])
def test_bad_token_is_refused(page: Page, method: str, path: str, token: Any, said: str) -> None:
    """Whoever has no good token of this server gets neither answer nor conversation; an expired one still deletes."""
    sent = token(page.token)
    value = b"Bearer " + (sent if isinstance(sent, bytes) else (sent or "").encode())
    headers = {} if sent is None else {"Authorization": value}

    answer = requests.request(
        method, f"{page.base}/{path}", headers=headers, json={"id": "message-1", "text": SIGN}, timeout=PATIENCE
    )

    if method == "DELETE" and "expired" in said:
        assert answer.status_code == 204
        return
    assert answer.status_code == 401
    assert said in answer.json()["error"]


def test_token_that_was_signed_here_is_good(page: Page) -> None:
    """The tests' own way to a token is the server's: one whose time is not over is taken."""
    page.headers = {"Authorization": f"Bearer {signed(60)}"}

    assert page.exchanges() == []


# --- messages ---


def test_answer_in_parts(page: Page, base: KnowledgeBase) -> None:
    """A question is answered in lines of JSON, in parts that hold the whole answer."""
    answer = page.post(QUESTION)

    assert answer.status_code == 200
    [reply] = replies(answer)
    known = base[ANSWER]
    assert reply["answer"] == ANSWER
    assert told([reply]).startswith(f"{known.title}\n{known.texts[0]}\n")
    assert [(one["title"], one["sections"]) for one in reply["sources"]] == [
        (base.sources[use.document].title, use.sections) for use in known.sources
    ]
    assert reply["buttons"][0] == {
        "title": base[known.follow_ups[0]].title,
        "payload": f"/{known.follow_ups[0]}",
    }
    assert (reply["urgent"], reply["alarm"], reply["standing"], reply["links"]) == (False, False, [], [])


def test_alarm_in_parts(page: Page, base: KnowledgeBase) -> None:
    """An alarm comes first, with what stays on the screen; it stands after the next answer, which has the reminder."""
    alarm = page.ask(SIGN)[0]
    after = page.ask(QUESTION)[-1]

    clinic = real_clinic()
    assert (alarm["answer"], alarm["urgent"], alarm["alarm"], alarm["reminder"]) == (ALARM, True, True, None)
    [standing] = alarm["standing"]
    assert standing["banner"] == clinic.fill(base.replies[ALARM].banner or "")
    assert clinic.emergency_number in [call["number"] for call in standing["calls"]]
    assert after["standing"] == [standing]
    assert after["reminder"] == clinic.fill(base.notices.reminders["cauda_equina"].whole)
    assert after["reminder"] not in told([after])


def test_offered_button_steers(page: Page) -> None:
    """A button that was just offered leads to its answer."""
    button = page.ask(QUESTION)[-1]["buttons"][0]

    assert answers(page.ask(button["payload"])) == [button["payload"].removeprefix("/")]


@pytest.mark.parametrize(
    "payload", ["/surgery.when", "/restart", "/urgent.stand_down", '/bot.greeting{"a": "b"}', "//"]
)
def test_other_payloads_do_not_steer(page: Page, heard: Any, base: KnowledgeBase, payload: str) -> None:
    """What the bot has not offered is no command, and does not reach Rasa."""
    given = page.ask(payload)

    assert answers(given) == [None]
    assert told(given) == base.notices.nothing_to_read
    assert heard() == []


def test_too_long(page: Page, base: KnowledgeBase) -> None:
    """A message that is too long is told so, but one with a sign at its end gets the alarm."""
    long = "My legs are heavy. " * 160

    assert told(page.ask(long)) == base.notices.too_long
    assert answers(page.ask(f"{long}{SIGN}"))[0] == ALARM


@pytest.mark.parametrize("text", ["", " ", "?", "😀", "\x00", "\ud83d", "\u200b"])
def test_no_words(page: Page, base: KnowledgeBase, text: str) -> None:
    """A message without words is asked for some, and can be restored like any other."""
    assert told(page.ask(text)) == base.notices.nothing_to_read
    assert len(page.exchanges()) == 1


GOOD = {"id": "message-1", "text": "hello"}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        pytest.param(b"", "object", id="empty"),
        pytest.param(b"not json", "json", id="no JSON"),
        pytest.param(b'{"id": "message-1", "text": "hell', "json", id="half of it"),
        pytest.param(b"\xff\xfe", "json", id="no text"),
        pytest.param(b"[" * 100_000, "json", id="deep"),
        pytest.param(b"[]", "object", id="list"),
        pytest.param(b"null", "object", id="null"),
        pytest.param(b'"hello"', "object", id="text"),
        pytest.param({"text": "hello"}, "id", id="no id"),
        pytest.param({**GOOD, "id": None}, "id", id="id null"),
        pytest.param({**GOOD, "id": 12345678}, "id", id="id number"),
        pytest.param({**GOOD, "id": ["message-1"]}, "id", id="id list"),
        pytest.param({**GOOD, "id": "message"}, "id", id="id short"),
        pytest.param({**GOOD, "id": "m" * 65}, "id", id="id long"),
        pytest.param({**GOOD, "id": "message-1\n"}, "id", id="id and line"),
        pytest.param({**GOOD, "id": "１２３４５６７８"}, "id", id="id in other digits"),
        pytest.param({**GOOD, "id": "../../etc"}, "id", id="id path"),
        pytest.param({"id": "message-1"}, "text", id="no text at all"),
        pytest.param({**GOOD, "text": None}, "text", id="text null"),
        pytest.param({**GOOD, "text": 5}, "text", id="text number"),
        pytest.param({**GOOD, "text": ["hello"]}, "text", id="text list"),
        pytest.param({**GOOD, "text": {"a": "b"}}, "text", id="text object"),
    ],
)
def test_malformed_message_is_refused(page: Page, body: Any, said: str) -> None:
    """A request that is no message is refused with what is wrong with it, and leaves nothing behind."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()

    answer = requests.post(f"{page.base}/message", data, headers=page.headers, timeout=PATIENCE)

    assert answer.status_code == 400
    assert said in answer.json()["error"]
    assert page.exchanges() == []


@pytest.mark.parametrize(
    "zone", ["America/Chicago", "Mars/Olympus", "../../etc/passwd", "", None, 7, ["UTC"], {"a": "b"}]
)
def test_any_time_zone_is_taken(page: Page, zone: Any) -> None:
    """A message is answered whatever it gives as its time zone: an unknown one is left out."""
    body = {**GOOD, "text": QUESTION, "time_zone": zone}

    answer = requests.post(f"{page.base}/message", json=body, headers=page.headers, timeout=PATIENCE)

    assert answer.status_code == 200
    assert page.exchanges()[0]["replies"]


# --- sent again, restored, deleted ---


def test_sent_again(page: Page, heard: Any) -> None:
    """A message that is sent again gets the same replies, and Rasa hears it once."""
    first, second = [page.ask(QUESTION, "message-1") for _ in range(2)]
    changed = page.ask("What is a brace?", "message-1")

    assert first == second == changed
    assert answers(first) == [ANSWER]
    assert heard() == [QUESTION]
    assert len(page.exchanges()) == 1


def test_sent_at_the_same_time(page: Page, heard: Any) -> None:
    """A message that several requests bring at the same time is answered once, to all of them."""
    with ThreadPoolExecutor(4) as threads:
        given = list(threads.map(lambda _: page.ask(QUESTION, "message-1"), range(4)))

    assert [answers(one) for one in given] == [[ANSWER]] * 4
    assert heard() == [QUESTION]


def test_lost_connection(page: Page, heard: Any) -> None:
    """A page that hangs up before the reply gets it when it sends the message again."""
    host, port = page.base.split("/")[2].split(":")
    body = json.dumps({"id": "message-1", "text": QUESTION})
    head = f"POST /webhooks/web/message HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {page.token}\r\n"
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())

    assert answers(page.ask(QUESTION, "message-1")) == [ANSWER]
    assert heard() == [QUESTION]


def test_restored(page: Page, server: str, base: KnowledgeBase) -> None:
    """A page that is loaded again gets what it showed: messages, buttons by their titles, times, and replies."""
    given = [page.ask(QUESTION, "message-1")]
    button = given[0][0]["buttons"][0]
    given.append(page.ask(button["payload"], "message-2"))

    kept = page.exchanges()

    assert [one["id"] for one in kept] == ["message-1", "message-2"]
    assert [one["said"] for one in kept] == [QUESTION, button["title"]]
    assert [one["replies"] for one in kept] == given
    assert all(datetime.datetime.fromisoformat(one["at"]).tzinfo for one in kept)
    assert Page(server).exchanges() == []


def test_deleted(page: Page, server: str, heard: Any) -> None:
    """A deleted conversation is gone from the page, from Rasa's store and from the file's bytes; others stay."""
    other = Page(server)
    other.ask("Tell me about marzipan and my legs")
    page.ask("Tell me about xylophones and my legs")
    kept = Path(os.environ["STRIDE_VAR"]) / "web.db"
    assert len(page.exchanges()) == 1  # which waits until they are kept
    assert b"xylophones" in kept.read_bytes()
    assert heard() == ["Tell me about xylophones and my legs"]

    answer = page.delete()

    assert (answer.status_code, answer.content) == (204, b"")
    assert heard() == []
    assert b"xylophones" not in kept.read_bytes()
    assert len(other.exchanges()) == 1


@pytest.mark.parametrize(("method", "path"), [("POST", "message"), ("GET", "conversation")])
def test_deleted_conversation_is_over(page: Page, method: str, path: str) -> None:
    """After its conversation was deleted, no late message is kept, nothing is shown, and it can be deleted again."""
    page.ask("?")
    page.delete()

    answer = request(page, method, path, json=GOOD)

    assert answer.status_code == 401
    assert "was deleted" in answer.json()["error"]
    assert request(page, "DELETE", "conversation").status_code == 204


def test_diary_goes_on_in_a_later_conversation(page: Page, server: str) -> None:
    """Whoever agreed to a diary uses it in the next conversation too; each answer tells the page that there is one."""
    before = page.post("I walked 8 minutes today")
    page.ask("Yes, keep it")
    after = page.post("thank you")
    later = Page(server, diary_of=page.token)

    assert [json.loads(one.text.splitlines()[-1])["diary"] for one in (before, after)] == [False, True]
    assert "8 minutes" in told(later.ask("show my diary"))
    later.ask("delete my diary")
    later.ask("Yes, delete it")
    assert not diary().agreed(page.name)


@pytest.mark.parametrize("token", ["nonsense", "", "a.b.c"])
def test_foreign_diary_is_not_taken(server: str, token: str) -> None:
    """A token that this server has not signed opens no diary, and the session starts all the same."""
    assert "no entries yet" in told(Page(server, diary_of=token).ask("show my diary"))


def test_papers_and_diary_are_deleted(page: Page, server: str) -> None:
    """The diary's page opens from the reply's link, and neither diary nor page is there after the deletion."""
    page.ask("I walked 8 minutes today")
    page.ask("Yes, keep it")
    link = page.ask("show my diary")[-1]["links"][0]["url"]
    address = f"{server}/visit/{link.rsplit('/', 1)[1]}"
    assert requests.get(address, timeout=PATIENCE).status_code == 200

    assert page.delete().status_code == 204

    assert requests.get(address, timeout=PATIENCE).status_code == 404
    assert not diary().agreed(page.name)


def test_visit_summary_has_a_link(page: Page, server: str) -> None:
    """The summary for the visit comes with the link to its page, and the page holds the patient's own words."""
    given = page.ask("Help me get ready for my visit")
    for text in ("About the same", "Yes, it settles", "No", "ibuprofen", "Can I go swimming?"):
        given = page.ask(text)

    [link] = given[-1]["links"]
    paper = requests.get(f"{server}/visit/{link['url'].rsplit('/', 1)[1]}", timeout=PATIENCE)
    assert paper.status_code == 200
    assert "Can I go swimming?" in paper.text
    assert "Can I go swimming?" in told(given)


# --- too much ---


@pytest.fixture
def fast(page: Page) -> Page:
    """A page that has sent all that it may send in a minute, with what does not reach Rasa."""
    for _ in range(settings().messages_per_minute):
        assert page.post("?").status_code == 200
    return page


def test_too_fast(fast: Page, server: str, heard: Any, base: KnowledgeBase) -> None:
    """A patient who is too fast is told so, with when to go on; nothing reaches Rasa, and others are not held up."""
    answer = fast.post(QUESTION)

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert told(replies(answer)).split() == real_clinic().fill(base.notices.too_fast).replace(BULLET, "").split()
    assert heard() == []
    assert len(fast.exchanges()) == settings().messages_per_minute
    assert answers(Page(server).ask(QUESTION)) == [ANSWER]


def test_sign_that_is_too_fast(fast: Page) -> None:
    """A sign gets the alarm however much was sent before it."""
    answer = fast.post(SIGN)

    assert answer.status_code == 429
    assert answers(replies(answer))[0] == ALARM


def test_long_message_holds_up_nobody(page: Page, server: str) -> None:
    """While very long messages are looked through, another patient's sign gets the alarm within two seconds."""
    other = Page(server)
    other.ask("?")
    long = "My legs hurt when I walk. " * 700
    sending = threading.Thread(target=lambda: [page.post(long) for _ in range(10)])
    sending.start()

    slowest = 0.0
    while sending.is_alive():
        start = time.monotonic()
        assert answers(other.ask(SIGN))[0] == ALARM
        slowest = max(slowest, time.monotonic() - start)

    assert slowest < IN_TIME


# --- headers ---


def request(page: Page, method: str, path: str, **options: Any) -> requests.Response:
    """Send a request of the page's, with its token."""
    headers = {**page.headers, **options.pop("headers", {})}
    return requests.request(method, f"{page.base}/{path}", headers=headers, timeout=PATIENCE, **options)


@pytest.fixture
def disk_broken() -> Iterator[None]:
    """For a moment, a folder stands where the transcripts' file was."""
    path = Path(os.environ["STRIDE_VAR"]) / "web.db"
    away = path.with_suffix(".away")
    path.touch()
    path.rename(away)
    path.mkdir()
    yield
    path.rmdir()
    away.rename(path)


CASES: list[Any] = [
    pytest.param("POST", "session", {}, 201, id="session"),
    pytest.param("POST", "message", {"json": GOOD}, 200, id="replies"),
    pytest.param("GET", "conversation", {}, 200, id="restored"),
    pytest.param("DELETE", "conversation", {}, 204, id="deleted"),
    pytest.param("POST", "message", {"json": []}, 400, id="malformed"),
    pytest.param("POST", "message", {"headers": {"Authorization": "Bearer x"}}, 401, id="no session"),
    pytest.param("GET", "conversation", {"headers": {"Authorization": "Bearer x"}}, 401, id="nothing to restore"),
    pytest.param("POST", "message", {"data": b"x" * 1_100_000}, 413, id="too large"),
    pytest.param("GET", "no-such", {}, 404, id="no such address"),
    pytest.param("GET", "message", {}, 405, id="no such method"),
]


@pytest.mark.parametrize(("method", "path", "options", "status"), CASES)
def test_headers_of_every_answer(page: Page, method: str, path: str, options: dict[str, Any], status: int) -> None:
    """No answer is kept by a browser or a proxy, framed, or taken for another type, errors included."""
    answer = request(page, method, path, **options)

    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in API} == API
    if status >= 400:
        assert answer.json()["error"]


def test_headers_of_what_was_too_fast(fast: Page) -> None:
    """The headers are there when the patient was too fast."""
    answer = fast.post("?")

    assert answer.status_code == 429
    assert {name: answer.headers.get(name) for name in API} == API


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_headers_of_a_broken_disk(page: Page, disk_broken: None, method: str) -> None:
    """A disk that does not work is told as an error in JSON, with the headers, and without where the disk is."""
    answer = request(page, method, "conversation")

    assert answer.status_code in (500, 503)
    assert {name: answer.headers.get(name) for name in API} == API
    assert answer.json()["error"]
    assert os.environ["STRIDE_VAR"] not in answer.text


# --- other websites ---


def foreign(origin: str) -> list[str]:
    """Origins that are not the configured one, some nearly."""
    host, port = origin.rsplit(":", 1)
    return [
        "https://evil.example",
        "null",
        f"{host}:{int(port) % 65535 + 1}",
        host,
        f"{origin}.evil.example",
        f"{origin}0",
        f"{origin}/",
        origin.replace("http:", "https:"),
        origin.replace("127.0.0.1", "127x0.0.1"),
        f"http://evil.example/{origin}",
        f"{origin}, https://evil.example",
        f"{origin}@evil.example",
    ]


PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.mark.parametrize("path", ["session", "message", "conversation"])
def test_preflight(page: Page, path: str) -> None:
    """A browser that asks for the configured website is allowed what the page needs, without cookies."""
    origin = os.environ["STRIDE_ORIGINS"]

    answer = request(page, "OPTIONS", path, headers={**PREFLIGHT, "Origin": origin})

    assert answer.ok
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert {"authorization", "content-type"} <= set(
        re.split(", ?", answer.headers["Access-Control-Allow-Headers"].lower())
    )
    assert {"GET", "POST", "DELETE"} <= set(re.split(", ?", answer.headers["Access-Control-Allow-Methods"]))
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["Content-Type"] == "text/plain"


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    CASES[:8],
)
def test_configured_website_may_read(page: Page, method: str, path: str, options: dict[str, Any], status: int) -> None:
    """The configured website may read every answer, errors too: else the chat there could not tell what is wrong."""
    origin = os.environ["STRIDE_ORIGINS"]
    headers = {**options.get("headers", {}), "Origin": origin}

    answer = request(page, method, path, **{**options, "headers": headers})

    assert answer.status_code == status
    assert answer.headers.get("Access-Control-Allow-Origin") == origin


def test_configured_website_may_read_how_long_to_wait(fast: Page) -> None:
    """The configured website may read the reply of who is too fast, and when to go on."""
    answer = fast.post("?", Origin=os.environ["STRIDE_ORIGINS"])

    assert answer.status_code == 429
    assert answer.headers["Access-Control-Allow-Origin"] == os.environ["STRIDE_ORIGINS"]


@pytest.mark.parametrize("place", range(len(foreign("http://127.0.0.1:1"))))
def test_other_websites_may_not(page: Page, place: int) -> None:
    """Any other website, however near its name is, may neither ask nor read."""
    origin = foreign(os.environ["STRIDE_ORIGINS"])[place]

    asked = request(page, "OPTIONS", "message", headers={**PREFLIGHT, "Origin": origin})
    answered = request(page, "GET", "conversation", headers={"Origin": origin})

    for answer in (asked, answered):
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("path", ["/webhooks/rest/webhook", "/visit/x", "/"])
def test_websites_get_the_chat_only(server: str, path: str) -> None:
    """The configured website may not read what is no part of the chat."""
    answer = requests.options(
        f"{server}{path}", headers={**PREFLIGHT, "Origin": os.environ["STRIDE_ORIGINS"]}, timeout=9
    )

    assert "Access-Control-Allow-Origin" not in answer.headers
