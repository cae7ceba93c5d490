"""Drives a development server with azure-keyvault-secrets and azure-identity, as they are on PyPI.

Give it what `keyfolio serve --dev` prints to export. It needs nothing else: names below vault.localhost are looked up on
this machine by itself, because not every resolver does so. It prints how many checks held, and ends with 1 when one did
not.
"""

import base64
import datetime
import json
import os
import socket
import ssl
import urllib.error
import urllib.request
from urllib.parse import urlsplit

look_up = socket.getaddrinfo


def look_up_here(host, *rest, **named):
    return look_up("127.0.0.1" if host and host.endswith("localhost") else host, *rest, **named)


socket.getaddrinfo = look_up_here

from azure.core.credentials import AccessToken  # noqa: E402
from azure.core.exceptions import (  # noqa: E402
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
)
from azure.core.rest import HttpRequest  # noqa: E402
from azure.identity import ClientSecretCredential, DefaultAzureCredential  # noqa: E402
from azure.keyvault.secrets import ApiVersion, SecretClient  # noqa: E402
from checks import check, finish, native  # noqa: E402

VAULT = os.environ["AZURE_KEYVAULT_URL"]
AUTHORITY = os.environ["AZURE_AUTHORITY_HOST"]
TENANT = os.environ["AZURE_TENANT_ID"]
PORT = urlsplit(VAULT).port
UTC = datetime.timezone.utc


def fails(kind, status, code, inner, act, text):
    """Expects an error of the SDK's with the service's status and codes."""
    try:
        act()
    except kind as error:
        model = getattr(error, "error", None)
        found = (error.status_code, model.code if model else None)
        nested = (model.innererror or {}).get("code") if model else None
        check(f"{text}: {found} {nested}", found == (status, code) and nested == inner)
        return error
    check(text + ": nothing failed", False)


def credential(client=None, secret=None, tenant=TENANT, **named):
    return ClientSecretCredential(
        tenant,
        client or os.environ["AZURE_CLIENT_ID"],
        secret or os.environ["AZURE_CLIENT_SECRET"],
        authority=named.pop("authority", AUTHORITY),
        disable_instance_discovery=True,
        **named,
    )


def vault(url=VAULT, key=None, **named):
    return SecretClient(url, key or credential(), retry_total=0, **named)


def wait(poller):
    poller.wait(10)
    return poller.result()


def secrets():
    client = vault()
    begin = datetime.datetime(2025, 1, 1, tzinfo=UTC)
    end = datetime.datetime(2030, 1, 1, tzinfo=UTC)
    first = client.set_secret(
        "Portfolio--Production", "one é", content_type="text/plain", tags={"team": "a"}, not_before=begin, expires_on=end
    )
    check("a secret is set", first.value == "one é" and first.name == "Portfolio--Production")
    check("its attributes are told", first.properties.tags == {"team": "a"} and first.properties.expires_on == end)
    check("it can be recovered for 90 days", first.properties.recoverable_days == 90)
    check("it says so", first.properties.recovery_level == "Recoverable+Purgeable")
    second = client.set_secret("portfolio--production", '{"b": "2", "a": "1"}')
    check("a name has no case", second.name == "Portfolio--Production")
    check("the latest is got", client.get_secret("PORTFOLIO--PRODUCTION").value == second.value)
    old = client.get_secret("portfolio--production", first.properties.version)
    check("a version is got", old.value == "one é" and old.properties.not_before == begin)
    changed = client.update_secret_properties(
        "portfolio--production", first.properties.version, tags={"team": "b"}, content_type="x", enabled=False
    )
    check("a version's properties change", changed.tags == {"team": "b"} and changed.enabled is False)
    check("the others stay", changed.expires_on == end and changed.content_type == "x")
    error = fails(
        HttpResponseError, 403, "Forbidden", "SecretDisabled",
        lambda: client.get_secret("portfolio--production", first.properties.version), "a disabled version is not read",
    )
    check("in the service's words", "Operation get is not allowed on a disabled secret." in error.message)
    client.update_secret_properties("portfolio--production", first.properties.version, enabled=True)
    check("the latest's properties change", client.update_secret_properties(second.name, content_type="j").content_type == "j")
    found = list(client.list_properties_of_secret_versions(second.name))
    check("versions are listed", [item.version for item in found] == [first.properties.version, second.properties.version])
    for name in ["none", second.name + "x"]:
        fails(ResourceNotFoundError, 404, "SecretNotFound", None, lambda: client.get_secret(name), "what is not there")
    fails(
        ResourceNotFoundError, 404, "SecretNotFound", None,
        lambda: client.get_secret(second.name, "0" * 32), "a version that is not there",
    )
    fails(
        HttpResponseError, 400, "BadParameter", None, lambda: client.get_secret("a_b"), "a name that is none",
    )
    fails(
        HttpResponseError, 400, "BadParameter", None,
        lambda: client.set_secret("large", "x" * (25 * 1024 + 1)), "a value of more than 25 KB",
    )
    check("25 KB are taken", len(client.set_secret("large", "x" * 25 * 1024).value) == 25 * 1024)


