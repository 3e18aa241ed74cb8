#!/usr/bin/env python3
"""How long each page of the dashboard takes on a large audit trail, and how long it is.

    dashboard.py --binary PATH --database PATH [--requests N]

The database can be made by Benchmarks/Audit: `swift run -c release audit-bench --rows 1000000 --store-only --keep --folder DIR`.
It is used where it lies; the server that is started here changes nothing but its own records. One request at a time, over one
connection, after one that is not counted.
"""
import argparse
import http.client
import os
import re
import statistics
import subprocess
import tempfile
import time

PAGES = [("overview", ""), ("events", "/events"), ("events, older", "/events?status=blocked"), ("blocked", "/events?tab=blocked"),
         ("quarantine", "/events?tab=quarantine"), ("search", "/events?q=files&status=delivered"), ("rules", "/rules"),
         ("agents", "/agents"), ("settings", "/settings")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--requests", type=int, default=31)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "oktsec.yaml")
        with open(config, "w") as file:
            file.write(f'version: "1"\ndb_path: {os.path.abspath(options.database)}\n')
        server = subprocess.Popen([options.binary, "serve", "--config", config, "--port", "0"], stdout=subprocess.PIPE, text=True)
        try:
            lines = [server.stdout.readline() for _ in range(3)]
            address, path = re.search(r"dashboard: http://([^/]+)(\S+)", "".join(lines)).groups()
            connection = http.client.HTTPConnection(address)
            cookie = get(connection, path)[1].getheader("Set-Cookie").split(";")[0]
            print(f"{'page':<16}{'p50':>8}{'worst':>9}{'size':>10}")
            for name, page in PAGES:
                times = []
                for _ in range(options.requests + 1):
                    begun = time.perf_counter()
                    body, reply = get(connection, "/dashboard" + page, Cookie=cookie)
                    times.append((time.perf_counter() - begun) * 1000)
                    if reply.status != 200:
                        raise SystemExit(f"{name}: {reply.status}")
                times = times[1:]
                print(f"{name:<16}{statistics.median(times):>5.1f} ms{max(times):>6.1f} ms{len(body) / 1000:>7.0f} kB")
        finally:
            server.terminate()
            server.wait()


def get(connection, path, **headers):
    connection.request("GET", path, headers=headers)
    reply = connection.getresponse()
    return reply.read(), reply


if __name__ == "__main__":
    main()
