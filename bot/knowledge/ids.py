"""Ids of answers and replies that the code itself uses."""

ASK_BACK = "clarify.choose"
OUT_OF_SCOPE, DOSING, DIAGNOSIS = "decline.out_of_scope", "decline.dosing", "decline.diagnosis"
ABOUT, THANKS, GOODBYE, GREETING = "bot.about", "bot.thanks", "bot.goodbye", "bot.greeting"
STAND_DOWN = "urgent.stand_down"
HESITATION, HOW = "urgent.hesitation", "urgent.how"
CHECK = "safety.check"
PRIVACY = "bot.privacy"
TRACK = "visit.track_symptoms"  # tells about the diary
# Only the conversation decides on these, no classifier: they are never learned, ranked or offered.
SETTLED = (STAND_DOWN, HESITATION, HOW, CHECK)
# Of what is signed as a whole and is neither an answer nor a reply.
NOTICES, REFLECTION, OUTSIDE = "notices.sentences", "reflection.sentences", "outside.sentences"
MESSAGING = "messaging.sentences"
DECLINE = "decline."  # prefix of a reply's id that declines
URGENT = "urgent."  # prefix of an alarm's id; its kind follows


def urgent(kind: str) -> str:
    """Return the id of an alarm's urgent message."""
    return f"{URGENT}{kind}"
