"""The public ids are the same everywhere: knowledge, domain, rules, training data."""

import yaml

from bot.knowledge.base import KnowledgeBase
from bot.knowledge.ids import SETTLED
from bot.settings import ROOT
from workshop.commands.check import domain_intents


def test_domain_knows_every_reply(base: KnowledgeBase) -> None:
    """The domain's intents are the knowledge base's ids."""
    assert sorted(domain_intents(ROOT / "domain.yml")) == sorted(base.replies)


def test_rules_lead_from_every_reply(base: KnowledgeBase) -> None:
    """Every id stands in just one rule, and each is answered by the one action."""
    rules = yaml.safe_load((ROOT / "data" / "stories" / "rules.yml").read_text(encoding="utf-8"))["rules"]
    asked = [rule for rule in rules if "condition" not in rule]
    intents = [choice["intent"] for rule in asked for choice in rule["steps"][0].get("or", [rule["steps"][0]])]

    assert sorted(intents) == sorted(base.replies)
    assert {rule["steps"][1]["action"] for rule in asked} == {"action_answer"}


def test_training_files_are_the_topics(base: KnowledgeBase) -> None:
    """There is a file of training questions for each topic's file of answers that the classifier can give."""
    assert {path.stem for path in (ROOT / "data" / "nlu").glob("*.yml")} == {
        reply.topic for reply in base.replies.values() if reply.id not in SETTLED
    }
