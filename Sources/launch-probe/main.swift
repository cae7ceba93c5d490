// The tests' own command: calls one thing of Launch in a real process and says what came of it.
//
//   launch-probe replace|supervise [--plain-start] [--inherit] [--declare NAME=VALUE]… [--secret TEXT]… -- PROGRAM ARG…
//   launch-probe crash [--plain-start] segv|trap|abort
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

let options = Options(CommandLine.arguments)
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
default:
    print("unknown mode")
    exit(2)
}
