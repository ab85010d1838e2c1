"""The attacks of attacks.yml."""

from pathlib import Path

from bot.datafile import Strict, read
from bot.knowledge.values import Text

FILE = Path(__file__).with_name("attacks.yml")


class Attack(Strict):
    """One attack.

    Attributes:
        name: What it tries.
        must: What must hold.
        kind: The function that runs it: a name in `workshop.probe.run.KINDS`.
        long: Whether the short form leaves it out.
        items: What it tries one after the other; the meaning depends on the kind.
        number: How many at once, how often, or how long, depending on the kind.
    """

    name: Text
    must: Text
    kind: Text
    long: bool = False
    items: tuple[str, ...] = ()
    number: int = 0

    class Config:
        """Some attacks consist of blanks and line ends."""

        anystr_strip_whitespace = False


class _File(Strict):
    attacks: tuple[Attack, ...]

    class Config:
        anystr_strip_whitespace = False


def attacks(*, short: bool) -> list[Attack]:
    """Read the attacks; raise DataError if the file is wrong."""
    return [attack for attack in read(FILE, _File).attacks if not (short and attack.long)]
