import Testing

@testable import Launch

private let secret = "correct-horse-battery"

/// Runs a program under the probe, after some lines of shell.
private func supervise(
    _ command: [String],
    from shell: String? = nil,
    input: [UInt8] = [],
    environment: [String]? = nil
) throws -> Child {
    let words = [Child.probe, "supervise", "--secret", secret, "--"] + command
    guard let shell else { return try Child.run(words, input: input, environment: environment) }
    return try Child.run(["bash", "-c", shell, "bash"] + words, input: input, environment: environment)
}

@Suite struct SuperviseTests {
    @Test(arguments: [0, 1, 42, 255] as [Int32])
    func `the program's exit status is the status`(status: Int32) throws {
        #expect(try supervise(["sh", "-c", "exit \(status)"]).status == status)
    }

    @Test func `output and errors are masked and kept apart`() throws {
        let child = try supervise(["sh", "-c", "echo one \(secret); echo two \(secret) >&2; printf correct-hor"])
        #expect(child.output.text == "one ••••\ncorrect-hor")
        #expect(child.errors.text == "two ••••\n")
    }

    @Test func `what goes to one place keeps its order`() throws {
        let script = "for i in $(seq 500); do echo out $i; echo err $i >&2; done"
        let child = try supervise(["sh", "-c", script], from: "exec \"$@\" 2>&1")
        let expected = (1...500).map { "out \($0)\nerr \($0)\n" }.joined()
        #expect(child.output.text == expected)
    }

    @Test func `ten million bytes with secrets at every place of a piece pass whole`() throws {
        let script = """
            import os, random, sys
            random.seed(5)
            secret, parts, size = b'\(secret)', [], 0
            while size < 10_000_000:
                part = random.choice([secret, secret[:-1], b'line %d of text\\n' % size, bytes(range(256))])
                parts.append(part); size += len(part)
            text = b''.join(parts)
            if sys.argv[1] == 'expected':
                sys.stdout.buffer.write(text.replace(secret, b'\\x00').replace(b'\\x00', '••••'.encode()))
            at = 0
            while sys.argv[1] == 'raw' and at < len(text):
                count = random.choice([1, 7, 100, 4096, 65536, 300_000])
                os.write(1, text[at:at + count]); at += count
            """
        // A text without NUL bytes and without two secrets in a row makes Python's replace an exact model.
        let usable = script.replacing("bytes(range(256))", with: "bytes(range(1, 256))")
            .replacing("parts.append(part);", with: "parts += [part, b'.'];").replacing(
                "len(part)",
                with: "len(part) + 1"
            )
        let expected = try Child.run(["python3", "-c", usable, "expected"])
        let child = try supervise(["python3", "-c", usable, "raw"])
        #expect(child.status == 0)
        #expect(child.output.count > 9_000_000)
        #expect(child.output == expected.output)
        let afterwards = try Child.run(["grep", "-c", secret], input: child.output)
        #expect(afterwards.output.text == "0\n")
    }

