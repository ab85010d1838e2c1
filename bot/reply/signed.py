"""Says who has signed a text."""

from datetime import date

from bot.knowledge.signatures import Signature
from bot.paper.texts import texts


def signed_by(one: Signature | None, *, signed: str, unsigned: str) -> str:
    """Return the sentence that tells who has signed a text, or the one that nobody has."""
    if one is None:
        return unsigned
    dates = texts().dates
    return signed.format(by=one.by, role=one.role, date=dates.write(date.fromisoformat(one.date), dates.full))
