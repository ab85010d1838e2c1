"""A process that starts servers over the stand-in: it has imported all they need, and forks one for each line it reads.

A line names the environment of a server as JSON; the answer is the id of its process.
"""

import json
import os
import signal
import sys
from typing import Any

from played_rasa import PlayedRasa

from bot.alarm.detector import detector
from bot.channels import answering, sending
from bot.channels.server import create_app
from bot.files.folder import make_private
from bot.knowledge.base import knowledge
from bot.settings import settings
from bot.store import messages_inbox
from bot.web.http import StrictProtocol

LEASE = 1.0  # seconds after which what a killed process has begun is taken up


def serve() -> None:
    """Serve until killed."""
    answering.LEASE = sending.LEASE = LEASE
    vars(messages_inbox)["LOOK"] = LEASE  # it is imported there
    answering.IDLE = sending.IDLE = 0.05
    make_private(settings().var)
    rasa: Any = PlayedRasa(os.environ["RASA"], settings().var)
    app = create_app(rasa)
    app.run(host="127.0.0.1", port=settings().port, protocol=StrictProtocol, access_log=False)


def main() -> None:
    """Fork servers until the input ends."""
    knowledge()
    detector()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for line in sys.stdin:
        if pid := os.fork():
            print(pid, flush=True)
            continue
        os.environ.update(json.loads(line))
        try:
            serve()
        finally:
            os._exit(1)
