"""Slots whose key lies in AWS KMS, a transit engine or Azure Key Vault, against mocks of those three on this machine.

The real services cannot run here. The mocks hold what is sent to what the services' own documentation says: the signature
is checked with AWS's own client library, the binding is authenticated, errors have the services' form.
"""

import base64
import json
import os
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from checks import check, equal, finish

program = os.environ["KEYFOLIO_SERVER"]
keyfolio = os.path.join(os.path.dirname(program), "keyfolio")
folder = tempfile.mkdtemp(prefix="keyfolio-services-")
AWS_SECRET, AWS_SESSION, TRANSIT_TOKEN, AZURE_SECRET = "aws-canary/secret+key", "aws-canary-session+/=", "transit-canary-token", "azure canary &=%+secret"
seen = []


class Mock(BaseHTTPRequestHandler):
    """What the three mocks share. A class attribute `answers` makes a mock fail in the way that is wanted."""

    protocol_version = "HTTP/1.1"
    fails = None

    def log_message(self, *_):
        pass

    def reply(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        seen.append((type(self).__name__, self.path, body))
        # Who may not use a key may have a token all the same.
        if self.fails and not ("oauth2" in self.path and self.fails[0] == 403):
            return self.reply(*self.fails)
        self.answer(body)


class MockKMS(Mock):
    key = AESGCM.generate_key(256)

    def answer(self, body):
        headers = {name.lower(): value for name, value in self.headers.items()}
        signed = headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
        request = AWSRequest("POST", f"http://{headers['host']}/", data=body, headers={name: headers[name] for name in signed if name not in ("host", "x-amz-date")})
        request.context["timestamp"] = headers["x-amz-date"]
        signer = SigV4Auth(Credentials("AKIDCANARY", AWS_SECRET), "kms", "eu-central-1")
        request.headers["X-Amz-Date"] = headers["x-amz-date"]
        canonical = signer.canonical_request(request)
        expected = signer.signature(signer.string_to_sign(request, canonical), request)
        if not headers["authorization"].endswith("Signature=" + expected) or not {"host", "x-amz-date", "x-amz-target", "content-type"} <= set(signed):
            return self.reply(400, {"__type": "InvalidSignatureException", "message": "signature"})
        if headers.get("x-amz-security-token") != AWS_SESSION:
            return self.reply(400, {"__type": "UnrecognizedClientException"})
        if headers["content-type"] != "application/x-amz-json-1.1":
            return self.reply(400, {"__type": "SerializationException"})
        sent = json.loads(body)
        if sent["KeyId"] != "alias/keyfolio":
            return self.reply(400, {"__type": "com.amazonaws.kms#NotFoundException", "message": sent["KeyId"]})
        context = json.dumps(sent["EncryptionContext"], sort_keys=True).encode()
        cipher = AESGCM(self.key)
        if headers["x-amz-target"] == "TrentService.Encrypt":
            nonce = os.urandom(12)
            blob = nonce + cipher.encrypt(nonce, base64.b64decode(sent["Plaintext"]), context)
            return self.reply(200, {"CiphertextBlob": base64.b64encode(blob).decode(), "KeyId": "arn:aws:kms:x"})
        blob = base64.b64decode(sent["CiphertextBlob"])
        try:
            clear = cipher.decrypt(blob[:12], blob[12:], context)
        except Exception:
            return self.reply(400, {"__type": "InvalidCiphertextException"})
        self.reply(200, {"Plaintext": base64.b64encode(clear).decode(), "KeyId": "arn:aws:kms:x"})


class MockTransit(Mock):
    key = AESGCM.generate_key(256)

    def answer(self, body):
        if self.headers["Authorization"] != "Bearer " + TRANSIT_TOKEN:
            return self.reply(403, {"errors": ["permission denied"]})
        sent, cipher = json.loads(body), AESGCM(self.key)
        if self.path == "/v1/team/transit/encrypt/keyfolio":
            nonce = os.urandom(12)
            text = "vault:v1:" + base64.b64encode(nonce + cipher.encrypt(nonce, base64.b64decode(sent["plaintext"]), b"")).decode()
            return self.reply(200, {"data": {"ciphertext": text, "key_version": 1}})
        if self.path == "/v1/team/transit/decrypt/keyfolio":
            blob = base64.b64decode(sent["ciphertext"].removeprefix("vault:v1:"))
            return self.reply(200, {"data": {"plaintext": base64.b64encode(cipher.decrypt(blob[:12], blob[12:], b"")).decode()}})
        self.reply(404, {"errors": []})


class MockAzure(Mock):
    keys = {f"{number:032x}": rsa.generate_private_key(65537, 2048) for number in (1, 2)}
    newest = f"{1:032x}"
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)

    def answer(self, body):
        if self.path == "/tenant-1/oauth2/v2.0/token":
            form = {name: values[0] for name, values in parse_qs(body.decode(), strict_parsing=True).items()}
            right = {"grant_type": "client_credentials", "client_id": "client-1", "client_secret": AZURE_SECRET, "scope": "https://vault.azure.net/.default"}
            if form != right or self.headers["Content-Type"] != "application/x-www-form-urlencoded":
                return self.reply(401, {"error": "invalid_client", "error_description": body.decode()})
            return self.reply(200, {"access_token": "azure-canary-token", "expires_in": 3599, "token_type": "Bearer"})
        if self.headers["Authorization"] != "Bearer azure-canary-token":
            return self.reply(401, {"error": {"code": "Unauthorized"}})
        path, query = self.path.split("?")
        parts, sent = path.strip("/").split("/"), json.loads(body)
        if query != "api-version=7.4" or parts[:2] != ["keys", "keyfolio"] or sent["alg"] != "RSA-OAEP-256":
            return self.reply(404, {"error": {"code": "KeyNotFound"}})
        value = base64.urlsafe_b64decode(sent["value"] + "==")
        version = parts[2] if len(parts) == 4 else self.newest
        if parts[-1] == "wrapkey":
            result = self.keys[version].public_key().encrypt(value, self.oaep)
        elif len(parts) == 4:
            result = self.keys[version].decrypt(value, self.oaep)
        else:
            return self.reply(400, {"error": {"code": "BadParameter"}})
        self.reply(200, {"kid": f"https://team.vault.azure.net/keys/keyfolio/{version}", "value": base64.urlsafe_b64encode(result).decode().rstrip("=")})


