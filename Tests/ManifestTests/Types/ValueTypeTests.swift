import Findings
import Manifest
import Secrets
import Testing

/// What each type says about values. The values with no codes are well-formed.
@Suite struct ValueTypeTests {
    typealias Row = (ValueType, String, [FindingCode])
    private typealias Codes = TypeCodes

    static let general: [Row] = [
        (.string, "anything at all", []), (.string, "two\nlines", [Codes.severalLines]),
        (.string, "end\n", [Codes.blanksAround]), (.string, " front", [Codes.blanksAround]),
        (.string, "a\u{1}b", [Codes.controlCharacter]), (.string, "a\0b", [Codes.controlCharacter]),
        (.string, "a\tb", []),
        (.string, "", []), (.integer, "", []), (.text, "two\nlines\n", []), (.text, "a\0", [Codes.controlCharacter]),
        (.secret, "-----BEGIN KEY-----\nabc\n-----END KEY-----", []), (.secret, "x\n", [Codes.blanksAround]),
        (.boolean, "true ", [Codes.blanksAround]), (.port, "\t80", [Codes.blanksAround]),
        (.integer, "1\n2", [Codes.severalLines]), (.path, "/a", []), (.path, "relative/path", []),
        (.path, "~/x", [Codes.pathTilde]), (.path, String(repeating: "a/", count: 2048), [Codes.pathTooLong]),
    ]

    static let numbers: [Row] = [
        (.integer, "0", []), (.integer, "-17", []), (.integer, "+5", []), (.integer, "007", []),
        (.integer, "9223372036854775807", []), (.integer, "9223372036854775808", [Codes.integerTooLarge]),
        (.integer, "-9223372036854775809", [Codes.integerTooLarge]), (.integer, "1.0", [Codes.notInteger]),
        (.integer, "1e3", [Codes.notInteger]), (.integer, "0x10", [Codes.notInteger]),
        (.integer, "1_000", [Codes.notInteger]),
        (.integer, "-", [Codes.notInteger]), (.integer, "ten", [Codes.notInteger]), (.integer, "٣", [Codes.notInteger]),
        (.number, "0.25", []), (.number, ".5", []), (.number, "-1e-3", []), (.number, "5", []),
        (.number, "nan", [Codes.notNumber]), (.number, "inf", [Codes.notNumber]), (.number, "1e999", [Codes.notNumber]),
        (.number, "0x1p3", [Codes.notNumber]), (.number, "1,5", [Codes.notNumber]),
        (.number, "1.2.3", [Codes.notNumber]),
        (.number, ".", [Codes.notNumber]), (.number, "e5", [Codes.notNumber]),
        (.boolean, "True", []), (.boolean, "FALSE", []), (.boolean, "yes", []), (.boolean, "Off", []),
        (.boolean, "1", []),
        (.boolean, "Flase", [Codes.notBoolean]), (.boolean, "2", [Codes.notBoolean]),
        (.boolean, "t", [Codes.notBoolean]),
        (.enumeration(["INFO", "DEBUG"]), "INFO", []), (.enumeration(["INFO"]), "info", [Codes.notAWord]),
        (.enumeration(["INFO"]), "TRACE", [Codes.notAWord]),
        (.port, "1", []), (.port, "65535", []), (.port, "0", [Codes.portOutOfRange]),
        (.port, "65536", [Codes.portOutOfRange]), (.port, "http", [Codes.portOutOfRange]),
        (.port, "99999999999999999999", [Codes.portOutOfRange]),
        (.duration, "30s", []), (.duration, "15m", []), (.duration, "12h", []), (.duration, "90d", []),
        (.duration, "2w", []),
        (.duration, "500ms", []), (.duration, "3600", []), (.duration, "0.5", []), (.duration, "1h30m", []),
        (.duration, "1.5h", []), (.duration, "90", []), (.duration, "1y", [Codes.durationUnit]),
        (.duration, "5 m", [Codes.notDuration]), (.duration, "m5", [Codes.notDuration]),
        (.duration, "-5s", [Codes.notDuration]), (.duration, "1h30", [Codes.notDuration]),
        (.duration, "5minutes", [Codes.durationUnit]), (.duration, "5S", [Codes.durationUnit]),
    ]

