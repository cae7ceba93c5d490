import Secrets
import Testing

@testable import Launch

/// Runs the probe so that it becomes a program.
private func replace(_ options: [String] = [], _ command: String..., from shell: String? = nil) throws -> Child {
    let words = [Child.probe, "replace"] + options + ["--"] + command
    guard let shell else { return try Child.run(words) }
    return try Child.run(["bash", "-c", shell + "\nexec \"$@\"", "bash"] + words)
}

@Suite struct ReplaceProcessTests {
    @Test(arguments: [0, 1, 42, 255] as [Int32])
    func `the program's exit status is the command's`(status: Int32) throws {
        #expect(try replace([], "sh", "-c", "exit \(status)").status == status)
    }

    @Test func `the process becomes the program: same process, no wrapper`() throws {
        let child = try replace([], "sh", "-c", "echo $$ $PPID", from: "echo $$ $PPID")
        let lines = child.output.text.split(separator: "\n")
        #expect(lines.count == 2 && lines[0] == lines[1])
    }

    @Test func `arguments and input arrive byte for byte`() throws {
        let shell = """
            exec "$1" replace -- sh -c 'printf "%s|" "$0" "$@"; cat' sh '' 'a b' $'\\xff\\xfe' "\\$HOME" '*' -- --x <<< in
            """
        let child = try Child.run(["bash", "-c", shell, "bash", Child.probe])
        #expect(child.output == utf8("sh||a b|") + [0xFF, 0xFE] + utf8("|$HOME|*|--|--x|in\n"))
    }

    @Test func `the environment is exactly the declared and the base, unless all is inherited`() throws {
        let process = ["PATH=/usr/bin:/bin", "LANG=C", "LC_ALL=C", "SECRET_OF_ANOTHER=x", "KEYFOLIO_PASSPHRASE=y"]
        let words = ["--declare", "TOKEN=a=b c", "--declare", "LANG=de_DE", "--", "env", "-0"]
        let child = try Child.run([Child.probe, "replace"] + words, environment: process)
        #expect(child.output == utf8("PATH=/usr/bin:/bin\0LANG=de_DE\0LC_ALL=C\0TOKEN=a=b c\0"))
        let inheriting = try Child.run([Child.probe, "replace", "--inherit"] + words, environment: process)
        let all = "PATH=/usr/bin:/bin\0LANG=de_DE\0LC_ALL=C\0SECRET_OF_ANOTHER=x\0TOKEN=a=b c\0"
        #expect(inheriting.output == utf8(all))
    }

    @Test func `inherited descriptors stay, the process's own do not`() throws {
        // 9 stands for a service manager's socket; the folder that ls itself reads is the first free one. What the
        // tests' own process has leaked goes first.
        let shell = """
            for number in $(ls /proc/$$/fd); do [ $number -gt 2 ] && eval "exec $number>&-"; done
            exec 9</dev/null
            ulimit -n 64
            """
        let child = try replace([], "ls", "/proc/self/fd", from: shell)
        #expect(child.output.text.split(separator: "\n") == ["0", "1", "2", "3", "9"])
        let leaking = try replace(["--plain-start"], "ls", "/proc/self/fd", from: shell)
        #expect(leaking.output.text.split(separator: "\n") == ["0", "1", "2", "3", "4", "9"])
    }

    @Test func `signals are given back as they were`() throws {
        let pattern = "^Sig(Blk|Ign|Cgt)"
        let bare = try Child.run(["bash", "-c", "trap '' HUP; exec grep -E '\(pattern)' /proc/self/status"])
        let child = try replace([], "grep", "-E", pattern, "/proc/self/status", from: "trap '' HUP")
        #expect(child.output.text == bare.output.text)
        // HUP is signal 1; the probe ignores PIPE, 13, and blocks USR1, 10.
        #expect(bare.output.text.contains("1\nSigCgt"))
        let unrestored = try replace(["--plain-start"], "grep", "-E", pattern, "/proc/self/status")
        #expect(unrestored.output.text.contains("1000\nSigCgt"))
        #expect(unrestored.output.text.contains("200\nSigIgn"))
    }

    @Test func `the core limit is given back and the program can be traced again`() throws {
        let child = try replace(
            [],
            "bash",
            "-c",
            "ulimit -S -c; ulimit -H -c",
            from: "ulimit -H -c 70; ulimit -S -c 30"
        )
        #expect(child.output.text == "30\n70\n")
        let python = "import ctypes; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
        #expect(try replace([], "python3", "-c", python).output.text == "1\n")
    }

