"""The really running server and requests that are not by the book: each is refused, and the server lives."""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from bare_server import ARRIVAL, PER_ADDRESS, UNREAD, Bare, answers, serving
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.web.connections import PER_HOUSEHOLD
from bot.web.limits import FLOOD

pytestmark = pytest.mark.rasa
HOST = b"Host: localhost\r\n"
POST = b"POST /webhooks/web/session HTTP/1.1\r\n" + HOST
GET = b"GET /icon.svg HTTP/1.1\r\n" + HOST
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
SECRET = "a-paper-s-secret-address"


def exchanged(server: Bare, request: bytes, seconds: float = 10.0) -> bytes:
    """Send bytes; returns what comes back until the connection ends, or for so many seconds."""
    came = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=seconds) as connection, suppress(OSError):
        connection.sendall(request)
        while part := connection.recv(65_536):
            came += part
    return came


def statuses(came: bytes) -> list[int]:
    """The statuses of the answers in what came back."""
    return [int(part[:3]) for part in came.split(b"HTTP/1.1 ")[1:]]


def length(value: bytes) -> bytes:
    """A request with some Content-Length and a body."""
    return POST + b"Content-Length:" + value + b"\r\n\r\nab"


def coded(value: bytes) -> bytes:
    """A request with some Transfer-Encoding and a body."""
    return POST + b"Transfer-Encoding:" + value + b"\r\n\r\n2\r\nab\r\n0\r\n\r\n"


def field(line: bytes) -> bytes:
    """A request with some header line."""
    return GET + line + b"\r\n\r\n"


def target(address: bytes) -> bytes:
    """A request for some address."""
    return b"GET " + address + b" HTTP/1.1\r\n" + HOST + b"\r\n"


