"""What a patient told of symptoms before a guided talk asks for it, kept between messages in one Rasa slot."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

MOST = 6  # sentences kept, the latest
LONGEST = 600  # characters of a sentence that is kept: some write without a full stop


@dataclass(frozen=True)
class Story:
    """What a patient told of symptoms.

    Attributes:
        sentences: The sentences that plainly tell them, in the patient's words, latest last.
        wrong: The slots of the questions for which the patient said that they were read wrongly.
    """

    sentences: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    def telling(self, sentences: Iterable[str]) -> "Story":
        """Return the story with further sentences."""
        told = [one.strip() for one in sentences if len(one) <= LONGEST]
        return replace(self, sentences=(*(one for one in self.sentences if one not in told), *told)[-MOST:])

    def read_wrongly(self, slot: str) -> "Story":
        """Return the story after the patient said that it was read wrongly for a question's slot."""
        return replace(self, wrong=tuple(dict.fromkeys([*self.wrong, slot])))

    def to_slot(self) -> dict[str, Any]:
        """Return a form that JSON can store."""
        return asdict(self)

    @classmethod
    def from_slot(cls, kept: dict[str, Any] | None) -> "Story":
        """Read what `to_slot` returned; None gives an empty story."""
        return cls(**{name: tuple(values) for name, values in (kept or {}).items()})
