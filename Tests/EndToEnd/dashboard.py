"""The dashboard as a person uses it: headless Chromium, `oktsec serve`, and relays on the same database."""
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from behaviour import POISON, demo, text_of
from browser import Browser, program
from quarantine import DOUBTFUL, withheld
from relay import PATIENCE, Relay
from runner import Case, Skipped, check

COLLECTED = []

CONFIG = """
# What I said myself.
identity: {keys_dir: keys}
agents:
  files:   # the files
    description: Files
    allowed_tools:   # no others
      - send_message
      - echo   # harmless
quarantine: {expiry_hours: 24}
"""
COMMENTS = ("# What I said myself.", "# the files", "# no others", "# harmless")

HOSTILE = ["<script>window.pwned=1</script>", "\"><img src=x onerror=window.pwned=1>", "'onmouseover='window.pwned=1",
           "</textarea><svg onload=window.pwned=1>", "\u202eesrever\u202c\u200b"]


def test(name, limit=120):
    def register(body):
        COLLECTED.append((name, body, limit))
        return body
    return register


def cases(binary):
    for name, body, limit in COLLECTED:
        yield Case(f"dashboard: {name}", lambda b=body: b(binary), limit)


class Desk:
    """A folder with a config, `oktsec serve` over it, and relays that share it."""

    def __init__(self, binary, config=CONFIG, mode="enforce"):
        self.binary, self.folder = binary, tempfile.mkdtemp(prefix="oktsec-dashboard-")
        os.chmod(self.folder, 0o700)
        self.config = os.path.join(self.folder, "oktsec.yaml")
        with open(self.config, "w") as file:
            file.write(f'version: "1"\nmode: {mode}\ndb_path: {self.folder}/audit.db\n{config}')
        os.chmod(self.config, 0o600)
        subprocess.run([binary, "keygen", "--agent", "files", "--out", os.path.join(self.folder, "keys"), "--config", self.config],
                       check=True, capture_output=True, timeout=30)
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, port="0"):
        self.said = tempfile.TemporaryFile()
        self.process = subprocess.Popen([self.binary, "serve", "--config", self.config, "--port", port], stdin=subprocess.DEVNULL,
                                        stdout=self.said, stderr=self.said)
        deadline = time.monotonic() + PATIENCE
        while True:
            self.said.seek(0)
            text = self.said.read().decode(errors="replace")
            address = re.search(r"http://127\.0\.0\.1:(\d+)", text)
            code = re.search(r"(?<![\w-])(\d{4})[ -]?(\d{4})(?![\w-])", text)
            link = re.search(r"/dashboard/login\?link=[0-9a-f]+", text)
            if address and code and link:
                break
            if self.process.poll() is not None and "serve" in text:
                raise Skipped("this binary has no 'serve'")
            check(time.monotonic() < deadline and self.process.poll() is None, f"no address, code and link: {text!r}")
            time.sleep(0.05)
        self.port, self.code, self.link = int(address.group(1)), code.group(1) + code.group(2), link.group(0)
        self.address = f"http://127.0.0.1:{self.port}"

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def relay(self, *options):
        return Relay(self.binary, demo(self.binary, *options), folder=self.folder)

    def text(self):
        with open(self.config) as file:
            return file.read()

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read().decode(errors="replace")
        finally:
            connection.close()

    def post(self, path, fields, **headers):
        from urllib.parse import urlencode
        return self.request("POST", path, urlencode(fields), Content_Type="application/x-www-form-urlencoded", **headers)

    def visit(self, browser):
        """Logs in by the form, as a person does."""
        browser.open(self.address + "/dashboard")
        browser.fill("#code", self.code)
        browser.click("main button[type=submit]")
        browser.until("location.pathname === '/dashboard'", "the code does not log in")

    def session(self):
        """Logs in without a browser: the cookie and the token of its forms."""
        _, _, page = self.request("GET", "/dashboard/login")
        status, headers, _ = self.post("/dashboard/login", {"csrf": hidden(page), "code": self.code})
        check(status == 303, f"the code does not log in: {status}")
        cookie = headers["set-cookie"].split(";")[0]
        _, _, page = self.request("GET", "/dashboard/settings", Cookie=cookie)
        return cookie, hidden(page)


def hidden(page, name="csrf"):
    return re.search(rf'name="{name}" value="([^"]*)"', page).group(1)


