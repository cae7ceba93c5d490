"""Drives a development server with hvac and raw requests: cubbyholes, wrapped answers, leases, batch tokens.

The environment is what `keyfolio serve --dev` prints: VAULT_ADDR, VAULT_TOKEN, VAULT_CACERT. It prints how many checks
held, and ends with 1 when one did not.
"""

import os
import re
import threading
import time
import uuid

import hvac
from checks import call, check, equal, finish
from hvac import exceptions

WRONG = "wrapping token is not valid or does not exist"
base = "wrap-" + uuid.uuid4().hex[:8]


def client(token=None):
    return hvac.Client(url=os.environ["VAULT_ADDR"], token=token, verify=os.environ.get("VAULT_CACERT", True))


root = client(os.environ["VAULT_TOKEN"])


def raw(method, path, body=None, token="", **headers):
    """One request without hvac. Returns the status, the body and the headers."""
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        fields["X-Vault-Token"] = token
    return call(method, "/v1/" + path, body, token="", headers=fields, base=os.environ["VAULT_ADDR"])


def refused(what, kind, text, act, *given, **named):
    """Calls what must end in an error of hvac's, with a text in it."""
    try:
        act(*given, **named)
    except kind as error:
        check(f"{what}: text", text in str(error), repr(str(error)))
    except Exception as error:  # noqa: BLE001 - whatever else it is, it is wrong
        check(what, False, f"ended in {type(error).__name__}: {error}")
    else:
        check(what, False, f"ended well where {kind.__name__} was expected")


def make(**named):
    return root.auth.token.create(**named)["auth"]["client_token"]


def cubbyholes():
    mine, theirs = client(make(policies=["default"])), client(make(policies=["default"]))
    equal("cubbyhole: write", mine.write("cubbyhole/a/b", k="v").status_code, 204)
    mine.write("cubbyhole/c", k="w")
    equal("cubbyhole: read", mine.read("cubbyhole/a/b")["data"], {"k": "v"})
    equal("cubbyhole: list", mine.list("cubbyhole")["data"]["keys"], ["a/", "c"])
    equal("cubbyhole: nobody else's", theirs.read("cubbyhole/c"), None)
    equal("cubbyhole: not root's", root.read("cubbyhole/c"), None)
    mine.delete("cubbyhole/c")
    equal("cubbyhole: deleted", mine.read("cubbyhole/c"), None)
    refused("cubbyhole: nothing", exceptions.InvalidRequest, "missing data fields", mine.write_data, "cubbyhole/x", data={})
    check("cubbyhole: mounted", "cubbyhole/" in root.sys.list_mounted_secrets_engines()["data"])
    root.auth.token.revoke(mine.token)
    refused("cubbyhole: gone with its token", exceptions.Forbidden, "", mine.read, "cubbyhole/a/b")


