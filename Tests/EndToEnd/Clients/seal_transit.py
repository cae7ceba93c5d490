"""A store whose key lies in the transit engine of another server of ours, over TLS: nothing here is a mock.

The server that the environment names keeps the key; a second one, on a store of its own, opens with it.
"""

import json
import os
import subprocess

import hvac

from checks import check, equal, finish
from servers import Server, end_all, folder, program

keyfolio = os.path.join(os.path.dirname(program), "keyfolio")
first = os.environ["VAULT_ADDR"]
authority = os.environ["VAULT_CACERT"]
check("the first server speaks TLS", first.startswith("https://"), first)
admin = hvac.Client(url=first, token=os.environ["VAULT_TOKEN"], verify=authority)
store, key = f"{folder}/store.db", f"{folder}/keys/key"
said = []


def token(*capabilities):
    """A token that may do these with the one key, and nothing else."""
    rules = "\n".join(f'path "seals/{what}/store" {{ capabilities = ["update"] }}' for what in capabilities)
    admin.sys.create_or_update_policy("seal-" + "-".join(capabilities), rules)
    return admin.auth.token.create(policies=["seal-" + "-".join(capabilities)], ttl="1h")["auth"]["client_token"]


def command(*arguments, environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KEYFOLIO_", "VAULT_", "AWS_"))}
    found = subprocess.run(
        [keyfolio, *arguments, "--store", store],
        env={**clean, "XDG_DATA_HOME": folder, "KEYFOLIO_KEY_FILE": key, **environment},
        capture_output=True, text=True, cwd=folder,
    )
    said.append(found.stdout + found.stderr)
    return found


def second(*arguments, environment):
    """Starts the second server; gives what it said, and whether it is open."""
    server = Server("--store", store, *arguments, environment=environment)
    isOpen = server.url is not None and server.send("GET", "/v1/sys/health")[0] == 200
    if server.url:
        equal("it ends", server.end(), 0)
    said.append(server.said())
    return server.said(), isOpen


try:
    admin.sys.enable_secrets_engine("transit", path="seals")
    admin.secrets.transit.create_key("store", mount_point="seals")
    made = Server("--store", store, "--key-file", key, "--init")
    root = made.printed().strip()
    equal("a secret", made.send("PUT", "/api/v1/secrets/shop/production", {"text": "canary-of-the-second"}, token=root)[0], 200)
    equal("ends", made.end(), 0)

    both = token("encrypt", "decrypt")
    environment = {"VAULT_ADDR": first, "VAULT_TOKEN": both, "VAULT_CACERT": authority}
    words = ["seal", "add", "--vault-transit", "store", "--vault-mount", "seals", "--vault-address", first, "--json"]
    refused = command(*words, environment={**environment, "VAULT_TOKEN": token("encrypt")})
    check("who may not decrypt makes no slot: it would never open", refused.returncode != 0 and "HTTP status 403" in refused.stderr, refused.stderr)
    added = command(*words, environment=environment)
    equal("added", added.returncode, 0)
    check("shown", json.loads(added.stdout or "{}").get("kind") == "vault-transit", added.stderr)
    refused = command(*words[:-1], environment={**environment, "VAULT_CACERT": ""})
    check("an authority that is not believed", refused.returncode != 0, refused.stderr)

    # Without the key file, the slot opens the store; decrypting is all that this takes.
    os.rename(key, key + ".away")
    only = {**environment, "VAULT_TOKEN": token("decrypt")}
    server = Server("--store", store, environment=only)
    equal("the slot opens it", server.send("GET", "/v1/sys/health")[0] if server.url else server.said(), 200)
    equal("with what was in it", server.send("GET", "/api/v1/secrets/shop/production", token=root)[1].get("text"), "canary-of-the-second")
    equal("ends", server.end(), 0)
    equal("the command opens it too", command("audit", "verify", environment=only).returncode, 0)

    # A rotated key still opens what the old version wrapped, until the minimum ends that.
    admin.secrets.transit.rotate_key("store", mount_point="seals")
    check("rotated there", second(environment=only)[1])
    admin.secrets.transit.update_key_configuration("store", min_decryption_version=2, mount_point="seals")
    text, isOpen = second(environment=only)
    check("the old version is ended there", not isOpen and "KF-STORE-029" in text, text)
    admin.secrets.transit.update_key_configuration("store", min_decryption_version=1, mount_point="seals")
    check("and open again", second(environment=only)[1])

    # A token that was revoked, one that may not, and none.
    spent = token("decrypt")
    admin.auth.token.revoke(spent)
    for name, wrong in [("revoked", spent), ("of encrypting alone", token("encrypt")), ("that is none", "kft_nothing")]:
        text, isOpen = second(environment={**only, "VAULT_TOKEN": wrong})
        check(f"a token {name}", not isOpen and "HTTP status 403" in text, text)
    text, isOpen = second(environment={"VAULT_ADDR": first, "VAULT_CACERT": authority})
    check("no token", not isOpen and "VAULT_TOKEN" in text, text)
    text, isOpen = second(environment={"VAULT_ADDR": first, "VAULT_TOKEN": only["VAULT_TOKEN"]})
    check("a certificate that nobody vouches for", not isOpen and "KF-STORE-0" in text, text)

    # Nobody is there: another slot opens the store.
    away = first.rsplit(":", 1)[0] + ":1"
    text, isOpen = second("--key-file", key + ".away", environment={"VAULT_ADDR": away, "VAULT_TOKEN": only["VAULT_TOKEN"], "VAULT_CACERT": authority})
    check("the key file opens it all the same", isOpen, text)
    admin.secrets.transit.update_key_configuration("store", deletion_allowed=True, mount_point="seals")
    admin.secrets.transit.delete_key("store", mount_point="seals")
    text, isOpen = second(environment=only)
    check("a key that was deleted opens nothing any more", not isOpen and "KF-STORE-029" in text, text)

    for canary in [both, only["VAULT_TOKEN"], "canary-of-the-second"]:
        check("no credential and no value was said", canary not in "".join(said))
        check("nor written in the clear", subprocess.run(["grep", "-rqaF", canary, folder]).returncode == 1)
finally:
    end_all()
finish()
