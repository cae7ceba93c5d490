"""The audit log at an HTTPS endpoint: a real one with TLS, that takes, refuses, redirects, hangs, or is somebody else."""

import datetime
import ipaddress
import json
import os
import re
import ssl
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from checks import call, check, equal, finish
from with_server import start, stop

program = os.environ["KEYFOLIO_SERVER"]
folder = tempfile.mkdtemp(prefix="keyfolio-endpoint-")
TOKEN = "endpoint-canary-token"


def authority(name):
    """An authority, and a certificate of it for 127.0.0.1. Gives the authority's file and what the endpoint needs."""
    def make(subject, key, issuer, signer, *extensions):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
        builder = builder.not_valid_after(now + datetime.timedelta(hours=1))
        for extension in extensions:
            builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    def named(text):
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    top, leaf = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    paths = [f"{folder}/{name}-{part}.pem" for part in ("ca", "leaf", "key")]
    contents = [
        make(named(name), top, named(name), top, x509.BasicConstraints(True, None)),
        make(named("endpoint"), leaf, named(name), top, x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])),
        leaf.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    ]
    for path, content in zip(paths, contents):
        with open(path, "wb") as file:
            file.write(content)
    return paths


class Endpoint(ThreadingHTTPServer):
    """Takes bodies over TLS. `mode` says what it does with them."""

    daemon_threads = True

    def __init__(self, certificate=None):
        super().__init__(("127.0.0.1", 0), Taking)
        self.mode, self.bodies, self.requests, self.go_on, self.elsewhere = "take", [], [], threading.Event(), ""
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.server_address[1]}/in/log?source=keyfolio"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass

    def records(self):
        return [json.loads(line)["record"]["sequence"] for body in self.bodies for line in body.splitlines() if line.startswith(b'{"hash"')]


