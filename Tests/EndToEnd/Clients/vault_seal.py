"""A store that is made, sealed and unsealed over HashiCorp Vault's API, by hvac and by hand, with servers of its own.

It starts the program that KEYFOLIO_SERVER names on this machine, over plain HTTP, and ends exactly the ones it started.
"""

import base64
import json
import os
import socket
import subprocess
import threading
import time

import boto3
import hvac
from botocore.config import Config
from botocore.exceptions import ClientError

from checks import check, equal, finish
from servers import Server, end_all, errors, folder, program

SEALED = (503, ["Vault is sealed"])


def initialize():
    """The store is made by one of those who are first, and sealed then."""
    store = f"{folder}/made/store.db"
    refused = Server("--store", store)
    equal("without --await-init there is no store", refused.url, None)
    check("which is said", "KF-STORE-007" in refused.said(), refused.said())
    server = Server("--store", store, "--await-init")
    equal("health before there is a store", server.send("GET", "/v1/sys/health")[0], 501)
    equal("another code for it", server.send("GET", "/v1/sys/health?uninitcode=299")[0], 299)
    equal("init status", server.send("GET", "/v1/sys/init"), (200, {"initialized": False}))
    status, body = server.send("GET", "/v1/sys/seal-status")
    equal("seal status before", (status, body["initialized"], body["sealed"], body["t"], body["n"]), (200, False, True, 0, 0))
    equal("unseal before", errors(server.send("PUT", "/v1/sys/unseal", {"key": "00" * 33})), (400, ["Vault is not initialized"]))
    equal("secrets before", errors(server.send("GET", "/v1/secret/data/x", token="hvs.x")), SEALED)
    for body, text in [
        ({}, "invalid seal configuration: shares must be at least one"),
        ({"secret_shares": 3}, "invalid seal configuration: threshold must be at least one"),
        ({"secret_shares": 3, "secret_threshold": 1}, "invalid seal configuration: threshold must be greater than one for multiple shares"),
        ({"secret_shares": 3, "secret_threshold": 4}, "invalid seal configuration: threshold cannot be larger than shares"),
        ({"secret_shares": 256, "secret_threshold": 3}, "invalid seal configuration: shares must be less than 256"),
        ({"secret_shares": -1, "secret_threshold": 3}, "invalid seal configuration: shares must be at least one"),
        ({"secret_shares": 3, "secret_threshold": 2, "recovery_shares": 1}, "parameters specific to auto unseal seals present"),
    ]:
        equal(f"init {body}", errors(server.send("PUT", "/v1/sys/init", body)), (400, [text]))
    for body in [
        {"secret_shares": 1, "secret_threshold": 1, "pgp_keys": ["x"]},
        {"secret_shares": 1, "secret_threshold": 1, "root_token_pgp_key": "x"},
        {"secret_shares": 1, "secret_threshold": 1, "stored_shares": 1},
        {"secret_shares": [3], "secret_threshold": 2},
        {"secret_shares": {}, "secret_threshold": 2},
        {"secret_shares": 9e99, "secret_threshold": 2},
    ]:
        equal(f"init refuses {body}", server.send("PUT", "/v1/sys/init", body)[0], 400)
    equal("no JSON", server.send("PUT", "/v1/sys/init", raw=b"{{")[0], 400)
    equal("still none", server.send("GET", "/v1/sys/init"), (200, {"initialized": False}))

    answers = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(server.send("PUT", "/v1/sys/init", {"secret_shares": 5, "secret_threshold": 3}))
        )
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [body for status, body in answers if status == 200]
    equal("exactly one makes the store", len(won), 1)
    equal("the others are told so", {json.dumps(body) for status, body in answers if status == 400}, {'{"errors": ["Vault is already initialized"]}'})
    made = won[0]
    equal("shares", (len(made["keys"]), len(set(made["keys"])), {len(key) for key in made["keys"]}), (5, 5, {66}))
    equal("in base64 too", [base64.b64decode(key).hex() for key in made["keys_base64"]], made["keys"])
    equal("sealed after", server.send("GET", "/v1/sys/health")[0], 503)
    return server, store, made


