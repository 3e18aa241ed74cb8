"""Full disks, locked databases, races and hostile surroundings: what is promised then, with the built program.

A full disk is a limit on the size of files (RLIMIT_FSIZE, with its signal ignored): the system refuses the write as it
does on a full disk, with EFBIG for ENOSPC.
"""
import json
import os
import resource
import signal
import sqlite3
import subprocess
import tempfile
import time

from behaviour import BOTH, POISON, demo, product_data, text_of
from configured import is_refused, rewrite
from relay import Relay
from runner import Case, Skipped, check

COLLECTED = []


def test(name, limit=60, modes=(None,)):
    def register(body):
        COLLECTED.append((name, body, limit, modes))
        return body
    return register


def cases(binary):
    for name, body, limit, modes in COLLECTED:
        for mode in modes:
            if mode is None:
                yield Case(f"adversity: {name}", lambda b=body: b(binary), limit)
            else:
                yield Case(f"adversity: {name} [{mode}]", lambda b=body, m=mode: b(binary, m), limit)


# A disk that is full


def ignore_limit():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def no_room():
    ignore_limit()
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def limit_files(pid, size):
    if not hasattr(resource, "prlimit"):
        raise Skipped("needs prlimit")
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def wait_for_records(relay):
    deadline = time.monotonic() + 20
    while True:
        try:
            if relay.rows():
                return
        except sqlite3.OperationalError:  # It is just being made.
            pass
        check(time.monotonic() < deadline, "nothing is recorded")
        time.sleep(0.02)


def outage(binary, mode, begin, end):
    """Two kinds of calls during an outage of the database, and the records after it."""
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        relay = Relay(binary, demo(binary), mode=mode)
    finally:
        signal.signal(signal.SIGXFSZ, before)
    with relay:
        relay.initialize()
        check(text_of(relay.call(1, "echo", text="before")) == "before", "it does not work at all")
        wait_for_records(relay)
        state = begin(relay)
        began = time.monotonic()
        for number in range(10, 40):
            check(text_of(relay.call(number, "echo", text="during")) == "during", "harmless calls do not pass")
        answer = relay.call(50, "echo", text=POISON)
        took = time.monotonic() - began
        check(is_refused(answer) is (mode == "enforce"), f"{answer}")
        if mode == "enforce":
            check(product_data(answer).get("recorded") is False, f"a record was promised: {answer}")
        # Bounded by 250 ms for the one stopped answer; the rest is room for a slow machine.
        check(took < 15, f"the calls waited for the disk: {took:.1f} s")
        deadline = time.monotonic() + 20
        while "the audit trail cannot be written" not in relay.errors():
            check(time.monotonic() < deadline, "nothing is said")
            time.sleep(0.05)
        end(relay, state)
        check(text_of(relay.call(60, "echo", text="after")) == "after", "it does not go on")
        relay.end()
        relay.wait()
        rows = relay.rows()
    calls = [row for row in rows if row["direction"] == "request" and row["method"] == "tools/call"]
    check(len(calls) == 33, f"{len(calls)} of 33 calls are recorded")
    check(sum(row["verdict"] == "block" for row in calls) == 1, "the attack is not recorded")
    check(not [row for row in rows if row["action"] == "gap"], "records were lost though there was room in the queue")


@test("a full disk: calls go on, nothing is promised, and all is written when there is room", 90, BOTH)
def full_disk(binary, mode):
    def fill(relay):
        limit_files(relay.process.pid, 4096)

    def free(relay, _):
        limit_files(relay.process.pid, resource.RLIM_INFINITY)

    outage(binary, mode, fill, free)


@test("a locked database: calls go on, nothing is promised, and all is written when it is free", 90, BOTH)
def locked_database(binary, mode):
    def lock(relay):
        link = sqlite3.connect(relay.database, isolation_level=None, timeout=10)
        link.execute("BEGIN IMMEDIATE")
        return link

    def free(_, link):
        link.execute("ROLLBACK")
        link.close()

    outage(binary, mode, lock, free)


def files(folder):
    """What stands under a folder, with its bytes; the databases apart, which their readers touch."""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            if "audit.db" not in name and name != "stderr":
                with open(os.path.join(path, name), "rb") as file:
                    found[os.path.relpath(os.path.join(path, name), folder)] = file.read()
    return found


def command(binary, *words, full=False, **options):
    return subprocess.run([binary, *words], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL,
                          preexec_fn=no_room if full else None, **options)


def is_clear(done):
    lines = done.stderr.strip().split("\n")
    return done.returncode == 1 and lines[0].startswith("oktsec: error: ") and len(lines) <= 2


