"""Canaries in every field of every protocol: threats.md 8 and 9, in one place.

A canary is a value that stands nowhere else: a text, a number, a text in base64. They are sent as every type of JSON, as keys, in
headers, in queries, in forms; rightly, and wrongly. Then everything that is written or said beside the answer to who may read it is
searched: errors, metrics, the log by each way to it, the file that follows it, what the server prints, the store's own files.

Names are no values: paths, labels, names of fields and of principals are in the log and in errors, and are not canaries here.
"""

import base64
import http.client
import json
import os
import re
import ssl
import tempfile
import time
from urllib.parse import urlsplit

import boto3
import hvac
from botocore.config import Config
from botocore.exceptions import ClientError

from checks import check, equal, finish
from with_server import start, stop

server = os.environ["KEYFOLIO_SERVER"]
# What every canary that is a text begins with; and what stands before and behind the five digits of one that is a number.
MARK = "c4n4rycanary"
BEFORE, BEHIND = "90417", "7331"
made = []


def canary():
    """A text that is found in any spelling: letters and digits only, so that no escape changes it."""
    made.append(f"{MARK}{len(made):05d}")
    return made[-1]


def number():
    """A number that stands nowhere by chance."""
    made.append(f"{BEFORE}{len(made):05d}{BEHIND}")
    return int(made[-1])


def coded():
    """A text that is sent in base64."""
    return base64.b64encode(canary().encode()).decode()


def every_type():
    """A canary as every type that JSON has, and where one can hide in it."""
    return [
        canary(), number(), -number(), float(f"{number()}.5"), [canary()], [number(), [canary()]], {"a": canary()},
        {canary(): number()}, {"a": {"b": [canary()]}}, True, None, canary() + "\x00\n\"\\", "ü" + canary(), coded(),
    ]


