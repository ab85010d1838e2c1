"""The inputs of a trained model, component by component, without Rasa.

Each component reports them to Rasa by its `fingerprint_addon`. So `rasa train` and `stride train` alike train only what
has changed. To Rasa, all questions and examples in data/ are one input, and all components that learn depend on it. The
bot reads everything else at its start: rules, talks, texts, and the code around them.
"""

import ast
import hashlib
import json
from importlib.metadata import version
from pathlib import Path

from bot.alarm.rules import ALARMS
from bot.conversation.forms import forms
from bot.knowledge.base import knowledge
from bot.settings import CODE, ROOT

_READING = ("bot/text/terms.yml", "bot/text/terms.py", "bot/text/spelling.py", "bot/text/noise.py")
_ENCODER = (
    "data/encoder/adapter.safetensors",
    "bot/models/adapter.py",
    "bot/models/encoder.py",
    "bot/models/graph.py",
    "bot/models/minilm.py",
)
_MODEL = ("bot/nlu/component.py", "bot/models/answer_model.py", "bot/models/ngrams.py")
_ALARM_LESSONS = ("data/safety/**/*.yml", "bot/alarm/labelled.py", "bot/alarm/lessons.py")
_LABELS = ("bot/nlu/label_classifier.py", "bot/models/label_model.py", "bot/conversation/lessons.py")
# Each component's files; in Python files, comments and docstrings do not count.
COMPONENTS: dict[str, tuple[str, ...]] = {
    "Reader": ("bot/nlu/reader.py", *_READING),
    "SentenceEmbedding": ("bot/nlu/sentence_embedding.py", *_ENCODER),
    "AnswerClassifier": ("bot/nlu/answer_classifier.py", *_ALARM_LESSONS, *_MODEL, *_READING),
    "WalkClassifier": (
        "bot/nlu/walk_classifier.py",
        *_LABELS,
        "data/diary/walks.yml",
        "bot/text/measures.py",
        "bot/text/measures.yml",
        *_MODEL,
        *_READING,
    ),
    "AfterAlarmClassifier": (
        "bot/nlu/after_alarm_classifier.py",
        *_LABELS,
        "data/after_alarm/*.yml",
        *_MODEL,
        *_READING,
    ),
    "AlarmVoter": (
        "bot/nlu/alarm_voter.py",
        "bot/models/voter_model.py",
        *_ALARM_LESSONS,
        "bot/models/adapter.py",
        *_MODEL,
        *_READING,
    ),
}
DATA = ("config.yml", "domain.yml", "data/acts.yml", "data/nlu/**/*.yml", "data/stories/**/*.yml")
PACKAGES = ("rasa", "spacy", "scikit-learn", "scipy", "numpy", "onnx", "onnxruntime", "tokenizers", "pyspellchecker")


def of_component(name: str, root: Path | None = None) -> str:
    """Return a hash of a component's dependencies besides its configuration and the training data."""
    return _hash([_files(COMPONENTS[name], root), sorted(ALARMS.items())])


def of_model(root: Path | None = None) -> str:
    """Return a hash of all inputs of a model: two checkouts with equal inputs share it."""
    parts = {name: of_component(name, root) for name in COMPONENTS}
    ids = sorted(knowledge().replies)  # they are the domain's intents
    talks = {name: [one.slot for one in form.questions] for name, form in forms().forms.items()}  # and its forms
    return _hash([_files(DATA, root), ids, talks, parts, {name: version(name) for name in PACKAGES}])


def _files(patterns: tuple[str, ...], root: Path | None) -> dict[str, str]:
    """Return content hashes by path from a checkout's top; in a wheel, the data is in another folder."""
    tops = {root} if root else {ROOT, CODE}
    found = {path.relative_to(top).as_posix(): path for top in tops for one in patterns for path in top.glob(one)}
    return {name: _content(path) for name, path in sorted(found.items())}


def _content(path: Path) -> str:
    if path.suffix == ".py":
        return _hash(_code(path.read_text(encoding="utf-8")))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _code(text: str) -> str:
    """Return a Python file's code without comments, docstrings and layout."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(
            node, clean=False
        ):
            node.body[0] = ast.Pass()
    return ast.dump(tree)


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]
