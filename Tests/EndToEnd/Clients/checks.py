"""What the scripts share: checks that are counted, and the native API over the standard library."""

import json
import os
import ssl
import sys
import urllib.error
import urllib.request

failures = []
count = 0


def check(what, condition, detail=""):
    global count
    count += 1
    if not condition:
        failures.append(what)
        print(f"FAILED: {what} {detail}", flush=True)
    return condition


def equal(what, found, expected):
    return check(what, found == expected, f"\n  found    {found!r}\n  expected {expected!r}")


def finish():
    print(f"{count} checks, {len(failures)} failed")
    sys.exit(1 if failures or not count else 0)


def context():
    authority = os.environ.get("KEYFOLIO_CACERT")
    return ssl.create_default_context(cafile=authority) if authority else None


def call(method, path, body=None, token=None, headers=None, raw=None, base=None):
    """One request. Returns the status, the body as JSON (or text), and the headers."""
    data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
    request = urllib.request.Request((base or os.environ["KEYFOLIO_ADDR"]) + path, data=data, method=method)
    token = os.environ["KEYFOLIO_TOKEN"] if token is None else token
    if token:
        request.add_header("Authorization", "Bearer " + token)
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    try:
        with urllib.request.urlopen(request, context=context(), timeout=60) as answer:
            status, text, found = answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        status, text, found = error.code, error.read(), error.headers
    try:
        return status, json.loads(text) if text else None, found
    except ValueError:
        return status, text.decode(), found


def native(method, path, body=None):
    """One request that must end well, with the root token. Returns its body."""
    status, answer, _ = call(method, path, body)
    assert status < 300, (method, path, status, answer)
    return answer


def principal(name, roles=(), policies=(), **more):
    """Makes a principal and gives a token of it."""
    native("PUT", f"/api/v1/principals/{name}", {"roles": list(roles), "policies": list(policies), **more})
    return native("POST", "/api/v1/tokens", {"principal": name, "seconds": 3600})["token"]
