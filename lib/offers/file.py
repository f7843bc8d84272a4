"""The text of data/offers.toml becomes rules; a measure that nobody can count is refused at the door."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lib.catalog.document import BookError, check_fields, check_signs, number, one_of, shown
from lib.catalog.scenario import ScenarioError, read_toml
from lib.offers.catalog_request import INTENTS, RequestRules
from lib.offers.judging import ApprovalRule, AwsLimit, ExpressRules
from lib.offers.measures import ASKED, LIMITED
from lib.offers.register import Likeness
from lib.offers.terms import BASES, PARTS, OfferError

WHERE = "data/offers.toml"
NOT_SET = "not set"
MOST_DAYS, MOST_MONTHS = 3650, 120
BOUNDS = ("at_most", "at_least", "among")
APPROVERS = ("founder", "finance")
_FILE = {
    "ours": "block",
    "limits": "list",
    "approvals": "list",
    "express": "block",
    "request": "block",
    "comparable": "block",
    "payback": "block",
    "example": "block",
}
_OURS = {
    "rail": "text",
    "rail_source": "text",
    "years": "list",
    "years_source": "text",
    "ceiling": "text",
    "ceiling_source": "text",
    "expires_after_days": "whole number",
    "expires_source": "text",
    "as_of": "date",
}
_LIMIT = {
    "key": "text",
    "words": "text",
    "measure": "text",
    "at_most": "optional number",
    "at_least": "optional number",
    "among": "optional list",
    "beyond": "text",
    "source": "text",
    "as_of": "date",
}
_APPROVAL = {
    "key": "text",
    "words": "text",
    "measure": "text",
    "above": "optional number",
    "below": "optional number",
    "from": "list",
    "why": "text",
}
_EXPRESS = {
    "words": "text",
    "column": "text",
    "column_source": "text",
    "description_least": "whole number",
    "description_source": "text",
    "largest_value": "number",
    "largest_discount": "number",
    "limits_source": "text",
    "as_of": "date",
}
_REQUEST = {"intent": "text", "eula": "text", "eula_version": "text", "source": "text", "as_of": "date"}
_COMPARABLE = {"size_from": "number", "size_to": "number", "why": "text"}
_PAYBACK = {"under": "whole number", "source": "text"}
_EXAMPLE = {"years": "whole number", "discount": "number", "base": "text", "payment": "text", "source": "text"}


@dataclass(frozen=True)
class Example:
    """The papers' own example, which the page offers to take, and how an offer is paid unless somebody says."""

    years: int
    discount: Decimal
    base: str
    payment: str


@dataclass(frozen=True)
class OfferRules:
    """All of data/offers.toml: the `rail` offers are made on, `years` we sell for, limits in order.

    `ceiling` is the highest tier with a public price.
    `payback_under` is in months, `expires_after_days` what an offer is given where nobody says otherwise.
    """

    rail: str
    years: tuple[int, ...]
    ceiling: str
    expires_after_days: int
    limits: tuple[AwsLimit, ...]
    approvals: tuple[ApprovalRule, ...]
    express: ExpressRules
    request: RequestRules
    likeness: Likeness
    payback_under: Decimal
    payback_source: str
    example: Example
    sources: Mapping[str, str]


def parse(document: str, where: str = WHERE) -> OfferRules:
    """The text of data/offers.toml → its rules; refuses what nobody can judge, with the nearest right name."""
    try:
        blocks = read_toml(document, where)
        check_signs(blocks, where)
        check_fields(blocks, _FILE, where)
        return _rules(blocks, where)
    except (BookError, ScenarioError) as problem:
        raise OfferError(str(problem)) from None


def _rules(blocks: Mapping[str, Any], where: str) -> OfferRules:
    ours, payback = blocks["ours"], blocks["payback"]
    check_fields(ours, _OURS, f"{where}, [ours]")
    check_fields(payback, _PAYBACK, f"{where}, [payback]")
    return OfferRules(
        rail=ours["rail"],
        years=_years(ours["years"], f"{where}, ours.years"),
        ceiling=ours["ceiling"],
        expires_after_days=_within(ours["expires_after_days"], MOST_DAYS, f"{where}, ours.expires_after_days"),
        limits=_each(blocks["limits"], _limit, f"{where}, limits"),
        approvals=_each(blocks["approvals"], _approval, f"{where}, approvals"),
        express=_express(blocks["express"], f"{where}, express"),
        request=_request(blocks["request"], f"{where}, request"),
        likeness=_likeness(blocks["comparable"], f"{where}, comparable"),
        payback_under=Decimal(_within(payback["under"], MOST_MONTHS, f"{where}, payback.under")),
        payback_source=payback["source"],
        example=_example(blocks["example"], _years(ours["years"], f"{where}, ours.years"), f"{where}, example"),
        sources={
            "rail": ours["rail_source"],
            "years": ours["years_source"],
            "ceiling": ours["ceiling_source"],
            "expiry": ours["expires_source"],
        },
    )