@test("a full disk: keygen, rotate, revoke, enforce and allow say so and change nothing")
def full_disk_commands(binary):
    with tempfile.TemporaryDirectory() as folder:
        config, keys = os.path.join(folder, "oktsec.yaml"), os.path.join(folder, "keys")
        with open(config, "w") as file:
            file.write(f'version: "1"\nmode: enforce  # as agreed\ndb_path: {folder}/audit.db\nidentity: {{keys_dir: {keys}}}\n')
        made = command(binary, "keygen", "--agent", "files", "--out", keys)
        check(made.returncode == 0, made.stderr)
        with Relay(binary, demo(binary), folder=folder) as relay:
            check(is_refused(relay.call(1, "echo", text=POISON)), "nothing was stopped")
            relay.end()
            relay.wait()
            event = next(row["id"] for row in relay.rows() if row["verdict"] == "block")
        before = files(folder)
        for words in (("keygen", "--agent", "other", "--out", keys), ("keygen", "--agent", "files", "--out", keys, "--force"),
                      ("keys", "rotate", "--agent", "files", "--config", config),
                      ("keys", "revoke", "--agent", "files", "--config", config),
                      ("enforce", "off", "--config", config), ("allow", event, "--config", config)):
            done = command(binary, *words, full=True)
            check(is_clear(done), f"{words}: status {done.returncode}, {done.stdout!r}, {done.stderr!r}")
            after = files(folder)
            changed = sorted(name for name in {*before, *after} if before.get(name) != after.get(name) and not name.endswith(".lock"))
            check(not changed, f"{words}: {changed} changed; {done.stderr}")
        listed = json.loads(command(binary, "keys", "list", "--json", "--config", config).stdout)
        check([entry["state"] for entry in listed] == ["active"], f"{listed}")
        done = command(binary, "keys", "rotate", "--agent", "files", "--config", config)
        check(done.returncode == 0, f"with room again: {done.stderr}")
        check(command(binary, "logs", "verify", "--config", config).returncode == 0, "the chain does not hold")


# Races


@test("processes that rotate one key at once: each that succeeds is whole, and every old key is revoked", 120)
def rotate_race(binary):
    with tempfile.TemporaryDirectory() as folder:
        config, keys = os.path.join(folder, "oktsec.yaml"), os.path.join(folder, "keys")
        with open(config, "w") as file:
            file.write(f'version: "1"\nmode: enforce\ndb_path: {folder}/audit.db\nidentity: {{keys_dir: {keys}}}\n')
        check(command(binary, "keygen", "--agent", "files", "--out", keys).returncode == 0, "keygen")
        rotated = 0
        for _ in range(6):
            running = [subprocess.Popen([binary, "keys", "rotate", "--agent", "files", "--config", config],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
            for process in running:
                _, errors = process.communicate(timeout=60)
                rotated += process.returncode == 0
                check(process.returncode in (0, 1), f"status {process.returncode}: {errors}")
                check(process.returncode == 0 or errors.startswith("oktsec: error: "), errors)
        check(rotated >= 6, f"only {rotated} rotations succeeded")
        old = sorted(os.listdir(os.path.join(keys, "revoked")))
        check(len(old) == 2 * rotated, f"{rotated} rotations, {len(old)} old files: a key is lost")
        listed = command(binary, "keys", "list", "--json", "--config", config)
        check(listed.returncode == 0 and '"active"' in listed.stdout, listed.stdout + listed.stderr)
        link = sqlite3.connect(f"file:{folder}/audit.db?mode=ro", uri=True)
        revoked = {row[0][:16] for row in link.execute("SELECT fingerprint FROM revoked_keys")}
        link.close()
        check({name.split(".")[1] for name in old} == revoked, "what lies in revoked/ and what is revoked differ")


# Signals


@test("SIGHUP is the server's: it gets it, the session ends with its status, and the records stand", 60, BOTH)
def hangup(binary, mode):
    with tempfile.TemporaryDirectory() as folder:
        mark = os.path.join(folder, "mark")
        script = f'trap "echo hup > {mark}; exit 7" HUP; echo ready > {mark}; while :; do sleep 0.02; done'
        with Relay(binary, ["/bin/sh", "-c", script], mode=mode) as relay:
            deadline = time.monotonic() + 20
            while not os.path.exists(mark):
                check(time.monotonic() < deadline, "the server was not started")
                time.sleep(0.01)
            # The server starts before the relay listens to signals.
            time.sleep(0.5)
            relay.process.send_signal(signal.SIGHUP)
            status = relay.wait()
            check(status == 7, f"the status is not the server's: {status}")
            check(open(mark).read() == "hup\n", "the signal did not reach the server")
    with Relay(binary, demo(binary), mode=mode) as relay:
        for number in range(20):
            relay.call(number, "echo", text="hello")
        relay.process.send_signal(signal.SIGHUP)
        check(relay.wait() in (-signal.SIGHUP, 128 + signal.SIGHUP), "another status")
        check(len(relay.rows()) == 40, f"{len(relay.rows())} of 40 records")


# A changed config


@test("a changed config is recorded under the relay's session, and so is one that was refused")
def reload_recorded(binary):
    with Relay(binary, demo(binary), mode="enforce") as relay:
        path = os.path.join(relay.folder, "oktsec.yaml")
        relay.call(1, "echo", text="hello")
        for old, new, word in (("mode: enforce", "mode: sesame", "stays in force"), ("mode: sesame", "mode: observe", "read again")):
            rewrite(path, old, new)
            deadline, number = time.monotonic() + 20, 100
            while word not in relay.errors():
                check(time.monotonic() < deadline, f"nothing is said of {new}")
                relay.call(number, "echo", text="hello")
                number += 1
                time.sleep(0.1)
        relay.end()
        relay.wait()
        rows = relay.rows()
        told = command(binary, "logs", "session", rows[0]["session"], "--config", path)
    changed = [row for row in rows if row["action"] == "changed"]
    check([row["status"] for row in changed] == ["rejected", "delivered"], f"{changed}")
    check({row["session"] for row in rows} == {rows[0]["session"]}, "another session")
    check("the mode was enforce and is observe" in " ".join(told.stdout.split()), told.stdout + told.stderr)
    check("sesame" not in json.dumps(rows), "what the file holds is in the records")


# Hostile surroundings


@test("a hostile working directory and environment do not loosen proxy")
def hostile_folder(binary):
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as hostile:
        loose = os.path.join(hostile, "oktsec.yaml")
        with open(loose, "w") as file:
            file.write(f'version: "1"\nmode: observe\ndb_path: {hostile}/elsewhere.db\nrules: []\n')
        os.makedirs(os.path.join(home, ".config/oktsec"))
        with open(os.path.join(home, ".config/oktsec/oktsec.yaml"), "w") as file:
            file.write(f'version: "1"\nmode: enforce\ndb_path: {home}/audit.db\n')
        environment = {"HOME": home, "PATH": "/usr/bin:/bin", "OKTSEC_CONFIG": loose, "OKTSEC_MODE": "observe", "PWD": hostile}
        for words in ([], ["--mode", "observe"]):
            frames = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
                "name": "echo", "arguments": {"text": POISON}}}) + "\n"
            done = subprocess.run([binary, "proxy", "--agent", "files", *words, "--", *demo(binary)], input=frames, cwd=hostile,
                                  env=environment, capture_output=True, text=True, timeout=30)
            answer = next((json.loads(line) for line in done.stdout.splitlines()), None)
            check(answer is not None or done.returncode == 64, f"{words}: {done}")
            check(answer is None or is_refused(answer), f"{words}: the call passed: {answer}")
        check(not os.path.exists(os.path.join(hostile, "elsewhere.db")), "the hostile config was used")
        check(os.path.exists(os.path.join(home, "audit.db")), "the user's config was not used")


