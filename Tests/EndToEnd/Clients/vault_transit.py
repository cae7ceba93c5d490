"""Drives the encryption service with hvac, as it is on PyPI, and with requests of its own: each call once at least, each
error once at least, and the attacks on services of this kind.

What the server makes is checked with another library (Python's cryptography) and exported keys, and the other way round.
"""

import base64
import hashlib
import hmac
import json
import os
import threading
import time

import hvac
from checks import call, check, equal, finish, native, principal
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hvac import exceptions

client = hvac.Client(os.environ["VAULT_ADDR"], os.environ["VAULT_TOKEN"], verify=os.environ["VAULT_CACERT"])
transit = client.secrets.transit


def b64(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


def raw(method, path, body=None, token=None):
    status, answer, _ = call(method, "/v1/" + path, body, token=token)
    return status, answer


def refused(what, status, text, method, path, body=None, token=None):
    found, answer = raw(method, path, body, token)
    check(what, found == status and text in json.dumps((answer or {}).get("errors")), f"{found} {answer}")


def opened(text):
    prefix, version, rest = text.split(":")
    assert prefix == "vault", text
    return int(version[1:]), base64.b64decode(rest)


def keys():
    client.sys.enable_secrets_engine("transit")
    client.sys.enable_secrets_engine("transit", path="transit2", description="another one")
    mounts = client.sys.list_mounted_secrets_engines()["data"]
    equal("mounted", (mounts["transit/"]["type"], mounts["transit2/"]["type"]), ("transit", "transit"))
    refused("no keys yet", 404, "[]", "LIST", "transit/keys")
    for kind in ["aes256-gcm96", "chacha20-poly1305", "ed25519", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048",
                 "rsa-3072", "rsa-4096"]:
        made = transit.create_key(kind, key_type=kind, exportable=True)["data"]
        equal(f"type of {kind}", (made["type"], made["latest_version"], made["exportable"]), (kind, 1, True))
    for kind in ["aes128-gcm96", "hmac"]:
        status, made = raw("POST", f"transit/keys/{kind}", {"type": kind, "exportable": True})
        equal(f"type of {kind}", (status, made["data"]["type"]), (200, kind))
    transit.create_key("plain")
    equal("the standard type", transit.read_key("plain")["data"]["type"], "aes256-gcm96")
    equal("list", len(transit.list_keys()["data"]["keys"]), 12)
    equal("a mount of its own", raw("LIST", "transit2/keys")[0], 404)
    equal("already there", raw("POST", "transit/keys/plain", {})[1]["warnings"], ["key plain already existed"])
    read = transit.read_key("ecdsa-p256")["data"]
    equal("a curve's name", read["keys"]["1"]["name"], "P-256")
    serialization.load_pem_public_key(read["keys"]["1"]["public_key"].encode())
    check("no key in a description", "private" not in json.dumps(read).lower(), read)
    for text, body in [
        ("unknown key type", {"type": "rot13"}), ("requires derivation", {"convergent_encryption": True}),
        ("not supported for keys of type ecdsa-p256", {"type": "ecdsa-p256", "derived": True}),
        ("not supported for keys of type ed25519", {"type": "ed25519", "derived": True, "convergent_encryption": True}),
        ("at least an hour", {"auto_rotate_period": "30m"}), ("key_size is not valid", {"key_size": 32}),
        ("invalid key_size", {"type": "hmac", "key_size": 8}), ("expected a boolean", {"derived": [1]}),
        ("RSA keys when it is asked", {"type": "rsa-2048", "auto_rotate_period": "1h"}),
    ]:
        refused(f"create: {text}", 400, text, "POST", "transit/keys/wrong", body)
    equal("nothing was made", raw("GET", "transit/keys/wrong")[0], 404)
    for name in ["a b", ".a", "a/b/c", "ä", "a" * 129]:
        check(f"a name of a key: {name!r}", raw("POST", f"transit/keys/{__import__('urllib.parse').parse.quote(name)}", {})[0] in (400, 404, 405))


def encryption():
    plaintext = b"4111 1111 1111 1111"
    for name in ["aes256-gcm96", "chacha20-poly1305", "aes128-gcm96", "rsa-2048", "rsa-3072", "rsa-4096"]:
        first = transit.encrypt_data(name, plaintext=b64(plaintext))["data"]
        second = transit.encrypt_data(name, plaintext=b64(plaintext))["data"]
        equal(f"{name}: version", first["key_version"], 1)
        check(f"{name}: equal plaintexts do not look equal", first["ciphertext"] != second["ciphertext"])
        equal(f"{name}: decrypt", transit.decrypt_data(name, first["ciphertext"])["data"]["plaintext"], b64(plaintext))
        version, box = opened(first["ciphertext"])
        exported = transit.export_key(name, "encryption-key")["data"]["keys"]["1"]
        if name.startswith("rsa"):
            key = serialization.load_pem_private_key(exported.encode(), None)
            oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
            equal(f"{name}: another library decrypts", key.decrypt(box, oaep), plaintext)
            theirs = key.public_key().encrypt(plaintext, oaep)
            refused(f"{name}: too long", 400, "too long", "POST", f"transit/encrypt/{name}", {"plaintext": b64(bytes(600))})
        else:
            cipher = ChaCha20Poly1305 if "chacha" in name else AESGCM
            key = base64.b64decode(exported)
            equal(f"{name}: another library decrypts", cipher(key).decrypt(box[:12], box[12:], b""), plaintext)
            theirs = bytes(12) + cipher(key).encrypt(bytes(12), plaintext, b"")
            with_data = transit.encrypt_data(name, plaintext=b64(plaintext), associated_data=b64("row 7"))["data"]["ciphertext"]
            box = opened(with_data)[1]
            equal(f"{name}: associated data", cipher(key).decrypt(box[:12], box[12:], b"row 7"), plaintext)
            equal(f"{name}: and back", transit.decrypt_data(name, with_data, associated_data=b64("row 7"))["data"]["plaintext"], b64(plaintext))
            for data in [{}, {"associated_data": b64("row 8")}]:
                refused(f"{name}: another row {data}", 400, "message authentication failed", "POST", f"transit/decrypt/{name}", {"ciphertext": with_data, **data})
        ours = "vault:v1:" + b64(theirs)
        equal(f"{name}: what another library encrypted", transit.decrypt_data(name, ours)["data"]["plaintext"], b64(plaintext))
    equal("an empty plaintext", transit.decrypt_data("plain", transit.encrypt_data("plain", plaintext="")["data"]["ciphertext"])["data"]["plaintext"], "")
    for name in ["ed25519", "ecdsa-p256", "hmac"]:
        refused(f"{name} encrypts nothing", 400, f"message encryption not supported for key type {name}", "POST", f"transit/encrypt/{name}", {"plaintext": ""})
        refused(f"{name} decrypts nothing", 400, f"message decryption not supported for key type {name}", "POST", f"transit/decrypt/{name}", {"ciphertext": "vault:v1:AAAA"})
    good = transit.encrypt_data("plain", plaintext=b64(plaintext))["data"]["ciphertext"]
    _, box = opened(good)
    flipped = [bytes(b ^ (1 if i == at else 0) for i, b in enumerate(box)) for at in (0, 12, len(box) - 1)]
    for text, ciphertext in [
        ("no prefix", "v1:AAAA"), ("no prefix", " " + good), ("no prefix", "VAULT:v1:AAAA"), ("wrong number of fields", "vault:v1"),
        ("version number could not be decoded", "vault:vx:AAAA"), ("version number could not be decoded", "vault:v-1:AAAA"),
        ("version number could not be decoded", "vault:v:AAAA"), ("version number could not be decoded", "vault:v99999999999999999999:AAAA"),
        ("too new", "vault:v2:" + b64(box)), ("too old", "vault:v0:" + b64(box)), ("could not decode base64", "vault:v1:????"),
        ("could not decode base64", good + "AAAA="), ("invalid ciphertext length", "vault:v1:AAAA"), ("invalid ciphertext length", "vault:v1:"),
        ("authentication failed", "vault:v1:" + b64(bytes(28))), ("authentication failed", "vault:v1:" + b64(box[:-1])), ("missing ciphertext", ""),
    ] + [("authentication failed", "vault:v1:" + b64(box)) for box in flipped]:
        refused(f"decrypt {ciphertext[:20]!r}: {text}", 400, text, "POST", "transit/decrypt/plain", {"ciphertext": ciphertext})
    refused("another key", 400, "authentication failed", "POST", "transit/decrypt/aes256-gcm96", {"ciphertext": good})
    for text, body in [
        ("missing plaintext", {}), ("illegal base64", {"plaintext": "%%%"}), ("expected a string", {"plaintext": {"a": 1}}),
        ("expected an integer", {"plaintext": "", "key_version": "x"}), ("higher than the latest", {"plaintext": "", "key_version": 9}),
        ("is negative", {"plaintext": "", "key_version": -1}), ("illegal base64", {"plaintext": "", "associated_data": "?"}),
    ]:
        refused(f"encrypt: {text}", 400, text, "POST", "transit/encrypt/plain", body)
    refused("no such key", 400, "encryption key not found", "POST", "transit/decrypt/none", {"ciphertext": good})
    equal("by PUT", raw("PUT", "transit/encrypt/plain", {"plaintext": ""})[0], 200)
    equal("not by GET", raw("GET", "transit/encrypt/plain")[0], 405)


def nonces():
    """CVE-2023-4680: a nonce that is chosen by who asks may come twice."""
    for path in ["encrypt/plain", "rewrap/plain", "datakey/plaintext/plain", "decrypt/plain"]:
        body = {"plaintext": "", "ciphertext": "vault:v1:AAAA", "nonce": b64(bytes(12))}
        refused(f"no nonce of one's own: {path}", 400, "nonce not allowed", "POST", "transit/" + path, body)
    made = transit.encrypt_data("plain", batch_input=[{"plaintext": b64("x")} for _ in range(500)])["data"]["batch_results"]
    equal("nonces differ", len({opened(item["ciphertext"])[1][:12] for item in made}), 500)


def derived():
    transit.create_key("derived", derived=True, exportable=True)
    context, plaintext = b"user 7", b"hello"
    made = transit.encrypt_data("derived", plaintext=b64(plaintext), context=b64(context))["data"]["ciphertext"]
    key = base64.b64decode(transit.export_key("derived", "encryption-key")["data"]["keys"]["1"])
    box = opened(made)[1]
    used = HKDF(hashes.SHA256(), 32, None, context).derive(key)
    equal("HKDF-SHA256 of the context", AESGCM(used).decrypt(box[:12], box[12:], b""), plaintext)
    equal("derived", transit.decrypt_data("derived", made, context=b64(context))["data"]["plaintext"], b64(plaintext))
    refused("without context", 400, "missing 'context'", "POST", "transit/encrypt/derived", {"plaintext": ""})
    refused("decrypt without context", 400, "missing 'context'", "POST", "transit/decrypt/derived", {"ciphertext": made})
    refused("another context", 400, "authentication failed", "POST", "transit/decrypt/derived", {"ciphertext": made, "context": b64("user 8")})
    refused("a context that is no base64", 400, "illegal base64", "POST", "transit/encrypt/derived", {"plaintext": "", "context": "?"})
    refused("a long context", 400, "too long", "POST", "transit/encrypt/derived", {"plaintext": "", "context": b64(bytes(17 << 10))})
    refused("contexts in part", 400, "in all the request blocks or in none", "POST", "transit/encrypt/derived",
            {"batch_input": [{"plaintext": "", "context": b64("a")}, {"plaintext": ""}]})
    read = transit.read_key("derived")["data"]
    equal("kdf", (read["kdf"], read["convergent_encryption"]), ("hkdf_sha256", False))

    transit.create_key("convergent", derived=True, convergent_encryption=True, exportable=True)
    one, two = (transit.encrypt_data("convergent", plaintext=b64(plaintext), context=b64(context))["data"]["ciphertext"] for _ in range(2))
    equal("convergent", one, two)
    other = transit.encrypt_data("convergent", plaintext=b64(plaintext), context=b64("user 8"))["data"]["ciphertext"]
    check("only in its context", one != other)
    key = base64.b64decode(transit.export_key("convergent", "encryption-key")["data"]["keys"]["1"])
    output = HKDF(hashes.SHA256(), 64, None, context).derive(key)
    nonce = hmac.new(output[32:], plaintext, hashlib.sha256).digest()[:12]
    equal("version 3 of Vault's convergent encryption", opened(one)[1], nonce + AESGCM(output[:32]).encrypt(nonce, plaintext, b""))
    boxes = [opened(transit.encrypt_data("convergent", plaintext=b64(plaintext), context=b64(context), associated_data=b64(data))["data"]["ciphertext"])[1] for data in ["a", "b"]]
    check("no nonce twice with other associated data (the forbidden attack on GCM)", len({box[:12] for box in boxes} | {nonce}) == 3)
    refused("convergent needs a context", 400, "missing 'context'", "POST", "transit/encrypt/convergent", {"plaintext": ""})


def versions():
    transit.create_key("aging")
    texts = []
    for number in range(1, 5):
        texts.append(transit.encrypt_data("aging", plaintext=b64(f"v{number}"))["data"]["ciphertext"])
        check(f"v{number}", texts[-1].startswith(f"vault:v{number}:"))
        transit.rotate_key("aging")
    equal("latest", transit.read_key("aging")["data"]["latest_version"], 5)
    equal("old ones open", transit.decrypt_data("aging", texts[0])["data"]["plaintext"], b64("v1"))
    equal("an older version on demand", transit.encrypt_data("aging", plaintext="", key_version=2)["data"]["key_version"], 2)
    check("another number opens nothing", raw("POST", "transit/decrypt/aging", {"ciphertext": texts[0].replace("v1:", "v2:", 1)})[0] == 400)
    wrapped = transit.rewrap_data("aging", texts[0])["data"]
    equal("rewrapped", (wrapped["key_version"], transit.decrypt_data("aging", wrapped["ciphertext"])["data"]["plaintext"]), (5, b64("v1")))
    equal("rewrapped to", transit.rewrap_data("aging", texts[0], key_version=3)["data"]["ciphertext"][:9], "vault:v3:")
    batch = raw("POST", "transit/rewrap/aging", {"batch_input": [{"ciphertext": texts[1]}, {"ciphertext": "vault:v9:AAAA", "reference": "r"}]})
    equal("rewrap in part", (batch[0], batch[1]["data"]["batch_results"][1]), (200, {"error": "invalid ciphertext: version is too new", "reference": "r"}))
    transit.update_key_configuration("aging", min_decryption_version=3)
    for text in texts[:2]:
        for path in ["decrypt", "rewrap"]:
            refused(f"{path} of {text[:8]} after min_decryption_version", 400, "disallowed by policy (too old)", "POST", f"transit/{path}/aging", {"ciphertext": text})
    refused("encrypt with an old one", 400, "no such key version", "POST", "transit/encrypt/aging", {"plaintext": "", "key_version": 2})
    refused("HMAC with an old one", 400, "no such key version", "POST", "transit/hmac/aging", {"input": "", "key_version": 2})
    equal("the third opens", transit.decrypt_data("aging", texts[2])["data"]["plaintext"], b64("v3"))
    equal("shown", sorted(transit.read_key("aging")["data"]["keys"]), ["3", "4", "5"])
    transit.update_key_configuration("aging", min_encryption_version=4)
    refused("encrypt below the minimum", 400, "less than the minimum encryption key version", "POST", "transit/encrypt/aging", {"plaintext": "", "key_version": 3})
    for text, body in [
        ("cannot be negative", {"min_decryption_version": -1}), ("latest key version is 5", {"min_decryption_version": 6}),
        ("latest key version is 5", {"min_encryption_version": 6}), ("must be greater than or equal", {"min_decryption_version": 5}),
        ("cannot be negative", {"min_encryption_version": -1}), ("expected an integer", {"min_decryption_version": []}),
    ]:
        refused(f"config: {text}", 400, text, "POST", "transit/keys/aging/config", body)
    equal("a wrong one changed nothing", transit.read_key("aging")["data"]["min_decryption_version"], 3)
    refused("config of none", 400, "no existing key named none could be found", "POST", "transit/keys/none/config", {})
    refused("rotate of none", 400, "key not found", "POST", "transit/keys/none/rotate", {})
    transit.update_key_configuration("aging", min_decryption_version=1)
    equal("lowered again", transit.decrypt_data("aging", texts[0])["data"]["plaintext"], b64("v1"))
    transit.update_key_configuration("aging", min_decryption_version=3)
    for text, number in [("greater than minimum decryption", 4), ("cannot be greater than minmum encryption", 5), ("should be positive", 0), ("cannot be decremented", -1)]:
        refused(f"trim: {text}", 400, text, "POST", "transit/keys/aging/trim", {"min_available_version": number})
    refused("trim without", 400, "missing min_available_version", "POST", "transit/keys/aging/trim", {})
    equal("trim", transit.trim_key("aging", 3)["data"]["min_available_version"], 3)
    refused("below what is kept", 400, "should not be less", "POST", "transit/keys/aging/config", {"min_decryption_version": 1})
    refused("gone for ever", 400, "too old", "POST", "transit/decrypt/aging", {"ciphertext": texts[0]})
    refused("trim of an untuned key", 400, "is not set", "POST", "transit/keys/plain/trim", {"min_available_version": 1})
    refused("deletion", 400, "error deleting policy aging: deletion is not allowed for this key", "DELETE", "transit/keys/aging")
    refused("deletion of none", 400, "not found", "DELETE", "transit/keys/none")
    transit.update_key_configuration("aging", deletion_allowed=True)
    equal("deleted", transit.delete_key("aging").status_code, 204)
    equal("and away", raw("GET", "transit/keys/aging")[0], 404)
    # A key of the same name is another key: what the cache knew is forgotten.
    transit.create_key("aging")
    refused("the old one's text", 400, "authentication failed", "POST", "transit/decrypt/aging", {"ciphertext": texts[0]})
    equal("exportable stays", raw("POST", "transit/keys/derived/config", {"exportable": False})[1]["data"]["exportable"], True)


def batches():
    items = [{"plaintext": b64(str(n)), "reference": f"r{n}"} for n in range(200)]
    made = transit.encrypt_data("plain", batch_input=items)["data"]["batch_results"]
    equal("in order", [item["reference"] for item in made], [f"r{n}" for n in range(200)])
    back = transit.decrypt_data("plain", batch_input=[{"ciphertext": item["ciphertext"]} for item in made])["data"]["batch_results"]
    equal("and back", [base64.b64decode(item["plaintext"]).decode() for item in back], [str(n) for n in range(200)])
    mixed = {"batch_input": [{"ciphertext": made[0]["ciphertext"]}, {"ciphertext": "vault:v1:AAAA", "reference": "bad"}]}
    status, answer = raw("POST", "transit/decrypt/plain", mixed)
    equal("one wrong one", (status, answer["data"]["batch_results"]), (400, [
        {"plaintext": b64("0"), "reference": ""}, {"plaintext": "", "error": "invalid ciphertext length", "reference": "bad"}]))
    equal("partial_failure_response_code", raw("POST", "transit/decrypt/plain", {**mixed, "partial_failure_response_code": 202})[0], 202)
    odd = raw("POST", "transit/decrypt/plain", {**mixed, "partial_failure_response_code": 7})
    equal("an odd code", (odd[0], "reverting to 400" in odd[1]["warnings"][0]), (400, True))
    equal("all wrong", raw("POST", "transit/decrypt/plain", {"batch_input": [{"ciphertext": "x"}], "partial_failure_response_code": 202})[0], 400)
    for text, batch in [
        ("missing batch input", []), ("expected an array", {"a": 1}), ("expected an array", 5), ("expected a map", [1]), ("expected a map", [["x"]]),
        ("missing plaintext", [{}]), ("missing plaintext", [{"plaintext": None}]), ("more than 10000 items", [{"plaintext": ""}] * 10001),
    ]:
        refused(f"batch: {text}", 400, text, "POST", "transit/encrypt/plain", {"batch_input": batch})
    for name, value in [("plaintext", 5), ("context", []), ("key_version", "x"), ("associated_data", {}), ("reference", 7)]:
        status, answer = raw("POST", "transit/encrypt/plain", {"batch_input": [{"plaintext": "", name: value}]})
        check(f"batch: a wrong {name}", status == 400 and "expected type" in json.dumps(answer), (status, answer))
    refused("batch: too many for RSA", 400, "not symmetric", "POST", "transit/sign/rsa-2048", {"batch_input": [{"input": ""}] * 1001})
    status, answer = raw("POST", "transit/encrypt/plain", {"batch_input": json.dumps([{"plaintext": b64("x")}])})
    equal("a batch as text, as the command line sends it", (status, len(answer["data"]["batch_results"])), (200, 1))
    refused("batch: a text that is none", 400, "expected an array", "POST", "transit/encrypt/plain", {"batch_input": "[" * 100})
    refused("batch: a deep one", 400, "failed to parse JSON", "POST", "transit/encrypt/plain", {"batch_input": json.loads("[" * 400 + "]" * 400)})
    equal("a large batch goes apart", raw("POST", "transit/encrypt/plain", {"batch_input": [{"plaintext": b64("x" * 100)}] * 10000})[0], 200)


def signatures():
    message = b"to be signed"
    for name in ["ecdsa-p256", "ecdsa-p384", "ecdsa-p521"]:
        public = serialization.load_pem_public_key(transit.read_key(name)["data"]["keys"]["1"]["public_key"].encode())
        private = serialization.load_pem_private_key(transit.export_key(name, "signing-key")["data"]["keys"]["1"].encode(), None)
        equal(f"{name}: the exported key is the one", private.public_key(), public)
        for word, function in [("sha2-256", hashes.SHA256()), ("sha2-384", hashes.SHA384()), ("sha2-512", hashes.SHA512()), ("sha3-256", hashes.SHA3_256())]:
            made = raw("POST", f"transit/sign/{name}/{word}", {"input": b64(message)})[1]["data"]["signature"]
            public.verify(opened(made)[1], message, ec.ECDSA(function))
            theirs = "vault:v1:" + b64(private.sign(message, ec.ECDSA(function)))
            valid = raw("POST", f"transit/verify/{name}/{word}", {"input": b64(message), "signature": theirs})[1]
            equal(f"{name} {word}: theirs", valid["data"], {"valid": True})
            valid = raw("POST", f"transit/verify/{name}/{word}", {"input": b64(message + b"."), "signature": made})[1]
            equal(f"{name} {word}: another message", valid["data"], {"valid": False})
        jws = transit.sign_data(name, b64(message), marshaling_algorithm="jws")["data"]["signature"].split(":")[2]
        two = base64.urlsafe_b64decode(jws + "=" * (-len(jws) % 4))
        half = len(two) // 2
        public.verify(utils.encode_dss_signature(int.from_bytes(two[:half]), int.from_bytes(two[half:])), message, ec.ECDSA(hashes.SHA256()))
        equal(f"{name}: jws", transit.verify_signed_data(name, b64(message), signature="vault:v1:" + jws, marshaling_algorithm="jws")["data"]["valid"], True)
        equal(f"{name}: zeros", transit.verify_signed_data(name, b64(message), signature="vault:v1:" + base64.urlsafe_b64encode(bytes(len(two))).decode().rstrip("="), marshaling_algorithm="jws")["data"]["valid"], False)
        digest = hashlib.sha384(message).digest()
        made = transit.sign_data(name, b64(digest), prehashed=True, hash_algorithm="sha2-384")["data"]["signature"]
        public.verify(opened(made)[1], message, ec.ECDSA(hashes.SHA384()))
        equal(f"{name}: prehashed", transit.verify_signed_data(name, b64(message), signature=made, hash_algorithm="sha2-384")["data"]["valid"], True)
        refused(f"{name}: prehashed, and not hashed", 400, "as long as no hash", "POST", f"transit/sign/{name}", {"input": b64("admin"), "prehashed": True})
        refused(f"{name}: nothing new with SHA-1", 400, "unsupported hash algorithm", "POST", f"transit/sign/{name}/sha1", {"input": ""})

    public = ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(transit.read_key("ed25519")["data"]["keys"]["1"]["public_key"]))
    made = transit.sign_data("ed25519", b64(message))["data"]["signature"]
    public.verify(opened(made)[1], message)
    seed = base64.b64decode(transit.export_key("ed25519", "signing-key")["data"]["keys"]["1"])
    equal("the seed and the public key", (len(seed), seed[32:]), (64, public.public_bytes_raw()))
    equal("Ed25519 has one signature of a message", opened(made)[1], ed25519.Ed25519PrivateKey.from_private_bytes(seed[:32]).sign(message))
    # Ed25519 hashes by itself: "prehashed" changes nothing, so that no hash is ever taken for its message.
    digest = hashlib.sha512(message).digest()
    hashed = transit.sign_data("ed25519", b64(digest), prehashed=True, hash_algorithm="sha2-512")["data"]["signature"]
    public.verify(opened(hashed)[1], digest)
    equal("a signature of the hash is none of the message", transit.verify_signed_data("ed25519", b64(message), signature=hashed, prehashed=True, hash_algorithm="sha2-512")["data"]["valid"], False)
    transit.create_key("derived-ed25519", key_type="ed25519", derived=True)
    signed = raw("POST", "transit/sign/derived-ed25519", {"input": b64(message), "context": b64("a")})[1]["data"]
    public = ed25519.Ed25519PublicKey.from_public_bytes(base64.b64decode(signed["public_key"]))
    public.verify(opened(signed["signature"])[1], message)
    shown = raw("GET", f"transit/keys/derived-ed25519?context={b64('a')}")[1]["data"]["keys"]["1"]["public_key"]
    equal("the public key of the context", shown, signed["public_key"])
    equal("none without", transit.read_key("derived-ed25519")["data"]["keys"]["1"]["public_key"], "")
    equal("another context", raw("POST", "transit/verify/derived-ed25519", {"input": b64(message), "signature": signed["signature"], "context": b64("b")})[1]["data"]["valid"], False)
    refused("no context", 400, "missing 'context'", "POST", "transit/sign/derived-ed25519", {"input": ""})

    for name in ["rsa-2048", "rsa-3072", "rsa-4096"]:
        private = serialization.load_pem_private_key(transit.export_key(name, "signing-key")["data"]["keys"]["1"].encode(), None)
        public = serialization.load_pem_public_key(transit.read_key(name)["data"]["keys"]["1"]["public_key"].encode())
        equal(f"{name}: size", public.key_size, int(name[4:]))
        for word, function in [("sha2-256", hashes.SHA256()), ("sha2-384", hashes.SHA384()), ("sha2-512", hashes.SHA512())]:
            pss = padding.PSS(padding.MGF1(function), padding.PSS.DIGEST_LENGTH)
            for scheme, how in [("pss", pss), ("pkcs1v15", padding.PKCS1v15())]:
                made = transit.sign_data(name, b64(message), hash_algorithm=word, signature_algorithm=scheme)["data"]["signature"]
                public.verify(opened(made)[1], message, how, function)
                theirs = "vault:v1:" + b64(private.sign(message, how, function))
                for other in ["pss", "pkcs1v15"]:
                    valid = transit.verify_signed_data(name, b64(message), signature=theirs, hash_algorithm=word, signature_algorithm=other)["data"]["valid"]
                    equal(f"{name} {word} {scheme} as {other}", valid, scheme == other)
        refused(f"{name}: prehashed", 400, "prehashed", "POST", f"transit/sign/{name}", {"input": "", "prehashed": True})
        refused(f"{name}: none", 400, "invalid hash algorithm", "POST", f"transit/sign/{name}", {"input": "", "hash_algorithm": "none", "prehashed": True, "signature_algorithm": "pkcs1v15"})
        refused(f"{name}: a long salt", 400, "salts as long as the hash", "POST", f"transit/sign/{name}", {"input": "", "salt_length": "100"})
        refused(f"{name}: SHA-3", 400, "unsupported hash algorithm", "POST", f"transit/sign/{name}/sha3-256", {"input": ""})
    der = private.sign(message, padding.PKCS1v15(), hashes.SHA1())
    equal("an old signature with SHA-1", raw("POST", "transit/verify/rsa-4096/sha1", {"input": b64(message), "signature": "vault:v1:" + b64(der), "signature_algorithm": "pkcs1v15"})[1]["data"]["valid"], True)
    batch = transit.sign_data("ecdsa-p256", batch_input=[{"input": b64("a"), "reference": "x"}, {"reference": "y"}])["data"]["batch_results"]
    equal("a batch", ([item["reference"] for item in batch], batch[1]["error"]), (["x", "y"], "missing input"))
    checked = raw("POST", "transit/verify/ecdsa-p256", {"batch_input": [
        {"input": b64("a"), "signature": batch[0]["signature"]}, {"input": b64("b"), "signature": batch[0]["signature"]}, {"input": "", "signature": "x"}]})[1]
    equal("checked", [item["valid"] for item in checked["data"]["batch_results"]], [True, False, False])


