"""Reads .env files with a shell, `set -a; . ./file`: see LiveReader.swift for the form of input and output.

The argument is the shell. Nothing is in its PATH, so that a line that is a command runs none.
"""

import os
import shutil
import subprocess
import sys
import tempfile

shell = shutil.which(sys.argv[1])
environment = {"PATH": "/nonexistent", "E1": "one", "E2": "", "HOME": "/home/test"}
script = f"set -a; . ./file; set +a; exec {shutil.which('env')} -0"


def run(folder):
    return subprocess.run([shell, "-c", script], cwd=folder, env=environment, capture_output=True, timeout=20)


def read(folder, document):
    with open(os.path.join(folder, "file"), "wb") as file:
        file.write(document)
    result = run(folder)
    if result.returncode != 0 or result.stderr:
        return "E"
    parts = []
    for item in result.stdout.split(b"\0"):
        key, sign, value = item.partition(b"=")
        if sign and (key, value) not in own:
            parts.append(key.hex() + "=" + value.hex())
    return " ".join(parts)


with tempfile.TemporaryDirectory() as folder:
    own = set()
    with open(os.path.join(folder, "file"), "wb"):
        pass
    for item in run(folder).stdout.split(b"\0"):
        key, sign, value = item.partition(b"=")
        own.add((key, value))
    for line in sys.stdin:
        print(read(folder, bytes.fromhex(line.strip())))
