/// The driver of libFuzzer (LLVM, "Using libFuzzer as a library"). It takes arguments as `main` does.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// What every fuzz target does: take input after input, and stop at the first that breaks an invariant.
public enum FuzzDriver {
    // libFuzzer calls from one thread, and its callback can carry nothing along.
    nonisolated(unsafe) private static var trial: ([UInt8]) -> Void = { _ in }

    /// Runs a trial on inputs until the time that the command line gives is over.
    ///
    /// - Parameter trial: Traps when something does not hold.
    public static func run(_ trial: @escaping ([UInt8]) -> Void) {
        self.trial = trial
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        _ = runDriver(&count, &arguments) { data, size in
            FuzzDriver.trial(Array(UnsafeBufferPointer(start: data, count: size)))
            return 0
        }
    }

    /// Stops here when something does not hold.
    public static func require(_ holds: Bool, _ otherwise: StaticString) {
        guard holds else { fatalError("\(otherwise)") }
    }
}
