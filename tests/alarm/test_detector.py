"""The alarm on plainly worded signs and denials; the benchmark (docs/benchmark.md) has how patients write."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alarm.detector import detector
from bot.alarm.rules import load

SIGNS = {
    "saddle": [
        "I am numb between my legs",
        "numb down below",
        "no feeling when I wipe",
        "Toilet paper feels strange since Monday",
        "My groin and inner thighs have gone numb",
        "there's tingling around my anus",
        "my husband has lost all feeling in his private parts",
        "it feels dead down there",
    ],
    "bladder": [
        "I can't pee",
        "cant pass urine since this morning",
        "I wet myself twice today",
        "I have no bladder control",
        "lost control of my bladder",
        "my stream is weak all of a sudden",
        "I can't tell when my bladder is full",
        "Mum is unable to urinate",
        "he can not feel it when he pees",
    ],
    "bowel": [
        "I soiled myself",
        "I can't hold my stool any more",
        "I can't feel when I pass stool",
        "lost control of my bowels",
        "my wife had a bowel accident",
    ],
    "sexual": ["no feeling during sex since last week", "I can't get an erection and my groin is numb"],
    "legs": [
        "both legs are getting weaker",
        "My leg is suddenly weak",
        "I can't lift my foot",
        "I have foot drop",
        "my knee keeps giving way",
        "legs won't obey me",
        "can't stand on my tiptoes",
        "my feet drag",
    ],
}
SILENT = [
    "no trouble with bladder or bowels",
    "I don't have numbness in my groin",
    "my doctor asked about numbness down there: none",
    "I'm not incontinent",
    "no loss of bladder control, no numbness between the legs",
    "What are the signs of numbness in the saddle area?",
    "Can stenosis make you incontinent?",
    "What do I do if I ever lose control of my bladder?",
    "before my operation in 2015 I had no feeling between my legs, fine since",
    "The saddle of my bike makes my bottom numb",
]
UNRELATED = [
    "I pass a lot of time sitting",
    "My legs go numb and heavy when I walk and it eases when I sit down",
    "my legs feel weak after walking but fine once I sit",
    "why does the bladder matter?",
    "this wait is killing me",
    "how do I train without hurting myself",
    "I'm scared I will hurt myself doing the exercises",
    "could I hurt myself by lifting?",
    "can walking too far harm me, will I hurt myself",
    "What is neurogenic claudication?",
    "",
]
OTHERS = {
    "crisis": [
        "I want to kill myself",
        "I can't go on, I want to end it all",
        "I can't walk any more and I want to hurt myself",
        "better off dead",
        "I feel like hurting myself",
        "my wife has been thinking of harming herself",
    ],
    "emergency": ["I have chest pain", "I can't breathe", "her face is drooping", "my leg is cold and blue"],
    "same_day": [
        "I have a fever and back pain",
        "fever since my injection",
        "I have cancer and new back pain",
        "I fell and have severe pain in my back",
        "one calf is hot and swollen",
    ],
}


@pytest.mark.parametrize(("sign", "text"), [(sign, text) for sign, texts in SIGNS.items() for text in texts])
def test_plain_sign_raises_the_alarm(sign: str, text: str) -> None:
    """A plainly worded sign raises the alarm, and the finding names the sign and the words."""
    verdict = detector()(text)

    assert verdict.alarm == "cauda_equina"
    assert sign in {finding.sign for finding in verdict.findings if not finding.silenced}
    assert all(text[finding.start : finding.end].strip() for finding in verdict.findings)


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("can t pee since this morning", "cauda_equina"),
        ("my back is bad and I have bladder problems", "cauda_equina"),
        ("my legs are weak and they tingle", "cauda_equina"),
        ("I cannot walk since Tuesday", "cauda_equina"),
        ("asleep from the waist down since Friday", "cauda_equina"),
        ("suddenly the fingers of her hand will not move", "emergency"),
        ("I feel like doing harm to myself", "crisis"),
        ("I will do sucide", "crisis"),
    ],
)
def test_kinds_that_real_patients_told(text: str, alarm: str) -> None:
    """Signs told with a lost apostrophe, in vague words beside the back, or by what no longer works are heard."""
    assert detector()(text).alarm == alarm


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("numb between my legs since Monday, and I don't want to wake my wife", "cauda_equina"),
        ("my bottom has gone to sleep and does not wake up", "cauda_equina"),
        ("I cannot feel my own hand on my privates", "cauda_equina"),
        ("it does not come down, the pain", None),
        ("is there a bathroom, there is nothing wrong with me", None),
        ("the fence collapsed", None),
        ("my nose is dripping", None),
        ("my legs have not weakened", None),
        ("legs are shot after two streets", None),
    ],
)
def test_words_that_only_look_like_another_sign(text: str, alarm: str | None) -> None:
    """A sleeper, a hand, a fence, a nose and tired legs bring no alarm of their own."""
    assert detector()(text).alarms == ((alarm,) if alarm else ())


def test_what_is_over_elsewhere_in_a_long_story_hides_no_sign() -> None:
    """What a patient tells of another illness that is over does not take back a sign some sentences before."""
    sign = "I cannot feel when I pee. "
    story = "My daughter drove me to the market, where we bought apples, bread and a hat for the wedding of her son. "
    over = "It was years ago and all completely recovered."

    assert detector()(sign + over).alarm is None
    assert detector()(f"{sign}{story}The flu, I mean. {over}").alarm == "cauda_equina"


def test_leak_alone_is_suspected() -> None:
    """What many leak for other reasons is a suspicion, which raises the alarm only together with the voter's."""
    verdict = detector()("I'm leaking urine and never did before")

    assert (verdict.alarm, verdict.suspected) == (None, "cauda_equina")