def _each(entries: Sequence[Any], made: Callable[[Any, str], Any], where: str) -> tuple[Any, ...]:
    if not entries:
        raise BookError(f"{where} holds no rule: every offer would pass; write one")
    found = tuple(made(entry, f"{where}[{place}]") for place, entry in enumerate(entries))
    keys = [one.key for one in found]
    if twice := [key for place, key in enumerate(keys) if key in keys[:place]]:
        raise BookError(f"{where} has {twice[0]!r} twice; keep one")
    return found


def _years(years: Sequence[Any], where: str) -> tuple[int, ...]:
    if not years or not all(isinstance(year, int) and not isinstance(year, bool) and year > 0 for year in years):
        raise BookError(f"{where} is {shown(years)}; write whole numbers of years, as [1, 2, 3]")
    return tuple(sorted(set(years)))


def _within(value: int, most: int, where: str) -> int:
    if not 1 <= value <= most:
        raise BookError(f"{where} is {shown(value)}; write a whole number from 1 to {most}")
    return value


def _limit(entry: Any, where: str) -> AwsLimit:
    check_fields(entry, _LIMIT, where)
    bounds = [bound for bound in BOUNDS if bound in entry]
    if len(bounds) != 1:
        raise BookError(f"{where} must have exactly one of {', '.join(BOUNDS)}")
    value = entry[bounds[0]]
    return AwsLimit(
        key=entry["key"],
        words=entry["words"],
        measure=one_of(entry["measure"], tuple(LIMITED), f"{where}.measure"),
        bound=bounds[0],
        limit=_texts(value, f"{where}.among") if bounds[0] == "among" else number(value, f"{where}.{bounds[0]}"),
        beyond=entry["beyond"],
        source=entry["source"],
        as_of=entry["as_of"],
    )


def _approval(entry: Any, where: str) -> ApprovalRule:
    check_fields(entry, _APPROVAL, where)
    if ("above" in entry) == ("below" in entry):
        raise BookError(f"{where} must have exactly one of above, below")
    who = tuple(one_of(name, APPROVERS, f"{where}.from") for name in entry["from"])
    if not who:
        raise BookError(f"{where}.from is empty; name who must agree: {', '.join(APPROVERS)}")
    return ApprovalRule(
        key=entry["key"],
        words=entry["words"],
        measure=one_of(entry["measure"], tuple(ASKED), f"{where}.measure"),
        above=number(entry["above"], f"{where}.above") if "above" in entry else None,
        below=number(entry["below"], f"{where}.below") if "below" in entry else None,
        asked=who,
        why=entry["why"],
    )


def _express(entry: Any, where: str) -> ExpressRules:
    check_fields(entry, _EXPRESS, where)
    return ExpressRules(
        description_least=entry["description_least"],
        largest_value=_set(entry["largest_value"], f"{where}.largest_value"),
        largest_discount=_set(entry["largest_discount"], f"{where}.largest_discount"),
        words=entry["words"],
        sources=(entry["column_source"], entry["description_source"], entry["limits_source"]),
    )


def _request(entry: Any, where: str) -> RequestRules:
    check_fields(entry, _REQUEST, where)
    intent = one_of(entry["intent"], INTENTS, f"{where}.intent")
    return RequestRules(intent, entry["eula"], entry["eula_version"], entry["source"])


def _likeness(entry: Any, where: str) -> Likeness:
    check_fields(entry, _COMPARABLE, where)
    found = Likeness(number(entry["size_from"], f"{where}.size_from"), number(entry["size_to"], f"{where}.size_to"))
    if not 0 < found.size_from <= 1 <= found.size_to:
        raise BookError(f"{where} goes from {found.size_from} to {found.size_to}; write factors around 1, as 0.5 and 2")
    return found


def _example(entry: Any, years: Sequence[int], where: str) -> Example:
    check_fields(entry, _EXAMPLE, where)
    if entry["years"] not in years:
        raise BookError(f"{where}.years is {shown(entry['years'])}; we sell for {', '.join(map(str, years))}")
    discount = number(entry["discount"], f"{where}.discount")
    if discount >= 1:
        raise BookError(f"{where}.discount is {shown(discount)}; write a fraction below 1, as 0.25 for 25 %")
    return Example(
        years=entry["years"],
        discount=discount,
        base=one_of(entry["base"], BASES, f"{where}.base"),
        payment=one_of(entry["payment"], tuple(PARTS), f"{where}.payment"),
    )


def _set(value: object, where: str) -> Decimal | None:
    return None if value == NOT_SET else number(value, where)


def _texts(values: Any, where: str) -> tuple[str, ...]:
    if not values or not all(isinstance(value, str) and value for value in values):
        raise BookError(f"{where} is {shown(values)}; write a list of texts")
    return tuple(values)
