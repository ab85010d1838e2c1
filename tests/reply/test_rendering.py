"""Every text of the bot on every channel: within its limits, whole where it must be, and plain."""

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from bot.alarm.rules import CHECKS
from bot.clinic import Clinic
from bot.conversation.acts import Meaning
from bot.conversation.alarms import Alarms
from bot.conversation.focus import Focus
from bot.conversation.forms import forms
from bot.conversation.symptom_context import Told
from bot.knowledge.base import knowledge
from bot.knowledge.ids import ASK_BACK, CHECK, DIAGNOSIS
from bot.knowledge.schema import Answer, Said
from bot.reply.answers import answers, ask_whether_it_helped
from bot.reply.check import ASKS, after_check, check_question
from bot.reply.diary import DiaryTalk, diary
from bot.reply.guided_talk import question_message, selfcheck_summary, which_message
from bot.reply.last_answer import passages, shorter
from bot.reply.rendering import shown
from bot.reply.reply import Part, Reply, notice, render
from bot.reply.rows import rows
from bot.reply.shown import Message, Shown
from bot.reply.visit import visit_summary
from bot.settings import settings
from bot.store.diary import Entry
from bot.text.sms import gsm, is_gsm, segments, utf16

BASE = knowledge()
CLINIC = Clinic(name="Test Clinic", phone="555 0100", opening_hours=None, emergency_number="999", crisis_line="116 123")
NOW = datetime.datetime(2026, 11, 21, 9, tzinfo=datetime.timezone.utc)
TODAY = NOW.date()
URL = "https://chat.example"
NUMBER = 123_456
WALKED = {"day": None, "minutes": 8.0, "distance": None, "unit": None, "eased_by": "sitting", "ease_minutes": 1.0}


class Turns(dict[str, list[Reply]]):
    """Turns by name, and how each is shown, which many tests look at."""

    def __init__(self, turns: Mapping[str, list[Reply]]) -> None:
        super().__init__(turns)
        self._shown: dict[tuple[str, str], Shown] = {}

    def on(self, row: str) -> Iterator[tuple[str, list[Reply], Shown]]:
        """Yield each turn with its name, and as a channel shows it."""
        for name, replies in self.items():
            yield name, replies, self.shown(name, row)

    def shown(self, name: str, row: str) -> Shown:
        """Return a turn as a channel shows it."""
        if (name, row) not in self._shown:
            self._shown[name, row] = turn(self[name], row)
        return self._shown[name, row]


class Limits(NamedTuple):
    """What a provider's documents allow; titles and texts in UTF-16 code units."""

    text: int
    beside: int = 0
    buttons: int = 0
    title: int = 0
    lines: int = 0
    line: int = 0
    under: int = 0
    opens: int = 0


LIMITS = {
    "sms": Limits(1600),
    "twilio_whatsapp": Limits(1600),
    "whatsapp": Limits(4096, 1024, 3, 20, 10, 24, 72, 20),
    "telegram": Limits(4096, 4096, 100, 64),
    "messenger": Limits(2000, 2000, 13, 20),
    "slack": Limits(3000, 3000, 25, 75),
}
TAPPED = 64  # bytes that Telegram sends back from a button, the fewest of all channels
every_row = pytest.mark.parametrize("row", rows())


def curated() -> Iterator[tuple[str, Reply]]:
    """Every curated text with all that can be said instead of it or before it."""
    for name, reply in BASE.replies.items():
        yield name, render(BASE, CLINIC, reply)
        if isinstance(reply, Answer):
            yield f"{name}, proof", render(BASE, CLINIC, reply, before=reply.evidence or BASE.notices.unsaid["other"])
            yield f"{name}, shorter", shorter(BASE, CLINIC, reply)
            yield f"{name}, passages", passages(BASE, CLINIC, reply)
            focus = Focus(answer=name, unasked=9)
            yield f"{name}, helpful", ask_whether_it_helped(BASE, render(BASE, CLINIC, reply), focus)[0]
            reminded = render(BASE, CLINIC, reply)
            for kind, words in BASE.notices.reminders.items():
                yield f"{name}, {kind}", reminded.saying(CLINIC.fill(words.whole), kind="reminder")
        if isinstance(reply, Said):
            for variant in [*reply.variants, *reply.closings]:
                for reason in [None, *reply.reasons]:
                    yield f"{name}, {variant}, {reason}", render(BASE, CLINIC, reply, variant=variant, reason=reason)
    for subject in BASE.outside.subjects:
        yield f"outside, {subject}", render(BASE, CLINIC, BASE.declining(subject))


