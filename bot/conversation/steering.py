"""How patients steer a guided talk: "go back", "why do you ask", "stop"."""

from bot.conversation.clauses import MARKS, Clauses, without
from bot.conversation.forms import Phrases
from bot.text.finder import Finder, Words

LONG = 3  # minimum words of a phrase that counts in the middle of a message


class Steering:
    """Recognises how a message steers a guided talk. Holds no state between messages."""

    def __init__(self, phrases: Phrases, words: Words) -> None:
        """Build the finders; `words` gives a text's words in their normal forms."""
        steering = phrases.steering
        self._finder = Finder(steering.labels, words)
        self._clauses = Clauses(phrases, words)
        self._anywhere = set(steering.anywhere)
        self._polite = {word for form in steering.polite for word in words(form)}
        self._beside = self._polite | {word for form in steering.polite_beside for word in words(form)}

    def __call__(self, said: str, *, whole: bool = False) -> str | None:
        """Return how a message steers the talk.

        Args:
            said: The message in clauses; see `bot.conversation.clauses.in_clauses`.
            whole: Whether only the whole message counts, as for a question that takes any words.

        Returns:
            One of the labels of `forms.yml`; None if the message is a reply or something else.
        """
        spans = self._finder(said)
        several = any(" " in said[first:last] for _, first, last in spans)
        if spans and self.polite(without(said, spans), beside=several):
            # "OK, stop" stops.
            return next((one[0] for one in spans if one[0] != "agreed"), "agreed")
        for span in spans if not whole else ():
            label, first, last = span
            start, end = self._clauses.around(said, span)
            alone = self.polite(f"{said[start:first]} {said[last:end]}", beside=" " in said[first:last])
            long = label in self._anywhere and len(said[first:last].split()) >= LONG
            if long or (alone and label in self._anywhere):
                return label
        return None

    def polite(self, said: str, *, beside: bool = True) -> bool:
        """Return whether a text has only polite words; `beside` also allows words that may stand beside a phrase."""
        return set(said.split()) - MARKS <= (self._beside if beside else self._polite)