BAD = {
    **{f"length {value!r}": length(value) for value in (
        b"-1", b" -1", b" +2", b" 0x2", b" 2_0", b" 2.0", b" 2,2", b" 2 2", b"", b" two", b" 1e1", b" \xb2",
        b" " + b"9" * 400, b" \xc2\xa02", b" \x0b2", b" 2\x00",
    )},
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nab",
    "one length twice": POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\nab",
    **{f"field {line!r}": field(line) for line in (
        b"X : a", b"X\t: a", b" X: a", b"X: a\r\n b", b"X", b": a", b"X: a\x00b", b"X: a\rb", b"X\x00: a", b"X(: a",
        b"X: \x7f", b"\xc3\xa4: a", b"X: a\nY: b", b"Content-Length : 2", b"Transfer-Encoding\x0b: chunked", b"",
        b"Host: other", b"Host : localhost",
    ) if line},
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "host that is none": b"GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n",
    **{f"address {address!r}": target(address) for address in (
        b"/\xff", b"/\xc3\xa4", b"/a b", b"/%zz", b"/%2", b"/a#b", b"/\x00", b"icon.svg", b"localhost:80", b"http://",
        b"http:///x", b"https://u@h:99999/", b"ftp://localhost/", b"", b"\\",
    )},
    "no address": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "tunnel": b"CONNECT localhost:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "method that is none": b"GE(T / HTTP/1.1\r\n" + HOST + b"\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "other versions": b"GET / HTTP/1.10\r\n" + HOST + b"\r\n",
    "lower-case version": b"GET / http/1.1\r\n" + HOST + b"\r\n",
    "lines that end in a line feed": b"GET / HTTP/1.1\nHost: localhost\n\n",
    "lines that end in a carriage return": b"GET / HTTP/1.1\rHost: localhost\r\r\n\r\n",
    "encrypted": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}  # fmt: skip

CODED = {
    **{f"coding {value!r}": coded(value) for value in (
        b" chunked", b" Chunked", b" gzip, chunked", b" chunked, chunked", b" identity", b"", b" chunked\t",
        b" xchunked", b" chunked;q=1",
    )},
    "unwanted chunks": GET + b"Transfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n",
    "chunks at no address": b"POST /no HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n",
    "length and coding": POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding and length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
    "two codings": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding in HTTP/1.0": CHUNKED.replace(b"HTTP/1.1", b"HTTP/1.0") + b"0\r\n\r\n",
    "asked for": POST + b"Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n",
}  # fmt: skip


@pytest.mark.parametrize("request_", CODED.values(), ids=CODED.keys())
def test_body_without_a_length_is_refused(bare: Bare, request_: bytes) -> None:
    """A body in chunks or another coding gets 411, and nothing of it is looked at; others are answered at once."""
    came = exchanged(bare, request_ + GET + b"\r\n")

    assert statuses(came) == [411]
    assert answers(bare)


def test_tiny_chunks_take_the_time_of_nobody(bare: Bare) -> None:
    """A client that sends bodies in chunks of one byte as fast as it can keeps nobody from being answered."""
    slowest = 0.0
    request = CHUNKED + b"1\r\na\r\n" * 200_000
    sending = [threading.Thread(target=exchanged, args=(bare, request, 3.0)) for _ in range(8)]
    for one in sending:
        one.start()
    while any(one.is_alive() for one in sending):
        start = time.monotonic()
        assert answers(bare)
        slowest = max(slowest, time.monotonic() - start)
        time.sleep(0.1)

    assert slowest < 1.0


@pytest.mark.parametrize("request_", BAD.values(), ids=BAD.keys())
def test_bad_request_is_refused(bare: Bare, request_: bytes) -> None:
    """A request that is not by the book gets 400, and nothing after it is looked at; others are answered at once."""
    came = exchanged(bare, request_ + GET + b"\r\n")

    assert statuses(came) == [400]
    assert answers(bare)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        pytest.param(GET + b"\r\n", 200, id="plain"),
        pytest.param(POST + b"Content-Length: 2\r\n\r\n{}", 201, id="length"),
        pytest.param(POST + b"content-length:0\r\n\r\n", 201, id="no body"),
        pytest.param(GET + b"Content-Length: 3\r\n\r\nabc", 200, id="unwanted body"),
        pytest.param(target(b"http://localhost/icon.svg"), 200, id="whole address"),
        pytest.param(target(b"/icon.svg?a=%C3%A4|b"), 200, id="query"),
        pytest.param(GET + b"X:\r\nY: \t a \xc3\xa4 b\t \r\n\r\n", 200, id="odd values"),
        pytest.param(GET + b"a:b\r\n" * 1000 + b"\r\n", 200, id="many headers"),
        pytest.param(GET + b"Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n", 200, id="no websocket"),
        pytest.param(b"GET /icon.svg HTTP/1.0\r\n\r\n", 200, id="HTTP/1.0"),
        pytest.param(target(b"/visit/%ff"), 404, id="no text in the address"),
        pytest.param(b"get /icon.svg HTTP/1.1\r\n" + HOST + b"\r\n", 405, id="lower-case method"),
        pytest.param(GET + b"X: " + b"x" * 20_000 + b"\r\n\r\n", 413, id="long header"),
        pytest.param(b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 413, id="long address"),
        pytest.param(POST + b"Content-Length: 99999999999\r\n\r\n", 413, id="large body"),
    ],
)
def test_good_request_is_answered(bare: Bare, request_: bytes, expected: int) -> None:
    """A request that is by the book, however odd, is answered as it should be."""
    assert statuses(exchanged(bare, request_, 0.5)) == [expected]


def test_requests_in_a_row(bare: Bare) -> None:
    """Requests that are sent without waiting are answered one after the other, also after a body."""
    came = exchanged(bare, GET + b"\r\n" + POST + b"Content-Length: 2\r\n\r\n{}" + GET + b"\r\n", 0.5)

    assert statuses(came) == [200, 201, 200]


def test_body_is_asked_for(bare: Bare) -> None:
    """A client that waits to be told to send its body is told."""
    request = POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"

    assert statuses(exchanged(bare, request, 0.5)) == [100]


def half_closed(server: Bare, request: bytes) -> tuple[bytes, float]:
    """Send bytes and say that no more come; returns what comes back until the end, and the seconds until then."""
    start, came = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        while part := connection.recv(65_536):
            came += part
    return came, time.monotonic() - start


@pytest.mark.timed
def test_sign_of_who_sends_no_more_is_heard(bare: Bare) -> None:
    """A client that sends a sign and says that it sends no more gets the urgent message, and then the end."""
    token = requests.post(f"{bare.url}/webhooks/web/session", timeout=5).json()["token"]
    body = b'{"id": "half-closed-1", "text": "I can\'t pee since this morning"}'
    head = f"POST /webhooks/web/message HTTP/1.1\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n"

    came, seconds = half_closed(bare, head.encode() + HOST + b"\r\n" + body)

    assert b"urgent.cauda_equina" in came
    assert b'"done": true' in came
    assert seconds < 4.0