def sought():
    """What finds a canary: as it is, in hexadecimal, and in base64 at each of the three places where it can begin there."""
    forms = [MARK, MARK.encode().hex(), f"{BEFORE}[0-9]{{5}}{BEHIND}"]
    for lead, skipped in [(0, 0), (1, 2), (2, 1)]:
        rest = MARK.encode()[skipped:]
        forms.append(base64.b64encode(rest[:len(rest) // 3 * 3]).decode())
    return re.compile("|".join(forms).encode())


FIELDS = [
    "data", "options", "cas", "metadata", "custom_metadata", "versions", "password", "secret_id", "role_id", "token", "id",
    "policy", "policies", "rules", "text", "fields", "set", "remove", "bytes", "name", "names", "client", "secret", "value", "type",
    "ttl", "max_ttl", "num_uses", "meta", "display_name", "accessor", "secret_id_accessor", "role", "jwt", "plaintext", "ciphertext",
    "context", "associated_data", "input", "hmac", "signature", "batch_input", "backup", "bits", "principal", "roles", "addresses",
    "kind", "seconds", "uses", "range", "reason", "action", "path", "paths", "expectedVersion", "attributes", "tags", "contentType",
    "SecretId", "Name", "SecretString", "SecretBinary", "ClientRequestToken", "Description", "Tags", "VersionId", "VersionStage",
    "VersionStages", "NextToken", "Filters", "ResourcePolicy", "LookupAttributes", "client_id", "client_secret", "scope",
]

VAULT = [
    "secret/data/c", "secret/metadata/c", "secret/delete/c", "secret/config", "flat/c", "cubbyhole/c", "sys/wrapping/wrap",
    "sys/wrapping/unwrap", "sys/wrapping/lookup", "sys/policies/acl/c", "sys/mounts/c", "sys/auth/c", "sys/capabilities",
    "sys/quotas/rate-limit/c", "sys/remount", "sys/unseal", "sys/init", "sys/leases/lookup", "auth/token/create", "auth/token/lookup",
    "auth/token/renew", "auth/token/revoke", "auth/token/roles/c", "auth/userpass/users/c", "auth/userpass/login/c",
    "auth/approle/role/c", "auth/approle/role/c/secret-id", "auth/approle/role/c/custom-secret-id", "auth/approle/login",
    "auth/jwt/config", "auth/jwt/role/c", "auth/jwt/login", "auth/cert/certs/c", "auth/cert/login", "transit/keys/c",
    "transit/encrypt/k", "transit/decrypt/k", "transit/sign/s", "transit/verify/s", "transit/hmac/k", "transit/hash",
    "transit/restore/c", "transit/datakey/plaintext/k", "identity/entity", "identity/group", "identity/entity-alias",
]
NATIVE = [
    ("PUT", "/api/v1/secrets/c"), ("PATCH", "/api/v1/secrets/c"), ("POST", "/api/v1/login"), ("POST", "/api/v1/tokens"),
    ("PUT", "/api/v1/principals/c"), ("PUT", "/api/v1/policies/c"), ("PUT", "/api/v1/roles/c"), ("POST", "/api/v1/access-keys"),
    ("POST", "/api/v1/clients"), ("POST", "/api/v1/blocks"), ("POST", "/api/v1/sessions/end"), ("POST", "/api/v1/access/explain"),
    ("POST", "/api/v1/audit/query"), ("POST", "/api/v1/audit/report"),
]
AWS = [
    "CreateSecret", "PutSecretValue", "UpdateSecret", "GetSecretValue", "DeleteSecret", "DescribeSecret", "ListSecrets",
    "TagResource", "UntagResource", "PutResourcePolicy", "ValidateResourcePolicy", "RotateSecret", "BatchGetSecretValue",
]


class Connection:
    """Requests as they are given, without a library that corrects them."""

    def __init__(self, address, authority):
        self.place = urlsplit(address)
        self.context = ssl.create_default_context(cafile=authority)

    def send(self, method, path, headers, body=b""):
        connection = http.client.HTTPSConnection(self.place.hostname, self.place.port, context=self.context, timeout=60)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), str(answer.headers)
        except (ssl.SSLError, http.client.HTTPException, OSError) as error:
            return 0, str(error).encode(), ""
        finally:
            connection.close()


folder = tempfile.mkdtemp()
log = f"{folder}/audit.jsonl"
process, variables, complaints = start(server, ["--storage", f"{folder}/store", "--audit-file", log])
os.environ.update(variables)
address = variables["KEYFOLIO_ADDR"]
wire = Connection(address, variables["KEYFOLIO_CACERT"])
root = variables["VAULT_TOKEN"]
vault_token = {"X-Vault-Token": root, "Content-Type": "application/json"}
bearer = {"Authorization": "Bearer " + variables["KEYFOLIO_TOKEN"], "Content-Type": "application/json"}
errors, statuses = [], {}


def ask(method, path, headers, body=b""):
    """Keeps what was said when it was no success: the answer with its headers."""
    status, text, found = wire.send(method, path, headers, body)
    statuses[status] = statuses.get(status, 0) + 1
    if not 200 <= status < 300:
        errors.append((f"{method} {path.split(MARK)[0]} {status}", text, found))
    return status, text


vault = hvac.Client(variables["VAULT_ADDR"], root, verify=variables["VAULT_CACERT"])
for kind in ["userpass", "approle", "jwt", "cert"]:
    vault.sys.enable_auth_method(kind)
vault.sys.enable_secrets_engine("kv", path="flat", options={"version": "1"})
vault.sys.enable_secrets_engine("transit")
vault.secrets.transit.create_key("k")
vault.secrets.transit.create_key("s", key_type="ed25519")

# What is right: values of every type, through each protocol.
values = {f"k{place}": value for place, value in enumerate(every_type())}
vault.secrets.kv.v2.create_or_update_secret("kept", secret=values)
vault.secrets.kv.v2.patch("kept", secret={"p": every_type()})
for value in every_type():
    status, _ = ask("POST", "/v1/secret/data/typed", vault_token, json.dumps({"data": {"v": value}}).encode())
    equal(f"a value of {type(value).__name__} is kept", status, 200)
    ask("POST", "/v1/flat/typed", vault_token, json.dumps({"v": value}).encode())
    ask("POST", "/v1/cubbyhole/typed", vault_token, json.dumps({"v": value}).encode())
    ask("POST", "/v1/sys/wrapping/wrap", {**vault_token, "X-Vault-Wrap-TTL": "60"}, json.dumps({"v": value}).encode())
native_bodies = [{"text": canary()}, {"fields": {"A": canary(), "B": canary()}}, {"bytes": coded()}]
for body in native_bodies:
    ask("PUT", "/api/v1/secrets/kept/native", bearer, json.dumps(body).encode())
aws = boto3.client("secretsmanager", config=Config(retries={"max_attempts": 0}))
aws.create_secret(Name="kept/aws", SecretString=canary())
aws.put_secret_value(SecretId="kept/aws", SecretBinary=canary().encode())
azure = {"Authorization": "Bearer " + variables["KEYFOLIO_TOKEN"], "Content-Type": "application/json"}
ask("PUT", "/secrets/kept?api-version=7.6", azure, json.dumps({"value": canary()}).encode())
encrypted = vault.secrets.transit.encrypt_data("k", coded(), associated_data=coded())["data"]["ciphertext"]
vault.auth.userpass.create_or_update_user("ada", canary())
ask("PUT", "/api/v1/principals/ada", bearer, json.dumps({"password": canary()}).encode())
vault.auth.approle.create_or_update_approle("web")
vault.auth.approle.create_custom_secret_id("web", canary())

# What is wrong: every field of every call, of every type, at once; and each field by itself where it matters.
for path in VAULT:
    for value in every_type():
        body = json.dumps({name: value for name in FIELDS}).encode()
        for method in ["POST", "PATCH"]:
            ask(method, "/v1/" + path, vault_token if method == "POST" else {
                **vault_token, "Content-Type": "application/merge-patch+json"}, body)
    for name in ["data", "password", "secret_id", "token", "plaintext", "jwt", "policy", "backup", "input"]:
        ask("POST", "/v1/" + path, vault_token, json.dumps({name: canary()}).encode())
for method, path in NATIVE:
    # What somebody looks for in the log is in the log: that they did.
    asked = [name for name in FIELDS if name != "paths" or not path.endswith("/query")]
    for value in every_type():
        ask(method, path, bearer, json.dumps({name: value for name in asked}).encode())
        for name in ["text", "fields", "password", "secret", "principal", "range", "outcomes", "traces", "addresses"]:
            ask(method, path, bearer, json.dumps({name: value}).encode())
for value in every_type():
    body = {"value": value, "tags": value, "attributes": value, "contentType": value}
    ask("PUT", "/secrets/c?api-version=7.6", azure, json.dumps(body).encode())
    ask("PATCH", "/secrets/kept/0?api-version=7.6", azure, json.dumps(body).encode())
    ask("POST", "/secrets/restore?api-version=7.6", azure, json.dumps({"value": value}).encode())
for action in AWS:
    def amend(request, **_):
        request.data = json.dumps({name: value for name in FIELDS}).encode()
    for value in every_type():
        client = boto3.client("secretsmanager", config=Config(retries={"max_attempts": 0}, parameter_validation=False))
        client.meta.events.register(f"request-created.secretsmanager.{action}", amend)
        try:
            method = re.sub("([a-z])([A-Z])", r"\1_\2", action).lower()
            getattr(client, method)(SecretId="kept/aws", SecretString=value)
        except ClientError as error:
            errors.append((f"aws {action}", str(error).encode(), ""))
        except Exception:
            pass

# Logins, in each form.
form = {"Content-Type": "application/x-www-form-urlencoded"}
plain = {"Content-Type": "application/json"}
for _ in range(4):
    for path, body in [
        ("/api/v1/login", {"name": canary(), "password": canary()}), ("/api/v1/login", {"name": "ada", "password": canary()}),
        ("/api/v1/login", {"client": canary(), "secret": canary()}), ("/v1/auth/userpass/login/ada", {"password": canary()}),
        ("/v1/auth/userpass/login/" + canary(), {"password": canary()}),
        ("/v1/auth/approle/login", {"role_id": canary(), "secret_id": canary()}),
        ("/v1/auth/jwt/login", {"role": canary(), "jwt": canary()}),
        ("/v1/auth/jwt/login", {"role": "c", "jwt": f"{coded()}.{coded()}.{coded()}"}),
    ]:
        ask("POST", path, plain, json.dumps(body).encode())
    grant = f"grant_type=client_credentials&client_id={canary()}&client_secret={canary()}&scope={canary()}&x={canary()}"
    ask("POST", "/keyfolio/oauth2/v2.0/token", form, grant.encode())
    ask("POST", "/keyfolio/oauth2/token", form, f"client_assertion={canary()}&refresh_token={canary()}".encode())

# Headers and queries.
for path in ["/v1/secret/data/kept", "/api/v1/secrets/kept/native", "/secrets/kept?api-version=7.6", "/", "/v1/sys/health", "/metrics"]:
    for name in [
        "X-Vault-Token", "X-Vault-Wrap-TTL", "X-Vault-Namespace", "X-Vault-Policy-Override", "Cookie", "User-Agent", "Referer",
        "X-Forwarded-For", "X-Canary", "traceparent", "tracestate", "x-ms-client-request-id", "X-Amz-Security-Token", "X-Amz-Target",
        "X-Amz-Date", "Content-Type", "Accept", "If-Match", "Last-Event-ID", "X-Request-Id",
    ]:
        for method in ["GET", "POST"]:
            ask(method, path, {**vault_token, name: canary()}, b"{}" if method == "POST" else b"")
    for scheme in [
        "Bearer {}", "Basic {}", "{}", "Bearer kft_{}", "AWS4-HMAC-SHA256 Credential={0}/{0}, SignedHeaders={0}, Signature={0}",
        "AWS4-HMAC-SHA256 Credential={0}/20261126/us-east-1/secretsmanager/aws4_request, SignedHeaders=host, Signature={0}",
    ]:
        ask("GET", path, {"Authorization": scheme.format(canary())})
        ask("POST", path, {"Authorization": scheme.format(canary()), "X-Amz-Target": "secretsmanager.GetSecretValue"}, b"{}")
    join = "&" if "?" in path else "?"
    for query in ["{}", "token={}", "list={}", "api-version={}", "after={}", "X-Amz-Signature={}", "path={}", "wait={}"]:
        ask("GET", path + join + query.format(canary()), {**vault_token, **bearer})
# What is no JSON.
for text in ['{{"data":{{"a":"{}"', '{{"data":{}}}', '["{}"', '{}', '{{"a":1,"a":"{}"}}', '{{"a":"\\q{}"}}', '"{}"', '{}"']:
    for path, headers in [("/v1/secret/data/c", vault_token), ("/api/v1/secrets/c", bearer), ("/secrets/c?api-version=7.6", azure)]:
        ask("POST" if path.startswith("/v1") else "PUT", path, headers, text.format(canary()).encode())
        ask("POST" if path.startswith("/v1") else "PUT", path, headers, text.format(canary()).encode() + b"\xff\xfe")

check("many calls were refused", sum(n for s, n in statuses.items() if 400 <= s < 500) > 1500, statuses)
check("and many were done", sum(n for s, n in statuses.items() if 200 <= s < 300) > 100, statuses)
equal("none broke the server", [e for e in errors if e[0].endswith(" 500") or e[0].endswith(" 0")][:3], [])

# Where they must not be.
for _ in range(200):
    metrics = wire.send("GET", "/metrics", {})[1].decode()
    lag = [float(line.rsplit(" ", 1)[1]) for line in metrics.splitlines() if line.startswith("keyfolio_audit_sink_lag{")]
    if lag and not any(lag):
        break
    time.sleep(0.05)
trail, pages = boto3.client("cloudtrail"), []
for page in trail.get_paginator("lookup_events").paginate():
    pages.append(json.dumps(page["Events"], default=str))
records, after = [], None
while True:
    body = {"limit": 1000, **({"after": after} if after else {})}
    page = json.loads(wire.send("POST", "/api/v1/audit/query", bearer, json.dumps(body).encode())[1])
    records += page["records"]
    after = page.get("next")
    if not after:
        break
report = wire.send("POST", "/api/v1/audit/report", bearer, b"{}")[1]
prometheus = wire.send("GET", "/v1/sys/metrics?format=prometheus", vault_token)[1]
with open(log, "rb") as file:
    followed = file.read()
with open(f"/proc/{process.pid}/limits") as file:
    equal("no core file can be made", re.search(r"Max core file size\s+(\d+)", file.read()).group(1), "0")
try:
    os.stat(f"/proc/{process.pid}/fd/0")
    with open(f"/proc/{process.pid}/status") as file:
        state = file.read()
    owner = os.stat(f"/proc/{process.pid}/maps").st_uid
    # A process that cannot be dumped belongs to root in /proc, whoever it runs as.
    equal("nobody else reads its memory", owner, 0)
except PermissionError:
    pass
check("the server ends", stop(process))
files = []
for place, _, names in os.walk(folder):
    for name in names:
        if not name.endswith(".jsonl"):
            with open(os.path.join(place, name), "rb") as file:
                files.append(file.read())
outputs = {
    "what the server printed": complaints().encode(), "metrics": metrics.encode(), "sys/metrics": prometheus, "the log's file": followed,
    "the log": json.dumps(records).encode(), "the report": report, "CloudTrail's events": "".join(pages).encode(),
    "the store's files": b"\n".join(files),
    **{f"an error: {what}": text + headers.encode() for what, text, headers in errors},
}
check("the log has many records", len(records) > 500, len(records))
check("each way to the log has them", len(followed) > 200_000 and len("".join(pages)) > 200_000, (len(followed), len("".join(pages))))
check("the store's files were read", sum(map(len, files)) > 200_000, sum(map(len, files)))
every = sought()
for lead in range(3):
    text = base64.b64encode(b"\0" * lead + canary().encode())
    check("the search finds base64", every.search(text), text)
check("it finds texts and numbers", every.search(canary().encode()) and every.search(str(number()).encode()))
check("and hexadecimal", every.search(canary().encode().hex().encode()))
shown = 0
for name, text in outputs.items():
    found = every.search(text)
    if not check(f"no canary in {name}", found is None, found and text[max(0, found.start() - 160):found.end() + 60]):
        shown += 1
        if shown > 25:
            break
print(f"{len(made)} canaries, {sum(statuses.values())} requests, {len(errors)} errors")
finish()