def serve(mock):
    server = ThreadingHTTPServer(("127.0.0.1", 0), mock)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


(kms, kms_url), (transit, transit_url), (azure, azure_url) = serve(MockKMS), serve(MockTransit), serve(MockAzure)
token_file = f"{folder}/token"
with open(token_file, "w") as file:
    file.write(TRANSIT_TOKEN + "\n")
clean = {name: value for name, value in os.environ.items() if not name.startswith(("KEYFOLIO_", "VAULT_", "AWS_", "AZURE_"))}
credentials = {
    "AWS_ACCESS_KEY_ID": "AKIDCANARY", "AWS_SECRET_ACCESS_KEY": AWS_SECRET, "AWS_SESSION_TOKEN": AWS_SESSION,
    "VAULT_TOKEN_FILE": token_file, "AZURE_TENANT_ID": "tenant-1", "AZURE_CLIENT_ID": "client-1",
    "AZURE_CLIENT_SECRET": AZURE_SECRET, "AZURE_AUTHORITY_HOST": azure_url,
}
credentials |= {"VAULT_ADDR": transit_url, "AZURE_KEYVAULT_URL": azure_url, "AWS_ENDPOINT_URL": kms_url}
store, key = f"{folder}/store.db", f"{folder}/keys/key"
said = []


def command(*arguments, environment=credentials):
    found = subprocess.run(
        [keyfolio, *arguments, "--store", store], env={**clean, "XDG_DATA_HOME": folder, "KEYFOLIO_KEY_FILE": key, **environment},
        capture_output=True, text=True, cwd=folder,
    )
    said.append(found.stdout + found.stderr)
    return found


def start(*arguments, environment=credentials):
    """Starts a server; gives what it said once it is ready or has ended, and whether it is open, sealed or ended."""
    process = subprocess.Popen(
        [program, "--http", "--listen", "127.0.0.1:0", "--store", store, *arguments], env={**clean, **environment},
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, start_new_session=True,
    )
    lines, state = [], "ended"
    for line in process.stderr:
        lines.append(line)
        if "ready at" in line or "sealed at" in line:
            state = "sealed" if "sealed at" in line else "open"
            break
    time.sleep(0.05)
    process.terminate()
    rest = process.stderr.read()
    process.wait(20)
    text = "".join(lines) + rest
    said.append(text)
    return state, text


