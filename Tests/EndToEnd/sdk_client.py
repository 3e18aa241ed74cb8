#!/usr/bin/env python3
"""Drive a stdio MCP server with the official Python SDK and print everything as JSON.

    sdk_client.py [options] -- SERVER_COMMAND [ARGS...]

Works under either line of the SDK: `mcp` 1.x (ClientSession) and `mcp` 2.x (Client). The output is deterministic apart from what
the server itself varies, so what it prints directly and through `oktsec proxy` must be equal.

--mask REGEX (repeatable) replaces volatile text by "<MASK>";
--mask-time masks ISO-8601 date-times.  Timings appear only with --bench, and
under a key of their own ("timings"), which --no-timings drops.

Operations run in the order given on the command line, after the listing:
    --call NAME[=JSON]      tools/call            --get-prompt NAME[=JSON]   prompts/get
    --read URI              resources/read        --ping                     ping (legacy only)
    --complete KIND:NAME:ARG:VALUE   completion/complete (KIND = prompt|resource)
    --set-level LEVEL       logging/setLevel (legacy only)
    --bench N               N further timed rounds of the last --call (or of ping)

--mode   auto    2.x: server/discover probe, then initialize; 1.x: initialize
         legacy  initialize with the SDK's newest handshake version
         2024-11-05 | 2025-03-26 | 2025-06-18 | 2025-11-25   initialize offering that version
         2026-07-28   2.x only: stateless, no probe

Exit status: 0 everything succeeded; 1 an operation failed (JSON-RPC error, isError, broken
connection); 2 usage; 3 timeout; 4 SDK not importable.  --allow-errors turns a JSON-RPC error or
isError of a single operation into data only (exit 0) - transport failures still give 1.
--expect-errors demands that every --call/--get-prompt/--read fails (a blocking test).
"""
import argparse
import asyncio
import contextlib
import json
import logging
import os
import re
import sys
import time
import traceback
import warnings

warnings.filterwarnings("ignore")
if not os.environ.get("SDK_CLIENT_TRACE"):
    logging.disable(logging.CRITICAL)

HANDSHAKE = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?"


class Op(argparse.Action):
    def __call__(self, parser, ns, value, option_string=None):
        ns.ops = (ns.ops or []) + [(self.dest, value)]


def parse(argv):
    if "--" not in argv:
        print("usage: sdk_client.py [options] -- SERVER_COMMAND [ARGS...]", file=sys.stderr)
        sys.exit(2)
    cut = argv.index("--")
    own, cmd = argv[:cut], argv[cut + 1:]
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.set_defaults(ops=None)
    p.add_argument("--mode", default="auto")
    p.add_argument("--call", action=Op, metavar="NAME[=JSON]")
    p.add_argument("--get-prompt", action=Op, dest="prompt", metavar="NAME[=JSON]")
    p.add_argument("--read", action=Op, metavar="URI")
    p.add_argument("--ping", action=Op, nargs=0)
    p.add_argument("--complete", action=Op, metavar="KIND:NAME:ARG:VALUE")
    p.add_argument("--set-level", action=Op, dest="set_level", metavar="LEVEL")
    p.add_argument("--bench", type=int, default=0, metavar="N")
    p.add_argument("--no-list", action="store_true", help="skip the listing of tools/prompts/resources")
    p.add_argument("--no-timings", action="store_true")
    p.add_argument("--no-callbacks", action="store_true", help="declare no sampling/elicitation/roots")
    p.add_argument("--progress", action="store_true", help="ask for progress on every --call")
    p.add_argument("--log-level", default=None, help="2026-07-28: opt in to log messages at this level")
    p.add_argument("--env", action="append", default=[], metavar="K=V")
    p.add_argument("--inherit-env", action="store_true", help="hand the whole environment to the server")
    p.add_argument("--cwd", default=None)
    p.add_argument("--mask", action="append", default=[], metavar="REGEX")
    p.add_argument("--mask-time", action="store_true")
    p.add_argument("--stderr", default=None, metavar="FILE", help="write the server's stderr there (default: discard)")
    p.add_argument("--timeout", type=float, default=60.0)
    p.add_argument("--allow-errors", action="store_true")
    p.add_argument("--expect-errors", action="store_true")
    p.add_argument("--settle", type=float, default=0.2, help="seconds to wait for late notifications")
    a = p.parse_args(own)
    if not cmd:
        p.error("no server command after --")
    a.cmd, a.ops = cmd, a.ops or []
    if a.mask_time:
        a.mask.append(ISO)
    return a