def confusion():
    """A signature is checked with the algorithm of the key, whatever the text or the request says."""
    message = b64("m")
    made = {name: transit.sign_data(name, message)["data"]["signature"] for name in ["ed25519", "ecdsa-p256", "ecdsa-p384", "rsa-2048"]}
    code = transit.generate_hmac("ecdsa-p256", message)["data"]["hmac"]
    for key in made:
        for name in made:
            status, answer = raw("POST", f"transit/verify/{key}", {"input": message, "signature": made[name]})
            valid = status == 200 and answer["data"]["valid"]
            equal(f"a signature of {name} by {key}", valid, key == name)
        status, answer = raw("POST", f"transit/verify/{key}", {"input": message, "signature": code})
        check(f"a code is no signature of {key}", status == 400 or not answer["data"]["valid"])
    for text, body in [
        ("provide one of", {"signature": made["ed25519"], "hmac": code}), ("neither a 'signature' nor an 'hmac'", {}),
        ("must all provide", {"batch_input": [{"input": "", "signature": "a"}, {"input": "", "hmac": "b"}]}),
        ("are missing 'signature'", {"batch_input": [{"input": "", "signature": "a"}, {"input": ""}]}),
        ("are missing 'hmac'", {"batch_input": [{"input": "", "hmac": "a"}, {"input": ""}]}),
        ("no batch_input elements", {"batch_input": [{"input": ""}]}), ("no prefix", {"signature": "x"}),
        ("wrong number of fields", {"signature": "vault:v1"}), ("could not be decoded", {"signature": "vault:v1x:AAAA"}),
        ("too new", {"signature": "vault:v2:AAAA"}), ("too old", {"signature": "vault:v0:AAAA"}), ("invalid base64", {"signature": "vault:v1:!"}),
        ("supplied signature is invalid", {"signature": "vault:v1:AAAA"}), ("invalid hash algorithm", {"signature": "vault:v1:AAAA", "hash_algorithm": "none"}),
        ("invalid hash algorithm", {"signature": "vault:v1:AAAA", "hash_algorithm": "md5"}), ("invalid marshaling", {"signature": "vault:v1:AAAA", "marshaling_algorithm": "pem"}),
        ("unsupported rsa signature", {"signature": "vault:v1:AAAA", "signature_algorithm": "raw"}), ("salt length", {"signature": "vault:v1:AAAA", "salt_length": "x"}),
        ("unable to decode input", {"input": "?", "signature": made["ecdsa-p256"]}), ("expected a boolean", {"signature": "a", "prehashed": "maybe"}),
        ("no prefix", {"hmac": "x"}), ("wrong number of fields", {"hmac": "vault:v1"}), ("too new", {"hmac": "vault:v2:AAAA"}),
        ("too old", {"hmac": "vault:v0:AAAA"}), ("unable to decode", {"hmac": "vault:v1:!"}), ("unsupported algorithm", {"hmac": code, "algorithm": "none"}),
    ]:
        refused(f"verify: {text} {list(body)}", 400, text, "POST", "transit/verify/ecdsa-p256", {"input": message, **body})
    _, der = opened(made["ecdsa-p256"])
    refused("bytes after a signature", 400, "supplied signature is invalid", "POST", "transit/verify/ecdsa-p256", {"input": message, "signature": "vault:v1:" + b64(der + b"\0")})
    refused("sign with no signing key", 400, "does not support signing", "POST", "transit/sign/plain", {"input": ""})
    refused("verify with none", 400, "does not support verification", "POST", "transit/verify/plain", {"input": "", "signature": "vault:v1:AAAA"})
    refused("no such key", 400, "signing key not found", "POST", "transit/sign/none", {"input": ""})
    refused("no such key to verify", 400, "signature verification key not found", "POST", "transit/verify/none", {"input": "", "signature": "a"})
    for text, version in [("higher than the latest", 5), ("is negative", -1)]:
        refused(f"sign: {text}", 400, text, "POST", "transit/sign/ed25519", {"input": "", "key_version": version})