def other_protocols():
    client = vault()
    native("PUT", "/api/v1/secrets/shop/fields", {"fields": {"b": "2", "a": "é"}})
    check("fields are JSON", client.get_secret("shop--fields").value == '{"a":"é","b":"2"}')
    native("PUT", "/api/v1/secrets/my_app/db.url", {"text": "v"})
    check("other characters have a spelling", client.get_secret("my---5Fapp--db---2Eurl").value == "v")
    client.set_secret("shop--text", "written here")
    check("and back", "written here" in json.dumps(native("GET", "/api/v1/secrets/shop/text")))


def lists():
    client = vault(f"https://lists.vault.localhost:{PORT}")
    names = [f"secret-{number:02}" for number in range(60)]
    for name in names:
        client.set_secret(name, "v")
    found = [item.name for item in client.list_properties_of_secrets()]
    check("a list goes through all its pages", sorted(found) == names)
    found = [item.name for item in client.list_properties_of_secrets(max_page_size=7)]
    check("also through small ones", sorted(found) == names)
    pages = list(client.list_properties_of_secrets(max_page_size=25).by_page())
    check("of at most 25", len(pages) == 3)
    for _ in range(29):
        client.set_secret("secret-00", "w")
    versions = list(client.list_properties_of_secret_versions("secret-00"))
    check("so do versions", len({item.version for item in versions}) == 30)
    for wrong in ["maxresults=26", "maxresults=0", "$skiptoken=x"]:
        answer = client.send_request(HttpRequest("GET", f"/secrets?{wrong}"))
        check(f"{wrong} is refused", answer.status_code == 400 and answer.json()["error"]["code"] == "BadParameter")
    check("another vault is empty", not list(vault(f"https://empty.vault.localhost:{PORT}").list_properties_of_secrets()))


def deletion():
    client = vault()
    version = client.set_secret("gone", "v").properties.version
    deleted = wait(client.begin_delete_secret("gone"))
    check("a deleted secret says when it goes", (deleted.scheduled_purge_date - deleted.deleted_date).days in (89, 90))
    check("and where it is", deleted.recovery_id == f"{VAULT}/deletedsecrets/gone")
    fails(ResourceNotFoundError, 404, "SecretNotFound", None, lambda: client.get_secret("gone"), "it is not got")
    fails(
        ResourceNotFoundError, 404, "SecretNotFound", None,
        lambda: client.begin_delete_secret("gone"), "it is not deleted again",
    )
    error = fails(
        ResourceExistsError, 409, "Conflict", "ObjectIsDeletedButRecoverable",
        lambda: client.set_secret("GONE", "w"), "its name is taken",
    )
    check("in the service's words", "currently in a deleted but recoverable state" in error.message)
    check("it is got as deleted", client.get_deleted_secret("gone").name == "gone")
    check("it is listed as deleted", "gone" in [item.name for item in client.list_deleted_secrets()])
    check("and not as there", "gone" not in [item.name for item in client.list_properties_of_secrets()])
    check("it is recovered", wait(client.begin_recover_deleted_secret("gone")).version == version)
    check("with its value", client.get_secret("gone").value == "v")
    fails(
        ResourceNotFoundError, 404, "SecretNotFound", None,
        lambda: client.purge_deleted_secret("gone"), "what is there is not purged",
    )
    fails(
        ResourceNotFoundError, 404, "SecretNotFound", None,
        lambda: client.begin_recover_deleted_secret("gone"), "what is there is not recovered",
    )
    backup = client.backup_secret("gone")
    check("a backup shows nothing", isinstance(backup, bytes) and b"gone" not in backup)
    fails(ResourceExistsError, 409, "Conflict", None, lambda: client.restore_secret_backup(backup), "a name that is taken")
    wait(client.begin_delete_secret("gone"))
    fails(
        ResourceExistsError, 409, "Conflict", None,
        lambda: client.restore_secret_backup(backup), "a name that a deleted secret has",
    )
    client.purge_deleted_secret("gone")
    fails(
        ResourceNotFoundError, 404, "SecretNotFound", None,
        lambda: client.get_deleted_secret("gone"), "a purged one is not there",
    )
    for wrong in [backup[:-1], b"\0" * 64, backup[:40] + b"x" + backup[41:]]:
        fails(
            HttpResponseError, 400, "BadParameter", None,
            lambda: client.restore_secret_backup(wrong), "a changed backup is refused",
        )
    check("a backup is put back", client.restore_secret_backup(backup).version == version)
    check("with its value", client.get_secret("gone").value == "v")
    fails(
        HttpResponseError, 400, "BadParameter", None,
        lambda: vault(f"https://lists.vault.localhost:{PORT}").restore_secret_backup(backup), "not in another vault",
    )


