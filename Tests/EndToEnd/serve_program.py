"""`oktsec serve` is a program of its own, `oktsec-serve`: where it is looked for, and what is said when it is not right."""
import os
import shutil
import subprocess
import tempfile

from http_server import Server
from runner import Case, check


def cases(binary):
    for body in (places, missing, versions):
        yield Case(f"serve: {body.__doc__}", lambda b=body: b(binary), 60)


class Installed:
    """A folder with `oktsec` in bin, `oktsec-serve` where `serving` says, and another of its name in PATH."""

    def __init__(self, binary, serving=None):
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="oktsec-installed-"))
        self.program = self.put(binary, "bin/oktsec")
        if serving:
            self.put(os.path.join(os.path.dirname(os.path.realpath(binary)), "oktsec-serve"), serving)
        self.stranger = os.path.join(self.folder, "elsewhere", "oktsec-serve")
        os.makedirs(os.path.dirname(self.stranger))
        with open(self.stranger, "w") as file:
            file.write(f"#!/bin/sh\ntouch {self.folder}/stranger-ran\n")
        os.chmod(self.stranger, 0o755)

    def put(self, source, place):
        target = os.path.join(self.folder, place)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        try:
            os.link(os.path.realpath(source), target)
        except OSError:
            shutil.copy2(source, target)
        return target

    def run(self, *words):
        path = os.path.dirname(self.stranger) + ":" + os.environ["PATH"]
        return subprocess.run([self.program, *words], capture_output=True, text=True, timeout=30, cwd=os.path.dirname(self.stranger),
                              env={**os.environ, "PATH": path, "HOME": self.folder})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        check(not os.path.exists(os.path.join(self.folder, "stranger-ran")), "a program was taken from PATH or the working folder")
        shutil.rmtree(self.folder, ignore_errors=True)


def places(binary):
    """beside oktsec or in ../libexec/oktsec, also when oktsec is called through a link; the process stays the same"""
    for serving in ("bin/oktsec-serve", "libexec/oktsec/oktsec-serve"):
        with Installed(binary, serving) as installed:
            link = os.path.join(installed.folder, "link")
            os.symlink(installed.program, link)
            with Server(link) as server:
                check(server.request("GET", "/health").status == 200, "it does not answer")
                runs = os.readlink(f"/proc/{server.process.pid}/exe")
                check(runs == os.path.join(installed.folder, serving), f"{runs} runs")


def missing(binary):
    """without it the error names the places, exit status 1; all other commands work"""
    with Installed(binary) as installed:
        done = installed.run("serve", "--port", "0")
        check(done.returncode == 1 and not done.stdout, f"{done}")
        for place in ("bin/oktsec-serve", "libexec/oktsec/oktsec-serve"):
            check(os.path.join(installed.folder, place) in done.stderr, f"{done.stderr}")
        check(installed.run("version").returncode == 0, "version does not work")
        check("USAGE" in installed.run("serve", "--help").stdout, "no help")
        wrong = installed.run("serve", "--port", "70000")
        check(wrong.returncode == 64, f"{wrong}")


def versions(binary):
    """another version than oktsec's is refused, and so is being called by hand"""
    program = os.path.join(os.path.dirname(os.path.realpath(binary)), "oktsec-serve")
    other = subprocess.run([program, "9.9.9"], capture_output=True, text=True, timeout=30)
    check(other.returncode == 1 and "9.9.9" in other.stderr, f"{other}")
    for words in ([], ["--help"], ["serve"]):
        done = subprocess.run([program, *words], capture_output=True, text=True, timeout=30)
        check(done.returncode == 64 and "oktsec serve" in done.stderr, f"{done}")
