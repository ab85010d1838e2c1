"""`stride ask`: JSON lines in, JSON lines out, for scripts and measurements."""

import asyncio
import contextlib
import json
import sys
import time
from typing import IO, Any

from bot.channels.local import Answered, LocalBot, load_agent, record
from bot.knowledge.base import knowledge
from bot.nlu.training import ensure_model
from bot.reply.check import ASKS
from bot.reply.reply import payload


def answer_lines(lines: IO[bytes], out: IO[bytes]) -> None:
    """Answer each line in order.

    Args:
        lines: One JSON object per line, with `conversation` and `text`; blank lines are skipped.
        out: Gets one JSON object per line: the answer, or `error` for a malformed line.
    """
    # Output of Rasa and its dependencies must not mix with the answers.
    with contextlib.redirect_stdout(sys.stderr):
        asyncio.run(_answer(lines, out))


async def _answer(lines: IO[bytes], out: IO[bytes]) -> None:
    bot = LocalBot(load_agent(ensure_model()), record())
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            conversation, text = _question(line)
        except ValueError as error:
            answer: dict[str, Any] = {"error": f"line {number}: {error}"}
        else:
            start = time.perf_counter()
            turn = await bot.send(conversation, text)
            answer = {"conversation": conversation, "text": text, **summary(turn)}
            answer["ms"] = round(1000 * (time.perf_counter() - start), 1)
        out.write(json.dumps(answer).encode() + b"\n")
        out.flush()


def _question(line: bytes) -> tuple[str, str]:
    """Read a line; raise ValueError with what is wrong with it."""
    try:
        data = json.loads(line)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise ValueError("is not a JSON object")
    for key in ("conversation", "text"):
        if not isinstance(data.get(key), str):
            raise ValueError(f"{key}: is missing or no text")
    if not data["conversation"]:
        raise ValueError("conversation: is empty")
    return data["conversation"], data["text"]


def summary(turn: Answered) -> dict[str, Any]:
    """Return a turn in the form that `stride ask` prints, without its question and its time."""
    ids = {payload(name): name for name in knowledge().replies}
    return {
        "replies": [
            {
                "text": reply.text,
                "buttons": [{**button, "answer": ids.get(button["payload"])} for button in reply.buttons],
            }
            for reply in turn.replies
        ],
        "answers": [reply.answer for reply in turn.replies if reply.answer],
        "urgent": any(reply.urgent for reply in turn.replies),
        "check": any(reply.asks == ASKS for reply in turn.replies),
        "reminder": any(reply.reminds for reply in turn.replies),
        "sources": [source for reply in turn.replies for source in reply.sources],
        "confidence": round(turn.confidence, 4),
    }
