"""The documents are held against the live code."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.channels.credentials import SWITCHES, connectors
from bot.clinic import clinic
from bot.knowledge.base import KnowledgeBase
from bot.reply.rows import rows
from bot.settings import ROOT, Settings
from workshop.commands.answers import answer_table
from workshop.commands.rows import row_table
from workshop.generated import marks, put_into
from workshop.probe.attacks import attacks

DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "docs/answers.md",
    "docs/architecture.md",
    "docs/benchmark.md",
    "docs/glossary.md",
    "docs/safety.md",
    "docs/conversation.md",
    "docs/security.md",
    "docs/web.md",
    "docs/channels.md",
    "docs/performance.md",
]


def text(name: str) -> str:
    """Read a document."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_page_has_the_present_answers(base: KnowledgeBase) -> None:
    """The table of docs/answers.md is the one that `stride answers --write` makes."""
    begin, end = marks("answers")
    _, _, rest = text("docs/answers.md").partition(begin)

    assert rest.partition(end)[0].strip() == answer_table(base)


def test_page_has_the_present_rows() -> None:
    """The table of docs/channels.md is the one that `stride rows --write` makes."""
    _, _, rest = text("docs/channels.md").partition(marks("rows")[0])

    assert rest.partition(marks("rows")[1])[0].strip() == row_table(rows())


def test_table_goes_between_its_marks(tmp_path: Path) -> None:
    """Only what stands between the marks is replaced; a file without marks is refused."""
    begin, end = marks("table")
    file = tmp_path / "r.md"
    file.write_text(f"a\n{begin}\nold\n{end}\nz\n")

    put_into(file, "table", "new")

    assert file.read_text() == f"a\n{begin}\nnew\n{end}\nz\n"
    file.write_text("nothing")
    with pytest.raises(ValueError, match="has no lines"):
        put_into(file, "table", "new")


def test_security_page_has_the_present_attacks() -> None:
    """The table of docs/security.md has a row for every attack of the probe, and each of them held."""
    _, _, rest = text("docs/security.md").partition(marks("probe")[0])
    rows = [line.strip("| ").split(" | ") for line in rest.partition(marks("probe")[1])[0].strip().splitlines()[2:]]

    assert [row[:2] for row in rows] == [[attack.name, attack.must] for attack in attacks(short=False)]
    assert {row[3] for row in rows} == {"yes"}


@pytest.mark.rasa
def test_benchmark_page_has_the_present_benchmark() -> None:
    """The tables of docs/benchmark.md count the messages that the benchmark has now."""
    from workshop.sets import HALVES, messages

    for half, folder in HALVES.items():
        _, _, tables = text("docs/benchmark.md").partition(f"## Messages, {half}\n")
        shown = [int(number) for number in re.findall(r"\| \*\*all\*\* \| (\d+) \|", tables.partition("## ")[0])]
        found = messages(folder)
        alarms = [one for one in found if one.alarm]
        signs = [one for one in alarms if one.alarm == "cauda_equina"]
        of_others = [one for one in found if one.label.startswith("not_")]

        counted = [len(signs)] * 2 + [len(found) - len(alarms) - len(of_others)] * 2
        assert shown == [*counted, len(alarms) - len(signs), len(of_others)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_named_files_exist(name: str) -> None:
    """Every file of the repository that a document names is there."""
    named = re.findall(r"`((?:bot|workshop|data|actions|tests|docs|requirements)/[\w./-]*)`", text(name))
    linked = re.findall(r"\]\(((?!http)[^)]+)\)", text(name))

    assert [path for path in named if not (ROOT / path).exists()] == []
    assert [path for path in linked if not (ROOT / name).parent.joinpath(path).exists()] == []


def test_settings_of_the_web_chat_are_right() -> None:
    """The defaults that docs/web.md names are those of the settings."""
    rows = re.findall(r"\| `STRIDE_(\w+)` \| .*?(?:\((\d+)\).*)?\|\n", text("docs/web.md"))
    fields = Settings.__fields__

    assert {name.lower() for name, _ in rows} <= set(fields)
    told = {name.lower(): int(number) for name, number in rows if number}
    assert told == {name: fields[name].default for name in told}
    assert len(told) == 5


def test_settings_of_the_channels_are_right() -> None:
    """docs/channels.md names every setting of every messaging channel but its API's address, and no other."""
    found = set(re.findall(r"STRIDE_(\w+)", text("docs/channels.md").replace("<CHANNEL>", "EACH")))
    names = {channel: one.settings.__fields__.keys() - SWITCHES for channel, one in connectors().items()}
    own = {f"{channel}_{name}".upper() for channel, some in names.items() for name in some}
    common = {f"{channel}_{name}".upper() for channel in ("each", *names) for name in SWITCHES}

    assert own <= found
    assert {f"EACH_{name}".upper() for name in SWITCHES - {"api"}} <= found
    assert found - own - common <= {name.upper() for name in Settings.__fields__}


def test_size_of_the_widget_is_the_present_one(base: KnowledgeBase) -> None:
    """The size of our widget in docs/web.md is what `make widget-size` measures now."""
    from bot.web.assets import assets
    from workshop.widget_size import KILO, ours

    row = re.search(r"\| \*\*Stride\*\* \| ([\d.]+) \|", text("docs/web.md"))
    assert row

    assert ours(assets(base, clinic(), Settings()), []).size / KILO == pytest.approx(float(row.group(1)), abs=0.1)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_named_targets_exist(name: str) -> None:
    """Every make target that a document names is in the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):.*##", text("Makefile"), re.MULTILINE))

    assert set(re.findall(r"`?make ([a-z-]+)`", text(name))) <= targets


def test_sample_conversation_is_real(say: Callable[..., dict[str, Any]]) -> None:
    """The README's sample conversation is what the bot really says (up to each "…"), with the clinic's number."""
    sample = re.search(r"## A conversation\n\n```\n(.*?)```", text("README.md"), re.DOTALL)
    assert sample
    turns = [turn.partition("\n") for turn in sample.group(1).removeprefix("> ").split("\n> ")]

    for asked, _, shown_as_shipped in turns:
        shown = shown_as_shipped.replace("Call 911", f"Call {clinic().emergency_number}")
        said = " ".join(say(asked, "readme")["replies"][0]["text"].split())
        for part in shown.split("…"):
            assert " ".join(part.split()) in said


def test_every_target_is_explained() -> None:
    """`make help` shows every target that is meant to be called."""
    phony = re.search(r"^\.PHONY: (.*)$", text("Makefile"), re.MULTILINE)
    assert phony

    assert set(phony.group(1).split()) == set(re.findall(r"^([a-z-]+):.*##", text("Makefile"), re.MULTILINE))


def test_report_is_of_the_present_messages() -> None:
    """The report's count of held-out messages is that of the file."""
    from bot.models.dataset import load

    messages = sum(map(len, load(ROOT / "tests" / "nlu" / "held_out.yml").values()))
    row = re.search(r"\| messages \| \d+ \| (\d+) \|", text("docs/nlu-report.md"))
    assert row

    assert int(row.group(1)) == messages