def codes():
    message = b"to be authenticated"
    for name in ["hmac", "aes256-gcm96", "ecdsa-p256"]:
        key = base64.b64decode(transit.export_key(name, "hmac-key")["data"]["keys"]["1"])
        for word, function in [("sha1", "sha1"), ("sha2-256", "sha256"), ("sha2-384", "sha384"), ("sha2-512", "sha512"), ("sha3-256", "sha3_256"), ("sha3-384", "sha3_384"), ("sha3-512", "sha3_512")]:
            made = raw("POST", f"transit/hmac/{name}/{word}", {"input": b64(message)})[1]["data"]["hmac"]
            equal(f"{name} {word}", opened(made), (1, hmac.new(key, message, function).digest()))
            valid = raw("POST", f"transit/verify/{name}/{word}", {"input": b64(message), "hmac": made})[1]["data"]
            equal(f"{name} {word}: valid", valid, {"valid": True})
        made = transit.generate_hmac(name, b64(message))["data"]["hmac"]
        equal("hvac verifies", transit.verify_signed_data(name, b64(message), hmac=made)["data"]["valid"], True)
        equal("another message", transit.verify_signed_data(name, b64("x"), hmac=made)["data"]["valid"], False)
        equal("cut short", transit.verify_signed_data(name, b64(message), hmac="vault:v1:" + b64(opened(made)[1][:16]))["data"]["valid"], False)
        equal("of nothing", transit.verify_signed_data(name, b64(message), hmac="vault:v1:")["data"]["valid"], False)
    batch = raw("POST", "transit/hmac/hmac", {"batch_input": [{"input": b64("a")}, {}, {"input": "?"}]})[1]["data"]["batch_results"]
    equal("a batch", [item.get("error") for item in batch], [None, "missing input for HMAC", "unable to decode input as base64"])
    checked = raw("POST", "transit/verify/hmac", {"batch_input": [{"input": b64("a"), "hmac": batch[0]["hmac"]}, {"input": b64("b"), "hmac": batch[0]["hmac"]}]})[1]
    equal("checked", [item["valid"] for item in checked["data"]["batch_results"]], [True, False])
    for text, body in [("missing input", {}), ("does not exist", {"input": "", "key_version": 9}), ("cannot be negative", {"input": "", "key_version": -1}), ("unsupported algorithm", {"input": "", "algorithm": "none"})]:
        refused(f"hmac: {text}", 400, text, "POST", "transit/hmac/hmac", body)
    transit.rotate_key("hmac")
    transit.update_key_configuration("hmac", min_encryption_version=2)
    refused("hmac: an old one", 400, "too old (disallowed by policy)", "POST", "transit/hmac/hmac", {"input": "", "key_version": 1})
    transit.update_key_configuration("hmac", min_decryption_version=2)
    refused("verify: an old one", 400, "too old (disallowed by policy)", "POST", "transit/verify/hmac", {"input": b64("a"), "hmac": batch[0]["hmac"]})
    equal("key_size", raw("POST", "transit/keys/long", {"type": "hmac", "key_size": 128, "exportable": True})[1]["data"]["key_size"], 128)
    equal("as long", len(base64.b64decode(transit.export_key("long", "hmac-key")["data"]["keys"]["1"])), 128)


