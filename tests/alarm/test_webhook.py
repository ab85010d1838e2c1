"""The clinic's webhook, with a real server at the other end."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.alarm import webhook as module
from bot.alarm.record import Alarm, AlarmRecord
from bot.alarm.record_lines import FILE, SENT, lines, read_refused, read_sent
from bot.alarm.webhook import LOCAL, SIGNATURE, TIMESTAMP, Webhook

SECRET = "a secret that nobody guesses soon"
Filled = Callable[..., AlarmRecord]
Until = Callable[..., None]
BAD = ["301", "302", "303", "307", "308", "304", "400", "401", "500", "503", "half", "close", "drip"]


@pytest.fixture
def start(tmp_path: Path, receiver: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Webhook]]:
    """Start webhooks that try again at once; they are ended at the end."""
    monkeypatch.setattr(module, "PAUSES", (0.01,))
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    monkeypatch.setattr(module, "LATER", 0.02)
    monkeypatch.setattr(module, "LOOK", 0.05)
    started = []

    def make(**given: Any) -> Webhook:
        webhook = Webhook(AlarmRecord(tmp_path, tmp_path / "alarms.key"), receiver.url, SECRET, **given)
        started.append(webhook)
        webhook.start()
        return webhook

    yield make
    for webhook in started:
        webhook.close()
        webhook.join(timeout=10)


def numbers(receiver: Any) -> list[int]:
    """The numbers of the alarms that were taken."""
    return [told["number"] for told in receiver.alarms]


def test_tells_of_an_alarm_signed_with_the_time(
    tmp_path: Path, filled: Filled, receiver: Any, start: Callable[..., Webhook]
) -> None:
    """What arrives is the record's line, signed with the shared secret together with the time of sending."""
    webhook = start()
    filled(tmp_path, 1)
    webhook.wake()
    receiver.wait_for(1)

    [(headers, body)] = receiver.taken

    [(_, line)] = lines(tmp_path)
    told = json.loads(body)
    assert {**line, **told} == line
    assert {"id", "number", "time", "kind", "rules", "mac"} <= told.keys()
    assert abs(time.time() - int(headers[TIMESTAMP])) < 60
    signed = f"{headers[TIMESTAMP]}.".encode() + body
    assert headers[SIGNATURE] == "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()


