"""Understanding a message in its conversation."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.conversation import acts
from bot.conversation.acts import Act, Meaning
from bot.conversation.context import Context
from bot.conversation.focus import Focus
from bot.conversation.forms import SKIPPED, FormChange, FormReply, forms
from bot.conversation.query import Query
from bot.knowledge.ids import OUT_OF_SCOPE
from bot.text.terms import term_reader

UNDERSTAND = Context(lambda text: [word for _, _, normal in term_reader()(text) for word in normal.split()])
GABAPENTIN = Focus().given("medicines.gabapentinoids", "gabapentin", "what")
THROUGH = {one.slot: {"value": SKIPPED, "told": None} for form in forms().forms.values() for one in form.questions}
BEFORE_RELIEF = {slot: THROUGH[slot] for slot in ("selfcheck_signs", "selfcheck_minutes")}


def asked(text: str, first: str = "decline.out_of_scope", probability: float = 0.1) -> Query:
    """Return a message of which the classifier makes that."""
    return Query(text, UNDERSTAND.lexicon.read(text), [(first, probability)], 0.5)


def understand(
    text: str,
    focus: Focus = GABAPENTIN,
    form: str | None = None,
    slots: dict[str, Any] | None = None,
    sure_of: str | None = None,
    parts: Sequence[Query] = (),
) -> Act | None:
    """Understand a message; the classifier is unsure of it unless it is told what of."""
    whole = asked(text, sure_of, 0.9) if sure_of else asked(text)
    return UNDERSTAND(whole, parts, focus, form, slots or {})


def asking(meaning: Meaning) -> Any:
    """An act of asking for one answer, by whatever rule."""
    wanted = acts.ask(meaning)
    return _AnyRule(wanted.intent, wanted.entities)


class _AnyRule(Act):
    """An act that equals one of any rule."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Act) and (self.intent, self.entities) == (other.intent, other.entities)

    __hash__ = Act.__hash__


def parsed(act: Act) -> dict[str, Any]:
    """What Rasa has of an act."""
    return {"intent": {"name": act.intent}, "entities": [*act.entities]}


def answers(act: Act) -> list[str]:
    """The answers that an act asks for."""
    return [one.answer for one in acts.meanings(parsed(act))]


def given(act: Act) -> dict[str, Any]:
    """The replies to a guided talk that an act gives."""
    return acts.replies(parsed(act))


@pytest.mark.parametrize("waiting", [None, "helpful", "what_was_missing", "diary_consent"])
@pytest.mark.parametrize("form", [None, "selfcheck_form"])
def test_language_comes_first(waiting: Any, form: str | None) -> None:
    """A message in another language is declined in it, whatever was asked; the topic stays in focus."""
    understood = understand("No gracias, no quiero eso", replace(GABAPENTIN, asked=waiting), form)

    assert understood == acts.in_language("es", Meaning(OUT_OF_SCOPE, "gabapentin", "what"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("show my diary", "show_diary"),
        ("can you show me the diary?", "show_diary"),
        ("my walking diary", "show_diary"),
        ("delete my diary", "delete_diary"),
        ("please wipe the whole diary", "delete_diary"),
    ],
)
def test_reads_wishes_for_the_diary(text: str, expected: str) -> None:
    """The diary is shown or deleted when that is asked for."""
    assert understand(text) == Act(expected)


def test_reads_an_entry_of_the_diary() -> None:
    """A walk that was done is an entry of the diary."""
    understood = understand("I walked 8 minutes yesterday", sure_of="physio.walking_program")

    assert understood is not None
    assert understood.intent == "note_walks"
    [entry] = [one["value"] for one in understood.entities]
    assert (entry["minutes"], entry["day"]["ago"]) == (8, 1)


@pytest.mark.parametrize(("walk", "noted"), [(0.59, False), (0.61, True)])
def test_classifier_hears_a_walk(walk: float, noted: bool) -> None:
    """A report that no phrase knows is an entry when the classifier is sure enough of it."""
    query = replace(asked("pond and back, 300 meters", "aids.brace", 0.9), walk=walk)
    act = UNDERSTAND(query, [], Focus(), None, {})

    assert (act is not None and act.intent == "note_walks") is noted


