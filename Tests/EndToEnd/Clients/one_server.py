"""One server for a store, and its memory: who comes second is told who has it, and nothing of it stays when it is killed."""

import os
import re
import resource
import subprocess
import tempfile
import time

from checks import call, check, equal, finish

program = os.path.abspath(os.environ["KEYFOLIO_SERVER"])
keyfolio = os.path.join(os.path.dirname(program), "keyfolio")
folder = tempfile.mkdtemp(prefix="keyfolio-one-")
clean = {name: value for name, value in os.environ.items() if not name.startswith(("KEYFOLIO_", "VAULT_", "AWS_", "AZURE_"))}
started = []


class Server:
    """A server that was started: ready, or ended."""

    def __init__(self, *arguments, before=()):
        self.paths = [tempfile.mktemp(dir=folder) for _ in range(2)]
        with open(self.paths[0], "w") as output, open(self.paths[1], "w") as errors:
            self.process = subprocess.Popen(
                [*before, program, "--http", "--listen", "127.0.0.1:0", *arguments], stdout=output, stderr=errors, env=clean, start_new_session=True
            )
        started.append(self.process)

    def text(self, number):
        with open(self.paths[number]) as file:
            return file.read()

    def wait(self):
        """Waits until it is ready or has ended; gives the URL, or nothing."""
        for _ in range(1500):
            found = re.search(r"(?:ready|sealed|waiting) at (\S+)", self.text(1))
            if found:
                return found.group(1)
            if self.process.poll() is not None:
                return None
            time.sleep(0.01)
        return None

    def end(self, hard=False):
        (self.process.kill if hard else self.process.terminate)()
        return self.process.wait(20)

    def status(self, name):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(rf"{name}:\s+(\d+)", file.read()).group(1))


store, key = f"{folder}/data/store.db", f"{folder}/keys/key"
words = ["--store", store, "--key-file", key]


def refused(what, *arguments, told=()):
    server = Server(*arguments)
    equal(f"{what}: it does not start", server.wait(), None)
    equal(f"{what}: its status", server.process.returncode, 6)
    check(f"{what}: its code", "KF-STORE-039" in server.text(1), server.text(1))
    for text in told:
        check(f"{what}: {text} is told", text in server.text(1), server.text(1))
    equal(f"{what}: and no token", server.text(0), "")
    return server.text(1)


