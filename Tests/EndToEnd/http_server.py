"""One `oktsec serve` process under test, and a client that signs with tools that are none of ours."""
import base64
import datetime
import http.client
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

from relay import PATIENCE, Stream
from runner import check

PKCS8 = bytes.fromhex("302e020100300506032b657004220420")
"""What stands before the 32 bytes of an Ed25519 seed in a private key of OpenSSL (RFC 8410)."""


class Server:
    """A server on a free port, with a folder of its own. `config` stands behind version, db_path and identity."""

    def __init__(self, binary, config="", agents=("ana", "ben"), identity="require_signature: true", folder=None, arguments=("--port", "0"),
                 starts=True):
        self.binary = binary
        self.owned = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix="oktsec-http-")
        self.config = os.path.join(self.folder, "oktsec.yaml")
        if self.owned:
            self.write(config, identity)
            for agent in agents:
                subprocess.run([binary, "keygen", "--agent", agent, "--out", os.path.join(self.folder, "keys"), "--config", self.config],
                               check=True, capture_output=True, timeout=30)
        self.arguments = list(arguments)
        self.process = None
        if starts:
            self.start()

    def write(self, config, identity="require_signature: true"):
        text = f'version: "1"\ndb_path: audit.db\nidentity: {{keys_dir: keys, {identity}}}\n{config}'
        with open(self.config + ".new", "w") as file:
            file.write(text)
        os.replace(self.config + ".new", self.config)

    def start(self):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen([self.binary, "serve", "--config", self.config, *self.arguments], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=self.errors)
        self.output = Stream("standard output", self.process.stdout.fileno())
        self.banner = self.output.line().decode()
        found = re.search(r"listens on (https?)://(.*):(\d+)$", self.banner.strip())
        check(found, f"no address: {self.banner!r} {self.diagnostics()}")
        self.port = int(found.group(3))

    def diagnostics(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")

    def says(self, text):
        """Waits until standard error holds a text."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.diagnostics():
            check(time.monotonic() < deadline, f"{text!r} was not said: {self.diagnostics()}")
            time.sleep(0.05)

    def stop(self, number=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(PATIENCE) if self.process else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.owned:
            shutil.rmtree(self.folder, ignore_errors=True)

    # Requests

    def connect(self, timeout=PATIENCE):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def request(self, method, path, body=None, **headers):
        connection = self.connect()
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def post(self, document, **headers):
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        return self.request("POST", "/v1/message", body, **{"Content-Type": "application/json", **headers})

    def send(self, content, sender="ana", to="ben", **more):
        return self.post(self.signed(content, sender, to, **more))

    def signed(self, content, sender="ana", to="ben", at=None, **more):
        timestamp = at or now()
        payload = f"{sender}\n{to}\n{content}\n{timestamp}".encode()
        return {"from": sender, "to": to, "content": content, "timestamp": timestamp,
                "signature": sign(os.path.join(self.folder, "keys", f"{sender}.key"), payload), **more}

    # Records

    def rows(self, where="1"):
        path = os.path.join(self.folder, "audit.db")
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(f"SELECT * FROM audit_log WHERE {where} ORDER BY rowid")]

    def oktsec(self, *words):
        return subprocess.run([self.binary, *words, "--config", self.config], capture_output=True, text=True, timeout=60)


class Reply:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def outcome(self):
        return self.status, self.json.get("status"), self.json.get("policy_decision")

    def __repr__(self):
        return f"{self.status} {self.body[:400]!r}"


def now(seconds=0):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seed(path):
    with open(path) as file:
        lines = file.read().split("\n")
    return base64.b64decode("".join(line for line in lines if line and not line.startswith("-")))[:32]


def sign(path, payload):
    """By the library, or by openssl where there is none."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError:
        return sign_with_openssl(path, payload)
    return base64.b64encode(Ed25519PrivateKey.from_private_bytes(seed(path)).sign(payload)).decode()


def sign_with_openssl(path, payload):
    with tempfile.TemporaryDirectory() as folder:
        key, text = os.path.join(folder, "key.der"), os.path.join(folder, "payload")
        with open(key, "wb") as file:
            file.write(PKCS8 + seed(path))
        with open(text, "wb") as file:
            file.write(payload)
        done = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", key, "-in", text],
                              check=True, capture_output=True, timeout=30)
        return base64.b64encode(done.stdout).decode()
