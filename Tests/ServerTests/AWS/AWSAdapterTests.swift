import Findings
import HTTPModel
import SecretStore
import Secrets
import Synchronization
import Testing
import Vaulting

@testable import Server

@Suite("AWS Secrets Manager, through the service")
struct AWSAdapterTests {
    private static let notFound = "Secrets Manager can't find the specified secret."
    private static let marked = "You can't perform this operation on the secret because it was marked for deletion."

    private func server() throws -> AWSServer { try AWSServer() }

    @discardableResult
    private func create(
        _ server: AWSServer,
        _ name: String,
        _ value: String? = "canary-1",
        more: [String: JSONValue] = [:]
    ) async -> AWSServer.Answer {
        var members = JSONObject()
        members["Name"] = .string(name)
        members["ClientRequestToken"] = AWSServer.token()
        if let value { members["SecretString"] = .string(value) }
        for (key, value) in more { members[key] = value }
        return await server.call("CreateSecret", .object(members))
    }

    @Test("A secret is made, read, changed and listed")
    func basics() async throws {
        let server = try server()
        let made = await create(server, "team/db", more: ["Description": "d", "Tags": [["Key": "a", "Value": "1"]]])
        #expect(made.status == 200, "\(made.message ?? "")")
        let arn = try #require(made["ARN"]?.asString)
        #expect(
            arn.hasPrefix("arn:aws:secretsmanager:us-east-1:000000000000:secret:team/db-") && arn.suffix(6).count == 6
        )
        #expect(made.headers["x-amzn-requestid"] != nil)
        let first = try #require(made["VersionId"]?.asString)

