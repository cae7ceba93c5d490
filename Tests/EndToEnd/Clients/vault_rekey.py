"""New shares for old ones, and root tokens made with shares, by hvac and by hand, with servers of its own."""

import base64
import json
import socket
import threading
import time

import hvac

from checks import check, equal, finish
from servers import Server, end_all, errors, folder


def made(name, shares, threshold, *arguments):
    """A server with a store that opens with shares, unsealed."""
    server = Server("--store", f"{folder}/{name}/store.db", "--await-init", *arguments)
    status, body = server.send("PUT", "/v1/sys/init", {"secret_shares": shares, "secret_threshold": threshold})
    equal(f"{name}: made", status, 200)
    for key in body["keys"][:threshold]:
        server.send("PUT", "/v1/sys/unseal", {"key": key})
    equal(f"{name}: open", server.send("GET", "/v1/sys/health")[0], 200)
    return server, body["keys"], body["root_token"]


def sealed(server, token):
    equal("seal", server.send("PUT", "/v1/sys/seal", token=token)[0], 204)
    for _ in range(200):
        if server.send("GET", "/v1/sys/health")[0] == 503:
            return
        time.sleep(0.02)
    check("it is sealed in time", False)


def opens(server, keys):
    """Whether shares open a sealed server. What they left is forgotten."""
    for key in keys:
        status, body = server.send("PUT", "/v1/sys/unseal", {"key": key})
    isOpen = status == 200 and not body["sealed"]
    if not isOpen:
        server.send("PUT", "/v1/sys/unseal", {"reset": True})
    return isOpen


def records(server, token, *actions):
    status, log = server.send("POST", "/api/v1/audit/query", {"limit": 1000, "protocols": ["vault"]}, token=token)
    equal("the log is read", status, 200)
    return [record for record in log["records"] if not actions or record["action"] in actions]


