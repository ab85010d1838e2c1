"""How well two colours stand apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contrast import contrast

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