@pytest.mark.timed
@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (b"", []),
        (GET + b"\r\n", [200]),
        ((GET + b"\r\n") * 3, [200] * 3),
        (GET, [400]),
        (POST + b"Content-Length: 20\r\n\r\n{", [400]),
    ],
)
def test_who_sends_no_more_is_answered_at_once(bare: Bare, request_: bytes, expected: list[int]) -> None:
    """All requests before a client's end are answered, half a request is refused, and nobody waits for more."""
    came, seconds = half_closed(bare, request_)

    assert statuses(came) == expected
    assert seconds < ARRIVAL


def test_unreadable_requests_count_to_nobody_behind_a_proxy(free_port: Callable[[], int], tmp_path: Path) -> None:
    """However many requests cannot be read, who asks from the proxy's own address is answered."""
    least = 10
    with serving(free_port(), tmp_path, PROXIES="1", MESSAGES_PER_ADDRESS=str(least)) as server:
        got = [statuses(exchanged(server, GET + b"X : y\r\n\r\n")) for _ in range(least * FLOOD + 1)]
        status = requests.get(f"{server.url}/icon.svg", timeout=5).status_code

    assert got == [[400]] * (least * FLOOD) + [[429]]
    assert status == 200


@pytest.mark.parametrize("path", ["/webhooks/web/session", "/widget.js", "/no-such"])
def test_asking_beforehand_is_limited(bare: Bare, path: str) -> None:
    """A flood of what browsers ask before they ask (CORS) is refused as any other, before CORS answers it."""
    with requests.Session() as flooding:
        flooding.headers["X-Forwarded-For"] = f"198.18.0.{len(path)}"
        got = [flooding.options(f"{bare.url}{path}", timeout=10) for _ in range(PER_ADDRESS * FLOOD + 1)]

    assert 429 not in {answer.status_code for answer in got[:-1]}
    assert got[-1].status_code == 429


def held(server: Bare, number: int, address: str = "127.0.0.1") -> list[socket.socket]:
    """So many connections of an address of this machine, which send nothing."""
    return [
        socket.create_connection(("127.0.0.1", server.port), timeout=5, source_address=(address, 0))
        for _ in range(number)
    ]


def ended(connection: socket.socket) -> bool:
    """Whether the server has closed a connection without a word."""
    connection.settimeout(2)
    try:
        return connection.recv(1) == b""
    except TimeoutError:
        return False
    except OSError:
        return True


