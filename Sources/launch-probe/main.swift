// The tests' own command: calls one thing of Launch in a real process and says what came of it.
//
//   launch-probe replace|supervise [--plain-start] [--inherit] [--declare NAME=VALUE]… [--secret TEXT]… -- PROGRAM ARG…
//   launch-probe crash [--plain-start] segv|trap|abort
//   launch-probe bench
//   launch-probe state [--plain-start]
import CPlatform
import Launch
import Secrets

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct Options {
    var mode = ""
    var isHardened = true
    var inherits = false
    var declared: [(name: String, value: Secret<String>)] = []
    var secrets: [Secret<String>] = []
    var rest: [String] = []

    init(_ words: [String]) {
        var words = words.dropFirst()
        mode = words.popFirst() ?? ""
        while let word = words.popFirst() {
            switch word {
            case "--plain-start": isHardened = false
            case "--inherit": inherits = true
            case "--secret": secrets.append(Secret(words.popFirst() ?? ""))
            case "--declare":
                let parts = (words.popFirst() ?? "").split(separator: "=", maxSplits: 1)
                declared.append((String(parts.first ?? ""), Secret(String(parts.dropFirst().first ?? ""))))
            case "--":
                rest = Array(words)
                return
            default: rest.append(word)
            }
        }
    }
}

func start(_ options: Options) throws(LaunchError) -> Int32 {
    let environment = try BaseEnvironment.environment(
        for: options.declared,
        inherit: options.inherits,
        process: .current()
    )
    let program = Program.fromCommandLine(last: options.rest.count) ?? Program("")
    // What a library may have done by now: a descriptor without O_CLOEXEC, a signal ignored, another one blocked.
    _ = unsafe open("/dev/null", O_RDONLY)
    _ = signal(SIGPIPE, SIG_IGN)
    var blocked = sigset_t()
    unsafe sigemptyset(&blocked)
    unsafe sigaddset(&blocked, SIGUSR1)
    unsafe sigprocmask(SIG_BLOCK, &blocked, nil)
    try Launch.replaceProcess(by: program, environment: environment)
}

/// The processor time of a closure in microseconds: the median of some runs.
func microseconds(runs: Int = 9, _ body: () -> Void) -> Double {
    let times = (0..<runs).map { _ in
        var (start, end) = (timespec(), timespec())
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start)
        body()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end)
        return Double(end.tv_sec - start.tv_sec) * 1e6 + Double(end.tv_nsec - start.tv_nsec) / 1e3
    }
    return times.sorted()[runs / 2]
}

/// What a log looks like: words, numbers and identifiers, some of which begin like a secret.
func logText(_ size: Int, _ secrets: [String], every: Int) -> [UInt8] {
    var text: [UInt8] = []
    var line = 0
    while text.count < size {
        line += 1
        text +=
            "2026-11-24T02:55:09.\(line % 1000)Z INFO request id=\(line &* 0x9E37_79B9) path=/api/v1/items/\(line)".utf8
        text += " status=200 user=alice@example.com agent=\"Mozilla/5.0 (X11; Linux x86_64)\" ms=\(line % 97)\n".utf8
        if line % every == 0 { text += "token=\(secrets[line % secrets.count])\n".utf8 }
    }
    return text
}

func measure() {
    var random = SystemRandomNumberGenerator()
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    for count in [1, 50, 200] {
        let secrets = (0..<count).map { index in
            String((0..<(16 + index % 5 * 12)).compactMap { _ in alphabet.randomElement(using: &random) })
        }
        let kept = secrets.map { Secret($0) }
        let build = microseconds { _ = try? Redactor(kept) }
        guard let redactor = try? Redactor(kept) else { return }
        for every in [20, 1_000_000] {
            let text = logText(16 << 20, secrets, every: every)
            var output: [UInt8] = []
            output.reserveCapacity(1 << 17)
            let scan = microseconds {
                var stream = redactor.stream()
                unsafe text.withUnsafeBytes { bytes in
                    for start in stride(from: 0, to: bytes.count, by: 1 << 16) {
                        output.removeAll(keepingCapacity: true)
                        let piece = unsafe bytes[start..<min(start + (1 << 16), bytes.count)]
                        unsafe stream.write(UnsafeRawBufferPointer(rebasing: piece), into: &output)
                    }
                }
            }
            print(
                "\(count) secrets: built in \(Int(build)) us; a secret every \(every) lines: \(text.count / Int(scan)) MB/s"
            )
        }
    }
}

let options = Options(CommandLine.arguments)
if options.mode == "bench" { print("hardening: \(microseconds(runs: 1) { ProcessHardening.apply() }) us") }
if options.isHardened { ProcessHardening.apply() }
switch options.mode {
case "replace", "supervise":
    do {
        exit(try start(options))
    } catch {
        print("\(error.code) \(error.exitStatus)\n\(error.message)\n\(error.fix)")
        exit(error.exitStatus)
    }
case "crash":
    switch options.rest.first {
    case "segv": unsafe UnsafeMutablePointer<Int>(bitPattern: 16)?.pointee = 1
    case "trap": preconditionFailure("a crash on purpose")
    default: abort()
    }
case "state":
    var core = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
    print("core \(core.rlim_cur) dumpable \(kf_is_dumpable())")
case "bench":
    measure()
default:
    print("unknown mode")
    exit(2)
}
