"""The web chat's sessions: a token that names a conversation, signed, and good for some days."""

import datetime
import secrets
from dataclasses import dataclass

import jwt

ALGORITHM = "HS256"
BYTES = 24  # of chance in a conversation's name


class SessionError(Exception):
    """A token that is not ours, or no longer good; the message says which."""


@dataclass(frozen=True)
class Sessions:
    """Gives out tokens, and reads them.

    Attributes:
        key: The secret that signs them.
        lifetime: How long a token is good.
    """

    key: str
    lifetime: datetime.timedelta

    def start(self) -> tuple[str, str]:
        """Return the name of a new conversation, which nobody can guess, and its token."""
        expires = datetime.datetime.now(datetime.timezone.utc) + self.lifetime
        name = f"web-{secrets.token_urlsafe(BYTES)}"
        return name, jwt.encode({"sub": name, "exp": expires}, self.key, ALGORITHM)

    def conversation(self, token: str) -> str:
        """Return the name of a token's conversation; raises SessionError when the token is not good."""
        try:
            claims = jwt.decode(token, self.key, [ALGORITHM], options={"require": ["sub", "exp"]})
        except jwt.ExpiredSignatureError as error:
            raise SessionError("the session has expired") from error
        except (jwt.InvalidTokenError, ValueError) as error:  # ValueError: bytes that are no text
            raise SessionError("no session of this server") from error
        return str(claims["sub"])
