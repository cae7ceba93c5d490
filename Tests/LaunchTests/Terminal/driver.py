"""Drives the probe as a person at a terminal does, and as a service does. Run: python3 driver.py PROBE SCENARIO

Nothing waits for a time: each step waits for what it expects, and fails when it does not come within LIMIT seconds.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

PROBE = sys.argv[1]
SECRET = "correct-horse-battery"
LIMIT = float(os.environ.get("DRIVER_LIMIT", 60))
SCENARIOS = {}
STARTED = []


def scenario(function):
    SCENARIOS[function.__name__] = function
    return function


def supervise(*command, options=("--secret", SECRET)):
    return [PROBE, "supervise", *options, "--", *command]


def eventually(condition, what):
    end = time.monotonic() + LIMIT
    while not condition():
        assert time.monotonic() < end, "never came: " + what
        select.select([], [], [], 0.005)


def state(process):
    """The letter of a process's state: R, S, T (stopped), Z; or nothing when it is gone."""
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return ""


class Terminal:
    """A process at a terminal of its own; this side is the person."""

    def __init__(self, command, rows=24, columns=80, environment=None):
        self.process, self.master = pty.fork()
        if self.process == 0:
            try:
                # What the tests' own process has leaked or set must not count.
                os.closerange(3, 1024)
                for number in range(1, 32):
                    if number not in (signal.SIGKILL, signal.SIGSTOP):
                        signal.signal(number, signal.SIG_DFL)
                signal.pthread_sigmask(signal.SIG_SETMASK, [])
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
                os.execvpe(command[0], command, {**os.environ, "PS1": "PROMPT> ", **(environment or {})})
            finally:
                os._exit(99)
        self.seen = b""
        self.status = None

    def read(self):
        """Takes what has come; false at the end."""
        if not select.select([self.master], [], [], LIMIT)[0]:
            raise AssertionError(f"nothing came; seen so far: {self.seen!r}")
        try:
            data = os.read(self.master, 65536)
        except OSError:
            data = b""
        self.seen += data
        return bool(data)

    def expect(self, pattern):
        """Waits for a pattern and takes all up to its end."""
        pattern = pattern.encode() if isinstance(pattern, str) else pattern
        while not (match := re.search(pattern, self.seen)):
            assert self.read(), f"ended without {pattern!r}: {self.seen!r}"
        before, self.seen = self.seen[: match.start()], self.seen[match.end() :]
        return before, match

    def send(self, text):
        os.write(self.master, text.encode() if isinstance(text, str) else text)

    def resize(self, rows, columns):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def modes(self):
        return termios.tcgetattr(self.master)

    def is_raw(self):
        return not self.modes()[3] & termios.ICANON

    def finish(self):
        """Reads to the end and gives the exit status, or minus the signal."""
        while self.read():
            pass
        return self.wait()

    def wait(self):
        _, status = os.waitpid(self.process, 0)
        return os.waitstatus_to_exitcode(status)


def shell(environment=None):
    """An interactive shell, ready for a command, with the person's modes set as a shell sets them."""
    terminal = Terminal(["bash", "--norc", "--noprofile", "--noediting", "-i"], environment=environment)
    terminal.expect("PROMPT> ")
    return terminal


def quoted(command):
    return " ".join("'" + word.replace("'", "'\\''") + "'" for word in command)


# --- At a terminal


@scenario
def a_terminal_stays_a_terminal():
    script = "test -t 0 && test -t 1 && test -t 2 && stty size && test -w /dev/tty && echo all"
    terminal = Terminal(supervise("sh", "-c", script), rows=31, columns=117)
    terminal.expect("31 117\r\nall\r\n")
    assert terminal.finish() == 0


@scenario
def what_is_no_terminal_stays_none():
    script = "test -t 0 && test -t 1 && ! test -t 2 && echo 'out' && echo " + SECRET + " >&2"
    with tempfile.TemporaryDirectory() as folder:
        terminal = Terminal(["bash", "-c", f"{quoted(supervise('sh', '-c', script))} 2>{folder}/errors"])
        terminal.expect("out\r\n")
        assert terminal.finish() == 0
        with open(folder + "/errors") as file:
            assert file.read() == "••••\n"


