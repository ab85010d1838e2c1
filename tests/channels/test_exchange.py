"""A message and its replies, for whoever asks for them and whenever."""

import asyncio

import pytest

from bot.channels.exchange import Exchange
from bot.clinic import clinic
from bot.knowledge.base import knowledge
from bot.reply.as_json import WebReply, web_reply
from bot.reply.reply import notice


def reply(text: str) -> WebReply:
    """A reply of one sentence."""
    return web_reply(notice(clinic(), text, answer=text), knowledge(), clinic())


async def read(exchange: Exchange) -> list[str | None]:
    """Read an exchange to its end."""
    return [one["answer"] async for one in exchange]


async def started(exchange: Exchange) -> "asyncio.Task[list[str | None]]":
    """Begin to read an exchange, as far as it goes."""
    task = asyncio.create_task(read(exchange))
    await asyncio.sleep(0)
    return task


async def test_each_reply_as_soon_as_it_is_there() -> None:
    """A reader has the first reply while the second is still being made."""
    exchange = Exchange("message-1", "hello")
    replies = aiter_of(exchange)

    for text in ("first", "second"):
        waiting = asyncio.create_task(replies.__anext__())
        await asyncio.sleep(0)
        assert not waiting.done()
        exchange.add(reply(text))

        assert (await asyncio.wait_for(waiting, 5))["answer"] == text
        assert not exchange.done


async def test_all_readers_get_all() -> None:
    """Readers who came before, between and after the replies all get each of them once, in order."""
    exchange = Exchange("message-1", "hello")

    before = await started(exchange)
    exchange.add(reply("first"))
    between = await started(exchange)
    exchange.add(reply("second"))
    exchange.finish()

    for reader in (before, between, await started(exchange)):
        assert await asyncio.wait_for(reader, 5) == ["first", "second"]


async def test_burst() -> None:
    """Replies that come all at once are not lost on a reader who is waiting."""
    exchange = Exchange("message-1", "hello")
    reader = await started(exchange)

    for place in range(100):
        exchange.add(reply(str(place)))
    exchange.finish()

    assert await asyncio.wait_for(reader, 5) == [str(place) for place in range(100)]


async def test_reader_who_leaves() -> None:
    """A reader who loses the connection takes nothing from the others."""
    exchange = Exchange("message-1", "hello")
    leaving, staying = await started(exchange), await started(exchange)
    exchange.add(reply("first"))

    leaving.cancel()
    exchange.add(reply("second"))
    exchange.finish()

    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await asyncio.wait_for(staying, 5) == ["first", "second"]


async def test_nothing_after_the_end() -> None:
    """A reply that comes after the end is dropped, for those who have read and those who will."""
    exchange = Exchange("message-1", "hello")
    exchange.add(reply("first"))
    exchange.finish()

    exchange.add(reply("late"))

    assert await asyncio.wait_for(read(exchange), 5) == ["first"]
    assert [one["answer"] for one in exchange.replies] == ["first"]


async def test_finished_waits_for_the_end() -> None:
    """Whoever waits for the end waits until it is said, not until the first reply."""
    exchange = Exchange("message-1", "hello")
    waiting = asyncio.create_task(exchange.finished())
    exchange.add(reply("first"))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()

    exchange.finish()

    await asyncio.wait_for(waiting, 5)


def aiter_of(exchange: Exchange):
    """An iterator over an exchange's replies."""
    return exchange.__aiter__()
