"""Recognising the language of a message."""

import pytest

from bot.dialogue.language import foreign


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Me duele la espalda cuando camino"),
        ("es", "¿Qué es la estenosis?"),
        ("es", "No puedo orinar"),
        ("ko", "걸을 때 다리가 저려요"),
        ("ko", "척추관 협착증"),
        ("de", "Was ist eine Spinalkanalstenose?"),
        ("de", "Meine Beine tun weh beim Gehen"),
        ("fr", "Qu'est-ce que la sténose ?"),
        ("fr", "J'ai mal aux jambes quand je marche"),
        ("zh", "什么是椎管狭窄？"),
        ("zh", "我走路的时候腿疼"),
        ("vi", "Tôi bị đau chân khi đi bộ"),
        ("vi", "Đau lưng quá"),
        ("tl", "Masakit ang mga binti ko kapag naglalakad"),
        ("tl", "Ano ang stenosis?"),
        ("ar", "تؤلمني ساقاي عندما أمشي"),
        ("ar", "ما هو تضيق القناة الشوكية؟"),
        ("ja", "脊柱管狭窄症とは何ですか"),
        # One word in another script is no name and no misspelling.
        ("zh", "尿"),
        ("ko", "감사합니다"),
    ],
)
def test_recognises_other_languages(language: str, text: str) -> None:
    """A message in another language is recognised."""
    assert foreign(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "What is neurogenic claudication?",
        # Typos.
        "wat is stenosis",
        "can u tel me abt stenosiss",
        "does naproxin hlp",
        "whats lumber stenossis",
        "spinl stenoss symptms",
        "cant wlk fr",
        # Brands and names.
        "Lyrica Neurontin?",
        "Tylenol vs Advil",
        "Aleve Cymbalta Celebrex",
        "Dr Gonzalez",
        # Words of medicine.
        "foraminal stenosis ligamentum flavum",
        "cauda equina",
        "decompression laminectomy L4-L5",
        "pregabalin duloxetine",
        # One word.
        "spondylolisthesis",
        "estenosis",
        "laminectomie",
        "hola",
        "ja",
        "ok",
        "thx",
        # An English message with a few words of another language.
        "my abuela says her pierna hurts when she walks",
        # No words.
        "12",
        "???",
        "👍",
        "",
    ],
)
def test_takes_the_rest_for_english(text: str) -> None:
    """What is, or may be, English is no other language: misspellings, names, terms and single words."""
    assert foreign(text) is None
