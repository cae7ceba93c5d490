"""The attacks that broke others of this kind, tried here. Each function is named for what it attacks."""

import concurrent.futures
import http.client
import json
import os
import ssl
import time
from urllib.parse import urlsplit

from checks import call, check, equal, finish, principal

ADDRESS = urlsplit(os.environ["KEYFOLIO_ADDR"])


def raw(method, target, token=None, body=None, headers=None):
    """A request whose target goes out exactly as it is written."""
    connection = http.client.HTTPSConnection(
        ADDRESS.hostname, ADDRESS.port, context=ssl.create_default_context(cafile=os.environ["KEYFOLIO_CACERT"]), timeout=30
    )
    sent = {"Authorization": f"Bearer {token or os.environ['KEYFOLIO_TOKEN']}", **(headers or {})}
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in sent.items():
        connection.putheader(name, value)
    data = body.encode() if isinstance(body, str) else body
    if data is not None:
        connection.putheader("Content-Length", str(len(data)))
    connection.endheaders(data)
    answer = connection.getresponse()
    return answer.status, answer.read().decode(errors="replace")


def policy(name, text):
    assert call("PUT", f"/api/v1/policies/{name}", {"text": text})[0] == 204


def path_traversal_and_normalisation():  # CVE-2026-3605
    policy("a-only", 'path "secret/metadata/a/*" { capabilities = ["delete", "read", "list"] }')
    token = principal("traveller", policies=["a-only"])
    call("PUT", "/api/v1/secrets/b", {"text": "kept"})
    for target in [
        "/v1/secret/metadata/a/../b", "/v1/secret/metadata/a/%2e%2e/b", "/v1/secret/metadata/a/..%2fb",
        "/v1/secret/metadata/a/.%2e/b", "/v1/secret/metadata/a//../b", "/v1/secret/metadata/a/./../b",
        "/v1/secret/metadata/a/..;/b", "/v1/secret/metadata/a/%00/../b", "/v1/secret/metadata/a/%c0%ae%c0%ae/b",
        "/v1/secret/metadata/a/%252e%252e/b", "/v1/secret/metadata//b", "/v1/secret/metadata/a/../../metadata/b",
        "/api/v1/secrets/a/../b?remove=all", "/api/v1/secrets/a/%2e%2e/b?remove=all",
    ]:
        status, _ = raw("DELETE", target, token)
        check(f"refused before anybody asks the policy: {target}", status in (400, 403, 404), status)
        equal(f"it is still there after {target}", call("GET", "/api/v1/secrets/b")[1].get("text"), "kept")
    for segment in ["...", "a..b"]:
        equal(f"{segment} is a name", call("PUT", f"/api/v1/secrets/a/{segment}", {"text": "x"})[0], 200)


def list_deny_bypass_by_trailing_slash():  # GHSA-xp3c-3jw3-4vcr
    policy(
        "nested",
        'path "secret/metadata/foo/*" { capabilities = ["list", "read"] }\n'
        'path "secret/metadata/foo/private/*" { capabilities = ["deny"] }\n'
        'path "secret/metadata/foo/private/granted/*" { capabilities = ["list", "read"] }',
    )
    token = principal("lister", policies=["nested"])
    for path in ["foo/open/x", "foo/private/x", "foo/private/granted/x"]:
        call("PUT", f"/api/v1/secrets/{path}", {"text": "x"})
    for method, suffix in [("LIST", ""), ("GET", "?list=true")]:
        for slash in ["", "/"]:
            equal(
                f"{method} private{slash}", raw(method, f"/v1/secret/metadata/foo/private{slash}{suffix}", token)[0], 403
            )
        equal(f"{method} granted", raw(method, f"/v1/secret/metadata/foo/private/granted/{suffix}", token)[0], 200)
        equal(f"{method} open", raw(method, f"/v1/secret/metadata/foo/open/{suffix}", token)[0], 200)
    seen = [s["path"] for s in call("GET", "/api/v1/secrets?under=foo", token=token)[1]["secrets"]]
    check("a listing does not show what is denied", "foo/private/x" not in seen, seen)


def template_injection_into_policy_paths():  # GHSA-59w7-v8rr-pr4p
    call("PUT", "/api/v1/secrets/shop/production", {"text": "s"})
    for value in ["*", "+", "shop/*", "../shop", "s*"]:
        token = principal("app-widening", ["application"], metadata={"project": value, "environment": "production"})
        equal(f"project {value!r} widens nothing", call("GET", "/api/v1/secrets/shop/production", token=token)[0], 403)
    token = principal("app-right", ["application"], metadata={"project": "shop", "environment": "production"})
    equal("the right one reads its own", call("GET", "/api/v1/secrets/shop/production", token=token)[0], 200)


