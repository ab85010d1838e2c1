"""The alarm's data files."""

import shutil
from pathlib import Path

import pytest

from bot.safety.rules import FOLDER, load
from bot.yamlfile import DataError


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("signs.yml", "    - crotch\n", "    - <crotch>\n", r"signs.yml:\d+: concepts: .*no set of words"),
        ("signs.yml", "all: [wiping]", "all: [whiping]", r"signs.yml:\d+: rules.*no such concept: \['whiping'\]"),
        ("signs.yml", "alarm: crisis", "alarm: crises", r"signs.yml:\d+: rules.0.alarm"),
        ("context.yml", "<walking> ~20", "<walkin> ~20", r"context.yml:\d+: cues: .*no set of words <walkin>"),
        ("context.yml", "needs: past", "needs: passt", r"context.yml:\d+: cues: .*there is no cue passt"),
        ("context.yml", "only: [legs]", "only: [arms]", r"context.yml: cues: only: no rule has the sign arms"),
        ("context.yml", "reaches: after", "reaches: behind", r"context.yml:\d+: cues.negation.reaches"),
    ],
)
def test_tells_what_is_wrong(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    """A rule that is wrong is told with file, line and key."""
    for name in ("signs.yml", "context.yml"):
        shutil.copy(FOLDER / name, tmp_path)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(DataError, match=said):
        load(tmp_path)
