"""What is said once an alarm was raised."""

import pytest

from bot.alarm.rules import ORDER, AlarmKind
from bot.clinic import Clinic
from bot.conversation.after_alarm import SaidOfAlarm
from bot.conversation.alarms import CRISIS, Alarms
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.ids import GOODBYE, HESITATION, HOW, STAND_DOWN, THANKS
from bot.reply import alarms as talk
from bot.reply.alarms import after_alarm, alarm, remind
from bot.reply.reply import notice, render

AT = "2026-11-28T10:00:00+00:00"
OTHERS = [kind for kind in ORDER if kind != CRISIS]


def raised(*kinds: AlarmKind) -> Alarms:
    """The alarms of a conversation in which those kinds were raised, one after the other."""
    alarms = Alarms()
    for kind in kinds:
        alarms = alarms.raised(kind, f"a sign of {kind}", AT)
    return alarms


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("no siento nada entre las piernas y no puedo orinar desde ayer", "es"),
        ("다리 사이가 저리고 소변을 볼 수 없어요", "ko"),
        # Signs of Chinese stand in it, and it is Japanese.
        ("尿が出ません、失禁します", None),
        # Nothing but the sign tells the language.
        ("尿失禁", "zh"),
        ("ปัสสาวะไม่ออก", None),
        ("I am numb between my legs", None),
        ("", None),
    ],
)
def test_alarm_speaks_the_patients_language(
    base: KnowledgeBase, clinic: Clinic, text: str, language: str | None
) -> None:
    """An alarm's first sentence is in the patient's language, and the whole English message follows."""
    message = alarm(base, clinic, "cauda_equina", text)
    lead = f"{clinic.fill(base.languages[language].urgent)}\n\n" if language else ""

    assert message.text == lead + render(base, clinic, base["urgent.cauda_equina"]).text
    assert (message.urgent, message.language) == (True, language)


