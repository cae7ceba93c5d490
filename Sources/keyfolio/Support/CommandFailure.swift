import DotEnv
import Launch
import Manifest

/// Why a command failed, in the form in which every failure is shown: a stable code, what happened and why, and what
/// mends it. No value of a variable is ever part of it.
struct CommandFailure: Error {
    var code: String
    var message: String
    var fix: String
    var status: ExitStatus

    init(_ code: String, _ message: String, fix: String, status: ExitStatus) {
        self.code = code
        self.message = message
        self.fix = fix
        self.status = status
    }
}

/// An error of a module that can be shown as it is.
protocol ExplainedError: Error {
    var code: String { get }
    var message: String { get }
    var fix: String { get }
    var exitStatus: ExitStatus { get }
}

extension CommandFailure {
    /// Any error as a failure. One that no module explained is a bug: its type is told, its text is not, because
    /// nobody has checked what is in it.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure:
            self = failure
        case let error as DotEnvError:
            self.init(
                error.code.description,
                "line \(error.line): \(error.message)",
                fix: error.fix,
                status: .invalidInput
            )
        case let error as ManifestError:
            let status: ExitStatus = error.isNewerFormat ? .newerFormat : .invalidInput
            self.init(error.code, error.description, fix: error.fix, status: status)
        case let error as LaunchError:
            self.init(error.code, error.message, fix: error.fix, status: error.category)
        case let error as any ExplainedError:
            self.init(error.code, error.message, fix: error.fix, status: error.exitStatus)
        default:
            self.init(
                "KF-BUG-001",
                "an error of type \(type(of: error)) that should have been explained",
                fix: "report it with the command's name; no value is in this message",
                status: .internalError
            )
        }
    }
}

extension LaunchError {
    /// Which of the command's own statuses fits, where the application's do not count.
    fileprivate var category: ExitStatus {
        switch exitStatus {
        case 127: .notFound
        case 126: .denied
        default: .unavailable
        }
    }
}
