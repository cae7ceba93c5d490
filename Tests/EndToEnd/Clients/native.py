"""Drives every operation of the native API, and holds each answer to the OpenAPI document that the server serves."""

import jsonschema

from checks import call, check, equal, finish, principal

status, document, _ = call("GET", "/api/openapi.json", token="")
equal("the document is served to anybody", status, 200)
equal("its version", document["openapi"], "3.1.0")
driven = set()


def operation(name):
    for path, methods in document["paths"].items():
        for method, description in methods.items():
            if description["operationId"] == name:
                return path, method.upper(), description
    raise KeyError(name)


def use(operation_id, body=None, /, query="", token=None, expect=None, **places):
    """Calls an operation by its name and checks the answer against what the document says."""
    path, method, description = operation(operation_id)
    for place, value in places.items():
        path = path.replace("{" + place + "}", value)
    status, answer, _ = call(method, path + query, body, token)
    if expect is None:
        driven.add(operation_id)
        expected = [code for code in description["responses"] if code != "default"]
        check(f"{operation_id}: status", str(status) in expected, (status, answer))
        content = description["responses"][expected[0]].get("content")
        if content:
            schema = content["application/json"]["schema"]
        else:
            return check(f"{operation_id}: no body", answer is None, answer)
    else:
        equal(f"{operation_id}: status", status, expect)
        schema = document["components"]["schemas"]["Error"]
    try:
        jsonschema.validate(answer, schema)
    except jsonschema.ValidationError as error:
        check(f"{operation_id}: answer", False, error.message)
    return answer


S = "shop/development"
written = use("writeSecret", {"fields": {"A": "1", "B": "2"}, "labels": ["first"]}, path=S)
equal("the first version", written["version"], 1)
equal("a changed field", use("changeFields", {"set": {"A": "3"}, "unset": ["B"]}, path=S), {"changed": True, "version": 2})
equal("an unchanged one", use("changeFields", {"set": {"A": "3"}}, path=S), {"changed": False, "version": 2})
equal("the current version", use("readSecret", path=S)["fields"], {"A": "3"})
equal("by number", use("readSecret", query="?version=1", path=S)["fields"], {"A": "1", "B": "2"})
equal("by label", use("readSecret", query="?version=first", path=S)["version"], 1)
use("readSecret", query="?version=9", path=S, expect=404)
use("readSecret", path="nothing/here", expect=404)
use("readSecret", path="a/../b", expect=400)
use("writeSecret", {"fields": {}, "expectedVersion": 7}, path=S, expect=409)
use("writeSecret", {"fields": {}, "unknown": 1}, path=S, expect=400)
use("writeSecret", {"fields": {"A": 1}}, path=S, expect=400)
use("writeSecret", {"fields": {}, "text": ""}, path=S, expect=400)
use("writeSecret", {"bytes": "AP8Q"}, path="shop/bytes")
equal("bytes", use("readSecret", path="shop/bytes")["bytes"], "AP8Q")
use("writeSecret", {"text": "line\n\"quoted\" \\ \u0001 é"}, path="shop/text")
equal("every character", use("readSecret", path="shop/text")["text"], "line\n\"quoted\" \\ \u0001 é")
equal("a page", [s["path"] for s in use("listSecrets", query="?under=shop&limit=2")["secrets"]], ["shop/bytes", "shop/development"])
equal("the next", [s["path"] for s in use("listSecrets", query="?under=shop&after=shop/development")["secrets"]], ["shop/text"])
use("listSecrets", query="?limit=0", expect=400)
use("listSecrets", query="?other=1", expect=400)
equal("details", len(use("describeSecret", path=S)["versions"]), 2)
use("setAttributes", {"description": "for tests", "tags": {"team": "shop"}}, path=S)
equal("what is said of it", use("describeSecret", path=S)["attributes"]["tags"], {"team": "shop"})
equal("fields", [f["name"] for f in use("listFields", path=S)["fields"]], ["A"])
equal("history", [c["change"] for c in use("readHistory", query="?field=A", path=S)["changes"]], ["changed", "created"])
equal("back", use("rollBack", {"version": 1}, path=S)["version"], 3)
use("setLabel", {"label": "good", "version": 1}, path=S)
use("setLabel", {"label": "current", "version": 1}, path=S, expect=400)
use("removeLabel", query="?label=good", path=S)
use("deleteSecret", path=S)
use("readSecret", path=S, expect=404)
use("undelete", {"version": 3}, path=S)
use("destroy", {"version": 2}, path=S)
use("readSecret", query="?version=2", path=S, expect=404)
use("deleteSecret", query="?mark=7", path=S)
use("readSecret", path=S, expect=404)
use("writeSecret", {"fields": {}}, path=S, expect=404)
use("restoreSecret", path=S)
equal("had back", use("readSecret", path=S)["fields"], {"A": "1", "B": "2"})
use("deleteSecret", query="?remove=all", path="shop/bytes")

