"""What operators see of a running server: health, metrics, headers, limits of the process, what is left of it; and canaries.

Canaries are values that stand in every field of every protocol. None may be in the log, in metrics, in an error or in
what the server says.
"""

import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import tempfile
import time
from urllib.parse import urlsplit

import boto3
import hvac
from botocore.exceptions import ClientError

from checks import call, check, equal, finish, principal
from with_server import start

pid = os.environ["KEYFOLIO_SERVER_PID"]
address = urlsplit(os.environ["KEYFOLIO_ADDR"])

# The process.
with open(f"/proc/{pid}/limits") as file:
    limits = file.read()
equal("no core file", re.search(r"Max core file size\s+(\d+)", limits).group(1), "0")
with open(f"/proc/{pid}/cmdline", "rb") as file:
    words = file.read()
with open(f"/proc/{pid}/maps") as file:
    check("the store in memory has no name left", "keyfolio-dev-" not in "".join(os.listdir("/dev/shm")))
for name in ["KEYFOLIO_TOKEN", "AWS_SECRET_ACCESS_KEY", "AZURE_CLIENT_SECRET"]:
    check(f"{name} is in no argument", os.environ[name].encode() not in words)

# Health and metrics.
for path, text in [("/healthz", "ok\n"), ("/readyz", "ready\n")]:
    equal(path, call("GET", path, token="")[:2], (200, text))
status, metrics, headers = call("GET", "/metrics", token="")
equal("metrics", status, 200)
equal("in Prometheus's format", headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
for line in metrics.splitlines():
    check(
        f"a line of metrics: {line}",
        re.fullmatch(r"# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+=\"[^\"]*\"(,[a-z]+=\"[^\"]*\")*\})? [0-9.e+-]+(inf)?", line),
    )

# Headers of every answer.
for path in ["/healthz", "/api/v1/self", "/v1/sys/health", "/nowhere"]:
    _, _, headers = call("GET", path)
    for name, value in [
        ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
        ("Strict-Transport-Security", "max-age=31536000"),
    ]:
        equal(f"{name} at {path}", headers[name], value)
    check(f"no word of the program at {path}", headers["Server"] is None)

# TLS.
context = ssl.create_default_context(cafile=os.environ["KEYFOLIO_CACERT"])
context.maximum_version = ssl.TLSVersion.TLSv1_2
try:
    with socket.create_connection((address.hostname, address.port)) as plain:
        context.wrap_socket(plain, server_hostname=address.hostname)
    check("TLS 1.2 is refused", False)
except ssl.SSLError:
    check("TLS 1.2 is refused", True)
found = subprocess.run(
    ["curl", "-s", "--http2", "--cacert", os.environ["KEYFOLIO_CACERT"], "-o", "/dev/null", "-w", "%{http_version}",
     os.environ["KEYFOLIO_ADDR"] + "/healthz"], capture_output=True, text=True,
)
equal("HTTP/2", found.stdout, "2")

# A trace finds its records.
trace = "4bf92f3577b34da6a3ce929d0e0e4736"
call("PUT", "/api/v1/secrets/traced", {"text": "x"}, headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})

# Canaries.
CANARY = "c4n4ry-%d"
number = 0


def canary():
    global number
    number += 1
    return CANARY % number + "-zq7"


vault = hvac.Client(os.environ["VAULT_ADDR"], os.environ["VAULT_TOKEN"], verify=os.environ["VAULT_CACERT"])
aws = boto3.client("secretsmanager")
vault.secrets.kv.v2.create_or_update_secret("canaries/vault", secret={"k": canary(), "n": {"deep": [canary(), 1]}})
vault.secrets.kv.v2.patch("canaries/vault", secret={"k2": canary()})
aws.create_secret(Name="canaries/aws", SecretString=canary())
aws.put_secret_value(SecretId="canaries/aws", SecretBinary=canary().encode())
aws.update_secret(SecretId="canaries/aws", SecretString=canary())
call("PUT", "/api/v1/secrets/canaries/native", {"fields": {"A": canary()}})
call("PATCH", "/api/v1/secrets/canaries/native", {"set": {"A": canary(), "B": canary()}})
call("PUT", "/secrets/canaries--azure?api-version=7.5", {"value": canary()})
call("PUT", "/api/v1/principals/canary", {"password": canary()})
errors = []
for method, path, body in [
    ("POST", "/api/v1/login", {"name": "canary", "password": canary()}), ("POST", "/api/v1/login", {"client": canary(), "secret": canary()}),
    ("PUT", "/api/v1/secrets/x", {"fields": [canary()]}), ("PUT", "/api/v1/secrets/x", {canary(): 1}),
    ("POST", "/v1/secret/data/x", {"data": canary()}), ("POST", "/v1/auth/userpass/login/x", {"password": canary()}),
    ("POST", "/v1/auth/approle/login", {"role_id": canary(), "secret_id": canary()}),
    ("POST", "/v1/auth/token/lookup", {"token": canary()}), ("POST", "/keyfolio/oauth2/v2.0/token", {"x": canary()}),
    ("PUT", "/secrets/x?api-version=7.5", {"value": {"a": canary()}}), ("PUT", "/api/v1/policies/p", {"text": f'path "x" {{ {canary()} = 1 }}'}),
]:
    errors.append(call(method, path, body)[1])
for token in [canary(), "kft_" + canary()]:
    errors += [call("GET", "/api/v1/self", token=token)[1], call("GET", "/v1/auth/token/lookup-self", token=token)[1]]
for call_aws in [
    lambda: aws.create_secret(Name="canaries/aws", SecretString=canary()),
    lambda: aws.put_secret_value(SecretId="canaries/none", SecretString=canary()),
    lambda: aws.create_secret(Name="bad name", SecretString=canary()),
]:
    try:
        call_aws()
    except ClientError as error:
        errors.append(str(error))
check("there are errors to look at", len([e for e in errors if e]) > 12, errors)
check("no canary in an error", "c4n4ry" not in json.dumps(errors), errors)
check("nor in metrics", "c4n4ry" not in call("GET", "/metrics")[1])
trail = boto3.client("cloudtrail")
events = [e for page in trail.get_paginator("lookup_events").paginate() for e in page["Events"]]
check("the log has what was done", len(events) > 20, len(events))
check("no canary in the log", "c4n4ry" not in json.dumps(events, default=str), [e for e in events if "c4n4ry" in json.dumps(e, default=str)])
check("the trace is in it", trace in json.dumps(events, default=str))

# Counters of a server whose log is followed: they ask the store for the length of its log (it once ended the server).
with tempfile.TemporaryDirectory() as folder:
    followed, variables, _ = start(
        os.readlink(f"/proc/{pid}/exe"), ["--storage", f"{folder}/store", "--audit-file", f"{folder}/audit.jsonl"]
    )
    try:
        client = hvac.Client(variables["VAULT_ADDR"], variables["VAULT_TOKEN"], verify=variables["VAULT_CACERT"])
        for form in ["", "?format=prometheus"]:
            answer = client.session.get(
                variables["VAULT_ADDR"] + "/v1/sys/metrics" + form, headers={"X-Vault-Token": client.token},
                verify=variables["VAULT_CACERT"],
            )
            equal(f"sys/metrics{form} of a followed log", answer.status_code, 200)
            check("it tells of the followers", "keyfolio_audit_sink_lag" in answer.text)
        equal("and the server lives", followed.poll(), None)
    finally:
        followed.terminate()
        followed.wait(20)

finish()