    @Test func `input passes to its end`() throws {
        var random = Randomness(seed: 3)
        let input = (0..<3_000_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let child = try supervise(["cat"], input: input)
        #expect(child.output == input)
        #expect(try supervise(["sh", "-c", "cat; echo end"], input: []).output.text == "end\n")
    }

    @Test func `when nobody reads, the next write ends the program`() throws {
        let child = try supervise(["yes"], from: "\"$@\" | head -n 2; echo ${PIPESTATUS[0]}")
        #expect(child.output.text == "y\ny\n141\n")
    }

    @Test func `a closed stream is closed for the program too`() throws {
        let script = "test -e /proc/self/fd/1 && echo open >&2 || echo closed >&2"
        let child = try supervise(["sh", "-c", script], from: "exec \"$@\" >&-")
        #expect(child.errors.text == "closed\n")
        #expect(child.status == 0)
    }

    @Test func `output that cannot be written is an error, not a silence`() throws {
        let child = try supervise(["echo", "text"], from: "exec \"$@\" >/dev/full")
        #expect(child.status == 125)
        #expect(child.errors.text.hasPrefix("KF-RUN-017"))
    }

    @Test func `the program finds no descriptor of ours`() throws {
        let shell = """
            for number in $(ls /proc/$$/fd); do [ $number -gt 2 ] && eval "exec $number>&-"; done
            exec 9</dev/null
            exec "$@"
            """
        let child = try supervise(["ls", "/proc/self/fd"], from: shell)
        #expect(child.output.text.split(separator: "\n") == ["0", "1", "2", "3", "9"])
    }

    @Test func `signals, limits and variables are what they would be without us`() throws {
        let script = "grep -E '^Sig(Blk|Ign)' /proc/self/status; ulimit -S -c; env -0 | tr '\\0' '\\n' | sort"
        let shell = "trap '' USR2; ulimit -S -c 0; exec \"$@\""
        let environment = ["PATH=/usr/bin:/bin", "LANG=C", "HIDDEN=x", "KEYFOLIO_PASSPHRASE=y"]
        let bare = try Child.run(["bash", "-c", shell, "bash", "sh", "-c", script], environment: environment)
        let child = try supervise(["sh", "-c", script], from: shell, environment: environment)
        let lines = bare.output.text.split(separator: "\n").filter { !$0.hasPrefix("HIDDEN") && !$0.hasPrefix("KEYF") }
        // What bash and sh set themselves.
        let own = ["_=", "SHLVL=", "PWD=", "OLDPWD="]
        let without = { (lines: [Substring]) in lines.filter { line in !own.contains { line.hasPrefix($0) } } }
        #expect(without(child.output.text.split(separator: "\n")) == without(lines))
        #expect(lines.count > 4)
    }

    @Test func `a service manager's word about the process is passed on as its own`() throws {
        let script = "test $LISTEN_PID = $$ && test $WATCHDOG_PID = $$ && echo same; echo $LISTEN_FDS"
        let shell = "export LISTEN_PID=$$ WATCHDOG_PID=$$ LISTEN_FDS=2; exec \"$@\""
        #expect(try supervise(["sh", "-c", script], from: shell).output.text == "same\n2\n")
        let other = "export LISTEN_PID=1 WATCHDOG_PID=x; exec \"$@\""
        let child = try supervise(["sh", "-c", "echo $LISTEN_PID $WATCHDOG_PID"], from: other)
        #expect(child.output.text == "1 x\n")
    }

    @Test(
        arguments: [
            ("/nowhere/program", "KF-RUN-001", 127), ("no-such-program", "KF-RUN-001", 127),
            ("/etc/passwd", "KF-RUN-002", 126),
            ("/usr", "KF-RUN-003", 126),
        ] as [(String, String, Int32)]
    )
    func `what cannot be started is told as without us`(program: String, code: String, status: Int32) throws {
        let child = try supervise([program, "canary"])
        #expect(child.status == status)
        #expect(child.errors.text.hasPrefix("\(code) \(status)\n"))
        #expect(!child.errors.text.contains("canary"))
    }

    @Test func `a process left behind with the output open holds nobody up`() throws {
        let silent = try supervise(["sh", "-c", "sleep 1000 & echo $!"])
        #expect(silent.status == 0)
        let process = String(silent.output.text.dropLast())
        #expect(try Child.run(["kill", process]).status == 0)
        // It writes for ever, and is ended by writing where nobody reads.
        let chatty = try supervise(["bash", "-c", "{ while echo x; do :; done; } 2>/dev/null & echo begun; exit 6"])
        #expect(chatty.status == 6)
        #expect(chatty.output.starts(with: utf8("begun\n")) || chatty.output.starts(with: utf8("x\n")))
    }

    @Test func `the last words of a process left behind are still read`() throws {
        // bash does not wait for a process substitution; the filter is slower than the program.
        let script = "exec > >(sed 's/^/filtered /'); echo last"
        #expect(try supervise(["bash", "-c", script]).output.text == "filtered last\n")
    }

    @Test func `two hundred short programs in a row lose nothing`() throws {
        let shell = """
            for i in $(seq 200); do
              test "$("$@" sh -c 'echo out; exit 3'; echo $?)" = "$(printf 'out\\n3')" || echo "wrong in round $i"
            done
            """
        #expect(try supervise([], from: shell).output.text == "")
    }
}
