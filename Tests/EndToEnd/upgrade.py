"""What earlier releases left (fixtures/upgrade, made by packaging/keep.py) in the hands of today's program."""
import gzip
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from behaviour import product_data, text_of
from http_server import Server, now, sign
from quarantine import withheld
from relay import PATIENCE, Relay
from runner import Case, check

KEPT = pathlib.Path(__file__).resolve().parents[2] / "fixtures/upgrade"
HIDDEN = ("cursor", "codex", "config", "local")
"""Folders that begin with a dot where they belong."""

COLLECTED = []


def test(name, limit=60):
    def register(body):
        COLLECTED.append((name, body, limit))
        return body
    return register


def cases(binary):
    for folder in sorted(path for path in KEPT.iterdir() if path.is_dir()):
        for name, body, limit in COLLECTED:
            yield Case(f"upgrade from {folder.name}: {name}", lambda b=body, f=folder: in_home(binary, f, b), limit)


def in_home(binary, kept, body):
    with tempfile.TemporaryDirectory(prefix="oktsec-upgrade-") as folder:
        body(Home(binary, kept, pathlib.Path(folder)))


class Home:
    """A home folder as the release left it."""

    def __init__(self, binary, kept, folder):
        self.binary, self.folder = binary, folder
        self.kept = json.loads((kept / "kept.json").read_text())
        self.place = folder / ".config/oktsec"
        self.config = self.place / "oktsec.yaml"
        self.database = folder / ".local/state/oktsec/oktsec.db"
        self.before = {}
        for source in sorted(path for path in kept.rglob("*") if path.is_file() and path.name != "kept.json"):
            parts = source.relative_to(kept).parts
            target = folder / f".{parts[0]}" / "/".join(parts[1:])
            check(parts[0] in HIDDEN, f"unknown kept file {source}")
            data = source.read_bytes()
            if source.suffix == ".before":
                self.before[target.with_suffix("")] = data
                continue
            if source.name.endswith(".db.gz"):
                target, data = target.with_suffix(""), gzip.decompress(data)
            else:
                data = data.replace(b"@HOME@", str(folder).encode()).replace(b"@PROGRAM@", b"/usr/bin/oktsec")
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            target.write_bytes(data)
            target.chmod(0o600)
        for path in folder.rglob("*"):
            if path.is_dir():
                path.chmod(0o700)
        # The clock went on; what is kept would run out of time.
        self.sql(f"UPDATE quarantine SET expires_at = {(int(time.time()) + 86_400) * 1_000_000} WHERE state < 2")

    def sql(self, text):
        link = sqlite3.connect(self.database)
        try:
            found = link.executescript(text) if ";" in text else link.execute(text).fetchall()
            link.commit()
            return found
        finally:
            link.close()

    def run(self, *words):
        return subprocess.run([self.binary, *words], env={"HOME": str(self.folder), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True,
                              timeout=60)

    def oktsec(self, *words):
        done = self.run(*words)
        check(done.returncode == 0, f"oktsec {' '.join(words)}: {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def relay(self):
        return Relay(self.binary, self.kept["server"], agent="notes", folder=str(self.place), environment={**os.environ, "OKTSEC_DEMO": self.binary},
                     standard_error=subprocess.DEVNULL)

    def write(self):
        """One session, so that today's program has written; ends in order."""
        with self.relay() as relay:
            relay.call(1, "list_notes")
            relay.end()
            check(relay.wait() == 0, "the session did not end in order")

    def verified(self):
        """How many records the chain holds; that of the release is still true."""
        said = self.oktsec("logs", "verify", "--checkpoint", self.kept["checkpoint"])
        found = re.search(r"the chain holds: (\d+) records", said)
        check(found, said)
        return int(found.group(1))


@test("config, rules, keys and records are read as they are, and nothing is written")
def read(home):
    before = home.database.read_bytes()
    records = [json.loads(line) for line in home.oktsec("logs", "--json", "--limit", "1000").splitlines()]
    check(len(records) == home.kept["records"], f"{len(records)} records")
    check(home.verified() == home.kept["records"], "the chain has another length")
    home.oktsec("verify")
    home.oktsec("status")
    check(home.kept["rule"] in home.oktsec("rules", "--category", "custom"), "the rule of one's own is gone")
    home.oktsec("rules", "test", str(home.place / "rules/kept.yaml"))
    listed = home.oktsec("quarantine", "list", "--json")
    check(all(home.kept[name]["id"] in listed for name in ("held_call", "held_message")), f"what was held is gone: {listed}")
    check(home.kept["held_message"]["content"] in home.oktsec("quarantine", "detail", home.kept["held_message"]["id"]), "its text cannot be read")
    check(home.database.read_bytes() == before, "looking changed the database")


@test("the chain goes on, and what was held passes once it is approved")
def goes_on(home):
    held = home.kept["held_call"]
    with home.relay() as relay:
        relay.initialize()
        check(withheld(relay.call(1, held["tool"], **held["arguments"])) == held["id"], "the same call is another item")
        home.oktsec("quarantine", "approve", held["id"], "--yes", "--reviewer", "ann")
        check(text_of(relay.call(2, held["tool"], **held["arguments"])) == "Sent to ben.", "the approved call does not pass")
        check(product_data(relay.call(3, held["tool"], **held["arguments"])), "it passed twice")
        relay.end()
        check(relay.wait() == 0, "the session did not end in order")
    check(home.verified() > home.kept["records"] + 6, "nothing was recorded")
    check(home.sql("PRAGMA quick_check") == [("ok",)], "SQLite finds it damaged")


@test("inbox, repeated messages, revoked keys and webhooks that wait: serve goes on where it was", 90)
def served(home):
    told = []

    class Sink(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_):
            pass

    sink = HTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    home.config.write_text(home.config.read_text().replace("127.0.0.1:9/", f"127.0.0.1:{sink.server_address[1]}/"))
    # A notice that was tried in vain is not due yet.
    home.sql("UPDATE outbox SET due_at = 0")
    home.sql("UPDATE outbox_delivery SET due_at = 0, lease_owner = NULL, lease_until = NULL")
    with Server(home.binary, folder=str(home.place)) as server:
        def inbox():
            at, path = now(), "/v1/inbox/ben"
            signature = sign(str(home.place / "keys/ben.key"), f"GET\n{path}\n{at}".encode())
            return [message["content"] for message in server.request("GET", path, X_Oktsec_Timestamp=at, X_Oktsec_Signature=signature).json["messages"]]
        check(inbox() == home.kept["inbox"], f"the inbox has {inbox()}")
        home.oktsec("quarantine", "approve", home.kept["held_message"]["id"], "--yes", "--reviewer", "ann")
        check(inbox() == [*home.kept["inbox"], home.kept["held_message"]["content"]], f"the approved message is not there: {inbox()}")
        revoked = next((home.place / "keys/revoked").glob(f"{home.kept['revoked']}.*.key"))
        shutil.copy(revoked, home.place / f"keys/{home.kept['revoked']}.key")
        shutil.copy(revoked.with_suffix(".pub"), home.place / f"keys/{home.kept['revoked']}.pub")
        reply = server.send("hello", sender=home.kept["revoked"])
        check(reply.json.get("policy_decision") == "identity_rejected", f"a revoked key holds again: {reply}")
        deadline = time.monotonic() + PATIENCE
        while len(told) < home.kept["notices"] and time.monotonic() < deadline:
            time.sleep(0.1)
        check(len(told) >= home.kept["notices"], f"webhooks heard of {len(told)}")
        check(server.stop() == 0, "serve did not end in order")
    sink.shutdown()
    home.verified()


@test("settings that it wrapped are unwrapped byte for byte")
def unwrapped(home):
    wrapped = {path: path.read_bytes() for path in home.before}
    check(wrapped and all(wrapped[path] != before for path, before in home.before.items()), "nothing was wrapped")
    home.oktsec("unwrap", "--all")
    for path, before in home.before.items():
        check(path.read_bytes() == before, f"{path.name} is {path.read_bytes()!r}")


# What a program of schema 2.0 would have left: everything that the step to 2.1 adds is taken out again.
WITHOUT_DELIVERY = """
DROP TRIGGER outbox_removed; DROP TRIGGER inbox_added; DROP TRIGGER inbox_removed;
DROP TABLE inbox; DROP TABLE inbox_usage; DROP TABLE message_seen; DROP TABLE outbox_delivery; DROP TABLE outbox_beat; DROP TABLE dead_letter;
DROP INDEX outbox_unspread;
ALTER TABLE outbox DROP COLUMN spread; ALTER TABLE quarantine DROP COLUMN message_id;
DELETE FROM migration WHERE version > 2000;
PRAGMA user_version = 2000;
"""


@test("a database of the minor version before is brought up to date, and the records stay as they were")
def older(home):
    if home.kept["schema"] != 2001:
        # Then this release is itself older than the program, and the other tests bring it up to date.
        return
    home.sql(WITHOUT_DELIVERY)
    before = home.sql("SELECT * FROM audit_log")
    home.verified()
    home.oktsec("status")
    check(home.sql("PRAGMA user_version") == [(2000,)], "reading changed its version")
    home.write()
    check(home.sql("PRAGMA user_version")[0][0] >= 2001, "it was not brought up to date")
    check(home.sql("SELECT * FROM audit_log")[:len(before)] == before, "records were changed")
    check(home.verified() > home.kept["records"], "the chain does not go on")
    goes_on(home)


@test("a newer major version, and another program's file, are refused with words and left as they are")
def refused(home):
    for change, remark, words in (("PRAGMA user_version = 3000", "of a newer oktsec, schema 3", "it was written by a newer version"),
                                  ("PRAGMA application_id = 7", "not a database of oktsec", "it is not an oktsec database")):
        home.sql(change)
        before = home.database.read_bytes()
        for command in (["logs"], ["logs", "verify"], ["quarantine"], ["serve", "--port", "0"]):
            done = home.run(*command)
            check(done.returncode == 1 and words in done.stderr and done.stdout == "", f"{command}: {done}")
        done = home.run("status")
        check(done.returncode == 1 and remark in done.stdout and words in done.stdout, f"status: {done.stdout}")
        check("not there yet" not in done.stdout, f"status: {done.stdout}")
        with home.relay() as relay:
            relay.initialize()
            check(text_of(relay.call(1, "list_notes")), "the relay does not work")
            relay.end()
            relay.wait()
        check(home.database.read_bytes() == before, "it was changed")


@test("a config of a newer version is refused, with its line and what this program reads")
def newer_config(home):
    home.config.write_text(home.config.read_text().replace('version: "1"', 'version: "2"'))
    for words in (["verify"], ["status"], ["logs"]):
        done = home.run(*words)
        check(done.returncode == 65 and "oktsec.yaml:2:10: version: unknown version '2'; this oktsec reads version 1" in done.stderr, f"{done}")
