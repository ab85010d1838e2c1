"""Splits a text into parts: at the ends of paragraphs, lines and sentences, else between words, else within one."""

from collections.abc import Callable, Sequence

import regex

CLUSTER = regex.compile(r"\X", regex.V1)  # what people take for one character (Unicode, UAX #29)
# Where a text may be split, the best place first; each place stands behind the blanks that end a piece.
PARAGRAPH, LINE, SENTENCE, WORD = (
    regex.compile(pattern, regex.V1)
    for pattern in (
        r"(?<=\n\s*\n)(?=\S)",
        r"(?<=\n)(?=\S)",
        r"""(?<=\n)(?=\S)|(?<=[.!?…؟۔]["”’')\]]*\s+)(?=[\S--\p{Ll}])|(?<=[。！？।]["”’」』）]*)(?=\S)""",
        r"(?<=\s)(?=\S)",
    )
)
Fits = Callable[[str], bool]


def split(text: str, fits: Fits) -> list[str]:
    """Return a text as parts without the blanks between them; none if it is blank.

    Of two ways that need the same number of parts, it takes the one that keeps paragraphs, then lines, whole.

    Args:
        text: The text.
        fits: Whether a part is short enough; what is shorter than a part that fits must fit too.

    Returns:
        The parts. Each fits, and no grapheme cluster (`CLUSTER`) is split, unless it alone does not fit.
    """
    levels: list[Callable[[str], Sequence[str]]] = [PARAGRAPH.split, LINE.split, SENTENCE.split, WORD.split]
    levels += [CLUSTER.findall, list]
    ways = (_packed(text.strip(), fits, levels[start:], "") for start in range(3))
    return min(([part.strip() for part in way if part.strip()] for way in ways), key=len)


def _packed(text: str, fits: Fits, levels: Sequence[Callable[[str], Sequence[str]]], begun: str) -> list[str]:
    """Return the parts of a text, the first of which continues a begun part."""
    parts = [begun]
    for piece in levels[0](text):
        if fits((parts[-1] + piece).strip()):
            parts[-1] += piece
        elif len(levels) == 1 or fits(piece.strip()):
            parts.append(piece)
        else:
            parts[-1:] = _packed(piece, fits, levels[1:], parts[-1])
    return parts
