"""A server of its own process that speaks S3 on loopback, for as long as a test needs it.

It starts with two buckets of many objects, which would take long to put there one by one.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from urllib.request import Request, urlopen

import boto3

from tests.servers.ports import answers, free_port

SECONDS_TO_START = 60
ROOT = Path(__file__).resolve().parents[2]
MANY = "more-than-a-page"
FOLDERS, FILES = 1000, 12  # objects that mark a folder come first and fill the first page
LONG, LONG_FILES, LONG_BYTES = "long-to-fetch", 120, 45_000
KEYS = {"AWS_ACCESS_KEY_ID": "AKIAPLANTED0SECRET00", "AWS_SECRET_ACCESS_KEY": "planted+secret/of-the-bucket"}


@dataclass(frozen=True)
class Server:
    """One server: its address, its log of every request, and a client of the test's own to put objects there."""

    url: str
    log: Path

    client: Any

    def fill(self, bucket: str, objects: Mapping[str, bytes]) -> None:
        """Objects in a bucket, which is made when it is new."""
        self.client.create_bucket(Bucket=bucket)
        for key, content in objects.items():
            self.client.put_object(Bucket=bucket, Key=key, Body=content)

    @contextmanager
    def guarded(self) -> Iterator[dict[str, str]]:
        """For a while the server knows one key only, which is handed over and may list objects, but not read them."""
        iam = boto3.client("iam", endpoint_url=self.url, region_name="us-east-1", **_small(KEYS))
        iam.create_user(UserName="lister")
        made = iam.create_access_key(UserName="lister")["AccessKey"]
        may_list = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [may_list]})
        iam.put_user_policy(UserName="lister", PolicyName="may-list", PolicyDocument=policy)
        iam.close()
        self._check_keys_after("0")
        try:
            yield {"AWS_ACCESS_KEY_ID": made["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"]}
        finally:
            self._check_keys_after("inf")

    def _check_keys_after(self, actions: str) -> None:
        asked = Request(f"{self.url}/moto-api/reset-auth", actions.encode(), {"Content-Type": "text/plain"})
        with urlopen(asked) as answer:
            answer.read()

    def fetched(self, bucket: str) -> list[str]:
        """The keys of a bucket that were asked for, whole or in part, in the order of asking."""
        return [key for key, _ in self.answered(bucket)]

    def answered(self, bucket: str) -> list[tuple[str, int]]:
        """The same, each with the status of its answer."""
        line = rf'GET /{bucket}/([^ ?"]+)(?:\?[^ "]*)? HTTP/1\.1(?:\x1b\[0m)?" (\d+)'
        return [(unquote(key), int(status)) for key, status in re.findall(line, self.log.read_text())]


@contextmanager
def running() -> Iterator[Server]:
    """A fresh server without a bucket."""
    with tempfile.TemporaryDirectory(prefix="s3") as name:
        port, log = free_port(), Path(name) / "log"
        with log.open("wb") as stream:
            command = [sys.executable, "-m", "tests.servers.s3", str(port)]
            server = subprocess.Popen(command, stdout=stream, stderr=stream, cwd=ROOT, env={**os.environ, **KEYS})
        try:
            _await(server, port, log)
            with closing(_client(f"http://127.0.0.1:{port}")) as client:
                yield Server(client.meta.endpoint_url, log, client)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _await(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not answers(port):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"The S3 server did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def _client(url: str) -> Any:
    return boto3.client("s3", endpoint_url=url, region_name="us-east-1", **_small(KEYS))


def _small(keys: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in keys.items()}


def _serve(port: str) -> None:
    """Fill two buckets without a request for every object, and answer until the end."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends
    from moto.server import main

    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    backend.create_bucket(MANY, "us-east-1")
    for number in range(FOLDERS):
        backend.put_object(MANY, f"day={number:04}/", b"")
    for number in range(FILES):
        backend.put_object(MANY, f"day={FOLDERS + number:04}/data.csv", b"a\n%d\n" % number)
    backend.create_bucket(LONG, "us-east-1")
    for number in range(LONG_FILES):
        backend.put_object(
            LONG, f"month={number % 12:02}/part-{number:03}.csv", b"line %03d\n" % number * (LONG_BYTES // 9)
        )
    main(["-H", "127.0.0.1", "-p", port])


if __name__ == "__main__":
    _serve(sys.argv[1])
