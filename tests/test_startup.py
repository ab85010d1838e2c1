"""What a process leaves out to start fast, and that the bot is the same with and without it."""

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

from bot.settings import ROOT
from workshop.dialogues.script import load_all

IMPORT = """
import sys
from bot.startup import prepare
prepare(tensorflow=False)
{rest}
"""


def run(rest: str) -> subprocess.CompletedProcess[str]:
    """Run some lines of Python in a process that leaves TensorFlow out."""
    return subprocess.run([sys.executable, "-c", IMPORT.format(rest=rest)], cwd=ROOT, capture_output=True, text=True)


def test_stand_in_can_be_imported_from_and_derived_from() -> None:
    """Names of TensorFlow can be imported, be a base and an annotation, and take a class of ours with arguments."""
    done = run(
        "import tensorflow as tf\n"
        "from tensorflow.keras.layers import Layer\n"
        "class Own(Layer):\n"
        "    def __init__(self, size: tf.Tensor) -> None: self.size = size\n"
        "print(Own(3).size, isinstance(3, tf.SparseTensor))"
    )

    assert done.stdout == "3 False\n", done.stderr


def test_use_of_what_is_left_out_says_how_to_leave_it_in() -> None:
    """Whoever needs TensorFlow is told of the variable."""
    done = run("import tensorflow as tf\ntf.constant(1)")

    assert "constant: TensorFlow is left out of this process; STRIDE_TENSORFLOW=true leaves it in" in done.stderr


def test_garbage_is_looked_for_rarely() -> None:
    """A start, whose objects nearly all stay, is not held up by a search for those that do not."""
    assert run("import gc\nprint(gc.isenabled(), gc.get_threshold()[0] >= 10_000)").stdout == "True True\n"


@pytest.mark.rasa
def test_commands_leave_tensorflow_out() -> None:
    """What serves and answers does not import TensorFlow, though it imports Rasa."""
    done = run(
        "from bot.channels import local, server\n"
        "print([name for name in sys.modules if name.startswith('tensorflow.python')], 'rasa' in sys.modules)"
    )

    assert done.stdout.splitlines()[-1] == "[] True", done.stderr


@pytest.mark.rasa
def test_all_replies_are_the_same_with_tensorflow() -> None:
    """Every message of all dialogues gets the same replies with TensorFlow as without."""
    lines = [
        json.dumps({"conversation": script.path.stem, "text": turn.patient}).encode()
        for script in load_all(ROOT / "tests" / "dialogues")
        for turn in script.turns
    ]

    without, with_it = (replies(lines, tensorflow) for tensorflow in ("false", "true"))

    assert len(without) == len(lines)
    assert without == with_it


def replies(lines: list[bytes], tensorflow: str) -> list[dict[str, Any]]:
    """Return what `stride ask` prints for lines, without the times."""
    command = [sys.executable, "-m", "bot.cli", "ask"]
    environment = {**os.environ, "STRIDE_TENSORFLOW": tensorflow, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        command, input=b"\n".join(lines), capture_output=True, cwd=ROOT, timeout=600, check=True, env=environment
    )
    lasting = re.sub(rb"/visit/[\w-]+", b"/visit/...", done.stdout)  # each paper has an address of its own
    return [{**json.loads(line), "ms": None} for line in lasting.splitlines()]
