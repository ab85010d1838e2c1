"""How patients steer a guided talk: "go back", "why do you ask", "stop"."""

from bot.conversation.clauses import MARKS, Clauses, without
from bot.conversation.forms import Phrases
from bot.text.finder import Finder, Words

LONG = 3  # words of a phrase that counts in the middle of a message


class Steering:
    """Recognises what a message does in a guided talk besides replying. Holds no state between messages."""

    def __init__(self, phrases: Phrases, words: Words) -> None:
        """Take the phrases; `words` gives a text's words in their normal forms."""
        steering = phrases.steering
        self._finder = Finder(steering.labels, words)
        self._clauses = Clauses(phrases, words)
        self._anywhere = set(steering.anywhere)
        self._polite = {word for form in steering.polite for word in words(form)}
        self._beside = self._polite | {word for form in steering.polite_beside for word in words(form)}

    def __call__(self, said: str, *, whole: bool = False) -> str | None:
        """Recognise it.

        Args:
            said: The message in clauses; see `bot.conversation.clauses.in_clauses`.
            whole: Whether it counts only as the whole message, as where any words are a reply.

        Returns:
            One of the labels of `forms.yml`; None when the message is a reply, or something else.
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
        """Whether nothing is said but words of politeness, or such as may stand beside a phrase."""
        return set(said.split()) - MARKS <= (self._beside if beside else self._polite)
