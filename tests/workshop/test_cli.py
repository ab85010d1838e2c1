"""The developers' commands of `stride`."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bot import cli
from workshop.cli import add_to


def test_installed_command_has_them_in_a_checkout(tmp_path: Path) -> None:
    """`stride`, called from anywhere, offers what a server needs and what developers need."""
    command = Path(sys.executable).with_name("stride")
    shown = subprocess.run([command, "--help"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert all(f"\n  {name} " in shown for name in cli.main.commands)


def test_missing_requirement_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only a server's requirements are installed, a developers' command says how to get its own."""
    monkeypatch.setitem(sys.modules, "textstat", None)
    for name in ("workshop.style", "workshop.knowledge_check"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.delitem(sys.modules, "workshop.commands.check", raising=False)

    result = CliRunner().invoke(cli.main, ["check"])

    assert result.exit_code == 1
    assert "textstat is not installed; `make check`" in result.output


def test_servers_commands_need_no_workshop() -> None:
    """The developers' commands come from workshop/ alone: without it `stride` still runs, trains and shows alarms."""
    developers = click.Group()
    add_to(developers)

    assert {"run", "train", "chat", "ask", "explain", "alarms", "feedback", "channels", "deadletters"} == {
        *cli.main.commands
    } - {*developers.commands}
