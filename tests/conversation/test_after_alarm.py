"""What a message says of an alarm that stands."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.conversation.after_alarm import FILE, AfterAlarm, SaidOfAlarm, reason_for
from bot.conversation.alarms import Alarms
from bot.datafile import DataError
from bot.settings import ROOT
from bot.text.terms import words

READ = AfterAlarm(words)
WRITTEN = yaml.safe_load((ROOT / "tests" / "conversation" / "after_alarm.yml").read_text(encoding="utf-8"))
STANDING = Alarms().raised("cauda_equina", "I can't pee", "2026-11-28T10:00:00+00:00")
CRISIS = Alarms().raised("crisis", "I want to die", "2026-11-28T10:00:00+00:00")
SAFE: dict[str, SaidOfAlarm] = {"yes": "safe", "no": "not_safe", "unclear": "unsure_if_safe"}


def said(text: str, alarms: Alarms = STANDING, *, asks: bool = False, busy: bool = False) -> SaidOfAlarm | None:
    """Read a message after an alarm."""
    return READ(text, alarms, asks=asks, busy=busy)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I only asked in general", "stand_down"),
        ("it was just a general question", "stand_down"),
        ("I was asking in general, I haven't got it", "stand_down"),
        ("it's old and unchanged, I've had it for ten years", "stand_down"),
        ("my foot has been like that since 1998, always the same", "stand_down"),
        ("that was years ago and it all went away", "stand_down"),
        ("you misread me, my bladder is fine", "stand_down"),
        ("you got me wrong, I don't have that", "stand_down"),
        ("that was last year, they operated and it's all fine now", "stand_down"),
        ("I've had it for ten years, nothing changed", "stand_down"),
        ("I asked for a school project", "stand_down"),
        ("we were there, it was checked", "seen"),
        ("they scanned him, we are home", "seen"),
        ("back from the ER, all clear", "seen"),
        ("I'd rather wait", "hesitation"),
        ("it'll keep till Monday", "hesitation"),
        ("it's my age", "hesitation"),
        ("I don't want to make a fuss", "hesitation"),
        ("my doctor will say it's the prostate", "hesitation"),
        ("I've put a blanket on it", "hesitation"),
        ("my husband says wait", "hesitation"),
        ("no insurance", "hesitation"),
        ("three hours away", "hesitation"),
        ("not on a Saturday night", "hesitation"),
        ("it's better now", "hesitation"),
        ("it'll pass", "hesitation"),
        ("my son is driving me to the hospital", "going"),
        ("my daughter in law will take us now", "going"),
        ("my wife drives me mad, I'm staying", "hesitation"),
        ("do i need to go", "hesitation"),
        ("lets see", "hesitation"),
        ("can you call them", "how"),
        ("I'm not going to hospital", "hesitation"),
        ("Should I take her tonight or can it wait until Monday?", "hesitation"),
        ("no", "hesitation"),
        ("what do i tell them", "how"),
        ("nobody can take me", "how"),
        ("how do I get there", "how"),
        ("whom do I call", "how"),
        ("can I drive myself", "how"),
        ("must I undress", "how"),
        ("who looks after the dog", "how"),
        ("do I bring my tablets", "how"),
        ("OK we are going now, thank you", "going"),
        ("calling 911 now", "going"),
        ("on our way", "going"),
        ("ok", "ok"),
        ("fine", "ok"),
        ("hm", "ok"),
        ("right", "ok"),
        ("thanks", "ok"),
        ("the weather in Ohio", None),
    ],
)
def test_reads_a_reply(text: str, expected: SaidOfAlarm | None) -> None:
    """It tells apart what takes an alarm back, that it was seen to, putting it off, how to get help, and an ok."""
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "no, I mean it",
        "no I meant numb",
        "no I meant 10 minutes",
        "no, I meant the injection",
        "that's not what I asked",
        "I'm not going to hospital",
        "I'm fine",
        "it was only a little",
        "I only asked if it can wait",
        "it's been like this for years but now it got worse",
        "that was my wife's idea",
        "it went away an hour ago",
        "my sister had that, they said it's normal",
        "thank you for telling me",
        "forget I said anything",
        "the doctor knows about it",
        "it is only the water pill",
        "ok ok I get it",
        "never mind",
        "I was just joking about the walk",
        "no still there, false alarm from my wife she says",
        "let me go, I am tired of living, I took the pills",
        "I didn't only ask in general",
        "you didn't misunderstand me",
        "my husband checked me, all good",
        "they sent me home last week with the same",
        "the doctor looked at me on the phone and said it's fine",
        "they want to scan me but I went home",
        "they sent us home without looking",
    ],
)
def test_nothing_else_takes_an_alarm_back(text: str) -> None:
    """Corrections of other things, playing it down, a cause, thanks and impatience leave an alarm."""
    assert said(text) not in ("stand_down", "seen")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("it's back again", "again"),
        ("the numbness came back", "again"),
        ("its getting worse", "again"),
        ("it is not back", None),
        ("ok", None),
    ],
)
def test_back_after_it_was_seen_to(text: str, expected: SaidOfAlarm | None) -> None:
    """After an alarm was seen to, that it is back is the alarm again, and nothing else is said of it."""
    seen = STANDING.seen("they scanned me", "2026-11-28T12:00:00+00:00")

    assert said(text, seen) == expected


@pytest.mark.parametrize("text", ["I only asked in general", "we went, they scanned me", "ok", "I'd rather wait"])
def test_says_nothing_where_none_stands(text: str) -> None:
    """Without an alarm there is nothing to take back, to put off or to thank for."""
    assert said(text, Alarms()) is None


@pytest.mark.parametrize(
    "text",
    [
        "they will scan me on Monday",
        "I was seen for it last year",
        "should we go there",
        "we have not been checked yet",
    ],
)
def test_what_was_not_seen_to(text: str) -> None:
    """A plan, a question, or what was seen long before the alarm is no check of it."""
    assert said(text) != "seen"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yes", "safe"),
        ("Yes, I am safe now", "safe"),
        ("yeah i'm safe", "safe"),
        ("yes she is safe, I am with her", "safe"),
        ("no", "not_safe"),
        ("No, I am not safe", "not_safe"),
        ("yes but I still have the pills", "not_safe"),
        ("I guess so", "not_safe"),
        ("maybe", "not_safe"),
        ("what do you care", "unsure_if_safe"),
        ("I don't think I am safe", "unsure_if_safe"),
        ("I can't say I am safe", "unsure_if_safe"),
        ("nobody here says I am safe", "unsure_if_safe"),
        ("I hope I am safe", "unsure_if_safe"),
        ("am I safe now", "unsure_if_safe"),
        ("I am safe enough I took them already", "unsure_if_safe"),
        ("yes yes I'm safe, my daughter is here", "safe"),
        ("yeah right", "unsure_if_safe"),
        ("yes no", "unsure_if_safe"),
        ("yes!!! leave me alone", "unsure_if_safe"),
        ("yes maam", "safe"),
        ("thank you", "unsure_if_safe"),
        ("I only asked in general", "unsure_if_safe"),
    ],
)
def test_only_a_plain_yes_is_safe(text: str, expected: SaidOfAlarm) -> None:
    """To "Are you safe now?" only a plain yes is one."""
    assert said(text, CRISIS.asking_safe()) == expected


@pytest.mark.parametrize(
    "text", ["yes", "I am safe", "I only asked in general", "leave me alone", "my cat is called Tom"]
)
def test_crisis_goes_on_until_it_was_asked(text: str) -> None:
    """Before the bot has asked, nothing ends a crisis, and whatever is no question of its own is taken up kindly."""
    assert said(text, CRISIS) not in ("safe", None)


@pytest.mark.parametrize(
    ("text", "busy", "expected"), [("ok", True, None), ("ok", False, "ok"), ("no ride", True, "how")]
)
def test_ok_replies_to_what_was_asked(text: str, busy: bool, expected: SaidOfAlarm | None) -> None:
    """Where the bot has asked something else, an ok is a reply to that."""
    assert said(text, busy=busy) == expected


def test_question_is_answered() -> None:
    """A question that the bot has an answer for is no reply to the alarm, though it says "wait" or "drive"."""
    assert said("how long do I have to wait after the injection until I can drive?", asks=True) is None


def lines() -> list[tuple[str, Any, SaidOfAlarm]]:
    """What several writers wrote as replies to an alarm, with what each says."""
    return [(writer, one, kind) for writer, kinds in WRITTEN.items() for kind, some in kinds.items() for one in some]


def test_written_replies_never_take_it_back_wrongly() -> None:
    """No reply that others wrote is taken for a stand-down, for safety or for seen to when it says something else."""
    ends = {"stand_down", "seen", "safe"}
    wrong = []
    for writer, one, kind in lines():
        expected = SAFE[one["safe"]] if kind == "crisis_replies" else kind
        text, alarms = (one["text"], CRISIS.asking_safe()) if kind == "crisis_replies" else (one, STANDING)
        found = said(text, alarms)
        if found in ends and found != expected:
            wrong.append((writer, text, expected, found))

    assert wrong == []


@pytest.mark.parametrize("kind", ["hesitation", "how", "going", "ok", "seen", "stand_down"])
def test_written_replies_are_read(kind: SaidOfAlarm) -> None:
    """Five of six replies in patients' own words are read as what they say; what is not leaves the alarm standing."""
    some = [one for _, one, label in lines() if label == kind]
    wrong = [one for one in some if said(one) != kind]

    assert len(wrong) <= len(some) / 6, wrong


