#!/usr/bin/env python3
"""Holds our TOML reader against Python's: fuzz-clients --print 20000 | compare_toml.py    (Python 3.11)"""
import json
import sys
import tomllib


def plain(value):
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value if isinstance(value, str) else 0


counts, findings = {}, 0
for line in sys.stdin:
    found = json.loads(line)
    data, ours = bytes(found["bytes"]), found["says"]
    try:
        text = data.decode().removeprefix("\ufeff")
        theirs = plain(tomllib.loads(text))
    except (UnicodeDecodeError, ValueError):
        theirs = None
    outcome = "same" if ours == theirs else "we refuse" if ours is None else "they refuse" if theirs is None else "different"
    counts[outcome] = counts.get(outcome, 0) + 1
    if outcome != "same":
        findings += 1
        if findings <= 10:
            print(outcome, data)
print(counts)
sys.exit(1 if findings else 0)