def foreign() -> Iterator[tuple[str, Reply]]:
    """What is said to people who write in other languages."""
    for code, known in BASE.languages.items():
        for kind in ("crisis", "emergency", "cauda_equina", "same_day"):
            alarm = BASE[f"urgent.{kind}"]
            yield f"{code}, {kind}", render(BASE, CLINIC, alarm, before=known.urgent, language=code)
        yield f"{code}, declined", answers(BASE, CLINIC, [Meaning("aids.brace")], Focus(), language=code)[0][0]


def talks() -> Iterator[tuple[str, Reply]]:
    """Every question of the guided talks, alone and behind an answer, and the summaries."""
    given: dict[str, Any] = {}
    for form in forms().forms.values():
        yield f"which, {form.name}", which_message(CLINIC, form)
        for question in form.questions:
            for plainly in (False, True):
                asked = question_message(form, question, question.why, {}, plainly=plainly)
                yield f"{question.slot}, {plainly}", asked
                for name in ("injections.overview", "exercise.safety", form.starts_with):
                    answer = render(BASE, CLINIC, BASE[name])
                    yield f"{question.slot}, {plainly}, {name}", answer.continued(asked)
                    yield f"{question.slot}, {plainly}, {name}, folded", answer.folded().continued(asked)
            for choice in question.choices:
                given[question.slot] = {"value": choice.value, "told": choice.told}
                yield f"{question.slot}, {choice.value}, self-check", selfcheck_summary(BASE, CLINIC, given, NOW)
                yield f"{question.slot}, {choice.value}, visit", visit_summary(BASE, CLINIC, given, [], NOW)


def walks() -> Iterator[tuple[str, Reply]]:
    """What the diary says."""
    told = {"measure": None, "day": None}
    kept = diary()
    talk = DiaryTalk(kept, "p", CLINIC, TODAY)
    wishes: list[dict[str, Any]] = [
        *({"start": True}, {"entries": [WALKED]}, {"refuse": "diary_consent"}, {"entries": [WALKED]}),
        *({"agree": "diary_consent"}, {"change": told}, {"refuse": "diary_change"}),
        *({"entries": [{**WALKED, "minutes": 900.0}]}, {"refuse": "diary_unlikely"}, {"undo": True}),
        *({"entries": [WALKED] * 14}, {"entries": [WALKED] * 15}, {"take_last": True}, {"show": True}),
        *({"delete_day": None}, {"delete": True}, {"refuse": "diary_deletion"}),
    ]
    waiting, focus = None, Focus()
    for number, wish in enumerate(wishes):
        reply, focus, waiting = talk(wish, waiting, focus)
        yield f"diary {number}, {[*wish]}", reply
    days = (TODAY - datetime.timedelta(days=days) for days in range(40, 0, -1))
    kept.add("p", *(Entry(day, 12.5, 150.0, "yards", "bending", 2.5) for day in days))
    yield "diary, many entries", talk({"show": True}, None, Focus())[0]
    yield "diary, deleted", talk({"agree": "diary_deletion"}, None, Focus(asked="diary_deletion"))[0]


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    else:
        yield value


def notices() -> Iterator[tuple[str, Reply]]:
    """The notices, and what is said of the check and with several replies."""
    for kind, texts in (("notice", BASE.notices.dict()), ("messaging", BASE.messaging.dict())):
        for place, text in enumerate(texts_in(texts)):
            filled = re.sub(r"\{(messages|began|walks|by|role|date)\}", "3 December 2026", text)
            yield f"{kind} {place}", notice(CLINIC, filled)
    for kind in CHECKS:
        yield f"check, {kind}", check_question(BASE, CLINIC, kind)
        yield f"check, {kind}, again", after_check(BASE, CLINIC, False, Alarms().checking(kind, "x"))[0]
        yield f"check, {kind}, denied", after_check(BASE, CLINIC, True, Alarms().checking(kind, "x"))[0]
    offered = list(BASE.replies)[:4]
    yield "ask back", answers(BASE, CLINIC, [Meaning(ASK_BACK)], Focus(), offered=offered, asked_back=True)[0][0]
    story = [Told("symptom", "pain"), Told("place", "leg"), Told("trigger", "walking"), Told("relief", "sitting")]
    yield "reflected", answers(BASE, CLINIC, [Meaning(DIAGNOSIS)], Focus(), told=story)[0][0]


