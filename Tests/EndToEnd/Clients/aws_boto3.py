"""Drives a running server with boto3: every action of Secrets Manager, and every error, at least once.

The texts are those that AWS answers, as public recordings of it have them.
"""

import json
import urllib.error

import boto3
from aws_support import raw, refused, token, unique
from botocore.config import Config
from checks import check, equal, finish, native

config = Config(retries={"max_attempts": 1})
client = boto3.client("secretsmanager", config=config)
NOT_FOUND = "Secrets Manager can't find the specified secret."
MARKED = "You can't perform this operation on the secret because it was marked for deletion."


def values():
    name = unique("e2e/values")
    made = client.create_secret(Name=name, SecretString="canary-one", Description="d", Tags=[{"Key": "a", "Value": "1"}])
    check("the ARN", made["ARN"].startswith(f"arn:aws:secretsmanager:us-east-1:000000000000:secret:{name}-"))
    for identifier in [name, made["ARN"], made["ARN"][:-7]]:
        read = client.get_secret_value(SecretId=identifier)
        equal(f"read by {identifier}", read["SecretString"], "canary-one")
        equal("its version", read["VersionId"], made["VersionId"])
        equal("its stages", read["VersionStages"], ["AWSCURRENT"])
        check("its date", abs(read["CreatedDate"].timestamp() - client.describe_secret(SecretId=name)["CreatedDate"].timestamp()) < 5)
    put = client.put_secret_value(SecretId=name, SecretBinary=b"\x00\x01canary\xff")
    equal("put's stages", put["VersionStages"], ["AWSCURRENT"])
    equal("bytes come back", client.get_secret_value(SecretId=name)["SecretBinary"], b"\x00\x01canary\xff")
    equal("the previous one", client.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")["SecretString"], "canary-one")
    updated = client.update_secret(SecretId=name, SecretString="ü☃" * 100, Description="new")
    equal("by id", client.get_secret_value(SecretId=name, VersionId=updated["VersionId"])["SecretString"], "ü☃" * 100)
    equal("the description", client.describe_secret(SecretId=name)["Description"], "new")
    large = "x" * 65536
    client.put_secret_value(SecretId=name, SecretString=large)
    equal("64 KiB", client.get_secret_value(SecretId=name)["SecretString"], large)
    refused("more than 64 KiB", "ValidationException", None, client.put_secret_value, SecretId=name, SecretString=large + "x")
    listed = client.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)["Versions"]
    equal("four versions", len(listed), 4)
    equal("their keys", listed[0]["KmsKeyIds"], ["DefaultEncryptionKey"])
    equal("two with stages", len(client.list_secret_version_ids(SecretId=name)["Versions"]), 2)
    same = token()
    first = client.put_secret_value(SecretId=name, SecretString="same", ClientRequestToken=same)
    again = client.put_secret_value(SecretId=name, SecretString="same", ClientRequestToken=same)
    equal("the same request again", again["VersionId"], first["VersionId"])
    refused("the token with another value", "ResourceExistsException", None, client.put_secret_value, SecretId=name, SecretString="other", ClientRequestToken=same)
    refused("update with a known token", "ResourceExistsException", None, client.update_secret, SecretId=name, SecretString="same", ClientRequestToken=same)
    refused("a name that is taken", "ResourceExistsException", f"The operation failed because the secret {name} already exists.", client.create_secret, Name=name, SecretString="x")
    refused("a stage that is not there", "ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: AWSPENDING", client.get_secret_value, SecretId=name, VersionStage="AWSPENDING")
    nowhere = token()
    refused("a version that is not there", "ResourceNotFoundException", f"Secrets Manager can't find the specified secret value for VersionId: {nowhere}", client.get_secret_value, SecretId=name, VersionId=nowhere)
    refused("a version without its stage", "InvalidRequestException", "You provided a VersionStage that is not associated to the provided VersionId.", client.get_secret_value, SecretId=name, VersionId=same, VersionStage="AWSPREVIOUS")
    refused("nothing there", "ResourceNotFoundException", NOT_FOUND, client.get_secret_value, SecretId="none")
    refused("no versions there", "ResourceNotFoundException", NOT_FOUND, client.list_secret_version_ids, SecretId="none")
    refused("a bad name", "ValidationException", "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!", client.create_secret, Name="a b", SecretString="x")
    for odd in ["Valid/_+=.@-Name", "/begins/with/a/slash", "two//slashes", "..", "ends/", "a!b", "@kv/x"]:
        odd = unique(odd) if not odd.endswith("/") else odd + unique("x") + "/"
        client.create_secret(Name=odd, SecretString=odd)
        equal(f"the name {odd}", client.get_secret_value(SecretId=odd)["SecretString"], odd)
        client.delete_secret(SecretId=odd, ForceDeleteWithoutRecovery=True)