@scenario
def input_from_a_pipe_and_output_to_a_terminal():
    script = "! test -t 0 && test -t 1 && test -t 2 && stty size <&1 && cat && echo " + SECRET
    terminal = Terminal(["bash", "-c", "printf 'one\\ntwo\\n' | " + quoted(supervise("sh", "-c", script))], 30, 90)
    # Each line ends as a terminal has it: once.
    before, _ = terminal.expect("••••\r\n")
    assert before == b"30 90\r\none\r\ntwo\r\n", before
    assert terminal.finish() == 0


@scenario
def a_new_size_reaches_the_program():
    script = """
import os, signal
def report(*_): os.write(1, b'size %d %d\\n' % os.get_terminal_size())
signal.signal(signal.SIGWINCH, report)
os.write(1, b'ready\\n')
while True: signal.sigtimedwait([], 0.1)
"""
    for prefix in ["", "true | "]:
        terminal = Terminal(["bash", "-c", prefix + quoted(supervise("python3", "-c", script))])
        terminal.expect("ready")
        terminal.resize(50, 132)
        terminal.expect("size 132 50\r\n")
        terminal.send("\x1c" if not prefix else "\x03")
        assert terminal.finish() in (131, 130)


@scenario
def keys_that_signal():
    for key, status in [("\x03", 130), ("\x1c", 131)]:
        terminal = Terminal(supervise("sh", "-c", "ulimit -c 0; echo ready; exec sleep 1000"))
        terminal.expect("ready")
        terminal.send(key)
        assert terminal.finish() == status
    terminal = Terminal(supervise("sh", "-c", "trap 'echo caught; exit 7' INT; echo ready; while :; do sleep 0.01; done"))
    terminal.expect("ready")
    terminal.send("\x03")
    terminal.expect("caught")
    assert terminal.finish() == 7


@scenario
def lines_and_the_end_of_input():
    terminal = Terminal(supervise("cat"))
    terminal.send("hello\n")
    terminal.expect("hello\r\nhello\r\n")
    terminal.send("\x04")
    assert terminal.finish() == 0


@scenario
def a_program_that_reads_keys():
    script = "stty raw -echo; printf ready; dd bs=1 count=3 2>/dev/null | od -An -tx1; stty sane"
    terminal = Terminal(supervise("sh", "-c", script))
    terminal.expect("ready")
    terminal.send("\x03\x1a\x04")
    terminal.expect("03 1a 04")
    assert terminal.finish() == 0


@scenario
def the_terminal_is_put_back_on_every_way_out():
    endings = [
        ("exit 3", None, 3),
        ("kill -KILL $$", None, 137),
        ("stty raw -echo; exit 0", None, 0),
        ("echo ready; exec sleep 1000", signal.SIGTERM, 143),
        ("echo ready; exec sleep 1000", signal.SIGHUP, 129),
        ("echo ready; exec sleep 1000", signal.SIGABRT, -signal.SIGABRT),
        ("echo ready; exec sleep 1000", signal.SIGSEGV, -signal.SIGSEGV),
        ("echo ready; exec sleep 1000", signal.SIGALRM, -signal.SIGALRM),
        (None, None, 127),
    ]
    for script, number, status in endings:
        # The shell in front keeps the terminal open, so that its modes can be seen afterwards.
        command = supervise("sh", "-c", script) if script else supervise("/nowhere/program")
        terminal = Terminal(["bash", "-c", 'echo begin; read; "$@"; echo "status $?"; read', "bash", *command])
        terminal.expect("begin")
        before = terminal.modes()
        terminal.send("\n")
        if number:
            terminal.expect("ready")
            assert terminal.is_raw()
            with open(f"/proc/{terminal.process}/task/{terminal.process}/children") as file:
                probe = int(file.read().split()[0])
            os.kill(probe, number)
        _, match = terminal.expect("status ([0-9]+)")
        assert int(match[1]) == (status if status >= 0 else 128 - status), (script, number, match[1])
        assert terminal.modes() == before, (script, number)
        terminal.send("\n")
        assert terminal.finish() == 0