def policy_name_normalisation_to_root():  # CVE-2025-5999, CVE-2025-54996, CVE-2025-64761
    for name in ["ROOT", " root", "Root", "root ", "\troot", "ro\u200bot", "ｒｏｏｔ"]:
        status, answer, _ = call("PUT", "/api/v1/principals/climber", {"policies": [name]})
        check(f"{name!r} gives nobody root", status in (400, 403, 404), (status, answer))
        status, answer, _ = call("PUT", "/api/v1/roles/climbers", {"policies": [name]})
        check(f"{name!r} makes no role root", status in (400, 403, 404), (status, answer))
    policy("token-maker", 'path "auth/token/create" { capabilities = ["update"] }\npath "sys/tokens/own" { capabilities = ["create"] }')
    token = principal("maker", policies=["token-maker"])
    for name in ["ROOT", " root", "Root"]:
        status, text = raw("POST", "/v1/auth/token/create", token, json.dumps({"policies": [name]}))
        check(f"a token of {name!r} is refused", status in (400, 403), (status, text))
        equal("natively too", call("POST", "/api/v1/tokens", {"policies": [name]}, token=token)[0], 403)


def lockout_bypass_by_alias_variants():  # CVE-2025-6004, CVE-2025-54998
    call("PUT", "/api/v1/principals/testing", {"password": "correct horse battery", "roles": ["developer"]})
    statuses = []
    for name in ["Testing", "testing ", "TESTING", " testing", "tEsting", "testing", "Testing", "testinG"]:
        statuses.append(call("POST", "/api/v1/login", {"name": name, "password": "wrong horse battery"}, token="")[0])
    check("every spelling counts for one name", 429 in statuses, statuses)
    status, answer, headers = call("POST", "/api/v1/login", {"name": "TestinG", "password": "correct horse battery"}, token="")
    equal("the right password waits as well", status, 429)
    check("it is told how long", int(headers["Retry-After"]) >= 1)


def user_enumeration_by_timing_or_text():  # CVE-2025-6011, CVE-2025-6010, CVE-2025-54999
    call("PUT", "/api/v1/principals/exists", {"password": "correct horse battery", "roles": ["developer"]})

    def attempt(name):
        began = time.perf_counter()
        answer = call("POST", "/api/v1/login", {"name": name, "password": "wrong horse battery"}, token="")
        return time.perf_counter() - began, answer

    known = [attempt("exists") for _ in range(3)]
    unknown = [attempt(f"nobody-{number}") for number in range(3)]
    equal("the same text", known[0][1][:2], unknown[0][1][:2])
    ratio = min(t for t, _ in unknown) / min(t for t, _ in known)
    # A hash of tens of milliseconds against none would be a hundred times.
    check("and about the same time", 0.2 < ratio < 5, ratio)


def unauthenticated_bodies_that_are_deep_wide_or_huge():  # CVE-2025-6203, CVE-2025-59043, CVE-2025-12044, CVE-2023-6337
    deep = b'{"data":' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}"
    wide = b'{"data":{' + b",".join(b'"k%d":1' % number for number in range(400_000)) + b"}}"
    for name, body in [("deep", deep), ("wide", wide)]:
        for target in ["/v1/secret/data/x", "/v1/auth/userpass/login/x", "/api/v1/login", "/"]:
            began = time.perf_counter()
            status, _ = raw("POST", target, "nobody", body, {"X-Amz-Target": "secretsmanager.GetSecretValue"} if target == "/" else {})
            check(f"a {name} body is refused at {target}", status in (400, 403, 404, 405, 413), status)
            check("quickly", time.perf_counter() - began < 5)
    connection = http.client.HTTPSConnection(
        ADDRESS.hostname, ADDRESS.port, context=ssl.create_default_context(cafile=os.environ["KEYFOLIO_CACERT"]), timeout=30
    )
    connection.putrequest("POST", "/v1/secret/data/x")
    connection.putheader("Content-Length", str(10 << 30))
    connection.endheaders()
    equal("ten gigabytes are refused before they come", connection.getresponse().status, 413)


def errors_that_echo_what_was_sent():  # CVE-2025-4166, CVE-2025-52893
    canary = "c4n4ry-1n-4-b0dy"
    for method, target, body in [
        ("POST", "/v1/secret/data/x", '{"data": {"k": "%s"' % canary), ("POST", "/v1/secret/data/x", '{"data": "%s"}' % canary),
        ("POST", "/v1/secret/data/x", '{"%s": 1}' % canary), ("PUT", "/api/v1/secrets/x", '{"fields": {"k": "%s"' % canary),
        ("PUT", "/api/v1/secrets/x", '{"fields": ["%s"]}' % canary), ("PUT", "/api/v1/secrets/x", '{"%s": 1}' % canary),
        ("POST", "/v1/sys/policies/acl/x", '{"policy": "path \\"%s\\" { capabilities = [\\"%s\\"] }"}' % (canary, canary)),
        ("PUT", "/secrets/x?api-version=7.5", '{"value": ["%s"]}' % canary), ("POST", "/api/v1/login", '{"name": "%s!", "password": "%s"}' % (canary, canary)),
    ]:
        status, text = raw(method, target, None, body, {"Content-Type": "application/json"})
        check(f"an error: {method} {target}", status >= 400, (status, text))
        check(f"without what was sent: {method} {target}", canary not in text, text)


