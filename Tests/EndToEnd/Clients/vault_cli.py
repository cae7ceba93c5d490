"""Replays what the `vault` and `bao` commands send, with Python's own HTTP client: their documented requests, in order.

The environment is what `keyfolio serve --dev` prints: VAULT_ADDR, VAULT_TOKEN, VAULT_CACERT. It prints how many checks
held, and ends with 1 when one did not.
"""

import http.client
import json
import os
import ssl
import sys
import uuid
from urllib.parse import urlsplit

from checks import check, equal, finish

address = urlsplit(os.environ["VAULT_ADDR"])
base = "cli-" + uuid.uuid4().hex[:8]

if address.scheme == "https":
    context = ssl.create_default_context(cafile=os.environ.get("VAULT_CACERT"))
    line = http.client.HTTPSConnection(address.hostname, address.port, context=context)
else:
    line = http.client.HTTPConnection(address.hostname, address.port)


def send(method, path, body=None, token=os.environ["VAULT_TOKEN"], **headers):
    """Sends a request as the command does; returns the status and the members of the answer."""
    fields = {"X-Vault-Request": "true", **{name.replace("_", "-"): value for name, value in headers.items()}}
    if token:
        fields["X-Vault-Token"] = token
    data = None
    if body is not None:
        data = json.dumps(body)
        fields.setdefault("Content-Type", "application/json")
    line.request(method, "/v1/" + path, data, fields)
    answer = line.getresponse()
    text = answer.read()
    if text:
        equal(f"{method} {path}: content type", answer.getheader("Content-Type"), "application/json")
    return answer.status, json.loads(text) if text else {}


def preflight(path, token=os.environ["VAULT_TOKEN"]):
    """What every `kv` command asks first."""
    status, body = send("GET", f"sys/internal/ui/mounts/{path}", token=token)
    equal(f"preflight of {path}", status, 200)
    return body["data"]["path"], (body["data"]["options"] or {}).get("version")


def kv():
    path = f"{base}/app"
    equal("preflight", preflight(f"secret/{path}"), ("secret/", "2"))
    status, body = send("PUT", f"secret/data/{path}", {"data": {"user": "ada", "n": "1"}, "options": {}})
    equal("kv put", (status, body["data"]["version"]), (200, 1))
    equal("kv put: mount type", body.get("mount_type"), "kv")
    status, body = send("GET", f"secret/data/{path}")
    equal("kv get", body["data"]["data"], {"user": "ada", "n": "1"})
    for member in ["request_id", "lease_id", "renewable", "lease_duration", "wrap_info", "warnings", "auth"]:
        check(f"kv get: {member}", member in body)
    merge = {"Content_Type": "application/merge-patch+json"}
    status, body = send("PATCH", f"secret/data/{path}", {"data": {"user": "eve"}, "options": {}}, **merge)
    equal("kv patch", (status, body["data"]["version"]), (200, 2))
    equal("kv patch without the type", send("PATCH", f"secret/data/{path}", {"data": {}})[0], 415)

    # Who may not patch reads and writes instead: what the command does on 403.
    policy = f'path "secret/data/{base}/*" {{ capabilities = ["read", "update", "create"] }}'
    equal("policy write", send("PUT", f"sys/policies/acl/{base}", {"policy": policy})[0], 204)
    status, body = send("POST", "auth/token/create", {"policies": [base], "ttl": "1h", "renewable": True})
    weak = body["auth"]["client_token"]
    equal("preflight by policy", preflight(f"secret/{path}", weak), ("secret/", "2"))
    status, _ = send("PATCH", f"secret/data/{path}", {"data": {"x": "y"}, "options": {}}, weak, **merge)
    equal("kv patch, refused", status, 403)
    status, body = send("GET", f"secret/data/{path}", token=weak)
    merged = {**body["data"]["data"], "x": "y"}
    options = {"cas": body["data"]["metadata"]["version"]}
    status, body = send("PUT", f"secret/data/{path}", {"data": merged, "options": options}, weak)
    equal("kv patch by read and write", (status, body["data"]["version"]), (200, 3))

    status, body = send("GET", f"secret/data/{path}?version=1")
    equal("kv get -version", body["data"]["data"]["user"], "ada")
    options = {"cas": 3}
    status, body = send("PUT", f"secret/data/{path}", {"data": body["data"]["data"], "options": options})
    equal("kv rollback", (status, body["data"]["version"]), (200, 4))
    equal("kv delete", send("DELETE", f"secret/data/{path}")[0], 204)
    status, body = send("GET", f"secret/data/{path}")
    equal("kv get of a deleted version", (status, body["data"]["data"]), (404, None))
    check("kv get of a deleted version: time", body["data"]["metadata"]["deletion_time"])
    equal("kv undelete", send("PUT", f"secret/undelete/{path}", {"versions": ["4"]})[0], 204)
    equal("kv delete -versions", send("PUT", f"secret/delete/{path}", {"versions": ["1", "2"]})[0], 204)
    equal("kv destroy", send("PUT", f"secret/destroy/{path}", {"versions": ["1"]})[0], 204)
    status, body = send("GET", f"secret/metadata/{path}")
    equal("kv metadata get", body["data"]["versions"]["1"]["destroyed"], True)
    equal("kv metadata put", send("PUT", f"secret/metadata/{path}", {"max_versions": 5, "custom_metadata": {"a": "b"}})[0], 204)
    status, _ = send("PATCH", f"secret/metadata/{path}", {"custom_metadata": {"a": None, "c": "d"}}, **merge)
    equal("kv metadata patch", status, 204)
    status, body = send("GET", f"secret/metadata/{path}")
    equal("kv metadata patch: what is left", body["data"]["custom_metadata"], {"c": "d"})
    status, body = send("GET", f"secret/metadata/{base}?list=true")
    equal("kv list", body["data"]["keys"], ["app"])
    equal("kv list of nothing", send("GET", f"secret/metadata/{base}/none?list=true"), (404, {"errors": []}))
    status, body = send("GET", f"secret/{path}")
    equal("vault read of a versioned mount", status, 404)
    check("its warning", "Invalid path for a versioned K/V secrets engine" in body["warnings"][0])
    equal("kv metadata delete", send("DELETE", f"secret/metadata/{path}")[0], 204)
    equal("kv get of nothing", send("GET", f"secret/data/{path}"), (404, {"errors": []}))


