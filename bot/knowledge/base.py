"""The knowledge base: every answer and reply by id. Loading checks it for mistakes across files."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.datafile import DataError, read
from bot.knowledge.beside import (
    Box,
    BoxesFile,
    Language,
    LanguagesFile,
    Messaging,
    Notices,
    OutsideFile,
    Picture,
    PicturesFile,
    ReflectionFile,
    Source,
    SourcesFile,
)
from bot.knowledge.ids import MESSAGING, NOTICES, OUT_OF_SCOPE, OUTSIDE, REFLECTION
from bot.knowledge.schema import Answer, Curated, SourceUse, TopicFile
from bot.knowledge.signatures import Signature, SignaturesFile

FOLDER = Path(__file__).parent
OTHERS = (
    "sources.yml",
    "notices.yml",
    "messaging.yml",
    "languages.yml",
    "beginnings.yml",
    "outside.yml",
    "reflection.yml",
    "boxes.yml",
    "pictures.yml",
    "signatures.yml",
)  # files without answers


@dataclass(frozen=True)
class KnowledgeBase:
    """All texts of the bot.

    Attributes:
        replies: Every answer and reply by id, in file order.
        sources: The documents by their letter.
        notices: The sentences around the answers.
        messaging: What the messaging channels say themselves.
        languages: Texts for people who write in another language, by its ISO 639-1 code.
        outside: What patients often ask about and no document covers.
        reflection: How symptoms are said back.
        boxes: The canonical warnings by name.
        pictures: The drawings by name.
        files: The file of each id.
        signatures: The clinicians' signatures by the texts' ids, also where the words have changed since.
    """

    replies: dict[str, Curated]
    sources: dict[str, Source]
    notices: Notices
    messaging: Messaging
    languages: dict[str, Language]
    outside: OutsideFile
    reflection: ReflectionFile
    boxes: dict[str, Box]
    pictures: dict[str, Picture]
    files: dict[str, Path]
    signatures: dict[str, Signature]

    def __getitem__(self, reply_id: str) -> Curated:
        """Return the reply with an id; raise KeyError if there is none."""
        return self.replies[reply_id]

    def declining(self, subject: str) -> Curated:
        """Return the reply that declines a subject which no document covers, and says who can answer."""
        texts = {"answer": self.outside.declined(subject), "short": self.outside.declined(subject, short=True)}
        return self[OUT_OF_SCOPE].copy(update=texts)

    @property
    def answers(self) -> list[Answer]:
        """The replies that teach."""
        return [reply for reply in self.replies.values() if isinstance(reply, Answer)]

    @property
    def canonical(self) -> dict[str, str]:
        """The sentences that are said in the same words everywhere, by their placeholders."""
        signs = self.boxes["signs"]
        first = self.notices.first_words
        return {"first_words": first, "warning_signs": signs.lines, "warning_signs_short": signs.short}

    @property
    def topics(self) -> list[str]:
        """The files' stems, in their order."""
        return list(dict.fromkeys(reply.topic for reply in self.replies.values()))

    @property
    def texts(self) -> list[str]:
        """The ids of all that a clinician signs: of the replies, and of what is said around them."""
        boxes = (f"boxes.{name}" for name in self.boxes)
        languages = (f"languages.{name}" for name in self.languages)
        return [*self.replies, *boxes, *languages, NOTICES, MESSAGING, REFLECTION, OUTSIDE]


def load(folder: Path = FOLDER) -> KnowledgeBase:
    """Read a folder of knowledge files.

    Raises:
        DataError: A file breaks its schema, an id is used twice or is in another topic's file, or a named follow-up,
            document or section does not exist. The error lists all problems at once.
    """
    problems: list[str] = []
    replies: dict[str, Curated] = {}
    files: dict[str, Path] = {}
    sources = {source.id: source for source in read(folder / "sources.yml", SourcesFile).sources}
    notices = read(folder / "notices.yml", Notices)
    messaging = read(folder / "messaging.yml", Messaging)
    languages = read(folder / "languages.yml", LanguagesFile).languages
    outside = read(folder / "outside.yml", OutsideFile)
    reflection = read(folder / "reflection.yml", ReflectionFile)
    boxes = read(folder / "boxes.yml", BoxesFile).boxes
    pictures = read(folder / "pictures.yml", PicturesFile).pictures
    for path in sorted(folder.glob("*.yml")):
        if path.name in OTHERS:
            continue
        try:
            topic = read(path, TopicFile)
        except DataError as error:
            problems.append(str(error))
            continue
        for reply in [*topic.answers, *topic.replies]:
            if reply.id in replies:
                problems.append(f"{path}: {reply.id}: stands in {files[reply.id]} as well")
            if reply.topic != path.stem:
                problems.append(f"{path}: {reply.id}: belongs into {reply.topic}.yml")
            replies[reply.id] = reply
            files[reply.id] = path
    if not problems:
        problems = [
            f"{files[reply.id]}: {reply.id}: {what}"
            for reply in replies.values()
            for what in _dangling(reply, replies, sources, pictures)
        ]
        problems += [f"{folder / 'reflection.yml'}: {what}" for what in _unsourced(reflection.sources, [], sources)]
    if problems:
        raise DataError("\n".join(problems))
    file = folder / "signatures.yml"
    signatures = read(file, SignaturesFile).signatures
    base = KnowledgeBase(
        replies, sources, notices, messaging, languages, outside, reflection, boxes, pictures, files, signatures
    )
    if unknown := signatures.keys() - set(base.texts):
        raise DataError("\n".join(f"{file}: {name}: no text has this id" for name in sorted(unknown)))
    return base


def _dangling(
    reply: Curated, replies: dict[str, Curated], sources: dict[str, Source], pictures: dict[str, Picture]
) -> list[str]:
    """Return the references of a reply that do not exist."""
    missing = [f"follow_ups: no answer has the id {name}" for name in reply.follow_ups if name not in replies]
    missing += ["follow_ups: leads to itself"] * (reply.id in reply.follow_ups)
    missing += [
        f"beyond_sources: the text does not hold {words!r}"
        for words in reply.beyond_sources
        if words not in " ".join([*reply.texts, reply.short or ""])
    ]
    if not isinstance(reply, Answer):
        return missing
    missing += [f"pictures: pictures.yml has no {name}" for name in reply.pictures if name not in pictures]
    return missing + _unsourced(reply.sources, [view.document for view in reply.conflict], sources)


def _unsourced(uses: list[SourceUse], quoted: list[str], sources: dict[str, Source]) -> list[str]:
    """Return the documents and sections that do not exist."""
    missing = [
        f"sources: sources.yml has no document {document}"
        for document in [*(use.document for use in uses), *quoted]
        if document not in sources
    ]
    for use in uses:
        known = sources[use.document].sections if use.document in sources else use.sections
        missing += [
            f"sources: document {use.document} has no section {name!r}" for name in use.sections if name not in known
        ]
    return missing


@cache
def knowledge() -> KnowledgeBase:
    """Return the project's knowledge base, read once per process."""
    return load()
