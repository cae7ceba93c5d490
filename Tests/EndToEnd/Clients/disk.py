"""A server whose disk is full, whose disk does not confirm, and whose log must stay short under writing.

It starts servers of its own. A full disk is a limit on the size of files (RLIMIT_FSIZE), which a running process can be given
more of; a disk that does not confirm is `fdatasync` put in the system's place, which fails while a file is there.
"""

import http.client
import json
import os
import resource
import shutil
import subprocess
import tempfile
import threading
import time
from urllib.parse import urlsplit

from checks import check, equal, finish
from servers import Server, end_all, folder

places = []


def writing(server, root, clients, text, stop, path="disk"):
    """Clients that write, each to its own secret. Gives what was acknowledged, and every other answer."""
    acknowledged, refused = {}, []

    def write(number):
        connection = http.client.HTTPConnection("127.0.0.1", urlsplit(server.url).port, timeout=120)
        headers = {"Authorization": f"Bearer {root}"}
        count = 0
        while not stop(count, refused):
            count += 1
            body = json.dumps({"text": f"{count}:{text}"})
            try:
                connection.request("PUT", f"/api/v1/secrets/{path}/client-{number}", body, headers)
                answer = connection.getresponse()
                found = answer.read()
            except (OSError, http.client.HTTPException) as error:
                refused.append((0, repr(error)))
                return
            if answer.status == 200:
                acknowledged[f"{path}/client-{number}"] = (json.loads(found)["version"], count)
            else:
                refused.append((answer.status, found.decode()))
                return

    threads = [threading.Thread(target=write, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return acknowledged, refused


def lost(server, root, acknowledged):
    """What of the acknowledged is not there as it was written."""
    wrong = []
    for path, (version, count) in acknowledged.items():
        status, body = server.send("GET", f"/api/v1/secrets/{path}?version={version}", token=root)
        if status != 200 or not body["text"].startswith(f"{count}:"):
            wrong.append((path, version, status))
    return wrong


def full_disk():
    store = f"{folder}/full/store.db"
    server = Server("--store", store, "--key-file", f"{folder}/full/key", "--init")
    root = server.printed().strip()
    equal("ready", server.send("GET", "/readyz"), (200, "ready\n"))
    # The signal that comes with the limit would end the process: a disk sends none. The server ignores it.
    _, hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (6 << 20, hard))
    acknowledged, refused = writing(server, root, 16, "x" * 20_000, lambda count, refused: count > 400)
    equal("the server lives", server.process.poll(), None)
    check("some were written", len(acknowledged) == 16 and sum(version for version, _ in acknowledged.values()) > 50, acknowledged)
    equal("then each is refused", len(refused), 16)
    check("by the disk's own name", all(status == 503 and "KF-STORE-031" in text for status, text in refused), refused[:2])
    # The log gives back what it can by now, so there may be room again: until there is none at all.
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1, hard))
    status = 200
    for _ in range(5000):
        status, body = server.send("GET", "/api/v1/secrets/disk/client-0", token=root)
        if status != 200:
            break
    check("a record that finds no room is told by its name", "KF-STORE-031" in json.dumps(body), body)
    equal("nothing is read that could not be recorded", server.send("GET", "/api/v1/secrets/disk/client-0", token=root)[0], 503)
    equal("it is not ready", server.send("GET", "/readyz")[0], 503)
    equal("it is alive", server.send("GET", "/healthz")[0], 200)
    metrics = server.send("GET", "/metrics")[1]
    check("and says so to who counts", "\nkeyfolio_healthy 0.0\n" in metrics, metrics)
    # Whoever only asks whether it is ready makes it so again: nobody else comes while it is not.
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    # One record a second is tried at most.
    for _ in range(50):
        answer = server.send("GET", "/readyz")
        if answer[0] == 200:
            break
        time.sleep(0.1)
    equal("ready again, once there is room", answer, (200, "ready\n"))
    check("healthy again", "\nkeyfolio_healthy 1.0\n" in server.send("GET", "/metrics")[1])
    equal("nothing acknowledged is lost", lost(server, root, acknowledged), [])
    more, refused = writing(server, root, 16, "y" * 20_000, lambda count, refused: count >= 5)
    equal("it goes on", (len(more), refused), (16, []))
    for path, (version, _) in more.items():
        check("with the next version", version > acknowledged[path][0], (version, acknowledged[path]))
    status, verdict = server.send("POST", "/api/v1/audit/verify", token=root)
    check("the log is whole", status == 200 and verdict["intact"], verdict)
    equal("ends", server.end(), 0)
    server = Server("--store", store, "--key-file", f"{folder}/full/key")
    equal("nor after a start", lost(server, root, more), [])
    equal("ends", server.end(), 0)


