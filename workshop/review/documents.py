"""The documents' own text, by section."""

import hashlib
import re
from pathlib import Path

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.beside import Source

OPENING, CLOSING = "opening", "closing"  # begin the names of passages that have no heading
Sections = dict[str, str]


def copies(base: KnowledgeBase, folder: Path) -> dict[str, str]:
    """Return the documents by letter, of those whose reviewed copy is among a folder's text files."""
    files = [file.read_bytes() for file in sorted(folder.glob("*.txt"))]
    texts = {hashlib.sha256(data).hexdigest(): data.decode("utf-8") for data in files}
    return {source.id: texts[source.sha256] for source in base.sources.values() if source.sha256 in texts}


def missing(base: KnowledgeBase, folder: Path) -> list[str]:
    """Return a line for each document whose reviewed copy is not in a folder."""
    found = copies(base, folder)
    return [
        f"sources.yml: {source.id}: no file in {folder} has SHA-256 {source.sha256}"
        for source in base.sources.values()
        if source.id not in found
    ]


def plain(text: str) -> str:
    """Return a document's text with the apostrophes that headings are written with in sources.yml."""
    return text.replace("\u2019", "'")


def headed(name: str) -> bool:
    """Return whether a section has a heading in its document."""
    return not name.startswith((OPENING, CLOSING))


def sections(source: Source, text: str) -> Sections:
    """Return the text of each section of a document, up to the next one; a heading that the document lacks has none."""
    begins = [(*place, name) for name in source.sections if (place := _place(name, text))]
    ends = [start for start, _, _ in sorted(begins)[1:]]
    return {
        name: "\n".join(line.strip() for line in text[begin:end].splitlines() if line.strip())
        for (_, begin, name), end in zip(sorted(begins), [*ends, len(text)], strict=False)
    }


def _place(name: str, text: str) -> tuple[int, int] | None:
    """Return where a section's heading begins and ends; passages without a heading have an empty one."""
    if name.startswith(OPENING):
        return 0, 0
    if name.startswith(CLOSING):
        last = text.rstrip().rfind("\n\n")  # nothing else tells where they begin
        return (last, last) if last > 0 else None
    # At the beginning of a line; it may go on in the next one.
    words = r"\s+".join(map(re.escape, name.split()))
    found = re.search(rf"^[ \t]*{words}", plain(text), re.MULTILINE)
    return found.span() if found else None