def mounts():
    name = f"{base}-kv"
    body = {
        "type": "kv", "description": "", "local": False, "seal_wrap": False, "external_entropy_access": False,
        "config": {"options": None, "default_lease_ttl": "0s", "max_lease_ttl": "0s", "force_no_cache": False},
        "options": {"version": "1"},
    }
    equal("secrets enable", send("POST", f"sys/mounts/{name}", body)[0], 204)
    equal("preflight of version 1", preflight(f"{name}/a"), (f"{name}/", "1"))
    equal("kv put, version 1", send("PUT", f"{name}/a", {"k": "v"})[0], 204)
    status, body = send("GET", f"{name}/a")
    equal("kv get, version 1", (body["data"], body["lease_duration"]), ({"k": "v"}, 2764800))
    equal("kv delete, version 1", send("DELETE", f"{name}/a")[0], 204)
    equal("kv enable-versioning", send("POST", f"sys/mounts/{name}/tune", {"options": {"version": "2"}})[0], 204)
    equal("preflight of version 2", preflight(name), (f"{name}/", "2"))
    status, body = send("GET", "sys/mounts")
    check("secrets list", f"{name}/" in body["data"] and f"{name}/" in body)
    equal("secrets disable", send("DELETE", f"sys/mounts/{name}")[0], 204)
    status, body = send("GET", f"sys/internal/ui/mounts/{name}")
    equal("preflight of nothing", status, 403)
    check("its text", body["errors"][0].startswith("preflight capability check returned 403"))


def server():
    status, body = send("GET", "sys/seal-status", token=None)
    equal("status", (status, body["sealed"], body["initialized"]), (200, False, True))
    equal("status: leader", send("GET", "sys/leader", token=None)[1]["ha_enabled"], False)
    status, body = send("GET", "auth/token/lookup-self")
    equal("login with a token", (status, body["data"]["policies"]), (200, ["root"]))
    status, body = send("POST", "sys/capabilities-self", {"path": "secret/data/a"})
    equal("token capabilities", body["data"]["capabilities"], ["root"])
    status, body = send("GET", "sys/policies/acl?list=true")
    check("policy list", {"default", "root"} <= set(body["data"]["keys"]))
    equal("policy read default", send("GET", "sys/policies/acl/default")[0], 200)
    equal("audit list", send("GET", "sys/audit")[0], 200)
    equal("no token", send("GET", "sys/mounts", token=None), (403, {"errors": ["permission denied"]}))
    equal("another verb", send("BREW", "sys/mounts")[0], 405)
    equal("a relative path", send("DELETE", "secret/metadata/a/../b")[0], 400)
    equal("a relative path, encoded", send("DELETE", "secret/metadata/a/%2e%2e/b")[0], 400)
    equal("a body that is none", send("POST", "secret/data/a", "text")[0], 400)


def logins():
    mount = {"type": "approle", "description": "", "local": False, "config": {"options": None}}
    equal("auth enable", send("POST", f"sys/auth/{base}-a", mount)[0], 204)
    # `vault write` sends every value as a text.
    body = {"token_policies": "default", "secret_id_num_uses": "1", "token_ttl": "10m", "bind_secret_id": "true"}
    equal("write role", send("PUT", f"auth/{base}-a/role/web", body)[0], 204)
    status, body = send("GET", f"auth/{base}-a/role/web/role-id")
    role = body["data"]["role_id"]
    status, body = send("PUT", f"auth/{base}-a/role/web/secret-id")
    secret = body["data"]["secret_id"]
    status, body = send("PUT", f"auth/{base}-a/login", {"role_id": role, "secret_id": secret}, None)
    equal("login", (status, body["auth"]["lease_duration"]), (200, 600))
    equal("login again", send("PUT", f"auth/{base}-a/login", {"role_id": role, "secret_id": secret}, None)[0], 400)
    mount["type"] = "userpass"
    equal("auth enable userpass", send("POST", f"sys/auth/{base}-u", mount)[0], 204)
    equal("write user", send("PUT", f"auth/{base}-u/users/ada", {"password": "right", "token_policies": "default"})[0], 204)
    status, body = send("PUT", f"auth/{base}-u/login/ada", {"password": "right"}, None)
    equal("login userpass", (status, body["auth"]["metadata"]), (200, {"username": "ada"}))
    equal("auth disable", [send("DELETE", f"sys/auth/{base}-{kind}")[0] for kind in "au"], [204, 204])


for part in [kv, mounts, server, logins]:
    try:
        part()
    except Exception as error:  # noqa: BLE001 - one part must not hide the others
        check(part.__name__, False, f"ended in {type(error).__name__}: {error}")
        if "-v" in sys.argv:
            raise
finish()