@pytest.mark.parametrize("text", ["what is a walking diary?", "did I walk 10 minutes today?", "I walked today"])
def test_takes_questions_for_no_entry(text: str) -> None:
    """A question about the diary or a walk, or a walk without a measure, does nothing with the diary."""
    understood = understand(text, Focus())

    assert understood is None or understood.intent not in acts.DIARY.values()


@pytest.mark.parametrize("waiting", ["diary_consent", "diary_deletion"])
@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("yes", "agree"),
        ("Yes please!", "agree"),
        ("ok", "agree"),
        ("no", "refuse"),
        ("no thanks", "refuse"),
        ("no, keep it", "refuse"),
        ("don't", "refuse"),
        ("I'd rather not", "refuse"),
        pytest.param("please do not", "refuse"),
        pytest.param("please don't", "refuse"),
    ],
)
def test_reads_consent(waiting: Any, text: str, wish: str) -> None:
    """A yes or no to what was asked about the diary counts as that; in doubt it is a no."""
    understood = understand(text, replace(GABAPENTIN, asked=waiting))

    assert understood == Act(wish)


@pytest.mark.parametrize("text", ["does physio help", "hmm", "yes but what I really want to know is the price"])
def test_takes_the_rest_for_no_consent(text: str) -> None:
    """What is no yes or no, is long, or names a topic does not agree to anything."""
    understood = understand(text, replace(GABAPENTIN, asked="diary_consent"))

    assert understood is None or understood.intent not in acts.DIARY.values()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", "helped"),
        ("this helped", "helped"),
        ("👍", "helped"),
        ("no", "not_helped"),
        ("not really", "not_helped"),
        ("it did not help", "not_helped"),
        ("not helpful", "not_helped"),
    ],
)
def test_reads_whether_it_helped(text: str, expected: str) -> None:
    """A brief reply to whether an answer helped is feedback."""
    assert understand(text, replace(GABAPENTIN, asked="helpful")) == Act(expected)


def test_asks_on_instead_of_feedback() -> None:
    """A question where feedback was asked for is answered."""
    understood = understand("does physio help", replace(GABAPENTIN, asked="helpful"))

    assert understood == asking(Meaning("physio.overview", "physio", "evidence"))


def test_takes_what_was_missing() -> None:
    """What is no question is what was missing; a question is answered instead."""
    focus = replace(GABAPENTIN, asked="what_was_missing")

    assert understand("the dose for older people", focus) == Act("say_what_was_missing")
    assert understand("what is stenosis?", focus) == asking(Meaning("stenosis.definition", "stenosis", "what"))


def test_yes_is_nothing_when_nothing_was_asked() -> None:
    """A yes to nothing is neither consent nor feedback."""
    assert understand("yes", Focus()) is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("check my symptoms", "selfcheck.questions"),
        ("let's do the home check", "selfcheck.questions"),
        ("make a summary for my visit", "visit.prepare"),
        ("a page for my doctor please", "visit.prepare"),
    ],
)
def test_starts_a_guided_talk_by_its_name(text: str, answer: str) -> None:
    """A guided talk is started by its name, whatever is in focus; so it is when the classifier takes it for nothing."""
    by_name = understand(text)
    declined = understand(text, sure_of="decline.out_of_scope")

    assert by_name is not None
    assert by_name.intent == answer
    assert declined == by_name


def test_classifier_starts_it_as_well() -> None:
    """When the classifier is sure of an answer there is nothing to add."""
    assert understand("check my symptoms", Focus(), sure_of="selfcheck.questions") is None


def test_reads_a_reply_in_a_guided_talk() -> None:
    """In a guided talk a message is a reply to its question."""
    understood = understand("sitting", form="selfcheck_form", slots=BEFORE_RELIEF)

    reply = FormReply({"selfcheck_relief": {"value": "bending", "told": "Sitting or bending forward"}})
    assert understood == acts.in_talk(reply, {})


def test_walk_in_a_guided_talk_is_a_reply() -> None:
    """A walk told where the guided talk asks for one is no entry of the diary."""
    understood = understand(
        "I walked 8 minutes today", form="selfcheck_form", slots={"selfcheck_signs": THROUGH["selfcheck_signs"]}
    )

    assert understood is not None
    assert understood.intent == "reply"
    assert given(understood)["selfcheck_minutes"]["told"] == "8 minutes"


