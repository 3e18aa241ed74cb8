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


def run(case):
    """('passed' | 'failed' | 'skipped', message). Nothing of the test is left running afterwards."""
    readable, writable = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(readable)
        os.setpgid(0, 0)
        adopt_orphans()
        outcome, message = attempt(case)
        # Less than a pipe holds, so that this never waits.
        os.write(writable, json.dumps([outcome, message[:4000]]).encode())
        os.close(writable)
        kill_descendants()
        os._exit(0)
    os.close(writable)
    data, deadline = b"", time.monotonic() + case.limit
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            kill_tree(child)
            os.waitpid(child, 0)
            os.close(readable)
            return "failed", f"no end within {case.limit} s"
        if select.select([readable], [], [], left)[0]:
            chunk = os.read(readable, 1 << 16)
            if not chunk:
                break
            data += chunk
    os.close(readable)
    os.waitpid(child, 0)
    return tuple(json.loads(data)) if data else ("failed", "the test process died")


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
