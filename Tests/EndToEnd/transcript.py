"""Transcripts: what is written and what arrives, one scenario per file. fixtures/transcripts/README.md is the grammar."""
import re
from dataclasses import dataclass, field

HEADER = ("expect", "mode", "comment", "max-depth", "max-frame", "agent", "quarantine")
ANY_STRING = rb'"(?:[^"\\]|\\.)*"'


class Malformed(Exception):
    pass


@dataclass
class Step:
    """who: C or S. kind: writes, ends, arrives, stops."""
    who: str
    kind: str
    bytes: bytes
    line: int


@dataclass
class Record:
    action: str
    outcome: str
    rules: list
    sender: str
    receiver: str
    line: int


@dataclass
class Transcript:
    path: str
    header: dict
    steps: list = field(default_factory=list)
    records: list = field(default_factory=list)

    @property
    def modes(self):
        mode = self.header.get("mode", "enforce")
        return ["observe", "enforce"] if mode == "both" else [mode]


def unescape(text):
    """\\xNN and \\r are bytes; any other backslash is itself, so that JSON escapes can be written as they are."""
    out = bytearray()
    for part in re.split(r"(\\x[0-9A-Fa-f]{2}|\\r)", text):
        if part == "\\r":
            out.append(13)
        elif re.fullmatch(r"\\x[0-9A-Fa-f]{2}", part):
            out.append(int(part[2:], 16))
        else:
            out += part.encode()
    return bytes(out)


def parse(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        lines = file.read().split("\n")
    transcript = Transcript(str(path), {})
    in_header = True
    for number, line in enumerate(lines, 1):
        if in_header:
            if not line.strip():
                in_header = not transcript.header
                continue
            name, colon, value = line.partition(":")
            if not colon or name not in HEADER:
                raise Malformed(f"{path}:{number}: not a header: {line!r}")
            key = value.strip()
            transcript.header[name] = f"{transcript.header[name]} {key}" if name in transcript.header else key
            continue
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("A: "):
            transcript.records.append(record(line[3:], path, number))
        else:
            transcript.steps.append(step(line, path, number))
    return transcript


def step(line, path, number):
    for prefix, who, kind, end in (
        ("C> ", "C", "writes", b"\n"), ("S> ", "S", "writes", b"\n"), ("C| ", "C", "writes", b""), ("S| ", "S", "writes", b""),
        (">S| ", "S", "arrives", b""), (">C| ", "C", "arrives", b""), (">S ", "S", "arrives", b"\n"), (">C ", "C", "arrives", b"\n"),
    ):
        if line.startswith(prefix):
            return Step(who, kind, unescape(line[len(prefix):]) + end, number)
    for text, who, kind in (("C$", "C", "ends"), ("S$", "S", "ends"), (">S$", "S", "stops"), (">C$", "C", "stops"),
                            ("C>", "C", "blank"), ("S>", "S", "blank")):
        if line == text:
            return Step(who, "writes" if kind == "blank" else kind, b"\n" if kind == "blank" else b"", number)
    raise Malformed(f"{path}:{number}: not a step: {line!r}")


def record(text, path, number):
    words = text.split()
    if len(words) < 3 or "→" not in words[-1]:
        raise Malformed(f"{path}:{number}: a record is: action outcome rules… from→to")
    sender, receiver = words[-1].split("→")
    return Record(words[0], words[1], words[2:-1], sender, receiver, number)


def pattern(expected):
    """The bytes that are meant: "EVENT" and "TEXT" stand for any JSON string, the rest for itself."""
    parts = re.split(rb'("EVENT"|"TEXT")', expected)
    return re.compile(b"".join(ANY_STRING if p in (b'"EVENT"', b'"TEXT"') else re.escape(p) for p in parts), re.S)
