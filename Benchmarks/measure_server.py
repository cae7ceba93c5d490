"""Measures the server against nginx in the same run and writes Benchmarks/SERVER.md.

One processor for the server, the other for the load (wrk). nginx, one process, serves a static body of the same size:
what is possible on this machine at this moment. Each comparison is measured in turn, a few times; medians.

    python3 Benchmarks/measure_server.py SERVER STORE_BENCH [--quick] [--soak SECONDS]
"""

import http.client
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SERVER, STORE_BENCH = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
QUICK = "--quick" in sys.argv
SECONDS, ROUNDS = (2, 2) if QUICK else (5, 3)
TOKEN = "kft_bench-root"
KEY, SECRET = "AKIABENCHBENCHBENCH2", "bench/secret/access/key/of/forty/letters"
rows = []


def row(what, measured, wanted=""):
    rows.append((what, measured, wanted))
    print(f"{what:<90} {measured:<70} {wanted}", flush=True)


def pinned(processor, *words):
    return ["taskset", "-c", str(processor), *words]


class Server:
    """A development server over a store that is filled, on one processor."""

    def __init__(self, folder, *arguments):
        self.folder = folder
        environment = {
            **os.environ, "KEYFOLIO_DEV_ROOT_TOKEN": TOKEN, "KEYFOLIO_DEV_AWS_ACCESS_KEY_ID": KEY,
            "KEYFOLIO_DEV_AWS_SECRET_ACCESS_KEY": SECRET, "SWIFT_BACKTRACE": "enable=no",
        }
        self.output = tempfile.TemporaryFile("w+")
        began = time.perf_counter()
        self.process = subprocess.Popen(
            pinned(0, SERVER, "--dev", "--listen", "127.0.0.1:0", "--storage", folder, *arguments),
            stdout=self.output, stderr=subprocess.DEVNULL, env=environment,
        )
        self.address = None
        while self.address is None:
            self.output.seek(0)
            found = re.search(r"KEYFOLIO_ADDR=(\S+)", self.output.read())
            if found:
                self.address = found.group(1)
            elif self.process.poll() is not None:
                sys.exit("measure_server.py: the server did not start")
            else:
                time.sleep(0.001)
        self.milliseconds = (time.perf_counter() - began) * 1000
        self.port = urlsplit(self.address).port

    def memory(self, name="VmRSS"):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(rf"{name}:\s+(\d+) kB", file.read()).group(1)) / 1024

    def processor_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def looked_through(self):
        """Waits until the server has looked through all rows of its store once, and gives how many seconds its processor has
        worked meanwhile, which is that when nobody asks for anything. It does so again after a minute at least."""
        before = self.processor_seconds()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for _ in range(600):
            connection.request("GET", "/metrics")
            found = re.search(r"^keyfolio_row_checks (\S+)$", connection.getresponse().read().decode(), re.MULTILINE)
            if found and float(found.group(1)) >= 1:
                return self.processor_seconds() - before
            time.sleep(0.2)
        sys.exit("measure_server.py: the server does not look through its rows")

    def call(self, method, path, body=None, token=TOKEN):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, json.dumps(body) if body is not None else None, {"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            sys.exit(f"measure_server.py: {method} {path}: {answer.status} {text[:200]}")
        return json.loads(text) if text else None

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


class Nginx:
    """One process of nginx that serves a body of some bytes, plain and over TLS."""

    def __init__(self, work, size):
        self.folder = os.path.join(work, "nginx")
        os.makedirs(self.folder, exist_ok=True)
        with open(f"{self.folder}/body", "w") as file:
            file.write("x" * size)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-keyout", f"{self.folder}/key.pem", "-out", f"{self.folder}/cert.pem"],
            check=True, capture_output=True,
        )
        self.plain, self.tls = 18480 + os.getpid() % 500, 18980 + os.getpid() % 500
        with open(f"{self.folder}/nginx.conf", "w") as file:
            file.write(
                f"daemon off; master_process off; worker_processes 1; pid {self.folder}/pid; error_log /dev/null crit;\n"
                "events { worker_connections 1024; }\n"
                "http { access_log off; default_type application/json; keepalive_requests 100000000; client_body_temp_path "
                f"{self.folder}; proxy_temp_path {self.folder}; fastcgi_temp_path {self.folder}; uwsgi_temp_path {self.folder};"
                f" scgi_temp_path {self.folder};\n"
                f"server {{ listen 127.0.0.1:{self.plain}; location / {{ root {self.folder}; try_files /body =404; }} }}\n"
                f"server {{ listen 127.0.0.1:{self.tls} ssl; ssl_certificate {self.folder}/cert.pem; ssl_certificate_key "
                f"{self.folder}/key.pem; ssl_protocols TLSv1.3; location / {{ root {self.folder}; try_files /body =404; }} }} }}\n"
            )
        self.process = subprocess.Popen(pinned(0, "nginx", "-c", f"{self.folder}/nginx.conf"), stderr=subprocess.DEVNULL)
        time.sleep(0.5)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def wrk(work, url, script, connections=32, seconds=None):
    """Requests a second, the 99th percentile in milliseconds, and how many answers were no success."""
    path = os.path.join(work, "load.lua")
    with open(path, "w") as file:
        file.write(script + """
done = function(summary, latency, requests)
  io.write(string.format("RESULT %f %f %d\\n", summary.requests / summary.duration * 1e6, latency:percentile(99) / 1000,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
""")
    result = subprocess.run(
        pinned(1, "wrk", "-t1", f"-c{connections}", f"-d{seconds or SECONDS}s", "--timeout", "10s", "-s", path, url),
        capture_output=True, text=True,
    )
    found = re.search(r"RESULT (\S+) (\S+) (\d+)", result.stdout)
    if not found:
        sys.exit(f"measure_server.py: wrk said {result.stdout} {result.stderr}")
    return float(found.group(1)), float(found.group(2)), int(found.group(3))


