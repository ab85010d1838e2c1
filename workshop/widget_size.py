"""Measures the size of chat widgets, and what their code contains."""

import gzip
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.datafile import Strict, read
from bot.web.assets import Asset

FILE = Path(__file__).with_name("widgets.yml")
OURS = re.compile(r"widget\.js|chat/\w+\.js")  # the addresses that the widget loads
KILO = 1000  # bytes


class Widget(Strict):
    """A file of an npm package; `without` names what else it needs."""

    package: str
    version: str
    file: str
    without: str | None = None

    @property
    def name(self) -> str:
        """Its name in the table."""
        lacks = f", without {self.without}" if self.without else ""
        return f"{self.package} {self.version}, `{self.file}`{lacks}"


class WidgetsFile(Strict):
    """The file `widgets.yml`."""

    widgets: list[Widget]
    marks: dict[str, str]


@dataclass(frozen=True)
class Measured:
    """A widget's compressed size in bytes, and how often its code contains each mark."""

    name: str
    size: int
    found: list[int]


def widgets() -> WidgetsFile:
    """Return the widgets to compare; raise DataError if widgets.yml is wrong."""
    return read(FILE, WidgetsFile)


def ours(assets: dict[str, Asset], marks: Iterable[str]) -> Measured:
    """Measure our own widget: all code that a website loads."""
    loaded = [asset for address, asset in assets.items() if OURS.fullmatch(address)]
    code = b"\n".join(asset.content for asset in loaded).decode()
    return Measured("**Stride**", sum(len(asset.gzipped) for asset in loaded), _count(code, marks))


def others(file: WidgetsFile) -> Iterator[Measured]:
    """Measure the other widgets from npm's registry; raise CalledProcessError if npm cannot get one."""
    with tempfile.TemporaryDirectory() as folder:
        for widget in file.widgets:
            order = ["npm", "pack", "--silent", f"{widget.package}@{widget.version}"]
            packed = subprocess.run(order, cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]
            with tarfile.open(Path(folder) / packed) as archive:
                member = archive.extractfile(f"package/{widget.file}")
                if member is None:
                    raise FileNotFoundError(f"{FILE}: {widget.name} is no file")
                code = member.read()
            yield Measured(widget.name, len(gzip.compress(code)), _count(code.decode(), file.marks.values()))


def table(measured: Iterable[Measured], marks: Iterable[str]) -> str:
    """Return measures as a Markdown table."""
    columns = ["chat", "kB, gzip", *marks]
    lines = [f"| {' | '.join(columns)} |", f"|---|{'---:|' * (len(columns) - 1)}"]
    for one in measured:
        lines.append(f"| {' | '.join([one.name, f'{one.size / KILO:.1f}', *map(str, one.found)])} |")
    return "\n".join(lines)


def _count(code: str, marks: Iterable[str]) -> list[int]:
    return [len(re.findall(mark, code)) for mark in marks]
