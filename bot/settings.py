"""Settings from the environment, validated once."""

import difflib
import logging
import os
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import AnyHttpUrl, BaseSettings, Field, SecretStr, ValidationError, root_validator, validator
from pydantic.fields import ModelField

from bot.datafile import DataError
from bot.files.keyfile import SHORTEST as SHORTEST_SECRET
from bot.hosts import LAST_PORT, is_here, is_host, is_origin, is_public, split

logger = logging.getLogger(__name__)

CODE = Path(__file__).resolve().parent.parent  # the folder of the packages
# The folder of Rasa's files and the data: the top of a checkout, or where a wheel installs them.
ROOT = CODE if (CODE / "domain.yml").is_file() else CODE / "bot" / "project"
HOME = ROOT if ROOT == CODE else Path.cwd()  # where a server keeps its models and its data
VAR = HOME / "var"
PREFIX = "STRIDE_"
LONGEST = 10  # times the longest answered message
ESCAPED = 12  # bytes of a character in JSON as two escapes
BESIDE = 10_000  # bytes of a request besides the message
MAKE_SECRET = "openssl rand -hex 32"


def _clinic_file() -> Path:
    """Return the operator's file, or the example when an installed wheel finds none."""
    return next((path for path in (HOME / "clinic.yml", ROOT / "clinic.yml") if path.is_file()), HOME / "clinic.yml")


