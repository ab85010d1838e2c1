"""The developers' commands of `stride`: checks, measurements, scripted dialogues, and tables for documents."""

import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from bot.knowledge.base import knowledge
from bot.settings import ROOT, settings

# Rasa's imports take up to a minute and print deprecation warnings, so each command imports only what it needs.


@click.command("encoder")
@click.option("--short", is_flag=True, help="Only go through all steps, with 200 messages.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "data" / "encoder",
    help="Where the adapter and its card go.",
)
def encoder_command(short: bool, folder: Path) -> None:
    """Learn the adapter of the sentence encoder anew; takes about a quarter of an hour."""
    from workshop.commands.encoder import learn

    card = learn(folder, short=short, console=Console(stderr=True))
    click.echo(f"{folder}: learnt from {card.messages} messages")


@click.command()
@click.option(
    "--documents",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the reviewed documents: also hold the answers against them.",
)
@click.option("--release", is_flag=True, help="Also fail when the encoder's adapter is older than its lessons.")
def check(documents: Path | None, release: bool) -> None:
    """Check the knowledge base and the training data; fails on any breach."""
    from bot.models.adapter import stale
    from workshop.commands.check import check_all

    problems = check_all(documents, datetime.date.today(), Console())
    if old := stale():
        click.echo(f"warning: {old}", err=True)
        problems += [old] if release else []
    if problems:
        raise click.ClickException(f"{len(problems)} problems\n" + "\n".join(problems))


@click.command("nlu-report")
@click.option("--write", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there.")
def nlu_report_command(write: Path | None) -> None:
    """Report how well the classifier does on the held-out messages, beside cross-validation."""
    from workshop.commands.nlu_report import nlu_report

    text = nlu_report()
    if write:
        write.write_text(text, encoding="utf-8")
    click.echo(text)


@click.command("bench-safety")
@click.option("--write", is_flag=True, help="Put the tables into docs/benchmark.md, and keep what was right.")
def bench_safety_command(write: bool) -> None:
    """Measure the alarm on the public benchmark, beside simpler ways to find signs."""
    from workshop.commands.bench_safety import bench_safety

    text = bench_safety(keep=write)
    _tell(text, "benchmark.md", "bench-safety", write=write)


@click.command("bench")
@click.option("--quick", is_flag=True, help="Measure less, in a few minutes once Rasa's own projects are trained.")
@click.option("--first-run", is_flag=True, help="Also run `make run` in a fresh clone; needs the network.")
@click.option(
    "--gate", is_flag=True, help="Only count each stage's calls; fails when one makes a quarter more than are kept."
)
@click.option(
    "--write", is_flag=True, help="Put tables and pictures into docs/performance.md; with --gate, keep the calls."
)
def bench_command(quick: bool, first_run: bool, gate: bool, write: bool) -> None:
    """Measure how fast the bot is, beside stock Rasa."""
    from workshop.commands.bench import bench, calls

    if gate:
        counted, problems = calls(write=write)
        for stage, number in counted.items():
            click.echo(f"{stage}: {number} calls a message")
        if problems:
            raise click.ClickException("\n".join(problems))
        return
    text = bench(Console(stderr=True), quick=quick, first_run=first_run, write=write)
    _tell(text, "performance.md", "bench", write=write)


@click.command("load")
@click.option("--short", is_flag=True, help="Fewer patients, in half a minute.")
@click.option("--write", is_flag=True, help="Put the table into docs/performance.md.")
def load_command(short: bool, write: bool) -> None:
    """Measure the messaging channels while many patients write at once to two servers."""
    from workshop.commands.load import load

    _tell(load(short=short), "performance.md", "load", write=write)


@click.command("dialogues")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), required=False)
@click.option("--measure", is_flag=True, help="Only count, for these and the held-out dialogues.")
@click.option("--write", is_flag=True, help="With --measure: put the counts into docs/conversation.md.")
def dialogues_command(folder: Path | None, measure: bool, write: bool) -> None:
    """Play the scripted dialogues of a folder (default: tests/dialogues); fails if a turn is wrong."""
    from workshop.commands.dialogues import counted, dialogues
    from workshop.sets import SCRIPTS

    own = folder or SCRIPTS
    folders = [own, own / "held_out"] if measure else [own]
    played = dialogues(folders, Console(stderr=True))
    text = counted(folders, played)
    _tell(text, "conversation.md", "dialogues", write=write)
    wrong = [problem for outcome in played[0] for problem in outcome.problems]
    if wrong and not measure:
        raise click.ClickException("\n".join(["not as they must be:", *wrong]))


@click.command("walks")
@click.option("--write", is_flag=True, help="Put the table into docs/conversation.md.")
def walks_command(write: bool) -> None:
    """Tell how many reports of walks the diary hears, on messages that were written apart from its lessons."""
    from workshop.commands.walks import heard, messages, table
    from workshop.sets import WALKS

    text = table(heard(messages(WALKS), Console(stderr=True)))
    _tell(text, "conversation.md", "walks", write=write)


