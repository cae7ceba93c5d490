"""One store, four protocols: what is written through one is read through the others, and a delete looks right everywhere."""

import base64
import os
import socket

from checks import call, check, equal, finish

look_up = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **named: look_up(
    "127.0.0.1" if host and host.endswith("localhost") else host, *rest, **named
)

import boto3  # noqa: E402
import hvac  # noqa: E402
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError  # noqa: E402
from azure.identity import ClientSecretCredential  # noqa: E402
from azure.keyvault.secrets import SecretClient  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402

aws = boto3.client("secretsmanager")
vault = hvac.Client(os.environ["VAULT_ADDR"], os.environ["VAULT_TOKEN"], verify=os.environ["VAULT_CACERT"])
kv = vault.secrets.kv.v2
azure = SecretClient(
    os.environ["AZURE_KEYVAULT_URL"],
    ClientSecretCredential(
        os.environ["AZURE_TENANT_ID"],
        os.environ["AZURE_CLIENT_ID"],
        os.environ["AZURE_CLIENT_SECRET"],
        authority=os.environ["AZURE_AUTHORITY_HOST"],
        disable_instance_discovery=True,
    ),
)


def native(path, version=None):
    return call("GET", f"/api/v1/secrets/{path}" + (f"?version={version}" if version else ""))[1]


# A map, from Vault.
kv.create_or_update_secret("shop/production", secret={"B": "2", "A": "1"})
equal("a map of Vault's is JSON through AWS", aws.get_secret_value(SecretId="shop/production")["SecretString"], '{"A":"1","B":"2"}')
equal("and through Azure", azure.get_secret("shop--production").value, '{"A":"1","B":"2"}')
equal("and fields natively", native("shop/production")["fields"], {"A": "1", "B": "2"})
equal("in the environment that the path names", native("shop/production")["environment"], "production")

# A text that is JSON, from AWS: every byte is kept.
spelled = '{"b": 1.10, "a": "x", "list": [1, 2]}'
aws.create_secret(Name="shop/staging", SecretString=spelled)
equal("AWS gets its own bytes back", aws.get_secret_value(SecretId="shop/staging")["SecretString"], spelled)
equal("Vault sees the object", kv.read_secret_version("shop/staging", raise_on_deleted_version=True)["data"]["data"], {"b": 1.1, "a": "x", "list": [1, 2]})
equal("Azure gets the bytes", azure.get_secret("shop--staging").value, spelled)

# A text that is none, from Azure.
azure.set_secret("shop--token", "plain text")
equal("a text is a value through Vault", kv.read_secret_version("shop/token", raise_on_deleted_version=True)["data"]["data"], {"value": "plain text"})
equal("and itself through AWS", aws.get_secret_value(SecretId="shop/token")["SecretString"], "plain text")

# Bytes, from AWS.
aws.create_secret(Name="shop/keystore", SecretBinary=b"\x00\xff\x10")
equal("bytes are base64 through Azure", base64.b64decode(azure.get_secret("shop--keystore").value), b"\x00\xff\x10")
found = kv.read_secret_version("shop/keystore", raise_on_deleted_version=True)["data"]["data"]
equal("and a field through Vault", base64.b64decode(found["binary"]), b"\x00\xff\x10")
equal("and bytes natively", base64.b64decode(native("shop/keystore")["bytes"]), b"\x00\xff\x10")

# One version, three names.
aws.put_secret_value(SecretId="shop/token", SecretString="second")
number = kv.read_secret_version("shop/token", raise_on_deleted_version=True)["data"]["metadata"]["version"]
identity = aws.get_secret_value(SecretId="shop/token")["VersionId"]
equal("the number counts", number, 2)
equal("AWS's id is Azure's", azure.get_secret("shop--token").properties.version, identity.replace("-", ""))
equal("and the native one", native("shop/token")["id"], identity.replace("-", ""))
equal("the id finds the version natively", native("shop/token", identity)["text"], "second")
equal("the first is previous", native("shop/token", "previous")["text"], "plain text")

# A version that only Vault deletes is not found elsewhere.
kv.delete_latest_version_of_secret("shop/token")
try:
    aws.get_secret_value(SecretId="shop/token")
    check("AWS does not find a version that Vault deleted", False)
except ClientError as error:
    equal("AWS does not find a version that Vault deleted", error.response["Error"]["Code"], "ResourceNotFoundException")
try:
    azure.get_secret("shop--token")
    check("nor does Azure", False)
