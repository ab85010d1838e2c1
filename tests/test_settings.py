"""clinic.yml and the environment."""

from pathlib import Path

import pytest

from bot.knowledge.schema import PLACEHOLDERS
from bot.settings import ROOT, Clinic, Settings
from bot.yamlfile import DataError, read


def test_own_clinic_file_is_valid() -> None:
    """The clinic's own file is valid, and knows every placeholder."""
    clinic = read(ROOT / "clinic.yml", Clinic)

    assert "{" not in clinic.fill(" ".join(f"{{{name}}}" for name in PLACEHOLDERS))


def test_numbers_must_be_quoted(tmp_path: Path) -> None:
    """A number that YAML would change (000 becomes 0) is refused with its line."""
    file = tmp_path / "clinic.yml"
    file.write_text('name: Oak\nphone: null\nopening_hours: null\nemergency_number: 000\ncrisis_line: "8"\n')

    with pytest.raises(DataError, match=r"clinic.yml:4: emergency_number: write it in quotes"):
        read(file, Clinic)


@pytest.mark.parametrize(
    ("phone", "hours", "expected"),
    [
        (None, None, "Call Oak or 911."),
        ("555", None, "Call Oak (555) or 911."),
        ("555", "8 to 5", "Call Oak (555) (8 to 5) or 911."),
    ],
)
def test_fills_placeholders(phone: str | None, hours: str | None, expected: str) -> None:
    """What the clinic has told is put in, and what it has not told leaves no gap."""
    clinic = Clinic(name="Oak", phone=phone, opening_hours=hours, emergency_number="911", crisis_line="988")

    assert clinic.fill("Call {clinic}{opening_hours} or {emergency_number}.") == expected


def test_wrong_clinic_file_is_told(tmp_path: Path) -> None:
    """A misspelt key in clinic.yml is told with its line."""
    file = tmp_path / "clinic.yml"
    file.write_text('name: Oak\nphne: "5"\nphone: null\nopening_hours: null\nemergency_number: "9"\ncrisis_line: "8"\n')

    with pytest.raises(DataError, match=r"clinic.yml:2: phne: extra fields not permitted"):
        read(file, Clinic)


def test_environment_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment variable changes a setting."""
    monkeypatch.setenv("STRIDE_PORT", "6006")

    assert Settings().port == 6006
