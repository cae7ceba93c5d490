"""Drives a development server with hvac, as it is on PyPI: each call once at least, each kind of error once at least.

The environment is what `keyfolio serve --dev` prints: VAULT_ADDR, VAULT_TOKEN, VAULT_CACERT. It prints how many checks
held, and ends with 1 when one did not.
"""

import os
import sys
import uuid

import hvac
from checks import check, equal, finish
from hvac import exceptions


def refused(what, kind, text, call, *given, **named):
    """Calls what must end in an error of hvac's, with a text in it."""
    try:
        call(*given, **named)
    except kind as error:
        check(f"{what}: text", text in str(error), repr(str(error)))
        return error
    except Exception as error:  # noqa: BLE001 - whatever else it is, it is wrong
        check(what, False, f"ended in {type(error).__name__}: {error}")
        return None
    check(what, False, f"ended well where {kind.__name__} was expected")
    return None


def client(token=None, **named):
    return hvac.Client(
        url=os.environ["VAULT_ADDR"], token=token, verify=os.environ.get("VAULT_CACERT", True), **named
    )


root = client(os.environ["VAULT_TOKEN"])
base = "hvac-" + uuid.uuid4().hex[:8]


def states():
    anybody = client()
    health = root.sys.read_health_status(method="GET")
    equal("health: sealed", health["sealed"], False)
    equal("health by HEAD", root.sys.read_health_status().status_code, 200)
    equal("initialised", anybody.sys.is_initialized(), True)
    equal("sealed", anybody.sys.is_sealed(), False)
    equal("leader", anybody.sys.read_leader_status()["is_self"], True)
    equal("seal status", anybody.sys.read_seal_status()["initialized"], True)
    check("authenticated", root.is_authenticated())
    check("not authenticated", not client("kft_unknown").is_authenticated())
    refused("init again", exceptions.InvalidRequest, "already initialized", root.sys.initialize)


def key_values():
    kv = root.secrets.kv.v2
    path = f"{base}/app/db"
    written = kv.create_or_update_secret(path, {"user": "ada", "port": 5432, "ratio": 1.5}, cas=0)
    equal("first version", written["data"]["version"], 1)
    read = kv.read_secret_version(path, raise_on_deleted_version=True)
    equal("data", read["data"]["data"], {"user": "ada", "port": 5432, "ratio": 1.5})
    equal("deletion time", read["data"]["metadata"]["deletion_time"], "")
    refused(
        "cas", exceptions.InvalidRequest, "check-and-set parameter did not match", kv.create_or_update_secret, path,
        {"a": "b"}, cas=0,
    )
    equal("patch", kv.patch(path, {"user": "eve"})["data"]["version"], 2)
    equal("old version", kv.read_secret_version(path, version=1, raise_on_deleted_version=True)["data"]["data"]["user"], "ada")
    if hasattr(kv, "read_secret_subkeys"):
        kv.read_secret_subkeys(path)
    kv.delete_latest_version_of_secret(path)
    error = refused(
        "deleted", exceptions.InvalidPath, "", kv.read_secret_version, path, raise_on_deleted_version=True
    )
    equal("deleted: metadata", error.json["data"]["metadata"]["version"], 2)
    deleted = kv.read_secret_version(path, raise_on_deleted_version=False)
    equal("deleted: data", deleted["data"]["data"], None)
    check("deleted: time", deleted["data"]["metadata"]["deletion_time"])
    kv.undelete_secret_versions(path, [2])
    equal("undeleted", kv.read_secret_version(path, raise_on_deleted_version=True)["data"]["data"]["user"], "eve")
    kv.delete_secret_versions(path, [1])
    kv.destroy_secret_versions(path, [1])
    metadata = kv.read_secret_metadata(path)["data"]
    equal("destroyed", metadata["versions"]["1"]["destroyed"], True)
    equal("current version", metadata["current_version"], 2)
    kv.update_metadata(
        path, max_versions=3, cas_required=True, delete_version_after="3h", custom_metadata={"owner": "team"}
    )
    metadata = kv.read_secret_metadata(path)["data"]
    equal("custom metadata", metadata["custom_metadata"], {"owner": "team"})
    equal("delete_version_after", metadata["delete_version_after"], "3h0m0s")
    refused(
        "cas required", exceptions.InvalidRequest, "check-and-set parameter required", kv.create_or_update_secret,
        path, {"a": "b"},
    )
    refused(
        "bad metadata", exceptions.InvalidRequest, "custom_metadata validation failed", kv.update_metadata, path,
        custom_metadata={"a": ""},
    )
    equal("list", kv.list_secrets(base)["data"]["keys"], ["app/"])
    check("list of the top", f"{base}/" in kv.list_secrets("")["data"]["keys"])
    refused("empty list", exceptions.InvalidPath, "", kv.list_secrets, f"{base}/none")
    refused("missing", exceptions.InvalidPath, "", kv.read_secret_version, f"{base}/none", raise_on_deleted_version=True)
    kv.delete_metadata_and_all_versions(path)
    refused("removed", exceptions.InvalidPath, "", kv.read_secret_metadata, path)
    refused("no path of the engine", exceptions.InvalidPath, "", root.secrets.kv.v1.list_secrets, base, mount_point="secret")
    kv.configure(max_versions=7, cas_required=False, delete_version_after="0s")
    equal("configuration", kv.read_configuration()["data"]["max_versions"], 7)
    kv.configure(max_versions=0)
    equal("generic read", root.read(f"secret/data/{base}/none"), None)
    root.write_data(f"secret/data/{base}/generic", data={"data": {"k": "v"}})
    equal("generic list", root.list(f"secret/metadata/{base}")["data"]["keys"], ["generic"])
    root.delete(f"secret/metadata/{base}/generic")


