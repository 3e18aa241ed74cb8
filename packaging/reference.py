#!/usr/bin/env python3
"""Writes the reference of the command line from what the program says about itself.

    reference.py --binary PATH --markdown FILE      one page: docs/cli.md
    reference.py --binary PATH --man FOLDER         one man page for each command

The same program gives the same bytes. Nothing here knows a command by name.
"""
import argparse
import json
import pathlib
import re
import subprocess


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", required=True)
    parser.add_argument("--markdown")
    parser.add_argument("--man")
    options = parser.parse_args()
    dump = json.loads(run(options.binary, "--experimental-dump-help"))
    version = run(options.binary, "version").split()[-1]
    commands = [Command(raw, options.binary) for raw in flatten(dump["command"], ())]
    if options.markdown:
        pathlib.Path(options.markdown).write_text(markdown(commands), encoding="utf-8")
    if options.man:
        folder = pathlib.Path(options.man)
        folder.mkdir(parents=True, exist_ok=True)
        for command in commands:
            (folder / f"{command.page}.1").write_text(man(command, commands, version), encoding="utf-8")


def run(binary, *arguments):
    return subprocess.run([binary, *arguments], check=True, capture_output=True, text=True, timeout=60).stdout


def flatten(raw, above):
    """The command and all below it that are to be shown, in the order of the program."""
    name = above + (raw["commandName"],)
    yield name, raw
    for child in raw.get("subcommands", []):
        if child.get("shouldDisplay", True) and child["commandName"] != "help":
            yield from flatten(child, name)


class Command:
    def __init__(self, named, binary):
        self.words, raw = named
        self.name = " ".join(self.words)
        self.page = "-".join(self.words)
        self.abstract = raw.get("abstract", "")
        self.discussion = raw.get("discussion", "")
        self.arguments = [a for a in raw.get("arguments", []) if a.get("shouldDisplay", True) and not everywhere(a)]
        # The way the program writes it is better than one made from parts.
        help_text = run(binary, *self.words[1:], "--help")
        self.usage = [line.removeprefix("USAGE:").strip() for line in
                      re.search(r"^USAGE:.*(?:\n {7}.*)*", help_text, re.M).group().split("\n")]


def everywhere(argument):
    """Options of every command: told once."""
    return argument.get("valueName") in ("help", "version") or \
        argument.get("preferredName", {}).get("name") == "config"


def spelling(argument):
    if argument["kind"] == "positional":
        return f"<{argument['valueName']}>" + (" ..." if argument.get("isRepeating") else "")
    names = ", ".join(("--" if n["kind"] == "long" else "-") + n["name"] for n in argument["names"])
    return names if argument["kind"] == "flag" else f"{names} <{argument['valueName']}>"


def meaning(argument):
    text = argument.get("abstract", "")
    if argument.get("allValues"):
        text += " One of: " + ", ".join(argument["allValues"]) + "."
    if argument.get("defaultValue"):
        text += f" Default: {argument['defaultValue']}."
    return text


# Markdown

def markdown(commands):
    lines = [
        "# Command line",
        "",
        "This page is made from the program's own help by `make generate`; do not edit it.",
        "",
        "`--config FILE`, `--version` and `--help` are accepted by every command. Results go to standard output, everything else to",
        "standard error. Exit status: 0 done, 1 failed, 64 wrong usage, 65 a config or an input that cannot be used; where a command has",
        "others, it says so below.",
        "",
    ]
    for command in commands[1:]:
        lines += ["#" * min(len(command.words), 3) + f" {command.name}", "", command.abstract, ""]
        lines += ["```", *command.usage, "```", ""]
        if command.discussion:
            lines += [*discussion_markdown(command.discussion), ""]
        if command.arguments:
            lines += ["| | |", "|---|---|"]
            lines += [f"| `{spelling(a)}` | {cell(meaning(a))} |" for a in command.arguments]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def discussion_markdown(text):
    """Indented lines are commands to type; the rest is prose."""
    inside = False
    for line in text.split("\n"):
        is_code = line.startswith("  ")
        if is_code != inside:
            yield "```sh" if is_code else "```"
            inside = is_code
        yield line[2:] if is_code else line.replace("<", "&lt;")
    if inside:
        yield "```"


# Man pages (man(7), the part that every formatter knows)

def man(command, commands, version):
    lines = [f'.TH "{command.page.upper()}" "1" "" "oktsec {version}" "oktsec"', ".SH NAME",
             f"{roff(command.page)} \\- {roff(command.abstract.rstrip('.'))}", ".SH SYNOPSIS", ".nf",
             *[roff(line) for line in command.usage], ".fi"]
    if command.discussion:
        lines.append(".SH DESCRIPTION")
        lines += discussion_man(command.discussion)
    if command.arguments:
        lines.append(".SH OPTIONS")
        for argument in command.arguments:
            lines += [".TP", f"\\fB{roff(spelling(argument))}\\fR", roff(meaning(argument))]
    lines += [".SH EXIT STATUS",
              "0 done, 1 failed, 64 wrong usage, 65 a config or an input that cannot be used; others are described above."]
    below = [c for c in commands if c.words[:-1] == command.words]
    if below:
        lines.append(".SH COMMANDS")
        for other in below:
            lines += [".TP", f"\\fB{roff(other.page)}\\fR(1)", roff(other.abstract)]
    elif len(command.words) > 1:
        lines += [".SH SEE ALSO", f"\\fB{roff('-'.join(command.words[:-1]))}\\fR(1)"]
    return "\n".join(lines) + "\n"


def discussion_man(text):
    inside = False
    for line in text.split("\n"):
        is_code = line.startswith("  ")
        if is_code != inside:
            yield ".nf" if is_code else ".fi"
            inside = is_code
        yield ".PP" if not line.strip() else roff(line)
    if inside:
        yield ".fi"


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


if __name__ == "__main__":
    main()