except ResourceNotFoundError:
    check("nor does Azure", True)
kv.undelete_secret_versions("shop/token", versions=[2])
equal("it is had back everywhere", azure.get_secret("shop--token").value, "second")

# A whole secret that AWS deletes is marked: gone to read, its name taken, had back by any.
aws.delete_secret(SecretId="shop/staging", RecoveryWindowInDays=7)
try:
    kv.read_secret_version("shop/staging", raise_on_deleted_version=True)
    check("Vault sees it deleted", False)
except hvac.exceptions.InvalidPath as error:
    check("Vault sees it deleted", bool(error.json["data"]["metadata"]["deletion_time"]), error.json)
equal("Azure lists it among the deleted", [item.name for item in azure.list_deleted_secrets()], ["shop--staging"])
check("natively it says until when", "deletion" in call("GET", "/api/v1/details/shop/staging")[1])
try:
    azure.set_secret("shop--staging", "x")
    check("its name is taken", False)
except HttpResponseError as error:
    equal("its name is taken", error.status_code, 409)
azure.begin_recover_deleted_secret("shop--staging").wait()
equal("Azure has AWS's secret back", aws.get_secret_value(SecretId="shop/staging")["SecretString"], spelled)
azure.begin_delete_secret("shop--staging").wait()
try:
    aws.get_secret_value(SecretId="shop/staging")
    check("AWS sees what Azure deleted as deleted", False)
except ClientError as error:
    equal("AWS sees what Azure deleted as deleted", error.response["Error"]["Code"], "InvalidRequestException")
aws.restore_secret(SecretId="shop/staging")
equal("AWS has Azure's back", azure.get_secret("shop--staging").value, spelled)
kv.delete_metadata_and_all_versions("shop/staging")
equal("what Vault removes is gone everywhere", call("GET", "/api/v1/secrets/shop/staging")[0], 404)

# Another region is another store.
other = boto3.client("secretsmanager", region_name="eu-west-1")
other.create_secret(Name="shop/production", SecretString="elsewhere")
equal("a region is a namespace of its own", aws.get_secret_value(SecretId="shop/production")["SecretString"], '{"A":"1","B":"2"}')
equal("and has its own", other.get_secret_value(SecretId="shop/production")["SecretString"], "elsewhere")
names = kv.list_secrets("")["data"]["keys"]
check("Vault's default mount does not see it", not [n for n in names if "eu-west-1" in n or n.startswith("@")], names)
equal("nor is it Vault's secret", kv.read_secret_version("shop/production")["data"]["data"], {"A": "1", "B": "2"})

# A token of Keyfolio's is Vault's and Azure's.
token = os.environ["KEYFOLIO_TOKEN"]
status, answer, _ = call("GET", "/v1/secret/data/shop/production")
equal("a bearer token is Vault's", (status, answer["data"]["data"]), (200, {"A": "1", "B": "2"}))
status, answer, _ = call("GET", "/secrets/shop--production/?api-version=7.5")
equal("and Azure's", (status, answer["value"]), (200, '{"A":"1","B":"2"}'))

# A token that somebody from elsewhere made natively ends when they are disabled.
vault.sys.enable_auth_method("userpass", path="across")
vault.sys.create_or_update_policy("own-tokens", 'path "sys/tokens/own" { capabilities = ["create"] }')
vault.auth.userpass.create_or_update_user("ada", "a long password", policies=["own-tokens"], mount_point="across")
ada = hvac.Client(os.environ["VAULT_ADDR"], verify=os.environ["VAULT_CACERT"])
found = ada.auth.userpass.login("ada", "a long password", mount_point="across")["auth"]
status, made, _ = call("POST", "/api/v1/tokens", {"policies": ["own-tokens"]}, token=found["client_token"])
equal("a token of one's own", status, 201)
equal("opens", call("GET", "/api/v1/self", token=made["token"])[0], 200)
vault.secrets.identity.update_entity(found["entity_id"], disabled=True)
equal("and not when its maker is disabled", call("GET", "/api/v1/self", token=made["token"])[0], 403)
vault.sys.disable_auth_method("across")

# Whoever did it, and through which protocol, is in one log.
client = boto3.client("cloudtrail")
events = client.lookup_events(LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "shop/production"}])["Events"]
check("AWS's trail has what the others did", {"GetSecretValue", "PutSecretValue"} & {e["EventName"] for e in events}, events)
finish()