def dump(obj):
    if obj is None:
        return None
    if hasattr(obj, "model_dump"):
        return obj.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return obj


def split_call(spec):
    name, sep, raw = spec.partition("=")
    return name, (json.loads(raw) if sep else {})


class Failure(Exception):
    pass


class Run:
    def __init__(self, a):
        self.a, self.out, self.events, self.failed = a, {}, [], False
        self.ops_failed = 0
        self.ops_done = 0

    # -- what the server asks of us, answered deterministically ------------
    def on_event(self, kind, payload):
        self.events.append({"kind": kind, "payload": dump(payload)})

    def error_of(self, exc):
        err = getattr(exc, "error", None)
        if err is not None and hasattr(err, "code"):
            return {"code": err.code, "message": err.message, "data": dump(err.data)}
        return None

    async def op(self, record, coro, counts=True):
        """Run one operation into record; an RPC error is data, anything else is a failure."""
        if counts:
            self.ops_done += 1
        try:
            res = dump(await coro)
            record["ok"], record["result"] = True, res
            if isinstance(res, dict) and res.get("isError"):
                record["ok"] = False
        except Exception as exc:  # noqa: BLE001
            err = self.error_of(exc)
            record["ok"] = False
            if err is not None:
                record["error"] = err
            else:
                record["exception"] = f"{type(exc).__name__}: {exc}"
                self.failed = True
        if not record["ok"] and counts:
            self.ops_failed += 1
        return record

    async def pages(self, method, key):
        items, cursor, seen = [], None, 0
        while True:
            res = await method(cursor)
            page = dump(res)
            items += page.get(key, [])
            cursor = page.get("nextCursor")
            seen += 1
            if cursor is None:
                return items
            if seen > 1000:
                raise Failure(f"endless pagination of {key}")

    async def list_all(self, caps, api):
        for cap, key, name in (("tools", "tools", "list_tools"), ("prompts", "prompts", "list_prompts"),
                               ("resources", "resources", "list_resources"),
                               ("resources", "resourceTemplates", "list_resource_templates")):
            if cap not in (caps or {}):
                self.out[key] = None
                continue
            try:
                self.out[key] = await self.pages(api[name], key)
            except Exception as exc:  # noqa: BLE001
                err = self.error_of(exc)
                # many servers declare resources and lack resources/templates/list
                if err is not None and err["code"] == -32601:
                    self.out[key] = {"error": err}
                else:
                    self.out[key] = {"error": err or f"{type(exc).__name__}: {exc}"}
                    self.failed = True

    async def do_ops(self, api):
        recs, last = [], None
        for kind, val in self.a.ops:
            if kind == "call":
                name, args = split_call(val)
                last = lambda name=name, args=args: api["call"](name, args)
                recs.append(await self.op({"op": "call", "name": name, "arguments": args}, last()))
            elif kind == "prompt":
                name, args = split_call(val)
                recs.append(await self.op({"op": "get-prompt", "name": name, "arguments": args},
                                          api["prompt"](name, args)))
            elif kind == "read":
                recs.append(await self.op({"op": "read", "uri": val}, api["read"](val)))
            elif kind == "ping":
                last = api["ping"]
                recs.append(await self.op({"op": "ping"}, api["ping"](), counts=False))
                if not recs[-1]["ok"]:
                    self.failed = True
            elif kind == "set_level":
                recs.append(await self.op({"op": "set-level", "level": val}, api["level"](val)))
            elif kind == "complete":
                k, n, arg, v = val.split(":", 3)
                recs.append(await self.op({"op": "complete", "ref": k, "name": n}, api["complete"](k, n, arg, v)))
        self.out["operations"] = recs
        if self.a.bench:
            if last is None:
                raise Failure("--bench needs a --call or a --ping before it")
            ns = []
            for _ in range(self.a.bench):
                t = time.perf_counter_ns()
                await last()
                ns.append(time.perf_counter_ns() - t)
            self.out["timings"] = summary(ns)

    async def main(self):
        import importlib.metadata as md
        try:
            ver = md.version("mcp")
        except md.PackageNotFoundError:
            print("the mcp package is not installed in this interpreter", file=sys.stderr)
            sys.exit(4)
        self.out["client"] = {"sdk": f"mcp {ver}", "mode": self.a.mode}
        env = dict(os.environ) if self.a.inherit_env else {"PATH": os.environ.get("PATH", "")}
        for kv in self.a.env:
            k, _, v = kv.partition("=")
            env[k] = v
        errlog = open(self.a.stderr or os.devnull, "w")
        try:
            if int(ver.split(".")[0]) >= 2:
                await self.v2(env, errlog)
            else:
                await self.v1(env, errlog)
        finally:
            errlog.close()

    # -- mcp 2.x ----------------------------------------------------------
    async def v2(self, env, errlog):
        import mcp.client.session as session_mod
        from mcp import types
        from mcp.client.client import Client
        from mcp.client.stdio import StdioServerParameters, stdio_client

        mode = self.a.mode
        if mode in HANDSHAKE:
            if hasattr(session_mod, "LATEST_HANDSHAKE_VERSION"):
                session_mod.LATEST_HANDSHAKE_VERSION = mode
            mode = "legacy"
        kw = {}
        if not self.a.no_callbacks:
            async def sampling(ctx, params):
                self.on_event("sampling/createMessage", params)
                return types.CreateMessageResult(role="assistant", model="sdk-client",
                                                 content=types.TextContent(type="text", text="sampled"))

            async def elicit(ctx, params):
                self.on_event("elicitation/create", params)
                return types.ElicitResult(action="accept", content={}) if getattr(params, "mode", "form") == "form" \
                    else types.ElicitResult(action="accept")

            async def roots(ctx):
                self.on_event("roots/list", None)
                return types.ListRootsResult(roots=[types.Root(uri="file:///sdk-client-root", name="root")])

            kw.update(sampling_callback=sampling, elicitation_callback=elicit, list_roots_callback=roots)

        async def logmsg(params):
            self.on_event("notifications/message", params)

        async def other(message):
            if isinstance(message, Exception):
                self.on_event("transport-exception", type(message).__name__)
            elif getattr(message, "method", "") not in ("notifications/message", "notifications/progress"):
                self.on_event("notification", message)

        params = StdioServerParameters(command=self.a.cmd[0], args=self.a.cmd[1:], env=env, cwd=self.a.cwd)
        client = Client(stdio_client(params, errlog), mode=mode, logging_callback=logmsg, message_handler=other,
                        read_timeout_seconds=self.a.timeout, log_level=self.a.log_level, cache=None, **kw)
        async with client as c:
            caps = dump(c.server_capabilities) or {}
            self.out["negotiated"] = {"protocolVersion": c.protocol_version, "serverInfo": dump(c.server_info),
                                      "capabilities": caps, "instructions": c.instructions}
            disc = getattr(c.session, "discover_result", None)
            self.out["discover"] = dump(disc)

            async def progress(p, total, message):
                self.on_event("notifications/progress", {"progress": p, "total": total, "message": message})

            def complete(k, n, arg, v):
                ref = types.PromptReference(type="ref/prompt", name=n) if k == "prompt" else \
                    types.ResourceTemplateReference(type="ref/resource", uri=n)
                return c.complete(ref, {"name": arg, "value": v})

            api = {m: (lambda cur, m=m: getattr(c, m)(cursor=cur)) for m in
                   ("list_tools", "list_prompts", "list_resources", "list_resource_templates")}
            api.update(call=lambda n, a: c.call_tool(n, a, progress_callback=progress if self.a.progress else None),
                       prompt=lambda n, a: c.get_prompt(n, a), read=lambda u: c.read_resource(u),
                       ping=lambda: c.send_ping(), level=lambda lv: c.set_logging_level(lv), complete=complete)
            await self.body(caps, api)

    # -- mcp 1.x ----------------------------------------------------------
    async def v1(self, env, errlog):
        import mcp.types as types
        from mcp import ClientSession, StdioServerParameters
        from mcp.client.stdio import stdio_client

        mode = self.a.mode
        if mode == "2026-07-28":
            raise Failure("mcp 1.x cannot speak 2026-07-28")
        if mode in HANDSHAKE:
            types.LATEST_PROTOCOL_VERSION = mode
        kw = {}
        if not self.a.no_callbacks:
            async def sampling(ctx, params):
                self.on_event("sampling/createMessage", params)
                return types.CreateMessageResult(role="assistant", model="sdk-client",
                                                 content=types.TextContent(type="text", text="sampled"))

            async def elicit(ctx, params):
                self.on_event("elicitation/create", params)
                return types.ElicitResult(action="accept", content={}) if getattr(params, "mode", "form") == "form" \
                    else types.ElicitResult(action="accept")

            async def roots(ctx):
                self.on_event("roots/list", None)
                return types.ListRootsResult(roots=[types.Root(uri="file:///sdk-client-root", name="root")])

            kw.update(sampling_callback=sampling, elicitation_callback=elicit, list_roots_callback=roots)

        async def logmsg(params):
            self.on_event("notifications/message", params)

        async def other(message):
            root = getattr(message, "root", message)
            if isinstance(message, Exception):
                self.on_event("transport-exception", type(message).__name__)
            elif getattr(root, "method", "").startswith("notifications/") and \
                    root.method not in ("notifications/message", "notifications/progress"):
                self.on_event("notification", root)

        from datetime import timedelta
        params = StdioServerParameters(command=self.a.cmd[0], args=self.a.cmd[1:], env=env, cwd=self.a.cwd)
        async with stdio_client(params, errlog) as (r, w):
            async with ClientSession(r, w, read_timeout_seconds=timedelta(seconds=self.a.timeout),
                                     logging_callback=logmsg, message_handler=other, **kw) as s:
                init = await s.initialize()
                caps = dump(init.capabilities) or {}
                self.out["negotiated"] = {"protocolVersion": init.protocolVersion, "serverInfo": dump(init.serverInfo),
                                          "capabilities": caps, "instructions": init.instructions}
                self.out["discover"] = None

                async def progress(p, total, message=None):
                    self.on_event("notifications/progress", {"progress": p, "total": total, "message": message})

                def page(cur):
                    return types.PaginatedRequestParams(cursor=cur) if cur is not None else None

                def complete(k, n, arg, v):
                    ref = types.PromptReference(type="ref/prompt", name=n) if k == "prompt" else \
                        types.ResourceTemplateReference(type="ref/resource", uri=n)
                    return s.complete(ref, {"name": arg, "value": v})

                api = {m: (lambda cur, m=m: getattr(s, m)(params=page(cur))) for m in
                       ("list_tools", "list_prompts", "list_resources", "list_resource_templates")}
                from pydantic import AnyUrl
                api.update(call=lambda n, a: s.call_tool(n, a, progress_callback=progress if self.a.progress else None),
                           prompt=lambda n, a: s.get_prompt(n, a), read=lambda u: s.read_resource(AnyUrl(u)),
                           ping=lambda: s.send_ping(), level=lambda lv: s.set_logging_level(lv), complete=complete)
                await self.body(caps, api)

    async def body(self, caps, api):
        if not self.a.no_list:
            await self.list_all(caps, api)
        await self.do_ops(api)
        if self.a.settle:
            await asyncio.sleep(self.a.settle)
        self.out["events"] = self.events


