"""What the soak promises itself: a record of all that was sent and answered, and a gate that holds the load still."""
import collections
import contextlib
import threading
import time


class Ledger:
    """What was answered, to be compared with the records. Every part may be used from every thread."""

    def __init__(self):
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.failures = []
        self.promised = set()
        """Records of stopped messages that an answer named."""
        self.held = {}
        """Items that wait: where to try again once a person has decided, by their id."""
        self.expected = collections.Counter()
        """Records that there must be, by (from, to), of those pairs that are counted exactly."""
        self.delivered = set()
        """Message ids that were accepted for an inbox."""
        self.fetched = set()

    def count(self, name, number=1):
        with self.lock:
            self.counts[name] += number

    def expect(self, pair, number=1):
        with self.lock:
            self.expected[pair] += number

    def fail(self, text):
        with self.lock:
            self.counts["failures"] += 1
            if len(self.failures) < 50:
                self.failures.append(f"{time.strftime('%H:%M:%S')} {text}")

    def stopped(self, data, again=None):
        """What a relay says about a message that it stopped. `again` is called with True or False once its item is decided."""
        with self.lock:
            if not data.get("recorded", True):
                self.counts["answers without a record"] += 1
                return
            self.counts["answers that promise a record"] += 1
            if data["eventId"] in self.promised:
                self.failures.append(f"two answers name the record {data['eventId']}")
                self.counts["failures"] += 1
            self.promised.add(data["eventId"])
            if "quarantineId" in data:
                self.held.setdefault(data["quarantineId"], again)

    def take_held(self):
        """An item that nobody has decided about, or nothing."""
        with self.lock:
            for item, again in self.held.items():
                if again is not None:
                    self.held[item] = None
                    return item, again
        return None


class Gate:
    """Lets operations through, and can be closed until none is under way."""

    def __init__(self):
        self.condition = threading.Condition()
        self.is_open, self.inside = True, 0

    @contextlib.contextmanager
    def operation(self):
        with self.condition:
            self.condition.wait_for(lambda: self.is_open)
            self.inside += 1
        try:
            yield
        finally:
            with self.condition:
                self.inside -= 1
                self.condition.notify_all()

    @contextlib.contextmanager
    def stillness(self, patience):
        """Closed. Gives whether all operations came to their end in time."""
        with self.condition:
            self.is_open = False
            is_still = self.condition.wait_for(lambda: self.inside == 0, patience)
        try:
            yield is_still
        finally:
            with self.condition:
                self.is_open = True
                self.condition.notify_all()


class Pace:
    """At most so many operations a second, spread evenly; lost time is not made up for."""

    def __init__(self, per_second):
        self.interval, self.due = 1 / per_second, time.monotonic()

    def seconds(self):
        """How long to wait before the next."""
        now = time.monotonic()
        self.due = max(self.due + self.interval, now)
        return self.due - now
