"""A stand-in for AWS Marketplace and Partner Central on loopback: the real boto3 clients talk to it.

It answers five services in their own protocols, pages like they do, signs off tokens and credentials, and misbehaves on
command. What it sells, to whom, and what was agreed is a `World`; what it was asked stands in its log.
"""

import base64
import hashlib
import json
import os
import re
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Document = dict[str, Any]

KEY, SECRET, REGION = "AKIDOFTHEDESK", "the-desk-s-secret-access-key", "us-east-1"
DISCOVERY = "/2026-02-05/"
SERVICE_OF_TARGET = {
    "AWSMPEntitlementService": "marketplace-entitlement",
    "AWSMPCommerceService_v20200301": "marketplace-agreement",
    "AWSPartnerCentralSelling": "partnercentral-selling",
    "AWSMPMeteringService": "meteringmarketplace",
}
OPERATION_OF_PATH = {
    "/DescribeEntity": ("marketplace-catalog", "DescribeEntity"),
    "/ListEntities": ("marketplace-catalog", "ListEntities"),
}
# How many entries a page holds, at most, and where nobody says.
PAGES = {
    "ListEntities": 50,
    "SearchAgreements": 50,
    "GetAgreementTerms": 50,
    "GetEntitlements": 25,
    "ListPurchaseOptions": 100,
    "GetOfferTerms": 25,
    "ListOpportunities": 100,
}
TOKENS = ("NextToken", "nextToken")
RESTFUL = ("marketplace-catalog", "marketplace-discovery")
METER_BYTES, METER_RECORDS = 1 << 20, 25
STATUS = {
    "AccessDeniedException": 403,
    "ResourceNotFoundException": 404,
    "ThrottlingException": 429,
    "InternalServerException": 500,
    "InternalServiceException": 500,
    "InternalServiceErrorException": 500,
}
VALIDATION = {"marketplace-catalog": 422}
BROKEN = {
    "marketplace-catalog": "InternalServiceException",
    "marketplace-entitlement": "InternalServiceErrorException",
    "meteringmarketplace": "InternalServiceErrorException",
}
NOT_VALID = {"marketplace-entitlement": "InvalidParameterException"}


