"""What clients of AWS, Azure and Vault write as one text: the command reads a JSON object of it by name and changes it, and
says of any other that it holds one text. On a server, and on a store in a file."""

import os
import re
import signal
import subprocess
import tempfile
import time

from checks import call, check, equal, finish, native

import boto3
import hvac

program = os.path.abspath(os.environ["KEYFOLIO_SERVER"])
keyfolio = os.path.join(os.path.dirname(program), "keyfolio")
folder = tempfile.mkdtemp(prefix="keyfolio-text-")
os.makedirs(f"{folder}/home")
os.makedirs(f"{folder}/backend")
with open(f"{folder}/keyfolio.yaml", "w") as file:
    file.write(
        """version: 1
project: shop
environments:
  development:
  production:
components:
  backend: {folder: backend}
variables:
  SECRET_KEY: {type: secret, components: [backend], generate: {hex: 32}, rules: {required: true}}
  PORT: {type: integer, components: [backend]}
  OTHER_KEY: {type: secret, components: [backend], generate: {hex: 32}}
"""
    )
clean = {name: value for name, value in os.environ.items() if not name.startswith(("KEYFOLIO_", "VAULT_", "AWS_", "AZURE_", "XDG_"))}
clean["HOME"] = f"{folder}/home"
server = {name: os.environ[name] for name in ("KEYFOLIO_ADDR", "KEYFOLIO_TOKEN", "KEYFOLIO_CACERT") if name in os.environ}

aws = boto3.client("secretsmanager")
vault = hvac.Client(os.environ["VAULT_ADDR"], os.environ["VAULT_TOKEN"], verify=os.environ["VAULT_CACERT"])
kv = vault.secrets.kv.v2
canary = "one-text-canary-0123456789abcdef"