def plain_rekey(server, keys, root):
    """hvac's own calls: init, status, update, cancel."""
    client = hvac.Client(url=server.url, token=root)
    progress = client.sys.read_rekey_progress()
    equal("nothing is begun", {name: progress[name] for name in ("started", "nonce", "t", "n", "progress", "required")},
          {"started": False, "nonce": "", "t": 0, "n": 0, "progress": 0, "required": 3})
    for body, text in [
        ({}, "invalid rekey seal configuration: shares must be at least one"),
        ({"secret_shares": 2, "secret_threshold": 3}, "provided threshold greater than the total shares"),
        ({"secret_shares": 3, "secret_threshold": 1}, "invalid rekey seal configuration: threshold must be greater than one for multiple shares"),
        ({"secret_shares": 3, "secret_threshold": 0}, "invalid rekey seal configuration: threshold must be at least one"),
        ({"secret_shares": 256, "secret_threshold": 3}, "invalid rekey seal configuration: shares must be less than 256"),
        ({"secret_shares": 3, "secret_threshold": 2, "backup": True}, "cannot request a backup of the new keys without providing PGP keys for encryption"),
        ({"secret_shares": 1, "secret_threshold": 1, "pgp_keys": ["x"]}, "pgp_keys is not supported: the shares are given to whoever gives the last of the old ones"),
        ({"secret_shares": 1, "secret_threshold": 1, "stored_shares": 1}, "stored_shares is not supported: no share is kept"),
    ]:
        equal(f"rekey init {body}", errors(server.send("PUT", "/v1/sys/rekey/init", body, token=root)), (400, [text]))
    for body in [{"secret_shares": [3]}, {"secret_shares": {}}, {"secret_shares": 9e99, "secret_threshold": 1},
                 {"secret_shares": 3, "secret_threshold": 2, "require_verification": []}]:
        equal(f"rekey init refuses {body}", server.send("PUT", "/v1/sys/rekey/init", body, token=root)[0], 400)
    equal("no JSON", server.send("PUT", "/v1/sys/rekey/init", raw=b"{{", token=root)[0], 400)
    equal("no share without a beginning", errors(server.send("PUT", "/v1/sys/rekey/update", {"key": keys[0], "nonce": "x"})),
          (400, ["no barrier rekey in progress"]))
    equal("no verification without a beginning", errors(server.send("PUT", "/v1/sys/rekey/verify", {"key": keys[0], "nonce": "x"})),
          (400, ["no rekey in progress"]))
    equal("nor its state", errors(server.send("GET", "/v1/sys/rekey/verify", token=root)), (400, ["no rekey configuration found"]))

    begun = client.sys.start_rekey(secret_shares=4, secret_threshold=2)
    equal("begun", (begun["started"], begun["n"], begun["t"], begun["progress"], begun["required"], begun["verification_required"]),
          (True, 4, 2, 0, 3, False))
    nonce = begun["nonce"]
    equal("one at a time", errors(server.send("PUT", "/v1/sys/rekey/init", {"secret_shares": 1, "secret_threshold": 1}, token=root)),
          (400, ["rekey already in progress"]))
    equal("hvac: cancel", client.sys.cancel_rekey().status_code, 204)
    check("cancelled", not client.sys.read_rekey_progress()["started"])
    old, nonce = nonce, client.sys.start_rekey(secret_shares=4, secret_threshold=2)["nonce"]
    check("another nonce", nonce != old)

    for body, text in [
        ({"nonce": nonce}, "'key' must be specified in request body as JSON"),
        ({"key": "no base64!", "nonce": nonce}, "'key' must be a valid hex or base64 string"),
        ({"key": "00ff", "nonce": nonce}, "invalid key: a share has 32 or 33 bytes"),
        ({"key": keys[0], "nonce": old}, "incorrect nonce supplied for this rekey operation"),
        ({"key": keys[0]}, "incorrect nonce supplied for this rekey operation"),
        ({"key": keys[0], "nonce": ""}, "incorrect nonce supplied for this rekey operation"),
        ({"key": keys[0], "nonce": nonce.upper()}, "incorrect nonce supplied for this rekey operation"),
        ({"key": keys[0], "nonce": nonce + " "}, "incorrect nonce supplied for this rekey operation"),
    ]:
        equal(f"rekey update {str(body)[:40]}", errors(server.send("PUT", "/v1/sys/rekey/update", body)), (400, [text]))
    for body in [{"key": [1], "nonce": nonce}, {"key": keys[0], "nonce": {}}, {"key": keys[0], "nonce": [nonce]}]:
        equal("a mistyped update", server.send("PUT", "/v1/sys/rekey/update", body)[0], 400)

    one = client.sys.rekey(keys[0], nonce)
    equal("one share", (one["started"], one["progress"], one["nonce"]), (True, 1, nonce))
    equal("the same one again", errors(server.send("PUT", "/v1/sys/rekey/update", {"key": base64.b64encode(bytes.fromhex(keys[0])).decode(), "nonce": nonce})),
          (400, ["given key has already been provided during this rekey operation"]))
    # Which share was wrong is not told, wherever it came in the row.
    answers = set()
    server.send("DELETE", "/v1/sys/rekey/init", token=root)
    for position in range(3):
        nonce = client.sys.start_rekey(secret_shares=4, secret_threshold=2)["nonce"]
        shares = list(keys[:3])
        wrong = bytearray.fromhex(shares[position])
        wrong[7] ^= 1
        shares[position] = wrong.hex()
        for share in shares[:2]:
            equal("a wrong share is taken like any other", server.send("PUT", "/v1/sys/rekey/update", {"key": share, "nonce": nonce})[0], 200)
        answers.add(json.dumps(server.send("PUT", "/v1/sys/rekey/update", {"key": shares[2], "nonce": nonce})))
        equal("a wrong set is forgotten", client.sys.read_rekey_progress()["progress"], 0)
        client.sys.cancel_rekey()
    nonce = client.sys.start_rekey(secret_shares=4, secret_threshold=2)["nonce"]
    same = keys[0][:-4] + "00" + keys[0][-2:]
    for share in (keys[0], same):
        server.send("PUT", "/v1/sys/rekey/update", {"key": share, "nonce": nonce})
    answers.add(json.dumps(server.send("PUT", "/v1/sys/rekey/update", {"key": keys[1], "nonce": nonce})))
    equal("one answer for all wrong sets", answers, {json.dumps((400, {"errors": ["rekey aborted: the key shares do not open the store"]}))})
    for number in range(12):
        server.send("PUT", "/v1/sys/rekey/update", {"key": f"{number:02x}" * 32 + f"{number + 1:02x}", "nonce": nonce})
    equal("after five wrong sets it is over", errors(server.send("PUT", "/v1/sys/rekey/update", {"key": keys[0], "nonce": nonce})), (400, ["no barrier rekey in progress"]))

    nonce = client.sys.start_rekey(secret_shares=4, secret_threshold=2)["nonce"]
    done = client.sys.rekey_multi([keys[4], keys[0], keys[2]], nonce)
    equal("done", (done["complete"], done["nonce"], len(set(done["keys"])), done["verification_required"]), (True, nonce, 4, False))
    equal("in base64 too", [base64.b64decode(key).hex() for key in done["keys_base64"]], done["keys"])
    check("it is over", not client.sys.read_rekey_progress()["started"])
    status = server.send("GET", "/v1/sys/seal-status")[1]
    equal("seal-status knows", (status["t"], status["n"]), (2, 4))
    equal("the secrets are there", client.secrets.kv.v2.create_or_update_secret("a", {"b": "c"})["data"]["version"], 1)
    sealed(server, root)
    check("the old shares open nothing", not opens(server, keys[:3]))
    check("the new ones do", opens(server, done["keys"][1:3]))
    equal("the secret is there", client.secrets.kv.v2.read_secret_version("a", raise_on_deleted_version=True)["data"]["data"], {"b": "c"})
    return done["keys"]