@pytest.fixture(scope="module")
def turns(tmp_path_factory: pytest.TempPathFactory) -> Turns:
    """Every turn of which one text is all, and turns of several replies."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRIDE_VAR", str(tmp_path_factory.mktemp("var")))
        settings.cache_clear()
        singles = {name: [reply] for every in (curated, foreign, talks, walks, notices) for name, reply in every()}
    settings.cache_clear()
    checked = {
        f"{name}, then {kind}": [render(BASE, CLINIC, BASE[name]), check_question(BASE, CLINIC, kind)]
        for name in BASE.replies
        if not BASE[name].urgent
        for kind in CHECKS
    }
    two = [render(BASE, CLINIC, BASE[name]) for name in ("injections.overview", "aids.falls")]
    alarms = [render(BASE, CLINIC, BASE[name]) for name in ("urgent.cauda_equina", "urgent.same_day")]
    return Turns({**singles, **checked, "two": two, "alarms": alarms, "answer and alarm": [two[0], alarms[0]]})


def turn(replies: list[Reply], row: str) -> Shown:
    """A turn on a channel."""
    return shown(replies, rows()[row], number=NUMBER, base=BASE, public_url=URL, pictures=True)


def text_of(messages: tuple[Message, ...] | list[Message]) -> str:
    """The words of messages, without the places of text messages."""
    return " ".join(" ".join(re.sub(r"^\(\d+/\d+\) ", "", one.text) for one in messages).split())


def words_of(row: str, *texts: str) -> str:
    """The words of texts, as a channel says them."""
    text = " ".join(" ".join(texts).split())
    return gsm(text) if row == "sms" else text


def too_much(row: str, message: Message) -> bool:
    """Whether a message breaks the limits of its provider."""
    limits, titles = LIMITS[row], [one.title for one in message.choices]
    most, title = (limits.lines, limits.line) if message.listed else (limits.buttons, limits.title)
    return (
        utf16(message.text) > (limits.beside if message.choices else limits.text)
        or (row == "sms" and segments(message.text) > 2)
        or len(message.choices) > most
        or any(utf16(one) > title for one in titles)
        or (message.listed and any(utf16(one.full) > limits.under for one in message.choices))
        or (message.listed and not 0 < utf16(message.list_title) <= limits.opens)
        or len({one.casefold() for one in titles}) < len(titles)
        or any(len(one.id.encode()) > TAPPED for one in message.choices)
    )


@every_row
def test_limits(turns: Turns, row: str) -> None:
    """No message is empty, too long, or has too many, too long or equal buttons."""
    broken = [
        name
        for name, _, told in turns.on(row)
        for message in told.messages
        if too_much(row, message) or not message.text.strip()
    ]

    assert broken == []


@every_row
def test_plain(turns: Turns, row: str) -> None:
    """No markup, placeholder or payload is seen, and no slash but in addresses and the documents' own headings."""
    sections = [section for source in BASE.sources.values() for section in source.sections if "/" in section]
    ugly = re.compile(r"[/{}<>\\|_]|\*\*|payload|^#", re.MULTILINE)
    seen = []
    for name, _, told in turns.on(row):
        text = re.sub(r"https://\S+", "", text_of(told.messages))
        for section in sections:
            text = text.replace(words_of(row, section), "")
        seen += [(name, found.group()) for found in ugly.finditer(text)]

    assert seen == []


@every_row
def test_choices_are_seen(turns: Turns, row: str) -> None:
    """Every choice is a button that sends its place, or stands in the text; none has what it sends for a title."""
    lost = []
    for name, _, told in turns.on(row):
        tapped = {one.id: one.full for message in told.messages for one in message.choices}
        for place, (title, _) in enumerate(told.choices):
            in_text = f"{place + 1}. " if told.numbered else ""
            if tapped.get(f"{NUMBER}.{place}") != title and words_of(row, in_text, title) not in text_of(told.messages):
                lost.append((name, title))

    assert lost == []


@every_row
def test_all_that_buttons_send_can_be_chosen(turns: Turns, row: str) -> None:
    """What can be chosen are the last reply's buttons; the way out of a talk is not the carriers' word."""
    texts = forms().texts
    for name, replies, told in turns.on(row):
        sent = {payload for _, payload in told.choices}
        wanted = {button["payload"] for button in replies[-1].buttons} - {texts.back, texts.skip, texts.stop}

        assert wanted <= sent, name
        assert texts.stop not in sent


