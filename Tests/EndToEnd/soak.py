#!/usr/bin/env python3
"""Everything at once, for long: relays, `serve` with its API, inbox and dashboard, `oktsec mcp`, people who decide and
change the config; and in the middle the program is replaced, as a package does it.

    soak.py [--binary PATH] [--upgrade-binary PATH] [--minutes N] [--proxies N] [--rate N] [--output FILE] [--seed N]

Without --upgrade-binary the program is replaced by another copy of itself. At the end every record that an answer
promised must be there, every message must have exactly one record, all accepted messages must have been fetched, the
chain must hold, no session may have failed, and memory and descriptors must be flat (soak_watch.py says what that is and
which processes are judged). Exit status 1 when one of these is not so.
"""
import argparse
import collections
import http.server
import json
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from behaviour import demo
from http_server import Server
from runner import Case, check
from soak_ledger import Gate, Ledger
from soak_load import FLAGGED, Asker, Client, Owner, Recipient, Reviewer, Sender, Visitor, Watcher
from soak_watch import Watch, table

HERE = os.path.dirname(os.path.abspath(__file__))
FAULTS = ([], ["--test-tools"], ["--misbehave", "poisoned-description"], ["--misbehave", "rug-pull"], [], ["--misbehave", "noise-at-start"],
          ["--misbehave", "poisoned-instructions"], ["--exit-delay", "200"])
"""How the servers behind the relays behave, in turn."""
INEXACT = "noise-at-start"
"""What such a server writes besides the protocol has records too, and does not reach the client."""
SIMPLE_ID = "SOAK-001"


def cases(binary):
    yield Case("soak: a short run of everything at once, with the program replaced in the middle", lambda: short(binary), 300)


def short(binary):
    problems, told = soak(binary, None, seconds=20, proxies=3, rate=15, interval=1)
    check(not problems, "\n    ".join([*problems, str(told["counts"])]))


class Sink:
    """Takes webhooks."""

    def __init__(self):
        self.counts = collections.Counter()
        sink = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                sink.counts[self.headers.get("X-Oktsec-Event")] += 1
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Door(Server):
    """`oktsec serve`, which can be replaced. `generation` counts the processes."""

    def __init__(self, run):
        self.soak, self.generation, self.changed = run, 0, 0.0
        super().__init__(run.program, folder=run.folder)

    def start(self):
        super().start()
        text = self.output.line().decode() + self.output.line().decode()
        self.code = re.search(r"access code: (\d+)", text).group(1)
        self.arguments = ["--port", str(self.port)]
        self.soak.watch.add("serve", self.process.pid, True)
        self.generation += 1

    def is_changing(self):
        return time.monotonic() - self.changed < 20

    def replace(self):
        self.changed = time.monotonic()
        self.soak.watch.remove(self.process.pid)
        status = self.stop()
        self.process.stdout.close()
        check(status == 0, f"serve ended with {status}: {self.diagnostics()[-300:]}")
        self.start()
        self.changed = time.monotonic()


