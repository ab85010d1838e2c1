"""Understands a message from the classifier's ranking and from what was said before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, cast

from bot.conversation import acts
from bot.conversation.acts import Act, Meaning
from bot.conversation.clauses import without
from bot.conversation.diary_wishes import BRIEF, CorrectionWords, DiaryPhrases, DiaryWishes
from bot.conversation.focus import Focus
from bot.conversation.follow_up import FollowUps
from bot.conversation.form_reader import form_reader
from bot.conversation.forms import FormReply, forms
from bot.conversation.language import foreign
from bot.conversation.lexicon import Lexicon, load
from bot.conversation.query import USUAL, Query, Resolved, Thresholds
from bot.conversation.symptoms import symptom_reader
from bot.conversation.topics import Side
from bot.datafile import Strict, read
from bot.knowledge.ids import ASK_BACK, DECLINE, DIAGNOSIS, OUT_OF_SCOPE
from bot.knowledge.values import AnswerId
from bot.text.finder import Finder, Words
from bot.text.parts import is_question

COMMANDS = Path(__file__).with_name("commands.yml")
ANSWERS = 2  # answers given at once; the others are offered
NAME = 10  # maximum characters beside the name of a guided talk


class FeedbackWords(Strict):
    """How patients say whether an answer helped."""

    helped: list[str]
    not_helped: list[str]


class CommandsFile(Strict):
    """The file `commands.yml`."""

    start: dict[AnswerId, list[str]]
    last_answer: dict[Literal["ask_shorter", "ask_passages"], list[str]]
    last_answer_filler: list[str]
    diary: DiaryPhrases
    correction: CorrectionWords
    agree: list[str]
    refuse: list[str]
    delete: list[str]
    feedback: FeedbackWords


class Context:
    """Understands messages in their conversation. Started once; holds no state between messages."""

    def __init__(self, words: Words, thresholds: Thresholds = USUAL) -> None:
        """Read the project's data.

        Args:
            words: Gives a text's words in their normal forms.
            thresholds: Limits at which a message counts as a follow-up.
        """
        self.lexicon: Lexicon = load(words)
        self._follow_ups = FollowUps(self.lexicon, thresholds)
        self._limits = thresholds
        self._forms = form_reader(words)
        self._symptoms = symptom_reader()
        commands = read(COMMANDS, CommandsFile)
        self._words = words
        self._start = Finder(commands.start, words)
        self._last_answer = Finder(dict(commands.last_answer), words)
        self._beside_last_answer = {word for form in commands.last_answer_filler for word in words(form)}
        self._consent = Finder({"agree": commands.agree, "refuse": commands.refuse, "delete": commands.delete}, words)
        self._diary = DiaryWishes(commands.diary, commands.correction, self._consent, words)
        self._feedback = Finder(dict(commands.feedback), words)

    def __call__(
        self,
        whole: Query,
        parts: Sequence[Query],
        focus: Focus,
        form: str | None,
        slots: Mapping[str, Any],
    ) -> Act | None:
        """Understand a message that raises no alarm.

        Args:
            whole: The message.
            parts: Its questions, if it holds more than one question alone.
            focus: What the conversation is about.
            form: The active guided talk.
            slots: The conversation's slots.

        Returns:
            The patient's act; None if the classifier decides.
        """
        own_words = form is not None and self._forms.takes_words(form, slots)
        if not own_words and (language := foreign(whole.text)):
            return acts.in_language(language, Meaning(OUT_OF_SCOPE, focus.topic, focus.side))
        if replied := self._replied(whole, focus):
            return replied
        if form and (guided := self._guided(whole, form, slots, focus)):
            return guided
        if not form and (change := self._forms.change(whole.text, slots)):
            return acts.change(change)
        if (diary := self._diary(whole.text, reported=whole.walk >= self._limits.walk)) is not None:
            return acts.of_diary(diary)
        if not form and (aside := self._of_last_answer(whole, focus)):
            return aside
        # "Sitting makes it worse", which is no choice of the question, is not a question about sitting either.
        about_it = form is not None and self._forms.touches(whole.text, form, slots)
        if form and not is_question(whole.text) and (about_it or not whole.sure):
            return acts.in_talk(FormReply({}), slots)
        sure = whole.sure and not whole.first.startswith(DECLINE)
        if not sure and (started := self._started(whole)) and not self._several(whole, parts, focus):
            return acts.ask(started)
        act = self._story(whole, parts) or self._asked(whole, parts, focus) or self._outside(whole)
        # During a guided talk, another one starts only if the message calls it by its name.
        return acts.without_beginning(act) if act and form else act

    def _asked(self, whole: Query, parts: Sequence[Query], focus: Focus) -> Act | None:
        """Return the act of asking for answers in the conversation."""
        if several := self._several(whole, parts, focus):
            return several
        resolved = self._follow_ups(whole, focus)
        if (resolved is None and not whole.sure) or (resolved and resolved.answer is None):
            resolved = self._last_question(whole, parts, focus) or resolved
        if resolved is None:
            return None
        if resolved.answer is None:
            return acts.ask(Meaning(ASK_BACK, side=resolved.side), offered=resolved.choices, rule=resolved.rule)
        return acts.ask(_meaning(resolved), rule=resolved.rule)

    def _story(self, whole: Query, parts: Sequence[Query]) -> Act | None:
        """Take a story of symptoms that asks nothing, and that the classifier does not know, for a wish to know more.

        Nothing is answered that nobody asked.
        """
        if whole.sure or parts or is_question(whole.text) or not self._symptoms.plainly(whole.text):
            return None
        return acts.ask(self.about(whole.text, DIAGNOSIS), rule="story")

    def _outside(self, whole: Query) -> Act | None:
        """Decline a message that the classifier does not recognise, if it names only what no document covers."""
        mentions, among = whole.mentions, self._limits.among
        likely = any(name == OUT_OF_SCOPE and probability >= among for name, probability in whole.ranking[:3])
        if whole.sure or not likely or not mentions.outside or mentions.topics:
            return None
        return acts.ask(self.about(whole.text, OUT_OF_SCOPE), rule="outside")

    def about(self, text: str, answer: str) -> Meaning:
        """Return the topic and side that a message asks about by itself."""
        reading = self.lexicon.read(text)
        topics = self.lexicon.topics.topics
        own = self.lexicon.topics.topic_of(answer)
        family = answer.split(".")[0]
        named = (name for name in reading.topics if topics[name].answers["what"].split(".")[0] == family)
        topic = next((name for name in named if answer in topics[name].answers.values()), own)
        if topic is None and reading.topics and answer.startswith(DECLINE):
            topic = reading.topics[-1]
        side = next((side for side in reading.sides if topic and side in topics[topic].answers), None)
        subject = next(iter(reading.outside), None) if answer == OUT_OF_SCOPE else None
        return Meaning(answer, topic, side or self.lexicon.topics.side_of(answer), subject=subject)

    def _replied(self, whole: Query, focus: Focus) -> Act | None:
        """Read the reply to the bot's last question, if that was not about topics."""
        if focus.asked == "what_was_missing":
            return None if is_question(whole.text) else Act(acts.MISSING)
        if focus.asked and focus.asked.startswith("diary"):
            wish = self._diary.reply(whole.text, focus.asked, about=bool(whole.mentions.topics))
            return acts.of_diary(wish) if wish else None
        joined = " ".join(self._words(whole.text))
        if focus.asked != "helpful" or len(joined.split()) > 2 * BRIEF or whole.mentions.topics:
            return None
        said = self._feedback(joined)
        wrong = any(label == "not_helped" for label, _, _ in said)
        return Act(acts.NOT_HELPED if wrong else acts.HELPED) if said else None

    def _of_last_answer(self, whole: Query, focus: Focus) -> Act | None:
        """Read a wish for the last answer in fewer words, or for where it comes from, and nothing else."""
        joined = " ".join(self._words(whole.text))
        found = self._last_answer(joined) if focus.answer else []
        left = {word for word in without(joined, found).split() if any(map(str.isalnum, word))}
        return Act(found[0][0]) if found and left <= self._beside_last_answer else None

    def _guided(self, whole: Query, form: str, slots: Mapping[str, Any], focus: Focus) -> Act | None:
        """Read a message in a guided talk: a reply, or the name of this talk or another one."""
        joined = " ".join(self._words(whole.text))
        named = next(iter(self._start(joined)), None)
        # If the question takes any words, the name of a talk counts only with little else beside it.
        if named and len(joined) - (named[2] - named[1]) <= (
            NAME if self._forms.takes_words(form, slots) else 4 * NAME
        ):
            if forms().started_by(named[0]) == form:
                return acts.in_talk(FormReply({}, again="repeat"), slots)
            return acts.ask(self.about(whole.text, named[0]))
        reply = self._forms(whole.text, form, slots)
        if reply and reply.slots and focus.asked_back and len(joined.split()) <= BRIEF:
            # The bot last asked which answer is meant, so "none of these" is no reply to the talk's question.
            resolved = self._follow_ups(whole, focus)
            if resolved is None or resolved.answer is None:
                return acts.in_talk(FormReply({}, again="repeat"), slots)
            return acts.without_beginning(acts.ask(_meaning(resolved), rule=resolved.rule))
        return acts.in_talk(reply, slots) if reply else None

    def _started(self, whole: Query) -> Meaning | None:
        """Return the answer that starts the guided talk that a message names."""
        found = self._start(" ".join(self._words(whole.text)))
        brief = len(whole.mentions.content) <= BRIEF
        return self.about(whole.text, found[0][0]) if found and brief else None

    def _several(self, whole: Query, parts: Sequence[Query], focus: Focus) -> Act | None:
        """Answer two questions of one message."""
        found: list[Meaning] = []
        for part in parts:
            meaning = self._part(whole, part, focus)
            if meaning is None:
                continue
            focus = focus.given(meaning.answer, meaning.topic, meaning.side)
            if meaning.answer not in [one.answer for one in found]:
                found.append(meaning)
        if len(found) < ANSWERS:
            return None
        if whole.sure and whole.first not in [one.answer for one in found]:
            return None
        return acts.ask(*found[:ANSWERS], offered=[one.answer for one in found[ANSWERS:]])

    def _last_question(self, whole: Query, parts: Sequence[Query], focus: Focus) -> Resolved | None:
        """Take the last question of a message that says more, if the whole is not understood."""
        first, probability = whole.ranking[0]
        # A story about another illness may end with "what do you suggest".
        declined = first.startswith(DECLINE) and probability >= self._limits.witnessed
        meaning = self._part(whole, parts[-1], focus) if parts and not declined else None
        if meaning is None:
            return None
        return Resolved(meaning.answer, meaning.topic, cast(Side, meaning.side), meaning.unsaid, rule="last question")

    def _part(self, whole: Query, part: Query, focus: Focus) -> Meaning | None:
        """Understand one question of a message, with the topic before it in the message in focus."""
        before = self.lexicon.read(whole.text[: whole.text.find(part.text)]).topics
        if before:
            focus = replace(focus, topic=before[-1], side=None, offered=(), asked_back=False)
        resolved = self._follow_ups(part, focus)
        # What a story names is not yet what "do you have any advice" asks about.
        if resolved and resolved.answer and (part.mentions.topics or not whole.is_long(self._limits)):
            return _meaning(resolved)
        return self.about(part.text, part.first) if part.sure and resolved is None else None


def _meaning(resolved: Resolved) -> Meaning:
    assert resolved.answer is not None
    return Meaning(resolved.answer, resolved.topic, resolved.side, resolved.unsaid)