    static let urls: [Row] = [
        (.url, "https://example.com", []), (.url, "redis://:pw@cache:6379/0", []),
        (.url, "https://[::1]:8443/a?b#c", []),
        (.url, "http://127.0.0.1:8000/", []), (.url, "amqp://user:p%40ss@mq/vhost", []), (.url, "https://a_b/c", []),
        (.url, "example.com/x", [Codes.urlScheme]), (.url, "//example.com", [Codes.urlScheme]),
        (.url, "mailto:a@b.c", [Codes.urlScheme]), (.url, "1http://x", [Codes.urlScheme]),
        (.url, "https:///path", [Codes.urlHost]), (.url, "https://:80/", [Codes.urlHost]),
        (.url, "https://exa mple.com", [Codes.urlCharacter, Codes.hostName]),
        (.url, "https://example.com/a b", [Codes.urlCharacter]),
        (.url, "https://example.com/ä", [Codes.urlCharacter]), (.url, "https://example.com/{x}", [Codes.urlCharacter]),
        (.url, "https://example.com/%zz", [Codes.urlEscape]), (.url, "https://example.com/100%", [Codes.urlEscape]),
        (.url, "https://example.com:http/", [Codes.urlPort]), (.url, "https://example.com:/", [Codes.urlPort]),
        (.url, "https://example.com:70000/", [Codes.urlPort]), (.url, "https://[::1]8443/", [Codes.urlPort]),
        (.url, "https://-bad.com", [Codes.hostName]), (.url, "https://a..b", [Codes.hostName]),
        (.url, "https://\(String(repeating: "a", count: 64)).com", [Codes.hostName]),
        (.url, "https://256.0.0.1", [Codes.ipv4]), (.url, "https://1.2.3", [Codes.ipv4]),
        (.url, "https://010.0.0.1", [Codes.ipv4]),
        (.url, "https://[::g]", [Codes.ipv6]), (.url, "https://::1/", [Codes.ipv6]),
        (.url, "https://[::1", [Codes.ipv6]),
        (.url, "https://[1:2:3:4:5:6:7]/", [Codes.ipv6]), (.url, "https://[1:2:3:4:5:6:7:8]/", []),
        (.url, "https://[1:2:3:4:5:6:7:8:9]/", [Codes.ipv6]), (.url, "https://[::ffff:192.0.2.1]/", []),
        (.url, "https://[::1::2]/", [Codes.ipv6]), (.url, "https://[12345::]/", [Codes.ipv6]),
        (.url, "https://[::]/", []),
        (.httpOrigin, "https://app.example.com", []), (.httpOrigin, "http://localhost:3000", []),
        (.httpOrigin, "ftp://example.com", [Codes.originScheme]),
        (.httpOrigin, "https://example.com/", [Codes.originExtra]),
        (.httpOrigin, "https://example.com/app", [Codes.originExtra]),
        (.httpOrigin, "https://example.com?x", [Codes.originExtra]),
        (.httpOrigin, "https://example.com#x", [Codes.originExtra]),
        (.httpOrigin, "https://user@example.com", [Codes.originCredentials]),
        (.httpOrigin, "example.com", [Codes.urlScheme]),
        (.httpOriginList, "https://a.example.com,http://localhost:3000", []), (.httpOriginList, "*", []),
        (.httpOriginList, "https://*.example.com", []),
        (.httpOriginList, "https://a.com,https://b.com/", [Codes.originExtra]),
        (.httpOriginList, "https://a.com,,https://b.com", [Codes.emptyEntry]),
        (.httpOriginList, #"["https://a.com"]"#, [Codes.notAList]),
    ]

    static let lists: [Row] = [
        (.hostList, "*", []), (.hostList, "app.example.com,api.example.com", []),
        (.hostList, "localhost,127.0.0.1,[::1],::1", []),
        (.hostList, ".example.com", []), (.hostList, "*.example.com", []),
        (.hostList, "a.com,,b.com", [Codes.emptyEntry]), (.hostList, "a.com,", [Codes.emptyEntry]),
        (.hostList, "a.com, b.com", [Codes.blanksInList]), (.hostList, "a.com,A.com", [Codes.duplicateEntry]),
        (.hostList, "a.com;b.com", [Codes.notAList]), (.hostList, #"["a.com", "b.com"]"#, [Codes.notAList]),
        (.hostList, "['a.com']", [Codes.notAList]), (.hostList, "https://a.com", [Codes.hostExtra]),
        (.hostList, "a.com:8000", [Codes.hostExtra]), (.hostList, "a.com/path", [Codes.hostExtra]),
        (.hostList, "[::1]:80", [Codes.hostExtra]), (.hostList, "a com", [Codes.hostName]),
        (.hostList, "*a.com", [Codes.hostName]),
        (.hostList, "300.1.1.1", [Codes.ipv4]), (.hostList, "[::g]", [Codes.ipv6]), (.hostList, "::g", [Codes.ipv6]),
        (.emailList, "security@example.com,ops@example.com", []), (.emailList, "a.b+c@sub.example.com", []),
        (.emailList, "\"a b\"@example.com", []), (.emailList, "\"a@b\"@example.com", []),
        (.emailList, "root@localhost", []),
        (.emailList, "a@[192.0.2.1]", []), (.emailList, "a@[IPv6:::1]", []), (.emailList, "ü@example.com", []),
        (.emailList, "example.com", [Codes.mailAt]), (.emailList, "a@b@c.com", [Codes.mailAt]),
        (.emailList, "@example.com", [Codes.mailLocal]), (.emailList, "a..b@example.com", [Codes.mailLocal]),
        (.emailList, ".a@example.com", [Codes.mailLocal]), (.emailList, "a b@example.com", [Codes.mailLocal]),
        (.emailList, "\(String(repeating: "a", count: 65))@example.com", [Codes.mailLocal]),
        (.emailList, "a@", [Codes.mailDomain]), (.emailList, "a@-x.com", [Codes.mailDomain]),
        (.emailList, "a@b_c.com", [Codes.mailDomain]), (.emailList, "a@[::1]", [Codes.mailDomain]),
        (.emailList, "Ops <ops@example.com>", [Codes.mailName]), (.emailList, "a@b.com,", [Codes.emptyEntry]),
        (.emailList, "a@b.com;c@d.com", [Codes.notAList]),
    ]

    static let encodings: [Row] = [
        (.base64, "Zm9vYmFy", []), (.base64, "Zg==", []), (.base64, "Zg", []), (.base64, "-_-_", []),
        (.base64, "+/+/", []),
        (.base64, "Zm9v YmFy", [Codes.base64Character]), (.base64, "Zm9v\nYmFy", [Codes.severalLines]),
        (.base64, "Zg=a", [Codes.base64Character]), (.base64, "Z", [Codes.base64Length]),
        (.base64, "Zg=", [Codes.base64Length]),
        (.base64, "Zg===", [Codes.base64Length]), (.base64, "====", [Codes.base64Length]),
        (.base64, "+_+_", [Codes.base64Mixed]),
        (.base64, "Zh==", [Codes.base64Rest]), (.base64, "Zm9=", [Codes.base64Rest]),
        (.hex, "00ff", []), (.hex, "00FF", []), (.hex, "0xff", [Codes.hexCharacter]), (.hex, "fff", [Codes.hexLength]),
        (.hex, "ff:ff", [Codes.hexCharacter]),
    ]

    static let services: [Row] = [
        (.sentryDSN, "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/42", []),
        (.sentryDSN, "https://0123456789abcdef0123456789abcdef@sentry.example.com:9000/path/42", []),
        (.sentryDSN, "ftp://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/42", [Codes.dsnScheme]),
        (.sentryDSN, "https://o1.ingest.sentry.io/42", [Codes.dsnKey]),
        (.sentryDSN, "https://@o1.sentry.io/42", [Codes.dsnKey]),
        (.sentryDSN, "https://abc@o1.ingest.sentry.io/42", [Codes.dsnKeyForm]),
        (.sentryDSN, "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/", [Codes.dsnProject]),
        (.sentryDSN, "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/web", [Codes.dsnProject]),
        (.sentryDSN, "https://0123456789abcdef0123456789abcdef:x@o1.ingest.sentry.io/1", [Codes.dsnSecret]),
        (.sentryDSN, "sentry.io/42", [Codes.urlScheme]),
        (.awsAccessKeyID, "AKIA2ZLQ4TYV7RWXN3KD", []),
        (.awsAccessKeyID, "ASIA2ZLQ4TYV7RWXN3KD", [Codes.awsTemporaryKey]),
        (.awsAccessKeyID, "AKIA2ZLQ4TYV7RWXN3K", [Codes.awsKeyLength]),
        (.awsAccessKeyID, "AKIA2ZLQ4TYV7RWXN3KDX", [Codes.awsKeyLength]),
        (.awsAccessKeyID, "AKIA2ZLQ4TYV7RWXN3Kd", [Codes.awsKeyCharacter]),
        (.awsAccessKeyID, "BKIA2ZLQ4TYV7RWXN3KD", [Codes.awsKeyPrefix]),
        (.awsAccessKeyID, "AIDA2ZLQ4TYV7RWXN3KD", [Codes.awsOtherID]),
        (.awsAccessKeyID, "AROA2ZLQ4TYV7RWXN3KD", [Codes.awsOtherID]),
        (.awsSecretKey, "kQ7+xV2/mT9pLzR4wYc8NbD1sFhJ6uEaGo3iKtBv", []),
        (.awsSecretKey, "kQ7+xV2/mT9pLzR4wYc8NbD1sFhJ6uEaGo3iKtB", [Codes.awsSecretLength]),
        (.awsSecretKey, "kQ7+xV2/mT9pLzR4wYc8NbD1sFhJ6uEaGo3iKtB=", [Codes.awsSecretCharacter]),
        (.awsSecretKey, "AKIA2ZLQ4TYV7RWXN3KD", [Codes.awsKeysSwapped]),
        (.awsRegion, "eu-central-1a", [Codes.awsZone]), (.awsRegion, "us-gov-west-1b", [Codes.awsZone]),
        (.awsRegion, "Frankfurt", [Codes.awsRegionForm]), (.awsRegion, "eu_central_1", [Codes.awsRegionForm]),
        (.awsRegion, "EU-CENTRAL-1", [Codes.awsRegionForm]), (.awsRegion, "eu-central", [Codes.awsRegionForm]),
        (.awsRegion, "eu-centrl-1", [Codes.awsRegionUnknown]), (.awsRegion, "xx-central-1", [Codes.awsRegionUnknown]),
        (.awsRegion, "eu-central-0", [Codes.awsRegionUnknown]), (.awsRegion, "us-gov-1", [Codes.awsRegionUnknown]),
        (.s3Bucket, "portfolio-suite-uploads", []), (.s3Bucket, "a1b", []),
        (.s3Bucket, "my.bucket", [Codes.bucketDotted]),
        (.s3Bucket, "ab", [Codes.bucketLength]), (.s3Bucket, String(repeating: "a", count: 64), [Codes.bucketLength]),
        (.s3Bucket, "My-Bucket", [Codes.bucketCharacter]), (.s3Bucket, "my_bucket", [Codes.bucketCharacter]),
        (.s3Bucket, "-bucket", [Codes.bucketEnds]), (.s3Bucket, "bucket.", [Codes.bucketEnds]),
        (.s3Bucket, "my..bucket", [Codes.bucketDots]), (.s3Bucket, "192.168.5.4", [Codes.bucketAddress]),
        (.s3Bucket, "xn--bucket", [Codes.bucketReserved]), (.s3Bucket, "bucket-s3alias", [Codes.bucketReserved]),
        (.s3Bucket, "bucket--ol-s3", [Codes.bucketReserved]), (.s3Bucket, "amzn-s3-demo-x", [Codes.bucketReserved]),
        (.s3Bucket, "s3://bucket", [Codes.bucketNotAName]), (.s3Bucket, "arn:aws:s3:::bucket", [Codes.bucketNotAName]),
    ]

    static let json: [Row] = [
        (.json, #"{"a": [1, -2.5e+3, true, false, null, "x\u00e9\n"], "b": {}}"#, []), (.json, "[]", []),
        (.json, " 1 ", []),
        (.json, #""text""#, []), (.json, "{\n  \"a\": 1\n}\n", []),
        (.json, #"{"a":1,"a":2}"#, [Codes.jsonDuplicateKey]),
        (.json, #"{"a":{"x":1},"b":{"x":1}}"#, []), (.json, "{", [Codes.jsonSyntax]),
        (.json, "{a:1}", [Codes.jsonSyntax]),
        (.json, "{'a':1}", [Codes.jsonSyntax]), (.json, "[1,]", [Codes.jsonSyntax]),
        (.json, "[1 2]", [Codes.jsonSyntax]),
        (.json, "01", [Codes.jsonSyntax]), (.json, "1.", [Codes.jsonSyntax]), (.json, ".5", [Codes.jsonSyntax]),
        (.json, "+1", [Codes.jsonSyntax]), (.json, "1e", [Codes.jsonSyntax]), (.json, "nul", [Codes.jsonSyntax]),
        (.json, "True", [Codes.jsonSyntax]), (.json, #""\x""#, [Codes.jsonSyntax]),
        (.json, #""\u12g4""#, [Codes.jsonSyntax]),
        (.json, "\"a\nb\"", [Codes.jsonSyntax]), (.json, #""open"#, [Codes.jsonSyntax]),
        (.json, "[] []", [Codes.jsonSyntax]),
        (.json, "NaN", [Codes.jsonSyntax]), (.json, "[1] // comment", [Codes.jsonSyntax]),
        (.json, String(repeating: "[", count: 128) + String(repeating: "]", count: 128), []),
        (.json, String(repeating: "[", count: 129) + String(repeating: "]", count: 129), [Codes.jsonDepth]),
        (.json, String(repeating: "{\"a\":", count: 100_000), [Codes.jsonDepth]),
    ]

    static let rows = general + numbers + urls + lists + encodings + services + json

    @Test(arguments: rows)
    func `a value has exactly its own faults`(type: ValueType, value: String, codes: [FindingCode]) {
        #expect(type.faults(in: Secret(value)).map(\.code.id) == codes.map(\.id))
    }

    /// The regions of botocore's `partitions.json`, all partitions.
    @Test(
        arguments: """
            af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
            ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
            eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1
            me-central-1 me-south-1 me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2
            cn-north-1 cn-northwest-1 eusc-de-east-1 us-iso-east-1 us-iso-west-1 us-isob-east-1 us-isob-west-1
            eu-isoe-west-1 us-isof-east-1 us-isof-south-1 us-gov-east-1 us-gov-west-1
            """.split(whereSeparator: \.isWhitespace).map(String.init)
    )
    func `every region of AWS is one`(region: String) {
        #expect(ValueType.awsRegion.faults(in: Secret(region)).isEmpty)
    }

    @Test func `a fault of JSON names its place`() {
        let fault = ValueType.json.faults(in: Secret("{\n  \"a\": tru\n}")).first
        #expect(fault?.predicate == "is not JSON from line 2, column 8 on")
    }

    @Test func `every code of the types is raised by a row of these tables`() {
        let raised = Set(Self.rows.flatMap { $0.2.map(\.id) } + PostgresURLTests.faults.flatMap { $0.1.map(\.id) })
        let missing = TypeCodes.all.map(\.id).filter { !raised.contains($0) }
        #expect(missing.isEmpty)
    }

    static let same: [(ValueType, String, String)] = [
        (.boolean, "False", "false"), (.boolean, "0", "no"), (.boolean, "ON", "1"), (.integer, "08", "8"),
        (.integer, "+8", "8"),
        (.number, "1.50", "1.5"), (.number, "1e3", "1000"), (.duration, "90s", "1m30s"), (.duration, "3600", "1h"),
        (.port, "080", "80"), (.hex, "AB", "ab"), (.url, "HTTPS://Example.com:443", "https://example.com/"),
        (.httpOrigin, "http://a.com:80", "http://a.com"), (.hostList, "b.com,A.com", "a.com,b.com"),
        (.emailList, "a@B.com", "a@b.com"),
        (.httpOriginList, "https://b.com,https://a.com", "https://a.com,https://b.com"),
        (.string, "x", "x"), (.boolean, "maybe", "maybe"),
    ]
    static let different: [(ValueType, String, String)] = [
        (.boolean, "true", "false"), (.boolean, "maybe", "perhaps"), (.integer, "1", "2"), (.string, "a", "A"),
        (.string, "1", "01"), (.enumeration(["a", "A"]), "a", "A"), (.url, "https://a.com/x", "https://a.com/X"),
        (.emailList, "A@b.com", "a@b.com"), (.secret, "a", "A"), (.hostList, "a.com", "a.com,b.com"),
        (.duration, "1m", "1h"),
        (.httpOrigin, "https://a.com", "http://a.com"), (.httpOrigin, "https://a.com:444", "https://a.com"),
    ]

    @Test(arguments: same)
    func `values that mean the same compare as the same`(type: ValueType, left: String, right: String) {
        #expect(type.areEqual(left, right))
        #expect(type.areEqual(right, left))
    }

    @Test(arguments: different)
    func `values that mean different things compare as different`(type: ValueType, left: String, right: String) {
        #expect(!type.areEqual(left, right))
    }

    @Test(arguments: [
        ",", "a,", "@", ":", "[", "://", "%", "=", "\\", "\"", "{\"a\":", "1h", "a.", "a-", "é", "\t", "*.",
    ])
    func `hostile values are read in linear time`(filling: String) {
        for type in ValueType.simple {
            let grows = isLinear(2_500) { _ = type.faults(in: Secret(String(repeating: filling, count: $0))) }
            #expect(grows, "\(type.name)")
        }
    }
}
