"""The schema of signatures: which clinician has signed which words, and when."""

import hashlib
import json
from typing import Any

from pydantic import root_validator, validator

from bot.datafile import Strict
from bot.knowledge.values import AnswerId, Day, Hash, Person, Text, quoted_day

Words = dict[str, str]  # what patients read of a text, by field, in the order in which they read it


def sha256_of(words: Words) -> str:
    """Return the SHA-256 of a text's words; it does not hang on the order of the fields."""
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


class Signature(Strict):
    """A clinician's signature under one text.

    Attributes:
        by, role, date: Who has signed, as what, and when.
        sha256: The hash of the words that were signed.
        text: Those words, so that a later change can be shown.
    """

    by: Person
    role: Person
    date: Day
    sha256: Hash
    text: dict[str, Text]

    _day = validator("date", pre=True, allow_reuse=True)(quoted_day)

    @root_validator(skip_on_failure=True)
    def _whole(cls, values: dict[str, Any]) -> dict[str, Any]:
        if sha256_of(values["text"]) != values["sha256"]:
            raise ValueError("`text` is not what was signed: its SHA-256 is another one")
        return values


class SignaturesFile(Strict):
    """The file `signatures.yml`, by the texts' ids."""

    signatures: dict[AnswerId, Signature]
