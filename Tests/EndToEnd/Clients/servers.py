"""Servers that a script starts by itself, over plain HTTP, in a folder of their own; exactly these are ended."""

import os
import re
import subprocess
import tempfile
import time

from checks import call

program = os.environ["KEYFOLIO_SERVER"]
folder = tempfile.mkdtemp(prefix="keyfolio-servers-")
started = []


class Server:
    """One run of the program."""

    def __init__(self, *arguments, environment=None):
        self.errors = tempfile.NamedTemporaryFile("r", dir=folder, delete=False)
        self.output = tempfile.NamedTemporaryFile("r", dir=folder, delete=False)
        variables = {name: value for name, value in os.environ.items() if not name.startswith(("KEYFOLIO_", "VAULT_", "AWS_"))}
        self.process = subprocess.Popen(
            [program, "--http", "--listen", "127.0.0.1:0", *arguments],
            stdout=open(self.output.name, "w"),
            stderr=open(self.errors.name, "w"),
            env={**variables, **(environment or {})},
            start_new_session=True,
        )
        started.append(self.process)
        self.url = None
        for _ in range(600):
            found = re.search(r"(ready|sealed|waiting) at (\S+)", self.said())
            if found:
                self.state, self.url = found.groups()
                break
            if self.process.poll() is not None:
                break
            time.sleep(0.02)

    def said(self):
        with open(self.errors.name) as file:
            return file.read()

    def printed(self):
        with open(self.output.name) as file:
            return file.read()

    def send(self, method, path, body=None, token="", headers=None, raw=None):
        status, answer, _ = call(
            method, path, body, token=token, base=self.url, raw=raw, headers={"Content-Type": "application/json", **(headers or {})}
        )
        return status, answer

    def open_files(self, reading=False):
        """What it has open to write, or what it has open only to be read; each as often as it has."""
        files = []
        for name in os.listdir(f"/proc/{self.process.pid}/fd"):
            try:
                with open(f"/proc/{self.process.pid}/fdinfo/{name}") as information:
                    flags = int(re.search(r"flags:\s+([0-7]+)", information.read()).group(1), 8)
                if (flags & os.O_ACCMODE == os.O_RDONLY) == reading:
                    files.append(os.readlink(f"/proc/{self.process.pid}/fd/{name}"))
            except OSError:
                pass
        return files

    def end(self, hard=False):
        (self.process.kill if hard else self.process.terminate)()
        return self.process.wait(20)


def errors(found):
    return found[0], found[1]["errors"]


def end_all():
    """Ends what was started and is still there, and takes the folder away."""
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()
    subprocess.run(["rm", "-rf", folder])
