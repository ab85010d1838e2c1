"""Derives Rasa data: an intent with a rule for each answer's id, and a slot for each question of a guided talk."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter

from bot.alarm.rules import ALARMS
from bot.conversation.forms import forms
from bot.knowledge.base import knowledge
from bot.knowledge.schema import Curated
from bot.reply.alarms import SAID_BY_BUTTON


class KnowledgeImporter(RasaFileImporter):
    """Rasa's own file importer; the knowledge base and the guided talks add to domain and rules."""

    def get_domain(self) -> Domain:
        """Return domain.yml with an intent for each id, and with the guided talks."""
        known = {"intents": list(knowledge().replies), **_of_talks()}
        return super().get_domain().merge(Domain.from_dict(known))

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """Return the rules of data/stories/, and for each topic a rule that answers the ids that they do not name."""
        written = super().get_stories(exclusion_percentage)
        named = {
            event.intent_name for step in written.story_steps for event in step.events if isinstance(event, UserUttered)
        }
        left = sorted((_does(reply), reply.id) for reply in knowledge().replies.values() if reply.id not in named)
        rules = [
            {"rule": rule, "steps": [{"or": [{"intent": name} for _, name in ids]}, {"action": action}]}
            for (rule, action), ids in groupby(left, key=itemgetter(0))
        ]
        return written.merge(StoryGraph(YAMLStoryReader(self.get_domain()).read_from_parsed_yaml({"rules": rules})))


def _of_talks() -> dict[str, Any]:
    """Return what each question of a guided talk needs in Rasa: a slot that a reply fills, and an asking action."""
    required = {name: [one.slot for one in form.questions] for name, form in forms().forms.items()}
    slots = {
        slot: {
            "type": "any",
            "influence_conversation": False,
            "mappings": [_filled_by_a_reply(slot, name)],
        }
        for name, some in required.items()
        for slot in some
    }
    return {
        "entities": [{"reply": {"roles": [*slots]}}],
        "slots": slots,
        "forms": {name: {"required_slots": some} for name, some in required.items()},
        "actions": [*(f"validate_{name}" for name in required), *(f"action_ask_{slot}" for slot in slots)],
    }


def _filled_by_a_reply(slot: str, form: str) -> dict[str, Any]:
    return {"type": "from_entity", "entity": "reply", "role": slot, "conditions": [{"active_loop": form}]}


def _does(reply: Curated) -> tuple[str, str]:
    """Return the rule's name and the action for a reply whose id is the intent."""
    if reply.id in ALARMS:
        return "raise an alarm", "action_alarm"
    if reply.id in SAID_BY_BUTTON:
        return "take up a button under an alarm", "action_after_alarm"
    return f"answer what {reply.topic} is asked about", "action_answer"