use("writePolicy", {"text": 'path "secret/data/shop/text" { capabilities = ["read"] }'}, name="reader")
use("writePolicy", {"text": 'path "x" { capabilities = ["fly"] }'}, name="broken", expect=400)
use("writePolicy", {"text": ""}, name="root", expect=400)
equal("a policy", use("readPolicy", name="reader")["name"], "reader")
check("policies", "reader" in use("listPolicies")["policies"])
use("writeRole", {"policies": ["reader"], "summary": "reads one text"}, name="readers")
use("writeRole", {"policies": ["nobody"]}, name="r2", expect=404)
use("writeRole", {"policies": ["ROOT "]}, name="r2", expect=400)
check("roles", {"developer", "devops", "security", "application", "readers"} <= {r["name"] for r in use("listRoles")["roles"]})
use("writePrincipal", {"kind": "machine", "roles": ["readers"]}, name="Shop-Reader")
equal("one spelling of a name", use("readPrincipal", name="shop-reader")["name"], "shop-reader")
check("principals", len(use("listPrincipals")["principals"]) == 1)
token = use("issueToken", {"principal": "shop-reader", "seconds": 600})["token"]
equal("what it may", use("readSecret", token=token, path="shop/text")["version"], 1)
use("readSecret", token=token, path=S, expect=403)
use("writeSecret", {"text": "x"}, token=token, path="shop/text", expect=403)
use("listPrincipals", token=token, expect=403)
use("issueToken", {"policies": ["root"]}, token=token, expect=403)
equal("who", use("readOwnToken", token=token)["name"], "shop-reader")
explained = use("explainAccess", {"principal": "shop-reader", "action": "read", "path": "shop/text"})
equal("the rule that decides", (explained["allowed"], explained["pattern"]), (True, "secret/data/shop/text"))
explained = use("explainAccess", {"principal": "shop-reader", "action": "write", "path": "shop/text"})
check("what would change it", not explained["allowed"] and explained.get("suggestion"), explained)
use("explainAccess", {"principal": "nobody", "action": "read", "path": "x/y"}, expect=404)
key = use("issueAccessKey", {"principal": "shop-reader"})
check("keys", key["id"] in [k["id"] for k in use("listAccessKeys")["keys"]])
check("no secret in the list", key["secret"] not in str(use("listAccessKeys")))
use("removeAccessKey", id=key["id"])
client = use("issueClient", {"principal": "shop-reader", "seconds": 60})
check("clients", client["id"] in [c["id"] for c in use("listClients")["clients"]])
token = use("logIn", {"client": client["id"], "secret": client["secret"]}, token="")["token"]
equal("a client's token", use("readSecret", token=token, path="shop/text")["version"], 1)
use("logIn", {"client": client["id"], "secret": "wrong"}, token="", expect=401)
use("removeClient", id=client["id"])
use("writePrincipal", {"password": "correct horse battery", "roles": ["developer"]}, name="person")
use("writePrincipal", {"password": "short"}, name="person", expect=400)
person = use("logIn", {"name": " PERSON ", "password": "correct horse battery"}, token="")["token"]
use("logIn", {"name": "person", "password": "wrong horse battery"}, token="", expect=401)
equal("a developer reads development", use("readSecret", token=person, path=S)["version"], 3)
use("readSecret", token=person, path="shop/text", expect=403)
check("tokens", len(use("listTokens")["tokens"]) >= 3)
accessor = use("readOwnToken", token=person)["token"]["accessor"]
use("revokeToken", accessor=accessor)
use("readOwnToken", token=person, expect=401)
use("revokeOwnToken", token=token)
use("readOwnToken", token=token, expect=401)
use("readOwnToken", token="", expect=401)

