"""Drives a development server with hvac and PyJWT: who logs in with what others vouch for, and who they are here.

Tokens of an issuer (jwt), of a cluster (kubernetes), entities, aliases, groups, and templates of policies. The issuer is
a real HTTPS server of this script, with an authority of its own. Each attack is named by what it attacks.
"""

import base64
import datetime
import hashlib
import hmac
import http.server
import json
import os
import ssl
import subprocess
import tempfile
import threading
import time
import uuid

import hvac
import jwt
import with_server
from checks import call, check, equal, finish
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hvac import exceptions

base = "id-" + uuid.uuid4().hex[:8]


def client(token=None):
    return hvac.Client(url=os.environ["VAULT_ADDR"], token=token, verify=os.environ.get("VAULT_CACERT", True))


root = client(os.environ["VAULT_TOKEN"])


def refused(what, kind, text, call, *given, **named):
    """Calls what must end in an error of hvac's, with a text in it."""
    try:
        call(*given, **named)
    except kind as error:
        return check(f"{what}: text", text in str(error), repr(str(error)))
    except Exception as error:  # noqa: BLE001 - whatever else it is, it is wrong
        return check(what, False, f"ended in {type(error).__name__}: {error}")
    return check(what, False, f"ended well where {kind.__name__} was expected")


keys = {
    "RS256": rsa.generate_private_key(65537, 2048),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "ES512": ec.generate_private_key(ec.SECP521R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}
for name in ["RS384", "RS512", "PS256", "PS384", "PS512"]:
    keys[name] = keys["RS256"]


def pem(key):
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def certificate(key):
    """A certificate that a key signs for itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "keys of tests")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(hours=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode().strip()


def claims(**more):
    now = int(time.time())
    all = {"iss": "https://issuer.example", "sub": "ada", "aud": "keyfolio", "iat": now, "exp": now + 120, **more}
    return {name: value for name, value in all.items() if value is not None}


def token(algorithm="ES256", headers=None, **more):
    return jwt.encode(claims(**more), keys[algorithm], algorithm, headers=headers)


def part(value):
    text = json.dumps(value).encode() if not isinstance(value, bytes) else value
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


class Issuer(http.server.BaseHTTPRequestHandler):
    """What an issuer answers: its keys, or what should not be believed."""

    keys = []
    asked = {}

    def do_GET(self):
        Issuer.asked[self.path] = Issuer.asked.get(self.path, 0) + 1
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/keys")
            self.end_headers()
            return
        if self.path == "/slow":
            time.sleep(8)
        body = b" " * (300 << 10) if self.path == "/large" else b""
        body += json.dumps({"keys": Issuer.keys}).encode()
        try:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            pass

    def log_message(self, *ignored):
        pass


def serve_issuer():
    """An HTTPS server on this machine. Returns its address and its authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer of tests")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    text = certificate.public_bytes(serialization.Encoding.PEM).decode()
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(text)
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ).decode()
        )
        file.flush()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file.name)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"https://localhost:{server.server_port}", text