@click.command("thresholds")
@click.option("--short", is_flag=True, help="Only count with the thresholds as they are.")
@click.option("--write", is_flag=True, help="Put the table into docs/conversation.md.")
def thresholds_command(short: bool, write: bool) -> None:
    """Play the scripted and held-out dialogues with each threshold of follow-ups a step lower and higher."""
    from bot.conversation.query import USUAL
    from workshop.commands.thresholds import table, thresholds
    from workshop.sets import SCRIPTS

    folders = [SCRIPTS, SCRIPTS / "held_out"]
    text = table(thresholds(folders, Console(stderr=True), short=short), folders, USUAL)
    _tell(text, "conversation.md", "thresholds", write=write)


@click.command("widget-size")
@click.option("--write", is_flag=True, help="put the table into docs/web.md")
def widget_size_command(write: bool) -> None:
    """Compare the chat widget with others, which npm fetches from its registry."""
    from bot.clinic import clinic
    from bot.web.assets import assets
    from workshop.widget_size import others, ours, table, widgets

    file = widgets()
    own = ours(assets(knowledge(), clinic(), settings()), file.marks.values())
    text = table([own, *track(others(file), total=len(file.widgets), console=Console(stderr=True))], file.marks)
    _tell(text, "web.md", "widget-size", write=write)


@click.command("screens")
@click.option("--write", is_flag=True, help="put the figures into docs/web.md")
def screens_command(write: bool) -> None:
    """Measure in Chromium how many answers fit on one screen of a phone."""
    from bot.clinic import clinic
    from workshop.screens import fits, table

    base = knowledge()
    measured = fits(base, clinic(), settings(), base.answers)
    text = table(track(measured, total=len(base.answers), console=Console(stderr=True)))
    _tell(text, "web.md", "screens", write=write)


@click.command("pictures")
def pictures_command() -> None:
    """Make the PNGs of the drawings, for messaging channels, in Chromium."""
    from workshop.pictures import pictures

    for file in pictures():
        click.echo(f"{file}: {file.stat().st_size / 1000:.0f} kB")


@click.command("probe")
@click.option("--short", is_flag=True, help="Only what takes about a minute.")
@click.option("--write", is_flag=True, help="Put the table into docs/security.md.")
def probe_command(short: bool, write: bool) -> None:
    """Attack servers that it starts itself on this machine; fails if something did not hold."""
    from workshop.commands.probe import page, probe
    from workshop.generated import put_into

    done = probe(Console(), short=short)
    if write:
        put_into(ROOT / "docs" / "security.md", "probe", page(done))
    if not all(outcome.seen.held for outcome in done):
        raise click.ClickException("not everything held; the table says what did not")


@click.command()
@click.option("--write", is_flag=True, help="Put the table into docs/answers.md.")
def answers(write: bool) -> None:
    """Print the table of answers, or put it into docs/answers.md."""
    from workshop.commands.answers import answer_table
    from workshop.generated import put_into

    table = answer_table(knowledge())
    if write:
        put_into(ROOT / "docs" / "answers.md", "answers", table)
    else:
        click.echo(table)


@click.command("rows")
@click.option("--write", is_flag=True, help="Put the table into docs/channels.md.")
def rows_command(write: bool) -> None:
    """Print what each messaging channel shows, or put it into docs/channels.md."""
    from bot.reply.rows import rows
    from workshop.commands.rows import row_table

    _tell(row_table(rows()), "channels.md", "rows", write=write)


@click.command("review")
@click.option(
    "--documents",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with the reviewed documents: their words stand beside the texts.",
)
@click.option(
    "--sign",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take back a signed list: a text's id a line, with its printed code or without.",
)
@click.option("--name", default="", help="With --sign: the clinician who has signed.")
@click.option("--role", default="", help="With --sign: the clinician's role.")
@click.option("--date", default="", help="With --sign: the day of the signature, as 2026-12-01.")
def review_command(documents: Path | None, file: Path | None, name: str, role: str, date: str) -> None:
    """Print all texts for the clinicians who sign them into var/review/, or take back a signed list."""
    from workshop.commands.review import review, sign

    if file:
        try:
            ids = sign(file, name, role, date, datetime.date.today())
        except ValueError as error:
            raise click.ClickException(f"nothing is signed\n{error}") from error
        click.echo(f"signed by {name}: {', '.join(ids)}")
    elif name or role or date:
        raise click.UsageError("--name, --role and --date go with --sign")
    else:
        files = review(settings().var / "review", documents, datetime.date.today())
        click.echo("\n".join(map(str, files)))
        if len(files) == 1:
            click.echo("no PDF: chromium-headless-shell is not installed; print the page from a browser", err=True)


def _tell(text: str, document: str, part: str, *, write: bool) -> None:
    """Print a text, and put it into a part of a document of docs/ if it is to be written."""
    from workshop.generated import put_into

    click.echo(text)
    if write:
        put_into(ROOT / "docs" / document, part, text)


def add_to(group: click.Group) -> None:
    """Add the developers' commands to those that a server needs."""
    for command in (
        encoder_command,
        check,
        nlu_report_command,
        bench_safety_command,
        bench_command,
        load_command,
        dialogues_command,
        thresholds_command,
        walks_command,
        widget_size_command,
        screens_command,
        pictures_command,
        probe_command,
        answers,
        review_command,
        rows_command,
    ):
        group.add_command(command)