def wrapped_answers():
    root.secrets.kv.v2.create_or_update_secret(base, {"k": "canary-wrapped"})
    answer = root.read(f"secret/data/{base}", wrap_ttl="60s")
    info = answer["wrap_info"]
    equal("wrap: data", answer["data"], None)
    equal("wrap: members", sorted(info), ["accessor", "creation_path", "creation_time", "token", "ttl"])
    equal("wrap: path", info["creation_path"], f"secret/data/{base}")
    equal("wrap: ttl", info["ttl"], 60)
    check("wrap: time", re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", info["creation_time"]), info["creation_time"])
    check("wrap: form", re.fullmatch(r"kfw_[0-9A-Za-z]{46}", info["token"]))
    looked = client().write("sys/wrapping/lookup", token=info["token"])["data"]
    equal("lookup", (looked["creation_path"], looked["creation_ttl"]), (f"secret/data/{base}", 60))
    again = root.write("sys/wrapping/rewrap", token=info["token"])["wrap_info"]
    refused("rewrapped: the old one", exceptions.InvalidRequest, WRONG, root.sys.unwrap, info["token"])
    equal("unwrap by another", root.sys.unwrap(again["token"])["data"]["data"], {"k": "canary-wrapped"})
    refused("unwrap twice", exceptions.InvalidRequest, WRONG, root.sys.unwrap, again["token"])

    mine = root.sys.wrap({"a": {"b": 1}}, ttl=120)["wrap_info"]
    equal("wrap: what is sent", client(mine["token"]).sys.unwrap()["data"], {"a": {"b": 1}})
    status, body, _ = raw("POST", "sys/wrapping/unwrap", {}, mine["token"])
    equal("unwrap in the header, twice", (status, body), (400, {"errors": [WRONG]}))
    status, body, _ = raw("POST", "sys/wrapping/wrap", {"a": 1}, root.token)
    equal("wrap without a time", (status, body), (400, {"errors": ["endpoint requires response wrapping to be used"]}))

    # The command line: vault write -wrap-ttl=60s -f auth/approle/role/x/secret-id
    root.sys.enable_auth_method("approle", path=base)
    root.auth.approle.create_or_update_approle("x", mount_point=base, token_ttl="1h")
    role = root.auth.approle.read_role_id("x", mount_point=base)["data"]["role_id"]
    status, body, _ = raw("PUT", f"auth/{base}/role/x/secret-id", {}, root.token, X_Vault_Wrap_TTL="60s", X_Vault_Request="true")
    equal("secret id: status", status, 200)
    check("secret id: not in the clear", "secret_id" not in str(body), body)
    secret = client(body["wrap_info"]["token"]).sys.unwrap()["data"]["secret_id"]
    other = root.auth.approle.generate_secret_id("x", mount_point=base, wrap_ttl="60")
    equal("secret id: hvac", other["wrap_info"]["creation_path"], f"auth/{base}/role/x/secret-id")
    status, body, _ = raw("POST", f"auth/{base}/login", {"role_id": role, "secret_id": secret}, X_Vault_Wrap_TTL="1m")
    equal("login: wrapped", (status, body["auth"]), (200, None))
    login = client(body["wrap_info"]["token"]).sys.unwrap()["auth"]
    equal("login: wrapped accessor", body["wrap_info"]["wrapped_accessor"], login["accessor"])
    check("login: in", client(login["client_token"]).is_authenticated())
    made = root.auth.token.create(policies=["default"], wrap_ttl="60s")["wrap_info"]
    equal("token: path", made["creation_path"], "auth/token/create")
    check("token: in", client(root.sys.unwrap(made["token"])["auth"]["client_token"]).is_authenticated())

    for text, status in (("-1", 400), ("soon", 400), ("0", 200), ("1h30m", 200)):
        equal(f"X-Vault-Wrap-TTL: {text}", raw("GET", "sys/mounts", None, root.token, X_Vault_Wrap_TTL=text)[0], status)
    for body in ({"token": 5}, {"token": {}}, {"token": ["x"]}):
        equal(f"unwrap of {body}", raw("POST", "sys/wrapping/unwrap", body, root.token)[0], 400)


def attacks_on_wrapped_answers():
    # threats.md 15: one use, however many come at once and however they spell it.
    for round in range(5):
        token = root.sys.wrap({"k": "v"}, ttl=60)["wrap_info"]["token"]
        spellings = [token, " " + token, token + " ", f"\t{token}\n"] * 3
        got, gate = [], threading.Barrier(len(spellings))

        def take(spelling):
            gate.wait()
            got.append(raw("POST", "sys/wrapping/unwrap", {"token": spelling}, root.token)[0])

        threads = [threading.Thread(target=take, args=(spelling,)) for spelling in spellings]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        equal(f"one of many gets the answer, round {round}", sorted(got), [200] + [400] * (len(spellings) - 1))
    token = root.sys.wrap({"k": "v"}, ttl=60)["wrap_info"]["token"]
    for spelling in (token.upper(), token.lower(), token.swapcase()):
        equal("another case is another token", raw("POST", "sys/wrapping/unwrap", {"token": spelling}, root.token)[0], 400)
    # The token of an answer is good for nothing else, through no protocol.
    for method, path in (
        ("GET", "auth/token/lookup-self"), ("GET", "cubbyhole/response"), ("LIST", "cubbyhole"), ("POST", "auth/token/create"),
        ("GET", f"secret/data/{base}"), ("GET", "sys/internal/ui/resultant-acl"), ("POST", "auth/token/renew-self"),
        ("POST", "auth/token/revoke-self"),
    ):
        equal(f"only to unwrap: {method} {path}", raw(method, path, {} if method == "POST" else None, token)[0], 403)
    for method, path in (("GET", "/api/v1/self"), ("DELETE", "/api/v1/self"), ("GET", f"/api/v1/secrets/{base}"), ("GET", "/secrets")):
        status = call(method, path, token=token)[0]
        check(f"only to unwrap: {method} {path}", status in (401, 403, 400), status)
    equal("still there", client(token).sys.unwrap()["data"], {"k": "v"})
    # Time.
    short = root.sys.wrap({"k": "v"}, ttl=1)["wrap_info"]["token"]
    time.sleep(1.2)
    refused("too late", exceptions.InvalidRequest, WRONG, client(short).sys.unwrap)
    # A policy that asks for a wrapping holds whatever the protocol.
    root.sys.create_or_update_policy(
        base, f'path "secret/data/{base}" {{ capabilities = ["read"] min_wrapping_ttl = "10s" max_wrapping_ttl = "1h" }}'
    )
    bound = make(policies=[base])
    equal("policy: in the clear", raw("GET", f"secret/data/{base}", None, bound)[0], 403)
    equal("policy: too short", raw("GET", f"secret/data/{base}", None, bound, X_Vault_Wrap_TTL="9s")[0], 403)
    equal("policy: too long", raw("GET", f"secret/data/{base}", None, bound, X_Vault_Wrap_TTL="2h")[0], 403)
    equal("policy: wrapped", raw("GET", f"secret/data/{base}", None, bound, X_Vault_Wrap_TTL="10s")[0], 200)
    equal("policy: natively", call("GET", f"/api/v1/secrets/{base}", token=bound)[0], 403)


def batch_tokens():
    root.sys.create_or_update_policy(f"{base}-r", f'path "secret/data/{base}" {{ capabilities = ["read"] }}')
    auth = root.auth.token.create(type="batch", policies=[f"{base}-r"], ttl="1h")["auth"]
    token = auth["client_token"]
    equal("batch: auth", (auth["token_type"], auth["accessor"], auth["renewable"]), ("batch", "", False))
    check("batch: form", re.fullmatch(r"kfb_[0-9A-Za-z_-]+", token), token)
    own = client(token)
    root.sys.create_or_update_policy(f"{base}-m", 'path "auth/token/create" { capabilities = ["update"] }')
    maker = client(make(type="batch", policies=["default", f"{base}-m"], ttl="1h"))
    equal("batch: reads", own.secrets.kv.v2.read_secret_version(base, raise_on_deleted_version=True)["data"]["data"], {"k": "canary-wrapped"})
    looked = own.auth.token.lookup_self()["data"]
    equal("batch: lookup", (looked["type"], looked["orphan"], looked["renewable"]), ("batch", False, False))
    equal("batch: natively", call("GET", f"/api/v1/secrets/{base}", token=token)[0], 200)
    equal("batch: makes no tokens natively", call("POST", "/api/v1/tokens", {}, token=token)[0], 403)
    for what, text, act in (
        ("create", "batch tokens cannot create more tokens", maker.auth.token.create),
        ("renew", "batch tokens cannot be renewed", own.auth.token.renew_self),
        ("revoke", "batch tokens cannot be revoked", lambda: root.auth.token.revoke(token)),
        ("cubbyhole", "cubbyhole operations are only supported", lambda: own.write("cubbyhole/a", k="v")),
        ("root", "batch tokens cannot have root policy", lambda: root.auth.token.create(type="batch", policies=["root"], ttl="1h")),
        ("uses", 'batch tokens cannot have "num_uses" set', lambda: root.auth.token.create(type="batch", policies=["a"], num_uses=2)),
    ):
        refused(f"batch: {what}", exceptions.InvalidRequest, text, act)
    for place in range(6, len(token), 11):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        equal(f"batch: changed at {place}", raw("GET", "auth/token/lookup-self", None, changed)[0], 403)
    parent = client(make(policies=["root"], ttl="1h"))
    child = parent.auth.token.create(type="batch", policies=["default"], ttl="1h")["auth"]["client_token"]
    check("batch: before its parent ends", client(child).is_authenticated())
    root.auth.token.revoke(parent.token)
    check("batch: ends with its parent", not client(child).is_authenticated())


def leases():
    mount = f"{base}-u"
    root.sys.enable_auth_method("userpass", path=mount)
    root.sys.enable_auth_method("userpass", path=mount + "2")
    for path in (mount, mount + "2"):
        root.auth.userpass.create_or_update_user("ada", "canary-password-1", mount_point=path)
    logins = [
        client().auth.userpass.login("ada", "canary-password-1", mount_point=path)["auth"]["client_token"]
        for path in (mount, mount, mount + "2")
    ]
    prefix = f"auth/{mount}/login/ada"
    names = root.sys.list_leases(prefix)["data"]["keys"]
    equal("leases: two logins", len(names), 2)
    check("leases: tell no token", not any(name in token or token in name for name in names for token in logins))
    lease = root.sys.read_lease(f"{prefix}/{names[0]}")["data"]
    equal("lease: members", sorted(lease), ["expire_time", "id", "issue_time", "last_renewal", "renewable", "ttl"])
    refused(
        "lease: renew", exceptions.InvalidRequest, "tokens cannot be renewed through this endpoint", root.sys.renew_lease,
        f"{prefix}/{names[0]}", 60,
    )
    refused("lease: unknown", exceptions.InvalidRequest, "invalid lease", root.sys.read_lease, prefix + "/unknown")
    # threats.md 13: a handle of one mount is none of another.
    refused(
        "lease: of another mount", exceptions.InvalidRequest, "invalid lease", root.sys.read_lease,
        f"auth/{mount}2/login/ada/{names[0]}",
    )
    root.sys.revoke_lease(f"{prefix}/{names[0]}")
    equal("lease: revoked", sum(client(token).is_authenticated() for token in logins), 2)
    root.sys.revoke_prefix(f"auth/{mount}/")
    equal("prefix: revoked", [client(token).is_authenticated() for token in logins], [False, False, True])
    root.sys.revoke_force(f"auth/{mount}2")
    check("force: revoked", not client(logins[2]).is_authenticated())
    equal("leases: tidy", raw("POST", "sys/leases/tidy", {}, root.token)[0], 202)
    equal("leases: count", raw("GET", "sys/leases/count?type=irrevocable", None, root.token)[1]["data"]["lease_count"], 0)
    check("root is still there", root.is_authenticated())


def quotas():
    def quota(name, **body):
        return raw("POST", f"sys/quotas/rate-limit/{name}", body, root.token)[0]

    mount = f"{base}-q"
    root.sys.enable_auth_method("userpass", path=mount)
    root.auth.userpass.create_or_update_user("ada", "canary-password-1", mount_point=mount)
    equal("quota: write", quota(base, path=f"auth/{mount}/login/*", rate=3, interval="1h"), 204)
    equal("quota: same path", quota(base + "2", path=f"auth/{mount}/login/*", rate=3), 400)
    equal("quota: no such mount", quota(base + "2", path="nowhere/", rate=3), 400)
    equal("quota: no rate", quota(base + "2"), 400)
    status, body, _ = raw("GET", f"sys/quotas/rate-limit/{base}", None, root.token)
    equal("quota: read", (status, body["data"]["rate"], body["data"]["interval"]), (200, 3, 3600))
    equal("quota: list", raw("LIST", "sys/quotas/rate-limit", None, root.token)[1]["data"]["keys"], [base])
    equal("quota: config", raw("GET", "sys/quotas/config", None, root.token)[1]["data"]["enable_rate_limit_response_headers"], False)
    statuses, gate = [], threading.Barrier(12)

    def log_in():
        gate.wait()
        statuses.append(raw("POST", f"auth/{mount}/login/ada", {"password": "canary-password-1"})[0])

    threads = [threading.Thread(target=log_in) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal("quota: three of twelve at once", sorted(statuses), [200] * 3 + [429] * 9)
    status, body, headers = raw("POST", f"auth/{mount}/login/ada", {"password": "x"})
    equal("quota: text", body, {"errors": [f'request path "auth/{mount}/login/ada": rate limit quota exceeded']})
    equal("quota: headers", (headers["X-Ratelimit-Limit"], headers["X-Ratelimit-Remaining"]), ("3", "0"))
    equal("quota: when", headers["Retry-After"], headers["X-Ratelimit-Reset"])
    # CVE-2025-12044: what is refused is refused before its body is parsed.
    status = call("POST", f"/v1/auth/{mount}/login/ada", token="", raw=b"{" * 100_000, base=os.environ["VAULT_ADDR"])[0]
    equal("quota: before the body", status, 429)
    check("quota: other paths", client(root.token).is_authenticated())
    equal("quota: counted", "keyfolio_rate_limited 11" in raw("GET", "sys/metrics?format=prometheus", None, root.token)[1], True)
    equal("metrics: as JSON", raw("GET", "sys/metrics", None, root.token)[1]["Points"], [])
    equal("quota: delete", raw("DELETE", f"sys/quotas/rate-limit/{base}", None, root.token)[0], 204)
    equal("quota: gone", raw("POST", f"auth/{mount}/login/ada", {"password": "canary-password-1"})[0], 200)


def remounts():
    root.sys.enable_secrets_engine("kv", path=f"{base}-kv", options={"version": "2"})
    for value in ("one", "two"):
        root.secrets.kv.v2.create_or_update_secret("a/b", {"k": value}, mount_point=f"{base}-kv")
    before = root.secrets.kv.v2.read_secret_metadata("a/b", mount_point=f"{base}-kv")["data"]
    moved = root.sys.move_backend(f"{base}-kv", f"{base}-kv2")["data"]
    state = root.read(f"sys/remount/status/{moved['migration_id']}")["data"]["migration_info"]
    equal("remount: state", state, {"source_mount": f"{base}-kv/", "status": "success", "target_mount": f"{base}-kv2/"})
    equal("remount: metadata", root.secrets.kv.v2.read_secret_metadata("a/b", mount_point=f"{base}-kv2")["data"], before)
    read = root.secrets.kv.v2.read_secret_version("a/b", version=1, mount_point=f"{base}-kv2", raise_on_deleted_version=True)
    equal("remount: an old version", read["data"]["data"], {"k": "one"})
    refused("remount: nothing there", exceptions.InvalidRequest, "no matching mount", root.sys.move_backend, f"{base}-kv", "x")
    refused("remount: the store itself", exceptions.InvalidRequest, "cannot remount", root.sys.move_backend, "secret", "x")
    equal("remount: who may not", raw("POST", "sys/remount", {"from": "a", "to": "b"}, make(policies=["default"]))[0], 403)


cubbyholes()
remounts()
quotas()
wrapped_answers()
attacks_on_wrapped_answers()
batch_tokens()
leases()
finish()
