"""What the detector is compared with, on the benchmark's own keywords."""

from collections.abc import Callable
from pathlib import Path

import pytest

from workshop.benchmark import comparison
from workshop.commands.bench_safety import KEYWORDS

pytestmark = pytest.mark.rasa  # the command imports it
SIGN, DENIAL = "I have saddle numbness", "I have no saddle numbness"


@pytest.mark.parametrize(
    ("make", "of_denial"),
    [(comparison.keywords, True), (comparison.negspacy, False), (comparison.medspacy, False)],
)
def test_compared(make: Callable[[Path], Callable[[str], bool]], of_denial: bool) -> None:
    """All find a keyword; those with context rules leave a plain denial alone."""
    alarms = make(KEYWORDS)

    assert (alarms(SIGN), alarms(DENIAL), alarms("What a lovely day")) == (True, of_denial, False)
