"""Measures the command and the store against their yardsticks and writes Benchmarks/RESULTS.md.

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
STORE_BENCH = f"{TOP}/.build-bench/release/store-bench"
PEAK_MEMORY = f"{TOP}/.build-bench/release/peak-memory"


class Command:
    """A program, its arguments, and what it finds in its environment besides what all find.

    No shell stands before it: the start of a shell is a good part of a command's time, and would hide half of any
    difference."""

    def __init__(self, *words, **variables):
        self.words = [str(word) for word in words]
        self.variables = variables


class Runner:
    """Starts commands in an environment of their own and times them from outside."""

    def __init__(self, home):
        os.makedirs(home)
        self.environment = {"HOME": home, "PATH": os.environ["PATH"], "USER": "bench", "LANG": "C.UTF-8"}

    def once(self, command):
        """Runs a command once: how many seconds it took."""
        null = os.open(os.devnull, os.O_RDWR)
        start = time.perf_counter()
        process = os.posix_spawn(
            command.words[0], command.words, self.environment | command.variables,
            file_actions=[(os.POSIX_SPAWN_DUP2, null, descriptor) for descriptor in (0, 1, 2)])
        _, status = os.waitpid(process, 0)
        seconds = time.perf_counter() - start
        os.close(null)
        if os.waitstatus_to_exitcode(status) not in (0, 1):  # 1: there are findings
            sys.exit(f"measure.py: {command.words} ended with {os.waitstatus_to_exitcode(status)}")
        return seconds

    def compare(self, commands, runs):
        """Runs several commands in turn: for each the median in milliseconds.

        A command may be a function that makes the command of a run from its number."""
        def of(command, number):
            return command(number) if callable(command) else command

        for command in commands:
            for number in range(3):
                self.once(of(command, number))
        times = [[] for _ in commands]
        for number in range(runs):
            for index, command in enumerate(commands):
                times[index].append(self.once(of(command, number)) * 1000)
        return [statistics.median(values) for values in times]

    def peak(self, command, runs=5):
        """The most memory that a command had, in MiB, the largest of some runs.

        Not wait4(2) from here: Linux counts what a process was before execve(2), and this process is larger than the
        commands that it starts."""
        peaks = []
        for _ in range(runs):
            result = subprocess.run([PEAK_MEMORY] + command.words, env=self.environment | command.variables,
                                    capture_output=True, text=True)
            peaks.append(int(result.stdout))
        return max(peaks) / 1024

    def run(self, *command):
        """Runs a command that only prepares something."""
        subprocess.run(command, env=self.environment, check=True, capture_output=True)


def check_peaks(runner):
    """Holds the measure of memory against programs whose size is known."""
    smallest = runner.peak(Command(shutil.which("true")))
    empty = runner.peak(Command(sys.executable, "-c", ""))
    full = runner.peak(Command(sys.executable, "-c", "x = b'x' * (64 << 20)"))
    if smallest > 4 or not 63 < full - empty < 66:
        sys.exit(f"measure.py: peak memory cannot be measured here: true {smallest:.1f} MiB, "
                 f"64 MiB seen as {full - empty:.1f} MiB")


def ratio(ours, theirs):
    return f"{ours / theirs:.2f} x ({ours:.2f} against {theirs:.2f} ms)"


def project_of(folder, variables, environments, name="bench"):
    """Writes a project with many variables, all secrets of one component."""
    os.makedirs(f"{folder}/app", exist_ok=True)
    lines = ["version: 1", f"project: {name}", "environments:"] + [f"  {one}:" for one in environments]
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
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        system = platform.system()
    return f"{model}, {os.cpu_count()} processors, {platform.machine()}, {system}"


def measure_start(row, runner, keyfolio, work, runs):
    """What a command costs before the application begins; gives the project that it was measured in."""
    project = f"{work}/project"
    os.makedirs(project)
    os.chdir(project)
    project_of(project, 50, ["development", "production"])
    runner.run(keyfolio, "init")
    runner.run(keyfolio, "generate", "--missing")
    true = Command(shutil.which("true"))
    started, got = Command(keyfolio, "run", "--", *true.words), Command(keyfolio, "get", "VARIABLE_7")
    bare, run, get = runner.compare([true, started, got], runs)
    row("`keyfolio run -- true`, 50 variables from the store, over bare `true`",
        f"{run - bare:.2f} ms more ({run:.2f} against {bare:.2f})", "at most 8 ms, goal 4")
    row("`keyfolio get` against `run -- true`", ratio(get, run), "at most 1.3 x")
    row("peak memory of `run` before it becomes the application", f"{runner.peak(started):.1f} MiB", "")

    # What others need for the same 50 variables, if they are here.
    lines = "".join(f"VARIABLE_{number}={'0123456789abcdef' * 4}\n" for number in range(50))
    with open(f"{work}/plain", "w") as file:
        file.write(lines)
    if shutil.which("age") and shutil.which("age-keygen"):
        runner.run("age-keygen", "-o", f"{work}/age-key")
        with open(f"{work}/age-key") as file:
            recipient = next(line.split()[-1] for line in file if "public key" in line)
        runner.run("age", "-r", recipient, "-o", f"{work}/plain.age", f"{work}/plain")
        decrypted = Command(shutil.which("age"), "-d", "-i", f"{work}/age-key", f"{work}/plain.age")
        age, get, run = runner.compare([decrypted, got, started], runs)
        row("`keyfolio get` against `age -d` of 50 variables in a file", ratio(get, age), "")
        row("`keyfolio run -- true` against `age -d` of 50 variables in a file", ratio(run, age), "")
    dotenv = f"{TOP}/.venv/bin/dotenv"
    if os.path.exists(dotenv):
        loaded = Command(dotenv, "-f", f"{work}/plain", "run", "--", *true.words)
        theirs, run = runner.compare([loaded, started], max(runs // 4, 10))
        row("`keyfolio run -- true` against python-dotenv's `dotenv run -- true`, 50 variables in the clear",
            ratio(run, theirs), "")
    return project


def measure_checks(row, runner, keyfolio, work, runs, project):
    """What `check` costs, of a project as there are many and of a very large one."""
    example = f"{work}/example"
    shutil.copytree(f"{TOP}/Examples/PortfolioSuite", example, ignore=shutil.ignore_patterns(".build"))
    for folder in ("portfolio-backend", "backend-ui"):
        for name in os.listdir(f"{example}/before/{folder}"):
            shutil.copy(f"{example}/before/{folder}/{name}", f"{example}/{folder}/.{name}")
    os.chdir(example)
    runner.run(keyfolio, "init")
    check, run = runner.compare(
        [Command(keyfolio, "check", "--env", "development"),
         Command(keyfolio, "run", "-C", project, "--", shutil.which("true"))], runs)
    row("`keyfolio check` of the example's development against `run -- true`", ratio(check, run), "at most 2 x")

    large, names = f"{work}/large", ["development", "staging", "production"]
    os.makedirs(large)
    os.chdir(large)
    project_of(large, 2000, names, name="large")
    runner.run(keyfolio, "init")
    for name in names:
        runner.run(keyfolio, "generate", "--missing", "--env", name)
    command = Command(keyfolio, "check", "--all")
    check, _ = runner.compare([command, Command(shutil.which("true"))], 5)
    row("`keyfolio check` of 2,000 variables in 3 environments",
        f"{check:.0f} ms, {runner.peak(command):.0f} MiB", "under 1 s")


def measure_store(row, runner, keyfolio, work, runs, quick):
    """What a store of very many secrets costs."""
    sizes = [1_000, 100_000 if quick else 1_000_000]
    stores = [(f"{work}/store-{size}/store.db", f"{work}/store-{size}/key") for size in sizes]
    for (store, key), size in zip(stores, sizes):
        subprocess.run([STORE_BENCH, "fill", store, key, str(size)], check=True)

    def get(index):
        # Another secret each time, spread over the whole store, so that it is not one warm path that is measured.
        (store, key), size = stores[index], sizes[index]
        return lambda number: Command(
            keyfolio, "get", "--store", store, "--path", f"bench/secret/{number * 7919 % size}", "VALUE",
            KEYFOLIO_KEY_FILE=key)

    # Both files are on the disk and in the system's cache, whichever was made last.
    os.sync()
    for store, _ in stores:
        with open(store, "rb") as file:
            while file.read(1 << 20):
                pass
    small, large = runner.compare([get(0), get(1)], runs)
    row(f"`keyfolio get` from {sizes[1]:,} secrets against from {sizes[0]:,}", ratio(large, small), "at most 1.2 x")
    row(f"its peak memory with {sizes[1]:,} secrets", f"{runner.peak(get(1)(1)):.1f} MiB", "under 60 MB")

    for (store, key), size in zip(stores, sizes):
        result = subprocess.run([STORE_BENCH, "read", store, key, str(size)], check=True, capture_output=True, text=True)
        figures = json.loads(result.stdout)
        for name, what, wanted in [
            ("reads", "read by the thousand", "at least 100,000 a second"), ("singleReads", "read one by one", ""),
        ]:
            rate, processor = figures[f"{name}PerSecond"], figures[f"{name}PerProcessorSecond"]
            row(f"secrets {what} inside the library at random from {size:,}, with their audit records",
                f"{processor:,.0f} a second of one core, {rate:,.0f} by the clock; "
                f"each the time of {figures['hashesPerProcessorSecond'] / processor:.1f} hashes", wanted)
    row("the yardstick: SHA-256 of 4 KiB in the same process",
        f"{figures['hashesPerProcessorSecond']:,.0f} a second of one core", "")
    row("10 MB of .env parsed, values resolved", f"{figures['dotenvSeconds'] * 1000:.0f} ms", "well under 1 s")


def main():
    keyfolio = os.path.abspath(sys.argv[1])
    quick = "--quick" in sys.argv
    runs = 40 if quick else 200
    rows = []

    def row(what, measured, wanted):
        rows.append((what, measured, wanted))
        print(f"{what:<100} {measured:<75} {wanted}", flush=True)

    with tempfile.TemporaryDirectory() as work:
        runner = Runner(f"{work}/home")
        check_peaks(runner)
        project = measure_start(row, runner, keyfolio, work, runs)
        measure_checks(row, runner, keyfolio, work, runs, project)
        measure_store(row, runner, keyfolio, work, runs, quick)

    with open(f"{TOP}/Benchmarks/RESULTS.md", "w") as file:
        file.write("# Results\n\nWritten by `make bench`. Medians; what is compared was measured in turn, in one run.\n\n")
        file.write(f"Machine: {machine()}. Date: {time.strftime('%Y-%m-%d')}. Runs: {runs}.\n\n")
        file.write("| what | measured | wanted |\n|---|---|---|\n")
        for what, measured, wanted in rows:
            file.write(f"| {what} | {measured} | {wanted} |\n")


main()