@scenario
def a_stop_and_a_return():
    terminal = shell()
    terminal.send(quoted(supervise("sh", "-c", "echo rea''dy; cat; echo end''ed")) + "\n")
    terminal.expect("ready\r\n")
    terminal.send("one\n")
    terminal.expect("one\r\none\r\n")
    terminal.send("\x1a")
    terminal.expect("Stopped")
    terminal.expect("PROMPT> ")
    assert not terminal.is_raw()
    terminal.resize(44, 99)
    terminal.send("fg\n")
    eventually(terminal.is_raw, "raw modes")
    terminal.send("two\n")
    terminal.expect("two\r\ntwo\r\n")
    terminal.send("\x04")
    terminal.expect("ended\r\n")
    terminal.expect("PROMPT> ")
    assert not terminal.is_raw()
    terminal.send("exit 5\n")
    assert terminal.finish() == 5


@scenario
def a_program_that_stops_itself_goes_on_in_the_background():
    terminal = shell()
    terminal.send(quoted(supervise("sh", "-c", "echo fir''st; kill -STOP $$; echo go''ing; read line; echo l''\"ine $line\"")) + "\n")
    terminal.expect("first\r\n")
    terminal.expect("Stopped")
    terminal.expect("PROMPT> ")
    terminal.send("bg\n")
    terminal.expect("going\r")
    assert not terminal.is_raw()
    # Keys are the shell's while the job is in the background.
    terminal.send("echo shell-$((40 + 2))\n")
    terminal.expect("shell-42")
    terminal.send("fg\n")
    eventually(terminal.is_raw, "raw modes")
    terminal.send("typed\n")
    terminal.expect("line typed\r\n")
    terminal.expect("PROMPT> ")
    terminal.send("exit\n")
    assert terminal.finish() == 0


@scenario
def started_in_the_background():
    terminal = shell()
    terminal.send(quoted(supervise("sh", "-c", "echo fir''st; read line; echo l''\"ine $line\"")) + " &\n")
    terminal.expect("first\r")
    assert not terminal.is_raw()
    terminal.send("echo shell-$((40 + 2))\n")
    terminal.expect("shell-42")
    terminal.send("fg\n")
    eventually(terminal.is_raw, "raw modes")
    terminal.send("typed\n")
    terminal.expect("line typed\r\n")
    terminal.expect("PROMPT> ")
    terminal.send("exit\n")
    terminal.finish()


@scenario
def a_pipeline_shares_the_keyboard():
    terminal = shell()
    # The program asks on the terminal although it is no terminal's foreground program.
    terminal.send(quoted(supervise("sh", "-c", "read line </dev/tty; echo l''\"ine $line " + SECRET + "\"")) + " | cat\n")
    terminal.send("typed\n")
    terminal.expect("line typed ••••\r\n")
    terminal.expect("PROMPT> ")
    # The same through standard input.
    terminal.send(quoted(supervise("sh", "-c", "read line; echo l''\"ine $line\"")) + " | cat\n")
    terminal.send("again\n")
    terminal.expect("line again\r\n")
    terminal.expect("PROMPT> ")
    # Stop, return, interrupt.
    terminal.send(quoted(supervise("sh", "-c", "echo rea''dy; exec sleep 1000")) + " | cat\n")
    terminal.expect("ready\r\n")
    terminal.send("\x1a")
    terminal.expect("Stopped")
    terminal.expect("PROMPT> ")
    terminal.send("fg\n")
    eventually(lambda: os.tcgetpgrp(terminal.master) != terminal.process, "the job in the foreground")
    terminal.send("\x03")
    terminal.expect("PROMPT> ")
    terminal.send("echo status-${PIPESTATUS[0]}-$?\n")
    terminal.expect("status-130")
    terminal.send("exit\n")
    terminal.finish()


@scenario
def a_shell_inside():
    options = ("--secret", SECRET, "--declare", "PS1=PROMPT> ")
    terminal = Terminal(supervise("bash", "--norc", "--noprofile", "--noediting", "-i", options=options))
    terminal.expect("PROMPT> ")
    terminal.send("sh -c 'echo rea''dy; exec cat'\n")
    terminal.expect("ready\r\n")
    terminal.send("\x1a")
    terminal.expect("Stopped")
    terminal.expect("PROMPT> ")
    terminal.send(f"fg; echo {SECRET}\n")
    terminal.expect("cat'\r\n")
    terminal.send("text\n")
    terminal.expect("text\r\ntext\r\n")
    terminal.send("\x03")
    terminal.expect("PROMPT> ")
    terminal.send("exit 6\n")
    assert terminal.finish() == 6


