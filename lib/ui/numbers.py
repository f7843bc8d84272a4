"""Numbers and names for eyes, formatted in this one place so that no two pages write the same value differently.

Cards get three significant digits, tables get cents, unit prices at least four decimals. A negative carries a true
minus, a percent is never called a point, and what is missing says so instead of turning into zero.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

MISSING = "no data"
_SCALES = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
_WHOLE_FROM, _COMPACT_FROM, _SIGNIFICANT = Decimal(100), Decimal(10_000), 3
_TEN, _OF_AN_ESTIMATE = Decimal(10), 2
_UNIT_PRICE_DECIMALS = 4
_CARD_HOLDS = Decimal(1_000_000)

_NAMES = {
    "aws": "AWS Marketplace",
    "stripe": "Stripe",
    "ach": "ACH",
    "card": "Card",
    "card_international": "International card",
    "command_plus": "Command",
    "not_on_aws": "Not on AWS",
    "aws_customer": "AWS customer",
    "aws_partner": "AWS partner",
    "seller_self_managed": "Seller, self-managed",
    "seller_3pi": "Seller, 3PI",
    "api_requests": "API requests",
    "gtm_workflows": "GTM workflows",
    "seo_credits": "SEO credits",
    "crm": "CRM",
    "plans_db": "Plans database",
    "llm": "LLM",
}

# The feeds of data/feeds, in the plural: each is many records.
_FEEDS = {
    "plan": "Plans",
    "gateway_product": "Gateway products",
    "marketplace_pricing_dimension": "Marketplace dimensions",
    "event": "Usage events",
    "stripe_customer": "Stripe customers",
    "stripe_product": "Stripe products",
    "stripe_price": "Stripe prices",
    "stripe_price_tier": "Stripe price tiers",
    "stripe_subscription": "Stripe subscriptions",
    "stripe_subscription_item": "Stripe subscription items",
    "stripe_schedule_phase_item": "Stripe schedule phases",
    "stripe_coupon": "Stripe coupons",
    "stripe_discount": "Stripe discounts",
    "stripe_invoice": "Stripe invoices",
    "stripe_invoice_line_item": "Stripe invoice lines",
    "stripe_invoice_payment": "Stripe invoice payments",
    "stripe_payment": "Stripe payments",
    "stripe_balance_transaction": "Stripe balance transactions",
    "stripe_fee_detail": "Stripe fee details",
    "stripe_credit_note": "Stripe credit notes",
    "stripe_metadata": "Stripe metadata",
    "marketplace_account": "Marketplace accounts",
    "marketplace_address": "Marketplace addresses",
    "marketplace_product": "Marketplace products",
    "marketplace_offer": "Marketplace offers",
    "marketplace_offer_product": "Marketplace offer products",
    "marketplace_offer_target": "Marketplace offer targets",
    "marketplace_agreement": "Marketplace agreements",
    "marketplace_agreement_term": "Marketplace agreement terms",
    "marketplace_billing_event": "Marketplace billing events",
    "marketplace_daily_usage": "Marketplace daily usage",
    "marketplace_tax_item": "Marketplace tax items",
    "marketplace_legacy_id": "Marketplace legacy ids",
    "billed_revenue_report": "Billed revenue report lines",
    "collections_report": "Collections report lines",
    "entitlement": "Entitlements",
    "api_agreement": "Agreements, by API",
    "api_agreement_term": "Agreement terms, by API",
    "meter_batch": "Metering batches",
    "company": "Companies",
    "company_history": "Company histories",
    "deal": "Deals",
    "partner_opportunity": "Partner Central opportunities",
    "integrator_order": "Integrator orders",
    "unit_cost": "Unit costs",
    "spend": "Monthly costs",
    "private_offer": "Private offers",
    "private_offer_allowance": "Private offer allowances",
    "private_offer_price": "Private offer prices",
    "private_offer_instalment": "Private offer instalments",
    "pilot": "Pilots",
    "signup": "Sign-ups",
    "addon": "Add-ons",
    "first_route": "First routes",
    "savings_baseline": "Savings baselines",
    "surface_price": "Displayed prices",
    "surface_allowance": "Displayed allowances",
    "surface_capability": "Stated capabilities",
    "surface_plan": "Enforced plans",
    "listed_entity": "AWS listing entities",
    "listed_term": "AWS listing terms",
    "listed_row": "AWS listing rows, written down",
}

ESTIMATED = ("expected", "weighted")
BELIEVED = "probability"


def money(amount: Decimal | None) -> str:
    """An amount for a card: $12.34, $1,499, $12.4k, $1.24M."""
    if amount is None:
        return MISSING
    size = abs(amount)
    if 0 < size < _WHOLE_FROM:
        return _dollars(amount, _rounded(size, 2))
    whole = _rounded(size, 0)
    return _dollars(amount, whole) if whole < _COMPACT_FROM else f"{_minus(amount)}${_compact(whole)}"


def about(amount: Decimal | float) -> str:
    """An estimate of an amount, which deserves two digits: +$27k, −$1.4k, +$450; the sign always shows."""
    exact = Decimal(amount)
    size = abs(exact).quantize(Decimal(1)) if abs(exact) < _TEN else _to_significant(abs(exact), _OF_AN_ESTIMATE)
    if not size:
        return "$0"
    scale, letter = next(((scale, letter) for scale, letter in _SCALES if size >= scale), (Decimal(1), ""))
    return _signed(exact, f"{_minus(exact)}${_plain(size / scale):f}{letter}")


def estimate(amount: Decimal | float) -> str:
    """An estimated level of money, two digits of it and no sign that it gains: $270k, $1.4M."""
    return about(amount).removeprefix("+")


def estimated_count(number: float) -> str:
    """An estimated number of things, two digits of it from a hundred on: 87, 150, 1,200."""
    size = Decimal(round(number))
    return count(size if abs(size) < _WHOLE_FROM else _to_significant(size, _OF_AN_ESTIMATE).quantize(Decimal(1)))


def exact_money(amount: Decimal | None, decimals: int = 2) -> str:
    """An amount for a table or a bill: every cent."""
    return MISSING if amount is None else _dollars(amount, _rounded(abs(amount), decimals))


def card_money(amount: Decimal | None) -> str:
    """An amount of one bill for a card: every cent, as long as a card holds it."""
    return exact_money(amount) if amount is None or abs(amount) < _CARD_HOLDS else money(amount)


def change(amount: Decimal | None) -> str:
    """A difference for a card: the sign always shows."""
    return MISSING if amount is None else _signed(amount, money(amount))


def exact_change(amount: Decimal | None) -> str:
    """A difference of two bills, every cent: the sign always shows."""
    return MISSING if amount is None else _signed(amount, exact_money(amount))


def times(factor: float) -> str:
    """How many times as much: 2.3 times."""
    return f"{factor:,.1f} times"


def unit_price(price: Decimal | None) -> str:
    """A price per unit: at least four decimals below a dollar, and never fewer than it has."""
    if price is None:
        return MISSING
    least = _UNIT_PRICE_DECIMALS if abs(price) < 1 else 2
    return exact_money(price, max(least, _decimals(price.normalize())))


def percent(rate: Decimal | float | None, decimals: int = 1) -> str:
    """A fraction as a percentage: 0.036 is 3.6%."""
    if rate is None:
        return MISSING
    number = _rounded(Decimal(str(rate)) * 100, decimals)
    return f"{_minus(number)}{abs(number):,}%"


def cut_share(part: int, whole: int) -> Decimal:
    """A share of what is right, cut off behind the tenth of a percent: nearly all is never said to be all."""
    return Decimal(part * 1000 // whole) / 1000


def over(part: int, whole: int) -> str:
    """A share of what is right in a sentence, which says that it is cut off: 5 of 7 is over 71.4%, 1 of 2 is 50.0%."""
    shown = percent(cut_share(part, whole))
    return f"over {shown}" if part * 1000 % whole else shown


def percent_change(rate: Decimal | float | None, decimals: int = 1) -> str:
    """A relative change: the sign always shows."""
    return MISSING if rate is None else _signed(Decimal(str(rate)), percent(rate, decimals))


def points(difference: Decimal | float | None, decimals: int = 2) -> str:
    """A difference of two percentages, which is points and never percent."""
    if difference is None:
        return MISSING
    number = _rounded(Decimal(str(difference)) * 100, decimals)
    return _signed(number, f"{_minus(number)}{abs(number)}") + " points"


def count(number: Decimal | int | None) -> str:
    """A whole number of things: 1,204."""
    return MISSING if number is None else f"{_minus(Decimal(number))}{abs(_rounded(Decimal(number), 0)):,}"


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: 1 customer, 12 customers."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def quantity(amount: Decimal | None) -> str:
    """A metered quantity with the decimals it has."""
    return MISSING if amount is None else f"{_plain(amount):,f}".replace("-", "−")


def in_table(column: str) -> Callable[[object], str]:
    """How a table writes the numbers of a column, by the name of it; a rate comes as a percentage."""
    decimals = 0 if column.startswith(BELIEVED) else 2
    if column.endswith("_rate"):
        return lambda rate: percent(_exact(rate) / 100, decimals)
    if column.startswith(ESTIMATED):
        return lambda amount: count(_exact(amount))
    if column.endswith("_usd"):
        return lambda amount: exact_money(_exact(amount))
    return lambda amount: quantity(_exact(amount))


def day(value: date | None) -> str:
    """A date: 31 Oct 2026."""
    return MISSING if value is None else f"{value.day} {value:%b %Y}"


def short_day(value: date) -> str:
    """A date where its year stands beside it: 31 Oct."""
    return f"{value.day} {value:%b}"


def month(value: date | None) -> str:
    """A month: Jun 2026."""
    return MISSING if value is None else f"{value:%b %Y}"


def name(key: str | None) -> str:
    """A key as a reader knows it: aws is AWS Marketplace, team_seats is Team seats, a plan key is tier and term."""
    if not key:
        return MISSING
    tier, dash, term = key.partition("-")
    if dash:
        return f"{name(tier)}, {term}"
    return _NAMES.get(key, key.replace("_", " ")[:1].upper() + key.replace("_", " ")[1:])


def who(customer_id: str | None, names: Mapping[str, str]) -> str:
    """A customer by name and id; by the id alone where no source names them."""
    known = names.get(customer_id or "")
    return f"{known} ({customer_id})" if known else customer_id or MISSING


def feed(key: str) -> str:
    """A feed as a reader knows it: addon is Add-ons."""
    return _FEEDS.get(key, name(key))


def _exact(number: object) -> Decimal:
    return Decimal(str(number))


def _compact(size: Decimal) -> str:
    significant = _to_significant(size)
    scale, letter = next((scale, letter) for scale, letter in _SCALES if significant >= scale)
    return f"{_to_significant(significant / scale):f}{letter}"


def _to_significant(size: Decimal, digits: int = _SIGNIFICANT) -> Decimal:
    rounded = size.quantize(Decimal(1).scaleb(size.adjusted() - digits + 1), ROUND_HALF_UP)
    return rounded.quantize(Decimal(1).scaleb(min(rounded.adjusted() - digits + 1, rounded.adjusted())))


def _dollars(amount: Decimal, size: Decimal) -> str:
    return f"{_minus(amount) if size else ''}${size:,f}"


def _rounded(number: Decimal, decimals: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _plain(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _minus(number: Decimal) -> str:
    return "−" if number < 0 else ""


def _signed(number: Decimal, words: str) -> str:
    return f"+{words}" if number > 0 else words