        for id in ["team/db", arn, String(arn.dropLast(7))] {
            let read = await server.call("GetSecretValue", ["SecretId": .string(id)])
            #expect(read["SecretString"] == "canary-1" && read["VersionId"] == .string(first), "\(id)")
            #expect(read["VersionStages"] == ["AWSCURRENT"] && read["Name"] == "team/db" && read["ARN"] == .string(arn))
            #expect(read["CreatedDate"]?.asString == nil && read["CreatedDate"] != nil)
        }
        let put = await server.call(
            "PutSecretValue",
            ["SecretId": "team/db", "ClientRequestToken": AWSServer.token(), "SecretBinary": "AAEC"]
        )
        #expect(put["VersionStages"] == ["AWSCURRENT"])
        #expect(await server.call("GetSecretValue", ["SecretId": "team/db"])["SecretBinary"] == "AAEC")
        let previous = await server.call("GetSecretValue", ["SecretId": "team/db", "VersionStage": "AWSPREVIOUS"])
        #expect(previous["SecretString"] == "canary-1" && previous["VersionId"] == .string(first))
        let byID = await server.call("GetSecretValue", ["SecretId": "team/db", "VersionId": .string(first)])
        #expect(byID["SecretString"] == "canary-1")
        let mixed = await server.call(
            "GetSecretValue",
            ["SecretId": "team/db", "VersionId": .string(first), "VersionStage": "AWSCURRENT"]
        )
        #expect(
            mixed.code == "InvalidRequestException"
                && mixed.message == "You provided a VersionStage that is not associated to the provided VersionId."
        )

        let described = await server.call("DescribeSecret", ["SecretId": "team/db"])
        #expect(described["Description"] == "d" && described["Tags"] == [["Key": "a", "Value": "1"]])
        #expect(
            described["VersionIdsToStages"]?.asObject?.count == 2 && described["DeletedDate"] == nil
                && described["RotationEnabled"] == nil
        )
        let list = await server.call("ListSecrets")
        #expect(list["SecretList"]?.asArray?.map { $0["Name"] } == ["team/db"])
        #expect(list["SecretList"]?.asArray?.first?["SecretVersionsToStages"]?.asObject?.count == 2)
    }

    @Test("Errors have AWS's codes and texts")
    func errors() async throws {
        let server = try server()
        await create(server, "a")
        let cases: [(String, JSONValue, String, String)] = [
            ("GetSecretValue", ["SecretId": "none"], "ResourceNotFoundException", Self.notFound),
            ("DescribeSecret", ["SecretId": "none"], "ResourceNotFoundException", Self.notFound),
            ("DeleteSecret", ["SecretId": "none"], "ResourceNotFoundException", Self.notFound),
            ("ListSecretVersionIds", ["SecretId": "none"], "ResourceNotFoundException", Self.notFound),
            (
                "GetSecretValue", ["SecretId": "a", "VersionStage": "AWSPENDING"], "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for staging label: AWSPENDING"
            ),
            (
                "GetSecretValue", ["SecretId": "a", "VersionStage": "AWSPREVIOUS"], "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS"
            ),
            (
                "GetSecretValue", ["SecretId": "a", "VersionId": "00000000-0000-0000-0000-000000000000"],
                "ResourceNotFoundException",
                "Secrets Manager can't find the specified secret value for VersionId: 00000000-0000-0000-0000-000000000000"
            ),
            (
                "CreateSecret", ["Name": "a", "ClientRequestToken": AWSServer.token(), "SecretString": "x"],
                "ResourceExistsException", "The operation failed because the secret a already exists."
            ),
            (
                "RotateSecret", ["SecretId": "a", "ClientRequestToken": AWSServer.token()], "InvalidRequestException",
                "No Lambda rotation function ARN is associated with this secret."
            ),
            (
                "ReplicateSecretToRegions", ["SecretId": "a", "AddReplicaRegions": [["Region": "eu-west-1"]]],
                "InvalidParameterException", "Replication to other Regions is not supported by this service."
            ),
            (
                "RemoveRegionsFromReplication", ["SecretId": "a", "RemoveReplicaRegions": ["eu-west-1"]],
                "InvalidParameterException",
                "The secret has no replicas. Replication to other Regions is not supported by this service."
            ),
            (
                "StopReplicationToReplica", ["SecretId": "a"], "InvalidRequestException",
                "The secret is not a replica of a secret in another Region."
            ),
            ("ListSecrets", ["NextToken": "xx"], "InvalidNextTokenException", "The NextToken value is invalid."),
            (
                "PutResourcePolicy", ["SecretId": "a", "ResourcePolicy": "{}"], "MalformedPolicyDocumentException",
                "This resource policy contains a syntax error."
            ),
        ]
        for (action, members, code, message) in cases {
            let answer = await server.call(action, members)
            #expect(
                answer.status == 400 && answer.code == code && answer.message == message,
                "\(action) \(members.text())"
            )
        }
        #expect(await server.call("Nothing").code == "UnknownOperationException")
    }

    @Test("Who is not known, signs wrongly or may not is told so")
    func refusals() async throws {
        let server = try server()
        await create(server, "team/db")
        await create(server, "other/db")
        #expect(
            await server.call("GetSecretValue", ["SecretId": "team/db"], as: "AKIDNOBODY").code
                == "UnrecognizedClientException"
        )
        let request = HTTPRequest(
            method: "POST",
            rawPath: "/",
            headers: [
                "Host": "localhost", "Content-Type": AWSCall.contentType,
                "X-Amz-Target": "secretsmanager.GetSecretValue",
            ],
            body: Array(#"{"SecretId":"team/db"}"#.utf8)
        )
        #expect(await server.send(request).code == "MissingAuthenticationTokenException")
        var signed = AWSServer.sign(request, key: "AKIDADA", region: "us-east-1", service: .secretsManager)
        signed.body = Array(#"{"SecretId":"other/db"}"#.utf8)
        #expect(await server.send(signed).code == "InvalidSignatureException")

        #expect(
            await server.call("GetSecretValue", ["SecretId": "team/db"], as: "AKIDBOB")["SecretString"] == "canary-1"
        )
        let denied = await server.call("GetSecretValue", ["SecretId": "other/db"], as: "AKIDBOB")
        #expect(denied.code == "AccessDeniedException")
        #expect(
            denied.message
                == "User: arn:aws:iam::000000000000:user/bob is not authorized to perform: secretsmanager:GetSecretValue on resource: other/db because no identity-based policy allows the secretsmanager:GetSecretValue action"
        )
        for action in ["PutSecretValue", "UpdateSecret"] {
            let members: JSONValue = [
                "SecretId": "team/db", "ClientRequestToken": AWSServer.token(), "SecretString": "x",
            ]
            #expect(await server.call(action, members, as: "AKIDBOB").code == "AccessDeniedException")
        }
        #expect(
            await server.call("DeleteSecret", ["SecretId": "team/db"], as: "AKIDBOB").code == "AccessDeniedException"
        )
        let list = await server.call("ListSecrets", as: "AKIDBOB")
        #expect(list["SecretList"]?.asArray?.map { $0["Name"] } == ["team/db"], "\(list.json.text())")
        #expect(await server.call("ListSecrets", as: "AKIDEVE").code == "AccessDeniedException")
        #expect(await server.call("LookupEvents", as: "AKIDBOB").code == "AccessDeniedException")
    }

    @Test("The same token again is the same request, with another value it is refused")
    func tokens() async throws {
        let server = try server()
        for token: JSONValue in [
            AWSServer.token(), "EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE-\(Int.random(in: 0...9999))".asToken,
        ] {
            let name: JSONValue = .string("s-\(token.asString?.prefix(8) ?? "")".replacing(" ", with: ""))
            let create: JSONValue = ["Name": name, "ClientRequestToken": token, "SecretString": "one"]
            let first = await server.call("CreateSecret", create)
            #expect(first.status == 200 && first["VersionId"] == token, "\(first.message ?? "")")
            let again = await server.call("CreateSecret", create)
            #expect(again.status == 200 && again.json == first.json)
            let other = await server.call(
                "CreateSecret",
                ["Name": name, "ClientRequestToken": token, "SecretString": "two"]
            )
            #expect(other.code == "ResourceExistsException")

            let put = await server.call(
                "PutSecretValue",
                ["SecretId": name, "ClientRequestToken": token, "SecretString": "one"]
            )
            #expect(put.status == 200 && put["VersionStages"] == ["AWSCURRENT"])
            let changed = await server.call(
                "PutSecretValue",
                ["SecretId": name, "ClientRequestToken": token, "SecretString": "two"]
            )
            #expect(changed.code == "ResourceExistsException")
            let update = await server.call(
                "UpdateSecret",
                ["SecretId": name, "ClientRequestToken": token, "SecretString": "one"]
            )
            #expect(update.code == "ResourceExistsException")
            let versions = await server.call("ListSecretVersionIds", ["SecretId": name, "IncludeDeprecated": true])
            #expect(versions["Versions"]?.asArray?.count == 1)
            let read = await server.call("GetSecretValue", ["SecretId": name, "VersionId": token])
            #expect(read["SecretString"] == "one")
        }
    }

    @Test("Staging labels move as AWS moves them")
    func stages() async throws {
        let server = try server()
        let first = try #require(await create(server, "s")["VersionId"])
        let second = AWSServer.token()
        let put = await server.call(
            "PutSecretValue",
            [
                "SecretId": "s", "ClientRequestToken": second, "SecretString": "two",
                "VersionStages": ["AWSPENDING", "one day", "current"],
            ]
        )
        #expect(put["VersionStages"] == ["AWSPENDING", "current", "one day"], "\(put.json.text())")
        #expect(await server.call("GetSecretValue", ["SecretId": "s"])["SecretString"] == "canary-1")
        #expect(
            await server.call("GetSecretValue", ["SecretId": "s", "VersionStage": "one day"])["SecretString"] == "two"
        )
        #expect(
            await server.call("GetSecretValue", ["SecretId": "s", "VersionStage": "current"])["SecretString"] == "two"
        )
        func move(_ stage: JSONValue, _ from: JSONValue, _ to: JSONValue) async -> AWSServer.Answer {
            await server.call(
                "UpdateSecretVersionStage",
                ["SecretId": "s", "VersionStage": stage, "RemoveFromVersionId": from, "MoveToVersionId": to]
            )
        }
        let missing = await move("AWSCURRENT", .null, second)
        #expect(
            missing.message
                == "The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version \(first.asString ?? ""), so you must explicitly reference that version in RemoveFromVersionId."
        )
        #expect(await move("AWSCURRENT", first, .null).code == "InvalidParameterException")
        #expect(await move("AWSCURRENT", second, first).code == "InvalidParameterException")
        #expect(
            await move("AWSCURRENT", first, "00000000-0000-0000-0000-000000000000").code == "InvalidParameterException"
        )
        #expect(await move("AWSCURRENT", first, second).status == 200)
        #expect(await server.call("GetSecretValue", ["SecretId": "s"])["SecretString"] == "two")
        #expect(
            await server.call("GetSecretValue", ["SecretId": "s", "VersionStage": "AWSPREVIOUS"])["SecretString"]
                == "canary-1"
        )
        #expect(await move("AWSPENDING", second, .null).status == 200)
        #expect(await move("mine", .null, first).status == 200)
        let described = await server.call("DescribeSecret", ["SecretId": "s"])
        #expect(described["VersionIdsToStages"]?[second.asString ?? ""] == ["AWSCURRENT", "current", "one day"])
        #expect(described["VersionIdsToStages"]?[first.asString ?? ""] == ["AWSPREVIOUS", "mine"])
        // A version without labels is deprecated, and listed only when it is asked for.
        #expect(await move("mine", first, .null).status == 200)
        #expect(await move("AWSPREVIOUS", first, .null).status == 200)
        #expect(await server.call("ListSecretVersionIds", ["SecretId": "s"])["Versions"]?.asArray?.count == 1)
        let all = await server.call("ListSecretVersionIds", ["SecretId": "s", "IncludeDeprecated": true])
        #expect(all["Versions"]?.asArray?.count == 2 && all["Versions"]?.asArray?.first?["VersionStages"] == nil)
        #expect(all["Versions"]?.asArray?.first?["KmsKeyIds"] == ["DefaultEncryptionKey"])
    }

    @Test("A secret without a value is there, and takes one later")
    func empty() async throws {
        let server = try server()
        let made = await create(server, "empty", nil)
        #expect(made.status == 200 && made["VersionId"] == nil)
        let described = await server.call("DescribeSecret", ["SecretId": "empty"])
        #expect(described.status == 200 && described["VersionIdsToStages"] == nil)
        #expect(
            await server.call("GetSecretValue", ["SecretId": "empty"]).message
                == "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"
        )
        #expect(
            await server.call("ListSecretVersionIds", ["SecretId": "empty", "IncludeDeprecated": true])["Versions"]
                == []
        )
        let put = await server.call(
            "PutSecretValue",
            ["SecretId": "empty", "ClientRequestToken": AWSServer.token(), "SecretString": "v", "VersionStages": ["x"]]
        )
        #expect(put["VersionStages"] == ["AWSCURRENT", "x"])
        #expect(await server.call("GetSecretValue", ["SecretId": "empty"])["SecretString"] == "v")
        #expect(await server.call("DescribeSecret", ["SecretId": "empty"])["VersionIdsToStages"]?.asObject?.count == 1)
    }

    @Test("A secret is marked for deletion, had back, and deleted at once")
    func deletion() async throws {
        let server = try server()
        let arn = try #require(await create(server, "gone")["ARN"]?.asString)
        let deleted = await server.call("DeleteSecret", ["SecretId": "gone", "RecoveryWindowInDays": 7])
        #expect(deleted.status == 200 && deleted["DeletionDate"] != nil)
        for action in ["GetSecretValue", "DeleteSecret", "GetResourcePolicy", "CancelRotateSecret"] {
            #expect(await server.call(action, ["SecretId": "gone"]).message == Self.marked, "\(action)")
        }
        let put = await server.call(
            "PutSecretValue",
            ["SecretId": "gone", "ClientRequestToken": AWSServer.token(), "SecretString": "x"]
        )
        #expect(put.message == Self.marked)
        #expect(await server.call("DescribeSecret", ["SecretId": "gone"])["DeletedDate"] != nil)
        #expect(
            await create(server, "gone").message
                == "You can't create this secret because a secret with this name is already scheduled for deletion."
        )
        #expect(await server.call("ListSecrets")["SecretList"] == [])
        #expect(await server.call("ListSecrets", ["IncludePlannedDeletion": true])["SecretList"]?.asArray?.count == 1)
        #expect(await server.call("RestoreSecret", ["SecretId": "gone"])["ARN"] == .string(arn))
        #expect(await server.call("RestoreSecret", ["SecretId": "gone"]).status == 200)
        #expect(await server.call("GetSecretValue", ["SecretId": "gone"])["SecretString"] == "canary-1")
        #expect(
            await server.call("DeleteSecret", ["SecretId": "gone", "ForceDeleteWithoutRecovery": true]).status == 200
        )
        #expect(await server.call("DescribeSecret", ["SecretId": "gone"]).message == Self.notFound)
        #expect(
            await server.call("DeleteSecret", ["SecretId": "gone", "ForceDeleteWithoutRecovery": true]).status == 200
        )
        // Made again it is another secret, with another ARN.
        let again = await create(server, "gone")
        #expect(again["ARN"] != .string(arn))
        #expect(await server.call("GetSecretValue", ["SecretId": .string(arn)]).message == Self.notFound)
    }

    @Test("Tags, descriptions and rotation are kept and told")
    func details() async throws {
        let server = try server()
        await create(server, "s")
        #expect(
            await server.call(
                "TagResource",
                ["SecretId": "s", "Tags": [["Key": "a", "Value": "1"], ["Key": "b", "Value": "2"]]]
            ).status == 200
        )
        #expect(await server.call("UntagResource", ["SecretId": "s", "TagKeys": ["a", "z"]]).status == 200)
        let update = await server.call(
            "UpdateSecret",
            ["SecretId": "s", "ClientRequestToken": AWSServer.token(), "Description": "new", "KmsKeyId": "k"]
        )
        #expect(update.status == 200 && update["VersionId"] == nil)
        let rotate: JSONValue = [
            "SecretId": "s", "ClientRequestToken": AWSServer.token(), "RotationLambdaARN": "arn:aws:lambda:x",
            "RotationRules": ["AutomaticallyAfterDays": 30],
        ]
        #expect(await server.call("RotateSecret", rotate).message?.contains("does not run Lambda functions") == true)
        #expect(await server.call("DescribeSecret", ["SecretId": "s"])["RotationEnabled"] == nil)
        var later = rotate.asObject ?? JSONObject()
        later["RotateImmediately"] = false
        #expect(await server.call("RotateSecret", .object(later)).status == 200)
        var described = await server.call("DescribeSecret", ["SecretId": "s"])
        #expect(described["RotationEnabled"] == true && described["RotationRules"] == ["AutomaticallyAfterDays": 30])
        #expect(
            described["Tags"] == [["Key": "b", "Value": "2"]] && described["Description"] == "new"
                && described["KmsKeyId"] == "k"
        )
        #expect(await server.call("CancelRotateSecret", ["SecretId": "s"]).status == 200)
        described = await server.call("DescribeSecret", ["SecretId": "s"])
        #expect(described["RotationEnabled"] == false && described["RotationLambdaARN"] == "arn:aws:lambda:x")
    }

    @Test("A resource policy denies, whatever the other policies allow")
    func resourcePolicies() async throws {
        let server = try server()
        await create(server, "team/db")
        let deny =
            #"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::000000000000:user/bob"},"Action":"secretsmanager:GetSecretValue","Resource":"*"}]}"#
        #expect(
            await server.call("PutResourcePolicy", ["SecretId": "team/db", "ResourcePolicy": .string(deny)])["Name"]
                == "team/db"
        )
        let read = await server.call("GetSecretValue", ["SecretId": "team/db"], as: "AKIDBOB")
        #expect(read.code == "AccessDeniedException" && read["SecretString"] == nil)
        #expect(read.message?.hasSuffix("with an explicit deny in a resource-based policy") == true)
        let batch = await server.call("BatchGetSecretValue", ["SecretIdList": ["team/db"]], as: "AKIDBOB")
        #expect(batch["SecretValues"] == [] && batch["Errors"]?.asArray?.first?["ErrorCode"] == "AccessDeniedException")
        #expect(await server.call("GetSecretValue", ["SecretId": "team/db"])["SecretString"] == "canary-1")
        #expect(await server.call("GetResourcePolicy", ["SecretId": "team/db"])["ResourcePolicy"] == .string(deny))
        let anyone = #"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*"}}"#
        let blocked = await server.call(
            "PutResourcePolicy",
            ["SecretId": "team/db", "ResourcePolicy": .string(anyone), "BlockPublicPolicy": true]
        )
        #expect(blocked.code == "PublicPolicyException")
        let checked = await server.call("ValidateResourcePolicy", ["ResourcePolicy": .string(anyone)])
        #expect(checked["PolicyValidationPassed"] == false && checked["ValidationErrors"]?.asArray?.count == 1)
        #expect(
            await server.call("ValidateResourcePolicy", ["ResourcePolicy": .string(deny)])["PolicyValidationPassed"]
                == true
        )
        let lockout = #"{"Statement":{"Effect":"Deny","Principal":"*","Action":"*"}}"#
        #expect(
            await server.call("PutResourcePolicy", ["SecretId": "team/db", "ResourcePolicy": .string(lockout)]).code
                == "MalformedPolicyDocumentException"
        )
        #expect(await server.call("DeleteResourcePolicy", ["SecretId": "team/db"]).status == 200)
        #expect(
            await server.call("GetSecretValue", ["SecretId": "team/db"], as: "AKIDBOB")["SecretString"] == "canary-1"
        )
        // An Allow for somebody whom the store's policies do not let in gives nothing.
        #expect(
            await server.call("PutResourcePolicy", ["SecretId": "team/db", "ResourcePolicy": .string(anyone)]).status
                == 200
        )
        #expect(
            await server.call("GetSecretValue", ["SecretId": "team/db"], as: "AKIDEVE").code == "AccessDeniedException"
        )
    }

    @Test("Regions are namespaces of their own, and the default one is what the other protocols see")
    func regions() async throws {
        let server = try server()
        await create(server, "s", "here")
        #expect(await server.call("GetSecretValue", ["SecretId": "s"], region: "eu-west-1").message == Self.notFound)
        let abroad = await server.call(
            "CreateSecret",
            ["Name": "/odd//name!", "ClientRequestToken": AWSServer.token(), "SecretString": "there"],
            region: "eu-west-1"
        )
        #expect(
            abroad["ARN"]?.asString?.hasPrefix("arn:aws:secretsmanager:eu-west-1:000000000000:secret:/odd//name!-")
                == true
        )
        #expect(
            await server.call("ListSecrets", region: "eu-west-1")["SecretList"]?.asArray?.map { $0["Name"] } == [
                "/odd//name!"
            ]
        )
        #expect(await server.call("ListSecrets")["SecretList"]?.asArray?.map { $0["Name"] } == ["s"])
        #expect(try server.vault.read(SecretPath("s")).payload == .text(Secret("here")))
        #expect(try server.vault.read(SecretPath("@aws.eu-west-1/=2Fodd/=2Fname=21")).payload == .text(Secret("there")))
        // What another protocol wrote as fields is JSON text here.
        try server.vault.write(SecretPath("fields"), .fields(["b": Secret("2"), "a": Secret("1")]))
        #expect(await server.call("GetSecretValue", ["SecretId": "fields"])["SecretString"] == #"{"a":"1","b":"2"}"#)
    }

    @Test("Lists come in pages, by filters and orders")
    func pages() async throws {
        let server = try server()
        let names = (0..<25).map { "s\($0 < 10 ? "0" : "")\($0)" }
        for name in names {
            await create(
                server,
                name,
                more: [
                    "Tags": [
                        ["Key": "parity", "Value": (Int(name.dropFirst()) ?? 0).isMultiple(of: 2) ? "even" : "odd"]
                    ]
                ]
            )
        }
        func all(_ members: [String: JSONValue], _ key: String = "SecretList") async -> [String] {
            var found: [String] = []
            var token: JSONValue = .null
            for _ in 0..<20 {
                var object = JSONObject()
                for (key, value) in members { object[key] = value }
                object["NextToken"] = token
                let page = await server.call(
                    key == "SecretList" ? "ListSecrets" : "BatchGetSecretValue",
                    .object(object)
                )
                found += page[key]?.asArray?.compactMap { $0["Name"]?.asString } ?? []
                guard let next = page["NextToken"] else { return found }
                token = next
            }
            return found
        }
        #expect(await all(["MaxResults": 7]) == names)
        #expect(await all(["MaxResults": 25]) == names)
        #expect(await all(["MaxResults": 4, "SortBy": "created-date", "SortOrder": "desc"]) == names.reversed())
        #expect(await all(["MaxResults": 4, "SortBy": "name", "SortOrder": "desc"]) == names.reversed())
        #expect(await all(["MaxResults": 3, "Filters": [["Key": "tag-value", "Values": ["odd"]]]]).count == 12)
        #expect(
            await all(["Filters": [["Key": "name", "Values": ["s1"]], ["Key": "tag-value", "Values": ["!odd"]]]]) == [
                "s10", "s12", "s14", "s16", "s18",
            ]
        )
        #expect(
            await all(["MaxResults": 5, "Filters": [["Key": "name", "Values": ["s0"]]]], "SecretValues").count == 10
        )
        // A token is bound to what was asked and to whom.
        let token = try #require(await server.call("ListSecrets", ["MaxResults": 2])["NextToken"])
        #expect(
            await server.call("ListSecrets", ["NextToken": token, "IncludePlannedDeletion": true]).code
                == "InvalidNextTokenException"
        )
        #expect(
            await server.call("ListSecrets", ["NextToken": token], as: "AKIDBOB").code == "InvalidNextTokenException"
        )
        let versions = await server.call("ListSecretVersionIds", ["SecretId": "s01", "MaxResults": 1])
        #expect(versions["Versions"]?.asArray?.count == 1 && versions["NextToken"] == nil)
    }

    @Test("LookupEvents tells who did what, whichever protocol they used, and never a value")
    func events() async throws {
        let server = try server()
        await create(server, "team/db", "canary-value")
        _ = await server.call("GetSecretValue", ["SecretId": "team/db"], as: "AKIDBOB")
        _ = try server.vault.read(SecretPath("team/db"))
        _ = await server.call("GetSecretValue", ["SecretId": "team/other"], as: "AKIDEVE")
        func events(_ key: String, _ value: String, _ more: [String: JSONValue] = [:]) async -> [JSONValue] {
            var object = JSONObject()
            object["LookupAttributes"] = [["AttributeKey": .string(key), "AttributeValue": .string(value)]]
            for (key, value) in more { object[key] = value }
            return await server.call("LookupEvents", .object(object))["Events"]?.asArray ?? []
        }
        let reads = await events("EventName", "GetSecretValue")
        #expect(reads.map { $0["Username"] } == ["eve", "user:test", "bob"])
        #expect(reads.allSatisfy { $0["EventSource"] == "secretsmanager.amazonaws.com" && $0["ReadOnly"] == "true" })
        #expect(
            reads.last?["Resources"] == [["ResourceType": "AWS::SecretsManager::Secret", "ResourceName": "team/db"]]
        )
        #expect(await events("Username", "bob", ["MaxResults": 1]).count == 1)
        #expect(await events("AccessKeyId", "AKIDEVE").count == 1)
        #expect(await events("ResourceName", "team/other").count == 1)
        #expect(await events("EventName", "CreateSecret").count == 1)
        #expect(await events("ReadOnly", "false").contains { $0["EventName"] == "CreateSecret" })
        let id = try #require(reads.first?["EventId"]?.asString)
        #expect(await events("EventId", id).map { $0["EventId"] } == [.string(id)])
        #expect(await events("EventName", "GetSecretValue", ["EndTime": 1000]).isEmpty)
        let trail = try JSONValue(parsing: Array((reads.first?["CloudTrailEvent"]?.asString ?? "").utf8))
        #expect(trail["errorCode"] == "AccessDenied" && trail["eventName"] == "GetSecretValue")
        #expect(
            trail["userIdentity"]?["accessKeyId"] == "AKIDEVE"
                && trail["requestParameters"]?["secretId"] == "team/other"
        )
        #expect(trail["sourceIPAddress"] == "127.0.0.1")
        var pages: [String] = []
        var token: JSONValue = .null
        repeat {
            let page = await server.call("LookupEvents", ["MaxResults": 3, "NextToken": token])
            pages += page["Events"]?.asArray?.compactMap { $0["EventId"]?.asString } ?? []
            #expect(!page.json.text().contains("canary"))
            token = page["NextToken"] ?? .null
        } while token != .null && pages.count < 500
        #expect(Set(pages).count == pages.count && pages.count > 8)
        #expect(await server.call("LookupEvents", region: "eu-west-1")["Events"] == [])
    }

    @Test("LookupEvents finds what lies far back, at the cost of what it looks for")
    func distantEvents() async throws {
        let server = try server()
        await create(server, "team/needle", "v")
        await create(server, "team/hay", "v")
        let hay = try SecretPath("team/hay")
        _ = try server.vault.group { group in for _ in 0..<250 { _ = try? group.read(hay) } }
        let region = AWSNamespace(region: "us-east-1", defaultRegion: "us-east-1")
        var lookup = EventLookup(vault: server.vault, namespace: region, account: "000000000000", tokens: PageTokens())
        (lookup.lookedAt, lookup.lookedAtByText) = (100, 1000)
        /// The pages of a look-up, and how many there were until the first event.
        func look(
            _ key: String,
            _ value: String,
            _ more: [String: JSONValue] = [:]
        ) throws -> (names: [String], pages: Int, emptyBefore: Int) {
            var (names, pages, empty): ([String], Int, Int) = ([], 0, 0)
            var token: JSONValue = .null
            repeat {
                var object = JSONObject()
                object["LookupAttributes"] = [["AttributeKey": .string(key), "AttributeValue": .string(value)]]
                if token != .null { object["NextToken"] = token }
                for (key, value) in more { object[key] = value }
                var members = Members(object)
                let page = try lookup.perform(LookupEventsInput(&members))
                names += page["Events"]?.asArray?.compactMap { $0["EventName"]?.asString } ?? []
                pages += 1
                if names.isEmpty { empty += 1 }
                token = page["NextToken"] ?? .null
            } while token != .null && pages < 20
            return (names, pages, empty)
        }
        for name in ["team/needle", "arn:aws:secretsmanager:us-east-1:000000000000:secret:team/needle-AbCdEf"] {
            let found = try look("ResourceName", name)
            #expect(found.names.last == "CreateSecret" && found.pages == 1, "\(name): \(found)")
        }
        let created = try look("EventName", "CreateSecret")
        #expect(created.names == ["CreateSecret", "CreateSecret"] && created.pages == 1, "\(created)")
        // What no text tells is looked for a page at a time, and found.
        let changes = try look("ReadOnly", "false")
        #expect(changes.names.count { $0 == "CreateSecret" } == 2 && changes.emptyBefore == 2, "\(changes)")
        // Nothing is looked at that is not of the time.
        let now = Timestamp.now.microseconds / 1_000_000
        let none = try look("ReadOnly", "false", ["StartTime": .integer(Int(now) + 60)])
        #expect(none.names.isEmpty && none.pages == 1)
        let ended = try look("ReadOnly", "false", ["EndTime": .integer(Int(now) - 3600)])
        #expect(ended.names.isEmpty && ended.pages == 1)
        // A star is a character of a name like any other.
        #expect(try look("ResourceName", "team/need*").names.isEmpty)
        #expect(try look("Username", "roo*").names.isEmpty)
        // And no reason to look at more records at a time.
        let starred = try look("Username", "*")
        #expect(starred.names.isEmpty && starred.pages > 2, "\(starred)")
        for id in ["7fffffffffffffff", "000000000000", "-00000000001", "ffffffffffffffff"] {
            #expect(try look("EventId", "00000000-0000-4000-8000-" + id).names.isEmpty)
        }
    }

    @Test("An event's name leads back to every action that has it")
    func namesOfEvents() throws {
        for action in [
            AuditAction.read, .write, .update, .rollback, .label, .unlabel, .list, .versions, .describe, .fields,
            .history, .describeAnew, .markForDeletion, .remove, .restore, .readAudit, .rotateRing,
            AuditAction(rawValue: "token.create"),
        ] {
            for version in [nil, 1, 2] as [Int?] {
                let record = AuditRecord(
                    sequence: 1,
                    time: .now,
                    principal: Principal("a"),
                    action: action,
                    path: nil,
                    resource: nil,
                    fields: [],
                    version: version,
                    hash: nil,
                    outcome: .allowed,
                    code: nil,
                    detail: nil,
                    session: nil,
                    source: .current()
                )
                let region = AWSNamespace(region: "us-east-1", defaultRegion: "us-east-1")
                let event = try #require(TrailEvent(record, region: region, account: "1"))
                #expect(TrailEvent.actions(named: event.name).contains(action))
                #expect(action != .write || event.name == (version == 1 ? "CreateSecret" : "PutSecretValue"))
            }
        }
    }

    @Test("A password is made")
    func passwords() async throws {
        let server = try server()
        let answer = await server.call("GetRandomPassword", ["PasswordLength": 40, "ExcludePunctuation": true])
        #expect(answer["RandomPassword"]?.asString?.count == 40)
        #expect(await server.call("GetRandomPassword", ["PasswordLength": 0]).code == "ValidationException")
    }

    @Test("A copy of a change is refused, and the same change signed anew is not")
    func replay() async throws {
        let server = try server()
        await create(server, "s")
        let request = HTTPRequest(
            method: "POST",
            rawPath: "/",
            headers: [
                "Host": "localhost", "Content-Type": AWSCall.contentType,
                "X-Amz-Target": "secretsmanager.RestoreSecret",
            ],
            body: Array(#"{"SecretId":"s"}"#.utf8)
        )
        func sign() -> HTTPRequest {
            let now = Timestamp(
                microseconds: Timestamp.now.microseconds + server.ahead.seconds.withLock { $0 } * 1_000_000
            )
            return AWSServer.sign(request, key: "AKIDADA", region: "us-east-1", service: .secretsManager, now: now)
        }
        let signed = sign()
        #expect(await server.send(signed).status == 200)
        #expect(await server.send(signed).status == 200, "another request of the same second has the same signature")
        server.ahead.seconds.withLock { $0 = 10 }
        #expect(await server.send(signed).code == "InvalidSignatureException")
        #expect(await server.send(sign()).status == 200)
    }
}

extension String {
    fileprivate var asToken: JSONValue { .string(self) }
}
