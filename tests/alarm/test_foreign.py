"""Warning signs in other languages."""

import unicodedata
from pathlib import Path

import pytest

from bot.alarm.detector import detector
from bot.alarm.foreign import FILE, ForeignSigns
from bot.clinic import Clinic
from bot.datafile import DataError
from bot.knowledge.base import KnowledgeBase
from bot.reply import alarms

SIGNS = {
    "es": {
        "bladder": ["No puedo orinar desde ayer", "Se me escapa la orina"],
        "bowel": ["No controlo las heces"],
        "saddle": ["Tengo entumecida la entrepierna", "No siento nada entre las piernas"],
        "legs": ["Mi pierna está cada vez más débil"],
        "emergency": ["Tengo dolor en el pecho"],
        "crisis": ["Quiero morir"],
    },
    "de": {
        "bladder": ["Ich kann kein Wasser lassen"],
        "bowel": ["Ich kann den Stuhl nicht halten"],
        "saddle": ["Ich bin taub zwischen den Beinen"],
        "legs": ["Meine Beine werden immer schwächer"],
        "emergency": ["Ich bekomme keine Luft"],
        "crisis": ["Ich will sterben"],
    },
    "fr": {
        "bladder": ["Je n’arrive plus à uriner", "J'ai des fuites d'urine"],
        "saddle": ["Je ne sens plus rien entre les cuisses"],
        "legs": ["Ma jambe est de plus en plus faible"],
        "emergency": ["J'ai mal à la poitrine"],
        "crisis": ["Je veux mourir"],
    },
    "ko": {
        "bladder": ["소변이 안 나와요"],
        "bowel": ["대변을 못 참아요"],
        "saddle": ["다리 사이에 감각이 없어요"],
        "legs": ["다리에 힘이 빠져요"],
        "emergency": ["가슴이 아파요"],
        "crisis": ["죽고 싶어요"],
    },
    "zh": {
        "bladder": ["我尿不出来"],
        "bowel": ["我大便失禁"],
        "saddle": ["两腿之间麻木"],
        "legs": ["我的腿越来越无力"],
        "emergency": ["我胸痛"],
        "crisis": ["我不想活了"],
    },
    "vi": {
        "bladder": ["Tôi không thể đi tiểu"],
        "bowel": ["Tôi không kiểm soát được phân"],
        "saddle": ["Tôi bị tê ở vùng kín"],
        "legs": ["Chân tôi yếu dần"],
        "emergency": ["Tôi đau ngực"],
        "crisis": ["Tôi muốn chết"],
    },
    "tl": {
        "bladder": ["Hindi ako makaihi"],
        "bowel": ["Napapadumi ako"],
        "saddle": ["Manhid ang singit ko"],
        "legs": ["Humihina ang binti ko"],
        "emergency": ["Masakit ang dibdib ko"],
        "crisis": ["Gusto ko nang mamatay"],
    },
    "ar": {
        "bladder": ["لا أستطيع التبول", "أعاني من سلس البول"],
        "bowel": ["فقدت السيطرة على البراز"],
        "saddle": ["أشعر بخدر بين الفخذين"],
        "legs": ["لا أستطيع تحريك ساقي"],
        "emergency": ["عندي ألم في الصدر"],
        "crisis": ["أريد أن أموت"],
    },
}
MISSED = [  # plain, and not found yet
    ("cauda_equina", "大小便失禁"),
    ("cauda_equina", "小便失禁"),
    ("cauda_equina", "小便困难"),
    ("cauda_equina", "无法排尿"),
    ("cauda_equina", "阴部麻木"),
    ("cauda_equina", "소변을 볼 수가 없어요"),
    ("cauda_equina", "Je me fais pipi dessus"),
    ("emergency", "Me duele el pecho"),
    ("emergency", "Je n'arrive plus à respirer"),
    ("crisis", "Me quiero matar"),
    ("crisis", "Ich möchte sterben"),
]
NOT_RECOGNISED = [  # find the sign, but not the language
    ("es", "Se me escapa la orina"),
    ("es", "Tengo dolor en el pecho"),
    ("de", "Ich will sterben"),
    ("fr", "Je ne sens plus rien entre les cuisses"),
    ("fr", "J'ai des fuites d'urine"),
    ("fr", "Ma jambe est de plus en plus faible"),
    ("zh", "我胸痛"),
    ("tl", "Napapadumi ako"),
]
HARMLESS = [
    "Me duele la espalda cuando camino",
    "Tengo hormigueo en los pies",
    "¿Cuánto dura la recuperación?",
    "Meine Beine tun weh beim Gehen",
    "Ich kann nicht lange gehen",
    "Wann brauche ich eine Operation?",
    "J'ai des fourmis dans les jambes quand je marche",
    "Qu'est-ce que la sténose ?",
    "다리가 저려서 오래 못 걸어요",
    "척추관 협착증이 뭐예요?",
    "走十分钟腿就酸，坐下就好",
    "腿麻，走不远",
    "Chân tôi bị tê khi đi bộ",
    "Hẹp ống sống là gì?",
    "Namamanhid ang binti ko kapag naglalakad",
    "Ano ang stenosis?",
    "ساقي تؤلمني بعد المشي، هل أجلس؟",
    "هل تساعد التمارين؟",
]
ENGLISH = [
    "What is stenosis?",
    "My legs go numb and heavy when I walk and it eases when I sit down",
    "no trouble with bladder or bowels",
    "I don't have numbness in my groin",
    "Can stenosis make you incontinent?",
    "I'm not incontinent",
    "The chest of drawers is too heavy to move",
    "I die of boredom in the waiting room",
    "",
]
FLAT = [(lang, sign, text) for lang, signs in SIGNS.items() for sign, texts in signs.items() for text in texts]


