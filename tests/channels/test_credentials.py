"""Which messaging channels are on, and what stops a start."""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest
from pydantic import AnyHttpUrl, Field

from bot.channels import credentials as credentials_module
from bot.channels.connector import Connector, Credentials
from bot.channels.credentials import MESSAGING, connectors, read, switched_on, written
from bot.channels.messaging import Messaging
from bot.channels.office import Office
from bot.channels.telegram import Telegram
from bot.channels.wire import Arrived, Batch, Call, Sent
from bot.datafile import DataError
from bot.reply.rows import rows
from bot.reply.shown import Message
from bot.settings import Settings
from bot.store.messages import Received

pytestmark = pytest.mark.rasa

TOKEN, SECRET = "123:abc", "a-secret-of-the-clinic"


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    """Settings with all that messaging channels need."""
    return Settings(var=tmp_path, public_url="https://bot.example", alarm_webhook="none")


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that switches Telegram on."""
    monkeypatch.setenv("STRIDE_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("STRIDE_TELEGRAM_SECRET_TOKEN", SECRET)
    return monkeypatch


def test_every_row_has_its_connector() -> None:
    """Each row of channels.yml belongs to the connector that it names, and each connector's rows are there."""
    found = {name: set(connector.rows) for name, connector in connectors().items()}

    assert found == {
        name: {row for row, one in rows().items() if one.connector == name}
        for name in {one.connector for one in rows().values()}
    }


def test_off_without_variables(config: Settings) -> None:
    """With nothing set, every channel is off; a switch alone turns nothing on."""
    assert switched_on({}, config) == []
    assert switched_on({"telegram": {"self_check": False}}, config) == []


@pytest.mark.usefixtures("telegram")
def test_on_by_environment(config: Settings) -> None:
    """The variables of the environment turn a channel on."""
    [connector] = switched_on({}, config)

    assert isinstance(connector, Telegram)


def test_on_by_file(config: Settings) -> None:
    """So do those of credentials.yml."""
    [connector] = switched_on({"telegram": {"token": TOKEN, "secret_token": SECRET, "self_check": False}}, config)

    assert not connector.credentials.self_check


def test_environment_comes_first(telegram: pytest.MonkeyPatch) -> None:
    """Where both name a value, the environment's counts."""
    telegram.setenv("STRIDE_TELEGRAM_SELF_CHECK", "off")

    credentials = read(Telegram, {"token": "9:old", "self_check": True})

    assert credentials is not None
    assert credentials.token.get_secret_value() == TOKEN  # type: ignore[attr-defined]
    assert not credentials.self_check


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("STRIDE_TELEGRAM_SECRET_TOKEN", None, "STRIDE_TELEGRAM_SECRET_TOKEN: is missing"),
        ("STRIDE_TELEGRAM_SECRET_TOKEN", "short", "STRIDE_TELEGRAM_SECRET_TOKEN: "),
        ("STRIDE_TELEGRAM_SECRET_TOKN", "x", "STRIDE_TELEGRAM_SECRET_TOKN: is no setting; is STRIDE_TELEGRAM_"),
        ("STRIDE_TELEGRAM_API", "http://evil.example", "STRIDE_TELEGRAM_API: write https"),
    ],
)
def test_problem_names_the_variable(
    telegram: pytest.MonkeyPatch, config: Settings, variable: str, value: str | None, problem: str
) -> None:
    """A missing, wrong or unknown setting stops the start, by its name and without a secret."""
    telegram.setenv(variable, value) if value else telegram.delenv(variable)

    with pytest.raises(DataError) as raised:
        switched_on({}, config)

    assert problem in str(raised.value)
    assert not any(secret in str(raised.value) for secret in (TOKEN, SECRET, "short"))


@pytest.mark.usefixtures("telegram")
@pytest.mark.parametrize(
    ("lacking", "problem"), [("public_url", "STRIDE_PUBLIC_URL"), ("alarm_webhook", "STRIDE_ALARM_WEBHOOK")]
)
def test_server_must_be_ready_too(tmp_path: Path, lacking: str, problem: str) -> None:
    """Without a public address, or a word on who learns of undeliverable alarms, a channel stops the start."""
    ready: dict[str, Any] = {"public_url": "https://bot.example", "alarm_webhook": "none"}
    del ready[lacking]

    with pytest.raises(DataError, match=problem):
        switched_on({}, Settings(var=tmp_path, **ready))


def test_unknown_channel_in_the_file(config: Settings) -> None:
    """A channel that does not exist stops the start."""
    with pytest.raises(DataError, match="there is no channel telegraph"):
        switched_on({"telegraph": {}}, config)


def test_file_is_read_with_its_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`${NAME}` in credentials.yml stands for a variable of the environment; other channels' parts are left alone."""
    monkeypatch.setenv("MY_TOKEN", TOKEN)
    file = tmp_path / "credentials.yml"
    file.write_text(f"bot.channels.web.WebChat: {{}}\n{MESSAGING}:\n  telegram:\n    token: ${{MY_TOKEN}}\n")

    assert written(file) == {"telegram": {"token": TOKEN}}


def test_file_that_is_no_yaml(tmp_path: Path) -> None:
    """A broken file stops the start, by its name."""
    file = tmp_path / "credentials.yml"
    file.write_text("a: [")

    with pytest.raises(DataError, match=r"credentials\.yml:1"):
        written(file)


class PigeonCredentials(Credentials):
    """What a pigeon needs."""

    loft: str
    api: AnyHttpUrl = Field("https://pigeon.example")


class Pigeon(Connector):
    """A new provider: one file, which holds this class."""

    channel, rows, address, settings = "pigeon", ("pigeon",), "loft", PigeonCredentials

    def __init__(self, credentials: PigeonCredentials, public_url: str) -> None:
        self.credentials, self.public_url = credentials, public_url

    def verified(self, arrived: Arrived) -> bool:
        """Trust the ring on its foot."""
        return arrived.headers.get("ring") == self.credentials.loft

    def read(self, arrived: Arrived) -> Batch:
        """Read what it carries."""
        return Batch((Received("1", {"loft": "roof"}, "pigeon", arrived.now, arrived.body.decode()),))

    def call(self, message: Message, row: str, addresses: Mapping[str, str]) -> Call:
        """Send it back."""
        return Call(f"{self.credentials.api}/{row}", json={"to": addresses["loft"], "text": message.text})

    def outcome(self, status: int, headers: Mapping[str, str], body: Any) -> Sent:
        """Tell whether it arrived."""
        return Sent("accepted" if status == 200 else "retry")


def test_new_channel_is_a_file_and_a_row(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connector's file and its row are all that a new channel needs to be found and switched on."""
    module = ModuleType("bot.channels.pigeon")
    monkeypatch.setattr(Pigeon, "__module__", module.__name__)
    module.Pigeon = Pigeon  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    row = rows()["telegram"].copy(update={"connector": "pigeon"})
    monkeypatch.setattr(credentials_module, "rows", lambda: {**rows(), "pigeon": row})
    connectors.cache_clear()
    monkeypatch.setenv("STRIDE_PIGEON_LOFT", "ring 7")

    try:
        found = Messaging(switched_on({}, config), cast(Office, object()))
    finally:
        connectors.cache_clear()

    assert [one.channel for one in found.connectors] == ["pigeon"]
    assert found.paths == {"/webhooks/pigeon/webhook"}
    assert found.connectors[0].verified(Arrived("/", {"ring": "ring 7"}, b""))
