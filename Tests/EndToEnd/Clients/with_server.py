"""Starts a development server on a free port, runs a script with what it prints to export, and ends exactly that server.

    with_server.py SERVER SCRIPT [ARGUMENT…]

It ends as the script ends. The server's own complaints are shown when the script fails.
"""

import os
import subprocess
import sys
import tempfile
import time


def start(server, arguments=(), environment=None):
    """Starts a server and waits until it has said what to export.

    Returns the process, the variables, and a function that gives what it complained of.
    """
    output, errors = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")
    process = subprocess.Popen(
        [server, "--dev", "--listen", "127.0.0.1:0", *arguments],
        stdout=output,
        stderr=errors,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
    )

    def complaints():
        errors.seek(0)
        return errors.read()

    for _ in range(600):
        output.seek(0)
        lines = output.read().splitlines()
        variables = dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export ") and "=" in line)
        # The last line that every server prints.
        if "AZURE_CLIENT_SECRET" in variables and lines[-1].startswith("export "):
            time.sleep(0.05)
            output.seek(0)
            lines = output.read().splitlines()
            variables = dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export ") and "=" in line)
            return process, variables, complaints
        if process.poll() is not None:
            break
        time.sleep(0.02)
    process.kill()
    raise SystemExit(f"the server did not start: {complaints()}")


def stop(process):
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return process.returncode == 0


if __name__ == "__main__":
    server, script, *rest = sys.argv[1:]
    process, variables, complaints = start(server)
    try:
        status = subprocess.call(
            [sys.executable, script, *rest], env={**os.environ, **variables, "KEYFOLIO_SERVER": server, "KEYFOLIO_SERVER_PID": str(process.pid)}, timeout=600
        )
    finally:
        ended = stop(process)
    if not ended:
        print("FAILED: the server did not end by itself when it was asked to")
        status = status or 1
    if status:
        print(complaints())
    sys.exit(status)