def verified_rekey(server, keys, root):
    """The new shares are the store's when they were given back, so none are lost on the way (openbao#2619)."""
    client = hvac.Client(url=server.url, token=root)
    begun = client.sys.start_rekey(secret_shares=3, secret_threshold=2, require_verification=True)
    check("verification is asked", begun["verification_required"])
    equal("not yet", errors(server.send("PUT", "/v1/sys/rekey/verify", {"key": keys[0], "nonce": begun["nonce"]})), (400, ["no rekey verification in progress"]))
    given = client.sys.rekey_multi(keys[:2], begun["nonce"])
    check("the new shares are given", given["complete"] and given["verification_required"] and len(given["keys"]) == 3, given)
    equal("the old ones still hold", (server.send("GET", "/v1/sys/seal-status")[1]["n"]), 4)
    equal("no more of the old ones", errors(server.send("PUT", "/v1/sys/rekey/update", {"key": keys[0], "nonce": begun["nonce"]})),
          (400, ["rekey operation already finished; verification must be performed"]))
    progress = client.sys.read_rekey_verify_progress()
    equal("verify: status", (progress["started"], progress["t"], progress["n"], progress["progress"], progress["nonce"]), (True, 2, 3, 0, given["verification_nonce"]))
    equal("rekey status has its nonce", client.sys.read_rekey_progress()["verification_nonce"], given["verification_nonce"])
    # Sealed now, the undertaking is gone and the old shares open the store.
    sealed(server, root)
    check("the new shares open nothing yet", not opens(server, given["keys"][:2]))
    check("the old ones do", opens(server, keys[:2]))
    check("and nothing is under way", not client.sys.read_rekey_progress()["started"])

    nonce = client.sys.start_rekey(secret_shares=3, secret_threshold=2, require_verification=True)["nonce"]
    given = client.sys.rekey_multi(keys[1:3], nonce)
    verification = given["verification_nonce"]
    equal("verify with the wrong nonce", errors(server.send("PUT", "/v1/sys/rekey/verify", {"key": given["keys"][0], "nonce": nonce})),
          (400, ["incorrect nonce supplied for this verify operation"]))
    one = client.sys.rekey_verify(given["keys"][0], verification)
    equal("one new share", (one["started"], one["progress"]), (True, 1))
    restarted = client.sys.cancel_rekey_verify()
    restarted = restarted.json() if hasattr(restarted, "json") else restarted
    check("begun anew under another name", restarted["nonce"] not in ("", verification) and restarted["progress"] == 0, restarted)
    verification = restarted["nonce"]
    client.sys.rekey_verify(given["keys"][0], verification)
    wrong = bytearray.fromhex(given["keys"][1])
    wrong[3] ^= 1
    equal("a wrong new share", errors(server.send("PUT", "/v1/sys/rekey/verify", {"key": wrong.hex(), "nonce": verification})),
          (400, ["rekey verification failed; incorrect key shares supplied"]))
    again = client.sys.read_rekey_verify_progress()
    check("has begun it anew", again["nonce"] != verification and again["progress"] == 0, again)
    # The old shares are no verification.
    for key in keys[:2]:
        found = server.send("PUT", "/v1/sys/rekey/verify", {"key": key, "nonce": again["nonce"]})
    equal("the old shares verify nothing", found[0], 400)
    verification = client.sys.read_rekey_verify_progress()["nonce"]
    done = client.sys.rekey_verify_multi(given["keys"][1:], verification)
    equal("verified", (done["complete"], done["nonce"]), (True, verification))
    equal("seal-status knows", server.send("GET", "/v1/sys/seal-status")[1]["n"], 3)
    sealed(server, root)
    check("the old shares open nothing", not opens(server, keys[:2]))
    check("the new ones do", opens(server, given["keys"][:2]))
    return given["keys"]


