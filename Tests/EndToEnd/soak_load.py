"""The load of the soak: threads that use one door each, for as long as the run lasts."""
import functools
import http.client
import json
import os
import random
import subprocess
import threading
import time
import urllib.parse

from behaviour import POISON, demo, product_data, text_of
from dashboard import hidden
from http_server import now, sign
from quarantine import DOUBTFUL
from relay import Relay, Stream
from runner import check
from soak_ledger import Pace

FLAGGED = "The plan for project bluebird is on the second shelf."
"""Found by a rule of the soak's own, of medium severity."""
WORDS = ("harbour", "lamp", "seven", "blue", "the", "a", "of", "window", "garden", "slowly", "report", "tea", "and", "north", "paper")


def prose(size, seed):
    """Harmless words, about that many bytes."""
    chance, words, length = random.Random(seed), [], 0
    while length < size:
        words.append(chance.choice(WORDS))
        length += len(words[-1]) + 1
    return " ".join(words)


@functools.cache
def texts(kind):
    return [prose(64 << 10, number) for number in range(4)] if kind == "64 KB" else [prose(1 << 20, number) for number in range(2)]


class Load(threading.Thread):
    """Does `step` at a bounded rate until it is told to stop. What goes wrong is a failure of the run, and it goes on."""

    def __init__(self, name, run, rate):
        super().__init__(name=name, daemon=True)
        # Not `run`: that is the thread's own.
        self.soak, self.pace = run, Pace(rate)
        self.ledger, self.random = run.ledger, random.Random(f"{run.seed} {name}")

    def run(self):
        while not self.soak.stopping.wait(self.pace.seconds()):
            self.attempt(self.step)
        self.attempt(self.finish)

    def attempt(self, body):
        try:
            with self.soak.gate.operation():
                body()
        except Exception as error:  # noqa: BLE001
            self.ledger.fail(f"{self.name}: {error!r}")
            self.soak.stopping.wait(0.5)

    def step(self):
        raise NotImplementedError

    def finish(self):
        pass


# Relays

KINDS = (("small", 60), ("notebook", 9), ("list", 5), ("64 KB", 3), ("1 MB", 0.2), ("flagged", 4), ("poisoned call", 3), ("poisoned result", 3),
         ("doubtful", 0.5), ("batch", 3), ("notifications", 2))


