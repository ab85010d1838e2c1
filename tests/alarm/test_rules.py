"""The alarm's data files."""

import shutil
from pathlib import Path

import pytest

from bot.alarm.rules import FOLDER, load
from bot.datafile import DataError


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (
            "signs/cauda_equina.yml",
            "    - <genitals>\n",
            "    - <genital>\n",
            r"concepts.saddle_area: .*no set of words",
        ),
        (
            "signs/cauda_equina.yml",
            "all: [wiping]",
            "all: [whiping]",
            r"equina.yml: rules: wiping.*no such concept: \['whiping'\]",
        ),
        (
            "signs/cauda_equina.yml",
            "earlier: numb,",
            "earlier: num,",
            r"equina.yml: across.*no such concept: \['num'\]",
        ),
        ("signs/crisis.yml", "alarm: crisis", "alarm: crises", r"crisis.yml:\d+: alarm"),
        ("signs/crisis.yml", "concepts:\n", "concepts:\n  fever: [hot]\n", r"concepts: fever: stands in another file"),
        ("signs/crisis.yml", "alarm: crisis", "alarm: same_day", r"signs: no file for the alarm crisis"),
        ("context.yml", "<walking> ~20", "<walkin> ~20", r"context.yml: cues.ordinary: .*no set of words <walkin>"),
        ("context.yml", "needs: past", "needs: passt", r"context.yml:\d+: cues: .*there is no cue passt"),
        (
            "context.yml",
            "allowed_types: [crisis]",
            "allowed_types: [arms]",
            r"context.yml: cues: no rule has the sign arms",
        ),
        (
            "context.yml",
            "excluded_types: [fall,",
            "excluded_types: [arms,",
            r"context.yml: cues: no rule has the sign arms",
        ),
        (
            "signs/same_day.yml",
            "anchors:\n  - wound_bad\n",
            "anchors:\n  - wound_worse\n",
            r"anchors: no such concept: \['wound_worse'\]",
        ),
        ("checks.yml", "all: [fallen]", "all: [falling]", r"checks.yml: checks: fall: no such concept: \['falling'\]"),
        ("checks.yml", "check: fall,", "check: stumble,", r"checks.yml:\d+: checks.*check"),
        ("checks.yml", "checks:\n", "cheques: []\nchecks:\n", r"checks.yml:\d+: cheques: extra fields"),
        ("context.yml", "direction: forward", "direction: behind", r"context.yml:\d+: cues.negation.direction"),
    ],
)
def test_tells_what_is_wrong(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    """A rule that is wrong is told with its file and key."""
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DataError, match=said):
        load(tmp_path)
