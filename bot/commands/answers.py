"""Tables of the documents that are made from the live knowledge base."""

from pathlib import Path

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Answer

BEGIN, END = "<!-- answers: made by `stride answers --write` -->", "<!-- end of answers -->"


def answer_table(base: KnowledgeBase) -> str:
    """Return a Markdown table of all answers and replies."""
    rows = []
    for reply in base.replies.values():
        documents = ", ".join(use.document for use in reply.sources) if isinstance(reply, Answer) else ""
        rows.append(f"| `{reply.id}` | {reply.title} | {documents} |")
    return "\n".join(["| id | answers | sources |", "|---|---|---|", *rows])


def put_into(file: Path, table: str) -> None:
    """Replace what stands between the two marks in a file; ValueError when it has no marks."""
    head, begin, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{file}: has no lines {BEGIN!r} and {END!r}")
    file.write_text(f"{head}{BEGIN}\n{table}\n{END}{tail}", encoding="utf-8")