class Soak:
    """One run: the folder, the processes, the threads that use them."""

    def __init__(self, binary, seed):
        self.seed = random.getrandbits(32) if seed is None else seed
        self.folder = tempfile.mkdtemp(prefix="oktsec-soak-")
        os.chmod(self.folder, 0o700)
        self.database = os.path.join(self.folder, "audit.db")
        self.config, self.rules = os.path.join(self.folder, "oktsec.yaml"), os.path.join(self.folder, "rules/soak.yaml")
        os.mkdir(os.path.join(self.folder, "rules"))
        os.mkdir(os.path.join(self.folder, "bin"))
        self.program = os.path.join(self.folder, "bin/oktsec")
        self.ledger, self.gate, self.stopping = Ledger(), Gate(), threading.Event()
        self.watch, self.sink = Watch(self.database), Sink()
        self.upgrades = 0
        self.install(binary)
        self.write_rules(0)
        self.configure(0)
        for agent in ("ana", "ben"):
            self.command("keygen", "--agent", agent, "--out", os.path.join(self.folder, "keys"))

    def install(self, binary):
        # The program that serves first: an old one refuses to be started by a new one, and says so.
        for name in ("oktsec-serve", "oktsec"):
            place = os.path.join(os.path.dirname(self.program), name)
            shutil.copy2(os.path.join(os.path.dirname(binary), name), place + ".new")
            os.replace(place + ".new", place)

    def command(self, *words):
        done = subprocess.run([self.program, *words, "--config", self.config], capture_output=True, text=True, timeout=120)
        check(done.returncode == 0, f"oktsec {' '.join(words[:2])}: status {done.returncode}: {(done.stdout + done.stderr)[-400:]}")
        return done.stdout

    def replace_file(self, path, text):
        with open(path + ".new", "w") as file:
            file.write(text)
        os.chmod(path + ".new", 0o600)
        os.replace(path + ".new", path)

    def configure(self, turn):
        variants = ("mode: enforce\n", f"mode: enforce\nrules:\n  - {{id: {SIMPLE_ID}, action: quarantine, agents: [relay-2]}}\n", "mode: observe\n",
                    "mode: enforce\nquarantine: {expiry_hours: 12}\n", "mode: enforce\nblocked_reply: error\n")
        agents = ("{}", "{allowed_tools: [echo, list_notes, read_note, run_report, frames, poisoned-result, send_message]}", "{rate: {per_minute: 2000}}")
        self.replace_file(self.config, f"""version: "1"
db_path: {self.database}
identity: {{keys_dir: keys, require_signature: true}}
custom_rules_dir: rules
server: {{log_level: warn}}
webhooks:
  - {{name: sink, url: 'http://127.0.0.1:{self.sink.port}/hook', allow_private: true,
     events: [message_blocked, message_quarantined, quarantine_approved, quarantine_rejected]}}
agents:
  ana: {{}}
  ben: {{}}
  relay-1: {agents[turn % len(agents)]}
{variants[turn % len(variants)]}""")

    def write_rules(self, turn):
        self.replace_file(self.rules, f"""id: {SIMPLE_ID}
name: A project that is not public
severity: medium
category: custom
description: A name that is worth a note. Version {turn} of this file.
roles: [tool_arguments, tool_result, message]
proof: pattern
patterns:
  - {{type: regex, value: '(?i)\\bproject\\s{{1,3}}bluebird\\b'}}
remediation: Use the public name.
matches:
  - {{role: message, text: '{FLAGGED}'}}
  - {{role: tool_arguments, text: 'PROJECT BLUEBIRD'}}
  - {{role: tool_result, text: 'see project  bluebird, page {turn}'}}
passes:
  - {{role: message, text: 'A bluebird sat on the fence.'}}
  - {{role: message, text: 'project: birds'}}
  - {{role: tool_result, text: 'project blueberry {turn}'}}
""")

    def run(self, seconds, proxies, rate, upgrade, interval):
        """The whole time, with the replacement in the middle."""
        self.door = Door(self)
        visitor = Visitor(self, 2)
        short = max(3.0, min(60.0, seconds / 12))
        loads = [Client(number, self, rate, demo(self.program, *FAULTS[number % len(FAULTS)]), None if number % 2 == 0 else short,
                        is_exact=INEXACT not in FAULTS[number % len(FAULTS)]) for number in range(proxies)]
        loads += [Sender(self, 5), Recipient(self, 1), visitor, Watcher(self, visitor), Asker(self, 3), Reviewer(self, 2),
                  Owner(self, min(0.5, 20 / seconds if seconds < 600 else 1 / 30))]
        began = time.monotonic()
        for load in loads:
            load.start()
        schema = self.schema()
        while (passed := time.monotonic() - began) < seconds:
            if not self.upgrades and passed >= seconds / 2:
                self.upgrades = 1
                self.attempt(lambda: self.upgrade(upgrade))
                schema = (schema, self.schema())
            time.sleep(max(0.0, min(interval, seconds - (time.monotonic() - began))))
            self.watch.sample(self.gate, self.upgrades)
        self.stopping.set()
        for load in loads:
            load.join(120)
            if load.is_alive():
                self.ledger.fail(f"{load.name} did not come to its end")
        # What was sent or approved while the recipient ended.
        self.attempt(Recipient(self, 1).finish)
        return schema

    def attempt(self, body):
        try:
            body()
        except Exception as error:  # noqa: BLE001
            self.ledger.fail(repr(error))

    def upgrade(self, binary):
        """As a package does it: the file is replaced, then the service is started again. Relays that run go on."""
        self.install(binary)
        self.door.replace()
        self.command("status")

    def schema(self):
        deadline = time.monotonic() + 10
        while not os.path.exists(self.database) and time.monotonic() < deadline:
            time.sleep(0.05)
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10) as link:
            return link.execute("PRAGMA user_version").fetchone()[0]

    # Afterwards

    def outbox(self):
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10) as link:
            return tuple(link.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("outbox", "dead_letter"))

    def close(self):
        """Webhooks are told to the end, then `serve` ends."""
        # What a process that ended had taken is given out again after two minutes.
        deadline = time.monotonic() + 180
        while self.outbox()[0] and time.monotonic() < deadline:
            time.sleep(0.2)
        waiting, dead = self.outbox()
        if waiting or dead:
            self.ledger.fail(f"webhooks: {waiting} wait, {dead} were given up")
        status = self.door.stop()
        if status != 0:
            self.ledger.fail(f"serve ended with {status}")

    def compare(self):
        """What was answered, beside the records. Yields what is wrong."""
        ledger = self.ledger
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10) as link:
            rows = dict(link.execute("SELECT id, action FROM audit_log"))
            items = {row[0] for row in link.execute("SELECT id FROM quarantine_queue")}
            pairs = collections.Counter({(one, other): count for one, other, count in link.execute(
                "SELECT from_agent, to_agent, count(*) FROM audit_log WHERE action IN ('forwarded', 'filtered', 'stopped') GROUP BY 1, 2")})
            gaps = link.execute("SELECT from_agent, to_agent, reason FROM audit_chain WHERE action = 'gap'").fetchall()
            whole = link.execute("PRAGMA quick_check").fetchall()
        yield from ledger.failures
        missing = [event for event in ledger.promised if rows.get(event) != "stopped"]
        if missing:
            yield f"{len(missing)} of {len(ledger.promised)} promised records are missing: {missing[:3]}"
        lost = [item for item in ledger.held if item not in items]
        if lost:
            yield f"{len(lost)} of {len(ledger.held)} held items are missing: {lost[:3]}"
        for pair, expected in sorted(ledger.expected.items()):
            if pairs[pair] != expected:
                yield f"{pair[0]} → {pair[1]}: {expected} messages, {pairs[pair]} records"
        # An answer may say that its record is not written yet; then it follows, and is counted above.
        for sender, recipient, reason in gaps:
            yield f"a gap is recorded, {sender} → {recipient}: {reason}"
        if ledger.delivered != ledger.fetched:
            yield (f"{len(ledger.delivered - ledger.fetched)} accepted messages were not fetched, "
                   f"{len(ledger.fetched - ledger.delivered)} fetched ones were not accepted")
        if ledger.counts["sessions begun"] != ledger.counts["sessions ended in order"]:
            yield f"{ledger.counts['sessions begun']} sessions were begun, {ledger.counts['sessions ended in order']} ended in order"
        for name in ("relay: small, passed", "relay: poisoned call, stopped", "relay: 64 KB, passed", "pages of the dashboard",
                     "lines of live events", "calls of oktsec's own tools", "messages fetched and acknowledged"):
            if not ledger.counts[name]:
                yield f"nothing was counted as “{name}”"
        if ledger.held and not ledger.counts["approved"]:
            yield "something was held, and nothing was approved"
        if whole != [("ok",)]:
            yield f"quick_check: {whole[:3]}"
        for words in ([self.program, "logs", "verify", "--config", self.config],
                      [sys.executable, os.path.join(HERE, "../../tools/verify_audit.py"), self.database]):
            done = subprocess.run(words, capture_output=True, text=True, timeout=1800)
            if done.returncode != 0:
                yield f"{os.path.basename(words[0])} {os.path.basename(words[1])}: {(done.stdout + done.stderr)[-400:]}"
        ledger.counts["records"] = len(rows)


