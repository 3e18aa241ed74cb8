"""One `oktsec proxy` process under test, with the pipes, files and rows that belong to it."""
import json
import os
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

from runner import Failed, check

PATIENCE = 30
"""Seconds to wait for something that must come. Only a failure lasts that long."""

HERE = os.path.dirname(os.path.abspath(__file__))


class Stream:
    """Reads a descriptor without ever blocking longer than it is told."""

    def __init__(self, name, descriptor):
        self.name, self.descriptor, self.buffer, self.ended = name, descriptor, bytearray(), False

    def fill(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.descriptor], [], [], left)[0]:
            raise Failed(f"nothing more reached {self.name}; it has {shorten(self.buffer)}")
        try:
            data = os.read(self.descriptor, 1 << 20)
        except ConnectionResetError:
            data = b""
        if not data:
            self.ended = True
        self.buffer += data

    def take(self, length):
        taken = bytes(self.buffer[:length])
        del self.buffer[:length]
        return taken

    def line(self, timeout=None):
        """The next line with its newline. What is left at the end of the stream counts as one."""
        deadline, searched = time.monotonic() + (timeout or PATIENCE), 0
        while True:
            place = self.buffer.find(b"\n", searched)
            if place >= 0:
                return self.take(place + 1)
            if self.ended:
                return self.take(len(self.buffer))
            searched = len(self.buffer)
            self.fill(deadline)

    def rest(self, timeout=None):
        """Everything up to the end of the stream, which must come."""
        deadline = time.monotonic() + (timeout or PATIENCE)
        while not self.ended:
            self.fill(deadline)
        return self.take(len(self.buffer))


class ScriptedServer:
    """The server side in the hands of the test."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "link")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(1)
        self.command = [sys.executable, "-S", "-E", os.path.join(HERE, "scripted_server.py"), self.path]

    def accept(self):
        self.listener.settimeout(PATIENCE)
        try:
            self.link, _ = self.listener.accept()
        except TimeoutError:
            raise Failed("the server was not started") from None
        self.link.setblocking(True)
        self.input = Stream("the server", self.link.fileno())

    def write(self, data):
        self.link.sendall(data)

    def end(self):
        try:
            self.link.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Relay:
    """Starts the relay. Use as a context: it is gone, with its folder, at the end."""

    def __init__(self, binary, server, mode="enforce", agent="files", limits=None, config=None, own_session=True,
                 environment=None, folder=None, standard_error=None):
        self.folder = folder or tempfile.mkdtemp(prefix="oktsec-test-")
        self.owns_folder = folder is None
        self.database = os.path.join(self.folder, "audit.db")
        path = os.path.join(self.folder, "oktsec.yaml")
        lines = ['version: "1"', f"mode: {mode}", f"db_path: {self.database}"]
        if limits:
            lines += ["limits:"] + [f"  {name}: {value}" for name, value in limits.items()]
        if not os.path.exists(path):
            # Relays that share a folder share the file: it must not change under those that start.
            with open(path, "w") as file:
                file.write("\n".join(lines) + "\n" + (config or ""))
        self.command = [binary, "proxy", "--agent", agent, "--config", path, "--"] + server
        self.error_path = os.path.join(self.folder, "stderr")
        with open(self.error_path, "ab") as errors:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=standard_error or errors, bufsize=0,
                start_new_session=own_session, env=environment)
        self.output = Stream("the client", self.process.stdout.fileno())
        self.is_input_open = True

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if error is not None and isinstance(error, Failed):
            text = self.errors()
            if text:
                error.args = (f"{error.args[0]}\n    stderr: {text[-600:]}",)
        if self.owns_folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def errors(self):
        with open(self.error_path, errors="replace") as file:
            return file.read().strip()

    # What the client does

    def write(self, data):
        view = memoryview(data)
        while view:
            view = view[os.write(self.process.stdin.fileno(), view):]

    def send(self, message):
        self.write(json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")

    def request(self, number, method, params=None):
        message = {"jsonrpc": "2.0", "id": number, "method": method}
        if params is not None:
            message["params"] = params
        self.send(message)

    def call(self, number, tool, timeout=None, **arguments):
        """Calls a tool and returns the answer with that id; other lines on the way are forgotten."""
        self.request(number, "tools/call", {"name": tool, "arguments": arguments})
        return self.answer(number, timeout)

    def answer(self, number, timeout=None):
        while True:
            line = self.output.line(timeout)
            check(line, f"the relay ended before it answered {number}")
            message = json.loads(line)
            if isinstance(message, dict) and message.get("id") == number and "method" not in message:
                return message

    def initialize(self, version="2025-11-25"):
        self.request(0, "initialize", {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}})
        answer = self.answer(0)
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return answer

    def end(self):
        if self.is_input_open:
            self.is_input_open = False
            self.process.stdin.close()

    def wait(self, timeout=None):
        try:
            return self.process.wait(timeout or PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failed("the relay did not end") from None

    # What is left behind

    def rows(self):
        """The records, each a dict with the view's columns, in the order in which they were committed."""
        if not os.path.exists(self.database):
            return []
        link = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            link.row_factory = sqlite3.Row
            found = [dict(row) for row in link.execute("SELECT * FROM audit_log")]
        finally:
            link.close()
        for row in found:
            row["rules"] = [entry["rule_id"] for entry in json.loads(row["rules_triggered"])]
        return found


def shorten(data, length=160):
    return repr(bytes(data[:length])) + (f" … ({len(data)} bytes)" if len(data) > length else "")


def is_alive(pid):
    """Whether a process runs. One that has ended and was not waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return sys.platform != "linux"


def wait_until_gone(pid, timeout):
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if not is_alive(pid):
            return True
        time.sleep(0.01)
    return not is_alive(pid)


def signal_name(status):
    return signal.Signals(-status).name if status < 0 else str(status)
