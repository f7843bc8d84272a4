"""A stand-in for Stripe's API on loopback: real HTTP, the shapes of version 2026-10-28.endive, our own objects.

It is fed whole objects (a price with its tiers, a subscription with every item, an invoice with every line) and shows
them as Stripe does: newest first in pages, ids where nothing was expanded, the first ten of an embedded list. It fails
when it is told to, and keeps a log of what it was asked.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

API_VERSION = "2026-10-28.endive"
KEY = "rk_live_stand_in_0000000000000000"
EMBEDDED, DEFAULT_PAGE, LARGEST_PAGE = 10, 10, 100

Object = dict[str, Any]
Objects = Mapping[str, Sequence[Object]]

# what each list may be asked beside limit, starting_after, ending_before and expand
FILTERS: dict[str, set[str]] = {
    "products": {"active", "ids", "created", "type", "shippable", "url"},
    "prices": {"active", "currency", "product", "type", "created", "lookup_keys", "recurring"},
    "customers": {"email", "created", "test_clock"},
    "subscriptions": {"status", "customer", "price", "created", "collection_method"},
    "subscription_items": {"subscription"},
    "subscription_schedules": {"customer", "created", "scheduled", "canceled_at", "completed_at", "released_at"},
    "coupons": {"created"},
    "promotion_codes": {"active", "code", "coupon", "customer", "created"},
    "invoices": {"status", "customer", "subscription", "created", "due_date", "collection_method"},
    "invoice_payments": {"invoice", "status", "payment", "created"},
    "credit_notes": {"invoice", "customer", "created"},
    "balance_transactions": {"type", "source", "payout", "currency", "created"},
}
PAGING = {"limit", "starting_after", "ending_before", "expand"}
# fields that are ids (or left out, where the value is None) until they are asked for
FOLDED: dict[str, tuple[str, ...]] = {
    "price": ("product",),
    "subscription": ("discounts", "customer", "latest_invoice", "schedule"),
    "subscription_item": ("discounts",),
    "subscription_schedule": ("subscription", "customer"),
    "discount": ("promotion_code",),
    "invoice": ("customer", "discounts"),
    "line_item": ("discounts",),
    "invoice_payment": ("invoice",),
    "credit_note": ("invoice", "customer"),
    "balance_transaction": ("source",),
    "charge": ("payment_intent", "customer", "balance_transaction"),
}
LEFT_OUT: dict[str, tuple[str, ...]] = {"price": ("tiers", "currency_options"), "coupon": ("applies_to",)}
LISTS: dict[str, tuple[str, str]] = {
    "subscription": ("items", "/v1/subscription_items?subscription={id}"),
    "invoice": ("lines", "/v1/invoices/{id}/lines"),
}


@dataclass(frozen=True)
class Asked:
    """One request as it came in: path, parameters (`expand` as a list) and the two headers that choose an answer."""

    path: str
    params: Mapping[str, Any]
    version: str | None
    account: str | None


@dataclass(frozen=True)
class Failure:
    """How a request goes wrong: a status with headers and a body, a connection that drops, or an answer too late."""

    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    drops: bool = False
    seconds: float = 0.0


class Refused(Exception):
    """An answer with an error body."""

    def __init__(self, status: int, message: str, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        error = {"type": "invalid_request_error", "message": message, "code": code, "param": param}
        self.body = {"error": {key: value for key, value in error.items() if value is not None}}


class StandIn(ThreadingHTTPServer):
    """The server: its objects by list name, the keys it knows, what it must not show, and when it fails."""

    daemon_threads = True

    def __init__(self, objects: Objects, keys: Sequence[str] = (KEY,)) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.objects = {name: _newest_first(objects.get(name, ())) for name in FILTERS}
        self.keys = set(keys)
        self.forbidden: set[str] = set()
        self.version: str | None = None
        self.log: list[Asked] = []
        self._failures: dict[int, Failure] = {}
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def fail(self, nth: int, failure: Failure) -> None:
        """The nth request from now on (1 is the next) goes wrong."""
        with self._lock:
            self._failures[len(self.log) + nth] = failure

    def noted(self, asked: Asked) -> Failure | None:
        """Keep a request, and say how it is to go wrong."""
        with self._lock:
            self.log.append(asked)
            return self._failures.get(len(self.log))

    def asked(self, path: str) -> list[Asked]:
        """The requests of one path, in order."""
        return [asked for asked in self.log if asked.path == path]


class Answering(BaseHTTPRequestHandler):
    """One connection: every GET is answered by the stand-in's objects."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm: ClassVar[bool] = True
    server: StandIn

    def do_GET(self) -> None:
        """Answer, or fail as told."""
        place = urlsplit(self.path)
        asked = Asked(
            place.path, _params(place.query), self.headers.get("Stripe-Version"), self.headers.get("Stripe-Account")
        )
        failure = self.server.noted(asked)
        if failure and self._fail(failure):
            return
        try:
            self._send(200, _text(answer(self.server, asked, self._key())))
        except Refused as refused:
            self._send(refused.status, _text(refused.body))

    def _key(self) -> str:
        return self.headers.get("Authorization", "").removeprefix("Bearer ")

    def _fail(self, failure: Failure) -> bool:
        """Whether the request has been dealt with."""
        time.sleep(failure.seconds)
        if failure.drops:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif not failure.seconds:
            error = {"error": {"type": "api_error", "message": "told to fail"}}
            self._send(failure.status, failure.body or _text(error), failure.headers)
        return failure.drops or not failure.seconds

    def _send(self, status: int, body: str, headers: Mapping[str, str] | None = None) -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Request-Id", f"req_{len(self.server.log)}")
        self.send_header("Stripe-Version", self.server.version or self.headers.get("Stripe-Version") or API_VERSION)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """The log is kept by the stand-in, not printed."""


