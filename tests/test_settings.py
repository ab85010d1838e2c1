"""The environment's settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.datafile import DataError
from bot.settings import Settings, settings


def test_environment_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment variable changes a setting."""
    monkeypatch.setenv("STRIDE_PORT", "6006")

    assert Settings().port == 6006


def test_websites_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The websites that may show the chat are parted at commas."""
    monkeypatch.setenv("STRIDE_ORIGINS", "https://a.example, http://localhost:8080")

    assert Settings().websites == ["https://a.example", "http://localhost:8080"]


@pytest.mark.parametrize(
    "origin", ["http://a.example:443", "https://a.example:65535", "http://[::1]:8080", "http://1.2.3.4"]
)
def test_website_as_browsers_write_it_is_taken(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    """An origin as a browser sends it is taken."""
    monkeypatch.setenv("STRIDE_ORIGINS", origin)

    assert Settings().websites == [origin]


@pytest.mark.parametrize("name", ["VAR", "MODELS", "CLINIC_FILE", "ALARM_KEY"])
def test_home_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    """A path that begins with ~ begins in the user's home, as in a shell."""
    monkeypatch.setenv("HOME", str(tmp_path))
    if name == "ALARM_KEY":
        (tmp_path / "mine").write_text("x" * 32)
    else:
        (tmp_path / "mine").mkdir()
    monkeypatch.setenv(f"STRIDE_{name}", "~/mine")

    assert getattr(Settings(), name.lower()) == tmp_path / "mine"


