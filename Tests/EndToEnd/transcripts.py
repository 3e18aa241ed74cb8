"""Plays the transcripts through the built binary, with both ends in our hands."""
import pathlib
import shutil
import tempfile

import transcript
from relay import PATIENCE, Relay, ScriptedServer, shorten
from runner import Case, Failed, check

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "fixtures" / "transcripts"
STRENGTH = ("forwarded", "filtered", "stopped")


def cases(binary):
    for path in sorted(FOLDER.rglob("*.txt")):
        scenario = transcript.parse(path)
        for mode in scenario.modes:
            name = f"transcript {path.relative_to(FOLDER).with_suffix('')}" + (f" [{mode}]" if len(scenario.modes) > 1 else "")
            yield Case(name, lambda s=scenario, m=mode: play(binary, s, m), 3 * PATIENCE)


def play(binary, scenario, mode):
    folder = tempfile.mkdtemp(prefix="oktsec-test-")
    try:
        server = ScriptedServer(folder)
        limits = {key: scenario.header[name] for name, key in (("max-depth", "max_depth"), ("max-frame", "max_frame_bytes"))
                  if name in scenario.header}
        agent = scenario.header.get("agent", "files")
        config = "quarantine:\n  enabled: false\n" if scenario.header.get("quarantine") == "off" else ""
        with Relay(binary, server.command, mode=mode, agent=agent, limits=limits, folder=folder, config=config) as relay:
            server.accept()
            for step in scenario.steps:
                perform(step, relay, server)
            finish(relay, server)
            compare_rows(scenario, relay.rows())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def perform(step, relay, server):
    stream = server.input if step.who == "S" else relay.output
    if step.kind == "writes":
        (server if step.who == "S" else relay).write(step.bytes)
    elif step.kind == "ends":
        (server if step.who == "S" else relay).end()
    elif step.kind == "stops":
        left = stream.rest()
        check(not left, f"line {step.line}: {stream.name} got more: {shorten(left)}")
    else:
        found = stream.line() if step.bytes.endswith(b"\n") else stream.rest()
        if not transcript.pattern(step.bytes).fullmatch(found):
            raise Failed(f"line {step.line}: {stream.name} got other bytes\n    expected {shorten(step.bytes, 1000)}\n"
                         f"    got      {shorten(found, 1000)}")


def finish(relay, server):
    """Both sides end, and nothing more may have reached either."""
    relay.end()
    left = server.input.rest()
    check(not left, f"the server got more: {shorten(left, 600)}")
    server.end()
    left = relay.output.rest()
    check(not left, f"the client got more: {shorten(left, 600)}")
    status = relay.wait()
    check(status == 0, f"exit status {status}")


def compare_rows(scenario, rows):
    wanted, found = scenario.records, [describe(row) for row in rows]
    if "expect" in scenario.header:
        actions = [row["action"] for row in rows if row["action"] in STRENGTH]
        strongest = max(actions, key=STRENGTH.index) if actions else "nothing"
        check(strongest == scenario.header["expect"], f"expected {scenario.header['expect']}, recorded: {found}")
    # The two directions are recorded by two threads; within each the order is that of the frames.
    for direction in ("request", "response"):
        sender = (lambda record: record.sender == "client") if direction == "request" else (lambda record: record.sender != "client")
        expected = [record for record in wanted if sender(record)]
        actual = [row for row in rows if row["direction"] == direction]
        check(len(expected) == len(actual), f"{len(expected)} records expected as {direction}, found {found}")
        for record, row in zip(expected, actual):
            agrees = (record.action == row["action"] and record.outcome in ("*", row["verdict"], row["policy_decision"])
                      and set(record.rules) <= set(row["rules"])
                      and (record.sender, record.receiver) == (row["from_agent"], row["to_agent"]))
            check(agrees, f"line {record.line}: the record is {describe(row)}")


def describe(row):
    rules = "".join(f" {rule}" for rule in row["rules"])
    return f"{row['action']} {row['verdict']}/{row['policy_decision']}{rules} {row['from_agent']}→{row['to_agent']}"
