#!/usr/bin/env python3
"""What the relay costs: the same traffic directly, through a plain byte relay (socat), and through `oktsec proxy`.

    relay.py [--binary PATH] [--rounds 5] [--quick] [--json FILE]

All ways are measured in one run, in turn, several rounds each: a machine that is busy for a while is busy for all of them.
Printed are medians over the rounds, with the lowest and the highest round, and the ratio of medians to socat's. The relay runs with
all rules and with its audit database, in both modes. Round trips: one request at a time. Throughput: one request or 48,000 bytes of
them in flight, counted in the bytes of the requests. The texts are ordinary words. Needs Python 3.9, a C compiler, socat.
"""
import argparse
import json
import os
import pathlib
import random
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
SIZES = {"200 B": 200, "2 KB": 2_000, "64 KB": 64_000, "1 MB": 1_000_000}
ROUND_TRIPS = {"200 B": 2000, "2 KB": 2000, "64 KB": 500, "1 MB": 50}
# Less than a pipe holds: with more, socat stops for ever, writing to a server that is writing to it.
BYTES_IN_FLIGHT = 48_000
WORDS = """the of and to in for on with is at by from this that report order table water winter garden station number market river
letter window paper engine kitchen street morning travel copper signal meeting account harbour planet bottle village summer forest
please check when every small large before after between under above result value entry update change""".split()