def root_generation(server, keys, root):
    """A root token for whoever has enough shares; only whoever began can read it."""
    client = hvac.Client(url=server.url, token=root)
    progress = client.sys.read_root_generation_progress()
    equal("nothing is begun", (progress["started"], progress["progress"], progress["required"], progress["complete"]), (False, 0, 2, False))
    length = progress["otp_length"]
    equal("a token is as long", length, len(root))
    for body, text in [
        ({"otp": "short"}, "OTP string is wrong length"),
        ({"otp": "x" * (length + 1)}, "OTP string is wrong length"),
        ({"pgp_key": "x"}, "pgp_key is not supported: the token is given combined with an otp"),
    ]:
        equal(f"attempt {body}", errors(server.send("PUT", "/v1/sys/generate-root/attempt", body, token=root)), (400, [text]))
    for body in [{"otp": [1]}, {"otp": {}}, {"pgp_key": []}]:
        equal(f"attempt refuses {body}", server.send("PUT", "/v1/sys/generate-root/attempt", body, token=root)[0], 400)
    equal("no share without a beginning", errors(server.send("PUT", "/v1/sys/generate-root/update", {"key": keys[0], "nonce": "x"})),
          (400, ["no root generation in progress"]))
    otp = "0123456789" * 5
    begun = client.sys.start_root_token_generation(otp=otp[:length])
    equal("begun with an otp, which is not told again", (begun["started"], begun["otp"], begun["required"]), (True, "", 2))
    equal("one at a time", errors(server.send("PUT", "/v1/sys/generate-root/attempt", {}, token=root)), (400, ["root generation already in progress"]))
    equal("hvac: cancel", client.sys.cancel_root_generation().status_code, 204)
    check("cancelled", not client.sys.read_root_generation_progress()["started"])
    begun = client.sys.start_root_token_generation()
    otp = begun["otp"]
    equal("an otp is made when none is sent", len(otp), length)
    equal("and told once", client.sys.read_root_generation_progress()["otp"], "")
    one = client.sys.generate_root(keys[2], begun["nonce"])
    equal("one share", (one["progress"], one["complete"], one["encoded_root_token"]), (1, False, ""))
    equal("the same again", errors(server.send("PUT", "/v1/sys/generate-root/update", {"key": keys[2], "nonce": begun["nonce"]})),
          (400, ["given key has already been provided during this root generation operation"]))
    done = client.sys.generate_root(keys[0], begun["nonce"])
    equal("done", (done["complete"], done["progress"], done["required"], done["encoded_token"] == done["encoded_root_token"]), (True, 2, 2, True))
    encoded = done["encoded_root_token"]
    token = bytes(a ^ b for a, b in zip(base64.b64decode(encoded + "=" * (-len(encoded) % 4)), otp.encode())).decode()
    new = hvac.Client(url=server.url, token=token)
    found = new.auth.token.lookup_self()["data"]
    equal("it is a root token without an end", (found["policies"], found["ttl"], found["display_name"], found["path"]), (["root"], 0, "root", "auth/token/root"))
    check("the answer has no token in the clear", token not in json.dumps(done))
    equal("it is over", errors(server.send("PUT", "/v1/sys/generate-root/update", {"key": keys[1], "nonce": begun["nonce"]})), (400, ["no root generation in progress"]))
    nonce = client.sys.start_root_token_generation()["nonce"]
    wrong = bytearray.fromhex(keys[0])
    wrong[9] ^= 4
    client.sys.generate_root(keys[1], nonce)
    equal("wrong shares make none", errors(server.send("PUT", "/v1/sys/generate-root/update", {"key": wrong.hex(), "nonce": nonce})),
          (400, ["root generation aborted: the key shares do not open the store"]))
    client.sys.cancel_root_generation()
    log = records(server, root)
    tokens = [record for record in log if record["action"] == "token.create" and "with shares" in (record.get("detail") or "")]
    equal("the token has its record", [(record["principal"], found["accessor"] in record["detail"]) for record in tokens], [("share-holders", True)])
    denied = [(record["action"], record["code"], record["detail"], record["resource"]) for record in log if record["outcome"] == "denied" and record["principal"] == "share-holders"]
    equal("the attempt is denied in the log, once", denied.count(("seal.prove-shares", "KF-AUTH-002", "root generation", "sys/seal/slots")), 1)
    given = {record["outcome"] for record in log if record["action"] == "token.generate-root" and record["detail"] == "a share was given"}
    equal("giving a share decides nothing", given, {"begins"})
    text = json.dumps(log)
    for secret in [token, otp, encoded, *keys]:
        check("nothing secret is in the log", secret not in text)
        check("nor in what the server says", secret not in server.said() + server.printed())
    return token