def mounts():
    name = base + "-kv"
    root.sys.enable_secrets_engine("kv", path=name, options={"version": "2"}, description="mine")
    listed = root.sys.list_mounted_secrets_engines()
    equal("mount", listed["data"][name + "/"]["options"], {"version": "2"})
    equal("mount at the top", listed[name + "/"]["type"], "kv")
    root.sys.tune_mount_configuration(name, default_lease_ttl="1h", description="x", listing_visibility="unauth")
    equal("tuned", root.sys.read_mount_configuration(name)["data"]["default_lease_ttl"], 3600)
    root.secrets.kv.v2.create_or_update_secret("a", {"k": "v"}, mount_point=name)
    root.sys.disable_secrets_engine(name)
    refused("unmounted", exceptions.InvalidPath, "no handler for route", root.secrets.kv.v2.read_secret_version, "a",
            mount_point=name, raise_on_deleted_version=True)
    flat = base + "-flat"
    root.sys.enable_secrets_engine("kv", path=flat)
    one = root.secrets.kv.v1
    one.create_or_update_secret("a/b", {"k": "v"}, mount_point=flat)
    one.create_or_update_secret("a/c", {"k": "v"}, mount_point=flat, method="POST")
    equal("flat data", one.read_secret("a/b", mount_point=flat)["data"], {"k": "v"})
    equal("flat list", one.list_secrets("a", mount_point=flat)["data"]["keys"], ["b", "c"])
    one.delete_secret("a/b", mount_point=flat)
    refused("flat, deleted", exceptions.InvalidPath, "", one.read_secret, "a/b", mount_point=flat)
    reader = base + "-flat-reader"
    root.sys.create_or_update_policy(reader, f'path "{flat}/a/*" {{ capabilities = ["read"] }}')
    weak = client(root.auth.token.create(policies=[reader])["auth"]["client_token"])
    equal("flat, by policy", weak.secrets.kv.v1.read_secret("a/c", mount_point=flat)["data"], {"k": "v"})
    refused("flat, denied", exceptions.Forbidden, "permission denied", weak.secrets.kv.v1.delete_secret, "a/c",
            mount_point=flat)
    root.sys.disable_secrets_engine(flat)
    refused("unknown engine", exceptions.InvalidRequest, "no secrets engine", root.sys.enable_secrets_engine, "database")


def policies():
    name = base + "-policy"
    text = f'path "secret/data/{base}/*" {{\n  capabilities = ["read", "list"]\n}}\n'
    root.sys.create_or_update_policy(name, text)
    check("listed", name in root.sys.list_policies()["data"]["policies"])
    equal("as written", root.sys.read_policy(name)["data"]["rules"], text)
    root.sys.create_or_update_acl_policy(name, text)
    check("listed again", name in root.sys.list_acl_policies()["data"]["keys"])
    equal("as written again", root.sys.read_acl_policy(name)["data"]["policy"], text)
    root.sys.create_or_update_policy(name + "-json", {"path": {f"secret/data/{base}/*": {"capabilities": ["read"]}}})
    refused("no policy", exceptions.InvalidRequest, "", root.sys.create_or_update_policy, name, 'path "x" {')
    root.secrets.kv.v2.create_or_update_secret(f"{base}/seen", {"k": "v"})
    token = root.auth.token.create(policies=[name])["auth"]["client_token"]
    reader = client(token)
    equal("allowed", reader.secrets.kv.v2.read_secret_version(f"{base}/seen", raise_on_deleted_version=True)["data"]["data"], {"k": "v"})
    refused("denied", exceptions.Forbidden, "permission denied", reader.secrets.kv.v2.create_or_update_secret,
            f"{base}/seen", {"k": "w"})
    refused("unknown token", exceptions.Forbidden, "invalid token", client("kft_unknown").secrets.kv.v2.list_secrets, "")
    equal("capabilities", root.sys.get_capabilities([f"secret/data/{base}/x"], token=token)["data"]["capabilities"],
          ["list", "read"])
    accessor = reader.auth.token.lookup_self()["data"]["accessor"]
    equal("by accessor", root.sys.get_capabilities(["x"], accessor=accessor)["data"]["capabilities"], ["deny"])
    equal("own", reader.sys.get_capabilities([f"secret/data/{base}/x", "y"])["data"]["y"], ["deny"])
    root.sys.delete_policy(name)
    root.sys.delete_acl_policy(name + "-json")
    refused("deleted", exceptions.InvalidPath, "", root.sys.read_policy, name)


