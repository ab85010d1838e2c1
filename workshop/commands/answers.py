"""Tables for the documents, made from the live knowledge base."""

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.schema import Answer


def answer_table(base: KnowledgeBase) -> str:
    """Return a Markdown table of all answers and replies."""
    rows = []
    for reply in base.replies.values():
        documents = ", ".join(use.document for use in reply.sources) if isinstance(reply, Answer) else ""
        rows.append(f"| `{reply.id}` | {reply.title} | {documents} |")
    return "\n".join(["| id | answers | sources |", "|---|---|---|", *rows])
