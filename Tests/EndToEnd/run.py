#!/usr/bin/env python3
"""Tests of the built binary from outside: transcripts, the relay's promises, and real SDK clients.

    run.py [--binary PATH] [--only WORD …] [--list] [--sdk] [--cache DIR] [--repeat N] [--jobs N]

Builds nothing. Needs Python 3.9 and, for --sdk, PyPI. Exit status 1 when a test failed.
"""
import argparse
import os
import pathlib
import signal
import sys
import time

import adversity
import behaviour
import clients
import configured
import crash
import dashboard
import first_minutes
import http_api
import mcp_server
import quarantine
import runner
import sdk
import soak
import serve_program
import transcripts
import upgrade

ROOT = pathlib.Path(__file__).resolve().parents[2]


def find_binary(given):
    candidates = [given] if given else [ROOT / ".build/debug/oktsec", ROOT / ".build/release/oktsec"]
    for path in candidates:
        if os.access(path, os.X_OK):
            return os.path.abspath(path)
    sys.exit(f"run.py: no binary at {' or '.join(map(str, candidates))}; run `swift build` first")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary")
    parser.add_argument("--only", action="append", default=[], metavar="WORD", help="tests whose name has one of these words")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    parser.add_argument("--sdk", action="store_true", help="what needs packages from the network, and nothing else: the official Python SDK, the Swift example")
    parser.add_argument("--cache", default=os.environ.get("OKTSEC_TEST_CACHE", str(ROOT / ".build/sdk")), metavar="DIR")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=4, help="tests at once; most of their time they wait")
    options = parser.parse_args()
    # Started in the background by a shell, we and every relay would have these ignored.
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    binary = find_binary(options.binary)
    cases = sdk_cases(binary, options.cache) if options.sdk else default_cases(binary)
    if options.only:
        cases = [case for case in cases if any(word in case.name for word in options.only)]
    if options.list:
        print("\n".join(case.name for case in cases))
        return 0
    return report(cases * options.repeat, options.jobs)


def default_cases(binary):
    modules = (transcripts, behaviour, configured, quarantine, clients, mcp_server, first_minutes, dashboard,
               adversity, crash, http_api, serve_program, upgrade, soak)
    return [case for module in modules for case in module.cases(binary)]


def sdk_cases(binary, cache):
    found = list(sdk.cases(binary, cache))
    environments = sdk.Environments(cache)
    environments.prepare()
    swift = runner.Case("docs/http.md: the example for Swift does what it says", lambda: http_api.swift_example(binary), 1800)
    return [*found, *clients.sdk_cases(binary, environments, sdk.run), *mcp_server.sdk_cases(binary, cache), swift]


def report(cases, jobs):
    counts, skipped, started = {"passed": 0, "failed": 0, "skipped": 0}, [], time.monotonic()
    for case, outcome, message, seconds in runner.run(cases, jobs):
        counts[outcome] += 1
        if outcome == "failed":
            print(f"FAILED  {case.name}  ({seconds:.1f} s)\n    {message}", flush=True)
        elif outcome == "skipped":
            skipped.append((case.name, message))
    for name, reason in skipped:
        print(f"skipped {name}: {reason}")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped, {time.monotonic() - started:.0f} s")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
