"""`stride chat`: a conversation in the terminal."""

import asyncio

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.channels.local import LocalBot, load_agent, record
from bot.clinic import clinic
from bot.nlu.training import ensure_model
from bot.reply.reply import Button


def chat(console: Console) -> None:
    """Talk until the end of input. A number chooses the button with that number."""
    with console.status("Starting"):
        bot = LocalBot(load_agent(ensure_model()), record())
    console.print(clinic().fill("{first_words}"))
    console.print("Type a question, or the number of a choice. End with Ctrl-D.")
    asyncio.run(_chat(console, bot))


async def _chat(console: Console, bot: LocalBot) -> None:
    buttons: list[Button] = []
    while True:
        try:
            text = console.input("\n[bold]> [/bold]")
        except (EOFError, KeyboardInterrupt):
            return
        if text.strip().isdecimal() and 0 < int(text) <= len(buttons):
            text = buttons[int(text) - 1]["payload"]
        turn = await bot.send("terminal", text)
        for reply in turn.replies:
            console.print(Panel(Text(reply.text), style="bold red" if reply.urgent else ""))
        buttons = [button for reply in turn.replies for button in reply.buttons]
        for number, button in enumerate(buttons, start=1):
            console.print(f"  {number}  {button['title']}", markup=False, highlight=False)