@test("an event arrives while one looks; a withheld call is approved and then passes, once")
def approval(binary):
    program()
    with Desk(binary) as desk, Browser() as browser:
        desk.visit(browser)
        check("First steps" in browser.text(), "the first run does not say what to do")
        with desk.relay() as relay:
            check(text_of(relay.call(1, "echo", text="hello")) == "hello", "the echo does not work")
            browser.open(desk.address + "/dashboard/events")
            browser.until("document.querySelector('#live')?.textContent === 'live'", "the view is not live")
            item = withheld(relay.call(2, "send_message", to="ben", text=DOUBTFUL))
            browser.until("[...document.querySelectorAll('table.events tbody tr.new')].some(r => r.innerText.includes('quarantined'))",
                          "the event does not arrive")
            browser.until("!document.querySelector('[data-pending]').hidden", "the count of what waits does not change")
            browser.click("table.events tbody tr.new a.row[href*='/dashboard/events/']")
            browser.open(f"{desk.address}/dashboard/events/{item}?tab=quarantine")
            check(DOUBTFUL in browser.text(), "the withheld text is not shown to its reviewer")
            browser.fill("form.review input[name=reason]", "I asked for it")
            browser.click("form.review button[value=approve]")
            check("passes, once" in browser.text(), f"no word about what comes next: {browser.text()[:300]}")
            check(text_of(relay.call(3, "send_message", to="ben", text=DOUBTFUL)) == "Sent to ben.", "the approved call does not pass")
            withheld(relay.call(4, "send_message", to="ben", text=DOUBTFUL))
            relay.end()
            relay.wait()
            rows = relay.rows()
        check(any(row["action"] == "reviewed" for row in rows), "the review is not recorded")
        check(browser.problems() == [], f"complaints: {browser.problems()}")


@test("a false alarm becomes an exception for its place, and the config keeps its comments")
def exception(binary):
    program()
    with Desk(binary) as desk, Browser() as browser, desk.relay() as relay:
        desk.visit(browser)
        number = 0
        # The call is stopped, and when that is allowed its answer, which says the same: each is an exception of its own.
        for direction in ("request", "response"):
            number += 1
            answer = relay.call(number, "echo", text=POISON)
            check(is_stopped(answer), f"the poison passed: {json.dumps(answer)[:300]}")
            browser.open(desk.address + "/dashboard/events?tab=blocked")
            browser.click("a.row")
            browser.run("document.querySelector('details.exception').open = true")
            browser.fill("details.exception input[name=reason]", "it is our own test")
            browser.click("details.exception button[type=submit]")
            check("still flagged" in browser.text(), f"no exception: {browser.text()[:300]}")
            check(f"direction: {direction}" in desk.text(), f"not for a {direction}: {desk.text()}")
            # The relay takes the config up with a message after a second.
            deadline = time.monotonic() + PATIENCE
            while True:
                number += 1
                answer = relay.call(number, "echo", text=POISON)
                if not is_stopped(answer) or (direction == "request" and "the answer was withheld" in text_of(answer)):
                    break
                check(time.monotonic() < deadline, f"it is still stopped: {json.dumps(answer)[:300]}")
                time.sleep(0.3)
        check(POISON in text_of(answer), f"not the answer: {answer}")
        for comment in COMMENTS:
            check(comment in desk.text(), f"{comment} is gone from the config")
        check("agents: [files]" in desk.text() and "tools: [echo]" in desk.text(), f"too wide: {desk.text()}")


def is_stopped(answer):
    return "error" in answer or answer["result"].get("isError") is True


@test("a rule is turned off and on, an agent edited, a key rotated, the mode changed; each is in the trail")
def changes(binary):
    program()
    with Desk(binary) as desk, Browser() as browser:
        desk.visit(browser)
        before = desk.text()
        browser.open(desk.address + "/dashboard/rules?category=pii")
        if not browser.run("document.querySelector('td.act button') !== null"):
            browser.open(desk.address + "/dashboard/rules?category=credential-leak")
        browser.click("td.act button")
        check("action: ignore" in desk.text(), f"the rule is not off: {desk.text()}")
        browser.click("td.act button[value='']")
        check("action: ignore" not in desk.text(), "the rule is not on again")
        browser.open(desk.address + "/dashboard/agents/files")
        browser.fill("textarea[name=tool_list]", "echo\nread: all")
        browser.run("document.querySelector('input[name=blocked][value=credentials]').click()")
        browser.click("form.stack button.primary")
        check('- "read: all"' in desk.text() and "send_message" not in desk.text(), f"not edited: {desk.text()}")
        for comment in COMMENTS:
            check(comment in desk.text(), f"{comment} is gone from the config")
        with open(os.path.join(desk.folder, "keys/files.pub")) as file:
            old = file.read()
        browser.click("button[value=rotate]")
        with open(os.path.join(desk.folder, "keys/files.pub")) as file:
            check(file.read() != old, "the key is the same")
        browser.open(desk.address + "/dashboard/settings")
        browser.click("button[value=observe]")
        check("mode: observe" in desk.text() and "mode: enforce" not in desk.text(), "the mode did not change")
        check(desk.text().count("\n") > before.count("\n"), "lines are lost")
        logs = subprocess.run([binary, "logs", "--json", "--limit", "50", "--config", desk.config], capture_output=True, text=True,
                              timeout=30)
        for word in ("rules/treatment", "config/agents", "keys/revoke", "config/mode"):
            check(word in logs.stdout, f"{word} is not in the trail: {logs.stdout[:400]} {logs.stderr[:200]}")
        verified = subprocess.run([binary, "logs", "verify", "--config", desk.config], capture_output=True, text=True, timeout=60)
        check(verified.returncode == 0, f"the chain does not hold: {verified.stdout}{verified.stderr}")


