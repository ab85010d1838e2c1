"""What no provider should send, for the tests of several connectors."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Path = tuple[str | int, ...]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def _paths(value: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in pairs:
        yield from _paths(inner, (*path, step))


def _with(payload: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    damaged = copy.deepcopy(payload)
    place = damaged
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return damaged


def bodies(*payloads: Any) -> st.SearchStrategy[bytes]:
    """Return bodies of any bytes and any JSON, and payloads in which one value is another one."""
    places = [(payload, path) for payload in payloads for path in _paths(payload)]
    damaged = st.builds(lambda place, value: _with(*place, value), st.sampled_from(places), JSON)
    return st.binary() | (JSON | damaged).map(lambda value: json.dumps(value).encode())