def test_tells_what_is_wrong(tmp_path: Path) -> None:
    """A file that is wrong is told with its line and key."""
    file = tmp_path / "after_alarm.yml"
    file.write_text(FILE.read_text(encoding="utf-8").replace("longest:", "longst:"), encoding="utf-8")

    with pytest.raises(DataError, match=r"after_alarm\.yml:\d+: longest: field required"):
        AfterAlarm(words, file)


@pytest.mark.parametrize(
    ("text", "likely", "asks", "said"),
    [
        # the classifier hears what no phrase says
        (
            "the hay is still out",
            {"hesitation later": 0.5, "hesitation care": 0.2},
            False,
            "hesitation",
        ),
        ("the hay is still out", {"hesitation later": 0.3, "other": 0.3}, False, None),
        ("which door is it", {"how who": 0.9}, False, "how"),
        # beside an answer that the bot has it must be surer
        ("can I eat before", {"how eat": 0.7}, True, None),
        ("can I eat before", {"how eat": 0.9}, True, "how"),
        # what the phrases hear counts where it is not sure, and not where it is
        ("I would rather wait till Monday", {"hesitation later": 0.2, "other": 0.2}, False, "hesitation"),
        ("I would rather wait till Monday", {"other": 0.9}, False, None),
        # it takes no alarm back
        ("it says so in my nephew's book", {"stand_down general": 0.99}, False, None),
    ],
)
def test_classifier_is_heard(text: str, likely: dict[str, float], asks: bool, said: str | None) -> None:
    """Fresh words for a hesitation or a question are heard by the classifier; it takes no alarm back."""
    assert READ(text, STANDING, asks=asks, busy=False, likely=likely) == said


@pytest.mark.parametrize(
    ("said", "likely", "reason"),
    [
        ("hesitation", {"hesitation far": 0.5, "hesitation money": 0.1, "how drive": 0.3}, "far"),
        ("hesitation", {"hesitation far": 0.3, "hesitation money": 0.3}, None),
        ("going", {"going": 0.9}, None),
        ("how", {}, None),
    ],
)
def test_reason(said: str, likely: dict[str, float], reason: str | None) -> None:
    """The reason is spoken of only where one is likelier than all others together."""
    assert reason_for(said, likely) == reason