def tokens_of_an_issuer():
    mount = f"{base}-jwt"
    root.sys.enable_auth_method("jwt", path=mount)
    api = root.auth.jwt
    refused("unconfigured", exceptions.InvalidRequest, "could not load configuration", api.jwt_login, "web", token(), path=mount)
    refused("nothing to verify with", exceptions.InvalidRequest, "exactly one of", api.configure, path=mount)
    refused("OIDC", exceptions.InvalidRequest, "not supported", api.configure, oidc_discovery_url="https://a", path=mount)
    public = [pem(keys[name]) for name in ["RS256", "ES256", "ES384", "ES512", "EdDSA"]]
    api.configure(jwt_validation_pubkeys=public, bound_issuer="https://issuer.example", default_role="web", path=mount)
    equal("configuration", api.read_config(path=mount)["data"]["bound_issuer"], "https://issuer.example")
    api.create_role(
        "web", "sub", None, role_type="jwt", bound_audiences=["keyfolio"], claim_mappings={"team": "team"},
        bound_claims={"env": ["prod-*"]}, bound_claims_type="glob", token_ttl="10m", token_policies=["default"], path=mount,
    )  # fmt: skip
    equal("role", api.read_role("web", path=mount)["data"]["bound_claims"], {"env": ["prod-*"]})
    equal("roles", api.list_roles(path=mount)["data"]["keys"], ["web"])
    anybody = client()
    good = {"team": "blue", "env": "prod-1"}
    for algorithm in keys:
        entered = anybody.auth.jwt.jwt_login("web", token(algorithm, **good), use_token=False, path=mount)
        equal(f"{algorithm} logs in", entered["auth"]["metadata"], {"role": "web", "team": "blue"})
    entered = anybody.auth.jwt.jwt_login(None, token(**good), path=mount)
    check("the default role", entered["auth"]["entity_id"])
    own = anybody.lookup_token()["data"]
    equal("whose token", own["entity_id"], entered["auth"]["entity_id"])
    equal("its lifetime", own["creation_ttl"], 600)

    def wrong(what, text, value, role="web", kind=exceptions.InvalidRequest):
        refused(what, kind, text, client().auth.jwt.jwt_login, role, value, path=mount)

    wrong("CVE-2024-5798: another audience", "audience claim does not match", token(aud="other", **good))
    wrong("another issuer", "invalid issuer", token(iss="https://issuer.example/", **good))
    wrong("an expired token", "token is expired", token(exp=int(time.time()) - 3600, iat=1, **good))
    wrong("a token of tomorrow", "not yet valid", token(nbf=int(time.time()) + 3600, **good))
    wrong("a claim that does not fit", "does not match any associated bound claim", token(team="x", env="dev"))
    wrong("no user", "not found in token", token(sub=None, **good))
    wrong("an unknown role", "could not be found", token(**good), role="none")
    header, body, _ = token(**good).split(".")
    wrong("alg none", "unexpected algorithm", f"{part({'alg': 'none'})}.{body}.AA")
    wrong("alg none without a signature", "failed to parse", f"{part({'alg': 'none'})}.{body}.")
    signed = f"{part({'alg': 'HS256'})}.{body}"
    code = hmac.new(public[0].encode(), signed.encode(), hashlib.sha256).digest()
    wrong("a public key as a secret", "unexpected algorithm", f"{signed}.{part(code)}")
    wrong("a stranger's key", "no known key", jwt.encode(claims(**good), ec.generate_private_key(ec.SECP256R1()), "ES256"))
    wrong("a key twice in JSON", "failed to parse", twice(good))
    api.create_role("open", "sub", None, role_type="jwt", bound_subject="ada", path=mount)
    wrong("an audience that nobody binds", "audience claim found in JWT but no audiences bound to the role", token(), role="open")
    api.delete_role("open", path=mount)
    refused("a role is gone", exceptions.InvalidPath, "", api.read_role, "open", path=mount)
    keys_of_an_issuer(mount, good)
    root.sys.disable_auth_method(mount)
    check("what the mount gave has ended", not anybody.is_authenticated())


def twice(good):
    """A rightly signed token whose subject is there twice: one reader takes the first, another the last."""
    text = json.dumps(claims(**good)).replace('"sub"', '"sub": "root", "sub"', 1).encode()
    return jwt.api_jws.encode(text, keys["ES256"], "ES256")


def keys_of_an_issuer(mount, good):
    address, authority = serve_issuer()
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(keys["ES256"].public_key()))
    Issuer.keys = [{**jwk, "kid": "one", "use": "sig"}]
    api = root.auth.jwt

    def configure(path, **more):
        api.configure(jwks_url=address + path, path=mount, **{"jwks_ca_pem": authority, **more})

    def login(kid):
        return client().auth.jwt.jwt_login("web", token(headers={"kid": kid}, **good), path=mount)

    configure("/keys")
    check("keys that are fetched", login("one")["auth"]["client_token"])
    login("one")
    equal("they are fetched once", Issuer.asked["/keys"], 1)
    for number in range(20):
        refused("an unknown key", exceptions.InvalidRequest, "no known key", login, f"kid-{number}")
    check("amplification: unknown keys fetch no more", Issuer.asked["/keys"] <= 2, Issuer.asked)
    for path in ["/redirect", "/large", "/slow"]:
        configure(path)
        began = time.time()
        refused(path, exceptions.InvalidRequest, "the issuer's keys cannot be fetched", login, "one")
        check(f"{path} is bounded", time.time() - began < 7, time.time() - began)
    equal("a redirect is not followed", Issuer.asked["/keys"], 1)
    configure("/keys", jwks_ca_pem=None)
    refused("an authority that nobody believes", exceptions.InvalidRequest, "cannot be fetched", login, "one")
    refused("SSRF: plain HTTP", exceptions.InvalidRequest, "https", api.configure, jwks_url="http://127.0.0.1/", path=mount)
    refused("SSRF: files", exceptions.InvalidRequest, "https", api.configure, jwks_url="file:///etc/passwd", path=mount)
    root.sys.create_or_update_policy(base, f'path "auth/{mount}/*" {{ capabilities = ["create", "read", "update"] }}')
    weak = client(root.auth.token.create(policies=[base])["auth"]["client_token"])
    refused(
        "SSRF: without sudo", exceptions.Forbidden, "permission denied", weak.auth.jwt.configure, jwks_url=address, path=mount
    )


