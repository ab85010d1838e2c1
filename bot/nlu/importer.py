"""Tells Rasa of the knowledge base: each id is an intent, and where no rule says more, one that is answered."""

from __future__ import annotations

from itertools import groupby

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers.rasa import RasaFileImporter

from bot.knowledge.base import knowledge

ACTION = "action_answer"


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
        left = sorted((reply.topic, reply.id) for reply in knowledge().replies.values() if reply.id not in named)
        rules = [
            {
                "rule": f"answer what {topic} is asked about",
                "steps": [{"or": [{"intent": name} for _, name in ids]}, {"action": ACTION}],
            }
            for topic, ids in groupby(left, key=lambda one: one[0])
        ]
        return written.merge(StoryGraph(YAMLStoryReader(self.get_domain()).read_from_parsed_yaml({"rules": rules})))
