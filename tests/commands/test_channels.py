"""`stride channels` and `stride deadletters`."""

import asyncio
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner
from rich.console import Console

from bot.alarm.record_lines import Seal
from bot.channels.credentials import connectors
from bot.cli import main
from bot.commands.channels import addresses, connector_of, letters, letters_table, overview, resend, send_test
from bot.datafile import DataError
from bot.reply.shown import Message
from bot.settings import Settings
from bot.store.messages import Received, Talk
from bot.store.messages_sqlite import SqliteMessages

TELEGRAM = {"telegram": {"token": "1:abc", "secret_token": "a-secret-of-ours"}}


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    """Settings with all that messaging channels need."""
    return Settings(var=tmp_path, public_url="https://bot.example", alarm_webhook="none")


@pytest.fixture
def provider() -> Iterator[tuple[str, list[int]]]:
    """A provider on this machine, its address, and the statuses that it answers with."""
    statuses = [200]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(statuses[0])
            self.end_headers()
            self.wfile.write(b'{"ok": true, "result": {"message_id": 5}}')

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", statuses
    server.shutdown()


@pytest.fixture
def undelivered(tmp_path: Path) -> Path:
    """A folder whose outbox has one urgent dead letter."""

    async def give_up(store: SqliteMessages) -> None:
        await store.receive(Received("1", {"phone": "+15550001111"}, "sms", 0.0, "I can't pee"))
        work = await store.claim("w", 30)
        assert work is not None
        await store.finish(work, "w", [Message("Call 911", urgent=True).to_json()], Talk())
        part = await store.next_part("s", 30, ["sms"])
        assert part is not None
        await store.sent(part, "final", why="30003")

    store = SqliteMessages(tmp_path)
    asyncio.run(give_up(store))
    store.close()
    return tmp_path


def test_off_channels_say_what_they_need(config: Settings) -> None:
    """Each channel that is off names the variables without which it cannot be on."""
    lines = overview({}, config).splitlines()

    assert len(lines) == len(connectors())
    assert "telegram: off; it needs STRIDE_TELEGRAM_TOKEN, STRIDE_TELEGRAM_SECRET_TOKEN" in lines


def test_channel_that_is_on_says_its_address(config: Settings) -> None:
    """A channel that is on tells the address to enter at the provider, and its switches."""
    told = overview({"telegram": {**TELEGRAM["telegram"], "self_check": False}}, config)

    assert "telegram: on\n  address to enter at the provider: https://bot.example/webhooks/telegram/webhook" in told
    assert "asks for symptoms: no" in told


@pytest.mark.parametrize(
    ("written", "lacking", "problem"),
    [
        ({"telegram": {"token": "1:abc"}}, {}, "STRIDE_TELEGRAM_SECRET_TOKEN: is missing"),
        (TELEGRAM, {"public_url": ""}, "STRIDE_PUBLIC_URL: is missing"),
        (TELEGRAM, {"alarm_webhook": None}, "STRIDE_ALARM_WEBHOOK: is missing"),
    ],
)
def test_what_stops_the_start_is_told(
    config: Settings, written: dict[str, dict[str, str]], lacking: dict[str, object], problem: str
) -> None:
    """What would stop the server's start is told by name."""
    told = overview(written, config.copy(update=lacking))

    assert "telegram: wrong; the server does not start" in told
    assert problem in told


def test_test_message(config: Settings, provider: tuple[str, list[int]]) -> None:
    """A test message goes to the provider; a refusal is told by its code, without the token."""
    address, statuses = provider
    connector = connector_of("telegram", {"telegram": {**TELEGRAM["telegram"], "api": address}}, config)

    assert send_test(connector, "telegram", "42") == "telegram: the provider took the message."
    statuses[0] = 400
    with pytest.raises(DataError, match="did not take the message") as raised:
        send_test(connector, "telegram", "42")
    assert "1:abc" not in str(raised.value)


@pytest.mark.parametrize(("row", "problem"), [("telegram", "is off"), ("telegraph", "there is no such channel")])
def test_test_needs_a_channel_that_is_on(config: Settings, row: str, problem: str) -> None:
    """A channel that is off, or none, is refused with what to do."""
    with pytest.raises(ClickException, match=problem):
        connector_of(row, {}, config)


def test_dead_letters_are_shown_without_words(undelivered: Path) -> None:
    """The table has the reason and whether it was urgent, and neither words nor a number."""
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    seal = Seal("k" * 64)

    [letter] = letters(undelivered)
    console.print(letters_table([letter], seal))
    told = console.export_text()

    assert all(part in told for part in ("sms", "30003", "yes", seal.name(letter.conversation)[:8]))
    assert not any(part in told for part in ("911", "pee", "5550001111", letter.conversation))


def test_dead_letter_is_sent_again(undelivered: Path) -> None:
    """One can be sent again while its words are kept, by its number; another number is refused."""
    [letter] = letters(undelivered)

    resend(undelivered, letter.number)

    assert letters(undelivered) == []
    with pytest.raises(DataError, match="there is no dead letter"):
        resend(undelivered, letter.number)


def test_whom_it_did_not_reach(undelivered: Path) -> None:
    """The clinic can see whom a dead letter did not reach, so that somebody calls them."""
    [letter] = letters(undelivered)

    assert addresses(undelivered, letter.number) == {"phone": "+15550001111"}
    with pytest.raises(DataError, match="there is no dead letter"):
        addresses(undelivered, letter.number + 1)


@pytest.mark.usefixtures("var")
def test_commands() -> None:
    """Both commands run from the command line on an empty folder."""
    runner = CliRunner()

    channels, dead = (runner.invoke(main, [name]) for name in ("channels", "deadletters"))

    assert (channels.exit_code, dead.exit_code) == (0, 0)
    assert "slack: off" in channels.output
