/// A Sentry DSN: `https://PUBLIC_KEY@HOST/PATH/PROJECT` (Sentry's SDK specification, "Parsing the DSN").
enum SentryDSN {
    static func faults(_ bytes: Bytes) -> [Fault] {
        let url = URLSyntax(bytes)
        var faults = url.faults
        guard let scheme = url.scheme else { return faults }
        if scheme != "http" && scheme != "https" {
            faults.append(Fault(TypeCodes.dsnScheme, "has a scheme that is neither http nor https"))
        }
        let keys = url.userInfo?.parts(at: UInt8(ascii: ":")) ?? []
        if let key = keys.first, !key.isEmpty {
            if key.count != 32 || key.contains(where: { $0.hexValue == nil }) {
                faults.append(Fault(TypeCodes.dsnKeyForm, "has a public key that is not 32 hexadecimal digits"))
            }
        } else {
            faults.append(Fault(TypeCodes.dsnKey, "has no public key before the @"))
        }
        if keys.count > 1 {
            faults.append(Fault(TypeCodes.dsnSecret, "has a secret key, which Sentry no longer needs"))
        }
        let project = url.path.parts(at: UInt8(ascii: "/")).last
        if project?.isEmpty != false || project?.contains(where: { !$0.isDigit }) == true {
            faults.append(Fault(TypeCodes.dsnProject, "does not end in a project's number"))
        }
        return faults
    }
}
