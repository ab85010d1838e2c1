"""The focus of a conversation, kept between messages in one Rasa slot."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Asked = Literal[
    "diary_consent",
    "diary_deletion",
    "diary_day",
    "diary_unlikely",
    "diary_change",
    "diary_day_deletion",
    "diary_noted",
    "helpful",
    "what_was_missing",
    "safety_check",
]
SEEN = 20  # answers remembered, so that "tell me more" brings new ones


@dataclass(frozen=True)
class Focus:
    """The topic in focus.

    Attributes:
        answer: The last answer that taught something; None at the beginning.
        topic: Its topic, a key of topics.yml.
        side: The side of the topic last asked for.
        offered: What the last reply offered on its buttons, in order.
        seen: Answers given so far, latest last.
        asked_back: Whether the last reply asked which of `offered` was meant.
        unasked: Answers given since the patient was last asked whether one helped.
        asked: What else the last reply asked, about the diary or an answer; `diary_noted` if it only repeated an entry,
            which the next message may correct.
    """

    answer: str | None = None
    topic: str | None = None
    side: str | None = None
    offered: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    asked_back: bool = False
    unasked: int = 0
    asked: Asked | None = None

    def given(self, answer: str, topic: str | None, side: str | None) -> "Focus":
        """Return the focus after an answer that teaches."""
        seen = (*(one for one in self.seen if one != answer), answer)[-SEEN:]
        return replace(self, answer=answer, topic=topic, side=side, seen=seen, unasked=self.unasked + 1)

    def offering(self, offered: tuple[str, ...], *, asked_back: bool = False, asked: Asked | None = None) -> "Focus":
        """Return the focus after a reply that offers `offered` and asks `asked`."""
        return replace(self, offered=offered, asked_back=asked_back, asked=asked)

    def to_slot(self) -> dict[str, Any]:
        """Return a form that JSON can store."""
        return asdict(self)

    @classmethod
    def from_slot(cls, kept: dict[str, Any] | None) -> "Focus":
        """Read what `to_slot` returned; None gives an empty focus."""
        kept = kept or {}
        return cls(**{**kept, "offered": tuple(kept.get("offered", ())), "seen": tuple(kept.get("seen", ()))})
