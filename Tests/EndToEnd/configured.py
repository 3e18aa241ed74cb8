"""The relay obeys its config: tools, content, overrides, rates and modes, with the bundled server behind it."""
import json
import os
import subprocess
import tempfile
import time

from behaviour import BOTH, POISON, demo, text_of
from relay import Relay
from runner import Case, check

COLLECTED = []


def test(name, limit=60, modes=(None,)):
    def register(body):
        COLLECTED.append((name, body, limit, modes))
        return body
    return register


def cases(binary):
    for name, body, limit, modes in COLLECTED:
        for mode in modes:
            if mode is None:
                yield Case(f"config: {name}", lambda b=body: b(binary), limit)
            else:
                yield Case(f"config: {name} [{mode}]", lambda b=body, m=mode: b(binary, m), limit)


def is_refused(answer):
    return "error" in answer or answer["result"].get("isError") is True


def finished(relay):
    relay.end()
    relay.wait()
    return relay.rows()


def poison_rules(binary):
    """The rules that find the poison in a call or in the answer that echoes it, without any override."""
    with Relay(binary, demo(binary), mode="observe") as relay:
        relay.call(1, "echo", text=POISON)
        rows = finished(relay)
    check(rows[0]["rules"] and rows[0]["verdict"] == "block", f"the poison is not found: {rows[0]}")
    return sorted({rule for row in rows for rule in row["rules"]})


def overrides(rules, **members):
    lines = ["rules:"]
    for rule in rules:
        lines.append(f"  - id: {rule}")
        lines += [f"    {name}: {value}" for name, value in members.items()]
    return "\n".join(lines) + "\n"


def outcome(binary, config, mode="enforce"):
    """What becomes of a poisoned call: whether it was refused, and its record."""
    with Relay(binary, demo(binary), mode=mode, config=config) as relay:
        answer = relay.call(1, "echo", text=POISON)
        rows = finished(relay)
    return is_refused(answer), next(row for row in rows if row["direction"] == "request" and row["method"] == "tools/call")


@test("allowed_tools: others vanish from the list and are refused when called anyway, in both modes", 60, BOTH)
def allowed_tools(binary, mode):
    with Relay(binary, demo(binary), mode=mode, config="agents:\n  files:\n    allowed_tools: [echo]\n") as relay:
        relay.request(1, "tools/list")
        names = [tool["name"] for tool in relay.answer(1)["result"]["tools"]]
        check(set(names) <= {"echo"}, f"listed: {names}")
        check(text_of(relay.call(2, "echo", text="hello")) == "hello", "an allowed tool does not work")
        check(is_refused(relay.call(3, "read_note", name="shopping")), "an unlisted tool was called")
        rows = finished(relay)
    refused = [row for row in rows if row["tool"] == "read_note"]
    check([row["policy_decision"] for row in refused] == ["tool_not_allowed"], f"{refused}")
    check(refused[0]["status"] == "rejected" and refused[0]["action"] == "stopped", f"{refused}")


@test("allowed_tools of another agent, or none, concern nobody else", 60, BOTH)
def foreign_tools(binary, mode):
    with Relay(binary, demo(binary), mode=mode, config="agents:\n  other:\n    allowed_tools: []\n") as relay:
        check(text_of(relay.call(1, "echo", text="hello")) == "hello", "refused")


@test("blocked_content stops what would only be lowered, for its agent and no other")
def blocked_content(binary):
    rules = poison_rules(binary)
    lowered = overrides(rules, severity="low")
    refused, row = outcome(binary, lowered)
    check(not refused and row["verdict"] == "clean", f"lowered: {row}")
    found = {entry["category"] for entry in json.loads(row["rules_triggered"])}
    words = ", ".join(sorted(found))
    for agent, expected in (("files", True), ("other", False)):
        refused, row = outcome(binary, lowered + f"agents:\n  {agent}:\n    blocked_content: [{words}]\n")
        check(refused is expected, f"{agent}: {row}")
        check(row["policy_decision"] == ("content_blocked" if expected else "allow"), f"{agent}: {row}")


@test("overrides: ignore, block, quarantine, allow-and-flag and severity do what they say")
def actions(binary):
    rules = poison_rules(binary)
    expected = (
        ({"action": "ignore"}, "clean", "allow", False), ({"action": "block"}, "block", "content_blocked", True),
        ({"action": "quarantine"}, "quarantine", "content_quarantined", True),
        ({"action": "allow-and-flag"}, "flag", "content_flagged", False),
        ({"severity": "critical"}, "block", "content_blocked", True),
        ({"severity": "high"}, "quarantine", "content_quarantined", True),
        ({"severity": "medium"}, "flag", "content_flagged", False), ({"severity": "info"}, "clean", "allow", False),
    )
    for members, verdict, decision, stopped in expected:
        refused, row = outcome(binary, overrides(rules, **members))
        check((row["verdict"], row["policy_decision"], refused) == (verdict, decision, stopped), f"{members}: {row}")
        check(bool(row["rules"]) is (members.get("action") != "ignore"), f"{members}: findings {row['rules']}")
        refused, row = outcome(binary, overrides(rules, **members), mode="observe")
        check(not refused and row["verdict"] == verdict and row["status"] == "delivered", f"observe, {members}: {row}")


@test("overrides hold for their agents, tools, direction and time, and nowhere else")
def scopes(binary):
    rules = poison_rules(binary)
    for members, stopped in (
            ({"agents": "[files]"}, False), ({"agents": "[other]"}, True), ({"tools": "[echo]"}, False),
            ({"tools": "[read_note]"}, True), ({"direction": "request"}, False), ({"direction": "response"}, True),
            ({"until": '"2999-01-01T00:00:00Z"'}, False), ({"until": '"2020-01-01T00:00:00Z"'}, True)):
        # The echo brings the poison back: whatever is about the answer is let through here.
        config = overrides(rules, action="ignore", **members) + "".join(
            f"  - id: {rule}\n    action: ignore\n    direction: response\n" for rule in rules)
        refused, row = outcome(binary, config)
        check(refused is stopped, f"{members}: {row}")