@scenario
def a_terminal_that_controls_nothing():
    master, slave = pty.openpty()
    command = supervise("sh", "-c", "echo ready; read line; echo \"[$line]\"")
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    seen = b""
    for text, answer in [(None, b"ready"), (b"typed\n", b"[typed]")]:
        if text:
            os.write(master, text)
        while answer not in seen:
            assert select.select([master], [], [], LIMIT)[0], seen
            seen += os.read(master, 1000)
    assert process.wait() == 0


@scenario
def what_is_typed_and_what_goes_to_the_terminal_is_masked():
    terminal = Terminal(supervise("sh", "-c", f"echo {SECRET} >/dev/tty; printf 'say: '; read line; echo \"[$line]\""))
    before, _ = terminal.expect("••••\r\nsay: ")
    for letter in SECRET:
        terminal.send(letter)
    before, _ = terminal.expect("••••")
    assert len(before) <= 3 and SECRET.startswith(before.decode()), before
    terminal.send("\n")
    terminal.expect(re.escape("\r\n[••••]\r\n"))
    assert terminal.finish() == 0


@scenario
def a_prompt_that_begins_like_a_secret_shows():
    for prompt in ["c", "co", "cor"]:
        terminal = Terminal(supervise("sh", "-c", f"printf '{prompt}'; read line; echo \"[$line]\""))
        terminal.expect(prompt)
        terminal.send("x\n")
        terminal.expect(re.escape("x\r\n[x]\r\n"))
        assert terminal.finish() == 0


@scenario
def a_hang_up_reaches_the_program():
    with tempfile.TemporaryDirectory() as folder:
        os.mkfifo(folder + "/told")
        script = f"trap 'echo hup >{folder}/told; exit' HUP; echo ready; while :; do sleep 0.01; done"
        for way in ["close", "kill"]:
            terminal = Terminal(supervise("sh", "-c", script))
            terminal.expect("ready")
            if way == "close":
                os.close(terminal.master)
            else:
                os.kill(terminal.process, signal.SIGKILL)
            with open(folder + "/told") as told:
                assert told.read() == "hup\n"
            terminal.wait()
            if way == "kill":
                os.close(terminal.master)


@scenario
def what_the_program_leaves_behind_on_a_terminal_holds_nobody_up():
    terminal = Terminal(supervise("sh", "-c", "trap '' HUP; sleep 1000 & echo $!"))
    _, match = terminal.expect("([0-9]+)\r\n")
    try:
        assert terminal.finish() == 0
    finally:
        os.kill(int(match[1]), signal.SIGKILL)


@scenario
def a_long_text_on_a_terminal_is_whole():
    terminal = Terminal(supervise("sh", "-c", f"stty -opost; seq 1 60000; echo {SECRET}; exit 9"))
    expected = b"".join(b"%d\n" % number for number in range(1, 60001)) + "••••\n".encode()
    assert terminal.finish() == 9
    assert terminal.seen == expected, (len(terminal.seen), len(expected))


# --- Without a terminal


def start(command, **options):
    """A process in a session of the tests' own, with default signals."""

    def prepare():
        for number in range(1, 32):
            if number not in (signal.SIGKILL, signal.SIGSTOP):
                signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        if "prepare" in options:
            options["prepare"]()

    kept = {name: value for name, value in options.items() if name != "prepare"}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, preexec_fn=prepare, process_group=0, **kept
    )
    STARTED.append(process)
    return process


@scenario
def signals_reach_the_whole_group():
    for name in ["HUP", "INT", "QUIT", "TERM", "USR1", "USR2"]:
        # The program and a process that it started; both answer.
        script = f"""
import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIG{name}])
if os.fork(): os.write(1, b'ready\\n')
signal.sigwait([signal.SIG{name}])
os.write(1, b'got\\n')
os._exit(4)
"""
        process = start(supervise("python3", "-c", script))
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(getattr(signal, "SIG" + name))
        assert process.stdout.read() == b"got\ngot\n", name
        assert process.wait() == 4


@scenario
def a_signal_that_ends_the_program_is_the_status():
    for number in [1, 2, 3, 6, 9, 10, 11, 13, 14, 15]:
        script = f"import os, signal; signal.signal({number}, 0) if {number} != 9 else 0; os.kill(os.getpid(), {number})"
        process = start(supervise("python3", "-c", script))
        assert process.wait() == 128 + number, number
        process.stdout.close()