def compare(work, loads):
    """Measures several loads in turn, each of 32 connections or as many as it says: for each the medians. A load that does not
    succeed ends everything."""
    found = [[] for _ in loads]
    for _ in range(ROUNDS):
        for place, (url, script, *connections) in enumerate(loads):
            # Each begins when what the one before left to do is done: the log is copied beside the answers.
            time.sleep(1.5)
            rate, late, errors = wrk(work, url, script, *connections)
            if errors:
                sys.exit(f"measure_server.py: {errors} answers of {url} were no success")
            found[place].append((rate, late))
    return [tuple(statistics.median(values) for values in zip(*times)) for times in found]


STATIC = 'request = function() return wrk.format("GET", "/") end'


def reads(count, tokens, path):
    """Random reads; each of as many tokens as there are connections is used in turn."""
    list_of_tokens = ", ".join(f'"{token}"' for token in tokens)
    return f"""
local tokens = {{{list_of_tokens}}}
local turn = 0
request = function()
  turn = turn % #tokens + 1
  local number = math.random(0, {count - 1})
  return wrk.format("GET", string.format("{path}", number), {{["Authorization"] = "Bearer " .. tokens[turn]}})
end
init = function(args) math.randomseed(os.time()) end
"""


def writes(token, count):
    return f"""
local turn = 0
request = function()
  turn = turn + 1
  return wrk.format("PUT", string.format("/api/v1/secrets/written/s-%d", turn % {count}),
    {{["Authorization"] = "Bearer {token}", ["Content-Type"] = "application/json"}},
    string.format('{{"fields":{{"VALUE":"%032d"}}}}', turn))
end
"""