class Client(Load):
    """Plays a client of one relay. Sessions last `lifetime` seconds; None: as long as the run."""

    def __init__(self, number, run, rate, server, lifetime, is_exact=True):
        super().__init__(f"relay-{number}", run, rate)
        self.server, self.lifetime, self.is_exact = server, lifetime, is_exact
        self.relay, self.ends, self.number = None, 0, 0
        self.retries = []

    def step(self):
        if self.relay is None:
            self.begin()
        kind = self.random.choices([kind for kind, _ in KINDS], [share for _, share in KINDS])[0]
        if self.retries and self.random.random() < 0.2:
            kind = "again"
        try:
            self.converse(kind)
        except BaseException:
            self.abandon()
            raise
        if self.lifetime and time.monotonic() > self.ends:
            self.end()

    def finish(self):
        if self.relay is not None:
            self.end()

    def begin(self):
        self.relay = Relay(self.soak.program, self.server, agent=self.name, folder=self.soak.folder)
        self.sent = self.received = self.ours = 0
        self.ends = time.monotonic() + (self.lifetime or 0) * self.random.uniform(0.6, 1.4)
        self.soak.watch.add(self.name, self.relay.process.pid, self.lifetime is None)
        # The revision that has batches.
        answer = self.exchange("initialize", {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "soak", "version": "1"}})
        check("result" in answer, f"initialize: {str(answer)[:200]}")
        self.write({"jsonrpc": "2.0", "method": "notifications/initialized"})
        self.ledger.count("sessions begun")

    def end(self):
        """The session must end as sessions do."""
        relay, self.relay = self.relay, None
        relay.end()
        rest = relay.output.rest()
        check(relay.wait() == 0, f"a session ended with {relay.process.returncode}")
        relay.process.stdout.close()
        self.received += rest.count(b"\n")
        self.soak.watch.remove(relay.process.pid)
        self.ledger.count("sessions ended in order")
        self.settle()

    def abandon(self):
        relay, self.relay = self.relay, None
        if relay:
            relay.process.kill()
            relay.process.wait()
            relay.process.stdout.close()
            self.soak.watch.remove(relay.process.pid)
        self.ledger.count("sessions that failed")

    def settle(self):
        """Every message has one record; what the relay answers itself stands in that of the request."""
        self.ledger.count("messages through relays", self.sent + self.received)
        if self.is_exact:
            self.ledger.expect(("client", self.name), self.sent)
            self.ledger.expect((self.name, "client"), self.received - self.ours)

    # Messages

    def write(self, message):
        self.relay.send(message)
        self.sent += len(message) if isinstance(message, list) else 1

    def exchange(self, method, params):
        self.number += 1
        self.write({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        return self.answers([self.number])[0]

    def answers(self, numbers):
        """Those with these ids, alone or in arrays. Everything else on the way is counted and answers nothing."""
        found = {}
        while len(found) < len(numbers):
            line = self.relay.output.line(60)
            check(line, f"the relay ended: {self.relay.errors()[-300:]}")
            messages = json.loads(line)
            for message in messages if isinstance(messages, list) else [messages]:
                self.received += 1
                if message.get("id") in numbers and "method" not in message:
                    check(message["id"] not in found, "answered twice")
                    found[message["id"]] = message
        return [found[number] for number in numbers]

    def converse(self, kind):
        self.ledger.count(f"relay: {kind}")
        if kind == "list":
            return self.judge(kind, self.exchange("tools/list", {}), None)
        if kind == "notebook":
            tool, arguments = self.random.choice((("list_notes", {}), ("read_note", {"name": "shopping"}), ("run_report", {"report": "sales"})))
            return self.judge(kind, self.exchange("tools/call", {"name": tool, "arguments": arguments}), None)
        if kind == "notifications":
            return self.judge(kind, self.exchange("tools/call", {"name": "frames", "arguments": {"n": 10, "bytes": 200}}), "sent 10")
        if kind == "poisoned result":
            return self.judge(kind, self.exchange("tools/call", {"name": "poisoned-result", "arguments": {}}), None)
        if kind == "batch":
            return self.batch()
        if kind in ("doubtful", "again"):
            text = self.retries.pop() if kind == "again" else f"{DOUBTFUL} {self.random.getrandbits(60)}"
            answer = self.exchange("tools/call", {"name": "send_message", "arguments": {"to": "ben", "text": text}})
            return self.judge(kind, answer, "Sent to ben.", lambda passes: self.retries.append(text) if passes else None)
        text = {"small": f"good morning {self.random.getrandbits(40)}", "flagged": FLAGGED, "poisoned call": POISON}.get(
            kind) or self.random.choice(texts(kind))
        self.judge(kind, self.exchange("tools/call", {"name": "echo", "arguments": {"text": text}}), text)

    def batch(self):
        numbers = [self.number + place for place in (1, 2, 3)]
        self.number += 3
        calls = [{"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {"name": "echo", "arguments": {"text": f"part {number}"}}}
                 for number in numbers]
        self.write(calls)
        for number, answer in zip(numbers, self.answers(numbers)):
            self.judge("batch", answer, f"part {number}")

    def judge(self, kind, answer, text, again=None):
        """Stopped, or what the server says."""
        data = product_data(answer)
        if data.get("action", "filtered") == "filtered":
            check("result" in answer, f"{kind}: {str(answer)[:300]}")
            check(text is None or text_of(answer) == text, f"{kind}: another text arrived: {str(answer)[:300]}")
            self.ledger.count(f"relay: {kind}, passed")
            return
        self.ours += data.get("direction") == "request"
        self.ledger.stopped(data, again)
        self.ledger.count(f"relay: {kind}, stopped")


# HTTP


class Line:
    """A connection that is kept, and made again while `serve` is replaced."""

    def __init__(self, run):
        self.soak, self.connection, self.generation = run, None, 0

    def request(self, method, path, body=None, headers=None, patience=60):
        deadline, tries = time.monotonic() + patience, 0
        while True:
            tries += 1
            try:
                if self.connection is None or self.generation != self.soak.door.generation:
                    self.close()
                    self.generation = self.soak.door.generation
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.soak.door.port, timeout=60)
                self.connection.request(method, path, body, headers or {})
                answer = self.connection.getresponse()
                return answer.status, answer.headers, answer.read()
            except (OSError, http.client.HTTPException):
                self.close()
                # Once because a kept connection may have been put away; more often only while it is replaced.
                if time.monotonic() > deadline or (tries > 2 and not self.soak.door.is_changing()):
                    raise
                time.sleep(0.1)

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Sender(Load):
    """Signed messages from ana to ben, of all outcomes. Each is repeated under its id until it is answered."""

    def __init__(self, run, rate):
        super().__init__("sender", run, rate)
        self.line, self.number = Line(run), 0
        self.key = os.path.join(run.folder, "keys", "ana.key")

    def step(self):
        self.number += 1
        kind = self.random.choices(("small", "64 KB", "1 MB", "flagged", "blocked", "doubtful"), (80, 3, 0.5, 5, 6, 2))[0]
        text = {"small": "the report is ready", "flagged": FLAGGED, "blocked": POISON, "doubtful": DOUBTFUL}.get(kind) or self.random.choice(texts(kind))
        identifier, timestamp = f"m-{self.number}", now()
        text = f"{text} {self.number}"
        document = {"from": "ana", "to": "ben", "content": text, "timestamp": timestamp, "message_id": identifier,
                    "signature": sign(self.key, f"ana\nben\n{text}\n{timestamp}".encode())}
        body = json.dumps(document).encode()
        while True:
            status, _, answer = self.line.request("POST", "/v1/message", body, {"Content-Type": "application/json"})
            if status != 503:
                break
            # The record could not be written in time; nothing may be assumed.
            self.ledger.count("message: 503, sent again")
            time.sleep(1)
        body = answer
        self.ledger.count(f"message: {kind}, {status}")
        check(status in (200, 202, 403), f"{kind}: {status} {body[:200]}")
        check(status == 200 or kind in ("blocked", "doubtful"), f"{kind}: {status} {body[:200]}")
        self.ledger.expect(("ana", "ben"))
        if status == 200:
            with self.ledger.lock:
                self.ledger.delivered.add(identifier)
        elif status == 202:
            with self.ledger.lock:
                self.ledger.held[json.loads(body)["quarantine_id"]] = lambda passes: self.decided(identifier, passes)

    def decided(self, identifier, passes):
        """What a person lets pass is delivered then, which is a record of its own."""
        if passes:
            self.ledger.expect(("ana", "ben"))
            with self.ledger.lock:
                self.ledger.delivered.add(identifier)

    def finish(self):
        self.line.close()


class Recipient(Load):
    """Ben: fetches and acknowledges."""

    def __init__(self, run, rate):
        super().__init__("recipient", run, rate)
        self.line, self.key = Line(run), os.path.join(run.folder, "keys", "ben.key")

    def call(self, method, path):
        timestamp = now()
        signature = sign(self.key, f"{method}\n{path}\n{timestamp}".encode())
        return self.line.request(method, path, headers={"X-Oktsec-Timestamp": timestamp, "X-Oktsec-Signature": signature})

    def step(self):
        status, _, body = self.call("GET", "/v1/inbox/ben")
        check(status == 200, f"inbox: {status} {body[:200]}")
        found = json.loads(body)["messages"]
        for message in found:
            status, _, body = self.call("DELETE", f"/v1/inbox/ben/{message['id']}")
            # 404: the answer to the first attempt was lost while `serve` was replaced.
            check(status in (204, 404), f"acknowledging: {status} {body[:200]}")
            with self.ledger.lock:
                self.ledger.fetched.add(message["message_id"])
            self.ledger.count("messages fetched and acknowledged")
        return len(found)

    def finish(self):
        while self.step():
            pass
        self.line.close()


class Visitor(Load):
    """Reads the pages of the dashboard in turn."""

    PAGES = ("", "/events", "/events?tab=quarantine", "/events?tab=blocked", "/events?q=relay", "/rules", "/rules?category=credential-leak",
             "/agents", "/agents/relay-1", "/settings")

    def __init__(self, run, rate):
        super().__init__("visitor", run, rate)
        self.line, self.place, self.login, self.cookie = Line(run), 0, None, None

    def step(self):
        if self.login != self.soak.door.generation:
            self.log_in()
        page = "/dashboard" + self.PAGES[self.place % len(self.PAGES)]
        self.place += 1
        status, _, body = self.line.request("GET", page, headers={"Cookie": self.cookie})
        if self.login != self.soak.door.generation or (status == 303 and self.soak.door.is_changing()):
            # Answered by the next process, which does not know the cookie.
            self.login = None
            return
        check(status == 200 and b"<h1" in body, f"{page}: {status}")
        self.ledger.count("pages of the dashboard")

    def log_in(self):
        generation = self.soak.door.generation
        _, _, page = self.line.request("GET", "/dashboard/login")
        form = urllib.parse.urlencode({"csrf": hidden(page.decode()), "code": self.soak.door.code})
        status, headers, _ = self.line.request("POST", "/dashboard/login", form, {"Content-Type": "application/x-www-form-urlencoded"})
        check(status == 303, f"the code does not log in: {status}")
        self.cookie, self.login = headers["Set-Cookie"].split(";")[0], generation

    def finish(self):
        self.line.close()


class Watcher(threading.Thread):
    """Reads the live events of the dashboard, without a pause."""

    def __init__(self, run, visitor):
        super().__init__(name="watcher", daemon=True)
        self.soak, self.visitor = run, visitor

    def run(self):
        while not self.soak.stopping.is_set():
            generation = self.soak.door.generation
            if self.visitor.login != generation:
                time.sleep(0.1)
                continue
            connection = http.client.HTTPConnection("127.0.0.1", self.soak.door.port, timeout=60)
            try:
                connection.request("GET", "/dashboard/api/events", headers={"Cookie": self.visitor.cookie, "Accept": "text/event-stream"})
                answer = connection.getresponse()
                check(answer.status == 200, f"live events: {answer.status}")
                while line := answer.readline():
                    if line.startswith(b"data:"):
                        self.soak.ledger.count("lines of live events")
                    if self.soak.stopping.is_set():
                        return
            except Exception as error:  # noqa: BLE001
                if not self.soak.door.is_changing() and not self.soak.stopping.is_set():
                    self.soak.ledger.fail(f"watcher: {error!r}")
            finally:
                connection.close()
            time.sleep(0.2)


class Asker(Load):
    """Uses the tools of `oktsec mcp` and of POST /mcp by turns."""

    def __init__(self, run, rate):
        super().__init__("mcp", run, rate)
        self.line, self.number, self.process = Line(run), 0, None

    def step(self):
        if self.process is None:
            self.begin()
        self.number += 1
        name, arguments = self.random.choice((
            ("scan_message", {"content": self.random.choice((POISON, "good morning", texts("64 KB")[0]))}), ("audit_query", {"limit": 20}),
            ("list_agents", {}), ("get_policy", {"agent": "ana"}), ("review_quarantine", {"action": "list"})))
        message = {"jsonrpc": "2.0", "id": self.number, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        data = json.dumps(message).encode()
        if self.number % 2:
            self.process.stdin.write(data + b"\n")
            answer = json.loads(self.output.line())
        else:
            status, _, body = self.line.request("POST", "/mcp", data, {
                "Content-Type": "application/json", "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"})
            check(status == 200, f"POST /mcp: {status} {body[:200]}")
            answer = json.loads(body)
        check(answer.get("id") == self.number and not answer.get("result", {"isError": True}).get("isError"), f"{name}: {str(answer)[:300]}")
        self.ledger.count("calls of oktsec's own tools")

    def begin(self):
        self.process = subprocess.Popen([self.soak.program, "mcp", "--config", self.soak.config], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, bufsize=0)
        self.output = Stream("the asker", self.process.stdout.fileno())
        hello = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "soak", "version": "1"}}}
        self.process.stdin.write(json.dumps(hello).encode() + b'\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
        check("result" in json.loads(self.output.line()), "initialize")
        self.soak.watch.add("mcp", self.process.pid, True)

    def finish(self):
        self.line.close()
        if self.process:
            self.process.stdin.close()
            check(self.process.wait(30) == 0, f"oktsec mcp ended with {self.process.returncode}")
            self.process.stdout.close()
            self.soak.watch.remove(self.process.pid)


# People


class Reviewer(Load):
    """Decides about what waits, in a terminal."""

    def __init__(self, run, rate):
        super().__init__("reviewer", run, rate)

    def step(self):
        taken = self.ledger.take_held()
        if not taken:
            return
        item, again = taken
        # The first one passes, so that a short run has seen it.
        passes = not self.ledger.counts["approved"] or self.random.random() < 0.7
        self.soak.command("quarantine", "approve" if passes else "reject", item, "--yes", "--reviewer", "ann", "--reason", "soak")
        again(passes)
        self.ledger.count("approved" if passes else "rejected")


class Owner(Load):
    """Changes the config and the rules of one's own, and looks at what the program says."""

    def __init__(self, run, rate):
        super().__init__("owner", run, rate)
        self.turn = 0

    def step(self):
        self.turn += 1
        self.soak.configure(self.turn)
        self.soak.write_rules(self.turn)
        self.ledger.count("configs changed")
        for words in (["verify"], ["rules", "test", self.soak.rules], ["status"], ["logs", "--limit", "20"], ["quarantine"]):
            self.soak.command(*words)
        self.ledger.count("commands", 5)

    def finish(self):
        self.soak.configure(0)
