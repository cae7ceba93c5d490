/// Names and keys of Amazon Web Services.
enum AWSSyntax {
    /// An access key's id: four letters for its kind, sixteen characters (IAM User Guide, "IAM identifiers").
    static func keyIDFaults(_ bytes: Bytes) -> [Fault] {
        let prefix = bytes.prefix(4)
        if otherPrefixes.contains(where: prefix.equals) {
            return [Fault(TypeCodes.awsOtherID, "is the id of a user, role or the like, not of an access key")]
        }
        if !prefix.equals("AKIA") && !prefix.equals("ASIA") {
            return [Fault(TypeCodes.awsKeyPrefix, "does not begin with AKIA or ASIA")]
        }
        if bytes.contains(where: { !$0.isUpper && !$0.isDigit }) {
            return [Fault(TypeCodes.awsKeyCharacter, "has other characters than capital letters and digits")]
        }
        if bytes.count != 20 {
            return [Fault(TypeCodes.awsKeyLength, "has \(bytes.count) characters; an access key's id has 20")]
        }
        if prefix.equals("ASIA") {
            return [Fault(TypeCodes.awsTemporaryKey, "is the id of temporary credentials, which end within hours")]
        }
        return []
    }

    private static let otherPrefixes = [
        "ABIA", "ACCA", "AGPA", "AIDA", "AIPA", "ANPA", "ANVA", "APKA", "AROA", "ASCA",
    ]

    static func secretKeyFaults(_ bytes: Bytes) -> [Fault] {
        if bytes.count == 20, keyIDFaults(bytes).allSatisfy({ $0.code == TypeCodes.awsTemporaryKey }) {
            return [Fault(TypeCodes.awsKeysSwapped, "is an access key's id, not its secret: were the two swapped?")]
        }
        if bytes.contains(where: { !$0.isAlphanumeric && $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") }) {
            return [Fault(TypeCodes.awsSecretCharacter, "has other characters than letters, digits, + and /")]
        }
        if bytes.count != 40 {
            return [Fault(TypeCodes.awsSecretLength, "has \(bytes.count) characters; a secret access key has 40")]
        }
        return []
    }

    /// Area and direction in every partition: aws, aws-cn, aws-us-gov, aws-iso, -b, -e, -f, aws-eusc.
    private static let areas = [
        "af", "ap", "ca", "cn", "eu", "eu-isoe", "eusc-de", "il", "me", "mx", "sa", "us", "us-gov", "us-iso", "us-isob",
        "us-isof",
    ]
    private static let directions = [
        "central", "east", "north", "northeast", "northwest", "south", "southeast", "southwest", "west",
    ]

    static func regionFaults(_ bytes: Bytes) -> [Fault] {
        let parts = bytes.parts(at: UInt8(ascii: "-"))
        if let last = parts.last, last.count >= 2, last.last?.isLower == true, last.dropLast().allSatisfy(\.isDigit),
            regionFaults(bytes.dropLast()).isEmpty
        {
            return [Fault(TypeCodes.awsZone, "is an availability zone; the region is the same without the last letter")]
        }
        let isFormed =
            (3...4).contains(parts.count) && parts.last.flatMap { $0.decimal } != nil
            && parts.dropLast().allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isLower) }
        guard isFormed else { return [Fault(TypeCodes.awsRegionForm, "is not an AWS region such as eu-central-1")] }
        let area = parts.dropLast(2).map(\.text).joined(separator: "-")
        guard areas.contains(area), directions.contains(parts[parts.count - 2].text), parts.last?.equals("0") == false
        else { return [Fault(TypeCodes.awsRegionUnknown, "is a region in no partition of AWS that is known")] }
        return []
    }
}

/// Names of S3.
enum S3Syntax {
    /// The rules for general-purpose buckets (S3 User Guide, "Bucket naming rules").
    static func bucketFaults(_ bytes: Bytes) -> [Fault] {
        if bytes.starts(with: "arn:".utf8) || bytes.contains(UInt8(ascii: "/")) {
            return [Fault(TypeCodes.bucketNotAName, "is a URL or ARN; a bucket's bare name is needed")]
        }
        let dot = UInt8(ascii: ".")
        var faults: [Fault] = []
        if bytes.contains(where: { !$0.isLower && !$0.isDigit && $0 != dot && $0 != UInt8(ascii: "-") }) {
            let predicate = "has other characters than lower-case letters, digits, dots and dashes"
            faults.append(Fault(TypeCodes.bucketCharacter, predicate))
        }
        if !(3...63).contains(bytes.count) {
            let predicate = "has \(bytes.count) characters; a bucket's name has 3 to 63"
            faults.append(Fault(TypeCodes.bucketLength, predicate))
        }
        let ends = [bytes.first, bytes.last]
        if ends.contains(where: { $0 == dot || $0 == UInt8(ascii: "-") }) {
            faults.append(Fault(TypeCodes.bucketEnds, "does not begin and end with a letter or digit"))
        }
        if zip(bytes, bytes.dropFirst()).contains(where: { $0 == dot && $1 == dot }) {
            faults.append(Fault(TypeCodes.bucketDots, "has two dots in a row"))
        }
        if HostSyntax.isIPv4(bytes) {
            faults.append(Fault(TypeCodes.bucketAddress, "has the form of an IP address"))
        }
        if reservedPrefixes.contains(where: { bytes.starts(with: $0.utf8) })
            || reservedSuffixes.contains(where: { bytes.suffix($0.utf8.count).equals($0) })
        {
            faults.append(Fault(TypeCodes.bucketReserved, "begins or ends with something that S3 keeps for itself"))
        }
        if faults.isEmpty, bytes.contains(dot) {
            faults.append(
                Fault(TypeCodes.bucketDotted, "has a dot in it, which HTTPS to the bucket's own name refuses")
            )
        }
        return faults
    }

    private static let reservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"]
    private static let reservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]
}
