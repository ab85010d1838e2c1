"""Prepares a process before it imports Rasa, so that it starts fast and stays small.

**TensorFlow** is left out. Rasa imports it with any pipeline (its state featurizer, which every policy needs, imports
its training utilities), and no component of ours uses it. It took more than half of the start time and the memory. No
recipe or setting of Rasa's avoids the import, so a stub replaces TensorFlow: modules whose every name is a class, which
can only be a base or an annotation. `STRIDE_TENSORFLOW=true` keeps the real one, for Rasa's own components that learn
with it (DIET, TED). Rasa's own commands import Rasa first, and so have the real one.

**Garbage collection** runs less often: Python runs it after each 700 objects. That costs a fifth of the start time,
though nearly all objects stay.

**OpenBLAS** uses one thread: its other threads busy-wait on a whole core, and our computations are too small to share.
"""

import gc
import importlib.abc
import importlib.machinery
import os
import sys
from types import ModuleType

PACKAGES = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras")
GARBAGE = 20_000, 20, 20  # new objects, and rounds until older ones are checked too
MISSING = "TensorFlow is left out of this process; STRIDE_TENSORFLOW=true leaves it in"


def prepare(*, tensorflow: bool) -> None:
    """Prepare the process; call this before importing numpy and Rasa.

    Args:
        tensorflow: Whether to keep TensorFlow.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(*GARBAGE)
    there = "tensorflow" in sys.modules or any(isinstance(one, _Finder) for one in sys.meta_path)
    if not tensorflow and not there:
        sys.meta_path.insert(0, _Finder())


class _Absent(type):
    """Makes classes whose every attribute is such a class again."""

    def __getattr__(cls, name: str) -> "_Absent":
        return _absent(name)

    def __call__(cls, *arguments: object, **options: object) -> object:
        if cls.__module__ == __name__:
            raise ImportError(f"{cls.__name__}: {MISSING}")
        return super().__call__(*arguments, **options)  # a Rasa class with such a base


class _AbsentModule(ModuleType):
    """A module that has every name, so that any import from it works."""

    def __getattr__(self, name: str) -> _Absent:
        return _absent(name)


def _absent(name: str) -> _Absent:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Absent(name, (), {})


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in PACKAGES:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing."""