def soak(binary, upgrade, seconds, proxies, rate, interval, seed=None):
    """What is wrong, and everything that was measured."""
    run = Soak(os.path.abspath(binary), seed)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    try:
        schema = run.run(seconds, proxies, rate, os.path.abspath(upgrade or binary), interval)
        run.close()
        now = resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
        wall = time.monotonic() - began
        problems = list(run.compare())
        rows = list(run.watch.rows())
        for row in rows:
            problems += row.problems()
        told = {"seconds": round(wall), "proxies": proxies, "rate": rate, "seed": run.seed, "schema": schema,
                "processor_share_of_one_core": round(processor / wall, 3), "restless_samples": run.watch.restless,
                "counts": dict(sorted(run.ledger.counts.items())), "webhooks": dict(run.sink.counts), "problems": problems,
                "rows": [{"role": row.role, "pid": row.pid, "second_quarter": row.second, "last_quarter": row.last} for row in rows],
                "samples": run.watch.samples, "table": table(rows, run.watch.samples)}
        return problems, told
    finally:
        run.stopping.set()
        if getattr(run, "door", None) and run.door.process and run.door.process.poll() is None:
            run.door.process.kill()
            run.door.process.wait()
        shutil.rmtree(run.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.path.join(HERE, "../../.build/release/oktsec"))
    parser.add_argument("--upgrade-binary")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--proxies", type=int, default=8)
    parser.add_argument("--rate", type=float, default=40, help="calls a second of each relay's client")
    parser.add_argument("--output", help="a file for everything that was measured, as JSON")
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    seconds = options.minutes * 60
    problems, told = soak(options.binary, options.upgrade_binary, seconds, options.proxies, options.rate, min(30, max(1, seconds / 24)), options.seed)
    if options.output:
        with open(options.output, "w") as file:
            json.dump(told, file, indent=1)
    for name, count in told["counts"].items():
        print(f"{name}: {count}")
    print(f"webhooks: {told['webhooks']}; schema: {told['schema']}; processor: {told['processor_share_of_one_core']} of one core; seed {told['seed']}")
    print(told["table"])
    for problem in problems:
        print(f"FAILED  {problem}")
    print("failed" if problems else "all there")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