def test_reply_that_is_not_understood_is_asked_again() -> None:
    """What is neither a reply nor a question stays in the guided talk."""
    assert understand("blah blah", form="selfcheck_form", slots=BEFORE_RELIEF) == Act("unclear_reply")


def test_guided_talk_is_interrupted_by_a_question() -> None:
    """A question in a guided talk is answered."""
    understood = understand("is gabapentin safe?", form="selfcheck_form", slots=BEFORE_RELIEF)
    sure = understand("is that the discs or a bone?", form="selfcheck_form", slots=BEFORE_RELIEF, sure_of="a.b")

    assert understood == asking(Meaning("medicines.gabapentinoids", "gabapentin", "risks", unsaid=True))
    assert sure is None or sure.intent not in acts.IN_TALK


def test_stops_a_guided_talk() -> None:
    """A guided talk can be stopped."""
    assert understand("stop", form="visit_form") == Act("stop_talk")


def test_changes_the_paper() -> None:
    """A reply on the paper for the visit is changed by its name once the talk is through."""
    expected = acts.change(FormChange("visit_form", {"visit_medicines": None}))

    assert expected.intent == "reopen_visit"
    assert understand("change the medicines", slots=THROUGH) == expected


def test_changes_the_paper_at_once() -> None:
    """A new value, or the wish to change some reply, begins no talk anew; a sign that is told so is an alarm."""
    changed = understand("change the distance to longer", slots=THROUGH)
    which = understand("Change a reply", slots={**THROUGH, "form_finished": "selfcheck_form"})
    sign = understand("change the signs to yes", slots=THROUGH)

    assert changed is not None
    assert (changed.intent, acts.talk(parsed(changed))) == ("change_reply", "visit_form")
    assert which == acts.change(FormChange("selfcheck_form", {}))
    assert sign == Act("urgent.cauda_equina")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (text, "visit.prepare")
        for text in ("make a visit summary", "prepare my visit please", "notes for my next visit")
    ],
)
def test_guided_talk_gives_way_to_another(text: str, answer: str) -> None:
    """Another guided talk that is asked for by its name begins, in the middle of one."""
    understood = understand(text, form="selfcheck_form", slots=BEFORE_RELIEF)

    assert understood is not None
    assert understood.intent == "visit.prepare"


def test_guided_talk_called_again() -> None:
    """The name of the talk that is going on brings its question again."""
    understood = understand("check my symptoms", form="selfcheck_form", slots=BEFORE_RELIEF)

    assert understood == Act("repeat_question")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("No gracias, no quiero eso", True),
        ("Puis-je marcher après une opération", True),
        ("how do I prepare my visit for the surgeon", True),
        ("check my symptoms", False),
    ],
)
def test_own_words_may_be_in_any_language(text: str, kept: bool) -> None:
    """Where any words are a reply, those of another language are; a talk is begun there by its bare name."""
    slots = {slot: THROUGH[slot] for slot in THROUGH if slot.startswith("visit_") and slot != "visit_questions"}
    understood = understand(text, form="visit_form", slots=slots)

    assert understood is not None
    assert given(understood) == ({"visit_questions": {"value": text, "told": text}} if kept else {})


@pytest.mark.parametrize("text", ["no", "yes", "none", "none of these", "no, none of these"])
def test_reply_to_asking_back_is_none_to_the_talk(text: str) -> None:
    """After it was asked back which answer is meant, a no is no reply to the question of the warning signs."""
    focus = replace(GABAPENTIN, offered=("aids.brace", "surgery.when"), asked_back=True)

    assert understand(text, focus, form="selfcheck_form") == Act("repeat_question")


def test_choice_after_asking_back() -> None:
    """A number after asking back is one of the answers that were offered."""
    focus = replace(GABAPENTIN, offered=("aids.brace", "surgery.when"), asked_back=True)
    understood = understand("1", focus, form="selfcheck_form")

    assert understood is not None
    assert understood.intent == "aids.brace"


