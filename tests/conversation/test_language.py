"""Recognising the language of a message."""

from collections.abc import Callable

import pytest

from bot.conversation.language import UNKNOWN, foreign
from bot.knowledge.base import KnowledgeBase

KNOWN = [
    ("es", "Me duele la espalda cuando camino"),
    ("es", "¿Qué es la estenosis?"),
    ("es", "No puedo orinar"),
    ("es", "mi esposo tiene 78 años y le cuesta caminar"),
    ("es", "QUE PUEDO TOMAR PARA EL DOLOR"),
    ("es", "ya no aguanto el dolor de la espalda doctor"),
    ("ko", "걸을 때 다리가 저려요"),
    ("ko", "척추관 협착증"),
    ("ko", "MRI 결과가 뭔가요"),
    ("ko", "감사합니다"),
    ("de", "Was ist eine Spinalkanalstenose?"),
    ("de", "Meine Beine tun weh beim Gehen"),
    ("de", "darf ich mit dem Fahrrad fahren"),
    ("fr", "Qu'est-ce que la sténose ?"),
    ("fr", "J'ai mal aux jambes quand je marche"),
    ("fr", "ma mère a 82 ans et ne peut plus marcher"),
    ("zh", "什么是椎管狭窄？"),
    ("zh", "我走路的时候腿疼"),
    ("zh", "腰椎管狹窄怎麼辦"),
    ("zh", "gabapentin lyrica 可以一起吃吗"),
    ("vi", "Tôi bị đau chân khi đi bộ"),
    ("vi", "Đau lưng quá"),
    ("tl", "Masakit ang mga binti ko kapag naglalakad"),
    ("tl", "Ano ang stenosis?"),
    ("ar", "تؤلمني ساقاي عندما أمشي"),
    ("ar", "ما هو تضيق القناة الشوكية؟"),
    ("it", "mia madre non riesce a camminare"),
    ("pt", "minha mãe tem 80 anos e não consegue andar"),
    ("pl", "Moja mama ma 80 lat i nie może chodzić"),
    ("ru", "Моя мама не может ходить"),
    ("ru", "что такое стеноз"),
    # There is no sentence in it; it is known so that it is not taken for Chinese.
    ("ja", "脊柱管狭窄症とは何ですか"),
    ("ja", "コルセット"),
    ("ja", "歩くと足が痛いです"),
]
OTHERS = [
    # Scripts of their own.
    "כואבות לי הרגליים כשאני הולך",
    "אני לא יכול ללכת",
    "ขาของฉันเจ็บเวลาเดิน",
    "ปวดหลัง",
    "হাঁটার সময় আমার পা ব্যথা করে",
    "Ոտքերս ցավում են, երբ քայլում եմ",
    "ስራመድ እግሬን ያመኛል",
    "ជើងខ្ញុំឈឺពេលដើរ",
    "လမ်းလျှောက်တဲ့အခါ ခြေထောက်နာတယ်",
    "ਤੁਰਨ ਵੇਲੇ ਮੇਰੀਆਂ ਲੱਤਾਂ ਦੁਖਦੀਆਂ ਹਨ",
    "ચાલતી વખતે મારા પગ દુખે છે",
    "चलते समय मेरे पैरों में दर्द होता है",
    "நடக்கும்போது கால் வலிக்கிறது",
    "ຂາຂອງຂ້ອຍເຈັບເວລາຍ່າງ",
    "ფეხები მტკივა სიარულის დროს",
    "Πονάνε τα πόδια μου όταν περπατάω",
    "ᏥᏁᎪᎥ ᎠᏆᏅᏍᎦᎸ",
    "ᐃᓄᒃᑎᑐᑦ ᓂᐅᖅ ᐋᓐᓂᐊᖅ",
    # Neighbours in Cyrillic letters.
    "У мене болять ноги, коли я ходжу",
    "Які вправи можна робити при стенозі?",
    "болить спина",
    "Болят ме краката, когато ходя",
    "не мога да ходя повече от 5 минути",
    "Мне баліць спіна",
    "Не могу да ходам, боле ме леђа",
    "Надад мэс засал хэрэгтэй юу",
    "Пушти ман дард мекунад",
    # Neighbours in Arabic letters.
    "وقتی راه می‌روم پاهایم درد می‌کند",
    "الان درد دارم",
    "چلنے پر میری ٹانگوں میں درد ہوتا ہے",
    "زما ملا درد کوي",
    "پشتم دێشێت",
    # Japanese without kana, or Chinese: both may be.
    "腰部脊柱管狭窄症",
    "尿",
    # Latin letters, also of languages that the identifier does not know.
    "Yürürken bacaklarım ağrıyor",
    "Ameliyat olmam gerekiyor mu?",
    "hangi egzersizleri yapabilirim",
    "Shijáád diniih, naasháago",
    "Yá'át'ééh, azee' ííł'íní shá náánát'ah",
    "Mijn benen doen pijn als ik loop",
    "kan ik met de fiets gaan",
    "Em fan mal les cames quan camino molta estona",
    "Dóenme as pernas cando camiño moito tempo",
    "Bolí mě nohy, když chodím",
    "Musím ísť na operáciu?",
    "Koje vježbe mogu raditi za leđa?",
    "Mă dor picioarele când merg mult",
    "Mine ben gør ondt når jeg går",
    "Mina ben gör ont när jag går",
    "Jalkojani särkee kun kävelen",
    "Fáj a lábam, amikor sétálok",
    "Kaki saya sakit kalau berjalan lama",
    "Unsa ang akong buhaton para sa akong likod?",
    "Lugahayga ayaa i xanuuna markaan socdo",
    "Janm mwen fè m mal lè m ap mache",
    "Ụkwụ na-ewute m mgbe m na-aga ije n'ụzọ",
]
ENGLISH = [
    "What is neurogenic claudication?",
    # Misspelt, by ear, without vowels.
    "wat is stenosis",
    "can u tel me abt stenosiss",
    "does naproxin hlp",
    "whats lumber stenossis",
    "spinl stenoss symptms",
    "cant wlk fr",
    "newrogenik klodication",
    "epadural injecshun",
    "walking alot makes me legs hert somthing feirce",
    "i ben havin trubel wit mi legz",
    "pane in my lower bak radiatin down both leggs",
    "wat iz dis ting wid my bak",
    "hw lng cn i wt",
    "stnss nd srgry",
    "whn cn I drv agn aftr my lmnctmy",
    "u dere",
    # Brands, names and places.
    "Lyrica Neurontin?",
    "Tylenol vs Advil",
    "tylenol??",
    "Aleve Cymbalta Celebrex",
    "Percocet Vicodin Norco",
    "meloxicam diclofenac etoricoxib",
    "curcumin turmeric ashwagandha glucosamine chondroitin",
    "shiatsu reiki tai chi yoga pilates",
    "Dr Gonzalez",
    "Dr Gonzalez Hernandez",
    "Nguyen Thi Hoa",
    "Mrs. Müller here, may i ask sth",
    "laissez les bons temps rouler",
    # Words and notes of medicine.
    "foraminal stenosis ligamentum flavum",
    "ligamentum flavum hypertrophy",
    "musculus quadratus lumborum",
    "cauda equina",
    "decompression laminectomy L4-L5",
    "L4 L5 S1",
    "MRI",
    "EMG NCS MRI CT",
    "gabapentin 300 tid",
    "pregabalin duloxetine",
    "dx LSS s/p lami L3-5, nsaids prn, pt 2x/wk",
    "my β blocker",
    "25 µg",
    # One word.
    "spondylolisthesis",
    "estenosis",
    "laminectomie",
    "hola",
    "ja",
    "ok",
    "thx",
    # Voices from everywhere.
    "ma legs are awfy sair when ah walk wi the dug",
    "ah cannae walk tae the shops wi ma back, whit should ah dae",
    "mi back a kill mi when mi walk, wah mi fi do",
    "abeg wetin go help my waist pain",
    "Doctor want make I do MRI, e dey necessary?",
    "my legs be hurtin fr fr no cap",
    "doctor sahab my legs paining too much since two months ji",
    "kindly do the needful for my mother leg pain",
    "MY LEGS ARE KILLING ME WHEN I WALK",
    # A few words of another language in an English message.
    "my abuela says her pierna hurts when she walks",
    "my mother says 다리가 저려요 what is it",
    "what does 협착증 mean",
    "muchas gracias",
    "my grandson says c'est la vie but my back hurts",
    "Ich habe Rückenschmerzen is all the german i know lol, my legs hurt",
    "naïve question: what's the café scene",
    "à la carte",
    # No words: numbers, faces, keys held down.
    "12",
    "١٢٣",
    "???",
    "👍",
    "🍕 pizzaa 🍕 noqw",
    "hmmmm hmmm",
    "ñññ",
    "ñññ ñññ",
    "asdf asdf",
    "asdf jkl qwerty uiop",
    "¯\\_(ツ)_/¯ ugh",
    "ಠ_ಠ",
    "Ｉ ｃａｎｎｏｔ ｗａｌｋ",
    "",
]


@pytest.mark.parametrize(("language", "text"), KNOWN)
def test_recognises_other_languages(language: str, text: str) -> None:
    """A message in a language that is sure is recognised as that language."""
    assert foreign(text) == language


@pytest.mark.parametrize("text", OTHERS)
def test_names_no_language_that_is_not_sure(text: str) -> None:
    """A message in a language that has no sentence is another language, and never taken for one that has."""
    assert foreign(text) == UNKNOWN


@pytest.mark.parametrize("text", ENGLISH)
def test_takes_the_rest_for_english(text: str) -> None:
    """What is, or may be, English is no other language: misspellings, names, terms, single words and no words."""
    assert foreign(text) is None


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda text: f"{text} 🙏🙏", lambda text: f"  {text}!!!"])
def test_capitals_and_emoji_change_nothing(change: Callable[[str], str]) -> None:
    """Capitals, emoji and punctuation tell no language."""
    texts = [text for _, text in KNOWN] + OTHERS + ENGLISH

    assert [foreign(change(text)) for text in texts] == [foreign(text) for text in texts]


def test_every_sentence_can_be_given(base: KnowledgeBase) -> None:
    """Each language that has a sentence is recognised in one message at least."""
    assert base.languages.keys() <= {language for language, _ in KNOWN}
