"""Runs each test in a process of its own, with a hard limit of time, and counts what happened."""
import ctypes
import json
import os
import select
import signal
import sys
import time
import traceback


class Failed(AssertionError):
    """The product did something else than it should."""


class Skipped(Exception):
    """What the test needs is not there."""


def check(condition, message):
    if not condition:
        raise Failed(message)


class Case:
    def __init__(self, name, body, limit):
        self.name, self.body, self.limit = name, body, limit


def run(cases, jobs=1):
    """Yields (case, 'passed' | 'failed' | 'skipped', message, seconds) as tests end. Nothing of a test is left running."""
    waiting, running = list(reversed(cases)), {}
    while waiting or running:
        while waiting and len(running) < jobs:
            begun = Attempt(waiting.pop())
            running[begun.readable] = begun
        now = time.monotonic()
        ready, _, _ = select.select(list(running), [], [], max(0, min(one.deadline for one in running.values()) - now))
        for descriptor in list(running):
            one = running[descriptor]
            if descriptor in ready and not one.take():
                continue
            if descriptor in ready or time.monotonic() >= one.deadline:
                del running[descriptor]
                yield one.case, *one.outcome(), time.monotonic() - one.begun


class Attempt:
    """One test in its process."""

    def __init__(self, case):
        self.case, self.begun, self.data = case, time.monotonic(), b""
        self.deadline = self.begun + case.limit
        self.readable, writable = os.pipe()
        sys.stdout.flush()
        self.child = os.fork()
        if self.child == 0:
            os.close(self.readable)
            os.setpgid(0, 0)
            adopt_orphans()
            outcome, message = attempt(case)
            # Less than a pipe holds, so that this never waits.
            os.write(writable, json.dumps([outcome, message[:4000]]).encode())
            kill_descendants()
            os._exit(0)
        os.close(writable)

    def take(self):
        """Whether the test has ended."""
        chunk = os.read(self.readable, 1 << 16)
        self.data += chunk
        return not chunk

    def outcome(self):
        os.close(self.readable)
        is_late = time.monotonic() >= self.deadline and not self.data
        if is_late:
            kill_tree(self.child)
        os.waitpid(self.child, 0)
        if is_late:
            return "failed", f"no end within {self.case.limit} s"
        return tuple(json.loads(self.data)) if self.data else ("failed", "the test process died")


def attempt(case):
    try:
        case.body()
        return ["passed", ""]
    except Skipped as reason:
        return ["skipped", str(reason)]
    except Failed as failure:
        return ["failed", str(failure)]
    except BaseException:  # noqa: BLE001
        return ["failed", traceback.format_exc(limit=6)]


def adopt_orphans():
    """Processes that lose their parent become ours (Linux), so that none escapes the clean-up."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)


def children_of(pid):
    try:
        found = []
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += [int(word) for word in file.read().split()]
        return found
    except OSError:
        return []


def descendants(pid):
    found = []
    for child in children_of(pid):
        found += [child] + descendants(child)
    return found


def kill_descendants():
    for _ in range(5):
        left = descendants(os.getpid())
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass
        time.sleep(0.02)


def kill_tree(pid):
    for victim in descendants(pid) + [pid]:
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            pass
