"""Rows that were true once and are put back into the file of a store that is served, by somebody who has no key.

Each such row authenticates by itself. It starts servers of its own.
"""

import json
import os
import shutil
import sqlite3
import threading
import time

from checks import check, equal, finish
from servers import Server, end_all, folder


class Store:
    """A store in a folder of its own, with more rows than are checked when it is opened."""

    def __init__(self, name):
        self.path = f"{folder}/{name}/store.db"
        self.key = f"{folder}/{name}/key"
        self.server = None
        self.root = self.serve("--init").printed().strip()
        for number in range(200):
            status, body = self.send("PUT", f"/api/v1/secrets/rows/{number}", {"text": "here"})
            if status != 200:
                check("a secret is made", False, body)

    def serve(self, *arguments):
        self.server = Server("--store", self.path, "--key-file", self.key, "--check-rows-every", "1", *arguments)
        return self.server

    def send(self, method, path, body=None, token=None):
        return self.server.send(method, path, body, token=self.root if token is None else token)

    def entries(self):
        with sqlite3.connect(self.path, timeout=10) as database:
            return set(database.execute("SELECT collection, key, sealed FROM entry"))

    def issue(self):
        """A token, and the rows that came with it."""
        before = self.entries()
        status, body = self.send("POST", "/api/v1/tokens", {"policies": ["root"]})
        check("a token is issued", status in (200, 201), body)
        return body["token"], body["accessor"], self.entries() - before

    def revoke(self, token, accessor):
        equal("it opens", self.send("GET", "/api/v1/self", token=token)[0], 200)
        status, body = self.send("DELETE", f"/api/v1/tokens/{accessor}")
        check("it is revoked", status in (200, 204), body)
        equal("it opens no more", self.send("GET", "/api/v1/self", token=token)[0], 401)

    def rest(self):
        """Ends the server, with everything in the file itself."""
        equal("the server ends", self.server.end(), 0)
        with sqlite3.connect(self.path) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(self.path, "rb") as file:
            return file.read()


def counter(server, name):
    text = server.send("GET", "/metrics")[1]
    return next(float(line.split(" ")[1]) for line in text.splitlines() if line.startswith(name + " "))


