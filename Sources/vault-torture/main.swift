import SecretStore
import Secrets
import Server
import StorageSQLite
import Vaulting

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// A process that uses a store until something stops it. The tests start it, kill it, take its disk away, and look at
// what it acknowledged on its standard output: one line for each write, after the write returned.
//
//   vault-torture count STORE KEY PATH          adds one to the field `n`, again and again, and reads now and then
//   vault-torture set STORE KEY PATH FIELD N    sets a field of its own to 1, 2, … N
//   vault-torture race STORE KEY PATH N         writes with an expected version until N of its writes have won
//   vault-torture fill STORE KEY PATH BYTES     lets its files grow to BYTES at most, and writes until that is too much
//   vault-torture read STORE KEY PATH UID       becomes another user and reads
//   vault-torture rewrap STORE KEY ENVIRONMENT  rotates and rewraps a ring, again and again
//   vault-torture follow STORE KEY PATH FILE N  writes N versions, for ever when N is 0, and follows the log into a file

//   vault-torture crash STORE KEY WHAT N MODE   changes the seal or a ring, and dies at the N-th write: see Crash.swift

/// Writes a line at once: what is in a buffer when the process is killed was never said.
func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = unsafe line.withUnsafeBytes { unsafe write(1, $0.baseAddress, $0.count) }
}

func count(_ vault: Vault, _ path: SecretPath) throws {
    while true {
        var number = 0
        try vault.update(path) { fields in
            number = Int(fields["n"]?.reveal() ?? "0").map { $0 + 1 } ?? -1
            fields["n"] = Secret("\(number)")
            // Every field of a version must be of that version.
            fields["text"] = Secret(String(repeating: "\(number) ", count: number % 500))
        }
        say("\(number)")
        if number.isMultiple(of: 3) { _ = try vault.read(path) }
    }
}

func race(_ vault: Vault, _ path: SecretPath, wins: Int) throws {
    var won = 0
    while won < wins {
        let current = (try? vault.read(path).number) ?? 0
        let options = WriteOptions(expectedVersion: current)
        switch Result(catching: { () throws(StoreError) in try vault.write(path, .fields([:]), options: options) }) {
        case .success: won += 1
        case .failure(let error): guard error.category == .conflict else { throw error }
        }
    }
    say("\(won)")
}

func fill(_ vault: Vault, _ path: SecretPath, bytes: UInt64) throws {
    // The signal would end the process; ignored, the write fails as on a full disk.
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
    guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { return say("setrlimit") }
    var number = 0
    while true {
        number += 1
        try vault.write(
            path,
            .fields(["n": Secret("\(number)"), "filler": Secret(String(repeating: "x", count: 2000))])
        )
        say("\(number)")
    }
}

func follow(_ vault: Vault, _ path: SecretPath, file: String, writes: Int) throws {
    let signal = CommitSignal()
    var options = AuditSinks.Options()
    // Small steps: whenever it is killed, it is in the middle of something.
    options.batchRecords = 1
    options.gather = 0
    options.checkpointRecords = 20
    let target = try AuditTarget.file("copy", path: file)
    let sinks = try AuditSinks([target], of: vault, folder: file + ".positions", signal: signal, options: options)
    var number = 0
    while writes == 0 || number < writes {
        number += 1
        try vault.update(path) { $0["n"] = Secret("\(number)") }
        signal.raise()
        if sinks.states[0].position > 0 { say("\(number)") }
    }
    say(sinks.stop(within: 20_000) ? "ended" : "hangs")
}

let arguments = CommandLine.arguments
do {
    guard arguments.count >= 5 else {
        say("usage")
        exit(2)
    }
    if arguments[1] == "read", arguments.count > 5, let user = uid_t(arguments[5]) {
        guard setgid(gid_t(user)) == 0, setuid(user) == 0 else {
            say("setuid")
            exit(2)
        }
    }
    let vault = try LocalVault.open(
        at: arguments[2],
        key: .keyFile(arguments[3]),
        identity: .owner(Principal("user:torture"))
    )
    switch arguments[1] {
    case "count": try count(vault, SecretPath(arguments[4]))
    case "set":
        let field = arguments[5]
        for number in 1...(Int(arguments[6]) ?? 1) {
            try vault.update(SecretPath(arguments[4])) { $0[field] = Secret("\(number)") }
            say("\(number)")
        }
    case "race": try race(vault, SecretPath(arguments[4]), wins: Int(arguments[5]) ?? 1)
    case "fill": try fill(vault, SecretPath(arguments[4]), bytes: UInt64(arguments[5]) ?? 0)
    case "read": say("read \(try vault.read(SecretPath(arguments[4])).number)")
    case "follow": try follow(vault, SecretPath(arguments[4]), file: arguments[5], writes: Int(arguments[6]) ?? 0)
    case "crash":
        try crash(
            vault,
            arguments[4],
            key: arguments[3] + ".2",
            at: Int(arguments[5]) ?? 1,
            isTorn: arguments[6] == "torn"
        )
    case "rewrap":
        let environment = try EnvironmentName(arguments[4])
        while true {
            say("generation \(try vault.rotateRing(of: environment))")
            say("rewrapped \(try vault.rewrapRing(of: environment))")
        }
    default: say("usage")
    }
} catch let error as StoreError {
    say(error.code)
    exit(1)
} catch {
    say("other")
    exit(3)
}
