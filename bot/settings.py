"""clinic.yml and the environment, validated once."""

from functools import cache
from pathlib import Path
from typing import Any

from pydantic import AnyHttpUrl, BaseSettings, Field, SecretStr, StrictBool, root_validator, validator
from pydantic.fields import ModelField

from bot.knowledge.schema import PLACEHOLDER, Text
from bot.yamlfile import Strict, read

ROOT = Path(__file__).resolve().parent.parent


class Clinic(Strict):
    """What a clinic tells the bot about itself; nothing is invented where it tells nothing."""

    name: Text
    phone: str | None
    opening_hours: str | None
    emergency_number: Text
    crisis_line: Text
    keep_words_of_alarms: StrictBool = False

    @validator("*", pre=True)
    def _quoted(cls, value: Any, field: ModelField) -> Any:
        # Unquoted, YAML reads 000 as 0 and 0412 as an octal number.
        if value is not None and not isinstance(value, str) and field.type_ is not StrictBool:
            raise ValueError("write it in quotes")
        return value

    def fill(self, text: str) -> str:
        """Put the clinic's details into a curated text's placeholders (`{clinic}`, `{emergency_number}`, …)."""
        values = {
            "clinic": f"{self.name} ({self.phone})" if self.phone else self.name,
            "opening_hours": f" ({self.opening_hours})" if self.opening_hours else "",
            "emergency_number": self.emergency_number,
            "crisis_line": self.crisis_line,
        }
        return PLACEHOLDER.sub(lambda match: values[match.group(1)], text)


class Settings(BaseSettings):
    """Environment variables, each `STRIDE_<NAME>`; the bot runs with none of them set."""

    clinic_file: Path = Field(default=ROOT / "clinic.yml", description="the clinic's own details")
    models: Path = Field(default=ROOT / "models", description="trained models")
    host: str = Field(default="127.0.0.1", description="address that the server listens on")
    port: int = Field(default=5005, description="port that the server listens on")
    message_limit: int = Field(default=2000, description="longest message that is answered, in characters")
    var: Path = Field(default=ROOT / "var", description="the record of alarms, diaries, feedback and papers for visits")
    public_url: str = Field(default="", description="address at which patients reach the server, for links to papers")
    alarm_webhook: AnyHttpUrl | None = Field(default=None, description="address that is told of every alarm")
    alarm_webhook_secret: SecretStr | None = Field(default=None, description="signs what that address is told")

    @root_validator
    def _signed(cls, values: dict[str, Any]) -> dict[str, Any]:
        if values.get("alarm_webhook") and not values.get("alarm_webhook_secret"):
            raise ValueError("STRIDE_ALARM_WEBHOOK needs STRIDE_ALARM_WEBHOOK_SECRET, which signs what is sent there")
        return values

    class Config:
        """Names as in the environment."""

        env_prefix = "STRIDE_"


@cache
def settings() -> Settings:
    """Return the environment's settings, read once a process."""
    return Settings()


@cache
def clinic() -> Clinic:
    """Return the clinic's details, read once a process; raises DataError when clinic.yml is wrong."""
    return read(settings().clinic_file, Clinic)
