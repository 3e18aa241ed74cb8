#!/usr/bin/env python3
"""Relays under load, killed with SIGKILL at random moments, and what their clients were told compared with the records.

    crash.py [--binary PATH] [--kills N] [--writers N] [--seed N]

Every answer to a stopped call that does not say `recorded: false` promises a record. After the kills the database must
hold each of them, its chain must hold, and SQLite must find it whole. Exit status 1 when something is missing.
"""
import argparse
import json
import os
import random
import select
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from behaviour import POISON, demo, product_data
from quarantine import DOUBTFUL
from runner import Case, check

HERE = os.path.dirname(os.path.abspath(__file__))
IN_FLIGHT = 12
"""Calls that a client has sent and not seen answered."""


def cases(binary):
    yield Case("crash: relays killed at random under load lose no record that was promised", lambda: short(binary), 120)


def short(binary):
    told = crash(binary, kills=8, writers=4, seed=None)
    check(told["stopped"] > 20, f"too little happened: {told}")


class Client(threading.Thread):
    """Keeps one relay busy and starts it again when it was killed."""

    def __init__(self, command, number, seed):
        super().__init__(daemon=True)
        self.command, self.random = command, random.Random(f"{seed} {number}")
        self.process, self.stopping, self.failure = None, False, None
        self.ready = threading.Event()
        self.promised, self.held, self.counts = [], [], {"clean": 0, "stopped": 0, "unrecorded": 0, "starts": 0}

    def run(self):
        try:
            while not self.stopping:
                self.session()
        except Exception as error:  # noqa: BLE001
            self.failure = error

    def session(self):
        with subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              bufsize=0) as process:
            self.counts["starts"] += 1
            self.process = process
            self.ready.set()
            sent, seen, rest = 0, 0, b""
            while True:
                if self.stopping and process.stdin and seen >= sent:
                    process.stdin.close()
                    process.stdin = None
                while process.stdin and not self.stopping and sent - seen < IN_FLIGHT:
                    try:
                        os.write(process.stdin.fileno(), self.call(sent))
                    except BrokenPipeError:
                        break
                    sent += 1
                if not select.select([process.stdout], [], [], 30)[0]:
                    raise TimeoutError(f"no answer: {sent} calls sent, {seen} answered")
                data = os.read(process.stdout.fileno(), 1 << 16)
                if not data:
                    break
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    seen += self.take(json.loads(line))
            self.ready.clear()

    def call(self, number):
        kind = self.random.random()
        text = POISON if kind < 0.35 else f"{DOUBTFUL} {self.random.getrandbits(60)}" if kind < 0.5 else "good morning"
        message = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {
            "name": "echo", "arguments": {"text": text}}}
        return json.dumps(message, separators=(",", ":")).encode() + b"\n"

    def take(self, answer):
        data = product_data(answer)
        if not data:
            self.counts["clean"] += 1
        elif data.get("recorded", True):
            self.counts["stopped"] += 1
            self.promised.append(data["eventId"])
            if "quarantineId" in data:
                self.held.append(data["quarantineId"])
        else:
            self.counts["unrecorded"] += 1
        return 1


def crash(binary, kills, writers, seed):
    """Returns counts of what the clients saw."""
    seed = random.getrandbits(32) if seed is None else seed
    chance = random.Random(seed)
    folder = tempfile.mkdtemp(prefix="oktsec-crash-")
    try:
        config, database = os.path.join(folder, "oktsec.yaml"), os.path.join(folder, "audit.db")
        with open(config, "w") as file:
            file.write(f'version: "1"\nmode: enforce\ndb_path: {database}\n')
        clients = [Client([binary, "proxy", "--agent", f"server-{number}", "--config", config, "--", *demo(binary)],
                          number, seed) for number in range(writers)]
        for client in clients:
            client.start()
        killed = rounds = 0
        while killed < kills:
            rounds += 1
            time.sleep(chance.uniform(0.02, 0.5))
            # Now and then all at once: then the next to open finds a log that nobody has put away.
            victims = clients if chance.random() < 0.1 else [chance.choice(clients)]
            for client in victims:
                check(client.failure is None, f"seed {seed}: {client.failure!r}")
                check(client.ready.wait(60), f"seed {seed}: a relay was not started again")
                client.process.kill()
                killed += 1
        time.sleep(0.5)
        for client in clients:
            client.stopping = True
        for client in clients:
            client.join(60)
            check(not client.is_alive() and client.failure is None, f"seed {seed}: no clean end: {client.failure!r}")
        told = {name: sum(client.counts[name] for client in clients) for name in clients[0].counts}
        told.update(kills=killed, rounds=rounds, seed=seed)
        compare(binary, config, database, clients, told)
        return told
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def compare(binary, config, database, clients, told):
    link = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        rows = dict(link.execute("SELECT id, action FROM audit_log"))
        items = {row[0] for row in link.execute("SELECT id FROM quarantine_queue")}
        whole = link.execute("PRAGMA quick_check").fetchall()
    finally:
        link.close()
    promised = [event for client in clients for event in client.promised]
    held = [item for client in clients for item in client.held]
    missing = [event for event in promised if event not in rows]
    check(not missing, f"{len(missing)} of {len(promised)} promised records are missing, {missing[:3]}; {told}")
    check(all(rows[event] == "stopped" for event in promised), f"a promised record says something else; {told}")
    check(len(set(promised)) == len(promised), f"two answers name one record; {told}")
    lost = [item for item in held if item not in items]
    check(not lost, f"{len(lost)} of {len(held)} held items are missing; {told}")
    check(whole == [("ok",)], f"quick_check: {whole[:3]}; {told}")
    verified = subprocess.run([binary, "logs", "verify", "--config", config], capture_output=True, text=True, timeout=120)
    check(verified.returncode == 0, f"logs verify: {verified.stdout}{verified.stderr}; {told}")
    other = subprocess.run([sys.executable, os.path.join(HERE, "../../tools/verify_audit.py"), database],
                           capture_output=True, text=True, timeout=300)
    check(other.returncode == 0, f"verify_audit.py: {other.stdout}{other.stderr}; {told}")
    told.update(records=len(rows), held=len(held))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.path.join(HERE, "../../.build/release/oktsec"))
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    began = time.monotonic()
    try:
        told = crash(os.path.abspath(options.binary), options.kills, options.writers, options.seed)
    except AssertionError as failure:
        print(f"FAILED  {failure}")
        return 1
    print(", ".join(f"{name} {count}" for name, count in told.items()) + f"; {time.monotonic() - began:.0f} s; all there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
