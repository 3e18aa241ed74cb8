#!/usr/bin/env python3
"""What `POST /v1/message` costs, beside a bare endpoint of the same HTTP library that parses the JSON and verifies the signature.

    messages.py [--binary PATH] [--bare PATH] [--rounds 3] [--seconds 5] [--connections 32] [--json FILE]
    messages.py --memory 300000

Signed clean messages of 1 KB with all rules and the audit trail on, to a recipient who has no key; each is new, since a signature
counts once. Both servers are asked in turn by wrk with one thread, on this machine's own cores. Printed are medians over the rounds
and the ratio of the rates. Processor time is the server's alone. `--memory` sends so many messages to one server and looks at its
resident memory. The bare endpoint is built from Benchmarks/HTTP when no path is given. Needs Python 3.9 with `cryptography`, wrk.
"""
import argparse
import base64
import datetime
import json
import os
import pathlib
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ROOT = pathlib.Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
WORDS = """the of and to in for on with is at by from this that report order table water winter garden station number market river
letter window paper engine kitchen street morning travel copper signal meeting account harbour planet bottle village summer forest
please check when every small large before after between under above result value entry update change""".split()
# All requests have one length, and are read in turn. From the beginning again when they run out: our server refuses them then,
# which ends the benchmark.
SCRIPT = """
local file = io.open("%s", "rb")
local length = %d
function request()
  local text = file:read(length)
  if not text then
    file:seek("set")
    text = file:read(length)
  end
  return text
end
function done(summary, latency, requests)
  io.write(string.format('\\nRESULT {"requests":%%d,"microseconds":%%d,"refused":%%d,"broken":%%d,"p50":%%d,"p99":%%d}\\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


class Sender:
    """Makes requests that are ready to be sent, as one file."""

    def __init__(self, folder):
        text = "".join(line for line in open(os.path.join(folder, "keys", "ana.key")) if "-----" not in line)
        self.key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(text)[:32])
        self.number = 0
        choice = random.Random(1)
        self.texts = [" ".join(choice.choices(WORDS, k=300))[:1011] for _ in range(64)]

    def content(self):
        self.number += 1
        return f"{self.number:012d} {self.texts[self.number % 64]}"

    def write(self, path, count):
        """Returns the length of one request."""
        length = 0
        with open(path, "wb") as file:
            for _ in range(count):
                content = self.content()
                # Each has a time of its own, as messages have that are signed when they are sent.
                at = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
                signature = base64.b64encode(self.key.sign(f"ana\nzoe\n{content}\n{at}".encode())).decode()
                body = json.dumps({"from": "ana", "to": "zoe", "content": content, "timestamp": at, "signature": signature}).encode()
                request = (b"POST /v1/message HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                           b"Content-Length: %d\r\n\r\n" % len(body)) + body
                length = length or len(request)
                if len(request) != length:
                    sys.exit("messages.py: the requests differ in length")
                file.write(request)
        return length


class Measured:
    """A server under test."""

    def __init__(self, process, port):
        self.process, self.port = process, port

    def processor_seconds(self):
        """User and system."""
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return int(fields[11]) / TICKS, int(fields[12]) / TICKS

    def resident(self):
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{self.process.pid}/status").read()).group(1))

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def serve(binary, folder):
    config = os.path.join(folder, "oktsec.yaml")
    with open(config, "w") as file:
        file.write('version: "1"\nmode: enforce\ndb_path: audit.db\nidentity: {keys_dir: keys, require_signature: true}\n')
    subprocess.run([binary, "keygen", "--agent", "ana", "--out", os.path.join(folder, "keys"), "--config", config], check=True,
                   capture_output=True)
    process = subprocess.Popen([binary, "serve", "--port", "0", "--config", config], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=open(os.path.join(folder, "errors"), "w"), text=True)
    found = re.search(r":(\d+)$", process.stdout.readline().strip())
    if not found:
        sys.exit(f"messages.py: {binary} does not serve: {open(os.path.join(folder, 'errors')).read()}")
    return Measured(process, int(found.group(1)))


def serve_bare(path, folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    process = subprocess.Popen([path, os.path.join(folder, "keys", "ana.pub"), str(port)], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return Measured(process, port)
        except OSError:
            time.sleep(0.05)
    sys.exit(f"messages.py: {path} does not serve")


def bare_endpoint():
    package = ROOT / "Benchmarks" / "HTTP"
    command = ["swift", "build", "-c", "release", "--package-path", str(package), "--static-swift-stdlib"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return subprocess.run([*command, "--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip() + "/http-bench"


def ask(server, requests, length, seconds, connections, folder):
    script = os.path.join(folder, "script.lua")
    with open(script, "w") as file:
        file.write(SCRIPT % (requests, length))
    before = server.processor_seconds()
    told = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{server.port}"],
                          check=True, capture_output=True, text=True).stdout
    after = server.processor_seconds()
    result = json.loads(re.search(r"^RESULT (.*)$", told, re.M).group(1))
    if result["refused"] or result["broken"] or not result["requests"]:
        sys.exit(f"messages.py: refused or broken, or more messages are needed: {result}")
    result["rate"] = result["requests"] / result["microseconds"] * 1e6
    user, system = after[0] - before[0], after[1] - before[1]
    result["processor"] = (user + system) / result["requests"] * 1e6
    result["kernel"] = system / max(1e-9, user + system)
    return result


def compare(options, folder):
    sender = Sender(folder)
    requests = os.path.join(folder, "requests")
    servers = {"oktsec": options.server, "bare": serve_bare(options.bare or bare_endpoint(), folder)}
    rounds = {}
    try:
        for connections in options.connections:
            for name in servers:
                rounds[name, connections] = []
            for _ in range(options.rounds):
                for name, server in servers.items():
                    length = sender.write(requests, options.seconds * 10_000)
                    rounds[name, connections].append(ask(server, requests, length, options.seconds, connections, folder))
    finally:
        servers["bare"].stop()
    report = {"load": os.getloadavg(), "ways": []}
    print(f"load {os.getloadavg()[0]:.1f}; medians of {options.rounds} rounds of {options.seconds} s")
    print(f"{'':24}{'messages/s':>12}{'CPU us':>9}{'kernel':>8}{'p50 ms':>9}{'p99 ms':>9}")
    for connections in options.connections:
        rates = {}
        for name in servers:
            results = rounds[name, connections]
            row = {key: statistics.median(result[key] for result in results) for key in ("rate", "processor", "kernel", "p50", "p99")}
            rates[name] = row["rate"]
            report["ways"].append({"way": name, "connections": connections, **row})
            print(f"{name + f', {connections} connections':24}{row['rate']:12,.0f}{row['processor']:9.0f}{row['kernel']:8.0%}"
                  f"{row['p50'] / 1000:9.2f}{row['p99'] / 1000:9.2f}")
        print(f"ratio {rates['oktsec'] / rates['bare']:.2f}")
    return report


def memory(options, folder):
    sender = Sender(folder)
    requests = os.path.join(folder, "requests")
    sent, seen = 0, []
    while sent < options.memory:
        length = sender.write(requests, 60_000)
        sent += ask(options.server, requests, length, 5, options.connections[0], folder)["requests"]
        seen.append({"messages": sent, "resident_kb": options.server.resident()})
        print(f"{sent:10,} messages: {seen[-1]['resident_kb'] / 1024:.1f} MB resident", flush=True)
    return {"memory": seen}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/oktsec"))
    parser.add_argument("--bare")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--connections", type=int, nargs="+", default=[32])
    parser.add_argument("--memory", type=int, metavar="MESSAGES")
    parser.add_argument("--json")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("messages.py: wrk is missing")
    folder = tempfile.mkdtemp(prefix="oktsec-bench-")
    options.server = serve(os.path.abspath(options.binary), folder)
    try:
        report = memory(options, folder) if options.memory else compare(options, folder)
    finally:
        options.server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
