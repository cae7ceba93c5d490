"""Kills a server with SIGKILL under 64 clients that write, again and again: nothing that was acknowledged is lost, and the
log verifies.

    kill9.py ROUNDS
"""

import http.client
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from urllib.parse import urlsplit

from checks import check, equal, finish
from with_server import start, stop

rounds = int(sys.argv[1])
folder = tempfile.mkdtemp(prefix="keyfolio-kill9-")
TOKEN = "kill-nine-root"
acknowledged = {}
lock = threading.Lock()
clients = 64


def writer(number, port, stopped):
    path = f"torture/client-{number}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    while not stopped.is_set():
        version = acknowledged.get(path, 0) + 1
        # Each write names the version that it replaces: one that was acknowledged and lost would be a conflict.
        body = json.dumps({"text": f"{number}:{version}"})
        try:
            connection.request("PUT", f"/api/v1/secrets/{path}", body, headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            return
        if answer.status == 200:
            with lock:
                acknowledged[path] = json.loads(text)["version"]
        elif answer.status != 503:
            check("a write ends well or not at all", False, (answer.status, text))
            return


def state(port):
    """The current version and text of every path, as the server has them now."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    found = {}
    for path in sorted(acknowledged):
        connection.request("GET", f"/api/v1/secrets/{path}", headers={"Authorization": f"Bearer {TOKEN}"})
        answer = connection.getresponse()
        text = answer.read()
        found[path] = json.loads(text) if answer.status == 200 else answer.status
    connection.request("POST", "/api/v1/audit/verify", headers={"Authorization": f"Bearer {TOKEN}"})
    answer = connection.getresponse()
    return found, json.loads(answer.read())


environment = {"KEYFOLIO_DEV_ROOT_TOKEN": TOKEN}
arguments = ["--http", "--storage", folder]
server = os.environ["KEYFOLIO_SERVER"]
lost = torn = 0
for round_number in range(rounds):
    process, variables, complaints = start(server, arguments, environment)
    port = urlsplit(variables["KEYFOLIO_ADDR"]).port
    if acknowledged:
        found, verdict = state(port) if round_number % 10 == 0 or round_number == rounds - 1 else (None, None)
        if found is not None:
            check("the log is intact", verdict["intact"], verdict)
            for path, version in acknowledged.items():
                if not isinstance(found[path], dict) or found[path]["version"] < version:
                    lost += 1
                    check("nothing acknowledged is lost", False, (path, version, found[path]))
                elif found[path]["text"] != f"{path.rsplit('-', 1)[1]}:{found[path]['version']}":
                    torn += 1
                    check("nothing is torn", False, found[path])
                else:
                    # What was committed and not acknowledged may be there: it was under way.
                    acknowledged[path] = found[path]["version"]
        else:
            # One read each is enough to go on from what is there.
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            for path, version in list(acknowledged.items()):
                connection.request("GET", f"/api/v1/secrets/{path}", headers={"Authorization": f"Bearer {TOKEN}"})
                answer = connection.getresponse()
                body = json.loads(answer.read())
                if answer.status != 200 or body["version"] < version:
                    lost += 1
                    check("nothing acknowledged is lost", False, (path, version, body))
                else:
                    acknowledged[path] = body["version"]
    stopped = threading.Event()
    threads = [threading.Thread(target=writer, args=(n, port, stopped), daemon=True) for n in range(clients)]
    for thread in threads:
        thread.start()
    time.sleep(random.uniform(0.02, 0.35))
    process.send_signal(signal.SIGKILL)
    process.wait()
    stopped.set()
    for thread in threads:
        thread.join(30)
process, variables, complaints = start(server, arguments, environment)
found, verdict = state(urlsplit(variables["KEYFOLIO_ADDR"]).port)
check("the log is intact at the end", verdict["intact"], verdict)
total = sum(acknowledged.values())
check("something was written", total > rounds, total)
equal("nothing was lost", lost, 0)
equal("nothing was torn", torn, 0)
check("it ends when asked", stop(process))
shutil.rmtree(folder)
print(f"{rounds} kills, {total} versions acknowledged, {verdict['records']} records in the log")
finish()