def tools():
    for word, function in [("sha2-256", "sha256"), ("sha2-384", "sha384"), ("sha2-512", "sha512")]:
        equal(f"hash {word}", transit.hash_data(b64("abc"), algorithm=word, output_format="hex")["data"]["sum"], hashlib.new(function, b"abc").hexdigest())
    equal("hash in the path", raw("POST", "transit/hash/sha3-512", {"input": b64("abc"), "format": "base64"})[1]["data"]["sum"], b64(hashlib.sha3_512(b"abc").digest()))
    equal("a large one", raw("POST", "transit/hash", {"input": b64(bytes(5 << 20))})[1]["data"]["sum"], hashlib.sha256(bytes(5 << 20)).hexdigest())
    for text, body in [("input missing", {}), ("unsupported algorithm", {"input": "", "algorithm": "none"}), ("unsupported algorithm", {"input": "", "algorithm": "sha2-224"}),
                       ("unsupported encoding", {"input": "", "format": "x"}), ("unable to decode", {"input": "?"})]:
        refused(f"hash: {text}", 400, text, "POST", "transit/hash", body)
    equal("random", len(base64.b64decode(transit.generate_random_bytes()["data"]["random_bytes"])), 32)
    equal("random by hvac", len(transit.generate_random_bytes(n_bytes=7, output_format="hex")["data"]["random_bytes"]), 14)
    for path, count in [("random/64", 64), ("random/platform/5", 5), ("random/all", 32)]:
        equal(path, len(base64.b64decode(raw("POST", "transit/" + path, {})[1]["data"]["random_bytes"])), count)
    equal("the most", len(base64.b64decode(raw("POST", f"transit/random/{128 << 10}", {})[1]["data"]["random_bytes"])), 128 << 10)
    for text, path, body in [
        ("should be less than", f"random/{(128 << 10) + 1}", {}), ("cannot be less than 1", "random", {"bytes": 0}), ("cannot be less than 1", "random", {"bytes": -5}),
        ("error parsing", "random/99999999999999999999", {}), ("error parsing", "random/x", {}), ("entropy source", "random/x/5", {}), ("encoding", "random", {"format": "x"}),
    ]:
        refused(f"random: {text} {path}", 400, text, "POST", "transit/" + path, body)
    for bits in [128, 256, 512]:
        made = transit.generate_data_key("plain", "plaintext", bits=bits)["data"]
        equal(f"a data key of {bits}", len(base64.b64decode(made["plaintext"])) * 8, bits)
        equal("wrapped", transit.decrypt_data("plain", made["ciphertext"])["data"]["plaintext"], made["plaintext"])
    check("only wrapped", "plaintext" not in transit.generate_data_key("plain", "wrapped")["data"])
    for text, path, body in [("invalid bit length", "plaintext/plain", {"bits": 1 << 30}), ("must be 'plaintext' or 'wrapped'", "x/plain", {}), ("not found", "wrapped/none", {}),
                             ("missing 'context'", "wrapped/derived", {}), ("not supported", "wrapped/ed25519", {})]:
        refused(f"datakey: {text}", 400, text, "POST", "transit/datakey/" + path, body)


