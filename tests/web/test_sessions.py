"""The web chat's sessions: whose token is good, and whose is not."""

import base64
import datetime
import json
from typing import Any

import jwt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.web.sessions import BYTES, SessionError, Sessions

KEY, OTHER_KEY = "k" * 64, "o" * 64
WEEK = datetime.timedelta(days=7)
FAR = 4_102_444_800  # the year 2100


@pytest.fixture
def sessions() -> Sessions:
    """Sessions that are good for a week."""
    return Sessions(KEY, WEEK)


def part(claims: dict[str, Any]) -> str:
    """A part of a token, as the standard writes it."""
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()


def renamed(token: str) -> str:
    """The token with another conversation's name and the old signature."""
    head, _, signature = token.split(".")
    return f"{head}.{part({'sub': 'web-victim', 'exp': FAR})}.{signature}"


def test_token_names_one_conversation(sessions: Sessions) -> None:
    """A token leads to the same conversation each time, and also after the server was started again."""
    name, token = sessions.start()

    assert name.startswith("web-")
    assert sessions.conversation(token) == Sessions(KEY, WEEK).conversation(token) == name


def test_names_cannot_be_guessed(sessions: Sessions) -> None:
    """Every session is its own, and its name has enough chance in it."""
    names = {sessions.conversation(sessions.start()[1]) for _ in range(200)}

    assert len(names) == 200
    assert all(len(base64.urlsafe_b64decode(name.removeprefix("web-"))) == BYTES >= 16 for name in names)


def test_good_until_its_time_is_over() -> None:
    """A token of a session whose time is not over is good; of one whose time is, it is refused as expired."""
    almost = Sessions(KEY, datetime.timedelta(minutes=1))
    over = Sessions(KEY, datetime.timedelta(seconds=-1))

    assert almost.conversation(almost.start()[1])
    name, token = over.start()
    with pytest.raises(SessionError, match="expired"):
        over.conversation(token)
    assert over.conversation(token, expired=True) == name
    with pytest.raises(SessionError, match="no session"):
        over.conversation(renamed(token), expired=True)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(jwt.encode({"sub": "web-x", "exp": FAR}, OTHER_KEY, "HS256"), id="another server's key"),
        pytest.param(jwt.encode({"sub": "web-x", "exp": FAR}, KEY, "HS512"), id="another algorithm"),
        pytest.param(jwt.encode({"sub": "web-x", "exp": FAR}, None, "none"), id="no algorithm"),
        pytest.param(f"{part({'alg': 'none'})}.{part({'sub': 'web-x', 'exp': FAR})}.", id="no signature"),
        pytest.param(f"{part({'alg': 'HS256'})}.{part({'sub': 'web-x', 'exp': FAR})}.", id="an empty signature"),
        pytest.param(renamed(Sessions(KEY, WEEK).start()[1]), id="another conversation's name"),
        pytest.param(jwt.encode({"sub": "web-x"}, KEY, "HS256"), id="no end"),
        pytest.param(jwt.encode({"exp": FAR}, KEY, "HS256"), id="no name"),
        pytest.param("", id="nothing"),
        pytest.param("web-x", id="a bare name"),
        pytest.param("é.è.ê", id="accents"),
        pytest.param(
            "\udcff",
            id="a byte that is no text",
        ),
    ],
)
def test_token_of_somebody_else_is_refused(sessions: Sessions, token: str) -> None:
    """A token that this server has not signed, or not for a session, is refused."""
    with pytest.raises(SessionError, match="no session of this server"):
        sessions.conversation(token)


@settings(deadline=None)
@given(st.text())
@example("..")
@example(f"{part({'alg': 'HS256'})}.{part({})}.e30")
def test_any_text_is_refused(text: str) -> None:
    """Whatever is sent in place of a token, the answer is that it is no session."""
    with pytest.raises(SessionError):
        Sessions(KEY, WEEK).conversation(text)