@scenario
def what_nohup_ignores_stays_ignored():
    def ignore():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    # Of the program and of its watcher: a signal that the watcher took would go on to what the program started.
    script = "grep -h SigIgn /proc/self/status /proc/$PPID/status; kill -HUP $$ $PPID; echo alive"
    process = start(supervise("bash", "-c", script), prepare=ignore)
    text = process.stdout.read().split()
    assert int(text[1], 16) & 1 and int(text[3], 16) & 1 and text[4] == b"alive", text
    assert process.wait() == 0


@scenario
def a_stop_without_a_terminal():
    process = start(supervise("sh", "-c", "echo $$; read line; exec sleep 1000"))
    child = int(process.stdout.readline())
    eventually(lambda: state(child) == "S", "a sleeping child")
    for stop in [signal.SIGTSTP, signal.SIGTSTP]:
        process.send_signal(stop)
        eventually(lambda: state(child) == "T" and state(process.pid) == "T", "both stopped")
        process.send_signal(signal.SIGCONT)
        eventually(lambda: state(child) == "S" and state(process.pid) == "S", "both going on")
    os.kill(child, signal.SIGSTOP)
    eventually(lambda: state(process.pid) == "T", "the watcher stopped too")
    process.send_signal(signal.SIGCONT)
    eventually(lambda: state(child) == "S", "the child going on")
    process.terminate()
    assert process.wait() == 143


@scenario
def the_program_does_not_outlive_its_watcher():
    with tempfile.TemporaryDirectory() as folder:
        os.mkfifo(folder + "/told")
        script = f"trap 'echo term >{folder}/told; exit' TERM; echo ready; while :; do sleep 0.01; done"
        process = start(supervise("sh", "-c", script))
        assert process.stdout.readline() == b"ready\n"
        process.kill()
        with open(folder + "/told") as told:
            assert told.read() == "term\n"
        process.wait()


@scenario
def memory_does_not_grow_with_a_slow_reader():
    process = start(supervise("sh", "-c", "head -c 60000000 /dev/zero; echo ready >&2; read line; sleep 1000"), stderr=subprocess.PIPE)
    total = 0
    while total < 60000000:
        total += len(os.read(process.stdout.fileno(), 100000))
    with open(f"/proc/{process.pid}/status") as file:
        peak = int(re.search(r"VmHWM:\s+(\d+)", file.read())[1])
    process.terminate()
    process.wait()
    assert peak < 40_000, f"{peak} kB"


@scenario
def a_message_is_not_held_back():
    """A peer that answers each message before the next is written: what is held back would stop both."""
    script = "import sys\nfor line in sys.stdin: sys.stdout.write('ok ' + line.strip()); sys.stdout.flush()"
    process = subprocess.Popen(
        supervise("python3", "-u", "-c", script, options=("--secret", SECRET, "--secret", "}{-secret-of-brackets")),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    for message in [b"{}", b"plain", b"ends in c", b"}{-", b"cor"]:
        process.stdin.write(message + b"\n")
        process.stdin.flush()
        answer = b""
        while len(answer) < len(message) + 3:
            assert select.select([process.stdout], [], [], LIMIT)[0], f"held back after {answer!r}"
            answer += os.read(process.stdout.fileno(), 100)
        assert answer == b"ok " + message
    process.stdin.close()
    assert process.wait() == 0


@scenario
def orphans_do_not_pile_up():
    # As the first process of a container does, this one gets orphans (prctl(2), PR_SET_CHILD_SUBREAPER).
    def adopt():
        import ctypes

        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)

    script = "for i in 1 2 3 4 5; do (true & true &) ; done; echo ready; read line; exec sleep 1000"
    process = start(supervise("bash", "-c", script), prepare=adopt)
    assert process.stdout.readline() == b"ready\n"

    def children():
        with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
            return file.read().split()

    eventually(lambda: len(children()) == 1, "orphans reaped")
    process.terminate()
    assert process.wait() == 143


def give_up(*_):
    raise AssertionError("it took too long")


signal.signal(signal.SIGALRM, give_up)
signal.alarm(int(2 * LIMIT))
try:
    SCENARIOS[sys.argv[2]]()
finally:
    for each in STARTED:
        each.kill()
