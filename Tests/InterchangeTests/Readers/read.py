"""Reads documents as other people's software does: see Support/RealReader.swift for the form of input and output.

The arguments are the format and, for the shell, which one.
"""

import base64
import io
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile


def of_json(document):
    return json.loads(document)


def of_yaml(document):
    import yaml

    return yaml.safe_load(document.decode()) or {}


def of_kubernetes(document):
    secret = of_yaml(document)
    assert (secret["apiVersion"], secret["kind"], secret["type"]) == ("v1", "Secret", "Opaque")
    assert isinstance(secret["metadata"]["name"], str)
    assert isinstance(secret["metadata"].get("namespace", ""), str)
    return {key: base64.b64decode(value, validate=True) for key, value in secret["data"].items()}


def of_dotenv(document):
    from dotenv import dotenv_values

    logging.disable(logging.CRITICAL)
    return dotenv_values(stream=io.TextIOWrapper(io.BytesIO(document), encoding="utf-8"), interpolate=True)


def of_shell(document):
    shell, env = shutil.which(sys.argv[2]), shutil.which("env")
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "file"), "wb") as file:
            file.write(document)
        # Nothing is in its PATH, so that a line that is a command runs none.
        result = subprocess.run(
            [shell, "-c", f". ./file && exec {env} -0"], cwd=folder, env={"PATH": "/nonexistent"}, capture_output=True
        )
    assert result.returncode == 0 and not result.stderr, result.stderr
    return dict(item.split(b"=", 1) for item in result.stdout.split(b"\0") if item)


def hexadecimal(text):
    assert isinstance(text, (str, bytes)), type(text)
    return (text if isinstance(text, bytes) else text.encode()).hex()


reader = globals()["of_" + sys.argv[1]]
for line in sys.stdin:
    try:
        values = reader(bytes.fromhex(line.strip()))
        print(" ".join(hexadecimal(key) + "=" + hexadecimal(value) for key, value in values.items()))
    except Exception as error:
        print("E", type(error).__name__, file=sys.stderr)
        print("E")
