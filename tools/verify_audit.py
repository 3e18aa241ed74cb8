#!/usr/bin/env python3
"""Verifies the hash chain of an oktsec audit database. Written from docs/audit-format.md, with nothing but the
standard library. Prints the first break and exits with 1, or what it verified and exits with 0.

    verify_audit.py DATABASE [FINGERPRINT]
"""
import hashlib
import sqlite3
import sys

# Ed25519 (RFC 8032, section 5.1), verification only.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def decode(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    x = recover(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover(BASE_Y, 0), BASE_Y, 1, recover(BASE_Y, 0) * BASE_Y % P)


def holds(public, signature, message):
    a, r, s = decode(public), decode(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = multiply(s, BASE), add(r, multiply(k, a))
    return not (left[0] * right[2] - right[0] * left[2]) % P and not (left[1] * right[2] - right[1] * left[2]) % P


# The chain.
def encode(values):
    out = b""
    for value in values:
        if value is None:
            out += b"\xff\xff\xff\xff"
            continue
        if isinstance(value, str):
            value = value.encode()
        elif isinstance(value, int):
            value = value.to_bytes(8, "big", signed=True)
        out += len(value).to_bytes(4, "big") + value
    return out


def fail(text):
    print("break:", text)
    sys.exit(1)


def main(path, fingerprint=None):
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.execute("BEGIN")
    keys = dict(database.execute("SELECT number, public FROM audit_key"))
    (identity,) = database.execute("SELECT identity FROM audit_database").fetchone()
    words = ["begin", "regular", "pruned", "head"]
    statements = database.execute(
        "SELECT seq, kind, hash, timestamp, key, signature FROM checkpoint UNION ALL "
        "SELECT seq, 3, hash, timestamp, key, signature FROM chain_head").fetchall()
    for seq, kind, link, timestamp, key, signature in statements:
        public = keys.get(key, b"")
        message = encode(["oktsec checkpoint 1", words[kind], identity, seq, link, timestamp])
        if not holds(public, signature, message):
            fail(f"the statement about record {seq} is not signed")
        if fingerprint and hashlib.sha256(public).hexdigest() != fingerprint:
            fail(f"the statement about record {seq} is signed by another key")
    base = max((row for row in statements if row[1] == 2), default=None) or next(
        (row for row in statements if row[1] == 0), None)
    head = next((row for row in statements if row[1] == 3), None)
    if base is None or head is None:
        fail("the beginning or the end of the chain is missing")

    signed = {}
    for row in statements:
        signed.setdefault(row[0], []).append(row[2])
    seq, link = base[0], base[2]
    verified = 0
    for row in database.execute("SELECT * FROM audit_chain WHERE seq > ? ORDER BY seq", (seq,)):
        *values, stored = row
        if values[0] != seq + 1:
            fail(f"record {seq + 1} is missing")
        seq = values[0]
        findings = []
        if values[-1]:
            for finding in database.execute(
                    "SELECT rule_id, name, severity, category, pointer, start_byte, end_byte, excerpt "
                    "FROM audit_finding WHERE seq = ? ORDER BY position", (seq,)):
                findings += finding
        count = len(findings) // 8
        link = hashlib.sha256(encode(["oktsec record 1", link] + values[:-1] + [count] + findings)).digest()
        if link != stored:
            fail(f"record {seq} was changed, moved or added")
        if any(link != other for other in signed.get(seq, [])):
            fail(f"record {seq} is not the one that was signed")
        verified += 1
    if seq != head[0]:
        fail(f"the chain ends at record {seq}, and {head[0]} is signed")
    print(f"{verified} records hold, up to {seq}")


if __name__ == "__main__":
    main(*sys.argv[1:])
