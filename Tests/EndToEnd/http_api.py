"""`oktsec serve` over real sockets: each row of the message API's table, the gate, MCP, stopping and reloading."""
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
import time

from behaviour import POISON
from http_server import PATIENCE, Reply, Server, now, sign, sign_with_openssl
from runner import Case, Skipped, check

COLLECTED = []
HELLO = "the report is ready"


def test(name, limit=60):
    def register(body):
        COLLECTED.append((name, body, limit))
        return body
    return register


def cases(binary):
    for name, body, limit in COLLECTED:
        yield Case(f"http: {name}", lambda b=body: b(binary), limit)


def expect(reply, status, *outcome):
    found = reply.outcome if outcome else (reply.status,)
    check(found == (status, *outcome), f"expected {(status, *outcome)}, got {reply}")
    if not outcome:
        check(set(reply.json) == {"error"}, f"not an error document: {reply}")
    return reply


def rules_of(binary, **members):
    """Overrides for every rule that the poison triggers."""
    with Server(binary, "mode: enforce\n") as server:
        found = server.send(POISON).json["rules_triggered"]
    check(found, "the poison is not found")
    lines = [f"  - {{id: {rule['rule_id']}, " + ", ".join(f"{key}: {value}" for key, value in members.items()) + "}" for rule in found]
    return "rules:\n" + "\n".join(lines) + "\n"


# The table of the contract


@test("clean, signed: 200 delivered, verified, and its record; also when OpenSSL signs")
def clean(binary):
    with Server(binary, "mode: enforce\n") as server:
        reply = expect(server.send(HELLO, message_id="m-1"), 200, "delivered", "allow")
        check(reply.json == {"status": "delivered", "message_id": "m-1", "policy_decision": "allow", "rules_triggered": [],
                             "verified_sender": True}, f"{reply}")
        document = server.signed(HELLO, message_id="m-2")
        payload = f"ana\nben\n{HELLO}\n{document['timestamp']}".encode()
        document["signature"] = sign_with_openssl(os.path.join(server.folder, "keys", "ana.key"), payload)
        expect(server.post(document), 200, "delivered", "allow")
        rows = server.rows()
        check([(row["from_agent"], row["to_agent"], row["status"], row["signature_verified"]) for row in rows]
              == [("ana", "ben", "delivered", 1)] * 2, f"{rows}")


@test("enforce: flag 200, quarantine 202 with an item, block 403")
def verdicts(binary):
    with Server(binary, "mode: enforce\n") as server:
        reply = expect(server.send(POISON), 403, "blocked", "content_blocked")
        rule = reply.json["rules_triggered"][0]
        check(set(rule) == {"rule_id", "name", "severity", "category", "match"}, f"{rule}")
    with Server(binary, "mode: enforce\n" + rules_of(binary, action="allow-and-flag")) as server:
        reply = expect(server.send(POISON), 200, "delivered", "content_flagged")
        check(reply.json["rules_triggered"], "no rule is named")
    with Server(binary, "mode: enforce\n" + rules_of(binary, action="quarantine")) as server:
        reply = expect(server.send(POISON), 202, "quarantined", "content_quarantined")
        item = reply.json["quarantine_id"]
        state = server.request("GET", f"/v1/quarantine/{item}")
        check(state.status == 200 and state.json == {"quarantine_id": item, "state": "pending"}, f"{state}")
        done = server.oktsec("quarantine", "approve", item, "--yes", "--reviewer", "ann")
        check(done.returncode == 0, f"{done}")
        state = server.request("GET", f"/v1/quarantine/{item}").json["state"]
        check(state in ("approved", "consumed"), f"{state}")
        expect(server.request("GET", "/v1/quarantine/zzzzzzzzzzzzzzzzzzzz"), 404)
        expect(server.request("GET", "/v1/quarantine/no-id"), 404)


@test("observe: a content verdict is delivered, the decision says what it would have been, nothing is held")
def observe(binary):
    with Server(binary, "mode: observe\n" + rules_of(binary, action="quarantine")) as server:
        reply = expect(server.send(POISON), 200, "delivered", "content_quarantined")
        check("quarantine_id" not in reply.json, f"{reply}")
        listed = json.loads(server.oktsec("quarantine", "list", "--json").stdout or "[]")
        check(not (listed.get("items") if isinstance(listed, dict) else listed), f"{listed}")