class Settings(BaseSettings):
    """Environment variables, each `STRIDE_<NAME>`; the bot runs with none of them set."""

    clinic_file: Path = Field(default=_clinic_file(), description="the clinic's own details")
    models: Path = Field(default=HOME / "models", description="trained models")
    host: str = Field(default="127.0.0.1", description="address that the server listens on")
    port: int = Field(default=5005, ge=1, le=LAST_PORT, description="port that the server listens on")
    rest: bool = Field(default=False, description="whether scripts on the same machine may use the REST channel")
    tensorflow: bool = Field(default=False, description="whether TensorFlow is loaded, for components of Rasa's own")
    message_limit: int = Field(default=2000, ge=100, le=10_000, description="characters of a message that is answered")
    origins: str = Field(default="", description="websites that may show the chat, such as https://clinic.example, …")
    proxies: int = Field(
        default=0, ge=0, le=10, description="proxies before the server whose X-Forwarded-For is to be believed"
    )
    session_days: int = Field(default=7, ge=1, le=365, description="days after which a web conversation is deleted")
    diary_days: int = Field(
        default=400, ge=30, le=3650, description="days without use after which a walking diary is deleted"
    )
    messages_per_minute: int = Field(default=20, ge=1, le=1_000, description="that one web conversation may send")
    messages_per_address: int = Field(
        default=120, ge=10, le=1_000_000, description="that one address may send in a minute"
    )
    var: Path = Field(default=VAR, description="what is kept: alarms, web chats, diaries, feedback, papers")
    public_url: str = Field(default="", description="address at which patients reach the server, for links to papers")
    alarm_webhook: AnyHttpUrl | Literal["none"] | None = Field(
        default=None, description="address that is told of every alarm, or none; messaging channels need one of them"
    )
    alarm_webhook_secret: SecretStr | None = Field(default=None, description="signs what that address is told")
    alarm_key: Path | None = Field(default=None, description="file with the secret that signs the record of alarms")

    @validator("*", pre=True)
    def _given(cls, value: Any, field: ModelField) -> Any:
        if isinstance(value, str) and not value.strip() and value != field.default:
            raise ValueError("is empty; give it a value, or leave it out")
        return value

    @validator("clinic_file", "models", "var", "alarm_key")
    def _at_home(cls, path: Path | None) -> Path | None:
        try:
            return path and path.expanduser()
        except RuntimeError as error:
            raise ValueError(f"{path}: there is no such user's home") from error

    @validator("models")
    def _is_there(cls, folder: Path, field: ModelField) -> Path:
        if folder != field.default and not folder.is_dir():
            raise ValueError(f"{folder}: there is no such folder; make it, or leave this out")
        return folder

    @validator("host")
    def _listens(cls, host: str) -> str:
        if not is_host(host):
            raise ValueError(f"{host!r}: write an address or a name, such as 127.0.0.1, without port and brackets")
        return host

    @validator("public_url")
    def _reached(cls, url: str) -> str:
        if url and not is_public(url):
            raise ValueError(f"{url!r}: write https and the server's name, such as https://bot.example")
        return url.rstrip("/")

    @validator("origins")
    def _websites(cls, origins: str) -> str:
        if wrong := [one for one in split(origins) or [origins] if one and not is_origin(one)]:
            how = "write scheme and host only, in small letters and without the usual port, such as"
            raise ValueError(f"{', '.join(wrong)}: {how} https://clinic.example")
        return origins

    @property
    def longest_message(self) -> int:
        """The longest text, in characters, that the web chat accepts and checks for signs."""
        return LONGEST * self.message_limit

    @property
    def largest_request(self) -> int:
        """The largest body of a request, in bytes: the longest text in any JSON spelling, and the rest."""
        return ESCAPED * self.longest_message + BESIDE

    @property
    def websites(self) -> list[str]:
        """The websites that may show the chat, each as in a browser's `Origin`."""
        return split(self.origins)

    @property
    def webhook(self) -> AnyHttpUrl | None:
        """The address that is told of every alarm; None if nobody is."""
        return self.alarm_webhook if isinstance(self.alarm_webhook, AnyHttpUrl) else None

    @validator("alarm_webhook")
    def _private(cls, url: AnyHttpUrl | Literal["none"] | None) -> AnyHttpUrl | Literal["none"] | None:
        if isinstance(url, AnyHttpUrl) and url.scheme != "https" and not is_here(url.host or ""):
            raise ValueError("write https://…; http is for an address of this machine only")
        return url

    @validator("alarm_webhook_secret")
    def _long(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"needs at least {SHORTEST_SECRET} characters; `{MAKE_SECRET}` makes some")
        return secret

    @validator("alarm_key")
    def _key(cls, path: Path | None) -> Path | None:
        if path:
            try:
                secret = path.read_text().strip()
            except (OSError, ValueError) as error:
                raise ValueError(
                    f"{path} cannot be read ({type(error).__name__}); `{MAKE_SECRET} > {path}` makes a new one"
                ) from error
            if len(secret) < SHORTEST_SECRET:
                raise ValueError(f"{path} needs at least {SHORTEST_SECRET} characters")
        return path

    @root_validator(skip_on_failure=True)
    def _signed(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values.get("alarm_webhook") not in (None, "none") and not values.get("alarm_webhook_secret"):
            raise ValueError("STRIDE_ALARM_WEBHOOK needs STRIDE_ALARM_WEBHOOK_SECRET, which signs what is sent there")
        return values

    @root_validator(skip_on_failure=True)
    def _rest_is_at_home(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values["rest"]:
            others = {"proxies": values["proxies"], "public_url": values["public_url"]}
            others["host"] = not is_here(values["host"])
            if names := " and ".join(_variable((name,)) for name, given in others.items() if given):
                raise ValueError(
                    f"STRIDE_REST and {names} do not go together: the REST channel has no sessions, so that nobody but"
                    " this machine may reach the server"
                )
        return values

    @property
    def alarm_key_file(self) -> Path:
        """The file with the secret that signs the record of alarms."""
        return self.alarm_key or self.var / "alarms.key"

    class Config:
        """Sets the prefix of names in the environment."""

        env_prefix = PREFIX


@cache
def settings() -> Settings:
    """Return the environment's settings, read once per process.

    Raises:
        DataError: A setting is invalid; each problem is a line that names the variable.
    """
    _tell_unknown()
    try:
        return Settings()
    except ValidationError as error:
        problems = [(_variable(problem["loc"]), problem["msg"]) for problem in error.errors()]
        raise DataError("\n".join(f"{name}: {problem}" if name else problem for name, problem in problems)) from error


def _variable(location: tuple[int | str, ...]) -> str:
    """Return a setting's variable; empty for a problem of several settings, which names them itself."""
    return "" if location[0] == "__root__" else f"{PREFIX}{location[0]}".upper()


def _tell_unknown() -> None:
    """Warn of variables that nothing reads: one may be a misspelt setting.

    A channel reads its own, `STRIDE_<CHANNEL>_<NAME>`, and refuses one that it does not know.
    """
    known = [name.upper() for name in Settings.__fields__]
    for variable in sorted(os.environ):
        name = variable.upper().removeprefix(PREFIX)
        channel = CODE / "bot" / "channels" / f"{name.partition('_')[0].lower()}.py"
        if variable.upper() != name and name not in known and not channel.is_file():
            near = difflib.get_close_matches(name, known, 1)
            logger.warning("%s is no setting%s", variable, f"; is {PREFIX}{near[0]} meant?" if near else "")
