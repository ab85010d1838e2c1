"""CONTRIBUTING's steps are followed to the letter, and the new answer is given."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.rasa
NEW = "aids.grab_rails"
QUESTIONS = [
    "would a grab rail in the bathroom be any use",
    "is it worth fitting handrails at home",
    "grab rails",
    "Do rails beside the toilet or the bath make sense for somebody like me?",
    "my daughter wants to screw grab rails to the wall. good idea?",
    "handrail on the stairs, does it do anything",
    "What about a rail to hold on to in the shower",
    "thinking of having a grab bar put in",
]


@pytest.fixture
def checkout(copy_checkout: Callable[[Path], Path], tmp_path: Path) -> Path:
    """A copy of the checkout, as a contributor has it."""
    return copy_checkout(tmp_path)


def stride(checkout: Path, *arguments: str, said: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command of that checkout."""
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    command = [sys.executable, "-m", "bot.cli", *arguments]
    return subprocess.run(command, cwd=checkout, env=environment, input=said, capture_output=True, timeout=900)


def test_adding_an_answer(checkout: Path) -> None:
    """Whoever follows the steps has an answer that is checked, trained and given."""
    blocks = re.findall(
        r"   ```yaml\n(.*?)   ```", (checkout / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL
    )
    knowledge, training = [re.sub(r"^   ", "", block, flags=re.MULTILINE) for block in blocks]
    with (checkout / "bot/knowledge/aids.yml").open("a", encoding="utf-8") as file:
        file.write(f"\n{knowledge}")
    with (checkout / "data/nlu/aids.yml").open("a", encoding="utf-8") as file:
        file.write(training + "".join(f"    - {question}\n" for question in QUESTIONS[2:]))

    checked = stride(checkout, "check")
    # Its 2 shown questions are not the 40 that it needs: that is all that is missing.
    problems = [
        line for line in checked.stderr.decode().splitlines() if line.startswith(("data/", "tests/", "bot/", "/"))
    ]
    assert [line for line in problems if "fewer than" not in line] == []
    assert len(problems) == 2

    question = json.dumps({"conversation": "c", "text": "should I have a grab rail fitted by the bath?"}).encode()
    answered = stride(checkout, "ask", said=question)
    assert answered.returncode == 0, answered.stderr.decode()[-3000:]
    told = json.loads(answered.stdout)
    offered = [button["answer"] for reply in told["replies"] for button in reply["buttons"]]
    assert NEW in [*told["answers"], *offered]
