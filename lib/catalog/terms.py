"""How a document says a price: the keys of a dimension beside its bands, each read exactly or refused by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from lib.catalog.allowance import NOT_SET
from lib.catalog.document import BookError, Document, check_fields, number, shown
from lib.catalog.price import (
    ONE_BAND,
    PER_CENT,
    PERCENTAGES,
    Band,
    Commitment,
    Conversion,
    Discount,
    EventTerms,
    Price,
    check_bands,
)
from lib.money import Currency, text

# What a dimension may say about its price beside its bands; `book` says what the dimension itself must be.
MOST_BANDS = 1_000  # a price list nobody reads; ten thousand bands would keep a reader waiting for minutes

TERMS: Mapping[str, str] = MappingProxyType(
    {
        "model": "optional text",
        "thresholds": "optional text",
        "part_units": "optional text",
        "allowance_as": "optional text",
        "negative": "optional text",
        "flat_fee_at_zero": "optional yes or no",
        "convert": "optional block",
        "per_event": "optional block",
        "discounts": "optional list",
        "maximum": "optional number",
        "minimum": "optional number",
        "commitment": "optional block",
    }
)
_WITH_A_PRICE = ("convert", "per_event", "discounts", "maximum", "minimum", "commitment", "flat_fee_at_zero")
_BAND = {"from": "number", "up_to": "optional number", "unit_price": "optional number", "flat_fee": "optional number"}
_CONVERT = {
    "operation": "text",
    "factor": "number",
    "rounding": "optional text",
    "decimals": "optional whole number",
}
_PER_EVENT = {
    "fixed": "optional number",
    "free_events": "optional whole number",
    "free_amount": "optional number",
    "minimum": "optional number",
    "maximum": "optional number",
}
_DISCOUNT = {"percent": "optional number", "fixed": "optional number"}
_COMMITMENT = {
    "size": "number",
    "counted_in": "optional text",
    "overage_factor": "optional number",
    "true_up": "optional yes or no",
}


def is_unset(entries: object) -> bool:
    """Whether a dimension's bands hold a price that nobody set yet: then the dimension as a whole has none."""
    bands = entries if isinstance(entries, Sequence) and not isinstance(entries, str) else ()
    return any(isinstance(entry, Mapping) and entry.get("unit_price") == NOT_SET for entry in bands)


def check_unset(
    terms: Document, readings: Mapping[str, str], unit_size: Decimal, currency: Currency, where: str
) -> None:
    """Refuse what a price that is not set cannot hold, and what it could not be once it is set."""
    bands = [{**band, "unit_price": 0} if is_unset([band]) else band for band in terms["bands"]]
    parse_price({**terms, "bands": bands}, readings, unit_size, currency, where)
    for key in (*_WITH_A_PRICE, "flat_fee"):
        if key in terms or any(key in band for band in bands):
            raise BookError(f"{where}: its price is not set, so its {key} would stand alone; set unit_price first")


def parse_bands(entries: Sequence[Document], where: str) -> tuple[Band, ...]:
    """The `bands` of a document → bands; `up_to`, where written, must meet the next band, and the last is open."""
    if len(entries) > MOST_BANDS:
        raise BookError(f"{where}.bands has {len(entries):,} bands; write at most {MOST_BANDS:,}")
    bands = tuple(_band(entry, f"{where}.bands, band {place}") for place, entry in enumerate(entries, start=1))
    check_bands(bands, f"{where}.bands")
    for place, entry in enumerate(entries, start=1):
        if "up_to" in entry:
            _check_end(number(entry["up_to"], f"{where}.bands, band {place}.up_to"), bands[place:], where, place)
    return bands


def parse_price(
    terms: Document, readings: Mapping[str, str], unit_size: Decimal, currency: Currency, where: str
) -> Price:
    """The price keys of a dimension → its price; what the dimension leaves out follows the book's readings."""
    try:
        _check_terms(terms)
        price = Price(
            bands=parse_bands(terms["bands"], where),
            model=terms.get("model", readings["bands"]),
            unit_size=unit_size,
            thresholds=terms.get("thresholds", readings["thresholds"]),
            part_units=terms.get("part_units", _usual_rounding(terms.get("model"), readings)),
            flat_fee_at_zero=terms.get("flat_fee_at_zero", True),
            currency=currency,
            allowance_as=terms.get("allowance_as", "taken_off"),
            negative=terms.get("negative", "refused"),
            conversion=_conversion(terms["convert"], f"{where}.convert") if "convert" in terms else None,
            per_event=_event_terms(terms["per_event"], f"{where}.per_event") if "per_event" in terms else None,
            discounts=_discounts(terms.get("discounts", ()), f"{where}.discounts"),
            maximum=_optional(terms, "maximum", where),
            minimum=_optional(terms, "minimum", where),
            commitment=_commitment(terms["commitment"], f"{where}.commitment") if "commitment" in terms else None,
        )
        _check_limits(price)
    except BookError as problem:
        sentence = str(problem)
        raise BookError(sentence if sentence.startswith(where) else f"{where}: {sentence}") from None
    return price