def service_accounts():
    mount = f"{base}-k8s"
    root.sys.enable_auth_method("kubernetes", path=mount)
    api = root.auth.kubernetes
    status, answer, _ = call("POST", f"/v1/auth/{mount}/config", {"kubernetes_host": "https://k"})
    equal("without keys", (status, "TokenReview" in answer["errors"][0]), (400, True))
    api.configure("https://k", pem_keys=[certificate(keys["RS256"])], issuer="https://k", mount_point=mount)
    equal("configuration", api.read_config(mount_point=mount)["kubernetes_host"], "https://k")
    api.create_role("web", ["web"], ["shop"], ttl="10m", audience="vault", mount_point=mount)
    equal("role", api.read_role("web", mount_point=mount)["audience"], "vault")
    equal("roles", api.list_roles(mount_point=mount)["keys"], ["web"])
    account = {"namespace": "shop", "serviceaccount": {"name": "web", "uid": "u-1"}}
    named = {"iss": "https://k", "aud": ["vault"], "kubernetes.io": account}
    entered = client().auth.kubernetes.login("web", token("RS256", **named), mount_point=mount)
    equal("a service account", entered["auth"]["metadata"]["service_account_name"], "web")
    other = {**named, "kubernetes.io": {**account, "namespace": "x"}}
    refused("another namespace", exceptions.Forbidden, "namespace not authorized", client().auth.kubernetes.login, "web", token("RS256", **other), mount_point=mount)
    refused("another audience", exceptions.Forbidden, "audience", client().auth.kubernetes.login, "web", token("RS256", **{**named, "aud": ["x"]}), mount_point=mount)
    refused("another key", exceptions.Forbidden, "permission denied", client().auth.kubernetes.login, "web", token("ES256", **named), mount_point=mount)
    api.delete_role("web", mount_point=mount)
    root.sys.disable_auth_method(mount)


