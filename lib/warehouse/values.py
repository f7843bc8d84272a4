"""What the text of one field may be, kind by kind: checked before anything is cast, because casts round in silence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

OPTIONAL = "?"
FIRST_YEAR, LAST_YEAR = "2000", "2099"
METER_ANSWERS = ("Success", "CustomerNotSubscribed", "DuplicateRecord")  # of AWS, BatchMeterUsage
_COUNT = r"([1-9]\d{0,2}(,\d{3}){0,3}|[1-9]\d{0,11})"  # of a unit: 1,000 or 1000, never 0


@dataclass(frozen=True)
class Kind:
    """One kind of field: what is said of a text that is none, how to tell, and whether the field may be empty.

    `word` names the vocabulary of the plans database that the field is a word of; None where it is free. The year of
    what `is_of_a_day` is one in which something can have happened to us, so that the day after it is a day as well.
    """

    complaint: str
    holds: Callable[[str], bool]
    may_be_empty: bool = False
    word: str | None = None
    is_of_a_day: bool = False

    def fault(self, text: str) -> str | None:
        """One field → what is wrong with it, or None; e.g. "is not dollars and cents: 1.999"."""
        if not text:
            return None if self.may_be_empty else "is empty"
        if not self.holds(text):
            return f"{self.complaint}: {text}"
        if self.is_of_a_day and not FIRST_YEAR <= text[:4] <= LAST_YEAR:
            return f"is of no year from {FIRST_YEAR} to {LAST_YEAR}: {text}"
        return None


def kind(name: str) -> Kind:
    """A name as data/feeds writes it → its kind; "?" behind it lets the field be empty. KeyError if unknown."""
    return replace(KINDS[name.removesuffix(OPTIONAL)], may_be_empty=name.endswith(OPTIONAL))


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


@lru_cache(maxsize=1 << 14)
def _is_date(text: str) -> bool:
    return _has_shape_of_date(text) and _is_instant(text)


@lru_cache(maxsize=1 << 14)
def _is_time(text: str) -> bool:
    return _has_shape_of_time(text) and _is_instant(text)


def _is_instant(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_bands(text: str) -> bool:
    """A JSON list of steps, each with the quantity it begins above and its price."""
    steps = _json(text)
    return isinstance(steps, list) and bool(steps) and all(map(_is_band, steps))


def _is_band(step: Any) -> bool:
    return isinstance(step, dict) and all(_is_plain(str(step.get(key))) for key in ("above", "price"))


def _is_ids(text: str) -> bool:
    ids = _json(text)
    return isinstance(ids, list) and all(type(entry) is int for entry in ids)


def _is_json(text: str) -> bool:
    return isinstance(_json(text), dict | list)


def _is_terms(text: str) -> bool:
    """What a buyer chose in a term, as JSON, bare or under the name of the term's kind: whole numbers of dimensions."""
    terms = _json(text)
    if not isinstance(terms, dict):
        return False
    return all(_is_chosen(term) for term in (terms, *(_configured(term) for term in terms.values())))


def _configured(term: Any) -> Any:
    return term.get("configuration") if isinstance(term, dict) else None


def _is_chosen(configuration: Any) -> bool:
    dimensions = (configuration.get("dimensions") or []) if isinstance(configuration, dict) else []
    return isinstance(dimensions, list) and all(
        isinstance(chosen, dict) and _is_whole(str(chosen.get("dimensionValue", "0"))) for chosen in dimensions
    )


def _is_usage_records(text: str) -> bool:
    """A JSON list of what was sent to a marketplace's meter."""
    records = _json(text)
    return isinstance(records, list) and all(map(_is_usage_record, records))


def _is_meter_results(text: str) -> bool:
    """A JSON list of what a marketplace's meter answered, each with the record it is about."""
    results = _json(text)
    return isinstance(results, list) and all(
        isinstance(entry, dict) and entry.get("Status") in METER_ANSWERS and _is_usage_record(entry.get("UsageRecord"))
        for entry in results
    )


