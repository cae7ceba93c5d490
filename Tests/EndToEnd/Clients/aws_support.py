"""What the AWS scripts share beside the checks: errors that must be AWS's, and raw signed requests.

The environment is what `keyfolio serve --dev` prints: AWS_ENDPOINT_URL_SECRETS_MANAGER, AWS_ENDPOINT_URL_CLOUDTRAIL,
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION, AWS_CA_BUNDLE, KEYFOLIO_ADDR, KEYFOLIO_TOKEN.
"""

import json
import os
import urllib.error
import urllib.request
import uuid

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from checks import check, context, equal


def refused(what, code, message, call, **members):
    """Calls an action that must end in an error of AWS's: its code, its text (None for any), and HTTP 400."""
    try:
        call(**members)
    except ClientError as error:
        equal(f"{what}: code", error.response["Error"]["Code"], code)
        if message is not None:
            equal(f"{what}: text", error.response["Error"]["Message"], message)
        equal(f"{what}: status", error.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        check(f"{what}: request id", error.response["ResponseMetadata"].get("RequestId"))
        return
    check(what, False, f"ended well where {code} was expected")


def raw(target, body, sign=True, headers=None, key=None, secret=None, change=None):
    """A request as bytes; returns the status and the members of the answer."""
    url = os.environ["AWS_ENDPOINT_URL_SECRETS_MANAGER"] + "/"
    request = AWSRequest(
        method="POST",
        url=url,
        data=body.encode(),
        headers={"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target, **(headers or {})},
    )
    if sign:
        credentials = Credentials(key or os.environ["AWS_ACCESS_KEY_ID"], secret or os.environ["AWS_SECRET_ACCESS_KEY"])
        SigV4Auth(credentials, "secretsmanager", os.environ["AWS_DEFAULT_REGION"]).add_auth(request)
    prepared = request.prepare()
    sent = urllib.request.Request(url, data=prepared.body or b"", method="POST", headers=dict(prepared.headers.items()))
    if change:
        change(sent)
    try:
        with urllib.request.urlopen(sent, context=context()) as answer:
            return answer.status, json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def token():
    return str(uuid.uuid4())


def unique(prefix):
    return f"{prefix}-{uuid.uuid4().hex[:12]}"