def entities():
    mount = f"{base}-up"
    root.sys.enable_auth_method("userpass", path=mount)
    accessor = root.sys.list_auth_methods()["data"][mount + "/"]["accessor"]
    users = root.auth.userpass
    users.create_or_update_user("ada", "correct horse battery", mount_point=mount)
    ada = client()
    entered = ada.auth.userpass.login("ada", "correct horse battery", mount_point=mount)
    id = entered["auth"]["entity_id"]
    identity = root.secrets.identity
    equal("alias", identity.read_entity(id)["data"]["aliases"][0]["name"], "ada")
    root.sys.create_or_update_policy(
        f"{base}-own",
        f"""
        path "secret/data/{base}/{{{{identity.entity.metadata.team}}}}/x" {{ capabilities = ["read"] }}
        path "secret/data/{base}/{{{{identity.entity.aliases.{accessor}.name}}}}" {{ capabilities = ["read"] }}
        """,
    )
    for path in ["blue/x", "red/x", "ada"]:
        root.secrets.kv.v2.create_or_update_secret(f"{base}/{path}", {"a": "b"})

    def reads(path):
        try:
            ada.secrets.kv.v2.read_secret_version(f"{base}/{path}", raise_on_deleted_version=True)
            return True
        except exceptions.Forbidden:
            return False

    check("nothing at first", not reads("ada"))
    identity.create_or_update_entity_by_name(f"other-{base}", policies=f"{base}-own")
    identity.update_entity(id, name=f"ada-{base}", policies=[f"{base}-own"], metadata={"team": "blue"})
    equal("templates", [reads(path) for path in ["blue/x", "red/x", "ada"]], [True, False, True])
    for value in ["*", "+", "red/x", "..", "", "re*"]:
        identity.update_entity(id, metadata={"team": value})
        equal(f"GHSA-59w7-v8rr-pr4p: metadata {value!r}", [reads("blue/x"), reads("red/x")], [False, False])
    group = identity.create_or_update_group(name=f"team-{base}", policies=["default"], member_entity_ids=[id])["data"]["id"]
    equal("group", identity.read_group(group)["data"]["member_entity_ids"], [id])
    equal("group by name", identity.read_group_by_name(f"team-{base}")["data"]["id"], group)
    check("groups", group in identity.list_groups()["data"]["keys"])
    check("groups by name", f"team-{base}" in identity.list_groups_by_name()["data"]["keys"])
    equal("look-up of a group", identity.lookup_group(name=f"team-{base}")["data"]["id"], group)
    equal("look-up of an entity", identity.lookup_entity(name=f"ADA-{base}")["data"]["id"], id)
    equal("look-up by alias", identity.lookup_entity(alias_name="ada", alias_mount_accessor=accessor)["data"]["id"], id)
    check("entities", id in identity.list_entities()["data"]["keys"])
    check("entities by name", f"ada-{base}" in identity.list_entities_by_name()["data"]["keys"])
    check("aliases", identity.list_entity_aliases()["data"]["keys"])
    for name in ["root", "ROOT", " root"]:
        refused(f"CVE-2025-64761: {name!r} of a group", exceptions.InvalidRequest, "root", identity.update_group, group, f"team-{base}", policies=[name])
        refused(f"CVE-2025-5999: {name!r} of an entity", exceptions.InvalidRequest, "root", identity.update_entity, id, policies=[name])
    made = identity.create_or_update_entity(f"eve-{base}")["data"]["id"]
    alias = identity.create_or_update_entity_alias("eve", made, accessor)["data"]["id"]
    equal("an alias that is made", identity.read_entity_alias(alias)["data"]["canonical_id"], made)
    identity.delete_entity_alias(alias)
    refused("an alias is gone", exceptions.InvalidPath, "", identity.read_entity_alias, alias)
    check("in use", ada.is_authenticated())
    identity.update_entity(id, disabled=True)
    check("disabled, its tokens have ended", not ada.is_authenticated())
    refused("disabled, it does not log in", exceptions.Forbidden, "", client().auth.userpass.login, "ada", "correct horse battery", mount_point=mount)
    identity.delete_group(group)
    identity.delete_entity(id)
    refused("an entity is gone", exceptions.InvalidPath, "", identity.read_entity, id)
    root.sys.disable_auth_method(mount)