@test("wrong code, used link, logged out, foreign origin, foreign host: nothing opens and nothing changes")
def refused(binary):
    with Desk(binary) as desk:
        status, headers, page = desk.request("GET", "/dashboard")
        check(status == 303 and headers["location"].startswith("/dashboard/login"), f"open to everyone: {status}")
        _, headers, page = desk.request("GET", "/dashboard/login")
        check("default-src 'none'" in headers["content-security-policy"] and "unsafe" not in headers["content-security-policy"], "no policy")
        wrong = "00000000" if desk.code != "00000000" else "11111111"
        check(desk.post("/dashboard/login", {"csrf": hidden(page), "code": wrong})[0] == 403, "a wrong code logs in")
        check(desk.request("GET", desk.link)[0] == 303, "the link does not log in")
        check(desk.request("GET", desk.link)[0] == 403, "the link logs in twice")
        cookie, token = desk.session()
        before = desk.text()
        change = {"csrf": token, "mode": "observe"}
        for origin in ("http://evil.example", "null", f"http://localhost:{desk.port}x"):
            check(desk.post("/dashboard/settings/mode", change, Cookie=cookie, Origin=origin)[0] == 403, f"a form from {origin} passes")
        check(desk.post("/dashboard/settings/mode", {"mode": "observe"}, Cookie=cookie)[0] == 403, "a form without a token passes")
        check(desk.request("GET", "/dashboard", Cookie=cookie, Host="evil.example")[0] in (403, 421), "a foreign host is answered")
        check(desk.post("/dashboard/logout", {"csrf": token}, Cookie=cookie)[0] == 303, "no way out")
        check(desk.request("GET", "/dashboard", Cookie=cookie)[0] == 303, "the session outlives its logout")
        check(desk.post("/dashboard/settings/mode", change, Cookie=cookie)[0] == 401, "a form without a session passes")
        check(desk.text() == before, "the config was changed")


@test("what peers write is text: names, tools, contents and matches run nothing and reorder nothing")
def hostile(binary):
    program()
    with Desk(binary, config="") as desk, Browser() as browser:
        with desk.relay() as relay:
            for number, text in enumerate(HOSTILE):
                relay.call(2 * number, text, text=text)
                relay.call(2 * number + 1, "echo", text=POISON + text)
        desk.visit(browser)
        paths = ["/dashboard", "/dashboard/events", "/dashboard/events?tab=blocked", "/dashboard/events?q=%22%3E%3Cimg%20src%3Dx%20onerror%3D1%3E"]
        browser.open(desk.address + "/dashboard/events")
        paths += json.loads(browser.run("JSON.stringify([...document.querySelectorAll('a.row')].map(a => a.getAttribute('href')))"))
        for path in paths:
            browser.open(desk.address + path)
            check(browser.run("window.pwned") is None, f"{path} runs what a peer wrote")
            check(browser.run("document.querySelectorAll('main img, main script, main iframe, svg[onload]').length") == 0, f"{path} holds a peer's markup")
            check("\u202e" not in browser.text(), f"{path} reorders")
        check("<script>window.pwned=1</script>" in " ".join(shown(browser, desk)), "the text is not shown as it is")
        check(browser.problems() == [], f"complaints: {browser.problems()}")


def shown(browser, desk):
    browser.open(desk.address + "/dashboard/events")
    yield browser.text()