def test_answers_two_questions() -> None:
    """Two questions of one message are both answered; of the second, "it" is what the first was about."""
    understood = understand(
        "What is an epidural? Does it work?",
        Focus(),
        parts=[asked("What is an epidural?", "injections.overview", 0.9), asked("Does it work?")],
    )

    assert understood == acts.ask(
        Meaning("injections.overview", "injections", "what"), Meaning("injections.effect", "injections", "evidence")
    )


def test_offers_what_it_does_not_answer_at_once() -> None:
    """Of more than two questions the others are offered."""
    understood = understand(
        "What is an epidural? Does it work? How often?",
        Focus(),
        parts=[asked("What is an epidural?", "injections.overview", 0.9), asked("Does it work?"), asked("How often?")],
    )

    assert understood is not None
    assert answers(understood) == ["injections.overview", "injections.effect"]
    assert acts.values(parsed(understood), "offer") == ["injections.repeat_risks"]


def test_two_questions_with_one_answer_are_one() -> None:
    """An answer that two questions ask for is given once."""
    understood = understand(
        "What is gabapentin and does it work?",
        Focus(),
        parts=[asked("What is gabapentin", "medicines.gabapentinoids", 0.9), asked("does it work?")],
    )

    assert understood is not None
    assert answers(understood) == ["medicines.gabapentinoids"]


def test_answers_the_question_of_a_message_that_says_more() -> None:
    """Of a message that is not understood as a whole its question is answered, about what stands before it."""
    understood = understand("My mum was told physio. Does it work?", parts=[asked("Does it work?")])

    assert understood == asking(Meaning("physio.overview", "physio", "evidence"))


def test_resolves_a_follow_up() -> None:
    """A follow-up is about the topic in focus."""
    expected = acts.ask(Meaning("medicines.gabapentinoids", "gabapentin", "risks", unsaid=True), rule="same topic")

    assert understand("any side effects?") == expected


def test_asks_back() -> None:
    """With nothing in focus it is asked which topic is meant."""
    understood = understand("does it work?", Focus())

    assert understood is not None
    assert (understood.intent, understood.rule) == ("clarify.choose", "nothing in focus")
    assert [one.side for one in acts.meanings(parsed(understood))] == ["evidence"]
    assert "injections.effect" in acts.values(parsed(understood), "offer")


@pytest.mark.parametrize(
    ("text", "sure_of"),
    [("What is stenosis?", "stenosis.definition"), ("qwerty uiop", None), ("how much gabapentin", "decline.dosing")],
)
def test_leaves_the_rest_to_the_classifier(text: str, sure_of: str | None) -> None:
    """What stands by itself is the classifier's."""
    assert understand(text, Focus(), sure_of=sure_of) is None


@pytest.mark.parametrize(
    ("text", "answer", "topic", "side"),
    [
        ("why does gabapentin help", "medicines.gabapentinoids", "gabapentin", "why"),
        ("what dose of gabapentin", "decline.dosing", "gabapentin", "dose"),
        ("how far have I to walk", "recovery.walking", "recovery", "evidence"),
        ("getting up again", "recovery.overview", "recovery", "what"),
        ("hello", "clarify.greeting", None, None),
    ],
)
def test_says_what_a_message_was_about(text: str, answer: str, topic: str | None, side: str | None) -> None:
    """The classifier's answer brings its topic, and the side that the message asked for, into focus."""
    assert UNDERSTAND.about(text, answer) == Meaning(answer, topic, side)


def test_names_the_subject_of_a_declined_message() -> None:
    """What a declined message is about goes with it; an answer has no such subject."""
    assert UNDERSTAND.about("is acupuncture any good", OUT_OF_SCOPE).subject == "acupuncture"
    assert UNDERSTAND.about("is acupuncture any good", "treatment.overview").subject is None


def test_story_without_a_question_is_not_answered_by_what_it_names() -> None:
    """A story of symptoms that the classifier does not know is taken for a wish to know; a question is not."""
    ranking = [("aids.walkers_canes", 0.4), ("condition.pattern", 0.3)]
    story = "my legs ache when I walk and leaning on my walker helps"

    def act(text: str) -> Act | None:
        return UNDERSTAND(Query(text, UNDERSTAND.lexicon.read(text), ranking, 0.8), [], Focus(), None, {})

    told, asked_ = act(story), act(f"does a walker help, {story}?")

    assert told is not None
    assert (answers(told), told.rule) == (["decline.diagnosis"], "story")
    assert asked_ is None or asked_.rule != "story"


