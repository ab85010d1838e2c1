"""Servers that a command starts on this machine, to measure or attack them: their port, environment and end."""

import os
import signal
import socket
import subprocess

from bot.settings import settings

HERE = "127.0.0.1"


def free_port() -> int:
    """Find a port of this machine that nobody uses."""
    with socket.socket() as free:
        free.bind((HERE, 0))
        return int(free.getsockname()[1])


def environment(**own: str) -> dict[str, str]:
    """Return the environment with no settings of Stride's but these, without `STRIDE_`, and the clinic's own file."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STRIDE_")}
    named = {f"STRIDE_{name}": value for name, value in own.items()}
    return {**kept, "STRIDE_CLINIC_FILE": str(settings().clinic_file.resolve()), **named}


def end(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """End a process, whatever state it is in; it has so many seconds to do so in order."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