def wait_for(server, condition, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition(server):
            return True
        time.sleep(0.05)
    return False


def refuses_all(name, store, token):
    """Whoever asks for whatever is refused, by name, and operators are told."""
    server = store.server
    check(f"{name}: noticed", wait_for(server, lambda server: "KF-STORE-041" in server.said()), server.said())
    for kind, asked in {
        "the token that was put back": store.send("GET", "/api/v1/self", token=token),
        "a read": store.send("GET", "/api/v1/secrets/rows/7"),
        "a write": store.send("PUT", "/api/v1/secrets/rows/7", {"text": "there"}),
        "a listing": store.send("GET", "/api/v1/secrets"),
        "the log": store.send("POST", "/api/v1/audit/query", {}),
    }.items():
        check(f"{name}: {kind} is refused", asked[0] == 500 and "KF-STORE-041" in json.dumps(asked[1]), asked)
    for kind, (status, body) in {
        "Vault's clients": server.send("GET", "/v1/secret/data/rows/7", headers={"X-Vault-Token": store.root}),
        "Azure's clients": server.send(
            "GET", "/secrets/rows--7?api-version=7.4", token=store.root, headers={"Host": "keyfolio.vault.localhost"}
        ),
    }.items():
        check(f"{name}: {kind} get nothing", status == 500 and "here" not in json.dumps(body), (status, body))
    equal(f"{name}: it is not ready", server.send("GET", "/readyz"), (503, "the store was changed from outside (KF-STORE-041)\n"))
    equal(f"{name}: it lives", server.send("GET", "/healthz")[0], 200)
    equal(f"{name}: counted", counter(server, "keyfolio_rows_intact"), 0)
    equal(f"{name}: said once", server.said().count("KF-STORE-041"), 1)


def a_row_is_put_back_beside_the_server():
    store = Store("beside")
    token, accessor, rows = store.issue()
    store.revoke(token, accessor)
    before = counter(store.server, "keyfolio_row_checks")
    check("all is well", wait_for(store.server, lambda server: counter(server, "keyfolio_row_checks") >= before + 2))
    with sqlite3.connect(store.path, timeout=10) as database:
        database.executemany("INSERT INTO entry (collection, key, sealed) VALUES (?, ?, ?)", rows)
    refuses_all("by SQL", store, token)
    # More rows than are checked when it is opened.
    store.server.end()
    store.serve()
    equal("it starts", store.server.state, "ready")
    refuses_all("after a start", store, token)
    store.server.end()


def a_page_is_written_into_the_file():
    """Not through SQLite: nothing tells another connection that the file is another one."""
    store = Store("page")
    token, accessor, rows = store.issue()
    old = store.rest()
    store.serve()
    store.revoke(token, accessor)
    new = store.rest()
    size = 4096
    pages = [
        start
        for start in range(0, min(len(old), len(new)), size)
        if old[start : start + size] != new[start : start + size]
        and any(sealed in old[start : start + size] for _, _, sealed in rows)
    ]
    check("the page with the token's row is found", len(pages) >= 1, pages)
    store.serve()
    before = counter(store.server, "keyfolio_row_checks")
    check("all is well", wait_for(store.server, lambda server: counter(server, "keyfolio_row_checks") >= before + 1))
    file = os.open(store.path, os.O_WRONLY)
    for start in pages:
        os.pwrite(file, old[start : start + size], start)
    os.close(file)
    refuses_all("by a page", store, token)
    store.server.end()


def a_journal_beside_it(path):
    with open(path + "-journal", "w") as file:
        file.write("x")


def its_log_under_no_name(path):
    os.unlink(path + "-wal")


def a_clean_copy_in_its_place(path):
    for suffix in ("", "-wal", "-shm"):
        os.unlink(path + suffix)
        shutil.copy(path + ".other" + suffix, path + suffix)


def its_folder_moved(path):
    os.rename(os.path.dirname(path), os.path.dirname(path) + ".moved")


def nothing_done_beside_it_keeps_it_from_being_noticed():
    for trick in (a_journal_beside_it, its_log_under_no_name, a_clean_copy_in_its_place, its_folder_moved):
        store = Store(trick.__name__)
        token, accessor, rows = store.issue()
        store.revoke(token, accessor)
        # The same files under other names, as who has them open has them, too.
        for suffix in ("", "-wal", "-shm"):
            os.link(store.path + suffix, store.path + ".other" + suffix)
        database = sqlite3.connect(store.path + ".other", timeout=10)
        database.execute("SELECT count(*) FROM entry").fetchone()
        trick(store.path)
        database.executemany("INSERT INTO entry (collection, key, sealed) VALUES (?, ?, ?)", rows)
        database.commit()
        refuses_all(trick.__name__, store, token)
        database.close()
        store.server.end()


def writing_is_no_fault():
    store = Store("busy")
    ends = threading.Event()
    wrong = []

    def work(number):
        count = 0
        while not ends.is_set():
            count += 1
            for answer in (
                store.send("PUT", f"/api/v1/secrets/rows/{number}", {"text": str(count)}),
                store.send("PUT", f"/api/v1/secrets/new/{number}/{count}", {"text": "new"}),
                store.send("POST", "/api/v1/tokens", {"policies": ["root"]}),
            ):
                if answer[0] not in (200, 201):
                    wrong.append(answer)
                    return

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    before = counter(store.server, "keyfolio_row_checks")
    check("rounds under writing", wait_for(store.server, lambda server: counter(server, "keyfolio_row_checks") >= before + 2, 90))
    ends.set()
    for thread in threads:
        thread.join()
    equal("nothing was refused", wrong, [])
    equal("all rows are there", counter(store.server, "keyfolio_rows_intact"), 1)
    equal("nothing was said", store.server.said().count("KF-"), 0)
    store.server.end()


try:
    a_row_is_put_back_beside_the_server()
    a_page_is_written_into_the_file()
    nothing_done_beside_it_keeps_it_from_being_noticed()
    writing_is_no_fault()
finally:
    end_all()
finish()
