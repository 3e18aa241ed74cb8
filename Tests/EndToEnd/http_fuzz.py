#!/usr/bin/env python3
"""Raw bytes at a running `oktsec serve`: requests that were mutated, cut, glued together and sent in pieces.

    http_fuzz.py [--binary PATH] [--seconds 60] [--seed 1] [--connections 8]

To each the server must answer with HTTP or close the connection within `PATIENCE`, as it does for one that is never finished; no answer
is 500 or worse. In between and at the end a well-formed request must be answered, and the process must be the one that was started, and
end on SIGTERM with status 0. The same seed makes the same requests, but for their times. Exit status 1 when something is wrong.
"""
import argparse
import base64
import json
import os
import random
import socket
import sys
import threading
import time

from http_server import Server, now
from runner import Failed, check

PATIENCE = 20
"""Seconds until an answer or a close. The server itself closes a connection whose request was begun after 30."""
METHODS = [b"GET", b"POST", b"DELETE", b"HEAD", b"PUT", b"OPTIONS", b"PATCH", b"CONNECT", b"TRACE", b"PRI", b"get", b"\x00", b"A" * 300]
PATHS = [b"/v1/message", b"/v1/quarantine/x", b"/v1/inbox/ana", b"/v1/inbox/ana/m-1", b"/health", b"/metrics", b"/mcp", b"/dashboard",
         b"/dashboard/login?code=1", b"/", b"*", b"//", b"/v1/../health", b"/%2e%2e", b"/v1/message?x=" + b"y" * 9000, b"http://localhost/health",
         b"/\xff\xfe", b"/dashboard/events?page=99999999999999999999", b"/v1/inbox/ana?wait=0", b"/v1/inbox/" + b"a" * 5000]
FIELDS = [b"Host: localhost", b"Host: localhost:80", b"Host: example.org", b"Host: [::1", b"Host:", b"Origin: null", b"Origin: http://localhost",
          b"Content-Type: application/json", b"Content-Type: application/json; charset=utf-16", b"Content-Type: text/plain",
          b"Accept: text/event-stream", b"Accept: application/json, text/event-stream", b"Transfer-Encoding: chunked",
          b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: identity", b"Content-Encoding: gzip", b"Expect: 100-continue",
          b"Connection: close", b"Connection: upgrade", b"Upgrade: websocket", b"Upgrade: h2c", b"X-Request-ID: a b\x01", b"X-Request-ID: ok-1",
          b"Authorization: Bearer", b"X-API-Key: k", b"Content-Length: -1", b"Content-Length: 99999999999999999999", b"Content-Length: 1, 1",
          b"MCP-Protocol-Version: 2026-07-28", b"MCP-Protocol-Version: 2025-06-18", b"Mcp-Method: tools/list", b"Mcp-Name: x",
          b"X-Oktsec-Timestamp: 2026-03-01T09:05:07Z", b"X-Oktsec-Signature: AAAA", b"Cookie: oktsec=" + b"z" * 4000, b"no colon", b" folded",
          b"A" * 17_000 + b": b", b"X: \x00", b"X: \xe2\x82", b"Last-Event-ID: 7", b"Range: bytes=0-"]


def body(random):
    """JSON that the endpoints know, or nearly."""
    signature = base64.b64encode(random.randbytes(64)).decode()
    message = {"from": "ana", "to": "ben", "content": "the report is ready", "timestamp": now(), "signature": signature}
    call = {"jsonrpc": "2.0", "id": random.randrange(9), "method": random.choice(["initialize", "tools/list", "tools/call", "ping", "x"]),
            "params": {"name": "scan_message", "arguments": {"content": "hello"}, "protocolVersion": "2025-06-18",
                       "clientInfo": {"name": "f", "version": "1"}, "capabilities": {}}}
    document = random.choice([message, message, call, [call, call], None, {}])
    if document is message:
        for name in random.sample(list(message), random.randrange(3)):
            message[name] = random.choice([None, 1, "", "a" * 300, {"a": []}, "\ud800x", "é\u0000"])
        if random.random() < 0.3:
            message["metadata"] = {"k" * random.randrange(5): random.choice(["v", ["w"] * 1200, {"x": {}}])}
        if random.random() < 0.3:
            message["message_id"] = random.choice(["m-1", "", "a b", "m" * 129])
        if random.random() < 0.3:
            del message["signature"]
    text = json.dumps(document).encode()
    if random.random() < 0.05:
        text = b"[" * random.randrange(20_000)
    if random.random() < 0.02:
        text = b'{"content":"' + b"\\u0041" * random.randrange(200_000) + b'"}'
    return text


def chunked(random, text):
    out = b""
    while text:
        size = random.randrange(1, 2 + len(text))
        out += b"%x%s\r\n" % (len(text[:size]), random.choice([b"", b"", b";a=b"])) + text[:size] + b"\r\n"
        text = text[size:]
    return out + random.choice([b"0\r\n\r\n", b"0\r\nTrailer: x\r\n\r\n", b"0\r\n", b"", b"ffffffffffffffffff\r\n", b"-1\r\n"])


