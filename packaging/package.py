#!/usr/bin/env python3
"""Makes what is handed out: a tarball, a Debian package, a list of parts (SBOM) and checksums.

    package.py --binary PATH --output FOLDER

PATH is a release build, with oktsec-serve beside it; both are stripped here. Needs strip and, for the Debian package, dpkg-deb and dpkg-shlibdeps (dpkg-dev);
without them that package is left out, and that is said. The same input gives the same bytes when SOURCE_DATE_EPOCH is set.
"""
import argparse
import gzip
import hashlib
import io
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAINTAINER = "The oktsec authors <security@oktsec.invalid>"
SUMMARY = "security relay between AI agents and their MCP servers"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    output = pathlib.Path(options.output)
    output.mkdir(parents=True, exist_ok=True)
    stamp = int(os.environ.get("SOURCE_DATE_EPOCH") or commit_time())

    program, serving = output / "oktsec", output / "oktsec-serve"
    for stripped in (program, serving):
        subprocess.run(["strip", "-o", stripped, pathlib.Path(options.binary).with_name(stripped.name)], check=True)
    version = run(program, "version").split()[-1]
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    made = []
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        fill(tree, program, serving)
        name = f"oktsec-{version}-{platform.system().lower()}-{platform.machine()}"
        made.append(tarball(tree, output / f"{name}.tar.gz", name, stamp))
        if shutil.which("dpkg-deb") and shutil.which("dpkg-shlibdeps"):
            made.append(debian(tree, [program, serving], output / f"oktsec_{version}_{machine}.deb", version, machine, stamp))
        else:
            print("no Debian package: dpkg-deb or dpkg-shlibdeps is missing", file=sys.stderr)
    made.append(parts([program, serving], output / f"oktsec-{version}.cdx.json", version, stamp))
    sums = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in [program, serving, *made])
    (output / "SHA256SUMS").write_text(sums)
    for path in [program, serving, *made, output / "SHA256SUMS"]:
        print(f"{path.stat().st_size:>12,}  {path}")


def run(*words, timeout=1200, **options):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True, timeout=timeout, **options).stdout


def commit_time():
    try:
        return run("git", "-C", ROOT, "log", "-1", "--format=%ct").strip()
    except (OSError, subprocess.CalledProcessError):
        return 0


# What is inside, as it lies under /usr

def fill(tree, program, serving):
    def put(path, data, mode=0o644):
        target = tree / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data if isinstance(data, bytes) else data.encode())
        target.chmod(mode)

    put("bin/oktsec", program.read_bytes(), 0o755)
    # People do not call it: 'oktsec serve' becomes it.
    put("libexec/oktsec/oktsec-serve", serving.read_bytes(), 0o755)
    for shell, path in (("bash", "share/bash-completion/completions/oktsec"), ("zsh", "share/zsh/vendor-completions/_oktsec"),
                        ("fish", "share/fish/vendor_completions.d/oktsec.fish")):
        put(path, run(program, "--generate-completion-script", shell))
    with tempfile.TemporaryDirectory() as folder:
        run(sys.executable, ROOT / "packaging" / "reference.py", "--binary", program, "--man", folder)
        for page in sorted(pathlib.Path(folder).iterdir()):
            put(f"share/man/man1/{page.name}.gz", compressed(page.read_bytes()))
    put("lib/systemd/user/oktsec.service", (ROOT / "packaging" / "oktsec.service").read_bytes())
    for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"):
        put(f"share/doc/oktsec/{name}", (ROOT / name).read_bytes())
    for page in sorted((ROOT / "docs").rglob("*.*")):
        put(f"share/doc/oktsec/docs/{page.relative_to(ROOT / 'docs')}", page.read_bytes())
    put("share/doc/oktsec/copyright", (ROOT / "LICENSE").read_bytes())


def compressed(data):
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, compresslevel=9) as file:
        file.write(data)
    return buffer.getvalue()