@every_row
def test_warnings_stay(turns: Turns, row: str) -> None:
    """Whatever is left out, no box of warnings and no reminder is; before a check, the check tells the signs."""
    lost = []
    for name, replies, told in turns.on(row):
        text = text_of(told.messages)
        checked = replies[-1].asks == ASKS
        kinds = ("reminder",) if checked else ("signs", "warning", "reminder")
        parts = [part for reply in replies for part in reply.parts if part.kind in kinds]
        lost += [name for part in parts if words_of(row, part.text) not in text]

    assert lost == []


@every_row
def test_urgent_is_whole_and_first(turns: Turns, row: str) -> None:
    """Every word of an urgent reply is told, in order, in messages of its own before all others."""
    urgent = {name: replies for name, replies in turns.items() if any(one.urgent for one in replies)}
    for name, replies in urgent.items():
        messages = turns.shown(name, row).messages
        first = [one for one in messages if one.urgent]
        whole = words_of(row, *(one.text for one in replies if one.urgent))

        assert [one.urgent for one in messages] == sorted((one.urgent for one in messages), reverse=True), name
        if len(replies) == 1:
            assert text_of(first).startswith(whole), name
        for reply in replies:
            assert (words_of(row, reply.text) in text_of(first)) is reply.urgent, name
    assert len(urgent) > 100


@every_row
@pytest.mark.parametrize("kind", CHECKS)
def test_check_is_whole_and_last(turns: Turns, row: str, kind: str) -> None:
    """A check is whole, in messages of its own behind the answer's lead, and nothing but its replies follows it."""
    alone = turns.shown(f"check, {kind}", row)
    question = turns[f"check, {kind}"][0]
    titles = [title for title, _ in alone.choices]
    numbers = " ".join(f"{place}. {title}" for place, title in enumerate(titles, start=1))
    listed = "" if alone.messages[-1].choices else f"Send the number of your choice: {numbers}"
    for name in (one for one, reply in BASE.replies.items() if not reply.urgent):
        told = turns.shown(f"{name}, then {kind}", row)
        answer = BASE[name]

        assert told.messages[-len(alone.messages) :] == alone.messages
        assert (told.choices, told.asks, told.check) == (alone.choices, ASKS, True)
        if isinstance(answer, Answer):
            assert text_of(told.messages[: -len(alone.messages)]) == words_of(row, CLINIC.fill(answer.lead))
    assert text_of(alone.messages) == words_of(row, question.text, listed)
    assert titles[-1].startswith("No")


def test_english_is_cheap(turns: Turns) -> None:
    """On SMS every English text keeps to the letters of GSM 03.38, which more than halves its price."""
    dear = [
        name
        for name, replies, told in turns.on("sms")
        if not any(one.language for one in replies)
        for message in told.messages
        if not is_gsm(message.text)
    ]

    assert dear == []


@every_row
def test_no_order_to_the_carrier(turns: Turns, row: str) -> None:
    """Only what speaks of opting out tells patients to send a word of the carriers; a check may ask for yes."""
    order = re.compile(
        r"\b(send|reply|text|type|answer)\W+(stop|stopall|end|quit|cancel|unsubscribe|start|yes|help|info)\b"
    )
    orders = [
        (name, found.group())
        for name, replies, told in turns.on(row)
        if not name.startswith("messaging") and replies[-1].answer != CHECK
        for found in order.finditer(text_of(told.messages).casefold())
    ]

    assert orders == []


@pytest.mark.parametrize("name", [one.id for one in BASE.answers])
def test_answer_on_sms(turns: Turns, name: str) -> None:
    """On SMS an answer takes four messages at most, and what it leaves out is told on demand."""
    told = turns.shown(name, "sms")
    text = text_of(told.messages)
    rest = [part.text for part in turns[name][0].parts if part.kind in ("words", "table", "do", "more")]

    assert len(told.messages) <= 4
    assert BASE[name].title not in text.partition("Send")[0]
    assert "Send SOURCES" in text
    assert ("Send MORE" in text) is bool(told.more)
    assert all((words_of("sms", one) in text) is not (one in told.more) for one in rest)


def test_sources_elsewhere(turns: Turns) -> None:
    """Elsewhere the sources stand in full, as a paragraph of their own."""
    [message] = turns.shown("aids.brace", "slack").messages
    line = next(part.text for part in turns["aids.brace"][0].parts if part.kind == "sources")

    assert message.text.endswith(f"\n\n{line}")


