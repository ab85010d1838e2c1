"""Secrets that this installation makes for itself."""

import secrets
from pathlib import Path


def key(path: Path) -> str:
    """Return the secret in a file; it is made, readable by its owner only, when there is none.

    Args:
        path: The file; its folder must exist.

    Returns:
        64 hexadecimal digits.
    """
    if not path.exists() or not path.stat().st_size:  # a full disk may have left it empty
        made = path.with_suffix(".new")
        made.touch(mode=0o600)
        made.write_text(secrets.token_hex(32))
        made.replace(path)
    return path.read_text()
