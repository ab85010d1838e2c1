"""The web chat's sessions: a signed token that names a conversation, valid for some days."""

import datetime
import secrets
from dataclasses import dataclass

import jwt

ALGORITHM = "HS256"
BYTES = 24  # of randomness in a conversation's name


class SessionError(Exception):
    """A foreign or expired token; the message says which."""


@dataclass(frozen=True)
class Sessions:
    """Issues and reads tokens.

    Attributes:
        key: The secret that signs them.
        lifetime: How long a token is valid.
    """

    key: str
    lifetime: datetime.timedelta

    def start(self) -> tuple[str, str]:
        """Return the name of a new conversation, which nobody can guess, and its token."""
        expires = datetime.datetime.now(datetime.timezone.utc) + self.lifetime
        name = f"web-{secrets.token_urlsafe(BYTES)}"
        return name, jwt.encode({"sub": name, "exp": expires}, self.key, ALGORITHM)

    def conversation(self, token: str, *, expired: bool = False) -> str:
        """Return the name of a token's conversation; raise SessionError for an invalid token.

        Args:
            token: The token.
            expired: Whether one that has expired will do.
        """
        try:
            claims = jwt.decode(
                token, self.key, [ALGORITHM], options={"require": ["sub", "exp"], "verify_exp": not expired}
            )
        except jwt.ExpiredSignatureError as error:
            raise SessionError("the session has expired") from error
        except (jwt.InvalidTokenError, ValueError) as error:  # ValueError: bytes that are not text
            raise SessionError("no session of this server") from error
        return str(claims["sub"])
