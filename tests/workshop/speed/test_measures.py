"""Times, and ratios of times that were measured side by side."""

import pytest

from workshop.speed.measures import Times, number, ratio, spread, table


def test_quantiles_are_over_all_messages() -> None:
    """p50 and the others are of the messages of all blocks together."""
    times = Times(((1.0, 2.0, 3.0), (4.0, 5.0)))

    assert times.quantile(0.5) == 3.0
    assert times.told() == "3.00 / 4.80 / 4.96"


def test_ratio_is_of_blocks_that_took_turns() -> None:
    """Each block is compared with its neighbour, so that a machine that grows slow in between changes nothing."""
    quick, slow = Times(((1.0,), (10.0,), (100.0,))), Times(((2.0,), (20.0,), (200.0,)))

    assert ratio(quick, slow).told() == "0.50 (0.50–0.50)"


def test_ratio_needs_pairs() -> None:
    """What did not take turns is not compared."""
    with pytest.raises(ValueError, match="zip"):
        ratio(Times(((1.0,),)), Times(((1.0,), (2.0,))))


def test_spread_tells_the_middle_half() -> None:
    """The median stands with the quartiles."""
    assert spread([1.0, 2.0, 3.0, 4.0, 5.0]).told() == "3.00 (2.00–4.00)"


@pytest.mark.parametrize(("value", "told"), [(0.123, "0.12"), (9.999, "10.00"), (12.34, "12.3"), (523.4, "523")])
def test_numbers_have_digits_that_say_something(value: float, told: str) -> None:
    """Large numbers are told without decimals, small ones with two."""
    assert number(value) == told


def test_table_is_markdown() -> None:
    """The first column is text, the others are numbers."""
    assert table(["a", "b"], [["x", "1"]]) == "| a | b |\n| --- | ---: |\n| x | 1 |"