class Authority:
    """An authority of certificates, right or wrong."""

    def __init__(self, name, issuer=None, is_authority=True):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self.make(self.name, self.key, issuer or self, is_authority)
        self.pem = self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def make(self, name, key, issuer, is_authority, purpose=ExtendedKeyUsageOID.CLIENT_AUTH, days=1, hosts=("web.example",)):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=2))
            .not_valid_after(now + datetime.timedelta(days=days))
            .add_extension(x509.BasicConstraints(is_authority, None), True)
        )
        if not is_authority:
            builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), False)
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), False)
        return builder.sign(issuer.key, hashes.SHA256())

    def client(self, common, unit="shop", chain=(), **more):
        """A client's certificate and key in a file. Returns its name, and the certificate in PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common), x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit)]
        made = self.make(x509.Name(attributes), key, self, False, **more)
        text = made.public_bytes(serialization.Encoding.PEM).decode()
        with tempfile.NamedTemporaryFile("w", suffix=".pem", delete=False) as file:
            file.write(text + "".join(chain))
            file.write(
                key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
                ).decode()
            )
        files.append(file.name)
        return file.name, text


files = []


def certificates():
    """On a server that asks for certificates: the one that the script was started with does not."""
    process, variables, _ = with_server.start(os.environ["KEYFOLIO_SERVER"], ["--client-certificates"])
    try:
        certificates_of_clients(variables)
    finally:
        with_server.stop(process)
        for file in files:
            os.remove(file)


def certificates_of_clients(variables):
    def at(certificate=None, token=None):
        return hvac.Client(url=variables["VAULT_ADDR"], token=token, verify=variables["VAULT_CACERT"], cert=certificate and (certificate, certificate))

    admin = at(token=variables["VAULT_TOKEN"])
    admin.sys.enable_auth_method("cert")
    authority, stranger = Authority("authority"), Authority("authority")
    middle = Authority("middle", authority)
    web, web_text = authority.client("web")
    api = admin.auth.cert

    def role(name, certificate, **more):
        status, answer, _ = call("POST", f"/v1/auth/cert/certs/{name}", {"certificate": certificate, "token_ttl": "10m", **more}, token=variables["VAULT_TOKEN"], base=variables["VAULT_ADDR"])
        return status, answer

    os.environ["KEYFOLIO_CACERT"] = variables["VAULT_CACERT"]
    equal("role", role("web", authority.pem, allowed_common_names=["web*"], allowed_dns_sans=["*.example"], allowed_organizational_units=["shop"])[0], 204)
    equal("read", api.read_ca_certificate_role("web")["data"]["allowed_common_names"], ["web*"])
    equal("list", api.list_certificate_roles()["data"]["keys"], ["web"])
    equal("no certificate in it", role("x", "no PEM"), (400, {"errors": ["failed to parse certificate"]}))
    api.configure_tls_certificate()

    def login(certificate, name=""):
        client = at(certificate)
        answer = client.login("/v1/auth/cert/login", json={"name": name})
        return client, answer["auth"]

    client, entered = login(web)
    equal("logs in", (entered["metadata"]["cert_name"], entered["metadata"]["common_name"]), ("web", "web"))
    equal("by name", login(web, "web")[1]["metadata"]["cert_name"], "web")
    check("an entity", entered["entity_id"] and client.lookup_token()["data"]["entity_id"] == entered["entity_id"])
    through, _ = middle.client("web", chain=[middle.pem])
    equal("through another authority", login(through)[1]["metadata"]["cert_name"], "web")

    def wrong(what, certificate, name="", text="invalid certificate or no client certificate supplied"):
        refused(what, exceptions.InvalidRequest, text, login, certificate, name)

    wrong("no certificate", None, text="client certificate must be supplied")
    wrong("another authority of the same name", stranger.client("web")[0])
    wrong("another name", authority.client("eve")[0])
    wrong("another unit", authority.client("web", "other")[0])
    wrong("another host", authority.client("web", hosts=["web.other"])[0])
    wrong("for servers", authority.client("web", purpose=ExtendedKeyUsageOID.SERVER_AUTH)[0])
    wrong("out of time", authority.client("web", days=-1)[0])
    wrong("the authority between is missing", middle.client("web")[0])
    wrong("an unknown role", web, "none")
    false = Authority("false", authority, is_authority=False)
    wrong("CVE-2024-2048: a client that vouches", false.client("web", chain=[false.pem])[0])
    # A certificate in the role that is no authority means itself.
    pinned, pinned_text = stranger.client("pinned")
    equal("a pinned certificate", role("pinned", pinned_text)[0], 204)
    equal("it logs in", login(pinned)[1]["metadata"]["cert_name"], "pinned")
    wrong("CVE-2025-6037: another of the same names", stranger.client("pinned")[0], "pinned")
    # Renewing needs the certificate of the login.
    token = entered["client_token"]
    check("renewed with it", at(web, token).auth.token.renew_self())
    text = "client identity during renewal not matching"
    refused("CVE-2026-39388: renewed with another good one", exceptions.InvalidRequest, text, at(through, token).auth.token.renew_self)
    refused("renewed with none", exceptions.InvalidRequest, "no client certificate found", at(None, token).auth.token.renew_self)
    api.configure_tls_certificate(disable_binding=True)
    check("renewed with none, where nothing is bound", at(None, token).auth.token.renew_self())
    curl = ["curl", "--silent", "--http2", "--cacert", variables["VAULT_CACERT"], "--cert", web, "--key", web, "--write-out", "%{http_version}", "--data", "{}"]
    output = subprocess.run([*curl, variables["VAULT_ADDR"] + "/v1/auth/cert/login"], capture_output=True, text=True).stdout
    check("over HTTP/2", '"cert_name":"web"' in output and output.endswith("2"), output)
    api.delete_certificate_role("web")
    wrong("the role is gone", web)
    refused("not renewed without its role", exceptions.InvalidRequest, "does not exist during renewal", at(web, token).auth.token.renew_self)


tokens_of_an_issuer()
service_accounts()
entities()
certificates()
finish()