@contextmanager
def serving(objects: Objects, keys: Sequence[str] = (KEY,)) -> Iterator[StandIn]:
    """A stand-in that answers for as long as the block runs."""
    server = StandIn(objects, keys)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(server: StandIn, asked: Asked, key: str) -> Object:
    """A request → the list or the object it asks for."""
    if key not in server.keys:
        raise Refused(401, f"Invalid API Key provided: {key[:8]}****")
    match = re.fullmatch(r"/v1/(\w+)(?:/([^/]+)(?:/(lines))?)?", asked.path)
    if not match or match[1] not in FILTERS:
        raise Refused(404, f"Unrecognized request URL (GET: {asked.path}).")
    name, object_id, lines = match.groups()
    if name in server.forbidden:
        raise Refused(403, f"The provided key 'rk_live_***' does not have the required permissions for {asked.path}.")
    if object_id is None:
        return _list(asked, _chosen(server, name, asked.params), FILTERS[name])
    found = _found(server.objects[name], object_id, name)
    return _list(asked, found["lines"], set()) if lines else _shown(found, _expanded(asked.params, "", found))


def _chosen(server: StandIn, name: str, params: Mapping[str, Any]) -> Sequence[Object]:
    """The objects of a list that its filters let through."""
    if name == "subscription_items":
        if "subscription" not in params:
            raise Refused(400, "Missing required param: subscription.", "parameter_missing", "subscription")
        return _found(server.objects["subscriptions"], params["subscription"], "subscription")["items"]  # type: ignore[no-any-return]
    objects = server.objects[name]
    if name == "subscriptions":
        status = params.get("status")
        return [
            entry for entry in objects if status in ("all", entry["status"]) or (not status and _runs(entry["status"]))
        ]
    return objects


def _runs(status: str) -> bool:
    """Without a status filter Stripe leaves out what has been canceled."""
    return status not in ("canceled", "incomplete_expired")


