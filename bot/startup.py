"""What a process settles before Rasa is imported, so that it starts fast and stays small.

**TensorFlow** is left out. Rasa imports it whatever the pipeline holds (its state featurizer, which every policy needs,
imports its training utilities), and no component of ours uses it; it was more than half of a start and of the memory.
No recipe or setting of Rasa's avoids that, so that a stand-in takes its place: modules whose every name is a class,
which can be a base or an annotation and nothing else. `STRIDE_TENSORFLOW=true` leaves the real one in, for those of
Rasa's own components that learn with it (DIET, TED). Rasa's own commands import Rasa first, and so have the real one.

**Garbage** is looked for less often: Python looks after each 700 objects, which costs a fifth of a start, where nearly
all of them stay.

**OpenBLAS** is held to one thread: its others wait for work in a loop that takes a whole core, and our sums are too
small to share.
"""

import gc
import importlib.abc
import importlib.machinery
import os
import sys
from types import ModuleType

PACKAGES = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras")
GARBAGE = 20_000, 20, 20  # objects, and rounds, until older ones are looked through too
MISSING = "TensorFlow is left out of this process; STRIDE_TENSORFLOW=true leaves it in"


def prepare(*, tensorflow: bool) -> None:
    """Settle all of it; to be called before numpy and Rasa are imported.

    Args:
        tensorflow: Whether TensorFlow is left in.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(*GARBAGE)
    there = "tensorflow" in sys.modules or any(isinstance(one, _Finder) for one in sys.meta_path)
    if not tensorflow and not there:
        sys.meta_path.insert(0, _Finder())


class _Absent(type):
    """Makes classes each attribute of which is such a class again."""

    def __getattr__(cls, name: str) -> "_Absent":
        return _absent(name)

    def __call__(cls, *arguments: object, **options: object) -> object:
        if cls.__module__ == __name__:
            raise ImportError(f"{cls.__name__}: {MISSING}")
        return super().__call__(*arguments, **options)  # a class of Rasa's with such a base


class _AbsentModule(ModuleType):
    """A module of which every name is there, so that it can be imported from."""

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
        """Nothing to run."""