def handles_of_others():  # CVE-2023-24999, CVE-2026-40264
    raw("POST", "/v1/sys/auth/approle", None, '{"type": "approle"}')
    for role in ["one", "two"]:
        raw("POST", f"/v1/auth/approle/role/{role}", None, '{"policies": "default"}')
    status, text = raw("POST", "/v1/auth/approle/role/one/secret-id", None, "{}")
    equal("a secret id", status, 200)
    accessor = json.loads(text)["data"]["secret_id_accessor"]
    raw("POST", "/v1/auth/approle/role/two/secret-id-accessor/destroy", None, json.dumps({"secret_id_accessor": accessor}))
    status, _ = raw("POST", "/v1/auth/approle/role/one/secret-id-accessor/lookup", None, json.dumps({"secret_id_accessor": accessor}))
    equal("another role's way does not destroy it", status, 200)


def one_time_credentials_used_twice():  # CVE-2025-6014, CVE-2025-55000, CVE-2025-6015
    policy("few", 'path "secret/data/few" { capabilities = ["read"] }')
    call("PUT", "/api/v1/secrets/few", {"text": "x"})
    status, answer, _ = call("POST", "/api/v1/tokens", {"policies": ["few"], "uses": 3})
    token = answer["token"]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: call("GET", "/api/v1/secrets/few", token=token)[0], range(40)))
    equal("three uses are three, whoever comes at the same time", statuses.count(200), 3)
    for variant in [token + " ", " " + token, token.lower(), token + "\t"]:
        check("no variant brings one back", raw("GET", "/api/v1/secrets/few", variant.strip("\r\n"))[0] in (400, 401, 403))
    status, text = raw("POST", "/v1/auth/approle/role/once", None, '{"policies": "default", "secret_id_num_uses": 1}')
    role = json.loads(raw("GET", "/v1/auth/approle/role/once/role-id")[1])["data"]["role_id"]
    secret = json.loads(raw("POST", "/v1/auth/approle/role/once/secret-id", None, "{}")[1])["data"]["secret_id"]

    def log_in(_):
        return raw("POST", "/v1/auth/approle/login", None, json.dumps({"role_id": role, "secret_id": secret}))[0]

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        equal("one login of a secret id of one use", list(pool.map(log_in, range(16))).count(200), 1)


def tokens_in_headers_without_bound():  # Vault 2.0's limit of the token header
    check("a token of a megabyte is refused", raw("GET", "/v1/auth/token/lookup-self", "x" * (1 << 20))[0] in (400, 403, 431))


def revoked_blocked_and_ended_act_at_once():
    token = principal("short", ["developer"])
    equal("it is let in", call("GET", "/api/v1/self", token=token)[0], 200)
    call("PUT", "/api/v1/principals/short", {"disabled": True})
    check("not when it is disabled", call("GET", "/api/v1/self", token=token)[0] in (401, 403))
    call("PUT", "/api/v1/principals/short", {"disabled": False})
    equal("again", call("GET", "/api/v1/self", token=token)[0], 200)
    call("PUT", "/api/v1/principals/short", {"addresses": ["203.0.113.0/24"]})
    check("not from another address", call("GET", "/api/v1/self", token=token)[0] in (401, 403))
    call("PUT", "/api/v1/principals/short", {"addresses": []})
    call("DELETE", "/api/v1/principals/short")
    check("not when it is gone", call("GET", "/api/v1/self", token=token)[0] in (401, 403))
    equal("the block", call("POST", "/api/v1/blocks", {"range": "127.0.0.1", "seconds": 1})[0], 204)
    check("nobody of a blocked address comes in", call("GET", "/api/v1/self")[0] == 403)
    time.sleep(1.2)
    equal("until it ends", call("GET", "/api/v1/self")[0], 200)


