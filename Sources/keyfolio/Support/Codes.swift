import AccessPolicy
import Age
import DotEnv
import Findings
import HTTPModel
import Interchange
import Launch
import Manifest
import Probes
import RemoteStores
import SecretStore
import Workspace

/// Every code there is, from the modules that declare them: one page documents them all (docs/codes.md).
enum Codes {
    /// The kinds of findings.
    static let findings: [FindingCode] =
        ManifestCodes.all + TemplateCodes.all + TypeCodes.all + RuleCodes.all + LintCodes.all + FileCodes.all
        + WorkspaceCodes.all + DoctorCodes.all
        + PostgresCodes.all

    /// The kinds of errors.
    static let errors: [CodePage.ErrorEntry] = [
        own, WorkspaceError.allCodes, AgeError.catalogue, DotEnvError.Code.catalogue, LaunchError.catalogue,
        InterchangeError.allCodes, JSONError.catalogue, StoreError.allCodes, RemoteError.allCodes,
        ProjectStore.auditSinkCodes, ProjectStore.authenticationCodes, PolicyError.catalogue, ServiceCodes.all,
    ].flatMap(\.self)
}
