"""What Rasa learns of the knowledge base."""

from pathlib import Path

import pytest
from rasa.shared.core.events import UserUttered
from rasa.shared.importers.importer import TrainingDataImporter

from bot.knowledge.base import KnowledgeBase
from bot.nlu.importer import ACTION
from bot.settings import ROOT

pytestmark = pytest.mark.rasa
OWN = """
rules:
- rule: own
  steps:
  - intent: aids.brace
  - action: visit_form
  - active_loop: visit_form
"""


def imported(*data: Path) -> TrainingDataImporter:
    """The importer that config.yml names, as every command of Rasa's makes it."""
    files = [str(path) for path in data]
    return TrainingDataImporter.load_from_config(str(ROOT / "config.yml"), str(ROOT / "domain.yml"), files)


def test_every_id_is_an_intent(base: KnowledgeBase) -> None:
    """The domain has an intent for each id, and the forms and actions of domain.yml."""
    domain = imported(ROOT / "data" / "stories").get_domain()

    assert set(base.replies) <= set(domain.intents)
    assert {"selfcheck_form", "visit_form"} == {*domain.form_names}
    assert ACTION in domain.user_actions


def test_every_id_stands_in_one_rule(base: KnowledgeBase) -> None:
    """One rule leads from every id to what is done; that it is answered, tests/channels/test_local.py shows."""
    steps = imported(ROOT / "data" / "stories").get_stories().story_steps

    asked = [one.intent_name for step in steps for one in step.events if isinstance(one, UserUttered)]
    assert sorted(asked) == sorted(base.replies)


def test_rule_that_is_written_takes_the_place(tmp_path: Path) -> None:
    """Where somebody writes a rule for an id, none is added."""
    file = tmp_path / "rules.yml"
    file.write_text(OWN)
    steps = imported(file).get_stories().story_steps

    asked = [one.intent_name for step in steps for one in step.events if isinstance(one, UserUttered)]
    assert asked.count("aids.brace") == 1
    assert asked.count("aids.walkers_canes") == 1