def tarball(tree, path, name, stamp):
    def clean(info):
        info.uid = info.gid = 0
        info.uname = info.gname = "root"
        info.mtime = stamp
        return info

    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for entry in sorted(tree.rglob("*")):
            # Where zsh looks under /usr/local; the other folder is for packages of Debian.
            path_inside = str(entry.relative_to(tree)).replace("zsh/vendor-completions", "zsh/site-functions")
            archive.add(entry, f"{name}/{path_inside}", recursive=False, filter=clean)
        archive.add(ROOT / "packaging" / "install.sh", f"{name}/install.sh", filter=clean)
    path.write_bytes(compressed(buffer.getvalue()))
    return path


# The Debian package

def debian(tree, programs, path, version, machine, stamp):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        shutil.copytree(tree, root / "package" / "usr")
        control = root / "package" / "DEBIAN"
        control.mkdir()
        size = sum(f.stat().st_size for f in (root / "package").rglob("*") if f.is_file()) // 1024
        (control / "control").write_text("\n".join([
            "Package: oktsec", f"Version: {version}", f"Architecture: {machine}", f"Maintainer: {MAINTAINER}",
            f"Installed-Size: {size}", f"Depends: {libraries(programs, root)}", "Section: utils", "Priority: optional",
            f"Description: {SUMMARY}",
            " Relays the traffic of MCP servers, inspects and records every frame, and in enforce mode",
            " stops attacks without breaking the session. Works offline.", ""]))
        for name in ("postinst", "prerm"):
            script = ROOT / "packaging" / "debian" / name
            shutil.copy(script, control / name)
            (control / name).chmod(0o755)
        for entry in (root / "package").rglob("*"):
            if entry.is_dir():
                entry.chmod(0o755)
        run("dpkg-deb", "--root-owner-group", "--build", "-Zxz", root / "package", path,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(stamp)}, timeout=900)
    return path


def libraries(programs, folder):
    """The packages that hold the shared libraries, with the versions that the symbols need."""
    (folder / "debian").mkdir()
    (folder / "debian" / "control").touch()
    line = run("dpkg-shlibdeps", "-O", *(program.resolve() for program in programs), cwd=folder)
    return line.strip().removeprefix("shlibs:Depends=")


# The parts

def parts(programs, path, version, stamp):
    """CycloneDX 1.5: the Swift packages at the versions that were resolved, and the shared libraries that are loaded."""
    components = []
    resolved = ROOT / "Package.resolved"
    if resolved.exists():
        for pin in sorted(json.loads(resolved.read_text())["pins"], key=lambda pin: pin["identity"]):
            place = pin["location"].removeprefix("https://").removesuffix(".git")
            number = pin["state"].get("version", "")
            components.append({"type": "library", "name": pin["identity"], "version": number,
                               "purl": f"pkg:swift/{place}@{number}"})
    for line in sorted({line.split("(")[0] for program in programs for line in run("ldd", program).splitlines()}):
        if "=>" not in line:
            continue
        name, file = line.split("=>")[0].strip(), line.split("=>")[1].split("(")[0].strip()
        components.append({"type": "library", "name": name, **owner(file)})
    path.write_text(json.dumps({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"timestamp": timestamp(stamp),
                     "component": {"type": "application", "name": "oktsec", "version": version,
                                   "licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": components}, indent=2) + "\n")
    return path


def owner(file):
    """The Debian package that a library came from, where there is dpkg."""
    for candidate in (file, os.path.realpath(file)):
        for place in (candidate, "/usr" + candidate):
            try:
                package = run("dpkg", "-S", place).split(":")[0]
                number = run("dpkg-query", "-W", "-f", "${Version}", package)
            except (OSError, subprocess.CalledProcessError):
                continue
            return {"version": number, "purl": f"pkg:deb/debian/{package}@{number}"}
    return {}


def timestamp(stamp):
    import datetime
    return datetime.datetime.fromtimestamp(stamp, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    main()