class Channel:
    """One server, reached in one of the ways."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0)
        self.input, self.output = self.process.stdin.fileno(), self.process.stdout.fileno()
        self.rest = b""

    def write(self, data):
        view = memoryview(data)
        while view:
            view = view[os.write(self.input, view):]

    def read_line(self):
        parts = [self.rest]
        while b"\n" not in parts[-1]:
            data = os.read(self.output, 1 << 20)
            if not data:
                sys.exit(f"relay.py: {' '.join(map(str, self.process.args))} ended")
            parts.append(data)
        line, self.rest = b"".join(parts).split(b"\n", 1)
        return line

    def round_trip(self, frame):
        """Nanoseconds. Large frames are written while the answer is read, as every real client does."""
        begin = time.perf_counter_ns()
        if len(frame) <= 65_536:
            self.write(frame)
            self.read_line()
        else:
            self.exchange([frame])
        return time.perf_counter_ns() - begin

    def exchange(self, frames):
        """Sends all and reads as many answers, never blocking on one of the two."""
        os.set_blocking(self.input, False)
        queue, view, answers = list(reversed(frames)), memoryview(b""), 0
        sizes, in_flight = [], 0
        while answers < len(frames):
            if not view and queue and (not sizes or in_flight + len(queue[-1]) <= BYTES_IN_FLIGHT):
                frame = queue.pop()
                view = memoryview(frame)
                sizes.append(len(frame))
                in_flight += len(frame)
            readable, writable, _ = select.select([self.output], [self.input] if view else [], [], 60)
            if not readable and not writable:
                sys.exit("relay.py: nothing moved for a minute")
            if writable:
                try:
                    view = view[os.write(self.input, view):]
                except BlockingIOError:
                    pass
            if readable:
                data = os.read(self.output, 1 << 20)
                if not data:
                    sys.exit("relay.py: the way ended")
                for _ in range(data.count(b"\n")):
                    answers += 1
                    in_flight -= sizes.pop(0)
        os.set_blocking(self.input, True)

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)


def text_of(size, seed):
    source, words, length = random.Random(seed), [], 0
    while length < size:
        words.append(source.choice(WORDS))
        length += len(words[-1]) + 1
    return " ".join(words)[:size]


class Frames:
    """Requests of about a given size, each with a new id."""

    def __init__(self, size):
        head = '","method":"tools/call","params":{"name":"echo","arguments":{"text":"'
        room = max(1, size - len(head) - 36)
        self.tails = [(head + text_of(room, seed) + '"}}}\n').encode() for seed in range(16)]
        self.count = 0

    def next(self):
        self.count += 1
        return b'{"jsonrpc":"2.0","id":"%07d' % self.count + self.tails[self.count % 16]


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure(command, quick):
    """p50 and p99 in microseconds and megabytes a second, by size."""
    channel, found = Channel(command), {}
    for label, size in SIZES.items():
        frames, count = Frames(size), max(20, ROUND_TRIPS[label] // (5 if quick else 1))
        for _ in range(max(5, count // 10)):
            channel.round_trip(frames.next())
        times = [channel.round_trip(frames.next()) for _ in range(count)]
        volume = [frames.next() for _ in range(max(8, min(4000, (8 if quick else 40) * 1_000_000 // size)))]
        begin = time.perf_counter()
        channel.exchange(volume)
        seconds = time.perf_counter() - begin
        found[label] = {"p50": percentile(times, 0.5) / 1e3, "p99": percentile(times, 0.99) / 1e3,
                        "MB/s": sum(map(len, volume)) / 1e6 / seconds, "requests/s": len(volume) / seconds}
    channel.close()
    return found


def start_time(command):
    """Milliseconds from the start of the process to the first byte of the first answer."""
    frame = Frames(200).next()
    begin = time.perf_counter()
    channel = Channel(command)
    channel.write(frame)
    os.read(channel.output, 1)
    elapsed = (time.perf_counter() - begin) * 1e3
    channel.close()
    return elapsed


def idle_memory(command):
    """Resident and private memory of the relay in MB, some time after a few calls of 2 KB."""
    channel, frames = Channel(command), Frames(2000)
    for _ in range(20):
        channel.round_trip(frames.next())
    time.sleep(1)
    fields = {}
    with open(f"/proc/{channel.process.pid}/smaps_rollup") as file:
        for line in file:
            words = line.split()
            if words[0].rstrip(":") in ("Rss", "Private_Clean", "Private_Dirty"):
                fields[words[0].rstrip(":")] = int(words[1]) * 1024 / 1e6
    channel.close()
    return {"resident": fields["Rss"], "private": fields["Private_Clean"] + fields["Private_Dirty"]}


def summary(values):
    return {"median": statistics.median(values), "low": min(values), "high": max(values)}


def find_compiler():
    for name in (os.environ.get("CC"), "cc", "clang", "gcc"):
        if name and shutil.which(name):
            return name
    sys.exit("relay.py: no C compiler")


def ways_through(binary, folder):
    server = os.path.join(folder, "echo_server")
    subprocess.run([find_compiler(), "-O2", "-D_GNU_SOURCE", "-o", server, str(ROOT / "Benchmarks/echo_server.c")], check=True)
    ways = {"direct": [server]}
    if shutil.which("socat"):
        # As large a buffer as a pipe: socat's own default would be a handicap.
        ways["socat"] = ["socat", "-b", "65536", "STDIO", f"EXEC:{server},pipes"]
    else:
        print("relay.py: socat is missing; ratios are to direct", file=sys.stderr)
    for mode in ("observe", "enforce"):
        config = os.path.join(folder, f"{mode}.yaml")
        with open(config, "w") as file:
            file.write(f'version: "1"\nmode: {mode}\ndb_path: {folder}/{mode}.db\n')
        ways[f"oktsec {mode}"] = [binary, "proxy", "--agent", "bench", "--config", config, "--", server]
    return ways


def run(binary, rounds, quick):
    with tempfile.TemporaryDirectory() as folder:
        ways = ways_through(binary, folder)
        traffic = {way: [] for way in ways}
        starts = {way: [] for way in ways}
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
            # Another order each time, so that no way always comes behind the same one.
            order = list(ways)[number % len(ways):] + list(ways)[:number % len(ways)]
            for way in order:
                traffic[way].append(measure(ways[way], quick))
            for _ in range(4 if quick else 10):
                for way in order:
                    starts[way].append(start_time(ways[way]))
        memory = {way: idle_memory(command) for way, command in ways.items()} if sys.platform == "linux" else {}
        return {
            "traffic": {way: {size: {name: summary([found[size][name] for found in all_rounds]) for name in ("p50", "p99", "MB/s", "requests/s")}
                              for size in SIZES} for way, all_rounds in traffic.items()},
            "start_ms": {way: {"p50": percentile(found, 0.5), "p99": percentile(found, 0.99)} for way, found in starts.items()},
            "memory_mb": memory,
        }


def show(found):
    traffic = found["traffic"]
    base = "socat" if "socat" in traffic else "direct"
    for size in SIZES:
        print(f"\n{size:<16}{'p50 µs':>10}{'low–high':>16}{'× ' + base:>10}{'p99 µs':>10}{'MB/s':>9}{'× ' + base:>10}{'calls/s':>10}")
        for way, sizes in traffic.items():
            row, reference = sizes[size], traffic[base][size]
            span = f"{row['p50']['low']:.0f}–{row['p50']['high']:.0f}"
            print(f"{way:<16}{row['p50']['median']:>10.0f}{span:>16}{row['p50']['median'] / reference['p50']['median']:>10.2f}"
                  f"{row['p99']['median']:>10.0f}{row['MB/s']['median']:>9.1f}{row['MB/s']['median'] / reference['MB/s']['median']:>10.2f}"
                  f"{row['requests/s']['median']:>10.0f}")
    print(f"\n{'':<16}{'first byte ms, p50':>20}{'p99':>8}{'idle MB':>10}{'private':>10}")
    for way, start in found["start_ms"].items():
        memory = found["memory_mb"].get(way, {})
        print(f"{way:<16}{start['p50']:>20.1f}{start['p99']:>8.1f}{memory.get('resident', 0):>10.1f}{memory.get('private', 0):>10.1f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / ".build/release/oktsec"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a fifth of the traffic")
    parser.add_argument("--json", metavar="FILE")
    options = parser.parse_args()
    if not os.access(options.binary, os.X_OK):
        sys.exit(f"relay.py: no binary at {options.binary}; run `swift build -c release` first")
    found = run(os.path.abspath(options.binary), options.rounds, options.quick)
    show(found)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(found, file, indent=1)


if __name__ == "__main__":
    main()