try:
    first = Server(*words, "--init")
    url = first.wait()
    check("the first one starts", url, first.text(1))
    token = first.text(0).strip()
    who = (f"process {first.process.pid}", url)
    refused("a second one", *words, told=who)
    refused("one at the same address", *words, "--listen", url.split("://")[1], told=who)
    refused("one that wants a root token", *words, "--root-token", told=who)
    refused("one that would make the store", *words, "--init", told=who)
    os.symlink(f"{folder}/data", f"{folder}/link")
    os.symlink(store, f"{folder}/other-name.db")
    refused("a link to the folder", "--store", f"{folder}/link/store.db", "--key-file", key, told=who)
    refused("a link to the store", "--store", f"{folder}/other-name.db", "--key-file", key, told=who)
    status = os.stat(store + ".lock")
    equal("the lock's file is this user's alone", oct(status.st_mode & 0o777), "0o600")

    # What is done where the store's file is goes on as before, beside the server.
    def command(*arguments, given=""):
        return subprocess.run(
            [keyfolio, *arguments], input=given, capture_output=True, text=True, cwd=folder,
            env={**clean, "XDG_DATA_HOME": folder, "KEYFOLIO_STORE": store, "KEYFOLIO_KEY_FILE": key},
        )

    def of_server(method, path, body=None):
        return call(method, path, body, token=token, base=url)

    equal("written through the server", of_server("PUT", "/api/v1/secrets/shop/development", {"fields": {"A": "one"}})[0], 200)
    found = command("get", "A", "--path", "shop/development", "--store", store)
    equal("is read from the file", (found.returncode, found.stdout), (0, "one"))
    found = command("set", "A", "--path", "shop/development", "--store", store, given="two")
    equal("what is written to the file", found.returncode, 0)
    equal("is read through the server", of_server("GET", "/api/v1/secrets/shop/development")[1]["fields"], {"A": "two"})
    for arguments in [("seal", "status"), ("seal", "add", "--key-file", f"{folder}/second.key"), ("audit", "verify")]:
        found = command(*arguments)
        equal(f"keyfolio {' '.join(arguments[:2])} beside it", (found.returncode, found.stderr if found.returncode else ""), (0, ""))
    equal("and the server is well", of_server("GET", "/readyz")[0], 200)

    # Nothing in the lock's file can do anything to whoever reads it.
    for text in [b"", b"1 \x1b[31mhttps://evil\n", b"x" * 5000, b"-5 https://a\n", b"7\n"]:
        with open(store + ".lock", "wb") as file:
            file.write(text)
        said = refused(f"a lock's file with {text[:12]}", *words, told=["another process"])
        check(f"nothing of it is said {text[:12]}", "\x1b" not in said and "evil" not in said and "xxx" not in said, said)

    # The lock's file is taken away, or another one put there: the store itself is locked, and no command minds.
    os.unlink(store + ".lock")
    refused("a second one, without the lock's file", *words, told=["another process"])
    refused("a third, with a file of the second's", *words, told=["another process"])
    found = command("set", "A", "--path", "shop/development", "--store", store, given="three")
    equal("a command writes beside both locks", found.returncode, 0)
    equal("and the server reads it", of_server("GET", "/api/v1/secrets/shop/development")[1]["fields"], {"A": "three"})
    equal("and writes", of_server("PUT", "/api/v1/secrets/shop/development", {"fields": {"A": "two"}})[0], 200)

    # Killed, ended, beaten: whoever comes next starts.
    equal("it is killed", first.end(hard=True), -9)
    second = Server(*words)
    check("the next one starts at once", second.wait(), second.text(1))
    refused("a third", *words, told=[f"process {second.process.pid}"])
    equal("it is ended", second.end(), 0)
    both = [Server(*words), Server(*words)]
    ready = [server for server in both if server.wait()]
    equal("of two at the same time one starts", len(ready), 1)
    ready[0].end()
    for number, more in enumerate(["--init", "--await-init"]):
        place = ["--store", f"{folder}/new-{number}/store.db", "--key-file", f"{folder}/new-{number}.key"]
        both = [Server(*place, more), Server(*place, more)]
        ready = [server for server in both if server.wait()]
        equal(f"{more}: of two one starts", len(ready), 1)
        other = next(server for server in both if server not in ready)
        check(f"{more}: the other is told", "KF-STORE-039" in other.text(1) and not other.text(0), other.text(1))
        ready[0].end()
    # One that is made over HTTP is locked itself from then on, also while it is sealed.
    place = ["--store", f"{folder}/shares/store.db"]
    first = Server(*place, "--await-init")
    url = first.wait()
    made = call("PUT", "/v1/sys/init", {"secret_shares": 1, "secret_threshold": 1}, base=url)
    equal("a store is made over HTTP", made[0], 200)
    os.unlink(f"{folder}/shares/store.db.lock")
    refused("a second one, before it is unsealed and without the lock's file", *place, told=["another process"])
    first.end()
    first = Server("--dev", "--storage", f"{folder}/dev")
    check("a development server with a folder", first.wait(), first.text(1))
    refused("another with the same", "--dev", "--storage", f"{folder}/dev", told=[f"process {first.process.pid}"])
    first.end()
    both = [Server("--dev"), Server("--dev")]
    check("stores in memory have no lock", all(server.wait() for server in both))
    for server in both:
        server.end()
    missing = Server("--store", f"{folder}/none/store.db", "--key-file", key)
    equal("where there is no store", (missing.wait(), missing.process.returncode), (None, 3))
    check("nothing is left", not os.path.exists(f"{folder}/none"))
    target = f"{folder}/target"
    with open(target, "w") as file:
        file.write("mine")
    os.remove(store + ".lock")
    os.symlink(target, store + ".lock")
    linked = Server(*words)
    equal("a link in the lock's place is not followed", linked.wait(), None)
    with open(target) as file:
        equal("and what it names is not touched", file.read(), "mine")
    os.remove(store + ".lock")

    # Memory.
    with open("/proc/self/status") as file:
        capable = int(re.search(r"CapEff:\s+([0-9a-f]+)", file.read()).group(1), 16) >> 14 & 1
    unlimited = resource.getrlimit(resource.RLIMIT_MEMLOCK)[1] == resource.RLIM_INFINITY
    low = ["prlimit", "--memlock=65536:65536"] + (["setpriv", "--bounding-set", "-ipc_lock", "--inh-caps", "-ipc_lock"] if os.geteuid() == 0 else [])
    server = Server(*words, before=low)
    check("with a low limit it starts", server.wait(), server.text(1))
    equal("nothing is locked", server.status("VmLck"), 0)
    equal("it is said, once", server.text(1).count("swap"), 2)
    check("with what mends it", "LimitMEMLOCK=infinity" in server.text(1), server.text(1))
    unlocked = server.status("VmRSS")
    server.end()
    server = Server("--dev", before=low)
    check("a development server says nothing of it", server.wait() and "swap" not in server.text(1), server.text(1))
    server.end()
    if capable or unlimited:
        server = Server(*words)
        check("without a limit it starts", server.wait(), server.text(1))
        # All that there is but a few pages of the system's own, what was mapped after the lock too: stacks of threads, caches.
        sizes = server.status("VmLck"), server.status("VmSize")
        check("its memory is locked", sizes[0] >= sizes[1] - 1024, sizes)
        equal("none of it is in swap", server.status("VmSwap"), 0)
        check("it is not said", "swap" not in server.text(1), server.text(1))
        locked = server.status("VmRSS")
        check("it takes no more memory for that", locked < unlocked + (6 << 10), (unlocked, locked))
        # What is mapped later is locked as well: requests still work, and they are counted.
        before = server.status("VmLck")
        address = re.search(r"ready at (\S+)", server.text(1)).group(1)
        for number in range(20):
            equal("it answers", call("PUT", f"/api/v1/secrets/m/{number}", {"text": "x" * 200_000}, token=token, base=address)[0], 200)
        sizes = server.status("VmLck"), server.status("VmSize")
        check("and what came later is locked too", sizes[0] >= sizes[1] - 1024, sizes)
        print(f"VmRSS {unlocked} KiB without, {locked} KiB with locked memory (VmLck {before} KiB)")
        server.end()
    else:
        print("memory cannot be locked here: the limit is what it is, and there is no CAP_IPC_LOCK")
finally:
    for process in started:
        if process.poll() is None:
            process.kill()
            process.wait()

finish()
