import SecretStore
import Testing
import Vaulting

@testable import Server

@Suite("AWS resource policies")
struct AWSPolicyTests {
    private static let arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:team/db-AbC123"

    private static func request(
        _ name: String = "ada",
        action: SecretsManagerAction = .getSecretValue,
        address: String = "192.0.2.7"
    ) -> PolicyRequest {
        PolicyRequest(
            principal: Principal(name),
            account: "000000000000",
            action: action,
            resource: arn,
            tags: ["team": "blue"],
            address: address,
            isEncrypted: true,
            now: Timestamp("2026-06-15T12:00:00.000000Z") ?? .earliest,
            versionStage: "AWSCURRENT"
        )
    }

    private static func statement(_ effect: String = "Allow", _ rest: String) -> String {
        #"{"Version":"2012-10-17","Statement":[{"Effect":"\#(effect)","Principal":"*","Action":"secretsmanager:*",\#(rest)}]}"#
    }

    @Test(
        "A statement applies to whom, what and which it names",
        arguments: [
            (#""Principal":"*","Action":"*""#, true),
            (#""Principal":{"AWS":"000000000000"},"Action":"secretsmanager:GetSecretValue""#, true),
            (#""Principal":{"AWS":"arn:aws:iam::000000000000:root"},"Action":"secretsmanager:get*""#, true),
            (#""Principal":{"AWS":["111111111111","arn:aws:iam::000000000000:user/ada"]},"Action":"*""#, true),
            (#""Principal":{"AWS":"arn:aws:iam::000000000000:user/bob"},"Action":"*""#, false),
            (#""Principal":{"AWS":"111111111111"},"Action":"*""#, false),
            (#""Principal":{"Service":"lambda.amazonaws.com"},"Action":"*""#, false),
            (#""NotPrincipal":{"AWS":"arn:aws:iam::000000000000:user/ada"},"Action":"*""#, false),
            (#""NotPrincipal":{"AWS":"arn:aws:iam::000000000000:user/bob"},"Action":"*""#, true),
            (#""Principal":"*","Action":"secretsmanager:PutSecretValue""#, false),
            (#""Principal":"*","NotAction":"secretsmanager:PutSecretValue""#, true),
            (#""Principal":"*","NotAction":"secretsmanager:Get*""#, false),
            (#""Principal":"*","Action":"*","Resource":"*""#, true),
            (#""Principal":"*","Action":"*","Resource":"arn:aws:secretsmanager:*:*:secret:team/*""#, true),
            (#""Principal":"*","Action":"*","Resource":"arn:aws:secretsmanager:*:*:secret:team/db-??????""#, true),
            (#""Principal":"*","Action":"*","Resource":"arn:aws:secretsmanager:*:*:secret:team/db-?????""#, false),
            (#""Principal":"*","Action":"*","NotResource":"arn:*""#, false),
            (#""Principal":"*","Action":"*","Resource":"arn:${aws:username}""#, false),
        ]
    )
    func statements(rest: String, applies: Bool) throws {
        let policy = try ResourcePolicy(#"{"Statement":{"Effect":"Allow",\#(rest)}}"#)
        #expect(policy.decision(on: Self.request()) == (applies ? .allowed : .silent))
    }

    @Test("A statement that denies wins, in whatever order")
    func denyWins() throws {
        let allow = #"{"Effect":"Allow","Principal":"*","Action":"*"}"#
        let deny =
            #"{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::000000000000:user/ada"},"Action":"secretsmanager:Get*"}"#
        for statements in [[allow, deny], [deny, allow]] {
            let policy = try ResourcePolicy(#"{"Statement":[\#(statements.joined(separator: ","))]}"#)
            #expect(policy.decision(on: Self.request()) == .denied)
            #expect(policy.decision(on: Self.request("bob")) == .allowed)
            #expect(policy.decision(on: Self.request(action: .putSecretValue)) == .allowed)
        }
    }

    @Test(
        "Conditions hold or do not",
        arguments: [
            (#""StringEquals":{"aws:username":"ada"}"#, true),
            (#""StringEquals":{"aws:username":["bob","ada"]}"#, true),
            (#""StringEquals":{"aws:username":"Ada"}"#, false),
            (#""StringEqualsIgnoreCase":{"aws:UserName":"Ada"}"#, true),
            (#""StringNotEquals":{"aws:username":"ada"}"#, false),
            (#""StringNotEquals":{"aws:username":["bob"]}"#, true),
            (#""StringLike":{"aws:username":"a*"}"#, true), (#""StringNotLike":{"aws:username":"a*"}"#, false),
            (#""StringEquals":{"aws:nothing":"x"}"#, false), (#""StringEqualsIfExists":{"aws:nothing":"x"}"#, true),
            (#""StringNotEquals":{"aws:nothing":"x"}"#, true),
            (#""StringEqualsIfExists":{"aws:username":"bob"}"#, false),
            (#""Null":{"aws:nothing":"true"}"#, true), (#""Null":{"aws:username":true}"#, false),
            (#""Bool":{"aws:SecureTransport":"true"}"#, true), (#""Bool":{"aws:SecureTransport":false}"#, false),
            (#""IpAddress":{"aws:SourceIp":"192.0.2.0/24"}"#, true),
            (#""IpAddress":{"aws:SourceIp":["10.0.0.0/8"]}"#, false),
            (#""NotIpAddress":{"aws:SourceIp":"192.0.2.0/24"}"#, false),
            (#""IpAddress":{"aws:SourceIp":"2001:db8::/32"}"#, false),
            (#""DateLessThan":{"aws:CurrentTime":"2026-06-16T00:00:00Z"}"#, true),
            (#""DateLessThan":{"aws:CurrentTime":"2026-06-15"}"#, false),
            (#""DateGreaterThanEquals":{"aws:CurrentTime":"2026-06-15T12:00:00Z"}"#, true),
            (#""NumericGreaterThan":{"aws:EpochTime":"1000"}"#, true),
            (#""NumericLessThan":{"aws:EpochTime":1000}"#, false),
            (#""ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/a*"}"#, true),
            (#""StringEquals":{"aws:ResourceTag/team":"blue"}"#, true),
            (#""StringEquals":{"secretsmanager:ResourceTag/team":"red"}"#, false),
            (#""ForAnyValue:StringEquals":{"secretsmanager:VersionStage":"AWSCURRENT"}"#, false),
            (#""StringEquals":{"secretsmanager:VersionStage":"AWSCURRENT"}"#, true),
            (#""StringEquals":{"aws:username":"ada"},"Bool":{"aws:SecureTransport":"false"}"#, false),
        ]
    )
    func conditions(condition: String, holds: Bool) throws {
        let policy = try ResourcePolicy(Self.statement("Allow", #""Condition":{\#(condition)}"#))
        #expect((policy.decision(on: Self.request()) == .allowed) == holds)
    }

    @Test(
        "What cannot be told gives nothing and takes all",
        arguments: [#""Sometimes":{"aws:username":"x"}"#, #""StringEquals":{"aws:username":"${aws:x}"}"#]
    )
    func unknownConditions(condition: String) throws {
        let rest = #""Condition":{\#(condition)}"#
        #expect(try ResourcePolicy(Self.statement("Allow", rest)).decision(on: Self.request()) == .silent)
        #expect(try ResourcePolicy(Self.statement("Deny", rest)).decision(on: Self.request()) == .denied)
    }

    @Test(
        "What is no policy is refused with AWS's text",
        arguments: [
            "", "x", "[]", "{}", #"{"Statement":[]}"#, #"{"Statement":["x"]}"#,
            #"{"Version":"2019-10-19","Statement":{}}"#,
            #"{"Statement":{"Effect":"AllowSomething","Principal":"*","Action":"*"}}"#,
            #"{"Statement":{"Effect":"Allow","Action":"*"}}"#, #"{"Statement":{"Effect":"Allow","Principal":"*"}}"#,
            #"{"Statement":{"Effect":"Allow","Principal":"*","NotPrincipal":"*","Action":"*"}}"#,
            #"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*"}}"#,
            #"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Extra":1}}"#,
            #"{"Statement":{"Effect":"Allow","Principal":{},"Action":"*"}}"#,
            #"{"Statement":{"Effect":"Allow","Principal":{"AWS":[1]},"Action":"*"}}"#,
            #"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Condition":{"Bool":1}}}"#,
            #"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Condition":{"Bool":{"a":{}}}}}"#,
        ]
    )
    func noPolicies(text: String) {
        #expect(throws: AWSError(.malformedPolicy, "This resource policy contains a syntax error.")) {
            try ResourcePolicy(text)
        }
    }

    @Test(
        "A principal that can never be is refused",
        arguments: ["bob", "arn:aws:iam::1:user/x", "arn:aws:iam::000000000000:user/*", "arn:aws:s3:::x"]
    )
    func principals(text: String) {
        #expect(throws: AWSError(.malformedPolicy, "This resource policy contains an unsupported principal.")) {
            try ResourcePolicy(#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"\#(text)"},"Action":"*"}}"#)
        }
    }

    @Test(
        "A policy is public when anyone is let in and nothing says who",
        arguments: [
            (#""Sid":"a""#, true), (#""Condition":{"StringEquals":{"aws:PrincipalAccount":"000000000000"}}"#, false),
            (#""Condition":{"StringLike":{"aws:PrincipalArn":"*"}}"#, true),
            (#""Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}"#, false),
            (#""Condition":{"IpAddress":{"aws:SourceIp":["192.0.2.0/24","0.0.0.0/0"]}}"#, true),
            (#""Condition":{"StringNotEquals":{"aws:username":"ada"}}"#, true),
            (#""Condition":{"Bool":{"aws:SecureTransport":"true"}}"#, true),
        ]
    )
    func publicPolicies(rest: String, isPublic: Bool) throws {
        #expect(try ResourcePolicy(Self.statement("Allow", rest)).isPublic == isPublic)
        #expect(try !ResourcePolicy(Self.statement("Deny", rest)).isPublic)
    }

    @Test("A policy that takes the right to change it locks its author out")
    func lockout() throws {
        let request = Self.request(action: .putResourcePolicy)
        #expect(try ResourcePolicy(Self.statement("Deny", #""Resource":"*""#)).locksOut(request))
        #expect(try !ResourcePolicy(Self.statement("Allow", #""Resource":"*""#)).locksOut(request))
    }

    @Test(
        "Patterns fit or do not",
        arguments: [
            ("", "", true), ("a", "", false), ("", "*", true), ("abc", "a*c", true), ("abc", "a*b", false),
            ("abc", "???", true),
            ("abc", "??", false), ("aXbXc", "*b*", true), ("aaab", "*aab", true), ("abab", "*ab", true),
            ("a", "a**", true),
            ("a*", "a*", true), ("mississippi", "m*iss*ip*i", true), ("mississippi", "m*iss*ix*i", false),
        ]
    )
    func wildcards(text: String, pattern: String, fits: Bool) { #expect(Wildcard.matches(text, pattern) == fits) }

    @Test(
        "Addresses lie in ranges or do not",
        arguments: [
            ("192.0.2.0/24", "192.0.2.255", true), ("192.0.2.0/24", "192.0.3.0", false), ("0.0.0.0/0", "8.8.8.8", true),
            ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
            ("2001:db8::/32", "2001:db8:1::5", true),
            ("2001:db8::/32", "2001:db9::", false), ("::1", "::1", true), ("192.0.2.0/25", "192.0.2.128", false),
            ("192.0.2.0/24", "::ffff:192.0.2.9", true), ("::ffff:192.0.2.0", "192.0.2.0", true),
            ("::/0", "1.2.3.4", false),
        ]
    )
    func addresses(range: String, address: String, isInside: Bool) throws {
        #expect(try #require(AddressRange(range)).contains(address) == isInside)
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/+1", ":::", "1::2::3",
            "12345::", "::1/129", "1:2:3:4:5:6:7:8:9", "a.b.c.d", "1:2:3:4:5:6:7:8::", "+1::",
        ]
    )
    func noAddresses(text: String) { #expect(AddressRange(text) == nil) }
}