def tokens():
    auth = root.auth.token
    made = auth.create(policies=["default"], ttl="1h", meta={"k": "v"}, display_name="d", num_uses=0)["auth"]
    own = client(made["client_token"])
    looked = own.auth.token.lookup_self()["data"]
    equal("display name", looked["display_name"], "token-d")
    equal("meta", looked["meta"], {"k": "v"})
    equal("by token", auth.lookup(made["client_token"])["data"]["accessor"], made["accessor"])
    equal("by accessor", auth.lookup_accessor(made["accessor"])["data"]["id"], "")
    check("accessors", made["accessor"] in auth.list_accessors()["data"]["keys"])
    equal("renewed", own.auth.token.renew_self(increment="2h")["auth"]["lease_duration"], 7200)
    auth.renew(made["client_token"], increment="1h")
    if hasattr(auth, "renew_accessor"):
        auth.renew_accessor(made["accessor"])
    orphan = auth.create_orphan(policies=["default"])["auth"]
    equal("orphan", orphan["orphan"], True)
    auth.revoke_accessor(orphan["accessor"])
    auth.revoke_and_orphan_children(auth.create(policies=["default"])["auth"]["client_token"])
    auth.revoke(auth.create(policies=["default"])["auth"]["client_token"])
    own.auth.token.revoke_self()
    refused("revoked", exceptions.Forbidden, "invalid token", own.auth.token.lookup_self)
    role = base + "-role"
    auth.create_or_update_role(role, allowed_policies="default", orphan=True, renewable=False)
    equal("role", auth.read_role(role)["data"]["orphan"], True)
    check("roles", role in auth.list_roles()["data"]["keys"])
    equal("by role", auth.create(role_name=role)["auth"]["renewable"], False)
    refused("beyond the role", exceptions.InvalidRequest, "subset of the role's", auth.create, role_name=role,
            policies=["other"])
    auth.delete_role(role)
    refused("no role", exceptions.InvalidPath, "", auth.read_role, role)
    refused("batch", exceptions.InvalidRequest, "batch tokens cannot have root policy", auth.create, type="batch")
    check("tidied", auth.tidy() is not None)
    once = client(auth.create(policies=["default"], num_uses=1)["auth"]["client_token"])
    once.auth.token.lookup_self()
    refused("used up", exceptions.Forbidden, "", once.auth.token.lookup_self)
    gone = client(auth.create(policies=["default"])["auth"]["client_token"])
    gone.logout(revoke_token=True)