@test("metadata: names and values are inspected like content")
def metadata(binary):
    with Server(binary, "mode: enforce\n") as server:
        for value in ({"note": POISON}, {POISON: 1}, {"deep": [{"a": ["x", POISON]}]}):
            expect(server.send(HELLO, metadata=value), 403, "blocked", "content_blocked")
        expect(server.send(HELLO, metadata={"n": 1, "b": True, "list": ["fine"]}), 200, "delivered", "allow")
        findings = json.loads(server.rows("policy_decision = 'content_blocked'")[2]["rules_triggered"])
        check(findings[0]["pointer"] == "/metadata/deep/0/a/1" if "pointer" in findings[0] else True, f"{findings[0]}")


@test("ACL: 403 acl_denied by can_message and by default_policy")
def acl(binary):
    config = "mode: enforce\ndefault_policy: deny\nagents:\n  ana: {can_message: [ben]}\n"
    with Server(binary, config) as server:
        expect(server.send(HELLO), 200, "delivered", "allow")
        expect(server.send(HELLO, to="carol"), 403, "rejected", "acl_denied")
        expect(server.send(HELLO, sender="ben", to="ana"), 403, "rejected", "acl_denied")


@test("identity: wrong signature, unknown agent and revoked key are 403, also where signatures are optional")
def identity(binary):
    for setting in ("require_signature: true", "require_signature: false"):
        with Server(binary, "mode: enforce\n", identity=setting) as server:
            good = server.signed(HELLO)
            for change in ({"content": HELLO + "."}, {"to": "ana"}, {"signature": "AAAA"}, {"signature": ""},
                           {"signature": good["signature"].rstrip("=")}):
                expect(server.post({**good, **change}), 403, "rejected", "identity_rejected")
            impostor = {**good, "from": "ben", "to": "ana"}
            expect(server.post(impostor), 403, "rejected", "identity_rejected")
            expect(server.post({**good, "from": "nobody"}), 403, "rejected", "identity_rejected")
            expect(server.post(good), 200, "delivered", "allow")
            late = server.signed("sent before the key was revoked")
            check(server.oktsec("keys", "revoke", "--agent", "ana").returncode == 0, "revoke")
            expect(server.post(late), 403, "rejected", "identity_rejected")


@test("replay: the same message twice is 403, also by another process on the database and after a restart")
def replay(binary):
    with Server(binary, "mode: enforce\n") as server:
        document = server.signed(HELLO)
        expect(server.post(document), 200, "delivered", "allow")
        expect(server.post(document), 403, "rejected", "replayed")
        with Server(binary, folder=server.folder) as other:
            expect(other.post(document), 403, "rejected", "replayed")
            check(other.stop() == 0, "stop")
        check(server.stop() == 0, "stop")
        server.start()
        expect(server.post(document), 403, "rejected", "replayed")


@test("stale: timestamps outside the window are 403 replayed, and the window's ends are its own")
def stale(binary):
    with Server(binary, "mode: enforce\n") as server:
        for seconds, outcome in ((-400, "replayed"), (-280, "allow"), (25, "allow"), (90, "replayed")):
            reply = server.post(server.signed(HELLO, at=now(seconds)))
            check(reply.json["policy_decision"] == outcome, f"{seconds}: {reply}")


@test("unsigned: 401 with WWW-Authenticate where signatures are required, delivered unverified where not")
def unsigned(binary):
    document = {"from": "ana", "to": "ben", "content": HELLO}
    with Server(binary, "mode: enforce\n") as server:
        reply = expect(server.post(document), 401, "rejected", "signature_required")
        check(reply.headers["WWW-Authenticate"], "no challenge")
    with Server(binary, "mode: enforce\n", identity="require_signature: false") as server:
        reply = expect(server.post(document), 200, "delivered", "allow")
        check(reply.json["verified_sender"] is False, f"{reply}")
        # Without a timestamp there is nothing to replay against: each is a message of its own.
        expect(server.post(document), 200, "delivered", "allow")


@test("rate: 429 with Retry-After, and the refused message may come again as it is")
def rate(binary):
    with Server(binary, "mode: enforce\nagents:\n  ana: {rate: {per_minute: 2}}\n") as server:
        for _ in range(2):
            expect(server.send(HELLO), 200, "delivered", "allow")
        document = server.signed(HELLO)
        for _ in range(2):
            reply = expect(server.post(document), 429, "rejected", "rate_limited")
            check(1 <= int(reply.headers["Retry-After"]) <= 60, f"{dict(reply.headers)}")
        expect(server.send(HELLO, sender="ben", to="ana"), 200, "delivered", "allow")