def run(words, given="", place=None):
    """Runs the command; on the server when no place is given. Returns status, output and errors."""
    done = subprocess.run(
        [keyfolio, *words.split()], input=given.encode(), capture_output=True, cwd=folder, timeout=60, env={**clean, **(server if place is None else place)}
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def of_vault(path):
    return kv.read_secret_version(path, raise_on_deleted_version=True)["data"]["data"]


def reads(where, path, place=None):
    """A JSON object is read by name by every command that reads."""
    more = f"--path {path}"
    equal(f"{where}: get", run(f"get SECRET_KEY {more}", place=place)[:2], (0, canary))
    equal(f"{where}: get of a number", run(f"get PORT {more}", place=place)[:2], (0, "5432"))
    equal(f"{where}: get of what is not there", run(f"get NONE {more}", place=place)[0], 3)
    status, output, _ = run(f"list {more}", place=place)
    check(f"{where}: list", status == 0 and "SECRET_KEY" in output and "PORT" in output and canary not in output, output)
    status, output, _ = run(f"export {more} --format json", place=place)
    check(f"{where}: export", status == 0 and canary in output and '"5432"' in output, output)


def says_so(where, path, what, place=None):
    """Every command on values says that the secret holds one text, and how to go on."""
    for words in ("get A", "list", "export --format json", "set A", "unset A", "edit"):
        status, output, errors = run(f"{words} --path {path}", "a-new-value", {**(server if place is None else place), "EDITOR": "true"})
        check(f"{where}: {words} says so", status == 10 and "KF-STORE-077" in errors and f"{path} holds {what}" in errors, (status, errors))
        check(f"{where}: {words} says how", all(f"{one} --path {path}" in errors for one in ("get", "history", "set NAME")), errors)
        equal(f"{where}: {words} prints nothing", output, "")


try:
    equal("the folder is adopted", run("init")[0], 0)

    # What AWS's clients create, as the README has it.
    spelled = f'{{"SECRET_KEY": "{canary}", "PORT": 5432}}'
    aws.create_secret(Name="shop/production", SecretString=spelled)
    reads("AWS's", "shop/production")
    status, output, errors = run("run -c backend --env production -- env")
    check("run gives it", status == 0 and f"SECRET_KEY={canary}\n" in output and "PORT=5432\n" in output, errors)
    status, output, errors = run("check --env production")
    check("check finds it", "has no value" not in output and "KF-STORE" not in errors, output + errors)
    equal("reading changes no byte", aws.get_secret_value(SecretId="shop/production")["SecretString"], spelled)
    equal("nor does writing what is there", run("set SECRET_KEY --env production", canary)[0], 0)
    equal("not a byte", aws.get_secret_value(SecretId="shop/production")["SecretString"], spelled)
    status, _, errors = run("history SECRET_KEY --path shop/production")
    check("a name in it has no history of its own", status == 3 and "KF-HISTORY-002" in errors, errors)

    # A value that is set makes fields of it, for everybody.
    equal("generate", run("generate OTHER_KEY --env production")[0], 0)
    made = run("get OTHER_KEY --env production")[1]
    check("makes one", re.fullmatch("[0-9a-f]{64}", made), "")
    fields = {"SECRET_KEY": canary, "PORT": "5432", "OTHER_KEY": made}
    equal("fields natively", native("GET", "/api/v1/secrets/shop/production").get("fields"), fields)
    equal("Vault reads them", of_vault("shop/production"), fields)
    equal("and so does AWS", aws.get_secret_value(SecretId="shop/production")["SecretString"], f'{{"OTHER_KEY":"{made}","PORT":"5432","SECRET_KEY":"{canary}"}}')

    # What the command made and AWS changed.
    aws.put_secret_value(SecretId="shop/production", SecretString=f'{{"SECRET_KEY":"{canary}","PORT":5432}}')
    reads("after AWS's change", "shop/production")
    with open(f"{folder}/new.env", "w") as file:
        file.write("SECRET_KEY=imported-0123456789abcdef0123456789\n")
    equal("import", run("import new.env --replace --env production")[0], 0)
    equal("is read by Vault", of_vault("shop/production"), {"SECRET_KEY": "imported-0123456789abcdef0123456789", "PORT": "5432"})
    equal("and unset takes out", run("unset PORT --env production")[0], 0)
    equal("for AWS", aws.get_secret_value(SecretId="shop/production")["SecretString"], '{"SECRET_KEY":"imported-0123456789abcdef0123456789"}')

    # A number from Vault.
    kv.create_or_update_secret("shop/numbers", secret={"SECRET_KEY": canary, "PORT": 5432, "DEBUG": True})
    reads("Vault's", "shop/numbers")
    equal("a boolean", run("get DEBUG --path shop/numbers")[1], "true")
    equal("set", run("set PORT --path shop/numbers", "1")[0], 0)
    equal("makes texts of them", of_vault("shop/numbers"), {"SECRET_KEY": canary, "PORT": "1", "DEBUG": "true"})

    # Texts that are none.
    aws.create_secret(Name="shop/certificate", SecretString="plain text")
    says_so("a text", "shop/certificate", "one text")
    aws.create_secret(Name="shop/twice", SecretString='{"A":"1","A":"2"}')
    says_so("a name twice", "shop/twice", "one text")
    aws.create_secret(Name="shop/lists", SecretString='{"A":["1"]}')
    says_so("a list in it", "shop/lists", "one text")
    aws.create_secret(Name="shop/keystore", SecretBinary=b"\x00\xff")
    says_so("bytes", "shop/keystore", "bytes")
    equal("nothing of it changed", aws.get_secret_value(SecretId="shop/certificate")["SecretString"], "plain text")

    # How it is printed, who wrote it, how it is replaced.
    equal("the text is printed", run("get --path shop/certificate")[:2], (0, "plain text"))
    equal("a JSON text as it is", run("get --path shop/lists")[:2], (0, '{"A":["1"]}'))
    whole = subprocess.run([keyfolio, "get", "--path", "shop/keystore"], capture_output=True, cwd=folder, env={**clean, **server})
    equal("bytes are printed", whole.stdout, b"\x00\xff")
    status, _, errors = run("get --path shop/production")
    check("fields want a name", status == 2 and "KF-GET-003" in errors, errors)
    check("without a path, too", run("get")[0] == 2)
    check("the history shows who", "(the whole secret)" in run("history --path shop/certificate")[1])
    equal("a value takes its place", run("set A --path shop/certificate --replace-text", "new")[0], 0)
    equal("for Vault", of_vault("shop/certificate"), {"A": "new"})
    equal("and values are kept", run("set B --path shop/certificate --replace-text", "more")[0], 0)
    equal("beside it", of_vault("shop/certificate"), {"A": "new", "B": "more"})
    equal("so they are of a JSON text", run("set B --path shop/twice --replace-text", "more")[0], 0)
    equal("rollback goes to a text", run("rollback --to 1 --path shop/certificate")[0], 0)
    equal("as it was", aws.get_secret_value(SecretId="shop/certificate")["SecretString"], "plain text")
    equal("and back", run("rollback --to 3 --path shop/certificate")[0], 0)

    # An environment of a project that holds a text stops what needs its values, and nothing else.
    aws.create_secret(Name="shop/development", SecretString="plain text")
    for words in ("check", "check --env development", "run -c backend -- true", "list", "export -c backend", "generate SECRET_KEY", "generate --missing", "diff development production", "doctor --offline"):
        status, output, errors = run(words)
        check(f"{words} says so", status == 10 and "KF-STORE-077" in errors, (status, output, errors))
    status, output, errors = run("check --env production")
    check("another environment is checked", status < 2 and "KF-STORE-077" not in errors, (status, errors))

    # A store in a file is the same.
    store = {"KEYFOLIO_STORE": f"{folder}/data/store.db", "KEYFOLIO_KEY_FILE": f"{folder}/keys/key"}
    with open(f"{folder}/token", "w") as output, open(f"{folder}/log", "w") as log:
        process = subprocess.Popen(
            [program, "--http", "--listen", "127.0.0.1:0", "--init", "--store", store["KEYFOLIO_STORE"], "--key-file", store["KEYFOLIO_KEY_FILE"]],
            stdout=output, stderr=log, env=clean, start_new_session=True,
        )
    try:
        found = None
        for _ in range(1500):
            found = re.search(r"ready at (\S+)", open(f"{folder}/log").read())
            if found or process.poll() is not None:
                break
            time.sleep(0.01)
        assert found, open(f"{folder}/log").read()
        token = open(f"{folder}/token").read().strip()
        for path, body in (
            ("shop/production", {"text": spelled}), ("shop/certificate", {"text": "plain text"}), ("shop/keystore", {"bytes": "AP8="}),
        ):
            equal(f"{path} is written", call("PUT", f"/api/v1/secrets/{path}", body, token=token, base=found.group(1))[0], 200)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    reads("a file's", "shop/production", store)
    equal("set", run("set OTHER_KEY --path shop/production", "x", store)[0], 0)
    status, output, _ = run("export --path shop/production --format json", place=store)
    check("keeps the others", all(one in output for one in (canary, '"5432"', '"x"')), output)
    says_so("a file's text", "shop/certificate", "one text", store)
    says_so("a file's bytes", "shop/keystore", "bytes", store)
    equal("it is printed", run("get --path shop/certificate", place=store)[:2], (0, "plain text"))
    equal("and replaced", run("set A --path shop/certificate --replace-text", "new", store)[0], 0)
    equal("by a value", run("get A --path shop/certificate", place=store)[:2], (0, "new"))
    equal("the file is as it was", run("rollback --to 1 --path shop/certificate", place=store)[0], 0)
    equal("before", run("get --path shop/certificate", place=store)[1], "plain text")
finally:
    subprocess.run(["rm", "-rf", folder])
finish()
