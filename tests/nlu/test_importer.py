"""What Rasa learns of the knowledge base."""

from pathlib import Path

import pytest
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.core.events import UserUttered
from rasa.shared.importers.importer import TrainingDataImporter
from rasa_sdk.executor import ActionExecutor

from bot.conversation.acts import ACTS, IN_TALK
from bot.conversation.forms import forms
from bot.knowledge.base import KnowledgeBase
from bot.nlu.mentions import TOLD
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


def test_intents_are_ids_and_acts(base: KnowledgeBase) -> None:
    """The domain has an intent for each id and for each act, no other but Rasa's own, and the forms of domain.yml."""
    domain = imported(ROOT / "data" / "stories").get_domain()

    assert {*domain.intents} - {*DEFAULT_INTENTS} == {*base.replies, *ACTS}
    assert {"selfcheck_form", "visit_form"} == {*domain.form_names}


@pytest.mark.parametrize("name", forms().forms)
def test_guided_talks_are_forms(name: str) -> None:
    """Every question has a slot that a reply with its role fills in its form alone, and an action that asks it."""
    domain = imported(ROOT / "data" / "stories").get_domain()
    asked = [question.slot for question in forms().forms[name].questions]
    mappings = {slot.name: slot.mappings for slot in domain.slots}

    assert domain.required_slots_for_form(name) == asked
    for slot in asked:
        [mapping] = mappings[slot]
        assert (mapping["entity"], mapping["role"]) == ("reply", slot)
        assert mapping["conditions"] == [{"active_loop": name}]
        assert f"action_ask_{slot}" in domain.user_actions
    assert f"validate_{name}" in domain.user_actions


def test_each_action_of_the_domain_is_there() -> None:
    """Rasa finds every action of the domain in actions/, and each of these stands in the domain."""
    executor = ActionExecutor()
    executor.register_package("actions")
    domain = imported(ROOT / "data" / "stories").get_domain()

    assert {*domain.user_actions} - {*domain.form_names} == {*executor.actions}


def test_entities_are_those_of_the_acts() -> None:
    """The domain names what acts carry along, and as roles the slots of the guided talks."""
    domain = imported(ROOT / "data" / "stories").get_domain()
    slots = [question.slot for form in forms().forms.values() for question in form.questions]

    assert domain.entity_properties.roles["reply"] == slots
    assert {*domain.entities} == {
        *(
            "answer",
            "topic",
            "side",
            "offer",
            "language",
            "reason",
            "reply",
            "question",
            "talk",
            "walk",
            "measure",
            "day",
            "subject",
            "told",
            "story",
        ),
        *TOLD.values(),
        *("reason", "ordinal", "duration", "distance", "date"),
    }


def test_every_intent_stands_in_a_rule(base: KnowledgeBase) -> None:
    """One rule leads from every id and act to what is done, a stop's from each talk; the forms take up the rest."""
    steps = imported(ROOT / "data" / "stories").get_stories().story_steps

    asked = [one.intent_name for step in steps for one in step.events if isinstance(one, UserUttered)]
    assert sorted(asked) == sorted([*base.replies, *{*ACTS} - IN_TALK, "stop_talk"])


def test_rule_that_is_written_takes_the_place(tmp_path: Path) -> None:
    """Where somebody writes a rule for an id, none is added."""
    file = tmp_path / "rules.yml"
    file.write_text(OWN)
    steps = imported(file).get_stories().story_steps

    asked = [one.intent_name for step in steps for one in step.events if isinstance(one, UserUttered)]
    assert asked.count("aids.brace") == 1
    assert asked.count("aids.walkers_canes") == 1