def taking_out():
    for text, path in [
        ("not exportable", "encryption-key/plain"), ("not exportable", "hmac-key/plain"), ("invalid export type", "x/plain"),
        ("encryption not supported", "encryption-key/ed25519"), ("signing not supported", "signing-key/aes256-gcm96"),
        ("does not exist", "encryption-key/aes256-gcm96/9"), ("invalid key version", "encryption-key/aes256-gcm96/x"), ("below minimum", "hmac-key/hmac/1"),
        ("unknown key type", "public-key/plain"), ("invalid format", "public-key/ed25519?format=x"), ("unknown format", "public-key/ecdsa-p256?format=raw"),
    ]:
        refused(f"export: {text}", 400, text, "GET", "transit/export/" + path)
    equal("export of none", raw("GET", "transit/export/hmac-key/none")[0], 404)
    for version in ["latest", "1", "v1"]:
        equal(f"export {version}", list(raw("GET", f"transit/export/encryption-key/aes256-gcm96/{version}")[1]["data"]["keys"]), ["1"])
    for name in ["ed25519", "ecdsa-p521", "rsa-2048"]:
        pem = raw("GET", f"transit/export/signing-key/{name}?format=pem")[1]["data"]["keys"]["1"]
        der = raw("GET", f"transit/export/signing-key/{name}?format=der")[1]["data"]["keys"]["1"]
        one, two = serialization.load_pem_private_key(pem.encode(), None), serialization.load_der_private_key(base64.b64decode(der), None)
        form = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        equal(f"{name}: PEM and DER", one.public_key().public_bytes(*form), two.public_key().public_bytes(*form))
        for format, load in [("pem", lambda t: serialization.load_pem_public_key(t.encode())), ("der", lambda t: serialization.load_der_public_key(base64.b64decode(t)))]:
            public = raw("GET", f"transit/export/public-key/{name}?format={format}")[1]["data"]["keys"]["1"]
            equal(f"{name}: public {format}", load(public).public_bytes(*form), one.public_key().public_bytes(*form))
    equal("a public key needs no leave", raw("GET", "transit/export/public-key/derived-ed25519")[0], 200)

    refused("no backup", 400, "exporting is disallowed", "GET", "transit/backup/plain")
    refused("no plaintext backup", 400, "plaintext backup is disallowed", "GET", "transit/backup/rsa-2048")
    refused("backup of none", 400, "not found", "GET", "transit/backup/none")
    for kind in ["aes256-gcm96", "ecdsa-p384", "rsa-2048", "hmac"]:
        raw("POST", "transit/keys/saved", {"type": kind, "exportable": True, "allow_plaintext_backup": True})
        transit.rotate_key("saved")
        code = transit.generate_hmac("saved", b64("m"), key_version=1)["data"]["hmac"]
        backup = transit.backup_key("saved")["data"]["backup"]
        refused("restore over it", 400, "already exists", "POST", "transit/restore", {"backup": backup})
        equal("restore elsewhere", transit.restore_key(backup, name="put-back").status_code, 204)
        equal(f"{kind}: the same key", transit.verify_signed_data("put-back", b64("m"), hmac=code)["data"]["valid"], True)
        equal("into another mount", transit.restore_key(backup, mount_point="transit2").status_code, 204)
        equal("by force", transit.restore_key(backup, force=True).status_code, 204)
        equal("both versions", raw("GET", "transit2/keys/saved")[1]["data"]["latest_version"], 2)
        for mount, name in [("transit", "saved"), ("transit", "put-back"), ("transit2", "saved")]:
            raw("POST", f"{mount}/keys/{name}/config", {"deletion_allowed": True})
            equal("deleted", raw("DELETE", f"{mount}/keys/{name}")[0], 204)
    text = json.loads(base64.b64decode(backup))

    def changed(**members):
        copy = json.loads(json.dumps(text))
        copy["key"].update(members)
        return b64(json.dumps(copy))

    for what, forged in [
        ("no base64", "?"), ("no JSON", b64("x")), ("another format", b64("{}")), ("a deep one", b64("[" * 1000)), ("no versions", changed(versions=[])),
        ("a minimum beyond", changed(min_decryption=9)), ("a latest beyond", changed(latest=7)), ("another type", changed(type="aes256-gcm96")),
        ("an old number", changed(min_available=-3)), ("a size", changed(bytes=1)), ("a number that is none", changed(latest="2")),
        ("a huge latest", changed(latest=2**62, min_available=2**62 - 1)), ("a type that is none", changed(type="x")), ("convergent HMAC", changed(convergent=True, derived=True)),
    ]:
        refused(f"restore: {what}", 400, "is not one of this server's", "POST", "transit/restore/forged", {"backup": forged})
    refused("restore: a name", 400, "is not one of this server's", "POST", "transit/restore", {"backup": b64(json.dumps({**text, "name": "../x"}))})
    refused("restore: nothing", 400, "must be supplied", "POST", "transit/restore", {})


