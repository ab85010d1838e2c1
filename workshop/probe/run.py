"""Runs the attacks."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from workshop.probe import alarms, load, privacy, web
from workshop.probe.attacks import Attack
from workshop.probe.seen import Seen
from workshop.probe.site import Site, site

Kind = Callable[[Site, Attack], Seen]
KINDS: Mapping[str, Kind] = {
    kind.__name__: kind
    for kind in (
        web.requests_not_by_the_book,
        web.slow_requests,
        web.addresses_not_served,
        web.other_websites,
        web.rest_when_off,
        web.rest_when_on,
        web.forged_tokens,
        web.settings_out_of_range,
        load.costly_together,
        load.costly_one_by_one,
        load.burst,
        load.one_conversation,
        load.one_address,
        load.one_household,
        load.papers,
        alarms.files_emptied,
        alarms.disk_full,
        alarms.webhook_refuses,
        alarms.long_message,
        alarms.repeats,
        privacy.others_conversation,
        privacy.commands,
        privacy.deletion,
        privacy.log,
    )
}


@dataclass(frozen=True)
class Outcome:
    """An attack and its result."""

    attack: Attack
    seen: Seen


def outcomes(attacks: Sequence[Attack]) -> Iterator[Outcome]:
    """Start our own servers, yield the outcome of each attack on them in order, and end the servers.

    Args:
        attacks: The attacks.

    Raises:
        RuntimeError: A server did not start.
    """
    with site() as attacked:
        for attack in attacks:
            try:
                seen = KINDS[attack.kind](attacked, attack)
            # The server may do what the attack does not expect; the other attacks continue.
            except Exception as error:
                seen = Seen(f"could not be carried out to its end: {type(error).__name__}", held=False)
            yield Outcome(attack, seen)
            attacked.go_on()
