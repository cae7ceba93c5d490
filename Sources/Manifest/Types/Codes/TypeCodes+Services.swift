public import Findings

extension TypeCodes {
    /// Neither http nor https.
    public static let dsnScheme = FindingCode(
        "KF-TYPE-060",
        title: "A Sentry DSN's scheme is neither http nor https",
        severity: .error,
        reason: "Sentry takes events over HTTP.",
        remedy: "Copy the DSN from the project's settings in Sentry (Client Keys)."
    )
    /// No public key.
    public static let dsnKey = FindingCode(
        "KF-TYPE-061",
        title: "A Sentry DSN has no public key",
        severity: .error,
        reason: "Sentry refuses events without one.",
        remedy: "Copy the DSN from the project's settings in Sentry (Client Keys)."
    )
    /// A public key of another form.
    public static let dsnKeyForm = FindingCode(
        "KF-TYPE-062",
        title: "A Sentry DSN's public key is not 32 hexadecimal digits",
        severity: .warning,
        reason: "Sentry's keys have this form; the DSN may be cut off.",
        remedy: "Copy the DSN from the project's settings in Sentry (Client Keys)."
    )
    /// No project number.
    public static let dsnProject = FindingCode(
        "KF-TYPE-063",
        title: "A Sentry DSN does not end in a project's number",
        severity: .error,
        reason: "Sentry cannot tell which project an event belongs to.",
        remedy: "Copy the DSN from the project's settings in Sentry (Client Keys)."
    )
    /// A secret key, of old DSNs.
    public static let dsnSecret = FindingCode(
        "KF-TYPE-064",
        title: "A Sentry DSN has a secret key",
        severity: .warning,
        reason: "Sentry has not needed it since 2018; in a browser it would be public.",
        remedy: "Remove the part from the second colon to the @."
    )
    /// Not 20 characters.
    public static let awsKeyLength = FindingCode(
        "KF-TYPE-065",
        title: "An AWS access key id does not have 20 characters",
        severity: .error,
        reason: "It is cut off, or it is something else.",
        remedy: "Copy the whole id."
    )
    /// A character that ids do not have.
    public static let awsKeyCharacter = FindingCode(
        "KF-TYPE-066",
        title: "An AWS access key id has other characters than capital letters and digits",
        severity: .error,
        reason: "It is mistyped, or it is something else.",
        remedy: "Copy the whole id."
    )
    /// Not an access key id's beginning.
    public static let awsKeyPrefix = FindingCode(
        "KF-TYPE-067",
        title: "An AWS access key id does not begin with AKIA or ASIA",
        severity: .error,
        reason: "AWS marks the kind of every id by its first four letters.",
        remedy: "Use the id of an access key: `aws iam list-access-keys`."
    )
    /// The id of a user, role or policy.
    public static let awsOtherID = FindingCode(
        "KF-TYPE-068",
        title: "The id of a user, role or the like stands where an access key's belongs",
        severity: .error,
        reason: "AWS marks the kind of every id by its first four letters; this one is not an access key's.",
        remedy: "Use the id of an access key: `aws iam list-access-keys`."
    )
    /// An id of temporary credentials.
    public static let awsTemporaryKey = FindingCode(
        "KF-TYPE-069",
        title: "An AWS access key id is of temporary credentials",
        severity: .warning,
        reason: "An `ASIA…` key works only with a session token and ends within hours.",
        remedy: "Use a role, or a key of a dedicated user with few rights."
    )
    /// Not 40 characters.
    public static let awsSecretLength = FindingCode(
        "KF-TYPE-070",
        title: "An AWS secret access key does not have 40 characters",
        severity: .error,
        reason: "It is cut off, or it is something else.",
        remedy: "Set the whole key; AWS shows it once, when it is made."
    )
    /// A character outside base64.
    public static let awsSecretCharacter = FindingCode(
        "KF-TYPE-071",
        title: "An AWS secret access key has characters that are not base64",
        severity: .error,
        reason: "It is mistyped, or it is something else.",
        remedy: "Set the whole key; AWS shows it once, when it is made."
    )
    /// An access key's id in place of its secret.
    public static let awsKeysSwapped = FindingCode(
        "KF-TYPE-072",
        title: "An access key's id stands where its secret belongs",
        severity: .error,
        reason: "The two were probably swapped, and the secret may stand where the id is shown openly.",
        remedy: "Swap the two values."
    )
    /// Not of a region's form.
    public static let awsRegionForm = FindingCode(
        "KF-TYPE-073",
        title: "A value is not an AWS region",
        severity: .error,
        reason: "A region has an area, a direction and a number: `eu-central-1`.",
        remedy: "Set a region's code: `aws account list-regions`."
    )
    /// A region in no partition.
    public static let awsRegionUnknown = FindingCode(
        "KF-TYPE-074",
        title: "An AWS region is in no known partition",
        severity: .error,
        reason: "AWS has no region in such an area or direction, so its host name does not exist.",
        remedy: "Set a region's code: `aws account list-regions`."
    )
    /// An availability zone.
    public static let awsZone = FindingCode(
        "KF-TYPE-075",
        title: "An availability zone stands where a region belongs",
        severity: .error,
        reason: "The letter behind the number makes it a zone; clients build host names from regions.",
        remedy: "Remove the letter."
    )
    /// Fewer than 3 or more than 63 characters.
    public static let bucketLength = FindingCode(
        "KF-TYPE-076",
        title: "A bucket's name has fewer than 3 or more than 63 characters",
        severity: .error,
        reason: "S3 has no such bucket.",
        remedy: "Set the bucket's name."
    )
    /// A character that bucket names do not have.
    public static let bucketCharacter = FindingCode(
        "KF-TYPE-077",
        title: "A bucket's name has other characters than lower-case letters, digits, dots and dashes",
        severity: .error,
        reason: "S3 has no such bucket.",
        remedy: "Set the bucket's name."
    )
    /// A dot or dash at either end.
    public static let bucketEnds = FindingCode(
        "KF-TYPE-078",
        title: "A bucket's name does not begin and end with a letter or digit",
        severity: .error,
        reason: "S3 has no such bucket.",
        remedy: "Set the bucket's name."
    )
    /// Two dots in a row.
    public static let bucketDots = FindingCode(
        "KF-TYPE-079",
        title: "A bucket's name has two dots in a row",
        severity: .error,
        reason: "S3 has no such bucket.",
        remedy: "Set the bucket's name."
    )
    /// The form of an IPv4 address.
    public static let bucketAddress = FindingCode(
        "KF-TYPE-080",
        title: "A bucket's name has the form of an IP address",
        severity: .error,
        reason: "S3 has no such bucket.",
        remedy: "Set the bucket's name."
    )
    /// A beginning or end that S3 keeps for itself.
    public static let bucketReserved = FindingCode(
        "KF-TYPE-081",
        title: "A bucket's name begins or ends with something that S3 keeps for itself",
        severity: .error,
        reason: "S3 uses these for access points, directory buckets and the like.",
        remedy: "Set the name of a general-purpose bucket."
    )
    /// A URL or ARN.
    public static let bucketNotAName = FindingCode(
        "KF-TYPE-082",
        title: "A URL or ARN stands where a bucket's name belongs",
        severity: .error,
        reason: "Clients put the name into a URL of their own.",
        remedy: "Set the bare name."
    )
    /// A dot in the name.
    public static let bucketDotted = FindingCode(
        "KF-TYPE-083",
        title: "A bucket's name has a dot in it",
        severity: .note,
        reason: """
            Amazon's certificate covers one level of names only, so HTTPS to `name.with.dots.s3.amazonaws.com` \
            fails its check.
            """,
        remedy: "Prefer a bucket without dots in its name."
    )

    static let services: [FindingCode] = [
        dsnScheme, dsnKey, dsnKeyForm, dsnProject, dsnSecret, awsKeyLength, awsKeyCharacter, awsKeyPrefix, awsOtherID,
        awsTemporaryKey, awsSecretLength, awsSecretCharacter, awsKeysSwapped, awsRegionForm, awsRegionUnknown,
        awsZone, bucketLength, bucketCharacter, bucketEnds, bucketDots, bucketAddress, bucketReserved, bucketNotAName,
        bucketDotted,
    ]
}
