internal import CPlatform
internal import Secrets

/// Everything execve(2) takes, as C wants it, made beforehand: after a fork nothing may be allocated.
///
/// The strings lie in one block of memory that is wiped when the image goes, because the environment is in it.
@safe final class ExecImage {
    private let program: Program
    private let environment: ProcessEnvironment
    private let candidatePaths: [[UInt8]]

    private let text: UnsafeMutableRawBufferPointer
    private var used = 0
    /// The files to try, NULL-terminated.
    let candidates: UnsafeMutablePointer<UnsafePointer<CChar>?>
    /// A spare slot for the shell, then argv, NULL-terminated.
    let arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    /// environ, NULL-terminated.
    let variables: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    /// Lays out a program's call.
    ///
    /// - Throws: ``LaunchError`` when something cannot be said in C: a NUL inside an argument.
    init(program: Program, environment: ProcessEnvironment) throws(LaunchError) {
        if let index = program.arguments.firstIndex(where: { $0.contains(0) }) {
            throw .nulInArgument(position: index + 1)
        }
        if program.name.contains(0) { throw .nulInArgument(position: 0) }
        self.program = program
        self.environment = environment
        candidatePaths = program.candidates(path: environment.bytes(of: "PATH"))

        let words = [program.name] + program.arguments
        let size =
            candidatePaths.reduce(0) { $0 + $1.count + 1 } + words.reduce(0) { $0 + $1.count + 1 }
            + environment.variables.reduce(0) { $0 + $1.definition.byteCount + 1 }
        unsafe text = .allocate(byteCount: size, alignment: 1)
        unsafe candidates = .allocate(capacity: candidatePaths.count + 1)
        unsafe arguments = .allocate(capacity: words.count + 2)
        unsafe variables = .allocate(capacity: environment.variables.count + 1)

        for (index, path) in candidatePaths.enumerated() {
            unsafe candidates[index] = UnsafePointer(append(path))
        }
        unsafe candidates[candidatePaths.count] = nil
        unsafe arguments[0] = nil
        for (index, word) in words.enumerated() {
            unsafe arguments[index + 1] = append(word)
        }
        unsafe arguments[words.count + 1] = nil
        for (index, variable) in environment.variables.enumerated() {
            unsafe variables[index] = variable.definition.withUnsafeBytes { unsafe append($0) }
        }
        unsafe variables[environment.variables.count] = nil
    }

    deinit {
        if let start = unsafe text.baseAddress { unsafe kf_wipe(start, text.count) }
        unsafe text.deallocate()
        unsafe candidates.deallocate()
        unsafe arguments.deallocate()
        unsafe variables.deallocate()
    }

    private func append(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar> {
        unsafe bytes.withUnsafeBytes { unsafe append($0) }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutablePointer<CChar> {
        let place = unsafe UnsafeMutableRawBufferPointer(rebasing: text[used..<used + bytes.count + 1])
        unsafe place.copyMemory(from: bytes)
        unsafe place[bytes.count] = 0
        used += bytes.count + 1
        return unsafe place.withMemoryRebound(to: CChar.self) { rebound in
            // The block holds at least the NUL, so it has an address.
            guard let address = rebound.baseAddress else { preconditionFailure("an empty block of text") }
            return unsafe address
        }
    }

    /// Calls execve(2) for one candidate after the other; returns only when none of them starts.
    func execute() -> ExecFailure {
        var which: Int32 = -1
        let error = unsafe kf_exec_first(candidates, arguments, variables, &which)
        return ExecFailure(error: error, candidate: which)
    }

    /// The error that a failure stands for.
    func explain(_ failure: ExecFailure) -> LaunchError {
        let index = Int(failure.candidate)
        let path = candidatePaths.indices.contains(index) ? candidatePaths[index] : nil
        return failure.explanation(program: program, path: path, environment: environment)
    }
}

extension Program {
    /// The files that may be meant, in order, as execvp(3) goes along PATH.
    ///
    /// An empty folder in PATH is the current one, as POSIX has it. PATH itself is bounded by the kernel (an
    /// environment's string has at most 128 KiB).
    ///
    /// - Parameter path: The application's PATH; nil stands for the system's own.
    func candidates(path: [UInt8]?) -> [[UInt8]] {
        guard !name.isEmpty, !name.contains(UInt8(ascii: "/")) else { return name.isEmpty ? [] : [name] }
        // confstr(_CS_PATH) of glibc, and what its execvp takes without a PATH.
        let path = path ?? Array("/bin:/usr/bin".utf8)
        return path.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).map { folder in
            guard let last = folder.last else { return name }
            return last == UInt8(ascii: "/") ? folder + name : folder + [UInt8(ascii: "/")] + name
        }
    }
}
