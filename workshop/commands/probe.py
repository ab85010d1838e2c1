"""`stride probe`: attacks its own servers and shows what held."""

import signal
from collections.abc import Sequence

from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from workshop.probe.attacks import attacks
from workshop.probe.run import Outcome, outcomes

TITLES = ("attack", "what must hold", "what was seen", "held")


def probe(console: Console, *, short: bool) -> list[Outcome]:
    """Run the attacks, only the short form or all, and show a table that grows meanwhile."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the servers end too
    table = Table(*TITLES)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    progress = Progress(*columns)
    chosen = attacks(short=short)
    task = progress.add_task("Starting the servers", total=len(chosen))
    done = []
    with Live(Group(table, progress), console=console, refresh_per_second=4):
        for outcome in outcomes(chosen):
            done.append(outcome)
            colour = "green" if outcome.seen.held else "bold red"
            table.add_row(*map(escape, _row(outcome)[:3]), f"[{colour}]{_row(outcome)[3]}[/]")
            following = chosen[len(done)].name if len(done) < len(chosen) else "Ending the servers"
            progress.update(task, advance=1, description=escape(following))
    return done


def page(done: Sequence[Outcome]) -> str:
    """Return the table as Markdown."""
    rows = [TITLES, ("---",) * len(TITLES), *map(_row, done)]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)


def _row(outcome: Outcome) -> tuple[str, str, str, str]:
    return outcome.attack.name, outcome.attack.must, outcome.seen.what, "yes" if outcome.seen.held else "no"
