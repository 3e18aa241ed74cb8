"""Headless Chromium over its own protocol (CDP) and a pipe. The standard library is enough."""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

from runner import Failed, Skipped

PATIENCE = 30


def program():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    raise Skipped("there is no chromium")


class Browser:
    """One page. Use as a context: it is gone, with its profile, at the end."""

    def __init__(self, width=1280, height=900):
        executable = program()
        self.profile = tempfile.mkdtemp(prefix="oktsec-browser-")
        commands, self.writing = os.pipe()
        self.reading, answers = os.pipe()

        def hand_over():
            # Chromium reads commands from 3 and writes to 4; neither may be one of ours that stands there by chance.
            one, other = os.dup(commands), os.dup(answers)
            os.dup2(one, 3)
            os.dup2(other, 4)

        self.process = subprocess.Popen(
            [executable, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--remote-debugging-pipe", f"--user-data-dir={self.profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=hand_over, close_fds=False)
        os.close(commands)
        os.close(answers)
        self.number, self.buffer, self.events, self.session = 0, b"", [], None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.resize(width, height)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.session = None
            self.call("Browser.close", patience=5)
            self.process.wait(5)
        except Exception:
            self.process.kill()
            self.process.wait()
        os.close(self.reading)
        os.close(self.writing)
        shutil.rmtree(self.profile, ignore_errors=True)

    # The protocol

    def call(self, method, patience=PATIENCE, **parameters):
        self.number += 1
        number, message = self.number, {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writing, data):]
        deadline = time.monotonic() + patience
        while True:
            answer = self.receive(deadline)
            if answer.get("id") == number:
                if "error" in answer:
                    raise Failed(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)
            # A question of `confirm` is answered as a person in a hurry would.
            if answer.get("method") == "Page.javascriptDialogOpening":
                self.call("Page.handleJavaScriptDialog", accept=True)

    def receive(self, deadline):
        while b"\0" not in self.buffer:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.reading], [], [], left)[0]:
                raise Failed("the browser does not answer")
            chunk = os.read(self.reading, 1 << 20)
            if not chunk:
                raise Failed("the browser has ended")
            self.buffer += chunk
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    # What a person does

    def resize(self, width, height, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def open(self, address):
        self.call("Page.navigate", url=address)
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'", f"{address} does not load")

    def run(self, code):
        """The value of an expression in the page."""
        result = self.call("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise Failed(f"{code[:80]}: {json.dumps(result['exceptionDetails'])[:300]}")
        return result["result"].get("value")

    def until(self, condition, message, patience=PATIENCE):
        """Waits until an expression holds; a page that is just being left counts as not yet."""
        deadline = time.monotonic() + patience
        while True:
            try:
                value = self.run(condition)
                if value:
                    return value
            except Failed:
                pass
            if time.monotonic() > deadline:
                raise Failed(f"{message}; the page says: {self.text()[:600]}")
            time.sleep(0.05)

    def text(self):
        try:
            return self.run("document.body.innerText") or ""
        except Failed:
            return ""

    def fill(self, selector, value):
        self.run(f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.focus(); e.value = {json.dumps(value)};"
                 " e.dispatchEvent(new Event('input', {bubbles: true})); })()")

    def click(self, selector):
        """Presses what the selector names and waits until the page that follows is there."""
        name = json.dumps(selector)
        self.until(f"document.querySelector({name}) !== null", f"there is no {selector}")
        self.run("window.stillHere = true")
        self.run(f"document.querySelector({name}).click()")
        self.until("window.stillHere !== true && document.readyState === 'complete'", f"nothing follows {selector}")

    def press(self, key):
        code = {"Enter": 13, "Escape": 27, "Tab": 9}.get(key)
        parts = {"key": key, "windowsVirtualKeyCode": code} if code else {"key": key, "text": key}
        if key == "Enter":
            parts["text"] = "\r"
        self.call("Input.dispatchKeyEvent", type="keyDown", **parts)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key)

    def problems(self):
        """What scripts and the policy of the page complained about."""
        self.run("0")
        found = []
        for event in self.events:
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(json.dumps(event["params"])[:300])
            if event.get("method") == "Log.entryAdded" and event["params"]["entry"]["source"] in ("security", "javascript"):
                found.append(event["params"]["entry"]["text"][:300])
        return found

    def picture(self, path):
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 4000), "scale": 1}
        data = self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