def sealed_answers(server):
    """Each protocol says in its own words that it cannot answer."""
    for path in ["/v1/secret/data/x", "/v1/auth/token/lookup-self", "/v1/sys/mounts", "/v1/nowhere", "/v1/sys/seal", "/v1/sys/rekey/init"]:
        for token in ["", "hvs.something"]:
            equal(f"sealed: {path}", errors(server.send("GET", path, token=token)), SEALED)
    equal("sealed: login", errors(server.send("PUT", "/v1/auth/approle/login", {"role_id": "x"})), SEALED)
    equal("sealed: sys/seal", errors(server.send("PUT", "/v1/sys/seal", token="hvs.x")), SEALED)
    status, body = server.send("GET", "/v1/sys/health")
    equal("sealed: health", (status, body["initialized"], body["sealed"]), (503, True, True))
    equal("sealed: another code for it", server.send("GET", "/v1/sys/health?sealedcode=204")[0], 204)
    equal("sealed: leader", server.send("GET", "/v1/sys/leader")[0], 200)
    aws = boto3.client(
        "secretsmanager", endpoint_url=server.url, region_name="us-east-1", aws_access_key_id="AKIAXXXXXXXXXXXXXXXX",
        aws_secret_access_key="x", config=Config(retries={"max_attempts": 0}),
    )
    try:
        aws.get_secret_value(SecretId="x")
        check("sealed: AWS", False)
    except ClientError as error:
        equal("sealed: AWS", (error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"]), (503, "ServiceUnavailable"))
    status, body = server.send("GET", "/secrets/x?api-version=7.4", headers={"Host": "keyfolio.vault.localhost"})
    equal("sealed: Azure", (status, body["error"]["code"]), (503, "ServiceUnavailable"))
    status, body = server.send("GET", "/api/v1/self", token="kf")
    check("sealed: native", status == 503 and "KF-STORE-038" in json.dumps(body), (status, body))
    equal("sealed: alive", server.send("GET", "/healthz"), (200, "ok\n"))
    equal("sealed: not ready", server.send("GET", "/readyz"), (503, "sealed\n"))
    equal("sealed: no metrics", server.send("GET", "/metrics")[0], 503)


def unseal_by_hand(server, made):
    """Shares, one by one; wrong ones; what else is sent."""
    keys = made["keys"]
    for body, text in [
        ({}, "'key' must be specified in request body as JSON, or 'reset' set to true"),
        ({"key": ""}, "'key' must be specified in request body as JSON, or 'reset' set to true"),
        ({"key": "no base64!"}, "'key' must be a valid hex or base64 string"),
        ({"key": "x" * 100_000}, "'key' must be a valid hex or base64 string"),
        ({"key": "00ff"}, "invalid key: a share has 32 or 33 bytes"),
        ({"key": keys[0] + "00"}, "invalid key: a share has 32 or 33 bytes"),
    ]:
        equal(f"unseal {str(body)[:40]}", errors(server.send("PUT", "/v1/sys/unseal", body)), (400, [text]))
    for body in [{"key": [1]}, {"key": {}}, {"key": keys[0], "reset": "maybe"}, {"key": keys[0], "migrate": True}, {"key": keys[0], "migrate": []}]:
        equal(f"unseal refuses {list(body)}", server.send("PUT", "/v1/sys/unseal", body)[0], 400)
    equal("GET is no way to unseal", errors(server.send("GET", "/v1/sys/unseal")), SEALED)

    status, first = server.send("PUT", "/v1/sys/unseal", {"key": keys[0]})
    equal("one share", (status, first["sealed"], first["progress"], first["t"], first["n"], first["type"]), (200, True, 1, 3, 5, "shamir"))
    check("the set has a name", len(first["nonce"]) == 36, first)
    status, again = server.send("PUT", "/v1/sys/unseal", {"key": made["keys_base64"][0]})
    equal("the same share again", (again["progress"], again["nonce"]), (1, first["nonce"]))
    status, second = server.send("POST", "/v1/sys/unseal", {"key": keys[1].upper()})
    equal("two shares", (second["sealed"], second["progress"], second["nonce"]), (True, 2, first["nonce"]))
    equal("seal status says so", server.send("GET", "/v1/sys/seal-status")[1]["progress"], 2)
    status, reset = server.send("PUT", "/v1/sys/unseal", {"key": keys[2], "reset": True})
    equal("a reset begins anew, and takes no share", (status, reset["sealed"], reset["progress"], reset["nonce"]), (200, True, 0, ""))

    # A wrong share does not tell which it was, wherever it came in the row; and the progress is gone.
    texts = set()
    for position in range(3):
        shares = [keys[0], keys[1], keys[2]]
        wrong = bytearray.fromhex(shares[position])
        wrong[7] ^= 1
        shares[position] = wrong.hex()
        for share in shares[:2]:
            equal("a wrong share is taken like any other", server.send("PUT", "/v1/sys/unseal", {"key": share})[0], 200)
        texts.add(json.dumps(server.send("PUT", "/v1/sys/unseal", {"key": shares[2]})))
        equal("a wrong set is forgotten", server.send("GET", "/v1/sys/seal-status")[1]["progress"], 0)
    equal("one answer for all wrong sets", texts, {json.dumps((400, {"errors": ["Unseal failed, invalid key"]}))})
    # Two shares of one place.
    same = keys[0][:-4] + "00" + keys[0][-2:]
    for share in [keys[0], same]:
        server.send("PUT", "/v1/sys/unseal", {"key": share})
    equal("two shares of one place", errors(server.send("PUT", "/v1/sys/unseal", {"key": keys[1]})), (400, ["Unseal failed, invalid key"]))

    # Many at once leave nothing behind and open nothing.
    threads = [
        threading.Thread(target=lambda n=n: server.send("PUT", "/v1/sys/unseal", {"key": f"{n:02x}" * 33})) for n in range(1, 41)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check("garbage fills nothing", server.send("GET", "/v1/sys/seal-status")[1]["progress"] < 3)
    equal("garbage opens nothing", errors(server.send("GET", "/v1/secret/data/x")), SEALED)
    server.send("PUT", "/v1/sys/unseal", {"reset": True})

    for key in [keys[4], keys[0]]:
        server.send("PUT", "/v1/sys/unseal", {"key": key})
    status, opened = server.send("PUT", "/v1/sys/unseal", {"key": keys[2]})
    equal("enough shares", (status, opened["sealed"], opened["progress"], opened["nonce"]), (200, False, 0, ""))
    check("the cluster is named", len(opened["cluster_id"]) == 36, opened)
    equal("health", server.send("GET", "/v1/sys/health")[0], 200)
    status, more = server.send("PUT", "/v1/sys/unseal", {"key": keys[1]})
    equal("a share for an open store", (status, more["sealed"], more["progress"]), (200, False, 0))
    equal("a reset of an open store", errors(server.send("PUT", "/v1/sys/unseal", {"reset": True})), (400, ["vault is unsealed"]))
    equal("made twice", errors(server.send("PUT", "/v1/sys/init", {"secret_shares": 1, "secret_threshold": 1})), (400, ["Vault is already initialized"]))


def in_memory(process, needle):
    """Whether bytes are anywhere in a process's memory."""
    with open(f"/proc/{process.pid}/maps") as maps, open(f"/proc/{process.pid}/mem", "rb", 0) as memory:
        for line in maps:
            words = line.split()
            begin, end = (int(word, 16) for word in words[0].split("-"))
            if "r" not in words[1] or words[-1] in ("[vvar]", "[vsyscall]"):
                continue
            try:
                memory.seek(begin)
                if needle in memory.read(end - begin):
                    return True
            except (OSError, ValueError, OverflowError):
                continue
    return False


def product(left, right):
    result = 0
    while right:
        if right & 1:
            result ^= left
        left = left << 1 ^ (0x11B if left & 0x80 else 0)
        right >>= 1
    return result


def combined(shares):
    """The key of shares, by interpolation at 0, for looking for it in memory."""
    shares = [bytes.fromhex(share) for share in shares]
    key = bytearray(len(shares[0]) - 1)
    for share in shares:
        basis = 1
        for other in shares:
            if other[-1] != share[-1]:
                inverse = next(n for n in range(256) if product(n, other[-1] ^ share[-1]) == 1)
                basis = product(basis, product(other[-1], inverse))
        for position in range(len(key)):
            key[position] ^= product(share[position], basis)
    return bytes(key)


def with_hvac(server, made):
    """hvac's own calls, and what sealing does."""
    client = hvac.Client(url=server.url, token=made["root_token"])
    check("hvac: initialized", client.sys.is_initialized())
    check("hvac: not sealed", not client.sys.is_sealed())
    client.sys.enable_secrets_engine("kv", path="seal-test", options={"version": "2"})
    client.secrets.kv.v2.create_or_update_secret("canary", {"word": "canary-in-the-sealed-store"}, mount_point="seal-test")
    client.sys.create_or_update_policy("most", 'path "*" { capabilities = ["create","read","update","delete","list"] }')
    weak = client.auth.token.create(policies=["most"])["auth"]["client_token"]
    equal("seal without sudo", server.send("PUT", "/v1/sys/seal", token=weak, headers={"X-Vault-Token": weak})[0], 403)
    equal("seal without a token", server.send("PUT", "/v1/sys/seal")[0], 403)
    equal("still open", server.send("GET", "/v1/sys/health")[0], 200)

    # While many are at work.
    ends, stop = set(), threading.Event()

    def work():
        own = hvac.Client(url=server.url, token=made["root_token"])
        while not stop.is_set():
            try:
                own.secrets.kv.v2.read_secret_version("canary", mount_point="seal-test", raise_on_deleted_version=True)
            except hvac.exceptions.VaultDown as error:
                ends.add(str(error.errors))
                return
            except Exception as error:
                ends.add(repr(error))
                return

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    answer = client.sys.seal()
    equal("hvac: seal", answer.status_code, 204)
    for thread in threads:
        thread.join(20)
    stop.set()
    equal("each is answered, then told that it is sealed", ends, {"['Vault is sealed']"})
    check("hvac: sealed", client.sys.is_sealed())
    equal("a root token opens nothing that is sealed", errors(server.send("GET", "/v1/seal-test/data/canary", token=made["root_token"])), SEALED)
    time.sleep(0.5)
    with open(f"/proc/{server.process.pid}/maps") as maps:
        check("the store's file is closed", "store.db" not in maps.read())
    equal("no descriptor of it is open to write", [
        name for name in server.open_files() if "store.db" in name and not name.endswith("store.db.lock")
    ], [])
    equal("what holds its lock stays open to be read, and nothing else of it", [
        name for name in server.open_files(reading=True) if "store.db" in name
    ], [store])
    key = combined(made["keys"][:3])
    equal("any three shares are one key", key, combined(made["keys"][2:5]))
    check("the key of the shares is not in memory", not in_memory(server.process, key))
    check("(and the search finds what is there)", in_memory(server.process, b"Vault is sealed"))

    status = client.sys.submit_unseal_keys([made["keys_base64"][position] for position in (3, 1, 0)])
    equal("hvac: unseal", status["sealed"], False)
    read = client.secrets.kv.v2.read_secret_version("canary", mount_point="seal-test", raise_on_deleted_version=True)
    equal("the secrets are there again", read["data"]["data"]["word"], "canary-in-the-sealed-store")
    return key


def restarted(server, store, made, key):
    """A server that starts without a key is sealed; kill -9 changes nothing of that; the log says what was done."""
    equal("killed", server.end(hard=True), -9)
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(f"{folder}/notify")
    manager.settimeout(20)
    server = Server("--store", store, environment={"NOTIFY_SOCKET": f"{folder}/notify"})
    equal("its last line says that it is sealed", server.said().splitlines()[-1], f"keyfolio: sealed at {server.url} until enough shares were given (vault operator unseal)")
    check("it does not say that it is ready", "ready at" not in server.said(), server.said())
    equal("systemd is told", manager.recv(1000), b"READY=1\nSTATUS=sealed: it waits for shares")
    equal("sealed at the start", server.send("GET", "/v1/sys/health")[0], 503)
    equal("init is not offered", errors(server.send("PUT", "/v1/sys/init", {"secret_shares": 1, "secret_threshold": 1})), (400, ["Vault is already initialized"]))
    sealed_answers(server)
    client = hvac.Client(url=server.url, token=made["root_token"])
    equal("reset by hvac", client.sys.submit_unseal_key(reset=True)["progress"], 0)
    for key in made["keys"][:3]:
        status = client.sys.submit_unseal_key(key=key)
    equal("unsealed again", status["sealed"], False)
    equal("systemd is told of that", manager.recv(1000), b"STATUS=the store was opened")
    read = client.secrets.kv.v2.read_secret_version("canary", mount_point="seal-test", raise_on_deleted_version=True)
    equal("the secrets are there again", read["data"]["data"]["word"], "canary-in-the-sealed-store")
    status, log = server.send("POST", "/api/v1/audit/query", {"limit": 1000, "protocols": ["vault"]}, token=made["root_token"])
    equal("the log is read", status, 200)
    text = json.dumps(log)
    equal("each unsealing is in the log", sum(record["action"] == "seal.unseal" for record in log["records"]), 3)
    check("and so is sealing, allowed once and refused once", {
        record["outcome"] for record in log["records"] if "seal" in record["action"] and record["action"] != "seal.unseal"
    } >= {"allowed", "denied"}, [record["action"] for record in log["records"]])
    for share in made["keys"] + made["keys_base64"]:
        check("no share is in the log", share not in text)
        check("nor in what the server says", share not in server.said() + server.printed())
    equal("it ends by itself", server.end(), 0)
    # Ending a sealed server.
    server = Server("--store", store)
    equal("a sealed server ends by itself", server.end(), 0)


def other_keys():
    """A key file, a passphrase and shares of one store: the server starts with whichever it can."""
    keyfolio = os.path.join(os.path.dirname(program), "keyfolio")
    store, key, words = f"{folder}/other/store.db", f"{folder}/other/keys/key", f"{folder}/words"
    server = Server("--store", store, "--key-file", key, "--init")
    equal("made with --init", server.send("GET", "/v1/sys/health")[0], 200)
    root = server.printed().strip()
    status, body = server.send("GET", "/v1/sys/seal-status")
    equal("a store without shares", (body["type"], body["sealed"], body["t"], body["n"]), ("keyfolio", False, 1, 1))
    equal("it ends", server.end(), 0)
    with open(words, "w") as file:
        file.write("six words that nobody would guess\n")
    variables = {**os.environ, "KEYFOLIO_KEY_FILE": key, "XDG_DATA_HOME": folder}

    def seal(*arguments):
        return subprocess.run([keyfolio, "seal", *arguments, "--store", store, "--json"], env=variables, capture_output=True, text=True)

    equal("add a passphrase", seal("add", "--passphrase-file", words).returncode, 0)
    shares = json.loads(seal("add", "--shares", "3", "--threshold", "2").stdout)["secretShares"]
    os.rename(key, key + ".lost")
    for name, arguments, environment in [
        ("with --passphrase-file", ["--passphrase-file", words], {}),
        ("with KEYFOLIO_PASSPHRASE_FILE", [], {"KEYFOLIO_PASSPHRASE_FILE": words}),
        ("with a lost key file", ["--key-file", key, "--passphrase-file", words], {}),
    ]:
        server = Server("--store", store, *arguments, environment=environment)
        equal(f"{name}: open", server.send("GET", "/v1/sys/health")[0], 200)
        equal(f"{name}: ends", server.end(), 0)
    check("what could not be opened is said", "KF-STORE-021" in server.said() and "opened with slot 2" in server.said(), server.said())
    os.mkdir(f"{folder}/credentials")
    os.rename(words, f"{folder}/credentials/passphrase")
    server = Server("--store", store, environment={"CREDENTIALS_DIRECTORY": f"{folder}/credentials"})
    equal("with systemd's credential: open", server.send("GET", "/v1/sys/health")[0], 200)
    # It can be sealed, and shares open it again. Somebody has watched before, and somebody does: the keys go all the same.
    equal("somebody watches", server.send("GET", "/api/v1/watch?prefix=&wait=1", token=root)[0], 200)
    found = []
    watching = threading.Thread(target=lambda: found.append(server.send("GET", "/api/v1/watch?prefix=&wait=60", token=root)[0]))
    watching.start()
    time.sleep(0.3)
    check("the store's file is open", store in server.open_files(), server.open_files())
    began = time.time()
    equal("seal", server.send("PUT", "/v1/sys/seal", token=root, headers={"X-Vault-Token": root})[0], 204)
    for _ in range(100):
        if server.send("GET", "/v1/sys/health")[0] == 503:
            break
        time.sleep(0.05)
    equal("sealed", server.send("GET", "/v1/sys/health")[0], 503)
    while store in server.open_files() and time.time() - began < 9:
        time.sleep(0.02)
    check("and its file is closed within a second", time.time() - began < 1, time.time() - began)
    watching.join()
    equal("whoever waited was answered", found, [200])
    for share in shares[:2]:
        status, body = server.send("PUT", "/v1/sys/unseal", {"key": share})
    equal("unsealed with the shares", (status, body.get("sealed")), (200, False))
    equal("ends", server.end(), 0)
    with open(f"{folder}/wrong", "w") as file:
        file.write("other words\n")
    server = Server("--store", store, "--passphrase-file", f"{folder}/wrong")
    equal("a wrong passphrase, where there are shares: sealed", server.send("GET", "/v1/sys/health")[0], 503)
    check("and it is said", "KF-STORE-020" in server.said(), server.said())
    equal("ends", server.end(), 0)
    os.rename(key + ".lost", key)
    equal("the shares are removed", seal("remove", "3").returncode, 0)
    server = Server("--store", store, "--passphrase-file", f"{folder}/wrong")
    equal("a wrong passphrase alone: it does not start", (server.url, server.process.wait(10)), (None, 5))
    server = Server("--store", store)
    equal("nothing given: it does not start", (server.url, server.process.wait(10)), (None, 5))
    check("and says which slots there are", "key-file, passphrase" in server.said(), server.said())


def development():
    """A store in memory is not sealed: nothing of it would be left."""
    server = Server("--dev")
    root = [line for line in server.printed().splitlines() if line.startswith("export VAULT_TOKEN=")][0].split("=", 1)[1]
    time.sleep(0.1)
    status, body = server.send("PUT", "/v1/sys/seal", token=root, headers={"X-Vault-Token": root})
    equal("a store in memory", status, 400)
    equal("is still open", server.send("GET", "/v1/sys/health")[0], 200)
    equal("ends", server.end(), 0)


try:
    server, store, made = initialize()
    sealed_answers(server)
    unseal_by_hand(server, made)
    key = with_hvac(server, made)
    restarted(server, store, made, key)
    other_keys()
    development()
finally:
    end_all()
finish()
