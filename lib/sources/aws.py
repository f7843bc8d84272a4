"""Amazon's clients: their credentials, and their errors as one sentence that holds nothing secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

import boto3  # type: ignore[import-untyped]
from botocore.config import Config  # type: ignore[import-untyped]
from botocore.exceptions import (  # type: ignore[import-untyped]
    BotoCoreError,
    ClientError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)

from lib.sources.refusal import PullRefused
from lib.sources.secrets import PLACES

PAIR = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
SECONDS_TO_CONNECT, SECONDS_TO_READ = 10, 60

# What the services call a refusal, in the words of a reader who can mend it.
_WORDS = {
    "InvalidAccessKeyId": "AWS does not know this access key",
    "InvalidClientTokenId": "AWS does not know this access key",
    "UnrecognizedClientException": "AWS does not know this access key",
    "SignatureDoesNotMatch": "the secret access key is not the one that belongs to its access key id",
    "ExpiredToken": "the session has expired: log in again",
    "ExpiredTokenException": "the session has expired: log in again",
    "InvalidToken": "the session token is not valid: log in again",
    "RequestTimeTooSkewed": "this machine's clock is wrong: set it",
    "SlowDown": "AWS was asked too often: run it again, it goes on where it stopped",
    "ThrottlingException": "AWS was asked too often: run it again, it goes on where it stopped",
}


@contextmanager
def client(service: str, settings: Mapping[str, str], secrets: Mapping[str, str], where: str) -> Iterator[Any]:
    """A client of one service, its errors refusals; credentials that are not given are looked for where boto3 looks."""
    config = Config(retries={"mode": "adaptive"}, connect_timeout=SECONDS_TO_CONNECT, read_timeout=SECONDS_TO_READ)
    given = {name.lower(): value for name, value in secrets.items() if name.startswith("AWS_")}
    region, made = settings.get("region"), None
    try:
        _insist_on_pair(secrets)
        made = boto3.session.Session(**given, region_name=region).client(
            service, endpoint_url=settings.get("endpoint"), config=config
        )
        yield made
    except ClientError as error:
        raise PullRefused(f"{where}: {_refused(error)}") from None
    except (HTTPClientError, BotoConnectionError) as error:
        raise PullRefused(f"{where}: {_unreachable(error, service, region, made)}") from None
    except BotoCoreError as error:
        raise PullRefused(f"{where}: {_not_asked(error)}") from None
    finally:
        if made is not None:
            made.close()


def _insist_on_pair(secrets: Mapping[str, str]) -> None:
    lacking = [name for name in PAIR if name not in secrets]
    if len(lacking) == 1:
        raise PartialCredentialsError(provider="env", cred_var=lacking[0])


def code_of(error: ClientError) -> str:
    """What the service calls its refusal; not more than a word, whoever answered."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    return code if re.fullmatch(r"[A-Za-z0-9.]{1,60}", code) else "no code"


def _refused(error: ClientError) -> str:
    code, asked = code_of(error), error.operation_name
    if code in _WORDS:
        return f"{_WORDS[code]} ({code})"
    if code in ("AccessDenied", "AccessDeniedException", "AllAccessDisabled", "UnauthorizedOperation", "403"):
        return f"these credentials may not {asked} here ({code}); grant it, or use others"
    return f"{asked} was refused ({code}); check the keys and the credentials"


def _not_asked(error: BotoCoreError) -> str:
    """Why a client could not even ask."""
    if isinstance(error, NoCredentialsError | PartialCredentialsError):
        part = "only half of the" if isinstance(error, PartialCredentialsError) else "no"
        return f"there are {part} AWS credentials; set {' and '.join(PAIR)} in {PLACES}, or log in to a profile"
    if isinstance(error, ProfileNotFound):
        return "AWS_PROFILE names a profile that this machine does not have; log in to it, or name another"
    return f"the AWS client gave up ({type(error).__name__}); check the keys and the credentials"


def _unreachable(error: BotoCoreError, service: str, region: str | None, made: Any) -> str:
    session = boto3.session.Session()
    known = session.get_available_regions(service) or session.get_available_regions("ec2")  # of some it knows none
    if region and region not in known:
        return (
            f"region is {region!r}, which is none; the nearest is {get_close_matches(region, known, cutoff=0.0)[0]!r}"
        )
    host = urlsplit(made.meta.endpoint_url).netloc.rpartition("@")[2] if made else "AWS"
    return f"{host} cannot be reached ({type(error).__name__}); check endpoint, region and network"
