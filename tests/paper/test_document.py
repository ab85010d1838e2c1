"""The paper as data and as plain text."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.paper.document import Document, Section, from_dict, plain, to_dict


@pytest.mark.parametrize("chart", [True, False])
def test_round_trip(document: Document, chart: bool) -> None:
    """A paper comes back from JSON as it was, with a chart or without."""
    paper = document if chart else Document("Title", "", [], "")

    assert from_dict(json.loads(json.dumps(to_dict(paper)))) == paper


@pytest.mark.parametrize(
    "change", [{"sections": [{"heading": "a"}]}, {"sections": None}, {"chart": "*"}, {"chart": 3}, {"more": "b"}]
)
def test_what_is_no_paper_is_refused(document: Document, change: dict[str, Any]) -> None:
    """What `to_dict` cannot have returned makes no paper."""
    with pytest.raises((TypeError, ValueError)):
        from_dict({**to_dict(document), **change})


def test_plain_text(document: Document) -> None:
    """A channel without markup shows every part in order; a line break makes no new line of the list."""
    assert plain(document) == (
        "For my doctor's visit\n\n"
        "Take this with you.\n\n"
        "WHAT I TOLD\n"
        "- My legs hurt <script>alert(1)</script>\n"
        "- naïve & **bold** {nb}\n"
        "  - (like a line)\n\n"
        "WHAT I WANT TO ASK\n"
        "- Can I walk on?\n\n"
        '5 entries, "longest" 15 minutes.\n\n'
        "This is no diagnosis."
    )


def test_plain_text_leaves_out_what_is_empty(document: Document) -> None:
    """Nothing stands where there is nothing to say."""
    paper = replace(document, intro="", note="", chart_text=None, sections=[Section("Nothing", [])])

    assert plain(paper) == "For my doctor's visit\n\nNOTHING"
