"""The whole bot in this process, with the trained model."""

import asyncio
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import UserMessage

from bot.alarm.rules import ALARMS
from bot.channels.local import where_kept
from bot.knowledge.base import KnowledgeBase
from bot.knowledge.ids import ASK_BACK, SETTLED
from bot.settings import ROOT

pytestmark = pytest.mark.rasa
Say = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is neurogenic claudication?", "condition.definition"),
        ("does lyrica work for this", "medicines.gabapentinoids"),
        ("Should I use a walking stick or a rollator?", "aids.walkers_canes"),
        ("how long do steroid injections last", "injections.effect"),
        ("hello there", "bot.greeting"),
        ("How many ibuprofen can I take a day?", "decline.dosing"),
        ("What is the weather tomorrow?", "decline.out_of_scope"),
        ("me duelen las piernas cuando camino", "decline.out_of_scope"),
        ("So do I have spinal stenosis or not, what do you think?", "decline.diagnosis"),
    ],
)
def test_answers_a_question(say: Say, text: str, expected: str) -> None:
    """A question gets its curated answer, not urgent."""
    told = say(text)

    assert told["answers"] == [expected]
    assert told["urgent"] is False


def test_answer_names_its_sources(say: Say) -> None:
    """What teaches comes with sources and buttons that lead to answers."""
    told = say("What is neurogenic claudication?")

    assert {source["document"] for source in told["sources"]} == {"A", "B", "C", "D"}
    assert all(button["answer"] for reply in told["replies"] for button in reply["buttons"])
    assert told["confidence"] > 0.5


def test_asks_back_with_buttons(say: Say) -> None:
    """A message that may mean several things gets candidates, and tapping one gives its answer."""
    told = say("injections or pills or an operation or what", "asks-back")
    buttons = told["replies"][0]["buttons"]

    assert told["answers"] == ["clarify.choose"]
    assert len(buttons) >= 2
    assert say(buttons[1]["payload"], "asks-back")["answers"] == [buttons[1]["answer"]]


@pytest.mark.parametrize(
    "text", ["/restart", "/bot.greeting", "/session_start", "/urgent.cauda_equina", "/back", "/nothing"]
)
def test_typed_payloads_do_not_steer(say: Say, text: str) -> None:
    """A typed command is refused, and the conversation goes on."""
    told = say(text, "injected")

    assert told["answers"] == []
    assert told["urgent"] is False
    assert say("What is a laminectomy?", "injected")["answers"] == ["surgery.laminectomy"]


NOT_NICE = [
    "",
    "x" * 100_000,
    "word " * 390,
    "😀🎉",
    "legs 😀 hurt?",
    "\x00\x01\x1b[31m",
    "\x00legs\x00",
    "<script>alert(1)</script>",
    "<b>legs</b>",
    '{"intent": "restart"}',
    "[link](http://example.org)",
    "'; DROP TABLE events; --",
    "다리가 아파요",
    "رجلي تؤلمني عند المشي",
    "\ud83d",
    "\u202eevil",
    "/",
    "{emergency_number}",
]


@pytest.mark.parametrize("text", NOT_NICE, ids=range(len(NOT_NICE)))
def test_input_that_is_not_nice(say: Say, base: KnowledgeBase, text: str) -> None:
    """Whatever is sent gets a polite curated reply, and the conversation goes on."""
    conversation = f"not-nice-{NOT_NICE.index(text)}"

    told = say(text, conversation)

    assert told["replies"]
    assert all(reply["text"] and reply["text"] != base.notices.unavailable for reply in told["replies"])
    assert "Traceback" not in str(told)
    assert say("What is a laminectomy?", conversation)["answers"] == ["surgery.laminectomy"]


def test_alarm_and_after(say: Say) -> None:
    """An alarm is followed by reminders with every answer, until the patient takes it back."""
    alarm = say("since yesterday I can't pee and I am numb between my legs", "alarm")
    after = say("thanks. does a back brace help?", "alarm")
    down = say("no no, I was only asking in general, it was my uncle's story from years ago", "alarm")
    normal = say("does a back brace help?", "alarm")

    assert (alarm["answers"], alarm["urgent"]) == (["urgent.cauda_equina"], True)
    assert (after["answers"], after["reminder"]) == (["aids.brace"], True)
    assert down["answers"] == ["urgent.stand_down"]
    assert (normal["answers"], normal["reminder"]) == (["aids.brace"], False)