def signed_reads(server, count):
    """Reads that are signed before: a signature is good for five minutes, and a read may come twice."""
    sys.path.insert(0, f"{TOP}/.venv/lib/python3.11/site-packages")
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    lines = []
    for number in range(0, count, max(1, count // 2000)):
        request = AWSRequest(
            "POST", server.address + "/", data=json.dumps({"SecretId": f"bench/secret/{number}"}),
            headers={
                "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager.GetSecretValue",
                "Host": f"127.0.0.1:{server.port}",
            },
        )
        SigV4Auth(Credentials(KEY, SECRET), "secretsmanager", "us-east-1").add_auth(request)
        headers = ", ".join(f'["{name}"] = "{value}"' for name, value in request.headers.items())
        lines.append(f"{{{{{headers}}}, [[{request.data if isinstance(request.data, str) else request.data.decode()}]]}}")
    return (
        "local all = {" + ",\n".join(lines) + "}\n"
        "request = function() local one = all[math.random(#all)]; return wrk.format('POST', '/', one[1], one[2]) end"
    )


def fill(work, count):
    folder = os.path.join(work, f"store-{count}")
    os.makedirs(folder)
    subprocess.run([STORE_BENCH, "fill", f"{folder}/store.db", f"{folder}/store.key", str(count)], check=True, stdout=subprocess.DEVNULL)
    # What was written is not written out while something is measured.
    os.sync()
    return folder


def tokens(server, count=32):
    """As many tokens as connections, under a policy of twenty rules."""
    rules = "\n".join(f'path "secret/data/team-{n}/*" {{ capabilities = ["read"] }}' for n in range(18))
    rules += '\npath "secret/data/bench/*" { capabilities = ["read"] }\npath "secret/+/other/*" { capabilities = ["deny"] }'
    server.call("PUT", "/api/v1/policies/bench", {"text": rules})
    server.call("PUT", "/api/v1/principals/bench", {"kind": "machine", "policies": ["bench"]})
    return [server.call("POST", "/api/v1/tokens", {"principal": "bench", "seconds": 86400})["token"] for _ in range(count)]


def percent(a, b):
    return f"{a / b:.2f} x"


def main():
    work = tempfile.mkdtemp(prefix="keyfolio-bench-", dir=TOP)
    many = 100_000
    try:
        folder = fill(work, many)
        starts, idle = [], []
        for _ in range(5):
            server = Server(folder, "--http")
            starts.append(server.milliseconds)
            time.sleep(0.5)
            idle.append(server.memory())
            server.stop()
        row(f"start to ready with {many:,} secrets", f"{statistics.median(starts):.0f} ms", "under 100 ms")
        row("resident memory, idle", f"{statistics.median(idle):.1f} MiB", "under 40 MB")

        server = Server(folder, "--http")
        nginx = Nginx(work, len(json.dumps(server.call("GET", "/api/v1/secrets/bench/secret/1"))))
        names = tokens(server)
        native = reads(many, names, "/api/v1/secrets/bench/secret/%d")
        loads = [
            (f"http://127.0.0.1:{nginx.plain}/", STATIC), (server.address, native),
            (server.address, reads(many, names, "/v1/secret/data/bench/secret/%d")),
            (server.address, reads(many, names, "/secrets/bench--secret--%d/?api-version=7.5")),
            (server.address, signed_reads(server, many)),
        ]
        server.looked_through()
        before = server.processor_seconds()
        (yard, yard_late), (rate, late), vault, azure, aws = compare(work, loads)
        row("nginx, a static body of the same size", f"{yard:,.0f} a second, p99 {yard_late:.2f} ms", "the yardstick")
        row(
            f"read one of {many:,} secrets natively, 32 connections, 20 rules, audit on",
            f"{percent(rate, yard)} nginx: {rate:,.0f} a second, p99 {late:.2f} ms", "at least 0.33 x, p99 at most 4 ms; goal 0.6 x",
        )
        row("the same as HashiCorp Vault's KV v2", f"{percent(vault[0], rate)} the native read: {vault[0]:,.0f}, p99 {vault[1]:.2f} ms", "at least 0.85 x")
        row("the same as Azure's get secret", f"{percent(azure[0], rate)} the native read: {azure[0]:,.0f}, p99 {azure[1]:.2f} ms", "at least 0.85 x")
        row("the same as AWS's GetSecretValue, signed", f"{percent(aws[0], rate)} the native read: {aws[0]:,.0f}, p99 {aws[1]:.2f} ms", "at least 0.7 x")
        row("resident memory under that load", f"{server.memory():.1f} MiB, at most {server.memory('VmHWM'):.1f}", "under 120 MB")

        alone, at32, at256 = compare(work, [(server.address, writes(TOKEN, 20_000), clients) for clients in (1, 32, 256)])
        for what, load in (("32", at32), ("256", at256)):
            row(
                f"durable writes, {what} clients",
                f"{load[0] / alone[0]:.1f} x one by one ({alone[0]:,.0f}), {percent(load[0], rate)} the read: "
                f"{load[0]:,.0f} a second, p99 {load[1]:.1f} ms",
                "at least 10 x where the disk is the limit, else 0.4 x the read; p99 under 60 ms",
            )
        server.stop()

        server = Server(folder)
        (yard, _), (rate, late) = compare(
            work, [(f"https://127.0.0.1:{nginx.tls}/", STATIC), (server.address, native)]
        )
        row("the native read over TLS 1.3", f"{percent(rate, yard)} nginx over TLS: {rate:,.0f} a second, p99 {late:.2f} ms", "at least 0.35 x")
        server.stop()
        nginx.stop()

        few_folder, most_folder = fill(work, 1000), fill(work, 1_000_000) if not QUICK else folder
        most = 1_000_000 if not QUICK else many
        few_server, most_server = Server(few_folder, "--http"), Server(most_folder, "--http")
        few_server.looked_through()
        seconds = most_server.looked_through()
        row(f"looking through all rows of {most:,} secrets", f"{seconds:.1f} s of the processor", "no figure is asked")
        few, most_found = compare(
            work,
            [
                (few_server.address, reads(1000, tokens(few_server), "/api/v1/secrets/bench/secret/%d")),
                (most_server.address, reads(most, tokens(most_server), "/api/v1/secrets/bench/secret/%d")),
            ],
        )
        row(f"reads from {most:,} secrets against from 1,000", f"{few[0] / most_found[0]:.2f} x the time: {most_found[0]:,.0f} against {few[0]:,.0f} a second", "at most 1.2 x")
        few_server.stop()
        most_server.stop()

        if "--soak" in sys.argv:
            seconds = int(sys.argv[sys.argv.index("--soak") + 1])
            server = Server(folder, "--http")
            load = reads(many, tokens(server), "/api/v1/secrets/bench/secret/%d")
            memory = []
            for _ in range(6):
                wrk(work, server.address, load, seconds=seconds // 6)
                memory.append(server.memory())
            row(f"resident memory over {seconds} s of reads", ", ".join(f"{m:.1f}" for m in memory) + " MiB", "flat")
            server.stop()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    with open(f"{TOP}/Benchmarks/SERVER.md", "w") as file:
        file.write("# The server's results\n\nWritten by `make bench`. Medians; what is compared was measured in turn, in one run.\n")
        file.write("One processor for the server, one for the load; the whole machine does nothing else.\n\n")
        file.write(f"Date: {time.strftime('%Y-%m-%d')}. {SECONDS} s a load, {ROUNDS} rounds.\n\n| what | measured | wanted |\n|---|---|---|\n")
        for what, measured, wanted in rows:
            file.write(f"| {what} | {measured} | {wanted} |\n")


main()
