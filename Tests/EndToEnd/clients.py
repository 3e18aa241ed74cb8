"""The client commands from outside: killed anywhere they leave a whole file, and a wrapped server works as its client starts it."""
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

from runner import Case, Skipped, check

KILL_AT = str(pathlib.Path(__file__).resolve().parent / "kill_at.py")

SETTINGS = """{
  // servers
  "mcpServers": {
    "one": { "command": "npx", "args": ["-y", "one"], },
    "two": { "command": "two" }
  }
}
"""


def cases(binary):
    yield Case("wrap, killed at every step, leaves the old or the new file", lambda: killed(binary, "wrap"), 300)
    yield Case("unwrap, killed at every step, leaves the old or the new file", lambda: killed(binary, "unwrap"), 300)


class Home:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, pathlib.Path(folder)
        self.environment = {"HOME": folder, "PATH": "/usr/bin:/bin"}
        self.file = self.folder / ".cursor/mcp.json"
        self.file.parent.mkdir()
        self.file.write_text(SETTINGS)

    def command(self, word):
        return [self.binary, word, "cursor", *(["--allow-here"] if word == "wrap" else [])]

    def run(self, *words):
        return subprocess.run([self.binary, *words], env=self.environment, capture_output=True, text=True, timeout=60)

    def do(self, word):
        done = subprocess.run(self.command(word), env=self.environment, capture_output=True, text=True, timeout=60)
        check(done.returncode == 0, f"{word}: status {done.returncode}, {done.stderr.strip()}")
        return self.file.read_text()

    def kill(self, place, word):
        done = subprocess.run([sys.executable, KILL_AT, str(place), *self.command(word)], env=self.environment,
                              capture_output=True, text=True, timeout=60)
        check(done.returncode == 0, done.stderr.strip()[-200:])
        return done.stdout.split()


def killed(binary, word):
    if platform.system() != "Linux" or platform.machine() != "x86_64":
        raise Skipped("needs Linux on x86-64")
    with tempfile.TemporaryDirectory() as folder:
        wrapped = Home(binary, folder).do("wrap").replace(folder, "HOME")
    place, seen = 0, set()
    while True:
        with tempfile.TemporaryDirectory() as folder:
            home = Home(binary, folder)
            new = wrapped.replace("HOME", folder)
            if word == "unwrap":
                home.do("wrap")
            outcome = home.kill(place, word)
            text = home.file.read_text()
            seen.add(text == SETTINGS)
            check(text in (SETTINGS, new), f"killed at {place}: the file is neither the old nor the new one")
            copy = pathlib.Path(str(home.file) + ".bak")
            check(not copy.exists() or copy.read_text() == SETTINGS, f"killed at {place}: the copy is not whole")
            listed = json.loads(home.run("discover", "--json").stdout)["totals"]
            check(listed["suspicious"] == 0, f"killed at {place}: the program does not know its own work")
            check(home.do("wrap") == new, f"killed at {place}: a second wrap does not finish the work")
            check(home.do("unwrap") == SETTINGS, f"killed at {place}: unwrap does not restore the file")
            left = {name for name in os.listdir(home.file.parent) if not name.startswith(".mcp.json.")}
            check(left <= {"mcp.json", "mcp.json.bak"}, f"killed at {place}: {left} are left")
        if outcome[1] == "ended":
            break
        place += 1
    check(place > 20, f"only {place} steps were seen")
    check(seen == {True, False}, "the change itself was never reached")


# A server of PyPI, started as the settings say.

def sdk_cases(binary, environments, run):
    """With what sdk.py has installed, and its way to run a client."""
    for line in ("2",):
        yield Case(f"sdk mcp {line}.x with mcp-server-git as wrapped settings start it",
                   lambda l=line: wrapped_git(binary, environments, run, l), 240)


def wrapped_git(binary, environments, run, line):
    if environments.problem:
        raise Skipped(environments.problem)
    with tempfile.TemporaryDirectory() as folder:
        home = Home(binary, folder)
        repository = os.path.join(folder, "repository")
        subprocess.run(["git", "init", "-q", "-b", "main", repository], check=True)
        entry = {"command": environments.program(line, "mcp-server-git"), "args": ["--repository", repository]}
        home.file.write_text(json.dumps({"mcpServers": {"git": entry}}, indent=4))
        before = home.file.read_text()
        operations = ["--call", "git_status=" + json.dumps({"repo_path": repository})]
        direct = run(environments, line, "auto", operations, [entry["command"], *entry["args"]])
        home.do("wrap")
        wrapped = json.loads(home.file.read_text())["mcpServers"]["git"]
        check(wrapped["command"] == os.path.realpath(binary) and wrapped["args"][0] == "proxy", "the entry is not wrapped")
        relayed = run(environments, line, "auto", operations, [wrapped["command"], *wrapped["args"]])
        check(direct[0] == 0 and relayed == direct, "the client sees something else through the relay")
        doctor = home.run("doctor")
        check(doctor.returncode == 0 and "answers after" in doctor.stdout, f"doctor: {doctor.stdout}{doctor.stderr}")
        check(home.do("unwrap") == before, "unwrap does not restore the file")
