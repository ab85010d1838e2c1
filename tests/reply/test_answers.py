"""Answers in a conversation."""

import pytest

from bot.clinic import Clinic
from bot.conversation.acts import Meaning
from bot.conversation.focus import Focus
from bot.conversation.language import UNKNOWN
from bot.conversation.symptom_context import Told
from bot.knowledge.base import KnowledgeBase, knowledge
from bot.knowledge.schema import Answer
from bot.reply.answers import answers, ask_whether_it_helped
from bot.reply.reply import BUTTONS, Reply, render

BRACE, CANE = "aids.brace", "aids.walkers_canes"


def payloads(message: Reply) -> list[str]:
    """What a message's buttons send."""
    return [button["payload"] for button in message.buttons]


def test_one_answer(base: KnowledgeBase, clinic: Clinic) -> None:
    """One answer is the curated reply with its own buttons; topic, side and buttons come into focus."""
    [message], focus = answers(base, clinic, [Meaning(BRACE, "brace", "what")], Focus())

    assert message == render(base, clinic, base[BRACE])
    assert (focus.answer, focus.topic, focus.side, focus.unasked) == (BRACE, "brace", "what", 1)
    assert [f"/{name}" for name in focus.offered] == payloads(message)


def test_two_answers(base: KnowledgeBase, clinic: Clinic) -> None:
    """Two answers have buttons under the last only, at most as many as fit, and none for what is answered."""
    both = [Meaning(BRACE, "brace", "what"), Meaning(CANE, "cane", "what")]
    messages, focus = answers(base, clinic, both, Focus(), offered=["surgery.when"])

    assert [message.answer for message in messages] == [BRACE, CANE]
    assert messages[0].buttons == ()
    assert payloads(messages[1])[0] == "/surgery.when"
    assert 0 < len(messages[1].buttons) <= BUTTONS
    assert {f"/{BRACE}", f"/{CANE}"}.isdisjoint(payloads(messages[1]))
    assert len(set(payloads(messages[1]))) == len(payloads(messages[1]))
    assert (focus.answer, focus.topic, focus.seen, focus.unasked) == (CANE, "cane", (BRACE, CANE), 2)
    assert [f"/{name}" for name in focus.offered] == payloads(messages[1])


@pytest.mark.parametrize(
    ("side", "key"), [("duration", "duration"), ("risks", "risks"), ("do", "other"), (None, "other")]
)
def test_unsaid(base: KnowledgeBase, clinic: Clinic, side: str | None, key: str) -> None:
    """Before the nearest answer stands that the sources do not say what was asked."""
    [message], _ = answers(base, clinic, [Meaning(BRACE, "brace", side, unsaid=True)], Focus())

    assert message.text.startswith(f"{base.notices.unsaid[key]}\n\n{base[BRACE].title}")
    assert message.language is None


def test_evidence_leads(base: KnowledgeBase, clinic: Clinic) -> None:
    """Who asks how well something works is told first what the sources say of that, if they do."""
    for reply in base.answers:
        [message], _ = answers(base, clinic, [Meaning(reply.id, None, "evidence")], Focus())

        assert message.text.startswith(reply.evidence or reply.title)


@pytest.mark.parametrize("side", ["what", "risks", None])
def test_evidence_stays_out_of_other_questions(base: KnowledgeBase, clinic: Clinic, side: str | None) -> None:
    """Who asks something else is not told how well it works."""
    reply = next(one for one in base.answers if one.evidence)
    [message], _ = answers(base, clinic, [Meaning(reply.id, None, side)], Focus())

    assert message.text.startswith(reply.title)


@pytest.mark.parametrize("language", ["es", "zh", "ar"])
def test_language_leads(base: KnowledgeBase, clinic: Clinic, language: str) -> None:
    """Who writes in another language reads in it first that the chat is in English, with the emergency number."""
    [message], _ = answers(base, clinic, [Meaning("decline.out_of_scope")], Focus(), language=language)

    assert message.text.startswith(clinic.fill(base.languages[language].declined))
    assert "999" in message.text.split("\n\n")[0]
    assert message.language == language


@pytest.mark.parametrize("language", ["ja", UNKNOWN])
def test_language_without_a_sentence(base: KnowledgeBase, clinic: Clinic, language: str) -> None:
    """Who writes in a language that has no sentence reads in English that the chat is in English, with the number."""
    [message], _ = answers(base, clinic, [Meaning("decline.out_of_scope")], Focus(), language=language)

    lead, text = message.text.split("\n\n")
    assert "999" in lead
    assert "English" in lead
    assert text == clinic.fill(base["decline.out_of_scope"].answer)
    assert message.language is None


def test_english_is_not_told_that_it_is_not(base: KnowledgeBase, clinic: Clinic) -> None:
    """Who asks in English for what the sources do not cover reads nothing about languages."""
    [message], _ = answers(base, clinic, [Meaning("decline.out_of_scope")], Focus())

    assert "English" not in message.text


