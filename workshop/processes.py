"""Port, environment and end of servers that a command starts on this machine to measure or attack them."""

import os
import signal
import socket
import subprocess

from bot.settings import settings

HERE = "127.0.0.1"


def free_port() -> int:
    """Return a free port of this machine."""
    with socket.socket() as free:
        free.bind((HERE, 0))
        return int(free.getsockname()[1])


def environment(**own: str) -> dict[str, str]:
    """Return the environment with only these settings of Stride (named without `STRIDE_`) and the clinic's file."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STRIDE_")}
    named = {f"STRIDE_{name}": value for name, value in own.items()}
    return {**kept, "STRIDE_CLINIC_FILE": str(settings().clinic_file.resolve()), **named}


def end(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """End a process in any state; kill it if it has not ended after `seconds`."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