def test_every_try_has_its_own_time(
    tmp_path: Path, filled: Filled, receiver: Any, start: Callable[..., Webhook], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An alarm that is taken late was signed just then, so that the receiver can refuse what is old."""
    now = [1_000_000.0]
    monkeypatch.setattr(module.time, "time", lambda: now[0])
    receiver.down = True
    filled(tmp_path, 1)
    start()
    while receiver.asked < 2:
        time.sleep(0.005)
    now[0] = 2_000_000.0
    receiver.down = False
    receiver.wait_for(1)

    assert receiver.taken[0][0][TIMESTAMP] == "2000000"


def test_words_cannot_be_guessed_from_what_is_sent(
    tmp_path: Path, filled: Filled, receiver: Any, start: Callable[..., Webhook]
) -> None:
    """Where the words are kept they are not sent, and nothing that is sent is a hash of them without a key."""
    words = "i can't pee"
    filled(tmp_path, 2, words=words)
    start()
    sent = receiver.wait_for(2)
    [(_, first), (_, second)] = lines(tmp_path)

    for told, line in zip(sent, (first, second), strict=True):
        assert words not in json.dumps(told)
        assert "previous" not in told
        guess = {key: value for key, value in line.items() if key != "mac"}
        hashes = {hashlib.sha256(json.dumps(guess, sort_keys=True, ensure_ascii=way).encode()) for way in (True, False)}
        assert told["mac"] not in {guessed.hexdigest() for guessed in hashes}


@pytest.mark.parametrize("answer", BAD)
def test_only_success_is_taken_for_success(
    tmp_path: Path,
    filled: Filled,
    receiver: Any,
    start: Callable[..., Webhook],
    bad_answers: dict,
    answer: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Redirects, errors, broken and endless answers are tried again until the alarm is taken; each is logged."""
    monkeypatch.setattr(module, "TIME_OUT", 0.5)
    receiver.bad = [bad_answers[answer]] * 2
    filled(tmp_path, 2)
    start()
    receiver.wait_for(2)

    assert numbers(receiver) == [1, 2]
    assert receiver.asked == 4
    assert receiver.gets == 0
    assert caplog.text.count("The clinic's webhook did not take an alarm: ") == 2
    if answer.isdigit():
        assert f"HTTP {answer}" in caplog.text


def test_trouble_tells_what_is_not_taken(
    tmp_path: Path, filled: Filled, receiver: Any, start: Callable[..., Webhook], wait_until: Until
) -> None:
    """While alarms are not taken their number and the error are told, and nothing is once they are."""
    receiver.down = True
    filled(tmp_path, 3)
    webhook = start()

    wait_until(lambda: str(webhook.trouble()).startswith("3 alarms not taken: HTTP 503"))
    receiver.down = False
    wait_until(lambda: webhook.trouble() is None)
    assert sorted(numbers(receiver)) == [1, 2, 3]


def test_restart_loses_nothing_and_sends_nothing_twice(
    tmp_path: Path, filled: Filled, receiver: Any, start: Callable[..., Webhook]
) -> None:
    """What was taken before a restart is not sent again, what was not is sent after it."""
    filled(tmp_path, 1)
    first = start()
    receiver.wait_for(1)
    first.close()
    first.join(timeout=10)
    filled(tmp_path, 1)
    start()
    receiver.wait_for(2)

    assert numbers(receiver) == [1, 2]


@pytest.mark.parametrize("sent", [b"", b"garbage", b"\xff", b"99", b"-1", None])
def test_lost_number_of_what_was_sent_loses_no_alarm(
    tmp_path: Path,
    filled: Filled,
    receiver: Any,
    start: Callable[..., Webhook],
    sent: bytes | None,
    caplog: pytest.LogCaptureFixture,
    wait_until: Until,
) -> None:
    """Where it cannot be told what was sent, all is sent again, which the ids show; the log says so."""
    filled(tmp_path, 2)
    if sent is not None:
        (tmp_path / SENT).write_bytes(sent)
    start()
    receiver.wait_for(2)
    wait_until(lambda: read_sent(tmp_path) == 2)

    assert numbers(receiver) == [1, 2]
    assert f"{SENT} is missing or wrong" in caplog.text


def test_sent_that_cannot_be_written_ends_nothing(
    tmp_path: Path,
    filled: Filled,
    receiver: Any,
    start: Callable[..., Webhook],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A full disk keeps no alarm from the clinic, and none is sent twice before the next start."""

    def full(*_: Any) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(module, "write_sent", full)
    filled(tmp_path, 2)
    webhook = start()
    receiver.wait_for(2)
    filled(tmp_path, 1)
    webhook.wake()
    receiver.wait_for(3)

    assert numbers(receiver) == [1, 2, 3]
    assert f"{SENT} could not be written: OSError" in caplog.text


@pytest.mark.parametrize("error", [OSError("broken"), ValueError("a bug"), RecursionError()])
def test_record_that_cannot_be_read_ends_nothing(
    tmp_path: Path,
    filled: Filled,
    receiver: Any,
    start: Callable[..., Webhook],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    wait_until: Until,
) -> None:
    """Whatever goes wrong, the webhook tells it and goes on when it is over."""
    filled(tmp_path, 2)
    broken = [error] * 5
    read = module.lines

    def sometimes(*given: Any) -> Any:
        if broken:
            raise broken[0]
        return read(*given)

    monkeypatch.setattr(module, "lines", sometimes)
    webhook = start()
    wait_until(lambda: webhook.trouble() is not None)
    assert type(error).__name__ in str(webhook.trouble())
    broken.clear()

    assert [told["number"] for told in receiver.wait_for(2)] == [1, 2]


def test_garbage_in_the_record_holds_nothing_up(
    tmp_path: Path, filled: Filled, receiver: Any, start: Callable[..., Webhook]
) -> None:
    """What is no line of the record is left out, and what follows it is sent."""
    filled(tmp_path, 1)
    with (tmp_path / FILE).open("ab") as file:
        file.write(b'\xff\n{"number": "2"}\n[]\n{"number": 5, "time')
    filled(tmp_path, 1)
    start()
    receiver.wait_for(2)

    assert numbers(receiver) == [1, 2]


def test_wake_reads_only_what_is_new(
    tmp_path: Path, filled: Filled, receiver: Any, start: Callable[..., Webhook], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each new alarm the record is read from where the webhook was, not from its beginning."""
    offsets = []
    read = module.lines

    def noted(folder: Path, offset: int = 0) -> Any:
        offsets.append(offset)
        return read(folder, offset)

    monkeypatch.setattr(module, "lines", noted)
    filled(tmp_path, 3, channel=LOCAL)
    filled(tmp_path, 1)
    webhook = start()
    receiver.wait_for(1)
    size = (tmp_path / FILE).stat().st_size
    filled(tmp_path, 1)
    webhook.wake()
    receiver.wait_for(2)

    assert offsets[:3] == [0, 0, 0]
    assert set(offsets[3:]) <= {size, (tmp_path / FILE).stat().st_size}


def test_record_that_begins_anew_is_sent(
    tmp_path: Path, filled: Filled, alarm: Alarm, receiver: Any, start: Callable[..., Webhook]
) -> None:
    """An alarm is sent also when somebody has deleted the record meanwhile."""
    record = filled(tmp_path, 3)
    webhook = start()
    receiver.wait_for(3)
    (tmp_path / FILE).unlink()
    record.append(record.entry(alarm, "p", "rest", None))
    webhook.wake()
    receiver.wait_for(4)

    assert numbers(receiver) == [1, 2, 3, 4]


def test_trials_in_a_terminal_are_not_told(
    tmp_path: Path, filled: Filled, receiver: Any, start: Callable[..., Webhook]
) -> None:
    """An alarm of `stride chat` is recorded but does not reach the clinic."""
    filled(tmp_path, 1, channel=LOCAL)
    filled(tmp_path, 1)
    start()

    assert [told["channel"] for told in receiver.wait_for(1)] == ["rest"]


def test_unrecorded_alarms_are_told_once(
    tmp_path: Path, filled: Filled, alarm: Alarm, receiver: Any, start: Callable[..., Webhook]
) -> None:
    """What the disk does not take is told without a number and without words, however often the webhook is woken."""
    record = filled(tmp_path, 1)
    waiting = [record.entry(alarm, name, channel, "words") for name, channel in (("p", "rest"), ("q", LOCAL))]
    webhook = start(unrecorded=lambda: waiting)
    receiver.wait_for(2)
    webhook.wake()
    filled(tmp_path, 1)
    webhook.wake()
    told = receiver.wait_for(3)

    assert [one["number"] for one in told] == [1, None, 2]
    assert told[1]["id"] == waiting[0]["id"]
    assert all("words" not in one for one in told)


@pytest.mark.parametrize("status", [400, 409, 413, 422, 500])
def test_alarm_that_is_always_refused_keeps_no_other_back(
    tmp_path: Path, filled: Filled, receiver: Any, start: Callable[..., Webhook], wait_until: Until, status: int
) -> None:
    """After some tries the others go first; its number is told, and it is tried again, also after a restart."""
    receiver.refuses = {2: status}
    filled(tmp_path, 4)
    webhook = start()
    receiver.wait_for(3)

    assert numbers(receiver) == [1, 3, 4]
    wait_until(lambda: webhook.trouble() == f"1 alarms not taken: HTTP {status}; refused again and again: 2")
    wait_until(lambda: (read_sent(tmp_path), read_refused(tmp_path)) == (4, [2]))
    webhook.close()
    webhook.join(timeout=10)
    receiver.refuses = {}
    again = start()
    receiver.wait_for(4)
    wait_until(lambda: read_refused(tmp_path) == [])
    assert numbers(receiver) == [1, 3, 4, 2]
    wait_until(lambda: again.trouble() is None)


def test_slow_receiver_is_told(
    tmp_path: Path, filled: Filled, receiver: Any, start: Callable[..., Webhook], wait_until: Until, monkeypatch: Any
) -> None:
    """The age of the oldest alarm counts that is not taken, though others are taken all the time."""
    monkeypatch.setattr(module, "PATIENCE", 0.4)
    receiver.delay = 0.1
    filled(tmp_path, 10)
    webhook = start()

    wait_until(lambda: "alarms not taken: it is slow" in str(webhook.trouble()))
    wait_until(lambda: webhook.trouble() is None)


def test_new_alarm_cuts_the_pause(
    tmp_path: Path, filled: Filled, receiver: Any, start: Callable[..., Webhook], wait_until: Until, monkeypatch: Any
) -> None:
    """A new alarm does not wait for the end of a long pause between tries."""
    monkeypatch.setattr(module, "PAUSES", (0.01, 600.0))
    receiver.down = True
    filled(tmp_path, 1)
    webhook = start()
    wait_until(lambda: receiver.asked == 2)
    receiver.down = False
    filled(tmp_path, 1)
    webhook.wake()
    receiver.wait_for(2)

    assert numbers(receiver) == [1, 2]


def forged(line: dict[str, Any]) -> dict[str, Any]:
    """A line that nobody has signed, with a number far ahead."""
    return {**line, "number": 1_000_000, "id": "forged"}


def unsigned(line: dict[str, Any]) -> dict[str, Any]:
    """The same, without a signature at all."""
    return {key: value for key, value in forged(line).items() if key != "mac"}


@pytest.mark.parametrize("make", [forged, unsigned])
@pytest.mark.parametrize("restarted", [False, True])
def test_forged_line_is_not_sent_and_keeps_nothing_back(
    tmp_path: Path,
    filled: Filled,
    receiver: Any,
    start: Callable[..., Webhook],
    caplog: pytest.LogCaptureFixture,
    make: Callable[[dict], dict],
    restarted: bool,
) -> None:
    """What the record's key has not signed is logged and does not go out; later alarms do."""
    filled(tmp_path, 1)
    webhook = start()
    receiver.wait_for(1)
    [(_, line)] = lines(tmp_path)
    with (tmp_path / FILE).open("a") as file:
        file.write(json.dumps(make(line)) + "\n")
    if restarted:
        webhook.close()
        webhook.join(timeout=10)
        webhook = start()
    filled(tmp_path, 1)
    webhook.wake()
    receiver.wait_for(2)

    assert numbers(receiver) == [1, 2]
    assert "Line 1000000 of the record is not signed by its key" in caplog.text


def test_copied_line_keeps_nothing_back(
    tmp_path: Path, filled: Filled, receiver: Any, start: Callable[..., Webhook], alarm: Alarm
) -> None:
    """A line that was signed for another record with the same key may be sent, but swallows no later alarm."""
    filled(tmp_path, 1)
    other = AlarmRecord(tmp_path / "other", tmp_path / "alarms.key")
    for name in "pqrst":
        other.append(other.entry(alarm, name, "rest", None))
    copied = (tmp_path / "other" / FILE).read_bytes().splitlines()[-1]
    with (tmp_path / FILE).open("ab") as file:
        file.write(copied + b"\n")
    webhook = start()
    receiver.wait_for(2)
    filled(tmp_path, 2)
    webhook.wake()
    own = [line["id"] for _, line in lines(tmp_path)]

    assert [told["id"] for told in receiver.wait_for(4)] == own


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_this_machine_is_reached_without_a_proxy(
    tmp_path: Path,
    filled: Filled,
    receiver: Any,
    start: Callable[..., Webhook],
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    """Alarms over plain http do not leave the machine, whatever proxy the environment names."""
    monkeypatch.setenv(variable, "http://127.0.0.1:9")
    filled(tmp_path, 1)
    start()

    assert len(receiver.wait_for(1)) == 1


def test_lost_key_sends_nothing_until_it_is_back(
    tmp_path: Path, filled: Filled, receiver: Any, start: Callable[..., Webhook], wait_until: Until
) -> None:
    """While nobody can tell which lines are ours none is passed over: they are sent once the key can be read."""
    filled(tmp_path, 2)
    secret = (tmp_path / "alarms.key").read_bytes()
    (tmp_path / "alarms.key").write_bytes(b"\xff" * 64)
    webhook = start()
    wait_until(lambda: webhook.trouble() == "the record cannot be read: KeyFileError")
    (tmp_path / "alarms.key").write_bytes(secret)
    webhook.wake()

    assert [told["number"] for told in receiver.wait_for(2)] == [1, 2]
