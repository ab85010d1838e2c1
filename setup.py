"""Adds to the wheel what Rasa reads and lies beside the packages in a checkout; all else is in pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

PROJECT = ("*.yml", "data/**/*.yml", "data/**/*.safetensors")


class WithProject(build_py):
    """Copies them into bot/project/."""

    def run(self) -> None:
        """Build the packages, and copy the files unless a checkout is installed as it lies there."""
        super().run()
        if not self.editable_mode:
            for path in (path for pattern in PROJECT for path in Path().glob(pattern)):
                target = Path(self.build_lib) / "bot" / "project" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)


setup(cmdclass={"build_py": WithProject})