class Taking(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server, mode = self.server, self.server.mode
        server.requests.append((self.path, dict(self.headers), mode))
        if mode == "hang":
            server.go_on.wait(60)
            self.close_connection = True
            return
        status = {"take": 200, "nothing": 204, "fail": 500, "redirect": 307, "large": 200}[mode]
        if status < 300 and mode != "large":
            server.bodies.append(body)
        text = b"" if status == 204 else b"canary-of-the-endpoint" * (100_000 if mode == "large" else 1)
        self.send_response(status)
        if status == 307:
            self.send_header("Location", server.elsewhere)
        if status != 204:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


def eventually(condition, seconds=30):
    end = time.time() + seconds
    while time.time() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


class Server:
    """A development server whose log is followed."""

    def __init__(self, name, *arguments, ca=None):
        self.store = f"{folder}/{name}"
        environment = {"KEYFOLIO_CACERT": ca or ""}
        self.process, self.variables, self.said = start(program, ["--http", "--storage", self.store, *arguments], environment)

    def call(self, method, path, body=None):
        return call(method, path, body, token=self.variables["KEYFOLIO_TOKEN"], base=self.variables["KEYFOLIO_ADDR"])

    def write(self, count, text="x"):
        for number in range(count):
            status, answer, _ = self.call("PUT", f"/api/v1/secrets/log/{number}", {"text": text})
            assert status < 300, (status, answer)

    def gauge(self, name, kind="https"):
        text = self.call("GET", "/metrics")[1]
        return float(re.search(rf'keyfolio_audit_sink_{name}{{sink="[a-z0-9-]+",kind="{kind}"}} ([0-9.e+]+)', text).group(1))

    def delivered(self):
        return eventually(lambda: self.gauge("lag") == 0)


def in_order(what, endpoint):
    """Every record once or more, in order, none left out."""
    numbers, expected = endpoint.records(), 1
    for number in numbers:
        if number > expected:
            return check(what, False, f"{expected} is missing before {number}")
        expected = max(expected, number + 1)
    return check(what, expected > 1, numbers[:3])


ca, leaf, key = authority("right")
wrong_ca, *_ = authority("wrong")
token_file = f"{folder}/token"


def put_token(text):
    with open(token_file + ".new", "w") as file:
        file.write(text + "\n")
    os.rename(token_file + ".new", token_file)


put_token(TOKEN)
endpoint, other = Endpoint((leaf, key)), Endpoint((leaf, key))
copy = f"{folder}/copy.jsonl"
sinks = ["--audit-https", endpoint.url, "--audit-https-token-file", token_file]
server = Server("first", *sinks, "--audit-file", copy, ca=ca)
with open(f"/proc/{server.process.pid}/cmdline", "rb") as file:
    check("the token is in no argument", TOKEN.encode() not in file.read())

# Delivery: whole, in order, as whom it should be, with nothing of a value.
server.write(50, "c4n4ry-of-a-value")
server.call("GET", "/api/v1/secrets/log/7")
server.call("PUT", "/api/v1/secrets/log/7", {"fields": ["c4n4ry-of-an-error"]})
check("everything is delivered", server.delivered(), server.said())
in_order("every record, in order", endpoint)
path, headers, _ = endpoint.requests[0]
equal("the path and query", path, "/in/log?source=keyfolio")
equal("the token", headers["Authorization"], "Bearer " + TOKEN)
equal("the type", headers["Content-Type"], "application/x-ndjson")
lines = [line for body in endpoint.bodies for line in body.splitlines()]
check("lines of JSON, each whole", all(body.endswith(b"\n") for body in endpoint.bodies) and all(json.loads(line).keys() & {"record", "checkpoint"} for line in lines))
check("with checkpoints", any(line.startswith(b'{"checkpoint"') for line in lines))
check("no canary at the endpoint", b"c4n4ry" not in b"".join(endpoint.bodies))
equal("one connection's worth of deliveries has no more than one body each", len(endpoint.requests), len(endpoint.bodies))
with open(copy, "rb") as file:
    copied = [line for line in file.read().splitlines() if line.startswith(b'{"hash"')]
equal("the same lines as in a file", [line for line in lines if line.startswith(b'{"hash"')], copied[: len(endpoint.records())])

# A new token counts with the next delivery.
put_token("another-" + TOKEN)
server.write(1)
check("a new token is used", eventually(lambda: endpoint.requests[-1][1]["Authorization"] == "Bearer another-" + TOKEN))

# 204 is a confirmation; 500 and what is no confirmation is sent again, and nothing comes before it.
endpoint.mode = "nothing"
server.write(3)
check("204 confirms", server.delivered())
for mode, code in [("fail", "KF-AUDIT-014"), ("redirect", "KF-AUDIT-014"), ("large", "KF-AUDIT-012")]:
    endpoint.mode, endpoint.elsewhere, before = mode, other.url, len(endpoint.requests)
    server.write(5)
    check(f"{mode}: it is tried again", eventually(lambda: len(endpoint.requests) >= before + 3))
    check(f"{mode}: it is told", code in server.said().splitlines()[-1], server.said())
    check(f"{mode}: metrics have it", server.gauge("failing") == 1 and server.gauge("lag") > 0)
    equal(f"{mode}: the server is ready all the same", server.call("GET", "/readyz")[0], 200)
    endpoint.mode = "take"
    check(f"{mode}: what waited comes", server.delivered())
    check(f"{mode}: and that is told, too", eventually(lambda: "works again" in server.said().splitlines()[-1]), server.said())
    equal(f"{mode}: no error any more", server.gauge("failing"), 0)
    in_order(f"{mode}: every record, in order", endpoint)
equal("no redirect was followed: neither records nor token", other.requests, [])
check("nothing of an answer is told", "canary-of-the-endpoint" not in server.said())
check("nor the token", TOKEN not in server.said() and TOKEN not in server.call("GET", "/metrics")[1])

# One that hangs stops neither the answers nor the other sink.
endpoint.mode, before = "hang", len(endpoint.requests)
server.write(1)
check("it hangs", eventually(lambda: len(endpoint.requests) > before))
begun = time.time()
server.write(200)
spent = time.time() - begun
check("writes do not wait for it", spent < 8, spent)
check("nor does the file", eventually(lambda: server.gauge("lag", "file") == 0))
check("how many records wait is known", server.gauge("lag") >= 200)
check("and for how long", server.gauge("busy_seconds") > 0)
check("it is given up after its time", eventually(lambda: "KF-AUDIT-013" in server.said()), server.said())
endpoint.mode = "take"
endpoint.go_on.set()
check("what waited comes", server.delivered())
in_order("after a hang: every record, in order", endpoint)

# What waits is in the store, not in memory: a body is bounded, and so is the memory.
def resident():
    with open(f"/proc/{server.process.pid}/status") as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))


endpoint.mode = "fail"
server.write(300)
before, count = resident(), len(endpoint.bodies)
for number in range(2500):
    server.call("GET", "/api/v1/secrets/log/1")
grown = resident() - before
check("waiting records take no memory", grown < 24 << 10, f"{grown} KiB")
check("(and they do wait)", server.gauge("lag") > 2500)
endpoint.mode = "take"
check("all of them come", server.delivered())
sizes = [(body.count(b"\n"), len(body)) for body in endpoint.bodies[count:]]
check("in more than one body, each bounded", len(sizes) > 1 and all(lines <= 2000 and size <= 512 << 10 for lines, size in sizes), sizes)
in_order("after a long wait: every record, in order", endpoint)

# The end: what was committed is delivered before it, when the endpoint takes it; and not waited for long, when not.
server.write(40)
check("it ends", stop(server.process), server.said())
in_order("at the end: every record, in order", endpoint)
last = max(endpoint.records())
check("with a checkpoint behind the last", json.loads(endpoint.bodies[-1].splitlines()[-1])["checkpoint"]["sequence"] == last)
endpoint.mode = "hang"
endpoint.go_on.clear()
server = Server("first", *sinks, ca=ca)
server.write(5)
time.sleep(0.5)
begun = time.time()
check("it ends although the endpoint hangs", stop(server.process), server.said())
check("soon", time.time() - begun < 9, time.time() - begun)
endpoint.mode = "take"
endpoint.go_on.set()
server = Server("first", *sinks, ca=ca)
check("the next start delivers the rest", server.delivered())
in_order("over three lives: every record, in order", endpoint)
stop(server.process)