def request(random):
    fields = random.sample(FIELDS, random.choice([0, 0, 0, 0, 1, 1, 2, 5]))
    if random.random() < 0.9:
        fields.append(FIELDS[0])
    method, path = random.choice(METHODS[:4] if random.random() < 0.8 else METHODS), random.choice(PATHS)
    if random.random() < 0.4:
        method, path = b"POST", random.choice([b"/v1/message", b"/mcp"])
        fields.append(b"Content-Type: application/json")
    text = body(random) if method in (b"POST", b"PUT") or random.random() < 0.1 else b""
    way = random.random()
    if way < 0.2 and text:
        fields.append(b"Transfer-Encoding: chunked")
        text = chunked(random, text)
    elif text or way < 0.3:
        length = len(text) if random.random() < 0.9 else random.randrange(0, 2 * len(text) + 2)
        fields.append(b"Content-Length: %d" % length)
    random.shuffle(fields)
    version = b"HTTP/1.1" if random.random() < 0.97 else random.choice([b"HTTP/1.0", b"HTTP/2.0", b"HTTP/9", b"", b"FTP/1.1"])
    end = b"\r\n" if random.random() < 0.95 else b"\n"
    return end.join([b" ".join([method, path, version]), *fields, b"", b""]) + text


def mutate(random, data):
    for _ in range(random.choice([0, 0, 0, 0, 1, 1, 4, 16])):
        if not data:
            break
        at = random.randrange(len(data))
        data = random.choice([
            lambda: data[:at] + bytes([random.randrange(256)]) + data[at + 1:],
            lambda: data[:at] + random.randbytes(random.randrange(1, 40)) + data[at:],
            lambda: data[:at] + data[at + random.randrange(1, 40):],
            lambda: data[:at] + data[at:at + 60] * random.randrange(1, 30) + data[at:],
            lambda: data[:at],
            lambda: data[:at] + random.choice([b"\r\n", b"\r", b"\n", b"\x00", b"\r\n\r\n", b":", b" "]) + data[at:],
        ])()
    return data


class Client(threading.Thread):
    def __init__(self, server, seed, number, until):
        super().__init__(daemon=True)
        self.server, self.random, self.until = server, random.Random(f"{seed} {number}"), until
        self.sent = self.answered = self.closed = 0
        self.statuses, self.failure = {}, None

    def run(self):
        try:
            while time.monotonic() < self.until and not self.failure:
                self.one()
        except Exception as error:  # noqa: BLE001
            self.failure = error

    def one(self):
        data = b"".join(mutate(self.random, request(self.random)) for _ in range(self.random.choice([1, 1, 1, 2, 5])))
        pieces = self.random.choice([1, 1, 1, 2, 7])
        # What the end of our side says: this is all.
        ends = self.random.random() < 0.9
        found, reset = b"", False
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as connection:
            try:
                step = max(1, -(-len(data) // pieces))
                for start in range(0, len(data), step):
                    connection.sendall(data[start:start + step])
                if not ends:
                    # Left behind without a word.
                    self.sent += 1
                    return
                connection.shutdown(socket.SHUT_WR)
                while len(found) < 4_000_000:
                    piece = connection.recv(65_536)
                    if not piece:
                        break
                    found += piece
            except (ConnectionError, BrokenPipeError):
                reset = True
            except TimeoutError:
                raise Failed(f"neither an answer nor a close within {PATIENCE} s: {data[:300]!r} … {len(data)} bytes") from None
        self.sent += 1
        if not found:
            self.closed += 1
            return
        check(found.startswith(b"HTTP/1.") or reset, f"not HTTP: {found[:200]!r} to {data[:300]!r}")
        self.answered += 1
        status = int(found[9:12])
        self.statuses[status] = self.statuses.get(status, 0) + 1
        # 501: a coding or an upgrade that is not there.
        check(status < 500 or status == 501, f"{status} to {data[:2000]!r}")


def fuzz(binary, seconds, seed, connections):
    with Server(binary, "mode: enforce\n", identity="require_signature: false") as server:
        until = time.monotonic() + seconds
        clients = [Client(server, seed, number, until) for number in range(connections)]
        for client in clients:
            client.start()
        while any(client.is_alive() for client in clients):
            time.sleep(1)
            check(server.process.poll() is None, f"the server ended with {server.process.poll()}: {server.diagnostics()[-2000:]}")
            check(server.request("GET", "/health").status == 200, "the server is not well")
        for client in clients:
            if client.failure:
                raise client.failure
        check(server.send("the report is ready").status == 200, "a message does not get through")
        check(server.stop() == 0, f"it did not stop in peace: {server.diagnostics()[-2000:]}")
        statuses = {}
        for client in clients:
            for status, count in client.statuses.items():
                statuses[status] = statuses.get(status, 0) + count
        return {"sent": sum(client.sent for client in clients), "answered": sum(client.answered for client in clients),
                "closed": sum(client.closed for client in clients), "statuses": dict(sorted(statuses.items()))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=os.path.join(os.path.dirname(__file__), "../../.build/debug/oktsec"))
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--connections", type=int, default=8)
    options = parser.parse_args()
    try:
        print(json.dumps(fuzz(os.path.abspath(options.binary), options.seconds, options.seed, options.connections)))
    except Failed as failure:
        print(f"http_fuzz.py: seed {options.seed}: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