def _list(asked: Asked, objects: Sequence[Object], filters: set[str]) -> Object:
    """One page of a list."""
    for param in asked.params.keys() - filters - PAGING:
        raise Refused(400, f"Received unknown parameter: {param}", "parameter_unknown", param)
    limit, start = _limit(asked.params), 0
    if after := asked.params.get("starting_after"):
        ids = [entry["id"] for entry in objects]
        if after not in ids:
            raise Refused(400, f"No such object: '{after}'", "resource_missing", "starting_after")
        start = ids.index(after) + 1
    page = objects[start : start + limit]
    sample = page[0] if page else {}
    wanted = _expanded(asked.params, "data.", sample)
    return {
        "object": "list",
        "url": asked.path,
        "has_more": start + limit < len(objects),
        "data": [_shown(entry, wanted) for entry in page],
    }


def _limit(params: Mapping[str, Any]) -> int:
    limit = int(params.get("limit", DEFAULT_PAGE))
    if not 1 <= limit <= LARGEST_PAGE:
        raise Refused(400, "Invalid integer: limit must be between 1 and 100.", "parameter_invalid_integer", "limit")
    return limit


def _expanded(params: Mapping[str, Any], prefix: str, sample: Object) -> set[str]:
    """The paths below an object that a request asks for; one that is no field of it is refused."""
    wanted = set[str]()
    for path in params.get("expand", ()):
        if path.count(".") > 3:
            raise Refused(400, f"You cannot expand more than 4 levels of a property: {path}.", None, "expand")
        top = path.removeprefix(prefix).split(".")[0]
        known = (*FOLDED.get(sample.get("object", ""), ()), *LEFT_OUT.get(sample.get("object", ""), ()), "items")
        if sample and (not path.startswith(prefix) or top not in known):
            raise Refused(400, f"This property cannot be expanded ({path}).", None, "expand")
        parts = path.removeprefix(prefix).split(".")
        wanted |= {".".join(parts[: depth + 1]) for depth in range(len(parts))}
    return wanted


def _shown(value: Any, wanted: set[str]) -> Any:
    """An object as Stripe writes it: ids for what was not asked for, the first ten of an embedded list."""
    if not isinstance(value, dict):
        return [_shown(entry, wanted) for entry in value] if isinstance(value, list) else value
    kind = value.get("object", "")
    shown: Object = {}
    for key, content in value.items():
        if key in LEFT_OUT.get(kind, ()) and key not in wanted:
            continue
        below = {path.removeprefix(f"{key}.") for path in wanted if path.startswith(f"{key}.")}
        if LISTS.get(kind, ("",))[0] == key:
            shown[key] = _embedded(value, key, {path.removeprefix("data.") for path in below})
        elif key in FOLDED.get(kind, ()) and key not in wanted:
            shown[key] = _folded(content)
        else:
            shown[key] = _shown(content, below)
    return shown


def _embedded(owner: Object, key: str, wanted: set[str]) -> Object:
    items = owner[key]
    return {
        "object": "list",
        "url": LISTS[owner["object"]][1].format(id=owner["id"]),
        "has_more": len(items) > EMBEDDED,
        "data": [_shown(item, wanted) for item in items[:EMBEDDED]],
    }


def _folded(content: Any) -> Any:
    if isinstance(content, list):
        return [_folded(entry) for entry in content]
    return content["id"] if isinstance(content, dict) else content


def _found(objects: Sequence[Object], object_id: str, name: str) -> Object:
    for entry in objects:
        if entry["id"] == object_id:
            return entry
    raise Refused(404, f"No such {name.removesuffix('s')}: '{object_id}'", "resource_missing", "id")


def _newest_first(objects: Sequence[Object]) -> list[Object]:
    backwards = list(objects)[::-1]  # of two of the same second, the later one is the newer
    return sorted(backwards, key=lambda entry: -int(entry.get("created", 0)))


def _params(query: str) -> dict[str, Any]:
    """A query → its parameters; expand[0], expand[1] … are one list."""
    params: dict[str, Any] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key.startswith("expand["):
            params.setdefault("expand", []).append(value)
        else:
            params[key] = value
    return params


def _text(document: Any) -> str:
    """Stripe breaks its answers into lines, which must not become lines of a file."""
    return json.dumps(document, separators=(",\n ", ": "), ensure_ascii=False)
