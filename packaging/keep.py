#!/usr/bin/env python3
"""Keeps what a release leaves on its users' machines: a database, a config, keys, wrapped settings, rules of one's own.

    keep.py --binary PATH [--output fixtures/upgrade]

Makes the folder OUTPUT/VERSION with the release's own commands. Tests/EndToEnd/upgrade.py has every later program open,
read, verify and continue it. Run it once for each release (docs/releasing.md); what is there is never made again.
"""
import argparse
import gzip
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))

from behaviour import POISON  # noqa: E402
from http_server import Server  # noqa: E402
from quarantine import DOUBTFUL, withheld  # noqa: E402
from relay import Relay  # noqa: E402

HOME, PROGRAM = "@HOME@", "@PROGRAM@"
"""What stands in the kept files for the home folder and for the program."""

CLIENTS = {
    ".cursor/mcp.json": """{
  // kept comments
  "mcpServers": {
    "files": { "command": "npx", "args": ["-y", "files", "/home/me"], },
    "plain": {"command": "plain"}
  }
}
""",
    ".codex/config.toml": """model = "some"

[mcp_servers.git]   # the repository
command = "uvx"
args = ["mcp-server-git", '--repository', "/home/me/r"]
""",
    ".config/goose/config.yaml": """extensions:
  search:
    type: stdio
    cmd: search-server   # of our own
    args:
      - --fast
    enabled: true
""",
}
CONFIG = """# Kept from a release.
version: "1"
mode: enforce
db_path: {home}/.local/state/oktsec/oktsec.db
custom_rules_dir: ./rules
identity: {{keys_dir: keys, require_signature: true}}
agents:
  notes: {{description: The notebook}}   # of the demo
  ana: {{can_message: [ben]}}
  ben: {{}}
  carol: {{}}
quarantine: {{expiry_hours: 8760}}
webhooks:
  - {{name: ops, url: 'http://127.0.0.1:9/hook', allow_private: true}}
"""
RULE = """id: KEPT-001
name: A project that is not public
severity: medium
category: custom
description: The name of a project.
roles: [tool_arguments, message]
proof: pattern
patterns:
  - {type: regex, value: '(?i)\\bproject\\s{1,3}bluebird\\b'}
matches:
  - {role: message, text: 'About project bluebird.'}
  - {role: message, text: 'PROJECT BLUEBIRD'}
  - {role: tool_arguments, text: 'search project  bluebird'}
passes:
  - {role: message, text: 'A bluebird sat on the fence.'}
  - {role: message, text: 'project: birds'}
  - {role: tool_result, text: 'project bluebird'}
"""
SERVER = ["/bin/sh", "-c", 'exec "$OKTSEC_DEMO" demo-server']
"""An approval is for a server's command, so that must not name the program of the day."""
MESSAGE, HELD_MESSAGE = "the report about project bluebird is ready", DOUBTFUL


def keep(binary, output):
    with tempfile.TemporaryDirectory(prefix="oktsec-keep-") as folder:
        home = pathlib.Path(folder)
        kept = make(binary, home)
        target = output / kept["version"]
        if target.exists():
            sys.exit(f"keep.py: {target} is there already; what a release left is not made again")
        copy(binary, home, target)
        (target / "kept.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
        print(f"{target}: {kept['records']} records, schema {kept['schema']}")


def make(binary, home):
    """Uses the program as a user does. Returns what it must still know later."""
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    folder = home / ".config/oktsec"
    (folder / "rules").mkdir(parents=True, mode=0o700)
    (folder / "oktsec.yaml").write_text(CONFIG.format(home=home))
    (folder / "rules/kept.yaml").write_text(RULE)
    for name, text in CLIENTS.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)

    def oktsec(*words):
        done = subprocess.run([binary, *words], env=environment, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            sys.exit(f"keep.py: oktsec {' '.join(words)}: {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    oktsec("wrap", "--all", "--allow-here")
    for agent in ("ana", "ben", "carol"):
        oktsec("keygen", "--agent", agent, "--out", str(folder / "keys"))
    with Server(binary, folder=str(folder), arguments=("--port", "0")) as server:
        assert server.send(MESSAGE, message_id="kept-1").status == 200
        reply = server.send(HELD_MESSAGE, message_id="kept-2")
        assert reply.status == 202, reply
        held_message = reply.json["quarantine_id"]
        assert server.send("sent once", message_id="kept-3").status == 200
        assert server.stop() == 0
    with Relay(binary, SERVER, agent="notes", folder=str(folder), environment={**os.environ, "OKTSEC_DEMO": binary},
               standard_error=subprocess.DEVNULL) as relay:
        relay.initialize()
        relay.call(1, "list_notes")
        relay.call(2, "echo", text=POISON)
        relay.call(3, "send_message", to="ben", text="project bluebird")
        held_call = withheld(relay.call(4, "send_message", to="ben", text=DOUBTFUL))
        relay.end()
        assert relay.wait() == 0
    oktsec("keys", "revoke", "--agent", "carol")
    checkpoint = oktsec("logs", "checkpoint")
    database = home / ".local/state/oktsec/oktsec.db"
    with sqlite3.connect(database) as link:
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        records, = link.execute("SELECT count(*) FROM audit_log").fetchone()
        schema, = link.execute("PRAGMA user_version").fetchone()
        notices, = link.execute("SELECT count(*) FROM outbox").fetchone()
    link.close()
    return {"version": oktsec("version").split()[-1], "schema": schema, "records": records, "checkpoint": checkpoint, "notices": notices,
            "server": SERVER,
            "held_call": {"id": held_call, "tool": "send_message", "arguments": {"to": "ben", "text": DOUBTFUL}},
            "held_message": {"id": held_message, "content": HELD_MESSAGE}, "inbox": [MESSAGE, "sent once"],
            "revoked": "carol", "rule": "KEPT-001"}


def copy(binary, home, target):
    """The files, with the two names in place of paths; what a client had before stands beside it as NAME.before."""
    names = [*CLIENTS, ".config/oktsec", ".local/state/oktsec"]
    for source in sorted(path for name in names for path in ([home / name] if (home / name).is_file() else (home / name).rglob("*"))):
        if not source.is_file() or source.name == "stderr" or source.name.endswith((".lock", ".bak", "-wal", "-shm")):
            continue
        # Without its dot, so that nothing here is hidden.
        place = target / str(source.relative_to(home)).removeprefix(".")
        place.parent.mkdir(parents=True, exist_ok=True)
        data = source.read_bytes()
        if source.suffix == ".db":
            # Most of it is empty pages.
            place, data = place.with_name(place.name + ".gz"), gzip.compress(data, mtime=0)
        else:
            data = data.replace(str(home).encode(), HOME.encode()).replace(os.path.realpath(binary).encode(), PROGRAM.encode())
        place.write_bytes(data)
    for name, text in CLIENTS.items():
        (target / (name.removeprefix(".") + ".before")).write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/oktsec"))
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "fixtures/upgrade")
    options = parser.parse_args()
    keep(os.path.abspath(options.binary), options.output)


if __name__ == "__main__":
    main()