def test_alarm_comes_whatever_happens(base: KnowledgeBase, clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the language cannot be told, the alarm comes in English."""

    def broken(text: str) -> str:
        raise RuntimeError(text)

    monkeypatch.setattr(talk, "foreign", broken)
    message = alarm(base, clinic, "cauda_equina", "words that tell no sign in another language")

    assert message == render(base, clinic, base["urgent.cauda_equina"])


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize(
    ("said", "answer", "urgent", "reminder"),
    [
        ("hesitation", HESITATION, True, False),
        ("how", HOW, True, False),
        ("going", GOODBYE, False, True),
        ("ok", THANKS, False, True),
    ],
)
def test_gets_the_person_there(
    base: KnowledgeBase, clinic: Clinic, kind: AlarmKind, said: SaidOfAlarm, answer: str, urgent: bool, reminder: bool
) -> None:
    """Each reply says the number once more in words made for that alarm, and leaves the alarm standing."""
    message, alarms = after_alarm(base, clinic, said, raised(kind), "whatever", AT)

    assert (message.answer, message.urgent, message.reminder is not None) == (answer, urgent, reminder)
    assert clinic.emergency_number in message.text
    assert message.text.startswith(clinic.fill(base[answer].variants.get(kind, base[answer].answer)))
    assert alarms.standing == (kind,)


@pytest.mark.parametrize("said", ["hesitation", "how", "ok", "stand_down", "seen", "unsure_if_safe"])
def test_crisis_is_asked_about(base: KnowledgeBase, clinic: Clinic, said: SaidOfAlarm) -> None:
    """In a crisis nothing is argued: the line, and whether they are safe; only a yes to that takes it back."""
    message, alarms = after_alarm(base, clinic, said, raised("crisis"), "whatever", AT)

    assert clinic.crisis_line in message.text
    assert message.text.endswith(base.notices.safe_now)
    assert [button["title"] for button in message.buttons] == [base.notices.safe, base.notices.not_safe]
    assert message.answer != STAND_DOWN
    assert (alarms.standing, alarms.asked_safe) == (("crisis",), True)


@pytest.mark.parametrize(
    ("kind", "said", "reason", "spoken_of"),
    [
        ("cauda_equina", "hesitation", "far", True),
        ("emergency", "hesitation", "far", True),
        ("same_day", "hesitation", "far", True),
        ("crisis", "hesitation", "far", False),
        ("cauda_equina", "how", "eat", True),
        ("emergency", "how", "eat", False),
        ("cauda_equina", "hesitation", "of another kind", False),
    ],
)
def test_speaks_of_the_reason(
    base: KnowledgeBase, clinic: Clinic, kind: AlarmKind, said: SaidOfAlarm, reason: str, spoken_of: bool
) -> None:
    """The patient's own reason or question is spoken of, with whom to call; after a crisis nothing is argued."""
    reply, _ = after_alarm(base, clinic, said, raised(kind), "words", AT, reason)

    told = [clinic.fill(text) for text in base[reply.answer or ""].reasons.values()]
    assert any(text in reply.text for text in told) is spoken_of
    assert clinic.emergency_number in reply.text or clinic.phone in reply.text
    assert reply.urgent


def test_safe_again(base: KnowledgeBase, clinic: Clinic) -> None:
    """A yes to "Are you safe now?" takes the crisis back; its line stays as one line, and other alarms stand."""
    message, alarms = after_alarm(base, clinic, "safe", raised("cauda_equina", "crisis").asking_safe(), "yes", AT)

    assert message.answer == STAND_DOWN
    assert clinic.crisis_line in message.text
    assert (alarms.standing, alarms.reminds_of) == (("cauda_equina",), ("crisis", "cauda_equina"))


@pytest.mark.parametrize("kind", OTHERS)
def test_taken_back(base: KnowledgeBase, clinic: Clinic, kind: AlarmKind) -> None:
    """Taking an alarm back ends it and its reminder, and no other one's."""
    first = next(one for one in OTHERS if one != kind)
    message, alarms = after_alarm(base, clinic, "stand_down", raised(first, kind), "I only asked", AT)

    assert message.answer == STAND_DOWN
    assert (alarms.standing, alarms.reminds_of) == ((first,), (first,))
    assert message.reminder is not None
    assert [(one.what, one.words) for one in alarms.told[-1:]] == [("taken_back", "I only asked")]


def test_seen_to(base: KnowledgeBase, clinic: Clinic) -> None:
    """That it was checked is thanked; nothing stands any more, and the reminder goes on."""
    message, alarms = after_alarm(base, clinic, "seen", raised("same_day", "cauda_equina"), "they scanned me", AT)

    assert message.answer == STAND_DOWN
    assert message.text == clinic.fill(base[STAND_DOWN].variants["seen"])
    assert (alarms.standing, alarms.reminds_of) == ((), ("cauda_equina", "same_day"))
    assert [(one.what, one.words) for one in alarms.told[-1:]] == [("seen", "they scanned me")]


def test_every_button_after_an_alarm_is_offered(base: KnowledgeBase, clinic: Clinic) -> None:
    """Under each alarm but a crisis stands the button that takes it back; under a crisis there is none."""
    for kind in ORDER:
        payloads = [button["payload"] for button in alarm(base, clinic, kind, "x").buttons]

        assert (f"/{STAND_DOWN}" in payloads) is (kind != CRISIS)


@pytest.mark.parametrize("kind", ORDER)
def test_reminder_is_whole_once(base: KnowledgeBase, clinic: Clinic, kind: AlarmKind) -> None:
    """A reminder is said whole, then short; raised anew, whole again."""
    alarms = raised(kind)
    said = []
    for _ in range(3):
        message, alarms = remind(base, clinic, notice(clinic, "An answer."), alarms)
        said.append(message.reminder)
        assert message.text == f"An answer.\n\n{said[-1]}"
    reminder = base.notices.reminders[kind]

    assert said == [clinic.fill(reminder.whole), *[clinic.fill(reminder.short)] * 2]
    assert alarms.raised(kind, "again", AT).reminded == ()
