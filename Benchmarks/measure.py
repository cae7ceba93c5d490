"""Measures the command against its yardsticks and writes Benchmarks/RESULTS.md.

Every figure is a ratio or a difference to something measured in the same run, in turn with it (A B A B ...), as the
median of many runs, so that it holds when the machine's speed drifts. Nothing here passes or fails.

    python3 Benchmarks/measure.py KEYFOLIO [--quick]
"""

import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Runner:
    """Starts commands in an environment of their own and times them from outside."""

    def __init__(self, home, folder):
        self.environment = {"HOME": home, "PATH": os.environ["PATH"], "USER": "bench", "LANG": "C.UTF-8"}
        self.folder = folder

    def once(self, command):
        """Runs a command once: seconds, peak memory in KiB, exit status."""
        null = os.open(os.devnull, os.O_RDWR)
        start = time.perf_counter()
        process = os.posix_spawn(
            command[0], command, self.environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)])
        _, status, usage = os.wait4(process, 0)
        seconds = time.perf_counter() - start
        os.close(null)
        return seconds, usage.ru_maxrss, os.waitstatus_to_exitcode(status)

    def compare(self, commands, runs):
        """Runs several commands in turn: for each the median in milliseconds and the largest peak memory in KiB."""
        times = [[] for _ in commands]
        peaks = [0 for _ in commands]
        for command in commands:
            for _ in range(3):
                self.once(command)
        for _ in range(runs):
            for index, command in enumerate(commands):
                seconds, peak, _ = self.once(command)
                times[index].append(seconds * 1000)
                peaks[index] = max(peaks[index], peak)
        return [statistics.median(values) for values in times], peaks

    def run(self, *command, **more):
        return subprocess.run(command, env=self.environment, cwd=self.folder, check=True, capture_output=True, **more)


def project_of(folder, variables, environments):
    """Writes a project with many variables, all secrets of one component."""
    os.makedirs(f"{folder}/app", exist_ok=True)
    lines = ["version: 1", "project: bench", "environments:"] + [f"  {name}:" for name in environments]
    lines += ["components:", "  app: {folder: app}", "variables:"]
    for number in range(variables):
        lines += [
            f"  VARIABLE_{number}:", "    type: secret", f"    description: Number {number} of many.",
            "    components: [app]", "    generate: {hex: 32}",
            "    rules: {required: true, length: {minimum: 32}, unique: true}",
        ]
    with open(f"{folder}/keyfolio.yaml", "w") as file:
        file.write("\n".join(lines) + "\n")


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{model}, {os.cpu_count()} processors, {platform.system()} {platform.release()}, {platform.machine()}"


