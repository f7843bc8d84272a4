"""The terms of an offer as text and back: canonical JSON, so that the same terms are the same letters."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

from lib.catalog.allowance import Allowance
from lib.catalog.document import BookError
from lib.catalog.price import Band
from lib.money import MoneyError, exact, text
from lib.offers.terms import Extra, OfferError, OfferTerms

_AMOUNTS = ("discount", "price_per_year", "minimum_monthly", "minimum_yearly")
_DAYS = ("starts_on", "expires_on")
_PLAIN = ("buyer", "tier", "years", "base", "payment", "renewal", "channel_partner", "rail")


def written(terms: OfferTerms) -> str:
    """Terms → their text: amounts as decimals written out, days as ISO 8601, names in order."""
    told: dict[str, Any] = {name: getattr(terms, name) for name in _PLAIN}
    told |= {name: _text(getattr(terms, name)) for name in _AMOUNTS}
    told |= {name: str(day) if (day := getattr(terms, name)) else None for name in _DAYS}
    told["ramp"] = [text(step) for step in terms.ramp]
    told["extras"] = [[extra.name, text(extra.price_per_year)] for extra in terms.extras]
    told["allowances"] = {key: [str(one), one.over_limit] for key, one in terms.allowances}
    told["bands"] = {
        key: [[text(band.from_quantity), text(band.unit_price), text(band.flat_fee)] for band in bands]
        for key, bands in terms.bands
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=False)


def read(document: str) -> OfferTerms:
    """The text of terms → the terms; refused where it is no text that `written` made."""
    try:
        told = json.loads(document)
        return OfferTerms(
            **{name: told[name] for name in _PLAIN},
            discount=exact(told["discount"]),
            price_per_year=_amount(told["price_per_year"]),
            minimum_monthly=_amount(told["minimum_monthly"]),
            minimum_yearly=_amount(told["minimum_yearly"]),
            starts_on=date.fromisoformat(told["starts_on"]),
            expires_on=None if told["expires_on"] is None else date.fromisoformat(told["expires_on"]),
            ramp=tuple(exact(step) for step in told["ramp"]),
            extras=tuple(Extra(name, exact(price)) for name, price in told["extras"]),
            allowances=tuple((key, _allowance(*one)) for key, one in sorted(told["allowances"].items())),
            bands=tuple((key, tuple(_band(*band) for band in bands)) for key, bands in sorted(told["bands"].items())),
        )
    except (ValueError, KeyError, TypeError, MoneyError, BookError) as problem:
        raise OfferError(f"these are no terms of an offer as the desk saves them: {problem}") from None


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else text(amount)


def _amount(told: str | None) -> Decimal | None:
    return None if told is None else exact(told)


def _allowance(amount: str, over_limit: str) -> Allowance:
    one = Allowance.of(amount)
    return Allowance(one.kind, one.quantity, over_limit)


def _band(start: str, price: str, fee: str) -> Band:
    return Band(exact(start), exact(price), exact(fee))
