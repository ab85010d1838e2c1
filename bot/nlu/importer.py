"""Tells Rasa of the knowledge base: each id is an intent, and where no rule says more, one that is answered."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter

from bot.alarm.rules import ALARMS
from bot.knowledge.base import knowledge
from bot.knowledge.schema import Reply
from bot.reply.alarms import SAID_BY_BUTTON


class KnowledgeImporter(RasaFileImporter):
    """Rasa's own importer of files, with what the knowledge base adds to domain and rules."""

    def get_domain(self) -> Domain:
        """Return domain.yml with an intent for each id."""
        return super().get_domain().merge(Domain.from_dict({"intents": list(knowledge().replies)}))

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """Return the rules of data/stories/, and for each topic one that answers the ids which none of them names."""
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


def _does(reply: Reply) -> tuple[str, str]:
    """Return what the bot does when a reply's id is the intent: the rule's name, and the action."""
    if reply.id in ALARMS:
        return "raise an alarm", "action_alarm"
    if reply.id in SAID_BY_BUTTON:
        return "take up a button under an alarm", "action_after_alarm"
    return f"answer what {reply.topic} is asked about", "action_answer"
