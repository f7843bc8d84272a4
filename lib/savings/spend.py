"""What a prospect spends on models, from tokens and prices or as it is told: exact, in USD, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from lib.catalog.document import shown
from lib.money import EXACT, total
from lib.refusal import Refusal

MONTHS = Decimal(12)
MILLION = Decimal(1_000_000)
WHOLE = Decimal(1)


class SavingsError(Refusal):
    """Inputs or beliefs that cannot be; the message names the input and says what to write instead."""


@dataclass(frozen=True)
class Limits:
    """The most that is taken for an input and not for a slip of the unit."""

    tokens_per_month: Decimal
    usd_per_million_tokens: Decimal
    usd_per_month: Decimal


@dataclass(frozen=True)
class Provider:
    """One provider of a mix: its share of the tokens as a fraction, and its price in USD per million of them."""

    name: str
    share: Decimal
    usd_per_million: Decimal


@dataclass(frozen=True)
class Part:
    """What one provider is paid: USD per month for its share of the tokens."""

    provider: Provider
    monthly: Decimal


@dataclass(frozen=True)
class Spend:
    """Model spend in USD, exact by month and by year; `tokens` per month and `parts` only where it was made of them.

    `is_mix` says whether the parts are the providers themselves, and not one mean price.
    """

    monthly: Decimal
    yearly: Decimal
    tokens: Decimal | None = None
    parts: tuple[Part, ...] = ()
    is_mix: bool = False

    @property
    def usd_per_million(self) -> Decimal | None:
        """What a million tokens cost on average; None where no tokens were told, or none are used."""
        return EXACT.divide(EXACT.multiply(self.monthly, MILLION), self.tokens) if self.tokens else None

    @property
    def multi_provider(self) -> str:
        """Whether several providers are used: yes or no where the mix is told, else ask."""
        if not self.is_mix:
            return "ask"
        return "yes" if sum(part.provider.share > 0 for part in self.parts) > 1 else "no"


def of_tokens(tokens: Decimal, usd_per_million: Decimal, limits: Limits) -> Spend:
    """Tokens a month and what a million of them cost on average → the spend."""
    return replace(of_mix(tokens, [Provider("", WHOLE, usd_per_million)], limits), is_mix=False)


def of_mix(tokens: Decimal, providers: Sequence[Provider], limits: Limits) -> Spend:
    """Tokens a month and the providers they go to → the spend; the shares must add up to all of the tokens."""
    within(tokens, limits.tokens_per_month, "tokens per month")
    for one in providers:
        within(one.share, WHOLE, f"the share{_of(one)}", "write a fraction of the tokens, as 0.25 for 25 %")
        within(one.usd_per_million, limits.usd_per_million_tokens, f"the price per million tokens{_of(one)}")
    shares = total(one.share for one in providers)
    if shares != WHOLE:
        percent = shown(EXACT.multiply(shares, Decimal(100)).normalize())
        raise SavingsError(
            f"the shares of the providers add up to {percent} %; they must add up to 100 % of the tokens"
        )
    parts = tuple(Part(one, _paid(tokens, one)) for one in providers)
    monthly = total(part.monthly for part in parts)
    within(monthly, limits.usd_per_month, "the model spend per month")
    return Spend(monthly, EXACT.multiply(monthly, MONTHS), tokens, parts, is_mix=True)


def as_told(yearly: Decimal, limits: Limits) -> Spend:
    """The spend of a year as a prospect tells it; a month is a twelfth of it."""
    within(yearly, limits.usd_per_month * MONTHS, "the model spend per year")
    return Spend(EXACT.divide(yearly, MONTHS), yearly)


def within(value: Decimal, most: Decimal, name: str, how: str = "is it a slip of the unit?") -> None:
    """Refuse an input below zero or beyond what can be."""
    if value < 0:
        raise SavingsError(f"{name} cannot be {shown(value)}; write zero or more")
    if value > most:
        raise SavingsError(f"{name} cannot be {shown(value)}; at most {shown(most)}: {how}")


def _paid(tokens: Decimal, provider: Provider) -> Decimal:
    """Multiplied first, divided last: a price per million of a share of the tokens ends."""
    used = EXACT.multiply(tokens, provider.share)
    return EXACT.divide(EXACT.multiply(used, provider.usd_per_million), MILLION)


def _of(provider: Provider) -> str:
    return f" of {provider.name}" if provider.name else ""
