"""Reads .env files with python-dotenv: see LiveReader.swift for the form of input and output."""

import io
import logging
import os
import sys

from importlib.metadata import version

from dotenv import dotenv_values

if tuple(int(part) for part in version("python-dotenv").split(".")[:3]) < (1, 2, 4):
    sys.exit("python-dotenv is older than 1.2.4, which reads some files in another way")

logging.disable(logging.CRITICAL)


def read(document):
    # As python-dotenv opens a file: UTF-8, with every kind of line end turned to LF.
    stream = io.TextIOWrapper(io.BytesIO(document), encoding="utf-8")
    try:
        values = dotenv_values(stream=stream)
    except UnicodeDecodeError:
        return "E"
    parts = []
    for key, value in values.items():
        key = key.encode().hex()
        parts.append(key + "~" if value is None else key + "=" + value.encode().hex())
    return " ".join(parts)


os.environ.clear()
os.environ.update({"E1": "one", "E2": ""})
for line in sys.stdin:
    print(read(bytes.fromhex(line.strip())))