def test_long_message_is_not_taken_for_what_it_names() -> None:
    """What a story of more than thirty words names is left to the classifier; a short message is not."""
    ranking = [("condition.course", 0.96), ("injections.overview", 0.02)]
    short = "the first one, injection or surgery"

    def act(text: str) -> Act | None:
        return UNDERSTAND(Query(text, UNDERSTAND.lexicon.read(text), ranking, 0.8), [], Focus(), None, {})

    assert act(short) is not None
    assert act(f"{short} {'we had a lovely garden by the sea ' * 6}") is None


@pytest.mark.parametrize(
    ("text", "ranking", "declined"),
    [
        ("would acupuncture help him", [("treatment.overview", 0.4), (OUT_OF_SCOPE, 0.3)], True),
        ("would acupuncture help him", [("treatment.overview", 0.4), ("physio.overview", 0.3)], False),
        ("acupuncture or an epidural", [("injections.effect", 0.4), (OUT_OF_SCOPE, 0.3)], False),
        ("would it help him", [("treatment.overview", 0.4), (OUT_OF_SCOPE, 0.3)], False),
    ],
)
def test_declines_what_names_only_an_outside_subject(
    text: str, ranking: list[tuple[str, float]], declined: bool
) -> None:
    """A message that the classifier does not recognise is declined if it names only what no document covers."""
    query = Query(text, UNDERSTAND.lexicon.read(text), ranking, 0.8)

    act = UNDERSTAND(query, [], Focus(), None, {})

    assert (act is not None and answers(act) == [OUT_OF_SCOPE] and act.rule == "outside") == declined


def test_carries_over_as_json() -> None:
    """What is understood can be kept as JSON."""
    understood = understand("I walked 8 minutes today", form="selfcheck_form", slots=BEFORE_RELIEF)

    assert understood is not None
    assert json.loads(json.dumps(understood.entities)) == [*understood.entities]


@pytest.mark.parametrize(
    ("waiting", "wish"), [("diary_consent", "refuse"), ("diary_unlikely", "refuse"), ("diary_deletion", "agree")]
)
def test_delete_it_agrees_to_no_keeping(waiting: Any, wish: str) -> None:
    """ "Delete it" agrees to a deletion, and to nothing else."""
    understood = understand("delete them", replace(GABAPENTIN, asked=waiting))

    assert understood is not None
    assert understood.intent == wish


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("short answer please", "ask_shorter"),
        ("that's too long for me", "ask_shorter"),
        ("can you sum that up?", "ask_shorter"),
        ("TLDR", "ask_shorter"),
        ("that's too long to read", "ask_shorter"),
        ("in short please", "ask_shorter"),
        ("which source is that from?", "ask_passages"),
        ("says who?", "ask_passages"),
        ("and where did you get that from", "ask_passages"),
    ],
)
def test_speaks_of_the_last_answer(text: str, intent: str) -> None:
    """A wish for fewer words, or for where it comes from, is about the last answer."""
    assert understand(text) == Act(intent)
    assert understand(text, sure_of="bot.sources") == Act(intent)


@pytest.mark.parametrize(
    ("text", "focus"),
    [
        ("short answer please", Focus()),
        ("is the recovery from a laminectomy too long", GABAPENTIN),
        ("how long is too long to wait before surgery", GABAPENTIN),
        ("where do you get all this from", GABAPENTIN),
        ("what is the source of the pain in stenosis", GABAPENTIN),
        ("in short, is it safe?", GABAPENTIN),
        ("bottom line, do I need it", GABAPENTIN),
        ("is two weeks too long?", GABAPENTIN),
        ("is that not too long to wait", GABAPENTIN),
        ("it hurts too long", GABAPENTIN),
        ("that was not too long, thanks", GABAPENTIN),
        ("so long and thanks", GABAPENTIN),
    ],
)
def test_speaks_of_something_else(text: str, focus: Focus) -> None:
    """Where nothing was answered, or the message says more, it is not about the last answer."""
    act = understand(text, focus)

    assert act is None or act.intent not in (acts.ASK_SHORTER, acts.ASK_PASSAGES)