def versions():
    for version in ApiVersion:
        client = vault(api_version=version)
        check(f"api-version {version.value}", client.set_secret("by-version", version.value).value == version.value)
        check("  lists", "by-version" in [item.name for item in client.list_properties_of_secrets()])
    client = vault()
    for query in ["", "?api-version=1.0"]:
        request = urllib.request.Request(f"{VAULT}/secrets{query}")
        token = credential().get_token(f"https://vault.localhost:{PORT}/.default").token
        request.add_header("Authorization", "Bearer " + token)
        context = ssl.create_default_context(cafile=os.environ["REQUESTS_CA_BUNDLE"])
        try:
            urllib.request.urlopen(request, context=context)
            check("a missing version is refused", False)
        except urllib.error.HTTPError as error:
            body = json.load(error)
            check(f"version {query!r} is refused", error.code == 400 and body["error"]["code"] == "BadParameter")


class Token:
    """A credential that has a token already."""

    def __init__(self, token):
        self.token = token

    def get_token(self, *scopes, **named):
        return AccessToken(self.token, 4102444800)


def access():
    native("PUT", "/api/v1/policies/azure-reader", {"text": 'path "secret/data/shop/*" { capabilities = ["read"] }'})
    native("PUT", "/api/v1/principals/azure-reader", {"kind": "machine", "policies": ["azure-reader"]})
    made = native("POST", "/api/v1/clients", {"principal": "azure-reader"})
    reader = vault(key=credential(made["id"], made["secret"]))
    vault().set_secret("shop--one", "v")
    check("a client reads what it may", reader.get_secret("shop--one").value == "v")
    for act in [
        lambda: reader.set_secret("shop--one", "w"),
        lambda: reader.get_secret("Portfolio--Production"),
        lambda: reader.get_secret("nothing-here"),
        lambda: reader.update_secret_properties("shop--one", enabled=False),
        lambda: reader.begin_delete_secret("shop--one"),
        lambda: reader.backup_secret("gone"),
        lambda: list(reader.list_properties_of_secrets()),
        lambda: list(reader.list_deleted_secrets()),
        lambda: list(reader.list_properties_of_secret_versions("shop--one")),
        lambda: reader.get_deleted_secret("shop--one"),
        lambda: reader.begin_recover_deleted_secret("shop--one"),
        lambda: reader.purge_deleted_secret("shop--one"),
    ]:
        fails(HttpResponseError, 403, "Forbidden", "ForbiddenByPolicy", act, "and nothing else")
    native("POST", "/api/v1/sessions/end", {"principal": "azure-reader"})
    check("a client whose session was ended gets another token by itself", reader.get_secret("shop--one").value == "v")

    check("a token of the server is a bearer token", vault(key=Token(os.environ["KEYFOLIO_TOKEN"])).get_secret("shop--one").value == "v")
    fails(
        ClientAuthenticationError, 401, "Unauthorized", None,
        lambda: vault(key=Token("kft_none")).get_secret("shop--one"), "another token is not",
    )
    for client, secret in [(made["id"], "wrong"), ("nobody", "wrong")]:
        try:
            vault(key=credential(client, secret)).get_secret("shop--one")
            check("a wrong secret is refused", False)
        except ClientAuthenticationError as error:
            check("a wrong secret is refused in Entra's words", "AADSTS7000215" in error.message)
            check("which do not repeat it", "wrong" not in error.message)
    try:
        vault(key=credential(tenant="another")).get_secret("shop--one")
        check("another tenant is refused", False)
    except ClientAuthenticationError:
        check("another tenant is refused by the SDK itself", True)
    allowed = credential(tenant="another", additionally_allowed_tenants=["*"])
    check("unless it is allowed", vault(key=allowed).get_secret("shop--one").value == "v")
    default = DefaultAzureCredential(disable_instance_discovery=True)
    check("the environment's credential works", vault(key=default).get_secret("shop--one").value == "v")


def places():
    for url in [f"https://localhost:{PORT}", f"https://127.0.0.1:{PORT}"]:
        key = credential(authority=url)
        try:
            vault(url, key).get_secret("shop--one")
            check("a host without a domain is refused by the SDK", False)
        except ValueError as error:
            check("a host without a domain is refused by the SDK", "verify_challenge_resource=False" in str(error))
        client = vault(url, key, verify_challenge_resource=False)
        check(f"and works without its check at {url}", client.get_secret("shop--one").value == "v")
        check("  also page by page", len(list(client.list_properties_of_secrets(max_page_size=2))) > 2)
    team = vault(f"https://team.vault.localhost:{PORT}")
    team.set_secret("shop--one", "the team's")
    check("vaults are apart", vault().get_secret("shop--one").value == "v")
    check("by their names", team.get_secret("shop--one").value == "the team's")


for part in [secrets, other_protocols, lists, deletion, versions, access, places]:
    part()
finish()
