"""What the processes of a soak hold, measured at moments of stillness, and what is concluded from it."""
import os
import statistics
import threading
import time

MEBIBYTE = 1 << 20
GROWTH, ALLOWANCE = 1.1, 2 * MEBIBYTE
"""Memory is flat when the median of the last quarter is at most this times that of the second one, and this much."""

WARM = 10
"""Minutes that a process must have run to be judged; before, it still takes what it needs."""
SPARE = {"serve": 2}
"""Descriptors that may come and go: SQLite closes a file only when nothing in the process has a lock on it any more."""


def facts(pid):
    """Resident, and of it private to the process; descriptors; threads; processor seconds. Nothing when it is gone."""
    try:
        with open(f"/proc/{pid}/status") as file:
            status = dict(line.split(":", 1) for line in file)
        descriptors = os.listdir(f"/proc/{pid}/fd")
        with open(f"/proc/{pid}/stat") as file:
            words = file.read().rsplit(")", 1)[1].split()
    except (OSError, ValueError):
        return None
    if "VmRSS" not in status:
        return None
    return {"resident": int(status["VmRSS"].split()[0]) << 10, "private": int(status["RssAnon"].split()[0]) << 10,
            "descriptors": len(descriptors), "threads": int(status["Threads"]),
            "seconds": (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")}


class Watch:
    """Processes by their role. Those that run for the whole time are judged each by itself, the others as one row."""

    def __init__(self, database):
        self.database, self.lock, self.running = database, threading.Lock(), {}
        self.began, self.samples, self.restless = time.monotonic(), [], 0

    def add(self, role, pid, is_lasting):
        with self.lock:
            self.running[pid] = (role, is_lasting, time.monotonic() - self.began)

    def remove(self, pid):
        with self.lock:
            self.running.pop(pid, None)

    def sample(self, gate, upgrades):
        """`upgrades`: how often the program was replaced so far."""
        with gate.stillness(20) as is_still:
            self.restless += not is_still
            # What was put away a moment ago is closed a moment later.
            time.sleep(0.2)
            with self.lock:
                running = dict(self.running)
            found = [{"role": role, "pid": pid, "lasting": is_lasting, "since": round(since, 1), **measured}
                     for pid, (role, is_lasting, since) in sorted(running.items()) if (measured := facts(pid))]
            sizes = {name: os.path.getsize(self.database + suffix) if os.path.exists(self.database + suffix) else 0
                     for name, suffix in (("database", ""), ("wal", "-wal"))}
        self.samples.append({"at": round(time.monotonic() - self.began, 1), "upgrades": upgrades, "still": is_still,
                             "processes": found, **sizes})

    def rows(self):
        """One for each process that lasts: its second quarter beside its last. And one for all short sessions together."""
        lives = {}
        for sample in self.samples:
            for one in sample["processes"]:
                name = (one["role"], one["pid"]) if one["lasting"] else ("short sessions", 0)
                lives.setdefault(name, []).append({**one, "at": sample["at"]})
        for (role, pid), life in sorted(lives.items()):
            if len({one["at"] for one in life}) < 4:
                continue
            yield Row(role, pid, life)


class Row:
    def __init__(self, role, pid, life):
        self.role, self.pid = role, pid
        begin, end = life[0]["at"], life[-1]["at"]
        quarter = (end - begin) / 4
        self.second = medians([one for one in life if begin + quarter <= one["at"] <= begin + 2 * quarter])
        self.last = medians([one for one in life if one["at"] >= begin + 3 * quarter])
        self.minutes = (end - begin) / 60

    def problems(self):
        if self.minutes < WARM or not self.second or not self.last:
            return
        name = f"{self.role} {self.pid or ''}".strip()
        for member in ("resident", "private"):
            before, after = self.second[member], self.last[member]
            if after > GROWTH * before + ALLOWANCE:
                yield f"{name}: {member} memory grew from {megabytes(before)} to {megabytes(after)} MB"
        if abs(self.last["descriptors"] - self.second["descriptors"]) > SPARE.get(self.role, 0):
            yield f"{name}: {self.second['descriptors']:g} descriptors became {self.last['descriptors']:g}"


def medians(samples):
    members = ("resident", "private", "descriptors", "threads")
    return {member: statistics.median_low(one[member] for one in samples) for member in members} if samples else None


def megabytes(size):
    return f"{size / MEBIBYTE:.1f}"


def table(rows, samples):
    lines = [f"{'process':<16} {'minutes':>7}  {'resident MB':>15}  {'private MB':>15}  {'descriptors':>11}  {'threads':>9}"]
    for row in rows:
        if row.second and row.last:
            pairs = [f"{megabytes(row.second[member])} → {megabytes(row.last[member])}" for member in ("resident", "private")]
            pairs += [f"{row.second[member]:g} → {row.last[member]:g}" for member in ("descriptors", "threads")]
            lines.append(f"{row.role:<16} {row.minutes:7.1f}  {pairs[0]:>15}  {pairs[1]:>15}  {pairs[2]:>11}  {pairs[3]:>9}")
    if samples:
        middle = samples[len(samples) // 2]
        sizes = [f"{name} {' → '.join(megabytes(sample[name]) for sample in (samples[0], middle, samples[-1]))} MB" for name in ("database", "wal")]
        lines.append(f"at the beginning, in the middle, at the end: {'; '.join(sizes)}")
    return "\n".join(lines)
