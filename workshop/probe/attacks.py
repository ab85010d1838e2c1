"""The attacks, as attacks.yml has them."""

from pathlib import Path

from bot.datafile import Strict, read
from bot.knowledge.schema import Text

FILE = Path(__file__).with_name("attacks.yml")


class Attack(Strict):
    """One attack.

    Attributes:
        name: What is tried.
        must: What must hold.
        kind: What carries it out: a name of `workshop.probe.run.KINDS`.
        long: Left out of the short form.
        items: What is tried one after the other; what they mean depends on the kind.
        number: How many at once, how often, or how long; that too depends on the kind.
    """

    name: Text
    must: Text
    kind: Text
    long: bool = False
    items: tuple[str, ...] = ()
    number: int = 0

    class Config:
        """Blanks and line ends are what some attacks are about."""

        anystr_strip_whitespace = False


class _File(Strict):
    attacks: tuple[Attack, ...]

    class Config:
        anystr_strip_whitespace = False


def attacks(*, short: bool) -> list[Attack]:
    """Read the attacks; raises DataError when the file is wrong."""
    return [attack for attack in read(FILE, _File).attacks if not (short and attack.long)]