def rights():
    def policy(name, text):
        client.sys.create_or_update_policy(name, text)
        return principal(name, policies=[name])

    user = policy("transit-user", 'path "transit/encrypt/orders" { capabilities = ["update"] } path "transit/decrypt/orders" { capabilities = ["update"] }')
    equal("no key, no leave to make one", raw("POST", "transit/encrypt/orders", {"plaintext": ""}, user)[0], 403)
    maker = policy("transit-maker", 'path "transit/encrypt/*" { capabilities = ["create"] }')
    status, made = raw("POST", "transit/encrypt/orders", {"plaintext": b64("x"), "type": "chacha20-poly1305"}, maker)
    equal("who may create makes it", (status, made["data"]["key_version"], transit.read_key("orders")["data"]["type"]), (200, 1, "chacha20-poly1305"))
    equal("and then may not use it", raw("POST", "transit/encrypt/orders", {"plaintext": ""}, maker)[0], 403)
    equal("who may, may", raw("POST", "transit/decrypt/orders", {"ciphertext": made["data"]["ciphertext"]}, user)[1]["data"]["plaintext"], b64("x"))
    equal("a derived one", raw("POST", "transit/encrypt/by-context", {"plaintext": "", "context": b64("c"), "convergent_encryption": True}, maker)[0], 200)
    equal("is derived", transit.read_key("by-context")["data"]["convergent_encryption"], True)
    for text, body in [("so context is required", {"plaintext": "", "convergent_encryption": True}), ("not supported for this operation", {"plaintext": "", "type": "rsa-2048"}), ("unknown key type", {"plaintext": "", "type": "x"})]:
        refused(f"upsert: {text}", 400, text, "POST", "transit/encrypt/upserted", body, maker)
    refused("an upsert that fails makes no key", 400, "illegal base64", "POST", "transit/encrypt/upserted", {"plaintext": "?"}, maker)
    equal("none was made", raw("GET", "transit/keys/upserted")[0], 404)
    nobody = policy("transit-nobody", 'path "secret/*" { capabilities = ["read"] }')
    for method, path in [("POST", "keys/new"), ("GET", "keys/orders"), ("LIST", "keys"), ("DELETE", "keys/orders"), ("POST", "keys/orders/rotate"), ("POST", "keys/orders/config"),
                         ("POST", "keys/orders/trim"), ("POST", "encrypt/orders"), ("POST", "decrypt/orders"), ("POST", "rewrap/orders"), ("POST", "datakey/plaintext/orders"),
                         ("POST", "random"), ("POST", "hash"), ("POST", "hmac/orders"), ("POST", "sign/orders"), ("POST", "verify/orders"), ("GET", "export/hmac-key/orders"),
                         ("GET", "backup/orders"), ("POST", "restore")]:
        for token in [nobody, user] if path not in ("encrypt/orders", "decrypt/orders") else [nobody]:
            equal(f"{method} {path} is not for everybody", raw(method, "transit/" + path, {} if method == "POST" else None, token)[0], 403)
    equal("the same key elsewhere", raw("POST", "transit2/decrypt/orders", {"ciphertext": made["data"]["ciphertext"]}, user)[0], 403)
    wrapped = policy("transit-wrapped", 'path "transit/datakey/wrapped/*" { capabilities = ["update"] }')
    equal("a wrapped data key", raw("POST", "transit/datakey/wrapped/orders", {}, wrapped)[0], 200)
    equal("is not a plain one", raw("POST", "transit/datakey/plaintext/orders", {}, wrapped)[0], 403)
    for path in ["transit/encrypt/../decrypt/orders", "transit/encrypt/%2e%2e/decrypt/orders", "transit//decrypt/orders", "transit/decrypt/orders/"]:
        check(f"no way around: {path}", raw("POST", path, {"ciphertext": made["data"]["ciphertext"]}, maker)[0] in (400, 403, 404))


