"""What each way of being paid keeps of a public price, by its schedule."""

from collections.abc import Sequence
from decimal import Decimal

from lib.ui import cards, numbers
from lib.ui.ledger import Headline
from lib.ui.legends import Legend

_HEADERS = {
    "plan_key": "Plan",
    "price_usd": "List price",
    "marketplace_rate": "AWS Marketplace",
    "card_rate": "US card",
    "card_international_rate": "International card",
    "ach_rate": "ACH",
}


def show(headline: Headline, legend: Legend) -> None:
    """What each way of being paid keeps of a public price, by its schedule, and where two of them cost the same."""
    if headline.frame.empty:
        return
    cards.heading(_words(headline))
    cards.table(headline.frame, "fees_headline", _HEADERS, legend)
    billed, unbilled = map(_same_words, (headline.same_card_usd, headline.same_card_unbilled_usd))
    cards.note(
        "By the schedules of data/rails.toml, nothing rounded; Stripe's rates hold Stripe Billing. AWS Marketplace and "
        f"a US card cost the same {billed}; for a seller who bills without Stripe Billing, {unbilled}."
    )


def _words(headline: Headline) -> str:
    frame = headline.frame
    least, most = frame.iloc[0], frame.iloc[-1]
    card = [numbers.percent(row["card_rate"], 2) for row in (least, most)]
    aws = numbers.percent(most["marketplace_rate"], 2)
    ends = [numbers.exact_money(row["price_usd"]) for row in (least, most)]
    return f"AWS Marketplace keeps {aws} of a list price, a US card {card[0]} of {ends[0]} and {card[1]} of {ends[1]}"


def _same_words(prices: Sequence[Decimal]) -> str:
    return f"at {' and '.join(numbers.exact_money(price) for price in prices)}" if prices else "at no price"