# Somebody else's certificate, and a name that it is not for: nothing is sent.
for what, url, trusted in [("another authority", other.url, wrong_ca), ("another name", other.url.replace("127.0.0.1", "localhost"), ca), ("no such authority", other.url, f"{folder}/none.pem")]:
    server = Server("second", "--audit-https", url, "--audit-https-token-file", token_file, ca=trusted)
    server.write(3)
    check(f"{what}: it fails", eventually(lambda: "KF-AUDIT-012" in server.said()), server.said())
    equal(f"{what}: nothing was sent", other.requests, [])
    equal(f"{what}: the server is ready", server.call("GET", "/readyz")[0], 200)
    stop(server.process)
plain = Endpoint()
server = Server("second", "--audit-https", plain.url)
server.write(3)
check("plain HTTP on this machine", server.delivered() and plain.records(), server.said())
check("without a token's file no token", all("Authorization" not in headers for _, headers, _ in plain.requests))
stop(server.process)

# Sealed and unsealed: whoever follows begins anew where it was.
endpoint.bodies.clear()
words = [program, "--http", "--listen", "127.0.0.1:0", "--await-init", "--store", f"{folder}/sealed/store.db", *sinks]
with open(f"{folder}/said", "w") as errors:
    sealed = subprocess.Popen(words, stderr=errors, env={**os.environ, "KEYFOLIO_CACERT": ca})
try:
    def told():
        with open(f"{folder}/said") as file:
            return file.read()

    check("it waits to be made", eventually(lambda: "waiting at" in told()), told())
    base = re.search(r"waiting at (\S+)", told()).group(1)
    made = call("PUT", "/v1/sys/init", {"secret_shares": 2, "secret_threshold": 2}, token="", base=base)[1]
    equal("a sealed store is followed by nobody", endpoint.bodies, [])
    for life in range(3):
        for share in made["keys"]:
            call("PUT", "/v1/sys/unseal", {"key": share}, token="", base=base)
        equal(f"it is open ({life})", call("PUT", f"/api/v1/secrets/s/{life}", {"text": "x"}, token=made["root_token"], base=base)[0], 200)
        equal(f"it is sealed ({life})", call("PUT", "/v1/sys/seal", token=made["root_token"], base=base)[0], 204)
        check(f"which is delivered ({life})", eventually(lambda: b"".join(endpoint.bodies).count(b'"action":"vault.seal"') == life + 1), endpoint.bodies[-1][-900:])
        check(f"the store is closed ({life})", eventually(lambda: call("GET", "/v1/sys/health", token="", base=base)[0] == 503))
    in_order("sealed three times: every record, in order", endpoint)
    check("no sink had to fail for it", "fails" not in told(), told())
finally:
    sealed.terminate()
    equal("it ends sealed", sealed.wait(20), 0)

# What is refused before anything starts.
for status, text, arguments in [
    (2, "without TLS", ["--audit-https", "http://192.0.2.1/in"]),
    (2, "does not begin with https", ["--audit-https", "ftp://192.0.2.1/in"]),
    (2, "belongs in no address", ["--audit-https", "https://u:c4n4ry@192.0.2.1/in"]),
    (2, "no path has", ["--audit-https", "https://192.0.2.1/in#c4n4ry"]),
    (2, "too long", ["--audit-https", "https://192.0.2.1/" + "c4n4ry" * 400]),
    (2, "give that, too", ["--audit-https-token-file", token_file]),
    (6, "file of its token cannot be read", ["--audit-https", "https://192.0.2.1/", "--audit-https-token-file", f"{folder}/none"]),
    (6, "file of its token holds none", ["--audit-https", "https://192.0.2.1/", "--audit-https-token-file", "/dev/null"]),
    (6, "KF-REMOTE-018", ["--audit-https", "https://192.0.2.1/", "--audit-https-token-file", leaf]),
]:
    found = subprocess.run(
        [program, "--http", "--listen", "127.0.0.1:0", "--init", "--store", f"{folder}/refused/store.db", "--key-file", f"{folder}/refused/key", *arguments],
        capture_output=True, text=True, timeout=30,
    )
    equal(f"refused: {text}", found.returncode, status)
    check(f"and why: {text}", text in found.stderr, found.stderr)
    check(f"without repeating it: {text}", "c4n4ry" not in found.stderr, found.stderr)
    equal(f"no token: {text}", found.stdout, "")
    check(f"no store: {text}", not os.path.exists(f"{folder}/refused"))

finish()