@pytest.mark.parametrize("text", SILENT)
def test_denial_question_and_past_do_not(text: str) -> None:
    """A sign that is denied, asked about, feared, over or something else raises no alarm, but is seen."""
    verdict = detector()(text)

    assert verdict.alarm is None
    assert verdict.silenced


@pytest.mark.parametrize("text", UNRELATED)
def test_ordinary_talk_does_not(text: str) -> None:
    """Ordinary claudication and everyday words raise no alarm."""
    assert detector()(text).alarm is None


@pytest.mark.parametrize(("alarm", "text"), [(alarm, text) for alarm, texts in OTHERS.items() for text in texts])
def test_other_alarms(alarm: str, text: str) -> None:
    """The other alarms answer to their own signs."""
    assert detector()(text).alarm == alarm


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I can't pee and I want to kill myself", "crisis"),
        ("I can't pee and have chest pain", "emergency"),
        ("I can't pee, and I have a fever and back pain", "cauda_equina"),
        ("not incontinent, but the stream won't start", "cauda_equina"),
        ("It's fine when I sit. I can't feel my bladder.", "cauda_equina"),
    ],
)
def test_gravest_counts(text: str, expected: str) -> None:
    """Of several alarms the gravest is raised, and a denial of one sign does not hide another."""
    assert detector()(text).suspected == expected


RULES = load()
VOCABULARY = sorted(
    {
        word.strip("!?")
        for phrases in [
            *(phrases for file in RULES.signs for phrases in file.concepts.values()),
            *(cue.phrases for cue in RULES.context.cues.values()),
        ]
        for phrase in phrases
        for token in phrase.split()
        for word in token.split("|")
        if not word.startswith(("~", "<", "#"))
    }
    | {".", ",", "I", "my", "and"}
)
PLAIN = [text for texts in SIGNS.values() for text in texts]


@settings(deadline=None)
@given(st.sampled_from(PLAIN), st.sampled_from([str.upper, str.lower, str.title, lambda text: text.replace(" ", "  ")]))
def test_case_and_spaces_change_nothing(text: str, change: object) -> None:
    """A sign in capitals or with stray spaces is the same sign."""
    assert detector()(change(text)).suspected == "cauda_equina"  # type: ignore[operator]


@settings(deadline=None)
@given(st.sampled_from(PLAIN), st.sampled_from(["Hello, ", "I am 78. ", "Thank you for the last answer. "]))
def test_what_stands_before_changes_nothing(text: str, before: str) -> None:
    """A greeting or another sentence before a sign does not hide it."""
    assert detector()(before + text).suspected == "cauda_equina"


@settings(deadline=None)
@given(st.lists(st.sampled_from(VOCABULARY), max_size=60))
def test_any_row_of_words_has_a_verdict(words: list[str]) -> None:
    """Words of the rules in any order give a verdict whose findings point into the text."""
    text = " ".join(words)

    for finding in detector()(text).findings:
        assert 0 <= finding.start < finding.end <= len(text)


