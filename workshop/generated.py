"""Generated parts of documents, between two marks."""

from pathlib import Path


def put_into(file: Path, name: str, text: str) -> None:
    """Replace the text between the marks of a name in a file; raise ValueError if it has no such marks."""
    begin, end = marks(name)
    head, found, rest = file.read_text(encoding="utf-8").partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{file}: has no lines {begin!r} and {end!r}")
    file.write_text(f"{head}{begin}\n{text}\n{end}{tail}", encoding="utf-8")


def marks(name: str) -> tuple[str, str]:
    """Return the lines before and after a generated part."""
    return f"<!-- {name}: made by a command, do not edit -->", f"<!-- end of {name} -->"
