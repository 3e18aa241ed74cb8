"""The official Python SDK, both lines, in every mode: what it sees through the relay equals what it sees directly."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import venv

from runner import Case, Skipped, check

CLIENT = str(pathlib.Path(__file__).resolve().parent / "sdk_client.py")

LINES = {
    # The sqlite server does not run with the second line of the SDK.
    "1": ["mcp>=1.30,<2", "mcp-server-sqlite"],
    "2": ["mcp>=2,<3", "mcp-server-time", "mcp-server-git"],
}
MODES = {
    "1": ["auto", "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"],
    "2": ["auto", "legacy", "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2026-07-28"],
}


class Environments:
    """One virtual environment per line of the SDK, kept in the cache folder."""

    def __init__(self, cache):
        self.folder, self.problem = pathlib.Path(cache).absolute(), None

    def prepare(self):
        for line, packages in LINES.items():
            place = self.folder / f"mcp{line}"
            done = place / "complete"
            if done.exists() and done.read_text() == " ".join(packages):
                continue
            print(f"installing {', '.join(packages)}", file=sys.stderr, flush=True)
            try:
                venv.create(place, with_pip=True, clear=True)
                subprocess.run([place / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages],
                               check=True, capture_output=True, timeout=600)
            except (OSError, subprocess.SubprocessError) as error:
                detail = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip().split("\n")[-1]
                self.problem = f"the packages could not be installed ({detail or type(error).__name__})"
                return
            done.write_text(" ".join(packages))

    def program(self, line, name):
        return str(self.folder / f"mcp{line}" / "bin" / name)


def cases(binary, cache):
    environments = Environments(cache)
    environments.prepare()
    for line in LINES:
        for server in ("demo", "time", "git", "sqlite"):
            for mode in MODES[line]:
                yield Case(f"sdk mcp {line}.x in mode {mode} with the {server} server",
                           lambda l=line, s=server, m=mode: compare(binary, environments, l, s, m), 240)


def compare(binary, environments, line, server, mode):
    if environments.problem:
        raise Skipped(environments.problem)
    with tempfile.TemporaryDirectory() as folder:
        command, operations = SERVERS[server](binary, environments, folder)
        direct = run(environments, line, mode, operations, command(0))
        # A server of the first line knows no stateless mode: there the errors have to be equal.
        if (server, mode) != ("sqlite", "2026-07-28"):
            check("fatal" not in direct[1] and any(done["ok"] for done in direct[1]["operations"]),
                  f"nothing works even directly: {json.dumps(direct[1])[:300]}")
        for number, relay_mode in enumerate(("observe", "enforce"), 1):
            config = os.path.join(folder, f"{relay_mode}.yaml")
            with open(config, "w") as file:
                file.write(f'version: "1"\nmode: {relay_mode}\ndb_path: {folder}/{relay_mode}.db\n')
            wrapped = [binary, "proxy", "--agent", server, "--config", config, "--", *command(number)]
            relayed = run(environments, line, mode, operations, wrapped)
            check(relayed == direct, f"{relay_mode}: {first_difference(direct, relayed)}")


def run(environments, line, mode, operations, command):
    done = subprocess.run(
        [environments.program(line, "python"), CLIENT, "--mode", mode, "--allow-errors", "--no-timings", *operations, "--", *command],
        capture_output=True, text=True, timeout=100)
    check(done.stdout, f"the client said nothing; status {done.returncode}, {done.stderr[-300:]}")
    return done.returncode, json.loads(done.stdout)


def first_difference(left, right, path="$"):
    if isinstance(left, dict) and isinstance(right, dict):
        for key in sorted({*left, *right}):
            if left.get(key, "(absent)") != right.get(key, "(absent)"):
                return first_difference(left.get(key, "(absent)"), right.get(key, "(absent)"), f"{path}.{key}")
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)) and len(left) == len(right):
        for index, (one, other) in enumerate(zip(left, right)):
            if one != other:
                return first_difference(one, other, f"{path}[{index}]")
    return f"{path}: direct {json.dumps(left)[:300]}, relayed {json.dumps(right)[:300]}"


# The servers: a command for each run (0 direct, 1 and 2 relayed), and what the client does with it.


def demo(binary, environments, folder):
    note = json.dumps({"name": "release"})
    text = json.dumps({"text": "caf\u00e9 \U0001f600 \u2028 \"quoted\" \\ back"})
    return (lambda number: [binary, "demo-server", "--pages", "3", "--test-tools"]), [
        "--progress", "--call", "list_notes", "--call", f"read_note={note}", "--call", 'run_report={"report":"sales"}',
        "--call", 'run_report={"report":"none"}', "--call", f"echo={text}", "--call", 'big={"bytes":300000}',
        "--call", 'frames={"n":20,"bytes":300}', "--call", 'progress={"n":3}', "--call", 'sleep={"ms":50}', "--call", "sampling",
        "--call", "elicitation", "--call", "roots", "--call", "ping-client", "--call", "fail", "--call", 'rpc_error={"code":-5}',
        "--call", "crlf", "--call", "nowhere", "--get-prompt", 'summary={"note":"release"}', "--read", "demo://notes/shopping",
        "--read", "demo://logo", "--read", "demo://none", "--complete", "prompt:summary:note:s"]


def time_server(binary, environments, folder):
    return (lambda number: [environments.program("2", "mcp-server-time"), "--local-timezone", "UTC"]), [
        "--mask-time", "--call", 'get_current_time={"timezone":"Europe/Oslo"}', "--call", 'get_current_time={"timezone":"Nowhere/No"}',
        "--call", 'convert_time={"source_timezone":"UTC","time":"12:30","target_timezone":"Asia/Tokyo"}', "--call", "convert_time={}"]


def git_server(binary, environments, folder):
    place = os.path.join(folder, "repository")
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", "init", "-q", place], check=True)
    with open(os.path.join(place, "notes.txt"), "w") as file:
        file.write("coffee\n")
    subprocess.run(["git", "-C", place, "add", "notes.txt"], check=True)
    subprocess.run(["git", "-C", place, *identity, "commit", "-q", "-m", "Notes"], check=True)
    with open(os.path.join(place, "notes.txt"), "a") as file:
        file.write("lemons\n")
    at = json.dumps({"repo_path": place})
    return (lambda number: [environments.program("2", "mcp-server-git"), "--repository", place]), [
        "--call", f"git_status={at}", "--call", f"git_diff_unstaged={at}", "--call", f"git_log={at}",
        "--call", 'git_status={"repo_path":"/nonexistent"}']


def sqlite_server(binary, environments, folder):
    return (lambda number: [environments.program("1", "mcp-server-sqlite"), "--db-path", os.path.join(folder, f"data{number}.sqlite")]), [
        "--call", 'create_table={"query":"CREATE TABLE stock(item TEXT, count INTEGER)"}',
        "--call", "write_query=" + json.dumps({"query": "INSERT INTO stock VALUES ('lemon', 2), ('coffee', 1)"}),
        "--call", 'read_query={"query":"SELECT item, count FROM stock ORDER BY item"}', "--call", "list_tables",
        "--call", 'describe_table={"table_name":"stock"}', "--call", 'append_insight={"insight":"Lemons sell well."}',
        "--call", 'read_query={"query":"SELECT nothing"}', "--read", "memo://insights", "--get-prompt", 'mcp-demo={"topic":"shop"}']


SERVERS = {"demo": demo, "time": time_server, "git": git_server, "sqlite": sqlite_server}
