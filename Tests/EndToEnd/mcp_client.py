#!/usr/bin/env python3
"""A client of `oktsec mcp` on the official Python SDK, either line: lists what there is, calls tools, and answers the
server's questions as a person would.

    mcp_client.py [--mode MODE] [--say yes|unticked|decline|cancel|nothing] [--call NAME=JSON …] -- COMMAND …

Prints one JSON object: the agreed version, the names of tools, prompts and resources, the results, and the questions.
`--say nothing` declares no elicitation. MODE is that of sdk_client.py.
"""
import argparse
import asyncio
import importlib.metadata
import json
import logging
import os
import sys

logging.disable(logging.CRITICAL)
HANDSHAKE = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")


def dump(value):
    return value.model_dump(mode="json", by_alias=True, exclude_unset=True) if hasattr(value, "model_dump") else value


class Person:
    def __init__(self, says, types):
        self.says, self.types, self.questions = says, types, []

    async def answer(self, context, params):
        self.questions.append(dump(params))
        if self.says in ("decline", "cancel"):
            return self.types.ElicitResult(action=self.says)
        return self.types.ElicitResult(action="accept", content={"confirm": self.says == "yes"})

    @property
    def callbacks(self):
        return {} if self.says == "nothing" else {"elicitation_callback": self.answer}


async def use(out, calls, tools, prompts, resources, call):
    out["tools"] = [dump(tool) for tool in (await tools()).tools]
    out["prompts"] = [prompt.name for prompt in (await prompts()).prompts]
    out["resources"] = [str(resource.uri) for resource in (await resources()).resources]
    out["results"] = []
    for name, arguments in calls:
        try:
            out["results"].append(dump(await call(name, arguments)))
        except Exception as error:  # noqa: BLE001
            detail = getattr(error, "error", None)
            out["results"].append({"error": dump(detail) if detail else f"{type(error).__name__}: {error}"})


async def second_line(options, out):
    import mcp.client.session as session
    from mcp import types
    from mcp.client.client import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    mode = options.mode
    if mode in HANDSHAKE:
        session.LATEST_HANDSHAKE_VERSION = mode
        mode = "legacy"
    person = Person(options.say, types)
    server = StdioServerParameters(command=options.command[0], args=options.command[1:], env=dict(os.environ))
    with open(os.devnull, "w") as errors:
        async with Client(stdio_client(server, errors), mode=mode, read_timeout_seconds=30, cache=None, **person.callbacks) as client:
            out["version"] = client.protocol_version
            await use(out, options.calls, client.list_tools, client.list_prompts, client.list_resources, client.call_tool)
    out["questions"] = person.questions


async def first_line(options, out):
    import mcp.types as types
    from mcp import ClientSession, StdioServerParameters
    from mcp.client.stdio import stdio_client

    if options.mode in HANDSHAKE:
        types.LATEST_PROTOCOL_VERSION = options.mode
    person = Person(options.say, types)
    server = StdioServerParameters(command=options.command[0], args=options.command[1:], env=dict(os.environ))
    with open(os.devnull, "w") as errors:
        async with stdio_client(server, errors) as (reading, writing):
            async with ClientSession(reading, writing, **person.callbacks) as client:
                out["version"] = (await client.initialize()).protocolVersion
                await use(out, options.calls, client.list_tools, client.list_prompts, client.list_resources, client.call_tool)
    out["questions"] = person.questions


def main():
    cut = sys.argv.index("--")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mode", default="auto")
    parser.add_argument("--say", default="nothing", choices=["yes", "unticked", "decline", "cancel", "nothing"])
    parser.add_argument("--call", action="append", default=[])
    options = parser.parse_args(sys.argv[1:cut])
    options.command = sys.argv[cut + 1:]
    options.calls = [(name, json.loads(arguments or "{}")) for name, _, arguments in (call.partition("=") for call in options.call)]
    out = {}
    line = int(importlib.metadata.version("mcp").split(".")[0])
    asyncio.run(asyncio.wait_for((second_line if line >= 2 else first_line)(options, out), 60))
    print(json.dumps(out))


if __name__ == "__main__":
    main()
