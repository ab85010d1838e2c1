"""The tables of the three tiers, and of signs that something added silences."""

from workshop.benchmark.tiers import Heard, flips, tiers


def heard(label: str, alarm: str | None, check: bool = False, group: str = "x", pair: int | None = None) -> Heard:
    """What the bot made of a message."""
    return Heard("x", label, group, alarm, check, pair)


def test_shares_of_each_tier() -> None:
    """Signs count as heard by their own alarm, or by any alarm or check; what is open to doubt is left out."""
    told = [
        heard("crisis", "crisis"),
        heard("crisis", "emergency"),
        heard("cauda_equina", None, check=True),
        heard("cauda_equina", None),
        heard("doubt", None),
        heard("quiet", None, check=True, group="back_leg"),
        heard("quiet", None, group="other"),
    ]

    lines = tiers(told).splitlines()

    assert [line.split(" (")[0] for line in lines if line.startswith("| **all**")] == [
        "| **all** | 4 | 25.0",
        "| **all** | 2 | 0.0",
    ]
    assert any(line.startswith("| crisis | 2 | 50.0") for line in lines)
    assert any(line.startswith("| back leg | 1 | 0.0") and "| 100.0" in line for line in lines)


def test_pairs_that_flip() -> None:
    """Only pairs whose plain message is heard count; silence and a weaker answer are told apart."""
    told = [
        heard("cauda_equina", "cauda_equina", group="base", pair=1),
        heard("cauda_equina", None, group="night", pair=1),
        heard("cauda_equina", None, check=True, group="money", pair=1),
        heard("cauda_equina", None, group="base", pair=2),
        heard("cauda_equina", None, group="night", pair=2),
    ]

    lines = flips(told).splitlines()

    assert any(line.startswith("| **all** | 2 | 50.0") for line in lines)
    assert any(line.startswith("| night | 1 | 100.0") for line in lines)
    assert any(line.startswith("| money | 1 | 0.0") and "| 100.0" in line for line in lines)
