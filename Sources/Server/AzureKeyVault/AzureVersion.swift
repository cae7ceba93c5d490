/// The versions of the service's API, as the query parameter `api-version` names them.
enum AzureVersion: String, CaseIterable {
    case v2016 = "2016-10-01"
    case v70 = "7.0"
    case v71 = "7.1"
    case v72 = "7.2"
    case v73 = "7.3"
    case v74 = "7.4"
    case v75 = "7.5"
    case v76 = "7.6"
    case v2025 = "2025-07-01"
    case v2026 = "2026-04-01"

    /// Reads the parameter.
    ///
    /// - Parameter text: What was sent; nil when it was not.
    /// - Throws: ``AzureError`` `BadParameter`, with what Azure says.
    init(parameter text: String?) throws(AzureError) {
        guard let text, !text.isEmpty else { throw .badParameter("api-version must be specified") }
        guard let version = Self.named[text] else {
            throw .badParameter(
                "The specified version (\(AzureError.shown(text))) is not recognized. Consider using the latest "
                    + "supported version (\(Self.v2026.rawValue))."
            )
        }
        self = version
    }

    /// By their names: an enumeration of strings compares one name after the other.
    private static let named = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

    /// Whether bundles tell the days that a deleted secret can be recovered (since 7.1).
    var tellsRecoverableDays: Bool { self != .v2016 && self != .v70 }
}
