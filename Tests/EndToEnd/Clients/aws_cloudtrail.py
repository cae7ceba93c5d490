"""Drives a running server's LookupEvents with boto3: who touched what, by every attribute, in pages, without a value."""

import datetime
import json

import boto3
from aws_support import refused, unique
from checks import check, equal, finish

client = boto3.client("secretsmanager")
trail = boto3.client("cloudtrail")
name = unique("e2e/trail")
made = client.create_secret(Name=name, SecretString="canary-value")
client.get_secret_value(SecretId=name)
client.put_secret_value(SecretId=name, SecretString="canary-other")


def events(key, value, **more):
    pages = trail.get_paginator("lookup_events").paginate(LookupAttributes=[{"AttributeKey": key, "AttributeValue": value}], **more)
    return [event for page in pages for event in page["Events"]]


found = events("ResourceName", name)
names = [event["EventName"] for event in found]
check("the events, the newest first", names[0] != "CreateSecret" and {"CreateSecret", "GetSecretValue", "PutSecretValue"} <= set(names), names)
equal("by ARN", len(events("ResourceName", made["ARN"])), len(found))
read = next(event for event in found if event["EventName"] == "GetSecretValue")
equal("its source", read["EventSource"], "secretsmanager.amazonaws.com")
equal("it is read only", read["ReadOnly"], "true")
equal("its resources", read["Resources"], [{"ResourceType": "AWS::SecretsManager::Secret", "ResourceName": name}])
document = json.loads(read["CloudTrailEvent"])
equal("its document", (document["eventName"], document["requestParameters"]["secretId"], document["awsRegion"]), ("GetSecretValue", name, "us-east-1"))
check("the address", document["sourceIPAddress"])
for key, value in [("EventId", read["EventId"]), ("Username", read["Username"]), ("AccessKeyId", read["AccessKeyId"]), ("EventName", "GetSecretValue"), ("ReadOnly", "true"), ("EventSource", "secretsmanager.amazonaws.com"), ("ResourceType", "AWS::SecretsManager::Secret")]:
    check(f"by {key}", any(event["EventId"] == read["EventId"] for event in events(key, value)))
own = trail.lookup_events(LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "sys/audit/log"}], MaxResults=3)["Events"]
equal("what is no secret is found by its name as well", [event["Resources"] for event in own], [[{"ResourceName": "sys/audit/log"}]] * 3)
equal("and by no other", events("ResourceName", "sys/audit"), [])
now = datetime.datetime.now(datetime.timezone.utc)
hour = datetime.timedelta(hours=1)
check("in the last hour", events("ResourceName", name, StartTime=now - hour, EndTime=now + hour))
equal("an hour before", events("ResourceName", name, EndTime=now - hour), [])
page = trail.lookup_events(MaxResults=2)
check("a page", len(page["Events"]) == 2 and page["NextToken"])
later = trail.lookup_events(MaxResults=2, NextToken=page["NextToken"])
check("the next page", not {event["EventId"] for event in page["Events"]} & {event["EventId"] for event in later["Events"]})
refused("a token of nobody", "InvalidNextTokenException", None, trail.lookup_events, NextToken="AAAA")
refused("a range that is none", "InvalidTimeRangeException", None, trail.lookup_events, StartTime=now, EndTime=now - hour)
refused("an attribute that is none", "InvalidLookupAttributesException", None, trail.lookup_events, LookupAttributes=[{"AttributeKey": "Nothing", "AttributeValue": "x"}])
refused("too many", "InvalidMaxResultsException", None, trail.lookup_events, MaxResults=51)
check("no value anywhere", "canary" not in json.dumps([event for page in trail.get_paginator("lookup_events").paginate() for event in page["Events"]], default=str))
finish()