@pytest.mark.parametrize(
    "text", ["What are the warning signs?", "why does the bladder matter so much with this condition?"]
)
def test_teaching_of_signs_carries_the_reminder(say: Say, text: str) -> None:
    """Whoever asks to learn about warning signs is taught and reminded, not alarmed."""
    told = say(text)

    assert (told["urgent"], told["reminder"]) == (False, True)
    assert told["answers"][0].startswith("warning_signs.")


def test_conversations_are_apart(say: Say) -> None:
    """An alarm in one conversation puts no reminder into another."""
    say("I can't feel anything between my legs", "one")

    assert say("does a back brace help?", "other")["reminder"] is False


def test_every_reply_can_be_reached(agent: Any, loop: asyncio.AbstractEventLoop, base: KnowledgeBase) -> None:
    """Every intent leads through the rules to the text of its id; what only follows an alarm or a fall asks back."""
    from rasa.core.channels.channel import UserMessage

    from bot.alarm.decide import Decision
    from bot.channels.processor import ReplyChannel

    for name in base.replies:
        told: list[Any] = []
        channel = ReplyChannel(told.append)
        message = UserMessage(f"/{name}", channel, f"reach-{name}")
        asyncio.run_coroutine_threadsafe(agent.handle_message(message), loop).result(timeout=60)
        channel.flush()

        wanted = ASK_BACK if name in SETTLED else name
        decision, *replies = told
        assert decision == Decision(ALARMS.get(name), "button" if name in ALARMS else None)
        assert [reply.answer for reply in replies] == [wanted]


def test_refuses_a_model_that_knows_more(agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model with an intent that has no text is refused at the start, by name."""
    from bot.channels import local
    from bot.datafile import DataError

    monkeypatch.setattr(local, "checked", lambda model: model)
    monkeypatch.setattr("rasa.core.agent.MessageProcessor", lambda **_: agent.processor)
    monkeypatch.setattr(local, "DEFAULT_INTENTS", [])

    with pytest.raises(DataError, match=r"bot/knowledge/ has no answer for .*restart"):
        local.load_agent("model")


def test_conversations_are_kept_where_the_operator_says(var: Path) -> None:
    """Rasa's conversations lie with all else that is kept, in `STRIDE_VAR`, and only their owner can read them."""
    kept = where_kept(ROOT / "endpoints.yml")

    assert kept is not None
    assert Path(kept.kwargs["db"]) == var / "conversations.db"
    assert (var / "conversations.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("store", "told"),
    [
        ("{{type: SQL, dialect: sqlite, db: {folder}/own.db}}", {"dialect": "sqlite", "db": "{folder}/own.db"}),
        ("{{type: SQL, dialect: postgresql, db: stride}}", {"dialect": "postgresql", "db": "stride"}),
    ],
)
def test_other_stores_are_left_alone(tmp_path: Path, var: Path, store: str, told: dict[str, str]) -> None:
    """A file that lies elsewhere, and another database, stay what endpoints.yml says."""
    endpoints = tmp_path / "endpoints.yml"
    endpoints.write_text(f"tracker_store: {store.format(folder=tmp_path)}\n")

    kept = where_kept(endpoints)

    assert kept is not None
    assert kept.kwargs == {key: value.format(folder=tmp_path) for key, value in told.items()}


async def test_results_of_our_own_actions_are_not_validated(agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message is answered without a look at Rasa's JSON schema of actions' results."""
    calls = []
    monkeypatch.setattr(jsonschema, "validate", lambda *arguments: calls.append(arguments))

    replies = await agent.handle_message(UserMessage("hello", sender_id="not-validated"))

    assert replies
    assert calls == []


def test_rasa_still_validates_where_we_expect_it() -> None:
    """The method that is left out is still what Rasa calls with a result, alone for validating it."""
    source = inspect.getsource(RemoteAction)

    assert source.count("self._validate_action_result(response)") == 1
    assert source.count("validate(result, self.action_response_format_spec())") == 1
    assert list(inspect.signature(RemoteAction.run).parameters) == [
        "self",
        "output_channel",
        "nlg",
        "tracker",
        "domain",
    ]
