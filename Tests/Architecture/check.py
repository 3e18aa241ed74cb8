#!/usr/bin/env python3
"""The architecture as a check that fails: who may import whom, no Foundation, file sizes, unsafe shortcuts.

Exit status 1 and one line for each breach.
"""
import mmap
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ROOT / "Sources"

# What each module may import of ours (docs/ARCHITECTURE.md).
ALLOWED = {
    "JSONRPC": set(),
    "Matching": set(),
    "Threads": set(),
    "Guard": {"JSONRPC", "Matching", "CShims", "CRuleTables", "CSodium", "CZlib"},
    "Audit": {"Guard", "JSONRPC", "Threads", "CSQLite", "CSodium"},
    "StdioProxy": {"Guard", "JSONRPC", "Threads", "CShims"},
    "MCPServer": {"Guard", "JSONRPC", "Audit"},
    "HTTPAdapter": {"Guard", "JSONRPC", "Audit", "MCPServer", "Threads"},
    "Dashboard": {"Guard", "JSONRPC", "Audit", "Threads"},
    "YAML": {"CYAML"},
    "RuleFiles": {"YAML", "Guard", "Matching"},
    "rulegen": {"RuleFiles", "Guard"},
    "CLI": {"JSONRPC", "Guard", "Audit", "StdioProxy", "MCPServer", "Dashboard", "Threads", "YAML", "RuleFiles", "CSodium", "CShims"},
    "oktsec": {"CLI"},
    "oktsec-serve": {"CLI", "HTTPAdapter", "Dashboard", "MCPServer", "Audit", "Guard", "Threads"},
}
OURS = set(ALLOWED) | {"CShims", "CRuleTables", "CSodium", "CSQLite", "CYAML", "CZlib"}
# Outside modules, and who may use them.
SYSTEM = {"Glibc", "Darwin", "Synchronization"}
PACKAGES = {"ArgumentParser": {"CLI"}} | dict.fromkeys(
    ["Hummingbird", "HummingbirdCore", "HummingbirdTLS", "HTTPTypes", "NIOCore", "NIOHTTP1", "NIOHTTPTypes", "NIOSSL",
     "ServiceLifecycle", "Logging", "AsyncHTTPClient"], {"HTTPAdapter"})

# Lines of logic a file may have; tables may be long.
LONGEST = 360
TABLES = {
    "Guard/Normalization/Confusables.swift", "Matching/Literals/ByteFrequencyTable.swift", "Guard/Normalization/CharacterFolding.swift",
}


def breaches():
    for module in sorted(p for p in SOURCES.iterdir() if p.is_dir()):
        if module.name not in ALLOWED:
            if not module.name.startswith("C"):
                yield f"Sources/{module.name}: not in the table of modules"
            continue
        for path in sorted(module.rglob("*.swift")):
            yield from file_breaches(module.name, path)
    yield from packages()
    yield from linked_libraries()


def packages():
    """The packages beside the product take its modules by symbolic link; the rest of the manifest is a copy."""
    product = targets(ROOT / "Package.swift")
    for manifest in sorted([*ROOT.glob("Fuzz/*/Package.swift"), *ROOT.glob("Benchmarks/*/Package.swift")]):
        folder = manifest.parent
        name = folder.relative_to(ROOT).as_posix()
        for target, dependencies in targets(manifest).items():
            if not (folder / "Sources" / target).exists():
                yield f"{name}: there are no sources of {target}"
            if dependencies != product.get(target, dependencies):
                yield f"{name}: {target} needs {', '.join(sorted(product[target]))}"
        for link in sorted((folder / "Sources").rglob("*")):
            if link.is_symlink() and not link.exists():
                yield f"{link.relative_to(ROOT).as_posix()}: leads nowhere"


def targets(manifest):
    """The modules of ours that each target of a manifest depends on."""
    found = {}
    for part in re.split(r"\.(?:target|executableTarget)\(", manifest.read_text(encoding="utf-8"))[1:]:
        name = re.match(r'\s*name: "([^"]+)"', part).group(1)
        own = re.search(r"dependencies: \[(.*?)\]", re.split(r"\.\w*[tT]arget\(|\.systemLibrary\(", part)[0], re.S)
        found[name] = set(re.findall(r'"([^"]+)"', re.sub(r"\.product\([^)]*\)", "", own.group(1)))) if own else set()
    return found


def file_breaches(module, path):
    name = path.relative_to(SOURCES).as_posix()
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        match = re.match(r"\s*(?:@\w+\s+|public |package |internal |private )*import (?:\w+ )?(\w+)", line)
        if match:
            imported = match.group(1)
            if imported in OURS and imported not in ALLOWED[module]:
                yield f"Sources/{name}:{number}: {module} must not import {imported}"
            elif imported not in OURS | SYSTEM and module not in PACKAGES.get(imported, set()):
                yield f"Sources/{name}:{number}: {module} must not import {imported}"
        if re.search(r"\btry!|\bfatalError\(|\bpreconditionFailure\(|\bas! ", line) and not line.lstrip().startswith("//"):
            yield f"Sources/{name}:{number}: a shortcut that can trap"
        if "@unchecked Sendable" in line and not any("unchecked" in l.lower() and "//" in l for l in lines[max(0, number - 6):number]):
            yield f"Sources/{name}:{number}: @unchecked Sendable without its reason"
    if len(lines) > LONGEST and name not in TABLES:
        yield f"Sources/{name}: {len(lines)} lines, more than {LONGEST}"


def linked_libraries():
    folder = next((p for p in (ROOT / ".build/debug", ROOT / ".build/release") if (p / "oktsec").exists()), None)
    if folder is None or sys.platform != "linux":
        print("skipped: linked libraries (no Linux binary built)")
        return
    for binary in (folder / "oktsec", folder / "oktsec-serve"):
        if not binary.exists():
            print(f"skipped: {binary.name} (not built)")
            continue
        linked = subprocess.run(["ldd", str(binary)], capture_output=True, text=True).stdout
        for library in ("libFoundation.so", "libFoundationInternationalization", "lib_FoundationICU", "libicu"):
            if library in linked:
                yield f"{binary.name} links {library}"
    # Decision 12: a relay pays for what is linked into its executable.
    with open(folder / "oktsec", "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for module in (b"NIOPosix", b"Hummingbird", b"AsyncHTTPClient"):
            if data.find(module) >= 0:
                yield f"oktsec holds {module.decode()}, which belongs into oktsec-serve"


found = list(breaches())
print("\n".join(found) if found else "architecture: no breach")
sys.exit(1 if found else 0)
