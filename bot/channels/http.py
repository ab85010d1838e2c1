"""HTTP by the book, and in time.

Sanic 21.12 takes much that is not by the book. Some of it lets one patient's request end up in another's behind a
proxy, and a negative length stops the whole server for good, so only what is plainly right reaches Sanic's own reading.
"""

import asyncio
import re
from time import monotonic
from typing import NoReturn

from httptools import HttpParserInvalidURLError, parse_url
from sanic.exceptions import InvalidUsage, PayloadTooLarge, RequestTimeout, SanicException
from sanic.http import HTTP_CONTINUE, Http, Stage
from sanic.server import HttpProtocol

ARRIVAL = 10.0  # seconds from a request's first byte to its last, however steadily they come
UNREAD = 30.0  # seconds that an answer waits for a client that reads nothing
CHUNK_LINE = 10  # bytes: the longest size of a chunk, with the line break before it

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
REQUEST_LINE = re.compile(rb"%b ((?:/|https?://)(?:[!\"$&-~]|%%[0-9A-Fa-f]{2})*) HTTP/1\.([01])" % TOKEN)
FIELD = re.compile(rb"(%b):[ \t]*([\t -~\x80-\xff]*)" % TOKEN)
HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]*)(:[0-9]{0,5})?")
LENGTH = re.compile(rb"[0-9]{1,15}")
CHUNK = re.compile(rb"\r\n[0-9A-Fa-f]{1,8}")
LONE_LINE_FEED = re.compile(rb"(?<!\r)\n")


class BadRequest(InvalidUsage):
    """A request that is not by the book; the message says in what, and holds nothing of the request."""


def check(head: bytes) -> None:
    """Refuse a request whose head is not exactly by the book (RFC 9110, RFC 9112).

    Args:
        head: The request line and the header fields, without the empty line that ends them.

    Raises:
        BadRequest: It is not.
    """
    first, *lines = head.split(b"\r\n")
    line = REQUEST_LINE.fullmatch(first)
    if not line or not _path(line[1]):
        raise BadRequest("the request line is not valid HTTP")
    fields = [FIELD.fullmatch(one) for one in lines]
    if not all(fields):
        raise BadRequest("a header is not valid HTTP")
    named = [(field[1].lower(), field[2]) for field in fields if field]
    hosts, lengths, codings = (
        [value for name, value in named if name == wanted]
        for wanted in (b"host", b"content-length", b"transfer-encoding")
    )
    newest = line[2] == b"1"
    if len(hosts) > 1 or len(hosts) < newest or not all(map(HOST.fullmatch, hosts)):
        raise BadRequest("there must be one Host, a name or an address")
    if len(lengths) > 1 or not all(map(LENGTH.fullmatch, lengths)):
        raise BadRequest("Content-Length must stand there once, in digits")
    if codings and (codings != [b"chunked"] or lengths or not newest):
        raise BadRequest("Transfer-Encoding must be chunked, without Content-Length")


class StrictHttp(Http):
    """A connection's requests, each checked before Sanic reads it."""

    expecting_continue: bool

    def __init__(self, protocol: HttpProtocol) -> None:
        """Read the requests of a connection."""
        super().__init__(protocol)
        self._receive_more = self._receive_in_time

    async def http1_request_header(self) -> None:
        """Receive a request, its body too: nobody looks at one of which the rest may be wrong."""
        await asyncio.sleep(0)  # requests sent all at once must let others come in between
        self.protocol.conn_info.ctx.until = monotonic() + ARRIVAL
        check(await self._head())
        await super().http1_request_header()
        self.upgrade_websocket = False  # there is none here, and Sanic would stop looking at the time
        self.request.conn_info = self.protocol.conn_info
        await self.request.receive_body()

    async def read(self) -> bytes | None:
        """Receive some of a request's body."""
        if self.request_body == "chunked" and not self.request_bytes_left:
            if self.expecting_continue:
                self.expecting_continue = False
                await self._send(HTTP_CONTINUE)
            await self._check_chunk()
        return await super().read()

    def create_empty_request(self) -> None:
        """Stand in for a request that could not be read, so that its refusal counts to its address."""
        super().create_empty_request()
        self.request.conn_info = self.protocol.conn_info

    async def _head(self) -> bytes:
        buffer = self.recv_buffer
        while (end := buffer.find(b"\r\n\r\n")) < 0 and len(buffer) < self.HEADER_MAX_SIZE:
            if LONE_LINE_FEED.search(buffer):
                raise BadRequest("a line does not end as HTTP's do")
            await self._receive_more()
        if not 0 <= end < self.HEADER_MAX_SIZE:
            raise PayloadTooLarge("the request's head is too long")
        return bytes(buffer[:end])

    async def _check_chunk(self) -> None:
        """Wait for the line that tells a chunk's size, and refuse what Sanic would take for one."""
        buffer = self.recv_buffer
        while (end := buffer.find(b"\r\n", 2)) < 0:
            if len(buffer) > CHUNK_LINE + 1:
                self._refuse_body(BadRequest("a chunk's size is not valid HTTP"))
            await self._receive_more()
        line = bytes(buffer[:end])
        if not CHUNK.fullmatch(line):
            self._refuse_body(BadRequest("a chunk's size is not valid HTTP"))
        if int(line, 16) == 0:
            while len(buffer) < end + 4:
                await self._receive_more()
            if buffer[end : end + 4] != b"\r\n\r\n":
                self._refuse_body(BadRequest("nothing may follow the last chunk"))

    async def _receive_in_time(self) -> None:
        if self.stage is Stage.IDLE:  # between requests, Sanic's own time counts
            await self.protocol.receive_more()
            return
        # As receive_more does, but what comes before wait_for's own task has begun must count as well.
        received = self.protocol._data_received
        self.protocol.transport.resume_reading()
        received.clear()
        try:
            await asyncio.wait_for(received.wait(), self.protocol.conn_info.ctx.until - monotonic())
        except asyncio.TimeoutError:
            self._refuse_body(RequestTimeout("the request took too long to arrive"))

    def _refuse_body(self, error: SanicException) -> NoReturn:
        """Read no more of this connection: where the next request would begin, nobody knows."""
        self.keep_alive = False
        self.request_body = None
        raise error


class StrictProtocol(HttpProtocol):
    """A connection whose requests are checked, and whose client must read what it asked for."""

    def _setup_connection(self) -> None:
        super()._setup_connection()
        self._http = StrictHttp(self)

    async def send(self, data: bytes) -> None:
        """Send some of an answer; a client that has not read what was sent before, in UNREAD seconds, is cut off."""
        if not self._can_write.is_set():
            try:
                await asyncio.wait_for(self._can_write.wait(), UNREAD)
            except asyncio.TimeoutError:
                self.abort()
        if self.transport is None:
            raise asyncio.CancelledError
        await super().send(data)


def _path(target: bytes) -> bytes | None:
    """Return an address's path, or None when there is none."""
    try:
        path: bytes | None = parse_url(target).path
    except HttpParserInvalidURLError:
        return None
    return path
