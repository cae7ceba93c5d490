"""Watches for changes: by waiting answers and by server-sent events, with writers of every protocol; and the attacks on it."""

import concurrent.futures
import http.client
import json
import os
import socket
import threading
import time
import urllib.parse

look_up = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **named: look_up(
    "127.0.0.1" if host and host.endswith("localhost") else host, *rest, **named
)

import boto3  # noqa: E402
import hvac  # noqa: E402
from azure.identity import ClientSecretCredential  # noqa: E402
from azure.keyvault.secrets import SecretClient  # noqa: E402
from checks import call, check, context, equal, finish, native, principal  # noqa: E402
from with_server import start, stop  # noqa: E402

HEARTBEAT = 1
SLACK = 1.0


def watch(query, token=None, **more):
    """One waiting answer. Gives it with how long it took."""
    began = time.monotonic()
    status, answer, _ = call("GET", "/api/v1/watch?" + query, token=token, **more)
    return status, answer, time.monotonic() - began


def cursor(query):
    status, answer, _ = watch(query + "&wait=0")
    assert status == 200, answer
    return answer["next"]


class Stream:
    """A reader of server-sent events, on a thread of its own (WHATWG HTML, 9.2.6)."""

    def __init__(self, query, token=None, last=None, base=None, read=True):
        place = urllib.parse.urlsplit(base or os.environ["KEYFOLIO_ADDR"])
        self.connection = http.client.HTTPSConnection(place.hostname, place.port, context=context(), timeout=30)
        headers = {"Authorization": "Bearer " + (token or os.environ["KEYFOLIO_TOKEN"]), "Accept": "text/event-stream"}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.connection.request("GET", "/api/v1/watch?" + query, headers=headers)
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self.type = self.answer.headers["Content-Type"]
        self.events, self.beats, self.last, self.ended = [], 0, None, None
        self.opened = threading.Event()
        if self.status == 200 and read:
            self.thread = threading.Thread(target=self.run, daemon=True)
            self.thread.start()
            assert self.opened.wait(5)

    def run(self):
        kind, data = None, None
        try:
            for raw in self.answer:
                line = raw.decode().rstrip("\n")
                if line.startswith("id: "):
                    self.last = int(line[4:])
                elif line.startswith("event: "):
                    kind = line[7:]
                elif line.startswith("data: "):
                    data = line[6:]
                elif line.startswith(":"):
                    self.beats += 1
                elif not line:
                    self.opened.set()
                    if data is not None:
                        self.events.append((time.monotonic(), kind, json.loads(data)))
                    kind, data = None, None
        except (OSError, AttributeError, http.client.HTTPException):  # AttributeError: closed by this side
            pass
        self.ended = time.monotonic()
        # A server that ends waits for that, for a moment.
        self.connection.close()

    def wait(self, condition, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and not condition():
            time.sleep(0.01)
        return condition()


def each_protocol_wakes():
    root = os.environ["KEYFOLIO_TOKEN"]
    vault = hvac.Client(os.environ["KEYFOLIO_ADDR"], root, verify=os.environ["KEYFOLIO_CACERT"])
    aws = boto3.client("secretsmanager")
    azure = AzureWriter()
    writers = {
        "native": ("shop/native", lambda: native("PUT", "/api/v1/secrets/shop/native", {"text": "v"})),
        "Vault": ("shop/vault", lambda: vault.secrets.kv.v2.create_or_update_secret("shop/vault", {"a": "b"})),
        "AWS": ("shop/aws", lambda: aws.create_secret(Name="shop/aws", SecretString="v")),
        "Azure": (azure.path, azure.write),
    }
    for name, (path, write) in writers.items():
        stream = Stream("prefix=")
        waiting = concurrent.futures.ThreadPoolExecutor(1).submit(watch, f"path={path}&wait=20")
        time.sleep(0.3)
        check(f"{name}: nobody is told before there is something", not waiting.done() and not stream.events)
        began = time.monotonic()
        write()
        status, answer, _ = waiting.result(5)
        taken = time.monotonic() - began
        equal(f"{name}: the waiting answer", (status, [c["path"] for c in answer["changes"]]), (200, [path]))
        check(f"{name}: within a second", taken < SLACK, taken)
        check(f"{name}: the stream", stream.wait(lambda: stream.events, 2), stream.events)
        told = [e for e in stream.events if e[2]["path"] == path]
        check(f"{name}: the stream within a second", told and told[0][0] - began < SLACK, stream.events)
        equal(f"{name}: the same is told", told[0][2], answer["changes"][0])
        check(f"{name}: no value is told", '"v"' not in json.dumps(answer))
        stream.connection.close()


class AzureWriter:
    """Azure's own client, and the path that its secret has in the store."""

    def __init__(self):
        url = os.environ["AZURE_KEYVAULT_URL"]
        credential = ClientSecretCredential(
            os.environ["AZURE_TENANT_ID"], os.environ["AZURE_CLIENT_ID"], os.environ["AZURE_CLIENT_SECRET"],
            authority=os.environ["AZURE_AUTHORITY_HOST"], disable_instance_discovery=True,
        )
        self.client = SecretClient(url, credential)
        before = cursor("prefix=")
        self.client.set_secret("watched", "first")
        self.path = watch(f"prefix=&after={before}")[1]["changes"][0]["path"]

    def write(self):
        self.client.set_secret("watched", "second")


def every_change_is_told():
    S = "/api/v1/secrets/team/one"
    at = cursor("path=team/one")
    native("PUT", S, {"text": "1"})
    native("PUT", S, {"text": "2"})
    vault = hvac.Client(os.environ["KEYFOLIO_ADDR"], os.environ["KEYFOLIO_TOKEN"], verify=os.environ["KEYFOLIO_CACERT"]).secrets.kv.v2
    vault.delete_latest_version_of_secret("team/one")
    vault.undelete_secret_versions("team/one", [2])
    vault.destroy_secret_versions("team/one", [1])
    vault.delete_metadata_and_all_versions("team/one")
    _, answer, _ = watch(f"path=team/one&after={at}")
    equal(
        "each change, in order",
        [(c["action"], c.get("version")) for c in answer["changes"]],
        [("secret.write", 1), ("secret.write", 2), ("secret.delete", 2), ("secret.undelete", None), ("secret.destroy", None), ("secret.remove", 2)],
    )
    numbers = [c["number"] for c in answer["changes"]]
    check("numbers grow", numbers == sorted(set(numbers)) and answer["next"] >= numbers[-1], answer)
    _, rest, _ = watch(f"path=team/one&after={numbers[3]}")
    equal("a change's number is where to go on", [c["number"] for c in rest["changes"]], numbers[4:])
    # What changed nothing is no change.
    native("PUT", S, {"fields": {"A": "1"}})
    at = cursor("path=team/one")
    native("PATCH", S, {"set": {"A": "1"}})
    status, answer, took = watch(f"path=team/one&after={at}&wait=1")
    check("nothing new is no change, and the time is kept", answer["changes"] == [] and 0.9 < took < 2.5, (answer, took))
    check("next goes on", answer["next"] >= at)
    native("PUT", "/api/v1/secrets/teams/one", {"text": "x"})
    native("PUT", "/api/v1/secrets/team", {"text": "x"})
    equal("a prefix is whole segments, and what is below", watch(f"prefix=team/&after={at}&wait=0")[1]["changes"], [])


def forms():
    for query, why in {
        "": "neither path nor prefix", "path=a&prefix=b/": "both", "prefix=shop": "no slash", "prefix=/": "a slash alone",
        "path=a/../b": "no path", "path=a&wait=61": "too long", "path=a&wait=-1": "a negative wait",
        "path=a&wait=1e1": "no whole number", "path=a&after=x": "no number", "path=a&after=-1": "a negative number",
        "path=a&after=99999999999999999999": "too large", "path=a&other=1": "unknown", "path=a&path=b": "twice",
    }.items():
        equal(f"refused: {why}", watch(query)[0], 400)
    equal("refused: no credential", watch("path=a", token="")[0], 401)
    equal("refused: a wrong one", watch("path=a", token="kf_wrong")[0], 401)
    equal("refused: no number in Last-Event-ID", Stream("path=a", last="x").status, 400)
    for after in (0, 1, cursor("path=a") + 10**12):
        status, answer, took = watch(f"path=a&after={after}&wait=20")
        check("a cursor that is not known is a reset, at once", answer.get("reset") is True and answer["changes"] == [] and took < 1, answer)
    stream = Stream("path=shop/native", last=1)
    check("a reset in the stream", stream.wait(lambda: stream.events, 2) and stream.events[0][1] == "reset", stream.events)
    native("PUT", "/api/v1/secrets/shop/native", {"text": "again"})
    check("and it goes on", stream.wait(lambda: len(stream.events) == 2, 2), stream.events)
    again = Stream("path=shop/native", last=stream.last)
    native("PUT", "/api/v1/secrets/shop/native", {"text": "more"})
    check("Last-Event-ID goes on", again.wait(lambda: again.events, 2) and len(again.events) == 1, again.events)
    equal("the type", stream.type, "text/event-stream")
    stream.connection.close()
    again.connection.close()


def only_what_one_may_read():
    native("PUT", "/api/v1/policies/web", {"text": 'path "secret/data/web/open/*" { capabilities = ["read"] }\npath "secret/metadata/web/*" { capabilities = ["list"] }'})
    token = principal("watcher", policies=["web"])
    equal("denied: another secret", watch("path=web/closed/a&wait=0", token)[0], 403)
    equal("denied: another prefix", watch("prefix=shop/&wait=0", token)[0], 403)
    equal("denied: everything", Stream("path=web/closed/a", token).status, 403)
    at = watch("prefix=web/&wait=0", token)[1]["next"]
    waiting = concurrent.futures.ThreadPoolExecutor(1).submit(watch, "prefix=web/&wait=20", token)
    time.sleep(0.3)
    native("PUT", "/api/v1/secrets/web/closed/a", {"text": "x"})
    time.sleep(0.5)
    check("a hidden change wakes nobody", not waiting.done())
    native("PUT", "/api/v1/secrets/web/open/a", {"text": "x"})
    equal("only what may be read is told", [c["path"] for c in waiting.result(5)[1]["changes"]], ["web/open/a"])
    equal("nor later", [c["path"] for c in watch(f"prefix=web/&after={at}&wait=0", token)[1]["changes"]], ["web/open/a"])
    # A policy that is changed while somebody waits holds at once.
    waiting = concurrent.futures.ThreadPoolExecutor(1).submit(watch, "path=web/open/a&wait=20", token)
    time.sleep(0.3)
    native("PUT", "/api/v1/policies/web", {"text": ""})
    native("PUT", "/api/v1/secrets/web/open/a", {"text": "y"})
    equal("a policy that was taken away", waiting.result(5)[0], 403)


def revoked_is_told_nothing():
    native("PUT", "/api/v1/policies/all", {"text": 'path "secret/*" { capabilities = ["read", "list"] }'})
    for name, end in {
        "revoked": lambda token: native("DELETE", "/api/v1/tokens/" + accessor(token)),
        "sessions ended": lambda token: native("POST", "/api/v1/sessions/end", {"principal": "leaver"}),
        "disabled": lambda token: native("PUT", "/api/v1/principals/leaver", {"policies": ["all"], "disabled": True}),
    }.items():
        token = principal("leaver", policies=["all"])
        stream, second = Stream("prefix=", token), Stream("path=quiet/one", token)
        waiting = concurrent.futures.ThreadPoolExecutor(1).submit(watch, "prefix=&wait=20", token)
        time.sleep(HEARTBEAT + 0.5)
        check(f"{name}: heartbeats before", second.beats >= 1 and second.ended is None)
        ended = time.monotonic()
        end(token)
        native("PUT", "/api/v1/secrets/after/revocation", {"text": name})
        check(f"{name}: the stream ends", stream.wait(lambda: stream.ended, HEARTBEAT + 1))
        check(f"{name}: nothing after it", not any(e[2].get("path") == "after/revocation" for e in stream.events), stream.events)
        check(f"{name}: a quiet stream ends within a heartbeat", second.wait(lambda: second.ended, HEARTBEAT + 1) and second.ended - ended < HEARTBEAT + 1)
        check(f"{name}: the waiting answer", waiting.result(5)[0] in (401, 403), waiting.result())


def accessor(token):
    return call("GET", "/api/v1/self", token=token)[1]["token"]["accessor"]


def few_uses():
    made = native("POST", "/api/v1/tokens", {"policies": ["all"], "seconds": 600, "uses": 3})
    token = made["token"]
    waiting = concurrent.futures.ThreadPoolExecutor(1).submit(watch, "prefix=uses/&wait=20", token)
    time.sleep(0.3)
    native("PUT", "/api/v1/secrets/uses/a", {"text": "x"})
    equal("a token of few uses waits", len(waiting.result(5)[1]["changes"]), 1)
    equal("no stream for it", Stream("prefix=uses/", token).status, 406)
    status, _, took = watch("prefix=uses/&wait=5", token)
    check("the third use, which does not wait", status == 200 and took < 1, (status, took))
    equal("each request was one use", watch("prefix=uses/&wait=0", token)[0], 401)


def many():
    at = time.monotonic()
    streams = concurrent.futures.ThreadPoolExecutor(32)
    found = list(streams.map(lambda n: Stream(f"path=many/{n % 100}", read=False), range(500)))
    equal("500 streams", {s.status for s in found}, {200})
    opened = time.monotonic() - at
    times = []
    for n in range(50):
        began = time.monotonic()
        native("PUT", "/api/v1/secrets/elsewhere/x", {"text": str(n)})
        times.append(time.monotonic() - began)
    native("PUT", "/api/v1/secrets/many/7", {"text": "x"})
    seven = found[7::100]
    for stream in seven:
        stream.thread = threading.Thread(target=stream.run, daemon=True)
        stream.thread.start()
    check("five are told", all(s.wait(lambda s=s: s.events, 3) for s in seven))
    print(f"500 streams in {opened:.1f} s; a write beside them: median {sorted(times)[25] * 1000:.1f} ms")
    return found


def shutdown():
    process, variables, complaints = start(os.environ["KEYFOLIO_SERVER"], ["--watch-heartbeat", "15"])
    before = dict(os.environ)
    os.environ.update(variables)
    waiting = [concurrent.futures.ThreadPoolExecutor(1).submit(watch, "prefix=&wait=60") for _ in range(5)]
    stream = Stream("prefix=")
    time.sleep(0.5)
    began = time.monotonic()
    check("it ends by itself", stop(process), complaints())
    took = time.monotonic() - began
    check("and does not wait for those who wait", took < 3, took)
    for one in waiting:
        status, answer, _ = one.result(5)
        check("who waited is answered", status == 200 and answer["changes"] == [] and answer["next"], answer)
    check("the stream has ended", stream.wait(lambda: stream.ended, 1))
    os.environ.update(before)


def records():
    found = native("POST", "/api/v1/audit/query", {"actions": ["secret.watch"], "limit": 1000})["records"]
    check("who watched is in the log", any(r.get("path") == "shop/native" and r["detail"] == "1 change" for r in found))
    check("and who was denied", any(r["outcome"] == "denied" and r.get("path") == "web/closed/a" for r in found))
    at = len(found)
    stream = Stream("path=records/quiet")
    time.sleep(2 * HEARTBEAT + 0.5)
    check("heartbeats", stream.beats >= 2)
    stream.connection.close()
    again = native("POST", "/api/v1/audit/query", {"actions": ["secret.watch"], "paths": ["records/quiet"], "limit": 1000})["records"]
    equal("heartbeats leave no record", len(again), 1)
    check("counted", at > 10)


process, variables, complaints = start(os.environ["KEYFOLIO_SERVER"], ["--watch-heartbeat", str(HEARTBEAT)])
os.environ.update(variables)
try:
    each_protocol_wakes()
    every_change_is_told()
    forms()
    only_what_one_may_read()
    revoked_is_told_nothing()
    few_uses()
    records()
    held = many()
    shutdown()
finally:
    began = time.monotonic()
    check("the server ends, with 500 streams", stop(process), complaints())
    check("peers that do not read keep it no longer than the grace", time.monotonic() - began < 12, time.monotonic() - began)
finish()
