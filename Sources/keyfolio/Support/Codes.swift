import DotEnv
import Findings
import Interchange
import Manifest
import Probes
import Workspace

/// Every code there is, from the modules that declare them: one page documents them all.
enum Codes {
    static let findings: [FindingCode] = []
    static let errors: [(code: String, title: String, fix: String)] = []
}