def test_what_symptoms_are_linked_to_has_its_sources(base: KnowledgeBase, clinic: Clinic) -> None:
    """Symptoms are said back before a diagnosis is declined; what the documents link them to names the documents."""
    told = [Told("symptom", "pain"), Told("place", "leg"), Told("trigger", "walking")]
    wish = [Meaning("decline.diagnosis")]
    [message], _ = answers(base, clinic, wish, Focus(), told=told)
    [without], _ = answers(base, clinic, wish, Focus())
    [other], _ = answers(base, clinic, [Meaning(BRACE)], Focus(), told=told)

    assert message.text.startswith("You told me about pain in the legs when walking.")
    assert clinic.fill(base["decline.diagnosis"].answer) in message.text
    assert {one["document"] for one in message.sources} == {"A", "C", "D"}
    assert not without.sources
    assert "You tell me" not in other.text


def test_names_what_is_outside_and_who_can_answer(base: KnowledgeBase, clinic: Clinic) -> None:
    """Who asks about a known subject that no document covers reads its name, and whom to ask."""
    [message], _ = answers(base, clinic, [Meaning("decline.out_of_scope", subject="acupuncture")], Focus())

    assert message.answer == "decline.out_of_scope"
    assert "acupuncture" in message.text
    assert "Your doctor" in message.text
    assert "acupuncture" in str(message.short)


@pytest.mark.parametrize("subject", knowledge().outside.subjects)
def test_every_subject_is_declined_in_a_few_words(base: KnowledgeBase, clinic: Clinic, subject: str) -> None:
    """Each subject's reply is short enough for two SMS, and has no placeholder left."""
    [message], _ = answers(base, clinic, [Meaning("decline.out_of_scope", subject=subject)], Focus())

    assert len(str(message.short)) <= 300
    assert "{" not in message.text + str(message.short)


def test_asks_back(base: KnowledgeBase, clinic: Clinic) -> None:
    """When it is not clear what is meant, the candidates are the buttons, and nothing else comes into focus."""
    before = Focus(answer=BRACE, topic="brace", side="what", unasked=1)
    offered = (CANE, "surgery.when")
    [message], focus = answers(base, clinic, [Meaning("clarify.choose")], before, offered=offered, asked_back=True)

    assert message.answer == "clarify.choose"
    assert payloads(message) == [f"/{CANE}", "/surgery.when"]
    assert (focus.answer, focus.topic, focus.unasked) == (BRACE, "brace", 1)
    assert (focus.offered, focus.asked_back) == ((CANE, "surgery.when"), True)


def test_what_teaches_nothing_leaves_the_focus(base: KnowledgeBase, clinic: Clinic) -> None:
    """Thanks in between change neither the topic nor the count of answers; a question that was open is closed."""
    before = Focus(answer=BRACE, topic="brace", side="what", unasked=2, asked="helpful", asked_back=True)
    _, focus = answers(base, clinic, [Meaning("bot.thanks")], before)

    assert (focus.answer, focus.topic, focus.side, focus.unasked) == (BRACE, "brace", "what", 2)
    assert (focus.asked, focus.asked_back) == (None, False)


def test_declined_topic_comes_into_focus(base: KnowledgeBase, clinic: Clinic) -> None:
    """What was declined about a topic can be followed up; the side stays when none is named."""
    declined = [Meaning("decline.dosing", "gabapentin")]
    _, focus = answers(base, clinic, declined, Focus(BRACE, "brace", "risks"))

    assert (focus.answer, focus.topic, focus.side) == (BRACE, "gabapentin", "risks")


def test_asks_after_every_third_answer(base: KnowledgeBase, clinic: Clinic) -> None:
    """Whether it helped is asked at the third answer, the sixth and so on, and at none between."""
    focus, asked = Focus(), []
    some = [reply.id for reply in base.answers if isinstance(reply, Answer)][:9]
    for name in some:
        [message], focus = answers(base, clinic, [Meaning(name)], focus)
        message, focus = ask_whether_it_helped(base, message, focus)
        asked.append(base.notices.helpful in message.text)

    assert asked == [False, False, True] * 3


@pytest.mark.parametrize(("unasked", "asks"), [(0, False), (2, False), (3, True), (4, True)])
def test_asks_whether_it_helped(base: KnowledgeBase, clinic: Clinic, unasked: int, asks: bool) -> None:
    """Asking stands last, with two buttons after the others, and is remembered; else nothing is changed."""
    bare = render(base, clinic, base[BRACE])
    before = Focus(answer=BRACE, unasked=unasked)

    message, focus = ask_whether_it_helped(base, bare, before)

    if not asks:
        assert (message, focus) == (bare, before)
        return
    notices = base.notices
    assert message.text == f"{bare.text}\n\n{notices.helpful}"
    assert payloads(message) == [*payloads(bare)[:2], notices.helped, notices.not_helped]
    assert (focus.answer, focus.asked, focus.unasked) == (BRACE, "helpful", 0)