SHIM = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>
static int fails(void) { const char *flag = getenv("FAILING_DISK"); return flag && access(flag, F_OK) == 0; }
int fdatasync(int file) { if (fails()) { errno = EIO; return -1; } return (int)syscall(SYS_fdatasync, file); }
int fsync(int file) { if (fails()) { errno = EIO; return -1; } return (int)syscall(SYS_fsync, file); }
"""


def unconfirming_disk():
    compiler = shutil.which("clang") or shutil.which("cc")
    check("there is a compiler for C", compiler)
    with open(f"{folder}/shim.c", "w") as file:
        file.write(SHIM)
    subprocess.run([compiler, "-shared", "-fPIC", "-o", f"{folder}/shim.so", f"{folder}/shim.c"], check=True)
    store, flag = f"{folder}/sync/store.db", f"{folder}/failing"
    words = ["--store", store, "--key-file", f"{folder}/sync/key"]
    server = Server(*words, "--init", environment={"LD_PRELOAD": f"{folder}/shim.so", "FAILING_DISK": flag})
    root = server.printed().strip()
    acknowledged, refused = writing(server, root, 8, "x", lambda count, refused: count >= 20)
    equal("the disk confirms", (len(acknowledged), refused), (8, []))
    open(flag, "w").close()
    later, refused = writing(server, root, 8, "x", lambda count, refused: count >= 3)
    equal("then it does not: none is acknowledged, each is told so", (later, len(refused)), ({}, 8))
    check("by its name", all(status == 503 and "KF-STORE-036" in text for status, text in refused), refused[:2])
    # Nobody knows then what is on the disk: nothing more is answered, not even when it confirms again.
    os.remove(flag)
    status, body = server.send("GET", "/api/v1/secrets/disk/client-0", token=root)
    check("nothing more is answered", status == 503 and "KF-STORE-036" in json.dumps(body), body)
    equal("Vault's clients are told as well", server.send("GET", "/v1/secret/data/disk/client-0", token=root)[0], 500)
    equal("it is not ready", server.send("GET", "/readyz")[0], 503)
    check("and says so to who counts", "\nkeyfolio_healthy 0.0\n" in server.send("GET", "/metrics")[1])
    server.end(hard=True)
    server = Server(*words)
    equal("a start mends it", server.send("GET", "/readyz")[0], 200)
    equal("nothing acknowledged is lost", lost(server, root, acknowledged), [])
    status, verdict = server.send("POST", "/api/v1/audit/verify", token=root)
    check("the log is whole", status == 200 and verdict["intact"], verdict)
    equal("ends", server.end(), 0)


def short_log():
    """SQLite's own log under writes of much: it begins anew, and is not as long as what was written."""
    # In memory where there is such a place: how long the log gets is asked here, and not how fast the disk is.
    place = tempfile.mkdtemp(prefix="keyfolio-log-", dir="/dev/shm" if os.path.isdir("/dev/shm") else folder)
    places.append(place)
    store = f"{place}/log/store.db"
    server = Server("--store", store, "--key-file", f"{place}/log/key", "--init")
    root = server.printed().strip()
    longest, done = [0], threading.Event()

    def look():
        while not done.wait(0.02):
            try:
                longest[0] = max(longest[0], os.stat(store + "-wal").st_size)
            except FileNotFoundError:
                pass

    watcher = threading.Thread(target=look)
    watcher.start()
    text = "x" * (2 << 20)
    acknowledged, refused = writing(server, root, 8, text, lambda count, refused: count >= 36)
    done.set()
    watcher.join()
    written = sum(count for _, count in acknowledged.values()) * len(text)
    equal("all were written", (len(acknowledged), refused), (8, []))
    check("much was written", written >= 576 << 20, written)
    # 256 MiB, and what is written while it is copied.
    check("the log stayed short", longest[0] < 384 << 20, f"{longest[0] >> 20} MiB of {written >> 20} MiB written")
    print(f"log at most {longest[0] >> 20} MiB while {written >> 20} MiB were written")
    equal("nothing is lost", lost(server, root, acknowledged), [])
    equal("ends", server.end(), 0)
    left = os.stat(store + "-wal").st_size if os.path.exists(store + "-wal") else 0
    check("it is short when the server went", left < 1 << 20, left)


try:
    full_disk()
    unconfirming_disk()
    short_log()
finally:
    end_all()
    for place in places:
        shutil.rmtree(place, ignore_errors=True)
finish()
