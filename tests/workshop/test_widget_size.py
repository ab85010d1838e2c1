"""How large chat widgets are."""

from bot.web.assets import Asset
from workshop.widget_size import Measured, ours, table, widgets


def test_all_that_a_website_loads_counts() -> None:
    """The widget's files are counted together, compressed; a page's own style is none of them."""
    script, module = (Asset(code * 50, "text/javascript") for code in (b"aria-live ", b"innerHTML "))

    measured = ours({"widget.js": script, "chat/a.js": module, "page.css": script}, ["aria-live", "innerHTML", "log"])

    assert measured.size == len(script.gzipped) + len(module.gzipped)
    assert measured.found == [50, 50, 0]


def test_table_has_a_row_for_each() -> None:
    """Sizes are told in kB, and marks as counts."""
    text = table([Measured("a", 14_650, [1, 0])], ["live region", "frame"])

    assert text.splitlines()[0] == "| chat | kB, gzip | live region | frame |"
    assert text.splitlines()[2] == "| a | 14.7 | 1 | 0 |"


def test_file_of_widgets_is_valid() -> None:
    """Every widget that ours is compared with is named with its version and file."""
    assert {widget.package for widget in widgets().widgets} >= {"deep-chat", "rasa-webchat", "botframework-webchat"}
