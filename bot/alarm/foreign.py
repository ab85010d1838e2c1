"""Finds signs in other languages, in their plainest wordings, so that the alarm does not require English."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pydantic import validator

from bot.alarm.rules import AlarmKind
from bot.alarm.verdict import Finding
from bot.datafile import Strict, read

FILE = Path(__file__).with_name("foreign.yml")
SIGN_OF = {"suicide": "crisis", "chest": "emergency"}


class ForeignFile(Strict):
    """The file `foreign.yml`: ways to tell a sign, by language, alarm and sign; each is a list of groups."""

    __root__: dict[str, dict[AlarmKind, dict[str, list[list[str]]]]]

    @validator("__root__")
    def _readable(cls, languages: dict[str, dict[str, dict[str, list[list[str]]]]]) -> object:
        for language, kinds in languages.items():
            for sign, ways in ((sign, ways) for signs in kinds.values() for sign, ways in signs.items()):
                for group in (group for way in ways for group in way):
                    try:
                        re.compile(group)
                    except re.error as error:
                        raise ValueError(f"{language}: {sign}: {group!r} is no regular expression: {error}") from error
        return languages


class ForeignSigns:
    """Finds signs in other languages. Keeps no state."""

    def __init__(self, path: Path = FILE) -> None:
        """Read the wordings, or raise DataError when the file is wrong."""
        self._ways = [
            (language, kind, sign, [re.compile(plain(group)) for group in way])
            for language, kinds in read(path, ForeignFile).__root__.items()
            for kind, signs in kinds.items()
            for sign, ways in signs.items()
            for way in ways
        ]

    def __call__(self, text: str) -> Iterator[Finding]:
        """Yield the signs in a text; each covers the whole text, because a group may match anywhere."""
        for language, kind, sign in self._told(text):
            yield Finding(kind, SIGN_OF.get(sign, sign), f"{sign} ({language})", 0, len(text), None)

    def language(self, text: str) -> str | None:
        """Return the language of a sign in a text; None without a sign."""
        return next((language for language, _, _ in self._told(text)), None)

    def _told(self, text: str) -> Iterator[tuple[str, AlarmKind, str]]:
        normal = plain(text)
        for language, kind, sign, groups in self._ways:
            if all(group.search(normal) for group in groups):
                yield language, kind, sign


@cache
def foreign_signs() -> ForeignSigns:
    """Return the project's finder, read once per process."""
    return ForeignSigns()


def plain(text: str) -> str:
    """Return a text in lower case, without accents."""
    parts = unicodedata.normalize("NFKD", text.lower().replace("đ", "d").replace("\u2019", "'"))
    # NFKD splits Hangul into its letters; NFC joins them again.
    return unicodedata.normalize("NFC", "".join(part for part in parts if not unicodedata.combining(part)))