def secrecy():
    """No plaintext and no key in an error or in the log; one record for each call."""
    canary = "c4n4ry-transit-plaintext"
    transit.create_key("canaries", exportable=True, allow_plaintext_backup=True)
    exported = transit.export_key("canaries", "encryption-key")["data"]["keys"]["1"]
    made = transit.encrypt_data("canaries", plaintext=b64(canary))["data"]["ciphertext"]
    answers = [transit.decrypt_data("canaries", made)["data"]["plaintext"] == b64(canary)]
    errors = []
    for path, body in [
        ("encrypt/canaries", {"plaintext": canary}), ("encrypt/canaries", {"plaintext": {canary: canary}}), ("encrypt/canaries", {"batch_input": [canary]}),
        ("encrypt/canaries", {"batch_input": [{"plaintext": canary}]}), ("encrypt/canaries", {"batch_input": canary}), ("decrypt/canaries", {"ciphertext": canary}),
        ("decrypt/canaries", {"ciphertext": f"vault:v1:{canary}"}), ("decrypt/canaries", {"ciphertext": f"vault:v{canary}:x"}), ("sign/canaries", {"input": canary}),
        ("hmac/canaries", {"input": canary, "algorithm": canary}), ("hmac/canaries", {"input": canary}), ("hash", {"input": canary, "format": canary}), ("hash", {"input": "", "algorithm": canary}),
        ("random", {"format": canary}), ("restore", {"backup": canary}), ("keys/other", {"type": canary}), ("verify/ed25519", {"input": canary, "signature": canary}),
        ("verify/ed25519", {"input": canary, "signature": "vault:v1:AAAA", "marshaling_algorithm": canary}), ("encrypt/canaries", {"plaintext": "", "key_version": canary}),
    ]:
        status, answer = raw("POST", "transit/" + path, body)
        check(f"an error: {path} {list(body)}", status == 400, (status, answer))
        errors.append(answer)
    check("no plaintext in an error", "c4n4ry" not in json.dumps(errors), errors)
    found = native("POST", "/api/v1/audit/query", {"limit": 1000})["records"]
    records = json.dumps(found)
    of_key = [(r["action"], r["outcome"]) for r in found if r.get("detail") == "transit/canaries"]
    equal("one record for each call", (of_key.count(("vault.transitEncrypt", "allowed")), of_key.count(("vault.transitDecrypt", "allowed"))), (1, 1))
    check("failures are in the log", ("vault.transitDecrypt", "failed") in of_key, of_key)
    check("also those of items", any(r.get("detail") == "transit/canaries, 1 of 1 failed" for r in found))
    for what, secret in [("plaintext", canary), ("encoded plaintext", b64(canary)), ("key", exported), ("ciphertext", made.split(":")[2])]:
        check(f"no {what} in the log", secret not in records)
    check("decrypted", all(answers))


