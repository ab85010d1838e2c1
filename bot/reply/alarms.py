"""What the bot says once an alarm was raised: how to get help, not to wait, thanks when it is taken back, reminders."""

from collections.abc import Sequence
from dataclasses import replace

from bot.alarm.foreign import foreign_signs
from bot.alarm.rules import AlarmKind
from bot.clinic import Clinic
from bot.conversation.after_alarm import SaidOfAlarm
from bot.conversation.alarms import CRISIS, REMINDS_OF, Alarms
from bot.conversation.language import UNKNOWN, foreign
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.ids import GOODBYE, HESITATION, HOW, STAND_DOWN, THANKS, urgent
from bot.reply.reply import Reply, render, spoken

# The id of the reply to what was said of an alarm, and what a button that names one says.
REPLIES: dict[SaidOfAlarm, str] = {
    "hesitation": HESITATION,
    "unsure_if_safe": HESITATION,
    "how": HOW,
    "going": GOODBYE,
    "ok": THANKS,
    "stand_down": STAND_DOWN,
    "seen": STAND_DOWN,
    "safe": STAND_DOWN,
    "not_safe": urgent(CRISIS),
}
SAID_BY_BUTTON: dict[str, SaidOfAlarm] = {HESITATION: "hesitation", HOW: "how", STAND_DOWN: "stand_down"}
SEEN = "seen"  # the variant of a stand-down for an alarm that was seen to


def alarm(base: KnowledgeBase, clinic: Clinic, kind: AlarmKind, text: str) -> Reply:
    """Put an urgent message together; its first sentence is in the language of the patient's text.

    Nothing that goes wrong with the language may keep the message from the patient.
    """
    try:
        language = foreign(text)
        # A sign tells the language where nothing else does; else a neighbour's sign may look like it.
        if language in (None, UNKNOWN):
            language = foreign_signs().language(text)
    except Exception:
        language = None
    known = base.languages.get(language or "")
    lead = known.urgent if known else ""
    return render(base, clinic, base[urgent(kind)], lead=lead, language=language if lead else None)


def urgent_messages(base: KnowledgeBase, clinic: Clinic, kinds: Sequence[AlarmKind], text: str) -> list[Reply]:
    """Put the urgent messages of several alarms together, the gravest first; the buttons stand under the last."""
    replies = [alarm(base, clinic, kind, text) for kind in kinds]
    return [*(replace(one, buttons=()) for one in replies[:-1]), *replies[-1:]]


def after_alarm(
    base: KnowledgeBase, clinic: Clinic, said: SaidOfAlarm, alarms: Alarms, words: str, at: str
) -> tuple[Reply, Alarms]:
    """Reply to what a patient says of an alarm that stands.

    Args:
        base: The knowledge base.
        clinic: The clinic whose numbers go into the texts.
        said: What the message says; see `bot.conversation.after_alarm`. That one is not safe raises the alarm anew
            instead.
        alarms: The conversation's alarms; one must stand.
        words: The message.
        at: When it came, ISO 8601 in UTC.

    Returns:
        The reply, and the alarms after it.
    """
    kind = alarms.latest
    assert kind is not None, "only an alarm that stands can be spoken of"
    ended = kind if said == "stand_down" and kind != CRISIS else CRISIS if said == "safe" else None
    if ended or (said == "seen" and kind != CRISIS):
        reply = render(base, clinic, base[STAND_DOWN], variant=ended or SEEN)
        alarms = alarms.taken_back(ended, words, at) if ended else alarms.seen(words, at)
        return remind(base, clinic, reply, alarms) if alarms.standing else (reply, alarms)
    # A crisis is neither taken back nor seen to by words: then the bot asks whether they are safe.
    reply = render(base, clinic, base[HESITATION if REPLIES[said] == STAND_DOWN else REPLIES[said]], variant=kind)
    if not reply.urgent:
        reply, alarms = remind(base, clinic, replace(reply, buttons=()), alarms)
    if kind == CRISIS and said != "going":
        choices = spoken([base.notices.safe, base.notices.not_safe])
        reply = replace(reply.saying(base.notices.safe_now), buttons=choices, asks="safe_now")
        alarms = alarms.asking_safe()
    return reply, alarms


def remind(base: KnowledgeBase, clinic: Clinic, reply: Reply, alarms: Alarms) -> tuple[Reply, Alarms]:
    """Put the reminders at a reply's end, each whole the first time and then short; returns it and the alarms after it.

    Where no alarm was raised, and only a sign was spoken of, the reminder is that of cauda equina.
    """
    kinds = alarms.reminds_of or (REMINDS_OF,)
    reminders = [(base.notices.reminders[kind], kind in alarms.reminded) for kind in kinds]
    words = " ".join(one.short if again else one.whole for one, again in reminders)
    return reply.saying(clinic.fill(words), kind="reminder"), alarms.said(kinds)