def batches():
    names = sorted(unique("e2e-batch") for _ in range(5))
    for name in names:
        client.create_secret(Name=name, SecretString=name)
    batch = client.batch_get_secret_value(SecretIdList=names + ["none"])
    equal("the batch", [value["SecretString"] for value in batch["SecretValues"]], names)
    equal("its error", batch["Errors"], [{"SecretId": "none", "ErrorCode": "ResourceNotFoundException", "Message": NOT_FOUND}])
    filtered = client.batch_get_secret_value(Filters=[{"Key": "name", "Values": ["e2e-batch"]}], MaxResults=3)
    equal("a page of a batch", len(filtered["SecretValues"]), 3)
    rest = client.batch_get_secret_value(Filters=[{"Key": "name", "Values": ["e2e-batch"]}], MaxResults=3, NextToken=filtered["NextToken"])
    equal("the rest of it", len(rest["SecretValues"]), 2)
    refused("neither list nor filters", "InvalidParameterException", None, client.batch_get_secret_value)
    pages = client.get_paginator("list_secrets").paginate(Filters=[{"Key": "name", "Values": ["e2e-batch"]}], PaginationConfig={"PageSize": 2})
    equal("pages of names", [entry["Name"] for page in pages for entry in page["SecretList"]], names)
    refused("a token of nobody", "InvalidNextTokenException", None, client.list_secrets, NextToken="AAAA")


def stages():
    name = unique("e2e/stages")
    first = client.create_secret(Name=name, SecretString="one")["VersionId"]
    second = client.put_secret_value(SecretId=name, SecretString="two", VersionStages=["AWSPENDING"])["VersionId"]
    equal("current stays", client.get_secret_value(SecretId=name)["SecretString"], "one")
    refused("move without saying from where", "InvalidParameterException", f"The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version {first}, so you must explicitly reference that version in RemoveFromVersionId.", client.update_secret_version_stage, SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=second)
    client.update_secret_version_stage(SecretId=name, VersionStage="AWSCURRENT", RemoveFromVersionId=first, MoveToVersionId=second)
    equal("current moved", client.get_secret_value(SecretId=name)["SecretString"], "two")
    equal("both stages", client.describe_secret(SecretId=name)["VersionIdsToStages"], {first: ["AWSPREVIOUS"], second: ["AWSCURRENT", "AWSPENDING"]})
    client.update_secret_version_stage(SecretId=name, VersionStage="AWSPENDING", RemoveFromVersionId=second)
    refused("current cannot go", "InvalidParameterException", None, client.update_secret_version_stage, SecretId=name, VersionStage="AWSCURRENT", RemoveFromVersionId=second)


def lifecycle():
    name = unique("e2e/life")
    empty = client.create_secret(Name=name)
    check("no version without a value", "VersionId" not in empty)
    check("no stages without a value", "VersionIdsToStages" not in client.describe_secret(SecretId=name))
    refused("no value yet", "ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT", client.get_secret_value, SecretId=name)
    equal("the first value", client.put_secret_value(SecretId=name, SecretString="v")["VersionStages"], ["AWSCURRENT"])
    client.tag_resource(SecretId=name, Tags=[{"Key": "k", "Value": "v"}, {"Key": "gone", "Value": ""}])
    client.untag_resource(SecretId=name, TagKeys=["gone", "never"])
    equal("the tags", client.describe_secret(SecretId=name)["Tags"], [{"Key": "k", "Value": "v"}])
    refused("a reserved tag", "InvalidParameterException", None, client.tag_resource, SecretId=name, Tags=[{"Key": "aws:x", "Value": ""}])
    deleted = client.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    check("the deletion's date", deleted["DeletionDate"])
    for what, call, more in [
        ("read", client.get_secret_value, {}), ("put", client.put_secret_value, {"SecretString": "x"}),
        ("update", client.update_secret, {"SecretString": "x"}), ("delete again", client.delete_secret, {}),
        ("tag", client.tag_resource, {"Tags": [{"Key": "a", "Value": "b"}]}),
    ]:
        refused(f"{what} while marked for deletion", "InvalidRequestException", MARKED, call, SecretId=name, **more)
    refused("its name", "InvalidRequestException", "You can't create this secret because a secret with this name is already scheduled for deletion.", client.create_secret, Name=name, SecretString="x")
    check("described with its date", client.describe_secret(SecretId=name)["DeletedDate"])
    client.restore_secret(SecretId=name)
    equal("restored", client.get_secret_value(SecretId=name)["SecretString"], "v")
    refused("a window too short", "InvalidParameterException", None, client.delete_secret, SecretId=name, RecoveryWindowInDays=6)
    refused("force and a window", "InvalidParameterException", None, client.delete_secret, SecretId=name, RecoveryWindowInDays=7, ForceDeleteWithoutRecovery=True)
    client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
    refused("deleted at once", "ResourceNotFoundException", NOT_FOUND, client.describe_secret, SecretId=name)
    check("force where nothing is", client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)["ARN"])
    refused("delete where nothing is", "ResourceNotFoundException", NOT_FOUND, client.delete_secret, SecretId=name)


