"""Ids of answers and replies that the code itself gives or looks for."""

ASK_BACK = "clarify.choose"
OUT_OF_SCOPE = "decline.out_of_scope"
STAND_DOWN = "urgent.stand_down"
URGENT = "urgent."  # what an alarm's id begins with; its kind follows


def urgent(kind: str) -> str:
    """Return the id of an alarm's message."""
    return f"{URGENT}{kind}"