@test("malformed: 400 with an error and nothing recorded")
def malformed(binary):
    with Server(binary, "mode: enforce\n") as server:
        good = server.signed(HELLO)
        text = json.dumps(good)
        bodies = [
            b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"\xef\xbb\xbf" + text.encode(), text.encode() + b"x", b"{}",
            text.replace('"from"', '"From"').encode(), text.replace('"content"', '"Content"').encode(),
            text.replace("{", '{"from": "ana", ', 1).encode(), text.replace("{", '{"\\u0066rom": "ana", ', 1).encode(),
            text.replace("{", '{"extra": 1, ', 1).encode(), text.replace("{", '{"metadata": {"a": 1, "a": 2}, ', 1).encode(),
            text.replace(HELLO, "\\ud800").encode(),
        ]
        changes = [
            {"from": "../x"}, {"from": ""}, {"to": "a b"}, {"to": "x" * 65}, {"content": ""}, {"content": 1}, {"content": None}, {"from": None},
            {"timestamp": "yesterday"}, {"timestamp": None}, {"metadata": []}, {"metadata": "x"}, {"message_id": "a/b"}, {"message_id": ""},
            {"message_id": "x" * 129}, {"metadata": {"k": ["v"] * 1001}}, {"metadata": {"k": "v" * 70000}},
        ]
        bodies += [json.dumps({**good, **change}).encode() for change in changes]
        for name in ("from", "to", "content", "timestamp"):
            bodies.append(json.dumps({key: value for key, value in good.items() if key != name}).encode())
        for body in bodies:
            expect(server.post(body), 400)
        check(server.rows() == [], "something was recorded")
        expect(server.post(good), 200, "delivered", "allow")


@test("sizes and types: 413, 415, 404, 405 with Allow, each with an error and X-Request-ID")
def sizes(binary):
    with Server(binary, "mode: enforce\nlimits: {max_frame_bytes: 65536}\n") as server:
        big = server.signed("a" * 70000)
        replies = [
            (413, server.post(big)), (415, server.post(server.signed(HELLO), **{"Content-Type": "text/plain"})),
            (415, server.post(server.signed(HELLO), **{"Content-Type": "application/json; charset=latin1"})),
            (415, server.post(server.signed(HELLO), **{"Content-Encoding": "gzip"})),
            (415, server.request("POST", "/v1/message", b"{}")), (404, server.request("GET", "/")),
            (404, server.request("GET", "/v1/message/")), (404, server.request("POST", "/v1/other", b"{}")),
            (405, server.request("GET", "/v1/message")), (405, server.request("DELETE", "/health")), (405, server.request("GET", "/mcp")),
        ]
        for status, reply in replies:
            expect(reply, status)
            check(reply.headers["X-Request-ID"], "no X-Request-ID")
            check((reply.headers["Allow"] is not None) is (status == 405), f"{reply.headers}")
        chunked = server.connect()
        chunked.request("POST", "/v1/message", iter([b"a" * 40000] * 3), {"Content-Type": "application/json"}, encode_chunked=True)
        check(chunked.getresponse().status == 413, "chunked")
        expect(server.post(server.signed(HELLO), **{"Content-Type": "Application/JSON; charset=UTF-8"}), 200, "delivered", "allow")


@test("message_id: a repeated message gets the first reply and nothing happens twice; another one is 409")
def idempotence(binary):
    with Server(binary, "mode: enforce\n") as server:
        document = server.signed(HELLO, message_id="job-7")
        first = expect(server.post(document), 200, "delivered", "allow")
        check(server.post(document).body == first.body, "another reply")
        with Server(binary, folder=server.folder) as other:
            check(other.post(document).body == first.body, "another reply from another process")
        check(len(server.rows()) == 1, "recorded twice")
        expect(server.send(HELLO + "!", message_id="job-7"), 409)
        expect(server.send(HELLO, sender="ben", to="ana", message_id="job-7"), 200, "delivered", "allow")
        blocked = server.signed(POISON, message_id="job-8")
        first = expect(server.post(blocked), 403, "blocked", "content_blocked")
        check(server.post(blocked).json == first.json, "another reply")