@test("the view says that the connection is lost, and goes on when the server is back")
def lost(binary):
    program()
    with Desk(binary) as desk, Browser() as browser:
        with desk.relay() as relay:
            relay.call(1, "echo", text="hello")
        desk.visit(browser)
        browser.open(desk.address + "/dashboard/events")
        browser.until("document.querySelector('#live')?.textContent === 'live'", "the view is not live")
        desk.stop()
        browser.until("!document.querySelector('#connection').hidden", "nobody says that the server is gone")
        check("Connection lost" in browser.text(), "no word about it")
        desk.start(str(desk.port))
        browser.until("document.body.innerText.includes('logged out')", "it does not say that one has to log in again", 60)


# WCAG 2.1, success criterion 1.4.3: the ratio of every text that is seen to the ground behind it.
CONTRAST = """
(() => {
  const parse = (c) => { const m = c.match(/[\\d.]+/g).map(Number); return { r: m[0], g: m[1], b: m[2], a: m.length > 3 ? m[3] : 1 }; };
  const part = (v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const light = (c) => 0.2126 * part(c.r) + 0.7152 * part(c.g) + 0.0722 * part(c.b);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.a === 1) return c; } return { r: 255, g: 255, b: 255 }; };
  const low = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || e.closest('svg, .sr, option, script, [hidden]') || e.getClientRects().length === 0) continue;
    const style = getComputedStyle(e), a = light(parse(style.color)), b = light(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push(`${walk.currentNode.textContent.trim().slice(0, 30)}: ${ratio.toFixed(2)}`);
  }
  return low;
})()
"""

UNNAMED = """
[...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a[href]')].filter((e) => {
  const own = e.getAttribute('aria-label') || e.textContent.trim() || [...(e.labels || [])].map((l) => l.textContent.trim()).join('');
  return !own;
}).map((e) => e.outerHTML.slice(0, 120))
"""


@test("every control has a name, every text enough contrast, no page is wider than a phone", 180)
def accessible(binary):
    program()
    with Desk(binary) as desk, Browser() as browser:
        with desk.relay() as relay:
            relay.call(1, "echo", text=POISON)
            item = withheld(relay.call(2, "send_message", to="ben", text=DOUBTFUL))
        browser.open(desk.address + "/dashboard/login")
        pages = ["/dashboard/login", "/dashboard", "/dashboard/events", f"/dashboard/events/{item}?tab=quarantine", "/dashboard/rules",
                 "/dashboard/rules?category=credential-leak", "/dashboard/rules/PROMPT_INJECTION_001", "/dashboard/rules/try",
                 "/dashboard/agents", "/dashboard/agents/files", "/dashboard/settings"]
        for page in pages:
            if page == "/dashboard":
                desk.visit(browser)
            for dark in (False, True):
                browser.resize(1280, 900, dark)
                browser.open(desk.address + page)
                check(browser.run(CONTRAST) == [], f"{page}, {'dark' if dark else 'light'}: {browser.run(CONTRAST)}")
            check(browser.run(UNNAMED) == [], f"{page}: without a name: {browser.run(UNNAMED)}")
            check(browser.run("document.querySelectorAll('h1').length") == 1, f"{page} has not one heading")
            check(browser.run("document.documentElement.lang") == "en", f"{page} does not say its language")
            browser.resize(390, 844)
            browser.open(desk.address + page)
            wide = browser.run("document.documentElement.scrollWidth")
            check(wide <= 390, f"{page} is {wide} px wide on a phone")
        check(browser.problems() == [], f"complaints: {browser.problems()}")


@test("keys alone are enough: from the overview to a decision")
def keyboard(binary):
    program()
    with Desk(binary) as desk, Browser() as browser:
        with desk.relay() as relay:
            withheld(relay.call(1, "send_message", to="ben", text=DOUBTFUL))
        desk.visit(browser)
        browser.press("g")
        browser.press("e")
        browser.until("location.pathname === '/dashboard/events' && document.readyState === 'complete'", "g e does not lead to the events")
        browser.press("j")
        browser.press("Enter")
        browser.until("document.querySelector('aside.detail') !== null && document.readyState === 'complete'", "Enter does not open the event")
        for _ in range(80):
            browser.press("Tab")
            if browser.run("document.activeElement.value === 'reject'"):
                break
        check(browser.run("document.activeElement.value === 'reject'"), "Tab does not reach the decision")
        browser.press("Enter")
        browser.until("document.body.innerText.includes('will never pass') && document.readyState === 'complete'",
                      "the decision is not taken")
        browser.press("Escape")
        browser.until("document.querySelector('aside.detail') === null", "Escape does not close the event")
