"""Strict HTTP with time limits.

Sanic 21.12 accepts much invalid HTTP. Some of it mixes one patient's request into another's behind a proxy, and a
negative length stops the whole server for good. So only plainly valid requests reach Sanic's parser. Chunked bodies are
refused, as RFC 9112 allows: browsers send none, and a million tiny chunks block the event loop for everybody.
"""

import asyncio
import re
from time import monotonic
from typing import Any, NoReturn

from httptools import HttpParserInvalidURLError, parse_url
from sanic.exceptions import InvalidUsage, PayloadTooLarge, RequestTimeout, SanicException
from sanic.http import Http, Stage
from sanic.server import HttpProtocol

from bot.web.addresses import network
from bot.web.connections import connections

ARRIVAL = 10.0  # seconds from a request's first byte to its last, however steadily they arrive
UNREAD = 30.0  # seconds that a response waits for a client that reads nothing

TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
REQUEST_LINE = re.compile(rb"%b ((?:/|https?://)(?:[!\"$&-~]|%%[0-9A-Fa-f]{2})*) HTTP/1\.([01])" % TOKEN)
FIELD = re.compile(rb"(%b):[ \t]*([\t -~\x80-\xff]*)" % TOKEN)
HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._-]*)(:[0-9]{0,5})?")
LENGTH = re.compile(rb"[0-9]{1,15}")
LONE_LINE_FEED = re.compile(rb"(?<!\r)\n")


class BadRequest(InvalidUsage):
    """An invalid request; the message says what is wrong, and quotes nothing of the request."""


class LengthRequired(BadRequest):
    """A request whose body is chunked, or in another transfer coding."""

    status_code = 411


def check(head: bytes) -> None:
    """Refuse a request whose head is not strictly valid (RFC 9110, RFC 9112).

    Args:
        head: The request line and the header fields, without the empty line that ends them.

    Raises:
        BadRequest: The head is invalid.
        LengthRequired: The body is chunked.
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
    if codings:
        raise LengthRequired("a body needs Content-Length, without Transfer-Encoding")


class StrictHttp(Http):
    """A connection's requests, each checked before Sanic reads it."""

    def __init__(self, protocol: HttpProtocol) -> None:
        """Read the requests of a connection."""
        super().__init__(protocol)
        self._receive_more = self._receive_in_time

    async def http1_request_header(self) -> None:
        """Receive a whole request with its body: the rest of a partial one may be wrong."""
        await asyncio.sleep(0)  # requests sent all at once must let others in between
        self.protocol.conn_info.ctx.until = monotonic() + ARRIVAL
        check(await self._head())
        await super().http1_request_header()
        self.upgrade_websocket = False  # no websockets here, and Sanic would stop checking the time
        self.request.conn_info = self.protocol.conn_info
        await self.request.receive_body()

    def create_empty_request(self) -> None:
        """Create a substitute for an unreadable request; its refusal counts for its address, or for nobody."""
        super().create_empty_request()
        # Behind a proxy the sender is unknown, and monitors at the proxy share its own address.
        if not self.protocol.app.config.PROXIES_COUNT:
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

    async def _receive_in_time(self) -> None:
        if self.protocol.ctx.ended:
            if self.stage is Stage.IDLE:
                raise asyncio.CancelledError  # how Sanic ends a connection
            self._refuse_body(BadRequest("the request ends before it is whole"))
        if self.stage is Stage.IDLE:  # between requests, Sanic's own timeout counts
            await self.protocol.receive_more()
            return
        # Like receive_more, but data that arrives before wait_for's task begins must count too.
        received = self.protocol._data_received
        self.protocol.transport.resume_reading()
        received.clear()
        try:
            await asyncio.wait_for(received.wait(), self.protocol.conn_info.ctx.until - monotonic())
        except asyncio.TimeoutError:
            self._refuse_body(RequestTimeout("the request took too long to arrive"))

    def _refuse_body(self, error: SanicException) -> NoReturn:
        """Stop reading this connection: the start of the next request is unknown."""
        self.keep_alive = False
        self.request_body = None
        raise error


class StrictProtocol(HttpProtocol):
    """A connection that checks requests, and whose client must read the responses."""

    def connection_made(self, transport: Any) -> None:
        """Begin unless there are too many connections: the storage of alarms needs files too."""
        peer = transport.get_extra_info("peername")
        household = network(peer[0] if peer else "")
        if not connections().begin(household):
            transport.abort()
            return
        super().connection_made(transport)
        self.ctx.household, self.ctx.ended = household, False

    def connection_lost(self, exc: Exception | None) -> None:
        """End the connection."""
        if self.ctx:
            connections().end(self.ctx.household)
        super().connection_lost(exc)

    def eof_received(self) -> bool:
        """Keep a connection for the response when its client only stops sending."""
        reading = getattr(self, "_http", None)  # missing until the connection's task has begun
        if not self.recv_buffer and (reading is None or reading.stage is Stage.IDLE):
            return False
        self.ctx.ended = True
        self._data_received.set()
        return True

    def _setup_connection(self) -> None:
        super()._setup_connection()
        self._http = StrictHttp(self)

    async def send(self, data: bytes) -> None:
        """Send part of a response; cut off a client that has not read earlier parts within UNREAD seconds."""
        if not self._can_write.is_set():
            try:
                await asyncio.wait_for(self._can_write.wait(), UNREAD)
            except asyncio.TimeoutError:
                self.abort()
        if self.transport is None:
            raise asyncio.CancelledError
        await super().send(data)


def _path(target: bytes) -> bytes | None:
    """Return a URL's path, or None."""
    try:
        path: bytes | None = parse_url(target).path
    except HttpParserInvalidURLError:
        return None
    return path
