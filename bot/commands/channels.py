"""`stride channels` and `stride deadletters`: which messaging channels are on, and what could not be delivered."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.table import Table

from bot.alarm.record_lines import Seal
from bot.channels.connector import Connector
from bot.channels.credentials import check, connectors, needed, read
from bot.channels.http import Http
from bot.channels.wire import Sent
from bot.clinic import clinic
from bot.datafile import DataError
from bot.knowledge.base import knowledge
from bot.reply.shown import Message
from bot.settings import Settings
from bot.store.messages import DeadLetter, Messages
from bot.store.messages_sqlite import SqliteMessages

T = TypeVar("T")
SHOWN = 8  # letters of a conversation's name, as `stride alarms` shows it


def overview(written: Mapping[str, Any], config: Settings) -> str:
    """Return for each channel whether it is on, what it needs or what is wrong, and the address to enter.

    Args:
        written: The channels' settings in credentials.yml.
        config: The server's settings.
    """
    return "\n".join(line for name, one in connectors().items() for line in _told(name, one, written.get(name), config))


def _told(name: str, connector: type[Connector], written: Mapping[str, Any] | None, config: Settings) -> Iterator[str]:
    try:
        credentials = read(connector, written)
        if credentials is None:
            yield f"{name}: off; it needs {', '.join(needed(connector))}"
            return
        check(name, config)
    except DataError as error:
        yield f"{name}: wrong; the server does not start"
        yield from (f"  {line}" for line in str(error).splitlines())
        return
    yield f"{name}: on"
    yield f"  address to enter at the provider: {config.public_url}{Connector.path(name)}"
    yield f"  asks for symptoms: {'yes' if credentials.self_check else 'no'}"
    yield f"  sends drawings: {'yes' if credentials.pictures else 'no'}"


def send_test(connector: Connector, row: str, address: str) -> str:
    """Send a test message, and return what the provider said.

    Raises:
        DataError: The provider did not accept it.
    """

    async def send() -> Sent:
        http = Http()
        try:
            message = Message(clinic().fill(knowledge().messaging.test))
            return await http.request(connector, connector.call(message, row, {connector.address: address}))
        finally:
            await http.close()

    sent = asyncio.run(send())
    if sent.outcome != "accepted":
        raise DataError(f"{row}: the provider did not take the message: {sent.outcome}, {sent.why}")
    return f"{row}: the provider took the message."


def letters_table(letters: list[DeadLetter], seal: Seal) -> Table:
    """Return the dead letters as a table, without words and addresses; `seal` names conversations as in the record."""
    shown = Table("number", "time (UTC)", "conversation", "channel", "urgent", "why", "can be sent again")
    for one in letters:
        at = datetime.datetime.fromtimestamp(one.at, datetime.timezone.utc)
        shown.add_row(
            str(one.number),
            f"{at:%Y-%m-%d %H:%M}",
            seal.name(one.conversation)[:SHOWN],
            one.row,
            "yes" if one.urgent else "",
            one.why,
            "yes" if one.resendable else "",
        )
    return shown


def letters(folder: Path) -> list[DeadLetter]:
    """Return what could not be delivered, the oldest first."""
    return _with(folder, lambda store: store.dead_letters())


def resend(folder: Path, number: int) -> None:
    """Have a dead letter sent again by the running server.

    Raises:
        DataError: There is none of this number whose words are still kept.
    """
    if not _with(folder, lambda store: store.resend(number)):
        raise DataError(f"{number}: there is no dead letter of this number that can be sent again")


def addresses(folder: Path, number: int) -> dict[str, str]:
    """Return the addresses of the patient whom a dead letter did not reach.

    Raises:
        DataError: There is no such letter, or its patient's addresses were deleted.
    """

    async def found(store: Messages) -> dict[str, str]:
        mine = [one for one in await store.dead_letters() if one.number == number]
        return await store.addresses(mine[0].conversation) if mine else {}

    known = _with(folder, found)
    if not known:
        raise DataError(f"{number}: there is no dead letter of this number, or its patient's addresses were deleted")
    return known


def _with(folder: Path, work: Callable[[Messages], Coroutine[Any, Any, T]]) -> T:
    store = SqliteMessages(folder)
    try:
        return asyncio.run(work(store))
    finally:
        store.close()


def connector_of(row: str, written: Mapping[str, Any], config: Settings) -> Connector:
    """Return the connector of a row that is on.

    Raises:
        click.ClickException: There is no such row, or its channel is off.
    """
    for name, connector in connectors().items():
        if row in connector.rows:
            if credentials := read(connector, written.get(name)):
                return connector(credentials, config.public_url)
            raise click.ClickException(f"{row}: the channel {name} is off; docs/channels.md says how to set it up")
    names = ", ".join(row for one in connectors().values() for row in one.rows)
    raise click.ClickException(f"{row}: there is no such channel; there are {names}")