def attack_cancel_by_a_stranger(server, keys, root):
    """CVE-2025-4656, CVE-2026-5807: a stranger begins, cancels, spoils or learns the name of a rekey or a root token."""
    client = hvac.Client(url=server.url, token=root)
    client.sys.create_or_update_policy("half", 'path "sys/*" { capabilities = ["create","read","update","delete","list"] }')
    half = client.auth.token.create(policies=["half"])["auth"]["client_token"]
    client.sys.create_or_update_policy("no", 'path "secret/*" { capabilities = ["read"] }')
    no = client.auth.token.create(policies=["no"])["auth"]["client_token"]
    for path, begin, start in [
        ("rekey/init", {"secret_shares": 3, "secret_threshold": 2}, client.sys.start_rekey),
        ("generate-root/attempt", {}, client.sys.start_root_token_generation),
    ]:
        for token in ["", half, no, "kft_unknown"]:
            equal(f"{path}: a stranger begins nothing", server.send("PUT", f"/v1/sys/{path}", begin, token=token)[0], 403)
            equal(f"{path}: nor ends anything", server.send("DELETE", f"/v1/sys/{path}", token=token)[0], 403)
        check(f"{path}: nothing is begun", not server.send("GET", f"/v1/sys/{path}")[1]["started"])
        nonce = server.send("PUT", f"/v1/sys/{path}", begin, token=root)[1]["nonce"]
        status, seen = server.send("GET", f"/v1/sys/{path}")
        equal(f"{path}: a stranger sees that it is begun, and not its name", (status, seen["started"], seen["nonce"]), (200, True, ""))
        equal(f"{path}: nor does who may not read it", server.send("GET", f"/v1/sys/{path}", token=no)[0], 403)
        equal(f"{path}: who may read it does", server.send("GET", f"/v1/sys/{path}", token=half)[1]["nonce"], nonce)
        for token in ["", half, no, "kft_unknown"]:
            equal(f"{path}: a stranger cancels nothing", server.send("DELETE", f"/v1/sys/{path}", token=token)[0], 403)
        for body in [{"nonce": "00000000-0000-0000-0000-000000000000"}, {"nonce": nonce[:-1]}, {"nonce": nonce.upper()}, {"nonce": nonce + "\n"}]:
            equal(f"{path}: a wrong nonce cancels nothing", errors(server.send("DELETE", f"/v1/sys/{path}", body)), (400, ["invalid request"]))
        equal(f"{path}: neither does an empty one", server.send("DELETE", f"/v1/sys/{path}", {"nonce": ""})[0], 403)
        equal(f"{path}: nor a list", server.send("DELETE", f"/v1/sys/{path}", {"nonce": [nonce]})[0], 403)
        update = path.split("/")[0] + "/update"
        before = len(records(server, root))
        for _ in range(30):
            status, body = server.send("PUT", f"/v1/sys/{update}", {"key": keys[0], "nonce": "x"})
            check(f"{update}: the true nonce is not told", status == 400 and nonce not in json.dumps(body), body)
        check(f"{update}: who has no nonce fills no log", len(records(server, root)) <= before + 2)
        check(f"{path}: it is still there", server.send("GET", f"/v1/sys/{path}")[1]["started"])
        equal(f"{path}: whoever knows the nonce cancels it", server.send("DELETE", f"/v1/sys/{path}", {"nonce": nonce})[0], 204)
        check(f"{path}: it is gone", not server.send("GET", f"/v1/sys/{path}")[1]["started"])
        equal(f"{path}: nothing to cancel looks the same", errors(server.send("DELETE", f"/v1/sys/{path}", {"nonce": nonce})), (400, ["invalid request"]))
    # The verification's own name, likewise.
    nonce = client.sys.start_rekey(secret_shares=3, secret_threshold=2, require_verification=True)["nonce"]
    given = client.sys.rekey_multi(keys[:2], nonce)
    equal("verify: a stranger does not see its name", server.send("GET", "/v1/sys/rekey/verify")[1]["nonce"], "")
    equal("verify: nor begins it anew", server.send("DELETE", "/v1/sys/rekey/verify")[0], 403)
    equal("verify: nor with the rekey's nonce", errors(server.send("DELETE", "/v1/sys/rekey/verify", {"nonce": nonce})), (400, ["invalid request"]))
    equal("verify: its nonce begins it anew", server.send("DELETE", "/v1/sys/rekey/verify", {"nonce": given["verification_nonce"]})[0], 200)
    equal("cancelled with sudo", client.sys.cancel_rekey().status_code, 204)
    # Many at once: one of them begins, and one set of shares makes one token.
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(server.send("PUT", "/v1/sys/generate-root/attempt", {}, token=root))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    begun = [body for status, body in answers if status == 200]
    equal("exactly one begins", len(begun), 1)
    nonce, answers = begun[0]["nonce"], []
    threads = [threading.Thread(target=lambda key=key: answers.append(server.send("PUT", "/v1/sys/generate-root/update", {"key": key, "nonce": nonce}))) for key in keys[:2] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal("one token, however many come at once", sum(status == 200 and body.get("complete") for status, body in answers), 1)


def lost_answer():
    """The answer with the new shares never arrives: the old ones open the store, and so do those nobody has."""
    server, keys, root = made("gone", 3, 2)
    client = hvac.Client(url=server.url, token=root)
    nonce = client.sys.start_rekey(secret_shares=2, secret_threshold=2)["nonce"]
    client.sys.rekey(keys[0], nonce)
    body = json.dumps({"key": keys[1], "nonce": nonce}).encode()
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as peer:
        head = f"PUT /v1/sys/rekey/update HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        peer.sendall(head.encode() + body)
    for _ in range(200):
        found = [record for record in records(server, root) if "did not leave" in (record.get("detail") or "")]
        if found:
            break
        time.sleep(0.02)
    equal("the log says that the answer did not leave", [(record["principal"], record["action"], record["outcome"]) for record in found], [("share-holders", "seal.rekey", "failed")])
    status, body = server.send("PUT", "/v1/sys/rekey/init", {"secret_shares": 2, "secret_threshold": 2}, token=root)
    check("both sets are there", status == 400 and "two sets of shares open this store" in body["errors"][0], body)
    equal("killed", server.end(hard=True), -9)
    server = Server("--store", f"{folder}/gone/store.db")
    check("the old shares open it", opens(server, keys[:2]))
    equal("ends", server.end(), 0)


def killed_rekey():
    """Killed at any moment of the last share's request: shares that somebody has open the store."""
    for number, delay in enumerate([0, 0.002, 0.004, 0.006, 0.01, 0.015, 0.03, 0.2]):
        server, keys, root = made(f"killed-{number}", 3, 2)
        nonce = server.send("PUT", "/v1/sys/rekey/init", {"secret_shares": 2, "secret_threshold": 2}, token=root)[1]["nonce"]
        server.send("PUT", "/v1/sys/rekey/update", {"key": keys[0], "nonce": nonce})
        answers = []

        def last():
            try:
                answers.append(server.send("PUT", "/v1/sys/rekey/update", {"key": keys[1], "nonce": nonce}))
            except Exception:
                pass  # What the end of the server does to its clients.

        giving = threading.Thread(target=last)
        giving.start()
        time.sleep(delay)
        equal("killed", server.end(hard=True), -9)
        giving.join()
        server = Server("--store", f"{folder}/killed-{number}/store.db")
        old = opens(server, keys[:2])
        if not old:
            check(f"{delay}: who has the new shares opens it", answers and opens(server, answers[0][1]["keys"]), answers)
        check(f"{delay}: the old shares open it when nobody has new ones", old or answers)
        equal("ends", server.end(), 0)
    check("in the end the old ones open nothing", not old)


def other_calls(server, root):
    client = hvac.Client(url=server.url, token=root)
    equal("no backup is kept", errors(server.send("GET", "/v1/sys/rekey/backup", token=root)), (400, ["no backed-up keys found"]))
    equal("nothing to remove", server.send("DELETE", "/v1/sys/rekey/backup", token=root)[0], 204)
    equal("not for strangers", server.send("GET", "/v1/sys/rekey/backup", token="")[0], 403)
    try:
        client.sys.start_rekey(recovery_key=True)
        check("there is no recovery key", False)
    except hvac.exceptions.InvalidRequest as error:
        equal("there is no recovery key", error.errors, ["recovery rekeying not supported"])
    equal("another verb", server.send("GET", "/v1/sys/rekey/update", token=root)[0], 405)
    equal("another path", server.send("GET", "/v1/sys/rekey/nothing", token=root)[0], 404)


def rotation(server, keys, root):
    """A rotation gives new data keys and does not touch what opens the store (openbao#2619)."""
    client = hvac.Client(url=server.url, token=root)
    before = client.sys.get_encryption_key_status()
    equal("at the top as well", before["term"], before["data"]["term"])
    client.secrets.kv.v2.create_or_update_secret("shop/production", {"before": "1"})
    slots = server.send("GET", "/v1/sys/seal-status")[1]
    equal("hvac: rotate", client.sys.rotate_encryption_key().status_code, 204)
    after = client.sys.get_encryption_key_status()["data"]
    equal("the next term", after["term"], before["data"]["term"] + 1)
    check("installed later", after["install_time"] > before["data"]["install_time"], (before, after))
    equal("the seal is as it was", {name: server.send("GET", "/v1/sys/seal-status")[1][name] for name in ("t", "n", "type")}, {name: slots[name] for name in ("t", "n", "type")})
    client.secrets.kv.v2.create_or_update_secret("shop/production", {"after": "2"})
    equal("what was written before is read", client.secrets.kv.v2.read_secret_version("shop/production", version=1, raise_on_deleted_version=True)["data"]["data"], {"before": "1"})
    equal("not for strangers", (server.send("GET", "/v1/sys/key-status", token="")[0], server.send("PUT", "/v1/sys/rotate", token="")[0]), (403, 403))
    equal("killed", server.end(hard=True), -9)
    server = Server("--store", f"{folder}/first/store.db")
    check("the same shares open it", opens(server, keys[:2]))
    client = hvac.Client(url=server.url, token=root)
    equal("the term is kept", client.sys.get_encryption_key_status()["data"], after)
    equal("both are read", client.secrets.kv.v2.read_secret_version("shop/production", raise_on_deleted_version=True)["data"]["data"], {"after": "2"})
    return server


def lost_tokens():
    """All tokens are lost, and a store has shares only: --allow-generate-root lets their holders begin."""
    server, keys, root = made("lost", 1, 1)
    equal("not without it", server.send("PUT", "/v1/sys/generate-root/attempt", {})[0], 403)
    equal("ends", server.end(), 0)
    server = Server("--store", f"{folder}/lost/store.db", "--allow-generate-root")
    check("one share of one", opens(server, keys))
    equal("a rekey is not for strangers all the same", server.send("PUT", "/v1/sys/rekey/init", {"secret_shares": 1, "secret_threshold": 1})[0], 403)
    status, begun = server.send("PUT", "/v1/sys/generate-root/attempt", {})
    equal("begun without a token", (status, begun["required"]), (200, 1))
    equal("cancelled with its nonce", server.send("DELETE", "/v1/sys/generate-root/attempt", {"nonce": begun["nonce"]})[0], 204)
    # Vault's command line sends the token that it has kept, which is lost with all others.
    dead = "hvs." + "x" * 24
    status, begun = server.send("PUT", "/v1/sys/generate-root/attempt", {}, token=dead)
    equal("begun with a dead token", (status, begun.get("required")), (200, 1))
    status, seen = server.send("GET", "/v1/sys/generate-root/attempt", token=dead)
    equal("a dead token sees what a stranger sees", (status, seen.get("started"), seen.get("nonce")), (200, True, ""))
    equal("a stranger cancels nothing", server.send("DELETE", "/v1/sys/generate-root/attempt")[0], 403)
    status, done = server.send("PUT", "/v1/sys/generate-root/update", {"key": keys[0], "nonce": begun["nonce"]})
    encoded = done["encoded_root_token"]
    token = bytes(a ^ b for a, b in zip(base64.b64decode(encoded + "=" * (-len(encoded) % 4)), begun["otp"].encode())).decode()
    equal("a way in", server.send("GET", "/v1/auth/token/lookup-self", token=token)[0], 200)
    strangers = [(record["principal"], record["outcome"], record["detail"]) for record in records(server, token, "token.generate-root") if record["principal"] != "share-holders"]
    equal("who began is in the log", set(strangers), {("anonymous", "allowed", "begun, as anybody may")})
    equal("ends", server.end(), 0)
    # A store without shares has none to give.
    server = Server("--store", f"{folder}/file/store.db", "--key-file", f"{folder}/file/key", "--init")
    root = server.printed().strip()
    text = "no shares open this store: keyfolio seal add --shares makes some"
    equal("a store without shares: rekey", errors(server.send("PUT", "/v1/sys/rekey/init", {"secret_shares": 1, "secret_threshold": 1}, token=root)), (400, [text]))
    equal("a store without shares: root", errors(server.send("PUT", "/v1/sys/generate-root/attempt", {}, token=root)), (400, [text]))
    equal("ends", server.end(), 0)


try:
    server, keys, root = made("first", 5, 3)
    keys = plain_rekey(server, keys, root)
    keys = verified_rekey(server, keys, root)
    root_generation(server, keys, root)
    attack_cancel_by_a_stranger(server, keys, root)
    other_calls(server, root)
    server = rotation(server, keys, root)
    lost_tokens()
    lost_answer()
    killed_rekey()
finally:
    end_all()
finish()
