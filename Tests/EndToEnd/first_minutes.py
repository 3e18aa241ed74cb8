"""What a new user does first: setup, one step at a time, and uninstall; and whether the documents say what is true."""
import os
import pathlib
import pty
import re
import select
import subprocess
import tempfile
import time

from clients import SETTINGS, Home
from runner import Case, check

ROOT = pathlib.Path(__file__).resolve().parents[2]


def cases(binary):
    yield Case("setup wraps, uninstall restores every byte and tells what remains", lambda: there_and_back(binary), 60)
    yield Case("setup does nothing that was not agreed to", lambda: declined(binary), 60)
    yield Case("a wrap by a program that is gone is no wrap in order", lambda: moved(binary), 60)
    yield Case("setup and uninstall without a terminal ask for --yes and change nothing", lambda: no_terminal(binary), 60)
    yield Case("every file and heading that a document links to exists", links, 60)
    yield Case("the help of every command fits 80 columns and has an example", lambda: helps(binary), 120)
    yield Case("every command and option that the documents name exists", lambda: named_commands(binary), 120)


def there_and_back(binary):
    with tempfile.TemporaryDirectory() as folder:
        home = Home(binary, folder)
        done = home.run("setup", "--yes", "--allow-here")
        check(done.returncode == 0, done.stderr)
        check('"proxy"' in home.file.read_text(), "nothing was wrapped")
        check((home.folder / ".config/oktsec/oktsec.yaml").exists(), "there is no config")
        again = home.run("setup", "--yes", "--allow-here")
        check(again.returncode == 0, again.stderr)
        done = home.run("uninstall", "--yes")
        check(done.returncode == 0, done.stderr)
        check(home.file.read_text() == SETTINGS, "the settings are not what they were")
        check(".config/oktsec/oktsec.yaml" in done.stdout, "it does not tell what remains")
        check(home.run("uninstall", "--yes").returncode == 0, "a second time fails")


def declined(binary):
    with tempfile.TemporaryDirectory() as folder:
        home = Home(binary, folder)
        shown = in_terminal([binary, "setup", "--allow-here"], home.environment, answers=4)
        check(home.file.read_text() == SETTINGS, "the settings were changed")
        check(not (home.folder / ".config").exists(), "a config was written")
        check("+++" in shown, "the plan was not shown as a diff")
        # A diff shows lines as they are.
        check(all(len(line) <= 80 for line in plain(shown).splitlines() if line[:1] not in "+-"), "a line is longer than 80")


def in_terminal(command, environment, answers):
    """Runs a command on a terminal of 80 columns and says no to every question. Returns what was shown."""
    parent, child = pty.openpty()
    process = subprocess.Popen(command, stdin=child, stdout=child, stderr=child, env={**environment, "TERM": "xterm"},
                               close_fds=True)
    os.close(child)
    shown, asked, deadline = b"", 0, time.monotonic() + 30
    while time.monotonic() < deadline:
        if not select.select([parent], [], [], 0.2)[0]:
            if process.poll() is not None:
                break
            continue
        try:
            piece = os.read(parent, 65536)
        except OSError:
            break
        if not piece:
            break
        shown += piece
        while shown.count(b"[y/N]") > asked and asked < answers:
            asked += 1
            os.write(parent, b"n\n")
    process.kill()
    check(process.wait() in (0, 1), "it did not end")
    os.close(parent)
    return shown.decode()


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r", "")


def moved(binary):
    with tempfile.TemporaryDirectory() as folder:
        old = pathlib.Path(folder) / "old" / "oktsec"
        old.parent.mkdir()
        old.write_bytes(pathlib.Path(binary).read_bytes())
        old.chmod(0o755)
        home = Home(str(old), folder)
        home.do("wrap")
        old.unlink()
        home.binary = binary
        for words in (["wrap", "cursor", "--check"], ["wrap", "cursor", "--allow-here"]):
            done = home.run(*words)
            check(done.returncode == 1 and "not there any more" in done.stdout, f"{words}: {done}")
        home.do("unwrap")
        check(home.file.read_text() == SETTINGS, "it cannot be unwrapped")
        home.do("wrap")


def no_terminal(binary):
    with tempfile.TemporaryDirectory() as folder:
        home = Home(binary, folder)
        for word in ("setup", "uninstall"):
            done = home.run(word)
            check(done.returncode == 64, f"{word}: status {done.returncode}")
            check("--yes" in done.stderr, f"{word}: {done.stderr}")
        check(home.file.read_text() == SETTINGS and not (home.folder / ".config").exists(), "something was changed")


def helps(binary):
    def text(*words):
        return subprocess.run([binary, *words, "--help"], capture_output=True, text=True, timeout=60).stdout

    wrong = []
    for name in re.findall(r"^  ([a-z-]+) ", text().split("SUBCOMMANDS:")[1], re.M):
        shown = text(name)
        wrong += [f"{name}: {line}" for line in shown.splitlines() if len(line) > 80]
        if f"\n  oktsec {name}" not in shown and name != "version":
            wrong.append(f"{name}: no example")
    check(not wrong, "\n    ".join(wrong))


# Documents

# For our own build.
HIDDEN = {"--reference"}


def documents():
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("fixtures/**/*.md"), *ROOT.glob("Benchmarks/**/*.md")]
    # A package that was built holds the documents of those it needs.
    return sorted(page for page in pages if ".build" not in page.relative_to(ROOT).parts)


def links():
    broken = []
    for page in documents():
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, heading = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            if not file.exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
            elif heading and file.suffix == ".md" and heading not in headings(file):
                broken.append(f"{page.relative_to(ROOT)}: {target} (no such heading)")
    check(not broken, "\n    ".join(broken))


def headings(page):
    """The anchors that GitHub makes of headings."""
    return {re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower()).replace(" ", "-")
            for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("#")}


def named_commands(binary):
    """`oktsec …` in code, in every document: the command is one, and so is each of its options."""
    help_texts, wrong = {}, []

    def help_of(words):
        if words not in help_texts:
            done = subprocess.run([binary, *words, "--help"], capture_output=True, text=True, timeout=60)
            help_texts[words] = done.stdout if done.returncode == 0 else None
        return help_texts[words]

    commands = set(re.findall(r"^  ([a-z-]+) ", help_of(()).split("SUBCOMMANDS:")[1], re.M)) | {"help"}
    for page in documents():
        text = page.read_text(encoding="utf-8")
        typed = re.findall(r"^(?:\$ )?(oktsec .+)$", "\n".join(re.findall(r"```(?:sh|console|bash)\n(.*?)```", text, re.S)), re.M)
        # In a sentence such a text may also be a line of a file format.
        mentioned = [code for code in re.findall(r"`(oktsec [^`\n]+)`", text) if code.split()[1] in commands]
        for line in typed + mentioned:
            words = line.split("#")[0].split(" -- ")[0].split(" | ")[0].split()[1:]
            if not words or not re.fullmatch(r"[a-z][a-z-]*", words[0]):
                continue
            name = f"{page.relative_to(ROOT)}: {line}"
            if words[0] not in commands:
                wrong.append(f"{name}: no such command")
                continue
            known = help_of((words[0],)) or ""
            known += help_of((words[0], "list")) or ""
            if len(words) > 1 and re.fullmatch(r"[a-z]+", words[1]) and re.search(rf"^  {words[1]} ", known, re.M):
                known += help_of((words[0], words[1])) or ""
            for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", " ".join(words)):
                if option not in known and option not in HIDDEN:
                    wrong.append(f"{name}: no option {option}")
    check(not wrong, "\n    ".join(wrong))
