"""Checks: falls and calls for help that the bot asks about, and what only sounds like them or is an alarm."""

import pytest

from bot.alarm.detector import detector
from bot.text.clean import clean

FALLS = [
    "i fall in the kitchen on monday, no hurt",
    "my legs got tangled in the hose and down I went like a sack of feed",
    "she fall on the stairs yesterday po",
    "i fell down",
    "I take warfarin and I fell last week",
    "fell in the shower yesterday",
    "mom had a fall",
    "I tripped on the rug this morning",
    "slipped on the ice and landed on my hip",
    "my husband fell off the porch step",
    "I've fallen",
    "she has fallen in the kitchen",
    "took a tumble on the stairs",
    "I fell three weeks ago",
    "I fell and hurt my leg",
    "fell on my knee",
    "i fel down in the yard",
    "had a bad fall on sunday",
    "I fell out of bed last night",
    "I slipped in the tub",
    "missed a step and went down",
    "dad took a spill at church",
    "I fell yesterday but I'm fine",
    "fell backwards off the curb",
    "my mother fell and is sore",
    "went down hard in the parking lot",
    "since my fall on tuesday my hip aches",
    "I've had two falls this month",
    "fell again",
    "found my dad on the floor",
    "I fell getting out of the car, what exercises can I do",
    "I fell this morning",
    "my wife fell in the garage",
    "dad fell off his chair",
    "took a nasty fall on the porch",
    "I had a fall last month",
    "tripped over the dog",
    "I slipped getting out of the shower",
    "fell over yesterday",
    "fell on my bottom",
    "I fell last night in the hallway, what do I do",
    "my mother has fallen again",
    "i fell off my bike",
    "grandpa fell down the steps",
    "went flying over the cat",
    "Fell on the ice. Bruised.",
    "he's had another fall",
    "I have fallen on my back",
    "mum's had a tumble",
    "I fell and scraped my elbow",
    "lost my balance and fell",
    "i tripped and fell at walmart",
    "had a little spill in the driveway",
    "I fell on the bus today",
    "mother is fallen down in bathroom",
    "since I fell I use a walker",
    "Hi, so yesterday I fell, should I stop the exercises",
    "fell out of my wheelchair",
    "I fell against the wall",
    "just fell",
    "FELL DOWN",
]
NO_FALLS = [
    "if i fall in the shower what do i do",
    "I do my exercises on the floor and then it is hard to get up",
    "how do I get up from the floor",
    "I fell 10 years ago",
    "I fell in 2011 and broke my wrist",
    "I'm afraid of falling",
    "fell asleep in my chair",
    "I fell behind on my exercises",
    "fall colors are nice",
    "I walk in the fall",
    "my blood pressure fell",
    "fall prevention",
    "how do I prevent falls",
    "what should I do if I fall",
    "I have not fallen",
    "no falls",
    "as a child I fell out of a tree",
    "I almost fell",
    "fell in love with water aerobics",
    "my hair fell out",
    "the price fell",
    "will I fall more with stenosis",
    "slipped disc",
    "it slipped my mind",
    "when I was young I fell off a horse",
    "exercises to avoid falling",
    "do canes prevent falls",
    "what causes falls",
    "I never fell",
    "snow fell last night",
    "the trip to my sister's was nice",
    "my phone fell on the floor",
    "night fell",
    "I fell out with my sister",
    "is walking in the fall ok",
    "the leaves have fallen",
    "I'm worried I will fall",
    "my temperature fell",
    "falling asleep is hard",
    "two years ago I had a fall",
    "had a fall appointment",
    "dropped my cane",
    "last year I fell twice but ok now",
    "my spirits have fallen",
    "fell years ago",
    "I fell when I was 10",
    "back in 1998 I fell off a ladder",
    "I haven't fallen in years",
    "never had a fall",
    "scared of falling on the stairs",
    "how can I keep from falling",
    "what are the odds of a fall",
    "my sugar fell",
    "I fell for that scam",
    "fell short of my goal",
    "the barometer fell",
    "we visit in the fall",
    "last fall I took up swimming",
    "falling leaves",
    "my face fell",
    "fell back to sleep",
    "I keep falling asleep",
    "dad fell asleep watching tv",
    "the tree fell in the yard",
    "my walker fell over",
    "my glasses fell off",
    "he fell out with the doctor",
    "I'd hate to fall",
    "what if he falls",
    "can a walker stop falls",
    "fell into a depression last winter",
    "waterfall",
    "fall semester starts",
    "do people with stenosis fall more",
    "is there a class for balance and falls",
    "my weight fell 10 pounds",
    "Easter fell late",
    "it fell apart",
    "nobody fell",
    "no I did not fall",
    "a friend's story of a fall in a book",
]
GRAVER = {
    "emergency": [
        "I fell and can't get off the floor",
        "fell, hit head, on blood thinners",
        "she hit her head and she takes coumadin",
        "mom fell and now she's talking nonsense and confused",
        "he bumped his head yesterday and has been throwing up",
        "I fell and can not move at all",
        "dad is lying on the floor after a fall",
        "fell in the tub, whacked my head, I'm on xarelto",
        "my husband tripped, struck his head and is very drowsy",
        "I've had a fall and cannot stand up",
        "on the floor since this mornin cant get up, hip is killin me",
        "fell. can't get up. help",
        "grandma fell and won't wake up",
        "I fell and hit my head and I'm on eliquis",
        "I hit my head. I take warfarin.",
        "dad fell and hit his head and now he is sleepy",
        "mom fell, banged her head and is throwing up",
        "she fell and can't get up",
        "I fell and I can't move",
        "my wife is on the floor, she fell and cannot get up",
        "he fell this morning and is confused",
        "I fell yesterday. Hit my head on the tub. I take blood thinners.",
        "bumped my head and keep vomiting",
        "fell down the stairs cant get up",
        "I've fallen and I can't get up",
        "husband fell, he's still on the floor",
        "fell and struck head on floor, on xarelto",
        "Grandma slipped. She hit her head. She is drowsy now.",
    ],
    "same_day": [
        "fell on the ice, terrible pain in my spine now",
        "I slipped and my hip pain is excruciating",
        "mother fell and is in agony",
        "fell this morning, worst back pain of my life",
        "fell and it hurts so bad i can hardly walk",
        "i have thin bones and a sudden severe pain in my back",
        "tripped on the curb and now severe hip pain",
        "I fell and have severe pain in my back",
        "fell yesterday and the pain is unbearable",
        "I have osteoporosis and now terrible back pain",
        "mom fell, her back is in agony",
        "I slipped on the ice and now my back hurts really bad",
        "I fell on Sunday. My hip pain is the worst ever.",
        "I have brittle bones, felt a crack, it's severe",
        "tripped and now I have awful pain in my back",
        "I've got osteoporosis and sudden excruciating back pain",
        "fell off the bed, pain is so bad I can hardly breathe",
    ],
    "cauda_equina": [
        "i fell tuesday and now my foot is numb",
        "since my fall both legs are weak",
        "I fell and ever since my legs feel weak",
        "my knees keep giving out and I fall",
        "my right leg gave way and I fell",
        "leg buckled and I fell down",
        "fell 4 times this month, leg gives out",
        "after the fall my leg went numb",
        "fell last night. now my thighs are numb and weak",
        "I fell and now my legs are numb",
        "since the fall my leg is weak",
        "I fell last week and my legs have been weak since",
        "fell on Monday, both feet numb since then",
        "after she fell her legs got weaker",
        "my leg keeps giving way and I fall",
        "I keep falling",
        "I fell three times this week",
        "fell because my leg gave out",
        "he fell yesterday. Now he has no feeling in his legs.",
    ],
}