@pytest.mark.parametrize(("language", "sign", "text"), FLAT)
def test_plain_sign_raises_the_alarm(language: str, sign: str, text: str) -> None:
    """A plainly worded sign raises its alarm in each language, and the finding names sign and language."""
    verdict = detector()(text)

    assert verdict.alarm == (sign if sign in ("emergency", "crisis") else "cauda_equina")
    assert f"({language})" in {finding.rule.split()[-1] for finding in verdict.findings if finding.sign == sign}


@pytest.mark.parametrize(("alarm", "text"), MISSED)
def test_other_plain_signs_raise_it_too(alarm: str, text: str) -> None:
    """Further common wordings of a sign raise its alarm."""
    assert detector()(text).alarm == alarm


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    "text", ["Chân tôi yếu dần", "소변이 안 나와요", "لا أستطيع التبول", "ME DÉBIL LA PIERNA, PIERDO LA ORINA"]
)
def test_way_of_writing_changes_nothing(text: str, form: str) -> None:
    """Capitals, and accents written as marks of their own, do not hide a sign."""
    assert detector()(unicodedata.normalize(form, text)).alarm == "cauda_equina"  # type: ignore[arg-type]


@pytest.mark.parametrize("before", ["Hello doctor. ", "My grandmother says: ", "word " * 2_000])
def test_english_around_it_changes_nothing(before: str) -> None:
    """A sign in another language is found in a message that is otherwise English."""
    assert detector()(f"{before}No puedo orinar. What now?").alarm == "cauda_equina"


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_talk_does_not(text: str) -> None:
    """Ordinary claudication and questions raise no alarm in any language."""
    assert detector()(text).alarm is None


@pytest.mark.parametrize("text", ENGLISH)
def test_leaves_english_alone(text: str) -> None:
    """English is read by the rules for English alone, which know denials and questions."""
    assert list(ForeignSigns()(text)) == []


@pytest.mark.parametrize(
    "text", ["I'm not incontinent of urine", "no incontinence of urine", "what is urine incontinence?"]
)
def test_leaves_english_denials_alone(text: str) -> None:
    """A sign that is denied or asked about in English raises no alarm for looking like another language."""
    assert detector()(text).alarm is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("es:\n  cauda_equina: {bladder: [['(']]}\n", r"es: bladder: '\(' is no regular expression"),
        ("es:\n  cauda_equin: {bladder: [[a]]}\n", "cauda_equin"),
        ("es:\n  cauda_equina: {bladder: a}\n", "es.cauda_equina.bladder: value is not a valid list"),
        ("es: 1\n", "es: value is not a valid dict"),
        ("es: [\n", "is not valid YAML"),
    ],
)
def test_tells_what_is_wrong(tmp_path: Path, content: str, said: str) -> None:
    """A file that is wrong is told with its name and key."""
    file = tmp_path / "foreign.yml"
    file.write_text(content, encoding="utf-8")

    with pytest.raises(DataError, match=rf"{file}:\d+: .*{said}"):
        ForeignSigns(file)


def test_tells_the_line(tmp_path: Path) -> None:
    """A file that is wrong is told with the line of its key."""
    file = tmp_path / "foreign.yml"
    file.write_text("es:\n  cauda_equina:\n    bladder: a\n", encoding="utf-8")

    with pytest.raises(DataError, match=f"{file}:3: "):
        ForeignSigns(file)


def test_every_language_has_its_sentences(base: KnowledgeBase) -> None:
    """Each language whose signs are known has the sentence that goes before the urgent message."""
    assert SIGNS.keys() <= base.languages.keys()
    assert FILE.read_text(encoding="utf-8").count("\n  cauda_equina:") == len(SIGNS)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "No siento nada entre las piernas"),
        ("de", "Ich bin taub zwischen den Beinen"),
        ("fr", "J'ai mal à la poitrine"),
        ("ko", "다리 사이에 감각이 없어요"),
        ("zh", "我尿不出来"),
        ("vi", "Tôi bị tê ở vùng kín"),
        ("tl", "Manhid ang singit ko"),
        ("ar", "أشعر بخدر بين الفخذين"),
        *(pytest.param(*one) for one in NOT_RECOGNISED),
    ],
)
def test_says_it_in_their_language(base: KnowledgeBase, clinic: Clinic, language: str, text: str) -> None:
    """The urgent message begins with a sentence in the patient's language, with the clinic's emergency number."""
    message = alarms.alarm(base, clinic, "cauda_equina", text)

    assert message.text.startswith(clinic.fill(base.languages[language].urgent))
    assert clinic.fill(base["urgent.cauda_equina"].answer) in message.text
    assert clinic.emergency_number in message.text.splitlines()[0]


@pytest.mark.parametrize("text", ["I can't pee", ""])
def test_says_nothing_before_it_otherwise(base: KnowledgeBase, clinic: Clinic, text: str) -> None:
    """In English nothing goes before the message."""
    message = alarms.alarm(base, clinic, "cauda_equina", text)

    assert message.text.startswith(clinic.fill(base["urgent.cauda_equina"].answer))


def test_fault_in_the_language_does_not_keep_the_message(
    base: KnowledgeBase, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the language cannot be told the urgent message is given all the same."""

    def broken(text: str) -> str | None:
        raise RuntimeError(text)

    monkeypatch.setattr(alarms, "foreign", broken)

    message = alarms.alarm(base, clinic, "cauda_equina", "words that tell no sign in another language")

    assert message.text.startswith(clinic.fill(base["urgent.cauda_equina"].answer))