def summary(ns):
    s = sorted(ns)
    q = lambda p: round(s[min(len(s) - 1, int(p * len(s)))] / 1e6, 4)  # noqa: E731
    return {"n": len(s), "ms": {"min": q(0), "p50": q(.5), "p90": q(.9), "p99": q(.99), "max": round(s[-1] / 1e6, 4),
                                "mean": round(sum(s) / len(s) / 1e6, 4)}}


def mask(text, patterns):
    for p in patterns:
        text = re.sub(p, "<MASK>", text)
    return text


def main():
    a = parse(sys.argv[1:])
    run, code = Run(a), 0
    try:
        asyncio.run(asyncio.wait_for(run.main(), a.timeout + 15))
    except (asyncio.TimeoutError, TimeoutError):
        run.out["fatal"], code = "timeout", 3
    except SystemExit:
        raise
    except BaseException as exc:  # noqa: BLE001
        leaf = exc
        while getattr(leaf, "exceptions", None):
            leaf = leaf.exceptions[0]
        run.out["fatal"] = f"{type(leaf).__name__}: {leaf}"
        if os.environ.get("SDK_CLIENT_TRACE"):
            traceback.print_exc()
        code = 1
    run.out.setdefault("events", run.events)
    if a.no_timings:
        run.out.pop("timings", None)
    if code == 0:
        if run.failed:
            code = 1
        elif a.expect_errors:
            code = 0 if run.ops_failed == run.ops_done and run.ops_done else 1
        elif run.ops_failed and not a.allow_errors:
            code = 1
    with contextlib.suppress(BrokenPipeError):
        print(mask(json.dumps(run.out, indent=1, sort_keys=True, ensure_ascii=False, default=str), a.mask))
    sys.exit(code)


if __name__ == "__main__":
    main()