@pytest.mark.parametrize("text", FALLS)
def test_fall_alone_is_asked_about(text: str) -> None:
    """A fall of now or of late raises no alarm by itself, but where nobody can ask, the mildest one."""
    verdict = detector()(text)

    assert (verdict.alarm, verdict.doubted, verdict.check, verdict.suspected) == (None, None, "fall", "same_day")


@pytest.mark.parametrize("text", NO_FALLS)
def test_other_falls_are_not_asked_about(text: str) -> None:
    """Falls long past, denied, feared or asked about, the season, and other things that fall call for nothing."""
    verdict = detector()(text)

    assert (verdict.alarm, verdict.check) == (None, None)


@pytest.mark.parametrize(("alarm", "text"), [(alarm, text) for alarm, texts in GRAVER.items() for text in texts])
def test_what_is_told_with_a_fall_makes_it_an_alarm(alarm: str, text: str) -> None:
    """A blow to the head, not getting up, bad pain, or new numbness or weakness needs no asking."""
    verdict = detector()(text)

    assert (verdict.alarm, verdict.check) == (alarm, None)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("I fell yesterday", set()),
        ("I fell and hurt my leg", set()),
        ("fell again in the bathroom last night", set()),
        ("I slipped off the toilet", set()),
        ("I fell and it is painful", {"same_day"}),
        ("I fell, and I have wet myself", {"cauda_equina", "crisis"}),
        ("I fell and look pale", {"emergency"}),
    ],
)
def test_fall_alone_anchors_no_alarm(text: str, kinds: set[str]) -> None:
    """Beside a fall, something learned may raise only the alarms that other words of the message belong to."""
    assert detector()(text).anchored == kinds


@pytest.mark.parametrize("text", ["🆘", "🚑🚑", "❗", "🆘 please", "help me 🆘", "🚑 my back is bad today"])
def test_call_for_help_is_asked_about(text: str) -> None:
    """An emoji that calls for help tells no sign: the bot asks whether there is one."""
    verdict = detector()(clean(text))

    assert (verdict.alarm, verdict.check) == (None, "cauda_equina")


@pytest.mark.parametrize("text", ["that hurts❗", "thanks ❗", "👍", "etoricoxib 90 sos", "I need help with my visit"])
def test_emphasis_is_no_call_for_help(text: str) -> None:
    """A mark behind words, another emoji, and tablets to take if needed call for nothing."""
    verdict = detector()(clean(text))

    assert (verdict.alarm, verdict.check) == (None, None)
