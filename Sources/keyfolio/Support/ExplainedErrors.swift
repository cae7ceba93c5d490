import Age
import Findings
import Interchange
import RemoteStores
import SecretStore
import Workspace

// Every module has its own error; here is how each becomes an exit status.

extension WorkspaceError: ExplainedError {
    var exitStatus: ExitStatus {
        switch category {
        case .notFound: .notFound
        case .denied: .denied
        case .unavailable: .unavailable
        case .invalid: .invalidInput
        case .sealed: .sealed
        }
    }
}

extension FileSyntaxError: ExplainedError {
    var exitStatus: ExitStatus { .invalidInput }
}

extension InterchangeError: ExplainedError {
    var exitStatus: ExitStatus { isLoss ? .conflict : .invalidInput }
}

extension JSONError: ExplainedError {
    var exitStatus: ExitStatus { .invalidInput }
}

extension AgeError: ExplainedError {
    var exitStatus: ExitStatus {
        switch category {
        case .noMatch: .sealed
        case .headerMAC, .payload: .corrupt
        case .inputOutput: .unavailable
        case .usage: .usage
        case .header, .armor, .key, .recipients: .invalidInput
        }
    }
}

extension StoreError: ExplainedError {
    var exitStatus: ExitStatus {
        switch category {
        case .notFound: .notFound
        case .denied: .denied
        case .sealed: .sealed
        case .unavailable: .unavailable
        case .corrupt: .corrupt
        case .newerFormat: .newerFormat
        case .conflict: .conflict
        case .invalid: .invalidInput
        }
    }
}

extension RemoteError: ExplainedError {
    var exitStatus: ExitStatus {
        switch category {
        case .usage: .usage
        case .notFound: .notFound
        case .denied: .denied
        case .sealed: .sealed
        case .unavailable: .unavailable
        case .corrupt: .corrupt
        case .conflict: .conflict
        case .invalid: .invalidInput
        }
    }
}
