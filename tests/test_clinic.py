"""clinic.yml: what a clinic tells, and whether its colours can be read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clinic import LARGEST_PICTURE, Clinic, clinic, contrast, logo
from bot.datafile import DataError, read
from bot.knowledge.values import PLACEHOLDERS
from bot.settings import ROOT, settings

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),  # the lightest grey that white pages may have as text
        ("#777777", "#ffffff", 4.48),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_known_ratios(one: str, other: str, ratio: float) -> None:
    """Ratios that are well known come out."""
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)


@given(COLOURS, COLOURS)
def test_ratio_has_no_direction(one: str, other: str) -> None:
    """Which colour is the text makes no difference, and the ratio stays between 1 and 21."""
    ratio = contrast(one, other)

    assert ratio == contrast(other, one)
    assert 1 <= ratio <= 21.001


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


@pytest.mark.parametrize(
    ("line", "expected"), [(None, "Call your pharmacist."), ("1", "Call your pharmacist or the poison line (1).")]
)
def test_poison_line_is_named_where_there_is_one(line: str | None, expected: str) -> None:
    """A clinic that names no poison line leaves no gap in the text."""
    clinic = Clinic(
        name="Oak", phone=None, opening_hours=None, emergency_number="911", crisis_line="988", poison_line=line
    )

    assert clinic.fill("Call your pharmacist{poison_line}.") == expected


def test_wrong_clinic_file_is_told(tmp_path: Path) -> None:
    """A misspelt key in clinic.yml is told with its line."""
    file = tmp_path / "clinic.yml"
    file.write_text('name: Oak\nphne: "5"\nphone: null\nopening_hours: null\nemergency_number: "9"\ncrisis_line: "8"\n')

    with pytest.raises(DataError, match=r"clinic.yml:2: phne: extra fields not permitted"):
        read(file, Clinic)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('colours: {head: "#ffd700"}', "colours.head: white text on it has a contrast of 1.4"),
        ('colours: {messages: "blue"}', 'colours.messages: write it as "#rrggbb"'),
        ('logo: "logo.exe"', "logo: must be a picture: .svg, .png"),
        ('privacy_url: "here"', "privacy_url: invalid or missing URL scheme"),
        ("id: 7", "id: write it in quotes"),
        ('time_zone: "Chicago"', "time_zone: must be the name of a time zone, such as"),
        ("time_zone: 5", "time_zone: write it in quotes"),
        ('date_order: "YMD"', "date_order: unexpected value; permitted: 'MDY', 'DMY'; found 'YMD'"),
    ],
)
def test_what_would_not_work_is_refused(tmp_path: Path, line: str, problem: str) -> None:
    """A colour, logo, address, time zone or order of dates that would not work is told with file, line and key."""
    file = tmp_path / "clinic.yml"
    details = 'name: Oak\nphone: null\nopening_hours: null\nemergency_number: "9"\ncrisis_line: "8"\n'
    file.write_text(f"{details}{line}\n")

    with pytest.raises(DataError) as told:
        read(file, Clinic)

    assert f"clinic.yml:6: {problem}" in str(told.value)


@pytest.mark.parametrize("size", [None, LARGEST_PICTURE + 1])
def test_logo_must_be_a_small_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int | None) -> None:
    """A logo that is not there, or too large for a phone, stops the start with a message."""
    file = tmp_path / "clinic.yml"
    text = (ROOT / "clinic.yml").read_text(encoding="utf-8")
    file.write_text(text.replace("logo: null", 'logo: "logo.png"'), encoding="utf-8")
    if size:
        (tmp_path / "logo.png").write_bytes(b"x" * size)
    monkeypatch.setenv("STRIDE_CLINIC_FILE", str(file))
    settings.cache_clear()
    clinic.cache_clear()

    with pytest.raises(DataError, match=r"clinic.yml: logo: .*logo.png must be a file of at most 100,000 bytes"):
        logo()

    settings.cache_clear()
    clinic.cache_clear()
