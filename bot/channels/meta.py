"""What WhatsApp and Messenger share, as both are Meta's: the signature, the handshake, and what errors mean."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

from pydantic import AnyHttpUrl, Field, SecretStr, validator

from bot.channels.connector import SHORTEST, Credentials, one_of
from bot.channels.provider import by_status, inside, same, wait
from bot.channels.wire import Arrived, Sent
from bot.store.messages import Outcome

Codes = Mapping[tuple[int, int | None], Outcome]
# By code and subcode; None stands for every other subcode. Graph API, "Handle Errors" and "Rate Limits". What the
# clinic can mend, such as a token, is tried again.
GRAPH: Codes = {
    (0, None): "retry",
    (1, None): "retry",
    (2, None): "retry",
    (3, None): "retry",
    (4, None): "throttled",
    (10, None): "retry",
    (17, None): "throttled",
    (32, None): "throttled",
    (102, None): "retry",
    (190, None): "retry",
    (341, None): "throttled",
    (613, None): "throttled",
}
TOKEN = re.compile(r"[!-~]+")
PERMISSIONS = range(200, 300)  # codes of permissions that are missing


class MetaCredentials(Credentials):
    """The settings of a channel of Meta's.

    Attributes:
        app_secret: The app's secret, with which Meta signs.
        previous_app_secret: The one before, during a rotation.
        token: The access token.
        verify_token: What the clinic writes into Meta's form when it sets the address up.
        api_version: The version of the Graph API.
    """

    app_secret: SecretStr = Field(..., min_length=1)
    previous_app_secret: SecretStr | None = Field(None, min_length=1)
    token: SecretStr
    verify_token: SecretStr = Field(..., min_length=SHORTEST)
    api: AnyHttpUrl = Field("https://graph.facebook.com")
    api_version: str = Field("v23.0", regex=r"^v[0-9]+\.[0-9]+\Z")

    @validator("token")
    def _in_a_header(cls, token: SecretStr) -> SecretStr:
        if not TOKEN.fullmatch(token.get_secret_value()):
            raise ValueError("write letters, digits and signs, without a blank")
        return token

    def url(self, path: str) -> str:
        """Return the address of a path of the Graph API."""
        return f"{self.api.rstrip('/')}/{self.api_version}/{path}"

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request to the Graph API."""
        return {"Authorization": f"Bearer {self.token.get_secret_value()}"}


def verified(credentials: MetaCredentials, arrived: Arrived) -> bool:
    """Return whether Meta has signed a request (Graph API, "Webhooks", "Validating Payloads")."""
    digests = [
        hmac.new(secret.encode(), arrived.body, hashlib.sha256).hexdigest()
        for secret in one_of(credentials.app_secret, credentials.previous_app_secret)
    ]
    return same(arrived.headers.get("x-hub-signature-256", ""), [f"sha256={digest}" for digest in digests])


def handshake(credentials: MetaCredentials, arrived: Arrived) -> str | None:
    """Return the challenge of a request that sets the address up (Graph API, "Webhooks", "Verification Requests")."""
    asked = arrived.query.get("hub.mode") == "subscribe"
    known = same(arrived.query.get("hub.verify_token", ""), [credentials.verify_token.get_secret_value()])
    return arrived.query.get("hub.challenge") if asked and known else None


def failed(status: int, headers: Mapping[str, str], body: Any, codes: Codes) -> Sent:
    """Tell what a failed request means.

    Args:
        status: The HTTP status.
        headers: The headers, by names in lower case.
        body: The body read as JSON.
        codes: The channel's own codes, besides those of the Graph API.
    """
    code, subcode = inside(body, "error", "code"), inside(body, "error", "error_subcode")
    if not isinstance(code, int):
        return by_status(status, headers)
    subcode = subcode if isinstance(subcode, int) else None
    known = {**GRAPH, **codes}
    outcome = known.get((code, subcode)) or known.get((code, None))
    if outcome is None and (code in PERMISSIONS or inside(body, "error", "is_transient") is True):
        outcome = "retry"
    return Sent(
        outcome or by_status(status, headers).outcome,
        wait=wait(headers),
        why=str(code) if subcode is None else f"{code}/{subcode}",
    )