def test_more_where_one_message_does_not_hold_all() -> None:
    """Elsewhere an answer leaves out what the website folds only where one message cannot hold it."""
    reply = render(BASE, CLINIC, BASE["aids.brace"])
    long = replace(
        reply, parts=tuple(Part("word " * 500, "more") if part.kind == "more" else part for part in reply.parts)
    )

    assert [turn([one], "messenger").more for one in (reply, long)] == ["", "word " * 500]
    assert "Send MORE for more." in turn([long], "messenger").messages[0].text


def test_last_message_fits_beside_its_buttons() -> None:
    """Where a message with buttons holds less, only the last one has to."""
    text = "\n\n".join(f"Paragraph {number}: " + "words " * 30 for number in range(20))
    reply = replace(notice(CLINIC, text), buttons=({"title": "Go on", "payload": "Go on"},))

    first, last = turn([reply], "whatsapp").messages

    assert (bool(first.choices), bool(last.choices)) == (False, True)
    assert (len(first.text) > 1024, len(last.text) <= 1024) == (True, True)
    assert text_of([first, last]) == " ".join(text.split())


@pytest.mark.parametrize(
    ("row", "pictures", "url", "name", "drawn"),
    [
        ("whatsapp", True, URL, "condition.mechanism", True),
        ("sms", True, URL, "condition.mechanism", False),
        ("whatsapp", False, URL, "condition.mechanism", False),
        ("whatsapp", True, "", "condition.mechanism", False),
        ("whatsapp", True, URL, "condition.mechanism, shorter", False),
        ("whatsapp", True, URL, "bot.greeting", False),
    ],
)
def test_drawing(turns: Turns, row: str, pictures: bool, url: str, name: str, drawn: bool) -> None:
    """A whole answer has its first drawing before it, with its words, where the channel shows drawings and may."""
    told = shown(turns[name], rows()[row], number=1, base=BASE, public_url=url, pictures=pictures)
    alt = BASE.pictures["hallway"].alt

    assert [one for one in told.messages if one.picture] == (
        [Message(alt, picture=f"{URL}/pictures/hallway.png")] if drawn else []
    )
    assert (told.messages[0].picture is not None) is drawn


@every_row
@pytest.mark.parametrize("url", ["/visit/abc", f"{URL}/visit/abc"])
def test_paper(row: str, url: str) -> None:
    """A paper is a line with its title and its whole address."""
    reply = notice(CLINIC, "Here it is.", links=({"title": "Open the page", "url": url},))

    [message] = turn([reply], row).messages

    assert message.text == f"Here it is.\n\nOpen the page: {URL}/visit/abc"


def test_two_answers_have_one_line_of_hints(turns: Turns) -> None:
    """After two answers, the hints stand under the last one, and its choices are the only list."""
    told = turns.shown("two", "sms")
    text = text_of(told.messages)

    assert (text.count("SOURCES"), text.count("MORE")) == (1, 1)
    assert text.index("SOURCES") > text.index(words_of("sms", CLINIC.fill(BASE["aids.falls"].lead)))


@pytest.mark.parametrize(
    ("replies", "asks", "standing", "check"),
    [
        ([Reply((Part("a"),))], None, None, None),
        ([Reply((Part("a"),), standing=(), open_checks=())], None, False, False),
        ([Reply((Part("a"),), standing=("urgent.crisis",), open_checks=("fall",))], None, True, True),
        ([Reply((Part("a"),), asks="helpful", standing=()), Reply((Part("b"),))], "helpful", False, None),
        ([Reply((Part("a"),), asks=ASKS)], ASKS, None, True),
    ],
)
def test_what_to_remember(replies: list[Reply], asks: str | None, standing: bool | None, check: bool | None) -> None:
    """A turn tells what it asks for, and whether an alarm stands and a check is open, if the replies know."""
    told = turn(replies, "sms")

    assert (told.asks, told.standing, told.check) == (asks, standing, check)


def test_numbers_after_a_question_for_a_number(turns: Turns) -> None:
    """After a question for a number, no number chooses; after any other it does."""
    assert turns.shown("selfcheck_minutes, False", "sms").numbered is False
    assert turns.shown("selfcheck_legs, False", "sms").numbered is True


def test_messages_are_stored() -> None:
    """A message goes to the store and back unchanged."""
    for message in turn([check_question(BASE, CLINIC, "fall")], "whatsapp").messages:
        assert Message.from_json(message.to_json()) == message