def main():
    keyfolio = os.path.abspath(sys.argv[1])
    quick = "--quick" in sys.argv
    runs = 40 if quick else 200
    true = shutil.which("true")
    rows = []

    def row(what, measured, wanted):
        rows.append((what, measured, wanted))
        print(f"{what:<72} {measured:<44} {wanted}", flush=True)

    with tempfile.TemporaryDirectory() as work:
        project = f"{work}/project"
        os.makedirs(project)
        runner = Runner(f"{work}/home", project)
        os.makedirs(f"{work}/home")
        os.chdir(project)
        project_of(project, 50, ["development", "production"])
        runner.run(keyfolio, "init")
        runner.run(keyfolio, "generate", "--missing")
        started = [keyfolio, "run", "--", true]
        got = [keyfolio, "get", "VARIABLE_7"]
        (bare, run, get), peaks = runner.compare([[true], started, got], runs)
        row("`keyfolio run -- true`, 50 variables from the store, over bare `true`",
            f"{run - bare:.2f} ms more ({run:.2f} against {bare:.2f})", "at most 8 ms, goal 4")
        row("`keyfolio get` against `run -- true`", f"{get / run:.2f} x ({get:.2f} ms)", "at most 1.3 x")
        row("peak memory of `run` before it becomes the application", f"{peaks[1] / 1024:.1f} MiB", "")

        example = f"{work}/example"
        shutil.copytree(f"{TOP}/Examples/PortfolioSuite", example, ignore=shutil.ignore_patterns(".build"))
        for folder in ("portfolio-backend", "backend-ui"):
            for name in os.listdir(f"{example}/before/{folder}"):
                shutil.copy(f"{example}/before/{folder}/{name}", f"{example}/{folder}/.{name}")
        os.chdir(example)
        runner.folder = example
        runner.run(keyfolio, "init")
        (example_check, again), _ = runner.compare(
            [[keyfolio, "check", "--env", "development"], [keyfolio, "run", "-C", project, "--", true]], runs)
        row("`keyfolio check` of the example's development against `run -- true`",
            f"{example_check / again:.2f} x ({example_check:.2f} ms)", "at most 2 x")

        large = f"{work}/large"
        os.makedirs(large)
        os.chdir(large)
        runner.folder = large
        project_of(large, 2000, ["development", "staging", "production"])
        with open(f"{large}/keyfolio.yaml") as file:
            text = file.read().replace("project: bench", "project: large")
        with open(f"{large}/keyfolio.yaml", "w") as file:
            file.write(text)
        runner.run(keyfolio, "init")
        for name in ("development", "staging", "production"):
            runner.run(keyfolio, "generate", "--missing", "--env", name)
        (check, bare), peaks = runner.compare([[keyfolio, "check", "--all"], [true]], 5)
        row("`keyfolio check` of 2,000 variables in 3 environments",
            f"{check:.0f} ms, {peaks[0] / 1024:.0f} MiB", "under 1 s")

        tool = f"{TOP}/.build-bench/release/store-bench"
        if os.path.exists(tool):
            sizes = [1_000, 100_000 if quick else 1_000_000]
            stores = []
            for size in sizes:
                store = f"{work}/store-{size}/store.db"
                key = f"{work}/store-{size}/key"
                subprocess.run([tool, "fill", store, key, str(size)], check=True)
                stores.append((store, key))
            commands = []
            for (store, key), size in zip(stores, sizes):
                script = f"{work}/get-{size}"
                with open(script, "w") as file:
                    file.write(f"#!/bin/sh\nKEYFOLIO_KEY_FILE={key} exec {keyfolio} get --store {store} "
                               f"--path bench/secret/{size // 2} VALUE\n")
                os.chmod(script, 0o755)
                commands.append([script])
            (small, big), peaks = runner.compare(commands, runs)
            row(f"`keyfolio get` of {sizes[1]:,} secrets against {sizes[0]:,}", f"{big / small:.2f} x ({big:.2f} ms)",
                "at most 1.2 x")
            row(f"its peak memory with {sizes[1]:,} secrets", f"{peaks[1] / 1024:.1f} MiB", "under 60 MB")
            store, key = stores[1]
            result = subprocess.run([tool, "read", store, key, str(sizes[1])], check=True, capture_output=True, text=True)
            figures = json.loads(result.stdout)
            row("secrets read through the gate inside the library, with their audit records",
                f"{figures['readsPerSecond']:,.0f} a second on one core", "at least 100,000")
            row("SHA-256 of 4 KiB in the same process, as a yardstick", f"{figures['hashesPerSecond']:,.0f} a second", "")
            row("10 MB of .env parsed (values resolved)", f"{figures['dotenvSeconds'] * 1000:.0f} ms", "well under 1 s")

    with open(f"{TOP}/Benchmarks/RESULTS.md", "w") as file:
        file.write("# Results\n\nWritten by `make bench`. Medians; what is compared was measured in turn, in one run.\n\n")
        file.write(f"Machine: {machine()}. Date: {time.strftime('%Y-%m-%d')}. Runs: {runs}.\n\n")
        file.write("| what | measured | wanted |\n|---|---|---|\n")
        for what, measured, wanted in rows:
            file.write(f"| {what} | {measured} | {wanted} |\n")


main()