    @Test func `the program is looked up along the application's own PATH`() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file("tool", utf8("#!/bin/sh\necho here\n"))
        let path = "PATH=/nowhere:\(folder.path):/usr/bin:/bin"
        #expect(try replace(["--declare", path], "tool").output.text == "here\n")
        #expect(try replace([], "tool").status == 127)
        // What is named like the program but cannot be it is passed over.
        let empty = try TemporaryFolder()
        _ = try Child.run(["mkdir", empty.path + "/tool"])
        let around = "PATH=\(empty.path)/:\(folder.path)//:/bin"
        #expect(try replace(["--declare", around], "tool").output.text == "here\n")
    }

    @Test func `a script without an interpreter line is the shell's`() throws {
        let folder = try TemporaryFolder()
        let script = try folder.file("script", utf8("echo \"$0 $1\"\n"))
        #expect(try replace([], script, "one").output.text == "\(script) one\n")
    }

    static let failures: [(name: String, content: [UInt8], mode: UInt32, code: String, status: Int32)] = [
        ("absent", [], 0, "KF-RUN-001", 127),
        ("plain", utf8("#!/bin/sh\n"), 0o644, "KF-RUN-002", 126),
        ("interpreter", utf8("#!/nowhere/sh\n"), 0o755, "KF-RUN-004", 126),
        ("windows", utf8("#!/bin/sh\r\n"), 0o755, "KF-RUN-004", 126),
        ("garbage", utf8("\u{7F}EL\0\0\0 canary"), 0o755, "KF-RUN-005", 126),
    ]

    @Test(arguments: failures)
    func `what cannot be executed is told apart`(
        _ failure: (name: String, content: [UInt8], mode: UInt32, code: String, status: Int32)
    ) throws {
        let folder = try TemporaryFolder()
        var path = folder.path + "/" + failure.name
        if failure.mode != 0 { path = try folder.file(failure.name, failure.content, mode: failure.mode) }
        let child = try replace(["--declare", "SECRET=canary-1"], path, "canary-2")
        #expect(child.status == failure.status)
        #expect(child.errors.text.hasPrefix("\(failure.code) \(failure.status)\n"), "\(child.errors.text)")
        #expect(child.errors.text.contains(failure.name))
        #expect(!child.errors.text.contains("canary"))
        if failure.name == "windows" { #expect(child.errors.text.contains("carriage return")) }
    }

    @Test func `a folder is no program`() throws {
        let child = try replace([], "/usr")
        #expect(child.status == 126)
        #expect(child.errors.text.hasPrefix("KF-RUN-003"))
    }

    @Test(arguments: [
        ("PASSWORD=canary", "PASSWORD…"), ("psql -p canary", "psql…"), ("app\u{1B}[31mcanary", "app…"), ("", "empty"),
    ])
    func `more than a name in the name's place does not show`(name: String, shown: String) throws {
        let child = try replace([], name)
        #expect(child.status == 127)
        #expect(child.errors.text.contains(shown))
        #expect(!child.errors.text.contains("canary"))
    }

    @Test func `what is too long is named, not shown`() throws {
        let long = String(repeating: "canary", count: 30_000)
        var environment = ProcessEnvironment()
        let argument = try failure(Program("/bin/true", arguments: ["x", long]), environment)
        #expect(argument.code == "KF-RUN-008")
        #expect(argument.message.contains("argument 2 has 180000 bytes"))
        try environment.set("LONG", to: Secret(long))
        let variable = try failure(Program("/bin/true"), environment)
        #expect(variable.code == "KF-RUN-007")
        #expect(variable.message.contains("LONG has 180005 bytes"))
        for error in [argument, variable] {
            #expect(error.exitStatus == 126)
            #expect(!"\(error)".contains("canary"))
        }
    }

    /// What the system answers when this process tries to become a program that it cannot.
    private func failure(_ program: Program, _ environment: ProcessEnvironment) throws -> LaunchError {
        let image = try ExecImage(program: program, environment: environment)
        return image.explain(image.execute())
    }

    @Test func `too much in all is told with its sizes`() throws {
        let words = Array(repeating: String(repeating: "canary", count: 20_000), count: 60)
        let error = try failure(Program("/bin/true", arguments: words), ProcessEnvironment())
        #expect(error.code == "KF-RUN-006")
        #expect(error.message.contains("arguments (7200"))
        #expect(!"\(error)".contains("canary"))
    }

    @Test func `a NUL byte in an argument is told with its place`() {
        let error = #expect(throws: LaunchError.self) {
            try Launch.replaceProcess(
                by: Program("true", arguments: ["a", "canary\0"]),
                environment: ProcessEnvironment()
            )
        }
        #expect(error?.code == "KF-RUN-009")
        #expect(error?.message == "argument 2 holds a NUL byte")
    }
}