@test("quarantine.enabled: false blocks what would have waited")
def no_quarantine(binary):
    rules = poison_rules(binary)
    refused, row = outcome(binary, overrides(rules, severity="high") + "quarantine:\n  enabled: false\n")
    check(refused and row["policy_decision"] == "content_blocked" and row["status"] == "blocked", f"{row}")


@test("rate.per_minute: the calls beyond it are refused, in both modes", 60, BOTH)
def rates(binary, mode):
    with Relay(binary, demo(binary), mode=mode, config="agents:\n  files:\n    rate: {per_minute: 2}\n") as relay:
        answers = [is_refused(relay.call(number, "echo", text="hello")) for number in range(4)]
        relay.request(9, "tools/list")
        check("result" in relay.answer(9), "only calls are counted")
        rows = finished(relay)
    check(answers == [False, False, True, True], f"{answers}")
    check(sum(row["policy_decision"] == "rate_limited" for row in rows) == 2, "records")


@test("without mode: enforce when signatures are required, else observe")
def default_mode(binary):
    for identity, stopped in (("identity: {keys_dir: keys, require_signature: true}\n", True), ("", False)):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "oktsec.yaml")
            with open(path, "w") as file:
                file.write(f'version: "1"\ndb_path: {folder}/audit.db\n{identity}')
            with Relay(binary, demo(binary), folder=folder) as relay:
                check(is_refused(relay.call(1, "echo", text=POISON)) is stopped, f"{identity!r}")
                finished(relay)


@test("allow: the event's call passes the next time, flagged; other tools stay guarded; status is content")
def allow(binary):
    with tempfile.TemporaryDirectory() as folder:
        with Relay(binary, demo(binary), folder=folder) as relay:
            check(is_refused(relay.call(1, "echo", text=POISON)), "it was not stopped in the first place")
            rows = finished(relay)
        config = os.path.join(folder, "oktsec.yaml")
        event = next(row["id"] for row in rows if row["tool"] == "echo")
        done = subprocess.run([binary, "allow", event, "--for", "1h", "--reason", "a drill", "--config", config],
                              capture_output=True, text=True, timeout=30)
        check(done.returncode == 0 and "To undo it" in done.stdout, f"{done}")
        with Relay(binary, demo(binary), folder=folder) as relay:
            relay.call(1, "echo", text=POISON)
            check(is_refused(relay.call(2, "send_message", to="ben", text=POISON)), "another tool got through")
            rows = finished(relay)
        passed = [row for row in rows if row["tool"] == "echo" and row["direction"] == "request"][-1]
        check((passed["verdict"], passed["action"]) == ("flag", "forwarded"), f"{passed}")
        changed = next(row for row in rows if row["action"] == "changed")
        check(changed["to_agent"] == "files" and changed["method"] == "rules/allow", f"{changed}")
        state = subprocess.run([binary, "status", "--json", "--config", config], capture_output=True, text=True, timeout=30)
        check(state.returncode == 0 and json.loads(state.stdout)["ok"] is True, f"{state}")


@test("allow, unknown event: refused, and the config stays")
def allow_unknown(binary):
    with Relay(binary, demo(binary)) as relay:
        relay.call(1, "echo", text="hello")
        finished(relay)
        config = os.path.join(relay.folder, "oktsec.yaml")
        before = open(config).read()
        done = subprocess.run([binary, "allow", "zzzzzzzzzz", "--config", config], capture_output=True, text=True, timeout=30)
        check(done.returncode == 1 and "there is no record" in done.stderr, f"{done}")
        check(open(config).read() == before, "the config was changed")


def rewrite(path, old, new):
    with open(path) as file:
        text = file.read()
    check(old in text, f"{old!r} is not in the config")
    with open(path + ".new", "w") as file:
        file.write(text.replace(old, new))
    os.replace(path + ".new", path)


def eventually(relay, expected, number=100):
    """Calls with the poison until it is refused, or passes; the relay looks at its config once a second."""
    deadline = time.monotonic() + 20
    while is_refused(relay.call(number, "echo", text=POISON)) is not expected:
        check(time.monotonic() < deadline, f"the change did not take hold: {expected}")
        number += 1
        time.sleep(0.1)


@test("a changed config takes hold in a running relay; a bad one is refused loudly and the old one stays")
def reload(binary):
    with Relay(binary, demo(binary), mode="observe") as relay:
        path = os.path.join(relay.folder, "oktsec.yaml")
        check(not is_refused(relay.call(1, "echo", text=POISON)), "observe stopped it")
        rewrite(path, "mode: observe", "mode: enforce")
        eventually(relay, True)
        rewrite(path, "mode: enforce", "mode: nothing")
        deadline = time.monotonic() + 20
        while "stays in force" not in relay.errors():
            check(is_refused(relay.call(500, "echo", text=POISON)), "a bad config loosened the relay")
            check(time.monotonic() < deadline, "the bad config was not refused")
            time.sleep(0.1)
        check("oktsec.yaml:2:" in relay.errors(), "the problem's place is not named")
        os.unlink(path)
        time.sleep(1.2)
        check(is_refused(relay.call(501, "echo", text=POISON)), "a missing config loosened the relay")
        check(text_of(relay.call(502, "echo", text="hello")) == "hello", "the session does not go on")
