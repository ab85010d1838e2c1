"""The truth table of the alarm."""

from dataclasses import replace

import pytest

from bot.alarm.decide import CHECK, Decision, Evidence, Probabilities, Thresholds, decide, voted
from bot.alarm.rules import ORDER, AlarmKind, CheckKind
from bot.alarm.verdict import Finding, Verdict

ANYTHING = frozenset(ORDER)
THRESHOLDS = Thresholds(
    sure=0.9, together=0.4, taken_back=0.8, suspected=0.1, asked=0.3, asked_suspected=0.05, asked_taken_back=0.6
)


def found(kind: AlarmKind, *, silenced: bool = False, sure: bool = True) -> Finding:
    """A sign of the rules'."""
    return Finding(kind, "sign", "rule", 0, 4, "denial" if silenced else None, sure)


def verdict(*findings: Finding, anchored: frozenset[AlarmKind] = ANYTHING, check: CheckKind | None = None) -> Verdict:
    """What the rules say."""
    return Verdict(findings, "7", anchors=dict.fromkeys(anchored, ()), check=check)


def voter(**probabilities: float) -> Probabilities:
    """What the voter says: those, and nothing of the others."""
    return {kind: probabilities.get(kind, 0.0) for kind in (*ORDER, CHECK)}


SURE, DOUBTED = found("cauda_equina"), found("cauda_equina", sure=False)
TAKEN_BACK = found("cauda_equina", silenced=True)
QUIET = verdict()


@pytest.mark.parametrize(
    ("evidence", "raised", "by"),
    [
        # the rules are sure: whatever else there is
        (Evidence(verdict(SURE)), "cauda_equina", "rules"),
        (Evidence(verdict(SURE), voter()), "cauda_equina", "rules"),
        (Evidence(verdict(SURE), voter(crisis=0.99)), "cauda_equina", "rules"),
        (Evidence(verdict(SURE), voter(), harmless_reply=True), "cauda_equina", "rules"),
        (
            Evidence(verdict(SURE), voter(), of_standing=True, brief=True, standing=["cauda_equina"]),
            "cauda_equina",
            "rules",
        ),
        # a reply to a question names the alarm
        (Evidence(QUIET, voter(), replied="cauda_equina"), "cauda_equina", "reply"),
        (Evidence(QUIET, None, replied="crisis"), "crisis", "reply"),
        # nobody can be asked: a suspicion is enough, and what would be a check is the mildest alarm
        (Evidence(verdict(DOUBTED)), "cauda_equina", "rules"),
        (Evidence(verdict(check="fall")), "same_day", "rules"),
        (Evidence(verdict(check="cauda_equina")), "cauda_equina", "rules"),
        (Evidence(verdict(TAKEN_BACK)), None, None),
        (Evidence(QUIET), None, None),
        # the voter by itself
        (Evidence(QUIET, voter(crisis=0.95)), "crisis", "voter"),
        (Evidence(QUIET, voter(crisis=0.5)), "crisis", "both"),
        (Evidence(QUIET, voter(crisis=0.3)), None, None),
        # only where the message has words that such a sign needs
        (Evidence(verdict(anchored=frozenset({"crisis"})), voter(cauda_equina=0.99)), None, None),
        (Evidence(verdict(anchored=frozenset({"crisis"})), voter(cauda_equina=0.55, crisis=0.45)), "crisis", "both"),
        # both suspect it
        (Evidence(verdict(DOUBTED), voter(cauda_equina=0.2)), "cauda_equina", "both"),
        (Evidence(verdict(DOUBTED), voter(crisis=0.2)), "cauda_equina", "both"),
        # the rules have heard it taken back: the voter must all but know
        (Evidence(verdict(TAKEN_BACK), voter(cauda_equina=0.5)), None, None),
        (Evidence(verdict(TAKEN_BACK), voter(cauda_equina=0.7)), None, "voter"),
        (Evidence(verdict(TAKEN_BACK), voter(cauda_equina=0.85)), "cauda_equina", "both"),
        (Evidence(verdict(TAKEN_BACK), voter(cauda_equina=0.95)), "cauda_equina", "voter"),
        # a harmless reply to a form's question, unless the rules suspect something in it
        (Evidence(QUIET, voter(cauda_equina=0.95, check=0.05), harmless_reply=True), None, None),
        (Evidence(verdict(DOUBTED), voter(cauda_equina=0.5), harmless_reply=True), "cauda_equina", "both"),
        # what is said of a standing alarm raises it no second time, but raises another
        (Evidence(QUIET, voter(cauda_equina=0.95), of_standing=True, standing=["cauda_equina"]), None, None),
        (Evidence(QUIET, voter(cauda_equina=0.95), standing=["cauda_equina"]), "cauda_equina", "voter"),
        (Evidence(QUIET, voter(crisis=0.95), of_standing=True, standing=["cauda_equina"]), "crisis", "voter"),
        # nor does a short one raise what only the models suspect
        (Evidence(QUIET, voter(crisis=0.95), of_standing=True, brief=True, standing=["cauda_equina"]), None, None),
        (
            Evidence(verdict(found("crisis", sure=False)), voter(crisis=0.5), of_standing=True, brief=True),
            "crisis",
            "both",
        ),
    ],
)
def test_truth_table(evidence: Evidence, raised: AlarmKind | None, by: str | None) -> None:
    """Rules that are sure win; replies name alarms; else the voter and the rules' suspicions are weighed."""
    decision = decide(evidence, THRESHOLDS)

    assert (decision.raised, decision.by) == (raised, by)


