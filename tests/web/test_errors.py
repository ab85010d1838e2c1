"""What the log says of requests that could not be answered."""

import json
import logging
from collections.abc import Iterator

import pytest
from sanic.exceptions import MethodNotSupported, NotFound, SanicException

from bot.web import errors
from bot.web.http import BadRequest

SECRET = "/visit/a-secret"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing was logged before, and Sanic's loggers are as they were afterwards."""
    monkeypatch.setattr(errors, "_counted", type(errors._counted)(errors.MemoryStorage()))
    logs = [logging.getLogger(name) for name in errors.SANICS]
    before = [list(log.filters) for log in logs]
    yield
    for log, filters in zip(logs, before, strict=True):
        log.filters = filters


def broken(log: str) -> None:
    """Have Sanic log an error with a traceback, an address and a patient's words, as it does."""
    try:
        raise ValueError(f"I can't pee {SECRET}")
    except ValueError:
        logging.getLogger(log).exception("Exception occurred while handling uri: %s", SECRET)


@pytest.mark.parametrize("log", errors.SANICS)
def test_sanics_lines_are_short(log: str, caplog: pytest.LogCaptureFixture) -> None:
    """Of an error that Sanic logs, the log has the kind, and neither address, traceback nor words."""
    errors.quieten()

    broken(log)

    assert caplog.messages == ["A request was not handled as it should be: ValueError"]
    assert SECRET not in caplog.text
    assert "Traceback" not in caplog.text


def test_error_as_message(caplog: pytest.LogCaptureFixture) -> None:
    """An error that Sanic logs as if it were the message is told by its kind too."""
    errors.quieten()

    logging.getLogger("sanic.error").error(KeyError(SECRET))
    logging.getLogger("sanic.root").error(f"The error response will not be sent: {SECRET}")

    assert "KeyError" in caplog.messages[0]
    assert SECRET not in caplog.text


def test_few_lines_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    """However many requests fail, each kind gets a few lines a minute."""
    errors.quieten()
    errors.quieten()

    for _ in range(50):
        broken("sanic.error")
        errors.failed(None, ValueError(SECRET))
        errors.refused(None, BadRequest("no"))

    assert len(caplog.messages) == 30
    assert SECRET not in caplog.text


def test_what_the_asker_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever asked is told what is wrong in JSON, with what may be done, and nothing of the server's own errors."""
    answers = [
        errors.refused(None, MethodNotSupported("no", "PUT", ["GET"])),
        errors.refused(None, NotFound("not there")),
        errors.refused(None, errors.TooMany("too many")),
        errors.refused(None, SanicException("no status")),
        errors.failed(None, ValueError(SECRET)),
    ]

    assert [answer.status for answer in answers] == [405, 404, 429, 500, 500]
    assert answers[0].headers["Allow"] == "GET"
    assert answers[2].headers["Retry-After"] == "60"
    assert all(json.loads(answer.body)["error"] for answer in answers)
    assert SECRET not in str(answers[-1].body) + caplog.text
