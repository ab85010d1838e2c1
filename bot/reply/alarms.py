"""What the bot says after an alarm: how to get help, not to wait, thanks for a stand-down, reminders."""

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

# REPLIES has the reply's id by what a message says about an alarm; SAID_BY_BUTTON has what a button says by its id.
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
    """Return an urgent message; its first sentence is in the language of the patient's text.

    No failure of the language detection may keep the message from the patient.
    """
    try:
        language = foreign(text)
        # A sign shows the language only if nothing else does, because signs of related languages look alike.
        if language in (None, UNKNOWN):
            language = foreign_signs().language(text)
    except Exception:
        language = None
    known = base.languages.get(language or "")
    lead = known.urgent if known else ""
    return render(base, clinic, base[urgent(kind)], before=lead, language=language if lead else None)


def urgent_messages(base: KnowledgeBase, clinic: Clinic, kinds: Sequence[AlarmKind], text: str) -> list[Reply]:
    """Return the urgent messages of several alarms, gravest first; only the last has buttons."""
    replies = [alarm(base, clinic, kind, text) for kind in kinds]
    return [*(replace(one, buttons=()) for one in replies[:-1]), *replies[-1:]]


def after_alarm(
    base: KnowledgeBase,
    clinic: Clinic,
    said: SaidOfAlarm,
    alarms: Alarms,
    words: str,
    at: str,
    reason: str | None = None,
) -> tuple[Reply, Alarms]:
    """Reply to what a patient says about a standing alarm.

    Args:
        base: The knowledge base.
        clinic: The clinic whose numbers go into the texts.
        said: What the message says; see `bot.conversation.after_alarm`. `not_safe` raises the alarm anew instead.
        alarms: The conversation's alarms; one must stand.
        words: The message.
        at: When it came, ISO 8601 in UTC.
        reason: Why the patient puts it off, or what is asked about getting help; a key of the reply's `reasons`.

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
    # Words neither take a crisis back nor see to it; the bot asks whether the patient is safe.
    curated = base[HESITATION if REPLIES[said] == STAND_DOWN else REPLIES[said]]
    reply = render(base, clinic, curated, variant=kind, reason=reason)
    if not reply.urgent:
        reply, alarms = remind(base, clinic, replace(reply, buttons=()), alarms)
    if kind == CRISIS and said != "going":
        choices = spoken([base.notices.safe, base.notices.not_safe])
        reply = replace(reply.saying(base.notices.safe_now), buttons=choices, asks="safe_now")
        alarms = alarms.asking_safe()
    return reply, alarms


def remind(base: KnowledgeBase, clinic: Clinic, reply: Reply, alarms: Alarms) -> tuple[Reply, Alarms]:
    """Add the reminders to a reply, whole the first time and then short; return it and the alarms after it.

    If no alarm was raised and only a sign was mentioned, the reminder is that of cauda equina. An answer that has the
    box of the warning signs needs no reminder of them.
    """
    kinds = alarms.reminds_of or (REMINDS_OF,)
    if kinds == (REMINDS_OF,) and reply.reminds:
        return reply, alarms
    reminders = [(base.notices.reminders[kind], kind in alarms.reminded) for kind in kinds]
    words = " ".join(one.short if again else one.whole for one, again in reminders)
    return reply.saying(clinic.fill(words), kind="reminder"), alarms.said(kinds)