def _usual_rounding(model: str | None, readings: Mapping[str, str]) -> str:
    """How part units count where a price does not say: packages begun are owed whole, money has no part units."""
    if model in (*PERCENTAGES, "cost_multiple", "flat"):
        return "exact"
    return "up" if model == "package" else readings["part_units"]


def _check_terms(terms: Document) -> None:
    """A key that the model never reads is refused, also where the book's reading of it would do no harm."""
    model = terms.get("model")
    unread = [key for key in ("thresholds",) if key in terms and model in ONE_BAND]
    unread += [key for key in ("convert",) if key in terms and model == "flat"]
    unread += [key for key in ("part_units",) if key in terms and model in (*PERCENTAGES, "cost_multiple", "flat")]
    if unread:
        raise BookError(f"a {model} price has no use for {unread[0]}: leave it out")
    if "flat_fee_at_zero" in terms and not any("flat_fee" in band for band in terms["bands"][:1]):
        raise BookError("flat_fee_at_zero says when the first band's flat_fee stands, and there is none")


def _check_limits(price: Price) -> None:
    """Both would hold in their order, and the later would win; nobody writes that on purpose."""
    if price.maximum is not None and price.commitment:
        raise BookError("a commitment counts after the maximum and would pass it: write one of the two")
    if price.commitment and price.commitment.overage_factor <= 0:
        raise BookError(f"overage_factor is {text(price.commitment.overage_factor)}; usage above it is not free")
    for discount in price.discounts:
        if discount.percent is not None and discount.percent > PER_CENT:
            raise BookError(f"a discount of {text(discount.percent)} % is more than the whole amount")
    if price.minimum is not None and price.maximum is not None and price.minimum > price.maximum:
        raise BookError(f"at least {text(price.minimum)} and at most {text(price.maximum)} are due: swap the two")


def _band(entry: Document, where: str) -> Band:
    check_fields(entry, _BAND, where)
    if not {"unit_price", "flat_fee"} & entry.keys():
        raise BookError(f"{where} lacks 'unit_price'")
    return Band(*(number(entry.get(key, 0), f"{where}.{key}") for key in ("from", "unit_price", "flat_fee")))


def _check_end(end: Decimal, later: Sequence[Band], where: str, place: int) -> None:
    if not later:
        raise BookError(f"{where}.bands, band {place} is the last and ends at {shown(end)}; leave it open")
    start = later[0].from_quantity
    if end != start:
        fault = "overlap" if end > start else "leave a hole"
        raise BookError(
            f"{where}.bands, band {place} ends at {shown(end)} and band {place + 1} begins at {shown(start)}: "
            f"they {fault}; write the same number, which belongs to the lower band"
        )


def _conversion(entry: Document, where: str) -> Conversion:
    check_fields(entry, _CONVERT, where)
    factor = number(entry["factor"], f"{where}.factor")
    return Conversion(entry["operation"], factor, entry.get("rounding", "none"), entry.get("decimals", 0))


def _event_terms(entry: Document, where: str) -> EventTerms:
    check_fields(entry, _PER_EVENT, where)
    return EventTerms(
        fixed=number(entry.get("fixed", 0), f"{where}.fixed"),
        free_events=entry.get("free_events"),
        free_amount=_optional(entry, "free_amount", where),
        minimum=_optional(entry, "minimum", where),
        maximum=_optional(entry, "maximum", where),
    )


def _discounts(entries: Sequence[Document], where: str) -> tuple[Discount, ...]:
    """Discounts in the order they are taken: every percent before every fixed sum, so that one order is everybody's."""
    found = tuple(_discount(entry, f"{where}, discount {place}") for place, entry in enumerate(entries, start=1))
    fixed = [discount.fixed is not None for discount in found]
    if fixed != sorted(fixed):
        raise BookError(f"{where} takes a fixed sum before a percent; write every percent first")
    return found


def _discount(entry: Document, where: str) -> Discount:
    check_fields(entry, _DISCOUNT, where)
    return Discount(_optional(entry, "percent", where), _optional(entry, "fixed", where))


def _commitment(entry: Document, where: str) -> Commitment:
    check_fields(entry, _COMMITMENT, where)
    factor = number(entry.get("overage_factor", 1), f"{where}.overage_factor")
    size = number(entry["size"], f"{where}.size")
    return Commitment(size, entry.get("counted_in", "amount"), factor, entry.get("true_up", False))


def _optional(entry: Document, key: str, where: str) -> Decimal | None:
    return number(entry[key], f"{where}.{key}") if key in entry else None
