"""One question to Stripe at a time: asked again while patience lasts, and refused in one sentence without the key."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import stripe

from lib.sources.refusal import PullRefused
from lib.sources.stripe_api.listings import Object

CURSOR = "starting_after"
VERSION_HEADER = "stripe-version"
TOO_MANY, CONFLICT, SERVER_FAULT = 429, 409, 500
LONGEST_WAIT = 60.0  # seconds; a rate limit that asks for more is met again at the next try


class CursorLost(PullRefused):
    """The object that a list had reached was deleted meanwhile, so the list must be read from its beginning."""


@dataclass(frozen=True)
class Patience:
    """How often a question is asked, how long the first wait is (each next one is twice as long), and when a
    question counts as unanswered; all in seconds.
    """

    tries: int = 6
    first_wait: float = 0.5
    timeout: float = 80.0

    def wait(self, tries: int, headers: Mapping[str, str]) -> float:
        """How long to wait after so many tries: as long as Stripe asks for, or twice as long as before."""
        asked = headers.get("retry-after", "")
        seconds = float(asked) if asked.isdecimal() else 0.0
        return min(max(seconds, self.first_wait * float(2 ** (tries - 1))), LONGEST_WAIT)


@dataclass(frozen=True)
class Place:
    """Where Stripe is asked, in whose name, and how the sources file calls it."""

    name: str
    endpoint: str
    account: str | None = None

    @property
    def host(self) -> str:
        """The address without what a sentence need not repeat."""
        return urlsplit(self.endpoint).netloc


class Stripe:
    """A client that reads. Its library neither waits as a rate limit asks nor asks again after one, so we do."""

    def __init__(self, key: str, place: Place, patience: Patience) -> None:
        self.place, self._patience, self.version = place, patience, str(stripe.api_version)
        self._client = stripe.StripeClient(
            key,
            stripe_account=place.account,
            base_addresses={"api": place.endpoint},
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=patience.timeout),
        )

    def get(self, path: str, params: Mapping[str, Any], words: str, permission: str) -> Object:
        """A path and its parameters → the answer, every number with a fraction kept as the text it was."""
        for tries in range(1, self._patience.tries + 1):
            try:
                return self._read(self._client.raw_request("get", path, **params), words)
            except stripe.StripeError as error:
                if tries == self._patience.tries or not is_passing(error):
                    raise self._refusal(error, words, permission) from None
                time.sleep(self._patience.wait(tries, _headers(error)))
        raise AssertionError("a question is asked at least once")

    def _read(self, response: Any, words: str) -> Object:
        version = response.headers.get(VERSION_HEADER, self.version)
        if version != self.version:
            raise PullRefused(
                f"{self.place.host} answers in Stripe's API version {version}, and the desk reads "
                f"{self.version}; check the endpoint in [{self.place.name}]"
            )
        answer = json.loads(response.body, parse_float=str, parse_constant=str)
        if not _is_list(answer):
            raise PullRefused(f"{self.place.host} gives no list of {words}; check the endpoint in [{self.place.name}]")
        return dict(answer)

    def _refusal(self, error: stripe.StripeError, words: str, permission: str) -> PullRefused:
        is_lost = isinstance(error, stripe.InvalidRequestError) and error.param == CURSOR
        return (CursorLost if is_lost else PullRefused)(_sentence(error, self.place, words, permission))


def _is_list(answer: Any) -> bool:
    """Whether an answer is a list of objects, each with its id."""
    objects = answer.get("data") if isinstance(answer, dict) else None
    return isinstance(objects, list) and all(
        isinstance(entry, dict) and isinstance(entry.get("id"), str) for entry in objects
    )


def is_passing(error: stripe.StripeError) -> bool:
    """Whether the same question may be answered a little later."""
    told = _headers(error).get("stripe-should-retry")
    if told in ("true", "false"):
        return told == "true"
    if isinstance(error, stripe.APIConnectionError):
        return "SSLError" not in str(error.user_message)
    return error.http_status in (TOO_MANY, CONFLICT) or (error.http_status or 0) >= SERVER_FAULT


def _sentence(error: stripe.StripeError, place: Place, words: str, permission: str) -> str:
    here = f"[{place.name}]"
    if isinstance(error, stripe.AuthenticationError):
        return (
            f"{place.host} does not know the key in STRIPE_API_KEY; copy a restricted key that may read from the "
            "dashboard, Developers, API keys"
        )
    if isinstance(error, stripe.PermissionError):
        return (
            f"the key in STRIPE_API_KEY may not read {words}; give it the permission {permission}: Read in the "
            f"dashboard, Developers, API keys{_in_account(place)}"
        )
    if isinstance(error, stripe.RateLimitError):
        return f"Stripe kept answering {words} with 'too many requests'; pull again later, it goes on where it stopped"
    if isinstance(error, stripe.APIConnectionError):
        return (
            f"{place.host} cannot be reached for {words} ({_cause(error)}); check the network and the endpoint in "
            f"{here}, then pull again: it goes on where it stopped"
        )
    if error.http_status and error.http_status >= SERVER_FAULT:
        return (
            f"Stripe failed to answer {words} (status {error.http_status}); pull again later, it goes on where it "
            "stopped"
        )
    return _refused_question(error, place, words)


def _refused_question(error: stripe.StripeError, place: Place, words: str) -> str:
    status = f"status {error.http_status}"
    if isinstance(error, stripe.InvalidRequestError) and error.error:
        told = str(error.user_message or "").partition(". ")[0].rstrip(".")
        return f"{place.host} refuses to list {words} ({status}: {told}); check endpoint and account in [{place.name}]"
    return (
        f"{place.host} does not answer like Stripe when asked for {words} ({status}); "
        f"check the endpoint in [{place.name}]"
    )


def _in_account(place: Place) -> str:
    return f", for the account {place.account} in [{place.name}]" if place.account else ""


def _cause(error: stripe.StripeError) -> str:
    """What the network said, in a word; the library's own text runs over several lines."""
    text = str(error.user_message)
    for word in ("ReadTimeout", "ConnectTimeout", "SSLError", "NameResolutionError", "refused"):
        if word in text:
            return {"refused": "connection refused", "NameResolutionError": "no such host"}.get(word, word)
    return "no connection"


def _headers(error: stripe.StripeError) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in (error.headers or {}).items()}
