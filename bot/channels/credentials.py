"""Which messaging channels are on: their settings from the environment and credentials.yml, checked at the start."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.channels.connector import Connector, Credentials
from bot.datafile import DataError
from bot.reply.rows import rows
from bot.settings import PREFIX, Settings

MESSAGING = "bot.channels.messaging.Messaging"  # in credentials.yml
SWITCHES = Credentials.__fields__.keys()  # alone, they switch nothing on


@cache
def connectors() -> dict[str, type[Connector]]:
    """Return the connectors by the names of their channels; a row of channels.yml names the file here."""
    modules = {one.connector: import_module(f"bot.channels.{one.connector}") for one in rows().values()}
    return {name: _connector(module) for name, module in modules.items()}


def _connector(module: Any) -> type[Connector]:
    found = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]
    [connector] = [one for one in found if issubclass(one, Connector)]
    return connector


def needed(connector: type[Connector]) -> list[str]:
    """Return the names of the variables without which a channel cannot be on."""
    prefix = f"{PREFIX}{connector.channel}_".upper()
    return [f"{prefix}{name.upper()}" for name, field in connector.settings.__fields__.items() if field.required]


def read(connector: type[Connector], written: Mapping[str, Any] | None = None) -> Credentials | None:
    """Return a connector's settings, or None when none of its variables is set: then the channel is off.

    Args:
        connector: The connector.
        written: Its part of credentials.yml; the environment comes first.

    Raises:
        DataError: Some are set, but one is missing, unknown or wrong; each problem is a line that names the variable,
            and never its value.
    """
    prefix = f"{PREFIX}{connector.channel}_".upper()
    given = {name.upper(): value for name, value in os.environ.items() if name.upper().startswith(prefix)}
    values: dict[str, Any] = {
        **(written or {}),
        **{name.removeprefix(prefix).lower(): one for name, one in given.items()},
    }
    if not values.keys() - SWITCHES:
        return None
    try:
        return connector.settings(**values)
    except ValidationError as error:
        known = [*connector.settings.__fields__]
        problems = [_told(prefix, problem, known) for problem in error.errors()]
        raise DataError("\n".join(problems)) from error


def _told(prefix: str, problem: Any, known: list[str]) -> str:
    name = str(problem["loc"][0])
    if problem["type"] == "value_error.missing":
        return f"{prefix}{name.upper()}: is missing, and the channel cannot do without it"
    if problem["type"] == "value_error.extra":
        near = difflib.get_close_matches(name, known, 1)
        return f"{prefix}{name.upper()}: is no setting{f'; is {prefix}{near[0].upper()} meant?' if near else ''}"
    return (
        f"{prefix if name != '__root__' else ''}{name.upper() if name != '__root__' else prefix[:-1]}: {problem['msg']}"
    )


def check(channel: str, config: Settings) -> None:
    """Refuse a start with a channel that lacks what all messaging channels need.

    Raises:
        DataError: Patients' providers could not reach the server, or nobody would learn of an urgent message that
            cannot be delivered.
    """
    if not config.public_url:
        raise DataError(f"STRIDE_PUBLIC_URL: is missing; {channel} signs requests to it, and papers link to it")
    if config.alarm_webhook is None:
        raise DataError(
            f"STRIDE_ALARM_WEBHOOK: is missing; somebody must learn when an urgent message over {channel} cannot be"
            " delivered. Name the clinic's address, or write `none` if nobody is to be told"
        )


def written(path: Path) -> Mapping[str, Any]:
    """Return the messaging channels' part of credentials.yml, where `${VARIABLE}` stands for its value.

    Raises:
        DataError: The file cannot be read.
    """
    try:
        return dict((yaml.safe_load(os.path.expandvars(path.read_text(encoding="utf-8"))) or {}).get(MESSAGING) or {})
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise DataError(f"{path}:1: cannot be read: {type(error).__name__}") from error


def switched_on(written: Mapping[str, Any], config: Settings) -> list[Connector]:
    """Return the connectors that are on.

    Args:
        written: Their settings in credentials.yml, by channel.
        config: The server's settings.

    Raises:
        DataError: A channel's settings are wrong, or the server lacks what all of them need.
    """
    if unknown := written.keys() - connectors().keys():
        raise DataError(f"credentials.yml: {MESSAGING}: there is no channel {', '.join(sorted(unknown))}")
    on = []
    for name, connector in connectors().items():
        if credentials := read(connector, written.get(name)):
            check(name, config)
            on.append(connector(credentials, config.public_url))
    return on