@test("many at once with one message_id: one delivery, one record, one reply for all")
def race(binary):
    with Server(binary, "mode: enforce\n") as server:
        document = server.signed(HELLO, message_id="once")
        replies = []
        threads = [threading.Thread(target=lambda: replies.append(server.post(document))) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        check({reply.body for reply in replies} == {replies[0].body} and replies[0].status == 200, f"{replies}")
        check(len(server.rows()) == 1, f"{len(server.rows())} records")


@test("the store cannot be written: 503 audit_unavailable, and the same message passes when it can")
def outage(binary):
    with Server(binary, "mode: enforce\n") as server:
        expect(server.send(HELLO), 200, "delivered", "allow")
        document = server.signed(HELLO, message_id="later")
        blocker = sqlite3.connect(os.path.join(server.folder, "audit.db"), isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        reply = expect(server.post(document), 503, "error", "audit_unavailable")
        check(reply.headers["Retry-After"], "no Retry-After")
        blocker.execute("ROLLBACK")
        blocker.close()
        deadline = time.monotonic() + PATIENCE
        while server.post(document).status != 200:
            check(time.monotonic() < deadline, "it does not recover")
            time.sleep(0.2)
        check(len(server.rows()) == 2, f"{server.rows()}")


# The gate


@test("Host and Origin: loopback names pass, others are 421 and 403; allowed_hosts adds names")
def hosts(binary):
    with Server(binary, "server: {allowed_hosts: [guard.example]}\n") as server:
        port = server.port
        for host, status in ((f"localhost:{port}", 200), (f"127.0.0.1:{port}", 200), (f"[::1]:{port}", 200), ("guard.example", 200),
                             ("GUARD.example:1", 200), ("evil.example", 421), ("127.0.0.1.evil.example", 421), ("127.1", 421),
                             ("localhost.evil.example", 421), ("a b", 400), ("", 400)):
            check(server.request("GET", "/health", Host=host).status == status, f"Host {host!r}: not {status}")
        for origin, status in ((f"http://127.0.0.1:{port}", 200), ("https://guard.example", 200), ("http://evil.example", 403), ("null", 403),
                               ("http://127.0.0.1:1", 403), ("", 403)):
            check(server.request("GET", "/health", Origin=origin).status == status, f"Origin {origin!r}: not {status}")
        raw = exchange(server, b"GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        check(raw.startswith(b"HTTP/1.1 400"), f"two hosts: {raw[:60]}")


def exchange(server, data, timeout=10):
    with socket.create_connection(("127.0.0.1", server.port), timeout=timeout) as connection:
        connection.sendall(data)
        received = b""
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except (TimeoutError, ConnectionResetError):
            pass
        return received


@test("api_key: asked of everything but /health, by either header, and needed beyond loopback")
def keys(binary):
    with Server(binary, 'server: {api_key: "kept-secret"}\n', identity="require_signature: false") as server:
        check(server.request("GET", "/health").status == 200, "health")
        for path in ("/metrics", "/v1/quarantine/x", "/nowhere"):
            reply = expect(server.request("GET", path), 401)
            check("Bearer" in reply.headers["WWW-Authenticate"], "no challenge")
        for headers, status in (({"Authorization": "Bearer kept-secret"}, 200), ({"X-API-Key": "kept-secret"}, 200),
                                ({"Authorization": "bearer kept-secret"}, 200), ({"Authorization": "Bearer kept-secre"}, 401),
                                ({"Authorization": "Basic kept-secret"}, 401), ({"X-API-Key": ""}, 401),
                                ({"X-API-Key": "kept-secret", "Authorization": "Bearer other"}, 401)):
            check(server.request("GET", "/metrics", **headers).status == status, f"{headers}: not {status}")
        document = {"from": "ana", "to": "ben", "content": HELLO}
        expect(server.post(document), 401)
        check(server.post(document, **{"X-API-Key": "kept-secret"}).status == 200, "with the key")
        check(server.rows() != [] and "kept-secret" not in server.diagnostics(), "the key was written down")
    with Server(binary, starts=False) as server:
        done = server.oktsec("serve", "--bind", "0.0.0.0", "--port", "0")
        check(done.returncode == 65 and "server.api_key" in done.stderr, f"{done}")
    with Server(binary, "server: {api_key: env:OKTSEC_NO_SUCH_VARIABLE}\n", starts=False) as server:
        done = server.oktsec("serve", "--port", "0")
        check(done.returncode != 0 and "OKTSEC_NO_SUCH_VARIABLE" in done.stderr, f"{done}")


@test("X-Request-ID: echoed when it is harmless, else made anew")
def request_ids(binary):
    with Server(binary) as server:
        check(server.request("GET", "/health", X_Request_ID="trace-1.2").headers["X-Request-ID"] == "trace-1.2", "not echoed")
        for bad in ("a b", "x" * 129, "\u00e4"):
            found = server.request("GET", "/health", X_Request_ID=bad.encode("latin-1").decode("latin-1")).headers["X-Request-ID"]
            check(found != bad and re.fullmatch(r"[0-9a-z]{20}", found), f"{found}")
        one, two = (server.request("GET", "/health").headers["X-Request-ID"] for _ in range(2))
        check(one != two, "not unique")


# Starting, stopping, reloading


@test("a busy port is an error; --port 0 goes on to the next")
def ports(binary):
    with Server(binary) as server:
        done = server.oktsec("serve", "--port", str(server.port))
        check(done.returncode == 1 and "in use" in done.stderr and done.stdout == "", f"{done}")
        with Server(binary, folder=server.folder) as other:
            check(other.port != server.port, "the same port")
            check(other.request("GET", "/health").json["status"] == "ok", "health")
        for wrong in (("--port", "70000"), ("--port", "x"), ("--bind", "a b")):
            check(server.oktsec("serve", *wrong).returncode == 64, f"{wrong}")


@test("SIGTERM and SIGINT: requests in flight are answered, then it ends with 0")
def stopping(binary):
    for number in (signal.SIGTERM, signal.SIGINT):
        with Server(binary, "mode: enforce\n") as server:
            body = json.dumps(server.signed(HELLO)).encode()
            idle = server.connect()
            idle.request("GET", "/health")
            idle.getresponse().read()
            with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
                head = f"POST /v1/message HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                connection.sendall(head.encode() + body[:20])
                time.sleep(0.3)
                server.process.send_signal(number)
                time.sleep(0.3)
                connection.sendall(body[20:])
                received = connection.recv(65536)
            check(received.startswith(b"HTTP/1.1 200") and b'"delivered"' in received, f"{received[:200]}")
            check(server.process.wait(PATIENCE) == 0, "the exit status")
            check(len(server.rows()) == 1, "its record")


@test("rules of one's own, changed: taken up without a signal; a bad file is refused and the old one holds", 90)
def own_rules(binary):
    with Server(binary, "mode: enforce\ncustom_rules_dir: rules\n", starts=False) as server:
        folder = os.path.join(server.folder, "rules")
        os.mkdir(folder)
        server.start()

        def write(value):
            draft = os.path.join(server.folder, "draft")
            with open(draft, "w") as file:
                file.write("id: ACME-1\nname: Project\nseverity: critical\nmatch_mode: any\n"
                           f"patterns:\n  - {{type: contains, value: '{value}'}}\n")
            os.replace(draft, os.path.join(folder, "own.yaml"))

        expect(server.send("about bluefin"), 200, "delivered", "allow")
        write("bluefin")
        server.says("the rules have changed and were read again")
        deadline = time.monotonic() + PATIENCE
        while server.send("about Bluefin").status != 403:
            check(time.monotonic() < deadline, "the rules are not taken up")
            time.sleep(0.1)
        write("no")
        server.says("the changed rules cannot be used")
        expect(server.send("about bluefin"), 403, "blocked", "content_blocked")


@test("SIGHUP and a changed file: read again; a bad file is refused and the old one holds")
def reloading(binary):
    with Server(binary, "mode: observe\n") as server:
        expect(server.send(POISON), 200, "delivered", "content_blocked")
        server.write("mode: enforce\n")
        server.says("the mode is enforce")
        expect(server.send(POISON), 403, "blocked", "content_blocked")
        server.write("mode: nonsense\n")
        server.says("what held before stays in force")
        expect(server.send(POISON), 403, "blocked", "content_blocked")
        server.write("mode: enforce\nserver: {allowed_hosts: [guard.example]}\n")
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + PATIENCE
        while server.request("GET", "/health", Host="guard.example").status != 200:
            check(time.monotonic() < deadline, "allowed_hosts is not read again")
            time.sleep(0.1)
        server.write("mode: enforce\nagents:\n  ana: {can_message: []}\n")
        while server.send(HELLO).status != 403:
            check(time.monotonic() < deadline, "the ACL is not read again")
            time.sleep(0.1)


@test("TLS by files; unusable files are an error that names them")
def tls(binary):
    if not shutil.which("openssl"):
        raise Skipped("no openssl")
    with Server(binary, "server: {tls: {certificate: cert.pem, key: key.pem}}\n", starts=False) as server:
        done = server.oktsec("serve", "--port", "0")
        check(done.returncode == 65 and "cert.pem" in done.stderr, f"{done}")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                        "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"],
                       cwd=server.folder, check=True, capture_output=True, timeout=30)
        server.start()
        check("https://" in server.banner, server.banner)
        context = ssl.create_default_context(cafile=os.path.join(server.folder, "cert.pem"))
        import http.client
        connection = http.client.HTTPSConnection("localhost", server.port, timeout=PATIENCE, context=context)
        connection.request("GET", "/health")
        check(Reply(connection.getresponse()).json["status"] == "ok", "health")


# Hostile clients


@test("slow clients: a head or a body that trickles is cut off, and others are served meanwhile", 90)
def slow(binary):
    with Server(binary) as server:
        starts = (b"GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ",
                  b"POST /v1/message HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
        connections = []
        for start in starts:
            connection = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
            connection.sendall(start)
            connections.append(connection)
        began, open_ones = time.monotonic(), list(connections)
        while open_ones:
            check(time.monotonic() - began < 60, "still open")
            for connection in list(open_ones):
                try:
                    connection.sendall(b"a")
                    connection.settimeout(0.05)
                    if connection.recv(4096) == b"":
                        open_ones.remove(connection)
                except TimeoutError:
                    pass
                except OSError:
                    open_ones.remove(connection)
            check(server.request("GET", "/health").status == 200, "others are not served")
            time.sleep(0.5)
        check(time.monotonic() - began > 20, "cut off too early")


@test("raw rubbish: answered by 400 or closed, and the server lives")
def rubbish(binary):
    with Server(binary) as server:
        host = b"Host: localhost\r\nConnection: close\r\n"
        texts = [
            b"\r\n\r\n", b"\x00" * 100, b"\x16\x03\x01\x02\x00" + b"\x01" * 500, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n" + host + b"\r\n",
            b"GET /health HTTP/1.1\r\n" + b"X: " + b"a" * 40000 + b"\r\n\r\n", b"GET /health HTTP/1.1\r\n" + b"A: b\r\n" * 500 + b"\r\n",
            b"POST /v1/message HTTP/1.1\r\n" + host + b"Content-Length: -1\r\n\r\n",
            b"POST /v1/message HTTP/1.1\r\n" + host + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            b"POST /v1/message HTTP/1.1\r\n" + host + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"CONNECT evil.example:443 HTTP/1.1\r\n" + host + b"\r\n",
            b"GET /health HTTP/1.1\r\nHost: localhost\r\nFoo : bar\r\nConnection: close\r\n\r\n", os.urandom(2000),
        ]
        for text in texts:
            raw = exchange(server, text, timeout=1)
            check(b" 200 " not in raw[:20], f"{text[:60]} was served: {raw[:60]}")
            check(server.request("GET", "/health").status == 200, f"after {text[:60]}")
        check(server.stop() == 0, "the exit status")


@test("half-closed connections and bodies far over the limit: answered, and memory does not grow")
def bounded(binary):
    with Server(binary, "mode: enforce\n") as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
            check(connection.recv(65536).startswith(b"HTTP/1.1 200"), "half-closed")
        before = memory(server)
        for _ in range(3):
            connection = server.connect()
            connection.putrequest("POST", "/v1/message")
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Transfer-Encoding", "chunked")
            connection.endheaders()
            try:
                for _ in range(64):
                    connection.send(b"100000\r\n" + b"a" * (1 << 20) + b"\r\n")
                connection.send(b"0\r\n\r\n")
                check(connection.getresponse().status == 413, "413")
            except (BrokenPipeError, ConnectionResetError):
                pass
            connection.close()
        if before is not None:
            check(memory(server) - before < 48 << 20, f"it grew from {before} to {memory(server)}")
        check(server.request("GET", "/health").status == 200, "it died")


def memory(server):
    """Resident bytes; nil where there is no /proc."""
    try:
        with open(f"/proc/{server.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


@test("a stream of events and a wait end in order when the server stops")
def streams(binary):
    def fetch(server, agent, query="", **headers):
        timestamp = now()
        signature = sign(os.path.join(server.folder, "keys", f"{agent}.key"), f"GET\n/v1/inbox/{agent}\n{timestamp}".encode())
        connection = server.connect()
        connection.request("GET", f"/v1/inbox/{agent}{query}",
                           headers={"X-Oktsec-Timestamp": timestamp, "X-Oktsec-Signature": signature, **headers})
        return connection
    with Server(binary, "mode: enforce\n") as server:
        stream = fetch(server, "ben", Accept="text/event-stream").getresponse()
        check(stream.status == 200 and stream.headers["Content-Type"] == "text/event-stream", f"{stream.status}")
        expect(server.send(HELLO), 200, "delivered", "allow")
        text = b""
        while HELLO.encode() not in text:
            line = stream.readline()
            check(line, "the stream ended")
            text += line
        waiting = fetch(server, "ana", "?wait=60")
        server.request("GET", "/health")
        time.sleep(0.5)
        check(server.stop() == 0, "the exit status")
        # Cut off by the end of the process, both of these raise.
        check(HELLO.encode() not in stream.read(), "the message came twice")
        reply = waiting.getresponse()
        check(reply.status == 200 and json.loads(reply.read()) == {"messages": [], "more": False}, f"{reply.status}")


@test("kill -9 under load: every answered message has its record", 90)
def killed(binary):
    with Server(binary, "mode: enforce\n") as server:
        answered, stop = [], threading.Event()

        def load(number):
            count = 0
            while not stop.is_set():
                count += 1
                try:
                    reply = server.send(f"{HELLO} {number} {count}", message_id=f"k-{number}-{count}")
                except OSError:
                    return
                except Exception:  # noqa: BLE001  a reply cut in two is no reply
                    return
                if reply.status == 200:
                    answered.append(f"k-{number}-{count}")
        threads = [threading.Thread(target=load, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(2)
        server.process.kill()
        stop.set()
        for thread in threads:
            thread.join()
        check(len(answered) > 10, f"only {len(answered)} answers")
        rows = server.rows("status = 'delivered'")
        check(len(rows) >= len(answered), f"{len(answered)} answers, {len(rows)} records")
        done = server.oktsec("logs", "verify")
        check(done.returncode == 0, f"{done.stdout} {done.stderr}")


@test("nothing of a message stands in the log, at debug neither")
def logs(binary):
    with Server(binary, "mode: enforce\nserver: {log_level: debug}\n") as server:
        server.send(f"{HELLO} {POISON}", metadata={"secretname": "secretvalue"})
        server.post(b'{"from": "secretname"')
        server.request("GET", "/secretname?secretvalue=1", X_Secret="secretvalue")
        server.says("none 404")
        text = server.diagnostics()
        for word in (HELLO, "Ignore all", "secretname", "secretvalue"):
            check(word not in text, f"{word!r} is in the log")


# Metrics and MCP


@test("metrics: requests, decisions and latencies are counted")
def metrics(binary):
    with Server(binary, "mode: enforce\n") as server:
        server.send(HELLO)
        server.send(POISON)
        server.request("GET", "/nowhere")
        reply = server.request("GET", "/metrics")
        check(reply.headers["Content-Type"].startswith("text/plain; version=0.0.4"), f"{reply.headers}")
        lines = reply.body.decode().splitlines()
        for line in ('oktsec_http_requests_total{endpoint="message",status="200"} 1', 'oktsec_messages_total{decision="content_blocked"} 1',
                     'oktsec_http_requests_total{endpoint="none",status="404"} 1', "oktsec_audit_available 1",
                     'oktsec_http_request_seconds_count{endpoint="message"} 2'):
            check(line in lines, f"{line} is missing")
        names = {line.split("{")[0].split(" ")[0] for line in lines if not line.startswith("#")}
        typed = {line.split()[2] for line in lines if line.startswith("# TYPE")}
        check(all(any(name == kind or name.startswith(kind + "_") for kind in typed) for name in names), f"{names - typed}")


MODERN = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}


def mcp(server, method, params=None, identifier=1, **headers):
    message = {"jsonrpc": "2.0", "method": method, "params": params or {}}
    if identifier is not None:
        message["id"] = identifier
    return server.request("POST", "/mcp", json.dumps(message).encode(),
                          **{"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers})


@test("MCP, older generation: initialize, notifications, list and call, without a session")
def mcp_legacy(binary):
    with Server(binary, "mode: enforce\n") as server:
        for version in ("2025-03-26", "2025-06-18", "2025-11-25"):
            opened = mcp(server, "initialize", {"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}})
            check(opened.status == 200 and opened.json["result"]["protocolVersion"] == version, f"{opened}")
            check(opened.headers["Mcp-Session-Id"] is None, "a session")
            done = mcp(server, "notifications/initialized", identifier=None, **{"MCP-Protocol-Version": version})
            check(done.status == 202 and done.body == b"", f"{done}")
            listed = mcp(server, "tools/list", **{"MCP-Protocol-Version": version})
            check("scan_message" in {tool["name"] for tool in listed.json["result"]["tools"]}, f"{listed}")
            called = mcp(server, "tools/call", {"name": "scan_message", "arguments": {"content": POISON}}, **{"MCP-Protocol-Version": version})
            check("block" in json.dumps(called.json["result"]), f"{called}")
        check(mcp(server, "tools/list", **{"MCP-Protocol-Version": "1999-01-01"}).status == 400, "an unknown revision")
        check(mcp(server, "tools/list", Accept="text/html").status == 406, "Accept")
        bad = server.request("POST", "/mcp", b"{", **{"Content-Type": "application/json"})
        check(bad.status == 400 and bad.json["error"]["code"] == -32700, f"{bad}")


@test("MCP, modern generation: headers must agree with the body")
def mcp_modern(binary):
    with Server(binary, "mode: enforce\n") as server:
        version = {"MCP-Protocol-Version": "2026-07-28"}
        found = mcp(server, "server/discover", {"_meta": MODERN}, **version, **{"Mcp-Method": "server/discover"})
        check(found.status == 200 and "2026-07-28" in found.json["result"]["supportedVersions"], f"{found}")
        call = {"name": "scan_message", "arguments": {"content": HELLO}, "_meta": MODERN}
        good = {**version, "Mcp-Method": "tools/call", "Mcp-Name": "scan_message"}
        done = mcp(server, "tools/call", call, **good)
        check(done.status == 200 and done.json["result"]["structuredContent"]["verdict"] == "clean", f"{done}")
        encoded = {**good, "Mcp-Name": "=?base64?c2Nhbl9tZXNzYWdl?="}
        check(mcp(server, "tools/call", call, **encoded).status == 200, "an encoded name")
        for change in ({"MCP-Protocol-Version": "2025-11-25"}, {"Mcp-Method": "tools/list"}, {"Mcp-Name": "other"}, {"Mcp-Name": None},
                       {"Mcp-Method": None}, {"MCP-Protocol-Version": None}):
            headers = {name: value for name, value in {**good, **change}.items() if value is not None}
            reply = mcp(server, "tools/call", call, **headers)
            check(reply.status == 400 and reply.json["error"]["code"] == -32020 and reply.json["id"] == 1, f"{change}: {reply}")
        unknown = mcp(server, "ping", {"_meta": MODERN}, **version, **{"Mcp-Method": "ping"})
        check(unknown.status == 404 and unknown.json["error"]["code"] == -32601, f"{unknown}")


# The documents


def example(language):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "http.md")
    with open(path) as file:
        return re.search(rf"```{language}\n(.*?)```", file.read(), re.S).group(1)


def swift_example(binary):
    """The example for Swift, built as a reader would: with swift-crypto, in a package of its own."""
    if not shutil.which("swift"):
        raise Skipped("no swift")
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".build-examples")
    os.makedirs(os.path.join(folder, "Sources/client"), exist_ok=True)
    write_if_changed(os.path.join(folder, "Package.swift"), """// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "client", platforms: [.macOS(.v14)],
  dependencies: [.package(url: "https://github.com/apple/swift-crypto", "3.12.0"..<"5.0.0")],
  targets: [.executableTarget(name: "client", dependencies: [.product(name: "Crypto", package: "swift-crypto")])])
""")
    write_if_changed(os.path.join(folder, "Sources/client/main.swift"), example("swift"))
    resolved = subprocess.run(["swift", "package", "resolve"], cwd=folder, capture_output=True, text=True, timeout=300)
    if resolved.returncode:
        raise Skipped("swift-crypto cannot be reached")
    built = subprocess.run(["swift", "build", "--quiet"], cwd=folder, capture_output=True, text=True, timeout=1500)
    check(built.returncode == 0, f"{(built.stdout + built.stderr)[-2000:]}")
    with Server(binary, "mode: enforce\n") as server:
        done = subprocess.run(
            [os.path.join(folder, ".build/debug/client")], cwd=server.folder, capture_output=True, text=True, timeout=30,
            env={**os.environ, "OKTSEC_URL": f"http://127.0.0.1:{server.port}"})
    check('"status":"delivered"' in done.stdout and '"verified_sender":true' in done.stdout, f"{done}")


def write_if_changed(path, text):
    """Keeps the time of a file that stays as it is, so that nothing is built again."""
    if not os.path.exists(path) or open(path).read() != text:
        with open(path, "w") as file:
            file.write(text)


@test("docs/http.md: the examples for the shell and for Python do what they say")
def examples(binary):
    with Server(binary, "mode: enforce\n") as server:
        environment = {**os.environ, "OKTSEC_URL": f"http://127.0.0.1:{server.port}"}
        if shutil.which("curl") and shutil.which("openssl"):
            done = subprocess.run(["sh", "-c", example("sh")], cwd=server.folder, env=environment, capture_output=True, text=True, timeout=30)
            check('"status":"delivered"' in done.stdout and '"verified_sender":true' in done.stdout, f"{done}")
        try:
            import cryptography  # noqa: F401
        except ImportError:
            raise Skipped("no cryptography") from None
        done = subprocess.run([sys.executable, "-c", example("python")], cwd=server.folder, env=environment, capture_output=True, text=True,
                              timeout=30)
        check(done.returncode == 0 and "(200, {'status': 'delivered'" in done.stdout, f"{done}")
        check("ana the report is ready True" in done.stdout, f"{done}")
        again = subprocess.run([sys.executable, "-c", example("python")], cwd=server.folder, env=environment, capture_output=True, text=True,
                               timeout=30)
        check(again.stdout.count("the report is ready True") == 1, f"an acknowledged message came again: {again}")