def rotation_and_replication():
    name = unique("e2e/rotation")
    client.create_secret(Name=name, SecretString="v")
    arn = "arn:aws:lambda:us-east-1:000000000000:function:rotate"
    refused("rotate without a function", "InvalidRequestException", "No Lambda rotation function ARN is associated with this secret.", client.rotate_secret, SecretId=name)
    refused("rotate now", "InvalidRequestException", None, client.rotate_secret, SecretId=name, RotationLambdaARN=arn)
    client.rotate_secret(SecretId=name, RotationLambdaARN=arn, RotateImmediately=False, RotationRules={"ScheduleExpression": "rate(10 days)", "Duration": "3h"})
    described = client.describe_secret(SecretId=name)
    equal("the rotation", (described["RotationEnabled"], described["RotationLambdaARN"], described["RotationRules"]), (True, arn, {"ScheduleExpression": "rate(10 days)", "Duration": "3h"}))
    refused("a schedule that is none", "InvalidParameterException", None, client.rotate_secret, SecretId=name, RotateImmediately=False, RotationRules={"ScheduleExpression": "rate(1 hour)"})
    client.put_secret_value(SecretId=name, SecretString="p", VersionStages=["AWSPENDING"])
    refused("a rotation that is under way", "InvalidRequestException", "A previous rotation isn't complete. That rotation will be reattempted.", client.rotate_secret, SecretId=name)
    client.cancel_rotate_secret(SecretId=name)
    equal("no rotation", client.describe_secret(SecretId=name)["RotationEnabled"], False)
    refused("replicate", "InvalidParameterException", None, client.replicate_secret_to_regions, SecretId=name, AddReplicaRegions=[{"Region": "eu-west-1"}])
    refused("remove replicas", "InvalidParameterException", None, client.remove_regions_from_replication, SecretId=name, RemoveReplicaRegions=["eu-west-1"])
    refused("stop replication", "InvalidRequestException", None, client.stop_replication_to_replica, SecretId=name)
    refused("create with replicas", "InvalidParameterException", None, client.create_secret, Name=unique("x"), SecretString="v", AddReplicaRegions=[{"Region": "eu-west-1"}])