@pytest.mark.parametrize("place", [0, 2_900, 50_000])
def test_sign_in_a_long_message(place: int) -> None:
    """A sign is found wherever it stands in a long message, and its place is told."""
    text = "word " * (place // 5) + "I can't pee. " + "word " * 10_000

    [*_, finding] = detector()(text).findings

    assert text[finding.start : finding.end] == "can't pee"


def test_line_break_begins_a_sentence() -> None:
    """A question to learn on a line of its own is one."""
    assert detector()("Hello\nCan stenosis make you incontinent?").alarm is None


@pytest.mark.parametrize(
    "text",
    [
        "Nothing new for years, but since Monday my bottom is numb",
        "For years nothing changed until last week, my bladder leaks now",
        "No change in ten years, but now I can't feel my groin",
    ],
)
def test_old_and_unchanged_does_not_hide_what_is_new(text: str) -> None:
    """What is new after years of the same is a sign."""
    assert detector()(text).suspected == "cauda_equina"


REMINDER = "If you get numb between your legs, or new weakness in your legs, call 911."


@pytest.mark.parametrize(
    ("bot_said", "text", "alarm"),
    [
        ("Is your leg weak?", "it's worse now", "cauda_equina"),
        (REMINDER, "ok good, now what can I change at home", None),
        (REMINDER, "and both of them help?", None),
        ("Are you numb between your legs?", "yes, a bit", "cauda_equina"),
        ("Are you numb between your legs?", "I have no numbness", None),
        (REMINDER, "yes", None),
        (f"Is walking easier with a cane?\n\n{REMINDER}", "yes", None),
        (f"Do a numb bottom and a weak leg worry you? {REMINDER} Shall I go on?", "yes", None),
    ],
)
def test_only_the_last_question_makes_a_sign_of_a_yes(bot_said: str, text: str, alarm: str | None) -> None:
    """A yes, or a "worse", counts after the bot's last question about a sign, not after a text that names signs."""
    assert detector()(text, bot_said=bot_said).alarm == alarm


@pytest.mark.parametrize(
    ("text", "alarms"),
    [
        ("cant feel when I wipe and I want to die", ("crisis", "cauda_equina")),
        ("i am suicidal and cant pee since yesterday", ("crisis", "cauda_equina")),
        ("cant pee since yesterday and chest pain", ("emergency", "cauda_equina")),
        ("I can't pee", ("cauda_equina",)),
        ("what does suicidal mean", ()),
    ],
)
def test_all_alarms_of_a_message(text: str, alarms: tuple[str, ...]) -> None:
    """Each kind of sign is an alarm of its own; a hint at a crisis is one beside another sign."""
    assert detector()(text).alarms == alarms


@pytest.mark.parametrize(
    "text",
    [
        "i have to go now",
        "no but I do go more at night",
        "I do not feel numb",
        "everything ok down there, knock on wood",
    ],
)
def test_what_is_no_yes_to_the_signs(text: str) -> None:
    """A reply that only begins like a yes, or denies a sign by its name, is no alarm."""
    asked = "Is any of this new: numb around your bottom, trouble with your bladder, or a leg that is getting weaker?"

    assert detector()(text, bot_said=asked).alarm is None


@pytest.mark.parametrize("text", ["i slipped on ice but nothing happened", "I passed out the leaflets at church"])
def test_everyday_words_are_no_sign(text: str) -> None:
    """Nothing that happened is no bladder that fails, and who hands out leaflets has not fainted."""
    assert detector()(text).alarm is None


@pytest.mark.parametrize(
    "text",
    [
        "I can hardly feel when I need to go",
        "I can only tell when I am already wet",
        "the urine passes freely whenever it likes",
        "I stay dry only with pads",
        "no to all those pills",
        "None of this helps, I want it over",
        "it doesn't feel normal when I wipe",
    ],
)
def test_not_well(text: str) -> None:
    """What only sounds like "all is well" takes nothing back."""
    assert detector()(text).taken_back == frozenset()


@pytest.mark.parametrize(
    "text", ["no, it feels normal when I wipe", "I can tell when I'm full", "no to both, numb and leaking"]
)
def test_all_is_well(text: str) -> None:
    """Who says that all works takes back the signs of cauda equina, and no other alarm."""
    assert detector()(text).taken_back == {"cauda_equina"}
    assert detector()(text).doubted is None


def test_a_question_ends_a_sentence() -> None:
    """What a question asks does not silence the sign behind it; a word with a question mark is only its topic."""
    assert detector()("What does this mean? I can't feel when I wipe").doubted == "cauda_equina"
    assert detector()("Bladder? Can't start it").doubted == "cauda_equina"


def test_a_bed_does_not_collapse_with_who_got_out_of_it() -> None:
    """Furniture that collapsed silences a collapse only where it is what collapsed."""
    assert detector()("I got out of my bed and collapsed on the floor").alarm == "emergency"
    assert detector()("my bed collapsed in the night").alarm is None