def app_roles():
    mount = base + "-approle"
    root.sys.enable_auth_method("approle", path=mount)
    check("enabled", mount + "/" in root.sys.list_auth_methods()["data"])
    root.sys.tune_auth_method(mount, default_lease_ttl="1h")
    equal("tuned", root.sys.read_auth_method_tuning(mount)["data"]["default_lease_ttl"], 3600)
    role = root.auth.approle
    role.create_or_update_approle(
        "web", token_policies=["default"], secret_id_num_uses=2, secret_id_ttl="10m", token_ttl="5m", token_max_ttl="1h",
        secret_id_bound_cidrs=["127.0.0.0/8"], token_type="service", bind_secret_id=True, mount_point=mount,
    )
    equal("role", role.read_role("web", mount_point=mount)["data"]["token_ttl"], 300)
    equal("roles", role.list_roles(mount_point=mount)["data"]["keys"], ["web"])
    role.update_role_id("web", f"{base}-id", mount_point=mount)
    role_id = role.read_role_id("web", mount_point=mount)["data"]["role_id"]
    equal("role id", role_id, f"{base}-id")
    issued = role.generate_secret_id("web", metadata={"host": "h"}, cidr_list=["127.0.0.1/32"], mount_point=mount)["data"]
    equal("accessors", role.list_secret_id_accessors("web", mount_point=mount)["data"]["keys"],
          [issued["secret_id_accessor"]])
    equal("by secret", role.read_secret_id("web", issued["secret_id"], mount_point=mount)["data"]["metadata"],
          {"host": "h"})
    equal("by its accessor",
          role.read_secret_id_accessor("web", issued["secret_id_accessor"], mount_point=mount)["data"]["secret_id_num_uses"], 2)
    entered = client().auth.approle.login(role_id, issued["secret_id"], use_token=False, mount_point=mount)["auth"]
    equal("metadata", entered["metadata"], {"host": "h", "role_name": "web"})
    equal("lease", entered["lease_duration"], 300)
    refused("wrong secret", exceptions.InvalidRequest, "invalid role or secret ID", client().auth.approle.login, role_id,
            "wrong", mount_point=mount)
    refused("no secret", exceptions.InvalidRequest, "missing secret_id", client().auth.approle.login, role_id,
            mount_point=mount)
    role.destroy_secret_id("web", issued["secret_id"], mount_point=mount)
    refused("destroyed", exceptions.InvalidRequest, "invalid role or secret ID", client().auth.approle.login, role_id,
            issued["secret_id"], mount_point=mount)
    custom = role.create_custom_secret_id("web", "chosen-" + base, metadata={"a": "b"}, mount_point=mount)["data"]
    role.destroy_secret_id_accessor("web", custom["secret_id_accessor"], mount_point=mount)
    refused("no accessor", exceptions.InvalidPath, "failed to find accessor", role.read_secret_id_accessor, "web",
            custom["secret_id_accessor"], mount_point=mount)
    refused("no constraint", exceptions.InvalidRequest, "at least one constraint", role.create_or_update_approle, "open",
            bind_secret_id=False, mount_point=mount)
    refused("root", exceptions.InvalidRequest, "", role.create_or_update_approle, "high", token_policies=["ROOT"],
            mount_point=mount)
    role.delete_role("web", mount_point=mount)
    refused("deleted", exceptions.InvalidPath, "", role.read_role, "web", mount_point=mount)
    root.sys.disable_auth_method(mount)
    refused("taken away", exceptions.Forbidden, "invalid token", client(entered["client_token"]).auth.token.lookup_self)


def users():
    mount = base + "-userpass"
    root.sys.enable_auth_method("userpass", path=mount)
    user = root.auth.userpass
    user.create_or_update_user("ada", password="correct horse", policies="default", mount_point=mount)
    equal("users", user.list_user(mount_point=mount)["data"]["keys"], ["ada"])
    equal("user", user.read_user("ada", mount_point=mount)["data"]["token_policies"], ["default"])
    entered = client().auth.userpass.login("Ada", "correct horse", use_token=False, mount_point=mount)["auth"]
    equal("metadata", entered["metadata"], {"username": "ada"})
    user.update_password_on_user("ada", "other", mount_point=mount)
    refused("old password", exceptions.InvalidRequest, "invalid username or password", client().auth.userpass.login,
            "ada", "correct horse", mount_point=mount)
    client().auth.userpass.login("ada", "other", use_token=False, mount_point=mount)
    user.delete_user("ada", mount_point=mount)
    refused("deleted", exceptions.InvalidRequest, "invalid username or password", client().auth.userpass.login, "ada",
            "other", mount_point=mount)
    for _ in range(8):
        try:
            client().auth.userpass.login("eve", "guess", mount_point=mount)
        except (exceptions.InvalidRequest, exceptions.Forbidden) as error:
            last = error
    check("locked", isinstance(last, exceptions.Forbidden), repr(last))
    root.sys.disable_auth_method(mount)


def audit_and_keys():
    check("audit", root.sys.list_enabled_audit_devices()["data"])
    device = next(iter(root.sys.list_enabled_audit_devices()["data"]))
    equal("hash", root.sys.calculate_hash(device.strip("/"), "x")["data"]["hash"][:12], "hmac-sha256:")
    root.sys.rotate_encryption_key()
    refused("sealing", exceptions.InvalidRequest, "a store in memory cannot be sealed", root.sys.seal)
    refused("unwrapping", exceptions.InvalidRequest, "wrapping token is not valid", root.sys.unwrap, "x")
    refused("wrapping", exceptions.InvalidRequest, "cannot be negative", root.write_data, f"secret/data/{base}/w",
            data={"data": {}}, wrap_ttl="-60s")
    refused("a namespace", exceptions.InvalidPath, "no handler for route",
            client(os.environ["VAULT_TOKEN"], namespace="team").secrets.kv.v2.list_secrets, "x")


for part in [states, key_values, mounts, policies, tokens, app_roles, users, audit_and_keys]:
    try:
        part()
    except Exception as error:  # noqa: BLE001 - one part must not hide the others
        check(part.__name__, False, f"ended in {type(error).__name__}: {error}")
        if "-v" in sys.argv:
            raise
finish()
