"""The receiver of alarms that docs/safety.md shows works with what the bot sends."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.alarm.record import AlarmRecord
from bot.alarm.webhook import SIGNATURE, TIMESTAMP, Webhook
from bot.settings import ROOT

SECRET = "a secret that nobody guesses soon"


@pytest.fixture
def documented() -> dict[str, Any]:
    """What the document's Python defines."""
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "safety.md").read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    return names


@pytest.fixture
def sent(tmp_path: Path, filled: Callable[..., AlarmRecord], receiver: Any) -> tuple[dict[str, str], bytes]:
    """The head and body of an alarm that the bot has sent."""
    filled(tmp_path, 1)
    webhook = Webhook(AlarmRecord(tmp_path, tmp_path / "alarms.key"), receiver.url, SECRET)
    webhook.start()
    receiver.wait_for(1)
    webhook.close()
    webhook.join(timeout=10)
    return receiver.taken[0]


def test_takes_an_alarm_once(documented: dict[str, Any], sent: tuple[dict[str, str], bytes]) -> None:
    """An alarm of the bot is taken, and not again when it comes twice."""
    headers, body = sent

    assert documented["take"](headers, body, SECRET.encode())["kind"] == "cauda_equina"
    assert documented["take"](headers, body, SECRET.encode()) is None


def later(headers: dict[str, str]) -> dict[str, str]:
    """A captured alarm with a new time."""
    return {**headers, TIMESTAMP: str(int(headers[TIMESTAMP]) + 1)}


@pytest.mark.parametrize(
    ("forge", "secret", "minutes"),
    [
        (lambda headers, body: (headers, body.replace(b"cauda_equina", b"crisis")), SECRET, 0),
        (lambda headers, body: (later(headers), body), SECRET, 0),
        (lambda headers, body: ({**headers, SIGNATURE: "sha256=" + "0" * 64}, body), SECRET, 0),
        (lambda headers, body: (headers, body), "another secret, as long as the right one", 0),
        (lambda headers, body: (headers, body), SECRET, 6),
        (lambda headers, body: (headers, body), SECRET, -6),
    ],
)
def test_refuses_what_is_forged_or_old(
    documented: dict[str, Any],
    sent: tuple[dict[str, str], bytes],
    forge: Callable[..., tuple[dict[str, str], bytes]],
    secret: str,
    minutes: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another body, time, signature or secret is refused, and so is an alarm that was captured and is sent again."""
    now = time.time() + 60 * minutes
    monkeypatch.setattr(time, "time", lambda: now)
    headers, body = forge(*sent)

    with pytest.raises(ValueError, match="not signed by the bot, or too old"):
        documented["take"](headers, body, secret.encode())
