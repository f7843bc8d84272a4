"""Calls to the APIs of AWS, one by one and page by page: the answer as it came, or which action IAM has to allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from botocore import xform_name  # type: ignore[import-untyped]
from botocore.exceptions import ClientError, ParamValidationError  # type: ignore[import-untyped]
from botocore.parsers import ResponseParserError  # type: ignore[import-untyped]

from lib.sources import aws
from lib.sources.gathering import CursorExpired
from lib.sources.kinds import Visit
from lib.sources.refusal import PullRefused

REGION = "us-east-1"  # where Marketplace and Partner Central answer
LONGEST_WHY = 160  # letters of what AWS says of a request that it refuses

_DENIED = ("AccessDeniedException", "AccessDenied")
_MISSIGNED = ("InvalidSignatureException", "SignatureDoesNotMatch")
_NOT_THERE = ("ResourceNotFoundException",)
_NOT_VALID = ("ValidationException", "InvalidParameterException")

Document = dict[str, Any]
Pages = Iterator[tuple[list[Document], str | None]]


class NotThere(PullRefused):
    """AWS knows no such thing: whoever asked may know which one is near."""


class NotValid(PullRefused):
    """AWS does not take a request, such as one with a token that has expired."""


class Calls:
    """One service of AWS, asked call by call; `prefix` is that of its actions in IAM."""

    def __init__(self, client: Any, prefix: str, where: str) -> None:
        self._client, self._prefix, self._where = client, prefix, where

    def ask(self, operation: str, **request: Any) -> Document:
        """One call by its name → what was answered, times as UTC text; raises NotThere, NotValid or PullRefused."""
        try:
            answer = getattr(self._client, xform_name(operation))(**request)
        except ClientError as error:
            self._refuse(operation, error)
            raise
        except ParamValidationError as error:
            raise NotValid(f"{self._where}: {operation} takes no such value ({_why(str(error))})") from None
        except ResponseParserError:
            raise self._stranger() from None
        if "RequestId" not in answer["ResponseMetadata"]:  # any page of any proxy would else be an empty answer
            raise self._stranger()
        return {key: plain(value) for key, value in answer.items() if key != "ResponseMetadata"}

    def _refuse(self, operation: str, error: ClientError) -> None:
        """Refuse what only this call can put right; every other error is one of the account's."""
        code = aws.code_of(error)
        if code in _DENIED:
            raise PullRefused(
                f"{self._where}: AWS denies {operation} to these credentials; allow the action "
                f"{self._prefix}:{operation} in IAM"
            ) from None
        if code in _MISSIGNED:
            region = self._client.meta.region_name
            raise self.refusal(
                f"AWS refuses the signature: region is {region!r}, and {REGION!r} is where these services answer; or "
                "the secret access key is not the one that belongs to its access key id"
            ) from None
        said = _why(error.response["Error"].get("Message") or "no reason given")
        if code in _NOT_THERE:
            raise NotThere(f"{self._where}: {said}") from None
        if code in _NOT_VALID:
            raise NotValid(f"{self._where}: AWS does not take the request {operation} ({said})") from None

    def refusal(self, sentence: str) -> PullRefused:
        """What a reader is told of this service's answers."""
        return PullRefused(f"{self._where}: {sentence}")

    def _stranger(self) -> PullRefused:
        host = urlsplit(self._client.meta.endpoint_url).netloc.rpartition("@")[2]
        return self.refusal(f"what answers at {host} is not AWS; look at endpoint")


@contextmanager
def calls(visit: Visit, service: str, prefix: str) -> Iterator[Calls]:
    """A service of AWS as a visit reaches it; the account's own troubles are refusals too."""
    where = f"[{visit.name}]"
    with aws.client(service, {"region": REGION, **visit.settings}, visit.secrets, where) as client:
        yield Calls(client, prefix, where)


def pages(asked: Calls, operation: str, entries: str, token: str, at: str | None, **request: Any) -> Pages:
    """A list from a token on (None: its beginning) → the entries of each page, with the token behind it.

    A token from an earlier pull may have expired, which begins the list again; one of this pull should not have.
    """
    answer = _first_page(asked, operation, token, at, request)
    while following := answer.get(token):
        if following == at:
            raise asked.refusal(f"{operation} goes round in circles and gives the same page again; look at endpoint")
        yield answer.get(entries, []), (at := following)
        try:
            answer = asked.ask(operation, **request, **{token: at})
        except NotValid as error:
            raise PullRefused(f"{error}; the list broke off: run it again, it goes on where it stopped") from None
    yield answer.get(entries, []), None


def _first_page(asked: Calls, operation: str, token: str, at: str | None, request: Mapping[str, Any]) -> Document:
    if at is None:
        return asked.ask(operation, **request)
    try:
        return asked.ask(operation, **request, **{token: at})
    except NotValid:
        raise CursorExpired from None


def line(operation: str, key: str, answer: Mapping[str, Any], **more: Any) -> Document:
    """One answer as one line of a file: its members as they came, what else is known of it, and which call it was."""
    return {**answer, **more, "Call": {"Operation": operation, "Id": key}}


def plain(value: Any) -> Any:
    """A value of an answer as JSON holds it: times as UTC text with every digit they have, everything else as it is."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


def _why(text: str) -> str:
    """What somebody else says, on one line and no longer than a reader reads."""
    return " ".join(text.split())[:LONGEST_WHY].rstrip(".;! ")
