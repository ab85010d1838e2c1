"""The `stride` command."""

import click

from bot.yamlfile import DataError


class Commands(click.Group):
    """Tells a wrong data file as a message to whoever can mend it, not as a stack trace."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except DataError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands)
def main() -> None:
    """Stride answers patients' questions from curated texts, and raises the alarm on warning signs."""
    _quiet()


def _quiet() -> None:
    import warnings

    warnings.filterwarnings("ignore")


@main.command()
def train() -> None:
    """Train the model, unless the one of the present inputs is there."""
    from bot.training import ensure_model

    click.echo(ensure_model())


@main.command()
def run() -> None:
    """Serve the chat page and the REST channel."""
    from bot.channels.server import serve
    from bot.training import ensure_model

    serve(ensure_model())