@test("a hostile working directory and environment do not reach mcp")
def hostile_mcp(binary):
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as hostile:
        os.makedirs(os.path.join(home, ".config/oktsec"))
        loose = os.path.join(hostile, "oktsec.yaml")
        for path, folder, agent in ((loose, hostile, "intruder"), (os.path.join(home, ".config/oktsec/oktsec.yaml"), home, "resident")):
            with open(path, "w") as file:
                file.write(f'version: "1"\nmode: enforce\ndb_path: {folder}/audit.db\nagents: {{{agent}: {{}}}}\nmcp: {{reviewers: [{agent}]}}\n')
        frames = [
            {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
                "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}},
            {"jsonrpc": "2.0", "method": "notifications/initialized"},
            {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "list_agents", "arguments": {}}},
        ]
        done = subprocess.run([binary, "mcp"], input="".join(json.dumps(frame) + "\n" for frame in frames), cwd=hostile,
                              env={"HOME": home, "PATH": "/usr/bin:/bin", "OKTSEC_CONFIG": loose, "PWD": hostile},
                              capture_output=True, text=True, timeout=30)
        answers = {answer.get("id"): answer for answer in map(json.loads, done.stdout.splitlines())}
        agents = answers[2]["result"]["structuredContent"]["agents"]
        check([agent["name"] for agent in agents] == ["resident"], f"{agents}")


@test("an entry that looks wrapped and is not ours is flagged, and neither trusted nor touched")
def foreign_entry(binary):
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as project:
        loose = os.path.join(project, "oktsec.yaml")
        with open(loose, "w") as file:
            file.write('version: "1"\nmode: observe\n')
        settings = os.path.join(project, ".mcp.json")
        entry = {"command": os.path.realpath(binary), "args": [
            "proxy", "--agent", "files", "--mode", "observe", "--config", loose, "--", "sh", "-c", "true"]}
        text = json.dumps({"mcpServers": {"files": entry}}, indent=2)
        with open(settings, "w") as file:
            file.write(text)
        environment = {"HOME": home, "PATH": "/usr/bin:/bin"}
        found = command(binary, "discover", "--project", project, "--json", env=environment, cwd=project)
        check(json.loads(found.stdout)["totals"]["suspicious"] == 1, f"not flagged: {found.stdout}{found.stderr}")
        command(binary, "wrap", "--all", "--project", project, "--allow-here", env=environment, cwd=project)
        check(open(settings).read() == text, "it was taken for one of ours and changed")
        left = command(binary, "unwrap", "--all", env=environment, cwd=project)
        check(open(settings).read() == text, f"unwrap changed it: {left}")