def _is_usage_record(record: Any) -> bool:
    """Who used which dimension when, and how much of it: once, as a whole number or as a decimal."""
    if not isinstance(record, dict) or not record.get("Dimension"):
        return False
    moment = str(record.get("Timestamp", ""))
    amounts = [str(record[key]) for key in ("Quantity", "QuantityAsDecimal") if record.get(key) is not None]
    return (
        bool(record.get("CustomerIdentifier") or record.get("CustomerAWSAccountId"))
        and (_is_time(moment) or _is_epoch(moment))
        and len(amounts) == 1
        and _is_metered_amount(amounts[0])
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        return None


_is_epoch = _matches(r"\d{1,11}(\.\d{1,9})?")
_is_metered_amount = _matches(r"\d{1,10}(\.\d{1,6})?")
_is_whole = _matches(r"\d{1,9}(\.0{1,6})?")
_is_plain = _matches(r"\d{1,12}(\.\d{1,12})?")
_has_shape_of_date = _matches(r"\d{4}-\d\d-\d\d")
_has_shape_of_time = _matches(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|\+00:00)?)?")

KINDS = {
    "text": Kind("is empty", bool),
    "integer": Kind("is not a whole number", _matches(r"-?\d{1,9}")),
    "price": Kind("is not a price, zero or more, in dollars and cents", _matches(r"\d{1,16}(\.\d{1,2})?")),
    "cents": Kind("is not a whole number of cents", _matches(r"-?\d{1,16}")),
    "usd": Kind("is not dollars and cents", _matches(r"-?\d{1,16}(\.\d{1,2})?")),
    "micros": Kind("is not a number of at most 6 decimals", _matches(r"-?\d{1,12}(\.\d{1,6})?")),
    "nanos": Kind("is not a number of at most 9 decimals", _matches(r"-?\d{1,9}(\.\d{1,9})?")),
    "quantity": Kind("is not a quantity, zero or more, of at most 6 decimals", _matches(r"\d{1,12}(\.\d{1,6})?")),
    "unit_price": Kind("is not a price, zero or more, of at most 9 decimals", _matches(r"\d{1,9}(\.\d{1,9})?")),
    "percent": Kind(
        "is not a percentage from 0 to 100 of at most 6 decimals", _matches(r"\d{1,2}(\.\d{1,6})?|100(\.0{1,6})?")
    ),
    "us_dollars": Kind("is not usd, and the books are kept in US dollars alone", _matches("(?i:usd)")),
    "subscription_status": Kind(
        "is no status of a subscription that Stripe is known to use",
        _matches("active|canceled|incomplete|incomplete_expired|past_due|paused|trialing|unpaid"),
    ),
    "fraction": Kind("is not a fraction below 1 like 0.25", _matches(r"0(\.\d{1,6})?")),
    "chance": Kind("is not a probability from 0 to 1 like 0.25", _matches(r"0(\.\d{1,6})?|1(\.0{1,6})?")),
    "years": Kind("is not a number of years from 1 to 5", _matches(r"[1-5]")),
    "date": Kind("is not a date like 2026-10-31", _is_date, is_of_a_day=True),
    "time": Kind("is not a UTC time like 2026-10-31T23:59:59Z", _is_time, is_of_a_day=True),
    "time_or_never": Kind("is not a UTC time like 2026-10-31T23:59:59Z", _is_time),  # the year 9999 means none
    "unit": Kind("is not a unit like 'per image' or 'per 1,000 words'", _matches(rf"per ({_COUNT} )?[a-z]+(/[a-z]+)?")),
    "bands": Kind("""is not a list of bands like [{"above":0,"price":"0.001"}]""", _is_bands),
    "json": Kind("is no JSON object or list", _is_json),
    "term": Kind("is no JSON of a term that chooses whole numbers of its dimensions", _is_terms),
    "account": Kind("is no AWS account number of at most 12 digits", _matches(r"\d{1,12}")),
    "usage_records": Kind(
        "is no list of usage records with a customer, a dimension, a time and one quantity", _is_usage_records
    ),
    "meter_results": Kind(
        "is no list of meter results, each with its usage record and a status that we know", _is_meter_results
    ),
    "ids": Kind("is not a list of ids like [1,2,3]", _is_ids),
    "yes_no": Kind("is neither yes nor no", _matches(r"yes|no")),
    "surface": Kind(
        "is none of pricing_page, checkout_page, application, third_party",
        _matches(r"pricing_page|checkout_page|application|third_party"),
    ),
    "offer_status": Kind(
        "is none of draft, sent, accepted, expired, withdrawn", _matches(r"draft|sent|accepted|expired|withdrawn")
    ),
    "section": Kind("is neither contract nor metering", _matches(r"contract|metering")),
    "allowance": Kind(
        "is neither a quantity nor 'unlimited', 'not offered' or 'by contract'",
        _matches(r"\d{1,12}(\.\d{1,6})?|unlimited|not offered|by contract"),
    ),
    "plan": Kind("is empty", bool, word="plan"),
    "dimension": Kind("is empty", bool, word="dimension"),
}
