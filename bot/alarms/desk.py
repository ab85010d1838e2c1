"""Where alarms are handed in: the record, and the clinic's webhook when there is one."""

from functools import cache

from bot.alarms.record import Alarm, AlarmRecord
from bot.alarms.webhook import Webhook
from bot.settings import Clinic, Settings, clinic, settings


class AlarmDesk:
    """Records alarms, and wakes the webhook once one stands in the record."""

    def __init__(self, settings: Settings, clinic: Clinic) -> None:
        self._record = AlarmRecord(settings.var, words=clinic.keep_words_of_alarms)
        self._webhook: Webhook | None = None
        if settings.alarm_webhook and settings.alarm_webhook_secret:
            secret = settings.alarm_webhook_secret.get_secret_value()
            self._webhook = Webhook(settings.var, settings.alarm_webhook, secret)
            self._webhook.start()

    def __call__(self, alarm: Alarm, conversation: str, channel: str, text: str) -> None:
        """Take an alarm, without waiting for disk or network."""
        recorded = self._record.add(alarm, conversation, channel, text)
        webhook = self._webhook
        if webhook:
            recorded.add_done_callback(lambda _: webhook.wake())


@cache
def desk() -> AlarmDesk:
    """Return the clinic's desk, one for all channels: two would tell the webhook of an alarm twice."""
    return AlarmDesk(settings(), clinic())