def together():
    """Rotations and uses at the same time: every text opens."""
    transit.create_key("busy")
    texts, wrong = [], []

    def use():
        mine = hvac.Client(os.environ["VAULT_ADDR"], os.environ["VAULT_TOKEN"], verify=os.environ["VAULT_CACERT"]).secrets.transit
        for _ in range(40):
            try:
                made = mine.encrypt_data("busy", plaintext=b64("x"))["data"]["ciphertext"]
                texts.append(made)
                if mine.decrypt_data("busy", made)["data"]["plaintext"] != b64("x"):
                    wrong.append(made)
            except Exception as error:  # noqa: BLE001 - each is wrong here
                wrong.append(repr(error))

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for _ in range(15):
        transit.rotate_key("busy")
        raw("POST", "transit/keys/busy/config", {"min_decryption_version": 99})
    for thread in threads:
        thread.join()
    check("nothing went wrong", not wrong, wrong[:3])
    back = transit.decrypt_data("busy", batch_input=[{"ciphertext": text} for text in texts])["data"]["batch_results"]
    equal("every text opens", {item["plaintext"] for item in back}, {b64("x")})
    equal("every rotation counts", transit.read_key("busy")["data"]["latest_version"], 16)
    began = time.monotonic()
    for _ in range(200):
        transit.encrypt_data("busy", plaintext=b64("x"))
    print(f"an encryption by hvac, one after the other: {(time.monotonic() - began) * 5:.2f} ms", flush=True)


def leaving():
    client.sys.disable_secrets_engine("transit2")
    equal("unmounted", raw("LIST", "transit2/keys")[0], 404)
    text = transit.encrypt_data("plain", plaintext="")["data"]["ciphertext"]
    client.sys.disable_secrets_engine("transit")
    client.sys.enable_secrets_engine("transit")
    equal("the keys went with the mount", raw("LIST", "transit/keys")[0], 404)
    refused("no key came back", 400, "encryption key not found", "POST", "transit/decrypt/plain", {"ciphertext": text})


try:
    for part in [keys, encryption, nonces, derived, versions, batches, signatures, confusion, codes, tools, taking_out, rights, secrecy, together, leaving]:
        part()
except (exceptions.VaultError, InvalidSignature) as error:
    check(f"{part.__name__} went through", False, repr(error))
    raise
finish()