def policies():
    name = unique("e2e/policy")
    client.create_secret(Name=name, SecretString="canary")
    statement = {"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::000000000000:user/nobody"}, "Action": "secretsmanager:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    check("no policy", "ResourcePolicy" not in client.get_resource_policy(SecretId=name))
    client.put_resource_policy(SecretId=name, ResourcePolicy=policy)
    equal("the policy", client.get_resource_policy(SecretId=name)["ResourcePolicy"], policy)
    public = json.dumps({"Statement": {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:*", "Resource": "*"}})
    refused("a public policy", "PublicPolicyException", "You can't attach a resource-based policy that allows broad access to the secret.", client.put_resource_policy, SecretId=name, ResourcePolicy=public, BlockPublicPolicy=True)
    refused("no policy at all", "MalformedPolicyDocumentException", "This resource policy contains a syntax error.", client.put_resource_policy, SecretId=name, ResourcePolicy="{}")
    equal("validated", client.validate_resource_policy(ResourcePolicy=policy)["PolicyValidationPassed"], True)
    equal("not validated", client.validate_resource_policy(ResourcePolicy=public)["PolicyValidationPassed"], False)
    client.delete_resource_policy(SecretId=name)
    check("deleted", "ResourcePolicy" not in client.get_resource_policy(SecretId=name))
    return name


def rights(name):
    """Somebody who may do nothing is told so; a policy of the secret takes what others give."""
    person = unique("reader")
    native("PUT", f"/api/v1/principals/{person}", {"kind": "machine", "policies": []})
    key = native("POST", "/api/v1/access-keys", {"principal": person})
    other = boto3.client("secretsmanager", aws_access_key_id=key["id"], aws_secret_access_key=key["secret"], config=config)
    text = f"User: arn:aws:iam::000000000000:user/{person} is not authorized to perform: secretsmanager:GetSecretValue on resource: {name} because no identity-based policy allows the secretsmanager:GetSecretValue action"
    refused("no rights", "AccessDeniedException", text, other.get_secret_value, SecretId=name)
    refused("no rights, nothing there", "AccessDeniedException", None, other.get_secret_value, SecretId="none")
    wrong = boto3.client("secretsmanager", aws_access_key_id=key["id"], aws_secret_access_key="wrong", config=config)
    refused("a wrong key", "InvalidSignatureException", None, wrong.get_secret_value, SecretId=name)
    nobody = boto3.client("secretsmanager", aws_access_key_id="AKIDNOBODY", aws_secret_access_key="x", config=config)
    refused("an unknown key", "UnrecognizedClientException", "The security token included in the request is invalid.", nobody.get_secret_value, SecretId=name)
    temporary = boto3.client("secretsmanager", aws_access_key_id=key["id"], aws_secret_access_key=key["secret"], aws_session_token="t", config=config)
    refused("temporary credentials", "UnrecognizedClientException", None, temporary.get_secret_value, SecretId=name)


def regions():
    name = unique("e2e/region")
    client.create_secret(Name=name, SecretString="here")
    abroad = boto3.client("secretsmanager", region_name="eu-west-1", config=config)
    refused("another region", "ResourceNotFoundException", NOT_FOUND, abroad.get_secret_value, SecretId=name)
    made = abroad.create_secret(Name=name, SecretString="there")
    check("its ARN", ":eu-west-1:" in made["ARN"])
    equal("there", abroad.get_secret_value(SecretId=name)["SecretString"], "there")
    equal("here", client.get_secret_value(SecretId=name)["SecretString"], "here")


def passwords():
    word = client.get_random_password(PasswordLength=64, ExcludePunctuation=True, ExcludeCharacters="0O1l")["RandomPassword"]
    check("a password", len(word) == 64 and word.isalnum() and not set(word) & set("0O1l"))
    equal("32 characters", len(client.get_random_password()["RandomPassword"]), 32)
    refused("too short", "InvalidParameterException", None, client.get_random_password, PasswordLength=3)


def wire():
    """What boto3 does not send."""
    missing = "You must provide a ClientRequestToken value. We recommend a UUID-type value."
    for action, body, code in [
        ("CreateSecret", {"Name": "x", "SecretString": "canary"}, "InvalidRequestException"),
        ("PutSecretValue", {"SecretId": "x", "SecretString": "canary"}, "InvalidRequestException"),
        ("UpdateSecret", {"SecretId": "x", "SecretString": "canary"}, "InvalidRequestException"),
        ("RotateSecret", {"SecretId": "x"}, "InvalidParameterException"),
    ]:
        equal(f"{action} without a token", raw("secretsmanager." + action, json.dumps(body)), (400, {"__type": code, "Message": missing}))
    equal("an unknown action", raw("secretsmanager.Nothing", "{}"), (400, {"__type": "UnknownOperationException"}))
    status, answer = raw("secretsmanager.GetSecretValue", "{}", sign=False)
    equal("unsigned", (status, answer["__type"]), (400, "MissingAuthenticationTokenException"))
    for body in ["", "[]", '{"SecretString": "canary', '{"SecretId": 7}']:
        status, answer = raw("secretsmanager.GetSecretValue", body)
        equal(f"the body {body!r}", (status, answer["__type"], "canary" in json.dumps(answer)), (400, "SerializationException", False))
    status, answer = raw("secretsmanager.GetSecretValue", "{}")
    equal("no SecretId", answer["Message"], "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null")
    status, answer = raw("secretsmanager.GetSecretValue", '{"SecretId":"a"}', change=lambda sent: setattr(sent, "data", b'{"SecretId":"b"}'))
    equal("a body that was changed", answer["__type"], "InvalidSignatureException")
    status, answer = raw("secretsmanager.GetSecretValue", '{"SecretId":"a"}', change=lambda sent: sent.add_header("X-Amz-Extra", "1"))
    equal("a header that nobody signed", answer["__type"], "InvalidSignatureException")


values()
batches()
stages()
lifecycle()
rotation_and_replication()
rights(policies())
regions()
passwords()
wire()
finish()