token = principal("dev-one", ["developer"])
other = principal("dev-two", ["developer"])
use("endSessions", {"principal": "dev-one"})
use("readOwnToken", token=token, expect=401)
check("others stay", use("readOwnToken", token=other)["name"] == "dev-two")
use("endSessions", {"role": "developer"})
use("readOwnToken", token=other, expect=401)
use("blockAddress", {"range": "203.0.113.0/24", "seconds": 600, "reason": "test"})
equal("blocks", [b["range"] for b in use("listBlocks")["blocks"]], ["203.0.113.0/24"])
use("unblockAddress", query="?range=203.0.113.0/24")
use("blockAddress", {"range": "everywhere"}, expect=400)

cursor = use("watchSecrets", query=f"?path={S}&wait=0")["next"]
use("setAttributes", {"description": "watched"}, path=S)
told = use("watchSecrets", query=f"?prefix=shop/&after={cursor}")
equal("a change is told", [(c["path"], c["action"]) for c in told["changes"]], [(S, "secret.attributes")])
use("watchSecrets", query="?prefix=shop", expect=400)

check("the store", len(use("readStore")["id"]) == 32)
equal("the ring", use("rotateRing", query="?rewrap=true", environment="development")["generation"], 2)
equal("what is sealed anew opens", use("readSecret", path=S)["fields"], {"A": "1", "B": "2"})
found = use("queryAudit", {"actions": ["secret.*"], "paths": [S], "outcomes": ["denied"], "limit": 5})["records"]
check("what was denied is found", found and all(r["outcome"] == "denied" and r["path"] == S for r in found), found)
page = use("queryAudit", {"limit": 2})
check("pages go on", use("queryAudit", {"limit": 2, "after": page["next"]})["records"][0]["sequence"] < page["records"][1]["sequence"])
use("queryAudit", {"outcomes": ["maybe"]}, expect=400)
report = use("reportAccess", {"by": "secret"})
check("who had what", any(row["path"] == S and row["allowed"] for row in report["access"]), report)
check("whose rights were not used", "dev-two" in str(report["unusedPrincipals"]) or report["unusedPrincipals"] == [], report["unusedPrincipals"])
verdict = use("verifyAudit")
check("the log is intact", verdict["intact"] and verdict["records"] > 50, verdict)
use("removePolicy", name="reader")
use("removeRole", name="readers")
use("removePrincipal", name="shop-reader")
use("removePrincipal", name="shop-reader", expect=404)

equal("another method", call("POST", "/api/v1/self")[0], 405)
equal("no such path", call("GET", "/api/v1/nothing")[0], 404)
equal("an encoded slash is none", call("GET", "/api/v1/secrets/shop%2Ftext")[0], 400)
equal("an encoded dot", call("GET", "/api/v1/secrets/shop/%2e%2e/x")[0], 400)
equal("no JSON", call("PUT", "/api/v1/secrets/a/b", raw=b"{")[0], 400)
equal("too deep", call("PUT", "/api/v1/secrets/a/b", raw=b'{"fields":' + b"[" * 50 + b"]" * 50 + b"}")[0], 400)
every = {d["operationId"] for methods in document["paths"].values() for d in methods.values()}
equal("every operation was driven", every - driven, set())
finish()