@pytest.mark.parametrize(
    ("others", "named"),
    [
        ({"PROXIES": "1"}, "STRIDE_PROXIES"),
        ({"PUBLIC_URL": "https://bot.example"}, "STRIDE_PUBLIC_URL"),
        ({"HOST": "0.0.0.0"}, "STRIDE_HOST"),
        ({"HOST": "bot.example", "PROXIES": "2"}, "STRIDE_PROXIES and STRIDE_HOST"),
    ],
)
def test_rest_in_the_open_is_refused(monkeypatch: pytest.MonkeyPatch, others: dict[str, str], named: str) -> None:
    """The REST channel, which has no sessions, does not go together with what lets others reach the server."""
    for name, value in {"REST": "true", **others}.items():
        monkeypatch.setenv(f"STRIDE_{name}", value)
    settings.cache_clear()

    with pytest.raises(DataError, match=f"^STRIDE_REST and {named} do not go together"):
        settings()

    settings.cache_clear()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_rest_of_this_machine_is_taken(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """The REST channel goes together with a server that this machine alone reaches."""
    monkeypatch.setenv("STRIDE_REST", "true")
    monkeypatch.setenv("STRIDE_HOST", host)

    assert Settings().rest


@pytest.mark.parametrize(
    "origins",
    [
        "*",
        "a.example",
        "https://a.example/",
        "https://a.example/page",
        "https://*.example",
        "https://A.example",
        "HTTPS://a.example",
        "https://a.example:443",
        "http://a.example:80",
        "https://a.example:65536",
        "https://..",
        "https://a.example:0",
        "https://-",
        "http://127.1",
        "null",
        ",",
        " , ",
    ],
)
def test_what_is_no_website_is_refused(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    """An origin that no browser would send, or that means everybody, is refused with what to write."""
    monkeypatch.setenv("STRIDE_ORIGINS", origins)

    with refused("STRIDE_ORIGINS", "write scheme and host only"):
        settings()


@contextmanager
def refused(variable: str, problem: str) -> Iterator[None]:
    """Whatever reads the settings is told of one problem with a variable."""
    settings.cache_clear()
    with pytest.raises(DataError) as told:
        yield
    settings.cache_clear()
    assert str(told.value).startswith(f"{variable}: ")
    assert problem in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PORT", "0", "greater than or equal to 1"),
        ("PORT", "65536", "less than or equal to 65535"),
        ("PORT", "99999999", "less than or equal to 65535"),
        ("PORT", "-1", "greater than"),
        ("PORT", "http", "integer"),
        ("PORT", "", "is empty"),
        ("PROXIES", "-1", "greater than or equal to 0"),
        ("PROXIES", "11", "less than or equal to 10"),
        ("MESSAGE_LIMIT", "-5", "greater than or equal to 100"),
        ("MESSAGE_LIMIT", "99", "greater than or equal to 100"),
        ("MESSAGE_LIMIT", "10001", "less than or equal to 10000"),
        ("SESSION_DAYS", "0", "greater than or equal to 1"),
        ("SESSION_DAYS", "366", "less than or equal to 365"),
        ("MESSAGES_PER_MINUTE", "0", "greater than or equal to 1"),
        ("MESSAGES_PER_MINUTE", "1001", "less than or equal to 1000"),
        ("MESSAGES_PER_ADDRESS", "9", "greater than or equal to 10"),
        ("MESSAGES_PER_ADDRESS", "1000001", "less than or equal to 1000000"),
        ("REST", "perhaps", "boolean"),
        ("REST", "", "is empty"),
        ("VAR", " ", "is empty"),
        ("VAR", "", "is empty"),
        ("CLINIC_FILE", "", "is empty"),
        ("VAR", "~nobody-of-this-name/x", "there is no such user's home"),
        ("MODELS", "/no/such/models", "there is no such folder"),
        ("HOST", "", "is empty"),
        ("HOST", "0", "write an address or a name"),
        ("HOST", "127.1", "write an address or a name"),
        ("HOST", "999.999.999.999", "write an address or a name"),
        ("HOST", "127.0.0.1:5005", "write an address or a name"),
        ("HOST", "[::1]", "write an address or a name"),
        ("HOST", "http://localhost", "write an address or a name"),
        ("HOST", "a b", "write an address or a name"),
        ("HOST", "-a", "write an address or a name"),
        ("HOST", "localhost\n", "write an address or a name"),
        ("PUBLIC_URL", "javascript:alert(1)", "write https"),
        ("PUBLIC_URL", "http://bot.example", "write https"),
        ("PUBLIC_URL", "http://127.0.0.1.evil.example", "write https"),
        ("PUBLIC_URL", "https://", "write https"),
        ("PUBLIC_URL", "https://-", "write https"),
        ("PUBLIC_URL", "https://bot..example", "write https"),
        ("PUBLIC_URL", "https://bot.example:0", "write https"),
        ("PUBLIC_URL", "https://bot.example:99999", "write https"),
        ("PUBLIC_URL", "https://user@bot.example", "write https"),
        ("PUBLIC_URL", "https://bot.example/..", "write https"),
        ("PUBLIC_URL", "https://bot.example//x", "write https"),
        ("PUBLIC_URL", "https://bot.example?x", "write https"),
        ("PUBLIC_URL", "https://bot.example#x", "write https"),
        ("PUBLIC_URL", "//bot.example", "write https"),
        ("PUBLIC_URL", "bot.example", "write https"),
        ("PUBLIC_URL", "https://bot.example\n", "write https"),
    ],
)
def test_setting_that_would_not_work_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, problem: str
) -> None:
    """A setting that is empty, out of range, or nothing of its kind is refused, with the variable's name."""
    monkeypatch.setenv(f"STRIDE_{name}", value)

    with refused(f"STRIDE_{name}", problem):
        settings()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "65535", 65535),
        ("PROXIES", "10", 10),
        ("MESSAGE_LIMIT", "100", 100),
        ("REST", "true", True),
        ("REST", "0", False),
        ("HOST", "0.0.0.0", "0.0.0.0"),
        ("HOST", "::1", "::1"),
        ("HOST", "bot-1.example", "bot-1.example"),
        ("PUBLIC_URL", "", ""),
        ("PUBLIC_URL", "https://bot.example", "https://bot.example"),
        ("PUBLIC_URL", "https://bot.example/", "https://bot.example"),
        ("PUBLIC_URL", "https://bot.example:8443/stride", "https://bot.example:8443/stride"),
        ("PUBLIC_URL", "http://localhost:5005", "http://localhost:5005"),
        ("PUBLIC_URL", "http://[::1]:5005", "http://[::1]:5005"),
        ("PUBLIC_URL", "http://127.0.0.1", "http://127.0.0.1"),
    ],
)
def test_setting_that_works_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: object) -> None:
    """A setting at the end of its range, or written in another way, is taken."""
    monkeypatch.setenv(f"STRIDE_{name}", value)

    assert getattr(Settings(), name.lower()) == expected