def test_alarm_is_kept_however_many_come(own: Bare) -> None:
    """When households together take all connections there may be, files are left to answer and keep an alarm."""
    body = b'{"sender": "full-house", "message": "I can\'t pee since this morning"}'
    head = b"POST /webhooks/rest/webhook HTTP/1.1\r\nContent-Type: application/json\r\nConnection: close\r\n"
    record, came = own.var / "alarms.jsonl", b""
    before = record.stat().st_size if record.exists() else 0
    with socket.create_connection(("127.0.0.1", own.port), timeout=5) as patient:
        crowd = [one for host in range(2, 5) for one in held(own, PER_HOUSEHOLD, f"127.0.0.{host}")]
        closed = sum(ended(one) for one in crowd[-20:])
        patient.sendall(head + HOST + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        while part := patient.recv(65_536):
            came += part
    for one in crowd:
        one.close()

    assert closed == 20
    assert b"urgent.cauda_equina" in came
    kept = time.monotonic() + 10  # the reply does not wait for the disk
    while record.stat().st_size == before and time.monotonic() < kept:
        time.sleep(0.05)
    assert record.stat().st_size > before


def test_one_household_leaves_room_for_others(own: Bare) -> None:
    """Beyond some connections of one address, more are closed at once; when those end, the address gets in again."""
    connections = held(own, PER_HOUSEHOLD + 20)
    closed = [ended(connection) for connection in connections[-20:]]
    for connection in connections:
        connection.close()

    assert closed == [True] * 20
    deadline = time.monotonic() + 5
    while not answers(own) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert answers(own)


SLOW = {
    "line": (b"", b"GET /icon.svg HTTP"),
    "header": (GET + b"X: ", b"x"),
    "body": (POST + b"Content-Length: 1000\r\n\r\n", b"x"),
    "unwanted body": (GET + b"Content-Length: 1000\r\n\r\n", b"x"),
    "nothing": (POST + b"Content-Length: 1000\r\n\r\n", b""),
    "websocket": (GET + b"Upgrade: websocket\r\nContent-Length: 1000\r\n\r\n", b"x"),
}


@pytest.mark.parametrize(("begin", "drop"), SLOW.values(), ids=SLOW.keys())
def test_request_must_arrive_in_time(bare: Bare, begin: bytes, drop: bytes) -> None:
    """A request that comes byte by byte ends some seconds after its first byte, however steadily the bytes come."""
    start, came = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", bare.port), timeout=0.2) as connection:
        connection.sendall(begin)
        while time.monotonic() - start < ARRIVAL + 3 and b"\r\n\r\n" not in came:
            for place in range(len(drop)):
                connection.sendall(drop[place : place + 1])
            with suppress(TimeoutError, socket.timeout):
                came += connection.recv(65_536)

    assert statuses(came) == [408]
    assert time.monotonic() - start < ARRIVAL + 2


def test_answers_must_be_read(bare: Bare) -> None:
    """A client that asks and asks, and reads nothing, is cut off; others are answered meanwhile."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", bare.port))
        connection.settimeout(0.2)
        ask = GET.replace(b"icon.svg", b"widget.js") + b"X-Forwarded-For: 192.0.2.8\r\n\r\n"
        start, cut, alive = time.monotonic(), False, True
        while not cut and time.monotonic() - start < UNREAD + 10:
            try:
                connection.sendall(ask)
            except TimeoutError:
                alive = alive and answers(bare)
            except OSError:
                cut = True

    assert cut
    assert alive


def test_connections_that_send_nothing_hold_up_nobody(bare: Bare) -> None:
    """Two hundred clients that only connect, or stop in the middle of a request, keep nobody from being answered."""
    connections = [socket.create_connection(("127.0.0.1", bare.port)) for _ in range(200)]
    for connection in connections[::2]:
        connection.sendall(POST)

    assert answers(bare)
    for connection in connections:
        connection.close()


def test_crowd_of_requests_lets_others_in(bare: Bare) -> None:
    """While one connection sends requests as fast as it can, another is answered in time."""
    slowest = 0.0
    sending = threading.Thread(target=exchanged, args=(bare, (GET + b"X-Forwarded-For: 192.0.2.9\r\n\r\n") * 5000, 2.0))
    sending.start()
    while sending.is_alive():
        start = time.monotonic()
        assert answers(bare)
        slowest = max(slowest, time.monotonic() - start)
        time.sleep(0.1)

    assert slowest < 1.0


PIECES = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b":",
    b" ",
    b"\t",
    b"-",
    b"\xff",
    b"0",
    b"Content-Length: ",
    b"chunked",
    b",",
    b";",
]
WHOLE = [
    length(b" 2"),
    field(b"X: a"),
    POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
]


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@example(WHOLE[0], [(len(length(b" 2")) - 7, 0, b"-")])
@given(
    st.sampled_from(WHOLE),
    st.lists(
        st.tuples(st.integers(0, 150), st.integers(0, 4), st.sampled_from(PIECES) | st.binary(max_size=3)), max_size=3
    ),
)
def test_whatever_is_sent_the_server_lives(bare: Bare, request_: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    """However a request is garbled, no answer is the server's own error, and the next request is answered at once."""
    for place, dropped, piece in changes:
        request_ = request_[:place] + piece + request_[place + dropped :]

    came = exchanged(bare, request_, 0.1)

    assert not [status for status in statuses(came) if status >= 500]
    assert answers(bare)


@pytest.mark.parametrize(
    ("method", "path", "status", "headers"),
    [
        ("GET", "/no-such", 404, {}),
        ("PUT", "/visit/x", 405, {"Allow": "GET"}),
        ("DELETE", "/webhooks/web/session", 405, {"Allow": "POST"}),
        ("GET", "/webhooks/web/conversation", 401, {}),
    ],
)
def test_errors_are_json(bare: Bare, method: str, path: str, status: int, headers: dict[str, str]) -> None:
    """What is not there, or may not be done, is told in JSON, with what may be done."""
    answer = requests.request(method, f"{bare.url}{path}", timeout=5)

    assert answer.status_code == status
    assert answer.json()["error"]
    assert {name: answer.headers.get(name) for name in headers} == headers


def test_log_says_little_and_no_address(bare: Bare) -> None:
    """Of many bad requests the log tells in a few lines what was wrong, and never their address."""
    before = len(bare.log.read_text())
    for line in (b"Content-Length: -1", b"Transfer-Encoding: x", b"X : y", b"Content-Length: 3"):
        for _ in range(6):
            exchanged(bare, b"GET /visit/" + SECRET.encode() + b" HTTP/1.1\r\n" + HOST + line + b"\r\n\r\nabc", 0.05)

    log = bare.log.read_text()
    assert "A request was refused: " in log
    assert SECRET not in log
    assert "Traceback" not in log
    assert log[before:].count("\n") <= 20