process = subprocess.Popen([program, "--http", "--listen", "127.0.0.1:0", "--store", store, "--key-file", key, "--init"], env=clean, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
while "ready at" not in process.stderr.readline():
    pass
process.terminate()
process.wait(20)

services = [
    ("aws-kms", MockKMS, ["--aws-kms", "alias/keyfolio", "--region", "eu-central-1", "--endpoint", kms_url], (400, {"__type": "AccessDeniedException", "message": "canary-of-the-service"}), "AccessDeniedException"),
    ("vault-transit", MockTransit, ["--vault-transit", "keyfolio", "--vault-mount", "team/transit", "--vault-address", transit_url], (403, {"errors": ["canary-of-the-service"]}), "HTTP status 403"),
    ("azure-key-vault", MockAzure, ["--azure-key", f"{azure_url}/keys/keyfolio"], (403, {"error": {"code": "Forbidden", "message": "canary-of-the-service"}}), "Forbidden"),
]
try:
    for name, mock, words, refusal, shown in services:
        equal(f"{name}: without credentials", command("seal", "add", *words, environment={}).returncode, 5)
        check(f"{name}: the missing variable is named", "is not set" in said[-1], said[-1])
        added = command("seal", "add", *words, "--json")
        equal(f"{name}: added", added.returncode, 0)
        check(f"{name}: shown", added.returncode == 0 and json.loads(added.stdout)["kind"] == name, added.stderr)
        again = command("seal", "add", *words)
        check(f"{name}: not twice", "KF-STORE-084" in again.stderr, again.stderr)
    status = json.loads(command("seal", "status", "--json", environment={}).stdout)
    equal("four slots", [slot["kind"] for slot in status["slots"]], ["key-file", "aws-kms", "vault-transit", "azure-key-vault"])

    # Each opens the store alone: the server, and the command.
    os.rename(key, key + ".lost")
    os.makedirs(os.path.dirname(key), exist_ok=True)
    for name, mock, words, refusal, shown in services:
        others = [other for _, other, *_ in services if other is not mock]
        for other in others:
            other.fails = (503, {"message": "down"})
        equal(f"{name}: opens a server", start()[0], "open")
        mock.fails = refusal
        state, text = start()
        equal(f"{name}: when it refuses there is no slot left", state, "ended")
        check(f"{name}: its code is said", shown in text and "KF-STORE-029" in text, text)
        check(f"{name}: and what is down", "KF-STORE-037" in text and "HTTP status 503" in text, text)
        check(f"{name}: and nothing else of it", "canary-of-the-service" not in text, text)
        state, text = start("--key-file", key + ".lost")
        equal(f"{name}: another slot opens it", state, "open")
        for broken in [(200, {}), (200, []), (200, {"Plaintext": "AAAA", "data": {"plaintext": "AAAA"}, "value": "AAAA", "access_token": "azure-canary-token"})]:
            mock.fails = broken
            equal(f"{name}: an answer that is none", start()[0], "ended")
        mock.fails = None
        for other in others:
            other.fails = None
    # Whoever can write the store's file can write an address into it: no credential goes where the environment names none.
    before = len(seen)
    for name, variable in [("aws-kms", "AWS_ENDPOINT_URL"), ("vault-transit", "VAULT_ADDR"), ("azure-key-vault", "AZURE_KEYVAULT_URL")]:
        state, text = start(environment={**credentials, "VAULT_ADDR": "https://vault.example", "AZURE_KEYVAULT_URL": "https://team.vault.azure.net", "AWS_ENDPOINT_URL": ""})
        equal(f"{name}: an address that the environment does not name", state, "ended")
        check(f"{name}: the variable to set is named", variable in text and "KEYFOLIO_SEAL_ADDRESSES" in text, text)
    equal("nobody was asked, and no credential went anywhere", len(seen), before)
    listed = {name: value for name, value in credentials.items() if name not in ("VAULT_ADDR", "AZURE_KEYVAULT_URL", "AWS_ENDPOINT_URL")}
    equal("a list of addresses serves as well", start(environment={**listed, "KEYFOLIO_SEAL_ADDRESSES": f"{kms_url}, {transit_url},{azure_url}"})[0], "open")
    check("the command refuses it as well", "AWS_ENDPOINT_URL" in command("audit", "verify", environment=listed).stderr, said[-1])
    equal("the command opens it with a service too", command("audit", "verify").returncode, 0)

    # A key that was rotated at the service: what the old version wrapped is unwrapped with that.
    MockAzure.newest = f"{2:032x}"
    MockKMS.fails = MockTransit.fails = (503, {})
    equal("azure-key-vault: rotated there", start()[0], "open")
    MockKMS.fails = MockTransit.fails = None

    # Nobody there at all.
    for server in (kms, transit, azure):
        server.shutdown()
        server.server_close()
    began = time.time()
    state, text = start()
    equal("all are gone", state, "ended")
    check("soon", time.time() - began < 60)
    check("and it is said which, with what mends it", text.count("KF-STORE-037") >= 3 and "try again" in text, text)
    equal("the key file opens it all the same", start("--key-file", key + ".lost")[0], "open")

    # No credential and no root of anything is where it does not belong.
    for canary in (AWS_SECRET, AWS_SESSION, TRANSIT_TOKEN, AZURE_SECRET, "azure-canary-token"):
        check("no credential was said", canary not in "".join(said))
        check("nor written", subprocess.run(["grep", "-rqaF", "--exclude=token", canary, folder]).returncode == 1)
    wrapped = {base64.b64decode(json.loads(body)["Plaintext"]) for name, path, body in seen if name == "MockKMS" and b'"Plaintext"' in body}
    equal("each slot has a key of its own", {len(key) for key in wrapped}, {32})
    for body in wrapped:
        with open(store, "rb") as file:
            check("which is not in the store's file", body not in file.read())
finally:
    subprocess.run(["rm", "-rf", folder])
finish()
