"""Drives a running server with the AWS command line: the commands of the guide, unchanged but for the address."""

import json
import os
import subprocess
import sys

from aws_support import unique
from checks import check, equal, finish

AWS = os.path.join(os.path.dirname(sys.executable), "aws")


def aws(*words):
    done = subprocess.run([AWS, *words, "--output", "json"], capture_output=True, text=True, timeout=60)
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else None, done.stderr


name = unique("e2e/cli")
status, made, errors = aws("secretsmanager", "create-secret", "--name", name, "--secret-string", '{"SECRET_KEY":"canary"}')
equal("create-secret", (status, made and made["Name"]), (0, name))
status, read, errors = aws("secretsmanager", "get-secret-value", "--secret-id", name)
equal("get-secret-value", (status, read and read["SecretString"]), (0, '{"SECRET_KEY":"canary"}'))
done = subprocess.run([AWS, "secretsmanager", "get-secret-value", "--secret-id", name, "--query", "SecretString", "--output", "text"], capture_output=True, text=True, timeout=60)
equal("--query SecretString", done.stdout.strip(), '{"SECRET_KEY":"canary"}')
equal("update-secret", aws("secretsmanager", "update-secret", "--secret-id", name, "--secret-string", "two")[0], 0)
status, listed, errors = aws("secretsmanager", "list-secrets", "--filters", f"Key=name,Values={name}")
equal("list-secrets", [entry["Name"] for entry in listed["SecretList"]], [name])
equal("describe-secret", aws("secretsmanager", "describe-secret", "--secret-id", name)[1]["Name"], name)
equal("tag-resource", aws("secretsmanager", "tag-resource", "--secret-id", name, "--tags", "Key=a,Value=b")[0], 0)
status, looked, errors = aws("cloudtrail", "lookup-events", "--lookup-attributes", f"AttributeKey=ResourceName,AttributeValue={name}")
check("lookup-events", status == 0 and any(event["EventName"] == "GetSecretValue" for event in looked["Events"]), errors)
equal("delete-secret", aws("secretsmanager", "delete-secret", "--secret-id", name, "--force-delete-without-recovery")[0], 0)
status, nothing, errors = aws("secretsmanager", "get-secret-value", "--secret-id", name)
check("an error as AWS's own", status != 0 and "(ResourceNotFoundException) when calling the GetSecretValue operation: Secrets Manager can't find the specified secret." in errors, errors)

# Another signer than botocore: curl's own (7.75 and later).
curl = subprocess.run(
    [
        "curl", "--silent", "--cacert", os.environ["AWS_CA_BUNDLE"], "--aws-sigv4", "aws:amz:us-east-1:secretsmanager",
        "--config", "-", "--header", "Content-Type: application/x-amz-json-1.1",
        "--header", "X-Amz-Target: secretsmanager.ListSecrets", "--data", '{"MaxResults": 1}',
        os.environ["AWS_ENDPOINT_URL_SECRETS_MANAGER"] + "/",
    ],
    # The key stands in no argument.
    input=f'user = "{os.environ["AWS_ACCESS_KEY_ID"]}:{os.environ["AWS_SECRET_ACCESS_KEY"]}"',
    capture_output=True,
    text=True,
    timeout=60,
)
check("curl's signature", "SecretList" in curl.stdout, curl.stdout + curl.stderr)
finish()