def test_all_problems_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several wrong settings, each has its line."""
    monkeypatch.setenv("STRIDE_PORT", "0")
    monkeypatch.setenv("STRIDE_PROXIES", "-1")
    settings.cache_clear()

    with pytest.raises(DataError, match=r"STRIDE_PORT: .*\nSTRIDE_PROXIES: "):
        settings()

    settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("STRIDE_SESION_DAYS", "STRIDE_SESION_DAYS is no setting; is STRIDE_SESSION_DAYS meant?"),
        ("stride_prt", "stride_prt is no setting; is STRIDE_PORT meant?"),
        ("STRIDE_XYZZY", "STRIDE_XYZZY is no setting"),
        ("stride_port", ""),
        ("STRIDER", ""),
    ],
)
def test_unknown_setting_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str, told: str
) -> None:
    """A variable that nothing reads is told, with the setting that it may be meant for."""
    monkeypatch.setenv(name, "7")
    settings.cache_clear()

    settings()

    settings.cache_clear()
    assert [message for message in caplog.messages if name in message] == ([told] if told else [])


SECRET = "x" * 32


@pytest.mark.parametrize(
    "url",
    [
        "https://clinic.example/alarms",
        "https://clinic.example:8443/a?b=c",
        "http://localhost:8080/alarms",
        "http://127.0.0.1/",
        "http://127.8.9.1:99/",
        "http://[::1]:99/",
    ],
)
def test_webhook_may_be_private(url: str) -> None:
    """The clinic's system is reached by https, or on this machine."""
    assert Settings(alarm_webhook=url, alarm_webhook_secret=SECRET).alarm_webhook == url


@pytest.mark.parametrize(
    "url",
    [
        "http://clinic.example/alarms",
        "http://10.0.0.1/",
        "http://localhost.clinic.example/",
        "http://127.0.0.1.clinic.example/",
        "http://localhost@clinic.example/",
        "http://[2001:db8::1]/",
        "http://0.0.0.0/",
    ],
)
def test_webhook_in_the_open_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Alarms are not sent through a network that others can read; the message names the variable."""
    monkeypatch.setenv("STRIDE_ALARM_WEBHOOK", url)
    monkeypatch.setenv("STRIDE_ALARM_WEBHOOK_SECRET", SECRET)

    with refused("STRIDE_ALARM_WEBHOOK", "write https://"):
        settings()


@pytest.mark.parametrize("secret", ["s", "x" * 31])
def test_short_webhook_secret_is_refused(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    """A secret that can be guessed is refused, with how to make a good one, and is not shown."""
    monkeypatch.setenv("STRIDE_ALARM_WEBHOOK_SECRET", secret)

    settings.cache_clear()
    with pytest.raises(DataError, match=r"STRIDE_ALARM_WEBHOOK_SECRET: needs at least 32 .*openssl") as told:
        settings()

    assert "xxx" not in str(told.value)


def test_webhook_needs_a_secret() -> None:
    """Nothing is sent unsigned."""
    with pytest.raises(ValidationError, match="STRIDE_ALARM_WEBHOOK needs STRIDE_ALARM_WEBHOOK_SECRET"):
        Settings(alarm_webhook="https://clinic.example/alarms")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, r"cannot be read \(FileNotFoundError\); `openssl"),
        (b"", "needs at least 32 characters"),
        (b" \n" * 40, "needs at least 32 characters"),
        (b"\xff" * 40, r"cannot be read \(UnicodeDecodeError\)"),
    ],
)
def test_wrong_alarm_key_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: bytes | None, problem: str
) -> None:
    """A key that somebody named must be there: another one would make the record look forged."""
    path = tmp_path / "alarms.key"
    if text is not None:
        path.write_bytes(text)
    monkeypatch.setenv("STRIDE_ALARM_KEY", str(path))

    settings.cache_clear()
    with pytest.raises(DataError, match=f"STRIDE_ALARM_KEY: {path} {problem}"):
        settings()


def test_alarm_key_lies_with_the_record_unless_named(tmp_path: Path) -> None:
    """The key's file is the one that was named, else one beside the record."""
    path = tmp_path / "named"
    path.write_text(SECRET)

    assert Settings(var=tmp_path).alarm_key_file == tmp_path / "alarms.key"
    assert Settings(var=tmp_path, alarm_key=path).alarm_key_file == path
