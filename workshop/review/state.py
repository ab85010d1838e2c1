"""The state of a text's review: signed, changed since, or never signed."""

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.words import signature

SIGNED, CHANGED, UNSIGNED = "signed", "changed", "not signed"


def state(base: KnowledgeBase, text_id: str) -> str:
    """Return whether a text is signed as it is now."""
    if signature(base, text_id):
        return SIGNED
    return CHANGED if text_id in base.signatures else UNSIGNED


def told(base: KnowledgeBase, text_id: str) -> str:
    """Return the state with who has signed, and when."""
    if text_id not in base.signatures:
        return UNSIGNED
    one = base.signatures[text_id]
    who = f"by {one.by}, {one.role}, on {one.date}"
    return f"signed {who}" if signature(base, text_id) else f"changed since signed {who}"


def listed(base: KnowledgeBase) -> dict[str, list[str]]:
    """Return the ids of the texts by state."""
    return {one: [name for name in base.texts if state(base, name) == one] for one in (SIGNED, CHANGED, UNSIGNED)}
