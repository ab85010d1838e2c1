"""The `stride` command: what a server needs; in a checkout, also the developers' commands of workshop/."""

import importlib.util
import logging
import os
import signal
import sys

import click
import structlog
from pydantic import ValidationError
from rich.console import Console

from bot.datafile import DataError
from bot.settings import ROOT, settings
from bot.startup import prepare

# Importing Rasa takes up to a minute and emits deprecation warnings, so each command imports what it needs.


OWN = ("bot", "actions", "workshop")


class Commands(click.Group):
    """Reports configuration errors and missing modules as a message instead of a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (DataError, ValidationError) as error:
            raise click.ClickException(str(error)) from error
        except ModuleNotFoundError as error:
            if str(error.name).split(".")[0] in OWN:  # our own mistake: the traceback shows where
                raise
            how = "`make check`, and each target of `make help`, installs what it needs"
            raise click.ClickException(f"{error.name} is not installed; {how}") from error


@click.group(cls=Commands)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Stride answers patients' questions from curated texts, and raises the alarm on warning signs."""
    # Dependencies' deprecation warnings do not help an operator; some dependencies reset the filters.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")  # nothing about the clinic leaves its computer
    # Rasa logs patients' words below this level.
    logging.basicConfig(level=logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    prepare(tensorflow=settings().tensorflow or ctx.invoked_subcommand == "encoder")
    _end_in_order()


def _end_in_order() -> None:
    """Let the process record what it still counts before a signal ends it.

    Sanic replaces this handler for SIGTERM by its own, which ends the server.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


@main.command()
def train() -> None:
    """Train the model for the current inputs, unless it exists."""
    from bot.nlu.training import ensure_model

    click.echo(ensure_model())


@main.command()
def run() -> None:
    """Serve the web chat, and the REST channel where STRIDE_REST is true."""
    from bot.nlu.training import ensure_model

    try:
        model = ensure_model()
    # A server without a model still raises the alarm.
    except Exception:
        logging.getLogger(__name__).exception("The model could not be trained")
        model = None
    from bot.channels.server import serve

    serve(model)


@main.command("chat")
def chat_command() -> None:
    """Talk to the bot in the terminal."""
    from bot.commands.chat import chat

    chat(Console())


@main.command("ask")
def ask_command() -> None:
    """Answer JSON lines from standard input, one JSON line each.

    A line is {"conversation": "...", "text": "..."}; conversations keep their state.
    """
    from bot.commands.ask import answer_lines

    answer_lines(sys.stdin.buffer, sys.stdout.buffer)


@main.command("explain")
@click.argument("text")
@click.option("--after", multiple=True, metavar="TEXT", help="What the patient has written before; may be repeated.")
def explain_command(text: str, after: tuple[str, ...]) -> None:
    """Show what the bot sees in a message, what it decides, and why."""
    from bot.commands.explain import explain

    Console().print(explain(text, after))


@main.command("feedback")
def feedback_command() -> None:
    """Show which answers helped patients, and what was missing in others."""
    from bot.commands.feedback import tables
    from bot.store.feedback import kept

    for table in tables(kept(settings().var)):
        Console().print(table)


@main.command("channels")
@click.option(
    "--test", nargs=2, metavar="CHANNEL ADDRESS", help="Send a test message, such as `--test sms +15550001111`."
)
def channels_command(test: tuple[str, str] | None) -> None:
    """Show which messaging channels are on, and what they lack; or send a test message."""
    from bot.channels.credentials import written
    from bot.commands import channels

    parts = written(ROOT / "credentials.yml")
    if test:
        row, address = test
        click.echo(channels.send_test(channels.connector_of(row, parts, settings()), row, address))
        return
    click.echo(channels.overview(parts, settings()))


@main.command("deadletters")
@click.option("--resend", type=int, metavar="NUMBER", help="Have one sent again by the running server.")
@click.option("--address", type=int, metavar="NUMBER", help="Show whom one did not reach, so that somebody can call.")
def deadletters_command(resend: int | None, address: int | None) -> None:
    """Show the messages that could not be delivered, without their words."""
    from bot.alarm.record import AlarmRecord
    from bot.commands import channels

    if resend is not None:
        channels.resend(settings().var, resend)
        click.echo(f"{resend}: is sent again")
    elif address is not None:
        for kind, value in channels.addresses(settings().var, address).items():
            click.echo(f"{kind}: {value}")
    else:
        seal = AlarmRecord(settings().var, settings().alarm_key_file).seal
        Console().print(channels.letters_table(channels.letters(settings().var), seal))


@main.command("alarms")
@click.option("--verify", is_flag=True, help="Only check that no line was changed, removed or added.")
def alarms_command(verify: bool) -> None:
    """Show the record of alarms, or check it; fails when it is not whole."""
    from bot.alarm.record_verify import verify as verify_record
    from bot.commands.alarms import summary, table

    try:
        if not verify:
            Console().print(table(settings().var, webhook=bool(settings().webhook)))
        count, problems = verify_record(settings().var, settings().alarm_key_file)
    except OSError as error:
        raise click.ClickException(str(error)) from error
    if problems:
        raise click.ClickException(summary(problems))
    click.echo(f"{count} lines; the record is whole.")


if importlib.util.find_spec("workshop"):  # a checkout has it, an installed wheel does not
    importlib.import_module("workshop.cli").add_to(main)

if __name__ == "__main__":
    main()