@pytest.mark.parametrize(
    ("evidence", "check", "by"),
    [
        # the rules call for it
        (Evidence(verdict(check="fall"), voter()), "fall", "rules"),
        (Evidence(verdict(check="fall"), voter(check=0.9)), "fall", "rules"),
        (Evidence(verdict(check="fall"), voter(), harmless_reply=True), "fall", "rules"),
        # the voter does: alone, or where the rules suspect a sign
        (Evidence(QUIET, voter(check=0.5)), "cauda_equina", "voter"),
        (Evidence(QUIET, voter(check=0.2, cauda_equina=0.2)), "cauda_equina", "voter"),
        (Evidence(QUIET, voter(check=0.1, cauda_equina=0.1)), None, None),
        (Evidence(QUIET, voter(emergency=0.35)), None, None),
        (Evidence(verdict(DOUBTED), voter(check=0.06)), "cauda_equina", "both"),
        (Evidence(verdict(DOUBTED), voter(cauda_equina=0.04)), None, None),
        (Evidence(verdict(TAKEN_BACK), voter(check=0.7)), "cauda_equina", "voter"),
        # not without its words, where the sign is taken back, or in what is said of a standing alarm
        (Evidence(verdict(anchored=frozenset({"crisis"})), voter(check=0.9)), None, None),
        (Evidence(verdict(TAKEN_BACK), voter(check=0.5)), None, None),
        (Evidence(QUIET, voter(check=0.9), of_standing=True, standing=["same_day"]), None, None),
        # beside an alarm
        (Evidence(verdict(SURE), voter(check=0.9)), None, "rules"),
        (Evidence(QUIET, voter(check=0.45, cauda_equina=0.5)), None, "both"),
    ],
)
def test_checks(evidence: Evidence, check: CheckKind | None, by: str | None) -> None:
    """What may be a sign is asked about where no alarm is raised."""
    decision = decide(evidence, THRESHOLDS)

    assert (decision.check, decision.by) == (check, by)


def test_all_alarms_of_a_message_are_raised() -> None:
    """Several sure signs raise several alarms, the gravest first, and with them a crisis that is only hinted at."""
    signs = verdict(found("same_day"), SURE, found("crisis", sure=False))

    assert decide(Evidence(signs, voter())).alarms == ("crisis", "cauda_equina", "same_day")
    assert decide(Evidence(QUIET, voter())).alarms == ()


def test_more_evidence_never_silences_a_sure_sign() -> None:
    """Whatever is added to a sure sign, it stays an alarm."""
    sure = Evidence(verdict(SURE))
    for one in (
        replace(sure, voter=voter()),
        replace(sure, harmless_reply=True),
        replace(sure, of_standing=True, brief=True, standing=ORDER),
        replace(sure, replied="same_day"),
        replace(sure, verdict=verdict(SURE, TAKEN_BACK, anchored=frozenset())),
    ):
        assert decide(one).raised == "cauda_equina"


@pytest.mark.parametrize(
    ("asked", "expected"), [(None, None), (voter(crisis=0.95), "crisis"), (voter(crisis=0.5), None)]
)
def test_voter_by_itself(asked: Probabilities | None, expected: AlarmKind | None) -> None:
    """The voter names an alarm by itself only when it is sure."""
    assert voted(asked, THRESHOLDS) == expected


@pytest.mark.parametrize(
    ("parse", "expected"),
    [
        ({"intent": {"name": "aids.brace"}}, Decision()),
        ({"intent": {"name": "urgent.crisis"}}, Decision("crisis", "button")),
        ({"intent": {"name": "x"}, "alarm": Decision().to_parse()}, Decision()),
        *(
            ({"intent": {"name": "x"}, "alarm": one.to_parse()}, one)
            for one in (Decision("crisis", "rules", 0.2, ("same_day",)), Decision("cauda_equina", "both", 0.5))
        ),
    ],
)
def test_comes_back_from_a_parse(parse: dict[str, object], expected: Decision) -> None:
    """Rasa's parse carries the decision; a button's has none, and may name an alarm itself."""
    assert Decision.of_parse(parse) == expected