def rights_that_somebody_gives_themselves():
    call("PUT", "/api/v1/principals/exists", {"password": "correct horse battery", "roles": ["developer"]})
    call("PUT", "/api/v1/secrets/few", {"text": "x"})
    token = principal("sec-officer", ["security"])
    for method, path, body in [
        ("PUT", "/api/v1/principals/sec-officer", {"roles": ["security", "devops"]}),
        ("PUT", "/api/v1/principals/exists", {"password": "another horse battery"}),
        ("POST", "/api/v1/access-keys", {"principal": "exists"}), ("POST", "/api/v1/clients", {"principal": "exists"}),
        ("POST", "/api/v1/tokens", {"principal": "exists"}), ("PUT", "/api/v1/roles/own", {"policies": ["devops"]}),
    ]:
        equal(f"security does not {method} {path}", call(method, path, body, token=token)[0], 403)
    # Whoever may write principals is still bound by what they have.
    policy("people", 'path "sys/principals/*" { capabilities = ["create", "update", "read"] }')
    token = principal("people-manager", policies=["people"])
    equal("no role beyond one's own", call("PUT", "/api/v1/principals/new-one", {"roles": ["devops"]}, token=token)[0], 403)
    equal("no password of who has more", call("PUT", "/api/v1/principals/exists", {"password": "another horse battery"}, token=token)[0], 403)
    equal("what one has can be given", call("PUT", "/api/v1/principals/new-one", {"policies": ["people"]}, token=token)[0], 200)


def tokens_that_escape_what_made_them():
    policy("self-issue", 'path "sys/tokens/own" { capabilities = ["create"] }\npath "secret/data/few" { capabilities = ["read"] }')
    call("PUT", "/api/v1/principals/escaper", {"policies": ["self-issue"]})

    def issue(body, token=None):
        status, answer, _ = call("POST", "/api/v1/tokens", body, token=token)
        return answer["token"] if status == 201 else status

    counted = issue({"principal": "escaper", "uses": 3})
    equal("few uses do not become many", issue({"policies": ["self-issue"]}, counted), 403)
    bound = issue({"principal": "escaper", "addresses": ["127.0.0.0/8"], "seconds": 600})
    equal("an address is not lost", issue({"addresses": ["0.0.0.0/0"]}, bound), 403)
    child = issue({"policies": ["self-issue"], "seconds": 300_000_000}, bound)
    equal("the child reads", call("GET", "/api/v1/secrets/few", token=child)[0], 200)
    own = call("GET", "/api/v1/self", token=child)[1]["token"]
    check("it ends with its parent, and comes from where that may", own["addresses"] == ["127.0.0.0/8"] and own["expires"] < "2027", own)
    call("POST", "/api/v1/sessions/end", {"principal": "escaper"})
    equal("and with its maker's sessions", call("GET", "/api/v1/secrets/few", token=child)[0], 401)


def guesses_in_parallel():
    raw("POST", "/v1/sys/auth/userpass", None, '{"type": "userpass"}')
    raw("POST", "/v1/auth/userpass/users/carol", None, '{"password": "right horse battery", "policies": "default"}')

    def guess(number):
        return raw("POST", "/v1/auth/userpass/login/carol", None, json.dumps({"password": f"wrong {number}"}))[0]

    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        statuses = list(pool.map(guess, range(40)))
    check("as many at once are as many one after the other", statuses.count(400) <= 6, statuses)
    equal("strangers keep nobody else from working", call("POST", "/api/v1/audit/verify")[0], 200)


def two_names_of_one_secret():
    raw("POST", "/v1/sys/mounts/kvb", None, '{"type": "kv", "options": {"version": "1"}}')
    raw("POST", "/v1/kvb/prod", None, '{"a": "1"}')
    policy("both", 'path "*" { capabilities = ["read"] }\npath "kvb/*" { capabilities = ["deny"] }\npath "secret/data/prod db" { capabilities = ["deny"] }')
    token = principal("two-namer", policies=["both"])
    raw("POST", "/v1/secret/data/prod%20db", None, '{"data": {"a": "1"}}')
    for target in ["/v1/kvb/prod", "/api/v1/secrets/@@kvb/prod", "/v1/secret/data/prod%20db", "/api/v1/secrets/prod=20db"]:
        equal(f"a denied secret is denied by whatever name: {target}", raw("GET", target, token)[0], 403)


for attack in [
    rights_that_somebody_gives_themselves, tokens_that_escape_what_made_them, two_names_of_one_secret,
    path_traversal_and_normalisation, list_deny_bypass_by_trailing_slash, template_injection_into_policy_paths,
    policy_name_normalisation_to_root, user_enumeration_by_timing_or_text, unauthenticated_bodies_that_are_deep_wide_or_huge,
    errors_that_echo_what_was_sent, handles_of_others, one_time_credentials_used_twice, tokens_in_headers_without_bound,
    revoked_blocked_and_ended_act_at_once, lockout_bypass_by_alias_variants, guesses_in_parallel,
]:
    attack()
equal("the log is intact after all of it", call("POST", "/api/v1/audit/verify")[1]["intact"], True)
finish()
