"""The `stride` command."""

import datetime
import logging
import os
import signal
import sys
from pathlib import Path

import click
import structlog
from pydantic import ValidationError
from rich.console import Console
from rich.progress import track

from bot.knowledge.base import knowledge
from bot.settings import ROOT, settings
from bot.startup import prepare
from bot.yamlfile import DataError

# Rasa's imports take up to a minute and warn of its dependencies' future, so each command imports what it needs.


class Commands(click.Group):
    """Tells of a wrong data file or environment variable in a message to whoever can mend it, not in a stack trace."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (DataError, ValidationError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Stride answers patients' questions from curated texts, and raises the alarm on warning signs."""
    # Its dependencies' warnings of their own future say nothing to who runs the bot; some of them reset the filters.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")  # nothing about the clinic leaves its computer
    # Rasa logs patients' words below this level.
    logging.basicConfig(level=logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    prepare(tensorflow=settings().tensorflow or ctx.invoked_subcommand == "encoder")
    _end_in_order()


def _end_in_order() -> None:
    """Have the signals that end the process leave it time to record what it still counts.

    Sanic puts a handler of its own for SIGTERM, which ends the server, in the place of this one.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


@main.command()
def train() -> None:
    """Train the model, unless the one of the present inputs is there."""
    from bot.nlu.training import ensure_model

    click.echo(ensure_model())


@main.command("encoder")
@click.option("--short", is_flag=True, help="Only go through all steps, with 200 messages.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "data" / "encoder",
    help="Where the adapter and its card go.",
)
def encoder_command(short: bool, folder: Path) -> None:
    """Learn the adapter of the sentence encoder anew; takes about a quarter of an hour."""
    from bot.commands.encoder import learn

    card = learn(folder, short=short, console=Console(stderr=True))
    click.echo(f"{folder}: learnt from {card.messages} messages")


@main.command()
def run() -> None:
    """Serve the web chat, and the REST channel where STRIDE_REST is true."""
    from bot.nlu.training import ensure_model

    try:
        model = ensure_model()
    # A server without a model still gives the alarm.
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
def explain_command(text: str) -> None:
    """Show what the bot sees in a message, what it decides, and why."""
    from bot.commands.explain import explain

    Console().print(explain(text))


@main.command()
@click.option(
    "--documents",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the reviewed documents: also hold the answers against them.",
)
@click.option("--release", is_flag=True, help="Also fail when the encoder's adapter is older than its lessons.")
def check(documents: Path | None, release: bool) -> None:
    """Check the knowledge base and the training data; fails on any breach."""
    from bot.commands.check import check_all
    from bot.nlu.adapter import stale

    problems = check_all(documents, datetime.date.today(), Console())
    if old := stale():
        click.echo(f"warning: {old}", err=True)
        problems += [old] if release else []
    if problems:
        raise click.ClickException(f"{len(problems)} problems\n" + "\n".join(problems))


@main.command("nlu-report")
@click.option("--write", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there.")
def nlu_report_command(write: Path | None) -> None:
    """Tell what the classifier reaches on the held-out messages, beside cross-validation."""
    from bot.commands.nlu_report import nlu_report

    text = nlu_report()
    if write:
        write.write_text(text, encoding="utf-8")
    click.echo(text)


@main.command("bench-safety")
@click.option("--write", is_flag=True, help="Put the tables into docs/safety.md.")
def bench_safety_command(write: bool) -> None:
    """Measure the alarm on the public benchmark, beside plainer ways of finding signs."""
    from bot.commands.bench_safety import bench_safety
    from bot.commands.generated import put_into

    text = bench_safety()
    if write:
        put_into(ROOT / "docs" / "safety.md", "bench-safety", text)
    click.echo(text)


@main.command("bench")
@click.option("--quick", is_flag=True, help="Measure less, in a few minutes once Rasa's own projects are trained.")
@click.option("--first-run", is_flag=True, help="Also run `make run` in a fresh clone; needs the network.")
@click.option(
    "--gate", is_flag=True, help="Only count each stage's calls; fails when one makes a quarter more than are kept."
)
@click.option(
    "--write", is_flag=True, help="Put tables and pictures into docs/performance.md; with --gate, keep the calls."
)
def bench_command(quick: bool, first_run: bool, gate: bool, write: bool) -> None:
    """Measure how fast the bot is, beside Rasa as it comes."""
    from bot.commands.bench import bench, calls
    from bot.commands.generated import put_into

    if gate:
        counted, problems = calls(write=write)
        for stage, number in counted.items():
            click.echo(f"{stage}: {number} calls a message")
        if problems:
            raise click.ClickException("\n".join(problems))
        return
    text = bench(Console(stderr=True), quick=quick, first_run=first_run, write=write)
    if write:
        put_into(ROOT / "docs" / "performance.md", "bench", text)
    click.echo(text)


@main.command("dialogues")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--measure", is_flag=True, help="Only count, for these and the held-out dialogues.")
@click.option("--write", is_flag=True, help="With --measure: put the counts into docs/conversation.md.")
def dialogues_command(folder: Path | None, measure: bool, write: bool) -> None:
    """Play the scripted dialogues of a folder (tests/dialogues when none is named); fails when a turn is not right."""
    from bot.benchmark.sets import SCRIPTS
    from bot.commands.dialogues import counted, dialogues
    from bot.commands.generated import put_into

    own = folder or SCRIPTS
    folders = [own, own / "held_out"] if measure else [own]
    played = dialogues(folders, Console(stderr=True))
    text = counted(folders, played)
    click.echo(text)
    if write:
        put_into(ROOT / "docs" / "conversation.md", "dialogues", text)
    wrong = [problem for outcome in played[0] for problem in outcome.problems]
    if wrong and not measure:
        raise click.ClickException("\n".join(["not as they must be:", *wrong]))


@main.command("widget-size")
@click.option("--write", is_flag=True, help="put the table into docs/web.md")
def widget_size_command(write: bool) -> None:
    """Compare the chat widget with others, which npm fetches from its registry."""
    from bot.benchmark.widget_size import others, ours, table, widgets
    from bot.channels.page import assets
    from bot.commands.generated import put_into
    from bot.settings import clinic

    file = widgets()
    own = ours(assets(knowledge(), clinic(), settings()), file.marks.values())
    text = table([own, *track(others(file), total=len(file.widgets), console=Console(stderr=True))], file.marks)
    click.echo(text)
    if write:
        put_into(ROOT / "docs" / "web.md", "widget-size", text)


@main.command("feedback")
def feedback_command() -> None:
    """Show which answers helped patients, and what was missing in others."""
    from bot.commands.feedback import tables
    from bot.feedback import kept

    for table in tables(kept(settings().var)):
        Console().print(table)


@main.command("alarms")
@click.option("--verify", is_flag=True, help="Only check that no line was changed, removed or added.")
def alarms_command(verify: bool) -> None:
    """Show the record of alarms, or check it; fails when it is not whole."""
    from bot.alarms.verify import verify as verify_record
    from bot.commands.alarms import summary, table

    try:
        if not verify:
            Console().print(table(settings().var, webhook=bool(settings().alarm_webhook)))
        count, problems = verify_record(settings().var, settings().alarm_key_file)
    except OSError as error:
        raise click.ClickException(str(error)) from error
    if problems:
        raise click.ClickException(summary(problems))
    click.echo(f"{count} lines; the record is whole.")


@main.command("probe")
@click.option("--short", is_flag=True, help="Only what takes about a minute.")
@click.option("--write", is_flag=True, help="Put the table into docs/security.md.")
def probe_command(short: bool, write: bool) -> None:
    """Attack servers that it starts itself on this machine; fails when something did not hold."""
    from bot.commands.generated import put_into
    from bot.commands.probe import page, probe

    done = probe(Console(), short=short)
    if write:
        put_into(ROOT / "docs" / "security.md", "probe", page(done))
    if not all(outcome.seen.held for outcome in done):
        raise click.ClickException("not everything held; the table says what did not")


@main.command()
@click.option("--write", is_flag=True, help="Put the table into README.md.")
def answers(write: bool) -> None:
    """Print the table of answers, or put it into the README."""
    from bot.commands.answers import answer_table
    from bot.commands.generated import put_into

    table = answer_table(knowledge())
    if write:
        put_into(ROOT / "README.md", "answers", table)
    else:
        click.echo(table)


if __name__ == "__main__":
    main()