@dataclass
class World:
    """What a seller has at AWS. Answers are kept as the services give them, times as epoch seconds or ISO text.

    `entities` are DescribeEntity answers by id, `summaries` what ListEntities says of them; `agreements` are pairs of
    summary and description; `licenses` are the meter's: licence ARN → product code, account and whether it runs.
    """

    entities: dict[str, Document] = field(default_factory=dict)
    summaries: dict[str, Document] = field(default_factory=dict)
    purchase_options: list[Document] = field(default_factory=list)
    offers: dict[str, Document] = field(default_factory=dict)
    offer_terms: dict[str, list[Document]] = field(default_factory=dict)
    listings: dict[str, Document] = field(default_factory=dict)
    agreements: list[tuple[Document, Document]] = field(default_factory=list)
    agreement_terms: dict[str, list[Document]] = field(default_factory=dict)
    entitlements: list[Document] = field(default_factory=list)
    opportunities: list[tuple[Document, Document]] = field(default_factory=list)
    product_codes: dict[str, set[str]] = field(default_factory=dict)
    licenses: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    now: datetime = datetime(2026, 10, 31, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """One request as it arrived, and the answer that went out; a trouble has no answer."""

    service: str
    operation: str
    request: Document
    answer: Document | None


class Refused(Exception):
    """An answer that is an error: its code, as the service's model names it, and what it says."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.more = code, message, more


@dataclass
class Aws:
    """A running stand-in: where it answers, its world, its log, and the troubles it has in store by operation."""

    url: str
    world: World
    asked: list[Asked] = field(default_factory=list)
    page_size: int | None = None
    unprocessed: int = 0
    troubles: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    metered: dict[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    epoch: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def trouble(self, operation: str, *kinds: str) -> None:
        """How the next calls of an operation end, one by one: see _Handler; `good` is no trouble."""
        self.troubles[operation].extend(kinds)

    def forget_tokens(self) -> None:
        """Every token given out so far has expired."""
        self.epoch += 1

    def operations(self) -> list[str]:
        """The operations that were asked for, in order."""
        return [asked.operation for asked in self.asked]

    def answer(self, operation: str, request: Document) -> Document:
        """One request → the answer of its service; raises Refused."""
        return ANSWERS[operation](self, request)

    # Pages

    def page(self, operation: str, request: Document, entries: Sequence[Any], size: str, token: str) -> tuple[Any, ...]:
        """The entries of the asked page, and the members that name the next one."""
        most = min(filter(None, (request.get(size), self.page_size, PAGES[operation])))
        asked = {key: value for key, value in request.items() if key not in (size, token)}
        start = self._start(operation, asked, request.get(token))
        end = start + most
        more = {token: self._token(operation, asked, end)} if end < len(entries) else {}
        return list(entries[start:end]), more

    def _start(self, operation: str, asked: Document, token: str | None) -> int:
        if token is None:
            return 0
        try:
            start = int(base64.b64decode(token).split(b":")[0])
        except ValueError:
            start = 0
        if token != self._token(operation, asked, start):
            raise Refused("ValidationException", "The provided token is not valid or has expired")
        return start

    def _token(self, operation: str, asked: Document, start: int) -> str:
        question = json.dumps([self.epoch, operation, asked], sort_keys=True, default=str)
        return base64.b64encode(f"{start}:{hashlib.sha256(question.encode()).hexdigest()[:24]}".encode()).decode()


# marketplace-catalog


def describe_entity(aws: Aws, request: Document) -> Document:
    _insist_on(request.get("catalog") == "AWSMarketplace", "Catalog must be AWSMarketplace")
    return _known(aws.world.entities, request["entityId"].partition("@")[0], "entity")


def list_entities(aws: Aws, request: Document) -> Document:
    _insist_on(request.get("Catalog") == "AWSMarketplace", "Catalog must be AWSMarketplace")
    kind = request["EntityType"]
    filters = request.get("EntityTypeFilters", {}).get(f"{kind}Filters", {})
    entries = [
        summary
        for summary in aws.world.summaries.values()
        if summary["EntityType"] == kind and _matches(summary, kind, filters)
    ]
    page, more = aws.page("ListEntities", request, entries, "MaxResults", "NextToken")
    return {"EntitySummaryList": page, **more}


def _matches(summary: Document, kind: str, filters: Document) -> bool:
    facts = {**summary.get(f"{kind}Summary", {}), "EntityId": summary["EntityId"]}
    return all(_values(facts.get(name)) & set(asked.get("ValueList", ())) for name, asked in filters.items())


def _values(fact: Any) -> set[Any]:
    return set(fact) if isinstance(fact, list) else {fact}


# marketplace-discovery


def list_purchase_options(aws: Aws, request: Document) -> Document:
    wanted = {asked["filterType"]: set(asked["filterValues"]) for asked in request.get("filters", ())}
    entries = [option for option in aws.world.purchase_options if _is_wanted(option, wanted)]
    page, more = aws.page("ListPurchaseOptions", request, entries, "maxResults", "nextToken")
    return {"purchaseOptions": page, **more}


def _is_wanted(option: Document, wanted: dict[str, set[str]]) -> bool:
    facts = {
        "PRODUCT_ID": {entity["product"]["productId"] for entity in option["associatedEntities"]},
        "PURCHASE_OPTION_TYPE": {option["purchaseOptionType"]},
        "SELLER_OF_RECORD_PROFILE_ID": {option["sellerOfRecord"]["sellerProfileId"]},
    }
    unknown = wanted.keys() - facts.keys()
    _insist_on(not unknown, f"this stand-in does not filter by {sorted(unknown)}")
    return all(facts[name] & values for name, values in wanted.items())


def get_offer_terms(aws: Aws, request: Document) -> Document:
    terms = _known(aws.world.offer_terms, request["offerId"], "offer")
    page, more = aws.page("GetOfferTerms", request, terms, "maxResults", "nextToken")
    return {"offerTerms": page, **more}


# marketplace-agreement


def search_agreements(aws: Aws, request: Document) -> Document:
    wanted = {asked["name"]: asked["values"][0] for asked in request.get("filters", ())}
    _insist_on(wanted.pop("PartyType", None) == "Proposer", "PartyType must be Proposer for a seller's agreements")
    _insist_on(wanted.pop("AgreementType", None) == "PurchaseAgreement", "AgreementType is required")
    entries = [summary for summary, _ in aws.world.agreements if _is_agreed(summary, wanted)]
    page, more = aws.page("SearchAgreements", request, entries, "maxResults", "nextToken")
    return {"agreementViewSummaries": page, **more}


def _is_agreed(summary: Document, wanted: dict[str, str]) -> bool:
    proposal = summary["proposalSummary"]
    facts = {
        "ResourceIdentifier": {resource["id"] for resource in proposal["resources"]},
        "ResourceType": {resource["type"] for resource in proposal["resources"]},
        "OfferId": {proposal["offerId"]},
        "AcceptorAccountId": {summary["acceptor"]["accountId"]},
        "Status": {summary["status"]},
    }
    unknown = wanted.keys() - facts.keys()
    _insist_on(not unknown, f"this stand-in does not filter by {sorted(unknown)}")
    return all(value in facts[name] for name, value in wanted.items())


def describe_agreement(aws: Aws, request: Document) -> Document:
    described = {answer["agreementId"]: answer for _, answer in aws.world.agreements}
    return _known(described, request["agreementId"], "agreement")


def get_agreement_terms(aws: Aws, request: Document) -> Document:
    terms = _known(aws.world.agreement_terms, request["agreementId"], "agreement")
    page, more = aws.page("GetAgreementTerms", request, terms, "maxResults", "nextToken")
    return {"acceptedTerms": page, **more}


# marketplace-entitlement

ENTITLEMENT_FILTERS = {
    "CUSTOMER_IDENTIFIER": "CustomerIdentifier",
    "CUSTOMER_AWS_ACCOUNT_ID": "CustomerAWSAccountId",
    "DIMENSION": "Dimension",
    "LICENSE_ARN": "LicenseArn",
}


def get_entitlements(aws: Aws, request: Document) -> Document:
    code, filters = request["ProductCode"], request.get("Filter", {})
    _insist_on(code in aws.world.product_codes, f"Product code {code} does not exist")
    both = {"CUSTOMER_IDENTIFIER", "CUSTOMER_AWS_ACCOUNT_ID"} <= filters.keys()
    _insist_on(not both, "CUSTOMER_IDENTIFIER and CUSTOMER_AWS_ACCOUNT_ID exclude each other")
    entries = [
        entitlement
        for entitlement in aws.world.entitlements
        if entitlement["ProductCode"] == code
        and all(entitlement.get(ENTITLEMENT_FILTERS[name]) in values for name, values in filters.items())
    ]
    page, more = aws.page("GetEntitlements", request, entries, "MaxResults", "NextToken")
    return {"Entitlements": page, **more}


# partnercentral-selling


def list_opportunities(aws: Aws, request: Document) -> Document:
    _insist_on(
        request["Catalog"] in ("AWS", "Sandbox"), "Catalog must be AWS or Sandbox", Reason="REQUEST_VALIDATION_FAILED"
    )
    entries = [summary for summary, _ in aws.world.opportunities if summary["Catalog"] == request["Catalog"]]
    page, more = aws.page("ListOpportunities", request, entries, "MaxResults", "NextToken")
    return {"OpportunitySummaries": page, **more}


def get_opportunity(aws: Aws, request: Document) -> Document:
    known = {(answer["Catalog"], answer["Id"]): answer for _, answer in aws.world.opportunities}
    return _known(known, (request["Catalog"], request["Identifier"]), "opportunity")


# meteringmarketplace


def batch_meter_usage(aws: Aws, request: Document) -> Document:
    """Every record is checked before one is counted: what is wrong with one is wrong with the batch."""
    records = request["UsageRecords"]
    _insist_on(len(records) <= METER_RECORDS, f"at most {METER_RECORDS} usage records")
    _insist_on(len(json.dumps(request)) < METER_BYTES, "the request must be smaller than 1 MB")
    codes = {_product_of(aws.world, record, request.get("ProductCode")) for record in records}
    if len(codes) > 1:
        raise Refused("InvalidProductCodeException", "a request is for one product")
    for record in records:
        _check_record(aws.world, record, codes)
    kept = len(records) - min(aws.unprocessed, len(records))
    aws.unprocessed = 0
    return {
        "Results": [_counted(aws, record, *codes) for record in records[:kept]],
        "UnprocessedRecords": records[kept:],
    }


def _product_of(world: World, record: Document, code: str | None) -> str:
    arn = record.get("LicenseArn")
    if arn is not None and arn not in world.licenses:
        raise Refused("InvalidLicenseException", "the license is not valid")
    found = world.licenses[arn][0] if arn else code
    if found not in world.product_codes or code not in (None, found):
        raise Refused("InvalidProductCodeException", "the product code is not valid")
    return str(found)


def _check_record(world: World, record: Document, codes: set[str]) -> None:
    if ("CustomerIdentifier" in record) == ("CustomerAWSAccountId" in record):
        raise Refused("InvalidCustomerIdentifierException", "name CustomerIdentifier or CustomerAWSAccountId, not both")
    _insist_on(not {"Quantity", "QuantityAsDecimal"} <= record.keys(), "Quantity or QuantityAsDecimal, not both")
    if record["Dimension"] not in world.product_codes[next(iter(codes))]:
        raise Refused("InvalidUsageDimensionException", f"there is no dimension {record['Dimension']}")
    if not _is_in_time(datetime.fromtimestamp(record["Timestamp"], UTC), world.now):
        raise Refused("TimestampOutOfBoundsException", "the timestamp is out of bounds")
    _check_allocations(record)


def _is_in_time(moment: datetime, now: datetime) -> bool:
    """Less than 24 hours old, never from the future; the month before only until six in the morning of the first."""
    grace = now.replace(day=1, hour=6, minute=0, second=0, microsecond=0)
    is_this_month = (moment.year, moment.month) == (now.year, now.month)
    return now - timedelta(hours=24) < moment <= now and (is_this_month or now < grace)


def _check_allocations(record: Document) -> None:
    parts = record.get("UsageAllocations", ())
    said = [Decimal(str(_quantity(part, "AllocatedUsageQuantity"))) for part in parts]
    if parts and sum(said) != Decimal(str(_quantity(record, "Quantity"))):
        raise Refused("InvalidUsageAllocationsException", "the allocations do not sum to the quantity")
    tags = [tuple(sorted((tag["Key"], tag["Value"]) for tag in part.get("Tags", ()))) for part in parts]
    if len(set(tags)) < len(tags):
        raise Refused("InvalidUsageAllocationsException", "two allocations have the same tags")


def _quantity(record: Document, name: str) -> Any:
    return record.get(f"{name}AsDecimal", record.get(name, 0))


def _counted(aws: Aws, record: Document, code: str) -> Document:
    """One record → its result: a record says who, what and when, and whoever says it again must say as much."""
    if not _is_subscribed(aws.world, record, code):
        return {"UsageRecord": record, "Status": "CustomerNotSubscribed"}
    who = record.get("CustomerAWSAccountId") or record["CustomerIdentifier"]
    said = (code, record.get("LicenseArn", ""), who, record["Dimension"], str(record["Timestamp"]))
    much = json.dumps(
        [str(Decimal(str(_quantity(record, "Quantity"))).normalize()), record.get("UsageAllocations")], sort_keys=True
    )
    known, number = aws.metered.setdefault(said, (much, f"record-{len(aws.metered) + 1}"))
    if known != much:
        return {"UsageRecord": record, "Status": "DuplicateRecord"}
    return {"UsageRecord": record, "MeteringRecordId": number, "Status": "Success"}


def _is_subscribed(world: World, record: Document, code: str) -> bool:
    who = record.get("CustomerAWSAccountId")
    held = [(account, arn) for arn, (product, account, runs) in world.licenses.items() if runs and product == code]
    return any(account == who and record.get("LicenseArn") in (None, arn) for account, arn in held)


ANSWERS: dict[str, Callable[[Aws, Document], Document]] = {
    "DescribeEntity": describe_entity,
    "ListEntities": list_entities,
    "ListPurchaseOptions": list_purchase_options,
    "GetOffer": lambda aws, request: _known(aws.world.offers, request["offerId"], "offer"),
    "GetOfferTerms": get_offer_terms,
    "GetListing": lambda aws, request: _known(aws.world.listings, request["listingId"], "listing"),
    "SearchAgreements": search_agreements,
    "DescribeAgreement": describe_agreement,
    "GetAgreementTerms": get_agreement_terms,
    "GetEntitlements": get_entitlements,
    "ListOpportunities": list_opportunities,
    "GetOpportunity": get_opportunity,
    "BatchMeterUsage": batch_meter_usage,
}


def _known(answers: dict[Any, Any], key: Any, what: str) -> Any:
    if key not in answers:
        raise Refused("ResourceNotFoundException", f"The {what} {key} does not exist")
    return answers[key]


def _insist_on(holds: bool, message: str, **more: Any) -> None:
    if not holds:
        raise Refused("ValidationException", message, **more)


# HTTP


@contextmanager
def signed_in(home: Path) -> Iterator[None]:
    """The seller's keys in the environment until the block ends, and nothing of the machine's own profiles."""
    before = dict(os.environ)
    for name in (name for name in before if name.startswith("AWS_")):
        del os.environ[name]
    os.environ |= {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_CONFIG_FILE": str(home / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / "no-credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "3",
    }
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ |= {name: value for name, value in before.items() if name.startswith("AWS_")}


@contextmanager
def running(world: World) -> Iterator[Aws]:
    """A stand-in of this world until the block ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    aws = server.aws = Aws(f"http://127.0.0.1:{server.server_port}", world)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield aws
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    aws: Aws


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # head and body leave together: apart, the second would wait for the first to be acknowledged
    server: _Server

    def do_GET(self) -> None:
        self._serve(dict(parse_qsl(urlsplit(self.path).query)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._serve(json.loads(body or b"{}"))

    def log_message(self, format: str, *args: object) -> None:
        """The log is kept in `asked`."""

    def _serve(self, request: Document) -> None:
        service, operation = self._operation()
        aws = self.server.aws
        with aws.lock:
            trouble = aws.troubles[operation].popleft() if aws.troubles[operation] else "good"
            try:
                status, head, answer = HTTPStatus.OK, {}, self._answer(service, operation, request, trouble)
                said = answer
            except Refused as refused:
                said = None
                status, head, answer = _error(service, refused)
            aws.asked.append(Asked(service, operation, request, said))
        self._send(service, status, head, json.dumps(answer).encode(), trouble)

    def _operation(self) -> tuple[str, str]:
        path = urlsplit(self.path).path
        if path.startswith(DISCOVERY):
            name = path.removeprefix(DISCOVERY)
            return "marketplace-discovery", name[:1].upper() + name[1:]
        if path in OPERATION_OF_PATH:
            return OPERATION_OF_PATH[path]
        prefix, _, operation = self.headers.get("X-Amz-Target", "").partition(".")
        return SERVICE_OF_TARGET.get(prefix, "unknown"), operation

    def _answer(self, service: str, operation: str, request: Document, trouble: str) -> Document:
        self._check_signature()
        if operation not in ANSWERS:
            raise Refused("UnknownOperationException", f"there is no operation {operation!r}")
        if trouble == "throttle":
            raise Refused("ThrottlingException", "Rate exceeded")
        if trouble == "denied":
            raise Refused("AccessDeniedException", f"User: arn:aws:iam::111122223333:user/desk may not {operation}")
        if trouble == "expired":
            raise Refused("ValidationException", "The provided token is not valid or has expired")
        if trouble == "broken":
            raise Refused(BROKEN.get(service, "InternalServerException"), "An internal error occurred")
        answer = self.server.aws.answer(operation, request)
        if trouble == "circle":
            answer |= {token: request[token] for token in TOKENS if token in request}
        return answer

    def _check_signature(self) -> None:
        scope = re.search(r"Credential=(\w+)/\d{8}/([\w-]+)/", self.headers.get("Authorization", ""))
        if not scope:
            raise Refused("MissingAuthenticationTokenException", "Missing Authentication Token")
        if scope[1] != KEY:
            raise Refused("UnrecognizedClientException", "The security token included in the request is invalid.")
        if scope[2] != REGION:
            raise Refused("InvalidSignatureException", "Credential should be scoped to a valid region.")

    def _send(self, service: str, status: int, head: dict[str, str], body: bytes, trouble: str) -> None:
        if trouble == "dropped":
            self.close_connection = True
            self.connection.close()
            return
        head = {"x-amzn-RequestId": f"request-{len(self.server.aws.asked)}", **head}
        if trouble == "gibberish":
            head, body = {}, b"<html>a proxy's page</html>"
        self.send_response(status)
        kind = "json" if service in RESTFUL else "x-amz-json-1.1"
        for name, value in {"Content-Type": f"application/{kind}", "Content-Length": str(len(body)), **head}.items():
            self.send_header(name, value)
        self.end_headers()
        if trouble == "half":
            self.close_connection = True
            body = body[: len(body) // 2]
        self.wfile.write(body)
        if trouble == "half":
            self.wfile.flush()
            self.connection.close()


def _error(service: str, refused: Refused) -> tuple[int, dict[str, str], Document]:
    """An error in its protocol's shape: REST names it in a header, the others in the body."""
    code, status = refused.code, STATUS.get(refused.code, 400)
    if code == "ValidationException":
        code, status = NOT_VALID.get(service, code), VALIDATION.get(service, 400)
    if service in RESTFUL:
        if code in ("UnrecognizedClientException", "InvalidSignatureException", "MissingAuthenticationTokenException"):
            status = 403
        word = "Message" if service == "marketplace-catalog" else "message"
        return status, {"x-amzn-ErrorType": code}, {word: refused.message, **refused.more}
    return status, {}, {"__type": f"com.amazonaws.{service}#{code}", "message": refused.message, **refused.more}
