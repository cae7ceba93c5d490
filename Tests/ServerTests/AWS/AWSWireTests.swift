import Findings
import HTTPModel
import SecretStore
import Secrets
import Testing

@testable import Server

@Suite("AWS JSON 1.1")
struct AWSWireTests {
    static func request(_ body: String, target: String = "secretsmanager.GetSecretValue") -> HTTPRequest {
        HTTPRequest(
            method: "POST",
            rawPath: "/",
            headers: ["Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target],
            body: Array(body.utf8)
        )
    }

    static func members(_ body: String) throws -> Members { Members(try AWSCall(request(body)).members) }

    /// The error that reading an input ends in.
    static func refusal(_ body: String, _ read: (inout Members) throws -> Void) -> AWSError? {
        do {
            var members = try members(body)
            try read(&members)
            return nil
        } catch { return error as? AWSError }
    }

    @Test("Every action is found by its target", arguments: SecretsManagerAction.allCases)
    func targets(action: SecretsManagerAction) throws {
        let call = try AWSCall(Self.request("{}", target: "secretsmanager." + action.rawValue))
        #expect(call.action == .secretsManager(action))
        #expect(call.service == .secretsManager)
    }

    @Test("There are 23 actions, and LookupEvents")
    func actions() throws {
        #expect(SecretsManagerAction.allCases.count == 23)
        let target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents"
        #expect(try AWSCall(Self.request("{}", target: target)).service == .cloudTrail)
    }

    @Test(
        "What is no action is unknown",
        arguments: ["secretsmanager.Nothing", "GetSecretValue", "", "s3.ListBuckets", "secretsmanager.getSecretValue"]
    )
    func unknown(target: String) {
        #expect(throws: AWSError(.unknownOperation, "")) { try AWSCall(Self.request("{}", target: target)) }
    }

    @Test("Other paths, methods and types of content are refused")
    func shape() {
        var request = Self.request("{}")
        request.method = "GET"
        #expect(throws: AWSError.self) { try AWSCall(request) }
        request = Self.request("{}")
        request.rawPath = "/v1/secret"
        #expect(throws: AWSError.self) { try AWSCall(request) }
        request = Self.request("{}")
        request.headers.set("Content-Type", "text/plain")
        #expect(throws: AWSError.self) { try AWSCall(request) }
        request.headers.set("Content-Type", "application/x-amz-json-1.1; charset=utf-8")
        #expect(throws: Never.self) { try AWSCall(request) }
    }

    @Test(
        "A body that cannot be read is refused without a word of it",
        arguments: ["", "[]", "1", "{", #"{"SecretString": "canary"#, #"{"a":1,"a":"canary"}"#]
    )
    func bodies(body: String) {
        let error = Self.refusal(body) { _ in }
        #expect(error?.code == .serialization)
        #expect(error?.message.contains("canary") == false)
    }

    @Test("A body that is too deep or has too much in it is refused")
    func hugeBodies() {
        let deep = #"{"a":"# + String(repeating: "[", count: 100) + String(repeating: "]", count: 100) + "}"
        #expect(Self.refusal(deep) { _ in }?.code == .serialization)
        let wide = #"{"a":["# + String(repeating: "1,", count: 5000) + "1]}"
        #expect(Self.refusal(wide) { _ in }?.code == .serialization)
        #expect(
            Self.refusal(#"{"a":""# + String(repeating: "x", count: 1 << 20) + #""}"#) { _ in }?.code == .serialization
        )
    }

    @Test(
        "Faults are told as AWS tells them, and values are not",
        arguments: [
            (
                #"{}"#, AWSError.Code.validation,
                "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null"
            ),
            (
                #"{"SecretId":null}"#, .validation,
                "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null"
            ),
            (
                #"{"SecretId":""}"#, .validation,
                "1 validation error detected: Value at 'secretId' failed to satisfy constraint: Member must have length greater than or equal to 1"
            ),
            (
                #"{"SecretId":"x","VersionId":"canary"}"#, .validation,
                "1 validation error detected: Value at 'versionId' failed to satisfy constraint: Member must have length greater than or equal to 32"
            ),
            (
                #"{"VersionStage":"","SecretId":""}"#, .validation,
                "2 validation errors detected: Value at 'secretId' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'versionStage' failed to satisfy constraint: Member must have length greater than or equal to 1"
            ),
            (#"{"SecretId":7}"#, .serialization, "NUMBER_VALUE can not be converted to a String"),
            (#"{"SecretId":true}"#, .serialization, "TRUE_VALUE can not be converted to a String"),
            (#"{"SecretId":["canary"]}"#, .serialization, "Start of structure or map found where not expected."),
        ]
    )
    func faults(body: String, code: AWSError.Code, message: String) {
        let error = Self.refusal(body) { _ = try GetSecretValueInput(&$0) }
        #expect(error == AWSError(code, message))
    }

    @Test("Members that are not known are passed over")
    func unknownMembers() throws {
        var members = try Self.members(#"{"SecretId":"x","Future":{"a":[1,2]}}"#)
        #expect(try GetSecretValueInput(&members).secretID == "x")
    }

    private static let token = "EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE"

    @Test("CreateSecret reads all of its members")
    func createSecret() throws {
        let body = #"""
            {"Name":"a/b","ClientRequestToken":"\#(Self.token)","SecretBinary":"AAEC","Description":"d","KmsKeyId":"k",
            "Tags":[{"Key":"x","Value":"1"},{"Key":"y","Value":""}]}
            """#
        var members = try Self.members(body)
        let input = try CreateSecretInput(&members)
        #expect(input.name.text == "a/b" && input.token == Self.token && input.description == "d" && input.keyID == "k")
        #expect(input.payload == .bytes(Secret([0, 1, 2])))
        #expect(input.tags == ["x": "1", "y": ""])
    }

    @Test(
        "CreateSecret refuses what AWS refuses",
        arguments: [
            (
                #""Name":"a""#, AWSError.Code.invalidRequest,
                "You must provide a ClientRequestToken value. We recommend a UUID-type value."
            ),
            (
                #""Name":"a b","ClientRequestToken":"TOKEN""#, .validation,
                "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
            ),
            (
                #""Name":"a","ClientRequestToken":"TOKEN","SecretString":"canary","SecretBinary":"AAEC""#,
                .invalidParameter,
                "You can't specify both a binary secret value and a string secret value in the same secret."
            ),
            (
                #""Name":"a","ClientRequestToken":"TOKEN","AddReplicaRegions":[{"Region":"eu-west-1"}]"#,
                .invalidParameter, "Replication to other Regions is not supported by this service."
            ),
            (
                #""Name":"a","ClientRequestToken":"TOKEN","Type":"x""#, .invalidParameter,
                "Type is not supported by this service."
            ),
            (
                #""Name":"a","ClientRequestToken":"TOKEN","SecretBinary":"canary""#, .serialization,
                "SecretBinary is not base64"
            ),
            (
                #""Name":"a","ClientRequestToken":"short""#, .validation,
                "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 32"
            ),
        ]
    )
    func createSecretRefuses(members: String, code: AWSError.Code, message: String) {
        let body = "{" + members.replacing("TOKEN", with: Self.token) + "}"
        #expect(Self.refusal(body) { _ = try CreateSecretInput(&$0) } == AWSError(code, message))
    }

    @Test("A value of 65,536 bytes is taken and one of more is not")
    func largeValues() {
        func refusal(_ count: Int) -> AWSError? {
            Self.refusal(
                #"{"SecretId":"x","ClientRequestToken":"\#(Self.token)","SecretString":"\#(String(repeating: "é", count: count))"}"#
            ) {
                _ = try PutSecretValueInput(&$0)
            }
        }
        #expect(refusal(32_768) == nil)
        #expect(refusal(32_769)?.message.hasSuffix("Member must have length less than or equal to 65536") == true)
    }

    @Test(
        "PutSecretValue without a value is refused, an empty one is none",
        arguments: ["", #","SecretString":"""#, #","SecretBinary":"""#]
    )
    func putWithoutValue(value: String) {
        let body = #"{"SecretId":"x","ClientRequestToken":"\#(Self.token)"\#(value)}"#
        #expect(
            Self.refusal(body) { _ = try PutSecretValueInput(&$0) }
                == AWSError(.invalidRequest, "You must provide either SecretString or SecretBinary.")
        )
    }

    @Test(
        "DeleteSecret takes a window of 7 to 30 days, or force",
        arguments: [
            ("", 30, nil), (#","RecoveryWindowInDays":7"#, 7, nil), (#","RecoveryWindowInDays":30"#, 30, nil),
            (#","ForceDeleteWithoutRecovery":true"#, nil, nil), (#","ForceDeleteWithoutRecovery":false"#, 30, nil),
            (
                #","RecoveryWindowInDays":6"#, nil,
                "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."
            ),
            (
                #","RecoveryWindowInDays":31"#, nil,
                "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."
            ),
            (
                #","RecoveryWindowInDays":7,"ForceDeleteWithoutRecovery":true"#, nil,
                "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays."
            ),
        ] as [(String, Int?, String?)]
    )
    func deleteSecret(members: String, window: Int?, message: String?) throws {
        var found: Int?
        let error = Self.refusal(#"{"SecretId":"x"\#(members)}"#) { found = try DeleteSecretInput(&$0).window }
        #expect(error?.message == message)
        #expect(found == window)
    }

    @Test("Pages are bounded", arguments: [0, -1, 101, Int.max])
    func pages(count: Int) {
        #expect(Self.refusal(#"{"MaxResults":\#(count)}"#) { _ = try ListSecretsInput(&$0) }?.code == .validation)
        #expect(
            Self.refusal(#"{"MaxResults":\#(count)}"#) { _ = try LookupEventsInput(&$0) }?.code == .invalidMaxResults
        )
    }

    @Test("BatchGetSecretValue takes a list or filters")
    func batch() {
        func read(_ body: String) -> AWSError? { Self.refusal(body) { _ = try BatchGetSecretValueInput(&$0) } }
        #expect(read(#"{"SecretIdList":["a"]}"#) == nil)
        #expect(read(#"{"Filters":[{"Key":"name","Values":["a"]}]}"#) == nil)
        #expect(read("{}")?.code == .invalidParameter)
        #expect(read(#"{"SecretIdList":["a"],"Filters":[{"Key":"name","Values":["a"]}]}"#)?.code == .invalidParameter)
        #expect(read(#"{"SecretIdList":["a"],"MaxResults":2}"#)?.code == .invalidParameter)
        let many = (0..<21).map { #""s\#($0)""# }.joined(separator: ",")
        #expect(read(#"{"SecretIdList":[\#(many)]}"#)?.code == .validation)
    }

    @Test("Tags have bounds")
    func tags() {
        func read(_ tags: String) -> AWSError? {
            Self.refusal(#"{"SecretId":"x","Tags":[\#(tags)]}"#) { _ = try TagResourceInput(&$0) }
        }
        func tag(_ key: String) -> String { #"{"Key":"\#(key)","Value":"1"}"# }
        #expect(read(tag("a")) == nil)
        #expect(read(tag("aws:a"))?.code == .invalidParameter)
        #expect(read(tag("a") + "," + tag("a"))?.code == .invalidParameter)
        #expect(read(tag(""))?.code == .validation)
        #expect(read((0..<50).map { tag("t\($0)") }.joined(separator: ",")) == nil)
        #expect(read((0..<51).map { tag("t\($0)") }.joined(separator: ","))?.code == .invalidParameter)
        #expect(Self.refusal(#"{"SecretId":"x"}"#) { _ = try TagResourceInput(&$0) }?.code == .validation)
    }

    @Test("A page token tells nothing, and is good for whom it was made only")
    func pageTokens() throws {
        let tokens = PageTokens()
        let token = try #require(tokens.token(for: "team/secret-name", context: "ada ListSecrets"))
        #expect(try tokens.position(of: token, context: "ada ListSecrets") == "team/secret-name")
        #expect(!token.contains("team"))
        #expect(tokens.token(for: "team/secret-name", context: "ada ListSecrets") != token)
        for (text, context) in [
            (token, "bob ListSecrets"), (token.replacing("A", with: "B") + "", "x"), ("", "ada ListSecrets"),
            ("AAAA", "ada ListSecrets"), (String(repeating: "A", count: 8000), ""),
        ] {
            #expect(throws: AWSError(.invalidNextToken, "The NextToken value is invalid.")) {
                try tokens.position(of: text, context: context)
            }
        }
        #expect(throws: AWSError.self) { try PageTokens().position(of: token, context: "ada ListSecrets") }
    }

    @Test("Answers and errors are written as clients expect them")
    func answers() {
        let answer = AWSResponse.success(
            AWSResponse.body(
                ["CreatedDate": .epoch(Timestamp(microseconds: 1_700_000_000_123_456)), "Nothing": .null]
            ),
            requestID: "id"
        )
        #expect(String(decoding: answer.body, as: UTF8.self) == #"{"CreatedDate":1700000000.123}"#)
        #expect(
            answer.headers["x-amzn-requestid"] == "id" && answer.headers["content-type"] == "application/x-amz-json-1.1"
        )
        let error = AWSResponse.failure(
            AWSError(.resourceNotFound, "Secrets Manager can't find the specified secret."),
            requestID: "id"
        )
        #expect(error.status == 400)
        #expect(
            String(decoding: error.body, as: UTF8.self)
                == #"{"__type":"ResourceNotFoundException","Message":"Secrets Manager can't find the specified secret."}"#
        )
        #expect(AWSResponse.failure(AWSError(.internalService, ""), requestID: "").status == 500)
    }

    @Test("LookupEvents reads its members")
    func lookupEvents() throws {
        var members = try Self.members(
            #"{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"GetSecretValue"}],"StartTime":1.7E9,"EndTime":1700000001.5,"MaxResults":7}"#
        )
        let input = try LookupEventsInput(&members)
        #expect(
            input.attribute?.key == .eventName && input.attribute?.value == "GetSecretValue" && input.maxResults == 7
        )
        #expect(input.start?.microseconds == 1_700_000_000_000_000 && input.end?.microseconds == 1_700_000_001_500_000)
        func read(_ body: String) -> AWSError.Code? { Self.refusal(body) { _ = try LookupEventsInput(&$0) }?.code }
        #expect(read(#"{"StartTime":2,"EndTime":1}"#) == .invalidTimeRange)
        #expect(
            read(#"{"LookupAttributes":[{"AttributeKey":"Nothing","AttributeValue":"x"}]}"#) == .invalidLookupAttributes
        )
        #expect(read(#"{"EventCategory":"x"}"#) == .invalidEventCategory)
        #expect(read(#"{"StartTime":"now"}"#) == .serialization)
        #expect(read(#"{"StartTime":1e300}"#) == .serialization)
    }
}
