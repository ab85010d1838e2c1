"""Ids of answers and replies that the code itself gives or looks for."""

ASK_BACK = "clarify.choose"
OUT_OF_SCOPE, DOSING = "decline.out_of_scope", "decline.dosing"
THANKS, GOODBYE = "bot.thanks", "bot.goodbye"
STAND_DOWN = "urgent.stand_down"
HESITATION, HOW = "urgent.hesitation", "urgent.how"
CHECK = "safety.check"
# What the conversation settles and no classifier may: they are never learned, ranked or offered.
SETTLED = (STAND_DOWN, HESITATION, HOW, CHECK)
URGENT = "urgent."  # what an alarm's id begins with; its kind follows


def urgent(kind: str) -> str:
    """Return the id of an alarm's message."""
    return f"{URGENT}{kind}"
